"""Numerals as people write them (digits, 만 and 억, 삼십 and 서른, half a million), and what each is worth."""

import re
from collections.abc import Iterable
from decimal import Decimal

DIGITS = r"(?>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"


def _table(pairs: str) -> dict[str, Decimal]:
    """Words and their values, as read off a line: "one 1 two 2"."""
    words = pairs.split()
    return {word: _plain(Decimal(value)) for word, value in zip(words[::2], words[1::2], strict=True)}


def _plain(value: Decimal) -> Decimal:
    """The same number written without exponent and idle zeros, as a ledger wants to store it."""
    return Decimal(f"{value.normalize():f}")


_SINO = _table("영 0 일 1 이 2 삼 3 사 4 오 5 육 6 칠 7 팔 8 구 9")
_PLACES = _table("십 10 백 100 천 1000")
_MYRIADS = _table("만 1E4 억 1E8 조 1E12")
_NATIVE_TENS = _table("열 10 스물 20 스무 20 서른 30 마흔 40 쉰 50 예순 60 일흔 70 여든 80 아흔 90")
_NATIVE_ONES = _table("하나 1 한 1 둘 2 두 2 셋 3 세 3 석 3 넷 4 네 4 넉 4 다섯 5 여섯 6 일곱 7 여덟 8 아홉 9")
VAGUE = _table(  # "두세 달" is two or three months: the middle, and said to be approximate
    "한두 1.5 두세 2.5 두어 2 서너 3.5 너댓 4.5 네댓 4.5 네다섯 4.5 대여섯 5.5 예닐곱 6.5"
    " 일이 1.5 이삼 2.5 삼사 3.5 사오 4.5 오륙 5.5"
)
_EN_DIGITS = _table("zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9")
_EN_TEENS = _table(
    "ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19"
)
_EN_TENS = _table("twenty 20 thirty 30 forty 40 fourty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90")
_EN_SMALL = {**_EN_DIGITS, **_EN_TEENS, **_EN_TENS, **_table("dozen 12 a 1 an 1 couple 2 half 0.5 quarter 0.25")}
_EN_SCALES = _table(
    "thousand 1E3 grand 1E3 k 1E3 million 1E6 mil 1E6 mill 1E6 mln 1E6 mn 1E6 mm 1E6 m 1E6"
    " billion 1E9 bil 1E9 bln 1E9 bn 1E9 b 1E9 trillion 1E12 tn 1E12 t 1E12"
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# --- Korean: a group below ten thousand, groups with 만 억 조 behind them, and a last group ---
_S = "[일이삼사오육칠팔구]"
_N = rf"(?:{DIGITS}|{_S})"
# A sino digit right behind a place counts only before a unit or a word's end: "십오 프로" is 15, "십이상" 10 and 이상.
_LAST = rf"(?:{_S}(?=\s?[만억조원%프퍼년개점주달불할]|\s?(?:분의|월|일\b)|$|\s|로|쯤|[,.!?~]))"
_GROUP = (
    rf"(?:{_N}천[0-9]{{3}}(?![0-9])|{_N}?천(?:\s?{_N}?백)?(?:\s?{_N}?십)?{_LAST}?|{_N}?백(?:\s?{_N}?십)?{_LAST}?|{_N}?십{_LAST}?"
    rf"|{DIGITS}|영(?=\s?(?:프로|퍼센트|%))|{_S}(?=\s?[만억조점원프퍼%년개주할분]))"
)
_TAIL = (
    rf"(?:\s?{_N}?천(?:\s?{_N}?백)?(?:\s?{_N}?십)?{_LAST}?|\s?{_N}?백(?:\s?{_N}?십)?{_LAST}?"
    rf"|\s?{DIGITS}(?=\s?(?:원|달러|불|won\b))|\s?[0-9]{{3,4}}(?=$|\s?(?:정도|쯤|으로|로|을)|[,.!?])|{_S}(?=\s?원))"
)
# "10 만들어", "10 조정" are no myriads: behind a space 만 and 조 need a unit or more numeral behind them.
_GAP = rf"(?:\s(?=억|[만조]\s?(?:원|달러|불|{_N}?[천백십]|[0-9])))?"
_MAN, _EOK, _JO = r"만(?!큼|들|기\b|족|나|약)", r"억(?!제|지|울)", r"조(?!정|금|건|회|절|기|달(?!러))"
_BARE_MYRIAD = rf"만(?=\s?(?:{_N}?천|원|달러|불))"
_KOREAN = (
    rf"(?:(?:{_GROUP}{_GAP}{_JO}(?:\s?{_GROUP}{_GAP}{_EOK})?(?:\s?{_GROUP}{_GAP}{_MAN})?"
    rf"|{_GROUP}{_GAP}{_EOK}(?:\s?{_GROUP}{_GAP}{_MAN})?|{_GROUP}{_GAP}{_MAN}|{_BARE_MYRIAD}){_TAIL}?"
    rf"|(?:영|{_S}?십{_S}?|{_S})\s?점\s?[영일이삼사오육칠팔구]+|{_GROUP})"
)
_NATIVE_WORD = rf"(?:(?:{_any(_NATIVE_TENS)})(?:\s?(?:{_any(_NATIVE_ONES)}))?|{_any(VAGUE)}|{_any(_NATIVE_ONES)})"
_COUNTERS = (
    r"(?:개월|주일|주(?!식|가|요|말|택)|달(?!러|라|성|걀)|개(?!선|발|인)|해(?=\s|$|뒤|후|동안|만|간)|살|년|분기"
    r"|퍼센트|퍼(?![가-힣])|프로(?!그|젝|필)|배(?!당|우|송|터))"
)
_NATIVE_AGE = rf"(?:마흔|쉰|예순|일흔)(?:\s?(?:{_any(_NATIVE_ONES)}))?(?=에(?=\s|$)|까지|부터|\s전에)"

# --- English ---
_ONE = _any(_EN_DIGITS)
_BELOW_100 = rf"(?:(?:{_any(_EN_TENS)})(?:[\s-]?(?:{_ONE}))?|{_any([*_EN_TEENS, *_EN_DIGITS])})"
_HUNDREDS = rf"(?:(?:(?:{_BELOW_100}|an?)\s+)?hundred(?:\s+(?:and\s+)?{_BELOW_100})?|{_BELOW_100})"
_BIG = r"(?:thousand|million|mil|billion|trillion|grand)"
_ENGLISH = (
    rf"(?:(?:an?\s+)?(?:half|quarter)(?:\s+of)?(?:\s+an?)?\s+(?:hundred|dozen|{_BIG})|(?:an?\s+)?couple(?:\s+of)?(?:\s+(?:hundred|{_BIG}))*(?=\s)"
    rf"|a\s+dozen|an?\s+{_BIG}(?:\s+(?:and\s+)?{_HUNDREDS}\s+{_BIG})?|{_BIG}(?=\s+(?:dollars?|won|bucks))"
    rf"|{_HUNDREDS}(?:\s+and\s+(?:a\s+)?half|\s+point(?:\s+(?:{_ONE}))+)?"
    rf"(?:\s+{_BIG}(?:\s+(?:and\s+)?{_HUNDREDS})?)*)(?![a-z])"
)
_SCALED = (
    rf"{DIGITS}(?:\s(?:and\s+a\s+half))?(?:(?:\s?-?(?:hundred|thousands?|millions?|mill?|mln|mn|billions?|bil|bln|bn"
    r"|trillions?|tn|grand)|(?:k|mm?|b|t))(?![a-z]))+"
)

NUMERAL = re.compile(
    rf"(?:(?<![a-z0-9_.])|(?<=\bkrw)|(?<=\busd)|(?<=\beur))(?:(?P<scaled>{_SCALED})"
    r"|(?P<mixed>[0-9]+\s[1-9]/[2-9](?![0-9/])|[0-9]+\s+and\s+(?:a\s+)?half(?![a-z]))"
    rf"|(?P<korean>(?:(?=[0-9.])|(?<![가-힣])){_KOREAN})"
    rf"|(?P<native>(?<![가-힣])(?:{_NATIVE_WORD}(?=\s?{_COUNTERS})|{_NATIVE_AGE}))|(?P<english>{_ENGLISH}))",
    re.IGNORECASE,
)
"""One numeral; the group that matched names its manner, for `worth`."""

_KOREAN_TOKEN = re.compile(rf"{DIGITS}|[영일이삼사오육칠팔구]|[십백천]|[만억조]")
_ENGLISH_TOKEN = re.compile(rf"{DIGITS}|(?:{_any(_EN_TENS)})(?=(?:{_ONE})\b)|[a-z]+", re.IGNORECASE)


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
        return _plain(_korean(numeral, whole))
    if "/" in numeral:
        integer, top, bottom = map(int, re.findall(r"[0-9]+", numeral))
        return integer + Decimal(top) / bottom
    return _plain(_english(numeral.lower()))


def _native(numeral: str) -> Decimal:
    if numeral in VAGUE:
        return VAGUE[numeral]
    for tens, value in _NATIVE_TENS.items():
        if numeral.startswith(tens):
            return value + _NATIVE_ONES.get(numeral.removeprefix(tens).strip(), Decimal(0))
    return _NATIVE_ONES[numeral]


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
    spoken = re.sub(r"\band (?:a )?half\b", "half", re.sub(r"\s+", " ", numeral))
    spoken = re.sub(r"^(?:an? )?(half|quarter|couple)(?: of)?(?: an?)? ", r"\1 ", spoken)
    total, current = Decimal(0), Decimal(0)
    place: Decimal | None = None  # after "point": the place of the last digit
    for token in _ENGLISH_TOKEN.findall(spoken):
        if token in ("hundred", "dozen"):
            current = (current or Decimal(1)) * (100 if token == "hundred" else 12)
        elif (scale := _EN_SCALES.get(token.removesuffix("s"))) is not None:
            total, current = total + (current or Decimal(1)) * scale, Decimal(0)
        elif token == "point":
            place = Decimal(1)
        elif place is not None:
            place /= 10
            current += _EN_SMALL[token] * place
        elif token in _EN_SMALL:
            current += _EN_SMALL[token]
        elif token not in ("and", "of"):
            current += Decimal(token.replace(",", ""))
    return total + current
