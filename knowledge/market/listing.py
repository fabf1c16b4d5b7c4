"""What a `files:` folder says may be held, with a weight in the market portfolio for every asset."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from knowledge.market.csvs import Row, exists, table
from knowledge.tables import asset_of, load_universe, rows
from tools.domain.market import Asset, Universe
from tools.errors import BadInput


def listing(folder: Path, priced: Sequence[str]) -> tuple[Universe, tuple[str, ...]]:
    """The universe of a folder, and what was assumed for it.

    `assets.csv` lists the assets; where it is missing the columns of `prices.csv` do. KRW and USD are always there.

    Args:
        folder: The `files:` folder.
        priced: Asset ids that have a column in `prices.csv`.
    Returns:
        The universe and notes: `assets:inferred`, `equilibrium:class_table`, `price_without_asset:ID`.
    Raises:
        BadInput: `asset_row`, `asset_id`, `asset_repeats`, `market_weight_sum`; the name says where.
    """
    notes: list[str] = []
    if exists(folder, "assets.csv"):
        assets = [_asset(row) for row in table(folder, "assets.csv", ("id", "class", "currency"))[1]]
    else:
        assets = [_inferred(name) for name in priced]
        notes.append("assets:inferred")
    ids = [a.id for a in assets]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise BadInput("asset_repeats", "assets.csv", *repeated)
    assets += [_without_weight(load_universe()[code]) for code in ("KRW", "USD") if code not in ids]
    if all(a.market_weight is None for a in assets):
        notes.append("equilibrium:class_table")
    universe = Universe(assets=tuple(weighted(assets)))
    return universe, (*notes, *(f"price_without_asset:{name}" for name in priced if name not in universe))


def class_weights() -> dict[str, float]:
    """Share of each asset class in the world market portfolio, from the newest date of the default table."""
    found = list(rows("class_weights.csv"))
    newest = max(r["date"] for r in found)
    return {r["class"]: float(r["weight"]) for r in found if r["date"] == newest}


def _asset(row: Row) -> Asset:
    try:
        return asset_of(dict(row.cells))
    except (ValueError, ArithmeticError) as error:  # pydantic's errors are ValueErrors
        raise BadInput("asset_row", row.place) from error


def _inferred(name: str) -> Asset:
    """An asset known only by its column: the project's own row where it has one, else an equity of its exchange."""
    if name in load_universe():
        return _without_weight(load_universe()[name])
    currency = "KRW" if re.fullmatch(r"\d{6}", name) else "USD"
    try:
        return Asset(id=name, name_en=name, name_ko=name, asset_class="equity", currency=currency)
    except ValidationError as error:
        raise BadInput("asset_id", "prices.csv:1", name) from error


def _without_weight(asset: Asset) -> Asset:
    return asset.model_copy(update={"market_weight": None})


def weighted(assets: list[Asset]) -> Iterator[Asset]:
    """Market weights summing to 1: as given (none = 0), or from the class table, equal within a class."""
    given = [a.market_weight for a in assets if a.market_weight is not None]
    if given:
        if abs(sum(given) - 1) > 0.01:
            raise BadInput("market_weight_sum", "assets.csv")
        yield from (a.model_copy(update={"market_weight": (a.market_weight or 0.0) / sum(given)}) for a in assets)
        return
    shares = class_weights()
    total = sum(shares[c] for c in sorted({a.asset_class for a in assets}))
    for asset in assets:
        peers = sum(a.asset_class == asset.asset_class for a in assets)
        yield asset.model_copy(update={"market_weight": shares[asset.asset_class] / total / peers})
