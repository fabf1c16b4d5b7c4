"""Numerals as people write them: digits, 만 and 억, 삼십 and 서른, twenty-five and half a million; and what each is worth."""

import re
from decimal import Decimal

DIGITS = r"(?>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"

_SINO = {char: Decimal(n) for n, char in enumerate("영일이삼사오육칠팔구")}
_PLACES = {"십": Decimal(10), "백": Decimal(100), "천": Decimal(1000)}
_MYRIADS = {"만": Decimal(10**4), "억": Decimal(10**8), "조": Decimal(10**12)}
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_NATIVE_ONES = {
    **{"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4},
    **{"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9},
}
VAGUE = {  # "두세 달" is two or three months: the middle, and said to be approximate
    **{"한두": Decimal("1.5"), "두세": Decimal("2.5"), "두어": Decimal(2), "서너": Decimal("3.5"), "너댓": Decimal("4.5")},
    **{"네댓": Decimal("4.5"), "네다섯": Decimal("4.5"), "대여섯": Decimal("5.5"), "예닐곱": Decimal("6.5")},
    **{"일이": Decimal("1.5"), "이삼": Decimal("2.5"), "삼사": Decimal("3.5"), "사오": Decimal("4.5"), "오륙": Decimal("5.5")},
}
_EN_ONES = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_EN_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_EN_SMALL = {**_EN_ONES, **_EN_TENS, "fourty": 40, "dozen": 12, "a": 1, "an": 1, "couple": 2}
_SCALES = {
    **{"thousand": 3, "k": 3, "million": 6, "mil": 6, "mill": 6, "mln": 6, "mn": 6, "mm": 6, "m": 6},
    **{"billion": 9, "bil": 9, "bln": 9, "bn": 9, "b": 9, "trillion": 12, "tn": 12, "grand": 3},
}


def _any(words: object) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


# --- Korean: a group below ten thousand, groups with 만 억 조 behind them, and a last group ---
_S = "[일이삼사오육칠팔구]"
_N = rf"(?:{DIGITS}|{_S})"
# A sino digit right behind a place is one only before a unit or a word's end: "십오 프로" is 15, "십이상" is 10 and 이상.
_LAST = rf"(?:{_S}(?=\s?[만억조원%프퍼년개점주달불할]|\s?(?:분의|월|일\b)|$|\s|로|쯤|[,.!?~]))"
_GROUP = (
    rf"(?:{_N}?천(?:\s?{_N}?백)?(?:\s?{_N}?십)?{_LAST}?|{_N}?백(?:\s?{_N}?십)?{_LAST}?|{_N}?십{_LAST}?"
    rf"|{DIGITS}|{_S}(?=\s?[만억조점원프퍼%년개주할분]))"
)
_TAIL = (
    rf"(?:\s?{_N}?천(?:\s?{_N}?백)?(?:\s?{_N}?십)?{_LAST}?|\s?{_N}?백(?:\s?{_N}?십)?{_LAST}?"
    rf"|\s?{DIGITS}(?=\s?(?:원|달러|불|won\b))|\s?[0-9]{{3,4}}(?=$|\s?(?:정도|쯤|으로|로|을)|[,.!?])|{_S}(?=\s?원))"
)
# "10 만들어", "10 조정" are no myriads: behind a space 만 and 조 need a unit or more numeral behind them.
_GAP = rf"(?:\s(?=억|[만조]\s?(?:원|달러|불|{_N}?[천백십]|[0-9])))?"
_MAN, _EOK, _JO = r"만(?!큼|들|기\b|족|나|약)", r"억(?!제|지|울|만)", r"조(?!정|금|건|회|절|기|달)"
_BARE_MYRIAD = rf"만(?=\s?(?:{_N}?천|원|달러|불))"
_KOREAN = (
    rf"(?:(?:{_GROUP}{_GAP}{_JO}(?:\s?{_GROUP}{_GAP}{_EOK})?(?:\s?{_GROUP}{_GAP}{_MAN})?"
    rf"|{_GROUP}{_GAP}{_EOK}(?:\s?{_GROUP}{_GAP}{_MAN}|{_MAN}(?=\s?원))?|{_GROUP}{_GAP}{_MAN}|{_BARE_MYRIAD}){_TAIL}?"
    rf"|(?:영|{_S}?십{_S}?|{_S})\s?점\s?[영일이삼사오육칠팔구]+|{_GROUP})"
)
_NATIVE_WORD = rf"(?:(?:{_any(_NATIVE_TENS)})(?:\s?(?:{_any(_NATIVE_ONES)}))?|{_any(VAGUE)}|{_any(_NATIVE_ONES)})"
_COUNTERS = r"(?:개월|주일|주(?!식|가|요|말|택)|달(?!러|라|성|걀)|개(?!선|발|인)|해(?=\s|$|뒤|후|동안|만|간)|살|년|분기|퍼센트|퍼(?![가-힣])|프로(?!그|젝|필)|배(?!당|우|송|터))"

# --- English ---
_ONE = _any(w for w in _EN_ONES if _EN_ONES[w] < 10)
_BELOW_100 = rf"(?:(?:{_any(_EN_TENS)}|fourty)(?:[\s-](?:{_ONE}))?|{_any(_EN_ONES)})"
_HUNDREDS = rf"(?:(?:(?:{_BELOW_100}|an?)\s+)?hundred(?:\s+(?:and\s+)?{_BELOW_100})?|{_BELOW_100})"
_BIG = r"(?:thousand|million|mil|billion|trillion|grand)"
_ENGLISH = (
    rf"(?:half\s+an?\s+(?:hundred|dozen|{_BIG})|(?:an?\s+)?couple(?:\s+of)?(?:\s+(?:hundred|{_BIG}))*(?=\s)|a\s+dozen|an?\s+{_BIG}|(?:{_BIG})(?=\s+(?:dollars?|won|bucks))"
    rf"|{_HUNDREDS}(?:\s+and\s+a\s+half|\s+point(?:\s+(?:{_ONE}|zero))+)?(?:\s+{_BIG}(?:\s+(?:and\s+)?{_HUNDREDS})?)*)(?![a-z])"
)
_SCALED = (
    rf"{DIGITS}(?:\s(?:and\s+a\s+half))?(?:(?:\s?-?(?:hundred|thousands?|millions?|mill?|mln|mn|billions?|bil|bln|bn|trillions?|tn|grand)|(?:k|mm?|b))(?![a-z]))+"
)

NUMERAL = re.compile(
    rf"(?<![a-z0-9_.])(?:(?P<scaled>{_SCALED})|(?P<mixed>[0-9]+\s[1-9]/[2-9](?![0-9/])|[0-9]+\s+and\s+a\s+half(?![a-z]))"
    rf"|(?P<korean>(?:(?=[0-9.])|(?<![가-힣])){_KOREAN})"
    rf"|(?P<native>(?<![가-힣]){_NATIVE_WORD}(?=\s?{_COUNTERS}))|(?P<english>{_ENGLISH}))",
    re.IGNORECASE,
)
"""One numeral; the group that matched names its manner, for `worth`."""

_KOREAN_TOKEN = re.compile(rf"{DIGITS}|[영일이삼사오육칠팔구]|[십백천]|[만억조]")
_ENGLISH_TOKEN = re.compile(rf"{DIGITS}|[a-z]+", re.IGNORECASE)


def worth(numeral: str, manner: str, *, whole: bool = False) -> Decimal:
    """Exact value of a numeral that `NUMERAL` matched in that manner.

    Args:
        numeral: The matched text.
        manner: The name of the group that matched.
        whole: A currency stands behind it, so that the last digits of "3억 2,000" are meant as they are.
    """
    if manner == "native":
        return _native(numeral)
    if manner == "korean":
        return _korean(numeral, whole)
    if "/" in numeral:
        whole, top, bottom = map(int, re.findall(r"[0-9]+", numeral))
        return whole + Decimal(top) / Decimal(bottom)
    return _english(numeral.lower())


def _native(numeral: str) -> Decimal:
    if numeral in VAGUE:
        return VAGUE[numeral]
    for tens, value in _NATIVE_TENS.items():
        if numeral.startswith(tens):
            return Decimal(value + _NATIVE_ONES.get(numeral.removeprefix(tens).strip(), 0))
    return Decimal(_NATIVE_ONES[numeral])


def _korean(numeral: str, whole: bool) -> Decimal:
    integer, point, decimals = numeral.partition("점")
    if point:
        return _korean(integer, whole) + Decimal("0." + "".join(str(_SINO[c]) for c in decimals.strip()))
    total, group, myriad = Decimal(0), Decimal(0), Decimal(1)
    last: Decimal | None = None  # the number still waiting for its place
    tail = ""
    for token in _KOREAN_TOKEN.findall(numeral):
        tail += token
        if token in _MYRIADS:
            myriad, tail = _MYRIADS[token], ""
            total += (group + (last or 0) or 1) * myriad
            group, last = Decimal(0), None
        elif token in _PLACES:
            group += (Decimal(1) if last is None else last) * _PLACES[token]
            last = None
        else:
            last = _SINO[token] if token in _SINO else Decimal(token.replace(",", ""))
    rest = group + (last or 0)
    # "3억 2천" and "3억 2000" leave out the 만 that everybody hears; "3억 2,000원" does not.
    heard = myriad > 10**4 and (any(place in tail for place in "천백") or (tail.isdigit() and not whole))
    return total + (rest * myriad / 10**4 if heard else rest)


def _english(numeral: str) -> Decimal:
    total, current = Decimal(0), Decimal(0)
    place: Decimal | None = None  # after "point": the place of the last digit
    spoken = numeral.replace("and a half", "half").replace("half an ", "half ").replace("half a ", "half ")
    for token in _ENGLISH_TOKEN.findall(spoken):
        if token == "hundred":
            current = (current or Decimal(1)) * 100
        elif token == "dozen":
            current = (current or Decimal(1)) * 12
        elif token.rstrip("s") in _SCALES:
            total, current = total + (current or Decimal(1)) * 10 ** _SCALES[token.rstrip("s")], Decimal(0)
        elif token == "point":
            place = Decimal(1)
        elif token == "half":
            current += Decimal("0.5")
        elif place is not None:
            place /= 10
            current += _EN_SMALL[token] * place
        elif token in _EN_SMALL:
            current += _EN_SMALL[token]
        elif token not in ("and", "of"):
            current += Decimal(token.replace(",", ""))
    return total + current
