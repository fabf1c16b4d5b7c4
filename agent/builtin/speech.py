"""What kind of speech it is, whatever it is about: a question, a yes, fear, idle talk beside a wish."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.builtin.cues import has
from agent.builtin.parts import Scene
from agent.builtin.reading import Reading

REQUEST = re.compile(
    r"줘|주라|줄래|주실|주시|주세|줄 수|할 수|안 될까|하자|할게|해라|바랍|부탁|ㄱㄱ"
    r"|\b(?:can|could|would|will|won'?t) (?:you|we|u|ya)\b|\bplease\b|\bpls\b|\bmind \w+ing\b"
    r"|\blet'?s\b|\bshall we\b|\bhow about\b|\bwhy not\b|\bok\?|\bokay\?|\bright\?|don'?t they\?",
    re.I,
)
_ASKS = re.compile(
    r"(?:(?<!니)까요?|냐|니|나요|가요|는지|던가|더라|을지|ㄹ지|대)[?.~!…]*\s*$|\?\s*$|까 말까|(?:뭐|얼마|몇|어떻"
    r"|언제|누구|어디).*(?:\?|지$|야$|어$|나$|죠$)"
    r"|^(?:what|why|how|which|who|where|should|is|are|does|did|was|were|has)\b|^when (?:will|would|should|is|are|did|do|does|can)\b|^(?:do|am|have|will|would) (?:i|we|you|they)\b|^(?:will|would) (?:it|the|my)\b",
    re.I,
)
TERROR = re.compile(
    r"소름|불안해|미친듯|제기랄|ㅅㅂ|씨발|부도|sobbing|ha?emorrhag|this instant|god'?s sake|margin call|bail bail|"
    r"무서|무섭|겁나|겁이|못\s?참|못\s?견|못\s?버|미치|미칠|죽겠|죽을|살려|망했|망하|패닉|공포"
    r"|잠[이도을]?\s?(?:안|못)|손이?\s?떨|심장|세상 끝|지옥|멘붕"
    r"|ㅠ|ㅜ|으악|토할|피눈물|돌아버|환장|제발"
    r"|vomit|panic|terrif|scared|afraid|freak|shaking|sick\b|nightmare|can'?t (?:sleep|take|stand|bear"
    r"|breathe|watch|look)|cannot (?:take|sleep|bear)|omg|oh (?:my )?god|wiped out|bleeding|disaster"
    r"|get me out|losing everything|lose everything|scream|implod|annihilat|drown|crying|going mad"
    r"|before it'?s (?:too late|gone|all)|goes to zero|nothing left|!!!",
    re.I,
)
_YES = re.compile(
    r"(?:(?:예스|네+|넵|넹|옙|예|응+|어+|웅+|엉|그래요?|그래라|그러자|그럼|그럽시다|좋아요?|좋습니다|좋네요?|오케이|오키|콜|ㅇㅇ+|ㅇㅋ+|ㅇ|ㄱㄱ+|그렇게\s?(?:해|하자|해요|할게요?|해\s?줘|해\s?주세요)"
    r"|yes|yep|yeah|yea|ya|yup|ok|okay|k|sure|fine|alright|right|go (?:for it|ahead)|do (?:it|that|so)|please|pls|aye|absolutely|of course|sounds good|that'?s (?:fine|right|ok))"
    r"(?:[\s,.!~ㅋㅎ]+|$))+",
    re.I,
)
_NO = re.compile(
    r"(?:(?:아니요?|아니오|아뇨|아냐|아니야|아니에요|ㄴㄴ+|ㄴ|노노?|싫어요?|됐어요?|no|nope|nah|na|not? thanks?|no thank you|don'?t|please don'?t|rather not|not really)(?:[\s,.!~ㅋㅎ]+|$))+",
    re.I,
)
_AGREED = re.compile(
    r"(?:네|넵|넹|예|응|어|그래|그렇게|좋아|ㅇㅇ|ㅇㅋ|오케이|콜|부탁|yes|yep|yeah|yup|ok|okay|sure|please do|do (?:it|that|so)|go (?:on|ahead|for)"
    r"|sounds? good|correct|right)(?![a-z])",
    re.I,
)
_LASTING = re.compile(
    r"앞으로|항상|평생|절대|최대|최소|상한|하한|이하|이상|한도|까지만|다시는|[만천원억]\s?(?:어치|원)?|기억|메모|기록|잊"
    r"|\b(?:always|never|ever|from now on|going forward|cap|limit|max\w*|min\w*|at (?:most|least)|forget|memory|ban|exclude|exactly)\b|[$₩]",
    re.I,
)


def lasting(text: str) -> bool:
    """True where words are meant beyond the proposal: for good, as a limit, as an amount."""
    return _LASTING.search(text) is not None


_LEADS = (
    "question",
    "hypothetical",
    "reported",
    "negated",
    "undo",
    "memory",
    "approve",
    "reject",
    "fear",
    "calm",
    "correction",
)


def idle_talk(rest: Reading) -> bool:
    """True for words beside a wish that name and count nothing and turn nothing about."""
    if rest.mentions or rest.figures or rest.goals or TERROR.search(rest.text):
        return False
    return not any(has(cue, rest.text) for cue in _LEADS)


def afraid(scene: Scene) -> bool:
    """True where fear speaks and nobody says to be calm."""
    return TERROR.search(scene.text) is not None and not scene.has("calm")


def only_asks(scene: Scene) -> bool:
    """True for a question that requests nothing: it should change nothing."""
    return _ASKS.search(scene.text) is not None and REQUEST.search(scene.text) is None


def is_bare(text: str) -> bool:
    """True for a yes or no that says nothing about what it answers."""
    return _YES.fullmatch(text) is not None or _NO.fullmatch(text) is not None


def agrees(scene: Scene) -> bool:
    """True for a yes to what the assistant has just asked whether to do: "네 빼주세요", "sure, go on"."""
    bare = not scene.reading.targets and not scene.reading.figures and len(scene.text) <= 30
    return bare and _AGREED.match(scene.text) is not None and not scene.has("negated")


def refuses(text: str) -> bool:
    """True for a bare no."""
    return _NO.fullmatch(text) is not None
