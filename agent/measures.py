"""What past prices say about what is held: performance, risk, falls, comparisons. Reads only; no advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from agent.work import Work
from tools.baselines import members_mix, reference
from tools.decide import estimate
from tools.domain.market import Array, Market
from tools.domain.value import Money
from tools.errors import DataMissing
from tools.mandate import LOSS_Z
from tools.rebalance import round_money, standing
from tools.track import Track, held, mixed

Period = Literal["1d", "1w", "1m", "3m", "6m", "1y", "ytd", "all"]

_DAYS: dict[str, int] = {"1d": 1, "1w": 7, "1m": 30, "3m": 91, "6m": 182, "1y": 365}
ESTIMATED = frozenset({"max_sharpe", "min_variance", "risk_parity", "black_litterman", "rl", "max_return"})
"""Strategies that choose weights from estimates: only a walk-forward test would be honest about them."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are looked at: all those kept in the rows of a market, and what to call the span."""

    period: Period | None
    first: date
    last: date

    @property
    def months(self) -> float:
        """Length in months."""
        return (self.last - self.first).days / 30.436875


@dataclass(frozen=True, slots=True)
class Performance:
    """Return of today's holdings (or of one target) over a window, and the deepest fall inside it (≤ 0)."""

    window: Window
    gain: float
    fall: float
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Drawdown:
    """How far below the peak of the window it stands now, how far it stood at worst, and when (fractions ≤ 0)."""

    window: Window
    now: float
    worst: float
    worst_on: date
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """Expected yearly volatility, the loss of a bad year in twenty (positive), and shares of the variance by asset."""

    vol: float
    loss: float
    parts: tuple[tuple[str, float], ...]
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison; `name` is "own", a strategy or a target."""

    name: str
    gain: float
    vol: float
    fall: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Fixed mixes over the same days. not_tested need estimates; not_here are carried by no asset."""

    window: Window
    rows: tuple[Row, ...]
    not_tested: tuple[str, ...]
    not_here: tuple[str, ...]


def performance(work: Work, period: Period | None = None, target: str | None = None) -> Performance:
    """What today's holdings, unchanged, came to over a period (default a year). Raises DataMissing."""
    window, track = followed(work, period, target)
    return Performance(window, track.gain, float(track.falls.min()), target)


def drawdown(work: Work, period: Period | None = None, target: str | None = None) -> Drawdown:
    """How far today's holdings, unchanged, stand below their peak of a period (default a year). Raises DataMissing."""
    window, track = followed(work, period, target)
    worst = int(np.argmin(track.falls))
    return Drawdown(window, float(track.falls[-1]), float(track.falls[worst]), _date(track.days[worst]), target)


def risk(work: Work, target: str | None = None) -> Risk:
    """What the covariance of the next decision says of today's holdings. Raises DataMissing."""
    market = work.desk.market.at(work.at)
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    w = standing(work.state.book, known.market, work.currency).weights
    spread = known.cov @ w
    variance = max(float(w @ spread), 0.0)
    shares = w * spread / variance if variance > 0 else w * 0.0
    ids = known.universe.ids
    order = [i for i in np.argsort(-shares) if shares[i] > 0.001]
    parts = tuple((ids[i], float(shares[i])) for i in order)
    if target is None:
        vol = variance**0.5
        return Risk(vol, max(LOSS_Z * vol - known.risk_free - float(w @ known.prior), 0.0), parts)
    members = known.universe.members(target)
    inside = np.array([a in members for a in ids])
    basket = np.where(inside, w if w[inside].sum() > 0 else known.market_weights, 0.0)
    if basket.sum() <= 0:
        raise DataMissing("nothing_carries", target)
    basket = basket / basket.sum()
    vol = max(float(basket @ known.cov @ basket), 0.0) ** 0.5
    own = tuple(p for p in parts if p[0] in members)
    return Risk(vol, max(LOSS_Z * vol - known.risk_free - float(basket @ known.prior), 0.0), own, target)


def compare(
    work: Work, names: Sequence[str], *, years: float | None = None, start_year: int | None = None
) -> Comparison:
    """What is held today against indexes and rules that need no estimate, each kept at its weights monthly.

    Args:
        work: The investor's record.
        names: Strategy ids, targets or asset ids; "own" is always the first row.
        years: How far back; None = five years or what there is.
        start_year: First calendar year instead of `years`.
    Raises:
        DataMissing: Less than a quarter of common prices.
    """
    market = work.desk.market.at(work.at)
    mixes = {"own": standing(work.state.book, market, work.currency).weights}
    not_here = []
    for name in dict.fromkeys(n for n in names if n not in ESTIMATED and n != "own"):
        mix = reference(name, market)
        if mix is None:
            not_here.append(name)
        else:
            mixes[name] = mix
    first = np.datetime64(f"{start_year}-01-01") if start_year else _back(market, 365.25 * (years or 5.0))
    closes = market.closes_in(work.currency)
    used = np.any([m > 0 for m in mixes.values()], axis=0)
    began = max(_first_known(market, closes, used), first)
    rows = market.days >= began
    if rows.sum() < 60:
        raise DataMissing("short_history")
    fee = np.array([a.fee_bps / 1e4 for a in market.universe.assets])
    tracks = {n: mixed(market.days[rows], closes[rows], m, fee=fee) for n, m in mixes.items()}
    window = Window(None, _date(market.days[rows][0]), _date(market.days[rows][-1]))
    return Comparison(
        window,
        tuple(Row(n, t.gain, t.vol, float(t.falls.min())) for n, t in tracks.items()),
        tuple(n for n in dict.fromkeys(names) if n in ESTIMATED),
        tuple(not_here),
    )


def backtest(
    work: Work, strategy: str | None = None, *, years: float | None = None, start_year: int | None = None
) -> Comparison:
    """One rule through the past beside what is held today; the holdings alone when no rule is named."""
    return compare(work, [strategy] if strategy else [], years=years, start_year=start_year)


def selling_cost(work: Work) -> Money:
    """Fees of selling everything but the investor's own cash at today's prices. Raises DataMissing."""
    market = work.desk.market.at(work.at)
    values = standing(work.state.book, market, work.currency).values
    fees = [
        v * Decimal(repr(a.fee_bps)) / Decimal(10000)
        for v, a in zip(values, market.universe.assets, strict=True)
        if a.id != work.currency
    ]
    return Money(amount=round_money(sum(fees, Decimal(0)), work.currency), currency=work.currency)


def followed(work: Work, period: Period | None, target: str | None) -> tuple[Window, Track]:
    """The values of today's holdings (of a target: held ones of it, else its members) over a period.

    Raises:
        DataMissing: `short_history`, or `nothing_carries` for a target that nothing here is.
    """
    market = work.desk.market.at(work.at)
    ids = market.universe.ids
    units = np.array([float(work.state.book.units(a)) for a in ids])
    closes = market.closes_in(work.currency)
    first = _start(market, period)
    rows = market.days >= first
    if target is None:
        track = held(market.days[rows], closes[rows], units)
    else:
        members = market.universe.members(target)
        inside = np.array([a in members for a in ids])
        if (units * inside).any():
            track = held(market.days[rows], closes[rows], units * inside)
        else:
            mix = members_mix(market, target)
            if mix is None:
                raise DataMissing("nothing_carries", target)
            track = mixed(market.days[rows], closes[rows], mix, fee=np.zeros(len(ids)))
    return Window(period, _date(track.days[0]), _date(track.days[-1])), track


def _start(market: Market, period: Period | None) -> Any:
    if period == "all":
        return market.days[0]
    if period == "ytd":
        before = market.days[market.days < market.days[-1].astype("datetime64[Y]").astype("datetime64[D]")]
        return before[-1] if len(before) else market.days[0]
    return _back(market, _DAYS[period or "1y"])


def _back(market: Market, days: float) -> Any:
    """The last market day at least so many calendar days before the newest one."""
    limit = market.days[-1] - np.timedelta64(round(days), "D")
    before = market.days[market.days <= limit]
    return before[-1] if len(before) else market.days[0]


def _first_known(market: Market, closes: Array, used: Array) -> Any:
    """First day on which every used asset has had a price."""
    known = np.isfinite(closes[:, used])
    if not known.any(axis=0).all():
        raise DataMissing("short_history")
    return market.days[int(known.argmax(axis=0).max())]


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))
