"""Macro series of the Federal Reserve Bank of St. Louis. With a key, first prints and revisions with their dates.

Without one, the public CSV of a graph: latest values only, so that older figures count from the usual delay.
Sources: fred.stlouisfed.org/docs/api/fred/series_observations.html; fredgraph.csv as linked from every graph.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from knowledge.market.csvs import decimal_of
from knowledge.market.fetch import document, fetch
from knowledge.market.live.source import Point
from tools.errors import DataMissing

GRAPH = "https://fred.stlouisfed.org/graph/fredgraph.csv"
API = "https://api.stlouisfed.org/fred/series/observations"

_REVISED = frozenset({"CPIAUCSL", "UNRATE", "INDPRO", "PAYEMS", "CPILFESL"})
"""Series that are revised: only for these are all vintages asked (FRED refuses too many for a daily series)."""


class Fred:
    """`fred:ID`, for example `fred:DGS10`."""

    name = "fred"

    def __init__(self, key: str | None = None, *, graph: str = GRAPH, api: str = API) -> None:
        self._key, self._graph, self._api = key, graph, api

    def groups(self, ids: Sequence[str]) -> Sequence[Sequence[str]]:
        """One series a request."""
        return [[i] for i in ids]

    def points(self, ids: Sequence[str], since: date, now: datetime) -> Mapping[str, Sequence[Point]]:
        """See `PointSource`."""
        return {i: self._dated(i, since) if self._key else self._latest(i, since) for i in ids}

    def _latest(self, series: str, since: date) -> list[Point]:
        text = fetch(self._graph, params={"id": series, "cosd": since.isoformat()}).decode("utf-8", "replace")
        lines = list(csv.reader(text.splitlines()))
        if not lines or len(lines[0]) != 2 or lines[0][1].strip() != series:
            raise DataMissing("source_unreadable", self.name)
        return [p for p in (_point(line[0], line[1]) for line in lines[1:] if len(line) == 2) if p]

    def _dated(self, series: str, since: date) -> list[Point]:
        asked = {
            "series_id": series,
            "api_key": self._key or "",
            "file_type": "json",
            "observation_start": since.isoformat(),
        }
        if series in _REVISED:
            asked |= {"realtime_start": since.isoformat(), "realtime_end": "9999-12-31"}
        answer = document(fetch(self._api, params=asked), self.name)
        rows = answer.get("observations") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise DataMissing("source_unreadable", self.name)
        found = []
        for row in rows:
            if isinstance(row, dict):
                point = _point(str(row.get("date")), str(row.get("value")))
                known = _released(str(row.get("realtime_start"))) if series in _REVISED else None
                if point:
                    found.append(Point(point.about, point.value, known))
        return found


def _point(day: str, value: str) -> Point | None:
    """One print, None for a day without a value ('.' or empty)."""
    number = decimal_of(value.strip())
    try:
        return None if number is None else Point(date.fromisoformat(day.strip()), number)
    except ValueError:
        return None


def _released(day: str) -> datetime | None:
    """The end of the day of a vintage: the hour is not told."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59), tzinfo=UTC)
    except ValueError:
        return None
