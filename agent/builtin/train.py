"""Learns the weights from the exemplars: `python -m agent.builtin.train`. Same exemplars, same weights."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from agent.builtin.classify import Head, pack
from agent.builtin.clauses import cuts, evidence, pieces
from agent.builtin.context import Before, Said
from agent.builtin.features import BUCKETS, features, places
from agent.builtin.fit import train
from agent.builtin.reading import Reading, read
from agent.builtin.understand import Understander, slot_features
from knowledge.tables import load_exemplars, load_names, load_universe
from tools.names import Names

SMALL = 1 << 13
"""Buckets of the heads that fill one slot."""

PENALTY = 3e-6
"""L2 penalty, chosen by cross-validation on the exemplars."""

Slots = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One stretch of speech with one intent, and the slots of its first call."""

    reading: Reading
    before: Before
    intent: str
    slots: Slots


def _risk(slots: Slots) -> str:
    named = next((k for k in ("target_vol", "max_drawdown") if k in slots), None)
    return named or str(slots.get("level") or slots.get("direction"))


def _slot(name: str) -> Callable[[Slots], str | None]:
    return lambda slots: str(slots[name]) if name in slots else "none"


def _given(name: str) -> Callable[[Slots], str | None]:
    return lambda slots: str(slots[name]) if name in slots else None


def _shock(slots: Slots) -> str | None:
    return None if slots.get("scenario") != "shock" or "value" not in slots else "down" if slots["value"] < 0 else "up"


SLOT_HEADS: Mapping[str, tuple[str, Callable[[Slots], str | None]]] = {
    "risk": ("set_risk", _risk),
    "limit": ("set_limit", _given("kind")),
    "goal": ("set_goal", _given("goal")),
    "view": ("set_view", _given("direction")),
    "sure": ("set_view", _slot("confidence")),
    "cash": ("cash_flow", _given("kind")),
    "side": ("trade", _given("side")),
    "frequency": ("rebalance", _given("frequency")),
    "decision": ("decide", _given("decision")),
    "change": ("modify_proposal", lambda s: str(s.get("change", "weight"))),
    "metric": ("set_alert", _given("metric")),
    "op": ("set_alert", _given("op")),
    "action": ("profile_trades", _given("action")),
    "about": ("explain", _given("about")),
    "scenario": ("what_if", _given("scenario")),
    "shock": ("what_if", _shock),
    "what": ("show", _given("what")),
    "period": ("show", _slot("period")),
    "event": ("event_study", _given("event")),
    "recall": ("recall", _slot("topic")),
    "forget": ("forget", _slot("topic")),
    "scope": ("out_of_scope", _given("topic")),
}
"""Head -> the intent it serves and the answer an exemplar's slots give; None = this exemplar says nothing."""


def learn(exemplars: Iterable[Mapping[str, Any]], names: Names) -> dict[str, Head]:
    """Train every head: intents without context first, then with it, then where to cut, then the slots."""
    rows = list(exemplars)
    readings = [read(r["u"], names) for r in rows]
    alone = [
        Example(reading, Before(), row["calls"][0]["intent"], row["calls"][0]["slots"])
        for row, reading in zip(rows, readings, strict=True)
        if "h" not in row and len(_intents(row)) == 1
    ]
    first = Understander(names, {"intent": _intent_head(alone), **_slot_heads(alone)})
    standing = [first.standing(_history(r)) for r in rows]
    whole = [
        Example(reading, before, row["calls"][0]["intent"], row["calls"][0]["slots"])
        for row, reading, before in zip(rows, readings, standing, strict=True)
        if len(_intents(row)) == 1
    ]
    split: list[Example] = []
    marks: list[tuple[Reading, Before, set[int]]] = []
    for row, reading, before in zip(rows, readings, standing, strict=True):
        parts = align(first, reading, before, row["calls"]) if len(_intents(row)) > 1 else None
        if len(_intents(row)) == 1:
            marks.append((reading, before, set()))
        if parts:
            split += parts[0]
            marks.append((reading, before, parts[1]))
    second = Understander(names, {"intent": _intent_head([*whole, *split])})
    heads = {"intent": second._heads["intent"], **_slot_heads([*whole, *split])}
    return {**heads, "cut": _cut_head(second, marks)}


def align(
    first: Understander, reading: Reading, before: Before, calls: Sequence[Mapping[str, Any]]
) -> tuple[list[Example], set[int]] | None:
    """Give each call its stretch: the cuts under which the stretches most likely have these intents, in order.

    Returns:
        The stretches as examples and the indexes of the cuts taken; None when there are too few places to cut.
    """
    groups: list[Mapping[str, Any]] = []
    for call in calls:
        if not groups or groups[-1]["intent"] != call["intent"]:
            groups.append(call)
    places_ = cuts(reading)
    best: tuple[float, tuple[int, ...]] | None = None
    for chosen in combinations(range(len(places_)), len(groups) - 1):
        parts = pieces(reading, [places_[i] for i in chosen])
        score = 0.0
        for part, call in zip(parts, groups, strict=True):
            score += float(np.log(dict(first.guess(part, before).ranked).get(call["intent"], 0.0) + 1e-6))
        if best is None or score > best[0]:
            best = (score, chosen)
    if best is None or best[0] < -4.0 * len(groups):
        return None
    parts = pieces(reading, [places_[i] for i in best[1]])
    examples = [Example(p, before, c["intent"], c["slots"]) for p, c in zip(parts, groups, strict=True)]
    return examples, set(best[1])


def _intents(row: Mapping[str, Any]) -> set[str]:
    return {c["intent"] for c in row["calls"]}


def _history(row: Mapping[str, Any]) -> list[Said]:
    return [Said(h["role"], h["content"]) for h in row.get("h", ())]


def _label(example: Example) -> str:
    """`follow` when the words repeat the turn before with something new, else the intent."""
    last = example.before.last
    short = len(example.reading.text) <= 45
    return "follow" if last and last.name == example.intent and short else example.intent


def _intent_head(examples: Sequence[Example]) -> Head:
    rows = [features(e.reading, e.before.features()) for e in examples]
    return train(rows, [_label(e) for e in examples], BUCKETS, penalty=PENALTY)


def _slot_heads(examples: Sequence[Example]) -> dict[str, Head]:
    heads = {}
    for name, (intent, answer) in SLOT_HEADS.items():
        known = [(e, answer(e.slots)) for e in examples if e.intent == intent]
        kept = [(e, a) for e, a in known if a is not None]
        rows = [slot_features(e.reading, e.before) for e, _ in kept]
        heads[name] = train(rows, [a for _, a in kept], SMALL, penalty=PENALTY)
    return heads


def _cut_head(second: Understander, marks: Sequence[tuple[Reading, Before, set[int]]]) -> Head:
    rows, wanted = [], []
    for reading, before, taken in marks:
        for index, cut in enumerate(cuts(reading)):
            left, right = pieces(reading, [cut])
            tops = [second.guess(part, before).ranked[0] for part in (left, right, reading)]
            names = evidence(
                left, right, cut, (tops[0][0], tops[1][0], tops[2][0]), (tops[0][1], tops[1][1], tops[2][1])
            )
            rows.append(places(names))
            wanted.append("split" if index in taken else "join")
    return train(rows, wanted, SMALL, penalty=PENALTY * 30)


def main() -> None:
    """Train on all exemplars and write the weights beside this file."""
    heads = learn(load_exemplars(), load_names(load_universe()))
    path = Path(str(resources.files(__package__).joinpath("weights.npz")))
    with path.open("wb") as file:
        np.savez_compressed(file, **pack(heads))  # type: ignore[arg-type]
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {len(heads)} heads\n")


if __name__ == "__main__":
    main()
