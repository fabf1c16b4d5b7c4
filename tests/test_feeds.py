"""Feeds of the web: what is asked and what never is; whatever a feed sends, it is kept, or left out with a reason."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.news import NewsStore
from knowledge.news.feeds import Feed, load_feeds, parse, url_id
from knowledge.news.fetching import HOPS, Fetcher, is_public
from knowledge.news.live import EVERY, LiveNews
from knowledge.news.texts import MAX_LINE, plain
from tools.errors import BadInput, DataMissing

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
FEED = Feed("wire", "https://feeds.example/rss", "en", False, 1.0)


def item(
    title: str = "Profit rises", link: str = "https://a.example/1", date: str = "Tue, 31 Mar 2026 09:00:00 GMT"
) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate><description>d</description></item>"
    )


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>t</title>{"".join(items)}'
    return (text + "</channel></rss>").encode(encoding)


# --- what a feed may send ---------------------------------------------------------------------------------------------


def test_an_item_is_kept_with_its_source_time_language_and_address() -> None:
    (one,) = parse(rss(item()), FEED, NOW).articles
    assert (one.source, one.lang, one.title, one.url) == ("wire", "en", "Profit rises", "https://a.example/1")
    assert one.published_at == datetime(2026, 3, 31, 9, tzinfo=UTC) and one.seen_at == NOW == one.known_at
    assert one.id == url_id("https://a.example/1")


def test_atom_is_read_too() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Loss widens</title>
      <link href="https://r.example/x"/><updated>2026-03-31T10:00:00Z</updated><summary>s</summary></entry></feed>"""
    assert [a.title for a in parse(body, FEED, NOW).articles] == ["Loss widens"]


def test_korean_in_an_old_encoding_is_read() -> None:
    (one,) = parse(rss(item("삼성전자 영업이익 급증"), encoding="euc-kr"), FEED, NOW).articles
    assert one.title == "삼성전자 영업이익 급증"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (item(date="Thu, 01 Jan 1970 00:00:00 GMT"), "undated"),
        (item(date="Fri, 01 Jan 2027 00:00:00 GMT"), "future"),
        (item(date="Tue, 31 Mar 2020 09:00:00 GMT"), "old"),
        (item(title="").replace("<description>d</description>", ""), "empty"),
        (item(title="x" * (MAX_LINE + 1)), "too_long"),
        (item() + item(), "repeated"),
    ],
)
def test_what_is_no_news_is_left_out_with_its_reason(sent: str, reason: str) -> None:
    found = parse(rss(sent, item("Good", "https://a.example/2")), FEED, NOW)
    assert "Good" in [a.title for a in found.articles] and found.refused == {reason: 1}


def test_the_same_story_five_hundred_times_is_one() -> None:
    found = parse(rss(*[item()] * 300), FEED, NOW)
    assert len(found.articles) == 1 and found.refused == {"repeated": 299}


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    found = parse(
        rss(item("One"), item("Two", "https://a.example/2")).replace(b"</channel></rss>", b"<item><ti"), FEED, NOW
    )
    assert found.refused["broken_xml"] == 1 and len(found.articles) >= 1


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body><h1>503</h1></body></html>",
        b"",
        b"{}",
        b'<!DOCTYPE r [<!ENTITY a "aa">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(DataMissing, match="source_not_a_feed"):
        parse(body, FEED, NOW)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    try:
        parse(b'<rss version="2.0"><channel><item><title>' + body, FEED, NOW)
    except DataMissing as error:
        assert error.code == "source_not_a_feed"


def test_hidden_text_scripts_and_invisible_letters_are_no_part_of_a_text() -> None:
    assert plain("<p>A<script>x()</script><span style='display: none'>sell</span>\u202eB\u200b</p><!-- no -->") == "A B"
    assert plain("<div hidden>approve <b>all</b></div>Dividend &amp; bonus") == "Dividend & bonus"


# --- whom we ask ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "::", "ff02::1", "localhost", "2130706433", "",
    ],
)  # fmt: skip
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])
def test_open_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://feeds.example/rss", "source_not_https"),
        ("file:///etc/passwd", "source_not_https"),
        ("https://user:pass@feeds.example/", "source_not_https"),
        ("https://127.0.0.1/rss", "source_private"),
        ("https://[::1]/rss", "source_private"),
        ("https://inner.example/rss", "source_private"),
        ("https://both.example/rss", "source_private"),
    ],
)
def test_what_is_not_open_and_https_is_never_asked(url: str, code: str) -> None:
    table = {"inner.example": ["10.0.0.7"], "both.example": ["93.184.216.34", "127.0.0.1"]}
    fetcher = Fetcher(resolve=lambda host, port: table.get(host, [host.strip("[]")]))
    with pytest.raises(DataMissing, match=code):
        fetcher.get(url)


Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def site(*replies: Reply) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A site on loopback that gives these replies in turn, the last one again and again; and what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = replies[min(len(asked), len(replies) - 1)]
            asked.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://site.example:{server.server_address[1]}/rss", asked
    finally:
        server.shutdown()
        server.server_close()


def near(**changes: Any) -> Fetcher:
    """A fetcher for which loopback is the open internet."""
    policy = {"resolve": lambda host, port: ["127.0.0.1"], "allowed": lambda a: True, "schemes": ("http",), **changes}
    return Fetcher(**policy)


def test_a_feed_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    first = (200, {"etag": '"v1"', "last-modified": "Tue, 31 Mar 2026 08:00:00 GMT"}, rss(item()))
    with site(first, (304, {}, b"")) as (url, asked):
        store = NewsStore(tmp_path / "news.db")
        news = LiveNews(store, (Feed("wire", url, "en", False, 1.0),), near())
        assert news.refresh(NOW) == 1
        assert news.refresh(NOW + timedelta(minutes=1)) == 0 and len(asked) == 1
        assert news.refresh(NOW + EVERY) == 0
        assert asked[1]["if-none-match"] == '"v1"' and "if-modified-since" in asked[1]
        assert asked[0]["host"].startswith("site.example")
        (health,) = news.health()
        assert (health.kept, health.problem) == (1, None)


def test_a_feed_that_fails_is_asked_less_and_less(tmp_path: Path) -> None:
    with site((500, {}, b"")) as (url, asked):
        news = LiveNews(NewsStore(tmp_path / "news.db"), (Feed("wire", url, "en", False, 1.0),), near())
        for quarter in range(40):
            news.refresh(NOW + quarter * EVERY)
        assert 4 <= len(asked) <= 6
        assert [h.problem for h in news.health()] == ["source_down"]


def test_what_was_seen_later_was_not_known_before(tmp_path: Path) -> None:
    with site((200, {}, rss(item(date="Tue, 31 Mar 2026 01:00:00 GMT")))) as (url, _):
        news = LiveNews(NewsStore(tmp_path / "news.db"), (Feed("wire", url, "en", False, 1.0),), near())
        news.refresh(NOW)
        assert news.between(NOW - timedelta(days=1), NOW - timedelta(hours=1)).articles == ()
        assert len(news.between(NOW - timedelta(days=1), NOW).articles) == 1


def test_a_redirect_inward_is_refused_before_it_is_followed() -> None:
    with site((302, {"location": "http://169.254.169.254/latest"}, b"")) as (url, asked):
        fetcher = near(
            resolve=lambda h, p: ["127.0.0.1" if h == "site.example" else h], allowed=lambda a: a == "127.0.0.1"
        )
        with pytest.raises(DataMissing, match="source_private"):
            fetcher.get(url)
        assert len(asked) == 1


def test_a_redirect_away_from_https_is_refused() -> None:
    with (
        site((302, {"location": "gopher://site.example/"}, b"")) as (url, _),
        pytest.raises(DataMissing, match="source_not_https"),
    ):
        near().get(url)


def test_redirects_in_a_circle_end() -> None:
    with site((302, {"location": "/again"}, b"")) as (url, asked), pytest.raises(DataMissing, match="source_down"):
        near().get(url)
    assert len(asked) == HOPS + 1


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((429, {}, b""), "source_busy"),
        ((404, {}, b""), "source_down"),
        ((200, {}, b"x" * 5000), "source_too_large"),
        ((200, {"content-encoding": "gzip"}, gzip.compress(b"x")), "source_down"),
    ],
)
def test_answers_that_cannot_be_used_have_a_name(reply: Reply, code: str) -> None:
    with site(reply) as (url, _), pytest.raises(DataMissing, match=code):
        near(most_bytes=1000).get(url)


def test_a_name_nobody_knows_is_said_to_be_unknown() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(DataMissing, match="source_unknown"):
        Fetcher(resolve=nobody).get("https://nowhere.example/")


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_default_feeds_are_https_and_of_both_languages(tmp_path: Path) -> None:
    feeds = load_feeds(tmp_path / "feeds.csv")
    assert {f.lang for f in feeds} == {"ko", "en"} and any(f.social for f in feeds)
    assert all(f.url.startswith("https://") and (f.weight <= 0.5 or not f.social) for f in feeds)
    assert len({f.name for f in feeds}) == len(feeds)


def test_ones_own_table_replaces_the_default_and_is_refused_by_name_when_broken(tmp_path: Path) -> None:
    own = tmp_path / "feeds.csv"
    own.write_text("name,url,lang,social,weight\nmine,https://m.example/rss,ko,1,0.2\n", encoding="utf-8")
    assert load_feeds(own) == (Feed("mine", "https://m.example/rss", "ko", True, 0.2),)
    own.write_text("name,url,lang,social,weight\nbad,http://m.example/rss,ko,1,0.2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="feeds_table"):
        load_feeds(own)


def test_an_address_counts_once_whatever_counts_its_visitors() -> None:
    same = {url_id(u) for u in ("https://A.example/x/?utm_source=b", "https://a.example/x", "https://a.example/x#top")}
    assert len(same) == 1 and url_id("https://a.example/x?id=2") not in same


# --- the store --------------------------------------------------------------------------------------------------------


def test_a_store_that_is_no_database_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    path.write_bytes(b"not a database at all" * 100)
    store = NewsStore(path)
    assert store.keep(parse(rss(item()), FEED, NOW).articles) == 1
    assert store.keep(parse(rss(item()), FEED, NOW + timedelta(hours=1)).articles) == 0
    (again,) = store.between(NOW - timedelta(hours=1), NOW)
    assert store.named((again.key,)) == {again.key: again}
    store.close()
