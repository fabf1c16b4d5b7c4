"""The tables, in SQLAlchemy Core: the same on SQLite today and on PostgreSQL later.

`event` is the record; nothing in it is ever changed. `investor_key` is the one place where a name meets its pseudonym
and its key, so deleting one row there makes everything of that person unreadable and nameless.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)

metadata = MetaData()

# SQLite only numbers a column itself when it is called INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

investor_key = Table(
    "investor_key",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("secret", LargeBinary, nullable=False),
)

events = Table(
    "event",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),  # place in the whole chain, from 1
    Column("investor_ref", Text, nullable=False),
    Column("tseq", _Number, nullable=False),  # place in this investor's record, from 1
    Column("batch", _Number, nullable=False),  # tseq of the first event written in the same transaction
    Column("kind", Text, nullable=False),
    Column("schema_v", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("idem", Text),  # keyed hash of the effect's key, on the first event of its batch
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("investor_ref", "tseq"),
    UniqueConstraint("investor_ref", "idem"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("event_seq", _Number, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("sent_at", Text),
)

blob = Table(
    "blob",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("investor_ref", Text),  # NULL: public, stored as it is
    Column("body", LargeBinary, nullable=False),
)
Index("blob_of_investor", blob.c.investor_ref)


@event.listens_for(events, "after_create")
def _append_only(target: Table, connection: Connection, **_: object) -> None:
    """Refuse UPDATE and DELETE in the file itself, so that no slip of our own code can rewrite the record."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER event_refuses_{verb.lower()} BEFORE {verb} ON event "
                "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
            )
