"""Seeded problems and how an answer to each is judged. Nothing here knows who answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tools.optimise import Array, cvar

Data = dict[str, Any]
RETURNS = 1000
"""Rows of the return sample."""

JUDGED: Mapping[str, str] = {
    "max_sharpe": "gap",
    "min_var": "gap",
    "mv_cost": "gap",
    "cvar": "gap",
    "erc": "worst risk share",
    "bl": "off the formula",
    "lw": "off the formula",
}
"""What the accuracy of each task means.

gap: objective above the best feasible answer of anybody, relative. worst risk share: largest relative error of one
asset's share of risk. off the formula: largest difference from the formula written out, relative to its largest entry.
"""


def universe(n: int, seed: int = 20) -> Data:
    """A market with a few factors: mu (n,), Sigma (n, n) = B diag(F) Bᵀ + diag(d), X (RETURNS, n) drawn from it.

    Also the rest of what the tasks need: ub caps, five groups with gmax, holdings w0, cost c, risk aversion delta.
    """
    rng = np.random.default_rng([seed, n])
    k = min(max(n // 5, 2), 12)
    loadings = 0.5 * rng.standard_normal((n, k))
    loadings[:, 0] = 1.0 + 0.3 * rng.standard_normal(n)
    factors = np.concatenate([[0.15], rng.uniform(0.03, 0.1, k - 1)]) ** 2
    specific = rng.uniform(0.07, 0.4, n) ** 2
    sigma = (loadings * factors) @ loadings.T + np.diag(specific)
    sigma = (sigma + sigma.T) / 2
    premium = np.concatenate([[0.055], 0.012 * rng.standard_normal(k - 1)])
    mu = 0.02 + loadings @ premium + 0.015 * rng.standard_normal(n)
    shocks = rng.standard_normal((RETURNS, k)) * np.sqrt(factors) @ loadings.T
    shocks += rng.standard_normal((RETURNS, n)) * np.sqrt(specific)
    cap = np.maximum(rng.uniform(0.05, 0.1, n), 3.0 / n)
    held = np.minimum(rng.dirichlet(np.full(n, 0.5)), 0.9 * cap)
    held += (1.0 - held.sum()) * (cap - held) / (cap - held).sum()
    returns = shocks / np.sqrt(252) + mu / 252
    return {
        "mu": mu, "Sigma": sigma, "B": loadings, "F": factors, "d": specific, "rf": 0.02, "X": returns, "R": returns,
        "beta": 0.95, "ub": cap, "groups": np.arange(n) % 5, "gmax": np.array([0.3, 0.25, 0.25, 0.3, 0.35]),
        "w0": held, "c": 0.002, "delta": 4.0, **_views(sigma, rng),
    }  # fmt: skip


def _views(sigma: Array, rng: np.random.Generator) -> Data:
    """Up to twenty views on one asset, or on one against another; Omega as in He and Litterman (1999)."""
    n, tau = len(sigma), 0.05
    count = min(20, n)
    picks = np.zeros((count, n))
    picks[np.arange(count), rng.permutation(n)[:count]] = 1.0
    if n > 2 * count:
        picks[np.arange(1, count, 2), rng.choice(np.flatnonzero(~picks.any(axis=0)), count // 2, replace=False)] = -1.0
    prior = 2.5 * sigma.mean(axis=1)
    omega = np.diag(tau * np.einsum("ij,ij->i", picks @ sigma, picks))
    return {"pi": prior, "P": picks, "q": picks @ prior + 0.01 * rng.standard_normal(count), "Omega": omega, "tau": tau}


def people(n: int, count: int, seed: int = 21) -> Data:
    """Investors who share a market: own delta, caps, exclusions and holdings, which may break their own caps."""
    rng = np.random.default_rng([seed, n, count])
    caps = np.repeat(rng.uniform(0.15, 0.5, (count, 1)), n, axis=1)
    caps[rng.random((count, n)) < 0.1] = 0.0
    aversion, held = np.exp(rng.uniform(np.log(2.0), np.log(12.0), count)), rng.dirichlet(np.full(n, 0.5), count)
    shared = universe(n)
    return {**{k: shared[k] for k in ("mu", "Sigma", "X")}, "delta": aversion, "UB": caps, "W0": held, "c": 0.003}


def grouped(data: Data, count: int = 8, seed: int = 22) -> Data:
    """The same investors with their own bound on each of `count` groups of assets."""
    rng = np.random.default_rng(seed)
    who, n = data["W0"].shape
    member = (np.arange(n) % count == np.arange(count)[:, None]).astype(float)
    return {**data, "groups": member, "gmax": rng.uniform(0.15, 0.6, (who, count))}


def utility_of(data: Data, weights: Array) -> Array:
    """What each investor of a batch minimises: ½ δ wᵀΣw − μᵀw + c |w − w0|, shape (N,)."""
    risk = np.einsum("ij,ij->i", weights @ data["Sigma"], weights)
    paid = data["c"] * np.abs(weights - data["W0"]).sum(axis=1)
    return np.asarray(0.5 * data["delta"] * risk - weights @ data["mu"] + paid)


def outside(data: Data, weights: Array) -> float:
    """Largest distance by which anybody in a batch breaks a bound, a group bound or the budget."""
    worst = [-weights.min(), np.abs(weights.sum(axis=1) - 1.0).max(), (weights - data["UB"]).max()]
    if "groups" in data:
        worst.append((weights @ data["groups"].T - data["gmax"]).max())
    return float(max(worst))


def judge(task: str, data: Data, answer: Any) -> tuple[float, float]:
    """(cost, violation): what the answer costs, smaller is better, and by how much it breaks a limit.

    For tasks judged by themselves (see JUDGED) the cost is the error. Weights are first cut at zero and scaled to one,
    to the advantage of answers with negative dust; the violation is measured before.
    """
    if task in ("bl", "lw"):
        truth, given = _formula(task, data), np.concatenate([np.ravel(part) for part in answer])
        return float(np.abs(given - truth).max() / np.abs(truth).max()), 0.0
    w = np.asarray(answer, dtype=float)
    broken = max(-float(w.min()), abs(float(w.sum()) - 1.0), 0.0)
    if task == "mv_cost":
        sums = np.bincount(data["groups"], w)
        broken = max(broken, float((w - data["ub"]).max()), float((sums - data["gmax"]).max()))
        one = {"Sigma": data["Sigma"], "mu": data["mu"], "c": data["c"], "W0": data["w0"], "delta": data["delta"]}
        return float(utility_of(one, w[None, :])[0]), broken
    w = np.maximum(w, 0.0) / np.maximum(w, 0.0).sum()
    variance = float(w @ data["Sigma"] @ w)
    if task == "max_sharpe":
        return -float(w @ data["mu"] - data["rf"]) / variance**0.5, broken
    if task == "cvar":
        return cvar(data["R"], w, data["beta"]), broken
    if task == "erc":
        return float(np.abs(len(w) * w * (data["Sigma"] @ w) / variance - 1.0).max()), broken
    return variance, broken


def _formula(task: str, data: Data) -> Array:
    """The textbook's own words, without any shortcut, flat."""
    if task == "bl":
        known, certain = np.linalg.inv(data["tau"] * data["Sigma"]), np.linalg.inv(data["Omega"])
        cov = np.linalg.inv(known + data["P"].T @ certain @ data["P"])
        mean = cov @ (known @ data["pi"] + data["P"].T @ certain @ data["q"])
        return np.concatenate([mean, np.ravel(data["Sigma"] + cov)])
    x = data["X"] - data["X"].mean(axis=0)
    sample = x.T @ x / len(x)
    target = np.trace(sample) / len(sample) * np.eye(len(sample))
    noise = sum(float(((np.outer(row, row) - sample) ** 2).sum()) for row in x) / len(x) ** 2
    share = min(noise / float(((sample - target) ** 2).sum()), 1.0)
    return np.ravel(share * target + (1.0 - share) * sample)
