"""What a live market holds, and where each price comes from: the dated table of the project, or a file of one's own."""

import csv
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge.market.listing import weighted
from knowledge.tables import asset_of, load_universe
from tools.domain.market import Asset, Universe
from tools.domain.value import strict_json
from tools.errors import BadInput

_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from: `yahoo:SPY` is provider and symbol."""

    provider: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Assets, where their closes come from (the first counts, a second confirms), order books, and exchange rates."""

    universe: Universe
    prices: dict[str, tuple[Source, ...]]
    quotes: dict[str, Source]
    rates: dict[str, Source]  # KRW per unit of a currency
    as_of: str


def listed(file: Path | None = None) -> Listed:
    """The default table, or a file: one ticker a line, or a CSV with the columns of `assets.csv` and `sources`.

    A row of the table that gives no more than an id is the asset of that id in the project's universe.

    Raises:
        BadInput: `no_file`, `csv_unreadable`, `asset_row`, `asset_repeats`, `live_source`; the name says where.
    """
    table = _default()
    rows = [(f"live_universe.json:{r['id']}", r) for r in table["assets"]] if file is None else _own(file, table)
    assets, prices, quotes = [], {}, {}
    for place, row in rows:
        asset = _asset(place, row)
        assets.append(asset.model_copy(update={"market_weight": None}))
        if asset.asset_class != "cash":
            prices[asset.id] = tuple(source_of(text, place) for text in row["sources"])
            if row.get("quote"):
                quotes[asset.id] = source_of(str(row["quote"]), place)
    ids = [a.id for a in assets]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise BadInput("asset_repeats", file.name if file else "live_universe.json", *repeated)
    assets += [
        load_universe()[code].model_copy(update={"market_weight": None}) for code in ("KRW", "USD") if code not in ids
    ]
    rates = {code: source_of(text, "live_universe.json") for code, text in table["rates"].items()}
    return Listed(Universe(assets=tuple(weighted(assets))), prices, quotes, rates, str(table["as_of"]))


def source_of(text: str, place: str) -> Source:
    """`provider:symbol` taken apart. Raises BadInput("live_source")."""
    provider, colon, symbol = text.strip().partition(":")
    if not colon or not re.fullmatch(r"[a-z0-9]{2,20}", provider) or not re.fullmatch(r"[\w.^=/\-+]{1,40}", symbol):
        raise BadInput("live_source", place, text[:40])
    return Source(provider, symbol)


def _default() -> dict[str, Any]:
    text = resources.files("knowledge.tables").joinpath("live_universe.json").read_text(encoding="utf-8")
    table: dict[str, Any] = strict_json(text)
    return table


def _own(file: Path, table: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Rows of a person's own file."""
    try:
        text = file.read_bytes()[:_LONGEST].decode("utf-8-sig")
    except OSError as error:
        raise BadInput("no_file", file.name) from error
    except UnicodeDecodeError as error:
        raise BadInput("csv_unreadable", file.name) from error
    known = {row["id"]: row for row in table["assets"]}
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise BadInput("csv_unreadable", file.name)
    if lines[0].split(",")[0].strip().lower() != "id":
        return [_ticker(f"{file.name}:{n}", line.strip(), known) for n, line in enumerate(lines, 1)]
    found = []
    for n, cells in enumerate(csv.DictReader(lines), 2):
        row: dict[str, Any] = {k.strip(): (v or "").strip() for k, v in cells.items() if k}
        given = [text for text in row.get("sources", "").split(";") if text.strip()]
        row["sources"] = given or _sources(row.get("id", ""), known)
        found.append((f"{file.name}:{n}", row))
    return found


def _ticker(place: str, name: str, known: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """One ticker: as the tables know it, else a share of its exchange."""
    if name in known:
        return place, known[name]
    row: dict[str, Any] = {"id": name, "sources": _sources(name, known)}
    if name not in load_universe():
        seoul = re.fullmatch(r"\d{6}(\.K[SQ])?|\d{4}[0-9A-Z]{2}", name) is not None
        row |= {"class": "equity", "region": "KR" if seoul else "US", "currency": "KRW" if seoul else "USD"}
        row["id"] = name.split(".")[0] if seoul else name
        row["fee_bps"] = "3" if seoul else "7"
    return place, row


def _sources(name: str, known: dict[str, Any]) -> list[str]:
    """Where a ticker nobody said more about is looked up: Yahoo, with Seoul's ending where it is a code of Seoul."""
    if name in known:
        return list(known[name]["sources"])
    return [f"yahoo:{name}.KS" if re.fullmatch(r"\d{4}[0-9A-Z]{2}", name) else f"yahoo:{name}"]


def _asset(place: str, row: dict[str, Any]) -> Asset:
    own = {k: str(v) for k, v in row.items() if k not in ("sources", "quote")}
    try:
        if len(own) == 1 and own["id"] in load_universe():
            return load_universe()[own["id"]]
        return asset_of(own)
    except (ValueError, KeyError, ArithmeticError, ValidationError) as error:
        raise BadInput("asset_row", place) from error
