"""A month on one sheet: what was said, what was done and why, what it cost, and how it stands beside equal weights.

One HTML document without scripts or anything from outside, to be kept or printed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from agent.session import Session
from tools.domain.decision import Alert, Decision, Explanation
from tools.domain.events import Event, Executed, Forgot, Moved, Undid
from tools.domain.investor import Statement
from tools.domain.market import Array
from tools.domain.value import Money
from tools.errors import AdvisorError, BadInput
from ui.cards import trades
from ui.charts import table
from ui.labels import label
from ui.lines import Series, lines
from ui.printer import Printer, escape

LEAST = 0.0005
"""Causes that moved less than this are not listed."""


def month_of(text: str | None, now: datetime, tz: str) -> tuple[date, date]:
    """First day of a month "YYYY-MM" (default: the month of `now` in the zone) and of the one after.

    Raises:
        BadInput("bad_month"): The text is no month, or one that has not begun.
    """
    if text:
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise BadInput("bad_month", text) from error
    else:
        first = now.astimezone(ZoneInfo(tz)).date().replace(day=1)
    if first > now.astimezone(ZoneInfo(tz)).date():
        raise BadInput("bad_month", str(text))
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, after


def report(session: Session, p: Printer, month: tuple[date, date], style: str) -> str:
    """The whole document.

    Args:
        session: Whose month.
        p: Prints, in the investor's zone.
        month: First day, and first day of the next month.
        style: Style sheet, put inside.
    """
    first, after = month
    events = [e for e in session.log() if first <= e.at.astimezone(ZoneInfo(p.tz)).date() < after]
    title = label("report_title", p.lang, year=f"{first.year}", month=first.month)
    body = "".join((_head(session, events, p), _path(session, month, p), _said(events, p), _done(session, events, p)))
    return (
        f'<!doctype html><html lang="{p.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f'<style>{style}</style></head><body class="gradio-container hf-report"><h1>{escape(title)}</h1>'
        f"{body}</body></html>"
    )


def _head(session: Session, events: Sequence[Event], p: Printer) -> str:
    """What it is worth, what trading cost this month, and what is simulated."""
    book = session.portfolio()
    paid = sum((f.fee.amount for e in events if isinstance(e.body, Executed) for f in e.body.fills), Decimal(0))
    facts = (
        ("worth", p.money(book.worth)),
        ("report_trades", f"{sum(len(e.body.fills) for e in events if isinstance(e.body, Executed))}"),
        ("cost", p.money(Money(amount=paid, currency=book.worth.currency))),
        ("alerts", f"{sum(isinstance(e.body, Alert) for e in events)}"),
    )
    grid = "".join(f"<div><dt>{p.t(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in facts)
    notes = "".join(
        f"<p class='quiet'>{p.t(code)}</p>"
        for code, shown in (("simulated_long", session.desk.market.simulated), ("practice_long", session.practice()))
        if shown
    )
    return f'{notes}<dl class="hf-facts-grid">{grid}</dl>'


def _path(session: Session, month: tuple[date, date], p: Printer) -> str:
    """The month's gain beside the rules."""
    paths = session.holdings_view().paths
    inside = [n for n, d in enumerate(paths.days) if month[0] <= d < month[1]] if paths else []
    if paths is None or len(inside) < 2:
        return f"<h2>{p.t('report_path')}</h2><p class='quiet'>{p.t('report_short')}</p>"
    start = max(inside[0] - 1, 0)
    part = slice(start, inside[-1] + 1)
    own = Series(label("mine", p.lang), _gain(paths.own[part]), "own")
    rules = [
        Series(label(f"rule_{n}", p.lang), _gain(v[part]), tone)
        for (n, v), tone in zip(paths.rules.items(), ("ref", "ref2"), strict=False)
    ]
    ticks = [p.date(paths.days[n]) for n in (start, inside[-1])]
    drawn = lines(ticks, [own, *rules], p, name=label("report_path", p.lang), show=p.percent, zero=True)
    note = label("report_held", p.lang) if paths.kind == "held" else ""
    return f"<h2>{p.t('report_path')}</h2><p class='quiet'>{escape(note)}</p>{drawn}"


def _gain(level: Array) -> Array:
    """Gains from the first value of a stretch."""
    return np.asarray((1.0 + level) / (1.0 + level[0]) - 1.0)


def _said(events: Sequence[Event], p: Printer) -> str:
    """What was said and what came of it."""
    rows = []
    for event in events:
        match event.body:
            case Statement():
                text = f"“{p.quote(event.body.said)}”"
            case Forgot():
                text = label("report_forgot", p.lang, count=len(event.body.statements))
            case Undid():
                text = label("report_undid", p.lang)
            case Moved():
                text = ", ".join(f"{p.name(a)} {p.units(u, a)}" for a, u in event.body.units.items())
            case _:
                continue
        rows.append(f'<li><span class="quiet">{escape(p.day(event.at))}</span> {escape(text)}</li>')
    body = f'<ul class="hf-list">{"".join(rows)}</ul>' if rows else f"<p class='quiet'>{p.t('report_nothing_said')}</p>"
    return f"<h2>{p.t('report_said')}</h2>{body}"


def _done(session: Session, events: Sequence[Event], p: Printer) -> str:
    """Each execution: trades, and the causes that moved most."""
    decisions = {e.body.id: e.body for e in session.log() if isinstance(e.body, Decision)}
    rows = []
    for event in events:
        if isinstance(event.body, Executed) and event.body.decision in decisions:
            decision = decisions[event.body.decision]
            head = f"<h3>{escape(p.day(event.at))} · <code>{escape(decision.id)}</code></h3>"
            rows.append(head + _why(session, decision, p) + trades(decision.proposal.trades, p, fold=True))
    body = "".join(rows) or f'<p class="quiet">{p.t("report_nothing_done")}</p>'
    return f"<h2>{p.t('report_done')}</h2>{body}"


def _why(session: Session, decision: Decision, p: Printer) -> str:
    try:
        found: Explanation = session.why(decision.id)
    except AdvisorError as error:
        return f"<p>{escape(p.error(error))}</p>"
    causes = [(c, sum(abs(s) for s in c.shares.values()) / 2) for c in found.causes]
    causes = sorted((x for x in causes if x[1] > LEAST), key=lambda x: -x[1])
    rows = "".join(
        f'<tr><th scope="row">{escape(f"“{p.quote(c.said)}”" if c.said else p.cause(c.name))}</th>'
        f'<td class="num">{p.percent(moved)}</td></tr>'
        for c, moved in causes
    )
    return f"<p>{escape(found.text)}</p>{table(('cause', 'turnover'), rows, p)}"
