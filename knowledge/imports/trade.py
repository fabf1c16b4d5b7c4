"""One row of a known format -> one trade, or the reason why it cannot be taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from knowledge.imports import amounts, dates
from knowledge.imports.amounts import Mark
from knowledge.imports.dates import Order
from knowledge.imports.formats import PENCE, Cells, Format
from knowledge.imports.kinds import TRADES, kind_of
from knowledge.imports.money import currency_of, sign_currency
from knowledge.imports.safe import is_formula
from tools.domain.imports import NO_CURRENCY, PastTrade

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


class No(Exception):
    """A row that cannot be taken; `args[0]` is the reason."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of this file are read."""

    form: Format
    now: datetime
    order: Order | None
    marks: Mapping[str, Mark | None]
    side: str | None  # what the person said every row is, when no column says it


def named(cells: Cells) -> str:
    """What the row calls the paper: its symbol, else its ISIN, else its name."""
    return next((cells[r] for r in ("symbol", "isin", "name") if cells.get(r)), "")


def trade_of(reading: Reading, line: int, cells: Cells, kind: str | None) -> PastTrade:
    """One trade. Raises No with the reason."""
    form = reading.form
    for role in _TEXT:
        if is_formula(cells.get(role, "")):
            raise No("formula")
    if kind is None:
        raise No("cancelled_trade" if kind_of(cells.get("side", "")) == "cancelled" else "unknown_side")
    symbol = _symbol(cells)
    when = _when(reading, cells)
    signed = _number(reading, cells, "units")
    if signed is None:
        raise No("bad_units")
    side = kind if kind in TRADES else (reading.side or ("sell" if signed < 0 else "buy"))
    if signed < 0 and not (form.signed and side == "sell"):
        raise No("sign_mismatch" if form.signed else "negative_units")
    units = abs(signed)
    if units == 0:
        raise No("zero_units")
    if -_exponent(units) > amounts.DECIMALS:
        raise No("too_precise")
    currency, price = _price(reading, cells, units)
    fee, charged = _fee(reading, cells, currency)
    if units > MOST_UNITS or units * price > MOST_VALUE * (1000 if currency in SMALL_MONEY else 1):
        raise No("absurd_size")
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
    symbol = named(cells).strip("'\"")
    if not symbol:
        raise No("no_symbol")
    words = len(symbol.split())
    if not _SYMBOL.fullmatch(symbol) or words > (2 if cells.get("symbol") else 6):
        raise No("bad_symbol")
    return symbol


def _when(reading: Reading, cells: Cells) -> dates.Moment:
    zone = cells.get("zone") or reading.form.zone
    when = dates.moment(cells.get("date", ""), reading.order, cells.get("time", ""), zone)
    if when is None:
        raise No("ambiguous_date" if reading.order is None and dates.is_open(cells.get("date", "")) else "bad_date")
    if when.day < EARLIEST:
        raise No("too_old")
    if when.at > (reading.now.astimezone(UTC) if when.timed else reading.now.astimezone(UTC) + AHEAD):
        raise No("in_future")
    return when


def _number(reading: Reading, cells: Cells, role: str) -> Decimal | None:
    """A number of a row, None for an empty cell. Raises No when it is none, or reads two ways."""
    text = cells.get(role, "")
    if text in ("", "-"):
        return None
    mark = reading.marks[role]
    value = amounts.number(text, mark)
    if value is None:
        open_one = mark is None and amounts.is_open(text)
        raise No("ambiguous_number" if open_one else f"bad_{'fee' if role == 'fee2' else role}")
    return value


def _price(reading: Reading, cells: Cells, units: Decimal) -> tuple[str, Decimal]:
    """Currency and price per unit; pence become pounds."""
    written = cells.get("currency", "") or sign_currency(cells.get("price", "")) or ""
    if not written and "currency" in cells:
        raise No("no_currency")
    written = written or reading.form.currency or ""
    if not written and re.fullmatch(r"A?[0-9]{5}[0-9A-Z]", cells.get("symbol", "")):
        written = "KRW"  # six characters beginning with five digits are a code of the Korean exchange
    hundredth, factor = PENCE.get(written, ("", Decimal(1)))
    currency = hundredth or (currency_of(written) if written else NO_CURRENCY)
    if currency is None:
        raise No("bad_currency")
    price = _number(reading, cells, "price")
    if reading.form.from_amount:
        amount = _number(reading, cells, "amount")
        price = abs(amount) / units if amount else price
    if price is None:
        raise No("bad_price")
    if price <= 0:
        raise No("zero_price")
    price *= factor
    if -_exponent(price) > amounts.DECIMALS:  # digits no exchange quotes, made by a division somewhere
        price = price.quantize(_FINEST)
    if price <= 0 or price > MOST_VALUE * 1000:
        raise No("absurd_size")
    return currency, price


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _fee(reading: Reading, cells: Cells, currency: str) -> tuple[Decimal, str]:
    """What the trade cost on top and in what: positive whatever the broker's sign, but a rebate stays one."""
    total = Decimal(0)
    for role in ("fee", "fee2"):
        value = _number(reading, cells, role) or Decimal(0)
        total += -value if reading.form.rebate else abs(value)
    if abs(total) > MOST_VALUE or -_exponent(total) > amounts.DECIMALS:
        raise No("bad_fee")
    written = cells.get("fee_currency", "")
    return total, (currency_of(written) or NO_CURRENCY) if written and total else currency


def _check_amount(reading: Reading, cells: Cells, value: Decimal, fee: Decimal) -> None:
    """The amount a row names must fit its units and price. Raises No when it is another order of size."""
    if not reading.form.checked:
        return
    amount = abs(_number(reading, cells, "amount") or Decimal(0))
    if amount and abs(amount - value) > FITS * value + abs(fee) + Decimal("0.02"):
        raise No("amount_mismatch")
