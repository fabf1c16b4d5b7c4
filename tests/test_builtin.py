"""The model that needs no key: what it understands, what it asks back, and what it never turns into a change."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool

from agent.builtin.context import Said
from agent.builtin.model import BuiltinModel
from agent.builtin.understand import CHANGING, Understander
from agent.session import Session
from agent.wiring import Settings, open_desk
from knowledge.tables import load_exemplars, load_names, load_universe
from tests.evals.conversations import figures, state_after
from tests.evals.dialogue import match, score, wrong_change

VECTORS = Path(__file__).parents[2] / "shared/vectors/03_conversation_views.json"
IDS = {"korea_equity": "kr_stocks", "us_equity": "us_stocks"}
BANDS = {"low": 0.25, "medium": 0.5, "high": 0.75, None: 0.5}


@pytest.fixture(scope="module")
def understand() -> Understander:
    return Understander(load_names(load_universe()))


def calls(
    understand: Understander, text: str, *history: tuple[str, str], **how: Any
) -> list[tuple[str, dict[str, Any]]]:
    said = [Said("user" if who == "u" else "assistant", words) for who, words in history]
    return [(c.name, dict(c.args)) for c in understand(text, said, **how).calls]


@pytest.mark.parametrize("vector", [f"c{n}" for n in range(1, 10)])
def test_views_as_said_become_views_and_nothing_else_does(understand: Understander, vector: str) -> None:
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not beside this checkout")
    case = next(v for v in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"] if v["id"] == vector)
    found = calls(understand, case["inputs"]["utterance"])
    wanted = case["expected"]
    if wanted["kind"] == "constraint":
        assert found == [("exclude", {"target": wanted["constraint"]["asset"]})]
    elif wanted["kind"] == "view":
        [(name, slots)] = found
        universe = [IDS.get(u, u) for u in case["inputs"]["universe"]]
        row = [0] * len(universe)
        row[universe.index(slots["target"])] = 1 if slots["direction"] == "up" else -1
        if "versus" in slots:
            row[universe.index(slots["versus"])] = -row[universe.index(slots["target"])]
        years = slots.get("horizon_months", 12) / 12
        low, high = wanted["confidence_band"]
        assert name == "set_view"
        assert row == wanted["P"][0]
        assert slots["magnitude"] / min(years, 1) == pytest.approx(wanted["Q"][0])
        assert low <= BANDS[slots.get("confidence")] <= high
    else:
        assert not {n for n, _ in found} & (CHANGING - {"set_risk"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("비트코인은 10% 넘지 않게 해줘", [("set_limit", {"target": "bitcoin", "kind": "max", "weight": 0.1})]),
        ("No tobacco companies please", [("exclude", {"target": "tobacco"})]),
        ("금 비중을 조금 늘려줘", [("trade", {"side": "buy", "target": "gold"})]),
        ("왜 주식 비중이 줄었어?", [("explain", {"about": "change", "target": "stocks"})]),
        ("Sell all my Tesla", [("trade", {"side": "sell", "target": "tesla", "fraction": 1})]),
        ("테슬라를 안 뺐으면 어땠을까?", [("what_if", {"scenario": "not_exclude", "target": "tesla"})]),
        ("방금 거 취소", [("undo", {})]),
    ],
)  # fmt: skip
def test_plain_wishes_are_understood(understand: Understander, text: str, wanted: list[Any]) -> None:
    assert calls(understand, text) == wanted


def test_several_wishes_in_one_sentence_are_all_taken(understand: Understander) -> None:
    assert calls(understand, "담배랑 술은 빼고 코인은 최대 5%로") == [
        ("exclude", {"target": "tobacco"}),
        ("exclude", {"target": "alcohol"}),
        ("set_limit", {"target": "crypto", "kind": "max", "weight": 0.05}),
    ]
    assert [n for n, _ in calls(understand, "exclude oil and weapons, then propose something")] == [
        "exclude", "exclude", "propose",
    ]  # fmt: skip


def test_each_limit_of_a_sentence_keeps_its_own_kind(understand: Understander) -> None:
    assert calls(understand, "코인 10% 이하, 채권은 최소 20%") == [
        ("set_limit", {"target": "crypto", "kind": "max", "weight": 0.1}),
        ("set_limit", {"target": "bonds", "kind": "min", "weight": 0.2}),
    ]


@pytest.mark.parametrize(
    ("text", "history", "weight"),
    [
        ("아니 15로", [("u", "비트코인 최대 10프로"), ("a", "비트코인 최대 10 %로 바꿨어요")], 0.15),
        ("make it 15", [("u", "max 10% in bitcoin"), ("a", "Bitcoin capped at 10%.")], 0.15),
        (
            "hmm no, back to ten",
            [("u", "max 10% in bitcoin"), ("a", "Done."), ("u", "make it 15"), ("a", "Done.")],
            0.1,
        ),
    ],
)
def test_a_correction_changes_the_number_and_keeps_the_subject(
    understand: Understander, text: str, history: list[tuple[str, str]], weight: float
) -> None:
    assert calls(understand, text, *history) == [("set_limit", {"target": "bitcoin", "kind": "max", "weight": weight})]


@pytest.mark.parametrize(
    ("text", "history", "wanted"),
    [
        ("5 more", [("u", "cap tech at 25%"), ("a", "Tech capped at 25%.")], ("weight", 0.3)),
        ("5%p만 더 올려줘", [("u", "기술주는 최대 25%"), ("a", "기술주 상한 25%로 했어요.")], ("weight", 0.3)),
        ("push it back a year", [("u", "retire in 20 years"), ("a", "Saved.")], ("horizon_years", 21)),
        ("1년 더 미뤄줘", [("u", "20년 뒤에 은퇴할 거야"), ("a", "저장했어요.")], ("horizon_years", 21)),
        ("두 달 앞당겨졌어", [("u", "10개월 뒤 천만원 출금"), ("a", "반영했어요.")], ("in_months", 8)),
    ],
)
def test_a_relative_correction_counts_from_what_was_said(
    understand: Understander, text: str, history: list[tuple[str, str]], wanted: tuple[str, float]
) -> None:
    [(_, slots)] = calls(understand, text, *history)
    assert slots[wanted[0]] == pytest.approx(wanted[1])


@pytest.mark.parametrize(
    "text",
    [
        "limit gold to -10%",
        "금 마이너스 10%로 제한해줘",
        "raise the bond ceiling to 150%",
        "주식 비중 250프로로 해라",
        "retirement in minus three years, set it",
        "은퇴를 마이너스 3년 뒤로 잡아줘",
    ],
)
def test_a_number_that_cannot_be_meant_changes_nothing(understand: Understander, text: str) -> None:
    assert not {name for name, _ in calls(understand, text)} & CHANGING


@pytest.mark.parametrize(
    ("text", "weight"), [("cut Samsung down to 8% from 15", 0.08), ("삼전 비중 15에서 8프로로 낮춰줘", 0.08)]
)
def test_a_number_set_aside_is_not_the_one_that_counts(understand: Understander, text: str, weight: float) -> None:
    assert calls(understand, text) == [
        ("set_limit", {"target": "samsung_electronics", "kind": "exact", "weight": weight})
    ]


@pytest.mark.parametrize(
    ("wish", "over", "wanted"),
    [
        ("leave out airlines this quarter only", "the quarter is over now", ("include", {"target": "airlines"})),
        ("이번 분기만 항공주는 빼줘", "이제 분기 끝났어", ("include", {"target": "airlines"})),
        (
            "until summer keep crypto at 3% max",
            "summer's over, drop the crypto rule",
            ("forget", {"topic": "limits", "target": "crypto"}),
        ),
    ],
)
def test_a_wish_for_a_time_goes_when_the_time_is_over(
    understand: Understander, wish: str, over: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    found = calls(understand, over, ("u", wish), ("a", "Noted."))
    assert wanted in found


def test_a_yes_does_what_the_assistant_asked_whether_to_do(understand: Understander) -> None:
    assert calls(understand, "네 빼주세요", ("a", "테슬라를 제외할까요?")) == [("exclude", {"target": "tesla"})]
    assert calls(understand, "sure, go on", ("a", "Shall I cap crypto at 5%?")) == [
        ("set_limit", {"target": "crypto", "kind": "max", "weight": 0.05})
    ]


def test_a_pronoun_means_what_the_assistant_just_brought_up(understand: Understander) -> None:
    history = (("u", "담배 빼줘"), ("a", "담배를 제외했습니다. 주류 기업도 2% 보유 중입니다."))
    assert calls(understand, "그것도 빼줘", *history) == [("exclude", {"target": "alcohol"})]


@pytest.mark.parametrize("yes", ["네", "yes", "응", "ok"])
def test_a_bare_yes_decides_only_where_a_proposal_stands(understand: Understander, yes: str) -> None:
    assert calls(understand, yes, pending=True) == [("decide", {"decision": "approve"})]
    assert calls(understand, yes, pending=False) == [("clarify", {})]
    assert calls(understand, yes) == [("clarify", {})]


def test_a_bare_no_turns_the_proposal_down(understand: Understander) -> None:
    proposal = ("a", "이렇게 바꿀까요? 승인하시겠어요?")
    assert calls(understand, "아니요", proposal) == [("decide", {"decision": "reject"})]


@pytest.mark.parametrize(
    "text",
    [
        "should I sell Tesla?",
        "테슬라 팔까?",
        "My brother says gold will double",
        "친구가 비트코인 두 배 간다더라",
        "비트코인 팔지 마",
        "Don't sell my Apple",
        "I never said to sell anything",
        "팔지 말고 보여주기만 해",
        "Will tech beat bonds?",
        "만약 채권을 다 팔면 어떻게 돼?",
        "what if I had excluded oil?",
    ],
)
def test_questions_hearsay_and_orders_not_given_change_nothing(understand: Understander, text: str) -> None:
    assert not {name for name, _ in calls(understand, text)} & CHANGING


@pytest.mark.parametrize(
    "text",
    [
        "다 팔아줘 못 참겠어",
        "I can't take it anymore, sell everything NOW",
        "무서워 죽겠어 전부 현금으로 바꿔줘",
        "oh god it's crashing, get me out",
    ],
)
def test_fear_is_heard_as_fear(understand: Understander, text: str) -> None:
    assert "panic" in {name for name, _ in calls(understand, text)}


def test_an_unsure_reading_asks_and_names_what_it_may_have_been(understand: Understander) -> None:
    understood = understand("그거 좀 어떻게 해봐")
    assert [c.name for c in understood.calls] == ["clarify"]
    assert 0 < len(understood.alternatives) <= 3
    assert "clarify" not in understood.alternatives


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), before=st.text(max_size=120))
def test_no_text_breaks_it(text: str, before: str) -> None:
    understand = Understander(load_names(load_universe()))
    understood = understand(text, [Said("user", before), Said("assistant", text)])
    assert understood.calls
    assert 0.0 <= understood.confidence <= 1.0


@pytest.mark.parametrize("unit", ["x ", "가나다 그리고 15% 테슬라 ", "1", "보다", "and, ", "(", "\u200b\x00"])
def test_a_hundred_kilobytes_are_answered(understand: Understander, unit: str) -> None:
    assert understand(unit * (100_000 // len(unit))).calls


def test_threads_share_one_understander(understand: Understander) -> None:
    texts = ["담배 빼줘", "cap gold at 5%", "왜 샀어?", "sell half my Apple"] * 3
    alone = [understand(t) for t in texts]
    together: dict[int, Any] = {}

    def hear(index: int) -> None:
        together[index] = understand(texts[index])

    threads = [threading.Thread(target=hear, args=(i,)) for i in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[i] for i in range(len(texts))] == alone


@tool
def set_limit(target: str, kind: str, weight: float) -> str:
    """Limit a share."""
    return target


@tool
def clarify() -> str:
    """Ask back."""
    return ""


def test_the_chat_model_calls_bound_tools_only(understand: Understander) -> None:
    model = BuiltinModel(understander=understand)
    said = HumanMessage("비트코인은 10% 넘지 않게 해줘")
    answer = model.bind_tools([set_limit, clarify]).invoke([said])
    assert [(c["name"], c["id"]) for c in answer.tool_calls] == [("set_limit", "call_1")]
    assert answer.tool_calls[0]["args"] == {"target": "bitcoin", "kind": "max", "weight": 0.1}
    unbound = model.bind_tools([clarify]).invoke([said])
    assert [c["name"] for c in unbound.tool_calls] == ["clarify"]


def test_after_its_tools_have_run_the_chat_model_falls_silent(understand: Understander) -> None:
    model = BuiltinModel(understander=understand).bind_tools([set_limit, clarify])
    said = HumanMessage("cap gold at 5%")
    asked = model.invoke([said])
    done = model.invoke([said, asked, ToolMessage("saved", tool_call_id="call_1")])
    assert isinstance(done, AIMessage)
    assert (done.text, done.tool_calls) == ("", [])


def test_the_exemplars_are_many_varied_and_answered_within_the_scheme() -> None:
    rows = load_exemplars()
    counts: dict[tuple[str, bool], int] = {}
    for row in rows:
        korean = any("가" <= c <= "힣" for c in row["u"])
        for call in row["calls"]:
            counts[call["intent"], korean] = counts.get((call["intent"], korean), 0) + 1
    alone = [row["u"] for row in rows if "h" not in row]
    assert len(set(alone)) >= 0.999 * len(alone)
    assert len({intent for intent, _ in counts}) == 28
    assert min(counts.values()) >= 60


OWN = Path(__file__).parent / "data/own_conversations.jsonl"
RIGHT_AT_THE_END = 0.8
"""Least share of our own conversations whose final state is right; they were written to be learned from, the
last of them to be hard."""


def test_our_own_conversations_end_in_the_right_state() -> None:
    told = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    assert min(sum(row["lang"] == lang for row in told) for lang in ("ko", "en")) >= 30
    right = [figures(row["expected_state"], state_after(row, "builtin"))["final_state_accuracy"] for row in told]
    assert sum(right) / len(right) >= RIGHT_AT_THE_END


@pytest.mark.parametrize(
    ("text", "history", "wanted"),
    [
        ("제안 취소해줘", [], [("decide", {"decision": "reject"})]),
        ("cancel the proposal", [], [("decide", {"decision": "reject"})]),
        ("not 20, 25", [("u", "tech under 20%"), ("a", "Tech is now capped at 20%.")],
         [("set_limit", {"target": "tech", "kind": "max", "weight": 0.25})]),
        ("scratch that, make it 15", [("u", "max 10% in gold"), ("a", "Done.")],
         [("set_limit", {"target": "gold", "kind": "max", "weight": 0.15})]),
        ("금도 똑같이", [("u", "코인은 5% 넘지 않게 해줘"), ("a", "암호화폐 최대 5%로 정했어요.")],
         [("set_limit", {"target": "gold", "kind": "max", "weight": 0.05})]),
        ("마소 말고 애플", [("u", "마소 최대 12%"), ("a", "마이크로소프트 최대 12%로 정했어요.")],
         [("set_limit", {"target": "apple", "kind": "max", "weight": 0.12})]),
        ("make it five years", [("u", "plan for my wedding in 3 years"), ("a", "Saved.")],
         [("set_goal", {"goal": "wedding", "horizon_years": 5})]),
        ("최대 20%", [("u", "금 비중 제한해줘"), ("a", "얼마까지 할까요?")],
         [("set_limit", {"target": "gold", "kind": "max", "weight": 0.2})]),
    ],
)  # fmt: skip
def test_what_leans_on_the_turn_before_is_made_whole(
    understand: Understander, text: str, history: list[tuple[str, str]], wanted: list[Any]
) -> None:
    assert calls(understand, text, *history) == wanted


@pytest.mark.parametrize(
    ("text", "target", "kind"),
    [
        ("2차전지 7퍼 넘게는 안돼", "ev_battery", "max"),
        ("단기채 20% 밑으로 내려가지 않게 부탁드려요", "short_bonds", "min"),
        ("never let cash fall under 12%", "cash", "min"),
    ],
)
def test_a_side_that_is_ruled_out_is_a_limit_on_the_other(
    understand: Understander, text: str, target: str, kind: str
) -> None:
    [(_, slots)] = calls(understand, text)
    assert (slots["target"], slots["kind"]) == (target, kind)


@pytest.mark.parametrize(("text", "lang"), [("애플 10주 사줘", "ko"), ("buy 10 shares of Apple", "en")])
def test_an_order_in_shares_is_an_order_of_exactly_so_many(tmp_path: Path, text: str, lang: Any) -> None:
    with open_desk(Settings(home=str(tmp_path), model="builtin")) as desk:
        session = Session(desk, investor="kim", lang=lang)
        session.say(text)
        pending = session.pending()
    assert pending is not None
    assert [(t.asset, t.units) for t in pending.proposal.trades] == [("AAPL", 10)]


def test_the_scorer_pairs_calls_and_counts_a_wrong_number_as_a_wrong_change() -> None:
    gold = [{"intent": "set_limit", "slots": {"target": "gold", "kind": "max", "weight": 0.1}}]
    near = [{"intent": "set_limit", "slots": {"target": "gold", "kind": "max", "weight": 0.104}}]
    far = [{"intent": "set_limit", "slots": {"target": "gold", "kind": "max", "weight": 0.15}}]
    row = {"id": "1", "lang": "en", "expected": gold}
    assert match(gold, gold).exact
    assert (match(gold, far).hit, match(gold, far).surplus, match(gold, far).missing) == (2, 1, 1)
    assert [wrong_change(row, answer) for answer in (gold, near, far, [])] == [False, False, True, False]
    assert score([row], {"1": gold})["all"]["exact"] == 1.0
    assert score([row], {"1": [{"intent": "clarify", "slots": {}}]})["all"]["coverage"] == 0.0
