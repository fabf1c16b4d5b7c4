"""An investor's opening balance in a `files:` folder: holdings, then trades, with splits in between."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from knowledge.market.csvs import Row, table
from tools.domain.investor import Book, Position
from tools.domain.market import Universe
from tools.errors import BadInput, DataMissing

_ACTIONS = ("split", "stock_dividend", "rights", "delisting")
_SIDES = ("buy", "sell", "deposit", "withdraw")
_TRADE_COLUMNS = ("investor", "time", "asset", "side", "units", "price", "currency", "fee")


def opening_book(folder: Path, investor: str, universe: Universe, now: datetime | None = None) -> Book | None:
    """Balance of `holdings.csv` carried through `trades.csv`; None for an investor in neither.

    Holdings are the balance just before the first row of `trades.csv`, so that only later actions change them. Cash
    that trades spent without its having been paid in was there at the start: no balance ends below zero for that.
    What happened after `now` has not happened yet.

    Raises:
        BadInput: `unknown_asset`, `unknown_side`, `unknown_action`, `sold_more_than_held`; the name says where.
        DataMissing: `amount_impossible` for units, prices or ratios that cannot be.
    """
    held = [
        r
        for r in table(folder, "holdings.csv", ("investor", "asset", "units", "cost"))[1]
        if r.text("investor") == investor
    ]
    trades = table(folder, "trades.csv", _TRADE_COLUMNS)[1]
    own = sorted((r for r in trades if r.text("investor") == investor), key=lambda r: r.instant("time"))
    own = [r for r in own if now is None or r.instant("time") <= now]
    if not held and not own:
        return None
    account = _Account(universe)
    for row in held:
        account.start(row)
    begins = min((r.instant("time") for r in trades), default=None)
    actions = table(folder, "actions.csv", ("date", "asset", "kind", "ratio"))[1] if begins else []
    # On the day of an action trades are already in new units.
    steps: list[tuple[datetime, int, Row]] = [(r.instant("time"), 1, r) for r in own]
    steps += [(_start_of(r.day("date")), 0, r) for r in actions if begins and _start_of(r.day("date")) > begins]
    steps = [s for s in steps if now is None or s[0] <= now]
    for _, order, row in sorted(steps, key=lambda s: s[:2]):
        account.trade(row) if order else account.act(row)
    return account.book()


@dataclass
class _Account:
    universe: Universe
    units: dict[str, Decimal] = field(default_factory=dict)
    cost: dict[str, Decimal] = field(default_factory=dict)
    lowest: dict[str, Decimal] = field(default_factory=dict)  # of each currency, at most zero

    def start(self, row: Row) -> None:
        asset = self._asset(row)
        units, cost = row.number("units"), row.optional("cost") or Decimal(0)
        if units < 0 or cost < 0:
            raise DataMissing("amount_impossible", row.place)
        self._put(asset, units, cost)

    def act(self, row: Row) -> None:
        kind, asset = row.text("kind").lower(), row.text("asset")
        if kind not in _ACTIONS:
            raise BadInput("unknown_action", row.place)
        ratio = row.optional("ratio") if kind == "delisting" else row.number("ratio")
        ratio = Decimal(0) if ratio is None else ratio
        if ratio < 0 or (ratio == 0 and kind != "delisting"):
            raise DataMissing("amount_impossible", row.place)
        if asset in self.units:
            self.units[asset] *= ratio

    def trade(self, row: Row) -> None:
        asset, side = self._asset(row), row.text("side").lower()
        if side not in _SIDES:
            raise BadInput("unknown_side", row.place)
        units, fee = row.number("units"), row.optional("fee") or Decimal(0)
        money = asset in ("KRW", "USD")
        price = row.optional("price") or (Decimal(1) if money or side in ("deposit", "withdraw") else Decimal(0))
        if units <= 0 or price <= 0 or fee < 0:
            raise DataMissing("amount_impossible", row.place)
        incoming = side in ("buy", "deposit")
        if incoming:
            self._put(asset, units, units * price)
        else:
            self._take(asset, units, row)
        currency = row.cells.get("currency") or self.universe[asset].currency
        if side in ("buy", "sell"):
            self._pay(currency, -units * price - fee if incoming else units * price - fee, row)
        elif fee:
            self._pay(currency, -fee, row)

    def book(self) -> Book:
        for code, low in self.lowest.items():
            self.units[code] -= low
        return Book(
            positions={
                a: Position(units=u, cost=u if self._cash(a) else self.cost.get(a, Decimal(0)))
                for a, u in sorted(self.units.items())
                if u
            }
        )

    def _asset(self, row: Row) -> str:
        asset = row.text("asset")
        if asset not in self.universe:
            raise BadInput("unknown_asset", row.place, asset)
        return asset

    def _cash(self, asset: str) -> bool:
        return asset in ("KRW", "USD")

    def _put(self, asset: str, units: Decimal, cost: Decimal) -> None:
        self.units[asset] = self.units.get(asset, Decimal(0)) + units
        self.cost[asset] = self.cost.get(asset, Decimal(0)) + cost

    def _take(self, asset: str, units: Decimal, row: Row) -> None:
        """Units leave at average cost."""
        if self._cash(asset):
            self._pay(asset, -units, row)
            return
        held = self.units.get(asset, Decimal(0))
        if units > held:
            raise BadInput("sold_more_than_held", row.place, asset)
        self.cost[asset] = self.cost[asset] * (held - units) / held
        self.units[asset] = held - units

    def _pay(self, currency: str, amount: Decimal, row: Row) -> None:
        if not self._cash(currency):
            raise BadInput("unknown_currency", row.place, currency)
        self.units[currency] = self.units.get(currency, Decimal(0)) + amount
        self.lowest[currency] = min(self.lowest.get(currency, Decimal(0)), self.units[currency])


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)
