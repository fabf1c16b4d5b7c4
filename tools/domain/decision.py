"""Views, triggers, inputs, proposals, decisions and what is said about them afterwards."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tools.domain.investor import Book, Profile
from tools.domain.mandate import Binding, Limit
from tools.domain.market import AssetClass
from tools.domain.value import AssetId, Currency, Digest, Exact, Instant, Money, TargetId, Value, Weight

Method = Literal[
    "black_litterman", "max_sharpe", "min_variance", "risk_parity", "equal_weight", "60_40", "max_return", "order"
]
"""How weights are chosen. `black_litterman` (utility on the posterior) is the default; `order` is a person's own."""

TriggerKind = Literal["said", "asked", "order", "tick", "release", "news", "schedule"]


class View(Value):
    """One opinion about yearly excess return, from a person, a text or a forecast.

    magnitude: positive, over the horizon if one is given, else a year; None = the size was not said.
    confidence: 0..1 after shrinking by the source's reliability.
    mix: instead of the target, a portfolio of long and short legs; its return is a difference. `target`: the largest.
    """

    target: TargetId
    versus: TargetId | None = None
    direction: Literal["up", "down"]
    magnitude: Annotated[float, Field(gt=0, le=10)] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)]
    horizon_months: Annotated[float, Field(gt=0)] | None = None
    said_at: Instant
    mix: Mapping[AssetId, float] | None = None


class OrderLine(Value):
    """A person's own order for one asset: change its weight by `delta` (fraction of the portfolio, signed)."""

    asset: AssetId
    delta: Annotated[float, Field(ge=-1, le=1)]


class Trigger(Value):
    """Why a review was started."""

    kind: TriggerKind
    turn: str | None = None
    detail: str = ""


# Inputs of a decision. Each is stored once under its content hash and named in `Decision.inputs`;
# "group/name" names belong together ("limits/s12"). A new source of information is a new name, not new code.


class ViewsInput(Value):
    """Opinions from one source or one statement."""

    kind: Literal["views"] = "views"
    views: tuple[View, ...]


class NewsInput(Value):
    """What the news say of one asset: numbers, and the ids of the texts they were read from. Never a text.

    shift: yearly expected return beyond the equilibrium. score: tone −1..1 after shrinking. z: how unusual that is.
    ic: correlation with later returns that the signal is granted. texts: id -> share of the weight, largest first.
    """

    kind: Literal["news"] = "news"
    asset: AssetId
    shift: Annotated[float, Field(ge=-1, le=1)]
    confidence: Annotated[float, Field(ge=0, le=0.5)]
    score: Annotated[float, Field(ge=-1, le=1)]
    z: Annotated[float, Field(ge=-3, le=3)]
    ic: Annotated[float, Field(ge=0, le=0.05)]
    texts: Mapping[Digest, Weight]
    expires_at: Instant


class RiskInput(Value):
    """The profile the risk term uses."""

    kind: Literal["risk"] = "risk"
    profile: Profile


class LimitsInput(Value):
    """Limits from one statement, from the profile or from the house rules."""

    kind: Literal["limits"] = "limits"
    limits: tuple[Limit, ...]


class HoldingsInput(Value):
    """What is held when the review starts, and how much money moved in or out since the last executed decision.

    classes: class of holdings without a price, where it is known; such count in the limits of their class.
    """

    kind: Literal["holdings"] = "holdings"
    book: Book
    flows: Mapping[AssetId, Exact] = {}
    classes: Mapping[AssetId, AssetClass] = {}


class MethodInput(Value):
    """How weights are to be chosen."""

    kind: Literal["method"] = "method"
    method: Method


class OrderInput(Value):
    """A person's own order."""

    kind: Literal["order"] = "order"
    lines: tuple[OrderLine, ...]


RiskModel = Literal["constant_correlation", "identity", "nonlinear", "noise", "ewma"]
"""How a covariance is estimated: Ledoit–Wolf towards equal correlations (the default) or towards equal variances, every
eigenvalue by its own amount, without what noise explains (large universes), or with the recent past counting more."""


class Assumptions(Value):
    """Every number that changes advice and was not said by the investor; shown, dated, stored with each decision.

    market_risk_aversion: δ of the equilibrium (methods: He & Litterman 1999 use 2.5). tau: weight of the prior.
    lookback_days: trading days of returns used. cost_horizon: years over which a trading cost is earned back.
    price_tolerance: how far a price may move between proposal and approval. hours_valid: life of a proposal.
    view_cap, view_reliability: a person's view counts at most `view_cap`, times the reliability.
    news_cap: how far all news together may move the weight of any asset. risk_model: how the covariance is estimated.
    """

    kind: Literal["assumptions"] = "assumptions"
    market_risk_aversion: Annotated[float, Field(gt=0)]
    tau: Annotated[float, Field(gt=0)]
    lookback_days: Annotated[int, Field(ge=60)]
    cost_horizon: Annotated[float, Field(gt=0)]
    price_tolerance: Annotated[float, Field(gt=0, lt=1)]
    hours_valid: Annotated[int, Field(gt=0)]
    view_cap: Annotated[float, Field(gt=0, le=1)]
    view_reliability: Annotated[float, Field(gt=0, le=1)]
    min_trade: Annotated[float, Field(ge=0, lt=0.1)]  # trades smaller than this fraction of the portfolio are left out
    news_cap: Annotated[float, Field(ge=0, le=0.1)] = 0.02
    risk_model: RiskModel = "constant_correlation"


Input = Annotated[
    ViewsInput | NewsInput | RiskInput | LimitsInput | HoldingsInput | MethodInput | OrderInput | Assumptions,
    Field(discriminator="kind"),
]


class Trade(Value):
    """One trade in whole lots at the quoted price. `value` and `fee` are in the investor's currency, positive."""

    asset: AssetId
    side: Literal["buy", "sell"]
    units: Exact
    price: Exact  # in the asset's own currency
    currency: str
    value: Money
    fee: Money


class Proposal(Value):
    """Target weights offered to the investor, and what getting there takes.

    current and target are fractions of the portfolio, cash included, summing to 1; target is after whole lots and fees.
    """

    current: Mapping[AssetId, Weight]
    target: Mapping[AssetId, Weight]
    trades: tuple[Trade, ...]
    cost: Money
    worth: Money  # value of the portfolio at the quoted prices
    binding: tuple[Binding, ...] = ()
    idle: tuple[Limit, ...] = ()
    notes: tuple[str, ...] = ()  # codes, for example "all_below_risk_free"

    @property
    def turnover(self) -> float:
        """One-way turnover: half the L1 distance between the two weight vectors."""
        assets = set(self.current) | set(self.target)
        return sum(abs(self.target.get(a, 0.0) - self.current.get(a, 0.0)) for a in assets) / 2


class Outlook(Value):
    """What the decision expects, yearly fractions in the investor's currency, before and after."""

    mean_before: float
    mean_after: float
    vol_before: Annotated[float, Field(ge=0)]
    vol_after: Annotated[float, Field(ge=0)]


class Belief(Value):
    """Expected yearly return and volatility of one asset, in equilibrium and after all views."""

    prior: float
    posterior: float
    vol: Annotated[float, Field(ge=0)]


class Decision(Value):
    """Immutable record of one review. Approval, execution and the like are later events naming its id.

    inputs: name -> content hash of everything it used, each stored once. target: exact weights before whole lots.
    """

    kind: Literal["decision"] = "decision"
    id: str
    at: Instant
    engine: int
    trigger: Trigger
    method: Method
    currency: Currency
    seed: int
    inputs: Mapping[str, Digest]
    previous: str | None  # the last executed decision before this one; its inputs are what causes are compared with
    beliefs: Mapping[AssetId, Belief]
    limits: tuple[Limit, ...]
    target: Mapping[AssetId, Weight]
    proposal: Proposal
    outlook: Outlook
    expires_at: Instant
    price_tolerance: float
    simulated: bool
    fingerprint: Digest

    @property
    def code(self) -> str:
        """The four characters a person types in the terminal to approve exactly this."""
        return self.fingerprint[:4]


class Fill(Value):
    """What was executed for one trade. settles: the day on which units and money change hands."""

    asset: AssetId
    side: Literal["buy", "sell"]
    units: Exact
    price: Exact
    currency: str
    value: Money
    fee: Money
    settles: date | None = None


class Unfilled(Value):
    """What of an approved trade did not come about, and why as a code."""

    asset: AssetId
    side: Literal["buy", "sell"]
    units: Exact
    reason: str


class Receipt(Value):
    """The answer to an approval. `again` is true when the same approval had been executed before.

    broker: who carries it out. waiting: trades whose outcome is not known yet; known: how many others there are beside
    them. trouble: why it is not known, as a code with its names.
    """

    decision_id: str
    at: Instant
    fills: tuple[Fill, ...]
    cost: Money
    again: bool = False
    broker: str = "paper"
    waiting: tuple[Trade, ...] = ()
    known: int = 0
    unfilled: tuple[Unfilled, ...] = ()
    trouble: tuple[str, ...] = ()


class Alert(Value):
    """Something the investor asked to be told (`statement`), or the watch noticed, and the review it started.

    code: volatility, turbulence, drawdown, correlation; drift, release, surprise, news, goal, schedule; auto;
    own_METRIC. day: market day it is about. value: what was measured; level: what it passed. rate, low, high: false
    alarms a year while nothing changes. event: a release it is about. helped, cases: in what share of so many past
    cases a cut like the proposed one would have paid. grant: what an automatic trade was done on.
    """

    kind: Literal["alert"] = "alert"
    id: str
    code: str
    day: date
    value: float
    level: float
    target: TargetId | None = None
    statement: str | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    decision: str | None = None
    event: str | None = None
    helped: Annotated[float, Field(ge=0, le=1)] | None = None
    cases: int | None = None
    grant: str | None = None


class Cause(Value):
    """One row of an explanation: how much this cause moved each asset, fractions of the portfolio."""

    name: str  # input name ("limits/s12"), or drift, flows, start, lots
    shares: Mapping[AssetId, float]
    statement: str | None = None
    said: str | None = None
    said_at: Instant | None = None
    inside: tuple["Cause", ...] = ()  # second level, when the row is a group
    basis: str = ""  # what it rests on, in the investor's language


class Explanation(Value):
    """Why holdings-before became target-now. Rows before `lots` add up to target − before; with it, to the trades.

    counterfactuals: "had this cause not been there you would hold" -> weights. text is in the investor's language.
    """

    decision_id: str
    at: Instant
    before: Mapping[AssetId, float]
    after: Mapping[AssetId, float]
    causes: tuple[Cause, ...]
    counterfactuals: Mapping[str, Mapping[AssetId, float]]
    text: str = ""

    @property
    def rows(self) -> dict[str, dict[str, float]]:
        """Cause -> {asset: share}."""
        return {c.name: dict(c.shares) for c in self.causes}


ZERO = Decimal(0)
