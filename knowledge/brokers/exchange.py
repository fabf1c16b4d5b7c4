"""Crypto exchanges through ccxt (extra `live`): their sandbox unless live trading was switched on. Spot only.

Only exchanges are let in that can be asked for an order by the key we gave it. Orders are filled at once as far as the
worst approved price allows, and what is left is cancelled (IOC). ccxt changes the thread's decimal context; every call
runs in one of its own.
"""

import decimal
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from knowledge.brokers.wire import exact, far
from tools.domain.order import Holding, Holdings, Order, Report
from tools.errors import BadInput, BrokerFailed

TIMEOUT_MS: Final = 10_000

_QUOTES: Final[Mapping[str, Mapping[str, str]]] = {
    "binance": {"USD": "USDT"},
    "okx": {"USD": "USDT"},
    "upbit": {"KRW": "KRW"},
}
"""Exchange -> currency of an asset -> what it is quoted in there."""

_KEYED: Final = {"binance": "clientOrderId", "okx": "clientOrderId", "upbit": "identifier"}
"""What an exchange calls our key when it is asked for an order."""

_DEDUPLICATES: Final = frozenset({"upbit"})
"""Where a key is good for one order ever. Binance and OKX refuse it only while the first order is open or recent."""


class Exchange:
    """One account at one exchange."""

    reach: Literal["inside", "person", "outside"] = "outside"

    def __init__(
        self,
        venue: str,
        key: str,
        secret: str,
        *,
        password: str | None = None,
        live: bool = False,
        base: str | None = None,
        timeout_ms: int = TIMEOUT_MS,
    ) -> None:
        """Get the client ready; nothing is asked yet.

        Args:
            venue: binance, okx or upbit.
            key: Key of the account.
            secret: Its secret.
            password: A third word that some exchanges give with a key.
            live: Real money.
            base: Another address instead of the exchange's own, for tests.
            timeout_ms: Milliseconds for one request.
        Raises:
            BadInput: "broker_unknown", "broker_no_sandbox"; "extra_missing" without ccxt.
        """
        if venue not in _KEYED:
            raise BadInput("broker_unknown", f"ccxt:{venue}")
        try:
            import ccxt
        except ImportError as error:
            raise BadInput("extra_missing", "live") from error
        self.live, self.venue = live, venue
        self.name = f"{venue}:{'live' if live else 'sandbox'}"
        self.deduplicates = venue in _DEDUPLICATES
        options = {"fetchMarkets": ["spot"], "fetchCurrencies": False, "defaultType": "spot"}
        settings = {"apiKey": key, "secret": secret, "password": password, "enableRateLimit": True}
        self._client: Any = getattr(ccxt, venue)({**settings, "timeout": timeout_ms, "options": options})
        self._client.has["fetchCurrencies"] = False  # not needed, and it asks for more rights than trading
        self._client.number = str
        if not live:
            if not self._client.urls.get("test"):
                raise BadInput("broker_no_sandbox", venue)
            self._client.set_sandbox_mode(True)
        if base:
            self._client.urls["api"] = _redirected(self._client.urls["api"], base)

    def place(self, order: Order) -> Report:
        """Send one order. See `knowledge.ports.Broker`."""
        trade, symbol = order.trade, self._symbol(order)
        if symbol is None or order.limit is None:
            return Report(key=order.key, state="refused", reason="broker_no_such")
        import ccxt

        params = {"clientOrderId": order.key, "timeInForce": "IOC"}
        try:
            with decimal.localcontext():
                self._client.load_markets()
                if symbol not in self._client.markets:
                    return Report(key=order.key, state="refused", reason="broker_no_such")
                last = exact(self._client.fetch_ticker(symbol).get("last"))
        except ccxt.BaseError as error:
            failed = self._failed(error)
            code = "broker_unreached" if failed.code == "broker_silent" else failed.code  # only a question so far
            raise BrokerFailed(code, *failed.names) from error
        if far(trade.price, last):
            return Report(key=order.key, state="refused", reason="broker_price")
        try:
            with decimal.localcontext():
                amount, price = format(trade.units, "f"), self._client.price_to_precision(symbol, str(order.limit))
                found = self._client.create_order(symbol, "limit", trade.side, amount, price, params)
        except ccxt.DuplicateOrderId as error:
            known = self.find(order)
            if known is None:
                raise BrokerFailed("broker_silent", self.name) from error
            return known
        except ccxt.BaseError as error:
            return self._refused(order, error)
        if not isinstance(found, dict) or found.get("status") is None or exact(found.get("filled")) is None:
            asked = self.find(order)  # some only acknowledge
            if asked is None:
                raise BrokerFailed("broker_silent", self.name)
            return asked
        return self._report(found, order)

    def find(self, order: Order) -> Report | None:
        """What is known of an order by its key; None when it is not there."""
        import ccxt

        symbol = self._symbol(order)
        if symbol is None:
            return None
        try:
            with decimal.localcontext():
                self._client.load_markets()
                found = self._client.fetch_order("", symbol, {_KEYED[self.venue]: order.key})
        except ccxt.OrderNotFound:
            return None
        except ccxt.BaseError as error:
            raise self._failed(error) from error
        return self._report(found, order)

    def cancel(self, order: Order) -> None:
        """Nothing is left of an order that is filled at once or not at all."""

    def holdings(self) -> Holdings:
        """Every coin and all money of the account, in use or free. Raises BrokerFailed."""
        import ccxt

        try:
            with decimal.localcontext():
                total = self._client.fetch_balance().get("total")
                at = self._client.fetch_time() if self._client.has.get("fetchTime") else None
        except ccxt.BaseError as error:
            raise self._failed(error) from error
        amounts = {c: exact(v) for c, v in total.items()} if isinstance(total, dict) else {}
        if not isinstance(total, dict) or any(v is None for v in amounts.values()):
            raise BrokerFailed("broker_unreadable", self.name)
        money = {there: here for here, there in _QUOTES[self.venue].items()}
        return Holdings(
            assets={c: Holding(units=v) for c, v in amounts.items() if v and c not in money},
            cash={here: amounts.get(there) or Decimal(0) for there, here in money.items()},
            at=datetime.fromtimestamp(int(at) / 1000, UTC) if at else None,
        )

    def _symbol(self, order: Order) -> str | None:
        quote = _QUOTES[self.venue].get(order.trade.currency)
        return f"{order.trade.asset}/{quote}" if quote and order.asset_class == "crypto" else None

    def _refused(self, order: Order, error: Any) -> Report:
        """What an error at sending comes to: certainly turned down, or raised as not known."""
        import ccxt

        if isinstance(error, ccxt.InsufficientFunds):
            return Report(key=order.key, state="refused", reason="broker_funds")
        if isinstance(error, ccxt.BadSymbol):
            return Report(key=order.key, state="refused", reason="broker_no_such")
        if isinstance(error, ccxt.InvalidOrder | ccxt.BadRequest | ccxt.NotSupported):
            return Report(key=order.key, state="refused", reason="broker_rule")
        raise self._failed(error) from error

    def _failed(self, error: Any) -> BrokerFailed:
        """The client's exception as ours; its message may quote keys and is dropped."""
        import ccxt

        if isinstance(error, ccxt.InvalidNonce):
            return BrokerFailed("broker_clock", self.name)
        if isinstance(error, ccxt.AuthenticationError):
            return BrokerFailed("broker_key", self.name)
        if isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection):
            return BrokerFailed("broker_busy", self.name)
        return BrokerFailed("broker_silent", self.name)

    def _report(self, found: Any, order: Order) -> Report:
        """An order as the exchange tells it. Fees taken in the coin itself make the units fewer."""
        trade = order.trade
        if not isinstance(found, dict) or found.get("side") != trade.side:
            raise BrokerFailed("broker_silent", self.name)
        if found.get("clientOrderId") not in (None, order.key):
            raise BrokerFailed("broker_silent", self.name)
        units, price = exact(found.get("filled")), exact(found.get("average"))
        if units and price is None and (cost := exact(found.get("cost"))):
            price = cost / units
        if units is None or not 0 <= units <= trade.units or (units > 0 and not (price and price > 0)):
            raise BrokerFailed("broker_silent", self.name)
        status = found.get("status")
        if not units:
            if status == "rejected":
                return Report(key=order.key, state="refused", reason="broker_rule")
            ended = status in ("canceled", "expired", "closed")
            return Report(key=order.key, state="ended" if ended else "working", reason="ended" if ended else "")
        assert price is not None
        kept, fee = self._net(found, order, units, price)
        common: dict[str, Any] = {"key": order.key, "units": kept, "price": price, "fee": fee}
        if status == "closed" and units == trade.units:
            return Report(state="filled", **common)
        if status in ("canceled", "expired", "rejected", "closed"):
            return Report(state="ended", reason="ended", **common)
        return Report(state="working", **common)

    def _net(self, found: Any, order: Order, units: Decimal, price: Decimal) -> tuple[Decimal, Decimal | None]:
        """Units that are really there after fees in kind, and all fees in money; None where they were not told."""
        trade, quote = order.trade, _QUOTES[self.venue][order.trade.currency]
        kept, fee, told = units, Decimal(0), False
        for row in self._fees(found, order):
            cost = exact(row["cost"])
            if cost is None:
                return units, None
            if row.get("currency") == trade.asset and trade.side == "buy":
                kept, fee, told = kept - cost, fee + cost * price, True
            elif row.get("currency") == quote:
                fee, told = fee + cost, True
        return (kept, fee) if told and kept > 0 else (units, None)

    def _fees(self, found: Any, order: Order) -> list[Any]:
        """Fees of an order; where it does not tell them, those of its trades."""
        import ccxt

        listed = _listed(found)
        if listed or not found.get("id") or not self._client.has.get("fetchOrderTrades"):
            return listed
        try:
            with decimal.localcontext():
                trades = self._client.fetch_order_trades(found["id"], self._symbol(order))
        except ccxt.BaseError:
            return []  # then they are estimated, and a difference shows when holdings are compared
        return [fee for trade in trades for fee in _listed(trade)]


def _listed(found: Any) -> list[Any]:
    """Fees that stand in an order or a trade; those without an amount were not told."""
    rows = found.get("fees") or ([found["fee"]] if found.get("fee") else [])
    return [r for r in rows if isinstance(r, dict) and r.get("cost") is not None]


def _redirected(urls: Any, base: str) -> Any:
    """The same addresses on another host: everything from the path on stays."""
    if isinstance(urls, Mapping):
        return {name: _redirected(value, base) for name, value in urls.items()}
    from urllib.parse import urlsplit

    return base.rstrip("/") + urlsplit(str(urls)).path
