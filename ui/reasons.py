"""The page of reasons: a waterfall of causes whose shares add up, what was said, and what would be without it."""

from collections.abc import Mapping

from tools.domain.decision import Cause, Explanation
from ui.cards import empty
from ui.charts import Step, signed, table, waterfall
from ui.labels import label
from ui.printer import CLASSES, Printer, escape
from ui.trying import Tried, section

MOST = 8
"""Things whose weight can be picked, and columns of tables."""

_HEARD = 0.005
"""Share of the portfolio below which what nobody said, such as one asset's news, is not worth a row."""

_LEAST = 0.00005
"""Half of the last printed digit: what prints as nothing is left out of tables."""


def members(target: str, p: Printer) -> tuple[str, ...]:
    """Assets a picked thing stands for: a class, or one asset."""
    if target in CLASSES:
        return tuple(a.id for a in p.universe.assets if a.asset_class == target)
    return (target,)


def title(target: str, p: Printer) -> str:
    """Name of a picked thing."""
    return label(target, p.lang) if target in CLASSES else p.name(target)


def picks(found: Explanation, p: Printer) -> tuple[str, ...]:
    """What can be picked: classes that moved or are held, then the assets that moved most."""
    before, after = p.by_class(found.before), p.by_class(found.after)
    classes = [c for c in CLASSES if max(before[c], after[c]) > _LEAST]
    assets = sorted(
        {*found.before, *found.after}, key=lambda a: -abs(found.after.get(a, 0.0) - found.before.get(a, 0.0))
    )
    moved = [a for a in assets if abs(found.after.get(a, 0.0) - found.before.get(a, 0.0)) > _LEAST and a not in CLASSES]
    return (*classes, *moved[:MOST])


def page(found: Explanation | None, target: str | None, p: Printer, *, tried: Tried | None = None) -> str:
    """Everything about one decision's causes.

    Args:
        found: The explanation; None before the first decision.
        target: What the waterfall is about; what moved most if it is not among the picks.
        p: Prints.
        tried: What was tried on the page, and what would come of it.
    """
    if found is None:
        more = label("why_empty_more", p.lang)
        return f'<section class="hf-page">{empty(label("why_empty", p.lang), more)}</section>'
    choices = picks(found, p)
    risky = [c for c in choices if c not in CLASSES and p.asset_class(c) != "cash"]
    chosen = target if target in choices else (risky or [*choices])[0]
    weight = sum(found.after.get(a, 0.0) for a in members(chosen, p))
    return (
        f'<section class="hf-page"><h2>{p.t("why_title")}</h2><p class="quiet">{p.t("why_pick")}</p>'
        f"{_chips(choices, chosen, p)}<h3>{escape(label('why_of', p.lang, what=title(chosen, p)))}</h3>"
        f'{fall(found, chosen, p)}<p class="quiet">{p.t("why_sum")}</p>'
        f'<details class="hf-more"><summary>{p.t("why_words")}</summary><p>{escape(found.text)}</p></details></section>'
        f"{section(chosen, title(chosen, p), weight, tried, p)}{_matrix(found, p)}{_without(found, p)}"
    )


def _chips(choices: tuple[str, ...], chosen: str, p: Printer) -> str:
    items = "".join(
        f'<li><button type="button" class="hf-chip" data-act="why" data-value="{escape(c)}" '
        f'aria-pressed="{"true" if c == chosen else "false"}">{escape(title(c, p))}</button></li>'
        for c in choices
    )
    return f'<ul class="hf-chips">{items}</ul>'


def fall(found: Explanation, target: str, p: Printer) -> str:
    """The waterfall for one class or asset, from what is held to the target; whole lots are a row of the tables."""
    own = members(target, p)

    def total(weights: Mapping[str, float]) -> float:
        return sum(weights.get(a, 0.0) for a in own)

    causes = [c for c in found.causes if c.name != "lots"]
    steps = [Step(name(c, p), total(c.shares), detail(c, p)) for c in causes if abs(total(c.shares)) > _LEAST]
    steps.sort(key=lambda s: -abs(s.change))
    return waterfall(
        Step(label("why_before", p.lang), total(found.before)),
        steps,
        Step(label("why_after", p.lang), total(found.after)),
        p,
    )


def name(cause: Cause, p: Printer) -> str:
    """A cause in words: what was said, or what it is."""
    return f"“{p.quote(cause.said)}”" if cause.said else p.cause(cause.name)


def detail(cause: Cause, p: Printer) -> str:
    """What it rests on: when it was said, prices up to a day, the limits behind it."""
    return cause.basis or (label("said_on", p.lang, day=p.day(cause.said_at)) if cause.said_at else "")


def _matrix(found: Explanation, p: Printer) -> str:
    """Causes by class, in points."""
    columns = [c for c in CLASSES if any(abs(p.by_class(x.shares)[c]) > _LEAST for x in found.causes)]
    rows = "".join(_matrix_row(c, columns, p) for c in found.causes if any(abs(s) > _LEAST for s in c.shares.values()))
    body = table(("cause", *columns), rows, p)
    return f'<section class="hf-page"><h2>{p.t("why_all")}</h2>{body}</section>'


def _matrix_row(cause: Cause, columns: list[str], p: Printer) -> str:
    by_class = p.by_class(cause.shares)
    cells = "".join(f'<td class="num">{signed(by_class[c], p)}</td>' for c in columns)
    small = detail(cause, p)
    more = f'<br><small class="quiet">{escape(small)}</small>' if small else ""
    return f'<tr><th scope="row">{escape(name(cause, p))}{more}</th>{cells}</tr>'


def _without(found: Explanation, p: Printer) -> str:
    """Weights by class had one thing not been said, or not been in the news where that made a difference."""
    said = {c.name: c for c in (*found.causes, *(i for c in found.causes for i in c.inside))}
    own = {code for code in found.counterfactuals if code in said and said[code].said}
    told = {c: w for c, w in found.counterfactuals.items() if c in own or _apart(w, found.after) >= _HEARD}
    if not told:
        return ""
    columns = [c for c in CLASSES if any(p.by_class(w)[c] > _LEAST for w in (found.after, *told.values()))]
    rows = _weights(label("why_after", p.lang), found.after, columns, p)
    for code, weights in sorted(told.items(), key=lambda x: (x[0] not in own, -_apart(x[1], found.after)))[:MOST]:
        cause = said.get(code)
        what = f"“{p.quote(cause.said)}”" if cause and cause.said else _inside(p.cause(code))
        rows += _weights(label("had_not_row", p.lang, said=what), weights, columns, p)
    return f'<section class="hf-page"><h2>{p.t("had_not")}</h2>{table(("", *columns), rows, p)}</section>'


def _inside(text: str) -> str:
    """A name as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def _apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Share of the portfolio that lies elsewhere in the one than in the other."""
    return 0.5 * sum(abs(one.get(a, 0.0) - other.get(a, 0.0)) for a in {*one, *other})


def _weights(title_: str, weights: Mapping[str, float], columns: list[str], p: Printer) -> str:
    by_class = p.by_class(weights)
    cells = "".join(f'<td class="num">{p.percent(by_class[c])}</td>' for c in columns)
    return f'<tr><th scope="row">{escape(title_)}</th>{cells}</tr>'
