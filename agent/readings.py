"""Rates and on-chain figures in words: what was known of each at an instant, and of which day it is."""

from collections.abc import Sequence
from datetime import datetime

from agent.words.slots import Day, Line, Number, Percent, Slot, Word
from agent.words.sources import ABOUT
from knowledge.market.catalogue import Figure, figures
from knowledge.ports import Signals


def reading_lines(signals: Signals, now: datetime, target: str | None) -> tuple[Line, ...]:
    """One sentence for each figure about a target that was known; none for a target without figures."""
    wanted: Sequence[str] = ABOUT.get(target or "", ())
    known = signals.at(now) if wanted else {}
    lines = []
    for name in wanted:
        if name in known:
            series = known[name]
            slots: dict[str, Slot] = {
                "name": Word(f"figure.{name}"),
                "value": _value(figures()[name], float(series.values[-1])),
                "day": Day(series.about[-1].astype("datetime64[D]").item()),
            }
            lines.append(Line("source.reading_made_up" if series.simulated else "source.reading", slots))
    return tuple(lines)


def _value(figure: Figure, value: float) -> Percent | Number:
    if figure.unit == "fraction":
        return Percent(value, digits=2)
    return Number(value, digits=0 if figure.unit == "count" else 2)
