"""What the buttons do, without any widget: a language and a tab in, a View out.

Every call builds its own session for the investor of this page: who is asking never comes from the browser, nor does
what is approved. The page keeps, on the server, which proposal it last showed; a yes counts only for exactly that one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Queue
from threading import Lock, Thread
from typing import Any

from agent.session import Session
from agent.upkeep import replay, verify
from agent.wiring import Desk
from agent.words.imports import committed_lines
from agent.words.sources import health_lines
from tools.domain.decision import Decision
from tools.domain.events import Event, Executed, Opened, Turn
from tools.domain.investor import SetRisk
from tools.domain.value import Lang
from tools.errors import BadInput, DataMissing
from ui import (
    about,
    bets,
    book,
    cards,
    fields,
    forms,
    history,
    holdings,
    importing,
    ordering,
    press,
    reasons,
    scene,
    speech,
    standings,
)
from ui.labels import label
from ui.printer import AdvisorError, Printer
from ui.report import month_of, report

Seen = tuple[str, str]
"""Id and fingerprint of the proposal that a page shows."""

TABS = ("talk", "portfolio", "why", "market", "me", "log")


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
    """The use cases of the page for one investor.

    lang: fixed by `--lang`, else the browser's first guess. login: the investor logged in, and may log out.
    """

    desk: Desk
    investor: str = "me"
    lang: Lang | None = None
    login: bool = False
    _known: list[Event] = field(default_factory=list)
    _runs: list[standings.Run] = field(default_factory=list)  # the scoreboard being worked out, at most one
    _files: list[importing.Shown] = field(default_factory=list)  # the file being looked at, at most one
    _lock: Lock = field(default_factory=Lock)

    def language(self, accepted: str) -> Lang:
        """First guess from the browser's Accept-Language."""
        return first_language(accepted, self.lang)

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

    def turns(self) -> list[Turn]:
        """What was said and answered so far."""
        return [e.body for e in self.events() if isinstance(e.body, Turn)]

    def view(
        self,
        lang: Lang,
        tab: str,
        *,
        note: str = "",
        target: str | None = None,
        said: str = "",
        told: fields.Told = fields.SILENT,
    ) -> View:
        """The page as the record stands now: header, conversation, card and the open tab.

        Args:
            lang: Language of the page.
            tab: The open tab; only its page is drawn.
            note: One line under the card, as HTML.
            target: What the waterfall is about.
            said: Result of a button on the open page.
            told: Result of a form on it.
        """
        session = self.session(lang)
        p = self.printer(lang)
        try:
            events = self.events()
            pending = session.pending()
            return View(
                header=self._header(p),
                chat=speech.conversation(self.turns(), lang, pending=pending is not None),
                card=ordering.panel(session.orders(), p)
                + (cards.proposal(pending, p) if pending else cards.waiting(p) + self._now(session, p)),
                note=note,
                pages={tab: self._page(session, tab, p, target, said, told)} if tab in TABS[1:] else {},
                seen=_seen(pending),
                mark=len(events),
            )
        except AdvisorError as error:
            return View(note=cards.notice(p.error(error), "bad"))

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
        """A button inside a page: forget, undo, why, verify, or a form. Anything else changes nothing."""
        session = self.session(lang)
        try:
            if act == "forget" and value in {s.statement.id for s in session.statements()}:
                return self.view(lang, tab, said=session.forget(value).text)
            if act == "undo" and value in fields.ACTS:
                return self.view(lang, tab, told=fields.Told(value, session.undo().text))
            if act == "undo":
                return self.view(lang, tab, said=session.undo().text)
            if act in fields.ACTS:
                return self.view(lang, tab, told=self._told(session, act, value))
            if act == "verify":
                return self.view(lang, tab, said=self._checked(lang))
            if act.startswith("orders"):
                return self.view(lang, tab, note=self._orders(session, act, value, lang))
            if act.startswith("board"):
                self._score(session, act)
                return self.view(lang, tab)
            if act.startswith("file"):
                return self.view(lang, tab, said=self._file(session, act, value, lang))
        except AdvisorError as error:
            return self.view(lang, tab, said=self.printer(lang).error(error))
        return self.view(lang, tab, target=value if act == "why" else None)

    def _told(self, session: Session, act: str, value: str) -> fields.Told:
        """Take a form into the record; one that is refused is shown again as it was typed."""
        p = self.printer(session.lang)
        try:
            given = forms.fields(value)
            if act == "enter":
                done = session.enter(forms.entry(given, book.held(session.accounts()), p))
            elif act == "account":
                known = {s.account.id for s in session.accounts() if s.account}
                form = forms.account(given, known, p)
                done = session.open_account(
                    form.id, name=form.name, kind=form.type, currency=form.currency, trades=form.trades
                )
            else:
                done = session.answer_bets(forms.answers(given, len(session.bets())))
        except AdvisorError as error:
            return fields.Told(act, p.error(error), bad=True, typed=forms.typed(value))
        return fields.Told(act, done.text, undo=True)

    def _orders(self, session: Session, act: str, value: str, lang: Lang) -> str:
        """A button beside orders on their way, if it is still about those; gives the note under the card."""
        found = session.orders()
        if found is None or found.decision_id != value:
            return cards.notice(label("card_moved", lang), "bad")
        if act == "orders_look":
            receipt = session.settle()
        else:
            receipt = session.filled({}, rest="yes" if act == "orders_yes" else "no")
        p = self.printer(lang)
        return cards.receipt(receipt, p, simulated=self.desk.market.simulated) if receipt else ""

    def report(self, lang: Lang, month: str | None, style: str) -> str:
        """A month as one HTML document. Raises BadInput for what is no month."""
        p = self.printer(lang)
        return report(self.session(lang), p, month_of(month, self.desk.clock.now(), p.tz), style)

    def take(self, name: str, data: bytes, lang: Lang, answers: tuple[tuple[str, str], ...] = ()) -> None:
        """Read a broker's file that was dropped on the page; nothing is recorded, the page then shows what it holds."""
        found = self.session(lang).preview_trades(name, data, answers=dict(answers))
        shown = importing.Shown(name[:200], found, answers=answers)
        self._files[:] = [replace(shown, data=data) if shown.question else shown]

    def _file(self, session: Session, act: str, value: str, lang: Lang) -> str:
        """A button of the file being looked at; gives what is to be said."""
        shown = self._files[0] if self._files else None
        if act == "file":  # just dropped, or refused by the door before it was read
            return label("import_too_large", lang) if value == "413" else label("import_failed", lang) if value else ""
        if act == "file_cancel" or shown is None:
            self._files.clear()
            return ""
        if act == "file_answer" and shown.question:
            self.take(shown.name, shown.data, lang, (*shown.answers, (shown.question, value)))
            return ""
        if act == "file_take" and not shown.question:
            done = session.commit_import(shown.found.import_id, drop=shown.refused if value == "drop" else ())
            self._files.clear()
            p = self.printer(lang)
            return " ".join(p.line(x) for x in committed_lines(done.trades, done.unlisted, again=done.again))
        return ""

    def erase(self, typed: str, lang: Lang, tab: str) -> View:
        """Erase this investor for good, if the word was typed."""
        if typed.strip() != label("erase_word", lang):
            return self.view(lang, tab, said=label("erase_wrong", lang))
        self.session(lang).erase()
        with self._lock:
            self._known.clear()
        return replace(self.view(lang, tab, said=label("erased", lang)), chips="")

    def changed(self, lang: Lang, tab: str, mark: int) -> View | None:
        """The page again when the record has grown since (another window, the terminal, the watch), or while something
        long is being worked out.
        """
        working = tab == "market" and bool(self._runs) and not self._runs[0].shown
        if working and self._runs[0].finished:
            self._runs[0].shown = True  # its end is drawn once
        return self.view(lang, tab) if working or len(self.events()) != mark else None

    def _header(self, p: Printer) -> str:
        return cards.header(
            p.lang,
            simulated=self.desk.market.simulated,
            practice=self.session(p.lang).practice(),
            mind=self.desk.settings.model,
            as_of=self._as_of(p),
            account=self.investor if self.login else "",
        )

    def _as_of(self, p: Printer) -> str:
        try:
            return p.day(self.desk.market.at(self.desk.clock.now()).as_of)
        except DataMissing:
            return ""

    def _page(self, session: Session, tab: str, p: Printer, target: str | None, said: str, told: fields.Told) -> str:
        if tab == "portfolio":
            return self._portfolio(session, p, said, told)
        if tab == "why":
            return reasons.page(session.why() if self._decided() else None, target, p)
        if tab == "me":
            felt = [s.statement.wish for s in session.statements() if isinstance(s.statement.wish, SetRisk)]
            answer = next((w for w in reversed(felt) if w.loss_aversion is not None), None)
            asked = bets.section(session.bets(), answer, p, told)
            return about.page(session.statements(), session.portrait(), p, said=said, bets=asked)
        if tab == "market":
            return self._market(session, p, said)
        return history.page(self.events(), p, checked=said)

    def _portfolio(self, session: Session, p: Printer, said: str, told: fields.Told) -> str:
        """What is held, by asset and by account, and the two ways to bring in what happened elsewhere."""
        simulated = self.desk.market.simulated
        whole = None
        try:
            found = session.holdings_view()
            whole = found.now
            first = holdings.page(found, session.pending(), executed(self.events()), p)
        except DataMissing as error:  # a new home has no prices yet, and bringing trades is how it begins
            first = cards.notice(p.error(error), "bad")
        by_account = book.page(
            session.accounts(),
            whole,
            session.checked(),
            p,
            currency=session.currency(),
            simulated=simulated,
            told=told,
        )
        shown = self._files[0] if self._files else None
        return first + by_account + importing.section(shown, p, simulated=simulated, said=said)

    def _market(self, session: Session, p: Printer, said: str) -> str:
        """The market, the news and the scoreboard; one that cannot be told says why and leaves the others."""
        run = self._runs[0] if self._runs else None
        parts: tuple[Callable[[], str], ...] = (
            lambda: scene.page(session.market_view(), p) + self._sources(p),
            lambda: press.section(session.news(), p),
            lambda: standings.section(session.scoreboard(), run, p),
        )
        drawn = [cards.notice(said)]
        for part in parts:
            try:
                drawn.append(part())
            except DataMissing as error:
                drawn.append(cards.notice(p.error(error), "bad"))
        return "".join(drawn)

    def _sources(self, p: Printer) -> str:
        """How the live sources do, where there are any."""
        feed = self.desk.feed
        return scene.sources([p.line(x) for x in health_lines(feed.health(), feed.doing)], p) if feed else ""

    def _score(self, session: Session, act: str) -> None:
        """Begin to work the scoreboard out, or stop."""
        running = [r for r in self._runs if not r.finished]
        if act == "board_stop":
            for run in running:
                run.stop()
        elif not running:
            self._runs[:] = [standings.Run()]
            self._runs[0].start(lambda told: session.score(progress=told, anew=True))

    def _decided(self) -> bool:
        return any(isinstance(e.body, Decision) for e in self.events())

    def _checked(self, lang: Lang) -> str:
        """Result of checking the chain and replaying every decision of this investor."""
        chain, again = verify(self.desk), replay(self.desk, self.investor)
        faults = [*chain.faults, *(f"{d.decision}:{d.code}" for d in again.differences)]
        if faults:
            return label("verify_bad", lang, faults=", ".join(faults))
        return label("verify_ok", lang, events=chain.events, decisions=again.decisions)


@dataclass(frozen=True, slots=True)
class Everyone:
    """The handlers of each investor of this server. name: the only one, where nobody logs in."""

    desk: Desk
    name: str | None = "me"
    lang: Lang | None = None
    _made: dict[str, Handlers] = field(default_factory=dict)

    def of(self, login: str | None) -> Handlers:
        """The handlers of who is asking; with accounts that is the login, which the door wrote into the request.

        Raises:
            BadInput("nobody"): Accounts are on and this request has no login.
        """
        who = self.name or login
        if who is None:
            raise BadInput("nobody")
        return self._made.setdefault(who, Handlers(self.desk, who, self.lang, login=self.name is None))


def opening(events: Sequence[Event]) -> Opened | None:
    """How the record began; None before its first command."""
    return next((e.body for e in events if isinstance(e.body, Opened)), None)


def executed(events: Sequence[Event]) -> Decision | None:
    """The decision that was carried out last."""
    decisions = {e.body.id: e.body for e in events if isinstance(e.body, Decision)}
    done = [e.body.decision for e in events if isinstance(e.body, Executed)]
    return decisions.get(done[-1]) if done else None


def _seen(pending: Decision | None) -> Seen | None:
    return (pending.id, pending.fingerprint) if pending else None


def first_language(accepted: str, fixed: Lang | None) -> Lang:
    """The fixed language, else a first guess from Accept-Language."""
    return fixed or ("ko" if _preferred(accepted) == "ko" else "en")


def _preferred(accepted: str) -> str:
    """The language an Accept-Language header wants most."""
    best, chosen = 0.0, ""
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if weight > best:
            best, chosen = weight, tag.strip().lower().split("-")[0]
    return chosen
