"""News as they were known at an instant: a folder's `news.jsonl`, or headlines that fit the simulated market.

Nothing here reads meaning: texts are bounded, dated and counted; `tools.sentiment` scores them. What cannot be used is
left out and counted by reason in the source's health.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from knowledge import tables
from knowledge.ports import MarketSource
from tools.domain.market import Asset
from tools.sentiment.lexicon import Lang
from tools.sentiment.reading import language

MAX_TITLE, MAX_BODY, MAX_LINE = 300, 20_000, 200_000
"""Characters of a title, a body and a line of the file; a longer line is refused, a longer text is cut."""

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""An earlier date is a broken clock (1970), not news."""

Way = Literal["up", "down", "flat"]
_LANGS: tuple[Lang, ...] = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Article:
    """One text, untrusted: shown escaped, never to a model with tools.

    assets: ids named by the source itself, often none.
    """

    id: str
    published_at: datetime
    source: str
    lang: Lang
    title: str
    body: str
    assets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Articles, oldest first, and what was left out: reason → count."""

    articles: tuple[Article, ...]
    refused: Mapping[str, int]


class NewsSource(Protocol):
    """Where texts come from."""

    @property
    def simulated(self) -> bool:
        """True when the headlines are made up to fit a simulated market."""
        ...

    def between(self, since: datetime, now: datetime) -> News:
        """Everything published after `since` and not after `now`; a text of tomorrow does not exist today."""
        ...


class FileNews:
    """`news.jsonl` or `news.jsonl.gz` of a `files:` folder; a missing file is a source without news."""

    simulated = False

    def __init__(self, folder: Path) -> None:
        """Remember where to look; the file is read at each call, so that an appended line counts."""
        self._folder = folder

    def between(self, since: datetime, now: datetime) -> News:
        """See `NewsSource`. Lines that are no article are counted as broken, too_long, undated, empty or repeated."""
        refused: Counter[str] = Counter()
        kept: dict[str, Article] = {}
        for line in self._lines():
            found = _article(line)
            if isinstance(found, str):
                refused[found] += 1
            elif found.published_at > now:
                refused["future"] += 1
            elif found.id in kept:
                refused["repeated"] += 1
            elif found.published_at > since:
                kept[found.id] = found
        return News(tuple(sorted(kept.values(), key=lambda a: (a.published_at, a.id))), dict(refused))

    def _lines(self) -> Iterable[str]:
        for name, opener in (("news.jsonl", open), ("news.jsonl.gz", gzip.open)):
            path = self._folder / name
            if path.exists():
                with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
                    yield from (line for line in lines if line.strip())
                return


def _article(line: str) -> Article | str:
    """The article of a line, or why it is none."""
    if len(line) > MAX_LINE:
        return "too_long"
    try:
        row = json.loads(line)
    except ValueError:
        return "broken"
    if not isinstance(row, dict) or not all(isinstance(row.get(k), str) for k in ("id", "published_at", "source")):
        return "broken"
    at = _instant(row["published_at"])
    if at is None or at < OLDEST:
        return "undated"
    title, body = (_text(row.get(k)) for k in ("title", "body"))
    if not title.strip() and not body.strip():
        return "empty"
    named = row.get("assets")
    assets = tuple(a for a in named if isinstance(a, str)) if isinstance(named, list) else ()
    lang: Lang = row["lang"] if row.get("lang") in _LANGS else language(f"{title} {body}")
    return Article(row["id"], at, row["source"], lang, title[:MAX_TITLE], body[:MAX_BODY], assets)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime | None:
    """An ISO instant as UTC, one without a zone as UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


class DemoNews:
    """Headlines of the simulated market: its largest moves of each day, and one asset that hardly moved.

    Like the prices a function of (seed, date): a later `now` only appends. Published after the close they tell of.
    """

    simulated = True
    source = "demo"

    def __init__(self, market: MarketSource, seed: int = 20260155, loud: int = 3) -> None:
        """Tell of a simulated market; `loud` is how many large moves a day are told."""
        self._market, self._seed, self._loud = market, seed, loud

    def between(self, since: datetime, now: datetime) -> News:
        """See `NewsSource`."""
        market = self._market.at(now)
        moves = np.diff(np.log(market.closes), axis=0)
        assets, told = market.universe.assets, []
        for n in range(len(moves) - 1, 59, -1):
            closed = datetime.combine(market.days[n + 1].astype(object), datetime.min.time(), UTC) + timedelta(days=1)
            if closed + timedelta(hours=1) <= since:
                break
            usual = moves[n - 60 : n].std(axis=0) + 1e-9
            size = np.abs(moves[n]) / usual
            order = np.argsort(-size, kind="stable")
            for rank, i in enumerate((*order[: self._loud], order[-1])):
                way: Way = "flat" if rank == self._loud else "up" if moves[n, i] > 0 else "down"
                told += self._told(
                    assets[i], way, float(np.expm1(moves[n, i])), closed + timedelta(minutes=3 + 4 * rank)
                )
        kept = (a for a in told if since < a.published_at <= now)
        return News(tuple(sorted(kept, key=lambda a: (a.published_at, a.id))), {})

    def _told(self, asset: Asset, way: Way, move: float, at: datetime) -> list[Article]:
        found = []
        for lang in _LANGS:
            name = asset.name_ko if lang == "ko" else asset.name_en
            key = f"{self._seed}:{at.date()}:{asset.id}:{lang}"
            choices = _templates(lang, way)
            text = choices[zlib.crc32(key.encode()) % len(choices)].format(name=name, move=f"{abs(move):.1%}")
            found.append(Article(key, at, self.source, lang, text, "", (asset.id,)))
        return found


@cache
def _templates(lang: Lang, way: Way) -> tuple[str, ...]:
    return tuple(r["text"] for r in tables.rows("demo_headlines.csv") if (r["lang"], r["way"]) == (lang, way))
