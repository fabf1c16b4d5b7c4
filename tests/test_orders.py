"""Orders, and a yes after the world moved: what was found by reading the code as a stranger."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from agent.session import Session
from agent.wiring import Settings, open_desk
from tests.worlds import book, facts, inputs, limit, market, universe
from tools.decide import decide
from tools.domain.decision import OrderInput, OrderLine
from tools.domain.market import Market, Quote
from tools.errors import MandateConflict, Stale

WORLD = market(1)
NOW = "2026-03-02T09:00:00+09:00"


def order(*lines: tuple[str, float]) -> dict[str, OrderInput]:
    return {"order": OrderInput(lines=tuple(OrderLine(asset=a, delta=d) for a, d in lines))}


def test_an_order_trades_only_what_it_names_whatever_else_is_held() -> None:
    held = book(US="2", KR="30", KTB="20", GOLD="3", BTC="0.01", KRW="3000000", USD="120.37")
    decision = decide(facts(WORLD, inputs(held=held, method="order", more=order(("GOLD", -1.0)))))
    assert [(t.asset, t.side, t.units) for t in decision.proposal.trades] == [("GOLD", "sell", Decimal(3))]


def test_whole_lots_never_carry_an_order_over_the_persons_own_cap() -> None:
    cap = limit("s1", "max", "us_stocks", 0.13)
    decision = decide(facts(WORLD, inputs(cap, method="order", more=order(("US", 0.125)))))
    assert decision.proposal.target.get("US", 0.0) <= 0.13 + 1e-9


def test_an_odd_part_of_a_share_can_be_sold_out() -> None:
    decision = decide(
        facts(WORLD, inputs(limit("s1", "exclude", "us_stocks", 0.0), held=book(US="10.5", KRW="900000")))
    )
    assert "US" not in decision.proposal.target


def test_a_limit_no_whole_lot_can_keep_is_never_called_met() -> None:
    with pytest.raises(MandateConflict) as caught:
        decide(facts(WORLD, inputs(limit("s1", "min", "us_stocks", 0.05), held=book(KRW="100000"))))
    assert caught.value.names == ("s1",)


class Moved:
    """A market source whose prices all rose by a factor."""

    def __init__(self, inner: object, factor: str) -> None:
        self._inner, self._factor = inner, Decimal(factor)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def at(self, now: object) -> Market:
        found: Market = self._inner.at(now)  # type: ignore[attr-defined]
        quotes = {
            a: q if a in ("KRW", "USD") else Quote(price=q.price * self._factor, at=q.at)
            for a, q in found.quotes.items()
        }
        return replace(found, quotes=quotes)


def test_a_yes_that_today_would_overspend_or_break_a_cap_is_refused(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW, tz="Asia/Seoul")) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("현금은 정확히 2%로 해줘")
        pending = session.pending()
        assert pending is not None
        later = replace(desk, market=Moved(desk.market, "1.029"))  # type: ignore[arg-type]
        with pytest.raises(Stale) as caught:
            Session(later, investor="kim", lang="ko").approve(pending.id, pending.fingerprint)
        assert caught.value.code == "mandate_would_break"
        assert session.portfolio().weights == {"KRW": 1.0}


def test_two_lines_of_one_order_are_carried_out_together() -> None:
    both = order(("US", 0.1), ("GOLD", 0.1))
    decision = decide(facts(WORLD, inputs(held=book(KRW="50000000"), method="order", more=both)))
    assert {t.asset for t in decision.proposal.trades} == {"US", "GOLD"}


def test_why_answers_after_an_executed_order(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW, tz="Asia/Seoul")) as desk:
        session = Session(desk, investor="kim", lang="en")
        session.say("buy $3,000 of apple")
        first = session.pending()
        assert first is not None
        session.approve(first.id, first.fingerprint)
        session.say("keep at least 40% in bonds")
        why = session.why()
        moved = sum(sum(s.values()) for n, s in why.rows.items() if n != "lots")
        assert moved == pytest.approx(0.0, abs=1e-9) and len(why.rows) >= 3


def test_money_that_was_spent_since_cannot_be_taken_back(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW, tz="Asia/Seoul")) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("방금 5천만원 추가 입금했어")
        session.say("현금은 최대 3%로 해줘")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
        session.say("방금 거 취소해줘")
        turn = session.say("하나 더 취소해줘")
        assert [r["reason"] for r in turn.refused] == ["spent_since"]
        assert all(h.units >= 0 for h in session.portfolio().holdings)


def test_forgotten_words_are_not_shown_to_any_model(tmp_path: Path) -> None:
    from agent.talk import earlier
    from agent.work import begin

    with open_desk(Settings(home=tmp_path, now=NOW, tz="Asia/Seoul")) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("비트코인은 7% 넘지 않게 해줘")
        session.say("비트코인 한도는 잊어줘")
        shown = " ".join(text for _, text in earlier(begin(desk, "kim", "ko")))
        assert "7%" not in shown


def test_the_universe_of_the_tests_has_one_cash_per_currency() -> None:
    assert universe().members("cash") == ("KRW", "USD")
