"""Macro series of the Bank of Korea (ECOS). A free key is needed; it stands in the address and is never shown.

Source: ecos.bok.or.kr/api, StatisticSearch: /KEY/json/kr/1/COUNT/TABLE/CYCLE/START/END/ITEM.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from knowledge.market.csvs import decimal_of
from knowledge.market.fetch import document, fetch
from knowledge.market.live.source import Point
from tools.errors import DataMissing

BASE = "https://ecos.bok.or.kr/api/StatisticSearch"
_MOST = 10_000
_STAMP = re.compile(r"(\d{4})(?:Q([1-4])|(\d{2})(\d{2})?)?")


class Ecos:
    """`ecos:TABLE/CYCLE/ITEM`, for example `ecos:722Y001/D/0101000`, the base rate."""

    name = "ecos"

    def __init__(self, key: str | None = None, *, base: str = BASE) -> None:
        self._key, self._base = key, base

    def groups(self, ids: Sequence[str]) -> Sequence[Sequence[str]]:
        """One series a request."""
        return [[i] for i in ids]

    def points(self, ids: Sequence[str], since: date, now: datetime) -> Mapping[str, Sequence[Point]]:
        """See `PointSource`. Raises DataMissing("source_no_key") without a key."""
        if not self._key:
            raise DataMissing("source_no_key", self.name)
        return {i: self._series(i, since, now.date()) for i in ids}

    def _series(self, series: str, since: date, until: date) -> list[Point]:
        table, cycle, item = series.split("/")
        first, last = (_stamp(day, cycle) for day in (since, until))
        path = f"{self._key}/json/kr/1/{_MOST}/{table}/{cycle}/{first}/{last}/{item}"
        answer = document(fetch(f"{self._base}/{path}"), self.name)
        found = answer.get("StatisticSearch") if isinstance(answer, dict) else None
        rows = found.get("row") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            code = str(answer.get("RESULT", {}).get("CODE", "")) if isinstance(answer, dict) else ""
            if code == "INFO-200":  # nothing in this span
                return []
            raise DataMissing("source_refused" if code else "source_unreadable", self.name)
        return [p for p in (_point(row) for row in rows if isinstance(row, dict)) if p]


def _stamp(day: date, cycle: str) -> str:
    if cycle == "D":
        return f"{day:%Y%m%d}"
    return f"{day:%Y}Q{(day.month + 2) // 3}" if cycle == "Q" else f"{day:%Y%m}" if cycle == "M" else f"{day:%Y}"


def _point(row: Mapping[str, object]) -> Point | None:
    match, value = _STAMP.fullmatch(str(row.get("TIME"))), decimal_of(str(row.get("DATA_VALUE")).strip())
    if match is None or value is None:
        return None
    month = int(match[2]) * 3 - 2 if match[2] else int(match[3] or 1)
    try:
        return Point(date(int(match[1]), month, int(match[4] or 1)), value)
    except ValueError:
        return None
