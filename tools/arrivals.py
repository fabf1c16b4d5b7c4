"""One tick as it arrives: is it a number, do its bid and ask belong together, is its time possible?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

_SKEW: Final = timedelta(minutes=1)
"""How far the clock of a source may be ahead of ours."""


def number(raw: object) -> tuple[float, str]:
    """A price as it came from a source, as a float, and what is wrong with it: missing, text or not_finite."""
    if raw is None:
        return float("nan"), "missing"
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return float("nan"), "text"
    value = float(raw) if abs(raw) < 1e300 else float("nan")
    return value, "" if np.isfinite(value) else "not_finite"


def quote(bid: object, ask: object) -> str:
    """What is wrong with a bid and an ask (missing, text, not_finite, zero, negative, crossed, wide), else nothing."""
    prices = [number(bid), number(ask)]
    for price, wrong in prices:
        if wrong or price <= 0:
            return wrong or ("zero" if price == 0 else "negative")
    (low, _), (high, _) = prices
    if low > high:
        return "crossed"
    return "wide" if high > 1.5 * low else ""


def timing(times: Sequence[datetime], now: datetime, *, max_age: timedelta) -> list[str]:
    """What is wrong with the instants of ticks, in the order they came: future, duplicate, out_of_order, stale.

    A tick from the past is stale only when it is the newest one: history is allowed to be old.
    """
    found, newest = [], None
    for at in times:
        if at > now + _SKEW:
            found.append("future")
            continue
        found.append("" if newest is None or at > newest else "duplicate" if at == newest else "out_of_order")
        newest = at if newest is None else max(newest, at)
    if newest is not None and now - newest > max_age:
        last = max(i for i, at in enumerate(times) if at == newest and found[i] == "")
        found[last] = "stale"
    return found
