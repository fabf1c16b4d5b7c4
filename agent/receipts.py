"""What came of approved orders: the event that takes it into the book, and the receipt that tells of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from agent.wiring import Desk
from agent.work import Work, current
from knowledge.brokers.settlement import settles
from tools.domain.decision import Alert, Decision, Fill, Receipt, Unfilled
from tools.domain.events import Executed
from tools.domain.order import Lapsed, Order, Report
from tools.domain.value import Money
from tools.outstanding import Outstanding, fill_of, missing_of


def conclude(work: Work, out: Outstanding) -> None:
    """Take into an open command what came of orders of which all is known."""
    record(work, out.decision, out.placed.orders, out.reports, broker=out.placed.broker, grant=out.placed.grant)


def at_once(work: Work, decision: Decision, orders: Sequence[Order], grant: str | None) -> None:
    """Have the broker of this house fill the orders, and take that into an open command."""
    broker = work.desk.broker
    record(work, decision, orders, {o.key: broker.place(o) for o in orders}, broker=broker.name, grant=grant)


def record(
    work: Work,
    decision: Decision,
    orders: Sequence[Order],
    reports: Mapping[str, Report],
    *,
    broker: str,
    grant: str | None,
) -> None:
    """One event for all orders of a decision; with a grant also the alert that tells of it.

    Raises DataMissing("fx_missing") when what was paid cannot be put into the investor's currency.
    """
    market = work.desk.market.at(work.at)
    fills: list[Fill] = []
    missing: list[Unfilled] = []
    for order in orders:
        report, trade = reports[order.key], order.trade
        left = missing_of(order, report)
        if left is not None:
            missing.append(left)
        if report.units:
            rate = market.rate(trade.currency, decision.currency)
            day = settles(market.universe[trade.asset], work.at)
            fills.append(fill_of(order, report, currency=decision.currency, rate=rate, settles=day))
    if not fills:
        work.add(Lapsed(decision=decision.id, broker=broker, unfilled=tuple(missing)))
        return
    done = Executed(
        decision=decision.id,
        fills=tuple(fills),
        simulated=decision.simulated,
        unfilled=tuple(missing),
        broker=broker,
    )
    work.add(done)
    if grant is not None:
        work.add(_automatic(work, decision, grant))


def _automatic(work: Work, decision: Decision, grant: str) -> Alert:
    """The investor hears of what was done on a grant in the same breath as it is done."""
    cap = next((g.grant.turnover for g in work.state.grants if g.id == grant), decision.proposal.turnover)
    day = work.desk.market.at(work.at).days[-1].astype("datetime64[D]")
    return Alert(
        id=work.new_id("a"),
        code="auto",
        day=date.fromisoformat(str(day)),
        value=decision.proposal.turnover,
        level=cap,
        decision=decision.id,
        grant=grant,
    )


def close(desk: Desk, investor: str) -> None:
    """What waited in the outbox for an investor's orders is done."""
    for parcel in desk.ledger.outbox():
        if parcel.kind == "orders" and parcel.investor == investor:
            desk.ledger.mark_sent(parcel.id, at=desk.clock.now())


def waiting(out: Outstanding, *, trouble: tuple[str, ...] = ()) -> Receipt:
    """The receipt of orders that are still on their way. trouble: code and names of what stands in the way."""
    nothing = Money(amount=Decimal(0), currency=out.decision.currency)
    return Receipt(
        decision_id=out.decision.id,
        at=out.at,
        fills=(),
        cost=nothing,
        broker=out.placed.broker,
        waiting=tuple(o.trade for o in out.open),
        known=len(out.placed.orders) - len(out.open),
        trouble=trouble,
    )


def receipt_of(desk: Desk, investor: str, decision_id: str) -> Receipt | None:
    """What came of a decision that was approved: carried out, come to nothing, or on its way; None for any other."""
    state = current(desk, investor)
    out = state.outstanding
    if out is not None and out.decision.id == decision_id:
        return waiting(out)
    assert state.opened is not None
    for event in reversed(desk.ledger.read(investor)):
        body = event.body
        if isinstance(body, Executed | Lapsed) and body.decision == decision_id:
            fills = body.fills if isinstance(body, Executed) else ()
            cost = Money(amount=sum((f.fee.amount for f in fills), Decimal(0)), currency=state.opened.currency)
            return Receipt(
                decision_id=decision_id,
                at=event.at,
                fills=fills,
                cost=cost,
                broker=body.broker,
                unfilled=body.unfilled,
            )
    return None
