"""Lots: which go first, what is realised, what a wash sale defers, and that no tax is claimed unless asked for."""

import json
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import rows
from tools.errors import DataMissing
from tools.taxlots import Lot, Order, Sale, TaxRule, rule_for, rules_of, sell, tax, wash

TODAY = date(2026, 1, 5)
RULES = rules_of(rows("taxes.csv"))
ORDERS: tuple[Order, ...] = ("highest_cost", "loss_first", "long_term_first", "oldest")

lots = st.lists(
    st.builds(
        Lot,
        bought=st.integers(0, 1500).map(lambda age: TODAY - timedelta(age)),
        units=st.integers(1, 50).map(D),
        price=st.integers(1, 300).map(D),
    ),
    min_size=1,
    max_size=6,
)


def lot(bought: str, units: int, price: int) -> Lot:
    return Lot(date.fromisoformat(bought), D(units), D(price))


def prices(sale: Sale) -> list[D]:
    return [p.lot.price for p in sale.pieces]


def test_highest_cost_first_gives_the_published_lots() -> None:
    path = Path(__file__).parents[1] / "../shared/vectors/06_rebalancing.json"
    if not path.exists():
        pytest.skip("the published vectors are not on this machine")
    vector = {v["id"]: v for v in json.loads(path.read_text())["vectors"]}["hifo"]
    i, e = vector["inputs"], vector["expected"]
    held = [Lot(date.fromisoformat(d), D(n), D(str(p))) for d, n, p in i["lots"]]
    sale = sell(held, D(i["sell_qty"]), D(str(i["price"])), on=TODAY, order="highest_cost")
    found = [[p.lot.bought.isoformat(), p.lot.units, p.lot.price, p.gain] for p in sale.pieces]
    assert found == [[d, D(n), D(str(p)), D(str(g))] for d, n, p, g in e["picked"]]
    assert sale.realised == D(str(e["realised"]))


def test_losses_go_first_short_term_before_long_then_long_term_gains() -> None:
    held = [
        lot("2020-01-01", 1, 90),  # long gain
        lot("2025-12-01", 1, 95),  # short gain
        lot("2020-06-01", 1, 120),  # long loss
        lot("2025-11-01", 1, 110),  # short loss
    ]
    sale = sell(held, D(4), D(100), on=TODAY, order="loss_first", long_days=365)
    assert prices(sale) == [110, 120, 90, 95]
    assert [p.long_term for p in sale.pieces] == [False, True, True, False]


def test_long_held_lots_go_before_short_held_ones_when_asked() -> None:
    held = [lot("2025-12-01", 1, 99), lot("2020-01-01", 1, 50), lot("2021-01-01", 1, 60)]
    assert prices(sell(held, D(3), D(100), on=TODAY, order="long_term_first", long_days=365)) == [60, 50, 99]
    assert prices(sell(held, D(3), D(100), on=TODAY, order="oldest")) == [50, 60, 99]


def test_a_year_to_the_day_is_not_yet_long_term() -> None:
    held = [Lot(TODAY - timedelta(365), D(1), D(1)), Lot(TODAY - timedelta(366), D(1), D(2))]
    sale = sell(held, D(2), D(3), on=TODAY, order="highest_cost", long_days=365)
    assert [p.long_term for p in sale.pieces] == [True, False]


@given(lots, st.sampled_from(ORDERS), st.integers(1, 300), st.data())
def test_units_and_cost_are_conserved_whatever_the_order(
    held: list[Lot], order: Order, price: int, data: st.DataObject
) -> None:
    total = sum((x.units for x in held), D(0))
    units = D(data.draw(st.integers(0, int(total))))
    sale = sell(held, units, D(price), on=TODAY, order=order, long_days=365)
    assert sum((p.lot.units for p in sale.pieces), D(0)) == units
    assert sum((x.units for x in sale.left), D(0)) == total - units
    cost = sum((x.units * x.price for x in [*sale.left, *(p.lot for p in sale.pieces)]), D(0))
    assert cost == sum((x.units * x.price for x in held), D(0))
    assert sale.realised == units * price - sum((p.lot.units * p.lot.price for p in sale.pieces), D(0))


@given(lots, st.integers(1, 300), st.data())
def test_no_order_realises_less_gain_than_highest_cost_first(held: list[Lot], price: int, data: st.DataObject) -> None:
    units = D(data.draw(st.integers(0, int(sum(x.units for x in held)))))
    gains = [sell(held, units, D(price), on=TODAY, order=order, long_days=365).realised for order in ORDERS]
    assert gains[0] == min(gains)


def test_more_than_is_held_is_refused_and_lots_bought_later_do_not_count() -> None:
    held = [lot("2025-01-01", 5, 10), lot("2026-02-01", 5, 10)]
    with pytest.raises(DataMissing):
        sell(held, D(6), D(10), on=TODAY, order="oldest")
    assert sell(held, D(5), D(10), on=TODAY, order="oldest").left == (held[1],)


def test_a_loss_bought_back_within_the_window_is_deferred_into_the_new_lot() -> None:
    sale = sell([lot("2024-01-01", 10, 100)], D(10), D(80), on=TODAY, order="oldest")
    back = [Lot(TODAY + timedelta(30), D(4), D(85)), Lot(TODAY + timedelta(31), D(9), D(85))]
    found = wash(sale, back, on=TODAY, days=30)
    assert found.deferred == 80  # four of ten units, twenty each
    assert found.left == (Lot(back[0].bought, D(4), D(105)), back[1])
    assert wash(sale, back, on=TODAY, days=0).deferred == 0


def test_a_gain_is_never_deferred() -> None:
    sale = sell([lot("2024-01-01", 10, 50)], D(10), D(80), on=TODAY, order="oldest")
    assert wash(sale, [Lot(TODAY, D(10), D(80))], on=TODAY, days=30).deferred == 0


@given(lots, lots, st.integers(1, 300))
def test_a_wash_sale_moves_loss_into_cost_and_loses_none(held: list[Lot], bought: list[Lot], price: int) -> None:
    sale = sell(held, sum((x.units for x in held), D(0)), D(price), on=TODAY, order="highest_cost")
    found = wash(sale, bought, on=TODAY, days=30)
    more = sum((x.units * x.price for x in found.left), D(0)) - sum((x.units * x.price for x in bought), D(0))
    assert abs(more - found.deferred) < D("1e-18")
    assert 0 <= found.deferred <= -sum((min(p.gain, D(0)) for p in sale.pieces), D(0)) + D("1e-18")


def test_without_a_rule_no_tax_is_claimed() -> None:
    assert tax(D(10**9), D(10**9), None) == 0
    assert rule_for(RULES, "KR", "crypto", TODAY) is None
    assert rule_for(RULES, "US", "listed", date(2000, 1, 1)) is None


def test_every_rule_says_since_when_and_from_where() -> None:
    assert RULES and all(r.source and r.since <= TODAY for r in RULES)


def test_korean_tax_on_foreign_shares_by_hand() -> None:
    rule = rule_for(RULES, "KR", "foreign_listed", TODAY)
    assert tax(D(10_000_000), D(0), rule) == 1_650_000  # (10m − 2.5m) · 22 %
    assert tax(D(2_500_000), D(0), rule) == 0
    assert tax(D(-5_000_000), D(0), rule) == 0
    assert tax(D(10_000_000), D(0), rule_for(RULES, "KR", "listed_small_holder", TODAY)) == 0


def test_losses_offset_the_other_term_and_the_allowance_goes_where_the_rate_is_higher() -> None:
    us = TaxRule("US", "x", TODAY, 365, D("0.30"), D("0.10"), D(100), "USD", 30, "an example")
    assert tax(D(300), D(200), us) == D(80)  # (300 − 100)·30 % + 200·10 %
    assert tax(D(-50), D(350), us) == D(20)  # (350 − 50 − 100)·10 %
    assert tax(D(350), D(-50), us) == D(60)
    assert tax(D(50), D(250), us) == D(20)  # what is left of the allowance goes to the long term
