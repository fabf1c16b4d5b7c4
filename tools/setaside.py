"""Money that has to be there: reserves, withdrawals near their date, goals as theirs nears. They add up to one floor.

A reserve of twenty and ten needed next month are thirty, not twenty. Each is its own limit of kind "keep", so that
causes and words stay apart; the mandate holds their sum for each kind of cash. What a person asked to be kept is hard;
what only a goal's date suggests is soft and gives way to any limit they set.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tools.domain.investor import CashFlow
from tools.domain.mandate import Limit

MONTH_DAYS = 30.436875

BINDS_MONTHS = 12.0
"""Money needed at a date binds in its last year, when it should no longer be at risk."""

DUE_MONTHS = 1.0
"""How long money stays set aside after its date: until the person says that they took it, or so long."""

SOFT = frozenset({"rule", "goal"})
"""Origins of limits that give way, by name, where the person's own leave no room for them."""

_JOINT = "kept:"


def months_between(since: datetime, at: datetime) -> float:
    """Months from one instant to another."""
    return (at - since).total_seconds() / 86_400 / MONTH_DAYS


def due_at(flow: CashFlow, said_at: datetime) -> datetime | None:
    """When money is needed; None without a date."""
    return None if flow.in_months is None else said_at + timedelta(days=flow.in_months * MONTH_DAYS)


def is_due(flow: CashFlow, said_at: datetime, at: datetime) -> bool:
    """Has the date of a withdrawal come, however long ago?"""
    when = due_at(flow, said_at)
    return flow.kind == "withdraw" and when is not None and when <= at


def still_coming(flow: CashFlow, said_at: datetime, at: datetime) -> bool:
    """Is a withdrawal with a date ahead, or so recently due that it may not have been made yet?"""
    when = due_at(flow, said_at)
    return when is not None and months_between(at, when) >= -DUE_MONTHS


def still_kept(flow: CashFlow, said_at: datetime, at: datetime) -> bool:
    """Is this money to be held in cash now?

    A reserve always is; a withdrawal from a year before its date until a month after it. Without a date it is not: then
    nobody knows when, and the person is asked.
    """
    if flow.kind == "reserve":
        return True
    when = due_at(flow, said_at)
    if flow.kind != "withdraw" or when is None:
        return False
    return still_coming(flow, said_at, at) and months_between(at, when) <= BINDS_MONTHS


def flow_limit(
    name: str, flow: CashFlow, worth: Mapping[str, float], said_at: datetime | None = None, at: datetime | None = None
) -> Limit | None:
    """What a cash flow keeps in cash; None when it keeps nothing now.

    Args:
        name: Id of the limit.
        flow: What was said.
        worth: Value of the portfolio in each currency.
        said_at: When it was said; None = just now.
        at: Now; None = at the time it was said.
    An amount is kept in the currency it is needed in: dollars do not pay a bill in won without an exchange.
    """
    said = said_at or at or datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    now = at or said
    if not still_kept(flow, said, now):
        return None
    unit = flow.currency or ""
    if flow.fraction is not None:
        target, share = "cash", flow.fraction
    elif flow.amount is not None and worth.get(unit, 0.0) > 0:
        target, share = unit, flow.amount / worth[unit]
    else:
        return None
    until = due_at(flow, said) if said_at is not None else None
    return Limit(id=name, kind="keep", target=target, weight=min(share, 1.0), origin="statement", until=until)


def together(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Limits with what is kept added up: a hard floor for each kind of cash, and a soft one where goals add to it."""
    every = tuple(limits)
    kept = [x for x in every if x.kind == "keep"]
    floors = []
    for target in dict.fromkeys(x.target for x in kept):
        mine = [x for x in kept if x.target == target]
        hard = [x for x in mine if x.origin not in SOFT]
        if hard:
            floors.append(_floor(hard))
        if len(hard) < len(mine):
            floors.append(_floor(mine, soft=True))
    return (*(x for x in every if x.kind != "keep"), *floors)


def _floor(limits: list[Limit], *, soft: bool = False) -> Limit:
    """One floor for all of them."""
    first = limits[0]
    name = first.id if len(limits) == 1 else _JOINT + "+".join(x.id for x in limits)
    ends = [x.until for x in limits if x.until is not None]
    return Limit(
        id=name,
        kind="min",
        target=first.target,
        weight=min(sum(x.weight for x in limits), 1.0),
        origin="goal" if soft else first.origin,
        until=min(ends, default=None),
    )


def parts(limit_id: str) -> tuple[str, ...]:
    """The ids that a joint floor stands for; any other id is itself."""
    return tuple(limit_id.removeprefix(_JOINT).split("+")) if limit_id.startswith(_JOINT) else (limit_id,)
