"""Pairs of figures in a text: which way did they go? "5.0 bn from 3.2 bn", "8%→2%", "prior year 21.4% / now 13.9%"."""

import re

_N = (
    r"([+-]?\d[\d,]*(?:\.\d+)?)\s*"
    r"(%|[kmbt]n?\b|million|billion|trillion|조|억|만|천만|백만|분|달러|원|유로|배|명|건|대)?"
)
_THAN = r"\b(?:compared (?:to|with)|versus|vs|against|up from|down from|from)\b"
_THEN_KO, _NOW_KO = r"(?:전년|전기|지난해|작년|직전)", r"(?:당기|당분기|당반기|올해|금년|현재)"
_THEN, _NOW = (
    r"\b(?:then|at the peak|a year ago|in the prior year|last year|last month|before)",
    r"\b(?:now|today|this|in the current)",
)
_AGO = r"\b(?:prior year|a year ago|last year|year-ago)"

_THEN_NOW = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bfrom\s+(?:\w+\s)?{_N}[^.;]{{0,30}}?\bto\s+(?:\w+\s)?{_N}",
        rf"{_N}\s*(?:%|\S{{0,4}})?\s*(?:→|->|=>)\s*{_N}",
        rf"{_N}\S{{0,6}}\s*에서\s+{_N}",
        rf":[^0-9;]{{0,24}}{_N} then {_N}",
        rf"{_THEN_KO}[^0-9]{{0,14}}{_N}[^0-9]{{0,24}}{_NOW_KO}[^0-9]{{0,8}}{_N}",
        rf"{_N}[^.;0-9]{{0,30}}{_THEN}[^.;0-9]{{1,30}}{_N}[^.;0-9]{{0,12}}{_NOW}",
        rf"{_AGO}[^0-9.;]{{0,12}}{_N}[^.;0-9]{{0,20}}(?:current|this|now)[^0-9.;]{{0,12}}{_N}",
    )
)
_NOW_THEN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_N}[^.;]{{0,60}}?{_THAN}[^0-9;]{{0,40}}{_N}",
        rf"\beur ?{_N} ?\( ?eur ?{_N} ?\)",
        rf"{_N}[^.;0-9]{{0,6}}\(\s*(?:전년|전기|prior|previous)[^0-9)]{{0,24}}{_N}[^)]{{0,8}}\)",
        rf"{_NOW_KO}[^0-9]{{0,10}}{_N}[^0-9]{{0,24}}{_THEN_KO}[^0-9]{{0,14}}{_N}",
    )
)
_SCALE = {"k": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12}
_SCALE |= {"trillion": 1e12, "조": 1e12, "억": 1e8, "만": 1e4, "천만": 1e7, "백만": 1e6}
_HOPED = r"(?:needed|promised|hoped|target(?:ed)?|whisper|wanted|guided for|약속|기대|목표|장담|호언)"
_FEARED = r"(?:warned|feared|braced?|prepared?|dreaded|worried|각오|걱정|우려|경고|대비)"
_MEANT = rf"(?:(?P<hoped>{_HOPED})|{_FEARED})"
_WAS, _BESIDE = r"(?P<was>\d+(?:\.\d+)?) ?%", r"\b(?P<than>\d+(?:\.\d+)?) ?%"
_AGAINST = (
    re.compile(rf"{_WAS}[^%]{{1,48}}?{_MEANT}[^%0-9]{{0,24}}{_BESIDE}"),
    re.compile(rf"{_WAS}[^%]{{1,48}}?{_BESIDE}\S{{0,4}} ?{_MEANT}"),
)
_TURN = re.compile(rf"\b(profit|loss)\w*\b(?:[^.]|\.\d){{0,90}}?{_THAN}[^.0-9]{{0,25}}?\b(profit|loss)")


def turned(text: str) -> tuple[int, int] | None:
    """A profit of 3 compared with a loss of 5: 1 for a turn to profit, −1 to loss, and where that is said."""
    match = _TURN.search(text)
    if match is None or match.group(1) == match.group(2):
        return None
    return (1 if match.group(1) == "profit" else -1), match.start(2)


def against(text: str) -> tuple[int, int] | None:
    """A percentage beside the one hoped for or feared: 1 when it is good news, −1 when bad, and where that is said."""
    for pattern in _AGAINST:
        match = pattern.search(text)
        if match is not None:
            hoped, gap = bool(match["hoped"]), float(match["was"]) - float(match["than"])
            return ((1 if (gap > 0) == hoped else -1), match.start("than")) if gap else None
    return None


def moved(text: str) -> tuple[int, int] | None:
    """The first pair of figures of one unit that stands as then and now: 1 up, −1 down, and where it is said."""
    for patterns, order in ((_THEN_NOW, 1), (_NOW_THEN, -1)):
        for pattern in patterns:
            match = pattern.search(text)
            if match is None:
                continue
            first, one, second, two = match.groups()
            if one and two and (one == "%") != (two == "%"):
                continue
            left, right = _number(first, one or two), _number(second, two or one)
            if left != right and not _year(first, one) and not _year(second, two):
                return (order if right > left else -order), match.start()
    return None


def _year(number: str, unit: str | None) -> bool:
    return not unit and len(number) == 4 and number[:2] in ("19", "20")


def _number(number: str, unit: str | None) -> float:
    return float(number.replace(",", "")) * _SCALE.get(unit or "", 1.0)
