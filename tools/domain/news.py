"""Texts of others, and what may cross from them: numbers and words of closed lists. A text itself never does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from tools.domain.value import AssetId, Lang, Value

EventType = Literal[
    "cpi",
    "rate_hike",
    "rate_cut",
    "fomc",
    "jobs_report",
    "election",
    "war",
    "pandemic",
    "financial_crisis",
    "earnings",
    "fx_shock",
    "oil_shock",
    "tariff",
    "halving",
    "company",
    "other",
]
Horizon = Literal["day", "week", "month", "year"]

MOST_ASSETS = 8
"""Assets one signal may be about; a text about everything is about nothing."""


@dataclass(frozen=True, slots=True)
class Article:
    """One text, untrusted: shown escaped, never to a model with tools.

    assets: ids named by the source itself, often none. url: where it stands, never opened by us. seen_at: when it first
    reached us. story: texts of one key tell the same. social: anybody could have written it. weight: trust in the
    source, 0..1.
    """

    id: str
    published_at: datetime
    source: str
    lang: Lang
    title: str
    body: str
    assets: tuple[str, ...] = ()
    url: str = ""
    seen_at: datetime | None = None
    story: str | None = None
    social: bool = False
    weight: float = 1.0

    @property
    def key(self) -> str:
        """SHA-256 that names this text in decisions; a headline changed under the same id is another text."""
        named = "\n".join((self.source, self.id, self.title, *self.assets))
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def known_at(self) -> datetime:
        """When it could first be acted on: a text that reached us late did not exist before."""
        return self.published_at if self.seen_at is None else max(self.published_at, self.seen_at)


@dataclass(frozen=True, slots=True)
class News:
    """Articles, oldest first, and what was left out: reason → count."""

    articles: tuple[Article, ...]
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """How one source does: texts kept, texts left out by reason, and why it gave nothing at all (a code, else None)."""

    source: str
    kept: int
    refused: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None
    checked_at: datetime | None = None


class Signal(Value):
    """All that crosses from a text: which assets, how good or bad for them, what kind of event, for how long, how sure.

    There is no field that could carry a word of the text.
    """

    assets: Annotated[tuple[AssetId, ...], Field(max_length=MOST_ASSETS)]
    sentiment: Annotated[float, Field(ge=-1, le=1)]
    event: EventType
    horizon: Horizon
    confidence: Annotated[float, Field(ge=0, le=1)]
