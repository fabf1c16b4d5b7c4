"""A turn that only changes the one before: "아니 15로", "make it two", "애플도"."""
# ruff: noqa: E501 - a pattern is not cut in two

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.builtin import choose
from agent.builtin.context import Before, Call
from agent.builtin.parts import SHARES, VALUES, Scene, kept, number, share
from agent.builtin.pointing import pointed, whole
from agent.builtin.reading import Reading
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

_KEPT: Mapping[str, tuple[str, ...]] = {
    "set_limit": ("weight",),
    "set_alert": ("value", "currency"),
    "trade": ("amount", "currency", "fraction", "delta_weight"),
}
_SURENESS = re.compile(r"확신|자신|\b(?:confiden\w+|conviction|certain\w*|sure)\b", re.I)
"""Values that go with a new target, without which the call would be empty."""


_PLUS = re.compile(
    r"더(?!\s?(?:이상|라|군|니|욱))|추가|얹|보태|늦[춰추어]|늦어|미뤄|미루|미룰|연기|연장"
    r"|(?<!is )(?<!be )(?<!'s )\bmore\b(?! (?:sensible|realistic|reasonable|like|comfortable|suitable|appropriate|accurate|cautious|careful|honest))|\bextra\b|\bon top\b|\badd\b|push\w* (?:\w+ )?back|\blater\b|delay|postpon|\blonger\b"
    r"|\bextend\w* by\b|\bcan wait\b|\b(?:raise|bump|increase) (?:\w+ )?by\b",
    re.I,
)
_LESS = re.compile(
    r"앞당|당겨|당길|깎|덜(?!미)|\bless\b(?! than)|\bfewer\b|earlier|sooner|knock (?:\w+ ){1,3}off|(?:brought|moved|bring|move) (?:\w+ )?(?:forward|up)\b"
    r"|forward by|\b(?:lower|cut|reduce|drop) (?:\w+ )?by\b",
    re.I,
)
_UNTIL = re.compile(
    r"(?:으로|로|까지)\s?(?:더|올|늘|줄|내|낮|바|해|하|정|맞|고|변|수|가|미|당|앞|연)|[\d달년월원주%]\s?(?:후|뒤)?(?:으로|로)[요.!~]*$"
    r"|\bto\s+[$₩]?\d|\bto (?:\w+ ){0,2}(?:years?|months?)\b|\bno more than\b|\bmore than\b(?! (?:that|this|it|what|before|i said))|\bmore like\b|\bmake (?:it|that|this)\b(?! .*\b(?:more|less|longer|later|earlier|sooner)\b)"
    r"|\bset (?:it|that)\b|\blet'?s say\b|\bcall it\b|\b(?:it'?ll|it will) be\b|\bnow (?:it'?s|in)\b|[\d달년월]\s?(?:후|뒤)?(?:으로|로)(?:요|\s|$)",
    re.I,
)
"""A number to arrive at is no number to add."""
_MOVED = re.compile(
    r"줄[여이일]|늘[려리릴]|낮[춰추]|내[려리]|올[려리]|까지|(?:으로|로)[요.!~]*$|괜찮"
    r"|\b(?:lower|raise|cut|reduce|increase|bump|bring|drop|trim|up|down|is (?:fine|ok|okay|enough)|will do)\b",
    re.I,
)
"""Moves a limit that is there already."""
_TIMES = (
    (2.0, re.compile(r"(?:두|2)\s?배|더블|따블|곱절|\bdouble\b|\btwice (?:that|as)\b", re.I)),
    (3.0, re.compile(r"(?:세|3)\s?배|\btriple\b", re.I)),
    (
        0.5,
        re.compile(
            r"(?:절반|반)(?:으로|만|\s?(?:깎|줄))|반 토막|\b(?:halve|(?:in|by) half|half (?:of )?(?:that|it))\b", re.I
        ),
    ),
)
"""What was said before, so many times."""
_BY_SO_MUCH = re.compile(
    r"(?:%\s?p|포인트)\S{0,2}\s?(?:만|더|씩)?|(?:프로|%|퍼|퍼센트)만\s|\bby\b|\bpoints?\b|\bpp\b", re.I
)
_UP_BY = re.compile(r"올려|올리|높여|높이|늘려|늘리|느슨|\b(?:up|raise|bump|increase|higher|loosen|lift)\b", re.I)
_DOWN_BY = re.compile(r"내려|내리|낮춰|낮추|줄여|줄이|깎|\b(?:down|lower|cut|reduce|trim|tighten|shave|drop)\b", re.I)
_A_POINT = re.compile(r"\b(?:a|one) (?:percentage )?point\b|한 포인트", re.I)
_SPAN = re.compile(r"\b(?:a|one|another)\s+(?:full\s+)?(year|month)\b", re.I)
_DITTO = re.compile(
    r"똑같이|같은 (?:걸|거|것)(?:로|으로)|같은 (?:조건|비율|수준)|마찬가지|그렇게 해|(?:도|두)(?:요|\s(?:같이|함께))?[.!~]*$|\bditto\b|\bsame (?:for|with|goes|thing|again)\b|\blikewise\b"
    r"|\bas well[.!]*$|\btoo[.!]*$",
    re.I,
)
_CHANGES = re.compile(
    r"(?:으로|로)\s?(?:해|하자|할게|할래|가자|부탁|고|수정)|바꿔|바꾸|바꿀|정정|수정|고쳐|고치|변경|\bchange\b|\bmake\b|\bactually\b|\bon second thought\b|\bcorrect",
    re.I,
)
"""Says that a number becomes another."""
_SUBJECT_OF_CHANGE = frozenset(("set_risk", "set_limit", "set_goal", "set_view", "cash_flow", "trade", "set_alert"))
_LATE = {"horizon_years": 1 / 12, "in_months": 1, "horizon_months": 1}
"""Slots that hold a length of time, in parts of a month."""
_SHORT = 60
"""A turn that leans on the one before is short."""
_PACED = re.compile(
    r"(?:매주|매달|매월|분기|반년|매년|주간|월간|연간|일주일|한\s?달|일\s?년|1년|주에|달에|년에|weekly|monthly|quarterly|yearly)\S{0,3}\s?(?:한\s?번)?(?:으로|로)(?:\s|$)|\b(?:make it|to|go|switch to|rather) (?:weekly|monthly|quarterly|yearly|annual\w*|every (?:week|month|quarter|year)|once a (?:week|month|quarter|year))\b",
    re.I,
)
"""Another pace for what is done at one."""
LEANING = 80
"""One that moves what was said before by something may say why."""


def shift(scene: Scene, last: Call) -> tuple[str, float] | None:
    """The slot of the last call that moves and what it comes to: "a year later", "5 more", "두 달 앞당겨"."""
    text = scene.text
    times = next((n for n, cue in _TIMES if cue.search(text)), None)
    held = [k for k in VALUES if k in last.args and k not in _LATE]
    if {"amount", "monthly"} <= set(held):  # which of the two: the one said last
        held = [k for k in last.args if k in ("amount", "monthly")][-1:]
    if times is not None and len(text) <= _SHORT and held and not scene.money_said():
        return held[0], number(float(last.args[held[0]]) * times)
    by = _BY_SO_MUCH.search(text) is not None
    less = _LESS.search(text) is not None or (by and _DOWN_BY.search(text) is not None)
    more = _PLUS.search(text) is not None or (by and _UP_BY.search(text) is not None)
    if len(text) > LEANING or (_UNTIL.search(text) and not by) or not (less or more):
        return None
    sign = -1 if less else 1
    if _A_POINT.search(text) and held and 0 < float(last.args[held[0]]) <= 1:
        return held[0], number(float(last.args[held[0]]) + sign * 0.01)
    span = scene.months() or next((12 if m[1].lower() == "year" else 1 for m in _SPAN.finditer(text)), None)
    if span:
        name = next((n for n in _LATE if n in last.args), None)
        return (name, number(float(last.args[name]) + sign * span * _LATE[name])) if name else None
    figures = [f for f in scene.figures if f.kind in ("number", "money", *SHARES)]
    if len(figures) != 1 or not held:
        return None
    if figures[0].kind == "money" and not any(k in ("amount", "monthly", "value") for k in held):
        return None
    if figures[0].currency and last.args.get("currency", figures[0].currency) != figures[0].currency:
        return None
    old = float(last.args[held[0]])
    if figures[0].kind in SHARES and (old > 1 or figures[0].kind == "fraction"):
        return None
    return held[0], number(old + sign * _scaled(figures[0], old, last.args.get("currency")))


def leans(scene: Scene, before: Before) -> Call | None:
    """The earlier call that these words plainly say again with something new; None where they may stand alone."""
    text = scene.text
    past = whole(before.changed)
    if not past or len(text) > LEANING:
        return None
    names = {m.id for m in scene.reading.targets}
    goals = {m.id for m in scene.reading.goals}
    paced = next((c for c in reversed(past) if c.name == "rebalance"), None)
    if paced is not None and len(text) <= _SHORT and _PACED.search(text) and not names and not scene.figures:
        return paced
    aside = [f for f in scene.reading.figures if f not in scene.figures]
    held = [c for c in past if any(_holds(c, f) for f in aside)]
    if len(held) == 1 and not names and not goals:
        return held[0]
    shown = pointed(scene, past, before.changed[-1])
    if shown is not None and (
        moves(scene, shown) or _CHANGES.search(text) or _MOVED.search(text) or _UNTIL.search(text)
    ):
        return shown
    about = [c for c in past if c.args.get("target") in names or c.args.get("goal") in goals]
    moved = next((c for c in reversed(about or ([] if names else past)) if shift(scene, c)), None)
    if moved is not None:
        return moved
    if len(text) > _SHORT:
        return None
    last = about[-1] if about else next((c for c in reversed(past) if _fits(scene, c)), past[-1])
    valued = any(k in last.args for k in VALUES) and _fits(scene, last)
    fresh = before.proposed and not before.aside
    if valued and len(scene.figures) == 1 and not fresh:
        if _CHANGES.search(text) and restated(scene, last) and not scene.has("pronoun"):
            return last
        asked = before.last is not None and before.last.name not in _SUBJECT_OF_CHANGE
        if _CHANGES.search(text) and (about or (asked and not names and not goals)):
            return last
        if about and last.name == "set_limit" and len(names) == 1 and _MOVED.search(text):
            return last
    if _swapped(scene, past):
        return _swapped(scene, past)
    if names and not about and _DITTO.search(text) and "target" in past[-1].args:
        return past[-1]
    return None


def moves(scene: Scene, call: Call) -> bool:
    """True where the words say what becomes of a call: a figure that fits it, a factor, how sure, which side."""
    if shift(scene, call):
        return True
    if call.name == "set_view" and choose.confidence(scene) != "none":
        return True
    return bool(scene.figures) and _fits(scene, call)


def _holds(call: Call, figure: Figure) -> bool:
    """True where a figure is what a call says: "5년 아니고 7년" is about the one that said 5 years."""
    if figure.kind == "duration":
        return any(k in call.args and abs(call.args[k] - figure.value * _LATE[k]) < 1e-6 for k in _LATE)
    value = share(figure) if figure.kind in SHARES else figure.value
    return any(k in call.args and abs(call.args[k] - value) < 1e-9 for k in VALUES if k not in _LATE)


def takes(call: Call, reading: Reading) -> bool:
    """False for an amount of money after a call that holds no number: it says something of its own."""
    money = any(f.kind == "money" for f in reading.figures)
    return not money or any(k in call.args for k in VALUES) or call.name in ("trade", "cash_flow", "set_goal")


def _fits(scene: Scene, call: Call) -> bool:
    """False for a share where the call counts money or years, and for money where it holds a share."""
    kinds = {f.kind for f in scene.figures}
    if len(kinds) != 1:
        return True
    held = [float(call.args[k]) for k in VALUES if k in call.args]
    small = any(0 <= v <= 1 for v in held)
    return small if kinds <= {"percent", "points"} else not small or len(held) > 1 if kinds == {"money"} else True


def _swapped(scene: Scene, past: Sequence[Call]) -> Call | None:
    """The newest change whose target these words put aside for another: "not Microsoft, Apple", "마소 말고 애플"."""
    rest = {m.id for m in kept(scene)}
    aside = {m.id for m in scene.reading.targets} - rest
    if not aside or not rest or scene.figures:
        return None
    return next((c for c in reversed(past) if c.args.get("target") in aside), None)


def certain(scene: Scene, last: Call | None) -> bool:
    """True where words that lean on an earlier change can mean one thing only."""
    if last is None or len(scene.text) > _SHORT:
        return False
    names = {m.id for m in scene.reading.targets}
    if restated(scene, last) or (shift(scene, last) and (not names or names == {last.args.get("target")})):
        return True
    if not scene.figures and "target" in last.args and names:
        return _DITTO.search(scene.text) is not None or _swapped(scene, (last,)) is not None
    return len(scene.figures) == 1 and names == {last.args.get("target")} and sum(k in last.args for k in VALUES) == 1


def restated(scene: Scene, last: Call | None) -> bool:
    """True for a bare number after a call with one number: "make it 15" can mean one thing only."""
    if last is None or scene.reading.mentions or len(scene.figures) != 1 or len(scene.text) > _SHORT:
        return False
    return sum(k in last.args for k in VALUES) == 1


def followed(intent: str, fresh: list[dict[str, Any]], scene: Scene, last: Call) -> list[dict[str, Any]]:
    """The last call again with what was said anew. `fresh` is what the words alone came to."""
    subject = _SUBJECT.get(intent)
    if subject is None:
        return fresh
    if not fresh and "target" in last.args and kept(scene) and (_DITTO.search(scene.text) or _swapped(scene, (last,))):
        fresh = [{"target": t} for t in dict.fromkeys(m.id for m in kept(scene))]
    base = {k: v for k, v in last.args.items() if k in subject}
    said = fresh[0] if fresh else {}
    slots = dict(base)
    for name, value in said.items():
        if name in subject:
            turns = name == "direction" and intent == "set_view" and _SURENESS.search(scene.text) is not None
            if name not in base or (_anew(name, value, subject[name], scene) and not turns):
                slots[name] = value
        else:
            slots[name] = value
    if intent == "backtest" and ("years" in said or "start_year" in said):
        slots = {k: v for k, v in slots.items() if k not in ("years", "start_year") or k in said}
    moved = shift(scene, last)
    if moved:
        if moved[1] <= 0:
            return []
        slots = base | {moved[0]: moved[1]}
        if "currency" in last.args and moved[0] not in _LATE:
            slots["currency"] = last.args["currency"]
        return [slots]
    if "monthly" not in said:  # what is paid in is said outright: "make the contribution 900"
        slots = _renumbered(slots, scene, last)
    if not set(VALUES) & set(slots) and slots != base:  # "메타 말고 아마존", "at most, I meant": the number stays
        slots |= {k: v for k, v in last.args.items() if k in _KEPT.get(intent, ())}
    if not {"amount", "monthly", "value"} & set(slots):
        slots.pop("currency", None)
    others = [{**slots, "target": f["target"]} for f in fresh[1:] if "target" in f]
    return [slots, *others]


_MAKE = re.compile(r"\bmake (?:it|that|this|the|them|both)\b", re.I)
"""Sets something, and speaks of no gain."""


def _anew(name: str, value: object, cues: tuple[str, ...], scene: Scene) -> bool:
    if name == "metric":
        made = value == "gain" and _MAKE.search(scene.text) is not None
        return scene.has("drawdown" if value == "loss" else str(value)) and value != "price" and not made
    if name in ("target", "versus"):
        return bool(kept(scene))
    if name == "goal":
        return bool(scene.reading.goals)
    if name == "event":
        return bool(scene.reading.of("event"))
    if name == "strategy":
        return bool(scene.reading.of("strategy"))
    if name == "currency":
        return any(f.kind == "money" and f.currency for f in scene.figures)
    if name in ("years", "start_year"):
        return bool(scene.figures)
    if name == "kind" and "reserve" in cues and any(m.id == "cash" for m in scene.reading.targets):
        return True
    return any(scene.has(cue) for cue in cues)


def _renumbered(slots: dict[str, Any], scene: Scene, last: Call) -> dict[str, Any]:
    """A bare number takes the place and the unit of the number it corrects."""
    held = [k for k in VALUES if k in last.args]
    figures = [f for f in scene.figures if f.kind in ("number", "money", *SHARES)]
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
    for name in VALUES:
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
    if figure.kind == "money":  # says its own unit
        return number(figure.value)
    if not currency or figure.value <= 0:
        return number(figure.value)
    scales = (1, 1_000, 10_000, 1_000_000, 100_000_000)
    return number(min((figure.value * s for s in scales), key=lambda v: _apart(v, old)))


def _apart(left: float, right: float) -> float:
    """How many times one number is the other, as a logarithm."""
    return abs(math.log(max(abs(left), 1e-9) / max(abs(right), 1e-9)))
