"""Skill or luck: the published figures come out, and luck is not taken for skill."""

import numpy as np
import pytest

from tests.test_signals import vector
from tools.errors import DataMissing
from tools.skill import (
    Skill,
    deflated_sharpe,
    differential_sharpe,
    expected_best,
    judge,
    least_record,
    overfitting,
    probabilistic_sharpe,
)

TOPIC = "09"


def test_the_probabilistic_sharpe_ratio_is_the_published_one() -> None:
    given = (v := vector("psr", TOPIC))["inputs"]
    moments = {"skew": given["skew"], "kurtosis": given["kurt"]}
    assert probabilistic_sharpe(given["sr"], 0.0, given["T"], **moments) == pytest.approx(
        v["expected"]["psr"], abs=1e-9
    )
    assert probabilistic_sharpe(given["sr"], 0.0, given["T"]) == pytest.approx(v["expected"]["psr_normal"], abs=1e-9)


def test_the_deflated_sharpe_ratio_is_the_published_one() -> None:
    given, want = (v := vector("dsr_100", TOPIC))["inputs"], v["expected"]
    variance = given["var_sr_annual"] / given["periods"]
    found = deflated_sharpe(
        given["sr_annual"] / given["periods"] ** 0.5, given["T"], trials=given["N"], variance=variance,
        skew=given["skew"], kurtosis=given["kurt"],
    )  # fmt: skip
    assert expected_best(given["N"]) == pytest.approx(want["emax"], abs=1e-9)
    assert expected_best(given["N"]) * variance**0.5 == pytest.approx(want["sr0"], abs=1e-9)
    assert found == pytest.approx(want["dsr"], abs=1e-9)


def test_the_least_record_is_the_published_one() -> None:
    given = (v := vector("mintrl_daily", TOPIC))["inputs"]
    days = least_record(
        given["sr"], given["benchmark"], skew=given["skew"], kurtosis=given["kurt"], level=given["prob"]
    )
    assert days / 250 == pytest.approx(v["expected"]["years"], abs=1e-9)
    assert least_record(0.1, 0.1) == float("inf")


def test_the_differential_sharpe_ratio_is_the_published_one() -> None:
    given, want = (v := vector("differential_sharpe", TOPIC))["inputs"], v["expected"]
    steps, mean, square = differential_sharpe(given["R"], pace=given["eta"], mean=given["A0"], square=given["B0"])
    assert steps == pytest.approx(want["D"], abs=1e-9)
    assert (mean, square) == pytest.approx((want["A_end"], want["B_end"]), abs=1e-9)


def test_the_chance_of_overfitting_is_the_published_one() -> None:
    v = vector("pbo_small", TOPIC)
    found = overfitting(np.array(v["inputs"]["M"]), blocks=v["inputs"]["S"])
    assert len(found.logits) == v["expected"]["n_splits"]
    assert found.logits == pytest.approx(v["expected"]["logits"], abs=1e-9)
    assert found.chance == pytest.approx(v["expected"]["pbo"], abs=1e-12)


def test_without_any_skill_confidence_stays_small_nearly_always() -> None:
    """Nine trials that resemble each other, ten years of weeks, nothing in them: the best of them is chosen."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(400):
        noise = 0.7 * rng.standard_normal((520, 1)) + 0.3 * rng.standard_normal((520, 9))
        best = int(np.argmax(noise.mean(axis=0) / noise.std(axis=0)))
        found.append(judge(0.01 * noise, best).confidence)
    assert np.mean(np.array(found) < 0.05) >= 0.95


def test_a_long_good_record_is_believed_and_a_short_one_less() -> None:
    rng = np.random.default_rng(3)
    good = 0.01 * (rng.standard_normal((1040, 3)) + np.array([0.2, 0.0, -0.1]))
    long, short = judge(good, 0), judge(good[:104], 0)
    assert long.confidence > 0.4
    assert short.confidence < long.confidence
    assert long.confidence <= 0.5


def test_more_trials_make_the_same_record_worth_less() -> None:
    rng = np.random.default_rng(3)
    returns = 0.01 * (rng.standard_normal((520, 1)) + 0.12)
    values = [judge(returns, 0, trials=n).deflated for n in (1, 10, 100, 1000)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


@pytest.mark.parametrize("deflated", [0.0, 0.3, 0.5])
def test_what_is_as_likely_luck_as_skill_has_no_voice(deflated: float) -> None:
    assert Skill(0.1, 500, 9, deflated, 100.0, 0.1).confidence == 0.0


def test_a_choice_that_loses_on_the_other_half_as_often_as_not_has_no_voice() -> None:
    assert Skill(0.1, 500, 9, 0.99, 100.0, 0.1, 0.5).confidence == 0.0
    assert Skill(0.1, 500, 9, 0.99, 100.0, 0.9, 0.25).confidence == pytest.approx(0.245)


def test_a_record_that_never_moves_or_is_short_proves_nothing() -> None:
    assert judge(np.zeros((100, 2)), 0).confidence == 0.0
    with pytest.raises(DataMissing):
        judge(np.zeros((10, 2)), 0)
