"""A turn that only changes the one before: "아니 15로", "make it two", "애플도"."""

from collections.abc import Mapping
from typing import Any

from agent.builtin.context import Call
from agent.builtin.parts import SHARES, Scene, kept, number, share
from tools.figures import Figure

_SUBJECT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "set_limit": {"target": (), "kind": ("max", "min")},
    "set_goal": {"goal": (), "currency": ()},
    "set_view": {"target": (), "versus": (), "direction": ("up", "down")},
    "cash_flow": {"kind": ("reserve", "withdraw", "deposit"), "currency": ()},
    "trade": {"side": ("buy", "sell"), "target": (), "currency": ()},
    "set_alert": {"metric": ("volatility", "gain", "price", "weight"), "target": (), "op": ("above", "below"), "currency": ()},
    "modify_proposal": {"target": ()},
    "what_if": {"scenario": ("hypothetical", "shock"), "target": ()},
    "show": {"what": ("portfolio", "performance", "risk", "drawdown"), "target": ()},
    "event_study": {"event": (), "target": ()},
    "explain": {"about": ("changed", "proposal"), "target": ()},
    "backtest": {"strategy": (), "years": (), "start_year": ()},
}
"""Slots that name what a call is about. They stay as they were unless a cue (or a name) says them anew."""

_VALUES = ("weight", "value", "delta_weight", "amount", "magnitude", "fraction", "horizon_years", "in_months", "monthly", "horizon_months")


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
    return any(scene.has(cue) for cue in cues)


def _renumbered(slots: dict[str, Any], scene: Scene, last: Call) -> dict[str, Any]:
    """A bare number takes the place and the unit of the number it corrects."""
    old = next((k for k in _VALUES if k in last.args), None)
    figures = [f for f in scene.reading.figures if f.kind in ("number", "money", *SHARES)]
    if old is None or not figures or any(f.kind == "duration" for f in scene.reading.figures):
        return slots
    figure = figures[-1]
    if figure.kind == "money":
        return slots
    value = _scaled(figure, float(last.args[old]), scene, currency=last.args.get("currency"))
    for name in _VALUES:
        slots.pop(name, None)
    return {**slots, old: value}


def _scaled(figure: Figure, old: float, scene: Scene, currency: object) -> float:
    if figure.kind in SHARES:
        if old > 1.5 and figure.kind == "fraction":
            return number(old * figure.value)
        return share(figure)
    if currency is None and 0 < old <= 1:
        return share(figure)
    value = figure.value
    if currency and old >= 1000 and value < old / 50:
        value *= 10_000 if scene.reading.lang == "ko" else 1000 if value * 1000 < old * 50 else 1
    return number(value)
