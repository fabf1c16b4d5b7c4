"""Letters below the word: keys for look-up, Hangul taken apart, distance between two spellings."""

import unicodedata
from collections.abc import Iterable, Iterator

SEPARATORS = frozenset(" \t\n\r\u00a0\u3000-‐‑–·_")
"""What may stand between the parts of a name, or be left out there: `risk-parity`, `미국국채`."""

_FIRST, _LAST = ord("가"), ord("힣")
_VOWELS, _FINALS = 21, 28


def is_hangul(char: str) -> bool:
    """True for one whole Hangul syllable."""
    return _FIRST <= ord(char) <= _LAST


def is_latin(char: str) -> bool:
    """True for an ASCII letter or digit."""
    return char.isascii() and char.isalnum()


def fold(char: str) -> str:
    """One character in its plainest form and always one character, so that offsets into the text stay valid."""
    plain = unicodedata.normalize("NFKC", char).casefold() if ord(char) > 127 else char.lower()
    if plain in ("’", "‘", "`"):
        return "'"
    return plain if len(plain) == 1 else char


def squeeze(text: str) -> tuple[str, list[int], list[bool]]:
    """Fold a text and drop its separators.

    Returns:
        The squeezed text of m characters, the offset of each in the original, and whether a separator stood before it.
    """
    chars: list[str] = []
    offsets: list[int] = []
    gaps: list[bool] = []
    gap = False
    for offset, char in enumerate(text):
        if char in SEPARATORS:
            gap = True
            continue
        chars.append(fold(char))
        offsets.append(offset)
        gaps.append(gap)
        gap = False
    return "".join(chars), offsets, gaps


def jamo(text: str) -> str:
    """Letters of a text: Hangul syllables become their two or three jamo, all else is folded."""
    return unicodedata.normalize("NFD", "".join(fold(c) for c in text if c not in SEPARATORS))


def one_jamo_apart(left: str, right: str) -> bool:
    """True when two different Hangul syllables share two of their three places (initial, vowel, final)."""
    if not (is_hangul(left) and is_hangul(right)):
        return False
    a, b = ord(left) - _FIRST, ord(right) - _FIRST
    places = zip(_places(a), _places(b), strict=True)
    return sum(x != y for x, y in places) == 1


def _places(code: int) -> tuple[int, int, int]:
    return code // (_VOWELS * _FINALS), code // _FINALS % _VOWELS, code % _FINALS


def distance(left: str, right: str) -> int:
    """Edits (insert, delete, replace, swap of neighbours) from one string to the other.

    Source: optimal string alignment, the restricted Damerau–Levenshtein distance.
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def holes(word: str) -> Iterator[str]:
    """The word with each character in turn left open (`?`): equal holes mean at most one other character."""
    return (word[:i] + "?" + word[i + 1 :] for i in range(len(word)))


def cuts(word: str) -> Iterator[str]:
    """The word, and the word with each character in turn left out: one edit apart means a cut in common."""
    yield word
    yield from (word[:i] + word[i + 1 :] for i in range(len(word)))


class Speller:
    """Finds the known words one letter away from a misspelt one."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index folded words without separators; Latin ones and Hangul ones each their own way."""
        self._near: dict[str, list[str]] = {}
        for word in words:
            for key in holes(word) if is_hangul(word[0]) else cuts(word):
                self._near.setdefault(key, []).append(word)

    def correct(self, word: str) -> str | None:
        """The one known word that `word` misspells by a letter, None when there is none or more than one.

        A Latin word must keep its first letter and differ before its last, since endings are grammar, not slips.
        """
        found = {w for key in (holes(word) if is_hangul(word[0]) else cuts(word)) for w in self._near.get(key, ())}
        fits = {w for w in found if w != word and (_slip_ko(word, w) if is_hangul(word[0]) else _slip_en(word, w))}
        return fits.pop() if len(fits) == 1 else None


def _slip_ko(word: str, known: str) -> bool:
    different = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    return len(different) == 1 and one_jamo_apart(*different[0])


def _slip_en(word: str, known: str) -> bool:
    grammar = word.startswith(known) or known.startswith(word) or word[:-1] == known[:-1]
    replaced_in_short = len(word) == len(known) == 5 and sorted(word) != sorted(known)  # bands, bonds
    return word[0] == known[0] and not grammar and not replaced_in_short and distance(word, known) == 1
