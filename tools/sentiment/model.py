"""The small linear model on top of the grammar: weights are arrays, the answer is calibrated probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.errors import BadInput
from tools.sentiment.features import BUCKETS, DENSE, Features

Floats = NDArray[np.float64]


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities along the last axis after dividing by the temperature. Source: Guo et al. (2017)."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    shifted = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Head:
    """One question with three named answers, the middle one neutral.

    weights: shape (BUCKETS, 3). hedge: share of the smaller of the two signs that is taken from both and given to
    neutral: a text that speaks for both sides says little, and a sign turned costs most. temperature: above 1 is less
    sure, the label stays. doubt: shape (DENSE,), how much each sum or count of the grammar adds to the logarithm of
    the temperature: what is hard to read (both signs, nothing found, mockery) is answered less surely.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    temperature: float
    hedge: float = 0.0
    doubt: NDArray[np.float32] = field(default_factory=lambda: np.zeros(DENSE, dtype=np.float32))

    def __post_init__(self) -> None:
        if self.weights.shape != (BUCKETS, 3) or len(self.labels) != 3 or not self.temperature > 0:
            raise BadInput("tone_weights", str(self.weights.shape))
        if self.doubt.shape != (DENSE,):
            raise BadInput("tone_weights", str(self.doubt.shape))

    def __call__(self, found: Features) -> Floats:
        """Probability of each label, shape (answers,)."""
        places, values = found
        dense = places < DENSE
        doubt = np.asarray(values[dense] @ self.doubt[places[dense]])
        return tempered(values @ self.weights[places], self.hedge, self.temperature, doubt)


def tempered(logits: Floats, hedge: float, temperature: float, doubt: Floats) -> Floats:
    """Probabilities (last axis), hedged, then made less sure without a change of order.

    The temperature, log-scale doubt (shape of all but the last axis) included, is held between a half and six.
    """
    p = hedged(softmax(logits), hedge)
    warm = np.clip(temperature * np.exp(np.clip(doubt, -2.0, 2.0)), 0.5, 6.0)
    return softmax(np.log(p + 1e-12) / warm[..., None])


def hedged(p: Floats, share: float) -> Floats:
    """Probabilities (last axis: one sign, neutral, other sign) with `share` of what both signs have made neutral."""
    both = share * np.minimum(p[..., 0], p[..., 2])
    return np.stack([p[..., 0] - both, p[..., 1] + 2 * both, p[..., 2] - both], axis=-1)


def pack(heads: Mapping[str, Head]) -> dict[str, NDArray[np.generic]]:
    """Heads as plain arrays by name: only the rows in use, no objects."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, head in heads.items():
        used = np.flatnonzero(np.abs(head.weights).sum(axis=1))
        arrays[f"{name}/labels"] = np.array(head.labels)
        arrays[f"{name}/places"] = used.astype(np.int32)
        arrays[f"{name}/weights"] = head.weights[used].astype(np.float32)
        arrays[f"{name}/scale"] = np.array([head.temperature, head.hedge])
        arrays[f"{name}/doubt"] = head.doubt.astype(np.float32)
    return arrays


def unpack(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, Head]:
    """The heads that `pack` made into arrays. Raises BadInput when a shape is not what it should be."""
    heads: dict[str, Head] = {}
    for name in sorted({key.split("/")[0] for key in arrays}):
        labels = tuple(str(label) for label in arrays[f"{name}/labels"])
        weights = np.zeros((BUCKETS, len(labels)), dtype=np.float32)
        weights[np.asarray(arrays[f"{name}/places"], dtype=np.int64)] = arrays[f"{name}/weights"]
        scale = np.asarray(arrays[f"{name}/scale"], dtype=np.float64)
        doubt = np.asarray(arrays[f"{name}/doubt"], dtype=np.float32)
        heads[name] = Head(labels, weights, float(scale[0]), float(scale[1]), doubt)
    return heads
