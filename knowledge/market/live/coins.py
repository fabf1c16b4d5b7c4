"""Closes and order books of crypto exchanges through ccxt (extra `live`): Binance, Upbit and whatever else it speaks.

Markets are described here instead of loaded, which would cost a request of megabytes for two numbers.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from knowledge.market.live.source import Bar, History, Tick
from tools.errors import DataMissing

_MOST: Mapping[str, int] = {"binance": 1000, "upbit": 200}
"""Days an exchange gives in one request."""

_TIMEOUT_MS = 10_000


class Coins:
    """`binance:BTC/USDT`, `upbit:BTC/KRW`: one instance for each exchange."""

    def __init__(self, venue: str, *, base: str | None = None) -> None:
        """Remember which exchange. base: another address instead of the exchange's own, for tests and mirrors."""
        self.name = venue
        self._base = base
        self._client: Any = None

    def history(self, symbol: str, since: date, now: datetime) -> History:
        """See `PriceSource`; at most the newest days that one request gives. Days end at midnight UTC."""
        most = _MOST.get(self.name, 200)
        asked = min(most, (now.date() - since).days + 1)
        rows = self._ask("fetch_ohlcv", symbol, "1d", limit=asked)
        bars = []
        for row in rows if isinstance(rows, list) else []:
            day = datetime.fromtimestamp(row[0] / 1000, UTC).date()
            if since <= day < now.date() and row[4] is not None:
                bars.append(Bar(day, Decimal(repr(row[4]))))
        return History(tuple(bars))

    def quote(self, symbol: str, now: datetime) -> Tick:
        """See `QuoteSource`."""
        book = self._ask("fetch_order_book", symbol, 5)
        if not book.get("bids") or not book.get("asks"):
            raise DataMissing("source_empty", self.name, symbol)
        return Tick(now, Decimal(repr(book["bids"][0][0])), Decimal(repr(book["asks"][0][0])))

    def _ask(self, method: str, symbol: str, *more: object, **named: object) -> Any:
        import ccxt

        client = self._connected(symbol)
        try:
            return getattr(client, method)(symbol, *more, **named)
        except (ccxt.RateLimitExceeded, ccxt.DDoSProtection) as error:
            raise DataMissing("source_busy", self.name) from error
        except ccxt.RequestTimeout as error:
            raise DataMissing("source_slow", self.name) from error
        except ccxt.NetworkError as error:
            raise DataMissing("source_down", self.name) from error
        except (ccxt.BaseError, KeyError, TypeError, ValueError, IndexError) as error:
            raise DataMissing("source_unreadable", self.name) from error

    def _connected(self, symbol: str) -> Any:
        try:
            import ccxt
        except ImportError as error:
            raise DataMissing("source_not_installed", self.name) from error
        if self._client is None:
            self._client = getattr(ccxt, self.name)({"enableRateLimit": True, "timeout": _TIMEOUT_MS})
            self._client.markets = {}
            if self._base:
                self._client.urls["api"] = _redirected(self._client.urls["api"], self._base)
        if symbol not in self._client.markets:
            known = [*self._client.markets.values(), _market(self._client, self.name, symbol)]
            self._client.set_markets(known)
        return self._client


def _market(client: Any, venue: str, symbol: str) -> Any:
    base, quote = symbol.split("/")
    market_id = f"{quote}-{base}" if venue == "upbit" else f"{base}{quote}"
    return client.safe_market_structure(
        {
            "id": market_id, "symbol": symbol, "base": base, "quote": quote, "baseId": base, "quoteId": quote,
            "type": "spot", "spot": True, "active": True,
        }
    )  # fmt: skip


def _redirected(urls: Any, base: str) -> Any:
    """The same addresses on another host: everything from the path on stays."""
    if isinstance(urls, Mapping):
        return {name: _redirected(value, base) for name, value in urls.items()}
    from urllib.parse import urlsplit

    return base.rstrip("/") + urlsplit(str(urls)).path
