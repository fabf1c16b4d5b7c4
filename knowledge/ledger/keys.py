"""One secret per investor: seals what is personal, and is all that has to be destroyed to erase them."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, delete, insert, select

from knowledge.ledger.tables import investor_key
from tools.errors import StoreFailed

_NONCE = 12
_CIPHER = 32  # the first half of the secret encrypts, the second half hashes


@dataclass(frozen=True, slots=True)
class Owner:
    """An investor as the tables know them: a random pseudonym, and the secret behind it."""

    ref: str
    name: str
    secret: bytes = field(repr=False)

    def seal(self, content: bytes, place: str) -> bytes:
        """Encrypt with AES-256-GCM, tied to the name and to `place`: a copy put elsewhere does not open."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self.secret[:_CIPHER]).encrypt(nonce, content, self._bound(place))

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt. Raises StoreFailed("damaged", place) when the content, its place or the key was changed."""
        try:
            return AESGCM(self.secret[:_CIPHER]).decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(place))
        except (InvalidTag, ValueError, TypeError) as error:  # the latter two: what cannot even be a nonce or a body
            raise StoreFailed("damaged", place) from error

    def digest(self, content: bytes) -> str:
        """Keyed hash (HMAC-SHA256, 64 hex digits): says nothing about the content once the secret is gone."""
        return hmac.new(self.secret[_CIPHER:], content, hashlib.sha256).hexdigest()

    def _bound(self, place: str) -> bytes:
        return f"{len(self.name)}:{self.name}:{self.ref}:{place}".encode()


def find(conn: Connection, name: str) -> Owner | None:
    """The owner of this name, None when there is none (or was erased)."""
    row = conn.execute(select(investor_key).where(investor_key.c.name == name)).first()
    return _owner(row) if row else None


def obtain(conn: Connection, name: str) -> Owner:
    """The owner of this name, made when new. Needs a writing transaction."""
    known = find(conn, name)
    if known:
        return known
    fresh = Owner(secrets.token_hex(16), name, secrets.token_bytes(2 * _CIPHER))
    conn.execute(insert(investor_key).values(ref=fresh.ref, name=fresh.name, secret=fresh.secret))
    return fresh


def of(conn: Connection, names: Sequence[str]) -> tuple[Owner, ...]:
    """The owners of these names that exist."""
    return tuple(_owner(row) for row in conn.execute(select(investor_key).where(investor_key.c.name.in_(names))))


def everyone(conn: Connection) -> tuple[Owner, ...]:
    """All owners, by name."""
    return tuple(_owner(row) for row in conn.execute(select(investor_key).order_by(investor_key.c.name)))


def destroy(conn: Connection, owner: Owner) -> None:
    """Forget name and secret."""
    conn.execute(delete(investor_key).where(investor_key.c.ref == owner.ref))


def _owner(row: Row[tuple[str, str, bytes]]) -> Owner:
    if not isinstance(row.secret, bytes) or len(row.secret) != 2 * _CIPHER:
        raise StoreFailed("damaged", "key")
    return Owner(row.ref, row.name, row.secret)
