"""Triggers: they ring when volatility changes, rarely when it does not, as rarely as they say, and never look ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.domain.market import Array
from tools.errors import DataMissing
from tools.gauges import FIRST, Budgets, returns_of
from tools.resample import standardised, stationary_blocks
from tools.triggers import Alarm, alarms, drift_rate

N = 4
EQUAL = np.full(N, 1.0 / N)


def world(seed: int, days: int, *, tails: float = 5.0, wild: slice | None = None, size: float = 3.0) -> Array:
    """Prices of four related assets with fat tails and one volatility, times `size` within `wild`."""
    rng = np.random.default_rng(seed)
    shocks = 0.6 * rng.standard_normal((days, 1)) + 0.8 * rng.standard_normal((days, N))
    shocks *= np.sqrt((tails - 2.0) / rng.chisquare(tails, (days, 1)))
    if wild is not None:
        shocks[wild] *= size
    return np.asarray(100.0 * np.exp(np.cumsum(0.01 * shocks, axis=0)))


def test_a_jump_of_volatility_is_noticed_within_a_month_by_more_than_one_gauge() -> None:
    prices = world(1, 900, wild=slice(700, 760))
    found = [a for a in alarms(prices, EQUAL) if a.row >= 700]
    assert {a.trigger for a in found} >= {"volatility", "turbulence"}
    assert found[0].row < 720


def test_without_a_change_it_rings_as_rarely_as_promised_and_printed() -> None:
    years = 0.0
    rung: list[Alarm] = []
    for seed in range(5):
        prices = world(seed, 1300)
        years += (len(prices) - FIRST) / 252
        rung += alarms(prices, EQUAL)
    assert len(rung) / years <= 0.5
    for name in {a.trigger for a in rung}:
        own = [a for a in rung if a.trigger == name]
        expected = float(np.mean([a.rate.high for a in own])) * years
        assert len(own) <= expected + 2.0 * expected**0.5 + 1.0  # Poisson


def test_every_alarm_states_a_rate_within_its_interval_and_its_budget() -> None:
    budgets = Budgets()
    found = alarms(world(2, 1200, wild=slice(600, 700)), EQUAL)
    assert found
    for a in found:
        assert 0.0 <= a.rate.low <= a.rate.value <= a.rate.high
        assert a.rate.value <= getattr(budgets, a.trigger)
        assert a.row >= FIRST
        assert a.value > 0


def test_it_does_not_ring_twice_for_one_storm() -> None:
    found = [a for a in alarms(world(3, 900, wild=slice(600, 640)), EQUAL) if a.trigger == "volatility"]
    assert len(found) == 1


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(FIRST + 2, 640))
def test_no_alarm_rests_on_a_later_row(seed: int, cut: int) -> None:
    prices = world(seed, 650, wild=slice(400, 440))
    whole = [a for a in alarms(prices, EQUAL) if a.row < cut]
    assert whole == list(alarms(prices[:cut], EQUAL))


def test_one_asset_has_no_correlation_and_less_than_a_year_no_alarm() -> None:
    prices = world(4, 700, wild=slice(500, 560))[:, :1]
    assert {a.trigger for a in alarms(prices, np.ones(1))} <= {"volatility", "drawdown"}
    with pytest.raises(DataMissing):
        alarms(prices[:FIRST], np.ones(1))


def test_assets_that_become_one_ring_for_their_correlation() -> None:
    rng = np.random.default_rng(5)
    apart = rng.standard_normal((700, 6))
    apart[500:] = 0.97 * apart[500:, :1] + 0.24 * apart[500:]
    apart[500:] /= apart[500:].std(axis=0)
    found = alarms(np.exp(np.cumsum(0.01 * apart, axis=0)), np.full(6, 1 / 6))
    first = next(a for a in found if a.trigger == "correlation")
    assert 500 <= first.row < 560
    assert first.value > 0.2


def test_days_on_which_most_assets_have_no_price_are_no_days() -> None:
    prices = world(6, 40)
    prices[10, :3] = np.nan
    prices[20, :1] = np.nan
    returns, rows = returns_of(prices)
    assert 10 not in rows
    assert 20 in rows
    assert returns[list(rows).index(20), 0] == 0.0
    assert returns[list(rows).index(11), 0] == pytest.approx(prices[11, 0] / prices[9, 0] - 1)


def test_the_order_of_assets_changes_no_alarm() -> None:
    prices = world(7, 800, wild=slice(600, 640))
    keys = [(a.row, a.trigger) for a in alarms(prices, EQUAL)]
    assert keys == [(a.row, a.trigger) for a in alarms(prices[:, ::-1], EQUAL)]


def test_returns_without_change_keep_a_deviation_of_one() -> None:
    rng = np.random.default_rng(8)
    scaled = standardised(0.01 * rng.standard_normal(4000), decay=0.97)
    assert np.isnan(scaled[:20]).all()
    assert np.nanstd(scaled) == pytest.approx(1.0, abs=0.05)


def test_blocks_keep_neighbours_together() -> None:
    rng = np.random.default_rng(9)
    drawn = stationary_blocks(np.arange(50), 1000, 400, mean_block=20, rng=rng)
    assert (drawn[:, 0] == np.arange(50)).all()
    assert (np.diff(drawn, axis=1) % 1000 == 1).mean() == pytest.approx(0.95, abs=0.01)


def test_a_wide_band_is_left_less_often_by_drift() -> None:
    returns, _ = returns_of(world(10, 600))
    members = np.array([1.0, 0.0, 0.0, 0.0])
    rates = [drift_rate(returns, EQUAL, members, edge=0.25 + b, above=True).value for b in (0.01, 0.03, 0.08)]
    assert rates[0] > rates[1] > rates[2]
    assert drift_rate(returns, EQUAL, members, edge=0.22, above=False).value > 0


@settings(max_examples=12)
@given(seed=st.integers(0, 500), back=st.integers(1, 60), wild=st.booleans())
def test_asking_about_the_last_days_only_gives_the_same_alarms(seed: int, back: int, wild: bool) -> None:
    prices = world(seed, 900, wild=slice(780, 880) if wild else None)
    since = len(prices) - back
    assert alarms(prices, EQUAL, since=since) == tuple(a for a in alarms(prices, EQUAL) if a.row >= since)
