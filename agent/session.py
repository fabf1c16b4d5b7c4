"""The one door for every interface. It only names things: each method is one call into another file."""

from collections.abc import Collection, Mapping
from typing import Any

from agent import answers
from agent.account import Committed, commit_import, preview_trades
from agent.approve import approve, reject
from agent.llm import choose_mind, server_name
from agent.supposing import Scenario, WhatIf
from agent.talk import OnStep, Turn, act, say
from agent.wiring import Desk
from agent.work import Work, begin, current
from knowledge.imports import Ask, ImportReport
from tools.behaviour import Trait
from tools.domain.decision import Decision, Explanation, Receipt
from tools.domain.events import Event
from tools.domain.investor import Goal, Profile
from tools.domain.value import Lang
from tools.state import Stated, as_said


def warm(desk: Desk) -> None:
    """Get the mind ready ahead of the first message (seconds); meant for a thread of its own at start."""
    choose_mind(desk.settings, desk.names)
    desk.memory.warm()


class Session:
    """One investor's talk. Who that is stands here and is never an argument of anything said."""

    def __init__(self, desk: Desk, investor: str = "me", lang: Lang = "en") -> None:
        """Open the door.

        Args:
            desk: The ports, from `agent.wiring.open_desk`.
            investor: Whose record this is.
            lang: Language of buttons, and of messages that show none.
        Raises:
            BadInput: The settings name no model.
        """
        server_name(desk.settings.model)
        self.desk = desk
        self.investor = investor
        self.lang: Lang = lang

    def say(self, text: str, *, on_step: OnStep | None = None) -> Turn:
        """Take one message and answer it; `on_step` hears of each tool call as it comes."""
        return say(self.desk, self.investor, self.lang, text, on_step=on_step)

    def pending(self) -> Decision | None:
        """The decision that waits for a yes."""
        return current(self.desk, self.investor).pending

    def approve(self, decision_id: str, fingerprint: str) -> Receipt:
        """Carry out exactly this decision, once however often asked. Raises Stale when it no longer fits."""
        return approve(self.desk, self.investor, self.lang, decision_id, fingerprint)

    def reject(self, decision_id: str) -> None:
        """Withdraw the pending decision; statements stay in force. Raises Stale when it is not pending."""
        reject(self.desk, self.investor, self.lang, decision_id)

    def why(self, decision_id: str | None = None, target: str | None = None) -> Explanation:
        """Causes of a decision (default: the pending one, else the last), whose shares add up."""
        return answers.why(self._work(), decision_id, target)

    def what_if(self, scenario: Scenario, target: str | None = None, value: float | None = None) -> WhatIf:
        """The weights with one thing changed; nothing is recorded. Raises BadInput, DataMissing, Infeasible."""
        return answers.what_if(self._work(), scenario, target, value)

    def portfolio(self) -> answers.Portfolio:
        """What is held at today's prices. Raises DataMissing when a holding has none."""
        return answers.portfolio(self._work())

    def practice(self) -> bool:
        """Is what is held practice money, given by us? Until real trades are imported it is."""
        state = current(self.desk, self.investor)
        return state.practice if state.opened else self.desk.market.simulated

    def profile(self) -> Profile:
        """How much risk is taken, and the statements behind it; what trades reveal counts where it is more cautious."""
        return answers.profile(self._work())

    def goals(self) -> tuple[Goal, ...]:
        """Goals with every correction merged."""
        return answers.goals(self._work())

    def outlook(self) -> answers.Outlook | None:
        """The chance of every goal with a date and a size; None without one. Raises DataMissing."""
        return answers.outlook(self._work())

    def habits(self) -> tuple[Trait, ...]:
        """What imported trades say about the investor; empty without any. Raises DataMissing without prices."""
        return answers.habits(self._work())

    def statements(self) -> tuple[Stated, ...]:
        """Statements in force, oldest first, with when they were said."""
        return current(self.desk, self.investor).in_force

    def alerts(self) -> tuple[Event, ...]:
        """What the watch noticed or was asked to tell, oldest first; each body is an `Alert`."""
        return current(self.desk, self.investor).alerts

    def log(self) -> tuple[Event, ...]:
        """Everything recorded about this investor, oldest first."""
        return self.desk.ledger.read(self.investor)

    def state(self) -> dict[str, Any]:
        """Statements in force as said, in the schema "Conversation state"; not the compiled mandate."""
        return as_said(current(self.desk, self.investor))

    def undo(self) -> Turn:
        """Take back the last change."""
        return self._act("undo")

    def forget(self, statement_id: str) -> Turn:
        """Forget one statement, and what else was said about the same goal."""
        return self._act("forget", statement=statement_id)

    def preview_trades(
        self, name: str, data: bytes, *, complete: bool = False, answers: Mapping[str, str] | None = None
    ) -> ImportReport | Ask:
        """Read a broker's file, recognised by its content; nothing is recorded. An Ask is answered by its code."""
        return preview_trades(self.desk, self.investor, name, data, complete=complete, answers=answers)

    def commit_import(self, import_id: str, drop: Collection[int] = ()) -> Committed:
        """Take a previewed file into the book, without the lines the person dropped. Raises BadInput, Stale."""
        return commit_import(self.desk, self.investor, import_id, drop, lang=self.lang)

    def export(self) -> dict[str, Any]:
        """Everything about this investor: {schema_v, investor, events [{seq, kind, at, …}]}."""
        return self.desk.ledger.export(self.investor)

    def erase(self) -> None:
        """Destroy the investor's key, index and cached state: what was recorded can no longer be read."""
        self.desk.ledger.erase(self.investor, at=self.desk.clock.now())
        self.desk.memory.sync(self.investor, ())
        self.desk.states.pop(self.investor, None)

    def _work(self) -> Work:
        return begin(self.desk, self.investor, self.lang)

    def _act(self, name: str, **args: str) -> Turn:
        return act(self.desk, self.investor, self.lang, name, args)
