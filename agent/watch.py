"""Nobody is there: a tick -> what rang -> the same review -> an alert and a waiting proposal.

Nothing trades itself, except inside a band that the investor granted in words (`agent.granting`). An alert is one
command under a key of its trigger and day: whatever is interrupted or run twice, it is recorded once. What has rung is
worked out from prices, not from what this process saw, so a restart misses nothing. An investor about whom nothing
changed since the last tick costs next to nothing, so that a page may tick as often as it likes.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from filelock import FileLock, Timeout

from agent.ahead import NEAR, cut_before
from agent.delivery import deliver
from agent.execution import settle_all
from agent.granting import carry_out
from agent.headlines import news_shock
from agent.noticing import NewsOf, goals_off_track, key, noticed, soon
from agent.outside import propose_all
from agent.review import review
from agent.sweep import MANY, decide_all, market_alarms, record_inside, states
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk
from agent.work import Work, begin, current
from tools.domain.decision import Alert, TriggerKind
from tools.domain.events import Event
from tools.domain.market import Market
from tools.errors import AdvisorError, DataMissing, Stale, StoreFailed
from tools.releases import WORTH, Release
from tools.state import State
from tools.triggers import counted

PAUSE = 60.0
"""Seconds between two looks."""

PULSE = 900
"""Seconds after which news are asked about again."""

KINDS: dict[str, TriggerKind] = {"release": "release", "surprise": "release", "news": "news", "schedule": "schedule"}
"""What a review is said to be started by; every other alert is a tick."""

WITHOUT_REVIEW = frozenset({"goal"})
"""Alerts after which the same weights would come out: the levers of a goal are the investor's own."""


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


def keep(desk: Desk, stop: threading.Event, *, pause: float = PAUSE, once: bool = False) -> Iterator[Noticed]:
    """Look, deliver, wait, until `stop` is set: what `hanfolio watch` does, and the page in a thread of its own.

    Raises:
        StoreFailed: "watched" when another watch of this home is running, or the ledger cannot be written.
    """
    with lease(desk):
        while not stop.is_set():
            settle_all(desk)
            yield from tick(desk)
            deliver(desk)
            if once:
                return
            stop.wait(pause)


def stand_by(desk: Desk, stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Keep watch for as long as a page is served; whatever stands in the way is waited out. Meant for a thread."""
    while not stop.is_set():
        try:
            for _ in keep(desk, stop, pause=pause):
                pass
        except AdvisorError:
            stop.wait(pause)  # another watch is at it, prices are gone or the ledger is busy: try again


def tick(desk: Desk, *, news: NewsOf | None = news_shock) -> tuple[Noticed, ...]:
    """Look at every investor's portfolio and own alerts once, and record what is new.

    Args:
        desk: The ports.
        news: Who tells of shocks in the news; None = nobody.
    Raises:
        StoreFailed: The ledger cannot be written. An investor whose figures cannot be worked out is passed over: there
            is nothing to ring about, and the next tick looks again.
    """
    market = desk.market.at(desk.clock.now())
    everyone = states(desk)
    told = list(_shocks(desk, everyone, market)) if len(everyone) >= MANY else []
    told += [Noticed(n, a) for n in everyone for a in look(desk, n, market, news, gauges=len(everyone) < MANY)]
    return tuple(told)


def _shocks(desk: Desk, everyone: Mapping[str, State], market: Market) -> Iterator[Noticed]:
    """What rang on the market as a whole, answered for all at once: of thousands, few are carried out of their band."""
    open_to_it = [n for n, s in everyone.items() if s.opened is not None and s.pending is None]
    for alert in market_alarms(desk, market):
        now = states(desk)  # an alert before this one was written to them
        free = {n: now[n] for n in open_to_it if n in now}
        verdict = decide_all(desk, market, free)
        for name, told in propose_all(desk, market, (*verdict.outside, *verdict.alone), free, alert):
            # Whose record grew meanwhile is read again; who was told already is not told twice.
            recorded = told or _record(desk, name, alert)
            if recorded is not None:
                yield Noticed(name, recorded)
        # Last, so that a crash before it leaves the shock open: the next tick goes on where this one stopped.
        record_inside(desk, market, verdict, alert.code, alert.day)


def look(
    desk: Desk, investor: str, market: Market, news: NewsOf | None = None, *, gauges: bool = True
) -> Iterator[Alert]:
    """What is new for one investor, recorded as it comes; the last one may tell of a trade on a grant.

    gauges: False where those of the market as a whole stand for everybody's.
    """
    state = current(desk, investor)
    if state.opened is None or desk.digests.get(_memo(investor)) == _stamp(desk, state, market, news):
        return
    work = begin(desk, investor, state.opened.lang)
    heard = False
    for alert in (*noticed(work, market, news, gauges=gauges), *_weekly(desk, work, market)):
        recorded = _record(desk, investor, alert)
        heard |= recorded is None
        if recorded is not None:
            yield recorded
    for release in soon(work):
        recorded = _before(desk, investor, release)
        if recorded is not None:
            yield recorded
    yield from _automatic(desk, investor)
    if not heard:  # else the investor was just heard, and the next tick looks again
        desk.digests[_memo(investor)] = _stamp(desk, current(desk, investor), market, news)


def _memo(investor: str) -> str:
    return f"watched:{investor}"


def _stamp(desk: Desk, state: State, market: Market, news: NewsOf | None) -> tuple[Any, ...]:
    """All that a look depends on."""
    now = desk.clock.now()
    due = tuple((r.event, r.at) for r in desk.calendar.upcoming(now) if r.at <= now + NEAR)
    pulse = 0 if news is None else int(now.timestamp() // PULSE)
    rates = tuple(sorted(market.fx_now.items()))
    return (state.seq, str(market.days[-1]), market.closes[-1].tobytes(), rates, now.date(), due, pulse)


def _weekly(desk: Desk, work: Work, market: Market) -> Iterator[Alert]:
    """What is too slow for every look: the chances of goals, once in a calendar week of this process."""
    week = work.at.isocalendar()[:2]
    if desk.digests.get(f"goals:{work.investor}") == week:
        return
    desk.digests[f"goals:{work.investor}"] = week
    try:
        yield from goals_off_track(work, market)
    except DataMissing:
        return  # what is held cannot be valued: its chance is not known


def _record(desk: Desk, investor: str, alert: Alert) -> Alert | None:
    """Write one alert with the review it starts, once; None when it stood there before or another command came first.

    The rhythm an investor asked for is no news by itself: it is told only when it leads to a proposal.
    """
    idem = key(alert)
    if desk.ledger.find(investor, idem):
        return None
    opened = current(desk, investor).opened
    assert opened is not None
    work = begin(desk, investor, opened.lang)
    if alert.statement is None and alert.code not in WITHOUT_REVIEW and _idle(work.state):
        decision = _reviewed(work, ReviewWish(kind=KINDS.get(alert.code, "tick"), detail=alert.event or ""))
        alert = alert.model_copy(update={"decision": decision})
    if alert.code == "schedule" and alert.decision is None:
        return None
    return _written(work, alert, idem)


def _idle(state: State) -> bool:
    """Does nothing wait: no proposal for a yes, no approved orders for their outcome?"""
    return state.pending is None and state.outstanding is None


def _written(work: Work, alert: Alert, idem: str) -> Alert | None:
    named = alert.model_copy(update={"id": work.new_id("a")})
    work.add(named)
    try:
        work.commit(idem=idem)
    except Stale:
        return None  # the investor was just heard; the next tick finds the same alert in the world they left
    return named


def _reviewed(work: Work, wish: ReviewWish) -> str | None:
    """Decide anew because something happened; the id of a proposal that waits now, None when nothing is to be done."""
    try:
        decision = review(work, wish)
    except AdvisorError:
        return None  # limits that clash or prices that are missing: the alert itself is still told
    return decision.id if decision.proposal.trades else None


def _before(desk: Desk, investor: str, release: Release) -> Alert | None:
    """Propose less risk before a release where that pays; the alert states how often such a cut would have helped."""
    opened = current(desk, investor).opened
    assert opened is not None
    work = begin(desk, investor, opened.lang)
    if not _idle(work.state):
        return None
    try:
        found = cut_before(work, release)
    except AdvisorError:
        return None
    if found is None:
        return None
    cut, order = found
    decision = _reviewed(work, ReviewWish(kind="release", method="order", order=order, detail=release.event))
    if decision is None:
        return None
    known = [r for r in desk.calendar.releases(work.at) if r.event == release.event]
    years = max((known[-1].at - known[0].at).days / 365.25, 1.0)
    rate = counted(round((1.0 - cut.helped) * cut.cases), years)
    alert = Alert(
        id="new", code="release", day=release.at.date(), value=cut.saved / cut.cost, level=WORTH, event=release.event,
        rate=rate.value, low=rate.low, high=rate.high, helped=cut.helped, cases=cut.cases, decision=decision,
    )  # fmt: skip
    return _written(work, alert, key(alert))


def _automatic(desk: Desk, investor: str) -> Iterator[Alert]:
    """Carry out what is granted, tell of it, and propose what is left for a yes."""
    if not current(desk, investor).grants:
        return
    receipt = carry_out(desk, investor)
    if receipt is None or receipt.waiting:
        return  # orders on their way are told of when their outcome is known
    done = [e for e in current(desk, investor).alerts if getattr(e.body, "decision", None) == receipt.decision_id]
    yield from (_alert_of(e) for e in done if _alert_of(e).code == "auto")
    opened = current(desk, investor).opened
    assert opened is not None
    work = begin(desk, investor, opened.lang)
    if _reviewed(work, ReviewWish(kind="tick")) is not None:
        try:
            work.commit(idem=f"rest:{receipt.decision_id}")
        except Stale:
            return


def _alert_of(event: Event) -> Alert:
    assert isinstance(event.body, Alert)
    return event.body
