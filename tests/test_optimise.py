"""Answers are exact, inside every limit, and independent of scale and order; failures name what clashes."""

import itertools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from tools.errors import DataMissing, Infeasible
from tools.optimise import (
    Array,
    FactorCovariance,
    Limits,
    Solution,
    clash,
    cvar,
    equal_weight,
    max_sharpe,
    min_cvar,
    min_variance,
    risk_parity,
    utility,
)

MEAN = np.array([0.12, 0.08, 0.05])
COV = np.array([[0.10, 0.02, 0.01], [0.02, 0.08, 0.01], [0.01, 0.01, 0.02]])
FREE = Limits.long_only(3)
SEED = np.array([Fraction(63, 223), Fraction(38, 223), Fraction(122, 223)], dtype=float)


class Problem:
    """A random mandate with a known inside point, holdings and beliefs, made from one seed."""

    def __init__(self, seed: int) -> None:
        r = np.random.default_rng(seed)
        n, m, k = int(r.integers(2, 13)), int(r.integers(0, 5)), int(r.integers(1, 4))
        loadings = 0.1 * r.normal(size=(n, k))
        self.cov: Array = loadings @ loadings.T + np.diag(r.uniform(0.03, 0.3, n) ** 2)
        if r.random() < 0.3:
            self.cov[0] = self.cov[:, 0] = 0.0  # cash
        self.mean: Array = r.normal(0.05, 0.04, n)
        self.held: Array = r.dirichlet(np.full(n, 0.5))
        self.cost: Array = np.full(n, 0.003) if r.random() < 0.7 else np.zeros(n)
        self.inside: Array = r.dirichlet(np.full(n, 2.0))
        groups = (r.random((m, n)) < 0.4).astype(float)
        value = groups @ self.inside
        self.limits = Limits(
            lower=0.5 * self.inside * (r.random(n) < 0.3),
            upper=np.where(r.random(n) < 0.5, np.minimum(1.0, self.inside * r.uniform(1, 3, n)), 1.0),
            groups=groups,
            group_lower=np.where(r.random(m) < 0.4, 0.8 * value, -np.inf),
            group_upper=np.where(r.random(m) < 0.6, 1.1 * value, np.inf),
            turnover=0.5 * np.abs(self.inside - self.held).sum() * 1.1 if r.random() < 0.4 else None,
        )
        self.risk_aversion = float(np.exp(r.uniform(0, 3)))

    def utility(self, **changes: Any) -> Solution:
        arguments: dict[str, Any] = {
            "risk_aversion": self.risk_aversion,
            "held": self.held,
            "cost": self.cost,
            "limits": self.limits,
        }
        mean, cov = changes.pop("mean", self.mean), changes.pop("cov", self.cov)
        return utility(mean, cov, **(arguments | changes))

    def value(self, w: Array) -> float:
        trading = self.cost @ np.abs(w - self.held)
        return float(self.mean @ w - self.risk_aversion / 2 * w @ self.cov @ w - trading)


problems = st.integers(0, 10**9).map(Problem)
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def broken(w: Array, limits: Limits, held: Array) -> float:
    """The largest distance by which w leaves the linear limits."""
    value = limits.groups @ w
    gaps = [abs(w.sum() - 1), *(limits.lower - w), *(w - limits.upper)]
    gaps += [*(limits.group_lower - value), *(value - limits.group_upper)]
    if limits.turnover is not None:
        gaps.append(0.5 * np.abs(w - held).sum() - limits.turnover)
    return float(max(gaps))


def slsqp(problem: Problem) -> float:
    """The best utility an independent solver finds, with the L1 term split into buys and sells."""
    p, n, limits = problem, len(problem.mean), problem.limits

    def w(x: Array) -> Array:
        out: Array = p.held + x[:n] - x[n:]
        return out

    def loss(x: Array) -> float:
        return float(-p.mean @ w(x) + p.risk_aversion / 2 * w(x) @ p.cov @ w(x) + p.cost @ (x[:n] + x[n:]))

    def slope(x: Array) -> Array:
        g = -p.mean + p.risk_aversion * p.cov @ w(x)
        out: Array = np.r_[g + p.cost, -g + p.cost]
        return out

    def both(a: Array) -> Array:
        out: Array = np.hstack([a, -a])
        return out

    rows = [both(np.eye(n)), both(-np.eye(n))]
    ends = [p.held - limits.lower, limits.upper - p.held]
    up, low = np.isfinite(limits.group_upper), np.isfinite(limits.group_lower)
    rows += [-both(limits.groups[up]), both(limits.groups[low])]
    ends += [limits.group_upper[up] - limits.groups[up] @ p.held, limits.groups[low] @ p.held - limits.group_lower[low]]
    if limits.turnover is not None:
        rows.append(np.full((1, 2 * n), -0.5))
        ends.append(np.array([limits.turnover]))
    a, b = np.vstack(rows), np.concatenate(ends)
    best = np.inf
    for start in (p.inside, p.held):
        x0 = np.r_[np.maximum(start - p.held, 0), np.maximum(p.held - start, 0)]
        found = minimize(
            loss,
            x0,
            jac=slope,
            method="SLSQP",
            bounds=[(0, 2)] * (2 * n),
            constraints=[
                {"type": "ineq", "fun": lambda x: a @ x + b, "jac": lambda x: a},
                {"type": "eq", "fun": lambda x: w(x).sum() - 1, "jac": lambda x: np.r_[np.ones(n), -np.ones(n)]},
            ],
            options={"ftol": 1e-15, "maxiter": 1000},
        )
        if found.success and broken(w(found.x), limits, p.held) < 1e-9:
            best = min(best, found.fun)
    return -best


def test_the_seed_example_gives_its_exact_fractions() -> None:
    answer = max_sharpe(MEAN, COV, risk_free=0.0, limits=FREE)
    assert np.abs(answer.weights - SEED).max() < 1e-12
    assert answer.objective == pytest.approx(np.sqrt(167 / 690), abs=1e-12)


def vectors() -> list[dict[str, Any]]:
    path = Path(__file__).parents[1] / "../shared/vectors/01_optimiser.json"
    if not path.exists():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text())["vectors"]
    return found


def test_published_vectors_are_reproduced() -> None:
    known = vectors()
    if not known:
        pytest.skip("the shared vectors are not here")
    for vector in known:
        inputs, expected = vector["inputs"], vector["expected"]
        mean, cov = np.array(inputs["mu"]), np.array(inputs["Sigma"])
        limits = Limits.long_only(len(mean), inputs.get("bounds", [0, 1])[1])
        if expected.get("error") == "infeasible":
            with pytest.raises(Infeasible):
                max_sharpe(mean, cov, risk_free=0.0, limits=limits)
            continue
        if "gamma" in inputs:
            zero = np.zeros(len(mean))
            answer = utility(mean, cov, risk_aversion=inputs["gamma"], held=zero, cost=zero, limits=limits)
            assert answer.objective == pytest.approx(expected["utility"], abs=1e-12)
        elif "rf" in inputs:
            answer = max_sharpe(mean, cov, risk_free=inputs["rf"], limits=limits)
        else:
            answer = min_variance(cov, limits=limits)
            assert answer.objective == pytest.approx(expected["variance"], abs=1e-12)
        if "error_or_fallback" in expected:
            assert "all_below_risk_free" in answer.notes
        else:
            assert answer.weights == pytest.approx(
                np.array(expected["weights"]), abs=1e-8
            )  # some are printed to eight digits


@pytest.mark.parametrize("seed", range(100))
def test_no_independent_solver_finds_a_better_utility(seed: int) -> None:
    problem = Problem(seed)
    answer = problem.utility()
    assert answer.objective == pytest.approx(problem.value(answer.weights), rel=1e-12, abs=1e-14)
    reference = slsqp(problem)
    assert answer.objective >= reference - 1e-9 * max(1.0, abs(reference))


@relaxed
@given(problems)
def test_every_answer_keeps_its_limits_and_proves_itself(problem: Problem) -> None:
    answer = problem.utility()
    assert broken(answer.weights, problem.limits, problem.held) < 1e-9
    assert answer.kkt < 1e-11


@relaxed
@given(problems, st.sampled_from([1e-8, 1e-4, 1e4]))
def test_scaling_beliefs_and_costs_alike_changes_nothing(problem: Problem, scale: float) -> None:
    changed = problem.utility(mean=scale * problem.mean, cov=scale * problem.cov, cost=scale * problem.cost)
    assert np.abs(changed.weights - problem.utility().weights).max() < 1e-9


@relaxed
@given(problems, st.integers(0, 1000))
def test_the_order_of_assets_changes_nothing(problem: Problem, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(problem.mean))
    limits = problem.limits
    shuffled = replace(limits, lower=limits.lower[order], upper=limits.upper[order], groups=limits.groups[:, order])
    answer = problem.utility(
        mean=problem.mean[order],
        cov=problem.cov[np.ix_(order, order)],
        held=problem.held[order],
        cost=problem.cost[order],
        limits=shuffled,
    )
    assert np.abs(answer.weights - problem.utility().weights[order]).max() < 1e-9


@relaxed
@given(problems, st.floats(0.01, 0.99))
def test_a_volatility_cap_binds_exactly_and_its_price_is_the_slope(problem: Problem, share: float) -> None:
    loose = problem.utility()
    low = float(np.sqrt(min_variance(problem.cov, limits=problem.limits, held=problem.held).objective))
    high = float(np.sqrt(loose.weights @ problem.cov @ loose.weights))
    cap = low + share * (high - low)
    answer = problem.utility(limits=replace(problem.limits, max_vol=cap))
    vol = float(np.sqrt(answer.weights @ problem.cov @ answer.weights))
    assert vol <= cap + 1e-9
    assert broken(answer.weights, problem.limits, problem.held) < 1e-9
    if high > low + 1e-6:
        assert vol == pytest.approx(cap, rel=1e-9)
        # Concave in the cap: the slope lies between the difference quotients on both sides.
        step = 0.01 * min(cap - low, high - cap)
        more = problem.utility(limits=replace(problem.limits, max_vol=cap + step)).objective
        less = problem.utility(limits=replace(problem.limits, max_vol=cap - step)).objective
        slack = 1e-8 + 1e-6 * abs(answer.dual_vol)
        assert (more - answer.objective) / step - slack <= answer.dual_vol <= (answer.objective - less) / step + slack


@relaxed
@given(problems, st.floats(0.05, 0.95))
def test_a_tracking_limit_binds_exactly(problem: Problem, share: float) -> None:
    loose, bench = problem.utility().weights, problem.inside
    far = float(np.sqrt((loose - bench) @ problem.cov @ (loose - bench)))
    answer = problem.utility(limits=replace(problem.limits, tracking=(bench, share * far)))
    away = answer.weights - bench
    assert np.sqrt(away @ problem.cov @ away) == pytest.approx(share * far, rel=1e-9, abs=1e-9)
    assert broken(answer.weights, problem.limits, problem.held) < 1e-9


@relaxed
@given(problems, st.integers(0, 1000))
def test_no_portfolio_that_may_be_held_has_a_better_ratio(problem: Problem, seed: int) -> None:
    answer = max_sharpe(problem.mean, problem.cov, risk_free=0.02, limits=problem.limits, held=problem.held)
    if answer.notes or not np.isfinite(answer.objective):
        return
    direction = np.random.default_rng(seed).normal(size=len(problem.mean))
    other = problem.utility(mean=direction, risk_aversion=0.1, cost=0 * problem.cost).weights
    for share in (1e-3, 0.1, 1.0):
        w = answer.weights + share * (other - answer.weights)
        vol = np.sqrt(w @ problem.cov @ w)
        assert (problem.mean - 0.02) @ w <= (answer.objective + 1e-9) * vol + 1e-12


@given(problems)
@example(Problem(206565))  # nothing of its own is left to any asset
@relaxed
def test_a_factor_covariance_gives_the_answer_of_the_dense_one(problem: Problem) -> None:
    values, vectors_ = np.linalg.eigh(problem.cov)
    factored = FactorCovariance(vectors_, np.maximum(values, 0), np.zeros(len(values)))
    assert np.abs(problem.utility(cov=factored).weights - problem.utility().weights).max() < 1e-7


def test_brute_force_over_all_active_sets_agrees() -> None:
    for seed in range(20):
        r = np.random.default_rng(seed)
        n = 5
        root = r.normal(size=(n, n))
        cov, mean, upper = root @ root.T / n + 0.1 * np.eye(n), r.normal(size=n), np.full(n, 0.4)
        best: float = -np.inf
        found: Array = np.zeros(n)
        for places in itertools.product((-1, 0, 1), repeat=n):
            place = np.array(places)
            free = place == 0
            w = np.where(place == 1, upper, 0.0)
            k = int(free.sum())
            system = np.block([[cov[np.ix_(free, free)], np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
            right = np.r_[(mean - cov @ w)[free], 1 - w.sum()]
            w[free] = np.linalg.lstsq(system, right, rcond=None)[0][:k]
            if abs(w.sum() - 1) < 1e-9 and (w > -1e-9).all() and (w < upper + 1e-9).all():
                value = float(mean @ w - 0.5 * w @ cov @ w)
                if value > best:
                    best, found = value, w
        zero = np.zeros(n)
        answer = utility(mean, cov, risk_aversion=1.0, held=zero, cost=zero, limits=Limits.long_only(n, 0.4))
        assert answer.weights == pytest.approx(found, abs=1e-10)


def test_small_gains_do_not_pay_for_trading() -> None:
    held = np.array([0.3, 0.2, 0.5])
    answer = utility(MEAN, COV, risk_aversion=3.0, held=held, cost=np.full(3, 0.02), limits=FREE)
    assert (answer.weights == held).all()


def test_excluded_assets_are_sold_and_leave_no_dust() -> None:
    limits = replace(FREE, upper=np.array([0.0, 1.0, 1.0]))
    answer = utility(MEAN, COV, risk_aversion=3.0, held=np.array([0.9, 0.1, 0.0]), cost=np.full(3, 0.02), limits=limits)
    assert answer.weights[0] == 0.0


def test_shadow_prices_are_the_slopes_of_the_best_utility() -> None:
    group, none = np.array([[1.0, 1.0, 0.0]]), np.array([-np.inf])
    spent = Limits(np.zeros(3), np.full(3, 0.4), group, none, np.array([0.9]), turnover=0.45)
    grouped = Limits(np.zeros(3), np.full(3, 0.6), group, none, np.array([0.5]))
    held, cost, step = np.array([0.1, 0.1, 0.8]), np.full(3, 0.001), 1e-6

    def best(limits: Limits) -> Solution:
        return utility(MEAN, COV, risk_aversion=0.5, held=held, cost=cost, limits=limits)

    one, two = best(spent), best(grouped)
    for answer, changed, price in (
        (one, replace(spent, upper=spent.upper + step), one.duals_upper.sum()),
        (one, replace(spent, turnover=0.45 + step), one.dual_turnover),
        (two, replace(grouped, group_upper=grouped.group_upper + step), two.duals_group[0]),
    ):
        assert price > 1e-3
        assert (best(changed).objective - answer.objective) / step == pytest.approx(price, abs=1e-6)


def test_when_nothing_beats_the_rate_the_answer_says_so_and_takes_least_risk() -> None:
    answer = max_sharpe(MEAN, COV, risk_free=0.2, limits=FREE)
    assert answer.notes == ("all_below_risk_free",)
    assert (answer.weights == min_variance(COV, limits=FREE).weights).all()


def test_caps_below_one_in_sum_are_named() -> None:
    with pytest.raises(Infeasible) as caught:
        max_sharpe(MEAN, COV, risk_free=0.0, limits=Limits.long_only(3, 0.3))
    assert caught.value.clash == (("upper", 0), ("upper", 1), ("upper", 2))


def test_a_floor_for_one_group_and_a_cap_for_the_rest_are_named_and_nothing_else() -> None:
    groups = np.array([[1.0, 0, 0, 0], [0, 1.0, 1.0, 0], [0, 0, 0, 1.0], [1.0, 1.0, 0, 0]])
    limits = Limits(
        np.zeros(4),
        np.ones(4),
        groups,
        np.array([0.7, 0.5, -np.inf, 0.1]),
        np.array([1.0, 1.0, 0.9, 0.95]),
    )
    assert clash(limits, np.full(4, 0.25)) == (("group_lower", 0), ("group_lower", 1))


def test_a_turnover_cap_too_small_to_leave_a_forbidden_holding_is_named() -> None:
    limits = replace(FREE, upper=np.array([0.2, 1.0, 1.0]), turnover=0.5)
    with pytest.raises(Infeasible) as caught:
        utility(MEAN, COV, risk_aversion=3.0, held=np.array([1.0, 0.0, 0.0]), cost=np.zeros(3), limits=limits)
    assert caught.value.clash == (("turnover", 0), ("upper", 0))


def test_an_unreachable_volatility_cap_is_named_with_what_stands_in_its_way() -> None:
    limits = replace(FREE, lower=np.array([0.5, 0.0, 0.0]), max_vol=0.15)
    with pytest.raises(Infeasible) as caught:
        utility(MEAN, COV, risk_aversion=3.0, held=np.ones(3) / 3, cost=np.zeros(3), limits=limits)
    assert caught.value.clash == (("lower", 0), ("max_vol", 0))


def test_limits_that_hold_together_have_no_clash() -> None:
    for seed in range(30):
        problem = Problem(seed)
        assert clash(problem.limits, problem.held) == ()


def test_a_missing_number_is_refused_with_its_position() -> None:
    with pytest.raises(DataMissing) as caught:
        max_sharpe(np.array([0.1, np.nan, 0.1]), COV, risk_free=0.0, limits=FREE)
    assert caught.value.names == ("1",)
    spoilt = COV.copy()
    spoilt[2, 0] = np.nan
    with pytest.raises(DataMissing):
        min_variance(spoilt, limits=FREE)


def test_an_indefinite_covariance_is_repaired_and_the_repair_is_told() -> None:
    indefinite = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]])
    answer = min_variance(indefinite, limits=FREE)
    assert any(note.startswith("psd_repaired") for note in answer.notes)
    assert min_variance(COV, limits=FREE).notes == ()


def large(seed: int, n: int = 240) -> Array:
    r = np.random.default_rng(seed)
    loadings = 0.1 * r.normal(size=(n, 5))
    cov: Array = loadings @ loadings.T + np.diag(r.uniform(0.05, 0.4, n) ** 2)
    return cov


@pytest.mark.parametrize("n", [201, 240, 500])
def test_a_large_matrix_is_looked_through_for_what_no_covariance_can_have(n: int) -> None:
    cov, limits, r = large(n, n), Limits.long_only(n), np.random.default_rng(n)
    assert min_variance(cov, limits=limits).notes == ()
    for at in ((0, n - 1), (n - 1, 0), (n // 2, n // 2)):
        for bad in (np.nan, np.inf):
            spoilt = cov.copy()
            spoilt[at] = bad
            with pytest.raises(DataMissing):
                min_variance(spoilt, limits=limits)
    skewed = cov.copy()
    skewed[2, 5] += 0.01
    symmetric = (skewed + skewed.T) / 2
    assert min_variance(skewed, limits=limits).weights == pytest.approx(min_variance(symmetric, limits=limits).weights)
    returns = r.normal(size=(n, n)) @ np.linalg.cholesky(cov).T
    returns[r.random(returns.shape) < 0.3] = np.nan  # pairs of gappy returns are the usual way to an impossible matrix
    seen = np.isfinite(returns).astype(float)
    known = np.where(seen > 0, returns, 0.0)
    gappy = known.T @ known / np.maximum(seen.T @ seen, 1.0)
    assert np.linalg.eigvalsh(gappy)[0] < -1e-3
    assert any(note.startswith("psd_repaired") for note in min_variance(gappy, limits=limits).notes)


@pytest.mark.parametrize("scale", [1e-60, 1e-8, 1e6])
def test_a_large_matrix_gives_the_same_weights_on_every_scale(scale: float) -> None:
    cov, limits = large(3), Limits.long_only(240)
    assert (
        np.abs(min_variance(scale * cov, limits=limits).weights - min_variance(cov, limits=limits).weights).max()
        < 1e-12
    )
    diagonal = min_variance(np.diag(cov.diagonal()), limits=limits).weights
    assert diagonal == pytest.approx((1.0 / cov.diagonal()) / (1.0 / cov.diagonal()).sum(), abs=1e-14)


def test_cash_and_twins_are_no_obstacle() -> None:
    cov = np.zeros((4, 4))
    cov[:2, :2] = 0.04
    answer = max_sharpe(np.array([0.08, 0.08, 0.02, 0.02]), cov, risk_free=0.02, limits=Limits.long_only(4))
    assert answer.weights[:2].sum() == pytest.approx(1.0, abs=1e-9)
    assert answer.objective == pytest.approx(0.3, abs=1e-12)


def test_equal_weight_stays_as_close_to_one_over_n_as_the_limits_allow() -> None:
    assert equal_weight(FREE).weights == pytest.approx(np.ones(3) / 3, abs=1e-12)
    limits = replace(Limits.long_only(4), upper=np.array([0.0, 0.1, 1.0, 1.0]))
    assert equal_weight(limits).weights == pytest.approx(np.array([0.0, 0.1, 0.45, 0.45]), abs=1e-12)


def risk_shares(w: Array, cov: Array) -> Array:
    part = w * (cov @ w)
    shares: Array = part / part.sum()
    return shares


@relaxed
@given(problems, st.integers(0, 1000))
def test_risk_parity_gives_every_asset_its_budget_of_risk(problem: Problem, seed: int) -> None:
    n = len(problem.mean)
    risky = problem.cov.diagonal() > 0
    budgets = np.random.default_rng(seed).uniform(0.2, 1.0, n) * risky
    for scale in (1.0, 1e-8):
        answer = risk_parity(scale * problem.cov, limits=Limits.long_only(n), budgets=budgets)
        assert answer.kkt < 1e-9
        assert risk_shares(answer.weights, problem.cov) == pytest.approx(budgets / budgets.sum(), rel=1e-8)
        assert (answer.weights[~risky] == 0).all()


def test_risk_parity_outside_the_limits_becomes_the_nearest_allowed_portfolio() -> None:
    wanted = risk_parity(COV, limits=FREE).weights
    answer = risk_parity(COV, limits=Limits.long_only(3, 0.4))
    assert "moved_by_limits" in answer.notes
    assert answer.weights.max() == 0.4
    close = answer.weights - wanted
    for share in np.linspace(0, 1, 11):  # the rest of the allowed edge is further away
        other = np.array([0.6 - 0.2 - 0.2 * share, 0.2 + 0.2 * share, 0.4]) - wanted
        assert close @ COV @ close <= other @ COV @ other + 1e-15


@pytest.mark.parametrize("seed", range(25))
def test_tail_loss_is_the_least_of_all_portfolios_that_may_be_held(seed: int) -> None:
    problem, r = Problem(seed), np.random.default_rng(seed)
    scenarios = r.standard_t(4, size=(200, len(problem.mean))) * 0.02 + 0.001
    answer = min_cvar(scenarios, limits=problem.limits, held=problem.held)
    assert answer.kkt < 1e-9
    assert broken(answer.weights, problem.limits, problem.held) < 1e-9
    assert answer.objective == pytest.approx(cvar(scenarios, answer.weights, 0.95), abs=1e-14)
    for _ in range(20):
        other = problem.utility(mean=r.normal(size=len(problem.mean)), risk_aversion=0.1).weights
        mixed = answer.weights + r.choice([1e-3, 0.1, 1.0]) * (other - answer.weights)
        assert cvar(scenarios, mixed, 0.95) >= answer.objective - 1e-9


def test_tail_loss_equals_the_primal_linear_program() -> None:
    r = np.random.default_rng(0)
    t, n, tail = 120, 6, 0.1
    scenarios = r.normal(0.001, 0.02, size=(t, n))
    cost = np.r_[np.zeros(n), 1.0, np.full(t, 1 / (tail * t))]
    rows = np.hstack([-scenarios, -np.ones((t, 1)), -np.eye(t)])
    budget = np.r_[np.ones(n), np.zeros(1 + t)][None]
    bounds = [(0, 0.3)] * n + [(None, None)] + [(0, None)] * t
    primal = linprog(cost, A_ub=rows, b_ub=np.zeros(t), A_eq=budget, b_eq=[1], bounds=bounds)
    assert min_cvar(scenarios, alpha=0.9, limits=Limits.long_only(n, 0.3)).objective == pytest.approx(primal.fun, 1e-9)


def test_tail_loss_keeps_a_volatility_cap() -> None:
    scenarios = np.random.default_rng(1).multivariate_normal([0.01, 0.004, 0.001], COV / 252, size=500)
    cov = np.cov(scenarios.T, ddof=1)
    loose = min_cvar(scenarios, limits=FREE).weights
    low, high = np.sqrt(min_variance(cov, limits=FREE).objective), np.sqrt(loose @ cov @ loose)
    cap = float(low + 0.5 * (high - low))
    answer = min_cvar(scenarios, limits=replace(FREE, max_vol=cap))
    assert np.sqrt(answer.weights @ cov @ answer.weights) == pytest.approx(cap, rel=1e-8)
    assert answer.kkt < 1e-7


def test_the_fast_path_and_the_general_one_agree() -> None:
    r = np.random.default_rng(3)
    loadings = np.c_[np.ones(300), r.normal(size=(300, 4))] * 0.1
    specific = r.uniform(0.1, 0.3, 300) ** 2
    mean = 0.03 + loadings @ r.normal(0.2, 0.2, 5)
    dense, factored = loadings @ loadings.T + np.diag(specific), FactorCovariance(loadings, np.ones(5), specific)
    fast, general = Limits.long_only(300), replace(Limits.long_only(300), max_vol=10.0)
    for cov in (dense, 1e-8 * dense, factored):
        one, two = (max_sharpe(mean, cov, risk_free=0.02, limits=limits) for limits in (fast, general))
        assert np.abs(one.weights - two.weights).max() < 1e-10
        assert np.abs(one.duals_lower - two.duals_lower).max() < 1e-8 * np.abs(two.duals_lower).max()
        one, two = (min_variance(cov, limits=limits) for limits in (fast, general))
        assert np.abs(one.weights - two.weights).max() < 1e-10
        assert (one.weights >= 0).all() and one.kkt < 1e-10
    direction = r.normal(size=300)
    indefinite = dense - np.outer(direction, direction) / (direction @ direction)
    assert min_variance(indefinite, limits=fast).notes


def test_the_same_question_gets_the_same_answer_to_the_last_bit() -> None:
    for seed in range(10):
        assert (Problem(seed).utility().weights == Problem(seed).utility().weights).all()
