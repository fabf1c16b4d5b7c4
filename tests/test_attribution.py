"""Causes add up: exactly, per asset, with nothing for what played no part."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import NOW, book, facts, inputs, limit, market
from tools.attribution import Side, Words, explain, owen, shapley
from tools.decide import decide
from tools.domain.decision import Explanation, MethodInput, RiskInput, View, ViewsInput
from tools.domain.investor import Profile

VECTORS = Path(__file__).parent.parent.parent / "shared" / "vectors" / "10_attribution.json"
NEUTRAL = {"risk": RiskInput(profile=Profile(risk_aversion=4.0)), "method": MethodInput(method="black_litterman")}


def two_decisions(*limits, aversion: float = 6.0, view: bool = True) -> Explanation:
    first_market, second_market = market(2, days=880), market(2, days=900)
    old_inputs = inputs()
    old = facts(first_market, old_inputs)
    held = book(US="3", KTB="80", KR="20", KRW="2500000")
    more = (
        {"views/v1": ViewsInput(views=(View(target="gold", direction="up", confidence=0.4, said_at=NOW),))}
        if view
        else {}
    )
    new_inputs = inputs(*limits, aversion=aversion, held=held, more=more)
    new = facts(second_market, new_inputs, previous="d1")
    return explain(
        decide(new),
        Side(second_market, new_inputs, new.digests),
        Side(first_market, old_inputs, old.digests),
        neutral=NEUTRAL,
        said={"s1": Words("비트코인은 1% 넘지 않게", NOW)},
    )


def total(explanation: Explanation, *, lots: bool) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, shares in explanation.rows.items():
        if lots or name != "lots":
            for asset, share in shares.items():
                out[asset] = out.get(asset, 0.0) + share
    return out


def test_rows_add_up_to_held_before_to_target_now() -> None:
    why = two_decisions(limit("s1", "max", "bitcoin", 0.01), limit("s2", "min", "bonds", 0.5))
    moved = total(why, lots=False)
    for asset in set(why.before) | set(why.after):
        assert moved.get(asset, 0.0) == pytest.approx(why.after.get(asset, 0) - why.before.get(asset, 0), abs=1e-9)


def test_with_the_last_row_they_add_up_to_the_trades() -> None:
    first_market = market(2)
    given_inputs = inputs(limit("s1", "max", "us_stocks", 0.1), held=book(US="3", KRW="2500000"))
    given_facts = facts(first_market, given_inputs)
    decision = decide(given_facts)
    why = explain(decision, Side(first_market, given_inputs, given_facts.digests), None, neutral=NEUTRAL, said={})
    moved = total(why, lots=True)
    for asset in set(decision.proposal.current) | set(decision.proposal.target):
        change = decision.proposal.target.get(asset, 0.0) - decision.proposal.current.get(asset, 0.0)
        assert moved.get(asset, 0.0) == pytest.approx(change, abs=1e-9)


def test_every_row_sums_to_zero_over_assets() -> None:
    why = two_decisions(limit("s1", "max", "bitcoin", 0.01), limit("s2", "min", "bonds", 0.5))
    assert all(sum(shares.values()) == pytest.approx(0.0, abs=1e-9) for shares in why.rows.values())


def test_a_limit_that_does_not_bind_gets_exactly_nothing() -> None:
    why = two_decisions(limit("s1", "max", "bitcoin", 0.9))
    assert why.rows["limits/s1"] == {}


def test_a_row_carries_the_words_that_were_said() -> None:
    why = two_decisions(limit("s1", "max", "bitcoin", 0.001))
    row = next(c for c in why.causes if c.name == "limits/s1")
    assert (row.said, row.said_at, row.statement) == ("비트코인은 1% 넘지 않게", NOW, "s1")


def test_the_first_decision_starts_from_the_opening_holdings() -> None:
    where = market(2)
    given_inputs = inputs()
    given_facts = facts(where, given_inputs)
    why = explain(decide(given_facts), Side(where, given_inputs, given_facts.digests), None, neutral=NEUTRAL, said={})
    assert list(why.rows) == ["start", "lots"]


def test_many_causes_are_grouped_and_still_add_up() -> None:
    targets = ["bitcoin", "gold", "us_stocks", "kr_stocks", "tech", "long_bonds", "kr_bonds"]
    caps = [limit(f"s{i}", "max", t, 0.15) for i, t in enumerate(targets)]
    why = two_decisions(*caps)
    group = next(c for c in why.causes if c.name == "limits")
    moved = total(why, lots=False)
    for asset in set(why.before) | set(why.after):
        assert moved.get(asset, 0.0) == pytest.approx(why.after.get(asset, 0) - why.before.get(asset, 0), abs=1e-9)
    for asset in group.shares:
        inside = sum(c.shares.get(asset, 0.0) for c in group.inside)
        assert inside == pytest.approx(group.shares[asset], abs=1e-9)


def test_a_counterfactual_says_what_would_be_held_without_the_sentence() -> None:
    why = two_decisions(limit("s1", "max", "us_stocks", 0.05))
    without = why.counterfactuals["limits/s1"]
    assert without["US"] > why.after.get("US", 0.0)


games = st.integers(2, 5).flatmap(
    lambda k: st.tuples(st.just(k), st.lists(st.floats(-1, 1), min_size=2**k, max_size=2**k))
)


@settings(max_examples=60, deadline=None)
@given(games)
def test_shapley_shares_are_the_mean_over_all_orders(game: tuple[int, list[float]]) -> None:
    k, values = game
    players = tuple("abcde"[:k])

    def worth(coalition: frozenset[str]) -> np.ndarray:
        return np.array([values[sum(1 << players.index(p) for p in coalition)]])

    shares = shapley(players, worth)
    orders = list(itertools.permutations(players))
    for player in players:
        mean = 0.0
        for order in orders:
            before = frozenset(order[: order.index(player)])
            mean += float(worth(before | {player})[0] - worth(before)[0]) / len(orders)
        assert shares[player][0] == pytest.approx(mean, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=16, max_size=16))
def test_owen_shares_add_up_to_the_share_of_their_group(values: list[float]) -> None:
    players = ("x/1", "x/2", "y/1", "y/2")
    groups = {"x": ("x/1", "x/2"), "y": ("y/1", "y/2")}

    def worth(coalition: frozenset[str]) -> np.ndarray:
        return np.array([values[sum(1 << players.index(p) for p in coalition)]])

    between = shapley(("x", "y"), lambda c: worth(frozenset(p for g in c for p in groups[g])))
    inside = owen("x", groups, worth)
    assert inside["x/1"][0] + inside["x/2"][0] == pytest.approx(between["x"][0], abs=1e-12)


def test_published_linear_game() -> None:
    if not VECTORS.exists():
        pytest.skip("the published vectors are not on this machine")
    vectors = {v["id"]: v for v in json.loads(VECTORS.read_text())["vectors"]}
    vector = vectors["shapley_linear"]
    values = vector["inputs"]["values"]
    players = tuple(sorted({p for key in values for p in key if p.isalpha()}))

    def worth(coalition: frozenset[str]) -> np.ndarray:
        return np.array([values.get("".join(sorted(coalition)), 0.0)])

    shares = shapley(players, worth)
    for player in players:
        assert shares[player][0] == pytest.approx(vector["expected"][player], abs=1e-12)
