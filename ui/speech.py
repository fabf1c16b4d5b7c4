"""The conversation as escaped HTML: what was said, quiet lines for the tools that ran, the reply, what to say next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tools.domain.value import Lang
from ui.labels import LABELS, label
from ui.printer import escape

STARTS = ("start_1", "start_2", "start_3", "start_4")
LONGEST = 100_000
"""Characters of a message that is still answered."""

LATEST = 60
"""Turns that are shown; the record keeps all."""


class Spoken(Protocol):
    """A turn as it was."""

    @property
    def text(self) -> str:
        """What the investor said."""
        ...

    @property
    def reply(self) -> str:
        """What was answered."""
        ...

    @property
    def calls(self) -> Sequence[Any]:
        """What took effect."""
        ...

    @property
    def refused(self) -> Sequence[Any]:
        """What did not."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn that the record does not keep."""

    text: str
    reply: str
    calls: Sequence[Any] = ()
    refused: Sequence[Any] = ()


def conversation(
    turns: Sequence[Spoken],
    lang: Lang,
    *,
    waiting: str | None = None,
    steps: Sequence[Any] = (),
    pending: bool = False,
) -> str:
    """The whole conversation, newest last.

    Args:
        turns: Earlier turns in order.
        lang: Language of the page.
        waiting: A message that is being answered right now.
        steps: Tool calls of that answer so far.
        pending: A proposal waits; on a phone the last reply points to it.
    """
    if not turns and waiting is None:
        return f'<div class="hf-talk">{greeting(lang)}</div>'
    shown = "".join(_turn(t, lang) for t in turns[-LATEST:])
    if waiting is not None:
        shown += _said(waiting, lang) + _reply(label("thinking", lang), steps, (), lang, more=" hf-thinking")
    elif pending:
        shown += f'<a class="hf-chip hf-to-card" href="#hf-side">{escape(label("see_card", lang))} ↓</a>'
    return f'<div class="hf-talk" role="log" aria-label="{escape(label("conversation", lang))}">{shown}</div>'


def greeting(lang: Lang) -> str:
    """What this can do, and four things to click."""
    hello, more = escape(label("greeting", lang)), escape(label("greeting_more", lang))
    return (
        f'<div class="hf-greeting"><h1>{hello}</h1><p>{more}</p>'
        f"{chips([(label(c, lang), label(c, lang)) for c in STARTS], lang)}</div>"
    )


def chips(choices: Iterable[tuple[str, str]], lang: Lang) -> str:
    """Buttons that say something: (what it shows, what it says)."""
    items = "".join(
        f'<li><button type="button" class="hf-chip" data-act="say" data-value="{escape(said)}">'
        f"{escape(shown)}</button></li>"
        for shown, said in choices
    )
    return f'<ul class="hf-chips" aria-label="{escape(label("suggestions", lang))}">{items}</ul>' if items else ""


def _turn(turn: Spoken, lang: Lang) -> str:
    return _said(turn.text, lang) + _reply(turn.reply, turn.calls, turn.refused, lang)


def _reply(text: str, calls: Sequence[Any], refused: Sequence[Any], lang: Lang, more: str = "") -> str:
    steps = "".join(_step(c, lang, refused=getattr(c, "reason", None) is not None) for c in calls)
    steps += "".join(_step(c, lang, refused=True) for c in refused)
    listed = f'<ul class="hf-steps">{steps}</ul>' if steps else ""
    return f'<div class="hf-reply{more}">{listed}<p>{escape(text)}</p></div>'


def _said(text: str, lang: Lang) -> str:
    return f'<div class="hf-said"><span class="sr">{escape(label("you", lang))}: </span>{escape(text)}</div>'


def _step(call: Any, lang: Lang, *, refused: bool) -> str:
    """One quiet line for a tool; `call` carries the tool's name."""
    code = f"step_{call.name}"
    text = label(code, lang) if code in LABELS else label("step_other", lang, name=call.name)
    if refused:
        return f'<li class="refused">{escape(label("step_refused", lang))}: {escape(text)}</li>'
    return f"<li>{escape(text)}</li>"
