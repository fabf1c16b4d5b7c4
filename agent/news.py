"""What is read in the news → bounded, short-lived views of a decision, and how good such views have been so far.

What a decision takes with it are numbers and ids; texts stay in the store, to be shown escaped by `agent.headlines` and
never to be spoken to a model that holds tools.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from agent.press import WINDOW, readings
from agent.wiring import Desk
from agent.work import Work
from tools.domain.decision import Input, NewsInput
from tools.domain.market import Array, Market
from tools.domain.news import Article, Signal
from tools.sentiment.pool import Scored, daily
from tools.sentiment.view import MIN_DAYS, NewsView, Skill, news_view, skill, sure

FRESH = timedelta(days=5)
"""Texts that a panel shows and a view may rest on."""

AHEAD = 5
"""Market days after a score on which its view could have earned something."""

PULSE = timedelta(minutes=15)
"""Old texts fade this often: a conversation of minutes hears the same news throughout."""

TEXTS_KEPT = 10
"""Texts named in a decision for each asset: those that weigh most."""

HALF_LIFE = {"day": timedelta(days=1), "week": timedelta(days=5), "month": timedelta(days=5), "year": timedelta(days=5)}

Told = tuple[Article, Signal]


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything read at one instant. told: by asset, oldest first. views: what counts today. unread: texts left.

    past: shrunk daily scores before today, oldest first, of what has a view. twins: the texts of one story, by its key.
    """

    at: datetime
    told: Mapping[str, tuple[Told, ...]]
    views: Mapping[str, NewsView]
    record: Skill | None
    unread: int = 0
    past: Mapping[str, Sequence[float]] = field(default_factory=dict)
    twins: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)

    def in_language(self, article: Article, lang: str) -> Article:
        """The same story told in a language, where its source tells it in several."""
        return next((a for a in self.twins.get(article.story or "", ()) if a.lang == lang), article)


def news_inputs(work: Work, market: Market) -> dict[str, Input]:
    """What news put into a decision, under "news/ASSET"; empty without fresh texts, a past, or skill.

    The texts behind it are kept in the store, so that a cause can open its headlines.
    """
    found = digest(work.desk, market)
    inputs: dict[str, Input] = {}
    for asset, view in sorted(found.views.items()):
        weights = sorted(view.pooled.weights.items(), key=lambda x: (-x[1], x[0]))[:TEXTS_KEPT]
        total = sum(w for _, w in weights)
        if total <= 0 or abs(view.shift) < 1e-6:
            continue
        inputs[f"news/{asset}"] = NewsInput(
            asset=asset,
            shift=view.shift,
            confidence=sure(found.record),
            score=view.pooled.shrunk,
            z=view.z,
            ic=view.ic,
            texts={key: min(w / total, 1.0) for key, w in weights},
            expires_at=view.expires_at,
        )
    if inputs and work.desk.texts is not None:
        used = {key for value in inputs.values() if isinstance(value, NewsInput) for key in value.texts}
        every = {a.key: a for told in found.told.values() for a, _ in told}
        work.desk.texts.keep(every[key] for key in sorted(used) if key in every)
    return inputs


def digest(desk: Desk, market: Market) -> Digest:
    """Everything read up to the market's instant; worked out once for the texts that are there."""
    if desk.news is None:
        return Digest(market.as_of, {}, {}, None)
    articles = desk.news.between(market.as_of - WINDOW, market.as_of).articles
    newest = articles[-1].key if articles else ""
    mark = (
        len(articles),
        newest,
        int(market.as_of.timestamp() // PULSE.total_seconds()),
        market.universe.ids,
        len(market.days),
    )
    known = desk.digests.get("news")
    if known is None or known[0] != mark:
        known = desk.digests["news"] = (mark, _digested(desk, market, articles))
    return known[1]


def _digested(desk: Desk, market: Market, articles: Sequence[Article]) -> Digest:
    signals, unread = readings(desk, market.universe, articles)
    told: dict[str, list[Told]] = {}
    for article in articles:
        for signal in signals.get(article.key, ()):
            for asset in signal.assets:
                told.setdefault(asset, []).append((article, signal))
    if unread:  # half of what was written is not what was written
        return Digest(market.as_of, {a: tuple(t) for a, t in told.items()}, {}, None, unread)
    first = min((a.known_at for a in articles), default=market.as_of)
    panel = _Panel(market, first)
    texts = {asset: [scored(*one) for one in ones] for asset, ones in told.items() if asset in market.universe}
    scores = {asset: daily(ones, panel.closes) for asset, ones in texts.items()}
    record = panel.record(texts, scores)
    views: dict[str, NewsView] = {}
    before: dict[str, list[float]] = {}
    for asset, ones in texts.items():
        fresh = [t for t in ones if t.at > market.as_of - 2 * FRESH]
        place = market.universe.ids.index(asset)
        if market.universe.assets[place].asset_class == "cash" or not fresh or not np.isfinite(panel.vol[place]):
            continue
        past = scores[asset][:-1].tolist()
        view = news_view(asset, fresh, market.as_of, past=past, volatility=float(panel.vol[place]), record=record)
        if view is not None:
            views[asset], before[asset] = view, past
    return Digest(
        market.as_of,
        {a: tuple(t) for a, t in told.items()},
        views,
        record,
        past=before,
        twins=_twins(articles, market.as_of),
    )


def _twins(articles: Sequence[Article], now: datetime) -> dict[str, tuple[Article, ...]]:
    """Fresh texts that their source marks as telling one story."""
    found: dict[str, tuple[Article, ...]] = {}
    for article in articles:
        if article.story is not None and article.known_at > now - FRESH:
            found[article.story] = (*found.get(article.story, ()), article)
    return found


def scored(article: Article, signal: Signal) -> Scored:
    """What one text says of one asset, as pooling takes it."""
    return Scored(
        id=article.key,
        at=article.known_at,
        source=article.source,
        score=signal.sentiment,
        confidence=signal.confidence,
        weight=article.weight,
        half_life=HALF_LIFE[signal.horizon],
        social=article.social,
        text=article.title or article.body[:300],
        story=article.story,
    )


@dataclass(slots=True)
class _Panel:
    """Market days since news are known, and what followed each. closes: when the close of each day is known."""

    market: Market
    first: datetime
    closes: list[datetime] = field(init=False)
    vol: Array = field(init=False)
    ahead: Array = field(init=False)

    def __post_init__(self) -> None:
        ends = [_end(d) for d in self.market.days[-300:]]
        kept = sum(e >= self.first for e in ends)
        self.closes = ends[len(ends) - kept :]
        logs = np.log(self.market.closes[-300:])
        self.vol = np.sqrt(_mean(np.diff(logs, axis=0)[-250:] ** 2, axis=0) * 252)
        # What is known at a close is traded at the next one and held for AHEAD days.
        later = np.full_like(logs, np.nan)
        if len(logs) > AHEAD + 1:
            later[: -AHEAD - 1] = logs[AHEAD + 1 :] - logs[1:-AHEAD]
        scaled = later / np.where(self.vol > 0, self.vol, np.nan)
        self.ahead = (scaled - _mean(scaled, axis=1)[:, None])[len(ends) - kept :]

    def record(self, texts: Mapping[str, Sequence[Scored]], scores: Mapping[str, Array]) -> Skill | None:
        """How scores went with what followed, on the days on which something new was told of an asset."""
        found: list[tuple[int, float, float]] = []
        stamps = np.array([c.timestamp() for c in self.closes])
        for asset, ones in texts.items():
            column = self.ahead[:, self.market.universe.ids.index(asset)]
            days = np.unique(np.searchsorted(stamps, [t.at.timestamp() for t in ones]))
            for day in days[(days >= MIN_DAYS) & (days < len(stamps))].tolist():
                past = scores[asset][:day]
                spread = float(past.std(ddof=1))
                if spread > 1e-9 and np.isfinite(column[day]):
                    found.append((day, float((scores[asset][day] - past.mean()) / spread), float(column[day])))
        return skill([z for _, z, _ in found], [r for _, _, r in found], days=len({d for d, _, _ in found}))


def _mean(values: Array, *, axis: int) -> Array:
    """Mean of what is known along an axis; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan)


def _end(day: np.datetime64) -> datetime:
    """When the close of a day is known."""
    found = day.astype("datetime64[D]").item()
    return datetime(found.year, found.month, found.day, tzinfo=UTC) + timedelta(days=1)
