"""The day's budget of a large model: what was used, what it cost, and whether any is left."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from agent.wiring import Desk
from agent.words.slots import Line, Number, Slot
from knowledge.usage import Used
from tools.errors import StoreFailed


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens of today, how many a day may have (0 = no end), and their cost in USD where prices were given."""

    used: Used
    most: int
    cost: float | None


def budget(desk: Desk) -> Budget:
    """Where the day stands. Raises StoreFailed when it cannot be read."""
    used = desk.usage.of(_today(desk)) if desk.usage is not None else Used()
    prices = desk.settings.token_prices
    cost = None if prices is None else (used.read * prices[0] + used.written * prices[1]) / 1e6
    return Budget(used, desk.settings.daily_tokens, cost)


def spent_up(desk: Desk) -> bool:
    """Is nothing left today? What cannot be read counts as spent: the built-in model costs nothing."""
    try:
        found = budget(desk)
    except StoreFailed:
        return desk.settings.daily_tokens > 0
    return 0 < found.most <= found.used.total


def count(desk: Desk, used: Used) -> None:
    """Add what a turn took; a turn is never lost for a count that could not be written."""
    if desk.usage is None or not used.total:
        return
    try:
        desk.usage.add(_today(desk), used)
    except StoreFailed:
        desk.digests["usage:failed"] = True


def budget_lines(desk: Desk) -> tuple[Line, ...]:
    """The day in words; nothing where no large model is set. Raises StoreFailed when it cannot be read."""
    if desk.settings.model == "builtin":
        return ()
    found = budget(desk)
    slots: dict[str, Slot] = {"used": Number(float(found.used.total), digits=0)}
    lines = [Line("usage.today", slots)]
    if found.most:
        lines = [Line("usage.of", {**slots, "most": Number(float(found.most), digits=0)})]
    if found.cost is not None:
        lines.append(Line("usage.cost", {"cost": Number(found.cost, digits=2)}))
    return tuple(lines)


def _today(desk: Desk) -> date:
    return desk.clock.now().astimezone(ZoneInfo(desk.settings.zone("ko"))).date()
