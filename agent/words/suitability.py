"""The statement of suitability and the consent to it, in words."""

from datetime import datetime

from agent.words.slots import At, Cash, Line, Percent, Phrase, Phrases, Quoted, Slot, Span, Things, Word
from tools.domain.record import Consent, Suitability

WORDS: dict[str, tuple[str, str]] = {
    "suit.head": ("적합성 설명이에요.", "Statement of suitability."),
    "suit.goals": ("목적: {goals}.", "Objective: {goals}."),
    "suit.no_goal": (
        "목적: 따로 말씀하신 목표가 없어, 감당할 위험 안에서 불리는 것으로 보았어요.",
        "Objective: none was named, so growth within the risk you take is assumed.",
    ),
    "suit.risk": (
        "위험: 예상 연 변동성 {before} → {after}{ceiling}.",
        "Risk: expected yearly volatility {before} → {after}{ceiling}.",
    ),
    "suit.ceiling": (" (정하신 한도 {limit})", " (your ceiling is {limit})"),
    "suit.nothing": ("", ""),
    "suit.capacity": (
        "손실 감내: 스무 해에 한 번 나쁜 해의 손실 {loss}, 금액으로 {money}{limit}.",
        "Capacity for loss: a bad year in twenty loses {loss}, {money}{limit}.",
    ),
    "suit.capacity_said": ("; 견딜 수 있다고 하신 손실은 {limit}", "; you said you could bear {limit}"),
    "suit.capacity_open": ("; 견딜 수 있는 손실은 아직 말씀하지 않으셨어요", "; what you could bear has not been said"),
    "suit.cost": (
        "비용과 이익: 비용 {cost}, 기대 수익률 연 {before} → {after}, 한 해에 {gain}{payback}.",
        "Cost against benefit: it costs {cost}; expected yearly return {before} → {after}, {gain} a year{payback}.",
    ),
    "suit.payback": (" (비용을 되찾는 데 {time})", " (the cost is earned back in {time})"),
    "suit.fits": (
        "말씀하신 것에 맞는 제안이라고 판단했어요. 예상일 뿐 약속은 아니에요.",
        "It was judged to fit what you told us. These are estimates, not promises.",
    ),
    "suit.but": (
        "함께 아셔야 할 점: {notes}. 예상일 뿐 약속은 아니에요.",
        "What you should know: {notes}. These are estimates, not promises.",
    ),
    "suit.note.no_goal": ("돈의 목적을 모르고 계산했어요", "what the money is for is not known"),
    "suit.note.no_capacity": ("견딜 수 있는 손실을 모르고 계산했어요", "what loss you can bear is not known"),
    "suit.note.beyond_capacity": (
        "나쁜 해의 손실이 견딜 수 있다고 하신 것보다 커요",
        "the loss of a bad year is more than you said you could bear",
    ),
    "suit.note.beyond_ceiling": ("변동성이 정하신 한도를 넘어요", "volatility is above your ceiling"),
    "suit.note.cost_above_gain": (
        "드는 비용이 두 해 동안 기대되는 이익보다 커요",
        "it costs more than two years are expected to earn",
    ),
    "suit.note.own_order": ("직접 내신 주문이고 저희가 권한 것이 아니에요", "it is your own order, not our advice"),
    "suit.note.other": ("기록된 다른 유의 사항", "another note on record"),
    "suit.agreed": ("{day}에 {how} 동의하셨어요 (지문 {code}).", "You agreed on {day}, {how} (fingerprint {code})."),
    "suit.how_button": ("단추로", "by the button"),
    "suit.how_code": ("카드의 코드를 입력해", "by typing the code of the card"),
    "suit.how_grant": ("미리 주신 허락으로", "by a permission given in advance"),
    "suit.open": ("아직 동의하신 것은 아니에요.", "You have not agreed to it yet."),
    "suit.unrecorded": (
        "그 결정은 적합성 설명을 남기지 않던 때의 기록이라, 지어내지 않을게요.",
        "That decision was recorded before statements of suitability were kept, and none will be made up now.",
    ),
    "say.suitability": ("적합성 설명 보여줘", "show the statement of suitability"),
    "button.suitability": ("적합성 설명", "Suitability"),
}


def suitability_lines(s: Suitability) -> tuple[Line, ...]:
    """Objective, risk, capacity for loss, cost against benefit, and what does not speak for it."""
    goal = Line("suit.goals", {"goals": Things(s.goals)}) if s.goals else Line("suit.no_goal")
    ceiling = Line("suit.nothing") if s.max_vol is None else Line("suit.ceiling", {"limit": Percent(s.max_vol)})
    limit = (
        Line("suit.capacity_open") if s.capacity is None else Line("suit.capacity_said", {"limit": Percent(s.capacity)})
    )
    risk: dict[str, Slot] = {
        "before": Percent(s.vol_before),
        "after": Percent(s.vol_after),
        "ceiling": Phrase(ceiling),
    }
    capacity: dict[str, Slot] = {
        "loss": Percent(s.loss_after),
        "money": Cash(s.loss_money),
        "limit": Phrase(limit),
    }
    cost: dict[str, Slot] = {
        "cost": Cash(s.cost),
        "before": Percent(s.mean_before),
        "after": Percent(s.mean_after),
        "gain": Cash(s.gain),
        "payback": Phrase(_payback(s)),
    }
    lines = (Line("suit.head"), goal, Line("suit.risk", risk), Line("suit.capacity", capacity), Line("suit.cost", cost))
    if not s.notes:
        return (*lines, Line("suit.fits"))
    notes = tuple(Line(c if (c := f"suit.note.{n}") in WORDS else "suit.note.other") for n in s.notes)
    return (*lines, Line("suit.but", {"notes": Phrases(notes)}))


def _payback(s: Suitability) -> Line:
    """How soon the cost is earned back; nothing where it is not, or costs nothing."""
    if s.gain.amount <= 0 or s.cost.amount <= 0:
        return Line("suit.nothing")
    return Line("suit.payback", {"time": Span(max(float(s.cost.amount / s.gain.amount) * 12, 0.05))})


def consent_lines(consent: Consent | None, at: datetime | None) -> tuple[Line, ...]:
    """Whether, when and how it was agreed to."""
    if consent is None or at is None:
        return (Line("suit.open"),)
    slots: dict[str, Slot] = {
        "day": At(at),
        "how": Word(f"suit.how_{consent.by}"),
        "code": Quoted(consent.fingerprint[:8]),
    }
    return (Line("suit.agreed", slots),)
