"""Fear: care first, then facts, then choices. It never stands in the way of what the investor confirms."""

import re
from datetime import datetime

from agent import answers
from agent.falls import BEST, LASTING, Fall, cash_needed, fall, part_to_sell
from agent.toolbox.args import Panic
from agent.toolbox.common import PORTFOLIO, answer, labelled, refuse
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.slots import At, Cash, Line, Number, Percent, Slot, Thing
from tools.domain.decision import OrderLine
from tools.domain.events import Turn
from tools.domain.investor import SetRisk
from tools.errors import AdvisorError, DataMissing
from tools.panic import FURTHER, SHALLOW

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

_WAITS = Choice(Line("button.wait"), Line("say.wait"))


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
    if after_panic(hands) and _GO_ON.search(hands.said + " ") and not _only_cash(hands):
        return _sell_all(hands, args)
    if _only_cash(hands):
        return answer("panic", args, Line("panic.care"), Line("panic.safe"), choices=(_WAITS, PORTFOLIO))
    part = None
    try:
        facts, breached = _facts(hands, args)
        part = part_to_sell(hands.work, args.target)
    except AdvisorError as error:
        facts, breached = explain_error(error, hands.desk.names), False
    if part is not None and part < 1.0:
        facts = (*facts, Line("guard.part", {"part": Percent(part, digits=0)}))
    choices = _choices(args, part)
    if breached or cash_needed(hands.work):
        choices = (*choices[1:], choices[0])  # waiting is not what comes first then
    return answer("panic", args, Line("panic.care"), *facts, Line("panic.choose"), choices=choices)


def _only_cash(hands: Hands) -> bool:
    """Is there nothing that could fall? Where prices lack, it is not known."""
    try:
        weights = answers.portfolio(hands.work).weights
    except DataMissing:
        return False
    return bool(weights) and all(a == hands.work.currency for a, w in weights.items() if w > 0)


def _choices(args: Panic, part: float | None) -> tuple[Choice, ...]:
    """Wait, sell a part, go on. The part is computed where the investor said what they can bear, else a third."""
    target = Thing(args.target or "stocks")
    some = Choice(Line("button.sell_third"), Line("say.sell_third", {"target": target}))
    if part is not None and part < 1.0:
        size = Percent(part, digits=0)
        say = Line("say.sell_fraction", {"target": target, "fraction": size})
        some = Choice(Line("button.sell_part", {"part": size}), say)
    return (
        _WAITS,
        some,
        Choice(Line("button.sell_all"), Line("say.sell_all")),
    )


def _facts(hands: Hands, args: Panic) -> tuple[tuple[Line, ...], bool]:
    """This fall among others, chances, costs, what was said of losses; and whether the own limit is breached.

    Where the limit is breached, money is needed or the figures speak for a lasting fall, nothing that would speak for
    waiting is added.
    """
    found = _fall(hands, args.target)
    limits = _loss_limits(hands)
    fallen = found.outlook.depth if found else 0.0
    breached = any(fallen >= wish for wish, _ in limits)
    needed = cash_needed(hands.work)
    lines = [] if found is None else [*_outlook(found, args.target)]
    if found and fallen >= SHALLOW and not (breached or needed or found.chance < LASTING):
        lines.append(_days(found, args.target))
    lines.append(Line("panic.cost", {"cost": Cash(answers.selling_cost(hands.work))}))
    for wish, said_at in limits:
        if fallen >= wish:
            lines.append(Line("guard.breached", {"limit": Percent(wish)}))
        else:
            lines.append(Line("panic.loss_limit", {"limit": Percent(wish), "day": At(said_at)}))
    if needed:
        lines.append(Line("guard.cash"))
    return (*lines, *labelled(hands)), breached


def _fall(hands: Hands, target: str | None) -> Fall | None:
    """None when prices do not reach back far enough for anything to be said."""
    try:
        return fall(hands.work, target)
    except DataMissing as error:
        if error.code != "short_history":
            raise
        return None


def _outlook(found: Fall, target: str | None) -> tuple[Line, ...]:
    told, alike = found.outlook, found.outlook.comparable
    if told.depth < SHALLOW:
        slots: dict[str, Slot] = {"fall": Percent(told.depth, asset=target)}
        return (Line("guard.shallow", slots),)
    days = Number(float(told.horizon), digits=0)
    depth = Percent(told.depth, asset=target)
    first = Line("guard.no_comparable", {"depth": depth})
    if alike.count:
        counts: dict[str, Slot] = {
            "count": Number(float(alike.count), digits=0),
            "recovered": Number(float(alike.recovered), digits=0),
            "deeper": Percent(alike.deeper, asset=target),
        }
        first = Line("guard.comparable", {"depth": depth, "days": days, **counts})
    chances: dict[str, Slot] = {
        "days": days,
        "chance": Percent(found.chance, digits=0),
        "more": Percent(FURTHER, digits=0),
        "further": Percent(told.further, digits=0),
    }
    if found.shown:
        chances |= {"low": Percent(told.low, digits=0), "high": Percent(told.high, digits=0)}
    second = Line("guard.chance" if found.shown else "guard.baseline", chances)
    return (first, second, Line("guard.lasting")) if found.chance < LASTING else (first, second)


def _days(found: Fall, target: str | None) -> Line:
    slots: dict[str, Slot] = {
        "gain": Percent(found.gain, asset=target),
        "count": Number(float(BEST), digits=0),
        "without_best": Percent(found.without_best, asset=target),
        "without_worst": Percent(found.without_worst, asset=target),
    }
    return Line("guard.best_days", slots)


def _loss_limits(hands: Hands) -> list[tuple[float, datetime]]:
    """Losses the investor said they could bear, and when."""
    stated = [(s.statement.wish, s.at) for s in hands.work.state.wishes(SetRisk)]
    return [(w.max_drawdown, at) for w, at in stated if isinstance(w, SetRisk) and w.max_drawdown is not None]


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
