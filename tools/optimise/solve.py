"""Program -> exact answer, and Limits -> Program."""

from dataclasses import replace

import numpy as np

from tools.errors import DataMissing, Infeasible
from tools.optimise.clash import clash
from tools.optimise.covariance import Quadratic
from tools.optimise.interior import THIN, Guess, interior
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.polish import Answer, polish
from tools.optimise.program import SNAP, Multipliers, Program

ACCEPTED = 1e-8  # worst relative residual handed out when degeneracy keeps the polish from closing


def program(form: Quadratic, linear: Array, kink: Array, home: Array, limits: Limits) -> Program:
    """The linear limits as a Program.

    Open upper bounds become what the budget implies. A home within rounding of a bound is at the bound: two corners
    that close cannot be told apart.
    """
    lower = limits.lower
    upper = np.minimum(limits.upper, np.maximum(2.0 - lower.sum() + lower, lower))
    snapped = np.where(np.abs(home - lower) < THIN, lower, np.where(np.abs(home - upper) < THIN, upper, home))
    return Program(
        form=form,
        linear=linear,
        kink=kink,
        home=snapped,
        lower=lower,
        upper=upper,
        rows=limits.groups,
        row_lower=limits.group_lower,
        row_upper=limits.group_upper,
        turnover=np.inf if limits.turnover is None else limits.turnover,
    )


def solve(p: Program, guess: Guess | None = None) -> Answer:
    """The exact answer; `guess`, the active set of a neighbour, usually saves the interior point.

    Raises:
        Infeasible: No portfolio keeps the linear limits; `clash` names a smallest set that cannot hold together.
    """
    if guess is not None:
        answer = polish(p, guess)
        if answer.exact:
            return answer
    best: Answer | None = None
    size = max(1.0, float(np.abs(p.linear).max()), float(p.kink.max()))
    gentle = p if size <= 10.0 else replace(p, form=p.form.over(size), linear=p.linear / size, kink=p.kink / size)
    for found in interior(gentle):  # its tolerances are absolute, and a bold objective is nearly a linear program
        answer = polish(p, found if gentle is p else _rescaled(found, size))
        if best is None or answer.certificate.residual < best.certificate.residual:
            best = answer
        if best.exact:
            return best
    assert best is not None  # `interior` yields at least once
    if best.certificate.residual > ACCEPTED:
        rows = clash(limits_of(p), p.home)
        if rows:
            raise Infeasible(rows)
        raise DataMissing("no_exact_answer")  # feasible, yet numbers too extreme to certify: better no advice
    return best


def _rescaled(guess: Guess, size: float) -> Guess:
    m = guess.multipliers
    return replace(guess, multipliers=Multipliers(m.budget * size, m.rows * size, m.turnover * size))


def limits_of(p: Program) -> Limits:
    """The linear limits of a Program."""
    turnover = p.turnover if p.counted else None
    return Limits(p.lower, p.upper, p.rows, p.row_lower, p.row_upper, turnover)


def prices(p: Program, answer: Answer) -> tuple[Array, Array]:
    """Shadow prices of the lower and upper bounds, in the unit of the Program's objective."""
    w, multipliers = answer.guess.weights, answer.guess.multipliers
    slope = p.form.times(w) - p.linear + multipliers.budget + multipliers.rows @ p.rows
    price = p.kink + 0.5 * multipliers.turnover
    moved = w - p.home
    # Loosening a bound lets the weight move outward: downwards costs −price while still above home, +price beyond.
    outward_low = slope + np.where(moved > SNAP, price, -price)
    outward_high = slope + np.where(moved < -SNAP, -price, price)
    lower = np.where(w <= p.lower, np.maximum(outward_low, 0.0), 0.0)
    upper = np.where(w >= p.upper, np.maximum(-outward_high, 0.0), 0.0)
    return lower, upper


def solution(p: Program, answer: Answer, *, objective: float, unit: float, notes: tuple[str, ...]) -> Solution:
    """Weights and proof in the units of the caller: `unit` is the caller's objective per unit of the Program's."""
    lower, upper = prices(p, answer)
    multipliers = answer.guess.multipliers
    return Solution(
        weights=answer.guess.weights,
        objective=objective,
        kkt=answer.certificate.residual,
        duals_lower=lower * unit,
        duals_upper=upper * unit,
        duals_group=multipliers.rows * unit,
        dual_turnover=multipliers.turnover * unit,
        notes=notes,
    )
