"""The newest link of the chain in a second file, so that a cut-off tail is noticed."""

import json
import os
import tempfile
import threading
from pathlib import Path

from filelock import FileLock

from knowledge.ledger.chain import Head
from tools.domain.value import strict_json
from tools.errors import StoreFailed

_POLL = 0.005  # seconds between two tries for the lock


class HeadFile:
    """`head.json` beside the database, written after each commit: never ahead of the table, at most a crash behind."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self._path = path
        self._lock = lock  # between processes
        self._turn = threading.Lock()  # between threads

    def read(self) -> Head:
        """The link it holds. Raises StoreFailed("damaged", file name) when missing or unreadable."""
        try:
            found = strict_json(self._path.read_text(encoding="utf-8"))
            head = Head(found["count"], found["hash"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreFailed("damaged", self._path.name) from error
        if type(head.count) is not int or type(head.hash) is not str:
            raise StoreFailed("damaged", self._path.name)
        return head

    def replace(self, head: Head) -> None:
        """Write in one step: a reader sees the old link or the new one, never half of it. Raises OSError."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".head-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"count": head.count, "hash": head.hash}, file)
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave an empty file, which would look like tampering
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def advance(self, head: Head) -> None:
        """Move on to a committed link, never back.

        The event is committed by now, so failing here must not look like a failed write: a file left behind is caught
        up by the next write or the next start, once the chain proves the events in between.
        """
        try:
            with self._turn, self._lock.acquire(poll_interval=_POLL):
                if self.read().count < head.count:
                    self.replace(head)
        except (OSError, StoreFailed):
            return
