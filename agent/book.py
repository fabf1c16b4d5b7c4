"""The book by hand: what came in, went out, was paid, split or counted anew.

Each entry is one command with an undo, like a sentence in the talk. What is held follows from all entries, imports and
fills in order of their days (`tools.journal`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agent.account import asset_key
from agent.wiring import Desk
from agent.words.book import entry_line
from agent.words.render import render_all
from agent.words.slots import Line
from agent.work import Work, begin
from tools.domain.entry import Entry
from tools.domain.events import Forgot, Moved
from tools.domain.investor import CashFlow, Forget
from tools.domain.value import Lang
from tools.errors import BadInput, Stale
from tools.rebalance import round_money

_REAL = frozenset({"split", "transfer_in", "transfer_out", "correction"})
"""Entries about real holdings, which live only in a home on real data."""

_MONEY_REASONS: Mapping[str, tuple[Literal["deposit", "withdraw", "dividend", "interest", "fee"], int]] = {
    "deposit": ("deposit", 1),
    "withdrawal": ("withdraw", -1),
    "dividend": ("dividend", 1),
    "interest": ("interest", 1),
    "fee": ("fee", -1),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """What an entry came to: the turn that `undo` takes back first, and the sentences that read it back."""

    turn: str
    lines: tuple[Line, ...]
    text: str


def enter(desk: Desk, investor: str, lang: Lang, entry: Entry) -> Entered:
    """Take one entry into the book.

    Args:
        desk: The ports.
        investor: Whose book.
        lang: Language of the words that come back.
        entry: What happened, as the form has it.
    Raises:
        BadInput: `demo_home` for real holdings on the demo market; `entry_future`, `entry_currency`,
            `entry_not_held`, `entry_too_many`, `entry_no_cash`, `entry_no_cost`, `entry_account`, each with its name.
        Stale: Another command came first, twice.
    """

    def change(work: Work) -> tuple[Line, ...]:
        return enter_into(work, entry)

    return written(desk, investor, lang, change)


def enter_into(work: Work, entry: Entry) -> tuple[Line, ...]:
    """The same within an open command; see `enter`."""
    _check(work, entry)
    body = _money(work, entry) if entry.kind in _MONEY_REASONS else _units(work, entry)
    planned: tuple[Line, ...] = ()
    if entry.kind == "withdrawal" and entry.currency is not None:
        planned = settle(work, -body.units[entry.currency], entry.currency)
    before = work.state.book
    work.add(body)
    if body.ratios and work.state.book == before:
        raise BadInput("entry_no_effect", *body.ratios)  # nothing of it was held on that day
    return (entry_line(entry, body), *planned)


def _check(work: Work, entry: Entry) -> None:
    if entry.kind in _REAL and work.desk.market.simulated:
        raise BadInput("demo_home", "hanfolio --home DIR --market files:DIR")
    if entry.day is not None and entry.day > work.at.astimezone(ZoneInfo(work.tz)).date():
        raise BadInput("entry_future", entry.day.isoformat())
    if entry.account is not None and entry.account not in {a.id for a in work.state.accounts}:
        raise BadInput("entry_account", entry.account)


def _money(work: Work, entry: Entry) -> Moved:
    """Money that came or went, in cash of its currency."""
    unit, amount = entry.currency or "", entry.amount or Decimal(0)
    if unit not in ("KRW", "USD") or unit not in work.desk.market.universe():
        raise BadInput("entry_currency", unit)
    reason, sign = _MONEY_REASONS[entry.kind]
    units = round_money(amount, "KRW" if unit == "KRW" else "USD")
    if sign < 0 and units > work.state.book.units(unit):
        raise BadInput("entry_no_cash", unit)
    return Moved(
        turn=work.turn,
        units={unit: sign * units},
        reason=reason,
        day=entry.day,
        account=entry.account,
        asset=entry.asset,
    )


def _units(work: Work, entry: Entry) -> Moved:
    """Units that came, went, were split or counted anew."""
    asset = _key(work, entry)
    held = work.state.book.units(asset)
    common: dict[str, Any] = {"turn": work.turn, "day": entry.day, "account": entry.account}
    if entry.kind == "class":
        if held == 0 or entry.asset_class is None:
            raise BadInput("entry_not_held", asset)
        return Moved(units={}, reason="class", classes={asset: entry.asset_class}, **common)
    if entry.kind == "split":
        if held == 0:
            raise BadInput("entry_not_held", asset)
        ratio = (entry.ratio or Decimal(1), entry.per or Decimal(1))
        return Moved(units={}, reason="split", ratios={asset: ratio}, **common)
    units = entry.units or Decimal(0)
    reason: Literal["correction", "transfer"] = "correction" if entry.kind == "correction" else "transfer"
    if entry.kind == "correction" and work.state.practice:
        held = Decimal(0)  # what is entered first is real: practice holdings end with it
    change = {"transfer_in": units, "transfer_out": -units, "correction": units - held}[entry.kind]
    if entry.kind == "transfer_out" and units > held:
        raise BadInput("entry_too_many" if held else "entry_not_held", asset)
    costs, paid = _cost(work, entry, asset, change) if change > 0 else ({}, {})
    return Moved(units={asset: change}, reason=reason, costs=costs, paid=paid, **common)


def _key(work: Work, entry: Entry) -> str:
    """The asset an entry means: listed here, held already, or a name of its own."""
    name = entry.asset or ""
    universe = work.desk.market.universe()
    if name in universe or name in work.state.book.positions:
        return name
    return asset_key(work.desk, name, {a.currency for a in universe.assets})


def _cost(
    work: Work, entry: Entry, asset: str, units: Decimal
) -> tuple[dict[str, Decimal], dict[str, dict[str, Decimal]]]:
    """What units that came in cost: as told, else today's price (zero would invent a gain).

    Returns:
        The cost in the asset's own currency, and in another one.
    """
    universe = work.desk.market.universe()
    own = universe[asset].currency if asset in universe else None
    if asset in ("KRW", "USD"):
        return {}, {}
    if entry.amount is not None:
        code = entry.currency or own
        if code is None:
            raise BadInput("entry_no_cost", asset)
        return ({asset: entry.amount}, {}) if code == own else ({}, {asset: {code: entry.amount}})
    quote = work.desk.market.at(work.at).quotes.get(asset) if own is not None else None
    if quote is None:
        raise BadInput("entry_no_cost", asset)
    return {asset: round_money(units * quote.price, "KRW" if own == "KRW" else "USD")}, {}


def settle(work: Work, units: Decimal, unit: str) -> tuple[Line, ...]:
    """Forget the plan that a withdrawal was: the one of its size whose date came first."""
    for stated in work.state.wishes(CashFlow):
        wish = stated.statement.wish
        assert isinstance(wish, CashFlow)
        if wish.kind != "withdraw" or wish.amount is None or wish.currency not in (unit, None):
            continue
        if abs(wish.amount - float(units)) <= 0.01 * wish.amount:
            done = Forget(topic="cash", statement=stated.statement.id)
            work.add(Forgot(turn=work.turn, wish=done, statements=(stated.statement.id,)))
            return (Line("cash.settled"),)
    return ()


def written(desk: Desk, investor: str, lang: Lang, change: Callable[[Work], tuple[Line, ...]]) -> Entered:
    """Run a change of the book as one command; once more from the start when another command came first.

    Raises:
        Stale: Another command came first, twice.
        StoreFailed: Nothing was written.
    """
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        lines = change(work)
        if any(isinstance(b, Moved) and b.reason in ("transfer", "correction", "split") for b in work.bodies):
            desk.ledger.bind("real")
        try:
            work.commit()
        except Stale:
            if last_try:
                raise
            continue
        return Entered(work.turn, lines, render_all(lines, lang, desk.names, tz=work.tz).text)
    raise AssertionError("unreachable")
