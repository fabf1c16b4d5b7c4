"""A broker's file on the page: a place to drop it, what it holds, and the buttons that take it in or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.words.imports import preview_lines
from tools.domain.events import Account
from ui.cards import notice
from ui.charts import table
from ui.fields import choice
from ui.labels import label
from ui.printer import Printer, escape

FIRST = 6
"""Trades of a file shown open."""

MOST = 300
"""Further trades shown; a file may hold many thousands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The file a page shows: its report or question, and the bytes while something may still be read from them.

    found: an `ImportReport` or an `Ask` of the session.
    """

    name: str
    found: Any
    data: bytes = field(default=b"", repr=False)
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def question(self) -> str | None:
        """Code of the open question, None for a report."""
        return getattr(self.found, "code", None)

    @property
    def refused(self) -> tuple[int, ...]:
        """Lines that stand in the way of a commit."""
        return tuple(r.line for r in getattr(self.found, "refused", ()))


def section(shown: Shown | None, accounts: Sequence[Account], p: Printer, *, simulated: bool, said: str = "") -> str:
    """The whole section: the place to drop a file, and what the last one holds.

    Args:
        shown: The file being looked at.
        accounts: Named accounts; the trades may be of one of them.
        p: Prints.
        simulated: This home trades simulated prices: real trades have no place in it, and that is said first.
        said: What the last button came to.
    """
    first = f'<p class="quiet">{p.t("import_demo")}</p>' if simulated else ""
    return (
        f'<section class="hf-page" id="hf-import"><h2>{p.t("import_title")}</h2>{notice(said)}{first}'
        f'<label class="hf-drop"><b>{p.t("import_drop")}</b><span class="quiet">{p.t("import_drop_more")}</span>'
        f'<input type="file" data-file accept=".csv,.txt,.tsv,.xml,text/csv,text/plain,text/xml"></label>'
        f"{_preview(shown, accounts, p) if shown else ''}</section>"
    )


def _preview(shown: Shown, accounts: Sequence[Account], p: Printer) -> str:
    lines = "".join(f"<p>{escape(p.line(line))}</p>" for line in preview_lines(shown.found))
    return (
        f'<div class="hf-preview" role="status"><h3>{escape(p.quote(shown.name))}</h3>{lines}'
        f"{_rows(shown, p)}{_answers(shown, accounts, p)}</div>"
    )


def _rows(shown: Shown, p: Printer) -> str:
    """The first trades as they were read, the rest folded away."""
    found = () if shown.question else shown.found.rows
    if not found:
        return ""
    heads = ("asset", "day", "units", "price")
    html = table(heads, "".join(_row(r, p) for r in found[:FIRST]), p)
    if found[FIRST:]:
        rest = table(heads, "".join(_row(r, p) for r in found[FIRST : FIRST + MOST]), p)
        more = escape(label("import_rest", p.lang, count=len(found) - FIRST))
        html += f'<details class="hf-more"><summary>{more}</summary>{rest}</details>'
    return html


def _row(trade: Any, p: Printer) -> str:
    side = f'<span class="side {trade.side}">{p.t(trade.side)}</span>'
    cells = (p.date(trade.day), p.units(trade.units, trade.symbol), p.price(trade.price, trade.currency))
    row = "".join(f'<td class="num">{escape(c)}</td>' for c in cells)
    return f'<tr><th scope="row">{side} {escape(p.quote(trade.symbol))}</th>{row}</tr>'


def _answers(shown: Shown, accounts: Sequence[Account], p: Printer) -> str:
    """The question's answers, or what can be done with the file; for which account, where there is a choice."""
    cancel = _button("file_cancel", "", label("import_cancel", p.lang))
    if shown.question:
        choices = "".join(_button("file_answer", c.key, c.shown) for c in shown.found.choices)
        return f'<div class="hf-choices">{choices}{cancel}</div>'
    drop = '<input type="hidden" name="drop" value="yes">' if shown.refused else ""
    if not shown.found.rows:  # no trades: it may be a list of holdings
        act, text = "file_check", label("import_check", p.lang)
    elif shown.refused:
        act, text = "file_take", label("import_without", p.lang, count=len(shown.refused))
    else:
        act, text = "file_take", label("import_take", p.lang, count=len(shown.found.rows))
    where = ""
    if accounts:
        names = [("", label("account_unnamed", p.lang)), *((a.id, p.quote(a.name)) for a in accounts)]
        where = choice("account", names, {}, p)
    do = f'<button type="submit" class="hf-small hf-do" data-act="{act}" data-form>{escape(text)}</button>'
    return f'<form class="hf-form">{drop}{where}<div class="hf-choices">{do}{cancel}</div></form>'


def _button(act: str, value: str, text: str) -> str:
    return (
        f'<button type="button" class="hf-small" data-act="{act}" data-value="{escape(value)}">{escape(text)}</button>'
    )
