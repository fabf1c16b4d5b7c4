"""The environment is the pure step in Gymnasium's clothes; checkpoints are plain arrays."""

import warnings

import numpy as np
import pytest

from knowledge.learned import packed, unpacked
from tests.test_backtest import days
from tests.test_policy import closes
from tools.errors import BadInput, DataMissing
from tools.policy.learn import Policy
from tools.policy.panel import Panel, panel
from tools.policy.step import Rules
from tools.policy.walk import follow

gymnasium = pytest.importorskip("gymnasium", reason="Gymnasium is not installed")

FEE = np.array([0.001, 0.002, 0.001, 0.0])
RULES = Rules(FEE, FEE, aversion=3.0)


def history(count: int = 900) -> Panel:
    return panel(days(count), closes(2, count), np.array([0.4, 0.3, 0.2, 0.1]))


def test_gymnasium_finds_nothing_wrong_with_it() -> None:
    from gymnasium.utils.env_checker import check_env

    from agent.extras.environment import PortfolioEnv

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(PortfolioEnv(history(), RULES), skip_render_check=True)


def test_an_episode_is_the_same_walk_as_the_policy_of_the_house() -> None:
    from agent.extras.environment import PERCENT, PortfolioEnv

    given = history()
    env = PortfolioEnv(given, RULES, length=100)
    env.reset(seed=1, options={"row": 5})
    rewards = [env.step(np.zeros(4, dtype=np.float32))[1] for _ in range(100)]
    nothing = Policy(np.zeros(0), np.zeros((0, 4)), band=0.0)
    blind = given.rows(slice(5, 105))
    same = follow(
        nothing, Panel(blind.days, blind.state.only(frozenset()), blind.base, blind.moves, 52.0), RULES, blind.base[:1]
    )
    assert np.array(rewards) / PERCENT == pytest.approx(same.reward[0], abs=1e-12)


def test_the_same_seed_gives_the_same_episode_and_it_ends() -> None:
    from agent.extras.environment import PortfolioEnv

    rng = np.random.default_rng(0)
    actions = rng.uniform(-1, 1, (52, 4)).astype(np.float32)
    runs = []
    for _ in range(2):
        env = PortfolioEnv(history(), RULES, reward="differential_sharpe")
        env.reset(seed=3)
        told = [env.step(a) for a in actions]
        runs.append([t[1] for t in told])
        assert [t[3] for t in told] == [False] * 51 + [True]
        assert all(np.abs(t[0]).max() <= 3.0 for t in told)
        assert np.isfinite(runs[-1]).all()
    assert runs[0] == runs[1]


def test_checkpoints_are_plain_arrays_and_anything_else_is_refused() -> None:
    given = {"net.0.weight": np.arange(6.0).reshape(2, 3), "net.0.bias": np.zeros(2, dtype=np.float32)}
    back = unpacked(packed(given))
    assert back.keys() == given.keys()
    assert all(np.array_equal(back[k], given[k]) and back[k].dtype == given[k].dtype for k in given)
    with pytest.raises(ValueError):
        packed({"x": np.array([object()])})
    for bad in (b"", b"\x80\x04K\x01.", b"not arrays at all"):
        with pytest.raises(BadInput):
            unpacked(bad)


def test_without_the_extra_it_says_which_one_is_missing() -> None:
    try:
        import stable_baselines3  # noqa: F401
    except ImportError:
        from agent.extras.deep import Deep

        with pytest.raises(DataMissing) as told:
            Deep(history(), RULES)
        assert told.value.names == ("rl",)
    else:
        pytest.skip("the extra is installed")


def test_a_deep_learner_learns_is_saved_and_walks_like_any_other() -> None:
    pytest.importorskip("stable_baselines3", reason="the extra `rl` is not installed")
    from agent.extras.deep import Deep

    learner = Deep(history(), RULES, kind="ppo", seed=1)
    told: list[tuple[int, int]] = []
    learner.train(2048, progress=lambda done, total: told.append((done, total)))
    assert told
    other = Deep(history(), RULES, kind="ppo", seed=2)
    other.load(learner.save())
    ahead = history().rows(slice(0, 60))
    assert other.follow(ahead).growth == pytest.approx(learner.follow(ahead).growth, abs=1e-12)
