"""Orders on their way to a broker or a person, what came back, and the events that keep both."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tools.domain.decision import Trade, Unfilled
from tools.domain.imports import MoneyCode
from tools.domain.market import AssetClass
from tools.domain.value import AssetId, Exact, Instant, PlainText, Value

OrderKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{8,36}$")]
"""What a broker knows an order of ours by; the narrowest form that all of them take."""

ReportState = Literal["working", "filled", "ended", "refused", "unsent"]
"""unsent: certainly not with the broker, so that it may be sent. The last four of a broker are final, but for it."""


REPLACED = "replaced"
"""Reason of an order that somebody exchanged for another at the broker: what became of it only they can tell."""


class Order(Value):
    """One approved trade as an order. limit: the worst price that was approved, in the asset's own currency."""

    key: OrderKey
    trade: Trade
    asset_class: AssetClass
    lot: Exact = Decimal(1)
    limit: Exact | None = None


class Report(Value):
    """What is known of one order.

    units: bought or sold so far, after fees taken in kind. price: their average, in the asset's own currency. fee: in
    that currency too; None = as it was estimated. reason: a code, why it was not filled whole.
    """

    key: OrderKey
    state: ReportState
    units: Annotated[Exact, Field(ge=0)] = Decimal(0)
    price: Annotated[Exact, Field(gt=0)] | None = None
    fee: Annotated[Exact, Field(ge=0)] | None = None
    reason: PlainText = ""
    by: Literal["broker", "person"] = "broker"

    @model_validator(mode="after")
    def _units_have_a_price(self) -> "Report":
        if self.units > 0 and self.price is None:
            raise ValueError("units without a price")
        if (self.state == "filled") != (self.units > 0) and self.state in ("filled", "refused", "unsent"):
            raise ValueError("units and state do not go together")
        return self

    @property
    def final(self) -> bool:
        """Will nothing more come of this order?"""
        return self.state in ("filled", "ended", "refused")


class Holding(Value):
    """What a broker says is held of one asset. cost: of all of it, in its own currency; None = not told."""

    units: Exact
    cost: Exact | None = None


class Holdings(Value):
    """Everything a broker says is held. cash: by currency. at: the broker's own clock, when it told it."""

    assets: Mapping[AssetId, Holding]
    cash: Mapping[MoneyCode, Exact]
    at: Instant | None = None


class Placed(Value):
    """An approved decision as orders: the intent, recorded with the approval and before anything leaves the house.

    broker: who is to carry them out; "manual" is the person. grant: the grant that stood for the yes.
    """

    kind: Literal["orders"] = "orders"
    decision: str
    broker: PlainText
    orders: tuple[Order, ...]
    grant: str | None = None


class Sent(Value):
    """One order is about to leave: whoever recorded this sends it, and nobody else does."""

    kind: Literal["order_sent"] = "order_sent"
    decision: str
    key: OrderKey


class Reported(Value):
    """What became of one order, from the broker or from the person; the newest of an order counts."""

    kind: Literal["order_report"] = "order_report"
    decision: str
    report: Report


class Lapsed(Value):
    """The orders of an approved decision came to nothing: none was filled."""

    kind: Literal["lapsed"] = "lapsed"
    decision: str
    broker: PlainText
    unfilled: tuple[Unfilled, ...]
