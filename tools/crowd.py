"""The same decision for many investors, or many what-ifs, at once.

Dividing each objective by its risk aversion leaves one Hessian for everybody, so a sweep of ADMM is one matrix product
for the whole crowd: budget and groups are folded into one shared inverse, bounds and costs are a closed-form step.
Run loosely, it tells what binds for whom; the equations of all active sets are then solved in batches, checked, and
repaired as in `tools.optimise.polish`. Who is not exact after a few rounds is solved alone.
Source: Boyd et al. (2011) for ADMM; the batched polish is ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from tools.optimise.covariance import Covariance, Quadratic, prepare
from tools.optimise.interior import THIN
from tools.optimise.limits import Array, Index, Limits, Mask
from tools.optimise.polish import EXACT
from tools.optimise.program import SNAP
from tools.optimise.solve import program, solve
from tools.optimise.utility import check_finite

LOOSE = 1e-3  # weights this settled tell what binds often enough
BLOCK = 40_000  # numbers per state array: small enough to stay in cache
BATCH = 256  # systems per call of the batched solver
ROUNDS = 8
SWEEPS = 400
LOOK = 10  # sweeps between looks at who has settled
RELAX = 1.6


@dataclass(frozen=True, slots=True)
class _Crowd:
    """One row per investor; `linear` and `kink` are already divided by risk aversion and scale."""

    linear: Array
    kink: Array
    home: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array

    def some(self, who: Index | Mask | slice) -> "_Crowd":
        return _Crowd(*(getattr(self, field.name)[who] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class _Guess:
    """`Guess` of `tools.optimise.interior`, one row per investor."""

    place: Index
    side: Array
    touch: Index

    def some(self, who: Index | Mask) -> "_Guess":
        return _Guess(self.place[who], self.side[who], self.touch[who])


def crowd(
    mean: Array,
    cov: Covariance,
    *,
    risk_aversion: Array,
    held: Array,
    cost: Array,
    lower: Array,
    upper: Array,
    groups: Array | None = None,
    group_lower: Array | None = None,
    group_upper: Array | None = None,
) -> Array:
    """Weights of `tools.optimise.utility` for N investors who share a covariance, shape (N, n).

    Args:
        mean: Expected yearly returns, shape (n,) or (N, n).
        cov: Yearly covariance, (n, n) or factored.
        risk_aversion: γ > 0, shape (N,).
        held: Current weights, shape (N, n); they may break the limits.
        cost: One-way cost per unit of weight over the horizon, shape (n,) or (N, n).
        lower: Smallest weights, shape (n,) or (N, n).
        upper: Largest weights, shape (n,) or (N, n).
        groups: Coefficients of the group rows everybody shares, shape (m, n).
        group_lower: Smallest value of each row, shape (m,) or (N, m), -inf allowed.
        group_upper: Largest value of each row, shape (m,) or (N, m), +inf allowed.

    Raises:
        Infeasible: Somebody's limits cannot hold together (the first such investor's clash).
        DataMissing: An input is not finite.
    """
    people, n = held.shape
    check_finite(mean=mean, held=held, cost=cost, lower=lower, risk=risk_aversion)
    form, scale, _ = prepare(cov, n)
    q = form.block(np.arange(n))
    rows = np.zeros((0, n)) if groups is None else groups
    m, s = len(rows), (1.0 / (risk_aversion * scale))[:, None]  # the very arithmetic of `utility`
    none = np.zeros(0)
    low, high = np.broadcast_to(lower, (people, n)), np.minimum(np.broadcast_to(upper, (people, n)), 2.0)
    # As in `program`: a home within rounding of a bound is at the bound.
    home = np.where(np.abs(held - low) < THIN, low, np.where(np.abs(held - high) < THIN, high, held))
    everybody = _Crowd(
        s * mean,
        s * cost,
        home,
        low,
        high,
        np.broadcast_to(none if group_lower is None else group_lower, (people, m)),
        np.broadcast_to(none if group_upper is None else group_upper, (people, m)),
    )
    weights = np.empty((people, n))
    solver, unique = _Sweep(q, rows), _unique(q)
    for start in range(0, people, max(64, BLOCK // n)):
        part = slice(start, start + max(64, BLOCK // n))
        block = everybody.some(part)
        if unique:
            found, exact = _polish(q, rows, block, solver.run(block))
        else:  # ties (two riskless accounts, twins) are broken by the single solver alone, so that both agree
            found, exact = np.zeros_like(block.home), np.zeros(len(block.home), dtype=bool)
        for i in np.flatnonzero(~exact):
            found[i] = _alone(form, rows, block.some(slice(i, i + 1)))
        weights[part] = found
    return weights


def _alone(form: Quadratic, rows: Array, one: _Crowd) -> Array:
    limits = Limits(one.lower[0], one.upper[0], rows, one.row_lower[0], one.row_upper[0])
    return solve(program(form, one.linear[0], one.kink[0], one.home[0], limits)).guess.weights


def _unique(q: Array) -> bool:
    """Whether the covariance is positive definite on changes that keep the budget: then answers are unique."""
    n = len(q)
    centred = q - q.mean(axis=0) - q.mean(axis=1)[:, None] + q.mean() + 1.0 / n
    return bool(np.linalg.eigvalsh(centred)[0] > 1e-9)


class _Sweep:
    """ADMM with one shared inverse: x keeps the budget, z the bounds and costs, v the groups."""

    def __init__(self, q: Array, rows: Array) -> None:
        n = len(q)
        values = np.linalg.eigvalsh(q)
        self.rho = float(np.sqrt(max(values[0], 1e-4 * values[-1]) * values[-1])) or 1.0
        self.rows = rows
        inverse = np.linalg.inv(q + self.rho * (np.eye(n) + rows.T @ rows))
        ones = inverse.sum(axis=1)
        self.offset = ones / ones.sum()
        self.matrix = inverse - np.outer(ones, self.offset)
        self.pull, self.grouped = self.rho * self.matrix, self.rho * (rows @ self.matrix)

    def run(self, c: _Crowd) -> _Guess:
        """A guess of what binds, after everybody has settled to LOOSE (or SWEEPS are over)."""
        rows, whole = self.rows, c.home.shape
        guess = _Guess(np.zeros(whole, dtype=np.intp), np.ones(whole), np.zeros(c.row_lower.shape, dtype=np.intp))
        left = np.arange(len(c.home))
        z = np.clip(c.home, c.lower, c.upper)
        v = np.clip(z @ rows.T, c.row_lower, c.row_upper)
        u, t = np.zeros_like(z), np.zeros_like(v)
        constant, soft = c.linear @ self.matrix + self.offset, c.kink / self.rho
        for sweep in range(1, SWEEPS + 1):
            x = (z - u) @ self.pull
            x += constant
            if len(rows):
                x += (v - t) @ self.grouped
                reached = RELAX * (x @ rows.T) + (1.0 - RELAX) * v + t
                v = np.minimum(np.maximum(reached, c.row_lower), c.row_upper)
                t = reached - v
            u += RELAX * x
            u += (1.0 - RELAX) * z
            before, z = z, u - soft  # the weight moves towards u, but stays at home unless u is further than `soft`
            np.maximum(z, c.home, out=z)
            np.minimum(z, u + soft, out=z)
            np.maximum(z, c.lower, out=z)
            np.minimum(z, c.upper, out=z)
            u -= z
            if sweep % LOOK and sweep < SWEEPS:
                continue
            done = _largest(x, z, before) < LOOSE
            if len(rows):
                done &= np.abs(x @ rows.T - v).max(axis=1) < LOOSE
            if sweep == SWEEPS:
                done[:] = True
            elif 5 * done.sum() < len(done):  # compacting costs a copy of everything: only when it pays
                continue
            self._read(guess, left[done], c.some(done), z[done], v[done])
            stay = ~done
            if not stay.any():
                break
            left, c, constant, soft = left[stay], c.some(stay), constant[stay], soft[stay]
            z, u, v, t = z[stay], u[stay], v[stay], t[stay]
        return guess

    @staticmethod
    def _read(guess: _Guess, who: Index, c: _Crowd, z: Array, v: Array) -> None:
        """The closed-form steps put weights exactly on bounds, at home, and rows exactly on their ends."""
        home = (z == c.home) & (c.kink > 0)
        guess.place[who] = np.where(z <= c.lower, -1, np.where(z >= c.upper, 1, np.where(home, 2, 0)))
        guess.side[who] = np.where(z >= c.home, 1.0, -1.0)
        guess.touch[who] = np.where(v >= c.row_upper, 1, np.where(v <= c.row_lower, -1, 0))


def _largest(x: Array, z: Array, before: Array) -> Array:
    """How far everybody still is from settling, in weight."""
    far: Array = np.maximum(np.abs(x - z).max(axis=1), np.abs(z - before).max(axis=1))
    return far


def _polish(q: Array, rows: Array, c: _Crowd, guess: _Guess) -> tuple[Array, Mask]:
    """Exact weights and who has them, by solving everybody's active set and repairing it up to ROUNDS times."""
    weights, exact = np.zeros_like(c.home), np.zeros(len(c.home), dtype=bool)
    left = np.arange(len(c.home))
    for _ in range(ROUNDS):
        here = c.some(left)
        w, budget, lam = _points(q, rows, here, guess)
        good, guess = _check(q, rows, here, guess, w, budget, lam)
        weights[left[good]], exact[left[good]] = np.clip(w, here.lower, here.upper)[good], True
        left, guess = left[~good], guess.some(~good)
        if not len(left):
            break
    return weights, exact


def _points(q: Array, rows: Array, c: _Crowd, g: _Guess) -> tuple[Array, Array, Array]:
    """Weights (N, n), budget multipliers (N,) and row multipliers (N, m) of everybody's active set."""
    people, m = c.row_lower.shape
    free = g.place == 0
    w = np.where(g.place < 0, c.lower, np.where(g.place == 1, c.upper, c.home))
    w[free] = 0.0
    pull = c.linear - c.kink * g.side - w @ q
    ends: Array = np.where(g.touch > 0, c.row_upper, c.row_lower)
    right = np.concatenate([(1.0 - w.sum(axis=1))[:, None], np.where(g.touch != 0, ends - w @ rows.T, 0.0)], axis=1)
    budget, lam = np.zeros(people), np.zeros((people, m))
    count = free.sum(axis=1)
    borders = np.concatenate([np.ones((1, c.home.shape[1])), rows])
    for who in _batches(np.argsort(count, kind="stable")):
        k = max(1, int(count[who].max()))
        pick = np.argsort(~free[who], axis=1, kind="stable")[:, :k]
        real = np.take_along_axis(free[who], pick, axis=1)
        used = np.concatenate([np.ones((len(who), 1), dtype=bool), g.touch[who] != 0], axis=1)
        both = real.astype(float)
        system = np.zeros((len(who), k + 1 + m, k + 1 + m))
        system[:, :k, :k] = q[pick[:, :, None], pick[:, None, :]] * (both[:, :, None] * both[:, None, :])
        edge = borders.T[pick] * (both[:, :, None] * used[:, None, :])
        system[:, :k, k:] = edge
        system[:, k:, :k] = edge.transpose(0, 2, 1)
        spare = np.concatenate([~real, ~used], axis=1)
        spare[:, k] |= count[who] == 0
        index = np.arange(k + 1 + m)
        system[:, index, index] += spare
        target = np.concatenate([np.take_along_axis(pull[who], pick, axis=1) * both, right[who]], axis=1)
        x = _solve(system, target)
        part = w[who]
        np.put_along_axis(part, pick, np.where(real, x[:, :k], np.take_along_axis(part, pick, axis=1)), axis=1)
        w[who] = part
        budget[who], lam[who] = x[:, k], x[:, k + 1 :]
    bound = np.flatnonzero(count == 0)
    if len(bound):
        budget[bound] = _interval(q, c.some(bound), w[bound], lam[bound] @ rows)
    return w, budget, lam


def _batches(order: Index) -> Iterator[Index]:
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _solve(system: Array, target: Array) -> Array:
    """Solve a stack of systems; when one is singular to the last bit, through a small ridge and one refinement."""
    right = target[:, :, None]
    try:
        x: Array = np.linalg.solve(system, right).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        ridged = system + 1e-9 * np.eye(system.shape[1])
        first = np.linalg.solve(ridged, right)
        x = first + np.linalg.solve(ridged, right - system @ first)
    return x[:, :, 0]


def _interval(q: Array, c: _Crowd, w: Array, pull: Array) -> Array:
    """Where nothing is free, any budget multiplier between the slopes proves optimality: the middle one."""
    slope = w @ q - c.linear + pull
    moved = w - c.home
    rise = slope + np.where(moved < -SNAP, -c.kink, c.kink)
    fall = slope + np.where(moved > SNAP, c.kink, -c.kink)
    least = np.where(w < c.upper, -rise, -np.inf).max(axis=1)
    most = np.where(w > c.lower, -fall, np.inf).min(axis=1)
    middle: Array = np.where(np.isinf(least), most, np.where(np.isinf(most), least, 0.5 * (least + most)))
    return middle


def _check(q: Array, rows: Array, c: _Crowd, g: _Guess, w: Array, budget: Array, lam: Array) -> tuple[Mask, _Guess]:
    """Who is optimal (as `tools.optimise.program.certify` measures it), and everybody's next active set."""
    slope = w @ q - c.linear + budget[:, None] + lam @ rows
    moved, value = w - c.home, w @ rows.T
    rise = slope + np.where(moved < -SNAP, -c.kink, c.kink)
    fall = slope + np.where(moved > SNAP, c.kink, -c.kink)
    limit = EXACT * (1.0 + np.abs(c.linear).max(axis=1) + c.kink.max(axis=1))[:, None]
    up, down = (rise < -limit) & (w < c.upper), (fall > limit) & (w > c.lower)
    below, above = w < c.lower - SNAP, w > c.upper + SNAP
    equal = c.row_upper - c.row_lower <= THIN
    wrong = ~equal & (lam * g.touch < -limit)
    over, under = value > c.row_upper + SNAP, value < c.row_lower - SNAP
    bad = (up | down | below | above).any(axis=1) | (wrong | over | under).any(axis=1)
    bad |= np.abs(w.sum(axis=1) - 1.0) > SNAP
    # A row counted as touched is not reached when its equation hangs on the others (nothing free moves it alone).
    short = np.abs(value - np.where(g.touch > 0, c.row_upper, c.row_lower)) > SNAP
    bad |= ((g.touch != 0) & (lam != 0.0) & short).any(axis=1)
    free = g.place == 0
    crossed = free & (c.kink > 0) & (moved * g.side < -SNAP)
    bad |= crossed.any(axis=1)
    leave = ~free & (up | down) & (c.upper - c.lower > THIN)
    inside = (c.home > c.lower) & (c.home < c.upper)
    place = np.where(leave, 0, np.where(crossed, 2, g.place))
    bound = free & ~(crossed & inside)
    place = np.where(bound & below, -1, np.where(bound & above, 1, place))
    upward = np.where(up, c.home <= w + SNAP, c.home < w - SNAP)
    side = np.where(leave, np.where(upward, 1.0, -1.0), g.side)
    touch = np.where(over, 1, np.where(under, -1, np.where(wrong, 0, g.touch)))
    return ~bad, replace(g, place=place, side=side, touch=touch)
