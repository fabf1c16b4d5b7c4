"""Training of one head. Apart from its use, so that understanding starts without scipy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agent.builtin.classify import Floats, Head


def train(
    rows: Sequence[Sequence[int]],
    wanted: Sequence[str],
    buckets: int,
    *,
    penalty: float,
    shares: Sequence[float] | None = None,
    steps: int = 80,
) -> Head:
    """Fit one head by L-BFGS; the start is zero, so the same rows give the same weights.

    Args:
        rows: Feature places of each example.
        wanted: The answer of each example.
        buckets: Places are taken modulo this.
        penalty: L2 penalty per example.
        shares: Weight of each example, all 1 when None.
        steps: Most iterations.
    """
    answers = tuple(sorted(set(wanted)))
    index = {a: i for i, a in enumerate(answers)}
    used = sorted({p % buckets for row in rows for p in row})
    place = {p: i for i, p in enumerate(used)}
    matrix = _matrix([[place[p % buckets] for p in row] for row in rows], len(used))
    target = np.array([index[w] for w in wanted])
    share = np.asarray(shares if shares is not None else np.ones(len(rows)), dtype=np.float64)
    small = _fit(matrix, target, share, len(answers), penalty, steps)
    weights = np.zeros((buckets, len(answers)), dtype=np.float32)
    weights[used] = small
    return Head(answers, weights)


def _matrix(rows: Sequence[Sequence[int]], columns: int) -> Any:
    values = np.concatenate([np.full(len(r), 1 / np.sqrt(max(len(r), 1))) for r in rows])
    places = np.concatenate([np.asarray(r, dtype=np.int32) for r in rows])
    starts = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    return csr_matrix((values, places, starts), shape=(len(rows), columns))


def _fit(matrix: Any, target: NDArray[np.int64], share: Floats, answers: int, penalty: float, steps: int) -> Floats:
    transposed = matrix.T.tocsr()
    everyone = np.arange(len(target))
    total = share.sum()

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, answers)
        score = matrix @ weights
        score -= score.max(axis=1, keepdims=True)
        chances = np.exp(score)
        norm = chances.sum(axis=1, keepdims=True)
        chances /= norm
        fit = -(share * (score[everyone, target] - np.log(norm[:, 0]))).sum() / total
        chances[everyone, target] -= 1
        slope = transposed @ (chances * (share / total)[:, None]) + penalty * weights
        return float(fit + penalty / 2 * (flat @ flat)), np.asarray(slope).ravel()

    start = np.zeros(matrix.shape[1] * answers)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 10})
    return np.asarray(found.x).reshape(-1, answers)
