"""The append-only, hash-chained record of everything that happened: the only truth."""

from knowledge.ledger.reading import readable
from knowledge.ledger.store import HomeKind, SqlLedger, open_ledger
from knowledge.ports import Parcel

__all__ = ["HomeKind", "Parcel", "SqlLedger", "open_ledger", "readable"]
