"""Write `knowledge/tables/trading_days.csv` from exchange_calendars: `python -m tests.trading_days`.

So that no start waits seconds for a library to count the moons of Korean holidays. `test_live.py` holds both together.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import exchange_calendars
import numpy as np

from knowledge.exchanges import FIRST_YEAR, LAST_YEAR, ZONES

TABLE = Path(__file__).parent.parent / "knowledge" / "tables" / "trading_days.csv"


def lines() -> Iterator[tuple[str, str, str, str]]:
    """exchange, kind, day, end (local): the usual end from a day on, other ends, and weekdays without a session."""
    for exchange, zone in ZONES.items():
        first, last = f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31"
        calendar = exchange_calendars.get_calendar(exchange, start=first, end=last)
        days = calendar.sessions.to_numpy().astype("datetime64[D]")
        ends = calendar.closes.dt.tz_convert(zone).dt.strftime("%H:%M").to_numpy()
        usual = ""
        for n, (day, end) in enumerate(zip(days, ends, strict=True)):
            if end != usual and (ends[n : n + 20] == end).all():
                usual = end
                yield exchange, "usual", str(day), end
            elif end != usual:
                yield exchange, "other", str(day), end
        every = np.arange(np.datetime64(first), np.datetime64(last) + 1)
        for day in every[np.is_busday(every) & ~np.isin(every, days)]:
            yield exchange, "closed", str(day), ""


if __name__ == "__main__":
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("exchange", "kind", "day", "end"), *lines()])
