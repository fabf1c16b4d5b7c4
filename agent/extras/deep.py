"""Deep reinforcement learning on the same step, for those who want to see: PPO or SAC of stable-baselines3.

Needs the extra `rl` (`pip install 'hanfolio[rl]'`), which brings PyTorch. Nothing of the house depends on it; what is
learned here goes through the same examination and, so far, has not beaten the small policy of `tools.policy`.
Checkpoints are plain arrays (`.npz`, read with pickling forbidden): a file can be wrong, but it cannot execute.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from agent.extras.environment import PortfolioEnv
from knowledge.learned import packed, unpacked
from tools.domain.market import Array
from tools.errors import BadInput, DataMissing
from tools.policy.panel import Panel
from tools.policy.step import Rules, Run, step

Kind = Literal["ppo", "sac"]
Progress = Callable[[int, int], None]

_WIDTH = (32, 32)  # as small as the problem


class Deep:
    """A learner of stable-baselines3 around one environment."""

    def __init__(self, panel: Panel, rules: Rules, *, kind: Kind = "ppo", seed: int = 0) -> None:
        """Build the environment and a fresh network.

        Raises:
            DataMissing: `extra_missing` when stable-baselines3 is not installed.
        """
        try:
            import stable_baselines3 as sb3
        except ImportError as error:
            raise DataMissing("extra_missing", "rl") from error
        self.panel, self.rules = panel, rules
        self._env = PortfolioEnv(panel, rules)
        learner = {"ppo": sb3.PPO, "sac": sb3.SAC}[kind]
        self._model: Any = learner(
            "MlpPolicy", self._env, seed=seed, policy_kwargs={"net_arch": list(_WIDTH)}, device="cpu", verbose=0
        )

    def train(self, steps: int, *, bar: bool = False, progress: Progress = lambda done, total: None) -> None:
        """Learn for so many steps of the environment.

        Args:
            steps: Steps in all.
            bar: Show the learner's own progress bar (tqdm, rich).
            progress: Told (done, total); may raise to stop.
        """
        from stable_baselines3.common.callbacks import BaseCallback

        class Told(BaseCallback):  # type: ignore[misc]
            def _on_step(self) -> bool:
                if self.num_timesteps % 1000 == 0:
                    progress(self.num_timesteps, steps)
                return True

        self._model.learn(total_timesteps=steps, callback=Told(), progress_bar=bar)

    def save(self) -> bytes:
        """The network's weights as `.npz`: plain arrays, nothing else."""
        arrays = {name: value.detach().cpu().numpy() for name, value in self._model.policy.state_dict().items()}
        return packed(arrays)

    def load(self, content: bytes) -> None:
        """Take weights saved before. Raises BadInput when they belong to another network or are no plain arrays."""
        import torch

        mine = self._model.policy.state_dict()
        arrays = unpacked(content)
        if {k: tuple(v.shape) for k, v in mine.items()} != {k: v.shape for k, v in arrays.items()}:
            raise BadInput("other_network")
        self._model.policy.load_state_dict({k: torch.as_tensor(v) for k, v in arrays.items()})

    def follow(self, ahead: Panel) -> Run:
        """What the network does on a stretch of history, without chance, from the base: judged like any other."""
        env = PortfolioEnv(ahead, self.rules, length=len(ahead.days) - 1)
        seen, _ = env.reset(options={"row": 0})
        held = ahead.base[0]
        rows: list[tuple[Array, Array, float, float, float]] = []
        for t in range(len(ahead.days) - 1):
            action, _ = self._model.predict(seen, deterministic=True)
            chosen = env.weights(action)
            done = step(held, chosen, ahead.moves[t], self.rules)
            rows.append((held, chosen, float(done.reward), float(done.growth), float(done.factor)))
            held = done.held
            seen, *_ = env.step(action)
        before, chosen_, *numbers = zip(*rows, strict=True)
        reward, growth, factor = (np.array([x]) for x in numbers)
        return Run(np.array([before]), np.array([chosen_]), reward, growth, factor, held[None])
