"""Live sources, each through its own library or client, against a loopback server of the shapes they document."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.market.fetch import fetch
from knowledge.market.live.coinmetrics import CoinMetrics
from knowledge.market.live.coins import Coins
from knowledge.market.live.ecos import Ecos
from knowledge.market.live.fred import Fred
from knowledge.market.live.source import Action, Bar, Point
from knowledge.market.live.treasury import Treasury
from knowledge.market.live.yahoo import Yahoo
from tests.exchange import World, serving
from tools.errors import DataMissing

NOW = datetime(2026, 3, 6, 23, tzinfo=UTC)
THURSDAY, FRIDAY = date(2026, 3, 5), date(2026, 3, 6)


@pytest.fixture
def world() -> Iterator[World]:
    with serving(World(now=NOW)) as found:
        yield found


def code(call: object) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(DataMissing) as caught:
        call()  # type: ignore[operator]
    return caught.value.code, caught.value.names


def test_yahoo_gives_closes_splits_dividends_and_the_last_trade_in_one_request(world: World, tmp_path: Path) -> None:
    pytest.importorskip("yfinance")
    world.closes["SPY"] = {THURSDAY: 470.4999694824219, FRIDAY: 235.5}
    world.splits["SPY"], world.dividends["SPY"] = {FRIDAY: 2.0}, {FRIDAY: 1.25}
    found = Yahoo(tmp_path, base=world.base).history("SPY", date(2016, 3, 7), NOW)
    assert found.bars == (Bar(THURSDAY, Decimal("470.5")), Bar(FRIDAY, Decimal("235.5")))
    assert set(found.actions) == {Action(FRIDAY, "split", Decimal(2)), Action(FRIDAY, "dividend", Decimal("1.25"))}
    assert found.tick is not None and (found.tick.bid, found.tick.at) == (Decimal("235.5"), NOW)
    assert world.count("/v8/finance/chart/SPY") == 1


def test_yahoo_tells_an_unknown_symbol_from_a_limit_and_a_broken_server(world: World, tmp_path: Path) -> None:
    pytest.importorskip("yfinance")
    yahoo = Yahoo(tmp_path, base=world.base)
    assert code(lambda: yahoo.history("NOPE", THURSDAY, NOW))[0] == "source_empty"
    world.broken["/v8"] = (429, {"Retry-After": "90"})
    assert code(lambda: yahoo.history("SPY", THURSDAY, NOW)) == ("source_busy", ("yahoo", "90"))
    world.broken["/v8"] = (502, {})
    assert code(lambda: yahoo.history("SPY", THURSDAY, NOW))[0] == "source_down"
    world.broken.clear()
    world.garbage["/v8"] = b"<html>maintenance</html>"
    assert code(lambda: yahoo.history("SPY", THURSDAY, NOW))[0] in ("source_unreadable", "source_empty", "source_down")


@pytest.mark.parametrize(
    ("venue", "symbol", "key"), [("binance", "BTC/USDT", "BTCUSDT"), ("upbit", "BTC/KRW", "KRW-BTC")]
)
def test_a_crypto_exchange_gives_whole_days_and_the_top_of_its_book(
    world: World, venue: str, symbol: str, key: str
) -> None:
    pytest.importorskip("ccxt")
    world.closes[key] = {date(2026, 3, 4): 60_000.0, THURSDAY: 61_000.5, FRIDAY: 62_000.0}
    source = Coins(venue, base=world.base)
    found = source.history(symbol, date(2026, 3, 5), NOW)
    assert found.bars == (Bar(THURSDAY, Decimal("61000.5")),)  # Friday is not over
    tick = source.quote(symbol, NOW)
    assert 0 < tick.bid < 62_000 < tick.ask and tick.at == NOW
    assert len(world.asked) == 2  # no list of markets is loaded
    world.broken["/"] = (429, {})
    assert code(lambda: source.quote(symbol, NOW))[0] == "source_busy"


def test_fred_without_a_key_gives_latest_values_and_with_one_every_vintage(world: World) -> None:
    world.series["DGS10"] = {"2026-03-04": "4.21", "2026-03-05": "", "2026-03-06": "."}
    world.series["CPIAUCSL"] = {"2026-01-01@2026-02-12": "320.1", "2026-01-01@2026-03-12": "320.3"}
    base = f"{world.base}/fred"
    plain = Fred(graph=f"{base}/graph/fredgraph.csv")
    assert plain.points(["DGS10"], date(2026, 1, 1), NOW) == {"DGS10": [Point(date(2026, 3, 4), Decimal("4.21"))]}
    keyed = Fred("secret", api=f"{base}/fred/observations").points(["CPIAUCSL"], date(2026, 1, 1), NOW)["CPIAUCSL"]
    assert [(p.value, p.known and p.known.date()) for p in keyed] == [
        (Decimal("320.1"), date(2026, 2, 12)),
        (Decimal("320.3"), date(2026, 3, 12)),
    ]
    world.broken["/fred"] = (400, {})
    wrong, names = code(lambda: Fred("secret", api=f"{base}/fred/observations").points(["UNRATE"], THURSDAY, NOW))
    assert wrong == "source_down" and "secret" not in " ".join(names)


def test_the_bank_of_korea_needs_a_key_and_says_when_there_is_nothing(world: World) -> None:
    world.series["722Y001/D/0101000"] = {"20260305": "2.5", "20260306": "2.5"}
    world.series["901Y009/M/0"] = {"202601": "116.1"}
    bank = Ecos("secret", base=f"{world.base}/ecos")
    found = bank.points(["722Y001/D/0101000", "901Y009/M/0", "817Y002/D/1"], date(2026, 1, 1), NOW)
    assert found["722Y001/D/0101000"][0] == Point(THURSDAY, Decimal("2.5"))
    assert found["901Y009/M/0"] == [Point(date(2026, 1, 1), Decimal("116.1"))] and found["817Y002/D/1"] == []
    assert code(lambda: Ecos().points(["722Y001/D/0101000"], THURSDAY, NOW))[0] == "source_no_key"
    world.garbage["/ecos"] = b'{"RESULT": {"CODE": "ERROR-100", "MESSAGE": "bad key secret"}}'
    wrong, names = code(lambda: bank.points(["722Y001/D/0101000"], THURSDAY, NOW))
    assert (wrong, names) == ("source_refused", ("ecos",))


def test_coin_metrics_gives_several_figures_at_once_and_leaves_out_what_it_does_not_offer(world: World) -> None:
    world.series["btc/CapMVRVCur"] = {"2026-03-05": "1.91"}
    world.series["btc/AdrActCnt"] = {"2026-03-05": "812345"}
    source = CoinMetrics(base=f"{world.base}/coinmetrics")
    ids = ["btc/CapMVRVCur", "btc/AdrActCnt", "btc/FlowInExNtv", "eth/AdrActCnt"]
    assert [list(g) for g in source.groups(ids)] == [ids[:3], ids[3:]]
    found = source.points(ids[:3], date(2026, 1, 1), NOW)
    assert found == {ids[0]: [Point(THURSDAY, Decimal("1.91"))], ids[1]: [Point(THURSDAY, Decimal("812345"))]}
    world.garbage["/coinmetrics"] = b'{"data": [{"asset": "btc", "time": "x", "CapMVRVCur": NaN}]}'
    assert code(lambda: source.points(ids[:1], THURSDAY, NOW))[0] == "source_unreadable"


def test_the_treasury_gives_its_curve_of_this_year(world: World) -> None:
    world.series["10Y"], world.series["3M"] = {"2026-03-05": "4.20", "2026-01-02": "4.10"}, {"2026-03-05": "3.70"}
    found = Treasury(base=f"{world.base}/treasury").points(["3M", "10Y"], date(2026, 2, 1), NOW)
    assert found == {"3M": [Point(THURSDAY, Decimal("3.70"))], "10Y": [Point(THURSDAY, Decimal("4.20"))]}


def test_only_this_machine_is_asked_without_encryption_and_patience_asked_for_is_told(world: World) -> None:
    assert code(lambda: fetch("http://example.com/x")) == ("source_not_https", ("example.com",))
    world.broken["/x"] = (503, {"Retry-After": "120"})
    assert code(lambda: fetch(f"{world.base}/x")) == ("source_busy", ("127.0.0.1", "120"))
    world.broken["/x"] = (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    assert code(lambda: fetch(f"{world.base}/x")) == ("source_busy", ("127.0.0.1", "0"))
    world.broken["/x"] = (302, {"Location": "https://example.com"})
    assert code(lambda: fetch(f"{world.base}/x"))[0] == "source_down"
