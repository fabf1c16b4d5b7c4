"""How gains, losses and chances feel. Source: Tversky & Kahneman (1992), "Advances in prospect theory", medians."""

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
