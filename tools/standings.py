"""Strategies side by side over the same days: what each came to, how sure that is, and whether its lead is luck."""

from collections.abc import Mapping

import numpy as np

from tools.domain.market import Array, Days
from tools.domain.value import Currency, Instant, Value
from tools.errors import DataMissing
from tools.performance import Path
from tools.resample import stationary_blocks
from tools.skill import judge
from tools.track import DAYS_A_YEAR

BLOCK = 8.0
"""Mean length of the blocks that are drawn again, in rows: two months of weeks."""

DRAWS = 500


class Score(Value):
    """One strategy, yearly, after costs. Errors are standard errors over resampled blocks of time.

    growth: compound return. vol: volatility. sharpe: mean return above the rate over volatility. drawdown: deepest
    fall, ≤ 0. turnover: one way. cost: trading costs over the mean value. lead: Sharpe ratio over that of 1/N. dsr:
    chance that this lead is more than luck finds among as many strategies; None for 1/N itself.
    """

    name: str
    growth: float
    growth_error: float
    vol: float
    sharpe: float
    sharpe_error: float
    drawdown: float
    turnover: float
    cost: float
    lead: float
    lead_error: float
    dsr: float | None


class Scoreboard(Value):
    """All strategies over the same days. data, code: what it was worked out from. skipped: name -> code of why not.

    voice: confidence with which the learned policy speaks in decisions now.
    """

    at: Instant
    currency: Currency
    first: Instant
    last: Instant
    simulated: bool
    data: str
    code: str
    scores: tuple[Score, ...]
    skipped: Mapping[str, str]
    voice: float

    def score(self, name: str) -> Score | None:
        """The line of one strategy."""
        return next((s for s in self.scores if s.name == name), None)


def standings(
    paths: Mapping[str, Path], *, risk_free: float, against: str, rng: np.random.Generator
) -> tuple[Score, ...]:
    """Score every strategy, in the order given; none is left out for losing.

    Args:
        paths: All over the same days, about weekly; `against` among them.
        risk_free: Yearly rate.
        against: The one others are compared with, which needs no skill.
        rng: Draws the blocks; the same for all strategies, so that what they share does not widen a difference.
    Raises:
        DataMissing: Fewer than 24 returns.
    """
    names = list(paths)
    days = paths[against].days
    returns = np.column_stack([paths[n].values[1:] / paths[n].values[:-1] - 1.0 for n in names])
    count = len(returns)
    if count < 24:
        raise DataMissing("short_history")
    periods = count / _years(days)
    rows = stationary_blocks(rng.integers(count, size=DRAWS), count, count, mean_block=BLOCK, rng=rng)
    drawn = returns[rows]
    rate = risk_free / periods
    growth, sharpe = _growth(returns, periods), _sharpe(returns, rate, periods)
    growths, sharpes = _growth(drawn, periods).std(axis=0), _sharpe(drawn, rate, periods)
    other = names.index(against)
    leads = (sharpes - sharpes[:, other : other + 1]).std(axis=0)
    alike = (returns - rate) / np.maximum(returns.std(axis=0), 1e-12)  # a ratio's lead, whatever risk was taken
    judged = np.delete(alike - alike[:, other : other + 1], other, axis=1)
    scores = []
    for i, name in enumerate(names):
        path = paths[name]
        mean, years = float(path.values.mean()), _years(path.days)
        place = i - (i > other)
        scores.append(
            Score(
                name=name, growth=float(growth[i]), growth_error=float(growths[i]),
                vol=float(returns[:, i].std() * periods**0.5), sharpe=float(sharpe[i]),
                sharpe_error=float(sharpes[:, i].std()),
                drawdown=float((path.values / np.maximum.accumulate(path.values) - 1.0).min()),
                turnover=float(path.traded[1:].sum()) / 2.0 / mean / years, cost=float(path.costs.sum()) / mean / years,
                lead=float(sharpe[i] - sharpe[other]), lead_error=float(leads[i]),
                dsr=None if i == other else judge(judged, place).deflated,
            )
        )  # fmt: skip
    return tuple(scores)


def _years(days: Days) -> float:
    return float((days[-1] - days[0]).astype("timedelta64[D]").astype(np.int64)) / DAYS_A_YEAR


def _growth(returns: Array, periods: float) -> Array:
    return np.asarray(np.expm1(np.log1p(returns).mean(axis=-2) * periods))


def _sharpe(returns: Array, rate: float, periods: float) -> Array:
    deviation = np.maximum(returns.std(axis=-2), 1e-12)
    return np.asarray((returns.mean(axis=-2) - rate) / deviation * periods**0.5)


def sampled(path: Path, days: Days) -> Path:
    """A path looked at on fewer days: values as last known on each; what was traded and paid since the day before.

    Args:
        path: Its first day not after the first of `days`. days: ascending.
    """
    place = np.searchsorted(path.days, days, side="right") - 1

    def between(x: Array) -> Array:
        total = np.cumsum(x)[place]
        return np.diff(total, prepend=total[0] - x[place[0]])

    return Path(days, path.values[place], between(path.traded), between(path.costs))


def grown(days: Days, growth: Array, turnover: Array, factor: Array) -> Path:
    """The path of a run of decisions: worth 1 at first, growing from each decision to the next.

    Args:
        days: Days of the decisions and of the end, shape (T + 1,). growth: of each step, (T,). turnover: one way, (T,).
        factor: What trades left of the money, (T,).
    """
    values = np.r_[1.0, np.cumprod(growth)]
    traded = np.r_[2.0 * turnover * values[:-1], 0.0]
    return Path(days, values, traded, np.r_[(1.0 - factor) * values[:-1], 0.0])
