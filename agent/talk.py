"""One turn: text in, tools, checked reply out. (Contract part; the loop is written with the model door.)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.words.slots import Shown
from tools.domain.value import Lang


@dataclass(frozen=True, slots=True)
class Offered:
    """The pending decision a turn ends with."""

    id: str
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Button:
    """A suggestion under a reply: what it shows and what pressing it says."""

    label: str
    say: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn came to.

    calls took effect; refused did not, with the reason's code. figures are those printed, in order. mind is what
    answered: "builtin" or "openai:NAME"; notice is a code when the configured model was not used.
    """

    text: str
    calls: tuple[Mapping[str, Any], ...]
    refused: tuple[Mapping[str, Any], ...]
    decision: Offered | None
    figures: tuple[Shown, ...]
    choices: tuple[Button, ...]
    mind: str
    notice: str | None
    lang: Lang
