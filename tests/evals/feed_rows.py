"""What the gate makes of one labelled row of `feed`: a dispatch by the shape of its `series`."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from knowledge.market.csvs import absent, decimal_of
from knowledge.market.fetch import document, fetch
from tools.arrivals import number, quote, timing
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.moments import covariance
from tools.signals import ewma_vol
from tools.ticks import clean

CLOCK = datetime(2026, 3, 31, tzinfo=UTC)
MAX_AGE = timedelta(days=4)
"""A weekend and the day after: an older newest tick has missed a session on every exchange."""

_BELOW_ZERO = re.compile(r"\b(wti|crude|oil|brent|natgas|commodit\w*)\b|\b(CL|NG)=F", re.I)
_NO_SPLIT = re.compile(r"\b(btc|eth|xrp|bitcoin|ethereum|crypto|usdt|gold|xau|vix)\w*|\b(usd|krw|fx)", re.I)
_FLAGGED = frozenset({"zero", "negative", "not_finite", "text", "sign", "spike", "unit_scaled", "unconfirmed"})


@dataclass
class Found:
    """What came of a row, gathered as it is read."""

    flags: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    bad: int = 0  # non-finite figures that came out downstream
    waited: float = 0.0

    def note(self, reason: str, *flags: str) -> None:
        """Keep a reason once, and flags."""
        self.flags.update(flags)
        if reason and reason not in self.reasons:
            self.reasons.append(reason)


def below_zero(name: str) -> bool:
    """Whether something of this name can be worth less than nothing."""
    return bool(_BELOW_ZERO.search(name.replace("_", " ")))


def splits(name: str) -> bool:
    """Whether something of this name can split: not a commodity, a coin, a currency."""
    return not (below_zero(name) or _NO_SPLIT.search(name.replace("_", " ")))


def judged(row: Mapping[str, Any]) -> dict[str, Any]:
    """The prediction for one row: flags, non_finite_downstream, reason, waited_s."""
    first = _read(row)
    again = None if first.waited > 1.0 else _read(row)  # a source that kept us waiting is not asked twice
    if again and (first.flags, first.reasons) == (again.flags, again.reasons):
        first.flags.add("deterministic")
    if first.bad == 0:
        first.flags.add("finite")
    return {
        "id": str(row.get("id", "")),
        "flags": sorted(first.flags),
        "non_finite_downstream": first.bad,
        "reason": ";".join(first.reasons) or None,
        "waited_s": round(first.waited, 2),
    }


def _read(row: Mapping[str, Any]) -> Found:
    series, found = row["series"], Found()
    name = " ".join(str(row.get(k, "")) for k in ("name", "asset", "symbol", "class"))
    items = list(series) if isinstance(series, list) else [series]
    one = next((i for i in items if isinstance(i, Mapping)), None)
    if one is None and any(isinstance(i, list) for i in items):
        _timed(items, name, found)
    elif one is None:
        _prices(items, name, found)
    elif {"bid", "ask"} & one.keys():
        _quotes([i for i in items if isinstance(i, Mapping)], found)
    elif {"px", "vol"} & one.keys():
        _volumes([i for i in items if isinstance(i, Mapping)], name, found)
    elif "halt" in one:
        _halts([i for i in items if isinstance(i, Mapping)], name, found)
    elif {"v1", "v2"} <= one.keys():
        _restated(one, found)
    elif "n_assets" in one:
        _panel(_made(int(one["n_assets"]), int(one["n_days"])), found)
    elif {"http", "delay_s", "body"} & one.keys():
        _source(one, found)
    else:
        _assets(one, found)
    return found


def _value(raw: object, found: Found) -> float:
    """One price as a float, NaN with a note when it is none."""
    if isinstance(raw, str):
        plain = decimal_of(raw.strip())
        if absent(raw.strip()) or plain is not None:
            found.note("", "normalised")
            raw = None if plain is None else float(plain)
    value, wrong = number(raw)
    if wrong == "missing" or (isinstance(raw, float) and np.isnan(raw)):
        found.note("missing", "flagged", "dropped")
    elif wrong:
        found.note(wrong, "rejected_tick", "flagged", "dropped")
    return value


def _prices(raw: Sequence[object], name: str, found: Found) -> Array:
    """One asset's prices in order; gives them cleaned, shape (T,)."""
    values = np.array([_value(v, found) for v in raw]).reshape(-1, 1)
    return _cleaned(values, [name], found)[:, 0]


def _cleaned(values: Array, names: Sequence[str], found: Found) -> Array:
    """Cleaned prices, shape (T, n), with flags for everything the gate did to them."""
    gate = clean(values, signed=[below_zero(n) for n in names], splits=[splits(n) for n in names])
    for t, k in np.argwhere(gate.codes > 0).tolist():
        reason = gate.reason(t, k)
        if reason in _FLAGGED and not np.isfinite(gate.values[t, k]):
            found.note(reason, "rejected_tick", "flagged", "dropped")
        elif reason in ("split", "unit_scaled"):
            found.note(reason, "flagged", "normalised", "told")
        elif reason == "shock":
            found.note("shock", "alert", "told")
        elif reason == "stale":
            found.note("stale", "stale", "flagged", "dropped")
    for k in range(values.shape[1]):
        end = values[-5:, k]
        if len(end) == 5 and np.isfinite(end).all() and (end == end[0]).all():
            found.note("stale", "stale", "flagged", "told")
    if (gate.values < 0).any():
        found.note("below_zero", "flagged", "no_log", "told")
    found.bad += _downstream(gate.values)
    if not np.isfinite(gate.values).any():
        found.note("no_price", "blocked", "told")
    return gate.values


def _downstream(values: Array) -> int:
    """How many figures that would be used downstream are not finite: returns, volatility, newest price."""
    figures: list[float] = []
    for column in values.T:
        known = column[np.isfinite(column)]
        positive = known[known > 0]
        returns = np.diff(positive) / positive[:-1]
        figures += [*returns, *ewma_vol(returns, decay=0.94, start=0.0), *known[-1:]]
    return int((~np.isfinite(figures)).sum()) if figures else 0


def _instant(raw: object, found: Found) -> datetime | None:
    """A time in UTC: ISO text, or seconds or milliseconds since 1970; None with a note when it is none."""
    try:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            found.note("", "normalised")
            return datetime.fromtimestamp(raw / 1000 if abs(raw) > 1e11 else raw, UTC)
        at = datetime.fromisoformat(str(raw).strip())
    except (ValueError, OverflowError, OSError):
        found.note("time", "rejected_tick", "flagged", "dropped")
        return None
    if at.tzinfo is None or at.utcoffset():
        found.note("", "normalised")
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _timed(items: Sequence[object], name: str, found: Found) -> None:
    """[time, price] pairs: put in order, the impossible ones left out."""
    ticks: list[tuple[datetime, object]] = []
    for item in items:
        pair = item if isinstance(item, list) and len(item) >= 2 else [None, item]
        at = _instant(pair[0], found)
        if at is not None:
            ticks.append((at, pair[1]))
    kept: dict[datetime, object] = {}
    for (at, raw), wrong in zip(ticks, timing([t for t, _ in ticks], CLOCK, max_age=MAX_AGE), strict=True):
        if wrong == "future":
            found.note(wrong, "rejected_tick", "flagged", "dropped")
            continue
        if wrong == "out_of_order":
            found.note(wrong, "normalised", "flagged")
        elif wrong == "stale":
            found.note(wrong, "stale", "flagged", "blocked", "told")
        if at in kept:
            again = {"rejected_tick"} if kept[at] != raw else set()
            found.note("duplicate", "flagged", "dropped", *again)
        kept.setdefault(at, raw)
    if kept:
        _prices([kept[at] for at in sorted(kept)], name, found)
    else:
        found.note("no_price", "blocked", "told")


def _quotes(items: Sequence[Mapping[str, Any]], found: Found) -> None:
    good = False
    for item in items:
        stamp = next((item[k] for k in ("time", "t", "ts", "at") if k in item), None)
        at = _instant(stamp, found) if stamp is not None else CLOCK
        late = at is None or at > CLOCK
        wrong = "future" if late else quote(item.get("bid"), item.get("ask"))
        if wrong:
            found.note(wrong, "rejected_quote", "flagged", *(("last_good",) if good else ()))
        elif at is not None and CLOCK - at > MAX_AGE:
            found.note("stale", "stale", "flagged", "blocked", "told")
        good = good or not wrong
    if not good:
        found.note("", "blocked", "told")


def _volumes(items: Sequence[Mapping[str, Any]], name: str, found: Found) -> None:
    """Prices with volumes: a price without a trade behind it is no news, one far off on hardly any is not believed."""
    volumes = [number(i.get("vol"))[0] for i in items]
    kept: list[object] = []
    for k, (item, volume) in enumerate(zip(items, volumes, strict=True)):
        price, usual = item.get("px"), np.nanmedian(volumes[:k]) if np.isfinite(volumes[:k]).any() else np.nan
        if not volume > 0 and not (number(price)[0] > 0):
            found.note("halt", "flagged", "dropped", "told", *(("last_good",) if kept else ()))
            continue
        if volume == 0:
            found.note("no_trade", "stale", "flagged", "told")
        elif not volume > 0:
            found.note("volume", "flagged", "told")
        before = number(kept[-1])[0] if kept else np.nan
        thin = volume < 0.01 * usual and abs(number(price)[0] / before - 1) > 0.1
        if thin or (volume == 0 and kept and price != kept[-1]):
            found.note("unconfirmed", "rejected_tick", "flagged", "dropped")
            continue
        kept.append(price)
    if kept:
        _prices(kept, name, found)
    else:
        found.note("no_price", "blocked", "told")


def _halts(items: Sequence[Mapping[str, Any]], name: str, found: Found) -> None:
    if items[-1].get("halt"):
        found.note("halt", "blocked", "stale", "flagged", "told", "last_good")
    traded = [i.get("last") for i in items if not i.get("halt")]
    if traded:
        _prices(traded, name, found)


def _restated(pair: Mapping[str, Any], found: Found) -> None:
    """A figure given again: another one is a new version beside the old, never in its place."""
    for value in (pair["v1"], pair["v2"]):
        if isinstance(value, int | float):
            _value(value, found)
    if pair["v1"] != pair["v2"]:
        found.note("restated", "new_version", "told")


def _made(assets: int, days: int) -> Array:
    """A panel of that many assets and days from a fixed seed, shape (days, assets)."""
    steps = np.random.default_rng(7).normal(0.0, 0.01, (days, assets))
    return np.asarray(100.0 * np.exp(np.cumsum(steps, axis=0)))


def _panel(values: Array, found: Found) -> None:
    """The covariance of many assets with few days, and whether it is finite and positive."""
    returns = values[1:] / values[:-1] - 1.0
    try:
        matrix = covariance(returns, tuple(str(k) for k in range(values.shape[1]))).matrix
    except DataMissing as error:
        found.note(error.code, "excluded", "blocked", "told")
        return
    found.bad += int((~np.isfinite(matrix)).sum())
    if np.linalg.eigvalsh(matrix).min() < -1e-9:
        found.bad += 1
        found.note("not_positive", "flagged")


def _assets(columns: Mapping[str, Any], found: Found) -> None:
    """Prices by asset, side by side; what has too few is left out, the others go on."""
    lists = {name: list(v) if isinstance(v, list) else [v] for name, v in columns.items()}
    longest = max((len(v) for v in lists.values()), default=0)
    values = np.full((longest, len(lists)), np.nan)
    for k, column in enumerate(lists.values()):
        values[longest - len(column) :, k] = [_value(v, found) for v in column]
    cleaned = _cleaned(values, list(lists), found) if longest else values
    for k, name in enumerate(lists):
        if np.isfinite(cleaned[:, k]).sum() < max(2, longest / 2):
            found.note(f"short_history:{name}", "excluded", "told")


_FIRST = json.dumps({"price": 100.0}).encode()


def _source(fault: Mapping[str, Any], found: Found) -> None:
    """A source that first answers well and then so; the last good value serves, and it is said."""
    with _serving(fault) as url:
        good = float(document(fetch(url), "source")["price"])
        started = time.monotonic()
        try:
            answer = document(fetch(url), "source")
            value, wrong = number(answer.get("price") if isinstance(answer, dict) else None)
            if wrong or value <= 0:
                raise DataMissing("source_unreadable", "source")
            _cleaned(np.array([[good], [value]]), ["source"], found)
        except DataMissing as error:
            found.note(error.code, "last_good", "told", "flagged")
            found.bad += _downstream(np.array([[good]]))
        found.waited = time.monotonic() - started


@contextmanager
def _serving(fault: Mapping[str, Any]) -> Iterator[str]:
    """A server on the loopback address: one good answer, then the fault."""
    asked = 0
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            nonlocal asked
            asked += 1
            body = fault.get("body", _FIRST) if asked > 1 else _FIRST
            if asked > 1:
                over.wait(float(fault.get("delay_s", 0)))
            data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
            try:
                self.send_response(int(fault.get("http", 200)) if asked > 1 else 200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                return  # whoever asked has gone: that is what is being tested

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
