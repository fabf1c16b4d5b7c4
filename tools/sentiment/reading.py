"""One text, read: cleaned, cut into clauses, its phrases put together, its pairs of figures compared."""

import re
import unicodedata
from dataclasses import dataclass

from tools.sentiment.grammar import Parse, parse
from tools.sentiment.lexicon import Hit, Lang, Lexicon, Words, cut

LONGEST = 1_200
"""Characters of a text that are read: what matters stands at the top, and the time is bounded."""

_LINK = re.compile(r"https?://\S+|www\.\S+|<[^>]{0,200}>|&[a-z]+;")
_SIGNED = re.compile(r"(?<![\w.%])([+\-−])\s?(?=\d[\d.,]*\s?%)")
_HANGUL = re.compile(r"[가-힣]")
_LATIN = re.compile(r"[A-Za-z]")
_BREAK = re.compile(r"[;:!?…·\"“”()\[\]]|\.(?=\s|$)|,(?=\s)|\.\.+|\s[-–—]+\s")
_NUMBER = r"([+-]?\d[\d,]*(?:\.\d+)?)\s*(%|[kmbt]n?\b|million|billion|trillion|조|억|만|천만|백만|분|달러|원|유로|배|명|건|대)?"
_THEN_NOW = (
    re.compile(rf"\bfrom\s+(?:\w+\s)?{_NUMBER}[^.;]{{0,30}}?\bto\s+(?:\w+\s)?{_NUMBER}"),
    re.compile(rf"{_NUMBER}\s*(?:%|\S{{0,4}})?\s*(?:→|->|=>)\s*{_NUMBER}"),
    re.compile(rf"{_NUMBER}\S{{0,6}}\s*에서\s+{_NUMBER}"),
    re.compile(rf":[^0-9;]{{0,24}}{_NUMBER} then {_NUMBER}"),
    re.compile(
        rf"{_NUMBER}[^.;0-9]{{0,16}}\b(?:at the peak|a year ago|last year|last month|before)[^.;0-9]{{0,10}}{_NUMBER}[^.;0-9]{{0,12}}\b(?:today|now|this)"
    ),
    re.compile(
        rf"(?:전년|전기|지난해|작년|직전)[^0-9]{{0,14}}{_NUMBER}[^0-9]{{0,24}}(?:당기|당분기|당반기|올해|금년|현재)[^0-9]{{0,8}}{_NUMBER}"
    ),
    re.compile(
        rf"{_NUMBER}[^.;0-9]{{0,30}}\b(?:then|a year ago|in the prior year|last year)[^.;0-9]{{1,30}}{_NUMBER}[^.;0-9]{{0,12}}\b(?:now|today|this year|in the current year)"
    ),
    re.compile(
        rf"\b(?:prior year|a year ago|last year|year-ago)[^0-9.;]{{0,12}}{_NUMBER}[^.;0-9]{{0,20}}(?:current|this|now)[^0-9.;]{{0,12}}{_NUMBER}"
    ),
)
_NOW_THEN = (
    re.compile(
        rf"{_NUMBER}[^.;]{{0,60}}?\b(?:compared (?:to|with)|versus|vs|against|up from|down from|from)\b[^0-9;]{{0,40}}{_NUMBER}"
    ),
    re.compile(rf"\beur ?{_NUMBER} ?\( ?eur ?{_NUMBER} ?\)"),
    re.compile(rf"{_NUMBER}[^.;0-9]{{0,6}}\(\s*(?:전년|전기|prior|previous)[^0-9)]{{0,24}}{_NUMBER}[^)]{{0,8}}\)"),
    re.compile(
        rf"(?:당기|당분기|당반기|올해|금년)[^0-9]{{0,10}}{_NUMBER}[^0-9]{{0,24}}(?:전년|전기|지난해|작년|직전)[^0-9]{{0,14}}{_NUMBER}"
    ),
)
_SCALE = {"k": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12}
_SCALE |= {"trillion": 1e12, "조": 1e12, "억": 1e8, "만": 1e4, "천만": 1e7, "백만": 1e6}
_TURN = re.compile(
    r"\b(profit|loss)\w*\b(?:[^.]|\.\d){0,90}?\b(?:compared (?:to|with)|versus|vs|against|from)\b[^.0-9]{0,25}?\b(profit|loss)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model sees it. figures: a pair of figures moved up (1), down (−1) or was not found (0)."""

    lang: Lang
    text: str
    words: Words
    parse: Parse
    figures: float


def clean(text: str) -> str:
    """Composed form, without links, tags, control, bidi and zero-width characters; at most `LONGEST` characters."""
    plain = unicodedata.normalize("NFKC", text[: 2 * LONGEST])
    plain = "".join(c if c.isprintable() else " " for c in plain if unicodedata.category(c) != "Cf")
    plain = plain.replace("’", "'").replace("‘", "'").replace("−", "-")
    return " ".join(_LINK.sub(" ", plain).split())[:LONGEST]


def language(text: str) -> Lang:
    """Korean as soon as Hangul is more than a trace: names and tickers stay Latin in Korean texts."""
    hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
    return "ko" if 3 * hangul > latin or hangul > 12 else "en"


def read(lexicon: Lexicon, text: str) -> Reading:
    """Read a cleaned text with the phrases of its language."""
    folded = _SIGNED.sub(lambda m: f" {'+' if m.group(1) == '+' else '-'}% ", text.lower())
    words = cut(folded)
    content, marks = lexicon.find(folded, words)
    places = _places(lexicon.lang, folded, words)
    breaks = [places(m.start()) for m in _BREAK.finditer(folded)]
    content = sorted([*content, *_turns(folded, places)], key=lambda h: h.start)
    moved = _moved(folded)
    if moved and ("→" in folded or not any(h.role in ("up", "down") for h in content)):
        role, at = ("up" if moved[0] > 0 else "down"), places(moved[1])
        content = sorted([*content, Hit("#", role, 1.0, at, at, moved[1])], key=lambda h: h.start)
    return Reading(lexicon.lang, folded, words, parse(lexicon.lang, content, marks, breaks), moved[0] if moved else 0.0)


class _places:
    """Offset in the text → place in the unit of the hits."""

    def __init__(self, lang: Lang, text: str, words: Words) -> None:
        self._ends: list[float] = []
        count = 0.0
        if lang == "ko":
            for char in text:
                self._ends.append(count)
                count += 0.0 if char.isspace() else 0.5
        else:
            starts = {o for o, t in zip(words.offsets, words.tokens, strict=True) if t != "-"}
            for offset in range(len(text)):
                self._ends.append(count)
                count += offset in starts

    def __call__(self, offset: int) -> float:
        return self._ends[offset] if offset < len(self._ends) else (self._ends[-1] if self._ends else 0.0)


def _turns(text: str, places: _places) -> list[Hit]:
    """ "A profit of 3 compared with a loss of 5": a turn, whatever the figures."""
    match = _TURN.search(text)
    if match is None or match.group(1) == match.group(2):
        return []
    at, good = places(match.start(2)), match.group(1) == "profit"
    return [
        Hit("turn to profit" if good else "turn to loss", "polar", 1.2 if good else -1.2, at, at + 1, match.start(2))
    ]


def _moved(text: str) -> tuple[float, int] | None:
    """Where a pair of figures of one unit stands as then and now: which way it went, and where that is said."""
    for patterns, order in ((_THEN_NOW, 1.0), (_NOW_THEN, -1.0)):
        for pattern in patterns:
            match = pattern.search(text)
            if match is None:
                continue
            first, one, second, two = match.groups()
            if one and two and (one in "%") != (two in "%"):
                continue
            left, right = _number(first, one or two), _number(second, two or one)
            if left is None or right is None or left == right or _year(first, one) or _year(second, two):
                continue
            return (order if right > left else -order), match.start()
    return None


def _year(number: str, unit: str | None) -> bool:
    return not unit and len(number) == 4 and number[:2] in ("19", "20")


def _number(number: str, unit: str | None) -> float | None:
    try:
        return float(number.replace(",", "")) * _SCALE.get(unit or "", 1.0)
    except ValueError:
        return None
