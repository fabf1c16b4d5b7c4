"""Words by which a few requests are recognised that every tool must answer truthfully, whatever the model made of them."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

_CUES: tuple[tuple[str, str], ...] = (
    ("talk.secret", r"프롬프트|시스템\s?(?:메시지|지시|지침)|내부\s?(?:지침|지시|규칙)|숨겨진|비밀\s?(?:번호|지침)|api\s?키|암호(?!\s?화)|\b(?:prompt|system message|hidden instructions?|your instructions|api key|secrets?|password|jailbreak)\b"),
    ("talk.others", r"(?:다른|옆|남의|딴)\s?(?:사람|고객|투자자|분|계좌|회원)|고객\s?명단|(?:user|investor|client|customer)\s+(?![ia]\b)[a-z0-9]\b|\b(?:other|another|someone else|anyone else|everyone)(?:'s)?\b.{0,30}\b(?:user|investor|client|customer|account|portfolio|profile|holding|data|risk)|\bother (?:users|clients|investors|people)\b"),
    ("talk.guarantee", r"무조건\s?(?:오르|벌|수익)|확실히\s?(?:오르|벌)|(?:수익|원금)\s?(?:을\s?)?보장|\bguarante|\bsure (?:thing|bet)|\brisk[- ]free profit|\bcan't lose\b"),
)  # fmt: skip
_TALK: tuple[tuple[str, str], ...] = (
    ("talk.help", r"도움|뭘\s?할|무엇을\s?할|뭐\s?할|할\s?수\s?있|어떻게\s?(?:써|쓰|사용)|사용법|기능|뭐라고\s?말|\b(?:help|what can (?:you|i)|how do (?:i|you)|how does this|what do you do|commands?|examples?)\b|뭐\s?하는"),
    ("talk.thanks", r"고마|감사|땡큐|수고|\b(?:thank|thanks|thx|cheers|appreciate)"),
    ("talk.bye", r"잘\s?있|안녕히|다음에\s?(?:봐|뵐)|바이|\b(?:bye|goodbye|see you|good night)\b"),
    ("talk.hello", r"안녕|반가|하이|헬로|좋은\s?(?:아침|저녁|하루)|\b(?:hi|hello|hey|good (?:morning|evening|afternoon))\b"),
)  # fmt: skip

_ITSELF: tuple[tuple[str, str], ...] = (
    ("talk.who", r"(?:너|넌|넌?는|당신은?|여기는?|이건|얘는?|자네는?|그쪽은?)\s?(?:누구|뭐\s?하는\s?(?:애|사람|앱|놈|거|곳)|정체|이름|사람이(?:야|니|에요|세요|냐)|로봇|봇이|ai(?:야|니|냐)?\s*\??$|인공지능)|누구세요|누구신(?:지|가)|자기\s?소개|이름이\s?뭐|\b(?:who (?:are|r) (?:you|u)|what (?:are|r) (?:you|u)\s*[?!.]*$|are you (?:a |an )?(?:human|robot|bot|real person|person|ai|machine)|what(?:'s| is) your name|introduce yourself|tell me about yourself)\b"),
    ("talk.real", r"(?:진짜|실제|실전)\s?(?:돈|매매|거래|시장|주문)(?:이야|인가|이에요|예요|으로 (?:하는|되는)|\s?(?:나가|체결))|(?:가짜|연습|모의)\s?(?:돈|투자|시장|매매)(?:야|이야|인가|이에요|예요|인\s?거)|\b(?:is (?:this|it|that)|are (?:these|those)) (?:real|fake|practice|play|paper|pretend|actual|simulated) ?(?:money|trading|prices?|trades?|market)?\b|\breal money\s*\?"),
    ("talk.private", r"(?:내|제)\s?(?:정보|데이터|대화|말|기록)\S{0,3}\s?(?:어디|누가|안전|유출|저장|공유|팔|보호|새)|개인\s?정보|\b(?:is my (?:data|information) (?:safe|private|shared|sold)|where (?:is|are) my (?:data|information|records?)|who (?:can )?sees? (?:my|this|what)|do you (?:sell|share|store|keep) my (?:data|information)|privacy)\b"),
    ("talk.earns", r"(?:너|넌|너희|당신|여기|니들)\S{0,2}\s?(?:뭘로|어떻게|무엇으로)\s?(?:돈\s?벌|먹고\s?살|수익)|\bhow do you (?:make|earn) (?:your )?money\b|\bwho pays you\b|\bwhat'?s in it for you\b"),
)  # fmt: skip

SECRETS = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _CUES)
PLAIN = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _ITSELF)
"""Questions about the advisor itself."""
SMALL = (*PLAIN, *((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _TALK))

_ADVANCE = re.compile(
    r"(?:앞으로|이제부터|이제|지금부터|항상|매번|늘|다음부터).*(?:승인|허락|동의|결재)|(?:승인|동의|허락).*(?:생략|필요\s?없|알아서|자동|건너|묻지)"
    r"|\b(?:from now on|always|in future|in the future|henceforth|every time|going forward)\b.*\b(?:approv|accept|agree|yes|consent|confirm)"
    r"|\b(?:auto[- ]?approv|approve everything|skip (?:the )?approval|without (?:asking|approval)|blanket|pre-?approv)",
    re.IGNORECASE,
)


def in_advance(text: str) -> bool:
    """Does someone try to approve what does not exist yet?"""
    return _ADVANCE.search(text) is not None


_ONCE = re.compile(
    r"(?<!괜찮으)(?<!가능하)(?<!필요하)(?<!원하)(?<!좋으)(?<!웬만하)(?<!수 있으)(?<!도록이)(?<!시간 되)(?<!여유 되)(?<!그러)(?<!이러)(?<!아니)(?<!그렇다)(?<!그렇)(?<!반)(?<!측)(?<!화)"
    r"(?:면|거든|때|순간)(?:은|엔|에|요)?[,\s]\s?(?:\S{1,8}\s){0,3}?(?:바로 |그냥 |전부 |다 |싹 |절반 |반 |조금 )*(?:팔(?:아|자|게|고)|매도|사\s?(?:줘|자|라|게|주)|살게|매수|정리|손절|익절|던져|처분|담아)"
    r"|\b(?:buy|sell|dump|exit|get (?:me )?out|liquidate|take profits?|add|scoop up)\b[^.;]{0,40}\b(?:if|when|once|whenever|as soon as|in case|should) (?:it|they|the|we|this|that|\w+) (?:\w+ )?(?:hits?|reach\w*|falls?|drops?|ris\w*|goes?|gets?|dips?|climbs?|touch\w*|breaks?|(?:is|are) (?:\w+ )?(?:above|below|over|under|at|up|down)|cross\w*)\b"
    r"|\b(?:if|when|once|whenever|as soon as)\b[^.;]{0,50}\b(?:hits?|reach\w*|falls?|drops?|rises?|goes|gets|dips?|climbs?|touches|breaks?|cross\w*)\b[^.;?]{0,30},? (?:then )?(?:please )?(?:buy|sell|dump|exit|liquidate|get out)\b",
    re.I,
)
_FALLS = re.compile(r"떨어|내리|내려|하락|빠지|밑|아래|깨지|손실|\b(?:fall|drop|dip|below|under|down|sink|los)", re.I)


def ordered_for_later(text: str) -> bool:
    """Is this an order that waits for something: "30% 오르면 팔아줘", "sell if it hits 300"?"""
    return _ONCE.search(text) is not None


def falls(text: str) -> bool:
    """Is what it waits for a fall?"""
    return _FALLS.search(text) is not None
