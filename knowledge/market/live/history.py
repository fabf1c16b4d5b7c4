"""Stored closes as they were known at an instant: one table of days and assets, cleaned, confirmed, dividends put back.

A close counts from the end of its session, and once it had been seen here; from before the first day of the store
there is only what the sources tell of the past, and it says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from knowledge.exchanges import exchange_of, instant, sessions
from knowledge.market.live.listed import Listed, Source
from knowledge.market.live.store import LiveStore, time_of
from tools.domain.market import Array, Days
from tools.domain.sessions import known_cells
from tools.ticks import Cleaned, clean, taken_out

CONFIRMS = 0.03
"""Two sources that differ by less than this fraction tell the same price."""

_CAN_SPLIT = frozenset({"equity", "bond", "real_estate", "commodity"})  # commodities are held as funds here


@dataclass(frozen=True, slots=True)
class Closes:
    """Adjusted closes, shape (T, n), and the newest believed close of each asset as it is paid, by column.

    notes: what was refused or assumed, as codes.
    """

    days: Days
    values: Array
    newest: Mapping[int, tuple[np.datetime64, float]]
    notes: tuple[str, ...]


class Versions:
    """Every close of one symbol with when it was seen, in arrays: days, closes, instants; versions in order of time."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        self._days = np.array([r[0] for r in rows], dtype="datetime64[D]")
        self._closes = np.array([float(r[1]) for r in rows])
        self._seen = np.array([r[2][:26] for r in rows], dtype="datetime64[us]")

    def at(self, now: np.datetime64 | None) -> tuple[Days, Array]:
        """Days and closes as known at an instant; `None` gives the first version of every day."""
        if not len(self._days):
            return self._days, self._closes
        keep = np.ones(len(self._days), dtype=np.bool_) if now is None else self._seen <= now
        days, closes = self._days[keep], self._closes[keep]
        order = days if now is None else days[::-1]
        unique, place = np.unique(order, return_index=True)
        return unique, closes[place] if now is None else closes[::-1][place]


class LiveHistory:
    """Reads the store once for each change of it."""

    def __init__(self, store: LiveStore, listing: Listed) -> None:
        self._store, self._listing = store, listing
        self._version = -1
        self._first: datetime | None = None  # when anything was first seen
        self._newest: datetime | None = None  # when anything was last seen
        self._kept: tuple[object, Closes | None] | None = None
        self._bars: dict[Source, Versions] = {}
        self._actions: dict[Source, list[tuple[np.datetime64, str, float, np.datetime64]]] = {}

    def read(self) -> None:
        """Look at the store again where it has changed."""
        version = self._store.version()
        if version == self._version:
            return
        rows: dict[Source, list[tuple[str, str, str]]] = {}
        for provider, symbol, day, close, seen in self._store.closes():
            rows.setdefault(Source(provider, symbol), []).append((day, close, seen))
        self._bars = {source: Versions(found) for source, found in rows.items()}
        seen_at = [row[2] for found in rows.values() for row in found]
        self._first, self._newest = (time_of(f(seen_at)) if seen_at else None for f in (min, max))
        self._actions = {}
        for provider, symbol, day, kind, value, seen in self._store.actions():
            action = (np.datetime64(day, "D"), kind, float(value), np.datetime64(seen[:26], "us"))
            self._actions.setdefault(Source(provider, symbol), []).append(action)
        self._version = version

    def line(self, source: Source, now: datetime) -> tuple[Days, Array]:
        """Days and closes of one symbol as known at an instant, whatever its exchange."""
        self.read()
        found = self._bars.get(source)
        days, closes = found.at(self._as_of(now)) if found else (np.array([], dtype="datetime64[D]"), np.array([]))
        past = days < np.datetime64(now.astimezone(UTC).date())
        return days[past], closes[past]

    def backfilled(self, now: datetime) -> bool:
        """Whether an instant lies before anything was seen here."""
        self.read()
        return self._first is not None and now < self._first

    def table(self, now: datetime) -> Closes | None:
        """All assets together; None when nothing is known. Worked out once until another session ends."""
        self.read()
        exchanges = sorted({exchange_of(a) for a in self._listing.universe.assets})
        ended = tuple(str(sessions(name, now).closed(instant(now))) for name in exchanges)
        if self._newest is None or now < self._newest:
            return self._worked_out(now)  # the past, as it was known then
        if self._kept is None or self._kept[0] != (self._version, ended):
            self._kept = ((self._version, ended), self._worked_out(now))
        return self._kept[1]

    def _worked_out(self, now: datetime) -> Closes | None:
        assets = self._listing.universe.assets
        lines = [self._lines(a.id, now) for a in assets]
        every = [days for found in lines for days, _ in found if len(days)]
        if not every:
            return None
        days = np.unique(np.concatenate(every))
        calendars = tuple(sessions(exchange_of(a), now) for a in assets)
        open_yet = ~known_cells(days, calendars, instant(now))
        given = np.full((len(days), len(assets)), np.nan)
        second = np.full_like(given, np.nan)
        for k, found in enumerate(lines):
            for target, (on, closes) in zip((given, second), found, strict=False):
                target[np.searchsorted(days, on), k] = closes
        given[open_yet], second[open_yet] = np.nan, np.nan
        given, confirmed, notes = _agreed(given, second, self._listing.universe.ids)
        kept = np.isfinite(given).any(axis=1)
        days, given, confirmed = days[kept], given[kept], confirmed[kept]
        gate = clean(
            given,
            splits=[a.asset_class in _CAN_SPLIT for a in assets],
            confirmed=confirmed,
            announced=self._splits(days, now),
        )
        return self._adjusted(days, given, gate, now, notes)

    def _as_of(self, now: datetime) -> np.datetime64 | None:
        return None if self.backfilled(now) else instant(now)

    def _lines(self, asset: str, now: datetime) -> list[tuple[Days, Array]]:
        moment = self._as_of(now)
        chosen = self._listing.prices.get(asset, ())
        return [self._bars[s].at(moment) if s in self._bars else _NOTHING for s in chosen[:2]]

    def _told(self, asset: str, kind: str, now: datetime) -> dict[np.datetime64, float]:
        """Splits or dividends of an asset's first source, as known at an instant."""
        chosen, moment = self._listing.prices.get(asset, ()), self._as_of(now)
        found = self._actions.get(chosen[0], []) if chosen else []
        return {day: value for day, k, value, seen in found if k == kind and (moment is None or seen <= moment)}

    def _splits(self, days: Days, now: datetime) -> Array:
        """New units per old on the first day at or after each announced split, shape (T, n), else NaN."""
        out = np.full((len(days), len(self._listing.universe.assets)), np.nan)
        for k, asset in enumerate(self._listing.universe.assets):
            for day, ratio in self._told(asset.id, "split", now).items():
                row = int(np.searchsorted(days, day))
                if row < len(days):
                    out[row, k] = ratio
        return out

    def _adjusted(self, days: Days, given: Array, gate: Cleaned, now: datetime, notes: list[str]) -> Closes:
        """Closes on the newest scale, dividends put back into those before them; and what is paid today."""
        values, out = gate.values.copy(), taken_out(gate.codes)
        newest: dict[int, tuple[np.datetime64, float]] = {}
        for k, asset in enumerate(self._listing.universe.assets):
            if asset.asset_class == "cash":
                values[:, k] = 1.0
                continue
            known = np.flatnonzero(np.isfinite(values[:, k]) & ~out[:, k])
            if out[(known[-1] + 1 if len(known) else 0) :, k].any():
                notes.append(f"quote_rejected:{asset.id}")
            if not len(known):
                values[:, k] = np.nan
                continue
            last = int(known[-1])
            newest[k] = (days[last], float(given[last, k]))
            scale = gate.factors[:, k] / gate.factors[last, k]
            if (scale[known] != 1.0).any():
                notes.append(f"split_assumed:{asset.id}")
            line = np.where(np.isfinite(values[:, k]) & ~out[:, k], given[:, k] * scale, np.nan)
            values[:, k] = _with_dividends(days, line, self._told(asset.id, "dividend", now))
        values.flags.writeable = False
        return Closes(days, values, newest, tuple(notes))


_NOTHING: tuple[Days, Array] = (np.array([], dtype="datetime64[D]"), np.array([], dtype=np.float64))


def _agreed(first: Array, second: Array, ids: Sequence[str]) -> tuple[Array, npt.NDArray[np.bool_], list[str]]:
    """One price from two sources, where both agree (confirmed), and which newest prices they do not agree on.

    Where they differ, the one nearer to the last price both told is taken; the gate judges it like any other.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.abs(second / first - 1.0)
    confirmed, out, notes = np.asarray(apart <= CONFIRMS), first.copy(), []
    for k in np.flatnonzero((apart > CONFIRMS).any(axis=0)).tolist():
        for row in np.flatnonzero(apart[:, k] > CONFIRMS).tolist():
            before = np.flatnonzero(confirmed[:row, k])
            if len(before):
                level = out[before[-1], k]
                pair = (first[row, k], second[row, k])
                out[row, k] = min(pair, key=lambda p: abs(np.log(p / level)) if p > 0 else np.inf)
            if row == int(np.flatnonzero(np.isfinite(first[:, k]))[-1]):
                notes.append(f"sources_differ:{ids[k]}")
    return out, confirmed, notes


def _with_dividends(days: Days, line: Array, paid: Mapping[np.datetime64, float]) -> Array:
    """Prices before each dividend made smaller by its share of the price, so that returns include it, shape (T,)."""
    out = line.copy()
    for day, value in paid.items():
        row = int(np.searchsorted(days, day))
        before = np.flatnonzero(np.isfinite(line[:row]))
        if len(before) and row < len(days) and 0 < value < 0.5 * line[before[-1]]:
            out[:row] *= 1.0 - value / line[before[-1]]
    return out
