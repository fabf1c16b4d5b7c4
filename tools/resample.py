"""Resampled worlds from a series' own past: without change of volatility, or with its blocks kept together."""

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.signals import ewma

Index = npt.NDArray[np.intp]

_START = 20


def standardised(returns: Array, *, decay: float) -> Array:
    """Each return divided by the EWMA volatility of the day before, same shape; NaN for the first days and gaps.

    What is left has the tails of the series but, as far as the filter sees, a volatility of one throughout.

    Args:
        returns: Shape (T,) or (n, T), one series a row, NaN where missing.
        decay: Weight of the past in the volatility, 0..1.
    """
    if returns.ndim == 1:
        return np.asarray(standardised(returns[None, :], decay=decay)[0])
    known = np.isfinite(returns)
    out = np.full(returns.shape, np.nan)
    whole = known.all(axis=1)
    if whole.any() and returns.shape[1] > _START:
        out[whole, _START:] = _standardised(returns[whole], decay)
    for row in np.flatnonzero(~whole):
        places = np.flatnonzero(known[row])
        if len(places) > _START:
            out[row, places[_START:]] = _standardised(returns[row : row + 1, places], decay)[0]
    return out


def _standardised(seen: Array, decay: float) -> Array:
    """The same without gaps: shape (n, T) -> (n, T − `_START`)."""
    start = (seen[:, :_START] ** 2).mean(axis=1)
    later = seen[:, _START:]
    before = np.sqrt(np.column_stack([start, ewma(later**2, decay=decay, start=start)[:, :-1]]))
    return np.asarray(np.divide(later, before, out=np.zeros_like(later), where=before > 0))


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
