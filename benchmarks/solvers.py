"""Our solvers behind one function, so that any side-by-side harness can time them: `solve(task, data)`.

`data` holds plain arrays. Sigma is the yearly covariance (n, n); where B (n, k), F (k,) and d (n,) are there too,
Sigma = B diag(F) Bᵀ + diag(d), and `solve` hands our solvers these factors instead of the matrix.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tools.backtest import fixed_mix
from tools.crowd import crowd
from tools.moments import clip_noise, ledoit_wolf_identity
from tools.optimise import (
    Array,
    Covariance,
    FactorCovariance,
    Limits,
    max_sharpe,
    min_cvar,
    min_variance,
    risk_parity,
    utility,
)
from tools.views import blend

Data = Mapping[str, Any]


def solve(task: str, data: Data) -> Any:
    """Answer one task, from factors where `data` has them.

    Args:
        task: max_sharpe, min_var, mv_cost, erc, cvar, bl, lw, denoise, batch or backtest.
        data: The arrays of that task, see the function of the same name below.

    Raises:
        NotImplementedError: We do not offer this task.
    """
    if task not in TASKS:
        raise NotImplementedError(task)
    return TASKS[task](data)


def solve_dense(task: str, data: Data) -> Any:
    """As `solve`, from the matrix alone."""
    return solve(task, {name: value for name, value in data.items() if name not in ("B", "F", "d")})


def _covariance(data: Data) -> Covariance:
    return FactorCovariance(data["B"], data["F"], data["d"]) if "B" in data else data["Sigma"]


def _max_sharpe(data: Data) -> Array:
    """mu, Sigma, rf -> weights of the best ratio, long-only."""
    limits = Limits.long_only(len(data["mu"]))
    return max_sharpe(data["mu"], _covariance(data), risk_free=data["rf"], limits=limits).weights


def _min_var(data: Data) -> Array:
    """Sigma -> weights of the least variance, long-only."""
    return min_variance(_covariance(data), limits=Limits.long_only(len(data["Sigma"]))).weights


def _mv_cost(data: Data) -> Array:
    """mu, Sigma, delta, ub, groups (a number per asset), gmax, w0, c -> weights of the best utility after costs."""
    n, count = len(data["mu"]), len(data["gmax"])
    member = (data["groups"] == np.arange(count)[:, None]).astype(float)
    limits = Limits(np.zeros(n), data["ub"], member, np.full(count, -np.inf), data["gmax"])
    cost = np.full(n, data["c"])
    return utility(
        data["mu"], _covariance(data), risk_aversion=data["delta"], held=data["w0"], cost=cost, limits=limits
    ).weights


def _erc(data: Data) -> Array:
    """Sigma -> weights with equal shares of risk."""
    return risk_parity(_covariance(data), limits=Limits.long_only(len(data["Sigma"]))).weights


def _cvar(data: Data) -> Array:
    """R (T, n), beta -> weights of the least tail loss, long-only."""
    return min_cvar(data["R"], alpha=data["beta"], limits=Limits.long_only(data["R"].shape[1])).weights


def _bl(data: Data) -> tuple[Array, Array]:
    """Sigma, pi, P, q, Omega (diagonal), tau -> posterior mean and covariance.

    Our confidence c stands for an uncertainty (1 − c)/c · τ pΣpᵀ, so any Omega has its c.
    """
    picks, tau = data["P"], data["tau"]
    certain = tau * np.einsum("ij,ij->i", picks @ data["Sigma"], picks)
    confidence = certain / (certain + np.diag(data["Omega"]))
    found = blend(data["pi"], data["Sigma"], picks, data["q"], confidence, tau=tau)
    return found.mean, found.cov


def _lw(data: Data) -> Array:
    """X (T, n) -> Ledoit–Wolf covariance towards the scaled identity, per period."""
    return ledoit_wolf_identity(data["X"])[0]


def _denoise(data: Data) -> Array:
    """X (T, n) -> covariance whose noise eigenvalues are one, per period, ddof = 1."""
    found = clip_noise(data["X"])
    count = len(data["X"])
    cov = (found.loadings * found.factors) @ found.loadings.T + np.diag(found.specific)
    return np.asarray(cov * count / (count - 1))


def _batch(data: Data) -> Array:
    """mu, Sigma, delta (N,), UB (N, n), W0 (N, n), c [, groups (m, n), gmax (N, m)] -> weights (N, n)."""
    people, n = data["W0"].shape
    groups = data.get("groups")
    return crowd(
        data["mu"],
        data["Sigma"],
        risk_aversion=data["delta"],
        held=data["W0"],
        cost=np.full(n, data["c"]),
        lower=np.zeros(n),
        upper=data["UB"],
        groups=groups,
        group_lower=None if groups is None else np.full((people, len(groups)), -np.inf),
        group_upper=data.get("gmax"),
    )


def _backtest(data: Data) -> Array:
    """prices (T, n), target (n,), tol (relative), fee -> equity per day."""
    prices, target = data["prices"], data["target"]
    days = np.datetime64("2000-01-01") + np.arange(len(prices))
    fee = np.full(len(target), data["fee"])
    return fixed_mix(days, prices, target, width=data["tol"] * target, fee=fee).values


TASKS: Mapping[str, Callable[[Data], Any]] = {
    "max_sharpe": _max_sharpe,
    "min_var": _min_var,
    "mv_cost": _mv_cost,
    "erc": _erc,
    "cvar": _cvar,
    "bl": _bl,
    "lw": _lw,
    "denoise": _denoise,
    "batch": _batch,
    "backtest": _backtest,
}
