"""Every figure in a text, by one rule: collect all readings, then from the left take the longest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from tools.figures.days import MONTH_DAYS, dates, spans
from tools.figures.figure import Currency, Figure, Kind, Lang, fold
from tools.figures.manner import mark
from tools.figures.names import names
from tools.figures.parts import parts
from tools.figures.units import MONTHS_OF, UNIT
from tools.figures.words import NUMERAL, VAGUE, worth

_HANGUL = re.compile(r"[가-힣]")
_PREFIX = re.compile(
    r"(?P<sign>(?<![\w%)\]])[+-]\s?(?=$|[$₩uk])|(?<![가-힣])마이너스\s?|(?<![가-힣])플러스\s?|\b(?:minus|negative)\s|▼\s?|▲\s?)?"
    r"(?P<money>(?P<usd>(?:\bus)?\$\s?|\busd\s?|(?<![가-힣])미화\s)|(?P<krw>₩\s?|\bkrw\s?|(?<![가-힣])원화\s))?"
    r"(?P<late>(?<=[$₩])[+-])?$",
    re.IGNORECASE,
)
_REACH = 12  # characters before a numeral in which its sign and currency stand
_CENTURY: Final = (Decimal(1900), Decimal(2100))
_YEAR_BEFORE = re.compile(r"\b(?:since|from|in|until|till|by|before|after|during|through|of|year|back\s+to|between)\s+(?:early\s+|late\s+|mid-?\s?)?$", re.IGNORECASE)
_YEAR_AFTER = re.compile(
    r"\s?(?:(?:global\s+|great\s+)?(?:financial\s+|banking\s+|covid\s+)?(?:crisis|crash|recession|bear|sell-?off|onwards?|on\b)|(?:글로벌\s?)?(?:금융\s?)?위기|폭락|하락장|팬데믹|코로나)",
    re.IGNORECASE,
)
_ONE_SIDED = re.compile(r"[A-Za-z_]|/\s?[0-9]|[0-9]")  # behind a bare numeral these make it part of something else
_CLAUSE_END = re.compile(r"\s*(?:$|[,.;!?)]|(?:please|pls|instead|then|now|max|tops|maximum|minimum|min|or|and|for|but|thanks|actually|at)\b)", re.IGNORECASE)
_SETS_TO = re.compile(r"\b(?:to|at|by|it|be|of|say|maybe|around|about|than|make|down|up|just|only)\s+$", re.IGNORECASE)
_SINO_END = re.compile(r"으?로(?![가-힣])|쯤|\s?정도|까지|만(?![가-힣])|\s?이[하상]|$|[.!?,]")
_MONTHS_AFTER = re.compile(r"\s(?:performance|return|momentum|horizon|chart|outlook|ago|forward|rolling|window|period)", re.IGNORECASE)
_MONTHS_BEFORE = re.compile(r"\b(?:last|past|next|previous|trailing|over|in|for)\s+$", re.IGNORECASE)
_AND = re.compile(r"\s?(?:하고\s?|,\s?|and\s)?", re.IGNORECASE)
_AND_HALF = re.compile(r"\s?(?:하고\s?)?반(?![가-힣])|\s?반(?=에|뒤|후|정도|동안|이|쯤|간|만|안|은|을|까지)|\s+and\s+a\s+half\b", re.IGNORECASE)
_JOINED = re.compile(r"\s?(?:~|-|to|에서|내지|or|부터)\s?", re.IGNORECASE)
_PIECES = re.compile(r"(?P<head>[^0-9]*)(?P<body>[0-9][0-9,.]*)(?P<tail>.*)", re.DOTALL)

_Reading = Figure | tuple[int, int]


def find_figures(text: str, lang: Lang | None = None, *, today: date | None = None) -> tuple[Figure, ...]:
    """All figures in `text`, in order and without overlap; where readings compete, the longest wins.

    Args:
        text: What somebody wrote, Korean and English mixed as they please.
        lang: Decides only what both languages write alike ("3/2까지" is a day in Korean); None asks whether Hangul stands in it.
        today: What a day without year, "내년 3월" and "by year end" count from; without it those stay unresolved.
    """
    folded, origin = fold(text)
    spoken: Lang = lang or ("ko" if _HANGUL.search(folded) else "en")
    readings: list[_Reading] = [*names(folded), *dates(folded, spoken, today), *spans(folded, today), *parts(folded), *_numerals(folded)]
    found = _share_units(list(_longest(readings)), folded)
    return tuple(_place(mark(figure, folded), text, origin) for figure in found)


def _longest(readings: Iterable[_Reading]) -> Iterator[Figure]:
    """From the left the longest reading, names before figures of the same length; names themselves are dropped."""
    reached = 0
    for reading in sorted(readings, key=lambda r: (_span(r)[0], -_span(r)[1], isinstance(r, Figure))):
        start, end = _span(reading)
        if start < reached:
            continue
        reached = end
        if isinstance(reading, Figure):
            yield reading


def _span(reading: _Reading) -> tuple[int, int]:
    return (reading.start, reading.end) if isinstance(reading, Figure) else reading


def _place(figure: Figure, text: str, origin: list[int] | None) -> Figure:
    if origin is None:
        return replace(figure, text=text[figure.start : figure.end])
    start, last = origin[figure.start], origin[figure.end - 1]
    end = next(offset for offset in origin[figure.end :] if offset > last)
    return replace(figure, text=text[start:end], start=start, end=end)


def _numerals(folded: str) -> Iterator[Figure]:
    position = 0
    while match := NUMERAL.search(folded, position):
        figure = _read(match)
        yield from [figure] if figure else []
        position = max(figure.end if figure else 0, match.start() + 1 if not match[0][0].isdigit() else match.end())


def _read(numeral: re.Match[str]) -> Figure | None:
    """The figure a numeral makes with its sign, its currency and its unit; None where it makes none."""
    folded, manner = numeral.string, str(numeral.lastgroup)
    offset = max(0, numeral.start() - _REACH)
    prefix = _PREFIX.search(folded[offset : numeral.start()])
    assert prefix is not None  # it can match nothing at all
    start = offset + prefix.start()
    unit = UNIT.match(folded, numeral.end())
    name = _unit_name(numeral, unit)
    end = unit.end() if unit and name else numeral.end()
    value = worth(numeral[0], manner, whole=name in ("krw", "usd"))
    sign = prefix["sign"] or prefix["late"] or ""
    if sign and sign.strip().lower() in ("-", "마이너스", "minus", "negative", "▼"):
        value = -value
    approx = numeral[0] in VAGUE

    def figure(kind: Kind, worth_: Decimal | float, *, exact: Decimal | None = None, currency: Currency | None = None) -> Figure:
        return Figure(folded[start:end], start, end, kind, float(worth_), exact, currency, approx, signed=bool(sign))

    if name in ("percent", "points", "basis", "tenths"):
        return _share_of(figure, name, value, unit)
    currency = _currency(numeral[0], manner, name, prefix)
    if currency or name == "foreign":
        return figure("money", value, exact=value, currency=currency)
    start = numeral.start() if not sign else start
    if name == "years" and _is_year(numeral[0], value) and not re.match(r"\s?(?:간|동안)", folded[end : end + 4]):
        return figure("year", value)
    if name in MONTHS_OF:
        end, months = _duration(folded, end, float(value), name)
        return figure("duration", months)
    if name == "units":
        return figure("units", value, exact=value)
    if name == "count":
        return figure("number", value, exact=value)
    return _bare(numeral, value, figure(“number”, value, exact=value))
