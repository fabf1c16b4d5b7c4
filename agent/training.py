"""The nightly training: learn anew from all prices, examine, and keep what may be kept beside what was tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from agent.learned import Past, comparable, past
from agent.wiring import Desk
from agent.work import current
from knowledge.learned import Learned
from tools.domain.market import Array
from tools.domain.value import Currency
from tools.forecast import Foretold, foretell
from tools.policy.step import Run
from tools.policy.walk import Examined, examine
from tools.skill import Skill

OUT_OF_SAMPLE: Final = ("rl", "forecast")
"""Names under which a training keeps what its strategies did on what they had not seen."""

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Nobody asked how far it is."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a training came to: the examination, the forecast, and whether the new policy took the old one's place."""

    currency: Currency
    examined: Examined
    foretold: Foretold
    replaced: bool


def currencies(desk: Desk) -> tuple[Currency, ...]:
    """The currencies of everyone with a record here; the one of the settings when there is nobody."""
    opened = (current(desk, name).opened for name in desk.ledger.investors())
    found: dict[Currency, None] = {o.currency: None for o in opened if o is not None}
    return tuple(found) or (desk.settings.currency or "KRW",)


def train(
    desk: Desk, currency: Currency, *, progress: Progress = _silent, folds: int = 8, seeds: Sequence[int] = (0, 1, 2)
) -> Training:
    """Learn anew from everything known, examine, and keep what may be kept. Interrupted, it leaves things as they were.

    A new policy takes the old one's place only after beating it, the base and 1/N on the newest fold, which neither has
    seen. What was tried is kept beside it, so that a failure is seen as well.
    """
    history = past(desk, currency)
    old = desk.learned.load(f"policy-{currency}")
    examined = examine(
        history.panel, history.rules, old=comparable(old, history), progress=progress, folds=folds, seeds=seeds
    )
    foretold = foretell(history.closes, history.rows, history.panel, history.rules)
    replaced = examined.better
    if replaced:
        desk.learned.save(f"policy-{currency}", _policy_kept(history, examined, desk))
    record = _record(history, examined, foretold)
    desk.learned.save(f"policy-tried-{currency}", Learned(_examined_facts(history, examined, desk), record))
    desk.learned.save(f"forecast-{currency}", _forecast_kept(history, foretold, desk))
    return Training(currency, examined, foretold, replaced)


def _record(history: Past, examined: Examined, foretold: Foretold) -> dict[str, Array]:
    """What both did out of sample, at full voice: days (T + 1,), and growth, turnover and what costs left, (3, T)."""
    first = foretold.first
    days = history.panel.days[first : first + examined.growth.shape[0] + 1]

    def steps(run: Run) -> Array:
        return np.vstack([run.growth[0], run.turnover[0], run.factor[0]])

    return {"days": days.astype(np.int64), "rl": steps(examined.run), "forecast": steps(foretold.run)}


def _examined_facts(history: Past, examined: Examined, desk: Desk) -> dict[str, Any]:
    skill = examined.skill
    chosen = examined.settings[examined.chosen]
    return {
        **_origin(history, desk), "features": sorted(chosen.features), "ridge": chosen.ridge, **_skill_facts(skill),
        "newest": {k: v for k, v in examined.newest.items() if np.isfinite(v)}, "better": examined.better,
        "turnover": float(examined.turnover[examined.chosen]), "seeds": float(examined.seeds[examined.chosen]),
    }  # fmt: skip


def _origin(history: Past, desk: Desk) -> dict[str, Any]:
    return {
        "ids": list(history.ids), "until": history.until.isoformat(), "data": history.digest,
        "simulated": desk.market.simulated,
    }  # fmt: skip


def _skill_facts(skill: Skill) -> dict[str, Any]:
    needed = skill.needed if np.isfinite(skill.needed) else None
    return {
        "confidence": skill.confidence, "deflated": skill.deflated, "trials": skill.trials, "count": skill.count,
        "needed": needed, "overfit": skill.overfit, "loss": skill.loss,
    }  # fmt: skip


def _policy_kept(history: Past, examined: Examined, desk: Desk) -> Learned:
    policy = examined.policy
    arrays = {"own": policy.own, "shared": policy.shared, "widths": np.array([policy.band, policy.reach])}
    return Learned(_examined_facts(history, examined, desk), arrays)


def _forecast_kept(history: Past, foretold: Foretold, desk: Desk) -> Learned:
    made = foretold.forecaster
    facts = {
        **_origin(history, desk), **_skill_facts(foretold.skill), "ic": made.ic, "scale": made.scale,
        "volatility_error": foretold.volatility.error, "volatility_naive": foretold.volatility.naive,
    }  # fmt: skip
    return Learned(facts, {"returns": made.returns, "vol": made.vol})
