"""Walk-forward forecasts of return and volatility, with their error, and the views they become.

Both are ridge regressions shared by all assets, in units that make assets alike, refitted as time goes on from what
had come true by then: a return that reaches into the day of a fit takes no part in it (purged), nor do the weeks just
before (embargo). A forecast of returns counts as much as the record of a portfolio that followed it, after costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tools.domain.decision import View
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.policy.learn import BAND, REACH, Policy, tilted
from tools.policy.panel import Panel
from tools.policy.state import OWN, Rows, observe, rolling
from tools.policy.step import Rules, Run, run
from tools.policy.walk import EMBARGO, LEAST, over_nothing
from tools.skill import Skill, judge

AHEAD = 4
"""Decisions a forecast looks ahead: about a month."""

REFIT = 13
"""Decisions between two fits: a quarter."""

RIDGES = (0.03, 0.3, 3.0)
"""Penalties that are tried, as a share of the mean square of the features."""

WINDOWS = (5, 21, 63, 252)
"""Days of the volatilities that a volatility forecast rests on; the last is the unit of the others."""

STRENGTH = 0.5
"""A forecast one deviation above the others makes a weight e^½ times as large, before the tilt is cut to its reach."""


def walk_ridge(x: Array, y: Array, *, ridge: float, first: int, ahead: int) -> tuple[Array, Array]:
    """Forecasts nobody could have known better: at each row, from coefficients fitted on what had come true.

    Args:
        x: Features, shape (R, n, k), finite. y: what followed over the next `ahead` rows, (R, n), NaN if unknown.
        ridge: Penalty as a share of the mean square of the features.
        first: First row that is forecast.
    Returns:
        (forecasts (R, n), NaN before `first`; the newest coefficients (k,)).
    """
    seen = np.isfinite(y)
    clean = np.where(seen, y, 0.0)
    square = np.cumsum(np.einsum("rnk,rnl,rn->rkl", x, x, seen.astype(float)), axis=0)
    both = np.cumsum(np.einsum("rnk,rn->rk", x, clean), axis=0)
    out, k = np.full(y.shape, np.nan), x.shape[-1]
    coefficients = np.zeros(k)
    for row in range(first, len(x), REFIT):
        last = row - ahead - EMBARGO
        if last >= 0:
            gram = square[last]
            coefficients = np.linalg.solve(gram + (ridge * np.trace(gram) / k + 1e-12) * np.eye(k), both[last])
        out[row : row + REFIT] = x[row : row + REFIT] @ coefficients
    return out, coefficients


@dataclass(frozen=True, slots=True)
class Volatility:
    """Forecast yearly volatility of the coming month, (R, n), NaN before it is known. coefficients: (3,), newest.

    error, naive: mean square error of the logarithm, of the forecast and of "as in the last month", out of sample.
    """

    yearly: Array
    coefficients: Array
    error: float
    naive: float


def volatility(closes: Array, rows: Rows, *, days_a_year: float, first: int) -> Volatility:
    """Heterogeneous autoregression: the coming month's volatility from those of week, month and quarter, by the year's.

    Args:
        closes: Daily closes, gaps carried on, shape (T, n). rows: days of the decisions, shape (R,).
        days_a_year: Market days a year. first: first decision that is forecast.
    Source: Corsi (2009), HAR-RV, in logarithms and with daily squared returns.
    """
    x, unit = _vol_features(closes, rows)
    month = np.log(np.maximum(_vols(closes, rows, WINDOWS[1]), 1e-12))
    y = np.full_like(month, np.nan)
    y[:-AHEAD] = month[AHEAD:] - np.log(unit[:-AHEAD])
    y = np.where(np.isfinite(y), y, np.nan)
    fitted, coefficients = walk_ridge(x, y, ridge=1e-3, first=first, ahead=AHEAD)
    tried = np.isfinite(fitted) & np.isfinite(y)
    last = (month - np.log(unit))[tried]
    yearly = np.exp(fitted) * unit * days_a_year**0.5
    return Volatility(
        yearly, coefficients,
        float(((fitted - y)[tried] ** 2).mean()) if tried.any() else float("nan"),
        float(((last - y[tried]) ** 2).mean()) if tried.any() else float("nan"),
    )  # fmt: skip


def _vols(closes: Array, rows: Rows, window: int) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.vstack([np.full((1, closes.shape[1]), np.nan), np.diff(np.log(closes), axis=0)])
        return np.sqrt(rolling(returns**2, window))[rows]


def _vol_features(closes: Array, rows: Rows) -> tuple[Array, Array]:
    """Logarithms of the shorter volatilities over the year's (R, n, 3), zero where unknown, and the year's (R, n)."""
    parts = [_vols(closes, rows, w) for w in WINDOWS]
    unit = np.where(parts[-1] > 0, parts[-1], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.stack([np.log(p / unit) for p in parts[:-1]], axis=-1)
    return np.where(np.isfinite(x), x, 0.0), unit


@dataclass(frozen=True, slots=True)
class Forecaster:
    """What forecasting needs, as plain arrays. returns: (k,) on the features of an asset; scale: deviation of what it
    forecasts; ic: correlation with what came, out of sample, shrunk; vol: (3,)."""

    returns: Array
    scale: float
    ic: float
    vol: Array

    def now(self, closes: Array, *, days_a_year: float) -> tuple[Array, Array]:
        """(z, yearly volatility) of each asset on the newest day, (n,); z is zero where nothing is known."""
        row = np.array([len(closes) - 1])
        z = observe(closes, row).own[0] @ self.returns / max(self.scale, 1e-12)
        x, unit = _vol_features(closes, row)
        return np.clip(z, -3.0, 3.0), (np.exp(x @ self.vol) * unit)[0] * days_a_year**0.5


@dataclass(frozen=True, slots=True)
class Foretold:
    """What forecasting came to, out of sample. run: of a portfolio that followed it; over: its reward, and that of the
    others tried, over portfolios that know nothing, (T, tried); first: row of the panel the record begins at."""

    forecaster: Forecaster
    volatility: Volatility
    run: Run
    over: Array
    first: int
    chosen: int
    skill: Skill


def foretell(closes: Array, rows: Rows, given: Panel, rules: Rules, *, ridges: Sequence[float] = RIDGES) -> Foretold:
    """Forecast walking forward with every penalty, follow each, and judge the best.

    Args:
        closes: Daily closes, gaps carried on, shape (T, n). rows: days of the panel's decisions.
        given: The panel made of them. rules: costs and worth.
        ridges: Penalties to try; each counts as a trial.
    Raises:
        DataMissing: The history is too short.
    """
    first = min(LEAST, len(rows) // 2)
    if len(rows) - first < 52:
        raise DataMissing("short_history")
    span = (rows[-1] - rows[0]) / (len(rows) - 1)
    vol = volatility(closes, rows, days_a_year=span * given.periods, first=first)
    own = given.state.only(frozenset(OWN)).own
    y = _standard_returns(given, closes, rows)
    fits = [walk_ridge(own, y, ridge=r, first=first, ahead=AHEAD) for r in ridges]
    ahead = given.rows(slice(first, len(rows) - 1))
    runs = [_followed(ahead, rules, z[first:-1]) for z, _ in fits]
    over = np.column_stack([over_nothing(done, ahead, rules) for done in runs])
    chosen = int(np.argmax(over.mean(axis=0) / np.maximum(over.std(axis=0), 1e-12)))
    z, coefficients = fits[chosen]
    tried = np.isfinite(z) & np.isfinite(y)
    forecaster = Forecaster(
        coefficients, float(np.nanstd(z)), _ic(z[tried], y[tried], int(tried.any(axis=1).sum())), vol.coefficients
    )
    return Foretold(forecaster, vol, runs[chosen], over, first, chosen, judge(over, chosen))


def _standard_returns(given: Panel, closes: Array, rows: Rows) -> Array:
    """Return of the coming month over the mean of all assets, in units of the asset's own volatility, (R, n)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(closes[rows])
        unit = _vols(closes, rows, WINDOWS[-1])
    y = np.full_like(logs, np.nan)
    y[:-AHEAD] = logs[AHEAD:] - logs[:-AHEAD]
    unit = np.where(unit > 0, unit, np.nan) * (AHEAD * (rows[-1] - rows[0]) / (len(rows) - 1)) ** 0.5
    y = y / unit
    known = np.isfinite(y)
    centre = np.where(known, y, 0.0).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.where(known, y - centre, np.nan)


def _followed(ahead: Panel, rules: Rules, forecast: Array) -> Run:
    """A portfolio that leans towards what is forecast, by its deviation from the other forecasts of the day."""
    spread = np.maximum(forecast.std(axis=1, keepdims=True), 1e-9)
    score = STRENGTH * (forecast - forecast.mean(axis=1, keepdims=True)) / spread
    nothing = Policy(np.zeros(0), np.zeros((0, forecast.shape[1])), BAND, REACH)
    targets = tilted(nothing, score, ahead.base)[None]
    return run(targets, ahead.base[:1], ahead.moves[None], rules, band=BAND)


def _ic(forecast: Array, came: Array, days: int) -> float:
    """Correlation of forecasts and outcomes, shrunk to zero as if fifty days without any had been seen before."""
    if forecast.std() <= 1e-12 or came.std() <= 1e-12:
        return 0.0
    return float(np.corrcoef(forecast, came)[0, 1]) * days / (days + 50.0 * AHEAD)


def forecast_views(
    z: Array, vol: Array, prior: Mapping[str, float], ids: Sequence[str], *, ic: float, confidence: float, at: datetime
) -> tuple[View, ...]:
    """Total yearly returns as forecast, one view per asset: the prior moved by ic · volatility · z.

    Args:
        z, vol: Of each asset in `ids`, (n,). prior: what is expected without views, total yearly return by asset.
        ic: Correlation with outcomes; zero or less says nothing. confidence: from `Skill.confidence`.
    Source: Grinold (1994), "Alpha is volatility times IC times score".
    """
    if ic <= 0.0 or confidence <= 0.0:
        return ()
    views = []
    for asset, score, deviation in zip(ids, z, vol, strict=True):
        if asset not in prior or not np.isfinite(deviation) or deviation <= 0.0:
            continue
        total = prior[asset] + ic * float(deviation) * float(score)
        views.append(
            View(
                target=asset, direction="up" if total >= 0 else "down", magnitude=min(max(abs(total), 1e-9), 10.0),
                confidence=confidence, said_at=at,
            )
        )  # fmt: skip
    return tuple(views)
