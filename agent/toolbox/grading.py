"""The grade of investor that somebody names themselves by, finer than the three levels of the conversation."""

import re

from tools.domain.investor import Grade, RiskLevel

_NAMED: tuple[tuple[Grade, RiskLevel, re.Pattern[str]], ...] = (
    ("careful", "conservative", re.compile(r"안정\s?추구\s?형|\bcareful\s+investor\b", re.IGNORECASE)),
    ("stable", "conservative", re.compile(r"안정\s?형|\bvery\s+careful\b", re.IGNORECASE)),
    ("middle", "balanced", re.compile(r"위험\s?중립\s?형|\bbalanced\s+investor\b", re.IGNORECASE)),
    (
        "growth",
        "aggressive",
        re.compile(r"적극\s?투자\s?형|\bgrowth[\s-](?:minded|oriented)\b|\bgrowth\s+investor\b", re.IGNORECASE),
    ),
    ("bold", "aggressive", re.compile(r"공격\s?투자\s?형|\bbold\s+investor\b", re.IGNORECASE)),
)


def grade_said(said: str, level: RiskLevel) -> Grade | None:
    """The grade named in the words, where it belongs to the level they were understood as; None without exactly one."""
    found = [(g, of) for g, of, pattern in _NAMED if pattern.search(said)]
    return found[0][0] if len(found) == 1 and found[0][1] == level else None
