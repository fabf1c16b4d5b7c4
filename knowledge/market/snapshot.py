"""A market as stored contents and back: what a decision saw, kept once per year of history.

Past years never change, so a new day stores only the current year's piece and a small manifest. JSON and raw arrays;
nothing here executes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np

from tools.domain.market import Array, Days, Market, Quote, Universe
from tools.domain.value import canonical, strict_json

Keep = Callable[[bytes], str]
Load = Callable[[str], bytes]


def recent(market: Market, days: int) -> Market:
    """The newest history that covers `days` rows, cut at a first of January so that stored years stay the same."""
    if len(market.days) <= days:
        return market
    first = market.days[-days].astype("datetime64[Y]").astype("datetime64[D]")
    start = int(np.searchsorted(market.days, first))
    return replace(
        market,
        days=market.days[start:],
        closes=market.closes[start:],
        fx={code: rates[start:] for code, rates in market.fx.items()},
    )


def pack(market: Market, keep: Keep) -> str:
    """Store a market through `keep` and give the hash of its manifest."""
    years = market.days.astype("datetime64[Y]").astype(int) + 1970
    manifest = {
        "as_of": market.as_of.isoformat(),
        "universe": keep(market.universe.to_json().encode()),
        "pieces": [keep(_piece(market, years == year)) for year in np.unique(years)],
        "fx_now": {code: str(rate) for code, rate in market.fx_now.items()},
        "risk_free": dict(market.risk_free),
        "quotes": {asset: [str(q.price), q.at.isoformat()] for asset, q in market.quotes.items()},
        "stale": list(market.stale),
        "simulated": market.simulated,
        "notes": list(market.notes),
    }
    return keep(canonical(manifest).encode())


def _piece(market: Market, rows: np.ndarray) -> bytes:
    codes = sorted(market.fx)
    head = canonical({"rows": int(rows.sum()), "assets": market.closes.shape[1], "fx": codes}).encode()
    days = market.days[rows].astype("datetime64[D]").astype("<i8").tobytes()
    rates = [market.fx[code][rows].astype("<f8").tobytes() for code in codes]
    return b"".join([head, b"\n", days, market.closes[rows].astype("<f8").tobytes(), *rates])


def unpack(digest: str, load: Load) -> Market:
    """The market stored under a manifest's hash. Raises ValueError on contents of another shape."""
    manifest = strict_json(load(digest).decode())
    parts = [_read(load(piece)) for piece in manifest["pieces"]]
    return Market(
        as_of=datetime.fromisoformat(manifest["as_of"]),
        universe=Universe.from_json(load(manifest["universe"]).decode()),
        days=np.concatenate([days for days, _, _ in parts]),
        closes=np.concatenate([closes for _, closes, _ in parts]),
        fx={code: np.concatenate([fx[code] for _, _, fx in parts]) for code in parts[0][2]},
        fx_now={code: Decimal(rate) for code, rate in manifest["fx_now"].items()},
        risk_free=manifest["risk_free"],
        quotes={
            asset: Quote(price=Decimal(price), at=datetime.fromisoformat(at))
            for asset, (price, at) in manifest["quotes"].items()
        },
        stale=tuple(manifest["stale"]),
        simulated=manifest["simulated"],
        notes=tuple(manifest["notes"]),
    )


def _read(content: bytes) -> tuple[Days, Array, dict[str, Array]]:
    cut = content.index(b"\n") + 1
    head = strict_json(content[:cut].decode())
    rows, assets = head["rows"], head["assets"]
    days = np.frombuffer(content, dtype="<i8", count=rows, offset=cut).astype("datetime64[D]")
    numbers = np.frombuffer(content, dtype="<f8", offset=cut + 8 * rows)
    closes = numbers[: rows * assets].reshape(rows, assets)
    rest = numbers[rows * assets :].reshape(-1, rows)
    return days, closes, dict(zip(head["fx"], rest, strict=True))
