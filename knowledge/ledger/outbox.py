"""What has to leave the house, written in the transaction of the event it tells of, and delivered at least once."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from knowledge.ledger.keys import Owner
from knowledge.ledger.tables import events, outbox
from knowledge.ports import Parcel
from tools.domain.events import Event

LEAVES: Mapping[str, Callable[[Event], str]] = {
    "execution": Event.to_json,
    "alert": Event.to_json,
    "orders": Event.to_json,
}
"""Kinds of events that leave the house, and how the message is made: what someone is told, and orders for a broker."""


def post(conn: Connection, owner: Owner, seq: int, event: Event) -> None:
    """Leave a message about this event, if its kind leaves the house. `seq`: place in the whole chain."""
    row = message(owner, seq, event)
    if row is not None:
        conn.execute(insert(outbox).values(row))


def message(owner: Owner, seq: int, event: Event) -> dict[str, Any] | None:
    """The row of such a message, None where the kind of event does not leave the house."""
    write = LEAVES.get(event.body.kind)
    if write is None:
        return None
    return {"event_seq": seq, "kind": event.body.kind, "payload": owner.seal(write(event).encode(), _place(seq))}


def unsent(conn: Connection, owners: tuple[Owner, ...]) -> tuple[Parcel, ...]:
    """Messages not yet marked as sent, oldest first."""
    by_ref = {owner.ref: owner for owner in owners}
    rows = conn.execute(
        select(outbox, events.c.investor_ref)
        .join(events, events.c.seq == outbox.c.event_seq)
        .where(outbox.c.sent_at.is_(None))
        .order_by(outbox.c.id)
    )
    return tuple(
        Parcel(row.id, owner.name, row.kind, owner.unseal(row.payload, _place(row.event_seq)).decode())
        for row in rows
        if (owner := by_ref.get(row.investor_ref))
    )


def mark(conn: Connection, parcel: int, at: str) -> None:
    """Note the first time a message was delivered."""
    conn.execute(update(outbox).where(outbox.c.id == parcel, outbox.c.sent_at.is_(None)).values(sent_at=at))


def drop(conn: Connection, owner: Owner) -> None:
    """Remove the owner's messages, sent or not."""
    theirs = select(events.c.seq).where(events.c.investor_ref == owner.ref)
    conn.execute(delete(outbox).where(outbox.c.event_seq.in_(theirs)))


def _place(seq: int) -> str:
    return f"outbox:{seq}"
