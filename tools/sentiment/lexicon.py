"""Graded finance phrases of one language, and finding them in a text.

A phrase has a role. What carries meaning: `good` and `bad` nouns (better when up, worse when up); `up`, `down` and
`ease` verbs; `top` and `bottom` (record, lowest: good or bad by their noun); `polar` words that need no other.
What bends meaning: `not`, `fail`, `soft`, `hard`, `but`, `though`, `above`, `below`, `expect`; `mock`
reports what others claimed and events belied. `fact` marks plain statements; `skip` hides what is inside it ("by the
end of"). Meaning and bending are found apart from each other: "fails to" is a word and an operator. An English phrase
that begins with `=` counts only in exactly this form; ` .. ` stands for a few words of the same clause ("throw out ..
case").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Lang = Literal["ko", "en"]

CONTENT = frozenset({"good", "bad", "up", "down", "ease", "top", "bottom", "polar", "skip"})
MARKS = frozenset({"not", "fail", "soft", "hard", "but", "though", "above", "below", "expect", "mock", "fact"})

_TOKEN = re.compile(r"[+-]%|\$?[a-z]+(?:'[a-z]+)?|\d(?:[\d,.]*\d)?%?|[가-힣]+|[^\w\s]")
_GAP = " .. "
_GAP_WORDS, _GAP_LETTERS = 4, 10
_STOPS = frozenset(";:.!?…")
_KEEP = frozenset({"less", "loss", "gas", "this", "its", "was", "has", "is", "as", "us", "plus", "news", "yes", "red"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of a table. weight: how strongly it speaks; the sign counts for `polar` only."""

    phrase: str
    role: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found. `start`, `end`: in words for English, in half words (two letters) for Korean; `at`: offset."""

    key: str
    role: str
    weight: float
    start: float
    end: float
    at: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut up: its tokens and the offset of each."""

    tokens: tuple[str, ...]
    offsets: tuple[int, ...]


def cut(text: str) -> Words:
    """Tokens of a folded text: words, numbers, signs; hyphens part words."""
    found = [(m.group(), m.start()) for m in _TOKEN.finditer(text)]
    return Words(tuple(t for t, _ in found), tuple(o for _, o in found))


def stem(word: str) -> str:
    """An English word without its ending, roughly: rises, rising, rise → ris. Only equality matters."""
    if len(word) < 4 or word in _KEEP:
        return word
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + instead
            break
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "slae"
    return word[:-1] if doubled else word


_Layer = dict[str, dict[str, Entry]]
_Pairs = dict[str, list[tuple[str, str, Entry]]]


class Lexicon:
    """The phrases of one language, compiled for look-up."""

    def __init__(self, lang: Lang, entries: Iterable[Entry]) -> None:
        """Compile. A later entry with the same spelling and layer takes the place of an earlier one."""
        self.lang: Lang = lang
        self._layers: tuple[_Layer, _Layer] = ({}, {})
        self._pairs: _Pairs = {}
        for entry in entries:
            if _GAP in entry.phrase:
                (first, head), (last, _) = (self._key(part) for part in entry.phrase.split(_GAP))
                self._pairs.setdefault(head, []).append((first, last, entry))
                continue
            layer = self._layers[entry.role in MARKS]
            key, head = self._key(entry.phrase)
            layer.setdefault(head, {})[key] = entry
        self._lengths = tuple(
            {head: sorted({self._size(k) for k in keys}, reverse=True) for head, keys in layer.items()}
            for layer in self._layers
        )

    def find(self, text: str, words: Words) -> tuple[list[Hit], list[Hit]]:
        """What carries meaning and what bends it, each in order, the longest phrase first where they overlap.

        Args:
            text: Folded text (lower case).
            words: The same text, cut.
        """
        if self.lang == "en":
            kept = [(t, stem(t), o) for t, o in zip(words.tokens, words.offsets, strict=True) if t != "-"]
            return self._in_words(0, kept), self._in_words(1, kept)
        letters, offsets, gaps = _squeeze(text)
        return self._in_letters(0, letters, offsets, gaps), self._in_letters(1, letters, offsets, gaps)

    def _key(self, phrase: str) -> tuple[str, str]:
        if self.lang == "ko":
            key = "".join(c for c in phrase.lower() if not c.isspace())
            return key, key[:2]
        exact = phrase.startswith("=")
        stems = [t if exact else stem(t) for t in cut(phrase.lower().lstrip("=")).tokens if t != "-"]
        return ("=" if exact else "") + " ".join(stems), stems[0]

    def _size(self, key: str) -> int:
        return len(key) if self.lang == "ko" else key.count(" ") + 1

    def _in_words(self, which: int, words: Sequence[tuple[str, str, int]]) -> list[Hit]:
        layer, lengths = self._layers[which], self._lengths[which]
        hits: list[Hit] = []
        at = 0
        while at < len(words):
            word, root, offset = words[at]
            found = self._longest(layer, lengths, words, at, word, exact=True) if word in layer else None
            found = found or (self._longest(layer, lengths, words, at, root, exact=False) if root in layer else None)
            if which == 0 and root in self._pairs:
                found = self._word_pair(words, at, root, found[1] if found else 0) or found
            if found is not None:
                key, size, entry = found
                hits.append(Hit(key, entry.role, entry.weight, at, at + size, offset))
                at += size
            else:
                at += 1
        return [h for h in hits if h.role != "skip"]

    def _word_pair(
        self, words: Sequence[tuple[str, str, int]], at: int, head: str, least: int
    ) -> tuple[str, int, Entry] | None:
        """Two parts with a few words of one sentence between them, longer than `least` words in all."""
        best: tuple[str, int, Entry] | None = None
        for first, last, entry in self._pairs[head]:
            wide, far = self._size(first), self._size(last)
            if " ".join(root for _, root, _ in words[at : at + wide]) != first:
                continue
            for start in range(at + wide, min(at + wide + _GAP_WORDS, len(words) - far) + 1):
                size = start + far - at
                if size > least and " ".join(root for _, root, _ in words[start : start + far]) == last:
                    best, least = (f"{first} .. {last}", size, entry), size
                    break
                if start < len(words) and words[start][0] in _STOPS:
                    break
        return best

    @staticmethod
    def _longest(
        layer: _Layer,
        lengths: dict[str, list[int]],
        words: Sequence[tuple[str, str, int]],
        at: int,
        head: str,
        exact: bool,
    ) -> tuple[str, int, Entry] | None:
        keys = layer[head]
        for size in lengths[head]:
            key = " ".join(word if exact else root for word, root, _ in words[at : at + size])
            entry = keys.get("=" + key if exact else key)
            if entry is not None and len(words) >= at + size:
                return key, size, entry
        return None

    def _in_letters(self, which: int, letters: str, offsets: Sequence[int], gaps: Sequence[bool]) -> list[Hit]:
        layer, lengths = self._layers[which], self._lengths[which]
        hits: list[Hit] = []
        at = 0
        while at < len(letters):
            step = 1
            pair = self._letter_pair(letters, at, gaps) if which == 0 and gaps[at] else None
            if pair is not None:
                key, step, whole = pair
                hits.append(Hit(key, whole.role, whole.weight, at / 2, (at + step) / 2, offsets[at]))
                at += step
                continue
            for head in (letters[at : at + 2], letters[at]):
                keys = layer.get(head)
                for size in lengths[head] if keys else ():
                    key = letters[at : at + size]
                    entry = keys.get(key) if keys else None
                    if entry is not None and len(key) == size and _stands(entry, at, size, gaps):
                        hits.append(Hit(key, entry.role, entry.weight, at / 2, (at + size) / 2, offsets[at]))
                        step = size
                        break
                if step > 1 or (hits and hits[-1].at == offsets[at]):
                    break
            at += step
        return [h for h in hits if h.role != "skip"]

    def _letter_pair(self, letters: str, at: int, gaps: Sequence[bool]) -> tuple[str, int, Entry] | None:
        """Two parts, both at the beginning of a word, with a few letters of one clause between them."""
        for head in (letters[at : at + 2], letters[at]):
            for first, last, entry in self._pairs.get(head, ()):
                begin = at + len(first)
                if not letters.startswith(first, at):
                    continue
                found = letters.find(last, begin, begin + _GAP_LETTERS + len(last))
                if found >= 0 and gaps[found] and not _STOPS & set(letters[begin:found]):
                    return f"{first} .. {last}", found + len(last) - at, entry
        return None


def _squeeze(text: str) -> tuple[str, list[int], list[bool]]:
    letters: list[str] = []
    offsets: list[int] = []
    gaps: list[bool] = []
    gap = True
    for offset, char in enumerate(text):
        if char.isspace():
            gap = True
            continue
        letters.append(char)
        offsets.append(offset)
        gaps.append(gap)
        gap = not (char.isalnum() or char in "+-")
    gaps.append(True)
    return "".join(letters), offsets, gaps


def _stands(entry: Entry, at: int, size: int, gaps: Sequence[bool]) -> bool:
    """Spaces stand only where the phrase has them or at its ends; one letter must begin a word or be one."""
    if size == 1:
        return entry.role in ("not", "up", "down") or (gaps[at] and (entry.role in MARKS or gaps[at + 1]))
    holes = [i for i in range(1, size) if gaps[at + i]]
    if not holes:
        return True
    allowed: list[int] = []
    count = 0
    for char in entry.phrase:
        if char.isspace():
            allowed.append(count)
        else:
            count += 1
    return all(h in allowed for h in holes)
