"""What happened to the book, told in passing: "삼성전자 10주 더 갖고 있어", "AAPL split 4-for-1", "I got a dividend of $120".

Read by rules alone: only words that report something as done, about one asset, with its figure. Whatever is not plain
goes the usual way.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from typing import Any

from agent.builtin.context import Call
from agent.builtin.reading import Reading

_RATIO = re.compile(
    r"(?<![0-9.,])(?P<a>[0-9]{1,4}(?:\.[0-9]{1,4})?)\s?(?::|：|대|-?\s?for\s?-?)\s?(?P<b>[0-9]{1,4}(?:\.[0-9]{1,4})?)(?![0-9])",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"분할(?!\s?(?:매수|매도|로\s?(?:사|팔)|해서\s?(?:사|팔)))|무상\s?증자|\bsplits?\b", re.IGNORECASE)
_MERGED = re.compile(r"병합|\breverse[\s-]+split|\bconsolidat", re.IGNORECASE)
_HOLD = re.compile(
    r"(?:갖고|가지고|들고|보유하고|보유\s?중|보유)\s?(?:있(?:어|습|음|다|는)|이에요|입니다|해요|합니다)"
    r"|\bI\s+(?:also\s+|still\s+|actually\s+|already\s+)?(?:hold|own|have)\b|\bI(?:'ve| have)\s+got\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"더|추가로|말고도|또|\b(?:more|another|additional|extra|also|further)\b", re.IGNORECASE)
_SHARES = re.compile(r"\s+(?:more|other|additional|extra|further)\s+(?:shares?|units?|coins?)\b", re.IGNORECASE)
_DIVIDEND = re.compile(r"배당|분배금|\b(?:dividends?|distribution)\b", re.IGNORECASE)
_INTEREST = re.compile(r"이자(?!율)|\binterest\b(?!\s+rate)", re.IGNORECASE)
_CAME = re.compile(
    r"받았|들어왔|나왔|입금\s?(?:됐|되었)|\b(?:got|received|was\s+paid|were\s+paid|came\s+in|collected|paid\s+(?:me|out))\b",
    re.IGNORECASE,
)
_FEE = re.compile(r"수수료|보수(?!적)|\b(?:fees?|commission|custody\s+charge)\b", re.IGNORECASE)
_WENT = re.compile(
    r"냈|나갔|빠졌|빠져나갔|떼\s?(?:였|갔)|부과됐|\b(?:paid|was\s+charged|were\s+charged|deducted|took)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|나요|까요|(?:하|되|면|이|라)면\b|만약|예정|할\s?거|한대|\b(?:if|should|would|will|could|want|wish|what|how|when|does|do\s+I|going\s+to|about\s+to)\b",
    re.IGNORECASE,
)


def told(reading: Reading) -> Call | None:
    """The entry an utterance reports, as a call; None when it reports none, or more than one may be meant."""
    text = reading.text
    if _ASKS.search(text):
        return None
    assets = list(dict.fromkeys(m.id for m in reading.targets))
    money = [f for f in reading.figures if f.kind == "money" and f.currency is not None and f.value > 0]
    if len(money) == 1:
        flow = {"amount": money[0].value, "currency": money[0].currency}
        if _CAME.search(text) and (_DIVIDEND.search(text) or _INTEREST.search(text)):
            return Call("cash_flow", {"kind": "deposit", **flow})
        if _FEE.search(text) and _WENT.search(text):
            return Call("cash_flow", {"kind": "withdraw", **flow})
    if len(assets) != 1:
        return None
    return _split(text, assets[0]) or _held(reading, assets[0], money)


def _split(text: str, asset: str) -> Call | None:
    """A split with its ratio; the larger number is the new one, but where shares are put together."""
    merged = bool(_MERGED.search(text))
    ratio = _RATIO.search(text)
    if ratio is None or not (merged or _SPLIT.search(text)):
        return None
    low, high = sorted((float(ratio["a"]), float(ratio["b"])))
    if low <= 0 or low == high:
        return None
    new, old = (low, high) if merged else (high, low)
    return Call("enter", {"kind": "split", "target": asset, "new": new, "old": old})


def _counted(text: str, figure: Any) -> bool:
    """Is a plain number one of shares: "10 more shares"?"""
    return figure.kind == "number" and bool(_SHARES.match(text, figure.end))


def _held(reading: Reading, asset: str, money: list[Any]) -> Call | None:
    """So many units that are held, beside what the book knows or in all."""
    counts = [f for f in reading.figures if f.value > 0 and (f.kind == "units" or _counted(reading.text, f))]
    others = [f for f in reading.figures if f not in counts and f.kind != "money"]
    if len(counts) != 1 or others or not _HOLD.search(reading.text):
        return None
    kind = "transfer_in" if _MORE.search(reading.text) else "correction"
    cost = {"amount": money[0].value, "currency": money[0].currency} if len(money) == 1 else {}
    return Call("enter", {"kind": kind, "target": asset, "units": counts[0].value, **cost})
