"""Replies of a model that invents figures in half of them: none that nothing computed is shown. 500 in the campaign."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.session import Session
from agent.talk import Turn
from agent.wiring import Desk, Settings, open_desk
from agent.words.claims import claims
from agent.words.grounding import shown_figures, ungrounded
from agent.words.table import TABLE
from tests.fakes import Call, Handler, answer, serving
from tools.domain.value import Lang
from tools.figures import find_figures

LANGS: tuple[Lang, Lang] = ("ko", "en")
KEY = "sk-secret-never-shown-0123456789"
ASKED = {
    "ko": (
        "지금 내 포트폴리오 어때?",
        "요즘 좀 걱정돼",
        "뭐부터 하면 좋을까?",
        "고마워",
        "금에 대해 어떻게 생각해?",
        "장기 투자가 좋을까?",
        "위험이 뭐야?",
        "비트코인은 어때?",
    ),
    "en": (
        "how is my portfolio doing?",
        "I am a bit worried lately",
        "where should I start?",
        "thank you",
        "what do you think about gold?",
        "is long-term investing good?",
        "what is risk?",
        "how about bitcoin?",
    ),
}
INVENTED = {
    "ko": (
        "금은 올해 {p}% 정도 움직였어요.",
        "지금 평가액은 {m}만원이에요.",
        "예상 수익은 연 {p}%예요.",
        "열 번 중 {k}번은 괜찮아요.",
        "비트코인 비중은 {p}퍼센트가 적당해요.",
        "약 {k}년이면 돼요.",
        "변동성은 {p}.5%이고 손실은 {m}원이에요.",
        "| 자산 | 비중 |\n|---|---|\n| 금 | {p}% |",
        "- 주식 {p}%\n- 채권 {k}0%",
        "포트폴리오의 절반을 현금으로 두세요.",
    ),
    "en": (
        "Gold moved about {p}% this year.",
        "Your portfolio is worth ${m},000.",
        "Expect roughly {p} percent a year.",
        "It works {k} times out of ten.",
        "A bitcoin share of {p}% is sensible.",
        "It takes about {k} years.",
        "Volatility is {p}.5% and the loss ₩{m}.",
        "| Asset | Weight |\n|---|---|\n| Gold | {p}% |",
        "- stocks {p}%\n- bonds {k}0%",
        "Keep half of the portfolio in cash, and two thirds of the rest in bonds.",
    ),
}
PLAIN = {
    "ko": ("천천히 같이 살펴볼게요.", "무엇이 가장 마음에 걸리세요?", "언제든 편하게 물어봐 주세요.", ""),
    "en": ("Let us look at it together.", "What worries you most?", "Ask me whenever you like.", ""),
}
CALLS: tuple[Call, ...] = (
    ("show", {"what": "portfolio"}),
    ("show", {"what": "risk"}),
    ("explain", {"about": "change"}),
    ("what_if", {"scenario": "shock", "target": "rates", "value": 0.02}),
    ("smalltalk", {}),
    ("recall", {}),
)


OURS = {c.figure.text for texts in TABLE.values() for n, text in enumerate(texts) for c in claims(text, LANGS[n])}
"""What our own sentences say in words: a bad year in twenty, nine of ten."""


class Script:
    """A model whose every answer is drawn: words with or without invented figures, before or after a call."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lang = "en"
        self.calls = False
        self.invent = False
        self.invented = ""

    def __call__(self, handler: Handler) -> None:
        last = handler.server.bodies[-1]["messages"][-1]["role"]
        if self.calls and last != "tool":
            answer("", self.rng.choice(CALLS))(handler)
            return
        text = self.rng.choice(PLAIN[self.lang])
        if self.invent:
            template = self.rng.choice(INVENTED[self.lang])
            p, k, m = self.rng.randint(11, 97), self.rng.randint(2, 9), self.rng.randint(101, 9999)
            self.invented = template.format(p=p, k=k, m=m)
            text = f"{text} {self.invented}".strip()
        answer(text)(handler)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path, now="2026-03-31T09:00:00+00:00", currency="USD", tz="UTC")) as opened:
        yield opened


def without_source(turn: Turn, said: str, desk: Desk) -> list[str]:
    """Figures of a reply that neither a tool computed nor the investor said."""
    text = re.sub(r"“[^”]*”", "“”", turn.text)  # words of theirs
    found = ungrounded(text, shown_figures(turn.figures), turn.lang, desk.names, said=said)
    return [f.text for f in found if f.text not in OURS]


@pytest.mark.parametrize("replies", [120, pytest.param(500, marks=pytest.mark.campaign)])
def test_of_many_replies_none_shows_a_figure_that_nothing_computed(desk: Desk, replies: int) -> None:
    script = Script(20_260_331)
    invented = kept = 0
    with serving(script) as server:
        asking = replace(desk, settings=replace(desk.settings, model="openai:fake", api_key=KEY, base_url=server.url))
        for n in range(replies):
            script.lang = "ko" if n % 2 else "en"
            script.invent, script.calls = n % 4 < 2, n % 5 == 0
            session = Session(asking, f"i{n // 20}", script.lang)  # type: ignore[arg-type]
            said = script.rng.choice(ASKED[script.lang])
            turn = session.say(said)
            assert without_source(turn, said, desk) == [], (turn.text, [f.text for f in turn.figures])
            if script.invent:
                invented += 1
                assert script.invented not in turn.text
                told = {f.text for f in turn.figures}
                made_up = {f.text for f in find_figures(script.invented)} - told
                assert not made_up & {f.text for f in find_figures(turn.text)}, (script.invented, turn.text)
            kept += turn.mind == "openai:fake" and turn.text in PLAIN[script.lang]
    assert invented == replies // 2 and kept > replies // 8, "words without figures are still shown"
