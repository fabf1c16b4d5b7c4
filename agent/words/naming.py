"""A wish in a few words, as the page lists it and replies name it: "비트코인 최대 10%", "no tobacco"."""

from collections.abc import Sequence
from decimal import Decimal

from agent.words.slots import Cash, Line, Number, Percent, Phrase, Phrases, Slot, Span, Thing, Word
from tools.domain.investor import (
    CashFlow,
    Exclude,
    Include,
    Rebalance,
    SetAlert,
    SetGoal,
    SetLimit,
    SetRisk,
    SetView,
    Switch,
    Wish,
)
from tools.domain.value import Currency, Money


def wish_name(wish: Wish, currency: Currency) -> Line:
    """Name a wish.

    Args:
        wish: What was said, typed.
        currency: The investor's own, for amounts said without one.
    """
    match wish:
        case SetRisk():
            return _risk(wish)
        case Exclude(target=target):
            return Line("name.exclude", {"target": Thing(target)})
        case Include(target=target):
            return Line("wish.include", {"target": Thing(target)})
        case SetLimit():
            return Line(
                f"name.{wish.kind}",
                {"target": Thing(wish.target), "weight": Percent(wish.weight, asset=wish.target)},
            )
        case SetGoal():
            return Line("wish.goal", {"goal": Thing(wish.goal), "what": Phrase(goal_parts(wish, currency))})
        case SetView():
            return _view(wish)
        case CashFlow():
            return Line(f"wish.{wish.kind}", {"amount": flow_amount(wish, currency)})
        case SetAlert():
            return Line("wish.alert", {"what": Phrase(alert_name(wish, currency))})
        case Rebalance():
            return Line("wish.rebalance", {"frequency": Word(f"frequency.{wish.frequency}")})
        case Switch():
            return Line(f"wish.switch_{'on' if wish.on else 'off'}", {"source": Word(f"learned.{wish.source}")})


def money(amount: float, currency: Currency, asset: str | None = None) -> Cash:
    """An amount as it was said; the shortest decimal of the number, so that nothing is added."""
    return Cash(Money(amount=Decimal(f"{amount:.6f}").normalize() + Decimal(0), currency=currency), asset)


def _risk(wish: SetRisk) -> Line:
    if wish.grade is not None:
        return Line("wish.risk_grade", {"grade": Phrase(Line(f"grade.{wish.grade}"))})
    if wish.loss_aversion is not None:
        return Line("wish.risk_felt", {"times": Number(wish.loss_aversion, digits=1)})
    if wish.level is not None:
        return Line("wish.risk_level", {"level": Word(f"level.{wish.level}")})
    if wish.target_vol is not None:
        return Line("wish.risk_vol", {"value": Percent(wish.target_vol)})
    if wish.max_drawdown is not None:
        return Line("wish.risk_loss", {"value": Percent(wish.max_drawdown)})
    return Line(f"wish.risk_{wish.direction}")


def _view(wish: SetView) -> Line:
    if wish.versus is None:
        return Line("wish.view", {"target": Thing(wish.target), "direction": Word(f"view.{wish.direction}")})
    better = Word("view.better" if wish.direction == "up" else "view.worse")
    return Line("wish.view_versus", {"target": Thing(wish.target), "versus": Thing(wish.versus), "better": better})


def goal_parts(wish: SetGoal, currency: Currency) -> Line:
    """What was said of a goal beside its kind: when, how much, how much a month."""
    unit = wish.currency or currency
    parts: list[Line] = []
    if wish.horizon_years is not None:
        parts.append(Line("goal.in", {"time": Span(wish.horizon_years * 12)}))
    if wish.amount is not None:
        parts.append(Line("goal.amount", {"amount": money(wish.amount, unit)}))
    if wish.monthly is not None:
        parts.append(Line("goal.monthly", {"monthly": money(wish.monthly, unit)}))
    return bracket(parts).line


def bracket(parts: Sequence[Line]) -> Phrase:
    """Parts in brackets behind a name; nothing when there are none."""
    return Phrase(Line("part.bracket", {"parts": Phrases(tuple(parts))}) if parts else Line("tail.none"))


def flow_amount(wish: CashFlow, currency: Currency) -> Slot:
    """The size of a cash flow as it was said."""
    if wish.amount is not None:
        return money(wish.amount, wish.currency or currency)
    if wish.fraction is not None:
        return Percent(wish.fraction, asset="cash")
    return Word("wish.no_amount")


def alert_name(wish: SetAlert, currency: Currency) -> Line:
    """What an alert waits for."""
    target: Slot = Thing(wish.target) if wish.target else Word("alert.portfolio")
    value: Slot = Percent(wish.value, asset=wish.target)
    if wish.metric == "price":
        value = money(wish.value, wish.currency or currency, wish.target)
    if wish.metric in ("loss", "gain"):
        return Line(f"alert.{wish.metric}", {"target": target, "value": value})
    return Line(f"alert.{wish.op or 'above'}", {"target": target, "metric": Thing(wish.metric), "value": value})
