"""Small worlds for tests: a market made from a seed, and the facts of one decision in it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from tools.decide import Facts
from tools.domain.decision import (
    Assumptions,
    HoldingsInput,
    Input,
    LimitsInput,
    Method,
    MethodInput,
    RiskInput,
    Trigger,
)
from tools.domain.investor import Book, Position, Profile
from tools.domain.mandate import Limit
from tools.domain.market import Asset, Market, Quote, Universe

NOW = datetime(2026, 1, 5, tzinfo=UTC)

ASSUMPTIONS = Assumptions(
    market_risk_aversion=2.5,
    tau=0.05,
    lookback_days=800,
    cost_horizon=1.0,
    price_tolerance=0.03,
    hours_valid=24,
    view_cap=0.6,
    view_reliability=0.5,
    min_trade=0.0,
)

_ROWS = (
    # id, class, region, currency, tags, lot, fee, weight, yearly volatility, price
    ("US", "equity", "US", "USD", ("sp500",), "1", 5.0, 0.30, 0.17, 600.0),
    ("KR", "equity", "KR", "KRW", ("kospi",), "1", 10.0, 0.10, 0.20, 40_000.0),
    ("CHIP", "equity", "US", "USD", ("semiconductors", "tech"), "1", 5.0, 0.05, 0.30, 250.0),
    ("LONG", "bond", "US", "USD", ("us_treasuries", "long_bonds"), "1", 5.0, 0.20, 0.13, 90.0),
    ("KTB", "bond", "KR", "KRW", ("kr_bonds",), "1", 5.0, 0.20, 0.04, 50_000.0),
    ("GOLD", "commodity", "", "USD", ("gold",), "1", 8.0, 0.05, 0.15, 250.0),
    ("BTC", "crypto", "", "USD", ("bitcoin",), "0.0001", 10.0, 0.02, 0.60, 100_000.0),
    ("KRW", "cash", "", "KRW", (), "1", 0.0, 0.05, 0.0, 1.0),
    ("USD", "cash", "", "USD", (), "0.01", 5.0, 0.03, 0.0, 1.0),
)


def universe() -> Universe:
    return Universe(
        assets=tuple(
            Asset(
                id=i, name_en=i, name_ko=i, asset_class=kind, region=region, currency=currency,  # type: ignore[arg-type]
                tags=tags, lot=Decimal(lot), fee_bps=fee, market_weight=weight,
            )
            for i, kind, region, currency, tags, lot, fee, weight, _, _ in _ROWS
        )
    )  # fmt: skip


def market(seed: int = 0, *, days: int = 900, stale: tuple[str, ...] = ()) -> Market:
    """A one-factor market; a longer one with the same seed continues the shorter."""
    rng = np.random.default_rng(seed)
    vol = np.array([row[8] for row in _ROWS]) / np.sqrt(252)
    shocks = rng.standard_normal((days, len(_ROWS) + 2))
    moves = vol * (0.6 * shocks[:, :1] + 0.8 * shocks[:, 2:])
    last = np.array([row[9] for row in _ROWS])
    closes = last * np.exp(np.cumsum(moves, axis=0))
    usd = 1400.0 * np.exp(np.cumsum(0.005 * shocks[:, 1] - 0.002 * shocks[:, 0]))
    calendar = np.arange("2015-01-01", "2035-01-01", dtype="datetime64[D]")
    calendar = calendar[np.is_busday(calendar)][:days]
    now = Decimal(str(round(float(usd[-1]), 2)))
    assets = universe().assets
    return Market(
        as_of=NOW,
        universe=universe(),
        days=calendar,
        closes=closes,
        fx={"KRW": np.ones(days), "USD": usd},
        fx_now={"KRW": Decimal(1), "USD": now},
        risk_free={"KRW": 0.025, "USD": 0.04},
        quotes={
            a.id: Quote(price=Decimal(str(round(float(p), 2))), at=NOW) for a, p in zip(assets, closes[-1], strict=True)
        },
        stale=stale,
        simulated=True,
    )


def book(**units: str) -> Book:
    """Holdings by asset id; ten million won when nothing is named."""
    named = units or {"KRW": "10000000"}
    return Book(positions={a: Position(units=Decimal(u)) for a, u in named.items() if Decimal(u)})


def inputs(
    *limits: Limit,
    aversion: float = 4.0,
    held: Book | None = None,
    method: Method = "black_litterman",
    more: Mapping[str, Input] | None = None,
) -> dict[str, Input]:
    """Inputs of one decision: each limit as its own statement."""
    found: dict[str, Input] = {
        "assumptions": ASSUMPTIONS,
        "holdings": HoldingsInput(book=held or book()),
        "risk": RiskInput(profile=Profile(risk_aversion=aversion)),
        "rules": LimitsInput(limits=()),
        "method": MethodInput(method=method),
    }
    found |= {f"limits/{x.id}": LimitsInput(limits=(x,)) for x in limits}
    return found | dict(more or {})


def facts(where: Market, given: Mapping[str, Input], previous: str | None = None) -> Facts:
    digests = {n: hashlib.sha256(v.to_json().encode()).hexdigest() for n, v in given.items()}
    digests["data"] = hashlib.sha256(where.closes.tobytes()).hexdigest()
    return Facts(
        at=NOW,
        market=where,
        currency="KRW",
        inputs=given,
        digests=digests,
        trigger=Trigger(kind="said"),
        previous=previous,
    )


def limit(name: str, kind: str, target: str | None, weight: float) -> Limit:
    return Limit(id=name, kind=kind, target=target, weight=weight, origin="statement")  # type: ignore[arg-type]
