"""Limits with their origin, and the mandate they form."""

from typing import Annotated, Literal

from pydantic import Field

from tools.domain.value import Instant, TargetId, Value, Weight

LimitKind = Literal["max", "min", "exact", "exclude", "max_each", "turnover", "volatility", "keep"]
"""keep: so much cash beside all else that is kept; the mandate holds the sum (`tools.setaside`)."""


class Limit(Value):
    """One limit in its own unit (fraction of the portfolio; yearly volatility; half the L1 distance for turnover)."""

    id: str  # the statement's id, or rule:NAME, profile:NAME, order:NAME, goal:KIND, account:ID, kept:ID+ID
    kind: LimitKind
    target: TargetId | None = None  # None: every risky asset by itself (max_each) or the whole portfolio
    weight: Annotated[float, Field(ge=0, le=10)]
    origin: Literal["statement", "profile", "rule", "proposal", "goal", "account"]
    until: Instant | None = None


class Mandate(Value):
    """Everything that binds one decision. `idle` limits bind nothing today because nothing carries their target."""

    limits: tuple[Limit, ...]
    idle: tuple[Limit, ...] = ()


class Binding(Value):
    """A limit that holds the answer back: what one more point of room would add to yearly risk-adjusted return."""

    limit: Limit
    weight: float  # where the portfolio stands on it
    shadow_price: float = 0.0


class Breach(Value):
    """A limit that given weights do not keep, and by how much."""

    limit: Limit
    weight: Weight
    excess: Annotated[float, Field(gt=0)]
