"""Chances of goals: the closed form where there is one, and what must hold everywhere else."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tools.goals import Growth, Plan, Target, chances, fan, glide, glide_limit, largest_risky, levers

SURE = Growth(mean=0.06, vol=0.12, risk_free=0.03, mean_sd=0.0, vol_sd=0.0, inflation=0.02, fee=0.002)
"""Known parameters: what is left is chance alone."""

REAL = replace(SURE, mean_sd=0.03, vol_sd=0.045)
HOUSE = Target("house", 84.0, 1.5e8, 3e5)


def exact(worth: float, amount: float, years: float, growth: Growth) -> float:
    """Chance that a lump sum grows to an amount of today's money: lognormal."""
    drift = np.log1p(growth.mean - growth.fee) - np.log1p(growth.inflation) - growth.vol**2 / 2
    return float(stats.norm.cdf((np.log(worth / amount) + drift * years) / (growth.vol * years**0.5)))


@pytest.mark.parametrize(("amount", "months"), [(1.3e8, 84.0), (1.05e8, 13.5), (3e8, 360.0), (0.9e8, 0.7)])
def test_a_lump_sum_has_the_chance_of_the_closed_form(amount: float, months: float) -> None:
    (found,) = chances(Plan(1e8, (Target("house", months, amount),)), SURE, 1)
    wanted = exact(1e8, amount, months / 12, SURE)
    assert found.chance == pytest.approx(wanted, abs=0.035)
    assert found.lo90 <= wanted <= found.hi90


def test_without_risk_savings_add_up() -> None:
    still = replace(SURE, mean=0.02, risk_free=0.02, vol=0.0, fee=0.0)
    plan = Plan(1e8, (Target("car", 10.0, 1.1e8, 1e6), Target("travel", 12.0, 1.0e7)))
    assert [c.chance for c in chances(plan, still, 1)] == [1.0, 0.0]  # the car takes everything
    less = replace(plan, targets=(replace(plan.targets[0], amount=1.1e8 + 1e3), plan.targets[1]))
    assert [c.chance for c in chances(less, still, 1)] == [0.0, 1.0]  # a car out of reach is not bought


def test_inflation_and_fees_cost_what_they_cost() -> None:
    plan = Plan(1e8, (Target("house", 120.0, 1.4e8),))
    dearer = replace(SURE, fee=SURE.fee + 0.01)
    assert chances(plan, dearer, 1)[0].chance == pytest.approx(exact(1e8, 1.4e8, 10, dearer), abs=0.035)
    inflated = replace(SURE, inflation=0.04)
    assert chances(plan, inflated, 1)[0].chance == pytest.approx(exact(1e8, 1.4e8, 10, inflated), abs=0.035)


def test_not_knowing_the_return_widens_the_interval() -> None:
    plan = Plan(1e8, (HOUSE,))
    (sure,), (real,) = chances(plan, SURE, 1), chances(plan, REAL, 1)
    assert real.hi90 - real.lo90 > 3 * (sure.hi90 - sure.lo90)
    assert real.lo90 < real.chance < real.hi90


def test_the_interval_holds_the_chance_under_most_true_returns() -> None:
    (found,) = chances(Plan(1e8, (Target("house", 120.0, 1.4e8),)), replace(REAL, vol_sd=0.0), 1)
    rng = np.random.default_rng(0)
    truths = [exact(1e8, 1.4e8, 10, replace(SURE, mean=m)) for m in rng.normal(REAL.mean, REAL.mean_sd, 500)]
    assert 0.85 <= np.mean([found.lo90 <= t <= found.hi90 for t in truths]) <= 0.97


def test_money_kept_back_or_taken_out_cannot_reach_a_goal() -> None:
    plan = Plan(1e8, (HOUSE,))
    now = chances(plan, REAL, 1)[0].chance
    assert chances(replace(plan, reserve=3e7), REAL, 1)[0].chance < now
    assert chances(replace(plan, withdrawals=((24.0, 3e7),)), REAL, 1)[0].chance < now
    later = replace(plan, withdrawals=((HOUSE.months + 12.0, 3e7),))
    assert chances(later, REAL, 1)[0].chance == pytest.approx(now, abs=0.02)


def test_an_earlier_goal_takes_from_a_later_one_and_a_lasting_one_takes_nothing() -> None:
    late = Target("education", 180.0, 1.5e8)
    alone = chances(Plan(1e8, (late,)), REAL, 1)[0].chance
    car = Target("car", 36.0, 5e7)
    assert chances(Plan(1e8, (late, car)), REAL, 1)[0].chance < alone - 0.1
    lasting = replace(car, name="wealth", spent=False)
    assert chances(Plan(1e8, (late, lasting)), REAL, 1)[0].chance == pytest.approx(alone, abs=0.03)


def test_an_income_lasts_while_the_pot_does() -> None:
    still = replace(SURE, mean=0.02, risk_free=0.02, vol=0.0, fee=0.0)
    income = Target("income", 120.0, 0.0, -1e6, spent=False)
    assert chances(Plan(1.2e8, (income,)), still, 1)[0].chance == 1.0
    assert chances(Plan(1.19e8, (income,)), still, 1)[0].chance == 0.0


@settings(max_examples=15, deadline=None)
@given(
    worth=st.floats(1e6, 1e9),
    amount=st.floats(1e6, 1e9),
    months=st.floats(1.0, 480.0),
    monthly=st.floats(0.0, 5e6),
    seed=st.integers(0, 2**32),
)
def test_more_money_never_lowers_a_chance(
    worth: float, amount: float, months: float, monthly: float, seed: int
) -> None:
    plan = Plan(worth, (Target("house", months, amount, monthly),))
    (now,) = chances(plan, REAL, seed)
    assert 0.0 <= now.lo90 <= now.chance <= now.hi90 <= 1.0
    assert chances(plan, REAL, seed) == (now,)  # the same seed, the same figures
    assert chances(replace(plan, worth=worth * 1.1), REAL, seed)[0].chance >= now.chance
    more = replace(plan, targets=(replace(plan.targets[0], monthly=monthly + 1e5),))
    assert chances(more, REAL, seed)[0].chance >= now.chance


def test_each_lever_alone_brings_the_wanted_chance() -> None:
    plan = Plan(1e8, (HOUSE,))
    found = levers(plan, REAL, "house", 1)
    assert found.monthly is not None and found.years is not None
    saved = replace(plan, targets=(replace(HOUSE, monthly=HOUSE.monthly + found.monthly),))
    assert chances(saved, REAL, 1)[0].chance == pytest.approx(0.8, abs=0.05)
    later = replace(plan, targets=(replace(HOUSE, months=HOUSE.months + 12 * found.years),))
    assert chances(later, REAL, 1)[0].chance >= 0.75


def test_a_goal_within_reach_needs_no_savings_and_one_out_of_reach_has_no_date() -> None:
    near = levers(Plan(1e8, (Target("car", 12.0, 5e7),)), REAL, "car", 1)
    assert (near.monthly, near.years) == (None, None)
    far = levers(Plan(1e6, (Target("house", 12.0, 1e9),)), REAL, "house", 1)
    assert far.years is None and far.risk is None
    assert far.monthly is not None and far.monthly > 1e9 / 12


def test_more_risk_is_offered_only_where_it_helps() -> None:
    bold = levers(Plan(1e8, (Target("retirement", 300.0, 6e8, spent=False),)), REAL, "retirement", 1)
    assert bold.risk is not None and bold.risk[0] > 1
    careful = levers(Plan(1e8, (Target("car", 24.0, 0.98e8),)), REAL, "car", 1)
    assert careful.risk is not None and careful.risk[0] < 1


def test_the_fan_opens_with_time_and_starts_at_what_there_is() -> None:
    seen = fan(Plan(1e8, (replace(HOUSE, spent=False),)), REAL, 1)
    assert seen.quantiles[0].tolist() == [1e8] * 5 and seen.months[0] == 0.0 and seen.months[-1] == 84.0
    assert (np.diff(seen.quantiles, axis=1) >= 0).all()
    width = seen.quantiles[:, 4] - seen.quantiles[:, 0]
    assert width[-1] > width[len(width) // 2] > width[1]


def test_risk_ends_as_the_date_nears() -> None:
    path = glide(7.5, 0.8)
    assert [y for y, _ in path] == [7.5, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]
    shares = [share for _, share in path]
    assert shares[:4] == [1.0] * 4 and shares == sorted(shares, reverse=True)
    assert shares[-2:] == pytest.approx([0.2, 0.2])  # a fifth of the money is not needed then
    assert largest_risky(3.0, 1.0) == pytest.approx(0.5) and largest_risky(0.0, 5.0) == 0.0


def test_the_glide_path_is_a_limit_the_mandate_takes() -> None:
    when = datetime(2029, 1, 1, tzinfo=UTC)
    found = glide_limit("goal:house", 3.0, 0.6, "KRW", when)
    assert found is not None and (found.kind, found.target, found.origin) == ("keep", "KRW", "goal")
    assert found.weight == pytest.approx(1 - largest_risky(3.0, 0.6)) and found.until == when
    assert glide_limit("goal:house", 8.0, 0.6, "KRW", when) is None
