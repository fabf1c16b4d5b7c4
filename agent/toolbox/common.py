"""What the tools share: calls as they took effect, statements with their undo, how much of something is held."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.answers import weight_of
from agent.measures import Window
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.slots import At, Day, Line, Percent, Phrase, Slot, Span, Thing
from tools.domain.investor import CashFlow, Exclude, Include, SetLimit, SetRisk, Statement, Wish
from tools.domain.value import Value
from tools.errors import AdvisorError, DataMissing
from tools.figures.scope import scope

UNDO = Choice(Line("button.undo"), Line("say.undo"))
PROPOSE = Choice(Line("button.propose"), Line("say.propose"))
AGAIN = Choice(Line("button.propose_again"), Line("say.propose"))
HELP = Choice(Line("button.help"), Line("say.help"))
PORTFOLIO = Choice(Line("button.portfolio"), Line("say.portfolio"))
WHY = Choice(Line("button.why"), Line("say.why"))
SHOW_PROPOSAL = Choice(Line("button.show_proposal"), Line("say.show_proposal"))
RECALL = Choice(Line("button.recall"), Line("say.recall"))
RISK = Choice(Line("button.risk"), Line("say.risk"))
PERFORMANCE = Choice(Line("button.performance"), Line("say.performance"))


def slots_of(args: Value) -> dict[str, Any]:
    """Arguments as slots of the conversation: only what was given, under its outside name."""
    return args.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"intent"})


def answer(
    name: str,
    args: Value,
    *lines: Line,
    choices: Sequence[Choice] = (),
    review: ReviewWish | None = None,
) -> Outcome:
    """A call that took effect."""
    return Outcome(name, slots_of(args), None, lines, tuple(choices), review)


def refuse(name: str, args: Value, reason: str, *lines: Line, choices: Sequence[Choice] = ()) -> Outcome:
    """A call that changed nothing, with the code of why."""
    return Outcome(name, slots_of(args), reason, lines, tuple(choices))


def state(hands: Hands, wish: Wish, *lines: Line, choices: Sequence[Choice] = (UNDO,), review: bool = True) -> Outcome:
    """Take a wish into the record with the words that carried it, and read it back."""
    work = hands.work
    until = _until(hands, wish)
    work.add(Statement(id=work.new_id("s"), turn=work.turn, said=hands.said, lang=work.lang, wish=wish, until=until))
    if until is not None:
        lines = (*lines, Line("scope.until", {"day": At(until - timedelta(seconds=1))}))
    return answer(wish.intent, wish, *lines, choices=choices, review=ReviewWish() if review else None)


def _until(hands: Hands, wish: Wish) -> datetime | None:
    """The end of the time a wish is meant for ("이번 분기만"), in the investor's zone; None = for good.

    Goals, opinions and withdrawals have dates of their own.
    """
    limits = isinstance(wish, SetLimit | Exclude | Include | SetRisk)
    if not limits and not (isinstance(wish, CashFlow) and wish.kind == "reserve"):
        return None
    zone = ZoneInfo(hands.work.tz)
    last = scope(hands.said, hands.work.at.astimezone(zone).date())
    if last is None:
        return None
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def carried(hands: Hands, target: str) -> bool:
    """Does anything that can be held here carry this target?"""
    return bool(hands.desk.market.universe().members(target))


def tail(hands: Hands, target: str, code: str = "tail.now") -> Phrase:
    """ " — it is 14% now": where the target stands at market prices; nothing when that is not known."""
    now = weight_of(hands.work, target)
    if now is None:
        return Phrase(Line("tail.none"))
    return Phrase(Line(code, {"now": Percent(now, asset=target)}))


def idle(hands: Hands, target: str, code: str = "idle.binds_nothing") -> tuple[Line, ...]:
    """The sentence that a wish about this target changes nothing today; empty when something carries it."""
    if carried(hands, target):
        return ()
    return (Line(code) if code == "idle.binds_nothing" else Line(code, {"target": Thing(target)}),)


def about(code: str, target: str, **slots: Slot) -> Line:
    """A line about one target."""
    return Line(code, {"target": Thing(target), **slots})


def span(window: Window) -> Line:
    """The days a figure is about, in words."""
    if window.period == "ytd":
        return Line("period.ytd")
    if window.period == "all":
        return Line("period.all", {"day": Day(window.first)})
    return Line("period.span", {"span": Span(_rounded(window.months))})


def _rounded(months: float) -> float:
    """Whole months from about one on: a window begins on a market day, not on the dot."""
    return float(round(months)) if months >= 0.95 else months


def labelled(hands: Hands) -> tuple[Line, ...]:
    """The label of figures that rest on simulated prices; empty on real ones."""
    return (Line("show.simulated"),) if hands.desk.market.simulated else ()


def no_answer(hands: Hands, name: str, args: Value, error: AdvisorError) -> Outcome:
    """A question that cannot be answered from what is known, said with its reason."""
    if isinstance(error, DataMissing) and error.code == "short_history" and not error.names:
        return refuse(name, args, error.code, Line("show.too_short"))
    if error.code == "nothing_carries" and error.names:
        return refuse(name, args, error.code, about("whatif.no_carrier", error.names[0]), choices=(PORTFOLIO,))
    return refuse(name, args, error.code, *explain_error(error, hands.desk.names))
