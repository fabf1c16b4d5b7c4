"""What was learned speaks only when it has shown skill, as one cause among others, and is silent when told to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.builtin.reading import read
from agent.builtin.switches import switched
from agent.learned import FORECAST, OLDEST, POLICY, admitted, learned_inputs, past
from agent.session import Session
from agent.training import train
from agent.upkeep import replay
from agent.wiring import Desk, Settings, open_desk
from agent.work import begin
from knowledge.learned import FilesLearned, Learned, packed, unpacked
from knowledge.tables import load_names, load_universe
from tests.test_backtest import days
from tests.worlds import market
from tools.domain.decision import View, ViewsInput
from tools.domain.investor import Switch
from tools.errors import BadInput
from tools.policy.panel import panel
from tools.policy.state import OWN, SHARED
from tools.views import pick, size

NAMES = load_names(load_universe())
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@contextmanager
def desk_on(home: Path, now: datetime = NOW) -> Iterator[Desk]:
    with open_desk(Settings(home=home, now=now.isoformat(), currency="KRW", tz="Asia/Seoul")) as desk:
        yield desk


def teach(desk: Desk, *, confidence: float = 0.4, until: datetime | None = None, ic: float = 0.05) -> None:
    """Keep a policy that follows the month's trend and a forecast that does too, as if they had shown skill."""
    history = past(desk, "KRW")
    origin: dict[str, Any] = {
        "ids": list(history.ids), "until": (until or history.until).isoformat(), "data": history.digest,
        "simulated": True,
        "confidence": confidence, "deflated": 0.9, "trials": 6,
    }  # fmt: skip
    own = np.array([0.0, 0.0, 0.5, 0.5, 0.0])
    arrays = {"own": own, "shared": np.zeros((len(SHARED), len(history.ids))), "widths": np.array([0.01, 0.1])}
    desk.learned.save("policy-KRW", Learned({**origin, "features": sorted((*OWN, *SHARED))}, arrays))
    forecast = {"returns": own, "vol": np.array([0.2, 0.3, 0.3])}
    desk.learned.save("forecast-KRW", Learned({**origin, "ic": ic, "scale": 0.5}, forecast))


def test_arrays_and_facts_come_back_and_nothing_executes(tmp_path: Path) -> None:
    store = FilesLearned(tmp_path / "learned")
    assert store.load("policy-KRW") is None
    store.save("policy-KRW", Learned({"a": [1, "둘"], "b": None}, {"w": np.arange(4.0)}))
    found = FilesLearned(tmp_path / "learned").load("policy-KRW")
    assert found is not None and found.facts == {"a": [1, "둘"], "b": None}
    assert np.array_equal(found.arrays["w"], np.arange(4.0))
    store.save("policy-KRW", Learned({"a": 2}))
    again = store.load("policy-KRW")
    assert again is not None and again.facts == {"a": 2}
    assert [p.name for p in (tmp_path / "learned").iterdir()] == ["policy-KRW.npz"]
    for bad in (b"", b"\x80\x04K\x01.", packed({"facts.json": np.array([1.5, 2.5])})):
        (tmp_path / "learned" / "broken.npz").write_bytes(bad)
        assert FilesLearned(tmp_path / "learned").load("broken") is None
    with pytest.raises(ValueError):
        store.save("../out", Learned({}))
    with pytest.raises(ValueError):
        packed({"x": np.array([object()])})
    with pytest.raises(BadInput):
        unpacked(b"no arrays")


def test_the_view_of_a_mix_is_about_the_mix_and_a_difference() -> None:
    where = market().universe
    view = View(
        target="US", direction="down", magnitude=0.03, confidence=0.4, said_at=NOW, mix={"US": 0.5, "LONG": -0.5}
    )
    shares = np.full(len(where.ids), 1 / len(where.ids))
    legs = pick(view, where, shares)
    assert legs[where.ids.index("US")] == 0.5
    assert legs.sum() == 0.0
    assert size(view, legs, shares, np.eye(len(legs)), risk_free=0.02) == pytest.approx(-0.03)  # no rate comes off


def test_without_skill_nothing_is_added_to_a_decision(tmp_path: Path) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang="ko")
        teach(desk, confidence=0.0)
        session.say("포트폴리오 제안해줘")
        pending = session.pending()
        assert pending is not None
        assert not {POLICY, FORECAST} & pending.inputs.keys()


def test_admitted_views_are_causes_among_others_and_replay_without_any_weights(tmp_path: Path) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang="ko")
        session.say("포트폴리오 제안해줘")
        plain = session.pending()
        assert plain is not None
        teach(desk)
        session.say("포트폴리오 제안해줘")
        taught = session.pending()
        assert taught is not None
        assert {POLICY, FORECAST} <= taught.inputs.keys()
        assert taught.target != plain.target
        why = session.why(taught.id)
        causes = {c.name: c.shares for c in why.causes}
        assert {POLICY, FORECAST} <= causes.keys()
        for asset in {a for shares in causes.values() for a in shares}:
            moved = sum(shares.get(asset, 0.0) for name, shares in causes.items() if name != "lots")
            assert moved == pytest.approx(taught.target.get(asset, 0.0) - why.before.get(asset, 0.0), abs=1e-7)
        for kept in (tmp_path / "learned").iterdir():
            kept.unlink()
        assert replay(desk).differences == ()


@pytest.mark.parametrize(
    ("lang", "off", "on"),
    [
        ("ko", "강화학습 꺼줘", "강화학습 다시 켜줘"),
        ("en", "turn off reinforcement learning", "turn the RL policy back on"),
    ],
)
def test_it_is_switched_off_and_on_in_words_and_undone(tmp_path: Path, lang: Any, off: str, on: str) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang=lang)
        teach(desk)
        session.say("포트폴리오 제안해줘" if lang == "ko" else "propose a portfolio")
        turn = session.say(off)
        assert turn.calls == ({"name": "switch", "args": {"source": "policy", "on": False}},)
        pending = session.pending()
        assert pending is not None
        assert POLICY not in pending.inputs
        assert FORECAST in pending.inputs
        assert [s.statement.wish for s in session.statements()] == [Switch(source="policy", on=False)]
        session.undo()
        assert session.statements() == ()
        session.say(off)
        assert "이미" in session.say(off).text if lang == "ko" else "Already" in session.say(off).text
        session.say(on)
        assert POLICY in learned_inputs(begin(desk, "kim", "ko"), desk.market.at(desk.clock.now()))


def test_a_switch_nobody_said_is_refused(tmp_path: Path) -> None:
    from agent.toolbox.outcome import Hands
    from agent.toolbox.registry import call

    with desk_on(tmp_path) as desk:
        hands = Hands(desk, begin(desk, "kim", "ko"), "비트코인은 10% 넘지 않게 해줘")
        assert call(hands, "switch", {"source": "policy", "on": False}).reason == "not_said"


def test_off_without_skill_says_that_it_had_no_voice(tmp_path: Path) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang="ko")
        turn = session.say("예측은 반영하지 마")
        assert turn.calls == ({"name": "switch", "args": {"source": "forecast", "on": False}},)
        assert "실력이 없어서" in turn.text
        assert session.pending() is None


@pytest.mark.parametrize(
    "said",
    [
        "강화학습이 나아?", "compare RL with 1/N", "강화학습으로 제안해줘", "use reinforcement learning", "예측해줘",
        "what if forecasts were off?",
        "비트코인은 빼줘", "강화학습이 뭐야", "will predictions help?", "RL 백테스트해줘",
    ],
)  # fmt: skip
def test_questions_and_other_wishes_switch_nothing(said: str) -> None:
    assert switched(read(said, NAMES)) is None


@pytest.mark.parametrize(
    ("said", "source", "on"),
    [
        ("RL 빼고 계산해줘", "policy", False), ("수익률 예측은 쓰지 마", "forecast", False),
        ("don't use forecasts", "forecast", False), ("stop using the learned policy", "policy", False),
        ("use forecasts again", "forecast", True), ("예측 다시 반영해줘", "forecast", True),
    ],
)  # fmt: skip
def test_a_switch_is_read_from_the_words(said: str, source: str, on: bool) -> None:
    found = switched(read(said, NAMES))
    assert found is not None
    assert found.args == {"source": source, "on": on}


def test_weights_of_the_future_the_far_past_or_another_market_do_not_speak(tmp_path: Path) -> None:
    with desk_on(tmp_path) as desk:
        at = desk.clock.now()
        teach(desk)
        assert admitted(desk, "policy", "KRW", at) is not None
        assert admitted(desk, "policy", "USD", at) is None
        for until in (at + timedelta(days=1), at - OLDEST - timedelta(days=1)):
            teach(desk, until=until)
            assert admitted(desk, "policy", "KRW", at) is None
        teach(desk)
        kept = desk.learned.load("policy-KRW")
        assert kept is not None
        desk.learned.save("policy-KRW", Learned({**kept.facts, "simulated": False}, kept.arrays))
        assert admitted(desk, "policy", "KRW", at) is None


def test_a_training_is_kept_only_when_it_beats_all_and_always_tells_what_was_tried(tmp_path: Path) -> None:
    with desk_on(tmp_path, datetime(2014, 3, 3, tzinfo=UTC)) as desk:
        told: list[tuple[int, int]] = []
        found = train(desk, "KRW", progress=lambda done, total: told.append((done, total)), folds=1, seeds=(0,))
        assert told[-1][0] == told[-1][1]
        tried = desk.learned.load("policy-tried-KRW")
        assert tried is not None
        assert tried.facts["confidence"] == found.examined.skill.confidence
        assert (desk.learned.load("policy-KRW") is not None) == found.replaced == found.examined.better
        forecast = desk.learned.load("forecast-KRW")
        assert forecast is not None
        assert forecast.facts["confidence"] == found.foretold.skill.confidence


def test_a_training_that_is_stopped_leaves_everything_as_it_was(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with desk_on(tmp_path, datetime(2014, 3, 3, tzinfo=UTC)) as desk:
        with pytest.raises(Stop):
            train(desk, "KRW", progress=stop, folds=1, seeds=(0,))
        assert desk.learned.load("policy-KRW") is None
        assert desk.learned.load("policy-tried-KRW") is None


def test_figures_of_the_world_enter_only_as_they_were_known(tmp_path: Path) -> None:
    with desk_on(tmp_path, datetime(2015, 6, 2, tzinfo=UTC)) as desk:
        late = past(desk, "KRW").panel
    then = late.days[-20].astype(object)  # the same days are decisions, seen from then
    with desk_on(tmp_path, datetime(then.year, then.month, then.day, tzinfo=UTC) + timedelta(days=1)) as desk:
        early = past(desk, "KRW").panel
    assert "VIX" in early.state.shared_names
    assert np.array_equal(early.days[-50:], late.days[-69:-19])
    assert early.state.shared[-50:] == pytest.approx(late.state.shared[-69:-19], abs=1e-9)


def test_a_panel_ends_on_the_newest_day() -> None:
    closes = np.exp(np.cumsum(0.01 * np.random.default_rng(0).standard_normal((1000, 3)), axis=0))
    assert panel(days(1000), closes, np.full(3, 1 / 3)).days[-1] == days(1000)[-1]


def test_a_views_input_without_a_mix_reads_as_before() -> None:
    old = '{"kind":"views","views":[{"confidence":0.25,"direction":"up","horizon_months":null,"magnitude":0.1,' \
          '"said_at":"2026-01-05T00:00:00Z","target":"US","versus":null}]}'  # fmt: skip
    assert ViewsInput.from_json(old).views[0].mix is None
