"""Charts as HTML that needs no script: paired bars, strips, waterfalls. Values in, escaped markup out.

Every bar starts at zero and carries its figure beside it; colour only repeats what the words say, so that nothing is
lost to eyes that see colours otherwise, and every chart is a table to a screen reader.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ui.labels import label
from ui.printer import Printer, escape

TONES = ("equity", "bond", "commodity", "real_estate", "crypto", "cash")
"""Colours of the page, one per asset class, fixed in `assets/page.css`."""

_STEPS = (0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_LEAST = 0.0005
"""A change of weight that prints as 0.0 % is no change."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a before-and-after chart, fractions of the portfolio."""

    name: str
    before: float
    after: float
    tone: str


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a strip, a fraction of the whole."""

    name: str
    weight: float
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a waterfall: a signed change, and a second line such as the words behind it."""

    name: str
    change: float
    detail: str = ""


def table(heads: Sequence[str], rows: str, p: Printer) -> str:
    """A table that scrolls by itself where it is too wide; figures stand right.

    Args:
        heads: Label codes of the columns; the first one names the rows and may be empty.
        rows: Markup of the rows.
        p: Prints the heads.
    """
    first = f'<th scope="col">{p.t(heads[0])}</th>' if heads[0] else "<td></td>"
    head = first + "".join(f'<th scope="col" class="num">{p.t(h)}</th>' for h in heads[1:])
    return (
        '<div class="hf-scroll" tabindex="0"><table class="hf-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def axis(largest: float) -> float:
    """The round fraction at which an axis from zero ends."""
    return next((s for s in _STEPS if largest <= s + 1e-12), 1.0)


def paired_bars(rows: Sequence[Pair], p: Printer, *, heads: tuple[str, str] | None = None) -> str:
    """Two zero-based bars a row with both figures and their difference.

    Args:
        rows: What is compared, in the order it is shown.
        p: Prints figures.
        heads: Names of the two columns; now and proposed if not given.
    """
    end = axis(max((max(r.before, r.after) for r in rows), default=0.0))
    first, second = heads or (label("now", p.lang), label("proposed", p.lang))
    body = "".join(_pair(row, end, p) for row in rows)
    return (
        '<table class="hf-bars"><thead><tr>'
        f'<th scope="col">{p.t("asset")}</th><th class="hf-scale" aria-hidden="true">{_scale(end, p)}</th>'
        f'<th scope="col" class="num">{escape(first)}</th><th scope="col" class="num">{escape(second)}</th>'
        f'<th scope="col" class="num">{p.t("change")}</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _pair(row: Pair, end: float, p: Printer) -> str:
    return (
        f'<tr><th scope="row">{named(row.name, row.tone)}</th>'
        f'<td class="hf-track" aria-hidden="true"><i class="bar before" style="width:{_width(row.before, end)}"></i>'
        f'<i class="bar after {tone(row.tone)}" style="width:{_width(row.after, end)}"></i></td>'
        f'<td class="num">{p.percent(row.before)}</td><td class="num strong">{p.percent(row.after)}</td>'
        f'<td class="num">{signed(row.after - row.before, p)}</td></tr>'
    )


def _scale(end: float, p: Printer) -> str:
    return f'<span class="zero">{p.percent(0.0)}</span><span>{p.percent(end)}</span>'


def _width(value: float, end: float) -> str:
    """Share of the axis, at least a hairline where something is held at all."""
    share = min(max(value, 0.0) / end, 1.0)
    return f"max({100 * share:.2f}%, 2px)" if share > 0 else "0"


def signed(change: float, p: Printer) -> str:
    """A difference of weights with its sign; a dash when it would print as nothing."""
    if abs(change) < _LEAST:
        return '<span class="same">–</span>'
    return f'<span class="{"up" if change > 0 else "down"}">{p.points(change)}</span>'


def tone(name: str) -> str:
    """A colour class that the style sheet knows."""
    return name if name in TONES else "cash"


def dot(name: str) -> str:
    """The coloured mark before a name; decoration only."""
    return f'<i class="dot {tone(name)}" aria-hidden="true"></i>'


def named(name: str, tone_: str) -> str:
    """A name with the mark of its class."""
    return f'<span class="hf-name-of">{dot(tone_)}<span>{escape(name)}</span></span>'


def strip(parts: Sequence[Part], p: Printer, *, name: str) -> str:
    """One bar from 0 to 100 %, cut into labelled parts; its text form lists every part."""
    total = sum(x.weight for x in parts)
    if total <= 0:
        return ""
    text = ", ".join(f"{x.name} {p.percent(x.weight)}" for x in parts if x.weight > 0)
    pieces = "".join(_piece(x, total, p) for x in parts if x.weight > 0)
    return (
        f'<div class="hf-strip"><span class="hf-strip-name" aria-hidden="true">{escape(name)}</span>'
        f'<div class="hf-strip-bar" role="img" aria-label="{escape(f"{name}: {text}")}">{pieces}</div></div>'
    )


def _piece(part: Part, total: float, p: Printer) -> str:
    share = part.weight / total
    shown = f"<b>{escape(part.name)}</b> {p.percent(part.weight, digits=0)}" if share >= 0.14 else ""
    return (
        f'<span class="{tone(part.tone)}" style="width:{100 * share:.3f}%" '
        f'title="{escape(f"{part.name} {p.percent(part.weight)}")}">{shown}</span>'
    )


def shares(rows: Sequence[Part], weights: Sequence[float], p: Printer) -> str:
    """Shares of a whole as zero-based bars, each beside its weight in money.

    Args:
        rows: Names with their share of risk; a share may be negative where a holding lowers it.
        weights: Fraction of the money, one per row.
        p: Prints figures.
    """
    end = axis(max((r.weight for r in rows), default=0.0))
    body = "".join(
        f'<tr><th scope="row">{named(r.name, r.tone)}</th><td class="hf-track" aria-hidden="true">'
        f'<i class="bar after {tone(r.tone)}" style="width:{_width(r.weight, end)}"></i></td>'
        f'<td class="num strong">{p.percent(r.weight)}</td><td class="num">{p.percent(w)}</td></tr>'
        for r, w in zip(rows, weights, strict=True)
    )
    return (
        f'<table class="hf-bars"><thead><tr><th scope="col">{p.t("asset")}</th>'
        f'<th class="hf-scale" aria-hidden="true">{_scale(end, p)}</th>'
        f'<th scope="col" class="num">{p.t("risk_share")}</th>'
        f'<th scope="col" class="num">{p.t("weight")}</th></tr></thead><tbody>{body}</tbody></table>'
    )


def waterfall(before: Step, steps: Sequence[Step], after: Step, p: Printer) -> str:
    """From one weight to another, cause by cause; each bar hangs where the one before ended.

    Args:
        before: Name of the start and its weight.
        steps: Causes with their signed shares; they add up to after − before.
        after: Name of the end and its weight.
        p: Prints figures.
    """
    levels = [before.change]
    for step in steps:
        levels.append(levels[-1] + step.change)
    low = min(0.0, *levels, after.change)
    end = axis(max(*levels, after.change))
    span = end - low
    rows = [_level(before, low, span, p)]
    for start, step in zip(levels, steps, strict=False):
        rows.append(_hanging(start, step, low, span, p))
    rows.append(_level(after, low, span, p))
    return f'<table class="hf-fall"><tbody>{"".join(rows)}</tbody></table>'


def _level(step: Step, low: float, span: float, p: Printer) -> str:
    left, width = (0.0 - low) / span, step.change / span
    bar = f'<i class="bar level" style="left:{100 * left:.2f}%;width:{100 * max(width, 0.0):.2f}%"></i>'
    return (
        f'<tr class="total"><th scope="row">{escape(step.name)}</th><td class="hf-track" aria-hidden="true">{bar}</td>'
        f'<td class="num strong">{p.percent(step.change)}</td></tr>'
    )


def _hanging(start: float, step: Step, low: float, span: float, p: Printer) -> str:
    left = (min(start, start + step.change) - low) / span
    way = "up" if step.change > 0 else "down"
    width = abs(step.change) / span
    bar = f'<i class="bar {way}" style="left:{100 * left:.2f}%;width:max({100 * width:.2f}%, 2px)"></i>'
    detail = f"<small>{escape(step.detail)}</small>" if step.detail else ""
    figure = f'<td class="num">{signed(step.change, p)}</td>'
    return (
        f'<tr><th scope="row">{escape(step.name)}{detail}</th>'
        f'<td class="hf-track" aria-hidden="true">{bar if not math.isclose(width, 0.0) else ""}</td>{figure}</tr>'
    )
