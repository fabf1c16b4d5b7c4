"""What an investor did, beside the prices of that time: deals -> holdings, costs and cash, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array, Days

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DUST = 1e-6
"""A smaller fraction is rounding: such a rest of the most that was held is gone, such a gain is none."""


@dataclass(frozen=True, slots=True)
class Deal:
    """One purchase or sale. `price` per unit and `fee` are in the currency of the prices beside it."""

    id: str
    day: np.datetime64
    asset: str
    side: Literal["buy", "sell"]
    units: float
    price: float
    fee: float = 0.0


@dataclass(frozen=True)
class Past:
    """One investor's deals, and the market they were made in.

    days: ascending, shape (T,). closes: adjusted, in one currency, shape (T, n), NaN where there was none; risky assets
    only. deals: in order of time. units, cost: what was held before the first deal, shape (n,); a cost that is not
    known is NaN. cash: money held beside at each close, shape (T,), NaN where unknown; None when never known.
    since: from when on the deals are complete.
    """

    assets: tuple[str, ...]
    days: Days
    closes: Array
    deals: tuple[Deal, ...]
    units: Array
    cost: Array
    since: np.datetime64
    cash: Array | None = None

    @cached_property
    def prices(self) -> Array:
        """Last known close per day, for valuing; shape (T, n), 0 before the first."""
        known = np.isfinite(self.closes)
        last = np.maximum.accumulate(np.where(known, np.arange(len(self.days))[:, None], 0), axis=0)
        return np.nan_to_num(np.take_along_axis(self.closes, last, axis=0))

    @cached_property
    def walked(self) -> "Walked":
        """The holdings that the deals made."""
        return _walk(self)

    @cached_property
    def begin(self) -> int:
        """First row of the time looked at."""
        return int(np.searchsorted(self.days, self.since))

    @cached_property
    def years(self) -> float:
        """Length of the time looked at; 0 when it ends before it begins."""
        if self.begin >= len(self.days):
            return 0.0
        return float((self.days[-1] - self.days[self.begin]).astype("timedelta64[D]").astype(int) + 1) / 365.2425

    @cached_property
    def months(self) -> Rows:
        """Calendar month of each day as a running number, shape (T,)."""
        return np.asarray(self.days.astype("datetime64[M]").astype(np.int64))

    @cached_property
    def month_ends(self) -> Rows:
        """Rows of the last day of each month looked at."""
        last = np.append(np.diff(self.months) > 0, True)
        rows = np.flatnonzero(last)
        return rows[rows >= self.begin]


@dataclass(frozen=True, slots=True)
class Sale:
    """Names on one day with a sale: sold and still held, at a gain and at a loss, against average cost."""

    row: int
    realised_gains: int
    realised_losses: int
    paper_gains: int
    paper_losses: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """Holdings through time.

    held: units at each close, shape (T, n). before: the same at each opening. value: of `held`, shape (T,).
    bought, sold: value of deals per day, shape (T,). first: of `bought`, what was bought out of nothing held.
    sales: days with a sale while at least two names were held. placed: deals with their rows, those after the last
    price and those in assets without prices left out.
    """

    held: Array
    before: Array
    value: Array
    bought: Array
    sold: Array
    first: Array
    sales: tuple[Sale, ...]
    placed: tuple[tuple[int, Deal], ...]


@dataclass(slots=True)
class _Account:
    units: Array
    cost: Array
    most: Array
    realised: dict[int, bool | None] = field(default_factory=dict)  # asset -> sold at a gain, None when neither

    def take(self, k: int, deal: Deal) -> None:
        """One deal at average cost."""
        held = float(self.units[k])
        if deal.side == "buy":
            self.units[k] += deal.units
            self.cost[k] += deal.units * deal.price
            return
        if held <= 0:
            return
        basis = float(self.cost[k]) / held
        self.realised[k] = None if np.isnan(basis) or abs(deal.price - basis) <= DUST * basis else deal.price > basis
        left = held - deal.units
        self.most[k] = max(self.most[k], held)
        if left <= DUST * self.most[k]:
            self.most[k] = 0.0
            left = 0.0
        self.cost[k] = self.cost[k] * (left / held) if left else 0.0
        self.units[k] = left


def _walk(past: Past) -> Walked:
    shape = past.closes.shape
    account = _Account(
        past.units.astype(float), np.where(past.units > 0, past.cost, 0.0).astype(float), np.zeros(shape[1])
    )
    held, before = np.empty(shape), np.empty(shape)
    bought, sold, first = np.zeros(shape[0]), np.zeros(shape[0]), np.zeros(shape[0])
    sales: list[Sale] = []
    by_row = _by_row(past)
    done = 0
    for row, deals in sorted(by_row.items()):
        held[done:row], before[done:row] = account.units, account.units
        start, basis = account.units.copy(), account.cost.copy()
        before[row], account.realised = start, {}
        for k, deal in deals:
            account.take(k, deal)
            (bought if deal.side == "buy" else sold)[row] += deal.units * deal.price
        if not start.any():
            first[row] = bought[row]
        if account.realised and np.count_nonzero(start) >= 2:
            sales.append(_sale(row, past.prices[row], start, basis, account.realised, [d for _, d in deals]))
        held[row] = account.units
        done = row + 1
    held[done:], before[done:] = account.units, account.units
    placed = tuple((row, deal) for row, deals in sorted(by_row.items()) for _, deal in deals)
    return Walked(held, before, (held * past.prices).sum(axis=1), bought, sold, first, tuple(sales), placed)


def _by_row(past: Past) -> dict[int, list[tuple[int, Deal]]]:
    """Deals by the market day they count for: their own, or the next one."""
    index = {a: k for k, a in enumerate(past.assets)}
    rows = np.searchsorted(past.days, np.array([d.day for d in past.deals], dtype="datetime64[D]"))
    found: dict[int, list[tuple[int, Deal]]] = {}
    for row, deal in zip(rows.tolist(), past.deals, strict=True):
        if row < len(past.days) and deal.asset in index:
            found.setdefault(row, []).append((index[deal.asset], deal))
    return found


def _sale(
    row: int, price: Array, start: Array, cost: Array, realised: dict[int, bool | None], deals: Sequence[Deal]
) -> Sale:
    """Odean's counts for one day: what was sold, and on paper whatever else was held when the day began."""
    counted = {k: gain for k, gain in realised.items() if start[k] > 0}
    rest = [k for k in np.flatnonzero(start > 0).tolist() if k not in realised]
    paper = [float(price[k] * start[k] / cost[k] - 1) if cost[k] > 0 else 0.0 for k in rest]
    return Sale(
        row,
        sum(gain is True for gain in counted.values()),
        sum(gain is False for gain in counted.values()),
        sum(p > DUST for p in paper),
        sum(p < -DUST for p in paper),
        tuple(d.id for d in deals if d.side == "sell"),
    )
