"""Falls: published numbers, the past of a series counted right, chances that are scored and never look ahead."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.calibration import Record, brier, may_show, skill
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.panic import HORIZON, History, episodes, first_passage

VECTORS = Path(__file__).parents[1].parent / "shared" / "vectors" / "08_drawdown.json"


def vectors(start: str) -> list[dict[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    found = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    return [v for v in found if v["id"].startswith(start)]


def walk(seed: int, days: int = 1500, *, drift: float = 0.0003, vol: float = 0.012) -> Array:
    rng = np.random.default_rng(seed)
    shocks = rng.standard_normal(days) * np.where(np.arange(days) % 400 > 330, 2.2, 0.8)
    return np.asarray(100.0 * np.exp(np.cumsum(drift + vol * shocks)))


def test_the_baseline_is_the_published_first_passage_law() -> None:
    for v in vectors("recovery"):
        i = v["inputs"]
        drift = i["mu"] - i["sigma"] ** 2 / 2
        found = first_passage(i["drawdown"], drift=drift, vol=i["sigma"], years=i["years"])
        assert found == pytest.approx(v["expected"]["p_recover"], abs=1e-10)


def test_a_deeper_fall_is_less_likely_to_recover_and_none_is_certain() -> None:
    chances = [first_passage(d, drift=0.04, vol=0.2, years=1.0) for d in (0.0, 0.05, 0.2, 0.5, 0.9)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0
    assert 0.0 <= chances[-1] < 0.01


def test_falls_are_counted_as_published() -> None:
    (v,) = vectors("drawdown_table")
    found = episodes(np.array(v["inputs"]["price"]))
    expected = v["expected"]["episodes"]
    assert [(e.peak, e.trough, e.recovery) for e in found] == [
        (e["peak"], e["trough"], e["recovery"]) for e in expected
    ]
    assert [e.depth for e in found] == pytest.approx([e["depth"] for e in expected], abs=1e-12)


def test_the_parts_of_the_brier_score_add_up_as_published() -> None:
    (v,) = vectors("brier_murphy")
    p, y = np.array(v["inputs"]["p"]), np.array(v["inputs"]["y"], dtype=float)
    found, e = brier(p, y), v["expected"]
    assert found.score == pytest.approx(e["brier"], abs=1e-12)
    assert found.reliability == pytest.approx(e["reliability"], abs=1e-12)
    assert found.resolution == pytest.approx(e["resolution"], abs=1e-12)
    assert found.uncertainty == pytest.approx(e["uncertainty"], abs=1e-12)
    assert found.reliability - found.resolution + found.uncertainty == pytest.approx(found.score, abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.integers(300, 900))
def test_no_chance_rests_on_a_later_price(seed: int, row: int) -> None:
    prices = walk(seed, 1200)
    later = prices.copy()
    later[row + 1 :] *= np.linspace(3.0, 0.2, len(later) - row - 1)
    told = History(prices[: row + 1]).outlook(paths=60)
    assert told == History(later).outlook(row, paths=60)
    assert 0.0 <= told.low <= told.recover <= told.high <= 1.0
    assert 0.0 <= told.further <= 1.0
    assert History(later).records(row, paths=20) == History(prices[: row + 1]).records(row, paths=20)


def test_at_its_peak_nothing_is_left_to_recover() -> None:
    peak = History(np.exp(np.linspace(0.0, 1.0, 300))).outlook()
    assert peak.recover == peak.baseline == 1.0
    assert peak.further == 0.0


def test_comparable_falls_are_those_whose_end_is_known() -> None:
    rise, fall = np.linspace(100, 150, 150), np.linspace(150, 110, 60)
    one = np.r_[rise, fall, np.linspace(110, 160, 200), np.linspace(160, 120, 60)]
    told = History(one).outlook()
    assert told.comparable.count == 1
    assert told.comparable.recovered == 1
    first = next(p for p in fall if p <= 150 * 120 / 160)
    assert told.comparable.deeper == pytest.approx(1 - 110 / first)
    assert History(one[:300]).outlook().comparable.count == 0, "the first fall has no end yet"


def test_a_steep_rise_after_every_fall_is_believed_more_than_the_baseline() -> None:
    cycle = np.r_[np.linspace(0.0, 0.3, 100), np.linspace(0.3, 0.15, 30), np.linspace(0.15, 0.3, 60)]
    noise = 0.004 * np.random.default_rng(3).standard_normal(190 * 8)
    logs = np.concatenate([cycle + 0.3 * k for k in range(8)]) + noise
    told = History(np.exp(logs[: 190 * 7 + 130])).outlook()
    assert told.opinions["analogues"] > told.baseline - 1e-9
    assert told.comparable.recovered == told.comparable.count > 3


def test_too_little_or_impossible_history_is_named() -> None:
    with pytest.raises(DataMissing, match="short_history"):
        History(np.linspace(1.0, 2.0, 30))
    with pytest.raises(DataMissing, match="not_positive"):
        History(np.r_[np.ones(100), -1.0])


def records(count: int, forecast: float, baseline: float, *, days: int = 3) -> list[Record]:
    return [Record(("x", k), 0, forecast, baseline, k % 2 == 0) for k in range(count) for _ in range(days)]


def test_doubt_about_skill_comes_from_falls_and_not_from_days() -> None:
    few, many = (skill(records(12, 0.5, 0.6, days=days)) for days in (1, 500))
    assert few.falls == many.falls == 12
    assert (few.value, few.low, few.high) == pytest.approx((many.value, many.low, many.high))


def test_a_chance_that_is_right_every_day_is_not_worse_than_one_that_is_too_high() -> None:
    """Falls that last are forecast more often: counted once each they would reward chances that are too high."""
    rng = np.random.default_rng(5)
    found: list[Record] = []
    for fall in range(400):
        while True:  # each forecast of a fall sees one half; it goes on until it recovered
            recovered = bool(rng.random() < 0.5)
            found.append(Record(("x", fall), 0, 0.5, 0.66, recovered))
            if recovered:
                break
    assert skill(found).low > 0.0
    assert skill(found).each < 0.0


def test_an_early_recovery_waits_as_long_as_a_failure_before_it_counts() -> None:
    prices = np.r_[np.full(400, 100.0), 88.0, np.linspace(90.0, 101.0, 20), np.full(300, 102.0)]
    rng = np.random.default_rng(1)
    prices = prices * np.exp(1e-4 * np.cumsum(rng.standard_normal(len(prices))))
    for seen in (430, 500, 400 + HORIZON):
        assert History(prices[:seen]).fate(400) is None
    assert History(prices[: 401 + HORIZON]).fate(400) == (True, False)


def test_only_a_record_that_is_surely_not_worse_may_be_shown() -> None:
    assert may_show(records(30, 0.5, 0.95))
    assert not may_show(records(30, 0.95, 0.5))
    assert not may_show(records(6, 0.5, 0.95)), "six falls prove nothing"


def test_the_record_is_not_worse_than_the_baseline_where_chances_are_plain() -> None:
    found = [r for seed in range(12) for r in History(walk(seed, 2500), name=str(seed)).records(2499, paths=60)]
    assert skill(found).value > -0.1
    assert len({r.fall for r in found}) > 10
