"""Black–Litterman: opinions of whatever source, joined with the equilibrium by how sure they are.

Formulas and tables: He & Litterman (1999), Idzorek (2005); Theil (1963) for views that contradict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.linalg import lapack
from scipy.special import gammaincc

from tools.domain.decision import View
from tools.domain.market import Array, Days, Universe
from tools.optimise.limits import Index


@dataclass(frozen=True, slots=True)
class Posterior:
    """mean: yearly excess return (n,). cov: Σ plus uncertainty of the mean (n, n)."""

    mean: Array
    cov: Array


@dataclass(frozen=True, slots=True)
class Tension:
    """Views that do not go together, by position.

    culprit: without it the others are least surprising. against: the views it contradicts; none when it stands alone
    against the equilibrium. p_value: Theil's, how likely views this far apart are if all were as sure as claimed.
    """

    culprit: int
    against: tuple[int, ...]
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
        return Posterior(prior.copy(), (1.0 + tau) * cov)
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
    return Posterior(prior + spread @ weights, posterior)


def tension(prior: Array, cov: Array, picks: Array, sizes: Array, confidence: Array, *, tau: float) -> Tension | None:
    """Whether views contradict one another, or one of them the equilibrium, and which is to blame.

    Two views contradict when they are much less likely together than apart. One alone is named only when it is next
    to impossible: an opinion is meant to differ.

    Args: as for `blend`, which joins them all the same: what is known of them is only told.
    Source: Theil (1963), χ² = (Q − PΠ)'(PτΣP' + Ω)⁻¹(Q − PΠ) over k views; the culprit is the largest drop of it.
    """
    kept = np.flatnonzero((confidence > 0) & (np.abs(picks).sum(axis=1) > 0))
    p, c = picks[kept], confidence[kept]
    between = tau * p @ cov @ p.T
    total, gap = between + np.diag((1.0 - c) / c * np.diag(between)), sizes[kept] - p @ prior

    def chi2(*rows: int) -> float:
        at: Index = np.array(rows, dtype=np.intp)
        return max(float(gap[at] @ np.linalg.lstsq(total[np.ix_(at, at)], gap[at], rcond=1e-13)[0]), 0.0)

    def likely(far: float, freedom: int) -> float:
        return float(gammaincc(freedom / 2.0, max(far, 0.0) / 2.0)) if freedom else 1.0

    every = range(len(kept))
    overall = likely(chi2(*every), len(kept))
    if overall >= UNLIKELY:
        return None
    worst = min(every, key=lambda i: (chi2(*(j for j in every if j != i)), i))
    others, apart = tuple(j for j in every if j != worst), chi2(worst)

    def contradicted(rows: tuple[int, ...]) -> bool:
        return likely(chi2(worst, *rows) - apart - chi2(*rows), 1) < UNLIKELY

    against = tuple(j for j in others if contradicted((j,))) or (others if contradicted(others) else ())
    if not against and likely(apart, 1) >= IMPOSSIBLE:
        return None
    return Tension(int(kept[worst]), tuple(int(kept[j]) for j in against), overall)


def pick(view: View, universe: Universe, market_weights: Array) -> Array:
    """The portfolio a view is about, shape (n,): each leg weighted by market weights, legs summing to 1 and −1.

    All zeros when nothing in the universe carries the target: such a view is stored and said to move nothing.
    """
    if view.mix is not None:
        return np.array([view.mix.get(asset, 0.0) for asset in universe.ids])
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
    return sign * yearly - (0.0 if view.versus or view.mix else risk_free)


def reliability(hits: int, calls: int, *, prior: float) -> float:
    """How far a source's confidence is believed: `prior` before any outcome is known, then its share of hits.

    The prior weighs as much as ten outcomes: nobody is proved right, or wrong, by two.
    """
    return (10.0 * prior + hits) / (10.0 + calls)


def came_true(view: View, universe: Universe, days: Days, closes: Array, *, until: date) -> bool | None:
    """Whether a view had the sign right between the day it was said and `until`; None while prices do not tell.

    Args:
        view: Its legs are equally weighted here: today's market weights would be hindsight.
        days: Shape (T,). closes: in one currency, shape (T, n), NaN where there was none.
        until: Last day that counts.
    """
    legs = pick(view, universe, np.zeros(len(universe.ids)))
    first, last = (int(np.searchsorted(days, np.datetime64(d), side="right")) - 1 for d in (view.said_at.date(), until))
    if not legs.any() or first < 0 or last <= first:
        return None
    used = legs != 0.0
    gain = float(legs[used] @ (closes[last, used] / closes[first, used] - 1.0))
    return (gain > 0.0) == (view.direction == "up") if np.isfinite(gain) else None


VAGUE = 0.25
"""An opinion without a size moves its pick by this many yearly volatilities: enough to be felt, not to take over."""

CONFIDENCE: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 0.75}
"""What "not so sure", nothing said, and "quite sure" count before reliability."""

UNLIKELY, IMPOSSIBLE = 0.05, 0.001
"""Below the first, chances call views contradictory; below the second, they call a single one far from the market."""
