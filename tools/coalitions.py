"""Many what-ifs of one decision, solved as one batch: the answers of `tools.decide.solve`, at the speed of `crowd`.

Only the default problem (utility under bounds and group limits) is batched. What has a volatility or turnover cap,
another method, or limits that clash is left to the single solver, which also says why.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tools.crowd import crowd
from tools.decide import Estimate, costs, one, pose
from tools.domain.decision import Assumptions, Input, MethodInput, RiskInput
from tools.domain.market import Array
from tools.domain.value import Currency
from tools.errors import DataMissing, Infeasible
from tools.leash import leashed, strayed, unheard
from tools.losses import kappa
from tools.mandate import Compiled, compile_limits

FEWEST = 4
"""Below this many the batch costs more than it saves."""


def targets(known: Estimate, many: Sequence[Mapping[str, Input]], currency: Currency) -> list[Array | None]:
    """Target weights (n,) for each set of inputs on the same estimate; None where the single solver has to look."""
    quiet = [unheard(inputs) for inputs in many]
    found = _batch(known, quiet, [None] * len(many), currency)
    heard = [i for i, inputs in enumerate(many) if len(quiet[i]) < len(inputs)]
    moved = _batch(known, [many[i] for i in heard], [found[i] for i in heard], currency)
    for i, weights in zip(heard, moved, strict=True):
        centre, reach = found[i], one(many[i], Assumptions).news_cap
        found[i] = None if weights is None or centre is None or strayed(weights, centre, reach) else weights
    return found


def _batch(
    known: Estimate, many: Sequence[Mapping[str, Input]], centres: Sequence[Array | None], currency: Currency
) -> list[Array | None]:
    """One batch of answers, each held around its centre where it has one."""
    out: list[Array | None] = [None] * len(many)
    posed = {i: _posed(known, many[i], centres[i], currency) for i in range(len(many))}
    batch = {i: p for i, p in posed.items() if p is not None}
    if len(batch) < FEWEST:
        return out
    rows = _shared_rows([compiled for _, _, _, compiled in batch.values()])
    bounds = [_row_bounds(compiled, rows) for _, _, _, compiled in batch.values()]
    horizon = {one(many[i], Assumptions).cost_horizon for i in batch}
    if len(horizon) > 1:
        return out
    try:
        weights = crowd(
            np.array([mean for _, mean, _, _ in batch.values()]),
            known.cov,
            risk_aversion=np.array([aversion for _, _, aversion, _ in batch.values()]),
            held=np.array([held for held, _, _, _ in batch.values()]),
            cost=costs(known.universe) / horizon.pop(),
            lower=np.array([c.arrays.lower for _, _, _, c in batch.values()]),
            upper=np.array([c.arrays.upper for _, _, _, c in batch.values()]),
            groups=np.array(list(rows.values())).reshape(len(rows), len(known.universe.ids)),
            group_lower=np.array([low for low, _ in bounds]),
            group_upper=np.array([high for _, high in bounds]),
        )
    except (Infeasible, DataMissing):  # somebody's limits clash: the single solver names whose and lets rules yield
        return out
    for i, row in zip(batch, weights, strict=True):
        out[i] = row
    return out


def _posed(
    known: Estimate, inputs: Mapping[str, Input], centre: Array | None, currency: Currency
) -> tuple[Array, Array, float, Compiled] | None:
    """(held, mean, risk aversion, limits) of a problem the batch can take, else None."""
    if one(inputs, MethodInput).method != "black_litterman":
        return None
    if centre is None and len(unheard(inputs)) < len(inputs):
        return None
    held, mean, mandate = pose(known, inputs, currency)
    compiled = compile_limits(mandate, known.universe)
    if kappa(one(inputs, RiskInput).profile.loss_aversion) > 0:
        return None
    if compiled.arrays.max_vol is not None or compiled.arrays.turnover is not None:
        return None
    if centre is not None:
        compiled = leashed(compiled, centre, one(inputs, Assumptions).news_cap)
    return held, mean, one(inputs, RiskInput).profile.risk_aversion, compiled


def _shared_rows(every: Sequence[Compiled]) -> dict[bytes, Array]:
    """Each different group row once."""
    return {row.tobytes(): row for compiled in every for row in compiled.arrays.groups}


def _row_bounds(compiled: Compiled, rows: Mapping[bytes, Array]) -> tuple[Array, Array]:
    """One problem's ends of the shared rows; a row it does not have is unbounded, one it has twice is tightest."""
    low, high = dict.fromkeys(rows, -np.inf), dict.fromkeys(rows, np.inf)
    a = compiled.arrays
    for row, least, most in zip(a.groups, a.group_lower, a.group_upper, strict=True):
        key = row.tobytes()
        low[key], high[key] = max(low[key], float(least)), min(high[key], float(most))
    return np.array(list(low.values())), np.array(list(high.values()))
