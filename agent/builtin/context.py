"""What earlier turns leave behind: the last call, the things last named, whether a proposal stands."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from agent.builtin.reading import Reading
from tools.names import Mention


@dataclass(frozen=True, slots=True)
class Said:
    """One earlier turn. calls: what it came to, where that is known; else it is read again."""

    role: Literal["user", "assistant"]
    text: str
    calls: "tuple[Call, ...] | None" = None


@dataclass(frozen=True, slots=True)
class Call:
    """A tool the investor's words call for; args are slots of that intent."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """The standing of the talk before an utterance.

    calls: what the last user turn with a subject came to. targets: ids named so far, the newest first.
    proposed: a proposal waits for a yes or no. asked: the assistant ended with a question.
    reply: the assistant's last words, read. any: something was said before. goal: the goal the investor last named.
    changed: what the turns that changed something came to, the newest last. timed: wishes said to hold for a time only.
    offered: what the assistant has just asked whether to do. aside: the proposal that waits came with the answer to
    something else, so that the next words are as likely about that. shown: what the proposal on the table names.
    lately: what the investor's last turn with a name named. open: what was asked for but lacked a size.
    """

    calls: tuple[Call, ...] = ()
    targets: tuple[str, ...] = ()
    proposed: bool = False
    asked: bool = False
    reply: Reading | None = None
    any: bool = False
    goal: str | None = None
    changed: tuple[Call, ...] = ()
    timed: tuple[Call, ...] = ()
    offered: tuple[Call, ...] = ()
    aside: bool = False
    shown: tuple[str, ...] = ()
    lately: tuple[str, ...] = ()
    open: Call | None = None

    @property
    def last(self) -> Call | None:
        """The newest call."""
        return self.calls[-1] if self.calls else None

    def features(self) -> list[str]:
        """Names for the classifier; none at the start of a talk."""
        if not self.any:
            return ["pending"] if self.proposed else []
        names = ["any", f"prev={self.last.name if self.last else 'none'}"]
        names += ["prop"] if self.proposed and not self.aside else []
        names += ["asked"] if self.asked else []
        return names + (["named"] if self.targets else [])


START = Before()
MOST = 8
"""So many changes are remembered, and so many things named."""

_PROPOSAL = re.compile(
    (
        r"제안|승인|적용할까|안(?:입니다|을 (?:준비|만들)|이 (?:있|나왔|준비))|안은? 어떠|이렇게 (?:할까|진행|바꿀)|진행할까|실행할까|괜찮(?:을까|으신가|으세)|추천(?:안|드"
        r"|해|합)|배분안|포트폴리오입니다"
        r"|propos|approve|shall i|should i (?:go|execute|proceed|carry|place)|go ahead\?|recommend|suggest"
        r"|want me to|would you like me to|ok\?|okay\?|draft|plan:|\bplan (?:is |has |with )|this plan|apply\?|proceed\?|agree\?"
    ),
    re.I,
)
_MIX = re.compile(r"\d+(?:\.\d+)?\s?(?:%|퍼센트|프로).*\d+(?:\.\d+)?\s?(?:%|퍼센트|프로)")
_DONE = re.compile(
    (
        r"저장(?:했|됐|되었|해 두)|설정(?:했|됐|되었)|제외(?:했|됐)|등록(?:했|됐)|기록(?:했|됐)|바꿨"
        r"|변경(?:했|됐)|반영(?:했|됐)|실행(?:했|됐)|취소(?:했|됐)"
        r"|\b(?:saved|noted|recorded|excluded|is set|set to|stored|done|executed|cancelled|canceled"
        r"|withdrawn|removed|updated)\b"
    ),
    re.I,
)
_ACTED = frozenset(("exclude", "include", "trade", "set_limit"))
_KEPT = frozenset(
    (
        "rebalance",
        "set_risk",
        "exclude",
        "include",
        "set_limit",
        "set_goal",
        "set_view",
        "cash_flow",
        "trade",
        "set_alert",
    )
)
ABOUT = {
    "set_goal": "goal",
    "exclude": "exclusions",
    "set_risk": "risk",
    "set_view": "views",
    "set_limit": "limits",
    "set_alert": "alerts",
    "cash_flow": "cash",
}
"""Which topic of memory an intent's facts belong to."""
_EMPTY = frozenset(("smalltalk", "clarify", "undo", "out_of_scope", "decide", "panic"))


_FOR_A_TIME = re.compile(
    r"(?:이번|다음|올해?)\s?(?:주|달|분기|여름|겨울|봄|가을|해|상반기|하반기)?\s?(?:만|까지만|동안만?|에만)|까지만|동안만|당분간|잠깐만|한시적"
    r"|\b(?:this|next) (?:week|month|quarter|year|summer|winter|spring|autumn|fall)(?:'s)? only\b|\bonly (?:for )?(?:this|until|till)\b"
    r"|\b(?:until|till)\b|\bfor now\b|\btemporar|\bfor the (?:next|rest)\b|\bjust (?:for )?this (?:week|month|quarter|year)",
    re.I,
)
"""A wish that holds for a time only."""
_TIME_OVER = re.compile(
    r"(?:분기|여름|겨울|봄|가을|달|해|기간|시즌|연말|상반기|하반기|실적|휴가|이벤트|선거)\S{0,2}\s?(?:이제\s?)?(?:끝났|지났|지나갔|다 됐|끝이|넘어갔)"
    r"|\b(?:quarter|summer|winter|spring|autumn|month|year|season|period|week|earnings|holidays?|election|deadline)(?:'s| is| has| are)?"
    r" (?:now )?(?:over|done|ended|passed|up|past|behind)",
    re.I,
)


def over(text: str, before: Before) -> tuple[Call, ...]:
    """The wishes whose time the words say is over; those named, else all of them."""
    return before.timed if before.timed and _TIME_OVER.search(text) else ()


def proposes(text: str) -> bool:
    """True when an assistant's words put a proposal on the table."""
    if _DONE.search(text) and not text.rstrip().endswith("?"):
        return False
    return _PROPOSAL.search(text) is not None or _MIX.search(text) is not None


def after_reply(before: Before, reply: Reading, *, aside: bool = False) -> Before:
    """The standing once the assistant has spoken; aside: in several paragraphs, a proposal is the last of them."""
    named = tuple(dict.fromkeys(m.id for m in reply.targets))
    new = tuple(i for i in named if i not in before.targets)
    if before.last and before.last.name in _ACTED and len(new) == 1 and len(named) > 1:
        named = new  # "Tobacco excluded. You also hold alcohol." – "that too"
    standing = proposes(reply.text) or (before.proposed and not _DONE.search(reply.text))
    return replace(
        before,
        targets=_newest(named if len(named) == 1 else (), before.targets, named),
        proposed=standing,
        asked=reply.text.rstrip().endswith("?"),
        reply=reply,
        any=True,
        offered=(),
        aside=aside or not proposes(reply.text),
        shown=tuple(dict.fromkeys((*named, *before.shown))) if standing else (),
    )


def after_user(before: Before, said: Reading, calls: tuple[Call, ...]) -> Before:
    """The standing once the investor has spoken and their words came to these calls."""
    named = [str(c.args["target"]) for c in reversed(calls) if "target" in c.args]
    named += [m.id for m in reversed(said.targets)]
    kept = tuple(c for c in calls if c.name not in _EMPTY)
    decided = any(c.name == "decide" for c in calls)
    changed = tuple(c for c in calls if c.name in _KEPT)
    timed = changed if _FOR_A_TIME.search(said.text) else ()
    return replace(
        before,
        calls=kept or before.calls,
        targets=_newest(tuple(named), before.targets),
        proposed=before.proposed and not decided,
        asked=False,
        any=True,
        goal=said.goals[-1].id if said.goals else before.goal,
        changed=_kept(before.changed, calls, changed),
        timed=(*before.timed, *timed)[-4:],
        offered=(),
        lately=tuple(dict.fromkeys(m.id for m in said.targets)) or before.lately,
        open=None,
    )


def _kept(past: tuple[Call, ...], calls: tuple[Call, ...], changed: tuple[Call, ...]) -> tuple[Call, ...]:
    """The changes that words may come back to; what is taken back is no longer among them."""
    if any(c.name == "undo" for c in calls):
        past = past[:-1]
    for call in calls:
        if call.name == "forget":
            past = tuple(c for c in past if not _forgets(call, c))
    return (*past, *changed)[-MOST:]


def _forgets(forget: Call, call: Call) -> bool:
    """True where a wish is among those that were forgotten."""
    target, topic = forget.args.get("target"), forget.args.get("topic")
    alike = topic in (None, "all", ABOUT.get(call.name))
    return alike and target in (None, call.args.get("target", call.args.get("goal")))


def _newest(*groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for group in groups for i in group))[:MOST]


def share_of(reply: Reading | None, target: str) -> float | None:
    """The fraction an assistant's words gave a target: "테슬라 8%, 채권 40%" or "25% in US treasuries"."""
    if reply is None:
        return None
    mention: Mention | None = next((m for m in reply.targets if m.id == target), None)
    shares = [f for f in reply.figures if f.kind in ("percent", "fraction")]
    if mention is None or not shares:
        return None
    after = [f for f in shares if 0 <= f.start - mention.end <= 3]
    near = after or sorted(shares, key=lambda f: abs(f.end - mention.start))
    return near[0].value
