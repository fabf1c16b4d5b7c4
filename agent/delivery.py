"""Alerts on their way out: from the outbox to the investor, in their language, not at night, several together.

The outbox row was written with the event it tells of, so nothing is missed; it is marked once a service took the
message, so nothing is sent twice unless the machine dies between the two. What fails is tried again ever more rarely,
and is shown. Who gets what: "NAME=URL" goes to that investor; a plain URL only where a home has a single one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent.wiring import Desk
from agent.words.guard import alert_lines
from agent.words.render import render_all
from agent.words.slots import At, Cash, Line, Number, Slot
from agent.work import current
from knowledge.ports import Parcel
from tools.domain.decision import Alert
from tools.domain.events import Event, Executed
from tools.domain.value import Lang, Money
from tools.errors import BadInput

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
"""Between two tries after failures: doubled each time, up to this."""

MOST: Final = 12
"""Messages told in one digest; the rest is counted, and stands on the page."""

TITLE: Final = "Hanfolio"


@dataclass(frozen=True, slots=True)
class Tried:
    """How sending to one investor last went: failures in a row, the code of the last, and when it is tried again."""

    failures: int = 0
    code: str | None = None
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not been delivered to an investor. held: nothing failed, it is night where they are."""

    count: int
    code: str | None
    again: datetime | None
    held: bool
    configured: bool


def deliver(desk: Desk) -> int:
    """Send what waits, each investor's messages together; the number of messages that were taken by a service.

    Raises:
        StoreFailed: The outbox cannot be read or marked.
        BadInput: The settings for delivery cannot be read.
    """
    if not desk.settings.notify:
        return 0
    now = desk.clock.now()
    sent = 0
    for investor, parcels in _by_investor(desk.ledger.outbox()).items():
        urls = addresses(desk, investor)
        tried = desk.digests.get(_memo(investor), Tried())
        if not urls or _night(desk, investor, now) or (tried.again is not None and now < tried.again):
            continue
        code = desk.notifier.send(urls, TITLE, _message(desk, investor, parcels))
        if code is None:
            for parcel in parcels:
                desk.ledger.mark_sent(parcel.id, at=now)
            sent += len(parcels)
        desk.digests[_memo(investor)] = Tried() if code is None else _failed(tried, code, now)
    return sent


def waiting(desk: Desk, investor: str) -> Waiting:
    """What has not reached an investor, and why."""
    now = desk.clock.now()
    count = sum(p.investor == investor and p.kind != "orders" for p in desk.ledger.outbox())
    tried = desk.digests.get(_memo(investor), Tried())
    configured = bool(addresses(desk, investor))
    held = configured and count > 0 and tried.code is None and _night(desk, investor, now)
    return Waiting(count, tried.code, tried.again, held, configured)


def waiting_lines(found: Waiting) -> tuple[Line, ...]:
    """The same in words; nothing when everything was delivered."""
    count = Number(float(found.count), digits=0)
    if not found.count:
        return ()
    if not found.configured:
        return (Line("deliver.unset"),)
    if found.code is not None and found.again is not None:
        return (Line("deliver.failed", {"count": count, "at": At(found.again)}),)
    return (Line("deliver.held", {"count": count}),) if found.held else ()


def addresses(desk: Desk, investor: str) -> tuple[str, ...]:
    """Where an investor's messages go; nobody else's ever do."""
    words = (desk.settings.notify or "").split()
    named = [w.partition("=") for w in words if "=" in w.split(":", 1)[0]]
    own = [url for name, _, url in named if name == investor]
    plain = [w for w in words if "=" not in w.split(":", 1)[0]]
    alone = desk.ledger.investors() == (investor,)
    return (*own, *(plain if alone else ()))


def quiet_hours(spec: str) -> tuple[int, int]:
    """First and last hour of "22-7". Raises BadInput("bad_quiet")."""
    first, dash, last = spec.partition("-")
    if not dash or not (first.isdigit() and last.isdigit()) or not (int(first) < 24 and int(last) < 24):
        raise BadInput("bad_quiet", spec)
    return int(first), int(last)


def _night(desk: Desk, investor: str, now: datetime) -> bool:
    """Is it the investor's night? From the first hour up to the last, in their own zone; equal hours mean never."""
    opened = current(desk, investor).opened
    first, last = quiet_hours(desk.settings.quiet)
    hour = now.astimezone(ZoneInfo(opened.tz if opened else "UTC")).hour
    return first <= hour < last if first <= last else hour >= first or hour < last


def _failed(before: Tried, code: str, now: datetime) -> Tried:
    pause = min(FIRST_PAUSE * 2.0 ** min(before.failures, 16), LONGEST_PAUSE)
    return Tried(before.failures + 1, code, now + pause)


def _by_investor(parcels: Iterable[Parcel]) -> Mapping[str, list[Parcel]]:
    found: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        if parcel.kind == "orders":
            continue  # for a broker, not for the investor
        found.setdefault(parcel.investor, []).append(parcel)
    return found


def _memo(investor: str) -> str:
    return f"delivery:{investor}"


def _message(desk: Desk, investor: str, parcels: Sequence[Parcel]) -> str:
    """One message, or several as a digest, in the language the investor last spoke."""
    state = current(desk, investor)
    opened = state.opened
    assert opened is not None
    lang: Lang = getattr(state.turns[-1].body, "lang", opened.lang) if state.turns else opened.lang
    told = [_lines(Event.from_json(p.payload)) for p in parcels]
    texts = [render_all(lines, lang, desk.names, tz=opened.tz).text for lines in told if lines]
    if len(texts) <= 1:
        return "\n".join(texts)
    head = _said(desk, lang, Line("deliver.digest", {"count": Number(float(len(texts)), digits=0)}))
    rest = len(texts) - MOST
    tail = [_said(desk, lang, Line("deliver.more", {"count": Number(float(rest), digits=0)}))] if rest > 0 else []
    return "\n".join([head, *(f"- {t}" for t in texts[-MOST:]), *tail])


def _said(desk: Desk, lang: Lang, line: Line) -> str:
    return render_all((line,), lang, desk.names, tz="UTC").text


def _lines(event: Event) -> tuple[Line, ...]:
    """An event in words; none for what is told by another one."""
    if isinstance(event.body, Alert):
        return alert_lines(event.body)
    if isinstance(event.body, Executed) and event.body.fills:
        fees = [f.fee for f in event.body.fills]
        cost = Money(amount=sum((f.amount for f in fees[1:]), start=fees[0].amount), currency=fees[0].currency)
        slots: dict[str, Slot] = {"count": Number(float(len(fees)), digits=0), "cost": Cash(cost)}
        return (Line("deliver.executed", slots),)
    return ()
