"""A statement of what is held -> units by symbol: a plain CSV with a symbol and a quantity, and no side or date."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from knowledge.imports.amounts import marks, number
from knowledge.imports.grid import DELIMITERS, records
from knowledge.imports.text import decoded
from tools.errors import BadInput

_SYMBOL = frozenset(
    [
        "symbol",
        "ticker",
        "asset",
        "code",
        "instrument",
        "종목코드",
        "종목번호",
        "단축코드",
        "종목",
        "코드",
        "심볼",
        "티커",
        "자산",
    ]
)
_UNITS = frozenset(
    [
        "units",
        "quantity",
        "qty",
        "shares",
        "position",
        "balance",
        "수량",
        "보유수량",
        "잔고수량",
        "잔고",
        "보유주수",
        "주수",
        "보유량",
    ]
)
_TRADE = re.compile(r"side|buy|sell|date|time|매매|매수|매도|거래|체결|일자|일시|구분", re.IGNORECASE)


def positions(data: bytes) -> dict[str, Decimal] | None:
    """Units by symbol, added up; None when the file is not of this kind (a list of trades, or unreadable).

    Raises:
        BadInput: "bad_units" with the line, where a quantity cannot be read.
    """
    try:
        text = unicodedata.normalize("NFC", decoded(data))
    except BadInput:
        return None
    for delimiter in DELIMITERS:
        found = records(text, delimiter)
        header = [_plain(c) for c in found[0].cells] if found else []
        if any(_TRADE.search(c) for c in header):
            return None
        symbol, units = _place(header, _SYMBOL), _place(header, _UNITS)
        if symbol is not None and units is not None:
            rows = [r for r in found[1:] if len(r.cells) > max(symbol, units) and r.cells[symbol]]
            proven = marks(r.cells[units] for r in rows)
            mark = next(iter(proven)) if len(proven) == 1 else "dot"
            held: dict[str, Decimal] = {}
            for row in rows:
                value = number(row.cells[units], mark)
                if value is None:
                    raise BadInput("bad_units", str(row.line))
                name = row.cells[symbol].removeprefix("'")
                held[name] = held.get(name, Decimal(0)) + value
            return held
    return None


def _plain(cell: str) -> str:
    return re.sub(r"[\s_()]", "", cell).casefold()


def _place(header: Sequence[str], names: frozenset[str]) -> int | None:
    return next((n for n, c in enumerate(header) if c in names), None)
