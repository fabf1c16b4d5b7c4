"""Orders from the terminal and on the page: look, answer what came of them, and the broker beside the book."""

import argparse
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from ui.labels import label

if TYPE_CHECKING:
    from agent.ordering import Answered, OrderList
    from agent.session import Session
    from agent.wiring import Desk
    from tools.domain.value import Lang
    from ui.printer import Printer

TERMS: Final = ("orders", "filled", "broker")


def arguments(name: str, command: argparse.ArgumentParser, lang: "Lang") -> None:
    """Options of the commands of this file."""
    if name == "orders":
        form = command.add_mutually_exclusive_group()
        form.add_argument("--csv", action="store_true", help=label("help_orders_csv", lang))
        form.add_argument("--cancel", action="store_true", help=label("help_orders_cancel", lang))
    if name == "filled":
        command.add_argument("answers", nargs="*", metavar="ASSET=UNITS@PRICE", help=label("help_answers", lang))
        rest = command.add_mutually_exclusive_group()
        rest.add_argument("--as-proposed", action="store_true", help=label("help_as_proposed", lang))
        rest.add_argument("--none", action="store_true", help=label("help_none", lang))
    if name == "broker":
        command.add_argument("--take", action="store_true", help=label("help_take", lang))


def answer(text: str) -> "tuple[str, Answered]":
    """ASSET=UNITS@PRICE, with +FEE at will; ASSET=yes; ASSET=no. Raises BadInput("fill_unreadable", TEXT)."""
    from agent.ordering import Did
    from tools.errors import BadInput

    asset, _, said = text.rpartition("=")
    if asset and said.casefold() in ("yes", "no", "예", "아니요", "아니오"):
        return asset, "yes" if said.casefold() in ("yes", "예") else "no"
    units, at, rest = said.partition("@")
    price, _, fee = rest.partition("+")
    try:
        done = Did(_exact(units), _exact(price), _exact(fee) if fee else None)
    except InvalidOperation as error:
        raise BadInput("fill_unreadable", text) from error
    if not asset or not at:
        raise BadInput("fill_unreadable", text)
    return asset, done


def _exact(text: str) -> Decimal:
    found = Decimal(text.strip().replace(",", ""))
    if not found.is_finite():
        raise InvalidOperation(text)
    return found


def _session(desk: "Desk", investor: str, lang: "Lang") -> "Session":
    from agent.session import Session

    return Session(desk, investor=investor, lang=lang)


def orders(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Ask the broker after the orders and print them; with --csv as a file to copy, with --cancel called off first."""
    session = _session(desk, investor, lang)
    if options.cancel:
        return _tell(session, session.call_off(), waiting=False)
    receipt = session.settle()
    found = session.orders()
    if options.csv:
        sys.stdout.write(found.csv if found else "")
        return 0
    if found is not None:
        print(found.text)
    return _tell(session, receipt, waiting=found is not None)


def filled(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Take what the person did; ends with 1 while something is still open."""
    session = _session(desk, investor, lang)
    answers = dict(answer(text) for text in options.answers)
    receipt = session.filled(answers, rest="yes" if options.as_proposed else "no" if options.none else "open")
    return _tell(session, receipt, waiting=False)


def _tell(session: "Session", receipt: "object", *, waiting: bool) -> int:
    """Print a receipt, unless its list stands there already, and what stands in the way; 1 while something is open."""
    from agent.words.orders import receipt_lines
    from agent.words.slots import Line
    from tools.domain.decision import Receipt
    from tools.errors import AdvisorError
    from ui.printer import Printer

    desk, lang = session.desk, session.lang
    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    if not isinstance(receipt, Receipt):
        print(p.line(Line("orders.none")))
        return 0
    if not waiting:
        print(" ".join(p.line(line) for line in receipt_lines(receipt, simulated=desk.market.simulated)))
    if receipt.trouble:
        print(p.error(AdvisorError(*receipt.trouble)), file=sys.stderr)
    return 1 if receipt.waiting else 0


def broker(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Who carries orders out, and whether the book agrees with it; ends with 1 where it does not."""
    session = _session(desk, investor, lang)
    if options.take:
        print(session.take_broker().text)
        return 0
    found = session.broker()
    print(found.text)
    return 1 if found.differences else 0


COMMANDS: "Final[Mapping[str, Callable[[Desk, str, Lang, argparse.Namespace], int]]]" = {
    "orders": orders,
    "filled": filled,
    "broker": broker,
}


def panel(found: "OrderList | None", p: "Printer") -> str:
    """The orders on the page while they are on their way, with the answers that need no figures; empty without any."""
    from ui.printer import escape

    if found is None:
        return ""
    rows = "".join(f"<li>{escape(line)}</li>" for line in found.text.split("\n")[1:])
    acts = ("orders_yes", "orders_no") if found.broker == "manual" else ("orders_look", "orders_off")
    buttons = " ".join(
        f'<button type="button" class="hf-small" data-act="{act}" data-value="{escape(found.decision_id)}">'
        f"{p.t(act)}</button>"
        for act in acts
    )
    how = f'<p class="quiet">{p.t("orders_how")}</p>' if found.broker == "manual" else ""
    return (
        f'<section class="hf-card" aria-labelledby="orders-title"><h2 id="orders-title">{p.t("orders_title")}</h2>'
        f'<p>{escape(found.text.split(chr(10))[0])}</p><ul class="hf-list">{rows}</ul><p>{buttons}</p>{how}</section>'
    )
