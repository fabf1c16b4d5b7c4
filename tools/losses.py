"""Loss aversion in the objective: beside variance, the average loss of the worst twentieth of years is paid for.

mean·w − γ/2 wᵀΣw − κ CVaR₉₅(w), with κ = (λ − 1)/λ less what an ordinary λ gives: risk aversion was measured on
people with ordinary loss aversion, so only what goes beyond it is new. The mapping from λ to κ is our own and said so
where the figure stands. For normal returns CVaR₉₅ is z·σ − mean, z = φ(Φ⁻¹(.95))/.05: a few quadratic problems.
Source of CVaR: Rockafellar & Uryasev (2000); of λ: Tversky & Kahneman (1992).
"""

from collections.abc import Callable

from tools.domain.market import Array
from tools.optimise.limits import Solution

ORDINARY = 2.25
"""The median of Tversky & Kahneman (1992)."""

Z = 2.0627128075074257
"""Mean of the worst twentieth of a standard normal, as a positive number of standard deviations."""

ROUNDS = 12
CLOSE = 1e-7
STILL = 1e-6
"""Volatility below which nothing is at risk any more."""


def kappa(loss_aversion: float | None) -> float:
    """Weight of the worst years for somebody whose losses weigh so many times their gains; 0 up to the ordinary."""
    if loss_aversion is None or loss_aversion <= ORDINARY:
        return 0.0
    return (loss_aversion - 1) / loss_aversion - (ORDINARY - 1) / ORDINARY


def paid_for(solve: Callable[[float], Solution], cov: Array, aversion: float, felt: float) -> Solution:
    """The best weights when the worst years weigh κ as well.

    Args:
        solve: Best weights under a risk aversion.
        cov: Yearly covariance, shape (n, n).
        aversion: γ.
        felt: κ ≥ 0.
    The penalty on σ is majorised by one on σ²: γ' = (γ + κ z/σ)/(1 + κ), each round at the σ of the one before, so the
    objective never falls. Costs count in the mean and in the worst years alike and need no change.
    """
    found = solve(aversion)
    if felt <= 0:
        return found
    for _ in range(ROUNDS):
        vol = max(float(found.weights @ cov @ found.weights), 0.0) ** 0.5
        if vol < STILL:
            return found
        before, found = found, solve((aversion + felt * Z / vol) / (1 + felt))
        if float(abs(found.weights - before.weights).max()) < CLOSE:
            break
    return found
