"""One figure found in a text, and how a text is made comparable without losing where things stood."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.domain.value import Currency, Lang

__all__ = ["Currency", "Figure", "Kind", "Lang", "fold"]

Kind = Literal["percent", "points", "money", "number", "fraction", "duration", "date", "year", "units"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as somebody wrote it.

    Attributes:
        text: The exact substring, `source[start:end]`; words such as "about" or "at least" stay outside.
        start: Offset of its first character.
        end: Offset after its last character.
        kind: What sort of quantity it is.
        value: Percent, points and fraction as a fraction (10 % is 0.1, 25 bp is 0.0025), money in whole units,
            duration in months, number and units as they are, a year such as 2008, a date as its proleptic ordinal
            (0 when its year is unknown).
        amount: The exact value of money, number and units; it never passed through a float.
        currency: Of money; None when the text names one this project keeps no books in.
        approx: Written as approximate: about, 약, 쯤.
        bound: "above" beside 이상, at least, over; "below" beside 이하, at most, under. A negation further away
            ("30% 이상은 절대 안 돼") is left to the reader of the sentence.
        signed: A plus or minus was written; it is already part of `value`.
        on: The day of a date, None when its year is unknown.
    """

    text: str
    start: int
    end: int
    kind: Kind
    value: float
    amount: Decimal | None = None
    currency: Currency | None = None
    approx: bool = False
    bound: Literal["above", "below"] | None = None
    signed: bool = False
    on: date | None = None


_LOOKALIKES = str.maketrans("−–﹣～〜∼’‘⁄￦", "---~~~''/₩")


def fold(text: str) -> tuple[str, list[int] | None]:
    """Make full-width, decomposed and typographic spellings look plain.

    Returns:
        The folded text, and for each of its characters the offset in `text` it came from, with the length of `text` at
        the end; None where both have the same offsets.
    """
    if text.isascii():
        return text, None
    if unicodedata.is_normalized("NFKC", text):
        return text.translate(_LOOKALIKES), None
    folded: list[str] = []
    origin: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _continues(text[end]):
            continue
        plain = _plain(text[start:end])
        folded.append(plain)
        origin.extend([start] * len(plain))
        start = end
    return "".join(folded).translate(_LOOKALIKES), [*origin, len(text)]


def _continues(char: str) -> bool:
    """Whether `char` is written on top of the one before: accents, and the vowels and finals of decomposed Hangul."""
    return unicodedata.combining(char) != 0 or "\u1160" <= char <= "\u11ff"


def _plain(cluster: str) -> str:
    if unicodedata.category(cluster[0]) == "No":  # ½ is half, but ① and ² are labels and not numbers
        spelled = unicodedata.normalize("NFKC", cluster)
        return f" {spelled}" if "\u2044" in spelled else cluster
    return unicodedata.normalize("NFKC", cluster)
