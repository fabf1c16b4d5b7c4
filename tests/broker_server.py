"""A loopback server that answers like Alpaca's trading API: its documented shapes, and what goes wrong on the way."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Broker:
    """What the broker knows and how it behaves.

    faults: what befalls the next orders, in turn: "lost" (no answer, not taken), "silent" (taken, no answer), "500" and
    "500 taken", "garbage" (taken), "429", "funds", "rule", "reject" (taken, then rejected), "". fills: by symbol, the
    share of an order that is filled by each look, ending with the last; None = cancelled there. reading: a fault of
    every GET: "", "500", "garbage", "401".
    """

    now: datetime
    cash: Decimal = Decimal(100_000)
    positions: dict[str, Decimal] = field(default_factory=dict)
    prices: dict[str, Decimal] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    fills: dict[str, list[str | None]] = field(default_factory=dict)
    reading: str = ""
    deduplicates: bool = True
    orders: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    seen_headers: list[dict[str, str]] = field(default_factory=list)
    base: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self, key: str) -> int:
        """How many orders it took under a key."""
        return sum(o["client_order_id"] == key for o in self.orders)

    def post(self, body: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        """Take an order, or not."""
        with self.lock:
            self.posted.append(body)
            fault = self.faults.pop(0) if self.faults else ""
            refusals = {
                "429": (429, b'{"message": "rate limit exceeded"}', {"Retry-After": "7"}),
                "funds": (403, b'{"code": 40310000, "message": "insufficient buying power"}', {}),
                "rule": (422, b'{"code": 42210000, "message": "sub-penny increment"}', {}),
                "500": (500, b"oops", {}),
            }
            if fault in refusals:
                return refusals[fault]
            if self.deduplicates and fault != "lost" and self.taken(body["client_order_id"]):
                return 422, b'{"code": 40010001, "message": "client_order_id must be unique"}', {}
            order = self._order(body, "rejected" if fault == "reject" else "accepted")
            if fault != "lost":
                self.orders.append(order)
        if fault in ("lost", "silent"):
            self.over.wait(3.0)
        if fault == "garbage":
            return 200, b'{"id": "x", "id": "y", "filled_qty": NaN', {}
        return (502, b"<html>", {}) if fault == "500 taken" else (200, json.dumps(order).encode(), {})

    def _order(self, body: dict[str, Any], status: str) -> dict[str, Any]:
        at = self.now.isoformat().replace("+00:00", "Z")
        return {
            "id": str(uuid.uuid4()), "client_order_id": body["client_order_id"], "created_at": at, "submitted_at": at,
            "filled_at": None, "expired_at": None, "canceled_at": None, "failed_at": None, "replaced_by": None,
            "asset_id": str(uuid.uuid4()), "symbol": body["symbol"], "asset_class": "us_equity", "notional": None,
            "qty": body["qty"], "filled_qty": "0", "filled_avg_price": None, "order_class": "", "type": body["type"],
            "side": body["side"], "time_in_force": "day", "limit_price": body["limit_price"], "status": status,
            "extended_hours": False, "legs": None,
        }  # fmt: skip

    def look(self, key: str) -> tuple[int, bytes, dict[str, str]]:
        """An order by our key, as far as it is filled by now."""
        with self.lock:
            order = next((o for o in self.orders if o["client_order_id"] == key), None)
            if order is None:
                return 404, b'{"code": 40410000, "message": "order not found"}', {}
            if order["status"] in ("accepted", "partially_filled"):
                self._fill(order)
            return 200, json.dumps(order).encode(), {}

    def delete(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Cancel an order by its own id, unless it is over."""
        with self.lock:
            order = next((o for o in self.orders if path == f"/v2/orders/{o['id']}"), None)
            if order is None:
                return 404, b'{"code": 40410000, "message": "order not found"}', {}
            if order["status"] not in ("accepted", "partially_filled"):
                return 422, b'{"code": 42210000, "message": "order is not cancelable"}', {}
            order["status"] = "canceled"
            return 204, b"", {}

    def _fill(self, order: dict[str, Any]) -> None:
        steps = self.fills.setdefault(order["symbol"], ["1"])
        share = steps.pop(0) if len(steps) > 1 else steps[0]
        if share is None:
            order["status"] = "canceled"
            return
        asked, had = Decimal(order["qty"]), Decimal(order["filled_qty"])
        units = (asked * Decimal(share)).quantize(Decimal(1))
        sign = 1 if order["side"] == "buy" else -1
        price = self.prices.get(order["symbol"], Decimal(100))
        self.positions[order["symbol"]] = self.positions.get(order["symbol"], Decimal(0)) + sign * (units - had)
        self.cash -= sign * (units - had) * price
        order |= {"filled_qty": str(units), "filled_avg_price": str(price) if units else None}
        order["status"] = "filled" if units == asked else "partially_filled" if units else "accepted"

    def get(self, path: str, asked: dict[str, list[str]]) -> tuple[int, bytes, dict[str, str]]:
        """Everything that is only asked."""
        if self.reading:
            return {"500": (500, b"", {}), "401": (401, b'{"message": "unauthorized"}', {})}.get(
                self.reading, (200, b"[[[", {})
            )
        if path == "/v2/orders:by_client_order_id":
            return self.look(asked["client_order_id"][0])
        if path == "/v2/account":
            account = {"id": "a", "status": "ACTIVE", "currency": "USD", "cash": str(self.cash)}
            return 200, json.dumps({**account, "trading_blocked": False, "account_blocked": False}).encode(), {}
        if path == "/v2/positions":
            rows = [
                {"symbol": s, "qty": str(q), "side": "long", "avg_entry_price": "1", "cost_basis": str(q * 100)}
                for s, q in self.positions.items()
                if q
            ]
            return 200, json.dumps(rows).encode(), {}
        if path.startswith("/v2/stocks/"):
            price = self.prices.get(path.split("/")[3])
            body = {"symbol": path.split("/")[3], "trade": {"t": "", "p": float(price or 0), "s": 1}}
            return (200 if price else 404), json.dumps(body).encode(), {}
        return 404, b"{}", {}


@contextmanager
def serving(broker: Broker) -> Iterator[Broker]:
    """The broker behind a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
            broker.seen_headers.append(dict(self.headers))
            self._answer(*broker.post(body))

        def do_DELETE(self) -> None:
            self._answer(*broker.delete(urlsplit(self.path).path))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(*broker.get(parts.path, parse_qs(parts.query)))

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has gone

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(broker.now.astimezone(UTC), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    broker.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield broker
    finally:
        broker.over.set()
        server.shutdown()
        server.server_close()


def later(broker: Broker, minutes: float) -> None:
    """Let the broker's clock go on."""
    broker.now += timedelta(minutes=minutes)
