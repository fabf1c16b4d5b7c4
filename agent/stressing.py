"""What a shock would do to today's holdings: worth, weights, risk, a bad year, chances of goals. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import numpy as np

from agent.planning import SEED, Outlook, outlook
from agent.work import Work
from knowledge.market.snapshot import recent
from knowledge.tables import load_durations
from tools import shocks
from tools.decide import Estimate, estimate
from tools.domain.market import Array, Market
from tools.domain.value import Money
from tools.errors import BadInput, DataMissing
from tools.goals import Plan, chances
from tools.mandate import LOSS_Z
from tools.rebalance import round_money, standing

Kind = Literal["price", "rates", "currency"]


@dataclass(frozen=True, slots=True)
class Odds:
    """The chance of one goal before and after."""

    goal: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Shock:
    """What a move does to today's holdings: by itself, and with what moved along in the past.

    size: of the target as it was named. direct, whole, hedged: change of the portfolio, signed fractions; hedged: had
    the currency been hedged, None where none moved. before, after: weights. vol: yearly. loss: of a bad year in twenty.
    """

    target: str
    size: float
    kind: Kind
    direct: float
    whole: float
    hedged: float | None
    money: Money
    before: Mapping[str, float]
    after: Mapping[str, float]
    vol_before: float
    vol_after: float
    loss_before: float
    loss_after: float
    goals: tuple[Odds, ...]
    simulated: bool


def shock(work: Work, target: str, size: float) -> Shock:
    """What a move of one target (signed fraction) does to today's holdings.

    `rates` moves all yields, bonds by their duration; a currency moves every asset priced in it, and the investor's own
    falling is the others rising. Anything else moves its members.

    Raises:
        DataMissing: Nothing carries the target, or what is held cannot be valued.
        BadInput: "whatif_own_cash", it does not move by itself; "whatif_no_bonds"; "whatif_share", out of range.
    """
    market = recent(work.desk.market.at(work.at), work.desk.assumptions.lookback_days + 5)
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    now = standing(work.state.book, known.market, work.currency)
    kind, blow = _blow(work, known, target, size)
    whole = float(now.weights @ blow.moves)
    then = shocks.after(now.weights, blow.moves)
    vol_before, loss_before = outcome(known, now.weights)
    vol_after, loss_after = outcome(known, then)
    return Shock(
        target=target,
        size=size,
        kind=kind,
        direct=float(now.weights @ blow.direct),
        whole=whole,
        hedged=None if blow.hedged is None else float(now.weights @ blow.hedged),
        money=Money(amount=round_money(now.managed * Decimal(repr(whole)), work.currency), currency=work.currency),
        before=named(known, now.weights),
        after=named(known, then),
        vol_before=vol_before,
        vol_after=vol_after,
        loss_before=loss_before,
        loss_after=loss_after,
        goals=odds(work, known, now.weights, then, worth=1.0 + whole),
        simulated=market.simulated,
    )


def _blow(work: Work, known: Estimate, target: str, size: float) -> tuple[Kind, shocks.Blow]:
    """Which kind of shock it is, and what it does to each asset."""
    assets = known.universe.assets
    if target == "rates":
        table = load_durations()
        found = [table.get(_row(a.id, a.targets, table), (0.0, 0.0)) for a in assets]
        of_bonds = np.array([f if a.asset_class == "bond" else (0.0, 0.0) for a, f in zip(assets, found, strict=True)])
        return "rates", shocks.rates(known.cov, known.market_weights, of_bonds[:, 0], of_bonds[:, 1], size)
    own = target in (work.currency, work.currency.lower())
    if own or target in ("usd", "USD", "KRW", "krw"):
        if own and size <= -1.0:
            raise BadInput("whatif_share")
        foreign = np.array([float(a.currency != work.currency) for a in assets])
        anchor = np.array([float(a.currency != work.currency and a.asset_class == "cash") for a in assets])
        if not foreign.any():
            raise DataMissing("nothing_carries", target)
        anchor = anchor if anchor.any() else foreign
        others = 1.0 / (1.0 + size) - 1.0 if own else size
        return "currency", shocks.currency(known.cov, anchor / anchor.sum(), foreign, others)
    carried = inside(known.market, target)
    if not carried.any():
        raise DataMissing("nothing_carries", target)
    basket = carried * known.market_weights
    basket = basket / basket.sum() if basket.sum() > 0 else carried / carried.sum()
    return "price", shocks.price(known.cov, basket, carried, size)


def _row(asset: str, targets: frozenset[str], table: Mapping[str, tuple[float, float]]) -> str:
    """The row of the table that says most about a bond: its own, else that of the narrowest kind it is of."""
    return next((name for name in (asset, *table) if name in table and (name == asset or name in targets)), "")


def odds(work: Work, known: Estimate, before: Array, after: Array, *, worth: float = 1.0) -> tuple[Odds, ...]:
    """The chance of every goal with one mix and with another, worth so many times as much.

    Args:
        work: The open command.
        known: Today's estimate.
        before: Weights, shape (n,).
        after: Weights, shape (n,).
        worth: Of the portfolio afterwards, as a multiple of today's.
    """
    found = outlook(work)
    if found is None:
        return ()
    then = replace(found.plan, worth=found.plan.worth * worth)
    first = _chances(found, known, before, found.plan)
    second = _chances(found, known, after, then)
    return tuple(Odds(name, first[name], second[name]) for name in first)


def _chances(found: Outlook, known: Estimate, weights: Array, plan: Plan) -> dict[str, float]:
    vol = max(float(weights @ known.cov @ weights), 0.0) ** 0.5
    sd = found.growth.mean_sd / found.growth.vol * vol if found.growth.vol > 0 else found.growth.mean_sd
    growth = replace(found.growth, mean=known.risk_free + float(weights @ known.prior), vol=vol, mean_sd=sd)
    return {c.name: c.chance for c in chances(plan, growth, SEED)}


def outcome(known: Estimate, weights: Array, mean: Array | None = None) -> tuple[float, float]:
    """Yearly volatility, and the loss of a bad year in twenty (positive), by the equilibrium unless told otherwise."""
    vol = max(float(weights @ known.cov @ weights), 0.0) ** 0.5
    expected = float(weights @ (known.prior if mean is None else mean)) + known.risk_free
    return vol, max(LOSS_Z * vol - expected, 0.0)


def named(known: Estimate, weights: Array) -> dict[str, float]:
    """Non-zero weights by asset."""
    return {a: float(w) for a, w in zip(known.universe.ids, weights, strict=True) if w > 1e-9}


def inside(market: Market, target: str) -> Array:
    """1.0 for each asset a target covers, shape (n,)."""
    return np.array([float(target in a.targets) for a in market.universe.assets])
