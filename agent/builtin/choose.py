"""Slots with named answers: what the words say outright, and the heads where they say nothing outright."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Sequence

from agent.builtin.cues import has
from agent.builtin.parts import Scene, kept
from tools.figures import Figure

_FREQUENCIES: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        (
            "event",
            (
                r"큰일|이벤트|일이 (?:있|생|터)|틀어(?:지|질)|벗어(?:나|날)|급변|때만|필요할 때|필요하면"
                r"|출렁이면|흔들리면|쏠리면|어긋나"
                r"|\bevent|\bonly (?:when|if)|drift|not by the calendar|no (?:fixed )?(?:calendar|schedule)"
                r"|out of (?:line|whack|range|band)|\bbands?\b|threshold|stray|when(?:ever)? (?:something|needed"
                r"|things|the market|it'?s needed|weights|markets)|trigger|if (?:something|things|weights|anything"
                r"|allocation|it)"
            ),
        ),
        (
            "quarterly",
            (
                r"분기|(?:3|삼|세|석)\s?(?:개월|달)|계절마다|quarter|(?:three|3)[- ]months?|four times a year|4x a year"
                r"|each season|every season"
            ),
        ),
        (
            "weekly",
            (
                r"매주|주\s?1|주간|주마다|일주일|한\s?주|주에 한|[월화수목금토일]요일(?:마다|에)|week"
                r"|(?:every|each) (?:mon|tues|wednes|thurs|fri|satur"
                r"|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
            ),
        ),
        (
            "monthly",
            (
                r"매달|매월|월\s?1|월간|달마다|다달이|한\s?달|1개월|월마다|월에 한|월말|월초|월별|month"
                r"|twelve times a year|payday"
            ),
        ),
        (
            "yearly",
            (
                r"매년|twelve[- ]month(?!s)|연\s?1|해마다|일\s?년|1\s?년|년마다|한\s?해|연간|연말|연초|년에 한|annual|year"
                r"|every (?:january|december|spring"
                r"|autumn|new year|christmas)|once a yr|p\.a\."
            ),
        ),
    )
)
_AS_IT_WAS = re.compile(r"\bfrom \w+(?= to\b)|\S+에서(?= )|\S+\s?말고|\bnot \w+ly\b|\binstead of \w+", re.I)
"""How often it was, beside how often it shall be."""
_WHEN = re.compile(r"면|때|\b(?:when\w*|if|unless|only|once)\b", re.I)
_MORE_OF = re.compile(
    r"더|좀|조금|약간|쪽으로|\bmore\b|\bless\b|\w+er\b|a bit|a little|slightly|somewhat|a notch|a touch|\btad\b", re.I
)
_TURN = re.compile(r"[,;.]|\band\b|\bbut\b|\bwhile\b|그리고|하고|[가-힣]고\s|이며|며\s|지만|/")
_INSTEAD = re.compile(r"\bnot\b|\bno\b|instead|only|rather|unless|말고|아니라|만\s|때만", re.I)
_PACES = ((0.5, "weekly"), (1.6, "monthly"), (4.0, "quarterly"))
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
    r"손실|평가손|손해|잃|까먹|in the red|\bloss(?:es)?\b|\blose\b|\blost\b|\bdown\b|underwater|drawdown|낙폭|mdd", re.I
)
_WON = re.compile(
    r"수익|평가익|이익|\bprofits?\b|\bgains?\b|\bgained\b|in the green|\bearn|벌면|벌었|\bI'?ve made\b|\bI make\b", re.I
)
_EVERYTHING = re.compile(
    (
        r"전부|모두|모든|싹|다\s|죄다|통째|리셋|초기화|데이터|머릿속|나를|나에|처음부터|\b(?:all"
        r"|everything|entire|whole|every"
        r"|clean slate|start over|reset|my data|about me|me)\b"
    ),
    re.I,
)
_TOPICS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "goal": r"목표|\bgoals?\b|saving for|노후 계획|은퇴 계획|objectives?",
        "exclusions": (
            r"제외|배제|금지|빼(?:라|달|준|줘|고|기)|뺀다고|뺐|뺀 거|싫(?:다|어)|안 산다|안 담|블랙리스트"
            r"|기피|걸러|보이콧|\bexclu\w*|\bbans?\b"
            r"|\bbanned|\bavoid\w*|black ?list|off[- ]limits|no[- ]go|screen(?:s|ed|ing)?\b|dislike|\bveto"
            r"|refus\w*|never (?:hold|buy|own)|ruled? out|won'?t (?:touch|hold|buy)|stay(?:ing)? out"
        ),
        "risk": (
            r"위험|리스크|성향|변동성|낙폭|공격형|안정형|중립형|\brisk\w*|appetite|tolerance|volatility"
            r"|drawdown|max(?:imum)? loss"
            r"|temperament|aggressive|conservative"
        ),
        "views": (
            r"전망|의견|뷰|\bviews?\b|견해|예상|예측|오를 거라|내릴 거라|오른다|내린다|본다고|생각(?:한"
            r"|했)|시황관|\bopinions?|outlook|forecasts?"
            r"|predict\w*|beliefs?|bullish|bearish|thoughts? (?:on|about)|convictions?|hunch\w*|thesis"
            r"|\bcalls? on|expect\w*|what i think|i thought"
        ),
        "limits": (
            r"한도|상한|하한|제한|리밋|캡|최대|최소|\blimits?\b|\bcaps?\b|capped|floors?|ceilings?"
            r"|constraints?|\bbounds?\b"
            r"|max(?:imum)?\b(?! loss)|min(?:imum)?\b"
        ),
        "alerts": (
            r"알림|알람|경보|알려\s?(?:달|주)|노티|통보|\balerts?\b|alarms?|notif\w*|warnings?|reminders?"
            r"|\bpings?\b"
        ),
        "cash": (
            r"현금|인출|출금|비상금|입금|예비|\bcash\b|withdraw\w*|reserves?\b|deposits?\b|emergency"
            r"|set aside|buffer|rainy"
        ),
    }.items()
}
ABOUT = {
    "set_goal": "goal",
    "exclude": "exclusions",
    "set_risk": "risk",
    "set_view": "views",
    "set_limit": "limits",
    "set_alert": "alerts",
    "cash_flow": "cash",
}
"""Which topic of memory an intent's facts belong to."""
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
_PAYS = re.compile(
    r"손실|손해|수익|이익|평가|\bprofits?\b|\bloss(?:es)?\b|\bgains?\b|\b(?:up|down|made|lost) (?:by )?[$₩\d]", re.I
)
_MOVES = re.compile(
    r"오르|올라|떨어|빠지|빠진|하락|상승|내리|내려|급등|급락|깨지|날|손실|수익|벌"
    r"|\b(?:falls?|drops?|ris\w+|loses?|gains?|up|down|slumps?|jumps?|climbs?|dips?|sheds?|swings?|profit|loss|tank\w*|crash\w*|return\w*)\b",
    re.I,
)
_ASIDE = re.compile(
    r"(?:배|반|절반|%|프로)\S{0,2}\s?(?:넘게|까진|까지는)?\s?(?:아니|말고|진 말)|\?{1,2}\s|\b(?:heaps|too much|way too)\b",
    re.I,
)
"""A number beside which the wish itself stands: "두 배까진 아니어도 더", "two thirds?? bring it down"."""
_METRICS = ("volatility", "weight", "price", "loss", "gain")


def frequency(scene: Scene) -> str:
    """How often; no schedule said means now."""
    text = _AS_IT_WAS.sub(" ", scene.text)
    said = [name for name, pattern in _FREQUENCIES if pattern.search(text)]
    if "event" in said and re.search(r"drift|틀어|어긋나|벗어", text, re.I) and not _WHEN.search(text):
        said.remove("event")
    if "event" in said and (len(said) == 1 or _INSTEAD.search(scene.text)):
        return "event"
    said = [name for name in said if name != "event"]
    months = scene.months()
    if months and not said:
        return next((name for limit, name in _PACES if months <= limit), "yearly")
    return said[0] if said else "now"


def limit(scene: Scene, figure: Figure) -> str:
    """Upper, lower or exact: by the words around this figure, up to the figures beside it."""
    figures = scene.figures
    shares = [f for f in figures if f.kind in ("percent", "fraction", "points", "number")]
    at = shares.index(figure) if figure in shares else 0
    begin = _turn(scene, shares[at - 1], figure) if at else 0
    end = _turn(scene, figure, shares[at + 1]) if at + 1 < len(shares) else len(scene.text)
    around = scene.text[begin:end]
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


def forgotten(scene: Scene) -> str:
    """The kind of fact that goes: as named; none beside a bare name; for a pronoun what was just spoken of."""
    said = topics(scene.text)
    if scene.reading.goals and not scene.reading.targets and not said:
        return "goal"
    if said:
        return scene.ask("forget", said)
    if kept(scene):
        reply = topics(scene.before.reply.text) if scene.before.reply else []
        return reply[0] if len(reply) == 1 and len(scene.before.calls) == 0 else "none"
    if _EVERYTHING.search(scene.text) and not scene.before.any:
        return "all"
    reply = topics(scene.before.reply.text) if scene.before.reply else []
    if scene.before.last and scene.before.last.name in ABOUT:
        reply = [ABOUT[scene.before.last.name]]
    elif scene.before.last and scene.before.last.name == "recall" and "topic" in scene.before.last.args:
        reply = [str(scene.before.last.args["topic"])]
    if reply:
        return reply[0]
    return scene.ask("forget")


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
    if not scene.shares(bare=True):
        return said
    if _LIMITED.search(scene.text):
        return "set_limit"
    if said in ("set_limit", "exclude", "not_exclude") and (scene.has("shock") and not scene.has("exclude")):
        return "shock"
    return said


def recalled(scene: Scene) -> str:
    """The subject asked about; none when it is everything."""
    said = topics(scene.text)
    if scene.reading.goals and not scene.reading.targets and not said:
        return "goal"
    return scene.ask("recall", (*said, "none") if len(said) != 1 else said)


def topics(text: str) -> list[str]:
    """Kinds of facts named in a text."""
    return [name for name, pattern in _TOPICS.items() if pattern.search(text)]


def goal(scene: Scene) -> str:
    """The goal named; of several, the one the head thinks likeliest; `wealth` gives way to anything concrete."""
    named = {g.id for g in scene.reading.goals}
    if not named and scene.before.goal:
        return scene.before.goal
    concrete = named - {"wealth", "other"} or named
    if len(concrete) > 1 and scene.reading.of("goal"):
        concrete = {g.id for g in scene.reading.of("goal")} & concrete or concrete
    return next(iter(concrete)) if len(concrete) == 1 else scene.ask("goal", concrete)


def level(scene: Scene) -> str:
    """`lower`, `raise` or a level; "more conservative" is lower, "conservative" is the level."""
    named = {m.id for m in scene.reading.of("level")}
    options = {"lower", "raise", "conservative", "balanced", "aggressive"}
    if len(named) == 1 and not _MORE_OF.search(scene.text):
        return named.pop()
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
