"""Parts of a whole said without a percent sign: half, 절반, 3분의 1, two thirds, one in five, half a percent."""

import re
from decimal import Decimal
from typing import Final

from tools.figures.figure import Figure
from tools.figures.words import NUMERAL, worth

_SINO = "[일이삼사오육칠팔구십]"
_SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten)"
_DIVISORS: Final = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "twentieth": 20,
}
_TOPS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
# "a third time" and "a fifth fund" count in order; "a third of" and "by a third" divide.
_NOT_ORDER = (
    r"(?![a-z-]|\s+(?:times?|party|parties|option|person|way|asset|funds?|stocks?|goals?|things?|day|week|month|year|one|question|account"
    r"|reason|position|choice|opinion|quarter|rate|cut|hike|wave|round)\b)"
)

_FORMS = (
    rf"(?P<ko>(?<![0-9.,])(?P<ko_bottom>[0-9]{{1,3}}|(?<![가-힣]){_SINO}{{1,2}})\s?분의\s?"
    rf"(?P<ko_top>[0-9]{{1,3}}(?![0-9])|{_SINO}))",
    r"(?P<slash>(?<![0-9a-z/.,])(?<!\bon\s)(?P<slash_top>[1-9])\s?/\s?"
    r"(?P<slash_bottom>[2-9]|1[0-9]|20|25|30|40|50|100)(?![0-9a-z/]|\s?[%월일]|\.[0-9]))",
    rf"(?P<in>\b(?P<in_top>[1-9]|{_SMALL})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<in_bottom>[0-9]{{1,2}}|100|{_SMALL}|twenty)"
    r"(?![0-9a-z%]|[.,][0-9]|[\s-]+(?:years?|months?|weeks?|days?|percent|pct|per\s?cent|shares|k|million)\b))",
    r"(?P<divided>\b(?P<divided_top>an?|one|two|three|four|five|[1-9])[\s-]+(?P<divided_bottom>half|halves|thirds?"
    rf"|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|twentieths?){_NOT_ORDER})",
    r"(?P<quarter>\bquarter(?=\s+(?:of\s+)?(?:a\s+)?(?:percent|point)))",
    r"(?P<half>(?<![a-z-])(?<!first\s)(?<!second\s)(?<!other\s)(?<!better\s)"
    r"(?:half(?![a-z-]|\s+(?:past|year|time|hour))|halv(?:e|ing\s+my|ed)(?![a-z])))",
    r"(?P<ban>절반|반절|반토막|반타작|(?<![가-힣])(?<!시\s)(?<!시)반(?:반)?"
    r"(?=$|[\s,.!?~)]|으로|로|만|은|을|씩|쯤|정도|이상|이하|이나|이라|까지|넘|보다))",
)
_OF_A_PERCENT = re.compile(
    r"\s+(?:of\s+)?(?:(?:an?|one)\s+)?(?:(?P<points>percentage[\s-]points?|points?)|percent|per\s?cent|pct)\b",
    re.IGNORECASE,
)
_PART: Final = re.compile("|".join(_FORMS), re.IGNORECASE)


def parts(folded: str) -> list[Figure]:
    """Fractions, and percents made of them, left to right."""
    return [figure for match in _PART.finditer(folded) if (figure := _part(match)) is not None]


def _part(match: re.Match[str]) -> Figure | None:
    start, end = match.span()
    ratio = _ratio(match)
    if not 0 < ratio <= 1 or (match["slash"] and ratio == 1):
        return None
    if not match["ban"] and (percent := _OF_A_PERCENT.match(match.string, end)):
        text = match.string[start : percent.end()]
        return Figure(text, start, percent.end(), "points" if percent["points"] else "percent", float(ratio / 100))
    return Figure(match[0], start, end, "fraction", float(ratio))


def _ratio(match: re.Match[str]) -> Decimal:
    if match["half"] or match["ban"] or match["quarter"]:
        return Decimal("0.25" if match["quarter"] else "0.5")
    if match["divided"]:
        bottom, top = match["divided_bottom"].lower(), match["divided_top"].lower()
        divisor = _DIVISORS[bottom] if bottom in _DIVISORS else _DIVISORS[bottom.removesuffix("s")]
        return Decimal(_TOPS.get(top) or int(top)) / divisor
    kind = next(name for name in ("ko", "slash", "in") if match[name])
    return _number(match[f"{kind}_top"]) / _number(match[f"{kind}_bottom"])


def _number(text: str) -> Decimal:
    """What a numerator or a divisor is worth; a divisor of zero counts as endless, so that nothing comes of it."""
    if text.isdigit():
        return Decimal(text) if int(text) else Decimal("Infinity")
    found = NUMERAL.match(f"{text} ")
    return worth(text, str(found.lastgroup) if found and found.lastgroup == "english" else "korean")
