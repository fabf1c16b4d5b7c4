"""What is recorded about a decision afterwards: why it suits the investor, and that they agreed to it."""

from typing import Annotated, Literal

from pydantic import Field

from tools.domain.investor import GoalKind
from tools.domain.value import Digest, Lang, Money, Value

Share = Annotated[float, Field(ge=0)]


class Suitability(Value):
    """The statement of suitability of one decision: objective, risk, capacity for loss, cost against benefit.

    goals: what the money is for, as far as it was said. aversion, max_vol, capacity: of the profile in use; capacity is
    the largest loss they said they could bear. loss: of a bad year in twenty, a fraction, and as money. mean: expected
    yearly return. gain: what is expected to come of the change in a year. notes: codes of what does not speak for it:
    no_goal, no_capacity, beyond_capacity, beyond_ceiling, cost_above_gain, own_order.
    """

    kind: Literal["suitability"] = "suitability"
    decision: str
    fingerprint: Digest
    goals: tuple[GoalKind, ...]
    aversion: Annotated[float, Field(gt=0)]
    max_vol: Share | None
    capacity: Share | None
    basis: tuple[str, ...]
    vol_before: Share
    vol_after: Share
    loss_before: Share
    loss_after: Share
    loss_money: Money
    mean_before: float
    mean_after: float
    cost: Money
    gain: Money
    turnover: Share
    notes: tuple[str, ...] = ()


class Consent(Value):
    """The investor agreed: how, in which language, and to which words (SHA-256 of the statement as it was shown)."""

    kind: Literal["consent"] = "consent"
    decision: str
    fingerprint: Digest
    by: Literal["button", "code", "grant"]
    lang: Lang
    statement: Digest
