"""Causal filters and stress measures: EWMA, realised volatility, Kalman level, turbulence, absorption, regimes.

Every filter looks back only: its value at time t is a function of what was known at t, so cutting the future off
changes nothing that came before. NaN means "not known yet" or "missing", never zero.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tools.domain.market import Array
from tools.errors import DataMissing

YEAR = 252
"""Trading days a year."""

_EWMA_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Level:
    """A filtered level and its variance, each shape (T,), and the log-likelihood of what was observed."""

    level: Array
    variance: Array
    loglik: float


def kalman_level(y: Array, *, noise: float, drift: float, start: float = 0.0, spread: float = 1e7) -> Level:
    """Local level model: y = level + ε, the level a random walk. A missing observation leaves the level, less sure.

    Args:
        y: Observations, shape (T,), NaN where missing.
        noise: Variance of ε. drift: variance of one step of the level. start, spread: level and variance before any
            observation.
    Source: Durbin & Koopman (2012), section 2.2.
    """
    level, variance = np.empty(len(y)), np.empty(len(y))
    a, p, loglik = start, spread, 0.0
    for t, seen in enumerate(y):
        if np.isfinite(seen):
            surprise, total = seen - a, p + noise
            gain = p / total
            a, p = a + gain * surprise, p * (1.0 - gain)
            loglik -= 0.5 * (np.log(2.0 * np.pi * total) + surprise**2 / total)
        level[t], variance[t] = a, p
        p += drift
    return Level(level, variance, float(loglik))


def ewma(x: Array, *, decay: float, start: Array | float) -> Array:
    """Exponential average along the last axis, same shape: level ← λ·level + (1 − λ)·x.

    Args:
        x: Complete, any shape (…, T).
        decay: λ, weight of the past, 0..1. start: level before the first value, shape (…).
    Worked out in blocks, each one product with a triangle of powers: the recursion itself would be a loop over T.
    """
    out = np.empty_like(x, dtype=float)
    steps = np.arange(_EWMA_BLOCK)
    apart = steps[:, None] - steps
    triangle = np.where(apart >= 0, (1.0 - decay) * decay ** np.maximum(apart, 0), 0.0).T
    fade = decay ** (steps + 1.0)
    level = np.broadcast_to(np.asarray(start, dtype=float), x.shape[:-1])
    for first in range(0, x.shape[-1], _EWMA_BLOCK):
        part = x[..., first : first + _EWMA_BLOCK]
        size = part.shape[-1]
        out[..., first : first + size] = part @ triangle[:size, :size] + level[..., None] * fade[:size]
        level = out[..., first + size - 1]
    return out


def ewma_vol(returns: Array, *, decay: float, start: float) -> Array:
    """Volatility per period after each return, shape (T,); a missing return changes nothing.

    Args:
        returns: Shape (T,), NaN where missing.
        decay: λ, weight of the past, 0..1. start: variance before the first return.
    Source: RiskMetrics (1996): σ² ← λσ² + (1 − λ)r².
    """
    out, variance = np.empty(len(returns)), start
    for t, r in enumerate(returns):
        if np.isfinite(r):
            variance = decay * variance + (1.0 - decay) * r * r
        out[t] = variance
    return np.sqrt(out)


def realised_vol(returns: Array, *, window: int, periods: float = YEAR) -> Array:
    """Yearly volatility of the last `window` returns around zero, shape (T,); NaN before there are as many."""
    out = np.full(len(returns), np.nan)
    if len(returns) >= window:
        out[window - 1 :] = np.sqrt((sliding_window_view(returns, window) ** 2).mean(axis=1) * periods)
    return out


@dataclass(frozen=True, slots=True)
class Turbulence:
    """How unusual each day was against the days before it; every array has shape (T,), NaN until known.

    score = magnitude × surprise. magnitude: how large the moves were, each by its own volatility. surprise: above 1
    when they contradict the usual correlations. threshold: the quantile of earlier scores, so its false-alarm rate
    does not rest on a normal law.
    """

    score: Array
    magnitude: Array
    surprise: Array
    threshold: Array

    @property
    def alarm(self) -> Array:
        """1.0 on days above their threshold, else 0.0, shape (T,)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.score > self.threshold, dtype=float)


def unusualness(y: Array, mean: Array, cov: Array) -> tuple[float, float]:
    """(turbulence, magnitude) of one day: (y−μ)ᵀΣ⁻¹(y−μ)/n with all of Σ and with its diagonal alone.

    Source: Kritzman & Li (2010). A riskless mix of assets counts for nothing (pseudo-inverse).
    """
    away = y - mean
    n = len(away)
    variance = np.where(np.diag(cov) > 0, np.diag(cov), np.inf)
    return float(away @ np.linalg.pinv(cov, hermitian=True) @ away) / n, float((away**2 / variance).sum()) / n


def turbulence(returns: Array, *, window: int = 500, quantile: float = 0.99) -> Turbulence:
    """Turbulence of each day against the `window` days before it; the threshold comes from as many earlier scores.

    Args:
        returns: Shape (T, n), complete.
        window: Days of memory, at least 250: shorter ones ring far too often.
        quantile: Share of earlier scores below the threshold.
    Raises:
        DataMissing: A return is missing. ValueError: `window` below 250.
    Source: Kritzman & Li (2010).
    """
    if window < 250:
        raise ValueError("window must be at least 250")
    if not np.isfinite(returns).all():
        raise DataMissing("returns_not_finite")
    count = len(returns)
    score, magnitude, threshold = (np.full(count, np.nan) for _ in range(3))
    for t in range(window, count):
        past = returns[t - window : t]
        score[t], magnitude[t] = unusualness(
            returns[t], past.mean(axis=0), np.cov(past.T, ddof=1).reshape(-1, past.shape[1])
        )
    if count > 2 * window:
        earlier = sliding_window_view(score[window:-1], window)
        threshold[2 * window :] = np.quantile(earlier, quantile, axis=1)
    surprise = np.divide(score, magnitude, out=np.full(count, np.nan), where=magnitude > 0)
    return Turbulence(score, magnitude, surprise, threshold)


def absorption(cov: Array, count: int | None = None) -> float:
    """Share of total variance in the first `count` principal components (a fifth of the assets by default).

    Source: Kritzman, Li, Page & Rigobon (2011). Not meaningful below ten assets.
    """
    values = np.linalg.eigvalsh(cov)
    top = max(1, round(len(values) / 5)) if count is None else count
    return float(values[-top:].sum() / values.sum())


def absorption_ratio(returns: Array, *, window: int = 500, count: int | None = None) -> Array:
    """Absorption of the covariance of the last `window` days, shape (T,); NaN before there are as many.

    Raises:
        DataMissing: A return is missing.
    """
    if not np.isfinite(returns).all():
        raise DataMissing("returns_not_finite")
    out = np.full(len(returns), np.nan)
    for t in range(window - 1, len(returns)):
        out[t] = absorption(np.cov(returns[t - window + 1 : t + 1].T, ddof=1).reshape(-1, returns.shape[1]), count)
    return out


def absorption_shift(ratio: Array, *, short: int = 15, long: int = YEAR) -> Array:
    """(Mean over `short` days − mean over `long` days) / deviation over `long` days, shape (T,); above 1 is an alert.

    Source: Kritzman, Li, Page & Rigobon (2011).
    """
    out = np.full(len(ratio), np.nan)
    if len(ratio) >= long:
        past = sliding_window_view(ratio, long)
        deviation = past.std(axis=1, ddof=1)
        shift = past[:, -short:].mean(axis=1) - past.mean(axis=1)
        out[long - 1 :] = np.divide(shift, deviation, out=np.full(len(shift), np.nan), where=deviation > 0)
    return out


@dataclass(frozen=True, slots=True)
class Regimes:
    """A switching autoregression with fixed parameters: (yₜ − μ) follows its own lags, μ jumps between regimes.

    moves: moves[i, j] is the chance of going from regime i to j, shape (k, k). means: shape (k,). deviation: of the
    innovations, one number or one per regime, shape (k,). lags: autoregressive coefficients, shape (p,), maybe empty.
    """

    moves: Array
    means: Array
    deviation: Array
    lags: Array

    @property
    def durations(self) -> Array:
        """Expected length of a stay in each regime, in periods, shape (k,)."""
        return np.asarray(1.0 / (1.0 - np.diag(self.moves)))

    @property
    def stationary(self) -> Array:
        """Long-run share of time in each regime, shape (k,)."""
        k = len(self.means)
        system = np.vstack([self.moves.T - np.eye(k), np.ones(k)])
        return np.asarray(np.linalg.lstsq(system, np.r_[np.zeros(k), 1.0], rcond=None)[0])


@dataclass(frozen=True, slots=True)
class Filtered:
    """chance: probability of each regime given data up to t, shape (T, k), NaN for the first p rows; loglik."""

    chance: Array
    loglik: float


def regimes(y: Array, model: Regimes) -> Filtered:
    """Filtered, never smoothed, regime probabilities. A state is the regime now and in each lag: kᵖ⁺¹ of them.

    Args:
        y: Observations, shape (T,), complete.
        model: Fixed parameters; nothing is fitted here.
    Raises:
        DataMissing: An observation is missing.
    Source: Hamilton (1989).
    """
    if not np.isfinite(y).all():
        raise DataMissing("series_not_finite")
    k, p = len(model.means), len(model.lags)
    states = np.array(list(product(range(k), repeat=p + 1)))  # columns: now, one period ago, …
    deviation = np.broadcast_to(model.deviation, (k,))[states[:, 0]]
    centre = model.means[states]
    path = model.stationary[states[:, -1]].copy()
    for lag in range(p, 0, -1):
        path *= model.moves[states[:, lag], states[:, lag - 1]]
    chance = np.full((len(y), k), np.nan)
    loglik = 0.0
    member = states[:, 0][None, :] == np.arange(k)[:, None]
    for t in range(p, len(y)):
        if t > p and p:
            past = path.reshape(k**p, k).sum(axis=1)  # forget the oldest regime: what was now is the first lag
            path = np.tile(past, k) * model.moves[states[:, 1], states[:, 0]]
        elif t > p:
            path = path @ model.moves
        error = y[t] - centre[:, 0] - (y[t - p : t][::-1] - centre[:, 1:]) @ model.lags
        density = np.exp(-0.5 * (error / deviation) ** 2) / (np.sqrt(2.0 * np.pi) * deviation)
        joint = path * density
        total = float(joint.sum())
        path = joint / total
        loglik += np.log(total)
        chance[t] = member @ path
    return Filtered(chance, float(loglik))
