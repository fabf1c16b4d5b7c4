"""What counts and averages say about a trait, shrunk to what is known of people in general.

Two things keep the intervals honest. Evidence of one month hangs together, so counts are divided by how much more it
scatters than independent evidence would (`design_effect`); month-ends follow each other, so averages count only as many
of them as carry news (`average`). And a person may be unlike the population, so a published prior stands beside a vague
one and the data choose between them (`rate`).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import betaln

from tools.domain.market import Array

LEVEL = 0.90
"""Probability inside every interval that is told."""

SURE = 0.995
"""A trait is called high or low when it lies on that side of neutral with this probability: more than the interval
needs, so that of many calls made hardly any has the wrong sign."""

PUBLISHED_SHARE = 0.5
"""Belief, before any trade, that this investor is one of the published population."""

TYPICAL_BLOCKS = 10.0
"""Months of evidence after which an own scatter counts as much as the one that independence implies."""


class Distribution(Protocol):
    """What is used of a distribution of scipy."""

    def cdf(self, x: float, /) -> float: ...  # noqa: D102
    def ppf(self, q: float, /) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Posterior:
    """Where a trait lies. `of`: its distribution, or with `log` that of its logarithm. weight: share of the prior."""

    of: Distribution
    weight: float
    log: bool = False
    narrow: bool = False

    @property
    def median(self) -> float:
        """The middle."""
        return self._back(0.5)

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds with 5 % on either side; `narrow`: the shortest that hold as much, so that "never" can be inside."""
        below = np.linspace(0.0, 1 - LEVEL, 101) if self.narrow else np.array([(1 - LEVEL) / 2])
        bounds = [(self._back(q), self._back(q + LEVEL)) for q in below.tolist()]
        return min(bounds, key=lambda b: b[1] - b[0])

    def above(self, neutral: float) -> float:
        """Probability of lying above a value."""
        return 1.0 - float(self.of.cdf(float(np.log(neutral)) if self.log else neutral))

    def _back(self, q: float) -> float:
        value = float(self.of.ppf(q))
        return float(np.exp(value)) if self.log else value


@dataclass(frozen=True, slots=True)
class Rate:
    """Posterior mean and standard deviation of a probability, and the prior's share in the mean."""

    mean: float
    sd: float
    weight: float


def beta(hits: float, misses: float, a: float, b: float) -> Rate:
    """Beta posterior of a probability with prior Beta(a, b)."""
    a1, b1 = a + hits, b + misses
    total = a1 + b1
    return Rate(a1 / total, float(np.sqrt(a1 * b1 / (total**2 * (total + 1)))), (a + b) / total)


def rate(hits: float, misses: float, published: tuple[float, float], *, share: float = PUBLISHED_SHARE) -> Rate:
    """Posterior of a probability under a mixture of a published prior and the flat one, weighed by the data.

    Args:
        hits: How often it happened; not necessarily whole.
        misses: How often it could have and did not.
        published: a and b of the population's Beta prior.
        share: Prior belief in it.
    Source: robust mixture priors, Schmidli et al. (2014), "Robust meta-analytic-predictive priors".
    """
    priors = (published, (1.0, 1.0))
    evidence = np.array([betaln(a + hits, b + misses) - betaln(a, b) for a, b in priors])
    weights = np.exp(evidence - evidence.max()) * np.array([share, 1.0 - share])
    weights /= weights.sum()
    parts = [beta(hits, misses, a, b) for a, b in priors]
    mean = float(sum(w * p.mean for w, p in zip(weights, parts, strict=True)))
    square = sum(w * (p.sd**2 + p.mean**2) for w, p in zip(weights, parts, strict=True))
    weight = float(sum(w * p.weight for w, p in zip(weights, parts, strict=True)))
    return Rate(mean, float(np.sqrt(max(square - mean**2, 0.0))), weight)


def design_effect(parts: Array, blocks: npt.NDArray[np.int64], independent: float) -> float:
    """How much more an estimate scatters than its pieces would if they were independent; 1 = just as much.

    Args:
        parts: What each piece adds to the error of the estimate, shape (k,), summing to about 0.
        blocks: Month of each piece, shape (k,); pieces of one month hang together.
        independent: Variance of the estimate if they did not.
    Returns:
        The ratio of variances, drawn to 1 while there are few months, never below one half.
    """
    names, place = np.unique(blocks, return_inverse=True)
    count = len(names)
    if count < 2 or independent <= 0:
        return 1.0
    sums = np.bincount(place, weights=parts)
    own = count / (count - 1) * float(sums @ sums) / independent
    free = count - 1.0
    return max((free * own + TYPICAL_BLOCKS) / (free + TYPICAL_BLOCKS), 0.5)


def normal(middle: float, variance: float, prior: tuple[float, float], *, log: bool = False) -> Posterior:
    """Posterior of a mean under a normal prior.

    Args:
        middle: What was observed.
        variance: Of its error.
        prior: Mean and standard deviation among people.
        log: Both are about the logarithm of the trait.
    """
    m0, s0 = prior
    precision = 1 / variance + 1 / s0**2
    of = stats.norm((middle / variance + m0 / s0**2) / precision, precision**-0.5)
    return Posterior(of, float(1 / s0**2 / precision), log)


def average(
    values: Array, prior: tuple[float, float], typical_sd: float, *, log: bool = False
) -> tuple[Posterior, float]:
    """Posterior of the long-run mean of a monthly series whose values follow each other (AR(1)).

    Args:
        values: One per month, oldest first, shape (k,), k ≥ 1.
        prior: Mean and standard deviation of the long-run mean in the population.
        typical_sd: Scatter of single values that is expected before seeing them.
        log: The values are logarithms of the trait.
    Returns:
        The posterior, and how many independent months the series is worth.
    """
    k = len(values)
    middle = float(values.mean())
    away = values - middle
    square = float(away @ away)
    if square <= 1e-20 * k:  # rounding is no news
        away, square = away * 0.0, 0.0
    raw = float(away[1:] @ away[:-1]) / square if k > 2 and square > 0 else 0.0
    rho = float(np.clip(raw + (1 + 3 * raw) / k, 0.0, 0.97)) if k > 2 else 0.5  # Marriott & Pope (1954): the bias
    worth = max(k * (1 - rho) / (1 + rho), 1.0)
    # A series that wanders shows less than its full scatter in a short time; a few months of typical scatter stand in.
    seen = square / max(k - k / worth, 0.5)
    guess = 2.0
    variance = (guess * typical_sd**2 + max(worth - 1, 0.0) * seen) / (guess + max(worth - 1, 0.0))
    free = guess + worth - 1
    heavy = float(stats.t.ppf((1 + LEVEL) / 2, free) / stats.norm.ppf((1 + LEVEL) / 2))
    error = variance / worth * heavy**2
    return normal(middle, error, prior, log=log), worth
