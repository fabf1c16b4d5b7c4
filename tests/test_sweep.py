"""Many investors after one shock: the batch says what each would be told alone, and the unmoved share one event."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.outside import propose_all
from agent.review import gather, review
from agent.session import Session
from agent.sweep import HOUSE, decide_all, record_inside, states
from agent.toolbox.outcome import ReviewWish
from agent.upkeep import replay
from agent.wiring import Desk, Settings, open_desk
from agent.work import begin, current
from tools.decide import decide
from tools.domain.decision import Alert
from tools.domain.events import Swept

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
SAID = {
    "calm": "be conservative",
    "bold": "I want to be aggressive",
    "capped": "at most 5% bitcoin",
    "quiet": "keep yearly volatility under 8%",
    "clash": "at least 60% in bonds",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    with open_desk(Settings(home=home, now=NOW.isoformat(), currency="KRW", tz="Asia/Seoul")) as opened:
        for name, said in SAID.items():
            session = Session(opened, investor=name, lang="en")
            session.say(said)
            session.say("propose a portfolio")
            pending = session.pending()
            if pending is not None and name != "bold":
                session.approve(pending.id, pending.fingerprint)
            elif pending is not None:
                session.reject(pending.id)
        clash = begin(opened, "clash", "en")
        assert clash.state.opened is not None
        Session(opened, investor="clash", lang="en").say("at least 60% in gold")
        yield opened


def test_the_batch_agrees_with_what_each_is_told_alone(desk: Desk) -> None:
    market = desk.market.at(NOW)
    everyone = states(desk)
    verdict = decide_all(desk, market, everyone)
    assert {*verdict.inside, *verdict.outside, *verdict.alone} == set(SAID)
    assert "quiet" in verdict.alone, "a volatility ceiling is no linear limit"
    assert "clash" in verdict.alone
    assert "bold" in verdict.outside, "all of it is still cash"
    for name in (*verdict.inside, *verdict.outside):
        work = begin(desk, name, "en")
        decision = review(work, ReviewWish(kind="tick"))
        if name in verdict.inside:
            assert not decision.proposal.trades
    assert "calm" in verdict.inside


def test_those_left_alone_share_one_event_once(desk: Desk) -> None:
    market = desk.market.at(NOW)
    verdict = decide_all(desk, market, states(desk))
    assert record_inside(desk, market, verdict, "volatility", NOW.date())
    assert not record_inside(desk, market, verdict, "volatility", NOW.date())
    (event,) = desk.ledger.read(HOUSE)
    assert isinstance(event.body, Swept)
    marks = desk.ledger.heads()
    assert event.body.inside == tuple(sorted(marks[n][0] for n in verdict.inside))
    assert HOUSE not in desk.ledger.investors()
    assert HOUSE not in states(desk)
    assert not desk.ledger.verify().faults


def test_states_are_read_anew_after_something_was_said_and_after_erasing(desk: Desk, tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW.isoformat(), currency="KRW", tz="UTC")) as own:
        Session(own, investor="kim", lang="en").say("no gold")
        assert states(own)["kim"].excluded() == ("gold",)
        other = replace(own, states={})
        Session(other, investor="kim", lang="en").say("no tobacco")
        assert states(own)["kim"].excluded() == ("gold", "tobacco")
        Session(other, investor="kim").erase()
        Session(other, investor="kim", lang="en").say("hello")
        assert states(own)["kim"].excluded() == ()


def test_those_outside_are_told_and_offered_the_same_as_alone_and_only_once(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW.isoformat(), currency="KRW", tz="UTC")) as own:
        for name in ("kim", "lee", "choi"):
            session = Session(own, investor=name, lang="en")
            session.say("no gold")
            waiting = session.pending()
            if waiting is not None:
                session.reject(waiting.id)
        market, rung = own.market.at(NOW), alert()
        alone = decide(gather(begin(own, "kim", "en"), ReviewWish(kind="tick")))
        everyone = states(own)
        told = dict(propose_all(own, market, tuple(everyone), everyone, rung))
        assert all(a is not None and a.decision for a in told.values())
        pending = current(own, "kim").pending
        assert pending is not None and pending.proposal == alone.proposal
        assert pending.inputs.keys() == alone.inputs.keys()
        assert len(own.ledger.outbox()) == 3 and not own.ledger.verify().faults
        assert not replay(own, "kim").differences
        # As if it had been killed before this process heard of the commit, and once more with what is known now.
        for known in (everyone, states(own)):
            assert not any(dict(propose_all(own, market, tuple(known), known, rung)).values())
        assert len(own.ledger.outbox()) == 3


def alert() -> Alert:
    return Alert(id="new", code="volatility", day=NOW.date(), value=2.0, level=1.5, rate=0.1, low=0.0, high=0.2)
