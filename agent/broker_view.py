"""The broker beside the book: what is held there, whether it agrees, and taking it over as it is.

A difference blocks trading until it is resolved, by an entry, by an account of its own for what lies elsewhere, or by
taking over what the broker holds.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from agent.accounts import holdings_of
from agent.book import Entered, enter_into, written
from agent.wiring import Desk
from agent.words.orders import agreement_line, broker_line
from agent.words.render import render_all
from agent.words.slots import Line
from agent.work import Work
from tools.domain.entry import Entry
from tools.domain.events import Checked, Difference
from tools.domain.order import Holdings
from tools.domain.value import Lang
from tools.errors import BadInput, Stale

SKEW: Final = timedelta(minutes=2)
"""How far the broker's clock may be from ours before nothing is sent: expiry would mean nothing."""

CENTS: Final = {"KRW": Decimal(1000), "USD": Decimal(1)}
SHARE: Final = Decimal("0.001")
"""Cash may differ by so much, or by this share of it: interest and fees of regulators arrive after the day."""


@dataclass(frozen=True, slots=True)
class BrokerSeen:
    """The broker and the book. differences: None where the broker cannot be asked what is held."""

    name: str
    live: bool
    deduplicates: bool
    differences: tuple[Difference, ...] | None
    text: str


def differences(work: Work, held: Holdings) -> tuple[Difference, ...]:
    """Where the broker and what the book holds outside named accounts do not agree.

    Assets count when they are listed here or held; cash counts in the investor's own currency, beyond small change.
    """
    book = holdings_of(work, None)
    universe = work.desk.market.universe()
    found = []
    for asset in sorted({a for a in held.assets if a in universe} | (book.positions.keys() - {"KRW", "USD"})):
        theirs = held.assets[asset].units if asset in held.assets else Decimal(0)
        if theirs != book.units(asset):
            found.append(Difference(asset=asset, ours=book.units(asset), theirs=theirs))
    money = work.currency
    if money in held.cash:
        ours, theirs = book.units(money), held.cash[money]
        if abs(ours - theirs) > max(CENTS[money], SHARE * abs(theirs)):
            found.append(Difference(asset=money, ours=ours, theirs=theirs))
    return tuple(found)


def agreed(work: Work, grant: str | None) -> None:
    """Asked before anything leaves the house.

    Raises:
        BadInput: "broker_demo" on simulated prices.
        Stale: "orders_open" while earlier orders are on their way; "broker_practice" for real money on a practice
            book; "broker_person" for a grant that nobody is there to carry out; "broker_clock_off"; "broker_currency"
            for an account in another currency than the book; "broker_differs" with asset, ours, theirs of each.
        BrokerFailed: What is held there cannot be known.
    """
    broker = work.desk.broker
    if work.state.outstanding is not None:
        raise Stale("orders_open", work.state.outstanding.decision.id)
    if broker.reach == "inside":
        return
    if work.desk.market.simulated:
        raise BadInput("broker_demo", broker.name)
    if broker.live and work.state.practice:
        raise Stale("broker_practice", broker.name)
    if broker.reach == "person" and grant is not None:
        raise Stale("broker_person")
    held = broker.holdings()
    if held is None:
        return
    if held.at is not None and abs(held.at - work.at) > SKEW:
        raise Stale("broker_clock_off", broker.name)
    if work.currency not in held.cash:
        raise Stale("broker_currency", broker.name)
    wrong = differences(work, held)
    if wrong:
        raise Stale("broker_differs", *(str(x) for d in wrong for x in (d.asset, f"{d.ours:f}", f"{d.theirs:f}")))


def seen(desk: Desk, investor: str, lang: Lang) -> BrokerSeen:
    """Compare the broker with the book and remember the day; nothing held changes. Raises BrokerFailed, Stale."""
    broker = desk.broker
    held = broker.holdings() if broker.reach == "outside" else None
    line = broker_line(broker.name, broker.reach, once=broker.deduplicates)
    found: list[tuple[Difference, ...]] = []

    def change(work: Work) -> tuple[Line, ...]:
        assert held is not None
        body = _checked(work, held)
        work.add(body)
        found.append(body.differences)
        return (line, agreement_line(broker.name, body.differences))

    if held is None:
        text = render_all((line,), lang, desk.names, tz="UTC").text
        return BrokerSeen(broker.name, broker.live, broker.deduplicates, None, text)
    done = written(desk, investor, lang, change)
    return BrokerSeen(broker.name, broker.live, broker.deduplicates, found[-1], done.text)


def _checked(work: Work, held: Holdings) -> Checked:
    return Checked(
        turn=work.turn,
        day=work.at.astimezone(ZoneInfo(work.tz)).date(),
        file=work.desk.broker.name.replace(":", " "),
        digest=hashlib.sha256(held.to_json().encode()).hexdigest(),
        holdings=len(held.assets),
        differences=differences(work, held),
    )


def take_over(desk: Desk, investor: str, lang: Lang) -> Entered:
    """Make the book hold what the broker holds, one correction for each difference; undone like any entry.

    Raises:
        BadInput: "broker_nothing" where the broker cannot be asked; "demo_home" on simulated prices.
        Stale: "orders_open" while orders are on their way.
        BrokerFailed: What is held there cannot be known.
    """
    held = desk.broker.holdings()
    if held is None:
        raise BadInput("broker_nothing", desk.broker.name)

    def change(work: Work) -> tuple[Line, ...]:
        if work.state.outstanding is not None:
            raise Stale("orders_open", work.state.outstanding.decision.id)
        lines: list[Line] = []
        while wrong := differences(work, held):  # the first real holding ends practice money, so each is looked at anew
            lines += enter_into(work, _correction(desk, wrong[0], held))
        if not lines:
            raise BadInput("broker_same", desk.broker.name)
        return tuple(lines)

    return written(desk, investor, lang, change)


def _correction(desk: Desk, wrong: Difference, held: Holdings) -> Entry:
    """The entry that makes the book hold what the broker does, at the broker's cost where it is new here."""
    if wrong.theirs < 0:
        raise BadInput("broker_short", wrong.asset)
    told = held.assets.get(wrong.asset)
    cost = told.cost if told and told.cost and wrong.ours == 0 else None
    currency = desk.market.universe()[wrong.asset].currency if cost else None
    return Entry(kind="correction", asset=wrong.asset, units=wrong.theirs, amount=cost, currency=currency)
