"""Multinomial logistic regression over hashed features: training, and the small arrays that remain of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Head:
    """One question with named answers. weights: shape (buckets, answers); feature values are 1/sqrt(count)."""

    answers: tuple[str, ...]
    weights: NDArray[np.float32]

    def __call__(self, places: Sequence[int]) -> Floats:
        """Probability of each answer, shape (answers,)."""
        rows = np.asarray(places, dtype=np.int64) % self.weights.shape[0]
        score = self.weights[rows].sum(axis=0, dtype=np.float64) / np.sqrt(max(len(places), 1))
        score = np.exp(score - score.max())
        return np.asarray(score / score.sum())

    def best(self, places: Sequence[int]) -> tuple[str, float]:
        """The likeliest answer and its probability."""
        chances = self(places)
        winner = int(chances.argmax())
        return self.answers[winner], float(chances[winner])


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


def pack(heads: Mapping[str, Head]) -> dict[str, NDArray[Any]]:
    """Plain arrays for `np.savez`: per head its answers as bytes of text and its weights in half precision."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, head in heads.items():
        arrays[f"{name}/answers"] = np.frombuffer("\n".join(head.answers).encode(), dtype=np.uint8)
        arrays[f"{name}/weights"] = head.weights.astype(np.float16)
    return arrays


def unpack(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Head]:
    """The heads of a file that `pack` filled. Raises KeyError when a part is missing."""
    names = sorted({key.split("/")[0] for key in arrays})
    return {
        name: Head(
            tuple(arrays[f"{name}/answers"].tobytes().decode().split("\n")),
            arrays[f"{name}/weights"].astype(np.float32),
        )
        for name in names
    }
