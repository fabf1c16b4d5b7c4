"""A file into a book: previewed without a trace, committed whole and once, refused on simulated prices."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from agent.work import current
from knowledge.imports import ImportReport
from tests.worlds import facts, inputs, market
from tools.decide import decide
from tools.domain.events import Imported
from tools.domain.investor import Book, Position
from tools.errors import BadInput, DataMissing
from tools.rebalance import standing

HEADER = "date,symbol,side,quantity,price,currency\n"
GOOD = "2026-02-03,MSFT,BUY,2,410,USD\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A real-data home with prices of two shares."""
    folder = tmp_path / "market"
    folder.mkdir()
    (folder / "prices.csv").write_text("date,MSFT,005930\n2026-03-27,400,70000\n2026-03-30,401,71000\n")
    (folder / "fx.csv").write_text("date,pair,rate\n2026-03-30,USDKRW,1400\n2026-03-30,EURKRW,1600\n")
    settings = Settings(home=tmp_path / "home", market=f"files:{folder}", now="2026-03-31T00:00:00+00:00", tz="UTC")
    with open_desk(settings) as opened:
        yield opened


def preview(session: Session, text: str) -> ImportReport:
    found = session.preview_trades("trades.csv", text.encode())
    assert isinstance(found, ImportReport)
    return found


def take(session: Session, text: str, drop: tuple[int, ...] = ()) -> int:
    return session.commit_import(preview(session, text).import_id, drop).trades


def units(desk: Desk, asset: str) -> Decimal:
    return current(desk, "me").book.units(asset)


def test_a_preview_records_nothing(desk: Desk) -> None:
    session = Session(desk, lang="en")
    assert len(preview(session, HEADER + GOOD).rows) == 1
    assert not session.log()


def test_a_commit_is_one_event_with_the_trades(desk: Desk) -> None:
    session = Session(desk, lang="en")
    assert take(session, HEADER + GOOD) == 1
    (event,) = [e for e in session.log() if isinstance(e.body, Imported)]
    assert event.body.assets == {"MSFT": "MSFT"} and event.body.own == {"MSFT": "USD"}
    position = current(desk, "me").book.positions
    assert position == {"MSFT": Position(units=Decimal(2), cost=Decimal(820))}  # the practice money is gone
    assert not current(desk, "me").practice and desk.ledger.home_kind() == "real"


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    session = Session(desk, lang="en")
    take(session, HEADER + GOOD + GOOD)
    before = session.log()
    again = session.commit_import(preview(session, HEADER + GOOD + GOOD).import_id)
    assert again.again and again.trades == 0
    assert session.log() == before and units(desk, "MSFT") == 4


def test_of_files_that_overlap_only_new_rows_count(desk: Desk) -> None:
    session = Session(desk, lang="en")
    take(session, HEADER + GOOD)
    longer = preview(session, HEADER + GOOD + GOOD + "2026-02-05,MSFT,SELL,1,420,USD\n")
    assert (len(longer.known), len(longer.rows)) == (1, 2)
    session.commit_import(longer.import_id)
    assert units(desk, "MSFT") == 3


def test_nothing_is_taken_while_a_row_is_refused_and_all_once_it_is_dropped(desk: Desk) -> None:
    session = Session(desk, lang="en")
    text = HEADER + GOOD + "xx\n"
    with pytest.raises(BadInput) as error:
        take(session, text)
    assert (error.value.code, error.value.names) == ("import_refused", ("3",)) and not session.log()
    with pytest.raises(BadInput, match="import_no_line"):
        take(session, text, (3, 9))
    assert take(session, text, (3,)) == 1


def test_a_file_that_cannot_be_read_cannot_be_committed_by_dropping(desk: Desk) -> None:
    session = Session(desk, lang="en")
    with pytest.raises(BadInput, match="import_unreadable"):
        take(session, HEADER + '2026-02-03,"MSFT,BUY,2,410,USD\n', (2,))


def test_an_import_that_was_not_previewed_is_unknown(desk: Desk) -> None:
    with pytest.raises(BadInput, match="import_unknown"):
        Session(desk, lang="en").commit_import("i0")


def test_undo_takes_an_import_back_and_it_can_come_again(desk: Desk) -> None:
    session = Session(desk, lang="en")
    take(session, HEADER + GOOD)
    session.undo()
    assert units(desk, "MSFT") == 0 and current(desk, "me").practice
    assert take(session, HEADER + GOOD) == 1 and units(desk, "MSFT") == 2


def test_on_the_demo_market_a_file_is_previewed_and_not_committed(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path / "home", tz="UTC")) as demo:
        session = Session(demo, lang="en")
        found = preview(session, HEADER + GOOD)
        with pytest.raises(BadInput) as error:
            session.commit_import(found.import_id)
        assert error.value.code == "demo_home" and "hanfolio import" in error.value.names[0]
        assert not session.log()


def test_what_nobody_prices_is_kept_at_cost_beside_what_is_managed(desk: Desk) -> None:
    session = Session(desk, lang="en")
    found = preview(session, HEADER + GOOD + "2026-02-03,XYZ Fund,BUY,10,5,EUR\n2026-02-03,USD,BUY,1,9,USD\n")
    done = session.commit_import(found.import_id)
    assert done.unlisted == ("XYZ Fund", "USD")
    now = standing(current(desk, "me").book, desk.market.at(desk.clock.now()), "KRW")
    assert now.managed == Decimal(2) * 401 * 1400
    assert sorted(now.at_cost.values()) == [Decimal(9 * 1400), Decimal(50 * 1600)]
    assert now.worth == now.managed + 9 * 1400 + 50 * 1600
    assert float(now.weights.sum()) == pytest.approx(1.0, abs=1e-12)
    assert units(desk, "USD") == 0  # a share called USD is not money


def test_a_korean_code_is_found_with_the_letter_some_brokers_put_before_it(desk: Desk) -> None:
    take(Session(desk, lang="ko"), "체결일자,종목코드,매매구분,체결수량,체결가\n2026-02-03,A005930,매수,3,70000\n")
    assert units(desk, "005930") == 3


def test_a_holding_whose_cost_is_in_no_known_currency_stops_advice_by_name() -> None:
    book = Book(
        positions={"KRW": Position(units=Decimal(10)), "ZZZ": Position(units=Decimal(1), paid={"XXX": Decimal(5)})}
    )
    with pytest.raises(DataMissing) as error:
        standing(book, market(1), "KRW")
    assert error.value.names == ("ZZZ",)


def test_a_decision_counts_what_nobody_prices_at_cost_says_so_and_never_trades_it() -> None:
    cash = {"KRW": Position(units=Decimal(10_000_000))}
    fund = Position(units=Decimal(3), paid={"USD": Decimal(1000), "KRW": Decimal(5)})
    world = market(1)
    plain = decide(facts(world, inputs(held=Book(positions=cash))))
    beside = decide(facts(world, inputs(held=Book(positions={**cash, "FUND": fund}))))
    assert beside.target == plain.target and beside.proposal.trades == plain.proposal.trades
    assert "at_cost:FUND" in beside.proposal.notes
    added = beside.proposal.worth.amount - plain.proposal.worth.amount
    assert added == (1000 * world.fx_now["USD"] + 5).quantize(Decimal(1))
