"""What a sale would realise and owe: only where a jurisdiction was chosen, from lots of the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from agent.session import Session
from agent.taxing import Due, due, lots_of
from agent.wiring import Settings, open_desk
from agent.work import begin

BOUGHT, NOW = datetime(2024, 3, 4, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC)
Where = Literal["KR", "US"]


@contextmanager
def desk_at(home: Path, now: datetime, where: Where | None) -> Iterator[Session]:
    settings = Settings(home=home, model="builtin", now=now.isoformat(), jurisdiction=where, currency="KRW")
    with open_desk(settings) as desk:
        yield Session(desk, investor="kim", lang="en")


def held(home: Path) -> None:
    """Buy what is proposed on one day."""
    with desk_at(home, BOUGHT, None) as session:
        session.say("recommend a portfolio")
        decision = session.pending()
        assert decision is not None
        session.approve(decision.id, decision.fingerprint)


def asked(home: Path, where: Where | None, *names: str) -> Due | None:
    """What selling all of some holdings would realise two years later."""
    with desk_at(home, NOW, where) as session:
        work = begin(session.desk, "kim", "en")
        return due(work, {a: work.state.book.units(a) for a in names})


def test_lots_are_what_was_bought_at_what_it_cost_with_fees(tmp_path: Path) -> None:
    held(tmp_path)
    with desk_at(tmp_path, NOW, "KR") as session:
        work = begin(session.desk, "kim", "en")
        market = session.desk.market.at(work.at)
        (fills,) = (e.body.fills for e in work.state.journal if hasattr(e.body, "fills"))
        for fill in fills:
            (lot,) = lots_of(work, market, market.universe[fill.asset])
            assert (lot.bought, lot.units) == (BOUGHT.date(), fill.units)
            assert lot.price * lot.units == pytest.approx(fill.value.amount + fill.fee.amount)


def test_no_tax_is_named_unless_a_jurisdiction_was_chosen(tmp_path: Path) -> None:
    held(tmp_path)
    assert asked(tmp_path, None, "SPY") is None


def test_korean_tax_on_a_foreign_share_is_on_the_gain_in_won_beyond_the_allowance(tmp_path: Path) -> None:
    held(tmp_path)
    found = asked(tmp_path, "KR", "SPY", "BTC")
    assert found is not None and found.unknown == ("BTC",)  # the table has no row about coins
    with desk_at(tmp_path, NOW, "KR") as session:
        work = begin(session.desk, "kim", "en")
        market = session.desk.market.at(work.at)
        spy, units = market.universe["SPY"], work.state.book.units("SPY")
        (lot,) = lots_of(work, market, spy)
        price = market.quotes["SPY"].price * market.rate("USD", "KRW") * (1 - Decimal(repr(spy.fee_bps)) / 10_000)
    gain = units * (price - lot.price)
    assert found.realised.amount == pytest.approx(gain, abs=1)
    assert found.tax.amount == pytest.approx(max(gain - 2_500_000, Decimal(0)) * Decimal("0.22"), abs=1)


def test_the_tax_stands_beside_the_sale_it_is_about_and_only_then(tmp_path: Path) -> None:
    held(tmp_path)
    for where in ("KR", None):
        with desk_at(tmp_path, NOW, where) as session:
            session.say("sell all my SPY")
            text = session.say("show the proposal").text
            assert ("would realise" in text) == (where == "KR")
