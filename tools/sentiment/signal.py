"""Scored texts → one bounded, short-lived opinion on one asset.

Near-duplicates count once, no source and no crowd speaks for more than its share, old news fades, few texts shrink to
nothing, and what remains moves an expected return by at most IC · volatility · 3, with IC at most 0.05.
Source: Grinold (1994) for IC · σ · z; Tetlock (2007) for why such views must expire in days.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from tools.errors import BadInput

Floats = NDArray[np.float64]

SOURCE_CAP, SOCIAL_CAP = 0.20, 0.10
"""Largest share of the mass of one source, and of all social posts together."""

MAX_IC, PRIOR_IC = 0.05, 0.03
"""Largest and assumed correlation of the signal with the next return."""

CLIP = 3.0
MIN_DAYS = 60
SHRINK = 5.0
"""So many effective texts halve the shrinkage: score · n / (n + 5)."""

LIFE = timedelta(days=5)
"""A view is gone so long after its newest text."""

ALIKE = 0.6
"""Share of shingles in common (Jaccard) from which two texts tell the same story."""

_SHINGLE, _SKETCH = 5, 12
_PRIOR_DAYS = 250.0


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


@dataclass(frozen=True, slots=True)
class NewsView:
    """An opinion from news, which counts until `expires_at`.

    shift: yearly expected return beyond the prior. z: how unusual the score is. ic: the correlation it was given.
    """

    asset: str
    shift: float
    z: float
    ic: float
    pooled: Pooled
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Skill:
    """How the signal did out of sample: rank correlation with the next return, its 90 % interval, days counted."""

    ic: float
    low: float
    high: float
    days: int


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


def unusual(score: float, past: Sequence[float]) -> float | None:
    """How far today's score is from its own past in standard deviations; None with under 60 days or no variation."""
    history = np.asarray(past, dtype=np.float64)
    if len(history) < MIN_DAYS or not np.isfinite(history).all():
        return None
    spread = float(history.std(ddof=1))
    return (score - float(history.mean())) / spread if spread > 1e-9 else None


def shift(ic: float, volatility: float, z: float) -> float:
    """Yearly expected return beyond the prior: IC · σ · clip(z, ±3). Raises BadInput beyond IC 0.05 or for no number.

    Args:
        ic: Correlation with the next return, 0..0.05.
        volatility: Yearly, 0.2 is 20 %.
        z: How unusual the score is.
    """
    if not 0 <= ic <= MAX_IC or not np.isfinite((volatility, z)).all() or volatility < 0:
        raise BadInput("news_shift")
    return ic * volatility * float(np.clip(z, -CLIP, CLIP))


def skill(scores: Sequence[float], returns: Sequence[float]) -> Skill | None:
    """Rank correlation of past scores with the returns that followed them, with a 90 % interval (Fisher).

    None with under 60 pairs or where one of the two never varies: nothing is known then.
    """
    left, right = np.asarray(scores, dtype=np.float64), np.asarray(returns, dtype=np.float64)
    known = np.isfinite(left) & np.isfinite(right)
    left, right = left[known], right[known]
    if len(left) < MIN_DAYS or np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    ic = float(spearmanr(left, right).statistic)
    middle, half = np.arctanh(np.clip(ic, -0.999999, 0.999999)), 1.6449 * 1.03 / np.sqrt(len(left) - 3)
    return Skill(ic, float(np.tanh(middle - half)), float(np.tanh(middle + half)), len(left))


def earned(record: Skill | None) -> float:
    """The IC that may be used, 0..0.05: the assumed one pulled towards the record; 0 when that speaks against it.

    The assumption weighs like 250 days. A record whose whole interval lies below the assumed 0.03 silences the signal.
    """
    if record is None:
        return PRIOR_IC
    if record.high < PRIOR_IC:
        return 0.0
    mixed = (PRIOR_IC * _PRIOR_DAYS + record.ic * record.days) / (_PRIOR_DAYS + record.days)
    return float(np.clip(mixed, 0.0, MAX_IC))


def news_view(
    asset: str,
    texts: Sequence[Scored],
    now: datetime,
    *,
    past: Sequence[float],
    volatility: float,
    record: Skill | None = None,
) -> NewsView | None:
    """The view that news give on one asset, or None: no fresh text, too short a past, no skill.

    Args:
        asset: Id of the asset.
        texts: Scored texts about it.
        now: Aware time; texts after it do not exist.
        past: Shrunk daily scores before today, oldest first.
        volatility: Yearly volatility of the asset.
        record: How the signal did so far; None = no record yet.
    """
    known = [t for t in texts if t.at <= now]
    if not known:
        return None
    pooled, expires = pool(known, now), max(t.at for t in known) + LIFE
    z, ic = unusual(pooled.shrunk, past), earned(record)
    if z is None or ic == 0.0 or expires <= now or pooled.mass <= 0:
        return None
    return NewsView(asset, shift(ic, volatility, z), float(np.clip(z, -CLIP, CLIP)), ic, pooled, expires)
