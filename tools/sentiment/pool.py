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

STORY = timedelta(days=3)
"""A text that comes later than this after the first of its kind is new news in old words."""

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
    """Number of the story each text tells, in order of time: equal keys or near-duplicates of one time share one."""
    numbers: list[int] = []
    began: list[datetime] = []
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
            near = {n: None for n in near if one.at - began[n] <= STORY}
            found = next((n for n in near if len(mine & first[n]) >= ALIKE * len(mine | first[n])), None)
        if found is None:
            found = len(first)
            first.append(mine)
            began.append(one.at)
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


def daily(texts: Sequence[Scored], instants: Sequence[datetime]) -> Floats:
    """The shrunk score of `pool` at each instant, shape (instants,), all at once: 0 where nothing is heard.

    Args:
        texts: Texts about one asset, in any order.
        instants: Aware times.
    """
    known = sorted(texts, key=lambda t: (t.at, t.id))
    if not known or not instants:
        return np.zeros(len(instants))
    told: dict[int, list[int]] = {}
    for n, number in enumerate(stories(known)):
        told.setdefault(number, []).append(n)
    at = np.array([t.at.timestamp() for t in known])
    # Each text speaks for its story from when it is known until a better teller of it comes.
    until = np.full(len(known), np.inf)
    for members in told.values():
        ranked = sorted(members, key=lambda n: (-known[n].weight, known[n].at, known[n].id))
        for place, n in enumerate(ranked):
            until[n] = min((at[m] for m in ranked[:place]), default=np.inf)
    now = np.array([i.timestamp() for i in instants])[:, None]
    life = np.array([t.half_life.total_seconds() for t in known])
    trust = np.array([t.weight * t.confidence for t in known])
    speaks = (at <= now) & (now < until)
    raw = np.where(speaks, trust * 0.5 ** (np.maximum(now - at, 0.0) / life), 0.0)
    mass = raw.sum(axis=1)
    heard = mass >= 1e-9
    held = _capped_rows(raw, known, np.where(heard, mass, 1.0))
    score = held @ np.array([t.score for t in known]) / np.where(heard, mass, 1.0)
    square = (held**2).sum(axis=1)
    n_eff = held.sum(axis=1) ** 2 / np.where(heard, square, 1.0)
    return np.where(heard, score * n_eff / (n_eff + SHRINK), 0.0)


def _capped_rows(raw: Floats, kept: Sequence[Scored], mass: Floats) -> Floats:
    """`_capped` for many instants, shapes (instants, texts) and (instants,)."""
    held = raw.copy()
    for members, cap in _groups(kept):
        share = held[:, members].sum(axis=1) / mass
        held[:, members] *= np.where(share > cap, cap / np.maximum(share, 1e-300), 1.0)[:, None]
    return held


def _groups(kept: Sequence[Scored]) -> list[tuple[NDArray[np.bool_], float]]:
    """Each source, then all social posts, with the share they may have."""
    sources = np.array([t.source for t in kept])
    groups = [(np.asarray(sources == s), SOURCE_CAP) for s in dict.fromkeys(sources)]
    groups.append((np.array([t.social for t in kept]), SOCIAL_CAP))
    return groups


def _capped(raw: Floats, kept: Sequence[Scored]) -> Floats:
    held, mass = raw.copy(), float(raw.sum())
    for members, cap in _groups(kept):
        share = float(held[members].sum()) / mass
        if share > cap:
            held[members] *= cap / share
    return held
