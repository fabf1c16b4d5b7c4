"""The book as a journal: opening balance, movements, fills and imported trades, in order of time.

A file of the past arrives after the fact, and a second one may be older than the first. So the book is worked out anew
from everything whenever trades are imported or taken back. Sales take their share of what a position cost (average
cost). Costs are kept to twelve decimals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Context, Decimal, localcontext

from tools.domain.events import Event, Executed, Imported, Moved, Opened
from tools.domain.imports import PastTrade, Presumed
from tools.domain.investor import Book, Position
from tools.domain.value import Currency

EXACT = Context(prec=60)
"""Wide enough that sums and products of any units and prices that are let in lose no digit."""

CENT = Decimal(1).scaleb(-12)

NOTHING = Position(units=Decimal(0))


def rounded(cost: Decimal) -> Decimal:
    """A cost to twelve decimals: a share of it can have more digits than storage keeps."""
    exponent = cost.as_tuple().exponent
    return cost.quantize(CENT, context=EXACT) if isinstance(exponent, int) and exponent < -12 else cost


def put(positions: dict[str, Position], asset: str, position: Position) -> None:
    """Set a position; one without units is gone."""
    if position.units == 0:
        positions.pop(asset, None)
    else:
        positions[asset] = position


def share(old: Position, units: Decimal) -> Position:
    """The position with `units` left of it, and that share of its costs."""
    part = units / old.units if old.units else Decimal(0)
    paid = {code: rounded(cost * part) for code, cost in old.paid.items()}
    return Position(units=units, cost=rounded(old.cost * part), paid={c: p for c, p in paid.items() if p})


def moved(book: Book, body: Moved) -> Book:
    """The book after something came in, went out or was split; money costs what it is."""
    positions = dict(book.positions)
    with localcontext(EXACT):
        _move(positions, body)
    return Book(positions=positions)


def _move(positions: dict[str, Position], body: Moved) -> None:
    for asset, (new, old_units) in body.ratios.items():
        was = positions.get(asset, NOTHING)
        units = rounded(was.units * new / old_units)
        put(positions, asset, Position(units=units, cost=was.cost, paid=was.paid))
    for asset, change in body.units.items():
        old = positions.get(asset, NOTHING)
        units = old.units + change
        if asset in ("KRW", "USD"):
            put(positions, asset, Position(units=units, cost=old.cost + change, paid=old.paid))
        elif change < 0:  # what leaves takes its share of the cost along
            put(positions, asset, share(old, units))
        else:
            put(
                positions,
                asset,
                Position(units=units, cost=old.cost + body.costs.get(asset, 0), paid=_more(old, body, asset)),
            )


def _more(old: Position, body: Moved, asset: str) -> dict[str, Decimal]:
    """Costs in other currencies after what came in."""
    paid = dict(old.paid)
    for code, cost in body.paid.get(asset, {}).items():
        paid[code] = paid.get(code, Decimal(0)) + cost
    return paid


def begins(event: Event) -> bool:
    """Do real holdings begin here, so that practice money ends?"""
    body = event.body
    return isinstance(body, Imported) or (isinstance(body, Moved) and body.reason in ("transfer", "correction"))


def apply_fills(book: Book, executed: Executed, currency: Currency) -> Book:
    """The book after the fills, settled against the investor's own cash; units and cash conserve exactly."""
    positions = dict(book.positions)
    _fill(positions, executed, currency)
    return Book(positions=positions)


def _fill(positions: dict[str, Position], executed: Executed, currency: Currency) -> None:
    for fill in executed.fills:
        sign = 1 if fill.side == "buy" else -1
        old = positions.get(fill.asset, NOTHING)
        units = old.units + sign * fill.units
        # A sale takes its share of what the position cost; a purchase adds what was paid, in the asset's currency.
        bought = Position(units=units, cost=rounded(old.cost + fill.units * fill.price), paid=old.paid)
        put(positions, fill.asset, bought if sign > 0 else share(old, units))
        cash = positions.get(currency, NOTHING)
        left = cash.units - sign * fill.value.amount - fill.fee.amount
        put(positions, currency, Position(units=left, cost=left))


def in_time(trades: Iterable[PastTrade]) -> list[PastTrade]:
    """Trades by time; purchases before sales of the same instant, which a file of dates cannot tell apart."""
    return sorted(trades, key=lambda t: (t.at, t.side == "sell", t.line))


def presumed(trades: Iterable[PastTrade]) -> tuple[Presumed, ...]:
    """What must have been held before, per symbol, for every sale to be covered."""
    held: dict[str, Decimal] = {}
    missing: dict[str, Decimal] = {}
    with localcontext(EXACT):
        for trade in in_time(trades):
            left = held.get(trade.symbol, Decimal(0)) + (trade.units if trade.side == "buy" else -trade.units)
            if left < 0:
                missing[trade.symbol] = missing.get(trade.symbol, Decimal(0)) - left
            held[trade.symbol] = max(left, Decimal(0))
    return tuple(Presumed(symbol=s, units=u) for s, u in missing.items())


def short_sales(trades: Iterable[PastTrade]) -> frozenset[int]:
    """Lines of sales beyond the position, for a history that claims to be complete."""
    held: dict[str, Decimal] = {}
    lines: set[int] = set()
    for trade in in_time(trades):
        before = held.get(trade.symbol, Decimal(0))
        left = before + (trade.units if trade.side == "buy" else -trade.units)
        if left < 0:
            lines.add(trade.line)
            continue
        held[trade.symbol] = left
    return frozenset(lines)


@dataclass(frozen=True, slots=True)
class _Step:
    """One imported trade with the key of its asset in the book; `own`: its price is in the asset's own currency."""

    trade: PastTrade
    asset: str
    own: bool


def book_of(opened: Opened, journal: Sequence[Event]) -> Book:
    """The book from its beginning.

    Args:
        opened: The opening; its practice money ends where the first import begins, and so does all that came of it.
        journal: Movements, executions and imports that were not undone, in order of `seq`. Their own times order them
            among the imported trades.
    """
    first = next((i for i, e in enumerate(journal) if begins(e)), None)
    book = opened.book
    if opened.practice and first is not None:
        book, journal = Book(positions={}), journal[first:]
    steps = _ordered(journal)
    with localcontext(EXACT):
        positions = dict(book.positions)
        _presume(positions, steps)
        for step in steps:
            _take(positions, step, opened.currency)
    return Book(positions=positions)


def _ordered(journal: Sequence[Event]) -> list[Event | _Step]:
    """Everything by time; events of ours never change places among themselves."""
    steps: list[tuple[datetime, int, Event | _Step]] = []
    clock = datetime.min.replace(tzinfo=UTC)
    for event in journal:
        if isinstance(event.body, Moved) and event.body.day is not None:
            told = datetime.combine(event.body.day, time(), UTC)
            steps.append((min(told, event.at), -1, event))  # a split counts before the trades of its day
        elif not isinstance(event.body, Imported):
            clock = max(clock, event.at)
            steps.append((clock, 1, event))
    for body in (e.body for e in journal if isinstance(e.body, Imported)):
        for trade in in_time(body.trades):
            asset = body.assets[trade.symbol]
            steps.append((trade.at, 0, _Step(trade, asset, body.own.get(asset) == trade.currency)))
    return [
        s
        for _, _, s in sorted(steps, key=lambda s: (s[0], s[1], isinstance(s[2], _Step) and s[2].trade.side == "sell"))
    ]


def _presume(positions: dict[str, Position], steps: Sequence[Event | _Step]) -> None:
    """Open with what sales presuppose, at the first price known: a cost of zero would invent a gain."""
    held = {a: p.units for a, p in positions.items()}
    missing: dict[str, Decimal] = {}
    firsts: dict[str, _Step] = {}
    grown: dict[str, Decimal] = {}  # units today for one at the beginning
    for step in steps:
        if not isinstance(step, _Step):
            for asset, (new, old_units) in getattr(step.body, "ratios", {}).items():
                held[asset] = held.get(asset, Decimal(0)) * new / old_units
                grown[asset] = grown.get(asset, Decimal(1)) * new / old_units
            for asset, change in _units(step).items():
                held[asset] = held.get(asset, Decimal(0)) + change
            continue
        firsts.setdefault(step.asset, step)
        left = held.get(step.asset, Decimal(0)) + (step.trade.units if step.trade.side == "buy" else -step.trade.units)
        if left < 0:
            missing[step.asset] = missing.get(step.asset, Decimal(0)) - rounded(
                left / grown.get(step.asset, Decimal(1))
            )
        held[step.asset] = max(left, Decimal(0))
    for asset, units in missing.items():
        put(positions, asset, _bought(positions.get(asset, NOTHING), firsts[asset], units))


def _units(event: Event) -> Mapping[str, Decimal]:
    """What an event of ours does to units of assets; cash is no matter here."""
    if isinstance(event.body, Moved):
        return event.body.units
    assert isinstance(event.body, Executed)
    changes: dict[str, Decimal] = {}
    for fill in event.body.fills:
        changes[fill.asset] = changes.get(fill.asset, Decimal(0)) + (fill.units if fill.side == "buy" else -fill.units)
    return changes


def _take(positions: dict[str, Position], step: Event | _Step, currency: Currency) -> None:
    """Let one step change the positions."""
    if isinstance(step, _Step):
        units = step.trade.units
        old = positions.get(step.asset, NOTHING)
        new = _bought(old, step, units) if step.trade.side == "buy" else share(old, old.units - units)
        put(positions, step.asset, new)
    elif isinstance(step.body, Moved):
        _move(positions, step.body)
    else:
        assert isinstance(step.body, Executed)
        _fill(positions, step.body, currency)


def _bought(old: Position, step: _Step, units: Decimal) -> Position:
    """The position after a purchase at this step's price."""
    cost = rounded(units * step.trade.price)
    if step.own:
        return Position(units=old.units + units, cost=old.cost + cost, paid=old.paid)
    code = step.trade.currency
    return Position(
        units=old.units + units, cost=old.cost, paid={**old.paid, code: old.paid.get(code, Decimal(0)) + cost}
    )
