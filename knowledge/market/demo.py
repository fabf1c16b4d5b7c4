"""A simulated market, so that everything can be tried without data. Nothing here is real, and it says so.

Prices are a function of (seed, date): each calendar year and each asset has its own random stream, so that a later
`now` only appends days and another asset changes nothing. Days are Monday to Friday from 2011-01-03 for everything.
A day's close is known at 00:00 UTC of the next day. Price levels are pinned on 2026-01-02 (`demo_market.csv`).
"""

import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from knowledge.tables import load_universe, rows
from tools.domain.investor import Book
from tools.domain.market import Array, Asset, Market, Quote, Universe
from tools.errors import BadInput, DataMissing

FIRST = date(2011, 1, 3)
ANCHOR = date(2026, 1, 2)
"""Day on which every price equals the level in `demo_market.csv`."""

_DAYS_A_YEAR = 261
_FACTORS = ("world", "korea", "tech", "duration", "gold", "oil", "crypto")
_VOL = np.array([0.145, 0.11, 0.095, 0.062, 0.14, 0.32, 0.58])  # yearly, in a typical mix of regimes

_CALM, _CRASH, _JOINT, _RECOVERY = range(4)
_MOVES = np.array(  # daily chances of moving from row to column; a crash lasts about 28 days, a joint fall 90
    [
        [1 - 1 / 560 - 1 / 1000, 1 / 560, 1 / 1000, 0.0],
        [0.004, 1 - 0.036, 0.0, 0.032],
        [0.006, 0.0, 1 - 0.011, 0.005],
        [0.0145, 0.0005, 0.0, 1 - 0.015],
    ]
)
_LOUDNESS = np.array(  # volatility of each factor in each regime, as a multiple of `_VOL`
    [
        [0.8, 0.9, 0.9, 0.85, 0.9, 0.85, 0.85],
        [2.1, 1.6, 1.4, 1.6, 1.5, 1.9, 1.5],
        [1.35, 1.2, 1.4, 1.6, 1.1, 1.2, 1.3],
        [1.15, 1.1, 1.1, 1.0, 1.0, 1.2, 1.1],
    ]
)
_PULL = np.array(  # yearly drift of each factor in each regime, before the long-run mean is taken out
    [
        [0.08, 0.02, 0.02, 0.00, 0.00, 0.03, 0.15],
        [-1.60, -0.35, -0.05, 0.22, 0.10, -1.50, -1.50],
        [-0.50, -0.12, -0.18, -0.22, -0.08, 0.30, -0.95],
        [0.55, 0.15, 0.12, -0.02, 0.06, 0.35, 0.60],
    ]
)
_STOCKS_BONDS = np.array([-0.2, -0.45, 0.5, -0.1])  # correlation of daily shocks, by regime
_STOCKS_USDKRW = np.array([-0.35, -0.6, -0.45, -0.35])
_USDKRW_LOUDNESS, _USDKRW_PULL = np.array([0.85, 2.0, 1.3, 1.0]), np.array([-0.02, 0.5, 0.18, -0.12])
_USDKRW_LEVEL, _USDKRW_VOL, _USDKRW_REVERSION = 1400.0, 0.075, 0.35
_RATES = {"KRW": (0.025, 0.5), "USD": (0.04, 0.8)}  # level on the anchor day, sensitivity to the common rate


class DemoMarket:
    """The default market: a regime-switching factor simulation of the universe that comes with the project."""

    simulated = True

    def __init__(self, seed: int = 20260155, universe: Universe | None = None) -> None:
        """Simulate the project's own universe, or another in KRW and USD (assets without a row behave as their class).

        Raises:
            BadInput: `demo_currency` when an asset is in a currency that is not simulated.
        """
        self._seed = seed
        self._universe = universe or load_universe()
        foreign = [a.id for a in self._universe.assets if a.currency not in ("KRW", "USD")]
        if foreign:
            raise BadInput("demo_currency", *foreign)
        self._paths: dict[int, _Path] = {}

    def universe(self) -> Universe:
        """What may be held."""
        return self._universe

    def last(self) -> datetime:
        """Close of the anchor day. The simulation has no newest price: any later `now` works too."""
        return _close(ANCHOR)

    def opening(self, investor: str, now: datetime | None = None) -> Book | None:
        """Nobody holds anything here before their first day."""
        return None

    def at(self, now: datetime) -> Market:
        """The market as of `now`: closes of the days that had ended. Raises DataMissing("before_first_day")."""
        today = now.astimezone(UTC).date()
        path = self._path(max(today.year, ANCHOR.year))
        count = int(np.searchsorted(path.days, np.datetime64(today), side="left"))
        if count == 0:
            raise DataMissing("before_first_day", FIRST.isoformat())
        closes, usd = path.closes[:count], path.usdkrw[:count]
        known = _close(path.days[count - 1].astype(object))
        return Market(
            as_of=now,
            universe=self._universe,
            days=path.days[:count],
            closes=closes,
            fx={"KRW": np.ones(count), "USD": usd},
            fx_now={"KRW": Decimal(1), "USD": _exact(usd[-1], "USD")},
            risk_free={code: float(path.rates[code][count - 1]) for code in _RATES},
            quotes={
                a.id: Quote(price=_exact(p, a.currency), at=known)
                for a, p in zip(self._universe.assets, closes[-1], strict=True)
            },
            stale=(),
            simulated=True,
        )

    def rates(self, now: datetime) -> dict[str, Array]:
        """Yearly risk-free fractions by currency on each day of `at(now)`, shape (T,)."""
        count = len(self.at(now).days)
        path = self._path(max(now.astimezone(UTC).year, ANCHOR.year))
        return {code: rates[:count] for code, rates in path.rates.items()}

    def _path(self, year: int) -> "_Path":
        if year not in self._paths:
            self._paths = {year: _Path(self._seed, self._universe, year)}
        return self._paths[year]


class _Path:
    """One simulated history from the first day to the end of a year."""

    def __init__(self, seed: int, universe: Universe, year: int) -> None:
        self._seed, self._universe = seed, universe
        end = np.datetime64(f"{year + 1}-01-01")
        days = np.arange(np.datetime64(FIRST), end).astype("datetime64[D]")
        self.days = days[np.is_busday(days)]
        years = self.days.astype("datetime64[Y]").astype(int) + 1970
        self._spans = [(int(y), int(np.count_nonzero(years == y))) for y in np.unique(years)]
        self._pin = int(np.searchsorted(self.days, np.datetime64(ANCHOR)))

    @cached_property
    def closes(self) -> Array:
        """Closes in each asset's currency, shape (T, n); whole won, hundredths of a cent."""
        table = {r["id"]: r for r in rows("demo_market.csv")}
        columns = [self._closes(a, table) for a in self._universe.assets]
        return _frozen(np.column_stack(columns))

    @cached_property
    def usdkrw(self) -> Array:
        """Won per dollar, shape (T,): rises when stocks crash and drifts back."""
        rho = _STOCKS_USDKRW[self._regimes]
        shock = rho * self._shocks["world"] + np.sqrt(1 - rho**2) * self._noise("usdkrw", 5)
        vol = _USDKRW_VOL * _USDKRW_LOUDNESS[self._regimes] / np.sqrt(_DAYS_A_YEAR)
        pull = (_USDKRW_PULL - _stationary() @ _USDKRW_PULL)[self._regimes] / _DAYS_A_YEAR
        log = _remembered(vol * shock + pull, keep=1.0 - _USDKRW_REVERSION / _DAYS_A_YEAR)
        return _frozen(np.round(_USDKRW_LEVEL * np.exp(log - log[self._pin]), 2))

    @cached_property
    def rates(self) -> dict[str, Array]:
        """Yearly risk-free fractions by currency, shape (T,); one slow common movement."""
        steps = self._noise("rate", 8) * 0.006 / np.sqrt(_DAYS_A_YEAR)
        common = _remembered(steps, keep=1.0 - 0.3 / _DAYS_A_YEAR)
        common = common - common[self._pin]
        return {code: np.clip(level + much * common, 0.001, 0.09) for code, (level, much) in _RATES.items()}

    @cached_property
    def _regimes(self) -> npt.NDArray[np.int64]:
        draws = np.concatenate([self._stream(y, "regime").random(n) for y, n in self._spans])
        chances = np.cumsum(_MOVES, axis=1)
        state, states = _CALM, np.empty(len(draws), dtype=np.int64)
        for i, draw in enumerate(draws):
            state = min(int(np.searchsorted(chances[state], draw, side="right")), _RECOVERY)
            states[i] = state
        return states

    @cached_property
    def _shocks(self) -> dict[str, Array]:
        shocks = {name: self._noise(f"factor:{name}", 4.5) for name in _FACTORS}
        rho = _STOCKS_BONDS[self._regimes]
        shocks["duration"] = rho * shocks["world"] + np.sqrt(1 - rho**2) * shocks["duration"]
        return shocks

    @cached_property
    def _factors(self) -> Array:
        """Daily log returns of the factors, shape (T, 7), without a long-run mean."""
        shocks = np.column_stack([self._shocks[name] for name in _FACTORS])
        loud = _LOUDNESS[self._regimes] * _VOL / np.sqrt(_DAYS_A_YEAR)
        return np.asarray(shocks * loud + (_PULL - _stationary() @ _PULL)[self._regimes] / _DAYS_A_YEAR)

    def _closes(self, asset: Asset, table: dict[str, dict[str, str]]) -> Array:
        if asset.asset_class == "cash":
            return np.ones(len(self.days))
        row = table.get(asset.id) or table[f"class:{asset.asset_class}"]
        level = float(row["price"]) * (500 if asset.id not in table and asset.currency == "KRW" else 1)
        # Summed by hand: a matrix product may round differently when more days follow.
        shared = sum(float(row[name]) * self._factors[:, k] for k, name in enumerate(_FACTORS))
        loud = np.where(self._regimes == _CRASH, 1.5, 0.95)
        own = self._noise(f"asset:{asset.id}", 4) * loud * float(row["own"]) / np.sqrt(_DAYS_A_YEAR)
        log = np.cumsum(shared + own + float(row["drift"]) / _DAYS_A_YEAR)
        return np.asarray(np.round(level * np.exp(log - log[self._pin]), 0 if asset.currency == "KRW" else 4))

    def _noise(self, name: str, freedom: float) -> Array:
        """Student-t draws of unit variance, shape (T,); fat tails grow as `freedom` falls."""
        scale = np.sqrt((freedom - 2) / freedom)
        draws = [self._stream(y, name).standard_t(freedom, n) for y, n in self._spans]
        return np.asarray(np.concatenate(draws) * scale)

    def _stream(self, year: int, name: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, year, zlib.crc32(name.encode())])


def _stationary() -> Array:
    """Long-run share of days in each regime, shape (4,)."""
    values, vectors = np.linalg.eig(_MOVES.T)
    share = np.real(vectors[:, int(np.argmax(np.real(values)))])
    return np.asarray(share / share.sum())


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def _close(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _exact(price: float, currency: str) -> Decimal:
    """The rounded close as a decimal: whole won, cents."""
    return Decimal(f"{price:.0f}" if currency == "KRW" else f"{price:.2f}")


def _remembered(steps: Array, *, keep: float) -> Array:
    """First-order autoregression: each value is the step plus `keep` times the value before, shape (T,)."""
    out, level = np.empty(len(steps)), 0.0
    for i, step in enumerate(steps.tolist()):
        level = step + keep * level
        out[i] = level
    return out
