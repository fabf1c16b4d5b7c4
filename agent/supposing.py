"""What would be if: the same calculation with one input changed, or today's holdings under a shock. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from agent.review import personal_inputs
from agent.work import Work
from knowledge.market.snapshot import recent
from tools.decide import Estimate, Solved, estimate, solve
from tools.domain.decision import Input, LimitsInput, Method, MethodInput, RiskInput
from tools.domain.mandate import Limit
from tools.domain.market import Array, Market
from tools.domain.value import Money
from tools.errors import BadInput, DataMissing
from tools.mandate import LOSS_Z, STEP
from tools.rebalance import round_money, standing

Scenario = Literal["not_exclude", "exclude", "set_limit", "lower_risk", "raise_risk"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Target weights as things are and with one input changed; yearly volatility, loss of a bad year in twenty."""

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


@dataclass(frozen=True, slots=True)
class Shock:
    """What a move of one target does to today's holdings: by itself, and with what moved along in the past."""

    target: str
    size: float
    direct: float
    whole: float
    money: Money
    simulated: bool


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
        "method": MethodInput(method="black_litterman" if method == "order" else method),
    }
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    changed = _changed(inputs, scenario, target, value, market)
    before, after = solve(known, inputs, work.currency), solve(known, changed, work.currency)
    members = market.universe.members(target) if target else ()
    (vol_before, loss_before), (vol_after, loss_after) = (_outlook(known, x, before.mean) for x in (before, after))
    return WhatIf(
        scenario,
        target,
        _named(known, before.weights),
        _named(known, after.weights),
        vol_before,
        vol_after,
        loss_before,
        loss_after,
        members,
        market.simulated,
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


def _outlook(known: Estimate, solved: Solved, mean: Array) -> tuple[float, float]:
    """Yearly volatility, and the loss of a bad year in twenty (positive)."""
    vol = max(float(solved.weights @ known.cov @ solved.weights), 0.0) ** 0.5
    return vol, max(LOSS_Z * vol - float(solved.weights @ mean) - known.risk_free, 0.0)


def _named(known: Estimate, weights: Array) -> dict[str, float]:
    return {a: float(w) for a, w in zip(known.universe.ids, weights, strict=True) if w > 1e-9}


def shock(work: Work, target: str, size: float) -> Shock:
    """What a move of one target (signed fraction) does to today's holdings.

    `direct` moves the target's own members; `whole` adds what their past covariance implies for everything else. The
    dollar moves every dollar asset of a won investor.

    Raises:
        DataMissing: Nothing carries the target, or what is held cannot be valued.
        BadInput: "whatif_own_cash", the target is what everything is measured in.
    """
    market = recent(work.desk.market.at(work.at), work.desk.assumptions.lookback_days + 5)
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    now = standing(work.state.book, known.market, work.currency)
    carried = inside(known.market, target)
    if not carried.any():
        raise DataMissing("nothing_carries", target)
    basket = carried * known.market_weights
    basket = basket / basket.sum() if basket.sum() > 0 else carried / carried.sum()
    variance = float(basket @ known.cov @ basket)
    if variance <= 0:
        raise BadInput("whatif_own_cash", target)
    whole = size * float(now.weights @ known.cov @ basket) / variance
    if target == "usd" and work.currency != "USD":
        carried = np.array([float(a.currency == "USD") for a in known.universe.assets])
    loss = now.managed * Decimal(repr(whole))
    return Shock(
        target,
        size,
        size * float(now.weights @ carried),
        whole,
        Money(amount=round_money(loss, work.currency), currency=work.currency),
        market.simulated,
    )


def inside(market: Market, target: str) -> Array:
    """1.0 for each asset a target covers, shape (n,)."""
    return np.array([float(target in a.targets) for a in market.universe.assets])
