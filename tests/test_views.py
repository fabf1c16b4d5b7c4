"""Black–Litterman against its papers, and the properties that hold whatever the numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import NOW, universe
from tools.domain.decision import View
from tools.views import Tension, blend, equilibrium, pick, size, tension

VECTORS = Path(__file__).parent.parent.parent / "shared" / "vectors" / "02_black_litterman.json"


def vectors(prefix: str) -> list[dict[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    return [v for v in json.loads(VECTORS.read_text())["vectors"] if v["id"].startswith(prefix)]


def cov_of(given_inputs: dict[str, Any]) -> np.ndarray:
    if "Sigma" in given_inputs:
        return np.array(given_inputs["Sigma"])
    vol = np.array(given_inputs["vol"])
    return np.array(given_inputs["corr"]) * np.outer(vol, vol)


def test_he_and_litterman_table_2_equilibrium() -> None:
    (v,) = vectors("hl_table2")
    i = v["inputs"]
    prior = equilibrium(cov_of(i), np.array(i["w_eq"]), risk_aversion=i["delta"])
    assert prior == pytest.approx(np.array(v["expected"]["Pi"]), abs=1e-10)


@pytest.mark.parametrize("table", ["hl_table4", "hl_table5", "hl_table7"])
def test_he_and_litterman_tables_with_views(table: str) -> None:
    (v,) = vectors(table)
    i = v["inputs"]
    cov = cov_of(i)
    prior = equilibrium(cov, np.array(i["w_eq"]), risk_aversion=i["delta"])
    scale = np.array(i["omega_scale"], dtype=float)  # Ω = scale · diag(PτΣP'), that is confidence 1 / (1 + scale)
    found = blend(prior, cov, np.array(i["P"]), np.array(i["Q"]), 1 / (1 + scale), tau=i["tau"])
    assert found.mean == pytest.approx(np.array(v["expected"]["mu_bar"]), abs=1e-10)
    weights = np.linalg.solve(i["delta"] * found.cov, found.mean)
    assert weights == pytest.approx(np.array(v["expected"]["w"]), abs=1e-8)


def test_idzorek_confidence_in_closed_form() -> None:
    (v,) = vectors("idz_confidence_omega")
    i = v["inputs"]
    cov, market = cov_of(i), np.array(i["w_mkt"])
    delta = i["risk_premium"] / float(market @ cov @ market)
    prior = equilibrium(cov, market, risk_aversion=delta)
    found = blend(prior, cov, np.array(i["P"]), np.array(i["Q"]), np.array(i["confidence"]), tau=i["tau"])
    assert found.mean == pytest.approx(np.array(v["expected"]["ER"]), abs=1e-9)


@pytest.mark.parametrize("case", ["conflict_agree", "conflict_contradict", "conflict_far"])
def test_theil_names_views_that_contradict(case: str) -> None:
    (v,) = vectors(case)
    i = v["inputs"]
    cov = cov_of(i)
    prior = equilibrium(cov, np.array(i["w_eq"]), risk_aversion=i["delta"])
    found = tension(prior, cov, np.array(i["P"]), np.array(i["Q"]), np.array(i["confidence"]), tau=i["tau"])
    if v["expected"]["theil_p"] >= 0.05:
        assert found is None
        return
    assert found is not None
    assert found.p_value == pytest.approx(v["expected"]["theil_p"], abs=1e-9)
    assert len(found.against) == (case == "conflict_contradict")


SIGMA = np.array([[0.04, 0.01, 0.0], [0.01, 0.09, 0.02], [0.0, 0.02, 0.16]])
PRIOR = np.array([0.03, 0.05, 0.08])


def test_no_views_leave_the_equilibrium() -> None:
    found = blend(PRIOR, SIGMA, np.zeros((0, 3)), np.zeros(0), np.zeros(0), tau=0.05)
    assert np.array_equal(found.mean, PRIOR)


def test_a_view_held_for_certain_holds_exactly_and_none_at_all_moves_nothing() -> None:
    picks, sizes = np.array([[1.0, -1.0, 0.0]]), np.array([0.07])
    sure = blend(PRIOR, SIGMA, picks, sizes, np.array([1.0]), tau=0.05)
    assert picks @ sure.mean == pytest.approx(sizes, abs=1e-12)
    none = blend(PRIOR, SIGMA, picks, sizes, np.array([0.0]), tau=0.05)
    assert np.array_equal(none.mean, PRIOR)


def test_a_redundant_view_moves_no_expected_return() -> None:
    picks = np.array([[1.0, -1.0, 0.0]])
    found = blend(PRIOR, SIGMA, picks, picks @ PRIOR, np.array([0.6]), tau=0.05)
    assert found.mean == pytest.approx(PRIOR, abs=1e-14)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.5, 20.0), st.floats(-0.2, 0.2))
def test_stating_a_view_in_other_units_changes_nothing(confidence: float, scale: float, view: float) -> None:
    picks, sizes, c = np.array([[0.0, 1.0, -1.0]]), np.array([view]), np.array([confidence])
    a = blend(PRIOR, SIGMA, picks, sizes, c, tau=0.05)
    b = blend(PRIOR, SIGMA, scale * picks, scale * sizes, c, tau=0.05)
    assert a.mean == pytest.approx(b.mean, abs=1e-12)


def tense(picks: list[list[float]], sizes: list[float], confidence: list[float]) -> Tension | None:
    return tension(PRIOR, SIGMA, np.array(picks), np.array(sizes), np.array(confidence), tau=0.05)


def test_the_culprit_is_the_view_without_which_the_others_agree_wherever_it_stands() -> None:
    two, odd = [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]], [1.0, 0.0, -1.0]  # the first two imply the third
    for place in range(3):
        picks, sizes = list(two), [-0.03, -0.03]
        picks.insert(place, odd)
        sizes.insert(place, 0.15)
        found = tense(picks, sizes, [0.9] * 3)
        assert found is not None and found.culprit == place and set(found.against) == {0, 1, 2} - {place}


def test_opposite_views_of_the_same_pick_contradict_and_equal_ones_do_not() -> None:
    pick_, up = [1.0, -1.0, 0.0], [0.06, -0.10]
    found = tense([pick_, pick_], up, [0.8, 0.8])
    assert found is not None and {found.culprit, *found.against} == {0, 1}
    assert tense([pick_, pick_], [0.0, 0.0], [0.8, 0.8]) is None


def test_a_bold_view_that_contradicts_nobody_is_named_alone_and_a_mild_one_not_at_all() -> None:
    bold = tense([[0.0, 0.0, 1.0]], [0.9], [0.6])
    assert bold is not None and (bold.culprit, bold.against) == (0, ())
    assert tense([[0.0, 0.0, 1.0]], [0.12], [0.6]) is None
    assert tense([[0.0, 0.0, 1.0]], [0.9], [0.0]) is None  # nobody stands behind it
    assert tension(PRIOR, SIGMA, np.zeros((0, 3)), np.zeros(0), np.zeros(0), tau=0.05) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 20.0))
def test_contradiction_depends_on_no_unit_and_no_order(seed: int, scale: float) -> None:
    r = np.random.default_rng(seed)
    picks, sizes, c = r.normal(size=(3, 3)), r.normal(0.0, 0.2, 3), r.uniform(0.2, 0.9, 3)
    found = tension(PRIOR, SIGMA, picks, sizes, c, tau=0.05)
    order = r.permutation(3)
    turned = tension(PRIOR, SIGMA, scale * picks[order], scale * sizes[order], c[order], tau=0.05)
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert order[turned.culprit] == found.culprit and {order[j] for j in turned.against} == set(found.against)
        assert turned.p_value == pytest.approx(found.p_value, rel=1e-6)


MARKET = np.array([a.market_weight for a in universe().assets], dtype=float)


def test_a_group_view_weights_each_leg_by_the_market() -> None:
    view = View(target="us_stocks", versus="bonds", direction="up", magnitude=0.03, confidence=0.3, said_at=NOW)
    row = pick(view, universe(), MARKET)
    ids = universe().ids
    assert row.sum() == pytest.approx(0.0, abs=1e-12)
    assert row[ids.index("US")] == pytest.approx(0.30 / 0.35) and row[ids.index("KTB")] == pytest.approx(-0.5)


def test_a_view_over_a_quarter_counts_four_times_a_year_and_total_returns_lose_the_riskless_rate() -> None:
    view = View(target="gold", direction="up", magnitude=0.04, horizon_months=3.0, confidence=0.3, said_at=NOW)
    row = pick(view, universe(), MARKET)
    zeros = np.zeros(len(MARKET))
    assert size(view, row, zeros, np.zeros((len(MARKET),) * 2), risk_free=0.01) == pytest.approx(0.15)


def test_a_view_on_what_nothing_carries_is_no_pick() -> None:
    view = View(target="tobacco", direction="down", confidence=0.3, said_at=NOW)
    assert not pick(view, universe(), MARKET).any()
