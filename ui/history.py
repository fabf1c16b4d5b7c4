"""The page of the record: proposals, approvals, trades and what was said, newest first."""

from collections.abc import Sequence
from itertools import groupby

from agent.words.grants import grant_name
from agent.words.guard import alert_lines
from agent.words.naming import wish_name
from tools.domain.decision import Alert, Decision
from tools.domain.events import (
    Account,
    Approved,
    Checked,
    Event,
    Executed,
    Forgot,
    Imported,
    Moved,
    Opened,
    Refusal,
    Rejected,
    Turn,
)
from tools.domain.grant import Granted, Offer
from tools.domain.investor import Statement
from tools.domain.order import Lapsed, Placed
from tools.domain.record import Consent, Suitability
from tools.domain.value import Currency
from ui.cards import empty, trades
from ui.labels import LABELS, label
from ui.printer import Printer, escape

LATEST = 80
"""Rows shown; the download has all."""


def page(events: Sequence[Event], p: Printer, *, checked: str = "", pending: str | None = None) -> str:
    """What happened, newest first, day by day.

    Args:
        events: The whole record, oldest first.
        p: Prints.
        checked: Result of checking the record, already in words.
        pending: Id of the proposal that waits.
    """
    told = _Told(events, p, pending)
    shown = [e for e in reversed(events) if not isinstance(e.body, Turn)][:LATEST]
    days = "".join(
        f'<h3>{escape(day)}</h3><ul class="hf-list hf-log">{"".join(told.row(e) for e in rows)}</ul>'
        for day, rows in groupby(shown, lambda e: p.day(e.at))
    )
    result = f'<p class="hf-notice" role="status">{escape(checked)}</p>' if checked else ""
    verify = f'<button type="button" class="hf-small" data-act="verify">{p.t("verify")}</button>'
    return (
        f'<section class="hf-page"><div class="hf-row"><h2>{p.t("log_title")}</h2>{verify}</div>'
        f"{result}{days or empty(label('log_empty', p.lang))}</section>"
    )


class _Told:
    """One event after the other in words; a proposal is called by the code that stood on its card."""

    def __init__(self, events: Sequence[Event], p: Printer, pending: str | None) -> None:
        bodies = [e.body for e in events]
        opened = next((b for b in bodies if isinstance(b, Opened)), None)
        self.currency: Currency = opened.currency if opened else "KRW"
        self.p = p
        self.codes = {b.id: b.code for b in bodies if isinstance(b, Decision)}
        self.grants = {b.id: b.grant for b in bodies if isinstance(b, Offer)}
        self.said = {b.id: b for b in bodies if isinstance(b, Statement)}
        self.became = {b.decision: "executed" for b in bodies if isinstance(b, Executed)}
        self.became |= {b.decision: "rejected" for b in bodies if isinstance(b, Rejected)}
        self.became |= {pending: "waits"} if pending else {}

    def row(self, event: Event) -> str:
        """Time, kind, and what it was."""
        kind = event.body.kind
        code = f"log_{kind}" if f"log_{kind}" in LABELS else "log_other"
        if isinstance(event.body, Moved) and f"log_moved_{event.body.reason}" in LABELS:
            code = f"log_moved_{event.body.reason}"
        return (
            f'<li><span class="quiet num">{escape(self.p.clock(event.at))}</span>'
            f'<span class="hf-mark {escape(kind)}">{self.p.t(code)}</span><div>{self._what(event)}</div></li>'
        )

    def _of(self, decision: str) -> str:
        return escape(label("log_of", self.p.lang, code=self.codes.get(decision, decision)))

    def _count(self, trades: int) -> str:
        return label("one_trade", self.p.lang) if trades == 1 else label("trades", self.p.lang, count=trades)

    def _what(self, event: Event) -> str:
        """One event in words."""
        p = self.p
        match event.body:
            case Decision():
                return self._decision(event.body)
            case Statement():
                return self._statement(event.body)
            case Executed():
                return f"{self._of(event.body.decision)} · {escape(self._count(len(event.body.fills)))}"
            case Approved() | Rejected() | Placed() | Lapsed() | Suitability() | Consent():
                return self._of(event.body.decision)
            case Imported():
                return escape(f"{p.quote(event.body.file)} · {self._count(len(event.body.trades))}")
            case Account():
                return escape(p.quote(event.body.name))
            case Checked():
                found = label("log_differences", p.lang, count=len(event.body.differences))
                return escape(f"{p.date(event.body.day)} · {found}")
            case Forgot():
                return "<br>".join(self._statement(self.said[s]) for s in event.body.statements if s in self.said)
            case Offer():
                return escape(p.line(grant_name(event.body.grant)))
            case Granted():
                known = self.grants.get(event.body.offer)
                return escape(p.line(grant_name(known))) if known else ""
            case Moved():
                return escape(_moved(event.body, p))
            case Refusal():
                return escape(p.refusal(event.body))
            case Alert():
                return escape(" ".join(p.line(x) for x in alert_lines(event.body)))
            case Opened():
                return p.t("practice") if event.body.practice else ""
            case _:
                return ""

    def _statement(self, statement: Statement) -> str:
        said = self.p.quote(statement.said)  # the answers of a form have no words of their own
        return f"“{escape(said)}”" if said else escape(self.p.line(wish_name(statement.wish, self.currency)))

    def _decision(self, decision: Decision) -> str:
        p, offered = self.p, decision.proposal
        became = label(f"log_{self.became.get(decision.id, 'replaced')}", p.lang)
        moved = f"{label('replaced', p.lang)} {p.percent(offered.turnover)}"
        facts = f"{moved} · {label('cost', p.lang)} {p.money(offered.cost)}"
        again = (
            f'<button type="button" class="hf-small" data-act="replay" data-value="{escape(decision.id)}">'
            f"{p.t('replay')}</button>"
        )
        engine = escape(label("engine", p.lang, number=decision.engine))
        tail = f'<p class="hf-row"><span class="quiet"><code>{escape(decision.id)}</code> · {engine}</span>{again}</p>'
        return (
            f"<p><b>{self._of(decision.id)}</b> · {escape(became)}<br>"
            f'<span class="quiet">{escape(facts)}</span></p>'
            f'<details class="hf-more"><summary>{p.t("log_more")}</summary>{trades(offered.trades, p)}{tail}</details>'
        )


def _moved(body: Moved, p: Printer) -> str:
    """What came, went, was split or sorted; with the day and the account where they were told."""
    what = [p.price(u, a) if a in ("KRW", "USD") else f"{p.name(a)} {p.units(u, a)}" for a, u in body.units.items()]
    for asset, (new, old) in body.ratios.items():
        what.append(f"{p.name(asset)} {label('log_split', p.lang, new=f'{new:f}', old=f'{old:f}')}")
    what += [f"{p.name(a)} {label(c, p.lang)}" for a, c in body.classes.items()]
    payer = [p.name(body.asset)] if body.asset else []
    day = [p.date(body.day)] if body.day else []
    return " · ".join([*payer, *what, *day, *([p.quote(body.account)] if body.account else [])])
