"""One text as it comes in → an article, or the reason why it is none. Everything a source can get wrong ends here."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from tools.domain.news import Article
from tools.domain.value import Lang
from tools.sentiment.reading import language

MAX_TITLE, MAX_BODY, MAX_LINE = 300, 20_000, 200_000
"""Characters of a title, a body and one raw text; what is longer than a line is refused, a longer title or body cut."""

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""An earlier date is a broken clock (1970), not news."""

LANGS: tuple[Lang, ...] = ("ko", "en")


def article(row: Mapping[str, Any]) -> Article | str:
    """The article of a row {id, published_at, source, title, body, lang?, assets?, url?}, or a reason: broken, undated,
    empty, too_long."""
    if not all(isinstance(row.get(k), str) for k in ("id", "published_at", "source")):
        return "broken"
    at = instant(row["published_at"])
    if at is None or at < OLDEST:
        return "undated"
    title, body = (plain(row.get(k)) for k in ("title", "body"))
    if title is None or body is None:
        return "too_long"
    if not title and not body:
        return "empty"
    named = row.get("assets")
    assets = tuple(a for a in named if isinstance(a, str)) if isinstance(named, list | tuple) else ()
    lang: Lang = row["lang"] if row.get("lang") in LANGS else language(f"{title} {body}")
    url = row["url"] if isinstance(row.get("url"), str) else ""
    return Article(
        row["id"][:200], at, row["source"][:80], lang, title[:MAX_TITLE], body[:MAX_BODY], assets[:20], url[:500],
        social=row.get("social") in (True, "1", "true"),
    )  # fmt: skip


def instant(text: str) -> datetime | None:
    """An ISO instant as UTC, one without a zone as UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def plain(value: Any) -> str | None:
    """Text without tags, scripts, control, bidi and zero-width characters, on one line; None when it is too long."""
    if not isinstance(value, str):
        return ""
    if len(value) > MAX_LINE:
        return None
    text = _untagged(value) if "<" in value or "&" in value else value
    text = unicodedata.normalize("NFC", text)
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if _shows(c))
    return " ".join(shown.split())


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")


class _Text(HTMLParser):
    """Collects what a reader would see: no tags, no comments, nothing of scripts, styles and what is hidden."""

    _SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = "".join(v or "" for k, v in attrs if k == "style").replace(" ", "").lower()
        unseen = "display:none" in style or "visibility:hidden" in style or any(k == "hidden" for k, _ in attrs)
        if self._hidden or tag in self._SILENT or unseen:
            if tag not in ("br", "img", "hr", "input", "meta", "link", "wbr"):
                self._hidden.append(tag)
        else:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _untagged(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts)
