"""History as decisions: what was seen on each of them, what was believed in, and what prices did until the next."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tools.domain.market import Array, Days
from tools.errors import DataMissing
from tools.policy.state import Rows, State, observe

EVERY = 5
"""Market days between two decisions."""

LENGTH = 52
"""Decisions in a training episode."""

_YEAR = 252


@dataclass(frozen=True, slots=True)
class Panel:
    """History as decisions: days (R,), state, base and moves (R, n) (the last move is not known: ones), periods a year.

    base: weights believed in, zero where an asset had no price. state: features on each decision day.
    """

    days: Days
    state: State
    base: Array
    moves: Array
    periods: float

    def rows(self, part: slice) -> "Panel":
        """The same for some of the decisions."""
        return Panel(self.days[part], self.state.rows(part), self.base[part], self.moves[part], self.periods)


def panel(days: Days, closes: Array, base: Array, *, more: Mapping[str, Array] | None = None, behind: int = 1) -> Panel:
    """Decisions every week from a year of prices on, the last of them on the newest day.

    Args:
        days: Shape (T,). closes: in one currency, gaps carried on, NaN before the first, shape (T, n).
        base: Weights believed in, shape (n,); shared among what has a price.
        more: Further series for `observe`, shape (T,) each.
        behind: Days between what is seen and the close that is traded at. 1 for learning from the past, where a close
            cannot be known before it; 0 for acting now, on the newest close, at prices that are still to come.
    Raises:
        DataMissing: Less than two years of prices.
    """
    rows = decisions(len(days))
    known = np.isfinite(closes[rows])
    mine = np.where(known, base, 0.0)
    total = mine.sum(axis=1, keepdims=True)
    if not (total > 0).all():
        raise DataMissing("no_prices")
    with np.errstate(invalid="ignore"):
        moves = closes[rows[1:]] / closes[rows[:-1]]
    moves = np.vstack([np.where(np.isfinite(moves), moves, 1.0), np.ones(closes.shape[1])])
    span = float((days[rows[-1]] - days[rows[0]]).astype("timedelta64[D]").astype(np.int64)) / 365.25
    return Panel(days[rows], observe(closes, rows - behind, more=more), mine / total, moves, (len(rows) - 1) / span)


def decisions(count: int) -> Rows:
    """Days of the decisions in a history of `count` days. Raises DataMissing with less than two years of them."""
    rows = np.arange(count - 1, _YEAR - 1, -EVERY)[::-1]
    if len(rows) < 2 * LENGTH:
        raise DataMissing("short_history")
    return rows
