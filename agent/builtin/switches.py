"""Giving what was learned a voice, or taking it away: "강화학습 꺼줘", "don't use forecasts". And whether it is any good. By rules alone."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from typing import Final, Literal

from agent.builtin.context import Call
from agent.builtin.reading import Reading

Source = Literal["policy", "forecast"]

SOURCES: Final[dict[Source, re.Pattern[str]]] = {
    "policy": re.compile(
        r"강화\s?학습|알엘|(?<![A-Za-z])RL(?![A-Za-z])|(?:학습된|배운|AI|에이아이)\s?(?:정책|에이전트)|\breinforcement[- ]learning\b|\blearned polic(?:y|ies)\b|\bRL (?:agent|polic(?:y|ies)|model)\b",
        re.IGNORECASE,
    ),
    "forecast": re.compile(
        r"(?:수익률|시장|AI|에이아이|모델|모형)?\s?예측(?:치|값|모델|모형)?(?=을|를|은|는|이|도|만|\s|$)|\b(?:return |AI |model )?(?:forecast(?:s|ing|er)?|predictions?)\b",
        re.IGNORECASE,
    ),
}
_OFF: Final = re.compile(
    r"꺼\s?(?:줘|주|둬|놔|라)|끄(?:자|고|세요|기)|끌게|꺼\b|빼\s?(?:고|줘|주|자|라)|제외|(?:쓰|사용하|반영하|참고하|적용하|이용하|믿)지\s?(?:마|말)|(?:사용|반영|참고|적용)\s?(?:안\s?할|하지\s?않)|안\s?(?:쓸|쓰|썼으면)|무시|중단|그만|없이"
    r"|\b(?:turn|switch|shut)(?:ed|ing)?\b[^.?!]{0,40}\boff\b|\b(?:disable|deactivate|ignore|drop|exclude|leave out|stop (?:using|relying on|listening to))\b|\b(?:do not|don'?t|never) (?:use|rely on|listen to|include|apply|trust|consider)\b|\bwithout\b|\bno (?:more )?(?:forecasts?|predictions?|reinforcement learning|RL)\b",
    re.IGNORECASE,
)
_ON: Final = re.compile(
    r"켜\s?(?:줘|주|둬|놔|라)|켜\b|다시\s?(?:쓰|써|사용|반영|넣)|(?:반영|사용|참고|적용|이용)\s?(?:해|하자|하세요|할게)|써\s?(?:줘|도\s?(?:돼|좋))|넣어\s?줘"
    r"|\b(?:turn|switch)(?:ed|ing)?\b[^.?!]{0,40}\b(?:back )?on\b|\b(?:enable|reactivate|activate)\b|\buse\b[^.?!]{0,40}\bagain\b|\bstart using\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"[?？]\s*$|나요|까요|ㄹ까|면\s?어떻게|(?:끄|켜|빼|쓰)면|\b(?:what|how|why|if|would|should|does|is|are|was)\b",
    re.IGNORECASE,
)
_ELSE: Final = re.compile(r"비교|백테스트|제안|만들어|\bcompare|\bbacktest|\bpropose|\bversus\b|\bvs\b", re.IGNORECASE)
"""Asking for something made by the method is another wish."""


_BETTER: Final = re.compile(
    r"나아|낫|나은|좋아|좋은가|좋나|이기|이겨|이길|실력|성과|효과|쓸\s?만|믿을\s?만"
    r"|\b(?:better|worse|beats?|outperform\w*|any good|worth it|skill\w*|work(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)


def weighed(reading: Reading) -> Call | None:
    """A question whether the learned policy is any good ("RL이 나아?"): a comparison, with what else is named."""
    text = reading.text
    asks = _ASKS.search(text) or text.rstrip().endswith(("?", "？"))
    if not (asks and _BETTER.search(text) and SOURCES["policy"].search(text)) or reading.targets or reading.figures:
        return None
    others = [m.id for m in reading.of("strategy") if m.id != "rl"]
    return Call("compare", {"with": ["rl", *dict.fromkeys(others)]})


def switched(reading: Reading) -> Call | None:
    """The switch an utterance asks for; None when it asks for none, or for something else as well."""
    text = reading.text
    if _ASKS.search(text) or _ELSE.search(text) or reading.targets or reading.figures:
        return None
    named = [source for source, cue in SOURCES.items() if cue.search(text)]
    off, on = bool(_OFF.search(text)), bool(_ON.search(text))
    if len(named) != 1 or off == on:
        return None
    return Call("switch", {"source": named[0], "on": on})
