"""The past replayed: money is conserved, the future is not seen, and every figure carries its error."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import ASSUMPTIONS, book, inputs, limit, market, universe
from tools.backtest import BLOCK, Walk, baselines, compare, fixed_mix, known_before, walk_forward
from tools.domain.market import Array, Days, Market
from tools.errors import DataMissing
from tools.performance import Path, figures, sharpe_lead
from tools.track import mixed

HOUSE = {"assumptions": ASSUMPTIONS.model_copy(update={"min_trade": 0.002})}
START = book(KRW="100000000")


def days(count: int) -> Days:
    calendar = np.arange("2000-01-01", "2050-01-01", dtype="datetime64[D]")
    return calendar[np.is_busday(calendar)][:count]


def prices(seed: int, count: int, n: int) -> Array:
    rng = np.random.default_rng(seed)
    moves = rng.standard_normal((count, 1)) * 0.006 + rng.standard_normal((count, n)) * rng.uniform(0.005, 0.02, n)
    return np.asarray(100.0 * np.exp(np.cumsum(moves + 0.0002, axis=0)))


def day_by_day(closes: Array, target: Array, width: Array, fee: Array, lot: Array | None) -> tuple[Array, Array, int]:
    """The same rule one day at a time, with the trading cost found by bisection instead of iteration."""
    units, cash = np.zeros(len(target)), 1e6
    values, costs, trades = [], [], 0
    for t, price in enumerate(closes):
        worth = float(units @ price) + cash
        cost = 0.0
        if t == 0 or (np.abs(units * price - worth * target) > worth * width).any():
            trades += 1
            low, high = 0.9 * worth, worth
            for _ in range(200):
                middle = 0.5 * (low + high)
                left = worth - float(np.abs(target * middle - units * price) @ fee)
                low, high = (middle, high) if left > middle else (low, middle)
            new = target * 0.5 * (low + high) / price
            if lot is not None:
                new = np.floor(new / lot + 1e-12) * lot
            cost = float(np.abs((new - units) * price) @ fee)
            cash -= float((new - units) @ price) + cost
            units = new
        values.append(float(units @ price) + cash)
        costs.append(cost)
    return np.array(values), np.array(costs), trades


@pytest.mark.parametrize("lots", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_jumping_to_the_next_breach_equals_looking_every_day(seed: int, lots: bool) -> None:
    n, count = 6, 4 * BLOCK + 17
    closes, fee = prices(seed, count, n), np.full(n, 0.001)
    target = np.random.default_rng(seed).dirichlet(np.full(n, 5.0))
    width, lot = 0.15 * target, np.full(n, 1.0) if lots else None
    found = fixed_mix(days(count), closes, target, width=width, fee=fee, lot=lot, start=1e6)
    values, costs, trades = day_by_day(closes, target, width, fee, lot)
    assert trades > 3 and (found.costs > 0).sum() == trades
    assert found.values == pytest.approx(values, rel=1e-12)
    assert found.costs == pytest.approx(costs, rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.booleans(), st.floats(0.0, 0.01))
def test_money_is_conserved_through_every_trade(seed: int, lots: bool, fee: float) -> None:
    n = 5
    closes = prices(seed, 300, n)
    target = np.random.default_rng(seed).dirichlet(np.full(n, 3.0))
    lot = np.full(n, 0.5) if lots else None
    free = fixed_mix(days(300), closes, target, width=0.1 * target, fee=np.full(n, fee), lot=lot, start=1e4)
    assert free.costs == pytest.approx(fee * free.traded, rel=1e-12)
    # A day's value differs from the day before by price moves of what was held and by costs, and by nothing else: with
    # unchanged prices only costs remain.
    still = fixed_mix(days(2), closes[[7, 7]], target, width=0.1 * target, fee=np.full(n, fee), lot=lot, start=1e4)
    assert still.values[0] == pytest.approx(1e4 - still.costs[0], rel=1e-12)
    assert still.values[1] == pytest.approx(still.values[0], rel=1e-15)


def test_without_fees_a_mix_that_never_breaches_is_buy_and_hold() -> None:
    closes = prices(1, 400, 3)
    target = np.array([0.5, 0.3, 0.2])
    found = fixed_mix(days(400), closes, target, width=np.full(3, np.inf), fee=np.zeros(3))
    assert found.values == pytest.approx(closes / closes[0] @ target, rel=1e-12)
    assert found.traded[1:].sum() == 0


def test_whole_lots_leave_the_rest_in_cash_and_never_borrow() -> None:
    closes = np.array([[30.0, 70.0], [30.0, 70.0]])
    found = fixed_mix(days(2), closes, np.array([0.5, 0.5]), width=np.full(2, np.inf), fee=np.full(2, 0.01),
                      lot=np.ones(2), start=100.0)  # fmt: skip
    assert found.traded[0] == 30.0 and found.values[0] == pytest.approx(99.7)  # one of the first, none of the second


def test_a_missing_price_is_refused_by_position() -> None:
    closes = prices(0, 50, 3)
    closes[20, 1] = np.nan
    with pytest.raises(DataMissing) as caught:
        fixed_mix(days(50), closes, np.full(3, 1 / 3), width=np.full(3, 0.1), fee=np.zeros(3))
    assert caught.value.names == ("1",)


def test_a_fixed_mix_over_twenty_years_rebalances_when_its_band_is_left() -> None:
    closes, target = prices(3, 5040, 20), np.full(20, 0.05)
    found = fixed_mix(days(5040), closes, target, width=0.25 * target, fee=np.full(20, 0.001))
    assert (found.costs > 0).sum() > 50


def test_a_review_sees_closes_before_its_day_and_prices_of_its_day() -> None:
    world = market(1)
    seen = known_before(world, 600, weeks=50)
    assert seen.days[-1] == world.days[599] and len(seen.days) <= 350
    assert float(seen.quotes["US"].price) == pytest.approx(world.closes[600, 0], abs=1e-12)
    assert float(seen.fx_now["USD"]) == pytest.approx(world.fx["USD"][600], abs=1e-12)


def walk(world: Market, first: int = 600) -> Walk:
    return walk_forward(world, inputs(limit("s1", "max", "bitcoin", 0.02), more=HOUSE), "KRW", book=START, first=first)


@pytest.mark.parametrize("cut", [640, 700, 760])
def test_shifting_the_future_changes_nothing_before_it(cut: int) -> None:
    world = market(1, days=820)
    rng = np.random.default_rng(cut)
    closes = world.closes.copy()
    closes[cut:, :7] *= np.exp(rng.standard_normal((820 - cut, 7)))
    other = replace(world, closes=closes, fx={"KRW": world.fx["KRW"], "USD": np.r_[world.fx["USD"][:cut],
                    world.fx["USD"][cut:] * 2]})  # fmt: skip
    plain, shifted = walk(world), walk(other)
    before = cut - 600
    for a, b in (
        (plain.path.values, shifted.path.values),
        (plain.path.traded, shifted.path.traded),
        (plain.path.costs, shifted.path.costs),
    ):
        np.testing.assert_array_equal(a[:before], b[:before])
    assert not np.array_equal(plain.path.values[before:], shifted.path.values[before:])


def test_the_loop_conserves_money_and_keeps_whole_lots() -> None:
    world = market(2, days=800)
    found = walk(world)
    last = known_before(world, 799, weeks=1)
    worth = sum(
        (p.units * last.quotes[a].price * last.rate(world.universe[a].currency, "KRW")
         for a, p in found.book.positions.items()), Decimal(0),
    )  # fmt: skip
    assert found.path.values[-1] == pytest.approx(float(worth), rel=1e-12)
    assert all(p.units % universe()[a].lot == 0 and p.units > 0 for a, p in found.book.positions.items())
    # On the first day nothing but costs can have changed the money.
    first = walk(replace(world, days=world.days[:601], closes=world.closes[:601],
                         fx={c: x[:601] for c, x in world.fx.items()}))  # fmt: skip
    assert first.path.traded[0] > 0
    assert first.path.values[0] == pytest.approx(1e8 - first.path.costs[0], rel=1e-12)


def test_reviews_are_monthly_and_one_that_cannot_decide_says_why() -> None:
    world = market(1, days=800)
    closes = world.closes.copy()
    gap = np.flatnonzero(world.days.astype("datetime64[M]") == world.days[700].astype("datetime64[M]"))
    closes[gap[0] - 15 : gap[0] + 5, 0] = np.nan  # no price of a holding for three weeks
    found = walk(replace(world, closes=closes))
    months = found.reviews.astype("datetime64[M]")
    assert len(set(months)) == len(months) == len(set(world.days[600:].astype("datetime64[M]")))
    assert [(s.day, s.code, s.names) for s in found.skipped] == [(world.days[gap[0]], "no_price", ("US",))]
    assert found.path.traded[gap[0] - 600] == 0


def test_a_comparison_always_shows_what_needs_no_skill() -> None:
    found = compare(market(1, days=860), inputs(more=HOUSE), "KRW", book=START, first=600, width=0.25)
    assert set(found.figures) == set(found.paths) == {"decide", "equal_weight", "60_40", "buy_and_hold"}
    assert set(found.leads) == {"decide", "60_40", "buy_and_hold"}
    assert found.notes == ("hindsight:universe", "hindsight:market_weights", "hindsight:risk_free")
    for path in found.paths.values():
        assert len(path.values) == 260 and path.values[0] == pytest.approx(1e8, rel=0.01)
    for name, lead in found.leads.items():
        gap = found.figures[name].sharpe.value - found.figures["equal_weight"].sharpe.value
        assert lead.value == pytest.approx(gap, abs=1e-9) and lead.error > 0


def test_the_baselines_are_what_they_are_called() -> None:
    mixes = baselines(universe())
    ids = universe().ids
    assert all(w.sum() == pytest.approx(1.0) for w in mixes.values())
    assert {round(float(w), 9) for w in mixes["equal_weight"]} == {0.0, round(1 / 7, 9)}
    stocks = [ids.index(a) for a in universe().members("stocks")]
    assert mixes["60_40"][stocks].sum() == pytest.approx(0.6)


def test_twenty_years_of_monthly_decisions_are_all_made() -> None:
    world = market(5, days=5217)
    found = walk(world, first=177)
    assert len(found.reviews) >= 230 and not found.skipped
    assert (found.path.traded > 0).sum() > 20


def test_figures_by_hand() -> None:
    count = 253
    values = 100.0 * np.cumprod(np.r_[1.0, np.tile([1.02, 0.99], 126)])
    dates = np.datetime64("2020-01-01") + np.arange(count)
    traded, costs = np.zeros(count), np.zeros(count)
    traded[100], costs[100] = 40.0, 0.5
    found = figures(Path(dates, values, traded, costs), risk_free=0.0)
    years = 252 / 365.25
    assert found.growth.value == pytest.approx((values[-1] / 100.0) ** (1 / years) - 1, rel=1e-12)
    assert found.vol.value == pytest.approx(0.015 * np.sqrt(365.25), rel=1e-9)
    assert found.sharpe.value == pytest.approx(0.005 / 0.015 * np.sqrt(365.25), rel=1e-9)
    assert found.drawdown == pytest.approx(-0.01)
    assert found.turnover == pytest.approx(20.0 / values.mean() / years)
    assert found.cost == pytest.approx(0.5 / values.mean() / years)
    with pytest.raises(DataMissing):
        figures(Path(dates, np.full(count, 5.0), traded, costs), risk_free=0.0)


def test_errors_are_as_wide_as_figures_scatter() -> None:
    rng = np.random.default_rng(0)
    count, runs = 1000, 300
    dates = days(count + 1)
    found = []
    for _ in range(runs):
        returns = 0.0004 + 0.01 * rng.standard_t(6, count)
        path = Path(dates, np.cumprod(np.r_[1.0, 1.0 + returns]), np.zeros(count + 1), np.zeros(count + 1))
        found.append(figures(path, risk_free=0.01))
    for name in ("growth", "vol", "sharpe"):
        estimates = [getattr(f, name) for f in found]
        spread = np.std([e.value for e in estimates])
        assert np.median([e.error for e in estimates]) == pytest.approx(spread, rel=0.15)


def test_the_lead_over_a_twin_is_surer_than_either_ratio() -> None:
    rng = np.random.default_rng(1)
    common = 0.0003 + 0.01 * rng.standard_normal(1000)
    dates, none = days(1001), np.zeros(1001)
    one = Path(dates, np.cumprod(np.r_[1.0, 1.0 + common]), none, none)
    other = Path(dates, np.cumprod(np.r_[1.0, 1.0 + common + 0.001 * rng.standard_normal(1000)]), none, none)
    lead = sharpe_lead(one, other, risk_free=0.0)
    assert lead.error < 0.3 * figures(one, risk_free=0.0).sharpe.error


def test_a_monthly_mix_and_a_tight_band_tell_nearly_the_same_story() -> None:
    closes, target = prices(9, 1500, 4), np.full(4, 0.25)
    banded = fixed_mix(days(1500), closes, target, width=np.full(4, 0.01), fee=np.full(4, 0.0005))
    monthly = mixed(days(1500), closes, target, fee=np.full(4, 0.0005))
    assert banded.values[-1] / banded.values[0] == pytest.approx(monthly.values[-1] / monthly.values[0], rel=0.02)
