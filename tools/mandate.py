"""Statements + profile + rules -> limits with their origin; which bind, which clash; does a portfolio keep them.

A person's word wins over a house rule on the same subject. Limits whose target nothing carries are kept and said to
be idle. `check` refuses; it never alters weights.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tools.domain.events import Imported
from tools.domain.investor import CashFlow, Exclude, Profile, SetLimit, SetRisk, Statement
from tools.domain.mandate import Binding, Breach, Limit, Mandate
from tools.domain.market import Array, Universe
from tools.errors import Infeasible
from tools.grades import GRADE_AVERSION, GRADE_LOSS
from tools.optimise.limits import Limits, Solution
from tools.setaside import SOFT, flow_limit, together
from tools.state import State

AVERSION: Mapping[str, float] = {"conservative": 8.0, "balanced": 4.0, "aggressive": 2.0}
"""γ of the named levels. 4 is the population median of revealed risk aversion assumed in methods of this project."""

STEP = 1.5
"""One "a bit safer" or "a bit bolder": γ times or divided by this."""

LOSS_Z = 1.645
"""A largest bearable loss D is kept as a yearly volatility of at most D / 1.645 (5 % of years, normal)."""


def profile_of(state: State, *, revealed: float | None = None) -> Profile:
    """How much risk the statements in force ask for; the neutral profile (γ = 4) when they say nothing.

    Args:
        state: Statements and imports.
        revealed: Risk aversion that past trades reveal, None while they do not tell. The more cautious binds, until the
            investor speaks of risk after the newest import: then their word does.
    """
    aversion, level, vol, loss, basis = AVERSION["balanced"], None, None, None, []
    felt: float | None = None
    graded: float | None = None
    for stated in state.wishes(SetRisk):
        wish = stated.statement.wish
        assert isinstance(wish, SetRisk)
        basis.append(stated.statement.id)
        felt = wish.loss_aversion or felt
        if wish.grade is not None:
            aversion, level, graded = GRADE_AVERSION[wish.grade], wish.level, GRADE_LOSS[wish.grade]
        elif wish.level is not None:
            aversion, level, graded = AVERSION[wish.level], wish.level, None
        elif wish.direction != "set":
            aversion, level = aversion * (STEP if wish.direction == "lower" else 1 / STEP), None
        vol = wish.target_vol or vol
        loss = wish.max_drawdown or loss
    if revealed is not None and revealed > aversion and not _decided(state):
        aversion, level = revealed, None
    return Profile(
        risk_aversion=min(max(aversion, 0.5), 60.0),
        loss_aversion=felt,
        level=level,
        max_vol=vol,
        max_drawdown=loss or graded,
        basis=tuple(basis),
    )


def _decided(state: State) -> bool:
    """Did the investor speak of risk after their newest import?"""
    newest = max((e.at for e in state.journal if isinstance(e.body, Imported)), default=None)
    return newest is None or any(s.at > newest for s in state.wishes(SetRisk))


def statement_limits(
    statement: Statement, *, worth: Mapping[str, float], said_at: datetime | None = None, at: datetime | None = None
) -> tuple[Limit, ...]:
    """Limits one statement asks for; empty when it limits nothing.

    Args:
        statement: What was said.
        worth: Value of the portfolio in each currency, for cash named as an amount.
        said_at: When it was said, for what has a date; None = just now.
        at: Now.
    """
    until = statement.until
    match statement.wish:
        case Exclude(target=target):
            return (Limit(id=statement.id, kind="exclude", target=target, weight=0.0, origin="statement", until=until),)
        case SetLimit(target=target, kind=kind, weight=weight):
            return (Limit(id=statement.id, kind=kind, target=target, weight=weight, origin="statement", until=until),)
        case CashFlow(kind="reserve" | "withdraw") as flow:
            kept = flow_limit(statement.id, flow, worth, said_at, at)
            return () if kept is None else (kept,)
        case _:
            return ()


def profile_limits(profile: Profile) -> tuple[Limit, ...]:
    """The volatility ceilings that a profile asks for."""
    found = []
    if profile.max_vol is not None:
        found.append(Limit(id="profile:max_vol", kind="volatility", weight=profile.max_vol, origin="profile"))
    if profile.max_drawdown is not None:
        ceiling = profile.max_drawdown / LOSS_Z
        found.append(Limit(id="profile:max_drawdown", kind="volatility", weight=ceiling, origin="profile"))
    return tuple(found)


def in_force(limits: Iterable[Limit], universe: Universe) -> Mandate:
    """Drop house rules that a person spoke about; set aside limits that bind nothing today."""
    every = together(limits)
    spoken = {(x.kind, x.target) for x in every if x.origin not in SOFT}
    spoken |= {(kind, target) for k, target in spoken if k == "exact" for kind in ("max", "min")}
    kept = [x for x in every if x.origin != "rule" or (x.kind, x.target) not in spoken]
    idle = [x for x in kept if x.target is not None and not universe.members(x.target)]
    return Mandate(limits=tuple(x for x in kept if x not in idle), idle=tuple(idle))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A mandate as arrays for the solver, and the way back from its rows to the limits.

    lower_of, upper_of: per asset the limit behind its bound, None = long-only. row_of: the limit behind each group row.
    """

    arrays: Limits
    lower_of: tuple[Limit | None, ...]
    upper_of: tuple[Limit | None, ...]
    row_of: tuple[Limit, ...]
    vol_of: Limit | None
    turnover_of: Limit | None
    mandate: Mandate


def compile_limits(mandate: Mandate, universe: Universe) -> Compiled:
    """Turn limits into bounds (one asset) and rows (several), each in its own units; the tightest bound wins."""
    n = len(universe.ids)
    lower, upper = np.zeros(n), np.ones(n)
    lower_of: list[Limit | None] = [None] * n
    upper_of: list[Limit | None] = [None] * n
    rows: list[tuple[Limit, Array, float, float]] = []
    vol: Limit | None = None
    turnover: Limit | None = None
    for limit in mandate.limits:
        if limit.kind == "volatility":
            vol = limit if vol is None or limit.weight < vol.weight else vol
            continue
        if limit.kind == "turnover":
            turnover = limit if turnover is None or limit.weight < turnover.weight else turnover
            continue
        members = _members(limit, universe)
        weight = round(limit.weight, 7)  # nobody means less than a millionth of a percent; solvers choke on 1e-287
        low = weight if limit.kind in ("min", "exact", "keep") else -np.inf
        high = weight if limit.kind not in ("min", "keep") else np.inf
        if limit.kind in ("exclude", "max_each") or members.sum() == 1:
            for i in np.flatnonzero(members):
                if low > lower[i]:
                    lower[i], lower_of[i] = low, limit
                if high < upper[i]:
                    upper[i], upper_of[i] = high, limit
        else:
            rows.append((limit, members, low, high))
    arrays = Limits(
        lower=lower,
        upper=upper,
        groups=np.array([r[1] for r in rows]).reshape(len(rows), n),
        group_lower=np.array([r[2] for r in rows], dtype=float),
        group_upper=np.array([r[3] for r in rows], dtype=float),
        turnover=turnover.weight if turnover else None,
        max_vol=vol.weight if vol else None,
    )
    return Compiled(arrays, tuple(lower_of), tuple(upper_of), tuple(r[0] for r in rows), vol, turnover, mandate)


def _members(limit: Limit, universe: Universe) -> Array:
    """1.0 for each asset a limit is about, shape (n,)."""
    if limit.target is None:
        return np.array([a.asset_class != "cash" for a in universe.assets], dtype=float)
    inside = set(universe.members(limit.target))
    return np.array([i in inside for i in universe.ids], dtype=float)


def clashing(compiled: Compiled, error: Infeasible) -> tuple[Limit, ...]:
    """The limits behind the solver's clashing rows, without repeats."""
    sources: Mapping[str, Sequence[Limit | None]] = {
        "lower": compiled.lower_of,
        "upper": compiled.upper_of,
        "group_lower": compiled.row_of,
        "group_upper": compiled.row_of,
        "turnover": (compiled.turnover_of,),
        "max_vol": (compiled.vol_of,),
    }
    found: dict[str, Limit] = {}
    for kind, index in error.clash:
        limit = sources[kind][index]
        if limit is not None:
            found[limit.id + limit.kind] = limit
    return tuple(found.values())


def without_rules(mandate: Mandate, clash: Sequence[Limit]) -> Mandate | None:
    """The mandate without what is soft in a clash: house rules, else what a goal's date suggests.

    None when the clash is among the person's own limits.
    """
    rules = [x for x in clash if x.origin == "rule"] or [x for x in clash if x.origin == "goal"]
    if not rules:
        return None
    return Mandate(limits=tuple(x for x in mandate.limits if x not in rules), idle=mandate.idle)


def check(weights: Array, mandate: Mandate, universe: Universe, *, cov: Array, held: Array, tol: float) -> list[Breach]:
    """Limits that these weights do not keep, each in its own units.

    Args:
        weights: Fractions of the portfolio, shape (n,).
        mandate: What must hold.
        universe: Names the positions of `weights`.
        cov: Yearly covariance, for volatility limits, shape (n, n).
        held: Weights before, for the turnover limit, shape (n,).
        tol: Absolute slack, a fraction.
    """
    breaches = []
    for limit in mandate.limits:
        for value, over in _measures(limit, weights, universe, cov, held):
            if over > tol:
                breaches.append(Breach(limit=limit, weight=min(max(value, 0.0), 1.0), excess=over))
                break
    return breaches


def _measures(
    limit: Limit, weights: Array, universe: Universe, cov: Array, held: Array
) -> Iterable[tuple[float, float]]:
    """(where the portfolio stands, how far beyond) for each thing one limit measures."""
    if limit.kind == "volatility":
        vol = max(float(weights @ cov @ weights), 0.0) ** 0.5
        yield vol, vol - limit.weight
    elif limit.kind == "turnover":
        turned = float(np.abs(weights - held).sum() / 2)
        yield turned, turned - limit.weight
    elif limit.kind in ("exclude", "max_each"):
        for i in np.flatnonzero(_members(limit, universe)):
            yield float(weights[i]), float(weights[i]) - limit.weight
    else:
        total = float(weights @ _members(limit, universe))
        if limit.kind in ("max", "exact"):
            yield total, total - limit.weight
        if limit.kind in ("min", "exact", "keep"):
            yield total, limit.weight - total


def bindings(compiled: Compiled, solution: Solution, universe: Universe) -> tuple[Binding, ...]:
    """Limits that hold the answer back, with their shadow price per unit of weight, dearest first."""
    w = solution.weights
    found: dict[tuple[str, str], Binding] = {}

    def add(limit: Limit | None, price: float, weight: float) -> None:
        if limit is None or price <= 1e-9:
            return
        old = found.get((limit.id, limit.kind))
        if old is None or price > old.shadow_price:
            found[limit.id, limit.kind] = Binding(limit=limit, weight=weight, shadow_price=price)

    for i in range(len(universe.ids)):
        add(compiled.lower_of[i], float(solution.duals_lower[i]), float(w[i]))
        add(compiled.upper_of[i], float(solution.duals_upper[i]), float(w[i]))
    for j, limit in enumerate(compiled.row_of):
        add(limit, abs(float(solution.duals_group[j])), float(compiled.arrays.groups[j] @ w))
    add(compiled.turnover_of, solution.dual_turnover, compiled.turnover_of.weight if compiled.turnover_of else 0.0)
    add(compiled.vol_of, solution.dual_vol, compiled.vol_of.weight if compiled.vol_of else 0.0)
    return tuple(sorted(found.values(), key=lambda b: -b.shadow_price))
