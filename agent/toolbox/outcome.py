"""What a tool gives back, and the hands it works with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.wiring import Desk
from agent.words.slots import Line
from agent.work import Work
from tools.domain.decision import Method, OrderLine, TriggerKind
from tools.domain.mandate import Limit


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """A review the turn should end with. Statements ask for the default one; `propose`, orders and tweaks say more.

    detail: what exactly started it, kept with the decision ("grant:g12", "cpi"); no person's words.
    """

    kind: TriggerKind = "said"
    method: Method = "black_litterman"
    order: tuple[OrderLine, ...] = ()
    tweaks: tuple[Limit, ...] = ()  # limits for this proposal only, origin "proposal"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under the reply: what it shows, and what is said when it is pressed."""

    label: Line
    say: Line


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one tool call.

    name, args: the call as it took effect (arguments after checking). reason: code when refused, None when it took
    effect. lines: what to tell the investor. review: the review this calls for.
    """

    name: str
    args: Mapping[str, Any]
    reason: str | None = None
    lines: tuple[Line, ...] = ()
    choices: tuple[Choice, ...] = ()
    review: ReviewWish | None = None


@dataclass(slots=True)
class Hands:
    """What the tools of one turn work with: one investor's open command and the words said. Never an argument.

    said: the investor's words of this turn. before: earlier turns as (role, text), oldest first.
    outcomes: everything called in this turn so far, in order.
    """

    desk: Desk
    work: Work
    said: str
    before: Sequence[tuple[str, str]] = ()
    outcomes: list[Outcome] = field(default_factory=list)
