"""Where one sentence may hold two wishes: candidate places to cut, and what speaks for cutting there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.builtin.reading import Reading, joined
from tools.spelling import jamo

MOST = 6
"""Candidate places looked at in one utterance, so that time stays bounded."""

_PLACE = re.compile(
    r"(?P<mark>\s*[,;.!?]+(?=\s|$|[가-힣])\s*|\s[-–—/]\s|\s*\n\s*)"
    r"|\s(?P<word>(?:and|but|then|also|plus|while|so|n|&|\+|or|그리고|그담에|그\s?다음에?|글고"
    r"|그럼|근데|그런데|하지만|또|또한|대신|다음에?|아울러|참)\s)"
    r"|(?<=[가-힣])(?P<ending>(?<![다라냐자])고|구|며|면서|지만|는데|은데|인데|니까|으니|아서|어서|해서|다가|다음"
    r"|뒤에?|후에?|랑|하고|줘|주고|세요|해|요|다|자|음|임)\s",
    re.I,
)
_WORDS = re.compile(r"[Ⓐ-ⓩ]|[a-z']+|[가-힣]+|\d+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A place to cut: the left part ends at `end`, the right one begins at `start`; `by` is what stands there."""

    end: int
    start: int
    by: str


def cuts(reading: Reading) -> list[Cut]:
    """Candidate places, left to right; none inside a name or figure."""
    spans = [(m.start, m.end) for m in reading.mentions] + [(f.start, f.end) for f in reading.figures]
    spans += [(a.start, b.end) for a, b in pairwise(reading.targets) if joined(reading.text, a, b)]
    found: list[Cut] = []
    for match in _PLACE.finditer(reading.text):
        by = (match["word"] or match["ending"] or match["mark"]).strip().lower()
        end = match.end("ending") if match["ending"] else match.start()
        cut = Cut(end, match.end(), by)
        inside = any(s < cut.start and cut.end < e for s, e in spans)
        if not inside and reading.text[: cut.end].strip() and reading.text[cut.start :].strip():
            found.append(cut)
    return found[:MOST]


def pieces(reading: Reading, chosen: Sequence[Cut]) -> list[Reading]:
    """The stretches between the chosen places."""
    starts = [0, *(c.start for c in chosen)]
    ends = [*(c.end for c in chosen), len(reading.text)]
    return [reading.part(s, e) for s, e in zip(starts, ends, strict=True)]


def evidence(
    left: Reading, right: Reading, cut: Cut, tops: tuple[str, str, str], sure: tuple[float, float, float]
) -> list[str]:
    """Feature names of one candidate place.

    Args:
        left: Everything before it.
        right: Everything after it.
        cut: The place.
        tops: Likeliest intents of left part, right part and whole.
        sure: Their probabilities.
    """
    before, after = _WORDS.findall(left.masked()), _WORDS.findall(right.masked())
    last, first = (before or ["^"])[-1], (after or ["$"])[0]
    levels = [min(int(p * 4), 3) for p in sure]
    same = tops[0] == tops[1]
    names = [f"by:{cut.by}", f"last:{jamo(last)[-3:]}", f"first:{first}", f"same:{same}", f"lr:{tops[0]}|{tops[1]}"]
    names += [
        f"l:{tops[0]}&{levels[0]}",
        f"r:{tops[1]}&{levels[1]}",
        f"w:{tops[2] == tops[0]}{tops[2] == tops[1]}{levels[2]}",
    ]
    names += [
        f"sure:{levels[0]}{levels[1]}{same}",
        f"low:{min(levels[:2])}&{same}&{cut.by}",
        f"k:{_has(left)}|{_has(right)}&{same}",
    ]
    names += [
        f"n:{min(len(before), 6)}",
        f"m:{min(len(after), 6)}",
        f"by&:{cut.by}&{min(levels[:2])}",
        "bias",
        f"ww:{last} {first}",
    ]
    return names


def _has(reading: Reading) -> str:
    return ("t" if reading.targets else "") + ("f" if reading.figures else "") + ("s" if reading.of("strategy") else "")
