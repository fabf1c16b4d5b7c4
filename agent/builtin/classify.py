"""Multinomial logistic regression over hashed features, as the small arrays that training leaves (see `fit`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
