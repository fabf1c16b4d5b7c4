"""A correction of money needed, made whole: "아니 2500이다", "make that eight months"."""
# ruff: noqa: E501 - a pattern is not cut in two

import re

from agent.toolbox.outcome import Hands
from tools.domain.events import Forgot
from tools.domain.investor import CashFlow, Forget, Statement

_CORRECTS = re.compile(
    r"^(?:아+|앗|어|음|흠|참|에이|아니\S*|아냐|잠깐\S*|잠만|미안\S*|정정)(?=[\s,.]|$)|말고|아니라|아니고|거기에|거기서|바꿔|바꾸|정정|수정|늦춰|미뤄|당겨"
    r"|^(?:no|nope|oops|whoops|sorry|wait|hmm|actually|scratch|correction|rather|make (?:it|that))\b|\b(?:i meant?|instead|rather|change|not \d|(?:to|from|off|on top of|than) that)\b",
    re.I,
)
_FURTHER = re.compile(r"또|추가|따로|도\s|\b(?:also|another|plus|and|too|as well)\b", re.I)


def mended(hands: Hands, args: CashFlow) -> CashFlow:
    """The withdrawal that these slots correct, with what they leave unsaid; unchanged where they stand alone.

    The one it replaces is forgotten in the same turn, so that one undo brings it back.
    """
    work = hands.work
    if args.kind != "withdraw" or not work.state.changes:
        return args
    last = next((s.statement for s in reversed(work.state.wishes(CashFlow)) if _needed(s.statement)), None)
    body = work.state.changes[-1].body
    newest = isinstance(body, Statement) and last is not None and body.id == last.id
    dated = args.amount is None and args.fraction is None and args.in_months is not None
    corrects = newest and _CORRECTS.search(hands.said) is not None and _FURTHER.search(hands.said) is None
    if last is None or not (dated or corrects):
        return args
    assert isinstance(last.wish, CashFlow)
    said = args.model_dump(exclude_none=True)
    sized = {} if dated else {"amount": None, "fraction": None, "currency": None}
    whole = CashFlow.model_validate({**last.wish.model_dump(), **sized, **said})
    work.add(Forgot(turn=work.turn, wish=Forget(topic="cash", statement=last.id), statements=(last.id,)))
    return whole


def _needed(statement: Statement) -> bool:
    return isinstance(statement.wish, CashFlow) and statement.wish.kind == "withdraw"
