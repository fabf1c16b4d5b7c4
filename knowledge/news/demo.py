"""Headlines of the simulated market: its largest moves of each day, and one asset that hardly moved.

Like the prices a function of (seed, date): a later `now` only appends. Published after the close they tell of.
"""

import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

import numpy as np

from knowledge import tables
from knowledge.news.texts import LANGS
from knowledge.ports import MarketSource
from tools.domain.market import Asset
from tools.domain.news import Article, Health, News
from tools.domain.value import Lang

Way = Literal["up", "down", "flat"]

_USUAL = 60
"""Trading days a move is compared with; there are no headlines before."""


class DemoNews:
    """Made up, and said to be; each story is told in both languages and counts once."""

    simulated = True
    source = "demo"

    def __init__(self, market: MarketSource, seed: int = 20260155, loud: int = 3) -> None:
        """Tell of a simulated market; `loud` is how many large moves a day are told."""
        self._market, self._seed, self._loud = market, seed, loud
        self._told: dict[np.datetime64, tuple[Article, ...]] = {}

    def between(self, since: datetime, now: datetime) -> News:
        """See `NewsSource`."""
        market = self._market.at(now)
        first = np.datetime64((since - timedelta(days=2)).astimezone(UTC).date())
        start = max(int(np.searchsorted(market.days, first)), _USUAL + 1)
        # Only the window and what its first day is compared with; a missing price has no move to tell of.
        logs = np.log(market.closes[start - _USUAL - 1 :])
        found: list[Article] = []
        for n, day in enumerate(market.days[start:]):
            if day not in self._told:
                moves = np.diff(logs[n : n + _USUAL + 2], axis=0)
                self._told[day] = self._day(market.universe.assets, moves, day.astype(object))
            found += self._told[day]
        kept = (a for a in found if since < a.published_at <= now)
        return News(tuple(sorted(kept, key=lambda a: (a.published_at, a.id))))

    def refresh(self, now: datetime) -> int:
        """There is nobody to ask."""
        return 0

    def health(self) -> tuple[Health, ...]:
        """Simulated headlines are never missing."""
        return (Health(self.source, sum(map(len, self._told.values()))),)

    def close(self) -> None:
        """Nothing is held open."""

    def _day(self, assets: tuple[Asset, ...], moves: np.ndarray, day: object) -> tuple[Article, ...]:
        """What is told of one day; moves: log returns of the days before and of the day itself, shape (61, n)."""
        closed = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)  # type: ignore[arg-type]
        size = np.abs(moves[-1]) / (moves[:-1].std(axis=0) + 1e-9)
        order = [
            i for i in np.argsort(-size, kind="stable") if assets[i].asset_class != "cash" and np.isfinite(size[i])
        ]
        told: list[Article] = []
        for rank, i in enumerate((*order[: self._loud], *order[-1:])):
            way: Way = "flat" if rank == self._loud else "up" if moves[-1, i] > 0 else "down"
            told += self._story(assets[i], way, float(np.expm1(moves[-1, i])), closed + timedelta(minutes=3 + 4 * rank))
        return tuple(told)

    def _story(self, asset: Asset, way: Way, move: float, at: datetime) -> list[Article]:
        found = []
        story = f"{self._seed}:{at.date()}:{asset.id}"
        for lang in LANGS:
            name = asset.name_ko if lang == "ko" else asset.name_en
            choices = _templates(lang, way)
            text = choices[zlib.crc32(f"{story}:{lang}".encode()) % len(choices)]
            title = text.format(name=name, move=f"{abs(move):.1%}")
            found.append(Article(f"{story}:{lang}", at, self.source, lang, title, "", (asset.id,), story=story))
        return found


@cache
def _templates(lang: Lang, way: Way) -> tuple[str, ...]:
    return tuple(r["text"] for r in tables.rows("demo_headlines.csv") if (r["lang"], r["way"]) == (lang, way))
