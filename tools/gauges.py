"""What the watch measures of a portfolio: scores that look back only, and what they would do if nothing changed.

Each gauge comes with worlds: paths of its score under resampled returns, each divided by its volatility of the day
before. Same tails, same correlations, no change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from tools.domain.market import Array
from tools.resample import pooled, standardised
from tools.signals import ewma

Index = npt.NDArray[np.intp]

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

BEFORE = 120
"""Rows before the first one asked about in which turbulent days are counted: no spell lasts as long."""

PATHS, POOLS, DAYS = 240, 8, 500
"""Worlds per rate, independent resamplings among them, and counted days of each."""

_REFIT = 10


@dataclass(frozen=True, slots=True)
class Gauge:
    """score: shape (T,), NaN until known. calm: where it stands on a usual day. worlds: from a row, what the score
    would do without change, shape (paths, days). shown: from rows and their scores (or a level), the figures to print.
    """

    name: Name
    score: Array
    calm: float
    levels: tuple[float, ...]
    budget: float
    worlds: Callable[[int], Array]
    shown: Callable[[Index, Array], Array]


@dataclass(frozen=True, slots=True)
class Budgets:
    """Most false alarms a year that each gauge is allowed; together at most half of one."""

    volatility: float = 0.2
    turbulence: float = 0.1
    drawdown: float = 0.1
    correlation: float = 0.1


DEFAULT = Budgets()


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


def portfolio_returns(returns: Array, weights: Array) -> Array:
    """Return of fixed weights day by day, shape (R,); weights of missing assets go to the others, NaN without any."""
    known = np.isfinite(returns)
    share = known @ weights
    total = np.where(known, returns, 0.0) @ weights
    return np.asarray(np.divide(total, share, out=np.full(len(returns), np.nan), where=share > 0))


def gauges(returns: Array, weights: Array, budgets: Budgets, seed: int, *, since: int = 0) -> Iterator[Gauge]:
    """The gauges of a portfolio: returns shape (R, n), weights shape (n,). Two of them need at least two assets.

    since: first row that is asked about. Turbulence, which is dear, counts from `BEFORE` rows earlier on.
    """
    own = portfolio_returns(returns, weights)
    z = standardised(own, decay=DECAY)
    yield _volatility(own, z, budgets.volatility, seed)
    yield _drawdown(own, z, budgets.drawdown, seed)
    if (weights > 0).sum() >= 2:
        held = returns[:, weights > 0]
        yield _correlation(held, budgets.correlation, seed)
        yield _turbulence(held, budgets.turbulence, seed, max(since - BEFORE, 0))


def _volatility(own: Array, z: Array, budget: float, seed: int) -> Gauge:
    def ratio(x: Array, last: int | None = None) -> Array:
        squares = np.where(np.isfinite(x), x, 0.0) ** 2
        long_run = _long_run(squares, last)
        now = _ewma(squares)[..., -len(long_run.T) :]
        share = np.divide(now, long_run, out=np.full_like(now, np.nan), where=long_run > 0)
        return np.asarray(np.sqrt(share))

    def worlds(row: int) -> Array:
        return ratio(_resampled(z[: row + 1], seed), DAYS)

    levels = (1.5, 1.75, 2.0, 2.5, 3.0)
    return Gauge("volatility", ratio(own), 1.0, levels, budget, worlds, lambda _, score: score)


def _drawdown(own: Array, z: Array, budget: float, seed: int) -> Gauge:
    def depth(x: Array, last: int | None = None) -> Array:
        x = np.where(np.isfinite(x), x, 0.0)
        deviation = np.sqrt(_long_run(x**2, last) * PEAK)
        if last is not None and x.shape[-1] >= last + PEAK:
            path = np.cumsum(x[..., -last - PEAK :], axis=-1)  # a fall is a difference, wherever the path began
        else:
            path = np.concatenate([np.zeros((*x.shape[:-1], PEAK)), np.cumsum(x, axis=-1)], axis=-1)
            path = path[..., -len(deviation.T) - PEAK :]
        fall = _rolling_max(path, PEAK + 1) - path[..., PEAK:]
        return np.asarray(np.divide(fall, deviation, out=np.full_like(fall, np.nan), where=deviation > 0))

    def worlds(row: int) -> Array:
        return depth(_resampled(z[: row + 1], seed), DAYS)

    logs = np.log1p(own)
    score = depth(logs)
    unit = np.sqrt(_long_run(np.where(np.isfinite(logs), logs, 0.0) ** 2) * PEAK)
    levels = (1.5, 1.75, 2.0, 2.25, 2.5, 3.0)
    return Gauge("drawdown", score, 0.0, levels, budget, worlds, lambda i, s: -np.expm1(-s * unit[i]))


def _correlation(returns: Array, budget: float, seed: int) -> Gauge:
    z = standardised(returns.T, decay=DECAY).T
    known = np.isfinite(z)
    z = np.clip(np.where(known, z, 0.0), -CAP, CAP)
    count = known.sum(axis=1)
    square, own = z.sum(axis=1) ** 2, (z**2).sum(axis=1)
    # The mean product of two different assets over the mean square of one is the mean correlation.
    pairs = np.divide(square - own, count * (count - 1.0), out=np.zeros(len(z)), where=count > 1)
    single = np.divide(own, count, out=np.zeros(len(z)), where=count > 0)

    def jump(pair: Array, one: Array, last: int | None = None) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            usual = _long_run(pair, last) / _long_run(one, last)
            now = (_ewma(pair) / _ewma(one))[..., -len(usual.T) :]
        return np.asarray(np.arctanh(np.clip(now, -0.99, 0.99)) - np.arctanh(np.clip(usual, -0.99, 0.99)))

    def worlds(row: int) -> Array:
        pool = np.flatnonzero(count[: row + 1] > 1)
        drawn = pool[_drawn(len(pool), row + 1, seed)]
        return jump(pairs[drawn], single[drawn], DAYS)

    def shown(rows: Index, jumps: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            usual = np.clip(_long_run(pairs) / _long_run(single), -0.99, 0.99)
        return np.asarray(np.tanh(np.arctanh(usual[rows]) + jumps))

    levels = (0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8)
    return Gauge("correlation", jump(pairs, single), 0.0, levels, budget, worlds, shown)


def _turbulence(returns: Array, budget: float, seed: int, since: int) -> Gauge:
    turbulent, behind = _turbulent(returns, since)
    score = np.convolve(turbulent, np.ones(SPELL))[: len(turbulent)]

    def worlds(row: int) -> Array:
        rng = np.random.default_rng((seed, row))
        above = behind[row] + 1 - _rank(int(behind[row]))
        # Days that could be exchanged exceed the k-th of N earlier ones with a chance that is Beta(N + 1 − k, k).
        chance = rng.beta(above, _rank(int(behind[row])), size=(PATHS, 1))
        days = rng.random((PATHS, DAYS + SPELL)) < chance
        return np.asarray(sliding_window_view(days.astype(float), SPELL, axis=1).sum(axis=2)[:, -DAYS:])

    return Gauge("turbulence", score, 0.0, (2.0, 3.0, 4.0, 5.0), budget, worlds, lambda _, s: s)


def _turbulent(returns: Array, since: int) -> tuple[Array, Array]:
    """1.0 for days whose turbulence exceeds the 99 % quantile of the days before them, and how many those were.

    The earlier days are scored as this one is, each against the others without itself, so that under an unchanged law
    exactly one day in a hundred exceeds, whatever the tails. Days before row `since` are not looked at.
    """
    flags, behind = np.zeros(len(returns)), np.full(len(returns), FIRST - 1)
    for start in range(FIRST - 1, len(returns), _REFIT):
        if start + _REFIT <= since:
            continue
        window = returns[max(0, start - MEMORY) : start]
        whole = np.isfinite(window).all(axis=0)
        past = window[:, whole]
        count, n = past.shape
        if n < 2 or count < 2 * n + 2:
            continue
        mean = past.mean(axis=0)
        inverse = np.linalg.pinv(np.cov(past.T, ddof=1), hermitian=True)
        away = past - mean
        d = (away @ inverse * away).sum(axis=1)
        share = np.minimum(d * count / (count - 1.0) ** 2, 1.0 - 1e-9)
        alone = d * count**2 * (count - 2.0) / (count - 1.0) ** 3 / (1.0 - share)
        level = np.sort(alone)[_rank(count) - 1]
        now = returns[start : start + _REFIT, whole]
        now = np.where(np.isfinite(now), now, mean) - mean
        flags[start : start + _REFIT] = (now @ inverse * now).sum(axis=1) > level
        behind[start : start + _REFIT] = count
    return flags, behind


def _rank(count: int) -> int:
    return min(int(np.ceil((count + 1) * UNUSUAL)), count)


def _ewma(x: Array) -> Array:
    """Exponential average along the last axis, started at the mean of the first twenty."""
    return ewma(x, decay=DECAY, start=x[..., :20].mean(axis=-1))


def _rolling_max(x: Array, width: int) -> Array:
    """Largest of each `width` neighbours along the last axis: maxima of 1, 2, 4 … neighbours are put together."""
    span = 1
    while 2 * span <= width:
        x = np.maximum(x[..., :-span], x[..., span:])
        span *= 2
    left = width - span
    return np.asarray(np.maximum(x[..., : x.shape[-1] - left], x[..., left:]))


def _long_run(x: Array, last: int | None = None) -> Array:
    """Mean of the last `MEMORY` values, or of all there are from `FIRST` - 1 on, along the last axis; NaN before.

    last: only the last so many; all when None.
    """
    if last is not None and x.shape[-1] - last >= MEMORY:
        return _rolling_mean(x, last)
    total = np.concatenate([np.zeros((*x.shape[:-1], 1)), np.cumsum(x, axis=-1)], axis=-1)
    ends = np.arange(1, x.shape[-1] + 1)[-(last or x.shape[-1]) :]
    starts = np.maximum(ends - MEMORY, 0)
    young = int((starts == 0).sum())
    before = total[..., starts[young] : starts[-1] + 1] if young < len(ends) else total[..., :0]
    mean = total[..., ends[0] :].copy()
    mean[..., young:] -= before
    mean /= ends - starts
    return np.where(ends >= FIRST - 1, mean, np.nan)


def _rolling_mean(x: Array, last: int) -> Array:
    """The last so many means of `MEMORY` values, along the last axis: one sum, then what comes in and what goes out."""
    first = x.shape[-1] - last + 1
    sums = np.empty((*x.shape[:-1], last))
    sums[..., 0] = x[..., first - MEMORY : first].sum(axis=-1)
    np.cumsum(x[..., first:] - x[..., first - MEMORY : -MEMORY], axis=-1, out=sums[..., 1:])
    sums[..., 1:] += sums[..., :1]
    return np.asarray(sums / MEMORY)


def _drawn(count: int, behind: int, seed: int) -> npt.NDArray[np.intp]:
    days = min(behind, MEMORY) + DAYS
    return pooled(count, PATHS, days, pools=POOLS, rng=np.random.default_rng((seed, behind)))


def _resampled(z: Array, seed: int) -> Array:
    pool = z[np.isfinite(z)]
    return np.asarray(pool[_drawn(len(pool), len(z), seed)])
