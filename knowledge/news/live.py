"""Feeds of the web: asked in a thread of their own, politely, and read from the store. A turn never waits for one."""

import sqlite3
import threading
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from knowledge.news.feeds import Feed, parse
from knowledge.news.store import FeedState, NewsStore
from knowledge.ports import Clock
from tools.domain.news import Article, Health, News
from tools.errors import DataMissing

if TYPE_CHECKING:
    from knowledge.news.fetching import Fetcher

EVERY = timedelta(minutes=15)
"""How often a feed is asked; after failures twice as long each time, at most a day."""

LONGEST = timedelta(days=1)
OVERLAP = timedelta(hours=1)


class LiveNews:
    """RSS, Atom and social feeds through one door; what is new is stored with the time it reached us."""

    simulated = False

    def __init__(self, store: NewsStore, feeds: tuple[Feed, ...], fetcher: "Fetcher | None" = None) -> None:
        """Keep the feeds; nothing is asked before `refresh` or `start`."""
        self._store, self._feeds, self._fetcher = store, feeds, fetcher
        self._over = threading.Event()
        self._turn, self._reading = threading.Lock(), threading.Lock()
        self._known: dict[str, Article] = {}
        self._thread: threading.Thread | None = None

    def between(self, since: datetime, now: datetime) -> News:
        """See `NewsSource`: what is in the store, however old the last visit is."""
        with self._reading:
            # A visit stores its feeds one by one under one time, so the last hour is looked at again.
            start = max(max((a.known_at for a in self._known.values()), default=since) - OVERLAP, since)
            self._known |= {a.key: a for a in self._store.between(start, now)}
            found = [a for a in self._known.values() if since < a.known_at <= now]
            self._known = {a.key: a for a in found}
            return News(tuple(sorted(found, key=lambda a: (a.known_at, a.id))))

    def refresh(self, now: datetime) -> int:
        """Ask every feed whose turn it is. A feed that fails is asked less often and says so in its health."""
        new = 0
        with self._turn:
            for feed in self._feeds:
                state = self._store.feed(feed.name)
                if self._over.is_set() or (state.next_at and datetime.fromisoformat(state.next_at) > now):
                    continue
                found, state = self._visit(feed, state, now)
                new += self._store.keep(found.articles)
                self._store.visited(feed.name, state)
            self._store.tidy(now)
        return new

    def _visit(self, feed: Feed, state: FeedState, now: datetime) -> tuple[News, FeedState]:
        """One question to one feed."""
        state = replace(state, checked_at=now.isoformat())
        try:
            answer = self._asked().get(feed.url, etag=state.etag, modified=state.modified)
            found = News(()) if answer.body is None else parse(answer.body, feed, now)
        except DataMissing as error:
            failures = state.failures + 1
            wait = min(EVERY * 2 ** min(failures, 10), LONGEST)
            next_at = (now + wait).isoformat()
            return News(()), replace(state, failures=failures, problem=error.code, next_at=next_at)
        well = replace(state, failures=0, problem=None, next_at=(now + EVERY).isoformat())
        if answer.body is None:
            return found, well
        kept, refused = len(found.articles), dict(found.refused)
        return found, replace(well, etag=answer.etag, modified=answer.modified, kept=kept, refused=refused)

    def _asked(self) -> "Fetcher":
        """What asks; httpx takes its time to import, so not before there is something to ask."""
        if self._fetcher is None:
            from knowledge.news.fetching import Fetcher

            self._fetcher = Fetcher()
        return self._fetcher

    def start(self, clock: Clock) -> None:
        """Ask from now on, every so often, in a thread of its own."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(clock,), name="news", daemon=True)
            self._thread.start()

    def _run(self, clock: Clock) -> None:
        while not self._over.is_set():
            try:
                self.refresh(clock.now())
            except sqlite3.Error:  # closed under us, or nowhere to write: what is stored is still read
                return
            self._over.wait(60.0)

    def health(self) -> tuple[Health, ...]:
        """How each feed did on its last visit; empty before the first."""
        found = []
        for feed in self._feeds:
            state = FeedState(**asdict(self._store.feed(feed.name)))
            if state.checked_at:
                at = datetime.fromisoformat(state.checked_at).astimezone(UTC)
                found.append(Health(feed.name, state.kept, dict(state.refused or {}), state.problem, at))
        return tuple(found)

    def close(self) -> None:
        """Stop asking. A visit under way ends by its own deadline and is not waited for."""
        self._over.set()
