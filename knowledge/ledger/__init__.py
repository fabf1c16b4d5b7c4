"""The append-only, hash-chained record of everything that happened: the only truth."""

from knowledge.ledger.outbox import Parcel
from knowledge.ledger.reading import readable
from knowledge.ledger.store import HomeKind, SqlLedger, open_ledger

__all__ = ["HomeKind", "Parcel", "SqlLedger", "open_ledger", "readable"]
