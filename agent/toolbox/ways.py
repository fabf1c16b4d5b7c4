"""Ways out of wishes that cannot all hold: one button for each, which takes it back."""

from collections.abc import Sequence

from agent.toolbox.outcome import Choice
from agent.words.card import limit_name
from agent.words.slots import Line, Percent, Phrase, Thing
from tools.domain.investor import CashFlow, Exclude, SetLimit, Statement
from tools.mandate import statement_limits
from tools.setaside import parts
from tools.state import State


def ways_out(ids: Sequence[str], state: State) -> tuple[Choice, ...]:
    """A choice for each of the investor's own statements named by a clash: what it says, and the words that drop it."""
    stated = {s.statement.id: s.statement for s in state.in_force}
    found = (_way(stated[i], state) for joint in ids for i in parts(joint) if i in stated)
    return tuple(choice for choice in found if choice is not None)


def _way(statement: Statement, state: State) -> Choice | None:
    limits = statement_limits(statement, worth={"KRW": 1.0, "USD": 1.0})
    if not limits:
        return None
    label = Line("button.drop", {"limit": Phrase(limit_name(limits[0], state))})
    match statement.wish:
        case Exclude(target=target):
            return Choice(label, Line("say.forget_exclusion", {"target": Thing(target)}))
        case SetLimit(target=target, kind="min" | "max" as kind) if _both_ends(target, state):
            open_end = Percent(0.0 if kind == "min" else 1.0, asset=target)  # forgetting would take both ends
            return Choice(label, Line(f"say.{kind}", {"target": Thing(target), "weight": open_end}))
        case SetLimit(target=target):
            return Choice(label, Line("say.forget_limit", {"target": Thing(target)}))
        case CashFlow():
            return Choice(label, Line("say.forget_cash"))
        case _:
            return None


def _both_ends(target: str, state: State) -> bool:
    """Does more than one limit stand on this target?"""
    wishes = (s.statement.wish for s in state.in_force)
    return sum(isinstance(w, SetLimit) and w.target == target for w in wishes) > 1
