"""Sentences: both languages say the same, every code exists, figures are filled in by code and remembered."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words.errors import explain_error
from agent.words.naming import wish_name
from agent.words.plain import neutral
from agent.words.render import SLOT, render, render_all
from agent.words.slots import (
    At,
    Cash,
    Day,
    Line,
    Number,
    Percent,
    Phrase,
    Phrases,
    Points,
    Quoted,
    Span,
    Thing,
    Things,
    Units,
    Word,
)
from agent.words.table import TABLE
from knowledge.tables import load_names, load_universe
from tools.domain.investor import CashFlow, SetAlert, SetGoal, SetLimit
from tools.domain.value import Lang, Money
from tools.errors import BadInput, DataMissing, Infeasible, ModelFailed, Stale
from tools.figures import find_figures

ROOT = Path(__file__).parents[1]
NAMES = load_names(load_universe())
ERRORS = {
    "MandateConflict",
    "Infeasible",
    "DataMissing",
    "ModelFailed",
    "Stale",
    "BadInput",
    "StoreFailed",
    "BrokerFailed",
}
LANGS: tuple[Lang, ...] = ("ko", "en")


def said(line: Line, lang: Lang = "ko") -> str:
    return render(line, lang, NAMES, tz="Asia/Seoul").text


def trees(*rooms: str) -> Iterator[ast.AST]:
    for room in rooms:
        for path in (ROOT / room).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def texts(node: ast.AST) -> Iterator[str]:
    """Every text inside an expression; of an f-string its first constant part followed by *."""
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        yield (str(first.value) if isinstance(first, ast.Constant) else "") + "*"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def used() -> set[str]:
    """Codes that the agent and the page name, as they stand in the source."""
    calls = (n for n in trees("agent", "ui") if isinstance(n, ast.Call) and n.args)
    return {t for c in calls if name_of(c) in ("Line", "Word", "about") for t in texts(c.args[0])}


@pytest.mark.parametrize("code", sorted(TABLE))
def test_both_languages_say_it_with_the_same_slots(code: str) -> None:
    korean, english = TABLE[code]
    assert bool(korean) == bool(english)
    assert sorted({m[1] for m in SLOT.finditer(korean)}) == sorted({m[1] for m in SLOT.finditer(english)})
    assert not any(m[2] for m in SLOT.finditer(english)), "particles are Korean"


@pytest.mark.parametrize("code", sorted(c for c in TABLE if not c.startswith(("say.", "prompt."))))
def test_no_sentence_holds_a_figure_of_its_own(code: str) -> None:
    assert not any(ch.isdigit() for text in TABLE[code] for ch in SLOT.sub("", text))


def test_every_code_in_use_exists() -> None:
    codes = used()
    assert len(codes) > 100
    whole = {c for c in codes if not c.endswith("*")}
    assert whole - TABLE.keys() == set()
    begun = {c[:-1] for c in codes if c.endswith("*")} - {""}
    assert {b for b in begun if not any(code.startswith(b) for code in TABLE)} == set()


def test_every_sentence_is_used() -> None:
    sources = [p.read_text(encoding="utf-8") for room in ("agent", "ui") for p in (ROOT / room).rglob("*.py")]
    elsewhere = re.sub(r'"[a-z_0-9.A-Z]+": \(', "", "\n".join(sources))  # without the definitions themselves
    quoted = set(re.findall(r"""["']([a-z_]+\.[A-Za-z_]+)["']""", elsewhere))
    built = {c[:-1] for n in trees("agent", "ui") for c in texts(n) if c.endswith("*") and c[:-1].endswith((".", "_"))}
    starts = tuple(b for b in built if "." in b)
    assert {c for c in TABLE if c not in quoted and not c.startswith(starts)} == set()


def test_every_error_that_is_raised_has_words() -> None:
    raised = {
        f"{'model' if name_of(n) == 'ModelFailed' else 'error'}.{t}"
        for n in trees("agent", "knowledge", "tools", "ui")
        if isinstance(n, ast.Call) and name_of(n) in ERRORS and n.args
        for t in texts(n.args[0])
        if not t.endswith("*")
    }
    assert len(raised) > 30
    assert raised - TABLE.keys() == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_is_printed_and_remembered_in_order(lang: Lang) -> None:
    line = Line(
        "limit.max_was",
        {
            "target": Thing("bitcoin"),
            "weight": Percent(0.1, asset="bitcoin"),
            "was": Percent(0.15, asset="bitcoin"),
            "tail": Phrase(Line("tail.now", {"now": Percent(0.141, asset="BTC")})),
        },
    )
    told = render(line, lang, NAMES, tz="Asia/Seoul")
    assert [(f.text, f.value, f.unit, f.asset) for f in told.figures] == [
        ("15%", 0.15, "percent", "bitcoin"),
        ("10%", 0.1, "percent", "bitcoin"),
        ("14.1%", 0.141, "percent", "BTC"),
    ]
    assert [f.text for f in find_figures(told.text)] == [f.text for f in told.figures]


def test_korean_particles_follow_the_printed_value() -> None:
    assert said(Line("exclude.set", {"target": Thing("gold"), "tail": Phrase(Line("tail.none"))})).startswith("금은 ")
    assert said(Line("exclude.set", {"target": Thing("tesla"), "tail": Phrase(Line("tail.none"))})).startswith(
        "테슬라는"
    )
    name = wish_name(SetLimit(target="crypto", kind="max", weight=0.05), "KRW")
    tail = Phrase(Line("tail.now", {"now": Percent(0.03)}))
    assert (
        said(Line("limit.same", {"limit": Phrase(name), "tail": tail}))
        == "이미 암호화폐 최대 5%로 정해져 있어요 — 지금 3%예요."
    )


def test_a_read_back_shows_before_and_after() -> None:
    slots = {
        "target": Thing("bitcoin"),
        "weight": Percent(0.1),
        "was": Percent(0.15),
        "tail": Phrase(Line("tail.now", {"now": Percent(0.14)})),
    }
    assert said(Line("limit.max_was", slots)) == "비트코인 최대 15%에서 10%로 바꿨어요 — 지금 14%예요."
    assert said(Line("limit.max_was", slots), "en") == "The cap on Bitcoin went from 15% to 10% — you hold 14%."


def test_every_kind_of_value_has_a_printer() -> None:
    parts = (
        Line("button.points", {"points": Points(-0.031)}),
        Line("button.fraction", {"fraction": Number(1234.5, digits=1)}),
        Line("button.fraction", {"fraction": Units(Decimal("10"), "AAPL")}),
        Line("button.fraction", {"fraction": Cash(Money(amount=Decimal(320_000_000), currency="KRW"))}),
        Line("button.fraction", {"fraction": Span(18)}),
        Line("button.fraction", {"fraction": Day(date(2026, 3, 2))}),
        Line("button.fraction", {"fraction": Word("topic.goal")}),
        Line("button.fraction", {"fraction": Things(("gold", "bonds"))}),
    )
    told = render(Line("undo.done", {"what": Phrases(parts)}), "en", NAMES, tz="UTC")
    assert told.text == (
        "Taken back: −3.1 points, 1,234.5, 10 shares, ₩320,000,000, 1 year 6 months, 2 March 2026, goals, "
        "gold and bonds."
    )
    assert [f.unit for f in told.figures] == ["points", "number", "units", "KRW", "months", "date"]


def test_an_instant_is_the_day_it_is_where_the_investor_lives() -> None:
    line = Line("why.decided", {"day": At(datetime(2026, 3, 2, 20, tzinfo=UTC))})
    assert "3월 3일" in render(line, "ko", NAMES, tz="Asia/Seoul").text
    assert "3월 2일" in render(line, "ko", NAMES, tz="America/New_York").text


def test_an_english_sentence_begins_with_a_capital_and_a_brand_stays_as_it_is() -> None:
    assert said(Line("whatif.not_excluded", {"target": Thing("tech")}), "en") == "Tech is not excluded."
    assert said(Line("whatif.not_excluded", {"target": Thing("IEF")}), "en").startswith("iShares")
    told = render_all((Line("panic.care"), Line("show.not_held", {"target": Thing("gold")})), "en", NAMES, tz="UTC")
    assert "You hold no gold." in told.text


def test_quoted_words_are_harmless_and_never_figures() -> None:
    nasty = "cap 10%\u202e <b>now</b> ![x](http://evil.example/a.png) [go](javascript:x) `rm`\u200b\x07 **bold**"
    slots = {"what": Word("topic.risk"), "day": Day(date(2026, 3, 2)), "said": Quoted(nasty)}
    told = render(Line("recall.item", slots), "en", NAMES, tz="UTC")
    assert [f.unit for f in told.figures] == ["date"]
    assert "cap 10% now x go 'rm' ∗∗bold∗∗" in told.text


@given(st.text(max_size=300))
def test_neutral_text_cannot_act(text: str) -> None:
    plain = neutral(text)
    assert len(plain) <= 160
    assert not set(plain) & set("<>`[]*|\\\n\r\t\u202e\u200b\x00")
    assert "](" not in plain and "://" not in plain
    assert neutral(plain) == plain


def test_errors_name_what_they_are_about() -> None:
    missing = explain_error(DataMissing("no_price", "AAPL", "TSLA"), NAMES)
    assert said(missing[0]) == "애플, 테슬라의 믿을 만한 최신 가격이 없어 제안하지 않을게요."
    cap = wish_name(SetLimit(target="bitcoin", kind="max", weight=0.1), "KRW")
    clash = explain_error(Infeasible((), "s1"), NAMES, (cap,))
    assert "Bitcoin at most 10%" in said(clash[0], "en")
    told = render_all(explain_error(BadInput("cell_too_long", "7"), NAMES), "ko", NAMES, tz="UTC")
    assert told.text == "너무 긴 칸이 있어요. 7번째 줄이에요."
    assert explain_error(Stale("never_heard_of"), NAMES) == (Line("error.other"),)
    assert explain_error(ModelFailed("never_heard_of"), NAMES) == (Line("model.other"),)


@pytest.mark.parametrize(
    ("wish", "korean", "english"),
    [
        (SetGoal(goal="house", horizon_years=5, amount=1e8, currency="KRW"),
         "목표 내 집 마련 (5년 뒤, 1억원)", "Goal: a home (in 5 years, ₩100,000,000)"),
        (CashFlow(kind="reserve", amount=5e6), "비상금 500만원", "Reserve: ₩5,000,000"),
        (SetAlert(metric="price", target="bitcoin", op="above", value=1e5, currency="USD"),
         "알림: 비트코인 가격이 100,000달러를 넘으면", "Alert: Bitcoin price above $100,000"),
    ],
)  # fmt: skip
def test_wishes_have_names(wish: SetGoal | CashFlow | SetAlert, korean: str, english: str) -> None:
    assert said(wish_name(wish, "KRW")) == korean
    assert said(wish_name(wish, "KRW"), "en") == english
