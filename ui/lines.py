"""Lines over time as SVG that needs no script: performance, falls, fans of goals. Values in, escaped markup out.

The drawing stretches to its box while words keep their size: paths live in a stretched SVG, labels in HTML above it.
Every line carries its name and last figure at its end, every axis its unit, and a screen reader gets a table.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array
from ui.printer import Printer, escape

MOST_POINTS = 240
"""Points of a line; more cannot be told apart."""

TONES = ("own", "ref", "ref2", "fall", "goal")
"""Colours of lines, in `assets/page.css`; every line also has a dash of its own and its name at its end."""

_ROOM = 9.0
"""Least distance between two labels at the right edge, percent of the height."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line. values: shape (n,), NaN where nothing is known. tone: one of `TONES`. area: filled down to zero."""

    name: str
    values: Array
    tone: str
    area: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The room between two lines, shapes (n,): an interval, the darker the likelier."""

    low: Array
    high: Array
    name: str = ""


def lines(
    ticks: Sequence[str],
    series: Sequence[Series],
    p: Printer,
    *,
    name: str,
    show: Callable[[float], str],
    bands: Sequence[Band] = (),
    level: tuple[str, float] | None = None,
    zero: bool = False,
) -> str:
    """A chart of one or more lines over the same steps.

    Args:
        ticks: Labels of the horizontal axis, evenly spread from the first point to the last.
        series: Lines, the most important first.
        p: Prints.
        name: What the chart shows; its heading for a screen reader.
        show: Prints a value with its unit.
        bands: Intervals behind the lines, the widest first.
        level: A horizontal line with its name: a goal, a limit.
        zero: The axis reaches zero.
    """
    known = [x.values for x in series] + [v for b in bands for v in (b.low, b.high)]
    found = np.concatenate([v[np.isfinite(v)] for v in known]) if known else np.array([])
    if found.size == 0:
        return ""
    extremes = [float(found.min()), float(found.max()), *([level[1]] if level else []), *([0.0] if zero else [])]
    steps = scale(min(extremes), max(extremes))
    low, high = steps[0], steps[-1]
    drawn = "".join(_band(b, low, high) for b in bands) + "".join(_path(x, low, high) for x in reversed(series))
    if level:
        y = _y(level[1], low, high)
        drawn += f'<line class="goal" x1="0" x2="100" y1="{y:.2f}" y2="{y:.2f}" vector-effect="non-scaling-stroke"/>'
    return (
        f'<figure class="hf-lines"><div class="hf-plot">{_grid(steps, show)}'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
        f"{_ends(series, level, low, high, show)}</div>"
        f'<div class="hf-ticks" aria-hidden="true">{"".join(f"<span>{escape(t)}</span>" for t in ticks)}</div>'
        f"{_spoken(ticks, series, level, name, show, p)}</figure>"
    )


def scale(low: float, high: float) -> list[float]:
    """Three to seven round values that hold both ends."""
    span = (high - low) or abs(high) or 1.0
    raw = span / 5.0
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(s * unit for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * unit >= raw * (1 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [n * step for n in range(first, last + 1)]


def _y(value: float, low: float, high: float) -> float:
    """Percent from the top."""
    return 100.0 * (high - value) / (high - low)


def _thin(values: Array) -> tuple[Array, Array]:
    """At most `MOST_POINTS` of them with their place across (0..100), the last one always kept."""
    n = len(values)
    keep = np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS)).round().astype(int))
    return 100.0 * keep / max(n - 1, 1), values[keep]


def _points(values: Array, low: float, high: float) -> list[str]:
    across, kept = _thin(values)
    return [f"{x:.2f} {_y(float(v), low, high):.2f}" for x, v in zip(across, kept, strict=True) if np.isfinite(v)]


def _path(series: Series, low: float, high: float) -> str:
    points = _points(series.values, low, high)
    tone = series.tone if series.tone in TONES else "ref"
    line = f'<path class="line {tone}" d="M{" L".join(points)}" vector-effect="non-scaling-stroke"/>'
    if not series.area or not points:
        return line
    floor = _y(min(max(0.0, low), high), low, high)
    first, last = points[0].split()[0], points[-1].split()[0]
    return f'<path class="area {tone}" d="M{first} {floor:.2f} L{" L".join(points)} L{last} {floor:.2f} Z"/>{line}'


def _band(band: Band, low: float, high: float) -> str:
    there, back = _points(band.high, low, high), _points(band.low, low, high)[::-1]
    return f'<path class="band" d="M{" L".join([*there, *back])} Z"/>'


def _grid(steps: Sequence[float], show: Callable[[float], str]) -> str:
    rows = "".join(
        f'<i class="{"zero" if s == 0 else ""}" style="top:{_y(s, steps[0], steps[-1]):.2f}%">'
        f"<span>{escape(show(s))}</span></i>"
        for s in steps
    )
    return f'<div class="hf-grid" aria-hidden="true">{rows}</div>'


def _ends(
    series: Sequence[Series], level: tuple[str, float] | None, low: float, high: float, show: Callable[[float], str]
) -> str:
    """Name and last figure at the end of each line, moved apart where they would overlap."""
    ends = [(_y(_last(x.values), low, high), x.tone, f"{x.name} {show(_last(x.values))}") for x in series]
    if level:
        ends.append((_y(level[1], low, high), "goal", f"{level[0]} {show(level[1])}"))
    ends.sort()
    places: list[float] = []
    for y, _, _ in ends:
        places.append(max(y, places[-1] + _ROOM) if places else y)
    spill = max((places[-1] if places else 0.0) - 100.0, 0.0)
    spans = "".join(
        f'<span class="{tone if tone in TONES else "ref"}" style="top:{place - spill:.2f}%">{escape(text)}</span>'
        for place, (_, tone, text) in zip(places, ends, strict=True)
    )
    return f'<div class="hf-ends" aria-hidden="true">{spans}</div>'


def _last(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if known.size else 0.0


def _spoken(
    ticks: Sequence[str],
    series: Sequence[Series],
    level: tuple[str, float] | None,
    name: str,
    show: Callable[[float], str],
    p: Printer,
) -> str:
    """The chart as a table: each line at the places where the axis is labelled."""
    heads = "".join(f'<th scope="col">{escape(t)}</th>' for t in ticks)
    rows = []
    for x in series:
        at = np.linspace(0, len(x.values) - 1, len(ticks)).round().astype(int) if len(ticks) else np.array([], int)
        cells = "".join(f"<td>{escape(show(float(v))) if np.isfinite(v) else '–'}</td>" for v in x.values[at])
        rows.append(f'<tr><th scope="row">{escape(x.name)}</th>{cells}</tr>')
    goal = f"<caption>{escape(name)}{escape(f' · {level[0]} {show(level[1])}') if level else ''}</caption>"
    return f'<table class="sr">{goal}<thead><tr><td></td>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
