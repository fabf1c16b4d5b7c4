"""What sales would realise, and what tax may follow: nothing unless a jurisdiction was chosen, and never a promise.

Lots come out of the record in the investor's own currency, at the rates of their days; whatever the record cannot
place in time counts as bought at average cost on the first day. Rules are dated rows of `taxes.csv` with their source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from agent.words.slots import Cash, Day, Line, Things
from agent.work import Work
from knowledge.tables import rows
from tools.domain.decision import Trade
from tools.domain.events import Event, Executed, Imported, Moved
from tools.domain.market import Asset, Market
from tools.domain.value import Money
from tools.errors import DataMissing
from tools.rebalance import round_money
from tools.taxlots import Lot, Order, Sale, TaxRule, rule_for, rules_of, sell, tax, wash

ORDER: Mapping[str, Order] = {"KR": "oldest", "US": "highest_cost"}
"""Which lots go first: by law the oldest, or those the seller names."""

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Due:
    """What a set of sales realises under rules of one jurisdiction, in the investor's own currency.

    realised: gains less losses, deferred losses left out. tax: on these sales alone. since: of the newest rule used.
    unknown: assets no rule here is about; they are in neither figure.
    """

    realised: Money
    tax: Money
    since: date
    unknown: tuple[str, ...]


def due(work: Work, sales: Mapping[str, Decimal]) -> Due | None:
    """What selling these units at today's prices realises; None when no jurisdiction was chosen or no rule fits.

    Args:
        sales: Units by asset id, all of them held.
    Raises:
        DataMissing: `no_price` for an asset or a currency without a price today.
    """
    where = work.desk.settings.jurisdiction
    if where is None:
        return None
    market, today = work.desk.market.at(work.at), work.at.date()
    known = rules_of(rows("taxes.csv"))
    terms: dict[TaxRule, list[Decimal]] = {}
    unknown = []
    for name, units in sales.items():
        asset = market.universe[name]
        rule = rule_for(known, where, _kind(asset, where), today)
        if rule is None or (rule.allowance and rule.currency != work.currency):
            unknown.append(name)
            continue
        if name not in market.quotes:
            raise DataMissing("no_price", name)
        price = market.quotes[name].price * market.rate(asset.currency, work.currency)
        price *= 1 - Decimal(repr(asset.fee_bps)) / 10_000
        sale = sell(lots_of(work, market, asset), units, price, on=today, order=ORDER[where], long_days=rule.long_days)
        short, long = _terms(sale, rule, today)
        both = terms.setdefault(rule, [NONE, NONE])
        both[0], both[1] = both[0] + short, both[1] + long
    if not terms:
        return None
    realised = sum((short + long for short, long in terms.values()), NONE)
    owed = sum((tax(short, long, rule) for rule, (short, long) in terms.items()), NONE)
    return Due(
        realised=Money(amount=round_money(realised, work.currency), currency=work.currency),
        tax=Money(amount=round_money(owed, work.currency), currency=work.currency),
        since=max(rule.since for rule in terms),
        unknown=tuple(unknown),
    )


def tax_lines(work: Work, sales: Mapping[str, Decimal]) -> tuple[Line, ...]:
    """The same in words, for a card or a sale out of fear; nothing where nothing is known."""
    try:
        found = due(work, sales) if sales else None
    except DataMissing as error:
        return (Line("tax.unknown", {"assets": Things(error.names)}),)
    if found is None:
        return ()
    size = Cash(found.realised.model_copy(update={"amount": abs(found.realised.amount)}))
    code = "tax.gain" if found.realised.amount >= 0 else "tax.loss"
    lines = [Line(code, {"amount": size, "tax": Cash(found.tax), "day": Day(found.since)})]
    if found.unknown:
        lines.append(Line("tax.unknown", {"assets": Things(found.unknown)}))
    return tuple(lines)


def sold(trades: tuple[Trade, ...]) -> dict[str, Decimal]:
    """Units sold in a plan, by asset, without currencies."""
    return {t.asset: t.units for t in trades if t.side == "sell" and t.asset != t.currency}


def _kind(asset: Asset, where: str) -> str:
    """The rows of the table an asset falls under; "" for what they are not about."""
    if asset.asset_class in ("cash", "crypto"):
        return ""
    if where == "US":
        return "listed"
    if asset.currency != "KRW":
        return "foreign_listed"
    return "listed_small_holder" if asset.asset_class == "equity" and asset.region == "KR" else ""


def _terms(sale: Sale, rule: TaxRule, today: date) -> tuple[Decimal, Decimal]:
    """Short-term and long-term result, without losses a purchase shortly before defers."""
    deferred = wash(sale, sale.left, on=today, days=rule.wash_days).deferred
    short = sum((p.gain for p in sale.pieces if not p.long_term), NONE)
    long = sum((p.gain for p in sale.pieces if p.long_term), NONE)
    from_short = min(deferred, -sum((p.gain for p in sale.pieces if not p.long_term and p.gain < 0), NONE))
    return short + from_short, long + deferred - from_short


def lots_of(work: Work, market: Market, asset: Asset) -> tuple[Lot, ...]:
    """What is held of an asset as lots, oldest first, one unit's cost in the investor's own currency."""
    state = work.state
    held = state.book.positions.get(asset.id)
    if held is None or state.opened is None:
        return ()
    lots: tuple[Lot, ...] = ()
    for event in state.journal:
        for on, units, cost in _moves(event, asset, market, work.currency):
            if units > 0:
                lots = (*lots, Lot(on, units, cost))
            else:
                there = sum((x.units for x in lots if x.bought <= on), NONE)
                lots = sell(lots, min(-units, there), NONE, on=on, order="oldest").left
        if isinstance(event.body, Moved) and asset.id in event.body.ratios:
            new, old = event.body.ratios[asset.id]
            lots = tuple(Lot(x.bought, x.units * new / old, x.price * old / new) for x in lots)
    lots = tuple(sorted(lots, key=lambda x: x.bought))
    missing = held.units - sum((x.units for x in lots), NONE)
    first = min((e.at.date() for e in state.journal), default=work.at.date())
    rate = _rate(market, asset.currency, work.currency, first)
    average = held.cost / held.units * rate
    if missing < 0:  # more lots than units: the record moved in a way lots cannot tell
        return (Lot(first, held.units, average),)
    return (Lot(first, missing, average), *lots) if missing else lots


def _moves(event: Event, asset: Asset, market: Market, currency: str) -> Iterator[tuple[date, Decimal, Decimal]]:
    """(day, signed units, cost of one unit) of every trade in an asset that an event tells of."""
    if isinstance(event.body, Executed):
        for fill in (f for f in event.body.fills if f.asset == asset.id):
            paid = fill.value.amount + fill.fee.amount
            yield event.at.date(), fill.units if fill.side == "buy" else -fill.units, paid / fill.units
    elif isinstance(event.body, Imported):
        for trade in sorted(event.body.trades, key=lambda t: (t.at, t.side == "sell", t.line)):
            if event.body.assets[trade.symbol] == asset.id and trade.currency == asset.currency:
                rate = _rate(market, trade.currency, currency, trade.day)
                paid = trade.price + (trade.fee / trade.units if trade.fee_currency == trade.currency else NONE)
                yield trade.day, trade.units if trade.side == "buy" else -trade.units, paid * rate


def _rate(market: Market, code: str, currency: str, day: date) -> Decimal:
    """Rate of a day in the past; of the first day known where it lies before."""
    if code == currency:
        return Decimal(1)
    known = market.fx.keys() >= {code, currency} and len(market.days)
    row = int(np.searchsorted(market.days, np.datetime64(day), side="right")) - 1
    rate = float(market.fx[code][max(row, 0)] / market.fx[currency][max(row, 0)]) if known else np.nan
    if not np.isfinite(rate):
        raise DataMissing("no_price", code)
    return Decimal(repr(rate))
