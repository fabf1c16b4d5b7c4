"""The US Treasury's par yield curve, as its own CSV: one request for one year, so only the current one is asked.

Source: home.treasury.gov, Daily Treasury Par Yield Curve Rates. Older years come from FRED's copies of the same rates.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from knowledge.market.csvs import decimal_of
from knowledge.market.fetch import fetch
from knowledge.market.live.source import Point
from tools.errors import DataMissing

BASE = "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
_COLUMNS: Mapping[str, str] = {
    "1M": "1 Mo", "3M": "3 Mo", "6M": "6 Mo", "1Y": "1 Yr", "2Y": "2 Yr", "3Y": "3 Yr", "5Y": "5 Yr", "7Y": "7 Yr",
    "10Y": "10 Yr", "20Y": "20 Yr", "30Y": "30 Yr",
}  # fmt: skip


class Treasury:
    """`treasury:MATURITY`, for example `treasury:10Y`."""

    name = "treasury"

    def __init__(self, *, base: str = BASE) -> None:
        self._base = base

    def groups(self, ids: Sequence[str]) -> Sequence[Sequence[str]]:
        """The whole curve at once."""
        return [list(ids)] if ids else []

    def points(self, ids: Sequence[str], since: date, now: datetime) -> Mapping[str, Sequence[Point]]:
        """See `PointSource`; nothing before the first of January of this year."""
        asked = {
            "type": "daily_treasury_yield_curve",
            "field_tdr_date_value": str(now.year),
            "_format": "csv",
        }
        text = fetch(f"{self._base}/{now.year}/all", params=asked).decode("utf-8-sig", "replace")
        rows = list(csv.DictReader(text.splitlines()))
        if rows and "Date" not in rows[0]:
            raise DataMissing("source_unreadable", self.name)
        found: dict[str, list[Point]] = {}
        for row in rows:
            day = _day(row["Date"] or "")
            for maturity in ids if day and day >= since else ():
                value = decimal_of((row.get(_COLUMNS[maturity]) or "").strip())
                if day and value is not None:
                    found.setdefault(maturity, []).append(Point(day, value))
        return found


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()
    except ValueError:
        return None
