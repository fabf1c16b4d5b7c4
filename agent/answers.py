"""Answers: what is held, known and remembered, why it changed, what would be if. Reads only; nothing here is recorded.

Every function works on an open command (`agent.work.begin`), which shows the investor's record as it stands and is
simply not committed. Used by the page, the terminal and the tools alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from agent.because import find_decision, total, why, why_lines
from agent.habits import habits, profile
from agent.measures import (
    Comparison,
    Drawdown,
    Performance,
    Risk,
    backtest,
    compare,
    drawdown,
    performance,
    risk,
    selling_cost,
)
from agent.planning import Outlook, outlook
from agent.stressing import Shock, inside, shock
from agent.supposing import WhatIf, suppose, what_if
from agent.work import Work
from tools.domain.investor import Goal
from tools.domain.value import Money
from tools.errors import DataMissing
from tools.rebalance import round_money, standing

__all__ = [
    "Comparison",
    "Drawdown",
    "Holding",
    "Outlook",
    "Performance",
    "Portfolio",
    "Risk",
    "Shock",
    "WhatIf",
    "backtest",
    "compare",
    "drawdown",
    "find_decision",
    "goals",
    "habits",
    "outlook",
    "performance",
    "portfolio",
    "profile",
    "risk",
    "selling_cost",
    "shock",
    "suppose",
    "total",
    "weight_of",
    "what_if",
    "why",
    "why_lines",
]


@dataclass(frozen=True, slots=True)
class Holding:
    """One position at market prices; `value` in the investor's currency, `gain` against cost in the asset's own."""

    asset: str
    units: Decimal
    weight: float
    value: Money
    gain: float | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is held now, largest first. classes: target id of each asset class -> weight, largest first."""

    at: datetime
    worth: Money
    holdings: tuple[Holding, ...]
    classes: Mapping[str, float]
    practice: bool
    simulated: bool
    at_cost: Mapping[str, Money] = field(default_factory=dict)  # what has no price here, at what it cost

    @property
    def weights(self) -> dict[str, float]:
        """Asset -> fraction of the portfolio."""
        return {h.asset: h.weight for h in self.holdings}


_CLASSES = ("stocks", "bonds", "commodities", "real_estate", "crypto", "cash")


def portfolio(work: Work) -> Portfolio:
    """The book at today's prices. Raises DataMissing when a holding has no usable price, named."""
    market = work.desk.market.at(work.at)
    now = standing(work.state.book, market, work.currency)
    held = []
    for asset, value, weight in zip(market.universe.assets, now.values, now.weights, strict=True):
        units = work.state.book.units(asset.id)
        if units == 0:
            continue
        cost = work.state.book.positions[asset.id].cost
        gain = float(units * market.quotes[asset.id].price / cost - 1) if cost > 0 else None
        money = Money(amount=round_money(value, work.currency), currency=work.currency)
        held.append(Holding(asset.id, units, float(weight), money, None if asset.asset_class == "cash" else gain))
    by_class = {c: float(now.weights @ inside(market, c)) for c in _CLASSES}
    return Portfolio(
        at=work.at,
        worth=Money(amount=round_money(now.worth, work.currency), currency=work.currency),
        holdings=tuple(sorted(held, key=lambda h: (-h.weight, h.asset))),
        classes={c: w for c, w in sorted(by_class.items(), key=lambda x: -x[1]) if w > 0},
        practice=work.state.practice,
        simulated=market.simulated,
        at_cost={
            asset: Money(amount=round_money(cost, work.currency), currency=work.currency)
            for asset, cost in now.at_cost.items()
        },
    )


def weight_of(work: Work, target: str) -> float | None:
    """Weight of an asset, class or theme at today's prices; None when prices are missing or nothing carries it."""
    try:
        market = work.desk.market.at(work.at)
        if not market.universe.members(target):
            return None
        return float(standing(work.state.book, market, work.currency).weights @ inside(market, target))
    except DataMissing:
        return None


def goals(work: Work) -> tuple[Goal, ...]:
    """Goals with every correction merged."""
    return work.state.goals(work.currency)
