"""What would be if: the same calculation with one input changed. Changes nothing; shocks are in `stressing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.news import news_inputs
from agent.review import personal_inputs
from agent.stressing import Odds, Shock, named, odds, outcome, shock
from agent.work import Work
from knowledge.market.snapshot import recent
from tools.decide import estimate, solve
from tools.domain.decision import Input, LimitsInput, Method, MethodInput, RiskInput
from tools.domain.mandate import Limit
from tools.domain.market import Market
from tools.errors import BadInput, DataMissing
from tools.mandate import STEP

Scenario = Literal["not_exclude", "exclude", "set_limit", "lower_risk", "raise_risk", "shock"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Target weights as things are and with one input changed; yearly volatility, loss of a bad year in twenty.

    mean_before, mean_after: expected yearly returns. goals: the chance of each with one mix and with the other.
    """

    scenario: Scenario
    target: str | None
    before: Mapping[str, float]
    after: Mapping[str, float]
    vol_before: float
    vol_after: float
    loss_before: float
    loss_after: float
    members: tuple[str, ...]
    simulated: bool
    mean_before: float = 0.0
    mean_after: float = 0.0
    goals: tuple[Odds, ...] = ()


def suppose(work: Work, scenario: Scenario, target: str | None = None, value: float | None = None) -> "WhatIf | Shock":
    """One supposition of any kind. Raises as `what_if` and `stressing.shock` do."""
    if scenario != "shock":
        return what_if(work, scenario, target, value)
    if value is None:
        raise BadInput("whatif_which")
    return shock(work, target or "stocks", value)


def what_if(work: Work, scenario: Scenario, target: str | None = None, value: float | None = None) -> WhatIf:
    """Solve once as things are and once with one input changed.

    Raises:
        BadInput: The scenario lacks its target or value ("whatif_which"), or `target` is not excluded.
        DataMissing, Infeasible: As in any review; nothing carries the target ("nothing_carries").
    """
    market = recent(work.desk.market.at(work.at), work.desk.assumptions.lookback_days + 5)
    method: Method = work.state.latest.method if work.state.latest else "black_litterman"
    inputs: dict[str, Input] = {
        **personal_inputs(work, market),
        **news_inputs(work, market),
        "method": MethodInput(method="black_litterman" if method == "order" else method),
    }
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    changed = _changed(inputs, scenario, target, value, market)
    before, after = solve(known, inputs, work.currency), solve(known, changed, work.currency)
    members = market.universe.members(target) if target else ()
    (vol_before, loss_before), (vol_after, loss_after) = (
        outcome(known, x.weights, before.mean) for x in (before, after)
    )
    return WhatIf(
        scenario,
        target,
        named(known, before.weights),
        named(known, after.weights),
        vol_before,
        vol_after,
        loss_before,
        loss_after,
        members,
        market.simulated,
        float(before.weights @ before.mean) + known.risk_free,
        float(after.weights @ before.mean) + known.risk_free,
        odds(work, known, before.weights, after.weights),
    )


def _changed(
    inputs: Mapping[str, Input], scenario: Scenario, target: str | None, value: float | None, market: Market
) -> dict[str, Input]:
    """The inputs with one thing different."""
    if scenario in ("lower_risk", "raise_risk"):
        held = next(v for v in inputs.values() if isinstance(v, RiskInput))
        factor = STEP if scenario == "lower_risk" else 1 / STEP
        bolder = held.profile.model_copy(update={"risk_aversion": min(held.profile.risk_aversion * factor, 100.0)})
        return {**inputs, "risk": RiskInput(profile=bolder)}
    if target is None or (scenario == "set_limit" and value is None):
        raise BadInput("whatif_which")
    if scenario == "set_limit" and value is not None and not 0.0 <= value <= 1.0:
        raise BadInput("whatif_share")
    if not market.universe.members(target):
        raise DataMissing("nothing_carries", target)
    kinds = ("exclude",) if scenario == "not_exclude" else ("exclude", "max", "min", "exact")
    same = frozenset(market.universe.members(target))
    kept = {n: v for n, v in inputs.items() if "/" not in n or not _is_about(v, kinds, same, market)}
    if scenario == "not_exclude":
        if len(kept) == len(inputs):
            raise BadInput("whatif_not_excluded", target)
        return kept
    kind: Literal["exclude", "exact"] = "exclude" if scenario == "exclude" else "exact"
    limit = Limit(id="whatif", kind=kind, target=target, weight=value or 0.0, origin="proposal")
    return {**kept, "whatif": LimitsInput(limits=(limit,))}


def _is_about(value: Input, kinds: tuple[str, ...], members: frozenset[str], market: Market) -> bool:
    """Is this input a limit of one of these kinds on exactly these assets?"""
    return isinstance(value, LimitsInput) and any(
        x.kind in kinds and x.target is not None and frozenset(market.universe.members(x.target)) == members
        for x in value.limits
    )
