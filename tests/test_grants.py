"""Grants: said by the investor, read back, said yes to, kept to, and off at once. Nothing else trades by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.builtin.grants import granted
from agent.builtin.reading import read
from agent.granting import carry_out, said_yes
from agent.review import review
from agent.session import Session
from agent.talk import act
from agent.toolbox.outcome import Hands, ReviewWish
from agent.toolbox.pressed import switched_off
from agent.toolbox.registry import call
from agent.watch import tick
from agent.wiring import Desk, Settings, open_desk
from agent.work import begin
from knowledge.tables import load_names, load_universe
from tests import worlds
from tools.decide import decide
from tools.domain.decision import Alert, OrderLine
from tools.domain.events import Approved
from tools.domain.grant import Grant, Offer
from tools.domain.investor import Book
from tools.errors import Stale
from tools.grants import bounds, objection, seal, share, stale
from tools.state import State, fold

NAMES = load_names(load_universe())
START = datetime(2026, 1, 12, 9, tzinfo=UTC)
LATER = START + timedelta(days=90)


@contextmanager
def desk_on(home: Path, now: datetime) -> Iterator[Desk]:
    with open_desk(Settings(home=home, now=now.isoformat(), currency="KRW", tz="Asia/Seoul")) as desk:
        yield desk


@pytest.fixture(scope="module")
def invested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose investor approved a first plan."""
    home = tmp_path_factory.mktemp("granted")
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("포트폴리오 제안해줘")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
    return home


@pytest.fixture
def home(invested: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    import shutil

    shutil.copytree(invested, tmp_path / "home")
    return tmp_path / "home"


def proposed(desk: Desk, *, target: str = "GLD", delta: float = 0.02) -> None:
    """A proposal as the watch makes one, moving one asset."""
    work = begin(desk, "kim", "ko")
    review(work, ReviewWish(kind="tick", method="order", order=(OrderLine(asset=target, delta=delta),)))
    work.commit()


def yes(session: Session, said: str) -> None:
    turn = session.say(said)
    assert turn.choices, turn.text
    session.say(turn.choices[0].say)


# --- said, read back, said yes to -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("금은 8~12% 안에서 알아서 해줘, 3개월", {"target": "gold", "low": 0.08, "high": 0.12, "months": 3.0}),
        ("You may keep gold between 8% and 12% on your own for 6 months",
         {"target": "gold", "low": 0.08, "high": 0.12, "months": 6.0}),
        ("you may rebalance automatically within 2 points until June", {"within": 0.02}),
        ("전체를 2%포인트 안에서 3개월 동안 자동으로 리밸런싱해줘", {"within": 0.02, "months": 3.0}),
        ("자동매매 켜줘", {}),
    ],
)  # fmt: skip
def test_what_is_granted_is_read_from_the_words(said: str, args: dict[str, object]) -> None:
    found = granted(read(said, NAMES))
    assert found is not None
    assert found.name == "grant"
    assert dict(found.args) == args


@pytest.mark.parametrize(
    "said",
    ["금은 8%에서 12% 사이로 맞춰줘", "포트폴리오 알아서 짜줘", "자동매매가 뭐야?", "keep gold between 8% and 12%",
     "Can you rebalance automatically within 2%?", "자동차 주식 5% 사줘"],
)  # fmt: skip
def test_limits_questions_and_cars_grant_nothing(said: str) -> None:
    assert granted(read(said, NAMES)) is None


@pytest.mark.parametrize(
    "said", ["자동매매 꺼줘", "자동 거래 이제 하지 마", "turn off auto trading", "Stop trading automatically"]
)
def test_turning_it_off_is_heard_by_code(said: str) -> None:
    assert switched_off(said)


@pytest.mark.parametrize(
    "said", ["자동매매 끄면 어떻게 돼?", "cancel my auto stocks limit", "자동차 관련주 취소해줘", "자동매매 켜줘"]
)
def test_other_words_turn_nothing_off(said: str) -> None:
    assert not switched_off(said)


def test_an_offer_allows_nothing_before_its_own_yes(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        turn = session.say("금은 3~12% 안에서 알아서 해줘, 3개월")
        work = begin(desk, "kim", "ko")
        offer = work.state.offer
        assert offer is not None
        assert work.state.grants == ()
        assert offer.code in turn.text
        proposed(desk)
        assert carry_out(desk, "kim") is None
        for not_yes in ("네", "좋아요", "네, 이대로 맡길게요", "0000"):
            assert not said_yes(not_yes, offer)
        session.say(offer.code)
        assert begin(desk, "kim", "ko").state.grants == (offer,)


def test_a_bare_yes_shows_the_offer_again_and_grants_nothing(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("금은 3~12% 안에서 알아서 해줘, 3개월")
        turn = session.say("네")
        assert begin(desk, "kim", "ko").state.grants == ()
        assert any("맡길게요" in c.say for c in turn.choices)


def test_an_offer_waits_for_a_day_only(home: Path) -> None:
    with desk_on(home, START) as desk:
        Session(desk, investor="kim", lang="ko").say("금은 3~12% 안에서 알아서 해줘, 3개월")
        offer = begin(desk, "kim", "ko").state.offer
        assert offer is not None
    with desk_on(home, START + timedelta(days=2)) as desk:
        Session(desk, investor="kim", lang="ko").say(offer.code)
        assert begin(desk, "kim", "ko").state.grants == ()


@pytest.mark.parametrize("said", ["금은 8~12% 사이가 좋아", "비트코인 좀 사줘"])
def test_a_model_that_obeys_others_grants_nothing(home: Path, said: str) -> None:
    """Whatever a model sends: without the investor's words it is no offer, and no tool gives the yes."""
    with desk_on(home, START) as desk:
        hands = Hands(desk, begin(desk, "kim", "ko"), said)
        outcome = call(hands, "grant", {"target": "gold", "low": 0.08, "high": 0.12, "months": 3.0})
        assert outcome.reason == "not_said"
        assert hands.work.state.offer is None
        hands = Hands(desk, begin(desk, "kim", "ko"), "금은 8~12% 안에서 알아서 해줘, 3개월")
        wider = call(hands, "grant", {"target": "gold", "low": 0.0, "high": 0.9, "months": 3.0})
        assert wider.reason == "not_said"


def test_what_is_missing_is_asked_with_buttons_that_say_all_of_it(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="en")
        turn = session.say("keep gold between 8% and 12% on your own")
        assert turn.refused[0]["reason"] == "end_missing"
        again = session.say(turn.choices[1].say)
        assert again.calls[0]["name"] == "grant"
        assert session.say("turn on auto trading").refused[0]["reason"] == "band_missing"
        assert session.say("rebalance automatically within 30% for 3 months").refused[0]["reason"] == "band_too_wide"
        assert session.say("keep gold between 8% and 12% on your own for 3 years").refused[0]["reason"] == "too_long"


# --- carried out ------------------------------------------------------------------------------------------------------


def test_inside_the_band_it_is_carried_out_once_told_and_named_in_the_approval(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        before = session.portfolio().weights.get("GLD", 0.0)
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        proposed(desk)
        receipt = carry_out(desk, "kim")
        assert receipt is not None
        assert {f.asset for f in receipt.fills} == {"GLD"}
        assert session.portfolio().weights["GLD"] > before
        approvals = [e.body for e in session.log() if isinstance(e.body, Approved)]
        (grant,) = begin(desk, "kim", "ko").state.grants
        assert approvals[-1].grant == grant.id
        alert = session.alerts()[-1].body
        assert isinstance(alert, Alert)
        assert (alert.code, alert.decision, alert.grant) == ("auto", receipt.decision_id, grant.id)
        proposed(desk)
        assert carry_out(desk, "kim") is None, "not twice within five market days"
    with desk_on(home, START + timedelta(days=8)) as desk:
        proposed(desk, delta=0.01)
        assert carry_out(desk, "kim") is not None


def test_only_the_part_inside_the_band_is_carried_out_and_the_rest_waits(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        held = session.portfolio().weights
        top = round(held.get("GLD", 0.0) + 0.02, 3)
        yes(session, f"금은 0.5~{top * 100:.1f}% 안에서 알아서 해줘, 3개월")
        work = begin(desk, "kim", "ko")
        order = (OrderLine(asset="GLD", delta=0.06), OrderLine(asset="SPY", delta=-0.03))
        review(work, ReviewWish(kind="tick", method="order", order=order))
        work.commit()
        receipt = carry_out(desk, "kim")
        assert receipt is not None
        assert {f.asset for f in receipt.fills} == {"GLD"}
        after = session.portfolio().weights
        gold = sum(after.get(a, 0.0) for a in desk.market.universe().members("gold"))
        assert gold <= top + 1e-6
        assert after["SPY"] == pytest.approx(held["SPY"], abs=0.002)


def test_off_means_off_before_the_next_trade(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        proposed(desk)
        session.say("자동매매 꺼줘")
        assert carry_out(desk, "kim") is None
        assert begin(desk, "kim", "ko").state.grants == ()


def test_undo_right_after_takes_the_grant_back(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("비트코인은 10% 넘지 않게 해줘")
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        session.undo()
        assert begin(desk, "kim", "ko").state.grants == ()
        assert session.state()["cap"] == {"bitcoin": 0.1}
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        act(desk, "kim", "ko", "forget", {"topic": "all"})
        assert begin(desk, "kim", "ko").state.grants == ()


def test_what_a_person_asked_for_is_never_carried_out_on_a_grant(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        work = begin(desk, "kim", "ko")
        review(work, ReviewWish(kind="order", method="order", order=(OrderLine(asset="GLD", delta=0.02),)))
        work.commit()
        assert carry_out(desk, "kim") is None
        assert session.pending() is not None


def test_a_grant_is_over_at_its_end_and_while_the_feed_is_late(home: Path) -> None:
    with desk_on(home, START) as desk:
        yes(Session(desk, investor="kim", lang="ko"), "금은 1~12% 안에서 알아서 해줘, 1개월")
    with desk_on(home, START + timedelta(days=40)) as desk:
        proposed(desk)
        assert carry_out(desk, "kim") is None
    market = worlds.market()
    late = datetime.fromisoformat(str(market.days[-1])).replace(tzinfo=UTC) + timedelta(days=6)
    assert stale(market, ["US"], late)
    assert not stale(market, ["US"], late - timedelta(days=3))
    assert stale(worlds.market(stale=("US",)), ["US"], late - timedelta(days=5))


def test_the_automatic_trade_can_be_reversed_by_a_card(home: Path) -> None:
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        held = session.portfolio().weights.get("GLD", 0.0)
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        proposed(desk)
        assert carry_out(desk, "kim") is not None
        session.say("방금 자동매매 되돌려줘")
        pending = session.pending()
        assert pending is not None
        assert pending.proposal.target.get("GLD", 0.0) == pytest.approx(held, abs=0.005)


def test_a_tick_rebalances_by_itself_only_where_that_was_granted(home: Path) -> None:
    """The whole way: weeks pass, the rhythm of the grant comes round, the plan has moved, the covered part is done."""
    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        yes(session, "전체를 3%포인트 안에서 6개월 동안 자동으로 리밸런싱해줘")
        anchor = begin(desk, "kim", "ko").state.grants[0].grant.anchor
        session.say("좀 더 안전하게 해줘")
        assert session.pending() is not None
        session.reject(session.pending().id)  # type: ignore[union-attr]
    done = []
    for weeks in range(1, 5):
        with desk_on(home, START + timedelta(days=7 * weeks)) as desk:
            done += [n.alert for n in tick(desk, news=None) if n.alert.code == "auto"]
            weights = Session(desk, investor="kim", lang="ko").portfolio().weights
            executed = [e for e in Session(desk, investor="kim").log() if e.body.kind == "execution"]
    assert done
    assert all(a.value <= a.level + 1e-9 for a in done)
    assert len(executed) == 1 + len(done)
    assert set(weights) - set(anchor) <= set(desk.market.universe().ids)


# --- the pure part ----------------------------------------------------------------------------------------------------


def offer(grant: Grant) -> Offer:
    return Offer(id="g1", turn="t1", said="x", lang="en", grant=grant, expires_at=LATER, fingerprint=seal("g1", grant))


def plan(held: Book, aversion: float) -> tuple[object, object]:
    market = worlds.market()
    return market, decide(worlds.facts(market, worlds.inputs(aversion=aversion, held=held)))


@given(low=st.floats(0.0, 0.4), width=st.floats(0.01, 0.5), aversion=st.floats(1.0, 15.0), gold=st.integers(0, 30))
def test_the_covered_part_stays_inside_band_turnover_and_cash(
    low: float, width: float, aversion: float, gold: int
) -> None:
    market = worlds.market()
    held = worlds.book(KRW="6000000", GOLD=str(gold), US="3", KTB="40")
    decision = decide(worlds.facts(market, worlds.inputs(aversion=aversion, held=held)))
    now = decision.proposal.current
    for grant in (
        Grant(target="gold", low=low, high=min(low + width, 1.0), until=LATER),
        Grant(within=min(width, 0.5), anchor=dict(now), until=LATER),
    ):
        order = share(grant, decision, market.universe)
        after = {**now}
        for line in order:
            assert line.asset != "KRW"
            after[line.asset] = after.get(line.asset, 0.0) + line.delta
        moved = [line.delta for line in order]
        cash = now.get("KRW", 0.0) - sum(moved)
        assert cash >= -1e-12
        bought, sold = sum(d for d in moved if d > 0), -sum(d for d in moved if d < 0)
        assert max(bought, sold) <= grant.turnover + 1e-9
        if grant.target and order:
            was, goal = now.get("GOLD", 0.0), after.get("GOLD", 0.0)
            ends = (grant.low or 0.0, grant.high or 1.0)
            assert ends[0] - 1e-9 <= goal <= ends[1] + 1e-9 or abs(goal - was) > 0
        if grant.within:
            assert all(abs(after.get(a, 0.0) - now.get(a, 0.0)) <= grant.within + 1e-9 for a in after)


def test_every_objection_is_found() -> None:
    market = worlds.market()
    held = worlds.book(KRW="6000000", GOLD="4", US="3")
    at = datetime.fromisoformat(str(market.days[-1])).replace(tzinfo=UTC) + timedelta(hours=20)
    decision = decide(worlds.facts(market, worlds.inputs(held=held)))
    now = decision.proposal.current

    def ask(grant: Grant, *, last: datetime | None = None, when: datetime = at) -> str | None:
        return objection(offer(grant), decision, market, held, at=when, last=last)

    wide = Grant(within=0.5, anchor=dict(now), until=LATER + timedelta(days=3650), turnover=0.25)
    assert ask(wide) in (None, "too_much", "outside_band")
    assert ask(wide.model_copy(update={"until": at})) == "expired"
    assert ask(wide, when=at + timedelta(days=9)) == "stale_feed"
    assert ask(wide, last=at - timedelta(days=2)) == "too_soon"
    gold = Grant(target="gold", low=0.0, high=1.0, until=LATER + timedelta(days=3650))
    assert ask(gold) == "outside_scope"
    assert ask(wide.model_copy(update={"turnover": 0.0001})) == "too_much"


def test_a_band_is_kept_by_the_limits_of_the_decision_itself() -> None:
    grant = Grant(target="gold", low=0.08, high=0.12, until=LATER)
    assert [(x.kind, x.weight) for x in bounds(grant, ["GOLD"])] == [("min", 0.08), ("max", 0.12)]
    with pytest.raises(ValueError, match="low < high"):
        Grant(target="gold", low=0.2, high=0.1, until=LATER)
    with pytest.raises(ValueError, match="within"):
        Grant(within=0.1, target="gold", until=LATER)


def test_a_grant_that_was_taken_back_is_refused_at_execution(home: Path) -> None:
    from agent.approve import approve

    with desk_on(home, START) as desk:
        session = Session(desk, investor="kim", lang="ko")
        yes(session, "금은 1~12% 안에서 알아서 해줘, 3개월")
        proposed(desk)
        pending = session.pending()
        assert pending is not None
        session.say("자동매매 꺼줘")
        with pytest.raises(Stale, match="grant_refused"):
            approve(desk, "kim", "ko", pending.id, pending.fingerprint, grant="g1")
        assert np.isclose(sum(session.portfolio().weights.values()), 1.0)


def test_an_old_record_opens_without_grants() -> None:
    assert fold(()) == State()
    assert State().grants == ()
