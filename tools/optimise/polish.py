"""From "what seems to bind" to the exact answer: solve the equalities, check, repair, repeat.

On a fixed active set the program is one linear system, so the answer is exact to rounding. It also tells how the
weights move when the linear term moves, which the scalar searches (volatility cap, best ratio) use to land exactly.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import lapack

from tools.optimise.interior import THIN, Guess
from tools.optimise.limits import Array, Index
from tools.optimise.program import SNAP, Certificate, Multipliers, Program, certify

EXACT = 1e-11  # an answer with a relative residual below this counts as solved
ROUNDS = 12
RIDGE = 1e-9  # keeps the system solvable where weights or rows are redundant; refinement removes its effect


@dataclass(frozen=True, slots=True)
class Answer:
    """Weights with multipliers, their certificate, and the active set they belong to."""

    guess: Guess
    certificate: Certificate

    @property
    def exact(self) -> bool:
        """Whether the certificate closes."""
        return self.certificate.residual <= EXACT


class _System:
    """The KKT equations of one active set, factorised once."""

    def __init__(self, p: Program, g: Guess) -> None:
        self.program, self.guess = p, g
        self.free: Index = np.flatnonzero(g.place == 0)
        # A row none of whose weights is free says nothing about them: it would only be divided by the ridge.
        moved = p.rows[:, self.free].any(axis=1)
        self.touching: Index = np.flatnonzero((g.touch != 0) & moved)
        self.resting: Index = np.flatnonzero((g.touch != 0) & ~moved)
        rows = [np.ones((1, len(self.free))), p.rows[np.ix_(self.touching, self.free)]]
        if g.spent:
            rows.append(0.5 * g.side[None, self.free])
        self.rows = np.vstack(rows)
        k, m = len(self.free), len(self.rows)
        self.matrix = np.zeros((k + m, k + m), order="F")
        self.matrix[:k, :k] = p.form.block(self.free)
        self.matrix[:k, k:] = self.rows.T
        self.matrix[k:, :k] = self.rows
        ridged = self.matrix.copy(order="F")
        ridge = np.full(k + m, RIDGE)
        ridge[k:] *= -1.0
        ridged.ravel("K")[:: k + m + 1] += ridge
        self.lu, self.pivots, _ = lapack.dgetrf(ridged, overwrite_a=1)

    def solve(self, right: Array, start: Array) -> Array:
        """The solution nearest to `start` (proximal steps), so redundancy does not make it arbitrary."""
        x = start.copy()
        size = 1e-16 * (1.0 + np.abs(right).max(initial=0.0))
        before = np.inf
        for _ in range(12):
            rest = right - self.matrix @ x
            worst = float(np.abs(rest).max(initial=0.0))
            if worst <= size or worst > 0.5 * before:
                break
            before = worst
            x = x + lapack.dgetrs(self.lu, self.pivots, rest)[0]
        return x

    def point(self) -> tuple[Array, Multipliers]:
        """Weights and multipliers of this active set."""
        p, g, free = self.program, self.guess, self.free
        w = np.where(g.place < 0, p.lower, np.where(g.place == 1, p.upper, p.home))
        w[free] = 0.0
        pull = p.linear[free] - p.kink[free] * g.side[free] - p.form.times(w)[free]
        ends = np.where(g.touch > 0, p.row_upper, p.row_lower)[self.touching] - p.rows[self.touching] @ w
        right = [pull, np.array([1.0 - w.sum()]), ends]
        if g.spent:
            still = np.abs(w - p.home)
            still[free] = 0.0
            left = p.turnover - 0.5 * still.sum() + 0.5 * (g.side[free] @ p.home[free])
            right.append(np.array([left]))
        old = g.multipliers
        multipliers = [old.budget], old.rows[self.touching], [old.turnover] if g.spent else []
        start = np.concatenate([g.weights[free], *multipliers])
        x = self.solve(np.concatenate(right), start)
        k, m = len(free), len(self.touching)
        w[free] = x[:k]
        lam = np.zeros(len(g.touch))
        lam[self.resting] = old.rows[self.resting]  # what it costs is as good a guess as before; the proof will tell
        lam[self.touching] = x[k + 1 : k + 1 + m]
        return w, Multipliers(float(x[k]), lam, float(x[-1]) if g.spent else 0.0)

    def velocity(self, linear: Array, kink: Array) -> Array:
        """dw/dp of this active set when the linear term grows by p·linear and the kinks by p·kink."""
        k = len(self.free)
        right = np.zeros(len(self.matrix))
        right[:k] = linear[self.free] - kink[self.free] * self.guess.side[self.free]
        speed = np.zeros(len(linear))
        speed[self.free] = self.solve(right, np.zeros(len(right)))[:k]
        return speed


def velocity(program: Program, guess: Guess, linear: Array, kink: Array) -> Array:
    """dw/dp on an active set when the linear term grows by p·linear and the kinks by p·kink, shape (n,)."""
    return _System(program, guess).velocity(linear, kink)


def polish(program: Program, guess: Guess) -> Answer:
    """Repair the active set until the certificate closes, or give the best that was seen."""
    best: Answer | None = None
    tried: set[bytes] = set()
    for _ in range(ROUNDS):
        key = guess.place.tobytes() + guess.touch.tobytes() + guess.side.tobytes() + bytes([guess.spent])
        if key in tried:
            break
        tried.add(key)
        w, multipliers = _System(program, guess).point()
        answer, guess = _check(program, replace(guess, weights=w, multipliers=multipliers))
        if best is None or answer.certificate.residual < best.certificate.residual:
            best = answer
        if answer.exact:
            break
    assert best is not None  # there is at least one round
    return best


def _check(p: Program, g: Guess) -> tuple[Answer, Guess]:
    """Certify a point, and derive the next active set from what is wrong with it."""
    w, free = g.weights, g.place == 0
    low, high = free & (w < p.lower - SNAP), free & (w > p.upper + SNAP)
    crossed = free & ((p.kink > 0) | p.counted) & ((w - p.home) * g.side < -SNAP)
    proof = certify(p, w, g.multipliers)
    if proof.residual <= EXACT and not (low | high | crossed).any():
        tidy = np.clip(w, p.lower, p.upper)  # rounding must not leave a weight a hair outside
        same = np.array_equal(tidy, w)
        return Answer(replace(g, weights=tidy), proof if same else certify(p, tidy, g.multipliers)), g
    limit = EXACT * proof.scale
    rising, falling = proof.wants_up > limit, proof.wants_down > limit
    leave = ~free & (rising | falling) & (p.upper - p.lower > THIN)
    at_home = crossed & (p.home > p.lower) & (p.home < p.upper)
    place = np.where(leave, 0, np.where(crossed, 2, g.place))
    place = np.where(low & ~at_home, -1, np.where(high & ~at_home, 1, place))
    upward = np.where(rising, p.home <= w + SNAP, p.home < w - SNAP)
    side = np.where(leave, np.where(upward, 1.0, -1.0), g.side)
    value = p.rows @ w
    wrong = (p.row_upper - p.row_lower > THIN) & (g.multipliers.rows * g.touch < -limit)
    touch = np.where(wrong, 0, g.touch)
    touch = np.where(value > p.row_upper + SNAP, 1, np.where(value < p.row_lower - SNAP, -1, touch))
    over = p.counted and 0.5 * float(np.abs(w - p.home).sum()) > p.turnover + SNAP
    spent = bool(over or (g.spent and g.multipliers.turnover >= -limit))
    return Answer(g, proof), replace(g, place=place, side=side, touch=touch, spent=spent)
