"""What an investor means: text and the turns before it -> calls with typed slots, or a question when unsure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from agent.builtin.classify import Head, unpack
from agent.builtin.clauses import Cut, cuts, evidence, pieces
from agent.builtin.context import START, Before, Call, Said, after_reply, after_user, over
from agent.builtin.entries import told
from agent.builtin.features import features, places
from agent.builtin.follow import certain, followed, leans, takes
from agent.builtin.grants import granted
from agent.builtin.guard import outright, turned
from agent.builtin.itself import itself, remembered
from agent.builtin.meaning import (
    CHANGING,
    FILL,
    Guess,
    Meant,
    answers,
    begun,
    complete,
    ended,
    judged,
    settled,
    unexplained,
)
from agent.builtin.parts import Scene
from agent.builtin.plans import ages
from agent.builtin.pointing import dropped
from agent.builtin.pronouns import resolved
from agent.builtin.reading import Reading, read
from agent.builtin.speech import agrees, idle_talk, only_asks
from agent.builtin.switches import switched, weighed
from agent.builtin.trust import signs
from tools.domain.value import Lang
from tools.names import Names

SURE = 0.45
"""Below this probability a changing intent becomes a question where nothing was learned about trust."""
TRUST = 0.8
"""Below this trust a change becomes a question: chosen on speech the weights had not seen."""
ANSWERED = 0.6
"""In the middle of a talk less is needed: most words there go on with what was said, and asking back breaks it off."""
VAGUE = 0.25
"""Below this one any intent does."""
CUT = 0.35
"""From this probability on, an utterance is cut at a place."""
OFFERS = frozenset(("exclude", "include", "set_limit", "set_alert", "set_risk", "forget", "rebalance"))
"""What the assistant may ask whether to do; trades and plans are proposals, approved by hand."""
MORE = 2
"""So many cuts are added where something was left over."""
MANY = 4
"""Of so many places all may be cut at once: two halves of three wishes are each too mixed to be clear."""
SHAKY = 0.8
"""Below this probability what a message wants is looked for inside of it."""
SHORT = 30
"""So short a message with two numbers sets one aside: "not 20, 25"."""
LONG = 14
"""A message of so many words may hold one wish among much else."""
CLEAR = 0.85
"""Stretches that are cut because something was left over are to be at least so clear."""
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
                found = self.meanings(reading, before)
                lacking = found[0].open if len(found) == 1 else None
                taken = None if said.calls is None else tuple(c for c in said.calls if c.name in FILL)
                calls = taken if taken is not None else self.supposed(found, before, reading)
                before = replace(after_user(before, reading, calls), open=lacking)
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

    @staticmethod
    def supposed(found: Sequence[Meant], before: Before, reading: Reading) -> tuple[Call, ...]:
        """What a turn that has passed most likely came to: nothing is at stake any more, so nothing is doubted."""
        return tuple(settled([c for m in found if m.sure >= VAGUE for c in m.calls], before, reading.text))

    def hear(self, reading: Reading, before: Before) -> Understanding:
        """Understand what was read, given where the talk stands."""
        if not reading.text:
            return Understanding((Call("clarify"),), 0.0, reading.lang)
        unasked = granted(reading) or switched(reading) or weighed(reading) or itself(reading) or remembered(reading)
        if unasked is not None:
            return Understanding((unasked,), 1.0, reading.lang)
        entry = told(reading)
        if entry is not None:
            return Understanding((entry,), 1.0, reading.lang)
        calls: list[Call] = []
        least, others = 1.0, []
        for meant in self.meanings(reading, before):
            found, sure = self.weighed(meant)
            least = min(least, sure)
            others += [meant.intent, *meant.rivals]
            calls += [c for c in found if c not in calls]
        calls = settled(calls, before, reading.text)
        names = {c.name for c in calls}
        rest = tuple(dict.fromkeys(o for o in others if o not in names and o != "clarify"))
        return Understanding(tuple(calls), least, reading.lang, rest[:3])

    def meanings(self, reading: Reading, before: Before) -> list[Meant]:
        """What each stretch of an utterance comes to; each one hears those before it."""
        first = self.read_as(self.guesses(reading, before), reading, before)
        idle = unexplained(first, reading)
        if not idle or _corrects(reading, before):
            return first
        best: tuple[int, list[Meant]] = (idle, first)
        taken: tuple[Cut, ...] = ()
        at = tuple(cuts(reading))
        for _ in range(MORE):
            ways = [(*taken, cut) for cut in at] + ([at] if not taken and 1 < len(at) <= MANY else [])
            tried = [(self.cut_at(way, reading, before), way) for way in ways]
            left, found, chosen = min(((*t, c) for t, c in tried), key=lambda t: t[0], default=(idle, first, ()))
            if left >= best[0]:
                break
            best, taken = (left, found), chosen
        whole = best[0] == 0 and all(m.intent != "clarify" for m in best[1])
        return [m.with_sign("forced") for m in best[1]] if whole and len(best[1]) > len(first) else first

    def cut_at(self, places: Sequence[Cut], reading: Reading, before: Before) -> tuple[int, list[Meant]]:
        """The stretches between these places, and how much of the utterance they leave unexplained."""
        parts = pieces(reading, sorted(set(places), key=lambda c: c.start))
        guesses = [self.guess(part, before) for part in parts]
        if min(g.ranked[0][1] for g in guesses) < CLEAR:
            return 99, []
        found = self.read_as(guesses, reading, before)
        return unexplained(found, reading), found

    def read_as(self, guesses: Sequence[Guess], reading: Reading, before: Before) -> list[Meant]:
        """What stretches come to, one after the other."""
        found = []
        for guess in guesses:
            found.append(self.meant(guess, before, len(guesses), whole=reading.text))
            calls = found[-1].calls
            before = after_user(before, guess.reading, calls) if calls else before
        return found

    def guesses(self, reading: Reading, before: Before) -> list[Guess]:
        """The stretches of an utterance with their likeliest intents."""
        chosen = []
        for cut in () if _corrects(reading, before) else cuts(reading):
            left, right = pieces(reading, [cut])
            tops = [self.guess(part, before).ranked[0] for part in (left, right, reading)]
            names = evidence(
                left, right, cut, (tops[0][0], tops[1][0], tops[2][0]), (tops[0][1], tops[1][1], tops[2][1])
            )
            if "cut" in self.heads:
                head = self.heads["cut"]
                if dict(zip(head.answers, head(places(names)), strict=True))["split"] > CUT:
                    chosen.append(cut)
        found = [self.guess(part, before) for part in pieces(reading, chosen)]
        return found if len(found) > 1 else [self.core(found[0], before)]

    def core(self, guess: Guess, before: Before) -> Guess:
        """The stretch that says what a rambling message wants: what surrounds it names and counts nothing."""
        best = guess
        rambles = len(guess.reading.text.split()) >= LONG and guess.ranked[0][1] < SHAKY
        for cut in cuts(guess.reading) if rambles else ():
            left, right = pieces(guess.reading, [cut])
            for part, rest in ((left, right), (right, left)):
                if (part.targets or part.figures) and idle_talk(rest):
                    found = self.guess(part, before)
                    if found.ranked[0][1] > max(best.ranked[0][1] + 0.1, SHAKY):
                        best = replace(found, core=True)
        return best

    def guess(self, reading: Reading, before: Before) -> Guess:
        """The likeliest intents of one stretch."""
        found = features(reading, before.features())
        head = self.heads["intent"]
        chances = dict(zip(head.answers, head(found), strict=True))
        named = resolved(reading, before, self._names)
        if named is not None:
            again = head(features(named, before.features()))
            chances = {n: (chances[n] + p) / 2 for n, p in zip(head.answers, again, strict=True)}
        follow = chances.pop("follow", 0.0)
        last = before.last
        follows = False
        if last is not None and takes(last, reading):
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
        if before.open is not None and answers(scene, before):
            found = [{**s, **before.open.args} for s in FILL[before.open.name](scene)]
            if found and complete(before.open.name, found[0]):
                return Meant(before.open.name, tuple(found), 1.0)
        gone = [] if asked or only_asks(scene) or parts > 1 else dropped(scene, before)
        if gone:
            return Meant(gone[0].name, tuple(c.args for c in gone), 1.0)
        chances = judged(guess, scene, asked=asked)
        last = leans(scene, before)
        if last is not None:
            chances = [(last.name, 1.0), *chances]
        intent, sure = turned(chances[0][0], scene) if last is None else last.name, chances[0][1]
        slots = FILL[intent](scene)
        told = scene.figures and all(f.value in ages(scene) for f in scene.figures)  # an age corrects nothing
        if last is None and guess.follows and not told and before.last is not None and before.last.name == intent:
            last = before.last
        if last is not None:
            slots = followed(intent, slots, scene, last)
        rivals = tuple(n for n, _ in chances[:3])
        asks = intent in CHANGING and not asked and not before.asked and only_asks(scene)
        idle = last is not None and intent == "set_goal" and all(set(s) == {"goal"} for s in slots)
        if asks or idle or not slots or not all(complete(intent, s) for s in slots):
            lacking = None if asks or asked or scene.figures else begun(intent, scene)
            return Meant("clarify", ({},), sure, (), rivals, lacking)
        plain = intent not in CHANGING or outright(intent, scene) or (sure > 0.9 and certain(scene, last))
        named = [] if plain else signs(intent, slots, scene, chances, parts=parts, leaning=last is not None)
        named += ["core", f"i&core:{intent}"] if named and guess.core else []
        return Meant(intent, tuple(slots), sure, tuple(named), rivals)

    def weighed(self, meant: Meant) -> tuple[tuple[Call, ...], float]:
        """The calls of a stretch when they can be trusted, else a question; and how sure that is."""
        sure, least = meant.sure, VAGUE
        if meant.intent in CHANGING and meant.signs:
            head = self.heads.get("trust")
            # A goal moves no weight and is read back with an undo: it needs less to go on than a limit or an order.
            least = TRUST if head and meant.intent != "set_goal" else SURE
            least = min(least, ANSWERED) if "any:True" in meant.signs else least
            sure = dict(zip(head.answers, head(places(meant.signs)), strict=True))["right"] if head else sure
        if sure < least:
            return (Call("clarify"),), sure
        return meant.calls, sure


def _corrects(reading: Reading, before: Before) -> bool:
    """True for a short message of two numbers after a change: it sets one aside."""
    short = len(reading.text) <= SHORT and not reading.targets and len(reading.figures) > 1
    return short and bool(before.changed)


_PLAN = re.compile(r"제안|승인|안입니다|추천|매수|매도|propos|approve|\bplan\b|recommend|\bbuy\b|\bsell", re.I)
_SHALL_I = re.compile(r"[까]요?\?|드려요\?|\b(?:shall|should) i\b|\b(?:want|like) me to\b", re.I)


def load_heads() -> dict[str, Head]:
    """The committed weights. Raises FileNotFoundError when they were never trained."""
    with resources.files(__package__).joinpath("weights.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return unpack({name: arrays[name] for name in arrays.files})
