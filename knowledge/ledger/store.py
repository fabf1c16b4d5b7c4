"""The ledger itself: one SQLite file, one head file beside it, one lock for both."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import JsonValue
from sqlalchemy import Connection, Engine, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from knowledge.ledger import blobs, bulk, chain, keys, outbox, rows
from knowledge.ledger.audit import audit
from knowledge.ledger.engine import sqlite_engine, translated
from knowledge.ledger.head import HeadFile
from knowledge.ledger.tables import events, investor_key, meta, metadata
from knowledge.ledger.upcast import UPCASTERS, Upcasters
from knowledge.ports import Check, Command, Parcel
from tools.domain.events import Body, Event
from tools.errors import Stale, StoreFailed

HomeKind = Literal["demo", "real"]
HOUSE = "~house"
"""Whose record holds what is about nobody in particular; no investor can have this name (`knowledge.ports`)."""

LAYOUT = "1"  # of the tables; bodies have versions of their own
EXPORT_VERSION = 1


def open_ledger(home: Path, *, wait: float = 5.0, upcasters: Upcasters = UPCASTERS) -> "SqlLedger":
    """Open the ledger of a home, making both when new (folder 0700, files 0600).

    Args:
        home: Folder of the ledger.
        wait: Seconds to wait for another process that is writing.
        upcasters: How older bodies are raised to today's shape.
    Raises:
        StoreFailed: locked, read_only, full, damaged, unreadable (made by a newer program) or unwritable.
    """
    with translated(writes=False):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise StoreFailed("read_only")
        lock = FileLock(home / "ledger.lock", timeout=wait, mode=0o600, thread_local=False)
        try:
            with lock:
                database, kept = home / "ledger.db", home / "head.json"
                head = HeadFile(kept, lock)
                if not database.exists() and not kept.exists():
                    head.replace(chain.GENESIS)  # before the database, so that a missing one always means loss
                os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
                return SqlLedger(sqlite_engine(database, wait), head, upcasters)
        except Timeout as error:
            raise StoreFailed("locked") from error


class SqlLedger:
    """`knowledge.ports.Ledger` on SQL. Safe between threads and between processes.

    When the head file and the table disagree (`fault`), reading and verifying go on but every write is refused: writing
    would hide the loss.
    """

    def __init__(self, engine: Engine, head: HeadFile, upcasters: Upcasters) -> None:
        self._engine = engine
        self._head = head
        self._upcasters = upcasters
        self._turn = threading.RLock()
        self._kind: HomeKind | None = None
        self._writes = 0
        self._prepare()
        self.fault = self._catch_up()

    # --- the contract ---------------------------------------------------------------------------------------------

    def append(
        self,
        investor: str,
        bodies: Sequence[Body],
        *,
        at: datetime,
        after: int,
        idem: str | None = None,
        blobs: Mapping[str, bytes] | None = None,
    ) -> tuple[Event, ...]:
        """Write all bodies in one transaction; see `knowledge.ports.Ledger.append`.

        Raises:
            Stale: ("moved_on") the record has grown since `after`.
            StoreFailed: locked, read_only, full, damaged, tail_cut, unwritable; nothing was written.
            ValueError: No bodies, a naive time, or a blob under a digest that is not its own.
        """
        if not bodies:
            raise ValueError("nothing to append")
        new = tuple(Event(seq=after + n, at=_utc(at), body=body) for n, body in enumerate(bodies, start=1))
        with self._transaction(writes=True) as conn:
            owner = keys.obtain(conn, investor)
            earlier = rows.batch(conn, owner, idem) if idem is not None else ()
            if earlier:
                return tuple(rows.opened(row, owner, self._upcasters) for row in earlier)
            if rows.newest(conn, owner) != after:
                raise Stale("moved_on")
            head = chain.trusted(conn, self._head.read())
            _keep_blobs(conn, owner, blobs or {})
            last = rows.write(conn, owner, head, new, idem, self._upcasters)
            for n, event in enumerate(new, start=1):
                outbox.post(conn, owner, head.count + n, event)
        self._head.advance(last)
        return new

    def append_all(
        self, commands: Sequence[Command], *, shared: Mapping[str, bytes] | None = None
    ) -> tuple[tuple[Event, ...], ...]:
        """Write the commands of many investors in one transaction; see `knowledge.ports.Ledger.append_all`.

        Raises:
            StoreFailed: As `append`; nothing was written.
            ValueError: Two commands of one investor, or what `append` refuses.
        """
        with self._transaction(writes=True) as conn:
            head = chain.trusted(conn, self._head.read())
            last, made = bulk.write(conn, head, commands, shared or {}, self._upcasters)
        if last != head:
            self._head.advance(last)
        return made

    def read(self, investor: str, after: int = 0) -> tuple[Event, ...]:
        """Events with `seq` above `after`, in order; none for a name without a record."""
        with self._transaction() as conn:
            owner = keys.find(conn, investor)
            found = rows.since(conn, owner, after) if owner else ()
        return tuple(rows.opened(row, owner, self._upcasters) for row in found if owner)

    def find(self, investor: str, idem: str) -> tuple[Event, ...]:
        """Events written under an idempotency key, empty when none."""
        with self._transaction() as conn:
            owner = keys.find(conn, investor)
            found = rows.batch(conn, owner, idem) if owner else ()
        return tuple(rows.opened(row, owner, self._upcasters) for row in found if owner)

    def digest(self, investor: str, content: bytes, *, personal: bool) -> str:
        """Hash under which a blob is stored: HMAC-SHA256 under the investor's key when personal, else SHA-256."""
        if not personal:
            return blobs.public_digest(content)
        return self.hashers((investor,))[0](content)

    def hashers(self, investors: Sequence[str]) -> tuple[Callable[[bytes], str], ...]:
        """The keyed hash of each investor, whose key is made when new."""
        with self._transaction() as conn:
            known = {owner.name: owner for owner in keys.of(conn, investors)}
        new = [name for name in investors if name not in known]
        if new:
            with self._transaction(writes=True) as conn:
                known |= {name: keys.obtain(conn, name) for name in new}
        return tuple(known[name].digest for name in investors)

    def blob(self, investor: str, digest: str) -> bytes:
        """A stored content, checked against its hash. Raises StoreFailed("damaged", digest) when missing or changed."""
        with self._transaction() as conn:
            return blobs.fetch(conn, keys.find(conn, investor), digest)

    def version(self) -> tuple[int, int] | None:
        """How often this object wrote, and SQLite's own count of what others did; the cheapest question there is."""
        with self._turn, translated(writes=False), self._engine.connect() as conn:
            if conn.dialect.name != "sqlite":
                return None
            ours, driver = self._writes, conn.connection.cursor()
            return ours, int(driver.execute("PRAGMA data_version").fetchone()[0])

    def investors(self) -> tuple[str, ...]:
        """Everyone with a record here that was not erased, by name."""
        recorded = select(events.c.investor_ref).distinct()
        with self._transaction() as conn:
            names = select(investor_key.c.name).where(investor_key.c.ref.in_(recorded)).order_by(investor_key.c.name)
            return tuple(n for n in conn.execute(names).scalars() if n != HOUSE)

    def heads(self) -> dict[str, tuple[str, int]]:
        """Everyone with a record: the keyed hash of nothing (another one after erasing), and the newest seq."""
        newest = select(events.c.investor_ref, func.max(events.c.tseq)).group_by(events.c.investor_ref)
        with self._transaction() as conn:
            owners = {owner.ref: owner for owner in keys.everyone(conn)}
            found = {row[0]: int(row[1]) for row in conn.execute(newest)}
        return {o.name: (o.digest(b""), found[ref]) for ref, o in owners.items() if ref in found}

    def verify(self) -> Check:
        """Walk the whole chain, try every key, hash every blob, and compare with the head file.

        Faults read "seq:code" (codes of `chain.Walk`; key, file, damaged) or "DIGEST:blob". Raises StoreFailed when the
        file cannot be read at all.
        """
        try:
            head = self._head.read()  # before the transaction: events written meanwhile are no fault
        except StoreFailed:
            head = None
        with self._transaction() as conn:
            return audit(conn, head, self._upcasters)

    def erase(self, investor: str, *, at: datetime) -> None:
        """Destroy the investor's name, key, blobs and messages; one `erased` row stays, and the chain stays valid.

        The same name may begin anew afterwards and shares nothing with the erased record. Unknown names do nothing.
        """
        with self._transaction(writes=True) as conn:
            owner = keys.find(conn, investor)
            if owner is None:
                return
            head = chain.trusted(conn, self._head.read())
            last = rows.write_erased(conn, owner, head, _utc(at))
            outbox.drop(conn, owner)
            blobs.drop(conn, owner)
            keys.destroy(conn, owner)
        self._head.advance(last)
        self._scrub()

    # --- beyond the contract --------------------------------------------------------------------------------------

    def export(self, investor: str) -> dict[str, JsonValue]:
        """{schema_v, investor, events: [{seq, kind, at, …fields of the body}]}; `at` is when it was recorded."""
        found: list[JsonValue] = [
            {**event.body.model_dump(mode="json"), "seq": event.seq, "at": event.at.isoformat()}
            for event in self.read(investor)
        ]
        return {"schema_v": EXPORT_VERSION, "investor": investor, "events": found}

    def outbox(self) -> tuple[Parcel, ...]:
        """Messages that were not marked as sent, oldest first."""
        with self._transaction() as conn:
            return outbox.unsent(conn, keys.everyone(conn))

    def mark_sent(self, parcel: int, *, at: datetime) -> None:
        """Note that a message was delivered; only the first time counts."""
        with self._transaction(writes=True) as conn:
            outbox.mark(conn, parcel, _utc(at).isoformat())

    def home_kind(self) -> HomeKind | None:
        """Whether this home is bound to the demo market or to real data; None until its first decision."""
        with self._transaction() as conn:
            return _bound(conn)

    def bind(self, kind: HomeKind) -> None:
        """Bind this home to one kind of market, for good. Raises StoreFailed("other_market", KIND IT HAS)."""
        if self._kind == kind:
            return
        with self._transaction(writes=True) as conn:
            bound = _bound(conn)
            if bound is None:
                conn.execute(insert(meta).values(key="market", value=kind))
            elif bound != kind:
                raise StoreFailed("other_market", bound)
        self._kind = kind  # for good, so it need not be asked again

    def close(self) -> None:
        """Let go of the database file."""
        with self._turn:
            self._engine.dispose()

    # --- inside ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        """One transaction at a time in this object; a writing one holds the database's write lock from its start."""
        with self._turn, translated(writes=writes), self._engine.connect() as conn:
            try:
                with conn.execution_options(writes=writes).begin():
                    self._writes += writes
                    yield conn
            except IntegrityError as error:
                # The unique keys stood in the way: someone else wrote this place or this effect first.
                raise Stale("moved_on") from error

    def _prepare(self) -> None:
        with self._transaction() as conn:
            known = inspect(conn).has_table(meta.name)
        with self._transaction(writes=not known) as conn:
            if not known:
                metadata.create_all(conn)
                conn.execute(insert(meta).values(key="layout", value=LAYOUT))
            layout = conn.execute(select(meta.c.value).where(meta.c.key == "layout")).scalar()
            if layout != LAYOUT:
                raise StoreFailed("unreadable", "layout")

    def _catch_up(self) -> str | None:
        try:
            with self._transaction() as conn:
                kept = self._head.read()
                last = chain.trusted(conn, kept)
        except StoreFailed as error:
            return error.code
        if last != kept:
            self._head.advance(last)
        return None

    def _scrub(self) -> None:
        """Empty the write-ahead log, where older copies of the destroyed key may lie.

        The erasing is committed by now; where this fails, closing the file empties the log.
        """
        with suppress(StoreFailed), self._turn, translated(writes=True), self._engine.connect() as conn:
            if conn.dialect.name == "sqlite":
                conn.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


_keep_blobs = blobs.keep  # `append` has an argument of that name


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at.astimezone(UTC)


def _bound(conn: Connection) -> HomeKind | None:
    kind = conn.execute(select(meta.c.value).where(meta.c.key == "market")).scalar()
    return kind if kind in ("demo", "real") else None
