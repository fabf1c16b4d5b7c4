"""One numeral with its sign, currency and unit, read into a figure; and the numerals that mean nothing refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from tools.figures.counted import MONTHS_OF, UNIT
from tools.figures.figure import Currency, Figure, Kind
from tools.figures.words import NUMERAL, VAGUE, worth

_PREFIX = re.compile(
    r"(?P<sign>(?<![\w%)\]])[+-](?=$|[$₩uk])|(?<![가-힣])(?:마이너스|플러스)\s?|\b(?:minus|negative)\s|[▼▲]\s?)?"
    r"(?P<money>(?P<usd>(?:\bus\s?)?\$\s?|\busd\s?|(?<![가-힣])미화\s)|(?P<krw>₩\s?|\bkrw\s?|(?<![가-힣])원화\s)"
    r"|(?P<foreign>[€£¥]\s?|\b(?:eur|gbp|jpy|cny)\s?))?"
    r"(?P<late>(?<=[$₩])[+-])?$",
    re.IGNORECASE,
)
_REACH: Final = 14  # characters before a numeral in which its sign and currency stand
_TOO_LARGE: Final = Decimal(10**18)
_COMMA: Final = tuple(f"{digit}," for digit in range(10))  # "2,5%": two figures or a decimal comma? Neither is read
_MINUS: Final = ("-", "마이너스", "minus", "negative", "▼")

_YEAR_BEFORE = re.compile(
    r"\b(?:q[1-4]|since|from|in|until|till|by|before|after|during|through|of|year|back\s+to|between)\s+(?:early\s+|late\s+|mid-?\s?)?$",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    r"\s?(?:(?:global\s+|great\s+)?(?:financial\s+|banking\s+|covid\s+)?(?:crisis|crash|recession|bear|sell-?off|onwards?|on\b)"
    r"|(?:글로벌\s?)?(?:금융\s?)?위기|폭락|하락장|팬데믹|코로나)",
    re.IGNORECASE,
)
_PART_OF_A_WORD = re.compile(r"[A-Za-z_0-9]|/\s?[0-9]|[.,][0-9]")
_SOME_DAYS = re.compile(r"\s?(?:뒤|후|간|동안|안|이내|내)")
_CLAUSE_END = re.compile(
    r"\s*(?:$|[,.;!?)]|-(?=\s)|(?:please|pls|instead|then|now|max|tops|maximum|minimum|min|or|to|and|for|but|thanks|actually|at|maybe|i)\b)",
    re.IGNORECASE,
)
_SETS_TO = re.compile(r"\b(?:to|at|by|it|be|say|maybe|around|about|than|make|down|up|just|only)\s+$", re.IGNORECASE)
_OR_TWO = re.compile(r"\s+(?:or|to)\s+(?:two|three|four|five|ten)\b", re.IGNORECASE)
_SINO_END = re.compile(r"으?로(?![가-힣])|쯤|\s?정도|까지|만(?![가-힣])|\s?이[하상]|\s*$|[.!?,]")
_HUNDREDS = re.compile(r"[일이삼사오육칠팔구]?(?:천|백)[일이삼사오육칠팔구십백]+|[이삼사오육칠팔구][천백]")
_SINO_WORD_END = re.compile(
    r"\s?(?:정도|쯤|가량|이상|이하)|(?:은|는|이|가|을|를|으로|로|까지|씩|만|요|이요|이에요|입니다|이야)?(?=$|\s|[.!?,~ㅋㅎㅠ])"
)
"""천삼백, 오천: an amount in words, without its unit, where the word ends (이천에서 is a town)."""
_MONTHS_BEFORE = re.compile(r"\b(?:last|past|next|previous|trailing|over|in|for)\s+$", re.IGNORECASE)
_MONTHS_AFTER = re.compile(
    r"\s(?:performance|returns?|momentum|horizon|chart|outlook|ago|forward|rolling|window|period)", re.IGNORECASE
)
_AND = re.compile(r"(?:(?<=[a-z]),)?\s?(?:하고\s?|and\s)?", re.IGNORECASE)
_AND_HALF = re.compile(
    r"\s?(?:하고\s?)?반(?![가-힣])|\s?반(?=에|뒤|후|정도|동안|이|쯤|간|만|안|은|을|까지)|\s+and\s+(?:a\s+)?half\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Numeral:
    """A numeral in its text, with what stands right before and behind it."""

    folded: str
    manner: str
    start: int  # of the numeral itself
    end: int
    value: Decimal  # without sign
    sign: str
    sign_start: int
    prefix: Currency | Literal["foreign"] | None
    unit: str | None  # the group of UNIT that matched
    unit_end: int

    @property
    def text(self) -> str:
        return self.folded[self.start : self.end]

    @property
    def unit_text(self) -> str:
        return self.folded[self.end : self.unit_end]

    @property
    def vague(self) -> bool:
        """두세 달, 10여 년."""
        return self.text in VAGUE or self.unit_text.startswith("여")

    @property
    def sino(self) -> bool:
        """Written in Sino-Korean words alone, which are also syllables of half the dictionary."""
        return self.manner == "korean" and not any(c in "0123456789" for c in self.text)

    def figure(self, kind: Kind, *, scale: Decimal | None = None, currency: Currency | None = None) -> Figure:
        """A figure whose sign counts; exact where it is not scaled."""
        value = -self.value if self.sign in _MINUS else self.value
        exact = None if scale is not None else value
        end = self.unit_end if self.unit else self.end
        start = self.sign_start
        return Figure(
            self.folded[start:end],
            start,
            end,
            kind,
            float(value * (scale or 1)),
            exact,
            currency,
            self.vague,
            signed=bool(self.sign),
        )

    def unsigned(self, kind: Kind, value: float, end: int, *, exact: bool = False) -> Figure:
        """A figure that has no sign: a length of time, a year, a count of units."""
        text = self.folded[self.start : end]
        return Figure(text, self.start, end, kind, value, self.value if exact else None, approx=self.vague)


def numerals(folded: str) -> Iterator[Figure]:
    """Every figure that a numeral makes, left to right."""
    position = 0
    while match := NUMERAL.search(folded, position):
        numeral = _numeral(match)
        figure = None if _refused(numeral) else _read(numeral)
        if figure is not None:
            yield figure
            position = max(figure.end, match.start() + 1)
        else:  # digits are used up; a word such as 한 may hide a numeral behind its first syllable
            position = match.end() if match[0][-1].isdigit() else match.start() + 1


def _numeral(match: re.Match[str]) -> _Numeral:
    folded, (start, end), manner = match.string, match.span(), str(match.lastgroup)
    prefix = _PREFIX.search(folded, max(0, start - _REACH), start)
    assert prefix is not None  # it can match nothing at all
    unit = UNIT.match(folded, end)
    name = _unit_name(unit, manner)
    sign = (prefix["sign"] or prefix["late"] or "").strip().lower()
    currency: Currency | Literal["foreign"] | None = (
        "USD" if prefix["usd"] else "KRW" if prefix["krw"] else "foreign" if prefix["foreign"] else None
    )
    return _Numeral(
        folded=folded,
        manner=manner,
        start=start,
        end=end,
        value=worth(match[0], manner, whole=name in ("krw", "usd")),
        sign=sign,
        sign_start=prefix.start() if sign or currency else start,
        prefix=currency,
        unit=name,
        unit_end=unit.end() if unit and name else end,
    )


def _unit_name(unit: re.Match[str] | None, manner: str) -> str | None:
    if unit is None:
        return None
    name = "tenths" if unit["tenths"] else str(unit.lastgroup)
    return None if unit[0].strip() == "해" and manner != "native" else name  # "두 해", but "10 해줘"


def _refused(n: _Numeral) -> bool:
    """Whether these syllables are no numeral here: 이 프로, 사원, 오퍼, 이주, 구할 수 있어; or beyond any ledger."""
    if n.value >= _TOO_LARGE or n.folded[max(0, n.start - 2) : n.start].endswith(_COMMA):
        return True
    if n.manner == "native":
        return n.unit is None and n.value < 40  # "예순에 은퇴" is an age
    if not n.sino:
        return False
    small, unit = n.value < 10, n.unit_text.strip()
    if n.unit == "percent":
        return (small and unit == "퍼" and n.text != "십") or (n.text == "이" and n.unit_text.startswith(" "))
    if n.unit == "tenths":
        return (
            n.text in "일사구"
            and "푼" not in unit
            and not re.match(r"\s?(?:정도|쯤|이상|이하|까지)", n.folded[n.unit_end :])
        )
    if n.unit == "days":
        return small or not _SOME_DAYS.match(n.folded, n.unit_end)
    if n.unit == "months":
        return "달" in unit
    if n.unit == "years":
        return n.value > 100
    return small and n.unit in ("krw", "units", "count", "usd", "foreign", "points", "basis")


def _read(n: _Numeral) -> Figure | None:
    currency = _currency(n)
    if currency:
        return n.figure("money", currency=None if currency == "foreign" else currency)
    if n.unit == "percent":
        return n.figure("percent", scale=Decimal("0.01"))
    if n.unit == "points":
        index_points = n.value > 100 and "%" not in n.unit_text  # "코스피 2,500포인트" is a level
        return n.figure("number") if index_points else n.figure("points", scale=Decimal("0.01"))
    if n.unit == "basis":
        return n.figure("percent", scale=Decimal("0.0001"))
    if n.unit == "tenths":
        return _tenths(n)
    if n.unit == "years" and (year := _year(n)):
        return n.unsigned("year", year, n.unit_end)
    if n.unit in MONTHS_OF:
        months, end = _duration(n)
        return n.unsigned("duration", months, end)
    if n.unit == "units":
        return n.unsigned("units", float(n.value), n.unit_end, exact=True)
    if n.unit == "count":
        return n.unsigned("number", float(n.value), n.unit_end, exact=True)
    return _bare(n)


def _currency(n: _Numeral) -> Currency | Literal["foreign"] | None:
    if n.unit in ("krw", "usd", "foreign"):
        return "KRW" if n.unit == "krw" else "USD" if n.unit == "usd" else "foreign"
    if n.prefix and n.unit is None and not _PART_OF_A_WORD.match(n.folded, n.end):
        return n.prefix
    if n.unit is None and n.text.lower().endswith("grand"):
        return "USD"
    # Won are what Korean counts in 만 and 억 without saying so; 이만 and 사조 are other words.
    myriads = n.unit is None and n.manner == "korean" and any(c in "만억조" for c in n.text)
    return (
        "KRW"
        if myriads and not (n.sino and len(n.text) < 3 and n.text[0] in "일이삼사오육칠팔구" and n.text[-1] in "만조")
        else None
    )


def _tenths(n: _Numeral) -> Figure:
    """3할 5푼 is 35 %."""
    figure = n.figure("percent", scale=Decimal("0.1"))
    pun = re.search(r"(\S)\s?푼", n.unit_text)
    if pun is None:
        return figure
    whole = Decimal(n.value) / 10 + worth(pun[1], "korean") / 100
    return Figure(figure.text, figure.start, figure.end, "percent", float(whole))


def _year(n: _Numeral) -> float | None:
    """2008년, 08년, 20년부터; but 2000년간 and 20년 are lengths."""
    if "년" not in n.unit_text or not n.text.isdecimal():
        return None
    if len(n.text) == 4 and 1900 <= n.value <= 2100:
        return None if re.match(r"\s?(?:간|동안)", n.folded[n.unit_end :]) else float(n.value)
    if len(n.text) == 2 and (n.text[0] == "0" or re.match(r"부터|도(?=$|\s|부터|에|의)", n.folded[n.unit_end :])):
        return float(n.value + (2000 if n.value < 70 else 1900))
    return None


def _duration(n: _Numeral) -> tuple[float, int]:
    """Months, and where the length ends: 1년 6개월, two years and three months, 1년 반."""
    assert n.unit is not None
    folded, end, step = n.folded, n.unit_end, MONTHS_OF[n.unit]
    months = float(n.value) * step
    while True:
        if half := _AND_HALF.match(folded, end):
            return months + step / 2, half.end()
        gap = _AND.match(folded, end)
        match = NUMERAL.match(folded, gap.end() if gap else end)
        unit = UNIT.match(folded, match.end()) if match else None
        smaller = MONTHS_OF.get(str(unit.lastgroup), step) if unit else step
        if match is None or unit is None or smaller >= step:
            return months, end
        months += float(worth(match[0], str(match.lastgroup))) * smaller
        end, step = unit.end(), smaller


def _bare(n: _Numeral) -> Figure | None:
    """A numeral without any unit: a number if it stands alone and looks meant."""
    before, after = n.folded[max(0, n.start - 20) : n.start], n.folded[n.end : n.end + 40]
    if n.manner == "english":
        if n.text.lower() == "one":
            return n.figure("number") if _OR_TWO.match(after) else None
        meant = n.value >= 100 or bool(_CLAUSE_END.match(after) or _SETS_TO.search(before))
        return n.figure("number") if meant and n.text.lower() not in ("a couple", "couple", "a couple of") else None
    if n.sino:
        meant = "십" in n.text and _SINO_END.match(after) is not None
        return n.figure("number") if meant or (_HUNDREDS.fullmatch(n.text) and _SINO_WORD_END.match(after)) else None
    if _PART_OF_A_WORD.match(after) or re.search(r"[A-Za-z]-$|[0-9]\s?/$", before):
        return None
    if re.fullmatch("[0-9]{4}", n.text) and 1900 <= n.value <= 2100 and not n.sign:
        if _YEAR_BEFORE.search(before) or _YEAR_AFTER.match(after):
            return n.unsigned("year", float(n.value), n.end)
    elif re.fullmatch("0[0-9]+", n.text):
        return None
    if re.fullmatch("[0-9]{1,2}m", n.text) and (_MONTHS_BEFORE.search(before) or _MONTHS_AFTER.match(after)):
        return n.unsigned("duration", float(n.value / 10**6), n.end)
    if "," in n.text and before.endswith("(") and after.startswith(")") and not n.sign:  # accountants' minus
        text = n.folded[n.start - 1 : n.end + 1]
        return Figure(text, n.start - 1, n.end + 1, "number", -float(n.value), -n.value, signed=True)
    return n.figure("number")
