"""The figures that have a name here: what each is called, its unit, where it comes from and how late it is known."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import numpy as np

from knowledge.tables import parts, rows
from tools.domain.market import Days
from tools.domain.series import Instants

Unit = Literal["fraction", "ratio", "index", "count", "usd"]
Every = Literal["D", "W", "M", "Q"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One named series. sources: `provider:id`, the first that answers counts. lag_days: after the end of a period."""

    id: str
    kind: Literal["rate", "level", "chain"]
    name_ko: str
    name_en: str
    aliases: tuple[str, ...]
    unit: Unit
    sources: tuple[str, ...]
    every: Every
    lag_days: int


@cache
def figures() -> dict[str, Figure]:
    """Every figure of `series.csv` by id."""
    return {r["id"]: _figure(r) for r in rows("series.csv")}


def _figure(r: dict[str, str]) -> Figure:
    return Figure(
        id=r["id"],
        kind=cast(Literal["rate", "level", "chain"], r["kind"]),
        name_ko=r["name_ko"],
        name_en=r["name_en"],
        aliases=parts(r["aliases"]),
        unit=cast(Unit, r["unit"]),
        sources=parts(r["sources"]),
        every=cast(Every, r["frequency"]),
        lag_days=int(r["lag_days"]),
    )


def spacing(about: Days) -> Every:
    """How often a series is published, from the usual distance of its periods."""
    if len(about) < 2:
        return "D"
    usual = float(np.median(np.diff(np.sort(about.astype("datetime64[D]"))).astype(np.int64)))
    return "D" if usual < 5 else "W" if usual < 20 else "M" if usual < 60 else "Q"


def known_by(about: Days, every: Every, lag_days: int | None = None) -> Instants:
    """When figures stamped with the first day of what they describe were surely known, where nobody says when.

    A monthly figure of January, stamped January 1st, comes out in February: to use it in January would be to know the
    future. Daily figures count from the end of the day after theirs unless `lag_days` says otherwise.
    """
    days = about.astype("datetime64[D]")
    lag = np.timedelta64({"D": 1, "W": 4, "M": 20, "Q": 35}[every] if lag_days is None else lag_days, "D")
    if every == "M":
        ends = (days.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    elif every == "Q":
        ends = (days.astype("datetime64[M]") + 3).astype("datetime64[D]") - 1
    else:
        ends = days + (6 if every == "W" else 0)
    return np.asarray((ends + lag + 1).astype("datetime64[s]") - np.timedelta64(1, "s"))
