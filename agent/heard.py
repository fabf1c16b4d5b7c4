"""What came in, made plain: which characters are kept, whether it can be read at all, and its language."""

import unicodedata

from tools.domain.value import Lang
from tools.errors import BadInput

LONGEST = 8_000
"""Characters of one message."""

_KEPT = "\n\t"
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, bidi and zero-width, half surrogates, private, unknown


def heard(text: str) -> str:
    """The message in composed form without characters that nobody sees. Raises BadInput: empty, too_long."""
    if len(text) > LONGEST:
        raise BadInput("too_long")
    seen = "".join(c for c in text.replace("\r\n", "\n") if c in _KEPT or unicodedata.category(c) not in _DROPPED)
    plain = unicodedata.normalize("NFC", seen).replace("\u2028", "\n").replace("\u2029", "\n").strip()
    if not plain:
        raise BadInput("empty")
    return plain


def language(text: str, otherwise: Lang) -> Lang:
    """Korean when there is any Hangul, else English when there are Latin letters, else what was spoken before."""
    if any("가" <= c <= "힣" or "ㄱ" <= c <= "ㅣ" for c in text):
        return "ko"
    return "en" if any(c.isascii() and c.isalpha() for c in text) else otherwise
