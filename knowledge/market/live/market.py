"""The live market (`--market live`): what the store knew at an instant. Reads only; it never waits for a source."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from knowledge.exchanges import exchange_of, instant, sessions
from knowledge.market.live.history import Closes, LiveHistory
from knowledge.market.live.listed import Listed, Source
from knowledge.market.live.source import Tick
from knowledge.market.live.store import LiveStore, time_of
from knowledge.ports import Signals
from tools.arrivals import quote
from tools.domain.investor import Book
from tools.domain.market import Array, Asset, Days, Market, Quote, Universe
from tools.errors import DataMissing
from tools.ticks import clean

STALE_SESSIONS: Final = 1
"""A price may have missed the close of so many sessions of its exchange; a coin three times as many days."""

FX_DAYS: Final = 5
"""An exchange rate holds for so many days without a new one; beyond, the day has none."""

FX_OLDEST: Final = 10
"""Beyond so many days an exchange rate is not used to value anything."""

RATE_DAYS: Final = 120
"""A risk-free rate older than this is named; the Korean one of FRED is monthly and late."""

AGE_HOURS: Final = 26
"""Beyond so many hours since any source last gave anything, the age of the cache is told."""

_TICK_AGE: Final = timedelta(days=2)


class LiveMarket:
    """Prices, rates and currencies out of the store; the same answer for the same instant, whatever came later."""

    simulated = False

    def __init__(self, store: LiveStore, listing: Listed, signals: Signals) -> None:
        self._store, self._listing, self._signals = store, listing, signals
        self._history = LiveHistory(store, listing)
        self._kept: tuple[int, datetime, Market] | None = None

    def universe(self) -> Universe:
        """What may be held: the dated table of the project, or the file that was named."""
        return self._listing.universe

    def last(self) -> datetime:
        """Instant at which the newest close was known. Raises DataMissing("live_empty") before the first fetch."""
        rows = self._store.closes()
        if not rows:
            raise DataMissing("live_empty")
        return max(time_of(row[4]) for row in rows)

    def opening(self, investor: str, now: datetime | None = None) -> Book | None:
        """Holdings come from imports and trades, never from prices."""
        return None

    def at(self, now: datetime) -> Market:
        """The market as of `now`. Raises DataMissing: `live_empty` before the first fetch."""
        version = self._store.version()
        if self._kept and self._kept[:2] == (version, now):
            return self._kept[2]
        closes = self._history.table(now)
        if closes is None:
            raise DataMissing("live_empty")
        quotes = self._quotes(closes, now)
        fx, fx_now, fx_notes = self._fx(closes.days, now)
        risk_free, rate_notes = self._risk_free(now)
        market = Market(
            as_of=now,
            universe=self._listing.universe,
            days=closes.days,
            closes=closes.values,
            fx=fx,
            fx_now=fx_now,
            risk_free=risk_free,
            quotes=quotes,
            stale=tuple(a.id for a in self._listing.universe.assets if _stale(a, quotes.get(a.id), now)),
            simulated=False,
            notes=("equilibrium:class_table", *self._age(now), *fx_notes, *rate_notes, *closes.notes),
        )
        self._kept = (version, now, market)
        return market

    def _quotes(self, closes: Closes, now: datetime) -> dict[str, Quote]:
        """The newest believed close of each asset, or a later price of the moment that fits it."""
        ticks = self._ticks(now)
        found: dict[str, Quote] = {}
        for k, asset in enumerate(self._listing.universe.assets):
            if asset.asset_class == "cash":
                found[asset.id] = Quote(price=Decimal(1), at=now)
                continue
            if k not in closes.newest:
                continue
            day, price = closes.newest[k]
            calendar = sessions(exchange_of(asset), now)
            row = int(np.searchsorted(calendar.days, day))
            end = calendar.ends[row].astype(datetime).replace(tzinfo=UTC) if row < len(calendar.days) else now
            found[asset.id] = Quote(price=Decimal(repr(price)), at=min(end, now))
            chosen = [*self._listing.prices[asset.id][:1], *filter(None, [self._listing.quotes.get(asset.id)])]
            later = [t for source in chosen for t in ticks.get(source, []) if t.at > found[asset.id].at]
            fits = _fitting(closes.values[:, k], price, sorted(later, key=lambda t: t.at))
            if fits:
                found[asset.id] = Quote(price=(fits.bid + fits.ask) / 2, at=fits.at)
        return found

    def _ticks(self, now: datetime) -> Mapping[Source, list[Tick]]:
        found: dict[Source, list[Tick]] = {}
        for provider, symbol, at, bid, ask, _ in self._store.ticks(now - _TICK_AGE, now):
            if not quote(float(bid), float(ask)):
                found.setdefault(Source(provider, symbol), []).append(Tick(time_of(at), Decimal(bid), Decimal(ask)))
        return found

    def _fx(self, days: Days, now: datetime) -> tuple[dict[str, Array], dict[str, Decimal], list[str]]:
        """KRW per unit on each day (never carried further than `FX_DAYS`), today's rates, and the gaps by name."""
        rates, today, notes = {"KRW": np.ones(len(days))}, {"KRW": Decimal(1)}, []
        for code in sorted({"USD", *(a.currency for a in self._listing.universe.assets)} - {"KRW"}):
            on, values, later = self._rate(code, now)
            rates[code], longest = _carried(days, on, values)
            if longest:
                notes.append(f"fx_gap:{code}:{longest}")
            age = (now.astimezone(UTC).date() - on[-1].astype(object)).days if len(on) else FX_OLDEST + 1
            fits = _fitting(values, float(values[-1]), later) if len(on) else None
            if fits:
                today[code] = (fits.bid + fits.ask) / 2
            elif age <= FX_OLDEST:
                today[code] = Decimal(repr(float(values[-1])))
                notes += [f"fx_age:{age}"] if age > FX_DAYS else []
            else:
                notes.append(f"fx_missing:{code}")
        return rates, today, notes

    def _rate(self, code: str, now: datetime) -> tuple[Days, Array, list[Tick]]:
        """Believed daily rates of a currency, and what was told of it after the last of them."""
        source = self._listing.rates.get(code)
        if source is None:
            return np.array([], dtype="datetime64[D]"), np.array([]), []
        on, values = self._history.line(source, now)
        good = np.isfinite(clean(values.reshape(-1, 1), splits=[False]).values[:, 0])
        on, values = on[good], values[good]
        ticks = self._ticks(now).get(source, [])
        return on, values, [t for t in ticks if not len(on) or np.datetime64(t.at.date()) > on[-1]]

    def _risk_free(self, now: datetime) -> tuple[dict[str, float], list[str]]:
        known, rates, notes = self._signals.at(now), {}, []
        for code in ("KRW", "USD"):
            series = known.get(f"RF_{code}")
            rates[code] = float(series.values[-1]) if series else 0.0
            if series is None or abs(rates[code]) > 0.5:
                rates[code] = 0.0
                notes.append(f"rf_missing:{code}")
            elif (age := (now.date() - series.about[-1].astype(object)).days) > RATE_DAYS:
                notes.append(f"rf_age:{code}:{age}")
        return rates, notes

    def _age(self, now: datetime) -> list[str]:
        """How old what is served here is, when no source has given anything for a day."""
        if self._history.backfilled(now):
            return ["backfilled"]
        good = [s.last_good for s in self._store.standings() if s.last_good and s.last_good <= now]
        hours = int((now - max(good)).total_seconds() // 3600) if good else 0
        return [f"cache_age:{hours}"] if hours > AGE_HOURS else []


def _fitting(closes: Array, price: float, later: list[Tick]) -> Tick | None:
    """The newest price of the moment that the gate believes after these closes, None when none does."""
    past = closes[np.isfinite(closes)][-120:]
    if not later or not len(past):
        return None
    line = np.concatenate([past * (price / past[-1]), [float(t.bid + t.ask) / 2 for t in later[-20:]]])
    gate = clean(line.reshape(-1, 1)).values[:, 0]
    kept = [t for t, x, y in zip(later[-20:], line[len(past) :], gate[len(past) :], strict=True) if x == y]
    return kept[-1] if kept else None


def _carried(days: Days, on: Days, values: Array) -> tuple[Array, int]:
    """Rates on each day, the newest for at most `FX_DAYS`, shape (T,); and the longest gap beyond that, 0 when none."""
    if not len(on):
        return np.full(len(days), np.nan), 0
    place = np.searchsorted(on, days, side="right") - 1
    age = np.where(place >= 0, (days - on[np.maximum(place, 0)]).astype(np.int64), 0)
    usable = (place >= 0) & (age <= FX_DAYS)
    return np.where(usable, values[np.maximum(place, 0)], np.nan), int(age.max()) if (age > FX_DAYS).any() else 0


def _stale(asset: Asset, quote: Quote | None, now: datetime) -> bool:
    """Whether the newest price missed more of its exchange's sessions than it may."""
    if quote is None:
        return True
    exchange = exchange_of(asset)
    missed = sessions(exchange, now).missed(np.datetime64(quote.at.astimezone(UTC).date()), instant(now))
    return missed > STALE_SESSIONS * (3 if exchange == "24/7" else 1)
