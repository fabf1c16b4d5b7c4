"""The paper broker fills at the price that was approved, with the asset's fee, at once."""

import random
from decimal import Decimal
from typing import Literal

from tools.domain.order import Holdings, Order, Report

_PART = (Decimal(1) / 4, Decimal(3) / 4)


class PaperBroker:
    """Practice execution. It keeps nothing: the ledger's key makes sure that one approval is executed once.

    For tests and drills it can turn orders down and fill them in part; what befalls an order depends on its key and the
    seed alone, so that asking twice gives the same answer.
    """

    name = "paper"
    reach: Literal["inside", "person", "outside"] = "inside"
    live = False
    deduplicates = True

    def __init__(self, *, rejects: float = 0.0, partial: float = 0.0, seed: int = 0) -> None:
        """Choose how often things go wrong.

        Args:
            rejects: Share of orders that are turned down, 0..1.
            partial: Share of orders that are filled in part, in whole lots, 0..1.
            seed: Which ones.
        """
        self._rejects, self._partial, self._seed = rejects, partial, seed

    def place(self, order: Order) -> Report:
        """Fill one order whole, in part, or not at all."""
        trade, chance = order.trade, random.Random(f"{self._seed}:{order.key}")
        if chance.random() < self._rejects:
            return Report(key=order.key, state="refused", reason="broker_rule")
        if chance.random() < self._partial:
            part = Decimal(str(round(chance.uniform(*map(float, _PART)), 3)))
            units = trade.units * part // order.lot * order.lot
            price = trade.price if units else None
            return Report(key=order.key, state="ended", units=units, price=price, reason="ended")
        return Report(key=order.key, state="filled", units=trade.units, price=trade.price)

    def find(self, order: Order) -> Report | None:
        """What became of an order: the same as when it was placed."""
        return self.place(order)

    def cancel(self, order: Order) -> None:
        """Nothing is left of an order a moment after it came."""

    def holdings(self) -> Holdings | None:
        """Nothing of its own: the book is what it holds."""
        return None
