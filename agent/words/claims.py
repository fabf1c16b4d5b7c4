"""Every figure a text claims, with how exactly it is printed and which way it points.

`find_figures` reads what people write; a reply needs a little more (counts of trades, twice, two of five) and a little
less (numerals of lists, years, a length without a number).
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from agent.words.bearing import Bearing, bearing
from agent.words.labels import labels
from agent.words.lesser import lesser
from tools.domain.value import Lang
from tools.figures import Figure, find_figures
from tools.figures.counted import MONTHS_OF
from tools.figures.names import names
from tools.figures.words import worth

_WORDS = (
    "two|three|fourteen|four|five|sixteen|six|seventeen|seven|eighteen|eight|nineteen|nine|ten|eleven|twelve|thirteen"
    "|fifteen|twenty|thirty|forty|fifty|sixty"
)
_ONES = "두|세|네|다섯|여섯|일곱|여덟|아홉"
_NATIVE = rf"(?:(?:열|스물|서른|마흔|쉰)\s?(?:한|{_ONES})|열|스무|서른|마흔|쉰|{_ONES})"
_COUNTED_EN = r"(?:trades?|orders?|positions|holdings|stocks|funds|assets|transactions|alerts|goals|paths)"
_EXTRA = re.compile(
    rf"(?P<of>\b(?P<top>[0-9]+|one|{_WORDS})(?:-in-|\s+"
    r"(?:(?:out\s+)?of|(?:days?|weeks?|months?|years?|times|cases?|paths?)\s+(?:in|out\s+of))\s+(?:the\s+|every\s+|your\s+)?)"
    rf"(?P<bottom>[0-9]{{1,3}}|{_WORDS})\b(?!\s?%|[.,][0-9]))"
    rf"|\b(?P<word>{_WORDS}|a\s+dozen)(?=\s+(?:(?:new\s+|small\s+|single\s+|open\s+|pending\s+)?{_COUNTED_EN}"
    r"|(?!of\b)(?:[\w&.'-]+\s+){1,2}shares)\b)"
    r"|(?P<twice>\b(?:twice|thrice)\b(?!\s+(?:a|an|per|every|each|in|about|before)\b)"
    r"|\b(?:double|triple|quadruple)(?=\s+(?:the|that|its|what|as|of)\b))"
    rf"|(?P<times>(?<![가-힣0-9.,])(?P<bottom_ko>[0-9]{{1,3}}|{_NATIVE})\s?(?:번|차례|해|명)\s?(?:에|중에?|가운데)\s?"
    rf"(?P<top_ko>[0-9]{{1,3}}|한|{_NATIVE})\s?(?:번|차례|해|명))"
    r"|(?P<fold>(?<![0-9.,A-Za-z])(?P<fold_n>[0-9]{1,4}(?:\.[0-9]+)?)(?:\s?[x×](?![A-Za-z0-9])|-?fold\b)(?!\s?(?:레버|인버|곱버스)"
    r"|[\s-]+(?:lever|bull|bear|inverse|etfs?\b|etps?\b|long|short|daily|products?\b|funds?\b)))"
    r"|(?P<ko>(?<![0-9.,])(?P<ko_n>[0-9][0-9,]*)\s?(?:개(?=\s?(?:종목|자산|국|업종|계좌|통화|섹터|펀드|거래|주문|목표))"
    r"|건(?!강|설|물)|종목|명(?![가-힣])|회(?!복|사)))"
    rf"|(?P<native>(?<![가-힣])(?P<native_n>{_NATIVE})\s?(?:건(?!강|설|물)|종목|개\s?종목))"
    rf"|(?P<ones>(?<![가-힣])(?P<bottom_ones>열|스물|백)에\s?(?P<top_ones>하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉))",
    re.IGNORECASE,
)
_TWICE: Final = {"twice": 2, "double": 2, "thrice": 3, "triple": 3, "quadruple": 4}
_SAYS_NUMBER = re.compile(
    rf"[0-9일이삼사오육칠팔구십백천한두세네섯곱덟홉열]|\b(?:one|half|{_WORDS}|(?:thir|four|six|seven|eigh|nine)teen"
    r"|(?:thir|for|fif|six|seven|eigh|nine)ty)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:\b(?:total|sums?|adds?|up|makes?|all)\b[^.,;]{0,20}|(?:합계?|총합|모두|다)[^.,;]{0,12})$", re.IGNORECASE
)
_TAIL = re.compile(r"[0-9][0-9,]*(?:\.([0-9]+))?|\.([0-9]+)")
_SCALE = re.compile(
    r"\s?-?(?P<ko>[십백천만억조])|\s?-?(?P<word>thousand|million|billion|trillion|mln|bln|bn|mn|tn|mil)s?\b"
    r"|(?P<letter>mm|[kmbt])(?![a-z])",
    re.IGNORECASE,
)
_SCALES: Final = {
    **dict(zip("십백천만억조", (10.0, 1e2, 1e3, 1e4, 1e8, 1e12), strict=True)),
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("m", "mm", "mn", "mil", "mln", "million"), 1e6),
    **dict.fromkeys(("b", "bn", "bln", "billion"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion"), 1e12),
}
_BASIS = re.compile(r"bp|basis|베이시스|비피", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure in a reply.

    figure: what it says; offsets are those of the reply. step: worth of its last printed digit, in the unit of
    `figure.value`; 0 for dates and years. bearing: whether it is said to have gone up or down. accounting: money in
    brackets, a minus to some. counts: of "two of five", both numbers.
    """

    figure: Figure
    step: float
    bearing: Bearing
    accounting: bool = False
    counts: tuple[int, int] | None = None

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.figure.start

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.figure.end

    @property
    def basis(self) -> bool:
        """Told in basis points, which are points and percent alike."""
        return bool(_BASIS.search(self.figure.text))


def claims(reply: str, lang: Lang, *, years: bool = False, ranks: bool = False) -> tuple[Claim, ...]:
    """All figures that need a source, in order; names, list numerals and lengths without a number need none.

    years, ranks: whether years, and places in an order, need one; they only do where such were computed.
    """
    read = lesser(_joined(find_figures(reply, lang), reply), reply)
    idle = labels(reply)
    extra = [
        c
        for c in (*_extra(reply), *(_ranks(reply) if ranks else ()))
        if not any(_holds(f, c) for f in read) and not _within(c, idle)
    ]
    taken = [*idle, *((c.start, c.end) for c in extra)]
    found = [f for f in read if not _within(f, taken) and _needs_source(f, reply, years)]
    told = [Claim(f, step(f), bearing(reply, f), _bracketed(f, reply)) for f in found]
    told = [told[0], *(_elliptic(c, before, reply) for before, c in pairwise(told))] if told else []
    told = [*(_shares_verb(c, after, reply) for c, after in pairwise(told)), told[-1]] if told else []
    spans = [*taken, *((f.start, f.end) for f in read), *names(reply)]
    return tuple(sorted([*told, *extra, *_senseless(reply, spans)], key=lambda c: c.start))


_SENSELESS = re.compile(
    r"[$₩€£¥]\s?[0-9][0-9,.]*[0-9]|(?<![0-9A-Za-z,.])[0-9]+(?:[,.][0-9]+)*\s?(?:%|퍼센트|percent\b|만?\s?원|억\s?원|달러|won\b|dollars\b)"
    r"|(?<![0-9A-Za-z,./:-])[0-9]+,[0-9,]*[0-9](?![0-9A-Za-z])",
    re.IGNORECASE,
)


def _senseless(reply: str, spans: Iterable[tuple[int, int]]) -> Iterator[Claim]:
    """Amounts written as no number is ($4805,000): nothing can be behind them."""
    known = list(spans)
    for m in _SENSELESS.finditer(reply):
        if not any(s < m.end() and m.start() < e for s, e in known):
            yield Claim(Figure(m[0], m.start(), m.end(), "number", math.inf), 1.0, None)


_ELLIPSIS = re.compile(r"(?:,|\s+and\b|\s+while\b|(?:씩)?(?:,|고))[^.!?;\n|0-9]{1,40}", re.IGNORECASE)


def _elliptic(claim: Claim, before: Claim, reply: str) -> Claim:
    """Oil slid 9% and energy 4%: the second may be a fall too."""
    alike = claim.bearing is None and claim.figure.kind == before.figure.kind
    if alike and before.bearing in ("down", "size") and _ELLIPSIS.fullmatch(reply, before.end, claim.start):
        return replace(claim, bearing="size")
    return claim


_SHARED_KO = re.compile(
    r"\s?(?:,|와|과|이고|·)\s?(?![^.!?0-9]*(?:지만|으나|는데))[^.!?;\n|0-9]{1,24}(?:은|는|이|가|도)\s?"
)


def _shares_verb(claim: Claim, after: Claim, reply: str) -> Claim:
    """비트코인은 41%, 이더리움은 52% 떨어졌고: the verb at the end may be the first one's too."""
    alike = claim.bearing is None and claim.figure.kind == after.figure.kind
    if alike and after.bearing in ("down", "size") and _SHARED_KO.fullmatch(reply, claim.end, after.start):
        return replace(claim, bearing="size")
    return claim


def _within(figure: Figure | Claim, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s < figure.end and figure.start < e for s, e in spans)


def _holds(figure: Figure, claim: Claim) -> bool:
    """Whether a figure as people write them already says what a claim of ours would."""
    longer = figure.end - figure.start > claim.end - claim.start
    return longer and figure.start <= claim.start and claim.end <= figure.end


def _joined(figures: Iterable[Figure], reply: str) -> list[Figure]:
    """The figures with the last digits of an amount put to the rest of it: 4만3천2백 10원."""
    joined: list[Figure] = []
    for f in figures:
        last = joined[-1] if joined else None
        money = last and f.kind == last.kind == "money" and f.value > 0
        if last and money and last.end == f.start and last.text[-1] in "십백천만억":
            text = reply[last.start : f.end]
            f = replace(f, text=text, start=last.start, value=last.value + f.value, amount=None)
            joined.pop()
        if f.kind == "date" and f.text[-1] == "." and not _DOTTED.match(f.text):
            f = replace(f, text=f.text[:-1], end=f.end - 1)  # the end of the sentence, not of 2026.03.02.
        if f.value < 0 and not _NEGATIVE.search(f.text) and last and last.text[0] in "-−":
            f = replace(f, value=-f.value, amount=None, signed=False)  # from −0.1 to 0.14: the sign is the first one's
        if f.bound is None and f.kind in ("percent", "money") and _IN_THE.match(reply, f.end):
            f = replace(f, bound="above")
        if f.bound == "above" and _NEVER.search(reply[max(0, f.start - 40) : f.start]):
            f = replace(f, bound="below")
        if f.bound is None and _BEYOND.match(reply, f.end):
            f = replace(f, bound="above")
        if f.bound is None and _SHORT_OF.match(reply, f.end):
            f = replace(f, bound="below")
        if not f.approx and _CLOSE_TO.match(reply, f.end):
            f = replace(f, approx=True)
        joined.append(_operand(f, reply))
    return joined


_IN_THE = re.compile(r"\s?(?:대(?!비|해|응|출|체|상|략|표|부분)|초반|중반|후반)")  # 10%대: from 10 up to 20 %
_NEVER = re.compile(
    r"\b(?:never|not|no|won't|doesn't|cannot|can't)\s+(?:\w+\s+)?(?:exceed|more|over|above|go|gets?|rises?)[^.,;]*$",
    re.IGNORECASE,
)
_BEYOND = re.compile(r"\s?(?:을|를)?\s?(?:살짝|약간|조금|소폭|근소하게)\s?(?:넘|웃[돌도돕돈]|상회)")
_SHORT_OF = re.compile(
    r"\s?(?:을|를)?\s?(?:살짝|약간|조금|소폭)?\s?(?:밑[돌도돕돈]|하회)|"
    r"\s?(?:에(?:는|도)?\s?(?:조금\s|약간\s|살짝\s)?못\s?미|(?:이|가|도)?\s?(?:채\s)?(?:안|못)\s?[되돼])"
)
_CLOSE_TO = re.compile(r"\s?(?:에\s?)?(?:거의\s)?(?:가까[이운워웠]|가깝|육박|근접)")
_DOTTED = re.compile(r"[0-9]{4}\s?\.")
_NEGATIVE = re.compile(r"[-−–(]|minus|마이너스|negative", re.IGNORECASE)
_MINUS = re.compile(r"(?:minus|마이너스)\s?", re.IGNORECASE)
_TAKEN_FROM = re.compile(r"[0-9]\s?(?:%|percent|won|원|달러)?\s(?:[a-z]+\s)?$", re.IGNORECASE)


def _operand(f: Figure, reply: str) -> Figure:
    """A figure without the minus that takes it from the one before: 5% minus 3.1%."""
    minus = _MINUS.match(f.text)
    if minus is None or not _TAKEN_FROM.search(reply[max(0, f.start - 24) : f.start]):
        return f
    start = f.start + minus.end()
    return replace(f, text=f.text[minus.end() :], start=start, value=-f.value, amount=None, signed=False)


def _extra(reply: str) -> Iterator[Claim]:
    for m in _EXTRA.finditer(reply):
        top = m["top"] or m["top_ko"] or m["top_ones"]
        if m["fold"]:
            figure = Figure(m[0], m.start(), m.end(), "number", float(m["fold_n"]))
            yield Claim(figure, 10.0 ** -len(m["fold_n"].partition(".")[2]), None)
        elif top:
            yield from _part(m, _count(top), _count(m["bottom"] or m["bottom_ko"] or m["bottom_ones"]))
        else:
            value = _TWICE[m[0].lower()] if m["twice"] else _count(m["word"] or m["ko_n"] or m["native_n"])
            yield Claim(Figure(m[0], m.start(), m.end(), "number", float(value)), 1.0, None)


_ORDINAL = re.compile(
    r"(?<![0-9.,])([0-9]{1,3})(?:st|nd|rd|th)\b(?!\s+(?:of\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|percentile|quantile))"
    r"|(?<![0-9.,])([0-9]{1,3})\s?위(?![가-힣]*[험치원])",
)


def _ranks(reply: str) -> Iterator[Claim]:
    """3rd of 11, 3위."""
    for m in _ORDINAL.finditer(reply):
        yield Claim(Figure(m[0], m.start(), m.end(), "number", float(m[1] or m[2])), 1.0, None)


def _part(m: re.Match[str], top: int, bottom: int) -> Iterator[Claim]:
    """Seven of ten; its last digit is a tenth."""
    if 0 < top <= bottom:
        figure = Figure(m[0], m.start(), m.end(), "fraction", top / bottom)
        yield Claim(figure, 0.1 if bottom == 10 and top > 1 else 0.01, None, counts=(top, bottom))


def _count(word: str) -> int:
    plain = word.lower().replace(",", "")
    if plain.isdigit():
        return int(plain)
    return 100 if plain == "백" else int(worth(plain, "english" if plain.isascii() else "native"))


_CALENDAR = re.compile(r"(?:19|20)[0-9]{2}")


_HENCE = re.compile(r"\s?(?:뒤|후|전|from\s+now|hence|ago|earlier)")
_ONE_UNIT: Final = frozenset(MONTHS_OF.values())


def _needs_source(figure: Figure, reply: str, years: bool) -> bool:
    if figure.kind == "year" or _CALENDAR.fullmatch(figure.text):
        return years and figure.kind == "year"
    if figure.kind == "duration":
        if figure.text[0] in "1한일a" and figure.value in _ONE_UNIT and _HENCE.match(reply, figure.end):
            return False  # a year from now, than a month ago: what a figure is about or compared with
        return bool(_SAYS_NUMBER.search(figure.text)) and not _window(figure, reply)
    if figure.value == 1 and figure.kind in ("percent", "fraction"):
        return not _WHOLE.search(reply[max(0, figure.start - 30) : figure.start])
    return not (figure.kind == "money" and figure.value == 1)  # one dollar costs …


_PAST = re.compile(
    r"(?:\b(?:past|last|previous|trailing|prior|latest|recent)\s+|(?:지난|최근|직전|과거)\s?)$", re.IGNORECASE
)
_WINDOW_AFTER = re.compile(
    r"[\s-](?:trailing\s+|rolling\s+|annuali[sz]ed\s+)?(?:returns?|volatility|performance|highs?|lows?|average|momentum|beta"
    r"|correlation|window|history|yields?|horizon|record|data)\b|\s?(?:누적\s?|평균\s?|연환산\s?)?(?:수익률|변동성|성과|고점|저점|평균|상관|이력|금리)",
    re.IGNORECASE,
)


def _window(figure: Figure, reply: str) -> bool:
    """The past 12 months, 3-year volatility, 12개월 수익률: which window a figure is of, part of its name."""
    return bool(_PAST.search(reply[max(0, figure.start - 14) : figure.start]) or _WINDOW_AFTER.match(reply, figure.end))


_RESULT = re.compile(r"(?:\breturn(?:ed|s)?|\bp&l|\bpnl|\bresult|\bchange|수익률|손익|등락률)\W*\($", re.IGNORECASE)


def _bracketed(figure: Figure, reply: str) -> bool:
    """Accountants write a loss in brackets; so do others an aside."""
    if (reply[max(0, figure.start - 1) : figure.start], reply[figure.end : figure.end + 1]) != ("(", ")"):
        return False
    return figure.kind == "money" or bool(_RESULT.search(reply[max(0, figure.start - 14) : figure.start]))


_IN_CENTS = re.compile(r"(?:cents?|센트|¢)$", re.IGNORECASE)


def step(figure: Figure) -> float:
    """Worth of the last printed digit: 0.001 in 8.7%, 100 in $43.2k, 10,000 in 1억 2,500만원."""
    text = figure.text.replace("，", ",").replace("．", ".")
    unit = _unit(figure)
    if figure.kind == "fraction":
        return 0.01
    tail = list(_TAIL.finditer(text))
    if figure.kind == "duration":
        return 0.1 if not tail else unit
    if "푼" in text:
        return 0.001 if text.endswith("리") else 0.01
    if figure.currency == "USD" and _IN_CENTS.search(text):
        return 0.01
    if not tail:
        return _spoken_step(text, figure) * unit
    last = tail[-1]
    size, at = 10.0 ** -len(last[1] or last[2] or ""), last.end()
    while scale := _SCALE.match(text, at):
        size *= _SCALES[scale[0].strip(" -\n\t").lower().removesuffix("s")]
        at = scale.end()
    if figure.kind == "money" and figure.currency == "KRW" and "억" in text and text[-1] in "천백" and at == len(text):
        size *= 1e4  # 3억 2천: everybody hears 만
    return size * unit


def _unit(figure: Figure) -> float:
    """What one of the printed unit is worth in the unit of the value."""
    if figure.kind in ("percent", "points"):
        return 1e-4 if _BASIS.search(figure.text) else 0.1 if "할" in figure.text else 0.01
    return 1.0


def _spoken_step(text: str, figure: Figure) -> float:
    """Of a numeral in words: decimals that are spoken, the last round place of money, else one."""
    point = re.search(r"점([영일이삼사오육칠팔구]+)|\bpoint((?:\s+\w+)+?)(?=\s+per|\s*$)", text)
    if point:
        return 10.0 ** -(len(point[1]) if point[1] else len(point[2].split()))
    if figure.kind != "money" or not figure.value:
        return 1.0
    digits = f"{abs(figure.value):.0f}"
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))
