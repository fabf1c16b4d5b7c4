"""Constructed worlds whose best policy is known: one risky asset and cash, weekly steps, solved exactly by dynamic
programming over what is seen and what is held."""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array
from tools.policy.learn import Episodes
from tools.policy.state import State
from tools.policy.step import Rules, step

WEEKS = 52.0
GRID = np.linspace(0.0, 1.0, 101)
NODES, MASS = np.polynomial.hermite_e.hermegauss(7)
MASS = MASS / MASS.sum()


@dataclass(frozen=True)
class World:
    """seen: value of the feature in each state, (s,). moves: chances between states, (s, s). mean, vol: of the weekly
    return of the risky asset in each state, (s,). fee: of trading it either way. base: its weight to begin with."""

    seen: Array
    moves: Array
    mean: Array
    vol: Array
    fee: float
    base: float
    aversion: float = 3.0

    @property
    def rules(self) -> Rules:
        fee = np.array([self.fee, 0.0])
        return Rules(fee, fee, self.aversion)

    def episodes(self, count: int, length: int, rng: np.random.Generator) -> tuple[Episodes, np.ndarray]:
        """Episodes of this world and the states behind them, (B, T)."""
        states = np.empty((count, length), dtype=int)
        states[:, 0] = rng.integers(len(self.seen), size=count)
        cumulative = self.moves.cumsum(axis=1)
        for t in range(1, length):
            states[:, t] = (
                (rng.random((count, 1)) > cumulative[states[:, t - 1]]).sum(axis=1).clip(0, len(self.seen) - 1)
            )
        risky = 1.0 + self.mean[states] + self.vol[states] * rng.standard_normal(states.shape)
        prices = np.stack([risky, np.ones_like(risky)], axis=-1)
        base = np.broadcast_to([self.base, 1.0 - self.base], prices.shape)
        state = State(np.zeros((*prices.shape, 0)), self.seen[states][..., None], (), ("seen",))
        return Episodes(state, base, prices, base[:, 0], WEEKS), states

    def best(self) -> Array:
        """Index on GRID of the best weight of the risky asset after trading, by state and weight held, (s, 101)."""
        grid = np.stack([GRID, 1.0 - GRID], axis=-1)
        move = 1.0 + self.mean[:, None] + self.vol[:, None] * NODES  # (s, k)
        both = np.stack([move, np.ones_like(move)], axis=-1)
        # reward[s, held, chosen], and where each choice drifts to: after[s, chosen, k]
        done = step(grid[:, None, None, None], grid[None, :, None, None], both[None, None], self.rules)
        reward = np.einsum("hcsk,k->shc", done.reward, MASS)
        after = done.held[0, :, :, :, 0].transpose(1, 0, 2)
        worth = np.zeros((len(self.seen), len(GRID)))
        choice = np.zeros_like(worth, dtype=int)
        for _ in range(600):
            ahead = self.moves @ worth  # (s, grid)
            later = np.stack([np.interp(after[s], GRID, ahead[s]) @ MASS for s in range(len(self.seen))])
            total = reward + later[:, None, :]
            choice = total.argmax(axis=-1)
            worth = total.max(axis=-1)
            worth = worth - worth.min()
        return choice

    def best_value(self, given: Episodes, states: np.ndarray) -> float:
        """Certainty equivalent a year of the best policy on these episodes."""
        choice, held, total = self.best(), given.start, 0.0
        for t in range(states.shape[1]):
            at = np.rint(held[:, 0] * (len(GRID) - 1)).astype(int)
            better = choice[states[:, t], at]
            chosen = np.where(
                better == at, held[:, 0], GRID[better]
            )  # staying costs nothing, between two grid points too
            done = step(held, np.stack([chosen, 1.0 - chosen], axis=-1), given.moves[:, t], self.rules)
            held, total = done.held, total + float(done.reward.mean())
        return total / states.shape[1] * WEEKS


def persistent_regimes(fee: float = 0.002) -> World:
    """A calm state that pays and a loud one that costs, each lasting about half a year or longer."""
    moves = np.array([[0.98, 0.02], [0.04, 0.96]])
    return World(np.array([0.5, -1.0]), moves, np.array([0.0030, -0.0020]), np.array([0.018, 0.035]), fee, 0.5)


def mean_reversion(fee: float = 0.001, *, pull: float = 0.0022, vol: float = 0.045) -> World:
    """The expected return follows a visible, slowly reverting signal (an autoregression of order one on a grid)."""
    seen = np.linspace(-2.4, 2.4, 13)
    keep = 0.93
    away = (seen[None, :] - keep * seen[:, None]) / np.sqrt(1.0 - keep**2)
    moves = np.exp(-0.5 * away**2)
    moves /= moves.sum(axis=1, keepdims=True)
    return World(seen, moves, 0.5 * 3.0 * vol**2 + pull * seen, np.full(13, vol), fee, 0.5)


def cost_only(fee: float = 0.02) -> World:
    """Nothing to know and dear to trade: the best is to leave the weights alone until they are far away."""
    return World(np.array([1.0, -1.0]), np.full((2, 2), 0.5), np.full(2, 0.0022), np.full(2, 0.03), fee, 0.8)
