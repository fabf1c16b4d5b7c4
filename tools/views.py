"""Black–Litterman: opinions of whatever source, joined with the equilibrium by how sure they are.

Formulas and tables: He & Litterman (1999), Idzorek (2005); Theil (1963) for views that contradict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack
from scipy.special import gammaincc

from tools.domain.decision import View
from tools.domain.market import Array, Universe


@dataclass(frozen=True, slots=True)
class Posterior:
    """mean: yearly excess return (n,). cov: Σ plus uncertainty of the mean (n, n). p_value: Theil's compatibility."""

    mean: Array
    cov: Array
    p_value: float


def equilibrium(cov: Array, market_weights: Array, *, risk_aversion: float) -> Array:
    """Excess returns at which the market portfolio is what an average investor holds: Π = δ Σ w, shape (n,)."""
    return np.asarray(risk_aversion * cov @ market_weights)


def blend(prior: Array, cov: Array, picks: Array, sizes: Array, confidence: Array, *, tau: float) -> Posterior:
    """Join k views with the prior. Confidence 0 drops a view, 1 makes it hold exactly; a redundant view moves nothing.

    Args:
        prior: Equilibrium excess return Π, shape (n,).
        cov: Yearly covariance Σ, shape (n, n).
        picks: One portfolio per view, P, shape (k, n).
        sizes: Expected yearly excess return of each pick, Q, shape (k,).
        confidence: 0..1 per view, shape (k,).
        tau: Weight of the prior's uncertainty.
    Source: μ = Π + τΣP'(PτΣP' + Ω)⁻¹(Q − PΠ) with Ω from confidence in closed form, ω = (1−c)/c · pτΣp'.
    """
    kept = (confidence > 0) & (np.abs(picks).sum(axis=1) > 0)
    if not kept.any():
        return Posterior(prior.copy(), (1.0 + tau) * cov, 1.0)
    p, q, c = picks[kept], sizes[kept], confidence[kept]
    spread = tau * (cov @ p.T)
    between = p @ spread
    omega = (1.0 - c) / c * np.diag(between)
    gap = q - p @ prior
    total = between + np.diag(omega)
    factor, singular = lapack.dpotrf(total, lower=1)
    if singular or factor.diagonal().min() < 1e-5 * factor.diagonal().max():
        # Two certain views on the same pick are singular yet compatible when they agree: the smallest of all solutions.
        weights = np.linalg.lstsq(total, gap, rcond=1e-13)[0]
        known = spread @ np.linalg.lstsq(total, spread.T, rcond=1e-13)[0]
        known = (known + known.T) / 2
    else:
        weights = lapack.dpotrs(factor, gap, lower=1)[0]
        half = lapack.dtrtrs(factor, spread.T, lower=1)[0]
        known = half.T @ half
    posterior = (1.0 + tau) * cov
    posterior -= known
    chi2 = max(float(gap @ weights), 0.0)
    return Posterior(prior + spread @ weights, posterior, float(gammaincc(len(q) / 2.0, chi2 / 2.0)))


def pick(view: View, universe: Universe, market_weights: Array) -> Array:
    """The portfolio a view is about, shape (n,): each leg weighted by market weights, legs summing to 1 and −1.

    All zeros when nothing in the universe carries the target: such a view is stored and said to move nothing.
    """
    long = _leg(view.target, universe, market_weights)
    short = _leg(view.versus, universe, market_weights) if view.versus else np.zeros_like(long)
    if not long.any() or (view.versus and not short.any()):
        return np.zeros_like(long)
    return long - short


def _leg(target: str, universe: Universe, market_weights: Array) -> Array:
    members = set(universe.members(target))
    inside = np.array([asset in members for asset in universe.ids], dtype=float)
    weighted = inside * market_weights
    if weighted.sum() > 0:
        return np.asarray(weighted / weighted.sum())
    return np.asarray(inside / inside.sum()) if inside.any() else inside


def size(view: View, portfolio: Array, prior: Array, cov: Array, *, risk_free: float) -> float:
    """Q of a view: expected yearly excess return of its pick.

    A view against another is a difference of returns; one alone is a total return, so the risk-free rate comes off.
    Said over h months it counts 12/h times. When no size was said it is the prior moved by `VAGUE` times the pick's
    volatility.
    """
    sign = 1.0 if view.direction == "up" else -1.0
    if view.magnitude is None:
        spread = max(float(portfolio @ cov @ portfolio), 0.0) ** 0.5
        return float(portfolio @ prior) + sign * VAGUE * float(spread)
    yearly = view.magnitude * (12.0 / view.horizon_months if view.horizon_months else 1.0)
    return sign * yearly - (0.0 if view.versus else risk_free)


def conflicts(picks: Array, sizes: Array, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of views that say opposite things of the same pick."""
    found = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            norm = float(np.linalg.norm(picks[i]) * np.linalg.norm(picks[j]))
            same = float(picks[i] @ picks[j]) / norm if norm > 0 else 0.0
            if abs(same) > 0.999 and np.sign(same) * sizes[i] * sizes[j] < 0:
                found.append((names[i], names[j]))
    return tuple(found)


def reliability(hits: int, calls: int) -> float:
    """How far a source's confidence is believed: (10·½ + hits) / (10 + calls). One half before any outcome is known."""
    return (5.0 + hits) / (10.0 + calls)


VAGUE = 0.25
"""An opinion without a size moves its pick by this many yearly volatilities: enough to be felt, not to take over."""

CONFIDENCE: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 0.75}
"""What "not so sure", nothing said, and "quite sure" count before reliability."""
