"""Everything behind `--market live`, opened together: one store, what fills it, and what is read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.market.live.coinmetrics import CoinMetrics
from knowledge.market.live.coins import Coins
from knowledge.market.live.ecos import Ecos
from knowledge.market.live.feed import LiveFeed, Sources
from knowledge.market.live.figures import LiveCalendar, LiveSignals
from knowledge.market.live.fred import Fred
from knowledge.market.live.listed import listed
from knowledge.market.live.market import LiveMarket
from knowledge.market.live.source import PointSource
from knowledge.market.live.store import LiveStore
from knowledge.market.live.treasury import Treasury
from knowledge.market.live.yahoo import Yahoo
from knowledge.ports import Clock

VENUES = ("binance", "upbit")


@dataclass(frozen=True, slots=True)
class Live:
    """A live market and its company; `close` when done."""

    market: LiveMarket
    signals: LiveSignals
    calendar: LiveCalendar
    feed: LiveFeed
    store: LiveStore

    def close(self) -> None:
        """Stop fetching and release the store."""
        self.feed.close()
        self.store.close()


def open_live(home: Path, spec: str, clock: Clock, *, keys: Mapping[str, str], mirrors: Mapping[str, str]) -> Live:
    """Open the store of a home and what belongs to it; nothing is asked of anyone yet.

    Args:
        home: Where `live.db` lies.
        spec: `live`, or `live:FILE` with tickers of one's own.
        clock: Where the time comes from.
        keys: Keys by source (`fred`, `ecos`); without, FRED is asked without one and the Bank of Korea not at all.
        mirrors: Other addresses by source, for tests and mirrors; https, but for this machine.
    Raises:
        BadInput: The file cannot be read; the name says where. StoreFailed: The store cannot be opened.
    """
    listing = listed(Path(spec.removeprefix("live:")) if spec.startswith("live:") else None)
    store = LiveStore(home / "live.db")
    signals = LiveSignals(store)
    feed = LiveFeed(store, listing, _sources(home, keys, mirrors), clock)
    return Live(LiveMarket(store, listing, signals), signals, LiveCalendar(signals), feed, store)


def _sources(home: Path, keys: Mapping[str, str], mirrors: Mapping[str, str]) -> Sources:
    venues = {name: Coins(name, base=mirrors.get(name)) for name in VENUES}
    points: dict[str, PointSource] = {
        "fred": _fred(keys.get("fred"), mirrors.get("fred")),
        "coinmetrics": CoinMetrics(base=mirrors["coinmetrics"]) if "coinmetrics" in mirrors else CoinMetrics(),
        "treasury": Treasury(base=mirrors["treasury"]) if "treasury" in mirrors else Treasury(),
    }
    if keys.get("ecos"):
        points["ecos"] = Ecos(keys["ecos"], base=mirrors["ecos"]) if "ecos" in mirrors else Ecos(keys["ecos"])
    return Sources({"yahoo": Yahoo(home / "yahoo", base=mirrors.get("yahoo")), **venues}, venues, points)


def _fred(key: str | None, mirror: str | None) -> Fred:
    return Fred(key, graph=f"{mirror}/graph/fredgraph.csv", api=f"{mirror}/fred/observations") if mirror else Fred(key)
