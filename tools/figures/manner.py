"""How a figure is meant: about so much, at least, at most."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from tools.figures.figure import Figure

_Bound = Literal["above", "below"]


def _before(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words)})\s*:?\s*$", re.IGNORECASE)


def _after(*words: str) -> re.Pattern[str]:
    josa = r"\s?(?:쯤|정도|가량)?(?:을|를|이|가|은|는|보다)?(?:는)?\s*"
    return re.compile(rf"{josa}(?:{'|'.join(words)})", re.IGNORECASE)


_ABOUT_BEFORE = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|circa|ca\.|nearly|almost|some|maybe)\s+"
    r"|(?<![0-9가-힣%a-z])~\s?|(?<![가-힣])(?:약|대략|대충|거의|한|얼추)\s?)(?:an?\s+)?$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"\s?(?:쯤|정도|가량|내외|안팎|남짓|전후|언저리|or\s+so\b|-?ish\b|give\s+or\s+take)", re.IGNORECASE
)
_NO = r"\b(?:no|not|never|cannot|can't|don't|doesn't|shouldn't|won't)\s+(?:(?:be|go|get|have|hold|own|drop|fall)\s+)?"
_BEFORE: Final[tuple[tuple[_Bound, re.Pattern[str]], ...]] = (  # the negated ones first
    ("above", _before(rf"{_NO}(?:less|lower|fewer|under|below)(?:\s+than)?")),
    (
        "below",
        _before(
            rf"{_NO}(?:more|greater|higher|above|over|past|beyond|exceed)(?:\s+than)?",
            r"\bwithout\s+exceeding|\bnot\s+to\s+exceed|\bat\s+(?:the\s+)?most",
            r"\b(?:less|lower|fewer|smaller)\s+than",
            r"\b(?:under|below|beneath|up\s+to|max(?:imum)?(?:\s+of)?)",
            r"(?<![가-힣])(?:최대|최고|많아야|기껏해야|맥스)",
            r"<=?|=<|≤",
        ),
    ),
    (
        "above",
        _before(
            r"\bat\s+(?:least|a\s+minimum|the\s+very\s+least)",
            r"\b(?:more|greater|higher|larger|bigger|better)\s+than",
            r"\b(?:over|above|beyond|exceed(?:s|ing)?|past|min(?:imum)?(?:\s+of)?)",
            r"(?<![가-힣])(?:최소(?:한)?|적어도|최저|못해도)",
            r">=?|=>|≥",
        ),
    ),
)
_AFTER: Final[tuple[tuple[_Bound, re.Pattern[str]], ...]] = (
    (
        "below",
        _after(
            r"이하|미만|이내|밑(?!져)|아래|까지만|내로|상한|한도|보다\s?(?:적|낮|작)",
            r"(?:안|못)\s?(?:넘|초과)|넘(?:지|기지|어서지|어가지)\s?(?:는\s|도\s)?(?:않|말|못|마)|넘으면\s?안",
            r"초과(?:는|하지|하면)?\s?(?:안|않|말|금지|불가|못)",
            r"or\s+(?:less|lower|under|below|fewer)\b|max(?:imum)?\b|tops\b|at\s+(?:the\s+)?most\b",
        ),
    ),
    (
        "above",
        _after(
            r"이상|초과|넘|위로|하한|웃도|돌파|상회|보다\s?(?:많|높|크|커)",
            r"\+|or\s+(?:more|higher|above|over|greater|better)\b",
            r"min(?:imum)?\b(?!\s+var)|plus\b|at\s+(?:the\s+)?(?:very\s+)?least\b",
        ),
    ),
)
_REACH: Final = 32  # characters before a figure in which "should never be more than" stands


def mark(figure: Figure, folded: str) -> Figure:
    """`figure` with `approx` and `bound` as the words glued to it say; offsets are those of `folded`."""
    before = folded[max(0, figure.start - _REACH) : figure.start]
    approx = bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(folded, figure.end))
    bound = _bound(figure, _ABOUT_BEFORE.sub("", before), folded)
    if not (approx or bound):
        return figure
    return replace(figure, approx=figure.approx or approx, bound=bound)


def _bound(figure: Figure, before: str, folded: str) -> _Bound | None:
    for bound, found in _matches(before, folded, figure.end):
        if figure.kind == "duration" and found[0].strip().lower() in ("over", "past"):
            continue  # "over five years" is a length, not a floor
        return bound
    return None


def _matches(before: str, folded: str, end: int) -> Iterable[tuple[_Bound, re.Match[str]]]:
    for bound, pattern in _BEFORE:
        if found := pattern.search(before):
            yield bound, found
    for bound, pattern in _AFTER:
        if found := pattern.match(folded, end):
            yield bound, found
