"""Rule 1: a statement takes force only if its target and every number are found in the investor's own words.

Looked for in the words of this turn and of the few turns before it (a correction repeats only what is new). Targets may
also come from our own last reply, which "that one too" points at; numbers never do.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from agent.toolbox.outcome import Hands
from tools.domain.market import Universe
from tools.figures import Figure, find_figures

TURNS = 6
"""How many of the investor's earlier messages a turn may refer to."""

BAND = frozenset({"low", "high", "within"})
SHARES = frozenset({"weight", "target_vol", "max_drawdown", "magnitude", "fraction", "delta_weight"}) | BAND
UNSIGNED = frozenset({"weight", "target_vol", "fraction", "delta_weight"}) | BAND
"""Shares of which "-10%" is no way to say 10 %; a loss or a fall may be written with a minus."""

MONEY = frozenset({"amount", "monthly"})
COUNTS = frozenset({"units", "new", "old"})
YEARS = frozenset({"horizon_years", "years"})
MONTHS = frozenset({"horizon_months", "in_months", "months"})
TARGETS = frozenset({"target", "versus"})

_WHOLE = re.compile(
    r"다\s|전부|전량|모두|모조리|싹|몽땅|통째|\b(?:all|everything|entire|whole|completely|fully|out)\b", re.I
)
_DOUBLE = re.compile(r"두\s?배|2배|곱절|따블|더블|\b(?:doubles?|twice|twofold)\b", re.I)
_TIMES = (
    (2.0, _DOUBLE),
    (3.0, re.compile(r"세\s?배|3배|\btriple\b", re.I)),
    (0.5, re.compile(r"절반|반으로|반만|반\s?깎|\b(?:halve|half)\b", re.I)),
)
"""What was said before, so many times."""
_POINT = re.compile(r"\b(?:a|one) (?:percentage )?point\b|한 포인트", re.I)
_BY = re.compile(
    r"더|추가|얹|보태|늦|미뤄|미루|미룰|연기|연장|앞당|당겨|당길|깎|덜|빼|올려|내려|높여|낮춰|늘려|줄여"
    r"|\b(?:more|extra|add|less|fewer|later|earlier|sooner|back|forward|off|by|another|longer|on top|knock|push|bump)\b",
    re.I,
)
"""Words of this turn that move what was said before by a number: "5 more", "5프로 더", "knock two off"."""
_SPAN = re.compile(r"\b(?:a|one|another)\s+(?:full\s+)?(year|month)\b", re.I)
_RISK = re.compile(
    r"위험|리스크|안전|안정|안심|공격|보수|변동|중립|성장|방어|적극|소극|조심|신중|과감|대담|화끈|올인|몰빵|세게|무난|중간|보통|균형|수익|손실|잃|원금|잠|겁|쫄|모험|도박|질러|빡세|순한|얌전|등급|성향"
    r"|\b(?:risk\w*|saf\w*|secur\w*|aggress\w*|conserv\w*|caut\w*|caref\w*|balanc\w*|moderate\w*|middle|medium|growth|bold\w*|dar(?:e|ing)|defens\w*|volat\w*|vol|yolo|all[- ]in|big|wild|gambl\w*"
    r"|loss\w*|los(?:e|ing)|sleep|nerv\w*|stomach|timid|chicken|brave|adventur\w*|mild|tame|calm|steady|stable|profile|low|high|max\w*|min\w*|full|throttle|spicy|degen\w*)\b",
    re.I,
)
"""Words with which people speak of how much risk they take."""
_NONE = re.compile(r"빼|없애|없이|제로|영\s?프로|\b(?:no|none|zero|nothing|out of)\b", re.I)


def not_said(hands: Hands, args: dict[str, Any]) -> tuple[str, ...]:
    """Names of the arguments whose target or number the investor did not say, in the order of `args`."""
    words = _Words(hands)
    return tuple(name for name, value in args.items() if value is not None and not words.hold(name, value, args))


class _Words:
    """What was named and counted in the words that a turn may rest on."""

    def __init__(self, hands: Hands) -> None:
        own = [text for role, text in hands.before if role == "user"][-TURNS:]
        ours = [text for role, text in hands.before if role != "user"][-1:]
        self.texts = (hands.said, *reversed(own))
        names = hands.desk.names
        self.universe = hands.desk.market.universe()
        self.named = {m.id for text in (*self.texts, *ours) for m in names.find(text)}
        self.today = hands.work.at.astimezone(ZoneInfo(hands.work.tz)).date()
        found = [find_figures(text, today=self.today) for text in self.texts]
        self.figures: tuple[Figure, ...] = tuple(f for figures in found for f in figures)
        self.steps: tuple[Figure, ...] = tuple(found[0]) if _BY.search(hands.said) else ()

    def hold(self, name: str, value: Any, args: dict[str, Any]) -> bool:
        """Is this argument among the words? Arguments that are no target and no number always are."""
        if name in TARGETS:
            return self._names(str(value))
        if name == "level":
            return _RISK.search(" ".join(self.texts)) is not None
        if name in SHARES or (name == "value" and args.get("metric") != "price"):
            return self._share(float(value), name in UNSIGNED)
        if name in MONEY or name == "value":
            return self._reached(float(value), _amounts, self.figures)
        if name in COUNTS:
            return any(_near(float(value), n) for n in self._counts())
        if name in YEARS:
            return self._time(float(value) * 12.0)
        if name in MONTHS:
            return self._time(float(value))
        return True

    def _names(self, target: str) -> bool:
        return target in self.named or any(same(target, other, self.universe) for other in self.named)

    def _share(self, value: float, unsigned: bool) -> bool:
        figures = [f for f in self.figures if f.value >= 0 or not unsigned]
        if self._reached(value, _shares, figures):
            return True
        text = " ".join(self.texts) + " "
        cues = ((1.0, _WHOLE), (1.0, _DOUBLE), (0.0, _NONE))
        return any(value == size and cue.search(text) for size, cue in cues)

    def _reached(self, value: float, meant: Callable[[Figure], Iterable[float]], figures: Sequence[Figure]) -> bool:
        """Was this said, or is it what was said before moved by what this turn says ("5 more")?

        Several steps add up: 25, "5 more", "and 2 more" come to 32.
        """
        said = {a for f in figures for a in meant(f)}
        steps = {a for f in self.steps if f in figures for a in meant(f)}
        moved = {a + sign * b for a in said for b in steps for sign in (1, -1)}
        moved |= {a * n for a in said for n, cue in _TIMES if cue.search(self.texts[0])}
        if _POINT.search(self.texts[0]):
            moved |= {a + sign * 0.01 for a in said for sign in (1, -1)}
        earlier = {a for f in figures if f not in self.steps for a in meant(f)} if steps else set()
        sums = {a + sign * b for a in moved for b in earlier for sign in (1, -1)}
        return any(_near(value, a) for a in said | moved | sums)

    def _counts(self) -> Iterator[float]:
        """Plain numbers, numbers of units, and both sides of a ratio ("4-for-1", "50:1")."""
        yield from (f.value for f in self.figures if f.kind in ("number", "units"))
        yield from (float(n) for text in self.texts for n in re.findall(r"[0-9]+(?:\.[0-9]+)?", text))

    def _time(self, months: float) -> bool:
        """Spans, dates and years as months from today; a span between two ages ("35 now, retire at 60") counts."""
        spans = [s for f in self.figures for s in self._spans(f)]
        counts = [f.value * 12.0 for f in self.figures if f.kind in ("number", "duration", "units")]
        counts += [f.value for f in self.figures if f.kind == "duration"]
        gaps = [abs(a - b) for a, b in combinations(counts, 2)]
        gaps += [a + b for a, b in combinations(counts, 2)] if _BY.search(self.texts[0]) else []
        if _BY.search(self.texts[0]):
            one = next((12.0 if m[1].lower() == "year" else 1.0 for m in _SPAN.finditer(self.texts[0])), 0.0)
            gaps += [abs(a + sign * one) for a in counts for sign in (1, -1)] if one else []
        slack = max(0.08 * months, 0.7)
        return any(abs(months - s) <= slack for s in (*spans, *gaps))

    def _spans(self, figure: Figure) -> Iterator[float]:
        match figure.kind:
            case "duration":
                yield figure.value
            case "number" | "units":
                yield figure.value
                yield figure.value * 12.0
            case "year":
                years = figure.value - self.today.year
                yield from (12.0 * years, 12.0 * years - self.today.month + 1, 12.0 * (years + 1) - self.today.month)
            case "date" if figure.on is not None:
                yield _months(self.today, figure.on)
            case _:
                return


def same(one: str, other: str, universe: Universe) -> bool:
    """Do two ids cover the same assets? A target and the one asset that carries it are two names of one thing."""
    members = universe.members(one)
    return members != () and members == universe.members(other)


def _shares(figure: Figure) -> Iterable[float]:
    """The fractions a figure may mean where a share is asked for."""
    size = abs(figure.value)
    match figure.kind:
        case "percent" | "points" | "fraction":
            return (size,)
        case "number" | "units":
            return (size / 100.0, size)
        case _:
            return ()


def _amounts(figure: Figure) -> Iterable[float]:
    """The amounts a figure may mean; a bare "5천" counts in units of ten thousand won, as people do."""
    match figure.kind:
        case "money":
            return (figure.value,)
        case "number" | "units":
            return (figure.value, figure.value * 10_000.0)
        case _:
            return ()


def _near(value: float, said: float) -> bool:
    """Within a hundredth of what was said."""
    return abs(abs(value) - abs(said)) <= 0.01 * abs(said) + 1e-9


def _months(start: date, end: date) -> float:
    return (end - start).days / 30.436875
