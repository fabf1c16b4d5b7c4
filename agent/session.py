"""The one door for every interface. It only names things: each method is one call into another file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Literal

from agent import answers
from agent.account import Committed, commit_import, preview_trades
from agent.accounts import AccountSeen, Compared, accounts, check_statement, checked, open_account
from agent.approve import approve, reject
from agent.because import memo
from agent.book import Entered, enter
from agent.broker_view import BrokerSeen, seen, take_over
from agent.delivery import Waiting, waiting
from agent.execution import settle
from agent.feeling import answer_bets, bets
from agent.granting import grant
from agent.headlines import NewsPanel, news_view
from agent.holdings_view import HoldingsView, holdings_view
from agent.llm import choose_mind, server_name
from agent.market_view import MarketView, market_view
from agent.ordering import Answered, OrderList, called_off, filled, orders
from agent.portrait import Portrait, portrait
from agent.press import read_ahead
from agent.replay_day import Frame, replay_day
from agent.scoreboard import Progress, kept, score, silent
from agent.suits import Suited, suited
from agent.supposing import Scenario, WhatIf
from agent.talk import OnStep, Turn, act, say
from agent.trail import Comparison, as_csv, as_json, compared
from agent.usage import budget_lines
from agent.wiring import Desk
from agent.words.slots import Line
from agent.work import Work, begin, current
from knowledge.imports import Ask, ImportReport
from tools.behaviour import Trait
from tools.domain.decision import Decision, Explanation, Receipt
from tools.domain.entry import AccountKind, Entry
from tools.domain.events import Event
from tools.domain.grant import Offer
from tools.domain.investor import Goal, Profile
from tools.domain.value import Currency, Lang, Money
from tools.errors import AdvisorError
from tools.grants import usable
from tools.standings import Scoreboard
from tools.state import Stated, as_said


def warm(desk: Desk) -> None:
    """Get the mind ready ahead of the first message (seconds); meant for a thread of its own at start."""
    choose_mind(desk.settings, desk.names)
    desk.memory.warm()
    with suppress(AdvisorError):  # without prices there is nothing to read news about
        read_ahead(desk, desk.clock.now())


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

    def orders(self) -> OrderList | None:
        """Approved orders that are on their way, as last heard of: to look at, to copy, to print."""
        return orders(self.desk, self.investor, self.lang)

    def settle(self) -> Receipt | None:
        """Ask the broker after them; None when there are none. Nothing is sent that could be there already."""
        return settle(self.desk, self.investor, self.lang)

    def filled(self, answers: Mapping[str, Answered], *, rest: Literal["open", "yes", "no"] = "open") -> Receipt:
        """What the person did of them, by asset: as proposed, not, or units and price. Raises BadInput, Stale."""
        return filled(self.desk, self.investor, self.lang, answers, rest=rest)

    def call_off(self) -> Receipt | None:
        """Take back what is open of the orders on their way; None when there are none. Raises BrokerFailed, Stale."""
        return called_off(self.desk, self.investor, self.lang)

    def broker(self) -> BrokerSeen:
        """Who carries orders out, and whether what is held there agrees with the book. Raises BrokerFailed."""
        return seen(self.desk, self.investor, self.lang)

    def take_broker(self) -> Entered:
        """Make the book hold what the broker holds; undone like any entry. Raises BadInput, BrokerFailed, Stale."""
        return take_over(self.desk, self.investor, self.lang)

    def why(self, decision_id: str | None = None, target: str | None = None) -> Explanation:
        """Causes of a decision (default: the pending one, else the last), whose shares add up."""
        return answers.why(self._work(), decision_id, target)

    def what_if(
        self, scenario: Scenario, target: str | None = None, value: float | None = None
    ) -> WhatIf | answers.Shock:
        """The weights with one thing changed, or after a shock; nothing is recorded. Raises BadInput, DataMissing."""
        return answers.suppose(self._work(), scenario, target, value)

    def portfolio(self) -> answers.Portfolio:
        """What is held at today's prices. Raises DataMissing when a holding has none."""
        return answers.portfolio(self._work())

    def used(self) -> tuple[Line, ...]:
        """What a large model took today, in words; nothing without one. Raises StoreFailed when it cannot be read."""
        return budget_lines(self.desk)

    def practice(self) -> bool:
        """Is what is held practice money, given by us? Until real trades are imported it is."""
        return self._work().state.practice

    def profile(self) -> Profile:
        """How much risk is taken, and the statements behind it; what trades reveal counts where it is more cautious."""
        return answers.profile(self._work())

    def currency(self) -> Currency:
        """The investor's own currency."""
        return self._work().currency

    def goals(self) -> tuple[Goal, ...]:
        """Goals with every correction merged."""
        return answers.goals(self._work())

    def outlook(self) -> answers.Outlook | None:
        """The chance of every goal with a date and a size; None without one. Raises DataMissing."""
        return answers.outlook(self._work())

    def habits(self) -> tuple[Trait, ...]:
        """What imported trades say about the investor; empty without any. Raises DataMissing without prices."""
        return answers.habits(self._work())

    def portrait(self) -> Portrait:
        """What is known of the investor, how surely, and what is not: the profile view as typed data and words."""
        return portrait(self.desk, self.investor, self.lang)

    def holdings_view(self) -> HoldingsView:
        """What is held, against a year ago and rules that need no advisor. Raises DataMissing without a price."""
        return holdings_view(self.desk, self.investor, self.lang)

    def market_view(self) -> MarketView:
        """What is happening, seen from what is held: gauges, falls, alerts and releases to come, as typed data."""
        return market_view(self.desk, self.investor, self.lang)

    def news(self) -> NewsPanel:
        """News of what is held, headlines to be shown escaped; sources and skill. Raises DataMissing without prices."""
        return news_view(self.desk, self.investor, self.lang)

    def replay_day(self, day: date | None = None, *, steps: int = 54) -> Iterator[Frame]:
        """A day of the simulated market again, frame by frame. Raises BadInput on real prices or no such day."""
        return replay_day(self.desk, self.investor, self.lang, day, steps=steps)

    def offer(self) -> Offer | None:
        """A grant that was read back and waits for a yes."""
        return current(self.desk, self.investor).offer

    def grants(self) -> tuple[Offer, ...]:
        """What may happen without being asked today: said yes to, not taken back, not over."""
        return usable(current(self.desk, self.investor).grants, self.desk.clock.now())

    def grant(self, fingerprint: str) -> Offer:
        """The yes to exactly the offer that waits. Raises Stale when it no longer does."""
        return grant(self.desk, self.investor, self.lang, fingerprint)

    def revoke(self) -> Turn:
        """Turn automatic trading off, at once."""
        return self._act("revoke")

    def undelivered(self) -> Waiting:
        """Messages that have not reached the investor, and why."""
        return waiting(self.desk, self.investor)

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

    def commit_import(self, import_id: str, drop: Collection[int] = (), *, account: str | None = None) -> Committed:
        """Take a previewed file into the book, without the lines the person dropped. Raises BadInput, Stale."""
        return commit_import(self.desk, self.investor, import_id, drop, lang=self.lang, account=account)

    def enter(self, entry: Entry) -> Entered:
        """Take one entry of the form into the book (deposit, dividend, split …). Raises BadInput, Stale."""
        return enter(self.desk, self.investor, self.lang, entry)

    def bets(self) -> tuple[tuple[Money, Money], ...]:
        """Even bets that show how much losses hurt: what may be lost and won in each."""
        return bets(self.desk, self.investor, self.lang)

    def answer_bets(self, taken: Sequence[bool]) -> Entered:
        """Take the answers, one for each bet, as a statement about risk. Raises BadInput, Stale."""
        return answer_bets(self.desk, self.investor, self.lang, taken)

    def open_account(
        self, account_id: str, *, name: str, kind: AccountKind, currency: Currency, trades: bool = True
    ) -> Entered:
        """Name an account, or change what is known of it. Raises BadInput, Stale."""
        return open_account(
            self.desk, self.investor, self.lang, account_id, name=name, kind=kind, currency=currency, trades=trades
        )

    def accounts(self) -> tuple[AccountSeen, ...]:
        """Every account with what it holds, those without a name first."""
        return accounts(self.desk, self.investor, self.lang)

    def check_statement(
        self, name: str, data: bytes, *, day: date | None = None, account: str | None = None
    ) -> Compared:
        """Compare the book with a broker's list of holdings and remember the day. Raises BadInput, Stale."""
        return check_statement(self.desk, self.investor, self.lang, name, data, day=day, account=account)

    def checked(self) -> str:
        """When the book was last checked against a statement, in words; a reminder when that is long ago."""
        return checked(self._work())

    def scoreboard(self) -> Scoreboard | None:
        """Every strategy over the same past, as it was last worked out; None when it never was."""
        return kept(self._work())

    def score(self, *, progress: Progress = silent, anew: bool = False) -> Scoreboard:
        """Work the scoreboard out (minutes) unless it is there; `progress` may raise to stop. Raises DataMissing."""
        return score(self._work(), progress=progress, anew=anew)

    def export(self) -> dict[str, Any]:
        """Everything about this investor: {schema_v, investor, events [{seq, kind, at, …}]}."""
        return self.desk.ledger.export(self.investor)

    def trail(self) -> dict[str, Any]:
        """Every decision as proposal, suitability, consent, approval, execution and the position after it."""
        return as_json(self.desk, self.investor)

    def trail_csv(self) -> str:
        """The fills of that trail as CSV: no cell is a formula, and a broker's columns."""
        return as_csv(self.desk, self.investor, self.desk.settings.zone(self.lang))

    def reconcile(self, data: bytes) -> Comparison:
        """The record beside a broker's statement of trades or positions. Raises BadInput on one that cannot be read."""
        return compared(self.desk, self.investor, data, self.desk.settings.zone(self.lang))

    def suitability(self, decision_id: str | None = None) -> Suited | None:
        """The statement of suitability of a decision and the consent to it; None before any decision."""
        return suited(self._work(), decision_id)

    def erase(self) -> None:
        """Destroy the investor's key, index and cached state: what was recorded can no longer be read."""
        self.desk.ledger.erase(self.investor, at=self.desk.clock.now())
        self.desk.memory.sync(self.investor, ())
        self.desk.states.pop(self.investor, None)
        self.desk.digests.pop(memo(self.investor), None)

    def _work(self) -> Work:
        return begin(self.desk, self.investor, self.lang)

    def _act(self, name: str, **args: str) -> Turn:
        return act(self.desk, self.investor, self.lang, name, args)
