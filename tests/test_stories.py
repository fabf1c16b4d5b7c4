"""The stories the project is built for, told through the one door, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.session import Session
from agent.upkeep import replay, verify
from agent.wiring import Desk, Settings, open_desk
from tools.domain.value import Lang
from tools.errors import Stale

NOW = "2026-03-02T09:00:00+09:00"

SAY: dict[str, dict[Lang, str]] = {
    "limit": {"ko": "비트코인은 1% 넘지 않게 해줘.", "en": "No more than 1% in bitcoin, please."},
    "more": {"ko": "채권은 최소 50%로 해줘", "en": "keep at least 50% in bonds"},
    "why": {"ko": "왜 채권 비중이 늘었어?", "en": "why did my bonds go up?"},
    "approve": {"ko": "승인할게", "en": "ok, approve it"},
    "clash": {"ko": "주식은 최소 60%로 해줘", "en": "keep at least 60% in stocks"},
    "unknown": {"ko": "프로보코인은 10% 넘지 않게 해줘", "en": "no more than 10% in provocoin"},
    "panic": {"ko": "다 팔아줘 못 참겠어", "en": "sell everything, I can't take it"},
    "undo": {"ko": "방금 거 취소해줘", "en": "undo that"},
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path, now=NOW, tz="Asia/Seoul")) as opened:
        yield opened


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_sentence_becomes_a_limit_a_proposal_and_after_a_yes_a_portfolio(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    turn = session.say(SAY["limit"][lang])
    assert [(c["name"], dict(c["args"])) for c in turn.calls] == [
        ("set_limit", {"target": "bitcoin", "kind": "max", "weight": 0.01})
    ]
    assert session.state() == {"cap": {"bitcoin": 0.01}}
    (stated,) = session.statements()
    assert stated.statement.said == SAY["limit"][lang]
    pending = session.pending()
    assert pending is not None and turn.decision is not None and turn.decision.id == pending.id
    assert pending.simulated and pending.proposal.target.get("BTC", 0.0) <= 0.01
    assert session.portfolio().worth.amount == pending.proposal.worth.amount

    receipt = session.approve(pending.id, pending.fingerprint)
    assert not receipt.again and session.pending() is None
    held = {h.asset: h.weight for h in session.portfolio().holdings}
    for asset, weight in pending.proposal.target.items():
        assert held[asset] == pytest.approx(weight, abs=1e-6)
    assert session.approve(pending.id, pending.fingerprint).again
    assert not replay(desk).differences and not verify(desk).faults


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_answer_to_why_is_arithmetic_on_stored_decisions(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["limit"][lang])
    first = session.pending()
    assert first is not None
    session.approve(first.id, first.fingerprint)
    session.say(SAY["more"][lang])
    before = len(session.log())
    turn = session.say(SAY["why"][lang])
    assert [c["name"] for c in turn.calls] == ["explain"] and SAY["more"][lang] in turn.text
    assert [e.body.kind for e in session.log()[before:]] == ["turn"]
    why = session.why()
    moved: dict[str, float] = {}
    for name, shares in why.rows.items():
        for asset, share in shares.items() if name != "lots" else ():
            moved[asset] = moved.get(asset, 0.0) + share
    for asset in set(why.before) | set(why.after):
        assert moved.get(asset, 0.0) == pytest.approx(why.after.get(asset, 0.0) - why.before.get(asset, 0.0), abs=1e-9)
    bonds = [c for c in why.causes if c.said == SAY["more"][lang]]
    assert len(bonds) == 1 and sum(v for a, v in bonds[0].shares.items() if a in ("114260", "IEF", "SHY")) > 0


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_no_word_approves_anything(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["limit"][lang])
    session.say(SAY["approve"][lang])
    assert session.pending() is not None
    assert not [e for e in session.log() if e.body.kind in ("approval", "execution")]


def test_the_four_characters_on_the_card_approve_exactly_that_card(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    session.say(SAY["limit"]["ko"])
    pending = session.pending()
    assert pending is not None
    session.say(pending.code)
    assert session.pending() is None and [e for e in session.log() if e.body.kind == "execution"]


def test_a_yes_to_another_fingerprint_is_refused_and_recorded(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    session.say(SAY["limit"]["ko"])
    pending = session.pending()
    assert pending is not None
    with pytest.raises(Stale):
        session.approve(pending.id, "0" * 64)
    assert session.log()[-1].body.kind == "refusal" and session.pending() == pending


def test_a_yes_after_the_mandate_changed_is_refused(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    session.say(SAY["limit"]["ko"])
    old = session.pending()
    assert old is not None
    session.say(SAY["more"]["ko"])
    with pytest.raises(Stale):
        session.approve(old.id, old.fingerprint)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_wishes_that_cannot_both_hold_stay_and_nothing_is_proposed(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["more"][lang])
    turn = session.say(SAY["clash"][lang])
    assert session.state() == {"floor": {"bonds": 0.5, "stocks": 0.6}}
    assert turn.decision is None and session.pending() is None
    assert "50%" in turn.text and "60%" in turn.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_unknown_name_is_asked_back_and_never_guessed(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    turn = session.say(SAY["unknown"][lang])
    assert session.state() == {} and turn.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_panic_meets_care_and_choices_and_sells_nothing(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["limit"][lang])
    turn = session.say(SAY["panic"][lang])
    assert [c["name"] for c in turn.calls] == ["panic"] and len(turn.choices) >= 2
    assert not [e for e in session.log() if e.body.kind == "execution"]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_undo_takes_the_sentence_back(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["limit"][lang])
    session.say(SAY["undo"][lang])
    assert session.state() == {}


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_000, "\x00\x07\u202e\u200b", "💥" * 500])
def test_any_text_is_answered(desk: Desk, text: str) -> None:
    session = Session(desk, investor="kim", lang="ko")
    assert session.say(text).text and session.state() == {}


def test_two_people_on_one_desk_never_see_each_other(desk: Desk) -> None:
    one, other = Session(desk, investor="one", lang="ko"), Session(desk, investor="other", lang="ko")
    one.say("테슬라는 빼줘")
    assert other.state() == {} and "테슬라" not in other.say("나에 대해 뭘 알아?").text
    pending = one.pending()
    assert pending is not None and other.pending() is None
    with pytest.raises(Stale):
        other.approve(pending.id, pending.fingerprint)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_clash_offers_a_button_for_each_wish_and_pressing_one_settles_it(desk: Desk, lang: Lang) -> None:
    session = Session(desk, investor="kim", lang=lang)
    session.say(SAY["more"][lang])
    turn = session.say(SAY["clash"][lang])
    ways = [c for c in turn.choices if "50%" in c.label or "60%" in c.label]
    assert len(ways) == 2
    settled = session.say(next(c.say for c in ways if "60%" in c.label))
    assert session.state() == {"floor": {"bonds": 0.5}} and settled.decision is not None


@pytest.mark.parametrize(
    ("lang", "lines", "question", "words"),
    [
        (
            "ko",
            ("테슬라는 빼줘", "금은 최대 10%로", "채권은 최소 20%로"),
            "내가 금에 대해 뭐라고 했지?",
            "금은 최대 10%로",
        ),
        (
            "en",
            ("no tesla", "at most 10% in gold", "at least 20% in bonds"),
            "what did I say about gold?",
            "at most 10%",
        ),
    ],
)
def test_a_question_about_one_thing_recalls_what_was_said_about_it(
    desk: Desk, lang: Lang, lines: tuple[str, ...], question: str, words: str
) -> None:
    session = Session(desk, investor="kim", lang=lang)
    for line in lines:
        session.say(line)
    reply = session.say(question).text
    assert words in reply and lines[0] not in reply
