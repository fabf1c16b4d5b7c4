import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.market.demo import DemoMarket
from knowledge.news import MAX_BODY, MAX_LINE, DemoNews, FileNews
from knowledge.tables import rows
from knowledge.tone import load_scorer

NOW = datetime(2026, 3, 31, tzinfo=UTC)
EPOCH = datetime(1990, 1, 1, tzinfo=UTC)


def row(**changes: Any) -> dict[str, Any]:
    base = {
        "id": "1",
        "published_at": "2026-03-30T09:00:00Z",
        "source": "wire",
        "lang": "en",
        "title": "T",
        "body": "B",
    }
    return base | changes


def folder(tmp_path: Path, *lines: Any) -> FileNews:
    text = "".join((x if isinstance(x, str) else json.dumps(x, ensure_ascii=False)) + "\n" for x in lines)
    (tmp_path / "news.jsonl").write_text(text, encoding="utf-8")
    return FileNews(tmp_path)


def test_articles_come_oldest_first_with_what_the_source_named(tmp_path: Path) -> None:
    source = folder(tmp_path, row(id="b", assets=["005930"]), row(id="a", published_at="2026-03-29T00:00:00+09:00"))
    found = source.between(EPOCH, NOW)
    assert [a.id for a in found.articles] == ["a", "b"] and found.refused == {}
    assert found.articles[0].published_at == datetime(2026, 3, 28, 15, tzinfo=UTC)
    assert found.articles[1].assets == ("005930",)


def test_a_text_of_tomorrow_does_not_exist_today(tmp_path: Path) -> None:
    found = folder(tmp_path, row(published_at="2026-04-01T00:00:00Z")).between(EPOCH, NOW)
    assert found.articles == () and found.refused == {"future": 1}


def test_what_was_read_before_does_not_come_again(tmp_path: Path) -> None:
    source = folder(tmp_path, row())
    assert source.between(datetime(2026, 3, 30, 9, tzinfo=UTC), NOW).articles == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<html>not json</html>", "broken"),
        ("[1, 2]", "broken"),
        (row(id=7), "broken"),
        (row(published_at="1970-01-01T00:00:00Z"), "undated"),
        (row(published_at="yesterday"), "undated"),
        (row(published_at="0001-01-01T00:00:00+14:00"), "undated"),
        (row(title=" ", body=""), "empty"),
        (row(body="x" * MAX_LINE), "too_long"),
    ],
)
def test_what_is_no_article_is_left_out_and_counted(tmp_path: Path, line: Any, reason: str) -> None:
    found = folder(tmp_path, line, row(id="good")).between(EPOCH, NOW)
    assert [a.id for a in found.articles] == ["good"] and found.refused == {reason: 1}


def test_the_same_id_counts_once(tmp_path: Path) -> None:
    assert folder(tmp_path, row(), row(title="other")).between(EPOCH, NOW).refused == {"repeated": 1}


def test_a_long_body_is_cut_and_a_missing_language_is_guessed(tmp_path: Path) -> None:
    found = folder(tmp_path, row(title="삼성전자 급등", body="가" * (MAX_BODY + 9), lang="xx")).between(EPOCH, NOW)
    assert (len(found.articles[0].body), found.articles[0].lang) == (MAX_BODY, "ko")


def test_a_folder_without_the_file_has_no_news_and_gzip_is_read(tmp_path: Path) -> None:
    assert FileNews(tmp_path).between(EPOCH, NOW).articles == ()
    with gzip.open(tmp_path / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row()) + "\n")
    assert len(FileNews(tmp_path).between(EPOCH, NOW).articles) == 1


def test_bytes_in_another_encoding_do_not_stop_the_reading(tmp_path: Path) -> None:
    line = json.dumps(row(title="삼성전자 급등"), ensure_ascii=False).encode("euc-kr")
    (tmp_path / "news.jsonl").write_bytes(line + b"\n" + json.dumps(row(id="2")).encode() + b"\n")
    assert "2" in [a.id for a in FileNews(tmp_path).between(EPOCH, NOW).articles]


def test_demo_headlines_fit_what_the_market_did() -> None:
    market = DemoMarket()
    found = DemoNews(market).between(NOW - timedelta(days=20), NOW).articles
    today = market.at(NOW)
    assert len(found) >= 60 and {a.lang for a in found} == {"ko", "en"}
    days = {d.astype(object): n for n, d in enumerate(today.days)}
    index = {a.id: i for i, a in enumerate(today.universe.assets)}
    up = {r["text"].split("{move}")[-1] for r in rows("demo_headlines.csv") if r["way"] == "up"}
    down = {r["text"].split("{move}")[-1] for r in rows("demo_headlines.csv") if r["way"] == "down"}
    for article in found:
        n, i = days[(article.published_at - timedelta(days=1)).date()], index[article.assets[0]]
        move = today.closes[n, i] / today.closes[n - 1, i] - 1
        tail = article.title.split("%")[-1]
        assert "%" not in article.title or tail in (up if move > 0 else down)


def test_tomorrow_only_appends_demo_headlines() -> None:
    news, start = DemoNews(DemoMarket()), NOW - timedelta(days=10)
    today, later = (news.between(start, now).articles for now in (NOW, NOW + timedelta(days=3)))
    assert later[: len(today)] == today and len(later) > len(today)


def test_a_demo_headline_is_published_after_the_close_it_tells_of() -> None:
    for article in DemoNews(DemoMarket()).between(NOW - timedelta(days=5), NOW).articles:
        assert NOW - timedelta(days=5) < article.published_at <= NOW


@pytest.mark.parametrize("way", ["up", "down", "flat"])
def test_demo_headlines_are_scored_as_they_are_meant(way: str) -> None:
    meant = {"up": "positive", "down": "negative", "flat": "neutral"}[way]
    texts = [r["text"].format(name="ABC", move="3.1%") for r in rows("demo_headlines.csv") if r["way"] == way]
    wrong = [t for t in texts if load_scorer().score(t).label != meant]
    assert len(wrong) <= len(texts) // 6, wrong


def test_every_demo_way_has_both_languages() -> None:
    count = {(r["lang"], r["way"]) for r in rows("demo_headlines.csv")}
    assert count == {(lang, way) for lang in ("ko", "en") for way in ("up", "down", "flat")}
