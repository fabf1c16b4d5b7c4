"""Korean particles, chosen by how the last syllable before them is read aloud: 비트코인은, ETF는, LG와, 10%로."""

import re

_PAIRS = {  # as written after a closed syllable, after an open one
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "와/과": ("과", "와"),
    "으로/로": ("으로", "로"),
    "이에요/예요": ("이에요", "예요"),
    "이라/라": ("이라", "라"),
    "이나/나": ("이나", "나"),
    "이랑/랑": ("이랑", "랑"),
    "이고/고": ("이고", "고"),
}
_PAIRS |= {"/".join(reversed(pair.split("/"))): forms for pair, forms in _PAIRS.items()}

# Finals that matter: "" open, "ㄹ" (으로 becomes 로 after it), "ㄱ" for any other closed syllable.
_DIGIT = {**dict.fromkeys("2459", ""), **dict.fromkeys("178", "ㄹ"), **dict.fromkeys("036", "ㄱ")}
_LETTER = {"l": "ㄹ", "r": "ㄹ", "m": "ㄱ", "n": "ㄱ"}  # 엘, 알, 엠, 엔; every other letter's name ends open
_SYMBOL = {"%": "", "+": "", "$": "", "&": "", "₩": "ㄱ", "#": "ㅂ"}
_READ_AS_WORDS = {  # capitals that nobody spells out, where the letter's name would mislead
    **dict.fromkeys(("NAVER", "TIGER", "UBER", "KINDER", "POWER", "TESLA"), ""),
    **dict.fromkeys(("KOSDAQ", "NASDAQ", "ARIRANG", "KAKAOBANK", "TOP", "BIG", "HBM"), "ㄱ"),
}
_TRAILING = re.compile(r"(?:\s*[(\[{（［][^()\[\]{}（）［］]*[)\]}）］]|[\s\"'”’』」》>.,!?…*_`~)\]}）］])+$")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?$")
_LATIN = re.compile(r"[A-Za-z]+$")


def josa(word: str, pair: str) -> str:
    """`word` with the particle that follows it when read aloud.

    Args:
        word: Anything a particle may follow: Hangul, Latin letters, digits, a percent, a name with brackets behind it.
        pair: Both forms, such as "은/는" or "으로/로", in either order.
    Raises:
        ValueError: No such pair.
    """
    if pair not in _PAIRS:
        raise ValueError(f"no particle pair {pair!r}")
    closed, opened = _PAIRS[pair]
    final = _final(word)
    if not final or (final == "ㄹ" and closed == "으로"):
        return word + opened
    return word + closed


def _final(word: str) -> str:
    """How the last syllable of `word` ends; brackets and quotes behind it are not read."""
    spoken = _TRAILING.sub("", word) or word.strip("()[]{}（）［］\"'“”‘’ ")
    if not spoken:
        return ""
    last = spoken[-1]
    if "가" <= last <= "힣":
        code = (ord(last) - ord("가")) % 28
        return "" if code == 0 else "ㄹ" if code == 8 else "ㄱ"
    if number := _NUMBER.search(spoken):
        return _number_final(number[0].replace(",", ""))
    if latin := _LATIN.search(spoken):
        return _latin_final(latin[0])
    return _SYMBOL.get(last, "")


def _number_final(number: str) -> str:
    """십 백 천 만 억 close; 조 opens; digits behind a point are read one by one."""
    zeros = len(number) - len(number.rstrip("0"))
    if "." in number or zeros == 0 or zeros == len(number):
        return _DIGIT[number[-1]]
    return "" if 12 <= zeros < 16 else "ㄱ"


def _latin_final(word: str) -> str:
    if word in _READ_AS_WORDS:
        return _READ_AS_WORDS[word]
    if word.isupper():
        return _LETTER.get(word[-1].lower(), "")
    lower = word.lower()
    if len(lower) == 1:
        return _LETTER.get(lower, "")
    if re.search(r"(?:l|le)$", lower):
        return "ㄹ"
    # Tokens and names are read as words: Amazon 아마존, Facebook 페이스북, Chrome 크롬; but Bank 뱅크, Meta 메타.
    return "ㄱ" if re.search(r"(?:[mn]|[mn]e|ng|[aeiou]c?k|[aeiou][pt])$", lower) else ""
