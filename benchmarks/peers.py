"""The libraries people would otherwise use, each called the way its manual says. Imported only when asked for.

Covariance and expected returns are handed over ready, so that only the solving is timed. Defaults are kept, except
where a default would answer another question than the one asked.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.problems import Data
from tools.optimise import Array

Solver = Callable[[Data], Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """One library on one task. `most`: assets beyond which it takes minutes or raises. `bare`: a solver, no library."""

    package: str
    solve: Solver
    most: int = 1000
    bare: bool = False

    @property
    def version(self) -> str | None:
        """Installed version, None when absent."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


def present(task: str) -> Iterator[Peer]:
    """Installed peers on a task."""
    return (peer for peer in PEERS.get(task, ()) if peer.version is not None)


# --- PyPortfolioOpt ---------------------------------------------------------------------------------------------------


def _pypfopt(data: Data, bounds: Any = (0, 1)) -> Any:
    return import_module("pypfopt").EfficientFrontier(data["mu"], data["Sigma"], weight_bounds=bounds)


def _pypfopt_max_sharpe(data: Data) -> Array:
    frontier = _pypfopt(data)
    frontier.max_sharpe(risk_free_rate=data["rf"])
    return np.asarray(frontier.weights)


def _pypfopt_min_var(data: Data) -> Array:
    frontier = _pypfopt(data)
    frontier.min_volatility()
    return np.asarray(frontier.weights)


def _pypfopt_mv_cost(data: Data) -> Array:
    frontier = _pypfopt(data, [(0.0, cap) for cap in data["ub"]])
    cost = import_module("pypfopt.objective_functions").transaction_cost
    frontier.add_objective(cost, w_prev=data["w0"], k=data["c"])
    for row, most in _rows(data):
        frontier.add_constraint(lambda w, row=row, most=most: row @ w <= most)
    frontier.max_quadratic_utility(risk_aversion=data["delta"])
    return np.asarray(frontier.weights)


def _pypfopt_cvar(data: Data) -> Array:
    frontier = import_module("pypfopt").EfficientCVaR(None, data["R"], beta=data["beta"])
    frontier.min_cvar()
    return np.asarray(frontier.weights)


def _pypfopt_bl(data: Data) -> tuple[Array, Array]:
    model = import_module("pypfopt").BlackLittermanModel(
        data["Sigma"], pi=data["pi"], P=data["P"], Q=data["q"], omega=data["Omega"], tau=data["tau"]
    )
    return model.bl_returns().to_numpy(), model.bl_cov().to_numpy()


def _pypfopt_lw(data: Data) -> Array:
    frame = import_module("pandas").DataFrame(data["X"])
    shrinkage = import_module("pypfopt.risk_models").CovarianceShrinkage
    return np.asarray(shrinkage(frame, returns_data=True, frequency=1).ledoit_wolf())


def _rows(data: Data) -> Iterator[tuple[Array, float]]:
    """Each group bound of `mv_cost` as a row and its largest value."""
    for group, most in enumerate(data.get("gmax", ())):
        yield (data["groups"] == group).astype(float), float(most)


# --- skfolio ----------------------------------------------------------------------------------------------------------


def _given(mean: Array, cov: Array, returns: Array) -> Any:
    """A prior that is handed over instead of estimated."""
    prior = import_module("skfolio.prior")

    class Given(prior.BasePrior):  # type: ignore[misc, name-defined]
        """mean and cov as given."""

        def __init__(self) -> None:
            pass

        def fit(self, X: Any, y: Any = None, **_: Any) -> Any:
            """Nothing to learn."""
            self.return_distribution_ = prior.ReturnDistribution(mu=mean, covariance=cov, returns=returns)
            return self

    return Given()


def _skfolio_weights(data: Data, **options: Any) -> Array:
    prior = _given(data["mu"], data["Sigma"], data["X"])
    model = import_module("skfolio.optimization").MeanRisk(prior_estimator=prior, **options)
    return np.asarray(model.fit(data["X"]).weights_)


def _skfolio_max_sharpe(data: Data) -> Array:
    ratio = import_module("skfolio.optimization").ObjectiveFunction.MAXIMIZE_RATIO
    return _skfolio_weights(data, objective_function=ratio, risk_free_rate=data["rf"])


def _skfolio_mv_cost(data: Data) -> Array:
    groups = {}
    if "gmax" in data:
        rules = [f"g{group} <= {most}" for group, most in enumerate(data["gmax"])]
        groups = {"groups": [[f"g{group}" for group in data["groups"]]], "linear_constraints": rules}
    return _skfolio_weights(
        data,
        objective_function=import_module("skfolio.optimization").ObjectiveFunction.MAXIMIZE_UTILITY,
        risk_aversion=data["delta"] / 2,  # it charges δ wᵀΣw, not half of it
        max_weights=data["ub"],
        transaction_costs=data["c"],
        previous_weights=data["w0"],
        **groups,
    )


def _skfolio_erc(data: Data) -> Array:
    prior = _given(data["mu"], data["Sigma"], data["X"])
    return np.asarray(
        import_module("skfolio.optimization").RiskBudgeting(prior_estimator=prior).fit(data["X"]).weights_
    )


def _skfolio_cvar(data: Data) -> Array:
    tail = import_module("skfolio").RiskMeasure.CVAR
    return _skfolio_weights(data, risk_measure=tail, cvar_beta=data["beta"])


def _skfolio_bl(data: Data) -> tuple[Array, Array]:
    names = [f"A{i}" for i in range(len(data["pi"]))]
    said = [
        " + ".join(f"{row[i]} * {names[i]}" for i in np.flatnonzero(row)) + f" == {float(value)!r}"
        for row, value in zip(data["P"], data["q"], strict=True)
    ]
    prior = _given(data["pi"], data["Sigma"], data["X"])
    model = import_module("skfolio.prior").BlackLitterman(views=said, tau=data["tau"], prior_estimator=prior)
    found = model.fit(import_module("pandas").DataFrame(data["X"], columns=names)).return_distribution_
    return found.mu, found.covariance


def _skfolio_lw(data: Data) -> Array:
    return np.asarray(import_module("skfolio.moments").LedoitWolf().fit(data["X"]).covariance_)


# --- Riskfolio-Lib ----------------------------------------------------------------------------------------------------


def _riskfolio(data: Data, **options: Any) -> Any:
    frame = import_module("pandas").DataFrame
    names = [f"A{i}" for i in range(len(data["mu"]))]
    portfolio = import_module("riskfolio").Portfolio(returns=frame(data["X"], columns=names), **options)
    portfolio.mu, portfolio.cov = frame(data["mu"][None, :], columns=names), frame(data["Sigma"], names, names)
    portfolio.solvers = ["CLARABEL"]
    return portfolio


def _riskfolio_max_sharpe(data: Data) -> Array:
    return np.ravel(_riskfolio(data).optimization(obj="Sharpe", rm="MV", rf=data["rf"]))


def _riskfolio_min_var(data: Data) -> Array:
    return np.ravel(_riskfolio(data).optimization(obj="MinRisk", rm="MV"))


def _riskfolio_cvar(data: Data) -> Array:
    return np.ravel(_riskfolio(data, alpha=1.0 - data["beta"]).optimization(obj="MinRisk", rm="CVaR"))


def _riskfolio_erc(data: Data) -> Array:
    return np.ravel(_riskfolio(data).rp_optimization(rm="MV", rf=0))


# --- scikit-learn, cvxpy, piqp ----------------------------------------------------------------------------------------


def _sklearn_lw(data: Data) -> Array:
    return np.asarray(import_module("sklearn.covariance").ledoit_wolf(data["X"])[0])


def _cvxpy_mv_cost(data: Data) -> Array:
    cp: ModuleType = import_module("cvxpy")
    w = cp.Variable(len(data["mu"]))
    risk = 0.5 * data["delta"] * cp.quad_form(w, cp.psd_wrap(data["Sigma"]))
    kept = [cp.sum(w) == 1, w >= 0, w <= data["ub"], *(row @ w <= most for row, most in _rows(data))]
    cp.Problem(cp.Minimize(risk - data["mu"] @ w + data["c"] * cp.norm1(w - data["w0"])), kept).solve(solver="CLARABEL")
    return np.asarray(w.value)


def _piqp(matrix: Array, linear: Array, row: Array, **limits: Any) -> Array:
    solver = import_module("piqp").DenseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-9
    n = len(linear)
    names = {"G": None, "h_l": None, "h_u": None, "x_l": np.zeros(n), "x_u": np.full(n, np.inf)} | limits
    solver.setup(np.asfortranarray(matrix), linear, np.asfortranarray(row[None, :]), np.ones(1), *names.values())
    solver.solve()
    return np.array(solver.result.x)


def _piqp_max_sharpe(data: Data) -> Array:
    y = _piqp(data["Sigma"], np.zeros(len(data["mu"])), data["mu"] - data["rf"])
    return np.asarray(y / y.sum())


def _piqp_min_var(data: Data) -> Array:
    n = len(data["Sigma"])
    return _piqp(data["Sigma"], np.zeros(n), np.ones(n))


def _piqp_mv_cost(data: Data) -> Array:
    n, held = len(data["mu"]), data["w0"]
    eye, rows = np.eye(n), np.array([row for row, _ in _rows(data)])
    matrix = np.zeros((2 * n, 2 * n))
    matrix[:n, :n] = data["delta"] * data["Sigma"]
    moves = np.block([[eye, -eye], [-eye, -eye], [rows, np.zeros((len(rows), n))]])
    return _piqp(
        matrix,
        np.concatenate([-data["mu"], np.full(n, data["c"])]),
        np.concatenate([np.ones(n), np.zeros(n)]),
        G=np.asfortranarray(moves),
        h_l=np.full(len(moves), -np.inf),
        h_u=np.concatenate([held, -held, data["gmax"]]),
        x_l=np.zeros(2 * n),
        x_u=np.concatenate([data["ub"], np.full(n, np.inf)]),
    )[:n]


def quiet() -> None:
    """Peers warn at every call; the table says what matters."""
    warnings.filterwarnings("ignore")


PEERS: dict[str, tuple[Peer, ...]] = {
    "max_sharpe": (
        Peer("PyPortfolioOpt", _pypfopt_max_sharpe, most=500),  # raises from about n = 1000
        Peer("skfolio", _skfolio_max_sharpe),
        Peer("Riskfolio-Lib", _riskfolio_max_sharpe, most=500),
        Peer("piqp", _piqp_max_sharpe, bare=True),
    ),
    "min_var": (
        Peer("PyPortfolioOpt", _pypfopt_min_var),
        Peer("skfolio", _skfolio_weights, most=500),
        Peer("Riskfolio-Lib", _riskfolio_min_var, most=500),
        Peer("piqp", _piqp_min_var, bare=True),
    ),
    "mv_cost": (
        Peer("PyPortfolioOpt", _pypfopt_mv_cost),
        Peer("skfolio", _skfolio_mv_cost, most=500),
        Peer("cvxpy", _cvxpy_mv_cost, most=500),
        Peer("piqp", _piqp_mv_cost, most=500, bare=True),
    ),
    "erc": (Peer("skfolio", _skfolio_erc, most=500), Peer("Riskfolio-Lib", _riskfolio_erc, most=500)),
    "cvar": (
        Peer("PyPortfolioOpt", _pypfopt_cvar),
        Peer("skfolio", _skfolio_cvar),
        Peer("Riskfolio-Lib", _riskfolio_cvar),
    ),
    "bl": (Peer("PyPortfolioOpt", _pypfopt_bl), Peer("skfolio", _skfolio_bl)),
    "lw": (
        Peer("scikit-learn", _sklearn_lw),
        Peer("PyPortfolioOpt", _pypfopt_lw),
        Peer("skfolio", _skfolio_lw),
    ),
    "batch": (Peer("PyPortfolioOpt", _pypfopt_mv_cost), Peer("skfolio", _skfolio_mv_cost)),
}
