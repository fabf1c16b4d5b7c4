"""What is held, as typed data for a page: now and a year ago, where its risk lies, and what became of it.

Performance stands beside rules that need no advisor. Reads only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

from agent.answers import Holding, Portfolio, portfolio
from agent.measures import Risk, followed, risk
from agent.wiring import Desk
from agent.work import Work, begin
from tools.baselines import reference
from tools.domain.events import Executed
from tools.domain.investor import Book
from tools.domain.market import Array, Market
from tools.domain.value import Lang, Money
from tools.errors import DataMissing
from tools.rebalance import round_money
from tools.state import State, fold
from tools.track import Track, filled, mixed

__all__ = ["Holding", "HoldingsView", "Paths", "Portfolio", "Risk", "holdings_view", "paid", "record"]

ENOUGH = 21
"""Market days of a record before its own performance is shown; until then today's holdings are followed back."""

RULES = ("equal_weight", "60_40")
"""What every record stands beside."""

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Paths:
    """Performance day by day: gains since the first day, fractions.

    kind: "record" = what really happened, time-weighted, costs included; "held" = today's holdings, unchanged. own and
    rules: shape (T,), rules by name. fees: what trading cost so far; None for "held".
    """

    kind: Literal["record", "held"]
    days: tuple[date, ...]
    own: Array
    rules: Mapping[str, Array]
    fees: Money | None


@dataclass(frozen=True, slots=True)
class HoldingsView:
    """Everything the page of holdings shows. Weights by asset; None where the record does not reach or prices lack.

    currencies: currency of the asset itself -> weight. year_ago: weights held then, at prices of then.
    """

    now: Portfolio
    year_ago: Mapping[str, float] | None
    currencies: Mapping[str, float]
    risk: Risk | None
    paths: Paths | None


def holdings_view(desk: Desk, investor: str, lang: Lang) -> HoldingsView:
    """What is held and what became of it. Raises DataMissing when a holding has no price."""
    work = begin(desk, investor, lang)
    market = desk.market.at(work.at)
    now = portfolio(work)
    books = _books(work)
    currencies: dict[str, float] = {}
    for holding in now.holdings:
        money = market.universe[holding.asset].currency if holding.asset in market.universe else work.currency
        currencies[money] = currencies.get(money, 0.0) + holding.weight
    return HoldingsView(
        now=now,
        year_ago=_then(books, market, work),
        currencies=dict(sorted(currencies.items(), key=lambda x: -x[1])),
        risk=_risk(work),
        paths=_record(books, market, work) or _held(market, work),
    )


def record(work: Work) -> Paths | None:
    """What really became of the holdings since the record began; None while it is too short to tell."""
    return _record(_books(work), work.desk.market.at(work.at), work)


def paid(work: Work) -> tuple[Money, int]:
    """What trading cost so far, and in how many trades."""
    fills = [f for _, _, done in _books(work) if done is not None for f in done.fills]
    total = sum((f.fee.amount for f in fills), Decimal(0))
    return Money(amount=round_money(total, work.currency), currency=work.currency), len(fills)


def _books(work: Work) -> list[tuple[datetime, Book, Executed | None]]:
    """The book after each event that changed it, with the execution where it was one."""
    state, out = State(), []
    for event in work.desk.ledger.read(work.investor):
        after = fold([event], state)
        if after.book != state.book:
            out.append((event.at, after.book, event.body if isinstance(event.body, Executed) else None))
        state = after
    return out


def _then(books: list[tuple[datetime, Book, Executed | None]], market: Market, work: Work) -> dict[str, float] | None:
    """Weights a year ago."""
    moment = work.at - YEAR
    held = [book for at, book, _ in books if at <= moment]
    row = _row(market, moment, work)
    if not held or row < 0:
        return None
    prices = filled(market.closes_in(work.currency)[: row + 1])[-1]
    values = {a: float(held[-1].units(a)) * float(prices[n]) for n, a in enumerate(market.universe.ids)}
    total = sum(v for v in values.values() if np.isfinite(v))
    return {a: v / total for a, v in values.items() if v} if total > 0 else None


def _row(market: Market, moment: datetime, work: Work) -> int:
    """Row of the newest close that was known at a moment; −1 before the first."""
    try:
        newest = work.desk.market.at(moment).days[-1]
    except DataMissing:
        return -1
    return int(np.searchsorted(market.days, newest, side="right")) - 1


def _risk(work: Work) -> Risk | None:
    try:
        return risk(work)
    except DataMissing:
        return None


def _record(books: list[tuple[datetime, Book, Executed | None]], market: Market, work: Work) -> Paths | None:
    """Time-weighted: money that came or went counts in no return, what trading cost does."""
    if not books:
        return None
    first = max(_row(market, books[0][0], work), 0)
    if len(market.days) - first < ENOUGH:
        return None
    prices = np.nan_to_num(filled(market.closes_in(work.currency)))
    units = [np.array([float(book.units(a)) for a in market.universe.ids]) for _, book, _ in books]
    growth = np.empty(len(market.days) - first)
    level, held = 1.0, units[0]
    changes = [(max(_row(market, at, work), first), n) for n, (at, _, _) in enumerate(books)][1:]
    for row in range(first, len(market.days)):
        if row > first:
            before = float(prices[row - 1] @ held)
            level *= float(prices[row] @ held) / before if before > 0 else 1.0
        while changes and changes[0][0] == row:
            after = units[changes.pop(0)[1]]
            traded = books[len(units) - len(changes) - 1][2] is not None
            worth = float(prices[row] @ held)
            if traded and worth > 0:
                level *= float(prices[row] @ after) / worth
            held = after
        growth[row - first] = level
    spent = sum((f.fee.amount for _, _, done in books if done for f in done.fills), Decimal(0))
    fees = Money(amount=round_money(spent, work.currency), currency=work.currency)
    track = Track(market.days[first:], growth)
    return Paths("record", _dates(track), growth - 1.0, _rules(track, market, work), fees)


def _held(market: Market, work: Work) -> Paths | None:
    """Today's holdings through the last year, where there is no record long enough."""
    try:
        _, track = followed(work, "1y", None)
    except DataMissing:
        return None
    return Paths("held", _dates(track), track.values / track.values[0] - 1.0, _rules(track, market, work), None)


def _rules(track: Track, market: Market, work: Work) -> dict[str, Array]:
    """Gains of the rules over the same days, after costs; a rule without prices is left out."""
    inside = np.isin(market.days, track.days)
    fee = np.array([a.fee_bps / 1e4 for a in market.universe.assets])
    out = {}
    for name in RULES:
        mix = reference(name, market)
        if mix is None:
            continue
        try:
            path = mixed(market.days[inside], market.closes_in(work.currency)[inside], mix, fee=fee)
        except DataMissing:
            continue
        if len(path.values) == len(track.days):
            out[name] = path.values - 1.0
    return out


def _dates(track: Track) -> tuple[date, ...]:
    return tuple(d.astype("datetime64[D]").item() for d in track.days)
