"""News as a person sees them: per holding with tone, weight and age; what they moved; how good they were; a shock.

Texts leave the store only here, for a page to show escaped. No sentence of a reply carries one: replies are read again
by a model that holds tools.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import chi2

from agent.because import find_decision, why
from agent.news import FRESH, Digest, digest, scored
from agent.review import recalled
from agent.wiring import Desk
from agent.work import Work, begin
from tools.domain.decision import Explanation, NewsInput
from tools.domain.market import Market
from tools.domain.news import Article, Health, Signal
from tools.domain.value import Lang
from tools.rebalance import standing
from tools.sentiment.pool import distinct
from tools.sentiment.view import Skill, earned, sure, unusual

SHOWN = 5
"""Headlines of one holding."""

LOUD = 2.5
"""Standard deviations from its own past at which the tone of a holding's news is a shock."""

POLAR = 0.2
"""A tone nearer to zero is called neutral."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One text as a panel shows it, to be escaped by whoever draws it; `url` is shown, never opened by us.

    tone: −1..1. weight: its share of what is heard about the holding, 0..1. age: since it became known.
    """

    title: str
    source: str
    lang: Lang
    url: str
    tone: float
    label: str
    weight: float
    age: timedelta
    social: bool


@dataclass(frozen=True, slots=True)
class HoldingNews:
    """News about one holding. tone: pooled, −1..1. shift: what they add to its expected yearly return, 0 when silent.

    moved: points of weight (a fraction) that they moved in the decision shown. stories: distinct ones by label.
    """

    asset: str
    tone: float
    shift: float
    moved: float
    stories: Mapping[str, int]
    headlines: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """How good the signal was out of sample, and what that earns it: with `ic` 0 news move nothing."""

    record: Skill | None
    ic: float
    confidence: float
    simulated: bool


@dataclass(frozen=True, slots=True)
class NewsPanel:
    """News of everything held, the largest holding first; how the sources do; how good the signal was."""

    holdings: tuple[HoldingNews, ...]
    scoreboard: Scoreboard
    health: tuple[Health, ...]
    cap: float
    simulated: bool
    unread: int


@dataclass(frozen=True, slots=True)
class NewsShock:
    """The tone of a holding's news left its own past. rate, low, high: how often a year it did so by itself so far."""

    asset: str
    day: date
    value: float
    level: float
    rate: float
    low: float
    high: float


def news_view(desk: Desk, investor: str, lang: Lang) -> NewsPanel:
    """The panel of one investor.

    Raises:
        DataMissing: What is held has no price.
    """
    work = begin(desk, investor, lang)
    market = desk.market.at(work.at)
    found = digest(desk, market)
    weights = standing(work.state.book, market, work.currency).weights
    held = [market.universe.ids[i] for i in np.argsort(-weights, kind="stable") if weights[i] > 0]
    moved = moved_by_news(work)
    return NewsPanel(
        holdings=tuple(h for h in (holding_news(found, a, lang, moved.get(a, 0.0)) for a in held) if h.headlines),
        scoreboard=scoreboard(desk, market),
        health=desk.news.health() if desk.news is not None else (),
        cap=desk.assumptions.news_cap,
        simulated=desk.news is not None and desk.news.simulated,
        unread=found.unread,
    )


def holding_news(found: Digest, asset: str, lang: Lang, moved: float = 0.0) -> HoldingNews:
    """What is told of one asset within the last days, one text a story, the weightiest first."""
    fresh = [t for t in found.told.get(asset, ()) if found.at - FRESH < t[0].known_at <= found.at]
    view = found.views.get(asset)
    weights = view.pooled.weights if view else {}
    total = sum(weights.values())
    told = {t.id for t in distinct([scored(*one) for one in fresh])}
    lines = [
        _headline(
            found.in_language(article, lang), signal, weights.get(article.key, 0.0) / total if total else 0.0, found
        )
        for article, signal in fresh
        if article.key in told
    ]
    lines.sort(key=lambda h: (-h.weight, h.lang != lang, h.age))
    counts = {label: sum(h.label == label for h in lines) for label in ("positive", "neutral", "negative")}
    return HoldingNews(
        asset=asset,
        tone=view.pooled.score if view else float(np.mean([h.tone for h in lines])) if lines else 0.0,
        shift=view.shift if view else 0.0,
        moved=moved,
        stories=counts,
        headlines=tuple(lines[:SHOWN]),
    )


def _headline(article: Article, signal: Signal, weight: float, found: Digest) -> Headline:
    label = "neutral" if abs(signal.sentiment) < POLAR else "positive" if signal.sentiment > 0 else "negative"
    return Headline(
        article.title, article.source, article.lang, article.url, signal.sentiment, label, weight,
        found.at - article.known_at, article.social,
    )  # fmt: skip


def scoreboard(desk: Desk, market: Market) -> Scoreboard:
    """How good the signal was so far on this desk's own texts and prices."""
    record = digest(desk, market).record
    return Scoreboard(record, earned(record), sure(record), market.simulated)


def moved_by_news(work: Work, decision_id: str | None = None) -> dict[str, float]:
    """Fraction of the portfolio that news moved in a decision, by asset: their row of the attribution, nothing else.

    Empty where the decision heard no news, or there is none. Without an id: the pending decision, else the last.
    """
    decision = find_decision(work, decision_id)
    if decision is None or not any(name.startswith("news/") for name in decision.inputs):
        return {}
    return moved_in(why(work, decision.id))


def moved_in(explanation: Explanation) -> dict[str, float]:
    """The shares of news in an explanation, summed over the things they were about."""
    moved: dict[str, float] = {}
    for cause in explanation.causes:
        if cause.name.split("/")[0] == "news":
            for asset, share in cause.shares.items():
                moved[asset] = moved.get(asset, 0.0) + share
    return moved


def cause_texts(work: Work, decision_id: str) -> dict[str, tuple[Article, ...]]:
    """The texts behind the news of a decision that are still in the store, by asset, the weightiest first."""
    decision = find_decision(work, decision_id)
    if decision is None or work.desk.texts is None:
        return {}
    inputs = recalled(work.desk.ledger, work.investor, decision).inputs
    found: dict[str, tuple[Article, ...]] = {}
    for value in inputs.values():
        if isinstance(value, NewsInput):
            stored = work.desk.texts.named(tuple(value.texts))
            order = sorted(value.texts, key=lambda k: -value.texts[k])
            found[value.asset] = tuple(stored[k] for k in order if k in stored)
    return found


def news_shock(work: Work, market: Market) -> tuple[NewsShock, ...]:
    """Holdings whose news are as bad today as they rarely were: for the watch, which records what is new.

    Raises:
        DataMissing: What is held has no price.
    """
    found = digest(work.desk, market)
    weights = standing(work.state.book, market, work.currency).weights
    return tuple(
        shock
        for i, asset in enumerate(market.universe.ids)
        if weights[i] > 0 and asset in found.views and (shock := _shock(found, asset, market)) is not None
    )


def _shock(found: Digest, asset: str, market: Market) -> NewsShock | None:
    """The tone of today against its own past, and how often the past itself went as far."""
    past = np.asarray(found.past[asset])
    value = unusual(found.views[asset].pooled.shrunk, past.tolist())
    if value is None or value > -LOUD:
        return None
    spread = float(past.std(ddof=1))
    below = (past - past.mean()) / spread <= -LOUD
    times = int((below[1:] & ~below[:-1]).sum()) + int(below[0])
    years = len(past) / 252
    return NewsShock(
        asset,
        date.fromisoformat(str(market.days[-1].astype("datetime64[D]"))),
        value,
        -LOUD,
        times / years,
        float(chi2.ppf(0.05, 2 * times) / 2 / years) if times else 0.0,
        float(chi2.ppf(0.95, 2 * times + 2) / 2 / years),
    )
