"""Facts -> Decision: the pure heart. Read this first.

gather (agent/review.py) hands over facts; then believe → compile limits → choose → lots → check → assemble.
`solve` is the part that attribution runs again with causes swapped; `decide` is what replay runs again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from tools import optimise
from tools.atcost import counted
from tools.domain.decision import (
    Assumptions,
    Belief,
    Decision,
    HoldingsInput,
    Input,
    LimitsInput,
    Method,
    MethodInput,
    NewsInput,
    OrderInput,
    Outlook,
    Proposal,
    RiskInput,
    Trade,
    Trigger,
    ViewsInput,
)
from tools.domain.investor import Book
from tools.domain.mandate import Breach, Limit, Mandate
from tools.domain.market import Array, Market, Universe
from tools.domain.value import Currency, Money, Value, canonical
from tools.errors import DataMissing, Infeasible, MandateConflict
from tools.leash import around, leashed, strayed, unheard
from tools.losses import kappa, paid_for
from tools.mandate import Compiled, bindings, check, clashing, compile_limits, in_force, without_rules
from tools.moments import covariance, weekly_returns
from tools.optimise import Limits, Solution
from tools.optimise.limits import Mask
from tools.rebalance import round_money, standing, unpriced, weights_after, whole_lots
from tools.setaside import SOFT
from tools.views import blend, equilibrium, pick, size, tension

ENGINE = 1
"""Rises with any change that can move a weight; `replay` recomputes decisions of the current engine only."""

DAYS_A_WEEK = 5

HEARING = frozenset({"black_litterman", "max_sharpe", "max_return"})
"""Methods that rest on expected returns; the others would not hear an opinion or news."""

T = TypeVar("T", bound=Value)

Posed = tuple[Array, Array, Mandate]
"""What a solver is asked: weights held, expected excess returns, limits in force."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one decision depends on.

    inputs: typed inputs by name. digests: the content hash under which each (and the market, as "data") is stored.
    """

    at: datetime
    market: Market
    currency: Currency
    inputs: Mapping[str, Input]
    digests: Mapping[str, str]
    trigger: Trigger
    previous: str | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What prices say before anyone has an opinion: yearly, in the investor's currency, assets in `universe` order.

    cov: (n, n). prior: equilibrium excess return (n,). market_weights: (n,). risk_free: yearly fraction.
    left_out: assets that cannot be judged today (stale, too little history), not held.
    """

    market: Market
    universe: Universe
    cov: Array
    prior: Array
    market_weights: Array
    risk_free: float
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """Target weights before whole lots, and what they rest on. Arrays are shape (n,) in the estimate's order.

    unmoved: the answer without news, where news were heard.
    """

    weights: Array
    held: Array
    mean: Array
    compiled: Compiled
    solution: Solution | None
    notes: tuple[str, ...]
    unmoved: "Solved | None" = None


def estimate(market: Market, currency: Currency, assumptions: Assumptions, book: Book) -> Estimate:
    """Judge what can be judged; a holding that cannot be stops everything, anything else is left out by name.

    Raises:
        DataMissing: A held asset has no fresh price or too little history; or nothing can be judged at all.
    """
    return judged(appraise(market, currency, assumptions), market, book)


def appraise(market: Market, currency: Currency, assumptions: Assumptions) -> Estimate:
    """The same for a book with nothing in it: all of an estimate that is alike for everybody of one currency.

    Raises:
        DataMissing: Nothing can be judged at all.
    """
    weeks = assumptions.lookback_days // DAYS_A_WEEK
    returns = weekly_returns(market.days, market.closes_in(currency), weeks=weeks)
    known = np.isfinite(returns).sum(axis=0) >= 26
    ids = market.universe.ids
    fresh = [i for i, a in enumerate(ids) if known[i] and a not in market.stale and a in market.quotes]
    left_out = tuple(a for i, a in enumerate(ids) if i not in set(fresh))
    if not fresh:
        raise DataMissing("no_price", *left_out)
    universe = Universe(assets=tuple(market.universe.assets[i] for i in fresh))
    cov = covariance(returns[:, fresh], universe.ids, how=assumptions.risk_model).matrix
    shares = np.array([a.market_weight or 0.0 for a in universe.assets])
    if shares.sum() <= 0:
        raise DataMissing("no_market_weights")
    shares = shares / shares.sum()
    prior = equilibrium(cov, shares, risk_aversion=assumptions.market_risk_aversion)
    part = replace(market, universe=universe, closes=market.closes[:, fresh])
    return Estimate(part, universe, cov, prior, shares, market.risk_free[currency], left_out)


def judged(known: Estimate, market: Market, book: Book) -> Estimate:
    """The estimate, where everything held is in it. Raises DataMissing("no_price") naming what is not."""
    held = [a for a in known.left_out if book.units(a) != 0]
    at_cost = unpriced(book, market) if held else ()
    out = [a for a in held if a not in at_cost]
    if out:
        raise DataMissing("no_price", *out)
    return known


def one(inputs: Mapping[str, Input], kind: type[T]) -> T:
    """The single input of a kind. Raises DataMissing when it is absent."""
    for value in inputs.values():
        if isinstance(value, kind):
            return value
    raise DataMissing("input_missing", kind.__name__)


def believe(known: Estimate, inputs: Mapping[str, Input]) -> Array:
    """Expected yearly excess return after all views of all sources, shape (n,)."""
    _, chosen, sizes, confidence = _opinions(known, inputs)
    for heard in inputs.values():
        if isinstance(heard, NewsInput) and heard.asset in known.universe:
            chosen.append(_local(known.universe, heard.asset))
            sizes.append(float(chosen[-1] @ known.prior) + heard.shift)
            confidence.append(heard.confidence)
    if not chosen:
        return known.prior
    tau = one(inputs, Assumptions).tau
    return blend(known.prior, known.cov, np.array(chosen), np.array(sizes), np.array(confidence), tau=tau).mean


def _opinions(known: Estimate, inputs: Mapping[str, Input]) -> tuple[list[str], list[Array], list[float], list[float]]:
    """Views that are about something: the name of each one's input, its pick, its size and its confidence."""
    stated = [(name, v) for name, value in inputs.items() if isinstance(value, ViewsInput) for v in value.views]
    picks = [pick(v, known.universe, known.market_weights) for _, v in stated]
    rows = [(name, v, p) for (name, v), p in zip(stated, picks, strict=True) if p.any()]
    sizes = [size(v, p, known.prior, known.cov, risk_free=known.risk_free) for _, v, p in rows]
    return [name for name, _, _ in rows], [p for _, _, p in rows], sizes, [v.confidence for _, v, _ in rows]


def _doubts(known: Estimate, inputs: Mapping[str, Input]) -> tuple[str, ...]:
    """A note where views contradict: the culprit's input, then those it contradicts; alone if it is the market."""
    if one(inputs, MethodInput).method not in HEARING:
        return ()
    names, picks, sizes, confidence = _opinions(known, inputs)
    if not names:
        return ()
    tau = one(inputs, Assumptions).tau
    found = tension(known.prior, known.cov, np.array(picks), np.array(sizes), np.array(confidence), tau=tau)
    if found is None:
        return ()
    return ("views_contradict:" + ",".join(names[i] for i in (found.culprit, *found.against)),)


def _local(universe: Universe, asset: str) -> Array:
    """The pick of news about one asset, shape (n,): against cash of its own currency, of which they say nothing."""
    legs = np.zeros(len(universe.ids))
    legs[universe.ids.index(asset)] = 1.0
    cash = universe[asset].currency
    if cash in universe and cash != asset:
        legs[universe.ids.index(cash)] = -1.0
    return legs


def solve(known: Estimate, inputs: Mapping[str, Input], currency: Currency) -> Solved:
    """Weights for these inputs. House rules yield, by name, where a person's own limits leave no room for them.

    News move no weight farther than `Assumptions.news_cap` from where it stands without them.

    Raises:
        Infeasible: The person's own limits clash; `names` are their ids.
        MandateConflict: A person's own order would break their mandate further; `names` are the limits in the way.
    """
    quiet = unheard(inputs)
    unmoved = _unbound(known, quiet, currency)
    if len(quiet) == len(inputs) or unmoved.solution is None:
        return unmoved
    reach = one(inputs, Assumptions).news_cap
    compiled = leashed(unmoved.compiled, unmoved.weights, reach)
    mean = believe(known, inputs)
    try:
        solution = _choose(known, inputs, unmoved.held, mean, compiled)
    except Infeasible:  # so tight a room that rounding closes it: then news have nothing to say
        return unmoved
    if strayed(solution.weights, unmoved.weights, reach):
        return unmoved
    return replace(unmoved, weights=solution.weights, mean=mean, compiled=compiled, solution=solution, unmoved=unmoved)


def _unbound(known: Estimate, inputs: Mapping[str, Input], currency: Currency) -> Solved:
    """Weights under the mandate alone; see `solve`."""
    held, mean, mandate = posed = pose(known, inputs, currency)
    if one(inputs, MethodInput).method == "order":
        return _order(known, inputs, posed, currency)
    dropped: list[str] = []
    while True:
        compiled = compile_limits(mandate, known.universe)
        try:
            solution = _choose(known, inputs, held, mean, compiled)
        except Infeasible as error:
            clash = clashing(compiled, error)
            fewer = without_rules(mandate, clash)
            if fewer is None:
                raise Infeasible(error.clash, *(x.id for x in clash)) from error
            dropped += [f"{x.origin}_yields:{x.id}" for x in mandate.limits if x not in fewer.limits]
            mandate = fewer
            continue
        return Solved(solution.weights, held, mean, compiled, solution, (*solution.notes, *dropped))


def pose(known: Estimate, inputs: Mapping[str, Input], currency: Currency) -> Posed:
    """What a solver is asked: weights held (n,), expected excess returns (n,), and the limits in force."""
    holdings = one(inputs, HoldingsInput)
    now = standing(holdings.book, known.market, currency)
    limits = [x for value in inputs.values() if isinstance(value, LimitsInput) for x in value.limits]
    mandate = counted(in_force(limits, known.universe), now.at_cost, now.managed, holdings.classes)
    return now.weights, believe(known, inputs), mandate


def costs(universe: Universe) -> Array:
    """One-way proportional cost per asset, a fraction of what is traded, shape (n,)."""
    return np.array([a.fee_bps / 1e4 for a in universe.assets])


def _choose(known: Estimate, inputs: Mapping[str, Input], held: Array, mean: Array, compiled: Compiled) -> Solution:
    """One solver call; every method respects the whole mandate."""
    method = one(inputs, MethodInput).method
    assumptions = one(inputs, Assumptions)
    aversion = one(inputs, RiskInput).profile.risk_aversion
    cost = costs(known.universe)
    limits = compiled.arrays
    if method == "max_sharpe":
        return optimise.max_sharpe(mean, known.cov, risk_free=0.0, limits=limits, held=held)
    if method == "min_variance":
        return optimise.min_variance(known.cov, limits=limits, held=held)
    if method == "risk_parity":
        return optimise.risk_parity(known.cov, limits=limits, held=held)
    if method in ("equal_weight", "60_40"):
        # The mandate's nearest portfolio to the rule's own weights, measured by tracking risk.
        mean, cost = aversion * known.cov @ _fixed_mix(method, known.universe, known.market_weights), cost * 0.0
    if method == "max_return":
        aversion = 0.5

    def solved(gamma: float) -> Solution:
        return optimise.utility(
            mean,
            known.cov,
            risk_aversion=gamma,
            held=held,
            cost=cost,
            limits=limits,
            cost_horizon=assumptions.cost_horizon,
        )

    felt = kappa(one(inputs, RiskInput).profile.loss_aversion) if method == "black_litterman" else 0.0
    return paid_for(solved, known.cov, aversion, felt)


def _fixed_mix(method: Method, universe: Universe, market_weights: Array) -> Array:
    """Weights of a rule that needs no estimate: 1/N over risky assets, or 60 % stocks and 40 % bonds."""
    if method == "equal_weight":
        risky = np.array([a.asset_class != "cash" for a in universe.assets], dtype=float)
        return np.asarray(risky / risky.sum())
    mix = np.zeros(len(universe.assets))
    for target, share in (("stocks", 0.6), ("bonds", 0.4)):
        inside = np.array([target in a.targets for a in universe.assets], dtype=float) * market_weights
        if inside.sum() <= 0:
            raise DataMissing("nothing_carries", target)
        mix += share * inside / inside.sum()
    return mix


def _order(known: Estimate, inputs: Mapping[str, Input], posed: Posed, currency: Currency) -> Solved:
    """Holdings changed by a person's own order, paid from or into their cash. Their own limits may not get worse."""
    held, mean, mandate = posed
    weights = held.copy()
    cash = known.universe.ids.index(currency)
    for line in one(inputs, OrderInput).lines:
        if line.asset not in known.universe:
            raise DataMissing("no_price", line.asset)
        i = known.universe.ids.index(line.asset)
        delta = max(line.delta, -float(weights[i]))
        weights[i] += delta
        weights[cash] -= delta
    if weights[cash] < -1e-9:
        raise MandateConflict("not_enough_cash")
    own = Mandate(limits=tuple(x for x in mandate.limits if x.origin not in SOFT), idle=mandate.idle)
    _no_worse(known, own, held, weights)
    return Solved(np.maximum(weights, 0.0), held, mean, compile_limits(own, known.universe), None, ())


def _no_worse(known: Estimate, own: Mandate, held: Array, weights: Array) -> None:
    """An order may leave a limit unmet that was unmet before, never by more. Raises MandateConflict with their ids."""
    before = {b.limit.id: b.excess for b in check(held, own, known.universe, cov=known.cov, held=held, tol=1e-9)}
    broken = check(weights, own, known.universe, cov=known.cov, held=held, tol=1e-9)
    worse = [b.limit.id for b in broken if b.excess > before.get(b.limit.id, 0.0) + 1e-9]
    if worse:
        raise MandateConflict("order_against_limits", *worse)


def _room(solved: Solved) -> Limits:
    """Limits for the whole lots of an order: it mends nothing the holdings missed, and makes nothing worse."""
    own, held = solved.compiled.arrays, solved.held
    return replace(
        own,
        lower=np.zeros(len(held)),
        upper=np.maximum(own.upper, held),
        group_lower=np.full(len(own.group_lower), -np.inf),
        group_upper=np.maximum(own.group_upper, own.groups @ held),
        turnover=None,
        max_vol=None,
    )


def decide(facts: Facts, appraised: Estimate | None = None) -> Decision:
    """The decision these facts lead to. Same facts, same decision, to the last bit.

    Args:
        facts: All it depends on.
        appraised: What `appraise` makes of these facts' market, where that was worked out before.
    Raises:
        DataMissing, Infeasible, MandateConflict: as in `estimate` and `solve`; or the whole-lot portfolio would break
            a limit that the person set (MandateConflict "lots_too_coarse").
    """
    assumptions = one(facts.inputs, Assumptions)
    book = one(facts.inputs, HoldingsInput).book
    known = judged(appraised or appraise(facts.market, facts.currency, assumptions), facts.market, book)
    solved = solve(known, facts.inputs, facts.currency)
    trades, after = _lots(facts, known, solved)
    notes = (*solved.notes, *_doubts(known, facts.inputs), *known.market.notes)
    notes += tuple(f"left_out:{a}" for a in known.left_out)
    classes = one(facts.inputs, HoldingsInput).classes
    notes += tuple(f"at_cost:{a}" for a in unpriced(book, facts.market))
    notes += tuple(f"counted:{a}:{classes[a]}" for a in unpriced(book, facts.market) if a in classes)
    notes += tuple(f"lots:{b.limit.id}" for b in _check_lots(known, solved, after))
    return _assemble(facts, known, solved, _proposal(facts, known, solved, trades, after, notes))


def _lots(facts: Facts, known: Estimate, solved: Solved) -> tuple[tuple[Trade, ...], Array]:
    """Trades in whole lots and the weights after them; with news, no weight leaves their reach of the plan without."""
    order = solved.solution is None
    assumptions = one(facts.inputs, Assumptions)

    def lots(weights: Array, limits: Limits) -> tuple[tuple[Trade, ...], Array]:
        return whole_lots(
            weights,
            one(facts.inputs, HoldingsInput).book,
            known.market,
            facts.currency,
            limits=limits,
            cov=known.cov,
            min_trade=0.0 if order else assumptions.min_trade,
            only=_ordered(known, facts.inputs) if order else None,
        )

    if solved.unmoved is None:
        return lots(solved.weights, _room(solved) if order else solved.compiled.arrays)
    plain = lots(solved.unmoved.weights, solved.unmoved.compiled.arrays)
    moved = lots(solved.weights, around(solved.unmoved.compiled.arrays, plain[1], assumptions.news_cap))
    if strayed(moved[1], plain[1], assumptions.news_cap) or _own_missed(known, solved, moved[1]):
        return plain
    return moved


def _check_lots(known: Estimate, solved: Solved, after: Array) -> list[Breach]:
    """House rules missed by less than a lot (noted). Raises MandateConflict for a person's own limit."""
    if solved.solution is None:
        _no_worse(known, solved.compiled.mandate, solved.held, after)
        return []
    broken = check(after, solved.compiled.mandate, known.universe, cov=known.cov, held=solved.held, tol=1e-9)
    own = _own_missed(known, solved, after)
    if own:
        raise MandateConflict("lots_too_coarse", *own)
    return broken


def _own_missed(known: Estimate, solved: Solved, after: Array) -> list[str]:
    """Ids of a person's own limits that whole lots miss by more than their slack."""
    broken = check(after, solved.compiled.mandate, known.universe, cov=known.cov, held=solved.held, tol=1e-9)
    return [b.limit.id for b in broken if b.limit.origin not in SOFT and b.excess > _slack(b.limit)]


def _ordered(known: Estimate, inputs: Mapping[str, Input]) -> Mask:
    """The assets an order names, shape (n,): it trades nothing else."""
    named = {line.asset for line in one(inputs, OrderInput).lines}
    return np.array([a in named for a in known.universe.ids])


def keeps(decision: Decision, trades: Sequence[Trade], book: Book, market: Market) -> tuple[str, ...]:
    """Ids of the person's own limits that trades at new prices would break although the decision kept them.

    Volatility and turnover, which need an estimate, were checked when the decision was made. "cash" stands for cash
    that would not be enough.
    """
    after = weights_after(book, trades, market, decision.currency)
    held = weights_after(book, (), market, decision.currency)
    if after.min() < -1e-12:
        return ("cash",)
    plain = Mandate(
        limits=tuple(x for x in decision.limits if x.origin not in SOFT and x.kind not in ("volatility", "turnover"))
    )
    planned = np.array([decision.proposal.target.get(a, 0.0) for a in market.universe.ids])
    none = np.zeros((len(after),) * 2)
    missed = {
        b.limit.id: b.excess
        for weights in (planned, *((held,) if decision.method == "order" else ()))
        for b in check(weights, plain, market.universe, cov=none, held=held, tol=1e-9)
    }
    broken = check(after, plain, market.universe, cov=none, held=held, tol=1e-9)
    return tuple(b.limit.id for b in broken if b.excess > max(missed.get(b.limit.id, 0.0), _slack(b.limit)) + 1e-9)


def _slack(limit: Limit) -> float:
    """How far whole lots may miss: 'exactly' and portfolio-wide measures cannot be hit by whole shares; bounds can."""
    return {"exact": 0.02, "volatility": 0.002, "turnover": 0.01}.get(limit.kind, 1e-9)


def _proposal(
    facts: Facts, known: Estimate, solved: Solved, trades: tuple[Trade, ...], after: Array, notes: tuple[str, ...]
) -> Proposal:
    now = standing(one(facts.inputs, HoldingsInput).book, known.market, facts.currency)
    fees = sum((t.fee.amount for t in trades), start=round_money(now.worth * 0, facts.currency))
    return Proposal(
        current=_named(now.weights, known.universe),
        target=_named(after, known.universe),
        trades=trades,
        cost=Money(amount=fees, currency=facts.currency),
        worth=Money(amount=round_money(now.worth, facts.currency), currency=facts.currency),
        binding=bindings(solved.compiled, solved.solution, known.universe) if solved.solution else (),
        idle=solved.compiled.mandate.idle,
        notes=notes,
    )


def _named(weights: Array, universe: Universe) -> dict[str, float]:
    """Non-zero weights by asset; rounding noise below 1e-15 is no holding."""
    return {a: min(float(w), 1.0) for a, w in zip(universe.ids, weights, strict=True) if w > 1e-15}


def _assemble(facts: Facts, known: Estimate, solved: Solved, proposal: Proposal) -> Decision:
    after = np.array([proposal.target.get(a, 0.0) for a in known.universe.ids])
    vol = np.sqrt(np.maximum(np.diag(known.cov), 0.0))
    rate = known.risk_free
    assumptions = one(facts.inputs, Assumptions)
    draft = Decision(
        id="d" + _sha({"at": facts.at.isoformat(), "in": dict(facts.digests), "why": facts.trigger.to_json()})[:10],
        at=facts.at,
        engine=ENGINE,
        trigger=facts.trigger,
        method=one(facts.inputs, MethodInput).method,
        currency=facts.currency,
        seed=facts.seed,
        inputs=dict(facts.digests),
        previous=facts.previous,
        beliefs={
            a: Belief(prior=float(known.prior[i]) + rate, posterior=float(solved.mean[i]) + rate, vol=float(vol[i]))
            for i, a in enumerate(known.universe.ids)
        },
        limits=solved.compiled.mandate.limits,
        target=_named(solved.weights, known.universe),
        proposal=proposal,
        outlook=Outlook(
            mean_before=float(solved.held @ solved.mean) + rate,
            mean_after=float(after @ solved.mean) + rate,
            vol_before=max(float(solved.held @ known.cov @ solved.held), 0.0) ** 0.5,
            vol_after=max(float(after @ known.cov @ after), 0.0) ** 0.5,
        ),
        expires_at=facts.at + timedelta(hours=assumptions.hours_valid),
        price_tolerance=assumptions.price_tolerance,
        simulated=facts.market.simulated,
        fingerprint="0" * 64,
    )
    return draft.model_copy(update={"fingerprint": fingerprint(draft)})


def fingerprint(decision: Decision) -> str:
    """SHA-256 over everything in a decision but the fingerprint: what a person's yes is bound to."""
    return _sha(decision.model_dump(mode="json", exclude={"fingerprint"}))


def _sha(data: object) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()
