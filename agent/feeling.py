"""How much losses hurt: three even bets asked, the answers turned into a statement about risk."""

from collections.abc import Sequence
from decimal import Decimal

from agent.book import Entered, written
from agent.wiring import Desk
from agent.words.slots import Line, Number
from agent.work import Work, begin
from tools.behaviour.prospect import QUESTIONS, Bet, loss_aversion
from tools.domain.investor import SetRisk, Statement
from tools.domain.value import Currency, Lang, Money
from tools.errors import BadInput
from tools.losses import kappa

STAKE: dict[Currency, Decimal] = {"KRW": Decimal(1_000_000), "USD": Decimal(1_000)}
"""What is at stake in a question: enough to be felt, not enough to ruin."""


def bets(desk: Desk, investor: str, lang: Lang) -> tuple[tuple[Money, Money], ...]:
    """What may be lost and what may be won in each question, in the investor's currency."""
    unit = begin(desk, investor, lang).currency
    stake = STAKE[unit]

    def money(part: float) -> Money:
        return Money(amount=stake * Decimal(str(part)), currency=unit)

    return tuple((money(loss), money(gain)) for loss, gain in QUESTIONS)


def answer_bets(desk: Desk, investor: str, lang: Lang, taken: Sequence[bool]) -> Entered:
    """Take the answers to all questions as what the investor states about risk; undo takes it back.

    Args:
        desk: The ports.
        investor: Who answered.
        lang: Language of the words that come back.
        taken: Whether each bet would be taken, in the order of `bets`.
    Raises:
        BadInput: `bets_open` while a question has no answer.
    """
    if len(taken) != len(QUESTIONS):
        raise BadInput("bets_open")
    found = loss_aversion([Bet(loss, gain, yes) for (loss, gain), yes in zip(QUESTIONS, taken, strict=True)])

    def change(work: Work) -> tuple[Line, ...]:
        wish = SetRisk(direction="set", loss_aversion=round(found.estimate, 2))
        work.add(Statement(id=work.new_id("s"), turn=work.turn, said="", lang=work.lang, wish=wish))
        slots = {"times": found.estimate, "low": found.lo90, "high": found.hi90}
        code = "risk.felt" if kappa(wish.loss_aversion) > 0 else "risk.felt_ordinary"
        return (Line(code, {name: Number(value, digits=1) for name, value in slots.items()}),)

    return written(desk, investor, lang, change)
