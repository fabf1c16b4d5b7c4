"""Which things a text names, which of its clauses are about which, and who wins where two are compared."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tools.names import Names

_CLAUSE = re.compile(
    r"[;:!?…·]|\.(?=\s)|,(?=\s)|\s(?:but|while|whereas|as|and|yet|leaves?|leaving)\s"
    r"|(?:지만|반면|는데|[가-힣]고|으나|[가-힣]며|[가-힣]자|에도)\s"
)
_WINS = re.compile(
    r"\b(?:gains? (?:ground )?on|beats?|overtakes?|outperforms?|outsells?|outshines?|edges? (?:out|past)"
    r"|(?:takes?|took|steals?|grabs?|wins?) (?:market )?(?:share|customers|business|orders?) from"
    r"|tops|displaces?|replaces?|pulls? ahead of"
    r"|overtook|outpaces?|surpass(?:es|ed)?|beat out|leapfrogs?|wins? over|moves? ahead of|at the expense of)\b"
)
_LOSES = re.compile(
    r"\b(?:loses? (?:out |ground |market share |share |customers |orders? )?to|lags?|trails?|falls? behind|overtaken by"
    r"|lost (?:out |ground |market share |share |customers )?to|underperforms?|beaten by|replaced by|displaced by)\b"
)
_LIFTS = re.compile(r"\b(?:lifts?|boosts?|helps?|buoys?|cheers?|benefits?|supports?|favou?rs?|props? up|good for)\b")
_HURTS = re.compile(
    r"\b(?:hurts?|squeezes?|hits?|weighs? on|drags?(?: down)?|pressures?|dents?|hammers?|bad for|punishes)\b"
)
_AHEAD = re.compile(r"^\S{0,3}\s?(?:제치|제쳐|앞질|앞서|추월|따돌|누르|눌렀|꺾고|밀어내|뺏|빼앗)")
_BEHIND = re.compile(r"^\S{0,3}\s?(?:밀려|밀리|뒤져|뒤처|빼앗겨|뺏겨|내줘|내줬|내주|패해|졌)")


_INVERSE = {"엔저": ("jpy", -1), "엔고": ("jpy", 1), "강달러": ("usd", 1), "킹달러": ("usd", 1), "약달러": ("usd", -1)}
"""Words that say of a thing itself whether it is strong or weak."""


class Topics:
    """Words of the news that stand for a thing without naming it: refiners, 정유사, patacas."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Compile. words: word → id of the thing."""
        self._owner = {word.lower(): owner for word, owner in words.items()}
        latin = sorted((w for w in self._owner if w[0] < "가"), key=len, reverse=True)
        hangul = sorted((w for w in self._owner if w[0] >= "가"), key=len, reverse=True)
        parts = [r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, latin)) + r")(?=s?(?:'s)?(?![a-z]))"] if latin else []
        parts += [r"(?<![가-힣])(?:" + "|".join(map(re.escape, hangul)) + ")"] if hangul else []
        self._pattern = re.compile("|".join(parts) or r"(?!)")

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """Every (id, start, end), in order. Offsets are those of `text`."""
        low = text.lower()
        if len(low) != len(text):  # a letter whose lower case is longer: offsets would not fit
            return []
        return [(self._owner[m.group()], m.start(), m.end()) for m in self._pattern.finditer(low)]


@dataclass(frozen=True, slots=True)
class Named:
    """One thing named, with all places where it is."""

    id: str
    places: tuple[tuple[int, int], ...]


def named_in(text: str, names: Names, topics: Topics) -> tuple[Named, ...]:
    """Targets and assets of a text, each once, in order of their first mention; a longer name hides a topic."""
    spoken = [(m.start, m.end, m.id) for m in names.find(text, ("target", "asset"))]
    meant = [
        (start, end, owner)
        for owner, start, end in topics.find(text)
        if names.known(owner) and not any(start < e and s < end and e - s > end - start for s, e, _ in spoken)
    ]
    found: dict[str, list[tuple[int, int]]] = {}
    for start, end, owner in sorted([*spoken, *meant]):
        found.setdefault(owner, []).append((start, end))
    return tuple(Named(i, tuple(places)) for i, places in found.items())


def spans(text: str, found: Sequence[Named]) -> list[str]:
    """The part of the text that is about each thing: its clauses, and those after them that name nothing."""
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    clauses = [(a, b) for a, b in pairwise(cuts) if b > a]
    owners: list[set[str]] = []
    for start, end in clauses:
        here = {n.id for n in found if any(start <= s < end for s, _ in n.places)}
        owners.append(here or (owners[-1] if owners else set()))
    first = next((o for o in owners if o), set())
    owners = [o or first for o in owners]
    return [
        "".join(text[a:b] for (a, b), owner in zip(clauses, owners, strict=True) if one.id in owner).strip() or text
        for one in found
    ]


def sides(text: str, found: Sequence[Named]) -> dict[str, int]:
    """Who gains (1) and who loses (−1) where a text compares two things, or does something to one, in so many words."""
    here = {n.id for n in found}
    taken = {owner: sign for word, (owner, sign) in _INVERSE.items() if word in text and owner in here}
    low = text.lower()
    for pattern, left, right in ((_WINS, 1, -1), (_LOSES, -1, 1)):
        for match in pattern.finditer(low):
            before, after = _beside(found, match.start(), match.end())
            if before is not None and after is not None and before != after:
                taken.setdefault(before, left)
                taken.setdefault(after, right)
    for pattern, sign in ((_LIFTS, 1), (_HURTS, -1)):
        for match in pattern.finditer(low):
            after = _beside(found, match.start(), match.end(), reach=24)[1]
            if after is not None:
                taken.setdefault(after, sign)
    for one in found:
        for _, end in one.places:
            rest = text[end : end + 12]
            sign = -1 if _AHEAD.match(rest) else 1 if _BEHIND.match(rest) else 0
            if sign:
                taken.setdefault(one.id, sign)
                for other in found:
                    if other.id != one.id and len(found) == 2:
                        taken.setdefault(other.id, -sign)
    return taken


def _beside(found: Sequence[Named], start: int, end: int, reach: int = 40) -> tuple[str | None, str | None]:
    """The nearest thing that ends before `start` and the nearest that begins after `end`, both within reach."""
    before = max(((e, n.id) for n in found for _, e in n.places if start - reach <= e <= start), default=None)
    after = min(((s, n.id) for n in found for s, _ in n.places if end <= s <= end + reach), default=None)
    return (before[1] if before else None), (after[1] if after else None)
