"""Primal–dual interior point for `Program`: a few Mehrotra steps, accurate enough to tell what binds.

The L1 term is written with one extra variable tᵢ ≥ |wᵢ − hᵢ| per asset that can move both ways. Its Hessian is
diagonal, so it is eliminated by hand, and a step costs one n × n (or k × k) Cholesky plus a Schur complement in the
rows. All inequalities live in one stacked slack vector: lower, upper, t − d, t + d, rows (turnover last).
Source: Mehrotra (1992) for the method.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import lapack

from tools.optimise.covariance import Quadratic
from tools.optimise.limits import Array, Index, Mask
from tools.optimise.program import Multipliers, Program

LADDER = (1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-15)  # most programs are clear at the first, degenerate ones need the last
ROUNDING = 1e-11  # residuals are not asked to fall below this
RIDGE = 1e-9  # a step stays this little where it is: free cash, which has no variance, would leave nothing to divide by
THIN = 1e-9  # bounds closer than this leave no interior: the weight, or the row, is fixed


@dataclass(frozen=True, slots=True)
class Guess:
    """A point and what seems to bind there.

    `place` is -1 at the lower bound, 0 free, 1 at the upper bound, 2 at home; `side` is the side of home (±1);
    `touch` is -1, 0 or 1 per row (1 = upper end); `spent` tells whether the turnover cap is used up.
    """

    place: Index
    side: Array
    touch: Index
    spent: bool
    weights: Array
    multipliers: Multipliers


@dataclass(frozen=True, slots=True)
class _Reduced:
    """A Program without its fixed weights, rows split into equalities (first) and upper-ended inequalities."""

    form: Quadratic
    linear: Array
    lower: Array
    upper: Array
    bent: Index  # positions with a kink strictly between their bounds
    bends: Index | slice  # the same, as a slice where that is everybody: views are cheaper than copies
    home: Array
    price: Array
    rows: Array
    ends: Array
    equals: int
    counted: bool
    movable: Index
    above: Index
    below: Index
    equal: Index


def _reduce(p: Program) -> _Reduced:
    open_ = p.upper - p.lower > THIN
    movable = np.flatnonzero(open_)
    fixed = np.where(open_, 0.0, p.lower)
    whole = len(movable) == len(open_)
    lower, upper, home, kink = p.lower[movable], p.upper[movable], p.home[movable], p.kink[movable]
    # Home outside the bounds means the weight can move one way only: the kink is a plain slope there.
    side = np.where(home <= lower + THIN, 1.0, np.where(home >= upper - THIN, -1.0, 0.0))
    bent = np.flatnonzero((side == 0) & ((kink > 0) | p.counted))
    side[(side == 0) & (kink == 0) & (not p.counted)] = 1.0
    rows, shift = p.rows[:, movable], p.rows @ fixed
    same = p.row_upper - p.row_lower <= THIN
    equal = np.flatnonzero(same)
    above, below = np.flatnonzero(~same & np.isfinite(p.row_upper)), np.flatnonzero(~same & np.isfinite(p.row_lower))
    parts = [np.ones((1, len(movable))), rows[equal], rows[above], -rows[below]]
    high, low = p.row_upper - shift, shift - p.row_lower
    ends = [np.array([1.0 - fixed.sum()]), high[equal], high[above], low[below]]
    if p.counted:
        spent = 0.5 * (np.abs(fixed - p.home)[~open_].sum() - side @ home)
        parts.append(0.5 * side[None, :])
        ends.append(np.array([p.turnover - spent]))
    return _Reduced(
        form=p.form if whole else p.form.take(movable),
        linear=p.linear[movable] - kink * side - (0.0 if whole else p.form.times(fixed)[movable]),
        lower=lower,
        upper=upper,
        bent=bent,
        bends=slice(None) if len(bent) == len(movable) else bent,
        home=home[bent],
        price=kink[bent],
        rows=np.vstack(parts),
        ends=np.concatenate(ends),
        equals=1 + len(equal),
        counted=p.counted,
        movable=movable,
        above=above,
        below=below,
        equal=equal,
    )


@dataclass(slots=True)
class _State:
    """Weights w, moves t, multipliers y of the equalities; `both`: slacks s and multipliers z of the inequalities."""

    w: Array
    t: Array
    both: Array
    y: Array


def interior(program: Program, *, steps: int = 80) -> Iterator[Guess]:
    """What seems to bind, yielded each time complementarity and residuals fall below the next of LADDER.

    From the second rung on also where residuals cannot fall so far, by another sign first. When no interior
    exists or no point is feasible the iteration ends early: the caller decides what that means.
    """
    r = _reduce(program)
    state = _start(r)
    if not len(r.movable):
        yield _guess(program, r, state, np.zeros(state.both.shape[1], dtype=bool))
        return
    walk, ladder, second = _Walk(r, state), list(LADDER), list(LADDER[1:])
    for _ in range(steps):
        if walk.below(ladder[0]):
            yield _guess(program, r, state, walk.larger())
            while ladder and walk.below(ladder[0]):
                ladder.pop(0)
        if second and walk.below(second[0], LADDER[0]):
            yield _guess(program, r, state, walk.shrinking())
            if not walk.below(second[0]):  # the first loop will not come here: its residuals are too large
                yield _guess(program, r, state, walk.larger())
            while second and walk.below(second[0], LADDER[0]):
                second.pop(0)
        if not ladder:
            return
        try:
            walk.advance()
        except np.linalg.LinAlgError:  # the barrier became flat to rounding: nothing more to gain
            break
    yield _guess(program, r, state, walk.larger())


def _start(r: _Reduced) -> _State:
    n, nb = len(r.lower), len(r.bent)
    room = r.upper - r.lower
    share = (r.ends[0] - r.lower.sum()) / room.sum() if n else 0.0
    w = r.lower + min(max(share, 0.05), 0.95) * room
    typical = float(np.minimum(room, 1.0).mean()) if n else 1.0
    t = np.abs(w[r.bends] - r.home) + 0.5 * typical
    s = np.maximum(_values(r, w, t), 0.05 * typical)
    force = float(np.abs(r.form.times(w) - r.linear).mean()) if n else 1.0
    z = np.full(len(s), max(force, float(r.price.max(initial=0.0)), 1e-3))
    z[2 * n : 2 * n + 2 * nb] = np.tile(np.maximum(r.price / 2, 1e-3), 2)
    return _State(w, t, np.array([s, z]), np.zeros(r.equals))


def _values(r: _Reduced, w: Array, t: Array) -> Array:
    """What every inequality leaves: all must be ≥ 0."""
    d = w[r.bends] - r.home
    left = r.ends[r.equals :] - r.rows[r.equals :] @ w
    if r.counted:
        left[-1] -= 0.5 * t.sum()
    return np.concatenate([w - r.lower, r.upper - w, t - d, t + d, left])


class _Walk:
    """Predictor–corrector steps that move `state` in place."""

    def __init__(self, r: _Reduced, state: _State) -> None:
        n, nb = len(r.lower), len(r.bent)
        self.r, self.x = r, state
        ends = (0, n, 2 * n, 2 * n + nb, 2 * n + 2 * nb, state.both.shape[1])
        self.parts = tuple(slice(a, b) for a, b in pairwise(ends))
        self.before = state.both
        self._measure()

    def larger(self) -> Mask:
        """Inequalities whose multiplier is larger than their slack: tells early."""
        s, z = self.x.both
        return np.asarray(z > s)

    def shrinking(self) -> Mask:
        """Inequalities whose slack shrank faster than their multiplier in the last step.

        It compares like with like, so it tells even where all there is to share out is small.
        Source: El-Bakry, Tapia and Zhang (1994).
        """
        (s, z), (was_s, was_z) = self.x.both, self.before
        return np.asarray(s * was_z < z * was_s)

    def _measure(self) -> None:
        """Every residual and the gap, from the state itself."""
        r, x = self.r, self.x
        zl, zu, za, zb, zr = self._split(x.both[1])
        self.dual = r.form.times(x.w) - r.linear + x.y @ r.rows[: r.equals] + zr @ r.rows[r.equals :] - zl + zu
        self.dual[r.bends] += za - zb
        self.flat = r.price - za - zb
        if r.counted:
            self.flat += 0.5 * zr[-1]
        self.slack = _values(r, x.w, x.t) - x.both[0]
        self.equal = r.ends[: r.equals] - r.rows[: r.equals] @ x.w
        self.gap = float(x.both[0] @ x.both[1]) / x.both.shape[1]

    def below(self, tolerance: float, residual: float | None = None) -> bool:
        """Whether complementarity is smaller than `tolerance`, and every residual than `residual` (default: it)."""
        if self.gap >= tolerance:
            return False
        self._measure()  # `advance` only scales the residuals: rounding adds up unseen
        most = max(tolerance, ROUNDING) if residual is None else residual
        return all(np.abs(v).max(initial=0.0) < most for v in (self.dual, self.flat, self.slack, self.equal))

    def _split(self, stacked: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Lower, upper, t − d, t + d, rows. By hand: np.split takes longer than the arithmetic of a small program."""
        low, high, at_a, at_b, rows = self.parts
        return stacked[low], stacked[high], stacked[at_a], stacked[at_b], stacked[rows]

    def advance(self) -> None:
        """Factorise once, predict, correct, move.

        Raises:
            LinAlgError: The step can no longer be computed.
        """
        with np.errstate(all="ignore"):  # an infeasible program runs into infinities; `_reach` turns them into an end
            self._move()

    def _move(self) -> None:
        x = self.x
        s, z = x.both
        self._factorise()
        plain = -z - self.theta * self.slack
        *_, ahead = self._direction(plain)
        trial = x.both + _reach(x.both, ahead) * ahead
        predicted = float(trial[0] @ trial[1]) / len(s)
        target = self.gap * min(1.0, (max(predicted, 0.0) / self.gap) ** 3)
        dw, dt, dy, ahead = self._direction(plain + (target - ahead[0] * ahead[1]) / s)
        reach = min(1.0, max(0.99, 1.0 - self.gap) * _reach(x.both, ahead))
        x.w += reach * dw
        x.t += reach * dt
        x.y += reach * dy
        self.before = x.both.copy()
        x.both += reach * ahead
        for residual in (self.dual, self.flat, self.slack, self.equal):  # linear in the state: no need to look again
            residual *= 1.0 - reach
        self.dual -= reach * RIDGE * dw
        self.gap = float(s @ z) / len(s)

    def _factorise(self) -> None:
        r = self.r
        self.theta = self.x.both[1] / self.x.both[0]
        tl, tu, ta, tb, tr = self._split(self.theta)
        added = tl + tu + RIDGE
        self.tau = ta + tb
        self.chi = (tb - ta) / self.tau
        added[r.bends] += 4.0 * ta * tb / self.tau
        self.rows = r.rows
        corner = np.concatenate([np.full(r.equals, 1e-13), 1.0 / tr])
        if r.counted:
            self.rows = r.rows.copy()
            self.rows[-1, r.bends] -= 0.5 * self.chi
            corner[-1] += 0.25 * (1.0 / self.tau).sum()
        self.solve = r.form.solver(added)
        self.across = self.solve(self.rows.T)
        schur = self.rows @ self.across
        schur.ravel()[:: len(corner) + 1] += corner
        self.schur, bad = lapack.dpotrf(schur, lower=1)
        if bad:
            raise np.linalg.LinAlgError("Schur complement is not positive definite")

    def _direction(self, e: Array) -> tuple[Array, Array, Array, Array]:
        """Changes of w, t, y and `both` that remove every residual and make dz + θ∘(ds − slack) = e."""
        r = self.r
        low, high, at_a, at_b, last = self.parts
        el, eu, ea, eb, er = self._split(e)
        rho = (ea + eb - self.flat) / self.tau
        first = el - eu - self.dual
        first[r.bends] -= ea - eb + self.tau * self.chi * rho
        second = np.concatenate([self.equal, -er / self.theta[last]])
        if r.counted:
            second[-1] -= 0.5 * rho.sum()
        half = self.solve(first)
        dy = lapack.dpotrs(self.schur, self.rows @ half - second, lower=1)[0]
        dw = half - self.across @ dy
        dd = dw[r.bends]
        dt = rho - self.chi * dd
        if r.counted:
            dt -= 0.5 * dy[-1] / self.tau
        ahead = np.empty_like(self.x.both)
        change = ahead[0]
        change[low], change[high], change[at_a], change[at_b] = dw, -dw, dt - dd, dt + dd
        change[last] = r.rows[r.equals :] @ -dw
        if r.counted:
            change[-1] -= 0.5 * dt.sum()
        ahead[1] = e - self.theta * change
        change += self.slack
        return dw, dt, dy[: r.equals], ahead


def _reach(both: Array, ahead: Array) -> float:
    """Largest step, at most 1, that keeps slacks and multipliers non-negative."""
    shrink = -float((ahead / both).min())
    if not np.isfinite(shrink):
        raise np.linalg.LinAlgError("step is not finite")
    return 1.0 if shrink <= 1.0 else 1.0 / shrink


def _guess(p: Program, r: _Reduced, x: _State, binds: Mask) -> Guess:
    """The active set in terms of the Program, from the inequalities that seem to bind."""
    n, nb = len(r.lower), len(r.bent)
    s, z = x.both
    low, high, at_a, at_b = binds[:n], binds[n : 2 * n], binds[2 * n : 2 * n + nb], binds[2 * n + nb : 2 * n + 2 * nb]
    rows = binds[2 * n + 2 * nb :]
    w = p.lower.copy()
    w[r.movable] = np.clip(x.w, r.lower, r.upper)
    place = np.full(len(w), -1)
    # Bounds so close that both look touched: the one that pushes harder is meant.
    inner = np.where(low & (z[:n] >= z[n : 2 * n] * high), -1, np.where(high, 1, 0))
    # A home close to a bound makes both look touched: the nearer one is meant.
    near = s[2 * n : 2 * n + nb] + s[2 * n + nb : 2 * n + 2 * nb]
    edge = np.minimum(s[:n], s[n : 2 * n])[r.bent]
    inner[r.bent[at_a & at_b & ((inner[r.bent] == 0) | (near < edge))]] = 2
    place[r.movable] = inner
    touch = np.zeros(len(p.row_lower), dtype=np.intp)
    na, nl = len(r.above), len(r.below)
    touch[r.equal] = 1
    touch[r.above[rows[:na]]] = 1
    touch[r.below[rows[na : na + nl]]] = -1
    price = z[2 * n + 2 * nb :]
    lam = np.zeros(len(touch))
    lam[r.equal] = x.y[1:]
    lam[r.above[rows[:na]]] = price[:na][rows[:na]]
    lam[r.below[rows[na : na + nl]]] = -price[na : na + nl][rows[na : na + nl]]
    spent = bool(r.counted and rows[-1])
    side = np.where(w >= p.home, 1.0, -1.0)
    return Guess(place, side, touch, spent, w, Multipliers(float(x.y[0]), lam, float(price[-1]) if spent else 0.0))
