"""How much of a large model was used a day, over all investors of a home: what its owner pays for."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from tools.errors import StoreFailed

_TABLE = "CREATE TABLE IF NOT EXISTS used (day TEXT PRIMARY KEY, read INTEGER NOT NULL, written INTEGER NOT NULL)"
_ADD = (
    "INSERT INTO used VALUES (?, ?, ?) "
    "ON CONFLICT (day) DO UPDATE SET read = read + excluded.read, written = written + excluded.written"
)


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens of one day: those a model was sent and those it wrote."""

    read: int = 0
    written: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.read + self.written


class UsageFile:
    """A table of days in the home. There is no file before a large model was used."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path, self._lock = path, Lock()

    def of(self, day: date) -> Used:
        """What was used on a day. Raises StoreFailed when the file cannot be read."""
        if not self._path.exists():
            return Used()
        try:
            with closing(sqlite3.connect(self._path, timeout=5)) as found:
                row = found.execute("SELECT read, written FROM used WHERE day = ?", (day.isoformat(),)).fetchone()
        except sqlite3.Error as error:
            raise StoreFailed("usage") from error
        return Used(*row) if row else Used()

    def add(self, day: date, used: Used) -> None:
        """Count what an answer took. Raises StoreFailed when it cannot be written."""
        try:
            with self._lock, closing(sqlite3.connect(self._path, timeout=5)) as kept, kept:
                kept.execute(_TABLE)
                kept.execute(_ADD, (day.isoformat(), used.read, used.written))
        except sqlite3.Error as error:
            raise StoreFailed("usage") from error
