"""Does this tick start a review? Four gauges of a portfolio, each with the rate at which it rings for nothing.

A gauge is a causal score and a level. It rings when the score passes the level, and not again before it has fallen half
way back. How often it would ring a year if volatility did not change is found by resampling this portfolio's own
returns, each divided by its volatility of the day before: same tails, same correlations, no change. Where its first
level would ring more often than `budget` allows, the next higher one is used. Everything looks back only.

Thresholds and the case against χ² quantiles: methods of RiskMetrics (1996) and Kritzman & Li (2010); fat tails make
nominal rates several times too low, so no rate here rests on a law.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from tools.domain.market import Array
from tools.errors import DataMissing
from tools.gauges import DEFAULT, FIRST, PATHS, POOLS, Budgets, Gauge, Name, gauges, returns_of
from tools.resample import pooled
from tools.signals import YEAR


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


def alarms(
    closes: Array, weights: Array, *, budgets: Budgets = DEFAULT, seed: int = 0, since: int = 0
) -> tuple[Alarm, ...]:
    """Every time a gauge of a portfolio kept at fixed weights rang, oldest first.

    Args:
        closes: Shape (T, n), in one currency, NaN where there was none.
        weights: Fractions, shape (n,), of assets without cash.
        budgets: Most false alarms a year of each gauge.
        seed: Of the resampling behind the printed rates.
        since: Only alarms of rows from here on; the same ones as without it, worked out in less time.
    Returns:
        Alarms of rows from `FIRST` on. One at row t rests on rows up to t only.
    Raises:
        DataMissing: `short_history` with no more than `FIRST` rows.
    """
    returns, rows = returns_of(closes)
    if len(rows) < FIRST:
        raise DataMissing("short_history")
    first = int(np.searchsorted(rows, since))
    found = [
        Alarm(int(rows[i]), gauge.name, printed(gauge, i, float(gauge.score[i])), level, rate)
        for gauge in gauges(returns, weights, budgets, seed, since=first)
        for i, level, rate in _rings(gauge, first)
        if i >= first
    ]
    return tuple(sorted(found, key=lambda a: (a.row, a.trigger)))


def printed(gauge: Gauge, row: int, score: float) -> float:
    """A score (or a level) on one row as the figure that is shown."""
    return float(gauge.shown(np.array([row]), np.array([score]))[0])


def _rings(gauge: Gauge, first: int = 0) -> Iterator[tuple[int, float, Rate]]:
    """Rows at which a gauge rang, with the level in force and its rate. The level is settled at the first passing.

    What happened before the last calm row ahead of `first` makes no difference, so it is passed over.
    """
    armed, settled = True, None
    calm = np.flatnonzero(gauge.score[:first] < (gauge.calm + gauge.levels[0]) / 2.0)
    for i in range(max(FIRST - 1, int(calm[-1]) if len(calm) else 0), len(gauge.score)):
        score = gauge.score[i]
        if settled is None and armed and score > gauge.levels[0]:
            settled = _settle(gauge, i)
        if settled is not None and armed and score > settled[0]:
            armed = False
            yield i, *settled
        level = gauge.levels[0] if settled is None else settled[0]
        if score < (gauge.calm + level) / 2.0:
            armed, settled = True, None


def _settle(gauge: Gauge, row: int) -> tuple[float, Rate]:
    """The lowest level whose false alarms stay within the budget; the highest one if none does."""
    worlds = gauge.worlds(row)
    for level in gauge.levels:
        rate = _rate(worlds, level, gauge.calm)
        if rate.value <= gauge.budget:
            break
    return level, rate


def _rate(worlds: Array, level: float, calm: float) -> Rate:
    """How often a year these worlds pass the level, falling half way back in between."""
    above, back = worlds > level, worlds < (calm + level) / 2.0
    # It fires where it is above and, of all earlier days that were either, the last was back (or there was none).
    twice = 2 * np.arange(worlds.shape[1], dtype=np.int32)
    last = np.maximum.accumulate(np.where(above, twice + 1, np.where(back, twice, -2)), axis=1)[:, :-1]
    was_above = (last & 1).astype(bool)  # the newest turn carries its kind in the last bit
    rang = above[:, 0].astype(float) + (above[:, 1:] & ~was_above).sum(axis=1)
    return _yearly(rang, worlds.size / YEAR)


def _yearly(rang: Array, years: float) -> Rate:
    """Alarms per world -> a yearly rate. Doubt comes from the rows that happened and from the luck of the draw."""
    pools = rang.reshape(POOLS, -1).sum(axis=1)
    total = float(rang.sum())
    spread = float(np.sqrt(pools.var(ddof=1) * POOLS + total + 1.0))
    low, high = max(total - 1.645 * spread, 0.0), total + 1.645 * spread + 1.0
    return Rate(total / years, low / years, high / years)


def counted(times: int, years: float) -> Rate:
    """A rate that was counted over some years, with its exact 90 % interval (Poisson)."""
    low = float(gammaincinv(times, 0.05)) if times else 0.0
    return Rate(times / years, low / years, float(gammaincinv(times + 1, 0.95)) / years)


def drift_rate(
    returns: Array, weights: Array, members: Array, *, edge: float, above: bool, days: int = 250, seed: int = 0
) -> Rate:
    """How often a year a group's weight drifts beyond `edge` by itself, brought back to its start each time.

    Args:
        returns: Past daily returns, shape (R, n); a missing one counts as no move.
        weights: Weights after the last trade, shape (n,), summing to 1.
        members: 1.0 for assets of the group, shape (n,).
        edge: Weight of the group at which the band around its limit ends.
        above: True for a cap, False for a floor.
        days: Market days per world. seed: of the resampling.
    """
    moves = np.where(np.isfinite(returns), returns, 0.0)
    drawn = pooled(len(moves), PATHS, days, pools=POOLS, rng=np.random.default_rng(seed))
    held = np.tile(weights, (PATHS, 1))
    rang = np.zeros(PATHS)
    for t in range(days):
        held = held * (1.0 + moves[drawn[:, t]])
        held = held / held.sum(axis=1, keepdims=True)
        group = held @ members
        beyond = group > edge if above else group < edge
        rang += beyond
        held[beyond] = weights
    return _yearly(rang, PATHS * days / YEAR)
