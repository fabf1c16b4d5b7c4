"""The append-only, hash-chained record of everything that happened: the only truth."""

from knowledge.ledger.store import Parcel, SqlLedger, open_ledger

__all__ = ["Parcel", "SqlLedger", "open_ledger"]
