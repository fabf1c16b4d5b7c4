"""One command of one investor: its events are gathered in order and written together, or not at all.

While it is open, `state` already shows the world as it will be after the commit, so that tools and the review see what
the investor just said. A crash, a failed model or a full disk leaves the ledger as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from agent.wiring import Desk
from knowledge.ports import Command
from tools.baselines import practice_mix
from tools.domain.events import Body, Event, Opened
from tools.domain.investor import Book, Position
from tools.domain.value import Currency, Lang
from tools.state import State, fold

PRACTICE: dict[Currency, Decimal] = {"KRW": Decimal(100_000_000), "USD": Decimal(100_000)}
"""Practice money of an investor without holdings, always labelled as such."""


def current(desk: Desk, investor: str) -> State:
    """The state after everything recorded; only what is new since the last look is read and folded."""
    mark, known = desk.states.get(investor, ("", State()))
    version, seen = desk.ledger.version(), f"read:{investor}"
    last: tuple[tuple[int, int] | None, State] | None = desk.digests.get(seen)
    if last is not None and version is not None and last[0] == version and last[1] is known:
        return known.as_of(desk.clock.now())  # nobody wrote anything since
    if known.seq:
        # Another process may have erased this record and begun anew: the key tells, for it is never the same again.
        found = desk.ledger.digest(investor, b"", personal=True)
        known = known if found == mark else State()
    state = fold(desk.ledger.read(investor, after=known.seq), known)
    if state.seq:
        desk.states[investor] = (desk.ledger.digest(investor, b"", personal=True), state)
        desk.digests[seen] = (version, state)
    return state.as_of(desk.clock.now())


def remember(desk: Desk, investor: str, events: Sequence[Event]) -> None:
    """Let the known state move on by what was just written, without reading it back."""
    mark, known = desk.states.get(investor, ("", State()))
    if events and known.seq and events[0].seq == known.seq + 1:
        desk.states[investor] = (mark, fold(events, known))


@dataclass(slots=True)
class Work:
    """An open command. `turn` names it; statements, movements and undo carry that name."""

    desk: Desk
    investor: str
    lang: Lang
    at: datetime
    base: State
    state: State
    turn: str
    bodies: list[Body] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    hashed: Callable[[bytes], str] | None = None  # how this investor's own contents are named, once one was kept

    @property
    def currency(self) -> Currency:
        """The investor's own currency."""
        assert self.state.opened is not None
        return self.state.opened.currency

    @property
    def tz(self) -> str:
        """The investor's time zone, for reading and printing dates."""
        assert self.state.opened is not None
        return self.state.opened.tz

    def add(self, *bodies: Body) -> None:
        """Take events into the command; `state` moves on."""
        for body in bodies:
            self.bodies.append(body)
            event = Event(seq=self.state.seq + 1, at=self.at, body=body)
            self.state = fold([event], self.state).as_of(self.at)

    def keep(self, content: bytes, *, personal: bool) -> str:
        """Store a content with this command and give its hash."""
        if not personal:
            digest = self.desk.ledger.digest(self.investor, content, personal=False)
        else:
            self.hashed = self.hashed or self.desk.ledger.hashers((self.investor,))[0]
            digest = self.hashed(content)
        self.blobs[digest] = content
        return digest

    def new_id(self, prefix: str) -> str:
        """An id no other event of this investor has: a letter and the place in the record."""
        return f"{prefix}{self.state.seq + 1}"

    def commit(self, *, idem: str | None = None) -> tuple[Event, ...]:
        """Write everything in one transaction. Raises Stale("moved_on") when another command came first."""
        events = self.desk.ledger.append(
            self.investor, self.bodies, at=self.at, after=self.base.seq, idem=idem, blobs=self.blobs
        )
        remember(self.desk, self.investor, events)
        return events

    def command(self, idem: str) -> Command:
        """The same as something to be written together with others'."""
        return Command(self.investor, tuple(self.bodies), self.at, self.base.seq, idem, self.blobs)


def begin(desk: Desk, investor: str, lang: Lang) -> Work:
    """Open a command; the first one of an investor also opens their record."""
    state = current(desk, investor)
    work = Work(desk, investor, lang, desk.clock.now(), state, state, turn=f"t{state.seq + 1}")
    if state.opened is None:
        work.add(_opening(desk, investor, lang))
    return work


def _opening(desk: Desk, investor: str, lang: Lang) -> Opened:
    settings = desk.settings
    currency: Currency = settings.currency or ("KRW" if lang == "ko" else "USD")
    book = desk.market.opening(investor, desk.clock.now())
    practice = book is None
    if book is None:
        money = PRACTICE[currency]
        mixed = None
        if settings.practice == "mix" and desk.market.simulated:
            mixed = practice_mix(money, currency, desk.market.at(desk.clock.now()))
        book = mixed or Book(positions={currency: Position(units=money, cost=money)})
    return Opened(currency=currency, tz=settings.zone(lang), lang=lang, practice=practice, book=book)
