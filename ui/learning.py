"""What takes minutes, from the terminal: training on past prices, and the scoreboard of every strategy."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ui.labels import label

if TYPE_CHECKING:
    from agent.wiring import Desk
    from tools.domain.value import Lang

TERMS: Final = ("train", "scoreboard")


def arguments(name: str, command: argparse.ArgumentParser, lang: "Lang") -> None:
    """Options of the commands of this file."""
    if name == "scoreboard":
        command.add_argument("--anew", action="store_true", help=label("help_anew", lang))


class _Bar:
    """How far a long run is, on the error stream, where somebody looks at it."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int, name: str = "") -> None:
        """Draw it over the last one."""
        if self._shown:
            full = 30 * done // max(total, 1)
            print(f"\r{'█' * full}{'░' * (30 - full)} {done}/{total} {name:<16}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(file=sys.stderr)


def train(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Learn anew for every currency in use; what may not replace the old is said and left."""
    from agent.upkeep import train as learn
    from ui.printer import Printer

    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    bar = _Bar()
    for lines in learn(desk, progress=bar):
        bar.end()
        for line in lines:
            print(p.line(line), flush=True)
    return 0


def scoreboard(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Print every strategy beside those that need no skill; interrupted, what was kept before stays."""
    from agent.session import Session
    from agent.words.learned import board_lines, voice
    from ui.printer import Printer

    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    session, bar = Session(desk, investor=investor, lang=lang), _Bar()
    try:
        board = session.score(progress=bar, anew=options.anew)
    except KeyboardInterrupt:
        bar.end()
        print(label("board_stopped", lang), file=sys.stderr)
        return 130
    bar.end()
    if board.simulated:
        print(label("simulated_long", lang))
    for line in (*board_lines(board), voice(board)):
        print(p.line(line), flush=True)
    return 0


COMMANDS: Final[Mapping[str, Callable[["Desk", str, "Lang", argparse.Namespace], int]]] = {
    "train": train,
    "scoreboard": scoreboard,
}
