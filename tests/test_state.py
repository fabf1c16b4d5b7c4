"""The fold: the newest wins on the same subject, undo takes back one turn, forgetting forgets, nothing else changes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.domain.events import Body, Event, Forgot, Moved, Opened, Undid
from tools.domain.investor import (
    Book,
    CashFlow,
    Exclude,
    Forget,
    Include,
    Position,
    Rebalance,
    SetAlert,
    SetGoal,
    SetLimit,
    SetRisk,
    SetView,
    Statement,
)
from tools.mandate import profile_of
from tools.state import State, as_said, fold, matching

START = datetime(2026, 3, 2, tzinfo=UTC)


class Talk:
    """A conversation as events: each `say` is one turn."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.add(
            Opened(
                currency="KRW",
                tz="Asia/Seoul",
                lang="ko",
                practice=True,
                book=Book(positions={"KRW": Position(units=Decimal(100))}),
            )
        )

    def add(self, body: Body) -> None:
        n = len(self.events) + 1
        self.events.append(Event(seq=n, at=START + timedelta(minutes=n), body=body))

    def say(self, *wishes: Any) -> str:
        turn = f"t{len(self.events)}"
        for wish in wishes:
            self.add(Statement(id=f"s{len(self.events)}", turn=turn, said="…", lang="ko", wish=wish))
        return turn

    def forget(self, **what: str) -> str:
        wish = Forget(**what)  # type: ignore[arg-type]
        turn = f"t{len(self.events)}"
        self.add(Forgot(turn=turn, wish=wish, statements=matching(self.state, wish)))
        return turn

    def undo(self) -> None:
        last = self.state.changes[-1].body
        self.add(Undid(turn=f"t{len(self.events)}", undone=last.turn))  # type: ignore[union-attr]

    @property
    def state(self) -> State:
        return fold(self.events)

    @property
    def said(self) -> dict[str, Any]:
        return as_said(self.state)


def test_the_newest_limit_on_the_same_subject_and_kind_wins() -> None:
    talk = Talk()
    talk.say(SetLimit(target="bitcoin", kind="max", weight=0.1))
    talk.say(SetLimit(target="bitcoin", kind="max", weight=0.15))
    talk.say(SetLimit(target="bitcoin", kind="min", weight=0.05))
    assert talk.said == {"cap": {"bitcoin": 0.15}, "floor": {"bitcoin": 0.05}}


def test_including_what_was_excluded_only_lifts_the_exclusion() -> None:
    talk = Talk()
    talk.say(Exclude(target="china"))
    talk.say(Include(target="china"))
    assert talk.said == {}
    talk.say(Include(target="gold"))
    assert talk.said == {"include": ["gold"]}


def test_a_corrected_goal_field_keeps_the_others() -> None:
    talk = Talk()
    talk.say(SetGoal(goal="car", amount=40_000.0, currency="USD"))
    talk.say(SetGoal(goal="car", horizon_years=2.0))
    talk.say(SetGoal(goal="car", amount=45_000.0, currency="USD"))
    assert talk.said == {"goals": {"car": {"horizon_years": 2.0, "amount": 45_000.0, "currency": "USD"}}}
    (goal,) = talk.state.goals("KRW")
    assert goal.money is not None and goal.money.amount == Decimal(45_000) and goal.horizon_years == 2.0


def test_undo_goes_one_turn_back_each_time() -> None:
    talk = Talk()
    talk.say(Exclude(target="tobacco"), SetLimit(target="crypto", kind="max", weight=0.05))
    talk.say(Exclude(target="tesla"))
    talk.undo()
    assert talk.said == {"exclude": ["tobacco"], "cap": {"crypto": 0.05}}
    talk.undo()
    assert talk.said == {}


def test_undoing_a_correction_brings_back_what_it_replaced() -> None:
    talk = Talk()
    talk.say(SetLimit(target="bitcoin", kind="max", weight=0.1))
    talk.say(SetLimit(target="bitcoin", kind="max", weight=0.2))
    talk.undo()
    assert talk.said == {"cap": {"bitcoin": 0.1}}


def test_undoing_a_forgetting_brings_the_statement_back() -> None:
    talk = Talk()
    talk.say(Exclude(target="oil"))
    talk.forget(target="oil")
    assert talk.said == {}
    talk.undo()
    assert talk.said == {"exclude": ["oil"]}


EVERYTHING = {
    *("exclude", "cap", "goals", "risk", "target_vol", "cash_reserve", "alerts", "views", "rebalance"),
}


@pytest.mark.parametrize(
    ("what", "gone"),
    [
        ({"topic": "exclusions"}, {"exclude"}),
        ({"target": "oil"}, {"cap"}),
        ({"topic": "goal", "target": "house"}, {"goals"}),
        ({"topic": "risk"}, {"risk", "target_vol"}),
        ({"topic": "cash"}, {"cash_reserve"}),
        ({"topic": "views"}, {"views"}),
        ({"topic": "all"}, EVERYTHING),
    ],
)
def test_forgetting_takes_what_matches_and_nothing_else(what: dict[str, str], gone: set[str]) -> None:
    talk = Talk()
    talk.say(
        Exclude(target="oil"),
        Exclude(target="weapons"),
        SetLimit(target="oil", kind="max", weight=0.1),
        SetGoal(goal="house", horizon_years=3.0),
        SetRisk(direction="set", level="balanced"),
        SetRisk(direction="set", target_vol=0.1),
        CashFlow(kind="reserve", amount=5e6, currency="KRW"),
        SetAlert(metric="volatility", op="above", value=0.2),
        SetView(target="gold", direction="up"),
        Rebalance(frequency="monthly"),
    )
    talk.forget(**what)
    assert set(talk.said) == EVERYTHING - gone


def test_a_level_replaces_earlier_steps_and_later_steps_add_to_it() -> None:
    talk = Talk()
    talk.say(SetRisk(direction="raise"))
    talk.say(SetRisk(direction="set", level="aggressive"))
    assert profile_of(talk.state).risk_aversion == 2.0
    talk.say(SetRisk(direction="lower"))
    assert profile_of(talk.state).risk_aversion == 3.0
    assert talk.said == {"risk": "lower"}


def test_undoing_a_deposit_takes_the_money_out_again() -> None:
    talk = Talk()
    talk.add(Moved(turn="t1", units={"KRW": Decimal(50)}, reason="deposit"))
    assert talk.state.book.units("KRW") == 150
    talk.undo()
    assert talk.state.book.units("KRW") == 100


targets = st.sampled_from(["bitcoin", "gold", "china", "tech"])
wishes = st.one_of(
    st.builds(Exclude, target=targets),
    st.builds(Include, target=targets),
    st.builds(SetLimit, target=targets, kind=st.sampled_from(["max", "min", "exact"]), weight=st.just(0.1)),
    st.builds(SetRisk, direction=st.sampled_from(["lower", "raise"])),
    st.builds(SetView, target=targets, direction=st.sampled_from(["up", "down"])),
)
steps = st.lists(st.one_of(wishes, st.just("undo"), st.just("forget")), max_size=25)


@settings(max_examples=150, deadline=None)
@given(steps, st.integers(0, 25))
def test_folding_in_two_parts_is_folding_at_once(script: list[Any], cut: int) -> None:
    talk = Talk()
    for step in script:
        if step == "undo":
            if talk.state.changes:
                talk.undo()
        elif step == "forget":
            talk.forget(target="gold")
        else:
            talk.say(step)
    cut = min(cut, len(talk.events))
    assert fold(talk.events[cut:], fold(talk.events[:cut])) == talk.state


@settings(max_examples=100, deadline=None)
@given(st.lists(wishes, max_size=12), wishes)
def test_undo_restores_exactly_what_was_in_force(before: list[Any], last: Any) -> None:
    talk = Talk()
    for wish in before:
        talk.say(wish)
    standing = talk.state.in_force
    talk.say(last)
    talk.undo()
    assert talk.state.in_force == standing
