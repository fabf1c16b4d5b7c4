"""What was said: recalled, forgotten, taken back."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from agent.planning import glides
from agent.toolbox.args import Recall
from agent.toolbox.chances import goal_lines
from agent.toolbox.common import HELP, RECALL, UNDO, answer, refuse
from agent.toolbox.goals import due_lines
from agent.toolbox.grants import leave, newer_grant, taken_back
from agent.toolbox.outcome import Hands, Outcome, ReviewWish
from agent.words.naming import wish_name
from agent.words.slots import At, Cash, Day, Line, Number, Phrase, Phrases, Quoted, Thing, Word
from tools.domain.events import Account, Checked, Event, Forgot, Imported, Moved, Undid
from tools.domain.investor import (
    CashFlow,
    Exclude,
    Forget,
    Include,
    SetAlert,
    SetGoal,
    SetLimit,
    SetRisk,
    SetView,
    Statement,
    Undo,
)
from tools.domain.value import Currency, Money
from tools.state import Stated, matching, spent_since, subjects, turn_of

CURRENCIES: tuple[Currency, ...] = ("KRW", "USD")

MOST = 5
"""Statements named in one reply; the page shows all."""

_TOPIC: dict[type, str] = {
    SetGoal: "goal",
    Exclude: "exclusions",
    Include: "exclusions",
    SetRisk: "risk",
    SetView: "views",
    SetLimit: "limits",
    SetAlert: "alerts",
    CashFlow: "cash",
}


def recall(hands: Hands, args: Recall) -> Outcome:
    """Say what the investor has told us, with dates and their words.

    Args:
        topic: goal, exclusions, risk, views, limits, alerts or cash; leave out for everything.
    """
    every = hands.work.state.in_force
    spoken = next((_TOPIC[kind] for kind, cue in _SPOKEN_OF if cue.search(hands.said)), args.topic)
    if (
        args.topic is not None
        and spoken != args.topic
        and any(_TOPIC.get(type(k.statement.wish)) == spoken for k in every)
    ):
        args = Recall.model_validate({"topic": spoken})  # the words name another kind than the one that was guessed
    known = [k for k in every if args.topic is None or _TOPIC.get(type(k.statement.wish)) == args.topic]
    if not known:
        if args.topic is None:
            return answer("recall", args, Line("recall.nothing"), choices=(HELP,))
        line = Line("recall.nothing_about", {"topic": Word(f"topic.{args.topic}")})
        return answer("recall", args, line, choices=(RECALL,) if every else (HELP,))
    newest = _nearest(hands, known)
    items = tuple(_item(k, hands) for k in newest[:MOST])
    lines = [Line("recall.head", {"items": Phrases(items)})]
    if len(newest) > MOST:
        lines.append(Line("recall.more", {"count": Number(len(newest) - MOST, digits=0)}))
    if args.topic == "goal":
        lines += goal_lines(hands)
    if args.topic in (None, "cash"):
        lines += due_lines(hands.work)
    return answer("recall", args, *lines)


def _nearest(hands: Hands, known: Sequence[Stated]) -> list[Stated]:
    """What the question is about first: same target, then near in meaning by the index, then the newest.

    A question that names a target gets only what was said about it, if anything was.
    """
    newest = list(reversed(known))
    asked = {m.id for m in hands.desk.names.find(hands.said)}
    meant = next((kind for kind, cue in _SPOKEN_OF if cue.search(hands.said)), None)
    about = [k for k in newest if subjects(k.statement) & asked]
    if about or len(newest) <= MOST:
        return sorted(_in_turns(about or newest), key=lambda k: not _is(k, meant))
    found = hands.desk.memory.search(hands.work.investor, hands.said, limit=MOST)
    place = {r.statement.id: n for n, r in enumerate(found)}
    return sorted(newest, key=lambda k: (not _is(k, meant), place.get(k.statement.id, len(place))))


def _in_turns(known: Sequence[Stated]) -> list[Stated]:
    """The newest of each kind of wish, then the next of each: five of many alerts would say nothing of the one limit."""
    seen: Counter[type] = Counter()
    places: list[tuple[int, int]] = []
    for n, one in enumerate(known):
        kind = type(one.statement.wish)
        places.append((seen[kind], n))
        seen[kind] += 1
    return [known[n] for _, n in sorted(places)]


def _is(known: Stated, kind: type | None) -> bool:
    return kind is not None and isinstance(known.statement.wish, kind)


_SPOKEN_OF: tuple[tuple[type, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (SetAlert, r"알림|알람|\balerts?\b|\bbe told\b|\bnotif"),
        (
            CashFlow,
            r"비상금|예비비|쓴다고|필요하다고|인출|\bemergency\b|\breserve\b|\bset aside\b|\bwithdraw|\bi need\b|\bneeded\b",
        ),
        (
            SetRisk,
            r"낙폭|변동성|감당|위험|손실 한도|\bvolatility\b|\bdrop i\b|\bdrawdown\b|\bstomach\b|\brisk\b|\bbiggest (?:drop|loss)",
        ),
        (
            SetView,
            r"전망|의견|생각|견해|오른|오를|내릴|떨어질|될\s?거|뭐라|\b(?:views?|opinion|take|outlook|thoughts?|think|predict\w*|bullish|bearish|up or down|would do|said about|call)\b",
        ),
        (SetLimit, r"한도|상한|하한|최대|최소|넘지|얼마까지|\b(?:limit|cap|ceiling|floor|most|max\w*|min\w*)\b"),
        (SetGoal, r"목표|계획|\b(?:goal|target|plan|fund)\b"),
    )
)
"""The kind of wish that words speak of: it is named first, whatever else was said of the same thing."""


def _item(known: Stated, hands: Hands) -> Line:
    what = Phrase(wish_name(known.statement.wish, hands.work.currency))
    if known.statement.until is not None:
        what = Phrase(Line("name.until", {"limit": what, "day": At(known.statement.until - timedelta(seconds=1))}))
    return Line("recall.item", {"what": what, "day": At(known.at), "said": Quoted(known.statement.said)})


def forget(hands: Hands, args: Forget) -> Outcome:
    """Forget what the investor said. Only for explicit words about memory ("forget", "delete", "지워줘", "잊어").

    Args:
        target: About which target; a named goal: its goal kind, with topic=goal.
        topic: goal, exclusions, risk, views, limits, alerts, cash or all.
        statement: The id of one statement, from its button; never made up.
    """
    work = hands.work
    if args.target is None and args.topic is None and args.statement is None:
        return refuse("forget", args, "size_missing", Line("forget.which"), choices=(RECALL,))
    gone = matching(work.state, args)
    if not gone:
        return refuse("forget", args, "nothing_matches", Line("forget.nothing"), choices=(RECALL,))
    names = tuple(wish_name(s.statement.wish, work.currency) for s in work.state.in_force if s.statement.id in gone)
    moves_weights = _matters(s for s in work.state.in_force if s.statement.id in gone)
    before = glides(work)
    work.add(Forgot(turn=work.turn, wish=args, statements=gone))
    moves_weights |= before != glides(work)
    if args.topic == "all" and args.target is None:
        work.add(*leave(work))
        line = Line("forget.all", {"count": Number(len(gone), digits=0)})
    else:
        line = Line("forget.done", {"what": Phrases(names[:MOST])})
    return answer("forget", args, line, choices=(UNDO,), review=ReviewWish() if moves_weights else None)


def undo(hands: Hands, args: Undo) -> Outcome:
    """Take back the last change: one turn is one change; a second undo goes one further back."""
    work = hands.work
    turns = [turn_of(e) for e in work.state.changes if turn_of(e) != work.turn]
    if newer_grant(work.state, turns[-1] if turns else None):
        return taken_back(hands, args)
    if not turns:
        return refuse("undo", args, "nothing_to_undo", Line("undo.nothing"))
    if spent_since(work.state, turns[-1]):
        return refuse("undo", args, "spent_since", Line("undo.spent_since"))
    taken = [e for e in work.state.changes if turn_of(e) == turns[-1]]
    what = tuple(n for e in taken for n in _names(e, hands))
    before = glides(work)
    work.add(Undid(turn=work.turn, undone=turns[-1]))
    matters = any(_weighs(e) for e in taken) or before != glides(work)
    return answer(
        "undo", args, Line("undo.done", {"what": Phrases(what[:MOST])}), review=ReviewWish() if matters else None
    )


def _names(event: Event, hands: Hands) -> tuple[Line, ...]:
    """One change in words."""
    body = event.body
    if isinstance(body, Statement):
        return (wish_name(body.wish, hands.work.currency),)
    if isinstance(body, Forgot):
        return (Line("undo.forgotten"),)
    if isinstance(body, Imported):
        return (Line("undo.import", {"count": Number(len(body.trades), digits=0)}),)
    if isinstance(body, Account):
        return (Line("undo.account", {"name": Quoted(body.name)}),)
    if isinstance(body, Checked):
        return (Line("undo.checked", {"day": Day(body.day)}),)
    if isinstance(body, Moved) and body.reason in ("split", "transfer", "correction", "class"):
        return tuple(Line("undo.units", {"asset": Thing(a)}) for a in (*body.ratios, *body.classes, *body.units))
    if isinstance(body, Moved):
        code = f"undo.{body.reason}" if body.reason in ("withdraw", "dividend", "interest", "fee") else "undo.deposit"
        return tuple(
            Line(code, {"amount": Cash(Money(amount=abs(Decimal(u)), currency=unit), unit)})
            for unit, u in ((c, body.units.get(c)) for c in CURRENCIES)
            if u
        )
    return ()


def _weighs(event: Event) -> bool:
    """Can taking this change back move a weight?"""
    body = event.body
    if isinstance(body, Checked):
        return False
    return not isinstance(body, Statement) or not isinstance(body.wish, SetGoal | SetAlert)


def _matters(stated: Iterable[Stated]) -> bool:
    return any(not isinstance(s.statement.wish, SetGoal | SetAlert) for s in stated)
