"""The investor's goals as one plan, and the chances it has: from the record and today's market. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

from agent.work import Work
from tools.decide import DAYS_A_WEEK, Estimate, estimate
from tools.domain.investor import CashFlow, Goal, SetGoal
from tools.domain.mandate import Limit
from tools.domain.market import Array, Market
from tools.domain.value import Currency, Money
from tools.errors import DataMissing
from tools.goals import (
    WANTED,
    Chance,
    Fan,
    Growth,
    Levers,
    Plan,
    Target,
    chances,
    fan,
    glide_limit,
    largest_risky,
    levers,
)
from tools.rebalance import standing
from tools.setaside import MONTH_DAYS, months_between, still_coming

INFLATION: Mapping[Currency, float] = {"KRW": 0.02, "USD": 0.02}
"""What the Bank of Korea and the Federal Reserve aim at; an assumption, told with every chance."""

STAYS = frozenset({"retirement", "wealth", "income"})
"""Goals whose money stays invested when the date comes."""

SEED = 20_180_401
"""One seed for all, so that the same question gets the same figure."""

_MONTH = MONTH_DAYS


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the goals look at.

    mix: whose weights: what is held `now`; while hardly anything is invested those of the waiting `proposed` decision,
    else those of the `market`: nothing but cash would answer a question nobody asked.
    goals: those with a date and an amount (or an income), in the order of `plan.targets`. risky: share of the mix.
    """

    plan: Plan
    growth: Growth
    goals: tuple[Goal, ...]
    chances: tuple[Chance, ...]
    mix: Literal["now", "proposed", "market"]
    risky: float

    def months(self, goal: Goal) -> float:
        """Months left to a goal's date."""
        return next(t.months for t in self.plan.targets if t.name == goal.goal)

    def levers(self, goal: Goal) -> Levers:
        """What would bring a goal to the wanted chance."""
        return levers(self.plan, self.growth, goal.goal, SEED)

    def fan(self) -> Fan:
        """What the pot may be worth until the last date."""
        return fan(self.plan, self.growth, SEED)

    def largest_risky(self, goal: Goal) -> float:
        """Largest share of risky assets that the goal's date leaves."""
        target = next(t for t in self.plan.targets if t.name == goal.goal)
        part = target.amount / self.plan.worth if target.spent and self.plan.worth > 0 else 0.0
        return largest_risky(target.months / 12, part)


def outlook(work: Work) -> Outlook | None:
    """The chances of all goals that have a date and a size; None when there is none.

    Raises:
        DataMissing: Something held cannot be valued or judged.
    """
    found = [(g, t) for g in work.state.goals(work.currency) if (t := _target(g, work)) is not None]
    if not found:
        return None
    market = work.desk.market.at(work.at)
    known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
    now = standing(work.state.book, known.market, work.currency)
    ids = known.universe.ids
    classes = [a.asset_class for a in known.universe.assets]
    inside = np.array([c != "cash" for c in classes])
    weights, mix = _mix(work, known, now.weights, float(now.weights[inside].sum()))
    growth = _growth(
        work,
        known.risk_free,
        float(weights @ known.prior),
        float(weights @ known.cov @ weights),
        _fee(market, ids, weights),
    )
    plan = _plan(work, market, float(now.worth), tuple(t for _, t in found))
    goals = tuple(g for g, _ in found)
    return Outlook(plan, growth, goals, chances(plan, growth, SEED), mix, float(weights[inside].sum()))


def worth_in(work: Work, market: Market) -> dict[str, float]:
    """Value of the priced part of the book in each currency, for cash named as an amount."""
    total = standing(work.state.book, market, work.currency).managed
    out: dict[str, float] = {}
    currencies: tuple[Currency, ...] = ("KRW", "USD")
    for code in currencies:
        if code == work.currency or {code, work.currency} <= market.fx_now.keys():
            out[code] = float(total * market.rate(work.currency, code))
    return out


def glides(work: Work) -> dict[str, Limit]:
    """`goal_limits` at today's prices; nothing while what is held cannot be valued."""
    market = work.desk.market.at(work.at)
    try:
        return goal_limits(work, market, worth_in(work, market))
    except DataMissing:
        return {}


def goal_limits(work: Work, market: Market, worth: Mapping[str, float]) -> dict[str, Limit]:
    """What the dates of goals ask to be kept in cash today, by name of the input ("goals/" and what was said last).

    Args:
        work: The open command.
        market: Today's market, for goals in another currency.
        worth: Value of the portfolio in each currency.
    """
    found: dict[str, Limit] = {}
    said = {s.statement.wish.goal: s.statement.id for s in work.state.wishes(SetGoal)}  # type: ignore[union-attr]
    for goal in work.state.goals(work.currency):
        if goal.money is None or goal.horizon_years is None or goal.goal in STAYS:
            continue
        pot = worth.get(goal.money.currency, 0.0)
        due = goal.since + timedelta(days=goal.horizon_years * 12 * _MONTH)
        if pot <= 0 or due < work.at:
            continue
        years = months_between(work.at, due) / 12
        limit = glide_limit(f"goal:{goal.goal}", years, float(goal.money.amount) / pot, goal.money.currency, due)
        if limit is not None:
            found[f"goals/{said[goal.goal]}"] = limit
    return found


def _mix(
    work: Work, known: Estimate, held: Array, invested: float
) -> tuple[Array, Literal["now", "proposed", "market"]]:
    """The weights that grow, shape (n,), and whose they are."""
    if invested >= 0.01:
        return held, "now"
    pending = work.state.pending
    if pending is not None:
        return np.array([pending.target.get(a, 0.0) for a in known.universe.ids]), "proposed"
    return known.market_weights, "market"


def _growth(work: Work, risk_free: float, excess: float, variance: float, fee: float) -> Growth:
    """How the mix grows: equilibrium return with the uncertainty τ gives it, volatility with that of its sample."""
    assumptions = work.desk.assumptions
    vol = max(variance, 0.0) ** 0.5
    weeks = assumptions.lookback_days / DAYS_A_WEEK
    return Growth(
        mean=risk_free + excess,
        vol=vol,
        risk_free=risk_free,
        mean_sd=float(assumptions.tau**0.5 * vol),
        vol_sd=float((2 * weeks) ** -0.5),
        inflation=INFLATION[work.currency],
        fee=fee,
    )


def _fee(market: Market, ids: tuple[str, ...], weights: Array) -> float:
    """Trading costs a year: as if everything were sold and bought once in two years."""
    return float(weights @ np.array([market.universe[a].fee_bps / 1e4 for a in ids]))


def _target(goal: Goal, work: Work) -> Target | None:
    """A goal in the investor's own currency at today's rate; None without a date, a size or time left."""
    if goal.horizon_years is None or (goal.money is None and not (goal.goal == "income" and goal.monthly)):
        return None
    months = goal.horizon_years * 12 - _months(goal.since, work.at)
    if months <= 0:
        return None
    monthly = _own(goal.monthly, work) * (-1 if goal.goal == "income" else 1)
    return Target(goal.goal, months, _own(goal.money, work), monthly, goal.goal not in STAYS)


def _own(money: Money | None, work: Work) -> float:
    if money is None:
        return 0.0
    if money.currency == work.currency:
        return float(money.amount)
    return float(money.amount * work.desk.market.at(work.at).rate(money.currency, work.currency))


def _plan(work: Work, market: Market, worth: float, targets: tuple[Target, ...]) -> Plan:
    """The pot with what is kept back and what falls due; what is due now has left it already."""
    reserve, due = 0.0, []
    for stated in work.state.wishes(CashFlow):
        wish = stated.statement.wish
        assert isinstance(wish, CashFlow)
        amount = _flow(wish, market, worth, work.currency)
        if wish.kind == "reserve":
            reserve += amount
        elif wish.kind == "withdraw" and (wish.in_months is None or still_coming(wish, stated.at, work.at)):
            due.append(((wish.in_months or 0.0) - _months(stated.at, work.at), amount))
    at_once = sum(a for m, a in due if m <= 0)
    return Plan(max(worth - at_once, 0.0), targets, tuple((m, a) for m, a in due if m > 0), reserve)


def _flow(wish: CashFlow, market: Market, worth: float, currency: Currency) -> float:
    if wish.fraction is not None:
        return wish.fraction * worth
    rate = market.rate(wish.currency, currency) if wish.currency else Decimal(1)
    return (wish.amount or 0.0) * float(rate)


def _months(since: datetime, at: datetime) -> float:
    return float((at - since).days) / _MONTH


__all__ = ["WANTED", "Outlook", "glides", "goal_limits", "outlook", "worth_in"]
