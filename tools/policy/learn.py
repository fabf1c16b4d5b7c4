"""A small policy and how it learns: weights tilted around a base by what is seen, trained by exact policy gradient.

The dynamics are known and differentiable, so nothing is sampled: the gradient of the mean reward runs back through
costs, drift and band (`tools.policy.step.adjoint`) into the coefficients, and L-BFGS does the rest. Source: Moody &
Saffell (2001), direct reinforcement; the remainder factor of Jiang, Xu & Liang (2017).
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array
from tools.policy.state import State
from tools.policy.step import Rules, adjoint, run

REACH = 0.10
"""No weight is tilted further than this from its base, in weight."""

BAND = 0.01
"""Width of the band a policy starts with, and keeps when it learns nothing, in weight."""

_LEAST, _MOST = 1e-4, 0.25


@dataclass(frozen=True, slots=True)
class Policy:
    """Coefficients of the tilt. own: one per feature of an asset, the same for all assets, shape (k,). shared: one per
    feature of the world and asset, shape (m, n). band: width not worth a trade. reach: largest tilt of any weight."""

    own: Array
    shared: Array
    band: float = BAND
    reach: float = REACH

    def scaled(self, share: float) -> "Policy":
        """The same policy with all coefficients times `share`: how much of it out-of-sample skill supports."""
        return Policy(self.own * share, self.shared * share, self.band, self.reach)

    @property
    def still(self) -> "Policy":
        """The same policy without a tilt: what its skill is measured against."""
        return self.scaled(0.0)


def blank(state: State, *, reach: float = REACH) -> Policy:
    """A policy that tilts nothing, for these features."""
    return Policy(np.zeros(len(state.own_names)), np.zeros((len(state.shared_names), state.own.shape[-2])), BAND, reach)


def act(policy: Policy, state: State, base: Array) -> Array:
    """Weights wished for: the base, tilted. They sum to 1; what the base does not hold is not held, and no weight is
    further than `reach` from its base.

    Args:
        state: Features at R decisions (any leading shape in `own` and `shared`).
        base: Weights believed in, shape (…, R, n), summing to 1.
    """
    return tilted(policy, state.own @ policy.own + state.shared @ policy.shared, base)


def tilted(policy: Policy, score: Array, base: Array) -> Array:
    """Base weights leaned towards higher scores, (…, n), within the policy's reach; scores may come from anywhere."""
    return _tilted(policy, score, base)[0]


def _tilted(policy: Policy, score: Array, base: Array) -> tuple[Array, Array, Array, Array]:
    """(target, softmax, its distance from the base, shrinking): target = base + shrinking·(softmax − base)."""
    powers = base * np.exp(score - score.max(axis=-1, keepdims=True))
    soft = powers / powers.sum(axis=-1, keepdims=True)
    away = soft - base
    if np.isinf(policy.reach):
        return soft, soft, away, np.ones((*away.shape[:-1], 1))
    shrink = policy.reach / np.sqrt(policy.reach**2 + (away * away).sum(axis=-1, keepdims=True))
    return base + shrink * away, soft, away, shrink


@dataclass(frozen=True, slots=True)
class Episodes:
    """Stretches of history side by side: state.own (B, T, n, k), state.shared (B, T, m); base, moves (B, T, n); start
    (B, n): weights held before the first step. periods: steps a year."""

    state: State
    base: Array
    moves: Array
    start: Array
    periods: float


def episodes(
    state: State, base: Array, moves: Array, *, length: int, periods: float, rng: np.random.Generator
) -> Episodes:
    """Cut R steps into stretches of `length`, beginning at a random one; each begins with weights near its base.

    Args:
        state: Features at R decisions. base: (R, n). moves: price relatives from each decision to the next, (R, n).
    """
    count = len(moves)
    length = min(length, count)
    first = int(rng.integers(count % length + 1))
    rows = first + np.arange((count - first) // length * length).reshape(-1, length)
    mine = base[rows[:, 0]]
    noise = mine * rng.lognormal(0.0, 0.3, mine.shape)
    cut = State(state.own[rows], state.shared[rows], state.own_names, state.shared_names)
    return Episodes(cut, base[rows], moves[rows], noise / noise.sum(axis=-1, keepdims=True), periods)


def value(policy: Policy, given: Episodes, rules: Rules) -> float:
    """Certainty equivalent a year of a policy over episodes: the mean reward of a step times steps a year."""
    targets = act(policy, given.state, given.base)
    return float(run(targets, given.start, given.moves, rules, band=policy.band).reward.mean() * given.periods)


def gradient(policy: Policy, given: Episodes, rules: Rules) -> tuple[float, Array, Array, float]:
    """(value, its derivative by own (k,), by shared (m, n), by the band), exact."""
    score = given.state.own @ policy.own + given.state.shared @ policy.shared
    targets, soft, away, shrink = _tilted(policy, score, given.base)
    done = run(targets, given.start, given.moves, rules, band=policy.band)
    by_target, by_band = adjoint(done, targets, given.moves, rules, band=policy.band)
    by_away = shrink * by_target
    if not np.isinf(policy.reach):
        by_away -= (by_target * away).sum(axis=-1, keepdims=True) * shrink**3 / policy.reach**2 * away
    by_score = soft * (by_away - (soft * by_away).sum(axis=-1, keepdims=True))
    scale = given.periods / done.reward.size
    by_own = np.einsum("btn,btnk->k", by_score, given.state.own)
    by_shared = np.einsum("btn,btm->mn", by_score, given.state.shared)
    return float(done.reward.mean() * given.periods), scale * by_own, scale * by_shared, scale * by_band


def train(start: Policy, given: Episodes, rules: Rules, *, ridge: float, rounds: int = 60) -> Policy:
    """The policy with the best value less a penalty on its coefficients, found from `start` by L-BFGS.

    Args:
        start: Where to begin; zeros are a good place.
        ridge: Penalty: ridge/2 · Σ coefficient², in units of yearly value. Large: nothing is tilted.
        rounds: Most iterations.
    """
    from scipy.optimize import minimize  # costs a second of start, and acting needs none of it

    k, shape = len(start.own), start.shared.shape

    def unpacked(x: Array) -> Policy:
        return Policy(x[:k], x[k:-1].reshape(shape), float(np.exp(x[-1])), start.reach)

    def loss(x: Array) -> tuple[float, Array]:
        policy = unpacked(x)
        found, by_own, by_shared, by_band = gradient(policy, given, rules)
        slope = np.concatenate([by_own, by_shared.ravel(), [by_band * policy.band]])
        tilt = x[:-1]
        penalty = np.append(ridge * tilt, 0.0)
        return 0.5 * ridge * float(tilt @ tilt) - found, penalty - slope

    first = np.concatenate([start.own, start.shared.ravel(), [np.log(start.band)]])
    free = [(None, None)] * (len(first) - 1)
    limits = [*free, (np.log(_LEAST), np.log(_MOST))]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": rounds, "ftol": 1e-7})
    return unpacked(found.x)
