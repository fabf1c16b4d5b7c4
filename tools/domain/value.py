"""What every noun is made of: a frozen, strict base and the few number types."""

import json
import math
import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

Currency = Literal["KRW", "USD"]
Lang = Literal["ko", "en"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")


def _exact(value: object) -> object:
    """Refuse what `Decimal` would quietly take: floats, booleans, underscores, exponents, NaN."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise ValueError("a decimal number written in plain digits is needed")


def _digits(value: Decimal) -> str:
    """Plain digits: `str` would write 0.00000009 as 9E-8, which is refused on the way back."""
    return format(value, "f")


Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(allow_inf_nan=False),
    PlainSerializer(_digits, return_type=str, when_used="json"),
]
"""A decimal that never passed through a float; at most 18 digits before and after the point survive storage."""

Weight = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
"""Fraction of the portfolio: 0.1 is 10 %."""

AssetId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9가-힣.^=_\-]{1,32}$")]
TargetId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9가-힣.^=_\-]{1,40}$")]
"""What a wish is about: a target id such as `bitcoin` or `kr_stocks`, or the id of one asset."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Instant = AwareDatetime


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not text")
    return text


PlainText = Annotated[str, AfterValidator(_plain)]


class Value(BaseModel):
    """Frozen and strict: no unknown keys, no NaN or Infinity, no `true` for 1, no text for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, ser_json_inf_nan="strings")

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces. Equal values give equal text, so it can be hashed."""
        return canonical(self.model_dump(mode="json"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read one value back. Raises ValueError on duplicate keys, NaN, unknown keys or wrong types."""
        strict_json(text)
        return cls.model_validate_json(text)


class Money(Value):
    """An amount in whole units of a currency: 1.5 USD is one dollar fifty."""

    amount: Exact
    currency: Currency


def canonical(data: Any) -> str:
    """JSON text with one spelling per value. Raises ValueError on NaN or Infinity."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def strict_json(text: str) -> Any:
    """Parse JSON refusing what the standard parser lets pass: duplicate keys, NaN, Infinity, overflow to Infinity."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            raise ValueError("duplicate key")
        return found

    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value):
            raise ValueError("number out of range")
        return value

    def constant(name: str) -> float:
        raise ValueError(f"{name} is not a number")

    return json.loads(text, object_pairs_hook=pairs, parse_float=number, parse_constant=constant)
