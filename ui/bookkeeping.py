"""The book from the terminal: entries by hand, accounts, a check against a statement, and a broker's file."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui.labels import label

if TYPE_CHECKING:
    from agent.session import Session
    from agent.wiring import Desk
    from tools.domain.value import Lang

KINDS: Final = (
    "deposit", "withdrawal", "dividend", "interest", "fee",
    "split", "transfer_in", "transfer_out", "correction", "class",
)  # fmt: skip
CLASSES: Final = ("equity", "bond", "commodity", "real_estate", "crypto")
TYPES: Final = ("ordinary", "isa", "irp", "pension", "401k", "ira")
TERMS: Final = ("book", "account", "check")
FAILED: Final = 2


def arguments(name: str, command: argparse.ArgumentParser, lang: "Lang") -> None:
    """Options of the commands of this file."""
    if name == "book":
        command.add_argument("kind", choices=KINDS, help=label("help_entry", lang))
        command.add_argument("--asset", help=label("help_asset", lang))
        for field in ("units", "amount"):
            command.add_argument(f"--{field}", type=_exact, help=label(f"help_{field}", lang))
        command.add_argument("--ratio", type=_ratio, help=label("help_ratio", lang))
        command.add_argument("--class", dest="asset_class", choices=CLASSES, help=label("help_class", lang))
        command.add_argument("--in", dest="unit", help=label("help_unit", lang))
    if name == "account":
        command.add_argument("id", nargs="?", help=label("help_account_id", lang))
        command.add_argument("--name", help=label("help_account_name", lang))
        command.add_argument("--type", choices=TYPES, default="ordinary", help=label("help_account_type", lang))
        command.add_argument("--hold", action="store_true", help=label("help_hold", lang))
    if name == "check":
        command.add_argument("file", type=Path, help=label("help_holdings", lang))
    if name == "import":
        command.add_argument("--answer", action="append", type=_answer, default=[], help=label("help_answer", lang))
    if name in ("book", "check"):
        command.add_argument("--day", type=date.fromisoformat, help=label("help_day", lang))
    if name in ("book", "check", "import"):
        command.add_argument("--account", help=label("help_account", lang))


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(text) from error


def _ratio(text: str) -> tuple[Decimal, Decimal]:
    """ "50:1" is fifty new for one old; "50" the same."""
    new, _, old = text.partition(":")
    return _exact(new), _exact(old or "1")


def _answer(text: str) -> tuple[str, str]:
    code, mark, key = text.partition("=")
    if not mark:
        raise ValueError(text)
    return code, key


def _session(desk: "Desk", investor: str, lang: "Lang") -> "Session":
    from agent.session import Session

    return Session(desk, investor=investor, lang=lang)


def book(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Enter one thing that happened, and read it back."""
    from pydantic import ValidationError

    from tools.domain.entry import Entry
    from tools.errors import BadInput

    new, old = options.ratio or (None, None)
    given = {"kind": options.kind, "asset": options.asset, "units": options.units, "amount": options.amount}
    given |= {"currency": options.unit, "ratio": new, "per": old, "day": options.day, "account": options.account}
    given["asset_class"] = options.asset_class
    session = _session(desk, investor, lang)
    if options.unit is None and options.amount is not None:
        given["currency"] = session.currency()
    try:
        entry = Entry(**given)
    except ValidationError as error:
        what = ", ".join(str(part) for e in error.errors() for part in e["loc"]) or _missing(given)
        raise BadInput("entry_incomplete", what) from error
    print(session.enter(entry).text)
    return 0


def _missing(given: Mapping[str, object]) -> str:
    """Fields an entry of a kind needs and does not have."""
    from tools.domain.entry import NEEDS

    return ", ".join(name for name in NEEDS[str(given["kind"])] if given.get(name) is None) or "units"


def account(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Without an id list every account with what it holds; with one, name it."""
    session = _session(desk, investor, lang)
    if options.id is None:
        _list(session)
        return 0
    done = session.open_account(
        options.id,
        name=options.name or options.id,
        kind=options.type,
        currency=getattr(options, "currency", None) or session.currency(),
        trades=not options.hold,
    )
    print(done.text)
    return 0


def _list(session: "Session") -> None:
    from ui.printer import Printer

    desk, lang = session.desk, session.lang
    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    for seen in session.accounts():
        name = p.quote(seen.account.name) if seen.account else label("account_rest", lang)
        worth = p.money(seen.worth) if seen.worth else label("account_unpriced", lang)
        print(f"{name}  {worth}")
        for asset, position in seen.book.positions.items():
            print(f"  {p.name(asset)}  {p.units(position.units, asset)}")
        if seen.warning:
            print(f"  {seen.warning}")
    print(session.checked())


def check(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Compare the book with a list of holdings and remember the day; ends with 1 where they differ."""
    data = read(options.file)
    if data is None:
        return FAILED
    found = _session(desk, investor, lang).check_statement(
        options.file.name, data, day=options.day, account=options.account
    )
    print(found.text)
    return 1 if found.differences else 0


def bring(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Show what a broker's file holds and take it in, unless something in it is refused or asked."""
    from agent.words.imports import ask_lines, committed_lines, preview_lines, question, report
    from ui.printer import nameless

    p = nameless(lang)
    session = _session(desk, investor, lang)
    data = read(options.file)
    if data is None:
        return FAILED
    answers = dict(options.answer)
    found = session.preview_trades(options.file.name, data, answers=answers)
    while (open_question := question(found)) is not None:
        for line in ask_lines(open_question):
            print(p.line(line))
        key = _chosen([c.key for c in open_question.choices]) if sys.stdin.isatty() else None
        if key is None:
            example = f"--answer {open_question.code}={open_question.choices[0].key}"
            print(label("answer_how", lang, answer=example))
            return 1
        answers[open_question.code] = key
        found = session.preview_trades(options.file.name, data, answers=answers)
    for line in preview_lines(found):
        print(p.line(line))
    whole = report(found)
    assert whole is not None
    left = [r.line for r in whole.refused if r.line not in options.drop and r.line > 0]
    if left:
        print(label("drop_how", lang, drop="--drop " + ",".join(map(str, (*options.drop, *left)))), flush=True)
    done = session.commit_import(whole.import_id, drop=options.drop, account=options.account)
    for line in committed_lines(done.trades, done.unlisted, again=done.again):
        print(p.line(line))
    return 0


def _chosen(keys: Sequence[str]) -> str | None:
    """The reading the person picks by its number; None when they pick none."""
    typed = input(f"1-{len(keys)}> ").strip()
    place = int(typed) if typed.isdecimal() else 0
    return keys[place - 1] if 1 <= place <= len(keys) else None


def read(path: Path) -> bytes | None:
    """A file's bytes; None, with the reason said, when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return None


COMMANDS: "Final[Mapping[str, Callable[[Desk, str, Lang, argparse.Namespace], int]]]" = {
    "book": book,
    "account": account,
    "check": check,
    "import": bring,
}
