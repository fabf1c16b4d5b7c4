"""The portfolio step as a Gymnasium environment, so that any learner of that world can be tried on it.

The step, its costs and its reward are those of `tools.policy.step`: what is learned here is tested and judged with the
very same code as the policy of the house.
"""

from typing import Any, Literal

import gymnasium
import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.policy.learn import REACH, Policy, tilted
from tools.policy.panel import LENGTH, Panel
from tools.policy.step import Rules, step
from tools.skill import differential_sharpe

Observation = npt.NDArray[np.float32]

STRENGTH = 3.0
"""An action of ±1 multiplies a weight by e^±3 before the tilt is cut to its reach: enough to give an asset up."""

PERCENT = 100.0
"""Rewards are in percent: learners are tuned to numbers near one."""

_PACE, _SPREAD = (
    0.02,
    4e-4,
)  # of the running moments in the differential Sharpe ratio, and the mean square they begin with


class PortfolioEnv(gymnasium.Env[Observation, Observation]):  # type: ignore[misc]  # untyped where it is absent
    """One stretch of history per episode, one decision per step.

    Observation: features of the assets and of the world, then the weights held. Action: one score in −1 … 1 per asset;
    the base is tilted by them, no weight further than `reach`. Reward: log growth after costs, less the risk charge of
    `Rules.aversion`, in percent; or what the growth adds to a running Sharpe ratio.
    """

    def __init__(
        self,
        panel: Panel,
        rules: Rules,
        *,
        length: int = LENGTH,
        reach: float = REACH,
        reward: Literal["growth", "differential_sharpe"] = "growth",
    ) -> None:
        """Look at `panel` in episodes of `length` decisions, which begin where chance says."""
        self._panel, self._rules, self._reward = panel, rules, reward
        self._length = min(length, len(panel.days) - 1)
        self._reach = reach
        count, n = panel.base.shape
        self._seen = np.hstack([panel.state.own.reshape(count, -1), panel.state.shared])
        size = self._seen.shape[1] + n
        self.observation_space = gymnasium.spaces.Box(-3.0, 3.0, (size,), np.float32)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (n,), np.float32)
        self._row = self._end = 0
        self._held: Array = panel.base[0]
        self._moments = (0.0, _SPREAD)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode holding the base; `options={"row": i}` says where."""
        super().reset(seed=seed)
        last = len(self._panel.days) - 1 - self._length
        self._row = int((options or {}).get("row", self.np_random.integers(last + 1)))
        self._end = self._row + self._length
        self._held, self._moments = self._panel.base[self._row], (0.0, _SPREAD)
        return self._observed(), {}

    def weights(self, action: Observation) -> Array:
        """The weights an action asks for now, shape (n,)."""
        nothing = Policy(np.zeros(0), np.zeros((0, len(action))), reach=self._reach)
        return tilted(nothing, STRENGTH * np.asarray(action, dtype=float), self._panel.base[self._row])

    def step(self, action: Observation) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Trade to the weights asked for and let the market move."""
        done = step(self._held, self.weights(action), self._panel.moves[self._row], self._rules)
        growth, factor = float(done.growth), float(done.factor)
        self._held, self._row = done.held, self._row + 1
        return self._observed(), self._paid(float(done.reward), growth), False, self._row >= self._end, {
            "growth": growth, "factor": factor,
        }  # fmt: skip

    def _paid(self, reward: float, growth: float) -> float:
        if self._reward == "growth":
            return PERCENT * reward
        mean, square = self._moments
        gained, mean, square = differential_sharpe([growth - 1.0], pace=_PACE, mean=mean, square=square)
        self._moments = mean, square
        return float(gained[0])

    def _observed(self) -> Observation:
        return np.concatenate([self._seen[self._row], self._held]).astype(np.float32)
