"""The commands of many investors in one transaction: each is checked as if it came alone, and all are written at once.

What is asked of the tables is asked for all together, so that a thousand proposals cost hardly more than their sealing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, insert

from knowledge.ledger import blobs, keys, outbox, rows, tables
from knowledge.ledger.chain import Head
from knowledge.ledger.keys import Owner
from knowledge.ledger.upcast import Upcasters
from knowledge.ports import Command
from tools.domain.events import Event

Written = tuple[tuple[Event, ...], ...]


def write(
    conn: Connection, head: Head, commands: Sequence[Command], shared: Mapping[str, bytes], up: Upcasters
) -> tuple[Head, Written]:
    """Add the commands that are still to be added behind `head`: the new head, and the events of each.

    Raises:
        ValueError: Two commands of one investor, one without bodies, a naive time, a blob under another's digest.
    """
    owners = _owners(conn, commands)
    fresh = _fresh(conn, commands, owners)
    made: list[dict[str, Any]] = []
    posted: list[dict[str, Any]] = []
    written: list[tuple[Event, ...]] = []
    for command, owner, new in zip(commands, owners, fresh, strict=True):
        placed, after = rows.sealed(owner, head, new, command.idem, up) if new else ([], head)
        left = (outbox.message(owner, head.count + n, event) for n, event in enumerate(new, start=1))
        posted += [message for message in left if message is not None]
        made += placed
        head = after
        written.append(new)
    kept = ((o, c.blobs) for c, o, new in zip(commands, owners, fresh, strict=True) if new)
    blobs.keep_all(conn, ((None, shared), *kept))
    for table, added in ((tables.events, made), (tables.outbox, posted)):
        if added:
            conn.execute(insert(table), added)
    return head, tuple(written)


def _owners(conn: Connection, commands: Sequence[Command]) -> list[Owner]:
    names = [c.investor for c in commands]
    if len(set(names)) < len(names):
        raise ValueError("one command of each investor")
    known = {owner.name: owner for owner in keys.of(conn, names)}
    return [known.get(name) or keys.obtain(conn, name) for name in names]


def _fresh(conn: Connection, commands: Sequence[Command], owners: Sequence[Owner]) -> list[tuple[Event, ...]]:
    """The events each command adds; none where the record has grown meanwhile or the effect is recorded already."""
    if not all(c.bodies for c in commands) or any(c.at.tzinfo is None for c in commands):
        raise ValueError("nothing to append, or a time without zone")
    newest = rows.newest_of(conn, owners)
    stored = [None if c.idem is None else rows.keyed(o, c.idem) for c, o in zip(commands, owners, strict=True)]
    used = rows.effects(conn, (key for key in stored if key is not None))
    found: list[tuple[Event, ...]] = []
    for command, owner, key in zip(commands, owners, stored, strict=True):
        stale = key in used or newest.get(owner.ref, 0) != command.after
        at = command.at.astimezone(UTC)
        bodies = () if stale else command.bodies
        found.append(tuple(Event(seq=command.after + n, at=at, body=b) for n, b in enumerate(bodies, start=1)))
    return found
