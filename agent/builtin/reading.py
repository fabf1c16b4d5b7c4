"""A text with everything nameable and countable found in it, and the same text with these masked.

Names become placeholders, so that what was learned about one asset holds for all of them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from tools.domain.value import Lang
from tools.figures import Figure, find_figures
from tools.names import Mention, Names

LONGEST = 400
"""Characters read of one utterance: a longer text is no wish, and time must stay bounded."""

PLACE: Mapping[str, str] = {
    "target": "Ⓣ",
    "asset": "Ⓣ",
    "strategy": "Ⓢ",
    "event": "Ⓔ",
    "goal": "Ⓖ",
    "percent": "Ⓟ",
    "fraction": "Ⓟ",
    "points": "Ⓟ",
    "money": "Ⓜ",
    "number": "Ⓝ",
    "units": "Ⓤ",
    "duration": "Ⓓ",
    "date": "Ⓓ",
    "year": "Ⓨ",
}
"""What stands for a mention or figure in the masked text, by kind; the words of other kinds stay."""

_JOINT = re.compile(
    r"[\s,·/&+、]*(?:주식|종목|stocks?|shares?|관련주|것|거)?"
    r"(?:와|과|랑|이랑|하고|및|그리고|또|도|은|는|이나|나|and|or|nor|plus|n|also|as well as|and also)?"
    r"[\s,·/&+、]*(?:and|or|그리고|또|no|the|any|my)?[\s,]*",
    re.I,
)
"""What may stand between the members of a list: "A랑 B", "A, B and C"."""

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN = re.compile(r"[A-Za-z]")
_SPACE = re.compile(r"\s+")
_LAUGH = re.compile(r"([ㄱ-ㅎㅏ-ㅣ!?~.])\1{2,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and what stands in it, with offsets into `text`.

    mentions: what `Names` found, each place once. figures: quantities outside of mentions.
    goals: mentions as goals, where a word can be a goal and something else ("자동차").
    """

    text: str
    lang: Lang
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]
    goals: tuple[Mention, ...] = ()

    @property
    def targets(self) -> tuple[Mention, ...]:
        """Mentions that can be held, limited or judged."""
        return tuple(m for m in self.mentions if m.kind in ("target", "asset"))

    def of(self, kind: str) -> tuple[Mention, ...]:
        """Mentions of one kind."""
        return tuple(m for m in self.mentions if m.kind == kind)

    def part(self, start: int, end: int) -> "Reading":
        """The same for a stretch of the text; offsets count from its start."""

        def inside(things: tuple[Mention, ...]) -> tuple[Mention, ...]:
            kept = (m for m in things if start <= m.start and m.end <= end)
            return tuple(Mention(m.id, m.kind, m.start - start, m.end - start, m.text, m.exact) for m in kept)

        figures = tuple(_moved(f, -start) for f in self.figures if start <= f.start and f.end <= end)
        return Reading(self.text[start:end], self.lang, inside(self.mentions), figures, inside(self.goals))

    def masked(self) -> str:
        """Lower-case text in which names and figures are placeholders."""
        spans = [(m.start, m.end, PLACE[m.kind]) for m in self.mentions if m.kind in PLACE]
        spans += [(f.start, f.end, PLACE[f.kind]) for f in self.figures]
        out, at = [], 0
        for start, end, sign in sorted(spans):
            if start >= at:
                out += [self.text[at:start], sign]
                at = end
        return "".join([*out, self.text[at:]]).lower()


def tidy(text: str) -> str:
    """Composed, single-spaced, cut to a bounded length, laughter and shouting shortened."""
    plain = unicodedata.normalize("NFC", text[: LONGEST * 2])
    plain = "".join(c if c.isprintable() else " " for c in plain)
    return _LAUGH.sub(r"\1\1", _SPACE.sub(" ", plain)).strip()[:LONGEST]


def language(text: str) -> Lang:
    """Korean as soon as a fair part of it is Hangul: code-mixing leans on Korean grammar."""
    hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
    return "ko" if hangul * 6 > latin and hangul else "en"


def read(text: str, names: Names) -> Reading:
    """Find every mention and figure of a text."""
    plain = tidy(text)
    lang = language(plain)
    mentions = names.find(plain)
    goals = names.find(plain, ("goal",))
    figures = find_figures(plain, lang)
    taken = [(m.start, m.end) for m in mentions if m.kind in ("target", "asset", "strategy", "event")]
    free = tuple(f for f in figures if not any(f.start < e and s < f.end for s, e in taken))
    kept = tuple(m for m in mentions if m.kind != "goal" or not any(f.start < m.end and m.start < f.end for f in free))
    return Reading(plain, lang, kept, free, goals)


def _moved(figure: Figure, by: int) -> Figure:
    return Figure(
        figure.text, figure.start + by, figure.end + by, figure.kind, figure.value, figure.amount, figure.currency,
        figure.approx, figure.bound, figure.signed, figure.on,
    )  # fmt: skip


def joined(text: str, left: Mention, right: Mention) -> bool:
    """True when two names are neighbours in a list."""
    return left.end <= right.start and _JOINT.fullmatch(text[left.end : right.start]) is not None
