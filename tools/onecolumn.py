"""One asset's prices, judged in time order: what is frozen, what jumped and why, what has lost its sign."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.jumps import NOTICE, Jump, verdict

Reason = Literal[
    "", "missing", "not_finite", "zero", "negative", "sign", "spike", "unit_scaled", "unconfirmed", "stale", "split",
    "shock",
]  # fmt: skip
REASONS: Final[tuple[Reason, ...]] = (
    "", "missing", "not_finite", "zero", "negative", "sign", "spike", "unit_scaled", "unconfirmed", "stale", "split",
    "shock",
)  # fmt: skip
"""Reason codes by number. `split` and `unit_scaled` on a finite value: it was rescaled; `shock`: large, and kept."""

CODE: Final[Mapping[Reason, int]] = {name: number for number, name in enumerate(REASONS)}
"""The number of each reason."""

AHEAD: Final = 5
"""Later rows that may confirm or refute a price."""

_HISTORY = 100  # changes that tell how much this asset usually moves
_ENOUGH = 15  # fewer changes than these say nothing
_USUAL = 0.02  # daily deviation of an asset without history
_UNIT = float(np.log(40.0))  # a log factor beyond this is a change of unit, not a split that could be taken back
_FROZEN = 6  # unchanged closes in a row of an asset that otherwise moves
_RESCALED = [0, CODE["split"], CODE["unit_scaled"]]


class Column:
    """The state of that judging; writes into the arrays it is given."""

    def __init__(
        self, values: Array, codes: npt.NDArray[np.int8], factors: Array, known: Array, k: int, can_split: bool
    ) -> None:
        self.values, self.codes, self.factors = values[:, k], codes[:, k], factors[:, k]
        self.given = self.values.copy()
        self.known, self.k, self.can_split = known, k, can_split
        self.rows = np.flatnonzero(np.isfinite(known[:, k]))
        self.x = np.log(known[self.rows, k])
        self.steps = np.diff(self.x)
        self.confirmed: frozenset[int] = frozenset()  # rows that a second source bears out
        self.told: dict[int, float] = {}  # rows of announced splits: new units per old
        self.judged: list[int] = []  # rows whose outcome may rest on later ones
        self.shocks: list[tuple[int, float]] = []  # row of each, and the log price before it

    def walk(self) -> None:
        """Judge every large change, and after a price that was taken out also the next one, however small its own."""
        if len(self.rows) == 0:
            return
        self._frozen()
        believed = self._start()
        large = iter((np.flatnonzero(np.abs(self.steps[believed:]) > NOTICE) + believed + 1).tolist())
        i = next(large, None)
        after_bad = False
        while i is not None and i < len(self.x):
            believed = believed if after_bad else i - 1
            after_bad = not self._judge(i, believed)
            if after_bad:
                self._bridge(i, believed)
            i = i + 1 if after_bad else next((j for j in large if j > i), None)
        self._signs()

    def _judge(self, i: int, believed: int) -> bool:
        """Whether the price at position i is believed, after writing down what it is."""
        size = abs(self.x[i] - self.x[believed])
        if size <= NOTICE or self._one_tick(i, believed):
            return True
        row, before = int(self.rows[i]), self.x[believed]
        ratio = self._announced(int(self.rows[believed]), row)
        if ratio != 1.0 and abs(self.x[i] - before + np.log(ratio)) < 0.5 * abs(np.log(ratio)):
            self._rescale(i, ratio, CODE["split"])
            self.codes[row] = CODE["split"]
            return True
        scale = float(np.log(self.factors[row]))
        levels = np.array([before, *self._earlier(row)])
        if abs(scale) > _UNIT and np.any(np.abs(self.x[i] - scale - levels) < abs(scale) / 10.0):
            self._rescale(i, 1.0 / float(self.factors[row]), CODE["unit_scaled"])  # back in the unit it had at first
            self.judged.append(row)
            return True
        jump = self._jump(i, believed)
        if not jump.beyond(5.0):
            return True
        self.judged.append(row)
        reason: Reason = "shock"
        factor = 1.0
        if row not in self.confirmed:
            reason, factor = verdict(jump, self.can_split)
        self.codes[row] = CODE[reason]
        if factor != 1.0:
            self._rescale(i, factor, CODE[reason])
        elif reason != "shock":
            self.values[row] = np.nan
            return False
        else:
            self.shocks.append((row, before))
        return True

    def _announced(self, after: int, row: int) -> float:
        """New units per old by the splits that were announced in (after, row]."""
        return float(np.prod([ratio for at, ratio in self.told.items() if after < at <= row]))

    def _bridge(self, i: int, believed: int) -> None:
        """Leave a price that was taken out at position i out of the usual changes too."""
        self.steps[i - 1] = np.nan
        if i < len(self.steps):
            self.steps[i] = self.x[i + 1] - self.x[believed]

    def _one_tick(self, i: int, believed: int) -> bool:
        """A share worth a few ticks moves by large fractions without meaning anything."""
        past = self.x[max(0, believed - _HISTORY) : believed + 1]
        moves = np.abs(np.diff(np.exp(past)))
        moves = moves[moves > 1e-9 * np.exp(past[-1])]
        size = abs(np.exp(self.x[i]) - np.exp(self.x[believed]))
        return bool(len(moves) > 2 and size < 1.5 * np.median(moves))

    def _jump(self, i: int, believed: int) -> Jump:
        rows, row = self.rows, int(self.rows[i])
        past = np.abs(self.steps[max(0, believed - _HISTORY) : believed])
        past = past[np.isfinite(past)]
        known = len(past) >= _ENOUGH
        calm, recent = _usual(past) if known else (_USUAL, _USUAL)
        last = int(np.searchsorted(rows, row + AHEAD, side="right"))
        gap = int(min(row - rows[believed], 2 * AHEAD))
        return Jump(
            before=self.x[believed],
            here=self.x[i],
            ahead=self.x[i + 1 : last],
            calm=calm,
            deviation=max(calm, recent),
            known=known,
            gap=gap,
            shared=self._shared(int(rows[believed]), row, self.x[i] > self.x[believed]),
            earlier=self._earlier(row),
        )

    def _earlier(self, row: int) -> Array:
        return np.array([level for at, level in self.shocks[-AHEAD:] if row - at <= AHEAD])

    def _shared(self, before: int, row: int, up: bool) -> float:
        """How far at least half of the other assets went the same way between two rows (log change, below 0 = against).

        NaN when fewer than two have both prices.
        """
        moves = np.log(self.known[row] / self.known[before])
        moves[self.k] = np.nan
        moves = np.sort(moves[np.isfinite(moves)] * (1.0 if up else -1.0))
        return float(moves[(len(moves) - 1) // 2]) if len(moves) >= 2 else float("nan")

    def _rescale(self, i: int, factor: float, code: int) -> None:
        """From position i on, prices stand on another scale; on the first one again they are exactly as they came."""
        row = int(self.rows[i])
        self.x[i:] += np.log(factor)
        self.steps[i - 1] = self.x[i] - self.x[i - 1]
        scale = float(self.factors[row]) * factor
        scale = 1.0 if abs(scale - 1.0) < 1e-9 else scale
        self.factors[row:] = scale
        live = np.isfinite(self.values[row:])
        self.values[row:][live] = (self.given[row:] * scale)[live]
        tail = self.codes[row:]
        tail[np.isin(tail, _RESCALED)] = 0 if scale == 1.0 else code

    def _start(self) -> int:
        """Position of the first price that those after it bear out; the ones before are taken out."""
        for i in range(min(AHEAD, len(self.x) - 1)):
            last = int(np.searchsorted(self.rows, self.rows[i] + AHEAD, side="right"))
            window = self.x[i + 1 : last]
            bound = 1.8 if len(window) == AHEAD else 4.0
            if len(window) < 3 or abs(self.x[i] - np.median(window)) < np.log(bound):
                return i
            self._refuse(int(self.rows[i]), "spike")
        return min(AHEAD, len(self.x) - 1)

    def _frozen(self) -> None:
        """Take out what only repeats the last close, in an asset whose closes otherwise move."""
        same = self.steps == 0
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]])))
        for first, last in edges.reshape(-1, 2).tolist():
            past = same[max(0, first - _HISTORY) : first]
            if last - first >= _FROZEN and len(past) >= _ENOUGH and past.mean() < 0.1:
                for row in self.rows[first + 1 : last + 1].tolist():
                    if row not in self.confirmed:
                        self._refuse(row, "stale")

    def _signs(self) -> None:
        """A price below nothing of about the size of the ones around it has lost its sign."""
        for row in np.flatnonzero(self.values < 0).tolist():
            i = int(np.searchsorted(self.rows, row))
            around = self.x[max(0, i - 1) : i + 1]
            if len(around) == 2 and np.all(np.abs(np.log(-self.values[row]) - around) < 0.15):
                self._refuse(row, "sign")

    def _refuse(self, row: int, reason: Reason) -> None:
        self.values[row], self.codes[row] = np.nan, CODE[reason]
        self.judged.append(row)


def _usual(past: Array) -> tuple[float, float]:
    """Daily deviation from the sizes of past changes: of all of them, and of late (a shock raises it for ten days)."""
    size = np.sort(past)
    # Two quantiles, each over that of a standard normal variable: robust, and not blind to fat tails.
    calm = max(float(size[int(0.75 * len(size))]) / 1.15, float(size[int(0.9 * len(size))]) / 1.645, 0.005)
    return calm, float(np.minimum(past[-10:], 0.15).mean()) / 0.8
