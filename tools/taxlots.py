"""Which purchases a sale uses up, what gain or loss that realises, and what tax follows where a rule is given.

Tax is off unless the caller passes a `TaxRule`: rules are dated rows of a table with their source, never built in.
Amounts are Decimal in one currency throughout; nothing here converts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tools.errors import DataMissing

Order = Literal["highest_cost", "loss_first", "long_term_first", "oldest"]
"""highest_cost: HIFO. loss_first: losses, then long-term gains, each highest cost first. long_term_first: long-held
lots first, highest cost first. oldest: FIFO."""

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Lot:
    """Units bought on one day at one price. `price` is the cost of one unit, fees and deferred losses included."""

    bought: date
    units: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class TaxRule:
    """What one jurisdiction takes from gains on one kind of asset from a day on.

    long_days: a gain is long-term when held longer than this; None = no difference. rate_short, rate_long: fractions.
    allowance: free of tax per year, in `currency`. wash_days: a loss is deferred when the same asset is bought within
    so many days before or after; 0 = no such rule. source: the law and how it was looked up.
    """

    jurisdiction: str
    kind: str
    since: date
    long_days: int | None
    rate_short: Decimal
    rate_long: Decimal
    allowance: Decimal
    currency: str
    wash_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a lot that was sold, and the gain (or, negative, loss) it realised."""

    lot: Lot
    gain: Decimal
    long_term: bool


@dataclass(frozen=True, slots=True)
class Sale:
    """Pieces in the order they were used, and the lots that are left, oldest first."""

    pieces: tuple[Piece, ...]
    left: tuple[Lot, ...]

    @property
    def realised(self) -> Decimal:
        """Sum of all gains and losses."""
        return sum((p.gain for p in self.pieces), ZERO)


def sell(
    lots: Sequence[Lot], units: Decimal, price: Decimal, *, on: date, order: Order, long_days: int | None = None
) -> Sale:
    """Use up lots for a sale.

    Args:
        lots: What is held of one asset. units: how many are sold. price: of one unit, net of selling fees.
        on: Day of the sale; lots bought later are not there yet.
        order: Which lots go first; ties go to the older lot.
        long_days: Days after which a lot is long-term; None = every lot is short-term.
    Raises:
        DataMissing: More units than the lots hold.
    """
    rest, pieces, left = units, [], []
    there = [lot for lot in lots if lot.bought <= on]
    for lot in sorted(there, key=lambda lot: _rank(lot, price, on, order, long_days)):
        used = min(rest, lot.units)
        rest -= used
        if used > 0:
            piece = replace(lot, units=used)
            pieces.append(Piece(piece, used * (price - lot.price), _long(lot, on, long_days)))
        if used < lot.units:
            left.append(replace(lot, units=lot.units - used))
    if rest > 0:
        raise DataMissing("more_sold_than_held")
    later = [lot for lot in lots if lot.bought > on]
    return Sale(tuple(pieces), tuple(sorted(left + later, key=lambda lot: lot.bought)))


def _long(lot: Lot, on: date, long_days: int | None) -> bool:
    return long_days is not None and (on - lot.bought).days > long_days


def _rank(lot: Lot, price: Decimal, on: date, order: Order, long_days: int | None) -> tuple[bool, bool, Decimal, date]:
    """Sorting key: lots with the smallest go first."""
    loss, long = lot.price > price, _long(lot, on, long_days)
    if order == "oldest":
        return False, False, ZERO, lot.bought
    if order == "loss_first":
        # Among losses the short-term ones first: they offset gains that are taxed more.
        return not loss, long if loss else not long, -lot.price, lot.bought
    return order == "long_term_first" and not long, False, -lot.price, lot.bought


@dataclass(frozen=True, slots=True)
class Washed:
    """What a wash-sale rule makes of a sale: the loss that does not count now, and lots that carry it on."""

    deferred: Decimal
    left: tuple[Lot, ...]


def wash(sale: Sale, lots: Sequence[Lot], *, on: date, days: int) -> Washed:
    """Defer losses matched by purchases of the same asset within `days` before or after, and add them to those lots.

    Args:
        sale: A sale from `sell`.
        lots: Lots held after it, purchases up to `days` later included, oldest first.
        on: Day of the sale. days: the window on each side, 0 = no rule.
    Source: 26 U.S.C. § 1091. A replacement unit takes up one sold unit's loss, earliest purchase first.
    """
    replacing = [i for i, lot in enumerate(lots) if days and abs(lot.bought - on) <= timedelta(days)]
    room = {i: lots[i].units for i in replacing}
    added = dict.fromkeys(replacing, ZERO)
    deferred = ZERO
    for piece in sale.pieces:
        if piece.gain >= 0:
            continue
        unit_loss, rest = -piece.gain / piece.lot.units, piece.lot.units
        for i in replacing:
            matched = min(rest, room[i])
            room[i] -= matched
            rest -= matched
            added[i] += matched * unit_loss
            deferred += matched * unit_loss
    raised = {i: replace(lots[i], price=lots[i].price + loss / lots[i].units) for i, loss in added.items() if loss}
    return Washed(deferred, tuple(raised.get(i, lot) for i, lot in enumerate(lots)))


def tax(short: Decimal, long: Decimal, rule: TaxRule | None) -> Decimal:
    """Tax on a year's net short-term and long-term results; zero without a rule. Never negative: losses earn nothing.

    A loss of one term first offsets the other; the allowance is used where the rate is higher.
    """
    if rule is None:
        return ZERO
    if short < 0 or long < 0:
        net = short + long
        short, long = (max(net, ZERO), ZERO) if short > 0 else (ZERO, max(net, ZERO))
    free = rule.allowance
    total = ZERO
    for gain, rate in sorted(((short, rule.rate_short), (long, rule.rate_long)), key=lambda pair: -pair[1]):
        taxed = max(gain - free, ZERO)
        free -= gain - taxed
        total += taxed * rate
    return total


def rules_of(rows: Iterable[Mapping[str, str]]) -> tuple[TaxRule, ...]:
    """Rules from the rows of `taxes.csv`. Raises ValueError or KeyError when a cell is not what it should be."""
    return tuple(
        TaxRule(
            jurisdiction=row["jurisdiction"],
            kind=row["kind"],
            since=date.fromisoformat(row["since"]),
            long_days=int(row["long_days"]) if row["long_days"] else None,
            rate_short=Decimal(row["rate_short"]),
            rate_long=Decimal(row["rate_long"]),
            allowance=Decimal(row["allowance"]),
            currency=row["currency"],
            wash_days=int(row["wash_days"]),
            source=row["source"],
        )
        for row in rows
    )


def rule_for(rules: Sequence[TaxRule], jurisdiction: str, kind: str, on: date) -> TaxRule | None:
    """The newest rule in force on a day, or None: then nothing is known, and no tax is claimed."""
    known = [r for r in rules if (r.jurisdiction, r.kind) == (jurisdiction, kind) and r.since <= on]
    return max(known, key=lambda r: r.since, default=None)
