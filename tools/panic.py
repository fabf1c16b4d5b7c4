"""Falls like this one: how often they recovered, how much deeper they went first, and how far that can be trusted.

The baseline is the chance that a random walk with this asset's own drift and volatility regains the old peak in time.
Three other opinions look at more: blocks of the asset's own past scaled to today's volatility, its own earlier falls of
like depth, length and agitation, and the odds of a turbulent regime. They move the baseline's log-odds by fixed parts
of their distance from it, an opinion resting on few falls hardly at all. Whether the result may be shown is decided by
its record on falls whose end was known by then, counted by fall, never by day. Nothing looks ahead.

A day of the past is a case only once its whole horizon is over, whatever came of it. Counting a recovery the day it
happens, but a failure only a year later, would make every recent past look better than it was; so would leaving out
the earlier years of a fall that still lasts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, expit, logit, ndtr

from tools.calibration import Record
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.resample import stationary_blocks
from tools.signals import Regimes, ewma_vol, regimes

HORIZON = 250
"""Own trading days within which the old peak is regained, or not."""

FURTHER = 0.1
"""A further fall of this fraction is asked for as well."""

SHALLOW = 0.05
"""Falls less deep than this are no analogues and are not in the record."""

LEAST = 60
"""Returns without which nothing is said."""

PRIOR_RATIO, PRIOR_YEARS = 0.2, 40.0
"""Drift a priori, per unit of volatility a year, and the years of own history that weigh as much as that belief."""

WIDTHS = np.array([0.35, 0.7, 0.35])
"""How far, in logs, depth, days under water and volatility ratio may differ and still count about six tenths."""

PRIOR_FALLS = 4.0
"""Falls' worth of the baseline in the opinion of the analogues."""

PARTS = {"blocks": 0.5, "analogues": 0.6, "regime": 0.1}
"""How much of its distance from the baseline, in log-odds, each opinion moves the answer.

The blocks rest on a drift drawn towards what is usual and on moves as wild as they were, so they know that what fell
for a year may not rise at its old mean; the analogues know this asset. They disagree more often than they agree, which
is why the parts may sum to more than one.
"""

CALM_OR_WILD = Regimes(np.array([[0.99, 0.01], [0.03, 0.97]]), np.zeros(2), np.array([0.75, 1.6]), np.zeros(0))
"""Two regimes of returns in units of their long-run deviation; the mean variance over time is about one."""

_BLOCK, _DECAY, _EDGE, _SPACING = 20, 0.97, 0.01, 42

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Episode:
    """A fall in a series: rows of its peak, its deepest day and its recovery (None = not yet), and its depth (≤ 0)."""

    peak: int
    trough: int
    recovery: int | None
    depth: float


@dataclass(frozen=True, slots=True)
class Comparable:
    """Earlier falls of the same asset on the first day they were as deep as now, if their next year is known.

    recovered: how many regained their peak within the horizon. deeper: median further fall before that, ≥ 0.
    """

    count: int
    recovered: int
    deeper: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may become of a fall. Every chance is 0..1 within `horizon` own trading days.

    depth: below the peak, positive. days: since the peak. recover: old peak regained, with a 90 % interval. baseline:
    the same from the closed form. further: a fall of another 10 % before recovery. opinions: each by itself.
    """

    depth: float
    days: int
    horizon: int
    recover: float
    low: float
    high: float
    further: float
    baseline: float
    opinions: dict[str, float]
    comparable: Comparable


def first_passage(depth: float, *, drift: float, vol: float, years: float) -> float:
    """Chance that a geometric Brownian motion regains its peak in time.

    Args:
        depth: Below the peak, 0 ≤ depth < 1.
        drift: Yearly mean of log returns, μ − σ²/2. vol: yearly, positive. years: horizon, positive.
    Source: the first-passage law of Brownian motion with drift.
    """
    away, spread = -np.log1p(-depth), vol * np.sqrt(years)
    reflected = np.exp(min(2.0 * drift * away / vol**2, 700.0)) * ndtr((-away - drift * years) / spread)
    return float(min(ndtr((-away + drift * years) / spread) + reflected, 1.0))


def episodes(prices: Array) -> tuple[Episode, ...]:
    """Every fall of a series, oldest first; the last one may be open. prices: shape (T,), complete."""
    peaks = np.flatnonzero(prices >= np.maximum.accumulate(prices))
    found = []
    for peak, following in zip(peaks, [*peaks[1:], len(prices)], strict=True):
        if following > peak + 1:
            trough = int(peak + 1 + np.argmin(prices[peak + 1 : following]))
            recovery = int(following) if following < len(prices) else None
            found.append(Episode(int(peak), trough, recovery, float(prices[trough] / prices[peak] - 1.0)))
    return tuple(found)


class History:
    """One asset's closes and what each day's fall came to. Every answer at a row rests on rows up to it only."""

    def __init__(self, prices: Array, *, name: str = "", horizon: int = HORIZON) -> None:
        """Take positive closes of the asset's own trading days, shape (T,).

        Raises:
            DataMissing: `short_history` with fewer than `LEAST` returns, `not_positive` for a price of zero or less.
        """
        if len(prices) <= LEAST:
            raise DataMissing("short_history")
        if not (np.isfinite(prices).all() and (prices > 0).all()):
            raise DataMissing("not_positive")
        self.name, self.horizon, self.prices = name, horizon, prices
        logs = np.log(prices)
        self.peak = np.maximum.accumulate(logs)
        self.away = self.peak - logs
        rows = np.arange(len(prices))
        self.peak_row = np.maximum.accumulate(np.where(self.away == 0.0, rows, 0))
        self.under = rows - self.peak_row
        self.moves = np.r_[0.0, np.diff(logs)]
        self.usual = np.sqrt(np.maximum(np.cumsum(self.moves**2) / np.maximum(rows, 1), 1e-12))
        start = float((self.moves[1:21] ** 2).mean())
        self.now = np.maximum(ewma_vol(self.moves, decay=_DECAY, start=start), 1e-6)
        self.now[:21] = np.sqrt(max(start, 1e-12))
        self.ratio = self.now / self.usual

    @cached_property
    def wild(self) -> Array:
        """Chance of the wild regime after each day, shape (T,); a jump counts at most eight deviations."""
        before = np.r_[self.usual[20], self.usual[:-1]]
        return regimes(np.clip(self.moves / before, -8.0, 8.0), CALM_OR_WILD).chance[:, 1]

    @cached_property
    def _fate(self) -> tuple[Array, Array, Array, Index]:
        """For each row: recovered in time, fell further first, how much deeper first, and the last row of its horizon.

        NaN until that row is there: see the module on why an early recovery has to wait as long as a failure.
        """
        count, ahead = len(self.prices), self.horizon
        logs = self.peak - self.away
        recovered, further, deeper = (np.full(count, np.nan) for _ in range(3))
        known = np.full(count, np.iinfo(np.intp).max)
        for row in np.flatnonzero(self.away[: max(count - ahead, 0)] > 0.0):
            future = logs[row + 1 : row + 1 + ahead]
            back = np.flatnonzero(future >= self.peak[row])
            last = int(back[0]) if len(back) else ahead - 1
            before = future[: last + 1]
            recovered[row] = float(len(back) > 0)
            further[row] = float(before.min() <= logs[row] + np.log1p(-FURTHER))
            deeper[row] = -np.expm1(min(before.min() - logs[row], 0.0))
            known[row] = row + ahead
        return recovered, further, deeper, known

    def outlook(self, row: int = -1, *, paths: int = 400) -> Outlook:
        """What may become of the fall at a row (default the newest). Raises DataMissing(`short_history`) before it."""
        row = row % len(self.prices)
        if row < LEAST:
            raise DataMissing("short_history")
        depth = float(-np.expm1(-self.away[row]))
        baseline = self._baseline(row)
        if depth == 0.0:
            opinions = dict.fromkeys(PARTS, 1.0)
            return Outlook(0.0, 0, self.horizon, 1.0, 1.0, 1.0, 0.0, 1.0, opinions, Comparable(0, 0, 0.0))
        drift = self._drift(row)
        blocks, tail = self._blocks(row, drift, paths)
        recovered, further, weight = self._analogues(row)
        trust = weight / (weight + PRIOR_FALLS)
        opinions = {
            "blocks": blocks,
            "analogues": trust * recovered + (1.0 - trust) * baseline,
            "regime": self._passage(row, drift, self._regime_vol(row)),
        }
        base = _odds(baseline)
        recover = float(expit(base + sum(part * (_odds(opinions[n]) - base) for n, part in PARTS.items())))
        fall = float(expit(_odds(tail) + 0.5 * trust * (_odds(further) - _odds(tail)))) if weight else tail
        low, high = _interval(recover, PRIOR_FALLS + weight)
        return Outlook(
            depth, int(self.under[row]), self.horizon, recover, low, high, fall, baseline, opinions,
            self._comparable(row),
        )  # fmt: skip

    def records(self, until: int, *, paths: int = 150) -> tuple[Record, ...]:
        """Forecasts of the past that had their answer by row `until`: each fall of a tenth, every other month."""
        recovered, _, _, known = self._fate
        rows = [row for row in self._marks if known[row] <= until]
        return tuple(
            Record((self.name, int(self.peak_row[row])), int(known[row]), *self._past(row, paths), bool(recovered[row]))
            for row in rows
        )

    @cached_property
    def _marks(self) -> tuple[int, ...]:
        """Rows of the record. Whether a row is one depends on the rows before it only."""
        found: list[int] = []
        for row in np.flatnonzero(self.away >= -np.log1p(-2 * SHALLOW)).tolist():
            same = bool(found) and self.peak_row[row] == self.peak_row[found[-1]]
            if row >= 2 * HORIZON and not (same and row - found[-1] < _SPACING):
                found.append(row)
        return tuple(found)

    def fate(self, row: int) -> tuple[bool, bool] | None:
        """Did the peak come back in time, and was a further tenth lost first? None while that is open, for scoring."""
        recovered, further, _, _ = self._fate
        return None if np.isnan(recovered[row]) else (bool(recovered[row]), bool(further[row]))

    def _past(self, row: int, paths: int) -> tuple[float, float]:
        memo = self.__dict__.setdefault("_memo", {})
        if (row, paths) not in memo:
            told = self.outlook(row, paths=paths)
            memo[row, paths] = (told.recover, told.baseline)
        found: tuple[float, float] = memo[row, paths]
        return found

    def _baseline(self, row: int) -> float:
        past = self.moves[1 : row + 1]
        return self._passage(row, float(past.mean()), max(float(past.std()), 1e-6))

    def _passage(self, row: int, drift: float, vol: float) -> float:
        depth = float(-np.expm1(-self.away[row]))
        return first_passage(depth, drift=drift, vol=vol, years=float(self.horizon))  # a day is the unit of all three

    def _drift(self, row: int) -> float:
        """Own mean log return a day, drawn towards the prior: means need decades to be known."""
        years = row / HORIZON
        own = float(self.moves[1 : row + 1].mean())
        prior = PRIOR_RATIO / np.sqrt(HORIZON) * float(self.usual[row])
        return float((years * own + PRIOR_YEARS * prior) / (years + PRIOR_YEARS))

    def _regime_vol(self, row: int) -> float:
        """Mean deviation over the horizon when the regime fades from what it is now to its long-run share."""
        share = CALM_OR_WILD.stationary[1]
        stay = float(CALM_OR_WILD.moves[0, 0] + CALM_OR_WILD.moves[1, 1] - 1.0)
        lasts = (1.0 - stay**self.horizon) / (self.horizon * (1.0 - stay))
        calm, wild = CALM_OR_WILD.deviation**2
        return float(self.usual[row] * np.sqrt(calm + (wild - calm) * (share + (self.wild[row] - share) * lasts)))

    def _blocks(self, row: int, drift: float, paths: int) -> tuple[float, float]:
        """Chances of recovery and of a further fall from resampled blocks that begin on days as agitated as today."""
        rng = np.random.default_rng(row)
        ratio = self.ratio[20:row]
        edges = np.quantile(ratio, (1 / 3, 2 / 3))
        alike = np.flatnonzero(np.searchsorted(edges, ratio) == np.searchsorted(edges, self.ratio[row])) + 21
        alike = alike if len(alike) else np.arange(21, row + 1)
        past = self.moves[1 : row + 1]
        # Volatility returns half way to its usual level over the year, so the scale is between the two.
        scale = np.sqrt(0.5 * self.now[row] ** 2 + 0.5 * self.usual[row] ** 2) / self.usual[row]
        drawn = stationary_blocks(rng.choice(alike, paths) - 1, row, self.horizon, mean_block=_BLOCK, rng=rng)
        path = np.cumsum((past[drawn] - past.mean()) * scale + drift, axis=1)
        back = _first(path >= self.away[row])
        down = _first(path <= np.log1p(-FURTHER))
        return float((back < self.horizon).mean()), float((down < back).mean())

    def _analogues(self, row: int) -> tuple[float, float, float]:
        """Shares of like days of the past that recovered and that fell further, and how many falls' worth.

        Days of this very fall count too once their year is over: that it lasts is what they tell.
        """
        recovered, further, _, known = self._fate
        days = np.flatnonzero((known <= row) & (self.away >= -np.log1p(-SHALLOW)))
        if not len(days):
            return 0.0, 0.0, 0.0
        state = np.column_stack([np.log(np.maximum(self.away, 1e-9)), np.log(self.under + 20.0), np.log(self.ratio)])
        weight = np.exp(-0.5 * (((state[days] - state[row]) / WIDTHS) ** 2).sum(axis=1))
        falls, member = np.unique(self.peak_row[days], return_inverse=True)
        # Days of one fall tell one story: a fall counts as much as its most similar day, its days share that.
        nearest = np.zeros(len(falls))
        np.maximum.at(nearest, member, weight)
        total = np.maximum(np.bincount(member, weight), 1e-300)
        shares = [float(nearest @ (np.bincount(member, weight * y[days]) / total)) for y in (recovered, further)]
        count = float(nearest.sum())
        return (shares[0] / count, shares[1] / count, count) if count > 0 else (0.0, 0.0, 0.0)

    def _comparable(self, row: int) -> Comparable:
        recovered, _, deeper, known = self._fate
        deep = np.flatnonzero((self.away[:row] >= self.away[row]) & (self.peak_row[:row] != self.peak_row[row]))
        firsts = deep[np.unique(self.peak_row[deep], return_index=True)[1]] if len(deep) else deep
        firsts = firsts[known[firsts] <= row]
        if not len(firsts):
            return Comparable(0, 0, 0.0)
        return Comparable(len(firsts), int(recovered[firsts].sum()), float(np.median(deeper[firsts])))


def _first(hits: npt.NDArray[np.bool_]) -> Index:
    """Column of the first hit of each row, the number of columns where there is none."""
    return np.asarray(np.where(hits.any(axis=1), hits.argmax(axis=1), hits.shape[1]))


def _odds(chance: float) -> float:
    """Log-odds of a chance that is never quite certain."""
    return float(logit(min(max(chance, _EDGE), 1.0 - _EDGE)))


def _interval(chance: float, falls: float) -> tuple[float, float]:
    """90 % interval of a chance that rests on so many falls (Beta)."""
    a, b = chance * falls, (1.0 - chance) * falls
    return float(min(betaincinv(a, b, 0.05), chance)), float(max(betaincinv(a, b, 0.95), chance))
