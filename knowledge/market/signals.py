"""Macro and on-chain figures of a `files:` folder, as they were known.

`macro.csv` says when each figure became available, `chain.csv` the first day it was known. Files as others publish
them may lie in `macro/` (date, series, value, or date and one column per series) and `onchain/` (date and one column
per metric, the asset in the file's name): their dates are what the figures describe, so they count later (`known_by`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.market.catalogue import figures, known_by, spacing
from knowledge.market.csvs import Row, absent, decimal_of, table
from tools.domain.series import Series, as_known

_Print = tuple[datetime, float]  # when known or what about, and the value
_DATES = ("date", "time", "day")


class NoSignals:
    """No source of figures is connected."""

    simulated = False

    def at(self, now: datetime) -> Mapping[str, Series]:
        """Nothing."""
        return {}


class FilesSignals:
    """Figures of a `files:` folder, read once, when first asked for. What cannot be read is counted in `refused`."""

    simulated = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.refused: Counter[str] = Counter()

    def at(self, now: datetime) -> Mapping[str, Series]:
        """Every series by name as known at `now`; one of which nothing was known yet is left out.

        Raises:
            BadInput: A file cannot be read; the name says where.
        """
        moment = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s")
        found = {name: series.until(moment) for name, series in self._all.items()}
        return {name: series for name, series in found.items() if len(series.values)}

    @cached_property
    def _all(self) -> dict[str, Series]:
        dated: dict[str, list[_Print]] = {}
        for row in table(self._folder, "macro.csv", ("available_at", "series", "value"))[1]:
            self._take(dated, row.text("series"), row, "available_at", "value")
        for row in table(self._folder, "chain.csv", ("date", "asset", "metric", "value"))[1]:
            self._take(dated, f"{row.text('asset')}.{row.text('metric')}", row, "date", "value")
        found = {name: _series(name, prints, described=False) for name, prints in dated.items()}
        described = {name: _series(name, prints, described=True) for name, prints in self._described().items()}
        return described | found

    def _described(self) -> dict[str, list[_Print]]:
        """Prints of `macro/` and `onchain/` by what they describe."""
        found: dict[str, list[_Print]] = {}
        for place in _tables(self._folder / "macro"):
            header, body = table(place.parent, place.name, ())
            day, long = _day_column(header), {"series", "value"} <= set(header)
            for row in body if day else ():  # a table without a date is no series
                for name in [row.text("series")] if long else [c for c in header if c != day]:
                    self._take(found, name, row, day, "value" if long else name)
        for place in _tables(self._folder / "onchain"):
            header, body = table(place.parent, place.name, ())
            day, asset = _day_column(header), _asset_of(place)
            for row in body if day else ():
                for metric in header:
                    if metric != day:
                        self._take(found, f"{asset}.{metric}", row, day, metric)
        return found

    def _take(self, found: dict[str, list[_Print]], name: str, row: Row, at: str | None, column: str) -> None:
        cell = row.cells.get(column, "")
        if at is None or absent(cell):
            return
        value = decimal_of(cell)
        if value is None:
            self.refused["text"] += 1
            return
        found.setdefault(name, []).append((row.instant(at), float(value)))


def _series(name: str, prints: list[_Print], *, described: bool) -> Series:
    times = np.array([at.replace(tzinfo=None) for at, _ in prints], dtype="datetime64[s]")
    values, about = np.array([value for _, value in prints]), times.astype("datetime64[D]")
    if not described:
        return as_known(name, times, about, values)
    entry = figures().get(name)
    every = entry.every if entry else spacing(about)
    return as_known(name, known_by(about, every, entry.lag_days if entry else None), about, values)


def _tables(folder: Path) -> Iterator[Path]:
    """Tables of a subfolder by their plain names, in order."""
    found = {p.name.removesuffix(".gz") for p in folder.glob("*") if p.name.removesuffix(".gz").endswith(".csv")}
    yield from (folder / name for name in sorted(found))


def _day_column(header: tuple[str, ...]) -> str | None:
    return next((name for name in header if name.lower() in _DATES), None)


def _asset_of(place: Path) -> str:
    """`coinmetrics_btc_2019.csv` -> BTC: the part of the name that a listed figure is about, else the first."""
    words = place.name.removesuffix(".csv").upper().split("_")
    known = {f.id.split(".")[0] for f in figures().values() if f.kind == "chain"}
    return next((w for w in words if w in known), words[0])
