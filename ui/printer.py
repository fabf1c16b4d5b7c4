"""Prints the nouns for the page and the terminal in one language: names, percents, money, times, limits."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.words.card import limit_name
from agent.words.causes import cause_slot
from agent.words.errors import explain_error
from agent.words.plain import neutral
from agent.words.render import render
from agent.words.slots import Line
from agent.words.table import TABLE
from tools import figures
from tools.domain.decision import Cause
from tools.domain.events import Refusal
from tools.domain.mandate import Limit
from tools.domain.market import Universe
from tools.domain.value import Lang, Money
from tools.errors import AdvisorError
from tools.names import Names
from ui.labels import label

__all__ = ["CLASSES", "AdvisorError", "Printer", "escape", "nameless"]


def escape(text: str) -> str:
    """Text that cannot become markup, in an element or an attribute."""
    return html.escape(text, quote=True)


CLASSES = ("equity", "bond", "commodity", "real_estate", "crypto", "cash")
"""Asset classes in the order in which they are always shown."""


@dataclass(frozen=True, slots=True)
class Printer:
    """One language, one zone, one universe."""

    lang: Lang
    tz: str
    names: Names
    universe: Universe

    def t(self, code: str, **slots: object) -> str:
        """A label that is safe inside HTML."""
        return escape(label(code, self.lang, **slots))

    def percent(self, value: float, *, digits: int = 1) -> str:
        """A fraction as percent."""
        return figures.percent(value, self.lang, digits=digits)

    def points(self, value: float, *, digits: int = 1) -> str:
        """A difference of fractions, signed, short enough for a column."""
        text = figures.points(value, "ko", digits=digits)
        return text if self.lang == "ko" else text.replace("%p", " pp")

    def money(self, money: Money) -> str:
        """An amount in full."""
        return figures.money(money.amount, money.currency, self.lang)

    def short(self, money: Money) -> str:
        """An amount in few characters."""
        return figures.money_short(money.amount, money.currency, self.lang)

    def price(self, amount: Decimal, currency: str) -> str:
        """A price in the asset's own currency."""
        if currency in ("KRW", "USD"):
            return figures.money(amount, currency, self.lang)  # type: ignore[arg-type]
        return f"{figures.number(amount, self.lang)} {currency}"

    def units(self, amount: Decimal, asset: str) -> str:
        """Shares, coins, or money where the asset is money."""
        if asset in ("KRW", "USD"):
            return figures.money(amount, asset, self.lang)  # type: ignore[arg-type]
        coin = asset in self.universe and self.universe[asset].asset_class in ("crypto", "cash")
        return figures.units(amount.normalize(), self.lang, "coins" if coin else "shares")

    def name(self, thing: str) -> str:
        """Display name of an asset or target."""
        return neutral(self.names.label(thing, self.lang))

    def quote(self, text: str) -> str:
        """Words of a person, harmless and short."""
        return neutral(text)

    def day(self, at: datetime) -> str:
        """The day in the investor's zone."""
        return figures.day(at.astimezone(ZoneInfo(self.tz)).date(), self.lang)

    def date(self, day: date) -> str:
        """A calendar day."""
        return figures.day(day, self.lang)

    def time(self, at: datetime) -> str:
        """Day and minute in the investor's zone."""
        return f"{self.day(at)} {self.clock(at)}"

    def clock(self, at: datetime) -> str:
        """Hour and minute in the investor's zone."""
        return f"{at.astimezone(ZoneInfo(self.tz)):%H:%M}"

    def asset_class(self, asset: str) -> str:
        """Class of an asset; cash for one that left the universe."""
        return self.universe[asset].asset_class if asset in self.universe else "cash"

    def by_class(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Weights summed by asset class, every class present."""
        out = dict.fromkeys(CLASSES, 0.0)
        for asset, weight in weights.items():
            out[self.asset_class(asset)] += weight
        return out

    def line(self, line: Line) -> str:
        """A sentence of the conversation's table."""
        return render(line, self.lang, self.names, tz=self.tz).text

    def limit(self, limit: Limit) -> str:
        """A limit in words, with where it comes from."""
        return self.line(limit_name(limit))

    def error(self, error: AdvisorError) -> str:
        """What went wrong, in words."""
        return " ".join(self.line(x) for x in explain_error(error, self.names))

    def refusal(self, refusal: Refusal) -> str:
        """A recorded refusal in the words it was given."""
        return self.error(AdvisorError(refusal.code, *refusal.names))

    def cause(self, name: str) -> str:
        """Name of a row of an explanation."""
        slot = cause_slot(Cause(name=name, shares={}), self.names, frozenset(TABLE))
        return self.line(Line("cause.itself", {"cause": slot}))


def nameless(lang: Lang) -> Printer:
    """A printer for what is said before there is a desk: it knows no assets."""
    nothing = Universe(assets=())
    return Printer(lang, "UTC", Names((), nothing), nothing)
