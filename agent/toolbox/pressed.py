"""What our own buttons say, word for word: understood by code, whichever mind answers the rest."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
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
    "say.grant_no": ("revoke", {}),
    "say.revoke": ("revoke", {}),
    "say.reverse": ("reverse", {}),
    "say.suitability": ("suitability", {}),
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


_AUTO = re.compile(
    r"자동\s?(?:매매|거래|투자|실행|리밸런싱|조정)|알아서\s?(?:하는|매매|거래|사고)|\bauto(?:[- ]?(?:trad|rebalanc|invest|pilot|mode)|matic)",
    re.I,
)
_OFF = re.compile(
    r"꺼|끄|끌게|중지|중단|멈춰|멈추|그만|해제|철회|취소|하지\s?마|\b(?:turn|switch)(?:ed|ing)?\b.{0,24}\boff\b"
    r"|\b(?:stop|cancel|revoke|disable|end|no more|don't|do not|never)\b",
    re.I,
)
_ASKS = re.compile(r"[?？]|어떻게|끄면|꺼지면|켜|\b(?:how|what|if|when|why|can i|should i|turn(?:ed)? on)\b", re.I)


def switched_off(said: str) -> bool:
    """Does someone turn automatic trading off? Code hears it before any mind, so that none can stand in the way."""
    return len(said) <= 80 and bool(_AUTO.search(said) and _OFF.search(said)) and not _ASKS.search(said)


def pressed(said: str, *, pending: bool) -> tuple[str, Mapping[str, Any]] | None:
    """The call a button's own words stand for; None for anything a person made up.

    Args:
        said: The whole message.
        pending: Whether a proposal waits, so that "reject it" has something to reject.
    """
    words = said.strip(" .!").casefold()
    if switched_off(said):
        return "revoke", {}
    if pending and words in _REJECTIONS:
        return "decide", {"decision": "reject"}
    return _PHRASES.get(words) or _PHRASES.get(said.strip().casefold())
