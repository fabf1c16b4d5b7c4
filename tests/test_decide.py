"""The heart: same facts, same decision; no decision ever breaks the mandate; what cannot be is named."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import NOW, book, facts, inputs, limit, market, universe
from tools.decide import Facts, decide, fingerprint
from tools.domain.decision import Decision, Fill, OrderInput, OrderLine, View, ViewsInput
from tools.domain.events import Executed
from tools.domain.mandate import Limit, Mandate
from tools.errors import DataMissing, Infeasible, MandateConflict
from tools.mandate import check
from tools.state import apply_fills

WORLD = market(1)
CASH = ("KRW", "USD")


def sum_over(weights: dict[str, float], target: str) -> float:
    return sum(weights.get(a, 0.0) for a in universe().members(target))


def fills_of(decision: Decision) -> tuple[Fill, ...]:
    return tuple(
        Fill(**t.model_dump(exclude={"value", "fee"}), value=t.value, fee=t.fee) for t in decision.proposal.trades
    )


def test_the_same_facts_give_the_same_decision_to_the_last_bit() -> None:
    given_facts = facts(WORLD, inputs(limit("s1", "max", "bitcoin", 0.01)))
    assert decide(given_facts) == decide(given_facts)


def test_the_fingerprint_covers_every_byte_of_the_decision() -> None:
    decision = decide(facts(WORLD, inputs()))
    cheaper = decision.model_copy(update={"price_tolerance": 0.5})
    assert fingerprint(decision) == decision.fingerprint != fingerprint(cheaper)


def test_weights_before_and_after_add_up_to_one() -> None:
    decision = decide(facts(WORLD, inputs(held=book(KR="20", KRW="3000000"))))
    for weights in (decision.proposal.current, decision.target, decision.proposal.target):
        assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9)


limits = st.lists(
    st.tuples(
        st.sampled_from(["max", "min"]),
        st.sampled_from(["stocks", "bonds", "bitcoin", "gold", "us_stocks", "kr_stocks", "tech", "cash", "crypto"]),
        st.floats(0.0, 0.6),
    ),
    max_size=4,
    unique_by=lambda x: (x[0], x[1]),
)
books = st.fixed_dictionaries(
    {
        "KRW": st.integers(1_000_000, 500_000_000).map(str),
        "KR": st.integers(0, 500).map(str),
        "US": st.integers(0, 100).map(str),
        "BTC": st.integers(0, 20_000).map(lambda n: str(Decimal(n) / 10_000)),
    }
)


@settings(max_examples=60, deadline=None)
@given(limits=limits, held=books, aversion=st.floats(1.0, 20.0))
def test_no_decision_ever_breaks_the_mandate(
    limits: list[tuple[str, str, float]], held: dict[str, str], aversion: float
) -> None:
    mandate = [limit(f"s{i}", kind, target, weight) for i, (kind, target, weight) in enumerate(limits)]
    given_facts = facts(WORLD, inputs(*mandate, aversion=aversion, held=book(**held)))
    try:
        decision = decide(given_facts)
    except (Infeasible, MandateConflict) as error:
        assert error.names and set(error.names) <= {x.id for x in mandate}
        return
    if not decision.proposal.trades:
        return
    after = np.array([decision.proposal.target.get(a, 0.0) for a in universe().ids])
    none = np.zeros((len(after),) * 2)
    broken = check(after, Mandate(limits=tuple(mandate)), universe(), cov=none, held=after, tol=1e-9)
    assert not broken


@settings(max_examples=40, deadline=None)
@given(held=books, aversion=st.floats(1.0, 20.0))
def test_executing_a_proposal_conserves_money_and_never_goes_short(held: dict[str, str], aversion: float) -> None:
    start = book(**held)
    decision = decide(facts(WORLD, inputs(aversion=aversion, held=start)))
    after = apply_fills(start, Executed(decision=decision.id, fills=fills_of(decision), simulated=True), "KRW")
    assert all(p.units > 0 for p in after.positions.values())

    def worth(units: dict[str, Decimal]) -> Decimal:
        return sum(
            (u * WORLD.quotes[a].price * WORLD.rate(WORLD.universe[a].currency, "KRW") for a, u in units.items()),
            Decimal(0),
        )

    lost = worth({a: p.units for a, p in start.positions.items()}) - worth(
        {a: p.units for a, p in after.positions.items()}
    )
    assert abs(lost - decision.proposal.cost.amount) <= len(decision.proposal.trades)  # each trade rounds to a won
    for trade in decision.proposal.trades:
        assert trade.units % universe()[trade.asset].lot == 0 or trade.units == start.units(trade.asset)


def test_nothing_is_sold_and_bought_in_one_plan() -> None:
    decision = decide(facts(WORLD, inputs(held=book(US="30", KRW="100000"))))
    assets = [t.asset for t in decision.proposal.trades]
    assert len(assets) == len(set(assets))


def test_a_new_plan_right_after_executing_one_is_empty() -> None:
    start = book()
    first = decide(facts(WORLD, inputs(held=start)))
    after = apply_fills(start, Executed(decision=first.id, fills=fills_of(first), simulated=True), "KRW")
    again = decide(facts(WORLD, inputs(held=after)))
    assert again.proposal.turnover < 0.01


def test_the_order_of_assets_does_not_change_the_result() -> None:
    order = np.random.default_rng(3).permutation(len(universe().assets))
    turned = replace(
        WORLD,
        universe=universe().model_copy(update={"assets": tuple(universe().assets[i] for i in order)}),
        closes=WORLD.closes[:, order],
    )
    a, b = decide(facts(WORLD, inputs())), decide(facts(turned, inputs()))
    assert {k: pytest.approx(v, abs=1e-9) for k, v in a.target.items()} == dict(b.target)


def test_wishes_that_cannot_both_hold_are_both_named() -> None:
    clash = (limit("s1", "min", "bonds", 0.7), limit("s2", "min", "stocks", 0.6))
    with pytest.raises(Infeasible) as caught:
        decide(facts(WORLD, inputs(*clash)))
    assert set(caught.value.names) == {"s1", "s2"}


def test_a_house_rule_yields_to_a_persons_word_and_says_so() -> None:
    rule = Limit(id="rule:crypto", kind="max", target="crypto", weight=0.05, origin="rule")
    from tools.domain.decision import LimitsInput

    given_inputs = inputs(limit("s1", "min", "bitcoin", 0.1), more={"rules": LimitsInput(limits=(rule,))})
    decision = decide(facts(WORLD, given_inputs))
    assert "rule_yields:rule:crypto" in decision.proposal.notes
    assert decision.proposal.target["BTC"] >= 0.1


def test_an_exclusion_empties_the_position() -> None:
    decision = decide(
        facts(WORLD, inputs(limit("s1", "exclude", "bitcoin", 0.0), held=book(BTC="0.01", KRW="5000000")))
    )
    assert "BTC" not in decision.proposal.target


def test_a_limit_nothing_carries_is_kept_and_said_to_be_idle() -> None:
    decision = decide(facts(WORLD, inputs(limit("s1", "max", "tobacco", 0.1))))
    assert [x.id for x in decision.proposal.idle] == ["s1"]


def test_a_held_asset_without_a_fresh_price_stops_everything_by_name() -> None:
    with pytest.raises(DataMissing) as caught:
        decide(facts(market(1, stale=("KR",)), inputs(held=book(KR="10", KRW="1000000"))))
    assert caught.value.names == ("KR",)


def test_an_asset_without_a_fresh_price_that_is_not_held_is_left_out_by_name() -> None:
    decision = decide(facts(market(1, stale=("KR",)), inputs()))
    assert "left_out:KR" in decision.proposal.notes and "KR" not in decision.target


def test_a_view_moves_weight_towards_its_target() -> None:
    view = View(target="gold", direction="up", magnitude=0.1, confidence=0.5, said_at=NOW)
    plain = decide(facts(WORLD, inputs()))
    bold = decide(facts(WORLD, inputs(more={"views/s1": ViewsInput(views=(view,))})))
    assert bold.target.get("GOLD", 0) > plain.target.get("GOLD", 0) + 0.01


def test_more_risk_aversion_means_less_volatility() -> None:
    vols = [decide(facts(WORLD, inputs(aversion=a))).outlook.vol_after for a in (2.0, 4.0, 8.0)]
    assert vols[0] > vols[1] > vols[2]


def test_a_volatility_ceiling_holds_on_the_final_weights() -> None:
    ceiling = Limit(id="profile:max_vol", kind="volatility", weight=0.05, origin="profile")
    decision = decide(facts(WORLD, inputs(ceiling, aversion=1.0)))
    assert decision.outlook.vol_after <= 0.05 + 2e-3


@pytest.mark.parametrize("method", ["max_sharpe", "min_variance", "risk_parity", "equal_weight", "60_40", "max_return"])
def test_every_method_keeps_the_mandate(method: str) -> None:
    decision = decide(facts(WORLD, inputs(limit("s1", "max", "us_stocks", 0.2), method=method)))  # type: ignore[arg-type]
    assert sum_over(dict(decision.proposal.target), "us_stocks") <= 0.2 + 1e-9


def test_an_order_against_the_investors_own_limit_is_refused_by_name() -> None:
    order = {"order": OrderInput(lines=(OrderLine(asset="BTC", delta=0.2),))}
    with pytest.raises(MandateConflict) as caught:
        decide(facts(WORLD, inputs(limit("s1", "max", "bitcoin", 0.05), method="order", more=order)))
    assert caught.value.names == ("s1",)


def test_an_order_does_what_was_ordered_and_nothing_else() -> None:
    order = {"order": OrderInput(lines=(OrderLine(asset="KTB", delta=0.1),))}
    unmet = limit("s1", "min", "us_stocks", 0.4)  # missed before the order and not the order's business
    decision = decide(facts(WORLD, inputs(unmet, method="order", more=order)))
    assert [t.asset for t in decision.proposal.trades] == ["KTB"]
    assert decision.proposal.target["KTB"] == pytest.approx(0.1, abs=0.006)


def test_tomorrows_prices_do_not_change_todays_decision() -> None:
    longer = market(1, days=950)
    cut = 900
    today = replace(
        longer, days=longer.days[:cut], closes=longer.closes[:cut], fx={k: v[:cut] for k, v in longer.fx.items()},
        quotes=WORLD.quotes, fx_now=WORLD.fx_now,
    )  # fmt: skip
    assert decide(facts(today, inputs())).target == decide(facts(WORLD, inputs())).target


def test_decide_refuses_facts_without_assumptions() -> None:
    given_inputs = {k: v for k, v in inputs().items() if k != "assumptions"}
    bare: Facts = facts(WORLD, given_inputs)
    with pytest.raises(DataMissing):
        decide(bare)
