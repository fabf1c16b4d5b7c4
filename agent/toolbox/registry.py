"""The one door to the tools: strict parse -> known names -> said by the investor -> the tool. Nothing else calls them.

Whatever a model sends ends as an Outcome: taken, asked back or refused with a code. What is refused changes nothing.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agent.toolbox import args as a
from agent.toolbox import (
    books,
    comparing,
    goals,
    grants,
    limits,
    memory,
    orders,
    panic,
    proposals,
    questions,
    risk,
    supposing,
    switches,
    talking,
    tidings,
)
from agent.toolbox.common import slots_of
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.toolbox.said import not_said
from agent.toolbox.strange import denied, unknown_name
from agent.words.naming import wish_name
from agent.words.slots import Line, Percent, Phrase, Quoted, Thing
from tools.domain import investor as w
from tools.domain.value import Value, strict_json

MOST_BYTES = 8_192
"""Arguments of one call, as sent."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool a model may call. grounded: its target and numbers must be in the investor's words."""

    name: str
    args: type[Value]
    function: Callable[[Hands, Any], Outcome]
    description: str
    grounded: bool

    def schema(self) -> dict[str, Any]:
        """JSON schema of the arguments as a model is shown it: slots only."""
        shown = self.args.model_json_schema(by_alias=True)
        for hidden in ("intent", "statement", "grade", "loss_aversion"):
            shown.get("properties", {}).pop(hidden, None)
        return shown


def _tool(function: Callable[[Hands, Any], Outcome], args: type[Value], *, grounded: bool = False) -> Tool:
    return Tool(function.__name__, args, function, inspect.getdoc(function) or "", grounded)


TOOLS: Mapping[str, Tool] = {
    t.name: t
    for t in (
        _tool(risk.set_risk, w.SetRisk, grounded=True),
        _tool(limits.exclude, w.Exclude, grounded=True),
        _tool(limits.include, w.Include, grounded=True),
        _tool(limits.set_limit, w.SetLimit, grounded=True),
        _tool(goals.set_goal, w.SetGoal, grounded=True),
        _tool(risk.set_view, w.SetView, grounded=True),
        _tool(goals.cash_flow, w.CashFlow, grounded=True),
        _tool(orders.trade, a.Trade, grounded=True),
        _tool(proposals.propose, a.Propose),
        _tool(risk.rebalance, w.Rebalance),
        _tool(proposals.decide, a.Decide),
        _tool(proposals.modify_proposal, a.ModifyProposal, grounded=True),
        _tool(risk.set_alert, w.SetAlert, grounded=True),
        _tool(talking.profile_trades, a.ProfileTrades),
        _tool(questions.explain, a.Explain),
        _tool(questions.suitability, a.Nothing),
        _tool(supposing.what_if, a.Suppose),
        _tool(questions.show, a.Show),
        _tool(tidings.news, a.News),
        _tool(talking.event_study, a.EventStudy),
        _tool(comparing.compare, a.Compare),
        _tool(comparing.backtest, a.Backtest),
        _tool(panic.panic, a.Panic),
        _tool(memory.recall, a.Recall),
        _tool(memory.forget, w.Forget, grounded=True),
        _tool(memory.undo, w.Undo),
        _tool(books.enter, a.Enter, grounded=True),
        _tool(switches.switch, w.Switch),
        _tool(grants.grant, a.Grant, grounded=True),
        _tool(grants.revoke, a.Nothing),
        _tool(grants.reverse, a.Nothing),
        _tool(grants.automatic, a.Nothing),
        _tool(questions.costs, a.Nothing),
        _tool(talking.smalltalk, a.Nothing),
        _tool(talking.clarify, a.Nothing),
        _tool(talking.out_of_scope, a.OutOfScope),
    )
}


_READING = frozenset({"show", "recall", "explain", "compare"})
"""Tools that tell something: a wish to see another person's record is refused whichever of them a model picks."""


def call(hands: Hands, name: str, raw: str | Mapping[str, Any]) -> Outcome:
    """Run one tool call and keep its outcome in `hands.outcomes`.

    Args:
        hands: The investor's open command and their words.
        name: The tool's name as called.
        raw: Its arguments: the JSON text as sent, or a mapping.
    Errors of the tools (no price, clashing limits) come back as refusals in words; only faults of the store are raised.
    """
    outcome = _called(hands, name, raw)
    hands.outcomes.append(outcome)
    return outcome


def _called(hands: Hands, name: str, raw: str | Mapping[str, Any]) -> Outcome:
    tool = TOOLS.get(name)
    if tool is None:
        return Outcome(name[:64], {}, "unknown_tool", (Line("tool.unknown"),))
    try:
        args = _parsed(tool, raw)
    except ValidationError as error:
        return Outcome(name, {}, "bad_args", (_bad(error),))
    except (ValueError, RecursionError):
        return Outcome(name, {}, "bad_args", (Line("tool.bad_args"),))
    slots = slots_of(args)
    unknown = [t for t in _named(slots) if not _is_known(hands, t, slots)]
    if unknown:
        return _unknown(hands, name, slots, unknown[0])
    refused = talking.truthful(hands, name, args) if name in _READING else None
    if refused is not None:
        return refused
    if tool.grounded and isinstance(slots.get("target"), str):
        word = unknown_name(hands, slots["target"])
        if word is not None:
            return _unknown(hands, name, slots, word)
    if name == "exclude" and denied(hands.said):
        return _not_said(hands, name, slots, args)
    if tool.grounded and not_said(hands, _checked(slots)):
        return _not_said(hands, name, slots, args)
    return tool.function(hands, args)


def _parsed(tool: Tool, raw: str | Mapping[str, Any]) -> Value:
    """Arguments as a strict value. Raises ValueError on anything but one JSON object of the right shape."""
    text = raw if isinstance(raw, str) else json.dumps(raw, allow_nan=False, ensure_ascii=False)
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise ValueError("too long")
    text = text.strip() or "{}"
    if not isinstance(strict_json(text), dict):
        raise ValueError("not an object")
    return tool.args.model_validate_json(text)


def _bad(error: ValidationError) -> Line:
    """A share out of its range is said so; anything else could not be read."""
    outside = {"less_than_equal", "greater_than_equal", "greater_than"}
    shares = {"weight", "fraction", "delta_weight", "target_vol", "max_drawdown"}
    if any(e["type"] in outside and shares & set(e["loc"]) for e in error.errors()):
        return Line("tool.out_of_range", {"low": Percent(0.0), "high": Percent(1.0)})
    return Line("tool.bad_args")


def _named(slots: Mapping[str, Any]) -> list[str]:
    """Ids of things in the arguments."""
    single = [slots[n] for n in ("target", "versus") if n in slots]
    return [*single, *slots.get("with", ())]


def _is_known(hands: Hands, name_id: str, slots: Mapping[str, Any]) -> bool:
    """Is this id something one may hold, limit or compare with (for a goal to forget: a kind of goal)?"""
    names = hands.desk.names
    if not names.known(name_id):
        return False
    kinds = {"target", "asset"}
    if "with" in slots:
        kinds |= {"strategy"}
    if slots.get("topic") in ("goal", "all"):
        kinds |= {"goal"}
    return names.kind(name_id) in kinds or name_id in hands.desk.market.universe()


def _unknown(hands: Hands, name: str, slots: Mapping[str, Any], word: str) -> Outcome:
    """Ask back with near names; nothing is guessed."""
    near = hands.desk.names.near(word)
    line = Line("ask.unknown_target" if near else "ask.unknown_target_none", {"word": Quoted(word)})
    choices = tuple(
        Choice(Line("button.thing", {"target": Thing(n)}), Line("say.thing", {"target": Thing(n)})) for n in near
    )
    return Outcome(name, slots, "unknown_target", (line,), choices)


def _checked(slots: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that must be in the investor's words; one's own statement by its id needs none."""
    return {} if "statement" in slots else dict(slots)


def _not_said(hands: Hands, name: str, slots: Mapping[str, Any], args: Value) -> Outcome:
    """What was not said becomes a question."""
    if isinstance(
        args, w.SetRisk | w.Exclude | w.Include | w.SetLimit | w.SetGoal | w.SetView | w.CashFlow | w.SetAlert
    ):
        guess = Phrase(wish_name(args, hands.work.currency))
        return Outcome(name, slots, "not_said", (Line("ask.not_said", {"guess": guess}),), _confirm(args))
    return Outcome(name, slots, "not_said", (Line("ask.not_said_plain"),))


def _confirm(args: Value) -> tuple[Choice, ...]:
    """A button that says the guess in full, so that pressing it is saying it."""
    if isinstance(args, w.SetLimit):
        say = Line(
            f"say.{args.kind}", {"target": Thing(args.target), "weight": Percent(args.weight, asset=args.target)}
        )
    elif isinstance(args, w.Exclude | w.Include):
        say = Line(f"say.{args.intent}", {"target": Thing(args.target)})
    else:
        return ()
    return (Choice(Line("button.yes"), say),)
