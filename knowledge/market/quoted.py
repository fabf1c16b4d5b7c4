"""Bids and asks: the newest whose middle fits the prices before it, instead of an older close."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from knowledge.market.csvs import Row
from tools.arrivals import quote
from tools.domain.market import Array, Quote
from tools.errors import BadInput
from tools.ticks import clean

_HISTORY = 120  # closes that tell how much an asset usually moves
_MOST = 20  # newest bids and asks that are looked at


def newest_quotes(
    found: Mapping[str, Quote], spreads: Sequence[tuple[datetime, Row]], closes: Mapping[str, Array]
) -> tuple[dict[str, Quote], list[str]]:
    """Quotes with later bids and asks in place of closes, and what was refused (`quote_rejected:ID`).

    A middle is a tick like any other: it passes the gate after the closes before it, so that one of a hundred times the
    last price is no price, and one that the next confirms is.

    Args:
        found: The newest close of each asset that has one.
        spreads: Rows with asset, bid and ask, and their instants, in time order.
        closes: Cleaned closes by asset, shape (T,).
    """
    quotes, rejected = dict(found), dict[str, None]()
    later: dict[str, list[Quote]] = {}
    for at, row in spreads:
        name = row.text("asset")
        if name in found and at < found[name].at:
            continue  # a close came after it
        try:
            bid, ask = row.optional("bid"), row.optional("ask")
        except BadInput:  # text is no price
            rejected[name] = None
            continue
        if bid is None or ask is None or quote(float(bid), float(ask)):
            rejected[name] = None
        else:
            rejected.pop(name, None)
            later.setdefault(name, []).append(Quote(price=(bid + ask) / 2, at=at))
    for name, ticks in later.items():
        believed = _believed(closes[name], ticks[-_MOST:])
        if believed is None or believed is not ticks[-1]:
            rejected[name] = None
        if believed is not None:
            quotes[name] = believed
    return quotes, [f"quote_rejected:{name}" for name in rejected]


def _believed(closes: Array, ticks: Sequence[Quote]) -> Quote | None:
    """The newest tick that passes the gate after these closes, None when none does."""
    past = closes[np.isfinite(closes)][-_HISTORY:]
    if not len(past):
        return ticks[-1]
    line = np.concatenate([past, [float(t.price) for t in ticks]])
    gate = clean(line.reshape(-1, 1))
    kept = np.flatnonzero(np.isfinite(gate.values[len(past) :, 0]) & (gate.values[len(past) :, 0] == line[len(past) :]))
    return ticks[int(kept[-1])] if len(kept) else None
