"""Texts and what was read in them, in one small file of the home: a cache that may be thrown away at any time.

No figure of a decision rests on it: decisions keep their own numbers. It spares sources and readers the same question
twice, and lets a cause open the headlines it came from.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tools.domain.news import Article, Signal
from tools.domain.value import Lang
from tools.errors import StoreFailed

KEPT = timedelta(days=730)
"""Texts that reached us longer ago are dropped."""

_TABLES = """
create table if not exists articles (key text primary key, id text, published_at text, seen_at text, source text,
    lang text, title text, body text, assets text, url text, story text, social integer, weight real);
create index if not exists articles_seen on articles (seen_at);
create table if not exists readings (key text, reader text, signals text, primary key (key, reader));
create table if not exists feeds (name text primary key, state text);
"""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered between two visits: validators, when to come again, failures in a row, how it went."""

    etag: str = ""
    modified: str = ""
    next_at: str = ""
    checked_at: str = ""
    failures: int = 0
    kept: int = 0
    refused: Mapping[str, int] | None = None
    problem: str | None = None


class NewsStore:
    """SQLite, one connection, safe between threads. A file that cannot be read is begun anew."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StoreFailed("unwritable") where that is impossible."""
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._opened(path)
        except sqlite3.DatabaseError:
            try:
                path.unlink(missing_ok=True)
                self._db = self._opened(path)
            except (OSError, sqlite3.Error) as error:
                raise StoreFailed("unwritable") from error

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, check_same_thread=False, timeout=5.0, isolation_level=None)
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=normal")
        db.executescript(_TABLES)
        return db

    def keep(self, articles: Iterable[Article]) -> int:
        """Remember texts; those known keep when they were first seen. Gives how many were new."""
        rows = [
            (
                a.key, a.id, _text(a.published_at), _text(a.known_at), a.source, a.lang, a.title, a.body,
                json.dumps(a.assets), a.url, a.story, a.social, a.weight,
            )
            for a in articles
        ]  # fmt: skip
        return self._write(f"insert or ignore into articles values ({','.join('?' * 13)})", rows)

    def between(self, since: datetime, now: datetime) -> tuple[Article, ...]:
        """Texts that reached us after `since` and not after `now`, oldest first; not those about nothing we know."""
        mute = "select 1 from readings where readings.key = articles.key and signals = '[]'"
        asked = (
            f"select * from articles where seen_at > ? and seen_at <= ? and not exists ({mute}) order by seen_at, id"
        )
        return self._articles(asked, (_text(since), _text(now)))

    def named(self, keys: Sequence[str]) -> dict[str, Article]:
        """The texts of these keys that are still here."""
        marks = ",".join("?" * len(keys))
        return {a.key: a for a in self._articles(f"select * from articles where key in ({marks})", keys)}

    def _articles(self, asked: str, values: Sequence[str]) -> tuple[Article, ...]:
        return tuple(_article(row) for row in self._read(asked, values))

    def signals(self, reader: str) -> dict[str, tuple[Signal, ...]]:
        """Everything a reader has read: key of a text → signals."""
        rows = self._read("select key, signals from readings where reader = ?", (reader,))
        return {key: tuple(Signal.model_validate_json(json.dumps(s)) for s in json.loads(text)) for key, text in rows}

    def note(self, reader: str, read: Mapping[str, Sequence[Signal]]) -> None:
        """Remember what a reader found in texts."""
        rows = [
            (key, reader, json.dumps([s.model_dump(mode="json") for s in signals])) for key, signals in read.items()
        ]
        self._write("insert or replace into readings values (?, ?, ?)", rows)

    def _read(self, asked: str, values: Sequence[str]) -> list[Any]:
        """Rows; none from a store that was closed while a thread still read, or that cannot be read any more."""
        with self._lock:
            try:
                return self._db.execute(asked, tuple(values)).fetchall()
            except sqlite3.Error:
                return []

    def _write(self, command: str, rows: Sequence[tuple[object, ...]]) -> int:
        """All rows or none; a store that cannot be written just now (full, locked, closed) forgets, that is all."""
        with self._lock:
            before = self._db.total_changes
            try:
                with self._db:
                    self._db.execute("begin immediate")
                    self._db.executemany(command, rows)
            except sqlite3.Error:
                return 0
            return self._db.total_changes - before

    def feed(self, name: str) -> FeedState:
        """What is remembered of a feed."""
        found = self._read("select state from feeds where name = ?", (name,))
        return FeedState(**json.loads(found[0][0])) if found else FeedState()

    def visited(self, name: str, state: FeedState) -> None:
        """Remember how a visit went."""
        fields = {f: getattr(state, f) for f in FeedState.__slots__}
        self._write("insert or replace into feeds values (?, ?)", [(name, json.dumps(fields))])

    def tidy(self, now: datetime) -> None:
        """Drop what is old."""
        self._write("delete from articles where seen_at < ?", [(_text(now - KEPT),)])

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()


def _text(at: datetime) -> str:
    """One spelling of an instant (all are UTC), so that text order is time order."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def _article(row: tuple[str, ...]) -> Article:
    _, name, published, seen, source, lang, title, body, assets, url, story, social, weight = row
    spoken: Lang = "ko" if lang == "ko" else "en"
    return Article(
        name, datetime.fromisoformat(published), source, spoken, title, body, tuple(json.loads(assets)), url,
        datetime.fromisoformat(seen), story, bool(social), float(weight),
    )  # fmt: skip
