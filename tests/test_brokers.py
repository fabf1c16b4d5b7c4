"""Who carries out a yes: practice, the person, a broker. Never a double order, never a lost fill, always the truth."""

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.execution import settle_all
from agent.ordering import Did
from agent.receipts import receipt_of
from agent.session import Session
from agent.upkeep import replay, verify
from agent.wiring import Desk, FixedClock, Settings, open_desk
from agent.words.errors import explain_error
from agent.words.orders import receipt_lines
from agent.words.render import render_all
from agent.work import current
from knowledge.brokers import ManualBroker, PaperBroker, open_broker
from knowledge.brokers.alpaca import Alpaca, _tick
from knowledge.brokers.settlement import settles
from tests.broker_server import Broker, serving
from tests.folders import priced
from tools.domain.decision import Decision, Receipt
from tools.domain.entry import Entry
from tools.domain.events import Approved, Executed
from tools.domain.market import Asset
from tools.domain.order import Holdings, Lapsed, Placed
from tools.domain.value import Lang
from tools.errors import AdvisorError, BadInput, BrokerFailed, Stale
from ui.cli import main
from ui.handlers import Handlers
from ui.ordering import answer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = priced(tmp_path / "prices")
    with open_desk(Settings(home=tmp_path / "home", market=f"files:{folder}", currency="USD", tz="UTC")) as found:
        yield found


def with_money(desk: Desk, lang: Lang = "en") -> Session:
    """A session of somebody who really holds a hundred thousand dollars."""
    session = Session(desk, investor="kim", lang=lang)
    session.enter(Entry(kind="correction", asset="USD", units=Decimal(100_000)))
    return session


def proposed(session: Session) -> Decision:
    session.say("recommend an equal weight portfolio")
    pending = session.pending()
    assert pending is not None
    return pending


def yes(session: Session) -> Receipt:
    decision = proposed(session)
    return session.approve(decision.id, decision.fingerprint)


def told(session: Session, receipt: Receipt) -> str:
    lines = receipt_lines(receipt, simulated=session.desk.market.simulated)
    return render_all(lines, session.lang, session.desk.names, tz="UTC").text


def refused(call: object) -> AdvisorError:
    with pytest.raises(AdvisorError) as caught:
        call()  # type: ignore[operator]
    return caught.value


# --- practice ---------------------------------------------------------------------------------------------------------


def test_the_paper_broker_fills_everything_at_once_and_says_that_nothing_left_the_house(desk: Desk) -> None:
    session = with_money(desk)
    receipt = yes(session)
    assert receipt.fills and not receipt.waiting and not receipt.unfilled and session.orders() is None
    assert "nothing was sent to any broker" in told(session, receipt)
    assert {f.settles for f in receipt.fills if f.asset == "SPY"} == {date(2026, 3, 9)}
    assert not replay(desk).differences


def test_what_a_paper_broker_turns_down_is_told_and_not_in_the_book(desk: Desk) -> None:
    session = with_money(replace(desk, broker=PaperBroker(rejects=0.4, partial=0.5, seed=3)))
    decision = proposed(session)
    receipt = session.approve(decision.id, decision.fingerprint)
    asked = {t.asset: t.units for t in decision.proposal.trades}
    done = {f.asset: f.units for f in receipt.fills}
    left = {u.asset: u.units for u in receipt.unfilled}
    assert receipt.unfilled and all(done.get(a, 0) + left.get(a, 0) == u for a, u in asked.items())
    held = {a: u for a in asked if (u := session.portfolio().weights.get(a, 0.0))}
    assert held.keys() == done.keys()
    assert "Not filled" in told(session, receipt) and not replay(desk).differences


def test_when_nothing_is_filled_the_book_is_as_it_was_and_nothing_counts_as_carried_out(desk: Desk) -> None:
    session = with_money(replace(desk, broker=PaperBroker(rejects=1.0)))
    receipt = yes(session)
    assert not receipt.fills and session.portfolio().weights == {"USD": 1.0}
    bodies = [e.body for e in session.log()]
    assert any(isinstance(b, Lapsed) for b in bodies) and not any(isinstance(b, Executed) for b in bodies)
    assert "Nothing was filled" in told(session, receipt) and session.pending() is None


@pytest.mark.parametrize(
    ("kind", "currency", "day", "due"),
    [
        ("equity", "USD", "2026-03-06T15:00", date(2026, 3, 9)),  # Friday, one session later
        ("equity", "USD", "2024-05-24T15:00", date(2024, 5, 29)),  # before the change, over Memorial Day
        ("equity", "KRW", "2026-03-06T01:00", date(2026, 3, 10)),
        ("equity", "KRW", "2026-03-06T16:00", date(2026, 3, 11)),  # Saturday in Seoul: Monday's trade
        ("crypto", "USD", "2026-03-07T12:00", date(2026, 3, 7)),
    ],
)
def test_a_trade_settles_on_the_days_of_its_exchange(kind: str, currency: str, day: str, due: date) -> None:
    asset = Asset(id="X", name_en="X", name_ko="X", asset_class=kind, currency=currency)  # type: ignore[arg-type]
    assert settles(asset, datetime.fromisoformat(day).replace(tzinfo=UTC)) == due


# --- the person -------------------------------------------------------------------------------------------------------


@pytest.fixture
def manual(desk: Desk) -> Session:
    return with_money(replace(desk, broker=ManualBroker()))


def test_a_yes_without_a_broker_is_a_list_to_copy_and_nothing_is_bought_yet(manual: Session) -> None:
    decision = proposed(manual)
    receipt = manual.approve(decision.id, decision.fingerprint)
    assert not receipt.fills and {t.asset for t in receipt.waiting} == {t.asset for t in decision.proposal.trades}
    assert manual.portfolio().weights == {"USD": 1.0}
    listed = manual.orders()
    assert listed is not None and manual.pending() is None
    rows = list(csv.DictReader(io.StringIO(listed.csv)))
    assert [Decimal(r["quantity"]) for r in rows] == [o.trade.units for o in listed.orders]
    tolerance = 1 + Decimal(repr(decision.price_tolerance))
    assert all(Decimal(r["limit_price"]) == Decimal(r["reference_price"]) * tolerance for r in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for r in rows for cell in r.values())
    bodies = [e.body for e in manual.log()]
    assert any(isinstance(b, Approved) for b in bodies) and not any(isinstance(b, Executed) for b in bodies)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ko", ("아직 아무것도 사고팔지 않았어요", "매수")), ("en", ("nothing was bought or sold yet", "buy"))],
)
def test_it_is_said_in_both_languages(desk: Desk, lang: Lang, words: tuple[str, ...]) -> None:
    session = with_money(replace(desk, broker=ManualBroker()), lang)
    text = told(session, yes(session))
    assert all(w in text for w in words)


def test_what_they_really_did_is_what_the_book_holds(manual: Session) -> None:
    receipt = yes(manual)
    first, *others = receipt.waiting
    half, price = first.units // 2, first.price * Decimal("1.01")
    part = manual.filled({first.asset: Did(half, price, Decimal("1.25"))})
    assert {t.asset for t in part.waiting} == {t.asset for t in others}
    done = manual.filled({}, rest="yes")
    assert not done.waiting and {f.asset for f in done.fills} == {t.asset for t in receipt.waiting}
    fill = next(f for f in done.fills if f.asset == first.asset)
    assert (fill.units, fill.price, fill.fee.amount) == (half, price, Decimal("1.25"))
    assert [(u.asset, u.units) for u in done.unfilled] == [(first.asset, first.units - half)]
    same = {f.asset: (f.units, f.price, f.value, f.fee) for f in done.fills if f.asset != first.asset}
    assert same == {t.asset: (t.units, t.price, t.value, t.fee) for t in others}
    assert manual.orders() is None and not replay(manual.desk).differences and not verify(manual.desk).faults


def test_an_answer_can_be_corrected_while_others_are_open(manual: Session) -> None:
    first = yes(manual).waiting[0]
    manual.filled({first.asset: "no"})
    manual.filled({first.asset: Did(Decimal(1), first.price)})
    done = manual.filled({}, rest="no")
    assert [(f.asset, f.units) for f in done.fills] == [(first.asset, 1)]


def test_who_did_nothing_keeps_what_they_had(manual: Session) -> None:
    yes(manual)
    done = manual.filled({}, rest="no")
    assert not done.fills and {u.reason for u in done.unfilled} == {"not_done"}
    assert manual.portfolio().weights == {"USD": 1.0}
    assert proposed(manual).proposal.trades  # and may be asked again


def test_a_proposal_made_meanwhile_says_so_and_waits(manual: Session) -> None:
    yes(manual)
    turn = manual.say("60/40 please")
    assert "not known yet" in turn.text
    newer = manual.pending()
    assert newer is not None
    assert refused(lambda: manual.approve(newer.id, newer.fingerprint)).code == "orders_open"
    manual.filled({}, rest="yes")
    assert manual.pending() is None  # it was about another book


def test_approving_twice_places_one_list(manual: Session) -> None:
    decision = proposed(manual)
    first = manual.approve(decision.id, decision.fingerprint)
    again = manual.approve(decision.id, decision.fingerprint)
    assert again.again and again.waiting == first.waiting
    assert sum(isinstance(e.body, Placed) for e in manual.log()) == 1
    manual.filled({}, rest="yes")
    assert manual.approve(decision.id, decision.fingerprint).fills
    assert sum(isinstance(e.body, Executed) for e in manual.log()) == 1


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"NOPE": "yes"}, "fill_unknown"),
        ({"SPY": Did(Decimal(1), Decimal(60_000))}, "fill_far"),
        ({"SPY": Did(Decimal(0), Decimal(600))}, "fill_far"),
        ({}, "orders_none"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(
    manual: Session, answers: dict[str, Did], code: str
) -> None:
    yes(manual)
    before = len(manual.log())
    assert refused(lambda: manual.filled(answers)).code == code
    assert len(manual.log()) == before


def test_more_than_is_held_cannot_have_been_sold(manual: Session) -> None:
    yes(manual)
    manual.filled({}, rest="yes")
    manual.say("sell all my SPY")
    decision = manual.pending()
    assert decision is not None
    (trade,) = manual.approve(decision.id, decision.fingerprint).waiting
    assert refused(lambda: manual.filled({"SPY": Did(trade.units + 1, trade.price)})).code == "fill_too_many"


def test_what_cost_more_than_there_was_is_still_taken_as_it_happened(manual: Session) -> None:
    waiting = yes(manual).waiting
    dear = {t.asset: Did(t.units, t.price * Decimal("1.3")) for t in waiting}
    manual.filled(dear)
    assert manual.portfolio().weights["USD"] < 0.05
    assert proposed_or_not(manual) is not None


def proposed_or_not(session: Session) -> str:
    return session.say("recommend an equal weight portfolio").text


def test_practice_money_is_never_taken_for_real(desk: Desk) -> None:
    session = Session(replace(desk, broker=ManualBroker()), investor="lee", lang="en")
    decision = proposed(session)
    assert refused(lambda: session.approve(decision.id, decision.fingerprint)).code == "broker_practice"


def test_the_terminal_lists_orders_and_takes_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # no `.env` of this folder
    folder = priced(tmp_path / "prices")
    settings = Settings(home=tmp_path / "home", market=f"files:{folder}", currency="USD", tz="UTC", broker="manual")
    with open_desk(settings) as found:
        receipt = yes(with_money(found))
    common = ("--home", str(tmp_path / "home"), "--market", f"files:{folder}", "--broker", "manual")
    common = (*common, "--investor", "kim", "--lang", "en", "--currency", "USD")
    assert main(["orders", *common]) == 1
    listed = capsys.readouterr().out
    assert "Place them yourself" in listed and "at $618 or less" in listed
    assert main(["orders", "--csv", *common]) == 0
    assert capsys.readouterr().out.startswith("side,symbol,name,quantity,limit_price")
    assert main(["filled", "SPY=12@1,0", *common]) == 2  # sixty times off: refused
    assert main(["filled", "SPY=12@601.50+1.20", *common]) == 1
    assert "Still open" in capsys.readouterr().out
    assert main(["filled", "--as-proposed", *common]) == 0
    assert f"in the book: {len(receipt.waiting)}" in capsys.readouterr().out
    assert main(["orders", *common]) == 0 and "No orders" in capsys.readouterr().out
    assert main(["broker", *common]) == 0 and "yourself" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["SPY", "SPY=", "SPY=12", "SPY=@600", "SPY=x@600", "SPY=12@NaN", "=12@600"])
def test_an_answer_that_says_nothing_is_asked_again(text: str) -> None:
    assert refused(lambda: answer(text)).code == "fill_unreadable"


def test_the_page_shows_the_list_and_takes_all_or_nothing(manual: Session) -> None:
    hands = Handlers(manual.desk, "kim")
    yes(manual)
    listed = manual.orders()
    assert listed is not None
    card = hands.view("en", "talk").card
    assert card is not None and "orders_yes" in card and "at $618 or less" in card
    stale = hands.act("orders_yes", "d999", "en", "talk")
    assert manual.orders() is not None and stale.note is not None
    done = hands.act("orders_yes", listed.decision_id, "en", "talk")
    assert "in the book" in str(done.note) and manual.orders() is None


# --- which broker -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "live", "simulated", "running", "code"),
    [
        ("manual", False, True, True, "broker_demo"),
        ("alpaca", False, True, True, "broker_demo"),
        ("ccxt:binance", False, True, True, "broker_demo"),
        ("alpaca", False, False, False, "broker_clock_fixed"),
        ("alpaca", False, False, True, "broker_no_key"),
        ("paper", True, False, True, "broker_not_live"),
        ("robinhood", False, False, True, "broker_unknown"),
    ],
)
def test_a_broker_that_may_not_be_is_not_built(
    spec: str, live: bool, simulated: bool, running: bool, code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        open_broker(spec, live=live, simulated=simulated, keys={}, running=running)
    assert caught.value.code == code


def test_real_money_needs_a_second_switch() -> None:
    keys = {"alpaca": "k", "alpaca_secret": "s"}
    paper = open_broker("alpaca", live=False, simulated=False, keys=keys, running=True)
    live = open_broker("alpaca", live=True, simulated=False, keys=keys, running=True)
    assert (paper.name, paper.live, live.name, live.live) == ("alpaca:paper", False, "alpaca:live", True)


def test_nothing_leaves_a_demo_home_even_with_a_broker_at_hand(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now="2026-03-02T09:00:00+09:00", tz="UTC", currency="USD")) as found:
        session = Session(replace(found, broker=ManualBroker()), investor="kim", lang="en")
        decision = proposed(session)
        with pytest.raises(BadInput) as caught:
            session.approve(decision.id, decision.fingerprint)
        assert caught.value.code == "broker_demo"


def test_a_stale_yes_is_stale_with_any_broker(manual: Session) -> None:
    decision = proposed(manual)
    with pytest.raises(Stale):
        manual.approve(decision.id, "0" * 64)
    assert manual.orders() is None


# --- a broker outside -------------------------------------------------------------------------------------------------

PRICES = {"SPY": Decimal(600), "TLT": Decimal(90), "GLD": Decimal(250), "BTC": Decimal(100_000)}


@pytest.fixture
def alpaca(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker that holds what the book does, and patience for one look only."""
    monkeypatch.setattr("agent.execution.PATIENCE_S", 0.0)
    with serving(Broker(now=desk.clock.now(), prices=dict(PRICES))) as found:
        yield found


@pytest.fixture
def away(desk: Desk, alpaca: Broker) -> Session:
    return with_money(replace(desk, broker=Alpaca("key", "secret", base=alpaca.base, deadline_s=1.0)))


def ordered(session: Session) -> Receipt:
    """A yes to shares only: this broker trades no coins here."""
    session.say("never hold crypto")
    return yes(session)


def settled(session: Session, looks: int = 6) -> Receipt:
    for _ in range(looks):
        receipt = session.settle()
        if receipt is not None and not receipt.waiting:
            return receipt
    raise AssertionError("still open")


def counted(session: Session, broker: Broker) -> dict[str, int]:
    """Orders the broker took, by our key; nothing it took is unknown here."""
    placed = [o.key for e in session.log() if isinstance(e.body, Placed) for o in e.body.orders]
    assert {o["client_order_id"] for o in broker.orders} <= set(placed)
    return {key: broker.taken(key) for key in placed}


def agrees(session: Session, broker: Broker) -> bool:
    """Do book and broker hold the same?"""
    held = {a: p.units for a, p in current(session.desk, "kim").book.positions.items() if a != "USD"}
    return held == {a: q for a, q in broker.positions.items() if q}


def test_orders_go_out_once_under_a_key_of_their_own_and_the_book_holds_what_was_filled(
    away: Session, alpaca: Broker
) -> None:
    receipt = ordered(away)
    assert receipt.waiting and not receipt.fills
    done = settled(away)
    assert {t.asset for t in receipt.waiting} == {f.asset for f in done.fills} and agrees(away, alpaca)
    assert set(counted(away, alpaca).values()) == {1}
    assert all(o["limit_price"] and o["time_in_force"] == "day" for o in alpaca.posted)
    assert {h["APCA-API-KEY-ID"] for h in alpaca.seen_headers} == {"key"}
    assert not replay(away.desk).differences and not verify(away.desk).faults
    assert away.broker().differences == ()


@pytest.mark.parametrize("fault", ["silent", "500 taken", "garbage", "lost", "500", "429"])
def test_whatever_becomes_of_an_answer_nothing_is_ordered_twice_and_no_fill_is_lost(
    away: Session, alpaca: Broker, fault: str
) -> None:
    alpaca.faults = ["", fault, ""]
    receipt = ordered(away)
    if fault in ("lost", "500", "429"):
        assert receipt.trouble and receipt.waiting
    done = settled(away)
    assert not done.unfilled and agrees(away, alpaca)
    assert set(counted(away, alpaca).values()) == {1}


def test_a_pause_that_was_asked_for_is_told_with_its_length(away: Session, alpaca: Broker) -> None:
    alpaca.faults = ["429"]
    assert ordered(away).trouble == ("broker_busy", "alpaca:paper", "7")


@pytest.mark.parametrize(
    ("fault", "reason"), [("funds", "broker_funds"), ("rule", "broker_rule"), ("reject", "broker_rule")]
)
def test_what_the_broker_refuses_is_told_and_the_rest_is_done(
    away: Session, alpaca: Broker, fault: str, reason: str
) -> None:
    alpaca.faults = [fault]
    ordered(away)
    done = settled(away)
    assert [u.reason for u in done.unfilled] == [reason] and done.fills and agrees(away, alpaca)
    assert "Not filled" in told(away, done)


def test_a_partial_fill_stays_open_until_it_is_over_and_then_counts_as_what_it_is(
    away: Session, alpaca: Broker
) -> None:
    alpaca.fills = {"SPY": ["0", "0.5", "0.5", None]}
    receipt = ordered(away)
    asked = next(t.units for t in receipt.waiting if t.asset == "SPY")
    away.settle()
    away.settle()
    listed = away.orders()
    assert listed is not None and "filled" in listed.text and agrees(away, alpaca) is False
    done = settled(away)
    part = next(f for f in done.fills if f.asset == "SPY")
    assert 0 < part.units < asked and [(u.asset, u.units) for u in done.unfilled] == [("SPY", asked - part.units)]
    assert agrees(away, alpaca)


def test_what_is_open_can_be_called_off_and_what_was_filled_stays(away: Session, alpaca: Broker) -> None:
    alpaca.fills = {"SPY": ["0", "0.5", "0.5"]}
    receipt = ordered(away)
    asked = next(t.units for t in receipt.waiting if t.asset == "SPY")
    away.settle()
    away.settle()
    done = away.call_off()
    assert done is not None and not done.waiting and away.orders() is None
    part = next(f for f in done.fills if f.asset == "SPY")
    assert 0 < part.units < asked and agrees(away, alpaca)
    assert away.call_off() is None


def test_what_was_not_sent_yet_and_is_called_off_is_never_sent(away: Session, alpaca: Broker) -> None:
    alpaca.faults = ["429"] * 50
    ordered(away)
    done = away.call_off()
    alpaca.faults = []
    assert (done is None or not done.fills) and away.orders() is None and away.settle() is None
    assert alpaca.orders == []


def test_an_order_without_a_sound_id_is_not_put_into_an_address(away: Session, alpaca: Broker) -> None:
    alpaca.fills = {a: ["0"] for a in alpaca.prices}
    ordered(away)
    for order in alpaca.orders:
        order["id"] = "../account"
    assert refused(away.call_off).code == "broker_silent"


def test_a_symbol_that_means_something_else_there_is_not_ordered(away: Session, alpaca: Broker) -> None:
    alpaca.prices["GLD"] = Decimal(25)
    ordered(away)
    done = settled(away)
    assert [(u.asset, u.reason) for u in done.unfilled] == [("GLD", "broker_price")]
    assert not any(o["symbol"] == "GLD" for o in alpaca.posted)


def test_a_coin_is_never_sent_as_the_share_of_the_same_name(away: Session, alpaca: Broker) -> None:
    yes(away)
    done = settled(away)
    assert [(u.asset, u.reason) for u in done.unfilled] == [("BTC", "broker_no_such")]
    assert not any(o["symbol"] == "BTC" for o in alpaca.posted)


def test_after_a_crash_the_broker_is_asked_before_anything_is_sent_again(
    away: Session, alpaca: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crashed(BaseException):
        pass

    def dies(work: object, out: object, report: object) -> None:
        raise Crashed

    with monkeypatch.context() as patched:  # the machine dies between the broker's answer and our note of it
        patched.setattr("agent.execution._noted", dies)
        with pytest.raises(Crashed):
            ordered(away)
    assert len(alpaca.posted) == 1
    done = settled(away)
    assert not done.unfilled and agrees(away, alpaca) and set(counted(away, alpaca).values()) == {1}


def test_two_windows_asking_at_once_order_once(away: Session, alpaca: Broker) -> None:
    ordered(away)
    alpaca.fills = {a: ["0", "0", "1"] for a in PRICES}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: [away.settle() for _ in range(4)], range(4)))
    assert over(away)
    assert set(counted(away, alpaca).values()) == {1} and agrees(away, alpaca)
    assert sum(isinstance(e.body, Executed) for e in away.log()) == 1


def over(session: Session) -> bool:
    return any(session.settle() is None for _ in range(6))


def test_where_a_key_may_be_taken_twice_an_unclear_order_is_never_sent_again(desk: Desk, alpaca: Broker) -> None:
    broker = Alpaca("key", "secret", base=alpaca.base, deadline_s=1.0)
    broker.deduplicates = False
    alpaca.deduplicates = False
    alpaca.faults = ["lost"]
    session = with_money(replace(desk, broker=broker))
    first = ordered(session)
    for _ in range(3):
        receipt = session.settle()
        assert receipt is not None and receipt.trouble == ("broker_unsure", first.waiting[0].asset)
    assert len(alpaca.posted) == 1  # the others wait for the answer
    session.filled({first.waiting[0].asset: "no"})
    done = settled(session)
    assert [u.reason for u in done.unfilled] == ["not_done"] and agrees(session, alpaca)


def test_what_the_broker_knows_is_not_for_the_person_to_say(away: Session, alpaca: Broker) -> None:
    alpaca.fills = {a: ["0"] for a in PRICES}
    first = ordered(away).waiting[0]
    assert refused(lambda: away.filled({first.asset: "no"})).code == "fill_working"


def test_an_order_that_could_not_be_sent_in_time_is_not_sent_at_all(away: Session, alpaca: Broker, desk: Desk) -> None:
    alpaca.faults = ["429"]
    ordered(away)
    late = Session(replace(away.desk, clock=FixedClock(desk.clock.now() + timedelta(days=30))), "kim", "en")
    done = settled(late)
    assert not done.fills and {u.reason for u in done.unfilled} == {"too_late"} and not alpaca.orders


def test_an_order_under_way_is_not_given_up_the_moment_its_time_is_over(away: Session, alpaca: Broker) -> None:
    away.say("never hold crypto")
    decision = proposed(away)
    alpaca.faults = ["lost"]

    def at(minutes: int) -> Session:
        alpaca.now = decision.expires_at + timedelta(minutes=minutes)
        return Session(replace(away.desk, clock=FixedClock(alpaca.now)), "kim", "en")

    first = at(-1).approve(decision.id, decision.fingerprint).waiting[0]
    receipt = at(1).settle()
    assert receipt is not None and receipt.trouble == ("broker_unsure", first.asset)
    done = settled(at(30))
    assert {u.reason for u in done.unfilled} == {"too_late"} and not alpaca.orders


def test_orders_of_one_broker_are_never_sent_to_another(away: Session, alpaca: Broker) -> None:
    alpaca.faults = ["429"]
    ordered(away)
    other = Alpaca("key", "secret", base=alpaca.base, live=True)
    receipt = Session(replace(away.desk, broker=other), "kim", "en").settle()
    assert receipt is not None and receipt.trouble == ("broker_other", "alpaca:paper") and not alpaca.orders


def test_sales_are_filled_before_purchases_are_sent(away: Session, alpaca: Broker) -> None:
    ordered(away)
    settled(away)
    alpaca.posted.clear()
    alpaca.fills = {"SPY": ["0", "0", "1"]}
    away.say("sell all SPY and buy GLD with it")
    decision = away.pending() or proposed_60_40(away)
    sides = {t.side for t in decision.proposal.trades}
    away.approve(decision.id, decision.fingerprint)
    if sides == {"buy", "sell"}:
        assert {o["side"] for o in alpaca.posted} == {"sell"}
    settled(away, looks=8)
    order = [o["side"] for o in alpaca.posted]
    assert order == sorted(order, reverse=True) and agrees(away, alpaca)


def proposed_60_40(session: Session) -> Decision:
    session.say("60/40 please")
    found = session.pending()
    assert found is not None
    return found


def test_the_watch_asks_after_orders_of_everybody(away: Session, alpaca: Broker) -> None:
    alpaca.fills = {a: ["0", "1"] for a in PRICES}
    ordered(away)
    for _ in range(3):
        settle_all(away.desk)
    assert away.orders() is None and agrees(away, alpaca)
    assert not [p for p in away.desk.ledger.outbox() if p.kind == "orders"]


# --- book and broker --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ko", "미국 S&P500 ETF 장부 0주, 증권사 3주"), ("en", "0 shares in the book, 3 shares at the broker")],
)
def test_a_difference_blocks_trading_and_is_named(desk: Desk, alpaca: Broker, lang: Lang, words: str) -> None:
    broker = Alpaca("key", "secret", base=alpaca.base)
    session = with_money(replace(desk, broker=broker), lang)
    alpaca.positions["SPY"] = Decimal(3)
    decision = proposed(session)
    error = refused(lambda: session.approve(decision.id, decision.fingerprint))
    text = render_all(explain_error(error, desk.names), lang, desk.names, tz="UTC").text
    assert error.code == "broker_differs" and words in text and not alpaca.posted
    assert any(getattr(e.body, "code", "") == "broker_differs" for e in session.log())
    assert session.broker().differences
    session.take_broker()
    assert session.broker().differences == ()
    decision = proposed(session)
    assert session.approve(decision.id, decision.fingerprint).waiting


def test_missing_cash_blocks_and_small_change_does_not(away: Session, alpaca: Broker) -> None:
    alpaca.cash = Decimal("99999.10")
    assert away.broker().differences == ()
    alpaca.cash = Decimal(90_000)
    (found,) = away.broker().differences or ()
    assert (found.asset, found.ours, found.theirs) == ("USD", 100_000, 90_000)


def test_what_lies_in_a_named_account_is_not_looked_for_at_the_broker(away: Session) -> None:
    away.open_account("irp", name="IRP", kind="irp", currency="USD", trades=False)
    away.enter(Entry(kind="transfer_in", asset="SPY", units=Decimal(5), account="irp"))
    assert away.broker().differences == ()


def test_taking_over_ends_practice_money_and_can_be_undone(desk: Desk, alpaca: Broker) -> None:
    session = Session(replace(desk, broker=Alpaca("k", "s", base=alpaca.base)), "lee", "en")
    alpaca.positions, alpaca.cash = {"SPY": Decimal(10)}, Decimal(5_000)
    session.take_broker()
    book = current(desk, "lee").book
    assert {a: p.units for a, p in book.positions.items()} == {"SPY": 10, "USD": 5_000}
    assert book.positions["SPY"].cost == 1_000 and not session.practice()
    session.undo()
    assert session.practice()


@pytest.mark.parametrize(
    ("reading", "code"), [("500", "broker_silent"), ("garbage", "broker_unreadable"), ("401", "broker_key")]
)
def test_without_a_look_at_what_is_held_nothing_is_ordered(
    away: Session, alpaca: Broker, reading: str, code: str
) -> None:
    decision = proposed(away)
    alpaca.reading = reading
    error = refused(lambda: away.approve(decision.id, decision.fingerprint))
    assert error.code == code and not alpaca.posted and "secret" not in str(error)
    alpaca.reading = ""
    assert away.approve(decision.id, decision.fingerprint).waiting  # the yes was not used up


def test_a_clock_that_is_off_stops_orders(away: Session, alpaca: Broker) -> None:
    decision = proposed(away)
    alpaca.now += timedelta(minutes=10)
    assert refused(lambda: away.approve(decision.id, decision.fingerprint)).code == "broker_clock_off"
    assert not alpaca.posted


def test_an_account_in_another_currency_than_the_book_is_not_used(desk: Desk, alpaca: Broker) -> None:
    session = with_money(replace(desk, broker=Alpaca("k", "s", base=alpaca.base)))
    held = Holdings(assets={}, cash={"KRW": Decimal(5)})

    class Won(Alpaca):
        def holdings(self) -> Holdings:
            return held

    won = Session(replace(desk, broker=Won("k", "s", base=alpaca.base)), "kim", "en")
    decision = proposed(session)
    assert refused(lambda: won.approve(decision.id, decision.fingerprint)).code == "broker_currency"


def test_an_order_that_was_replaced_there_waits_for_the_person(away: Session, alpaca: Broker) -> None:
    first = ordered(away).waiting[0]
    next(o for o in alpaca.orders if o["symbol"] == first.asset)["status"] = "replaced"
    receipt = away.settle()
    assert receipt is not None and receipt.trouble == ("broker_unsure", first.asset)
    away.filled({first.asset: Did(first.units, first.price)})
    assert not settled_or_told(away).unfilled


def settled_or_told(session: Session) -> Receipt:
    while (receipt := session.settle()) is not None:
        if not receipt.waiting:
            return receipt
    done = [e.body for e in session.log() if isinstance(e.body, Executed)][-1]
    found = receipt_of(session.desk, "kim", done.decision)
    assert found is not None
    return found


def test_nothing_but_https_is_spoken_with_a_broker_elsewhere() -> None:
    with pytest.raises(BrokerFailed) as caught:
        Alpaca("k", "s", base="http://broker.example").holdings()
    assert caught.value.code == "broker_unreached"


@pytest.mark.parametrize("limit", ["618.0000001", "618.004999", "0.123456"])
def test_a_limit_is_rounded_to_the_careful_side(limit: str) -> None:
    asked = Decimal(limit)
    buy, sell = (Decimal(_tick(asked, side)) for side in ("buy", "sell"))
    assert buy <= asked <= sell and sell - buy <= Decimal("0.01")
