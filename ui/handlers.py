"""What the buttons do, without any widget: a language and a tab in, a View out.

Every call builds its own session for the investor of this page: who is asking never comes from the browser, nor does
what is approved. The page keeps, on the server, which proposal it last showed; a yes counts only for exactly that one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from queue import Queue
from threading import Lock, Thread
from typing import Any

from agent.session import Session
from agent.wiring import Desk
from agent.words.guard import alert_lines
from tools.domain.decision import Decision
from tools.domain.events import Event, Opened, Turn
from tools.domain.value import Lang
from tools.errors import DataMissing, StoreFailed
from ui import cards, holdings, ordering, speech
from ui.acts import Acts, orders
from ui.labels import label
from ui.printer import AdvisorError, Printer
from ui.report import month_of, report
from ui.rooms import NOTHING, TABS, Asked, Bench, Rooms

Seen = tuple[str, str]
"""Id and fingerprint of the proposal that a page shows."""


NEWS = timedelta(days=3)
"""How long an alert that nobody looked at stands in every room."""


@dataclass(frozen=True, slots=True)
class View:
    """What changes on the page; None leaves a part as it is.

    seen: the proposal the card shows. mark: how long the record was, to notice changes from elsewhere. busy: an answer
    is on its way.
    """

    header: str | None = None
    chat: str | None = None
    chips: str | None = None
    card: str | None = None
    note: str | None = None
    pages: Mapping[str, str] = field(default_factory=dict)
    seen: Seen | None = None
    mark: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Handlers:
    """The use cases of the page for one investor. login: they logged in, and may log out."""

    desk: Desk
    investor: str = "me"
    login: bool = False
    bench: Bench = field(default_factory=Bench)
    _known: list[Event] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def session(self, lang: Lang) -> Session:
        """A session of this page's investor."""
        return Session(self.desk, investor=self.investor, lang=lang)

    def printer(self, lang: Lang) -> Printer:
        """Prints in the language of the page and the investor's zone."""
        opened = opening(self.events())
        tz = opened.tz if opened else self.desk.settings.zone(lang)
        return Printer(lang, tz, self.desk.names, self.desk.market.universe())

    def events(self) -> tuple[Event, ...]:
        """The whole record; only what is new since the last look is read."""
        with self._lock:
            last = self._known[-1].seq if self._known else 0
            self._known.extend(self.desk.ledger.read(self.investor, after=last))
            return tuple(self._known)

    def mark(self) -> str:
        """Changes whenever the page may have something new to show: the record grew, or long work went on."""
        runs = "".join(f"-{r.done}{'.' if r.finished else ''}" for r in self.bench.runs)
        return f"{len(self.events())}{runs}"

    def turns(self) -> list[Turn]:
        """What was said and answered so far."""
        return [e.body for e in self.events() if isinstance(e.body, Turn)]

    def view(
        self,
        lang: Lang,
        tab: str,
        *,
        note: str = "",
        asked: Asked = NOTHING,
    ) -> View:
        """The page as the record stands now: header, conversation, card and the open tab.

        Args:
            lang: Language of the page.
            tab: The open tab; only its page is drawn.
            note: One line under the card, as HTML.
            asked: What was just done on the open page.
        """
        session = self.session(lang)
        p = self.printer(lang)
        try:
            events = self.events()
            pending = session.pending()
            return View(
                header=self._header(p, waits=pending is not None) + f'<i hidden data-mark="{self.mark()}"></i>',
                chat=speech.conversation(self.turns(), lang, pending=pending is not None),
                card=self._alerts(session, p)
                + ordering.panel(session.orders(), p)
                + (cards.proposal(pending, p) if pending else self._now(session, p) + cards.waiting(p)),
                note=note,
                pages={tab: Rooms(session, p, events, self.bench).draw(tab, asked)} if tab in TABS[1:] else {},
                seen=_seen(pending),
                mark=len(events),
            )
        except AdvisorError as error:
            return View(note=cards.notice(p.error(error), "bad"))

    def _alerts(self, session: Session, p: Printer) -> str:
        """What rang in the last days and was not looked at on the page of the market."""
        since = self.desk.clock.now() - NEWS
        rung = [e for e in session.alerts() if e.at >= since and getattr(e.body, "id", "") not in self.bench.read]
        return cards.alerts([" ".join(p.line(x) for x in alert_lines(e.body)) for e in reversed(rung)], p)  # type: ignore[arg-type]

    def _now(self, session: Session, p: Printer) -> str:
        """What is held, in a few lines; without prices, why it cannot be told."""
        try:
            return holdings.small(session.portfolio(), p)
        except DataMissing as error:
            return cards.notice(p.error(error), "bad")

    def talk(self, text: str, lang: Lang, tab: str) -> Iterator[View]:
        """Say something: first the words with a sign that they are being worked on, each step as it comes, the answer.

        The turn runs beside this generator: one that is closed early (stop, a lost connection) loses no turn.
        """
        said = text.strip()
        if not said:
            return
        session, earlier = self.session(lang), self.turns()
        steps: list[Any] = []
        news: Queue[Any] = Queue()
        done: list[Any] = []

        def answer() -> None:
            try:
                done.append(session.say(said, on_step=news.put))
            finally:  # whatever happens, the page stops waiting
                news.put(None)

        Thread(target=answer, daemon=True).start()
        waiting = said[: speech.LONGEST]
        yield View(chat=speech.conversation(earlier, lang, waiting=waiting), chips="", note="", busy=True)
        while (step := news.get()) is not None:
            steps.append(step)
            yield View(chat=speech.conversation(earlier, lang, waiting=waiting, steps=steps), busy=True)
        view = self.view(lang, tab)
        if not done:
            view = replace(view, note=cards.notice(label("failed", lang), "bad"))
        elif len(self.turns()) == len(earlier):  # nothing was recorded; the answer is only shown
            last = speech.Answer(waiting, done[0].text)
            view = replace(view, chat=speech.conversation([*earlier, last], lang))
        chips = speech.chips([(c.label, c.say) for c in done[0].choices], lang) if done else ""
        yield replace(view, chips=chips)

    def approve(self, lang: Lang, tab: str, seen: Seen | None) -> View:
        """Carry out the proposal this page showed, if it is still the pending one."""
        session = self.session(lang)
        if seen is None or _seen(session.pending()) != seen:
            return self.view(lang, tab, note=cards.notice(label("card_moved", lang), "bad"))
        try:
            receipt = session.approve(*seen)
        except AdvisorError as error:
            return self.view(lang, tab, note=cards.notice(self.printer(lang).error(error), "bad"))
        note = cards.receipt(receipt, self.printer(lang), simulated=self.desk.market.simulated)
        return replace(self.view(lang, tab, note=note), chips="")

    def reject(self, lang: Lang, tab: str, seen: Seen | None) -> View:
        """Withdraw the proposal this page showed; what was said stays."""
        session = self.session(lang)
        if seen is None or _seen(session.pending()) != seen:
            return self.view(lang, tab, note=cards.notice(label("card_moved", lang), "bad"))
        try:
            session.reject(seen[0])
        except AdvisorError as error:
            return self.view(lang, tab, note=cards.notice(self.printer(lang).error(error), "bad"))
        return replace(self.view(lang, tab, note=cards.notice(label("rejected", lang))), chips="")

    def act(self, act: str, value: str, lang: Lang, tab: str) -> View:
        """A button or a form inside a room. One that is unknown changes nothing."""
        session, p = self.session(lang), self.printer(lang)
        try:
            if act.startswith("orders"):
                return self.view(lang, tab, note=orders(session, p, act, value))
            asked = Acts(session, p, self.bench).do(act, value)
        except AdvisorError as error:
            asked = Asked(said=p.error(error))
        return self.view(lang, tab, asked=asked)

    def report(self, lang: Lang, month: str | None, style: str) -> str:
        """A month as one HTML document. Raises BadInput for what is no month."""
        p = self.printer(lang)
        return report(self.session(lang), p, month_of(month, self.desk.clock.now(), p.tz), style)

    def take(self, name: str, data: bytes, lang: Lang) -> None:
        """Read a broker's file that was dropped on the page; nothing is recorded, the page then shows what it holds."""
        Acts(self.session(lang), self.printer(lang), self.bench).take(name, data)

    def erase(self, typed: str, lang: Lang, tab: str) -> View:
        """Erase this investor for good, if the word was typed."""
        if typed.strip() != label("erase_word", lang):
            return self.view(lang, tab, asked=Asked(said=label("erase_wrong", lang)))
        self.session(lang).erase()
        with self._lock:
            self._known.clear()
        self.bench.clear()
        return replace(self.view(lang, tab, asked=Asked(said=label("erased", lang))), chips="")

    def changed(self, lang: Lang, tab: str, mark: int) -> View | None:
        """The page again when the record has grown since (another window, the terminal, the watch), or while something
        long is being worked out.
        """
        runs = self.bench.runs
        working = tab == "market" and bool(runs) and not runs[0].shown
        if working and runs[0].finished:
            runs[0].shown = True  # its end is drawn once
        return self.view(lang, tab) if working or len(self.events()) != mark else None

    def _header(self, p: Printer, *, waits: bool) -> str:
        return cards.header(
            p.lang,
            simulated=self.desk.market.simulated,
            practice=self.session(p.lang).practice(),
            mind=self.desk.settings.model,
            as_of=self._as_of(p),
            account=self.investor if self.login else "",
            waits=waits,
            used=self._used(p),
        )

    def _used(self, p: Printer) -> str:
        try:
            return " ".join(p.line(line) for line in self.session(p.lang).used())
        except StoreFailed:
            return ""

    def _as_of(self, p: Printer) -> str:
        try:
            return p.day(self.desk.market.at(self.desk.clock.now()).as_of)
        except DataMissing:
            return ""


def opening(events: Sequence[Event]) -> Opened | None:
    """How the record began; None before its first command."""
    return next((e.body for e in events if isinstance(e.body, Opened)), None)


def _seen(pending: Decision | None) -> Seen | None:
    return (pending.id, pending.fingerprint) if pending else None
