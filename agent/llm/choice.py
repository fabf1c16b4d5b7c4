"""Which model answers, by setting; and what it decides on first, for the dialogue eval."""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.heard import language
from agent.llm.prompt import as_messages, instructions
from agent.wiring import Settings
from tools.errors import BadInput
from tools.names import Names

if TYPE_CHECKING:
    from agent.llm.loop import Mind

BUILTIN = "builtin"
PATIENCE = 60.0
"""Seconds of wall clock a turn may take, every retry, wait and parse counted."""


def server_name(spec: str) -> str | None:
    """NAME of `openai:NAME`, None for `builtin`. Raises BadInput on anything else."""
    kind, colon, name = spec.partition(":")
    if spec == BUILTIN:
        return None
    if kind != "openai" or not colon or not name.strip():
        raise BadInput("unknown_model", spec)
    return name.strip()


def choose_mind(settings: Settings, names: Names) -> "Mind":
    """The mind that the settings name, built once. Raises BadInput on a setting that names none."""
    name = server_name(settings.model)
    return builtin_mind(names) if name is None else _server_mind(name, settings.base_url, settings.api_key)


@lru_cache(maxsize=4)
def builtin_mind(names: Names) -> "Mind":
    """The mind that needs no key and no network, for one table of names."""
    from agent.builtin.model import BuiltinModel
    from agent.builtin.understand import Understander
    from agent.llm.loop import build

    return build(BUILTIN, BuiltinModel(understander=Understander(names)), strict=False)


@lru_cache(maxsize=4)
def _server_mind(name: str, base_url: str | None, api_key: str | None) -> "Mind":
    from agent.llm.chat import ServerModel
    from agent.llm.client import Endpoint
    from agent.llm.loop import build

    return build(f"openai:{name}", ServerModel(name, Endpoint(base_url, api_key)), strict=True)


def first_calls(
    text: str, history: Sequence[tuple[str, str]], settings: Settings, names: Names
) -> list[dict[str, Any]]:
    """What the mind decides on first for an utterance, as [{intent, slots}]; nothing is executed.

    Args:
        text: The utterance.
        history: Turns before it as (role, text), role user or assistant, oldest first.
        settings: Which model, and how to reach it.
        names: The names of the universe.
    Raises:
        ModelFailed: The model gave no usable answer. Here nothing stands in for it, so that a score is its own.
    """
    from langchain_core.messages import SystemMessage

    mind = choose_mind(settings, names)
    system = SystemMessage(instructions(language(text, "en"), names))
    answer = mind.first([system, *as_messages(history, text)], time.monotonic() + PATIENCE)
    if not answer.tool_calls:
        return [{"intent": "clarify" if "?" in answer.text else "smalltalk", "slots": {}}]
    return [{"intent": c["name"], "slots": _said(c["args"])} for c in answer.tool_calls]


def _said(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}
