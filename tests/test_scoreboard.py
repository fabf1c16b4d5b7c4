"""The scoreboard: same days for everyone, losers stay, errors are honest, and questions are answered from it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.builtin.reading import read
from agent.builtin.switches import weighed
from agent.scoreboard import kept, score
from agent.session import Session
from agent.work import begin
from knowledge.learned import Learned
from tests.test_backtest import days
from tests.test_learned import NAMES, desk_on
from tools.domain.market import Array
from tools.errors import DataMissing
from tools.performance import Path as Track
from tools.performance import figures
from tools.standings import Score, Scoreboard, grown, sampled, standings

COUNT = 400


def track(seed: int, mean: float, count: int = COUNT) -> Track:
    rng = np.random.default_rng(seed)
    values = np.exp(np.cumsum(mean / 52 + 0.02 * rng.standard_normal(count)))
    return Track(days(5 * count)[::5], values, np.zeros(count), np.zeros(count))


def board(work: Any, *, voice: float = 0.0) -> Scoreboard:
    """A scoreboard of two who lose and one that does not, kept for this investor as if it had been worked out."""
    rows = [
        ("rl", 0.05, -0.2, 0.1),
        ("max_sharpe", 0.03, -0.4, 0.02),
        ("own", 0.04, -0.1, 0.3),
        ("equal_weight", 0.06, 0.0, None),
    ]
    scores = tuple(
        Score(name=n, growth=g, growth_error=0.01, vol=0.1, sharpe=0.6 + lead, sharpe_error=0.2, drawdown=-0.3,
              turnover=0.5, cost=0.001, lead=lead, lead_error=0.15, dsr=dsr)
        for n, g, lead, dsr in rows
    )  # fmt: skip
    made = Scoreboard(
        at=work.at, currency="KRW", first=work.at, last=work.at, simulated=True, data="0", code="0", scores=scores,
        skipped={"forecast": "short_history"}, voice=voice,
    )  # fmt: skip
    from agent.scoreboard import _name

    work.desk.learned.save(_name(work), Learned(made.model_dump(mode="json")))
    return made


def test_everyone_is_scored_in_the_order_given_and_the_yardstick_against_itself_is_nothing() -> None:
    paths = {"good": track(1, 0.2), "bad": track(2, -0.1), "1/N": track(3, 0.08)}
    found = standings(paths, risk_free=0.01, against="1/N", rng=np.random.default_rng(0))
    assert [s.name for s in found] == ["good", "bad", "1/N"]
    assert (found[2].lead, found[2].lead_error, found[2].dsr) == (0.0, 0.0, None)
    assert found[1].dsr is not None and found[1].dsr < 0.2
    for s, path in zip(found, paths.values(), strict=True):
        other = figures(path, risk_free=0.01)
        assert s.growth == pytest.approx(other.growth.value, rel=1e-9)
        assert s.sharpe == pytest.approx(other.sharpe.value, rel=1e-9)
        assert s.drawdown == pytest.approx(other.drawdown, abs=1e-12)
        assert s.sharpe_error == pytest.approx(other.sharpe.error, rel=0.4)


def test_the_error_covers_the_truth_about_as_often_as_it_should() -> None:
    """Two hundred histories of a known ratio: it lies within two errors in most, and outside of one error in many."""
    truth = (0.1 / 52 + 0.02**2 / 2) / 0.02 * 52**0.5
    away = []
    for seed in range(200):
        (found,) = standings({"x": track(seed, 0.1)}, risk_free=0.0, against="x", rng=np.random.default_rng(seed))
        away.append(abs(found.sharpe - truth) / found.sharpe_error)
    assert 0.85 <= np.mean(np.array(away) < 2.0) <= 1.0
    assert 0.5 <= np.mean(np.array(away) < 1.0) <= 0.85


def test_a_lead_does_not_depend_on_how_much_risk_was_taken() -> None:
    one, yard = track(1, 0.15), track(2, 0.05)
    half = Track(
        one.days, np.cumprod(np.r_[1.0, 1.0 + 0.5 * np.diff(one.values) / one.values[:-1]]), one.traded, one.costs
    )
    scores = {}
    for name, path in (("whole", one), ("half", half)):
        scores[name] = standings({name: path, "1/N": yard}, risk_free=0.0, against="1/N", rng=np.random.default_rng(0))[
            0
        ]
    assert scores["half"].lead == pytest.approx(scores["whole"].lead, abs=1e-9)
    assert scores["half"].dsr == pytest.approx(scores["whole"].dsr, abs=1e-9)


def test_looking_less_often_loses_neither_trades_nor_costs() -> None:
    daily = Track(days(101), np.linspace(1.0, 2.0, 101), np.full(101, 0.01), np.full(101, 0.001))
    weekly = sampled(daily, days(101)[::5])
    assert weekly.values == pytest.approx(daily.values[::5])
    assert weekly.traded.sum() == pytest.approx(daily.traded.sum())
    assert weekly.costs.sum() == pytest.approx(daily.costs.sum())


def test_a_run_grows_from_one() -> None:
    growth: Array = np.array([1.1, 0.9])
    path = grown(days(3), growth, np.array([0.2, 0.0]), np.array([0.999, 1.0]))
    assert path.values == pytest.approx([1.0, 1.1, 0.99])
    assert path.costs == pytest.approx([0.001, 0.0, 0.0])


def test_too_short_a_past_is_refused() -> None:
    with pytest.raises(DataMissing):
        standings({"x": track(1, 0.1, 10)}, risk_free=0.0, against="x", rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    "said", ["RL이 나아?", "강화학습이 1/N보다 나아?", "is RL better than 1/N?", "does reinforcement learning work?"]
)
def test_whether_it_is_any_good_is_a_comparison(said: str) -> None:
    found = weighed(read(said, NAMES))
    assert found is not None
    assert found.name == "compare"
    assert found.args["with"][0] == "rl"


@pytest.mark.parametrize("said", ["강화학습 꺼줘", "강화학습이 뭐야?", "비트코인이 나아?", "RL로 제안해줘"])
def test_other_questions_are_none(said: str) -> None:
    assert weighed(read(said, NAMES)) is None


@pytest.mark.parametrize(("lang", "said", "parts"), [
    ("ko", "RL이 나아?", ("강화학습", "±", "DSR 10%", "0.2 낮았어요", "우연과 구별되지 않아요", "영향을 주지 않아요")),
    ("en", "compare RL with 1/N", ("Reinforcement learning", "±", "DSR 10%", "0.2 below", "from luck", "no weight")),
])  # fmt: skip
def test_questions_are_answered_from_it(tmp_path: Path, lang: Any, said: str, parts: tuple[str, ...]) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang=lang)
        assert session.scoreboard() is None
        before = session.say(said)
        assert "hanfolio scoreboard" in before.text
        made = board(begin(desk, "kim", lang))
        assert session.scoreboard() == made
        turn = session.say(said)
        assert turn.calls[0]["name"] == "compare"
        for part in parts:
            assert part in turn.text
        assert desk.ledger.investors() == ("kim",)
        assert Session(desk, investor="lee", lang=lang).scoreboard() is None


def test_the_one_who_lost_clearly_is_said_to_have_lost_clearly(tmp_path: Path) -> None:
    with desk_on(tmp_path) as desk:
        session = Session(desk, investor="kim", lang="en")
        session.say("hello")
        board(begin(desk, "kim", "en"))
        assert "more than luck would explain" in session.say("backtest max sharpe").text


def test_a_stopped_run_leaves_the_old_one(tmp_path: Path) -> None:
    def stop(done: int, total: int, name: str) -> None:
        raise KeyboardInterrupt

    with desk_on(tmp_path) as desk:
        Session(desk, investor="kim", lang="ko").say("안녕")
        work = begin(desk, "kim", "ko")
        made = board(work)
        with pytest.raises(KeyboardInterrupt):
            score(work, progress=stop)
        assert kept(work) == made
