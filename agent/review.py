"""The one pipeline: gather (reads) -> tools.decide -> record (the one write, with its command).

Chat, news and market ticks are only different triggers of the same review.
"""

from collections.abc import Mapping

from pydantic import TypeAdapter

from agent.accounts import account_limits
from agent.habits import profile as profile_in_use
from agent.opinions import MONTH, record
from agent.planning import goal_limits, worth_in
from agent.scene import Scene, scene
from agent.toolbox.outcome import ReviewWish
from agent.work import Work
from knowledge.market.snapshot import unpack
from knowledge.ports import Ledger
from tools.decide import HEARING, Facts, decide
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
from tools.domain.market import AssetClass, Market
from tools.mandate import profile_limits, statement_limits
from tools.rebalance import unpriced
from tools.state import Stated
from tools.views import CONFIDENCE

_INPUT: TypeAdapter[Input] = TypeAdapter(Input)


def review(work: Work, wish: ReviewWish, seen: Scene | None = None) -> Decision:
    """Decide on the world as it stands in this command and take the decision into it.

    Args:
        work: The open command.
        wish: How, and why.
        seen: The market of this moment, where others are decided on it too; its contents are then stored by the caller.
    Raises:
        DataMissing, Infeasible, MandateConflict: see `tools.decide`; nothing is recorded then.
        StoreFailed("other_market"): This home is bound to the other kind of market.
    """
    facts = gather(work, wish, seen)
    decision = decide(facts, seen.estimate(facts.currency, work.desk.assumptions) if seen else None)
    work.desk.ledger.bind("demo" if decision.simulated else "real")
    work.add(decision)
    return decision


def gather(work: Work, wish: ReviewWish, seen: Scene | None = None) -> Facts:
    """Everything a decision depends on, each input stored with the command under its content hash."""
    stage = seen or scene(work.desk.ledger, work.desk.market.at(work.at), work.desk.assumptions)
    market = stage.market
    inputs = {**personal_inputs(work, market), "method": MethodInput(method=wish.method)}
    if wish.method in HEARING:
        inputs |= stage.heard(work)
    if wish.order:
        inputs["order"] = OrderInput(lines=wish.order)
    if wish.tweaks:
        inputs["tweak"] = LimitsInput(limits=wish.tweaks)
    digests = {name: work.keep(value.to_json().encode(), personal=True) for name, value in inputs.items()}
    digests["data"] = stage.data
    if seen is None:
        work.blobs.update(stage.contents)
    executed = work.state.executed
    return Facts(
        at=work.at,
        market=market,
        currency=work.currency,
        inputs=inputs,
        digests=digests,
        trigger=Trigger(kind=wish.kind, turn=work.turn, detail=wish.detail),
        previous=executed.id if executed else None,
    )


def personal_inputs(work: Work, market: Market) -> dict[str, Input]:
    """What the investor's own record puts into a decision: holdings, risk, rules, and one input per statement."""
    state = work.state
    profile = profile_in_use(work)
    inputs: dict[str, Input] = {
        "assumptions": work.desk.assumptions,
        "holdings": HoldingsInput(
            book=state.book, flows={a: u for a, u in state.flows.items() if u}, classes=_classes(work, market)
        ),
        "risk": RiskInput(profile=profile),
        "rules": LimitsInput(limits=work.desk.rules),
    }
    ceilings = profile_limits(profile)
    if ceilings:
        inputs["ceiling"] = LimitsInput(limits=ceilings)
    worth, believed = worth_in(work, market), record(work, market).reliability
    for stated in state.in_force:
        named = _statement_input(stated, work, worth, believed)
        if named:
            inputs[named[0]] = named[1]
    inputs |= {name: LimitsInput(limits=(x,)) for name, x in goal_limits(work, market, worth).items()}
    kept = account_limits(work, market)
    if kept:
        inputs["accounts"] = LimitsInput(limits=kept)
    return inputs


def _classes(work: Work, market: Market) -> dict[str, AssetClass]:
    """Class of what is held without a price: as the person told it, else as it is listed."""
    told = work.state.classes
    held = unpriced(work.state.book, market)
    listed = {a: market.universe[a].asset_class for a in held if a in market.universe}
    return {a: c for a in held if (c := told.get(a, listed.get(a))) is not None}


def _statement_input(
    stated: Stated, work: Work, worth: Mapping[str, float], believed: float
) -> tuple[str, Input] | None:
    """The input one statement becomes, under "group/id"; None when it is no input of a decision."""
    statement = stated.statement
    wish = statement.wish
    if isinstance(wish, SetView):
        if wish.horizon_months and stated.at + wish.horizon_months * MONTH < work.at:
            return None  # its time is over; it stays among the statements, dated
        said = CONFIDENCE[wish.confidence or "medium"]
        view = View(
            target=wish.target,
            versus=wish.versus,
            direction=wish.direction,
            magnitude=wish.magnitude,
            confidence=min(said * believed, work.desk.assumptions.view_cap),
            horizon_months=wish.horizon_months,
            said_at=stated.at,
        )
        return f"views/{statement.id}", ViewsInput(views=(view,))
    limits = statement_limits(statement, worth=worth, said_at=stated.at, at=work.at)
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
    inputs = recalled_inputs(ledger, investor, decision)
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


def recalled_inputs(ledger: Ledger, investor: str, decision: Decision) -> dict[str, Input]:
    """The inputs alone, without the market. Raises StoreFailed as `recalled`."""
    return {
        name: _INPUT.validate_json(ledger.blob(investor, digest))
        for name, digest in decision.inputs.items()
        if name != "data"
    }
