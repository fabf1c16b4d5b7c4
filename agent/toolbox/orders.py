"""A person's own orders: always a proposal card, never an execution."""

from decimal import Decimal

import numpy as np

from agent.toolbox.args import Trade
from agent.toolbox.common import about, answer, refuse
from agent.toolbox.counted import in_money
from agent.toolbox.nudges import purchase_nudge, sale_nudge
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.slots import Cash, Line, Number, Percent, Points, Thing
from tools.domain.decision import OrderLine
from tools.domain.market import Market
from tools.domain.value import Money
from tools.errors import DataMissing
from tools.rebalance import round_money, standing

SIZES = (0.01, 0.03, 0.05)
"""Sizes offered as buttons when none was said, fractions of the portfolio."""

PARTS = (1 / 3, 0.5, 1.0)
"""Parts of a position offered as buttons when a sale has no size."""


def trade(hands: Hands, args: Trade) -> Outcome:
    """Buy or sell one asset, class or theme, calmly. It ends in a card that the investor has to approve.

    Args:
        side: buy or sell.
        target: What to trade.
        fraction: Part of the position, 1 = all of it, 0.5 = half.
        delta_weight: Percentage points of the portfolio as a fraction, positive.
        amount: Money, in whole units of `currency`.
        currency: KRW or USD.
    """
    market = hands.desk.market.at(hands.work.at)
    members = [a for a in market.universe.members(args.target) if a not in market.stale and a in market.quotes]
    if args.target == hands.work.currency.lower() or members == [hands.work.currency]:
        return refuse("trade", args, "own_cash", about("trade.own_cash", args.target))
    members = [a for a in members if a != hands.work.currency]
    if not members:
        return refuse("trade", args, "nothing_carries", about("trade.nothing_carries", args.target))
    try:
        now = standing(hands.work.state.book, market, hands.work.currency)
    except DataMissing as error:
        return refuse("trade", args, error.code, *explain_error(error, hands.desk.names))
    weights = {a: float(w) for a, w in zip(market.universe.ids, now.weights, strict=True)}
    args = in_money(hands, args, members, market)
    return (_sell if args.side == "sell" else _buy)(hands, args, members, weights, market, float(now.managed))


def _sell(
    hands: Hands, args: Trade, members: list[str], weights: dict[str, float], market: Market, worth: float
) -> Outcome:
    held = sum(weights[a] for a in members)
    if held <= 0:
        return refuse("trade", args, "not_held", about("trade.not_held", args.target))
    size = _size(hands, args, held, market, worth)
    if size is None:
        return _ask(hands, args, held)
    part = min(size / held, 1.0)
    lines = [about("trade.sell", args.target, fraction=Percent(part, asset=args.target))]
    if size > held * (1 + 1e-9):
        lines.append(about("trade.more_than_held", args.target, held=Percent(held, asset=args.target)))
    order = tuple(OrderLine(asset=a, delta=-weights[a] * part) for a in members if weights[a] > 0)
    lines += sale_nudge(hands, [line.asset for line in order], market)
    return answer("trade", args, *lines, review=ReviewWish(kind="order", method="order", order=order))


def _buy(
    hands: Hands, args: Trade, members: list[str], weights: dict[str, float], market: Market, worth: float
) -> Outcome:
    held = sum(weights[a] for a in members)
    size = _size(hands, args, held, market, worth)
    if size is None or size <= 0:
        return _ask(hands, args, held)
    if size > 1.0 + 1e-9:
        return refuse("trade", args, "more_than_all", Line("trade.more_than_all", {"worth": _all(hands, worth)}))
    shares = _spread(hands, members, market)
    if not shares:
        return refuse("trade", args, "nothing_carries", about("trade.nothing_carries", args.target))
    order = tuple(OrderLine(asset=a, delta=min(size * share, 1.0)) for a, share in shares.items())
    back = about("trade.points", args.target, points=Points(size, asset=args.target))
    nudges = purchase_nudge(hands, list(shares), market)
    return answer("trade", args, back, *nudges, review=ReviewWish(kind="order", method="order", order=order))


def _all(hands: Hands, worth: float) -> Cash:
    """What the whole portfolio is worth."""
    currency = hands.work.currency
    return Cash(Money(amount=round_money(Decimal(f"{worth:.6f}"), currency), currency=currency))


def _size(hands: Hands, args: Trade, held: float, market: Market, worth: float) -> float | None:
    """How much was said, as a fraction of the portfolio; None when nothing was."""
    if args.fraction is not None:
        return args.fraction * held
    if args.delta_weight is not None:
        return args.delta_weight
    if args.amount is not None:
        return args.amount * float(market.rate(args.currency or hands.work.currency, hands.work.currency)) / worth
    return None


def _spread(hands: Hands, members: list[str], market: Market) -> dict[str, float]:
    """How a purchase of several assets is divided: by market weight, without what the investor excluded."""
    universe = market.universe
    out = {a for target in hands.work.state.excluded() for a in universe.members(target)}
    # What was asked for by its own name stays: the clash with the exclusion is then named by the review.
    allowed = [a for a in members if a not in out] or (members if len(members) == 1 else [])
    sizes = np.array([universe[a].market_weight or 0.0 for a in allowed])
    if not len(allowed):
        return {}
    sizes = sizes / sizes.sum() if sizes.sum() > 0 else np.full(len(allowed), 1.0 / len(allowed))
    return {a: float(s) for a, s in zip(allowed, sizes, strict=True) if s > 0}


def _ask(hands: Hands, args: Trade, held: float) -> Outcome:
    """Ask how much, with sizes to press."""
    question = about(f"trade.how_much_{args.side}", args.target, now=Percent(held, asset=args.target))
    if args.side == "buy":
        choices = [
            Choice(
                Line("button.points", {"points": Points(s)}),
                Line("say.buy_points", {"target": Thing(args.target), "points": Number(s * 100, digits=0)}),
            )
            for s in SIZES
        ]
    else:
        choices = [
            Choice(
                Line("button.fraction", {"fraction": Percent(p, digits=0)}),
                Line("say.sell_whole", {"target": Thing(args.target)})
                if p == 1.0
                else Line("say.sell_fraction", {"target": Thing(args.target), "fraction": Percent(p, digits=0)}),
            )
            for p in PARTS
        ]
    return refuse("trade", args, "size_missing", question, choices=choices)
