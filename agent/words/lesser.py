"""Figures in smaller units, which only replies use: 푼 and 리 behind 할 or alone, cents behind dollars or alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tools.figures import Figure

_DIGIT: Final = "0123456789영일이삼사오육칠팔구"
_TENTH = re.compile(rf"(?<![가-힣0-9.,])([{_DIGIT}])\s?푼(?:\s?([{_DIGIT}])\s?리)?(?![가-힣]*돈)")
_THOUSANDTH = re.compile(rf"\s?([{_DIGIT}])\s?리(?![가-힣])|\s?([{_DIGIT}])\s?리(?=[가이를의는입예인로])")
_CENTS = re.compile(r"(?<![0-9.,$])([0-9]{1,3}(?:\.[0-9]+)?)\s?(?:cents?\b|센트|¢)", re.IGNORECASE)
_DOLLARS = re.compile(r"(?:\s?달러|\s+dollars?)\s?(?:and\s+)?$|달러\s?$", re.IGNORECASE)


def lesser(figures: Iterable[Figure], reply: str) -> list[Figure]:
    """The figures of a reply with what stands in smaller units joined to them, or read for what it is.

    Shares are fractions (2푼 is 0.02, 5리 is 0.005), cents hundredths of a dollar.
    """
    found = list(figures)
    for small in _small(reply):
        inside = [f for f in found if f.start < small.end and small.start < f.end]
        before = next((f for f in found if f.kind == small.kind and _continues(f, small, reply)), None)
        found = [f for f in found if f not in inside and f is not before]
        if before is not None:
            text = reply[before.start : small.end]
            small = replace(small, text=text, start=before.start, value=before.value + small.value)
        elif inside and inside[0].start < small.start:
            small = inside[0]  # 3할 5푼 is read as one figure already
        found.append(small)
    return sorted((_with_thousandth(f, reply, found) for f in found), key=lambda f: f.start)


def _continues(figure: Figure, small: Figure, reply: str) -> bool:
    """Whether cents come right behind dollars."""
    return (
        small.kind == "money"
        and figure.currency == "USD"
        and figure.end <= small.start <= figure.end + 5
        and bool(_DOLLARS.search(reply[figure.start : small.start]))
    )


def _small(reply: str) -> Iterator[Figure]:
    for m in _TENTH.finditer(reply):
        value = _digit(m[1]) / 100 + (_digit(m[2]) / 1000 if m[2] else 0.0)
        yield Figure(m[0], m.start(), m.end(), "percent", value)
    for m in _CENTS.finditer(reply):
        yield Figure(m[0], m.start(), m.end(), "money", float(m[1]) / 100, currency="USD")


def _with_thousandth(figure: Figure, reply: str, found: list[Figure]) -> Figure:
    """3할 2푼 with the 5리 behind it, whose digit is then no figure of its own."""
    m = _THOUSANDTH.match(reply, figure.end) if figure.text.endswith("푼") else None
    if m is None:
        return figure
    found[:] = [f for f in found if not (m.start() <= f.start < m.end())]
    text = reply[figure.start : m.end()]
    return replace(figure, text=text, end=m.end(), value=figure.value + _digit(m[1] or m[2]) / 1000, amount=None)


def _digit(text: str) -> int:
    return _DIGIT.index(text) % 10
