"""Faults that price feeds have, put into clean prices at known places."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array

SINGLE: Mapping[str, Callable[[float], float]] = {
    "nan": lambda _: float("nan"),
    "inf": lambda _: float("inf"),
    "zero": lambda _: 0.0,
    "negative": lambda p: -p,
    "hundredfold": lambda p: p * 100,
    "hundredth": lambda p: p / 100,
    "thousandfold": lambda p: p * 1000,
    "decimal_up": lambda p: p * 10,
    "decimal_down": lambda p: p / 10,
    "double": lambda p: p * 2,
    "half": lambda p: p / 2,
}
"""One price replaced; the rows around it stay."""


def injected(
    prices: Array, rng: np.random.Generator, *, every: int = 120, first: int = 30
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """A copy of prices, shape (T, n), with a fault in about one of `every` prices of each asset; and where they are."""
    dirty, hit = prices.copy(), np.zeros(prices.shape, dtype=np.bool_)
    names = list(SINGLE)
    for k in range(prices.shape[1]):
        known = np.flatnonzero(prices[:, k] > 0)
        count = max(1, len(known) // every)
        for row in rng.choice(known[first:-1], count, replace=False).tolist():
            dirty[row, k] = SINGLE[names[int(rng.integers(len(names)))]](float(prices[row, k]))
            hit[row, k] = True
    return dirty, hit


def walk(rng: np.random.Generator, rows: int, assets: int, *, volatility: float = 0.015) -> Array:
    """Prices of a random walk with a common part, shape (rows, assets)."""
    steps = rng.normal(0.0, volatility, (rows, assets)) * 0.8 + rng.normal(0.0, volatility, (rows, 1)) * 0.5
    return np.asarray(100.0 * np.exp(np.cumsum(steps, axis=0)))
