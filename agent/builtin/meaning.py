"""What one stretch of an utterance comes to, and what is left of several of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.builtin.asks import ASKS
from agent.builtin.choose import flow
from agent.builtin.context import ABOUT, Before, Call
from agent.builtin.guard import CALLED_OFF, plausible
from agent.builtin.orders import ORDERS
from agent.builtin.parts import Scene, kept
from agent.builtin.reading import Reading
from agent.builtin.speech import afraid, is_bare, lasting, only_asks
from agent.builtin.trust import used

CHANGING = frozenset(
    [
        "set_risk",
        "exclude",
        "include",
        "set_limit",
        "set_goal",
        "set_view",
        "cash_flow",
        "trade",
        "rebalance",
        "decide",
        "modify_proposal",
        "set_alert",
        "forget",
        "undo",
    ]
)
"""Intents that change something when they are acted on: these need to be sure."""
FILL = {**ORDERS, **ASKS}
FEARED = 3.0
"""Words of terror count so much for panic."""
QUESTIONED = 0.3
"""A question counts so much against a change."""
LIFE = 80
"""Years beyond which a time was misread."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One stretch, the intent it most likely has, and how sure that is. follows: it repeats the turn before.

    core: talk that says nothing was left out around it.
    """

    reading: Reading
    ranked: tuple[tuple[str, float], ...]
    follows: bool
    core: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What one stretch comes to, and what speaks for and against it (see `trust`; empty = nothing is in doubt).

    open: what was asked for where only its size is missing.
    """

    intent: str
    slots: tuple[Mapping[str, Any], ...]
    sure: float
    signs: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    open: Call | None = None

    def with_sign(self, sign: str) -> "Meant":
        """The same with one more sign, where anything is in doubt."""
        return replace(self, signs=(*self.signs, sign)) if self.signs else self

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tools it calls for."""
        return tuple(Call(self.intent, s) for s in self.slots)


def unexplained(found: Sequence[Meant], reading: Reading) -> int:
    """How many things named and numbers said no call holds."""
    slots = [s for m in found for s in m.slots]
    ids = {str(v) for s in slots for v in s.values() if isinstance(v, str)} | {
        str(v) for s in slots for v in s.get("with", ())
    }
    numbers = [abs(v) for s in slots for v in s.values() if isinstance(v, int | float)]
    names = {m.id for m in reading.targets} - ids
    return len(names) + sum(not used(f, numbers) for f in reading.figures)


def ended(calls: Sequence[Call]) -> Meant:
    """Wishes whose time is over go: an exclusion is lifted, anything else forgotten."""
    if all(c.name == "exclude" for c in calls):
        return Meant("include", tuple({"target": c.args["target"]} for c in calls), 1.0)
    gone = [
        {"topic": ABOUT[c.name], **({"target": c.args["target"]} if "target" in c.args else {})}
        for c in calls
        if c.name in ABOUT
    ]
    return Meant("forget", tuple(gone), 1.0) if gone else Meant("clarify", ({},), 1.0)


def judged(guess: Guess, scene: Scene, *, asked: bool = False) -> list[tuple[str, float]]:
    """The intents that the words bear out with their shares of the chances, the likeliest first."""
    if is_bare(scene.text) and not asked:
        return [("decide" if scene.before.proposed else "clarify", 1.0)]
    doubt = QUESTIONED if only_asks(scene) and not asked else 1.0
    fear = FEARED if afraid(scene) else 1.0
    chances = {
        name: chance * (doubt if name in CHANGING else fear if name == "panic" else 1.0)
        for name, chance in guess.ranked
        if plausible(name, scene)
    }
    whole = max(sum(chances.values()), 1e-9)
    return sorted(((name, chance / whole) for name, chance in chances.items()), key=lambda c: -c[1])


_NEEDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("exclude", "include", "set_view", "trade", "modify_proposal"), ("target",)),
    "set_limit": ("target", "weight"),
    "set_alert": ("value",),
}


def complete(intent: str, slots: Mapping[str, Any]) -> bool:
    """True when nothing is missing that the tool cannot do without, and no time is longer than a life."""
    lived = slots.get("horizon_years", 0) <= LIFE and slots.get("in_months", 0) <= 12 * LIFE
    return lived and all(name in slots for name in _NEEDED.get(intent, ()))


def begun(intent: str, scene: Scene) -> Call | None:
    """What is asked for when only the number is missing: "put a limit on gold", "비상금 좀 남겨줘"."""
    names = kept(scene)
    if intent == "set_limit" and len(names) == 1:
        kind = "min" if scene.has("min") and not scene.has("max") else "max"
        return Call(intent, {"target": names[0].id, "kind": kind})
    if intent == "cash_flow":
        return Call(intent, {"kind": flow(scene)})
    return None


def answers(scene: Scene, before: Before) -> bool:
    """True for words that hardly more than name a number, after a wish that lacked one."""
    own = before.open.args.get("target") if before.open else None
    names = {m.id for m in scene.reading.targets} - {own, "usd", "cash"}
    return bool(scene.figures) and not names and not scene.reading.goals and len(scene.text) <= 24


def settled(calls: list[Call], before: Before, text: str) -> list[Call]:
    """Greetings and loose ends beside a real wish are not wishes; a yes that asks for a change is that change.

    "Scratch that, make it 15" is the correction alone: what it takes back is said anew.
    """
    real = _merged([c for c in calls if c.name not in ("clarify", "smalltalk")])
    again = {(c.name, c.args.get("target", c.args.get("goal"))) for c in before.changed[-1:]}
    if any((c.name, c.args.get("target", c.args.get("goal"))) in again for c in real):
        real = [c for c in real if c.name != "undo"]
    if len(real) > 1 and not before.proposed and not CALLED_OFF.search(text):
        real = [c for c in real if (c.name, c.args.get("decision")) != ("decide", "reject")]
    if any(c.name == "decide" and c.args.get("decision") == "approve" for c in real) and not lasting(text):
        real = [_within(c) for c in real]
        if any(c.name == "modify_proposal" for c in real):
            real = [c for c in real if c.name != "decide"]
    return real or calls[:1] or [Call("clarify")]


def _merged(calls: list[Call]) -> list[Call]:
    """What two stretches say of one goal, or of how much risk is borne, is one wish where they do not contradict."""
    found: list[Call] = []
    for call in calls:
        last = found[-1] if found else None
        same = last is not None and call.name == last.name and call.name in ("set_goal", "set_risk")
        if same and last is not None and all(last.args.get(k, v) == v for k, v in call.args.items()):
            found[-1] = Call(call.name, {**last.args, **call.args})
        else:
            found.append(call)
    return found


def _within(call: Call) -> Call:
    """An exact weight, a thing left out or a bare order said beside a yes is meant for the proposal."""
    target = call.args.get("target")
    if call.name == "set_limit" and call.args.get("kind") == "exact":
        return Call("modify_proposal", {"target": target, "weight": call.args["weight"]})
    if call.name == "exclude":
        return Call("modify_proposal", {"target": target, "change": "remove"})
    if call.name == "trade" and set(call.args) == {"side", "target"}:
        return Call("modify_proposal", {"target": target, "change": "more" if call.args["side"] == "buy" else "less"})
    return call
