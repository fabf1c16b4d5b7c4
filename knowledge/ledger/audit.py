"""Everything that can be checked about a ledger, in one pass."""

from collections.abc import Iterator

from sqlalchemy import Connection

from knowledge.ledger import blobs, chain, keys, rows
from knowledge.ledger.engine import translated
from knowledge.ledger.upcast import Upcasters
from knowledge.ports import Check
from tools.errors import StoreFailed


def audit(conn: Connection, head: chain.Head | None, upcasters: Upcasters) -> Check:
    """Walk the chain, try every key, hash every blob, check the file's own indexes.

    Args:
        conn: A reading transaction.
        head: The link of the second file, read before the transaction began; None when it cannot be read.
        upcasters: How older bodies are raised.
    """
    walk = chain.Walk()
    if head is None:
        walk.faults.append("0:head")
    try:
        with translated(writes=False):
            walk.follow(chain.pages(conn, 0), head)
            walk.faults.extend(_beside_the_chain(conn, upcasters))
    except StoreFailed as error:
        if error.code != "damaged":
            raise
        walk.faults.append(f"{walk.at.count}:damaged")
    return Check(walk.events, tuple(walk.faults))


def _beside_the_chain(conn: Connection, upcasters: Upcasters) -> Iterator[str]:
    owners = keys.everyone(conn)
    for owner in owners:
        oldest = rows.first(conn, owner)
        try:
            if oldest:
                rows.opened(oldest, owner, upcasters)
        except StoreFailed:
            yield f"{oldest.seq if oldest else 0}:key"
    yield from blobs.faults(conn, owners)
    if conn.dialect.name == "sqlite" and conn.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
        yield "0:file"
