"""A broker's file on the page: a place to drop it, what it holds, and the buttons that take it in or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.words.imports import preview_lines
from ui.cards import notice
from ui.labels import label
from ui.printer import Printer, escape


@dataclass(frozen=True, slots=True)
class Shown:
    """The file a page shows: its report or question, and the bytes while a question is open.

    found: an `ImportReport` or an `Ask` of the session.
    """

    name: str
    found: Any
    data: bytes = field(default=b"", repr=False)
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def question(self) -> str | None:
        """Code of the open question, None for a report."""
        return getattr(self.found, "code", None)

    @property
    def refused(self) -> tuple[int, ...]:
        """Lines that stand in the way of a commit."""
        return tuple(r.line for r in getattr(self.found, "refused", ()))


def section(shown: Shown | None, p: Printer, *, simulated: bool, said: str = "") -> str:
    """The whole section: the place to drop a file, and what the last one holds.

    Args:
        shown: The file being looked at.
        p: Prints.
        simulated: This home trades simulated prices: real trades have no place in it, and that is said first.
        said: What the last button came to.
    """
    first = f'<p class="quiet">{p.t("import_demo")}</p>' if simulated else ""
    return (
        f'<section class="hf-page" id="hf-import"><h2>{p.t("import_title")}</h2>{notice(said)}{first}'
        f'<label class="hf-drop"><b>{p.t("import_drop")}</b><span class="quiet">{p.t("import_drop_more")}</span>'
        f'<input type="file" data-file accept=".csv,.txt,.tsv,.xml,text/csv,text/plain,text/xml"></label>'
        f"{_preview(shown, p) if shown else ''}</section>"
    )


def _preview(shown: Shown, p: Printer) -> str:
    lines = "".join(f"<p>{escape(p.line(line))}</p>" for line in preview_lines(shown.found))
    return (
        f'<div class="hf-preview" role="status"><h3>{escape(p.quote(shown.name))}</h3>{lines}'
        f'<div class="hf-choices">{"".join(_buttons(shown, p))}</div></div>'
    )


def _buttons(shown: Shown, p: Printer) -> Sequence[str]:
    cancel = _button("file_cancel", "", label("import_cancel", p.lang))
    if shown.question:
        choices = [_button("file_answer", c.key, c.shown) for c in shown.found.choices]
        return [*choices, cancel]
    if not shown.found.rows:
        return [cancel]
    if shown.refused:
        text = label("import_without", p.lang, count=len(shown.refused))
        return [_button("file_take", "drop", text), cancel]
    return [_button("file_take", "", label("import_take", p.lang, count=len(shown.found.rows))), cancel]


def _button(act: str, value: str, text: str) -> str:
    return (
        f'<button type="button" class="hf-small" data-act="{act}" data-value="{escape(value)}">{escape(text)}</button>'
    )
