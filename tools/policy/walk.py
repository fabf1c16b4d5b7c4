"""The examination: trained on the past, tried on what came after, again and again; and what may replace what.

Each fold trains on everything before it (less an embargo) and is tried on the span that follows; the tried spans join
to one record no training has seen. Every setting that was tried counts as a trial when the best of them is judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from tools.domain.market import Array, Days
from tools.errors import DataMissing
from tools.policy.learn import BAND, REACH, Episodes, Policy, act, blank, episodes, train
from tools.policy.panel import LENGTH, Panel
from tools.policy.state import OWN, SHARED
from tools.policy.step import Rules, Run, run
from tools.skill import Skill, judge

EMBARGO = 4
"""Decisions left out between training and trial, so that nothing overlaps."""

LEAST = 260
"""Decisions before the first trial: five years."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """One way of learning that is tried: which features, and how strongly coefficients are held at zero."""

    features: frozenset[str]
    ridge: float


def settings(panel: Panel) -> tuple[Setting, ...]:
    """What is tried: own features alone or with those of the world, each at three strengths."""
    groups = [frozenset(OWN), frozenset((*OWN, *SHARED))]
    extra = frozenset(panel.state.shared_names) - frozenset(SHARED)
    if extra:
        groups.append(frozenset(panel.state.own_names) | frozenset(panel.state.shared_names))
    return tuple(Setting(g, ridge) for g in groups for ridge in (0.003, 0.03, 0.3))


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to, over the T decisions that were tried out of sample.

    over: reward of each setting over the better of two that know nothing (`over_nothing`), (T, settings).
    growth: net growth of each setting, (T, settings); run: of the chosen one. base and equal: the same of the base and
    of 1/N, (T,). turnover: yearly, one way, of each setting. seeds: deviation between seeds of each setting's yearly
    certainty equivalent. chosen: the setting with the best record; skill: of it. policy: it, trained on all but the
    newest fold. newest: yearly certainty equivalent there of the new policy, the old one (NaN when none), the base and
    1/N.
    """

    days: Days
    settings: tuple[Setting, ...]
    over: Array
    growth: Array
    run: Run
    base: Array
    equal: Array
    turnover: Array
    seeds: Array
    chosen: int
    skill: Skill
    policy: Policy
    newest: Mapping[str, float]

    @property
    def better(self) -> bool:
        """May the new policy take the old one's place? Only after beating it, the base and 1/N on the newest fold."""
        new = self.newest["new"]
        return all(new > value for name, value in self.newest.items() if name != "new" and np.isfinite(value))


def spans(count: int, folds: int) -> list[tuple[int, int]]:
    """First and last-but-one decision of each trial: equal spans after the first `LEAST`, or half of what there is.

    Raises:
        DataMissing: Less than a quarter of a year in a span.
    """
    first = min(LEAST, count // 2)
    edges = np.linspace(first, count - 1, folds + 1).round().astype(int)
    if edges[1] - edges[0] < 13:
        raise DataMissing("short_history")
    return list(pairwise(edges.tolist()))


def examine(
    given: Panel,
    rules: Rules,
    *,
    folds: int = 8,
    seeds: Sequence[int] = (0, 1, 2),
    tried: Sequence[Setting] | None = None,
    reach: float = REACH,
    old: tuple[Policy, frozenset[str]] | None = None,
    progress: Progress = lambda done, total: None,
) -> Examined:
    """Walk forward with every setting and seed, and judge the best.

    Args:
        given: The history. rules: costs and worth.
        folds: Trials one after another. seeds: each cuts and starts the training episodes its own way; what is tried
            is the mean of their policies.
        tried: Settings; None = all of `settings`. reach: Largest tilt.
        old: The policy in use and its features, compared on the newest fold.
        progress: Told (done, total) after each training; may raise to stop.
    Raises:
        DataMissing: The history is too short.
    """
    tried, edges = tuple(tried or settings(given)), spans(len(given.days), folds)
    total, done = len(tried) * len(edges), 0
    trials: list[list[_Trial]] = []
    for setting in tried:
        part = replace(given, state=given.state.only(setting.features))
        own: list[_Trial] = []
        for start, end in edges:
            own.append(_trial(part, rules, setting, (start, end), seeds, reach, own[-1] if own else None))
            done += 1
            progress(done, total)
        trials.append(own)
    first, last = edges[0][0], edges[-1][1]
    whole = given.rows(slice(first, last))
    runs = [_joined([t.run for t in own]) for own in trials]
    still = [_joined([t.still for t in own]).reward[0] for own in trials]
    over = np.column_stack([over_nothing(r, whole, rules, s) for r, s in zip(runs, still, strict=True)])
    chosen = int(np.argmax(over.mean(axis=0) / np.maximum(over.std(axis=0), 1e-12)))
    plain, equal = _baselines(whole, rules)
    best = trials[chosen][-1]
    newest = given.rows(slice(*edges[-1]))
    return Examined(
        days=given.days[first:last],
        settings=tried,
        over=over,
        growth=np.column_stack([r.growth[0] for r in runs]),
        run=runs[chosen],
        base=plain.growth[0],
        equal=equal.growth[0],
        turnover=np.array([r.turnover.mean() * given.periods for r in runs]),
        seeds=np.array([np.mean([t.spread for t in own]) for own in trials]),
        chosen=chosen,
        skill=judge(over, chosen),
        policy=best.policy,
        newest=_newest(newest, rules, best, tried[chosen].features, old),
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """One setting in one fold: the mean policy, one per seed, and what the mean policy (and it without a tilt) did
    where it had not learned. spread: deviation between the seeds' yearly certainty equivalents."""

    policy: Policy
    each: tuple[Policy, ...]
    run: Run
    still: Run
    spread: float


def _trial(
    part: Panel, rules: Rules, setting: Setting, span: tuple[int, int], seeds: Sequence[int], reach: float,
    before: _Trial | None,
) -> _Trial:  # fmt: skip
    """Train on everything before the span, each seed going on from where it stood a fold earlier; then try."""
    start, end = span
    past, ahead = part.rows(slice(0, start - EMBARGO)), part.rows(slice(start, end))
    learned = []
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng([seed, start])
        given = _episodes(past, rng)
        begin = replace(before.each[i], band=BAND) if before else blank(part.state, reach=reach)
        learned.append(train(begin, given, replace(rules, smooth=1e-3), ridge=setting.ridge))
    policy = mean(learned)
    held = before.run.last if before else ahead.base[:1]
    done = follow(policy, ahead, rules, held)
    still = follow(policy.still, ahead, rules, before.still.last if before else held)
    values = [follow(p, ahead, rules, held).reward.mean() * part.periods for p in learned]
    return _Trial(policy, tuple(learned), done, still, float(np.std(values)))


def _episodes(past: Panel, rng: np.random.Generator) -> Episodes:
    return episodes(past.state, past.base, past.moves, length=LENGTH, periods=past.periods, rng=rng)


def mean(policies: Sequence[Policy]) -> Policy:
    """The policy whose coefficients are the means of others'."""
    return Policy(
        np.mean([p.own for p in policies], axis=0),
        np.mean([p.shared for p in policies], axis=0),
        float(np.exp(np.mean([np.log(p.band) for p in policies]))),
        policies[0].reach,
    )


def follow(policy: Policy, ahead: Panel, rules: Rules, held: Array) -> Run:
    """A policy through a stretch of history, one episode, from the weights held, (1, n)."""
    targets = act(policy, ahead.state, ahead.base)[None]
    return run(targets, held, ahead.moves[None], rules, band=policy.band)


def over_nothing(done: Run, whole: Panel, rules: Rules, still: Array | None = None) -> Array:
    """Reward of a run over the better of two that know nothing: the base, and a fixed mix of the mean weights it
    came to hold, shape (T,).

    The second takes away what leaning on a lucky asset all along would have given: only what was gained by changing in
    time is skill, and where returns come in random order there is none to be had.

    Args:
        done: One episode over `whole`. still: reward of its base under its own band, (T,); None = the usual band.
    """
    weights = np.broadcast_to(done.chosen[0].mean(axis=0), whole.base.shape)
    fixed = _fixed(weights, whole, rules).reward[0]
    base = _fixed(whole.base, whole, rules).reward[0] if still is None else still
    return np.asarray(done.reward[0] - (base if base.mean() > fixed.mean() else fixed))


def _joined(runs: Sequence[Run]) -> Run:
    """Runs of one episode, one after another, as one."""
    parts = ("held", "chosen", "reward", "growth", "factor")
    joined = {p: np.concatenate([getattr(r, p) for r in runs], axis=1) for p in parts}
    return Run(**joined, last=runs[-1].last)


def _baselines(ahead: Panel, rules: Rules) -> tuple[Run, Run]:
    """The base without a tilt, and 1/N over what has a price and is traded at a cost (cash is no choice)."""
    there = (ahead.base > 0) & (rules.buy + rules.sell > 0)
    equal = there / np.maximum(there.sum(axis=1, keepdims=True), 1)
    return _fixed(ahead.base, ahead, rules), _fixed(equal, ahead, rules)


def _fixed(base: Array, ahead: Panel, rules: Rules) -> Run:
    """Fixed weights (R, n) kept within the band, from those of the first day."""
    return run(base[None], base[:1], ahead.moves[None], rules, band=BAND)


def _newest(
    ahead: Panel, rules: Rules, best: _Trial, features: frozenset[str], old: tuple[Policy, frozenset[str]] | None
) -> dict[str, float]:
    plain, equal = _baselines(ahead, rules)
    seen = replace(ahead, state=ahead.state.only(features))
    runs = {"new": follow(best.policy, seen, rules, ahead.base[:1]), "base": plain, "equal": equal}
    out = {name: float(r.reward.mean()) * ahead.periods for name, r in runs.items()}
    out["old"] = float("nan")
    if old is not None:
        seen = replace(ahead, state=ahead.state.only(old[1]))
        out["old"] = float(follow(old[0], seen, rules, ahead.base[:1]).reward.mean()) * ahead.periods
    return out
