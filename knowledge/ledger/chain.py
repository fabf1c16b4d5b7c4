"""The hash chain over all events, and its newest link kept in a second file.

Each event holds the hash of the one before it, so no event can be changed, moved or taken out unnoticed. Cutting off the
tail leaves a shorter chain that is valid in itself; only `head.json` knows that there was more.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge.ledger.tables import events
from tools.domain.value import canonical, strict_json
from tools.errors import StoreFailed

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: how many events there are, and the hash of the last."""

    count: int
    hash: str


GENESIS = Head(0, "0" * 64)


def link(row: Mapping[str, Any]) -> str:
    """Hash of one event: SHA-256 of the canonical JSON of every column but `hash`, the ciphertext in hex."""
    fields = {name: value for name, value in row.items() if name != "hash"}
    sealed = fields["body"]
    # A body that is no longer bytes must hash to something else, not fail: telling is the caller's business.
    fields["body"] = sealed.hex() if isinstance(sealed, bytes) else [repr(sealed)]
    return sha256(canonical(fields).encode()).hexdigest()


def newest(conn: Connection) -> Head:
    """The last event in the table."""
    row = conn.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.hash) if row else GENESIS


def pages(conn: Connection, after: int) -> Iterator[Row[Any]]:
    """Events above `after` in order, read page by page so that memory stays flat."""
    while rows := conn.execute(select(events).where(events.c.seq > after).order_by(events.c.seq).limit(_PAGE)).all():
        yield from rows
        after = rows[-1].seq


@dataclass(slots=True)
class Walk:
    """Follows the chain from a link that is trusted and collects what is wrong, as "seq:code".

    Codes: gap (events are missing before it), unlinked (it does not follow from the one before), changed (it is not what
    was written), order (its place in the investor's record is wrong), head (not the event the second file names),
    tail_cut (the second file knows of later events).
    """

    at: Head = GENESIS
    events: int = 0
    faults: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def follow(self, rows: Iterable[Row[Any]], head: Head | None) -> None:
        """Check each event against the one before, and the one that `head` names against `head`."""
        first = self.at.count == 0
        for row in rows:
            fields = row._asdict()
            if row.seq != self.at.count + 1:
                self.faults.append(f"{row.seq}:gap")
            elif row.prev != self.at.hash:
                self.faults.append(f"{row.seq}:unlinked")
            if link(fields) != row.hash:
                self.faults.append(f"{row.seq}:changed")
            if first and row.tseq != self._places.get(row.investor_ref, 0) + 1:
                self.faults.append(f"{row.seq}:order")
            if head and row.seq == head.count and row.hash != head.hash:
                self.faults.append(f"{row.seq}:head")
            self._places[row.investor_ref] = row.tseq
            self.at = Head(row.seq, row.hash)
            self.events += 1
        if head and head.count > self.at.count:
            self.faults.append(f"{self.at.count}:tail_cut")


def trusted(conn: Connection, head: Head) -> Head:
    """The newest link in the table, once everything after `head` is known to follow from it.

    Usually there is nothing after it; after a crash between commit and the head file there are a few events.

    Raises:
        StoreFailed: ("tail_cut") when events are gone, ("damaged", faults) when they do not follow.
    """
    last = newest(conn)
    if last == head:
        return last
    if last.count < head.count:
        raise StoreFailed("tail_cut", str(last.count), str(head.count))
    named = conn.execute(select(events.c.hash).where(events.c.seq == head.count)).scalar() or GENESIS.hash
    if named != head.hash:
        raise StoreFailed("damaged", f"{head.count}:head")
    walk = Walk(head)
    walk.follow(pages(conn, head.count), None)
    if walk.faults:
        raise StoreFailed("damaged", *walk.faults[:8])
    return walk.at


def read_head(path: Path) -> Head:
    """The link kept in the second file. Raises StoreFailed("damaged", name) when it is missing or unreadable."""
    try:
        found = strict_json(path.read_text(encoding="utf-8"))
        head = Head(found["count"], found["hash"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreFailed("damaged", path.name) from error
    if type(head.count) is not int or type(head.hash) is not str:
        raise StoreFailed("damaged", path.name)
    return head


def write_head(path: Path, head: Head) -> None:
    """Replace the second file in one step: a reader sees the old link or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".head-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"count": head.count, "hash": head.hash}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
