"""The page about the investor: what is remembered, the profile and what it rests on, goals, and their own data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent.words.render import word
from tools import figures
from tools.domain.investor import Goal, Profile
from ui.cards import notice
from ui.charts import escape
from ui.labels import label
from ui.printer import Printer


class Remembered(Protocol):
    """A statement in force: its id, the words, and when they were said."""

    @property
    def id(self) -> str:
        """To forget it by."""
        ...

    @property
    def said(self) -> str:
        """The words."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


def page(
    statements: Sequence[Remembered], profile: Profile, goals: Sequence[Goal], p: Printer, *, said: str = ""
) -> str:
    """Everything remembered, each with the button that forgets it; `said` is the result of the last button."""
    return (
        f'{notice(said)}<section class="hf-page"><div class="hf-row"><h2>{escape(label("me_title", p.lang))}</h2>'
        f'<button type="button" class="hf-small" data-act="undo">{escape(label("undo", p.lang))}</button></div>'
        f"{_statements(statements, p)}</section>"
        f'<section class="hf-page"><h2>{escape(label("profile", p.lang))}</h2>{_profile(profile, statements, p)}</section>'
        f'<section class="hf-page"><h2>{escape(label("goals", p.lang))}</h2>{_goals(goals, p)}</section>'
        f'<section class="hf-page"><h2>{escape(label("my_data", p.lang))}</h2>'
        f'<p><a href="/export" download>{escape(label("export", p.lang))}</a></p></section>'
    )


def _statements(found: Sequence[Remembered], p: Printer) -> str:
    if not found:
        return f'<p class="quiet">{escape(label("me_empty", p.lang))}</p>'
    rows = "".join(_statement(s, p) for s in reversed(found))
    return f'<ul class="hf-list">{rows}</ul>'


def _statement(found: Remembered, p: Printer) -> str:
    said = p.quote(found.said)
    name = escape(label("forget_this", p.lang, said=said))
    button = (
        f'<button type="button" class="hf-small" data-act="forget" data-value="{escape(found.id)}" '
        f'aria-label="{name}">{escape(label("forget", p.lang))}</button>'
    )
    return f'<li class="hf-row"><p>“{escape(said)}”<br><span class="quiet">{escape(p.day(found.at))}</span></p>{button}</li>'


def _profile(profile: Profile, statements: Sequence[Remembered], p: Printer) -> str:
    level = word(f"level.{profile.level}", p.lang) if profile.level else label("level_none", p.lang)
    facts = [("profile", level), ("risk_aversion", figures.number(profile.risk_aversion, p.lang))]
    if profile.max_vol is not None:
        facts.append(("max_vol", p.percent(profile.max_vol)))
    if profile.max_drawdown is not None:
        facts.append(("max_drawdown", p.percent(profile.max_drawdown)))
    grid = "".join(f"<div><dt>{escape(label(c, p.lang))}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    words = [f"“{p.quote(s.said)}” ({p.day(s.at)})" for s in statements if s.id in profile.basis]
    basis = f"{label('basis', p.lang)}: {' · '.join(words)}" if words else label("basis_none", p.lang)
    return f'<dl class="hf-facts-grid">{grid}</dl><p class="quiet">{escape(basis)}</p>'


def _goals(goals: Sequence[Goal], p: Printer) -> str:
    if not goals:
        return f'<p class="quiet">{escape(label("goals_none", p.lang))}</p>'
    heads = ("goal", "horizon", "amount", "monthly", "when")
    head = "".join(f'<th scope="col">{escape(label(h, p.lang))}</th>' for h in heads)
    body = "".join(_goal(g, p) for g in goals)
    return f'<div class="hf-scroll"><table class="hf-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _goal(goal: Goal, p: Printer) -> str:
    cells = (
        figures.months(goal.horizon_years * 12, p.lang) if goal.horizon_years else "–",
        p.money(goal.money) if goal.money else "–",
        p.money(goal.monthly) if goal.monthly else "–",
        p.day(goal.since),
    )
    row = "".join(f"<td>{escape(c)}</td>" for c in cells)
    return f'<tr><th scope="row">{escape(p.name(goal.goal))}</th>{row}</tr>'
