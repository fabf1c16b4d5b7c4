"""News move weights, by a little: never beyond their reach, never against the mandate, and not at all when silent."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_attribution import NEUTRAL, total
from tests.test_decide import WORLD, books, limits
from tests.worlds import ASSUMPTIONS, NOW, book, facts, inputs, limit, universe
from tools.attribution import Side, explain
from tools.coalitions import targets
from tools.decide import decide, estimate, solve
from tools.domain.decision import Input, Method, NewsInput, OrderInput, OrderLine
from tools.domain.mandate import Mandate
from tools.errors import Infeasible, MandateConflict
from tools.mandate import check

CAP = ASSUMPTIONS.news_cap
TEXT = hashlib.sha256(b"a headline").hexdigest()


def heard(asset: str, shift: float, confidence: float = 0.5) -> NewsInput:
    z = 3.0 if shift > 0 else -3.0
    return NewsInput(
        asset=asset, shift=shift, confidence=confidence, score=z / 3, z=z, ic=0.05, texts={TEXT: 1.0},
        expires_at=NOW + timedelta(days=5),
    )  # fmt: skip


def news(shifts: Mapping[str, float], confidence: float = 0.5) -> dict[str, Input]:
    return {f"news/{a}": heard(a, s, confidence) for a, s in shifts.items()}


def weights(target: Mapping[str, float]) -> np.ndarray:
    return np.array([target.get(a, 0.0) for a in universe().ids])


def test_good_news_raise_a_weight_and_bad_news_lower_it() -> None:
    base, up, down = (decide(facts(WORLD, inputs(more=news({"CHIP": s} if s else {})))) for s in (0.0, 0.01, -0.01))
    assert down.target.get("CHIP", 0.0) < base.target["CHIP"] < up.target["CHIP"]


shifts = st.dictionaries(st.sampled_from(["US", "KR", "CHIP", "LONG", "GOLD", "BTC"]), st.floats(-1.0, 1.0), min_size=1)


@settings(max_examples=120, deadline=None)
@given(
    said=limits, held=books, aversion=st.floats(1.0, 20.0), told=shifts, sure=st.floats(0.01, 0.5),
    method=st.sampled_from(["black_litterman", "max_sharpe", "max_return", "min_variance", "risk_parity"]),
)  # fmt: skip
def test_no_news_move_any_weight_by_more_than_their_cap(
    said: list[tuple[str, str, float]],
    held: dict[str, str],
    aversion: float,
    told: dict[str, float],
    sure: float,
    method: Method,
) -> None:
    mandate = [limit(f"s{i}", kind, target, weight) for i, (kind, target, weight) in enumerate(said)]
    given_inputs = inputs(*mandate, aversion=aversion, held=book(**held), method=method)
    try:
        plain = decide(facts(WORLD, given_inputs))
    except (Infeasible, MandateConflict):
        return
    moved = decide(facts(WORLD, {**given_inputs, **news(told, sure)}))
    assert np.abs(weights(moved.target) - weights(plain.target)).max() <= CAP + 1e-11
    assert np.abs(weights(moved.proposal.target) - weights(plain.proposal.target)).max() <= CAP + 1e-11
    if moved.proposal.trades:
        after, none = weights(moved.proposal.target), np.zeros((len(universe().ids),) * 2)
        assert not check(after, Mandate(limits=tuple(mandate)), universe(), cov=none, held=after, tol=1e-9)


def test_the_loudest_news_reach_the_cap_and_stop_there() -> None:
    plain, loud = decide(facts(WORLD, inputs())), decide(facts(WORLD, inputs(more=news({"GOLD": 1.0}))))
    gap = weights(loud.target) - weights(plain.target)
    assert np.abs(gap).max() == pytest.approx(CAP, abs=1e-9) and gap[universe().ids.index("GOLD")] > 0.019


def test_news_never_bring_back_what_was_excluded() -> None:
    loud = decide(facts(WORLD, inputs(limit("s1", "exclude", "gold", 0.0), more=news({"GOLD": 1.0}))))
    assert loud.target.get("GOLD", 0.0) == 0.0 and "GOLD" not in loud.proposal.target


def test_news_without_shift_change_nothing_at_all() -> None:
    calm = solve_twice({"GOLD": 0.0})
    assert np.abs(calm[0] - calm[1]).max() < 1e-9


def solve_twice(told: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    known = estimate(WORLD, "KRW", ASSUMPTIONS, book())
    return tuple(solve(known, inputs(more=more), "KRW").weights for more in ({}, news(told)))  # type: ignore[return-value]


def test_causes_with_news_among_them_add_up_and_news_carry_their_share() -> None:
    given_inputs = inputs(limit("s1", "max", "bitcoin", 0.01), more=news({"CHIP": 0.02, "GOLD": -0.02}))
    given_facts = facts(WORLD, given_inputs)
    decision = decide(given_facts)
    why = explain(decision, Side(WORLD, given_inputs, given_facts.digests), None, neutral=NEUTRAL, said={})
    moved = total(why, lots=False)
    for asset in set(why.before) | set(why.after):
        assert moved.get(asset, 0.0) == pytest.approx(why.after.get(asset, 0) - why.before.get(asset, 0), abs=1e-9)
    (row,) = (c for c in why.causes if c.name == "news")
    inside = {c.name: c.shares for c in row.inside}
    assert inside["news/CHIP"]["CHIP"] > 0 > inside["news/GOLD"]["GOLD"]
    for asset in row.shares:
        assert row.shares[asset] == pytest.approx(sum(s.get(asset, 0.0) for s in inside.values()), abs=1e-9)
    assert max(abs(x) for x in row.shares.values()) <= CAP + 1e-9


def test_a_batch_of_what_ifs_answers_like_the_single_solver() -> None:
    known = estimate(WORLD, "KRW", ASSUMPTIONS, book())
    many = [inputs(aversion=a, more=news(t)) for a in (2.0, 4.0, 8.0) for t in ({}, {"CHIP": 0.03}, {"US": -0.5})]
    for given_inputs, found in zip(many, targets(known, many, "KRW"), strict=True):
        assert found is not None
        assert np.abs(found - solve(known, given_inputs, "KRW").weights).max() < 1e-9


def test_an_order_of_the_investors_own_is_not_moved_by_news() -> None:
    order = {"order": OrderInput(lines=(OrderLine(asset="GOLD", delta=0.1),))}
    plain, loud = (
        decide(facts(WORLD, inputs(method="order", more={**order, **more}))) for more in ({}, news({"GOLD": -1.0}))
    )
    assert plain.proposal.trades == loud.proposal.trades and plain.target == loud.target
