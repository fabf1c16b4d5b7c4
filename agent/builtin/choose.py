"""Slots with named answers: what the words say outright, and the heads where they say nothing outright."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.cues import has
from agent.builtin.parts import Scene, kept
from tools.figures import Figure

_MORE_OF = re.compile(
    r"더|좀|조금|약간|쪽으로|\bmore\b|\bless\b|\w+er\b|a bit|a little|slightly|somewhat|a notch|a touch|\btad\b", re.I
)
_TURN = re.compile(r"[,;.]|\band\b|\bbut\b|\bwhile\b|그리고|하고|[가-힣]고\s|이며|며\s|지만|/")
_OUT = re.compile(
    (
        r"\bout of\b(?! the question| line)|\bpart with\b|\btake [^,.]* out\b|\bcash (?:in|out)\b"
        r"|\bget rid\b|\boffload|\bditch"
    ),
    re.I,
)
_REMOVE = re.compile(
    (
        r"빼|제외|없애|삭제|제거|지워|걷어|내려줘|목록에서|\b(?:remove|without|exclude|take out|delete"
        r"|minus|ditch|get rid"
        r"|strip|scrap|kick\w*|omit|leave out|zero|strike|drop(?! (?:to|by|it to))|lose|no)\b"
    ),
    re.I,
)
_LOST = re.compile(
    r"손실|평가손|손해|잃|까먹|까이|까질|까진|마이너스|in the red|\bloss(?:es)?\b|\blose\b|\blost\b|\bdown\b|underwater|drawdown|낙폭|mdd",
    re.I,
)
_WON = re.compile(
    r"수익|평가익|이익|\bprofits?\b|\bgains?\b|\bgained\b|in the green|\bearn|벌면|벌었|\bI'?ve made\b|\bI make\b", re.I
)
_MIDDLING = re.compile(
    (
        r"moderate|medium|중간|반반|어느 ?정도|half[- ]sure|fifty[- ]fifty|middling|somewhat (?:sure|confident)"
        r"|reasonably (?:sure|confident)"
    ),
    re.I,
)
_LIMITED = re.compile(
    (
        r"\bcap(?:ped|ping|s)?\b|\blimit|at most|no more than|maximum|\bmax\b|up to|한도|상한|최대"
        r"|제한|까지만|넘지|이하로|캡"
    ),
    re.I,
)
_CUT_TO = re.compile(
    r"(?:까지|으로|로)\s?(?:확\s?|좀\s?|더\s?)?(?:줄|낮[춰추]|내[리려]|깎|늘|올|키)|\b(?:cut|trim|reduce|bring|lower|shrink|take|raise)\b.{0,30}\bto\b",
    re.I,
)
"""A weight to arrive at."""
_CAPPED = re.compile(
    r"최대|최소|상한|하한|한도|제한|이하|이상|넘|\b(?:max|min|cap|limit|floor|ceiling|at (?:most|least)|no more|under|below|above)",
    re.I,
)
_NEVER = r"(?:안\s?(?:돼|되|됨|됩|될|넘|내려)|못\s?(?:가|내려|올라|넘|떨어)|않|마라|말[고라아]|마세|무리|금지|싫|곤란|불안|부담|위험|과해|과하|많|사절|하지\s?마|막아|막고)"
_BARRED = re.compile(
    rf"(?P<over>(?:이상|초과|넘게|넘어|넘으|넘는|넘기|위로|그 이상)\S{{0,3}}\s?[^,.]{{0,10}}?{_NEVER}|(?:넘으면|초과하면|넘어가면)\s(?:\S{{1,4}}\s)?(?:줄|덜어|낮춰|깎))"
    rf"|(?P<under>(?:이하|미만|밑으|아래|밑돌|보다 적|모자라|떨어지|내려가)\S{{0,3}}\s?[^,.]{{0,10}}?{_NEVER})"
    r"|(?P<under_en>(?:\b(?:never|not|no)|n't) (?:\w+ ){0,4}?(?:under|below|beneath|less|lower|fewer)\b|\bkeep (?:it|them|that|those|this) (?:above|over)\b)"
    r"|(?P<over_en>(?:\b(?:never|not|no)|n't) (?:\w+ ){0,4}?(?:over|above|more|exceed\w*|beyond|past|higher|bigger)\b|\bkeep (?:it|them|that|those|this) (?:under|below)\b)",
    re.I,
)
"""A side of the number that is ruled out: "넘게는 안 돼" is a ceiling, "밑으로 내려가지 않게" a floor."""
_PAYS = re.compile(
    r"손실|손해|수익|이익|평가|\bprofits?\b|\bloss(?:es)?\b|\bgains?\b|\b(?:up|down|made|lost) (?:by )?[$₩\d]", re.I
)
_MOVES = re.compile(
    r"오르|올라|떨어|빠지|빠진|하락|상승|내리|내려|급등|급락|깨지|날|손실|수익|벌"
    r"|\b(?:falls?|falling|declin\w+|tumbl\w+|plung\w+|slid\w+|sink\w*|soar\w*|surg\w+|rall(?:y|ies)|drops?|ris\w+|loses?|gains?|up|down|slumps?|jumps?|climbs?|dips?|sheds?|swings?|profit|loss|tank\w*|crash\w*|return\w*)\b",
    re.I,
)
_ASIDE = re.compile(
    r"(?:배|반|절반|%|프로)\S{0,2}\s?(?:넘게|까진|까지는)?\s?(?:아니|말고|진 말)|\?{1,2}\s|\b(?:heaps|too much|way too)\b",
    re.I,
)
"""A number beside which the wish itself stands: "두 배까진 아니어도 더", "two thirds?? bring it down"."""
_PART_OF = re.compile(
    r"\bof (?:everything|the (?:whole|total|portfolio|book|account|mix)|my (?:money|portfolio|account|assets|holdings))\b|(?:전체|포트폴리오|포폴|자산)의 ?\d|비중",
    re.I,
)
_FALLS = re.compile(
    r"떨어|빠지|빠질|하락|내리|내려|급락|까이|깨지|폭락|\b(?:falls?|falling|fell|fallen|declin\w+|tumbl\w+|plung\w+|slid\w*|sink\w*|sunk|drop\w*|slump\w*|dips?|sheds?|tank\w*|crash\w*|down)\b",
    re.I,
)
_RISES = re.compile(
    r"오르|올라|오를|상승|급등|폭등|뛰면|\b(?:ris\w+|soar\w*|surg\w+|rall(?:y|ies|ied)|jump\w*|climb\w*|gains?|up|doubl\w+)\b",
    re.I,
)
_METRICS = ("volatility", "weight", "price", "loss", "gain")


def limit(scene: Scene, figure: Figure) -> str:
    """Upper, lower or exact: by the words around this figure, up to the figures beside it."""
    figures = scene.figures
    shares = [f for f in figures if f.kind in ("percent", "fraction", "points", "number")]
    at = shares.index(figure) if figure in shares else 0
    begin = _turn(scene, shares[at - 1], figure) if at else 0
    end = _turn(scene, figure, shares[at + 1]) if at + 1 < len(shares) else len(scene.text)
    around = scene.text[begin:end]
    barred = _BARRED.search(around)
    if barred:
        return "max" if barred["over"] or barred["over_en"] else "min"
    if figure.bound and not has("negated", around):
        return "min" if figure.bound == "above" else "max"
    if _CUT_TO.search(around) and not _CAPPED.search(around):
        return "exact"
    low, high = has("min", around), has("max", around)
    if low and not high:
        return "min"
    if high and not low:
        return "max"
    return scene.ask("limit")


def _turn(scene: Scene, left: Figure, right: Figure) -> int:
    """Where what is said about one figure ends and the next begins."""
    turn = _TURN.search(scene.text, left.end, right.start)
    ahead = [m.start for m in scene.reading.targets if left.end <= m.start < right.start]
    return turn.start() if turn else min(ahead, default=right.start)


def side(scene: Scene) -> str:
    """Buy or sell; "out of" is a sale whatever the verb."""
    return "sell" if _OUT.search(scene.text) else scene.ask("side")


def side_of(scene: Scene) -> str:
    """Above or below the value: by the sign or word beside it, else by the head."""
    bound = next((f.bound for f in scene.figures if f.bound), None)
    if bound:
        return bound
    if re.search(r"[<≤]", scene.text):
        return "below"
    if re.search(r"[>≥]", scene.text):
        return "above"
    above, below = scene.has("above"), scene.has("below")
    return scene.ask("op") if above == below else "above" if above else "below"


def flow(scene: Scene) -> str:
    """Needed, kept back or paid in; "현금은 700만원으로" without a date keeps back."""
    held = any(m.id == "cash" for m in scene.reading.targets) and scene.months() is None
    moves = scene.has("withdraw") or scene.has("deposit")
    return "reserve" if held and not moves else scene.ask("cash")


def change(scene: Scene) -> str:
    """More, less or none of it."""
    if scene.shares(bare=True) and not _REMOVE.search(scene.text) and not _ASIDE.search(scene.text):
        return "weight"
    more, less, remove = scene.has("more"), scene.has("less"), _REMOVE.search(scene.text) is not None
    if remove:
        return "remove"
    if more != less:
        return "more" if more else "less"
    return scene.ask("change", ("more", "less", "remove"))


def confidence(scene: Scene) -> str:
    """How sure the investor says to be; `none` when nothing is said about it."""
    if scene.has("low"):
        return "low"
    if _MIDDLING.search(scene.text):
        return "medium"
    return "high" if scene.has("high") else scene.ask("sure", ("none", "medium"))


def scenario(scene: Scene) -> str:
    """What is imagined: a limit when one is spoken of, a shock when something moves by so much."""
    said = scene.ask("scenario")
    if said == "not_exclude" and _HELD_NONE.search(scene.text) and not _LEFT_OUT.search(scene.text):
        return "exclude"
    if not scene.shares(bare=True):
        return said
    if _LIMITED.search(scene.text):
        return "set_limit"
    if said in ("set_limit", "exclude", "not_exclude") and (scene.has("shock") and not scene.has("exclude")):
        return "shock"
    return said


_HELD_NONE = re.compile(
    r"없(?:으면|다면|었다면|었으면|이)|안 (?:들고|갖고|가지고|샀)|\b(?:had|have|held|hold|own|owned|with) (?:no|zero|none)\b|\bwithout\b"
    r"|\b(?:didn'?t|did not|don'?t) (?:have|hold|own)\b",
    re.I,
)


_LEFT_OUT = re.compile(
    r"제외|배제|금지|빼(?:라|지|달|기|고)|뺐|\b(?:exclu\w*|bann?\w*|rul\w+ out|avoid\w*|restrict\w*|screen\w*)\b", re.I
)


def goal(scene: Scene) -> str:
    """The goal named; of several, the one the head thinks likeliest; `wealth` gives way to anything concrete."""
    named = {g.id for g in scene.reading.goals}
    if not named and scene.before.goal:
        return scene.before.goal
    concrete = named - {"wealth", "other"} or named
    if len(concrete) > 1 and scene.reading.of("goal"):
        concrete = {g.id for g in scene.reading.of("goal")} & concrete or concrete
    return next(iter(concrete)) if len(concrete) == 1 else scene.ask("goal", concrete)


_OF_RISK = re.compile(r"위험|리스크|변동성|\brisk\w*|\bvol(?:atility)?\b", re.I)
_MORE_RISK = re.compile(
    r"높여|높이|높였|올려|올리|올렸|늘려|늘리|키워|키우|더 (?:감수|져|지고|크게|공격|과감)"
    r"|\b(?:raise|increase|higher|more risk|riskier|bump up|turn up|crank)\b",
    re.I,
)
_LESS_RISK = re.compile(
    r"낮춰|낮추|낮게|낮은|내려|내리|줄여|줄이|줄였|덜|안전|안정|보수|조심|너무|지나|마\b|말"
    r"|\b(?:lower|reduc\w*|less|cut|decreas\w*|safer|too|down|not|don'?t)\b",
    re.I,
)
"""Either alone, beside a word for risk, says which way; together they may mean anything."""


def level(scene: Scene) -> str:
    """`lower`, `raise` or a level; "more conservative" is lower, "conservative" is the level."""
    named = {m.id for m in scene.reading.of("level")}
    options = {"lower", "raise", "conservative", "balanced", "aggressive"}
    if len(named) == 1 and not _MORE_OF.search(scene.text):
        return named.pop()
    up, down = _MORE_RISK.search(scene.text), _LESS_RISK.search(scene.text)
    if bool(up) != bool(down) and _OF_RISK.search(scene.text):
        return "raise" if up else "lower"
    return scene.ask("risk", options - ({"conservative", "balanced", "aggressive"} - named if named else set()))


def metric(scene: Scene) -> str:
    """What an alert watches. An amount of money is a price unless profit or loss is named."""
    money = any(f.kind == "money" for f in scene.figures)
    shares = scene.shares()
    if scene.has("volatility"):
        return "volatility"
    lost, won = _LOST.search(scene.text), _WON.search(scene.text)
    if bool(lost) != bool(won) and not scene.has("weight"):
        return "loss" if lost else "gain"
    if shares and _PART_OF.search(scene.text) and not scene.has("volatility"):
        return "weight"
    if shares and kept(scene) and lost is None and won is None and not scene.has("weight"):
        down, up = _FALLS.search(scene.text), _RISES.search(scene.text)
        if bool(down) != bool(up):
            return "loss" if down else "gain"
    sided = _MOVES.search(scene.text) is None and (scene.has("above") or scene.has("below"))
    if shares and sided and kept(scene) and not lost and not won:
        return "weight"
    if money and not shares and sided and kept(scene) and not _PAYS.search(scene.text):
        return "price"
    if money and not shares:
        return scene.ask("metric", ("price", "loss", "gain"))
    if shares:
        return scene.ask("metric", ("loss", "gain", "weight"))
    return scene.ask("metric", _METRICS)
