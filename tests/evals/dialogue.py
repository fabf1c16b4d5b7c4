"""Scores dialogue understanding: `python -m tests.evals.dialogue FILE [--model SPEC] [--out PREDICTIONS.jsonl]`.

What is measured is what the mind decides on first for an utterance and its history; nothing is executed.
"""

import math
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.builtin.context import Said
from agent.builtin.understand import CHANGING, Understander
from agent.llm import first_calls
from agent.wiring import from_environment
from knowledge.tables import load_names, load_universe
from tests.evals.common import options, rows, write

CallRow = Mapping[str, Any]
Predict = Callable[[str, Sequence[Said]], list[dict[str, Any]]]

_TELLING = (
    "target",
    "versus",
    "direction",
    "side",
    "kind",
    "decision",
    "change",
    "goal",
    "metric",
    "op",
    "level",
    "frequency",
    "topic",
)


def agrees(left: object, right: object, within: float = 0.01) -> bool:
    """Two slot values mean the same: numbers within a relative tolerance, lists as sets, text without case."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=within, abs_tol=1e-9)
    if isinstance(left, list) and isinstance(right, list):
        return Counter(str(x).lower() for x in left) == Counter(str(x).lower() for x in right)
    return isinstance(left, str) and isinstance(right, str) and left.strip().lower() == right.strip().lower()


def slots(call: CallRow) -> dict[str, Any]:
    """Slots that carry something."""
    return {k: v for k, v in (call.get("slots") or {}).items() if v not in (None, "", [])}


@dataclass(frozen=True, slots=True)
class Match:
    """One answer against one accepted reading: shared, surplus and missing slots, and whether the intents agree."""

    intents: bool
    hit: int
    surplus: int
    missing: int

    @property
    def exact(self) -> bool:
        """Everything is right."""
        return self.intents and not self.surplus and not self.missing


def match(gold: Sequence[CallRow], answer: Sequence[CallRow]) -> Match:
    """Pair calls of one intent, those sharing most first, and count slots."""
    options = [
        (-_shared(g, a), len(slots(a)), i, j)
        for i, g in enumerate(gold)
        for j, a in enumerate(answer)
        if g["intent"] == a["intent"]
    ]
    left, right = set(range(len(gold))), set(range(len(answer)))
    hit = surplus = missing = 0
    for shared, _, i, j in sorted(options):
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            hit -= shared
            missing += len(slots(gold[i])) + shared
            surplus += len(slots(answer[j])) + shared
    missing += sum(len(slots(gold[i])) for i in left)
    surplus += sum(len(slots(answer[j])) for j in right)
    return Match(not left and not right, hit, surplus, missing)


def _shared(gold: CallRow, answer: CallRow) -> int:
    mine = slots(answer)
    return sum(1 for k, v in slots(gold).items() if k in mine and agrees(v, mine[k]))


def closest(row: Mapping[str, Any], answer: Sequence[CallRow]) -> Match:
    """The best match among all accepted readings."""
    readings = [row["expected"], *row.get("accept", ())]
    return max((match(r, answer) for r in readings), key=lambda m: (m.exact, m.intents, m.hit - m.surplus - m.missing))


def wrong_change(row: Mapping[str, Any], answer: Sequence[CallRow]) -> bool:
    """True when a changing call has an intent, target, side or number (beyond 5 %) that no accepted reading has."""
    readings = [row["expected"], *row.get("accept", ())]
    return any(
        call["intent"] in CHANGING and not any(_backed(call, gold) for reading in readings for gold in reading)
        for call in answer
    )


def _backed(call: CallRow, gold: CallRow) -> bool:
    if call["intent"] != gold["intent"]:
        return False
    said, meant = slots(call), slots(gold)
    for name, value in said.items():
        number = isinstance(value, int | float)
        if (name in _TELLING or number) and not (name in meant and agrees(value, meant[name], 0.05)):
            return False
    return True


@dataclass(slots=True)
class Tally:
    """Counts over utterances, and the figures they come to."""

    n: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any], answer: Sequence[CallRow]) -> None:
        """Count one utterance."""
        best = closest(row, answer)
        due = any(c["intent"] != "clarify" for c in row["expected"])
        answered = any(c["intent"] != "clarify" for c in answer)
        fear = any(c["intent"] == "panic" for c in row["expected"])
        self.n += 1
        self.counts.update(
            intent=best.intents, exact=best.exact, hit=best.hit, surplus=best.surplus, missing=best.missing,
            wrong=wrong_change(row, answer), due=due, answered=due and answered, fear=fear,
            seen=fear and any(c["intent"] == "panic" for c in answer),
        )  # fmt: skip

    def figures(self) -> dict[str, float]:
        """Rates in [0, 1]; 1 where nothing was due."""
        c = self.counts
        slots_total = 2 * c["hit"] + c["surplus"] + c["missing"]
        return {
            "n": self.n,
            "intent": c["intent"] / max(self.n, 1),
            "slot_f1": 2 * c["hit"] / slots_total if slots_total else 1.0,
            "exact": c["exact"] / max(self.n, 1),
            "wrong_change": c["wrong"] / max(self.n, 1),
            "coverage": c["answered"] / c["due"] if c["due"] else 1.0,
            "panic": c["seen"] / c["fear"] if c["fear"] else 1.0,
        }


def score(rows: Sequence[Mapping[str, Any]], answers: Mapping[str, Sequence[CallRow]]) -> dict[str, dict[str, float]]:
    """Figures over all utterances, by language and by kind (multi, context, mixed, fresh)."""
    groups: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        kinds = [k for k in str(row.get("notes", "")).split(",") if k]
        for group in ("all", f"lang={row.get('lang', '?')}", *(f"note={k}" for k in kinds)):
            groups[group].add(row, answers.get(str(row["id"]), ()))
    return {name: tally.figures() for name, tally in sorted(groups.items())}


def predictor(model: str) -> Predict:
    """The door to a mind: `builtin`, or `openai:NAME` through the large model's own."""
    names = load_names(load_universe())
    if model == "builtin":
        understand = Understander(names)
        return lambda text, history: [
            {"intent": c.name, "slots": dict(c.args)} for c in understand(text, history).calls
        ]
    settings = from_environment(os.environ, model=model)
    return lambda text, history: first_calls(text, [(said.role, said.text) for said in history], settings, names)


def main(argv: Sequence[str] | None = None) -> None:
    """Score one file and print the figures."""
    chosen = options("dialogue", argv)
    predict = predictor(chosen.model)
    utterances = rows(chosen.file)
    answers: dict[str, list[dict[str, Any]]] = {}
    for row in utterances:
        history = [Said(h["role"], h["content"]) for h in row.get("history") or ()]
        answers[str(row["id"])] = predict(row["utterance"], history)
    write(chosen.out, ({"id": k, "predicted": v} for k, v in answers.items()))
    for name, figures in score([r for r in utterances if "expected" in r], answers).items():
        print(f"{name:14}", " ".join(f"{k}={v:.3f}" if k != "n" else f"n={v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
