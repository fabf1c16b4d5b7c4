"""Two ways in which words say less than a call made of them: a name nobody knows, and an exclusion that is denied."""

import re

from agent.toolbox.outcome import Hands

_BEFORE_FIGURE = re.compile(r"([가-힣A-Za-z]{2,}?)(?:은|는|을|를|이|가|도|만|의)?\s*(?:비중\s*)?(?:최대|최소)?\s*[0-9]")
_AFTER_VERB = re.compile(
    r"\b(?:limit|cap|exclude|ban|buy|sell|hold|avoid|drop|include)\s+(?:my\s+|the\s+|any\s+)?([a-z]{3,})"
    r"|%\s+(?:of\s+)?(?:in|of|on)\s+([a-z]{4,})",
    re.IGNORECASE,
)
_SAID_AGAIN = """
    아니 아냐 아니다 아니야 다시 그냥 그럼 그러면 그거 그건 그것 거 이거 이건 저거 저건 거기 여기 방금
    최대 최소 상한 하한 한도 비중 목표 금액 정도 대략 약간 조금 그대로 차라리 역시 음 어 아 네 예 응
    또 더 덜 합쳐 각각 둘 전부 모두 이번 다음 매달 매월
    actually make just about only keep then that this it them those these one both more less most least half
    total percent portfolio everything anything something nothing back again instead maximum minimum limit weight
    share value account money cash whole position holding holdings stake exposure same other rest either down with
    from what
"""
_CARRIED = frozenset(_SAID_AGAIN.split())
"""Words that stand before a figure or behind a verb without naming anything: the subject is the one from before."""

_DENIED = re.compile(
    r"(?:제외|빼|뺄|배제)\S{0,3}\s?(?:하지|지)?\s?(?:마|말[고아라]|않)|(?:제외|빼)(?:하라|라|자)는\s?(?:게|건|말)\s?아니"
    r"|\b(?:do not|don'?t|never|not)\b[^.;,]{0,20}\b(?:exclude|drop|remove|ban)",
    re.IGNORECASE,
)


def unknown_name(hands: Hands, target: str) -> str | None:
    """A name in these words that is none of ours, while the target comes from an earlier turn; None when there is none.

    "limit dogecoin to 5%" after a talk about cash must not become a limit on cash.
    """
    names = hands.desk.names
    if names.find(hands.said):
        return None
    found = [m.group(1) for m in _BEFORE_FIGURE.finditer(hands.said)]
    found += [g for m in _AFTER_VERB.finditer(hands.said) for g in m.groups() if g]
    return next((word for word in found if word.lower() not in _CARRIED and not names.find(word)), None)


def denied(said: str) -> bool:
    """ "Do not exclude it", "I am not saying drop it": the words deny the exclusion they name."""
    return _DENIED.search(said) is not None
