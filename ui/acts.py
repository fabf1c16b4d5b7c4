"""What the buttons and forms inside the rooms do. Whatever the browser sends is checked here or refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from agent.session import Session
from agent.upkeep import recomputed, replay, verify
from agent.words.imports import committed_lines
from tools.domain.decision import Decision
from tools.errors import AdvisorError
from ui import book, cards, fields, forms, importing, standings, trying
from ui.labels import label
from ui.printer import Printer
from ui.rooms import Asked, Bench


class Acts:
    """The buttons of one investor. Each gives what the open page then says; none that is unknown does anything."""

    def __init__(self, session: Session, p: Printer, bench: Bench) -> None:
        self.session, self.p, self.bench = session, p, bench

    def do(self, act: str, value: str) -> Asked:
        """What a button came to. Raises AdvisorError in the words of what it calls."""
        if act == "undo" and value in fields.ACTS:
            return Asked(told=fields.Told(value, self.session.undo().text))
        if act in fields.ACTS:
            return Asked(told=self._told(act, value))
        if act == "why":
            return Asked(target=value)
        if act == "try":
            return self._tried(value)
        found = _SAID.get(act)
        return Asked(said=found(self, value)) if found else Asked()

    def _told(self, act: str, value: str) -> fields.Told:
        """Take a form into the record; one that is refused is shown again as it was typed."""
        session, p = self.session, self.p
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

    def _tried(self, value: str) -> Asked:
        """A supposition; nothing is recorded."""
        asked = trying.read(forms.fields(value), self.p)
        return Asked(target=asked.about, tried=trying.solved(asked, self.session))

    def forget(self, value: str) -> str:
        """Forget one statement that is in force."""
        known = {s.statement.id for s in self.session.statements()}
        return self.session.forget(value).text if value in known else ""

    def undo(self, value: str) -> str:
        """Take back the last change."""
        return self.session.undo().text

    def grant(self, value: str) -> str:
        """The yes to exactly the offer that was shown."""
        self.session.grant(value)
        return label("granted", self.p.lang)

    def revoke(self, value: str) -> str:
        """Turn automatic trading off, or let an offer go."""
        return self.session.revoke().text

    def verify(self, value: str) -> str:
        """Check the chain and recompute every decision of this investor."""
        chain, again = verify(self.session.desk), replay(self.session.desk, self.session.investor)
        faults = [*chain.faults, *(f"{d.decision}:{d.code}" for d in again.differences)]
        if faults:
            return label("verify_bad", self.p.lang, faults=", ".join(faults))
        return label("verify_ok", self.p.lang, events=chain.events, decisions=again.decisions)

    def replay(self, value: str) -> str:
        """Recompute one decision from what was stored with it."""
        found = next((e.body for e in self.session.log() if isinstance(e.body, Decision) and e.body.id == value), None)
        if found is None:
            return ""
        faults = recomputed(self.session.desk, self.session.investor, found)
        if faults:
            return label("verify_bad", self.p.lang, faults=", ".join(faults))
        count = len(found.proposal.trades)
        return label("replayed", self.p.lang, code=found.code, weights=len(found.target), trades=count)

    # --- the scoreboard ---

    def board(self, value: str) -> str:
        """Begin to work the scoreboard out, unless it is being worked out."""
        if all(r.finished for r in self.bench.runs):
            self.bench.runs[:] = [standings.Run()]
            self.bench.runs[0].start(lambda told: self.session.score(progress=told, anew=True))
        return ""

    def board_stop(self, value: str) -> str:
        """Stop working it out."""
        for run in self.bench.runs:
            run.stop()
        return ""

    # --- a broker's file ---

    def take(self, name: str, data: bytes, answers: tuple[tuple[str, str], ...] = ()) -> None:
        """Read a file that was dropped on the page; nothing is recorded, the page then shows what it holds."""
        found = self.session.preview_trades(name, data, answers=dict(answers))
        shown = importing.Shown(name[:200], found, answers=answers)
        taken = bool(getattr(found, "rows", ())) and not shown.question
        self.bench.files[:] = [shown if taken else replace(shown, data=data)]

    def file(self, value: str) -> str:
        """A file was just dropped, or refused by the door before it was read."""
        return label("import_too_large" if value == "413" else "import_failed", self.p.lang) if value else ""

    def file_cancel(self, value: str) -> str:
        """Put the file away."""
        self.bench.files.clear()
        return ""

    def file_answer(self, value: str) -> str:
        """Answer the question about the file."""
        shown = self.bench.files[0] if self.bench.files else None
        if shown and shown.question:
            self.take(shown.name, shown.data, (*shown.answers, (shown.question, value)))
        return ""

    def file_check(self, value: str) -> str:
        """Compare the book with the file as a list of holdings, and remember that it was done."""
        shown = self.bench.files[0] if self.bench.files else None
        if shown is None or shown.question:
            return ""
        account = forms.fields(value).get("account") or None
        done = self.session.check_statement(shown.name, shown.data, account=account)
        self.bench.files.clear()
        return done.text

    def file_take(self, value: str) -> str:
        """Take the file into the book, into the account that was chosen."""
        shown = self.bench.files[0] if self.bench.files else None
        if shown is None or shown.question:
            return ""
        given = forms.fields(value)
        done = self.session.commit_import(
            shown.found.import_id,
            drop=shown.refused if given.get("drop") == "yes" else (),
            account=given.get("account") or None,
        )
        self.bench.files.clear()
        return " ".join(self.p.line(x) for x in committed_lines(done.trades, done.unlisted, again=done.again))


_SAID: Final[Mapping[str, Callable[[Acts, str], str]]] = {
    name: getattr(Acts, name)
    for name in (
        "forget", "undo", "grant", "revoke", "verify", "replay", "board", "board_stop",
        "file", "file_cancel", "file_answer", "file_check", "file_take",
    )
}  # fmt: skip
"""Buttons whose result is a sentence, by what they say they are."""


def orders(session: Session, p: Printer, act: str, value: str) -> str:
    """A button beside orders on their way, if it is still about those; gives the note under the card."""
    found = session.orders()
    if found is None or found.decision_id != value:
        return cards.notice(label("card_moved", p.lang), "bad")
    if act == "orders_look":
        receipt = session.settle()
    elif act == "orders_off":
        receipt = session.call_off()
    else:
        receipt = session.filled({}, rest="yes" if act == "orders_yes" else "no")
    return cards.receipt(receipt, p, simulated=session.desk.market.simulated) if receipt else ""
