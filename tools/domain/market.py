"""Assets, the universe they form, and what was knowable of their prices at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, StringConstraints, model_validator

from tools.domain.value import AssetId, Currency, Exact, Instant, TargetId, Value, Weight
from tools.errors import DataMissing

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

AssetClass = Literal["equity", "bond", "commodity", "real_estate", "crypto", "cash"]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""Currency of an asset; the investor's own is `Currency`."""

_CLASS_TARGETS: Mapping[str, str] = {
    "equity": "stocks",
    "bond": "bonds",
    "commodity": "commodities",
    "real_estate": "real_estate",
    "crypto": "crypto",
    "cash": "cash",
}
_REGION_TARGETS: Mapping[str, str] = {
    "US": "us_stocks",
    "KR": "kr_stocks",
    "CN": "china",
    "JP": "japan",
    "EU": "europe",
    "IN": "india",
    "VN": "vietnam",
    "EM": "emerging_markets",
}


class Asset(Value):
    """Something that can be held; names and targets come from one table (`knowledge/tables/` or `assets.csv`)."""

    id: AssetId
    name_en: str
    name_ko: str
    aliases: tuple[str, ...] = ()
    asset_class: AssetClass
    sector: str = ""
    region: str = ""
    currency: CurrencyCode
    tags: tuple[TargetId, ...] = ()  # target ids it belongs to, beyond those that follow from class and region
    lot: Exact = Decimal(1)  # smallest number of units that can be traded
    fee_bps: Annotated[float, Field(ge=0, le=1000)] = 0.0  # one-way proportional cost, hundredths of a percent
    market_weight: Weight | None = None  # share in the market portfolio, for the equilibrium

    @model_validator(mode="after")
    def _lot_is_positive(self) -> "Asset":
        if self.lot <= 0:
            raise ValueError("lot must be positive")
        return self

    @property
    def targets(self) -> frozenset[str]:
        """Every target id this asset answers to: its own id, its tags, its class, its region's stocks, its currency."""
        found = {self.id, *self.tags, _CLASS_TARGETS[self.asset_class]}
        if self.sector:
            found.add(self.sector)
        if self.asset_class == "equity" and self.region in _REGION_TARGETS:
            found.add(_REGION_TARGETS[self.region])
        if self.asset_class == "cash":
            found.add(self.currency.lower())
        return frozenset(found)


class Universe(Value):
    """The assets that may be held, in a fixed order; arrays elsewhere follow this order."""

    assets: tuple[Asset, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Universe":
        ids = [a.id for a in self.assets]
        if len(set(ids)) != len(ids):
            raise ValueError("asset ids repeat")
        return self

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Asset ids in order, shape (n,)."""
        return tuple(a.id for a in self.assets)

    def __getitem__(self, asset_id: str) -> Asset:
        return self._by_id[asset_id]

    def __contains__(self, asset_id: object) -> bool:
        return asset_id in self._by_id

    def members(self, target: str) -> tuple[str, ...]:
        """Ids of the assets a target covers; empty when nothing in this universe carries it."""
        return self._by_target.get(target, ())

    @cached_property
    def _by_target(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for asset in self.assets:
            for target in asset.targets:
                found[target] = (*found.get(target, ()), asset.id)
        return found

    @cached_property
    def _by_id(self) -> dict[str, Asset]:
        return {a.id: a for a in self.assets}


class Quote(Value):
    """The latest price of one asset in its own currency, and when it was knowable."""

    price: Exact
    at: Instant


@dataclass(frozen=True, slots=True)
class Market:
    """What was knowable of the market at `as_of`.

    closes: adjusted closes in each asset's own currency, shape (T, n), NaN where there was none (never forward-filled).
    days: shape (T,), ascending. fx: KRW per one unit of each currency on each day, shape (T,), NaN where unknown.
    risk_free: yearly fraction per investor currency. quotes: latest price per asset; an asset without one is missing.
    stale: assets whose newest price is too old for their calendar (named, never traded).
    """

    as_of: datetime
    universe: Universe
    days: Days
    closes: Array
    fx: Mapping[str, Array]
    fx_now: Mapping[str, Decimal]  # KRW per unit, for valuing; KRW itself is 1
    risk_free: Mapping[str, float]
    quotes: Mapping[str, Quote]
    stale: tuple[str, ...]
    simulated: bool
    notes: tuple[str, ...] = ()  # codes, for example "fx_age:7" or "equilibrium:class_table"

    def rate(self, code: str, into: Currency) -> Decimal:
        """How much one unit of currency `code` is worth in `into` now. Raises DataMissing when that is not known."""
        if code == into:
            return Decimal(1)
        unknown = [c for c in (code, into) if c not in self.fx_now]
        if unknown:
            raise DataMissing("fx_missing", *unknown)
        return self.fx_now[code] / self.fx_now[into]

    def closes_in(self, currency: Currency) -> Array:
        """Closes converted to the investor's currency day by day, shape (T, n)."""
        one = np.ones(len(self.days))  # an asset in the investor's own currency needs no rate, not even a known one
        rates = {c: one if c == currency else self.fx[c] / self.fx[currency] for c in self._codes()}
        return np.asarray(self.closes * np.column_stack([rates[a.currency] for a in self.universe.assets]))

    def _codes(self) -> set[str]:
        return {a.currency for a in self.universe.assets}
