"""What a solver is asked to respect, and what it answers: the two nouns of this package."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.errors import DataMissing

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """Linear limits in their own units: fractions of the portfolio. Being fully invested is always implied.

    Attributes:
        lower: Smallest weight per asset, shape (n,), finite.
        upper: Largest weight per asset, shape (n,), +inf allowed.
        groups: Coefficients of each group row, shape (m, n); m may be 0.
        group_lower: Smallest value of each row, shape (m,), -inf allowed.
        group_upper: Largest value of each row, shape (m,), +inf allowed.
        turnover: Cap on half the L1 distance to the holdings.
        max_vol: Cap on yearly volatility.
        tracking: Benchmark weights, shape (n,), and the largest yearly tracking error against them.
    """

    lower: Array
    upper: Array
    groups: Array
    group_lower: Array
    group_upper: Array
    turnover: float | None = None
    max_vol: float | None = None
    tracking: tuple[Array, float] | None = None

    def __post_init__(self) -> None:
        n, m = len(self.lower), len(self.group_lower)
        if self.upper.shape != (n,) or self.groups.shape != (m, n) or self.group_upper.shape != (m,):
            raise ValueError("limits disagree on the number of assets or groups")
        parts = [self.lower, self.upper, self.groups.ravel(), self.group_lower, self.group_upper]
        parts += [np.array([x for x in (self.turnover, self.max_vol) if x is not None])]
        if self.tracking is not None:
            parts += [self.tracking[0], np.array([self.tracking[1]])]
        if any(np.isnan(part).any() for part in parts) or not np.isfinite(self.lower).all():
            raise DataMissing("limits_not_finite")

    @classmethod
    def long_only(cls, n: int, cap: float = 1.0) -> "Limits":
        """No short sales, at most `cap` in any of `n` assets, nothing else."""
        none = np.zeros(0)
        return cls(np.zeros(n), np.full(n, cap), np.zeros((0, n)), none, none)

    def linear(self) -> "Limits":
        """The same limits without the two quadratic ones (volatility, tracking error)."""
        return replace(self, max_vol=None, tracking=None)


@dataclass(frozen=True, slots=True)
class Solution:
    """Weights together with the proof that they are optimal.

    Duals are shadow prices: what the objective would gain per unit of weight if that limit were loosened.
    `duals_group` is signed: positive when the upper end binds, negative when the lower end does.
    `kkt` is the largest optimality residual relative to the size of the gradient; 1e-12 is exact for our purposes.
    `notes` are codes, never sentences: `all_below_risk_free`, `psd_repaired`, `psd_repaired:SIZE`.
    """

    weights: Array
    objective: float
    kkt: float
    duals_lower: Array
    duals_upper: Array
    duals_group: Array
    dual_turnover: float = 0.0
    dual_vol: float = 0.0
    dual_tracking: float = 0.0
    notes: tuple[str, ...] = ()
