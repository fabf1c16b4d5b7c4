"""Text of others made harmless before it is shown: what a person typed, a name from a file, a model's prose."""

import re
import unicodedata

_MARKUP = re.compile(r"<[^<>]{0,400}>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]{1,12}:/{1,2}|data:|javascript:|www\.)", re.IGNORECASE)
_MARKS = str.maketrans({"<": "‹", ">": "›", "`": "'", "[": "(", "]": ")", "*": "∗", "|": "¦", "\\": "/", "#": "＃"})
_SPACE = re.compile(r"\s+")

LONGEST = 160
"""Characters of a quotation that are shown."""


def neutral(text: str, limit: int = LONGEST) -> str:
    """One line without control, bidi or zero-width characters, HTML, links, images or Markdown that could act."""
    visible = "".join(" " if c in "\n\t\r" else c for c in text if c in "\n\t\r" or _shows(c))
    before = None
    while visible != before:  # a tag inside a tag leaves a tag
        before = visible
        visible = _SCHEME.sub("", _LINK.sub(r"\1", _MARKUP.sub("", visible)))
    visible = _SPACE.sub(" ", visible.translate(_MARKS)).strip()
    return visible if len(visible) <= limit else visible[: limit - 1].rstrip() + "…"


def _shows(char: str) -> bool:
    """Letters, marks, figures, punctuation, symbols, spaces; not controls, formats (bidi, zero width), private use."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
