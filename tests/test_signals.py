"""Signals look back only, and reproduce the published figures."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.domain.market import Array
from tools.errors import DataMissing
from tools.signals import (
    Regimes,
    absorption,
    absorption_ratio,
    absorption_shift,
    ewma_vol,
    kalman_level,
    realised_vol,
    regimes,
    turbulence,
    unusualness,
)


def vector(name: str, topic: str) -> dict[str, Any]:
    found = next(iter((Path(__file__).parents[1] / "../shared/vectors").glob(f"{topic}_*.json")), None)
    if found is None:
        pytest.skip("the published vectors are not on this machine")
    every = {v["id"]: v for v in json.loads(found.read_text())["vectors"]}
    one: dict[str, Any] = every[name]
    return one


TWO = Regimes(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([1.0, -1.0]), np.array([0.8]), np.array([0.2, -0.1]))
FOUR = Regimes(
    np.full((4, 4), 0.05) + 0.8 * np.eye(4), np.array([-2.0, -0.5, 0.5, 2.0]), np.array([1.5, 1, 0.5, 1]), np.zeros(0)
)

FILTERS: dict[str, Callable[[Array], Array]] = {
    "kalman": lambda x: kalman_level(x, noise=1.0, drift=0.1).level,
    "kalman variance": lambda x: kalman_level(x, noise=1.0, drift=0.1).variance,
    "ewma": lambda x: ewma_vol(x, decay=0.94, start=1.0),
    "realised": lambda x: realised_vol(x, window=20),
    "two regimes": lambda x: regimes(x, TWO).chance,
    "four regimes": lambda x: regimes(x, FOUR).chance,
    "shift": lambda x: absorption_shift(np.abs(x), short=5, long=40),
}
PANELS: dict[str, Callable[[Array], Array]] = {
    "score": lambda x: turbulence(x, window=250).score,
    "surprise": lambda x: turbulence(x, window=250).surprise,
    "threshold": lambda x: turbulence(x, window=250).threshold,
    "alarm": lambda x: turbulence(x, window=250).alarm,
    "absorption": lambda x: absorption_ratio(x, window=60),
}


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("name", FILTERS)
@given(seed=st.integers(0, 2**31), cut=st.integers(5, 119))
def test_a_filter_never_looks_ahead(name: str, seed: int, cut: int) -> None:
    x = np.random.default_rng(seed).standard_normal(120)
    np.testing.assert_array_equal(FILTERS[name](x)[:cut], FILTERS[name](x[:cut]))


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("cut", [100, 251, 400, 501, 540])
def test_a_stress_measure_never_looks_ahead(name: str, cut: int) -> None:
    x = np.random.default_rng(1).standard_normal((560, 3))
    np.testing.assert_array_equal(PANELS[name](x)[:cut], PANELS[name](x[:cut]))


def test_the_nile_gives_its_published_level() -> None:
    v = vector("kalman_nile", "04")
    i, e = v["inputs"], v["expected"]
    y = np.array(i["y"])
    found = kalman_level(y, noise=i["sigma2_eps"], drift=i["sigma2_eta"], start=i["a1"], spread=i["P1"])
    for at, name in ((0, "filtered_first"), (1, "filtered_second"), (-1, "filtered_last")):
        assert [found.level[at], found.variance[at]] == pytest.approx(e[name], abs=1e-3)
    assert found.loglik == pytest.approx(e["loglik"], abs=1e-4)
    ahead = found.variance[-1] + i["sigma2_eta"]
    assert ahead / (ahead + i["sigma2_eps"]) == pytest.approx(e["steady_gain"], abs=1e-9)


def test_a_missing_observation_leaves_the_level_and_widens_its_variance() -> None:
    found = kalman_level(np.array([1.0, np.nan, np.nan]), noise=1.0, drift=0.5)
    assert found.level[0] == found.level[1] == found.level[2]
    assert np.diff(found.variance) == pytest.approx([0.5, 0.5])


def test_ewma_volatility_gives_its_published_path() -> None:
    v = vector("ewma_vol", "06")
    found = ewma_vol(np.array(v["inputs"]["r"]), decay=v["inputs"]["lam"], start=v["inputs"]["init_var"])
    assert found == pytest.approx(np.array(v["expected"]["vol"]), abs=1e-12)


def test_realised_volatility_is_the_root_mean_square_of_its_window() -> None:
    found = realised_vol(np.array([0.01, -0.01, 0.01, 0.03]), window=2, periods=1.0)
    assert np.isnan(found[0]) and found[1:] == pytest.approx([0.01, 0.01, np.sqrt(5e-4)])


def test_turbulence_gives_its_published_score() -> None:
    v = vector("turb_a", "06")
    i = v["inputs"]
    score, magnitude = unusualness(np.array(i["y"]), np.array(i["mu"]), np.array(i["Sigma"]))
    assert score == pytest.approx(v["expected"]["turbulence"], abs=1e-10)
    assert 3 * score == pytest.approx(v["expected"]["raw"], abs=1e-9)
    by_hand = ((-0.0404) ** 2 / 1e-4 + (-0.0503) ** 2 / 1.44e-4 + 0.0099**2 / 9e-6) / 3
    assert magnitude == pytest.approx(by_hand, rel=1e-12)


def test_moves_against_the_usual_correlation_are_a_surprise_and_with_it_are_not() -> None:
    cov = np.array([[1.0, 0.9], [0.9, 1.0]])
    for y, surprising in ((np.array([2.0, -2.0]), True), (np.array([2.0, 2.0]), False)):
        score, magnitude = unusualness(y, np.zeros(2), cov)
        assert magnitude == 4.0 and (score > magnitude) is surprising


@pytest.mark.parametrize(("law", "most"), [("normal", 0.02), ("t4", 0.025)])
def test_the_empirical_threshold_rings_about_as_often_as_it_says(law: str, most: float) -> None:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((4000, 6)) if law == "normal" else rng.standard_t(4, (4000, 6))
    found = turbulence(x, window=500)
    assert 0.004 < found.alarm[1000:].mean() < most
    assert np.isnan(found.threshold[:1000]).all() and np.isfinite(found.threshold[1000:]).all()


def test_a_short_memory_and_missing_returns_are_refused() -> None:
    with pytest.raises(ValueError):
        turbulence(np.zeros((300, 2)), window=60)
    for measure in (turbulence, absorption_ratio):
        with pytest.raises(DataMissing):
            measure(np.full((300, 2), np.nan))


def test_absorption_gives_its_published_ratio() -> None:
    v = vector("absorption_a", "06")
    assert absorption(np.array(v["inputs"]["Sigma"]), v["inputs"]["k"]) == pytest.approx(v["expected"]["AR"], abs=1e-10)


def test_absorption_rises_above_its_alert_when_everything_starts_to_move_together() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((700, 12))
    x[600:] += 3.0 * rng.standard_normal((100, 1))
    ratio = absorption_ratio(x, window=100)
    shift = absorption_shift(ratio)
    assert abs(shift[599]) < 2 and shift[620:640].min() > 1.0


def test_hamiltons_recessions_are_reproduced_by_filtered_probabilities() -> None:
    v = vector("hamilton_ar4", "08")
    p, e = v["inputs"]["params"], v["expected"]
    moves = np.array([[p["P00"], 1 - p["P00"]], [p["P10"], 1 - p["P10"]]])
    model = Regimes(moves, np.array([p["mu0"], p["mu1"]]), np.array([p["sigma2"] ** 0.5]), np.array(p["phi"]))
    found = regimes(np.array(v["inputs"]["y"]), model)
    assert np.isnan(found.chance[:4]).all()
    assert found.chance[4:, 1] == pytest.approx(np.array(e["filtered_expansion_all"]), abs=1e-5)
    assert found.loglik == pytest.approx(e["loglik"], abs=1e-4)
    printed = vector("hamilton_published_params", "08")["expected"]
    moves = np.array([[0.7550, 0.2450], [0.0951, 0.9049]])
    lags = np.array([0.014, -0.058, -0.247, -0.213])
    model = Regimes(moves, np.array([-0.3577, 1.1643]), np.array([0.7690]), lags)
    assert regimes(np.array(v["inputs"]["y"]), model).loglik == pytest.approx(printed["loglik"], abs=1e-3)
    durations = [printed["expected_duration_recession_q"], printed["expected_duration_expansion_q"]]
    assert model.durations == pytest.approx(durations, abs=1e-9)


@pytest.mark.parametrize("model", [TWO, FOUR], ids=["two with lags", "four without"])
def test_the_regime_filter_equals_summing_over_every_path(model: Regimes) -> None:
    y = np.random.default_rng(0).standard_normal(6)
    k, p = len(model.means), len(model.lags)
    deviation = np.broadcast_to(model.deviation, (k,))
    weight, total = np.zeros(k), 0.0
    for path in product(range(k), repeat=len(y)):
        chance = model.stationary[path[0]]
        for t in range(1, len(y)):
            chance *= model.moves[path[t - 1], path[t]]
        for t in range(p, len(y)):
            error = y[t] - model.means[path[t]]
            error -= sum(model.lags[j] * (y[t - 1 - j] - model.means[path[t - 1 - j]]) for j in range(p))
            s = deviation[path[t]]
            chance *= np.exp(-0.5 * (error / s) ** 2) / (s * np.sqrt(2 * np.pi))
        weight[path[-1]] += chance
        total += chance
    found = regimes(y, model)
    assert found.chance[-1] == pytest.approx(weight / total, abs=1e-12)
    assert found.loglik == pytest.approx(np.log(total), abs=1e-10)
