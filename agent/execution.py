"""Approved orders on their way: sent once, asked after by their key, and taken into the book when all is known.

Nothing here decides to trade: it carries out what `agent.approve` recorded as `Placed`, and nothing else. Whoever is
about to send an order records that first; the ledger lets exactly one do so. After a crash, a timeout or a broken
answer the broker is asked by the order's key before anything is sent again, and where the broker would take the same
key twice nothing is sent again at all: the order stays open until the broker or the person tells what became of it.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Final

from agent.receipts import close, conclude, receipt_of, waiting
from agent.wiring import Desk
from agent.work import Work, begin, current
from knowledge.brokers import ManualBroker
from tools.domain.decision import Decision, Receipt, Trade
from tools.domain.order import REPLACED, Order, Report, Reported, Sent
from tools.domain.value import Lang
from tools.errors import AdvisorError, BrokerFailed, DataMissing, Stale
from tools.outstanding import Outstanding

PATIENCE_S: Final = 6.0
"""How long one command waits for orders to be filled; what is open then is asked after later."""

PAUSE_S: Final = 1.5

GRACE: Final = timedelta(minutes=10)
"""How long an order may still be under way to a broker that does not know of it yet."""

NOT_SENT: Final = frozenset({"broker_unreached", "broker_busy", "broker_key", "broker_clock"})
"""Failures after which an order is certainly not with the broker (`knowledge.ports.Broker.place`)."""


def orders_of(work: Work, decision: Decision, trades: Sequence[Trade]) -> tuple[Order, ...]:
    """The approved trades as orders, sales first. Keys belong to the record, so no other home has the same."""
    universe = work.desk.market.universe()
    tolerance = Decimal(repr(decision.price_tolerance))
    quoted = {(t.asset, t.side): t.price for t in decision.proposal.trades}
    orders = []
    for n, trade in enumerate(sorted(trades, key=lambda t: t.side == "buy")):
        asset = universe[trade.asset]
        named = f"order:{decision.id}:{decision.fingerprint}:{n}".encode()
        key = "hf" + work.desk.ledger.digest(work.investor, named, personal=True)[:30]
        worst = quoted[trade.asset, trade.side] * (1 + (tolerance if trade.side == "buy" else -tolerance))
        limit = worst.quantize(Decimal(1).scaleb(-12)) if asset.asset_class != "cash" else None
        orders.append(Order(key=key, trade=trade, asset_class=asset.asset_class, lot=asset.lot, limit=limit))
    return tuple(orders)


def settle(desk: Desk, investor: str, lang: Lang, *, patience_s: float | None = None) -> Receipt | None:
    """Take the orders that are on their way as far as they go now. None when there are none.

    Args:
        desk: The ports.
        investor: Whose orders.
        lang: Language of the record.
        patience_s: Seconds to wait for fills; None = as long as a person would.
    Raises:
        StoreFailed: The record cannot be written; what a broker was told is found by its key the next time.
    """
    end = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    while True:
        work = begin(desk, investor, lang)
        out = work.state.outstanding
        if out is None:
            return None
        try:
            trouble = _advance(work, out)
            work = begin(desk, investor, lang)
            now = work.state.outstanding
            if now is None or not now.open:
                return _finish(work, now, out)
        except Stale:
            continue  # somebody else brought news first; look again
        except DataMissing as error:
            return waiting(out, trouble=(error.code, *error.names))
        if trouble or desk.broker.reach != "outside" or time.monotonic() >= end:
            return waiting(now, trouble=trouble)
        time.sleep(PAUSE_S)


def settle_all(desk: Desk) -> None:
    """Everyone's orders, found by what waits in the outbox; for the watch. Failures wait for the next time."""
    if desk.broker.reach != "outside":
        return
    for investor in dict.fromkeys(p.investor for p in desk.ledger.outbox() if p.kind == "orders"):
        opened = current(desk, investor).opened
        assert opened is not None
        with suppress(AdvisorError):
            settle(desk, investor, opened.lang, patience_s=0.0)


def tell(work: Work, reports: Sequence[Report]) -> None:
    """Take what a person says became of orders into an open command, and finish when nothing is open any more."""
    out = work.state.outstanding
    assert out is not None
    for report in reports:
        work.add(Reported(decision=out.decision.id, report=report))
    now = work.state.outstanding
    assert now is not None
    if not now.open:
        conclude(work, now)


def _advance(work: Work, out: Outstanding) -> tuple[str, ...]:
    """One look at every open order, in order; the code and names of what stands in the way, empty when nothing does."""
    broker = work.desk.broker
    if out.placed.broker == ManualBroker.name or not out.open:
        return ()
    if broker.name != out.placed.broker:
        return ("broker_other", out.placed.broker)
    selling = False
    trouble: tuple[str, ...] = ()
    for order in out.open:
        if order.trade.side == "buy" and selling and order.key not in out.sent:
            return trouble  # sales pay for purchases
        try:
            report = _look(work, out, order)
        except BrokerFailed as error:
            return (error.code, *error.names)
        if report is None:
            return ("broker_unsure", order.trade.asset)
        selling |= order.trade.side == "sell" and not report.final
        if report != out.reports.get(order.key):
            work = _noted(work, out, report)
        if report.reason == REPLACED:
            trouble = ("broker_unsure", order.trade.asset)
    return trouble


def _look(work: Work, out: Outstanding, order: Order) -> Report | None:
    """What is known of one order now; sends it when it may be. None when nobody can know whether it was taken."""
    broker = work.desk.broker
    if order.key in out.sent:
        found = broker.find(order)
        if found is not None or not broker.deduplicates:
            return found
        if _fresh(work, out):
            return _sent(work, out, order)  # the broker takes a key once, so this can only find it or mend its loss
        return _never(order) if work.at - out.sent[order.key] > GRACE else None
    if not _fresh(work, out):
        return _never(order)
    work.add(Sent(decision=out.decision.id, key=order.key))
    work.commit()  # Stale here: somebody else sends it
    return _sent(begin(work.desk, work.investor, work.lang), out, order)


def _sent(work: Work, out: Outstanding, order: Order) -> Report | None:
    """Send an order this command has taken upon itself; whatever is unclear afterwards is asked by its key at once."""
    broker = work.desk.broker
    try:
        return broker.place(order)
    except BrokerFailed as error:
        if error.code in NOT_SENT:
            _noted(work, out, Report(key=order.key, state="unsent", reason=error.code))
            raise
    return broker.find(order)


def _never(order: Order) -> Report:
    """It was not sent in time, and what was approved is over."""
    return Report(key=order.key, state="ended", reason="too_late")


def _fresh(work: Work, out: Outstanding) -> bool:
    """May it still be sent? As long as the proposal would have been good; clocks that went back do not lengthen it."""
    return out.decision.at <= work.at <= out.decision.expires_at


def _noted(work: Work, out: Outstanding, report: Report) -> Work:
    """Record news of one order at once, so that no fill is lost; the command that goes on from there."""
    while True:
        work = begin(work.desk, work.investor, work.lang)
        now = work.state.outstanding
        if now is None or now.decision.id != out.decision.id or now.reports.get(report.key) == report:
            return work
        work.add(Reported(decision=out.decision.id, report=report))
        with suppress(Stale):  # it is a fact whatever else was recorded meanwhile
            work.commit()
            return begin(work.desk, work.investor, work.lang)


def _finish(work: Work, out: Outstanding | None, before: Outstanding) -> Receipt | None:
    """Everything is known: take it into the book, once."""
    if out is not None:
        conclude(work, out)
        work.commit(idem=f"settle:{before.decision.id}")
        close(work.desk, work.investor)
    return receipt_of(work.desk, work.investor, before.decision.id)
