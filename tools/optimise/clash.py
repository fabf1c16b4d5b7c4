"""When no portfolio keeps all limits: the smallest set that cannot hold together.

By Farkas' lemma a system is infeasible exactly when some non-negative mix of its rows is contradictory, and the
vertices of the set of such mixes are its irreducible clashes. One linear program finds a vertex with little weight on
named limits; a deletion filter then removes what is still superfluous. Source: Gleeson and Ryan (1990).
"""

import numpy as np

from tools.optimise.limits import Array, Limits

Name = tuple[str, int]
GRANTED = {"budget", "not_short", "moved"}  # rows that are nobody's limit
FILTERED = 64  # beyond this many names each is needed for a sum (many caps below 1): filtering only costs time


def clash(limits: Limits, held: Array, cuts: tuple[tuple[str, Array, float], ...] = ()) -> tuple[Name, ...]:
    """A smallest clashing set of limits, or () when the limits can hold together.

    Args:
        limits: The limits; the two quadratic ones enter only through `cuts`.
        held: Current weights, shape (n,), for the turnover cap.
        cuts: Further rows a·w ≤ b with the name of the limit they stand for.

    Returns:
        Names such as ("upper", 3) or ("group_lower", 0). That weights sum to one and, for a lower bound of zero or
        less, that nothing is sold short is taken for granted and never named.
    """
    names, a, b = rows_of(limits, held, cuts)
    found = _vertex(names, a, b)
    if found is None:
        return ()
    keep = [i for i in found if names[i][0] not in GRANTED]
    if len(keep) <= FILTERED:
        granted = [i for i, name in enumerate(names) if name[0] in GRANTED]
        for row in tuple(keep):
            rest = [i for i in keep if i != row]
            if _vertex([names[i] for i in granted + rest], a[granted + rest], b[granted + rest]) is not None:
                keep = rest
    return tuple(sorted(names[i] for i in keep))


def rows_of(limits: Limits, held: Array, cuts: tuple[tuple[str, Array, float], ...]) -> tuple[list[Name], Array, Array]:
    """All limits as rows a·x ≤ b over x = (w, t) with t ≥ |w − held|; t exists only under a turnover cap."""
    n = len(limits.lower)
    eye, extra = np.eye(n), n if limits.turnover is not None else 0
    names: list[Name] = [("budget", 0), ("budget", 0)]
    rows, ends = [np.ones((1, n)), -np.ones((1, n))], [np.array([1.0, -1.0])]
    names += [("lower" if limits.lower[i] > 0 else "not_short", i) for i in range(n)]
    rows.append(-eye)
    ends.append(-limits.lower)
    capped = np.flatnonzero(np.isfinite(limits.upper))
    above, below = np.flatnonzero(np.isfinite(limits.group_upper)), np.flatnonzero(np.isfinite(limits.group_lower))
    names += [("upper", int(i)) for i in capped]
    names += [("group_upper", int(j)) for j in above] + [("group_lower", int(j)) for j in below]
    rows += [eye[capped], limits.groups[above], -limits.groups[below]]
    ends += [limits.upper[capped], limits.group_upper[above], -limits.group_lower[below]]
    for name, row, end in cuts:
        names.append((name, 0))
        rows.append(row[None, :])
        ends.append(np.array([end]))
    a = np.vstack(rows)
    a = np.hstack([a, np.zeros((len(a), extra))])
    if limits.turnover is not None:
        moves = np.vstack([np.hstack([eye, -eye]), np.hstack([-eye, -eye]), np.r_[np.zeros(n), np.full(n, 0.5)]])
        a = np.vstack([a, moves])
        ends.append(np.r_[held, -held, limits.turnover])
        names += [("moved", 0)] * (2 * n) + [("turnover", 0)]
    return names, a, np.concatenate(ends)


def _vertex(names: list[Name], a: Array, b: Array) -> list[int] | None:
    """Rows of one irreducible contradiction (y ≥ 0, yᵀa = 0, yᵀb = −1), or None when there is none."""
    from scipy.optimize import linprog  # half a second to import, rarely needed

    weight = np.array([1e-3 if name in GRANTED else 1.0 for name, _ in names])
    system, right = np.vstack([a.T, b[None, :]]), np.r_[np.zeros(a.shape[1]), -1.0]
    result = linprog(weight, A_eq=system, b_eq=right, bounds=(0, None), method="highs-ds")
    if not result.success:
        return None
    return [int(i) for i in np.flatnonzero(result.x > 1e-9 * result.x.max())]
