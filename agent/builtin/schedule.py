"""How often: a pace said in words, as a count in a year, or as something that happens."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Sequence

from agent.builtin.parts import Scene

_FREQUENCIES: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        (
            "event",
            (
                r"괴리|쏠림|큰일|이벤트|일이 (?:있|생|터)|틀어(?:지|질)|벗어(?:나|날)|급변|때만|필요할 때|필요하면"
                r"|출렁이면|흔들리면|쏠리면|어긋나"
                r"|\bevent|\bonly (?:when|if)|drift|not by the calendar|no (?:fixed )?(?:calendar|schedule)"
                r"|out of (?:line|whack|range|band)|\bbands?\b|threshold|stray|when(?:ever)? (?:something|needed"
                r"|things|the market|it'?s needed|weights|markets)|trigger|if (?:something|things|weights|anything"
                r"|allocation|it)"
            ),
        ),
        (
            "quarterly",
            (
                r"분기|(?:3|삼|세|석)\s?(?:개월|달)|계절마다|quarter|(?:three|3)[- ]months?|four times a year|4x a year"
                r"|each season|every season"
            ),
        ),
        (
            "weekly",
            (
                r"매주|주\s?1|주간|주마다|일주일|한\s?주|주에 한|[월화수목금토일]요일(?:마다|에)|week"
                r"|(?:every|each) (?:mon|tues|wednes|thurs|fri|satur"
                r"|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
            ),
        ),
        (
            "monthly",
            (
                r"매달|매월|월\s?1|월간|달마다|다달이|한\s?달|1개월|월마다|월에 한|월말|월초|월별|month"
                r"|twelve times a year|payday"
            ),
        ),
        (
            "yearly",
            (
                r"매년|twelve[- ]month(?!s)|연\s?1|해마다|일\s?년|1\s?년|년마다|한\s?해|연간|연말|연초|년에 한|annual|year"
                r"|every (?:january|december|spring"
                r"|autumn|new year|christmas)|once a yr|p\.a\."
            ),
        ),
    )
)
_TIMES = re.compile(
    r"((?:1년|일 ?년|한 해|연)(?:에)?\s?(?:4|네|사)\s?(?:번|회)|\b(?:four|4) times (?:a|per|each|every) year)"
    r"|((?:1년|일 ?년|한 해|연)(?:에)?\s?(?:12|열두)\s?(?:번|회)|\b(?:twelve|12) times (?:a|per|each|every) year)"
    r"|((?:12|열두|십이)\s?(?:개월|달)(?:마다|에)|\b(?:twelve|12)[- ]month(?:s|ly)?\b)",
    re.I,
)
"""A pace said as a count in a year, or as twelve months."""
_OF_YEAR = ("quarterly", "monthly", "yearly")
_AS_IT_WAS = re.compile(r"\bfrom \w+(?= to\b)|\S+에서(?= )|\S+\s?말고|\bnot \w+ly\b|\binstead of \w+", re.I)
"""How often it was, beside how often it shall be."""
_WHEN = re.compile(r"면|때|\b(?:when\w*|if|unless|only|once)\b", re.I)
_INSTEAD = re.compile(r"\bnot\b|\bno\b|instead|only|rather|unless|말고|아니라|만\s|때만", re.I)
_PACES = ((0.5, "weekly"), (1.6, "monthly"), (4.0, "quarterly"))


_INTO = re.compile(r"\S{0,2}\s?(?:에\s?)?(?:한\s?번|1번|1회|번)?(?:으로|로)(?![가-힣])")
"""Korean says with a particle which of two paces it is to be: "weekly는 좀 오바다, monthly로"."""


def frequency(scene: Scene) -> str:
    """How often; no schedule said means now."""
    text = _AS_IT_WAS.sub(" ", scene.text)
    counted = _TIMES.search(text)
    if counted:
        return _OF_YEAR[next(n for n, group in enumerate(counted.groups()) if group)]
    said = [name for name, pattern in _FREQUENCIES if pattern.search(text)]
    if "event" in said and re.search(r"drift|틀어|어긋나|벗어", text, re.I) and not _WHEN.search(text):
        said.remove("event")
    if "event" in said and (len(said) == 1 or _INSTEAD.search(scene.text)):
        return "event"
    said = [name for name in said if name != "event"]
    months = scene.months()
    if months and not said:
        return next((name for limit, name in _PACES if months <= limit), "yearly")
    turned = [name for name in said if any(_INTO.match(text, m.end()) for m in dict(_FREQUENCIES)[name].finditer(text))]
    return (turned or said or ["now"])[0]
