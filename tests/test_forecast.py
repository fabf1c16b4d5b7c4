"""Forecasts know only what had come true, find what is there, and say nothing without a record."""

import numpy as np
import pytest

from tests.test_backtest import days
from tests.test_policy import closes
from tests.worlds import NOW
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.forecast import AHEAD, RIDGES, Foretold, forecast_views, foretell, volatility, walk_ridge
from tools.policy.panel import decisions, panel
from tools.policy.step import Rules
from tools.policy.walk import EMBARGO

FEE = np.array([0.001, 0.001, 0.001, 0.0])


def told(prices: Array, *ridges: float) -> Foretold:
    rows = decisions(len(prices))
    given = panel(days(len(prices)), prices, np.full(4, 0.25))
    return foretell(prices, rows, given, Rules(FEE, FEE, 3.0), ridges=ridges or RIDGES)


def test_a_fit_uses_only_what_had_come_true() -> None:
    """Each forecast equals a ridge regression done by hand on the rows whose outcome was known an embargo before."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((120, 3, 2)), rng.standard_normal((120, 3))
    found, newest = walk_ridge(x, y, ridge=0.1, first=60, ahead=AHEAD)
    last = 60 - AHEAD - EMBARGO + 1
    flat, outcome = x[:last].reshape(-1, 2), y[:last].ravel()
    gram = flat.T @ flat
    coefficients = np.linalg.solve(gram + 0.1 * np.trace(gram) / 2 * np.eye(2), flat.T @ outcome)
    assert found[60] == pytest.approx(x[60] @ coefficients, abs=1e-9)
    assert np.isnan(found[:60]).all()
    y[last:] = 1e6
    assert walk_ridge(x, y, ridge=0.1, first=60, ahead=AHEAD)[0][60] == pytest.approx(found[60], abs=1e-9)
    assert newest.shape == (2,)


def test_missing_outcomes_take_no_part() -> None:
    rng = np.random.default_rng(1)
    x = rng.standard_normal((100, 2, 2))
    y = x @ np.array([1.0, -0.5])
    y[::3, 1] = np.nan
    _, coefficients = walk_ridge(x, y, ridge=0.0, first=50, ahead=AHEAD)
    assert coefficients == pytest.approx([1.0, -0.5], abs=1e-9)


def test_clustered_volatility_is_forecast_better_than_by_the_last_month() -> None:
    rng = np.random.default_rng(2)
    count, level = 3000, np.zeros(3000)
    for t in range(1, count):
        level[t] = 0.985 * level[t - 1] + 0.12 * rng.standard_normal()
    moves = 0.01 * np.exp(level)[:, None] * rng.standard_normal((count, 3))
    prices = np.c_[np.exp(np.cumsum(moves, axis=0)), np.ones(count)]
    found = volatility(prices, decisions(count), days_a_year=252.0, first=200)
    assert found.error < 0.9 * found.naive
    assert np.isnan(found.yearly[:200]).all()
    truth = 0.01 * np.exp(level[decisions(count)][300:]) * 252**0.5
    assert np.corrcoef(np.log(found.yearly[300:, 0]), np.log(truth))[0, 1] > 0.6


def test_trends_are_forecast_and_believed_and_shuffled_ones_are_not() -> None:
    prices = closes(1, 2400, trend=0.5)
    order = np.random.default_rng(0).permutation(np.diff(np.log(prices), axis=0))
    mixed = np.exp(np.vstack([np.zeros(4), np.cumsum(order, axis=0)]))
    trends, luck = told(prices), told(mixed)
    assert trends.forecaster.ic > 0.05
    assert trends.skill.confidence > 0.2
    assert luck.skill.confidence < 0.05
    z, vol = trends.forecaster.now(prices, days_a_year=252.0)
    assert z.shape == vol.shape == (4,)
    assert np.abs(z).max() <= 3.0
    assert 0.05 < np.nanmean(vol[:3]) < 0.4


def test_the_future_changes_no_earlier_forecast() -> None:
    prices = closes(5, 2000, trend=0.3)
    other = prices.copy()
    other[1900:, :3] *= np.exp(np.cumsum(0.02 * np.random.default_rng(9).standard_normal((100, 3)), axis=0))
    one, two = told(prices, 0.3), told(other, 0.3)
    early = one.run.growth.shape[1] - 25
    assert one.run.growth[0, :early] == pytest.approx(two.run.growth[0, :early], abs=1e-12)
    assert not np.allclose(one.run.growth, two.run.growth)


def test_a_view_is_the_prior_moved_by_skill_volatility_and_score() -> None:
    """Grinold's example: correlation 0.05, volatility 25 %, score 1.5 → 1.875 % a year."""
    prior = {"A": 0.06, "B": 0.0}
    views = forecast_views(
        np.array([1.5, -3.0]), np.array([0.25, 0.2]), prior, ("A", "B"), ic=0.05, confidence=0.3, at=NOW
    )
    assert (views[0].direction, views[0].magnitude) == ("up", pytest.approx(0.06 + 0.01875))
    assert (views[1].direction, views[1].magnitude) == ("down", pytest.approx(0.03))
    assert {v.confidence for v in views} == {0.3}


def test_without_skill_or_data_nothing_is_said() -> None:
    one = (np.array([1.0]), np.array([0.2]), {"A": 0.05}, ("A",))
    assert forecast_views(*one, ic=0.0, confidence=0.3, at=NOW) == ()
    assert forecast_views(*one, ic=0.05, confidence=0.0, at=NOW) == ()
    assert (
        forecast_views(np.array([1.0]), np.array([np.nan]), {"A": 0.05}, ("A",), ic=0.05, confidence=0.3, at=NOW) == ()
    )
    with pytest.raises(DataMissing):
        told(closes(1, 500))
