"""How the database is opened, and what its errors mean for us."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from tools.errors import StoreFailed

_BY_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_ERROR: "damaged",  # a table or column that should be there is not
    sqlite3.SQLITE_MISMATCH: "damaged",
    sqlite3.SQLITE_CONSTRAINT: "damaged",
}
_BY_OS = {
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
}


def sqlite_engine(path: Path, wait: float) -> Engine:
    """One connection for all threads, which take turns; `wait`: seconds to wait for another process."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": wait},
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions on its own: it would begin deferred ones, which can fail half-way.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an acknowledged event survives a power cut
        connection.execute("PRAGMA secure_delete=ON")  # a destroyed key leaves no bytes behind

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def translated(*, writes: bool) -> Iterator[None]:
    """Turn whatever the database or the disk says into `StoreFailed` with one of six codes.

    Raises:
        StoreFailed: locked, read_only, full, damaged, unwritable or unreadable.
    """
    other = "unwritable" if writes else "unreadable"
    try:
        yield
    except DBAPIError as error:
        raise StoreFailed(_database_code(error.orig, other)) from error
    except sqlite3.Error as error:  # from the driver itself, where no statement of SQLAlchemy's was running
        raise StoreFailed(_database_code(error, other)) from error
    except UnicodeDecodeError as error:  # the message quotes a name from a damaged file
        raise StoreFailed("damaged") from error
    except OSError as error:
        raise StoreFailed(_BY_OS.get(error.errno or 0, other)) from error


def _database_code(error: BaseException | None, other: str) -> str:
    if not isinstance(error, sqlite3.Error):
        return other
    number = getattr(error, "sqlite_errorcode", None)
    if number is None:  # raised by the driver itself: text that is not UTF-8, a value of the wrong type
        return "damaged"
    return _BY_SQLITE.get(number & 0xFF, other)
