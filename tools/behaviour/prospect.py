"""How gains, losses and chances feel. Source: Tversky & Kahneman (1992), "Advances in prospect theory", medians."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tools.domain.market import Array

CURVE = 0.88
LOSS_AVERSION = 2.25
BEND = {"gain": 0.61, "loss": 0.69}


def value(change: Array, *, curve: float = CURVE, loss_aversion: float = LOSS_AVERSION) -> Array:
    """Felt value of gains and losses, shape of `change`: a loss weighs `loss_aversion` times the same gain."""
    felt = np.abs(change) ** curve
    return np.where(change >= 0, felt, -loss_aversion * felt)


def weight(chance: Array, side: Literal["gain", "loss"]) -> Array:
    """Felt weight of a probability, shape of `chance`: small ones weigh too much, large ones too little."""
    bend = BEND[side]
    up = chance**bend
    return np.asarray(up / (up + (1 - chance) ** bend) ** (1 / bend))


@dataclass(frozen=True, slots=True)
class Bet:
    """An even chance to lose one amount or gain another, and whether it was taken."""

    loss: float
    gain: float
    taken: bool


@dataclass(frozen=True, slots=True)
class Felt:
    """How many times a loss weighs an equal gain: middle and 90 % bounds, after so many answers."""

    estimate: float
    lo90: float
    hi90: float
    answers: int


QUESTIONS: tuple[tuple[float, float], ...] = ((1.0, 2.0), (1.0, 1.5), (1.0, 3.0))
"""Loss and gain of the even bets that are asked about, as parts of one amount; three are needed."""

PRIOR: tuple[float, float] = (float(np.log(LOSS_AVERSION)), 0.5)
"""Mean and standard deviation of ln λ among people; the spread is an assumption."""

NOISE = 0.25
"""How fast an answer becomes certain as the bet gets better, in ln λ."""


def loss_aversion(bets: Sequence[Bet]) -> Felt:
    """Loss aversion from bets taken and left, shrunk to that of people in general.

    An even bet is worth taking while gain^.88 exceeds λ loss^.88; answers near that point are a toss-up.
    """
    grid = np.linspace(np.log(1.0), np.log(10.0), 400)
    weights = -0.5 * ((grid - PRIOR[0]) / PRIOR[1]) ** 2
    for bet in bets:
        lean = (CURVE * np.log(bet.gain / bet.loss) - grid) / NOISE
        weights = weights - np.logaddexp(0.0, -lean if bet.taken else lean)
    share = np.exp(weights - weights.max())
    below = np.cumsum(share) / share.sum()
    lo, mid, hi = (float(np.exp(np.interp(q, below, grid))) for q in (0.05, 0.5, 0.95))
    return Felt(mid, lo, hi, len(bets))
