"""An investor's opinions count by how the earlier ones turned out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from agent.session import Session
from agent.wiring import Settings, open_desk
from tests.worlds import facts, inputs, market, universe
from tools.decide import decide
from tools.domain.decision import View, ViewsInput
from tools.views import came_true, reliability

START = datetime(2025, 3, 3, tzinfo=UTC)


def test_before_any_outcome_the_prior_counts_and_a_hundred_outcomes_outweigh_it() -> None:
    assert reliability(0, 0, prior=0.5) == 0.5
    assert reliability(100, 100, prior=0.5) > 0.95 and reliability(0, 100, prior=0.5) < 0.05
    assert reliability(2, 2, prior=0.5) < 0.6  # nobody is proved right by two


@pytest.mark.parametrize(("change", "up"), [(1.2, True), (0.8, False)])
def test_an_opinion_came_true_when_its_legs_moved_its_way(change: float, up: bool) -> None:
    world = market(2, days=300)
    closes = world.closes.copy()
    at, until = world.days[100].item(), world.days[160].item()
    closes[160, universe().ids.index("GOLD")] = closes[100, universe().ids.index("GOLD")] * change
    said = datetime(at.year, at.month, at.day, tzinfo=UTC)
    view = View(target="gold", direction="up", confidence=0.3, said_at=said)
    assert came_true(view, universe(), world.days, closes, until=until) is up
    down = view.model_copy(update={"direction": "down"})
    assert came_true(down, universe(), world.days, closes, until=until) is not up
    for blind in (np.full_like(closes, np.nan), closes[:0]):
        assert came_true(view, universe(), world.days[: len(blind)], blind, until=until) is None


def said_later(home: Path, *, replaced: bool) -> str:
    """An opinion for one month, perhaps replaced within it, and what is said of the next one half a year later."""
    for days, sentence in ((0, "I think gold will rise over the next month"),
                           (7, "I think gold will fall over the next year") if replaced else (7, "show my portfolio"),
                           (180, "I think bitcoin will rise over the next year")):  # fmt: skip
        now = (START + timedelta(days=days)).isoformat()
        with open_desk(Settings(home=home, model="builtin", now=now)) as desk:
            text = Session(desk, investor="kim", lang="en").say(sentence).text
    return text


def test_the_next_opinion_counts_by_how_the_one_whose_time_is_over_turned_out(tmp_path: Path) -> None:
    text = said_later(tmp_path, replaced=False)
    assert "whose time is over: 1" in text and "25%" not in text
    assert ("came true: 1" in text) == ("it counts 27.3%" in text)  # 6/11 of one half
    assert ("came true: 0" in text) == ("it counts 22.7%" in text)  # 5/11 of one half


def test_an_opinion_replaced_before_its_time_was_never_put_to_the_test(tmp_path: Path) -> None:
    text = said_later(tmp_path, replaced=True)
    assert "whose time is over" not in text and "it counts 25%" in text


def test_contradicting_opinions_are_noted_and_moved_as_they_would_be_without_the_note() -> None:
    def told(direction: str, magnitude: float, **more: object) -> ViewsInput:
        view = {"target": "gold", "direction": direction, "magnitude": magnitude, "confidence": 0.45, "said_at": START}
        return ViewsInput(views=(View.model_validate(view | more),))

    world = market(1)
    clash = {"views/s1": told("up", 0.5), "views/s2": told("down", 0.5, versus="bonds")}
    notes = decide(facts(world, inputs(more=clash))).proposal.notes
    named = [n for n in notes if n.startswith("views_contradict:")]
    assert len(named) == 1 and set(named[0].removeprefix("views_contradict:").split(",")) == {"views/s1", "views/s2"}
    mild = {"views/s1": told("up", 0.06), "views/s2": told("up", 0.05, versus="bonds")}
    assert not [n for n in decide(facts(world, inputs(more=mild))).proposal.notes if n.startswith("views_contradict:")]
    deaf = decide(facts(world, inputs(more=clash, method="min_variance"))).proposal.notes
    assert not [n for n in deaf if n.startswith("views_contradict:")]
