"""What a row is, from the word a broker writes for it: a purchase, a sale, or something that is no trade.

One table for all brokers and languages; the first line that matches decides, so the special stands above the general.
"""

import re
import unicodedata
from functools import cache

MOVES_UNITS = frozenset({"split", "stock_dividend", "corporate", "staking", "transfer", "conversion", "reinvested"})
"""Kinds that are no trades but change how much is held: the person is told to check the position."""

TRADES = frozenset({"buy", "sell"})

_TABLE: tuple[tuple[str, str], ...] = (
    ("total", r"^((transactions|grand|sub) ?)?totals?:?$|^sum$|^합계:?$|^총계:?$|^소계:?$|^총합:?$"),
    ("", r"\bshort\b|to cover\b|공매도"),  # a debt of shares is no holding: refused, never skipped
    ("fee", r"\bfees?\b|custody|commission|kosten|comiss|frais|gebühr|overnight|^swap|수수료|보관료"),
    ("cancelled", r"cancel|\(ca\.?\)|reject|expired|취소|거부|정정|미체결|storno"),
    (
        "derivative",
        r"\bcfd|profit/loss|to open$|to close$|\boptions?\b|\bassigned\b|\bfutures?\b|선물|옵션|공매도|short",
    ),
    ("fx", r"forex|foreign exchange|\bfx\b|currency (conversion|exchange)|환전|외화매|valuta|divisa"),
    ("split", r"split|액면분할|액면병합|주식병합|주식분할"),
    ("stock_dividend", r"stock (div|dist)|주식배당|무상|bonus (issue|share)"),
    (
        "corporate",
        r"spin.?off|merger|name change|conversion|product.?wijziging|rights|유상증자|감자|합병|corporate action"
        r"|exchange or exercise|delist|상장폐지|tender|mandatory",
    ),
    ("buy", r"^reinvest shares$"),
    ("conversion", r"^convert|전환"),
    ("tax", r"\btax\b|taxes|withh?olding|belasting|impôt|imposto|steuer|stamp|sdrt|세금|원천징수|거래세|제세"),
    ("reinvested", r"^(dividend )?reinvestment|\bdrip\b"),
    ("dividend", r"divid|\bdiv\b|\bdistribution|payment in lieu|in lieu|cap gain|property|배당|분배금|단주"),
    ("interest", r"interest|\binterests\b|rente|zinsen|이자|이용료"),
    ("staking", r"staking|reward|learning|airdrop|mining|스테이킹|에어드[랍롭]|리워드"),
    ("deposit", r"deposit|top.?up|storting|ingreso|einzahlung|^입금|입금$|wire (received|in)|funds received"),
    ("withdrawal", r"withdraw|terugstorting|auszahlung|출금|wire (sent|out)|^debit$|card"),
    (
        "transfer",
        r"transfer|journal|^receive|^send$|sweep|overboeking|입고|출고|대체|이체|moneylink|stock plan|translation",
    ),
    ("statement", r"statement|certificate|adjustment|courtesy|reservation"),
    (
        "buy",
        r"\b(buy|bought|purchased?|koop|kauf|achat|compra|acquisto)\b|^b$|^long$|매수|구매|^open position$",
    ),
    (
        "sell",
        r"\b(sell|sold|sale|verkoop|verkauf|vente|venta|venda|vende|vendita)\b|^s$|매도|판매|^position closed$",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _TABLE)


@cache
def kind_of(word: str) -> str | None:
    """`buy`, `sell`, a kind of row that is no trade, or None for a word nobody listed.

    A word that names both sides ("buy to sell") means neither.
    """
    text = unicodedata.normalize("NFKC", word).casefold().replace("_", " ").strip()
    for kind, pattern in _COMPILED:
        if pattern.search(text):
            if kind == "buy" and _COMPILED[-1][1].search(text):
                return None
            return kind or None
    return None
