"""Nobody is there: a tick -> what rang -> the same review -> an alert and a waiting proposal. Nothing trades itself.

An alert is one command under a key of its trigger and day: whatever is interrupted or run twice, it is recorded once.
What has rung is worked out from prices, not from what this process saw, so a restart misses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from filelock import FileLock, Timeout

from agent.measures import followed
from agent.review import review
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk
from agent.work import Work, begin, current
from tools.domain.decision import Alert
from tools.domain.investor import SetAlert
from tools.domain.market import Market
from tools.errors import AdvisorError, DataMissing, Stale, StoreFailed
from tools.gauges import MEMORY
from tools.rebalance import standing
from tools.signals import YEAR, ewma_vol
from tools.state import Stated
from tools.triggers import alarms

LOOK_BACK = 10
"""Market days within which something that rang is still news."""

QUIET = timedelta(days=14)
"""The same gauge says nothing new within this time."""

_ROWS = MEMORY + 500


@dataclass(frozen=True, slots=True)
class Noticed:
    """An alert that was recorded in this tick, and whose it is."""

    investor: str
    alert: Alert


@contextmanager
def lease(desk: Desk) -> Iterator[None]:
    """One watch per home. Raises StoreFailed("watched") while another one runs."""
    lock = FileLock(str(desk.settings.folder() / "watch.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreFailed("watched") from error
    try:
        yield
    finally:
        lock.release()


def tick(desk: Desk) -> tuple[Noticed, ...]:
    """Look at every investor's portfolio and own alerts once, and record what is new.

    Raises:
        StoreFailed: The ledger cannot be written. An investor whose figures cannot be worked out is passed over: there
            is nothing to ring about, and the next tick looks again.
    """
    market = desk.market.at(desk.clock.now())
    return tuple(Noticed(name, alert) for name in desk.ledger.investors() for alert in _looked(desk, name, market))


def _looked(desk: Desk, investor: str, market: Market) -> Iterator[Alert]:
    opened = current(desk, investor).opened
    if opened is None:
        return
    work = begin(desk, investor, opened.lang)
    try:
        found = [*_gauges(work, market), *_own(work, market)]
    except DataMissing:
        return
    for alert in found:
        recorded = _record(desk, investor, alert)
        if recorded is not None:
            yield recorded


def _record(desk: Desk, investor: str, alert: Alert) -> Alert | None:
    """Write one alert with the review it starts, once; None when it stood there before."""
    key = f"alert:{alert.statement or alert.code}:{alert.day.isoformat()}"
    if desk.ledger.find(investor, key):
        return None
    opened = current(desk, investor).opened
    assert opened is not None
    work = begin(desk, investor, opened.lang)
    named = alert.model_copy(update={"id": work.new_id("a")})
    if alert.statement is None and work.state.pending is None:
        named = named.model_copy(update={"decision": _reviewed(work)})
    work.add(named)
    try:
        work.commit(idem=key)
    except Stale:
        return None  # the investor was just heard; the next tick finds the same alert in the world they left
    return named


def _reviewed(work: Work) -> str | None:
    """Decide anew because something happened; the id of a proposal that waits now, None when nothing is to be done."""
    try:
        decision = review(work, ReviewWish(kind="tick"))
    except AdvisorError:
        return None  # limits that clash or prices that are missing: the alert itself is still told
    return decision.id if decision.proposal.trades else None


def _gauges(work: Work, market: Market) -> Iterator[Alert]:
    """What rang within the last days on the portfolio as it is held, and was not told lately."""
    weights = standing(work.state.book, market, work.currency).weights
    risky = np.array([a.asset_class != "cash" for a in market.universe.assets]) & (weights > 0)
    if not risky.any() or len(market.days) < 2:
        return
    closes = market.closes_in(work.currency)[-_ROWS:, risky]
    days = market.days[-_ROWS:]
    told = {(e.body.code, e.body.day) for e in work.state.alerts if isinstance(e.body, Alert)}
    for alarm in alarms(closes, weights[risky] / weights[risky].sum()):
        day = _date(days[alarm.row])
        again = any(code == alarm.trigger and abs(day - known) <= QUIET for code, known in told)
        if alarm.row >= len(days) - LOOK_BACK and not again:
            told.add((alarm.trigger, day))
            rate = alarm.rate
            yield Alert(
                id="new", code=alarm.trigger, day=day, value=alarm.value, level=alarm.level,
                rate=rate.value, low=rate.low, high=rate.high,
            )  # fmt: skip


def _own(work: Work, market: Market) -> Iterator[Alert]:
    """Alerts the investor asked for that hold today and did not the market day before, or were only just asked for."""
    for stated in work.state.wishes(SetAlert):
        wish = stated.statement.wish
        assert isinstance(wish, SetAlert)
        try:
            before, now = _measured(work, market, stated, wish)
        except DataMissing:
            continue  # nothing carries its target, or it has no prices: it cannot hold today
        fresh = stated.at.date() > _date(market.days[-2])
        if _holds(wish, now) and (fresh or not _holds(wish, before)):
            yield Alert(
                id="new", code=f"own_{wish.metric}", day=_date(market.days[-1]), value=now, level=wish.value,
                target=wish.target, statement=stated.statement.id,
            )  # fmt: skip


def _holds(wish: SetAlert, value: float) -> bool:
    return value < wish.value if wish.op == "below" else value >= wish.value


def _measured(work: Work, market: Market, stated: Stated, wish: SetAlert) -> tuple[float, float]:
    """The figure on the market day before and today, in the unit of the alert; losses and gains are positive.

    Loss and gain count from the day the alert was asked for.
    """
    if wish.metric == "price":
        return _prices(market, wish, work)
    if wish.metric == "weight":
        return _weights(work, market, wish)
    _, track = followed(work, "all", wish.target)
    if len(track.values) < 3:
        raise DataMissing("short_history")
    if wish.metric == "volatility":
        moves = np.diff(np.log(track.values))
        vol = ewma_vol(moves, decay=0.97, start=float((moves[:20] ** 2).mean())) * YEAR**0.5
        return float(vol[-2]), float(vol[-1])
    since = min(int(np.searchsorted(track.days, np.datetime64(stated.at.date()))), len(track.days) - 1)
    change = track.values[-2:] / track.values[since] - 1.0
    sign = -1.0 if wish.metric == "loss" else 1.0
    return float(sign * change[0]), float(sign * change[1])


def _prices(market: Market, wish: SetAlert, work: Work) -> tuple[float, float]:
    members = market.universe.members(wish.target or "")
    if not members:
        raise DataMissing("nothing_carries", wish.target or "")
    place = market.universe.ids.index(members[0])
    own = market.closes[:, place]
    if wish.currency is not None and wish.currency != market.universe.assets[place].currency:
        own = market.closes_in(wish.currency)[:, place]
    known = own[np.isfinite(own)]
    if len(known) < 2:
        raise DataMissing("short_history")
    return float(known[-2]), float(known[-1])


def _weights(work: Work, market: Market, wish: SetAlert) -> tuple[float, float]:
    members = market.universe.members(wish.target or "")
    units = np.array([float(work.state.book.units(a)) for a in market.universe.ids])
    inside = np.array([a in members for a in market.universe.ids])
    values = np.nan_to_num(market.closes_in(work.currency)[-2:]) * units
    total = values.sum(axis=1)
    if not members or not (total > 0).all():
        raise DataMissing("nothing_carries", wish.target or "")
    before, now = values[:, inside].sum(axis=1) / total
    return float(before), float(now)


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))
