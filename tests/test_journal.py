"""The book from opening, movements, fills and imports: by time, exact, the same in whatever order files come."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tools.domain.decision import Fill
from tools.domain.events import Event, Executed, Imported, Moved, Opened, Undid
from tools.domain.imports import PastTrade
from tools.domain.investor import Book, Position
from tools.domain.value import Money
from tools.journal import apply_fills, book_of, presumed
from tools.state import fold

START = datetime(2026, 3, 1, tzinfo=UTC)
DIGEST = "0" * 64


def opened(*, practice: bool = False, **units: str) -> Opened:
    positions = {a: Position(units=Decimal(u), cost=Decimal(u)) for a, u in units.items()}
    return Opened(currency="KRW", tz="UTC", lang="en", practice=practice, book=Book(positions=positions))


def trade(day: int, side: str, units: str, price: str = "10", symbol: str = "A", currency: str = "USD") -> PastTrade:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return PastTrade(
        at=at, day=at.date(), symbol=symbol, side=side, units=Decimal(units), price=Decimal(price),  # type: ignore[arg-type]
        currency=currency, fee=Decimal(0), fee_currency=currency, line=day + 2,
    )  # fmt: skip


def imported(*trades: PastTrade, turn: str = "t1", own: bool = True) -> Imported:
    symbols = dict.fromkeys(t.symbol for t in trades)
    return Imported(
        id="i1", turn=turn, file="f.csv", format="plain", digest=DIGEST, trades=trades,
        assets={s: s for s in symbols}, own=dict.fromkeys(symbols, "USD") if own else {},
    )  # fmt: skip


def events(*bodies: object) -> list[Event]:
    return [Event(seq=i + 1, at=START + timedelta(minutes=i), body=b) for i, b in enumerate(bodies)]  # type: ignore[arg-type]


def test_a_sale_takes_its_share_of_the_average_cost() -> None:
    body = imported(trade(1, "buy", "2", "10"), trade(2, "buy", "2", "20"), trade(3, "sell", "1", "30"))
    position = fold(events(opened(KRW="5"), body)).book.positions["A"]
    assert (position.units, position.cost) == (Decimal(3), Decimal(45))


def test_imported_trades_move_no_cash() -> None:
    state = fold(events(opened(KRW="5"), imported(trade(1, "buy", "2"), trade(2, "sell", "1"))))
    assert state.book.units("KRW") == 5 and state.book.units("USD") == 0
    assert state.flows == {"A": Decimal(1)}


def test_a_second_older_file_ends_where_one_file_of_both_would() -> None:
    late, early = trade(5, "sell", "3", "30"), trade(1, "buy", "4", "10")
    two = fold(events(opened(KRW="5"), imported(late), imported(early, turn="t2")))
    one = fold(events(opened(KRW="5"), imported(early, late)))
    assert two.book == one.book and two.book.units("A") == 1
    assert two.book.positions["A"].cost == Decimal(10)


def test_what_was_sold_without_having_been_bought_was_there_before_at_its_first_price() -> None:
    state = fold(events(opened(KRW="5"), imported(trade(1, "sell", "3", "30"), trade(2, "buy", "2", "40"))))
    position = state.book.positions["A"]
    assert (position.units, position.cost) == (Decimal(2), Decimal(80))


def test_practice_money_ends_where_real_trades_begin_and_comes_back_with_undo() -> None:
    told = (opened(practice=True, KRW="100"), Moved(turn="t0", units={"KRW": Decimal(50)}, reason="deposit"))
    state = fold(events(*told, imported(trade(1, "buy", "2"))))
    assert set(state.book.positions) == {"A"} and not state.practice
    undone = fold(events(*told, imported(trade(1, "buy", "2")), Undid(turn="t2", undone="t1")))
    assert undone.book == fold(events(*told)).book and undone.practice and not undone.imports
    assert not any(undone.flows[a] for a in ("A",))


def test_an_import_between_our_own_trades_is_placed_by_its_time() -> None:
    fill = Fill(
        asset="A", side="buy", units=Decimal(10), price=Decimal(10), currency="USD",
        value=Money(amount=Decimal(100), currency="KRW"), fee=Money(amount=Decimal(1), currency="KRW"),
    )  # fmt: skip
    executed = Executed(decision="d1", fills=(fill,), simulated=False)
    sale = trade(90, "sell", "5", "12")  # after the fill: covered by it, no opening is presumed
    journal = events(executed, imported(sale))
    book = book_of(opened(KRW="500"), journal)
    assert book.units("A") == 5 and book.units("KRW") == Decimal(399)


def test_costs_in_other_currencies_stand_beside_each_other() -> None:
    body = imported(
        trade(1, "buy", "2", "10", currency="EUR"),
        trade(2, "buy", "2", "20", currency="USD"),
        trade(3, "sell", "1", "1", currency="GBP"),
        own=False,
    )
    position = fold(events(opened(KRW="5"), body)).book.positions["A"]
    assert position.units == 3 and position.cost == 0
    assert position.paid == {"EUR": Decimal(15), "USD": Decimal(30)}


def test_a_cost_survives_storage_whatever_share_was_sold() -> None:
    body = imported(trade(1, "buy", "0.000000090000000001", "0.7"), trade(2, "sell", "0.00000003", "1"))
    book = fold(events(opened(KRW="5"), body)).book
    assert Book.from_json(book.to_json()) == book
    third = Fill(
        asset="A", side="sell", units=Decimal(1), price=Decimal(1), currency="USD",
        value=Money(amount=Decimal(1), currency="KRW"), fee=Money(amount=Decimal(0), currency="KRW"),
    )  # fmt: skip
    start = Book(positions={"A": Position(units=Decimal(3), cost=Decimal(100))})
    after = apply_fills(start, Executed(decision="d", fills=(third,), simulated=False), "KRW")
    assert Book.from_json(after.to_json()) == after


steps = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["buy", "sell"]), st.integers(1, 9)), max_size=12)


@given(steps, st.integers(0, 12))
def test_however_trades_are_split_into_files_units_are_the_same_and_never_negative(
    rows: list[tuple[int, str, int]], cut: int
) -> None:
    trades = [trade(day, side, str(units)) for day, side, units in rows]
    parts = [p for p in (trades[:cut], trades[cut:]) if p]
    bodies = [imported(*p, turn=f"t{i}") for i, p in enumerate(parts)]
    state = fold(events(opened(KRW="5"), *bodies))
    net = sum((t.units if t.side == "buy" else -t.units for t in trades), Decimal(0))
    missing = sum((p.units for p in presumed(trades)), Decimal(0))
    assert state.book.units("A") == net + missing >= 0
    undone = [Undid(turn="u", undone=b.turn) for b in reversed(bodies)]
    assert fold(events(opened(KRW="5"), *bodies, *undone)).book == fold(events(opened(KRW="5"))).book
