"""What a policy sees: features of each asset and of the world, from what was known on the day and nothing later.

Every feature is near zero when nothing is unusual, of order one when something is, and never beyond three. What is not
known yet is zero: no opinion.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.signals import Regimes, regimes

Rows = npt.NDArray[np.intp]

OWN = ("vol_ratio", "week", "month", "year", "correlation")
"""Of each asset: volatility of a month over that of a year (log); returns of the last week, month and year but a month,
in units of their volatility; correlation with the market against its usual."""

SHARED = ("market_vol", "market_month", "together", "regime")
"""Of the world: the same of the equal-weighted market, the mean correlation against its usual, and how much likelier
the loud of two regimes is than it usually is."""

_WEEK, _MONTH, _QUARTER, _YEAR = 5, 21, 63, 252

TWO = Regimes(
    moves=np.array([[0.98, 0.02], [0.08, 0.92]]), means=np.array([0.1, -0.4]), deviation=np.array([0.8, 1.8]),
    lags=np.zeros(0),
)  # fmt: skip
"""A calm and a loud regime of weekly returns, in units of their long-run volatility: stays of a year and of a quarter.
An own choice, the same for every market, never fitted: what is fitted to the past would have to be unlearned."""


@dataclass(frozen=True, slots=True)
class State:
    """Features at each of R decisions. own: (R, n, k) with `own_names`; shared: (R, m) with `shared_names`."""

    own: Array
    shared: Array
    own_names: tuple[str, ...]
    shared_names: tuple[str, ...]

    def only(self, names: frozenset[str]) -> "State":
        """The same with the named features alone."""
        mine = [i for i, name in enumerate(self.own_names) if name in names]
        ours = [i for i, name in enumerate(self.shared_names) if name in names]
        return State(
            self.own[..., mine], self.shared[..., ours],
            tuple(self.own_names[i] for i in mine), tuple(self.shared_names[i] for i in ours),
        )  # fmt: skip

    def rows(self, part: slice) -> "State":
        """The same for some of the decisions."""
        return State(self.own[part], self.shared[part], self.own_names, self.shared_names)


def observe(closes: Array, rows: Rows, *, more: Mapping[str, Array] | None = None) -> State:
    """Features at the close of each decision day.

    Args:
        closes: Daily closes in one currency, gaps carried on, NaN before the first, shape (T, n).
        rows: Days of the decisions, ascending, shape (R,).
        more: Further series by name, as known on each day, shape (T,): a macro or on-chain figure, a sentiment. Each is
            compared with its own past.
    """
    returns = np.vstack([np.full((1, closes.shape[1]), np.nan), np.diff(np.log(closes), axis=0)])
    known = np.isfinite(returns)
    count = known.sum(axis=1)
    market = np.where(count > 0, np.where(known, returns, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    own = np.stack([_limited(x[rows]) for x in _asset_features(returns, market)], axis=-1)
    alone = market[:, None]
    vol, month = _vol_ratio(alone)[:, 0], _moved(alone, _MONTH, 0)[:, 0]
    together = _together(returns, market)
    shared = [_limited(x[rows]) for x in (vol, month, together)] + [_regime(market, rows)]
    shared += [_limited(_unusual(series)[rows]) for series in (more or {}).values()]
    return State(own, np.stack(shared, axis=-1), OWN, (*SHARED, *(more or {})))


def _asset_features(returns: Array, market: Array) -> list[Array]:
    def tied(window: int) -> Array:
        both = _deviation(returns, window) * _deviation(market[:, None], window)
        return rolling(returns * market[:, None], window) / np.where(both > 0, both, np.nan)

    return [
        _vol_ratio(returns),
        *(_moved(returns, window, skip) for window, skip in ((_WEEK, 0), (_MONTH, 0), (_YEAR, _MONTH))),
        2.0 * (tied(_QUARTER) - tied(_YEAR)),
    ]


def _vol_ratio(returns: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2.0 * np.log(_deviation(returns, _MONTH) / _deviation(returns, _YEAR)))


def _moved(returns: Array, window: int, skip: int) -> Array:
    """Sum of the returns of `window` days but the last `skip`, over the volatility of such a sum."""
    total = rolling(returns, window) * window
    if skip:
        total = total - rolling(returns, skip) * skip
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / (_deviation(returns, _YEAR) * np.sqrt(window - skip)))


def _together(returns: Array, market: Array) -> Array:
    """How much the assets move together: volatility of the market over their mean volatility, quarter against year."""

    def tied(window: int) -> Array:
        own = _deviation(returns, window)
        known = np.isfinite(own)
        mean = np.where(known, own, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        return np.asarray(_deviation(market[:, None], window)[:, 0] / np.where(mean > 0, mean, np.nan))

    return 4.0 * (tied(_QUARTER) - tied(_YEAR))


def _regime(market: Array, rows: Rows) -> Array:
    """Filtered chance of the loud regime against its long-run share, doubled, (R,); zero until a year is known."""
    scale = _deviation(market[:, None], len(market))[:, 0]
    totals = np.r_[0.0, np.cumsum(np.where(np.isfinite(market), market, 0.0))]
    start = np.r_[max(int(rows[0]) - _WEEK, 0), rows[:-1]]
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = (totals[rows + 1] - totals[start + 1]) / (scale[start] * np.sqrt(np.maximum(rows - start, 1)))
    out = np.zeros(len(rows))
    seen = np.isfinite(moved) & (np.asarray(rows) >= _YEAR)
    if seen.any():
        first = int(seen.argmax())
        chance = regimes(np.nan_to_num(np.clip(moved[first:], -8.0, 8.0)), TWO).chance[:, 1]
        out[first:] = 2.0 * (chance - TWO.stationary[1])
    return out


def _unusual(series: Array) -> Array:
    """A series against its own past, in units of its own deviation, shape (T,); NaN while little of it is known."""
    x = series[:, None]
    centre = rolling(x, len(x))
    spread = np.sqrt(np.maximum(rolling(x**2, len(x)) - centre**2, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(((x - centre) / np.where(spread > 0, spread, np.nan))[:, 0])


def _deviation(x: Array, window: int) -> Array:
    """Root of the mean square of the last `window` values, shape (T, n)."""
    return np.asarray(np.sqrt(rolling(x**2, window)))


def rolling(x: Array, window: int) -> Array:
    """Mean of what is known of the last `window` rows, shape (T, n); NaN while that is less than half (at least 3)."""
    known = np.isfinite(x)
    total = np.cumsum(np.where(known, x, 0.0), axis=0)
    count = np.cumsum(known, axis=0).astype(float)
    if window < len(x):
        total[window:], count[window:] = total[window:] - total[:-window], count[window:] - count[:-window]
    enough = count >= max(3.0, min(window, _YEAR) / 2.0)
    return np.where(enough, total / np.maximum(count, 1.0), np.nan)


def _limited(x: Array) -> Array:
    """Between −3 and 3, bent rather than cut; unknown is zero."""
    return np.asarray(np.where(np.isfinite(x), 3.0 * np.tanh(x / 3.0), 0.0))
