"""The same heart looped over the past, costs and whole lots included, beside what needs no skill at all.

A review on day t estimates from closes before t and trades at the close of t. Nothing else about the past is hindsight
but what is given once for all days: the universe, the market weights and the risk-free rate of today (`notes` says so).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from tools.decide import Facts, decide, one
from tools.domain.decision import Assumptions, HoldingsInput, Input, Trade, Trigger
from tools.domain.investor import Book, Position
from tools.domain.market import Array, Days, Market, Quote, Universe
from tools.domain.value import Currency
from tools.errors import AdvisorError, DataMissing
from tools.performance import Estimate, Figures, Path, figures, sharpe_lead
from tools.rebalance import standing
from tools.track import filled

BLOCK = 128
"""Days looked at together between two trades."""

AGE = 7
"""Days after which a last close no longer is a price."""

NOTES = ("hindsight:universe", "hindsight:market_weights", "hindsight:risk_free")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A review that could not decide: the holdings stayed as they were, and this is why."""

    day: np.datetime64
    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A decision loop through the past. book: what is held at the end. reviews: days on which one was tried."""

    path: Path
    book: Book
    reviews: Days
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Strategies over the same days, by name; `leads` compares each ratio with that of 1/N ("equal_weight")."""

    paths: Mapping[str, Path]
    figures: Mapping[str, Figures]
    leads: Mapping[str, Estimate]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


def fixed_mix(
    days: Days, prices: Array, target: Array, *, width: Array, fee: Array, lot: Array | None = None, start: float = 1.0
) -> Path:
    """Keep fixed weights: when any drifts further than its width from its target, trade everything back, at that close.

    Whole blocks of days are valued at once and the first breach is jumped to.

    Args:
        days: Shape (T,). prices: in one currency, complete and positive, shape (T, n).
        target: Weights, shape (n,), summing to at most 1; the rest stays cash.
        width: Drift allowed either way, in weight, shape (n,); np.inf everywhere is buy and hold.
        fee: One-way cost as a fraction of what is traded, shape (n,).
        lot: Smallest number of units that can be traded, shape (n,); None = any fraction.
        start: Money at the start.
    Raises:
        DataMissing: A price is missing or not positive; `names` are positions of assets.
    """
    bad = ~(np.isfinite(prices) & (prices > 0)).all(axis=0)
    if bad.any():
        raise DataMissing("prices_not_finite", *map(str, np.flatnonzero(bad)))
    count = len(prices)
    values, traded, costs = np.empty(count), np.zeros(count), np.zeros(count)
    units, cash, t = np.zeros(prices.shape[1]), start, 0
    while t < count:
        units, cash, traded[t], costs[t] = _rebalanced(units, cash, prices[t], target, fee, lot)
        breach = t + 1
        values[t] = units @ prices[t] + cash
        while breach < count:
            block = slice(breach, breach + BLOCK)
            parts = prices[block] * units
            worth = parts.sum(axis=1) + cash
            values[block] = worth
            out = (np.abs(parts - worth[:, None] * target) > worth[:, None] * width).any(axis=1)
            first = int(out.argmax())
            breach += first if out[first] else len(out)
            if out[first]:
                break
        t = breach
    return Path(days, values, traded, costs)


def _rebalanced(
    units: Array, cash: float, price: Array, target: Array, fee: Array, lot: Array | None
) -> tuple[Array, float, float, float]:
    """(units, cash, value traded, cost) after trading to the target, sized on today's value after its own cost."""
    held = units * price
    before = float(held.sum()) + cash
    after = before
    for _ in range(50):  # each pass shrinks the error by the fee: a few suffice
        left = before - float(np.abs(target * after - held) @ fee)
        if abs(left - after) <= 1e-16 * before:
            break
        after = left
    new = target * after / price
    if lot is not None:
        new = np.floor(new / lot + 1e-12) * lot
    move = (new - units) * price
    cost = float(np.abs(move) @ fee)
    return new, cash - float(move.sum()) - cost, float(np.abs(move).sum()), cost


def walk_forward(
    market: Market,
    inputs: Mapping[str, Input],
    currency: Currency,
    *,
    book: Book,
    first: int,
    on: Sequence[int] | None = None,
) -> Walk:
    """Decide on the first day of every month with what was known before it, trade at its close, hold until the next.

    A review that raises leaves the holdings alone and is listed with its reason.

    Args:
        market: The whole past; `quotes` and `fx_now` are not used.
        inputs: Everything a decision needs but the holdings.
        currency: The investor's own; must be an asset of the universe.
        book: Holdings at the start.
        first: Index of the first day that may be a review; enough history must lie before it.
        on: Days of the other reviews, in order, instead of the first one of every month.
    """
    days, prices = market.days, filled(market.closes_in(currency))
    months = days.astype("datetime64[M]")
    monthly = [t for t in range(max(first, 1), len(days)) if t == first or months[t] != months[t - 1]]
    reviews = monthly if on is None else [first, *(t for t in on if first < t < len(days))]
    weeks = one(inputs, Assumptions).lookback_days // 5 + 2
    values, traded, costs = np.empty(len(days)), np.zeros(len(days)), np.zeros(len(days))
    skipped = []
    for t, end in zip(reviews, [*reviews[1:], len(days)], strict=True):
        today = known_before(market, t, weeks=weeks)
        try:
            held: dict[str, Input] = {**inputs, "holdings": HoldingsInput(book=book)}
            facts = Facts(today.as_of, today, currency, held, {}, Trigger(kind="schedule"))
            trades = decide(facts).proposal.trades
        except AdvisorError as error:
            skipped.append(Skipped(days[t], error.code, error.names))
            trades = ()
        if trades:
            before = standing(book, today, currency).worth
            book = _filled(book, trades, currency)
            costs[t] = float(before - standing(book, today, currency).worth)
            traded[t] = float(sum(x.value.amount for x in trades))
        values[t:end] = _worth(prices[t:end], book, market.universe)
    part = slice(reviews[0], None) if reviews else slice(len(days), None)
    path = Path(days[part], values[part], traded[part], costs[part])
    return Walk(path, book, days[reviews], tuple(skipped))


def known_before(market: Market, t: int, *, weeks: int) -> Market:
    """The market as a review on day t sees it: closes before t, at most `weeks` of them, and prices of day t."""
    days = market.days
    a = int(np.searchsorted(days, days[t] - np.timedelta64(7 * weeks, "D")))
    at = datetime.fromisoformat(str(days[t].astype("datetime64[D]"))).replace(tzinfo=UTC)
    recent = market.closes[int(np.searchsorted(days, days[t] - np.timedelta64(AGE, "D"))) : t + 1]
    newest = filled(recent)[-1]
    rates = {c: filled(fx[: t + 1, None])[-1, 0] for c, fx in market.fx.items()}
    ids = market.universe.ids
    quotes = {i: Quote(price=_decimal(p), at=at) for i, p in zip(ids, newest, strict=True) if np.isfinite(p)}
    return replace(
        market,
        as_of=at,
        days=days[a:t],
        closes=market.closes[a:t],
        fx={c: fx[a:t] for c, fx in market.fx.items()},
        fx_now={c: _decimal(rate) for c, rate in rates.items() if np.isfinite(rate)},
        quotes=quotes,
        stale=tuple(i for i in ids if i not in quotes),
    )


def _decimal(price: float) -> Decimal:
    """A price in twelve decimals: more than any market quotes, few enough to multiply exactly."""
    return Decimal(repr(float(price))).quantize(Decimal("1e-12")).normalize() + 0


def _filled(book: Book, trades: tuple[Trade, ...], currency: Currency) -> Book:
    """The book after trades at their quoted prices; costs of positions are of no interest here."""
    units = {a: p.units for a, p in book.positions.items()}
    for trade in trades:
        sign = 1 if trade.side == "buy" else -1
        units[trade.asset] = units.get(trade.asset, Decimal(0)) + sign * trade.units
        units[currency] = units.get(currency, Decimal(0)) - sign * trade.value.amount - trade.fee.amount
    return Book(positions={a: Position(units=u) for a, u in units.items() if u})


def _worth(prices: Array, book: Book, universe: Universe) -> Array:
    """Value of a book day by day, shape (T,)."""
    used = [i for i, a in enumerate(universe.ids) if book.units(a)]
    return np.asarray(prices[:, used] @ np.array([float(book.units(universe.ids[i])) for i in used]))


def compare(
    market: Market, inputs: Mapping[str, Input], currency: Currency, *, book: Book, first: int, width: float
) -> Backtest:
    """The decision loop beside 1/N, 60/40 and buy-and-hold of the market weights, over the same days and fees.

    Args:
        market, inputs, currency, book, first: As for `walk_forward`.
        width: Drift at which the two fixed mixes are traded back, relative to each weight, for example 0.25.
    Raises:
        DataMissing: Nothing had a price on the first day, or it has no stocks or no bonds for 60/40.
    """
    walk = walk_forward(market, inputs, currency, book=book, first=first)
    prices = filled(market.closes_in(currency))[first:]
    there = np.asarray(np.isfinite(prices).all(axis=0))
    fee = np.array([a.fee_bps / 1e4 for a in market.universe.assets])[there]
    universe = Universe(assets=tuple(a for a, t in zip(market.universe.assets, there, strict=True) if t))
    start = float(standing(book, known_before(market, first, weeks=1), currency).worth)
    mixes = baselines(universe)
    paths = {"decide": walk.path}
    for name, target in mixes.items():
        drift = np.full(len(target), np.inf) if name == "buy_and_hold" else np.where(target > 0, width * target, np.inf)
        paths[name] = fixed_mix(market.days[first:], prices[:, there], target, width=drift, fee=fee, start=start)
    rate = market.risk_free[currency]
    return Backtest(
        paths=paths,
        figures={name: figures(path, risk_free=rate) for name, path in paths.items()},
        leads={
            n: sharpe_lead(p, paths["equal_weight"], risk_free=rate) for n, p in paths.items() if n != "equal_weight"
        },
        skipped=walk.skipped,
        notes=(*NOTES, *(f"left_out:{a}" for a, t in zip(market.universe.ids, there, strict=True) if not t)),
    )


def baselines(universe: Universe) -> dict[str, Array]:
    """Weights that need no estimate: 1/N over risky assets, 60 % stocks and 40 % bonds, and the market's, each (n,).

    Raises:
        DataMissing: The universe has no stocks, no bonds or no market weights.
    """
    shares = np.array([a.market_weight or 0.0 for a in universe.assets])

    def within(target: str) -> Array:
        inside = shares * np.array([target in a.targets for a in universe.assets], dtype=float)
        if inside.sum() <= 0:
            raise DataMissing("nothing_carries", target)
        return np.asarray(inside / inside.sum())

    risky = np.array([a.asset_class != "cash" for a in universe.assets], dtype=float)
    return {
        "equal_weight": risky / risky.sum(),
        "60_40": 0.6 * within("stocks") + 0.4 * within("bonds"),
        "buy_and_hold": shares / shares.sum(),
    }
