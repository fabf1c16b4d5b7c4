"""What a path of values was worth: growth, risk and their ratio, each with its error, and what trading it cost.

Errors are Newey–West errors of the influence of each return on the figure: neither normal nor independent returns are
assumed. Source: Lo (2002) for the ratio; Newey & West (1987) for the error, with lags 4(T/100)^(2/9).
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array, Days
from tools.errors import DataMissing
from tools.track import DAYS_A_YEAR, Track


@dataclass(frozen=True, slots=True)
class Path:
    """A portfolio followed through time, in one currency, each array of shape (T,).

    values: at each close, after that day's trades. traded: absolute value bought and sold. costs: what trading took.
    """

    days: Days
    values: Array
    traded: Array
    costs: Array


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Yearly figures of a path.

    growth: compound return. vol: volatility. sharpe: mean return above the rate over volatility. drawdown: deepest fall
    from a peak, ≤ 0. turnover: half of all purchases and sales over the mean value. cost: trading costs over it.
    """

    growth: Estimate
    vol: Estimate
    sharpe: Estimate
    drawdown: float
    turnover: float
    cost: float


def figures(path: Path, *, risk_free: float) -> Figures:
    """Yearly figures of a path.

    Args:
        path: At least a month of values.
        risk_free: Yearly rate, a fraction.
    Raises:
        DataMissing: Fewer than 20 returns, or returns that never move.
    """
    years = _years(path.days)
    returns = path.values[1:] / path.values[:-1] - 1.0
    if len(returns) < 20 or not returns.std() > 0.0:
        raise DataMissing("short_history")
    periods = len(returns) / years
    logs = np.log1p(returns)
    growth = float(np.expm1(logs.mean() * periods))
    deviation = float(returns.std())
    standard = (returns - returns.mean()) / deviation
    ratio, influence = _sharpe(returns, risk_free / periods)
    mean_value = float(path.values.mean())
    return Figures(
        growth=Estimate(growth, (1.0 + growth) * periods * _error(logs - logs.mean())),
        vol=Estimate(deviation * periods**0.5, periods**0.5 * _error(0.5 * deviation * (standard**2 - 1.0))),
        sharpe=Estimate(ratio * periods**0.5, periods**0.5 * _error(influence)),
        drawdown=float(Track(path.days, path.values).falls.min()),
        turnover=float(path.traded[1:].sum()) / 2.0 / mean_value / years,
        cost=float(path.costs.sum()) / mean_value / years,
    )


def sharpe_lead(path: Path, other: Path, *, risk_free: float) -> Estimate:
    """By how much the yearly Sharpe ratio of one path exceeds another's over the same days, with its error.

    The two are compared day by day, so what both owe to the market does not widen the error.
    """
    years = _years(path.days)
    parts = []
    for one in (path, other):
        returns = one.values[1:] / one.values[:-1] - 1.0
        parts.append(_sharpe(returns, risk_free * years / len(returns)))
    root = (len(parts[0][1]) / years) ** 0.5
    return Estimate((parts[0][0] - parts[1][0]) * root, root * _error(parts[0][1] - parts[1][1]))


def _years(days: Days) -> float:
    return float((days[-1] - days[0]).astype("timedelta64[D]").astype(np.int64)) / DAYS_A_YEAR


def _sharpe(returns: Array, rate: float) -> tuple[float, Array]:
    """Ratio per period, and the influence of each return on it, shape (T,)."""
    deviation = float(returns.std())
    standard = (returns - returns.mean()) / deviation
    ratio = float(returns.mean() - rate) / deviation
    return ratio, np.asarray(standard - 0.5 * ratio * (standard**2 - 1.0))


def _error(influence: Array) -> float:
    """Newey–West standard error of the mean of a series that averages zero."""
    count = len(influence)
    lags = int(4.0 * (count / 100.0) ** (2.0 / 9.0))
    total = float(influence @ influence)
    for lag in range(1, min(lags, count - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(influence[lag:] @ influence[:-lag])
    return float(np.sqrt(max(total, 0.0))) / count
