"""Where holdings stood day by day: values, returns, falls from a peak, and fixed mixes kept by rebalancing.

These follow given holdings or weights through past prices. They are a look back, not advice: nothing is chosen here.
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array, Days
from tools.errors import DataMissing

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Track:
    """A path of values. days: shape (T,). values: shape (T,), positive and finite."""

    days: Days
    values: Array

    @property
    def gain(self) -> float:
        """Total return from the first to the last day, a fraction."""
        return float(self.values[-1] / self.values[0] - 1.0)

    @property
    def falls(self) -> Array:
        """How far each day stands below the highest value so far, ≤ 0, shape (T,)."""
        return np.asarray(self.values / np.maximum.accumulate(self.values) - 1.0)

    @property
    def vol(self) -> float:
        """Yearly volatility from returns over seven-day steps; NaN with fewer than eight of them."""
        ages = (self.days[-1] - self.days).astype("timedelta64[D]").astype(np.int64)
        last = np.flatnonzero(np.diff(ages // 7, append=-1))
        weekly = np.diff(np.log(self.values[last]))
        return float(np.std(weekly, ddof=1) * np.sqrt(DAYS_A_YEAR / 7)) if len(weekly) >= 8 else float("nan")


def filled(closes: Array) -> Array:
    """Prices for valuing: the last known close carried on over days without one, shape (T, n); NaN before the first."""
    rows = np.where(np.isfinite(closes), np.arange(len(closes))[:, None], 0)
    np.maximum.accumulate(rows, axis=0, out=rows)
    return np.asarray(np.take_along_axis(closes, rows, axis=0))


def held(days: Days, closes: Array, units: Array) -> Track:
    """The value of unchanged holdings over the days on which all of them had a price.

    Args:
        days: Shape (T,). closes: in one currency, shape (T, n). units: held throughout, shape (n,).
    Raises:
        DataMissing: Fewer than two such days.
    """
    used = np.flatnonzero(units)
    prices = filled(closes[:, used])
    known = np.isfinite(prices).all(axis=1)
    if known.sum() < 2 or not len(used):
        raise DataMissing("short_history")
    return Track(days[known], prices[known] @ units[used])


def mixed(days: Days, closes: Array, weights: Array, *, fee: Array) -> Track:
    """The value of one unit kept at fixed weights, rebalanced on the first day of each month, after fees.

    Args:
        days: Shape (T,). closes: in one currency, shape (T, n). weights: summing to 1, shape (n,).
        fee: One-way cost per asset as a fraction of what is traded, shape (n,).
    Raises:
        DataMissing: Fewer than two days on which every asset with weight had a price.
    """
    used = np.flatnonzero(weights)
    prices = filled(closes[:, used])
    known = np.isfinite(prices).all(axis=1)
    if known.sum() < 2 or not len(used):
        raise DataMissing("short_history")
    days, prices, goal, cost = days[known], prices[known], weights[used], fee[used]
    values = np.empty(len(days))
    parts = goal.copy()
    values[0] = 1.0
    months = days.astype("datetime64[M]")
    for t in range(1, len(days)):
        parts = parts * prices[t] / prices[t - 1]
        if months[t] != months[t - 1]:
            total = parts.sum()
            total -= float(np.abs(goal * total - parts) @ cost)
            parts = goal * total
        values[t] = parts.sum()
    return Track(days, values)
