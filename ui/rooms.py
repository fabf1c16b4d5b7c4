"""The rooms of the page, each drawn from the record as it stands and from what was just done on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from agent.session import Session
from agent.words.sources import health_lines
from tools.domain.decision import Decision
from tools.domain.events import Event, Executed
from tools.domain.investor import SetRisk
from tools.errors import DataMissing
from ui import about, bets, book, cards, fields, granted, history, holdings, importing, press, reasons, scene, standings
from ui.labels import label
from ui.printer import Printer
from ui.trying import Tried

TABS: Final = ("talk", "portfolio", "why", "market", "me", "log")

KEPT: Final = 12
"""Parts of pages that are kept, the newest: each costs tenths of a second to work out."""

STALE: Final = 300
"""Seconds after which a kept part is worked out again although nothing was recorded."""

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was just done on the open page.

    target: what the waterfall is about. said: what a button came to. told: what a form came to. tried: a supposition
    and what would come of it.
    """

    target: str | None = None
    said: str = ""
    told: fields.Told = fields.SILENT
    tried: Tried | None = None


NOTHING: Final = Asked()


@dataclass(frozen=True, slots=True)
class Bench:
    """What lies open for one investor on this server and is no part of their record.

    runs: the scoreboard being worked out, at most one. files: the broker's file being looked at, at most one. read: how
    many alerts were on the page of the market when it was last open. kept: parts that are costly to work out.
    """

    runs: list[standings.Run] = field(default_factory=list)
    files: list[importing.Shown] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    kept: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything: the investor erased their record."""
        for held in (self.runs, self.files, self.read, self.kept):
            held.clear()


@dataclass(frozen=True, slots=True)
class Rooms:
    """Draws the rooms for one investor in one language. events: the whole record."""

    session: Session
    p: Printer
    events: Sequence[Event]
    bench: Bench

    def draw(self, tab: str, asked: Asked) -> str:
        """The page of one tab; empty for the conversation, which is drawn elsewhere."""
        rooms: dict[str, Callable[[Asked], str]] = {
            "portfolio": self._portfolio,
            "why": self._why,
            "market": self._market,
            "me": self._me,
            "log": self._log,
        }
        return rooms[tab](asked) if tab in rooms else ""

    def _portfolio(self, asked: Asked) -> str:
        """What is held, by asset and by account, and the two ways to bring in what happened elsewhere."""
        session, p = self.session, self.p
        simulated = session.desk.market.simulated
        whole = None
        try:
            found = session.holdings_view()
            whole = found.now
            first = holdings.page(found, session.pending(), executed(self.events), p)
        except DataMissing as error:  # a new home has no prices yet, and bringing trades is how it begins
            first = cards.notice(p.error(error), "bad")
            first += cards.notice(label("unpriced_hint", p.lang)) if error.code == "no_price" else ""
        accounts = session.accounts()
        by_account = book.page(
            accounts,
            whole,
            session.checked(),
            p,
            currency=session.currency(),
            simulated=simulated,
            told=asked.told,
        )
        shown = self.bench.files[0] if self.bench.files else None
        names = [s.account for s in accounts if s.account]
        return first + by_account + importing.section(shown, names, p, simulated=simulated, said=asked.said)

    def _why(self, asked: Asked) -> str:
        decided = any(isinstance(e.body, Decision) for e in self.events)
        found = self._kept("why", self.session.why) if decided else None
        return cards.notice(asked.said, "bad") + reasons.page(found, asked.target, self.p, tried=asked.tried)

    def _me(self, asked: Asked) -> str:
        session, p = self.session, self.p
        said = session.statements()
        felt = [s.statement.wish for s in said if isinstance(s.statement.wish, SetRisk)]
        answer = next((w for w in reversed(felt) if w.loss_aversion is not None), None)
        questions = bets.section(session.bets(), answer, p, asked.told)
        trading = granted.section(session.grants(), session.offer(), p)
        return about.page(said, session.portrait(), p, said=asked.said, bets=questions, trading=trading)

    def _market(self, asked: Asked) -> str:
        """The market, the news and the scoreboard; one that cannot be told says why and leaves the others."""
        session, p = self.session, self.p
        self.bench.read[:] = [e.body.id for e in session.alerts()]  # type: ignore[union-attr]
        run = self.bench.runs[0] if self.bench.runs else None
        parts: tuple[Callable[[], str], ...] = (
            lambda: self._kept("market", lambda: scene.page(session.market_view(), p)) + self._sources(),
            lambda: self._kept("news", lambda: press.section(session.news(), p)),
            lambda: standings.section(session.scoreboard(), run, p),
        )
        drawn = [cards.notice(asked.said)]
        for part in parts:
            try:
                drawn.append(part())
            except DataMissing as error:
                drawn.append(cards.notice(p.error(error), "bad"))
        return "".join(drawn)

    def _log(self, asked: Asked) -> str:
        pending = self.session.pending()
        return history.page(self.events, self.p, checked=asked.said, pending=pending.id if pending else None)

    def _sources(self) -> str:
        """How the live sources do, where there are any."""
        feed = self.session.desk.feed
        return scene.sources([self.p.line(x) for x in health_lines(feed.health(), feed.doing)], self.p) if feed else ""

    def _kept(self, name: str, make: Callable[[], _Kept]) -> _Kept:
        """What `make` gives, worked out once for a record, a proposal and a few minutes."""
        pending, now = self.session.pending(), self.session.desk.clock.now()
        key = (name, self.p.lang, len(self.events), pending.id if pending else "", int(now.timestamp()) // STALE)
        kept = self.bench.kept
        if key not in kept:
            kept[key] = make()
            while len(kept) > KEPT:
                kept.pop(next(iter(kept)), None)
        found: _Kept = kept[key]
        return found


def executed(events: Sequence[Event]) -> Decision | None:
    """The decision that was carried out last."""
    decisions = {e.body.id: e.body for e in events if isinstance(e.body, Decision)}
    done = [e.body.decision for e in events if isinstance(e.body, Executed)]
    return decisions.get(done[-1]) if done else None
