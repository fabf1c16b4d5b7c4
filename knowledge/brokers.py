"""Who carries out an approved trade. The paper broker fills at the quoted price, with the asset's fee, at once."""

from collections.abc import Sequence

from tools.domain.decision import Fill, Trade
from tools.domain.market import Market


class PaperBroker:
    """Practice execution: every trade of a key is filled whole at the price it was approved at.

    It keeps nothing: the ledger's idempotency key makes sure that one approval is executed once.
    """

    def execute(self, key: str, trades: Sequence[Trade], market: Market) -> tuple[Fill, ...]:
        """One fill per trade. `key` and `market` matter to brokers that stand outside this house."""
        return tuple(
            Fill(
                asset=t.asset, side=t.side, units=t.units, price=t.price, currency=t.currency, value=t.value, fee=t.fee
            )
            for t in trades
        )
