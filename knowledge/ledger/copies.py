"""A whole record in one file, and back: what a backup holds is checked before it becomes a home.

The file holds the investors' keys: who can read it can read everything, and who was erased after it was made is still
in it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.ledger.engine import translated
from knowledge.ledger.store import open_ledger
from knowledge.ports import Check
from tools.domain.value import strict_json
from tools.errors import BadInput, StoreFailed

FORMAT = "hanfolio-backup-1"

PARTS = ("ledger.db", "head.json")
"""What a record is. The index of memory and stored prices can be made again."""

EXTRA = ("users",)
"""Kept too where it lies in the home."""

_MOST = 64 * 1024**3  # bytes one part may unpack to


def backup(home: Path, file: Path) -> Check:
    """Copy the record of a home into one new file, also while it is in use.

    Args:
        home: Folder of the ledger.
        file: Made in one step, readable by its owner alone; a crash leaves no half file under this name.
    Raises:
        BadInput: "no_record" where the home has none, "backup_exists" when the file is there already.
        StoreFailed: The ledger is damaged (then nothing is made: a backup must be whole), locked or unreadable.
    """
    if not (home / PARTS[0]).exists():
        raise BadInput("no_record", str(home))
    if file.exists():
        raise BadInput("backup_exists", str(file))
    with translated(writes=True), _beside(file) as room:
        _copied(home, room)
        found = _checked(room)
        packed = room / "packed"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
            names = [n for n in (*PARTS, *EXTRA) if (room / n).exists()]
            sums = {name: _sum(room / name) for name in names}
            pack.writestr("manifest.json", json.dumps({"format": FORMAT, "sha256": sums}))
            for name in names:
                pack.write(room / name, name)
        _settled(packed)
        packed.chmod(0o600)
        os.replace(packed, file)
    return found


def restore(home: Path, file: Path) -> Check:
    """Make a home from a backup; all of it, or nothing.

    Args:
        home: A folder that holds no record yet; never overwritten.
        file: From `backup`.
    Raises:
        BadInput: "home_taken"; "no_backup" when the file is none, or its contents differ from what it says.
        StoreFailed: The chain inside is damaged; or it cannot be written.
    """
    if home.exists() and any(home.iterdir()):
        raise BadInput("home_taken", str(home))
    with translated(writes=True):
        home.parent.mkdir(parents=True, exist_ok=True)
        with _beside(home) as room:
            _unpacked(file, room)
            found = _checked(room)
            for name in ("ledger.lock", *(f"{PARTS[0]}{tail}" for tail in ("-wal", "-shm"))):
                (room / name).unlink(missing_ok=True)
            for name in PARTS:
                _settled(room / name)
            if home.exists():
                home.rmdir()
            os.rename(room, home)
            room.mkdir(mode=0o700)  # what `_beside` clears away
    return found


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private folder on the same disk as the target, gone afterwards."""
    room = Path(tempfile.mkdtemp(dir=target.absolute().parent, prefix=".hanfolio-"))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _copied(home: Path, room: Path) -> None:
    """The newest state of the tables and the link that belongs to it; nobody writes in between."""
    try:
        with (
            FileLock(home / "ledger.lock", timeout=5.0, mode=0o600),
            closing(sqlite3.connect(home / PARTS[0])) as source,
            closing(sqlite3.connect(room / PARTS[0])) as copy,
        ):
            # The link is read first: a commit may come between the two, and a copy ahead of its link is caught up.
            shutil.copyfile(home / PARTS[1], room / PARTS[1])
            source.backup(copy)
    except Timeout as error:
        raise StoreFailed("locked") from error
    for name in EXTRA:
        if (home / name).is_file():
            shutil.copyfile(home / name, room / name)


def _checked(room: Path) -> Check:
    """Verify the copy's whole chain. Raises StoreFailed("damaged") when anything is wrong with it."""
    ledger = open_ledger(room)
    try:
        found = ledger.verify()
    finally:
        ledger.close()
    if found.faults:
        raise StoreFailed("damaged", *found.faults[:3])
    return found


def _unpacked(file: Path, room: Path) -> None:
    """Unpack only what the manifest names and we know, and compare every sum."""
    try:
        with zipfile.ZipFile(file) as pack:
            said = strict_json(pack.read("manifest.json").decode("utf-8"))
            sums = said["sha256"]
            if said["format"] != FORMAT or not set(PARTS) <= set(sums) <= {*PARTS, *EXTRA}:
                raise BadInput("no_backup", str(file))
            for name in sums:
                if pack.getinfo(name).file_size > _MOST:
                    raise BadInput("no_backup", str(file))
                with pack.open(name) as source, (room / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
                (room / name).chmod(0o600)
                if _sum(room / name) != sums[name]:
                    raise BadInput("no_backup", str(file))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, FileNotFoundError, IsADirectoryError) as error:
        raise BadInput("no_backup", str(file)) from error


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settled(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
