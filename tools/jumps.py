"""What a large price change was: a bad tick, a split, a change of unit, or real.

Judged from the price before, the usual size of this asset's moves, what its peers did and the prices of the next rows.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tools.domain.market import Array

NOTICE = 0.07
"""Log change below which nothing is looked at."""

Verdict = Literal["shock", "spike", "unit_scaled", "unconfirmed", "split"]

_SPLITS: Final = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)
_UNITS: Final = (100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0)


_MARKET: Final = 0.8
"""Share of the usual move of the others that an asset is taken to share."""

_AT: Final = float(np.log(2.0))
_EVEN: Final = 0.016
"""A fall by half of an asset that moves by so much a day is as often a split as news, before anything else is known."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A large change, in logs: from the last believed price to this one, and the prices of the next rows."""

    before: float
    here: float
    ahead: Array
    calm: float  # usual daily change
    deviation: float  # the same, or that of late when larger
    known: bool  # whether that is more than a guess
    gap: int  # rows since the last believed price
    shared: float  # how far at least half of the other assets went the same way, NaN when there are fewer than two
    earlier: Array  # prices before other shocks a few rows ago

    @property
    def size(self) -> float:
        """Log change since the last believed price."""
        return self.here - self.before

    def beyond(self, deviations: float) -> bool:
        """Whether the change is worth a look and larger than so many usual ones."""
        return bool(abs(self.size) > max(NOTICE, deviations * self.deviation * self.gap**0.5))


def verdict(jump: Jump, can_split: bool) -> tuple[Verdict, float]:
    """What a large change is, and what to multiply with from here on (1 when nothing).

    A reason other than `shock` with factor 1 means: not to be believed.
    """
    size = abs(jump.size)
    factor = _factor(jump) if can_split or size > np.log(50.0) else 1.0
    unit = size > np.log(60.0)
    if not len(jump.ahead):
        if factor != 1.0 and size < np.log(9.0):
            return "split", factor
        if factor != 1.0 or jump.size > np.log(2.5):
            return ("unit_scaled" if unit else "unconfirmed"), 1.0
        return "shock", 1.0
    if _reverts(jump):
        return ("unit_scaled" if size > np.log(8.0) and _near_ten(size) else "spike"), 1.0
    if factor != 1.0:
        return ("unit_scaled" if unit else "split"), factor
    if size > np.log(4.0) and _stranded(jump):
        return "spike", 1.0
    return "shock", 1.0


def _stranded(jump: Jump) -> bool:
    """Whether the next prices agree with each other, but not with this one."""
    level = float(np.median(jump.ahead))
    return bool(abs(level - jump.here) > max(0.25, 6.0 * jump.deviation))


def _reverts(jump: Jump) -> bool:
    """Whether later prices take the jump back and no peer shares it."""
    size = abs(jump.size)
    if 0.2 * size < jump.shared < 0.5 or not jump.beyond(6.5):
        return False
    back, on = np.abs(jump.ahead - jump.before), np.abs(jump.ahead - jump.here)
    found = np.flatnonzero(back <= min(0.2 * size, max(0.08, 4.0 * jump.deviation)))
    if len(found) and (found[0] == 0 or size > np.log(1.9) or on[0] > 0.5 * size):
        return True
    return bool(size > np.log(4.0) and np.median(back) < 0.5 * np.median(on))


def _factor(jump: Jump) -> float:
    """The factor that undoes this jump when a split or a change of unit is the likelier story, else 1."""
    size = abs(jump.size)
    if np.any(np.abs(jump.here - jump.earlier) < 0.5 * size):  # takes an earlier shock back
        return 1.0
    if len(jump.ahead) and np.median(np.abs(jump.ahead - jump.here)) > 0.3 * size:
        return 1.0
    if jump.shared > 0.25 * size and size < np.log(50.0):  # a crash that the others share; False for NaN
        return 1.0
    # A split leaves the day its own return, and most of that is the market's.
    own = size - (_MARKET * jump.shared if np.isfinite(jump.shared) else 0.0)
    k = min((*_SPLITS, *_UNITS), key=lambda k: abs(own - np.log(k)))
    if not _looks_split(k, own - float(np.log(k)), jump):
        return 1.0
    return k if jump.size < 0 else 1.0 / k


def _looks_split(k: float, rest: float, jump: Jump) -> bool:
    """Whether a jump by k, with `rest` left over, is rather a split than a crash; crashes by half happen (Apple, 2000).

    After a split days go on as before it; after a crash they are wild. `rest` is an ordinary day's return for a split
    and could be anything for a crash.
    """
    if k >= 50:
        return abs(rest) < (0.15 if k < 100 else 0.5)
    if not jump.known:
        return abs(rest) < (0.004 if k < 2 else 0.015 if k < 4 else 0.03 if k < 10 else 0.06)
    spread = float(np.hypot(jump.deviation, 0.004))
    # News moves prices with a heavy tail: the wilder an asset, the sooner by this much.
    odds = 4.0 * float(np.log(np.log(k) / _AT)) - 3.0 * float(np.log(spread / _EVEN))
    odds += -0.5 * (rest / spread) ** 2 - float(np.log(spread * np.sqrt(2.0 * np.pi)))
    after = np.abs(np.diff(np.concatenate([[jump.here], jump.ahead])))
    if len(after) >= 3:
        wild = float(np.log(max(after.mean() / (0.8 * jump.calm), 0.1)))
        calm_days, wild_days = (wild + 0.05) / 0.4, (wild - np.log(2.4)) / 0.5
        days = float(0.5 * (wild_days**2 - calm_days**2) + np.log(0.5 / 0.4)) if wild > -0.05 else 1.8
        odds += max(days, -2.5) if k >= 4 else days  # nothing but a split quarters a price or makes it fourfold
    return odds > 0.0


def _near_ten(size: float) -> bool:
    return bool(abs(size / np.log(10.0) - round(size / np.log(10.0))) < 0.1)
