"""A pronoun put back into the name it stands for: "그거 최대 20%로", "cap those at 20%" after a talk about one thing."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.context import Before
from agent.builtin.reading import Reading, read
from tools.names import Names

_KOREAN = re.compile(
    r"(?<![가-힣])(?:(?P<topic>그건|이건|저건|걘)|(?P<object>그걸|이걸|저걸)|(?P<subject>그게|이게)"
    r"|(?P<bare>(?:그|이|저)\s?(?:거|것|놈|녀석|종목|주식|회사|자산|펀드|섹터|코인|쪽)|걔|거기))(?=은|는|을|를|이|가|도|만|좀|\s|$|[,.!])"
)
_ENGLISH = re.compile(
    r"\b(?:(?:that|this) (?:one|stock|fund|coin|sector|company)|any of (?:it|that|them|those)|it|them|those|these|that(?=\s*(?:$|[,.!]|to|at|from|out|off|under|below|above|down|up|too|as|by|please)))(?!')\b",
    re.I,
)
_TAKEN_BACK = re.compile(
    r"\b(?:scratch|undo|cancel|revert|forget|never ?mind) (?:that|it)\b|\bmake (?:it|that)\b", re.I
)
"""Here "that" is what was just said or done, no thing."""
_PARTICLES = {"topic": "은", "object": "을", "subject": "이", "bare": ""}


def resolved(reading: Reading, before: Before, names: Names) -> Reading | None:
    """The same words with the one thing last named in the place of their pronoun; None where nothing stands for it."""
    if reading.targets or reading.goals or len(before.lately) != 1 or len(reading.text) > 80:
        return None
    name = names.label(before.lately[0], reading.lang)
    match = (_KOREAN if reading.lang == "ko" else _ENGLISH).search(reading.text)
    if match is None or _TAKEN_BACK.search(reading.text):
        return None
    particle = _PARTICLES[match.lastgroup] if match.lastgroup else ""
    text = f"{reading.text[: match.start()]}{name}{particle}{reading.text[match.end() :]}"
    found = read(text, names)
    return found if [m.id for m in found.targets] == [before.lately[0]] else None
