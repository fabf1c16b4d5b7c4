"""What there is to notice for one investor: gauges, drift beyond a limit, releases, news, goals, a date of their own.

Each alert prints how often a year it rings for nothing, worked out on this portfolio's own past, and nothing here
decides anything: a trigger starts a review, and trades come only out of the review's own no-trade band.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from agent.ahead import NEAR
from agent.habits import profile
from agent.headlines import NewsShock
from agent.measures import followed
from agent.own_alerts import day_of, own_alerts
from agent.planning import outlook
from agent.work import Work
from tools.decide import costs
from tools.domain.decision import Alert
from tools.domain.investor import Rebalance, SetGoal, SetLimit
from tools.domain.market import Array, Market
from tools.errors import AdvisorError, DataMissing
from tools.gauges import MEMORY, returns_of
from tools.optimise.limits import Mask
from tools.rebalance import band, standing
from tools.releases import Release, surprises
from tools.setaside import MONTH_DAYS
from tools.triggers import Rate, alarms, counted, drift_rate

LOOK_BACK = 10
"""Market days within which something that rang is still news."""

QUIET = timedelta(days=14)
"""The same gauge says nothing new within this time."""

LOUD = 2.0
"""A surprise of so many deviations of earlier ones is one."""

JUST = timedelta(days=3)
"""How long a release is news."""

OFF_TRACK = 0.5
"""A chance of reaching a goal below this is told."""

GOAL_QUIET = timedelta(days=90)
"""How long a goal is left alone after it was told to be off track, or stated."""

PERIODS = {"weekly": 7.0, "monthly": MONTH_DAYS, "quarterly": 3 * MONTH_DAYS, "yearly": 12 * MONTH_DAYS}
"""Days of each rhythm an investor may have asked for."""

_ROWS = MEMORY + 500

NewsOf = Callable[[Work, Market], Sequence[NewsShock]]
"""Who tells of news that are as bad as they rarely were; `agent.headlines.news_shock` does."""


def noticed(work: Work, market: Market, news: NewsOf | None, *, gauges: bool = True) -> Iterator[Alert]:
    """Everything that is new today, each as an alert that has not been recorded yet (id "new").

    gauges: whether to look at those of this portfolio; they are by far the dearest.
    """
    for look in (*((_gauges,) if gauges else ()), own_alerts, _drift, _surprises, _due):
        try:
            yield from look(work, market)
        except DataMissing:
            continue  # nothing is held, or it cannot be valued: this one has nothing to ring about
    if news is not None:
        yield from _news(work, market, news)


def key(alert: Alert) -> str:
    """Under which an alert is recorded once, whatever is interrupted or run twice."""
    what = alert.statement or "/".join(x for x in (alert.code, alert.event, alert.target) if x)
    return f"alert:{what}:{alert.day.isoformat()}"


def soon(work: Work) -> tuple[Release, ...]:
    """Releases near enough for a cut of risk to be weighed, and not told of yet."""
    told = {(b.event, b.day) for b in _told(work, "release")}
    due = [r for r in work.desk.calendar.upcoming(work.at) if r.at <= work.at + NEAR]
    return tuple(r for r in due if (r.event, r.at.date()) not in told)


def goals_off_track(work: Work, market: Market) -> Iterator[Alert]:
    """Goals whose chance fell below one half, no sooner than a season after they were stated or told of.

    Rate: while nothing changes a chance is right about itself, so of the alarms at this chance this share is for
    nothing; there is at most one until the date. Slow (half a second), so the watch asks once a week.
    """
    seen = outlook(work)
    if seen is None:
        return
    today = day_of(market.days[-1])
    told = {b.target: b.day for b in _told(work, "goal")}
    for goal, chance in zip(seen.goals, seen.chances, strict=True):
        since = max(told.get(goal.goal, date.min), _stated(work, goal.goal).date())
        if chance.chance >= OFF_TRACK or today - since < GOAL_QUIET:
            continue
        years = max(seen.months(goal) / 12.0, 1.0)
        yield Alert(
            id="new", code="goal", day=today, value=chance.chance, level=OFF_TRACK, target=goal.goal,
            rate=chance.chance / years, low=chance.lo90 / years, high=chance.hi90 / years,
        )  # fmt: skip


def _gauges(work: Work, market: Market) -> Iterator[Alert]:
    """What rang within the last days on the portfolio as it is held, and was not told lately."""
    weights = standing(work.state.book, market, work.currency).weights
    risky = _risky(market) & (weights > 0)
    if not risky.any() or len(market.days) < 2:
        return
    closes, days = market.closes_in(work.currency)[-_ROWS:, risky], market.days[-_ROWS:]
    told = {(b.code, b.day) for b in _told(work)}
    for alarm in alarms(closes, weights[risky] / weights[risky].sum(), since=len(days) - LOOK_BACK):
        day = day_of(days[alarm.row])
        if not any(code == alarm.trigger and abs(day - known) <= QUIET for code, known in told):
            told.add((alarm.trigger, day))
            yield _alert(alarm.trigger, day, alarm.value, alarm.level, alarm.rate)


def _drift(work: Work, market: Market) -> Iterator[Alert]:
    """Limits that prices carried a group across, by more than the band within which a trade does not pay."""
    stated = [s.statement.wish for s in work.state.wishes(SetLimit)]
    limits = [w for w in stated if isinstance(w, SetLimit) and w.kind != "exact"]
    if not limits:
        return
    weights = standing(work.state.book, market, work.currency).weights
    aversion = profile(work).risk_aversion
    today = day_of(market.days[-1])
    told = {(b.target, b.day) for b in _told(work, "drift")}
    for wish in limits:
        members = np.array([a in market.universe.members(wish.target) for a in market.universe.ids], dtype=float)
        above = wish.kind == "max"
        edge = _edge(wish.weight, members * costs(market.universe), aversion, above)
        now = float(members @ weights)
        beyond = now > edge if above else now < edge and members.any()
        if beyond and not any(t == wish.target and today - day <= QUIET for t, day in told):
            rate = _drifting(market, work, weights, members, edge, wish.weight)
            yield _alert("drift", today, now, edge, rate, target=wish.target)


def _edge(limit: float, cost: Array, aversion: float, above: bool) -> float:
    """Weight of a group at which trading it back pays."""
    half = float(band(np.array([limit]), risk_aversion=aversion, cost=np.array([cost.max()]))[0])
    return limit + half if above else limit - half


def _drifting(market: Market, work: Work, weights: Array, members: Array, edge: float, limit: float) -> Rate:
    """How often prices alone carry the group from its limit, where it was brought back to, across the edge."""
    held = weights > 0
    returns, _ = returns_of(market.closes_in(work.currency)[-_ROWS:, held])
    inside, start = members[held], weights[held]
    group = float(start @ inside)
    if 0.0 < group < 1.0:
        start = np.where(inside > 0, start * limit / group, start * (1.0 - limit) / (1.0 - group))
    return drift_rate(returns, start, inside, edge=edge, above=edge > limit)


def _surprises(work: Work, market: Market) -> Iterator[Alert]:
    """Releases of the last days that came in far from what was expected."""
    known = work.desk.calendar.releases(work.at)
    fresh = {r.event: r for r in known if r.at > work.at - JUST}
    told = {(b.event, b.day) for b in _told(work, "surprise")}
    for event, release in fresh.items():
        past = [r for r in known if r.event == event]
        size = float(surprises(past)[-1])
        if np.isfinite(size) and abs(size) >= LOUD and (event, release.at.date()) not in told:
            yield _alert("surprise", release.at.date(), size, LOUD, _for_nothing(work, past), event=event)


def _for_nothing(work: Work, past: Sequence[Release]) -> Rate:
    """Earlier surprises as large after which what is held moved no more than on a usual day, a year."""
    sizes = surprises(past)
    _, track = followed(work, "all", None)
    moves = np.abs(np.diff(np.log(track.values)))
    at = np.searchsorted(track.days, np.array([r.at.date() for r in past], dtype="datetime64[D]")) - 1
    seen = (at >= 0) & (at < len(moves)) & np.isfinite(sizes)
    loud = seen & (np.abs(np.nan_to_num(sizes)) >= LOUD)
    usual = float(np.sqrt((moves**2).mean())) if len(moves) else 0.0
    dull = int((moves[at[loud]] <= usual).sum())
    span = (past[-1].at - past[0].at).days / 365.25
    return counted(dull, max(span, 1.0))


def _news(work: Work, market: Market, news: NewsOf) -> Iterator[Alert]:
    """Holdings whose news are as bad as they rarely were."""
    told = {(b.target, b.day) for b in _told(work, "news")}
    try:
        found = news(work, market)
    except AdvisorError:
        return  # no reader, or nothing held: news are an extra, never a reason for the watch to stop
    for shock in found:
        if not any(t == shock.asset and abs(shock.day - day) <= QUIET for t, day in told):
            rate = Rate(shock.rate, shock.low, shock.high)
            yield _alert("news", shock.day, shock.value, shock.level, rate, target=shock.asset)


def _due(work: Work, market: Market) -> Iterator[Alert]:
    """The rhythm the investor asked for has come round; while something is granted, a week is the longest one."""
    stated = work.state.wishes(Rebalance)
    wish = stated[-1].statement.wish if stated else None
    days = PERIODS.get(wish.frequency) if isinstance(wish, Rebalance) else None
    if any(work.at < g.grant.until for g in work.state.grants):
        days = min(days or 7.0, 7.0)
    if days is None:
        return
    last = _last_review(work)
    if last is None or work.at - last >= timedelta(days=days):
        yield Alert(id="new", code="schedule", day=work.at.date(), value=days, level=days)


def _last_review(work: Work) -> datetime | None:
    """When the portfolio was last looked at as a whole, by anybody."""
    return work.state.latest.at if work.state.latest is not None else None


def _stated(work: Work, goal: str) -> datetime:
    said = [s.at for s in work.state.wishes(SetGoal) if getattr(s.statement.wish, "goal", None) == goal]
    return said[-1]


def _risky(market: Market) -> Mask:
    return np.array([a.asset_class != "cash" for a in market.universe.assets])


def _told(work: Work, code: str | None = None) -> tuple[Alert, ...]:
    bodies = (e.body for e in work.state.alerts)
    return tuple(b for b in bodies if isinstance(b, Alert) and code in (None, b.code))


def _alert(
    code: str, day: date, value: float, level: float, rate: Rate, *, target: str | None = None, event: str | None = None
) -> Alert:
    return Alert(
        id="new", code=code, day=day, value=value, level=level, target=target, event=event,
        rate=rate.value, low=rate.low, high=rate.high,
    )  # fmt: skip
