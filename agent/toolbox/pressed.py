"""What our own buttons say, word for word: understood by code, whichever mind answers the rest."""

from collections.abc import Mapping
from typing import Any, Final

from agent.words.table import TABLE

_CALLS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "say.undo": ("undo", {}),
    "say.propose": ("propose", {}),
    "say.help": ("smalltalk", {}),
    "say.portfolio": ("show", {"what": "portfolio"}),
    "say.why": ("explain", {"about": "change"}),
    "say.show_proposal": ("show", {"what": "proposal"}),
    "say.sell_all": ("panic", {}),
    "say.black_litterman": ("propose", {"method": "black_litterman"}),
    "say.recall": ("recall", {}),
    "say.risk": ("show", {"what": "risk"}),
    "say.performance": ("show", {"what": "performance"}),
    "say.risk_lower": ("set_risk", {"direction": "lower"}),
    "say.risk_raise": ("set_risk", {"direction": "raise"}),
    "say.forget_cash": ("forget", {"topic": "cash"}),
}
_PHRASES: Final = {phrase.casefold(): call for code, call in _CALLS.items() for phrase in TABLE[code]}
_REJECTIONS: Final = (
    "거절해줘",
    "거절",
    "거절할게",
    "거절할게요",
    "거절해 주세요",
    "reject",
    "reject it",
    "reject this",
)


def pressed(said: str, *, pending: bool) -> tuple[str, Mapping[str, Any]] | None:
    """The call a button's own words stand for; None for anything a person made up.

    Args:
        said: The whole message.
        pending: Whether a proposal waits, so that "reject it" has something to reject.
    """
    words = said.strip(" .!").casefold()
    if pending and words in _REJECTIONS:
        return "decide", {"decision": "reject"}
    return _PHRASES.get(words) or _PHRASES.get(said.strip().casefold())
