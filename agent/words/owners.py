"""Whose figure it is: binds every figure of a reply to the thing it is said about.

Within a sentence the nearest name before a figure owns it ("gold is 8%"), unless the figure leads to its owner ("8% in
gold", "8%를 금에"), both come in equal lists ("gold and silver are 8% and 3%"), or the name only stands for comparison
("unlike gold", "금보다"). A sentence that names nothing speaks of what the one before spoke of.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.words.cast import Cast, Entity

_SENTENCE = re.compile(r"(?<=[!?。])\s+|(?<=[^\s0-9A-Z]\.)(?<!\bvs\.)\s+|(?<=[0-9]\.)\s+(?=[A-Z가-힣])|\n+")
_JOIN = re.compile(
    r"(?:[\s,/&·]|and\b|or\b|와|과|및|랑|이랑|하고|그리고|plus\b|each\b|the\b|about\b|around\b|up\b|down\b|약|각각|a\b|an\b"
    r"|(?:of|in)\b|gained\b|lost\b|fell\b|rose\b|to\b|against\b|versus\b|vs\b\.?|대(?=\s))*",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b|와|과|및|랑|하고|&", re.IGNORECASE)
_JOIN_NAMES = re.compile(
    r"(?:'s)?[\s,/&·]*(?:and\b|or\b|와|과|및|이랑|랑|하고|그리고)?(?:\s+(?:the|your)\b)?\s*", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:both|each|equally|alike|all)\b|모두|각각|나란히|둘\s?다|똑같이|각\s", re.IGNORECASE)
_TO_OWNER = re.compile(
    r"(?:\s*(?:p|포인트)?(?:\s+(?:share|weight|allocation|position|stake|exposure|slice|holding|worth|return|gain|loss|drop|rise|increase"
    r"|decrease|cut|each|more|less|further|move|chunk|tilt))?"
    r"\s+(?:in|into|to|of|for|on|from|at|by|goes\s+to|go\s+to|goes\s+into|is|are|stays?\s+in|remains?\s+in)\s+(?:the\s+|your\s+|our\s+|its\s+)?"
    r"|\s*\(\s*|\s+(?:the\s+|your\s+)?|\s*[-–—→:]\s*|\s?(?:를|을|는|은|이|가|의|만큼|어치|씩)\s?(?:의\s)?)",
    re.IGNORECASE,
)
_IS_OF_OWNER = re.compile(
    r"\s?(?:p|포인트)?\s?(?:인|짜리|이나\s?되는|에\s?이르는|까지\s?오른|오른|내린|떨어진|상승한|하락한|늘어난|줄어든|차지하는)\s"
)
_OWN = re.compile(
    r"(?:'s|’s|s')?(?:\s?(?:의|은|는|이|가|을|를|도|만))?\s?(?:비중|수익률|종가|가격)?(?:은|는|이|가|의)?"
    r"\s*(?:,?\s*(?:\bat\b|\bwith\b)|\bby\b|[:(=–-])?\s*(?:about|around|약)?\s*"
)
_OWNS = re.compile(  # Amazon's gain (13.7%)
    r"(?:'s|’s)\s+(?:[a-z-]+\s+){1,3}(?:(?:of|at|is|was|by)\s+)?(?:about\s+|around\s+|roughly\s+)?[(:]?\s*"
)
_FROM_TO = re.compile(r"\bfrom\s+$", re.IGNORECASE)
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
    if before and _OWNS.fullmatch(text[_name_end(text, entities[before[-1]]) : start]):
        return before[-1]
    if before and _OWN.fullmatch(text[entities[before[-1]].end : start]) and not entities[before[-1]].aside:
        return before[-1]
    leads = after and _TO_OWNER.fullmatch(text[end : entities[after[0]].start]) and not entities[after[0]].aside
    if leads and (nearest is None or nearest in used or (not entities[nearest].owns and entities[after[0]].owns)):
        return after[0]
    if nearest is not None:
        return nearest
    ahead = [k for k in after if not (entities[k].apart or entities[k].aside)]
    if ahead:
        return ahead[0]
    return before[-1] if before else after[0] if after else None


def _name_end(text: str, e: Entity) -> int:
    """Where a name ends without its 's."""
    return e.end - 2 if text[: e.end].endswith(("'s", "’s")) else e.end


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
        elif _FROM_TO.search(text[:start]):
            continue
        if near is not None and len(near) == len(run) > 1:
            bound |= {n: Owner((entities[k].id,)) for n, k in zip(run, near, strict=True)}
    return bound


def _compared(near: list[int], before: list[list[int]], entities: list[Entity]) -> list[int]:
    """Both sides of "bitcoin swings more than gold: 62% against 14%"."""
    both = [k for g in before for k in g]
    apart = [entities[k].apart for k in both]
    return both if apart == [False, True] and near == both[-1:] else near


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
