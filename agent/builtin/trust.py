"""How far a reading is to be trusted: what speaks for and against it, weighed on readings of unseen speech.

The classifier knows how likely an intent is; whether the *change* it leads to is right also hangs on what the calls
left unused (a figure, a name), on how sure the slots are and on how the words look: a question, hearsay, a no.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.builtin.cues import found
from agent.builtin.parts import Scene, kept
from agent.builtin.speech import only_asks
from tools.figures import Figure

Slots = Mapping[str, Any]

_WAYS = ("direction", "side", "kind", "decision", "change", "op", "metric", "level", "frequency", "goal", "topic")
WEIGHTY = 3
"""A probability counts as so many signs: it says more than any one word."""
_SCALES = (1, 0.01, 1 / 12, 10_000, 12, 0.5)
"""What a figure may have been multiplied by on its way into a slot: percent, months in a year, ten thousands."""


OWN: Mapping[str, tuple[str, ...]] = {
    "set_risk": ("safer", "riskier", "balanced", "volatility", "drawdown"),
    "exclude": ("exclude",),
    "include": ("include",),
    "set_limit": ("max", "min", "exact"),
    "set_view": ("up", "down", "versus"),
    "cash_flow": ("reserve", "withdraw", "deposit"),
    "trade": ("buy", "sell"),
    "rebalance": ("balance",),
    "decide": ("approve", "reject"),
    "modify_proposal": ("proposal", "more", "less", "remove"),
    "set_alert": ("alert",),
    "forget": ("memory",),
    "undo": ("undo",),
}
"""Words of which an intent has at least one in plain speech."""


def signs(
    intent: str,
    slots: Sequence[Slots],
    scene: Scene,
    chances: Sequence[tuple[str, float]],
    *,
    parts: int,
    leaning: bool,
) -> list[str]:
    """Names of what speaks for or against one reading.

    Args:
        intent: The intent chosen.
        slots: Its calls.
        scene: The stretch, after its slots were filled.
        chances: Intents that the words bear out with their shares, the likeliest first.
        parts: Stretches of the utterance.
        leaning: The words only change the turn before.
    """
    sure = chances[0][1]
    second, next_ = next(((n, p) for n, p in chances[1:] if n != intent), ("", 0.0))
    doubt = min(scene.doubts, default=1.0)
    numbers = [abs(v) for s in slots for v in s.values() if isinstance(v, int | float)]
    ids = {str(v) for s in slots for k, v in s.items() if k in ("target", "versus")}
    idle = [f.kind for f in scene.figures if not used(f, numbers)]
    missed = [m for m in kept(scene) if m.id not in ids]
    named = {m.id for m in scene.reading.targets}
    names = ["bias", f"i:{intent}", f"parts:{min(parts, 3)}", f"len:{min(len(scene.text.split()), 15) // 3}"]
    names += [f"p>{n}.{w}" for n in range(1, 10) if sure * 10 > n for w in range(WEIGHTY)]
    names += [f"i&p:{intent}&{int(sure * 4)}"]
    names += [f"next>{n}.{w}" for n in range(1, 6) if next_ * 10 > n for w in range(WEIGHTY)]
    names += [f"pair:{intent}|{second}"] if next_ > 0.1 else []
    names += [f"doubt<{n}.{w}" for n in range(5, 10) if doubt * 10 < n for w in range(WEIGHTY)]
    names += [f"i&doubt:{intent}&{int(doubt * 5)}"]
    names += [f"idle:{k}" for k in idle] + [f"i&idle:{intent}&{k}" for k in idle] + ["idle"] * bool(idle)
    names += ["missed", f"i&missed:{intent}"] if missed else []
    sole = len(scene.before.lately) == 1 and ids - named <= set(scene.before.lately)
    names += [f"borrowed:{sole}", f"i&borrowed:{intent}&{sole}"] if ids - named else []
    names += ["inexact"] if any(not m.exact and m.id in ids for m in scene.reading.targets) else []
    names += [f"n:{min(len(slots), 3)}", f"asks:{only_asks(scene)}", f"any:{scene.before.last is not None}"]
    names += [f"bare:{intent}"] if intent in OWN and not any(scene.has(c) for c in OWN[intent]) else []
    names += [f"t:{min(len(named), 4)}", f"i&t:{intent}&{min(len(named), 3)}&{min(len(ids), 2)}"]
    names += ["leans", f"i&leans:{intent}"] if leaning else []
    bare = leaning and not scene.reading.targets and len(scene.figures) == 1
    names += ["bare"] if bare else []
    names += [f"prev:{scene.before.last.name == intent}"] if scene.before.last else []
    said = [f"{k}={s[k]}" for s in slots[:1] for k in _WAYS if k in s]
    given = sorted({k for s in slots for k in s})
    names += [f"given:{intent}:{' '.join(given)}"]
    for cue in found(scene.text):
        names += [f"c:{cue}", f"i&c:{intent}&{cue}", *(f"s&c:{intent}.{s}&{cue}" for s in said)]
    return names + [f"s:{intent}.{s}" for s in said]


def used(figure: Figure, numbers: Sequence[float]) -> bool:
    """True when a slot holds this figure, in whatever unit."""
    value = abs(figure.value)
    return any(abs(value * scale - n) <= 0.005 * max(n, 1e-9) for scale in _SCALES for n in numbers)
