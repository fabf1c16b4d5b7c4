"""A model's own words, shown only when no tool spoke and nothing in them needs a source.

Conservative on purpose: whatever names a figure or a thing the investor did not name, or sounds like something was
done, is not shown, and the built-in model answers instead.
"""

import re
from collections.abc import Sequence

from agent.heard import language
from agent.words.grounding import Known, ungrounded
from agent.words.labels import labels
from agent.words.plain import neutral
from tools.domain.value import Lang
from tools.errors import ModelFailed
from tools.figures import find_figures
from tools.figures.names import names as look_alikes
from tools.names import Names

LONGEST = 1_200
"""Characters of a model's own prose."""

_DONE_KO = (
    r"(?:승인|체결|실행|집행|매수|매도|주문|변경|설정|제외|반영|저장|기억|등록|추가|삭제|취소|조정|적용|처리|완료|이체|입금|출금|리밸런싱)"
    r"\s?(?:을|를|이|가|도|은|는)?\s?(?:다\s?)?(?:했|하였|해\s?(?:뒀|두었|놨|놓았|드렸)|됐|되었|돼\s?있|완료|끝)"
    r"|(?:샀|팔았|바꿨|바꾸었|줄였|늘렸|뺐|넣었|옮겼|마쳤|끝냈|사\s?드렸|팔아\s?드렸)"
)
_DONE_EN = (
    r"\b(?:approved|executed|bought|sold|purchased|placed|completed|done|changed|updated|adjusted|rebalanced|excluded|included|"
    r"removed|added|saved|stored|remembered|noted|recorded|applied|cancell?ed|confirmed|processed|transferred|withdrawn|"
    r"deposited|capped|limited|reduced|increased|set (?:up|to|your|the)|went through|carried out|taken care of)\b"
)
_PROMISE = (
    r"보장|확실히|반드시|무조건|틀림없"
    r"|\bguarantee|\bcertain to\b|\bsure to\b|\bwill (?:definitely|certainly)\b|\brisk[- ]free\b"
)
_SOURCED = (  # reasons and market news come from stored decisions and from feeds, never from a model's memory
    r"때문|이유는|원인은|덕분에|(?:상승|하락|급등|급락|폭등|폭락|반등|조정)(?:세|했|하|될|할|중|이|은)|올랐|내렸|오를|내릴|떨어[졌질]"
    r"|\bbecause\b|\bdue to\b|\bowing to\b|\bthanks to\b|\b(?:rose|fell|rising|falling|rall(?:y|ied)|crash\w*|surg\w+"
    r"|plung\w+|outperform\w*|underperform\w*|will (?:rise|fall|go up|go down))\b"
)
_CLAIM = re.compile(f"{_DONE_KO}|{_DONE_EN}|{_PROMISE}|{_SOURCED}", re.IGNORECASE)
_TICKER = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z]{2,6}|[0-9]{6})(?![A-Za-z0-9])")
_COMMON = frozenset({"ETF", "ETFS", "KRW", "USD", "OK", "AI", "US", "UK", "EU", "KR", "FAQ", "CSV", "JSON", "ID", "PC"})


def shown(text: str, *, lang: Lang, said: Sequence[str], names: Names, facts: Sequence[Known] = ()) -> str:
    """The text made harmless, if all of it may be shown.

    Args:
        text: What the model wrote.
        lang: The language of the conversation.
        said: The investor's own words, of this turn and of the turns before.
        names: Finds the things that are named.
        facts: Figures that tools computed this turn; besides them only the investor's own may be echoed, as theirs.
    Raises:
        ModelFailed("ungrounded"): It is empty, in another language, or says what has no source.
    """
    plain = neutral(text, LONGEST)
    own = "\n".join(said)
    if not plain or language(plain, lang) != lang or _CLAIM.search(plain):
        raise ModelFailed("ungrounded")
    if ungrounded(plain, facts, lang, names, said=own) or not _days(plain, lang) <= _days(own, lang):
        raise ModelFailed("ungrounded")
    if set(_UNREAD.findall(_without_figures(plain, lang))) - set(_UNREAD.findall(own)):
        raise ModelFailed("ungrounded")
    if {m.id for m in names.find(plain, ("target", "asset"))} - {m.id for m in names.find(own, ("target", "asset"))}:
        raise ModelFailed("ungrounded")
    if any(t not in _COMMON and t not in own.upper() for t in _TICKER.findall(plain)):
        raise ModelFailed("ungrounded")
    return plain


_UNREAD = re.compile(r"[0-9]+")


def _without_figures(text: str, lang: Lang) -> str:
    """The text with what was read as a figure, and so was checked, blanked; digits that are left say who knows what."""
    blanked = text
    for start, end in [*((f.start, f.end) for f in find_figures(text, lang)), *labels(text), *look_alikes(text)]:
        blanked = blanked[:start] + " " * (end - start) + blanked[end:]
    return blanked


def _days(text: str, lang: Lang) -> set[tuple[str, float]]:
    """Days and years named: beside figures they only set the scene, but a model's memory of them has no source."""
    return {(f.kind, f.value) for f in find_figures(text, lang) if f.kind in ("date", "year")}
