"""What a model is told before the investor's words: a stable text, then the facts of this investor and no other."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agent.words.render import render, word
from agent.words.slots import Line, Word
from agent.work import Work
from tools.domain.events import Turn
from tools.domain.value import Lang
from tools.names import Names
from tools.state import forgotten_turns

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

HISTORY = 6
"""Turns before this one that a model is shown."""

STATEMENTS = 60
"""Newest statements in force that a model is shown; the tools know all of them."""


def instructions(lang: Lang, names: Names) -> str:
    """The part that never changes, first, so that a server can keep it: the rules and the ids that tools know."""
    ids = (*names.ids("target"), *names.ids("asset"))
    return f"{word('prompt.system', lang)}\nid: {' '.join(dict.fromkeys(ids))}"


@lru_cache(maxsize=8)
def prompt_digest(lang: Lang, names: Names) -> str:
    """SHA-256 of the instructions, by which a record says what a model had been told."""
    return hashlib.sha256(instructions(lang, names).encode()).hexdigest()


def system_prompt(work: Work) -> str:
    """Instructions and this investor's facts: what holds, what waits, the currency and the day."""
    state, lang = work.state, work.lang
    market = "prompt.demo" if work.desk.market.simulated else "prompt.real"
    waiting = "prompt.yes" if state.pending else "prompt.no"
    about = Line("prompt.context", {"market": Word(market), "pending": Word(waiting)})
    facts = {
        "today": work.at.astimezone(ZoneInfo(work.tz)).date().isoformat(),
        "currency": work.currency,
        "in_force": [
            s.statement.wish.model_dump(mode="json", exclude_none=True) | {"said": s.statement.said}
            for s in state.in_force[-STATEMENTS:]
        ],
    }
    context = render(about, lang, work.desk.names, tz=work.tz).text
    return "\n\n".join((instructions(lang, work.desk.names), context, json.dumps(facts, ensure_ascii=False)))


def earlier(work: Work) -> tuple[tuple[str, str], ...]:
    """The last turns as (role, text), oldest first, without those whose statements the investor had forgotten."""
    gone = forgotten_turns(work.state)
    recent = (event.body for event in work.state.turns[-HISTORY:])
    turns = [t for t in recent if isinstance(t, Turn) and t.id not in gone]
    return tuple(pair for t in turns for pair in (("user", t.text), ("assistant", t.reply)))


MISHEARD = frozenset(("not_said", "unknown_target", "bad_args", "unknown_tool"))
"""Why a call is refused that the words never called for."""


def took(work: Work) -> tuple[tuple[dict[str, Any], ...], ...]:
    """What each of the turns of `earlier` came to: calls that took effect, or were only short of something."""
    gone = forgotten_turns(work.state)
    recent = (event.body for event in work.state.turns[-HISTORY:])
    turns = [t for t in recent if isinstance(t, Turn) and t.id not in gone]
    return tuple(
        tuple({"name": c.name, "args": dict(c.args)} for c in (*t.calls, *t.refused) if c.reason not in MISHEARD)
        for t in turns
    )


def as_messages(
    history: Sequence[tuple[str, str]], said: str, calls: Sequence[Sequence[Mapping[str, Any]]] = ()
) -> "list[BaseMessage]":
    """The talk so far as a chat model takes it.

    Args:
        history: Turns as (role, text), oldest first.
        said: What is said now.
        calls: What each of the investor's turns came to, for the model that has no other way to know; none is sent.
    """
    from langchain_core.messages import AIMessage, HumanMessage

    told = iter(calls)
    found: list[BaseMessage] = []
    for role, text in history:
        came_to = next(told, None) if role == "user" else None
        beside = {} if came_to is None else {"additional_kwargs": {"calls": list(came_to)}}
        found.append(HumanMessage(text, **beside) if role == "user" else AIMessage(text))
    return [*found, HumanMessage(said)]
