"""The one pipeline: gather (reads) -> tools.decide -> record (the one write, with its command).

Chat, news and market ticks are only different triggers of the same review.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from pydantic import TypeAdapter

from agent.habits import profile as profile_in_use
from agent.toolbox.outcome import ReviewWish
from agent.work import Work
from knowledge.market.snapshot import pack, recent, unpack
from knowledge.ports import Ledger
from tools.decide import Facts, decide
from tools.domain.decision import (
    Decision,
    HoldingsInput,
    Input,
    LimitsInput,
    MethodInput,
    OrderInput,
    RiskInput,
    Trigger,
    View,
    ViewsInput,
)
from tools.domain.investor import CashFlow, Exclude, SetView
from tools.domain.market import Market
from tools.domain.value import Currency
from tools.mandate import profile_limits, statement_limits
from tools.rebalance import standing
from tools.state import Stated
from tools.views import CONFIDENCE

_INPUT: TypeAdapter[Input] = TypeAdapter(Input)

MONTH = timedelta(days=30.44)


def review(work: Work, wish: ReviewWish) -> Decision:
    """Decide on the world as it stands in this command and take the decision into it.

    Raises:
        DataMissing, Infeasible, MandateConflict: see `tools.decide`; nothing is recorded then.
        StoreFailed("other_market"): This home is bound to the other kind of market.
    """
    facts = gather(work, wish)
    decision = decide(facts)
    work.desk.ledger.bind("demo" if decision.simulated else "real")
    work.add(decision)
    return decision


def gather(work: Work, wish: ReviewWish) -> Facts:
    """Everything a decision depends on, each input stored with the command under its content hash."""
    assumptions = work.desk.assumptions
    market = recent(work.desk.market.at(work.at), assumptions.lookback_days + 5)
    inputs = {**personal_inputs(work, market), "method": MethodInput(method=wish.method)}
    if wish.order:
        inputs["order"] = OrderInput(lines=wish.order)
    if wish.tweaks:
        inputs["tweak"] = LimitsInput(limits=wish.tweaks)
    digests = {name: work.keep(value.to_json().encode(), personal=True) for name, value in inputs.items()}
    digests["data"] = pack(market, lambda content: work.keep(content, personal=False))
    executed = work.state.executed
    return Facts(
        at=work.at,
        market=market,
        currency=work.currency,
        inputs=inputs,
        digests=digests,
        trigger=Trigger(kind=wish.kind, turn=work.turn),
        previous=executed.id if executed else None,
    )


def personal_inputs(work: Work, market: Market) -> dict[str, Input]:
    """What the investor's own record puts into a decision: holdings, risk, rules, and one input per statement."""
    state = work.state
    profile = profile_in_use(work)
    inputs: dict[str, Input] = {
        "assumptions": work.desk.assumptions,
        "holdings": HoldingsInput(book=state.book, flows={a: u for a, u in state.flows.items() if u}),
        "risk": RiskInput(profile=profile),
        "rules": LimitsInput(limits=work.desk.rules),
    }
    ceilings = profile_limits(profile)
    if ceilings:
        inputs["ceiling"] = LimitsInput(limits=ceilings)
    worth = _worth(work, market)
    for stated in state.in_force:
        named = _statement_input(stated, work, worth)
        if named:
            inputs[named[0]] = named[1]
    return inputs


def _statement_input(stated: Stated, work: Work, worth: Mapping[str, float]) -> tuple[str, Input] | None:
    """The input one statement becomes, under "group/id"; None when it is no input of a decision."""
    statement = stated.statement
    wish = statement.wish
    if isinstance(wish, SetView):
        if wish.horizon_months and stated.at + wish.horizon_months * MONTH < work.at:
            return None  # its time is over; it stays among the statements, dated
        said = CONFIDENCE[wish.confidence or "medium"]
        assumptions = work.desk.assumptions
        view = View(
            target=wish.target,
            versus=wish.versus,
            direction=wish.direction,
            magnitude=wish.magnitude,
            confidence=min(said * assumptions.view_reliability, assumptions.view_cap),
            horizon_months=wish.horizon_months,
            said_at=stated.at,
        )
        return f"views/{statement.id}", ViewsInput(views=(view,))
    limits = statement_limits(statement, worth=worth)
    if not limits:
        return None
    group = {Exclude: "exclusions", CashFlow: "cash"}.get(type(wish), "limits")
    return f"{group}/{statement.id}", LimitsInput(limits=limits)


def recalled(ledger: Ledger, investor: str, decision: Decision, markets: dict[str, Market] | None = None) -> Facts:
    """The facts a recorded decision was made on, read back from what was stored with it.

    Args:
        ledger: Where the contents are.
        investor: Whose decision it is.
        decision: The recorded decision.
        markets: Markets already read, by hash; decisions of one day share theirs.
    Raises:
        StoreFailed: A content is missing or does not match its hash.
    """
    known = {} if markets is None else markets
    data = decision.inputs["data"]
    if data not in known:
        known[data] = unpack(data, lambda digest: ledger.blob(investor, digest))
    inputs: dict[str, Input] = {
        name: _INPUT.validate_json(ledger.blob(investor, digest))
        for name, digest in decision.inputs.items()
        if name != "data"
    }
    return Facts(
        at=decision.at,
        market=known[data],
        currency=decision.currency,
        inputs=inputs,
        digests=decision.inputs,
        trigger=decision.trigger,
        previous=decision.previous,
        seed=decision.seed,
    )


def _worth(work: Work, market: Market) -> dict[str, float]:
    """Value of the book in each currency, for cash named as an amount."""
    total = standing(work.state.book, market, work.currency).managed
    out: dict[str, float] = {}
    currencies: tuple[Currency, ...] = ("KRW", "USD")
    for code in currencies:
        if code == work.currency or {code, work.currency} <= market.fx_now.keys():
            rate: Decimal = market.rate(work.currency, code)
            out[code] = float(total * rate)
    return out
