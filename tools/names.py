"""What people call things: finds targets, assets, strategies, events and goals in Korean and English text.

One table (`knowledge/tables/targets.csv`) and the universe's own names go in; `find` returns every mention with its
place, `label` says the name back. Aliases in the table may carry a mark: `=US` counts only in exactly this case
("us" is a pronoun), `~value` only in a comparison ("value beats growth", not "the value of my portfolio").
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from tools.domain.market import Asset, Universe
from tools.spelling import Speller, distance, is_hangul, is_latin, jamo, squeeze

MASK = "mask"
"""Kind of names that are no target but contain one (카카오뱅크, blue chip): found so that nothing inside them is."""

_RANK = {"target": 0, "asset": 1, "strategy": 2, "event": 3, "goal": 4, "level": 5, "metric": 6, MASK: 7}
_NO_SHARES = frozenset(
    {
        *("stocks", "bonds", "cash", "crypto", "gold", "silver", "commodities", "real_estate", "usd", "jpy", "rates"),
        *("us_treasuries", "kr_bonds", "corporate_bonds", "high_yield", "long_bonds", "short_bonds", "tips"),
        *("bitcoin", "ethereum", "leveraged_products"),
    }
)
"""Targets that have no shares: in '채권 주식 금' the second word is a thing of its own, in '테슬라 주식' it is not."""

_UNITS = frozenset({"달러", "엔", "엔화", "원화", "dollar", "dollars", "usd", "jpy", "yen", "krw", "shares", "coins"})
"""Words that name a thing by themselves but count it after a number: '달러 비중', '200달러'."""

_NUMBER_BEFORE = re.compile(r"(?:[\d만천백십억조몇]|hundred|thousand|million|billion|grand|\d[km])[\s-]*$", re.I)
_NUMBER_AFTER = re.compile(r"\s?\d[\d,.]*(?!\s?(?:%|퍼|프로|percent|pct|[\d,.]))")
_PARTICLE = (
    "은|는|이|가|을|를|와|과|이랑|랑|하고|도|만|의|에게|에서|에는|에도|에만|에|으로|로|까지|부터|보다|처럼|마저|조차|이라도|라도"
    "|이라고|라고|이라는|라는|이라|라|이란|란|이나|나|이든지|든지|이든|든|이고|고|인데|인|이야|야|이다|다|입니다|이에요|예요|이요|요|임"
    "|대로|뿐|밖에|마다|한테|말고|대신|빼고|이면|면"
)
_NOUN = (
    "주식|주들|주가|주|관련주|관련|종목|업종|섹터|산업|기업|회사|업체|쪽|측|계열|테마|펀드|현물|선물|들|비중|비율|값|가격|시세|투자|자산|상품|시장"
    "|지수|증시|뉴스|소식|전망|분위기|심리|노출|익스포저|포지션|물량|보유|수익|성과|변동|차트|한도|상한|하한|위주|중심|대비|기준|이외|외|자금|자체"
)
_VERB = (
    "빼|뺀|뺄|뺐|팔|판|파는|샀|산다|사줘|사자|살까|사고|사서|늘|늘려|줄|줄여|담|넣|제외|추가|매수|매도|매각|편입|정리|처분|삭제|얼마|왜|오르|오를|오른|올라"
    "|올려|내려|내리|내릴|내린|떨어|하락|상승|급등|급락|폭락|폭등|싫|좋|전부|전량|다팔|다빼|절반|반만|좀|조금|더|덜|최대|최소|이상|이하|금지|허용|안사|못사|그만"
    "|하|할|합|해|했|한|시킬|시키|되|가려|가고|갈|가자|가서|간다|가기|없|있|많|적|높|낮|언제|어때|어떻|때문|같|이기|이길|완전|절대|무조건"
)
_TAIL = re.compile(f"(?:{_NOUN})*(?:{_PARTICLE})*(?:(?![가-힣])|{_VERB})")
_SHORT_TAIL = re.compile(
    "(?:값|비중|투자|관련주|관련|펀드|현물|시세|가격|쪽)?"
    "(?:은|는|이|가|을|를|와|과|이랑|랑|하고|도|만|의|에|으로|로|까지|부터|보다|처럼|말고|대신|빼고|이나|나|라도|이라도)?"
    "(?:(?![가-힣])|빼|뺀|뺄|팔|늘|줄여|담|넣|좀|더|덜|사는|사려|사고|살)"
)
_PLURAL = re.compile(r"(?:'s|es|s)?(?![A-Za-z0-9])")
_GLUE = frozenset(
    {
        *(
            "내",
            "제",
            "그",
            "이",
            "저",
            "총",
            "전체",
            "현재",
            "보유",
            "신규",
            "다른",
            "모든",
            "일부",
            "주요",
            "우량",
            "대형",
        ),
        *("국내", "해외", "미국", "한국", "글로벌", "세계"),
    }
)
"""Words that stand before a name without a space: 국내채권, 내주식."""

_KIN_EN = re.compile(
    r"[\s-]+(?:(?:related|linked|focused)[\s-]+)?"
    r"(?:stocks?|shares?|equit(?:y|ies)|etfs?|funds?|compan(?:y|ies)|firms?|industry|sector|names)(?![A-Za-z0-9])",
    re.I,
)
_FUND_EN = re.compile(r"[\s-]+(?:etfs?|funds?)(?![A-Za-z0-9])", re.I)
_KIN_KO = re.compile(
    rf"\s?(?:관련\s?)?(?:주식|종목|기업들?|회사들?|업체들?|업종|섹터|관련주|펀드|etf)(?=(?:{_PARTICLE}|들)*(?![가-힣])|{_VERB})"
    rf"|주(?=(?:{_PARTICLE}|들)*(?![가-힣])|{_VERB})",
    re.I,
)
_FUND_KO = re.compile(r"\s?(?:펀드|etf)", re.I)
_COMPARED = re.compile(r"\W+(?:vs|versus|over|beats?|outperforms?|outpac\w+|than|to beat|will)\b", re.I)
_COMPARES = re.compile(
    r"\b(?:vs\.?|versus|over|beats?|outperforms?|outpac\w+|than|against|(?:lean|tilt)\w*(?: more)? (?:to|towards?))\s+$",
    re.I,
)
_POSSESSED = re.compile(r"\b(?:portfolio|account|the|its|my|market|asset|fair|net)\s+$", re.I)
_WORD = re.compile(r"[A-Za-z]{5,}|[가-힣]{3,}")


@dataclass(frozen=True, slots=True)
class Name:
    """One row of the table: an id, what kind of thing it is, its display names and everything people call it."""

    id: str
    kind: str
    name_ko: str
    name_en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named in a text. `start`, `end`: offsets into the original; `exact` is False for a corrected typo."""

    id: str
    kind: str
    start: int
    end: int
    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Alias:
    """One spelling. `gaps`: places in the squeezed spelling where a separator may stand."""

    id: str
    kind: str
    gaps: frozenset[int]
    cased: str | None = None  # the spelling, when it counts only in exactly this case
    weak: bool = False


class Names:
    """The names of one universe and of everything the conversation is about."""

    def __init__(self, rows: Sequence[Name], universe: Universe) -> None:
        """Compile the table; the universe's assets join a target of their own name or stand for themselves."""
        self._rows = {r.id: r for r in rows if r.kind != MASK}
        self._assets = {a.id: a for a in universe.assets}
        self._aliases: dict[str, dict[str, _Alias]] = {}
        for row in rows:
            for spelling in (row.name_ko, row.name_en, *row.aliases):
                if spelling:
                    self._add(spelling, row.id, row.kind)
        for asset in universe.assets:
            self._add_asset(asset, universe)
        lengths: dict[str, set[int]] = {}
        for key in self._aliases:
            lengths.setdefault(key[:2], set()).add(len(key))
            if len(key) == 1:
                lengths.setdefault(key, set()).add(1)
        self._lengths = {k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()}
        self._speller: Speller | None = None

    def find(self, text: str, kinds: Collection[str] | None = None) -> tuple[Mention, ...]:
        """All mentions in order, the longest first where they overlap.

        Args:
            text: What was said, in composed form (NFC).
            kinds: Only these kinds of things (target, asset, strategy, event, goal, level, metric); None = all.
        """
        found = self._candidates(text, kinds)
        found.sort(key=lambda m: (m.start - m.end, m.start, _RANK.get(m.kind, 9)))
        taken = bytearray(len(text))
        chosen: list[Mention] = []
        for mention in found:
            if not any(taken[mention.start : mention.end]):
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                chosen.append(mention)
        if kinds is None or "target" in kinds:
            chosen.extend(self._typos(text, taken))
        return tuple(sorted((m for m in chosen if m.kind != MASK), key=lambda m: m.start))

    def near(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Ids of targets and assets whose names look like `word`, best first: for asking back, never picked."""
        letters = jamo(word)
        pairs = {letters[i : i + 2] for i in range(len(letters) - 1)}
        scored: dict[str, float] = {}
        for key, owners in self._aliases.items():
            owner = owners.get("target") or owners.get("asset")
            other = jamo(key)
            if owner is None or not pairs & {other[i : i + 2] for i in range(len(other) - 1)}:
                continue
            apart = distance(letters, other) / max(len(letters), len(other))
            if apart <= 0.5:
                scored[owner.id] = min(apart, scored.get(owner.id, 1.0))
        return tuple(sorted(scored, key=lambda i: (scored[i], i)))[:limit]

    def label(self, name_id: str, lang: Literal["ko", "en"]) -> str:
        """Display name in a language; an id that nothing here names is its own label."""
        thing = self._rows.get(name_id) or self._assets.get(name_id)
        if thing is None:
            return name_id
        return thing.name_ko if lang == "ko" else thing.name_en

    def known(self, name_id: str) -> bool:
        """True for the id of anything in the table or the universe."""
        return name_id in self._rows or name_id in self._assets

    def kind(self, name_id: str) -> str | None:
        """What kind of thing an id is; `asset` for one that only the universe knows, None when unknown."""
        row = self._rows.get(name_id)
        return row.kind if row else "asset" if name_id in self._assets else None

    def ids(self, kind: str) -> tuple[str, ...]:
        """All ids of one kind, in the table's order."""
        return tuple(self._assets) if kind == "asset" else tuple(r.id for r in self._rows.values() if r.kind == kind)

    def _add(self, spelling: str, owner: str, kind: str, cased: bool = False) -> None:
        weak, cased = spelling.startswith("~"), cased or spelling.startswith("=")
        plain = spelling.lstrip("~=")
        key, _, gaps = squeeze(plain)
        alias = _Alias(owner, kind, frozenset(i for i, g in enumerate(gaps) if g), plain if cased else None, weak)
        before = self._aliases.setdefault(key, {}).get(kind)
        if before is not None and before.id == owner:
            looser = before.gaps | alias.gaps
            both = before.cased if before.cased == alias.cased else None
            alias = _Alias(owner, kind, looser, both, before.weak and alias.weak)
        self._aliases[key][kind] = alias

    def _add_asset(self, asset: Asset, universe: Universe) -> None:
        """A target that covers only this asset and shares a name with it speaks for it; else the asset for itself."""
        spellings = (asset.id, asset.name_en, asset.name_ko, *asset.aliases)
        owners = {s: self._target_of(s) for s in spellings}
        voice = next((t for t in owners.values() if t and universe.members(t) == (asset.id,)), None)
        for spelling in spellings:
            target = owners[spelling]
            members = universe.members(target) if target else ()
            claimed = target is not None and members != () and not (spelling == asset.id and asset.id in members)
            if target is not None and (claimed or target == voice):
                continue
            key = squeeze(spelling)[0]
            if voice:
                self._add(spelling, voice, "target")
            elif key:
                self._aliases.setdefault(key, {}).pop("target", None)
                self._add(spelling, asset.id, "asset", cased=spelling == asset.id and _word_like(spelling))

    def _target_of(self, spelling: str) -> str | None:
        owner = self._aliases.get(squeeze(spelling)[0], {}).get("target")
        return owner.id if owner else None

    def _candidates(self, text: str, kinds: Collection[str] | None) -> list[Mention]:
        squeezed, offsets, gaps = squeeze(text)
        found: list[Mention] = []
        for i in range(len(squeezed)):
            lengths = self._lengths.get(squeezed[i : i + 2], ()) or self._lengths.get(squeezed[i], ())
            if len(squeezed[i : i + 2]) == 2 and squeezed[i] in self._lengths and lengths[-1] > 1:
                lengths = (*lengths, 1)
            for length in lengths:
                owners = self._aliases.get(squeezed[i : i + length])
                if owners is None or i + length > len(squeezed):
                    continue
                start, end = offsets[i], offsets[i + length - 1] + 1
                holes = {k for k in range(1, length) if gaps[i + k]}
                key = squeezed[i : i + length]
                if not _free_after(text, end, key):
                    continue
                for alias in owners.values():
                    wanted = kinds is None or alias.kind in kinds or alias.kind == MASK
                    head = key[: min(alias.gaps)] if alias.gaps else key
                    if wanted and holes <= alias.gaps and self._free_before(text, start, head):
                        mention = _accept(text, start, end, key, alias)
                        if mention:
                            found.append(mention)
        return found

    def _free_before(self, text: str, start: int, head: str) -> bool:
        """May a name whose first word is `head` start here? Short Hangul must not grow out of a word (확인도, 인도)."""
        if start == 0:
            return True
        before = text[start - 1]
        if is_latin(head[0]):
            return not is_latin(before) and not (head[0].isdigit() and before in ".,")
        if not is_hangul(head[0]):
            return True
        if len(head) == 1:
            return not is_hangul(before) and not before.isalnum()
        if not is_hangul(before) or len(head) >= 3:
            return True
        begin = start
        while begin and is_hangul(text[begin - 1]):
            begin -= 1
        run = text[begin:start]
        return run in _GLUE or run in self._aliases

    def _typos(self, text: str, taken: bytearray) -> list[Mention]:
        found = []
        for match in _WORD.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            fixed = self._corrected(match.group())
            if fixed:
                alias, length = fixed
                end = start + length
                found.append(Mention(alias.id, alias.kind, start, end, text[start:end], exact=False))
        return found

    def _corrected(self, word: str) -> tuple[_Alias, int] | None:
        """The alias a word misspells by one letter and how many of its characters spell it; particles are set aside."""
        speller = self._spelling()
        for length in range(len(word), 2, -1) if is_hangul(word[0]) else (len(word),):
            if length < len(word) and not _TAIL.match(word, length):
                continue
            known = speller.correct(word[:length].lower())
            if known:
                owners = self._aliases[known]
                return owners.get("target") or owners.get("asset") or owners["strategy"], length
        return None

    def _spelling(self) -> Speller:
        if self._speller is None:
            names = {squeeze(n)[0] for r in self._rows.values() for n in (r.name_en, r.name_ko) if n}
            words = []
            for key, owners in self._aliases.items():
                plain = [a for a in owners.values() if a.kind in ("target", "asset", "strategy") and not a.cased]
                latin, hangul = all("a" <= c <= "z" for c in key), all(is_hangul(c) for c in key)
                if plain and ((latin and len(key) >= (5 if key in names else 8)) or (hangul and len(key) >= 3)):
                    words.append(key)
            self._speller = Speller(words)
        return self._speller


def _word_like(ticker: str) -> bool:
    """Tickers such as NOW, ALL or IT are words; they count only in capitals."""
    return ticker.isalpha() and ticker.isascii() and len(ticker) <= 4


def _free_after(text: str, end: int, key: str) -> bool:
    """May a name end here, given what follows? Particles and verbs may follow at once, other syllables may not."""
    if end >= len(text):
        return True
    if is_latin(key[-1]):
        return _PLURAL.match(text, end) is not None
    if not is_hangul(key[-1]) or not is_hangul(text[end]):
        return True
    if len(key) >= 3:
        return True
    return (_SHORT_TAIL if len(key) == 1 else _TAIL).match(text, end) is not None


def _accept(text: str, start: int, end: int, key: str, alias: _Alias) -> Mention | None:
    """Judge case, units and weak words, and take in the generic word that belongs to the name ("Tesla stock")."""
    if alias.cased is not None and text[start:end] != alias.cased:
        return None
    if key in _UNITS and _counts(text, start, end):
        return None
    if alias.weak and not _compared(text, start, end):
        return None
    if is_latin(key[-1]):
        plural = _PLURAL.match(text, end)
        end = plural.end() if plural else end
    if alias.kind in ("target", "asset"):
        plain = alias.id in _NO_SHARES
        latin, korean = (_FUND_EN, _FUND_KO) if plain else (_KIN_EN, _KIN_KO)
        kin = korean.match(text, end) or latin.match(text, end)
        end = kin.end() if kin else end
    return Mention(alias.id, alias.kind, start, end, text[start:end], exact=True)


def _counts(text: str, start: int, end: int) -> bool:
    """True in '200달러' and 'USD 200', False in '달러 비중', 'USD 20%' and '엔화 900원'."""
    after = is_latin(text[start]) and _NUMBER_AFTER.match(text, end)
    return bool(after or _NUMBER_BEFORE.search(text[max(0, start - 12) : start]))


def _compared(text: str, start: int, end: int) -> bool:
    left = text[max(0, start - 24) : start]
    if _COMPARES.search(left):
        return True
    return _COMPARED.match(text, end) is not None and not _POSSESSED.search(left)
