"""Arguments of the tools that are no wishes: strict values, named like the slots of the conversation."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from agent.measures import Period
from tools.domain.decision import Method
from tools.domain.investor import Fraction, Positive
from tools.domain.value import Currency, TargetId, Value

Strategy = Literal[
    "max_sharpe",
    "min_variance",
    "risk_parity",
    "equal_weight",
    "black_litterman",
    "rl",
    "max_return",
    "60_40",
]
EventId = Literal[
    "cpi",
    "rate_hike",
    "rate_cut",
    "fomc",
    "jobs_report",
    "election",
    "war",
    "pandemic",
    "financial_crisis",
    "earnings",
    "fx_shock",
    "oil_shock",
    "tariff",
    "halving",
]
Topic = Literal["goal", "exclusions", "risk", "views", "limits", "alerts", "cash"]

METHOD_OF: dict[str, Method] = {
    "max_sharpe": "max_sharpe",
    "min_variance": "min_variance",
    "risk_parity": "risk_parity",
    "equal_weight": "equal_weight",
    "black_litterman": "black_litterman",
    "max_return": "max_return",
    "60_40": "60_40",
}


class Trade(Value):
    """A person's own order; at most one way of saying how much."""

    side: Literal["buy", "sell"]
    target: TargetId
    fraction: Fraction | None = None
    delta_weight: Fraction | None = None
    amount: Positive | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _one_size(self) -> "Trade":
        if sum(x is not None for x in (self.fraction, self.delta_weight, self.amount)) > 1:
            raise ValueError("give one of fraction, delta_weight, amount")
        return self


class Propose(Value):
    """A portfolio by one method; the default is Black–Litterman with the investor's views."""

    method: Strategy | None = None


class Decide(Value):
    """A yes or a no to the pending proposal, in words."""

    decision: Literal["approve", "reject"]


class ModifyProposal(Value):
    """A change to the pending proposal only: a direction or a weight."""

    target: TargetId
    change: Literal["more", "less", "remove"] | None = None
    weight: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "ModifyProposal":
        if (self.change is None) == (self.weight is None):
            raise ValueError("give change or weight")
        return self


class ProfileTrades(Value):
    """Past trades: bring them in, or read them."""

    action: Literal["import", "analyze"]


class Explain(Value):
    """Why it changed, why something is held, or why something is proposed."""

    about: Literal["change", "holding", "proposal"] = "change"
    target: TargetId | None = None


class Suppose(Value):
    """One thing changed in thought. `value`: a weight for set_limit, a signed move for shock."""

    scenario: Literal["not_exclude", "exclude", "set_limit", "shock", "lower_risk", "raise_risk"]
    target: TargetId | None = None
    value: Annotated[float, Field(ge=-10, le=10)] | None = None


class Show(Value):
    """What to look at."""

    what: Literal["portfolio", "performance", "risk", "drawdown", "proposal"] = "portfolio"
    target: TargetId | None = None
    period: Period | None = None


class News(Value):
    """News about a target, or in general."""

    target: TargetId | None = None


class EventStudy(Value):
    """What followed past events of a kind."""

    event: EventId
    target: TargetId | None = None


class Compare(Value):
    """The own portfolio against indexes or strategies."""

    # "with" is a keyword of the language; outside it is called by its own name.
    with_: Annotated[tuple[TargetId, ...], Field(alias="with", max_length=8)] = ()


class Backtest(Value):
    """A strategy in the past; none = what is held."""

    strategy: Strategy | None = None
    years: Annotated[float, Field(gt=0, le=100)] | None = None
    start_year: Annotated[int, Field(ge=1900, le=2200)] | None = None


class Panic(Value):
    """A wish to sell out of fear."""

    target: TargetId | None = None


class Recall(Value):
    """What was said, about one topic or at all."""

    topic: Topic | None = None


class Nothing(Value):
    """No arguments."""


class OutOfScope(Value):
    """Something this advisor does not do."""

    topic: Literal["tax", "prediction", "other_finance", "non_finance"]


class Grant(Value):
    """What may be traded without asking each time: one target between two weights, or all of it within some points."""

    target: TargetId | None = None
    low: Annotated[float, Field(ge=0, le=1)] | None = None
    high: Annotated[float, Field(ge=0, le=1)] | None = None
    within: Annotated[float, Field(gt=0, le=0.5)] | None = None
    months: Annotated[float, Field(gt=0, le=600)] | None = None


class Enter(Value):
    """Something that happened to holdings, as the investor reports it."""

    kind: Literal["transfer_in", "transfer_out", "correction", "split"]
    target: TargetId
    units: Annotated[float, Field(gt=0, le=1e12)] | None = None
    amount: Positive | None = None
    currency: Currency | None = None
    new: Annotated[float, Field(gt=0, le=10_000)] | None = None
    old: Annotated[float, Field(gt=0, le=10_000)] | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> "Enter":
        if (self.new is None or self.old is None) if self.kind == "split" else self.units is None:
            raise ValueError("a split needs new and old, anything else needs units")
        return self
