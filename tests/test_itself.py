"""Questions about the advisor itself, orders for later, falls by name, and words that point at what was said."""

from collections.abc import Iterator

import pytest

from agent.session import Session
from agent.talk import Turn
from agent.wiring import Settings, open_desk


@pytest.fixture
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("home")
    with open_desk(Settings(home=home, now="2026-03-31T09:00:00+09:00", currency="KRW", tz="Asia/Seoul")) as desk:
        yield Session(desk, "kim", "ko")


def said(session: Session, *texts: str) -> Turn:
    """The last of several turns."""
    turns = [session.say(text) for text in texts]
    return turns[-1]


@pytest.mark.parametrize(
    ("text", "call", "words"),
    [
        ("너는 누구야?", "smalltalk", "한폴리오"),
        ("who are you?", "smalltalk", "Hanfolio"),
        ("자동매매 켜져 있어?", "automatic", "모든 거래는 먼저 여쭤봐요"),
        ("Is automatic trading on?", "automatic", "I ask before every trade"),
        ("수수료 얼마나 들어?", "costs", "아직 거래가 없어"),
        ("how much does all this cost me?", "costs", "nothing has been paid"),
        ("이거 나한테 맞는 거야?", "suitability", "먼저 제안을"),
        ("is this real money?", "smalltalk", "practice money"),
        ("내 정보 어디에 저장돼?", "smalltalk", "컴퓨터에만"),
    ],
)
def test_questions_about_the_advisor_itself_are_answered(session: Session, text: str, call: str, words: str) -> None:
    turn = session.say(text)
    assert [c["name"] for c in turn.calls] == [call]
    assert words in turn.text


def test_what_trading_cost_is_told_after_it_was_paid(session: Session) -> None:
    offered = said(session, "포트폴리오 제안해줘").decision
    assert offered is not None
    paid = session.approve(offered.id, offered.fingerprint)
    assert f"거래 {len(paid.fills)}건" in session.say("수수료 얼마나 들었어?").text


@pytest.mark.parametrize(
    "text", ["삼성전자 30% 오르면 팔아줘", "sell tesla if it hits 300 dollars", "비트코인 떨어지면 5% 사줘"]
)
def test_an_order_for_later_is_refused_and_an_alert_offered(session: Session, text: str) -> None:
    turn = session.say(text)
    assert [c["name"] for c in turn.calls] == ["clarify"]
    assert session.pending() is None and session.state() == {}
    assert "알려" in turn.text or "tell you" in turn.text


def test_pressing_the_alert_offered_instead_sets_it(session: Session) -> None:
    button = session.say("삼성전자 30% 오르면 팔아줘").choices[0]
    session.say(button.say)
    assert session.state()["alerts"] == [{"metric": "gain", "target": "samsung_electronics", "value": 0.3}]


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("비트코인 8천만원 되면 알려줘", "below"),
        ("비트코인 9억원 되면 알려줘", "above"),
        ("비트코인 8천만원 넘으면 알려줘", "above"),
    ],
)
def test_a_price_is_waited_for_from_the_side_it_has_yet_to_cross(session: Session, text: str, op: str) -> None:
    turn = session.say(text)
    assert session.state()["alerts"][0]["op"] == op
    assert "지금 가격은" in turn.text


def test_more_than_all_there_is_cannot_be_bought(session: Session) -> None:
    turn = session.say("삼성전자 1조원어치 사줘")
    assert [c["reason"] for c in turn.refused] == ["more_than_all"]
    assert "1억원" in turn.text and session.pending() is None


@pytest.mark.parametrize("text", ["2008년 같은 폭락이 오면 어떻게 돼?", "what would a covid crash do to me"])
def test_a_fall_by_name_is_calculated_with_its_published_depth(session: Session, text: str) -> None:
    offered = said(session, "포트폴리오 제안해줘").decision
    assert offered is not None
    session.approve(offered.id, offered.fingerprint)
    turn = session.say(text)
    depth = {"2": "56.8%", "w": "33.9%"}[text[0]]
    assert [c["name"] for c in turn.calls] == ["what_if"] and depth in turn.text


def test_fear_with_nothing_but_cash_hears_that_nothing_can_fall(session: Session) -> None:
    turn = session.say("무서워 죽겠어 다 팔아줘")
    assert "전부 현금" in turn.text and session.pending() is None


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (
            ("최대 부동산 12%, 원자재 최대 10%", "첫 번째 거 9%로 낮춰줘"),
            {"cap": {"real_estate": 0.09, "commodities": 0.1}},
        ),
        (("cap tesla at 8%", "cut that limit in half"), {"cap": {"tesla": 0.04}}),
        (("채권 최소 40%", "한도 10%포인트만 올려줘"), {"floor": {"bonds": 0.5}}),
        (
            ("hold exactly 6% gold and exactly 4% silver", "double the smaller one"),
            {"exact": {"gold": 0.06, "silver": 0.08}},
        ),
        (("cap tech at 30% and cap energy at 10%", "drop both of those limits"), {}),
        (("no Tesla, Apple or Microsoft", "the last one is fine after all"), {"exclude": ["apple", "tesla"]}),
        (("매달 리밸런싱해줘", "분기로 바꿔줘"), {"rebalance": "quarterly"}),
    ],
)
def test_words_that_point_at_what_was_said_change_that(
    session: Session, texts: tuple[str, ...], state: dict[str, object]
) -> None:
    said(session, *texts)
    found = session.state()
    if "exclude" in found:
        found = {**found, "exclude": sorted(found["exclude"])}
    assert found == state


@pytest.mark.parametrize(
    "text",
    [
        "my roommate has 40% in nvidia",
        "the newspaper wrote that one should hold at least 5% cash",
        "작년에 내가 테슬라 다 팔았었지",
        "리포트에는 하이일드를 10%로 줄이라고 적혀 있던데요",
        "삼성전자에 5% 상한을 두는 경우를 상정해 보여주십시오. 실행 의사는 없습니다",
    ],
)
def test_hearsay_the_past_and_thought_experiments_change_nothing(session: Session, text: str) -> None:
    session.say(text)
    assert session.state() == {} and session.pending() is None


def test_who_has_retired_is_given_no_goal_and_an_age_corrects_nothing(session: Session) -> None:
    said(session, "I want a house for $600,000 in 12 years", "I'm 65 and retired")
    assert session.state()["goals"] == {"house": {"horizon_years": 12, "amount": 600000, "currency": "USD"}}


def test_what_is_there_already_is_not_the_goal(session: Session) -> None:
    said(session, "지금 3천만원 있는데 10년 뒤에 6억짜리 집 사고 싶어")
    assert session.state()["goals"]["house"]["amount"] == 600_000_000
