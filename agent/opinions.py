"""How far the investor's opinions are believed: by how many of the earlier ones, whose time is over, came true.

Before any outcome is known an opinion counts as much as `Assumptions.view_reliability` says; every outcome moves that a
little. An opinion without a time, or replaced before it was over, was never put to the test.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from agent.work import Work
from knowledge.market.snapshot import recent
from tools.domain.decision import View
from tools.domain.investor import SetView, Statement
from tools.domain.market import Market
from tools.errors import DataMissing
from tools.views import came_true, reliability

MONTH = timedelta(days=30.44)


@dataclass(frozen=True, slots=True)
class Record:
    """Opinions whose outcome is known, how many of them came true, and how far the next one is believed (0..1)."""

    calls: int
    hits: int
    reliability: float


def record(work: Work, market: Market) -> Record:
    """The investor's record so far, over the days that `market` covers."""
    tested = _tested(work)
    closes = market.closes_in(work.currency) if tested else market.closes
    outcomes = [came_true(v, market.universe, market.days, closes, until=end) for v, end in tested]
    known = [o for o in outcomes if o is not None]
    believed = reliability(sum(known), len(known), prior=work.desk.assumptions.view_reliability)
    return Record(len(known), sum(known), believed)


def record_now(work: Work) -> Record:
    """As a review of this moment would count it; no outcome is known where there are no prices."""
    assumptions = work.desk.assumptions
    try:
        return record(work, recent(work.desk.market.at(work.at), assumptions.lookback_days + 5))
    except DataMissing:
        return Record(0, 0, assumptions.view_reliability)


def _tested(work: Work) -> list[tuple[View, date]]:
    """Opinions that stood until their time was over, each with its last day, oldest first."""
    said = [
        (e.at, e.body.wish)
        for e in work.state.changes
        if isinstance(e.body, Statement) and isinstance(e.body.wish, SetView)
    ]
    found = []
    for i, (at, wish) in enumerate(said):
        if wish.horizon_months is None:
            continue
        end = at + wish.horizon_months * MONTH
        same = (later for later, w in said[i + 1 :] if (w.target, w.versus) == (wish.target, wish.versus))
        if end > work.at or any(later < end for later in same):
            continue
        view = View(target=wish.target, versus=wish.versus, direction=wish.direction, confidence=0.0, said_at=at)
        found.append((view, end.date()))
    return found
