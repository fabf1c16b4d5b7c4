"""Does every figure in a text have a source? By value, unit, sign, and the thing it is about.

Replies are made of slots that code fills; this is for words a model typed itself. `claims` finds what is claimed,
`owners` whose it is, `bearing` which way it points, and here each is held against the figures that were computed. A
difference or a ratio counts when both its operands stand in the same sentence; a figure of the investor's own only as
theirs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, permutations
from typing import Final

from agent.words.cast import Cast
from agent.words.claims import Claim, claims
from agent.words.known import MONTH_DAYS, Known, known, shown_figures
from agent.words.owners import Owner, owners, sentences
from agent.words.windows import Window, agree, named
from agent.words.windows import told as told_over
from tools.domain.value import Lang
from tools.figures import Figure, find_figures
from tools.names import Names

__all__ = ["Finding", "Known", "known", "shown_figures", "ungrounded"]

_FITTING: Final[Mapping[str, frozenset[str | None]]] = {
    "percent": frozenset({None, "percent"}),
    "points": frozenset({None, "points"}),
    "fraction": frozenset({None, "percent"}),
    "number": frozenset({None, "number", "units", "percent", "KRW", "USD"}),
    "money": frozenset({None, "number"}),
    "units": frozenset({None, "units", "number"}),
    "duration": frozenset({None, "months", "number"}),
}
"""Units of computed figures that each kind of printed figure may tell."""

_SHARES: Final = frozenset({"percent", "points", "fraction"})
_MAGNITUDE = re.compile(
    r"loss|lost|draw|mdd|(?:^|_)dd(?:_|$)|drop|fall|declin|decreas|cut|cost|fee|tax|reduc|down|short|var(?![a-z])|cvar|risk|gap|diff|sav|trim|sell|sold"
    r"|slip|shock|손실|낙폭|하락|비용|수수료|세금|차이|감소|축소|위험|부족",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\byou(?:'ve|'d|\s+have|\s+had)?\s+(?:just\s+|also\s+)?(?:ask|said|say|want|set|told|tell|request|mention|chose|choose|gave|give|name|wish"
    r"|specif|wrote|need|plan|would\s+like|like)\w*|\byour\s+(?:\w+\s+){0,2}(?:limit|cap|target|goal|request|ceiling|floor|rule|instruction|maximum"
    r"|minimum|wish|budget|words|message|question|plan)|\bas\s+(?:requested|you\b)|\?"
    r"|말씀|요청|원하|하신|정하|요구|부탁|지시|바라|적으신|목표|한도|상한|하한|라고\s?하|고\s?하셨|까요|싶다",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"(?:%|p|원|달러)?\s*(?:에서|to|→|->|=>|–|up\s+to|down\s+to)\s*$", re.IGNORECASE)
_RANK = re.compile(r"(?:^|_)(?:rank(?:ing)?|place|순위)(?:_|$)", re.IGNORECASE)
_CHANCE = re.compile(r"\b(?:chance|probabilit|odds|likel)|확률|가능성", re.IGNORECASE)
_MISS = re.compile(
    r"\b(?:miss(?:ing)?|fail(?:s|ing|ure)?|fall(?:s|ing)?\s+short|not|won't|n't)\b|못|않|안\s|실패|미달", re.IGNORECASE
)
_CHANCES = re.compile(r"(?:^|_)(?:p|prob(?:ability)?|chance|odds|확률)(?:_|$)", re.IGNORECASE)
_REACHED = re.compile(r"goal|reach|success|recover|hit|달성|성공|회복", re.IGNORECASE)
_TIMES: Final = frozenset({"duration", "date", "year"})
_NEAR: Final = 0.05  # of its size: how far "about 43,000" may be from the truth
_EXACT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure without a source: the exact substring of the reply and where it stands."""

    text: str
    start: int
    end: int


def ungrounded(reply: str, facts: Sequence[Known], lang: Lang, names: Names, *, said: str = "") -> tuple[Finding, ...]:
    """Figures of a reply that nothing computed, in order.

    Args:
        reply: The text as it would be shown.
        facts: What tools computed.
        lang: Language of the reply.
        names: Finds the things it is about.
        said: The investor's own words; a figure in them may be echoed as theirs ("you asked for 10%").
    """
    told = claims(
        reply, lang, years=any(f.unit == "year" for f in facts), ranks=any(_RANK.search(f.name) for f in facts)
    )
    if not told:
        return ()
    bound = _bound(reply, told, facts, names)
    sources = _Sources(facts, bound[1], lang, "(%)" in reply or "(단위: %)" in reply)
    spans = _windows(reply, told) if any(named(f) for f in facts) else [frozenset()] * len(told)
    direct = [sources.of(*c) for c in zip(told, bound[0], spans, [_missed(reply, c) for c in told], strict=True)]
    for n in _swapped(told, direct, reply):
        direct[n] = None
    theirs = find_figures(said, lang) if said else ()
    found = []
    for first, last in sentences(reply):
        inside = [n for n, c in enumerate(told) if first <= c.start < last]
        operands = [(told[n], k.value) for n in inside if (k := direct[n]) is not None]
        for n in inside:
            claim = told[n]
            echoed = _echoes(claim.figure, theirs) and _THEIRS.search(reply[first:last])
            if direct[n] is None and not _derived(claim, operands, reply) and not echoed:
                found.append(Finding(claim.figure.text, claim.start, claim.end))
    return tuple(found)


def _windows(reply: str, told: Sequence[Claim]) -> list[frozenset[Window]]:
    """Over what time each claim is told; lengths of time and days are what tells it."""
    found: list[frozenset[Window]] = [frozenset()] * len(told)
    for first, last in sentences(reply):
        inside = [n for n, c in enumerate(told) if first <= c.start < last and c.figure.kind not in _TIMES]
        said = told_over(reply, (first, last), [(told[n].start, told[n].end) for n in inside])
        for n, windows in zip(inside, said, strict=True):
            found[n] = windows
    return found


def _missed(reply: str, claim: Claim) -> bool:
    """Whether a chance is told of not getting there: the other side of a chance of getting there."""
    if claim.figure.kind not in ("percent", "fraction"):
        return False
    first, last = next((f, e) for f, e in sentences(reply) if f <= claim.start < e)
    around = reply[max(first, claim.start - 40) : min(last, claim.end + 40)]
    return bool(_CHANCE.search(around) and _MISS.search(around))


def _bound(
    reply: str, told: Sequence[Claim], facts: Sequence[Known], names: Names
) -> tuple[Sequence[Owner], Mapping[str, str]]:
    """Whose each claim is, and the id of each owner; nobody's where no fact has an owner."""
    keys = {f.asset for f in facts if f.asset is not None}
    if not keys:
        return [Owner()] * len(told), {}
    cast = Cast(keys, names)
    return owners(reply, [(c.start, c.end) for c in told], cast), cast.of


_FIRST = re.compile(r"(?:^|_)(?:before|old|from|prev(?:ious)?|current|now|start|이전|현재)(?:_|$)", re.IGNORECASE)
_THEN = re.compile(r"(?:^|_)(?:after|new|to|target|next|end|이후|목표)(?:_|$)", re.IGNORECASE)


def _swapped(told: Sequence[Claim], direct: Sequence[Known | None], reply: str) -> set[int]:
    """Places of figures told as "from A to B" that are, by their names, B and A."""
    found: set[int] = set()
    for n, (a, b) in enumerate(pairwise(direct)):
        if a is None or b is None or a.value == b.value:
            continue
        between = reply[told[n].end - 1 : told[n + 1].start]
        if _FROM_TO.search(between) and _THEN.search(a.name) and _FIRST.search(b.name):
            found |= {n, n + 1}
    return found


class _Sources:
    """Computed figures, looked up by what is printed."""

    def __init__(self, facts: Sequence[Known], ids: Mapping[str, str], lang: Lang, headed: bool) -> None:
        self._facts = [(f, None if f.asset is None else ids[f.asset]) for f in facts]
        self._dates = [f.value for f in facts if f.unit == "date"]
        self._headed, self._lang = headed, lang
        self._windows = frozenset(w for f in facts for w in named(f))
        self._said: frozenset[Window] = frozenset()
        self._missed = False

    def of(self, claim: Claim, owner: Owner, said: frozenset[Window], missed: bool) -> Known | None:
        """The computed figure behind a claim told over some time, None where there is none.

        missed: it is told as the chance of not getting there.
        """
        self._said, self._missed = said, missed
        if claim.figure.kind == "date":
            return Known(claim.figure.value, "date") if self._dated(claim.figure) else None
        if claim.counts and all(self._any(float(n)) for n in claim.counts):
            return Known(claim.figure.value)
        if owner.all and len(owner.ids) > 1:
            own = [self._of_one(claim, (i,)) for i in owner.ids if any(i == j for _, j in self._facts)]
            return own[0] if own and all(v is not None for v in own) else self._of_one(claim, ("",))
        return self._of_one(claim, owner.ids)

    def _of_one(self, claim: Claim, ids: tuple[str, ...]) -> Known | None:
        for fact, owner in self._facts:
            if ids and owner is not None and owner not in ids:
                continue
            if agree(named(fact), self._said, self._windows) and self._tells(claim, fact):
                return fact
        return None

    def _tells(self, claim: Claim, fact: Known) -> bool:
        """Whether the claim is the fact; a chance of getting there is not the one of falling short."""
        turned = self._missed and _CHANCES.search(fact.name) and _REACHED.search(fact.name)
        return not turned and _fits(claim, fact, self._headed)

    def _any(self, count: float) -> bool:
        return any(f.value == count for f, _ in self._facts)

    def _dated(self, figure: Figure) -> bool:
        """Whether a day was computed; where none was, a date only places the figures beside it."""
        if not self._dates or figure.on is not None:
            return not self._dates or figure.value in self._dates
        days = (date.fromordinal(int(d)) for d in self._dates)
        return any(f.on == day for day in days for f in find_figures(figure.text, self._lang, today=day))


def _fits(claim: Claim, fact: Known, headed: bool) -> bool:
    figure, unit = claim.figure, fact.unit
    if figure.kind == "year":
        return unit == "year" and figure.value == fact.value
    if figure.kind == "units" and figure.text[-1] == "주" and unit == "months":  # 6주 are weeks as well as shares
        return _close(claim, figure.value * 7 / MONTH_DAYS, fact.value, claim.step * 7 / MONTH_DAYS)
    if unit not in _FITTING[figure.kind] and not (claim.basis and unit in ("percent", "points")):
        return figure.kind == "money" and unit == figure.currency and _equal(claim, fact, figure.value)
    if figure.kind == "money" and fact.currency not in (None, figure.currency):
        return False
    if figure.kind == "duration" and unit != "months":
        return _count_of(figure) == fact.value
    if _equal(claim, fact, figure.value):
        return True
    return headed and figure.kind == "number" and _equal(claim, fact, figure.value / 100, claim.step / 100)


def _count_of(figure: Figure) -> float | None:
    """The number of months, years or days that a length is told in."""
    numbers = re.findall(r"\d+(?:\.\d+)?", figure.text)
    return float(numbers[0]) if len(numbers) == 1 else None


def _equal(claim: Claim, fact: Known, value: float, step: float | None = None) -> bool:
    """Whether a printed value is the computed one, with sign, to half its last digit."""
    size, signed = abs(value), claim.figure.signed
    way = "down" if value < 0 else "up" if signed else claim.bearing
    if way == "down" and not (fact.value < 0 or fact.value == 0 or _MAGNITUDE.search(fact.name)):
        return False
    if way == "up" and fact.value < 0:
        return claim.accounting and not signed
    if way is None and fact.value < 0 and not claim.accounting and not (_MAGNITUDE.search(fact.name) and not signed):
        return False
    return _close(claim, size, abs(fact.value), claim.step if step is None else step)


def _close(claim: Claim, printed: float, truth: float, step: float) -> bool:
    slack = _EXACT * max(1.0, truth)
    figure = claim.figure
    if abs(printed - truth) <= step / 2 + slack:
        # "just under 10%" is no way to tell 10.1 %, though that rounds to 10.
        return not (
            (figure.bound == "below" and truth > printed + slack)
            or (figure.bound == "above" and truth < printed - slack)
        )
    if figure.kind == "fraction":
        one_in = 1 / printed if printed else 0.0
        near = one_in >= 10 and truth > 0 and abs(1 / truth - one_in) <= 0.5
        above = figure.bound == "above" and 0 <= truth - printed <= 0.12  # 58 % is more than half
        below = figure.bound == "below" and 0 <= printed - truth <= 0.12
        return near or above or below or (figure.approx and abs(printed - truth) <= 0.03)
    rounded = _last_round(printed, step)
    if figure.approx:
        return abs(printed - truth) <= max(step, min(max(rounded / 2, 0.01 * printed), _NEAR * printed)) + slack
    if figure.bound == "above":
        return printed <= truth < printed + rounded
    return figure.bound == "below" and printed - rounded < truth <= printed


def _last_round(printed: float, step: float) -> float:
    """Worth of the last digit that is not zero: 1,000 in 43,000."""
    digits = f"{printed / step:.0f}" if step else "1"
    return step * 10.0 ** (len(digits) - len(digits.rstrip("0")))


def _derived(claim: Claim, operands: Iterable[tuple[Claim, float]], reply: str) -> bool:
    """Whether it is the difference or the ratio of two grounded figures of its own sentence."""
    return any(_follows(claim, a, b, reply) for a, b in permutations(operands, 2) if a[0] is not claim is not b[0])


def _follows(claim: Claim, a: tuple[Claim, float], b: tuple[Claim, float], reply: str) -> bool:
    kind, (first, x), (second, y) = claim.figure.kind, a, b
    if _converted(claim, first, x, second, y):
        return True
    alike = first.figure.kind == second.figure.kind or {first.figure.kind, second.figure.kind} <= _SHARES
    if not alike or first.figure.kind == "date":
        return False
    if _turned(claim, first, x, second, y, reply):
        return False
    printed = abs(claim.figure.value)
    for p, q in ((x, y), (first.figure.value, second.figure.value)):
        p, q = abs(p), abs(q)
        same = kind == first.figure.kind or {kind, first.figure.kind} <= _SHARES
        if same and _close(claim, printed, abs(p - q), claim.step):
            return True
        if q and kind in ("number", "percent", "fraction") and _close(claim, printed, p / q, claim.step):
            return True
        if q and kind in ("percent", "fraction") and _close(claim, printed, abs(p / q - 1), claim.step):
            return True
    return False


def _converted(claim: Claim, first: Claim, x: float, second: Claim, y: float) -> bool:
    """Whether it is an amount of the sentence in the other currency, at a rate the sentence gives (won per dollar)."""
    into, of = claim.figure.currency, first.figure.currency
    if claim.figure.kind != "money" or {into, of} != {"KRW", "USD"} or second.figure.kind not in ("money", "number"):
        return False
    if second.figure.currency == "USD" or abs(y) <= 1:
        return False
    worth = abs(x) / abs(y) if into == "USD" else abs(x) * abs(y)
    return _close(claim, abs(claim.figure.value), worth, claim.step)


def _turned(claim: Claim, first: Claim, x: float, second: Claim, y: float, reply: str) -> bool:
    """Whether "from 60% to 55%" is said to have gone the other way than it did."""
    if claim.bearing not in ("up", "down"):
        return False
    early, late, before, after = (first, second, x, y) if first.start < second.start else (second, first, y, x)
    if not _FROM_TO.search(reply[early.end - 1 : late.start]):
        return False
    return (after > before) != (claim.bearing == "up") and before != after


def _echoes(figure: Figure, theirs: Sequence[Figure]) -> bool:
    """Did the investor say this very figure?"""
    return any(f.kind == figure.kind and f.currency == figure.currency and f.value == figure.value for f in theirs)
