"""Past releases like this one, what followed them, and whether cutting risk before one is worth its cost.

Relevance is how like today a past state is, plus how unusual both are. Weighted over the whole sample it is ordinary
least squares exactly; over the most relevant part alone it is a prediction from analogues. How far to trust it is the
squared correlation of weights and outcomes. A figure counts from the moment it was released; nothing is revised.
Source: Czasonis, Kritzman & Turkington (2022), *Prediction Revisited*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tools import optimise
from tools.domain.market import Array, Days
from tools.errors import DataMissing
from tools.optimise.limits import Limits

LEAST = 12
"""Analogues below which nothing is said or done."""

SURPRISES = 8
"""Earlier surprises needed to know how large one usually is."""

KEEP = 0.25
"""Share of the past that counts as relevant."""

WORTH = 2.0
"""A cut must save this many times its cost."""

DEEPEST = 0.5
"""Largest part of the risky weight that may be cut."""

YEAR = 250.0


@dataclass(frozen=True, slots=True)
class Release:
    """A published figure: when, which event, and what was said, expected and there before (None = not known)."""

    at: datetime
    event: str
    actual: float | None
    consensus: float | None = None
    previous: float | None = None


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much each past state says about the present one: relevance = similarity + informativeness of both.

    similarity, informativeness, relevance: shape (N,). own: informativeness of the present state.
    """

    similarity: Array
    informativeness: Array
    own: float
    relevance: Array


@dataclass(frozen=True, slots=True)
class Prediction:
    """A weighted mean of past outcomes. weights: shape (N,), summing to 1. fit: 0..1, how far to trust it."""

    value: float
    weights: Array
    fit: float


@dataclass(frozen=True, slots=True)
class Reaction:
    """r = a + b·s: the usual move and the move per unit of surprise.

    error: of b, classical; robust: of b, allowing for unequal spread (HC1). spread: deviation of what is left.
    """

    a: float
    b: float
    error: float
    robust: float
    r2: float
    spread: float
    count: int


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed past releases of one event, fractions over `days` market days.

    mean; low, high: the middle 80 % of cases; up: share above zero. like: prediction from the most relevant cases and
    its fit, None when fewer than `LEAST` cases have a known surprise. ratio: variance on these days over other days.
    """

    event: str
    count: int
    days: int
    mean: float
    low: float
    high: float
    up: float
    ratio: float
    like: Prediction | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Less risk before a release. weights: shape (n,). saved: expected utility, fraction of the portfolio; cost: both
    ways. helped: share of the analogues in which it would have paid, cost included; cases: how many those were."""

    weights: Array
    saved: float
    cost: float
    helped: float
    cases: int


def surprises(releases: Sequence[Release]) -> Array:
    """Surprise of each release in deviations of the surprises before it, shape (N,); NaN until `SURPRISES` are known.

    Args:
        releases: Of one event, oldest first. Without a consensus the previous figure stands in for it.
    """
    raw = np.array([_news(r) for r in releases], dtype=float)
    out = np.full(len(raw), np.nan)
    for i in range(len(raw)):
        past = raw[:i][np.isfinite(raw[:i])]
        if len(past) >= SURPRISES and past.std(ddof=1) > 0:
            out[i] = raw[i] / past.std(ddof=1)
    return out


def _news(release: Release) -> float:
    expected = release.consensus if release.consensus is not None else release.previous
    return np.nan if release.actual is None or expected is None else release.actual - expected


def relevance(states: Array, now: Array) -> Relevance:
    """Relevance of past states (N, k) for the present one (k,); directions without spread are ignored."""
    mean = states.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(states.T, ddof=1)), hermitian=True)
    apart, away, own = states - now, states - mean, now - mean
    similarity = -0.5 * np.einsum("ti,ij,tj->t", apart, inverse, apart)
    informative = 0.5 * np.einsum("ti,ij,tj->t", away, inverse, away)
    return Relevance(similarity, informative, float(0.5 * own @ inverse @ own), away @ inverse @ own)


def predict(states: Array, outcomes: Array, now: Array, *, keep: float | None = KEEP) -> Prediction:
    """Expected outcome from the most relevant part of the past, or from all of it (`keep` None: least squares).

    Args:
        states: Shape (N, k). outcomes: shape (N,). now: shape (k,).
        keep: Share of cases that count, 0..1.
    Raises:
        DataMissing: `few_cases` with fewer than k + 2.
    """
    count = len(outcomes)
    if count < states.shape[1] + 2:
        raise DataMissing("few_cases")
    found = relevance(states, now).relevance
    if keep is None:
        weights = 1.0 / count + (found - found.mean()) / (count - 1)
    else:
        kept = found >= np.quantile(found, 1.0 - keep)
        n = int(kept.sum())
        scale = np.sqrt((found**2).sum() / (count - 1) / max((found[kept] ** 2).sum() / max(n - 1, 1), 1e-300))
        weights = 1.0 / count + scale / max(n - 1, 1) * (kept * found - n / count * found[kept].mean())
    return Prediction(float(weights @ outcomes), weights, _fit(weights, outcomes))


def _fit(weights: Array, outcomes: Array) -> float:
    if weights.std() < 1e-12 or outcomes.std() < 1e-15:
        return 0.0
    return float(np.corrcoef(weights, outcomes)[0, 1] ** 2)


def reaction(surprise: Array, moves: Array) -> Reaction:
    """Regress moves on surprises, both shape (N,). Raises DataMissing(`few_cases`) with fewer than 4."""
    count = len(moves)
    if count < 4 or surprise.std() == 0:
        raise DataMissing("few_cases")
    design = np.column_stack([np.ones(count), surprise])
    inverse = np.linalg.inv(design.T @ design)
    a, b = inverse @ design.T @ moves
    left = moves - a - b * surprise
    spread = float(left @ left) / (count - 2)
    robust = inverse @ (design.T * left**2) @ design @ inverse * count / (count - 2)
    total = float(((moves - moves.mean()) ** 2).sum())
    r2 = 1.0 - float(left @ left) / total if total > 0 else 0.0
    errors = float(np.sqrt(spread * inverse[1, 1])), float(np.sqrt(robust[1, 1]))
    return Reaction(float(a), float(b), *errors, r2, float(np.sqrt(spread)), count)


def moves_after(releases: Sequence[Release], days: Days, prices: Array, *, span: int) -> Array:
    """Return from the last close before each release's day to the close `span` market days on, shape (N, …).

    Args:
        releases: Any order. days: shape (T,). prices: shape (T,) or (T, n), positive; NaN gives NaN.
        span: Market days, 1 = the day of the release (or the next one on which there is a close).
    Returns:
        NaN where the window does not lie within the prices: what is not over yet is no case.
    """
    first = np.searchsorted(days, np.array([r.at.date() for r in releases], dtype="datetime64[D]"))
    whole = (first >= 1) & (first + span - 1 < len(days))
    out = np.full((len(releases), *prices.shape[1:]), np.nan)
    out[whole] = prices[first[whole] + span - 1] / prices[first[whole] - 1] - 1.0
    return out


def aftermath(releases: Sequence[Release], days: Days, prices: Array, *, now: datetime, span: int = 1) -> Aftermath:
    """What followed the releases of one event up to `now`, and what the cases most like the newest one say.

    Args:
        releases: Of one event, oldest first; later ones than `now` are not looked at.
        days: Shape (T,). prices: of one thing, shape (T,); only rows up to `now` count.
        now: The instant at which this is asked.
        span: Market days after the release.
    Raises:
        DataMissing: `few_cases` with fewer than three cases.
    """
    past = [r for r in releases if r.at <= now]
    known = days <= np.datetime64(now.date())
    days, prices = days[known], prices[known]
    moved = moves_after(past, days, prices, span=span)
    cases = np.isfinite(moved)
    if cases.sum() < 3:
        raise DataMissing("few_cases")
    y = moved[cases]
    low, high = np.quantile(y, (0.1, 0.9))
    return Aftermath(
        past[-1].event, len(y), span, float(y.mean()), float(low), float(high), float((y > 0).mean()),
        _ratio(past, days, prices), _like(past, moved),
    )  # fmt: skip


def _like(past: Sequence[Release], moved: Array) -> Prediction | None:
    """Prediction from the cases whose surprise, and the one before it, were most like the newest."""
    surprise = surprises(past)
    state = np.column_stack([surprise, np.r_[np.nan, surprise[:-1]]])
    usable = np.isfinite(state).all(axis=1) & np.isfinite(moved)
    usable[-1] = False  # the newest release is what is asked about
    if usable.sum() < LEAST or not np.isfinite(state[-1]).all():
        return None
    return predict(state[usable], moved[usable], state[-1])


def _ratio(past: Sequence[Release], days: Days, prices: Array) -> float:
    """Variance on days of this event over the variance on all others; 1 when either is not known."""
    moves = prices[1:] / prices[:-1] - 1.0
    at = np.searchsorted(days, np.array([r.at.date() for r in past], dtype="datetime64[D]"))
    special = np.zeros(len(moves), dtype=bool)
    special[at[(at >= 1) & (at < len(days))] - 1] = True
    seen = np.isfinite(moves)
    event, other = moves[special & seen], moves[~special & seen]
    if len(event) < 2 or len(other) < 2 or not other.any():
        return 1.0
    return float((event**2).mean() / (other**2).mean())


def event_covariance(cov: Array, ratio: float, *, event_days: float, days: float) -> Array:
    """Covariance over a horizon that holds the event: Σ(1 + (R − 1)·h/H), shape (n, n)."""
    return np.asarray(cov * (1.0 + (ratio - 1.0) * event_days / days))


def preempt(
    mean: Array,
    cov: Array,
    *,
    held: Array,
    cost: Array,
    risk_aversion: float,
    limits: Limits,
    risky: Array,
    cases: Array,
    ratio: float,
    days: float = 5.0,
) -> Cut | None:
    """Less risk over the next days because of a release, or None: the usual answer.

    The same optimiser is asked with the event's covariance and with costs both ways, written off over those days. Its
    answer counts only if what it saves there is `WORTH` times what it costs; it is followed at most as far as half of
    the risky weight. There is no view on direction.

    Args:
        mean: Yearly excess returns, shape (n,). cov: yearly, shape (n, n). held, cost: shape (n,), cost one-way.
        risk_aversion: γ. limits: the mandate. risky: 1.0 for assets with risk, shape (n,).
        cases: Returns of the assets on past days of this event, shape (N, n).
        ratio: Variance on those days over the variance on others.
        days: Market days until risk is taken up again.
    Raises:
        Infeasible: see `optimise.utility`.
    """
    cases = cases[np.isfinite(cases[:, held > 0]).all(axis=1)]
    if len(cases) < LEAST or ratio <= 1.0:
        return None
    spread = event_covariance(cov, ratio, event_days=1.0, days=days)
    share = days / YEAR
    wanted = optimise.utility(
        mean, spread, risk_aversion=risk_aversion, held=held, cost=2.0 * cost, limits=limits, cost_horizon=share
    ).weights
    less = float(risky @ (held - wanted))
    if less <= 0.0:
        return None
    part = min(1.0, DEEPEST * float(risky @ held) / less)
    weights = held + part * (wanted - held)

    def worth(w: Array) -> float:
        return float(mean @ w - 0.5 * risk_aversion * w @ spread @ w) * share

    saved, paid = worth(weights) - worth(held), float(2.0 * cost @ np.abs(weights - held))
    if saved <= WORTH * paid:
        return None
    avoided = np.where(np.isfinite(cases), cases, 0.0) @ (weights - held)
    return Cut(weights, saved, paid, float((avoided > paid).mean()), len(cases))
