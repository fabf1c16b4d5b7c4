"""Best utility, best ratio, least variance, and the honest baseline: four objectives under one mandate."""

import numpy as np

from tools.errors import DataMissing
from tools.optimise.covariance import Covariance, Dense, prepare
from tools.optimise.frontier import RISKLESS, Frontier, Place
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.nonnegative import applies, nonnegative
from tools.optimise.solve import program, solution, solve


def utility(
    mean: Array,
    cov: Covariance,
    *,
    risk_aversion: float,
    held: Array,
    cost: Array,
    limits: Limits,
    cost_horizon: float = 1.0,
) -> Solution:
    """Weights with the highest expected utility after trading costs.

    Maximises mean·w − γ/2 wᵀΣw − Σ costᵢ|wᵢ − heldᵢ| / cost_horizon within all limits.

    Args:
        mean: Expected yearly returns, shape (n,).
        cov: Yearly covariance, (n, n) or factored; any scale.
        risk_aversion: γ > 0.
        held: Current weights, shape (n,); they may break the limits.
        cost: One-way cost per unit of weight traded, shape (n,), e.g. 0.003.
        limits: The mandate.
        cost_horizon: Years over which a trade's cost is written off.

    Raises:
        Infeasible: No portfolio keeps all limits.
        DataMissing: An input is not finite; `names` are positions of assets.

    Source: Markowitz (1952) with proportional costs; solved exactly (interior point, then active set).
    """
    check_finite(mean=mean, held=held, cost=cost, risk=np.array([risk_aversion, cost_horizon]))
    form, scale, notes = prepare(cov, len(mean))
    s = 1.0 / (risk_aversion * scale)
    path = Frontier(form, mean, cost / cost_horizon, held, limits, scale)
    place = path.leashed(lambda theta: path.capped((1.0 - theta) * s, theta))
    value = place.reward - 0.5 * risk_aversion * place.variance * scale
    return path.report(place, objective=value, strictness=1.0 / s, notes=notes)


def max_sharpe(
    mean: Array,
    cov: Covariance,
    *,
    risk_free: float,
    limits: Limits,
    held: Array | None = None,
    cost: Array | None = None,
) -> Solution:
    """Weights with the highest ratio of expected excess return, after costs, to volatility.

    When no allowed portfolio beats `risk_free` the ratio means nothing: the answer is then the minimum variance,
    and `notes` says `all_below_risk_free`.

    Args:
        mean: Expected yearly returns, shape (n,).
        cov: Yearly covariance, (n, n) or factored; any scale gives the same weights.
        risk_free: Yearly rate in the unit of `mean`.
        limits: The mandate; every limit is kept on the weights themselves.
        held: Current weights, shape (n,); needed for a turnover cap or costs.
        cost: One-way cost per unit of weight traded, shape (n,).

    Raises:
        Infeasible: No portfolio keeps all limits.
        DataMissing: An input is not finite; `names` are positions of assets.

    Source: Sharpe (1994). The best ratio is the point of the frontier whose tangent passes through the rate.
    """
    home, price = holdings(len(mean), limits, held, cost)
    check_finite(mean=mean, held=home, cost=price, risk=np.array([risk_free]))
    simple = applies(limits) and not price.any()
    if simple and (mean > risk_free).any():
        found = _shortcut(cov, mean - risk_free, mean - risk_free, ())
        if found is not None:
            return found
    form, scale, notes = prepare(cov, len(mean))
    path = Frontier(form, mean - risk_free, price, home, limits, scale)

    def best(theta: float) -> Place:
        place = path.best_ratio(theta)
        return path.at(0.0, theta) if place is None else path.capped(place.s, theta)

    place = path.leashed(best)
    if place.reward <= 0.0:
        return min_variance(cov, limits=limits, held=held, notes=("all_below_risk_free",))
    vol = float(np.sqrt(max(place.variance, 0.0) * scale))
    if place.variance <= RISKLESS:
        return path.report(place, objective=np.inf, strictness=np.inf, notes=(*notes, "riskless_beats_rate"))
    strictness = place.reward / place.variance
    return path.report(place, objective=place.reward / vol, strictness=strictness, unit=1.0 / vol, notes=notes)


def min_variance(
    cov: Covariance, *, limits: Limits, held: Array | None = None, notes: tuple[str, ...] = ()
) -> Solution:
    """Weights with the lowest variance. `objective` is that variance, duals are what it would fall per unit.

    Args:
        cov: Yearly covariance, (n, n) or factored; any scale gives the same weights.
        limits: The mandate.
        held: Current weights, shape (n,); needed for a turnover cap.
        notes: Codes to hand on, for callers that fall back to this.

    Raises:
        Infeasible: No portfolio keeps all limits.
        DataMissing: An input is not finite; `names` are positions of assets.
    """
    n = len(limits.lower)
    home, price = holdings(n, limits, held, None)
    check_finite(held=home)
    if applies(limits):
        found = _shortcut(cov, np.ones(n), None, notes)
        if found is not None:
            return found
    form, scale, repairs = prepare(cov, n)
    path = Frontier(form, np.zeros(n), price, home, limits, scale)
    place = path.leashed(lambda theta: path.capped(0.0, theta))
    return path.report(place, objective=place.variance * scale, unit=2.0 * scale, notes=repairs + notes)


def _shortcut(cov: Covariance, m: Array, excess: Array | None, notes: tuple[str, ...]) -> Solution | None:
    """Best ratio (or least variance, without `excess`) of a long-only mandate; None when `nonnegative` gives up."""
    form, scale, repairs = prepare(cov, len(m), quick=True)
    found = nonnegative(form, m)
    if found is None:
        return None
    y, gradient = found
    total = float(y.sum())
    w = y / total
    variance = float(y @ (gradient + m)) / total**2  # gradient + m is Σy: no need to read Σ again
    vol = float(np.sqrt(variance * scale))
    missed = np.where(y > 0.0, np.abs(gradient), np.maximum(-gradient, 0.0))
    unit = 2.0 * scale / total if excess is None else 1.0 / vol
    return Solution(
        weights=w,
        objective=variance * scale if excess is None else float(excess @ w) / vol,
        kkt=float(missed.max()) / float(np.abs(m).max()),
        duals_lower=np.where(y > 0.0, 0.0, np.maximum(gradient, 0.0)) * unit,
        duals_upper=np.zeros(len(w)),
        duals_group=np.zeros(0),
        notes=repairs + notes,
    )


def equal_weight(limits: Limits, *, held: Array | None = None) -> Solution:
    """The allowed portfolio nearest to 1/N among the assets that may be held at all (upper bound above zero).

    Raises:
        Infeasible: No portfolio keeps all limits.
    """
    n = len(limits.lower)
    home, price = holdings(n, limits, held, None)
    allowed = limits.upper > 0.0
    target = np.where(allowed, 1.0 / max(int(allowed.sum()), 1), 0.0)
    p = program(Dense(np.eye(n)), target, price, home, limits.linear())
    answer = solve(p)
    away = answer.guess.weights - target
    return solution(p, answer, objective=float(away @ away), unit=2.0, notes=())


def holdings(n: int, limits: Limits, held: Array | None, cost: Array | None) -> tuple[Array, Array]:
    """Current weights and costs, zero where they do not matter.

    Raises:
        ValueError: A turnover cap or costs without holdings to count them from.
    """
    if held is None and (limits.turnover is not None or cost is not None):
        raise ValueError("turnover and costs are counted from holdings: pass held")
    return (np.zeros(n) if held is None else held), (np.zeros(n) if cost is None else cost)


def check_finite(**parts: Array) -> None:
    """Refuse NaN and infinities.

    Raises:
        DataMissing: With the positions of the bad entries as `names`.
    """
    for name, part in parts.items():
        if not np.isfinite(part).all():
            raise DataMissing(f"{name}_not_finite", *map(str, np.flatnonzero(~np.isfinite(part))))
