"""After one shock: proposals for the many whom it carried out of their band, written many at a time.

Each gets the ordinary review and alert, under the ordinary key; what is alike for all is worked out once, and `PORTION`
of them are written in one transaction. A crash in between leaves whole portions: the next tick goes on with the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent.noticing import key
from agent.review import review
from agent.scene import Scene, scene
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk
from agent.work import Work, remember
from knowledge.ports import Command
from tools.domain.decision import Alert
from tools.domain.market import Market
from tools.errors import AdvisorError
from tools.state import State

PORTION: Final = 200
"""Investors written in one transaction: few enough that nobody who speaks meanwhile waits for long."""

Told = tuple[str, Alert | None]


def propose_all(
    desk: Desk, market: Market, names: Sequence[str], everyone: Mapping[str, State], alert: Alert
) -> Iterator[Told]:
    """Review, tell and record each: the alert as it stands in their record, None where it was not written just now.

    Args:
        desk: The ports.
        market: Of this moment.
        names: Whom to decide anew. Those who were told of this alert already are passed over.
        everyone: State by name, as it was read for this sweep.
        alert: What rang for all of them.
    Raises:
        StoreFailed: Nothing of the portion at hand was written.
    """
    stage = scene(desk.ledger, market, desk.assumptions)
    due = [n for n in names if not _told(everyone[n], alert)]
    for start in range(0, len(due), PORTION):
        yield from _portion(desk, stage, due[start : start + PORTION], everyone, alert)


def _portion(
    desk: Desk, stage: Scene, names: Sequence[str], everyone: Mapping[str, State], alert: Alert
) -> Iterator[Told]:
    made: dict[str, Alert] = {}
    commands: list[Command] = []
    for name, hashed in zip(names, desk.ledger.hashers(names), strict=True):
        work = _opened(desk, name, everyone[name])
        work.hashed = hashed
        made[name] = _proposed(work, alert, stage)
        commands.append(work.command(key(alert)))
    written = desk.ledger.append_all(commands, shared=stage.contents)
    for name, events in zip(names, written, strict=True):
        remember(desk, name, events)
        yield name, made[name] if events else None


def _opened(desk: Desk, name: str, state: State) -> Work:
    """A command of an investor whose state is known."""
    assert state.opened is not None
    return Work(desk, name, state.opened.lang, desk.clock.now(), state, state, turn=f"t{state.seq + 1}")


def _proposed(work: Work, alert: Alert, stage: Scene) -> Alert:
    """Decide anew where nothing waits, and tell of it in the same command."""
    decision = None
    if work.state.pending is None and work.state.outstanding is None:
        try:
            made = review(work, ReviewWish(kind="tick"), stage)
            decision = made.id if made.proposal.trades else None
        except AdvisorError:
            decision = None  # limits that clash or prices that are missing: the alert itself is still told
    told = alert.model_copy(update={"id": work.new_id("a"), "decision": decision})
    work.add(told)
    return told


def _told(state: State, alert: Alert) -> bool:
    return any(isinstance(e.body, Alert) and key(e.body) == key(alert) for e in state.alerts)
