"""The learned policy and the forecasts beside what needs no skill: on real prices, and where the truth is known.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.policy            # everything, about half an hour on an idle core
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.policy worlds     # one part: worlds, shuffled, speed, prices

Real prices are read from ../shared/data/prices where that folder is there, and passed over where not. They were run
twice: after the first time cash was capped at 2 % (minimum variance had held nothing else) and the score compares leads
at equal risk.
"""

import gzip
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from agent.wiring import house_rules
from tests.learnable import World, cost_only, mean_reversion, persistent_regimes
from tools.backtest import baselines, fixed_mix, walk_forward
from tools.domain.decision import Input, LimitsInput, Method, MethodInput, RiskInput
from tools.domain.investor import Book, Position, Profile
from tools.domain.mandate import Limit
from tools.domain.market import Array, Asset, Days, Market, Universe
from tools.errors import AdvisorError
from tools.forecast import foretell
from tools.performance import Path as Track
from tools.policy.learn import blank, train, value
from tools.policy.panel import decisions, panel
from tools.policy.state import OWN, SHARED
from tools.policy.step import Rules, step
from tools.policy.walk import Setting, examine
from tools.standings import grown, sampled, standings
from tools.track import filled

PRICES = Path(__file__).resolve().parents[2] / "shared" / "data" / "prices"
FEE_BPS = 10.0
AVERSION = 3.0
INVESTED = (Limit(id="rule:most_cash", kind="max", target="cash", weight=0.02, origin="rule"),)
"""Cash would be the least variance of all."""

METHODS: tuple[Method, ...] = ("max_sharpe", "min_variance", "risk_parity", "black_litterman")


def table(name: str) -> tuple[Days, tuple[str, ...], Array]:
    """A price file as (days, names, closes (T, n)); a zero or missing price is no price."""
    with gzip.open(PRICES / name, "rt", encoding="utf-8-sig") as file:
        head, *lines = [line.strip().split(",") for line in file]
    if "ticker" not in head:
        days = np.array([row[0] for row in lines], dtype="datetime64[D]")
        closes = np.array([[float(x) if x else np.nan for x in row[1:]] for row in lines])
        return days, tuple(head[1:]), np.where(closes > 0, closes, np.nan)
    day, ticker, close = head.index("date"), head.index("ticker"), head.index("close")
    days = np.unique(np.array([row[day] for row in lines], dtype="datetime64[D]"))
    names = tuple(sorted({row[ticker] for row in lines}))
    closes = np.full((len(days), len(names)), np.nan)
    for row in lines:
        place = np.searchsorted(days, np.datetime64(row[day])), names.index(row[ticker])
        closes[place] = float(row[close] or "nan")
    return days, names, np.where(closes > 0, closes, np.nan)


def market(days: Days, names: tuple[str, ...], closes: Array) -> Market:
    """Business days of these prices as a market in dollars, all of equal weight, with cash beside them."""
    week = np.is_busday(days) & np.isfinite(closes).any(axis=1)
    days, closes = days[week], np.c_[closes[week], np.ones(int(week.sum()))]
    kinds = {"TLT": "bond", "BTC-USD": "crypto", "ETH-USD": "crypto", "GC=F": "commodity"}
    share = 1.0 / len(names)
    assets = [
        Asset(id=_safe(n), name_en=n, name_ko=n, asset_class=kinds.get(n.upper(), "equity"), currency="USD",  # type: ignore[arg-type]
              lot=Decimal("0.000001"), fee_bps=FEE_BPS, market_weight=share)
        for n in names
    ]  # fmt: skip
    cash = Asset(id="USD", name_en="USD", name_ko="USD", asset_class="cash", currency="USD", lot=Decimal("0.01"))
    return Market(
        as_of=datetime.fromisoformat(str(days[-1])).replace(tzinfo=UTC), universe=Universe(assets=(*assets, cash)),
        days=days, closes=closes, fx={"USD": np.ones(len(days))}, fx_now={"USD": Decimal(1)}, risk_free={"USD": 0.0},
        quotes={}, stale=(), simulated=False,
    )  # fmt: skip


def _safe(name: str) -> str:
    return "".join(c for c in name if c.isalnum())[:32]


def on_prices() -> None:
    """Every strategy on every price set that is there."""
    sets = {
        "US stocks, 20, 1990–2022": "us20_stocks_1990_2022.csv.gz",
        "US factor ETFs, 5, 2014–2022": "us_factor_etfs_2014_2022.csv.gz",
        "SPY TLT gold BTC, 2015–2019": "multi_asset_ohlcv_to2019.csv.gz",
        "KRX stocks, 8, 2015–2019": "krx_ohlcv_dev_to2019.csv.gz",
        "BTC ETH, 2010–2019": "crypto_close_btc_eth_to2019.csv.gz",
    }
    for title, name in sets.items():
        if not (PRICES / name).exists():
            print(f"{title}: not on this machine")
            continue
        _one(title, market(*table(name)))


def _one(title: str, where: Market) -> None:
    began = time.perf_counter()
    ids = where.universe.ids
    closes = filled(where.closes_in("USD"))
    base = np.r_[np.full(len(ids) - 1, 1.0 / (len(ids) - 1)), 0.0]
    fee = np.r_[np.full(len(ids) - 1, FEE_BPS / 1e4), 0.0]
    rules, given = Rules(fee, fee, AVERSION), panel(where.days, closes, base)
    try:
        examined = examine(given, rules, folds=8)
    except AdvisorError:
        examined = examine(given, rules, folds=3)  # a short history has room for fewer
    foretold = foretell(closes, decisions(len(where.days)), given, rules)
    days = given.days[foretold.first : foretold.first + examined.growth.shape[0] + 1]
    paths: dict[str, Track] = {}
    for label, run in (("learned policy", examined.run), ("forecasts", foretold.run)):
        paths[label] = grown(days, run.growth[0], run.turnover[0], run.factor[0])
    for method in METHODS:
        paths[method] = sampled(_walked(where, method, days), days)
    paths |= _fixed(where, days)
    took = time.perf_counter() - began
    print(f"\n**{title}** (tried {days[0]} to {days[-1]}; {took:.0f} s)\n")
    print("| strategy | growth %/yr | Sharpe | fall % | turnover/yr | lead over 1/N | DSR |\n" + "|---" * 7 + "|")
    for s in standings(paths, risk_free=0.0, against="1/N", rng=np.random.default_rng(0)):
        dsr = "–" if s.dsr is None else f"{s.dsr:.2f}"
        growth = f"{100 * s.growth:.1f} ± {100 * s.growth_error:.1f}"
        ratio, lead = f"{s.sharpe:.2f} ± {s.sharpe_error:.2f}", f"{s.lead:+.2f} ± {s.lead_error:.2f}"
        print(f"| {s.name} | {growth} | {ratio} | {100 * s.drawdown:.0f} | {s.turnover:.2f} | {lead} | {dsr} |")
    skill, other, vol = examined.skill, foretold.skill, foretold.volatility
    print(f"\npolicy: DSR {skill.deflated:.2f} over {skill.trials} trials, overfit {skill.overfit:.2f}, ", end="")
    print(f"confidence {skill.confidence:.2f}, newest fold won: {examined.better}; ", end="")
    print(f"forecasts: DSR {other.deflated:.2f}, IC {foretold.forecaster.ic:.3f}, ", end="")
    print(f"confidence {other.confidence:.2f}; log-volatility error {vol.error:.3f}, naive {vol.naive:.3f}", flush=True)


def _walked(where: Market, method: Method, days: Days) -> Track:
    inputs: Mapping[str, Input] = {
        "assumptions": house_rules()[0], "risk": RiskInput(profile=Profile(risk_aversion=AVERSION)),
        "rules": LimitsInput(limits=INVESTED), "method": MethodInput(method=method),
    }  # fmt: skip
    book = Book(positions={"USD": Position(units=Decimal(1_000_000))})
    return walk_forward(where, inputs, "USD", book=book, first=int(np.searchsorted(where.days, days[0]))).path


def _fixed(where: Market, days: Days) -> dict[str, Track]:
    first = int(np.searchsorted(where.days, days[0]))
    prices = filled(where.closes_in("USD"))[first:]
    assets = where.universe.assets
    fee = np.array([a.fee_bps / 1e4 for a in assets])
    there = np.isfinite(prices[0])
    risky = there * np.array([a.asset_class != "cash" for a in assets], dtype=float)
    mixes = {"1/N": risky / risky.sum(), "buy and hold": risky / risky.sum()}
    if any(a.asset_class == "bond" for a in assets):
        mixes["60/40"] = baselines(where.universe)["60_40"]
    prices = np.where(there, prices, 1.0)
    found = {}
    for name, mix in mixes.items():
        width = np.full(len(mix), np.inf) if name == "buy and hold" else np.where(mix > 0, 0.25 * mix, np.inf)
        found[name] = sampled(fixed_mix(where.days[first:], prices, mix, width=width, fee=fee), days)
    return found


def on_worlds(seeds: int = 10) -> None:
    """The share of the best possible certainty equivalent that is reached on unseen paths where the best is known."""
    worlds: dict[str, Callable[[], World]] = {
        "persistent regimes": persistent_regimes, "mean reversion": mean_reversion, "cost only": cost_only,
        "mean reversion, strong (best weights mostly 0 or 1)": lambda: mean_reversion(pull=0.0022, vol=0.025),
    }  # fmt: skip
    print("| world | best %/yr | learned %/yr | base %/yr | share: mean (least) |\n|---|---|---|---|---|")
    for name, make in worlds.items():
        rows = []
        for seed in range(seeds):
            world, rng = make(), np.random.default_rng(seed)
            known, _ = world.episodes(120, 260, rng)
            unseen, states = world.episodes(200, 520, rng)
            start = replace(blank(known.state, reach=np.inf), band=0.05)
            policy = train(start, known, replace(world.rules, smooth=1e-3), ridge=1e-4)
            rows.append((
                world.best_value(unseen, states), value(policy, unseen, world.rules),
                value(policy.still, unseen, world.rules),
            ))  # fmt: skip
        best, learned, base = 100 * np.array(rows).T
        share = learned / best
        print(f"| {name} | {best.mean():.2f} | {learned.mean():.2f} | {base.mean():.2f} "
              f"| {share.mean():.3f} ({share.min():.3f}) |", flush=True)  # fmt: skip


def on_shuffled(runs: int = 24) -> None:
    """How often luck is given a voice: returns in random order, beside the same returns in their own."""
    tried = [Setting(frozenset(g), r) for g in (OWN, (*OWN, *SHARED)) for r in (0.03, 0.3)]
    fee = np.r_[np.full(4, 0.001), 0.0]
    luck, trend, tilts = [], [], []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        flips = np.where(rng.random((2600, 4)) < 1 / 300, -1.0, 1.0).cumprod(axis=0) * rng.choice([-1.0, 1.0], 4)
        moves = (
            0.0002
            + 0.35 / 252 * flips
            + 0.004 * rng.standard_normal((2600, 1))
            + 0.008 * rng.standard_normal((2600, 4))
        )
        for found, order in ((luck, rng.permutation(moves)), (trend, moves))[: 2 if seed % 4 == 0 else 1]:
            closes = np.c_[np.exp(np.cumsum(order, axis=0)), np.ones(2600)]
            days = np.arange("2000-01-01", "2012-01-01", dtype="datetime64[D]")
            given = panel(days[np.is_busday(days)][:2600], closes, np.full(5, 0.2))
            seen = examine(given, Rules(fee, fee, AVERSION), folds=4, seeds=(0,), tried=tried)
            found.append(seen.skill.confidence)
            if found is luck:
                tilts.append(2.0 * seen.skill.confidence)
    print(f"shuffled, {runs} runs: confidence < 0.05 in {np.mean(np.array(luck) < 0.05):.0%}, largest {max(luck):.3f}, "
          f"mean share of the tilt that is used {np.mean(tilts):.3f}")  # fmt: skip
    print(f"every fourth in its own order (trends of ±35 %/yr, a year or so): confidence ≥ 0.05 in "
          f"{np.mean(np.array(trend) >= 0.05):.0%}, median {np.median(trend):.2f}", flush=True)  # fmt: skip


def speed() -> None:
    """Steps a second, and the nightly training of 12 assets over 20 years."""
    rng, n = np.random.default_rng(0), 12
    held, chosen = rng.dirichlet(np.ones(n), 2048), rng.dirichlet(np.ones(n), 2048)
    moves, fee = np.exp(0.01 * rng.standard_normal((2048, n))), np.full(n, 0.001)
    rules, began, done = Rules(fee, fee, AVERSION), time.perf_counter(), 0
    while time.perf_counter() - began < 3.0:
        step(held, chosen, moves, rules)
        done += len(held)
    print(f"step, 12 assets, 2048 at once: {done / (time.perf_counter() - began):,.0f} a second")
    common = 0.008 * rng.standard_normal((5040, 1))
    closes = np.c_[
        np.exp(np.cumsum(0.0003 + common + 0.009 * rng.standard_normal((5040, n - 1)), axis=0)), np.ones(5040)
    ]
    days = np.arange("2000-01-01", "2022-01-01", dtype="datetime64[D]")
    began = time.perf_counter()
    given = panel(days[np.is_busday(days)][:5040], closes, np.full(n, 1 / n))
    fee = np.r_[np.full(n - 1, 0.001), 0.0]
    found = examine(given, Rules(fee, fee, AVERSION))
    foretell(closes, decisions(5040), given, Rules(fee, fee, AVERSION))
    count = len(found.settings)
    print(
        f"training, 12 assets × 20 years, 8 folds × {count} settings × 3 seeds: {time.perf_counter() - began:.0f} s",
        flush=True,
    )


PARTS: Mapping[str, Callable[[], None]] = {
    "worlds": on_worlds, "shuffled": on_shuffled, "speed": speed, "prices": on_prices,
}  # fmt: skip

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"\n### {part}\n")
        PARTS[part]()
