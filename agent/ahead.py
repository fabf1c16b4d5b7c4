"""Releases to come: what followed past ones, and whether less risk before one would pay. Reads only."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from agent.measures import followed
from agent.review import personal_inputs
from agent.work import Work
from knowledge.market.snapshot import recent
from tools.decide import costs, estimate, one, pose
from tools.domain.decision import MethodInput, OrderLine, RiskInput
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.mandate import compile_limits
from tools.releases import Aftermath, Cut, Release, aftermath, moves_after, preempt

NEAR = timedelta(days=3)
"""How long before a release a cut of risk is weighed: long enough to approve it, short enough to be about it."""

SPAN = 1
"""Market days after a release that a cut is about."""

LIGHT = 0.001
"""Changes of a weight smaller than this are no order."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A release to come, and what followed past ones for what is held today (None = fewer than three are known)."""

    release: Release
    past: Aftermath | None


def ahead(work: Work, *, span: int = 5) -> tuple[Ahead, ...]:
    """Scheduled releases, soonest first; each event once, at its next date."""
    coming: dict[str, Release] = {}
    for release in work.desk.calendar.upcoming(work.at):
        coming.setdefault(release.event, release)
    if not coming:
        return ()
    known = work.desk.calendar.releases(work.at)
    try:
        _, track = followed(work, "all", None)
    except DataMissing:
        return tuple(Ahead(r, None) for r in coming.values())  # nothing is held that anything could have happened to
    found = []
    for event, release in coming.items():
        past = [r for r in known if r.event == event]
        try:
            found.append(Ahead(release, aftermath(past, track.days, track.values, now=work.at, span=span)))
        except DataMissing:
            found.append(Ahead(release, None))
    return tuple(found)


def cut_before(work: Work, release: Release) -> tuple[Cut, tuple[OrderLine, ...]] | None:
    """Less risk before a release as an order, where the same optimiser says it pays; None is the usual answer.

    Raises:
        DataMissing, Infeasible: as for any decision; nothing is proposed then.
    """
    past = [r for r in work.desk.calendar.releases(work.at) if r.event == release.event]
    market = recent(work.desk.market.at(work.at), work.desk.assumptions.lookback_days + 5)
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    inputs = {**personal_inputs(work, market), "method": MethodInput(method="black_litterman")}
    held, mean, mandate = pose(known, inputs, work.currency)
    whole = work.desk.market.at(work.at)
    columns = [whole.universe.ids.index(a) for a in known.universe.ids]
    closes = whole.closes_in(work.currency)[:, columns]
    cases = moves_after(past, whole.days, closes, span=SPAN)
    found = preempt(
        mean,
        known.cov,
        held=held,
        cost=costs(known.universe),
        risk_aversion=one(inputs, RiskInput).profile.risk_aversion,
        limits=compile_limits(mandate, known.universe).arrays,
        risky=np.array([float(a.asset_class != "cash") for a in known.universe.assets]),
        cases=cases,
        ratio=_ratio(work, past),
    )
    if found is None:
        return None
    lines = _lines(known.universe.ids, found.weights - held, work.currency)
    return (found, lines) if lines else None


def _ratio(work: Work, past: list[Release]) -> float:
    """Variance of what is held on days of this event over that on other days; 1 when it is not known."""
    _, track = followed(work, "all", None)
    try:
        return aftermath(past, track.days, track.values, now=work.at, span=SPAN).ratio
    except DataMissing:
        return 1.0


def _lines(ids: tuple[str, ...], change: Array, own: str) -> tuple[OrderLine, ...]:
    """Changes of weight as an order; the investor's own cash takes what is left."""
    return tuple(
        OrderLine(asset=a, delta=float(d)) for a, d in zip(ids, change, strict=True) if a != own and abs(d) >= LIGHT
    )
