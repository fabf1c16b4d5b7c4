"""One step of a portfolio: choose weights, pay for the trades, let the market move. It trains, tests and acts.

A run of steps can be followed backwards: `adjoint` gives the exact derivative of its mean reward by every target and by
the width of the band, through the costs, the drift of the weights and what the costs leave of the money.
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Rules:
    """What trading costs and what a step is worth.

    buy, sell: cost of one unit of value bought or sold, shape (n,); cash costs nothing. aversion: γ of the investor; 1
    is log growth alone, above it the squared return is charged (γ − 1)/2. smooth: width over which |x| is rounded off
    at zero, in weight; 0 is exact.
    """

    buy: Array
    sell: Array
    aversion: float = 1.0
    smooth: float = 0.0


@dataclass(frozen=True, slots=True)
class Stepped:
    """After a step, for any leading shape (…): reward (…), weights held afterwards (…, n), the factor of the money that
    the trades left (…), and growth after them and the market (…)."""

    reward: Array
    held: Array
    factor: Array
    growth: Array


def step(held: Array, chosen: Array, moves: Array, rules: Rules) -> Stepped:
    """Trade from the weights held to those chosen, then let prices move.

    Args:
        held: Weights before the trade, drifted with the market, shape (…, n), summing to 1, cash among them.
        chosen: Weights after the trade, of what is left after its cost, shape (…, n), summing to 1.
        moves: Price relatives of the step, shape (…, n); 1 is no change.
        rules: Costs and worth.
    """
    factor = remainder(held, chosen, rules)
    value = chosen * moves
    gross = value.sum(axis=-1)
    growth = factor * gross
    return Stepped(worth(growth, rules.aversion), value / gross[..., None], factor, growth)


def worth(growth: Array, aversion: float) -> Array:
    """Reward of a step: log growth, less (γ − 1)/2 times the squared return. Its mean is a certainty equivalent."""
    return np.asarray(np.log(growth) - 0.5 * (aversion - 1.0) * (growth - 1.0) ** 2)


def remainder(held: Array, chosen: Array, rules: Rules) -> Array:
    """What trades leave of the money: μ = 1 − cost(μ·chosen − held), shape (…).

    Newton on a convex, almost straight line: two or three steps, exact once the sides of all trades are known.
    Source: Jiang, Xu & Liang (2017), transaction remainder factor; their commission c on purchases is buy = c/(1 − c).
    """
    factor = np.ones(held.shape[:-1])
    for _ in range(50):
        paid, slope = _cost(factor[..., None] * chosen - held, rules)
        change = (factor - 1.0 + paid.sum(axis=-1)) / (1.0 + (slope * chosen).sum(axis=-1))
        factor = factor - change
        if np.abs(change).max(initial=0.0) <= 1e-15:
            break
    return np.asarray(factor)


def _cost(trade: Array, rules: Rules) -> tuple[Array, Array]:
    """Cost of each trade and its slope, both of the shape of `trade`."""
    middle, lean = 0.5 * (rules.buy + rules.sell), 0.5 * (rules.buy - rules.sell)
    if rules.smooth > 0.0:
        size = np.sqrt(trade * trade + rules.smooth**2)
        return middle * (size - rules.smooth) + lean * trade, middle * trade / size + lean
    slope = np.where(trade > 0.0, rules.buy, -rules.sell)
    return slope * trade, slope


@dataclass(frozen=True, slots=True)
class Run:
    """A run of T steps of B episodes: what was held before each step, chosen in it, and what came of it.

    held, chosen: (B, T, n). reward, growth, factor: (B, T). last: weights held at the end, (B, n).
    """

    held: Array
    chosen: Array
    reward: Array
    growth: Array
    factor: Array
    last: Array

    @property
    def turnover(self) -> Array:
        """One-way turnover of each step, shape (B, T)."""
        return np.asarray(np.abs(self.factor[..., None] * self.chosen - self.held).sum(axis=-1) / 2.0)


def run(targets: Array, start: Array, moves: Array, rules: Rules, *, band: float) -> Run:
    """Follow targets through time: nothing is traded within `band` of a target, beyond it only to its edge.

    Args:
        targets: Weights wished for, shape (B, T, n). start: held before the first step, shape (B, n).
        moves: Price relatives, shape (B, T, n).
        band: Distance from the target (Euclidean, in weight) that is not worth a trade.
    Source: trading to the edge is optimal under proportional costs, Davis & Norman (1990), Leland (1999).
    """
    chosen, before = np.empty_like(targets), np.empty_like(targets)
    reward, growth, factor = (np.empty(targets.shape[:2]) for _ in range(3))
    held = start
    for t in range(targets.shape[1]):
        before[:, t] = held
        away = held - targets[:, t]
        size = np.sqrt((away * away).sum(axis=-1, keepdims=True) + TINY)
        chosen[:, t] = targets[:, t] + np.minimum(1.0, band / size) * away
        done = step(held, chosen[:, t], moves[:, t], rules)
        held, reward[:, t], growth[:, t], factor[:, t] = done.held, done.reward, done.growth, done.factor
    return Run(before, chosen, reward, growth, factor, held)


def adjoint(done: Run, targets: Array, moves: Array, rules: Rules, *, band: float) -> tuple[Array, float]:
    """Derivative of the sum of all rewards of a run, by its targets (B, T, n) and by the band.

    Walks the steps backwards, carrying the derivative by the weights held. The remainder factor is an implicit function
    of what was held and chosen: its own derivative follows from its equation, without following Newton's steps.
    """
    by_target = np.empty_like(targets)
    by_band = 0.0
    later = np.zeros_like(done.last)  # by the weights held after the step
    risk = rules.aversion - 1.0
    for t in range(targets.shape[1] - 1, -1, -1):
        held, chosen, factor = done.held[:, t], done.chosen[:, t], done.factor[:, t, None]
        growth = done.growth[:, t, None]
        gross = growth / factor
        value = chosen * moves[:, t]
        by_growth = 1.0 / growth - risk * (growth - 1.0)
        by_value = later / gross - (later * value).sum(axis=-1, keepdims=True) / gross**2 + by_growth * factor
        slope = _cost(factor * chosen - held, rules)[1]
        pull = by_growth * gross / (1.0 + (slope * chosen).sum(axis=-1, keepdims=True))
        by_chosen = by_value * moves[:, t] - pull * slope * factor
        by_held = pull * slope
        away = held - targets[:, t]
        size = np.sqrt((away * away).sum(axis=-1, keepdims=True) + TINY)
        outside = size > band
        keep = np.where(outside, band / size, 1.0)
        along = (by_chosen * away).sum(axis=-1, keepdims=True) * outside
        by_away = keep * by_chosen - along * band / size**3 * away
        by_band += float((along / size).sum())
        by_target[:, t] = by_chosen - by_away
        later = by_held + by_away
    return by_target, by_band
