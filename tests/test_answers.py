"""Answers rest on stored decisions and prices, add up, and change nothing."""

from collections.abc import Iterator

import numpy as np
import pytest

from agent import answers
from agent.approve import approve
from agent.review import review
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk, Settings, open_desk
from agent.words.causes import cause_slot
from agent.words.render import render, render_all
from agent.words.shadow import LEAST, shadow_lines
from agent.words.slots import Line
from agent.words.table import TABLE
from agent.work import Work, begin
from knowledge.tables import load_durations
from tools.decide import fingerprint
from tools.domain.decision import Cause, Decision
from tools.domain.events import Forgot
from tools.domain.investor import Exclude, Forget, SetGoal, SetLimit, SetRisk, SetView, Statement, Wish
from tools.errors import BadInput, DataMissing
from tools.figures import find_figures


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    with open_desk(Settings(home=home, now="2026-03-02", currency="KRW", tz="Asia/Seoul")) as opened:
        yield opened


@pytest.fixture
def who(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


def decided(desk: Desk, who: str, *wishes: tuple[Wish, str], executed: bool = False) -> Decision:
    """Say some things, have them reviewed, and approve when asked to."""
    work = begin(desk, who, "ko")
    for wish, said in wishes:
        work.add(Statement(id=work.new_id("s"), turn=work.turn, said=said, lang="ko", wish=wish))
    decision = review(work, ReviewWish())
    work.commit()
    if executed:
        approve(desk, who, "ko", decision.id, decision.fingerprint)
    return decision


CAP = (SetLimit(target="stocks", kind="max", weight=0.15), "주식은 15%까지만")
GOLD = (SetView(target="gold", direction="up", magnitude=0.2, confidence="high"), "금이 20% 오를 거야 확실해")


def test_causes_add_up_to_the_change_and_name_what_was_said(desk: Desk, who: str) -> None:
    decision = decided(desk, who, CAP, GOLD)
    told = answers.why(begin(desk, who, "ko"))
    assert told.decision_id == decision.id
    for asset in set(told.before) | set(told.after):
        shares = sum(c.shares.get(asset, 0.0) for c in told.causes if c.name != "lots")
        assert shares == pytest.approx(told.after.get(asset, 0.0) - told.before.get(asset, 0.0), abs=1e-9)
    assert {c.said for c in told.causes} >= {CAP[1], GOLD[1]}
    assert "아직 승인 전인 제안이에요." in told.text


def test_a_class_is_explained_by_the_sum_over_its_members(desk: Desk, who: str) -> None:
    decision = decided(desk, who, CAP)
    work = begin(desk, who, "ko")
    told, lines = answers.why_lines(work, target="stocks")
    members = desk.market.universe().members("stocks")
    shown = render_all(lines, "ko", desk.names, tz=work.tz)
    after = answers.total(decision.target, members)
    assert shown.figures[0].value == pytest.approx(answers.total(told.before, members))
    assert shown.figures[1].value == pytest.approx(after)
    assert f"“{CAP[1]}”라고 하신 것" in shown.text
    cause = next(c for c in told.causes if c.said == CAP[1])
    assert answers.total(cause.shares, members) in [pytest.approx(f.value) for f in shown.figures if f.unit == "points"]
    assert "안 하셨다면" in shown.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_figure_in_an_explanation_was_computed(desk: Desk, who: str, lang: str) -> None:
    decided(desk, who, CAP)
    work = begin(desk, who, "ko")
    _, lines = answers.why_lines(work)
    told = render_all(lines, lang, desk.names, tz=work.tz)  # type: ignore[arg-type]
    ours = told.text.replace(f"“{CAP[1]}”", "“”")
    for fund in desk.market.universe().assets:  # names such as "S&P 500" hold digits that are no figures
        ours = ours.replace(fund.name_en, "").replace(fund.name_ko, "")
    printed = {f.text for f in told.figures}
    assert {f.text for f in find_figures(ours) if f.kind in ("percent", "points")} <= printed


def test_an_executed_decision_is_told_in_the_past(desk: Desk, who: str) -> None:
    decided(desk, who, CAP, executed=True)
    text = answers.why(begin(desk, who, "ko"), target="stocks").text
    assert text.startswith("주식은 0%에서 15%로 바뀌었어요.")
    assert "2026년 3월 3일에 계산한 결정이에요." in text


def test_forgotten_words_are_not_shown_again(desk: Desk, who: str) -> None:
    decided(desk, who, CAP, executed=True)
    work = begin(desk, who, "ko")
    gone = tuple(s.statement.id for s in work.state.in_force)
    work.add(Forgot(turn=work.turn, wish=Forget(target="stocks"), statements=gone))
    work.commit()
    told = answers.why(begin(desk, who, "ko"))
    assert CAP[1] not in told.text
    assert all(c.said is None for c in told.causes)


def test_nothing_decided_no_such_decision_and_not_held_get_a_true_answer(desk: Desk, who: str) -> None:
    work = begin(desk, who, "ko")
    assert answers.why(work).text.startswith("아직 계산한 제안이 없어서")
    assert answers.why(work, "d123").text == "그런 결정은 기록에 없어요."
    decided(desk, who, CAP)
    assert "들고 있지 않고" in answers.why(begin(desk, who, "ko"), target="tobacco").text


def test_the_portfolio_adds_up(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    held = answers.portfolio(begin(desk, who, "ko"))
    assert sum(h.weight for h in held.holdings) == pytest.approx(1.0)
    assert sum(held.classes.values()) == pytest.approx(1.0)
    assert abs(sum(h.value.amount for h in held.holdings) - held.worth.amount) < len(held.holdings)
    assert held.practice and held.simulated
    assert [h.weight for h in held.holdings] == sorted((h.weight for h in held.holdings), reverse=True)


def unchanged(work: Work) -> bool:
    return work.bodies == [] and work.blobs == {}


def test_a_supposition_reaches_its_limit_and_changes_nothing(desk: Desk, who: str) -> None:
    decided(desk, who, (Exclude(target="tech"), "기술주 빼줘"))
    work = begin(desk, who, "ko")
    result = answers.what_if(work, "set_limit", "gold", 0.2)
    assert answers.total(result.after, result.members) == pytest.approx(0.2, abs=1e-6)
    lifted = answers.what_if(work, "not_exclude", "tech")
    assert answers.total(lifted.before, lifted.members) == pytest.approx(0.0, abs=1e-9)
    assert answers.total(lifted.after, lifted.members) > 0.01
    out = answers.what_if(work, "exclude", "stocks")
    assert answers.total(out.after, out.members) == pytest.approx(0.0, abs=1e-9)
    assert unchanged(work)


def test_less_risk_is_less_risk(desk: Desk, who: str) -> None:
    decided(desk, who, (SetRisk(direction="set", level="aggressive"), "공격적으로"))
    work = begin(desk, who, "ko")
    calmer, bolder = answers.what_if(work, "lower_risk"), answers.what_if(work, "raise_risk")
    assert calmer.vol_after < calmer.vol_before
    assert bolder.vol_after > bolder.vol_before
    assert calmer.loss_after < calmer.loss_before


def test_a_supposition_without_its_subject_is_asked_about(desk: Desk, who: str) -> None:
    work = begin(desk, who, "ko")
    for scenario, target in (("set_limit", "gold"), ("exclude", None)):
        with pytest.raises(BadInput, match="whatif_which"):
            answers.what_if(work, scenario, target)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="whatif_not_excluded"):
        answers.what_if(work, "not_exclude", "gold")
    with pytest.raises(DataMissing, match="nothing_carries"):
        answers.what_if(work, "exclude", "tobacco")


def test_a_shock_hits_by_weight_and_by_what_moves_along(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    work = begin(desk, who, "ko")
    weight = answers.weight_of(work, "us_treasuries")
    assert weight
    hit = answers.shock(work, "us_treasuries", -0.1)
    assert hit.direct == pytest.approx(-0.1 * weight)
    assert float(hit.money.amount) == pytest.approx(hit.whole * float(answers.portfolio(work).worth.amount), abs=1)
    universe = desk.market.universe()
    dollars = sum(h.weight for h in answers.portfolio(work).holdings if universe[h.asset].currency == "USD")
    assert answers.shock(work, "usd", 0.1).direct == pytest.approx(0.1 * dollars)
    with pytest.raises(DataMissing):
        answers.shock(work, "tobacco", -0.1)
    assert unchanged(work)


def test_performance_is_what_the_holdings_did(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    work = begin(desk, who, "ko")
    market = desk.market.at(work.at)
    gold = market.universe.ids.index("GLD")
    month = answers.performance(work, "1m", "gold")
    closes = market.closes_in("KRW")[:, gold]
    start = int(np.searchsorted(market.days, np.datetime64(month.window.first)))
    assert month.gain == pytest.approx(closes[-1] / closes[start] - 1)
    assert 29 <= (month.window.last - month.window.first).days <= 34
    year = answers.drawdown(work, "1y")
    assert year.worst <= year.now <= 0
    assert answers.performance(work, "1y").fall == pytest.approx(year.worst)


def test_shares_of_risk_add_up(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    whole = answers.risk(begin(desk, who, "ko"))
    assert sum(share for _, share in whole.parts) == pytest.approx(1.0, abs=0.03)
    assert whole.vol > 0


def test_a_comparison_says_what_it_did_not_test(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    work = begin(desk, who, "ko")
    result = answers.compare(work, ("sp500", "equal_weight", "max_sharpe", "tobacco"))
    assert [r.name for r in result.rows] == ["own", "sp500", "equal_weight"]
    assert result.not_tested == ("max_sharpe",)
    assert result.not_here == ("tobacco",)
    assert result.window.months == pytest.approx(60, abs=1)
    assert answers.backtest(work, "60_40", start_year=2020).window.first.year == 2020


def test_cash_costs_nothing_to_sell(desk: Desk, who: str) -> None:
    work = begin(desk, who, "ko")
    assert answers.selling_cost(work).amount == 0
    decided(desk, who, executed=True)
    assert answers.selling_cost(begin(desk, who, "ko")).amount > 0


def test_higher_rates_hurt_bonds_by_their_duration(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    work = begin(desk, who, "ko")
    up, down = answers.shock(work, "rates", 0.02), answers.shock(work, "rates", -0.02)
    held = answers.portfolio(work).weights
    table, universe = load_durations(), desk.market.universe()
    worst = sum(
        w * (-table[a][0] * 0.02 + 0.5 * table[a][1] * 0.0004)
        for a, w in held.items()
        if universe[a].asset_class == "bond"
    )
    assert up.kind == "rates" and up.direct == pytest.approx(worst)
    assert up.direct < 0 < down.direct and down.direct > -up.direct
    assert sum(up.after.values()) == pytest.approx(1.0)
    assert unchanged(work)


def test_a_weaker_won_is_a_dearer_dollar_and_hedging_takes_it_out(desk: Desk, who: str) -> None:
    decided(desk, who, executed=True)
    work = begin(desk, who, "ko")
    won, dollar = answers.shock(work, "KRW", -0.1), answers.shock(work, "usd", 1 / 0.9 - 1)
    assert won.kind == "currency" and won.hedged is not None
    assert won.whole == pytest.approx(dollar.whole) and won.direct == pytest.approx(dollar.direct)
    assert won.hedged == pytest.approx(won.whole - won.direct)
    with pytest.raises(BadInput, match="whatif_share"):
        answers.shock(work, "KRW", -1.0)


def test_a_supposition_tells_the_chance_of_a_goal_before_and_after(desk: Desk, who: str) -> None:
    goal = SetGoal(goal="house", horizon_years=10, amount=130_000_000, currency="KRW")
    decided(desk, who, (goal, "10년 뒤 1억 3천 집"), executed=True)
    work = begin(desk, who, "ko")
    (fallen,) = answers.shock(work, "stocks", -0.4).goals
    assert fallen.goal == "house" and fallen.after < fallen.before
    (bolder,) = answers.what_if(work, "raise_risk").goals
    assert bolder.goal == "house" and 0.0 <= bolder.before <= 1.0
    assert isinstance(answers.suppose(work, "shock", "stocks", -0.3), answers.Shock)
    with pytest.raises(BadInput, match="whatif_which"):
        answers.suppose(work, "shock", "stocks")
    assert unchanged(work)


def test_a_decision_of_an_older_engine_is_not_explained_by_todays(
    desk: Desk, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = begin(desk, who, "ko")
    work.add(Statement(id=work.new_id("s"), turn=work.turn, said=CAP[1], lang="ko", wish=CAP[0]))
    made = review(work, ReviewWish())
    other = {**made.target, "KRW": made.target.get("KRW", 0.0)}
    largest = max(other, key=lambda a: other[a])
    other[largest] -= 0.01
    other["SHY"] = other.get("SHY", 0.0) + 0.01
    old = made.model_copy(update={"engine": 0, "id": "dold", "target": other})
    work.add(old.model_copy(update={"fingerprint": fingerprint(old)}))
    work.commit()
    told = answers.why(begin(desk, who, "ko"), "dold")
    assert told.causes == () and "이전 방식(엔진 0)" in told.text and told.after == other
    same = made.model_copy(update={"engine": 0, "id": "dsame"})
    work = begin(desk, who, "ko")
    work.add(same.model_copy(update={"fingerprint": fingerprint(same)}))
    work.commit()
    assert answers.why(begin(desk, who, "ko"), "dsame").causes, "what comes out the same may be explained"


def test_a_why_whose_source_is_gone_says_so_and_keeps_to_the_record(desk: Desk, who: str) -> None:
    decision = decided(desk, who, CAP)
    lost = decision.model_copy(
        update={"id": "dlost", "inputs": {**decision.inputs, "risk": "0" * 64}, "fingerprint": "1" * 64}
    )
    work = begin(desk, who, "ko")
    work.add(lost)
    work.commit()
    for lang, words in (("ko", "지어내지 않고"), ("en", "only the recorded weights are told")):
        told = answers.why(begin(desk, who, lang), "dlost", "stocks")  # type: ignore[arg-type]
        assert words in told.text and told.causes == () and told.before == decision.proposal.current


def test_each_cause_says_what_it_rests_on(desk: Desk, who: str) -> None:
    decided(desk, who, CAP)
    told = answers.why(begin(desk, who, "ko"))
    said = next(c for c in told.causes if c.said == CAP[1])
    assert "에 하신 말씀" in said.basis


def test_risk_holdings_and_whole_lots_name_their_source(desk: Desk, who: str) -> None:
    decided(desk, who, (SetRisk(direction="lower"), "be more cautious"))
    ko, en = ("말씀 “be more", "보유", "정수 단위"), ("you said “be more", "holding", "whole lots")
    for lang, words in (("ko", ko), ("en", en)):
        told = answers.why(begin(desk, who, lang))  # type: ignore[arg-type]
        basis = " / ".join(c.basis for c in told.causes if c.name in ("risk", "holdings", "start", "lots"))
        assert all(w.lower() in basis.lower() for w in words), basis


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    "name", ["forecast/TSLA", "policy", "accounts/isa", "glide/house", "newthing", "newthing/gold"]
)
def test_every_group_of_inputs_has_a_name(desk: Desk, lang: str, name: str) -> None:
    slot = cause_slot(Cause(name=name, shares={}), desk.names, frozenset(TABLE))
    text = render(Line("cause.itself", {"cause": slot}), lang, desk.names, tz="UTC").text  # type: ignore[arg-type]
    assert text and "/" not in text and "_" not in text


def test_a_limit_that_binds_has_a_price_in_words(desk: Desk, who: str) -> None:
    decision = decided(desk, who, CAP)
    work = begin(desk, who, "en")
    lines = shadow_lines(decision, work.state, most=4)
    assert len(lines) == len([b for b in decision.proposal.binding if b.shadow_price / 100 >= LEAST][:4])
    text = render_all(lines, "en", desk.names, tz=work.tz)
    dearest = max(decision.proposal.binding, key=lambda b: b.shadow_price)
    assert text.figures[-1].unit == "points" and "after risk" in text.text
    assert dearest.shadow_price / 100 in [pytest.approx(f.value) for f in text.figures if f.unit == "points"]
