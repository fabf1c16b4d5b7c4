"""For how long a wish is meant: "이번 분기만", "this year only", "6월 말까지". Nothing said means for good."""

import calendar
import re
from datetime import date, timedelta
from typing import Final

from tools.figures.parse import find_figures

_PERIODS: Final = (
    (r"이번\s?주|금주|this\s+week", "week"),
    (r"이번\s?달|이달|금월|this\s+month", "month"),
    (r"이번\s?분기|금분기|this\s+quarter", "quarter"),
    (r"올해|금년|올\s?한\s?해|this\s+year", "year"),
)
_PERIOD = re.compile(
    "|".join(
        rf"(?P<{name}>(?<![가-힣])(?:{words})\s?(?:에?만|까지(?:만)?|동안(?:만|에만)?|한정)"
        rf"|\b(?:just|only)\s+(?:for\s+)?(?:{words})\b|\bfor\s+(?:{words})(?:\s+only)?\b|\b(?:{words})\s+only\b"
        rf"|\buntil\s+(?:the\s+)?end\s+of\s+(?:{words})\b)"
        for words, name in _PERIODS
    ),
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:\b(?:until|till|through|up\s+to)\s*(?:the\s+end\s+of\s+)?)$", re.IGNORECASE)
_AFTER = re.compile(r"^\s?(?:말\s?)?까지만?")


def scope(text: str, today: date) -> date | None:
    """The last day a wish is meant for; None when it is meant for good.

    Args:
        text: What was said.
        today: The day it was said, in the investor's zone.
    A month without a day means its end; a day that is over limits nothing.
    """
    period = _PERIOD.search(text)
    if period is not None:
        return _end(str(period.lastgroup), today)
    for figure in find_figures(text, today=today):
        if figure.kind != "date" or figure.on is None:
            continue
        inside = re.search(r"^(?:until|till)\b|까지$", figure.text, re.IGNORECASE)
        if not (inside or _BEFORE.search(text[: figure.start]) or _AFTER.match(text[figure.end :])):
            continue
        last = _month_end(figure.on) if figure.on.day == 1 and not _names_a_day(figure.text) else figure.on
        return last if last >= today else None
    return None


def _end(period: str, today: date) -> date:
    if period == "week":
        return today + timedelta(days=6 - today.weekday())
    if period == "month":
        return _month_end(today)
    if period == "quarter":
        return _month_end(date(today.year, 3 * ((today.month - 1) // 3) + 3, 1))
    return date(today.year, 12, 31)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _names_a_day(text: str) -> bool:
    """Does a date name its day, not only the month?"""
    numbers = re.findall(r"[0-9]+", text)
    return "일" in text or len([n for n in numbers if len(n) <= 2]) + bool(re.search(r"[a-z]{3}", text, re.I)) >= 2
