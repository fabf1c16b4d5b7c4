"""The page of the record: proposals, approvals, trades and what was said, newest first."""

from collections.abc import Sequence

from agent.words.naming import wish_name
from tools.domain.decision import Decision
from tools.domain.events import (
    Account,
    Approved,
    Checked,
    Event,
    Executed,
    Forgot,
    Moved,
    Opened,
    Refusal,
    Rejected,
    Turn,
    Undid,
)
from tools.domain.investor import Statement
from tools.domain.order import Lapsed, Placed
from tools.domain.value import Currency
from ui.cards import empty, trades
from ui.labels import LABELS, label
from ui.printer import Printer, escape

LATEST = 80
"""Rows shown; the download has all."""


def page(events: Sequence[Event], p: Printer, *, checked: str = "") -> str:
    """What happened, newest first; `checked` is the result of checking the record, already in words."""
    opened = next((e.body for e in events if isinstance(e.body, Opened)), None)
    currency: Currency = opened.currency if opened else "KRW"
    rows = [_row(e, p, currency) for e in reversed(events) if not isinstance(e.body, Turn)][:LATEST]
    result = f'<p class="hf-notice" role="status">{escape(checked)}</p>' if checked else ""
    verify = f'<button type="button" class="hf-small" data-act="verify">{p.t("verify")}</button>'
    body = f'<ul class="hf-list">{"".join(rows)}</ul>' if rows else empty(label("log_empty", p.lang))
    return (
        f'<section class="hf-page"><div class="hf-row"><h2>{p.t("log_title")}</h2>{verify}</div>'
        f"{result}{body}</section>"
    )


def _row(event: Event, p: Printer, currency: Currency) -> str:
    kind = event.body.kind
    code = f"log_{kind}" if f"log_{kind}" in LABELS else "log_other"
    if isinstance(event.body, Moved) and f"log_moved_{event.body.reason}" in LABELS:
        code = f"log_moved_{event.body.reason}"
    mark = f'<span class="hf-mark {escape(kind)}">{p.t(code)}</span>'
    return f'<li>{mark} <span class="quiet">{escape(p.time(event.at))}</span> {_what(event, p, currency)}</li>'


def _what(event: Event, p: Printer, currency: Currency) -> str:
    """One event in words."""
    match event.body:
        case Decision():
            return _decision(event.body, p)
        case Statement():
            said = p.quote(event.body.said)  # the answers of a form have no words of their own
            return f"“{escape(said)}”" if said else escape(p.line(wish_name(event.body.wish, currency)))
        case Executed():
            fills = event.body.fills
            count = label("one_trade", p.lang) if len(fills) == 1 else label("trades", p.lang, count=len(fills))
            return f"<code>{escape(event.body.decision)}</code> {escape(count)}"
        case Account():
            return escape(p.quote(event.body.name))
        case Checked():
            return escape(
                f"{p.date(event.body.day)} · {label('log_differences', p.lang, count=len(event.body.differences))}"
            )
        case Approved() | Rejected() | Placed() | Lapsed():
            return f"<code>{escape(event.body.decision)}</code>"
        case Forgot():
            return escape(", ".join(event.body.statements))
        case Undid():
            return escape(event.body.undone)
        case Moved():
            return escape(_moved(event.body, p))
        case Refusal():
            return escape(p.refusal(event.body))
        case Opened():
            return p.t("practice") if event.body.practice else ""
        case _:
            return ""


def _moved(body: Moved, p: Printer) -> str:
    """What came, went, was split or sorted; with the day and the account where they were told."""
    what = [p.price(u, a) if a in ("KRW", "USD") else f"{p.name(a)} {p.units(u, a)}" for a, u in body.units.items()]
    for asset, (new, old) in body.ratios.items():
        what.append(f"{p.name(asset)} {label('log_split', p.lang, new=f'{new:f}', old=f'{old:f}')}")
    what += [f"{p.name(a)} {label(c, p.lang)}" for a, c in body.classes.items()]
    payer = [p.name(body.asset)] if body.asset else []
    day = [p.date(body.day)] if body.day else []
    return " · ".join([*payer, *what, *day, *([p.quote(body.account)] if body.account else [])])


def _decision(decision: Decision, p: Printer) -> str:
    offered = decision.proposal
    facts = f"{p.t('turnover')} {p.percent(offered.turnover)} · {p.t('cost')} {escape(p.money(offered.cost))}"
    engine = label("engine", p.lang, number=decision.engine)
    head = f"<code>{escape(decision.id)}</code> {facts} "
    tail = f'<span class="quiet">{escape(engine)} · {p.t("code")} <code>{escape(decision.code)}</code></span>'
    return head + tail + trades(decision.proposal.trades, p, fold=True)
