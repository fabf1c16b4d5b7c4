"""Two ways in which words say less than a call made of them: a name nobody knows, and an exclusion that is denied."""

import re
from functools import lru_cache

from agent.toolbox.outcome import Hands
from knowledge.tables import load_exemplars

_BEFORE_FIGURE = re.compile(r"([가-힣A-Za-z]{2,}?)(?:은|는|을|를|이|가|도|만|의)?\s*(?:비중\s*)?(?:최대|최소)?\s*[0-9]")
_AFTER_VERB = re.compile(
    r"\b(?:limit|cap|exclude|ban|buy|sell|hold|avoid|drop|include)\s+(?:my\s+|the\s+|any\s+)?([a-z]{3,})"
    r"|%\s+(?:of\s+)?(?:in|of|on)\s+([a-z]{4,})",
    re.IGNORECASE,
)
_TOLD = re.compile(r"(?:다|요|네|데|서|면|게|고|자|해|야|차라리|결국|이왕|기왕)$")
"""How Korean verbs and what joins them end: "너무 짜다 15까지"."""
_WORD = re.compile(r"[a-z']+|[가-힣]+")

_DENIED = re.compile(
    r"(?:제외|빼|뺄|배제)\S{0,3}\s?(?:하지|지)?\s?(?:마|말[고라아]|않)|(?:제외|빼)(?:하라|라|자)는\s?(?:게|건|말)\s?아니"
    r"|\b(?:do not|don'?t|never|not)\b[^.;,]{0,20}\b(?:exclude|drop|remove|ban)",
    re.IGNORECASE,
)


def unknown_name(hands: Hands, target: str) -> str | None:
    """A name in these words that is none of ours, while the target comes from an earlier turn; None when there is none.

    "limit dogecoin to 5%" after a talk about cash must not become a limit on cash. What is said in the exemplars is an
    ordinary word ("아차 15로", "sorry, I meant 30") and names nothing.
    """
    names = hands.desk.names
    if names.find(hands.said):
        return None
    found = [m.group(1) for m in _BEFORE_FIGURE.finditer(hands.said)]
    found += [g for m in _AFTER_VERB.finditer(hands.said) for g in m.groups() if g]
    plain = _ordinary()
    return next((w for w in found if w.lower() not in plain and not _TOLD.search(w) and not names.find(w)), None)


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """Words that people use when they talk to an advisor, in lower case; of a Korean word also how it begins."""
    words: set[str] = set()
    for row in load_exemplars():
        if row["calls"][0]["intent"] not in ("clarify", "out_of_scope"):
            for word in _WORD.findall(str(row["u"]).lower()):
                words.add(word)
                words.update(word[:n] for n in range(2, len(word)) if word[0] >= "가")
    return frozenset(words)


def denied(said: str) -> bool:
    """ "Do not exclude it", "I am not saying drop it": the words deny the exclusion they name."""
    return _DENIED.search(said) is not None
