"""How a figure is meant: about so much, at least, at most."""

import re
from dataclasses import replace

from tools.figures.figure import Figure

_ABOUT_BEFORE = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|circa|ca\.|nearly|almost|some|maybe)\s+|(?<![0-9가-힣%a-z])~\s?|(?<![가-힣])(?:약|대략|대충|거의|한|얼추)\s?)(?:an?\s+)?$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"\s?(?:쯤|정도|가량|내외|안팎|남짓|전후|언저리|or\s+so\b|ish\b|-ish\b|give\s+or\s+take)", re.IGNORECASE
)

_NEVER_MORE = r"(?:no|not|never|n't|cannot\s+be|can't\s+be)\s+(?:(?:be|go|get|have|hold|own)\s+)?"
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "above",
        re.compile(
            r"\b(?:no|not|never)\s+(?:(?:be|go|get|have|hold|drop|fall)\s+)?(?:less|lower|fewer|under|below)(?:\s+than)?\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "below",
        re.compile(
            rf"(?:\b{_NEVER_MORE}(?:more|greater|higher|above|over|exceed(?:ing)?)(?:\s+than)?|\b(?:not\s+(?:to\s+)?|without\s+)exceed(?:ing)?|\bat\s+(?:most|the\s+most)"
            r"|\b(?:less|lower|fewer|smaller)\s+than|\b(?:under|below|beneath|up\s+to|max(?:imum)?(?:\s+of)?)|(?<![가-힣])(?:최대|최고|많아야|기껏해야|맥스)|<=?|≤|=<)\s*:?\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "above",
        re.compile(
            r"(?:\bat\s+(?:least|a\s+minimum|the\s+very\s+least)|\b(?:more|greater|higher|larger|bigger)\s+than"
            r"|\b(?:over|above|beyond|exceed(?:s|ing)?|past|min(?:imum)?(?:\s+of)?)|(?<![가-힣])(?:최소(?:한)?|적어도|최저|못해도)|>=?|≥)\s*:?\s*$",
            re.IGNORECASE,
        ),
    ),
)
_JOSA = r"\s?(?:쯤|정도|가량)?(?:을|를|이|가|은|는|보다)?(?:는)?\s*"
_AFTER: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "below",
        re.compile(
            _JOSA
            + r"(?:이하|미만|이내|밑(?!져)|아래|까지만|내로|보다\s?(?:적|낮|작)|(?:은\s|는\s)?(?:안|못)\s?(?:넘|초과)|넘(?:지|기지|어서지|어가지)\s?(?:는\s|도\s)?(?:않|말|못|마)|넘으면\s?안|초과(?:는|하지|하면)?\s?(?:안|않|말|금지|불가|못)"
            r"|or\s+(?:less|lower|under|below|fewer)\b|max(?:imum)?\b|tops\b|at\s+(?:the\s+)?most\b|상한|한도)",
            re.IGNORECASE,
        ),
    ),
    (
        "above",
        re.compile(
            _JOSA
            + r"(?:이상|초과|넘|위로|보다\s?(?:많|높|크|커)|웃도|돌파|상회|\+|or\s+(?:more|higher|above|over|greater|better)\b|min(?:imum)?\b(?!\s+var)|plus\b|at\s+(?:the\s+)?(?:very\s+)?least\b|하한)",
            re.IGNORECASE,
        ),
    ),
)
_REACH = 26  # characters before a figure in which "no more than" and its like stand


def mark(figure: Figure, folded: str) -> Figure:
    """`figure` with `approx` and `bound` as the words glued to it say; offsets are those of `folded`."""
    before = folded[max(0, figure.start - _REACH) : figure.start]
    approx = figure.approx or bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(folded, figure.end))
    before = _ABOUT_BEFORE.sub("", before)
    for words in (_BEFORE, _AFTER):
        for bound, pattern in words:
            found = pattern.search(before) if words is _BEFORE else pattern.match(folded, figure.end)
            if found is None or (figure.kind == "duration" and found[0].strip().lower() in ("over", "past")):
                continue  # "over five years" is a length, not a floor
            return replace(figure, approx=approx, bound="below" if bound == "below" else "above")
    return replace(figure, approx=approx) if approx else figure
