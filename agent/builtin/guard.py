"""What the classifier may not decide alone: a change needs words that ask for one.

`turned` swaps an intent for its neighbour where the words say so outright; `plausible` vetoes one that they do not
bear out. Both are readable on purpose: a wrong change is the dearest mistake here.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.parts import Scene

_REQUEST = re.compile(
    r"줘|주라|줄래|주실|주시|주세|줄 수|할 수|안 될까|하자|할게|해라|바랍|부탁|ㄱㄱ"
    r"|\b(?:can|could|would|will|won'?t) (?:you|we|u|ya)\b|\bplease\b|\bpls\b|\bmind \w+ing\b"
    r"|\blet'?s\b|\bshall we\b|\bhow about\b|\bwhy not\b|\bok\?|\bokay\?|\bright\?|don'?t they\?",
    re.I,
)
_ASKS = re.compile(
    r"(?:(?<!니)까요?|냐|니|나요|가요|는지|던가|더라|을지|ㄹ지|대)[?.~!…]*\s*$|\?\s*$|까 말까|(?:뭐|얼마|몇|어떻"
    r"|언제|누구|어디).*(?:\?|지$|야$|어$|나$|죠$)"
    r"|^(?:what|why|how|which|who|where|should|is|are|does|did|was|were|has)\b|^when (?:will|would|should|is|are|did|do|does|can)\b|^(?:do|am|have|will|would) (?:i|we|you|they)\b|^(?:will|would) (?:it|the|my)\b",
    re.I,
)
_LIFTED = re.compile(
    (
        r"해제|(?:제외|제한|금지)\S?\s?(?:그만|끝)|마음\s?(?:이\s?)?바뀌|풀어|풀자|상관\s?(?:없|안)|이제\s?(?:는\s?)?(?:괜찮|가능|돼|됨|좋)|다시 (?:넣|담|사"
        r"|허용|괜찮|포함)|허용|제외(?:를)? (?:취소|철회)|(?:은|는) 돼"
        r"|un-?(?:exclude|ban|block)|no longer (?:need|exclud|bann|off|a problem|an issue|mind|object)"
        r"|allow|back in|bring back|ban\b.{0,12}(?:is over|lifted|can go|scrap\w*|dropp?ed|gone)|wrong to (?:ban|exclude|avoid)|ban (?:is over|lifted)|stop (?:blocking|excluding|avoiding)|fine again"
        r"|ok(?:ay)? again|(?:is|are|it'?s) (?:ok|okay|fine) (?:to|now|again)|lift the|may return|welcome"
    ),
    re.I,
)
_BARRED = re.compile(
    r"(?:편입|포함|매수|투자|추가)하지\s?(?:마|말)|(?:넣|담|사)지\s?(?:마|말)|안 (?:넣|담|사)|빼|제외|없이|금지|배제"
    r"|\bnot (?:to )?(?:put|hold|own|buy|include|add)\b|can'?t (?:hold|own|buy)|none of|strike|out of my|do not want|don'?t (?:want|buy|hold|own"
    r"|include|add)|never|exclude|ban\b|avoid|keep .* out|remove|get rid",
    re.I,
)
_DELETES = re.compile(
    (
        r"지워|지우|잊|삭제|리셋|초기화|없던|까먹|파기|제거|\b(?:forget|erase|delete|wipe|(?<!stay )(?<!steer )clear|remove"
        r"|drop|discard|purge"
        r"|reset|unlearn|scrap|get rid|bin|no longer|don'?t (?:remember|keep|store|retain)|strike|amnesia"
        r"|dump|undo)\b"
    ),
    re.I,
)
_RECALLS = re.compile(
    (
        r"기억\s?(?:안 나|나|하고|해\?|하는)|알려|요약|보여|뭐|말해|읽어|불러|\b(?:what|which|remind"
        r"|read me|tell me|list|show"
        r"|summari[sz]e|did i|do you (?:know|remember)|know what|pull up|recap|refresh)\b"
    ),
    re.I,
)
_TERROR = re.compile(
    r"소름|불안해|미친듯|제기랄|ㅅㅂ|씨발|부도|sobbing|ha?emorrhag|this instant|god'?s sake|margin call|bail bail|"
    r"무서|무섭|겁나|겁이|못\s?참|못\s?견|못\s?버|미치|미칠|죽겠|죽을|살려|망했|망하|패닉|공포"
    r"|잠[이도을]?\s?(?:안|못)|손이?\s?떨|심장|세상 끝|지옥|멘붕"
    r"|ㅠ|ㅜ|으악|토할|피눈물|돌아버|환장|제발"
    r"|vomit|panic|terrif|scared|afraid|freak|shaking|sick\b|nightmare|can'?t (?:sleep|take|stand|bear"
    r"|breathe|watch|look)|cannot (?:take|sleep|bear)|omg|oh (?:my )?god|wiped out|bleeding|disaster"
    r"|get me out|losing everything|lose everything|scream|implod|annihilat|drown|crying|going mad"
    r"|before it'?s (?:too late|gone|all)|goes to zero|nothing left|!!!",
    re.I,
)
_HELD_BACK = re.compile(
    r"(?:팔|사|매도하|매수하|정리하|처분하|건드리|손대|던지|거래하)(?:지\s?(?:는\s?)?|진\s?)(?:마|말|않)"
    r"|\b(?:no purchase|not buying|without (?:buying|selling))\b"
    r"|(?:팔|살|매도할|매수할) (?:생각|마음|뜻)\S*\s?(?:없|아니)|안\s?(?:팔|살|사\s|사고)"
    r"|팔라는 (?:게|건|말이) 아니|(?:팔라고|사라고) (?:한|말한) 적"
    r"|\b(?:don'?t|do not|never|not|won'?t|wouldn'?t|didn'?t (?:say|ask|mean|want) to|no intention of|no need to)"
    r" (?:\w+ ){0,3}?(?:sell|selling|buy|buying|dump|liquidate|trade|touch)",
    re.I,
)
"""An order that is not given: "팔지 마", "don't sell"."""
_STAYS = re.compile(r"팔지\s?(?:는\s?)?(?:마|말|않)|매도하지|\b(?:don'?t|do not|never|not) (?:\w+ )?sell", re.I)
"""What is not to be sold stays: no exclusion either."""
_YES = re.compile(r"(?:네+|넵|넹|예|응+|어+|그래|ㅇㅇ+|ㅇㅋ|yes|yep|yeah|yup|ok|okay|sure)[\s.!~ㅋㅎ]*", re.I)
_NO = re.compile(r"(?:아니|아니요|아니오|아뇨|ㄴㄴ+|노노?|no|nope|nah|no thanks)[\s.!~ㅋㅎ]*", re.I)
_AGREED = re.compile(
    r"(?:네|넵|넹|예|응|어|그래|그렇게|좋아|ㅇㅇ|ㅇㅋ|오케이|콜|부탁|yes|yep|yeah|yup|ok|okay|sure|please do|do (?:it|that|so)|go (?:on|ahead|for)"
    r"|sounds? good|correct|right)(?![a-z])",
    re.I,
)
_IMAGINED = re.compile(
    r"만약|만일|가정(?:하|해)|다면 어|라면 어|그냥 궁금|궁금해서"
    r"|\bwhat if\b|\bwhat would\b|just asking|just curious|suppose\b|hypothetical",
    re.I,
)
"""A thing imagined is not a thing wished."""
_REPORTED_ONLY = re.compile(
    r"줘|주세|주시|부탁|해라|하자|할게|\bplease\b|\bso\b|그래서|그러니|그니까|\bi\b(?! (?:heard|read|saw))", re.I
)
"""What makes hearsay a wish after all: the investor's own words beside it."""
_IMAGINED_ALL = re.compile(r"\bhypothetically\b|\bjust (?:asking|curious)\b|그냥 궁금|가정하면", re.I)
_ORDERED = re.compile(r"줄여|줄이|낮춰|맞춰|늘려|팔아|사줘|담아|\b(?:cut|trim|set|keep|put) ", re.I)
_NOT_DONE = re.compile(
    r"(?:리밸런싱|조정|제안)\S{0,3}\s?(?:하지|은|는)?\s?(?:말고|마라|마세|됐고|안 )|하지 말고"
    r"|\b(?:don'?t|do not|no need to|not) (?:re-?balanc\w*|propose)|\bno (?:proposal|rebalanc\w*)",
    re.I,
)
_PLAN_SAID = re.compile(
    r"안|추천|그 포트|이대로|다 좋|승인|콜|배분|propos|\bplan\b|draft|accept|\bsign|agree|approv|\blist\b|\bsure\b|\bok(?:ay)?\b|put forward|allocation|\bmix\b"
    r"|suggest|recommend",
    re.I,
)
"""A change within a proposal speaks of one."""
_ORDERS = ("buy", "sell", "more", "less", "everything")
_WAYS = ("safer", "riskier", "balanced", "more", "less", "volatility", "drawdown")
_WISHES = frozenset(
    (
        "set_risk",
        "exclude",
        "include",
        "set_limit",
        "set_goal",
        "set_view",
        "cash_flow",
        "trade",
        "rebalance",
        "set_alert",
    )
)
_YESNO = ("approve", "reject")


def turned(intent: str, scene: Scene) -> str:
    """The intent the words ask for, where a neighbour of the likeliest one fits them outright."""
    text = scene.text
    if intent == "exclude" and _FORGETS.search(text):
        return "forget"
    if intent in ("include", "exclude"):
        return _listed(intent, scene)
    if intent in ("forget", "recall"):
        deletes, recalls = _DELETES.search(text), _RECALLS.search(text)
        if intent == "forget" and not deletes and recalls:
            return "recall"
        if intent == "recall" and deletes and not recalls:
            return "forget"
    if intent in _OF_PROPOSAL and _meets_proposal(scene):
        return "modify_proposal"
    if intent in ("trade", "set_limit", "set_view") and _TOLD.search(text) and scene.figures:
        return "set_alert"
    if intent == "cash_flow" and _HOME.search(text) and any(g.id == "house" for g in scene.reading.goals):
        return "set_goal"
    if intent == "set_goal" and _BILL.search(text) and not scene.reading.goals and scene.months():
        return "cash_flow"
    if intent == "trade" and _TERROR.search(text) and not scene.has("calm") and scene.has("sell"):
        return "panic"
    return intent


_FORGETS = re.compile(
    r"잊어\s?(?:줘|주|달|라|버|먹|$)|잊으|(?:기억|메모|기록)에서|(?<!never )(?<!don't )(?<!said )\bforget (?:that|what|about|i)\b",
    re.I,
)
"""Memory is spoken of, not the portfolio."""
_TOLD = re.compile(
    r"알려\s?(?:줘|주|달)|알림\s?(?:줘|부탁|걸|설정|보내)|문자\s?(?:줘|주|보내)|\balert (?:me|pls|please)|\b(?:notify|ping|text|tell) me\b"
    r"|\blet me know\b|\balert,? pl(?:ea)?s",
    re.I,
)
"""Asks to be told, whatever else is named."""
_BILL = re.compile(r"수술비|병원비|치료비|이사비|세금|\b(?:bills?|surgery|dentist|tax(?:es)?|repairs?)\b", re.I)
"""What is paid once is money needed, not a goal to save for."""
_HOME = re.compile(
    r"전세|계약금|잔금|집 (?:사|살|마련)|내 집|주택|\bjeonse\b|\b(?:house|home|flat|apartment|place)\b|\bbuying\b", re.I
)
_OF_PROPOSAL = frozenset(("exclude", "include", "set_limit", "trade", "forget"))
_LASTING = re.compile(
    r"앞으로|항상|평생|절대|최대|최소|상한|하한|이하|이상|한도|까지만|다시는|[만천원억]\s?(?:어치|원)?|기억|메모|기록|잊"
    r"|\b(?:always|never|ever|from now on|going forward|cap|limit|max\w*|min\w*|at (?:most|least)|forget|memory|ban|exclude|exactly)\b|[$₩]",
    re.I,
)


def _meets_proposal(scene: Scene) -> bool:
    """True for a wish about something in the proposal that waits, unless it is meant to last or to be an order."""
    reply = scene.before.reply
    if scene.before.aside and not scene.has("proposal"):
        return False
    if not scene.before.proposed or reply is None or _LASTING.search(scene.text):
        return False
    shown = {m.id for m in reply.targets}
    named = [m.id for m in scene.reading.targets]
    return bool(named) and all(n in shown for n in named)


def _listed(intent: str, scene: Scene) -> str:
    lifted, barred = _LIFTED.search(scene.text), _BARRED.search(scene.text)
    kinds = {f.kind for f in scene.reading.figures}
    if intent == "include" and ("money" in kinds or "points" in kinds):
        return "trade"
    if intent == "exclude" and "points" in kinds:
        return "trade"
    if intent == "exclude" and "percent" in kinds and scene.has("max"):
        return "set_limit"
    if bool(lifted) != bool(barred):
        return "include" if lifted else "exclude"
    return intent


def plausible(intent: str, scene: Scene) -> bool:
    """False when the words do not bear out a change of this kind."""
    if intent in _WISHES and (_IMAGINED.search(scene.text) or _IMAGINED_ALL.search(scene.whole)):
        return False
    if intent == "set_view" and _ORDERED.search(scene.text) and not (scene.has("up") or scene.has("down")):
        return False
    if intent == "trade" and not scene.before.any and not any(scene.has(w) for w in _ORDERS):
        return False
    if intent == "modify_proposal" and not scene.before.any and not _PLAN_SAID.search(scene.whole or scene.text):
        return False
    if intent in ("rebalance", "decide") and _NOT_DONE.search(scene.text):
        return False
    if intent in _WISHES and scene.has("reported") and not _REPORTED_ONLY.search(scene.text):
        return False
    if intent == "set_risk":
        said = scene.reading.figures or scene.reading.of("level") or any(scene.has(w) for w in _WAYS)
        return bool(said) or scene.before.last is not None
    if intent == "exclude" and _STAYS.search(scene.text):
        return False
    if intent in ("trade", "panic"):
        return _HELD_BACK.search(scene.text) is None
    if intent == "decide":
        return scene.before.proposed or any(scene.has(w) for w in _YESNO)
    if intent == "rebalance":
        return scene.has("balance") or scene.before.any or bool(scene.reading.figures) or scene.has("event")
    return True


def outright(intent: str, scene: Scene) -> bool:
    """True where the words leave no doubt: a bare yes or no, or a named thing to be forgotten."""
    named = intent == "forget" and len(scene.reading.targets) == 1
    return is_bare(scene.text) or (named and _FORGETS.search(scene.text) is not None)


def afraid(scene: Scene) -> bool:
    """True where fear speaks and nobody says to be calm."""
    return _TERROR.search(scene.text) is not None and not scene.has("calm")


def only_asks(scene: Scene) -> bool:
    """True for a question that requests nothing: it should change nothing."""
    return _ASKS.search(scene.text) is not None and _REQUEST.search(scene.text) is None


def is_bare(text: str) -> bool:
    """True for a yes or no that says nothing about what it answers."""
    return _YES.fullmatch(text) is not None or _NO.fullmatch(text) is not None


def agrees(scene: Scene) -> bool:
    """True for a yes to what the assistant has just asked whether to do: "네 빼주세요", "sure, go on"."""
    bare = not scene.reading.targets and not scene.reading.figures and len(scene.text) <= 30
    return bare and _AGREED.match(scene.text) is not None and not scene.has("negated")


def refuses(text: str) -> bool:
    """True for a bare no."""
    return _NO.fullmatch(text) is not None
