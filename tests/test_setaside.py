"""Money that has to be there: it adds up, it has a clock, and what a goal's date suggests gives way."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.worlds import limit, universe
from tools.domain.events import Event
from tools.domain.investor import CashFlow, SetGoal, SetLimit, SetRisk, Statement
from tools.domain.mandate import Limit
from tools.domain.value import Currency
from tools.figures.scope import scope
from tools.grades import GRADES, asked_about, grade_of
from tools.losses import kappa
from tools.mandate import check, compile_limits, in_force, profile_of, statement_limits, without_rules
from tools.setaside import MONTH_DAYS, flow_limit, is_due, parts, still_kept
from tools.state import State, fold

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WORTH = {"KRW": 1e8, "USD": 1e5}


def said(state: State, wish: object, at: datetime, until: datetime | None = None) -> State:
    n = state.seq + 1
    body = Statement(id=f"s{n}", turn=f"t{n}", said="x", lang="en", wish=wish, until=until)  # type: ignore[arg-type]
    return fold([Event(seq=n, at=at, body=body)], state)


def caps(state: State) -> list[float]:
    """Weights of the limits in force."""
    return [s.statement.wish.weight for s in state.wishes(SetLimit) if isinstance(s.statement.wish, SetLimit)]


def flow(kind: str, amount: float, months: float | None = None, currency: Currency = "KRW") -> CashFlow:
    return CashFlow(kind=kind, amount=amount, currency=currency, in_months=months)  # type: ignore[arg-type]


def test_a_reserve_and_money_needed_soon_add_up_to_one_floor() -> None:
    kept = [flow_limit("s1", flow("withdraw", 1e7, 1.0), WORTH), flow_limit("s2", flow("reserve", 2e7), WORTH)]
    (floor,) = in_force([x for x in kept if x], universe()).limits
    assert floor.kind == "min" and floor.target == "KRW" and floor.weight == pytest.approx(0.3)
    assert parts(floor.id) == ("s1", "s2")


def test_won_are_not_kept_in_dollars() -> None:
    (krw,) = statement_limits(_statement(flow("reserve", 1e7)), worth=WORTH)
    (usd,) = statement_limits(_statement(flow("reserve", 1e4, currency="USD")), worth=WORTH)
    assert (krw.target, usd.target) == ("KRW", "USD")
    assert len(in_force([krw, usd], universe()).limits) == 2


def _statement(wish: object) -> Statement:
    return Statement(id="s1", turn="t1", said="x", lang="en", wish=wish)  # type: ignore[arg-type]


def test_money_needed_at_a_date_binds_in_its_last_year_and_not_for_ever() -> None:
    wish = flow("withdraw", 1e7, 18.0)
    months = [m for m in range(24) if still_kept(wish, NOW, NOW + timedelta(days=m * MONTH_DAYS))]
    assert months[0] == 6 and months[-1] == 19
    assert not is_due(wish, NOW, NOW + timedelta(days=17 * MONTH_DAYS))
    assert is_due(wish, NOW, NOW + timedelta(days=40 * MONTH_DAYS))


def test_what_a_goals_date_suggests_gives_way_to_the_investors_own_limits_and_after_house_rules() -> None:
    goal = Limit(id="goal:house", kind="keep", target="KRW", weight=0.5, origin="goal", until=NOW)
    own, rule = limit("s1", "max", "cash", 0.2), limit("rule:most_cash", "max", "stocks", 0.1)
    rule = rule.model_copy(update={"origin": "rule"})
    mandate = in_force([goal, own, rule], universe())
    soft = next(x for x in mandate.limits if x.origin == "goal")
    fewer = without_rules(mandate, [soft, own, rule])
    assert fewer is not None and rule not in fewer.limits and soft in fewer.limits
    left = without_rules(fewer, [soft, own])
    assert left is not None and soft not in left.limits and own in left.limits
    assert without_rules(left, [own]) is None


def test_the_floor_is_checked_like_any_lower_limit() -> None:
    world = universe()
    compiled = compile_limits(
        in_force([flow_limit("s1", flow("reserve", 3e7), WORTH) or limit("x", "max", None, 1)], world), world
    )
    weights = np.zeros(len(world.ids))
    weights[world.ids.index("KRW")], weights[world.ids.index("USD")] = 0.2, 0.8
    found = check(weights, compiled.mandate, world, cov=np.zeros((len(weights),) * 2), held=weights, tol=1e-9)
    assert [b.excess for b in found] == [pytest.approx(0.1)]


def test_another_amount_does_not_move_the_date_of_a_goal() -> None:
    state = said(State(), SetGoal(goal="house", horizon_years=5, amount=1e8, currency="KRW"), NOW)
    state = said(state, SetGoal(goal="house", amount=2e8, currency="KRW"), NOW + timedelta(days=700))
    (goal,) = state.goals("KRW")
    assert goal.since == NOW and goal.money is not None and goal.money.amount == 200_000_000


def test_what_is_said_for_a_time_stands_before_the_old_word_and_ends() -> None:
    end = NOW + timedelta(days=20)
    state = said(State(), SetLimit(target="bitcoin", kind="max", weight=0.1), NOW)
    state = said(state, SetLimit(target="bitcoin", kind="max", weight=0.02), NOW, until=end)
    inside, later = state.as_of(end - timedelta(days=1)), state.as_of(end)
    assert caps(inside) == [0.02]
    assert caps(later) == [0.1]
    replaced = said(state, SetLimit(target="bitcoin", kind="max", weight=0.05), NOW)
    assert caps(replaced.as_of(NOW)) == [0.05]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("이번 분기만 비트코인 5% 넘지 않게", date(2026, 12, 31)),
        ("이번 달까지 미국 주식은 빼줘", date(2026, 11, 30)),
        ("only this quarter keep tech under 20%", date(2026, 12, 31)),
        ("keep gold under 5% until March 31", date(2027, 3, 31)),
        ("내년 6월 말까지 금 10% 이하", date(2027, 6, 30)),
        ("비트코인은 10% 넘지 않게", None),
        ("올해 안에 차 살 돈", None),
    ],
)
def test_for_how_long_a_wish_is_meant(text: str, last: date | None) -> None:
    assert scope(text, date(2026, 11, 24)) == last


def test_five_grades_lie_in_order_and_a_small_bearable_loss_holds_them_down() -> None:
    assert [grade_of(g) for g in (9.0, 5.6, 4.0, 2.9, 1.5)] == list(GRADES)
    assert grade_of(2.0, 0.15) == "careful"
    state = said(State(), SetRisk(direction="set", level="conservative", grade="careful"), NOW)
    careful = profile_of(state)
    assert careful.max_drawdown == 0.15 and careful.risk_aversion == pytest.approx(5.66, abs=0.01)
    bold = profile_of(said(state, SetRisk(direction="set", level="aggressive"), NOW))
    assert bold.max_drawdown is None and bold.risk_aversion == 2.0


def test_answers_that_do_not_fit_together_are_asked_about() -> None:
    bold = said(State(), SetRisk(direction="set", level="aggressive"), NOW)
    assert asked_about(profile_of(bold)) == ()
    assert asked_about(profile_of(said(bold, SetRisk(direction="set", max_drawdown=0.1), NOW))) == ("loss",)


def test_only_more_than_ordinary_loss_aversion_changes_anything() -> None:
    assert kappa(None) == kappa(1.0) == kappa(2.25) == 0.0
    assert 0 < kappa(3.0) < kappa(5.0) < 1
