"""Names of causes: every input of a decision as a person would call it, those that nobody here has heard of too."""

from agent.words.slots import At, Line, Phrase, Quoted, Slot, Thing, Word
from tools.domain.decision import Cause
from tools.names import Names

WORDS: dict[str, tuple[str, str]] = {
    "cause.forecast": ("수익률 예측", "forecasts of returns"),
    "cause.forecast_about": ("{target} 예측", "the forecast for {target}"),
    "cause.policy": ("학습된 정책의 의견", "the learned policy"),
    "cause.policy_about": ("{target}에 대한 학습된 정책의 의견", "the learned policy on {target}"),
    "cause.accounts_about": ("{target} 계좌의 제한", "what the account {target} allows"),
    "cause.glide": ("목표 날짜가 다가온 것", "a goal's date coming nearer"),
    "cause.glide_about": ("{target} 목표 날짜가 다가온 것", "the date of {target} coming nearer"),
    "cause.goals_about": ("{target} 목표에 맞춰 떼어 둔 돈", "money set aside for {target}"),
    "cause.signals": ("시장 신호", "market signals"),
    "cause.signals_about": ("{target} 시장 신호", "market signals on {target}"),
    "cause.behaviour": ("지난 거래에서 드러난 성향", "what your past trades show"),
    "cause.whatif": ("가정한 조건", "what was supposed"),
    "cause.other_about": ("{target}에 대한 그 밖의 입력", "another input about {target}"),
    "cause.named": ("“{name}” 입력", "the input “{name}”"),
    "cause.itself": ("{cause}", "{cause}"),
    # what a cause rests on
    "rests.said": ("{day}에 하신 말씀", "what you said on {day}"),
    "rests.prices": ("{day}까지의 가격", "prices up to {day}"),
    "rests.limits": ("{limits}", "{limits}"),
    "rests.method": ("{method}", "{method}"),
    "rests.assumptions": ("날짜가 적힌 기본 가정표", "the dated table of assumptions"),
    "rests.lots": ("정수 단위로만 살 수 있어서 남은 차이", "what whole lots leave over"),
    "rests.news": ("기사 {count}건 — {titles}", "{count} texts — {titles}"),
    "rests.headline": ("“{title}”", "“{title}”"),
    "rests.risk": (
        "위험 회피도 {aversion} — {day}에 하신 말씀 “{said}”",
        "risk aversion {aversion} — on {day}, you said “{said}”",
    ),
    "rests.risk_read": (
        "위험 회피도 {aversion} — 그때 기록에 있던 말씀",
        "risk aversion {aversion} — what was on record then",
    ),
    "rests.risk_neutral": (
        "위험 회피도 {aversion} — 따로 말씀이 없어 쓴 중립값",
        "risk aversion {aversion} — the neutral value, as nothing was said",
    ),
    "rests.views": ("{day}까지 말씀하신 의견 {count}개", "{count} views up to {day}"),
    "rests.learned": ("{day}까지의 가격에서 배운 의견 {count}개", "{count} views learned from prices up to {day}"),
    "rests.opening": ("처음 시작할 때의 보유 {count}가지", "the {count} holdings you opened with"),
    "rests.holdings": ("보유 {count}가지 — {day}의 {what} 뒤", "{count} holdings — after the {what} of {day}"),
    "rests.executed": ("체결", "trades"),
    "rests.imported": ("가져온 거래", "import"),
    "rests.moved": ("입출금·변동", "movement"),
}

_SPOKEN = frozenset({"views", "limits", "exclusions", "cash"})
"""Groups whose members are statements, told by their words; without those they were undone or forgotten since."""


def cause_slot(cause: Cause, names: Names, known: frozenset[str]) -> Slot:
    """A cause in words: what was said, else the name of the input.

    Args:
        cause: The row.
        names: Tells whether "group/NAME" is about something with a name.
        known: Codes of the table of sentences.
    """
    if cause.said is not None and cause.said_at is not None:
        return Phrase(Line("why.said", {"day": At(cause.said_at), "said": Quoted(cause.said)}))
    group, _, about = cause.name.partition("/")
    code = f"cause.{group}"
    if not about:
        return Word(code) if code in known else Phrase(Line("cause.named", {"name": Quoted(group)}))
    if group in _SPOKEN:
        return Word("cause.statement")
    if names.known(about):
        special = f"{code}_about" if f"{code}_about" in known else "cause.other_about"
        return Phrase(Line(special, {"target": Thing(about)}))
    return Word(code) if code in known else Word("cause.other")


def said_on(cause: Cause) -> Line | None:
    """That a cause rests on something the investor said."""
    return None if cause.said_at is None else Line("rests.said", {"day": At(cause.said_at)})


__all__ = ["WORDS", "cause_slot", "said_on"]
