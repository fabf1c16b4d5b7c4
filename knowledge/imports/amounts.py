"""Numbers as brokers write them -> Decimal, by a strict pattern; a float is never made.

Whether `1,234` is a thousand or one and a bit is decided by the column it stands in, never by the cell alone.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Mark = Literal["dot", "comma"]
"""What stands before the decimals."""

DECIMALS = 18

_SIGN = str.maketrans({"−": "-", "–": "-"})
_MONEY = re.compile(r"US\$|[€$£¥₩￦원주]|\bshares?\b|\bKRW\b|\bUSD\b|\bEUR\b|\bGBP\b")
_SPACED = re.compile(r"[0-9]{1,3}(?:[ '’\u202f\u2009][0-9]{3})+(?:[.,][0-9]+)?")
_DOT = re.compile(r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+")
_COMMA = re.compile(r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?|,[0-9]+")


@lru_cache(maxsize=8192)  # the same figures stand in many rows
def _bare(text: str) -> tuple[bool, str]:
    """Sign and digits with their marks: currency signs, spaces between thousands and accounting brackets removed."""
    bare = _MONEY.sub("", text.strip().translate(_SIGN)).strip()
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1].strip()
    if bare[:1] in ("-", "+"):
        negative, bare = negative != (bare[0] == "-"), bare[1:].strip()
    elif bare.endswith("-"):
        negative, bare = not negative, bare[:-1].strip()
    bare = _MONEY.sub("", bare).strip()
    if _SPACED.fullmatch(bare):
        bare = re.sub(r"[ '’\u202f\u2009]", "", bare)
        if "," in bare or "." in bare:
            bare += "0000"  # groups were spaces, so the mark is a decimal one, also before three digits
    return negative, bare


def marks(cells: Iterable[str]) -> set[Mark]:
    """Which decimal marks the cells of a column prove; cells that read either way prove nothing."""
    proven: set[Mark] = set()
    for cell in set(cells):
        _, bare = _bare(cell)
        dot, comma = bool(_DOT.fullmatch(bare)), bool(_COMMA.fullmatch(bare))
        if dot != comma:
            proven.add("dot" if dot else "comma")
    return proven


def is_open(cell: str) -> bool:
    """Does a cell read differently under the two conventions?"""
    _, bare = _bare(cell)
    return bool(("," in bare or "." in bare) and _DOT.fullmatch(bare) and _COMMA.fullmatch(bare))


def number(cell: str, mark: Mark | None) -> Decimal | None:
    """The value of a cell, None when it is no number or its reading is open and `mark` does not decide it."""
    negative, bare = _bare(cell)
    dot, comma = bool(_DOT.fullmatch(bare)), bool(_COMMA.fullmatch(bare))
    if not (dot or comma) or (dot and comma and mark is None and ("," in bare or "." in bare)):
        return None
    reading: Mark = (mark or "dot") if dot and comma else "dot" if dot else "comma"
    plain = bare.replace(",", "") if reading == "dot" else bare.replace(".", "").replace(",", ".")
    whole, _, rest = plain.partition(".")
    if len(whole.lstrip("0")) > DECIMALS:
        return None
    value = Decimal(f"{whole or 0}.{rest.rstrip('0')}" if rest.strip("0") else whole or "0")
    return -value if negative else value
