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

    wants_up: Array  # how fast the objective would fall if this weight rose
    wants_down: Array
    idle: float  # largest multiplier times the distance from the limit it belongs to
    outside: float  # largest distance by which a limit is broken, in weight
    scale: float

    @property
    def residual(self) -> float:
        """Largest violation relative to the size of the gradient."""
        worst = max(self.wants_up.max(initial=0.0), self.wants_down.max(initial=0.0), self.idle)
        return float(max(worst / self.scale, self.outside))


@np.errstate(over="ignore")  # multipliers run away when a program is infeasible: an infinite residual is the truth
def certify(program: Program, w: Array, multipliers: Multipliers) -> Certificate:
    """Measure the Karush–Kuhn–Tucker conditions at (w, multipliers), independently of how they were found.

    The L1 term has two slopes at home; a weight is content if it gains by moving neither up nor down.
    """
    p = program
    smooth = p.form.times(w)
    slope = smooth - p.linear + multipliers.budget + multipliers.rows @ p.rows
    price = p.kink + 0.5 * multipliers.turnover
    moved = w - p.home
    rise = slope + np.where(moved < -SNAP, -price, price)
    fall = slope + np.where(moved > SNAP, price, -price)
    up = np.where(w < p.upper, np.maximum(-rise, 0.0), 0.0)
    down = np.where(w > p.lower, np.maximum(fall, 0.0), 0.0)
    value = p.rows @ w
    lam = multipliers.rows
    over, under = value - p.row_upper, p.row_lower - value
    outside = [abs(float(w.sum()) - 1.0), *((v.max(initial=0.0)) for v in (w - p.upper, p.lower - w, over, under))]
    idle = float(np.abs(lam * np.where(lam > 0, over, np.where(lam < 0, under, 0.0))).max(initial=0.0))
    if p.counted:
        excess = 0.5 * float(np.abs(moved).sum()) - p.turnover
        outside.append(excess)
        idle = max(idle, abs(multipliers.turnover * excess), -multipliers.turnover)
    scale = 1.0 + float(np.abs(p.linear).max() + p.kink.max())
    return Certificate(up, down, idle, float(max(outside)), scale)
