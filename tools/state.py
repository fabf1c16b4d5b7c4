"""Events -> statements in force, book, pending proposal: one pure fold, used by projections, undo and replay.

What is in force is a function of the changes that were not undone, in order. A *change* is what one turn altered:
statements made, statements forgotten, money moved. Undo takes back the newest turn that changed something; a second
undo goes one further. Questions are no changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tools.domain.decision import Decision
from tools.domain.events import (
    Account,
    Approved,
    Event,
    Executed,
    Forgot,
    Imported,
    Moved,
    Opened,
    Refusal,
    Rejected,
    Undid,
)
from tools.domain.grant import Granted, Offer, Revoked
from tools.domain.investor import (
    Book,
    CashFlow,
    Exclude,
    Forget,
    Goal,
    Include,
    Rebalance,
    SetAlert,
    SetGoal,
    SetLimit,
    SetRisk,
    SetView,
    Statement,
    Switch,
)
from tools.domain.market import AssetClass
from tools.domain.order import Lapsed, Placed, Reported, Sent
from tools.domain.value import Currency, Money
from tools.journal import apply_fills, begins, book_of, moved
from tools.outstanding import Outstanding


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement in force and when it was said."""

    statement: Statement
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is so for one investor after `seq` events."""

    seq: int = 0
    opened: Opened | None = None
    book: Book = field(default_factory=lambda: Book(positions={}))
    changes: tuple[Event, ...] = ()  # statements, forgettings, imports and movements of money that were not undone
    journal: tuple[Event, ...] = ()  # what made the book: movements, imports and executions that were not undone
    in_force: tuple[Stated, ...] = ()
    decisions: tuple[str, ...] = ()  # every decision id, in order
    pending: Decision | None = None
    executed: Decision | None = None  # the last one that was carried out
    executed_at: datetime | None = None
    latest: Decision | None = None
    rejected: frozenset[str] = frozenset()
    flows: Mapping[str, Decimal] = field(default_factory=dict)  # moved in or out since the last execution
    turns: tuple[Event, ...] = ()
    alerts: tuple[Event, ...] = ()
    checks: tuple[Event, ...] = ()  # comparisons with a statement that were not undone, each a `Checked`
    offer: Offer | None = None  # a grant that was read back and waits for a yes
    grants: tuple[Offer, ...] = ()  # said yes to and not taken back; some may be over
    auto_at: datetime | None = None  # when something was last carried out on a grant
    outstanding: Outstanding | None = None  # approved orders whose outcome is not known yet

    @property
    def practice(self) -> bool:
        """Is the book practice money? It is until real trades are imported."""
        return self.opened is not None and self.opened.practice and not any(begins(e) for e in self.journal)

    @property
    def imports(self) -> tuple[Imported, ...]:
        """Imports that were not undone, in order."""
        return tuple(e.body for e in self.journal if isinstance(e.body, Imported))

    def as_of(self, at: datetime) -> "State":
        """The state at an instant: what was said for a time only and is over is no longer in force.

        While it is in force it stands before what was said for good on the same subject, which comes back afterwards.
        """
        if all(s.statement.until is None for s in self.in_force):
            return self
        open_now = [s for s in self.in_force if s.statement.until is None or s.statement.until > at]
        scoped = [s for s in open_now if s.statement.until is not None]
        hidden = [s for s in open_now if any(_stands_before(n, s) for n in scoped)]
        return replace(self, in_force=tuple(s for s in open_now if s not in hidden))

    @property
    def classes(self) -> dict[str, AssetClass]:
        """Classes of holdings as the person told them, the newest word counting."""
        moved = (e.body for e in self.journal if isinstance(e.body, Moved))
        return {asset: kind for body in moved for asset, kind in body.classes.items()}

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts as they are now, in the order in which they were first named."""
        return tuple({e.body.id: e.body for e in self.changes if isinstance(e.body, Account)}.values())

    def wishes(self, kind: type[Any]) -> tuple[Stated, ...]:
        """Statements in force whose wish is of this type."""
        return tuple(s for s in self.in_force if isinstance(s.statement.wish, kind))

    def silenced(self) -> frozenset[str]:
        """Sources of learned views that were switched off: policy, forecast."""
        wishes = (s.statement.wish for s in self.in_force)
        return frozenset(w.source for w in wishes if isinstance(w, Switch) and not w.on)

    def excluded(self) -> tuple[str, ...]:
        """Targets excluded now."""
        wishes = (s.statement.wish for s in self.in_force)
        return tuple(w.target for w in wishes if isinstance(w, Exclude))

    def goals(self, currency: Currency) -> tuple[Goal, ...]:
        """Goals with every correction merged; money without a named currency is in the investor's own."""
        merged: dict[str, Goal] = {}
        for stated in self.wishes(SetGoal):
            wish = stated.statement.wish
            assert isinstance(wish, SetGoal)
            old = merged.get(wish.goal) or Goal(goal=wish.goal, since=stated.at)
            unit = wish.currency or (old.money or old.monthly or Money(amount=Decimal(0), currency=currency)).currency
            merged[wish.goal] = Goal(
                goal=wish.goal,
                horizon_years=wish.horizon_years or old.horizon_years,
                money=_money(wish.amount, unit) or old.money,
                monthly=_money(wish.monthly, unit) or old.monthly,
                # A date counts from when it was said: another amount later does not move it.
                since=stated.at if wish.horizon_years is not None else old.since,
            )
        return tuple(merged.values())


def _money(amount: float | None, currency: Currency) -> Money | None:
    return None if amount is None else Money(amount=Decimal(repr(amount)), currency=currency)


def fold(events: Iterable[Event], start: State | None = None) -> State:
    """The state after `events`, which continue `start`. Events come in order of `seq`."""
    state = start or State()
    for event in events:
        handler = _HANDLERS.get(event.body.kind)
        after = handler(state, event) if handler is not None else state
        if after.pending is not None and after.pending is state.pending and _outdated(state, after):
            after = replace(after, pending=None)
        state = replace(after, seq=event.seq)
    return state


def _outdated(before: State, after: State) -> bool:
    """Did a change make the waiting proposal an answer to another question? Then it waits no longer."""
    return before.book != after.book or _deciding(before) != _deciding(after)


def _deciding(state: State) -> list[str]:
    """Statements a decision depends on."""
    kinds = (SetRisk, Exclude, Include, SetLimit, SetView, CashFlow, Switch)
    return [s.statement.id for s in state.in_force if isinstance(s.statement.wish, kinds)]


def _opened(state: State, event: Event) -> State:
    assert isinstance(event.body, Opened)
    return replace(state, opened=event.body, book=event.body.book)


def _changed(state: State, event: Event) -> State:
    state = replace(state, changes=(*state.changes, event), in_force=_after(state.in_force, event))
    if isinstance(event.body, Moved):
        journal = (*state.journal, event)
        if state.opened is not None and (event.body.day is not None or event.body.ratios or begins(event)):
            return _anew(state, journal)  # it changes what came after it, or ends practice money
        flows = _flowed(state.flows, event.body.units)
        state = replace(state, book=moved(state.book, event.body), flows=flows, journal=journal)
    return state


def _checked(state: State, event: Event) -> State:
    state = replace(state, changes=(*state.changes, event))
    return replace(state, checks=(*state.checks, event))


def _imported(state: State, event: Event) -> State:
    """Trades of the past change what came after them, so the book is worked out anew."""
    state = replace(state, changes=(*state.changes, event))
    return _anew(state, (*state.journal, event))


def _anew(state: State, journal: tuple[Event, ...]) -> State:
    """The state with another journal; what changed in units flowed in or out."""
    assert state.opened is not None
    book = book_of(state.opened, journal)
    assets = state.book.positions.keys() | book.positions.keys()
    change = {a: book.units(a) - state.book.units(a) for a in sorted(assets)}
    flows = _flowed(state.flows, {a: u for a, u in change.items() if u})
    return replace(state, book=book, journal=journal, flows=flows)


def _flowed(flows: Mapping[str, Decimal], units: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {**flows, **{a: flows.get(a, Decimal(0)) + u for a, u in units.items()}}


def _undid(state: State, event: Event) -> State:
    assert isinstance(event.body, Undid)
    turn = event.body.undone
    gone = [e for e in state.journal if turn_of(e) == turn]
    journal = tuple(e for e in state.journal if turn_of(e) != turn)
    if gone:
        state = _anew(state, journal)
    changes = tuple(e for e in state.changes if turn_of(e) != turn)
    checks = tuple(e for e in state.checks if turn_of(e) != turn)
    return replace(state, changes=changes, in_force=_in_force(changes), checks=checks)


def spent_since(state: State, turn: str) -> tuple[str, ...]:
    """Assets of which too little is left to take a turn's deposits or imports back; empty when it can be undone."""
    event = Event(seq=state.seq + 1, at=state.changes[-1].at, body=Undid(turn="", undone=turn))
    after = _undid(state, event).book
    return tuple(a for a, p in after.positions.items() if p.units < 0)


def turn_of(event: Event) -> str:
    """The turn a change belongs to."""
    return str(getattr(event.body, "turn", ""))


def _decided(state: State, event: Event) -> State:
    assert isinstance(event.body, Decision)
    decision = event.body
    offered = decision if decision.proposal.trades else None
    return replace(state, decisions=(*state.decisions, decision.id), pending=offered, latest=decision)


def _closed(state: State, event: Event) -> State:
    assert isinstance(event.body, Rejected)
    pending = None if state.pending and state.pending.id == event.body.decision else state.pending
    return replace(state, pending=pending, rejected=state.rejected | {event.body.decision})


def _executed(state: State, event: Event) -> State:
    assert isinstance(event.body, Executed)
    assert state.opened is not None
    was = state.outstanding
    done = was.decision if was is not None and was.decision.id == event.body.decision else state.pending
    assert done is not None
    book = apply_fills(state.book, event.body, state.opened.currency)
    return replace(
        state,
        book=book,
        journal=(*state.journal, event),
        executed=done,
        executed_at=event.at,
        pending=None,
        outstanding=None,
        flows={},
        latest=done,
    )


def _placed(state: State, event: Event) -> State:
    assert isinstance(event.body, Placed) and state.pending is not None
    return replace(state, pending=None, outstanding=Outstanding(state.pending, event.body, event.at))


def _on_its_way(state: State, event: Event) -> State:
    if state.outstanding is None:
        return state
    if isinstance(event.body, Sent):
        return replace(state, outstanding=state.outstanding.claimed(event.body.key, event.at))
    assert isinstance(event.body, Reported)
    return replace(state, outstanding=state.outstanding.told(event.body.report))


def _lapsed(state: State, event: Event) -> State:
    assert isinstance(event.body, Lapsed)
    pending = None if state.pending and state.pending.id == event.body.decision else state.pending
    return replace(state, pending=pending, outstanding=None)


def _spoke(state: State, event: Event) -> State:
    return replace(state, turns=(*state.turns, event))


def _alerted(state: State, event: Event) -> State:
    return replace(state, alerts=(*state.alerts, event))


def _approved(state: State, event: Event) -> State:
    assert isinstance(event.body, Approved)
    return state if event.body.grant is None else replace(state, auto_at=event.at)


def _offered(state: State, event: Event) -> State:
    assert isinstance(event.body, Offer)
    return replace(state, offer=event.body)


def _granted(state: State, event: Event) -> State:
    """A grant on the same subject takes an older one's place."""
    assert isinstance(event.body, Granted)
    assert state.offer is not None and state.offer.id == event.body.offer
    new = state.offer
    others = tuple(g for g in state.grants if g.grant.target != new.grant.target)
    return replace(state, offer=None, grants=(*others, new))


def _revoked(state: State, event: Event) -> State:
    assert isinstance(event.body, Revoked)
    gone = set(event.body.grants)
    return replace(state, offer=None, grants=tuple(g for g in state.grants if g.id not in gone))


def _same(state: State, event: Event) -> State:
    assert isinstance(event.body, Refusal)
    return state


_HANDLERS: Mapping[str, Callable[[State, Event], State]] = {
    "opened": _opened,
    "statement": _changed,
    "forget": _changed,
    "moved": _changed,
    "account": _changed,
    "checked": _checked,
    "import": _imported,
    "undo": _undid,
    "decision": _decided,
    "rejection": _closed,
    "approval": _approved,
    "execution": _executed,
    "orders": _placed,
    "order_sent": _on_its_way,
    "order_report": _on_its_way,
    "lapsed": _lapsed,
    "refusal": _same,
    "turn": _spoke,
    "alert": _alerted,
    "grant_offer": _offered,
    "grant": _granted,
    "revocation": _revoked,
}


def _in_force(changes: Iterable[Event]) -> tuple[Stated, ...]:
    """Statements that stand after all changes, from the beginning."""
    standing: tuple[Stated, ...] = ()
    for event in changes:
        standing = _after(standing, event)
    return standing


def _after(standing: tuple[Stated, ...], event: Event) -> tuple[Stated, ...]:
    """What stands after one more change: the newest wins on the same subject, forgotten ones are gone."""
    if isinstance(event.body, Forgot):
        gone = set(event.body.statements)
        return tuple(s for s in standing if s.statement.id not in gone)
    if not isinstance(event.body, Statement):
        return standing
    new = event.body
    if new.until is not None:  # for a time only: what was said for good stays, and holds again afterwards
        kept = (s for s in standing if s.statement.until is None or not _replaces(new, s.statement))
        return (*kept, Stated(new, event.at))
    left = tuple(s for s in standing if not _replaces(new, s.statement))
    if isinstance(new.wish, Include) and any(
        isinstance(s.statement.wish, Exclude) and s.statement.wish.target == new.wish.target for s in standing
    ):
        return left  # an include on an excluded target only lifts the exclusion; it is no wish of its own
    return (*left, Stated(new, event.at))


def _stands_before(scoped: Stated, other: Stated) -> bool:
    return scoped is not other and scoped.at >= other.at and _replaces(scoped.statement, other.statement)


def _replaces(new: Statement, old: Statement) -> bool:
    """Does the newer statement take the older one's place? Only on the same subject and kind."""
    a, b = new.wish, old.wish
    match a, b:
        case SetRisk(), SetRisk():
            return _risk_replaces(a, b)
        case ((Exclude() | Include()), (Exclude() | Include())):
            return a.target == b.target
        case SetLimit(), SetLimit():
            return (a.target, a.kind) == (b.target, b.kind)
        case SetView(), SetView():
            return (a.target, a.versus) == (b.target, b.versus)
        case CashFlow(), CashFlow():
            return a.kind == b.kind == "reserve" or a == b
        case SetAlert(), SetAlert():
            return (a.metric, a.target, a.op) == (b.metric, b.target, b.op)
        case Rebalance(), Rebalance():
            return True
        case Switch(), Switch():
            return a.source == b.source
        case _:
            return False


def _risk_replaces(new: SetRisk, old: SetRisk) -> bool:
    """A level replaces levels and steps; a step adds to what is there; ceilings replace ceilings of their kind."""
    same = [
        _levelled(new) and (_levelled(old) or old.direction != "set"),
        new.loss_aversion is not None and old.loss_aversion is not None,
        new.target_vol is not None and old.target_vol is not None,
        new.max_drawdown is not None and old.max_drawdown is not None,
    ]
    return any(same)


def _levelled(wish: SetRisk) -> bool:
    return wish.level is not None or wish.grade is not None


_TOPICS: Mapping[str, tuple[type[Any], ...]] = {
    "goal": (SetGoal,),
    "exclusions": (Exclude, Include),
    "risk": (SetRisk,),
    "views": (SetView,),
    "limits": (SetLimit,),
    "alerts": (SetAlert,),
    "cash": (CashFlow,),
}


def matching(state: State, wish: Forget) -> tuple[str, ...]:
    """Ids of the statements in force that a wish to forget is about; several facts of one subject go together."""
    if wish.statement is not None:
        chosen = [s for s in state.in_force if s.statement.id == wish.statement]
        goals = {s.statement.wish.goal for s in chosen if isinstance(s.statement.wish, SetGoal)}
        more = [s for s in state.wishes(SetGoal) if s.statement.wish.goal in goals]  # type: ignore[union-attr]
        return tuple({s.statement.id: None for s in (*chosen, *more)})
    found = state.in_force
    if wish.topic is not None and wish.topic != "all":
        kinds = _TOPICS[wish.topic]
        found = tuple(s for s in found if isinstance(s.statement.wish, kinds))
    if wish.target is not None:
        found = tuple(s for s in found if wish.target in subjects(s.statement))
    if wish.topic is None and wish.target is None:
        return ()
    return tuple(s.statement.id for s in found)


def forgotten_turns(state: State) -> frozenset[str]:
    """Turns no model is shown again: what was said there was forgotten later, or the answer names it."""
    forgettings = [e.body for e in state.changes if isinstance(e.body, Forgot)]
    gone = {i for body in forgettings for i in body.statements}
    said = {e.body.turn for e in state.changes if isinstance(e.body, Statement) and e.body.id in gone}
    return frozenset(said | {body.turn for body in forgettings})


def subjects(statement: Statement) -> frozenset[str]:
    """What a statement is about: targets, the other side of a view, the kind of goal."""
    wish = statement.wish
    names = [getattr(wish, "target", None), getattr(wish, "versus", None), getattr(wish, "goal", None)]
    return frozenset(n for n in names if n)


def as_said(state: State) -> dict[str, Any]:
    """Statements in force in the schema "Conversation state": what was said, not what was compiled from it."""
    out: dict[str, Any] = {}
    for stated in state.in_force:
        _add_fact(out, stated.statement.wish)
    return out


def _add_fact(out: dict[str, Any], wish: Any) -> None:
    match wish:
        case SetRisk():
            if wish.level or wish.direction != "set":
                out["risk"] = wish.level or wish.direction
            for name in ("target_vol", "max_drawdown"):
                if getattr(wish, name) is not None:
                    out[name] = getattr(wish, name)
        case Exclude() | Include():
            out.setdefault(wish.intent, []).append(wish.target)
        case SetLimit():
            name = {"max": "cap", "min": "floor", "exact": "exact"}[wish.kind]
            out.setdefault(name, {})[wish.target] = wish.weight
        case SetGoal():
            goal = out.setdefault("goals", {}).setdefault(wish.goal, {})
            goal.update(wish.model_dump(exclude_none=True, exclude={"intent", "goal"}))
        case SetView():
            out.setdefault("views", []).append(wish.model_dump(exclude_none=True, exclude={"intent"}))
        case CashFlow() if wish.kind == "reserve":
            out["cash_reserve"] = wish.model_dump(exclude_none=True, exclude={"intent", "kind"})
        case CashFlow() if wish.kind == "withdraw":
            out.setdefault("withdrawals", []).append(wish.model_dump(exclude_none=True, exclude={"intent", "kind"}))
        case SetAlert():
            out.setdefault("alerts", []).append(wish.model_dump(exclude_none=True, exclude={"intent"}))
        case Rebalance():
            out["rebalance"] = wish.frequency
