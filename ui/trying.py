"""What would be if: one thing changed by a slider or a button, solved again beside what is. Nothing is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from agent.session import Session
from tools.errors import BadInput
from ui.charts import Pair, paired_bars
from ui.labels import label
from ui.printer import CLASSES, Printer, escape

Way = Literal["weight", "calmer", "bolder", "shock"]

MOST: Final = 60
"""Percent at which the slider of a weight ends, or somewhat above the weight itself."""

SHOCKS: Final = (-50, 30)
"""Percent between which a shock may be tried."""


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried. about: the asset or class of the page. percent: weight it would have, or move of all stocks."""

    way: Way
    about: str
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried, and the session's answer: a `WhatIf`, or a `Shock` where way is "shock"."""

    asked: Try
    found: Any


def read(given: Mapping[str, str], p: Printer) -> Try:
    """What the controls say. Raises BadInput("form_unreadable") for anything they cannot say."""
    way, about, percent = given.get("way", ""), given.get("about", ""), given.get("percent", "0")
    known = about in CLASSES or about in p.universe
    if way not in ("weight", "calmer", "bolder", "shock") or not known or not percent.lstrip("-").isdecimal():
        raise BadInput("form_unreadable")
    least, most = SHOCKS if way == "shock" else (0, 100)
    if not least <= int(percent) <= most:
        raise BadInput("form_unreadable")
    return Try(way, about, int(percent))  # type: ignore[arg-type]


def solved(asked: Try, session: Session) -> Tried:
    """Solve with that one thing changed. Raises BadInput, DataMissing, Infeasible as any review does."""
    if asked.way == "weight":
        return Tried(asked, session.what_if("set_limit", target(asked.about), asked.percent / 100))
    if asked.way == "shock":
        return Tried(asked, session.what_if("shock", "stocks", asked.percent / 100))
    return Tried(asked, session.what_if("lower_risk" if asked.way == "calmer" else "raise_risk"))


def target(thing: str) -> str:
    """What a class or an asset of the page is called where limits are set."""
    return {"equity": "stocks", "bond": "bonds", "commodity": "commodities"}.get(thing, thing)


def section(about: str, name: str, weight: float, tried: Tried | None, p: Printer) -> str:
    """The controls, and what the last one came to.

    Args:
        about: The asset or class whose weight can be moved.
        name: What it is called.
        weight: What it has now, a fraction.
        tried: The last answer.
        p: Prints.
    """
    asked = tried.asked if tried and tried.asked.about == about else None
    now = asked.percent if asked and asked.way == "weight" else round(100 * weight)
    drop = asked.percent if asked and asked.way == "shock" else -20
    most = max(MOST, min(100, 10 * (1 + round(100 * weight) // 10)))
    weights = _slider("weight", about, label("try_weight", p.lang, what=name), now, 0, most, p)
    shocks = _slider("shock", about, label("try_shock", p.lang), drop, *SHOCKS, p)
    risk = "".join(_button(way, about, p) for way in ("calmer", "bolder"))
    answer = _answer(tried, p) if tried and asked else ""
    return (
        f'<section class="hf-page" id="hf-try"><h2>{p.t("try_title")}</h2><p class="quiet">{p.t("try_note")}</p>'
        f'<div class="hf-tries">{weights}{shocks}<div class="hf-choices">{risk}</div></div>{answer}</section>'
    )


def _slider(way: Way, about: str, name: str, now: int, least: int, most: int, p: Printer) -> str:
    return (
        f'<form class="hf-try"><label><span>{escape(name)}</span>'
        f'<input type="range" name="percent" min="{least}" max="{most}" step="1" value="{now}" '
        f'data-act="try" data-live></label><output class="num">{now}%</output>{_hidden(way, about)}</form>'
    )


def _button(way: Way, about: str, p: Printer) -> str:
    return (
        f'<form>{_hidden(way, about)}<button type="submit" class="hf-small" data-act="try" data-form>'
        f"{p.t(f'try_{way}')}</button></form>"
    )


def _hidden(way: Way, about: str) -> str:
    return f'<input type="hidden" name="way" value="{way}"><input type="hidden" name="about" value="{escape(about)}">'


def _answer(tried: Tried, p: Printer) -> str:
    """Before and after by class, and the figures that matter."""
    found = tried.found
    before, after = p.by_class(found.before), p.by_class(found.after)
    rows = [Pair(label(c, p.lang), before[c], after[c], c) for c in CLASSES if max(before[c], after[c]) > 0]
    facts = [
        ("volatility", f"{p.percent(found.vol_before)} → {p.percent(found.vol_after)}"),
        ("bad_year", f"−{p.percent(abs(found.loss_before))} → −{p.percent(abs(found.loss_after))}"),
    ]
    if tried.asked.way == "shock":
        head = label(
            "try_shock_told", p.lang, size=f"{tried.asked.percent}%", whole=p.percent(found.whole),
            money=p.money(found.money),
        )  # fmt: skip
        heads = (label("now", p.lang), label("try_then", p.lang))
    else:
        head = ""
        facts.insert(0, ("expected", f"{p.percent(found.mean_before)} → {p.percent(found.mean_after)}"))
        heads = (label("target", p.lang), label("try_then", p.lang))
    facts += [("goal_chance_of", f"{_chance(o.before, p)} → {_chance(o.after, p)}") for o in found.goals[:1]]
    grid = "".join(f"<div><dt>{p.t(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    told = f"<p>{escape(head)}</p>" if head else ""
    return (
        f'<div class="hf-tried" role="status">{told}<dl class="hf-facts-grid">{grid}</dl>'
        f"{paired_bars(rows, p, heads=heads)}</div>"
    )


def _chance(value: float, p: Printer) -> str:
    return label("chance_least", p.lang) if value < 0.005 else p.percent(value, digits=0)
