"""Macro and on-chain figures, and releases, out of the live store."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import numpy as np

from knowledge.calendars import ahead
from knowledge.exchanges import instant
from knowledge.market.catalogue import Figure, figures, known_by
from knowledge.market.live.listed import source_of
from knowledge.market.live.scheduled import scheduled
from knowledge.market.live.store import LiveStore
from tools.domain.series import Series, as_known
from tools.releases import Release

_Row = tuple[str, str, str, str]  # about, known, value, seen

_EVENTS: Final[Mapping[str, str]] = {"US_CPI": "cpi", "US_UNEMPLOYMENT": "jobs_report", "FED_FUNDS": "fomc"}


class LiveSignals:
    """Series of `series.csv` as known at an instant: published when its source says so, else when it surely was.

    Percents become fractions. Where one source has nothing about a period, the next in the table speaks.
    """

    simulated = False

    def __init__(self, store: LiveStore) -> None:
        self._store = store
        self._version = -1
        self._all: dict[str, Series] = {}

    def at(self, now: datetime) -> Mapping[str, Series]:
        """Every series by name as known at `now`; one of which nothing was known yet is left out."""
        version = self._store.version()
        if version != self._version:
            self._all, self._version = self._read(), version
        found = {name: s.until(instant(now)) for name, s in self._all.items()}
        return {name: s for name, s in found.items() if len(s.values)}

    def _read(self) -> dict[str, Series]:
        rows: dict[tuple[str, str], list[_Row]] = {}
        for source, series, about, known, value, seen in self._store.points():
            rows.setdefault((source, series), []).append((about, known, value, seen))
        for source, symbol, day, close, seen in self._store.closes():
            rows.setdefault((source, symbol), []).append((day, "", close, seen))
        return {name: s for name, f in figures().items() if len((s := _series(f, rows)).values)}


def _series(figure: Figure, rows: Mapping[tuple[str, str], list[_Row]]) -> Series:
    scale = 0.01 if figure.unit == "fraction" else 1.0
    told: set[str] = set()  # periods an earlier source already spoke about
    known, about, values = [], [], []
    for text in figure.sources:
        source = source_of(text, "series.csv")
        found = rows.get((source.provider, source.symbol), [])
        fresh = [r for r in found if r[0] not in told]
        told.update(r[0] for r in found)
        first = min((r[3] for r in found), default="")[:10]
        usual = known_by(np.array([r[0] for r in fresh], dtype="datetime64[D]"), figure.every, figure.lag_days)
        before = set[str]()
        for row, by in zip(fresh, usual, strict=True):
            known.append(_known(row, by, first=first, again=row[0] in before))
            before.add(row[0])
            about.append(row[0])
            values.append(float(row[2]) * scale)
    return as_known(
        figure.id,
        np.array(known, dtype="datetime64[s]"),
        np.array(about, dtype="datetime64[D]"),
        np.array(values, dtype=np.float64),
    )


def _known(row: _Row, usual: np.datetime64, *, first: str, again: bool) -> np.datetime64:
    """When a print was known: as published; else when seen here, or by the usual delay for what was there before us."""
    _, known, _, seen = row
    if known:
        return _moment(known)
    if again or seen[:10] > first:
        return _moment(seen)
    return min(usual, _moment(seen))


def _moment(text: str) -> np.datetime64:
    return np.datetime64(datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None), "s")


class LiveCalendar:
    """Inflation over a year, unemployment and the Fed's rate as first published; nobody gives the consensus away."""

    def __init__(self, signals: LiveSignals) -> None:
        self._signals = signals

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Figures published by `now`, oldest first."""
        known = self._signals.at(now)
        found = [r for name, event in _EVENTS.items() if name in known for r in _prints(known[name], event)]
        return tuple(sorted(found, key=lambda r: r.at))

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        """What publishers have announced, see `scheduled`; nobody gives the dates of the others away without a key."""
        return ahead(scheduled(), now)


def _prints(series: Series, event: str) -> list[Release]:
    """One release for each new period (for a policy rate: for each change), with the figure before it."""
    found: list[Release] = []
    before: float | None = None
    told: np.datetime64 | None = None
    for known, about, value in zip(series.known, series.about, series.values.tolist(), strict=True):
        figure: float | None = value
        if about == told:
            continue  # a revision is no release of its own
        told = about
        if event == "cpi":
            year_ago = series.values[series.about == (about.astype("datetime64[M]") - 12).astype("datetime64[D]")]
            figure = value / float(year_ago[-1]) - 1.0 if len(year_ago) else None
        if figure is None or (event == "fomc" and figure == before):
            continue
        found.append(Release(known.astype(datetime).replace(tzinfo=UTC), event, round(figure, 6), None, before))
        before = round(figure, 6)
    return found
