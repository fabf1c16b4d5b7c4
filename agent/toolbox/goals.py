"""What the money is for, and money that comes in, goes out or is kept back."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.answers import portfolio
from agent.book import enter_into, settle
from agent.planning import glides
from agent.toolbox.books import reported
from agent.toolbox.chances import goal_lines
from agent.toolbox.common import UNDO, answer, refuse, state, tail
from agent.toolbox.mended import mended
from agent.toolbox.outcome import Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.naming import flow_amount, goal_parts, money
from agent.words.slots import At, Cash, Line, Percent, Phrase, Slot, Span, Thing, Word
from agent.work import Work
from tools.domain.entry import Entry
from tools.domain.events import Moved
from tools.domain.investor import CashFlow, SetGoal
from tools.domain.mandate import Limit
from tools.errors import BadInput, DataMissing
from tools.figures import find_figures
from tools.rebalance import round_money
from tools.setaside import DUE_MONTHS, MONTH_DAYS, due_at, is_due, months_between, still_coming, still_kept

DONE = re.compile(
    r"(?:출금|인출|이체|송금)\s?(?:했|하였|함\b|완료)|(?:뺐|꺼냈|찾았|빼\s?갔|썼)(?:어|습|다|는)"
    r"|\b(?:withdrew|took\s+out|have\s+(?:withdrawn|taken)|'ve\s+(?:withdrawn|taken)|pulled\s+out|transferred\s+out)\b",
    re.IGNORECASE,
)
"""Words that tell of money taken out already, not of money that will be needed."""


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
    before = glides(work)
    outcome = state(hands, args, back, review=False)
    after = glides(work)
    lines = (*outcome.lines, *goal_lines(hands, args.goal), *_glide_lines(args.goal, before, after))
    return replace(outcome, lines=lines, review=ReviewWish() if before != after else None)


def _glide_lines(goal: str, before: Mapping[str, Limit], after: Mapping[str, Limit]) -> tuple[Line, ...]:
    """What the date of a goal keeps in cash from now on, or no longer."""
    limit = next((x for x in after.values() if x.id == f"goal:{goal}"), None)
    if limit is None or limit.until is None or limit.target is None:
        gone = any(x.id == f"goal:{goal}" for x in before.values())
        return (Line("goal.glide_ends", {"goal": Thing(goal)}),) if gone else ()
    slots: dict[str, Slot] = {
        "goal": Thing(goal),
        "day": At(limit.until),
        "share": Percent(limit.weight, asset=limit.target),
        "target": Thing(limit.target),
    }
    return (Line("goal.glide", slots),)


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
    if args.kind == "withdraw" and args.in_months is None:
        args = args.model_copy(update={"in_months": _until_date(hands)})
    what = reported(hands.said, args.kind)
    if what is not None and args.amount is not None and args.in_months is None:
        return _reported(hands, args, what)
    if args.kind == "deposit":
        return _deposit(hands, args)
    args = mended(hands, args)
    if args.amount is None and args.fraction is None:
        return refuse("cash_flow", args, "size_missing", Line("cash.how_much"))
    amount = flow_amount(args, hands.work.currency)
    if args.kind == "withdraw" and args.amount is not None and args.in_months is None and DONE.search(hands.said):
        return _withdrawn(hands, args)
    if args.kind == "withdraw":
        if args.in_months is None:
            return state(hands, args, Line("cash.withdraw_open", {"amount": amount}))
        when = Line("cash.when", {"time": Span(args.in_months)})
        outcome = state(hands, args, Line("cash.withdraw", {"amount": amount, "when": Phrase(when)}))
        return replace(outcome, lines=(*outcome.lines, *_kept_lines(hands, args)))
    old = [
        s.statement.wish
        for s in hands.work.state.wishes(CashFlow)
        if isinstance(s.statement.wish, CashFlow) and s.statement.wish.kind == "reserve"
    ]
    slots: dict[str, Slot] = {"amount": amount, "tail": tail(hands, "cash", "tail.cash")}
    if old:
        slots["was"] = flow_amount(old[-1], hands.work.currency)
    outcome = state(hands, args, Line("cash.reserve_was" if old else "cash.reserve", slots))
    return replace(outcome, lines=(*outcome.lines, *_kept_lines(hands, args)))


def _until_date(hands: Hands) -> float | None:
    """Months to the one date or month that was named ("3월에", "on 5 May"), where it lies ahead."""
    today = hands.work.at.astimezone(ZoneInfo(hands.work.tz)).date()
    found = find_figures(hands.said, hands.work.lang, today=today)
    days = {f.on for f in found if f.kind == "date" and f.on is not None}
    ahead = (days.pop() - today).days if len(days) == 1 else 0
    return round(ahead / MONTH_DAYS, 2) if ahead > 0 else None


def _kept_lines(hands: Hands, args: CashFlow) -> tuple[Line, ...]:
    """The sum of all that is kept in one currency, and whether it takes an exchange to have it."""
    work, unit = hands.work, args.currency
    if unit is None:
        return ()
    kept = [
        s.statement.wish.amount or 0.0
        for s in work.state.wishes(CashFlow)
        if isinstance(s.statement.wish, CashFlow)
        and s.statement.wish.currency == unit
        and still_kept(s.statement.wish, s.at, work.at)
    ]
    lines = [Line("cash.together", {"total": money(sum(kept), unit)})] if len(kept) > 1 else []
    held, other = work.state.book.units(unit), "USD" if unit == "KRW" else "KRW"
    if float(held) < sum(kept) and work.state.book.units(other) > 0:
        slots: dict[str, Slot] = {
            "needed": Word(f"currency.{unit}"),
            "held": money(float(held), unit),
            "other": Word(f"currency.{other}"),
        }
        lines.append(Line("cash.exchange", slots))
    return tuple(lines)


def _reported(hands: Hands, args: CashFlow, what: str) -> Outcome:
    """A dividend, interest or a fee, as the words say, in the book from now on."""
    universe = hands.desk.market.universe()
    payers = {a for m in hands.desk.names.find(hands.said) for a in universe.members(m.id)} - {"KRW", "USD"}
    paid_by = payers.pop() if what == "dividend" and len(payers) == 1 else None
    entry = Entry(
        kind=what,  # type: ignore[arg-type]
        amount=Decimal(f"{args.amount:.6f}"),
        currency=args.currency,
        asset=paid_by,
    )
    try:
        lines = enter_into(hands.work, entry)
    except BadInput as error:
        return refuse("cash_flow", args, error.code, *explain_error(error, hands.desk.names))
    return answer("cash_flow", args, *lines, choices=(UNDO,), review=ReviewWish())


def _withdrawn(hands: Hands, args: CashFlow) -> Outcome:
    """Money that was taken out is gone from now on, and what had been planned for it is done; undo brings both back."""
    work = hands.work
    unit = args.currency or work.currency
    units = round_money(Decimal(f"{args.amount:.6f}"), unit)
    held = work.state.book.units(unit)
    if units <= 0:
        return refuse("cash_flow", args, "size_missing", Line("cash.how_much"))
    if units > held:
        return refuse("cash_flow", args, "not_enough_cash", Line("cash.not_enough", {"held": money(float(held), unit)}))
    before = _worth(hands)
    lines = list(settle(work, units, unit))
    work.add(Moved(turn=work.turn, units={unit: -units}, reason="withdraw"))
    after = _worth(hands)
    amount = money(float(units), unit)
    if before is None or after is None:
        return answer("cash_flow", args, Line("cash.withdrawn_only", {"amount": amount}), *lines, choices=(UNDO,))
    back = Line("cash.withdrawn", {"amount": amount, "before": before, "after": after})
    return answer("cash_flow", args, back, *lines, choices=(UNDO,), review=ReviewWish())


def due_lines(work: Work) -> tuple[Line, ...]:
    """Withdrawals whose date has come, asked about for a month and named once more in the next as no longer kept."""
    lines = []
    for stated in work.state.wishes(CashFlow):
        wish = stated.statement.wish
        assert isinstance(wish, CashFlow)
        when = due_at(wish, stated.at)
        if when is None or not is_due(wish, stated.at, work.at) or months_between(when, work.at) > 2 * DUE_MONTHS:
            continue
        code = "cash.due" if still_coming(wish, stated.at, work.at) else "cash.lapsed"
        lines.append(Line(code, {"day": At(when), "amount": flow_amount(wish, work.currency)}))
    return tuple(lines)


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
