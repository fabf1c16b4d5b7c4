"""Whose figure it is: binds every figure of a reply to the thing it is said about.

Within a sentence the nearest name before a figure owns it ("gold is 8%"), unless the figure leads to its owner ("8% in
gold", "8%를 금에"), both come in equal lists ("gold and silver are 8% and 3%"), or the name only stands for comparison
("unlike gold", "금보다"). A sentence that names nothing speaks of what the one before spoke of.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tools.names import Names

_SYNONYMS: Final = {
    "portfolio": ("portfolio", "포트폴리오", "계좌 전체", "전체 자산"),
    "index": ("index", "지수"),
    "fund": ("fund", "펀드"),
    "benchmark": ("benchmark", "벤치마크", "기준지수", "비교지수"),
    "market": ("market", "시장"),
    "account": ("account", "계좌"),
    "goal": ("goal", "목표"),
    "total": ("total", "합계", "전체", "총액"),
}
"""What keys may be about besides assets."""

_BACKGROUND: Final = frozenset({"usd", "jpy", "rates"})
"""Things that are mostly units or circumstances; they own figures only where a figure of theirs was computed."""

_SENTENCE = re.compile(r"(?<=[!?。])\s+|(?<=[^\s0-9A-Z]\.)(?<!\bvs\.)\s+|(?<=[0-9]\.)\s+(?=[A-Z가-힣])|\n+")
_JOIN = re.compile(
    r"(?:[\s,/&·]|and\b|or\b|와|과|및|랑|이랑|하고|그리고|plus\b|each\b|the\b|about\b|around\b|up\b|down\b|약|각각|a\b|an\b"
    r"|(?:of|in)\b|gained\b|lost\b|fell\b|rose\b|to\b|against\b|versus\b|vs\b\.?|대(?=\s))*",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|와|과|및|랑|하고|&", re.IGNORECASE)
_JOIN_NAMES = re.compile(r"(?:'s)?[\s,/&·]*(?:and\b|or\b|와|과|및|이랑|랑|하고|그리고)?(?:\s+the\b|\s+your\b)?\s*", re.IGNORECASE)
_ALL = re.compile(r"\b(?:both|each|equally|alike|all)\b|모두|각각|나란히|둘\s?다|똑같이|각\s", re.IGNORECASE)
_TO_OWNER = re.compile(
    r"(?:\s*(?:p|포인트)?(?:\s+(?:share|weight|allocation|position|stake|exposure|slice|holding|worth|return|gain|loss|drop|rise|increase"
    r"|decrease|cut|each|more|less|further|move|chunk|tilt))?"
    r"\s+(?:in|into|to|of|for|on|from|at|by|goes\s+to|go\s+to|goes\s+into|is|are|stays?\s+in|remains?\s+in)\s+(?:the\s+|your\s+|our\s+|its\s+)?"
    r"|\s*\(\s*|\s+(?:the\s+|your\s+)?|\s*[-–—→:]\s*|\s?(?:를|을|는|은|이|가|의|만큼|어치|씩)\s?(?:의\s)?)",
    re.IGNORECASE,
)
_IS_OF_OWNER = re.compile(r"\s?(?:p|포인트)?\s?(?:인|짜리|이나\s?되는|에\s?이르는|까지\s?오른|오른|내린|떨어진|상승한|하락한|늘어난|줄어든|차지하는)\s")
_APART_AFTER = re.compile(r"(?:\s?(?:\([^()]*\)|\s+(?:at|with)\s+\S+|'s\s+\S+|\s?[0-9.,]+\s?%))?(?:보다|대비|와\s?달리|과\s?달리|와는\s?달리|과는\s?달리|와\s?비교|과\s?비교|처럼|에\s?비해|에\s?비하)")
_APART_BEFORE = re.compile(
    r"\b(?:unlike|than|versus|vs\.?|compared\s+(?:with|to)|relative\s+to|against|like|rather\s+than|instead\s+of|besides|ahead\s+of|behind"
    r"|above|below|over|beats?|beating|outpac(?:ed|es|ing)|outperform(?:ed|s|ing)?|underperform(?:ed|s|ing)?|trail(?:ed|s|ing)?|lag(?:ged|s|ging)?"
    r"|exceed(?:ed|s|ing)?|top(?:ped|s)?|surpass(?:ed|es|ing)?|dwarf(?:ed|s)?|outweigh(?:ed|s)?|outstrip(?:ped|s)?|edg(?:es|ed)\s+out|match(?:ed|es|ing)?)\s+(?:the\s+|your\s+|that\s+of\s+)?$",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?:'s|’s|s')?(?:\s?(?:의|은|는|이|가|을|를|도|만))?\s?(?:비중|수익률|종가|가격)?(?:은|는|이|가|의)?"
    r"\s*(?:,?\s*(?:\bat\b|\bwith\b)|\bby\b|[:(=–-])?\s*(?:about|around|약)?\s*"
)
_ANAPHOR = re.compile(r"(?:\b(?:the|this|that|these|its|your)\s+|(?<![가-힣])(?:이|그|해당|동)\s?)$", re.IGNORECASE)
_ANAPHORS: Final = frozenset({"stock", "share", "shares", "fund", "coin", "etf", "index", "종목", "주식", "코인"})
_ASIDE_BEFORE = re.compile(
    r"(?:\b(?:in|among|within|of|across|a|an|as|for|on)\s+(?:the\s+|all\s+|our\s+|your\s+|us\s+|a\s+)?|\()$", re.IGNORECASE
)
_ASIDE_AFTER = re.compile(r"\s?(?:중|가운데|에서|섹터|업종|시장|부문|관련|\))")
_MOVED = re.compile(r"\bfrom\s+(?:the\s+)?$", re.IGNORECASE)
_INTO = re.compile(r"\s*(?:에서|\s(?:in)?to\s+(?:the\s+)?)\s*", re.IGNORECASE)
_PORTFOLIO = re.compile(
    r"^\W*(?:(?:so|overall|in\s+total|altogether|meanwhile)\W+)?(?:(?:the|your|this|whole|overall|entire)\s+)*(?:portfolio|account|book|total)\b"
    r"|^\W*(?:현재\s|지금\s)?(?:전체\s?)?(?:포트폴리오|계좌|총자산|전체|합계)",
    re.IGNORECASE,
)


_YOURS = re.compile(r"\byour\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may own a figure: any one of `ids`, or all of them at once; no ids, and it is nobody's in particular."""

    ids: tuple[str, ...] = ()
    all: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in the reply. `apart`: it only stands for comparison. `aside`: it qualifies another name."""

    id: str
    start: int
    end: int
    apart: bool = False
    aside: bool = False


class Cast:
    """Everything that owns computed figures, and how to find it in a text."""

    def __init__(self, keys: Iterable[str], names: Names) -> None:
        """Take the names that stand before the dot of tool values, and the project's own names."""
        self._names = names
        self.of = {key: _canonical(key, names) for key in keys}
        self._owning = frozenset(self.of.values())
        spellings = {s: i for k, i in self.of.items() if not names.known(i) for s in _spellings(k)}
        self._own = {s.casefold(): i for s, i in spellings.items()}
        longest = sorted(map(re.escape, spellings), key=len, reverse=True)
        self._literal = (
            re.compile(rf"(?<![A-Za-z0-9가-힣])(?:{'|'.join(longest)})(?![A-Za-z0-9])", re.IGNORECASE) if longest else None
        )

    def owns(self, id: str) -> bool:
        """Whether a figure of this thing was computed."""
        return id in self._owning

    def entities(self, text: str) -> list[Entity]:
        """Names in a sentence, in order, each with the part it plays."""
        found = [Entity(self._own[m[0].casefold()], *m.span()) for m in self._literal.finditer(text)] if self._literal else []
        for m in self._names.find(text):
            owns = self.owns(m.id)
            if m.kind not in ("target", "asset") and not owns or m.id in _BACKGROUND and not owns:
                continue
            if any(e.start < m.end and m.start < e.end for e in found):
                continue
            if not owns and m.text.lower() in _ANAPHORS and _ANAPHOR.search(text[: m.start]):
                continue
            found.append(Entity(m.id, m.start, m.end))
        found.sort(key=lambda e: e.start)
        return [self._part(e, found, text) for e in found]

    def _part(self, e: Entity, found: Sequence[Entity], text: str) -> Entity:
        apart = bool(_APART_BEFORE.search(text[: e.start]) or _APART_AFTER.match(text, e.end))
        other = any(o is not e and self.owns(o.id) for o in found)
        aside = (
            not self.owns(e.id)
            and other
            and bool(_ASIDE_BEFORE.search(text[: e.start]) or _ASIDE_AFTER.match(text, e.end))
        )
        return replace(e, apart=apart, aside=aside)


def _canonical(key: str, names: Names) -> str:
    spelled = key.replace("_", " ").strip()
    for text in (key, spelled):
        for m in names.find(text):
            if (m.start, m.end) == (0, len(text)):
                return m.id
    return key if names.known(key) else key.casefold()


def _spellings(key: str) -> set[str]:
    return {key, key.replace("_", " "), *_SYNONYMS.get(key.casefold(), ())}


def owners(reply: str, spans: Sequence[tuple[int, int]], cast: Cast) -> list[Owner]:
    """For each figure, given by its place in the reply in order, whose it is."""
    found: list[Owner] = []
    carried, header = Owner(), _Header()
    for start, end in sentences(reply):
        inside = [(s - start, e - start) for s, e in spans if start <= s < end]
        text = reply[start:end]
        entities = [e for e in cast.entities(text) if not any(s < e.end and e.start < f for s, f in inside)]
        if header.takes(text, entities, bool(inside)):
            continue
        if "\n\n" in reply[max(0, start - 2) : start]:
            carried = Owner()
        if not entities:
            if _PORTFOLIO.match(text):
                carried = Owner(("portfolio",))
            found += [header.owner(text, s) or carried for s, _ in inside]
            continue
        found += _sentence(text, inside, entities, carried)
        subjects = [e for e in entities if not (e.apart or e.aside)] or entities
        carried = Owner(tuple(dict.fromkeys(e.id for e in subjects)))
    return found


def sentences(reply: str) -> list[tuple[int, int]]:
    """Start and end of each sentence or line."""
    cuts = [m.span() for m in _SENTENCE.finditer(reply)]
    starts = [0, *(e for _, e in cuts)]
    ends = [*(s for s, _ in cuts), len(reply)]
    return [(s, e) for s, e in zip(starts, ends, strict=True) if s < e]


class _Header:
    """The head of a table whose columns are things."""

    def __init__(self) -> None:
        self._cells: list[Owner] = []

    def takes(self, line: str, entities: Sequence[Entity], figures: bool) -> bool:
        """Remember a line of names as the head; forget it where the table ends."""
        bars = _bars(line)
        if len(bars) < 2:
            self._cells = []
            return False
        if figures or len(entities) < 2:
            return False
        self._cells = [Owner() for _ in range(len(bars) + 1)]
        for e in entities:
            self._cells[sum(b < e.start for b in bars)] = Owner((e.id,))
        return True

    def owner(self, line: str, at: int) -> Owner | None:
        """Whose column a place of a line is in."""
        column = sum(b < at for b in _bars(line))
        return self._cells[column] if column < len(self._cells) and self._cells[column].ids else None


def _bars(line: str) -> list[int]:
    return [n for n, c in enumerate(line) if c in "|¦\t"]


def _sentence(text: str, spans: list[tuple[int, int]], entities: list[Entity], carried: Owner) -> list[Owner]:
    bound: dict[int, Owner] = _lists(text, spans, entities)
    used: set[int] = set()
    for n, (start, _) in enumerate(spans):
        if n in bound:
            used |= {k for k, e in enumerate(entities) if e.id in bound[n].ids}
            continue
        k = _owner(text, n, spans, entities, used)
        if k is None:
            bound[n] = carried
            continue
        used.add(k)
        bound[n] = _group(text, k, entities)
        if _YOURS.search(text[:start]):
            bound[n] = replace(bound[n], ids=(*bound[n].ids, "portfolio"))
    return [bound[n] for n in range(len(spans))]


def _owner(text: str, n: int, spans: list[tuple[int, int]], entities: list[Entity], used: set[int]) -> int | None:
    """Place of the entity that a figure belongs to."""
    start, end = spans[n]
    before = [k for k, e in enumerate(entities) if e.end <= start]
    after = [k for k, e in enumerate(entities) if e.start >= end]
    subjects = [k for k in before if not (entities[k].apart or entities[k].aside)]
    nearest = subjects[-1] if subjects else None
    if after and _IS_OF_OWNER.fullmatch(text[end : entities[after[0]].start]):
        return after[0]
    if before and _OWN.fullmatch(text[entities[before[-1]].end : start]) and not entities[before[-1]].aside:
        return before[-1]
    leads = after and _TO_OWNER.fullmatch(text[end : entities[after[0]].start]) and not entities[after[0]].aside
    if leads and (nearest is None or nearest in used):
        return after[0]
    if nearest is not None:
        return nearest
    ahead = [k for k in after if not (entities[k].apart or entities[k].aside)]
    if ahead:
        return ahead[0]
    return before[-1] if before else after[0] if after else None


def _group(text: str, k: int, entities: list[Entity]) -> Owner:
    """The entity with those it is joined to by "and", or with the other end of a move."""
    members, first = [entities[k].id], k
    while first and (gap := text[entities[first - 1].end : entities[first].start]) is not None:
        joined = _JOIN_NAMES.fullmatch(gap) and (first != k or _AND.search(gap))
        if not joined:
            break
        first -= 1
        members.append(entities[first].id)
    if len(members) > 1:
        return Owner(tuple(members), all=bool(_ALL.search(text)))
    for a, b in ((k - 1, k), (k, k + 1)):
        if a >= 0 and b < len(entities) and _moves(text, entities[a], entities[b]):
            return Owner((entities[a].id, entities[b].id))
    return Owner((entities[k].id,))


def _moves(text: str, a: Entity, b: Entity) -> bool:
    """Whether something goes from one to the other."""
    gap = text[a.end : b.start]
    if not _INTO.fullmatch(gap):
        return False
    return bool(_MOVED.search(text[: a.start])) or bool(re.match(r"(?:으)?로", text[b.end :]))


def _lists(text: str, spans: list[tuple[int, int]], entities: list[Entity]) -> dict[int, Owner]:
    """Equal lists of names and figures, matched in order."""
    bound: dict[int, Owner] = {}
    groups = list(_runs(text, [(e.start, e.end) for e in entities], spans))
    figures = list(_runs(text, spans, [(e.start, e.end) for e in entities]))
    respectively = re.search(r"\brespectively\b|\bin\s+that\s+order\b|각각|순서대로|차례로", text, re.IGNORECASE)
    for run in figures:
        start, end = spans[run[0]][0], spans[run[-1]][1]
        before = [g for g in groups if entities[g[-1]].end <= start]
        after = [g for g in groups if entities[g[0]].start >= end]
        taken = {i for o in bound.values() for i in o.ids}
        near = before[-1] if before and not any(entities[k].id in taken for k in before[-1]) else None
        if near is None and after and (respectively or not before):
            near = after[0]
        if near is not None and len(near) == 1 and len(run) == 2:
            near = _compared(near, before, entities)
        if near is not None and len(near) == len(run) > 1:
            bound |= {n: Owner((entities[k].id,)) for n, k in zip(run, near, strict=True)}
    return bound


def _compared(near: list[int], before: list[list[int]], entities: list[Entity]) -> list[int]:
    """Both sides of "bitcoin swings more than gold: 62% against 14%"."""
    both = [k for g in before for k in g]
    apart = [entities[k].apart for k in both]
    return both if near == [both[-1]] and apart == [False, True] else near


def _runs(text: str, spans: Sequence[tuple[int, int]], between: Sequence[tuple[int, int]]) -> Iterable[list[int]]:
    """Neighbours that are only joined, in groups."""
    run: list[int] = []
    for n, (start, _) in enumerate(spans):
        if run:
            gap = text[spans[run[-1]][1] : start]
            apart = any(spans[run[-1]][1] <= s < start for s, _ in between)
            if apart or not _JOIN.fullmatch(gap):
                yield run
                run = []
        run.append(n)
    if run:
        yield run
