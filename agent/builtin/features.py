"""A reading -> numbered features: words, letter groups, what is named and counted, cues, and what was said before."""

import re
import zlib
from collections.abc import Iterable
from itertools import pairwise

from agent.builtin.cues import found
from agent.builtin.reading import Reading
from tools.spelling import jamo

BUCKETS = 1 << 15
"""Features share this many numbered places (hashing): no vocabulary to store, unseen words have one too."""

_WORD = re.compile(r"[Ⓐ-ⓩ]|[a-z]+(?:'[a-z]+)?|[가-힣]+|[ㄱ-ㅎㅏ-ㅣ]+|\d+|[^\w\s]")
_GROUPS = {
    **dict.fromkeys(("tobacco", "alcohol", "gambling", "weapons", "fossil_fuels", "esg"), "screen"),
    **dict.fromkeys(("sp500", "nasdaq100", "kospi", "kosdaq", "msci_world"), "index"),
    **dict.fromkeys(("usd", "jpy", "rates"), "money"),
    **dict.fromkeys(("stocks", "bonds", "cash", "crypto", "gold"), "class"),
}


def features(reading: Reading, before: Iterable[str] = (), cue_places: int = 1) -> list[int]:
    """Places of the features present, each once and sorted.

    Args:
        reading: What was said.
        before: Names of what the earlier turns contribute (see `context`).
        cue_places: A cue counts as so many features: knowledge that holds beyond the exemplars weighs more.
    """
    text = reading.masked()
    cues = found(reading.text)
    kinds = _kinds(reading)
    names = [*_words(text), *_letters(text), *_things(reading, kinds)]
    names += [f"c{n}:{cue}" for cue in cues for n in range(cue_places)]
    names += [f"c&k:{cue}&{kind}" for cue in cues for kind in (*kinds, "")]
    names += [f"c&c:{a}&{b}" for i, a in enumerate(cues) for b in cues[i + 1 :]]
    before = tuple(before)
    names += [f"h:{b}" for b in before]
    if before:
        short = min(len(text.split()), 6)
        names += [f"h:{b}&{short}" for b in before]
    return places(names)


def places(names: Iterable[str]) -> list[int]:
    """Named features -> numbered places, each once and sorted."""
    return sorted({zlib.crc32(name.encode()) % BUCKETS for name in names})


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    ends = ["^", *words, "$"]
    pairs = [f"b:{a} {b}" for a, b in pairwise(ends)]
    skips = [f"s:{a} {b}" for a, b in zip(ends, ends[2:], strict=False)]
    return [f"w:{w}" for w in words] + pairs + skips


def _letters(text: str) -> list[str]:
    """Groups of letters: Hangul taken apart and without spaces (endings and typos matter, spacing does not)."""
    latin = re.sub(r"[^a-zⒶ-ⓩ]+", " ", text)
    korean = jamo(re.sub(r"[^가-힣ㄱ-ㅎㅏ-ㅣⒶ-ⓩ]+", "", text)) if re.search("[가-힣ㄱ-ㅎ]", text) else ""
    groups = [f"l:{latin[i : i + n]}" for n in (3, 4, 5) for i in range(len(latin) - n + 1)]
    return groups + [f"k:{korean[i : i + n]}" for n in (3, 4, 5, 6) for i in range(len(korean) - n + 1)]


def _kinds(reading: Reading) -> list[str]:
    """Kinds of what is named and counted, each once."""
    named = {"target" if m.kind == "asset" else m.kind for m in reading.mentions}
    return sorted(named | {f.kind for f in reading.figures})


def _things(reading: Reading, kinds: list[str]) -> list[str]:
    targets = min(len({m.id for m in reading.targets}), 3)
    names = [f"m:{k}" for k in kinds] or ["m:none"]
    names += [f"m&m:{a}&{b}" for a in kinds for b in kinds if a < b]
    names += [f"g:{_GROUPS[m.id]}" for m in reading.targets if m.id in _GROUPS]
    names += [f"id:{m.id}" for m in reading.mentions if m.kind in ("metric", "level", "goal")]
    length = min(len(reading.text.split()), 12)
    return [*names, f"n:{targets}", f"len:{length // 2}", "bias", f"lang:{reading.lang}"]
