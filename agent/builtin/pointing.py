"""Which earlier wish words point at: "the first one", "그 한도", "환율 알람은 꺼줘"; and what taking it back is."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Mapping, Sequence
from typing import Final

from agent.builtin.context import ABOUT, Before, Call
from agent.builtin.parts import VALUES, Scene, kept

KINDS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "set_limit": r"한도|상한|하한|제한|캡(?![가-힣])|\b(?:caps?|limits?|ceilings?|floors?|maximum|minimum)\b",
        "set_alert": r"알람|알림|경보|\b(?:alerts?|alarm|warning)\b",
        "set_view": r"전망|의견|뷰(?![가-힣])|확신|\b(?:views?|(?:my|that|the|this) calls?(?! options?)|calls? on|outlook|forecast|confiden\w+|conviction)\b",
        "cash_flow": r"비상금|예비비|인출|출금|\b(?:reserve|buffer|cushion|withdrawal)\b",
        "set_goal": r"목표|납입|적립|\b(?:goals?|contributions?|target date|deadline)\b",
        "set_risk": r"낙폭|손실 한도|\bdrawdown\b",
        "rebalance": r"리밸|주기|\brebalanc\w*",
    }.items()
}
"""Words for what was said before, by the intent it was."""
_FIRST = re.compile(
    r"앞에?\s?(?:거|것|건)|첫\s?번?째|처음\s?(?:거|것|말)|\b(?:the )?(?:first|former)(?: one)?\b(?! figure)", re.I
)
_SECOND = re.compile(r"(?:두|둘)\s?번?째|뒤에?\s?(?:거|것)|\b(?:the )?(?:second|latter)(?: one)?\b(?! thought)", re.I)
_LAST = re.compile(r"마지막에?\s?(?:말한\s?|얘기한\s?)?(?:거|것|건)|맨\s?(?:뒤|끝)|\bthe last one\b", re.I)
_SMALLER = re.compile(r"(?:더\s?)?작은\s?(?:거|것|쪽)|적은\s?(?:거|쪽)|\bthe (?:smaller|lower|smallest) one\b", re.I)
_LARGER = re.compile(r"(?:더\s?)?큰\s?(?:거|것|쪽)|\bthe (?:bigger|larger|higher|biggest|largest) one\b", re.I)
_OTHER = re.compile(r"(?:다른|나머지)\s?(?:하나|거|것|쪽)|\bthe other(?: one)?\b", re.I)


def placed(text: str) -> bool:
    """Whether words point by place or size: the first, the other, the smaller."""
    return any(c.search(text) for c in (_FIRST, _SECOND, _LAST, _OTHER, _SMALLER, _LARGER))


def pointed(scene: Scene, past: Sequence[Call], newest: Call) -> Call | None:
    """The earlier call that words point at by its name and kind, or by its place in what was said.

    Args:
        scene: The words.
        past: Earlier calls, one a subject, in the order in which they were first made.
        newest: The last of all: "the other" is not about that.
    """
    text = scene.text
    kinds = [n for n, cue in KINDS.items() if cue.search(text)]
    names = {m.id for m in kept(scene)}
    goals = {g.id for g in scene.reading.goals}
    past = [c for c in past if c.name != "set_goal" or not goals or c.args.get("goal") in goals]
    if not past:
        return None
    alike = [c for c in past if c.name in kinds] if kinds else [c for c in past if c.name == past[-1].name]
    if names:
        named = [c for c in (alike if kinds else past) if c.args.get("target") in names and len(names) == 1]
        return named[-1] if kinds and named else None
    if len(alike) > 1:
        if _FIRST.search(text):
            return alike[0]
        if _SECOND.search(text):
            return alike[1]
        if _LAST.search(text):
            return alike[-1]
        if _OTHER.search(text):
            rest = [c for c in alike if c.args.get("target") != newest.args.get("target")]
            return rest[0] if len(rest) == 1 else None
        by_size = [c for c in alike if any(k in c.args for k in VALUES)]
        if by_size and (_SMALLER.search(text) or _LARGER.search(text)):
            return (min if _SMALLER.search(text) else max)(by_size, key=_size)
    return alike[-1] if kinds and alike else None


def _size(call: Call) -> float:
    return next(float(call.args[k]) for k in VALUES if k in call.args)


def whole(past: Sequence[Call]) -> tuple[Call, ...]:
    """The changes so far, one a subject, with all that was said of it; those last spoken of last."""
    found: dict[tuple[object, ...], Call] = {}
    for call in past:
        key = (call.name, *(call.args.get(k) for k in ("target", "versus", "goal", "metric")), call.args.get("kind"))
        before = found.get(key)
        merges = before is not None and call.name in ("set_goal", "cash_flow", "set_view", "set_risk")
        if merges and before is not None:  # what was said last stands last
            kept_on = {k: v for k, v in before.args.items() if k not in call.args}
            call = Call(call.name, {**kept_on, **call.args})
        found[key] = call
    return tuple(found.values())


_DROPS: Final = re.compile(
    r"없던\s?(?:걸로|일로|거로)|거둘|거둬|거두|철회|취소|필요\s?없|꺼\s?(?:줘|주|버려)|끄자|끌게|해제|풀어|지워|없애|빼\s?(?:줘|자|주)"
    r"|\b(?:scratch|drop|forget|cancel|remove|lift|scrap|take (?:that|it|those|them) (?:back|off)|never ?mind|lose|kill|get rid of|don'?t need|no longer need|withdraw|switch off|turn off)\b",
    re.I,
)
_SAID: Final = re.compile(
    r"(?:건|말|얘기|이야기|소리)(?:은|는|을|도)?\s|\bwhat i (?:just )?said about\b|\b(?:the|my|that) \S+ thing\b", re.I
)
"""Points at what was said, where no kind of wish is named."""
_STAYS: Final = re.compile(
    r"지\s?(?:마(?!음)|말|않)|\b(?:don'?t|do not|never|not|scared|afraid|worried|without)\b(?: \w+){0,2} (?:to )?(?:scratch|drop|forget|cancel|remove|lift|scrap|lose|losing|kill|withdraw|switch off|turn off)",
    re.I,
)
"""What is not to be taken back."""
_ENDS: Final = re.compile(
    r"없던\s?(?:걸로|일로|거로)|철회|취소|해제|풀어|지워|\b(?:scratch|forget|cancel|scrap|never ?mind|undo)\b", re.I
)
"""Takes back what was said, and leaves nothing out."""
_FINE: Final = re.compile(
    r"다시\s?(?:담|넣|사)|괜찮|풀어|\b(?:is|are|'s|'re) (?:fine|ok|okay|alright|good)\b|\b(?:come back|back in|allow)\b",
    re.I,
)
"""What was left out may be held after all."""
_BOTH: Final = re.compile(r"둘\s?다|두\s?개\s?다|\bboth\b", re.I)


def dropped(scene: Scene, before: Before) -> list[Call]:
    """What takes back the wishes these words point at; nothing where they only seem to."""
    text = scene.text
    past = whole(before.changed)
    if not past or len(text) > 80 or scene.figures or (before.proposed and not before.aside):
        return []
    out = [c for c in past if c.name == "exclude"]
    if len(out) > 1 and placed(text) and _FINE.search(text):
        one = pointed(scene, out, out[-1])
        return [_back(one, past, before.changed[-1])] if one is not None else []
    if not _DROPS.search(text) or _STAYS.search(text):
        return []
    kinds = [n for n, cue in KINDS.items() if cue.search(text)]
    names = {m.id for m in kept(scene)}
    if _BOTH.search(text) and (kinds or (not names and _ENDS.search(text))):
        both = [c for c in past if c.name in (kinds or [past[-1].name])][-2:]
        if len(both) == 2:
            return _alike([_back(c, past, before.changed[-1]) for c in both])
    call = pointed(scene, past, before.changed[-1])
    if call is None and len(names) == 1 and _SAID.search(text):
        call = next((c for c in reversed(past) if c.args.get("target") in names), None)
    return [_back(call, past, before.changed[-1])] if call is not None and (kinds or names or placed(text)) else []


def _alike(calls: list[Call]) -> list[Call]:
    """The calls, where one tool takes all of them back; else a question."""
    return calls if len({c.name for c in calls}) == 1 and calls[0].name != "undo" else [Call("clarify")]


def _back(call: Call, past: Sequence[Call], newest: Call) -> Call:
    """The call that takes one back and nothing else: an exclusion is lifted, the newest change undone, the rest forgotten.

    A question where forgetting would take more with it.
    """
    if call.name == "exclude":
        return Call("include", {"target": call.args["target"]})
    subject = call.args.get("target", call.args.get("goal"))
    beside = [c for c in past if c.name == call.name and subject in (None, c.args.get("target", c.args.get("goal")))]
    if call.name not in ABOUT or len(beside) > 1:
        last = call.name != "trade" and call.name == newest.name and newest.args.items() <= call.args.items()
        return Call("undo" if last else "clarify")
    return Call("forget", {"topic": ABOUT[call.name]} | ({"target": subject} if subject else {}))
