"""What one more point of room under a limit would bring, in plain words."""

from agent.words.card import limit_name
from agent.words.slots import Line, Phrase, Points, Slot
from tools.domain.decision import Decision
from tools.state import State

WORDS: dict[str, tuple[str, str]] = {
    "shadow.max": (
        "{limit}에 여유를 {room} 더 주면 위험을 감안한 기대 수익이 연 {gain} 나아져요.",
        "{room} of room more under “{limit}” would change expected return, after risk, by {gain} a year.",
    ),
    "shadow.min": (
        "{limit:을/를} {room}만큼 낮춰 주면 위험을 감안한 기대 수익이 연 {gain} 나아져요.",
        "{room} of room below “{limit}” would change expected return, after risk, by {gain} a year.",
    ),
    "shadow.exact": (
        "{limit}에서 {room} 벗어나도 된다면 위험을 감안한 기대 수익이 연 {gain} 나아져요.",
        "{room} of leeway around “{limit}” would change expected return, after risk, by {gain} a year.",
    ),
    "shadow.exclude": (
        "{limit:을/를} {room}만 풀어 주면 위험을 감안한 기대 수익이 연 {gain} 나아져요.",
        "{room} allowed despite “{limit}” would change expected return, after risk, by {gain} a year.",
    ),
}

LEAST = 5e-6
"""Yearly return per point of room that is worth a word; less prints as 0.000."""

POINT = 0.01
"""Room that a price is told for."""

_CODE = {"min": "shadow.min", "keep": "shadow.min", "exact": "shadow.exact", "exclude": "shadow.exclude"}


def shadow_lines(decision: Decision, state: State | None = None, most: int = 2) -> tuple[Line, ...]:
    """For each limit that holds the answer back, dearest first, what one point of room would bring.

    Args:
        decision: Its proposal knows which limits bind and their price per unit of weight.
        state: Gives limits the dates on which they were said.
        most: Limits named.
    """
    dear = [b for b in decision.proposal.binding if b.shadow_price / 100 >= LEAST]
    lines = []
    for binding in sorted(dear, key=lambda b: -b.shadow_price)[:most]:
        gain = binding.shadow_price / 100
        slots: dict[str, Slot] = {
            "limit": Phrase(limit_name(binding.limit, state)),
            "room": Points(POINT, asset=binding.limit.target, digits=0),
            "gain": Points(gain, asset=binding.limit.target, digits=2 if gain >= 5e-5 else 3),
        }
        lines.append(Line(_CODE.get(binding.limit.kind, "shadow.max"), slots))
    return tuple(lines)
