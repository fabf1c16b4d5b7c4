"""`prices.csv` of a `files:` folder: one row a day, what cannot be read left out and counted by reason."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.market.csvs import Row, absent, decimal_of, table
from tools.domain.market import Array, Asset
from tools.errors import BadInput

_INFINITE = frozenset({"inf", "infinity"})


class PriceTable:
    """Rows by day in time order. Of several rows for one day the first counts; a row without a date counts nowhere."""

    def __init__(self, folder: Path) -> None:
        """Read the file. Raises BadInput (`csv_unreadable`, `csv_columns`, `csv_row`) with file and line."""
        header, found = table(folder, "prices.csv", ("date",))
        by_day: dict[date, Row] = {}
        self.refused: list[tuple[date, str]] = []  # the day a cell or row is from, and why it was left out
        for row in found:
            try:
                day = row.day("date")
            except BadInput:
                self.refused.append((date.min, "time"))
                continue
            if by_day.setdefault(day, row).cells != row.cells:
                self.refused.append((day, "duplicate"))
        self.columns = tuple(c for c in header if c != "date")
        self.days = sorted(by_day)
        self.rows = [by_day[day] for day in self.days]

    def column(self, asset: Asset) -> Array:
        """Prices of one asset as floats, shape (T,); NaN for what is no price: empty, text, zero, infinite, negative.

        A commodity may be worth less than nothing. Text is noted in `refused`.
        """
        return np.array([self._price(asset, k) for k in range(len(self.rows))])

    def notes(self, today: date) -> list[str]:
        """What was left out of the rows up to a day, as `prices_refused:REASON:COUNT`."""
        counts = Counter(reason for day, reason in self.refused if day <= today)
        return [f"prices_refused:{reason}:{count}" for reason, count in sorted(counts.items())]

    def _price(self, asset: Asset, k: int) -> float:
        cell = self.rows[k].cells[asset.id]
        if absent(cell) or cell.lower().lstrip("+-") in _INFINITE:
            return float("nan")
        price = decimal_of(cell)
        if price is None:
            self.refused.append((self.days[k], "text"))
            return float("nan")
        real = price > 0 or (price < 0 and asset.asset_class == "commodity")
        return float(price) if real else float("nan")
