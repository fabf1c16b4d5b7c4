"""The page of what is held: worth, now against the target, by class and by asset."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from agent.holdings_view import Holding, HoldingsView, Paths, Portfolio, Risk
from tools.domain.decision import Decision
from tools.domain.value import Money
from ui.cards import class_parts, folded, legend, pairs
from ui.charts import Part, named, paired_bars, shares, strip, table
from ui.labels import label
from ui.lines import Series, lines
from ui.printer import Printer, escape

MOST_ROWS = 12
"""Rows of a table before the rest is folded away."""

MOST_RISKS = 10
"""Holdings shown with their share of risk."""


LEAST_GAIN = 0.0005
"""A gain that prints as nothing is neither up nor down."""


def small(book: Portfolio, p: Printer) -> str:
    """Worth and classes in a few lines, to stand under the card."""
    practice = f' <span class="hf-badge practice">{p.t("practice")}</span>' if book.practice else ""
    return (
        f'<section class="hf-card hf-now"><header><h2>{p.t("holdings")}</h2>{practice}</header>'
        f'<p class="hf-worth">{escape(p.money(book.worth))}</p>'
        f"{strip(class_parts(book.weights, p), p, name=label('now', p.lang))}{legend(p, book.weights)}</section>"
    )


def page(found: HoldingsView, pending: Decision | None, executed: Decision | None, p: Printer) -> str:
    """Now against the proposal that waits, else against the last target; what became of it; where its risk lies."""
    against = pending.proposal.target if pending else executed.target if executed else None
    name = label("proposed" if pending else "last_target", p.lang)
    book = found.now
    return (
        f'<section class="hf-page"><h2>{p.t("worth")}</h2><p class="hf-worth">{escape(p.money(book.worth))}</p>'
        f"{_gained(book, p)}{_classes(found, against, name, p)}{_currencies(found, p)}</section>"
        f"{_paths(found.paths, p)}{_against(book, against, name, p)}"
        f"{_risk(found.risk, book, p)}{_table(book.holdings, p)}"
    )


def _gained(book: Portfolio, p: Printer) -> str:
    """What is held beside what it was bought for, where that is known."""
    known = [(h.value.amount, Decimal(repr(h.gain))) for h in book.holdings if h.gain is not None and h.gain > -1]
    cost = sum((value / (1 + gain) for value, gain in known), Decimal(0))
    if not cost:
        return ""
    gain = sum((value for value, _ in known), Decimal(0)) - cost
    share = float(gain / cost)
    way = "same" if abs(share) < LEAST_GAIN else "up" if gain > 0 else "down"
    sign = "+" if gain > 0 else ""
    money = p.money(Money(amount=round(gain, 0 if book.worth.currency == "KRW" else 2), currency=book.worth.currency))
    return (
        f'<p class="hf-gained">{p.t("gain_held")} <b class="num {way}">{sign}{escape(money)} '
        f"({sign}{p.percent(share, digits=2)})</b></p>"
    )


def _classes(found: HoldingsView, against: Mapping[str, float] | None, name: str, p: Printer) -> str:
    now = strip(class_parts(found.now.weights, p), p, name=label("now", p.lang))
    then = strip(class_parts(against, p), p, name=name) if against else ""
    ago = found.year_ago
    past = strip(class_parts(ago, p), p, name=label("year_ago", p.lang)) if ago else ""
    return f"<h3>{p.t('by_class')}</h3>{now}{then}{past}{legend(p, found.now.weights, against or {}, ago or {})}"


def _currencies(found: HoldingsView, p: Printer) -> str:
    if len(found.currencies) < 2:
        return ""
    tones = ("equity", "bond", "commodity", "real_estate", "crypto", "cash")
    parts = [Part(c, w, tones[n % len(tones)]) for n, (c, w) in enumerate(found.currencies.items())]
    return f"<h3>{p.t('by_currency')}</h3>{strip(parts, p, name=label('now', p.lang))}"


def _paths(paths: Paths | None, p: Printer) -> str:
    """Performance beside the rules, and the distance below its peak."""
    if paths is None or len(paths.days) < 2:
        return ""
    drawn = [Series(label("mine", p.lang), paths.own, "own")]
    tones = ("ref", "ref2")
    drawn += [Series(label(f"rule_{n}", p.lang), v, tones[k % 2]) for k, (n, v) in enumerate(paths.rules.items())]
    worth = paths.own + 1.0
    fall = worth / np.maximum.accumulate(worth) - 1.0
    ticks = months(paths.days, p)
    title = label("record" if paths.kind == "record" else "track", p.lang)
    first = lines(ticks, drawn, p, name=title, show=p.percent, zero=True)
    below = label("below_peak", p.lang)
    fallen = Series(below, fall, "fall", area=True)
    second = lines(ticks, [fallen], p, name=below, show=p.percent, zero=True) if fall.min() < 0 else ""
    if paths.kind == "record":
        since = p.date(paths.days[0])
        note = label("record_note", p.lang, since=since, fees=p.money(paths.fees) if paths.fees else "–")
    else:
        note = label("track_note", p.lang)
    return (
        f'<section class="hf-page"><h2>{escape(title)}</h2><p class="quiet">{escape(note)}</p>{first}{second}</section>'
    )


def months(days: Sequence[date], p: Printer, count: int = 4) -> list[str]:
    """Labels along an axis of days, evenly spread."""
    places = np.linspace(0, len(days) - 1, count).round().astype(int)
    return [label("month_of", p.lang, year=f"{days[n].year}", month=days[n].month) for n in places]


def _against(book: Portfolio, against: Mapping[str, float] | None, name: str, p: Printer) -> str:
    if against is None:
        return ""
    rows, heads = pairs(book.weights, against, p), (label("now", p.lang), name)
    bars = paired_bars(rows[:MOST_ROWS], p, heads=heads)
    if rows[MOST_ROWS:]:
        bars += folded(len(rows) - MOST_ROWS, paired_bars(rows[MOST_ROWS:], p, heads=heads), p)
    return f'<section class="hf-page"><h2>{p.t("by_asset")}</h2>{bars}</section>'


def _risk(risk: Risk | None, book: Portfolio, p: Printer) -> str:
    """Which holdings the risk comes from, beside the money in them."""
    if risk is None or not risk.parts:
        return ""
    first = label("risk_note", p.lang, vol=p.percent(risk.vol), loss=p.percent(risk.loss))
    weights = book.weights
    rows = [Part(p.name(a), s, p.asset_class(a)) for a, s in risk.parts[:MOST_RISKS]]
    bars = shares(rows, [weights.get(a, 0.0) for a, _ in risk.parts[:MOST_RISKS]], p)
    return f'<section class="hf-page"><h2>{p.t("risk_from")}</h2><p class="quiet">{escape(first)}</p>{bars}</section>'


def _table(found: Sequence[Holding], p: Printer) -> str:
    heads = ("asset", "units", "value", "weight", "gain")
    body = table(heads, "".join(_row(h, p) for h in found[:MOST_ROWS]), p)
    if found[MOST_ROWS:]:
        rest = table(heads, "".join(_row(h, p) for h in found[MOST_ROWS:]), p)
        body += folded(len(found) - MOST_ROWS, rest, p)
    return f'<section class="hf-page"><h2>{p.t("holdings")}</h2>{body}</section>'


def _row(held: Holding, p: Printer) -> str:
    gain = "–"
    if held.gain is not None:
        still = abs(held.gain) < LEAST_GAIN
        way = "same" if still else "up" if held.gain > 0 else "down"
        gain = f'<span class="{way}">{"+" if held.gain > 0 and not still else ""}{p.percent(held.gain)}</span>'
    cells = (
        escape(p.units(held.units, held.asset)),
        escape(p.money(held.value)),
        p.percent(held.weight),
        gain,
    )
    row = "".join(f'<td class="num">{c}</td>' for c in cells)
    return f'<tr><th scope="row">{named(p.name(held.asset), p.asset_class(held.asset))}</th>{row}</tr>'
