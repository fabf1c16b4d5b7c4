"""The controls of a form on the page, labelled, with what was typed; and what sending one came to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ui.forms import FIELDS
from ui.printer import Printer, escape

DIGITS: Final = ' inputmode="decimal" autocomplete="off"'
"""Attributes of a field for a number: phones show their digits."""


ACTS: Final = ("enter", "account", "bets")
"""The forms of the page; what one came to is shown beside it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a form came to. at: which one. text: in words, empty while nothing was sent. bad: it was refused, and
    `typed` is shown again. undo: it can be taken back by a button.
    """

    at: str = ""
    text: str = ""
    bad: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    undo: bool = False


SILENT: Final = Told()


def notice(at: str, told: Told, p: Printer) -> str:
    """The result beside its form, focused when it comes, with the button that takes it back."""
    if told.at != at or not told.text:
        return ""
    undo = (
        f' <button type="button" class="hf-small" data-act="undo" data-value="{at}">{p.t("enter_undo")}</button>'
        if told.undo
        else ""
    )
    kind = "bad" if told.bad else "good" if told.undo else "info"
    text = f"<p>{escape(told.text)}</p>{undo}"
    return f'<div class="hf-notice {kind} hf-row" role="status" tabindex="-1" data-here>{text}</div>'


def _for(name: str) -> str:
    """The kinds of entries that ask for a field, for the style sheet; empty where all do."""
    kinds = [kind for kind, asked in FIELDS.items() if name in asked]
    return f' data-for="{" ".join(kinds)}"' if kinds else ""


def text(name: str, now: Mapping[str, str], p: Printer, *, more: str = "", kind: str = "text") -> str:
    """A field to type in; `more` are further attributes."""
    value = escape(now.get(name, ""))
    return (
        f'<label class="hf-field"{_for(name)}><span>{p.t(f"form_{name}")}</span>'
        f'<input type="{kind}" name="{name}" value="{value}" maxlength="80"{more}></label>'
    )


def amount(now: Mapping[str, str], p: Printer) -> str:
    """Money that came or went; for units that came in, what they cost."""
    cost = [kind for kind, asked in FIELDS.items() if "amount" in asked and "units" in asked]
    rest = [kind for kind, asked in FIELDS.items() if "amount" in asked and "units" not in asked]
    return (
        f'<label class="hf-field"{_for("amount")}><span data-for="{" ".join(rest)}">{p.t("form_amount")}</span>'
        f'<span data-for="{" ".join(cost)}">{p.t("form_cost")}</span>'
        f'<input type="text" name="amount" value="{escape(now.get("amount", ""))}" maxlength="80" '
        f'autocomplete="off" placeholder="{p.t("form_amount_like")}"></label>'
    )


def choice(
    name: str, choices: Sequence[tuple[str, str]], now: Mapping[str, str], p: Printer, *, off: Collection[str] = ()
) -> str:
    """One of some values with their names; those in `off` cannot be chosen."""
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if now.get(name) == value else ""}'
        f"{' disabled' if value in off else ''}>{escape(text)}</option>"
        for value, text in choices
    )
    return (
        f'<label class="hf-field"{_for(name)}><span>{p.t(f"form_{name}")}</span>'
        f'<select name="{name}">{options}</select></label>'
    )


def tick(name: str, now: Mapping[str, str], p: Printer) -> str:
    """A box, sent as "yes" while it is ticked."""
    checked = " checked" if now.get(name) == "yes" else ""
    return (
        f'<label class="hf-tick"{_for(name)}><input type="checkbox" name="{name}" value="yes"{checked}>'
        f"<span>{p.t(f'form_{name}')}</span></label>"
    )


def submit(act: str, code: str, p: Printer) -> str:
    """The button that sends the form around it."""
    return f'<button type="submit" class="hf-small hf-do" data-act="{act}" data-form>{p.t(code)}</button>'
