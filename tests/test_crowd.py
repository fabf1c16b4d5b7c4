"""The crowd's answer is the single investor's answer, for everybody."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tools.crowd import crowd
from tools.errors import DataMissing, Infeasible
from tools.optimise import Array, Limits, utility


class People:
    """N investors with their own risk aversion, caps, exclusions, holdings, costs and groups, made from one seed."""

    def __init__(self, seed: int, *, people: int = 12, assets: int = 8, rows: int = 3, cash: int = 1) -> None:
        r = np.random.default_rng(seed)
        loadings = 0.1 * r.normal(size=(assets, 3))
        self.cov: Array = loadings @ loadings.T + np.diag(r.uniform(0.03, 0.3, assets) ** 2)
        self.cov[:cash] = self.cov[:, :cash] = 0.0
        self.mean: Array = r.normal(0.05, 0.04, (people, assets))
        self.mean[:, :cash] = 0.02
        inside = r.dirichlet(np.full(assets, 2.0), people)
        upper = np.minimum(1.0, inside * r.uniform(1.1, 4, (people, assets)))
        out = r.random((people, assets)) < 0.1
        inside[out] = 0.0
        inside /= inside.sum(axis=1)[:, None]
        upper = np.where(out, 0.0, np.maximum(upper, inside))
        groups = (r.random((rows, assets)) < 0.5).astype(float)
        value = inside @ groups.T
        self.arguments: dict[str, Any] = {
            "risk_aversion": np.exp(r.uniform(0, 3, people)),
            "held": r.dirichlet(np.full(assets, 0.5), people),
            "cost": np.full(assets, 0.003),
            "lower": 0.5 * inside * (r.random((people, 1)) < 0.3),
            "upper": upper,
            "groups": groups,
            "group_lower": np.where(r.random((people, rows)) < 0.4, 0.8 * value, -np.inf),
            "group_upper": np.where(r.random((people, rows)) < 0.6, 1.1 * value, np.inf),
        }

    def together(self, **changes: Any) -> Array:
        return crowd(self.mean, self.cov, **(self.arguments | changes))

    def alone(self, i: int) -> Array:
        a = self.arguments
        limits = Limits(a["lower"][i], a["upper"][i], a["groups"], a["group_lower"][i], a["group_upper"][i])
        gamma, held = float(a["risk_aversion"][i]), a["held"][i]
        return utility(self.mean[i], self.cov, risk_aversion=gamma, held=held, cost=a["cost"], limits=limits).weights


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 5), st.integers(0, 2))
@example(7108, 2, 1)  # a group row that is counted as touched and not reached
def test_everybody_gets_the_answer_they_would_get_alone(seed: int, rows: int, cash: int) -> None:
    people = People(seed, rows=rows, cash=cash)
    weights = people.together()
    for i in range(len(weights)):
        assert np.abs(weights[i] - people.alone(i)).max() < 1e-10


def test_a_speck_of_a_holding_is_the_same_to_the_crowd_and_to_one() -> None:
    people = People(9, rows=0)
    people.arguments["held"][:, 3] = 3e-10  # so near its bound that the two are one
    people.arguments["lower"][:, 3] = 0.0
    people.arguments["cost"] = np.full(8, 0.03)  # dear enough for some to leave it as it is
    weights = people.together()
    assert max(np.abs(weights[i] - people.alone(i)).max() for i in range(len(weights))) < 1e-13


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
@example(88)  # cash, which has no variance, is free in a corner where nothing else gives
def test_everybody_keeps_their_limits(seed: int) -> None:
    people = People(seed, people=30)
    weights, a = people.together(), people.arguments
    value = weights @ a["groups"].T
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-12
    assert (weights >= a["lower"]).all() and (weights <= a["upper"]).all()
    assert (value >= a["group_lower"] - 1e-12).all() and (value <= a["group_upper"] + 1e-12).all()


def test_neighbours_do_not_change_anybodys_answer() -> None:
    people = People(5, people=200)
    together = people.together()
    a = people.arguments
    per_person = ("risk_aversion", "held", "lower", "upper", "group_lower", "group_upper")
    some = slice(50, 60)
    part = crowd(people.mean[some], people.cov, **(a | {name: a[name][some] for name in per_person}))
    assert np.abs(together[some] - part).max() < 1e-12


def test_one_shared_mean_serves_everybody() -> None:
    people = People(6)
    shared = people.mean[0]
    people.mean = np.tile(shared, (12, 1))
    both = people.together(), crowd(shared, people.cov, **people.arguments)
    assert (both[0] == both[1]).all()


def test_somebody_with_clashing_limits_is_not_given_weights() -> None:
    people = People(7, rows=0)
    upper = people.arguments["upper"].copy()
    upper[3] = 0.05
    with pytest.raises(Infeasible) as caught:
        people.together(upper=upper, lower=np.zeros(8))
    assert caught.value.clash == tuple(("upper", i) for i in range(8))


def test_a_missing_number_is_refused() -> None:
    people = People(8)
    people.mean[2, 1] = np.nan
    with pytest.raises(DataMissing):
        people.together()
