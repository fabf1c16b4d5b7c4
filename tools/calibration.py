"""How good past probabilities were: the Brier score and its parts, and skill against a baseline counted by fall."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array
from tools.errors import DataMissing

FEWEST = 10
"""Falls of the record without which a forecast is not shown."""

NOT_WORSE = -0.02
"""Skill that the lower end of its interval must exceed."""


@dataclass(frozen=True, slots=True)
class Record:
    """A forecast of the past whose outcome was known at row `known`. fall: which fall it belongs to."""

    fall: tuple[str, int]
    known: int
    forecast: float
    baseline: float
    recovered: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """1 − Brier / Brier of the baseline over all forecasts, with the 90 % interval over falls.

    each: the same with every fall counting once, however many forecasts it saw. That figure is told, but nothing rests
    on it: how often a fall is forecast depends on how long it lasts, so a chance that is right on every single day
    loses there to one that is too high.
    """

    value: float
    low: float
    high: float
    each: float
    falls: int


@dataclass(frozen=True, slots=True)
class Brier:
    """Mean squared error of probabilities and its parts: score = reliability − resolution + uncertainty.

    Source: Murphy (1973). The parts add up exactly where forecasts within a bin are equal.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float


def brier(forecasts: Array, outcomes: Array, *, bins: int | None = None) -> Brier:
    """Score probabilities against what happened (1.0 or 0.0), both shape (N,).

    Args:
        forecasts: 0..1. outcomes: 1.0 where it happened.
        bins: Equal bins for the parts; None groups equal forecasts, which makes the parts exact.
    """
    group = np.unique(forecasts, return_inverse=True)[1] if bins is None else np.minimum(forecasts * bins, bins - 1)
    group = group.astype(int)
    count = np.bincount(group).astype(float)
    used = count > 0
    said = np.bincount(group, forecasts)[used] / count[used]
    seen = np.bincount(group, outcomes)[used] / count[used]
    share, rate = count[used] / len(outcomes), float(outcomes.mean())
    return Brier(
        float(((forecasts - outcomes) ** 2).mean()),
        float(share @ (said - seen) ** 2),
        float(share @ (seen - rate) ** 2),
        rate * (1.0 - rate),
    )


def skill(records: Sequence[Record], *, seed: int = 0) -> Skill:
    """How the forecasts did against the baseline. Doubt comes from falls, never from days: a fall is drawn whole.

    Raises:
        DataMissing: `few_falls` with fewer than two falls.
    """
    falls = sorted({r.fall for r in records})
    if len(falls) < 2:
        raise DataMissing("few_falls")
    place = {fall: i for i, fall in enumerate(falls)}
    own, base, count = (np.zeros(len(falls)) for _ in range(3))
    for r in records:
        i = place[r.fall]
        own[i] += (r.forecast - r.recovered) ** 2
        base[i] += (r.baseline - r.recovered) ** 2
        count[i] += 1.0
    drawn = np.random.default_rng(seed).integers(len(falls), size=(1000, len(falls)))
    spread = 1.0 - own[drawn].sum(axis=1) / np.maximum(base[drawn].sum(axis=1), 1e-12)
    low, high = np.quantile(spread, (0.05, 0.95))
    value = 1.0 - own.sum() / max(float(base.sum()), 1e-12)
    each = 1.0 - float((own / count).mean()) / max(float((base / count).mean()), 1e-12)
    return Skill(float(value), float(low), float(high), each, len(falls))


def may_show(records: Sequence[Record]) -> bool:
    """May the combined chance be shown? Only if, on ten past falls or more, it is surely not much worse."""
    if len({r.fall for r in records}) < FEWEST:
        return False
    return skill(records).low > NOT_WORSE
