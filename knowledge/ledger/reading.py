"""Opening a home only to read: one that is not there is said to be missing, one that cannot be written is copied."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.ledger.engine import translated
from tools.errors import BadInput

_FILES = ("ledger.db-wal", "ledger.db", "head.json")
"""What a ledger is. The log comes first: what is moved out of it meanwhile is in the database that is copied next."""


@contextmanager
def readable(home: Path) -> Iterator[Path]:
    """A folder whose ledger can be opened, with all that `home` holds: itself, or a copy that is gone afterwards.

    SQLite cannot read a database with a write-ahead log where it may not write beside it.

    Raises:
        BadInput: "no_record" where there is none; nothing is made.
        StoreFailed: It cannot be read.
    """
    there = [home / name for name in _FILES if (home / name).exists()]
    if not any(path.name in ("ledger.db", "head.json") for path in there):
        raise BadInput("no_record", str(home))
    if all(os.access(path, os.W_OK) for path in (home, *there)):
        yield home
        return
    with TemporaryDirectory(prefix="hanfolio-") as scratch:
        place = Path(scratch)
        with translated(writes=False):
            for path in there:
                shutil.copyfile(path, place / path.name)  # the bytes without the permissions
        yield place
