"""`releases.csv` of a `files:` folder: released_at, event, actual, consensus, previous.

A figure counts from `released_at`. Percents are fractions; 1.2K, 3M, 4B and 5T are expanded.
"""

import re
from datetime import datetime
from pathlib import Path

from knowledge.market.csvs import Row, absent, decimal_of, table
from tools.errors import BadInput
from tools.releases import Release

_SCALE = {"": 1.0, "%": 0.01, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_FIGURES = ("actual", "consensus", "previous")
_FIGURE = re.compile(r"([^%KMBT]*)([%KMBT]?)", re.IGNORECASE)


def read_releases(folder: Path, now: datetime) -> tuple[Release, ...]:
    """Releases up to `now`, oldest first; empty when there is no such file.

    Raises:
        BadInput: A line cannot be read; the name says which.
    """
    needs = ("released_at", "event", "actual")
    rows = table(folder, "releases.csv", needs)[1]
    found = [Release(r.instant("released_at"), r.text("event"), *(_figure(r, c) for c in _FIGURES)) for r in rows]
    return tuple(sorted((x for x in found if x.at <= now), key=lambda x: x.at))


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
