"""Cards of the page: nouns in, escaped HTML out. Nothing here reads a clock, a store or a browser."""

from collections.abc import Mapping, Sequence

from agent.words.orders import receipt_lines
from agent.words.slots import Line
from tools.domain.decision import Decision, Receipt, Trade
from tools.domain.mandate import Binding
from tools.domain.value import Lang
from tools.errors import AdvisorError
from ui import helping
from ui.charts import Pair, Part, paired_bars, strip, table
from ui.labels import label
from ui.printer import CLASSES, Printer, escape

SHOWN = 8
"""Rows of a card before the rest is folded away."""

_MOVED = 0.0005
"""Half of the last printed digit: a smaller change prints as none."""


def header(
    lang: Lang,
    *,
    simulated: bool,
    practice: bool,
    mind: str,
    as_of: str,
    account: str = "",
    waits: bool = False,
    used: str = "",
) -> str:
    """Name, what is simulated or practice, who answers, how new the prices are, and who is logged in.

    used: what a large model took today, in words. waits: a proposal does; on a phone, where the card lies below, a bar
    says so in every room.
    """
    badges = [_badge(kind, lang) for kind, on in (("simulated", simulated), ("practice", practice)) if on]
    spoken = label("mind_builtin", lang) if mind == "builtin" else label("mind_model", lang, model=mind)
    facts = " · ".join(escape(x) for x in (label("as_of", lang, day=as_of) if as_of else "", spoken, used) if x)
    return (
        '<div class="hf-head"><div class="hf-name"><b>Hanfolio</b>'
        f"<span>{escape(label('tagline', lang))}</span></div>"
        f'<div class="hf-badges">{"".join(badges)}<span class="hf-facts">{facts}</span>'
        f"{_account(account, lang)}</div>{helping.panel(lang, simulated=simulated)}</div>{_bar(lang) if waits else ''}"
    )


def _bar(lang: Lang) -> str:
    return f'<a class="hf-bar" href="#hf-side">{escape(label("see_card", lang))} ↓</a>'


def _account(name: str, lang: Lang) -> str:
    if not name:
        return ""
    return (
        f'<form method="post" action="/logout" class="hf-account"><b>{escape(name)}</b> '
        f'<button class="hf-small">{escape(label("logout", lang))}</button></form>'
    )


def _badge(kind: str, lang: Lang) -> str:
    """What is not real, said in a word; pressed, it opens what that means and how to begin for real."""
    long = escape(label(f"{kind}_long", lang))
    return (
        f'<button type="button" class="hf-badge {kind}" data-open="hf-help" title="{long}">'
        f"{escape(label(kind, lang))}</button>"
    )


def empty(title: str, more: str = "") -> str:
    """A quiet box that says there is nothing, and what would change that."""
    return f'<div class="hf-empty"><p>{escape(title)}</p><p class="quiet">{escape(more)}</p></div>'


def notice(text: str, kind: str = "info") -> str:
    """One sentence that something happened or did not; read out by screen readers."""
    return f'<p class="hf-notice {kind}" role="status">{escape(text)}</p>' if text else ""


def waiting(p: Printer) -> str:
    """What stands beside the holdings while no proposal waits."""
    return f'<p class="hf-waiting">{p.t("card_empty")} <span class="quiet">{p.t("card_empty_more")}</span></p>'


def alerts(found: Sequence[str], p: Printer) -> str:
    """What rang and was not looked at yet, the newest first: it is seen in whatever room one is."""
    if not found:
        return ""
    more = f" ({escape(label('alerts_more', p.lang, count=len(found) - 1))})" if len(found) > 1 else ""
    return (
        f'<div class="hf-notice bad hf-row hf-alert" role="status"><p><b>{p.t("alerts")}</b> {escape(found[0])}{more}'
        f"</p>"
        f'<button type="button" class="hf-small" data-go="market">{p.t("alerts_look")}</button></div>'
    )


def proposal(decision: Decision, p: Printer) -> str:
    """The pending proposal: weights before and after, cost, trades, what binds, until when."""
    offered = decision.proposal
    when = label("expires", p.lang, time=p.time(decision.expires_at))
    code = f"{p.t('code')} <code>{escape(decision.code)}</code>"
    return (
        f'<section class="hf-card" aria-labelledby="card-title"><header><h2 id="card-title">{p.t("card")}</h2>'
        f'<span class="quiet">{escape(when)} · {code}</span></header>'
        f"{_figures(decision, p)}"
        f"{_strips(offered.current, offered.target, p)}"
        f"<h3>{p.t('before_after')}</h3>{_bars(offered.current, offered.target, p)}"
        f"{_binding(offered.binding, p)}"
        f"{trades(offered.trades, p)}"
        f'<p class="quiet">{p.t("expected_note")} {p.t("approve_hint")}</p></section>'
    )


def _figures(decision: Decision, p: Printer) -> str:
    """Four figures that matter before a yes."""
    o = decision.outlook
    facts = (  # each says in plain words what it means when it is pointed at or read out
        ("expected", f"{p.percent(o.mean_before)} → <b>{p.percent(o.mean_after)}</b>"),
        ("volatility", f"{p.percent(o.vol_before)} → <b>{p.percent(o.vol_after)}</b>"),
        ("cost", f"<b>{escape(p.money(decision.proposal.cost))}</b>"),
        ("replaced", f"<b>{p.percent(decision.proposal.turnover)}</b>"),
    )
    rows = "".join(f'<div title="{p.t(f"{c}_means")}"><dt>{p.t(c)}</dt><dd>{v}</dd></div>' for c, v in facts)
    return f'<dl class="hf-facts-grid">{rows}</dl>'


def class_parts(weights: Mapping[str, float], p: Printer) -> list[Part]:
    """Segments of a strip, one per class that is held."""
    found = p.by_class(weights)
    return [Part(label(c, p.lang), found[c], c) for c in CLASSES if found[c] > 0]


def _strips(before: Mapping[str, float], after: Mapping[str, float], p: Printer) -> str:
    return (
        strip(class_parts(before, p), p, name=label("now", p.lang))
        + strip(class_parts(after, p), p, name=label("proposed", p.lang))
        + legend(p, before, after)
    )


def legend(p: Printer, *weights: Mapping[str, float]) -> str:
    """Names of the colours in use."""
    used = [c for c in CLASSES if any(p.by_class(w)[c] > 0 for w in weights)]
    marks = "".join(f'<li><i class="dot {c}"></i>{p.t(c)}</li>' for c in used)
    return f'<ul class="hf-legend" aria-hidden="true">{marks}</ul>'


def pairs(before: Mapping[str, float], after: Mapping[str, float], p: Printer) -> list[Pair]:
    """Rows for every asset held before or after, the largest weight first."""
    names = [a for a in {**before, **after} if max(before.get(a, 0.0), after.get(a, 0.0)) > 0]
    names.sort(key=lambda a: (-max(before.get(a, 0.0), after.get(a, 0.0)), a))
    return [Pair(p.name(a), before.get(a, 0.0), after.get(a, 0.0), p.asset_class(a)) for a in names]


def _bars(before: Mapping[str, float], after: Mapping[str, float], p: Printer) -> str:
    rows = sorted(pairs(before, after, p), key=lambda r: -abs(r.after - r.before))
    moved = sum(abs(r.after - r.before) >= _MOVED for r in rows)
    shown, rest = rows[: min(moved, SHOWN)], rows[min(moved, SHOWN) :]
    html = paired_bars(shown, p)
    if rest:
        html += folded(len(rest), paired_bars(rest, p), p)
    return html


def folded(count: int, html: str, p: Printer) -> str:
    """Further rows behind one line that says how many there are."""
    return f'<details class="hf-more"><summary>{escape(label("others", p.lang, count=count))}</summary>{html}</details>'


def _binding(found: Sequence[Binding], p: Printer) -> str:
    if not found:
        return ""
    rows = []
    for binding in found:
        limit = binding.limit
        gain = label("shadow", p.lang, gain=p.points(binding.shadow_price / 100, digits=3))
        more = gain if binding.shadow_price > 0.0005 else ""
        rows.append(f'<li>{escape(p.limit(limit))} <span class="quiet">{escape(more)}</span></li>')
    return f'<h3>{p.t("binding")}</h3><ul class="hf-list">{"".join(rows)}</ul>'


def trades(found: Sequence[Trade], p: Printer, *, fold: bool = False) -> str:
    """The trades as a table in whole lots; folded when asked or when there are many."""
    if not found:
        return ""
    count = label("one_trade", p.lang) if len(found) == 1 else label("trades", p.lang, count=len(found))
    heads = ("asset", "units", "price", "value", "fee")
    body = table(heads, "".join(_trade(t, p) for t in found), p)
    opened = "" if fold or len(found) > SHOWN else " open"
    return f'<details class="hf-more"{opened}><summary>{escape(count)}</summary>{body}</details>'


def _trade(trade: Trade, p: Printer) -> str:
    side = f'<span class="side {trade.side}">{escape(label(trade.side, p.lang))}</span>'
    cells = (
        p.units(trade.units, trade.asset),
        p.price(trade.price, trade.currency),
        p.short(trade.value),
        p.money(trade.fee),
    )
    row = "".join(f'<td class="num">{escape(c)}</td>' for c in cells)
    return f'<tr><th scope="row">{side} {escape(p.name(trade.asset))}</th>{row}</tr>'


def receipt(done: Receipt, p: Printer, *, simulated: bool = True) -> str:
    """What an approval came to, and what stands in the way of knowing. simulated: the prices are made up."""
    if done.broker == "paper" and not done.unfilled:
        if done.again:
            return notice(label("approved_again", p.lang))
        more = label("approved_more", p.lang, count=len(done.fills), cost=p.money(done.cost))
        practice = "" if simulated else f". {p.line(Line('orders.practice'))}"
        return notice(f"{label('approved', p.lang)}: {more}{practice}", "good")
    told = " ".join(p.line(x) for x in receipt_lines(done, simulated=simulated))
    trouble = p.error(AdvisorError(*done.trouble)) if done.trouble else ""
    whole = bool(done.fills) and not (done.waiting or done.unfilled)
    return notice(f"{told} {trouble}".strip(), "bad" if trouble else "good" if whole else "")
