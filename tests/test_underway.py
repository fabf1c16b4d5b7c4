"""Orders on their way, in the talk, the terminal and the page: told as they stand, called off when that is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.session import Session
from agent.underway import wanted
from agent.upkeep import replay, verify
from agent.wiring import Desk, Settings, open_desk
from agent.work import current
from knowledge.brokers import ManualBroker
from knowledge.brokers.alpaca import Alpaca
from tests.broker_server import Broker, serving
from tests.folders import priced
from tests.test_brokers import PRICES, agrees, ordered, settled, with_money, yes
from tools.domain.events import Executed
from tools.domain.order import Lapsed
from ui.cli import main
from ui.handlers import Handlers


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = priced(tmp_path / "prices")
    with open_desk(Settings(home=tmp_path / "home", market=f"files:{folder}", currency="USD", tz="UTC")) as found:
        yield found


@pytest.fixture
def alpaca(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker that takes every order and fills none."""
    monkeypatch.setattr("agent.execution.PATIENCE_S", 0.0)
    with serving(Broker(now=desk.clock.now(), prices=dict(PRICES))) as found:
        found.fills = {name: ["0"] for name in PRICES}
        yield found


@pytest.fixture
def away(desk: Desk, alpaca: Broker) -> Session:
    return with_money(replace(desk, broker=Alpaca("key", "secret", base=alpaca.base, deadline_s=1.0)))


@pytest.fixture
def manual(desk: Desk) -> Session:
    return with_money(replace(desk, broker=ManualBroker()))


# --- what is heard ----------------------------------------------------------------------------------------------------

CALLED_OFF = [
    "아직 안 나간 주문 취소해줘",
    "미체결 주문 전부 취소해 주세요",
    "남은 주문 다 취소해",
    "주문 취소",
    "걸어둔 주문 철회해줘",
    "주문 취소하고 싶어요",
    "대기 중인 주문 좀 취소해줄래?",
    "아까 승인한 주문 취소할게",
    "cancel my open orders",
    "please cancel all my orders",
    "can you call off the orders?",
    "I want to cancel the order",
    "I'd like to cancel my orders please",
    "ok, go ahead and cancel every open order",
    "pull my working orders",
]
ASKED = [
    "내 주문 어떻게 됐어?",
    "주문 체결됐어?",
    "주문 다 들어갔나요",
    "미체결 주문 있어?",
    "주문 상태 알려줘",
    "아까 주문 취소됐어?",
    "주문 절반만 취소해줘",
    "are my orders filled?",
    "did my orders go through",
    "what happened to my order?",
    "any open orders?",
    "were the orders cancelled?",
    "show me my open orders",
]
NEITHER = [
    "주문 취소하지 마",
    "주문을 취소하면 어떻게 돼?",
    "금 오르면 주문 취소해줘",
    "애플 5% 매수 주문 넣어줘",
    "주문 수수료 얼마야?",
    "비트코인 안 담을래",
    "don't cancel my orders",
    "what if I cancel my orders",
    "why was my order cancelled?",
    "cancel my orders and buy gold",
    "place an order for gold",
    "in order to retire early, what should be done?",
    "undo that",
]


@pytest.fixture(scope="module")
def on_the_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Somebody with orders of an approved decision that nobody answered yet."""
    home = tmp_path_factory.mktemp("way")
    settings = Settings(home=home / "home", market=f"files:{priced(home / 'prices')}", currency="USD", tz="UTC")
    with open_desk(settings) as found:
        session = with_money(replace(found, broker=ManualBroker()))
        yes(session)
        yield session


@pytest.mark.parametrize("said", CALLED_OFF)
def test_calling_off_is_heard(on_the_way: Session, said: str) -> None:
    found = wanted(on_the_way.desk, current(on_the_way.desk, "kim"), said)
    assert found is not None and found.call_off and not found.assets and found.side is None


@pytest.mark.parametrize("said", ASKED)
def test_a_question_after_orders_calls_nothing_off(on_the_way: Session, said: str) -> None:
    found = wanted(on_the_way.desk, current(on_the_way.desk, "kim"), said)
    assert found is not None and not found.call_off


@pytest.mark.parametrize("said", NEITHER)
def test_what_is_no_wish_about_orders_on_their_way_is_left_to_a_mind(on_the_way: Session, said: str) -> None:
    assert wanted(on_the_way.desk, current(on_the_way.desk, "kim"), said) is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("SPY 주문 취소해줘", {"TLT", "GLD", "BTC"}),
        ("cancel my gold order", {"SPY", "TLT", "BTC"}),
        ("금 주문 빼고 다 취소해줘", {"GLD"}),
        ("cancel all orders except bitcoin", {"BTC"}),
        ("매도 주문만 취소해줘", {"SPY", "TLT", "GLD", "BTC"}),
        ("cancel my buy orders", set()),
    ],
)
def test_only_what_is_named_is_meant(on_the_way: Session, said: str, left: set[str]) -> None:
    state = current(on_the_way.desk, "kim")
    found = wanted(on_the_way.desk, state, said)
    assert found is not None and found.call_off and state.outstanding is not None
    assert {o.trade.asset for o in state.outstanding.open if not found.means(o)} == left


@pytest.mark.parametrize("said", ["주문 취소해줘", "cancel that order", "cancel my open orders"])
def test_while_only_a_proposal_waits_cancelling_is_about_that(manual: Session, said: str) -> None:
    manual.say("recommend an equal weight portfolio")
    assert wanted(manual.desk, current(manual.desk, "kim"), said) is None


# --- what comes of it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [("아직 안 나간 주문 취소해줘", ("취소하기로 한 주문", "S&P500", "체결되기 전에 취소됨")),
     ("cancel my open orders", ("To be called off", "S&P 500", "cancelled before it was filled"))],
)  # fmt: skip
def test_said_in_the_talk_open_orders_are_called_off_and_no_weight_moves(
    away: Session, alpaca: Broker, said: str, words: tuple[str, ...]
) -> None:
    ordered(away)
    before, wishes = away.portfolio().weights, away.statements()
    turn = away.say(said)
    assert [c["name"] for c in turn.calls] == ["call_off"] and all(w in turn.text for w in words)
    assert {o["status"] for o in alpaca.orders} == {"canceled"}
    assert away.orders() is None and away.portfolio().weights == before and away.statements() == wishes
    assert any(isinstance(e.body, Lapsed) for e in away.log())
    assert not replay(away.desk).differences and not verify(away.desk).faults


def test_what_was_filled_stays_and_is_told(away: Session, alpaca: Broker) -> None:
    alpaca.fills["SPY"] = ["1"]
    ordered(away)
    turn = away.say("cancel my open orders")
    done = [e.body for e in away.log() if isinstance(e.body, Executed)][-1]
    assert [f.asset for f in done.fills] == ["SPY"] and agrees(away, alpaca)
    assert "Not filled" in turn.text and "Trades: 1" in turn.text


def test_one_order_alone_is_called_off_and_the_others_go_on(away: Session, alpaca: Broker) -> None:
    ordered(away)
    turn = away.say("cancel my gold order")
    assert {o["symbol"] for o in alpaca.orders if o["status"] == "canceled"} == {"GLD"}
    assert away.orders() is not None and "wait for their outcome" in turn.text
    assert [c.say for c in turn.choices] == ["Are my orders filled?"]
    alpaca.fills = {}
    assert {u.asset for u in settled(away).unfilled} == {"GLD"}


def test_naming_what_is_not_ordered_calls_nothing_off(away: Session, alpaca: Broker) -> None:
    ordered(away)
    turn = away.say("cancel my bitcoin order")
    assert [c["name"] for c in turn.calls] == ["orders"] and "nothing was called off" in turn.text
    assert not [o for o in alpaca.orders if o["status"] == "canceled"]


def test_a_broker_that_does_not_answer_is_said_to_be_silent(away: Session, alpaca: Broker) -> None:
    ordered(away)
    for order in alpaca.orders:
        order["id"] = "../account"
    turn = away.say("cancel my open orders")
    assert turn.calls == () and "no usable answer" in turn.text and away.orders() is not None


@pytest.mark.parametrize(
    ("said", "waits", "filled"),
    [("내 주문 어떻게 됐어?", "체결 기다림", "체결됐어요"), ("are my orders filled?", "not filled yet", "Filled at")],
)
def test_how_orders_stand_is_told_before_and_after_they_are_filled(
    away: Session, alpaca: Broker, said: str, waits: str, filled: str
) -> None:
    ordered(away)
    turn = away.say(said)
    assert [c["name"] for c in turn.calls] == ["orders"] and waits in turn.text
    pressed = turn.choices[0].say
    assert wanted(away.desk, current(away.desk, "kim"), pressed) is not None
    alpaca.fills = {}
    settled(away)
    assert filled in away.say(said).text and agrees(away, alpaca)


def test_the_button_under_the_status_calls_off(away: Session, alpaca: Broker) -> None:
    ordered(away)
    away.say(away.say("are my orders filled?").choices[0].say)
    assert away.orders() is None and {o["status"] for o in alpaca.orders} == {"canceled"}


@pytest.mark.parametrize(
    ("said", "none", "not_yet"),
    [("내 주문 어떻게 됐어?", "기다리고 있는 주문이 없어요", "승인하지 않으셔서"),
     ("did my orders go through?", "No orders are waiting", "not approved yet")],
)  # fmt: skip
def test_without_orders_the_truth_is_told_and_a_proposal_is_none(
    manual: Session, said: str, none: str, not_yet: str
) -> None:
    assert none in manual.say(said).text
    manual.say("recommend an equal weight portfolio")
    turn = manual.say(said)
    assert none in turn.text and not_yet in turn.text and turn.decision is not None


def test_without_orders_calling_off_says_that_there_are_none(manual: Session) -> None:
    assert "No orders are waiting" in manual.say("cancel my open orders").text


def test_orders_a_person_places_are_noted_as_not_done(manual: Session) -> None:
    yes(manual)
    turn = manual.say("cancel my open orders")
    assert "cancelled at your broker as well" in turn.text and manual.orders() is None
    assert not [e for e in manual.log() if isinstance(e.body, Executed)]


def test_orders_with_a_broker_are_not_answered_for_it_after_changing_to_another(away: Session, alpaca: Broker) -> None:
    ordered(away)
    other = Session(replace(away.desk, broker=ManualBroker()), investor="kim", lang="en")
    turn = other.say("cancel my open orders")
    assert "with another broker" in turn.text and other.orders() is not None
    alpaca.fills = {}
    settled(away)
    assert agrees(away, alpaca)


def test_the_page_has_a_button_for_it(away: Session, alpaca: Broker) -> None:
    ordered(away)
    hands, listed = Handlers(away.desk, "kim"), away.orders()
    assert listed is not None and "orders_off" in str(hands.view("en", "talk").card)
    hands.act("orders_off", "d999", "en", "talk")
    assert away.orders() is not None
    done = hands.act("orders_off", listed.decision_id, "en", "talk")
    assert "the book is as it was" in str(done.note) and away.orders() is None


def test_the_terminal_calls_them_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # no `.env` of this folder
    folder = priced(tmp_path / "prices")
    settings = Settings(home=tmp_path / "home", market=f"files:{folder}", currency="USD", tz="UTC", broker="manual")
    with open_desk(settings) as found:
        yes(with_money(found))
    common = ("--home", str(tmp_path / "home"), "--market", f"files:{folder}", "--broker", "manual")
    common = (*common, "--investor", "kim", "--lang", "en", "--currency", "USD")
    assert main(["orders", "--cancel", *common]) == 0
    assert "Nothing was filled" in capsys.readouterr().out
    assert main(["orders", "--cancel", *common]) == 0
    assert "No orders" in capsys.readouterr().out
