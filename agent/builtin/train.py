"""Learns the weights from the exemplars: `python -m agent.builtin.train`. Same exemplars, same weights."""

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from agent.builtin.align import Example, Row, Slots, align, grouped
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
PENALTY = 1e-6
"""L2 penalty of the intents, chosen on writers the weights had not seen; that of the slots has few examples each."""
FEW = 3e-6
FOLDS = 5
TRUSTING = 1e-3
"""L2 penalty of the trust head: its signs are few and plain."""


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
    """Train every head; how far a reading can be trusted is learned on exemplars kept from the others."""
    rows = [Row(read(r["u"], names), _history(r), tuple(r["calls"])) for r in exemplars]
    return {**_heads(rows, names), "trust": _trust_head(rows, names)}


def _heads(rows: Sequence[Row], names: Names) -> dict[str, Head]:
    """Intents without context first, then with it, then where to cut, then the slots."""
    alone = [
        Example(r.reading, Before(), r.calls[0]["intent"], r.calls[0]["slots"])
        for r in rows
        if not r.history and len(grouped(r)) == 1
    ]
    first = Understander(names, {"intent": _intent_head(alone), **_slot_heads(alone)})
    examples: list[Example] = []
    marks: list[tuple[Reading, Before, set[int]]] = []
    for row in rows:
        before = first.standing(row.history)
        if len(grouped(row)) == 1:
            examples.append(Example(row.reading, before, row.calls[0]["intent"], row.calls[0]["slots"]))
            marks.append((row.reading, before, set()))
            continue
        parts = align(first, row, before)
        if parts:
            examples += parts[0]
            marks.append((row.reading, before, parts[1]))
    second = Understander(names, {"intent": _intent_head(examples)})
    return {"intent": second.heads["intent"], **_slot_heads(examples), "cut": _cut_head(second, marks)}


def _trust_head(rows: Sequence[Row], names: Names) -> Head:
    """Which readings of speech the weights have not seen are right, told by their signs; a process a fold."""
    fold = _folds(rows)
    parts = [
        ([r for r, f in zip(rows, fold, strict=True) if f != n], [r for r, f in zip(rows, fold, strict=True) if f == n])
        for n in range(FOLDS)
    ]
    with ProcessPoolExecutor(min(FOLDS, os.cpu_count() or 1)) as pool:
        found = [pair for pairs in pool.map(partial(_unseen, names), parts) for pair in pairs]
    return train([signs for signs, _ in found], [verdict for _, verdict in found], SMALL, penalty=TRUSTING)


def _unseen(names: Names, part: tuple[Sequence[Row], Sequence[Row]]) -> list[tuple[list[int], str]]:
    """Signs and verdict of each reading of the second rows by weights that know only the first."""
    seen, unseen = part
    understand = Understander(names, _heads(seen, names))
    found = []
    for row in unseen:
        for meant in understand.meanings(row.reading, understand.standing(row.history)):
            if meant.signs:
                backed = all(any(backs(c, meant.intent, s) for c in row.calls) for s in meant.slots)
                found.append((places(meant.signs), "right" if backed else "wrong"))
    return found


def _folds(rows: Sequence[Row]) -> list[int]:
    """The fold of each row: exemplars of one intent stand writer by writer, so that a fold is mostly other hands."""
    kinds = [(r.reading.lang, r.calls[0]["intent"], bool(r.history)) for r in rows]
    total, seen = Counter(kinds), Counter[Any]()
    folds = []
    for kind in kinds:
        folds.append(seen[kind] * FOLDS // total[kind])
        seen[kind] += 1
    return folds


def backs(call: Mapping[str, Any], intent: str, slots: Slots) -> bool:
    """True when an exemplar's call bears out a reading: intent, names, ways and numbers (within 5 %)."""
    meant = call["slots"]
    return call["intent"] == intent and all(
        k in meant and (math.isclose(v, meant[k], rel_tol=0.05) if isinstance(v, int | float) else v == meant[k])
        for k, v in slots.items()
        if isinstance(v, int | float) or k not in ("currency", "confidence", "method")
    )


def _history(row: Mapping[str, Any]) -> tuple[Said, ...]:
    return tuple(Said(h["role"], h["content"]) for h in row.get("h", ()))


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
        heads[name] = train(rows, [a for _, a in kept], SMALL, penalty=FEW)
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
    return train(rows, wanted, SMALL, penalty=FEW * 30)


def main() -> None:
    """Train on all exemplars and write the weights beside this file."""
    heads = learn(load_exemplars(), load_names(load_universe()))
    path = Path(str(resources.files(__package__).joinpath("weights.npz")))
    with path.open("wb") as file:
        np.savez_compressed(file, **pack(heads))  # type: ignore[arg-type]
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {len(heads)} heads\n")


if __name__ == "__main__":
    main()
