"""Random problems of every kind against bounds that owe nothing to our solvers.

For a concave objective F over a polytope P, F* − F(w) ≤ max over x in P of F'(w)·(x − w): one linear program, solved by
HiGHS, bounds how far any answer is from the best (Frank & Wolfe 1956). Limits on volatility and tracking are first
priced into F with the answer's own multipliers: weak duality makes that a bound whatever the multipliers are.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.test_decide import WORLD, books
from tests.test_optimise import Problem, broken, risk_shares, slsqp
from tests.worlds import ASSUMPTIONS, book, facts, inputs, limit, universe
from tools.decide import decide
from tools.domain.decision import Input, LimitsInput, Method
from tools.domain.mandate import Limit, Mandate
from tools.errors import Infeasible, MandateConflict
from tools.mandate import check
from tools.optimise import Array, Limits, equal_weight, max_sharpe, min_cvar, min_variance, risk_parity
from tools.views import blend

RATE = 0.02
GAP = 1e-8
GAP_CVAR = 1e-7


def best_linear(slope: Array, cost: Array, held: Array, limits: Limits) -> float:
    """max slope·x − cost·|x − held| over all portfolios x that keep the linear limits."""
    n = len(slope)
    both = np.hstack([np.eye(n), -np.eye(n)])  # x = held + bought − sold
    low, high = np.isfinite(limits.group_lower), np.isfinite(limits.group_upper)
    at = limits.groups @ held
    rows = [both, -both, limits.groups[high] @ both, -limits.groups[low] @ both]
    ends = [limits.upper - held, held - limits.lower]
    ends += [limits.group_upper[high] - at[high], at[low] - limits.group_lower[low]]
    if limits.turnover is not None:
        rows.append(np.full((1, 2 * n), 0.5))
        ends.append(np.array([limits.turnover]))
    size = float(np.abs(slope).max() + cost.max()) or 1.0
    found = linprog(
        np.r_[cost - slope, cost + slope] / size,
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(ends),
        A_eq=both.sum(axis=0)[None],
        b_eq=[1.0 - held.sum()],
        bounds=(0, None),
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    assert found.success
    return float(slope @ held - size * found.fun)


def value(slope: Array, cost: Array, held: Array, w: Array) -> float:
    return float(slope @ w - cost @ np.abs(w - held))


def vol(w: Array, cov: Array) -> float:
    return float(np.sqrt(max(float(w @ cov @ w), 0.0)))


def utility_gap(p: Problem, limits: Limits) -> float:
    answer = p.utility(limits=limits)
    w = answer.weights
    slope = p.mean - p.risk_aversion * p.cov @ w
    spare = 0.0
    if limits.max_vol is not None and answer.dual_vol > 0:
        slope = slope - answer.dual_vol * (p.cov @ w) / vol(w, p.cov)
        spare += answer.dual_vol * (limits.max_vol - vol(w, p.cov))
    if limits.tracking is not None and answer.dual_tracking > 0:
        away = w - limits.tracking[0]
        slope = slope - answer.dual_tracking * (p.cov @ away) / vol(away, p.cov)
        spare += answer.dual_tracking * (limits.tracking[1] - vol(away, p.cov))
    assert broken(w, limits, p.held) < 1e-9
    size = float(np.abs(p.mean) @ w + p.risk_aversion / 2 * w @ p.cov @ w + p.cost @ np.abs(w - p.held))
    gap = best_linear(slope, p.cost, p.held, limits.linear()) - value(slope, p.cost, p.held, w) + abs(spare)
    return gap / size


def of_utility(seed: int) -> float:
    p = Problem(seed)
    return utility_gap(p, p.limits)


def of_capped_utility(seed: int) -> float:
    p, r = Problem(seed), np.random.default_rng(seed)
    loose = p.utility().weights
    calm = min_variance(p.cov, limits=p.limits, held=p.held).weights
    low, high = vol(calm, p.cov), vol(loose, p.cov)
    capped = replace(p.limits, max_vol=low + float(r.uniform(0.05, 0.95)) * (high - low))
    if seed % 2:
        far = vol(loose - p.inside, p.cov)
        capped = replace(p.limits, tracking=(p.inside, float(r.uniform(0.1, 0.9)) * far))
    answer = p.utility(limits=capped)
    assert capped.max_vol is None or vol(answer.weights, p.cov) <= capped.max_vol + 1e-9
    assert capped.tracking is None or vol(answer.weights - p.inside, p.cov) <= capped.tracking[1] + 1e-9
    return utility_gap(p, capped)


def of_best_ratio(seed: int) -> float:
    p = Problem(seed)
    answer = max_sharpe(p.mean, p.cov, risk_free=RATE, limits=p.limits, held=p.held, cost=p.cost)
    w, excess = answer.weights, p.mean - RATE
    assert broken(w, p.limits, p.held) < 1e-9
    if "all_below_risk_free" in answer.notes:
        assert best_linear(excess, p.cost, p.held, p.limits) <= 1e-9
        return 0.0
    if "riskless_beats_rate" in answer.notes:
        assert vol(w, p.cov) < 1e-7 and value(excess, p.cost, p.held, w) > 0
        return 0.0
    ratio, spread = answer.objective, vol(w, p.cov)
    assert ratio == pytest.approx(value(excess, p.cost, p.held, w) / spread, rel=1e-10)
    # By Cauchy–Schwarz every x has at least the volatility Σw·x/σ(w), so this bounds reward − ratio·volatility.
    slope = excess - ratio * (p.cov @ w) / spread
    return best_linear(slope, p.cost, p.held, p.limits) / (ratio * spread)


def of_least_variance(seed: int) -> float:
    p = Problem(seed)
    answer = min_variance(p.cov, limits=p.limits, held=p.held)
    w, none = answer.weights, np.zeros(len(p.mean))
    assert broken(w, p.limits, p.held) < 1e-9
    slope = -2.0 * p.cov @ w
    gap = best_linear(slope, none, p.held, p.limits) - float(slope @ w)
    return gap / max(answer.objective, 1e-6 * float(np.trace(p.cov)) / len(w))


def of_risk_parity(seed: int) -> float:
    p, r = Problem(seed), np.random.default_rng(seed)
    n = len(p.mean)
    none, budgets = np.zeros(n), r.uniform(0.2, 1.0, n) * (p.cov.diagonal() > 0)
    free = risk_parity(p.cov, limits=Limits.long_only(n), budgets=budgets).weights
    shares = risk_shares(free, p.cov)[budgets > 0]
    assert np.abs(shares / (budgets / budgets.sum())[budgets > 0] - 1.0).max() < 1e-9  # they determine the answer
    w = risk_parity(p.cov, limits=p.limits, budgets=budgets, held=p.held).weights
    assert broken(w, p.limits, p.held) < 1e-9
    slope = -2.0 * p.cov @ (w - free)
    return (best_linear(slope, none, p.held, p.limits) - float(slope @ w)) / float(free @ p.cov @ free)


def of_tail_loss(seed: int) -> float:
    """The primal linear program of Rockafellar and Uryasev, where ours solves the dual."""
    p, r = Problem(seed), np.random.default_rng(seed)
    n, t, alpha = len(p.mean), int(r.integers(40, 160)), float(r.choice([0.9, 0.95]))
    scenarios = 0.02 * r.standard_t(4, (t, n)) + 0.001
    limits = p.limits
    answer = min_cvar(scenarios, alpha=alpha, limits=limits, held=p.held)
    assert broken(answer.weights, limits, p.held) < 1e-9
    low, high = np.isfinite(limits.group_lower), np.isfinite(limits.group_upper)
    # x = (w, threshold, excess losses, moves)
    rows = [np.hstack([-scenarios, -np.ones((t, 1)), -np.eye(t), np.zeros((t, n))])]
    ends = [np.zeros(t)]
    for block, end in (
        (limits.groups[high], limits.group_upper[high]),
        (-limits.groups[low], -limits.group_lower[low]),
    ):
        rows.append(np.hstack([block, np.zeros((len(block), 1 + t + n))]))
        ends.append(end)
    if limits.turnover is not None:
        for sign in (1.0, -1.0):
            rows.append(np.hstack([sign * np.eye(n), np.zeros((n, 1 + t)), -np.eye(n)]))
            ends.append(sign * p.held)
        rows.append(np.r_[np.zeros(n + 1 + t), np.full(n, 0.5)][None])
        ends.append(np.array([limits.turnover]))
    bounds = [*zip(limits.lower, limits.upper, strict=True), (None, None), *[(0, None)] * (t + n)]
    cost = np.r_[np.zeros(n), 1.0, np.full(t, 1.0 / ((1.0 - alpha) * t)), np.zeros(n)]
    budget = np.r_[np.ones(n), np.zeros(1 + t + n)][None]
    primal = linprog(cost, A_ub=np.vstack(rows), b_ub=np.concatenate(ends), A_eq=budget, b_eq=[1.0], bounds=bounds)
    assert primal.success
    return abs(answer.objective - float(primal.fun)) / max(abs(float(primal.fun)), 1e-3)


def of_belief(seed: int) -> float:
    """The posterior in its other form, with precisions added up, where ours never inverts a covariance."""
    r = np.random.default_rng(seed)
    n, k = int(r.integers(2, 12)), int(r.integers(1, 5))
    root = r.normal(size=(n, n + 2))
    cov, tau = 0.04 * root @ root.T / n + 0.01 * np.eye(n), float(r.uniform(0.01, 1.0))
    prior, picks, sizes = r.normal(0.04, 0.03, n), r.normal(size=(k, n)), r.normal(0.03, 0.05, k)
    confidence = r.uniform(0.05, 0.95, k)
    omega = (1.0 - confidence) / confidence * np.einsum("ij,jk,ik->i", picks, tau * cov, picks)
    precision = np.linalg.inv(tau * cov)
    other = np.linalg.solve(precision + (picks.T / omega) @ picks, precision @ prior + picks.T @ (sizes / omega))
    found = blend(prior, cov, picks, sizes, confidence, tau=tau)
    return float(np.abs(found.mean - other).max() / np.abs(other).max())


def of_equal_weight(seed: int) -> float:
    p = Problem(seed)
    w, none = equal_weight(p.limits, held=p.held).weights, np.zeros(len(p.mean))
    assert broken(w, p.limits, p.held) < 1e-9
    may = p.limits.upper > 0
    slope = -2.0 * (w - may / may.sum())
    return best_linear(slope, none, p.held, p.limits) - float(slope @ w)


KINDS: dict[str, tuple[Callable[[int], float], float]] = {
    "utility with costs, groups and turnover": (of_utility, GAP),
    "utility under a volatility cap or a tracking limit": (of_capped_utility, GAP),
    "best ratio after costs": (of_best_ratio, GAP),
    "least variance": (of_least_variance, GAP),
    "risk parity with budgets": (of_risk_parity, GAP),
    "least tail loss": (of_tail_loss, GAP_CVAR),
    "belief": (of_belief, GAP),
    "equal weight": (of_equal_weight, GAP),
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_further_from_the_best_than_the_tolerance(kind: str) -> None:
    gap, most = KINDS[kind]
    assert {seed: g for seed in range(100) if not (g := gap(seed)) <= most} == {}


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_further_from_the_best_in_a_thousand_problems(kind: str) -> None:
    gap, most = KINDS[kind]
    assert {seed: g for seed in range(1000, 2000) if not (g := gap(seed)) <= most} == {}


@pytest.mark.campaign
def test_no_general_solver_finds_a_better_utility_in_a_thousand_problems() -> None:
    better = {}
    for seed in range(1000, 2000):
        problem = Problem(seed)
        lead = slsqp(problem) - problem.utility().objective
        if lead > GAP * max(abs(problem.utility().objective), 0.01):
            better[seed] = lead
    assert better == {}


def test_the_bound_notices_an_answer_that_is_not_the_best() -> None:
    noticed = 0
    for seed in range(20):
        p = Problem(seed)
        mixed = 0.99 * p.utility().weights + 0.01 * p.inside  # inside every limit, slightly worse
        slope = p.mean - p.risk_aversion * p.cov @ mixed
        gap = best_linear(slope, p.cost, p.held, p.limits) - value(slope, p.cost, p.held, mixed)
        assert gap >= p.utility().objective - p.value(mixed) - 1e-12
        noticed += gap > 1e-6
    assert noticed >= 18


TARGETS = ("stocks", "bonds", "bitcoin", "gold", "us_stocks", "kr_stocks", "tech", "cash", "crypto", "tobacco")
METHODS: tuple[Method, ...] = (
    "black_litterman", "max_sharpe", "min_variance", "risk_parity", "equal_weight", "60_40", "max_return"
)  # fmt: skip
limits_ = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["max", "min"]), st.sampled_from(TARGETS), st.floats(0.0, 1.0)),
        st.tuples(st.just("exclude"), st.sampled_from(TARGETS), st.just(0.0)),
        st.tuples(st.just("max_each"), st.none(), st.floats(0.05, 1.0)),
        st.tuples(st.just("volatility"), st.none(), st.floats(0.02, 0.3)),
    ),
    max_size=5,
    unique_by=lambda x: (x[0], x[1]),
)
HOUSE = (
    Limit(id="rule:one", kind="max_each", weight=0.3, origin="rule"),
    Limit(id="rule:crypto", kind="max", target="crypto", weight=0.1, origin="rule"),
    Limit(id="rule:cash", kind="min", target="cash", weight=0.02, origin="rule"),
    Limit(id="rule:most_cash", kind="max", target="cash", weight=0.25, origin="rule"),
)
rules = st.sampled_from([(), HOUSE])


@pytest.mark.parametrize("room", [1e-6, 1.2e-7, 2e-8])
@pytest.mark.parametrize("units", ["1", "5"])
def test_a_cap_of_next_to_nothing_is_kept_like_any_other(room: float, units: str) -> None:
    own = (limit("s0", "exclude", "bonds", 0.0), limit("s1", "max", "kr_stocks", room))
    held = book(KRW="50000000", KR=units)
    house = LimitsInput(limits=HOUSE)
    asked = inputs(*own, aversion=1.0, held=held, method="max_return", more={"rules": house})
    decision = decide(facts(WORLD, asked))
    assert sum(decision.target.get(a, 0.0) for a in universe().members("kr_stocks")) <= room + 6e-8


def test_a_cap_of_next_to_nothing_beside_a_floor_under_nearly_everything_is_solved() -> None:
    own = (limit("s0", "max", "bonds", 1.192092896e-07), limit("s1", "min", "cash", 0.998046875))
    target = decide(facts(WORLD, inputs(*own, aversion=0.5, held=book(KRW="1000000")))).target
    assert sum(target.get(a, 0.0) for a in universe().members("bonds")) <= 1.8e-7


def test_a_cap_of_nothing_on_what_nobody_holds_is_solved() -> None:
    own = (limit("s0", "max", "bonds", 0.0), limit("s1", "exclude", "stocks", 0.0), limit("s2", "max_each", None, 0.25))
    target = decide(facts(WORLD, inputs(*own, aversion=1.0, held=book(KRW="1000000")))).target
    assert sum(target.get(a, 0.0) for a in universe().members("bonds")) == 0.0


@pytest.mark.parametrize("cash", [0.99, 0.9999, 0.99999, 0.999995])
@pytest.mark.parametrize("aversion", [0.5, 4.0])
def test_a_floor_that_leaves_next_to_nothing_to_share_out_is_no_obstacle(cash: float, aversion: float) -> None:
    own = (limit("s0", "max", "stocks", 0.5), limit("s1", "min", "cash", cash))
    target = decide(facts(WORLD, inputs(*own, aversion=aversion))).target
    assert sum(target.get(a, 0.0) for a in universe().members("cash")) >= cash - 6e-8


@pytest.mark.campaign
@settings(deadline=None)  # the number of examples comes from the profile
@given(
    limits=limits_,
    house=rules,
    held=books,
    aversion=st.floats(0.5, 60.0),
    method=st.sampled_from(METHODS),
    min_trade=st.sampled_from([0.0, 0.002]),
)
def test_no_decision_of_any_method_ever_breaks_the_mandate(
    limits: list[tuple[str, str | None, float]],
    house: tuple[Limit, ...],
    held: dict[str, str],
    aversion: float,
    method: Method,
    min_trade: float,
) -> None:
    own = tuple(limit(f"s{i}", kind, target, weight) for i, (kind, target, weight) in enumerate(limits))
    more: dict[str, Input] = {
        "rules": LimitsInput(limits=house),
        "assumptions": ASSUMPTIONS.model_copy(update={"min_trade": min_trade}),
    }
    asked = facts(WORLD, inputs(*own, aversion=aversion, held=book(**held), method=method, more=more))
    try:
        decision = decide(asked)
    except (Infeasible, MandateConflict) as error:
        assert error.names and set(error.names) <= {x.id for x in own}
        return
    proposal = decision.proposal
    ids = universe().ids
    after, before = (np.array([w.get(a, 0.0) for a in ids]) for w in (proposal.target, proposal.current))
    exact = np.array([decision.target.get(a, 0.0) for a in ids])
    for w in (after, exact):
        assert w.sum() == pytest.approx(1.0, abs=1e-9) and (w >= 0).all()
    bounds = Mandate(limits=tuple(x for x in own if x.kind != "volatility" and x not in proposal.idle))
    none = np.zeros((len(ids), len(ids)))
    # Limits are compiled to rounded weights: half a unit of the last digit may be missing.
    assert not check(exact, bounds, universe(), cov=none, held=before, tol=6e-8)
    if proposal.trades:
        assert not check(after, bounds, universe(), cov=none, held=before, tol=6e-8)
    ceilings = [x.weight for x in own if x.kind == "volatility"]
    if ceilings and proposal.trades:
        assert decision.outlook.vol_after <= min(ceilings) + 2e-3
    assert len({t.asset for t in proposal.trades}) == len(proposal.trades)
