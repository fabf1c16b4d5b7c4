"""Deals and prices -> traits, each with how sure we are.

Definitions are those of the published studies, in the form in which they can be counted from trades and daily closes:
disposition (Odean 1998), turnover (Barber & Odean 2000), panic (after Elkind, Kaminski, Lo, Siah & Wong 2022, but
graded: our own definition), trend chasing, revealed risk aversion (Merton 1969), concentration (Goetzmann & Kumar
2008), lottery preference (Kumar 2009).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
from scipy import stats

from tools.behaviour.longrun import long_run
from tools.behaviour.past import Flags, Past
from tools.behaviour.posterior import SURE, Posterior, average, design_effect, normal, rate
from tools.domain.market import Array

Name = Literal[
    "disposition",
    "turnover",
    "panic",
    "panic_published",
    "trend_chasing",
    "risk_aversion",
    "concentration",
    "lottery",
]
Call = Literal["high", "low"]

NEUTRAL: Final[Mapping[Name, float]] = {
    "disposition": 0.0,
    "turnover": 0.75,
    "panic": 0.1,
    "panic_published": 0.001,
    "trend_chasing": 0.0,
    "risk_aversion": 4.0,
    "concentration": 0.25,
    "lottery": 0.0,
}
"""Where a trait is neither high nor low."""

REQUIRED: Final[Mapping[Name, int]] = {
    "disposition": 464,
    "turnover": 6,
    "panic": 2,
    "panic_published": 12,
    "trend_chasing": 30,
    "risk_aversion": 3,
    "concentration": 1,
    "lottery": 6,
}
"""Evidence that is usually needed. Disposition: 232 chances on each side show a typical effect half of the time;
trend chasing: so many purchases show a third of a standard deviation half of the time; the others: least data."""

GATED: Final = frozenset({"turnover", "panic", "panic_published", "risk_aversion", "concentration", "lottery"})
"""Traits that stay silent below `REQUIRED` whatever their interval says."""

PGR: Final = (2.96, 17.04)
PLR: Final = (1.96, 18.04)
"""Odean (1998), Table I, entire year: .148 and .098, with the weight of twenty observations."""

PANIC: Final = (0.4, 1.2)
"""Weak: nobody published how often the graded definition is met."""

PANIC_PUBLISHED: Final = (0.02, 19.98)
"""About one household in a thousand at any time (Elkind et al. 2022), with the weight of twenty months."""

TURNOVER: Final = (float(np.log(0.75)), 1.2)
"""Mean and standard deviation of its logarithm: about 75 % a year, far more in the most active fifth (Barber & Odean
2000)."""

TREND: Final = (0.0, 1.0)
AVERSION: Final = (float(np.log(4.0)), 0.7)
CONCENTRATION: Final = (0.25, 0.5)
LOTTERY: Final = (0.0, 0.5)
"""Mean and standard deviation of the trait among people; of risk aversion, of its logarithm."""

PREMIUM: Final = 0.05
VOLATILITY: Final = 0.16
"""Assumed yearly premium and volatility of risky assets: what share of money they are given reveals risk aversion only
under such an assumption, so it is printed wherever the trait is."""

STRESS_FALL: Final = 0.08
HIGH_DAYS: Final = 60
PANIC_SHARE: Final = 0.25
PANIC_DAYS: Final = 5
TREND_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait of one investor.

    estimate, lo90, hi90: middle and bounds of the posterior. call: high or low against `neutral`, None = their own
    trades do not yet tell. n_events: evidence there is; n_required: what is usually needed. prior_weight: share of the
    estimate that comes from other people. evidence: ids of the deals behind it. assumed: numbers it rests on.
    """

    name: Name
    estimate: float
    lo90: float
    hi90: float
    call: Call | None
    neutral: float
    n_events: int
    n_required: int
    prior_weight: float
    evidence: tuple[str, ...]
    as_of: date
    assumed: Mapping[str, float]


def traits(past: Past, *, premium: float = PREMIUM, volatility: float = VOLATILITY) -> tuple[Trait, ...]:
    """Every trait the deals say something about; a trait without any evidence stands at its prior and is silent.

    Args:
        past: What was done, and the prices of that time.
        premium: Assumed yearly excess return of risky assets.
        volatility: Their assumed yearly volatility.
    """
    return (
        disposition(past),
        turnover(past),
        panic(past),
        panic_published(past),
        trend_chasing(past),
        risk_aversion(past, premium=premium, volatility=volatility),
        concentration(past),
        *lottery(past),
    )


def disposition(past: Past) -> Trait:
    """PGR − PLR on days with a sale while at least two names were held. Source: Odean (1998)."""
    sales = past.walked.sales
    counts = np.array(
        [(s.realised_gains, s.paper_gains, s.realised_losses, s.paper_losses) for s in sales], dtype=float
    ).reshape(len(sales), 4)
    rg, pg, rl, pl = counts.sum(axis=0)
    gains, losses = counts[:, :2].sum(axis=1), counts[:, 2:].sum(axis=1)
    effect = 1.0
    if rg + pg and rl + pl:
        up, down = rg / (rg + pg), rl / (rl + pl)
        parts = (counts[:, 0] - up * gains) / gains.sum() - (counts[:, 2] - down * losses) / losses.sum()
        independent = up * (1 - up) / gains.sum() + down * (1 - down) / losses.sum()
        effect = design_effect(parts, past.months[[s.row for s in sales]], independent)
    up_rate, down_rate = rate(rg / effect, pg / effect, PGR), rate(rl / effect, pl / effect, PLR)
    sd = (up_rate.sd**2 + down_rate.sd**2) ** 0.5
    found = Posterior(stats.norm(up_rate.mean - down_rate.mean, sd), (up_rate.weight + down_rate.weight) / 2)
    return _trait(past, "disposition", found, int(counts.sum()), tuple(i for s in sales for i in s.ids))


def turnover(past: Past) -> Trait:
    """Half of all buys and sells a year over the mean month-end value. Source: Barber & Odean (2000).

    Sizes and dates of trades are taken as a compound Poisson process; what was bought out of nothing counts, but a
    first purchase happens once and says nothing about how much the rest scatters.
    """
    walked, ends = past.walked, past.month_ends
    mean = float(walked.value[ends].mean()) if len(ends) else 0.0
    if mean <= 0 or past.years <= 0:
        return _trait(past, "turnover", Posterior(stats.norm(*TURNOVER), 1.0, log=True), 0, ())
    flow = (walked.bought + walked.sold)[past.begin :] / 2
    later = flow - walked.first[past.begin :] / 2
    squares = float(later @ later)
    once = float((flow - later).sum()) / mean / past.years
    events, own = 0.5, 0.05 / past.years  # nothing traded: as if half a trade of a tenth of the holdings
    if squares > 0:
        own = float(later.sum()) / mean / past.years
        parts = later - own * walked.value[past.begin :] * past.years / len(later)
        events = float(later.sum()) ** 2 / squares / design_effect(parts, past.months[past.begin :], squares)
    # A first purchase is certain: only the rest of the sum scatters.
    found = normal(float(np.log(own + once)), (own / (own + once)) ** 2 / events, TURNOVER, log=True)
    ids = tuple(d.id for row, d in walked.placed if row >= past.begin)
    return _trait(past, "turnover", found, int(past.years * 12), ids)


def stressed(past: Past) -> Flags:
    """Days on which the equal-weight index stands at least 8 % under its 60-day high, shape (T,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        change = past.closes[1:] / past.closes[:-1] - 1
    known = np.isfinite(change)
    mean = np.where(known, change, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    index = np.concatenate([[1.0], np.cumprod(1 + mean)])
    padded = np.concatenate([np.full(HIGH_DAYS - 1, -np.inf), index])
    high = np.lib.stride_tricks.sliding_window_view(padded, HIGH_DAYS).max(axis=1)
    return np.asarray(index <= high * (1 - STRESS_FALL))


def panic(past: Past) -> Trait:
    """Chance, per month with stress, of a net sale of a quarter of the holdings within five trading days.

    Graded for people who trade little; our own definition, after Elkind et al. (2022), who ask for nine tenths.
    """
    months, panicked, ids = _panics(past)
    a, b = PANIC[0] + len(panicked), PANIC[1] + len(months) - len(panicked)
    return _trait(past, "panic", Posterior(stats.beta(a, b), sum(PANIC) / (a + b), narrow=True), len(months), ids)


def _panics(past: Past) -> tuple[set[int], set[int], tuple[str, ...]]:
    """Months of stress with something held, those of them with a panic, and the sales that were it."""
    walked = past.walked
    opening = (walked.before * past.prices).sum(axis=1)
    stress = stressed(past)
    rows = [r for r in np.flatnonzero(stress).tolist() if r >= past.begin and opening[r] > 0]
    months = {int(past.months[r]) for r in rows}
    net = walked.sold - walked.bought
    panicked: set[int] = set()
    hit: list[tuple[int, int]] = []
    free_from = 0
    for row in rows:
        end = min(row + PANIC_DAYS, len(net))
        if row < free_from or net[row:end].sum() < PANIC_SHARE * opening[row] * (1 - 1e-9):
            continue
        first = row + int(np.argmax(walked.sold[row:end] > 0))
        month = int(past.months[first])
        panicked.add(month if month in months else int(past.months[row]))
        hit.append((row, end))
        free_from = end
    ids = tuple(d.id for row, d in walked.placed if d.side == "sell" and any(a <= row < b for a, b in hit))
    return months, panicked, ids


def is_panic(start: float, end: float, net_sales: float) -> bool:
    """The published definition: equity down by at least 90 % in a month, at least half of it by sales.

    Source: Elkind, Kaminski, Lo, Siah & Wong (2022), "When do investors freak out?".
    """
    decline = start - end
    return start > 0 and decline >= 0.9 * start and net_sales >= 0.5 * decline


def panic_published(past: Past) -> Trait:
    """Chance per month of a panic sale as published."""
    walked, ends = past.walked, past.month_ends
    net = np.concatenate([[0.0], np.cumsum(walked.sold - walked.bought)])
    spans = [(a, b) for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True) if walked.value[a] > 0]
    hits = [(a, b) for a, b in spans if is_panic(walked.value[a], walked.value[b], net[b + 1] - net[a + 1])]
    a, b = PANIC_PUBLISHED[0] + len(hits), PANIC_PUBLISHED[1] + len(spans) - len(hits)
    ids = tuple(d.id for row, d in walked.placed if d.side == "sell" and any(x < row <= y for x, y in hits))
    weight = sum(PANIC_PUBLISHED) / (a + b)
    return _trait(past, "panic_published", Posterior(stats.beta(a, b), weight, narrow=True), len(spans), ids)


def trend_chasing(past: Past) -> Trait:
    """Mean over purchases of the asset's 60-day return before that day, as a z-score across all assets."""
    index = {a: k for k, a in enumerate(past.assets)}
    bought = [(row, d.id, _z(past, row, index[d.asset])) for row, d in past.walked.placed if d.side == "buy"]
    scored = [(row, i, z) for row, i, z in bought if z is not None and row >= past.begin]
    if not scored:
        return _trait(past, "trend_chasing", Posterior(stats.norm(*TREND), 1.0), 0, ())
    z = np.array([z for _, _, z in scored])
    k = len(z)
    middle = float(z.mean())
    # Under chance picks z has variance 1; a few such picks stand in for a scatter not yet seen.
    variance = (float(((z - middle) ** 2).sum()) + 3.0) / (k + 2.0)
    effect = design_effect((z - middle) / k, past.months[[row for row, _, _ in scored]], variance / k)
    found = normal(middle, variance / k * effect, TREND)
    return _trait(past, "trend_chasing", found, k, tuple(i for _, i, _ in scored))


def _z(past: Past, row: int, k: int) -> float | None:
    """How the asset had done, against the others, over the 60 days that end before the day of purchase."""
    if row < TREND_DAYS + 1:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        gains = past.closes[row - 1] / past.closes[row - 1 - TREND_DAYS] - 1
    known = gains[np.isfinite(gains)]
    if not np.isfinite(gains[k]) or len(known) < 2 or known.std() <= 0:
        return None
    return float((gains[k] - known.mean()) / known.std())


def merton(share: float, *, premium: float, volatility: float) -> float:
    """Risk aversion of somebody who gives risky assets this share. Source: Merton (1969)."""
    return premium / (volatility**2 * share)


def risk_aversion(past: Past, *, premium: float = PREMIUM, volatility: float = VOLATILITY) -> Trait:
    """Risk aversion revealed by the share of risky assets at month-ends; only where cash beside them is known."""
    values = past.walked.value[past.month_ends]
    cash = np.full(len(values), np.nan) if past.cash is None else past.cash[past.month_ends]
    told = np.isfinite(cash) & (values > 0)
    shares = values[told] / (values[told] + np.maximum(cash[told], 0.0))
    found = Posterior(stats.norm(*AVERSION), 1.0, log=True)
    if len(shares):
        revealed = np.log([merton(s, premium=premium, volatility=volatility) for s in shares.tolist()])
        found = long_run(_ordinary(revealed), AVERSION, log=True)
    assumed = {"premium": premium, "volatility": volatility}
    return _trait(past, "risk_aversion", found, len(shares), _months(past, told), assumed)


def _ordinary(values: Array) -> Array:
    """Values around their median, far ones drawn in: months in cash after a panic are not what one ordinarily wants."""
    middle = float(np.median(values))
    reach = 2.0 * max(1.4826 * float(np.median(np.abs(values - middle))), 0.05)
    near = np.clip(values, middle - reach, middle + reach)
    return np.asarray(near - near.mean() + middle)


def herfindahl(weights: Array) -> float:
    """Sum of squared weights: 1 over the number of equal names that would be as concentrated."""
    return float((weights / weights.sum()) @ (weights / weights.sum()))


def normalised_variance(cov: Array, weights: Array) -> float:
    """Variance of a portfolio over the mean variance of what is in it. Source: Goetzmann & Kumar (2008)."""
    inside = weights > 0
    return float(weights @ cov @ weights) / float(np.diag(cov)[inside].mean())


def concentration(past: Past) -> Trait:
    """Mean Herfindahl index of the risky holdings at month-ends."""
    worth = (past.walked.held * past.prices)[past.month_ends]
    held = worth.sum(axis=1) > 0
    values = np.array([herfindahl(w) for w in worth[held]])
    found = Posterior(stats.truncnorm(-0.5, 1.5, *CONCENTRATION), 1.0)
    if len(values):
        wide, _ = average(values, CONCENTRATION, 0.06)
        centre, sd = float(wide.of.ppf(0.5)), float(wide.of.ppf(0.8413447460685429) - wide.of.ppf(0.5))
        found = Posterior(stats.truncnorm(-centre / sd, (1 - centre) / sd, centre, sd), wide.weight)
    return _trait(past, "concentration", found, len(values), _months(past, held))


def lottery(past: Past) -> tuple[Trait, ...]:
    """Mean weight in lottery-like assets beyond their share of all assets; nothing where they cannot be told apart.

    Lottery-like: below the median price, above the median of idiosyncratic volatility and of idiosyncratic skew.
    Source: Kumar (2009), with the whole time looked at instead of the half year before, and prices as adjusted.
    """
    alike = _lottery_like(past)
    worth = (past.walked.held * past.prices)[past.month_ends]
    held = worth.sum(axis=1) > 0
    if alike is None or not held.any():
        return ()
    values = worth[held][:, alike].sum(axis=1) / worth[held].sum(axis=1) - alike.mean()
    found, _ = average(values, LOTTERY, 0.1)
    return (_trait(past, "lottery", found, len(values), _months(past, held)),)


def _lottery_like(past: Past) -> Flags | None:
    """Which assets are, shape (n,); None with fewer than six assets or a year of days."""
    with np.errstate(invalid="ignore", divide="ignore"):
        change = past.closes[1:] / past.closes[:-1] - 1
    whole = np.isfinite(change).all(axis=1)
    if change.shape[1] < 6 or whole.sum() < 250:
        return None
    change = change[whole]
    market = change.mean(axis=1)
    away = market - market.mean()
    slope = away @ (change - change.mean(axis=0)) / max(float(away @ away), 1e-300)
    rest = change - change.mean(axis=0) - np.outer(away, slope)
    vol, skew = rest.std(axis=0), stats.skew(rest, axis=0)
    price = np.median(past.prices, axis=0)
    alike = (price < np.median(price)) & (vol > np.median(vol)) & (skew > np.median(skew))
    return alike if alike.any() else None


def _months(past: Past, chosen: Flags) -> tuple[str, ...]:
    """Month-ends as evidence: "2025-03"."""
    return tuple(str(d) for d in past.days[past.month_ends[chosen]].astype("datetime64[M]"))


def _trait(
    past: Past,
    name: Name,
    found: Posterior,
    events: int,
    evidence: Sequence[str],
    assumed: Mapping[str, float] | None = None,
) -> Trait:
    neutral, required = NEUTRAL[name], REQUIRED[name]
    lo, hi = found.interval
    return Trait(
        name=name,
        estimate=found.median,
        lo90=lo,
        hi90=hi,
        call=_call(found, neutral) if events >= (required if name in GATED else 1) else None,
        neutral=neutral,
        n_events=events,
        n_required=required,
        prior_weight=found.weight,
        evidence=tuple(evidence),
        as_of=date.fromisoformat(str(past.days[-1].astype("datetime64[D]"))),
        assumed=assumed or {},
    )


def _call(found: Posterior, neutral: float) -> Call | None:
    above = found.above(neutral)
    return "high" if above >= SURE else "low" if above <= 1 - SURE else None
