"""The page of what is held: worth, now against the target, by class and by asset."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tools.domain.decision import Decision
from tools.domain.value import Money
from ui.cards import class_parts, legend, pairs
from ui.charts import named, paired_bars, strip, table
from ui.labels import label
from ui.printer import Printer, escape


class Held(Protocol):
    """One position at market prices; gain is a fraction of what it cost."""

    @property
    def asset(self) -> str:
        """Asset id."""
        ...

    @property
    def units(self) -> Decimal:
        """Units held."""
        ...

    @property
    def weight(self) -> float:
        """Fraction of the portfolio."""
        ...

    @property
    def value(self) -> Money:
        """Worth in the investor's currency."""
        ...

    @property
    def gain(self) -> float | None:
        """Against cost, in the asset's own currency."""
        ...


class Book(Protocol):
    """What is held now at market prices."""

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def worth(self) -> Money:
        """Total."""
        ...

    @property
    def holdings(self) -> Sequence[Held]:
        """Largest first."""
        ...

    @property
    def practice(self) -> bool:
        """Practice money."""
        ...

    @property
    def weights(self) -> dict[str, float]:
        """Asset -> fraction."""
        ...


def small(book: Book, p: Printer) -> str:
    """Worth and classes in a few lines, to stand under the card."""
    practice = f' <span class="hf-badge practice">{p.t("practice")}</span>' if book.practice else ""
    return (
        f'<section class="hf-card hf-now"><header><h2>{p.t("holdings")}</h2>{practice}</header>'
        f'<p class="hf-worth">{escape(p.money(book.worth))}</p>'
        f"{strip(class_parts(book.weights, p), p, name=label('now', p.lang))}{legend(p, book.weights)}</section>"
    )


def page(book: Book, pending: Decision | None, executed: Decision | None, p: Printer) -> str:
    """Now against the proposal that waits, else against the last target."""
    against = pending.proposal.target if pending else executed.target if executed else None
    name = label("proposed" if pending else "last_target", p.lang)
    return (
        f'<section class="hf-page"><h2>{p.t("worth")}</h2><p class="hf-worth">{escape(p.money(book.worth))}</p>'
        f"{_classes(book, against, name, p)}</section>{_against(book, against, name, p)}{_table(book.holdings, p)}"
    )


def _classes(book: Book, against: Mapping[str, float] | None, name: str, p: Printer) -> str:
    now = strip(class_parts(book.weights, p), p, name=label("now", p.lang))
    then = strip(class_parts(against, p), p, name=name) if against else ""
    return f"<h3>{p.t('by_class')}</h3>{now}{then}{legend(p, book.weights, against or {})}"


def _against(book: Book, against: Mapping[str, float] | None, name: str, p: Printer) -> str:
    if against is None:
        return ""
    bars = paired_bars(pairs(book.weights, against, p), p, heads=(label("now", p.lang), name))
    return f'<section class="hf-page"><h2>{p.t("by_asset")}</h2>{bars}</section>'


def _table(found: Sequence[Held], p: Printer) -> str:
    heads = ("asset", "units", "value", "weight", "gain")
    rows = "".join(_row(h, p) for h in found)
    return f'<section class="hf-page"><h2>{p.t("holdings")}</h2>{table(heads, rows, p)}</section>'


def _row(held: Held, p: Printer) -> str:
    gain = "–"
    if held.gain is not None:
        way = "up" if held.gain >= 0 else "down"
        gain = f'<span class="{way}">{"+" if held.gain > 0 else ""}{p.percent(held.gain)}</span>'
    cells = (
        escape(p.units(held.units, held.asset)),
        escape(p.money(held.value)),
        p.percent(held.weight),
        gain,
    )
    row = "".join(f'<td class="num">{c}</td>' for c in cells)
    return f'<tr><th scope="row">{named(p.name(held.asset), p.asset_class(held.asset))}</th>{row}</tr>'
