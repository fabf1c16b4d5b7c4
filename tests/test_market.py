"""Markets: the simulated one and the folder of CSV files."""

import csv
import gzip
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.market.demo import ANCHOR, FIRST, DemoMarket
from knowledge.market.files import FilesMarket
from knowledge.market.listing import class_weights
from knowledge.tables import load_universe
from tools.domain.market import Asset, Market, Universe
from tools.errors import BadInput, DataMissing

DEMO = DemoMarket()
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(text: str, hour: int = 22) -> datetime:
    """An hour of a day; by default one at which New York has closed."""
    return datetime.fromisoformat(f"{text}T{hour:02d}:00:00+00:00")


# --- the simulated market ---------------------------------------------------------------------------------------------


def test_the_weights_of_the_shipped_universe_sum_to_one_and_every_instrument_has_a_simulated_path() -> None:
    universe = load_universe()
    assert sum(Decimal(str(a.market_weight)) for a in universe.assets) == 1
    assert np.isfinite(DEMO.at(NOW).closes).all()
    assert {a.currency for a in universe.assets} == {"KRW", "USD"}


@settings(max_examples=12, deadline=None)
@given(st.dates(date(2011, 2, 1), date(2029, 12, 31)), st.integers(1, 1500))
def test_a_later_now_only_appends_days_to_the_simulation(first: date, more: int) -> None:
    early = DEMO.at(datetime(first.year, first.month, first.day, 7, tzinfo=UTC))
    late = DEMO.at(early.as_of + timedelta(days=more))
    n = len(early.days)
    assert np.array_equal(late.days[:n], early.days)
    assert np.array_equal(late.closes[:n], early.closes)
    assert np.array_equal(late.fx["USD"][:n], early.fx["USD"])


def test_another_asset_in_the_universe_changes_no_price_of_the_others() -> None:
    extra = Asset(id="ZZ", name_en="Zed", name_ko="제트", asset_class="equity", currency="KRW")
    wider = DemoMarket(universe=Universe(assets=(extra, *load_universe().assets))).at(NOW)
    assert np.array_equal(wider.closes[:, 1:], DEMO.at(NOW).closes)
    assert np.isfinite(wider.closes[:, 0]).all()


def test_a_simulated_close_is_not_known_before_its_day_has_ended() -> None:
    friday_noon = DEMO.at(datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert friday_noon.days[-1] == np.datetime64("2026-01-01")
    assert DEMO.at(DEMO.last()).days[-1] == np.datetime64(ANCHOR)
    assert all(q.at <= friday_noon.as_of for q in friday_noon.quotes.values())


def test_prices_on_the_anchor_day_are_those_of_the_table() -> None:
    market = DEMO.at(DEMO.last())
    assert market.quotes["SPY"].price == Decimal("600.00")
    assert market.quotes["005930"].price == Decimal("80000")
    assert market.fx_now["USD"] == Decimal("1400.00")
    assert market.risk_free == pytest.approx({"KRW": 0.025, "USD": 0.04})
    assert market.simulated and DEMO.opening("anyone") is None


def test_simulated_returns_look_like_those_of_their_class() -> None:
    market = DEMO.at(datetime(2026, 12, 31, tzinfo=UTC))
    steps = np.diff(np.log(market.closes), axis=0)
    vol = dict(zip(market.universe.ids, steps.std(axis=0) * np.sqrt(261), strict=True))
    spy, tlt, kospi = (steps[:, market.universe.ids.index(i)] for i in ("SPY", "TLT", "069500"))
    assert 0.11 < vol["SPY"] < 0.22 and 0.003 < vol["SHY"] < 0.03 and 0.4 < vol["BTC"] < 0.9
    assert vol["SHY"] < vol["IEF"] < vol["TLT"] < vol["SPY"] < vol["QQQ"] < vol["NVDA"]
    assert np.corrcoef(spy, kospi)[0, 1] > 0.5 and np.corrcoef(spy, tlt)[0, 1] < 0.05
    kurtosis = ((spy - spy.mean()) ** 4).mean() / spy.var() ** 2
    assert kurtosis > 4.5
    won = np.diff(np.log(market.fx["USD"]))
    assert np.corrcoef(won, spy)[0, 1] < -0.2


def test_before_the_first_simulated_day_there_is_nothing_to_go_by() -> None:
    with pytest.raises(DataMissing, match="before_first_day"):
        DEMO.at(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC))


def test_an_asset_in_a_currency_that_is_not_simulated_is_refused() -> None:
    euro = Asset(id="E", name_en="E", name_ko="E", asset_class="equity", currency="EUR")
    with pytest.raises(BadInput, match="demo_currency"):
        DemoMarket(universe=Universe(assets=(euro,)))


# --- a folder of files ------------------------------------------------------------------------------------------------

ASSETS = """id,name_en,name_ko,aliases,class,sector,region,currency,tags,lot,fee_bps,market_weight
005930,Samsung Electronics,삼성전자,삼전;samsung,equity,semiconductors,KR,KRW,samsung_electronics;tech,1,3,0.4
SPY,SPDR S&P 500,에스피,,equity,,US,USD,sp500,1,7,0.4
WTI,Crude oil,원유,,commodity,,WORLD,USD,oil,1,7,0.2
"""
PRICES = """date,005930,SPY,WTI
2020-03-02,55000,309.09,46.75
2020-03-03,55400,,47.18
2020-03-04,0,312.86,46.78
2020-03-05,57800,302.46,-37.63
2020-03-06,56500,-1,NaN
"""
FX = "date,pair,rate\n2020-02-28,USDKRW,1213.7\n2020-03-04,USDKRW,1187.1\n"
MACRO = (
    "available_at,series,value\n2020-01-01T00:00:00Z,RF_KRW,0.0125\n2020-01-01T00:00:00Z,RF_USD,0.0155\n"
    "2020-03-05T06:00:00Z,RF_USD,0.0105\n"
)


def folder(at: Path, **files: str) -> FilesMarket:
    for name, text in {"assets": ASSETS, "prices": PRICES, "fx": FX, "macro": MACRO, **files}.items():
        if text:
            (at / f"{name}.csv").write_text(text, encoding="utf-8")
    return FilesMarket(at)


def same(left: Market, right: Market) -> bool:
    return (
        np.array_equal(left.closes, right.closes, equal_nan=True)
        and np.array_equal(left.days, right.days)
        and all(np.array_equal(left.fx[c], right.fx[c], equal_nan=True) for c in right.fx)
        and (left.fx_now, left.risk_free, left.quotes, left.stale, left.notes)
        == (right.fx_now, right.risk_free, right.quotes, right.stale, right.notes)
    )


def test_a_folder_is_read_as_it_was_written(tmp_path: Path) -> None:
    source = folder(tmp_path)
    market = source.at(day("2020-03-05"))
    assert source.universe().ids == ("005930", "SPY", "WTI", "KRW", "USD")
    assert source.universe()["005930"].aliases == ("삼전", "samsung")
    assert market.closes[:, :3].tolist()[0] == [55000, 309.09, 46.75]
    assert np.isnan(market.closes[1, 1]) and np.isnan(market.closes[2, 0])  # empty, zero
    assert market.closes[3, 2] == -37.63  # oil was really below zero
    assert (market.closes[:, 3:] == 1).all()
    assert market.quotes["SPY"].price == Decimal("302.46")
    assert market.quotes["SPY"].at == market.as_of
    assert market.fx["USD"].tolist() == [1213.7, 1213.7, 1187.1, 1187.1]
    assert market.fx_now == {"KRW": 1, "USD": Decimal("1187.1")}
    assert market.risk_free == {"KRW": 0.0125, "USD": 0.0105}
    assert not market.simulated and market.stale == () and market.notes == ()


def test_a_negative_price_of_a_share_is_missing_and_the_last_real_one_stays_the_quote(tmp_path: Path) -> None:
    market = folder(tmp_path).at(day("2020-03-06"))
    assert np.isnan(market.closes[4, 1])
    assert market.quotes["SPY"].price == Decimal("302.46")
    assert market.quotes["SPY"].at == datetime(2020, 3, 5, 23, 59, 59, tzinfo=UTC)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 10_000))
def test_rows_of_the_future_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, shift: int, hour: int, seed: int
) -> None:
    now = day("2020-03-02", hour) + timedelta(days=shift + 1)
    rng = np.random.default_rng(seed)
    later = now.date() + timedelta(days=1)
    kept = [r for r in PRICES.splitlines() if r[:4] != "2020" or date.fromisoformat(r[:10]) <= now.date()]
    future = f"{later},{rng.integers(1, 9**6)},{rng.random():.6f},{rng.random():.6f}"
    rates = [r for r in FX.splitlines() if r[:4] != "2020" or date.fromisoformat(r[:10]) <= now.date()]
    soon = (now + timedelta(seconds=1)).isoformat()
    plain = folder(tmp_path_factory.mktemp("plain"))
    ahead = folder(
        tmp_path_factory.mktemp("ahead"),
        prices="\n".join([*kept, future]) + "\n",
        fx="\n".join([*rates, f"{later},USDKRW,{rng.integers(500, 3000)}"]) + "\n",
        macro=MACRO + f"{soon},RF_KRW,{rng.random() / 4:.4f}\n",
        quotes=f"time,asset,bid,ask\n{soon},SPY,{rng.random() + 1:.4f},3\n",
    )
    assert same(plain.at(now), ahead.at(now))


def test_an_old_price_is_stale_and_an_old_exchange_rate_tells_its_age(tmp_path: Path) -> None:
    source = folder(tmp_path)
    assert source.at(day("2020-03-12")).stale == ()
    assert source.at(day("2020-03-13")).stale == ("SPY", "WTI")  # their last prices are of the 5th
    later = source.at(day("2020-03-14"))
    assert later.stale == ("005930", "SPY", "WTI")
    assert later.notes == ("fx_age:10",)
    assert source.at(day("2020-03-09")).notes == ()


def test_an_asset_without_a_column_is_stale_and_has_no_quote(tmp_path: Path) -> None:
    market = folder(tmp_path, prices="date,SPY\n2020-03-02,300\n").at(day("2020-03-03"))
    assert market.stale == ("005930", "WTI")
    assert "WTI" not in market.quotes and np.isnan(market.closes[:, 2]).all()


def test_without_rates_and_macro_the_rest_still_works_and_says_so(tmp_path: Path) -> None:
    market = folder(tmp_path, fx="", macro="").at(day("2020-03-05"))
    assert market.fx_now == {"KRW": 1} and np.isnan(market.fx["USD"]).all()
    assert market.risk_free == {"KRW": 0.0, "USD": 0.0}
    assert market.notes == ("fx_missing:USD", "rf_missing:KRW", "rf_missing:USD")


def test_without_market_weights_the_dated_class_table_decides_and_is_named(tmp_path: Path) -> None:
    bare = "\n".join(line.rsplit(",", 1)[0] + "," for line in ASSETS.splitlines()[1:])
    source = folder(tmp_path, assets=ASSETS.splitlines()[0] + "\n" + bare + "\n")
    weights = {a.id: a.market_weight for a in source.universe().assets}
    assert source.at(day("2020-03-05")).notes == ("equilibrium:class_table",)
    assert weights["005930"] == weights["SPY"] and weights["KRW"] == weights["USD"]
    shares = class_weights()
    assert weights["WTI"] / (2 * weights["SPY"]) == pytest.approx(shares["commodity"] / shares["equity"])
    assert sum(w for w in weights.values() if w) == pytest.approx(1)


def test_a_folder_with_prices_only_infers_its_assets_and_says_so(tmp_path: Path) -> None:
    source = folder(tmp_path, assets="", prices="date,005930,QQQ,XYZ\n2020-03-02,55000,200,10\n")
    universe = source.universe()
    assert (universe["QQQ"].sector, universe["005930"].currency, universe["XYZ"].currency) == ("tech", "KRW", "USD")
    assert source.at(day("2020-03-03")).notes[:2] == ("assets:inferred", "equilibrium:class_table")


def test_compressed_files_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    plain = folder(tmp_path).at(day("2020-03-05"))
    other = tmp_path / "other"
    other.mkdir()
    for name, text in (("assets", ASSETS), ("fx", FX), ("macro", MACRO)):
        (other / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    with gzip.open(other / "prices.csv.gz", "wb") as packed:
        packed.write(PRICES.encode("utf-8-sig"))
    assert same(plain, FilesMarket(other).at(day("2020-03-05")))


def test_every_currency_is_worth_won_directly_or_by_way_of_the_dollar(tmp_path: Path) -> None:
    euro = ASSETS + "AIR,Airbus,에어버스,,equity,,EU,EUR,,1,7,\n7203,Toyota,도요타,,equity,,JP,JPY,,1,7,\n"
    pairs = FX + "2020-03-03,EURUSD,1.10\n2020-03-04,USDJPY,107.5\n2020-03-05,KRWUSD,0.0008\n"
    market = folder(tmp_path, assets=euro, fx=pairs).at(day("2020-03-05"))
    assert market.fx_now["USD"] == 1250
    assert market.fx_now["EUR"] == Decimal("1375.0")
    assert market.fx_now["JPY"] == pytest.approx(Decimal(1250) / Decimal("107.5"))
    assert market.fx["EUR"][:2].tolist() == pytest.approx([float("nan"), 1.1 * 1213.7], nan_ok=True)


def test_a_later_bid_and_ask_replace_the_close_and_a_crossed_one_is_rejected(tmp_path: Path) -> None:
    quotes = (
        "time,asset,bid,ask\n2020-03-05T15:00:00Z,SPY,300.00,300.10\n2020-03-05T15:01:00Z,WTI,50,40\n"
        "2020-03-01T15:00:00Z,005930,1,2\n"
    )
    market = folder(tmp_path, quotes=quotes).at(day("2020-03-05", 16))
    assert market.quotes["005930"].price == 57800
    assert market.quotes["SPY"].price == Decimal("300.05")  # its close of the day is five hours away
    assert market.notes == ("quote_rejected:WTI",)
    later = folder(tmp_path, quotes=quotes).at(day("2020-03-06", 1))
    assert later.quotes["WTI"].price == Decimal("-37.63")
    spread = folder(tmp_path, quotes=quotes.replace("03-05T15:00", "03-06T00:30")).at(day("2020-03-06", 1))
    assert spread.quotes["SPY"].price == Decimal("300.05")


@pytest.mark.parametrize(
    ("file", "text", "code", "place"),
    [
        ("prices", "date,SPY\n2020-03-02,300\n2020-03-03\n", "csv_row", "prices.csv:3"),
        ("prices", "date,SPY,SPY\n2020-03-02,300,300\n", "csv_columns", "prices.csv"),
        ("assets", ASSETS + "X,X,X,,shares,,US,USD,,1,7,\n", "asset_row", "assets.csv:5"),
        ("assets", ASSETS + "X,X,X,,equity,,US,USD,,-1,7,\n", "asset_row", "assets.csv:5"),
        ("assets", ASSETS + "SPY,X,X,,equity,,US,USD,,1,7,\n", "asset_repeats", "assets.csv"),
        ("assets", ASSETS + "X,X,X,,equity,,US,USD,,1,7,0.5\n", "market_weight_sum", "assets.csv"),
        ("fx", "date,pair,rate\n2020-03-02,WON,1200\n", "pair_unreadable", "fx.csv:2"),
        ("macro", "available_at,value\n2020-03-02,1\n", "csv_columns", "macro.csv"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_line(
    tmp_path: Path, file: str, text: str, code: str, place: str
) -> None:
    with pytest.raises(BadInput) as caught:
        folder(tmp_path, **{file: text}).at(day("2020-03-05"))
    assert (caught.value.code, caught.value.names[0]) == (code, place)


def test_cells_and_rows_that_cannot_be_read_are_left_out_and_counted_by_reason(tmp_path: Path) -> None:
    lines = "2020-03-03,310\n2020-03-02,300\n2020-03-02,999\n2020-13-02,300\n2020-03-04,three\n2020-03-05,312\n"
    source = folder(tmp_path, prices="date,SPY\n" + lines)
    market = source.at(day("2020-03-05"))
    spy = market.closes[:, market.universe.ids.index("SPY")]
    assert spy.tolist() == [300, 310, 312]
    assert set(market.notes) == {"prices_refused:duplicate:1", "prices_refused:text:1", "prices_refused:time:1"}
    assert "prices_refused:text:1" not in source.at(day("2020-03-03")).notes


def test_sixteen_oclock_in_seoul_does_not_know_new_yorks_close_of_the_day(tmp_path: Path) -> None:
    source = folder(tmp_path)
    seoul = source.at(datetime(2020, 3, 5, 7, tzinfo=UTC))
    assert seoul.quotes["005930"].price == 57800 and np.isnan(seoul.closes[-1, 1:3]).all()
    assert seoul.quotes["SPY"].price == Decimal("312.86")
    assert source.at(datetime(2020, 3, 5, 20, 59, tzinfo=UTC)).quotes["SPY"].price == Decimal("312.86")
    assert source.at(datetime(2020, 3, 5, 21, 0, tzinfo=UTC)).quotes["SPY"].price == Decimal("302.46")
    assert source.at(datetime(2020, 3, 5, 5, tzinfo=UTC)).days[-1] == np.datetime64("2020-03-04")


def test_a_gap_in_the_exchange_rates_is_named_with_its_age(tmp_path: Path) -> None:
    rates = "date,pair,rate\n2020-02-20,USDKRW,1213.7\n2020-03-06,USDKRW,1187.1\n"
    market = folder(tmp_path, fx=rates).at(day("2020-03-06"))
    assert market.notes == ("fx_gap:USD:14",)  # the rate used on March 5th


def test_a_price_from_before_a_long_holiday_is_fresh_and_one_that_missed_sessions_is_not(tmp_path: Path) -> None:
    seoul = ASSETS.splitlines()[0] + "\n005930,Samsung,삼성전자,,equity,,KR,KRW,,1,3,1\n"
    source = folder(tmp_path, assets=seoul, prices="date,005930\n2017-09-28,51000\n2017-09-29,51300\n")
    assert source.at(datetime(2017, 10, 9, 12, tzinfo=UTC)).stale == ()  # Seoul was closed for ten days
    assert source.at(datetime(2017, 10, 13, 12, tzinfo=UTC)).stale == ("005930",)


def test_a_middle_far_from_every_close_is_no_price_until_the_next_one_confirms_it(tmp_path: Path) -> None:
    days = [f"2020-03-{d:02d},{300 + d % 3}" for d in range(2, 31)]
    rows = "time,asset,bid,ask\n2020-03-31T14:00:00Z,SPY,29990,30010\n"
    one = folder(tmp_path, prices="date,SPY\n" + "\n".join(days) + "\n", quotes=rows)
    market = one.at(datetime(2020, 3, 31, 15, tzinfo=UTC))
    assert market.quotes["SPY"].price == 300 and market.notes[-1] == "quote_rejected:SPY"
    crash = "2020-03-31T14:00:00Z,SPY,199,201\n2020-03-31T14:01:00Z,SPY,198,200\n"
    other = folder(tmp_path, quotes="time,asset,bid,ask\n" + crash)
    assert other.at(datetime(2020, 3, 31, 15, tzinfo=UTC)).quotes["SPY"].price == 199


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("fx", "date,pair,rate\n2020-03-02,USDKRW,0\n", "rate_impossible"),
        ("macro", "available_at,series,value\n2020-03-02,RF_KRW,2.5\n", "risk_free_impossible"),
        ("prices", "date,SPY\n2020-03-09,300\n", "no_prices"),
    ],
)
def test_impossible_and_absent_numbers_are_named_as_missing(tmp_path: Path, file: str, text: str, code: str) -> None:
    with pytest.raises(DataMissing) as caught:
        folder(tmp_path, **{file: text}).at(day("2020-03-05"))
    assert caught.value.code == code


def test_text_that_is_not_utf8_and_a_broken_archive_are_refused(tmp_path: Path) -> None:
    source = folder(tmp_path, prices="")
    (tmp_path / "prices.csv").write_bytes("date,삼성\n2020-03-02,1\n".encode("cp949"))
    with pytest.raises(BadInput, match="csv_unreadable"):
        source.universe()
    (tmp_path / "prices.csv").unlink()
    (tmp_path / "prices.csv.gz").write_bytes(b"not an archive")
    with pytest.raises(BadInput, match="csv_unreadable"):
        source.universe()


HOLDINGS = "investor,asset,units,cost\nkim,005930,100,5000000\nkim,KRW,1000000,\nlee,SPY,3,900\n"
TRADES = """investor,time,asset,side,units,price,currency,fee
kim,2020-03-03T01:00:00Z,005930,buy,10,55400,KRW,100
kim,2020-03-04T01:00:00Z,KRW,deposit,500000,,KRW,
kim,2020-03-05T01:00:00Z,005930,sell,55,56000,KRW,200
kim,2020-03-05T02:00:00Z,USD,withdraw,5,,USD,
park,2020-03-03T01:00:00Z,SPY,buy,2,300,USD,1
"""


def test_an_opening_balance_is_holdings_carried_through_trades(tmp_path: Path) -> None:
    source = folder(tmp_path, holdings=HOLDINGS, trades=TRADES)
    book = source.opening("kim")
    assert book is not None
    assert book.units("005930") == 55
    assert book.positions["005930"].cost == (5_000_000 + 554_000) / Decimal(2)
    assert book.units("KRW") == 1_000_000 - 554_100 + 500_000 + 55 * 56_000 - 200
    assert book.units("USD") == 0  # withdrawn dollars had been there
    assert source.opening("nobody") is None


def test_cash_that_was_spent_without_being_paid_in_was_there_at_the_start(tmp_path: Path) -> None:
    book = folder(tmp_path, holdings=HOLDINGS, trades=TRADES).opening("park")
    assert book is not None
    assert (book.units("SPY"), book.units("USD")) == (2, 0)


def test_a_split_changes_the_units_held_before_it_and_not_those_traded_after(tmp_path: Path) -> None:
    actions = (
        "date,asset,kind,ratio\n2020-03-01,005930,split,50\n2020-03-04,005930,split,5\n2020-03-05,SPY,delisting,\n"
    )
    source = folder(tmp_path, holdings=HOLDINGS, trades=TRADES, actions=actions)
    kim, lee = source.opening("kim"), source.opening("lee")
    assert kim is not None and kim.units("005930") == 110 * 5 - 55
    assert lee is not None and lee.units("SPY") == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("kim,2020-03-06,005930,sell,1000,56000,KRW,0", "sold_more_than_held"),
        ("kim,2020-03-06,NOPE,buy,1,1,KRW,0", "unknown_asset"),
        ("kim,2020-03-06,SPY,short,1,1,USD,0", "unknown_side"),
        ("kim,2020-03-06,SPY,buy,-1,1,USD,0", "amount_impossible"),
        ("kim,2020-03-06,SPY,buy,1,0,USD,0", "amount_impossible"),
        ("kim,2020-03-06,SPY,buy,1,1,EUR,0", "unknown_currency"),
    ],
)
def test_trades_that_cannot_have_happened_are_refused(tmp_path: Path, row: str, code: str) -> None:
    source = folder(tmp_path, holdings=HOLDINGS, trades=TRADES + row + "\n")
    with pytest.raises((BadInput, DataMissing)) as caught:
        source.opening("kim")
    assert (caught.value.code, caught.value.names[0]) == (code, "trades.csv:7")


def test_the_table_of_the_simulation_names_only_assets_of_the_universe() -> None:
    path = Path(__file__).parent.parent / "knowledge" / "tables" / "demo_market.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        ids = [r["id"] for r in csv.DictReader(lines)]
    assert len(set(ids)) == len(ids)
    assert {i for i in ids if ":" not in i} == {a.id for a in load_universe().assets if a.asset_class != "cash"}
