"""Where a series that wanders comes to rest: the posterior of its long-run mean, over everything its noise may be.

A monthly series shows its level, its scatter and how long it remembers all at once. Fixing the last two at a guess
makes intervals too wide for steady people and too narrow for wandering ones, so both are integrated out on a grid; the
level given them is normal and exact.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from tools.behaviour.posterior import Posterior
from tools.domain.market import Array

MEMORY = (np.arange(30) + 0.5) / 30 * 0.98
"""Correlations of one month with the next that are looked at."""

MEMORY_FADES = 0.5
"""Prior of the memory r is proportional to (1 − r)^this: little memory is somewhat likelier than much."""

SCATTERS = np.exp(np.linspace(np.log(0.02), np.log(1.2), 36))
TYPICAL_SCATTER = 0.12
SCATTER_SPREAD = 0.8
"""Scatter of single months around the level: log-normal around about an eighth, from a twentieth to a half."""

UNSEEN = 0.025
"""Standard deviation of what no number of months shows: prices lift the share held above the share wanted."""

FAINT = 1e-6
"""Parts of a mixture with less weight, against the heaviest, are left out."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """A mixture of normals: weights that sum to 1, means and standard deviations, each of shape (m,)."""

    weights: Array
    means: Array
    sds: Array

    def cdf(self, x: float, /) -> float:
        """Probability of at most x."""
        return float(self.weights @ ndtr((x - self.means) / self.sds))

    def ppf(self, q: float, /) -> float:
        """The value that is not exceeded with probability q, 0 < q < 1."""
        if not 0.0 < q < 1.0:
            raise ValueError("a probability strictly between zero and one is needed")
        low, high = float((self.means - 12 * self.sds).min()), float((self.means + 12 * self.sds).max())
        return float(brentq(lambda x: self.cdf(x) - q, low, high, xtol=1e-10))


def long_run(values: Array, prior: tuple[float, float], *, log: bool = False) -> Posterior:
    """Posterior of the long-run mean of a monthly series that remembers: AR(1) around a level.

    Args:
        values: One per month, oldest first, shape (k,), k ≥ 1.
        prior: Mean and standard deviation of the level in the population.
        log: The values are logarithms of the trait.
    Source: exact likelihood of a stationary AR(1), the level integrated out in closed form under its normal prior,
        memory and scatter on a grid.
    """
    m0, s0 = prior
    r, sd = MEMORY[:, None], SCATTERS[None, :]
    level, information, rest = _generalised(values, r)
    k = len(values)
    variance = sd**2 / information + UNSEEN**2
    evidence = -(k - 1) * np.log(sd) - (k - 1) / 2 * np.log(1 - r**2) - 0.5 * np.log(information) - rest / (2 * sd**2)
    evidence = evidence - 0.5 * np.log(variance + s0**2) - (level - m0) ** 2 / (2 * (variance + s0**2))
    evidence = evidence + MEMORY_FADES * np.log(1 - r) - 0.5 * (np.log(sd / TYPICAL_SCATTER) / SCATTER_SPREAD) ** 2
    weights = np.exp(evidence - evidence.max()).ravel()
    precision = 1 / variance + 1 / s0**2
    means = ((level / variance + m0 / s0**2) / precision).ravel()
    kept = weights >= FAINT
    weights = weights[kept] / weights[kept].sum()
    of = Mixture(weights, means[kept], (precision**-0.5).ravel()[kept])
    return Posterior(of, float(weights @ (1 / s0**2 / precision).ravel()[kept]), log)


def _generalised(values: Array, r: Array) -> tuple[Array, Array, Array]:
    """Best level, 1'R⁻¹1 and the rest of x'R⁻¹x around it, for memories r; all of the shape of r."""
    k, total = len(values), float(values.sum())
    middle = values - total / k  # around the mean: the sums of squares would cancel
    if k == 1:
        return np.full(r.shape, total), np.ones(r.shape), np.zeros(r.shape)
    information = (k - (k - 2) * r) / (1 + r)
    inner = float(-middle[0] - middle[-1])  # the middle sums to nothing
    offset = -r * inner / (1 + r) / information
    square, cross = float(middle @ middle), float(middle[1:] @ middle[:-1])
    inside = square - float(middle[0] ** 2 + middle[-1] ** 2)
    whole = (square - 2 * r * cross + r**2 * inside) / (1 - r**2)
    return total / k + offset, information, np.maximum(whole - information * offset**2, 0.0)
