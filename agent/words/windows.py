"""Over what time a figure is told: "39.1% over three years" is no figure of one year, and the other way round.

A computed figure says its window in its name (`r_1y`, `r_ytd`); a reply says it beside the figure. Where either says
nothing, any window fits.
"""

import re
from collections.abc import Sequence
from typing import Final

from agent.words.known import MONTH_DAYS, Known

Window = float | str
"""A length in months, or one of ytd, qtd, mtd, wtd: since the year, quarter, month, week began."""

_NAMED = re.compile(r"(?:^|_)(?:([0-9]{1,3})_?(d|days?|w|wk|weeks?|m|mo|months?|q|y|yr|years?)|([yqmw]td))(?=_|$)")
_MONTHS: Final = {"d": 1 / MONTH_DAYS, "w": 7 / MONTH_DAYS, "m": 1.0, "q": 3.0, "y": 12.0}
_CLOSE: Final = 0.04  # of its length: 52 weeks are a year, 90 days a quarter

_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "다섯": 5, "여섯": 6,
    "열": 10, "일": 1, "이": 2, "삼": 3, "오": 5, "십": 10,
}  # fmt: skip
_DAYS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "열흘": 10, "보름": 15}
_COUNT = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SAID = re.compile(
    rf"\b(?:over|in|for|during|across|within)\s+(?:the\s+)?(?:past|last|previous|trailing|prior|latest|recent)?\s*"
    rf"(?P<n>[0-9]{{1,3}}|{_COUNT})[\s-]+(?P<unit>day|week|month|quarter|year)s?\b"
    r"|\b(?:past|last|previous|trailing|prior|latest)\s+(?:(?P<n2>[0-9]{1,3}|" + _COUNT + r")\s+)?"
    r"(?P<unit2>day|week|month|quarter|year)s?\b"
    rf"|\b(?P<n3>[0-9]{{1,3}}|{_COUNT})-(?P<unit3>day|week|month|quarter|year)\b"
    r"|\b(?P<start>since\s+\w+)|(?P<start_ko>(?<![가-힣])[0-9가-힣]{1,8}\s?(?:이후|이래|부터))"
    r"|\b(?P<since>this\s+(?:year|quarter|month|week)|year[\s-]to[\s-]date|ytd|so\s+far\s+this\s+year)\b"
    rf"|(?<![0-9.,가-힣])(?P<n4>[0-9]{{1,3}}|{_COUNT})\s?(?P<unit4>거래일|일|주일?|개월|달|분기|년)"
    r"(?=\s?(?:간|동안|새|사이|누적|수익|변동성|성과|연속|(?:으)?로\s?(?:보면|봐도|치면)))"
    rf"|(?:지난|최근|직전|과거)\s?(?P<n5>[0-9]{{1,3}}|{_COUNT})\s?(?P<unit5>거래일|일|주일?|개월|달|분기|년)"
    r"|(?P<ko>올해|금년|연초|이번\s?(?:분기|달|주)|이달|지난\s?(?:주|달)(?![가-힣])|일주일|지난주에?|지난달에?)"
    r"|(?P<days>(?<![가-힣])(?:하루|이틀|사흘|나흘|닷새|열흘|보름))(?=\s?(?:간|동안|새|사이|누적|수익|변동성|만에))",
    re.IGNORECASE,
)
_UNITS: Final = {"day": "d", "week": "w", "month": "m", "quarter": "q", "year": "y"} | {
    **dict.fromkeys(("거래일", "일"), "d"),
    **dict.fromkeys(("주", "주일"), "w"),
    **dict.fromkeys(("개월", "달"), "m"),
    "분기": "q",
    "년": "y",
}
_SINCE: Final[tuple[tuple[str, frozenset[Window]], ...]] = (
    ("year", frozenset(("ytd", 12.0))),
    ("ytd", frozenset(("ytd",))),
    ("date", frozenset(("ytd",))),
    ("quarter", frozenset(("qtd", 3.0))),
    ("month", frozenset(("mtd", 1.0))),
    ("week", frozenset(("wtd", 7 / MONTH_DAYS))),
    ("올해", frozenset(("ytd", 12.0))),
    ("금년", frozenset(("ytd", 12.0))),
    ("연초", frozenset(("ytd",))),
    ("분기", frozenset(("qtd", 3.0))),
    ("달", frozenset(("mtd", 1.0))),
    ("주", frozenset(("wtd", 7 / MONTH_DAYS))),
)


def named(fact: Known) -> frozenset[Window]:
    """The windows a computed figure's name says it is of."""
    if fact.unit in ("months", "date", "year"):
        return frozenset()
    found = _NAMED.finditer(fact.name.lower())
    return frozenset(m[3] or int(m[1]) * _MONTHS[m[2][0]] for m in found)


def told(reply: str, span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> list[frozenset[Window]]:
    """For each figure of one sentence, given by its place in order, the windows it is told over; none where not said.

    What stands before a figure is its own unless the figure before took it; else what stands behind it, up to the next
    figure; else what was said last, or what comes next ("up 3%, and gold 5%, this year").
    """
    phrases = [(m.start(), _window(m)) for m in _SAID.finditer(reply, *span)]
    found: list[frozenset[Window]] = []
    edge = span[0]
    for n, (start, end) in enumerate(spans):
        ahead = spans[n + 1][0] if n + 1 < len(spans) else span[1]
        own = [w for at, w in phrases if edge <= at < start]
        edge = end
        if not own:
            own = [w for at, w in phrases if end <= at < ahead][:1]
            edge = ahead if own else end
        if not own:
            own = found[-1:] if found and found[-1] else [w for at, w in phrases if at >= end][:1]
        found.append(frozenset(x for w in own for x in w))
    return found


def agree(fact: frozenset[Window], said: frozenset[Window], others: frozenset[Window]) -> bool:
    """Whether a figure of one window may be told over another.

    others: windows of all computed figures: this year may stand for one year where nothing is since January.
    """
    if not fact or not said:
        return True
    exact = {w for w in said if isinstance(w, str)} & others
    return any(_same(a, b) for a in fact for b in (exact or said))


def _same(a: Window, b: Window) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= _CLOSE * max(a, b)


def _window(m: re.Match[str]) -> frozenset[Window]:
    if m["days"]:
        return frozenset((_DAYS[m["days"]] * _MONTHS["d"],))
    start = m["start"] or m["start_ko"]
    if start:  # since some day: since January it is the year to date, else no window has that name
        return frozenset(("ytd",)) if re.search(r"\bjan|연초|1월", start, re.IGNORECASE) else frozenset()
    since = (m["since"] or m["ko"] or "").lower()
    if since:
        return frozenset((7 / MONTH_DAYS,)) if since == "일주일" else next(w for word, w in _SINCE if word in since)
    count, unit = next((m[f"n{k}"], m[f"unit{k}"]) for k in ("", "2", "3", "4", "5") if m[f"unit{k}"])
    number = 1 if count is None else int(count) if count.isdigit() else _NUMBERS[count.lower()]
    return frozenset((number * _MONTHS[_UNITS[unit.lower()]],))
