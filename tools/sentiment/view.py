"""A score → one bounded, short-lived opinion on one asset, which must earn its weight.

What remains moves a yearly expected return by at most IC · volatility · 3, with IC at most 0.05.
Source: Grinold (1994) for IC · σ · z; Tetlock (2007) for why such views must expire in days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from scipy.stats import spearmanr

from tools.errors import BadInput
from tools.sentiment.pool import Pooled, Scored, pool

MAX_IC, PRIOR_IC = 0.05, 0.03
"""Largest and assumed correlation of the signal with the next return."""

CLIP = 3.0
MIN_DAYS = 60

LIFE = timedelta(days=5)
"""A view is gone so long after its newest text."""

UNPROVEN, MOST_SURE = 0.1, 0.5
"""Confidence of a view without any record, and the most that any record earns."""

_PRIOR_DAYS = 250.0


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
    """How the signal did out of sample: rank correlation with later returns, its 90 % interval, days counted."""

    ic: float
    low: float
    high: float
    days: int


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


def skill(scores: Sequence[float], returns: Sequence[float], *, days: int | None = None) -> Skill | None:
    """Rank correlation of past scores with the returns that followed them, with a 90 % interval (Fisher).

    None with under 60 pairs (or days) or where one of the two never varies: nothing is known then.

    Args:
        scores: One score for each pair.
        returns: What followed it.
        days: How many different days the pairs are of: assets of one day share their news and their market, so that
            many pairs of few days are few observations. None = each pair is a day of its own.
    """
    left, right = np.asarray(scores, dtype=np.float64), np.asarray(returns, dtype=np.float64)
    known = np.isfinite(left) & np.isfinite(right)
    left, right = left[known], right[known]
    count = len(left) if days is None else min(days, len(left))
    if count < MIN_DAYS or np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    ic = float(spearmanr(left, right).statistic)
    middle, half = np.arctanh(np.clip(ic, -0.999999, 0.999999)), 1.6449 * 1.03 / np.sqrt(count - 3)
    return Skill(ic, float(np.tanh(middle - half)), float(np.tanh(middle + half)), count)


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


def sure(record: Skill | None) -> float:
    """How sure the blend may be of a news view, 0.1..0.5: a tenth without a record, at most a half with a long one."""
    days = 0 if record is None else record.days
    return UNPROVEN + (MOST_SURE - UNPROVEN) * days / (days + _PRIOR_DAYS)


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
