"""What the classifier may not decide alone: a change needs words that ask for one.

`turned` swaps an intent for its neighbour where the words say so outright; `plausible` vetoes one that they do not
bear out. Both are readable on purpose: a wrong change is the dearest mistake here.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.parts import Scene
from agent.builtin.speech import REQUEST, TERROR, is_bare, lasting
from agent.toolbox.cues import ordered_for_later

_LIFTED = re.compile(
    (
        r"금지령?\S?\s?(?:해제|풀|끝|취소|철회)|안 (?:담|사|넣)겠다고 (?:했|한)|해제|(?:제외|제한|금지)\S?\s?(?:그만|끝)|마음\s?(?:이\s?)?바뀌|풀어|풀자|상관\s?(?:없|안)|이제\s?(?:는\s?)?(?:괜찮|가능|돼|됨|좋)|다시 (?:넣|담|사"
        r"|허용|괜찮|포함)|허용|제외(?:를)? (?:취소|철회)|(?:은|는) 돼"
        r"|un-?(?:exclude|ban|block|bar|blacklist|veto|screen)|need(?:n'?t| not) (?:to )?(?:avoid|exclude|skip)|(?:avoid|exclu\w+|ban|out)\b.{0,30}\bany (?:longer|more)\b|no longer (?:need|exclud|bann|off|a problem|an issue|mind|object)"
        r"|allow|back in|bring back|ban\b.{0,16}(?:is over|lift\w*|can go|scrap\w*|dropp?\w*|gone)|wrong to (?:ban|exclude|avoid)|(?:ban|rule|block|veto|exclusion|no-?\w+ rule)\b.{0,50}\b(?:lift it|scrap it|drop it|is over|lifted|over|gone|history)\b|\b(?:lift|scrap|scratch|drop|end|remove|undo|cancel|kill) (?:the|my|that) (?:\S+ )?(?:ban|rule|block|veto|exclusion|screen)\b|stop (?:blocking|excluding|avoiding)|fine again"
        r"|ok(?:ay)? again|(?:is|are|it'?s) (?:ok|okay|fine) (?:to|now|again)|lift the|may return|welcome"
    ),
    re.I,
)
_BARRED = re.compile(
    r"(?:편입|포함|매수|투자|추가)하지\s?(?:마|말|않)|(?:들어가|있|보이|담기|섞이|끼)(?:면|지)\s?(?:안\s?(?:돼|되|됩|될)|곤란|않)|안 (?:들고|가지고|갖고)|손\s?(?:안|도 안|을 안)\s?대|쳐다보(?:지도|기도)|(?:넣|담|사)지\s?(?:마|말)|안 (?:넣|담|사)|빼|제외|없이|금지|배제"
    r"|\bnot (?:to )?(?:put|hold|own|buy|include|add)\b|can'?t (?:hold|own|buy)|none of|\bno (?:exposure|more|holdings?|position)\b|must(?:n'?t| not) (?:be|appear|hold|show|own|have)|nothing (?:from|in|to do)|wants? none|stay (?:away|clear|out)|steer clear|strike|out of my|do not want|don'?t (?:want|buy|hold|own"
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
_NOT_ASKED = re.compile(
    r"(?:하|내리|올리|낮추|높이|빼|넣|바꾸|줄이|늘리)(?:라|자|달라)는\s?(?:게|건|것은|말이|뜻이|얘기가|소리가)\s?아니|(?:해|빼|넣|내려|올려|낮춰|바꿔|줄여|늘려)\s?달라는\s?(?:게|건|말이|뜻이|얘기가|소리가)\s?아니"
    r"|\b(?:not|never|n'?t) (?:asking|telling|saying|said|asked|want(?:ing)?|meant?)\b[^.;,]{0,12}\b(?:you|to|for|that)\b",
    re.I,
)
"""What is said to be no wish."""
_TAKES_BACK = re.compile(
    r"취소|되돌|돌려|무르|물러|물려|철회|무효|번복|롤백|원래대로|없던|\b(?:undo|revert\w*|cancel\w*|scratch|take (?:it|that) back|roll|reverse|never ?mind|restore|put it back|go back)\b",
    re.I,
)
"""Says to take something back; after a question "the last one" is an answer."""
_STAYS = re.compile(r"팔지\s?(?:는\s?)?(?:마|말|않)|매도하지|\b(?:don'?t|do not|never|not) (?:\w+ )?sell", re.I)
"""What is not to be sold stays: no exclusion either."""
_IMAGINED = re.compile(
    r"(?:샀|팔았|뺐|넣었|했|줄였|늘렸)(?:어야|더라면|으면 (?:얼마나 )?(?:좋았|나았))|\bif only\b|\bshould(?:'ve| have)\b|\bwish I(?:'d| had)\b|만약|만일|가정(?:하|해)|다면 어|라면 어|그냥 궁금|궁금해서"
    r"|\bwhat if\b|\bwhat would\b|just asking|just curious|suppose\b|hypothetical",
    re.I,
)
"""A thing imagined is not a thing wished."""
_REPORTED_ONLY = re.compile(
    r"줘|주세|주시|주실|주셔|부탁|해라|하자|할게|\bplease\b|\bso\b|그래서|그러니|그니까|\bi\b(?! (?:heard|read|saw))",
    re.I,
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
    if intent in ("undo", "forget", "propose") and CALLED_OFF.search(text) and not scene.reading.goals:
        return "decide"
    if intent == "decide" and _PROPOSE.fullmatch(text):
        return "propose"
    if intent == "exclude" and _FORGETS.search(text):
        return "forget"
    if intent == "exclude" and _NOT_OUT.search(text):
        return "include" if scene.whole in ("", text) and len(scene.reading.targets) < 2 else "clarify"
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
    if intent in ("trade", "what_if", "set_limit", "exclude") and ordered_for_later(text):
        return "set_alert" if _TOLD.search(text) else "clarify"
    if intent == "propose" and _NO_RISK.search(text) and _MOST_GAIN.search(text):
        return "clarify"
    taken = _TAKEN.search(text) is not None and not _SAVED.search(text)
    if intent == "set_goal" and taken and scene.money() and not scene.before.any:
        return "cash_flow"
    if intent == "cash_flow" and not taken and _HOME.search(text) and any(g.id == "house" for g in scene.reading.goals):
        return "set_goal"
    if intent == "set_goal" and _BILL.search(text) and not scene.reading.goals and scene.months():
        return "cash_flow"
    if intent == "trade" and TERROR.search(text) and not scene.has("calm") and scene.has("sell"):
        return "panic"
    return intent


_PROPOSE = re.compile(
    r"(?:그럼 |이제 |일단 )?(?:다시 |새로 |새로운 |하나 |한번 |한 번 )*(?:포트폴리오 |포폴 |구성 |배분 )?(?:다시 |새로 |하나 |한번 |한 번 )*(?:제안|추천)\s?(?:을 |를 )?(?:좀 |하나 |한번 )*(?:해|부탁|만들어|내)\s?(?:줘|주라|주세요|주실래요|줄래|봐|봐요|보세요|드려요|라|요|해요)*[.!?~\s]*"
    r"|(?:ok(?:ay)?,? |please |so |now |then )*(?:propose|suggest|recommend)(?: (?:me|us))?(?: (?:something|anything|a portfolio|one|a mix|an allocation|again|a new one|afresh))*(?: (?:please|now|then|for me))*[.!?\s]*",
    re.I,
)
"""Nothing but asking for a proposal, whatever stands on the table."""
_NO_RISK = re.compile(
    r"(?:위험|리스크|손실)\S{0,2}\s?(?:하나도\s?|전혀\s?)?(?:없이|없는|없게|제로|0)|무위험|원금\s?보장|\b(?:zero|no|without (?:any|taking)|risk[- ]free|never los\w+|can'?t lose)\b(?: risks?)?",
    re.I,
)
_MOST_GAIN = re.compile(
    r"최대|최고|제일|가장|많이|대박|높은\s?수익|고수익|\b(?:max\w*|most|best|highest|biggest|high|huge|big) (?:possible )?(?:return|profit|gain|yield|growth)s?",
    re.I,
)
"""Both at once is what nobody can give."""
_FORGETS = re.compile(
    r"잊어\s?(?:줘|주|달|라|버|먹|$)|잊으|(?:기억|메모|기록)에서|(?<!never )(?<!don't )(?<!said )\bforget (?:that|what|about|i)\b",
    re.I,
)
"""Memory is spoken of, not the portfolio."""
_TOLD = re.compile(
    r"노티|귀띔|기별|알려\s?(?:줘|주|달)|알림\s?(?:줘|부탁|걸|설정|보내)|문자\s?(?:줘|주|보내)|\balert (?:me|pls|please)|\b(?:notify|ping|text|tell) me\b"
    r"|\blet me know\b|\bheads[- ]up\b|\bgive me a (?:shout|call|buzz|ring)\b|\balert,? pl(?:ea)?s",
    re.I,
)
"""Asks to be told, whatever else is named."""
_TAKEN = re.compile(
    r"(?:빼|뺄|뺴|꺼내|꺼낼|찾|인출|출금|현금화|치르|치를|나가|나갈|내야|내줘|갚|돌려\s?줘|보태주|써야|쓸\s|빠져나)"
    r"|\b(?:withdraw\w*|take (?:\S+ )?out|pull (?:\S+ )?out|cash out|pay (?:out|off|back)|due|comes? due|out in|leaves? my)\b",
    re.I,
)
"""Money that leaves the portfolio."""
_SAVED = re.compile(
    r"모으|모을|모아|마련|목표|만들|장만|불려|불리|\b(?:sav(?:e|ing)|goal|target|towards?|build|fund|aim)\b", re.I
)
"""Money that is saved up for."""
_BILL = re.compile(r"수술비|병원비|치료비|이사비|세금|\b(?:bills?|surgery|dentist|tax(?:es)?|repairs?)\b", re.I)
"""What is paid once is money needed, not a goal to save for."""
_HOME = re.compile(
    r"전세|계약금|잔금|집 (?:사|살|마련)|내 집|주택|\bjeonse\b|\b(?:house|home|flat|apartment|place)\b|\bbuying\b", re.I
)
_RISKY = re.compile(
    r"위험|리스크|변동|안전|공격|보수|\b(?:risk\w*|vol\w*|saf\w*|aggress\w*|conserv\w*|cautio\w*|caref\w*)", re.I
)
"""How much risk is borne is named; "dial it down" may mean anything."""
_NOT_OUT = re.compile(
    r"(?:제외|배제)하지\s?(?:마|말)|빼지\s?(?:마|말)|안 빼도|(?:제외|배제) 안 해도|(?:뺄|제외할) 필요\s?(?:는|가)?\s?없"
    r"|\b(?:don'?t|do not|no need to|stop) (?:exclud\w+|leav\w+ out|leave \w+ out|ban\w*|drop\w*|block\w*|avoid\w*)\b|\b(?:isn'?t|aren'?t|not|no longer) (?:banned|excluded|off|out|blocked)\b",
    re.I,
)
"""An exclusion that is denied or over."""
_OUT_WITH_IT = re.compile(
    r"(?:그럼|그러면|아|네|응|어)?[,\s]*(?:그거|이거|그건|그걸|그것)?\s?(?:도|은|는|를|을)?\s?(?:그냥|아예|전부|다)?\s?(?:제외|빼)(?:해|시켜|버려)?\s?(?:줘|주세요|주라|주십시오|라|자|요)?요?[.!~\s]*"
    r"|(?:ok|okay|then|well|yes|please|just)?[,\s]*(?:exclude|drop|ban|remove|avoid) (?:it|that|them|those|that one)(?: (?:please|then|too|as well))?[.!\s]*"
    r"|(?:leave|keep|take|get) (?:it|that|them|those) out(?: please| then)?[.!\s]*",
    re.I,
)
"""A bare order to leave out the one thing last named."""
CALLED_OFF = re.compile(
    r"(?:제안|추천안|그 안|이 안|배분안)(?:한 거|하신 거|서|안)?(?:을|를|은|는|만)?\s?(?:그냥 |일단 |이제 )?(?:취소|철회|무효|없던|접|폐기|버려|치워|물러|무르)"
    r"|\b(?:cancel|scrap|drop|withdraw|bin|discard|forget|undo|scratch|call off|kill|toss) (?:the|that|this|your|my)\s(?:\w+ )?(?:proposal|plan|suggestion|draft|recommendation)\b"
    r"|\b(?:proposal|plan|suggestion|draft)\b.{0,12}\b(?:cancell?ed|off the table|in the bin|withdrawn)\b",
    re.I,
)
"""A proposal that is called off: nothing that was said is taken back."""
_OF_PROPOSAL = frozenset(("exclude", "include", "set_limit", "trade", "forget"))


def _meets_proposal(scene: Scene) -> bool:
    """True for a wish about something in the proposal that waits, unless it is meant to last or to be an order."""
    if scene.before.aside and not scene.has("proposal"):
        return False
    if not scene.before.proposed or lasting(scene.text):
        return False
    named = [m.id for m in scene.reading.targets]
    return bool(named) and all(n in scene.before.shown for n in named)


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


_KEPT = re.compile(
    r"손\s?(?:도\s?)?대지\s?(?:마|말)|건드리지\s?(?:마|말)|(?:그냥|가만히?)\s?(?:둬|두|놔)|\b(?:don'?t|do not|never) (?:\w+ )?touch\b|\bleave\b.{1,24}\balone\b"
    r"|더\s?(?:는|이상)?\s?(?:사|매수하|담|늘리)지\s?(?:마|말)|\b(?:buy|add|get) (?:any )?more\b",
    re.I,
)
"""What is to be left as it is, or not to grow: that is no exclusion."""
_EACH = re.compile(
    r"(?:한|각|개별)\s?(?:종목|자산)|(?:종목|자산)(?:당|별)|\b(?:any|each|every|per|no) (?:one |single )?(?:stock|share|asset|position|holding|name|company)\b"
    r"|\b(?:single|individual) (?:stock|share|asset|position|holding|name)s?\b",
    re.I,
)
"""Every asset by itself, not the class of that name."""
_ONLY = re.compile(
    r"(?:자산|주식|종목|채권|펀드|ETF|국장|미장)만(?:\s|$|요)|(?<!quarter )(?<!month )(?<!year )(?<!week )\bonly\b(?! (?:for|this|until))|\bnothing but\b",
    re.I,
)
_WORRY = re.compile(
    r"걱정|불안|무서|무섭|겁나|겁이|비싼 (?:것|거) 같|비싸(?:서|네|다)|\b(?:worr\w+|scared|afraid|nervous|anxious|too (?:high|expensive|pricey))\b",
    re.I,
)
_OTHERS = re.compile(
    r"(?:친구|아내|남편|와이프|신랑|형|누나|언니|오빠|동생|엄마|아빠|아버지|어머니|동료|상사|삼촌|이모|사촌|장인|장모)(?:가|이|은|는|도|네)\s"
    r"|(?:여친|남친|애인|여자친구|남자친구|예전 (?:상담사|담당자|PB)|전 (?:상담사|담당자)|상담사|신문|기사|리포트|보고서|유튜버?|책|은행)(?:가|이|은|는|에서|에는|에선|에|도)\s"
    r"|\b(?:the |a |some |that |this )?(?:newspaper|paper|article|report|book|blog|podcast|bank|analysts?|guru|adviser|advisor|radio|reddit|youtube\w*|tv|influencer) (?:\w+ )?(?:wrote|writes|says?|said|claims?|told|tells|recommend\w*|suggest\w*|thinks?|reckons?|wants?|rebalanced|put|sold|bought|had)\b"
    r"|(?:^|[,.;] )(?:wife|hubby|husband|mum|mom|dad|sis|bro|boss) (?:asked|says?|said|wants?|thinks?|told|reckons?|keeps?)\b|\bfor my (?:mother|father|mum|mom|dad|wife|husband|son|daughter|sister|brother)'s (?:account|portfolio)\b"
    r"|\b(?:my|his|her|a|our) (?:best |old |last |former |ex-?)?(?:friend|wife|husband|brother|sister|son|daughter|boss|colleague|neighbou?r|dad|mum|mom|father|mother|uncle|aunt|cousin|boyfriend|girlfriend|partner|broker|room-?mate|flat-?mate|dentist|teacher|cousin|nephew|niece|in-law|landlord|doctor)s?"
    r" (?:\w+ )?(?:caps?|wants?|keeps?|holds?|sells?|sold|buys?|bought|avoids?|excludes?|limits?|says?|said|thinks?|told|likes?|hates?|asked|rebalanced|set|put|went|has|had)\b",
    re.I,
)
"""Another person's wish or doing."""
_TOLD_OF = re.compile(
    r"(?:라고|라는|하라고|다고|라)\s?(?:적혀|쓰여|나와|나오|하던데|그러던데|했었|했던|하더라|하더군|들었)|(?:빼|넣|사|팔|줄이|늘리)(?:라|랬)(?:어\?|냐\?|마라 하|는데)|누가 \S+ ?(?:빼|넣|사|팔)|마음을 못 정|아직 (?:못|안) 정"
    r"|\b(?:i'?d|i would|i) (?:told|said i'?d|promised)\b.{0,20}\bthink about it\b|\bhaven'?t decided\b|\bcan'?t decide\b",
    re.I,
)
_LONG_AGO = re.compile(
    r"\b(?:i|we) (?:\w+ )?(?:sold|bought|dumped|held|owned|excluded|had|put|set aside|kept|rebalanced)\b[^.;]{0,50}\b(?:last (?:year|month|week|summer|winter|spring|fall|june|july|may|march|april|january|february|august|september|october|november|december|time)|years? (?:ago|back)|months? (?:ago|back)|back (?:then|in)|ages ago|in (?:19|20)\d\d|before|when i was)\b"
    r"|\b(?:years?|months?|weeks?) (?:back|ago),? (?:i|we)(?:'d| had)?\b|\b(?:i|we)(?:'d| had) set aside\b"
    r"|(?:작년|재작년|지난\s?(?:달|해|주|여름|겨울|봄|가을)|예전|옛날|그때|몇\s?년\s?전|[\d일이삼사오]+\s?년\s?전)\S{0,3}\s[^.]{0,30}(?:팔았|샀|뺐|넣었|담았|줄였|늘렸|했었)",
    re.I,
)
"""What was done long ago asks for nothing."""
_NO_INTENT = re.compile(
    r"(?:실행|바꿀|적용할|매매할|거래할)\s?(?:의사|생각|뜻|마음)\S{0,2}\s?(?:은|는)?\s?(?:없|아니)|경우를 상정|상정해|\b(?:no intention|not going to (?:do|act)|purely (?:theoretical|hypothetical)|thought experiment)\b",
    re.I,
)
_OVER = re.compile(r"\bused to (?:think|believe|expect)\b|예전엔|전에는 .{2,20}생각했", re.I)
_RETIRED = re.compile(
    r"은퇴(?:했|한\s?(?:지|사람|상태)|자(?:야|예요|입니다|임|이고|이에요))|퇴직(?:했|한\s?지)|정년퇴직했|\b(?:i'?m|i am|already|been|now) (?:\d\d,? )?(?:and )?(?:fully |semi-?)?retired\b|\band retired\b|\bi retired\b",
    re.I,
)
"""Who has retired saves for it no more."""
_SECRET = re.compile(r"(?:\d[ -]?){12,19}(?!\d)")
"""So many digits are a card or an account, never an amount."""


def _unfounded(intent: str, scene: Scene) -> bool:
    """True where a change would rest on a worry, another's wish, an opinion given up, or a class taken for its members."""
    text = scene.text
    asked = REQUEST.search(text) is not None
    if intent in _WISHES and (_SECRET.search(text) or (_OTHERS.search(text) and not asked)):
        return True
    whole = scene.whole or text
    if intent in _WISHES and (_NO_INTENT.search(whole) or (not asked and _TOLD_OF.search(text))):
        return True
    if intent in _WISHES and intent != "set_goal" and not asked and _LONG_AGO.search(text):
        return True
    if intent == "set_view" and _OVER.search(text):
        return True
    kinds = {f.kind for f in scene.reading.figures}
    if intent == "set_goal" and _RETIRED.search(text) and not kinds & {"money", "duration", "year", "date"}:
        return True
    if intent in ("exclude", "set_limit") and _EACH.search(text):
        return True
    if intent in ("exclude", "include", "set_limit") and _WORRY.search(text) and not asked:
        return True
    return intent == "exclude" and (_KEPT.search(text) is not None or _ONLY.search(text) is not None)


def plausible(intent: str, scene: Scene) -> bool:
    """False when the words do not bear out a change of this kind."""
    if _unfounded(intent, scene):
        return False
    if intent in _WISHES and (_IMAGINED.search(scene.text) or _IMAGINED_ALL.search(scene.whole)):
        return False
    if intent in _WISHES and _NOT_ASKED.search(scene.text):
        return False
    if intent in _WISHES and _IMAGINED.search(scene.whole) and not REQUEST.search(scene.text):
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
        if scene.has("pronoun") and scene.whole not in ("", scene.text) and not _RISKY.search(scene.text):
            return False
        said = scene.reading.figures or scene.reading.of("level") or any(scene.has(w) for w in _WAYS)
        return bool(said) or scene.before.last is not None
    if intent == "exclude" and _STAYS.search(scene.text):
        return False
    if intent == "undo" and scene.before.asked and not _TAKES_BACK.search(scene.text):
        return False
    if intent in ("trade", "panic"):
        return _HELD_BACK.search(scene.text) is None
    if intent == "decide":
        return scene.before.proposed or any(scene.has(w) for w in _YESNO)
    if intent == "rebalance":
        return scene.has("balance") or scene.before.any or bool(scene.reading.figures) or scene.has("event")
    return True


_BACK = re.compile(
    r"(?:아|앗|어|아니|음)?[\s,.]*(?:그거|그건|이거|방금(?:\s?(?:거|것|한 거|말한 거|건))?|지금 거|마지막(?:\s?거)?)?\s?(?:다시\s?)?(?:취소|되돌려|돌려놔|무르자|물러|무효|없던 (?:걸|일)로|그 전 (?:것|거)도 (?:되돌려|취소))\s?(?:해|하자|할게|할래|해줘|해주세요|줘|주세요|요)*[.!~ㅋㅠ\s]*"
    r"|(?:ok |no |actually |please |oh )*(?:undo|cancel|revert|scratch|take back|reverse) (?:that|it|this|the last (?:one|change|thing)|the one before (?:it|that|this)(?: too| as well)?|what i just (?:said|did))(?: please| then| sorry)*[.!\s]*",
    re.I,
)
"""Nothing but taking the newest thing back."""
_ENDED = re.compile(
    r"최대|최소|상한|하한|제한|이하|이상|까지만|넘지|\b(?:cap|limit|max\w*|min\w*|at (?:most|least)|no more than|below|under|above)\b",
    re.I,
)


def _limits_plainly(scene: Scene) -> bool:
    """One thing, one share and a word for its side, in a short order: "그거 최대 20%로 제한해줘"."""
    if len(scene.text) > 40 or len(scene.shares()) != 1 or len(scene.figures) != 1 or not _ENDED.search(scene.text):
        return False
    if scene.has("question") or scene.has("hypothetical") or scene.has("reported") or _TOLD.search(scene.text):
        return False
    named = len({m.id for m in scene.reading.targets})
    return named == 1 or (named == 0 and scene.has("pronoun") and len(scene.before.lately) == 1)


_PLAINLY = re.compile(
    r"(?:앞으로\s)?[가-힣A-Za-z&·\s]{1,20}?(?:은|는|을|를|도)?\s?(?:빼\s?(?:줘|주세요|라)|제외\s?(?:해\s?(?:줘|주세요)|시켜\s?(?:줘|주세요)))요?[.!~\s]*"
    r"|(?:please )?exclude [\w&'\s-]{2,30}?(?: please)?[.!\s]*",
    re.I,
)
"""Nothing but a name and the word for leaving it out."""


def outright(intent: str, scene: Scene) -> bool:
    """True where the words leave no doubt: a bare yes or no, a proposal called off, a plain thing to drop or forget."""
    named = intent == "forget" and len(scene.reading.targets) == 1
    called_off = intent == "decide" and CALLED_OFF.search(scene.text) is not None
    plain = intent == "exclude" and len(scene.before.lately) == 1 and _OUT_WITH_IT.fullmatch(scene.text) is not None
    plain = plain or (
        intent == "exclude" and len(scene.reading.targets) == 1 and _PLAINLY.fullmatch(scene.text) is not None
    )
    back = intent == "undo" and bool(scene.before.changed) and _BACK.fullmatch(scene.text) is not None
    if back or (intent == "set_limit" and _limits_plainly(scene)):
        return True
    return is_bare(scene.text) or called_off or plain or (named and _FORGETS.search(scene.text) is not None)
