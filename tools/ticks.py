"""The gate for prices: what is impossible becomes missing with a reason, what is real stays, however large.

A row is judged on the prices up to it and those of at most five later rows. A jump that the next price takes back, and
that no peer shares, was a bad tick; one that stays was real. A jump by a round factor that stays, with calm days after
it, is a split or a change of unit: later prices are brought back to the scale before it, so that no return sees it.
The screening is vectorised; only jumps, which are rare, are looked at one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.onecolumn import AHEAD, CODE, REASONS, Column, Reason

__all__ = ["AHEAD", "REASONS", "Cleaned", "Reason", "clean", "taken_out"]

_REFUSED = [CODE[name] for name in ("sign", "spike", "unit_scaled", "unconfirmed", "stale")]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """values: shape (T, n), NaN where nothing is to be believed; codes: index into REASONS, shape (T, n), int8.

    factors: by what each given price was multiplied to stand on the scale of the first one, shape (T, n), mostly 1.
    judged: rows whose outcome may rest on later ones, shape (T,).
    """

    values: Array
    codes: npt.NDArray[np.int8]
    factors: Array
    judged: npt.NDArray[np.bool_]

    def reason(self, row: int, column: int) -> Reason:
        """Why this value is not as it came; empty when it is."""
        return REASONS[int(self.codes[row, column])]

    def settled(self, count: int) -> bool:
        """Whether the first `count` rows alone would have given the same for each of them."""
        return not self.judged[max(0, count - AHEAD) : count].any()


def clean(
    prices: Array,
    *,
    signed: Sequence[bool] = (),
    splits: Sequence[bool] = (),
    confirmed: npt.NDArray[np.bool_] | None = None,
    announced: Array | None = None,
) -> Cleaned:
    """Prices with the impossible ones taken out and splits undone. Row t never depends on a row after t + 5.

    Args:
        prices: One price per row and asset in time order, shape (T, n); NaN where there was none.
        signed: Assets that can be worth less than nothing (commodities); none by default.
        splits: Assets that can split (shares, funds); all by default.
        confirmed: Prices that a second source gives too, shape (T, n): however odd, they happened.
        announced: New units per old where the source told of a split that day, shape (T, n); NaN or 1 elsewhere.
    """
    count, width = prices.shape
    values, codes = prices.astype(np.float64), np.zeros((count, width), dtype=np.int8)
    codes[np.isnan(prices)] = CODE["missing"]
    codes[np.isinf(prices)] = CODE["not_finite"]
    codes[prices == 0] = CODE["zero"]
    below = np.isfinite(prices) & (prices < 0)
    codes[below & ~np.array(signed or [False] * width)] = CODE["negative"]
    values[codes > 0] = np.nan
    factors = np.ones((count, width))
    known = np.where(values > 0, values, np.nan)
    judged = np.zeros(count, dtype=np.bool_)
    for k, can_split in enumerate(splits or [True] * width):
        told: dict[int, float] = {}
        if announced is not None:
            rows = np.flatnonzero(np.isfinite(announced[:, k]) & (announced[:, k] > 0) & (announced[:, k] != 1))
            told = {int(t): float(announced[t, k]) for t in rows}
        # Who tells of an asset's splits would have told of this one.
        column = Column(values, codes, factors, known, k, can_split and not told)
        column.told = told
        column.confirmed = frozenset() if confirmed is None else frozenset(np.flatnonzero(confirmed[:, k]).tolist())
        column.walk()
        judged[column.judged] = True
    return Cleaned(values, codes, factors, judged)


def taken_out(codes: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Where a price was there but is not believed, or stands in another unit than the first ones; same shape."""
    return np.asarray(np.isin(codes, _REFUSED))
