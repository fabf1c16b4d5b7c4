"""Trading days of an exchange, as arrays: what had closed at an instant, and how many sessions a price has missed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.domain.market import Days
from tools.domain.series import Instants


@dataclass(frozen=True, slots=True)
class Sessions:
    """An exchange's trading days, ascending, shape (S,), and when each ends in UTC, shape (S,)."""

    name: str
    days: Days
    ends: Instants

    def closed(self, now: np.datetime64) -> np.datetime64 | None:
        """The newest day whose session has ended, None when none has."""
        count = int(np.searchsorted(self.ends, now, side="right"))
        return np.datetime64(self.days[count - 1]) if count else None

    def missed(self, day: np.datetime64, now: np.datetime64) -> int:
        """How many sessions after `day` have ended: 0 for the close of the newest one."""
        first = int(np.searchsorted(self.days, day, side="right"))
        return max(0, int(np.searchsorted(self.ends, now, side="right")) - first)

    def ended(self, days: Days, now: np.datetime64) -> npt.NDArray[np.bool_]:
        """Whether a close dated on each of these days was known by `now`, shape (T,).

        A day that is no session here counts like the session after it: nothing dated on a holiday is known earlier.
        """
        place = np.searchsorted(self.days, days.astype("datetime64[D]"), side="left")
        ends = np.append(self.ends, np.datetime64("NaT", "s"))[np.minimum(place, len(self.ends))]
        return np.asarray(ends <= now)


def known_cells(days: Days, sessions: tuple[Sessions, ...], now: np.datetime64) -> npt.NDArray[np.bool_]:
    """Which closes of a table were known at an instant, shape (T, n): each asset by the clock of its own exchange.

    At 16:00 in Seoul the row of today holds Seoul's close and not New York's, which opens six hours later.

    Args:
        days: Date of each row, shape (T,).
        sessions: The exchange of each asset, length n.
        now: The instant, UTC.
    """
    found = {s.name: s.ended(days, now) for s in sessions}
    return np.column_stack([found[s.name] for s in sessions]) if sessions else np.ones((len(days), 0), dtype=np.bool_)
