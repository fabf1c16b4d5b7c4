"""A plain CSV with sensible column names in Korean or English: a table of synonyms finds what each column means."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from knowledge.imports.formats import Format
from knowledge.imports.report import Ask, Choice

_WORDS: Mapping[str, tuple[str, ...]] = {
    # role -> ranks, best first; two columns of one rank are asked about
    "date": (
        "체결일시 체결일자 체결일 executedat executiondate executiontime filledat filltime tradedate tradedatetime",
        "거래일시 거래일자 거래일 매매일자 매매일 transactiondate datetime timestamp",
        "date day 일자 날짜 일시 거래일시kst dateutc",
        "체결시간 체결시각 거래시간 time 주문일자 주문일시 orderdate",
    ),
    "time": ("체결시간 체결시각 거래시간 거래시각 매매시간 time tradetime timeutc", "시간 시각"),
    "symbol": (
        "종목코드 종목번호 단축코드 종목단축코드 symbol ticker tickersymbol stocksymbol stockcode",
        "코인 티커 심볼 자산코드 상품코드 code coin asset instrument security stock pair",
        "자산 종목",
    ),
    "isin": ("isin isin코드 표준코드",),
    "name": (
        "종목명 종목이름 상품명 자산명 name securityname instrumentname companyname",
        "company product description",
    ),
    "side": (
        "매매구분 매도매수 매수매도 매도매수구분 매매구분명 매매유형 side buysell tradeside bs",
        "거래구분 거래유형 거래종류 거래구분명 action transactiontype tradetype direction",
        "구분 유형 종류 매매 type transaction operation activity",
        "적요 적요명",
    ),
    "units": (
        "체결수량 executedquantity filledquantity filledqty filled",
        "거래수량 매매수량 quantity qty shares units numberofshares noofshares size",
        "수량 주수 volume",
    ),
    "price": (
        "체결가 체결단가 체결가격 체결평균가 평균체결가 평균체결단가 executionprice fillprice filledprice avgfillprice",
        "거래단가 매매단가 price tradeprice unitprice pricepershare costpershare averageprice avgprice",
        "단가 가격 평균단가 rate",
    ),
    "amount": (
        "체결금액 약정금액 grossamount notional txndollars gross subtotal",
        "거래금액 매매금액 total totalamount value proceeds netamount",
        "금액 정산금액 결제금액 총금액 net",
    ),
    "fee": ("수수료 거래수수료 매매수수료 fee fees commission commissions brokerage", "제비용 costs charges"),
    "fee2": ("제세금 세금 거래세 tax taxes",),
    "currency": ("통화 통화코드 거래통화 화폐 currency ccy tradecurrency pricecurrency currencycode 결제통화",),
    "fee_currency": ("feecurrency commissioncurrency 수수료통화",),
    "status": ("status 상태 체결상태 orderstatus",),
}
_RANKS = {role: tuple(tuple(rank.split()) for rank in ranks) for role, ranks in _WORDS.items()}
_FIRST_IS_FINE = frozenset({"isin", "time", "name", "fee", "fee2"})
"""Roles that change no position, so that the first of two columns is taken without a question."""

_PAREN = re.compile(r"[(\[{（].*?[)\]}）]")
_INSIDE = re.compile(r"[(\[{（](.*?)[)\]}）]")
_NOISE = re.compile(r"[\s_\-./:#*]+")
_SAID = {"usd": "USD", "$": "USD", "us$": "USD", "달러": "USD", "krw": "KRW", "원": "KRW", "₩": "KRW", "eur": "EUR"}


def squeezed(header: str) -> str:
    """A column name without case, spaces, marks and what stands in brackets."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _NOISE.sub("", _PAREN.sub("", text))


def plain_columns(header: Sequence[str], answers: Mapping[str, str]) -> dict[str, int] | Ask | None:
    """Role -> column; a question when two columns are as good; None when this is no header of trades.

    `amount` alone is a count in some files and money in others. It is money when another column counts, a count when
    another column is money, and asked about otherwise.
    """
    names = [squeezed(h) for h in header]
    taken: dict[str, int] = {}
    for role, ranks in _RANKS.items():
        for rank in ranks:
            hits = [i for i, n in enumerate(names) if n in rank and i not in taken.values()]
            if len(hits) > 1 and role not in _FIRST_IS_FINE:
                hits = [i for i in hits if header[i] == answers.get(f"column_{role}")] or hits
                if len(hits) > 1:
                    ask = Ask(f"column_{role}", tuple(Choice(header[i], header[i]) for i in hits))
                    return ask if _looks_like_trades(names) else None
            if hits:
                taken[role] = hits[0]
                break
    open_amount = names.index("amount") if "amount" in names else None
    if open_amount is not None and open_amount not in taken.values():
        meaning = _amount(taken, answers)
        if meaning is None:
            return Ask("amount", (Choice("units", header[open_amount]), Choice("money", header[open_amount])))
        taken.setdefault(meaning, open_amount)
    if "symbol" not in taken and "isin" not in taken and "name" not in taken:
        return None
    if "date" not in taken or "units" not in taken or not {"price", "amount"} & set(taken):
        return None
    return taken


def _amount(taken: Mapping[str, int], answers: Mapping[str, str]) -> str | None:
    """What a column called just `amount` holds."""
    if "units" in taken:
        return "amount"
    if "amount" in taken or "price" not in taken:
        return "units"
    return {"units": "units", "money": "amount"}.get(answers.get("amount", ""))


def _looks_like_trades(names: Sequence[str]) -> bool:
    """Enough to be worth a question: a date, a count or an amount, and a price or a side."""
    have = {role for role, ranks in _RANKS.items() if any(n in rank for rank in ranks for n in names)}
    return "date" in have and bool({"units", "amount"} & have) and bool({"price", "side"} & have)


def plain_format(header: Sequence[str], columns: Mapping[str, int]) -> Format:
    """The format of a plain file: Korean names mean Korean time, points before decimals and won."""
    korean = any(re.search(r"[가-힣]", header[i]) for i in columns.values())
    bracketed = [m for r in ("price", "amount") if r in columns for m in _INSIDE.findall(header[columns[r]])]
    known = [_SAID[m] for m in (b.strip().casefold() for b in bracketed) if m in _SAID]
    currency = known[0] if known else "KRW" if korean else None
    return Format(
        "plain-ko" if korean else "plain",
        {role: (header[i],) for role, i in columns.items()},
        mark="dot" if korean else None,
        zone="Asia/Seoul" if korean else None,
        currency=currency,
        signed="side" not in columns,
        from_amount="price" not in columns,
        checked={"price", "amount"} <= set(columns) and len(set(known)) < 2,
    )
