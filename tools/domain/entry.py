"""What a person enters into the book by hand: one form, checked field by field."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tools.domain.imports import MoneyCode
from tools.domain.market import AssetClass
from tools.domain.value import AssetId, Exact, PlainText, Value

EntryKind = Literal[
    "deposit",
    "withdrawal",
    "dividend",
    "interest",
    "fee",
    "split",
    "transfer_in",
    "transfer_out",
    "correction",
    "class",
]
AccountKind = Literal["ordinary", "isa", "irp", "pension", "401k", "ira"]
Above = Annotated[Exact, Field(gt=0)]

NEEDS: Mapping[str, tuple[str, ...]] = {
    "deposit": ("amount", "currency"),
    "withdrawal": ("amount", "currency"),
    "dividend": ("amount", "currency"),
    "interest": ("amount", "currency"),
    "fee": ("amount", "currency"),
    "split": ("asset", "ratio"),
    "transfer_in": ("asset", "units"),
    "transfer_out": ("asset", "units"),
    "correction": ("asset", "units"),
    "class": ("asset", "asset_class"),
}
"""Fields without which an entry of a kind says nothing."""


class AccountRule(Value):
    """What the law allows in an account of a type from a day on: at most this fraction beyond the safe classes."""

    type: AccountKind
    since: date
    most: Annotated[float, Field(ge=0, le=1)]
    safe: frozenset[str]
    source: str


class Entry(Value):
    """One thing that happened to the book.

    amount: money that came or went, positive; for units that came in, what all of them cost. asset: what is meant, or
    who paid a dividend. units: so many came or went; for a correction, so many are held. ratio: new units for `per` old
    ones. day: when, in the investor's zone; None = today. account: its id; None = the first one. asset_class: what kind
    of asset something is that nobody here prices, so that it counts in limits on its class.
    """

    kind: EntryKind
    asset: AssetId | None = None
    units: Annotated[Exact, Field(ge=0)] | None = None
    amount: Above | None = None
    currency: MoneyCode | None = None
    ratio: Above | None = None
    per: Above | None = None
    day: date | None = None
    account: PlainText | None = None
    asset_class: AssetClass | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Entry":
        missing = [name for name in NEEDS[self.kind] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"{self.kind} needs {', '.join(missing)}")
        if self.kind in ("transfer_in", "transfer_out") and self.units == 0:
            raise ValueError("no units")
        return self
