"""Slots of what only asks: reads, studies, memory. One function an intent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.builtin import choose, topics
from agent.builtin.cues import has
from agent.builtin.orders import paired
from agent.builtin.parts import Scene, kept, listed, near, number, share

Slots = dict[str, Any]

_PERIODS = ((0.05, "1d"), (0.4, "1w"), (1.5, "1m"), (4, "3m"), (8, "6m"), (18, "1y"))
_HALVED = re.compile(r"반토막|반값|halv\w+|절반|\bhalf\b", re.I)
_TIMES = re.compile(r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?|두|세|네|다섯|열)\s?배|\b(doubl|tripl|quadrupl)\w+", re.I)
_AS_MUCH = {"두": 2.0, "세": 3.0, "네": 4.0, "다섯": 5.0, "열": 10.0, "doubl": 2.0, "tripl": 3.0, "quadrupl": 4.0}
_A_LEVEL = 1000
"""From here on a bare number is a price or a year, and no percent."""
_RISEN = re.compile(
    r"오르|올라|올랐|오른|오를|상승|급등|폭등|인상|뛰|뛴|뛸|치솟|강세|\b(?:rise[sn]?|rising|rose|up|higher|hik(?:e|es|ed)|raise[sd]?|jump\w*|climb\w*|gain\w*"
    r"|surg\w*|spik\w*|increas\w*|strengthen\w*|appreciat\w*|rall(?:y|ies|ied))\b",
    re.I,
)
_FALLEN = re.compile(
    r"내리|내려|내렸|떨어|하락|급락|폭락|인하|빠지|빠졌|빠진|빠질|약세|약해|약하|무너|반토막|반값|\bhalv\w*|\b(?:fall\w*|fell|drop\w*|down|lower\w*|cut|cuts|declin\w*|crash\w*"
    r"|plung\w*|tank\w*|sink\w*|sank|slump\w*|slid\w*|los[et]\w*|weaken\w*|depreciat\w*|collaps\w*|tumbl\w*)\b",
    re.I,
)
_WON = re.compile(r"\bthe\s+(?:korean\s+)?won\b|\b(?:korean\s+won|krw)\b", re.I)
_RATES = re.compile(r"\brates?\b(?!\s+of\s+return)|\byields\b|금리|이자율", re.I)
_TOPICS = ("goal", "exclusions", "risk", "views", "limits", "alerts", "cash")
_SINCE = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b|(?<!\d)(\d{2})년(?:부터|도부터|에 시작|도에)|'(\d{2})\b")
_MONEY = frozenset(("cash", "usd", "rates", "jpy"))
_INDEXES = frozenset(("sp500", "nasdaq100", "kospi", "kosdaq", "msci_world"))


def _named(scene: Scene, cues: tuple[str, ...] = ()) -> str | None:
    """What is asked about: named here, or meant by a pronoun."""
    mention = near(scene, cues)
    if mention:
        return mention.id
    return scene.before.targets[0] if scene.before.targets and scene.has("pronoun") else None


def profile_trades(scene: Scene) -> list[Slots]:
    """Read a broker's file, or say what past trades show."""
    return [{"action": scene.ask("action")}]


def explain(scene: Scene) -> list[Slots]:
    """Why a change, a holding or the proposal."""
    about = scene.ask("about")
    target = _named(scene, ("why", "changed"))
    if target is None and about == "holding" and scene.before.targets:
        target = scene.before.targets[0]
    return [{"about": about} | ({"target": target} if target else {})]


def what_if(scene: Scene) -> list[Slots]:
    """How things would be: without a rule, with one, after a shock."""
    scenario = choose.scenario(scene)
    if scenario in ("lower_risk", "raise_risk"):
        return [{"scenario": scenario}]
    targets = kept(scene)
    if not targets and scene.before.targets:
        names = list(scene.before.targets[:1])
    else:
        names = listed(scene, near(scene, ("shock", "exclude", "max")))
    if scenario in ("exclude", "not_exclude"):
        return [{"scenario": scenario, "target": t} for t in names] or [{"scenario": scenario}]
    figures = [f for f in scene.shares(bare=True) if f.kind != "number" or abs(f.value) < _A_LEVEL]
    if scenario == "set_limit":
        values = [{"value": share(f)} for f in figures[:1]] or [{}]
        return [{"scenario": scenario, "target": t} | values[0] for t in names]
    meant = None
    if scenario == "shock" and not targets:  # "won" is a verb as well, and "rates are cut" an event: here, what moves
        meant = "KRW" if _WON.search(scene.text) else "rates" if _RATES.search(scene.text) else None
        names = [meant] if meant else names
    sign = _way(scene)
    if len(figures) > 1 and len(targets) == len(figures):
        return [{"scenario": "shock", "target": t, "value": _signed(scene, f, sign)} for t, f in paired(scene, figures)]
    found: Slots = {"scenario": "shock"}
    if targets or meant or (names and scene.has("pronoun")):
        found["target"] = names[0]
    elif re.search(r"시장|증시|\bmarkets?\b|장이", scene.text, re.I):
        found["target"] = "stocks"
    elif names:
        found["target"] = names[0]
    times = _TIMES.search(scene.text)
    if times:  # twice as much is a rise by as much again
        word = (times[1] or times[2]).lower()
        found["value"] = number(_AS_MUCH.get(word) or float(word)) - 1
    elif figures:
        found["value"] = number(sign * share(figures[0])) if not figures[0].signed else number(figures[0].value)
    elif _HALVED.search(scene.text):
        found["value"] = sign * 0.5
    return [found]


def _way(scene: Scene) -> int:
    """Whether what is imagined rises or falls: by its verb where there is one, else as it reads."""
    up, down = bool(_RISEN.search(scene.text)), bool(_FALLEN.search(scene.text))
    if up != down:
        return 1 if up else -1
    return -1 if scene.ask("shock") == "down" else 1


def _signed(scene: Scene, figure: Any, sign: int) -> float:
    around = scene.text[figure.start - 12 if figure.start > 12 else 0 : figure.end + 12]
    up, down = has("up", around), has("down", around)
    way = sign if up == down else 1 if up else -1
    return number(way * share(figure))


def show(scene: Scene) -> list[Slots]:
    """A page of figures, of one thing and one period where said."""
    what = scene.ask("what")
    found: Slots = {"what": what}
    if what in ("portfolio", "performance", "risk", "drawdown"):
        target = _named(scene, ("show", what))
        if target:
            found["target"] = target
    period = _period(scene)
    if period and what in ("performance", "drawdown", "risk"):
        found["period"] = period
    return [found]


def _period(scene: Scene) -> str | None:
    months = scene.months()
    if months is not None:
        return next((name for limit, name in _PERIODS if months <= limit), "1y")
    said = scene.ask("period")
    return said if said != "none" else None


def news(scene: Scene) -> list[Slots]:
    """What is reported, about one thing where named."""
    names = listed(scene, near(scene, ("news",)))
    if not names and scene.before.targets and (scene.has("pronoun") or len(scene.text.split()) <= 3):
        names = list(scene.before.targets[:1])
    return [{"target": t} for t in names] or [{}]


def event_study(scene: Scene) -> list[Slots]:
    """What followed past events of a kind, for one thing where named."""
    events = scene.reading.of("event")
    last = scene.before.last
    event = events[0].id if events else str(last.args["event"]) if last and "event" in last.args else scene.ask("event")
    names = [m.id for m in kept(scene)]
    if not names:
        names = list(scene.before.targets[:1])
    return [{"event": event} | ({"target": names[0]} if names else {})]


def compare(scene: Scene) -> list[Slots]:
    """The own portfolio beside indexes and strategies."""
    found = [m.id for m in scene.reading.mentions if m.kind == "strategy" or m.id in _INDEXES]
    loose = {"us_stocks": "sp500", "kr_stocks": "kospi", "tech": "nasdaq100", "stocks": "msci_world"}
    found = found or [loose[m.id] for m in scene.reading.targets if m.id in loose]
    return [{"with": list(dict.fromkeys(found))}] if found else []


def backtest(scene: Scene) -> list[Slots]:
    """A strategy over past years."""
    found: Slots = {}
    strategies = scene.reading.of("strategy")
    last = scene.before.last
    if strategies:
        found["strategy"] = strategies[0].id
    elif last and ("strategy" in last.args or "method" in last.args):
        found["strategy"] = last.args.get("strategy") or last.args.get("method")
    years = [f for f in scene.figures if f.kind == "year"]
    since = _SINCE.search(scene.text)
    months = scene.months()
    if years:
        found["start_year"] = int(years[0].value)
    elif since:
        digits = int(next(g for g in since.groups() if g))
        found["start_year"] = digits if digits > 100 else digits + (1900 if digits > 40 else 2000)
    elif months:
        found["years"] = number(round(months / 12, 4))
    return [found]


def panic(scene: Scene) -> list[Slots]:
    """Fear asks to sell: everything, or one thing."""
    held = [m for m in kept(scene) if m.id not in _MONEY]
    if held:
        target = near(scene, ("sell", "fear"))
        return [{"target": target.id if target in held else held[0].id}]
    if scene.before.targets and scene.has("pronoun") and not scene.has("everything"):
        return [{"target": scene.before.targets[0]}]
    return [{}]


def recall(scene: Scene) -> list[Slots]:
    """What was said before, on one or more subjects."""
    topic = topics.recalled(scene)
    return [{"topic": topic}] if topic != "none" else [{}]


def forget(scene: Scene) -> list[Slots]:
    """Which facts go: a subject, a thing, or both."""
    topic = topics.forgotten(scene)
    names = listed(scene, near(scene, ("memory",)))
    if topic == "goal":
        names = [g.id for g in scene.reading.goals][:1]
    if topic == "cash":
        names = []
    if not names and scene.before.targets and scene.has("pronoun") and topic == "none":
        names = list(scene.before.targets[:1])
    slots: Slots = {"topic": topic} if topic != "none" else {}
    if topic == "all" or (not names and slots):
        return [slots]
    return [slots | {"target": t} for t in names]


def out_of_scope(scene: Scene) -> list[Slots]:
    """What this project does not do."""
    return [{"topic": scene.ask("scope")}]


def smalltalk(scene: Scene) -> list[Slots]:
    """Greetings, thanks, help."""
    return [{}]


def clarify(scene: Scene) -> list[Slots]:
    """Nothing that can be resolved."""
    return [{}]


ASKS: Mapping[str, Callable[[Scene], list[Slots]]] = {
    f.__name__: f
    for f in (
        *(profile_trades, explain, what_if, show, news, event_study, compare, backtest, panic, recall, forget),
        *(out_of_scope, smalltalk, clarify),
    )
}
"""Filler of each intent; an empty list means that something needed is missing."""
