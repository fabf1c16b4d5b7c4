"""Macro and on-chain figures as they were known: simulated, from a folder's files, and never ahead of their time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.market.catalogue import figures, known_by
from knowledge.market.demo import DemoMarket
from knowledge.market.demo_signals import DemoSignals
from knowledge.market.signals import FilesSignals, NoSignals
from tools.domain.series import as_known

DEMO = DemoSignals(DemoMarket())


def day(text: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{text}T{hour:02d}:00:00+00:00")


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_a_revision_of_the_newest_period_counts_and_a_late_word_on_an_older_one_does_not() -> None:
    known = np.array(["2026-02-10", "2026-03-10", "2026-03-12", "2026-03-20"], dtype="datetime64[s]")
    about = days("2026-01-01", "2026-02-01", "2026-01-01", "2026-02-01")
    series = as_known("X", known[::-1], about[::-1], np.array([1.0, 2.0, 9.0, 2.5])[::-1])
    assert series.values.tolist() == [1.0, 2.0, 2.5]
    at = series.at(np.array(["2026-02-01", "2026-02-10", "2026-03-15", "2027-01-01"], dtype="datetime64[s]"))
    assert np.isnan(at[0]) and at[1:].tolist() == [1.0, 2.0, 2.5]
    assert series.until(np.datetime64("2026-03-11")).values.tolist() == [1.0, 2.0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60), st.floats(-1e3, 1e3)), min_size=1, max_size=40))
def test_what_was_known_at_an_instant_never_depends_on_later_prints(prints: list[tuple[int, int, float]]) -> None:
    base = np.datetime64("2026-01-01", "D")
    about = np.array([base + p for p, _, _ in prints])
    known = np.array([(base + p + lag).astype("datetime64[s]") for p, lag, _ in prints])
    values = np.array([v for _, _, v in prints])
    whole = as_known("X", known, about, values)
    cut = np.sort(known)[len(known) // 2]
    early = known <= cut
    alone = as_known("X", known[early], about[early], values[early])
    assert np.array_equal(whole.until(cut).values, alone.values)
    assert (np.diff(whole.known.astype(np.int64)) > 0).all() if len(whole.known) > 1 else True


def test_a_monthly_figure_is_not_known_in_the_month_it_describes() -> None:
    assert known_by(days("2026-01-01"), "M", 20)[0] == np.datetime64("2026-02-20T23:59:59")
    assert known_by(days("2026-01-01"), "Q", 35)[0] == np.datetime64("2026-05-05T23:59:59")
    assert known_by(days("2026-01-05"), "D", 1)[0] == np.datetime64("2026-01-06T23:59:59")


@settings(max_examples=8, deadline=None)
@given(st.datetimes(datetime(2013, 1, 1), datetime(2027, 1, 1)), st.integers(1, 900))
def test_tomorrow_only_appends_to_simulated_figures(moment: datetime, more: int) -> None:
    now = moment.replace(tzinfo=UTC)
    early, late = DEMO.at(now), DEMO.at(now + timedelta(days=more))
    limit = np.datetime64(now.replace(tzinfo=None), "s")
    for name, series in early.items():
        assert series.simulated and (series.known <= limit).all()
        assert np.array_equal(late[name].until(limit).values, series.values), name


def test_simulated_figures_have_the_size_of_real_ones_and_names_in_both_languages() -> None:
    known = DEMO.at(day("2026-03-02"))
    assert 0 < known["RF_USD"].values[-1] < 0.1 and 5 < known["VIX"].values[-1] < 80
    assert 0.2 < known["BTC.CapMVRVCur"].values[-1] < 6 and known["US_CPI"].about[-1] <= np.datetime64("2026-01-01")
    named = figures()
    assert all(name in named for name in known if name != "ETH.HashRate")
    assert all(f.name_ko and f.name_en and f.sources for f in named.values())


def test_a_folder_gives_what_it_dates_and_counts_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "macro.csv").write_text(
        "available_at,series,value\n2026-01-15T13:30:00Z,RF_USD,0.04\n2026-02-15T13:30:00Z,RF_USD,0.05\n"
        "2026-02-16T13:30:00Z,RF_USD,soon\n",
        encoding="utf-8",
    )
    (tmp_path / "chain.csv").write_text("date,asset,metric,value\n2026-02-01,BTC,MVRV,1.8\n", encoding="utf-8")
    source = FilesSignals(tmp_path)
    assert source.at(day("2026-01-15", 13)) == {}
    known = source.at(day("2026-02-15", 14))
    assert known["RF_USD"].values.tolist() == [0.04, 0.05] and known["BTC.MVRV"].values.tolist() == [1.8]
    assert source.refused == {"text": 1} and NoSignals().at(day("2026-01-01")) == {}


def test_files_as_others_publish_them_count_when_their_figures_came_out(tmp_path: Path) -> None:
    (tmp_path / "macro").mkdir()
    (tmp_path / "onchain").mkdir()
    (tmp_path / "macro" / "long.csv").write_text(
        "date,series,value\n2026-01-01,UNRATE,4.1\n2026-02-01,UNRATE,4.2\n2026-03-01,UNRATE,\n2026-02-02,DGS10,4.2\n",
        encoding="utf-8",
    )
    (tmp_path / "onchain" / "coins_btc_2026.csv").write_text(
        "date,CapMVRVCur\n2026-02-27,1.9\n2026-02-28,2.0\n2026-03-01,2.1\n", encoding="utf-8"
    )
    known = FilesSignals(tmp_path).at(day("2026-03-01"))
    assert known["UNRATE"].values.tolist() == [4.1]  # February's is not out in February
    assert known["BTC.CapMVRVCur"].values.tolist() == [1.9]  # a day's figure is known when it is over
    assert known["DGS10"].values.tolist() == [4.2]
