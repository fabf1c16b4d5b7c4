"""What the watch is worth on real prices, and how fast it is: `python -m benchmarks.watch [FOLDER …]`.

Without a folder only the times are measured. A FOLDER is one of prices as `--market files:` reads them. Every strategy
trades by the same decisions at the same fees; what differs is when it looks. Alarms are those of the first plan's
weights. Nothing was chosen by looking at these figures.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path as File

import numpy as np

from agent.outside import propose_all
from agent.session import Session
from agent.sweep import decide_all, gathered, record_inside, solved, states
from agent.watch import look
from agent.wiring import Desk, Settings, house_rules, open_desk
from agent.work import current
from knowledge.market.demo import DemoMarket
from knowledge.market.files import FilesMarket
from tools.backtest import known_before, walk_forward
from tools.decide import Facts, decide
from tools.domain.decision import Alert, HoldingsInput, Input, LimitsInput, MethodInput, RiskInput, Trigger
from tools.domain.investor import Book, Position, Profile
from tools.domain.market import Market, Universe
from tools.gauges import FIRST
from tools.performance import Path, figures
from tools.resample import stationary_blocks
from tools.signals import YEAR
from tools.track import filled
from tools.triggers import Alarm, alarms

AVERSION = 4.0
AHEAD = 21
"""Market days after an alarm in which something has to happen for it not to be for nothing."""

START = Decimal(1_000_000)
BLOCK, DRAWS = 60.0, 500

TIMED = 600
"""Of the investors outside their band, how many are timed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One strategy over one folder; CE is the certainty equivalent, mean − γ/2·variance, a year."""

    name: str
    reviews: int
    growth: float
    drawdown: float
    turnover: float
    cost: float
    equivalent: float
    lead: tuple[float, float, float]
    """Certainty equivalent above doing nothing, and its 90 % interval."""


def main(folders: Sequence[str]) -> None:
    """Print both tables."""
    print("\n".join(_times()))
    for folder in folders:
        print("\n".join(_history(File(folder))))


# --- history ----------------------------------------------------------------------------------------------------------


def _history(folder: File) -> Iterator[str]:
    """One folder: how often it rang and for nothing, and what looking then was worth."""
    source = FilesMarket(folder)
    market = _without_gaps(source.at(source.last()))
    inputs = _inputs()
    first = FIRST + 1
    book = Book(positions={"USD": Position(units=START)})
    plan = decide(_facts(known_before(market, first, weeks=200), inputs, book))
    weights = np.array([plan.proposal.target.get(a, 0.0) for a in market.universe.ids])
    risky = (weights > 0) & np.array([a.asset_class != "cash" for a in market.universe.assets])
    closes = market.closes_in("USD")[:, risky]
    rung = alarms(closes, weights[risky] / weights[risky].sum())
    years = (len(market.days) - FIRST) / YEAR
    vain = _for_nothing(rung, closes, weights[risky] / weights[risky].sum())
    printed = sum(a.rate.value for a in rung) / max(len(rung), 1)
    yield f"\n{folder.name}: {len(market.universe.ids)} assets, {market.days[0]}–{market.days[-1]}"
    yield f"alarms {len(rung)} ({len(rung) / years:.2f} a year), for nothing {vain} ({vain / years:.2f} a year),"
    yield f"printed false alarms a year and trigger {printed:.3f}"
    when: dict[str, list[int] | None] = {
        "nothing": [],
        "monthly": None,
        "quarterly": _quarters(market, first),
        "watch": sorted({a.row + 1 for a in rung}),
    }
    walks = {n: walk_forward(market, inputs, "USD", book=book, first=first, on=on) for n, on in when.items()}
    base = walks["nothing"].path
    yield "| looks | reviews | growth | deepest fall | turnover | cost | CE | CE above doing nothing (90 %) |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for name, walk in walks.items():
        row = _row(name, walk.path, base, len(walk.reviews), market.risk_free["USD"])
        low, middle, high = row.lead
        yield (
            f"| {row.name} | {row.reviews} | {row.growth:.2%} | {row.drawdown:.1%} | {row.turnover:.1%}"
            f" | {row.cost:.3%} | {row.equivalent:.2%} | {middle:+.2%} [{low:+.2%}, {high:+.2%}] |"
        )


def _without_gaps(market: Market) -> Market:
    """Assets with a price on every day (the last one carried over holidays), so that plans are comparable."""
    closes = filled(market.closes)
    cash = np.array([a.asset_class == "cash" for a in market.universe.assets])
    kept = np.flatnonzero(np.isfinite(closes[0]) & (~cash | np.array([i == "USD" for i in market.universe.ids])))
    universe = Universe(assets=tuple(market.universe.assets[i] for i in kept))
    return replace(market, universe=universe, closes=closes[:, kept], quotes={}, stale=())


def _quarters(market: Market, first: int) -> list[int]:
    months = market.days.astype("datetime64[M]").astype(int)
    return [t for t in range(first + 1, len(months)) if months[t] // 3 != months[t - 1] // 3]


def _for_nothing(rung: Sequence[Alarm], closes: np.ndarray, weights: np.ndarray) -> int:
    """Alarms after which the next month was no wilder than the year before and lost less than its usual deviation."""
    moves = np.diff(np.log(filled(closes)), axis=0) @ weights
    vain = 0
    for alarm in rung:
        later = moves[alarm.row : alarm.row + AHEAD]
        before = moves[max(alarm.row - YEAR, 0) : alarm.row]
        usual = float(before.std())
        fell = -float(np.minimum.accumulate(np.cumsum(later)).min()) if len(later) else 0.0
        vain += len(later) == AHEAD and later.std() <= usual and fell <= usual * AHEAD**0.5
    return vain


def _row(name: str, path: Path, base: Path, reviews: int, rate: float) -> Row:
    found = figures(path, risk_free=rate)
    own, other = (np.diff(np.log(p.values)) for p in (path, base))
    rng = np.random.default_rng(0)
    starts = rng.integers(len(own), size=DRAWS)
    drawn = stationary_blocks(starts, len(own), len(own), mean_block=BLOCK, rng=rng)
    leads = [_equivalent(own[d]) - _equivalent(other[d]) for d in drawn]
    low, high = np.quantile(leads, (0.05, 0.95))
    lead = (float(low), _equivalent(own) - _equivalent(other), float(high))
    return Row(name, reviews, found.growth.value, found.drawdown, found.turnover, found.cost, _equivalent(own), lead)


def _equivalent(moves: np.ndarray) -> float:
    """Certainty equivalent a year of daily log returns: mean simple return less γ/2 of its variance."""
    simple = np.expm1(moves)
    return float(simple.mean() * YEAR - 0.5 * AVERSION * simple.var() * YEAR)


def _inputs() -> dict[str, Input]:
    assumptions, _ = house_rules()
    return {
        "assumptions": assumptions.model_copy(update={"lookback_days": 1000}),
        "holdings": HoldingsInput(book=Book(positions={})),
        "rules": LimitsInput(limits=()),
        "risk": RiskInput(profile=Profile(risk_aversion=AVERSION)),
        "method": MethodInput(method="black_litterman"),
    }


def _facts(market: Market, inputs: dict[str, Input], book: Book) -> Facts:
    held: dict[str, Input] = {**inputs, "holdings": HoldingsInput(book=book)}
    return Facts(market.as_of, market, "USD", held, {}, Trigger(kind="schedule"))


# --- times ------------------------------------------------------------------------------------------------------------


def _times() -> Iterator[str]:
    """From a tick to the recorded proposal of one investor, on the simulated market cut to thirty assets."""
    yield "| what | size | seconds |"
    yield "|---|---|--:|"
    yield f"| tick in which something rings, to the recorded proposal | n = 30 | {_tick():.3f} |"
    yield from _everybody(10_000)


def _tick(rounds: int = 7) -> float:
    """Median processor time of a look that records an alert with its proposal.

    The same storm is put at the end of the simulated prices for everybody; each round is another investor.
    """
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with (
        tempfile.TemporaryDirectory() as home,
        open_desk(Settings(home=home, now=now.isoformat(), currency="KRW", tz="Asia/Seoul")) as desk,
    ):
        calm = _cut(DemoMarket().at(now), 30)
        wild = _stormy(calm)
        names = [f"investor{n}" for n in range(rounds + 1)]
        small = replace(desk, market=_Fixed(calm))
        for name in names:
            session = Session(small, investor=name, lang="en")
            session.say("propose a portfolio")
            pending = session.pending()
            assert pending is not None
            session.approve(pending.id, pending.fingerprint)
        later = replace(small, market=_Fixed(wild), clock=_Clock(now + timedelta(hours=1)))
        spent = []
        for name in names:
            start = time.process_time()
            told = list(look(later, name, wild))
            spent.append(time.process_time() - start)
            assert told, "nothing rang"
    return float(np.median(spent[1:]))


def _everybody(count: int) -> Iterator[str]:
    """Everybody decided anew after one shock: five kinds of investors, each holding their plan as of the day before.

    Those whose holdings are left alone share one event; the others each get a proposal and an alert, timed on some.
    """
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with (
        tempfile.TemporaryDirectory() as home,
        open_desk(Settings(home=home, now=now.isoformat(), currency="KRW", tz="Asia/Seoul")) as desk,
    ):
        calm = _cut(DemoMarket().at(now), 30)
        small = replace(desk, market=_Fixed(calm))
        _people(small, count)
        shock = _stormy(calm, days=1, times=4.0, drift=-0.01)
        later = replace(small, market=_Fixed(shock), clock=_Clock(now + timedelta(hours=1)))
        everyone = {n: s for n, s in states(later).items() if s.pending is None}  # read once; a running watch has them
        (batch,), _ = gathered(later, shock, everyone)
        start = time.process_time()
        solved(later, batch.known, batch.rows)
        solving = time.process_time() - start
        start = time.process_time()
        verdict = decide_all(later, shock, states(later))
        asked = time.process_time() - start
        start = time.process_time()
        record_inside(later, shock, verdict, "volatility", now.date())
        shared = time.process_time() - start
        some = verdict.outside[:TIMED]
        rung = Alert(id="new", code="volatility", day=now.date(), value=2.0, level=1.5, rate=0.1, low=0.0, high=0.2)
        start = time.process_time()
        told = [a for _, a in propose_all(later, shock, some, states(later), rung)]
        each = (time.process_time() - start) / max(len(some), 1)
        assert None not in told, "somebody was passed over"
        size = f"{len(everyone):,} investors, n = 30"
        yield f"| everybody: solved by `tools.crowd` | {size} | {solving:.3f} |"
        yield f"| … with what each holds, wants and may | {size} | {asked:.3f} |"
        yield f"| … one event for the {len(verdict.inside):,} inside their band | | {shared:.3f} |"
        yield f"| … proposal and alert, one of {len(verdict.outside):,} outside | {len(some)} timed | {each:.4f} |"


def _people(desk: Desk, count: int) -> None:
    """Investors of five kinds, each with the plan that fits them in the book."""
    kinds = []
    for k, said in enumerate(("hello", "I want to be aggressive", "be conservative", "at most 2% bitcoin", "no gold")):
        session = Session(desk, investor=f"kind{k}", lang="en")
        session.say(said)
        session.say("propose a portfolio")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
        kinds.append(current(desk, f"kind{k}"))
    for n in range(count - len(kinds)):
        kind = kinds[n % len(kinds)]
        assert kind.opened is not None
        opened = kind.opened.model_copy(update={"book": kind.book})
        desk.ledger.append(f"p{n:05d}", [opened, *(s.statement for s in kind.in_force)], at=desk.clock.now(), after=0)


@dataclass(frozen=True, slots=True)
class _Clock:
    instant: datetime

    def now(self) -> datetime:
        return self.instant


class _Fixed(DemoMarket):
    """One market, whatever the time."""

    def __init__(self, market: Market) -> None:
        super().__init__(universe=market.universe)
        self._market = market

    def at(self, now: datetime) -> Market:
        return replace(self._market, as_of=now)


def _cut(market: Market, count: int) -> Market:
    """The same market, everything without a price but the first `count` assets and the cash."""
    cash = [i for i, a in enumerate(market.universe.assets) if a.asset_class == "cash"]
    kept = sorted(cash + [i for i in range(len(market.universe.ids)) if i not in cash][: count - len(cash)])
    universe = Universe(assets=tuple(market.universe.assets[i] for i in kept))
    quotes = {a: market.quotes[a] for a in universe.ids}
    return replace(market, universe=universe, closes=market.closes[:, kept], quotes=quotes)


def _stormy(market: Market, *, days: int = 10, times: float = 5.0, drift: float = -0.01) -> Market:
    """The last days so many times as wild, and falling."""
    closes = market.closes.copy()
    moves = np.diff(np.log(closes), axis=0)[-days:] * times + drift
    risky = np.array([a.asset_class != "cash" for a in market.universe.assets])
    closes[-days:, risky] = closes[-days - 1, risky] * np.exp(np.cumsum(moves[:, risky], axis=0))
    quotes = {
        a: q.model_copy(update={"price": Decimal(repr(round(float(closes[-1, i]), 2)))})
        for i, (a, q) in enumerate(market.quotes.items())
    }
    return replace(market, closes=closes, quotes=quotes)


if __name__ == "__main__":
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    main(sys.argv[1:])
