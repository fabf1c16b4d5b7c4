"""What may stand around a name: particles and verbs glued to Korean nouns, English plurals, numbers, generic words."""

import re
from collections.abc import Container

from tools.spelling import is_hangul, is_latin

_PARTICLE = (
    "은|는|이|가|을|를|와|과|이랑|랑|하고|도|만|의|에게|에서|에는|에도|에만|에|으로|로|까지|부터|보다|처럼|마저|조차|이라도"
    "|라도|이라고|라고|이라는|라는|이라|라|이란|란|이나|나|이든지|든지|이든|든|이고|고|인데|인|이야|야|이다|다|입니다|이에요|예요"
    "|이요|요|임|대로|뿐|밖에|마다|한테|말고|대신|빼고|이면|면"
)
_NOUN = (
    "주식|주들|주가|주|관련주|관련|종목|업종|섹터|산업|기업|회사|업체|쪽|측|계열|테마|펀드|현물|선물|들|비중|비율|값|가격|시세"
    "|투자|자산|상품|시장|지수|증시|뉴스|소식|전망|분위기|심리|노출|익스포저|포지션|물량|보유|수익|성과|변동|차트|한도|상한|하한"
    "|위주|중심|대비|기준|이외|외|자금|자체"
)
_VERB = (
    "빼|뺀|뺄|뺐|팔|판|파는|샀|산다|사줘|사자|살까|사고|사서|늘|늘려|줄|줄여|담|넣|제외|추가|매수|매도|매각|편입|정리|처분|삭제"
    "|얼마|왜|오르|오를|오른|올라|올려|내려|내리|내릴|내린|떨어|하락|상승|급등|급락|폭락|폭등|싫|좋|전부|전량|다팔|다빼|절반|반만"
    "|좀|조금|더|덜|최대|최소|이상|이하|금지|허용|안사|못사|그만|하|할|합|해|했|한|시킬|시키|되|가려|가고|갈|가자|가서|간다|가기"
    "|없|있|많|적|높|낮|언제|어때|어떻|때문|같|이기|이길|완전|절대|무조건"
)
_TAIL = re.compile(f"(?:{_NOUN})*(?:{_PARTICLE})*(?:(?![가-힣])|{_VERB})")
_SHORT_TAIL = re.compile(  # after one syllable little is certain: 금요일, 은근히, 차이, 집중
    "(?:값|비중|투자|관련주|관련|펀드|현물|시세|가격|쪽)?"
    "(?:은|는|이|가|을|를|와|과|이랑|랑|하고|도|만|의|에|으로|로|까지|부터|보다|처럼|말고|대신|빼고|이나|나|라도|이라도)?"
    "(?:(?![가-힣])|빼|뺀|뺄|팔|늘|줄여|담|넣|좀|더|덜|사는|사려|사고|살)"
)
_PLURAL = re.compile(r"(?:'s|es|s)?(?![A-Za-z0-9])")
_GLUE = frozenset(
    {
        *("내", "그", "총", "전체", "현재", "보유", "신규", "다른", "모든", "일부", "주요", "우량", "대형"),
        *("국내", "해외", "미국", "한국", "글로벌", "세계"),
    }
)
"""Words that stand before a name without a space: 국내채권, 내주식."""

_KIN_EN = re.compile(
    r"[\s-]+(?:(?:related|linked|focused)[\s-]+)?"
    r"(?:stocks?|shares?|equit(?:y|ies)|etfs?|funds?|compan(?:y|ies)|firms?|industry|sector|names)(?![A-Za-z0-9])",
    re.I,
)
_FUND_EN = re.compile(r"[\s-]+(?:etfs?|funds?)(?![A-Za-z0-9])", re.I)
_AFTER_KIN = f"(?=(?:{_PARTICLE}|들)*(?![가-힣])|{_VERB})"
_KIN_KO = re.compile(
    rf"\s?(?:관련\s?)?(?:주식|종목|기업들?|회사들?|업체들?|업종|섹터|관련주|펀드|etf){_AFTER_KIN}|주{_AFTER_KIN}", re.I
)
_FUND_KO = re.compile(r"\s?(?:펀드|etf)", re.I)

_NUMBER_BEFORE = re.compile(r"(?:[\d만천백십억조몇]|hundred|thousand|million|billion|grand|\d[km])[\s-]*$", re.I)
_NUMBER_AFTER = re.compile(r"\s?\d[\d,.]*(?!\s?(?:%|퍼|프로|percent|pct|[\d,.]))")
_VERSUS = r"vs\.?|versus|over|beats?|outperforms?|outpac\w+|than"
_COMPARED = re.compile(rf"\W+(?:{_VERSUS}|to beat|will)\b", re.I)
_COMPARES = re.compile(rf"\b(?:{_VERSUS}|against|(?:lean|tilt)\w*(?: more)? (?:to|towards?))\s+$", re.I)
_POSSESSED = re.compile(r"\b(?:portfolio|account|the|its|my|market|asset|fair|net)\s+$", re.I)


def starts_free(text: str, start: int, head: str, known: Container[str]) -> bool:
    """May a name whose first word is `head` start here?

    Latin starts at a word boundary. Hangul of one syllable does too, of two syllables also behind a word that is
    itself known or may be glued on (미국채권, but 인도 not in 확인도); three syllables are no accident anywhere.
    """
    if start == 0:
        return True
    before = text[start - 1]
    if is_latin(head[0]):
        return not is_latin(before) and not (head[0].isdigit() and before in ".,")
    if not is_hangul(head[0]):
        return True
    if len(head) == 1:
        return not before.isalnum()
    if not is_hangul(before) or len(head) >= 3:
        return True
    begin = start
    while begin and is_hangul(text[begin - 1]):
        begin -= 1
    run = text[begin:start]
    return run in _GLUE or run in known


def ends_free(text: str, end: int, key: str) -> bool:
    """May the name `key` end here? Particles and verbs may follow Hangul at once, other syllables may not."""
    if end >= len(text):
        return True
    if is_latin(key[-1]):
        return _PLURAL.match(text, end) is not None
    if not (is_hangul(key[-1]) and is_hangul(text[end])) or len(key) >= 3:
        return True
    return (_SHORT_TAIL if len(key) == 1 else _TAIL).match(text, end) is not None


def is_tail(text: str, start: int) -> bool:
    """True when what follows from here can hang on a Korean noun."""
    return _TAIL.match(text, start) is not None


def with_plural(text: str, end: int) -> int:
    """The end of a Latin name including its plural or possessive."""
    found = _PLURAL.match(text, end)
    return found.end() if found else end


def with_kin(text: str, end: int, *, shares: bool) -> int:
    """The end of a name with the generic word that belongs to it: Tesla *stock*, 반도체*주*; else only *ETF*."""
    ko, en = (_KIN_KO, _KIN_EN) if shares else (_FUND_KO, _FUND_EN)
    found = ko.match(text, end) or en.match(text, end)
    return found.end() if found else end


def counts(text: str, start: int, end: int) -> bool:
    """True in '200달러' and 'USD 200', False in '달러 비중', 'USD 20%' and '엔화 900원'."""
    after = is_latin(text[start]) and _NUMBER_AFTER.match(text, end)
    return bool(after or _NUMBER_BEFORE.search(text[max(0, start - 12) : start]))


def compared(text: str, start: int, end: int) -> bool:
    """True when a word is one side of a comparison: 'value beats growth', 'tilt towards value'."""
    left = text[max(0, start - 24) : start]
    if _COMPARES.search(left):
        return True
    return _COMPARED.match(text, end) is not None and not _POSSESSED.search(left)
