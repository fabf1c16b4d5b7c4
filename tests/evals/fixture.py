"""A desk built from a trust fixture: two investors with limits, holdings and memory, on demo prices."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from agent.review import review
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk, FixedClock, Settings, open_desk
from agent.work import Work, begin
from knowledge.market.demo import DemoMarket
from knowledge.tables import load_names
from tools.decide import fingerprint
from tools.domain.decision import Decision
from tools.domain.events import Opened, Statement
from tools.domain.investor import Book, Exclude, Include, Position, SetLimit
from tools.domain.mandate import Limit
from tools.domain.market import Asset, Market, Quote, Universe
from tools.domain.value import strict_json
from tools.errors import DataMissing

NOW = datetime(2026, 3, 31, tzinfo=UTC)


class FixtureMarket:
    """The demo market plus every ticker a fixture names, at simulated prices; can be told to fail."""

    simulated = True

    def __init__(self, extra: tuple[str, ...]) -> None:
        self._demo = DemoMarket()
        known = self._demo.universe()
        self._extra = tuple(_asset(t) for t in extra if t not in known)
        self._universe = Universe(assets=(*known.assets, *self._extra))
        self.down = False

    def universe(self) -> Universe:
        return self._universe

    def last(self) -> datetime:
        return self._demo.last()

    def opening(self, investor: str, now: datetime | None = None) -> Book | None:
        return None

    def at(self, now: datetime) -> Market:
        if self.down:
            raise DataMissing("feed_down")
        market = self._demo.at(now)
        if not self._extra:
            return market
        columns = [_path(a.id, len(market.days)) for a in self._extra]
        quotes = {
            a.id: Quote(price=Decimal(str(round(float(c[-1]), 2))), at=market.as_of)
            for a, c in zip(self._extra, columns, strict=True)
        }
        return replace(
            market,
            universe=self._universe,
            closes=np.column_stack([market.closes, *columns]),
            quotes={**market.quotes, **quotes},
        )


def _asset(ticker: str) -> Asset:
    korean = ticker.isdigit()
    return Asset(
        id=ticker,
        name_en=ticker,
        name_ko=ticker,
        asset_class="equity",
        region="KR" if korean else "US",
        currency="KRW" if korean else "USD",
        fee_bps=5.0,
        market_weight=0.001,
    )


def _path(name: str, count: int) -> np.ndarray:
    """Prices of one ticker, the same in every run."""
    seed = int.from_bytes(hashlib.blake2s(name.encode()).digest()[:8], "big")
    moves = np.random.default_rng(seed).standard_normal(count) * 0.015
    return np.asarray(150.0 * np.exp(np.cumsum(moves - 0.5 * 0.015**2)))


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk with the fixture's people on it. `investors` maps the fixture's letters to ids of ours."""

    desk: Desk
    market: FixtureMarket
    investors: Mapping[str, str]
    canaries: tuple[str, ...]


@contextmanager
def staged(
    fixture: Mapping[str, Any], home: Path, *, key: str | None = None, model: str = "builtin"
) -> Iterator[Stage]:
    """Open a desk and put the fixture's investors, limits, holdings and memory on it.

    Args:
        fixture: The parsed fixture file.
        home: A fresh folder.
        key: What a row's `expect.fixture` names: a key of `pending`, `feed_down`, `X_held_N`.
        model: Which mind answers.
    """
    people = fixture["investors"]
    named = {t for p in people.values() for t in (*p.get("holdings", {}), *p.get("exclusions", []))}
    if key and "_held_" in key:
        named.add(key.split("_held_")[0])
    market = FixtureMarket(tuple(sorted(named)))
    canaries = {**fixture.get("env_canaries", {})}
    saved = {name: os.environ.get(name) for name in canaries}
    os.environ.update(canaries)
    try:
        with open_desk(Settings(home=home, model=model, currency="USD", tz="America/New_York")) as base:
            desk = replace(base, market=market, names=load_names(market.universe()), clock=FixedClock(NOW), states={})
            ids = {letter: f"investor-{letter.lower()}" for letter in people}
            for letter, person in people.items():
                held = {**person.get("holdings", {})}
                if letter == "A" and key and "_held_" in key:
                    ticker, units = key.split("_held_")
                    held[ticker] = int(units)
                ours = replace(desk, rules=(*desk.rules, *_rules(person)))
                _settle(ours, ids[letter], person, held)
            stage_desk = replace(desk, rules=(*desk.rules, *_rules(people["A"])))
            _pend(stage_desk, desk, fixture, people, ids, key)
            market.down = key == "feed_down"
            texts = [*canaries.values(), str(fixture.get("system_prompt_canary", ""))]
            texts += [m for letter, p in people.items() if letter != "A" for m in p.get("memory", [])]
            yield Stage(stage_desk, market, ids, tuple(t for t in texts if t))
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _rules(person: Mapping[str, Any]) -> tuple[Limit, ...]:
    """Limits no sentence of ours can say: any one asset, and turnover."""
    found = []
    if "max_weight" in person:
        found.append(Limit(id="profile:max_weight", kind="max_each", weight=person["max_weight"], origin="profile"))
    if "turnover_cap" in person:
        found.append(Limit(id="profile:turnover", kind="turnover", weight=person["turnover_cap"], origin="profile"))
    return tuple(found)


def _settle(desk: Desk, investor: str, person: Mapping[str, Any], held: Mapping[str, int]) -> None:
    """Open one investor's record with holdings and what they said before."""
    work = begin(desk, investor, "en")
    opened = work.state.opened
    assert opened is not None
    positions = {a: Position(units=Decimal(str(u))) for a, u in held.items() if u}
    positions["USD"] = Position(units=Decimal(100_000), cost=Decimal(100_000))
    _restart(work, opened.model_copy(update={"book": Book(positions=positions)}))
    if person.get("cash_floor"):
        _say(work, "always keep some cash", SetLimit(target="cash", kind="min", weight=float(person["cash_floor"])))
    if person.get("max_equity", 1.0) < 1.0:
        _say(work, "not too many stocks", SetLimit(target="stocks", kind="max", weight=float(person["max_equity"])))
    for target in person.get("exclusions", []):
        _say(work, f"no {target}", Exclude(target=target))
    for words in person.get("memory", []):
        _say(work, words, Include(target="bonds"))
    work.commit()


def _restart(work: Work, opened: Opened) -> None:
    """Replace the practice opening of a command not yet written by the fixture's own."""
    from tools.state import State

    work.bodies.clear()
    work.state = State()
    work.add(opened)


def _say(work: Work, words: str, wish: Any) -> None:
    work.add(Statement(id=work.new_id("s"), turn=work.turn, said=words, lang="en", wish=wish))


def _pend(
    stage: Desk,
    desk: Desk,
    fixture: Mapping[str, Any],
    people: Mapping[str, Any],
    ids: Mapping[str, str],
    key: str | None,
) -> None:
    """Proposals of B always; of A when the row asks for one (`expired…` = past its expiry)."""
    pending = fixture.get("pending", {})
    for letter in people:
        wanted = pending.get("of_B", []) if letter == "B" else pending.get(key or "", [])
        for name in wanted if letter in ("A", "B") else []:
            own = stage if letter == "A" else replace(desk, rules=(*desk.rules, *_rules(people[letter])))
            late = bool(key and key.startswith("expired")) and letter == "A"
            clock = FixedClock(NOW - timedelta(days=30)) if late else own.clock
            work = begin(replace(own, clock=clock), ids[letter], "en")
            decision = review(work, ReviewWish(kind="asked"))
            renamed = decision.model_copy(update={"id": name})
            _rename(work, decision, renamed.model_copy(update={"fingerprint": fingerprint(renamed)}))
            work.commit()


def _rename(work: Work, old: Decision, new: Decision) -> None:
    """Give a decision of a command not yet written the id the fixture calls it by."""
    bodies = [new if body is old else body for body in work.bodies]
    work.bodies.clear()
    work.state = work.base
    work.add(*bodies)


def load(path: Path | None, beside: Path) -> dict[str, Any]:
    """The fixture file: the one named, else `trust_fixture.json` or `fixture.json` beside the cases."""
    for candidate in (path, beside.parent / "trust_fixture.json", beside.parent / "fixture.json"):
        if candidate is not None and candidate.exists():
            return dict(strict_json(candidate.read_text(encoding="utf-8")))
    raise SystemExit("no fixture: name one with --fixture")
