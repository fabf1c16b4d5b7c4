"""The names a text mentions and the part each plays: what owns computed figures, what only stands beside it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from knowledge.tables import load_issuers, load_universe, name_rows
from tools.names import Names

_SYNONYMS: Final = {
    "portfolio": ("portfolio", "포트폴리오", "계좌 전체", "전체 자산"),
    "index": ("index", "지수"),
    "fund": ("fund", "펀드"),
    "benchmark": ("benchmark", "벤치마크", "기준지수", "비교지수"),
    "market": ("market", "시장"),
    "account": ("account", "계좌"),
    "goal": ("goal", "목표"),
    "total": ("total", "합계", "전체", "총액"),
}
"""What keys may be about besides assets."""

_YOU = re.compile(  # you lagged the index: what you hold did
    r"\b(?:you|we)(?=(?:'ve|'re|\s+(?:have|are|were|had))?\s+(?:only\s+|just\s+)?"
    r"(?:lag|trail|beat|outp|underp|made\b|earned|returned|gained|lost|up\b|down\b|ahead\b|behind\b))",
    re.IGNORECASE,
)

_BACKGROUND: Final = frozenset({"usd", "jpy", "rates"})
"""Things that are mostly units or circumstances; they own figures only where a figure of theirs was computed."""

_APART_AFTER = re.compile(
    r"(?:\s?(?:\([^()]*\)|\s+(?:at|with)\s+\S+|'s\s+\S+|\s?[0-9.,]+\s?%))?"
    r"(?:보다|대비|[와과](?:는)?\s?달리|[와과]\s?비교|처럼|에\s?비해|에\s?비하)"
)
_APART_BEFORE = re.compile(
    r"\b(?:unlike|than|versus|vs\.?|compared\s+(?:with|to)|relative\s+to|against|like|rather\s+than|\bas\s+(?:[\w-]+\s+){1,4}as|instead\s+of|twice|thrice|double|triple|half|times|besides|ahead\s+of|behind"
    r"|above|below|over|beats?|beating|outpac(?:ed|es|ing)|outperform(?:ed|s|ing)?|underperform(?:ed|s|ing)?|trail(?:ed|s|ing)?|lag(?:ged|s|ging)?"
    r"|exceed(?:ed|s|ing)?|top(?:ped|s)?|surpass(?:ed|es|ing)?|dwarf(?:ed|s)?|outweigh(?:ed|s)?|outstrip(?:ped|s)?|edg(?:es|ed)\s+out|match(?:ed|es|ing)?)\s+(?:the\s+|your\s+|that\s+of\s+)?$",
    re.IGNORECASE,
)
_COPULA = re.compile(r"(?<=[가-힣A-Za-z0-9])(?:입니다|이에요|예요|이고요?|이며|이었\w*|였\w*)(?![가-힣])")
_CLOSERS: Final = tuple(")]%”’\"'")
_ANAPHOR = re.compile(r"(?:\b(?:the|this|that|these|its|your)\s+|(?<![가-힣])(?:이|그|해당|동)\s?)$", re.IGNORECASE)
_ANAPHORS: Final = frozenset({"stock", "share", "shares", "fund", "coin", "etf", "index", "종목", "주식", "코인"})
_ASIDE_BEFORE = re.compile(
    r"(?:\b(?:in|among|within|of|across|a|an|as|for|on)\s+(?:the\s+|all\s+|our\s+|your\s+|us\s+|a\s+)?|\()$",
    re.IGNORECASE,
)
_ASIDE_AFTER = re.compile(r"\s?(?:중|가운데|에서|섹터|업종|시장|부문|관련|\))")


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in the reply.

    apart: it only stands for comparison. aside: it qualifies another name. owns: a figure of it was computed.
    """

    id: str
    start: int
    end: int
    apart: bool = False
    aside: bool = False
    owns: bool = True


class Cast:
    """Everything that owns computed figures, and how to find it in a text."""

    def __init__(self, keys: Iterable[str], names: Names) -> None:
        """Take the names that stand before the dot of tool values, and the project's own names."""
        self._names = names
        self.of = {key: _same(_canonical(key, names)) for key in keys}
        self._owning = frozenset(self.of.values())
        spellings = {s: i for k, i in self.of.items() if not names.known(i) for s in _spellings(k)}
        self._own = {s.casefold(): i for s, i in spellings.items()}
        longest = sorted(map(re.escape, spellings), key=len, reverse=True)
        whole = rf"(?<![A-Za-z0-9가-힣])(?:{'|'.join(longest)})(?![A-Za-z0-9])"
        self._literal = re.compile(whole, re.IGNORECASE) if longest else None

    def owns(self, id: str) -> bool:
        """Whether a figure of this thing was computed."""
        return id in self._owning

    def entities(self, text: str) -> list[Entity]:
        """Names in a sentence, in order, each with the part it plays."""
        literal = self._literal.finditer(text) if self._literal else ()
        found = [Entity(self._own[m[0].casefold()], *m.span()) for m in literal]
        if self.owns("portfolio"):
            found += [Entity("portfolio", *m.span()) for m in _YOU.finditer(text)]
        plain = _COPULA.sub(lambda m: " " * len(m[0]), text)
        for m in self._names.find(plain):
            if m.text == "은" and text[m.start - 1 : m.start] in _CLOSERS:
                continue  # the particle of what stands in brackets before it, no silver
            id = _same(m.id)
            owns = self.owns(id)
            if not owns and (m.kind not in ("target", "asset") or id in _BACKGROUND):
                continue
            if any(e.start < m.end and m.start < e.end for e in found):
                continue
            if not owns and m.text.lower() in _ANAPHORS and _ANAPHOR.search(text[: m.start]):
                continue
            found.append(Entity(id, m.start, m.end))
        found.sort(key=lambda e: e.start)
        return [self._part(e, found, text) for e in found]

    def _part(self, e: Entity, found: Sequence[Entity], text: str) -> Entity:
        apart = bool(_APART_BEFORE.search(text[: e.start]) or _APART_AFTER.match(text, e.end))
        other = any(o is not e and self.owns(o.id) for o in found)
        aside = (
            not self.owns(e.id)
            and other
            and bool(_ASIDE_BEFORE.search(text[: e.start]) or _ASIDE_AFTER.match(text, e.end))
        )
        return replace(e, apart=apart, aside=aside, owns=self.owns(e.id))


@cache
def _funds() -> Mapping[str, str]:
    """Asset -> the sector or kind that nothing else in the universe carries: XLE is energy, in talk."""
    universe = load_universe()
    carried = {n.id: universe.members(n.id) for n in name_rows() if n.kind == "target"}
    return {members[0]: t for t, members in carried.items() if len(members) == 1}


def _same(id: str) -> str:
    return _funds().get(id, id)


def _canonical(key: str, names: Names) -> str:
    spelled = key.replace("_", " ").strip()
    for text in (key, spelled):
        for m in names.find(text):
            if (m.start, m.end) == (0, len(text)):
                return m.id
    return key if names.known(key) else key.casefold()


def _spellings(key: str) -> set[str]:
    plain = key.replace("_", " ")
    return {key, plain, *_SYNONYMS.get(key.casefold(), ()), *load_issuers().get(plain.casefold(), ())}
