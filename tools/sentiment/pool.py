"""Scored texts about one asset → one score: duplicates once, no source or crowd beyond its share, old news faded."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tools.errors import BadInput

Floats = NDArray[np.float64]

SOURCE_CAP, SOCIAL_CAP = 0.20, 0.10
"""Largest share of the mass of one source, and of all social posts together."""

SHRINK = 5.0
"""So many effective texts halve the score: score · n / (n + 5)."""

ALIKE = 0.6
"""Share of shingles in common (Jaccard) from which two texts tell the same story."""

_SHINGLE, _SKETCH = 5, 12


@dataclass(frozen=True, slots=True)
class Scored:
    """One scored text about one asset.

    score: −1..1; confidence: 0..1; weight: trust in the source, 0..1; half_life: of its relevance (a day for headlines,
    5 days for filings); story: key of the story when known, else found from the text.
    """

    id: str
    at: datetime
    source: str
    score: float
    confidence: float = 1.0
    weight: float = 1.0
    half_life: timedelta = timedelta(days=1)
    social: bool = False
    text: str = ""
    story: str | None = None

    def __post_init__(self) -> None:
        numbers = (self.score, self.confidence, self.weight)
        if not all(np.isfinite(numbers)) or abs(self.score) > 1 or not all(0 <= x <= 1 for x in numbers[1:]):
            raise BadInput("scored_text", self.id)
        if self.half_life <= timedelta(0):
            raise BadInput("half_life", self.id)


@dataclass(frozen=True, slots=True)
class Pooled:
    """What all texts say together.

    score: −1..1. n_eff: (Σw)² / Σw². mass: Σw before caps. weights: by text, after caps.
    """

    score: float
    n_eff: float
    mass: float
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def shrunk(self) -> float:
        """The score times n_eff / (n_eff + 5)."""
        return self.score * self.n_eff / (self.n_eff + SHRINK)


def shingles(text: str) -> frozenset[int]:
    """Hashes of all groups of 5 letters and digits of a text, case and spacing set aside."""
    plain = "".join(c for c in text.casefold() if c.isalnum())
    count = max(len(plain) - _SHINGLE + 1, 1)
    return frozenset(zlib.crc32(plain[i : i + _SHINGLE].encode()) for i in range(count))


def stories(texts: Sequence[Scored]) -> list[int]:
    """Number of the story each text tells, in order: equal keys or near-duplicate texts share one."""
    numbers: list[int] = []
    keys: dict[str, int] = {}
    first: list[frozenset[int]] = []
    index: dict[int, list[int]] = {}
    for one in texts:
        if one.story is not None or not one.text:
            number = keys.setdefault(f"story:{one.story}" if one.story is not None else f"id:{one.id}", len(first))
            found = number if number < len(first) else None
            mine: frozenset[int] = frozenset()
        else:
            mine = shingles(one.text)
            near = dict.fromkeys(n for h in sorted(mine)[:_SKETCH] for n in index.get(h, ()))
            found = next((n for n in near if len(mine & first[n]) >= ALIKE * len(mine | first[n])), None)
        if found is None:
            found = len(first)
            first.append(mine)
            for h in sorted(mine)[:_SKETCH]:
                index.setdefault(h, []).append(found)
        numbers.append(found)
    return numbers


def distinct(texts: Sequence[Scored]) -> tuple[Scored, ...]:
    """One text per story: of the most trusted source, then the earliest, in the order of the stories."""
    best: dict[int, Scored] = {}
    for number, one in zip(stories(texts), texts, strict=True):
        held = best.get(number)
        if held is None or (-one.weight, one.at, one.id) < (-held.weight, held.at, held.id):
            best[number] = one
    return tuple(best.values())


def pool(texts: Sequence[Scored], now: datetime, *, capped: bool = True) -> Pooled:
    """Weighted mean of the distinct texts known at `now`; later ones do not exist yet.

    What a cap takes away counts as neutral: a single source alone moves the score by at most its cap.

    Args:
        texts: Texts about one asset, in any order.
        now: Aware time; a text weighs source · confidence · 0.5^(age / half-life).
        capped: Hold each source to `SOURCE_CAP` and all social posts to `SOCIAL_CAP` of the mass.
    """
    kept = distinct(sorted((t for t in texts if t.at <= now), key=lambda t: (t.at, t.id)))
    raw = np.array([t.weight * t.confidence * 0.5 ** ((now - t.at) / t.half_life) for t in kept])
    mass = float(raw.sum())
    if mass < 1e-9:  # nothing left to hear; below this the ratios are noise
        return Pooled(0.0, 0.0, 0.0)
    held = _capped(raw, kept) if capped else raw
    score = float(held @ np.array([t.score for t in kept])) / mass
    n_eff = float(held.sum() ** 2 / (held @ held))
    return Pooled(score, n_eff, mass, {t.id: float(w) for t, w in zip(kept, held, strict=True)})


def _capped(raw: Floats, kept: Sequence[Scored]) -> Floats:
    held, mass = raw.copy(), float(raw.sum())
    sources = np.array([t.source for t in kept])
    groups = [(sources == s, SOURCE_CAP) for s in dict.fromkeys(sources)]
    groups.append((np.array([t.social for t in kept]), SOCIAL_CAP))
    for members, cap in groups:
        share = float(held[members].sum()) / mass
        if share > cap:
            held[members] *= cap / share
    return held
