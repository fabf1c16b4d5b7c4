"""Slots of what changes something: wishes, orders, answers to a proposal. One function an intent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.builtin import choose
from agent.builtin.context import share_of
from agent.builtin.cues import where
from agent.builtin.guard import is_bare, refuses
from agent.builtin.parts import Scene, cash, kept, listed, near, number, share, subject, subjects
from tools.figures import Figure

Slots = dict[str, Any]

_SURE = re.compile(r"^\s?(?:sure|certain|confiden|conviction|확신|확률|자신|positive)", re.I)
_HALF = re.compile(r"절반|반으로|반만|half|halve", re.I)
_DOUBLE = re.compile(r"\bdoubl\w+|두\s?배|더블|따블|2배", re.I)
_ALL = re.compile(
    (
        r"전량|전부|모두|몽땅|싹|죄다|다\s?(?:팔|매도|정리|처분|던|털)|\b(?:all|entire|everything"
        r"|whole|completely|fully|out of"
        r"|every|exit|liquidate|close out)\b"
    ),
    re.I,
)
_MONTHLY_KO = re.compile(r"(?:매달|매월|월|다달이|달마다|한\s?달에|달에)\s?(?:에\s?)?(?:한\s?)?$")
_MONTHLY_AFTER = re.compile(
    (
        r"^\s?(?:씩|/\s?mo|/\s?month|(?:usd |won |krw |dollars? )?(?:a|per|each|every) month|monthly|pcm"
        r"|p\.?m\.?\b|(?:a|per) mo\b|on a monthly)"
    ),
    re.I,
)
_VERSUS_KO = re.compile(
    r"^(?:들)?\s?(?:보다|대비|에\s?비해|에\s?비하|을\s?상대로|를\s?상대로|한테|을\s?이기|를\s?이기"
    r"|을\s?앞|를\s?앞|을\s?제치|를\s?제치"
    r"|을\s?이길|를\s?이길|를\s?누|을\s?누)"
)
_PAID_IN = re.compile(r"적립(?:액|금)?[은을]|월 ?적립|납입액|\bcontributions?\b|\binstal\w+", re.I)
_AIM = re.compile(r"^\s?(?:%|프로|퍼|퍼센트)?\s?(?:으로|로|까지)")
"""The number to arrive at, of several."""
_IF = re.compile(r"^\s?(?:%|프로|퍼)?\S{0,3}\s?\S{0,4}면")
_BETWEEN = re.compile(r"\bbetween\b|사이|\bto\b.*%|~|에서\s?\d|부터.*까지|within .* and", re.I)
_AGES = re.compile(
    r"\b(?:i'?m|i am|aged?|at|by|@|turns?|till|until)\s*(\d\d?)\b(?!\s?(?:%|k|years?|months?|per))|(\d\d)\s?(?:살|세)",
    re.I,
)
_TENS = {"스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80}
_ONES = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7}
_ONES |= {"여덟": 8, "아홉": 9}
_NATIVE = re.compile(rf"(?P<tens>{'|'.join(_TENS)})\s?(?P<ones>{'|'.join(_ONES)})?(?!\s?(?:개월|달|번|배|주|프로|퍼))")
"""Korean counts age in native numerals, and money or percent never."""
_MINUS = re.compile(
    r"마이너스\s?\d+\s?(?:년|개월|달)|\bminus \w+ (?:years?|months?)|(?<!\w)-\s?\d+\s?(?:years?|months?|년|개월)", re.I
)
_QUARTER = re.compile(r"이번\s?분기|this quarter|다음\s?분기|next quarter", re.I)
_HALFYEAR = re.compile(r"반년|half[- ]?(?:a )?year|six months", re.I)


def set_risk(scene: Scene) -> list[Slots]:
    """More, less, a level, or a number for volatility or the largest loss."""
    way = scene.ask("risk")
    way = way if way in ("target_vol", "max_drawdown") and scene.figures else choose.level(scene)
    found = scene.shares(bare=way in ("target_vol", "max_drawdown"))
    ages = _ages(scene)
    numbers = [f for f in found if not _SURE.match(scene.text[f.end : f.end + 14])]
    numbers = [f for f in numbers if f.kind != "number" or f.value not in ages]
    if numbers:
        if len(numbers) > 1 and scene.has("volatility") and scene.has("drawdown"):
            return [_both(scene, numbers)]
        if way in ("target_vol", "max_drawdown"):
            return [{"direction": "set", way: share(numbers[0])}]
        metric = "target_vol" if scene.has("volatility") else "max_drawdown" if scene.has("drawdown") else None
        if metric:
            return [{"direction": "set", metric: share(numbers[0])}]
    way = choose.level(scene)
    return [{"direction": way}] if way in ("lower", "raise") else [{"direction": "set", "level": way}]


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


def set_goal(scene: Scene) -> list[Slots]:
    """What for, by when, how much, and what is paid in (or out) a month."""
    kind = choose.goal(scene)
    found: Slots = {"goal": kind}
    months = scene.months()
    if months:
        found["horizon_years"] = number(round(months / 12, 4))
    if _MINUS.search(scene.text):
        return []
    ages = _ages(scene)
    if not months and len(ages) == 2:
        found["horizon_years"] = ages[1] - ages[0]
    years = next((f for f in scene.figures if _in_years(scene, f)), None)
    if years and "horizon_years" not in found:
        found["horizon_years"] = number(years.value)
    for figure in scene.money():
        if figure is years or (
            figure.kind == "number" and (figure.value < 10 if scene.reading.lang == "ko" else figure.value < 1000)
        ):
            continue
        if figure.kind == "number" and figure.value in ages:
            continue
        money = cash(figure, scene)
        paid = _monthly(scene, figure) or (kind == "income" and "monthly" not in found)
        found.setdefault("monthly" if paid else "amount", money["amount"])
        if "currency" in money:
            found.setdefault("currency", money["currency"])
    return [found]


def _in_years(scene: Scene, figure: Figure) -> bool:
    """ "a car in 2": years where nothing else is said."""
    head = scene.text[max(0, figure.start - 3) : figure.start].lower()
    return figure.kind == "number" and 0 < figure.value <= 40 and head.endswith("in ")


def _ages(scene: Scene) -> list[int]:
    """Ages in years: "at 60", "쉰둘이고 예순둘에"."""
    ages = {int(next(g for g in a if g)) for a in _AGES.findall(scene.text)}
    return sorted(ages | {n for word, n in _native(scene.text)})


def _native(text: str) -> list[tuple[str, int]]:
    return [(m[0], _TENS[m["tens"]] + _ONES.get(m["ones"] or "", 0)) for m in _NATIVE.finditer(text)]


def _monthly(scene: Scene, figure: Figure) -> bool:
    head, tail = scene.text[max(0, figure.start - 12) : figure.start], scene.text[figure.end : figure.end + 24]
    alone = sum(f.kind == "money" for f in scene.figures) == 1
    return (
        (alone and _PAID_IN.search(scene.text) is not None)
        or _MONTHLY_KO.search(head) is not None
        or _MONTHLY_AFTER.match(tail) is not None
    )


def set_view(scene: Scene) -> list[Slots]:
    """Who, against whom, which way, by how much, how sure, how long."""
    target, versus = _sides(scene)
    if target is None:
        return []
    found: Slots = {"target": target, "direction": scene.ask("view")}
    if versus:
        found["versus"] = versus
    sizes = [f for f in scene.shares() if not _SURE.match(scene.text[f.end : f.end + 14]) and f.value not in (1.0,)]
    if sizes:
        found["magnitude"] = share(sizes[0])
    elif _DOUBLE.search(scene.text):
        found["magnitude"] = 1
    sure = choose.confidence(scene)
    if sure != "none":
        found["confidence"] = sure
    months = scene.months() or (3 if _QUARTER.search(scene.text) else 6 if _HALFYEAR.search(scene.text) else None)
    if months:
        found["horizon_months"] = months
    return [found]


def _sides(scene: Scene) -> tuple[str | None, str | None]:
    targets = list({m.id: m for m in reversed(scene.reading.targets)}.values())[::-1]
    if len(targets) < 2:
        alone = targets[0].id if targets else None
        held = next((t for t in scene.before.targets if t != alone), None)
        if alone and held and _VERSUS_KO.match(scene.text[targets[0].end :]):
            return held, alone
        return alone or held, None
    for mention in targets:
        if _VERSUS_KO.match(scene.text[mention.end : mention.end + 10]):
            other = next(m for m in targets if m is not mention)
            return other.id, mention.id
    if scene.has("versus"):
        return targets[0].id, targets[1].id
    close = near(scene, (scene.ask("view"),))
    return (close or targets[0]).id, None


def cash_flow(scene: Scene) -> list[Slots]:
    """Needed at a date, kept back, or paid in."""
    found: Slots = {"kind": choose.flow(scene)}
    shares = scene.shares()
    money = [f for f in scene.money() if f.kind == "money" or not shares]
    if money:
        found |= cash(money[0], scene)
    elif shares:
        found["fraction"] = share(shares[0])
    months = scene.months()
    if months and found["kind"] != "reserve":
        found["in_months"] = months
    return [found] if len(found) > 1 else []


def trade(scene: Scene) -> list[Slots]:
    """Buy or sell: an amount, a part of the position, or percentage points of the portfolio."""
    if not all(holdable(f) for f in scene.shares()):
        return []
    side = choose.side(scene)
    size = _size(scene, side)
    return [{"side": side, "target": t} | size for t in subjects(scene, (side,))]


def _size(scene: Scene, side: str) -> Slots:
    money = [f for f in scene.figures if f.kind == "money"]
    shares = scene.shares()
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
    return [{"frequency": choose.frequency(scene)}]


def decide(scene: Scene) -> list[Slots]:
    """Yes or no to the proposal."""
    if is_bare(scene.text):
        return [{"decision": "reject" if refuses(scene.text) else "approve"}]
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
