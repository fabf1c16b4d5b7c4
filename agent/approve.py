"""A person's yes -> re-price, re-check -> execute once. Imports no model.

Only a button, the code typed from the card, or a program holding the fingerprint gets here. What was approved is what
is executed: same trades, same fingerprint, prices within the tolerance, the same book and the same mandate.
"""

import contextlib
from datetime import timedelta
from decimal import Decimal

from agent.broker_view import agreed
from agent.execution import orders_of, settle
from agent.receipts import at_once, receipt_of
from agent.review import personal_inputs
from agent.suits import By, agreement
from agent.wiring import Desk
from agent.work import Work, begin, current
from knowledge.market.snapshot import recent
from tools.decide import keeps
from tools.domain.decision import Decision, Receipt, Trade
from tools.domain.events import Approved, Refusal, Rejected
from tools.domain.market import Market
from tools.domain.order import Placed
from tools.domain.value import Lang, Money
from tools.errors import AdvisorError, Stale
from tools.grants import objection
from tools.rebalance import round_money

NOT_PERSONAL = frozenset({"data", "method", "order", "tweak"})
"""Inputs of a decision that are not the investor's own record and so need not be unchanged at approval."""


def approve(
    desk: Desk,
    investor: str,
    lang: Lang,
    decision_id: str,
    fingerprint: str,
    *,
    grant: str | None = None,
    by: By = "button",
) -> Receipt:
    """Execute the pending decision, once however often it is asked.

    by: how the yes was given.
    grant: the grant that stands for the yes when nobody is there (`agent.granting`); it is asked here once more.

    Raises:
        Stale: Not pending, another fingerprint, expired, prices moved, or the book or mandate changed since. The
            refusal is recorded.
            Also when earlier orders are open, or the broker's holdings are not those of the book.
        BrokerFailed: What is held at the broker cannot be known; nothing was approved.
        StoreFailed: The ledger could not be written; then nothing was executed.
    """
    key = f"approve:{decision_id}"
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        # Looked up after the state was read: a yes that came in between is found here, not taken for a stale one.
        if desk.ledger.find(investor, key):
            return _again(desk, investor, lang, decision_id)
        try:
            decision, trades = _checked(work, decision_id, fingerprint)
            if grant is not None:
                _still_granted(work, decision, grant)
            agreed(work, grant)
        except AdvisorError as error:
            _refuse(work, error)
            raise
        statement, consent = agreement(work, decision, by if grant is None else "grant")
        work.add(statement, Approved(decision=decision.id, fingerprint=decision.fingerprint, grant=grant), consent)
        _entrust(work, decision, trades, grant)
        try:
            written = work.commit(idem=key)
        except Stale:
            if last_try:
                raise
            continue  # another command came in between; look again at the world it left
        ours = any(e.seq == work.base.seq + len(work.bodies) for e in written)
        receipt = settle(desk, investor, lang) or receipt_of(desk, investor, decision_id)
        assert receipt is not None
        return receipt.model_copy(update={"again": not ours})
    raise AssertionError("unreachable")


def _entrust(work: Work, decision: Decision, trades: tuple[Trade, ...], grant: str | None) -> None:
    """Have the trades filled here and now, or record them as orders that may leave the house once this is written."""
    orders = orders_of(work, decision, trades)
    if work.desk.broker.reach == "inside":
        at_once(work, decision, orders, grant)
    else:
        work.add(Placed(decision=decision.id, broker=work.desk.broker.name, orders=orders, grant=grant))


def _again(desk: Desk, investor: str, lang: Lang, decision_id: str) -> Receipt:
    """What an earlier approval came to; orders still on their way are asked after, never sent a second time."""
    state = current(desk, investor)
    ours = state.outstanding is not None and state.outstanding.decision.id == decision_id
    receipt = (settle(desk, investor, lang) if ours else None) or receipt_of(desk, investor, decision_id)
    assert receipt is not None
    return receipt.model_copy(update={"again": True})


def _still_granted(work: Work, decision: Decision, grant: str) -> None:
    """Raises Stale("grant_refused") with the reason when a grant no longer covers what would be carried out on it."""
    offer = next((g for g in work.state.grants if g.id == grant), None)
    market = work.desk.market.at(work.at)
    reason = "revoked"
    if offer is not None:
        reason = objection(offer, decision, market, work.state.book, at=work.at, last=work.state.auto_at) or ""
    if reason:
        raise Stale("grant_refused", reason)


def reject(desk: Desk, investor: str, lang: Lang, decision_id: str) -> None:
    """Withdraw the pending proposal; statements stay in force. Raises Stale when it is not pending."""
    work = begin(desk, investor, lang)
    pending = work.state.pending
    if pending is None or pending.id != decision_id:
        raise Stale("not_pending", decision_id)
    work.add(Rejected(decision=decision_id))
    work.commit()


def _checked(work: Work, decision_id: str, fingerprint: str) -> tuple[Decision, tuple[Trade, ...]]:
    """The pending decision with its trades at today's prices, if the yes still fits the world."""
    pending = work.state.pending
    if pending is None or pending.id != decision_id:
        raise Stale("not_pending", decision_id)
    if fingerprint != pending.fingerprint:
        raise Stale("other_fingerprint", decision_id)
    if work.at > pending.expires_at or work.at < pending.at - timedelta(minutes=5):
        raise Stale("expired", decision_id)
    market = recent(work.desk.market.at(work.at), work.desk.assumptions.lookback_days + 5)
    digest = work.desk.ledger.digest
    now = {
        name: digest(work.investor, value.to_json().encode(), personal=True)
        for name, value in personal_inputs(work, market).items()
    }
    then = {n: v for n, v in pending.inputs.items() if n not in NOT_PERSONAL and not n.startswith("news/")}
    # Cash named as an amount is a fraction of today's worth, so only its being there is compared, not its value.
    fixed = {n for n in now.keys() & then.keys() if not n.startswith("cash/")}
    changed = (now.keys() ^ then.keys()) | {n for n in fixed if now[n] != then[n]}
    if changed:
        raise Stale("mandate_changed", *sorted(changed))
    trades = tuple(_repriced(t, pending, market) for t in pending.proposal.trades)
    broken = keeps(pending, trades, work.state.book, market)
    if broken:
        raise Stale("mandate_would_break", *broken)
    return pending, trades


def _repriced(trade: Trade, decision: Decision, market: Market) -> Trade:
    """The same units at today's price. Raises Stale when that moved beyond the tolerance."""
    quote = market.quotes.get(trade.asset)
    if quote is None or trade.asset in market.stale:
        raise Stale("price_gone", trade.asset)
    rate = market.rate(trade.currency, decision.currency)
    value = trade.units * quote.price * rate
    if abs(value - trade.value.amount) > trade.value.amount * Decimal(repr(decision.price_tolerance)):
        raise Stale("price_moved", trade.asset)
    fee = value * Decimal(repr(market.universe[trade.asset].fee_bps)) / Decimal(10000)
    money = {
        "value": Money(amount=round_money(value, decision.currency), currency=decision.currency),
        "fee": Money(amount=round_money(fee, decision.currency), currency=decision.currency),
    }
    return trade.model_copy(update={"price": quote.price, **money})


def _refuse(work: Work, error: AdvisorError) -> None:
    """Record that a yes was refused, and why. That another command came first does not hide the reason."""
    work.add(Refusal(what="approve", code=error.code, names=error.names))
    with contextlib.suppress(Stale):
        work.commit()
