"""Lines -> text in one language, with every figure that was printed on the way.

A template holds `{slot}` or, in Korean, `{slot:은/는}`: the particle is chosen by how the printed value is read aloud.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.words.plain import neutral
from agent.words.slots import (
    At,
    Cash,
    Day,
    Line,
    Number,
    Percent,
    Phrase,
    Phrases,
    Points,
    Quoted,
    Shown,
    Slot,
    Span,
    Thing,
    Things,
    Unit,
    Units,
    Word,
)
from agent.words.table import TABLE
from tools import figures
from tools.domain.value import Lang
from tools.names import Names

SLOT = re.compile(r"\{(\w+)(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text and the figures in it, in order."""

    text: str
    figures: tuple[Shown, ...] = ()


@dataclass(slots=True)
class _Printer:
    lang: Lang
    names: Names
    zone: ZoneInfo
    shown: list[Shown]

    def line(self, line: Line) -> str:
        template = word(line.code, self.lang)

        def fill(match: re.Match[str]) -> str:
            printed = self.slot(line.slots[match[1]])
            return figures.josa(printed, match[2]) if match[2] else printed

        return SLOT.sub(fill, template)

    def sentence(self, line: Line) -> str:
        """A line that stands by itself: in English it begins with a capital, unless a name is spelled otherwise."""
        text = self.line(line)
        first = text.split(" ", 1)[0]
        return text[:1].upper() + text[1:] if self.lang == "en" and first.islower() else text

    def slot(self, slot: Slot) -> str:
        match slot:
            case Thing(id=name):
                return neutral(self.names.label(name, self.lang))
            case Things(ids=ids):
                return _joined([neutral(self.names.label(i, self.lang)) for i in ids], self.lang)
            case Quoted(text=text):
                return neutral(text)
            case Word(code=code):
                return word(code, self.lang)
            case Phrase(line=line):
                return self.line(line)
            case Phrases(lines=lines):
                return ", ".join(self.line(x) for x in lines)
            case _:
                return self._figure(slot)

    def _figure(self, slot: Slot) -> str:
        value: float
        unit: Unit
        asset = getattr(slot, "asset", None)
        match slot:
            case Percent():
                text, value, unit = figures.percent(slot.value, self.lang, digits=slot.digits), slot.value, "percent"
            case Points():
                text, value, unit = figures.points(slot.value, self.lang, digits=slot.digits), slot.value, "points"
            case Cash(money=money):
                text = figures.money(money.amount, money.currency, self.lang)
                value, unit = float(money.amount), money.currency
            case Number():
                text, value, unit = figures.number(slot.value, self.lang, digits=slot.digits), slot.value, "number"
            case Units():
                text = figures.units(slot.amount, self.lang, slot.noun)
                value, unit = float(slot.amount), "units"
            case Span(months=months):
                text, value, unit = figures.months(months, self.lang), months, "months"
            case Day(day=day):
                text, value, unit = figures.day(day, self.lang), float(day.toordinal()), "date"
            case At(instant=instant):
                return self._figure(Day(self._local(instant).date()))
            case _:
                raise TypeError(f"no printer for {type(slot).__name__}")
        self.shown.append(Shown(text=text, value=value, unit=unit, asset=asset))
        return text

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)


def word(code: str, lang: Lang) -> str:
    """The template or plain word of a code. KeyError for a code that no table has."""
    korean, english = TABLE[code]
    return korean if lang == "ko" else english


def render(line: Line, lang: Lang, names: Names, *, tz: str) -> Rendered:
    """One line as text.

    Args:
        line: What is said; its slots must fill the template's.
        lang: Language of the reply.
        names: Gives targets and assets their display names.
        tz: The investor's zone, in which instants are dates.
    """
    return render_all((line,), lang, names, tz=tz)


def render_all(lines: Iterable[Line], lang: Lang, names: Names, *, tz: str, between: str = " ") -> Rendered:
    """Several lines in a row, figures in the order in which they stand."""
    printer = _Printer(lang, names, ZoneInfo(tz), [])
    text = between.join(t for t in (printer.sentence(x) for x in lines) if t)
    return Rendered(text, tuple(printer.shown))


def _joined(names: list[str], lang: Lang) -> str:
    if lang == "ko" or len(names) < 2:
        return ", ".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
