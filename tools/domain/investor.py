"""What an investor said, typed; who they are; what they hold and want."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tools.domain.imports import MoneyCode
from tools.domain.value import AssetId, Currency, Exact, Instant, Money, PlainText, TargetId, Value, Weight

RiskLevel = Literal["conservative", "balanced", "aggressive"]
Grade = Literal["stable", "careful", "middle", "growth", "bold"]
"""The five grades of investors, the most careful first: 안정형, 안정추구형, 위험중립형, 적극투자형, 공격투자형."""

GoalKind = Literal[
    "house", "retirement", "education", "wedding", "car", "travel", "business", "wealth", "income", "other"
]
Confidence = Literal["low", "medium", "high"]
Frequency = Literal["now", "weekly", "monthly", "quarterly", "yearly", "event"]
Positive = Annotated[float, Field(gt=0, le=1e15)]
Fraction = Annotated[float, Field(gt=0, le=1)]


class SetRisk(Value):
    """More or less risk, a named level, a volatility ceiling or the largest bearable loss (yearly fractions).

    grade: one of five, finer than the level it comes with. loss_aversion: how many times a loss weighs an equal gain.
    Both come from the words or the form; a model never fills them.
    """

    intent: Literal["set_risk"] = "set_risk"
    direction: Literal["lower", "raise", "set"]
    level: RiskLevel | None = None
    grade: Grade | None = None
    loss_aversion: Annotated[float, Field(ge=1, le=10)] | None = None
    target_vol: Fraction | None = None
    max_drawdown: Fraction | None = None

    @model_validator(mode="after")
    def _set_needs_a_value(self) -> "SetRisk":
        named = (self.level, self.grade, self.loss_aversion, self.target_vol, self.max_drawdown)
        if (self.direction == "set") != any(v is not None for v in named):
            raise ValueError("direction=set needs level, grade, target_vol or max_drawdown; lower and raise take none")
        return self


class Exclude(Value):
    """Never hold this."""

    intent: Literal["exclude"] = "exclude"
    target: TargetId


class Include(Value):
    """May be held again; or, for a screen such as esg, only what meets it."""

    intent: Literal["include"] = "include"
    target: TargetId


class SetLimit(Value):
    """At most, at least or exactly this fraction of the portfolio."""

    intent: Literal["set_limit"] = "set_limit"
    target: TargetId
    kind: Literal["max", "min", "exact"]
    weight: Weight


class SetGoal(Value):
    """What the money is for. Missing fields keep what was said before about the same goal."""

    intent: Literal["set_goal"] = "set_goal"
    goal: GoalKind
    horizon_years: Annotated[float, Field(gt=0, le=80)] | None = None
    amount: Positive | None = None
    currency: Currency | None = None
    monthly: Positive | None = None


class SetView(Value):
    """An opinion about a return: up or down, alone or against another, by how much (positive)."""

    intent: Literal["set_view"] = "set_view"
    target: TargetId
    versus: TargetId | None = None
    direction: Literal["up", "down"]
    magnitude: Annotated[float, Field(gt=0, le=10)] | None = None
    confidence: Confidence | None = None
    horizon_months: Annotated[float, Field(gt=0, le=600)] | None = None


class CashFlow(Value):
    """Money needed at a date (withdraw), kept back (reserve) or paid in (deposit)."""

    intent: Literal["cash_flow"] = "cash_flow"
    kind: Literal["withdraw", "reserve", "deposit"]
    amount: Positive | None = None
    currency: Currency | None = None
    fraction: Fraction | None = None
    in_months: Annotated[float, Field(ge=0, le=600)] | None = None


class SetAlert(Value):
    """Tell me when. Loss and gain are positive fractions and take no `op`."""

    intent: Literal["set_alert"] = "set_alert"
    metric: Literal["volatility", "loss", "gain", "price", "weight"]
    target: TargetId | None = None
    op: Literal["above", "below"] | None = None
    value: Positive
    currency: Currency | None = None

    @model_validator(mode="after")
    def _fractions_are_possible(self) -> "SetAlert":
        most = {"loss": 1.0, "weight": 1.0, "volatility": 3.0, "gain": 10.0}.get(self.metric)
        if most is not None and self.value > most:
            raise ValueError("a fraction beyond what can happen")
        return self


class Rebalance(Value):
    """How often to review. `now` is not kept: it is a review."""

    intent: Literal["rebalance"] = "rebalance"
    frequency: Frequency


class Switch(Value):
    """May what was learned from prices have a voice in decisions? It may until it is switched off."""

    intent: Literal["switch"] = "switch"
    source: Literal["policy", "forecast"]
    on: bool


class Forget(Value):
    """Remove what was said about a target or a topic; both = only what matches both."""

    intent: Literal["forget"] = "forget"
    target: TargetId | None = None
    topic: Literal["goal", "exclusions", "risk", "views", "limits", "alerts", "cash", "all"] | None = None
    statement: str | None = None  # one statement by id, from its forget button


class Undo(Value):
    """Take back the last change: one turn is one change."""

    intent: Literal["undo"] = "undo"


Wish = Annotated[
    SetRisk | Exclude | Include | SetLimit | SetGoal | SetView | CashFlow | SetAlert | Rebalance | Switch,
    Field(discriminator="intent"),
]
"""What can be stated and stays in force."""


class Statement(Value):
    """One wish, the exact words that carried it, and the turn they were said in. until: when it ends, if it does."""

    kind: Literal["statement"] = "statement"
    id: str
    turn: str
    said: PlainText
    lang: Literal["ko", "en"]
    wish: Wish
    until: Instant | None = None


class Position(Value):
    """Units held of one asset and what they cost in total, in the asset's currency.

    paid: cost in other currencies than the asset's own, and every cost of something nobody lists, by currency.
    """

    units: Exact
    cost: Exact = Decimal(0)
    paid: Mapping[MoneyCode, Exact] = {}


class Book(Value):
    """What an investor holds. Cash is an asset, `KRW` or `USD`."""

    positions: Mapping[AssetId, Position]

    def units(self, asset: str) -> Decimal:
        """Units held, zero when none."""
        found = self.positions.get(asset)
        return found.units if found else Decimal(0)


class Goal(Value):
    """A goal as it stands after every correction."""

    goal: GoalKind
    horizon_years: float | None = None
    money: Money | None = None
    monthly: Money | None = None
    since: Instant


class Profile(Value):
    """How much risk this investor takes, and on what that rests.

    risk_aversion: the γ of mean·w − γ/2·w'Σw. max_vol: yearly volatility ceiling. max_drawdown: largest bearable loss.
    loss_aversion: how many times a loss weighs an equal gain, as answered; None = as most people's.
    basis: ids of the statements behind it; empty = the neutral profile.
    """

    risk_aversion: Annotated[float, Field(gt=0, le=100)]
    loss_aversion: Annotated[float, Field(ge=1, le=10)] | None = None
    level: RiskLevel | None = None
    max_vol: Fraction | None = None
    max_drawdown: Fraction | None = None
    basis: tuple[str, ...] = ()
