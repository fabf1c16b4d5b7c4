"""Orders that are on their way, for a person to look at, to copy, and to answer: what came of the ones they placed."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from agent.execution import settle, tell
from agent.receipts import close, receipt_of
from agent.wiring import Desk
from agent.words.orders import head_line, order_line
from agent.words.render import render
from agent.words.slots import Day, Line
from agent.work import Work, begin
from knowledge.brokers import ManualBroker
from knowledge.imports.safe import csv_safe
from tools.domain.decision import Receipt
from tools.domain.order import REPLACED, Order, Report
from tools.domain.value import Lang
from tools.errors import BadInput, Stale
from tools.outstanding import Outstanding

COLUMNS: Final = (
    *("side", "symbol", "name", "quantity", "limit_price", "reference_price", "currency"),
    *("value", "value_currency", "state"),
)

FARTHEST: Final = Decimal(2)
"""A price so many times above or below the proposal's is a slip of the pen or another unit."""


@dataclass(frozen=True, slots=True)
class Did:
    """What a person really did. fee: in the asset's own currency; None = as it was estimated."""

    units: Decimal
    price: Decimal
    fee: Decimal | None = None


Answered = Did | Literal["yes", "no"]
"""yes: as it was proposed. no: they did not."""


@dataclass(frozen=True, slots=True)
class OrderList:
    """Orders of one approved decision. reports: what is known of each, by its key. text, csv: to print and to copy."""

    decision_id: str
    broker: str
    at: datetime
    orders: tuple[Order, ...]
    reports: Mapping[str, Report]
    text: str
    csv: str


def orders(desk: Desk, investor: str, lang: Lang) -> OrderList | None:
    """The orders that are on their way, as they were last heard of; None when there are none."""
    work = begin(desk, investor, lang)
    out = work.state.outstanding
    return None if out is None else _listed(work, out)


def _listed(work: Work, out: Outstanding) -> OrderList:
    listed = out.placed.broker == "manual"
    day = out.at.astimezone(ZoneInfo(work.tz)).date()
    lines = [head_line(out.placed.broker, Day(day))]
    lines += [order_line(o, out.reports.get(o.key), listed=listed) for o in out.placed.orders]
    text = "\n".join(_said(work, line) for line in lines)
    return OrderList(
        decision_id=out.decision.id,
        broker=out.placed.broker,
        at=out.at,
        orders=out.placed.orders,
        reports=out.reports,
        text=text,
        csv=_csv(work, out),
    )


def _csv(work: Work, out: Outstanding) -> str:
    """The orders as CSV with the columns of `COLUMNS`; no cell is a formula, decimals are plain digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for order in out.placed.orders:
        trade, report = order.trade, out.reports.get(order.key)
        cells = (
            trade.side,
            trade.asset,
            work.desk.names.label(trade.asset, work.lang),
            f"{trade.units:f}",
            f"{order.limit.normalize():f}" if order.limit is not None else "",
            f"{trade.price:f}",
            trade.currency,
            f"{trade.value.amount:f}",
            trade.value.currency,
            report.state if report else "open",
        )
        writer.writerow([csv_safe(cell) for cell in cells])
    return text.getvalue()


def filled(
    desk: Desk,
    investor: str,
    lang: Lang,
    answers: Mapping[str, Answered],
    *,
    rest: Literal["open", "yes", "no"] = "open",
) -> Receipt:
    """Take what a person says they did; once everything is answered it is in the book.

    Args:
        desk: The ports.
        investor: Whose orders.
        lang: Language of the record.
        answers: By asset; a later answer takes an earlier one's place while orders are still open.
        rest: What all others are: not answered yet, done as proposed, or not done.
    Raises:
        BadInput: orders_none; fill_unknown, fill_too_many, fill_far, fill_working with the asset.
        Stale: Another command came first, twice.
    """
    if desk.broker.reach == "outside":
        settle(desk, investor, lang, patience_s=0.0)  # what the broker knows is not for anybody to say
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        out = work.state.outstanding
        if out is None:
            raise BadInput("orders_none")
        strange = sorted(answers.keys() - {o.trade.asset for o in out.placed.orders})
        if strange:
            raise BadInput("fill_unknown", *strange)
        tell(work, [_told(work, out, order, answer) for order, answer in _answered(out, answers, rest)])
        try:
            work.commit(idem=f"settle:{out.decision.id}" if work.state.outstanding is None else None)
        except Stale:
            if last_try:
                raise
            continue
        if work.state.outstanding is None:
            close(desk, investor)
        receipt = receipt_of(desk, investor, out.decision.id)
        assert receipt is not None
        return receipt
    raise AssertionError("unreachable")


def _every(order: Order) -> bool:
    """All of them."""
    return True


def called_off(desk: Desk, investor: str, lang: Lang, which: Callable[[Order], bool] = _every) -> Receipt | None:
    """Take back what is open of the orders on their way; what was filled until then stays. None without any.

    What was not sent yet is never sent; the broker is asked to cancel the rest, and tells what came of it. Orders that
    a person places by themselves are answered as not done.

    Args:
        desk: The ports.
        investor: Whose orders.
        lang: Language of the record.
        which: The orders that are meant.
    Raises:
        BrokerFailed: The broker could not be asked; what it was told before is as it was.
        Stale: Another command came first, twice.
    """
    placed = begin(desk, investor, lang).state.outstanding
    if placed is not None and placed.placed.broker == ManualBroker.name:
        return filled(desk, investor, lang, {o.trade.asset: "no" for o in placed.open if which(o)})
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        out = work.state.outstanding
        if out is None:
            return None
        unsent = [o for o in out.open if o.key not in out.sent and which(o)]
        if not unsent:
            break
        tell(work, [Report(key=o.key, state="ended", reason="called_off", by="person") for o in unsent])
        try:
            work.commit(idem=f"settle:{out.decision.id}" if work.state.outstanding is None else None)
            break
        except Stale:
            if last_try:
                raise
    assert out is not None
    if desk.broker.name == out.placed.broker:
        for order in out.open:
            if order.key in out.sent and which(order):
                desk.broker.cancel(order)
    if work.state.outstanding is None:
        close(desk, investor)
        return receipt_of(desk, investor, out.decision.id)
    return settle(desk, investor, lang)


def _answered(
    out: Outstanding, answers: Mapping[str, Answered], rest: Literal["open", "yes", "no"]
) -> list[tuple[Order, Answered]]:
    """Which orders are answered now, and how."""
    found: list[tuple[Order, Answered]] = []
    known = {o.key for o in out.placed.orders} - {o.key for o in out.open}
    for order in out.placed.orders:
        answer = answers.get(order.trade.asset)
        if answer is not None:
            found.append((order, answer))
        elif rest != "open" and order.key not in known:
            found.append((order, rest))
    if not found:
        raise BadInput("orders_none")
    return found


def _told(work: Work, out: Outstanding, order: Order, answer: Answered) -> Report:
    trade = order.trade
    heard = out.reports.get(order.key)
    if heard is not None and heard.by == "broker" and heard.reason != REPLACED:
        raise BadInput("fill_working", trade.asset)
    if answer == "no":
        return Report(key=order.key, state="ended", reason="not_done", by="person")
    if answer == "yes":
        answer = Did(trade.units, trade.price)
    if not (answer.units > 0 and trade.price / FARTHEST <= answer.price <= trade.price * FARTHEST):
        raise BadInput("fill_far", trade.asset)
    if trade.side == "sell" and answer.units > work.state.book.units(trade.asset):
        raise BadInput("fill_too_many", trade.asset)
    less = answer.units < trade.units
    return Report(
        key=order.key,
        state="ended" if less else "filled",
        units=answer.units,
        price=answer.price,
        fee=answer.fee,
        reason="not_done" if less else "",
        by="person",
    )


def _said(work: Work, line: Line) -> str:
    return render(line, work.lang, work.desk.names, tz=work.tz).text
