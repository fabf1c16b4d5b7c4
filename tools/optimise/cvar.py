"""The smallest expected loss in the worst cases, over given scenarios."""

import numpy as np

from tools.errors import DataMissing, Infeasible
from tools.optimise.clash import clash, rows_of
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.utility import holdings, min_variance

CUTS = 200  # tangent planes to a quadratic limit before the answer is pulled inside
MET = 1e-10
Cut = tuple[str, Array, float]


def min_cvar(scenarios: Array, *, alpha: float = 0.95, limits: Limits, held: Array | None = None) -> Solution:
    """Weights with the smallest conditional value at risk.

    The linear program is solved in its dual: n rows and T bounded columns instead of T rows. Volatility and tracking
    limits refer to the covariance of the scenarios in the scenarios' own period, and enter as tangent planes.

    Args:
        scenarios: Returns per period, shape (T, n).
        alpha: Confidence; 0.95 averages the worst 5 %.
        limits: The mandate.
        held: Current weights, shape (n,); needed for a turnover cap.

    Returns:
        `objective` is the CVaR as a positive loss, `kkt` the duality gap relative to the size of the returns.

    Raises:
        Infeasible: No portfolio keeps all limits.
        DataMissing: A scenario is not finite; `names` are positions of assets.

    Source: Rockafellar and Uryasev (2000).
    """
    bad = ~np.isfinite(scenarios).all(axis=0)
    if bad.any() or len(scenarios) < 2:
        raise DataMissing("scenarios_not_finite", *map(str, np.flatnonzero(bad)))
    home, _ = holdings(scenarios.shape[1], limits, held, None)
    size = float(np.abs(scenarios).max()) or 1.0
    returns = scenarios / size
    if limits.max_vol is None and limits.tracking is None:
        return _report(_Dual(returns, alpha, limits, home, ()), returns, alpha, limits, size)
    cov = np.cov(scenarios.T, ddof=1).reshape(scenarios.shape[1], -1)
    calm = min_variance(cov, limits=limits, held=held).weights  # also refuses what cannot be kept
    cuts: list[Cut] = []
    for _ in range(CUTS):
        dual = _Dual(returns, alpha, limits, home, tuple(cuts))
        new = _tangents(dual.weights, cov, limits)
        if not new:
            break
        cuts += new
    inside = _pulled_in(dual.weights, calm, cov, limits)
    return _report(dual, returns, alpha, limits, size, inside)


def cvar(returns: Array, w: Array, alpha: float) -> float:
    """Mean loss in the worst 1 − alpha of equally likely scenarios, the boundary scenario counted in part."""
    losses: Array = -np.sort(returns @ w)
    count = (1.0 - alpha) * len(losses)
    whole = int(count + 1e-9)
    rest = (count - whole) * float(losses[min(whole, len(losses) - 1)]) if count - whole > 1e-9 else 0.0
    return (float(losses[:whole].sum()) + rest) / count


class _Dual:
    """max −bᵀλ with Aᵀλ = Rᵀq, q in the scenarios' simplex: the weights are the prices of its n rows."""

    def __init__(self, returns: Array, alpha: float, limits: Limits, home: Array, cuts: tuple[Cut, ...]) -> None:
        from scipy.optimize import linprog  # half a second to import, rarely needed

        count, n = returns.shape
        self.names, a, b = rows_of(limits, home, cuts)
        tail = np.zeros((a.shape[1], count))
        tail[:n] = -returns.T
        result = linprog(
            np.r_[np.zeros(count), b],
            A_eq=np.vstack([np.hstack([tail, a.T]), np.r_[np.ones(count), np.zeros(len(b))]]),
            b_eq=np.r_[np.zeros(a.shape[1]), 1.0],
            bounds=[(0.0, 1.0 / ((1.0 - alpha) * count))] * count + [(0.0, None)] * len(b),
            method="highs",
            options={"presolve": False},  # there is nothing to remove, and looking takes as long as solving
        )
        if not result.success:
            raise Infeasible(clash(limits, home, cuts))
        self.value = -float(result.fun)
        self.prices: Array = result.x[count:]
        self.weights = _tidy(result.eqlin.marginals[:n], limits)


def _tidy(w: Array, limits: Limits) -> Array:
    """Remove the solver's rounding: exact bounds, and a sum of one carried by the weights between bounds."""
    out = np.where(
        np.abs(w - limits.lower) < 1e-9, limits.lower, np.where(np.abs(w - limits.upper) < 1e-9, limits.upper, w)
    )
    free = (out > limits.lower) & (out < limits.upper)
    if free.any():
        out[free] += (1.0 - out.sum()) / free.sum()
    return out


def _tangents(w: Array, cov: Array, limits: Limits) -> list[Cut]:
    found: list[Cut] = []
    for name, centre, cap in _quadratic(limits, len(w)):
        away = w - centre
        slope = cov @ away
        vol = float(np.sqrt(max(float(away @ slope), 0.0)))
        if vol > cap * (1.0 + MET) + 1e-14:
            found.append((name, slope / vol, cap + float(slope @ centre) / vol))
    return found


def _quadratic(limits: Limits, n: int) -> list[tuple[str, Array, float]]:
    found: list[tuple[str, Array, float]] = []
    if limits.max_vol is not None:
        found.append(("max_vol", np.zeros(n), limits.max_vol))
    if limits.tracking is not None:
        found.append(("tracking", *limits.tracking))
    return found


def _pulled_in(w: Array, calm: Array, cov: Array, limits: Limits) -> Array:
    """The point nearest to w on the way to `calm` that keeps the quadratic limits."""
    share = 0.0
    for _, centre, cap in _quadratic(limits, len(w)):
        a, d = w - centre, calm - w
        aa, ad, dd = float(a @ cov @ a), float(a @ cov @ d), float(d @ cov @ d)
        if aa > cap**2 and dd > 0.0:
            root = float(np.sqrt(max(ad**2 - dd * (aa - cap**2), 0.0)))
            share = max(share, min(1.0, (-ad - root) / dd))
    return w + share * (calm - w)


def _report(
    dual: _Dual, returns: Array, alpha: float, limits: Limits, size: float, weights: Array | None = None
) -> Solution:
    w = dual.weights if weights is None else weights
    loss = cvar(returns, w, alpha)

    def price(kind: str, count: int) -> Array:
        out = np.zeros(count)
        for (name, i), value in zip(dual.names, dual.prices, strict=True):
            if name == kind:
                out[i] += value
        return out * size

    n, m = len(w), len(limits.groups)
    return Solution(
        weights=w,
        objective=loss * size,
        kkt=abs(loss - dual.value),
        duals_lower=price("lower", n) + price("not_short", n),
        duals_upper=price("upper", n),
        duals_group=price("group_upper", m) - price("group_lower", m),
        dual_turnover=float(price("turnover", 1)[0]),
        dual_vol=float(price("max_vol", 1)[0]),
        dual_tracking=float(price("tracking", 1)[0]),
    )
