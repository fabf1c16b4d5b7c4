"""This fall among comparable ones, what selling costs and by how much, and what followed past releases. Reads only."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from agent.measures import Window, followed
from agent.work import Work
from tools.calibration import Record, may_show
from tools.decide import estimate
from tools.domain.investor import CashFlow
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.mandate import LOSS_Z, profile_of
from tools.panic import SHALLOW, History, Outlook
from tools.rebalance import standing
from tools.releases import Aftermath, aftermath

BEST = 10
"""Best, and worst, days that are left out to show what timing would have had to hit."""

LASTING = 0.35
"""Chance of recovery below which the figures themselves speak for a fall that lasts."""

WITNESSES = 10
"""Largest positions whose own falls count towards the record of the forecasts."""

SOON = timedelta(days=366)
"""Money needed within this time is needed now, as far as a fall is concerned."""


@dataclass(frozen=True, slots=True)
class Fall:
    """What may become of today's holdings (or of one target).

    shown: may the combined chance be shown, or only the baseline? chance: the one that is. gain: of the whole window;
    without_best, without_worst: the same without its ten best or worst days.
    """

    window: Window
    outlook: Outlook
    shown: bool
    gain: float
    without_best: float
    without_worst: float

    @property
    def chance(self) -> float:
        """The chance of recovery that the investor sees."""
        return self.outlook.recover if self.shown else self.outlook.baseline


def fall(work: Work, target: str | None = None) -> Fall:
    """How today's holdings, unchanged, stand against all they went through. Raises DataMissing."""
    window, track = followed(work, "all", target)
    history = History(track.values, name=target or "own")
    moves = np.sort(np.diff(np.log(track.values)))
    total = float(moves.sum())
    told, shown = judged(work, history)
    return Fall(
        window,
        told,
        shown,
        float(np.expm1(total)),
        float(np.expm1(total - moves[-BEST:].sum())),
        float(np.expm1(total - moves[:BEST].sum())),
    )


def judged(work: Work, history: History) -> tuple[Outlook, bool]:
    """What may become of the fall at the end of a history, and whether its combined chance may be shown."""
    told = history.outlook()
    return told, told.depth >= SHALLOW and may_show(_evidence(work, history))


def _evidence(work: Work, history: History) -> list[Record]:
    """Past forecasts with their outcomes: of the holdings themselves and of the largest risky positions."""
    found = list(history.records(len(history.prices) - 1, paths=60))
    market = work.desk.market.at(work.at)
    closes = market.closes_in(work.currency)
    weights = standing(work.state.book, market, work.currency).weights
    risky = [k for k in np.argsort(-weights) if market.universe.assets[k].asset_class != "cash" and weights[k] > 0]
    for k in risky[:WITNESSES]:
        known = np.isfinite(closes[:, k])
        if known.sum() > 3 * history.horizon:
            own = History(closes[known, k], name=market.universe.ids[k])
            found.extend(own.records(int(known.sum()) - 1, paths=60))
    return found


def part_to_sell(work: Work, target: str | None = None) -> float | None:
    """Smallest part of the holdings (or of a target) whose sale brings a bad year back within what was said bearable.

    Returns:
        A fraction in steps of a twentieth; None when nothing was said, or nothing needs to be sold for it.
    Raises:
        DataMissing: see `tools.decide.estimate`.
    """
    profile = profile_of(work.state)
    if profile.max_drawdown is None and profile.max_vol is None:
        return None
    known = estimate(work.desk.market.at(work.at), work.currency, work.desk.assumptions, work.state.book)
    weights = standing(work.state.book, known.market, work.currency).weights
    universe = known.universe
    members = universe.members(target) if target else tuple(a.id for a in universe.assets if a.asset_class != "cash")
    inside = np.array([a in members and a != work.currency for a in universe.ids])

    def bearable(w: Array) -> bool:
        vol = max(float(w @ known.cov @ w), 0.0) ** 0.5
        loss = LOSS_Z * vol - known.risk_free - float(w @ known.prior)
        return bool(vol <= (profile.max_vol or np.inf) and loss <= (profile.max_drawdown or np.inf))

    for twentieths in range(21):
        part = twentieths / 20.0
        if bearable(np.where(inside, weights * (1.0 - part), weights)):
            return part or None
    return 1.0


def cash_needed(work: Work) -> bool:
    """Did the investor say that money leaves soon?"""
    flows = (s for s in work.state.wishes(CashFlow))
    return any(
        isinstance(s.statement.wish, CashFlow)
        and s.statement.wish.kind == "withdraw"
        and s.at + timedelta(days=30.44 * (s.statement.wish.in_months or 0.0)) <= work.at + SOON
        for s in flows
    )


def after_releases(work: Work, event: str, target: str | None, *, span: int) -> Aftermath:
    """What followed past releases of an event for a target (default the portfolio as it is held today).

    Raises:
        DataMissing: `few_cases` when fewer than three are known, `no_releases` when none is connected.
    """
    known = [r for r in work.desk.calendar.releases(work.at) if r.event == event]
    if not known:
        raise DataMissing("no_releases", event)
    _, track = followed(work, "all", target)
    return aftermath(known, track.days, track.values, now=work.at, span=span)
