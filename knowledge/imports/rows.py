"""Rows of a known format -> trades, rows that are none, and refusals. Nothing here guesses: what is open is asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

from knowledge.imports import amounts, dates
from knowledge.imports.amounts import Mark
from knowledge.imports.dates import Order
from knowledge.imports.formats import PENCE, Cells, Format
from knowledge.imports.kinds import MOVES_UNITS, TRADES, kind_of
from knowledge.imports.money import currency_of, sign_currency
from knowledge.imports.report import Ask, Choice, ImportReport, Refused, Skipped
from knowledge.imports.safe import is_formula
from tools.domain.imports import NO_CURRENCY, PastTrade
from tools.errors import BadInput
from tools.journal import EXACT, presumed

EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(hours=14)
"""How far the clock of the easternmost place runs ahead of UTC: a date alone may be that much in the future."""

MOST_UNITS = Decimal(10) ** 12
MOST_VALUE = Decimal(10) ** 10
SMALL_MONEY = frozenset({"KRW", "JPY", "VND", "IDR", NO_CURRENCY})
"""Currencies of which a thousand times as many are usual."""

FITS = Decimal("0.05")
"""How far an amount may be from units times price, beyond the fee: taxes and rounding, not a shifted point."""

_FINEST = Decimal(1).scaleb(-amounts.DECIMALS)
_SYMBOL = re.compile(r"[0-9A-Za-z가-힣.\-_^=/&+()' ]{1,40}")
_TEXT = ("symbol", "isin", "name", "side", "currency")
_NUMBERS = ("units", "price", "amount", "fee", "fee2")
_SUMMARIES = frozenset(
    {
        "closed_lot",
        "closedlot",
        "wash_sale",
        "symbol_summary",
        "asset_summary",
        "subtotal",
        "total",
        "datadiscriminator",
    }
)
_NO_ASSET = frozenset({"cash", "forex", "fx"})
_PAIR = re.compile(r"[A-Z]{3}\.[A-Z]{3}")
_DERIVED = re.compile(r"\b(opt|fut|fop|cfd|war|options?|futures?)\b", re.IGNORECASE)


class _No(Exception):
    """A row that cannot be taken; `args[0]` is the reason."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the columns of this file are read."""

    form: Format
    now: datetime
    order: Order | None
    marks: Mapping[str, Mark | None]
    side: str | None  # what the person said every row is, when no column says it


def read_rows(
    form: Format,
    rows: Sequence[tuple[int, Cells]],
    now: datetime,
    answers: Mapping[str, str],
    *,
    delimiter: str,
    refused: Iterable[Refused] = (),
) -> ImportReport | Ask:
    """Read all rows of a file in one convention for numbers and one for dates."""
    kept = [(line, form.derive(cells) if form.derive else cells) for line, cells in rows]
    kinds = [_kind(form, cells) for _, cells in kept]
    trading = [cells for (_, cells), kind in zip(kept, kinds, strict=True) if kind in TRADES or kind == "signed"]
    order = _order(form, trading, answers)
    if isinstance(order, Ask):
        return order
    marks = _marks(form, trading, [c for _, c in kept], delimiter, answers)
    if isinstance(marks, Ask):
        return marks
    side = _one_side(form, trading, marks, answers)
    if isinstance(side, Ask):
        return side
    reading = _Reading(form, now, order, marks, side)
    trades: list[PastTrade] = []
    skipped: list[Skipped] = [Skipped(r.line, r.reason) for r in refused if r.reason == "total"]
    wrong: list[Refused] = [r for r in refused if r.reason != "total"]
    unsure: dict[str, None] = {}
    for (line, cells), kind in zip(kept, kinds, strict=True):
        if kind is not None and kind not in TRADES and kind != "signed":
            skipped.append(Skipped(line, kind))
            if kind in MOVES_UNITS and _named(cells) and (cells.get("units") or kind != "transfer"):
                unsure[_named(cells)] = None
            continue
        try:
            with localcontext(EXACT):
                trades.append(_trade(reading, line, cells, kind))
        except _No as no:
            wrong.append(Refused(line, no.args[0]))
    if not (trades or skipped or wrong):
        raise BadInput("no_rows")
    return ImportReport(
        form.id,
        rows=tuple(trades),
        skipped=tuple(sorted(skipped, key=lambda s: s.line)),
        refused=tuple(sorted(wrong, key=lambda r: r.line)),
        opening=presumed(trades),
        unsure=tuple(unsure),
    )


def _named(cells: Cells) -> str:
    return next((cells[r] for r in ("symbol", "isin", "name") if cells.get(r)), "")


def _kind(form: Format, cells: Cells) -> str | None:
    """What a row is: a side, `signed` when the sign of the units tells it, no trade, or None for an unknown word."""
    status, asset, word = (cells.get(r, "").casefold() for r in ("status", "type", "side"))
    if kind_of(cells.get("first", "")) == "total":
        return "total"
    if status.replace(" ", "_") in _SUMMARIES:
        return "summary"
    if form.id.startswith("ibkr") and _is_exchange(form, asset, cells):
        return "fx"
    if _DERIVED.search(asset):
        return "derivative"
    if kind_of(status) == "cancelled":
        return "cancelled"
    empty = not (cells.get("units") or cells.get("price"))
    if "side" not in form.columns:
        return "other" if empty else "signed"
    kind = kind_of(word or asset)
    if kind == "cancelled" and form.id.startswith("ibkr"):
        return None  # the trade that is taken back stands in the file as well
    if kind is not None:
        return kind
    if form.id.startswith("plain"):
        return "other" if empty else None
    whole = cells.get("units") and _named(cells) and (cells.get("price") or cells.get("amount"))
    return None if whole else "other"


def _is_exchange(form: Format, asset: str, cells: Cells) -> bool:
    """Is this an exchange of currencies, which one broker lists among the trades?"""
    if asset in _NO_ASSET or _PAIR.fullmatch(cells.get("symbol", "")):
        return True
    return "price" in cells and form.id != "ibkr-history" and not cells.get("symbol") and not cells.get("isin")


def _order(form: Format, rows: Sequence[Cells], answers: Mapping[str, str]) -> Order | Ask | None:
    """Day first or month first, from the whole column; asked when both are possible and differ."""
    if form.order:
        return form.order
    cells = list(dict.fromkeys(r.get("date", "") for r in rows))
    open_ones = [c for c in cells if dates.is_open(c)]
    allowed = dates.orders(cells)
    if not open_ones or not allowed:
        return next(iter(allowed)) if len(allowed) == 1 else None
    if len(allowed) == 1:
        return next(iter(allowed))
    # A reading in the future is no proof of the other one: the clock may be that of the newest price.
    for order in ("dmy", "mdy"):
        if answers.get("date_order") == order:
            return "dmy" if order == "dmy" else "mdy"
    shown = [(key, dates.moment(open_ones[0], key)) for key in ("dmy", "mdy") if key in allowed]
    return Ask("date_order", tuple(Choice(key, m.day.isoformat()) for key, m in shown if m))


def _marks(
    form: Format, rows: Sequence[Cells], every: Sequence[Cells], delimiter: str, answers: Mapping[str, str]
) -> dict[str, Mark | None] | Ask:
    """The decimal mark of each column of numbers: what it proves itself, else what the file proves, else the usual."""
    if form.mark:
        return dict.fromkeys(_NUMBERS, form.mark)
    proven = {role: amounts.marks(r.get(role, "") for r in rows) for role in _NUMBERS}
    whole = set().union(*proven.values()) or set().union(
        *(amounts.marks(c.get(r, "") for c in every) for r in _NUMBERS)
    )
    found: dict[str, Mark | None] = {}
    for role in _NUMBERS:
        own = proven[role] or whole
        found[role] = next(iter(own)) if len(own) == 1 else None
        doubt = [r[role] for r in rows if role in r and amounts.is_open(r[role])]
        if doubt and not own:
            if delimiter == ";" or len({"," in c for c in doubt}) > 1:
                chosen = answers.get("decimal")
                if chosen not in ("dot", "comma"):
                    return _ask_mark(doubt[0])
                found[role] = "dot" if chosen == "dot" else "comma"
            else:
                found[role] = "dot"
    return found


def _ask_mark(cell: str) -> Ask:
    """Which of its two values a number has."""
    readings: tuple[Mark, ...] = ("dot", "comma")
    values = [(m, amounts.number(cell, m)) for m in readings]
    return Ask("decimal", tuple(Choice(m, f"{v:f}") for m, v in values if v is not None))


def _one_side(
    form: Format, rows: Sequence[Cells], marks: Mapping[str, Mark | None], answers: Mapping[str, str]
) -> str | Ask | None:
    """Without a column of sides a sale is a negative count; when none is negative the file does not tell."""
    if "side" in form.columns or not rows or any(r.get("side") for r in rows):
        return None
    if any((n := amounts.number(r.get("units", ""), marks["units"])) is not None and n < 0 for r in rows):
        return None
    chosen = answers.get("side")
    return chosen if chosen in TRADES else Ask("side", (Choice("buy", "buy"), Choice("sell", "sell")))


def _trade(reading: _Reading, line: int, cells: Cells, kind: str | None) -> PastTrade:
    """One trade. Raises _No with the reason."""
    form = reading.form
    for role in _TEXT:
        if is_formula(cells.get(role, "")):
            raise _No("formula")
    if kind is None:
        raise _No("cancelled_trade" if kind_of(cells.get("side", "")) == "cancelled" else "unknown_side")
    symbol = _symbol(cells)
    when = _when(reading, cells)
    signed = _number(reading, cells, "units")
    if signed is None:
        raise _No("bad_units")
    side = kind if kind in TRADES else (reading.side or ("sell" if signed < 0 else "buy"))
    if signed < 0 and not (form.signed and side == "sell"):
        raise _No("sign_mismatch" if form.signed else "negative_units")
    units = abs(signed)
    if units == 0:
        raise _No("zero_units")
    if -_exponent(units) > amounts.DECIMALS:
        raise _No("too_precise")
    currency, price = _price(reading, cells, units)
    fee, charged = _fee(reading, cells, currency)
    if units > MOST_UNITS or units * price > MOST_VALUE * (1000 if currency in SMALL_MONEY else 1):
        raise _No("absurd_size")
    _check_amount(reading, cells, units * price, fee)
    return PastTrade(
        at=when.at,
        day=when.day,
        symbol=symbol,
        name="" if cells.get("name", "") == symbol else cells.get("name", "")[:120],
        side="buy" if side == "buy" else "sell",
        units=units,
        price=price,
        currency=currency,
        fee=fee,
        fee_currency=charged,
        line=line,
    )


def _symbol(cells: Cells) -> str:
    """As the file writes it; the ISIN or the name where there is no symbol. A sentence is no symbol."""
    symbol = _named(cells).strip("'\"")
    if not symbol:
        raise _No("no_symbol")
    words = len(symbol.split())
    if not _SYMBOL.fullmatch(symbol) or words > (2 if cells.get("symbol") else 6):
        raise _No("bad_symbol")
    return symbol


def _when(reading: _Reading, cells: Cells) -> dates.Moment:
    zone = cells.get("zone") or reading.form.zone
    when = dates.moment(cells.get("date", ""), reading.order, cells.get("time", ""), zone)
    if when is None:
        raise _No("ambiguous_date" if reading.order is None and dates.is_open(cells.get("date", "")) else "bad_date")
    if when.day < EARLIEST:
        raise _No("too_old")
    if when.at > (reading.now.astimezone(UTC) if when.timed else reading.now.astimezone(UTC) + AHEAD):
        raise _No("in_future")
    return when


def _number(reading: _Reading, cells: Cells, role: str) -> Decimal | None:
    """A number of a row, None for an empty cell. Raises _No when it is none, or reads two ways."""
    text = cells.get(role, "")
    if text in ("", "-"):
        return None
    mark = reading.marks[role]
    value = amounts.number(text, mark)
    if value is None:
        open_one = mark is None and amounts.is_open(text)
        raise _No("ambiguous_number" if open_one else f"bad_{'fee' if role == 'fee2' else role}")
    return value


def _price(reading: _Reading, cells: Cells, units: Decimal) -> tuple[str, Decimal]:
    """Currency and price per unit; pence become pounds."""
    written = cells.get("currency", "") or sign_currency(cells.get("price", "")) or ""
    if not written and "currency" in cells:
        raise _No("no_currency")
    written = written or reading.form.currency or ""
    if not written and re.fullmatch(r"A?[0-9]{5}[0-9A-Z]", cells.get("symbol", "")):
        written = "KRW"  # six characters beginning with five digits are a code of the Korean exchange
    hundredth, factor = PENCE.get(written, ("", Decimal(1)))
    currency = hundredth or (currency_of(written) if written else NO_CURRENCY)
    if currency is None:
        raise _No("bad_currency")
    price = _number(reading, cells, "price")
    if reading.form.from_amount:
        amount = _number(reading, cells, "amount")
        price = abs(amount) / units if amount else price
    if price is None:
        raise _No("bad_price")
    if price <= 0:
        raise _No("zero_price")
    price *= factor
    if -_exponent(price) > amounts.DECIMALS:  # digits no exchange quotes, made by a division somewhere
        price = price.quantize(_FINEST)
    if price <= 0 or price > MOST_VALUE * 1000:
        raise _No("absurd_size")
    return currency, price


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _fee(reading: _Reading, cells: Cells, currency: str) -> tuple[Decimal, str]:
    """What the trade cost on top and in what: positive whatever the broker's sign, but a rebate stays one."""
    total = Decimal(0)
    for role in ("fee", "fee2"):
        value = _number(reading, cells, role) or Decimal(0)
        total += -value if reading.form.rebate else abs(value)
    if abs(total) > MOST_VALUE or -_exponent(total) > amounts.DECIMALS:
        raise _No("bad_fee")
    written = cells.get("fee_currency", "")
    return total, (currency_of(written) or NO_CURRENCY) if written and total else currency


def _check_amount(reading: _Reading, cells: Cells, value: Decimal, fee: Decimal) -> None:
    """The amount a row names must fit its units and price. Raises _No when it is another order of size."""
    if not reading.form.checked:
        return
    amount = abs(_number(reading, cells, "amount") or Decimal(0))
    if amount and abs(amount - value) > FITS * value + abs(fee) + Decimal("0.02"):
        raise _No("amount_mismatch")
