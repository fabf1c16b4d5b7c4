"""Between events and rows: sealed on the way in; opened, raised to today's version and validated on the way out."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, Select, func, insert, select

from knowledge.ledger.chain import Head, link
from knowledge.ledger.keys import Owner
from knowledge.ledger.tables import events
from knowledge.ledger.upcast import Upcasters, current, raised
from tools.domain.events import Body, Event
from tools.domain.value import canonical
from tools.errors import StoreFailed

ERASED = "erased"
"""Kind of the row that ends an erased record; its body is empty."""

_BODY: TypeAdapter[Body] = TypeAdapter(Body)


def newest(conn: Connection, owner: Owner) -> int:
    """The last place in the owner's record, 0 when it is empty."""
    return conn.execute(select(func.max(events.c.tseq)).where(events.c.investor_ref == owner.ref)).scalar() or 0


def newest_of(conn: Connection, owners: Iterable[Owner]) -> dict[str, int]:
    """The last place in each record by the owner's reference; no entry for an empty one."""
    refs = [owner.ref for owner in owners]
    found = select(events.c.investor_ref, func.max(events.c.tseq)).where(events.c.investor_ref.in_(refs))
    return {row[0]: int(row[1]) for row in conn.execute(found.group_by(events.c.investor_ref))}


def effects(conn: Connection, hashed: Iterable[str]) -> frozenset[str]:
    """Which of these idempotency keys, as they are stored, were used."""
    return frozenset(conn.execute(select(events.c.idem).where(events.c.idem.in_(list(hashed)))).scalars())


def batch(conn: Connection, owner: Owner, idem: str) -> Sequence[Row[Any]]:
    """Rows written together under an idempotency key, none when it was never used."""
    opening = select(events.c.tseq).where(events.c.investor_ref == owner.ref, events.c.idem == keyed(owner, idem))
    return conn.execute(_of(owner).where(events.c.batch == opening.scalar_subquery())).all()


def since(conn: Connection, owner: Owner, after: int) -> Sequence[Row[Any]]:
    """Rows of the owner above `after`, in order. Raises StoreFailed("damaged") when one is missing in between."""
    rows = conn.execute(_of(owner).where(events.c.tseq > after)).all()
    if any(row.tseq != after + n for n, row in enumerate(rows, start=1)):
        raise StoreFailed("damaged")
    return rows


def first(conn: Connection, owner: Owner) -> Row[Any] | None:
    """The owner's oldest row."""
    return conn.execute(_of(owner).limit(1)).first()


def write(conn: Connection, owner: Owner, head: Head, new: Sequence[Event], idem: str | None, up: Upcasters) -> Head:
    """Add events behind `head` as one batch and return the new head."""
    made, head = sealed(owner, head, new, idem, up)
    conn.execute(insert(events), made)
    return head


def sealed(
    owner: Owner, head: Head, new: Sequence[Event], idem: str | None, up: Upcasters
) -> tuple[list[dict[str, Any]], Head]:
    """The rows of one batch behind `head`, ready to be added, and the head after them."""
    made = []
    for n, event in enumerate(new):
        kind, version, at = event.body.kind, current(event.body.kind, up), event.at.isoformat()
        body = owner.seal(event.body.to_json().encode(), _place(event.seq, kind, version, at))
        row = _row(head, owner, event.seq, kind, version, at, body)
        row |= {"batch": new[0].seq, "idem": keyed(owner, idem) if idem is not None and n == 0 else None}
        head = _closed(row)
        made.append(row)
    return made, head


def write_erased(conn: Connection, owner: Owner, head: Head, at: datetime) -> Head:
    """Add the row that says the record before it was erased."""
    tseq = newest(conn, owner) + 1
    row = _row(head, owner, tseq, ERASED, 1, at.isoformat(), b"") | {"batch": tseq, "idem": None}
    head = _closed(row)
    conn.execute(insert(events), [row])
    return head


def opened(row: Row[Any], owner: Owner, up: Upcasters) -> Event:
    """The event in a row. Raises StoreFailed: damaged (changed), unreadable (of a newer program)."""
    if not isinstance(row.tseq, int) or not isinstance(row.schema_v, int):
        raise StoreFailed("damaged")
    text = owner.unseal(row.body, _place(row.tseq, row.kind, row.schema_v, row.at))
    if row.schema_v != current(row.kind, up):
        text = canonical(raised(row.kind, row.schema_v, json.loads(text), up)).encode()
    try:
        return Event(seq=row.tseq, at=datetime.fromisoformat(row.at), body=_BODY.validate_json(text))
    except ValidationError:
        # Authenticated, so nobody changed it: the shape is not known here. The cause would quote the words said.
        raise StoreFailed("unreadable", row.kind) from None


def _of(owner: Owner) -> Select[Any]:
    return select(events).where(events.c.investor_ref == owner.ref).order_by(events.c.tseq)


def _row(head: Head, owner: Owner, tseq: int, kind: str, version: int, at: str, sealed: bytes) -> dict[str, Any]:
    return {
        "seq": head.count + 1,
        "investor_ref": owner.ref,
        "tseq": tseq,
        "kind": kind,
        "schema_v": version,
        "at": at,
        "body": sealed,
        "prev": head.hash,
    }


def _closed(row: dict[str, Any]) -> Head:
    row["hash"] = link(row)
    return Head(row["seq"], row["hash"])


def _place(tseq: int, kind: str, version: int, at: str) -> str:
    return f"{tseq}:{kind}:{version}:{at}"


def keyed(owner: Owner, idem: str) -> str:
    """How an idempotency key is stored."""
    # The key of an effect may quote what was done; hashed under the secret it says nothing after erasing.
    return owner.digest(b"idem:" + idem.encode())
