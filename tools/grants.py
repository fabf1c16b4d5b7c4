"""What of a plan may be carried out unasked: the part inside a granted band, and the reasons for none of it.

Nothing here executes. A plan comes from `tools.decide` as always; `share` cuts it down to what a grant covers, and
`objection` is asked once more on the decision made of that part, before and at execution.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from tools.domain.decision import Decision, OrderLine
from tools.domain.grant import SPACING, Grant, Offer
from tools.domain.investor import Book
from tools.domain.mandate import Limit
from tools.domain.market import Array, Days, Market, Universe
from tools.domain.value import Currency, canonical

LEAST = 0.002
"""Changes of a weight smaller than this are not worth an order."""

SPARE = 0.002
"""Cash that purchases leave for fees, a fraction of the portfolio."""

FRESH = timedelta(days=4)
"""Age of the newest market day beyond which the feed counts as stale: a long weekend is not."""

_TOL = 1e-9


def seal(offer_id: str, grant: Grant) -> str:
    """SHA-256 over exactly what is granted: what a yes is bound to."""
    body = {"id": offer_id, "grant": grant.model_dump(mode="json")}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def usable(grants: Iterable[Offer], at: datetime) -> tuple[Offer, ...]:
    """Grants that are not over, the newest last."""
    return tuple(g for g in grants if at < g.grant.until)


def covered(grant: Grant, universe: Universe, currency: Currency) -> frozenset[str]:
    """Assets a grant lets be traded; the investor's own cash only pays."""
    ids = universe.ids if grant.target is None else universe.members(grant.target)
    return frozenset(ids) - {currency}


def bounds(grant: Grant, assets: Iterable[str]) -> tuple[Limit, ...]:
    """The band as limits of one decision, so that the same code that keeps every mandate keeps it too.

    assets: what is traded, and the cash that pays; other assets need no limit, an order leaves them alone.
    """
    if grant.target is not None:
        assert grant.low is not None and grant.high is not None
        return tuple(
            Limit(id=f"grant:{kind}", kind=kind, target=grant.target, weight=weight, origin="proposal")  # type: ignore[arg-type]
            for kind, weight in (("min", grant.low), ("max", grant.high))
        )
    assert grant.within is not None
    ends = []
    for asset in sorted(set(assets)):
        weight = grant.anchor.get(asset, 0.0)
        low, high = max(weight - grant.within, 0.0), min(weight + grant.within, 1.0)
        ends.append(Limit(id=f"grant:min:{asset}", kind="min", target=asset, weight=low, origin="proposal"))
        ends.append(Limit(id=f"grant:max:{asset}", kind="max", target=asset, weight=high, origin="proposal"))
    return tuple(ends)


def share(grant: Grant, decision: Decision, universe: Universe) -> tuple[OrderLine, ...]:
    """The part of a plan that a grant covers, as changes of weight; empty when none is worth it.

    The order of things matters: into the band, then within the day's turnover, then paid from what is sold and from
    cash. Purchases that cannot be paid shrink; nothing else is sold for them.
    """
    currency = decision.currency
    held, goal = decision.proposal.current, decision.proposal.target
    free = sorted(covered(grant, universe, currency) & (held.keys() | goal.keys()))
    if not free:
        return ()
    now = np.array([held.get(a, 0.0) for a in free])
    change = _inside(grant, free, now, np.array([goal.get(a, 0.0) for a in free])) - now
    cash = held.get(currency, 0.0)
    traded = max(float(change[change > 0].sum()), float(-change[change < 0].sum()))
    change *= min(1.0, grant.turnover * (1.0 - _TOL) / max(traded, _TOL))
    bought, sold = float(change[change > 0].sum()), float(-change[change < 0].sum())
    least, most = _cash_room(grant, decision)
    change[change > 0] *= min(1.0, max(cash + sold - least, 0.0) / max(bought, _TOL))
    bought = float(change[change > 0].sum())
    change[change < 0] *= min(1.0, max(most + bought - cash, 0.0) / max(sold, _TOL))
    lines = [OrderLine(asset=a, delta=float(d)) for a, d in zip(free, change, strict=True) if abs(d) >= LEAST]
    return tuple(lines)


def _inside(grant: Grant, free: list[str], now: Array, goal: Array) -> Array:
    """The planned weights drawn into the band; a group moves towards its plan until its sum meets the edge."""
    if grant.within is not None:
        middle = np.array([grant.anchor.get(a, 0.0) for a in free])
        return np.asarray(np.clip(goal, middle - grant.within, middle + grant.within).clip(0.0, 1.0))
    assert grant.low is not None and grant.high is not None
    start, end = float(now.sum()), float(goal.sum())
    wanted = min(max(end, grant.low), grant.high)
    if abs(end - wanted) <= _TOL:
        return goal
    if abs(end - start) > _TOL and 0.0 <= (wanted - start) / (end - start) <= 1.0:
        return np.asarray(now + (wanted - start) / (end - start) * (goal - now))
    base = now if start > 0 else np.ones(len(now))
    return np.asarray(base / base.sum() * wanted)


def _cash_room(grant: Grant, decision: Decision) -> tuple[float, float]:
    """Least and most cash afterwards: the plan leaves what was promised to goals and rules, and bands count for it."""
    currency = decision.currency
    kept = min(decision.proposal.target.get(currency, 0.0), decision.proposal.current.get(currency, 0.0))
    least, most = max(SPARE, kept), 1.0
    if grant.within is not None:
        middle = grant.anchor.get(currency, 0.0)
        least, most = max(least, middle - grant.within + SPARE), middle + grant.within - SPARE
    return least, most


def objection(
    offer: Offer, decision: Decision, market: Market, book: Book, *, at: datetime, last: datetime | None
) -> str | None:
    """Why a decision may not be carried out on a grant, as a code; None when it may.

    Args:
        offer: The grant as it was said yes to.
        decision: What would be carried out.
        market: Today's prices.
        book: What is held.
        at: Now.
        last: When something was last carried out on a grant.
    Returns:
        expired, stale_feed, too_soon, nothing, outside_scope, too_much or outside_band.
    """
    grant = offer.grant
    trades = decision.proposal.trades
    held = {a for a, p in book.positions.items() if p.units} & set(market.universe.ids)
    if at >= grant.until:
        return "expired"
    if stale(market, held | {t.asset for t in trades}, at):
        return "stale_feed"
    if last is not None and days_between(market.days, last, at) < SPACING:
        return "too_soon"
    if not trades:
        return "nothing"
    if not {t.asset for t in trades} <= covered(grant, market.universe, decision.currency):
        return "outside_scope"
    if decision.proposal.turnover > grant.turnover + _TOL:
        return "too_much"
    return None if _kept_inside(grant, decision.proposal.target, market.universe) else "outside_band"


def stale(market: Market, assets: Iterable[str], at: datetime) -> bool:
    """Is anything of this without a fresh price, or the newest day too long ago?"""
    newest = np.datetime64(at.date()) - market.days[-1].astype("datetime64[D]")
    late = bool(newest > np.timedelta64(FRESH.days, "D"))
    return late or any(a in market.stale or a not in market.quotes for a in assets)


def days_between(days: Days, since: datetime, at: datetime) -> int:
    """Market days after the day of `since`, up to that of `at`."""
    first, last = np.datetime64(since.date()), np.datetime64(at.date())
    return int(((days > first) & (days <= last)).sum())


def _kept_inside(grant: Grant, weights: Mapping[str, float], universe: Universe) -> bool:
    """Do weights keep the band? A weight within `within` of where it stood, or the group between its ends."""
    if grant.target is not None:
        assert grant.low is not None and grant.high is not None
        total = sum(weights.get(a, 0.0) for a in universe.members(grant.target))
        return grant.low - _TOL <= total <= grant.high + _TOL
    assert grant.within is not None
    every = weights.keys() | grant.anchor.keys()
    return all(abs(weights.get(a, 0.0) - grant.anchor.get(a, 0.0)) <= grant.within + _TOL for a in every)
