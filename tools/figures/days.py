"""Dates, and times counted from today: 2026년 3월 2일, March 2, next month, 내후년, by year end."""

import re
from datetime import date
from typing import Final

from tools.figures.figure import Figure, Lang

MONTH_DAYS: Final = 365.2425 / 12
"""Days in an average month of the calendar."""

MONTH_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS = {name[:3].lower(): n for n, name in enumerate(MONTH_NAMES, 1)}
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<{0}>[0-9]{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>(?:19|20)[0-9]{{2}})"
_NO_UNIT = (  # "mar 10 percent" is no day
    r"(?![0-9]|[.,][0-9]|\s?(?:%|k\b|m\b|percent|pct|per\s?cent|points?|shares|dollars|years?|months?|weeks?|million"
    r"|thousand|won\b))"
)
_DATE_FORMS = (  # m, d, y: month, day, year; the number tells the forms apart
    rf"(?<![0-9a-z.,/-]){_YEAR.format('y1')}\s?(?P<sep>[-./])\s?(?P<m1>[0-9]{{1,2}})\s?(?P=sep)\s?(?P<d1>[0-9]{{1,2}})(?![0-9])\.?",
    rf"(?<![0-9])(?:{_YEAR.format('y2')}\s?년\s?|(?P<rel2>올해|내년|내후년|작년|재작년)\s?)?"
    r"(?P<m2>[0-9]{1,2})\s?월\s?(?P<d2>[0-9]{1,2})\s?일(?!\s?선)",
    rf"\b{_MONTH.format('m3')}\s+{_DAY.format('d3')}(?:(?:\s*,\s*|\s+){_YEAR.format('y3')}(?![0-9]))?{_NO_UNIT}",
    rf"(?<![0-9a-z.,])(?:the\s+)?{_DAY.format('d4')}\s+(?:of\s+)?{_MONTH.format('m4')}(?![a-z])"
    rf"(?:(?:\s*,\s*|\s+){_YEAR.format('y4')}(?![0-9]))?",
    r"(?<![0-9a-z./])(?P<m5>[0-9]{1,2})/(?P<d5>[0-9]{1,2})(?=\s?(?:까지|에(?!서)|일|부터|자(?:로)?|날))",
    rf"{_YEAR.format('y6')}\s?년\s?(?P<m6>[0-9]{{1,2}})\s?월(?!물)",
    r"(?P<rel7>올해|내년|내후년)\s?(?P<m7>[0-9]{1,2})\s?월(?!물)",
    rf"\b(?:in|by|until|till|before|since|from|after|this|next)\s+{_MONTH.format('m8')}(?![a-z]|,?\s+[0-9])",
    rf"\b{_MONTH.format('m9')},?\s+{_YEAR.format('y9')}(?![0-9])",
    r"(?<![0-9.,])(?P<m10>[0-9]{1,2})\s?월(?!\s?[0-9]|물)",
    r"(?<![0-9.,])(?P<d11>[0-9]{1,2})\s?일(?=\s?(?:에(?!서)|까지|부터|날|자(?![가-힣])))",
)
_DATE = re.compile("|".join(_DATE_FORMS), re.IGNORECASE)
_RELATIVE = {"재작년": -2, "작년": -1, "올해": 0, "내년": 1, "내후년": 2}

_YEAR_END = re.compile(
    r"(?P<next>(?<![가-힣])내년\s?(?:말|안에|까지)|\b(?:by|before|until|till)\s+(?:the\s+)?end\s+of\s+next\s+year\b)"
    r"|(?<![가-힣])(?:올해|금년|올)\s?(?:안(?=에|으로|$|\s|까지)|말|내(?=에|로|$|\s)|까지)"
    r"|(?<![가-힣])(?:연내|연말(?=까지|\s?전|\s?안|이전|에\s))"
    r"|\b(?:by|before|until|till)\s+(?:the\s+)?(?:end\s+of\s+(?:the|this)\s+year|year[\s-]?end|end\s+of\s+year)\b",
    re.IGNORECASE,
)

_AHEAD: Final = (  # what is said, in months
    (r"(?<![가-힣])내후년", 24.0),
    (r"(?<![가-힣])(?:내년|명년)", 12.0),
    (r"(?<![가-힣])후년", 24.0),
    (r"(?<![가-힣])다다음\s?달", 2.0),
    (r"(?<![가-힣])(?:다음\s?달|담달|내달|익월)", 1.0),
    (r"(?<![가-힣])다음\s?분기", 3.0),
    (r"(?<![가-힣])다다음\s?주", 14 / MONTH_DAYS),
    (r"(?<![가-힣])(?:다음\s?주|담주)", 7 / MONTH_DAYS),
    (r"(?<![가-힣])반\s?년", 6.0),
    (r"(?<![가-힣])보름(?!달)", 15 / MONTH_DAYS),
    (r"(?<![가-힣])열흘", 10 / MONTH_DAYS),
    (r"(?<![가-힣])나흘", 4 / MONTH_DAYS),
    (r"(?<![가-힣])사흘", 3 / MONTH_DAYS),
    (r"(?<![가-힣])이틀", 2 / MONTH_DAYS),
    (r"\bthe\s+year\s+after\s+next\b", 24.0),
    (r"\bthe\s+month\s+after\s+next\b", 2.0),
    (r"\bnext\s+year\b", 12.0),
    (r"\bnext\s+quarter\b", 3.0),
    (r"\bnext\s+month\b", 1.0),
    (r"\bnext\s+week\b", 7 / MONTH_DAYS),
    (r"\bhalf\s+(?:a|of\s+a)\s+year\b|\ba?\s?half[\s-]year\b", 6.0),
    (r"\bhalf\s+a\s+decade\b", 60.0),
    (r"\b(?:a|the\s+(?:next|last|past)|next|last|past)\s+decade\b", 120.0),
    (r"\b(?:a\s+)?fortnight\b", 14 / MONTH_DAYS),
    (r"\ba\s+year\s+and\s+(?:a\s+)?half\b", 18.0),
    (r"\ba\s+month\s+and\s+a\s+half\b", 1.5),
)
# "a year" is a length in "in a year" and "a year from now", a pace in "5 % a year" and "twice a year".
_LENGTH_BEFORE = "|".join(
    rf"(?<={word}\s)"
    for word in (
        "in",
        "within",
        "over",
        "for",
        "after",
        "about",
        "around",
        "roughly",
        "than",
        "under",
        "almost",
        "nearly",
    )
)
_LENGTH_AFTER = r"(?=\s+(?:from|later|out|away|ahead|hence|ago|left|to\s+go|or\s+(?:so|two|more|less))\b|'s\s)"
_A_WHILE: Final = tuple(
    (rf"(?:{_LENGTH_BEFORE})an?\s+{unit}\b|\ban?\s+{unit}\b{_LENGTH_AFTER}", months)
    for unit, months in (("year", 12.0), ("month", 1.0), ("week", 7 / MONTH_DAYS))
)
_SPANS: Final = _AHEAD + _A_WHILE
_SPAN = re.compile("|".join(f"(?P<s{n}>{pattern})" for n, (pattern, _) in enumerate(_SPANS)), re.IGNORECASE)


def dates(folded: str, lang: Lang, today: date | None) -> list[Figure | tuple[int, int]]:
    """Days and months of the calendar; a bare span where it is no day that exists, so that its digits stay unread.

    A day without a year is the coming one, counted from `today`; a month without a day is its first day; the day of no
    named month stays unread, as in "매달 15일에".
    """
    return [_date(match, today) for match in _DATE.finditer(folded) if _wanted(match, lang, today)]


def _wanted(match: re.Match[str], lang: Lang, today: date | None) -> bool:
    if match["m5"]:
        return lang == "ko"  # 3/2 is 2 March in Korean; in English it is either
    return today is not None or not (match["rel7"] or match["m8"])


def _date(match: re.Match[str], today: date | None) -> Figure | tuple[int, int]:
    part = {re.sub("[0-9]+$", "", name): text for name, text in match.groupdict().items() if text}
    month_text, day_text, year_text, relative = part.get("m"), part.get("d", "1"), part.get("y"), part.get("rel")
    if month_text is None or (today is None and match["m10"]):
        return match.span()
    month = int(month_text) if month_text.isdigit() else _MONTHS[month_text[:3].lower()]
    try:
        if year_text:
            on: date | None = date(int(year_text), month, int(day_text))
        elif today is None:
            date(2024, month, int(day_text))  # a leap year: is it a day of some year?
            on = None
        elif relative:
            on = date(today.year + _RELATIVE[relative], month, int(day_text))
        else:
            on = _coming(month, int(day_text), today)
    except ValueError:
        return match.span()
    start, end = (match.start("m8") if match["m8"] else match.start()), match.end()
    return Figure(match.string[start:end], start, end, "date", float(on.toordinal()) if on else 0.0, on=on)


def _coming(month: int, day: int, today: date) -> date:
    for year in range(today.year, today.year + 9):  # 29 February comes within eight years
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        if on >= today:
            return on
    raise ValueError("no such day")


def spans(folded: str, today: date | None) -> list[Figure]:
    """Lengths of time said without a numeral, in months; "올해 안" only where `today` is known."""
    found = [
        Figure(match[0], match.start(), match.end(), "duration", _SPANS[int(str(match.lastgroup)[1:])][1])
        for match in _SPAN.finditer(folded)
    ]
    if today is not None:
        for match in _YEAR_END.finditer(folded):
            left = date(today.year + bool(match["next"]), 12, 31) - today
            found.append(Figure(match[0], match.start(), match.end(), "duration", left.days / MONTH_DAYS))
    return found
