"""Best ratio and least variance without other limits: one non-negative quadratic program, solved on its support.

Both are argmin ½ yᵀΣy − mᵀy over y ≥ 0, divided by its sum (m = excess returns, or all ones). Few assets end up in the
answer, so an active set that only touches their columns takes about a millisecond for a thousand assets.
Source: Lawson and Hanson (1974), adding many assets at a time.
"""

import numpy as np
from scipy.linalg import lapack

from tools.optimise.covariance import Quadratic
from tools.optimise.limits import Array, Index, Limits

ADDED = 24  # assets let in at once
TOLERANCE = 1e-12


def applies(limits: Limits) -> bool:
    """Whether the mandate is long-only and nothing else, so that only the direction of y matters."""
    quadratic = limits.max_vol is not None or limits.tracking is not None
    others = quadratic or limits.turnover is not None or len(limits.groups) > 0
    return not others and not limits.lower.any() and bool((limits.upper >= 1.0).all())


def nonnegative(form: Quadratic, m: Array) -> tuple[Array, Array] | None:
    """The minimiser y and the gradient Σy − m there, each (n,); None when a free block is singular.

    A singular block (cash, twins) has no unique minimiser, or none at all: the general path then decides.
    """
    n = len(m)
    y, gradient = np.zeros(n), -m
    size, width = float(np.abs(m).max()) * TOLERANCE, np.sqrt(np.maximum(form.diagonal, 1e-300))
    free: Index = np.zeros(0, dtype=np.intp)
    added = ADDED
    for _ in range(10 * n + 50):
        blocked = gradient / width
        blocked[free] = 0.0
        wanted = np.flatnonzero((gradient < -size) & (blocked < 0.0))
        if not len(wanted):
            return y, gradient
        if len(wanted) > added:
            wanted = wanted[np.argpartition(blocked[wanted], added - 1)[:added]]
        inner = _descend(form, m, y, np.concatenate([free, wanted]))
        if inner is None:
            return None
        before, (y, free) = y, inner
        # When several newcomers only pushed each other out again, one at a time always makes progress.
        added = 1 if np.array_equal(before, y) else ADDED
        gradient = _product(form, free, y) - m
    return None


def _descend(form: Quadratic, m: Array, y: Array, free: Index) -> tuple[Array, Index] | None:
    """Minimise over `free`, dropping assets that would turn negative on the way."""
    while len(free):
        factor, bad = lapack.dpotrf(form.block(free), lower=1, overwrite_a=1, clean=0)
        if bad or factor.diagonal().min() < 1e-7 * factor.diagonal().max():
            return None
        target = lapack.dpotrs(factor, m[free], lower=1)[0]
        here = y[free]
        falls = target <= 0.0
        if not falls.any():
            out = np.zeros(len(m))
            out[free] = target
            return out, free
        reach = np.where(falls, here / np.where(falls, np.maximum(here - target, 1e-300), 1.0), np.inf)
        step = float(reach.min())
        moved = here + step * (target - here)
        stay = ~(falls & (reach <= step))
        y = np.zeros(len(m))
        y[free[stay]] = np.maximum(moved[stay], 0.0)
        free = free[stay]
    return y, free


def _product(form: Quadratic, free: Index, y: Array) -> Array:
    """Σy, reading only the columns that matter."""
    return form.times(y) if len(free) > len(y) // 4 else form.columns(free) @ y[free]
