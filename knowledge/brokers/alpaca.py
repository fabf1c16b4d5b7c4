"""Alpaca's trading API over plain HTTPS: the paper account unless live trading was switched on. US-listed shares only.

Source: docs.alpaca.markets, /v2/orders, /v2/orders:by_client_order_id, /v2/positions, /v2/account. A client order id is
accepted once; a second order under it is answered with 422. Figures are texts and stay exact.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from knowledge.brokers.wire import Answer, ask, exact, far, seconds_of
from tools.domain.order import REPLACED, Holding, Holdings, Order, Report
from tools.errors import BrokerFailed

PAPER: Final = "https://paper-api.alpaca.markets"
LIVE: Final = "https://api.alpaca.markets"
DATA: Final = "https://data.alpaca.markets"

DEADLINE_S: Final = 10.0

_FUNDS: Final = 40310000
"""Their code for too little buying power, or too few shares to sell."""

_ID: Final = re.compile(r"[0-9a-fA-F-]{8,64}")
"""Their own id of an order; anything else is not put into an address."""

_ENDED: Final = frozenset({"canceled", "expired"})
_REFUSED: Final = frozenset({"rejected"})
_WORKING: Final = frozenset(
    {
        "new", "accepted", "pending_new", "accepted_for_bidding", "partially_filled", "done_for_day", "held",
        "pending_cancel", "pending_replace", "stopped", "suspended", "calculated",
    }
)  # fmt: skip
"""Everything else (replaced, and what is not known yet) is for the person to look at: it stays open, named."""


class Alpaca:
    """One account. Orders are limit orders for the day at the worst price that was approved."""

    reach: Literal["inside", "person", "outside"] = "outside"
    deduplicates = True

    def __init__(
        self, key: str, secret: str, *, live: bool = False, base: str | None = None, deadline_s: float = DEADLINE_S
    ) -> None:
        """Remember where to ask.

        Args:
            key: Key id of the account.
            secret: Its secret; never shown, never in an address.
            live: Real money.
            base: Another address instead of Alpaca's own, for tests.
            deadline_s: Seconds for one request.
        """
        self.live = live
        self.name = "alpaca:live" if live else "alpaca:paper"
        self._base, self._data = base or (LIVE if live else PAPER), base or DATA
        self._headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret}
        self._deadline_s = deadline_s

    def place(self, order: Order) -> Report:
        """Send one order. See `knowledge.ports.Broker`."""
        trade = order.trade
        if trade.currency != "USD" or order.limit is None or order.asset_class in ("crypto", "cash"):
            return Report(key=order.key, state="refused", reason="broker_no_such")
        if far(trade.price, self._last(trade.asset)):
            return Report(key=order.key, state="refused", reason="broker_price")
        body = {
            "symbol": trade.asset,
            "qty": format(trade.units, "f"),
            "side": trade.side,
            "type": "limit",
            "limit_price": _tick(order.limit, trade.side),
            "time_in_force": "day",
            "client_order_id": order.key,
        }
        answer = self._ask("POST", "/v2/orders", body=body)
        if answer.status in (200, 201):
            return self._report(answer.body, order)
        if answer.status in (409, 422):  # taken already under this key, or a rule of theirs: the key tells
            known = self.find(order)
            return known or Report(key=order.key, state="refused", reason="broker_rule")
        if answer.status == 403 and _code(answer) == _FUNDS:
            return Report(key=order.key, state="refused", reason="broker_funds")
        if answer.status in (400, 403, 404, 405, 413):
            return Report(key=order.key, state="refused", reason="broker_rule")
        raise BrokerFailed("broker_silent", self.name)  # 5xx, a redirect: it may have been taken

    def find(self, order: Order) -> Report | None:
        """What is known of an order by its key; None when it is not there."""
        answer = self._ask("GET", "/v2/orders:by_client_order_id", params={"client_order_id": order.key})
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise BrokerFailed("broker_silent", self.name)
        return self._report(answer.body, order)

    def cancel(self, order: Order) -> None:
        """Ask for an order to be taken back, by their id. See `knowledge.ports.Broker`."""
        answer = self._ask("GET", "/v2/orders:by_client_order_id", params={"client_order_id": order.key})
        theirs = answer.body.get("id") if isinstance(answer.body, dict) else None
        if answer.status == 404:
            return
        if answer.status != 200 or not isinstance(theirs, str) or not _ID.fullmatch(theirs):
            raise BrokerFailed("broker_silent", self.name)
        status = self._ask("DELETE", f"/v2/orders/{theirs}").status
        if status not in (200, 204, 404, 422):  # 404, 422: it is over already
            raise BrokerFailed("broker_silent", self.name)

    def holdings(self) -> Holdings:
        """Positions and cash of the account. Raises BrokerFailed, also when the account may not trade."""
        account = self._read("/v2/account")
        positions = self._read("/v2/positions")
        cash = exact(account.body.get("cash")) if isinstance(account.body, dict) else None
        if cash is None or not isinstance(positions.body, list):
            raise BrokerFailed("broker_unreadable", self.name)
        if account.body.get("trading_blocked") is True or account.body.get("account_blocked") is True:
            raise BrokerFailed("broker_blocked", self.name)
        assets: dict[str, Holding] = {}
        for row in positions.body:
            units = exact(row.get("qty")) if isinstance(row, dict) else None
            if units is None or not isinstance(row.get("symbol"), str) or row["symbol"] in assets:
                raise BrokerFailed("broker_unreadable", self.name)
            assets[row["symbol"]] = Holding(units=units, cost=exact(row.get("cost_basis")))
        return Holdings(assets=assets, cash={"USD": cash}, at=positions.at)

    def _last(self, symbol: str) -> Decimal | None:
        """Its newest price; None for what they do not know. A symbol here and there need not mean the same thing."""
        try:
            answer = self._ask("GET", f"/v2/stocks/{symbol}/trades/latest", base=self._data)
        except BrokerFailed as error:
            if error.code != "broker_silent":
                raise
            raise BrokerFailed("broker_unreached", self.name) from error  # only a question: nothing was sent
        if answer.status >= 500:
            raise BrokerFailed("broker_unreached", self.name)
        trade = answer.body.get("trade") if isinstance(answer.body, dict) else None
        return exact(trade.get("p")) if isinstance(trade, dict) and answer.status == 200 else None

    def _read(self, path: str) -> Answer:
        answer = self._ask("GET", path)
        if answer.status != 200:
            raise BrokerFailed("broker_silent", self.name)
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Answer:
        answer = ask(
            self.name, method, (base or self._base) + path, headers=self._headers, params=params, content=body,
            deadline_s=self._deadline_s,
        )  # fmt: skip
        if answer.status == 429:
            raise BrokerFailed("broker_busy", self.name, *seconds_of(answer.pause, answer.at or datetime.now(UTC)))
        if answer.status == 401 or (answer.status == 403 and not _code(answer)):
            raise BrokerFailed("broker_key", self.name)
        return answer

    def _report(self, found: Any, order: Order) -> Report:
        """An order as Alpaca tells it, checked against the one that was meant."""
        trade = order.trade
        if not isinstance(found, dict) or (found.get("client_order_id"), found.get("symbol"), found.get("side")) != (
            order.key,
            trade.asset,
            trade.side,
        ):
            raise BrokerFailed("broker_silent", self.name)
        units = exact(found.get("filled_qty", "0") or "0")
        price = exact(found.get("filled_avg_price"))
        status = found.get("status")
        if units is None or not 0 <= units <= trade.units or (units > 0 and not (price and price > 0)):
            raise BrokerFailed("broker_silent", self.name)
        if status == "filled" and units != trade.units:
            raise BrokerFailed("broker_silent", self.name)
        common: dict[str, Any] = {"key": order.key, "units": units, "price": price if units else None}
        fee = Decimal(0) if units else None  # no commission on US shares; what regulators take is settled at day's end
        if status == "filled":
            return Report(state="filled", fee=fee, **common)
        if status in _ENDED or (status in _REFUSED and units):
            reason = "cancelled" if status == "canceled" else "ended"
            return Report(state="ended", fee=fee, reason=reason, **common)
        if status in _REFUSED:
            return Report(state="refused", reason="broker_rule", **common)
        return Report(state="working", reason="" if status in _WORKING else REPLACED, **common)


def _code(answer: Answer) -> int:
    """Alpaca's own error code, 0 without one. Its words are not kept."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else 0


def _tick(limit: Decimal, side: str) -> str:
    """The limit in steps they take (a cent, below a dollar a hundredth of one), towards the careful side."""
    step = Decimal("0.01") if limit >= 1 else Decimal("0.0001")
    steps = limit // step
    return format((steps if side == "buy" or limit == steps * step else steps + 1) * step, "f")
