"""Which stretch of an exemplar stands for which of its calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from agent.builtin.clauses import cuts, pieces
from agent.builtin.context import Before, Said
from agent.builtin.reading import Reading, joined
from agent.builtin.trust import used
from agent.builtin.understand import Understander

Slots = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One exemplar: what was said, the turns before, and what it means."""

    reading: Reading
    history: tuple[Said, ...]
    calls: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One stretch of speech with one intent, and the slots of its first call."""

    reading: Reading
    before: Before
    intent: str
    slots: Slots


def grouped(row: Row) -> list[Mapping[str, Any]]:
    """The first call of each stretch: calls that differ in one list of names ("A and B") share a stretch."""
    groups: list[Mapping[str, Any]] = []
    last: Mapping[str, Any] | None = None
    for call in row.calls:
        if last is None or not _one_list(row.reading, last, call):
            groups.append(call)
        last = call
    return groups


def _one_list(reading: Reading, left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    rest = [{k: v for k, v in c["slots"].items() if k != "target"} for c in (left, right)]
    if left["intent"] != right["intent"] or rest[0] != rest[1]:
        return False
    pairs = [
        (a, b)
        for a in reading.targets
        for b in reading.targets
        if a.id == left["slots"].get("target") and b.id == right["slots"].get("target")
    ]
    return not pairs or any(joined(reading.text, a, b) for a, b in pairs)


def align(first: Understander, row: Row, before: Before) -> tuple[list[Example], set[int]] | None:
    """Give each call its stretch: the cuts under which the stretches most likely come to these calls, in order.

    Returns:
        The stretches as examples and the indexes of the cuts taken; None when there are too few places to cut.
    """
    groups = grouped(row)
    places_ = cuts(row.reading)
    best: tuple[float, tuple[int, ...]] | None = None
    for chosen in combinations(range(len(places_)), len(groups) - 1):
        parts = pieces(row.reading, [places_[i] for i in chosen])
        score = sum(_fits(first, part, before, call) for part, call in zip(parts, groups, strict=True))
        if best is None or score > best[0]:
            best = (score, chosen)
    if best is None or best[0] < -4.0 * len(groups):
        return None
    parts = pieces(row.reading, [places_[i] for i in best[1]])
    examples = [Example(p, before, c["intent"], c["slots"]) for p, c in zip(parts, groups, strict=True)]
    return examples, set(best[1])


def _fits(first: Understander, part: Reading, before: Before, call: Mapping[str, Any]) -> float:
    """How well a stretch fits a call: the log-probability of its intent, and whether it holds the names and numbers."""
    score = float(np.log(dict(first.guess(part, before).ranked).get(call["intent"], 0.0) + 1e-6))
    named = {m.id for m in (*part.mentions, *part.goals)}
    score += sum(1.0 for k in ("target", "goal", "strategy", "event", "metric") if call["slots"].get(k) in named)
    numbers = [abs(v) for v in call["slots"].values() if isinstance(v, int | float)]
    return score + sum(1.0 if used(f, numbers) else -1.0 for f in part.figures)
