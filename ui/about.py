"""The page about the investor: what is remembered, the profile and what it rests on, goals, and their own data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.words.naming import wish_name
from agent.words.render import word
from tools import figures
from tools.domain.investor import Goal, Profile, Statement
from tools.domain.value import Currency
from ui.cards import notice
from ui.charts import table
from ui.labels import label
from ui.printer import Printer, escape


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
    statements: Sequence[Remembered],
    profile: Profile,
    goals: Sequence[Goal],
    p: Printer,
    *,
    currency: Currency,
    said: str = "",
) -> str:
    """Everything remembered, each with the button that forgets it.

    Args:
        statements: In force, oldest first.
        profile: How much risk they ask for.
        goals: Merged from them.
        p: Prints.
        currency: The investor's own.
        said: Result of the last button.
    """
    return (
        f'{notice(said)}<section class="hf-page"><div class="hf-row"><h2>{p.t("me_title")}</h2>'
        f'<button type="button" class="hf-small" data-act="undo">{p.t("undo")}</button></div>'
        f"{_statements(statements, currency, p)}</section>"
        f'<section class="hf-page"><h2>{p.t("profile")}</h2>{_profile(profile, statements, p)}</section>'
        f'<section class="hf-page"><h2>{p.t("goals")}</h2>{_goals(goals, p)}</section>'
        f'<section class="hf-page"><h2>{p.t("my_data")}</h2>'
        f'<p><a href="/export" download>{p.t("export")}</a></p></section>'
    )


def _statements(found: Sequence[Remembered], currency: Currency, p: Printer) -> str:
    if not found:
        return f'<p class="quiet">{p.t("me_empty")}</p>'
    rows = "".join(_statement(s, currency, p) for s in reversed(found))
    return f'<ul class="hf-list">{rows}</ul>'


def _statement(found: Remembered, currency: Currency, p: Printer) -> str:
    said = p.quote(found.statement.said)
    name = escape(label("forget_this", p.lang, said=said))
    button = (
        f'<button type="button" class="hf-small" data-act="forget" data-value="{escape(found.statement.id)}" '
        f'aria-label="{name}">{p.t("forget")}</button>'
    )
    what = escape(p.line(wish_name(found.statement.wish, currency)))
    words = f'<p>{what}<br><span class="quiet">“{escape(said)}” · {escape(p.day(found.at))}</span></p>'
    return f'<li class="hf-row">{words}{button}</li>'


def _profile(profile: Profile, statements: Sequence[Remembered], p: Printer) -> str:
    level = word(f"level.{profile.level}", p.lang) if profile.level else label("level_none", p.lang)
    facts = [("profile", level), ("risk_aversion", figures.number(profile.risk_aversion, p.lang))]
    if profile.max_vol is not None:
        facts.append(("max_vol", p.percent(profile.max_vol)))
    if profile.max_drawdown is not None:
        facts.append(("max_drawdown", p.percent(profile.max_drawdown)))
    grid = "".join(f"<div><dt>{p.t(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    words = [f"“{p.quote(s.statement.said)}” ({p.day(s.at)})" for s in statements if s.statement.id in profile.basis]
    basis = f"{label('basis', p.lang)}: {' · '.join(words)}" if words else label("basis_none", p.lang)
    return f'<dl class="hf-facts-grid">{grid}</dl><p class="quiet">{escape(basis)}</p>'


def _goals(goals: Sequence[Goal], p: Printer) -> str:
    if not goals:
        return f'<p class="quiet">{p.t("goals_none")}</p>'
    heads = ("goal", "horizon", "amount", "monthly", "when")
    return table(heads, "".join(_goal(g, p) for g in goals), p)


def _goal(goal: Goal, p: Printer) -> str:
    cells = (
        figures.months(goal.horizon_years * 12, p.lang) if goal.horizon_years else "–",
        p.money(goal.money) if goal.money else "–",
        p.money(goal.monthly) if goal.monthly else "–",
        p.day(goal.since),
    )
    row = "".join(f'<td class="num">{escape(c)}</td>' for c in cells)
    return f'<tr><th scope="row">{escape(p.name(goal.goal))}</th>{row}</tr>'
