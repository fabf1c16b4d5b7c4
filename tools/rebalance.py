"""Target + holdings -> trades in whole lots, inside the mandate, without overspending.

The solver's weights are continuous; a share is not. Every asset is first rounded down to whole lots below its target,
then single lots are added where a lower limit is short or where the nearest lot is above. What cannot be placed stays
cash. Upper limits and the cash floor hold exactly; lower limits hold whenever one more lot can make them hold.

When to trade at all: the solver weighs every trade against its cost, so small gains leave holdings alone and money paid
in buys what is short before anything is sold; `band` is the same trade-off in closed form, for fixed targets. Holdings
that keep every limit and already track the target as closely as whole lots allow are left alone too, or yesterday's
rounding would be traded forever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from tools.domain.decision import Trade
from tools.domain.investor import Book, Position
from tools.domain.market import Array, Market
from tools.domain.value import Currency, Money
from tools.errors import DataMissing
from tools.optimise.limits import Limits, Mask

FINE = 0.0005

SMALLEST: Mapping[str, Decimal] = {"KRW": Decimal(1), "USD": Decimal("0.01")}


@dataclass(frozen=True, slots=True)
class Standing:
    """A book at quoted prices: value per asset and in total, in the investor's currency; weights shape (n,).

    at_cost: what nobody prices, at what it cost. It counts in `worth` and stands outside `managed`, the priced part,
    of which `weights` are fractions: what cannot be priced is never traded.
    """

    values: tuple[Decimal, ...]
    worth: Decimal
    managed: Decimal
    weights: Array
    at_cost: Mapping[str, Decimal]


def standing(book: Book, market: Market, currency: Currency) -> Standing:
    """Value a book.

    Raises:
        DataMissing: `no_price` for a holding that has lost its price, or that never had one and whose cost is not
            known in a currency with a rate, named; `empty_book` when nothing held can be priced.
    """
    never = unpriced(book, market)
    at_cost = {a: _cost(book.positions[a], market, currency) for a in never}
    missing = [a for a in book.positions if a not in never and (a in market.stale or a not in market.quotes)]
    missing += [a for a, cost in at_cost.items() if cost is None]
    if missing:
        raise DataMissing("no_price", *sorted(missing))
    used = {market.universe[a].currency for a, p in book.positions.items() if p.units and a not in never}
    rates = {code: market.rate(code, currency) for code in used}
    values = []
    for asset in market.universe.assets:
        units = book.units(asset.id)
        values.append(units * (market.quotes[asset.id].price * rates[asset.currency]) if units else Decimal(0))
    managed = sum(values, Decimal(0))
    if managed <= 0:
        raise DataMissing("empty_book")
    known = {a: cost for a, cost in at_cost.items() if cost is not None}
    weights = np.array([float(v / managed) if v else 0.0 for v in values])
    return Standing(tuple(values), managed + sum(known.values(), Decimal(0)), managed, weights, known)


def unpriced(book: Book, market: Market) -> tuple[str, ...]:
    """Holdings nobody here lists, or listed without ever having had a price: imported, kept, never traded."""
    listed = set(market.universe.ids)
    never = [a for a in book.positions if a not in listed]
    doubtful = [a for a, p in book.positions.items() if a in listed and a not in market.quotes and p.paid]
    if doubtful:
        priced: Mask = np.asarray(np.isfinite(market.closes).any(axis=0))
        ever = {market.universe.ids[i] for i in np.flatnonzero(priced)}
        never += [a for a in doubtful if a not in ever]
    return tuple(sorted(never))


def _cost(position: Position, market: Market, currency: Currency) -> Decimal | None:
    """What a position cost at today's rates, None when that is not known."""
    known = position.paid.keys() <= market.fx_now.keys() | {currency}
    if not position.paid or position.cost or not known:
        return None
    return sum((paid * market.rate(code, currency) for code, paid in position.paid.items()), Decimal(0))


def _price(asset: str, market: Market, currency: Currency) -> Decimal:
    """Price of one unit in the investor's currency."""
    return market.quotes[asset].price * market.rate(market.universe[asset].currency, currency)


def round_money(amount: Decimal, currency: Currency) -> Decimal:
    """To the smallest unit of the currency, half up."""
    return amount.quantize(SMALLEST[currency], rounding=ROUND_HALF_UP)


@dataclass(slots=True)
class _Lots:
    """Working state of the rounding: whole lots to add to what is held. Index `cash` is the investor's own currency."""

    held: Array  # value held per asset
    lot: Array  # value of one lot per asset
    fee: Array  # one-way fee fraction per asset
    lots: Array  # whole lots bought (+) or sold (−)
    cash: int
    spare: float  # cash kept back because every trade is rounded to the currency's smallest unit
    cov: Array  # yearly covariance, for a volatility ceiling

    def values(self) -> Array:
        """Value per asset after trades and fees."""
        out = self.held + self.lots * self.lot
        traded = np.abs(self.lots) * self.lot
        out[self.cash] = self.held[self.cash] - (self.lots * self.lot).sum() - (traded * self.fee).sum() - self.spare
        return out

    def weights(self) -> Array:
        values = self.values()
        return np.asarray(values / values.sum())


def whole_lots(
    target: Array,
    book: Book,
    market: Market,
    currency: Currency,
    *,
    limits: Limits,
    cov: Array,
    min_trade: float,
    only: Mask | None = None,
) -> tuple[tuple[Trade, ...], Array]:
    """Trades that bring the book near `target`, and the exact weights afterwards, shape (n,).

    Args:
        target: Weights to reach, shape (n,), summing to 1, inside `limits`.
        book: What is held.
        market: Prices; assets in `market.stale` are never traded.
        currency: The investor's own; every trade is settled in it.
        limits: The compiled mandate.
        cov: Yearly covariance, shape (n, n), for a volatility ceiling in `limits`.
        min_trade: Trades below this fraction are left out unless a limit needs them; so is the whole plan when the
            holdings keep every limit and it is not `_worthwhile`.
        only: Assets that may be traded, shape (n,); all when None. A person's own order trades what it names.
    """
    now = standing(book, market, currency)
    assets = market.universe.assets
    tradable = np.array([a.id not in market.stale and a.id in market.quotes for a in assets])
    if only is not None:
        tradable &= only
    one_lot = [
        a.lot * _price(a.id, market, currency) if t else Decimal(1) for a, t in zip(assets, tradable, strict=True)
    ]
    work = _Lots(
        held=np.array([float(v) for v in now.values]),
        lot=np.array([float(x) for x in one_lot]),
        fee=np.array([a.fee_bps / 1e4 for a in assets]),
        lots=np.zeros(len(assets)),
        cash=market.universe.ids.index(currency),
        spare=float(len(assets) * SMALLEST[currency]),
        cov=cov,
    )
    kept = _inside(work, now.weights, limits)
    _fill(work, target, tradable, limits, min_trade)
    if kept and not _worthwhile(work, now.weights, target, min_trade):
        return (), now.weights
    trades = _trades(work, book, market, currency)
    return trades, _after(now, trades, market, currency)


def band(weight: Array, *, risk_aversion: float, cost: Array) -> Array:
    """How far a weight may drift either way before trading it back to the edge pays, shape (n,).

    Δ = (3/(2γ)·w²(1−w)²·k)^⅓. Volatility is absent on purpose: it says how often the band is hit, not how wide it is.

    Args:
        weight: Target weights, shape (n,), 0..1.
        risk_aversion: γ > 0.
        cost: One-way cost k as a fraction of what is traded, shape (n,). In terms of the spread 2k the 3/2 reads 3/4.
    Source: Gerhold, Guasoni, Muhle-Karbe & Schachermayer (2014), leading order.
    """
    return np.asarray(np.cbrt(1.5 / risk_aversion * weight**2 * (1.0 - weight) ** 2 * cost))


def _worthwhile(work: _Lots, held: Array, target: Array, min_trade: float) -> bool:
    """Whether a plan brings holdings noticeably nearer to the target, in yearly tracking risk.

    Below `min_trade` nothing is noticeable. Below what half a lot of each asset amounts to, a plan must at least halve
    the distance: what whole lots kept out of reach yesterday only comes back as small trades in everything else.
    """
    now = _tracking(held - target, work.cov)
    if now < min_trade:
        return False
    used = (held > 0) | (target > 0)
    used[work.cash] = False
    half_lots = 0.5 * work.lot[used] / work.held.sum() * np.sqrt(np.maximum(np.diag(work.cov)[used], 0.0))
    after = _tracking(work.weights() - target, work.cov)
    return min_trade == 0.0 or now > float(np.linalg.norm(half_lots)) or after < 0.5 * now


def _tracking(away: Array, cov: Array) -> float:
    """Yearly tracking risk of a difference of weights."""
    return float(np.sqrt(max(float(away @ cov @ away), 0.0)))


def _inside(work: _Lots, weights: Array, limits: Limits) -> bool:
    """Whether weights keep every limit."""
    short = limits.group_lower - limits.groups @ weights
    return bool(max(_excess(work, weights, limits).max(), short.max(initial=0.0)) <= 1e-9)


def _fill(work: _Lots, target: Array, tradable: Mask, limits: Limits, min_trade: float) -> None:
    """Choose whole lots: down to below the target, then up one at a time."""
    worth = work.held.sum()
    for _ in range(2):  # fees shrink what there is to divide; the second pass knows them
        goal = target * worth
        wish = (goal - work.held) / work.lot
        # Rounding down keeps upper limits; under a turnover cap rounding towards the holdings keeps that one.
        lots = np.floor(wish + 1e-9) if limits.turnover is None else np.trunc(wish)
        lots[~tradable] = 0.0
        lots[work.cash] = 0.0
        work.lots = np.maximum(lots, -work.held / work.lot)  # selling out takes the odd part of a lot along
        worth = work.values().sum()
    small = np.abs(work.lots * work.lot) < min_trade * worth
    inside = (work.held <= limits.upper * worth + 1e-9) & (work.held >= limits.lower * worth - 1e-9)
    work.lots[small & inside] = 0.0
    for _ in range(8 * len(target)):
        if not _one_step(work, target, tradable, limits, min_trade):
            return


def _one_step(work: _Lots, target: Array, tradable: Mask, limits: Limits, min_trade: float) -> bool:
    """Make the most needed small change; False when nothing needs one."""
    weights = work.weights()
    worth = work.values().sum()
    # One lot at a time; where lots are tiny (a cent, a ten-thousandth of a coin) one twentieth of a percent at a time.
    step = np.maximum(1.0, np.floor(FINE * worth / work.lot))
    short = (target - weights) * worth / (work.lot * step)
    free = tradable & (work.lot < worth)
    free[work.cash] = False
    sellable = free & (work.held + (work.lots - step) * work.lot >= -1e-6)
    over = sellable & ((weights > limits.upper + 1e-12) | _in_full_row(weights, limits, work.cash))
    if weights[work.cash] < limits.lower[work.cash] - 1e-12 or _short_of_cash(work, weights, limits):
        over = sellable
    if over.any():
        worst = int(np.argmin(np.where(over, short, np.inf)))
        work.lots[worst] -= step[worst]
        return True
    needed = free & ((weights < limits.lower - 1e-12) | _in_short_row(weights, limits))
    if _too_much_cash(work, weights, limits):
        needed |= free & (short > 0)
    wanted = free & (short >= 0.5) & (np.abs(target - weights) >= min_trade)
    before = _excess(work, weights, limits)
    order = np.argsort(-short)
    for candidates in (needed, wanted):
        for i in order[candidates[order]]:
            work.lots[i] += step[i]
            if np.all(_excess(work, work.weights(), limits) <= np.maximum(before, 0.0) + 1e-12):
                return True
            work.lots[i] -= step[i]
    return _by_exchange(work, order[needed[order]], step, sellable, limits)


def _by_exchange(work: _Lots, needed: Array, step: Array, sellable: Mask, limits: Limits) -> bool:
    """Buy a lot with other cash, where the investor's own has a floor to keep and all cash together is too much."""
    weights = work.weights()
    if limits.lower[work.cash] <= 0 or not _too_much_cash(work, weights, limits):
        return False
    over = limits.groups @ weights > limits.group_upper + 1e-12
    others = np.flatnonzero(sellable & (limits.groups[over & (limits.groups[:, work.cash] > 0)] > 0).any(axis=0))
    before = _excess(work, weights, limits)
    for i in needed:
        for k in (k for k in others if k != i):
            lots = work.lots.copy()
            work.lots[i] += step[i]
            work.lots[k] -= np.ceil(1.01 * step[i] * work.lot[i] / work.lot[k])
            enough = work.held[k] + work.lots[k] * work.lot[k] >= 0
            if enough and np.all(_excess(work, work.weights(), limits) <= np.maximum(before, 0.0) + 1e-12):
                return True
            work.lots = lots
    return False


def _short_of_cash(work: _Lots, weights: Array, limits: Limits) -> bool:
    """Is a lower limit on a group with the cash in it unmet, so that selling one lot mends it?"""
    if weights[work.cash] < 0:
        return True
    rows = limits.groups[:, work.cash] > 0
    return bool(np.any(limits.groups[rows] @ weights < limits.group_lower[rows] - 1e-12))


def _too_much_cash(work: _Lots, weights: Array, limits: Limits) -> bool:
    """Is an upper limit on cash broken, so that buying one lot mends it?"""
    rows = limits.groups[:, work.cash] > 0
    over = np.any(limits.groups[rows] @ weights > limits.group_upper[rows] + 1e-12)
    return bool(weights[work.cash] > limits.upper[work.cash] + 1e-12 or over)


def _in_short_row(weights: Array, limits: Limits) -> Mask:
    """Members of group rows below their lower end, shape (n,)."""
    short = limits.groups @ weights < limits.group_lower - 1e-12
    return np.asarray((limits.groups[short] > 0).any(axis=0))


def _in_full_row(weights: Array, limits: Limits, cash: int) -> Mask:
    """Members of rows above their upper end, shape (n,); selling within a row that holds the cash mends nothing."""
    full = (limits.groups @ weights > limits.group_upper + 1e-12) & (limits.groups[:, cash] <= 0)
    return np.asarray((limits.groups[full] > 0).any(axis=0))


def _excess(work: _Lots, weights: Array, limits: Limits) -> Array:
    """How far every limit is broken, in its own units; ≤ 0 is fine."""
    held = work.held / work.held.sum()
    whole = [
        np.inf if limits.max_vol is None else limits.max_vol - max(float(weights @ work.cov @ weights), 0.0) ** 0.5,
        np.inf if limits.turnover is None else limits.turnover - float(np.abs(weights - held).sum()) / 2,
    ]
    rows = limits.groups @ weights - limits.group_upper
    return np.concatenate([weights - limits.upper, rows, limits.lower - weights, -weights, -np.array(whole)])


def _trades(work: _Lots, book: Book, market: Market, currency: Currency) -> tuple[Trade, ...]:
    """Exact trades: whole lots in Decimal, value and fee rounded to the currency's smallest unit; sales first."""
    trades = []
    for i in np.flatnonzero(work.lots):
        asset = market.universe.assets[i]
        side = "buy" if work.lots[i] > 0 else "sell"
        units = asset.lot * int(abs(work.lots[i]) + 1e-6)
        if side == "sell" and work.held[i] + work.lots[i] * work.lot[i] < 1e-6 * work.lot[i]:
            units = book.units(asset.id)
        if units <= 0:
            continue
        quote = market.quotes[asset.id].price
        value = units * quote * market.rate(asset.currency, currency)
        fee = value * Decimal(repr(asset.fee_bps)) / Decimal(10000)
        trades.append(
            Trade(
                asset=asset.id,
                side="buy" if side == "buy" else "sell",
                units=units,
                price=quote,
                currency=asset.currency,
                value=Money(amount=round_money(value, currency), currency=currency),
                fee=Money(amount=round_money(fee, currency), currency=currency),
            )
        )
    return tuple(sorted(trades, key=lambda t: (t.side == "buy", -t.value.amount, t.asset)))


def weights_after(book: Book, trades: Sequence[Trade], market: Market, currency: Currency) -> Array:
    """Weights of the priced part once the trades are done, shape (n,); negative cash shows as a negative weight."""
    return _after(standing(book, market, currency), trades, market, currency)


def _after(now: Standing, trades: Sequence[Trade], market: Market, currency: Currency) -> Array:
    """Weights once the trades are done, from the exact amounts."""
    values = list(now.values)
    cash = market.universe.ids.index(currency)
    for trade in trades:
        i = market.universe.ids.index(trade.asset)
        sign = 1 if trade.side == "buy" else -1
        values[i] += sign * trade.units * _price(trade.asset, market, currency)
        values[cash] -= sign * trade.value.amount + trade.fee.amount
    worth = sum(values, Decimal(0))
    return np.array([float(v / worth) for v in values])
