"""The hash chain over all events.

Each event holds the hash of the one before it, so none can be changed, moved or taken out unnoticed. Cutting off the
tail leaves a shorter chain that is valid in itself; only the second file (`head.py`) knows that there was more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge.ledger.tables import events
from tools.domain.value import canonical
from tools.errors import StoreFailed

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: how many events there are, and the hash of the last."""

    count: int
    hash: str


GENESIS = Head(0, "0" * 64)


def link(fields: Mapping[str, Any]) -> str:
    """Hash of one event: SHA-256 of the canonical JSON of every column but `hash`, the ciphertext in hex."""
    sealed = fields["body"]
    # A body that is no longer bytes must hash to something else, not fail: telling is the caller's business.
    body = sealed.hex() if isinstance(sealed, bytes) else [repr(sealed)]
    return sha256(canonical({**fields, "body": body}).encode()).hexdigest()


def _holds(fields: Mapping[str, Any], stated: object) -> bool:
    try:
        return link(fields) == stated
    except TypeError:  # a column now holds what JSON has no word for: bytes where there was text
        return False


def _number(seq: object) -> int:
    if not isinstance(seq, int):  # the file's own description of its columns was changed
        raise StoreFailed("damaged", "seq")
    return seq


def newest(conn: Connection) -> Head:
    """The last event in the table."""
    row = conn.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
    return Head(_number(row.seq), row.hash) if row else GENESIS


def pages(conn: Connection, after: int) -> Iterator[Row[Any]]:
    """Events above `after` in order, read page by page so that memory stays flat."""
    while rows := conn.execute(select(events).where(events.c.seq > after).order_by(events.c.seq).limit(_PAGE)).all():
        yield from rows
        after = rows[-1].seq


@dataclass(slots=True)
class Walk:
    """Follows the chain from a link that is trusted and collects what is wrong, as "seq:code".

    Codes: gap (events are missing before it), unlinked (it does not follow from the one before), changed (it is not
    what was written), order (its place in the investor's record is wrong), head (not the event the second file names),
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
            stated, seq, who = fields.pop("hash"), _number(fields["seq"]), fields["investor_ref"]
            if seq != self.at.count + 1:
                self.faults.append(f"{seq}:gap")
            elif fields["prev"] != self.at.hash:
                self.faults.append(f"{seq}:unlinked")
            if not _holds(fields, stated):
                self.faults.append(f"{seq}:changed")
            place = self._places.get(who, 0) + 1
            if first and fields["tseq"] != place:
                self.faults.append(f"{seq}:order")
            if head and seq == head.count and stated != head.hash:
                self.faults.append(f"{seq}:head")
            self._places[who] = fields["tseq"] if isinstance(fields["tseq"], int) else place
            self.at = Head(seq, stated)
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
