"""Every figure in a text, by one rule: collect all readings, then from the left take the longest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from tools.figures.days import dates, spans
from tools.figures.figure import Figure, Lang, fold
from tools.figures.manner import mark
from tools.figures.names import names
from tools.figures.numerals import numerals
from tools.figures.parts import parts
from tools.figures.words import NUMERAL

_HANGUL = re.compile(r"[가-힣]")
_JOINED = re.compile(r"\s?(?:~|-|to|에서|내지|or|부터)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")

_Reading = Figure | tuple[int, int]


def find_figures(text: str, lang: Lang | None = None, *, today: date | None = None) -> tuple[Figure, ...]:
    """All figures in `text`, in order and without overlap; where readings compete, the longest wins.

    Args:
        text: What somebody wrote, Korean and English mixed as they please.
        lang: Decides only what both languages write alike ("3/2까지" is a day in Korean); None asks whether Hangul
            stands in the text.
        today: What a day without year, "내년 3월" and "by year end" count from; without it those stay unresolved.
    """
    folded, origin = fold(text)
    spoken: Lang = lang or ("ko" if _HANGUL.search(folded) else "en")
    readings: list[_Reading] = [
        *names(folded),
        *dates(folded, spoken, today),
        *spans(folded, today),
        *parts(folded),
        *numerals(folded),
    ]
    found = _share_units(list(_longest(readings)), folded)
    return _apart(_place(mark(figure, folded), text, origin) for figure in found)


def _apart(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Without those that share a character: one sign such as ½ unfolds into several and may be read twice."""
    kept: list[Figure] = []
    for figure in figures:
        if not kept or kept[-1].end <= figure.start:
            kept.append(figure)
    return tuple(kept)


def _longest(readings: Iterable[_Reading]) -> Iterator[Figure]:
    """From the left the longest reading, names before figures of the same length; names themselves are dropped."""
    reached = 0
    for reading in sorted(readings, key=lambda r: (_span(r)[0], -_span(r)[1], isinstance(r, Figure))):
        start, end = _span(reading)
        if start < reached:
            continue
        reached = end
        if isinstance(reading, Figure):
            yield reading


def _span(reading: _Reading) -> tuple[int, int]:
    return (reading.start, reading.end) if isinstance(reading, Figure) else reading


def _share_units(figures: list[Figure], folded: str) -> list[Figure]:
    """Give each end of a range what only the other end says: 5~10%, 3~4억, from 10% to 15, three to five years."""
    for n in range(len(figures) - 1):
        first, second = figures[n], figures[n + 1]
        gap = folded[first.end : second.start]
        between = gap.strip().lower() == "and" and _BETWEEN.search(folded[: first.start])
        if _JOINED.fullmatch(gap) or between:
            figures[n], figures[n + 1] = _complete(first, second)
    return figures


def _complete(first: Figure, second: Figure) -> tuple[Figure, Figure]:
    if first.kind in ("year", "number") and second.kind == "number" and _like_a_year(first) and _like_a_year(second):
        return replace(first, kind="year", amount=None), replace(second, kind="year", amount=None)
    head, body, tail = _pieces(first.text)
    head_2, body_2, tail_2 = _pieces(second.text)
    tail = "" if tail_2.startswith(tail) else tail  # 5천~6천만원
    alike = first.kind == second.kind and first.kind in ("money", "number") and not tail  # $20-30k, 5 to 10k
    lacking = first.kind != second.kind and "number" in (first.kind, second.kind)
    if not (alike or lacking):
        return first, second
    return (
        _reread(first, (head or head_2) + body + (tail or tail_2)),
        _reread(second, (head_2 or head) + body_2 + (tail_2 or tail)),
    )


def _like_a_year(figure: Figure) -> bool:
    return 1900 <= figure.value <= 2100 and figure.text.startswith(("19", "20", "21")) and "," not in figure.text


def _pieces(text: str) -> tuple[str, str, str]:
    """What stands before the digits (or the numeral), these themselves, and what stands behind."""
    match = _DIGITS.search(text) or NUMERAL.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else ("", text, "")


def _reread(figure: Figure, spelled: str) -> Figure:
    whole = [f for f in numerals(spelled) if f.text == spelled]
    return replace(whole[0], text=figure.text, start=figure.start, end=figure.end) if whole else figure


def _place(figure: Figure, text: str, origin: list[int] | None) -> Figure:
    """`figure` with the offsets and the very characters of the text it was found in."""
    if origin is None:
        return replace(figure, text=text[figure.start : figure.end])
    start, last = origin[figure.start], origin[figure.end - 1]
    end = next(origin[n] for n in range(figure.end, len(origin)) if origin[n] > last)
    return replace(figure, text=text[start:end], start=start, end=end)
