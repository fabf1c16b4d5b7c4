"""The page about the investor: what is remembered, the profile and what it rests on, goals, and their own data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.portrait import Portrait
from agent.words.naming import wish_name
from tools.domain.investor import Statement
from tools.domain.value import Currency
from ui.cards import notice
from ui.labels import label
from ui.portrait import sections
from ui.printer import Printer, escape

PRIVACY = ("builtin", "model", "sources", "off", "erase", "backup")
"""What the page says about where words and figures go."""


class Remembered(Protocol):
    """A statement in force and when it was said."""

    @property
    def statement(self) -> Statement:
        """What was understood, with the words."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


def page(
    statements: Sequence[Remembered], found: Portrait, p: Printer, *, said: str = "", bets: str = "", trading: str = ""
) -> str:
    """Everything remembered, each with the button that forgets it, and who the investor is as far as that is known.

    Args:
        statements: In force, oldest first.
        found: Risk, habits, goals and what is not known.
        p: Prints.
        said: Result of the last button.
        bets: The section of questions about losses, drawn.
        trading: The section about automatic trading, drawn.
    """
    return (
        f'{notice(said)}<section class="hf-page"><div class="hf-row"><h2>{p.t("me_title")}</h2>'
        f'<button type="button" class="hf-small" data-act="undo">{p.t("undo")}</button></div>'
        f"{_statements(statements, found.currency, p)}</section>{sections(found, p, bets)}{trading}"
        f'<section class="hf-page"><h2>{p.t("my_data")}</h2>{_privacy(p)}'
        f'<p class="hf-links"><a href="/report" target="_blank" rel="noopener">{p.t("report")}</a> '
        f'<a href="/export" download>{p.t("export")}</a></p></section>'
    )


def _privacy(p: Printer) -> str:
    """What leaves this computer, how to stop it, and what erasing does."""
    rows = "".join(f"<dt>{p.t(f'privacy_{c}')}</dt><dd>{p.t(f'privacy_{c}_more')}</dd>" for c in PRIVACY)
    return f'<details class="hf-more"><summary>{p.t("privacy")}</summary><dl class="hf-privacy">{rows}</dl></details>'


def _statements(found: Sequence[Remembered], currency: Currency, p: Printer) -> str:
    if not found:
        return f'<p class="quiet">{p.t("me_empty")}</p>'
    rows = "".join(_statement(s, currency, p) for s in reversed(found))
    return f'<ul class="hf-list">{rows}</ul>'


def _statement(found: Remembered, currency: Currency, p: Printer) -> str:
    said = p.quote(found.statement.said)
    meant = p.line(wish_name(found.statement.wish, currency))
    name = escape(label("forget_this", p.lang, said=said or meant))
    button = (
        f'<button type="button" class="hf-small" data-act="forget" data-value="{escape(found.statement.id)}" '
        f'aria-label="{name}">{p.t("forget")}</button>'
    )
    spoken = f"“{escape(said)}” · " if said else ""  # answers of a form have no words
    words = f'<p>{escape(meant)}<br><span class="quiet">{spoken}{escape(p.day(found.at))}</span></p>'
    return f'<li class="hf-row">{words}{button}</li>'
