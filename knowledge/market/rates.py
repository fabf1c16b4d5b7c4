"""Exchange rates of `fx.csv`: KRW per unit of each currency, directly or by way of the dollar."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from knowledge.market.csvs import Row
from tools.domain.market import Array, Days
from tools.errors import BadInput, DataMissing

_ONE = Decimal(1)


class Rates:
    """Dated rates by pair; one holds until the next."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Read all pairs.

        Raises:
            BadInput: `pair_unreadable`, a pair that is not two currency codes.
            DataMissing: `rate_impossible`, a rate that is not above zero.
        """
        found: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
        for row in rows:
            pair = row.text("pair").replace("/", "").upper()
            if len(pair) != 6 or not pair.isalpha():
                raise BadInput("pair_unreadable", row.place)
            rate = row.number("rate")
            if rate <= 0:
                raise DataMissing("rate_impossible", row.place)
            found.setdefault((pair[:3], pair[3:]), []).append((row.day("date"), rate))
        self._pairs = {pair: sorted(rates, key=lambda r: r[0]) for pair, rates in found.items()}

    @property
    def codes(self) -> frozenset[str]:
        """Every currency that stands in a pair."""
        return frozenset(code for pair in self._pairs for code in pair)

    def on(self, days: Days, code: str) -> Array:
        """KRW per unit of a currency on each day, shape (T,); NaN before the first rate."""
        found = (self.now(code, day) for day in days.astype(object))
        return np.array([float("nan") if won is None else float(won[0]) for won in found])

    def ages(self, days: Days, code: str) -> npt.NDArray[np.int64]:
        """How many days old the rate used on each day is, shape (T,); 0 where there is none."""
        found = [(day, self.now(code, day)) for day in days.astype(object)]
        return np.array([0 if rate is None else (day - rate[1]).days for day, rate in found], dtype=np.int64)

    def now(self, code: str, today: date) -> tuple[Decimal, date] | None:
        """KRW per unit of a currency and the day that rate is from (the older of two combined), None when unknown."""
        if code == "KRW":
            return _ONE, today
        direct = self._rate(code, "KRW", today)
        if direct is not None or code == "USD":
            return direct
        dollars, won = self._rate(code, "USD", today), self._rate("USD", "KRW", today)
        if dollars is None or won is None:
            return None
        return dollars[0] * won[0], min(dollars[1], won[1])

    def _rate(self, one: str, other: str, day: date) -> tuple[Decimal, date] | None:
        """Units of `other` per unit of `one`, from whichever way round the pair was written last."""
        straight, turned = self._newest((one, other), day), self._newest((other, one), day)
        if turned and (straight is None or turned[1] > straight[1]):
            return _ONE / turned[0], turned[1]
        return straight

    def _newest(self, pair: tuple[str, str], day: date) -> tuple[Decimal, date] | None:
        rates = self._pairs.get(pair, [])
        place = bisect_right(rates, day, key=lambda r: r[0])
        return (rates[place - 1][1], rates[place - 1][0]) if place else None
