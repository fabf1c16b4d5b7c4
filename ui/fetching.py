"""`hanfolio fetch`: what is missing of a live market, with how far it is; and how every source did."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ui.labels import label

if TYPE_CHECKING:
    from agent.wiring import Desk
    from tools.domain.value import Lang

TERMS: Final = ("fetch",)


def fetch(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Ask the sources for what is missing; 0 when there is a market afterwards, else 1."""
    from agent.words.sources import health_lines, market_lines
    from tools.errors import DataMissing
    from ui.printer import Printer

    if desk.feed is None:
        print(label("fetch_not_live", lang), file=sys.stderr)
        return 2
    made = desk.feed.refresh(_told)
    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    print(label("fetched", lang, count=made))
    for line in health_lines(desk.feed.health()):
        print(p.line(line))
    try:
        market = desk.market.at(desk.clock.now())
    except DataMissing as error:
        print(p.error(error), file=sys.stderr)
        return 1
    for line in market_lines(market.notes):
        print(p.line(line))
    return 0


def _told(done: int, total: int, what: str) -> None:
    """How far it is: drawn over the last line at a terminal, a line each in a log."""
    text = f"{done}/{total} {what}".rstrip()
    end = "\n" if done == total or not sys.stderr.isatty() else ""
    print(f"\r{text:<40}" if sys.stderr.isatty() else text, end=end, file=sys.stderr, flush=True)


COMMANDS: Final[Mapping[str, Callable[["Desk", str, "Lang", argparse.Namespace], int]]] = {"fetch": fetch}
