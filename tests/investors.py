"""Simulated investors whose traits are known, in simulated markets: what `tools.behaviour` has to find."""

from dataclasses import dataclass, field

import numpy as np

from tools.behaviour import Deal, Past
from tools.behaviour.habits import VOLATILITY, stressed
from tools.domain.market import Array, Days

NAMES = tuple(f"A{k:02d}" for k in range(16))


@dataclass(frozen=True, slots=True)
class Kind:
    """How somebody trades.

    trades: sales a year. lean: how much likelier a winner is sold than a loser. panic: chance per month of stress.
    chase: how strongly purchases go to what has risen. share: of risky assets. names: how many are held.
    """

    trades: float = 12.0
    lean: float = 1.5
    panic: float = 0.1
    chase: float = 0.0
    share: float = 0.6
    names: int = 5

    @property
    def aversion(self) -> float:
        """The risk aversion that `share` is the answer to, under the assumed premium and volatility."""
        return 0.05 / (VOLATILITY**2 * self.share)


def market(seed: int, *, years: float = 4.0) -> tuple[Days, Array]:
    """Days and closes of sixteen assets with a common factor that falls hard now and then."""
    rng = np.random.default_rng(seed)
    count = int(252 * years)
    calm = 0.0004 + 0.009 * rng.standard_normal(count)
    for start in rng.integers(60, count, size=max(int(1.5 * years), 1)):
        calm[start : start + 12] -= 0.013
    moves = calm[:, None] + 0.016 * rng.standard_normal((count, len(NAMES)))
    days = np.arange("2018-01-01", "2040-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][:count]
    return days, 100.0 * np.exp(np.cumsum(moves, axis=0))


@dataclass(slots=True)
class _Person:
    kind: Kind
    rng: np.random.Generator
    days: Days
    closes: Array
    units: Array
    cost: Array
    cash: float
    deals: list[Deal] = field(default_factory=list)

    def worth(self, row: int) -> float:
        return float(self.units @ self.closes[row])

    def sell(self, row: int, k: int, part: float = 1.0) -> None:
        units = float(self.units[k]) * part
        self.cost[k] *= 1 - part
        self.units[k] = self.units[k] - units if part < 1 else 0.0
        self._note(row, k, "sell", units)

    def buy(self, row: int, k: int, value: float) -> None:
        units = value / float(self.closes[row, k])
        self.cost[k] += value
        self.units[k] += units
        self._note(row, k, "buy", units)

    def _note(self, row: int, k: int, side: str, units: float) -> None:
        price = float(self.closes[row, k])
        self.cash += units * price * (1 if side == "sell" else -1)
        self.deals.append(Deal(f"d{len(self.deals)}", self.days[row], NAMES[k], side, units, price))  # type: ignore[arg-type]

    def switch(self, row: int) -> None:
        """Sell one name, more likely a winner, and buy another."""
        held = np.flatnonzero(self.units > 0)
        if len(held) < 2:
            return
        odds = np.where(self.closes[row, held] * self.units[held] > self.cost[held], self.kind.lean, 1.0)
        k = int(self.rng.choice(held, p=odds / odds.sum()))
        value = float(self.units[k] * self.closes[row, k])
        self.sell(row, k)
        self.buy(row, self.pick(row, but=k), value)

    def pick(self, row: int, *, but: int = -1) -> int:
        gains = self.closes[row - 1] / self.closes[row - 61] - 1
        odds = np.exp(self.kind.chase * (gains - gains.mean()) / gains.std())
        odds[self.units > 0] = 0.0
        if but >= 0:
            odds[but] = 0.0
        return int(self.rng.choice(len(odds), p=odds / odds.sum()))

    def level(self, row: int) -> None:
        """Bring the risky share near to what is wanted, a name at a time."""
        worth = self.worth(row)
        wanted = self.kind.share * np.exp(0.1 * self.rng.standard_normal())
        gap = min(wanted, 0.98) * (worth + self.cash) - worth
        held = np.flatnonzero(self.units > 0)
        if not len(held):
            for _ in range(self.kind.names):
                self.buy(row, self.pick(row), gap / self.kind.names)
        elif gap > 0.02 * worth:
            self.buy(row, int(self.rng.choice(held)), gap)
        elif gap < -0.02 * worth:
            k = int(self.rng.choice(held))
            self.sell(row, k, min(-gap / float(self.units[k] * self.closes[row, k]), 0.99))


def investor(kind: Kind, seed: int, *, years: float = 4.0) -> Past:
    """One investor's past; the same seed gives the same."""
    days, closes = market(seed, years=years)
    rng = np.random.default_rng((seed, 1))
    start = 65
    units, cost = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    for k in rng.choice(len(NAMES), kind.names, replace=False):
        units[k] = kind.share * 1e6 / kind.names / closes[start - 1, k]
        cost[k] = units[k] * closes[start - 1, k]
    opening, paid = units.copy(), cost.copy()
    person = _Person(kind, rng, days, closes, units, cost, (1 - kind.share) * 1e6)
    blank = Past(NAMES, days, closes, (), opening, paid, days[start])
    alarms = _panic_days(kind, rng, stressed(blank), blank.months, start)
    cash = np.full(len(days), np.nan)
    quiet = back = 0
    for row in range(start, len(days)):
        if row in alarms and row >= quiet:
            for k in np.flatnonzero(person.units > 0):
                person.sell(row, int(k), alarms[row])
            quiet, back = row + 6, row + 21
        elif row >= quiet:
            if rng.random() < kind.trades / 252:
                person.switch(row)
            if row % 63 == 0 or row == back:
                person.level(row)
        cash[row] = person.cash
    return Past(NAMES, days, closes, tuple(person.deals), opening, paid, days[start], cash)


def _panic_days(kind: Kind, rng: np.random.Generator, stress: Array, months: Array, start: int) -> dict[int, float]:
    """Row -> fraction sold, one day in each month of stress in which this person panics."""
    rows = [r for r in np.flatnonzero(stress).tolist() if r >= start]
    found = {}
    for month in dict.fromkeys(int(months[r]) for r in rows):
        inside = [r for r in rows if months[r] == month]
        if rng.random() < kind.panic:
            found[int(rng.choice(inside))] = float(rng.uniform(0.35, 0.8))
    return found


def drawn(rng: np.random.Generator) -> Kind:
    """A kind of investor from a wide population."""
    return Kind(
        trades=float(np.exp(rng.uniform(np.log(4), np.log(80)))),
        lean=float(np.exp(rng.uniform(-0.7, 1.6))),
        panic=float(rng.choice([0.0, 0.05, 0.15, 0.3, 0.6])),
        chase=float(rng.uniform(-1.0, 1.5)),
        share=float(rng.uniform(0.2, 0.95)),
        names=int(rng.integers(2, 10)),
    )
