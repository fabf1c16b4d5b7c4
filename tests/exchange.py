"""A loopback server that answers like the live sources do: their documented shapes, and their documented failures."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class World:
    """What the sources know: closes by symbol, splits and dividends by symbol and day, series, and what is broken."""

    closes: dict[str, dict[date, float]] = field(default_factory=dict)
    splits: dict[str, dict[date, float]] = field(default_factory=dict)
    dividends: dict[str, dict[date, float]] = field(default_factory=dict)
    series: dict[str, dict[str, str]] = field(default_factory=dict)  # FRED id or coin/metric or maturity -> day -> text
    now: datetime = datetime(2026, 3, 6, 23, tzinfo=UTC)
    broken: dict[str, tuple[int, Mapping[str, str]]] = field(default_factory=dict)  # path prefix -> status, headers
    slow: dict[str, float] = field(default_factory=dict)  # path prefix -> seconds
    garbage: dict[str, bytes] = field(default_factory=dict)  # path prefix -> body
    asked: list[str] = field(default_factory=list)
    base: str = ""

    def mirrors(self) -> dict[str, str]:
        """Addresses by source, as `Settings.mirrors` takes them."""
        apart = {name: f"{self.base}/{name}" for name in ("fred", "ecos", "coinmetrics", "treasury")}
        return apart | dict.fromkeys(("yahoo", "binance", "upbit"), self.base)

    def count(self, part: str) -> int:
        """How many requests had this in their address."""
        return sum(part in path for path in self.asked)


@contextmanager
def serving(world: World) -> Iterator[World]:
    """The world behind a port of this machine."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            world.asked.append(self.path)
            parts = urlsplit(self.path)
            path, asked = unquote(parts.path), {k: v[0] for k, v in parse_qs(parts.query).items()}
            status, headers, body = 200, {"Content-Type": "application/json"}, b""
            for prefix, seconds in world.slow.items():
                if path.startswith(prefix):
                    over.wait(seconds)
            hit = next((b for prefix, b in world.broken.items() if path.startswith(prefix)), None)
            spoilt = next((b for prefix, b in world.garbage.items() if path.startswith(prefix)), None)
            if hit:
                status, headers, body = hit[0], {**headers, **hit[1]}, b"{}"
            elif spoilt is not None:
                body = spoilt
            else:
                route = next((r for prefix, r in _ROUTES.items() if path.startswith(prefix)), None)
                status, body = route(world, path, asked) if route else (200, b"ok")
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has gone

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield world
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _chart(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """Yahoo's chart: a span by name; unknown symbols are 404 with an error object."""
    symbol = path.rsplit("/", 1)[1]
    if symbol not in world.closes:
        error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
        return 404, json.dumps({"chart": {"result": None, "error": error}}).encode()
    days = {"1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827, "10y": 3653}[asked["range"]]
    first = world.now.date() - timedelta(days=days)
    known = {d: p for d, p in sorted(world.closes[symbol].items()) if first <= d <= world.now.date()}
    seoul = symbol.endswith(".KS")
    open_at = {d: int(datetime(d.year, d.month, d.day, 0 if seoul else 14, 30, tzinfo=UTC).timestamp()) for d in known}
    zone = "Asia/Seoul" if seoul else "America/New_York"
    period = {"timezone": "X", "start": 1, "end": 2, "gmtoffset": 0}
    meta = {
        "currency": "KRW" if seoul else "USD", "symbol": symbol, "exchangeName": "X", "instrumentType": "ETF",
        "firstTradeDate": 0, "regularMarketTime": int(world.now.timestamp()), "gmtoffset": 0, "timezone": "X",
        "exchangeTimezoneName": zone, "regularMarketPrice": [*known.values()][-1] if known else None, "priceHint": 2,
        "currentTradingPeriod": dict.fromkeys(("pre", "regular", "post"), period), "dataGranularity": "1d",
        "range": asked["range"], "validRanges": ["1d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "max"],
    }  # fmt: skip
    line = list(known.values())
    events: dict[str, Any] = {
        "splits": {
            str(open_at[d]): {"date": open_at[d], "numerator": r, "denominator": 1, "splitRatio": f"{r}:1"}
            for d, r in world.splits.get(symbol, {}).items()
            if d in open_at
        },
        "dividends": {
            str(open_at[d]): {"date": open_at[d], "amount": v}
            for d, v in world.dividends.get(symbol, {}).items()
            if d in open_at
        },
    }
    quote = {"open": line, "high": line, "low": line, "close": line, "volume": [1000] * len(line)}
    result = {
        "meta": meta,
        "timestamp": list(open_at.values()),
        "events": {k: v for k, v in events.items() if v},
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": line}]},
    }
    return 200, json.dumps({"chart": {"result": [result], "error": None}}).encode()


def _klines(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """Binance's candles: arrays of texts."""
    days = sorted(world.closes.get(asked["symbol"], {}).items())[-int(asked.get("limit", "500")) :]
    rows = []
    for day, price in days:
        at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        rows.append([at, *[f"{price}"] * 4, "1.0", at + 86_399_999, "1.0", 1, "1.0", "1.0", "0"])
    return 200, json.dumps(rows).encode()


def _depth(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    price = [*world.closes[asked["symbol"]].values()][-1]
    book = {"lastUpdateId": 1, "bids": [[f"{price * 0.9999}", "1"]], "asks": [[f"{price * 1.0001}", "1"]]}
    return 200, json.dumps(book).encode()


def _candles(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """Upbit's candles: objects, newest first."""
    days = sorted(world.closes.get(asked["market"], {}).items())[-int(asked.get("count", "200")) :]
    rows = [
        {
            "market": asked["market"], "candle_date_time_utc": f"{d}T00:00:00", "candle_date_time_kst": f"{d}T09:00:00",
            "opening_price": p, "high_price": p, "low_price": p, "trade_price": p,
            "timestamp": int(datetime(d.year, d.month, d.day, 12, tzinfo=UTC).timestamp() * 1000),
            "candle_acc_trade_price": 1.0, "candle_acc_trade_volume": 1.0, "prev_closing_price": p,
        }
        for d, p in reversed(days)
    ]  # fmt: skip
    return 200, json.dumps(rows).encode()


def _orderbook(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    market = asked["markets"]
    price = [*world.closes[market].values()][-1]
    units = [{"ask_price": price + 1000, "bid_price": price - 1000, "ask_size": 1.0, "bid_size": 1.0}]
    at = int(world.now.timestamp() * 1000)
    book = {"market": market, "timestamp": at, "total_ask_size": 1.0, "total_bid_size": 1.0, "orderbook_units": units}
    return 200, json.dumps([book]).encode()


def _graph(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """FRED's CSV of a graph; a day without a value is empty."""
    found = world.series.get(asked["id"], {})
    lines = [f"{d},{v}" for d, v in sorted(found.items()) if d >= asked.get("cosd", "")]
    return 200, "\n".join([f"observation_date,{asked['id']}", *lines, ""]).encode()


def _observations(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """FRED's API: `day@vintage` keys give several vintages of one day."""
    rows = []
    for key, value in sorted(world.series.get(asked["series_id"], {}).items()):
        day, _, vintage = key.partition("@")
        rows.append(
            {"realtime_start": vintage or "2026-03-06", "realtime_end": "9999-12-31", "date": day, "value": value}
        )
    return 200, json.dumps({"count": len(rows), "observations": rows}).encode()


def _search(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """ECOS: /ecos/KEY/json/kr/1/N/TABLE/CYCLE/START/END/ITEM; nothing found is a RESULT object with status 200."""
    table, cycle, _, _, item = path.split("/")[-5:]
    found = world.series.get(f"{table}/{cycle}/{item}", {})
    if not found:
        return 200, json.dumps({"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}}).encode()
    rows = [{"STAT_CODE": table, "ITEM_CODE1": item, "TIME": t, "DATA_VALUE": v} for t, v in sorted(found.items())]
    return 200, json.dumps({"StatisticSearch": {"list_total_count": len(rows), "row": rows}}).encode()


def _metrics(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """Coin Metrics: one object a day with the metrics that are offered, as texts."""
    names = [m for m in asked["metrics"].split(",") if f"{asked['assets']}/{m}" in world.series]
    days = sorted({d for m in names for d in world.series[f"{asked['assets']}/{m}"]})
    rows = [
        {"asset": asked["assets"], "time": f"{d}T00:00:00.000000000Z"}
        | {m: world.series[f"{asked['assets']}/{m}"][d] for m in names if d in world.series[f"{asked['assets']}/{m}"]}
        for d in days
    ]
    return 200, json.dumps({"data": rows}).encode()


def _curve(world: World, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """The Treasury's CSV of one year: newest first, days as MM/DD/YYYY."""
    days = sorted(world.series.get("10Y", {}), reverse=True)
    lines = ['Date,"1 Mo","3 Mo","2 Yr","10 Yr","30 Yr"']
    for day in days:
        cells = [world.series.get(m, {}).get(day, "") for m in ("3M", "2Y", "10Y", "30Y")]
        lines.append(f"{day[5:7]}/{day[8:]}/{day[:4]},,{','.join(cells)}")
    return 200, "\n".join(lines).encode()


_ROUTES: Mapping[str, Callable[[World, str, Mapping[str, str]], tuple[int, bytes]]] = {
    "/v8/finance/chart/": _chart,
    "/api/v3/klines": _klines,
    "/api/v3/depth": _depth,
    "/v1/candles/days": _candles,
    "/v1/orderbook": _orderbook,
    "/fred/graph/": _graph,
    "/fred/fred/": _observations,
    "/ecos/": _search,
    "/coinmetrics/": _metrics,
    "/treasury/": _curve,
}


def weekdays(first: date, last: date) -> list[date]:
    """Monday to Friday of a span."""
    return [d for n in range((last - first).days + 1) if (d := first + timedelta(days=n)).weekday() < 5]


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.02)
    return False
