"""A turn that only changes the one before: "아니 15로", "make it two", "애플도"."""

import math
from collections.abc import Mapping
from typing import Any

from agent.builtin.context import Call
from agent.builtin.parts import SHARES, Scene, kept, number, share
from tools.figures import Figure

_SUBJECT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "set_risk": {"direction": ("safer", "riskier", "balanced")},
    "set_limit": {"target": (), "kind": ("max", "min")},
    "set_goal": {"goal": (), "currency": ()},
    "set_view": {"target": (), "versus": (), "direction": ("up", "down")},
    "cash_flow": {"kind": ("reserve", "withdraw", "deposit"), "currency": ()},
    "trade": {"side": ("buy", "sell"), "target": (), "currency": ()},
    "set_alert": {
        "metric": ("volatility", "gain", "price", "weight"),
        "target": (),
        "op": ("above", "below"),
        "currency": (),
    },
    "modify_proposal": {"target": ()},
    "what_if": {"scenario": ("hypothetical", "shock"), "target": ()},
    "show": {"what": ("portfolio", "performance", "risk", "drawdown"), "target": ()},
    "event_study": {"event": (), "target": ()},
    "explain": {"about": ("changed", "proposal"), "target": ()},
    "backtest": {"strategy": (), "years": (), "start_year": ()},
}
"""Slots that name what a call is about. They stay as they were unless a cue (or a name) says them anew."""

_VALUES = (
    "target_vol",
    "max_drawdown",
    "weight",
    "value",
    "delta_weight",
    "amount",
    "magnitude",
    "fraction",
    "horizon_years",
    "in_months",
    "monthly",
    "horizon_months",
)


def followed(intent: str, fresh: list[dict[str, Any]], scene: Scene, last: Call) -> list[dict[str, Any]]:
    """The last call again with what was said anew. `fresh` is what the words alone came to."""
    subject = _SUBJECT.get(intent)
    if subject is None:
        return fresh
    base = {k: v for k, v in last.args.items() if k in subject}
    said = fresh[0] if fresh else {}
    slots = dict(base)
    for name, value in said.items():
        if name in subject:
            if _anew(name, subject[name], scene) or name not in base:
                slots[name] = value
        else:
            slots[name] = value
    if intent == "backtest" and ("years" in said or "start_year" in said):
        slots = {k: v for k, v in slots.items() if k not in ("years", "start_year") or k in said}
    slots = _renumbered(slots, scene, last)
    if not {"amount", "monthly", "value"} & set(slots):
        slots.pop("currency", None)
    others = [{**slots, "target": f["target"]} for f in fresh[1:] if "target" in f]
    return [slots, *others]


def _anew(name: str, cues: tuple[str, ...], scene: Scene) -> bool:
    if name in ("target", "versus"):
        return bool(kept(scene))
    if name == "goal":
        return bool(scene.reading.goals)
    if name == "event":
        return bool(scene.reading.of("event"))
    if name == "strategy":
        return bool(scene.reading.of("strategy"))
    if name == "currency":
        return any(f.kind == "money" and f.currency for f in scene.reading.figures)
    if name in ("years", "start_year"):
        return bool(scene.reading.figures)
    if name == "kind" and "reserve" in cues and any(m.id == "cash" for m in scene.reading.targets):
        return True
    return any(scene.has(cue) for cue in cues)


def _renumbered(slots: dict[str, Any], scene: Scene, last: Call) -> dict[str, Any]:
    """A bare number takes the place and the unit of the number it corrects."""
    held = [k for k in _VALUES if k in last.args]
    figures = [f for f in scene.reading.figures if f.kind in ("number", "money", *SHARES)]
    if not held or not figures or figures[-1].kind == "money" or scene.months():
        return slots
    figure = figures[-1]
    if figure.kind == "number" and figure.value >= 10_000:  # spelled out: it says itself what it is
        return slots
    old = held[0]
    if figure.kind == "number":
        nearest = min(held, key=lambda k: _apart(figure.value, float(last.args[k])))
        old = nearest if _apart(figure.value, float(last.args[nearest])) < math.log(5) else old
    value = _scaled(figure, float(last.args[old]), currency=last.args.get("currency"))
    for name in _VALUES:
        slots.pop(name, None)
    return {**slots, old: value}


def _scaled(figure: Figure, old: float, currency: object) -> float:
    """The number in the unit of the one it corrects: "15" after 10 % is 15 %, "750" after 600 million is millions."""
    if figure.kind in SHARES:
        if old > 1.5 and figure.kind == "fraction":
            return number(old * figure.value)
        return share(figure)
    if currency is None and 0 < old <= 1:
        return share(figure)
    if not currency or figure.value <= 0:
        return number(figure.value)
    scales = (1, 1_000, 10_000, 1_000_000, 100_000_000)
    return number(min((figure.value * s for s in scales), key=lambda v: _apart(v, old)))


def _apart(left: float, right: float) -> float:
    """How many times one number is the other, as a logarithm."""
    return abs(math.log(max(abs(left), 1e-9) / max(abs(right), 1e-9)))
