"""Alarms of the watch on a folder of prices: `python -m tests.evals.watch FOLDER [--out ALARMS.jsonl]`.

The portfolio is all assets at equal weight, kept so; settings are the default ones; alarms count from the 251st row on.
The table says how often each trigger rang a year, and how often it said it would if volatility did not change.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.market.files import FilesMarket
from tests.evals.common import options, show, write
from tools.domain.market import Market
from tools.gauges import FIRST
from tools.signals import YEAR
from tools.triggers import Alarm, alarms


def rung(folder: Path) -> tuple[Market, tuple[Alarm, ...]]:
    """The market of a folder at its last day, and every alarm of the equal-weight portfolio of its assets."""
    source = FilesMarket(folder)
    market = source.at(source.last())
    risky = [k for k, a in enumerate(market.universe.assets) if a.asset_class != "cash"]
    closes = market.closes[:, risky]
    return market, alarms(closes, np.full(len(risky), 1.0 / len(risky)))


def predictions(market: Market, found: Sequence[Alarm]) -> list[dict[str, Any]]:
    """One row per alarm: {id, time, trigger, printed_rate}, and the interval of that rate."""
    return [
        {
            "id": str(number),
            "time": str(market.days[alarm.row]),
            "trigger": alarm.trigger,
            "printed_rate": round(alarm.rate.value, 4),
            "printed_low": round(alarm.rate.low, 4),
            "printed_high": round(alarm.rate.high, 4),
        }
        for number, alarm in enumerate(found)
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Score one folder."""
    chosen = options("watch", argv)
    market, found = rung(chosen.file)
    rows = predictions(market, found)
    years = max(len(market.days) - FIRST, 1) / YEAR
    by_trigger = {name: [r for r in rows if r["trigger"] == name] for name in sorted({r["trigger"] for r in rows})}
    show(
        {
            name: {
                "n": float(len(group)),
                "alarms_a_year": len(group) / years,
                "printed_rate": float(np.mean([r["printed_rate"] for r in group])),
            }
            for name, group in {"all": rows, **by_trigger}.items()
            if group
        }
    )
    write(chosen.out, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
