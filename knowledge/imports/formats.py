"""The table of formats: by which columns a broker's file is known, and what each of them means.

Roles: date, time, zone, side, type, symbol, isin, name, units, price, currency, amount, fee, fee2, fee_currency,
status, and for `derive` also details. Column names are compared case-folded with spaces collapsed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.imports.amounts import Mark
from knowledge.imports.dates import Order
from tools.domain.imports import NO_CURRENCY

Cells = dict[str, str]
"""One row: role -> text."""


@dataclass(frozen=True, slots=True)
class Format:
    """One broker's file.

    columns: role -> column names, the first one present counts; a role in `optional` may be missing. order: of day and
    month. mark: before the decimals; None = the columns tell. zone: of times without one. currency: of rows without
    one. signed: sold units are written negative. rebate: a positive fee is money back. from_amount: the price is the
    amount divided by the units. checked: the amount must fit units and price. derive: what a row means where the
    trade is not in columns of its own.
    """

    id: str
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    order: Order | None = None
    mark: Mark | None = None
    zone: str | None = None
    currency: str | None = None
    signed: bool = False
    rebate: bool = False
    from_amount: bool = False
    checked: bool = False
    derive: Callable[[Cells], Cells] | None = None


def _etoro(cells: Cells) -> Cells:
    symbol, _, currency = cells["details"].partition("/")
    kind = "cfd" if cells["type"].casefold() == "cfd" else cells["side"]
    return {**cells, "symbol": symbol, "currency": currency, "side": kind, "type": ""}


def _freetrade(cells: Cells) -> Cells:
    order = cells["type"] in ("ORDER", "FREESHARE_ORDER")
    return {**cells, "side": cells["side"] if order else cells["type"], "type": ""}


_XTB = re.compile(r"(OPEN|CLOSE) (BUY|SELL) ([0-9.]+)(?:/[0-9.]+)? @ ([0-9.]+)")
_XTB_SIDES = {("OPEN", "BUY"): "buy", ("CLOSE", "BUY"): "sell"}
_EXCHANGES = {
    **dict.fromkeys(("DE", "FR", "NL", "ES", "IT", "PT", "BE", "FI", "AT"), "EUR"),
    "US": "USD", "PL": "PLN", "CZ": "CZK", "CH": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK",
}  # fmt: skip


def _xtb(cells: Cells) -> Cells:
    """The comment holds the trade; the exchange in the symbol tells the currency, where it has only one."""
    match = _XTB.fullmatch(cells["details"])
    currency = _EXCHANGES.get(cells["symbol"].rpartition(".")[2], NO_CURRENCY)
    if match is None:
        return {**cells, "currency": currency}
    side = _XTB_SIDES.get((match[1], match[2]), "short sale")
    agree = {"buy": ("purchase", "compra"), "sell": ("sale", "vende")}.get(side, ())
    kind = side if any(word in cells["side"] for word in agree) else f"{side}? {cells['side']}"
    return {**cells, "side": kind, "units": match[3], "price": match[4], "currency": currency}


_BUY = ("koop", "buy", "kauf", "achat", "compra", "acquisto", "köp", "kjøp", "køb", "osto", "kupno")
_SELL = ("verkoop", "sell", "verkauf", "vente", "venta", "venda", "vendita", "sälj", "salg", "myynti", "sprzedaż")
_VERBS = {**dict.fromkeys(_BUY, "buy"), **dict.fromkeys(_SELL, "sell")}
_COUNT = r"[0-9]+(?:[ \u00a0\u202f'][0-9]{3}(?![0-9A-Za-z]))*(?:[.,][0-9]+)*"
_DEGIRO = re.compile(rf"(\w+) ({_COUNT}) ?[^@]*@ ?([0-9][0-9.,]*) ([A-Z]{{3}})\b.*")
_DEGIRO_ASIDE = re.compile(r".*@ ?[0-9.,]+ [A-Z]{3}\b.*")


def _degiro(cells: Cells) -> Cells:
    """A trade is a description that begins with its verb; the same after another word is a change of product."""
    text = cells["details"]
    match = _DEGIRO.fullmatch(text)
    verb = _VERBS.get(match[1].casefold()) if match else None
    if match and verb:
        return {**cells, "side": verb, "units": match[2], "price": match[3], "currency": match[4]}
    if not text:
        return {**cells, "side": "statement"}
    if text.casefold().startswith("stock dividend"):
        return {**cells, "side": "stock dividend"}
    return {**cells, "side": "corporate action" if _DEGIRO_ASIDE.fullmatch(text) else text}


_DEGIRO_FEE = re.compile(
    r"degiro.*\b(?:transactiekosten|transaction|frais|transaktions|costes|custos|costi|provize|gebühr|fees?)",
    re.IGNORECASE,
)


def degiro_fees(rows: Sequence[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """Rows with the fee of each order beside its first trade: the account statement charges it in a row of its own."""
    fees: dict[str, Cells] = {}
    for _, cells in rows:
        order = cells.get("order", "")
        if order and order not in fees and _DEGIRO_FEE.search(cells["details"]):
            fees[order] = cells
    found = []
    for line, cells in rows:
        match = _DEGIRO.fullmatch(cells["details"])
        if match and _VERBS.get(match[1].casefold()) and cells.get("order") in fees:
            row = fees.pop(cells["order"])
            charged = row["amount"]
            fee = charged.removeprefix("-") if charged.startswith("-") else f"-{charged}"
            cells = {**cells, "fee": fee, "fee_currency": row["paid_in"]}
        found.append((line, cells))
    return found


def _upbit(cells: Cells) -> Cells:
    """Figures carry their unit ("0.5BTC"), and the market may name the coin as well ("KRW-BTC")."""
    coin = cells["symbol"]
    market = re.sub(rf"^{re.escape(coin)}[-/]|[-/]{re.escape(coin)}$", "", cells["currency"]) or cells["currency"]
    trimmed = {
        role: re.sub(rf" ?(?:{re.escape(coin)}|{re.escape(market)})$", "", cells.get(role, ""))
        for role in ("units", "price", "amount", "fee")
    }
    return {**cells, **trimmed, "currency": market}


FORMATS: tuple[Format, ...] = (
    Format(
        "bitvavo",
        {
            "zone": ("timezone",), "date": ("date",), "time": ("time",), "side": ("type",), "symbol": ("currency",),
            "units": ("amount",), "currency": ("quote currency",), "price": ("quote price",), "fee": ("fee amount",),
            "fee_currency": ("fee currency",), "status": ("status",),
        },
        mark="dot", signed=True,
    ),
    Format(
        "coinbase",
        {
            "date": ("timestamp",), "side": ("transaction type",), "symbol": ("asset",),
            "units": ("quantity transacted",), "currency": ("price currency", "spot price currency"),
            "price": ("price at transaction", "spot price at transaction"), "amount": ("subtotal",),
            "fee": ("fees and/or spread",),
        },
        mark="dot", signed=True, checked=True,
    ),
    Format(
        "etoro",
        {
            "date": ("date",), "side": ("type",), "details": ("details",), "amount": ("amount",), "units": ("units",),
            "type": ("asset type",), "marker": ("realized equity change",),
        },
        order="dmy", from_amount=True, derive=_etoro,
    ),
    Format(
        "freetrade",
        {
            "name": ("title",), "type": ("type",), "date": ("timestamp",), "side": ("buy / sell",),
            "symbol": ("ticker",), "isin": ("isin",), "units": ("quantity",), "price": ("price per share",),
            "currency": ("instrument currency",), "fee": ("stamp duty",), "fee2": ("fx fee amount",),
            "fee_currency": ("account currency",),
        },
        mark="dot", derive=_freetrade,
    ),
    Format(
        "ibkr-trades",
        {
            "side": ("buy/sell",), "date": ("datetime", "date/time", "tradedate"), "symbol": ("symbol",),
            "isin": ("isin",), "name": ("description",), "units": ("quantity",), "price": ("tradeprice",),
            "currency": ("currencyprimary", "currency"), "fee": ("ibcommission",),
            "fee_currency": ("ibcommissioncurrency",), "type": ("assetclass",), "status": ("levelofdetail",),
        },
        optional=frozenset({"symbol", "isin", "name", "fee", "fee_currency", "type", "status"}),
        mark="dot", signed=True, rebate=True, zone="America/New_York",
    ),
    Format(
        "ibkr-dividends",
        {
            "side": ("type",), "date": ("settledate",), "isin": ("isin",), "name": ("description",),
            "amount": ("amount",), "currency": ("currencyprimary",),
        },
        mark="dot",
    ),
    Format(
        "ibkr-history",
        {
            "date": ("date",), "account": ("account",), "name": ("description",), "side": ("transaction type",),
            "symbol": ("symbol",), "units": ("quantity",), "price": ("price",), "amount": ("gross amount",),
            "fee": ("commission",),
        },
        mark="dot", signed=True, rebate=True, from_amount=True,
    ),
    Format(
        "ibkr-activity",
        {
            "status": ("datadiscriminator",), "type": ("asset category",), "currency": ("currency",),
            "symbol": ("symbol",), "date": ("date/time",), "units": ("quantity",), "price": ("t. price",),
            "fee": ("comm/fee",),
        },
        mark="dot", signed=True, rebate=True, zone="America/New_York",
    ),
    Format(
        "revolut",
        {
            "date": ("date",), "symbol": ("ticker",), "side": ("type",), "units": ("quantity",),
            "price": ("price per share",), "amount": ("total amount",), "currency": ("currency",),
            "marker": ("fx rate",),
        },
    ),
    Format(
        "schwab",
        {
            "date": ("date",), "side": ("action",), "symbol": ("symbol",), "name": ("description",),
            "units": ("quantity",), "price": ("price",), "fee": ("fees & comm",), "amount": ("amount",),
        },
        order="mdy", mark="dot", currency="USD", checked=True,
    ),
    Format(
        "swissquote",
        {
            "date": ("date",), "order": ("order #",), "side": ("transaction",), "symbol": ("symbol",),
            "name": ("name",), "isin": ("isin",), "units": ("quantity",), "price": ("unit price",), "fee": ("costs",),
            "amount": ("net amount",), "currency": ("currency",),
        },
        order="dmy", mark="dot", zone="Europe/Zurich",
    ),
    Format(
        "trading212",
        {
            "side": ("action",), "date": ("time",), "isin": ("isin",), "symbol": ("ticker",), "name": ("name",),
            "units": ("no. of shares",), "price": ("price / share",), "currency": ("currency (price / share)",),
            "fee": ("currency conversion fee",), "fee_currency": ("currency (currency conversion fee)",),
        },
        optional=frozenset({"fee", "fee_currency"}), mark="dot",
    ),
    Format(
        "xtb",
        {
            "id": ("id",), "side": ("type",), "date": ("time",), "symbol": ("symbol",), "details": ("comment",),
            "amount": ("amount",),
        },
        order="dmy", mark="dot", zone="Europe/Warsaw", derive=_xtb,
    ),
    Format(
        "upbit",
        {
            "date": ("체결시간",), "symbol": ("코인",), "currency": ("마켓",), "side": ("종류",),
            "units": ("거래수량",), "price": ("거래단가",), "amount": ("거래금액",), "fee": ("수수료",),
        },
        optional=frozenset({"amount", "fee"}), mark="dot", zone="Asia/Seoul", checked=True, derive=_upbit,
    ),
)  # fmt: skip

DEGIRO_COLUMNS = {
    "date": 0, "time": 1, "name": 3, "isin": 4, "details": 5, "paid_in": 7, "amount": 8, "order": 11
}  # fmt: skip
DEGIRO = Format(
    "degiro", dict.fromkeys((*DEGIRO_COLUMNS, "side"), ()), order="dmy", zone="Europe/Amsterdam", derive=_degiro
)
"""Known by its shape, because its column names are in the language of the account."""

FLEX = Format("ibkr-flex", {"side": ()}, mark="dot", signed=True, rebate=True, zone="America/New_York")
"""Attributes of <Trade>, read by `knowledge.imports.flex`."""

PENCE: Mapping[str, tuple[str, Decimal]] = {
    "GBX": ("GBP", Decimal("0.01")), "GBp": ("GBP", Decimal("0.01")), "ILA": ("ILS", Decimal("0.01")),
    "ZAC": ("ZAR", Decimal("0.01")),
}  # fmt: skip
"""Prices quoted in a hundredth of a currency."""
