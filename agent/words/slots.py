"""What can stand in a sentence: typed values that code prints, each remembering what it is and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tools.domain.value import Money

Unit = Literal["percent", "points", "KRW", "USD", "number", "units", "date", "months"]


@dataclass(frozen=True, slots=True)
class Percent:
    """A fraction printed as percent; `asset` says whose figure it is (a target or asset id)."""

    value: float
    asset: str | None = None
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Points:
    """A difference of two fractions, printed signed in percentage points."""

    value: float
    asset: str | None = None
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Cash:
    """An amount of money."""

    money: Money
    asset: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: float
    asset: str | None = None
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Units:
    """Shares or coins of one asset."""

    amount: Decimal
    asset: str
    noun: Literal["shares", "coins"] = "shares"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in the investor's zone."""

    day: date


@dataclass(frozen=True, slots=True)
class At:
    """An instant, printed as the calendar day it is in the investor's zone."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in months."""

    months: float


@dataclass(frozen=True, slots=True)
class Thing:
    """The name of a target, asset, strategy, event or goal, by id."""

    id: str


@dataclass(frozen=True, slots=True)
class Things:
    """Several names, joined as the language joins them."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words a person said or typed, shown as theirs. They are never read as figures of ours."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """Another entry of the table, used inside a sentence (a level, a topic, a reason)."""

    code: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Another sentence or part of one, with its own slots; its figures count as figures of the whole."""

    line: "Line"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Several parts in a row, separated by commas."""

    lines: tuple["Line", ...]


Slot = Percent | Points | Cash | Number | Units | Day | At | Span | Thing | Things | Quoted | Word | Phrase | Phrases


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: its code in the table and what fills its slots."""

    code: str
    slots: Mapping[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as printed in a reply: `{text, value, unit, asset}`."""

    text: str
    value: float
    unit: Unit
    asset: str | None = None
