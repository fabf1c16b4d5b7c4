"""Every strategy beside those that need no skill, drawn; worked out on request, in minutes, and stopped at will."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.words.learned import voice
from agent.words.render import word
from agent.words.table import TABLE
from tools import figures
from tools.errors import AdvisorError
from ui.charts import table
from ui.labels import label
from ui.printer import Printer, escape


class Stopped(Exception):
    """The person pressed stop."""


@dataclass(slots=True)
class Run:
    """A scoreboard being worked out in a thread of its own. failed: what stood in the way. shown: its end was drawn."""

    done: int = 0
    total: int = 0
    finished: bool = False
    failed: AdvisorError | None = None
    shown: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self, work: Callable[[Callable[[int, int, str], None]], object]) -> None:
        """Begin; `work` is given what it tells its progress to."""
        threading.Thread(target=self._go, args=(work,), daemon=True).start()

    def stop(self) -> None:
        """End at the next step; what was kept before stays."""
        self._stop.set()

    def _go(self, work: Callable[[Callable[[int, int, str], None]], object]) -> None:
        try:
            work(self._step)
        except Stopped:
            pass
        except AdvisorError as error:
            self.failed = error
        finally:
            self.finished = True

    def _step(self, done: int, total: int, name: str) -> None:
        if self._stop.is_set():
            raise Stopped
        self.done, self.total = done, total


def section(board: Any, run: Run | None, p: Printer) -> str:
    """The table, or how to get it.

    Args:
        board: The `Scoreboard` kept, None when it was never worked out.
        run: The one being worked out.
        p: Prints.
    """
    busy = run is not None and not run.finished
    if busy and run is not None:
        act = f'<button type="button" class="hf-small" data-act="board_stop">{p.t("stop")}</button>'
        state = f'<p role="status">{escape(label("board_busy", p.lang, done=run.done, total=run.total or 1))}</p>'
    else:
        code = "board_again" if board else "board_start"
        act = f'<button type="button" class="hf-small" data-act="board">{p.t(code)}</button>'
        state = f'<p class="hf-notice bad">{escape(p.error(run.failed))}</p>' if run and run.failed else ""
    body = _table(board, p) if board else f'<p class="quiet">{p.t("board_none")}</p>'
    return f'<section class="hf-page"><div class="hf-row"><h2>{p.t("board")}</h2>{act}</div>{state}{body}</section>'


def _table(board: Any, p: Printer) -> str:
    heads = ("strategy", "growth", "sharpe", "fall", "turnover", "dsr")
    body = table(heads, "".join(_row(s, p) for s in board.scores), p)
    span = label("board_span", p.lang, first=p.day(board.first), last=p.day(board.last))
    return f'<p class="quiet">{escape(span)}</p>{body}<p class="quiet">{escape(p.line(voice(board)))}</p>'


def _row(score: Any, p: Printer) -> str:
    code = f"board.{score.name}"
    name = word(code, p.lang) if code in TABLE else p.name(score.name)
    cells = (
        f"{p.percent(score.growth)} ±{p.percent(score.growth_error)}",
        f"{figures.number(score.sharpe, p.lang)} ±{figures.number(score.sharpe_error, p.lang)}",
        p.percent(score.drawdown),
        p.percent(score.turnover, digits=0),
        "–" if score.dsr is None else figures.number(score.dsr, p.lang),
    )
    row = "".join(f'<td class="num">{escape(c)}</td>' for c in cells)
    return f'<tr><th scope="row">{escape(name)}</th>{row}</tr>'
