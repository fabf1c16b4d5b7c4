"""An order said in units: "애플 10주 사줘", "sell 3 shares of Apple" comes to money at the quoted price."""

import re

from agent.toolbox.args import Trade
from agent.toolbox.outcome import Hands
from tools.domain.market import Market
from tools.figures import find_figures

_SHARES = re.compile(r"\b(?:shares?|coins?)\b", re.I)


def in_money(hands: Hands, args: Trade, members: list[str], market: Market) -> Trade:
    """The same order with what its units cost; unchanged where no units, or a size of another kind, were said.

    Args:
        hands: The investor's words of this turn.
        args: The order, in slots of the conversation: those have no units.
        members: The assets it is about; units of several cannot be told apart.
        market: Prices and rates of now.
    """
    sized = args.fraction is not None or args.delta_weight is not None or args.amount is not None
    kinds = ("units", "number") if _SHARES.search(hands.said) else ("units",)  # "5 Nvidia shares"
    counts = [f.amount for f in find_figures(hands.said) if f.kind in kinds and f.amount is not None and f.amount > 0]
    if sized or len(members) != 1 or len(counts) != 1:
        return args
    asset = market.universe[members[0]]
    price = market.quotes[asset.id].price * market.rate(asset.currency, hands.work.currency)
    return args.model_copy(update={"amount": float(counts[0] * price), "currency": hands.work.currency})
