"""Slots of what changes something: wishes, orders, answers to a proposal. One function an intent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.builtin import choose
from agent.builtin.context import share_of
from agent.builtin.cues import where
from agent.builtin.guard import CALLED_OFF
from agent.builtin.parts import Scene, cash, kept, listed, near, number, share, subject, subjects
from agent.builtin.plans import SURE_OF, Slots, ages, cash_flow, set_goal, set_view
from agent.builtin.schedule import frequency
from agent.builtin.speech import is_bare, refuses
from tools.figures import Figure

_HALF = re.compile(r"절반|반으로|반만|half|halve", re.I)
_ALL = re.compile(
    (
        r"전량|전부|모두|몽땅|싹|죄다|다\s?(?:팔|매도|정리|처분|던|털)|\b(?:all|entire|everything"
        r"|whole|completely|fully|out of"
        r"|every|exit|liquidate|close out)\b"
    ),
    re.I,
)
_UP_BY = re.compile(r"(?:\b(?:up|down|made|lost|gained)\s+(?:by\s+)?|(?:수익|손실|이익|손해)\S{0,2}\s?)$", re.I)
"""Before a figure: what has been won or lost, no size of an order."""
_LOSSES = re.compile(
    r"peak[- ]to[- ]trough|고점\s?대비|손실|손해|낙폭|잃|까먹|깨지|원금|mdd|\bloss(?:es)?\b|\blos(?:e|ing)\b|drawdown"
    r"|\bdown\b",
    re.I,
)
"""A share is a loss to bear only where one is spoken of; beside a name alone it is that thing's."""
_AIM = re.compile(r"^\s?(?:%|프로|퍼|퍼센트)?\s?(?:으로|로|까지)")
"""The number to arrive at, of several."""
_IF = re.compile(r"^\s?(?:%|프로|퍼)?\S{0,3}\s?\S{0,4}면")
_BETWEEN = re.compile(r"\bbetween\b|사이|\bto\b.*%|~|에서\s?\d|부터.*까지|within .* and", re.I)


def set_risk(scene: Scene) -> list[Slots]:
    """More, less, a level, or a number for volatility or the largest loss."""
    way = scene.ask("risk")
    way = way if way in ("target_vol", "max_drawdown") and scene.figures else choose.level(scene)
    found = scene.shares(bare=way in ("target_vol", "max_drawdown"))
    old = ages(scene)
    numbers = [f for f in found if not SURE_OF.match(scene.text[f.end : f.end + 14])]
    numbers = [f for f in numbers if f.kind != "number" or f.value not in old]
    if numbers and kept(scene) and not (scene.has("volatility") or _LOSSES.search(scene.text)):
        return []
    if numbers:
        if len(numbers) > 1 and scene.has("volatility") and scene.has("drawdown"):
            return [_both(scene, numbers)]
        if _nearest(scene, numbers[0]):
            return [{"direction": "set", _nearest(scene, numbers[0]): share(numbers[0])}]
        if way in ("target_vol", "max_drawdown"):
            return [{"direction": "set", way: share(numbers[0])}]
        metric = "target_vol" if scene.has("volatility") else "max_drawdown" if scene.has("drawdown") else None
        if metric:
            return [{"direction": "set", metric: share(numbers[0])}]
    way = choose.level(scene)
    return [{"direction": way}] if way in ("lower", "raise") else [{"direction": "set", "level": way}]


def _nearest(scene: Scene, figure: Figure) -> str:
    """Which of the two a number is where both are spoken of: the one whose word stands closer; empty otherwise."""
    swings, losses = where("volatility", scene.text), [m.start() for m in _LOSSES.finditer(scene.text)]
    if not swings or not losses:
        return ""
    close = [min(abs(p - figure.start) for p in places) for places in (swings, losses)]
    return "target_vol" if close[0] <= close[1] else "max_drawdown"


def _both(scene: Scene, numbers: list[Figure]) -> Slots:
    """Two numbers: the one closer to the word for volatility is that."""
    words = where("volatility", scene.text)
    first, second = (min(abs(f.start - w) for w in words) for f in numbers[:2])
    names = ("target_vol", "max_drawdown") if first <= second else ("max_drawdown", "target_vol")
    return {"direction": "set", names[0]: share(numbers[0]), names[1]: share(numbers[1])}


def exclude(scene: Scene) -> list[Slots]:
    """One call a target."""
    return [{"target": t} for t in subjects(scene, ("exclude",))]


def include(scene: Scene) -> list[Slots]:
    """One call a target."""
    return [{"target": t} for t in subjects(scene, ("include", "buy"))]


def set_limit(scene: Scene) -> list[Slots]:
    """Each share goes to the targets beside it; one share for a whole list."""
    figures = scene.shares(bare=True)
    targets = kept(scene)
    if not figures or not all(holdable(f) for f in figures):
        return []
    if len(figures) == 1 and _BETWEEN.search(scene.text):
        figures = [f for f in scene.figures if f.kind == "number" and 0 < f.value <= 100] + figures
    if len(figures) == 2 and len(targets) <= 1 and _BETWEEN.search(scene.text):
        low, high = sorted(share(f) for f in figures)
        names = [m.id for m in targets] or list(scene.before.targets[:1])
        return [{"target": t, "kind": k, "weight": w} for t in names for k, w in (("min", low), ("max", high))]
    if len(figures) == 1 or len(targets) < len(figures):
        aim = next((f for f in reversed(figures) if _AIM.match(scene.text[f.end : f.end + 8])), figures[-1])
        kind, close = choose.limit(scene, aim), _beside(scene, aim)
        names = listed(scene, close) if close else list(scene.before.targets[:1])
        return [{"target": t, "kind": kind, "weight": share(aim)} for t in names]
    return [{"target": t, "kind": choose.limit(scene, f), "weight": share(f)} for t, f in paired(scene, figures)]


def holdable(figure: Figure) -> bool:
    """True for what a share of a portfolio can be: "-10 %" and "250 %" are slips to ask about, never 10 % or all."""
    return figure.value >= 0 and share(figure) <= 1


def paired(scene: Scene, figures: list[Figure]) -> list[tuple[str, Figure]]:
    """Figures with their targets: the order of naming decides where both lists are equally long."""
    targets = kept(scene)
    pairs: list[tuple[str, Figure]] = []
    for index, figure in enumerate(figures):
        target = targets[index] if len(targets) == len(figures) else _beside(scene, figure)
        if target:
            pairs.append((target.id, figure))
    return list(dict(pairs).items())


def _beside(scene: Scene, figure: Figure) -> Any:
    targets = kept(scene)
    if not targets:
        return None
    return min(targets, key=lambda m: figure.start - m.end if m.end <= figure.start else m.start - figure.end + 2)


def trade(scene: Scene) -> list[Slots]:
    """Buy or sell: an amount, a part of the position, or percentage points of the portfolio."""
    if not all(holdable(f) for f in scene.shares()):
        return []
    side = choose.side(scene)
    size = _size(scene, side)
    return [{"side": side, "target": t} | size for t in subjects(scene, (side,))]


def _size(scene: Scene, side: str) -> Slots:
    money = [f for f in scene.figures if f.kind == "money"]
    shares = [f for f in scene.shares() if not _UP_BY.search(scene.text[: f.start])]
    if money:
        return cash(money[0], scene)
    if shares:
        points = shares[0].kind == "points" or side == "buy" or (scene.has("points") and shares[0].kind == "percent")
        return {"delta_weight" if points and shares[0].kind != "fraction" else "fraction": share(shares[0])}
    if _HALF.search(scene.text):
        return {"fraction": 0.5}
    if side == "sell" and _ALL.search(scene.text):
        return {"fraction": 1}
    return {}


def propose(scene: Scene) -> list[Slots]:
    """A new portfolio, by a named method when one is named."""
    methods = scene.reading.of("strategy")
    return [{"method": methods[0].id}] if methods else [{}]


def rebalance(scene: Scene) -> list[Slots]:
    """How often."""
    return [{"frequency": frequency(scene)}]


def decide(scene: Scene) -> list[Slots]:
    """Yes or no to the proposal."""
    if is_bare(scene.text):
        return [{"decision": "reject" if refuses(scene.text) else "approve"}]
    if CALLED_OFF.search(scene.text) and not scene.reading.goals:
        return [{"decision": "reject"}]
    return [{"decision": scene.ask("decision")}]


def modify_proposal(scene: Scene) -> list[Slots]:
    """More, less or none of something in the proposal, or exactly so much."""
    figures = scene.shares(bare=True)
    if not all(holdable(f) for f in figures):
        return []
    way = choose.change(scene)
    if figures and way not in ("remove", "more", "less"):
        targets = kept(scene)
        if len(targets) >= len(figures) > 1:
            return [{"target": t, "weight": share(f)} for t, f in paired(scene, figures)]
        close = _beside(scene, figures[-1])
        name = close.id if close else subject(scene)
        return [{"target": name, "weight": share(figures[-1])}] if name else []
    names = subjects(scene, ("more", "less", "remove"))
    if _HALF.search(scene.text) and names:
        held = share_of(scene.before.reply, names[0])
        if held:
            return [{"target": names[0], "weight": number(held / 2)}]
    return [{"target": t, "change": way} for t in names]


def set_alert(scene: Scene) -> list[Slots]:
    """Tell me when: what is watched, of what, which side of what value."""
    metric = choose.metric(scene)
    target = near(scene, ("alert", "above", "below"))
    name = target.id if target else None
    if name is None and scene.has("pronoun") and scene.before.targets:
        name = scene.before.targets[0]
    money, shares = scene.money(), scene.shares()
    if metric == "price" and money:
        values = [cash(f, scene, name or "") for f in money]
    elif shares:
        values = [{"amount": share(f)} for f in shares]
    elif money and money[0].kind == "money":
        values = [cash(money[0], scene)]
    elif money:
        values = [{"amount": share(money[0])}]
    else:
        return []
    if len(values) > 1 and scene.reading.lang == "ko":  # "5% 넘었네, 10%면 알려줘": the condition counts
        figures_ = shares or money
        values = [
            v for v, f in zip(values, figures_, strict=False) if _IF.match(scene.text[f.end : f.end + 8])
        ] or values
    found: Slots = {"metric": metric}
    if (name and metric != "volatility") or (name and target):
        found["target"] = name
    if metric not in ("loss", "gain"):
        found["op"] = choose.side_of(scene)
    found["value"] = values[0]["amount"]
    if "currency" in values[0]:
        found["currency"] = values[0]["currency"]
    return [found]


def undo(scene: Scene) -> list[Slots]:
    """Take back the last change."""
    return [{}]


ORDERS: Mapping[str, Callable[[Scene], list[Slots]]] = {
    f.__name__: f
    for f in (
        *(set_risk, exclude, include, set_limit, set_goal, set_view, cash_flow, trade, propose, rebalance, decide),
        *(modify_proposal, set_alert, undo),
    )
}
"""Filler of each intent; an empty list means that something needed is missing."""
