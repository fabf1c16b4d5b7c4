"""Learns the weights of the sentiment scorer: `python -m agent.builtin.train_tone`. Same examples, same weights."""

import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from knowledge import tables
from knowledge.tone import WEIGHTS, Headline, Kind, load_headlines, load_lexicon
from tools.sentiment.features import BUCKETS, DENSE, Features, features
from tools.sentiment.lexicon import Lang
from tools.sentiment.model import Floats, Head, pack, softmax, tempered
from tools.sentiment.reading import clean, read

LABELS: dict[Kind, tuple[str, ...]] = {
    "news": ("negative", "neutral", "positive"),
    "bank": ("dovish", "neutral", "hawkish"),
}
HEDGE: dict[Kind, float] = {"news": 0.6, "bank": 0.0}
"""Chosen by cross-validation on the examples: the most that costs about a point of macro-F1."""

FOLDS = 5
PENALTY = 0.002
"""L2 penalty per example, chosen by cross-validation on the examples."""

NEUTRAL = 0.45
"""Share of neutral examples in training: most of the world's news says nothing about value."""

TURNED = 1.0
"""Extra cost of probability on the opposite sign: a sign turned is worse than a sign missed."""

HARD = 0.5
"""What an example that is hard on purpose counts, against a plain one: the world's texts are mostly plain."""

CHECK = 0.5
"""What the texts for checking count together when sureness is fitted, against all held-out folds: they are harder."""

DOUBT = 0.05
"""L2 penalty on what makes an answer less sure: the texts it is fitted on are few."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A head and its answers on texts its weights did not see: held-out folds, and the texts kept for checking.

    held, check: probabilities, shape (examples, labels). wanted, check_wanted: indices of the right labels.
    """

    head: Head
    held: Floats
    wanted: NDArray[np.int64]
    check: Floats
    check_wanted: NDArray[np.int64]


def learn(kind: Kind, lang: Lang) -> Learned:
    """Train one head; how sure it may be is fitted on held-out folds and the texts for checking."""
    plain, kept = load_headlines(lang, kind), load_headlines(lang, kind, "check")
    examples = plain + (load_headlines(lang, kind, "hard") if kind == "news" else ())
    mass = np.where(np.arange(len(examples)) < len(plain), 1.0, HARD)
    rows, wanted = _numbered(kind, lang, examples)
    fold = np.array([zlib.crc32(e.text.encode()) % FOLDS for e in examples])
    held = np.zeros((len(rows), len(LABELS[kind])))
    for n in range(FOLDS):
        seen = fold != n
        weights = _fit([r for r, s in zip(rows, seen, strict=True) if s], wanted[seen], mass[seen], held.shape[1])
        there = np.flatnonzero(fold == n)
        held[there] = _logits([rows[i] for i in there], weights)
    weights = _fit(rows, wanted, mass, held.shape[1])
    far, far_wanted = _numbered(kind, lang, kept)
    logits = np.concatenate([held, _logits(far, weights).reshape(-1, held.shape[1])])
    dense, gold = _dense([*rows, *far]), np.concatenate([wanted, far_wanted])
    share = np.concatenate([np.full(len(part), size / len(part)) for part, size in ((rows, 1.0), (far, CHECK)) if part])
    warm, doubt = surety(logits, dense, gold, share / share.sum(), HEDGE[kind])
    p = tempered(logits, HEDGE[kind], warm, dense @ doubt)
    head = Head(LABELS[kind], weights.astype(np.float32), warm, HEDGE[kind], doubt.astype(np.float32))
    return Learned(head, p[: len(rows)], wanted, p[len(rows) :], far_wanted)


def _numbered(kind: Kind, lang: Lang, examples: Sequence[Headline]) -> tuple[list[Features], NDArray[np.int64]]:
    lexicon = load_lexicon(lang, kind)
    wanted = np.array([LABELS[kind].index(e.label) for e in examples], dtype=np.int64)
    return [features(read(lexicon, clean(e.text))) for e in examples], wanted


def _logits(rows: Sequence[Features], weights: Floats) -> Floats:
    return np.array([values @ weights[places] for places, values in rows])


def _dense(rows: Sequence[Features]) -> Floats:
    table = np.zeros((len(rows), DENSE))
    for n, (places, values) in enumerate(rows):
        table[n, places[places < DENSE]] = values[places < DENSE]
    return table


def surety(
    logits: Floats, dense: Floats, wanted: NDArray[np.int64], share: Floats, hedge: float
) -> tuple[float, Floats]:
    """Temperature and doubt, shape (DENSE,), under which unseen labels are likeliest. Source: Guo et al. (2017).

    Args:
        logits: Of texts the weights did not see, shape (texts, labels).
        dense: Their sums and counts of the grammar, shape (texts, DENSE).
        wanted: Index of the right label.
        share: Weight of each text, sums to 1.
        hedge: As in `Head`.
    """

    def cost(x: Floats) -> float:
        p = tempered(logits, hedge, float(np.exp(x[0])), dense[:, used] @ x[1:])
        return -float(share @ np.log(p[np.arange(len(wanted)), wanted])) + 0.5 * DOUBT * float(x[1:] @ x[1:])

    used = np.flatnonzero(dense.any(axis=0))[1:]
    best = minimize(cost, np.zeros(1 + len(used)), method="L-BFGS-B", options={"maxiter": 60})
    doubt = np.zeros(dense.shape[1])
    doubt[used] = best.x[1:]
    return float(np.exp(best.x[0])), doubt


def _fit(rows: Sequence[Features], wanted: NDArray[np.int64], mass: Floats, answers: int) -> Floats:
    """Multinomial logistic regression with an L2 penalty by L-BFGS from zero, shape (BUCKETS, answers)."""
    used = np.unique(np.concatenate([p for p, _ in rows]))
    starts = np.concatenate([[0], np.cumsum([len(p) for p, _ in rows])])
    places = np.searchsorted(used, np.concatenate([p for p, _ in rows]))
    matrix = csr_matrix((np.concatenate([v for _, v in rows]), places, starts), shape=(len(rows), len(used)))
    count = np.bincount(wanted, weights=mass, minlength=answers)
    share = mass * (np.array([(1 - NEUTRAL) / 2, NEUTRAL, (1 - NEUTRAL) / 2]) / count)[wanted]
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


def _tell(name: str, p: Floats, wanted: NDArray[np.int64]) -> None:
    found = p.argmax(axis=1)
    score, turned = macro_f1(found, wanted, p.shape[1]), float((found == 2 - wanted)[wanted != 1].mean())
    gap = float(p.max(axis=1).mean() - (found == wanted).mean())
    sys.stdout.write(f"{name}: {len(wanted)} texts, macro-F1 {score:.3f}, flips {turned:.3f}, too sure by {gap:+.3f}\n")


def main() -> None:
    """Train all heads and write the weights beside the other tables."""
    heads: dict[str, Head] = {}
    kinds: tuple[Kind, ...] = ("news", "bank")
    langs: tuple[Lang, ...] = ("en", "ko")
    for kind in kinds:
        for lang in langs:
            learned = learn(kind, lang)
            heads[f"{kind}_{lang}"] = learned.head
            _tell(f"{kind} {lang}, folds", learned.held, learned.wanted)
            if len(learned.check):
                _tell(f"{kind} {lang}, check", learned.check, learned.check_wanted)
    path = Path(str(resources.files(tables).joinpath(WEIGHTS)))
    with path.open("wb") as file:
        np.savez_compressed(file, **pack(heads))  # type: ignore[arg-type]
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
