"""Rows of a known format -> trades, rows that are none, and refusals. Nothing here guesses: what is open is asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import localcontext

from knowledge.imports import amounts, dates
from knowledge.imports.amounts import Mark
from knowledge.imports.dates import Order
from knowledge.imports.formats import Cells, Format
from knowledge.imports.kinds import MOVES_UNITS, TRADES, kind_of
from knowledge.imports.report import Ask, Choice, ImportReport, Refused, Skipped
from knowledge.imports.trade import No, Reading, named, trade_of
from tools.domain.imports import PastTrade
from tools.errors import BadInput
from tools.journal import EXACT, presumed

_NUMBERS = ("units", "price", "amount", "fee", "fee2")
_SUMMARIES = frozenset(
    {
        "closed_lot",
        "closedlot",
        "wash_sale",
        "symbol_summary",
        "asset_summary",
        "subtotal",
        "total",
        "datadiscriminator",
    }
)
_NO_ASSET = frozenset({"cash", "forex", "fx"})
_PAIR = re.compile(r"[A-Z]{3}\.[A-Z]{3}")
_DERIVED = re.compile(r"\b(opt|fut|fop|cfd|war|options?|futures?)\b", re.IGNORECASE)


def read_rows(
    form: Format,
    rows: Sequence[tuple[int, Cells]],
    now: datetime,
    answers: Mapping[str, str],
    *,
    delimiter: str,
    refused: Iterable[Refused] = (),
) -> ImportReport | Ask:
    """Read all rows of a file in one convention for numbers and one for dates."""
    kept = [(line, form.derive(cells) if form.derive else cells) for line, cells in rows]
    kinds = [_kind(form, cells) for _, cells in kept]
    trading = [cells for (_, cells), kind in zip(kept, kinds, strict=True) if kind in TRADES or kind == "signed"]
    order = _order(form, trading, answers)
    if isinstance(order, Ask):
        return order
    marks = _marks(form, trading, [c for _, c in kept], delimiter, answers)
    if isinstance(marks, Ask):
        return marks
    side = _one_side(form, trading, marks, answers)
    if isinstance(side, Ask):
        return side
    reading = Reading(form, now, order, marks, side)
    trades: list[PastTrade] = []
    skipped: list[Skipped] = [Skipped(r.line, r.reason) for r in refused if r.reason == "total"]
    wrong: list[Refused] = [r for r in refused if r.reason != "total"]
    unsure: dict[str, None] = {}
    for (line, cells), kind in zip(kept, kinds, strict=True):
        if kind is not None and kind not in TRADES and kind != "signed":
            skipped.append(Skipped(line, kind))
            if kind in MOVES_UNITS and named(cells) and (cells.get("units") or kind != "transfer"):
                unsure[named(cells)] = None
            continue
        try:
            with localcontext(EXACT):
                trades.append(trade_of(reading, line, cells, kind))
        except No as no:
            wrong.append(Refused(line, no.args[0]))
    if not (trades or skipped or wrong):
        raise BadInput("no_rows")
    return ImportReport(
        form.id,
        rows=tuple(trades),
        skipped=tuple(sorted(skipped, key=lambda s: s.line)),
        refused=tuple(sorted(wrong, key=lambda r: r.line)),
        opening=presumed(trades),
        unsure=tuple(unsure),
    )


def _kind(form: Format, cells: Cells) -> str | None:
    """What a row is: a side, `signed` when the sign of the units tells it, no trade, or None for an unknown word."""
    status, asset, word = (cells.get(r, "").casefold() for r in ("status", "type", "side"))
    if kind_of(cells.get("first", "")) == "total":
        return "total"
    if status.replace(" ", "_") in _SUMMARIES:
        return "summary"
    if form.id.startswith("ibkr") and _is_exchange(form, asset, cells):
        return "fx"
    if _DERIVED.search(asset):
        return "derivative"
    if kind_of(status) == "cancelled":
        return "cancelled"
    empty = not (cells.get("units") or cells.get("price"))
    if "side" not in form.columns:
        return "other" if empty else "signed"
    kind = kind_of(word or asset)
    if kind == "cancelled" and form.id.startswith("ibkr"):
        return None  # the trade that is taken back stands in the file as well
    if kind is not None:
        return kind
    if form.id.startswith("plain"):
        return "other" if empty else None
    whole = cells.get("units") and named(cells) and (cells.get("price") or cells.get("amount"))
    return None if whole else "other"


def _is_exchange(form: Format, asset: str, cells: Cells) -> bool:
    """Is this an exchange of currencies, which one broker lists among the trades?"""
    if asset in _NO_ASSET or _PAIR.fullmatch(cells.get("symbol", "")):
        return True
    return "price" in cells and form.id != "ibkr-history" and not cells.get("symbol") and not cells.get("isin")


def _order(form: Format, rows: Sequence[Cells], answers: Mapping[str, str]) -> Order | Ask | None:
    """Day first or month first, from the whole column; asked when both are possible and differ."""
    if form.order:
        return form.order
    cells = list(dict.fromkeys(r.get("date", "") for r in rows))
    open_ones = [c for c in cells if dates.is_open(c)]
    allowed = dates.orders(cells)
    if not open_ones or not allowed:
        return next(iter(allowed)) if len(allowed) == 1 else None
    if len(allowed) == 1:
        return next(iter(allowed))
    # A reading in the future is no proof of the other one: the clock may be that of the newest price.
    for order in ("dmy", "mdy"):
        if answers.get("date_order") == order:
            return "dmy" if order == "dmy" else "mdy"
    shown = [(key, dates.moment(open_ones[0], key)) for key in ("dmy", "mdy") if key in allowed]
    return Ask("date_order", tuple(Choice(key, m.day.isoformat()) for key, m in shown if m))


def _marks(
    form: Format, rows: Sequence[Cells], every: Sequence[Cells], delimiter: str, answers: Mapping[str, str]
) -> dict[str, Mark | None] | Ask:
    """The decimal mark of each column of numbers: what it proves itself, else what the file proves, else the usual."""
    if form.mark:
        return dict.fromkeys(_NUMBERS, form.mark)
    proven = {role: amounts.marks(r.get(role, "") for r in rows) for role in _NUMBERS}
    whole = set().union(*proven.values()) or set().union(
        *(amounts.marks(c.get(r, "") for c in every) for r in _NUMBERS)
    )
    found: dict[str, Mark | None] = {}
    for role in _NUMBERS:
        own = proven[role] or whole
        found[role] = next(iter(own)) if len(own) == 1 else None
        doubt = [r[role] for r in rows if role in r and amounts.is_open(r[role])]
        if doubt and not own:
            if delimiter == ";" or len({"," in c for c in doubt}) > 1:
                chosen = answers.get("decimal")
                if chosen not in ("dot", "comma"):
                    return _ask_mark(doubt[0])
                found[role] = "dot" if chosen == "dot" else "comma"
            else:
                found[role] = "dot"
    return found


def _ask_mark(cell: str) -> Ask:
    """Which of its two values a number has."""
    readings: tuple[Mark, ...] = ("dot", "comma")
    values = [(m, amounts.number(cell, m)) for m in readings]
    return Ask("decimal", tuple(Choice(m, f"{v:f}") for m, v in values if v is not None))


def _one_side(
    form: Format, rows: Sequence[Cells], marks: Mapping[str, Mark | None], answers: Mapping[str, str]
) -> str | Ask | None:
    """Without a column of sides a sale is a negative count; when none is negative the file does not tell."""
    if "side" in form.columns or not rows or any(r.get("side") for r in rows):
        return None
    if any((n := amounts.number(r.get("units", ""), marks["units"])) is not None and n < 0 for r in rows):
        return None
    chosen = answers.get("side")
    return chosen if chosen in TRADES else Ask("side", (Choice("buy", "buy"), Choice("sell", "sell")))
