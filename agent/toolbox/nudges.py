"""A habit that costs, named at the moment it matters: once in a while, never in the way.

Only what the investor's own trades have shown is named, and only when the order at hand is an instance of it: a winner
sold while losers stay, a purchase after a run-up.
"""

from collections.abc import Collection
from datetime import timedelta

import numpy as np

from agent.habits import habits
from agent.toolbox.outcome import Hands
from agent.words.render import word
from agent.words.slots import Line, Percent, Points, Slot, Thing, Things
from tools.behaviour import Trait
from tools.domain.market import Market
from tools.errors import DataMissing

QUIET = timedelta(days=30)
"""So long the same thing is not said again."""

LOSS = -0.05
"""A holding this far below what it cost is a loser that is being kept."""

RUN_DAYS = 60
RAN = 1.0
"""A purchase chases when the asset's 60-day return stands one standard deviation above the others'."""


def sale_nudge(hands: Hands, members: Collection[str], market: Market) -> tuple[Line, ...]:
    """A winner is sold while losers stay, by somebody whose trades show that they do so."""
    gains = _gains(hands, market)
    losers = sorted((a for a, g in gains.items() if g <= LOSS and a not in members), key=lambda a: gains[a])
    winners = [a for a in members if gains.get(a, 0.0) > 0]
    trait = _shown(hands, "disposition") if losers and winners else None
    if trait is None or _said_lately(hands, "nudge.sale"):
        return ()
    slots: dict[str, Slot] = {
        "asset": Thing(winners[0]),
        "losers": Things(tuple(losers[:2])),
        "estimate": Points(trait.estimate),
    }
    return (Line("nudge.sale", slots),)


def purchase_nudge(hands: Hands, members: Collection[str], market: Market) -> tuple[Line, ...]:
    """Something is bought that has just run up, by somebody whose trades show that they do so."""
    ids, closes = market.universe.ids, market.closes_in(hands.work.currency)
    if len(closes) <= RUN_DAYS:
        return ()
    with np.errstate(invalid="ignore", divide="ignore"):
        runs = closes[-1] / closes[-1 - RUN_DAYS] - 1
    known = runs[np.isfinite(runs)]
    if len(known) < 3 or known.std() <= 0:
        return ()
    ran = [a for a in members if (runs[ids.index(a)] - known.mean()) / known.std() > RAN and runs[ids.index(a)] > 0]
    trait = _shown(hands, "trend_chasing") if ran else None
    if trait is None or _said_lately(hands, "nudge.chase"):
        return ()
    run = float(runs[ids.index(ran[0])])
    return (Line("nudge.chase", {"asset": Thing(ran[0]), "run": Percent(run, asset=ran[0], digits=0)}),)


def _gains(hands: Hands, market: Market) -> dict[str, float]:
    """Gain of each priced holding against its cost, a fraction."""
    found = {}
    for asset, position in hands.work.state.book.positions.items():
        if asset in market.universe and asset in market.quotes and position.cost > 0 and asset not in ("KRW", "USD"):
            found[asset] = float(position.units * market.quotes[asset].price / position.cost) - 1
    return found


def _shown(hands: Hands, name: str) -> Trait | None:
    """The trait where the investor's own trades call it high."""
    try:
        return next((t for t in habits(hands.work) if t.name == name and t.call == "high"), None)
    except DataMissing:
        return None


def _said_lately(hands: Hands, code: str) -> bool:
    """Was this sentence part of a reply of the last weeks? Looked for by what it always says."""
    fixed = [max(word(code, lang).replace("}", "{").split("{")[::2], key=len) for lang in ("ko", "en")]
    since = hands.work.at - QUIET
    return any(e.at >= since and any(f in getattr(e.body, "reply", "") for f in fixed) for e in hands.work.state.turns)
