"""The figures a reply may print: what tools computed, with unit and owner, from typed values or plain JSON."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from agent.words.slots import Shown
from tools.figures import find_figures

MONTH_DAYS: Final = 365.2425 / 12


@dataclass(frozen=True, slots=True)
class Known:
    """A figure that was computed.

    value: percent and points as fractions, money in whole units, lengths in months, a date as its ordinal.
    unit: percent, points, KRW, USD, number, units, months, date, year, or None where only the value is known.
    asset: whose it is (an id, a ticker, a name), None for nobody's.
    name: what it is called; a loss or a cost may be told without its sign.
    currency: in which money it is, where a `currency` stands beside it and the unit is not known.
    """

    value: float
    unit: str | None = None
    asset: str | None = None
    name: str = ""
    currency: str | None = None


_UNITS: Final = (
    (re.compile(r"(?:^|_)(?:krw|won|원)(?:_|$)"), "KRW", 1.0),
    (re.compile(r"(?:^|_)(?:usd|dollars?|달러)(?:_|$)"), "USD", 1.0),
    (re.compile(r"(?:^|_)(?:bps?|basis_points?)(?:_|$)"), "percent", 1e-4),
    (re.compile(r"(?:^|_)(?:pct|percent|퍼센트)(?:_|$)"), "percent", 1e-2),
    (re.compile(r"(?:^|_)(?:months?|개월)(?:_|$)"), "months", 1.0),
    (re.compile(r"(?:^|_)(?:weeks?)(?:_|$)"), "months", 7 / MONTH_DAYS),
    (re.compile(r"(?:^|_)(?:days?)(?:_|$)"), "months", 1 / MONTH_DAYS),
    (re.compile(r"(?:^|_)(?:units?|shares|coins|qty|quantity|주수|수량)(?:_|$)"), "units", 1.0),
    (re.compile(r"(?:^|_)(?:counts?|n|num|trades|orders|건수|개수)(?:_|$)"), "number", 1.0),
)
_CURRENCY = re.compile(r"(?:^|[._])(?:currency|ccy|통화)$")
_RATE = re.compile(r"(?:^|_)(?:fx|rate|usd_?krw|krw_?usd|exchange|환율)(?:_|$)", re.IGNORECASE)
_LEVEL = re.compile(r"(?:^|_)(?:c?var|es|shortfall|conf(?:idence)?|ci|p)_?(9[0-9]|80|85)(?=_|$)")
_YEARS = re.compile(r"(?:^|_)(?:years?|yrs?|년수?)(?:_|$)")
_WINDOW = re.compile(
    r"(?<![0-9a-z])(?:[a-z]+_?)?([0-9]{1,3})_?(d|days?|w|wk|weeks?|m|mo|months?|y|yr|years?)(?![a-z0-9])"
)
_WINDOW_MONTHS: Final = {"d": 1 / MONTH_DAYS, "w": 7 / MONTH_DAYS, "m": 1.0, "y": 12.0}
_KINDS: Final = {
    "percent": "percent",
    "points": "points",
    "fraction": "percent",
    "duration": "months",
    "units": "units",
}


def known(tool_values: Mapping[str, Any]) -> tuple[Known, ...]:
    """Figures of tool results given as JSON: `asset.figure` belongs to the asset, a plain key to nobody.

    Texts are read as dates, numbers or figures; booleans and nulls hold none. The last part of a key may say the unit
    (`price_krw`, `months`, `fee_bp`).
    """
    flat = list(_flat(tool_values))
    currencies = {key.rpartition(".")[0]: v for key, v in flat if _CURRENCY.search(key) and v in ("KRW", "USD")}
    return tuple(_priced(k, currencies) for key, value in flat for k in _read(key, value))


def _priced(figure: Known, currencies: Mapping[str, str]) -> Known:
    """The figure with the currency that stands beside it; a rate of exchange has one of its own."""
    currency = currencies.get(figure.asset or "")
    if currency is None or figure.unit is not None or _RATE.search(figure.name):
        return figure
    return replace(figure, currency=currency)


def shown_figures(figures: tuple[Shown, ...]) -> tuple[Known, ...]:
    """Figures that code printed, as sources of what is said beside them."""
    return tuple(Known(f.value, f.unit, f.asset) for f in figures)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
            yield f"{prefix}{key}_{str(value['currency']).lower()}", value["amount"]
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list | tuple):
            yield from ((f"{prefix}{key}", item) for item in value)
        else:
            yield f"{prefix}{key}", value


def _read(key: str, value: Any) -> Iterator[Known]:
    asset, dot, name = key.rpartition(".")
    owner = asset if dot else None
    for level in _LEVEL.finditer(name.lower()):
        yield Known(int(level[1]) / 100, "percent", None, name)
        yield Known(1 - int(level[1]) / 100, "percent", None, name)
    for window in _WINDOW.finditer(name.lower()):
        yield Known(int(window[1]) * _WINDOW_MONTHS[window[2][0]], "months", None, name)
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, date):
        yield Known(float((value.date() if isinstance(value, datetime) else value).toordinal()), "date", owner, name)
    elif isinstance(value, int | float | Decimal):
        yield from _number(float(value), owner, name)
    elif isinstance(value, str):
        yield from _text(value, owner, name)


def _number(value: float, owner: str | None, name: str) -> Iterator[Known]:
    plain = name.lower()
    if _YEARS.search(plain):
        calendar = 1900 <= value <= 2100
        yield Known(value if calendar else value * 12, "year" if calendar else "months", owner, name)
        return
    for pattern, unit, scale in _UNITS:
        if pattern.search(plain):
            yield Known(value * scale, unit, owner, name)
            if unit == "percent" and abs(value) < 1:
                yield Known(value, unit, owner, name)  # "fee_pct": 0.0015 may mean 0.15 %
            return
    yield Known(value, None, owner, name)


def _text(value: str, owner: str | None, name: str) -> Iterator[Known]:
    try:
        yield Known(float(date.fromisoformat(value[:10]).toordinal()), "date", owner, name)
    except ValueError:
        try:
            yield from _number(float(Decimal(value)), owner, name)
        except ArithmeticError:
            for f in find_figures(value):
                unit = f.currency if f.kind == "money" else _KINDS.get(f.kind, "number")
                yield Known(f.value, "date" if f.kind == "date" else unit, owner, name)
