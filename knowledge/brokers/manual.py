"""Whoever trades at a broker of their own: nothing is sent, the person tells what they did."""

from typing import Literal

from tools.domain.order import Holdings, Order, Report


class ManualBroker:
    """Orders stay with the person until they say what came of them."""

    name = "manual"
    reach: Literal["inside", "person", "outside"] = "person"
    live = True
    deduplicates = True

    def place(self, order: Order) -> Report:
        """Nothing is sent; the order waits for the person."""
        return Report(key=order.key, state="working")

    def find(self, order: Order) -> Report | None:
        """Nobody here can know."""
        return None

    def cancel(self, order: Order) -> None:
        """Nothing was sent; the person tells what they did."""

    def holdings(self) -> Holdings | None:
        """Not known here; `hanfolio check` compares a list of holdings."""
        return None
