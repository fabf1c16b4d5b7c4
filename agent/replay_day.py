"""A day of the simulated market again, from opening to close, as fast or slow as somebody wants to look at it.

Only closes are simulated; between two of them the path is a bridge with the day's own volatility, from a fixed seed, so
that the same day always goes the same way. What is shown at each step is what the watch would have said at that moment,
and what the review would have proposed. Nothing is recorded. A real book is never shown invented prices.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np

from agent.measures import followed
from agent.review import gather
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk
from agent.words.guard import alert_lines
from agent.words.render import render_all
from agent.work import Work, begin
from tools.decide import decide
from tools.domain.decision import Alert, Decision
from tools.domain.market import Array, Market
from tools.domain.value import Lang
from tools.errors import AdvisorError, BadInput, DataMissing
from tools.gauges import MEMORY
from tools.rebalance import standing
from tools.triggers import alarms

OPEN: Final = time(9, 0)
CLOSE: Final = time(18, 0)
"""The simulated day, in UTC: everything trades at once here."""

MOST_STEPS: Final = 400
_ROWS: Final = MEMORY + 500


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of the day.

    at: simulated instant. done: share of the day that has passed, 0..1. change: of what is held since the last close.
    below: under the highest value of sixty days, a positive fraction. moves: each holding since the last close, the
    largest share of the loss or gain first. rung: alerts that rang at this very moment, in words. decision: what the
    review proposed then, not recorded; only where something rang, None where nothing would be traded.
    """

    at: datetime
    done: float
    change: float
    below: float
    moves: tuple[tuple[str, float], ...]
    rung: tuple[str, ...] = ()
    decision: Decision | None = None


def telling_day(desk: Desk, investor: str, lang: Lang, *, days: int = 1000) -> date:
    """The last day on which a gauge rang for what is held, else the one on which it lost most.

    Raises:
        DataMissing: Nothing is held that has prices.
    """
    work = begin(desk, investor, lang)
    market = desk.market.at(work.at)
    held = standing(work.state.book, market, work.currency).weights
    rung = _ringing(work, market, held, back=days)
    if rung:
        return rung[-1].day
    _, track = followed(work, "all", None)
    moves = np.diff(np.log(track.values))[-days:]
    if not len(moves):
        raise DataMissing("short_history")
    return _date(track.days[len(track.days) - len(moves) + int(np.argmin(moves))])


def replay_day(desk: Desk, investor: str, lang: Lang, day: date | None = None, *, steps: int = 54) -> Iterator[Frame]:
    """The frames of one day, oldest first; whoever draws them decides how fast time goes by.

    Args:
        desk: The ports; the market must be a simulated one.
        investor: Whose holdings are followed, as they are today.
        lang: Language of what rings.
        day: A market day with a year of days before it; the most telling recent one by default.
        steps: Frames, 2 to 400; the last one is the close.
    Raises:
        BadInput: `not_simulated`, `no_such_day`, or `steps`.
        DataMissing: Nothing is held that has prices.
    """
    if not desk.market.simulated:
        raise BadInput("not_simulated")
    if not 2 <= steps <= MOST_STEPS:
        raise BadInput("steps", str(steps))
    wanted = day or telling_day(desk, investor, lang)
    work = begin(desk, investor, lang)
    market = desk.market.at(datetime.combine(wanted + timedelta(days=1), time(0, 1), tzinfo=UTC))
    if _date(market.days[-1]) != wanted or len(market.days) < MEMORY // 2:
        raise BadInput("no_such_day", wanted.isoformat())
    return _frames(work, market, wanted, steps)


def _frames(work: Work, market: Market, day: date, steps: int) -> Iterator[Frame]:
    held = standing(work.state.book, market, work.currency).weights
    path, rates = _bridge(market, day, steps)
    units = np.array([float(work.state.book.units(a)) for a in market.universe.ids])
    before = _worths(market.closes_in(work.currency)[-62:], units)
    told: set[str] = set()
    for step in range(1, steps + 1):
        now = _at(market, path[step - 1], {code: rate[step - 1] for code, rate in rates.items()})
        row = now.closes_in(work.currency)[-2:]
        worth = float(np.nansum(row[1] * units))
        rung = [a for a in _ringing(work, now, held, back=1) if a.code not in told]
        told |= {a.code for a in rung}
        yield Frame(
            at=_instant(day, step / steps),
            done=step / steps,
            change=worth / before[-2] - 1.0,
            below=max(1.0 - worth / float(before[:-1].max()), 0.0),
            moves=_moves(market.universe.ids, row, units),
            rung=tuple(_said(a, work) for a in rung),
            decision=_proposed(work, now) if rung else None,
        )


def _bridge(market: Market, day: date, steps: int) -> tuple[Array, dict[str, Array]]:
    """Closes at each step, shape (steps, n), and won per unit of each currency, shape (steps,).

    From the last close to this day's, around the straight line, with one common shake for all.
    """
    rng = np.random.default_rng([day.year, day.month, day.day])
    codes = sorted(market.fx)
    levels = np.log(np.column_stack([market.closes[-62:], *(market.fx[c][-62:] for c in codes)]))
    vol = np.nanstd(np.diff(levels, axis=0), axis=0)
    shocks = 0.7 * rng.standard_normal((steps, 1)) + 0.7 * rng.standard_normal((steps, len(vol)))
    walk = np.cumsum(shocks, axis=0) / np.sqrt(steps)
    done = (np.arange(1, steps + 1) / steps)[:, None]
    path = np.exp(levels[-2] + done * (levels[-1] - levels[-2]) + 0.6 * vol * (walk - done * walk[-1]))
    count = len(market.universe.ids)
    return path[:, :count], {code: path[:, count + i] for i, code in enumerate(codes)}


def _at(market: Market, closes: Array, rates: Mapping[str, float]) -> Market:
    """The market as it stood at a moment of its last day."""
    rows = market.closes.copy()
    rows[-1] = closes
    fx = {code: np.r_[past[:-1], rates[code]] for code, past in market.fx.items()}
    return replace(market, closes=rows, fx=fx)


def _ringing(work: Work, market: Market, held: Array, *, back: int) -> list[Alert]:
    """Gauges that rang on the last `back` days, oldest first."""
    risky = np.array([a.asset_class != "cash" for a in market.universe.assets]) & (held > 0)
    if not risky.any():
        return []
    rows = max(_ROWS, back + MEMORY)
    closes, days = market.closes_in(work.currency)[-rows:, risky], market.days[-rows:]
    with suppress(DataMissing):
        found = alarms(closes, held[risky] / held[risky].sum(), since=len(closes) - back)
        return [
            Alert(
                id="replay", code=a.trigger, day=_date(days[a.row]), value=a.value, level=a.level,
                rate=a.rate.value, low=a.rate.low, high=a.rate.high,
            )
            for a in found
        ]  # fmt: skip
    return []


def _proposed(work: Work, market: Market) -> Decision | None:
    """What the review would have proposed at the last close's quotes; kept nowhere."""
    apart = begin(work.desk, work.investor, work.lang)
    with suppress(AdvisorError):
        facts = replace(gather(apart, ReviewWish(kind="tick")), market=market)
        decision = decide(facts)
        return decision if decision.proposal.trades else None
    return None


def _moves(ids: tuple[str, ...], rows: Array, units: Array) -> tuple[tuple[str, float], ...]:
    with np.errstate(invalid="ignore"):
        change = rows[1] / rows[0] - 1.0
    used = np.flatnonzero((units > 0) & np.isfinite(change))
    size = np.abs(change[used] * units[used] * rows[0][used])
    return tuple((ids[i], float(change[i])) for i in used[np.argsort(-size)])


def _worths(closes: Array, units: Array) -> Array:
    return np.asarray(np.nansum(closes * units, axis=1))


def _said(alert: Alert, work: Work) -> str:
    return render_all(alert_lines(alert), work.lang, work.desk.names, tz=work.tz).text


def _instant(day: date, done: float) -> datetime:
    first, last = (datetime.combine(day, t, tzinfo=UTC) for t in (OPEN, CLOSE))
    return first + done * (last - first)


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))
