"""Skill or luck: how far a record of returns proves anything, after counting how many were tried.

Ratios here are per period, never yearly; kurtosis is 3 for a normal law, not 0. Returns to be judged are those *over* a
benchmark: a rising market is nobody's skill.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri

from tools.domain.market import Array
from tools.errors import DataMissing

EULER = 0.5772156649015329

MOST_CONFIDENCE = 0.5
"""No learned view counts for more than this, however good its record."""

LEVEL = 0.95
"""Certainty asked of a track record."""


def probabilistic_sharpe(
    ratio: float, benchmark: float, count: float, *, skew: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Chance that the true ratio exceeds `benchmark`, given `count` returns with these moments.

    Source: Bailey & López de Prado (2012), "The Sharpe ratio efficient frontier".
    """
    return float(ndtr((ratio - benchmark) * np.sqrt(count - 1.0) / np.sqrt(_spread(ratio, skew, kurtosis))))


def _spread(ratio: float, skew: float, kurtosis: float) -> float:
    """Variance of a measured ratio times the number of returns; moments no sample can have together count as normal."""
    found = 1.0 - skew * ratio + 0.25 * (kurtosis - 1.0) * ratio**2
    return found if found > 0.0 else 1.0 + 0.5 * ratio**2


def expected_best(trials: int) -> float:
    """Expected largest of `trials` independent standard normal draws; 0 for one.

    Source: Bailey & López de Prado (2014), "The deflated Sharpe ratio".
    """
    if trials < 2:
        return 0.0
    return float((1.0 - EULER) * ndtri(1.0 - 1.0 / trials) + EULER * ndtri(1.0 - 1.0 / (trials * np.e)))


def deflated_sharpe(
    ratio: float, count: float, *, trials: int, variance: float, skew: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Chance that the ratio is better than the best that luck would have found among `trials`.

    Args:
        ratio: Of the best trial, per period, over `count` returns with this skew and kurtosis.
        trials: Everything that was ever tried. variance: of the ratios of those trials, per period.
    Source: Bailey & López de Prado (2014).
    """
    best = expected_best(trials) * np.sqrt(variance)
    return probabilistic_sharpe(ratio, best, count, skew=skew, kurtosis=kurtosis)


def least_record(
    ratio: float, benchmark: float, *, skew: float = 0.0, kurtosis: float = 3.0, level: float = LEVEL
) -> float:
    """Periods of record needed to be `level` sure that the true ratio exceeds the benchmark; infinite if it does not.

    Source: Bailey & López de Prado (2012), minimum track record length.
    """
    if ratio <= benchmark:
        return float("inf")
    return float(1.0 + _spread(ratio, skew, kurtosis) * (ndtri(level) / (ratio - benchmark)) ** 2)


@dataclass(frozen=True, slots=True)
class Overfitting:
    """chance: share of splits in which the best trial of one half falls below the median of the other. logits: log odds
    of its rank there, one per split. loss: share of splits in which it loses money there, whatever the others do."""

    chance: float
    logits: Array
    loss: float


def overfitting(returns: Array, *, blocks: int = 10) -> Overfitting:
    """Probability of backtest overfitting: choose on half of the blocks, look how the choice ranks on the others.

    Args:
        returns: Of every trial over the same periods, shape (T, trials), at least two trials.
        blocks: Even number of contiguous blocks.
    Raises:
        DataMissing: Fewer than two trials or two periods a block.
    Source: Bailey, Borwein, López de Prado & Zhu (2017), combinatorially symmetric cross-validation.
    """
    count, trials = returns.shape
    if trials < 2 or count < 2 * blocks:
        raise DataMissing("short_history")
    parts = np.array_split(np.arange(count), blocks)
    logits, losses = [], 0
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        best = int(np.argmax(_ratios(returns[inside])))
        scores = _ratios(returns[outside])
        losses += bool(scores[best] <= 0.0)
        rank = 1 + int((scores < scores[best]).sum())
        share = rank / (trials + 1.0)
        logits.append(np.log(share / (1.0 - share)))
    found = np.array(logits)
    return Overfitting(float((found <= 0.0).mean()), found, losses / len(found))


def _ratios(returns: Array) -> Array:
    deviation = returns.std(axis=0)
    return np.asarray(np.divide(returns.mean(axis=0), deviation, out=np.zeros(len(deviation)), where=deviation > 0))


@dataclass(frozen=True, slots=True)
class Skill:
    """What a record shows, per period. needed: periods of record that would prove it. overfit: probability that the
    choice among trials was luck; loss: that what is chosen on one half of the past loses on the other. Both None when
    there was nothing to choose."""

    ratio: float
    count: int
    trials: int
    deflated: float
    needed: float
    overfit: float | None = None
    loss: float | None = None

    @property
    def confidence(self) -> float:
        """0 … 0.5: how far a view with this record counts. Zero until it is more likely skill than luck.

        The certainty gained beyond one half, times the share of the record that would be needed, times how much oftener
        than not a choice made on one half of the past gained on the other. That the choice ranks low among others that
        gain as much (`overfit`) is told but costs nothing.
        """
        if self.deflated <= 0.5:
            return 0.0
        steady = 1.0 if self.loss is None else max(0.0, 1.0 - 2.0 * self.loss)
        return MOST_CONFIDENCE * (2.0 * self.deflated - 1.0) * min(1.0, self.count / self.needed) * steady


def judge(returns: Array, chosen: int, *, trials: int | None = None) -> Skill:
    """The skill of one trial among all that were tried.

    Args:
        returns: Out-of-sample returns over the benchmark, after costs, shape (T, trials).
        chosen: Column of the one that would be used.
        trials: How many were tried in all, when more than these columns.
    Raises:
        DataMissing: Fewer than 24 periods.
    The spread of luck is the larger of what the trials show and what the length of the record alone would give: trials
    that resemble each other spread little, and still the best of them was chosen.
    """
    count = len(returns)
    if count < 24:
        raise DataMissing("short_history")
    one = returns[:, chosen]
    deviation = float(one.std())
    tried = max(trials or 0, returns.shape[1])
    if deviation <= 1e-12:
        return Skill(0.0, count, tried, 0.0, float("inf"))
    standard = (one - one.mean()) / deviation
    ratio, skew, kurtosis = float(one.mean()) / deviation, float((standard**3).mean()), float((standard**4).mean())
    variance = max(float(_ratios(returns).var()), 1.0 / count)
    luck = expected_best(tried) * np.sqrt(variance)
    halves = overfitting(returns, blocks=8) if returns.shape[1] > 1 and count >= 40 else None
    return Skill(
        ratio, count, tried,
        deflated_sharpe(ratio, count, trials=tried, variance=variance, skew=skew, kurtosis=kurtosis),
        least_record(ratio, float(luck), skew=skew, kurtosis=kurtosis),
        halves.chance if halves else None, halves.loss if halves else None,
    )  # fmt: skip


def differential_sharpe(
    returns: Sequence[float], *, pace: float, mean: float, square: float
) -> tuple[Array, float, float]:
    """What each return adds to a running Sharpe ratio, shape (T,), and the running mean and mean square after them.

    Args:
        pace: Weight of the newest return in the running moments.
        mean, square: Running moments before the first return.
    Source: Moody & Saffell (2001).
    """
    out = np.empty(len(returns))
    for t, r in enumerate(returns):
        up, spread = r - mean, r * r - square
        out[t] = (square * up - 0.5 * mean * spread) / (square - mean * mean) ** 1.5
        mean, square = mean + pace * up, square + pace * spread
    return out, mean, square
