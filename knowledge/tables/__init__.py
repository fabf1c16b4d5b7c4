"""The tables that come with the project, read once and handed out as typed values."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, cast

from tools.domain.entry import AccountKind, AccountRule
from tools.domain.market import Asset, AssetClass, Universe
from tools.names import Name, Names


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one CSV table by column name, as text. Works from a folder and from a wheel."""
    text = (resources.files(__name__) / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def parts(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds a list separated by semicolons."""
    return tuple(p for p in (entry.strip() for entry in cell.split(";")) if p)


def asset_of(row: dict[str, str]) -> Asset:
    """One asset from a row with the columns of `assets.csv`. Raises ValueError when a cell is not what it should be."""
    weight = row.get("market_weight") or ""
    return Asset(
        id=row["id"],
        name_en=row.get("name_en") or row["id"],
        name_ko=row.get("name_ko") or row.get("name_en") or row["id"],
        aliases=parts(row.get("aliases") or ""),
        asset_class=cast(AssetClass, row["class"]),  # checked by the model
        sector=row.get("sector") or "",
        region=row.get("region") or "",
        currency=row["currency"],
        tags=parts(row.get("tags") or ""),
        lot=Decimal(row.get("lot") or "1"),
        fee_bps=float(row.get("fee_bps") or 0),
        market_weight=float(weight) if weight else None,
    )


@cache
def load_universe() -> Universe:
    """The instruments of the demo market."""
    return Universe(assets=tuple(asset_of(row) for row in rows("universe.csv")))


@cache
def name_rows() -> tuple[Name, ...]:
    """Every name of the conversation: targets, strategies, events, goals, levels and metrics."""
    return tuple(Name(r["id"], r["kind"], r["name_ko"], r["name_en"], parts(r["aliases"])) for r in rows("targets.csv"))


@cache
def _names(ids: tuple[Asset, ...]) -> Names:
    return Names(name_rows(), Universe(assets=ids))


def load_names(universe: Universe) -> Names:
    """The names of the conversation together with those of a universe; compiled once per universe."""
    return _names(universe.assets)


@cache
def load_issuers() -> dict[str, tuple[str, ...]]:
    """Listed companies and coins beyond the universe: any spelling, case folded -> all its spellings."""
    every = [(r["ticker"], *parts(r["name_en"]), *parts(r["name_ko"])) for r in rows("issuers.csv")]
    return {spelling.casefold(): spellings for spellings in every for spelling in spellings}


@cache
def load_durations() -> dict[str, tuple[float, float]]:
    """Bonds by asset id or target, narrowest first: modified duration in years, convexity in years squared. Dated."""
    return {r["id"]: (float(r["duration"]), float(r["convexity"])) for r in rows("durations.csv")}


@cache
def account_rules() -> tuple[AccountRule, ...]:
    """How much risk types of accounts may hold, dated, with their source."""
    return tuple(
        AccountRule(
            type=cast(AccountKind, r["type"]),  # checked by the model
            since=date.fromisoformat(r["since"]),
            most=float(r["most"]),
            safe=frozenset(parts(r["safe"])),
            source=r["source"],
        )
        for r in rows("account_rules.csv")
    )


@cache
def load_exemplars() -> tuple[dict[str, Any], ...]:
    """What people say and what it means: rows {"u", "calls": [{"intent", "slots"}], "h"?}, by writer and in order.

    u: the utterance; calls: the full answer to it; h: the turns before, where the answer depends on them.
    """
    folder = resources.files(__name__) / "exemplars"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".jsonl")), key=lambda f: f.name)
    lines = [line for f in files for line in f.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(json.loads(line) for line in lines)
