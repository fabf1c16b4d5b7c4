"""Fear: care first, then facts, then choices. It never stands in the way of what the investor confirms."""

import re

from agent import answers
from agent.toolbox.args import Panic
from agent.toolbox.common import PORTFOLIO, answer, refuse
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.slots import At, Cash, Line, Percent, Slot, Span, Thing
from tools.domain.decision import OrderLine
from tools.domain.events import Turn
from tools.domain.investor import SetRisk
from tools.errors import AdvisorError, DataMissing

_GO_ON = re.compile(
    r"그래도|정말|진짜로|확실|확인|상관\s?없|됐고|어쨌든|무조건|결심|네[,. ]|응[,. ]"
    r"|\b(?:anyway|anyhow|still|really|i am sure|i'm sure|im sure|confirm|yes|regardless|go ahead|just do it)\b",
    re.IGNORECASE,
)

_WAIT = re.compile(
    r"기다|그대로|안\s?팔|팔지\s?(?:마|않)|참아|두고\s?볼|\b(?:wait|hold on|hold off|never ?mind|don't sell|do not sell"
    r"|leave it)\b",
    re.IGNORECASE,
)


def after_panic(hands: Hands) -> bool:
    """Was the last turn a panic, so that this one answers it?"""
    last = hands.work.state.turns[-1].body if hands.work.state.turns else None
    return isinstance(last, Turn) and any(c.name == "panic" for c in (*last.calls, *last.refused))


def panic(hands: Hands, args: Panic) -> Outcome:
    """The investor wants to sell out of fear ("sell everything, I can't take it"). A calm order is trade.

    Args:
        target: What they want to sell; leave out for everything.
    """
    if after_panic(hands) and _WAIT.search(hands.said):
        return answer("panic", args, Line("panic.waited"), choices=(PORTFOLIO,))
    if after_panic(hands) and _GO_ON.search(hands.said + " "):
        return _sell_all(hands, args)
    try:
        facts = _facts(hands, args)
    except AdvisorError as error:
        facts = explain_error(error, hands.desk.names)
    target = Thing(args.target or "stocks")
    choices = (
        Choice(Line("button.wait"), Line("say.wait")),
        Choice(Line("button.sell_third"), Line("say.sell_third", {"target": target})),
        Choice(Line("button.sell_all"), Line("say.sell_all")),
    )
    return answer("panic", args, Line("panic.care"), *facts, Line("panic.choose"), choices=choices)


def _facts(hands: Hands, args: Panic) -> tuple[Line, ...]:
    """Where the holdings stand below their peak of a year, what selling costs, what the investor said of losses."""
    lines = []
    try:
        fall = answers.drawdown(hands.work, target=args.target)
        slots: dict[str, Slot] = {
            "span": Span(float(round(fall.window.months))),
            "fall": Percent(-fall.now, asset=args.target),
            "worst": Percent(-fall.worst, asset=args.target),
        }
        lines.append(Line("panic.fall", slots))
    except DataMissing as error:
        if error.code != "short_history":
            raise
    lines.append(Line("panic.cost", {"cost": Cash(answers.selling_cost(hands.work))}))
    for stated in hands.work.state.wishes(SetRisk):
        wish = stated.statement.wish
        if isinstance(wish, SetRisk) and wish.max_drawdown is not None:
            lines.append(Line("panic.loss_limit", {"limit": Percent(wish.max_drawdown), "day": At(stated.at)}))
    return tuple(lines)


def _sell_all(hands: Hands, args: Panic) -> Outcome:
    """The confirmed will: an order for everything that is not the investor's own cash, offered as a card."""
    try:
        weights = answers.portfolio(hands.work).weights
    except DataMissing as error:
        return refuse("panic", args, error.code, *explain_error(error, hands.desk.names))
    universe = hands.desk.market.universe()
    members = universe.members(args.target) if args.target else universe.ids
    order = tuple(OrderLine(asset=a, delta=-w) for a, w in weights.items() if a in members and a != hands.work.currency)
    if not order:
        return refuse("panic", args, "not_held", Line("panic.nothing"))
    return answer("panic", args, Line("panic.order"), review=ReviewWish(kind="order", method="order", order=order))
