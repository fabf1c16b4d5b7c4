"""Currencies as files write them: codes, signs and words."""

from tools.domain.imports import NO_CURRENCY

_CODES = (
    "USD KRW EUR GBP JPY CHF CNY CNH HKD TWD SGD AUD NZD CAD SEK NOK DKK PLN CZK HUF RON BGN TRY ILS ZAR INR IDR VND "
    "THB MYR PHP BRL MXN CLP COP PEN AED SAR KWD QAR ISK"
)
_COINS = "BTC ETH USDT USDC BUSD FDUSD DAI TUSD XBT BNB"
KNOWN = frozenset(f"{_CODES} {_COINS} {NO_CURRENCY}".split())
"""ISO 4217 currencies in which shares or coins are quoted, and coins that other coins are priced or charged in."""

_WORDS = {
    "US$": "USD", "$": "USD", "달러": "USD", "미국달러": "USD", "미국 달러": "USD", "미달러": "USD",
    "€": "EUR", "유로": "EUR", "£": "GBP", "파운드": "GBP", "₩": "KRW", "￦": "KRW", "원": "KRW", "원화": "KRW",
    "한국원": "KRW", "엔": "JPY", "엔화": "JPY", "일본엔": "JPY", "위안": "CNY", "위안화": "CNY", "홍콩달러": "HKD",
}  # fmt: skip
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW", "￦": "KRW", "원": "KRW"}


def currency_of(text: str) -> str | None:
    """The code of a currency or coin, None when it is none that is known."""
    bare = text.strip()
    code = _WORDS.get(bare) or bare.upper()
    return code if code in KNOWN else None


def sign_currency(price: str) -> str | None:
    """The currency whose sign stands beside a price."""
    return next((code for sign, code in _SIGNS.items() if sign in price), None)
