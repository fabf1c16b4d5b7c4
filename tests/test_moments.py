"""Covariance from prices: published shrinkage, gaps never filled, nothing from the future."""

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import ASSUMPTIONS, facts, inputs, market
from tools.decide import decide
from tools.domain.decision import RiskModel
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.moments import (
    clip_noise,
    covariance,
    ewma_covariance,
    ledoit_wolf,
    ledoit_wolf_identity,
    ledoit_wolf_nonlinear,
    nearest_psd,
    noise_edges,
    weekly_returns,
)
from tools.optimise import FactorCovariance, Limits, min_variance

VECTORS = Path(__file__).parent.parent.parent / "shared" / "vectors" / "04_covariance_signal.json"


def test_published_constant_correlation_shrinkage() -> None:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    vectors = {v["id"]: v for v in json.loads(VECTORS.read_text())["vectors"]}
    vector = vectors["a_lw_constcorr"]
    x = vector["inputs"]["X"]
    x = np.array(x if not isinstance(x, str) else vectors["a_lw_identity"]["inputs"]["X"])
    cov, share = ledoit_wolf(x)
    assert share == pytest.approx(vector["expected"]["shrinkage"], abs=1e-9)
    assert cov == pytest.approx(np.array(vector["expected"]["cov"]), rel=1e-8)


def days(count: int) -> np.ndarray:
    return np.arange("2020-01-01", "2040-01-01", dtype="datetime64[D]")[:count]


def test_weekly_returns_compare_last_closes_seven_days_apart() -> None:
    closes = np.arange(1.0, 29.0)[:, None]
    found = weekly_returns(days(28), closes, weeks=3)
    assert found[:, 0] == pytest.approx([14 / 7 - 1, 21 / 14 - 1, 28 / 21 - 1])


def test_a_week_without_a_close_has_no_return() -> None:
    closes = np.arange(1.0, 29.0)[:, None]
    closes[14:21] = np.nan
    found = weekly_returns(days(28), closes, weeks=3)
    assert np.isnan(found[1:, 0]).all() and np.isfinite(found[0, 0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.0, 0.4))
def test_the_covariance_is_positive_semi_definite_whatever_is_missing(seed: int, missing: float) -> None:
    rng = np.random.default_rng(seed)
    returns = rng.standard_normal((150, 6)) * 0.02
    returns[rng.random(returns.shape) < missing] = np.nan
    found = covariance(returns, tuple("abcdef"))
    assert np.linalg.eigvalsh(found.matrix).min() >= -1e-15


MODELS: tuple[RiskModel, ...] = get_args(RiskModel)


@pytest.mark.parametrize("how", MODELS)
@pytest.mark.parametrize("missing", [0.0, 0.005, 0.3])
def test_every_risk_model_finds_the_risk_that_is_there(how: RiskModel, missing: float) -> None:
    rng = np.random.default_rng(4)
    vol = np.linspace(0.1, 0.4, 12)
    true = (0.4 + 0.6 * np.eye(12)) * np.outer(vol, vol)
    returns = rng.standard_normal((900, 12)) @ np.linalg.cholesky(true).T / np.sqrt(52.1775)
    returns[rng.random(returns.shape) < missing] = np.nan
    found = covariance(returns, tuple("abcdefghijkl"), how=how).matrix
    assert np.linalg.eigvalsh(found).min() > -1e-15
    assert np.linalg.norm(found - true) < 0.25 * np.linalg.norm(true)


def test_the_risk_model_is_an_assumption_of_the_decision_and_each_leads_to_another() -> None:
    targets = {}
    for how in MODELS:
        told = ASSUMPTIONS.model_copy(update={"risk_model": how})
        decision = decide(facts(market(1), inputs(more={"assumptions": told})))
        targets[how] = tuple(sorted(decision.target.items()))
        assert sum(decision.proposal.target.values()) == pytest.approx(1.0, abs=1e-9)
    assert len(set(targets.values())) == len(MODELS)
    assert targets["constant_correlation"] == tuple(sorted(decide(facts(market(1), inputs())).target.items()))


def test_cash_has_no_variance_and_disturbs_nobody() -> None:
    rng = np.random.default_rng(0)
    returns = rng.standard_normal((100, 3)) * 0.02
    with_cash = np.column_stack([returns, np.zeros(100)])
    found = covariance(with_cash, ("a", "b", "c", "cash")).matrix
    assert np.array_equal(found[:3, :3], covariance(returns, ("a", "b", "c")).matrix)
    assert not found[3].any() and not found[:, 3].any()


def test_too_short_a_history_is_named() -> None:
    returns = np.full((60, 2), 0.01)
    returns[:40, 1] = np.nan
    returns[:, 0] += np.arange(60) * 1e-4
    with pytest.raises(DataMissing) as caught:
        covariance(returns, ("old", "young"))
    assert caught.value.names == ("young",)


def test_repair_reports_how_much_it_changed() -> None:
    broken = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    mended, change = nearest_psd(broken)
    assert change > 0.1 and np.linalg.eigvalsh(mended).min() > 0
    assert nearest_psd(np.eye(3)) == (pytest.approx(np.eye(3)), 0.0)


def published(name: str) -> tuple[Array, dict[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    vectors = {v["id"]: v for v in json.loads(VECTORS.read_text())["vectors"]}
    return np.array(vectors["a_lw_identity"]["inputs"]["X"]), vectors[name]["expected"]


def dense(cov: FactorCovariance) -> Array:
    return np.asarray((cov.loadings * cov.factors) @ cov.loadings.T + np.diag(cov.specific))


def test_published_identity_shrinkage() -> None:
    x, expected = published("a_lw_identity")
    cov, share = ledoit_wolf_identity(x)
    assert share == pytest.approx(expected["shrinkage"], abs=1e-10)
    assert cov == pytest.approx(np.array(expected["cov"]), rel=1e-8)


def test_published_nonlinear_shrinkage() -> None:
    x, expected = published("a_lw_nonlinear")
    cov = ledoit_wolf_nonlinear(x)
    assert np.linalg.eigvalsh(cov) == pytest.approx(np.array(expected["eigenvalues"]), rel=1e-7)
    assert cov == pytest.approx(np.array(expected["cov"]), rel=1e-7)


def test_published_exponential_average() -> None:
    x, expected = published("a_ewma")
    half_life = float(np.log(0.5) / np.log(0.94))
    cov = ewma_covariance(x, vol_half_life=half_life, correlation_half_life=half_life)
    assert cov == pytest.approx(np.array(expected["cov"]), rel=1e-9)


def test_published_noise_clipping_and_edges() -> None:
    x, expected = published("a_mp_clip")
    cov = clip_noise(x)
    assert noise_edges(*x.shape)[1] == pytest.approx(expected["lambda_plus"], abs=1e-10)
    assert cov.loadings.shape[1] == expected["n_signal"]
    full = dense(cov)
    deviation = np.sqrt(np.diag(full))
    assert deviation == pytest.approx(x.std(axis=0), rel=1e-12)
    assert full / np.outer(deviation, deviation) == pytest.approx(np.array(expected["corr"]), abs=1e-9)
    assert noise_edges(1000, 250) == pytest.approx((0.25, 2.25), abs=1e-12)


@pytest.mark.parametrize("shape", [(60, 90), (90, 60)])
def test_clipping_gives_the_same_matrix_from_the_smaller_product(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    x = rng.standard_normal((shape[0], 1)) + rng.standard_normal(shape)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    values, vectors = np.linalg.eigh(z.T @ z / len(x))
    noise = values <= noise_edges(*shape)[1]
    values[noise] = values[noise].mean()
    plain = (vectors * values) @ vectors.T
    plain /= np.sqrt(np.outer(np.diag(plain), np.diag(plain)))
    found = clip_noise(x)
    assert dense(found) == pytest.approx(plain * np.outer(x.std(axis=0), x.std(axis=0)), abs=1e-12)
    limits = Limits.long_only(shape[1])
    factored, full = min_variance(found, limits=limits), min_variance(dense(found), limits=limits)
    assert factored.weights == pytest.approx(full.weights, abs=1e-9)


def test_nonlinear_shrinkage_survives_more_assets_than_returns_and_beats_the_sample() -> None:
    rng = np.random.default_rng(6)
    true = np.diag(rng.uniform(0.5, 2.0, 80))
    for count in (60, 240):
        x = rng.standard_normal((count, 80)) @ np.sqrt(true)
        found = ledoit_wolf_nonlinear(x)
        assert np.linalg.eigvalsh(found).min() > 0
        assert np.linalg.norm(found - true) < 0.6 * np.linalg.norm(np.cov(x.T) - true)
    with pytest.raises(DataMissing):
        ledoit_wolf_nonlinear(x[:11])


def test_volatility_forgets_faster_than_correlation() -> None:
    rng = np.random.default_rng(7)
    calm = rng.standard_normal((500, 1)) + 0.3 * rng.standard_normal((500, 2))
    wild = 5.0 * rng.standard_normal((20, 2))
    x = np.vstack([calm, wild])
    found = ewma_covariance(x, vol_half_life=10, correlation_half_life=500)
    fast = ewma_covariance(x, vol_half_life=10, correlation_half_life=10)
    assert np.diag(found) == pytest.approx(np.diag(fast), rel=1e-12)
    assert found[0, 1] / np.sqrt(found[0, 0] * found[1, 1]) > fast[0, 1] / np.sqrt(fast[0, 0] * fast[1, 1]) + 0.1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.0, 0.5))
def test_exponential_averages_stay_positive_semi_definite_whatever_is_missing(seed: int, missing: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((80, 5)) * 0.02
    x[rng.random(x.shape) < missing] = np.nan
    found = ewma_covariance(x, vol_half_life=20, correlation_half_life=60)
    assert np.linalg.eigvalsh(found).min() > -1e-15


def test_the_newest_close_of_each_week_counts_whatever_is_missing() -> None:
    rng = np.random.default_rng(8)
    closes = rng.uniform(50, 150, (200, 3))
    closes[rng.random(closes.shape) < 0.6] = np.nan
    dates = days(200)
    found = weekly_returns(dates, closes, weeks=20)
    for back in range(20):
        for i in range(3):
            now, before = (closes[200 - 7 * (b + 1) : 200 - 7 * b or None, i] for b in (back, back + 1))
            now, before = now[np.isfinite(now)], before[np.isfinite(before)]
            expected = now[-1] / before[-1] - 1 if len(now) and len(before) else np.nan
            assert found[19 - back, i] == pytest.approx(expected, nan_ok=True)
