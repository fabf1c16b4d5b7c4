"""The learned policy: its step is exact, its gradient is exact, it finds what is there and nothing where nothing is."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learnable import World, cost_only, mean_reversion, persistent_regimes
from tests.test_backtest import days
from tests.test_signals import vector
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.policy.learn import Episodes, Policy, act, blank, episodes, gradient, train, value
from tools.policy.panel import panel
from tools.policy.state import OWN, SHARED, State, observe
from tools.policy.step import Rules, remainder, run, step
from tools.policy.walk import Setting, examine, spans


def simplex(rng: np.random.Generator, *shape: int) -> Array:
    return np.asarray(rng.dirichlet(np.ones(shape[-1]), shape[:-1]))


def small_world(seed: int, *, own: int = 2, shared: int = 2) -> Episodes:
    rng = np.random.default_rng(seed)
    count, length, n = 3, 15, 4
    state = State(
        rng.standard_normal((count, length, n, own)), rng.standard_normal((count, length, shared)),
        tuple("abcdef"[:own]), tuple("uvwxyz"[:shared]),
    )  # fmt: skip
    moves = np.exp(0.05 * rng.standard_normal((count, length, n)))
    base = simplex(rng, count, length, n)
    return Episodes(state, base, moves, base[:, 0], 52.0)


def test_the_remainder_factor_is_the_published_one() -> None:
    v = vector("eiie_mu", "06")
    buy, sell = v["inputs"]["c_buy"], v["inputs"]["c_sell"]
    rules = Rules(np.array([0.0, *[buy / (1.0 - buy)] * 2]), np.array([0.0, sell, sell]))
    held, chosen = np.array(v["inputs"]["w_drifted"]), np.array(v["inputs"]["w_new"])
    assert float(remainder(held, chosen, rules)) == pytest.approx(v["expected"]["mu"], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.0, 0.05), st.floats(0.0, 0.05))
def test_what_a_step_leaves_is_the_money_less_the_cost_of_the_trades_made(seed: int, buy: float, sell: float) -> None:
    rng = np.random.default_rng(seed)
    held, chosen, moves = simplex(rng, 7, 5), simplex(rng, 7, 5), np.exp(0.1 * rng.standard_normal((7, 5)))
    rules = Rules(np.full(5, buy), np.full(5, sell))
    done = step(held, chosen, moves, rules)
    trade = done.factor[:, None] * chosen - held
    paid = (buy * np.maximum(trade, 0.0) + sell * np.maximum(-trade, 0.0)).sum(axis=1)
    assert done.factor == pytest.approx(1.0 - paid, abs=1e-14)
    assert done.growth == pytest.approx(done.factor * (chosen * moves).sum(axis=1), rel=1e-14)
    assert done.held.sum(axis=1) == pytest.approx(1.0, abs=1e-14)


def test_a_step_alone_is_the_same_as_the_step_among_many() -> None:
    rng = np.random.default_rng(1)
    held, chosen, moves = simplex(rng, 50, 12), simplex(rng, 50, 12), np.exp(0.05 * rng.standard_normal((50, 12)))
    rules = Rules(np.full(12, 0.001), np.full(12, 0.002), aversion=3.0)
    together = step(held, chosen, moves, rules)
    for i in range(50):
        alone = step(held[i], chosen[i], moves[i], rules)
        assert alone.reward == pytest.approx(together.reward[i], abs=1e-15)


def test_nothing_is_traded_inside_the_band_and_only_to_its_edge_beyond() -> None:
    target = np.tile([0.5, 0.5], (1, 1, 1))
    rules, still = Rules(np.full(2, 0.01), np.full(2, 0.01)), np.ones((1, 1, 2))
    near, far = np.array([[0.55, 0.45]]), np.array([[0.9, 0.1]])
    assert run(target, near, still, rules, band=0.1).chosen[0, 0] == pytest.approx(near[0])
    edge = run(target, far, still, rules, band=0.1).chosen[0, 0]
    assert np.linalg.norm(edge - 0.5) == pytest.approx(0.1)
    assert run(target, near, still, rules, band=0.1).turnover[0, 0] == 0.0


@pytest.mark.parametrize("reach", [np.inf, 0.2])
@pytest.mark.parametrize("smooth", [0.0, 1e-3])
def test_the_gradient_is_that_of_finite_differences(reach: float, smooth: float) -> None:
    world, rng = small_world(5), np.random.default_rng(6)
    rules = Rules(np.full(4, 0.01), np.full(4, 0.02), aversion=4.0, smooth=smooth)
    policy = Policy(0.3 * rng.standard_normal(2), 0.3 * rng.standard_normal((2, 4)), band=0.05, reach=reach)
    _, by_own, by_shared, by_band = gradient(policy, world, rules)
    tiny = 1e-6

    def slope(change: Policy) -> float:
        up = replace(
            policy, own=policy.own + change.own, shared=policy.shared + change.shared, band=policy.band + change.band
        )
        down = replace(
            policy, own=policy.own - change.own, shared=policy.shared - change.shared, band=policy.band - change.band
        )
        return (value(up, world, rules) - value(down, world, rules)) / (2.0 * tiny)

    nothing = Policy(np.zeros(2), np.zeros((2, 4)), band=0.0)
    for i in range(2):
        assert by_own[i] == pytest.approx(slope(replace(nothing, own=tiny * np.eye(2)[i])), abs=1e-7)
        for j in range(4):
            one = np.zeros((2, 4))
            one[i, j] = tiny
            assert by_shared[i, j] == pytest.approx(slope(replace(nothing, shared=one)), abs=1e-7)
    assert by_band == pytest.approx(slope(replace(nothing, band=tiny)), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.01, 0.5))
def test_a_tilt_keeps_the_sum_the_reach_and_what_is_not_held(seed: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    state = State(3.0 * rng.standard_normal((20, 6, 2)), 3.0 * rng.standard_normal((20, 2)), ("a", "b"), ("u", "v"))
    base = simplex(rng, 20, 6)
    base[:, 0] = 0.0
    base /= base.sum(axis=1, keepdims=True)
    policy = Policy(5.0 * rng.standard_normal(2), 5.0 * rng.standard_normal((2, 6)), reach=reach)
    weights = act(policy, state, base)
    assert weights.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert weights.min() >= -1e-15
    assert (weights[:, 0] == 0.0).all()
    assert np.abs(weights - base).max() <= reach + 1e-12
    assert act(policy.still, state, base) == pytest.approx(base, abs=1e-15)


@pytest.mark.parametrize(
    "world", [persistent_regimes(), mean_reversion(), cost_only()], ids=["regimes", "reversion", "cost"]
)
def test_where_the_best_is_known_the_policy_comes_within_a_twentieth_of_it(world: World) -> None:
    """The certainty equivalent on paths never trained on, beside that of dynamic programming on the same paths."""
    rng = np.random.default_rng(11)
    known, _ = world.episodes(120, 260, rng)
    unseen, states = world.episodes(200, 520, rng)
    start = replace(blank(known.state, reach=np.inf), band=0.05)
    learned = train(start, known, replace(world.rules, smooth=1e-3), ridge=1e-4)
    best, found = world.best_value(unseen, states), value(learned, unseen, world.rules)
    assert best > 0.0
    assert found >= 0.95 * best
    assert found <= 1.01 * best


def test_training_is_the_same_twice() -> None:
    world, _ = persistent_regimes().episodes(10, 60, np.random.default_rng(0))
    first, second = (train(blank(world.state), world, persistent_regimes().rules, ridge=0.01) for _ in range(2))
    assert np.array_equal(first.shared, second.shared)
    assert first.band == second.band


def test_a_stronger_ridge_tilts_less() -> None:
    world, _ = persistent_regimes().episodes(20, 100, np.random.default_rng(0))
    sizes = [
        np.abs(train(blank(world.state), world, persistent_regimes().rules, ridge=r).shared).sum()
        for r in (1e-3, 0.1, 10)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.01 < sizes[0]


def closes(seed: int, count: int = 1600, n: int = 4, *, trend: float = 0.0, stay: int = 300) -> Array:
    """Prices with a common part; with `trend`, a drift keeps a sign for `stay` days on average. Last: cash."""
    rng = np.random.default_rng(seed)
    signs = np.where(rng.random((count, n - 1)) < 1.0 / stay, -1.0, 1.0).cumprod(axis=0) * rng.choice(
        [-1.0, 1.0], n - 1
    )
    moves = 0.0002 + trend / 252 * signs + 0.004 * rng.standard_normal((count, 1))
    moves = moves + 0.008 * rng.standard_normal((count, n - 1))
    return np.c_[np.exp(np.cumsum(moves, axis=0)), np.ones(count)]


def test_features_look_back_only() -> None:
    whole = closes(1)
    rows = np.arange(300, 1500, 5)
    series = {"rate": np.cumsum(np.random.default_rng(2).standard_normal(len(whole)))}
    full = observe(whole, rows, more=series)
    cut = 900
    early = rows[rows < cut]
    part = observe(whole[:cut], early, more={"rate": series["rate"][:cut]})
    assert part.own == pytest.approx(full.own[: len(early)], abs=1e-9)
    assert part.shared == pytest.approx(full.shared[: len(early)], abs=1e-9)
    assert full.own_names == OWN
    assert full.shared_names == (*SHARED, "rate")
    assert np.abs(full.own).max() <= 3.0
    assert full.own.std() > 0.1


def test_what_is_not_known_yet_is_no_opinion() -> None:
    late = closes(1)
    late[:800, 0] = np.nan
    state = observe(late, np.array([700, 1500]))
    assert (state.own[0, 0] == 0.0).all()
    assert (state.own[1, 0] != 0.0).all()
    given = panel(days(1600), late, np.full(4, 0.25))
    assert given.base[0, 0] == 0.0
    assert given.base.sum(axis=1) == pytest.approx(1.0)


def test_a_series_by_name_can_carry_the_signal() -> None:
    """Returns follow a visible series of the world: the policy that sees it gains, the one that does not cannot."""
    rng = np.random.default_rng(4)
    count = 2600
    series = np.where(rng.random(count) < 1 / 120, -1.0, 1.0).cumprod()
    moves = np.where(series > 0, 0.0012, -0.0008) + 0.008 * rng.standard_normal(count)
    prices = np.c_[np.exp(np.cumsum(np.r_[0.0, moves[:-1]])), np.ones(count)]  # the series comes a day ahead
    fee = np.array([0.001, 0.0])
    given = panel(days(count), prices, np.array([0.5, 0.5]), more={"sign": series})
    found = examine(
        given, Rules(fee, fee, 3.0), folds=3, seeds=(0,), reach=0.5,
        tried=[Setting(frozenset({"sign"}), 0.01), Setting(frozenset({"correlation"}), 0.01)],
    )  # fmt: skip
    assert found.chosen == 0
    assert found.skill.confidence > 0.3
    assert found.better


SHORT: dict[str, Any] = {
    "folds": 3,
    "seeds": (0,),
    "tried": [Setting(frozenset(OWN), 0.03), Setting(frozenset((*OWN, *SHARED)), 0.1)],
}


def test_shuffled_returns_leave_no_confidence_and_trends_leave_some() -> None:
    """The same returns in their own order and in random order."""
    fee = np.array([0.001, 0.001, 0.001, 0.0])
    rules, base = Rules(fee, fee, 3.0), np.full(4, 0.25)
    luck, skill = [], []
    for seed in range(4):
        prices = closes(seed, 1800, trend=0.5)
        order = np.random.default_rng(seed).permutation(np.diff(np.log(prices), axis=0))
        mixed = np.exp(np.vstack([np.zeros(4), np.cumsum(order, axis=0)]))
        luck.append(examine(panel(days(1800), mixed, base), rules, **SHORT).skill.confidence)
        if seed < 2:
            skill.append(examine(panel(days(1800), prices, base), rules, **SHORT).skill.confidence)
    assert max(luck) < 0.05
    assert min(skill) > 0.2


def test_no_trial_reaches_into_its_own_training() -> None:
    edges = spans(600, 5)
    assert edges[0][0] == 260
    assert edges[-1][1] == 599
    assert all(a[1] == b[0] for a, b in pairwise(edges))
    with pytest.raises(DataMissing):
        spans(60, 5)


def test_the_future_changes_no_earlier_trial() -> None:
    """Other prices after a fold leave what was tried in it as it was."""
    prices = closes(3, 1500, trend=0.3)
    other = prices.copy()
    other[1400:] *= np.exp(np.cumsum(0.02 * np.random.default_rng(9).standard_normal((100, 4)), axis=0))
    fee = np.full(4, 0.001)
    one, two = (examine(panel(days(1500), p, np.full(4, 0.25)), Rules(fee, fee), **SHORT) for p in (prices, other))
    same = one.days < days(1500)[1350]
    assert one.growth[same] == pytest.approx(two.growth[same], abs=1e-12)
    assert not np.allclose(one.growth, two.growth)


def test_the_old_policy_stays_until_it_is_beaten_where_neither_learned() -> None:
    prices = closes(0, 1500, trend=0.4)
    fee = np.array([0.001, 0.001, 0.001, 0.0])
    given, rules = panel(days(1500), prices, np.full(4, 0.25)), Rules(fee, fee, 3.0)
    found = examine(given, rules, **SHORT)
    features = found.settings[found.chosen].features
    again = examine(given, rules, old=(found.policy, features), **SHORT)
    assert again.newest["old"] == pytest.approx(found.newest["new"], abs=1e-12)
    assert not again.better  # nothing beats itself
    told: list[tuple[int, int]] = []
    examine(given, rules, progress=lambda done, total: told.append((done, total)), **SHORT)
    assert told == [(i + 1, 6) for i in range(6)]


def test_episodes_cover_history_in_order() -> None:
    rng = np.random.default_rng(0)
    state = State(np.zeros((110, 3, 0)), np.arange(110.0)[:, None], (), ("t",))
    found = episodes(state, np.full((110, 3), 1 / 3), np.ones((110, 3)), length=20, periods=52.0, rng=rng)
    assert found.moves.shape == (5, 20, 3)
    assert (np.diff(found.state.shared[..., 0], axis=1) == 1.0).all()
    assert found.start.sum(axis=1) == pytest.approx(1.0)
