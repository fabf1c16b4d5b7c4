"""Covariance from prices: published shrinkage, gaps never filled, nothing from the future."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import DataMissing
from tools.moments import covariance, ledoit_wolf, nearest_psd, weekly_returns

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
