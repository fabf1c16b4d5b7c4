"""Figures as they are shown, in Korean and English; what is printed here, `find_figures` reads back."""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from tools.figures.days import MONTH_DAYS, MONTH_NAMES
from tools.figures.figure import Currency, Lang

_MINUS = "−"


def percent(value: float, lang: Lang, *, digits: int = 1) -> str:
    """A fraction as percent: 0.123 is 12.3%, 0.1 is 10%.

    Raises:
        ValueError: `value` is not finite; an unknown figure has words of its own.
    """
    del lang  # both languages write it alike
    return _signed(_rounded(value, 2, digits)) + "%"


def points(value: float, lang: Lang, *, digits: int = 1) -> str:
    """A difference of two fractions, always signed: +2.5%p, −3 points.

    Raises:
        ValueError: `value` is not finite.
    """
    rounded = _rounded(value, 2, digits)
    text = _signed(rounded) if rounded < 0 else "+" + _signed(rounded)
    if lang == "ko":
        return text + "%p"
    return text + (" point" if abs(rounded) == 1 else " points")


def money(amount: Decimal, currency: Currency, lang: Lang) -> str:
    """An amount in full: 3억 2,000만원, 1,234.50달러, $12,000, ₩320,000,000.

    Won below 10,000 keep up to two decimals (an exchange rate has them), dollars have two or none, and less than a
    dollar four significant digits.
    Raises:
        ValueError: `amount` is not finite.
    """
    exact = _money_rounded(amount, currency)
    sign, size = (_MINUS if exact < 0 else ""), abs(exact)
    if currency == "KRW":
        return sign + (_myriads(size) + "원" if lang == "ko" else f"₩{_plain(size)}")
    dollars = f"{size:,.2f}" if size >= 1 and size % 1 else _plain(size, least=2 if size % 1 else 0)
    return sign + (f"{dollars}달러" if lang == "ko" else f"${dollars}")


def money_short(amount: Decimal, currency: Currency, lang: Lang) -> str:
    """An amount in few characters, one decimal at most: 3.2억원, 1,500만원, $1.2k, $3.4M, ₩320M.

    Raises:
        ValueError: `amount` is not finite.
    """
    scales = [("조", 12), ("억", 8), ("만", 4)] if lang == "ko" else [("T", 12), ("B", 9), ("M", 6), ("k", 3)]
    size = abs(_money_rounded(amount, currency))
    sign = _MINUS if amount < 0 and size else ""
    unit = next(((name, power) for name, power in scales if size.scaleb(-power) >= Decimal("0.9995")), None)
    if unit is None:
        return money(amount, currency, lang)
    scaled = size.scaleb(-unit[1])
    body = _plain(scaled.quantize(Decimal("0.1" if scaled < 1000 else "1"), ROUND_HALF_UP)) + unit[0]
    if lang == "ko":
        return sign + body + ("원" if currency == "KRW" else "달러")
    return sign + ("₩" if currency == "KRW" else "$") + body


def number(value: float | Decimal, lang: Lang, *, digits: int = 2) -> str:
    """A plain number with thousands separators, trailing zeros dropped: 1,234.5.

    Raises:
        ValueError: `value` is not finite.
    """
    del lang  # both languages write it alike
    return _signed(_rounded(value, 0, digits))


def units(amount: Decimal, lang: Lang, noun: Literal["shares", "coins"]) -> str:
    """How many of an asset, exactly: 10주, 0.0512개, 10 shares, 0.0512.

    Raises:
        ValueError: `amount` is not finite.
    """
    text = _signed(_finite(amount))
    if lang == "ko":
        return text + ("주" if noun == "shares" else "개")
    if noun == "coins":
        return text
    return text + (" share" if abs(amount) == 1 else " shares")


def day(d: date, lang: Lang) -> str:
    """A day: 2026년 3월 2일, 2 March 2026."""
    return f"{d.year}년 {d.month}월 {d.day}일" if lang == "ko" else f"{d.day} {MONTH_NAMES[d.month - 1]} {d.year}"


def months(n: float, lang: Lang) -> str:
    """A length of time given in months: 3년, 1년 6개월, 2.5개월, 21일.

    Below a month it is told in days, from a year on in whole months.

    Raises:
        ValueError: `n` is negative or not finite.
    """
    if not math.isfinite(n) or n < 0:
        raise ValueError(f"no length of time: {n}")
    if 0 < n < 0.95:
        return _counted(Decimal(max(1, round(n * MONTH_DAYS))), "일", "day", lang)
    tenth = Decimal(str(n)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if tenth < 12:
        return _counted(tenth, "개월", "month", lang)
    years, rest = divmod(int(tenth.quantize(Decimal(1), ROUND_HALF_UP)), 12)
    whole = _counted(Decimal(years), "년", "year", lang)
    return f"{whole} {_counted(Decimal(rest), '개월', 'month', lang)}" if rest else whole


def _counted(count: Decimal, korean: str, english: str, lang: Lang) -> str:
    text = _plain(count)
    if lang == "ko":
        return text + korean
    return f"{text} {english}" if count == 1 else f"{text} {english}s"


def _finite(value: float | Decimal) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"not a figure: {value}")
    return exact


def _rounded(value: float | Decimal, power: int, digits: int) -> Decimal:
    """`value` times 10**power, half away from zero at `digits` decimals; of the shortest decimal of a float."""
    return _finite(value).scaleb(power).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _money_rounded(amount: Decimal, currency: Currency) -> Decimal:
    exact = _finite(amount)
    if currency == "KRW":
        decimals = 2 if abs(exact) < 10_000 else 0
    else:
        decimals = 2 if abs(exact) >= 1 or not exact else max(2, 3 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _signed(value: Decimal) -> str:
    return (_MINUS if value < 0 else "") + _plain(abs(value))


def _plain(size: Decimal, *, least: int = 0) -> str:
    """Thousands separators, no trailing zeros beyond `least` decimals, never an exponent."""
    whole, _, decimals = f"{size:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _myriads(size: Decimal) -> str:
    """Korean groups of ten thousand: 3억 2,000만."""
    parts: list[str] = []
    for name, power in (("조", 12), ("억", 8), ("만", 4)):
        group, size = divmod(size, Decimal(10**power))
        if group:
            parts.append(f"{_plain(group)}{name}")
    if size or not parts:
        parts.append(_plain(size))
    return " ".join(parts)
