"""What past trades say about the investors of a `files:` folder: every trait with its interval and call."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.market.csvs import Row as Line
from knowledge.market.csvs import exists, table
from knowledge.market.files import FilesMarket
from tests.evals.common import options, write
from tools.behaviour import Deal, Past, traits
from tools.domain.market import Array, Market

CONTRACT = ("disposition", "turnover", "panic", "trend_chasing", "risk_aversion", "concentration")
COLUMNS = ("investor", "time", "asset", "side", "units", "price")
MONEY = ("KRW", "USD")
SPLITS = ("split", "stock_dividend", "rights")


class Folder:
    """The tables of a folder, and the pasts of its investors in one currency."""

    def __init__(self, folder: Path) -> None:
        source = FilesMarket(folder)
        self.market: Market = source.at(source.last())
        self.trades = sorted(table(folder, "trades.csv", COLUMNS)[1], key=lambda r: r.instant("time"))
        self.holdings = table(folder, "holdings.csv", ("investor", "asset", "units"))[1]
        actions = table(folder, "actions.csv", ("date", "asset", "kind", "ratio"))[1]
        self.actions = [r for r in actions if r.text("kind").lower() in SPLITS]
        assets = self.market.universe.assets
        self.risky = [k for k, a in enumerate(assets) if a.asset_class != "cash" and a.id not in MONEY]
        self.assets = tuple(assets[k].id for k in self.risky)
        self.currency = {a.id: a.currency for a in assets}
        if not exists(folder, "assets.csv"):  # an inferred currency yields to the one trades are written in
            told = {r.text("asset"): r.cells["currency"] for r in self.trades if r.cells.get("currency")}
            known = [told[a] for a in self.assets if a in told]
            common = max(sorted(set(known)), key=known.count) if known else None
            self.currency |= {a: told.get(a, common) for a in self.assets} if common else {}
        codes = [self.currency[a] for a in self.assets]
        self.base = max(sorted(set(codes)), key=codes.count)
        self.rates = {code: self._rate(code) for code in {*codes, *MONEY}}
        closes = self.market.closes[:, self.risky]
        self.closes = np.column_stack([closes[:, k] * self.rates[c] for k, c in enumerate(codes)])

    def _rate(self, code: str) -> Array:
        """Value of one unit of a currency in the base, per day; NaN where unknown."""
        ones = np.ones(len(self.market.days))
        if code == self.base:
            return ones
        fx = self.market.fx
        return fx[code] / fx[self.base] if code in fx and self.base in fx else ones * np.nan

    def investors(self) -> list[str]:
        return list(dict.fromkeys(r.text("investor") for r in (*self.holdings, *self.trades)))

    def past(self, investor: str) -> Past:
        own = [r for r in self.trades if r.text("investor") == investor]
        held = [r for r in self.holdings if r.text("investor") == investor]
        index = {a: k for k, a in enumerate(self.assets)}
        units, cost = np.zeros(len(index)), np.full(len(index), np.nan)
        begun = [r.day("time") for r in self.trades][:1] or [_date(self.market.days[0])]
        row0 = self._row(begun[0])
        for r in held:
            if r.text("asset") in index:
                k = index[r.text("asset")]
                units[k] = float(r.number("units")) * self._split(r.text("asset"), begun[0])
                paid = float(r.optional("cost") or 0)
                cost[k] = paid * self.rates[self.currency[r.text("asset")]][row0] if paid > 0 else np.nan
        if not units.any() and own:
            begun = [own[0].day("time")]
        deals = tuple(self._deal(r) for r in own if r.text("side").lower() in ("buy", "sell"))
        days = self.market.days
        since = np.datetime64(begun[0])
        return Past(self.assets, days, self.closes, deals, units, cost, since, self._cash(held, own))

    def _row(self, day: date) -> int:
        return min(int(np.searchsorted(self.market.days, np.datetime64(day))), len(self.market.days) - 1)

    def _split(self, asset: str, day: date) -> float:
        """Units of today for one unit of that day."""
        later = [r for r in self.actions if r.text("asset") == asset and r.day("date") > day]
        return float(np.prod([float(r.number("ratio")) for r in later]))

    def _deal(self, r: Line) -> Deal:
        asset, day = r.text("asset"), r.day("time")
        split = self._split(asset, day)
        code = r.cells.get("currency") or self.currency[asset]
        rate = float(self.rates[code][self._row(day)])
        units, price = float(r.number("units")) * split, float(r.number("price")) / split * rate
        side: Any = r.text("side").lower()
        return Deal(r.place, np.datetime64(day), asset, side, units, price, float(r.optional("fee") or 0) * rate)

    def _cash(self, held: Sequence[Line], own: Sequence[Line]) -> Array | None:
        """Cash at each close; what was spent without having been paid in was there at the start. None when not told."""
        told = any(r.text("asset") in MONEY for r in (*held, *own))
        if not told:
            return None
        total = np.zeros(len(self.market.days))
        for code in MONEY:
            path = np.zeros(len(total))
            path += sum(float(r.number("units")) for r in held if r.text("asset") == code)
            for r in own:
                asset, side = r.text("asset"), r.text("side").lower()
                if (r.cells.get("currency") or self.currency[asset]) == code:
                    path[self._row(r.day("time")) :] += _paid(r, asset, side)
            if path.any():
                total += (path - min(float(path.min()), 0.0)) * self.rates[code]
        return total


def _paid(r: Line, asset: str, side: str) -> float:
    """What one row does to cash."""
    fee = float(r.optional("fee") or 0)
    sign = 1 if side in ("sell", "deposit") else -1
    if asset not in MONEY:
        moved = side in ("buy", "sell")
        return sign * float(r.number("units") * r.number("price")) - fee if moved else -fee
    return sign * float(r.number("units")) - fee


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def predicted(folder: Path) -> Iterator[dict[str, Any]]:
    """One row per investor."""
    found = Folder(folder)
    for investor in found.investors():
        rows = []
        for trait in traits(found.past(investor)):
            if trait.name in CONTRACT:
                row = {"trait": trait.name, "estimate": trait.estimate, "lo90": trait.lo90, "hi90": trait.hi90}
                rows.append(row | {"call": trait.call, "n_events": trait.n_events} | dict(trait.assumed))
        yield {"id": investor, "traits": rows}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the eval; prints how often each trait speaks."""
    chosen = options("behaviour", argv)
    every = list(predicted(chosen.file))
    write(chosen.out, every)
    for k, name in enumerate(CONTRACT):
        mine = [row["traits"][k] for row in every]
        calls = [m["call"] for m in mine]
        middle = float(np.median([m["estimate"] for m in mine])) if mine else float("nan")
        print(f"{name:<14} n={len(mine)} high={calls.count('high')} low={calls.count('low')} median={middle:.3f}")


if __name__ == "__main__":
    main()
