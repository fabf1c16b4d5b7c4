"""The one convex program all mandates become, and the proof that an answer solves it.

    minimise   ½ wᵀΣw − qᵀw + Σ kᵢ |wᵢ − hᵢ|
    subject to 1ᵀw = 1,  lower ≤ w ≤ upper,  row_lower ≤ R w ≤ row_upper,  ½ Σ |wᵢ − hᵢ| ≤ turnover

Σ has mean diagonal 1 (`covariance.prepare`), so tolerances below are plain numbers.
"""

from dataclasses import dataclass

import numpy as np

from tools.optimise.covariance import Quadratic
from tools.optimise.limits import Array

SNAP = 1e-12  # weights closer than this are the same weight


@dataclass(frozen=True, slots=True)
class Program:
    """The program above. Bounds are finite here; rows may be open on one side."""

    form: Quadratic
    linear: Array
    kink: Array
    home: Array
    lower: Array
    upper: Array
    rows: Array
    row_lower: Array
    row_upper: Array
    turnover: float

    @property
    def counted(self) -> bool:
        """Whether turnover is capped at all."""
        return bool(np.isfinite(self.turnover))

    def objective(self, w: Array) -> float:
        """The value at w."""
        smooth = 0.5 * (w @ self.form.times(w)) - self.linear @ w
        return float(smooth + self.kink @ np.abs(w - self.home))


@dataclass(frozen=True, slots=True)
class Multipliers:
    """Lagrange multipliers of a Program: budget, rows (signed, upper end positive), turnover."""

    budget: float
    rows: Array
    turnover: float = 0.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What optimality asks for, measured at one point. All arrays are (n,) or (m,) and zero where it holds."""

    wants_up: Array  # how much the objective falls per unit if this weight may rise
    wants_down: Array
    rows: Array  # row violated, or multiplier without contact
    turnover: float
    scale: float

    @property
    def residual(self) -> float:
        """Largest violation relative to the size of the gradient."""
        worst = max(self.wants_up.max(initial=0.0), self.wants_down.max(initial=0.0), self.rows.max(initial=0.0))
        return float(max(worst, self.turnover) / self.scale)


def certify(program: Program, w: Array, multipliers: Multipliers) -> Certificate:
    """Measure the Karush–Kuhn–Tucker conditions at (w, multipliers), independently of how they were found.

    The L1 term has two slopes at home; a weight is content if it gains by moving neither up nor down.
    """
    p = program
    smooth = p.form.times(w)
    pull = multipliers.rows @ p.rows
    slope = smooth - p.linear + multipliers.budget + pull
    scale = 1.0 + float(np.abs(p.linear).max() + p.kink.max() + np.abs(pull).max(initial=0.0))
    price = p.kink + 0.5 * multipliers.turnover
    moved = w - p.home
    above, below = moved > SNAP, moved < -SNAP
    rise = slope + np.where(below, -price, price)
    fall = slope + np.where(above, price, -price)
    up = np.where(w < p.upper, np.maximum(-rise, 0.0), np.maximum(w - p.upper, 0.0))
    down = np.where(w > p.lower, np.maximum(fall, 0.0), np.maximum(p.lower - w, 0.0))
    value = p.rows @ w
    beyond = np.maximum(np.maximum(value - p.row_upper, p.row_lower - value), 0.0)
    contact = np.where(multipliers.rows > 0, p.row_upper - value, value - p.row_lower)
    with np.errstate(invalid="ignore"):  # 0 · inf on open sides
        idle = np.where(multipliers.rows == 0, 0.0, np.abs(multipliers.rows * contact))
    spent = 0.0
    if p.counted:
        left = p.turnover - 0.5 * float(np.abs(moved).sum())
        spent = max(-left, abs(multipliers.turnover * left), -multipliers.turnover)
    budget = abs(float(w.sum()) - 1.0)
    return Certificate(up, down, beyond + idle, max(spent, budget), scale)
