"""Cash flows, the chance of reaching each goal, what would change it, and how risk ends as the date nears.

One pot serves all goals: what is saved goes in, what falls due is paid in order of its date, and what is kept back
never counts. Everything is in today's money of one currency, after fees. Nobody knows the expected return, so each
chance has an interval: over what the return and its volatility may be, and over the limited number of paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from scipy.special import ndtri

from tools.domain.mandate import Limit
from tools.domain.market import Array

PAIRS = 500
DRAWS = 40
MOST_STEPS = 120
"""Paths in antithetic pairs, draws of the unknown parameters, and steps in time: about half a second for all goals."""

LEVEL_Z = 1.6448536269514722
WANTED = 0.8
"""The chance that the levers aim at."""

MATTERS = 0.05
"""A change of a chance worth telling."""

LATER_YEARS = 15
RISKS = (0.5, 1.5, 2.0)
"""Multiples of today's risk that are tried."""

LOCK_YEARS = 5.0
SAFE_YEARS = 1.0
"""From five years before a date on, money needed then leaves risk step by step; in the last year nothing is at risk."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How the pot grows, yearly fractions before inflation.

    mean: expected simple return. risk_free: what money without risk earns. mean_sd: how far the expectation may be off.
    vol: volatility. vol_sd: how far it may be off, as a fraction of it. inflation: of the currency. fee: costs a year.
    """

    mean: float
    vol: float
    risk_free: float
    mean_sd: float
    vol_sd: float
    inflation: float
    fee: float

    def scaled(self, factor: float) -> "Growth":
        """The same with so many times the risk."""
        return replace(
            self,
            mean=self.risk_free + factor * (self.mean - self.risk_free),
            vol=factor * self.vol,
            mean_sd=factor * self.mean_sd,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """One goal. amount: needed at `months`, 0 when only an income is wanted. monthly: saved until then, or paid out if
    negative. spent: it is paid from the pot when it is reached.
    """

    name: str
    months: float
    amount: float
    monthly: float = 0.0
    spent: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """The pot and what is asked of it. withdrawals: (months from now, amount). reserve: kept back throughout."""

    worth: float
    targets: tuple[Target, ...]
    withdrawals: tuple[tuple[float, float], ...] = ()
    reserve: float = 0.0


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a goal is reached, with a 90 % interval."""

    name: str
    chance: float
    lo90: float
    hi90: float


@dataclass(frozen=True, slots=True)
class Levers:
    """What would bring a goal to a wanted chance, each alone; None where it cannot, or where the goal is there already.

    monthly: saved more each month. years: the goal so much later. risk: multiple of today's risk that helps most, and
    the chance it gives; None when neither more nor less helps by five points.
    """

    monthly: float | None
    years: int | None
    risk: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Fan:
    """What the pot may be worth: months from now, shape (s,), and quantiles 5, 25, 50, 75, 95 %, shape (s, 5)."""

    months: Array
    quantiles: Array


@dataclass(frozen=True, slots=True)
class _Run:
    """times: months, shape (s,), from 0. wealth: shape (s, k, p). reached: per goal, shape (g, k, p)."""

    times: Array
    wealth: Array
    reached: Array


def chances(plan: Plan, growth: Growth, seed: int) -> tuple[Chance, ...]:
    """The chance of every goal, in the order of `plan.targets`.

    Args:
        plan: The pot and its goals.
        growth: How it grows.
        seed: The same seed gives the same figures.
    """
    if not plan.targets:
        return ()
    rng = np.random.default_rng(seed)
    means, vols = _parameters(growth, rng, DRAWS)
    reached = _run(plan, growth, means[:, None], vols[:, None], rng, PAIRS, keep=False).reached.mean(axis=2)
    found = []
    for target, each in zip(plan.targets, reached, strict=True):
        chance = float(each.mean())
        fair = (chance * 2 * PAIRS + 2) / (2 * PAIRS + 4)  # Agresti & Coull (1998): all paths alike prove little
        sampling = LEVEL_Z * (fair * (1 - fair) / (2 * PAIRS + 4)) ** 0.5
        low, high = np.quantile(each, [0.05, 0.95])
        below, above = np.hypot(chance - low, sampling), np.hypot(high - chance, sampling)
        found.append(Chance(target.name, chance, max(chance - float(below), 0.0), min(chance + float(above), 1.0)))
    return tuple(found)


def levers(plan: Plan, growth: Growth, name: str, seed: int, *, wanted: float = WANTED) -> Levers:
    """What would change the chance of one goal."""
    now = _quick(plan, growth, name, seed)
    best = max(((_quick(plan, growth.scaled(f), name, seed), f) for f in RISKS), default=(0.0, 1.0))
    risk = (best[1], best[0]) if best[0] > now + MATTERS else None
    if now >= wanted:
        return Levers(None, None, risk)
    return Levers(
        _saved_more(plan, growth, name, seed, wanted),
        next(
            (
                y
                for y in range(1, LATER_YEARS + 1)
                if _quick(_changed(plan, name, later=12.0 * y), growth, name, seed) >= wanted
            ),
            None,
        ),
        risk,
    )


def _saved_more(plan: Plan, growth: Growth, name: str, seed: int, wanted: float) -> float | None:
    """Smallest further monthly saving, to a hundredth of what would suffice without any growth; None beyond that."""
    target = _named(plan, name)
    high = max(target.amount, -target.monthly * target.months) / max(target.months, 1.0) * 1.5
    if high <= 0 or _quick(_changed(plan, name, monthly=high), growth, name, seed) < wanted:
        return None
    low = 0.0
    for _ in range(8):
        middle = (low + high) / 2
        enough = _quick(_changed(plan, name, monthly=middle), growth, name, seed) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high


def fan(plan: Plan, growth: Growth, seed: int) -> Fan:
    """What the pot may be worth over time, in today's money, while the plan is carried out."""
    run = _predictive(plan, growth, seed, keep=True)
    return Fan(run.times, np.quantile(run.wealth[:, 0], [0.05, 0.25, 0.5, 0.75, 0.95], axis=1).T)


def largest_risky(years_left: float, part: float) -> float:
    """Largest share of risky assets with a date so near.

    Args:
        years_left: Until the money is needed.
        part: Fraction of the portfolio that is needed then.
    Source: own rule: straight from everything allowed to nothing at risk, as the funds with a target date do.
    """
    locked = float(np.clip((LOCK_YEARS - years_left) / (LOCK_YEARS - SAFE_YEARS), 0.0, 1.0))
    return 1.0 - locked * float(np.clip(part, 0.0, 1.0))


def glide(years: float, part: float) -> tuple[tuple[float, float], ...]:
    """Largest risky share by whole years left, from now to the date."""
    left = [float(y) for y in range(int(years), -1, -1)]
    return tuple((y, largest_risky(y, part)) for y in ([years] if years > left[0] else []) + left)


def glide_limit(name: str, years_left: float, part: float, target: str, until: datetime) -> Limit | None:
    """The glide path as a limit of today's mandate: so much kept in cash; None while it asks for none.

    It is soft: the date suggests it, the investor did not say it.

    Args:
        name: Id of the limit.
        years_left: Until the money is needed.
        part: Fraction of the portfolio that is needed then.
        target: The cash it is needed in.
        until: The date itself, when it ends.
    """
    share = 1.0 - largest_risky(years_left, part)
    if share <= 0:
        return None
    return Limit(id=name, kind="keep", target=target, weight=share, origin="goal", until=until)


def _parameters(growth: Growth, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Draws of what mean and volatility may be, shape (count,): one from each slice of either (Latin square)."""
    slices = (np.arange(count) + 0.5) / count
    mean, vol = (rng.permutation(ndtri(slices)) for _ in range(2))
    return growth.mean + growth.mean_sd * mean, growth.vol * np.exp(growth.vol_sd * vol)


def _quick(plan: Plan, growth: Growth, name: str, seed: int) -> float:
    """The chance of one goal alone, with one draw of the parameters to a path."""
    place = [t.name for t in plan.targets].index(name)
    return float(_predictive(plan, growth, seed, keep=False).reached[place].mean())


def _predictive(plan: Plan, growth: Growth, seed: int, *, keep: bool) -> _Run:
    rng = np.random.default_rng(seed)
    means, vols = _parameters(growth, rng, 2 * PAIRS)
    return _run(plan, growth, means[None], vols[None], rng, PAIRS, keep=keep)


def _named(plan: Plan, name: str) -> Target:
    return next(t for t in plan.targets if t.name == name)


def _changed(plan: Plan, name: str, *, monthly: float = 0.0, later: float = 0.0) -> Plan:
    targets = (
        replace(t, monthly=t.monthly + monthly, months=t.months + later) if t.name == name else t for t in plan.targets
    )
    return replace(plan, targets=tuple(targets))


def _times(plan: Plan) -> Array:
    """Months at which something is looked at: an even grid, at most monthly, and every date of the plan."""
    end = max((t.months for t in plan.targets), default=0.0)
    due = [t.months for t in plan.targets] + [m for m, _ in plan.withdrawals if 0 < m < end]
    grid = np.linspace(0.0, end, min(max(int(np.ceil(end)), 1), MOST_STEPS) + 1)
    return np.unique(np.round(np.concatenate([grid, due]), 9))


def _run(
    plan: Plan, growth: Growth, mean: Array, vol: Array, rng: np.random.Generator, pairs: int, *, keep: bool
) -> _Run:
    """Carry a plan out on random paths.

    Args:
        plan: What to carry out.
        growth: Inflation and fee.
        mean: Expected returns, shape (k, 1) or (1, p), p = 2 pairs.
        vol: Volatilities of the same shape.
        rng: Source of the paths.
        pairs: Antithetic pairs of paths; every draw of parameters sees the same.
        keep: Also keep the wealth at every time.
    """
    times = _times(plan)
    drift = np.log1p(mean - growth.fee) - np.log1p(growth.inflation) - vol**2 / 2
    pot = np.full(np.broadcast_shapes(mean.shape, (1, 2 * pairs)), plan.worth)
    dry = np.zeros(pot.shape, dtype=bool)
    reached = np.zeros((len(plan.targets), *pot.shape), dtype=bool)
    kept = [pot]
    for before, now in zip(times[:-1].tolist(), times[1:].tolist(), strict=True):
        half = (now - before) / 24.0
        draw = rng.standard_normal(pairs)
        root = np.exp(drift * half + vol * (half / 2) ** 0.5 * np.concatenate([draw, -draw]))
        # What is saved flows in evenly, so it grows for half of the step.
        saved = (now - before) * sum(t.monthly for t in plan.targets if t.months >= now)
        pot = pot * root * root + saved * root
        pot = pot - sum(a for m, a in plan.withdrawals if before < m <= now)
        dry |= pot < 0
        pot = np.maximum(pot, 0.0)
        for g in _due(plan.targets, before, now):
            target = plan.targets[g]
            reached[g] = (pot - plan.reserve >= target.amount) & ~(dry & (target.monthly < 0))
            if target.spent:
                pot = np.where(reached[g], pot - target.amount, pot)
        if keep:
            kept.append(pot)
    return _Run(times, np.array(kept), reached)


def _due(targets: Sequence[Target], before: float, now: float) -> list[int]:
    """Goals whose date lies in a step, the smaller first."""
    due = [g for g, t in enumerate(targets) if before < t.months <= now + 1e-9]
    return sorted(due, key=lambda g: (targets[g].months, targets[g].amount))
