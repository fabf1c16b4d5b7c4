"""Macro and on-chain figures that fit the simulated market. Nothing here is real, and every series says so."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from knowledge.market.catalogue import known_by
from knowledge.market.demo import DemoMarket
from tools.domain.market import Array, Days
from tools.domain.series import Series, as_known
from tools.signals import ewma_vol

_SEED = 20260156
_CHAIN = {"BTC": (9.0e5, 6.5e8), "ETH": (4.5e5, 1.0e6)}  # addresses and hash rate in the first year
_MEMORY = 1.0 - 1.0 / 300.0  # how slowly the price that coins last moved at follows the price
_CPI = 100.0


class DemoSignals:
    """Rates, volatility, prices of goods and on-chain figures as functions of (seed, date): tomorrow only appends."""

    simulated = True

    def __init__(self, market: DemoMarket) -> None:
        """Follow this market's rates and prices."""
        self._market = market

    def at(self, now: datetime) -> Mapping[str, Series]:
        """Every series by name as known at `now`. Raises DataMissing("before_first_day")."""
        market = self._market.at(now)
        days, ids = market.days, market.universe.ids
        rates = self._market.rates(now)
        slope = 0.012 + 0.01 * _slow(self._noise(days, "slope"), 0.995)
        returns = np.diff(np.log(market.closes[:, ids.index("SPY")]), prepend=np.nan)
        daily: dict[str, Array] = {
            **{f"RF_{code}": rate for code, rate in rates.items()},
            "KR_BASE": np.round(rates["KRW"] / 0.0025) * 0.0025,
            "FED_FUNDS": np.round(rates["USD"] / 0.0025) * 0.0025,
            "UST_2Y": rates["USD"] + 0.3 * slope,
            "UST_10Y": rates["USD"] + slope,
            "VIX": 110.0 * np.sqrt(261.0) * ewma_vol(returns, decay=0.95, start=0.009**2),
        }
        for coin, (addresses, hashes) in _CHAIN.items():
            price = market.closes[:, ids.index(coin)]
            years = (days - days[0]).astype(np.int64) / 365.25
            daily[f"{coin}.CapMVRVCur"] = price / _paid(price)
            daily[f"{coin}.AdrActCnt"] = addresses * np.exp(0.05 * years + 0.06 * self._noise(days, f"{coin}:a"))
            daily[f"{coin}.HashRate"] = hashes * np.exp(0.3 * years + 0.04 * self._noise(days, f"{coin}:h"))
        found = {name: as_known(name, known_by(days, "D", 0), days, v, simulated=True) for name, v in daily.items()}
        found |= {s.name: s for s in self._monthly(days)}
        moment = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s")
        return {name: known for name, s in found.items() if len((known := s.until(moment)).values)}

    def _monthly(self, days: Days) -> tuple[Series, ...]:
        """Consumer prices and unemployment of the months before, known in the month after theirs."""
        months = np.unique(days.astype("datetime64[M]"))
        stamp = months.astype("datetime64[D]")
        rises = 0.0022 + 0.0015 * self._noise(stamp, "cpi")
        jobless = np.clip(0.045 + 0.004 * _slow(self._noise(stamp, "jobs"), 0.97), 0.025, 0.12)
        known = known_by(stamp, "M", 12)
        prices = np.round(_CPI * np.exp(np.cumsum(rises)), 3)
        return (
            as_known("US_CPI", known, stamp, prices, simulated=True),
            as_known("US_UNEMPLOYMENT", known, stamp, np.round(jobless, 3), simulated=True),
        )

    def _noise(self, days: Days, name: str) -> Array:
        """Independent standard normal draws, one stream a year so that later days change no earlier one."""
        years = days.astype("datetime64[Y]").astype(np.int64) + 1970
        key = zlib.crc32(name.encode())
        return np.concatenate(
            [
                np.random.default_rng([_SEED, int(y), key]).standard_normal(int((years == y).sum()))
                for y in np.unique(years)
            ]
        )


def _slow(noise: Array, keep: float) -> Array:
    """First-order autoregression of unit variance."""
    out, level, step = np.empty(len(noise)), 0.0, np.sqrt(1.0 - keep**2)
    for i, shock in enumerate(noise.tolist()):
        level = keep * level + step * shock
        out[i] = level
    return out


def _paid(price: Array) -> Array:
    """What holders paid on average: a slow average of past prices."""
    out, level = np.empty(len(price)), float(price[0])
    for i, p in enumerate(price.tolist()):
        level = _MEMORY * level + (1.0 - _MEMORY) * p
        out[i] = level
    return out
