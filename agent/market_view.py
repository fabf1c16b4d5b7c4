"""What is happening, as typed data for a page: curves, falls, alerts and releases to come. Reads only.

The figures are those of the watch and of the guard, so that the page never tells another story than they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np

from agent.ahead import Ahead, ahead
from agent.falls import LASTING, judged
from agent.measures import followed
from agent.wiring import Desk
from agent.words.guard import alert_lines
from agent.words.render import render_all
from agent.work import Work, begin
from tools.domain.decision import Alert
from tools.domain.market import Array, Days, Market
from tools.domain.value import Lang
from tools.errors import DataMissing
from tools.gauges import DEFAULT, FIRST, MEMORY, Gauge, gauges, returns_of
from tools.panic import SHALLOW, Episode, History, episodes
from tools.rebalance import standing
from tools.triggers import printed

SHOWN_DAYS = 250
"""Market days a curve goes back."""

MOST_FALLS = 8
"""Comparable falls drawn beside one's own, the newest."""

NOISE = 0.02
"""Falls less deep than this are not drawn."""

LONGEST_FALL = 750
"""Market days of a fall that are drawn."""

ALERTS = 20
"""Alerts shown, the newest."""

Name = Literal["volatility", "turbulence", "correlation", "drawdown"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Values by day, oldest first; days and values have one length."""

    days: tuple[date, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GaugeView:
    """One gauge of the watch. now, calm, edge: where it stands, stands on a usual day, and would ring.

    volatility: multiple of its long-run level. turbulence: days out of the ordinary among the last ten. correlation:
    mean correlation of pairs. drawdown: below the high of sixty days, a positive fraction.
    """

    name: Name
    now: float
    calm: float
    edge: float
    curve: Curve

    @property
    def rings(self) -> bool:
        """Does it stand beyond its edge?"""
        return self.now > self.edge


@dataclass(frozen=True, slots=True)
class FallView:
    """One fall from its peak on: depth (≥ 0) by market day, index 0 is the peak; it may go on beyond what is drawn.

    recovered: days from peak to peak, None = not yet.
    """

    began: date
    deepest: float
    recovered: int | None
    path: tuple[float, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class FallOdds:
    """What may become of today's fall; chance is the one the investor is shown (the baseline unless `finer`).

    count, recovered: comparable falls whose year is over, and how many of them regained the peak within `horizon`
    trading days; deeper: how much further they fell first, at the median.
    """

    depth: float
    days: int
    horizon: int
    chance: float
    low: float
    high: float
    finer: bool
    further: float
    lasting: bool
    count: int
    recovered: int
    deeper: float


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as it was recorded, with its words in the language asked for."""

    id: str
    at: datetime
    alert: Alert
    text: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release to come. name: in the language asked for. The rest is what followed past ones for one's own holdings.

    count: past cases (0 = none known). mean, low, high: over `days` market days, low to high four in five. up: share
    above zero. ratio: variance on such days over other days. like, fit: from the most similar cases, None below twelve.
    """

    event: str
    name: str
    at: datetime
    consensus: float | None
    days: int = 0
    count: int = 0
    mean: float = 0.0
    low: float = 0.0
    high: float = 0.0
    up: float = 0.0
    ratio: float = 1.0
    like: float | None = None
    fit: float | None = None


@dataclass(frozen=True, slots=True)
class MarketView:
    """Everything the page of the market shows. Empty curves and None where prices do not reach back far enough.

    as_of: newest market day. simulated: nothing here is real. wild: chance of the turbulent regime, 0..1. worth: value
    of today's holdings, unchanged, with 1.0 on the first day. falls: one's own first (if there is one), then
    comparable ones, newest first. clock: when this was worked out.
    """

    as_of: date
    clock: datetime
    simulated: bool
    stale: tuple[str, ...]
    wild: Curve
    worth: Curve
    gauges: tuple[GaugeView, ...]
    falls: tuple[FallView, ...]
    odds: FallOdds | None
    alerts: tuple[AlertView, ...]
    releases: tuple[ReleaseView, ...]


def market_view(desk: Desk, investor: str, lang: Lang) -> MarketView:
    """What is happening, seen from what this investor holds.

    Raises:
        DataMissing: No market at all. Whatever cannot be worked out for want of holdings or history is left empty.
    """
    work = begin(desk, investor, lang)
    market = desk.market.at(work.at)
    history, days = _history(work)
    return MarketView(
        as_of=_date(market.days[-1]),
        clock=work.at,
        simulated=market.simulated,
        stale=market.stale,
        wild=_curve(days, history.wild) if history else Curve((), ()),
        worth=_curve(days, history.prices / history.prices[0]) if history else Curve((), ()),
        gauges=tuple(_gauges(work, market)),
        falls=_falls(history, days) if history else (),
        odds=_odds(work, history),
        alerts=tuple(_alerts(work, lang)),
        releases=tuple(_release(a, work, lang) for a in ahead(work)),
    )


def _history(work: Work) -> tuple[History | None, Days]:
    """Values of today's holdings over all days known; None when there are too few."""
    try:
        _, track = followed(work, "all", None)
        return History(track.values, name="own"), track.days
    except DataMissing:
        return None, np.zeros(0, dtype="datetime64[D]")


def _gauges(work: Work, market: Market) -> list[GaugeView]:
    """The gauges of the watch over the last year, on the portfolio as it is held."""
    try:
        weights = standing(work.state.book, market, work.currency).weights
    except DataMissing:
        return []
    risky = np.array([a.asset_class != "cash" for a in market.universe.assets]) & (weights > 0)
    rows = MEMORY + SHOWN_DAYS + FIRST
    if not risky.any():
        return []
    returns, ends = returns_of(market.closes_in(work.currency)[-rows:, risky])
    if len(ends) < FIRST:
        return []
    days = market.days[-rows:][ends]
    return [_gauge(g, days) for g in gauges(returns, weights[risky] / weights[risky].sum(), DEFAULT, 0)]


def _gauge(gauge: Gauge, days: Days) -> GaugeView:
    last = len(days) - 1
    rows = np.arange(max(FIRST - 1, len(days) - SHOWN_DAYS), len(days))
    values = gauge.shown(rows, gauge.score[rows])
    known = np.isfinite(values)
    return GaugeView(
        name=gauge.name,  # type: ignore[arg-type]
        now=printed(gauge, last, float(gauge.score[last])),
        calm=printed(gauge, last, gauge.calm),
        edge=printed(gauge, last, gauge.levels[0]),
        curve=_curve(days[rows][known], values[known]),
    )


def _falls(history: History, days: Days) -> tuple[FallView, ...]:
    """One's own fall, if it is one, and the newest falls at least as deep; without one, the deepest there were."""
    every = episodes(history.prices)
    fallen = float(-np.expm1(-history.away[-1])) >= SHALLOW
    own = every[-1] if fallen else None
    others = [e for e in every if e is not own]
    deepest = sorted((-e.depth for e in others), reverse=True)[:MOST_FALLS]
    least = -own.depth if own else max([NOISE, *deepest[-1:]])
    alike = [e for e in others if -e.depth >= least][-MOST_FALLS:]
    views = [_fall(history, days, e, own=False) for e in reversed(alike)]
    return tuple([_fall(history, days, own, own=True), *views] if own else views)


def _fall(history: History, days: Days, fall: Episode, *, own: bool) -> FallView:
    end = len(history.prices) - 1 if fall.recovery is None else fall.recovery
    last = min(end, fall.peak + LONGEST_FALL)
    path = 1.0 - history.prices[fall.peak : last + 1] / history.prices[fall.peak]
    return FallView(
        began=_date(days[fall.peak]),
        deepest=-fall.depth,
        recovered=None if fall.recovery is None else fall.recovery - fall.peak,
        path=tuple(np.round(np.maximum(path, 0.0), 6).tolist()),
        own=own,
    )


def _odds(work: Work, history: History | None) -> FallOdds | None:
    """The guard's figures; None without a fall worth the name."""
    if history is None or -np.expm1(-history.away[-1]) < SHALLOW:
        return None
    told, finer = judged(work, history)
    chance = told.recover if finer else told.baseline
    return FallOdds(
        depth=told.depth,
        days=told.days,
        horizon=told.horizon,
        chance=chance,
        low=told.low if finer else chance,
        high=told.high if finer else chance,
        finer=finer,
        further=told.further,
        lasting=chance < LASTING,
        count=told.comparable.count,
        recovered=told.comparable.recovered,
        deeper=told.comparable.deeper,
    )


def _alerts(work: Work, lang: Lang) -> list[AlertView]:
    """The newest alerts, newest first."""
    views = []
    for event in reversed(work.state.alerts[-ALERTS:]):
        assert isinstance(event.body, Alert)
        text = render_all(alert_lines(event.body), lang, work.desk.names, tz=work.tz).text
        views.append(AlertView(event.body.id, event.at, event.body, text))
    return views


def _release(coming: Ahead, work: Work, lang: Lang) -> ReleaseView:
    release, past = coming.release, coming.past
    plain = ReleaseView(release.event, work.desk.names.label(release.event, lang), release.at, release.consensus)
    if past is None:
        return plain
    return ReleaseView(
        plain.event, plain.name, plain.at, plain.consensus, past.days, past.count, past.mean, past.low, past.high,
        past.up, past.ratio, past.like.value if past.like else None, past.like.fit if past.like else None,
    )  # fmt: skip


def _curve(days: Days, values: Array) -> Curve:
    return Curve(_dates(days[-SHOWN_DAYS:]), tuple(np.round(values[-SHOWN_DAYS:], 6).tolist()))


def _dates(days: Sequence[np.datetime64] | Days) -> tuple[date, ...]:
    return tuple(_date(d) for d in days)


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))
