"""When a trade settles: the day on which units and money change hands."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from knowledge.exchanges import ZONES, exchange_of, sessions
from tools.domain.market import Asset

_LAG: Final = {"XKRX": 2, "XNYS": 1}
"""Trading days after the trade: Seoul two; New York one since 28 May 2024 (SEC rule 15c6-1), two before."""

_NEW_YORK_FASTER: Final = date(2024, 5, 28)


def settles(asset: Asset, at: datetime) -> date:
    """The settlement day of a trade made at an instant; coins and money settle at once.

    A trade outside trading days counts as one of the next session. Other exchanges are taken to need two days.
    """
    exchange = exchange_of(asset)
    if asset.asset_class in ("crypto", "cash"):
        return at.astimezone(UTC).date()
    day = at.astimezone(ZoneInfo(ZONES.get(exchange, "UTC"))).date()
    days = sessions(exchange, at).days
    first = int(np.searchsorted(days, np.datetime64(day)))
    lag = 2 if exchange == "XNYS" and day < _NEW_YORK_FASTER else _LAG.get(exchange, 2)
    found: date = days[min(first + lag, len(days) - 1)].astype("datetime64[D]").item()
    return found
