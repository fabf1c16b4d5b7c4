"""A macro or on-chain figure over time, as it was known: causal by construction, so tools may look at all of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array, Days

Instants = npt.NDArray[np.datetime64]
"""Instants in UTC, datetime64[s]."""


@dataclass(frozen=True, slots=True)
class Series:
    """What the newest print of one figure said, from which instant on.

    known: when each value became known, strictly ascending, shape (T,). values: shape (T,), finite; rates and changes
    are fractions. about: the day or the first day of the period each value describes, never descending, shape (T,).
    A revision of the newest period is a row of its own; one of an older period changes nothing that was acted on.
    """

    name: str
    known: Instants
    values: Array
    about: Days
    simulated: bool = False

    def at(self, times: Instants) -> Array:
        """The value known at each instant, in the shape of `times`; NaN before the first."""
        place = np.searchsorted(self.known, np.asarray(times, dtype="datetime64[s]"), side="right")
        return np.asarray(np.append(np.nan, self.values)[place])

    def until(self, now: np.datetime64) -> "Series":
        """The same series as it was known at an instant."""
        count = int(np.searchsorted(self.known, now, side="right"))
        return Series(self.name, self.known[:count], self.values[:count], self.about[:count], self.simulated)


def as_known(name: str, known: Instants, about: Days, values: Array, *, simulated: bool = False) -> Series:
    """A series from prints in any order, revisions included; rows that are not finite are left out.

    Args:
        name: What it is, for example `RF_USD` or `BTC.CapMVRVCur`.
        known: When each print became known, shape (N,).
        about: What it describes, shape (N,).
        values: What it said, shape (N,).
        simulated: Whether it was made up.
    """
    finite = np.isfinite(values)
    known, about = known.astype("datetime64[s]")[finite], about.astype("datetime64[D]")[finite]
    values = values[finite].astype(np.float64)
    order = np.lexsort((about, known))
    known, about, values = known[order], about[order], values[order]
    if len(about):
        newest = about >= np.maximum.accumulate(about)  # a late word on an older period is not the newest print
        known, about, values = known[newest], about[newest], values[newest]
        last = np.append(known[1:] != known[:-1], True)
        known, about, values = known[last], about[last], values[last]
    return Series(name, known, values, about, simulated)
