"""Mixes that need no advisor: what every record stands beside, and what practice money may start as."""

from decimal import ROUND_FLOOR, Decimal

import numpy as np

from tools.domain.investor import Book, Position
from tools.domain.market import Array, Market
from tools.domain.value import Currency

SPARE = Decimal("0.05")
"""Share of a practice mix that stays cash."""


def reference(name: str, market: Market) -> Array | None:
    """Weights of a rule or of a target by market weight; None when nothing carries it."""
    assets = market.universe.assets
    if name == "equal_weight":
        risky = np.array([a.asset_class != "cash" for a in assets], dtype=float)
        return np.asarray(risky / risky.sum()) if risky.any() else None
    if name == "60_40":
        stocks, bonds = members_mix(market, "stocks"), members_mix(market, "bonds")
        return None if stocks is None or bonds is None else 0.6 * stocks + 0.4 * bonds
    return members_mix(market, name)


def members_mix(market: Market, target: str) -> Array | None:
    """Everything that carries a target, by market weight; None when nothing does."""
    inside = np.array([target in a.targets for a in market.universe.assets], dtype=float)
    if not inside.any():
        return None
    weighted = inside * np.array([a.market_weight or 0.0 for a in market.universe.assets])
    return np.asarray(weighted / weighted.sum() if weighted.sum() > 0 else inside / inside.sum())


def practice_mix(money: Decimal, currency: Currency, market: Market) -> Book | None:
    """Practice money at work: sixty parts stocks and forty parts bonds in whole lots, the rest cash.

    Args:
        money: How much there is, in `currency`.
        currency: The investor's own.
        market: Today's quotes.
    Returns:
        The book; None where nothing carries such a mix or an asset of it has no price.
    """
    mix = reference("60_40", market)
    if mix is None:
        return None
    left, positions = money, {}
    for asset, weight in zip(market.universe.assets, mix, strict=True):
        if weight <= 0 or asset.id in market.stale:
            continue
        if asset.id not in market.quotes:
            return None
        price = market.quotes[asset.id].price
        one = price * market.rate(asset.currency, currency)
        lots = (money * (1 - SPARE) * Decimal(f"{weight:.12f}") / (one * asset.lot)).to_integral_value(ROUND_FLOOR)
        units = lots * asset.lot
        if units > 0:
            positions[asset.id] = Position(units=units, cost=units * price)
            left -= units * one
    places = Decimal(1) if currency == "KRW" else Decimal("0.01")
    left = left.quantize(places, ROUND_FLOOR)
    return Book(positions={**positions, currency: Position(units=left, cost=left)}) if positions else None
