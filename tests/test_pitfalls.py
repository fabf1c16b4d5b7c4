"""Sixteen ways in which portfolio libraries are known to fail, each with what happens here instead.

What another file tests already is named in ELSEWHERE, not repeated; a name that no longer exists fails.
"""

import importlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.test_optimise import COV, FREE, MEAN, Problem
from tests.worlds import ASSUMPTIONS, NOW, book, facts, inputs, limit, market, universe
from tools.crowd import crowd
from tools.decide import decide, estimate
from tools.domain.decision import Method, View, ViewsInput
from tools.domain.market import Array, Market
from tools.errors import DataMissing, Infeasible
from tools.moments import WEEKS_A_YEAR, covariance
from tools.optimise import Limits, Solution, max_sharpe, min_cvar, min_variance, risk_parity, utility
from tools.optimise.covariance import prepare
from tools.optimise.program import Multipliers, certify
from tools.optimise.solve import program, solve
from tools.views import blend, pick

ELSEWHERE: dict[int, tuple[str, ...]] = {
    1: ("test_optimise.test_when_nothing_beats_the_rate_the_answer_says_so_and_takes_least_risk",),
    2: ("test_optimise.test_scaling_beliefs_and_costs_alike_changes_nothing",),
    3: (
        "test_optimise.test_caps_below_one_in_sum_are_named",
        "test_optimise.test_a_floor_for_one_group_and_a_cap_for_the_rest_are_named_and_nothing_else",
        "test_decide.test_wishes_that_cannot_both_hold_are_both_named",
    ),
    4: (
        "test_optimise.test_an_indefinite_covariance_is_repaired_and_the_repair_is_told",
        "test_moments.test_repair_reports_how_much_it_changed",
    ),
    5: ("test_moments.test_nonlinear_shrinkage_survives_more_assets_than_returns_and_beats_the_sample",),
    6: (
        "test_optimise.test_a_missing_number_is_refused_with_its_position",
        "test_crowd.test_a_missing_number_is_refused",
        "test_decide.test_a_held_asset_without_a_fresh_price_stops_everything_by_name",
    ),
    7: (
        "test_optimise.test_cash_and_twins_are_no_obstacle",
        "test_moments.test_cash_has_no_variance_and_disturbs_nobody",
    ),
    8: ("test_optimise.test_no_portfolio_that_may_be_held_has_a_better_ratio",),
    9: (
        "test_optimise.test_every_answer_keeps_its_limits_and_proves_itself",
        "test_optimise.test_excluded_assets_are_sold_and_leave_no_dust",
    ),
    10: ("test_optimise.test_risk_parity_outside_the_limits_becomes_the_nearest_allowed_portfolio",),
    11: (
        "test_views.test_a_view_held_for_certain_holds_exactly_and_none_at_all_moves_nothing",
        "test_views.test_a_redundant_view_moves_no_expected_return",
    ),
    12: ("test_decide.test_a_limit_nothing_carries_is_kept_and_said_to_be_idle",),
    13: ("test_optimise.test_shadow_prices_are_the_slopes_of_the_best_utility",),
    14: ("test_optimise.test_risk_parity_gives_every_asset_its_budget_of_risk",),
    15: (
        "test_backtest.test_money_is_conserved_through_every_trade",
        "test_backtest.test_jumping_to_the_next_breach_equals_looking_every_day",
        "test_rebalance.test_percent_is_a_percent_of_todays_value",
        "test_rebalance.test_the_order_of_assets_changes_no_trade",
    ),
    16: ("test_campaign.test_no_answer_is_further_from_the_best_than_the_tolerance",),
}

ZERO = np.zeros(3)
EVERY: dict[str, Callable[[Array, Array, Limits], Solution]] = {
    "utility": lambda m, c, x: utility(m, c, risk_aversion=3.0, held=ZERO, cost=ZERO, limits=x),
    "best ratio": lambda m, c, x: max_sharpe(m, c, risk_free=0.0, limits=x),
    "least variance": lambda m, c, x: min_variance(c, limits=x),
    "risk parity": lambda m, c, x: risk_parity(c, limits=x),
}


@pytest.mark.parametrize("number", range(1, 17))
def test_every_pitfall_has_its_tests(number: int) -> None:
    for name in ELSEWHERE[number]:
        module, function = name.split(".")
        assert callable(getattr(importlib.import_module(f"tests.{module}"), function))


def test_1_a_decision_says_when_nothing_beats_cash() -> None:
    falling = {f"views/v{i}": fall(asset) for i, asset in enumerate(("stocks", "bonds", "gold", "bitcoin"))}
    decision = decide(facts(market(1), inputs(method="max_sharpe", more=falling)))
    assert "all_below_risk_free" in decision.proposal.notes


def fall(target: str) -> ViewsInput:
    return ViewsInput(views=(View(target=target, direction="down", magnitude=0.9, confidence=0.95, said_at=NOW),))


@pytest.mark.parametrize("scale", [1e-8, 1 / 252, 1e4])
@pytest.mark.parametrize("name", ["best ratio", "least variance", "risk parity"])
def test_2_the_same_covariance_on_another_scale_gives_the_same_weights(name: str, scale: float) -> None:
    limits = replace(Limits.long_only(3, 0.6), groups=np.array([[1.0, 1.0, 0.0]]),
                     group_lower=np.array([-np.inf]), group_upper=np.array([0.7]))  # fmt: skip
    for mandate in (FREE, limits):
        plain, scaled = EVERY[name](MEAN, COV, mandate), EVERY[name](MEAN, scale * COV, mandate)
        assert scaled.weights == pytest.approx(plain.weights, abs=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_3_every_objective_names_what_clashes(name: str) -> None:
    both = Limits(np.zeros(3), np.ones(3), np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.array([0.6, 0.5]), np.ones(2))
    with pytest.raises(Infeasible) as caught:
        EVERY[name](MEAN, COV, both)
    assert caught.value.clash == (("group_lower", 0), ("group_lower", 1))


def test_4_the_size_of_a_repair_is_told() -> None:
    bent = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]])
    size = -float(np.linalg.eigvalsh(bent)[0])
    note = min_variance(bent, limits=FREE).notes[0]
    assert float(note.removeprefix("psd_repaired:")) == pytest.approx(size, rel=0.05)


def test_5_more_assets_than_returns_are_always_shrunk_to_something_that_can_be_solved() -> None:
    rng = np.random.default_rng(0)
    returns = 0.02 * (rng.standard_normal((30, 1)) + rng.standard_normal((30, 80)))
    found = covariance(returns, tuple(f"a{i}" for i in range(80)))
    assert 0.1 < found.shrinkage <= 1.0  # told, so that it can be shown
    assert np.linalg.eigvalsh(found.matrix)[0] > 0
    assert np.linalg.matrix_rank(np.cov(returns.T) * WEEKS_A_YEAR) < 80
    answer = min_variance(found.matrix, limits=Limits.long_only(80))
    assert answer.kkt < 1e-10 and answer.notes == ()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_6_no_objective_swallows_a_missing_number(bad: float) -> None:
    mean, cov = MEAN.copy(), COV.copy()
    mean[1] = cov[1, 2] = cov[2, 1] = bad
    for name, objective in EVERY.items():
        with pytest.raises(DataMissing) as caught:
            objective(MEAN, cov, FREE)
        assert set(caught.value.names) <= {"1", "2"} and caught.value.names
        if name in ("utility", "best ratio"):
            with pytest.raises(DataMissing) as caught:
                objective(mean, COV, FREE)
            assert caught.value.names == ("1",)
    scenarios = np.random.default_rng(0).normal(size=(50, 3))
    scenarios[7, 2] = bad
    with pytest.raises(DataMissing) as caught:
        min_cvar(scenarios, limits=FREE)
    assert caught.value.names == ("2",)
    with pytest.raises(DataMissing):
        crowd(mean, COV, risk_aversion=np.ones(1), held=ZERO[None], cost=ZERO, lower=ZERO, upper=np.ones(3))


def test_6_the_person_hears_the_assets_name() -> None:
    world: Market = market(1)
    closes = world.closes.copy()
    closes[:-20, 1] = np.nan
    with pytest.raises(DataMissing) as caught:
        estimate(replace(world, closes=closes), "KRW", ASSUMPTIONS, book(KR="3"))
    assert caught.value.names == ("KR",)


def test_7_cash_has_no_share_of_risk_and_takes_nothing_from_the_others() -> None:
    with_cash = np.zeros((4, 4))
    with_cash[:3, :3] = COV
    answer = risk_parity(with_cash, limits=Limits.long_only(4))
    assert answer.weights[3] == 0.0
    assert answer.weights[:3] == pytest.approx(risk_parity(COV, limits=FREE).weights, abs=1e-12)
    with pytest.raises(DataMissing):
        risk_parity(np.zeros((2, 2)), limits=Limits.long_only(2))


def test_8_the_best_ratio_after_costs_is_the_best_after_costs_not_a_compromise() -> None:
    held, cost = np.array([0.0, 0.0, 1.0]), np.array([0.02, 0.02, 0.02])
    answer = max_sharpe(MEAN, COV, risk_free=0.0, limits=FREE, held=held, cost=cost)

    def ratio(w: Array) -> float:
        return float((MEAN @ w - cost @ np.abs(w - held)) / np.sqrt(w @ COV @ w))

    grid = [np.array([a, b, 1 - a - b]) for a in np.linspace(0, 1, 101) for b in np.linspace(0, 1 - a, 101)]
    assert answer.objective == pytest.approx(ratio(answer.weights), abs=1e-12)
    assert max(map(ratio, grid)) <= answer.objective + 1e-12
    assert "l2" not in max_sharpe.__annotations__  # there is no way to ask for a ratio and something else at once


def test_9_no_weight_is_a_hair_outside_its_bounds() -> None:
    for seed in range(200):
        problem = Problem(seed)
        w = problem.utility().weights
        assert (w >= problem.limits.lower).all() and (w <= problem.limits.upper).all()


def test_10_risk_parity_under_bounds_still_adds_up_to_one() -> None:
    for seed in range(100):
        problem = Problem(seed)
        w = risk_parity(problem.cov, limits=problem.limits, held=problem.held).weights
        assert w.sum() == pytest.approx(1.0, abs=1e-12)
        assert (w >= problem.limits.lower).all() and (w <= problem.limits.upper).all()


def test_11_certain_repeated_and_empty_views_are_no_trouble() -> None:
    p = np.array([[1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 0.0]])
    found = blend(MEAN, COV, p, np.array([0.02, 0.02, 0.5]), np.array([1.0, 1.0, 1.0]), tau=0.05)
    assert np.isfinite(found.mean).all() and found.mean[0] - found.mean[1] == pytest.approx(0.02, abs=1e-12)
    once = blend(MEAN, COV, p[:1], np.array([0.02]), np.ones(1), tau=0.05)
    assert found.mean == pytest.approx(once.mean, abs=1e-12)


def test_12_a_group_nobody_belongs_to_is_never_quietly_dropped() -> None:
    decision = decide(facts(market(1), inputs(limit("s1", "max", "stokcs", 0.1))))
    assert [x.target for x in decision.proposal.idle] == ["stokcs"]  # stored, and said to bind nothing
    with pytest.raises(KeyError):
        universe()["STOKCS"]
    view = View(target="stokcs", direction="up", magnitude=0.1, confidence=0.5, said_at=NOW)
    assert not pick(view, universe(), np.ones(len(universe().ids)) / 9).any()
    with pytest.raises(ValueError):
        Limits(ZERO, np.ones(3), np.ones((1, 2)), np.zeros(1), np.ones(1))  # a row for other assets


def test_13_a_group_limit_holds_on_the_final_weights_and_is_echoed_in_its_own_words() -> None:
    mine, invested = limit("s1", "max", "bonds", 0.1), limit("s2", "max", "cash", 0.1)
    methods: tuple[Method, ...] = ("black_litterman", "max_sharpe", "min_variance")
    for method in methods:
        decision = decide(facts(market(1), inputs(mine, invested, method=method)))
        inside = [decision.target.get(a, 0.0) for a in universe().members("bonds")]
        assert sum(inside) <= 0.1 + 1e-9
        assert mine in decision.limits
        free = decide(facts(market(1), inputs(invested, method=method)))
        assert sum(free.target.get(a, 0.0) for a in universe().members("bonds")) > 0.1 + 1e-9
        assert mine in [b.limit for b in decision.proposal.binding]


def test_14_shares_of_risk_add_up_to_one_on_any_scale() -> None:
    for scale in (1e-6, 1.0, 1e6):
        w = risk_parity(scale * COV, limits=FREE).weights
        shares = w * (COV @ w) / (w @ COV @ w)
        assert shares.sum() == pytest.approx(1.0, abs=1e-12)
        assert shares == pytest.approx(np.full(3, 1 / 3), abs=1e-10)
        assert w.argmin() == np.diag(COV).argmax()  # and not the other way round


def test_16_an_answer_is_believed_only_after_our_own_check() -> None:
    form, scale, _ = prepare(COV, 3)
    limits = Limits.long_only(3, 0.5)
    p = program(form, MEAN / (3.0 * scale), ZERO, ZERO, limits)
    answer = solve(p)
    assert answer.certificate.residual < 1e-11
    for w, fault in (
        (np.array([0.6, 0.2, 0.2]), "above its cap"),
        (np.array([0.3, 0.3, 0.3]), "not fully invested"),
        (np.array([0.2, 0.4, 0.4]), "allowed, but not the best"),
    ):
        proof = certify(p, w, Multipliers(answer.guess.multipliers.budget, np.zeros(0)))
        assert proof.residual > 1e-3, fault
