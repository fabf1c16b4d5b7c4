"""What the investor's own trades say about them: imported ones and those carried out here, beside the prices known.

Only reads. Without imported trades nothing is said and nothing changes.
"""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from agent.work import Work
from tools.behaviour import Deal, Past, Trait, traits
from tools.domain.events import Event, Executed, Imported, Moved
from tools.domain.investor import Profile
from tools.domain.market import Array, Market
from tools.errors import DataMissing
from tools.journal import begins
from tools.mandate import profile_of

MONEY = ("KRW", "USD")


def habits(work: Work) -> tuple[Trait, ...]:
    """Traits read from the trades on record; empty when none were imported.

    Raises:
        DataMissing: No prices, or none for anything that was traded (`no_prices`).
    """
    if not work.state.imports:
        return ()
    past = past_of(work, work.desk.market.at(work.at))
    if not past.deals:
        raise DataMissing("no_prices", *dict.fromkeys(s for body in work.state.imports for s in body.assets))
    return traits(past)


def revealed(work: Work) -> float | None:
    """Risk aversion revealed by what was held, None while that does not tell."""
    try:
        found = {t.name: t for t in habits(work)}
    except DataMissing:
        return None
    trait = found.get("risk_aversion")
    return trait.estimate if trait is not None and trait.call is not None else None


def profile(work: Work) -> Profile:
    """How much risk is to be taken: what was stated, or what was revealed where that is the more cautious."""
    return profile_of(work.state, revealed=revealed(work))


def past_of(work: Work, market: Market) -> Past:
    """The investor's deals in assets with prices, everything in their own currency."""
    universe = market.universe
    priced = set(np.flatnonzero(np.isfinite(market.closes).any(axis=0)).tolist())
    columns = [k for k, a in enumerate(universe.assets) if a.asset_class != "cash" and k in priced]
    assets = tuple(universe.ids[k] for k in columns)
    closes = market.closes_in(work.currency)[:, columns]
    journal = _journal(work)
    deals = sorted(_deals(journal, work, market, frozenset(assets)), key=lambda d: (d.day, d.side == "sell"))
    units = np.zeros(len(assets))
    for event in journal:
        if isinstance(event.body, Imported):
            for held in event.body.opening:
                asset = event.body.assets[held.symbol]
                if asset in assets:
                    units[assets.index(asset)] += float(held.units)
    since = deals[0].day if deals else market.days[-1]
    cash = _cash(journal, work, market)
    return Past(assets, market.days, closes, tuple(deals), units, np.full(len(assets), np.nan), since, cash)


def _journal(work: Work) -> tuple[Event, ...]:
    """What made the book; practice money ends where the first import begins."""
    journal = work.state.journal
    first = next(i for i, e in enumerate(journal) if begins(e))
    return journal[first:] if work.state.opened is not None and work.state.opened.practice else journal


def _deals(journal: tuple[Event, ...], work: Work, market: Market, assets: frozenset[str]) -> Iterator[Deal]:
    for event in journal:
        if isinstance(event.body, Imported):
            for t in event.body.trades:
                asset, day = event.body.assets[t.symbol], _night(t.day)
                rate = _rate(market, t.currency, work.currency, day)
                if asset in assets and rate is not None:
                    grown = _grown(journal, asset, t.day)
                    units, price = float(t.units) * grown, float(t.price) / grown * rate
                    yield Deal(f"{event.body.id}:{t.line}", day, asset, t.side, units, price)
        elif isinstance(event.body, Executed):
            for fill in event.body.fills:
                if fill.asset in assets:
                    price = float(fill.value.amount / fill.units)
                    yield Deal(
                        event.body.decision, _day(event.at, work), fill.asset, fill.side, float(fill.units), price
                    )


def _grown(journal: tuple[Event, ...], asset: str, day: date) -> float:
    """Units of today for one unit of a day, by the splits that were entered."""
    factor = 1.0
    for event in journal:
        if isinstance(event.body, Moved) and asset in event.body.ratios and (event.body.day or event.at.date()) >= day:
            new, old = event.body.ratios[asset]
            factor *= float(new / old)
    return factor


def _day(at: datetime, work: Work) -> np.datetime64:
    return _night(at.astimezone(ZoneInfo(work.tz)).date())


def _night(day: date) -> np.datetime64:
    return np.datetime64(day.isoformat(), "D")


def _rate(market: Market, code: str, into: str, day: np.datetime64) -> float | None:
    """Value of one unit of a currency in another on a day (the next one with prices), None where unknown."""
    if code == into:
        return 1.0
    if code not in market.fx or into not in market.fx:
        return None
    row = min(int(np.searchsorted(market.days, day)), len(market.days) - 1)
    rate = float(market.fx[code][row] / market.fx[into][row])
    return rate if np.isfinite(rate) else None


def _cash(journal: tuple[Event, ...], work: Work, market: Market) -> Array | None:
    """Money beside the holdings at each close, from the first day on which any was told; None when none was.

    Imports tell nothing about cash, so it begins with what the investor paid in, or opened with.
    """
    moves: list[tuple[np.datetime64, float]] = []
    for event in journal:
        day = _day(event.at, work)
        if isinstance(event.body, Moved):
            for code in MONEY:
                rate = _rate(market, code, work.currency, day)
                if code in event.body.units and rate is not None:
                    moves.append((day, float(event.body.units[code]) * rate))
        elif isinstance(event.body, Executed):
            for fill in event.body.fills:
                sign = 1 if fill.side == "sell" else -1
                moves.append((day, float(sign * fill.value.amount - fill.fee.amount)))
    opened = work.state.opened
    if opened is not None and not opened.practice and work.state.turns:
        day = _day(work.state.turns[0].at, work)
        moves += [(day, float(opened.book.units(c)) * (_rate(market, c, work.currency, day) or 0.0)) for c in MONEY]
    if not moves:
        return None
    path = np.full(len(market.days), np.nan)
    first = int(np.searchsorted(market.days, min(day for day, _ in moves)))
    path[first:] = 0.0
    for day, amount in moves:
        path[int(np.searchsorted(market.days, day)) :] += amount
    return path
