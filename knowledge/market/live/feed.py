"""Asking the live sources for what is missing, and remembering how each did. Runs beside the talk, never in a turn.

Each symbol is one request, and only when a session has ended since it was last asked; a day that no source has a day
later does not exist and is not asked for again. A source that fails twice in a row, or asks to be left alone, is passed
over until later; the others go on.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from knowledge.exchanges import exchange_of, instant, sessions
from knowledge.market.catalogue import Figure, figures
from knowledge.market.live.listed import Listed, Source, source_of
from knowledge.market.live.source import History, PointSource, PriceSource, QuoteSource, Standing, State
from knowledge.market.live.store import Asked, LiveStore
from knowledge.ports import Clock, Progress
from tools.errors import DataMissing, StoreFailed

YEARS: Final = 10
OVERLAP: Final = timedelta(days=10)
"""Days asked again with every request: a close that changed since shows that the whole history did (a split)."""

AGAIN: Final = timedelta(minutes=30)
"""How soon a symbol is asked again while its newest close is not there yet."""

REST: Final = timedelta(minutes=15)
"""How long a source that failed, or that asked for patience without saying how long, is left alone."""

LATE: Final = timedelta(hours=24)
"""A close that is not there so long after its session has ended does not exist."""

EVERY_S: Final = 300.0
_FAILURES: Final = 2

_STATES: Final[Mapping[str, State]] = {
    "source_slow": "slow", "source_busy": "busy", "source_down": "down",
    "source_refused": "refused", "source_no_key": "no_key", "source_not_installed": "not_installed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source by the name it has in tables."""

    prices: Mapping[str, PriceSource]
    quotes: Mapping[str, QuoteSource]
    points: Mapping[str, PointSource]


@dataclass(frozen=True, slots=True)
class _Job:
    """One request: of which source, what for, and how its answer is kept."""

    source: str
    what: str
    run: Callable[[], None]


class LiveFeed:
    """Fills the store. `refresh` may take minutes on the first day; `start` does it in a thread of its own."""

    def __init__(self, store: LiveStore, listing: Listed, sources: Sources, clock: Clock) -> None:
        self._store, self._listing, self._sources, self._clock = store, listing, sources, clock
        self._stop, self._busy = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._told: list[Progress] = []
        self._made = 0
        self.doing: tuple[int, int, str] | None = None  # what is being fetched: done, of how many, what

    def refresh(self, progress: Progress | None = None) -> int:
        """Ask for everything that is missing now, and give the number of requests made since this was opened.

        When a refresh is under way already, its progress is told and it is waited for.
        """
        if progress:
            self._told.append(progress)
        with self._busy:
            try:
                self._made += self._asked_all()
                return self._made
            finally:
                self.doing = None
                if progress:
                    self._told.remove(progress)

    def _asked_all(self) -> int:
        jobs = list(self._jobs(self._clock.now()))
        failed: dict[str, int] = {}
        made = 0
        for done, job in enumerate(jobs):
            if self._stop.is_set():
                break
            if failed.get(job.source, 0) >= _FAILURES or self._resting(job.source):
                continue
            self._tell(done, len(jobs), job.what)
            made += 1
            failed[job.source] = 0 if self._tried(job) else failed.get(job.source, 0) + 1
        self._tell(len(jobs), len(jobs), "")
        return made

    def _tell(self, done: int, total: int, what: str) -> None:
        self.doing = (done, total, what)
        for told in tuple(self._told):
            told(done, total, what)

    def health(self) -> tuple[Standing, ...]:
        """How each source did when last asked."""
        return self._store.standings()

    def start(self) -> None:
        """Refresh in a thread until `close`."""
        self._thread = threading.Thread(target=self._run, name="live-feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the request under way; waits for it a moment, no longer."""
        self._stop.set()
        if self._thread:
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.refresh()
            except StoreFailed:
                return  # closed, or no room: what is there still serves, and its age is shown
            self._stop.wait(EVERY_S)

    def _tried(self, job: _Job) -> bool:
        """Make one request; how it went goes on the health line. A symbol nobody knows is no fault of the source."""
        now = self._clock.now()
        before = next((s for s in self._store.standings() if s.source == job.source), None)
        last_good = before.last_good if before else None
        again: datetime | None = None
        state: State = "ok"
        try:
            job.run()
        except DataMissing as error:
            state = _STATES.get(error.code, "unreadable")
            if state == "busy":
                told = error.names[1] if len(error.names) > 1 and error.names[1].isdigit() else None
                again = now + (timedelta(seconds=int(told)) if told else REST)
        if state == "ok":
            last_good = now
        since = before.since if before and before.state == state else now
        self._store.note_standing(Standing(job.source, state, since, last_good, again))
        return state == "ok"

    def _resting(self, source: str) -> bool:
        standing = next((s for s in self._store.standings() if s.source == source), None)
        return bool(standing and standing.again and standing.again > self._clock.now())

    def _jobs(self, now: datetime) -> Iterator[_Job]:
        """Requests worth making now: closes, rates, order books, figures."""
        for asset, chosen in self._listing.prices.items():
            exchange = exchange_of(self._listing.universe[asset])
            yield from (job for s in chosen if (job := self._closes(s, exchange, asset, now)))
        for code, source in self._listing.rates.items():
            job = self._closes(source, "weekdays", code, now)
            if job:
                yield job
        for asset, source in self._listing.quotes.items():
            if source.provider in self._sources.quotes:
                yield _Job(source.provider, asset, lambda s=source: self._quote(s))  # type: ignore[misc]
        yield from self._figures(now)

    def _closes(self, source: Source, exchange: str, what: str, now: datetime) -> _Job | None:
        """The request for a symbol's missing days, None when nothing can be missing or it was just asked."""
        if source.provider not in self._sources.prices:
            return None
        asked = self._store.asked(source.provider, source.symbol)
        newest = sessions(exchange, now).closed(instant(now))
        due = newest.astype(object) if newest is not None else now.date()
        if asked and (asked.until >= due or now - asked.at < AGAIN):
            return None
        return _Job(source.provider, what, lambda: self._history(source, exchange, asked, due))

    def _history(self, source: Source, exchange: str, asked: Asked | None, due: date) -> None:
        now = self._clock.now()
        first = now.date() - timedelta(days=round(365.25 * YEARS))
        since = max(first, asked.until - OVERLAP) if asked else first
        begun = asked.since if asked else first
        provider = self._sources.prices[source.provider]
        try:
            answer = provider.history(source.symbol, since, now)
            if asked and self._restated(source, answer):
                answer = provider.history(source.symbol, begun, now)
        except DataMissing as error:
            if error.code == "source_empty":  # nobody knows the symbol; it may come back with the next session
                self._store.note_asked(source.provider, source.symbol, Asked(begun, due, now))
                return
            raise
        self._keep(source, exchange, answer, now)
        calendar = sessions(exchange, now)
        end = calendar.ends[np.searchsorted(calendar.days, np.datetime64(due))]
        settled = instant(now) - end >= np.timedelta64(round(LATE.total_seconds()), "s")
        there = [b.day for b in answer.bars if b.day <= due] + ([asked.until] if asked else [])
        until = due if settled else max(there, default=begun - timedelta(days=1))
        self._store.note_asked(source.provider, source.symbol, Asked(begun, until, now))

    def _keep(self, source: Source, exchange: str, answer: History, now: datetime) -> None:
        """Closes of sessions that have ended; the bar of one under way is a price of the moment."""
        ended = sessions(exchange, now).closed(instant(now))
        last = ended.astype(object) if ended is not None else date.min
        closed = [b for b in answer.bars if b.day <= last and b.close != 0]
        self._store.keep_bars(source.provider, source.symbol, closed, now)
        self._store.keep_actions(source.provider, source.symbol, answer.actions, now)
        if answer.tick and answer.tick.bid > 0:
            self._store.keep_tick(source.provider, source.symbol, answer.tick, now)

    def _restated(self, source: Source, answer: History) -> bool:
        """Whether most days that were known already are now on another scale."""
        known = dict(self._store.newest(source.provider, source.symbol))
        ratios = [float(b.close / known[b.day]) for b in answer.bars if known.get(b.day)]
        return bool(ratios) and abs(float(np.median(ratios)) - 1.0) > 0.01

    def _quote(self, source: Source) -> None:
        now = self._clock.now()
        self._store.keep_tick(
            source.provider, source.symbol, self._sources.quotes[source.provider].quote(source.symbol, now), now
        )

    def _figures(self, now: datetime) -> Iterator[_Job]:
        """Requests for macro and on-chain figures: each source at most once in half a day."""
        wanted: dict[str, list[str]] = {}
        for figure in figures().values():
            for source in _sources(figure):
                wanted.setdefault(source.provider, []).append(source.symbol)
        for provider, ids in wanted.items():
            if provider in self._sources.prices:
                for symbol in ids:
                    job = self._closes(Source(provider, symbol), "weekdays", symbol, now)
                    if job:
                        yield job
            elif provider in self._sources.points:
                for group in self._sources.points[provider].groups(ids):
                    asked = self._store.asked(provider, "+".join(group))
                    if asked is None or now - asked.at >= timedelta(hours=12):
                        yield _Job(provider, group[0], lambda p=provider, g=group, a=asked: self._points(p, g, a))  # type: ignore[misc]

    def _points(self, provider: str, group: Sequence[str], asked: Asked | None) -> None:
        now = self._clock.now()
        first = now.date() - timedelta(days=round(365.25 * YEARS))
        since = max(first, asked.until - timedelta(days=120)) if asked else first  # monthly figures are revised
        found = self._sources.points[provider].points(group, since, now)
        for series, points in found.items():
            self._store.keep_points(provider, series, points, now)
        self._store.note_asked(provider, "+".join(group), Asked(asked.since if asked else since, now.date(), now))


def _sources(figure: Figure) -> tuple[Source, ...]:
    return tuple(source_of(text, "series.csv") for text in figure.sources)
