"""Words that carry meaning by themselves: which way, how much, how sure, by when.

They serve twice: as features the classifier weighs, and as the grammar that fills slots. The words stand in
`knowledge/tables/cues.csv`, one cue a row, Korean beside English, each a regular expression; both are looked for in
every text, since people mix the languages.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge.tables import rows

_CASED = frozenset(("fear",))
"""Cues for which shouting in capitals matters."""

CUES: Mapping[str, re.Pattern[str]] = {
    row["cue"]: re.compile(f"(?:{row['ko']})|(?:{row['en']})", 0 if row["cue"] in _CASED else re.I)
    for row in rows("cues.csv")
}
"""Every cue by name."""


def has(name: str, text: str) -> bool:
    """True when the cue occurs in the text."""
    return CUES[name].search(text) is not None


def where(name: str, text: str) -> list[int]:
    """Offsets at which the cue occurs."""
    return [match.start() for match in CUES[name].finditer(text)]


@lru_cache(maxsize=8192)
def found(text: str) -> tuple[str, ...]:
    """Names of all cues in the text."""
    return tuple(name for name, pattern in CUES.items() if pattern.search(text))
