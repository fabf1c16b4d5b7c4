"""Simulated releases beside the simulated market, so that what the calendar is for can be tried without data.

Nothing here is real, and nothing here moves a simulated price: figures come from their own random streams, one per
event and month, so that a later `now` only appends. What followed them is therefore what follows any day.
"""

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import pi, sin
from typing import Final

import numpy as np

from knowledge.calendars import ahead
from tools.releases import Release

FIRST: Final = 2011
"""First year with releases: the first of the simulated prices."""

_FED_MONTHS: Final = frozenset({1, 3, 5, 6, 7, 9, 11, 12})
_FRIDAY, _WEDNESDAY = 4, 2


class DemoCalendar:
    """Inflation, jobs and rate decisions of a country that does not exist."""

    def __init__(self, seed: int = 20260155) -> None:
        self._seed = seed

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Simulated figures published by `now`, oldest first."""
        return tuple(r for r in self._until(now.year) if r.at <= now)

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        """Simulated releases scheduled after `now`, soonest first, without their figures."""
        return ahead(self._until(now.year + 1), now)

    def _until(self, year: int) -> tuple[Release, ...]:
        return _simulated(self._seed, max(year, FIRST))


@lru_cache(maxsize=4)
def _simulated(seed: int, until: int) -> tuple[Release, ...]:
    """Every release from the first year to the end of `until`, oldest first."""
    found: list[Release] = []
    before: dict[str, float | None] = {}
    for year in range(FIRST, until + 1):
        for month in range(1, 13):
            for event, at in _days(year, month):
                actual, consensus = _figures(seed, event, year, month)
                found.append(Release(at, event, actual, consensus, before.get(event)))
                before[event] = actual
    return tuple(sorted(found, key=lambda r: r.at))


def _days(year: int, month: int) -> Iterator[tuple[str, datetime]]:
    """When each event of a month is released, on days that are no weekend."""
    first = date(year, month, 1)
    cpi = date(year, month, 12)
    yield "cpi", _at(cpi + timedelta(days=max(0, 7 - cpi.weekday()) if cpi.weekday() > _FRIDAY else 0), 12)
    yield "jobs_report", _at(first + timedelta(days=(_FRIDAY - first.weekday()) % 7), 12)
    if month in _FED_MONTHS:
        yield "fomc", _at(first + timedelta(days=(_WEDNESDAY - first.weekday()) % 7 + 14), 19)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


def _figures(seed: int, event: str, year: int, month: int) -> tuple[float, float]:
    """The figure and what was expected of it: a rate of inflation over a year, jobs added, a policy rate."""
    rng = np.random.default_rng([seed, zlib.crc32(event.encode()), year, month])
    first, second = rng.standard_normal(2).tolist()
    if event == "cpi":
        consensus = round(0.025 + 0.004 * first, 3)
        return round(consensus + 0.0015 * second, 3), consensus
    if event == "jobs_report":
        consensus = round(160_000 + 40_000 * first, -3)
        return round(consensus + 65_000 * second, -3), consensus
    steps = round((0.03 + 0.02 * sin(2 * pi * (12 * (year - FIRST) + month) / 96)) / 0.0025)
    missed = 0 if abs(second) < 1.4 else (1 if second > 0 else -1)
    return steps * 0.0025, (steps - missed) * 0.0025
