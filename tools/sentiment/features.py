"""A reading → numbered features with values: what the grammar found, which phrases, and words as a weak backing."""

import math
import zlib
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tools.sentiment.reading import Reading

DENSE = 48
"""Places 0..47 hold sums and counts of the grammar; the rest is hashed."""

BUCKETS = DENSE + (1 << 13)

_PHRASE, _WORDS = 0.45, 1.4
"""Values of a phrase's own feature and of all words together: small values are shrunk harder by the L2 penalty."""

_RULES = (
    "good up",
    "good down",
    "bad up",
    "bad down",
    "up",
    "down",
    "polar",
    "bare bad",
    "eased",
    "good ease",
    "failed",
)
_MARKS = ("fact", "expect", "soft", "hard", "but", "though", "not", "mock")

Features = tuple[NDArray[np.int64], NDArray[np.float64]]


def features(reading: Reading) -> Features:
    """Places (ascending, unique) and values, both shape (k,)."""
    found: dict[int, float] = {}
    for place, value in enumerate(_dense(reading)):
        if value:
            found[place] = value
    for name in _phrases(reading):
        found[_place(name)] = _PHRASE
    words = _words(reading)
    share = _WORDS / math.sqrt(max(len(words), 1))
    for name in words:
        place = _place(name)
        found[place] = found.get(place, 0.0) + share
    places = sorted(found)
    return np.array(places, dtype=np.int64), np.array([found[p] for p in places])


def _place(name: str) -> int:
    return DENSE + zlib.crc32(name.encode()) % (BUCKETS - DENSE)


def _dense(reading: Reading) -> list[float]:
    parse = reading.parse
    values = [parse.total(i) for i in parse.items]
    gains, losses = sum(v for v in values if v > 0), -sum(v for v in values if v < 0)
    strong = [v for v in values if abs(v) >= 0.55]
    row = [
        1.0,
        math.tanh(gains),
        math.tanh(losses),
        math.tanh(gains - losses),
        max(values, default=0.0),
        min(values, default=0.0),
        values[0] if values else 0.0,
        values[-1] if values else 0.0,
        float(not values),
        float(not strong),
        float(gains > 0.3 and losses > 0.3),
        math.tanh(sum(strong)),
        float(gains > 0.5 and losses == 0),
        float(losses > 0.5 and gains == 0),
        reading.figures,
        min(parse.turned, 2) / 2,
        min(len(parse.bare), 3) / 3,
        float("?" in reading.text),
        float(any(t.startswith("$") for t in reading.words.tokens)),
        min(len(reading.words.tokens), 60) / 60,
        float(len(reading.words.tokens) <= 8),
        min(sum(t[0].isdigit() for t in reading.words.tokens), 4) / 4,
        float("!" in reading.text),
    ]
    for rule in _RULES:
        row.append(math.tanh(sum(parse.total(i) for i in parse.items if i.rule == rule)))
    row.append(math.tanh(sum(parse.total(i) for i in parse.items if i.rule.endswith("expected"))))
    row.append(math.tanh(sum(parse.total(i) for i in parse.items if i.rule.startswith("not "))))
    row.extend(min(sum(m.role == mark for m in parse.marks), 3) / 3 for mark in _MARKS)
    row.append(values[-1] if values and parse.items[-1].clause == len(parse.weights) - 1 else 0.0)
    return row


def _phrases(reading: Reading) -> Iterable[str]:
    for item in reading.parse.items:
        if item.noun:
            yield f"{item.rule}:{item.noun}"
    for mark in reading.parse.marks:
        if mark.role in ("fact", "not"):
            yield f"{mark.role}:{mark.key}"
    for key in reading.parse.bare:
        yield f"bare:{key}"


def _words(reading: Reading) -> list[str]:
    tokens = ["#" if t[0].isdigit() else "$t" if t[0] == "$" else t for t in reading.words.tokens][:80]
    names = [f"w:{t}" for t in tokens]
    if reading.lang == "ko":
        for token in tokens:
            if len(token) > 2 and token[0] >= "가":
                names += [f"k:{token[:2]}", f"e:{token[-2:]}"]
        return names
    names += [f"b:{a} {b}" for a, b in pairwise(tokens)]
    return names
