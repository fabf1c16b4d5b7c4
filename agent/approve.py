"""A person's yes -> re-price, re-check -> execute once. Imports no model.

Only a button, the code typed from the card, or a program holding the fingerprint gets here. What was approved is what
is executed: same trades, same fingerprint, prices within the tolerance, the same book and the same mandate.
"""

import contextlib
from datetime import timedelta
from decimal import Decimal

from agent.review import personal_inputs
from agent.wiring import Desk
from agent.work import Work, begin
from knowledge.market.snapshot import recent
from tools.decide import keeps
from tools.domain.decision import Decision, Fill, Receipt, Trade
from tools.domain.events import Approved, Executed, Refusal, Rejected
from tools.domain.market import Market
from tools.domain.value import Lang, Money
from tools.errors import AdvisorError, Stale
from tools.rebalance import round_money

NOT_PERSONAL = frozenset({"data", "method", "order", "tweak"})
"""Inputs of a decision that are not the investor's own record and so need not be unchanged at approval."""


def approve(desk: Desk, investor: str, lang: Lang, decision_id: str, fingerprint: str) -> Receipt:
    """Execute the pending decision, once however often it is asked.

    Raises:
        Stale: Not pending, another fingerprint, expired, prices moved, or the book or mandate changed since. The
            refusal is recorded.
        StoreFailed: The ledger could not be written; then nothing was executed.
    """
    key = f"approve:{decision_id}"
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        # Looked up after the state was read: a yes that came in between is found here, not taken for a stale one.
        earlier = _receipt(desk, investor, key, decision_id)
        if earlier is not None:
            return earlier
        try:
            decision, trades = _checked(work, decision_id, fingerprint)
        except AdvisorError as error:
            _refuse(work, error)
            raise
        fills = desk.broker.execute(key, trades, desk.market.at(work.at))
        work.add(
            Approved(decision=decision.id, fingerprint=decision.fingerprint),
            Executed(decision=decision.id, fills=fills, simulated=decision.simulated),
        )
        try:
            written = work.commit(idem=key)
        except Stale:
            if last_try:
                raise
            continue  # another command came in between; look again at the world it left
        receipt = _receipt(desk, investor, key, decision_id)
        assert receipt is not None
        ours = any(e.seq == work.base.seq + len(work.bodies) for e in written)
        return receipt.model_copy(update={"again": not ours})
    raise AssertionError("unreachable")


def reject(desk: Desk, investor: str, lang: Lang, decision_id: str) -> None:
    """Withdraw the pending proposal; statements stay in force. Raises Stale when it is not pending."""
    work = begin(desk, investor, lang)
    pending = work.state.pending
    if pending is None or pending.id != decision_id:
        raise Stale("not_pending", decision_id)
    work.add(Rejected(decision=decision_id))
    work.commit()


def _receipt(desk: Desk, investor: str, key: str, decision_id: str) -> Receipt | None:
    """What an earlier approval under this key came to."""
    for event in desk.ledger.find(investor, key):
        if isinstance(event.body, Executed):
            fills: tuple[Fill, ...] = event.body.fills
            currency = fills[0].fee.currency
            cost = Money(amount=sum((f.fee.amount for f in fills), Decimal(0)), currency=currency)
            return Receipt(decision_id=decision_id, at=event.at, fills=fills, cost=cost, again=True)
    return None


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
    then = {name: value for name, value in pending.inputs.items() if name not in NOT_PERSONAL}
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
