"""Letting trades happen without being asked: "금은 8~12% 안에서 알아서 해줘, 3개월". Read by rules alone.

What is at stake is not left to a probability: the words that allow it must stand there, and so must the band. What is
missing is asked back by the tool. Turning it off is heard before any mind (`agent.toolbox.pressed`).
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from typing import Any

from agent.builtin.context import Call
from agent.builtin.reading import Reading

_UNASKED = re.compile(
    r"자동(?:으로|매매|거래|리밸런싱|\s?조정)|알아서\s?(?:해|하|매매|거래|사고|팔|조정|리밸런싱|맞춰|관리|굴려)|맡길게|맡긴다|맡겨|위임"
    r"|(?:묻지|물어보지)\s?(?:말고|않고)|(?:승인|허락|확인)\s?없이"
    r"|\bautomatic(?:ally)?\b|\bauto[- ]?(?:trad|rebalanc)|\bon your own\b|\bby yourself\b|\bwithout asking\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"해\s?줘|해주|해\s?도\s?(?:돼|되|좋)|하도록|하세요|하렴|해라|맡|허락|허용|괜찮|켜|부탁|둘게|하자"
    r"|\byou (?:may|can|are allowed|have my permission)\b|\blet (?:it|you)\b|\b(?:please|keep|feel free|allow|permit|turn on|enable|go ahead)\b"
    r"|^\s*(?:auto|rebalance|trade)\b",
    re.IGNORECASE,
)
_OUTRIGHT = re.compile(
    r"자동\s?(?:매매|거래)|자동으로\s?(?:매매|거래|리밸런싱)|\bauto[- ]?(?:trad|rebalanc)|\b(?:trade|rebalance|buy and sell) automatically"
    r"|\bautomatic (?:trad|rebalanc)|\bwithout asking\b",
    re.IGNORECASE,
)
"""Words that mean nothing but this, so that a missing band is asked for rather than passed over."""
_RHYTHM = re.compile(
    r"매(?:달|월|주|년|분기)|분기|(?:한\s?달|일주일|일\s?년)에|\b(?:every|each|monthly|weekly|quarterly|yearly|annually)\b",
    re.I,
)
_ASKS = re.compile(r"[?？]\s*$|나요|까요|\b(?:what|how|why|if|do you|does it|is it)\b", re.IGNORECASE)


def granted(reading: Reading) -> Call | None:
    """The grant an utterance offers, with what it says of band and length; None when it offers none.

    An end that is a date is read by the tool, which knows what day it is.
    """
    text = reading.text
    if not _UNASKED.search(text) or not _MAY.search(text) or _ASKS.search(text):
        return None
    args = _band(reading)
    outright = _OUTRIGHT.search(text) and not _RHYTHM.search(text)  # "every quarter, without asking": a rhythm
    if not ("low" in args or "within" in args or outright):
        return None
    spans = [f.value for f in reading.figures if f.kind == "duration"]
    return Call("grant", {**args, "months": round(spans[0], 3)} if spans else args)


def _band(reading: Reading) -> dict[str, Any]:
    """Two weights of one thing, or points around everything."""
    shares = [f for f in reading.figures if f.kind in ("percent", "points", "fraction") and 0 < f.value <= 1]
    targets = {m.id for m in reading.targets}
    if len(shares) == 2 and len(targets) == 1:
        low, high = sorted(f.value for f in shares)
        return {"target": targets.pop(), "low": low, "high": high}
    if len(shares) == 1 and not targets:
        return {"within": shares[0].value}
    return {"target": targets.pop()} if len(targets) == 1 else {}
