"""Everything live sources ever said, in one file of the home, with when it was first seen here.

Rows are only added: a revision is a new row beside the old, so that any instant can be rebuilt as it looked then. The
file is a cache of the world, not a record of the investor; a damaged one is begun anew.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.market.live.source import Action, Bar, Point, Standing, Tick
from tools.errors import StoreFailed

_TABLES = """
create table if not exists closes (source text, symbol text, day text, close text, seen text,
    primary key (source, symbol, day, seen)) without rowid;
create table if not exists actions (source text, symbol text, day text, kind text, value text, seen text,
    primary key (source, symbol, day, kind, seen)) without rowid;
create table if not exists ticks (source text, symbol text, at text, bid text, ask text, seen text,
    primary key (source, symbol, at)) without rowid;
create table if not exists points (source text, series text, about text, known text, value text, seen text,
    primary key (source, series, about, known, value)) without rowid;
create table if not exists asked (source text, symbol text, since text, until text, at text,
    primary key (source, symbol)) without rowid;
create table if not exists health (source text primary key, state text, since text, last_good text, again text);
create table if not exists changes (one integer primary key check (one = 1), count integer);
insert or ignore into changes values (1, 0);
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of one symbol: every session from `since` to `until` is here or does not exist."""

    since: date
    until: date
    at: datetime


class LiveStore:
    """SQLite, one connection, safe between threads; other processes may read and write beside it."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StoreFailed("unwritable") where that is impossible."""
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._opened(path)
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreFailed("unwritable") from error
        except sqlite3.DatabaseError:  # not a database, or a damaged one: what it held can be fetched again
            path.unlink()
            self._db = self._opened(path)

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, check_same_thread=False, timeout=10.0, isolation_level=None)
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=normal")
        db.executescript(_TABLES)
        return db

    def version(self) -> int:
        """Rises whenever something was added."""
        return int(self._read("select count from changes")[0][0])

    def keep_bars(self, source: str, symbol: str, bars: Iterable[Bar], seen: datetime) -> int:
        """Add closes that are new or differ from the newest known of their day. Gives how many."""
        known = dict(self.newest(source, symbol))
        rows = [
            (source, symbol, b.day.isoformat(), _digits(b.close), _text(seen))
            for b in bars
            if known.get(b.day) != b.close
        ]
        return self._write("insert or ignore into closes values (?,?,?,?,?)", rows)

    def keep_actions(self, source: str, symbol: str, actions: Iterable[Action], seen: datetime) -> int:
        """Add splits and dividends that are new or were corrected."""
        known = {(d, k): v for d, k, v in self._read(_NEWEST_ACTIONS, source, symbol)}
        rows = [
            (source, symbol, a.day.isoformat(), a.kind, _digits(a.value), _text(seen))
            for a in actions
            if known.get((a.day.isoformat(), a.kind)) != _digits(a.value)
        ]
        return self._write("insert or ignore into actions values (?,?,?,?,?,?)", rows)

    def keep_tick(self, source: str, symbol: str, tick: Tick, seen: datetime) -> int:
        """Add a price of the moment."""
        row = (source, symbol, _text(tick.at), _digits(tick.bid), _digits(tick.ask), _text(seen))
        return self._write("insert or ignore into ticks values (?,?,?,?,?,?)", [row])

    def keep_points(self, source: str, series: str, points: Iterable[Point], seen: datetime) -> int:
        """Add prints that are new or differ from the newest known about their period."""
        known: dict[str, str] = dict(self._read(_NEWEST_POINTS, source, series))
        rows = []
        for p in points:
            if p.known is not None or known.get(p.about.isoformat()) != _digits(p.value):
                known_at = _text(p.known) if p.known else ""
                rows.append((source, series, p.about.isoformat(), known_at, _digits(p.value), _text(seen)))
        return self._write("insert or ignore into points values (?,?,?,?,?,?)", rows)

    def newest(self, source: str, symbol: str) -> list[tuple[date, Decimal]]:
        """The newest known close of every day of a symbol."""
        found = self._read(_NEWEST_CLOSES, source, symbol)
        return [(date.fromisoformat(day), Decimal(close)) for day, close in found]

    def closes(self) -> list[tuple[str, str, str, str, str]]:
        """Every close ever seen: source, symbol, day, close, seen; a day's versions in order of time."""
        return self._read("select source, symbol, day, close, seen from closes order by source, symbol, day, seen")

    def actions(self) -> list[tuple[str, str, str, str, str, str]]:
        """Every split and dividend: source, symbol, day, kind, value, seen."""
        return self._read("select source, symbol, day, kind, value, seen from actions order by source, symbol, day")

    def ticks(self, since: datetime, until: datetime) -> list[tuple[str, str, str, str, str, str]]:
        """Prices of moments seen in a span: source, symbol, at, bid, ask, seen."""
        asked = "select source, symbol, at, bid, ask, seen from ticks where seen > ? and seen <= ? order by at"
        return self._read(asked, _text(since), _text(until))

    def points(self) -> list[tuple[str, str, str, str, str, str]]:
        """Every print: source, series, about, known (empty when the source did not say), value, seen."""
        return self._read("select source, series, about, known, value, seen from points order by series, about, seen")

    def asked(self, source: str, symbol: str) -> Asked | None:
        """What was asked of a symbol so far, None when nothing."""
        found = self._read("select since, until, at from asked where source=? and symbol=?", source, symbol)
        if not found:
            return None
        since, until, at = found[0]
        return Asked(date.fromisoformat(since), date.fromisoformat(until), time_of(at))

    def note_asked(self, source: str, symbol: str, asked: Asked) -> None:
        """Remember what was asked, so that it is not asked again."""
        row = (source, symbol, asked.since.isoformat(), asked.until.isoformat(), _text(asked.at))
        self._write("insert or replace into asked values (?,?,?,?,?)", [row])

    def standings(self) -> tuple[Standing, ...]:
        """How each source did when last asked, by name."""
        found = self._read("select source, state, since, last_good, again from health order by source")
        return tuple(
            Standing(n, s, time_of(since), time_of(good) if good else None, time_of(again) if again else None)
            for n, s, since, good, again in found
        )

    def note_standing(self, standing: Standing) -> None:
        """Remember how a source did."""
        good, again = (_text(t) if t else "" for t in (standing.last_good, standing.again))
        row = (standing.source, standing.state, _text(standing.since), good, again)
        self._write("insert or replace into health values (?,?,?,?,?)", [row])

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _read(self, asked: str, *values: str) -> list[Any]:
        with self._lock:
            try:
                return self._db.execute(asked, values).fetchall()
            except sqlite3.Error as error:
                raise StoreFailed("damaged") from error

    def _write(self, asked: str, rows: Sequence[tuple[str, ...]]) -> int:
        if not rows:
            return 0
        with self._lock:
            try:
                self._db.execute("begin immediate")
                before = self._db.total_changes
                self._db.executemany(asked, rows)
                count = self._db.total_changes - before
                if count:
                    self._db.execute("update changes set count = count + 1")
                self._db.execute("commit")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise StoreFailed("unwritable") from error
        return count


_NEWEST_CLOSES = """select day, close from closes c where source=? and symbol=? and seen =
    (select max(seen) from closes d where d.source=c.source and d.symbol=c.symbol and d.day=c.day) order by day"""
_NEWEST_ACTIONS = """select day, kind, value from actions c where source=? and symbol=? and seen = (select max(seen)
    from actions d where d.source=c.source and d.symbol=c.symbol and d.day=c.day and d.kind=c.kind)"""
_NEWEST_POINTS = """select about, value from points c where source=? and series=? and seen = (select max(seen)
    from points d where d.source=c.source and d.series=c.series and d.about=c.about)"""


def time_of(text: str) -> datetime:
    """A stored instant."""
    return datetime.fromisoformat(text)


def _text(at: datetime) -> str:
    """An instant such that texts sort like times."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _digits(value: Decimal) -> str:
    """Plain digits, without trailing zeros: 470.50 and 470.5 are the same close."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
