"""Does this tick start a review? Four gauges of a portfolio, each with the rate at which it rings for nothing.

A gauge is a causal score and a level. It rings when the score passes the level, and not again before it has fallen half
way back. How often it would ring a year if volatility did not change is found by resampling this portfolio's own
returns, each divided by its volatility of the day before: same tails, same correlations, no change. Where its first
level would ring more often than `budget` allows, the next higher one is used. Everything looks back only.

Thresholds and the case against χ² quantiles: methods of RiskMetrics (1996) and Kritzman & Li (2010); fat tails make
nominal rates several times too low, so no rate here rests on a law.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from tools.domain.market import Array
from tools.errors import DataMissing
from tools.signals import YEAR, ewma_vol

Name = Literal["volatility", "turbulence", "drawdown", "correlation", "drift"]

FIRST = 250
"""Rows that must lie behind before anything can ring."""

MEMORY = 1000
"""Rows that count as the long run."""

DECAY = 0.97
"""Weight of the past in the short-run volatility and correlation: a half-life of 23 days."""

PEAK = 60
"""Days whose highest value a fall is measured from."""

UNUSUAL = 0.99
"""Quantile of earlier days above which a day is turbulent."""

SPELL = 10
"""Days over which turbulent days are counted."""

CAP = 3.0
"""Standardised returns count at most so much for correlations: one wild day is no change of the structure."""

_PATHS, _POOLS, _DAYS = 240, 8, 500
_REFIT = 10

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rate:
    """False alarms a year while volatility does not change, and the 90 % interval of that figure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A gauge rang. row: index of the day in the prices given. value, level: score and what it passed.

    volatility: short-run over long-run volatility. turbulence: turbulent days among the last ten. drawdown: the fall
    from the sixty-day peak, a positive fraction. correlation: mean correlation of pairs now. drift: points beyond.
    """

    row: int
    trigger: Name
    value: float
    level: float
    rate: Rate


@dataclass(frozen=True, slots=True)
class _Gauge:
    """score: shape (T,), NaN until known. calm: where it stands on a usual day. worlds: from a row, what the score
    would do without change, shape (paths, days). shown: from row and score, the figure to print."""

    name: Name
    score: Array
    calm: float
    levels: tuple[float, ...]
    budget: float
    worlds: Callable[[int], Array]
    shown: Callable[[int, float], float]


@dataclass(frozen=True, slots=True)
class Budgets:
    """Most false alarms a year that each gauge is allowed; together at most half of one."""

    volatility: float = 0.2
    turbulence: float = 0.1
    drawdown: float = 0.1
    correlation: float = 0.1


def returns_of(closes: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """Simple returns between the days on which at least half of the assets had a price, and the row each ends on.

    Args:
        closes: Shape (T, n), NaN where there was none; an asset counts as unmoved on a day without its price, and as
            missing (NaN) before its first.
    Returns:
        Shapes (R, n) and (R,).
    """
    known = np.isfinite(closes)
    rows = np.flatnonzero(known.sum(axis=1) * 2 >= max(1, int(known.any(axis=0).sum())))
    at = np.where(known, np.arange(len(closes))[:, None], -1)
    np.maximum.accumulate(at, axis=0, out=at)
    prices = np.where(at >= 0, np.take_along_axis(closes, np.maximum(at, 0), axis=0), np.nan)[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = prices[1:] / prices[:-1] - 1.0
    return np.where(np.isfinite(change), change, np.nan), rows[1:]
