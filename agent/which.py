"""Which past decision is meant: so many back, or on a day of the investor's own calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent.words.slots import Day, Line, Number, Slot
from agent.work import Work
from tools.domain.decision import Decision
from tools.domain.events import Executed
from tools.domain.value import Lang
from tools.figures import find_figures

_COUNTS: Final = {
    **dict.fromkeys(("one", "한", "1"), 1),
    **dict.fromkeys(("two", "두", "2"), 2),
    **dict.fromkeys(("three", "세", "3"), 3),
    **dict.fromkeys(("four", "네", "4"), 4),
    **dict.fromkeys(("five", "다섯", "5"), 5),
}
_N = "|".join(_COUNTS)
_BACK = re.compile(
    rf"\b(?P<n>{_N})\s+(?:decisions?|proposals?|changes?|rebalanc\w+|times?)\s+(?:ago|back|before)\b"
    rf"|(?<![가-힣])(?P<k>{_N})\s?(?:번|차례|회)\s?전(?:에|의)?|(?P<two>지지난\s?번|저저번|그\s?전전|전전\s?번"
    r"|\b(?:decision|proposal|change|one|time)\s+before\s+(?:the\s+)?last\b|\bsecond[\s-]to[\s-]last\b|\bpenultimate\b)"
    r"|(?P<one>(?<!지)지난\s?번|저번|직전\s?(?:결정|제안|변경|번)|\b(?:last|previous)\s+(?:decision|proposal|time|change|rebalanc\w+)\b)",
    re.IGNORECASE,
)
_DAYS: Final[tuple[tuple[str, int, int], ...]] = (  # first and last day, days before today
    (r"그저께|그제|엊그제|\bthe\s+day\s+before\s+yesterday\b", 2, 2),
    (r"어제|어저께|간밤|\byesterday\b|\blast\s+night\b", 1, 1),
    (r"오늘|\btoday\b|\bthis\s+morning\b", 0, 0),
)
_SPANS = re.compile(
    r"(?P<week>지난\s?주|저번\s?주|\blast\s+week\b)|(?P<month>지난\s?달|저번\s?달|전월|\blast\s+month\b)"
    r"|(?P<this_week>이번\s?주|\bthis\s+week\b)|(?P<this_month>이번\s?달|\bthis\s+month\b)"
    r"|(?P<quarter>지난\s?분기|\blast\s+quarter\b)|(?P<year>작년|지난\s?해|\blast\s+year\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Meant:
    """A decision of the past that was asked about. back: so many before now; else the days from `first` to `last`."""

    back: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The decision, and what has to be said about finding it; without one, why there is none."""

    decision: Decision | None
    lines: tuple[Line, ...] = ()


def meant(said: str, now: datetime, tz: str, lang: Lang) -> Meant | None:
    """What a question says about which decision it is about; None when it says nothing.

    Args:
        said: The question.
        now: The current instant.
        tz: The investor's zone: their yesterday.
        lang: Of the question.
    """
    today = now.astimezone(ZoneInfo(tz)).date()
    if (m := _BACK.search(said)) is not None:
        number = _COUNTS[(m["n"] or m["k"]).lower()] if m["n"] or m["k"] else 2 if m["two"] else 1
        return Meant(back=number)
    for pattern, first, last in _DAYS:
        if re.search(pattern, said, re.IGNORECASE):
            return Meant(first=today - timedelta(days=first), last=today - timedelta(days=last))
    if (m := _SPANS.search(said)) is not None:
        return Meant(None, *_span(str(m.lastgroup), today))
    for figure in find_figures(said, lang, today=today):
        if figure.kind == "date" and figure.on is not None:
            day = figure.on
            if day > today:  # a day without a year is the last one, in a question about the past
                day = _year_before(day)
            return Meant(None, day, _end_of_month(day) if _MONTH.fullmatch(figure.text.strip()) else day)
        if figure.kind == "year":
            year = int(figure.value)
            return Meant(None, date(year, 1, 1), date(year, 12, 31)) if year <= today.year else None
    return None


_MONTH: Final = re.compile(
    r"(?:(?:\d{4}|작|올|지난)\s?[년해]?도?\s?)?\d{1,2}월(?:달)?"
    r"|(?:in |last |this )?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?:,? \d{4})?",
    re.IGNORECASE,
)
"""A month without a day is all of it."""


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28 if day.month == 2 else day.day))


def _span(name: str, today: date) -> tuple[date, date]:
    """First and last day of a calendar span."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    if name == "week":
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if name == "month":
        end = first - timedelta(days=1)
        return end.replace(day=1), end
    if name == "quarter":
        start = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        end = start - timedelta(days=1)
        return date(end.year, end.month - 2, 1), end
    if name == "year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return (monday if name == "this_week" else first), today


def find(work: Work, which: Meant) -> Found:
    """The decision that was meant, from the record."""
    decisions, carried = _recorded(work)
    if not decisions:
        return Found(None, (Line("why.never"),))
    if which.back is not None:
        pending = work.state.pending
        past = [d for d, _ in decisions if pending is None or d.id != pending.id]
        if which.back > len(past):
            slots: dict[str, Slot] = {
                "count": Number(float(len(past)), digits=0),
                "back": Number(float(which.back), digits=0),
            }
            return Found(None, (Line("why.not_so_many", slots),))
        return Found(past[-which.back])
    assert which.first is not None and which.last is not None
    zone = ZoneInfo(work.tz)

    def inside(at: datetime) -> bool:
        return which.first <= at.astimezone(zone).date() <= which.last  # type: ignore[operator]

    done = [d for d, at in carried if inside(at)]
    made = [d for d, at in decisions if inside(at)]
    if not done and not made:
        return Found(None, _nothing_then(decisions, which, zone))
    chosen = done[-1] if done else made[-1]
    several = len({d.id for d in (*done, *made)})
    lines = [] if done else [Line("why.only_proposed")]
    if several > 1:
        lines.append(Line("why.several_then", {"count": Number(float(several), digits=0)}))
    return Found(chosen, tuple(lines))


def _recorded(work: Work) -> tuple[list[tuple[Decision, datetime]], list[tuple[Decision, datetime]]]:
    """Every decision with when it was made, and those that were carried out with when that was."""
    decisions: dict[str, tuple[Decision, datetime]] = {}
    carried: list[tuple[Decision, datetime]] = []
    for event in work.desk.ledger.read(work.investor):
        if isinstance(event.body, Decision):
            decisions[event.body.id] = (event.body, event.body.at)
        elif isinstance(event.body, Executed) and event.body.decision in decisions:
            carried.append((decisions[event.body.decision][0], event.at))
    return list(decisions.values()), carried


def _nothing_then(decisions: Sequence[tuple[Decision, datetime]], which: Meant, zone: ZoneInfo) -> tuple[Line, ...]:
    """That nothing was decided then, and when something was, nearest first."""
    first, last = which.first, which.last
    assert first is not None and last is not None
    days = [at.astimezone(zone).date() for _, at in decisions]
    nearest = min(days, key=lambda d: min(abs((d - first).days), abs((d - last).days)))
    if first == last:
        return (Line("why.nothing_on", {"day": Day(first), "nearest": Day(nearest)}),)
    return (Line("why.nothing_between", {"first": Day(first), "last": Day(last), "nearest": Day(nearest)}),)
