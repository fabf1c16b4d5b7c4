"""Accounts of a page that several people share: argon2 passwords in one file, logins in memory, a lock after failures.

Who is asking is decided here and nowhere else; the page and its handlers are told.
"""

import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from tools.errors import BadInput

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""What an account may be called; it is the investor's name in the record."""

SHORTEST = 10
"""Characters of a password."""

LONGEST = 1_024
"""More is not hashed: it would only cost time."""

IDLE = 12 * 3600.0
"""Seconds after which an unused login ends."""

TRIES = 5
"""Wrong passwords in a row before a name is locked."""

LOCKED = 30.0
"""Seconds of the first lock; each further failure doubles it, up to `LONGEST_LOCK`."""

LONGEST_LOCK = 900.0


@dataclass(slots=True)
class _Failures:
    count: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Users:
    """The accounts of one file, and who is logged in.

    A name that is taken out of the file is out at its next request.
    """

    path: Path
    clock: Callable[[], float] = time.monotonic
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _hashes: dict[str, str] = field(default_factory=dict)
    _mark: tuple[int, int] = (-1, -1)
    _logins: dict[str, tuple[str, float]] = field(default_factory=dict)
    _failures: dict[str, _Failures] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _nobody: str = ""
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Read the file. Raises BadInput("users_unreadable" | "users_line") with the file or the line."""
        self._nobody = self.hasher.hash(secrets.token_hex())
        self._refresh()

    def login(self, name: str, password: str) -> str | None:
        """A new token for the right password, else None; takes as long for a name that does not exist."""
        if self.locked(name):
            return None
        with self._lock:  # one at a time: each hash takes 64 MB
            self._refresh()
            known = self._hashes.get(name)
            right = _matches(self.hasher, known or self._nobody, password[:LONGEST]) and known is not None
            if not right:
                self._failed(name)
                return None
            self._failures.pop(name, None)
            token = secrets.token_urlsafe(32)
            self._logins[token] = (name, self.clock() + IDLE)
            return token

    def who(self, token: str | None) -> str | None:
        """Whose login this is, None when it ended, was never given, or the account is gone."""
        found = self._logins.get(token or "")
        if found is None:
            return None
        name, until = found
        with self._lock:
            self._refresh()
            if self.clock() > until or name not in self._hashes:
                self._logins.pop(token or "", None)
                return None
            self._logins[token or ""] = (name, self.clock() + IDLE)
        return name

    def logout(self, token: str | None) -> None:
        """End a login."""
        self._logins.pop(token or "", None)

    def locked(self, name: str) -> float:
        """Seconds for which a name takes no password; 0 when it does."""
        failures = self._failures.get(name)
        return max(failures.until - self.clock(), 0.0) if failures else 0.0

    def owns(self, session: str, name: str) -> bool:
        """Bind a browser session of the page to the first who uses it; nobody else may read or feed it."""
        return self._owners.setdefault(session, name) == name

    def _failed(self, name: str) -> None:
        if len(self._failures) > 10_000:  # made-up names must not fill the memory
            self._failures.clear()
        failures = self._failures.setdefault(name, _Failures())
        failures.count += 1
        if failures.count >= TRIES:
            failures.until = self.clock() + min(LOCKED * 2.0 ** (failures.count - TRIES), LONGEST_LOCK)

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
            mark = (found.st_mtime_ns, found.st_size)
            if mark != self._mark:
                self._hashes, self._mark = read(self.path), mark
        except OSError as error:
            raise BadInput("users_unreadable", str(self.path)) from error


def _matches(hasher: PasswordHasher, known: str, password: str) -> bool:
    try:
        return hasher.verify(known, password)
    except (Argon2Error, InvalidHashError):
        return False


def read(path: Path) -> dict[str, str]:
    """Names and argon2 hashes of a file with one `name:hash` a line.

    Raises:
        BadInput("users_line"): A line is none, with its number.
        OSError: The file cannot be read.
    """
    out: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, known = line.strip().partition(":")
        if not NAME.fullmatch(name) or not known.startswith("$argon2id$"):
            raise BadInput("users_line", f"{path}:{number}")
        out[name] = known
    return out


def put(path: Path, name: str, password: str | None) -> None:
    """Add an account, change its password, or (None) take it away; the file is replaced in one step.

    Raises:
        BadInput: "user_name", "password_short", or what `read` says about a damaged file.
    """
    if not NAME.fullmatch(name):
        raise BadInput("user_name", name)
    if password is not None and not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("password_short", str(SHORTEST))
    known = read(path) if path.exists() else {}
    known.pop(name, None)
    if password is not None:
        known[name] = PasswordHasher().hash(password)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".users-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp: readable by its owner alone
        file.writelines(f"{n}:{h}\n" for n, h in sorted(known.items()))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
