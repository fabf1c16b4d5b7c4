"""The gate for prices: what is impossible goes, what is real stays, whatever comes later."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults import SINGLE, injected, walk
from tools.arrivals import number, quote, timing
from tools.domain.market import Array
from tools.ticks import AHEAD, clean

SEEDS = st.integers(0, 10_000)
NOW = datetime(2026, 3, 31, tzinfo=UTC)


def reasons(*prices: float | None, signed: bool = False) -> list[str]:
    column = np.array([[np.nan if p is None else p] for p in prices])
    gate = clean(column, signed=[signed])
    return [gate.reason(t, 0) for t in range(len(column))]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([0.004, 0.015, 0.04]))
def test_clean_prices_come_out_as_they_went_in(seed: int, volatility: float) -> None:
    prices = walk(np.random.default_rng(seed), 300, 4, volatility=volatility)
    gate = clean(prices)
    assert np.array_equal(gate.values, prices) and (gate.factors == 1.0).all()


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_faults_are_taken_out_and_every_other_price_stays_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prices = walk(rng, 400, 3)
    dirty, hit = injected(prices, rng)
    gate = clean(dirty)
    assert np.isnan(gate.values[hit]).all()
    assert np.array_equal(gate.values[~hit], prices[~hit])


@settings(max_examples=60, deadline=None)
@given(
    SEEDS,
    st.one_of(st.floats(0.3, 0.315), st.floats(0.35, 0.47), st.floats(0.54, 0.64), st.floats(0.69, 0.8)),
    st.booleans(),
)
def test_a_crash_that_stays_is_kept_alone_or_with_its_peers(seed: int, left: float, together: bool) -> None:
    rng = np.random.default_rng(seed)
    prices = walk(rng, 200, 4, volatility=0.01)
    # Not close to a half or a third: there, prices alone cannot tell a crash from a split.
    prices[120:] = prices[119] * np.exp(np.cumsum(rng.normal(0, 0.04, (80, 4)), axis=0))
    prices[120:] *= prices[119] / prices[120]
    fallen = slice(None) if together else slice(0, 1)
    prices[120:, fallen] *= left
    gate = clean(prices)
    assert np.array_equal(gate.values[120:, fallen], prices[120:, fallen])
    assert gate.reason(120, 0) == "shock"


def test_a_crash_that_the_peers_share_is_kept_even_when_the_next_day_takes_it_back() -> None:
    prices = walk(np.random.default_rng(3), 200, 4, volatility=0.008)
    prices[120] *= 0.85
    assert np.array_equal(clean(prices).values, prices)
    alone = walk(np.random.default_rng(3), 200, 4, volatility=0.008)
    alone[120, 0] *= 0.85
    assert np.isnan(clean(alone).values[120, 0])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 50.0, 0.5, 0.2, 0.1]), st.integers(40, 190))
def test_a_split_leaves_no_jump_and_the_prices_it_would_have_had(seed: int, ratio: float, row: int) -> None:
    prices = walk(np.random.default_rng(seed), 200, 3, volatility=0.01)
    raw = prices.copy()
    raw[row:, 1] /= ratio
    gate = clean(raw)
    assert gate.values == pytest.approx(prices, rel=1e-12)
    assert "shock" not in {gate.reason(t, k) for t in range(200) for k in range(3)}


@pytest.mark.parametrize("ratio", [100.0, 1000.0, 0.01, 0.001])
@pytest.mark.parametrize("length", [2, 4, 5, 6, 30])
def test_a_stretch_in_another_unit_is_taken_out_or_brought_back(ratio: float, length: int) -> None:
    prices = walk(np.random.default_rng(5), 200, 2)
    raw = prices.copy()
    raw[100 : 100 + length, 0] *= ratio
    gate = clean(raw)
    known = np.isfinite(gate.values)
    assert gate.values[known] == pytest.approx(prices[known], rel=1e-12)
    assert known[:100].all() and known[100 + length :].all() and known[:, 1].all()
    assert np.array_equal(gate.values[100 + length :], prices[100 + length :])


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(20, 299))
def test_a_row_rests_on_no_row_more_than_five_later(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    dirty, _ = injected(walk(rng, 300, 3), rng, every=20)
    whole, part = clean(dirty), clean(dirty[:count])
    sure = count if whole.settled(count) else max(0, count - AHEAD)
    assert np.array_equal(whole.values[:sure], part.values[:sure], equal_nan=True)
    assert np.array_equal(whole.codes[:sure], part.codes[:sure])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(), min_size=2, max_size=2), min_size=1, max_size=12))
def test_nothing_that_is_no_price_gets_through(rows: list[list[float]]) -> None:
    prices = np.array(rows)
    with np.errstate(all="ignore"):
        gate = clean(prices)
    assert not np.isinf(gate.values).any() and not (gate.values <= 0).any()


def test_the_order_of_the_assets_changes_nothing() -> None:
    rng = np.random.default_rng(11)
    dirty, _ = injected(walk(rng, 400, 5), rng, every=30)
    order = rng.permutation(5)
    assert np.array_equal(clean(dirty).values[:, order], clean(dirty[:, order]).values, equal_nan=True)


@pytest.mark.parametrize(
    ("prices", "last"),
    [
        ((50, 49, 38), "shock"),
        ((200, 201, 100.6), "split"),
        ((100, 101, 10150), "unit_scaled"),
        ((70000, 70100, 70.2), "unit_scaled"),
        ((1000, 1004, 100.2), "unconfirmed"),
        ((10, 10.1, 45.7), "unconfirmed"),
        ((10, 0), "zero"),
        ((10, -2), "negative"),
        ((10, None), "missing"),
        ((10, float("inf")), "not_finite"),
        ((10, 10.5), ""),
    ],
)
def test_the_last_price_is_judged_without_waiting(prices: tuple[float | None, ...], last: str) -> None:
    assert reasons(*prices)[-1] == last
    assert set(reasons(*prices)[:-1]) == {""}


def test_oil_below_nothing_survives_and_a_lost_sign_does_not() -> None:
    assert reasons(18.31, -36.98, 8.91, 13.64, 15.06, signed=True)[1] == ""
    assert reasons(18.31, -18.31, 18.4, 18.2, signed=True)[1] == "sign"
    assert reasons(18.31, -36.98, 8.91)[1] == "negative"


def test_a_close_that_only_repeats_itself_is_stale_in_an_asset_that_moves_and_not_in_one_that_never_does() -> None:
    prices = walk(np.random.default_rng(2), 100, 2)
    prices[60:68, 0] = prices[60, 0]
    prices[:, 1] = 100.0
    gate = clean(prices)
    assert [gate.reason(t, 0) for t in (60, 61, 67, 68)] == ["", "stale", "stale", ""]
    assert np.isfinite(gate.values[:, 1]).all()


def test_a_share_worth_a_few_ticks_may_move_by_whole_ticks() -> None:
    ticks: Array = np.array([8, 8, 9, 8, 8, 8, 9, 9, 8, 8] * 12, dtype=float).reshape(-1, 1)
    ticks[100:103, 0] = [8, 9, 8]
    assert np.array_equal(clean(ticks / 8).values, ticks / 8)


def test_a_bad_first_price_does_not_rescale_the_rest() -> None:
    for fault in ("hundredfold", "decimal_down", "double", "half"):
        prices = walk(np.random.default_rng(8), 80, 2)
        raw = prices.copy()
        raw[0, 0] = SINGLE[fault](float(prices[0, 0]))
        gate = clean(raw)
        assert np.isnan(gate.values[0, 0]), fault
        assert np.array_equal(gate.values[1:], prices[1:]), fault


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [(None, "missing"), ("10", "text"), (True, "text"), (float("nan"), "not_finite"), (10**400, "not_finite"), (3, "")],
)
def test_a_cell_is_a_number_or_says_why_not(raw: object, wrong: str) -> None:
    assert number(raw)[1] == wrong


@pytest.mark.parametrize(
    ("bid", "ask", "wrong"),
    [(11, 10, "crossed"), (10, 10, ""), (10, 10.1, ""), (0, 10, "zero"), (-1, 10, "negative"), (None, 1, "missing"),
     (10, 20, "wide"), (10, float("inf"), "not_finite")],
)  # fmt: skip
def test_a_quote_is_whole_or_says_why_not(bid: object, ask: object, wrong: str) -> None:
    assert quote(bid, ask) == wrong


def test_ticks_of_the_future_doubled_late_and_old_ones_are_named() -> None:
    hour = timedelta(hours=1)
    times = [NOW - 3 * hour, NOW - 2 * hour, NOW - 2 * hour, NOW - 4 * hour, NOW + hour]
    assert timing(times, NOW, max_age=timedelta(days=4)) == ["", "", "duplicate", "out_of_order", "future"]
    assert timing(times, NOW, max_age=hour)[1] == "stale"


@pytest.mark.parametrize("move", [-0.08, -0.05, 0.03, 0.05])
@pytest.mark.parametrize("ratio", [2.0, 3.0, 5.0, 50.0, 0.2])
def test_a_split_on_a_day_that_moves_the_whole_market_is_no_alarm(move: float, ratio: float) -> None:
    for seed in range(5):
        prices = walk(np.random.default_rng(seed), 200, 8)
        prices[120:] *= np.exp(move)
        raw = prices.copy()
        raw[120:, 0] /= ratio
        gate = clean(raw)
        assert gate.reason(120, 0) == "split" and gate.values == pytest.approx(prices, rel=1e-9)


def test_a_fall_by_half_of_a_wild_share_with_wild_days_after_it_is_no_split() -> None:
    rng = np.random.default_rng(3)
    steps = rng.normal(0.0, 0.045, 200)
    steps[120] = np.log(0.49)
    steps[121:126] = [0.09, -0.07, 0.1, -0.08, 0.06]
    prices = 100 * np.exp(np.cumsum(steps)).reshape(-1, 1)
    gate = clean(prices)
    assert gate.reason(120, 0) == "shock" and (gate.factors == 1.0).all()


def test_a_price_that_a_second_source_gives_too_stays_however_odd() -> None:
    prices = walk(np.random.default_rng(4), 100, 1)
    prices[60] *= 3.0
    confirmed = np.zeros(prices.shape, dtype=np.bool_)
    assert np.isnan(clean(prices).values[60, 0])
    confirmed[60] = True
    assert np.array_equal(clean(prices, confirmed=confirmed).values, prices)


def test_a_price_that_halves_is_no_split_where_the_source_tells_of_splits_and_told_of_none() -> None:
    prices = walk(np.random.default_rng(4), 200, 2)
    raw = prices.copy()
    raw[60:, 0] /= 4.0
    raw[140:, 0] /= 2.0
    told = np.full(raw.shape, np.nan)
    told[60, 0] = 4.0
    gate = clean(raw, announced=told)
    assert gate.reason(60, 0) == "split" and gate.reason(140, 0) == "shock"
    assert gate.values[140:, 0] == pytest.approx(4.0 * raw[140:, 0])
    told[140, 0] = 2.0
    assert clean(raw, announced=told).values == pytest.approx(prices)


def test_an_announced_split_is_undone_at_once_and_changes_nothing_where_prices_already_know_it() -> None:
    prices = walk(np.random.default_rng(5), 100, 1, volatility=0.01)
    told = np.full(prices.shape, np.nan)
    told[99] = 1.5
    raw = prices.copy()
    raw[99] *= 0.97 / 1.5
    gate = clean(raw, announced=told)
    assert gate.reason(99, 0) == "split" and gate.values[99, 0] == pytest.approx(0.97 * prices[99, 0])
    assert np.array_equal(clean(prices, announced=told).values, prices)
