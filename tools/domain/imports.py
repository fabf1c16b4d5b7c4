"""Trades an investor made elsewhere, as a broker's file tells them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tools.domain.value import Exact, Instant, PlainText, Value

MoneyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,6}$")]
"""What a price is in: an ISO currency, or a coin (USDT, BTC)."""

NO_CURRENCY = "XXX"
"""ISO 4217 for "no currency": the file does not say."""


class PastTrade(Value):
    """One trade as the file has it. `symbol` is as written there; `units` and `price` are positive.

    at: UTC; a row with a date only is that day's start, UTC. day: the date as the file writes it.
    price: per unit in `currency`; pence are turned into pounds. fee: a cost is positive, a rebate negative.
    line: physical line of the file, from 1.
    """

    at: Instant
    day: date
    symbol: PlainText
    name: PlainText = ""
    side: Literal["buy", "sell"]
    units: Annotated[Exact, Field(gt=0)]
    price: Annotated[Exact, Field(gt=0)]
    currency: MoneyCode
    fee: Exact
    fee_currency: MoneyCode
    line: int


class Presumed(Value):
    """Units that must have been held before the first trade of a file, because more was sold than it bought."""

    symbol: PlainText
    units: Annotated[Exact, Field(gt=0)]
