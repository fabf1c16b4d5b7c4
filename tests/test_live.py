"""The live market: filled from loopback sources, read from its store, rebuilt as of any instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.wiring import SystemClock
from knowledge.exchanges import ZONES, exchange_of, instant, library, sessions
from knowledge.market.live.listed import listed
from knowledge.market.live.opened import Live, open_live
from knowledge.market.live.source import Bar
from knowledge.market.live.store import LiveStore
from tests.exchange import World, serving, wait_for, weekdays
from tools.domain.sessions import known_cells
from tools.errors import BadInput, DataMissing
from ui.cli import main

pytest.importorskip("yfinance")
pytest.importorskip("ccxt")

FRIDAY = datetime(2026, 3, 6, 23, tzinfo=UTC)
"""After the close of Seoul and New York."""

MINE = """id,sources,quote
SPY,yahoo:SPY,
005930,yahoo:005930.KS,
BTC,yahoo:BTC-USD;binance:BTC/USDT,binance:BTC/USDT
"""


@dataclass
class Hands:
    """A clock that is moved by hand."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def filled(world: World) -> None:
    """Closes of three assets and the won over a year, up to the Friday."""
    first, last = date(2025, 1, 2), FRIDAY.date()
    rng = np.random.default_rng(5)
    days = weekdays(first, last)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for symbol, start, on in (
        ("SPY", 600.0, days), ("005930.KS", 80_000.0, days), ("KRW=X", 1400.0, days),
        ("BTC-USD", 90_000.0, every), ("BTCUSDT", 90_000.0, every), ("^VIX", 20.0, days),
    ):  # fmt: skip
        seed = rng if symbol != "BTCUSDT" else np.random.default_rng(0)
        path = start * np.exp(np.cumsum(seed.normal(0, 0.008, len(on))))
        world.closes[symbol] = {d: round(float(p), 2) for d, p in zip(on, path, strict=True)}
    world.closes["BTCUSDT"] = {d: round(p * 1.001, 2) for d, p in world.closes["BTC-USD"].items()}
    world.series |= {
        "DGS3MO": {d.isoformat(): "3.90" for d in days},
        "3M": {d.isoformat(): "3.80" for d in days if d.year == 2026},
        "10Y": {d.isoformat(): "4.20" for d in days if d.year == 2026},
        "IR3TIB01KRM156N": {f"2025-{m:02d}-01": "2.8" for m in range(1, 13)},
        "CPIAUCSL": {f"{y}-{m:02d}-01": str(300 + 12 * (y - 2024) + m) for y in (2024, 2025) for m in range(1, 13)},
        "btc/CapMVRVCur": {d.isoformat(): "1.9" for d in every},
    }


@pytest.fixture
def world() -> Iterator[World]:
    with serving(World(now=FRIDAY)) as found:
        filled(found)
        yield found


def opened(world: World, home: Path, clock: Hands, text: str = MINE) -> Live:
    (home / "mine.csv").write_text(text, encoding="utf-8")
    return open_live(home, f"live:{home / 'mine.csv'}", clock, keys={}, mirrors=world.mirrors())


def test_a_cold_start_asks_once_for_each_symbol_tells_its_progress_and_asks_nothing_twice(
    world: World, tmp_path: Path
) -> None:
    clock, told = Hands(FRIDAY), []
    live = opened(world, tmp_path, clock)
    with pytest.raises(DataMissing, match="live_empty"):
        live.market.at(FRIDAY)
    live.feed.refresh(lambda done, total, what: told.append((done, total, what)))
    for symbol in ("SPY", "005930.KS", "BTC-USD", "KRW=X"):
        assert world.count(f"/v8/finance/chart/{symbol}") == 1, symbol
    assert world.count("BTCUSDT") == 2  # candles and the book
    assert told[0][2] == "SPY" and told[-1][0] == told[-1][1] and live.feed.doing is None
    before = len(world.asked)
    live.feed.refresh()
    assert world.count("/v8/") == sum("/v8/" in a for a in world.asked[:before])
    clock.at += timedelta(hours=40)  # Sunday: nothing has closed but Bitcoin
    live.feed.refresh()
    assert world.count("chart/SPY") == 1 and world.count("chart/BTC-USD") == 2
    live.close()


def test_the_market_is_what_the_sources_told_in_each_currency_with_rates_and_signals(
    world: World, tmp_path: Path
) -> None:
    live = opened(world, tmp_path, Hands(FRIDAY))
    live.feed.refresh()
    market = live.market.at(FRIDAY)
    ids = market.universe.ids
    assert set(ids) == {"SPY", "005930", "BTC", "KRW", "USD"} and not market.simulated
    assert float(market.quotes["SPY"].price) == world.closes["SPY"][FRIDAY.date()]
    assert market.days[-1] == np.datetime64("2026-03-06") and np.isnan(market.closes[-1, ids.index("BTC")])
    assert market.stale == () and market.fx_now["USD"] > 0
    assert market.risk_free == pytest.approx({"USD": 0.038, "KRW": 0.028})
    assert np.isfinite(market.closes_in("KRW")[-1, ids.index("SPY")])
    known = live.signals.at(FRIDAY)
    assert known["BTC.CapMVRVCur"].values[-1] == 1.9 and known["UST_10Y"].values[-1] == pytest.approx(0.042)
    assert "BTC.FlowInExNtv" not in known
    cpi = [r for r in live.calendar.releases(FRIDAY) if r.event == "cpi"]
    assert cpi[-1].actual == pytest.approx(324 / 312 - 1, abs=1e-6)
    (fed,) = live.calendar.upcoming(FRIDAY)
    assert (fed.event, fed.at, fed.actual) == ("fomc", datetime(2026, 3, 18, 18, tzinfo=UTC), None)
    live.close()


def test_seoul_in_the_afternoon_does_not_know_new_yorks_close_and_its_own_last_bar_is_a_price_not_a_close(
    world: World, tmp_path: Path
) -> None:
    afternoon = datetime(2026, 3, 6, 7, tzinfo=UTC)
    clock = Hands(datetime(2026, 3, 5, 23, tzinfo=UTC))
    world.now = clock.at
    live = opened(world, tmp_path, clock)
    live.feed.refresh()
    clock.at = world.now = afternoon
    live.feed.refresh()
    market = live.market.at(afternoon)
    spy, samsung = (market.universe.ids.index(i) for i in ("SPY", "005930"))
    assert market.days[-1] == np.datetime64("2026-03-06")
    assert np.isfinite(market.closes[-1, samsung]) and np.isnan(market.closes[-1, spy])
    clock.at = world.now = datetime(2026, 3, 6, 15, tzinfo=UTC)  # New York is open
    live.feed.refresh()
    market = live.market.at(clock.at)
    assert np.isnan(market.closes[-1, spy]), "the bar of a session under way is no close"
    live.close()


def test_offline_it_serves_what_it_has_says_how_old_that_is_and_calls_prices_stale_by_their_exchange(
    world: World, tmp_path: Path
) -> None:
    clock = Hands(FRIDAY)
    live = opened(world, tmp_path, clock)
    live.feed.refresh()
    live.close()
    world.broken["/"] = (500, {})
    clock.at = world.now = FRIDAY + timedelta(days=2, hours=10)  # Monday, before Seoul closes
    again = opened(world, tmp_path, clock)
    again.feed.refresh()
    market = again.market.at(clock.at)
    assert "cache_age:58" in market.notes and market.stale == ()
    states = {s.source: s for s in again.feed.health()}
    assert states["yahoo"].state == "down" and states["yahoo"].last_good == FRIDAY
    clock.at += timedelta(days=3)
    assert set(again.market.at(clock.at).stale) == {"SPY", "005930", "BTC"}
    again.close()


def test_one_source_that_fails_leaves_the_others_alone_and_a_limit_is_respected(world: World, tmp_path: Path) -> None:
    clock = Hands(FRIDAY)
    world.broken["/v8"] = (429, {"Retry-After": "600"})
    live = opened(world, tmp_path, clock)
    live.feed.refresh()
    states = {s.source: s for s in live.feed.health()}
    assert states["yahoo"].state == "busy" and states["yahoo"].again == FRIDAY + timedelta(seconds=600)
    assert states["binance"].state == states["treasury"].state == states["coinmetrics"].state == "ok"
    first = world.count("/v8")
    clock.at += timedelta(minutes=5)
    live.feed.refresh()
    assert world.count("/v8") == first
    world.broken.clear()
    clock.at += timedelta(minutes=6)
    live.feed.refresh()
    assert {s.source: s.state for s in live.feed.health()}["yahoo"] == "ok"
    live.close()


def test_a_restatement_is_a_new_row_and_the_past_looks_as_it_did(world: World, tmp_path: Path) -> None:
    clock = Hands(FRIDAY)
    live = opened(world, tmp_path, clock)
    live.feed.refresh()
    before = live.market.at(FRIDAY)
    monday = FRIDAY + timedelta(days=3)
    halved = {d: p / 2 for d, p in world.closes["SPY"].items()}
    world.closes["SPY"] = {**halved, monday.date(): halved[FRIDAY.date()] * 1.01}
    world.splits["SPY"] = {monday.date(): 2.0}
    clock.at = world.now = monday
    live.feed.refresh()
    assert world.count("chart/SPY") == 3  # the overlap showed it: once more for everything
    after, spy = live.market.at(monday), before.universe.ids.index("SPY")
    steps = np.diff(np.log(after.closes[:, spy][np.isfinite(after.closes[:, spy])]))
    assert np.abs(steps).max() < 0.1 and float(after.quotes["SPY"].price) < 400
    again = live.market.at(FRIDAY)
    assert np.array_equal(again.closes, before.closes, equal_nan=True) and again.quotes == before.quotes
    assert live.market.at(datetime(2025, 6, 2, tzinfo=UTC)).notes.count("backfilled") == 1
    live.close()


def test_a_dividend_is_part_of_the_return_and_not_of_the_price(world: World, tmp_path: Path) -> None:
    paid = date(2026, 2, 2)
    flat = {d: (100.0 if d < paid else 98.0) for d in world.closes["SPY"]}
    world.closes["SPY"], world.dividends["SPY"] = flat, {paid: 2.0}
    live = opened(world, tmp_path, Hands(FRIDAY))
    live.feed.refresh()
    market = live.market.at(FRIDAY)
    line = market.closes[:, market.universe.ids.index("SPY")]
    assert np.ptp(line[np.isfinite(line)]) < 1e-9 and market.quotes["SPY"].price == 98
    live.close()


def test_a_fall_that_a_second_source_shows_too_is_believed_and_one_it_does_not_show_is_not(
    world: World, tmp_path: Path
) -> None:
    day = date(2026, 3, 4)
    world.closes["BTC-USD"][day] *= 0.55
    world.closes["BTCUSDT"][day] *= 0.55
    wrong = date(2026, 2, 10)
    real = world.closes["BTC-USD"][wrong]
    world.closes["BTC-USD"][wrong] *= 0.55
    live = opened(world, tmp_path, Hands(FRIDAY))
    live.feed.refresh()
    market = live.market.at(FRIDAY)
    bitcoin = dict(zip(market.days.astype(str), market.closes[:, market.universe.ids.index("BTC")], strict=True))
    assert bitcoin["2026-03-04"] == pytest.approx(world.closes["BTC-USD"][day], rel=1e-6)
    assert bitcoin["2026-02-10"] == pytest.approx(real, rel=0.002)
    live.close()


def test_a_gap_in_the_won_is_named_and_not_filled_beyond_five_days(world: World, tmp_path: Path) -> None:
    world.closes["KRW=X"] = {
        d: p for d, p in world.closes["KRW=X"].items() if not date(2026, 1, 5) <= d <= date(2026, 1, 23)
    }
    live = opened(world, tmp_path, Hands(FRIDAY))
    live.feed.refresh()
    market = live.market.at(FRIDAY)
    rate = dict(zip(market.days.astype(str), market.fx["USD"], strict=True))
    assert np.isfinite(rate["2026-01-07"]) and np.isnan(rate["2026-01-20"]) and np.isfinite(rate["2026-01-26"])
    assert any(n.startswith("fx_gap:USD:") for n in market.notes)
    live.close()


def test_a_session_without_a_price_is_asked_for_once_and_then_known_to_be_missing(world: World, tmp_path: Path) -> None:
    friday = FRIDAY.date()
    world.closes["005930.KS"].pop(friday)  # halted
    clock = Hands(FRIDAY)
    live = opened(world, tmp_path, clock)
    live.feed.refresh()
    clock.at += timedelta(hours=1)
    live.feed.refresh()
    assert world.count("chart/005930.KS") == 2  # perhaps it was only late
    clock.at += timedelta(hours=23)
    live.feed.refresh()
    clock.at += timedelta(hours=1)
    live.feed.refresh()
    assert world.count("chart/005930.KS") == 3
    live.close()


def test_the_thread_fills_the_store_while_others_read_and_stops_when_told(world: World, tmp_path: Path) -> None:
    live = opened(world, tmp_path, Hands(FRIDAY))
    live.feed.start()
    assert wait_for(lambda: live.store.asked("coinmetrics", "+".join(_btc())) is not None)
    assert live.market.at(FRIDAY).quotes["SPY"].price > 0
    live.close()


def _btc() -> list[str]:
    return [f"btc/{m}" for m in ("AdrActCnt", "CapMVRVCur", "HashRate", "FlowInExNtv", "FlowOutExNtv")]


def test_a_damaged_store_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    path.write_bytes(b"not a database at all, but long enough to look at" * 40)
    store = LiveStore(path)
    assert store.closes() == [] and store.keep_bars("yahoo", "X", [Bar(FRIDAY.date(), Decimal("1.50"))], FRIDAY) == 1
    assert store.keep_bars("yahoo", "X", [Bar(FRIDAY.date(), Decimal("1.5"))], FRIDAY + timedelta(days=1)) == 0
    assert store.newest("yahoo", "X") == [(FRIDAY.date(), Decimal("1.5"))]
    store.close()


def test_the_default_table_names_every_asset_in_both_languages_and_hedged_apart_from_unhedged() -> None:
    found = listed()
    assert 25 <= len(found.prices) <= 40
    assert all(a.name_ko and a.name_en for a in found.universe.assets)
    assert {"환헤지", "환노출"} <= {w for a in found.universe.assets for w in ("환헤지", "환노출") if w in a.name_ko}
    assert sum(a.market_weight or 0 for a in found.universe.assets) == pytest.approx(1)
    assert {"gold", "bitcoin", "us_treasuries", "kr_bonds"} <= {t for a in found.universe.assets for t in a.targets}


def test_a_file_of_tickers_is_enough_and_nonsense_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "tickers.txt"
    file.write_text("# mine\nSPY\n005930\n035900.KQ\nBRK-B\n", encoding="utf-8")
    found = listed(file)
    assert found.prices["005930"][0].symbol == "005930.KS" and found.prices["035900"][0].symbol == "035900.KQ"
    assert found.universe["035900"].currency == "KRW" and found.universe["BRK-B"].currency == "USD"
    file.write_text("id,class,currency,sources\nX,equity,USD,not a source\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        listed(file)
    assert (caught.value.code, caught.value.names[0]) == ("live_source", "tickers.txt:2")


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2024, 1, 2), datetime(2026, 11, 20)), st.integers(0, 5))
def test_no_close_is_known_before_its_exchange_has_closed(moment: datetime, back: int) -> None:
    now = moment.replace(tzinfo=UTC)
    days = np.arange(np.datetime64(now.date()) - 10, np.datetime64(now.date()) + 3)
    three = tuple(sessions(name, now) for name in ("XKRX", "XNYS", "24/7"))
    known = known_cells(days, three, instant(now))
    for k, calendar in enumerate(three):
        for day in days[known[:, k]]:
            row = np.searchsorted(calendar.days, day)
            assert calendar.ends[row] <= instant(now)
    seoul, york = known[:, 0], known[:, 1]
    both = np.isin(days, three[0].days) & np.isin(days, three[1].days)
    assert (seoul[both] >= york[both]).all()  # Seoul's close of a day is known first
    assert (known_cells(days, three, instant(now - timedelta(hours=back))) <= known).all()


def test_days_of_exchanges_know_holidays_and_half_days() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    seoul, york = sessions("XKRX", now), sessions("XNYS", now)
    assert np.datetime64("2026-09-25") not in seoul.days and np.datetime64("2026-09-25") in york.days
    early = york.ends[np.searchsorted(york.days, np.datetime64("2026-11-27"))]
    assert early == np.datetime64("2026-11-27T18:00:00")
    assert [exchange_of(listed().universe[i]) for i in ("005930", "SPY", "BTC")] == ["XKRX", "XNYS", "24/7"]
    assert len(sessions("XKRX", datetime(2160, 1, 1, tzinfo=UTC)).days) > 700  # beyond the library: weekdays


@pytest.mark.parametrize("exchange", sorted(ZONES))
def test_the_table_of_trading_days_is_what_the_library_says(exchange: str) -> None:
    theirs, ours = library(exchange, 2018, 2021), sessions(exchange, datetime(2020, 6, 1, tzinfo=UTC))
    assert np.array_equal(theirs.days, ours.days) and np.array_equal(theirs.ends, ours.ends)


def test_the_command_fetches_shows_every_source_in_both_languages_and_opens_offline_afterwards(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    world.broken["/coinmetrics"] = (500, {})
    for name, base in world.mirrors().items():
        monkeypatch.setenv(f"HANFOLIO_SOURCE_{name.upper()}", base)
    monkeypatch.setenv("HANFOLIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HANFOLIO_MARKET", f"live:{tmp_path / 'mine.csv'}")
    monkeypatch.setattr(SystemClock, "now", lambda self: FRIDAY)
    assert main(["fetch", "--lang", "en"]) == 0
    shown = capsys.readouterr()
    assert "Yahoo: answers well." in shown.out and "Coinmetrics: no answer since" in shown.out
    assert "Nothing has come from it yet." in shown.out and "SPY" in shown.err
    world.broken["/"] = (500, {})
    assert main(["doctor", "--lang", "ko"]) == 0
    told = capsys.readouterr().out
    assert "가격은" in told and "coinmetrics: 2026년 3월 6일부터 응답이 없어요." in told.lower()
    assert main(["fetch", "--lang", "ko", "--market", "demo", "--home", str(tmp_path / "other")]) == 2
