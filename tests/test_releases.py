"""Releases: published analogues to the digit, surprises and reactions that know no future, and cuts that pay."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.calendars import EmptyCalendar, FilesCalendar
from tools.domain.market import Array
from tools.errors import BadInput, DataMissing
from tools.optimise.limits import Limits
from tools.releases import Release, aftermath, event_covariance, predict, preempt, reaction, relevance, surprises

VECTORS = Path(__file__).parents[1].parent / "shared" / "vectors" / "07_events.json"
START = datetime(2015, 1, 7, 13, 30, tzinfo=UTC)


def vector(name: str) -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    found = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    return next(v for v in found if v["id"] == name)


def published(count: int, seed: int = 0) -> list[Release]:
    rng = np.random.default_rng(seed)
    return [
        Release(START + timedelta(days=28 * k), "cpi", float(0.02 + 0.004 * rng.standard_normal()), 0.02, 0.02)
        for k in range(count)
    ]


def prices(releases: list[Release], slope: float = 3.0, seed: int = 1) -> tuple[Any, Array]:
    """Business days, and prices that react to each surprise on its day."""
    days = np.arange("2015-01-01", "2020-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    moves = 0.003 * np.random.default_rng(seed).standard_normal(len(days))
    for r in releases:
        at = int(np.searchsorted(days, np.datetime64(r.at.date())))
        if at < len(days):
            moves[at] += slope * ((r.actual or 0.0) - (r.consensus or 0.0))
    return days, 100.0 * np.exp(np.cumsum(moves))


def test_relevance_and_its_predictions_are_the_published_ones() -> None:
    v = vector("relevance_a")
    x, y, now = (np.array(v["inputs"][k]) for k in ("X", "y", "x"))
    e = v["expected"]
    found = relevance(x, now)
    assert found.similarity == pytest.approx(np.array(e["similarity"]), abs=1e-9)
    assert found.informativeness == pytest.approx(np.array(e["informativeness"]), abs=1e-9)
    assert found.own == pytest.approx(e["informativeness_x"], abs=1e-9)
    assert found.relevance == pytest.approx(np.array(e["relevance"]), abs=1e-9)
    assert predict(x, y, now, keep=None).value == pytest.approx(e["prediction_full"], abs=1e-10)
    partial = predict(x, y, now, keep=v["inputs"]["keep_fraction"])
    assert partial.value == pytest.approx(e["prediction_partial"], abs=1e-9)
    assert partial.weights == pytest.approx(np.array(e["weights_partial"]), abs=1e-9)


def test_the_reaction_is_the_published_regression() -> None:
    v = vector("surprise_regression")
    found, e = reaction(np.array(v["inputs"]["surprise"]), np.array(v["inputs"]["ret"])), v["expected"]
    assert (found.a, found.b, found.error, found.r2) == pytest.approx((e["a"], e["b"], e["se_b"], e["R2"]), abs=1e-10)
    assert found.b / found.error == pytest.approx(e["t"], abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(12, 60), k=st.integers(1, 4))
def test_over_the_whole_sample_it_is_least_squares(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, now = rng.standard_normal((n, k)), rng.standard_normal(n), rng.standard_normal(k)
    fitted = np.linalg.lstsq(np.column_stack([np.ones(n), x]), y, rcond=None)[0]
    full = predict(x, y, now, keep=None)
    assert full.value == pytest.approx(float(fitted[0] + now @ fitted[1:]), abs=1e-9)
    part = predict(x, y, now)
    assert part.weights.sum() == pytest.approx(1.0, abs=1e-9)
    assert 0.0 <= part.fit <= 1.0


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(10, 50), seed=st.integers(0, 1000))
def test_no_later_release_or_price_changes_an_answer(cut: int, seed: int) -> None:
    known = published(60, seed)
    days, path = prices(known)
    now = known[cut].at + timedelta(days=10)
    early = days <= np.datetime64(now.date())
    whole = aftermath(known, days, path, now=now)
    assert surprises(known[: cut + 1]) == pytest.approx(surprises(known)[: cut + 1], nan_ok=True)
    short = aftermath(known[: cut + 1], days[early], path[early], now=now)
    assert (whole.count, whole.mean, whole.low, whole.ratio) == (short.count, short.mean, short.low, short.ratio)
    assert (whole.like is None) == (short.like is None)
    if whole.like and short.like:
        assert whole.like.value == short.like.value


def test_a_figure_moves_prices_from_the_close_before_it() -> None:
    known = published(40)
    days, path = prices(known, slope=8.0)
    told = aftermath(known, days, path, now=known[-1].at + timedelta(days=5))
    assert told.count == 40
    assert told.ratio > 5.0
    assert told.low < told.mean < told.high
    assert told.like is not None
    s = surprises(known)
    moved = 8.0 * (np.array([r.actual for r in known]) - 0.02)
    assert reaction(s[10:].astype(float), moved[10:].astype(float)).b > 0
    assert np.sign(told.like.value - told.mean) == np.sign(moved[-1] - moved.mean())


def test_few_cases_are_said_to_be_few() -> None:
    known = published(2)
    days, path = prices(known)
    with pytest.raises(DataMissing, match="few_cases"):
        aftermath(known, days, path, now=known[-1].at + timedelta(days=5))
    with pytest.raises(DataMissing, match="few_cases"):
        predict(np.ones((2, 2)), np.ones(2), np.ones(2))


def asked(*, cases: int = 40, ratio: float = 9.0, cost: float = 0.0001, vol: float = 0.25) -> Any:
    """Two risky assets held well above what an event of such variance would bear, and cash."""
    cov = np.diag([vol**2, (0.8 * vol) ** 2, 0.0])
    held = np.array([0.6, 0.3, 0.1])
    aversion = 4.0
    mean = aversion * cov @ held
    moves = np.random.default_rng(2).standard_normal((cases, 3)) * np.sqrt(ratio * np.diag(cov) / 250)
    return preempt(
        mean, cov, held=held, cost=np.array([cost, cost, 0.0]), risk_aversion=aversion, limits=Limits.long_only(3),
        risky=np.array([1.0, 1.0, 0.0]), cases=moves, ratio=ratio,
    )  # fmt: skip


def test_a_cut_must_save_twice_its_cost_and_never_halves_more_than_half() -> None:
    cut = asked(cost=0.00001)
    assert cut is not None
    assert cut.saved > 2 * cut.cost
    assert cut.weights[:2].sum() >= 0.45 - 1e-9
    assert cut.weights.sum() == pytest.approx(1.0, abs=1e-9)
    assert 0.0 <= cut.helped <= 1.0
    assert cut.cases == 40


@pytest.mark.parametrize("change", [{"cases": 11}, {"ratio": 1.0}, {"ratio": 0.5}, {"cost": 0.01}])
def test_it_abstains_on_few_cases_quiet_events_and_dear_trades(change: dict[str, Any]) -> None:
    assert asked(**{"cost": 0.00001} | change) is None


def test_the_covariance_of_an_event_is_that_of_the_days_it_lies_in() -> None:
    cov = np.eye(2)
    assert event_covariance(cov, 5.0, event_days=1.0, days=4.0) == pytest.approx(2.0 * cov)


def test_a_calendar_file_counts_from_its_release(tmp_path: Path) -> None:
    text = (
        "released_at,event,actual,consensus,previous\n2024-02-13T13:30:00Z,cpi,3.1%,2.9%,3.4%\n"
        "2024-01-05T13:30:00Z,jobs_report,216K,175K,\n"
    )
    (tmp_path / "releases.csv").write_text(text, encoding="utf-8")
    calendar = FilesCalendar(tmp_path)
    (first,) = calendar.releases(datetime(2024, 2, 13, 13, 29, tzinfo=UTC))
    assert (first.event, first.actual, first.consensus, first.previous) == ("jobs_report", 216_000.0, 175_000.0, None)
    assert calendar.releases(datetime(2025, 1, 1, tzinfo=UTC))[1].actual == pytest.approx(0.031)
    assert EmptyCalendar().releases(datetime(2025, 1, 1, tzinfo=UTC)) == ()
    assert FilesCalendar(tmp_path / "none").releases(datetime(2025, 1, 1, tzinfo=UTC)) == ()


def test_a_figure_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "releases.csv").write_text("released_at,event,actual\n2024-02-13,cpi,about 3\n", encoding="utf-8")
    with pytest.raises(BadInput, match="number_unreadable"):
        FilesCalendar(tmp_path).releases(datetime(2025, 1, 1, tzinfo=UTC))
