"""The bytes of an RSS or Atom feed → articles, and what was left out. Which feeds are asked: one dated table."""

import calendar
import csv
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from knowledge import tables
from knowledge.news.texts import OLDEST, article
from tools.domain.news import Article, News
from tools.errors import BadInput, DataMissing

MOST_ITEMS = 300
"""Items of one feed that are looked at."""

OLD = timedelta(days=30)
"""An older item is no news when it reaches us."""

SKEW = timedelta(minutes=10)
"""A clock may run ahead by so much; a later date is from the future."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: where it is, its language, whether anybody may write there, and how far it is trusted (0..1)."""

    name: str
    url: str
    lang: str
    social: bool
    weight: float


def load_feeds(own: Path) -> tuple[Feed, ...]:
    """The feeds of one's own table (columns name, url, lang, social, weight), else those of the project.

    Raises:
        BadInput: "feeds_table", the own table has a row that is none; its name stands with it.
    """
    if own.exists():
        with own.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(_feed(row) for row in csv.DictReader(lines))
    return tuple(_feed(row) for row in tables.rows("feeds.csv"))


def _feed(row: Mapping[str, Any]) -> Feed:
    try:
        weight = float(row.get("weight") or 0.5)
        if not row["url"].startswith("https://") or not row["name"].strip() or not 0 <= weight <= 1:
            raise ValueError(row)
        return Feed(row["name"].strip(), row["url"], row.get("lang") or "", row.get("social") in ("1", "true"), weight)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadInput("feeds_table", str(row.get("name") or row.get("url") or "")) from error


def parse(body: bytes, feed: Feed, now: datetime) -> News:
    """The articles of a feed as they reach us `now`, oldest first, and what was left out by reason.

    Raises:
        DataMissing: "source_not_a_feed", it is a web page, nothing, or XML that defines entities of its own.
    """
    import feedparser

    if b"<!ENTITY" in body:
        raise DataMissing("source_not_a_feed", feed.name)
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version"):
        raise DataMissing("source_not_a_feed", feed.name)
    refused: Counter[str] = Counter()
    if found.bozo and not isinstance(found.bozo_exception, feedparser.CharacterEncodingOverride):
        refused["broken_xml"] += 1
    kept: dict[str, Article] = {}
    for entry in found.entries[:MOST_ITEMS]:
        one = _item(entry, feed, now)
        if isinstance(one, str):
            refused[one] += 1
        elif one.id in kept:
            refused["repeated"] += 1
        else:
            kept[one.id] = one
    refused["too_many"] += max(len(found.entries) - MOST_ITEMS, 0)
    articles = sorted(kept.values(), key=lambda a: (a.published_at, a.id))
    return News(tuple(articles), {k: n for k, n in refused.items() if n})


def _item(entry: Mapping[str, Any], feed: Feed, now: datetime) -> Article | str:
    """The article of one item, or why it is none. An item without a date is as old as our knowledge of it."""
    at = _date(entry) or now
    if at < OLDEST:
        return "undated"
    if at > now + SKEW:
        return "future"
    if at < now - OLD:
        return "old"
    content = entry.get("content") or []
    body = entry.get("summary") or (content[0].get("value") if content else "") or ""
    title, url = str(entry.get("title") or ""), str(entry.get("link") or "")
    row = {
        "id": url_id(url) if url else url_id(str(entry.get("id") or title)),
        "published_at": min(at, now).isoformat(),
        "source": feed.name,
        "lang": feed.lang,
        "title": title,
        "body": str(body),
        "url": url if url.startswith("https://") else "",
    }
    made = article(row)
    if isinstance(made, str):
        return made
    return Article(
        made.id, made.published_at, made.source, made.lang, made.title, made.body,
        url=made.url, seen_at=now, social=feed.social, weight=feed.weight,
    )  # fmt: skip


def _date(entry: Mapping[str, Any]) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError, OSError):
        return OLDEST - timedelta(days=1)


def url_id(url: str) -> str:
    """SHA-256 of an address without what only counts visitors: the same story through two doors has one id."""
    parts = urlsplit(url.strip())
    asked = [(k, v) for k, v in parse_qsl(parts.query) if not k.lower().startswith(("utm_", "fbclid", "gclid"))]
    plain = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), urlencode(asked), ""))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
