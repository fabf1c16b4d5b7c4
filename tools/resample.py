"""Resampled worlds from a series' own past: without change of volatility, or with its blocks kept together."""

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.signals import ewma_vol

Index = npt.NDArray[np.intp]

_START = 20


def standardised(returns: Array, *, decay: float) -> Array:
    """Each return divided by the EWMA volatility of the day before, shape (T,); NaN for the first days and gaps.

    What is left has the tails of the series but, as far as the filter sees, a volatility of one throughout.

    Args:
        returns: Shape (T,), NaN where missing.
        decay: Weight of the past in the volatility, 0..1.
    """
    known = np.flatnonzero(np.isfinite(returns))
    out = np.full(len(returns), np.nan)
    if len(known) <= _START:
        return out
    seen = returns[known]
    vol = ewma_vol(seen[_START:], decay=decay, start=float((seen[:_START] ** 2).mean()))
    before = np.r_[np.sqrt((seen[:_START] ** 2).mean()), vol[:-1]]
    out[known[_START:]] = np.divide(seen[_START:], before, out=np.zeros(len(before)), where=before > 0)
    return out


def pooled(count: int, paths: int, days: int, *, pools: int, rng: np.random.Generator) -> Index:
    """Rows drawn at random for `paths` worlds, shape (paths, days), each `paths / pools` of them from one resampling
    of the `count` rows: the spread between pools tells how much hangs on the rows that happened."""
    each = paths // pools
    drawn = [rng.integers(count, size=count)[rng.integers(count, size=(each, days))] for _ in range(pools)]
    return np.concatenate(drawn)


def stationary_blocks(starts: Index, count: int, days: int, *, mean_block: float, rng: np.random.Generator) -> Index:
    """Rows of a stationary block bootstrap, shape (paths, days), wrapping round at the end.

    Args:
        starts: Row each path begins at, shape (paths,); what the present is like is said by these.
        count: Rows there are.
        days: Length of a path.
        mean_block: Mean length of a block, in rows.
        rng: Source of randomness.
    Source: Politis & Romano (1994).
    """
    paths = len(starts)
    fresh = rng.random((paths, days)) < 1.0 / mean_block
    fresh[:, 0] = True
    jump = rng.integers(count, size=(paths, days))
    jump[:, 0] = starts
    began = np.maximum.accumulate(np.where(fresh, np.arange(days), 0), axis=1)
    return np.asarray((np.take_along_axis(jump, began, axis=1) + np.arange(days) - began) % count)
