"""Words by which a few requests are recognised that every tool must answer truthfully, whatever the model made of them."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

_CUES: tuple[tuple[str, str], ...] = (
    ("talk.secret", r"프롬프트|시스템\s?(?:메시지|지시|지침)|내부\s?(?:지침|지시|규칙)|숨겨진|비밀\s?(?:번호|지침)|api\s?키|암호(?!\s?화)|\b(?:prompt|system message|hidden instructions?|your instructions|api key|secrets?|password|jailbreak)\b"),
    ("talk.others", r"(?:다른|옆|남의|딴)\s?(?:사람|고객|투자자|분|계좌|회원)|고객\s?명단|(?:user|investor|client|customer)\s+(?![ia]\b)[a-z0-9]\b|\b(?:other|another|someone else|anyone else|everyone)(?:'s)?\b.{0,30}\b(?:user|investor|client|customer|account|portfolio|profile|holding|data|risk)|\bother (?:users|clients|investors|people)\b"),
    ("talk.guarantee", r"무조건\s?(?:오르|벌|수익)|확실히\s?(?:오르|벌)|(?:수익|원금)\s?(?:을\s?)?보장|\bguarante|\bsure (?:thing|bet)|\brisk[- ]free profit|\bcan't lose\b"),
)  # fmt: skip
_TALK: tuple[tuple[str, str], ...] = (
    ("talk.help", r"도움|뭘\s?할|무엇을\s?할|뭐\s?할|할\s?수\s?있|어떻게\s?(?:써|쓰|사용)|사용법|기능|뭐라고\s?말|\b(?:help|what can (?:you|i)|how do (?:i|you)|how does this|who are you|what do you do|commands?|examples?)\b|너는?\s?누구|넌\s?누구|뭐\s?하는"),
    ("talk.thanks", r"고마|감사|땡큐|수고|\b(?:thank|thanks|thx|cheers|appreciate)"),
    ("talk.bye", r"잘\s?있|안녕히|다음에\s?(?:봐|뵐)|바이|\b(?:bye|goodbye|see you|good night)\b"),
    ("talk.hello", r"안녕|반가|하이|헬로|좋은\s?(?:아침|저녁|하루)|\b(?:hi|hello|hey|good (?:morning|evening|afternoon))\b"),
)  # fmt: skip

SECRETS = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _CUES)
SMALL = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _TALK)

_ADVANCE = re.compile(
    r"(?:앞으로|이제부터|이제|지금부터|항상|매번|늘|다음부터).*(?:승인|허락|동의|결재)|(?:승인|동의|허락).*(?:생략|필요\s?없|알아서|자동|건너|묻지)"
    r"|\b(?:from now on|always|in future|in the future|henceforth|every time|going forward)\b.*\b(?:approv|accept|agree|yes|consent|confirm)"
    r"|\b(?:auto[- ]?approv|approve everything|skip (?:the )?approval|without (?:asking|approval)|blanket|pre-?approv)",
    re.IGNORECASE,
)


def in_advance(text: str) -> bool:
    """Does someone try to approve what does not exist yet?"""
    return _ADVANCE.search(text) is not None
