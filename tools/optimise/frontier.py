"""The two quadratic limits, and the best ratio, as points on one path of exact answers.

Every objective here leads to the stationarity condition  Σw = s·∇(reward) + θ·Σb − (normals of the linear limits):
s trades reward for variance, θ pulls towards the benchmark b. A volatility cap lowers s, a tracking limit raises θ,
the best ratio is the s at which s·reward = variance. Between changes of the active set the weights are linear in s,
so each search lands exactly, usually after three or four warm re-solves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tools.errors import Infeasible
from tools.optimise.clash import clash
from tools.optimise.covariance import Quadratic
from tools.optimise.interior import Guess
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.polish import Answer, velocity
from tools.optimise.program import Program
from tools.optimise.solve import program, solution, solve

LANDED = 1e-13  # relative miss of a quadratic limit that counts as met
HOPELESS = 1e-9  # relative miss beyond which a quadratic limit cannot be kept at all
RICHEST = 1e6  # s beyond which variance no longer matters
RISKLESS = 1e-15  # variance of a portfolio that is all cash


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the path with what a search needs to know about it. Variances are in the unit of the form."""

    s: float
    theta: float
    program: Program
    answer: Answer
    reward: float
    variance: float
    distance: float  # squared tracking error

    @property
    def weights(self) -> Array:
        """The weights here."""
        return self.answer.guess.weights


class Frontier:
    """All answers of one mandate. Remembers the last active set, which only saves time: answers are exact."""

    def __init__(self, form: Quadratic, mean: Array, kink: Array, held: Array, limits: Limits, scale: float) -> None:
        self.form, self.mean, self.kink, self.held, self.limits = form, mean, kink, held, limits
        root = self.root = float(np.sqrt(scale))
        self.cap = None if limits.max_vol is None else max(limits.max_vol / root, 0.0) ** 2
        self.leash = None if limits.tracking is None else (limits.tracking[1] / root) ** 2
        self.benchmark = np.zeros(len(mean)) if limits.tracking is None else limits.tracking[0]
        self.pull = form.times(self.benchmark)
        self._last: Guess | None = None

    def at(self, s: float, theta: float) -> Place:
        """Solve at one point of the path."""
        p = program(self.form, s * self.mean + theta * self.pull, s * self.kink, self.held, self.limits)
        answer = solve(p, self._last)
        self._last = answer.guess
        w = answer.guess.weights
        away = w - self.benchmark
        reward = float(self.mean @ w - self.kink @ np.abs(w - self.held))
        variance, distance = max(float(w @ self.form.times(w)), 0.0), max(float(away @ self.form.times(away)), 0.0)
        return Place(s, theta, p, answer, reward, variance, distance)

    def capped(self, s: float, theta: float) -> Place:
        """The answer at s, or at the smaller s where the volatility cap is just met (s = 0 if none is low enough)."""
        place, cap = self.at(s, theta), self.cap
        if cap is None or not _over(place.variance, cap, LANDED):
            return place
        calm = self.at(0.0, theta)
        if calm.variance >= cap * (1.0 - LANDED):
            if theta == 0.0 and _over(calm.variance, cap, HOPELESS):
                raise Infeasible(self._clash(("max_vol", self._calm_cut(calm))))
            return calm

        def miss(here: Place) -> tuple[float, float]:
            speed = velocity(here.program, here.answer.guess, self.mean, self.kink)
            return here.variance - cap, 2.0 * float(here.weights @ self.form.times(speed))

        return self._land(theta, miss, calm, place)

    def best_ratio(self, theta: float) -> Place | None:
        """The point with s·reward = (1 − θ)·variance, or None when no portfolio earns more than nothing."""
        part, size = 1.0 - theta, float(np.abs(self.mean).max()) or 1.0

        def miss(here: Place) -> tuple[float, float]:
            speed = velocity(here.program, here.answer.guess, self.mean, self.kink)
            side = np.where(here.weights >= self.held, 1.0, -1.0)
            gain = here.reward + here.s * float((self.mean - self.kink * side) @ speed)
            risk = 2.0 * float(here.weights @ self.form.times(speed))
            return here.s * here.reward - part * here.variance, gain - part * risk

        low, high = self.at(0.0, theta), self.at(part / size, theta)
        if low.variance <= RISKLESS and low.reward > 1e-12 * size:
            return low  # better than the rate without risk: no ratio can beat it
        while miss(high)[0] <= 1e-12 * high.variance:  # walks past a flat stretch of cash that earns exactly the rate
            if high.s * size > RICHEST:
                return None
            low, high = high, self.at(8.0 * high.s, theta)
        return self._land(theta, miss, low, high)

    def leashed(self, at: Callable[[float], Place]) -> Place:
        """The answer of `at(θ)` for the smallest θ that keeps the tracking error within its limit."""
        place, leash = at(0.0), self.leash
        if leash is None or not _over(place.distance, leash, LANDED):
            return place
        from scipy.optimize import brentq  # half a second to import, rarely needed

        end, close = 1.0, self.at(0.0, 1.0)
        if _over(close.distance, leash, HOPELESS):
            raise Infeasible(self._clash(("tracking", self._close_cut(close))))
        if self.cap is not None and close.variance > self.cap:  # beyond `end` even s = 0 is too volatile
            cap = self.cap
            end = brentq(lambda theta: self.at(0.0, theta).variance - cap, 0.0, 1.0, xtol=1e-15)
            close = self.at(0.0, end)
            if _over(close.distance, leash, 1e-8):
                cuts = ("max_vol", self._calm_cut(close)), ("tracking", self._close_cut(close))
                raise Infeasible(self._clash(*cuts))
        if close.distance >= leash * (1.0 - LANDED):
            return close
        return at(brentq(lambda theta: (at(theta) if theta < end else close).distance - leash, 0.0, end, xtol=1e-15))

    def report(
        self, place: Place, *, objective: float, strictness: float = 0.0, unit: float = 1.0, notes: tuple[str, ...] = ()
    ) -> Solution:
        """The answer in the caller's units.

        Args:
            place: The point chosen.
            objective: Its value to the caller.
            strictness: What the caller's own objective charges per unit of variance and reward (1/s without limits);
                what the point charges beyond that is the price of the quadratic limits.
            unit: The caller's objective per unit of reward, or of half the variance where reward does not count.
            notes: Codes to hand on.
        """
        s, theta = place.s, place.theta
        weight = unit / s if s > 0.0 else unit / max(1.0 - theta, 1e-300)
        cap_price = max((1.0 - theta) * weight - strictness * unit, 0.0) if s > 0.0 and self.cap is not None else 0.0
        return replace(
            solution(place.program, place.answer, objective=objective, unit=weight, notes=notes),
            dual_vol=cap_price * float(np.sqrt(self.cap or 0.0)) / self.root,
            dual_tracking=theta * weight * float(np.sqrt(self.leash or 0.0)) / self.root,
        )

    def _land(self, theta: float, miss: Callable[[Place], tuple[float, float]], low: Place, high: Place) -> Place:
        """Newton's method in s, kept between a point where `miss` is not positive and one where it is."""
        here = high
        for _ in range(100):
            value, slope = miss(here)
            low, high = (low, here) if value > 0.0 else (here, high)
            if abs(value) <= LANDED * max(here.variance, 1e-300) or high.s - low.s <= 4e-16 * high.s:
                break
            guess = here.s - value / slope if slope > 0.0 else np.inf
            here = self.at(guess if low.s < guess < high.s else 0.5 * (low.s + high.s), theta)
        return here

    def _calm_cut(self, calm: Place) -> tuple[Array, float]:
        """The half-space a·w ≤ b that holds every portfolio within the volatility cap (Cauchy–Schwarz)."""
        assert self.cap is not None
        return self.form.times(calm.weights), float(np.sqrt(self.cap * calm.variance))

    def _close_cut(self, close: Place) -> tuple[Array, float]:
        """The half-space that holds every portfolio within the tracking limit."""
        assert self.leash is not None
        away = self.form.times(close.weights - self.benchmark)
        return away, float(np.sqrt(self.leash * close.distance) + away @ self.benchmark)

    def _clash(self, *cuts: tuple[str, tuple[Array, float]]) -> tuple[tuple[str, int], ...]:
        found = clash(self.limits.linear(), self.held, tuple((name, row, end) for name, (row, end) in cuts))
        return found or tuple((name, 0) for name, _ in cuts)


def _over(value: float, cap: float, slack: float) -> bool:
    """Whether a variance exceeds its cap by more than a relative slack (or rounding, for a cap of zero)."""
    return value > cap * (1.0 + slack) + 1e-20
