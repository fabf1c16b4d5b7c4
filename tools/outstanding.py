"""Orders of an approved decision whose outcome is not known yet, and what becomes of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from tools.domain.decision import Decision, Fill, Trade, Unfilled
from tools.domain.order import Order, Placed, Report
from tools.domain.value import Currency, Money
from tools.journal import rounded
from tools.rebalance import round_money


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One approved decision on its way.

    at: when it was approved. sent: orders that somebody took it upon themselves to send, and when. reports: the newest
    of each order that has any.
    """

    decision: Decision
    placed: Placed
    at: datetime
    sent: Mapping[str, datetime] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Order, ...]:
        """Orders of which more may come, sales first, as they were proposed."""
        return tuple(o for o in self.placed.orders if not self._final(o))

    def _final(self, order: Order) -> bool:
        report = self.reports.get(order.key)
        return report is not None and report.final

    def claimed(self, key: str, at: datetime) -> "Outstanding":
        """After somebody took an order upon themselves."""
        return replace(self, sent={**self.sent, key: at})

    def told(self, report: Report) -> "Outstanding":
        """After news of an order; one that is certainly not with the broker may be sent again."""
        if report.state == "unsent":
            return replace(self, sent={k: at for k, at in self.sent.items() if k != report.key})
        return replace(self, reports={**self.reports, report.key: report})


def fill_of(order: Order, report: Report, *, currency: Currency, rate: Decimal, settles: date | None = None) -> Fill:
    """What was executed for one order, as the book takes it.

    Args:
        order: As it was approved.
        report: With units and their price.
        currency: The investor's own.
        rate: What one unit of the asset's currency is worth in it.
        settles: Day on which units and money change hands.
    """
    assert report.price is not None
    trade, price = order.trade, rounded(report.price)
    value = round_money(report.units * price * rate, currency)
    if report.fee is not None:
        fee = round_money(report.fee * rate, currency)
    elif value == trade.value.amount or not trade.value.amount:
        fee = trade.fee.amount
    else:  # not told: as estimated, for what was really traded
        fee = round_money(trade.fee.amount * value / trade.value.amount, currency)
    return Fill(
        asset=trade.asset,
        side=trade.side,
        units=report.units,
        price=price,
        currency=trade.currency,
        value=Money(amount=value, currency=currency),
        fee=Money(amount=fee, currency=currency),
        settles=settles,
    )


def missing_of(order: Order, report: Report) -> Unfilled | None:
    """What of an order did not come about; None when all of it did."""
    trade: Trade = order.trade
    left = trade.units - report.units
    if left <= 0 or (report.state == "filled" and not report.reason):
        return None
    return Unfilled(asset=trade.asset, side=trade.side, units=left, reason=report.reason or "ended")
