"""Traits from trades: published numbers reproduced, definitions by hand, and intervals that keep what they promise."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.evals import behaviour as evaluation
from tests.investors import NAMES, Kind, drawn, investor
from tools.behaviour import NEUTRAL, Deal, Past, Trait, traits
from tools.behaviour.habits import (
    PGR,
    PLR,
    concentration,
    disposition,
    herfindahl,
    is_panic,
    merton,
    normalised_variance,
    panic,
    risk_aversion,
    trend_chasing,
    turnover,
)
from tools.behaviour.posterior import Posterior, average, beta, design_effect, normal, rate
from tools.behaviour.prospect import value, weight

VECTORS = Path(__file__).parents[2] / "shared/vectors/05_behaviour.json"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not beside this checkout")
    return {v["id"]: v for v in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]}


def days(count: int) -> Any:
    every = np.arange("2024-01-01", "2030-01-01", dtype="datetime64[D]")
    return every[np.is_busday(every)][:count]


def past(closes: Any, deals: Sequence[tuple[int, str, str, float, float]], **held: float) -> Past:
    """A past on names A, B, … bought at 100 where held at first; deals are (row, asset, side, units, price)."""
    closes = np.asarray(closes, dtype=float)
    names = tuple("ABCDEFGH"[: closes.shape[1]])
    units = np.array([held.get(n, 0.0) for n in names])
    found = tuple(
        Deal(f"d{i}", days(len(closes))[row], asset, side, n, price)  # type: ignore[arg-type]
        for i, (row, asset, side, n, price) in enumerate(deals)
    )
    return Past(names, days(len(closes)), closes, found, units, units * 100.0, days(1)[0])


# --- published numbers ------------------------------------------------------------------------------------------------


def test_the_published_ratios_follow_from_the_published_counts(vectors: dict[str, Any]) -> None:
    given, wanted = vectors["odean_aggregate"]["inputs"], vectors["odean_aggregate"]["expected"]
    n_gain = given["realized_gains"] + given["paper_gains"]
    n_loss = given["realized_losses"] + given["paper_losses"]
    up = rate(given["realized_gains"], given["paper_gains"], PGR)
    down = rate(given["realized_losses"], given["paper_losses"], PLR)
    assert up.mean == pytest.approx(wanted["PGR"], abs=1e-5) and down.mean == pytest.approx(wanted["PLR"], abs=1e-5)
    assert np.hypot(up.sd, down.sd) == pytest.approx(wanted["se"], rel=1e-3)
    assert min(n_gain, n_loss) > 90_000 and PGR[0] / sum(PGR) == pytest.approx(wanted["PGR"], abs=1e-3)


def test_a_short_history_is_shrunk_as_published_and_stays_silent(vectors: dict[str, Any]) -> None:
    given, wanted = vectors["beta_shrink_pgr"]["inputs"], vectors["beta_shrink_pgr"]["expected"]
    up, down = beta(given["rg"], given["pg"], *PGR), beta(given["rl"], given["pl"], *PLR)
    assert up.mean == pytest.approx(wanted["PGR_mean"], abs=1e-9)
    assert down.mean == pytest.approx(wanted["PLR_mean"], abs=1e-9)
    sd = float(np.hypot(up.sd, down.sd))
    assert sd == pytest.approx(wanted["DE_sd"], abs=1e-9)
    low, high = Posterior(stats.norm(up.mean - down.mean, sd), 1.0).interval
    assert low < 0 < high


def test_revealed_risk_aversion_is_mertons(vectors: dict[str, Any]) -> None:
    given = vectors["implied_gamma"]["inputs"]
    found = [merton(s, premium=given["mu_ex"], volatility=given["sigma"]) for s in given["share"]]
    assert found == pytest.approx(vectors["implied_gamma"]["expected"]["gamma"], abs=1e-9)


def test_three_snapshots_give_the_worked_posterior(vectors: dict[str, Any]) -> None:
    given, wanted = vectors["gamma_posterior"]["inputs"], vectors["gamma_posterior"]["expected"]
    seen = np.log([merton(s, premium=given["mu_ex"], volatility=given["sigma"]) for s in given["shares"]])
    noise = given["obs_log_sd"] ** 2 / len(seen)
    found = normal(float(seen.mean()), noise, (given["prior_log_mean"], given["prior_log_sd"]), log=True)
    assert found.median == pytest.approx(wanted["gamma_median"], abs=1e-9)
    assert found.interval == pytest.approx(wanted["ci90"], abs=1e-3)  # the sheet rounds 1.645


def test_normalised_variance_is_the_published_one(vectors: dict[str, Any]) -> None:
    given, wanted = vectors["gk_normalised_variance"]["inputs"], vectors["gk_normalised_variance"]["expected"]
    n = given["N"]
    cov = np.full((n, n), given["mean_corr"]) + (1 - given["mean_corr"]) * np.eye(n)
    equal = np.full(n, 1 / n)
    assert normalised_variance(cov, equal) == pytest.approx(wanted["NV"], abs=1e-12)
    assert herfindahl(equal) == pytest.approx(wanted["HHI"], abs=1e-12)


def test_panic_is_called_as_published(vectors: dict[str, Any]) -> None:
    cases = vectors["panic_definition"]["inputs"]["cases"]
    found = {c["id"]: is_panic(c["equity_start"], c["equity_end"], c["net_equity_sales"]) for c in cases}
    assert found == vectors["panic_definition"]["expected"]["panic"]


def test_gains_losses_and_chances_feel_as_published(vectors: dict[str, Any]) -> None:
    given, wanted = vectors["tk_value"]["inputs"], vectors["tk_value"]["expected"]
    chances = np.array(given["p"])
    assert value(np.array(given["x"], dtype=float)) == pytest.approx(wanted["v"], abs=1e-6)
    assert weight(chances, "gain") == pytest.approx(wanted["w_plus"], abs=1e-9)
    assert weight(chances, "loss") == pytest.approx(wanted["w_minus"], abs=1e-9)


# --- definitions ------------------------------------------------------------------------------------------------------


def test_the_worked_example_of_daymon_and_rosalie_is_counted_right() -> None:
    won, lost = 120.0, 80.0
    daymon = past([[100.0] * 5, [won, won, lost, lost, lost]], [(1, "A", "sell", 1, won), (1, "C", "sell", 1, lost)],
                  A=1, B=1, C=1, D=1, E=1)  # fmt: skip
    rosalie = past([[100.0] * 3, [won, won, lost]], [(1, "A", "sell", 1, won)], A=1, B=1, C=1)
    sales = [*daymon.walked.sales, *rosalie.walked.sales]
    counts = [(s.realised_gains, s.paper_gains, s.realised_losses, s.paper_losses) for s in sales]
    assert np.sum(counts, axis=0).tolist() == [2, 2, 1, 3]


def test_a_sale_of_the_only_name_tells_nothing_of_disposition() -> None:
    alone = past([[100.0], [120.0]], [(1, "A", "sell", 1, 120.0)], A=1)
    assert not alone.walked.sales and disposition(alone).n_events == 0


def test_a_name_bought_on_the_day_of_a_sale_is_no_paper_gain_and_a_price_at_cost_is_neither() -> None:
    found = past([[100.0, 100.0, 100.0], [120.0, 100.0, 90.0]],
                 [(1, "C", "buy", 1, 80.0), (1, "A", "sell", 1, 120.0)], A=1, B=1)  # fmt: skip
    (sale,) = found.walked.sales
    assert (sale.realised_gains, sale.paper_gains, sale.paper_losses) == (1, 0, 0)


def test_cost_is_the_average_of_all_purchases() -> None:
    found = past([[100.0, 100.0], [200.0, 100.0], [140.0, 100.0]],
                 [(1, "A", "buy", 1, 200.0), (2, "A", "sell", 1, 140.0)], A=1, B=1)  # fmt: skip
    (sale,) = found.walked.sales
    assert (sale.realised_gains, sale.realised_losses) == (0, 1)


def test_turnover_is_half_of_what_is_bought_and_sold_over_what_is_held() -> None:
    rows = 261
    deals = [d for r in range(10, 250, 20) for d in ((r, "A", "sell", 1, 100.0), (r + 1, "A", "buy", 1, 100.0))]
    found = turnover(past(np.full((rows, 2), 100.0), deals, A=5, B=5))
    assert found.estimate == pytest.approx(1.2, rel=0.12) and found.lo90 < 1.2 < found.hi90
    assert found.n_events == 12 or found.n_events == 11


def test_the_return_before_a_purchase_leaves_its_day_out() -> None:
    closes = np.full((70, 4), 100.0)
    closes[60:, 0] = 150.0  # A had risen before the day
    closes[65:, 1] = 500.0  # B rises on the day itself
    found = trend_chasing(past(closes, [(65, "A", "buy", 1, 150.0)]))
    gains = np.array([0.5, 0.0, 0.0, 0.0])
    z = (gains[0] - gains.mean()) / gains.std()
    assert found.n_events == 1 and 0 < found.estimate < z
    assert trend_chasing(past(closes, [(65, "B", "buy", 1, 500.0)])).estimate < 0


def crash() -> Any:
    """Prices that fall by a tenth on row 30 and stay there to the end of that month."""
    closes = np.full((44, 2), 100.0)
    closes[30:] = 90.0
    return closes


@pytest.mark.parametrize(
    ("deals", "panicked"),
    [
        ([(31, "A", "sell", 5, 90.0)], 1),
        ([(31, "A", "sell", 4.9, 90.0)], 0),
        ([(30, "A", "sell", 2, 90.0), (34, "B", "sell", 3, 90.0)], 1),
        ([(30, "A", "sell", 2, 90.0), (35, "B", "sell", 3, 90.0)], 0),
        ([(31, "A", "sell", 5, 90.0), (32, "B", "buy", 1, 90.0)], 0),
        ([(10, "A", "sell", 9, 100.0)], 0),
    ],
)
def test_a_panic_is_a_quarter_sold_within_five_days_of_stress(deals: list[Any], panicked: int) -> None:
    found = panic(past(crash(), deals, A=10, B=10))
    assert found.n_events == 1
    assert (found.estimate > 0.25) == bool(panicked)
    assert len(found.evidence) == (len(deals) if panicked else 0)


def test_without_a_panic_never_is_inside_the_interval() -> None:
    assert panic(past(crash(), [], A=10, B=10)).lo90 == pytest.approx(0.0, abs=1e-12)


def test_one_name_is_as_concentrated_as_can_be() -> None:
    found = concentration(past(np.full((261, 3), 100.0), [], A=1))
    assert 0.9 < found.estimate <= 1.0 and found.hi90 <= 1.0 and found.call == "high"


def test_without_cash_told_no_risk_aversion_is_revealed() -> None:
    blank = past(np.full((261, 2), 100.0), [], A=1)
    assert risk_aversion(blank).call is None and risk_aversion(blank).n_events == 0
    half = replace(blank, cash=np.full(261, 100.0))
    found = risk_aversion(half)
    assert found.estimate == pytest.approx(merton(0.5, premium=0.05, volatility=0.16), rel=0.1)
    assert found.assumed == {"premium": 0.05, "volatility": 0.16}
    assert risk_aversion(half, premium=0.1, volatility=0.16).estimate > 1.5 * found.estimate


def test_where_nothing_was_done_everything_is_silent() -> None:
    for trait in traits(past(np.full((40, 2), 100.0), [])):
        assert trait.call is None and trait.n_events == 0 and trait.prior_weight == pytest.approx(1.0)
        assert trait.lo90 < trait.estimate < trait.hi90


def test_evidence_of_one_month_hangs_together() -> None:
    parts = np.repeat([1.0, -1.0], 50) / 100
    months = np.repeat([0, 1], 50)
    spread = np.arange(100)
    independent = float(parts @ parts)
    assert design_effect(parts, months, independent) > 3 * design_effect(parts, spread, independent)


def test_a_series_that_wanders_is_worth_fewer_months() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(60)
    _, calm = average(noise, (0.0, 1.0), 1.0)
    _, wandering = average(np.cumsum(noise), (0.0, 1.0), 1.0)
    assert wandering < 5 < 20 < calm


def test_an_investor_unlike_the_population_is_not_drawn_to_it() -> None:
    """A fixed prior of weight twenty would say .38 for forty sales in a hundred; the mixture lets go of it."""
    assert rate(80, 120, PGR).mean == pytest.approx(0.4, abs=0.01)
    assert rate(0, 2, PGR).mean < 0.2


# --- known investors --------------------------------------------------------------------------------------------------


def truths(pasts: Sequence[Past], kind: Kind) -> dict[str, float]:
    """What a kind of investor comes to over many lives; the risk aversion is the one its share was chosen for."""
    counts = np.sum(
        [(s.realised_gains, s.paper_gains, s.realised_losses, s.paper_losses) for p in pasts for s in p.walked.sales],
        axis=0,
    )
    rg, pg, rl, pl = counts.tolist()
    turned = [
        (p.walked.bought + p.walked.sold)[p.begin :].sum() / 2 / p.years / p.walked.value[p.month_ends].mean()
        for p in pasts
    ]
    worth = [(p.walked.held * p.prices)[p.month_ends] for p in pasts]
    packed = [np.mean([herfindahl(w) for w in m if w.sum() > 0]) for m in worth]
    return {
        "disposition": rg / (rg + pg) - rl / (rl + pl),
        "turnover": float(np.mean(turned)),
        "panic": kind.panic,
        "concentration": float(np.mean(packed)),
        "risk_aversion": kind.aversion,
        "trend_chasing": _weighted([trend_chasing(p) for p in pasts]),
    }


def _weighted(found: Sequence[Trait]) -> float:
    """Mean over all purchases of all lives; the weak prior undone."""
    raw = [(t.estimate / (1 - t.prior_weight), t.n_events) for t in found if t.n_events]
    return float(np.average([m for m, _ in raw], weights=[n for _, n in raw]))


def score(kinds: int, lives: int, seed: int, *, years: float) -> dict[str, tuple[float, int, int]]:
    """Trait -> (share of intervals that hold the truth, wrong calls, calls)."""
    rng = np.random.default_rng(seed)
    held: dict[str, list[bool]] = {}
    called: dict[str, list[bool]] = {}
    for k in range(kinds):
        kind = drawn(rng)
        pasts = [investor(kind, 1000 * (k + seed) + life, years=years) for life in range(lives)]
        truth = truths(pasts, kind)
        for found in (traits(p) for p in pasts):
            for t in (t for t in found if t.name in truth):
                held.setdefault(t.name, []).append(t.lo90 - 1e-9 <= truth[t.name] <= t.hi90)
                if t.call is not None:
                    called.setdefault(t.name, []).append((t.call == "high") != (truth[t.name] > NEUTRAL[t.name]))
    return {n: (float(np.mean(h)), sum(called.get(n, [])), len(called.get(n, []))) for n, h in held.items()}


def test_intervals_hold_the_truth_and_calls_have_its_sign() -> None:
    found = score(8, 8, 3, years=3.0)
    assert set(found) == set(evaluation.CONTRACT)
    for name, (share, wrong, _) in found.items():
        assert share >= 0.75, (name, share)  # 64 investors in 8 kinds: the campaign measures closely
        assert wrong <= 1, (name, wrong)
    assert sum(calls for _, _, calls in found.values()) > 100


@pytest.mark.campaign
@pytest.mark.parametrize("years", [1.5, 4.0, 8.0])
def test_of_all_intervals_about_nine_in_ten_hold_the_truth(years: float) -> None:
    found = score(40, 12, 11, years=years)
    for name, (share, wrong, calls) in found.items():
        print(f"{years} years  {name:<14} cover {share:.3f}  wrong {wrong} of {calls}")
    for name, (share, _, _) in found.items():
        assert 0.83 <= share <= 0.97, (name, share)
    assert 0.85 <= np.mean([share for share, _, _ in found.values()]) <= 0.95
    assert sum(w for _, w, _ in found.values()) < 0.02 * sum(c for _, _, c in found.values())


# --- files ------------------------------------------------------------------------------------------------------------


def write(folder: Path, who: str, found: Past, cash: float, split: float = 1.0) -> None:
    """The past as a `files:` folder; with `split`, units before it are written as they were then."""
    prices = [",".join([str(d), *(f"{c:.10f}" for c in row)]) for d, row in zip(found.days, found.closes, strict=True)]
    (folder / "prices.csv").write_text("\n".join(["date," + ",".join(found.assets), *prices]), encoding="utf-8")
    held = [
        f"{who},{a},{u / split:.12f},{c:.8f}" for a, u, c in zip(found.assets, found.units, found.cost, strict=True)
    ]
    held = [*(h for h, u in zip(held, found.units, strict=True) if u > 0), f"{who},KRW,{cash:.6f},"]
    (folder / "holdings.csv").write_text("\n".join(["investor,asset,units,cost", *held]), encoding="utf-8")
    rows = [
        f"{who},{d.day}T06:00:00Z,{d.asset},{d.side},{d.units / split:.12f},{d.price * split:.10f},KRW,0"
        for d in found.deals
    ]
    head = "investor,time,asset,side,units,price,currency,fee"
    (folder / "trades.csv").write_text("\n".join([head, *rows]), encoding="utf-8")


@pytest.mark.parametrize("split", [1.0, 5.0])
def test_a_folder_is_read_as_the_contract_says(tmp_path: Path, split: float) -> None:
    kind = Kind(lean=3.0, panic=0.5, chase=1.0)
    known = investor(kind, 4)
    write(tmp_path, "kim", known, (1 - kind.share) * 1e6, split)
    if split != 1.0:
        after = known.days[-1] + np.timedelta64(1, "D")
        actions = [f"{after},{a},split,{split}" for a in NAMES]
        (tmp_path / "actions.csv").write_text("\n".join(["date,asset,kind,ratio", *actions]), encoding="utf-8")
    (row,) = evaluation.predicted(tmp_path)
    assert row["id"] == "kim" and [t["trait"] for t in row["traits"]] == list(evaluation.CONTRACT)
    expected = {t.name: t for t in traits(replace(known, since=known.deals[0].day))}
    for trait in row["traits"]:
        wanted = expected[trait["trait"]]
        assert trait["call"] == wanted.call
        assert [trait["lo90"], trait["hi90"]] == pytest.approx([wanted.lo90, wanted.hi90], rel=0.02, abs=0.01)
    assert {"premium", "volatility"} <= row["traits"][4].keys()
