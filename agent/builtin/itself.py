"""Questions about the advisor itself: whether it trades alone, what it costs, whether its advice suits. By rules alone.

They change nothing and name no asset; what the classifier learned speaks of portfolios and hears one in each of them.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.context import Call
from agent.builtin.reading import Reading
from agent.toolbox.cues import PLAIN

_ASKS = re.compile(
    r"[?？]\s*$|(?:나요|까요|니까|을까|ㄹ까|어요|아요|인가|는지|는데|있나|있어|야|음|지)\s*[.~!ㅋㅎ?]*$|얼마|알려|보여|설명"
    r"|^\s*(?:is|are|do|does|did|what|how|can|will|have|who|am|any|show|tell|which|why)\b",
    re.I,
)
_AUTO = re.compile(
    r"자동\s?(?:매매|거래|투자|리밸런싱|실행)|알아서 (?:사고|거래|매매)"
    r"|\bauto(?:matic|mated)?[- ]?(?:trad\w*|invest\w*|rebalanc\w*|execution|pilot)|\btrad(?:e|es|ing) (?:automatically|on your own|by yourself|without (?:me|asking))",
    re.I,
)
_STANDS = re.compile(
    r"켜(?:져|진|있|졌)|꺼져|꺼진|상태|되고\s?있|하고\s?있|돌아가|돼\s?있|되어\s?있|허락(?:한|해)"
    r"|\b(?:on|off|active|enabled|running|status|allowed|permission|have i|did i|are you|do you|is)\b",
    re.I,
)
_SUITS = re.compile(
    r"(?:나|저|제|내)(?:한테|에게|게)\s?(?:\S{1,6}\s)?(?:맞(?:는|아|나|을|는지)|적합|적절|어울)|적합성|내 상황에 맞"
    r"|\b(?:suitab\w+|(?:right|appropriate|good|fit) for (?:me|my situation|someone like me))\b",
    re.I,
)
_COSTS = re.compile(
    r"수수료|비용|보수는|얼마\s?(?:떼|나가)|\b(?:fees?|commissions?|costs? me|expense|what (?:does|do|would|will) (?:this|it|you|that|all this) (?:all )?cost|how much (?:does|do|would|will) (?:this|it|you|that|all this) (?:all )?cost)\b"
    r"|\b(?:trading|total) costs?\b",
    re.I,
)
_COSTS_ASKED = re.compile(
    r"얼마|몇|있(?:나|어|는|습)|나가|들(?:어|었|까|지|려나)|떼|알려|보여|총|\b(?:how|what|any|much|show|tell|do|does|is|are)\b",
    re.I,
)
_WISH = re.compile(
    r"줄여|낮춰|아껴|빼|말고|싫|제외|되면|이면|넘으면|그룹|\b(?:reduc\w*|lower|cut|avoid|minimi[sz]e|exclude|if|why)\b|왜",
    re.I,
)
"""Says what is to be done about it, or asks for a reason: not a question of how much."""


_OWN_WORDS = re.compile(
    r"(?:라고|다고|자고|려고|달라고|뭐라고?|어떻게|얼마(?:까지만?|로)?|몇\S{0,4})\s?\S{0,6}\s?(?:내가\s?)?(?:했|말했|얘기했|부탁했|정했|봤|걸었|걸어)\S{0,3}(?:지|더라|나|던가|어|었어|죠|음)(?:\s내가)?[?\s.ㅋ]*$"
    r"|(?:알림|알람|한도|상한|하한|제한)\S{0,2}\s?(?:걸어\s?(?:놨|뒀|둔)|해\s?(?:놨|뒀|둔)|있(?:었|던|나|어|지)|뭐|몇|얼마|기억|말했)|내\s?(?:전망|의견|생각|견해|한도|알림)\S{0,2}\s?(?:좀|뭐|어땠|기억|알려|보여)|관련(?:해서)?\s?(?:내\s)?(?:알림|의견|전망|한도)"
    r"|\b(?:what|how much|how|which|when|did|do you (?:recall|remember)|remind me|was|is|are|any|show me|list|tell me)\b[^?]*\b(?:(?:i|my) (?:\w+ )?(?:say|said|tell|told|set|ask|asked|give|gave|put|call|called|predict|predicted|think|want|wanted|view|take|opinion|outlook|thoughts?|limit|cap|ceiling|floor|alerts?)|there (?:a |an |any )?(?:limit|cap|ceiling|floor|alert)\S?|any (?:limit|cap|ceiling|floor|alert)s?)\b"
    r"|(?:내가|제가|전에|아까|지난번에)[^?]{0,40}(?:했|드렸|정한|정해\s?드린|봤|그랬|떠들|하기로|말한|부탁한)\S{0,3}[^?]{0,14}(?:지|나|죠|어|요|아|네)[?.\s]*$|(?:했|봤|드렸)었(?:나|는지|잖아|지)|기억이?\s?(?:안 나|나\b|하세요|해\?)|가물가물|까먹었"
    r"|\bi (?:told you|said|mentioned|had some opinion|remember (?:ranting|saying|telling)|set(?: up)?|drew the line|reckoned|felt|was willing)\b|\bdid i reckon\b|\b(?:how|what) (?:i|did i) (?:felt|feel|reckon)\b|\byou were (?:going|supposed) to (?:shout|tell|warn|ping|alert|let me know)\b"
    r"|^any (?:limits?|caps?|ceilings?|floors?|alerts?) (?:on|for|about)\b",
    re.I,
)
"""A question about what the investor once said."""
_WONDERS = re.compile(r"(?:나|냐|니|더라|던가|지|좀)(?:\s내가)?\s*[?.~ㅋ]*$")
_NOT_MEMORY = re.compile(
    r"왜|이유|면\s?(?:어떻|어때)|다면|라면|성과|수익|뉴스|비교|보유|들고\s?있|담아\s?줘|해\s?줘(?!.*[?])|바꿔|올려|내려|빼\s?줘|지워|잊어|취소|제안"
    r"|\b(?:why|if|should|would it|news|compare|perform\w*|hold|held|own|doing|forget|delete|erase|cancel|undo|change|raise|lower|cut|set it|propos\w*|plan)\b",
    re.I,
)
_ABOUT = {
    "alerts": re.compile(r"알림|알람|\balerts?\b|\bbe told\b", re.I),
    "limits": re.compile(
        r"한도|상한|하한|제한|최대|최소|얼마까지|넘지|\b(?:limit|cap|ceiling|floor|most|max\w*|at least|minimum)s?\b",
        re.I,
    ),
    "views": re.compile(
        r"전망|의견|생각|견해|오른|오를|떨어질|내릴|될 거|\b(?:views?|opinion|take|outlook|think|thoughts?|predict\w*|bullish|bearish|up or down)\b",
        re.I,
    ),
}


def remembered(reading: Reading) -> Call | None:
    """What a question about one's own earlier words recalls; None where it is about anything else, or no question."""
    text = reading.text
    if reading.figures or len(text) > 90 or len({m.id for m in reading.targets}) != 1 or _NOT_MEMORY.search(text):
        return None
    if not _OWN_WORDS.search(text) or not (_ASKS.search(text) or _WONDERS.search(text)):
        return None
    topic = next((name for name, cue in _ABOUT.items() if cue.search(text)), None)
    return Call("recall", {"topic": topic} if topic else {})


def itself(reading: Reading) -> Call | None:
    """The answer a question about the advisor itself wants; None where it is about anything else."""
    text = reading.text
    heard = {m.id for m in reading.targets} - ({"autos"} if _AUTO.search(text) else set())
    if heard or reading.figures or len(text) > 90:
        return None
    if any(cue.search(text) for _, cue in PLAIN):
        return Call("smalltalk")
    if not _ASKS.search(text) or _WISH.search(text):
        return None
    if _AUTO.search(text) and _STANDS.search(text):
        return Call("automatic")
    if _SUITS.search(text):
        return Call("suitability")
    if not reading.goals and _COSTS.search(text) and _COSTS_ASKED.search(text):
        return Call("costs")
    return None
