"""From target to trades: the planner bugs seen elsewhere must never appear here."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.session import Session
from agent.wiring import Settings, open_desk
from tests.worlds import ASSUMPTIONS, NOW, book, facts, inputs, limit, market, universe
from tools.decide import Facts, decide, estimate
from tools.domain.decision import Decision, Fill
from tools.domain.events import Executed
from tools.domain.investor import Book
from tools.domain.mandate import Limit
from tools.domain.market import Market, Quote
from tools.errors import AdvisorError, DataMissing
from tools.journal import apply_fills
from tools.optimise import Limits, utility
from tools.rebalance import band, standing, whole_lots

WORLD = market(1)
IDS = universe().ids
HOUSE = {"assumptions": ASSUMPTIONS.model_copy(update={"min_trade": 0.002})}
quick = settings(max_examples=40, deadline=None)

books = st.fixed_dictionaries(
    {
        "KRW": st.integers(20_000_000, 500_000_000).map(str),  # below, one share is a tenth of the book
        "KR": st.integers(0, 500).map(str),
        "US": st.integers(0, 100).map(str),
        "KTB": st.integers(0, 300).map(str),
        "BTC": st.integers(0, 20_000).map(lambda n: str(Decimal(n) / 10_000)),
    }
).map(lambda units: book(**units))
aversions = st.floats(1.0, 20.0)
caps = st.lists(
    st.tuples(st.sampled_from(["max", "min"]), st.sampled_from(["stocks", "bonds", "gold", "cash"]), st.floats(0, 0.4)),
    max_size=3,
    unique_by=lambda x: (x[0], x[1]),
).map(lambda found: tuple(limit(f"s{i}", kind, target, weight) for i, (kind, target, weight) in enumerate(found)))


def plan(held: Book, aversion: float, limits: tuple[Limit, ...] = (), world: Market = WORLD) -> Decision:
    return decide(question(held, aversion, limits, world))


def question(held: Book, aversion: float, limits: tuple[Limit, ...] = (), world: Market = WORLD) -> Facts:
    return facts(world, inputs(*limits, aversion=aversion, held=held, more=HOUSE))


def executed(held: Book, decision: Decision) -> Book:
    fills = tuple(
        Fill(**t.model_dump(exclude={"value", "fee"}), value=t.value, fee=t.fee) for t in decision.proposal.trades
    )
    return apply_fills(held, Executed(decision=decision.id, fills=fills, simulated=True), "KRW")


def moved(world: Market, moves: Mapping[str, Decimal]) -> Market:
    quotes = {a: Quote(price=q.price * (1 + moves.get(a, Decimal(0))), at=NOW) for a, q in world.quotes.items()}
    return replace(world, quotes=quotes)


def vector(name: str) -> dict[str, Any]:
    path = Path(__file__).parents[1] / "../shared/vectors/06_rebalancing.json"
    if not path.exists():
        pytest.skip("the published vectors are not on this machine")
    found: dict[str, Any] = {v["id"]: v for v in json.loads(path.read_text())["vectors"]}[name]
    return found


@pytest.mark.parametrize("name", ["band_a", "band_b"])
def test_the_band_is_the_published_one_and_close_to_the_exact_optimum(name: str) -> None:
    v = vector(name)
    i, e = v["inputs"], v["expected"]
    weight = np.array([i["mu_ex"] / i["sigma"] ** 2 / i["gamma"]])
    assert weight == pytest.approx(e["pi_star"], abs=1e-12)
    width = band(weight, risk_aversion=i["gamma"], cost=np.array([i["one_way_cost"]]))
    assert width == pytest.approx(e["half_width_asymptotic"], abs=1e-12)
    assert width == pytest.approx((e["exact_upper"] - e["exact_lower"]) / 2, rel=0.01)


def test_the_band_is_counted_in_one_way_cost_and_vanishes_where_nothing_is_to_be_kept() -> None:
    v = vector("band_gamma")
    i = v["inputs"]
    found = band(np.array([i["pi"]]), risk_aversion=i["gamma"], cost=np.array([i["one_way_cost"]]))
    assert found == pytest.approx(v["expected"]["half_width"], abs=1e-12)
    for weight, aversion, cost in vector("band_edges")["inputs"]["cases"]:
        assert band(np.array([weight]), risk_aversion=aversion, cost=np.array([cost]))[0] == 0.0


@given(st.floats(0.05, 0.95), st.floats(1.0, 20.0), st.floats(1e-5, 0.02))
def test_eight_times_the_cost_doubles_the_band_and_eight_times_the_caution_halves_it(
    w: float, g: float, k: float
) -> None:
    one = band(np.array([w]), risk_aversion=g, cost=np.array([k]))
    assert band(np.array([w]), risk_aversion=g, cost=np.array([8 * k])) == pytest.approx(2 * one, rel=1e-12)
    assert band(np.array([w]), risk_aversion=8 * g, cost=np.array([k])) == pytest.approx(one / 2, rel=1e-12)


@given(st.floats(1.0, 8.0), st.floats(0.0005, 0.01), st.floats(0.0, 1.0))
def test_the_solver_trades_to_the_edge_of_its_no_trade_region_and_no_further(g: float, k: float, start: float) -> None:
    mean, cov = np.array([0.5 * g * 0.04, 0.0]), np.diag([0.04, 0.0])  # without costs one half is best

    def best(share: float) -> float:
        held = np.array([share, 1.0 - share])
        cost = np.array([k, 0.0])
        return float(utility(mean, cov, risk_aversion=g, held=held, cost=cost, limits=Limits.long_only(2)).weights[0])

    low, high = max(0.5 - k / (g * 0.04), 0.0), min(0.5 + k / (g * 0.04), 1.0)  # where the gradient equals the cost
    assert best(start) == pytest.approx(min(max(start, low), high), abs=1e-9)


@quick
@given(books, aversions, caps)
def test_weights_after_a_plan_add_up_to_one_and_none_is_short(
    held: Book, aversion: float, limits: tuple[Limit, ...]
) -> None:
    try:
        after = plan(held, aversion, limits).proposal.target
    except AdvisorError:
        assume(False)
    assert sum(after.values()) == pytest.approx(1.0, abs=1e-9) and min(after.values()) >= 0.0
    assert sum(after.values()) <= 1.0 + 1e-12


@quick
@given(books, aversions)
def test_nothing_overweight_is_bought_and_nothing_underweight_is_sold(held: Book, aversion: float) -> None:
    decision = plan(held, aversion)
    for trade in decision.proposal.trades:
        now, wanted = (w.get(trade.asset, 0.0) for w in (decision.proposal.current, decision.target))
        assert now < wanted if trade.side == "buy" else now > wanted


@quick
@given(books, aversions, caps)
def test_no_asset_is_both_sold_and_bought(held: Book, aversion: float, limits: tuple[Limit, ...]) -> None:
    try:
        trades = plan(held, aversion, limits).proposal.trades
    except AdvisorError:
        assume(False)
    assert len({t.asset for t in trades}) == len(trades)


@quick
@given(books, aversions)
def test_a_new_plan_right_after_executing_one_is_empty(held: Book, aversion: float) -> None:
    after = executed(held, plan(held, aversion))
    assert plan(after, aversion).proposal.trades == ()


@quick
@given(books, aversions, st.lists(st.sampled_from(["0.0001", "-0.0001"]), min_size=len(IDS), max_size=len(IDS)))
def test_a_move_of_a_hundredth_of_a_percent_trades_nothing(held: Book, aversion: float, moves: list[str]) -> None:
    after = executed(held, plan(held, aversion))
    world = moved(WORLD, {a: Decimal(m) for a, m in zip(IDS, moves, strict=True) if a not in ("KRW", "USD")})
    assert plan(after, aversion, world=world).proposal.trades == ()


def test_holdings_near_the_target_are_still_corrected_where_a_limit_asks_for_it() -> None:
    rich = book(KRW="300000000")
    settled = executed(rich, plan(rich, 4.0))
    share = plan(settled, 4.0).proposal.current["GOLD"]
    assert share > 0.02
    tight = (limit("s1", "max", "gold", share - 0.005),)
    decision = plan(settled, 4.0, tight)
    assert [t.asset for t in decision.proposal.trades if t.side == "sell"] == ["GOLD"]
    assert decision.proposal.target["GOLD"] <= share - 0.005


def test_percent_is_a_percent_of_todays_value() -> None:
    world = moved(WORLD, {"US": Decimal("1.0")})  # twice yesterday's close
    held = book(US="20", KRW="50000000")
    limits = (limit("s1", "exact", "us_stocks", 0.3), limit("s2", "max", "tech", 0.0))
    decision = plan(held, 4.0, limits, world)
    worth = standing(held, world, "KRW").worth
    units = held.units("US") - sum(t.units for t in decision.proposal.trades if t.asset == "US" and t.side == "sell")
    value = units * world.quotes["US"].price * world.rate("USD", "KRW")
    assert float(value / worth) == pytest.approx(0.3, abs=0.02)


@quick
@given(books, aversions)
def test_cash_is_conserved(held: Book, aversion: float) -> None:
    decision = plan(held, aversion)
    after = executed(held, decision)
    paid = sum(t.value.amount + t.fee.amount if t.side == "buy" else t.fee.amount - t.value.amount
               for t in decision.proposal.trades)  # fmt: skip
    assert held.units("KRW") - after.units("KRW") == paid  # exact, in Decimal
    now = standing(after, WORLD, "KRW")
    named = np.array([decision.proposal.target.get(a, 0.0) for a in IDS])
    assert np.abs(now.weights - named).max() < 1e-12


@quick
@given(books, aversions)
def test_following_advice_never_ends_short(held: Book, aversion: float) -> None:
    assert all(p.units > 0 for p in executed(held, plan(held, aversion)).positions.values())


@quick
@given(books, aversions, st.permutations(range(len(IDS))))
def test_the_order_of_assets_changes_no_trade(held: Book, aversion: float, order: list[int]) -> None:
    turned = replace(
        WORLD,
        universe=universe().model_copy(update={"assets": tuple(universe().assets[i] for i in order)}),
        closes=WORLD.closes[:, order],
    )
    plain, other = plan(held, aversion), plan(held, aversion, world=turned)
    assert plain.proposal.trades == other.proposal.trades


@quick
@given(aversions, st.integers(3, 40), st.integers(7, 9))
def test_money_paid_in_buys_what_is_short_before_anything_is_sold(aversion: float, percent: int, digits: int) -> None:
    settled = executed(book(KRW=str(10**digits)), plan(book(KRW=str(10**digits)), aversion))
    cash = settled.units("KRW") + 10**digits * percent / Decimal(100)
    units = {a: str(p.units) for a, p in settled.positions.items()} | {"KRW": str(cash)}
    decision = plan(book(**units), aversion)
    assert not [t for t in decision.proposal.trades if t.side == "sell"]


@pytest.mark.parametrize("amount", ["3 million", "20 million", "70 million"])
def test_a_deposit_told_in_words_buys_what_is_short_and_sells_nothing(tmp_path: Path, amount: str) -> None:
    with open_desk(Settings(home=tmp_path, model="builtin", now=NOW.isoformat(), currency="KRW")) as desk:
        session = Session(desk, investor="kim", lang="en")
        session.say("recommend a portfolio")
        first = session.pending()
        assert first is not None
        session.approve(first.id, first.fingerprint)
        session.say(f"I deposited {amount} won")
        session.say("recommend a portfolio")
        second = session.pending()
        assert second is not None and second.id != first.id
        assert {t.side for t in second.proposal.trades} == {"buy"}


def test_an_error_is_raised_and_never_shown_as_holding() -> None:
    known = estimate(WORLD, "KRW", ASSUMPTIONS, book())
    limits = Limits.long_only(len(IDS))
    with pytest.raises(DataMissing, match="no_price"):
        whole_lots(
            np.full(len(IDS), 1 / len(IDS)), book(US="3"), replace(WORLD, stale=("US",)), "KRW",
            limits=limits, cov=known.cov, min_trade=0.0,
        )  # fmt: skip
    with pytest.raises(DataMissing, match="empty_book"):
        standing(Book(positions={}), WORLD, "KRW")
