"""The chance of reaching a goal, in lines: with its interval, what it assumes, and what would change it."""

from decimal import ROUND_CEILING, Decimal

from agent.planning import WANTED, Outlook, outlook
from agent.toolbox.common import labelled
from agent.toolbox.outcome import Hands
from agent.words.slots import Cash, Line, Number, Percent, Phrase, Phrases, Slot, Span, Thing, Word
from agent.words.traits import LEVEL
from tools.domain.investor import Goal
from tools.domain.value import Currency, Money
from tools.errors import DataMissing


def goal_lines(hands: Hands, *only: str) -> tuple[Line, ...]:
    """Chances of the goals named (none named: of all); nothing for a goal without date or size, or without prices."""
    try:
        seen = outlook(hands.work)
    except DataMissing:
        return ()  # what is held cannot be valued: the goal stands, its chance is not known
    goals = [g for g in seen.goals if not only or g.goal in only] if seen else []
    if seen is None or not goals:
        return ()
    lines = tuple(line for g in goals for line in chance_lines(seen, g, hands.work.currency))
    return (*lines, assumed_line(seen), *labelled(hands))


def chance_lines(seen: Outlook, goal: Goal, currency: Currency) -> tuple[Line, ...]:
    """The chance of one goal with its interval, what would change it, and how much risk its date leaves."""
    place = [g.goal for g in seen.goals].index(goal.goal)
    chance = seen.chances[place]
    slots: dict[str, Slot] = {
        "mix": Word(f"chance.{seen.mix}"),
        "goal": Thing(goal.goal),
        "time": Span(float(max(round(seen.months(goal)), 1))),
        "chance": Percent(chance.chance, digits=0),
        "low": Percent(chance.lo90, digits=0),
        "high": Percent(chance.hi90, digits=0),
        "level": Percent(LEVEL, digits=0),
    }
    if goal.goal == "income" and goal.money is None:
        del slots["goal"]
        lines = [Line("chance.income", slots)]
    else:
        lines = [Line("chance.one", slots)]
    lines += _lever_lines(seen, goal, currency, chance.chance)
    share = seen.largest_risky(goal)
    if share < seen.risky:
        lines.append(Line("chance.glide", {"share": Percent(share, digits=0)}))
    return tuple(lines)


def assumed_line(seen: Outlook) -> Line:
    """The assumptions that all chances share."""
    growth = seen.growth
    slots: dict[str, Slot] = {
        "mean": Percent(growth.mean),
        "vol": Percent(growth.vol),
        "inflation": Percent(growth.inflation),
        "fee": Percent(growth.fee, digits=2),
    }
    return Line("chance.assumed", slots)


def _lever_lines(seen: Outlook, goal: Goal, currency: Currency, chance: float) -> list[Line]:
    """More savings, a later date, more or less risk."""
    found = seen.levers(goal)
    wanted = Percent(WANTED, digits=0)
    ways = []
    if found.monthly is not None:
        ways.append(Line("chance.more", {"money": Cash(_rounded(found.monthly, currency))}))
    if found.years is not None:
        ways.append(Line("chance.later", {"time": Span(12.0 * found.years)}))
    lines = []
    if len(ways) > 1:
        lines.append(Line("chance.levers", {"wanted": wanted, "ways": Phrases(tuple(ways))}))
    elif ways:
        lines.append(Line("chance.lever", {"wanted": wanted, "way": Phrase(ways[0])}))
    elif chance < WANTED:
        lines.append(Line("chance.far", {"wanted": wanted}))
    if found.risk is not None:
        factor, better = found.risk
        lines.append(Line("chance.risk", {"factor": Number(factor, digits=1), "chance": Percent(better, digits=0)}))
    return lines


def _rounded(amount: float, currency: Currency) -> Money:
    """Up to two digits that count: more would pretend to a precision that is not there."""
    exact = Decimal(f"{amount:.2f}")
    step = Decimal(1).scaleb(max(exact.adjusted() - 1, 0))
    return Money(amount=(exact / step).to_integral_value(ROUND_CEILING) * step, currency=currency)
