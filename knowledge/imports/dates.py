"""Dates and times as brokers write them. The order of day and month is decided by the whole column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Order = Literal["dmy", "mdy"]

_YEAR_FIRST = re.compile(r"([12][0-9]{3})(?:[-/.]|년) ?([0-9]{1,2})(?:[-/.]|월) ?([0-9]{1,2})(?:일|\.)?(?![0-9])")
_PACKED = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})(?![0-9])")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.]) ?([0-9]{1,2})\2 ?([12][0-9]{3})(?![0-9])")
_DAY_NAME = re.compile(r"([0-9]{1,2})[ \-/]([A-Za-z]{3,9})\.?[ ,\-/]+([12][0-9]{3})(?![0-9])")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([12][0-9]{3})(?![0-9])")
_TIME = re.compile(
    r"[ T;,]*(?:(?P<half>오전|오후) ?)?(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?: ?(?P<ampm>[AaPp])\.?[Mm]\.?)?|[ T;]+(?P<packed>[0-9]{6})"
)
_ZONE = re.compile(r" ?(?P<name>Z|UTC|GMT|KST|JST|EST|EDT)?(?P<shift>[+-][0-9]{2}:?[0-9]{2})?")
_AS_OF = re.compile(r".* as of (.+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "KST": 9, "JST": 9, "EST": -5, "EDT": -4}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, and the instant in UTC; a date alone is that day's start, UTC."""

    day: date
    at: datetime
    timed: bool


def orders(cells: Iterable[str]) -> set[Order]:
    """Which orders of day and month the cells of a column allow; dots are never written month first."""
    allowed: set[Order] = {"dmy", "mdy"}
    for cell in set(cells):
        match = _YEAR_LAST.match(_plain(cell))
        if match is None:
            continue
        first, mark, second = int(match[1]), match[2], int(match[3])
        if mark == "." or first > 12:
            allowed.discard("mdy")
        if second > 12:
            allowed.discard("dmy")
    return allowed


def is_open(cell: str) -> bool:
    """Does the date read differently when day and month change places?"""
    match = _YEAR_LAST.match(_plain(cell))
    return bool(match and match[1].zfill(2) != match[3].zfill(2))


@lru_cache(maxsize=8192)  # many trades of one day
def moment(cell: str, order: Order | None, clock: str = "", zone: str | None = None) -> Moment | None:
    """A cell as a moment, None when it is none.

    Args:
        cell: Date, or date and time.
        order: Of day and month where the year stands last.
        clock: The time, where it has its own column.
        zone: Where the file's clock hangs; None = UTC.
    """
    text = _plain(cell)
    found = _day(text, order)
    if found is None:
        return None
    day, rest = found
    rest = rest.strip(" ") if not clock.strip() else f" {clock.strip()}"
    if not rest.strip(" ,;T"):
        return Moment(day, datetime.combine(day, time(0), tzinfo=UTC), False)
    clocked = _clock(f" {rest}" if rest[0].isdigit() else rest)
    if clocked is None:
        return None
    when, offset = clocked
    place: tzinfo | None = offset or _place(zone)
    if place is None:
        return None
    local = datetime.combine(day, when, tzinfo=place)
    return Moment(day, local.astimezone(UTC), True)


def _plain(cell: str) -> str:
    """Without quotes, and with the day on which it took effect where a broker names two."""
    text = cell.strip().strip("'\"")
    match = _AS_OF.fullmatch(text)
    return match[1] if match else text


def _day(text: str, order: Order | None) -> tuple[date, str] | None:
    """The date at the start of a text and what follows it."""
    parts: tuple[str, str, str] | None = None
    match = _YEAR_FIRST.match(text) or _PACKED.match(text)
    if match:
        parts = (match[1], match[2], match[3])
    elif match := _YEAR_LAST.match(text):
        known: Order | None = "dmy" if match[2] == "." else order
        if match[1].zfill(2) == match[3].zfill(2):
            known = "dmy"
        if known:
            day, month = (match[1], match[3]) if known == "dmy" else (match[3], match[1])
            parts = (match[4], month, day)
    elif match := _DAY_NAME.match(text):
        parts = (match[3], _month(match[2]), match[1])
    elif match := _NAME_DAY.match(text):
        parts = (match[3], _month(match[1]), match[2])
    if parts is None or match is None:
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])), text[match.end() :]
    except ValueError:
        return None


def _month(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1) if name[:3].lower() in _MONTHS else "0"


def _clock(text: str) -> tuple[time, timezone | None] | None:
    """Time of day and, where it is written, its zone."""
    match = _TIME.match(text)
    if match is None:
        return None
    zone = _ZONE.fullmatch(text[match.end() :].rstrip())
    if zone is None:
        return None
    if match["packed"]:
        hour, minute, second = (int(match["packed"][i : i + 2]) for i in (0, 2, 4))
    else:
        hour, minute, second = int(match["h"]), int(match["m"]), int(match["s"] or 0)
    half = {"오전": "a", "오후": "p"}.get(match["half"] or "", (match["ampm"] or "").lower())
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        when = time(hour, minute, second, int((match["f"] or "0")[:6].ljust(6, "0")))
    except ValueError:
        return None
    return when, _offset(zone)


def _offset(zone: re.Match[str]) -> timezone | None:
    if zone["shift"]:
        shift = zone["shift"].replace(":", "")
        minutes = int(shift[1:3]) * 60 + int(shift[3:])
        return timezone(timedelta(minutes=-minutes if shift[0] == "-" else minutes))
    return timezone(timedelta(hours=_ZONES[zone["name"]])) if zone["name"] else None


def _place(zone: str | None) -> tzinfo | None:
    if zone is None or zone in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
