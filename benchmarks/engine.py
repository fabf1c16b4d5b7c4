"""How long the engine as a whole takes: importing it, deciding, explaining, looking back, replaying."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from hashlib import sha256

import numpy as np

from agent.session import Session
from agent.upkeep import replay
from agent.wiring import Settings, house_rules, open_desk
from benchmarks.timing import Timed, side_by_side
from knowledge.market.demo import DemoMarket
from tools.attribution import Side, explain
from tools.backtest import fixed_mix, walk_forward
from tools.decide import Facts, decide
from tools.domain.decision import HoldingsInput, Input, LimitsInput, MethodInput, RiskInput, Trigger
from tools.domain.investor import Book, Position, Profile
from tools.domain.mandate import Limit
from tools.domain.market import Market, Universe

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SAID = (
    "no more than {}% in bitcoin",
    "keep at least {}% in bonds",
    "no more than {}% in gold",
    "채권은 최소 {}%로 해줘",
)
REPLAYED = 100
"""Decisions recorded and replayed; replaying is linear in their number."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: what it was, how large, and how long it took (processor time)."""

    what: str
    size: str
    seconds: float
    note: str = ""


def figures() -> Iterator[Figure]:
    """Everything measured here, one after the other."""
    yield _import()
    market = _recent(DemoMarket().at(NOW))
    facts = _facts(market, _inputs(*_asked()[:3]))
    yield Figure("`decide`, facts to proposal", f"n = {len(market.universe.ids)}", _seconds(lambda: decide(facts)))
    yield from _explaining(_smaller(market, 30))
    yield from _looking_back()
    yield from _replaying()


def _seconds(call: Callable[[], object], rounds: int = 7) -> float:
    found = side_by_side({"it": call}, rounds)["it"]
    if not isinstance(found, Timed):
        raise found
    return found.cpu / 1e3


def _import() -> Figure:
    def taken(names: str) -> float:
        code = f"import time; t = time.process_time(); import {names}; print(time.process_time() - t)"
        runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(7)]
        return float(np.median([float(out) for out in runs]))

    libraries = taken("numpy, scipy.linalg, scipy.special, pydantic")
    return Figure(
        "`import tools.decide`", "", taken("tools.decide"), f"numpy, scipy and pydantic alone: {libraries:.2f} s"
    )


def _recent(market: Market) -> Market:
    """The days a decision looks at, as `agent.review` hands them over."""
    days = house_rules()[0].lookback_days + 5
    short = {code: rates[-days:] for code, rates in market.fx.items()}
    return replace(market, days=market.days[-days:], closes=market.closes[-days:], fx=short)


def _smaller(market: Market, count: int) -> Market:
    """The same market with every currency and as many other assets as make `count`."""
    assets = market.universe.assets
    cash = [i for i, a in enumerate(assets) if a.asset_class == "cash"]
    others = [i for i in range(len(assets)) if i not in cash]
    kept = sorted(cash + others[: count - len(cash)])
    universe = Universe(assets=tuple(assets[i] for i in kept))
    quotes = {a: market.quotes[a] for a in universe.ids}
    return replace(market, universe=universe, closes=market.closes[:, kept], quotes=quotes)


def _asked() -> tuple[Limit, ...]:
    """Eight limits that can hold together."""
    asked = (
        ("max", "bitcoin", 0.01), ("min", "bonds", 0.4), ("max", "gold", 0.1), ("max", "tech", 0.2),
        ("min", "stocks", 0.3), ("max", "us_stocks", 0.25), ("min", "cash", 0.05), ("max", "crypto", 0.02),
    )  # fmt: skip
    return tuple(
        Limit(id=f"s{i}", kind=kind, target=target, weight=weight, origin="statement")  # type: ignore[arg-type]
        for i, (kind, target, weight) in enumerate(asked)
    )


def _inputs(*limits: Limit, aversion: float = 4.0, won: int = 50_000_000) -> dict[str, Input]:
    """Inputs of one decision, each limit as its own statement."""
    assumptions, rules = house_rules()
    return {
        "assumptions": assumptions,
        "holdings": HoldingsInput(book=Book(positions={"KRW": Position(units=Decimal(won))})),
        "rules": LimitsInput(limits=rules),
        "risk": RiskInput(profile=Profile(risk_aversion=aversion)),
        "method": MethodInput(method="black_litterman"),
        **{f"limits/{x.id}": LimitsInput(limits=(x,)) for x in limits},
    }


def _facts(market: Market, inputs: Mapping[str, Input]) -> Facts:
    digests = {name: sha256(value.to_json().encode()).hexdigest() for name, value in inputs.items()}
    digests["data"] = sha256(market.closes.tobytes()).hexdigest()
    return Facts(market.as_of, market, "KRW", inputs, digests, Trigger(kind="said"))


def _explaining(market: Market) -> Iterator[Figure]:
    """Why two decisions differ: by data, risk and four statements; by eight statements."""
    earlier = replace(
        market, days=market.days[:-20], closes=market.closes[:-20], fx={c: r[:-20] for c, r in market.fx.items()}
    )
    plain = _inputs()
    neutral = {name: plain[name] for name in ("risk", "method")}
    for what, before, now in (
        ("six causes", earlier, _inputs(*_asked()[:4], aversion=6.0)),
        ("eight statements", market, _inputs(*_asked())),
    ):
        old, new = _facts(before, plain), _facts(market, now)
        decision = decide(new)
        sides = Side(market, now, new.digests), Side(before, plain, old.digests)
        call = partial(explain, decision, *sides, neutral=neutral, said={})
        causes = [c.name for c in call().causes if c.name not in ("drift", "flows", "start", "lots")]
        yield Figure(f"`explain`, {what}", "n = 30", _seconds(call), f"exact Shapley values of {len(causes)} players")


def _looking_back() -> Iterator[Figure]:
    rng = np.random.default_rng(3)
    days = np.arange("2004-01-01", "2030-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][:5040]
    moves = 0.006 * rng.standard_normal((5040, 1)) + rng.uniform(0.006, 0.02, 20) * rng.standard_normal((5040, 20))
    prices, target, fee = 100.0 * np.exp(np.cumsum(moves, axis=0)), np.full(20, 0.05), np.full(20, 0.001)
    mix = partial(fixed_mix, days, prices, target, width=0.25 * target, fee=fee)
    trades = int((mix().traded > 0).sum())
    yield Figure("`fixed_mix`, 25 % bands", "20 assets x 5,040 days", _seconds(mix), f"{trades} days of trading")
    market = DemoMarket(universe=None).at(NOW)
    first = 1305
    book = Book(positions={"KRW": Position(units=Decimal(50_000_000))})
    walk = partial(walk_forward, market, _inputs(), "KRW", book=book, first=first)
    found = walk()
    years = (len(market.days) - first) / 261
    size = f"n = {len(market.universe.ids)}, {years:.0f} years"
    yield Figure("`walk_forward`, monthly", size, _seconds(walk, 3), f"{len(found.reviews)} full decisions")


def _replaying() -> Iterator[Figure]:
    """A home with REPLAYED decisions, made through the session, then replayed."""
    with (
        tempfile.TemporaryDirectory() as home,
        open_desk(Settings(home=home, now=NOW.isoformat(), tz="Asia/Seoul")) as desk,
    ):
        session, made, turn = Session(desk, lang="en"), 0, 0
        begin = time.process_time()
        while made < REPLAYED:
            decision = session.say(SAID[turn % len(SAID)].format(10 + turn % 17)).decision
            made += decision is not None
            turn += 1
        spoken = time.process_time() - begin
        yield Figure(
            "`say`, sentence to proposal", f"n = {len(desk.market.universe().ids)}", spoken / turn, "built-in model"
        )
        report = replay(desk)
        if report.differences or report.decisions < REPLAYED:
            raise AssertionError(report)
        each = _seconds(lambda: replay(desk), 3) / report.decisions
    yield Figure("`replay` of 1,000 decisions", f"scaled from {report.decisions}", 1000 * each, "every one the same")
