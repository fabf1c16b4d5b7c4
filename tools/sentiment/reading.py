"""One text, read: cleaned, cut into clauses, its phrases put together, its pairs of figures compared."""

import re
import unicodedata
from dataclasses import dataclass

from tools.sentiment.grammar import Parse, parse
from tools.sentiment.lexicon import Hit, Lang, Lexicon, Words, cut
from tools.sentiment.moves import against, moved, turned

LONGEST = 1_200
"""Characters of a text that are read: what matters stands at the top, and the time is bounded."""

_LINK = re.compile(r"https?://\S+|www\.\S+|<[^>]{0,200}>|&[a-z]+;")
_SIGNED = re.compile(r"(?<![\w.%])([+\-−])\s?(?=\d[\d.,]*\s?%)")
_HANGUL = re.compile(r"[가-힣]")
_LATIN = re.compile(r"[A-Za-z]")
_BREAK = re.compile(r"[;:!?…·\"“”()\[\]]|\.(?=\s|$)|,(?=\s)|\.\.+|\s[-–—]+\s")


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
    places = _Places(lexicon.lang, folded, words)
    breaks = [places(m.start()) for m in _BREAK.finditer(folded)]
    turn, pair, beside = turned(folded), moved(folded), against(folded)
    if beside:
        at = places(beside[1])
        content.append(Hit("beside", "polar", 1.2 * beside[0], at, at, beside[1]))
    if turn:
        at = places(turn[1])
        content.append(
            Hit("turn to profit" if turn[0] > 0 else "turn to loss", "polar", 1.2 * turn[0], at, at + 1, turn[1])
        )
    if pair and ("→" in folded or not any(h.role in ("up", "down") for h in content)):
        at = places(pair[1])
        content.append(Hit("#", "up" if pair[0] > 0 else "down", 1.0, at, at, pair[1]))
    content.sort(key=lambda h: h.start)
    return Reading(
        lexicon.lang, folded, words, parse(lexicon.lang, content, marks, breaks), float(pair[0] if pair else 0)
    )


class _Places:
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
