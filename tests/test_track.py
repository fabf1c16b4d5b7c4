"""Paths of values: hand-solved cases."""

import numpy as np
import pytest

from tools.errors import DataMissing
from tools.track import Track, filled, held, mixed

DAYS = np.array(["2026-01-30", "2026-01-31", "2026-02-02", "2026-02-03"], dtype="datetime64[D]")


def test_gain_and_falls_follow_the_values() -> None:
    track = Track(DAYS, np.array([100.0, 120.0, 90.0, 108.0]))
    assert track.gain == pytest.approx(0.08)
    assert track.falls == pytest.approx([0.0, 0.0, -0.25, -0.1])


def test_a_missing_close_is_valued_at_the_last_one_and_nothing_before_the_first() -> None:
    closes = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, 3.0]])
    assert np.array_equal(filled(closes), [[np.nan, 1.0], [2.0, 1.0], [2.0, 3.0]], equal_nan=True)


def test_holdings_are_valued_from_the_day_all_of_them_have_a_price() -> None:
    closes = np.array([[np.nan, 10.0], [1.0, 10.0], [2.0, 20.0], [3.0, np.nan]])
    track = held(DAYS, closes, np.array([10.0, 1.0]))
    assert list(track.values) == [20.0, 40.0, 50.0]
    assert track.days[0] == DAYS[1]


def test_a_mix_returns_to_its_weights_on_the_first_day_of_a_month_and_pays_for_it() -> None:
    closes = np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    track = mixed(DAYS, closes, np.array([0.5, 0.5]), fee=np.array([0.01, 0.0]))
    # 1.5 on the last of January; on 2 February a quarter moves from the first to the second: 0.25 · 1 % in fees.
    after_fee = 1.5 - 0.25 * 0.01
    assert list(track.values) == pytest.approx([1.0, 1.5, after_fee, after_fee * 1.5])


def test_volatility_is_yearly_and_unknown_for_a_short_path() -> None:
    assert np.isnan(Track(DAYS, np.ones(4)).vol)
    days = np.arange("2020-01-01", "2026-01-01", dtype="datetime64[D]")
    rng = np.random.default_rng(3)
    values = np.exp(np.cumsum(rng.standard_normal(len(days)) * 0.2 / np.sqrt(365.25)))
    assert Track(days, values).vol == pytest.approx(0.2, rel=0.1)


def test_one_price_is_no_path() -> None:
    with pytest.raises(DataMissing):
        held(DAYS[:1], np.ones((1, 2)), np.ones(2))
    with pytest.raises(DataMissing):
        mixed(DAYS, np.ones((4, 2)), np.zeros(2), fee=np.zeros(2))
