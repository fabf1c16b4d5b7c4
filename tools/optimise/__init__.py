"""Posterior + mandate + holdings + costs -> weights, for one investor.

limits.py      what is asked and what is answered
covariance.py  dense or factored, checked, repaired, scaled
program.py     the one convex program behind every objective, and its optimality certificate
interior.py    finds what binds
polish.py      makes it exact
solve.py       the two together
frontier.py    volatility cap, tracking limit and best ratio as searches over exact answers
utility.py     utility, max_sharpe, min_variance, equal_weight
nonnegative.py long-only and nothing else, in a millisecond
risk_parity.py equal (or budgeted) shares of risk
cvar.py        smallest tail loss over scenarios
clash.py       the smallest set of limits that cannot hold together
"""

from tools.optimise.clash import clash
from tools.optimise.covariance import Covariance, FactorCovariance, nearest_psd
from tools.optimise.cvar import cvar, min_cvar
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.risk_parity import risk_parity
from tools.optimise.utility import equal_weight, max_sharpe, min_variance, utility

__all__ = [
    "Array",
    "Covariance",
    "FactorCovariance",
    "Limits",
    "Solution",
    "clash",
    "cvar",
    "equal_weight",
    "max_sharpe",
    "min_cvar",
    "min_variance",
    "nearest_psd",
    "risk_parity",
    "utility",
]
