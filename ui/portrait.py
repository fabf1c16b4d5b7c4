"""Who the investor is, drawn: risk as said and as shown, habits with intervals, goals with what may become of them."""

from decimal import Decimal
from typing import Final

import numpy as np

from agent.portrait import GoalSeen, Portrait, RiskSeen, TraitSeen
from agent.words.render import word
from tools import figures
from tools.domain.investor import Grade
from tools.domain.value import Money
from ui.labels import label
from ui.lines import Band, Series, lines
from ui.printer import Printer, escape

GRADES: Final[tuple[Grade, ...]] = ("stable", "careful", "middle", "growth", "bold")
"""Grades of risk, from the most careful to the boldest."""


def sections(found: Portrait, p: Printer, bets: str = "") -> str:
    """Risk with the questions about losses, habits, goals and what is not known yet."""
    return _risk(found.risk, p) + bets + _goals(found, p) + _traits(found, p) + _unknowns(found, p)


def _draft(code: str, p: Printer) -> str:
    """An example to put into the message box."""
    text = p.t(code)
    return f'<button type="button" class="hf-small" data-draft="{text}">“{text}”</button>'


def _section(title: str, body: str, p: Printer) -> str:
    return f'<section class="hf-page"><h2>{p.t(title)}</h2>{body}</section>'


def _risk(risk: RiskSeen, p: Printer) -> str:
    """A scale of five grades with the one in use, and the figures behind it."""
    steps = "".join(
        f"<li{' aria-current=true' if n == risk.step else ''}><i></i>"
        f"<span>{escape(word(f'grade.{grade}', p.lang))}</span></li>"
        for n, grade in enumerate(GRADES, 1)
    )
    facts = [("risk_used", figures.number(risk.used, p.lang))]
    if risk.said:
        facts.insert(0, ("risk_said", figures.number(risk.stated, p.lang)))
    if risk.revealed is not None and risk.lo90 is not None and risk.hi90 is not None:
        inner = f"{figures.number(risk.lo90, p.lang, digits=1)}–{figures.number(risk.hi90, p.lang, digits=1)}"
        facts.insert(-1, ("risk_shown", f"{figures.number(risk.revealed, p.lang, digits=1)} ({inner})"))
    if risk.max_vol is not None:
        facts.append(("max_vol", p.percent(risk.max_vol)))
    if risk.max_drawdown is not None:
        facts.append(("max_drawdown", p.percent(risk.max_drawdown)))
    grid = "".join(f"<div><dt>{p.t(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    asked = "".join(f'<p class="hf-notice">{escape(q)}</p>' for q in risk.questions)
    name = escape(label("risk_scale", p.lang, step=risk.step))
    body = (
        f'<ol class="hf-scale5" aria-label="{name}">{steps}</ol>'
        f"<p>{p.t('risk_change')} {_draft('help_risk_like', p)}</p>"
        f'{asked}<details class="hf-more"><summary>{p.t("exactly")}</summary><p>{escape(risk.text)}</p>'
        f'<dl class="hf-facts-grid">{grid}</dl></details>'
    )
    return _section("profile", body, p)


def _traits(found: Portrait, p: Printer) -> str:
    if not found.traits:
        return _section("habits", f'<p class="quiet">{escape(found.traits_missing)}</p>', p)
    note = f'<p class="quiet">{escape(label("habits_note", p.lang, count=found.trades))}</p>'
    return _section("habits", note + "".join(_trait(t, p) for t in found.traits), p)


def _trait(trait: TraitSeen, p: Printer) -> str:
    """An interval with its estimate, beside the mark of an average investor; grey while trades do not tell."""
    low, high = min(trait.lo90, trait.neutral), max(trait.hi90, trait.neutral)
    room = (high - low) * 0.08 or 1.0
    low, high = low - room, high + room

    def at(value: float) -> float:
        return 100.0 * (value - low) / (high - low)

    silent = "" if trait.call else " silent"
    more = label("trait_more", p.lang, events=trait.events, own=p.percent(trait.own, digits=0))
    return (
        f'<div class="hf-trait{silent}"><div class="hf-row"><b>{escape(trait.label)}</b>'
        f'<span class="num">{escape(_figure(trait, trait.estimate, p))} <span class="quiet">'
        f"({escape(_figure(trait, trait.lo90, p))} – {escape(_figure(trait, trait.hi90, p))})</span></span></div>"
        f'<div class="hf-interval" aria-hidden="true"><i class="span" style="left:{at(trait.lo90):.1f}%;'
        f'width:{at(trait.hi90) - at(trait.lo90):.1f}%"></i><i class="usual" style="left:{at(trait.neutral):.1f}%"></i>'
        f'<i class="dot" style="left:{at(trait.estimate):.1f}%"></i></div>'
        f'<p>{escape(trait.text)} <span class="quiet">{escape(more)}</span></p></div>'
    )


def _figure(trait: TraitSeen, value: float, p: Printer) -> str:
    if trait.unit == "percent":
        return p.percent(value)
    return p.points(value) if trait.unit == "points" else figures.number(value, p.lang)


def _goals(found: Portrait, p: Printer) -> str:
    if not found.goals:
        return _section("goals", f'<p class="quiet">{p.t("goals_none")} {_draft("help_goal_like", p)}</p>', p)
    return _section("goals", "".join(_goal(g, found, p) for g in found.goals), p)


def _goal(goal: GoalSeen, found: Portrait, p: Printer) -> str:
    facts = [("amount", p.money(goal.amount))] if goal.amount else []
    facts += [("monthly", p.money(goal.monthly))] if goal.monthly else []
    facts += [("horizon", figures.months(goal.years * 12, p.lang))] if goal.years else []
    if goal.chance is not None and goal.lo90 is not None and goal.hi90 is not None:
        inner = f"{p.percent(goal.lo90, digits=0)}–{p.percent(goal.hi90, digits=0)}"
        told = label("chance_least", p.lang) if goal.hi90 < 0.005 else f"{p.percent(goal.chance, digits=0)} ({inner})"
        facts.append(("goal_chance", told))
    grid = "".join(f"<div><dt>{p.t(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    return (
        f'<div class="hf-goal"><h3>{escape(goal.label)}</h3><dl class="hf-facts-grid">{grid}</dl>'
        f"{_fan(goal, found, p)}<p>{escape(goal.text)}</p></div>"
    )


def _fan(goal: GoalSeen, found: Portrait, p: Printer) -> str:
    """What the pot may be worth until the date: nine in ten, half, and the middle."""
    if goal.fan is None or len(goal.fan.years) < 2:
        return ""
    table = np.array(goal.fan.quantiles)
    level = (label("goal_needed", p.lang), goal.needed) if goal.needed else None

    def money(value: float) -> str:
        return p.short(Money(amount=Decimal(round(value)), currency=found.currency))

    years = np.linspace(goal.fan.years[0], goal.fan.years[-1], 4)
    ticks = [label("fan_now", p.lang)] + [label("fan_years", p.lang, years=_years(y, p)) for y in years[1:]]
    drawn = lines(
        ticks,
        [Series(label("fan_middle", p.lang), table[:, 2], "own")],
        p,
        name=label("fan_name", p.lang, goal=goal.label),
        show=money,
        bands=[Band(table[:, 0], table[:, 4]), Band(table[:, 1], table[:, 3])],
        level=level,
        zero=True,
    )
    return f'{drawn}<p class="quiet">{p.t("fan_note")}</p>'


def _years(value: float, p: Printer) -> str:
    return figures.number(round(float(value), 1), p.lang, digits=1)


def _unknowns(found: Portrait, p: Printer) -> str:
    if not found.unknowns:
        return ""
    rows = "".join(f"<li>{escape(u.text)}</li>" for u in found.unknowns)
    return _section("unknowns", f'<ul class="hf-list">{rows}</ul>', p)
