"""Alerts the investor asked for: what they measure today and on the market day before."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from agent.measures import followed
from agent.work import Work
from tools.domain.decision import Alert
from tools.domain.investor import SetAlert
from tools.domain.market import Market
from tools.errors import DataMissing
from tools.signals import YEAR, ewma_vol
from tools.state import Stated


def own_alerts(work: Work, market: Market) -> Iterator[Alert]:
    """Alerts the investor asked for that hold today and did not the market day before, or were only just asked for."""
    for stated in work.state.wishes(SetAlert):
        wish = stated.statement.wish
        assert isinstance(wish, SetAlert)
        try:
            before, now = _measured(work, market, stated, wish)
        except DataMissing:
            continue  # nothing carries its target, or it has no prices: it cannot hold today
        fresh = stated.at.date() > day_of(market.days[-2])
        if _holds(wish, now) and (fresh or not _holds(wish, before)):
            yield Alert(
                id="new", code=f"own_{wish.metric}", day=day_of(market.days[-1]), value=now, level=wish.value,
                target=wish.target, statement=stated.statement.id,
            )  # fmt: skip


def _holds(wish: SetAlert, value: float) -> bool:
    return value < wish.value if wish.op == "below" else value >= wish.value


def _measured(work: Work, market: Market, stated: Stated, wish: SetAlert) -> tuple[float, float]:
    """The figure on the market day before and today, in the unit of the alert; losses and gains are positive.

    Loss and gain count from the day the alert was asked for.
    """
    if wish.metric == "price":
        return _prices(market, wish, work)
    if wish.metric == "weight":
        return _weights(work, market, wish)
    _, track = followed(work, "all", wish.target)
    if len(track.values) < 3:
        raise DataMissing("short_history")
    if wish.metric == "volatility":
        moves = np.diff(np.log(track.values))
        vol = ewma_vol(moves, decay=0.97, start=float((moves[:20] ** 2).mean())) * YEAR**0.5
        return float(vol[-2]), float(vol[-1])
    since = min(int(np.searchsorted(track.days, np.datetime64(stated.at.date()))), len(track.days) - 1)
    change = track.values[-2:] / track.values[since] - 1.0
    sign = -1.0 if wish.metric == "loss" else 1.0
    return float(sign * change[0]), float(sign * change[1])


def _prices(market: Market, wish: SetAlert, work: Work) -> tuple[float, float]:
    members = market.universe.members(wish.target or "")
    if not members:
        raise DataMissing("nothing_carries", wish.target or "")
    place = market.universe.ids.index(members[0])
    own = market.closes[:, place]
    if wish.currency is not None and wish.currency != market.universe.assets[place].currency:
        own = market.closes_in(wish.currency)[:, place]
    known = own[np.isfinite(own)]
    if len(known) < 2:
        raise DataMissing("short_history")
    return float(known[-2]), float(known[-1])


def _weights(work: Work, market: Market, wish: SetAlert) -> tuple[float, float]:
    members = market.universe.members(wish.target or "")
    units = np.array([float(work.state.book.units(a)) for a in market.universe.ids])
    inside = np.array([a in members for a in market.universe.ids])
    values = np.nan_to_num(market.closes_in(work.currency)[-2:]) * units
    total = values.sum(axis=1)
    if not members or not (total > 0).all():
        raise DataMissing("nothing_carries", wish.target or "")
    before, now = values[:, inside].sum(axis=1) / total
    return float(before), float(now)


def day_of(day: np.datetime64) -> date:
    """A market day as a date."""
    return date.fromisoformat(str(day.astype("datetime64[D]")))
