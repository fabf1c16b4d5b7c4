"""`news.jsonl` or `news.csv` of a `files:` folder, plain or gzipped; a missing file is a source without news."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.news.texts import MAX_LINE, article
from tools.domain.news import Article, Health, News

NAMES = ("news.jsonl", "news.jsonl.gz", "news.csv", "news.csv.gz")


class FileNews:
    """Read again whenever the file has changed, so that an appended line counts."""

    simulated = False

    def __init__(self, folder: Path) -> None:
        """Remember where to look."""
        self._path = next((folder / n for n in NAMES if (folder / n).exists()), folder / NAMES[0])
        self._stamp: tuple[int, int] | None = None
        self._known: tuple[Article, ...] = ()
        self._refused: Counter[str] = Counter()
        self._late = 0

    def between(self, since: datetime, now: datetime) -> News:
        """See `NewsSource`. Rows that are no article count as broken, too_long, undated, empty, repeated or future."""
        self._read()
        late = sum(a.published_at > now for a in self._known)
        refused = self._refused + Counter(future=late)
        self._late = late
        return News(tuple(a for a in self._known if since < a.published_at <= now), dict(refused))

    def refresh(self, now: datetime) -> int:
        """A file is looked at whenever it is asked; there is nothing to fetch."""
        return 0

    def health(self) -> tuple[Health, ...]:
        """How the file reads; empty without one."""
        if self._stamp is None:
            return ()
        refused = dict(self._refused + Counter(future=self._late))
        return (Health(self._path.name, len(self._known) - self._late, refused),)

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self) -> None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._known, self._refused = None, (), Counter()
            return
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp == self._stamp:
            return
        refused: Counter[str] = Counter()
        kept: dict[str, Article] = {}
        for row in self._rows():
            one = article(row) if isinstance(row, dict) else row
            if isinstance(one, str):
                refused[one] += 1
            elif one.id in kept:
                refused["repeated"] += 1
            else:
                kept[one.id] = one
        self._known = tuple(sorted(kept.values(), key=lambda a: (a.published_at, a.id)))
        self._stamp, self._refused = stamp, refused

    def _rows(self) -> Iterator[dict[str, Any] | str]:
        """Each row, or why it is none."""
        opener = gzip.open if self._path.suffix == ".gz" else open
        with opener(self._path, "rb") as lines:
            texts = (_decoded(line) for line in lines if line.strip())
            yield from _csv(texts) if ".csv" in self._path.suffixes else map(_json, texts)


def _decoded(line: bytes) -> str:
    """UTF-8, else the Korean code page, else with marks where nothing fits."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace")


def _json(line: str) -> dict[str, Any] | str:
    if len(line) > MAX_LINE:
        return "too_long"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "broken"
    return row if isinstance(row, dict) else "broken"


def _csv(lines: Iterator[str]) -> Iterator[dict[str, Any] | str]:
    reader = csv.DictReader(line.replace("\0", "") for line in lines)
    while True:
        try:
            row: dict[str, Any] = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field longer than any text, or a quote that never ends
            yield "too_long"
            continue
        yield {**row, "assets": [a for a in (row.get("assets") or "").split(";") if a]}
