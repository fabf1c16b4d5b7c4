"""What the phrases of a text say together: "losses" and "narrow" are bad news each and good news as a pair.

Every finding is an `Item` with a value in −1.3..1.3 and the rule that made it. Order of the rules: verbs take the
nearest noun; `ease` turns what it eases; "above" and "below" need an expectation; negation and failure turn what they
stand at; a conceded clause ("despite …", "…에도") counts less, and a claim that events belied ("so much for …",
"…라더니") counts a little the other way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tools.sentiment.lexicon import Hit, Lang

CONCEDED = 0.35
"""How much a conceded clause still counts."""

BELIED = -0.4
"""How much a claim counts that is only told to be contradicted."""

_REACH = {"verb": 10.0, "ease": 5.0, "not": 4.0, "fail": 6.0, "expect": 6.0, "degree": 3.0, "object": 4.0, "top": 6.0}
_BEND = {"up": 1.0, "down": -1.0, "top": 1.0, "bottom": -1.0}
_ALONE = {"up": 0.4, "down": -0.4, "top": 0.7, "bottom": -0.7}
_OBJECT = frozenset(
    {"cut", "slash", "trim", "reduc", "lower", "rais", "lift", "boost", "hik", "doubl", "squeez", "shed"}
)
"""Stems of English verbs that mostly do something to what follows them: "cuts costs", "raises guidance"."""


@dataclass(slots=True)
class Item:
    """One finding. value: good above 0; rule: how it was found; noun: the key of what rose or fell, if known."""

    value: float
    rule: str
    start: float
    end: float
    clause: int
    noun: str = ""


@dataclass(slots=True)
class Parse:
    """All findings of a text, and the weight of each of its clauses in order."""

    items: list[Item]
    weights: list[float]
    marks: list[Hit]
    turned: int = 0
    bare: list[str] = field(default_factory=list)

    def total(self, item: Item) -> float:
        """Value of an item times the weight of its clause."""
        return item.value * self.weights[min(item.clause, len(self.weights) - 1)]


def parse(lang: Lang, content: Sequence[Hit], marks: Sequence[Hit], breaks: Sequence[float]) -> Parse:
    """Put the phrases together.

    Args:
        lang: Korean verbs follow their noun and negation follows its verb; English is looser.
        content: Phrases that carry meaning, in order.
        marks: Phrases that bend it, in order.
        breaks: Places where a clause ends, ascending, in the unit of the hits.
    """
    return _Grammar(lang, content, marks, breaks).run()


class _Grammar:
    def __init__(self, lang: Lang, content: Sequence[Hit], marks: Sequence[Hit], breaks: Sequence[float]) -> None:
        self._ko = lang == "ko"
        self._content, self._marks = content, marks
        parting = ("but", "though", "mock") if self._ko else ("but", "though")
        starts = [m.start if not self._ko or m.role == "but" else m.end for m in marks if m.role in parting]
        self._breaks = sorted({*breaks, *starts})
        self._used: set[int] = set()
        self._items: list[Item] = []
        self._turned = 0

    def run(self) -> Parse:
        self._verbs()
        self._plain()
        self._ease()
        self._expected()
        self._negated()
        self._degrees()
        self._items.sort(key=lambda i: i.start)
        bare = [h.key for n, h in enumerate(self._content) if h.role == "good" and n not in self._used]
        return Parse(self._items, self._clause_weights(), list(self._marks), self._turned, bare)

    def _clause(self, place: float) -> int:
        return sum(b <= place for b in self._breaks)

    def _distance(self, one: Hit | Item, other: Hit | Item, after: float) -> float:
        """How far `other` stands from `one`; what comes after it is `after` farther, each clause break 5."""
        crossed = abs(self._clause(one.start) - self._clause(other.start)) * 5
        if other.end <= one.start:
            return one.start - other.end + crossed
        return max(other.start - one.end, 0.0) + after + crossed

    def _add(self, value: float, rule: str, hit: Hit, noun: str = "") -> Item:
        item = Item(value, rule, hit.start, hit.end, self._clause(hit.start), noun)
        self._items.append(item)
        return item

    def _verbs(self) -> None:
        nouns = [(n, h) for n, h in enumerate(self._content) if h.role in ("good", "bad")]
        for verb in (h for h in self._content if h.role in _BEND):
            sign, found = _BEND[verb.role], self._noun_of(verb, nouns)
            if found is None:
                self._add(_ALONE[verb.role], verb.role, verb)
                continue
            self._used.add(found[0])
            noun, strength = found[1], 1.0 if verb.role in ("up", "down") else 0.8
            way = "up" if sign > 0 else "down"
            if noun.role == "good":
                self._add(sign * strength, f"good {way}", verb, noun.key)
            else:
                self._add(-sign * (0.5 + 0.6 * noun.weight), f"bad {way}", verb, noun.key)

    def _noun_of(self, verb: Hit, nouns: Sequence[tuple[int, Hit]]) -> tuple[int, Hit] | None:
        """The noun that rises or falls: the nearest, rather before the verb than after it; an object wins."""
        after = 4.0 if self._ko else 1.0
        reach = _REACH["verb" if verb.role in ("up", "down") else "top"]
        ranked = sorted(((self._distance(verb, h, after), n, h) for n, h in nouns), key=lambda x: x[:2])
        if not self._ko and verb.key in _OBJECT:
            ahead = [x for x in ranked if x[2].start >= verb.end and x[0] <= _REACH["object"] + after]
            ranked = ahead or ranked
        return (ranked[0][1], ranked[0][2]) if ranked and ranked[0][0] <= reach else None

    def _plain(self) -> None:
        for n, hit in enumerate(self._content):
            if hit.role == "polar":
                self._add(hit.weight, "polar", hit, hit.key).clause = self._clause(max(hit.end - 0.5, hit.start))
            elif hit.role == "bad" and n not in self._used:
                self._add(-0.8 * hit.weight, "bare bad", hit, hit.key)

    def _ease(self) -> None:
        after = 5.0 if self._ko else 0.5
        goods = [(n, h) for n, h in enumerate(self._content) if h.role == "good" and n not in self._used]
        for verb in (h for h in self._content if h.role == "ease"):
            item = self._nearest(verb, after, _REACH["ease"], lambda i: "ease" not in i.rule)
            lost = min(((self._distance(verb, h, after), n, h) for n, h in goods), default=None, key=lambda x: x[:2])
            apart = self._distance(verb, item, after) if item is not None else 99.0
            if item is not None and (lost is None or apart <= lost[0]) and (item.value < 0 or apart <= 2.0):
                item.value, item.rule = (0.3 - 0.5 * item.value, "eased") if item.value < 0 else (-0.6, "good ease")
                self._turned += 1
            elif lost is not None and lost[0] <= 3.0:
                self._used.add(lost[1])
                self._add(-0.6, "good ease", verb, lost[2].key)

    def _nearest(
        self, hit: Hit, after: float, reach: float, fits: Callable[[Item], bool], before: float = 0.0
    ) -> Item | None:
        found = [
            (self._distance(hit, i, after) + (before if i.end <= hit.start else 0.0), n, i)
            for n, i in enumerate(self._items)
            if fits(i)
        ]
        best = min(found, default=None, key=lambda x: x[:2])
        return best[2] if best is not None and best[0] <= reach else None

    def _expected(self) -> None:
        expected = [m for m in self._marks if m.role == "expect"]
        for mark in (m for m in self._marks if m.role in ("above", "below")):
            if not any(self._distance(mark, e, 0.0) <= _REACH["expect"] for e in expected):
                continue
            nouns = [h for h in self._content if h.role in ("good", "bad")]
            near = min(((self._distance(mark, h, 6.0), h) for h in nouns), default=None, key=lambda x: x[0])
            bad = near is not None and near[0] <= _REACH["verb"] and near[1].role == "bad"
            sign = (1.0 if mark.role == "above" else -1.0) * (-1.0 if bad else 1.0)
            self._add(0.9 * sign, f"{'bad ' if bad else ''}{mark.role} expected", mark)

    def _negated(self) -> None:
        spoken = [(h.start, h.end) for h in self._content if h.role == "polar"]
        free = [m for m in self._marks if not any(start <= m.start < end for start, end in spoken)]
        for mark in (m for m in free if m.role == "not"):
            after, before = (20.0, 0.0) if self._ko else (0.0, 20.0)
            item = self._nearest(mark, after, _REACH["not"], lambda i: "not" not in i.rule, before)
            if item is not None:
                item.value *= -0.6
                item.rule = f"not {item.rule}"
                self._turned += 1
        for mark in (m for m in free if m.role == "fail"):
            self._failed(mark)

    def _failed(self, mark: Hit) -> None:
        after, before = (20.0, 0.0) if self._ko else (0.0, 20.0)
        item = self._nearest(mark, after, _REACH["fail"], lambda i: i.start != mark.start, before)
        if item is not None:
            item.value, item.rule = -0.8 * max(abs(item.value), 0.5), "failed"
            self._turned += 1
        else:
            self._add(-0.6, "failed", mark)

    def _degrees(self) -> None:
        for mark in (m for m in self._marks if m.role in ("soft", "hard")):
            item = self._nearest(mark, 0.0, _REACH["degree"], lambda i: True)
            if item is not None:
                item.value *= mark.weight

    def _clause_weights(self) -> list[float]:
        weights = [1.0] * (len(self._breaks) + 1)
        for mark in self._marks:
            if mark.role == "though":
                clause = self._clause(mark.start)
                weights[clause] = CONCEDED
            elif mark.role == "mock":
                weights[self._clause(mark.start)] = BELIED
            elif mark.role == "but":
                weights[self._clause(mark.start)] = 1.3
        return weights
