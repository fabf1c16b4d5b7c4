"""What people call things: finds targets, assets, strategies, events and goals in Korean and English text.

One table (`knowledge/tables/targets.csv`) and the universe's own names go in; `find` returns every mention with its
place, `label` says the name back. Aliases in the table may carry a mark: `=US` counts only in exactly this case
("us" is a pronoun), `~value` only in a comparison ("value beats growth", not "the value of my portfolio").
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from tools.affixes import compared, counts, ends_free, is_tail, starts_free, with_kin, with_plural
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
            if apart <= 0.4:
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
                if not ends_free(text, end, key):
                    continue
                for alias in owners.values():
                    wanted = kinds is None or alias.kind in kinds or alias.kind == MASK
                    head = key[: min(alias.gaps)] if alias.gaps else key
                    if wanted and holes <= alias.gaps and starts_free(text, start, head, self._aliases):
                        mention = _accept(text, start, end, key, alias)
                        if mention:
                            found.append(mention)
        return found

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
            if length < len(word) and not is_tail(word, length):
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
                shortest = (5 if key in names else 8) if latin else (3 if key in names else 4)
                if plain and (latin or hangul) and len(key) >= shortest:
                    words.append(key)
            self._speller = Speller(words)
        return self._speller


def _word_like(ticker: str) -> bool:
    """Tickers such as NOW, ALL or IT are words; they count only in capitals."""
    return ticker.isalpha() and ticker.isascii() and len(ticker) <= 4


def _accept(text: str, start: int, end: int, key: str, alias: _Alias) -> Mention | None:
    """Judge case, units and weak words, and take in the plural and the generic word that belong to the name."""
    if alias.cased is not None and text[start:end] != alias.cased:
        return None
    if key in _UNITS and counts(text, start, end):
        return None
    if alias.weak and not compared(text, start, end):
        return None
    if is_latin(key[-1]):
        whole = with_plural(text, end)
        if alias.kind == MASK and whole != end:  # "in stock" does not hide "in stocks"
            return None
        end = whole
    if alias.kind in ("target", "asset"):
        end = with_kin(text, end, shares=alias.id not in _NO_SHARES)
    return Mention(alias.id, alias.kind, start, end, text[start:end], exact=True)
