"""Learns the weights of the sentiment scorer: `python -m agent.builtin.train_tone`. Same examples, same weights."""

import sys
import zlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix

from knowledge import tables
from knowledge.tone import WEIGHTS, Kind, load_headlines, load_lexicon
from tools.sentiment.features import BUCKETS, DENSE, Features, features
from tools.sentiment.lexicon import Lang
from tools.sentiment.model import Floats, Head, hedged, pack, softmax
from tools.sentiment.reading import clean, read

LABELS: dict[Kind, tuple[str, ...]] = {
    "news": ("negative", "neutral", "positive"),
    "bank": ("dovish", "neutral", "hawkish"),
}
HEDGE: dict[Kind, float] = {"news": 0.5, "bank": 0.0}
"""Chosen by cross-validation on the examples: the most that costs at most three points of macro-F1."""

FOLDS = 5
PENALTY = 0.002
"""L2 penalty per example, chosen by cross-validation on the examples."""

NEUTRAL = 0.45
"""Share of neutral examples in training: most of the world's news says nothing about value."""

TURNED = 1.0
"""Extra cost of probability on the opposite sign: a sign turned is worse than a sign missed."""


def learn(kind: Kind, lang: Lang) -> tuple[Head, Floats, NDArray[np.int64]]:
    """Train one head; its temperature is fitted on held-out folds by likelihood.

    Returns:
        The head, the held-out logits of every example, shape (examples, labels), and the index of its label.
    """
    examples = load_headlines(lang, kind)
    labels = LABELS[kind]
    rows = [features(read(load_lexicon(lang, kind), clean(e.text))) for e in examples]
    wanted = np.array([labels.index(e.label) for e in examples])
    fold = np.array([zlib.crc32(e.text.encode()) % FOLDS for e in examples])
    held = np.zeros((len(rows), len(labels)))
    for n in range(FOLDS):
        weights = _fit([r for r, f in zip(rows, fold, strict=True) if f != n], wanted[fold != n], len(labels))
        for i in np.flatnonzero(fold == n):
            places, values = rows[i]
            held[i] = values @ weights[places]
    weights = _fit(rows, wanted, len(labels))
    warm = temperature(held, wanted, HEDGE[kind])
    return Head(labels, weights.astype(np.float32), warm, HEDGE[kind]), held, wanted


def temperature(logits: Floats, wanted: NDArray[np.int64], hedge: float) -> float:
    """The temperature under which held-out labels are likeliest. Source: Guo et al. (2017)."""

    def cost(log_t: float) -> float:
        p = hedged(softmax(logits, float(np.exp(log_t))), hedge)
        return -float(np.log(p[np.arange(len(wanted)), wanted] + 1e-12).mean())

    return float(np.exp(minimize_scalar(cost, bounds=(-1.5, 1.5), method="bounded").x))


def _fit(rows: Sequence[Features], wanted: NDArray[np.int64], answers: int) -> Floats:
    """Multinomial logistic regression with an L2 penalty by L-BFGS from zero, shape (BUCKETS, answers)."""
    used = np.unique(np.concatenate([p for p, _ in rows]))
    starts = np.concatenate([[0], np.cumsum([len(p) for p, _ in rows])])
    places = np.searchsorted(used, np.concatenate([p for p, _ in rows]))
    matrix = csr_matrix((np.concatenate([v for _, v in rows]), places, starts), shape=(len(rows), len(used)))
    count = np.bincount(wanted, minlength=answers)
    share = (np.array([(1 - NEUTRAL) / 2, NEUTRAL, (1 - NEUTRAL) / 2]) / count)[wanted]
    against = np.eye(answers)[answers - 1 - wanted] * (wanted != 1)[:, None]
    penalty = np.where(used == 0, 0.0, np.where(used < DENSE, 0.25 * PENALTY, PENALTY))[:, None]
    goal = np.eye(answers)[wanted]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(used), answers)
        p = softmax(np.asarray(matrix @ weights))
        turned = (p * against).sum(axis=1)
        value = float(share @ (TURNED * turned - np.log((p * goal).sum(axis=1) + 1e-12)))
        value += 0.5 * float((penalty * weights**2).sum())
        push = p - goal + TURNED * p * (against - turned[:, None])
        slope = matrix.T @ (push * share[:, None]) + penalty * weights
        return value, np.asarray(slope).ravel()

    best = minimize(loss, np.zeros(len(used) * answers), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights = np.zeros((BUCKETS, answers))
    weights[used] = best.x.reshape(len(used), answers)
    return weights


def macro_f1(found: NDArray[np.int64], wanted: NDArray[np.int64], answers: int) -> float:
    """Mean F1 over the labels."""
    scores = []
    for n in range(answers):
        hit = int(((found == n) & (wanted == n)).sum())
        scores.append(2 * hit / max(int((found == n).sum() + (wanted == n).sum()), 1))
    return float(np.mean(scores))


def main() -> None:
    """Train all heads and write the weights beside the other tables."""
    heads: dict[str, Head] = {}
    kinds: tuple[Kind, ...] = ("news", "bank")
    langs: tuple[Lang, ...] = ("en", "ko")
    for kind in kinds:
        for lang in langs:
            head, held, wanted = learn(kind, lang)
            heads[f"{kind}_{lang}"] = head
            found = hedged(softmax(held, head.temperature), head.hedge).argmax(axis=1)
            score, turned = macro_f1(found, wanted, 3), float((found == 2 - wanted)[wanted != 1].mean())
            sys.stdout.write(
                f"{kind} {lang}: {len(wanted)} examples, held-out macro-F1 {score:.3f}, flips {turned:.3f}\n"
            )
    path = Path(str(resources.files(tables).joinpath(WEIGHTS)))
    with path.open("wb") as file:
        np.savez_compressed(file, **pack(heads))  # type: ignore[arg-type]
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
