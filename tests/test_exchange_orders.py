"""Coins at an exchange, through ccxt, against a loopback server of the shapes it documents."""

import decimal
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from knowledge.brokers.exchange import Exchange
from tests.binance_server import Binance, serving
from tools.domain.decision import Trade
from tools.domain.market import AssetClass
from tools.domain.order import Order
from tools.domain.value import Money
from tools.errors import BadInput, BrokerFailed

pytest.importorskip("ccxt")
NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[Binance]:
    with serving(Binance(now=NOW)) as found:
        yield found


@pytest.fixture
def exchange(world: Binance) -> Exchange:
    return Exchange("binance", "key", "secret", base=world.base, timeout_ms=1500)


def order(side: str = "buy", units: str = "0.5", kind: AssetClass = "crypto", price: str = "100000") -> Order:
    money = Money(amount=Decimal(units) * Decimal(price), currency="USD")
    trade = Trade(
        asset="BTC", side=side, units=Decimal(units), price=Decimal(price), currency="USD", value=money,  # type: ignore[arg-type]
        fee=Money(amount=Decimal(0), currency="USD"),
    )  # fmt: skip
    return Order(key="hf0123456789abcdef0123456789abcd", trade=trade, asset_class=kind, limit=Decimal(103_000))


def test_an_order_is_filled_at_once_and_a_fee_in_the_coin_makes_the_units_fewer(
    world: Binance, exchange: Exchange
) -> None:
    found = exchange.place(order())
    assert (found.state, found.units, found.price, found.fee) == ("filled", Decimal("0.4995"), 100_000, Decimal(50))
    assert found.units * 100_000 + 50 == 50_000  # what it cost
    (sent,) = world.posted
    assert (sent["newClientOrderId"], sent["timeInForce"], sent["quantity"]) == (order().key, "IOC", "0.5")
    assert sent["price"] == "103000"


def test_the_decimal_context_is_left_as_it_was(exchange: Exchange) -> None:
    before = decimal.getcontext().copy()
    exchange.place(order())
    after = decimal.getcontext()
    assert (after.rounding, after.traps) == (before.rounding, before.traps)


def test_half_an_order_is_half_an_order(world: Binance, exchange: Exchange) -> None:
    world.faults = ["part"]
    found = exchange.place(order(units="0.4"))
    assert (found.state, found.units, found.reason) == ("ended", Decimal("0.1998"), "ended")


@pytest.mark.parametrize("fault", ["silent", "503 taken"])
def test_an_order_without_an_answer_is_found_by_its_key(world: Binance, exchange: Exchange, fault: str) -> None:
    world.faults = [fault]
    with pytest.raises(BrokerFailed) as caught:
        exchange.place(order())
    assert caught.value.code == "broker_silent"
    found = exchange.find(order())
    assert found is not None and (found.state, found.units, found.fee) == ("filled", Decimal("0.4995"), 50)
    assert len(world.posted) == 1


def test_an_order_that_never_came_is_not_there(world: Binance, exchange: Exchange) -> None:
    world.faults = ["lost"]
    with pytest.raises(BrokerFailed):
        exchange.place(order())
    assert exchange.find(order()) is None and exchange.deduplicates is False


@pytest.mark.parametrize(("fault", "code"), [("clock", "broker_clock"), ("429", "broker_busy")])
def test_what_was_certainly_not_taken_is_told_apart(world: Binance, exchange: Exchange, fault: str, code: str) -> None:
    world.faults = [fault]
    with pytest.raises(BrokerFailed) as caught:
        exchange.place(order())
    assert caught.value.code == code and "secret" not in repr(caught.value)


def test_too_little_money_is_a_refusal(world: Binance, exchange: Exchange) -> None:
    world.faults = ["funds"]
    found = exchange.place(order())
    assert (found.state, found.reason) == ("refused", "broker_funds")


@pytest.mark.parametrize(
    ("kind", "price", "reason"), [("equity", "100000", "broker_no_such"), ("crypto", "9", "broker_price")]
)
def test_what_may_be_something_else_there_is_not_sent(
    world: Binance, exchange: Exchange, kind: AssetClass, price: str, reason: str
) -> None:
    assert exchange.place(order(kind=kind, price=price)).reason == reason and not world.posted


def test_holdings_are_coins_and_money_with_the_clock_of_the_exchange(world: Binance, exchange: Exchange) -> None:
    world.balances = {"BTC": "0.12345678", "USDT": "5.50", "DOGE": "0.00"}
    held = exchange.holdings()
    assert {a: h.units for a, h in held.assets.items()} == {"BTC": Decimal("0.12345678")}
    assert held.cash == {"USD": Decimal("5.50")} and held.at == NOW


def test_real_money_needs_its_switch_and_an_exchange_that_can_be_asked() -> None:
    with pytest.raises(BadInput) as caught:
        Exchange("upbit", "k", "s")
    assert caught.value.code == "broker_no_sandbox"
    assert Exchange("upbit", "k", "s", live=True).deduplicates
    with pytest.raises(BadInput) as caught:
        Exchange("kraken", "k", "s")
    assert caught.value.code == "broker_unknown"
