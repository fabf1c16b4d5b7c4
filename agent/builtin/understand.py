"""What an investor means: text and the turns before it -> calls with typed slots, or a question when unsure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np

from agent.builtin.asks import ASKS
from agent.builtin.choose import ABOUT
from agent.builtin.classify import Head, unpack
from agent.builtin.clauses import cuts, evidence, pieces
from agent.builtin.context import START, Before, Call, Said, after_reply, after_user, over
from agent.builtin.features import features, places
from agent.builtin.follow import followed, leans, restated
from agent.builtin.guard import afraid, agrees, is_bare, only_asks, outright, plausible, turned
from agent.builtin.orders import ORDERS
from agent.builtin.parts import Scene
from agent.builtin.reading import Reading, read
from agent.builtin.trust import signs
from tools.domain.value import Lang
from tools.names import Names

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
SURE = 0.45
"""Below this probability a changing intent becomes a question where nothing was learned about trust."""
TRUST = 0.73
"""Below this trust a change becomes a question: chosen on speech the weights had not seen."""
VAGUE = 0.25
"""Below this one any intent does."""
FEARED = 3.0
"""Words of terror count so much for panic."""
QUESTIONED = 0.3
"""A question counts so much against a change."""
LIFE = 80
"""Years beyond which a time was misread."""
CUT = 0.35
"""From this probability on, an utterance is cut at a place."""
OFFERS = frozenset(("exclude", "include", "set_limit", "set_alert", "set_risk", "forget", "rebalance"))
"""What the assistant may ask whether to do; trades and plans are proposals, approved by hand."""
TURNS = 6
"""Earlier turns of the investor that are read for what a word refers to."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood.

    confidence: probability of the least certain call. alternatives: other intents it may have been, likeliest first.
    """

    calls: tuple[Call, ...]
    confidence: float
    lang: Lang
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """One stretch, the intent it most likely has, and how sure that is. follows: it repeats the turn before."""

    reading: Reading
    ranked: tuple[tuple[str, float], ...]
    follows: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """What one stretch comes to, and what speaks for and against it (see `trust`; empty = nothing is in doubt)."""

    intent: str
    slots: tuple[Mapping[str, Any], ...]
    sure: float
    signs: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tools it calls for."""
        return tuple(Call(self.intent, s) for s in self.slots)


def slot_features(reading: Reading, before: Before) -> list[int]:
    """Features for the heads that fill one slot: few examples each, so cues weigh most."""
    return features(reading, before.features(), cue_places=8)


class Understander:
    """Reads utterances. Built once; holds only tables, so any number of threads may call it."""

    def __init__(self, names: Names, heads: Mapping[str, Head] | None = None) -> None:
        """Load the committed weights unless others are given."""
        self._names = names
        self.heads = heads if heads is not None else load_heads()

    def __call__(self, text: str, history: Sequence[Said] = (), *, pending: bool | None = None) -> Understanding:
        """Understand one utterance.

        Args:
            text: What was said.
            history: The turns before, oldest first.
            pending: Whether a proposal waits for an answer; None = judge by the history.
        """
        before = self.standing(history)
        if pending is not None:
            before = replace(before, proposed=pending)
        return self.hear(read(text, self._names), before)

    def standing(self, history: Sequence[Said]) -> Before:
        """Where the talk stands after these turns."""
        before = START
        for said in history[-2 * TURNS :]:
            reading = read(said.text, self._names)
            if said.role == "assistant":
                before = after_reply(before, reading, aside="\n" in said.text.strip())
                before = replace(before, offered=self.offer(reading, before))
            else:
                before = after_user(before, reading, self.supposed(reading, before))
        return before

    def offer(self, reply: Reading, before: Before) -> tuple[Call, ...]:
        """What an assistant's question asks whether to do: "테슬라를 제외할까요?"; nothing for a proposal."""
        if not reply.text.endswith("?") or _PLAN.search(reply.text) or not _SHALL_I.search(reply.text):
            return ()
        guess = self.guess(reply, START)
        ranked = tuple((n, p) for n, p in guess.ranked if n in OFFERS)
        guess = replace(guess, ranked=ranked)
        meant = self.meant(guess, START, 1, asked=True)
        fits = meant.intent in OFFERS and meant.sure > SURE
        return tuple(Call(meant.intent, s) for s in meant.slots) if fits else ()

    def supposed(self, reading: Reading, before: Before) -> tuple[Call, ...]:
        """What a turn that has passed most likely came to: nothing is at stake any more, so nothing is doubted."""
        found = self.meanings(reading, before)
        return tuple(_settled([c for m in found if m.sure >= VAGUE for c in m.calls]))

    def hear(self, reading: Reading, before: Before) -> Understanding:
        """Understand what was read, given where the talk stands."""
        if not reading.text:
            return Understanding((Call("clarify"),), 0.0, reading.lang)
        calls: list[Call] = []
        least, others = 1.0, []
        for meant in self.meanings(reading, before):
            found, sure = self.weighed(meant)
            least = min(least, sure)
            others += [meant.intent, *meant.rivals]
            calls += [c for c in found if c not in calls]
        calls = _settled(calls)
        names = {c.name for c in calls}
        rest = tuple(dict.fromkeys(o for o in others if o not in names and o != "clarify"))
        return Understanding(tuple(calls), least, reading.lang, rest[:3])

    def meanings(self, reading: Reading, before: Before) -> list[Meant]:
        """What each stretch of an utterance comes to; each one hears those before it."""
        found = []
        guesses = self.guesses(reading, before)
        for guess in guesses:
            found.append(self.meant(guess, before, len(guesses), whole=reading.text))
            calls = found[-1].calls
            before = after_user(before, guess.reading, calls) if calls else before
        return found

    def guesses(self, reading: Reading, before: Before) -> list[Guess]:
        """The stretches of an utterance with their likeliest intents."""
        chosen = []
        for cut in cuts(reading):
            left, right = pieces(reading, [cut])
            tops = [self.guess(part, before).ranked[0] for part in (left, right, reading)]
            names = evidence(
                left, right, cut, (tops[0][0], tops[1][0], tops[2][0]), (tops[0][1], tops[1][1], tops[2][1])
            )
            if "cut" in self.heads:
                head = self.heads["cut"]
                if dict(zip(head.answers, head(places(names)), strict=True))["split"] > CUT:
                    chosen.append(cut)
        return [self.guess(part, before) for part in pieces(reading, chosen)]

    def guess(self, reading: Reading, before: Before) -> Guess:
        """The likeliest intents of one stretch."""
        found = features(reading, before.features())
        head = self.heads["intent"]
        chances = dict(zip(head.answers, head(found), strict=True))
        follow = chances.pop("follow", 0.0)
        last = before.last
        follows = False
        if last is not None:
            follows = follow > chances.get(last.name, 0.0)
            chances[last.name] = chances.get(last.name, 0.0) + follow
        ranked = sorted(chances.items(), key=lambda c: -c[1])
        return Guess(reading, tuple((n, float(p)) for n, p in ranked), follows)

    def meant(self, guess: Guess, before: Before, parts: int, *, whole: str = "", asked: bool = False) -> Meant:
        """What one stretch comes to, before it is weighed.

        Args:
            guess: The stretch.
            before: The standing of the talk.
            parts: Stretches of the utterance.
            whole: The utterance.
            asked: The assistant's own question: it names a change without asking for it.
        """
        scene = Scene(guess.reading, slot_features(guess.reading, before), self.heads, before, whole)
        if before.offered and agrees(scene):
            return Meant(before.offered[0].name, tuple(c.args for c in before.offered), 1.0)
        if over(scene.text, before):
            return ended(over(scene.text, before))
        chances = judged(guess, scene, asked=asked)
        last = leans(scene, before)
        if last is not None:
            chances = [(last.name, 1.0), *chances]
        intent, sure = turned(chances[0][0], scene) if last is None else last.name, chances[0][1]
        slots = FILL[intent](scene)
        if last is None and guess.follows and before.last is not None and before.last.name == intent:
            last = before.last
        if last is not None:
            slots = followed(intent, slots, scene, last)
        rivals = tuple(n for n, _ in chances[:3])
        asks = intent in CHANGING and not asked and not before.asked and only_asks(scene)
        if asks or not slots or not all(complete(intent, s) for s in slots):
            return Meant("clarify", ({},), sure, (), rivals)
        plain = intent not in CHANGING or outright(intent, scene) or (sure > 0.9 and restated(scene, last))
        named = [] if plain else signs(intent, slots, scene, chances, parts=parts, leaning=last is not None)
        return Meant(intent, tuple(slots), sure, tuple(named), rivals)

    def weighed(self, meant: Meant) -> tuple[tuple[Call, ...], float]:
        """The calls of a stretch when they can be trusted, else a question; and how sure that is."""
        sure, least = meant.sure, VAGUE
        if meant.intent in CHANGING and meant.signs:
            head = self.heads.get("trust")
            # A goal moves no weight and is read back with an undo: it needs less to go on than a limit or an order.
            least = TRUST if head and meant.intent != "set_goal" else SURE
            sure = dict(zip(head.answers, head(places(meant.signs)), strict=True))["right"] if head else sure
        if sure < least:
            return (Call("clarify"),), sure
        return meant.calls, sure


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


_PLAN = re.compile(r"제안|승인|안입니다|추천|매수|매도|propos|approve|\bplan\b|recommend|\bbuy\b|\bsell", re.I)
_SHALL_I = re.compile(r"[까]요?\?|드려요\?|\b(?:shall|should) i\b|\b(?:want|like) me to\b", re.I)
_NEEDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("exclude", "include", "set_view", "trade", "modify_proposal"), ("target",)),
    "set_limit": ("target", "weight"),
    "set_alert": ("value",),
}


def complete(intent: str, slots: Mapping[str, Any]) -> bool:
    """True when nothing is missing that the tool cannot do without, and no time is longer than a life."""
    lived = slots.get("horizon_years", 0) <= LIFE and slots.get("in_months", 0) <= 12 * LIFE
    return lived and all(name in slots for name in _NEEDED.get(intent, ()))


def _settled(calls: list[Call]) -> list[Call]:
    """Greetings and loose ends beside a real wish are not wishes; a yes that asks for a change is that change."""
    real = [c for c in calls if c.name not in ("clarify", "smalltalk")]
    if any(c.name == "decide" and c.args.get("decision") == "approve" for c in real):
        real = [_within(c) for c in real]
        if any(c.name == "modify_proposal" for c in real):
            real = [c for c in real if c.name != "decide"]
    return real or calls[:1] or [Call("clarify")]


def _within(call: Call) -> Call:
    """An exact weight said beside a yes is meant for the proposal."""
    if call.name == "set_limit" and call.args.get("kind") == "exact":
        return Call("modify_proposal", {"target": call.args["target"], "weight": call.args["weight"]})
    return call


def load_heads() -> dict[str, Head]:
    """The committed weights. Raises FileNotFoundError when they were never trained."""
    with resources.files(__package__).joinpath("weights.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return unpack({name: arrays[name] for name in arrays.files})
