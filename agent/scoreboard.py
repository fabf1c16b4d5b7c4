"""The honest scoreboard: every strategy this house offers beside those that need no skill, over one walk-forward test.

Working it out takes minutes; it is kept in the home with the hash of the data and the code it came from, and reused
while both are the same. Whatever loses stays on it.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from agent.learned import Past, admitted, instant, past
from agent.review import personal_inputs
from agent.training import OUT_OF_SAMPLE, train
from agent.work import PRACTICE, Work
from knowledge.learned import Learned
from tools.backtest import baselines, fixed_mix, walk_forward
from tools.decide import ENGINE
from tools.domain.decision import Input, LimitsInput, Method, MethodInput, RiskInput
from tools.domain.investor import Book, Position, Profile
from tools.domain.market import Days, Market, Universe
from tools.domain.value import Currency, canonical
from tools.errors import AdvisorError
from tools.mandate import AVERSION
from tools.performance import Path
from tools.standings import Scoreboard, grown, sampled, standings
from tools.track import filled

METHODS: Final[tuple[Method, ...]] = ("max_sharpe", "min_variance", "risk_parity", "black_litterman")
AGAINST: Final = "equal_weight"
WIDTH: Final = 0.25
"""Drift, relative to each weight, at which the fixed mixes are traded back."""

Progress = Callable[[int, int, str], None]


def silent(done: int, total: int, name: str) -> None:
    """Nobody asked how far it is."""


def kept(work: Work) -> Scoreboard | None:
    """The scoreboard as it was last worked out for this investor, None when it never was."""
    found = work.desk.learned.load(_name(work))
    if found is None:
        return None
    board = Scoreboard.from_json(canonical(dict(found.facts)))
    return board if board.simulated == work.desk.market.simulated else None


def score(work: Work, *, progress: Progress = silent, anew: bool = False) -> Scoreboard:
    """The scoreboard of today's data; worked out when it is not there yet. Interrupted, it leaves the old one.

    Args:
        work: The investor's open command; nothing is recorded.
        progress: Told (done, total, what comes next); may raise to stop.
        anew: Work it out even when it is there.
    Raises:
        DataMissing: The history is too short.
    """
    market = work.desk.market.at(work.at)
    history = past(work.desk, work.currency, market)
    own = _own(work, market)
    data = hashlib.sha256((history.digest + canonical({n: v.to_json() for n, v in own.items()})).encode()).hexdigest()
    known = kept(work)
    if known is not None and not anew and (known.data, known.code) == (data, _code()):
        return known
    paths, skipped = _learned_paths(work, history, progress), dict[str, str]()
    days = paths["rl"].days
    every: dict[str, dict[str, Input]] = {**{m: _plain(work, m) for m in METHODS}, "own": own}
    for place, (name, inputs) in enumerate(every.items()):
        progress(place, len(every), name)
        try:
            paths[name] = sampled(_walked(work, market, inputs, days), days)
        except AdvisorError as error:
            skipped[name] = error.code
    paths |= _unskilled(market, work.currency, days)
    progress(len(every), len(every), "")
    board = Scoreboard(
        at=work.at, currency=work.currency, first=instant(days[0]), last=instant(days[-1]),
        simulated=market.simulated, data=data, code=_code(),
        scores=standings(
            paths, risk_free=market.risk_free[work.currency], against=AGAINST, rng=np.random.default_rng(0)
        ),
        skipped=skipped, voice=_voice(work),
    )  # fmt: skip
    work.desk.learned.save(_name(work), Learned(board.model_dump(mode="json")))
    return board


def _name(work: Work) -> str:
    """Under a hash only this investor's key gives: after erasing it belongs to nobody."""
    mark = work.desk.ledger.digest(work.investor, b"scoreboard", personal=True)[:16]
    return f"scoreboard-{work.currency}-{mark}"


def _code() -> str:
    return f"engine {ENGINE}, scoreboard 1"


def _voice(work: Work) -> float:
    found = admitted(work.desk, "policy", work.currency, work.at)
    return float(found.facts["confidence"]) if found else 0.0


def _plain(work: Work, method: Method) -> dict[str, Input]:
    """A method as anyone would be offered it: neutral profile, house rules, nothing said."""
    return {
        "assumptions": work.desk.assumptions,
        "risk": RiskInput(profile=Profile(risk_aversion=AVERSION["balanced"])),
        "rules": LimitsInput(limits=work.desk.rules),
        "method": MethodInput(method=method),
    }


def _own(work: Work, market: Market) -> dict[str, Input]:
    """What the investor set: profile and limits. Opinions are about the future, so the past is spared them."""
    inputs = personal_inputs(work, market)
    kept = {n: v for n, v in inputs.items() if isinstance(v, LimitsInput | RiskInput) or n == "assumptions"}
    return {**kept, "method": MethodInput(method="black_litterman")}


def _walked(work: Work, market: Market, inputs: Mapping[str, Input], days: Days) -> Path:
    money = PRACTICE[work.currency]
    book = Book(positions={work.currency: Position(units=money, cost=money)})
    first = int(np.searchsorted(market.days, days[0]))
    return walk_forward(market, inputs, work.currency, book=book, first=first).path


def _learned_paths(work: Work, history: Past, progress: Progress) -> dict[str, Path]:
    """What policy and forecasts did out of sample at full voice; trained now if not done on this data yet."""
    tried = work.desk.learned.load(f"policy-tried-{work.currency}")
    if tried is None or tried.facts["data"] != history.digest or "days" not in tried.arrays:
        train(work.desk, work.currency, progress=lambda done, total: progress(done, total, "rl"))
        tried = work.desk.learned.load(f"policy-tried-{work.currency}")
        assert tried is not None
    days = tried.arrays["days"].astype("datetime64[D]")
    found: dict[str, Path] = {}
    for name in OUT_OF_SAMPLE:
        growth, turnover, factor = tried.arrays[name]
        found[name] = grown(days, growth, turnover, factor)
    return found


def _unskilled(market: Market, currency: Currency, days: Days) -> dict[str, Path]:
    """1/N, 60/40 and buy-and-hold of the market, of what had a price on the first day, on the same days and fees."""
    first = int(np.searchsorted(market.days, days[0]))
    prices = filled(market.closes_in(currency))[first:]
    there = np.asarray(np.isfinite(prices).all(axis=0))
    universe = Universe(assets=tuple(a for a, t in zip(market.universe.assets, there, strict=True) if t))
    fee = np.array([a.fee_bps / 1e4 for a in universe.assets])
    found = {}
    for name, target in baselines(universe).items():
        width = np.full(len(target), np.inf) if name == "buy_and_hold" else np.where(target > 0, WIDTH * target, np.inf)
        path = fixed_mix(market.days[first:], prices[:, there], target, width=width, fee=fee)
        found[name] = sampled(path, days)
    return found
