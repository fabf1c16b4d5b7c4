"""What kinds of facts a wish about memory means: those to recall, those to forget."""

import re

from agent.builtin.context import ABOUT
from agent.builtin.parts import Scene, kept

_EVERYTHING = re.compile(
    (
        r"전부|모두|모든|싹|다\s|죄다|통째|리셋|초기화|데이터|머릿속|나를|나에|처음부터|\b(?:all"
        r"|everything|entire|whole|every"
        r"|clean slate|start over|reset|my data|about me|me)\b"
    ),
    re.I,
)
_ALL_SAID = re.compile(
    r"(?:말|얘기|이야기|것|거|기억|기록|설정|조건)\S{0,3}\s?(?:다|전부|모두|싹|죄다)\s|(?:다|전부|모두|싹|죄다)\s?(?:잊|지워|지우|삭제)"
    r"|\beverything\b|\bthe lot\b|\bstart(?:ing)? (?:over|afresh|from scratch)\b"
    r"|\ball (?:of )?(?:my|i|that i|what i)\b",
    re.I,
)
"""All of it, whatever was spoken of last."""
_TOPICS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "goal": r"목표|\bgoals?\b|saving for|노후 계획|은퇴 계획|objectives?",
        "exclusions": (
            r"제외|배제|금지|빼(?:라|달|준|줘|고|기)|뺀다고|뺐|뺀 거|싫(?:다|어)|안 산다|안 담|블랙리스트"
            r"|기피|걸러|보이콧|\bexclu\w*|\bbans?\b"
            r"|\bbanned|\bavoid\w*|black ?list|off[- ]limits|no[- ]go|screen(?:s|ed|ing)?\b|dislike|\bveto"
            r"|refus\w*|never (?:hold|buy|own)|ruled? out|won'?t (?:touch|hold|buy)|stay(?:ing)? out"
        ),
        "risk": (
            r"위험|리스크|성향|변동성|낙폭|공격형|안정형|중립형|\brisk\w*|appetite|tolerance|volatility"
            r"|drawdown|max(?:imum)? loss"
            r"|temperament|aggressive|conservative"
        ),
        "views": (
            r"전망|의견|뷰|\bviews?\b|견해|예상|예측|오를 거라|내릴 거라|오른다|내린다|본다고|생각(?:한"
            r"|했)|시황관|\bopinions?|outlook|forecasts?"
            r"|predict\w*|beliefs?|bullish|bearish|thoughts? (?:on|about)|convictions?|hunch\w*|thesis"
            r"|\bcalls? on|expect\w*|what i think|i thought"
        ),
        "limits": (
            r"한도|상한|하한|제한|리밋|캡|최대|최소|\blimits?\b|\bcaps?\b|capped|floors?|ceilings?"
            r"|constraints?|\bbounds?\b"
            r"|max(?:imum)?\b(?! loss)|min(?:imum)?\b"
        ),
        "alerts": (
            r"알림|알람|경보|알려\s?(?:달|주)|노티|통보|\balerts?\b|alarms?|notif\w*|warnings?|reminders?"
            r"|\bpings?\b"
        ),
        "cash": (
            r"현금|인출|출금|비상금|입금|예비|\bcash\b|withdraw\w*|reserves?\b|deposits?\b|emergency"
            r"|set aside|buffer|rainy"
        ),
    }.items()
}


def forgotten(scene: Scene) -> str:
    """The kind of fact that goes: as named; none beside a bare name; for a pronoun what was just spoken of."""
    said = topics(scene.text)
    if scene.reading.goals and not scene.reading.targets and not said:
        return "goal"
    if said:
        return scene.ask("forget", said)
    if _ALL_SAID.search(scene.text) and not scene.reading.targets and not scene.has("pronoun"):
        return "all"
    if kept(scene):
        reply = topics(scene.before.reply.text) if scene.before.reply else []
        return reply[0] if len(reply) == 1 and len(scene.before.calls) == 0 else "none"
    if _EVERYTHING.search(scene.text) and not scene.before.any:
        return "all"
    reply = topics(scene.before.reply.text) if scene.before.reply else []
    if scene.before.last and scene.before.last.name in ABOUT:
        reply = [ABOUT[scene.before.last.name]]
    elif scene.before.last and scene.before.last.name == "recall" and "topic" in scene.before.last.args:
        reply = [str(scene.before.last.args["topic"])]
    if reply:
        return reply[0]
    return scene.ask("forget")


def recalled(scene: Scene) -> str:
    """The subject asked about; none when it is everything."""
    said = topics(scene.text)
    if scene.reading.goals and not scene.reading.targets and not said:
        return "goal"
    return scene.ask("recall", (*said, "none") if len(said) != 1 else said)


def topics(text: str) -> list[str]:
    """Kinds of facts named in a text."""
    return [name for name, pattern in _TOPICS.items() if pattern.search(text)]
