"""Trading days of the exchanges assets are priced on: Seoul (XKRX), New York (XNYS), coins at all hours.

Holidays, half days and the mornings on which Seoul begins late come from a table made from `exchange_calendars`, which
itself is imported only for years the table lacks (it counts moons for seconds). Beyond the years the library knows, and
for other exchanges, days are Monday to Friday.
"""

from datetime import UTC, datetime, time
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from knowledge.tables import rows
from tools.domain.market import Asset, Days
from tools.domain.series import Instants
from tools.domain.sessions import Sessions

ALWAYS: Final = "24/7"
WEEKDAYS: Final = "weekdays"
"""Any other exchange: Monday to Friday, each known at the end of its day in UTC."""

ZONES: Final = {"XKRX": "Asia/Seoul", "XNYS": "America/New_York"}
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2027
"""Years of `trading_days.csv`; made anew by `python -m tests.trading_days`."""

_BY_CURRENCY: Final = {"KRW": "XKRX", "USD": "XNYS"}
_DAY: Final = np.timedelta64(1, "D")
_SECOND: Final = np.timedelta64(1, "s")


def exchange_of(asset: Asset) -> str:
    """The exchange whose days an asset's prices follow."""
    if asset.asset_class in ("crypto", "cash"):
        return ALWAYS
    return _BY_CURRENCY.get(asset.currency, WEEKDAYS)


def sessions(exchange: str, now: datetime) -> Sessions:
    """Trading days of an exchange from two years before the year of an instant to the end of the year after it."""
    return _around(exchange, now.astimezone(UTC).year)


def instant(now: datetime) -> np.datetime64:
    """An aware time as numpy's instant in UTC."""
    return np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s")


@lru_cache(maxsize=16)
def _around(exchange: str, year: int) -> Sessions:
    first, last = year - 2, year + 1
    if exchange in ZONES and first >= FIRST_YEAR and last <= LAST_YEAR:
        whole = _tabled(exchange)
        begin, end = (np.searchsorted(whole.days, np.datetime64(f"{y}-01-01")) for y in (first, last + 1))
        return Sessions(exchange, whole.days[begin:end], whole.ends[begin:end])
    return library(exchange, first, last) if exchange in ZONES else _plain(exchange, first, last)


@cache
def _tabled(exchange: str) -> Sessions:
    """All years of the table."""
    found = [r for r in rows("trading_days.csv") if r["exchange"] == exchange]
    closed = np.array([r["day"] for r in found if r["kind"] == "closed"], dtype="datetime64[D]")
    every = np.arange(np.datetime64(f"{FIRST_YEAR}-01-01"), np.datetime64(f"{LAST_YEAR + 1}-01-01"))
    days = every[np.is_busday(every) & ~np.isin(every, closed)]
    usual = [(r["day"], r["end"]) for r in found if r["kind"] == "usual"]
    starts = np.array([day for day, _ in usual], dtype="datetime64[D]")
    ends = np.array([end for _, end in usual])[np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)]
    for row in found:
        if row["kind"] == "other":
            ends[np.searchsorted(days, np.datetime64(row["day"]))] = row["end"]
    return Sessions(exchange, days, _in_utc(days, ends.tolist(), ZoneInfo(ZONES[exchange])))


def _in_utc(days: Days, ends: list[str], zone: ZoneInfo) -> Instants:
    local = (datetime.combine(d, time.fromisoformat(e), zone) for d, e in zip(days.astype(object), ends, strict=True))
    return np.array([at.astimezone(UTC).replace(tzinfo=None) for at in local], dtype="datetime64[s]")


def library(exchange: str, first: int, last: int) -> Sessions:
    """Trading days from the first day of one year to the last of another, as `exchange_calendars` has them."""
    import exchange_calendars

    try:
        calendar = exchange_calendars.get_calendar(exchange, start=f"{first}-01-01", end=f"{last}-12-31")
    except ValueError:  # beyond the years it knows
        return _plain(exchange, first, last)
    days = calendar.sessions.to_numpy().astype("datetime64[D]")
    return Sessions(exchange, days, calendar.closes.dt.tz_localize(None).to_numpy().astype("datetime64[s]"))


def _plain(exchange: str, first: int, last: int) -> Sessions:
    days = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    days = days if exchange == ALWAYS else days[np.is_busday(days)]
    return Sessions(exchange, days, np.asarray((days + _DAY).astype("datetime64[s]") - _SECOND, dtype="datetime64[s]"))
