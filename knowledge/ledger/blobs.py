"""Contents that decisions name by hash: public ones as they are, personal ones sealed under their investor's key."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, or_, select

from knowledge.ledger.keys import Owner
from knowledge.ledger.tables import blob
from tools.errors import StoreFailed


def public_digest(content: bytes) -> str:
    """SHA-256, 64 hex digits: the same for every investor, so a day's prices are stored once."""
    return sha256(content).hexdigest()


def keep(conn: Connection, owner: Owner | None, contents: Mapping[str, bytes]) -> None:
    """Store contents under their digests; one already there is kept. ValueError when a digest is not its content's."""
    keep_all(conn, ((owner, contents),))


def keep_all(conn: Connection, kept: Iterable[tuple[Owner | None, Mapping[str, bytes]]]) -> None:
    """The same for the contents of several owners (None: public ones only), looked for and stored all at once."""
    pairs = {digest: (owner, content) for owner, contents in kept for digest, content in contents.items()}
    for some in _portions(tuple(pairs)):
        there = set(conn.execute(select(blob.c.digest).where(blob.c.digest.in_(some))).scalars())
        made = [_sealed(digest, *pairs[digest]) for digest in some if digest not in there]
        if made:
            conn.execute(insert(blob), made)


def _portions(digests: tuple[str, ...], size: int = 5_000) -> Iterator[tuple[str, ...]]:
    """So many at a time as one statement may name."""
    return (digests[i : i + size] for i in range(0, len(digests), size))


def _sealed(digest: str, owner: Owner | None, content: bytes) -> dict[str, object]:
    """A content as it is stored: personal where its digest is the owner's own."""
    if owner is not None and digest == owner.digest(content):
        return {"digest": digest, "investor_ref": owner.ref, "body": owner.seal(content, digest)}
    if digest != public_digest(content):
        raise ValueError("a blob's digest is not the hash of its content")
    return {"digest": digest, "investor_ref": None, "body": content}


def fetch(conn: Connection, owner: Owner | None, digest: str) -> bytes:
    """One content: public, or the owner's own. Raises StoreFailed("damaged", digest) when missing or changed."""
    readable = or_(blob.c.investor_ref.is_(None), blob.c.investor_ref == (owner.ref if owner else None))
    row = conn.execute(select(blob).where(blob.c.digest == digest, readable)).first()
    if row is None or not isinstance(row.body, bytes):
        raise StoreFailed("damaged", digest)
    if row.investor_ref is None or owner is None:
        content = row.body
        expected = public_digest(content)
    else:
        content = owner.unseal(row.body, digest)
        expected = owner.digest(content)
    if expected != digest:
        raise StoreFailed("damaged", digest)
    return content


def faults(conn: Connection, owners: tuple[Owner, ...]) -> Iterator[str]:
    """ "DIGEST:blob" for every stored content that is not what its digest says."""
    by_ref = {owner.ref: owner for owner in owners}
    for row in conn.execute(select(blob.c.digest, blob.c.investor_ref).order_by(blob.c.digest)).all():
        try:
            fetch(conn, by_ref.get(row.investor_ref), row.digest)
        except StoreFailed:
            yield f"{row.digest[:12]}:blob"


def drop(conn: Connection, owner: Owner) -> None:
    """Remove the owner's personal contents."""
    conn.execute(delete(blob).where(blob.c.investor_ref == owner.ref))
