"""Published figures: `releases.csv` of a `files:` folder (released_at, event, actual, consensus, previous).

A figure counts from `released_at`. Percents are fractions; 1.2K, 3M, 4B and 5T are expanded.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from knowledge.market.csvs import Row, absent, decimal_of, table
from tools.errors import BadInput
from tools.releases import Release

AHEAD = timedelta(days=45)
"""How far ahead scheduled releases are named."""

EXPECTED = timedelta(days=7)
"""How long before its release a figure's consensus counts as known."""

_SCALE = {"": 1.0, "%": 0.01, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_FIGURE = re.compile(r"([^%KMBT]*)([%KMBT]?)", re.IGNORECASE)


class EmptyCalendar:
    """No source of releases is connected."""

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Nothing."""
        return ()

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        """Nothing."""
        return ()


class FilesCalendar:
    """Releases of a `files:` folder, read once, when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Figures published by `now`, oldest first; empty without the file.

        Raises:
            BadInput: A line cannot be read; the name says which.
        """
        return tuple(x for x in self._all if x.at <= now)

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        """Releases scheduled within `AHEAD`, soonest first. Raises BadInput as above."""
        return ahead(self._all, now)

    @cached_property
    def _all(self) -> tuple[Release, ...]:
        rows = table(self._folder, "releases.csv", ("released_at", "event", "actual"))[1]
        return tuple(sorted((_release(row) for row in rows), key=lambda x: x.at))


def ahead(releases: Iterable[Release], now: datetime) -> tuple[Release, ...]:
    """What is known at `now` of releases still to come: when, which event, and the consensus in the last week.

    The figure itself, and the previous one in its row (which may be revised on the day), belong to the future.
    """
    due = (r for r in releases if now < r.at <= now + AHEAD)
    return tuple(
        replace(r, actual=None, previous=None, consensus=r.consensus if r.at <= now + EXPECTED else None) for r in due
    )


def _release(row: Row) -> Release:
    actual, consensus, previous = (_figure(row, name) for name in ("actual", "consensus", "previous"))
    return Release(row.instant("released_at"), row.text("event"), actual, consensus, previous)


def _figure(row: Row, column: str) -> float | None:
    """A figure as a float, None when there is none."""
    cell = row.cells.get(column, "").replace(",", "")
    if absent(cell):
        return None
    match = _FIGURE.fullmatch(cell)
    digits = decimal_of(match[1].strip()) if match else None
    if match is None or digits is None:
        raise BadInput("number_unreadable", row.place, column)
    return float(digits) * _SCALE[match[2].upper()]
