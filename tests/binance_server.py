"""A loopback server that answers like Binance's spot API: documented shapes, and what goes wrong on the way."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
    {"filterType": "NOTIONAL", "minNotional": "5.0"},
]


@dataclass
class Binance:
    """faults: what befalls the next orders, in turn: "lost", "silent" (taken, no answer), "503 taken", "funds",
    "clock", "429", "part" (half filled, the rest expired), "". fee: the share of a purchase that is taken in the coin.
    """

    now: datetime
    price: str = "100000.00"
    fee: str = "0.001"
    balances: dict[str, str] = field(default_factory=lambda: {"USDT": "100000.00"})
    faults: list[str] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)
    base: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def post(self, asked: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """Take an order, or not. A key that is not of an open order is free to be used again, as it is there."""
        self.posted.append(asked)
        fault = self.faults.pop(0) if self.faults else ""
        refusals = {
            "funds": (400, {"code": -2010, "msg": "Account has insufficient balance for requested action."}, {}),
            "clock": (400, {"code": -1021, "msg": "Timestamp for this request was 1000ms ahead."}, {}),
            "429": (429, {"code": -1003, "msg": "Too many requests."}, {"Retry-After": "30"}),
        }
        if fault in refusals:
            return refusals[fault]
        if fault == "lost":
            self.over.wait(3.0)
            return 504, {}, {}
        done = float(asked["quantity"]) / (2 if fault == "part" else 1)
        order = {
            "symbol": asked["symbol"], "orderId": len(self.orders) + 1, "orderListId": -1,
            "clientOrderId": asked["newClientOrderId"], "transactTime": int(self.now.timestamp() * 1000),
            "price": asked["price"], "origQty": asked["quantity"], "executedQty": f"{done:.8f}",
            "cummulativeQuoteQty": f"{done * float(self.price):.8f}", "timeInForce": "IOC", "type": "LIMIT",
            "status": "EXPIRED" if fault == "part" else "FILLED", "side": asked["side"],
            "fills": [{
                "price": self.price, "qty": f"{done:.8f}", "commission": f"{done * float(self.fee):.8f}",
                "commissionAsset": "BTC" if asked["side"] == "BUY" else "USDT", "tradeId": 1,
            }],
        }  # fmt: skip
        self.orders.append(order)
        if fault == "silent":
            self.over.wait(3.0)
        return (503, {}, {}) if fault == "503 taken" else (200, order, {})

    def get(self, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        """Everything that is only asked."""
        at = int(self.now.timestamp() * 1000)
        if path.endswith("/time"):
            return 200, {"serverTime": at}
        if path.endswith("/exchangeInfo"):
            btc = {
                "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT",
                "baseAssetPrecision": 8, "quotePrecision": 8, "orderTypes": ["LIMIT", "MARKET"],
                "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "permissions": ["SPOT"],
                "filters": _FILTERS,
            }  # fmt: skip
            return 200, {"timezone": "UTC", "serverTime": at, "symbols": [btc]}
        if path.endswith(("/ticker/24hr", "/ticker/price")):
            return 200, {"symbol": "BTCUSDT", "lastPrice": self.price, "closeTime": at, "openTime": at}
        if path.endswith("/account"):
            rows = [{"asset": a, "free": v, "locked": "0.00"} for a, v in self.balances.items()]
            return 200, {"canTrade": True, "updateTime": at, "balances": rows}
        if path.endswith("/order"):
            found = next((o for o in self.orders if o["clientOrderId"] == asked.get("origClientOrderId")), None)
            if found is None:
                return 400, {"code": -2013, "msg": "Order does not exist."}
            return 200, {k: v for k, v in found.items() if k != "fills"} | {"time": at, "updateTime": at}
        if path.endswith("/myTrades"):
            (order,) = [o for o in self.orders if str(o["orderId"]) == asked["orderId"]]
            buyer = order["side"] == "BUY"
            return 200, [
                {**f, "symbol": "BTCUSDT", "id": 1, "orderId": order["orderId"], "time": at, "isBuyer": buyer}
                for f in order["fills"]
            ]
        return 404, {"code": -1, "msg": path}


@contextmanager
def serving(world: Binance) -> Iterator[Binance]:
    """The exchange behind a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            asked = parse_qs(body or urlsplit(self.path).query)
            self._answer(*world.post({k: v[0] for k, v in asked.items()}))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(*world.get(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}), {})

        def _answer(self, status: int, body: Any, headers: dict[str, str]) -> None:
            data = json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                return  # whoever asked has gone

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    world.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield world
    finally:
        world.over.set()
        server.shutdown()
        server.server_close()
