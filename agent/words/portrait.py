"""The profile in words: one habit at a time, the grade with both figures of risk, and what is not known yet."""
# ruff: noqa: E501 - a sentence is not cut in two

from typing import Literal

from agent.words.slots import Line, Number, Percent, Phrase, Slot
from agent.words.traits import LEVEL, printed
from tools.behaviour import Trait
from tools.domain.investor import Grade

WORDS: dict[str, tuple[str, str]] = {
    "grade.stable": ("안정형", "very careful"),
    "grade.careful": ("안정추구형", "careful"),
    "grade.middle": ("위험중립형", "balanced"),
    "grade.growth": ("적극투자형", "growth-minded"),
    "grade.bold": ("공격투자형", "bold"),
    "grade.stated": (
        "{grade:이에요/예요}. 위험 회피도 {used:으로/로} 계산해요 (클수록 안전).",
        "{grade}. Calculated with a risk aversion of {used}; higher is safer.",
    ),
    "grade.both": (
        "{grade:이에요/예요}. 말씀하신 위험 회피도는 {stated}, 거래에서 드러난 값은 {shown}({low}~{high}, {level} 구간)이고, 지금은 {used:을/를} 써요.",
        "{grade}. You stated a risk aversion of {stated}, your trades reveal {shown} ({level} interval {low} to {high}); {used} is in use.",
    ),
    "grade.asked_loss": (
        "위험 성향은 높게 말씀하셨는데 견딜 수 있는 손실은 작아요. 지금은 손실 한도를 먼저 지켜요. 둘 중 어느 쪽이 맞나요?",
        "You asked for a lot of risk but can bear only a small loss. The loss limit comes first for now. Which of the two is right?",
    ),
    "grade.asked_careful": (
        "위험 성향은 낮게 말씀하셨는데 큰 손실도 견딜 수 있다고 하셨어요. 지금은 더 조심스러운 쪽을 따라요. 어느 쪽이 맞나요?",
        "You asked for little risk but said a large loss can be borne. The more careful one counts for now. Which of the two is right?",
    ),
    "portrait.no_trades": (
        "가져온 거래가 없어 매매 습관은 아직 몰라요.",
        "No trades were brought in, so nothing is known of your habits yet.",
    ),
    "portrait.trait": (
        "{name}: {estimate} ({level} 구간 {low}~{high}), {call}.",
        "{name}: {estimate} ({level} interval {low} to {high}), {call}.",
    ),
    "portrait.silent": (
        "{name}: 본인 거래만으로는 아직 알 수 없어요 (근거 {events}건, 보통 {required}건 필요).",
        "{name}: your own trades do not yet tell ({events} pieces of evidence, usually {required} are needed).",
    ),
    "portrait.goal_open": (
        "날짜와 금액을 알려 주시면 확률을 계산해 드려요.",
        "Tell me a date and an amount and I will work out the chance.",
    ),
    "unknown.risk": (
        "위험을 얼마나 감수할지 아직 말씀하지 않으셨어요. 지금은 중간으로 계산해요.",
        "You have not said how much risk to take; a middle value is used meanwhile.",
    ),
    "unknown.loss": (
        "견딜 수 있는 가장 큰 손실을 아직 몰라요.",
        "The largest loss you could bear is not known yet.",
    ),
    "unknown.goal": ("무엇을 위한 돈인지 아직 몰라요.", "What the money is for is not known yet."),
    "unknown.goal_size": (
        "날짜나 금액이 빠진 목표가 있어요.",
        "A goal lacks its date or its amount.",
    ),
    "unknown.cash": (
        "곧 쓸 돈이나 비상금이 있는지 아직 몰라요.",
        "Whether money is needed soon, or kept in reserve, is not known yet.",
    ),
    "unknown.trades": (
        "지금까지의 거래를 가져오면 실제 습관을 읽을 수 있어요.",
        "Bring in your past trades and your actual habits can be read.",
    ),
}  # fmt: skip


def trait_name(trait: Trait) -> Line:
    """The name of a habit."""
    return Line(f"trait.{trait.name}")


def trait_unit(trait: Trait) -> Literal["percent", "points", "number"]:
    """How the figures of a habit are printed."""
    if trait.name in ("disposition", "lottery"):
        return "points"
    return "percent" if trait.name in ("turnover", "panic", "panic_published") else "number"


def trait_line(trait: Trait) -> Line:
    """One habit in a sentence: what it is and how sure, or that it is not known."""
    if trait.call is None:
        slots: dict[str, Slot] = {
            "name": Phrase(trait_name(trait)),
            "events": Number(trait.n_events, digits=0),
            "required": Number(trait.n_required, digits=0),
        }
        return Line("portrait.silent", slots)
    told: dict[str, Slot] = {
        "name": Phrase(trait_name(trait)),
        "estimate": printed(trait, trait.estimate),
        "level": Percent(LEVEL, digits=0),
        "low": printed(trait, trait.lo90),
        "high": printed(trait, trait.hi90),
        "call": Phrase(Line(f"trait.{trait.call}", {"neutral": printed(trait, trait.neutral)})),
    }
    return Line("portrait.trait", told)


def grade_line(grade: Grade, used: float, stated: float, shown: Trait | None) -> Line:
    """The grade, and both figures where trades tell.

    Args:
        grade: Of the profile in use.
        used: Risk aversion in use.
        stated: Risk aversion that was stated.
        shown: The trait read from trades; None while it is silent.
    """
    slots: dict[str, Slot] = {"grade": Phrase(Line(f"grade.{grade}")), "used": Number(used, digits=1)}
    if shown is None:
        return Line("grade.stated", slots)
    slots |= {
        "stated": Number(stated, digits=1),
        "shown": Number(shown.estimate, digits=1),
        "low": Number(shown.lo90, digits=1),
        "high": Number(shown.hi90, digits=1),
        "level": Percent(LEVEL, digits=0),
    }
    return Line("grade.both", slots)


def unknown_line(code: str) -> Line:
    """What is not known yet."""
    return Line(f"unknown.{code}")
