"""A shock in thought: what one asset, class, currency or the level of interest rates does to every asset.

What is hit moves by itself; everything else moves along as far as its past covariance with what is hit implies, the
conditional mean under joint normality. In real stress correlations tend to rise, so this is a middle, no worst case.
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array
from tools.errors import BadInput

FLOOR = -0.95
"""No linear answer takes more than this from an asset."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What a shock does to each asset, simple returns in the investor's currency, shape (n,).

    direct: only to what is hit. moves: to everything, with what moves along. hedged: `moves` of somebody who had hedged
    the currency; None where no currency was hit.
    """

    direct: Array
    moves: Array
    hedged: Array | None = None


def price(cov: Array, basket: Array, hit: Array, size: float) -> Blow:
    """The prices of some assets move.

    Args:
        cov: Yearly covariance, shape (n, n).
        basket: Weights of what is hit, shape (n,), summing to 1; as a whole it moves by `size`.
        hit: 1.0 for each asset that is hit, shape (n,).
        size: Signed fraction, -0.3 is a fall of 30 %.
    Raises:
        BadInput: "whatif_own_cash", what is hit has no variance: it is what everything is measured in.
    """
    return Blow(size * hit, _along(cov, basket, size))


def currency(cov: Array, anchor: Array, foreign: Array, size: float) -> Blow:
    """The other currencies move by `size` against the investor's own.

    Args:
        cov: Yearly covariance in the investor's currency, shape (n, n).
        anchor: Weights of what stands for the currency (its cash where there is any), shape (n,), summing to 1.
        foreign: 1.0 for each asset priced in another currency, shape (n,).
        size: Signed fraction, 0.1 where the others become dearer by 10 %.
    Raises:
        BadInput: As in `price`.
    """
    moves = _along(cov, anchor, size)
    moves = np.where(anchor > 0, size, moves)
    return Blow(size * foreign, moves, moves - size * foreign)


def rates(cov: Array, market_weights: Array, duration: Array, convexity: Array, size: float) -> Blow:
    """All yields move by `size`, in parallel.

    Args:
        cov: Yearly covariance, shape (n, n).
        market_weights: Shape (n,); the bonds among them stand for interest rates.
        duration: Modified duration in years, shape (n,); 0 for what is no bond.
        convexity: In years squared, shape (n,).
        size: Change of yields, 0.02 is two percentage points.
    Raises:
        BadInput: "whatif_no_bonds", nothing here has a duration.
    Source: the price of a bond to second order, -D Δy + C Δy² / 2 (Fabozzi, "Bond Markets, Analysis and Strategies").
    """
    bonds = duration > 0
    if not bonds.any():
        raise BadInput("whatif_no_bonds")
    direct = np.maximum(-duration * size + 0.5 * convexity * size**2, FLOOR)
    basket = np.where(bonds, market_weights, 0.0)
    basket = basket / basket.sum() if basket.sum() > 0 else bonds / bonds.sum()
    moves = _along(cov, basket, float(basket @ direct))
    return Blow(direct, np.where(bonds, direct, moves))


def after(weights: Array, moves: Array) -> Array:
    """Weights once every asset has moved, shape (n,), summing to 1."""
    worth = weights * (1.0 + moves)
    return np.asarray(worth / worth.sum())


def _along(cov: Array, basket: Array, size: float) -> Array:
    """What each asset does, on average, when the basket moves by `size`."""
    variance = float(basket @ cov @ basket)
    if variance <= 1e-12:
        raise BadInput("whatif_own_cash")
    return np.asarray(np.maximum(size * (cov @ basket) / variance, FLOOR))
