"""The learned policy: one pure step that trains, tests and acts; what it sees; how it learns; what it showed.

Read `step` first, then `learn`; `walk` is the examination, `view` is what an admitted policy says in a decision.
"""

from tools.policy.learn import Episodes, Policy, act, blank, episodes, gradient, train, value
from tools.policy.state import State, observe
from tools.policy.step import Rules, Run, Stepped, adjoint, remainder, run, step, worth

__all__ = [
    "Episodes",
    "Policy",
    "Rules",
    "Run",
    "State",
    "Stepped",
    "act",
    "adjoint",
    "blank",
    "episodes",
    "gradient",
    "observe",
    "remainder",
    "run",
    "step",
    "train",
    "value",
    "worth",
]
