"""What the money is for, and money that comes in, goes out or is kept back."""

from dataclasses import replace
from decimal import Decimal

from agent.answers import portfolio
from agent.toolbox.chances import goal_lines
from agent.toolbox.common import UNDO, answer, refuse, state, tail
from agent.toolbox.outcome import Hands, Outcome, ReviewWish
from agent.words.naming import flow_amount, goal_parts, money
from agent.words.slots import Cash, Line, Phrase, Slot, Span, Thing, Word
from tools.domain.events import Moved
from tools.domain.investor import CashFlow, SetGoal
from tools.errors import DataMissing
from tools.rebalance import round_money


def set_goal(hands: Hands, args: SetGoal) -> Outcome:
    """Note what the money is for. A correction repeats the goal and gives only the new values.

    Args:
        goal: house, retirement, education, wedding, car, travel, business, wealth, income or other.
        horizon_years: In how many years.
        amount: How much is needed, in whole units of the currency.
        currency: KRW or USD, when an amount is given.
        monthly: Paid in each month (for income: paid out each month).
    """
    work = hands.work
    had = any(g.goal == args.goal for g in work.state.goals(work.currency))
    what = Phrase(goal_parts(args, work.currency))
    back = Line("goal.changed" if had else "goal.set", {"goal": Thing(args.goal), "what": what})
    outcome = state(hands, args, back, review=False)
    return replace(outcome, lines=(*outcome.lines, *goal_lines(hands, args.goal)))


def cash_flow(hands: Hands, args: CashFlow) -> Outcome:
    """Money needed at a date (withdraw), kept back without a date (reserve) or paid in (deposit).

    Args:
        kind: withdraw, reserve or deposit.
        amount: In whole units of the currency.
        currency: KRW or USD.
        fraction: Fraction of the portfolio, instead of an amount.
        in_months: Needed in so many months.
    """
    if args.amount is not None and args.currency is None:
        args = args.model_copy(update={"currency": hands.work.currency})
    if args.kind == "deposit":
        return _deposit(hands, args)
    if args.amount is None and args.fraction is None:
        return refuse("cash_flow", args, "size_missing", Line("cash.how_much"))
    amount = flow_amount(args, hands.work.currency)
    if args.kind == "withdraw":
        when = Line("cash.when", {"time": Span(args.in_months)}) if args.in_months is not None else Line("cash.now")
        return state(hands, args, Line("cash.withdraw", {"amount": amount, "when": Phrase(when)}))
    old = [
        s.statement.wish
        for s in hands.work.state.wishes(CashFlow)
        if isinstance(s.statement.wish, CashFlow) and s.statement.wish.kind == "reserve"
    ]
    slots: dict[str, Slot] = {"amount": amount, "tail": tail(hands, "cash", "tail.cash")}
    if old:
        slots["was"] = flow_amount(old[-1], hands.work.currency)
    return state(hands, args, Line("cash.reserve_was" if old else "cash.reserve", slots))


def _deposit(hands: Hands, args: CashFlow) -> Outcome:
    """Money paid in is cash of its currency from now on; undo takes it out again."""
    work = hands.work
    if args.amount is None:
        return refuse("cash_flow", args, "size_missing", Line("cash.how_much"))
    unit = args.currency or work.currency
    if unit not in hands.desk.market.universe():
        return refuse("cash_flow", args, "no_account", Line("cash.no_account", {"currency": Word(f"currency.{unit}")}))
    before = _worth(hands)
    units = round_money(Decimal(f"{args.amount:.6f}"), unit)
    if units <= 0:
        return refuse("cash_flow", args, "size_missing", Line("cash.how_much"))
    work.add(Moved(turn=work.turn, units={unit: units}, reason="deposit"))
    after = _worth(hands)
    amount = money(float(args.amount), unit, unit)
    if before is None or after is None:
        return answer("cash_flow", args, Line("cash.deposit_only", {"amount": amount}), choices=(UNDO,))
    back = Line("cash.deposit", {"amount": amount, "before": before, "after": after})
    return answer("cash_flow", args, back, choices=(UNDO,), review=ReviewWish())


def _worth(hands: Hands) -> Cash | None:
    """Value of the book; None when it cannot be valued (empty, or a holding without a price)."""
    try:
        return Cash(portfolio(hands.work).worth)
    except DataMissing:
        return None
