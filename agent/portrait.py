"""Who the investor is, as far as we know: habits, risk as said and as shown, goals with their chances, and what is not
known. Typed figures with their words beside them, for the page; reads only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from agent.habits import habits
from agent.planning import Outlook, outlook
from agent.toolbox.chances import chance_lines
from agent.wiring import Desk
from agent.words.portrait import grade_line, trait_line, trait_name, trait_unit, unknown_line
from agent.words.render import render_all
from agent.words.slots import Line
from agent.work import Work, begin
from tools.behaviour import Trait
from tools.domain.investor import CashFlow, Goal, Grade, SetRisk
from tools.domain.value import Currency, Lang, Money
from tools.errors import DataMissing
from tools.grades import asked_about, grade_of, step
from tools.mandate import profile_of

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of every fan, in this order."""


@dataclass(frozen=True, slots=True)
class TraitSeen:
    """One habit. estimate, lo90, hi90 and neutral are in `unit`: a fraction (percent), a difference of fractions
    (points) or a plain number. call: high, low or None = silent. events of required: evidence there is and needed.
    own: share of the estimate that the investor's own trades carry, 0..1. evidence: ids of trades or months.
    """

    name: str
    label: str
    unit: Literal["percent", "points", "number"]
    estimate: float
    lo90: float
    hi90: float
    neutral: float
    call: Literal["high", "low"] | None
    events: int
    required: int
    own: float
    evidence: tuple[str, ...]
    as_of: date
    assumed: Mapping[str, float]
    text: str


@dataclass(frozen=True, slots=True)
class RiskSeen:
    """Risk aversion γ as said, as shown by trades (None while they do not tell), and as used; higher is safer.

    said: the investor spoke of risk at all. gap: shown − stated. binding: whose figure is used. grade: of the profile
    in use, step 1 (most careful) to 5. max_drawdown, max_vol: limits in force. basis: ids of the statements behind it.
    questions: answers that do not fit together, asked about.
    """

    stated: float
    said: bool
    revealed: float | None
    lo90: float | None
    hi90: float | None
    used: float
    gap: float | None
    binding: Literal["stated", "revealed", "neutral"]
    grade: Grade
    step: int
    label: str
    max_drawdown: float | None
    max_vol: float | None
    basis: tuple[str, ...]
    text: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FanSeen:
    """What the whole pot may be worth until a date, in today's money of `Portrait.currency`.

    years: from now, ascending, shape (s,). quantiles: shape (s, 5), in the order of `QUANTILES`.
    """

    years: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class GoalSeen:
    """One goal. chance, lo90, hi90, years and fan are None while a date or an amount is missing.

    needed: the amount in the investor's currency. largest_risky: share of risky assets that the date leaves.
    """

    goal: str
    label: str
    amount: Money | None
    monthly: Money | None
    years: float | None
    needed: float | None
    chance: float | None
    lo90: float | None
    hi90: float | None
    largest_risky: float | None
    fan: FanSeen | None
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something a mandate would rest on that nobody said yet, and the question that asks for it."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything the profile view shows."""

    at: datetime
    currency: Currency
    simulated: bool
    practice: bool
    trades: int
    risk: RiskSeen
    traits: tuple[TraitSeen, ...] = ()
    traits_missing: str = ""  # why there are no traits, in words; empty when there are
    goals: tuple[GoalSeen, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    quantiles: tuple[float, ...] = field(default=QUANTILES)


def portrait(desk: Desk, investor: str, lang: Lang) -> Portrait:
    """What is known of an investor, how surely, and what is not; nothing is recorded.

    Args:
        desk: The ports.
        investor: Whose portrait it is.
        lang: Language of the words beside the figures.
    """
    work = begin(desk, investor, lang)
    found, missing = _habits(work)
    seen = _outlook(work)
    return Portrait(
        at=work.at,
        currency=work.currency,
        simulated=desk.market.simulated,
        practice=work.state.practice,
        trades=sum(len(body.trades) for body in work.state.imports),
        risk=_risk(work, found),
        traits=tuple(_trait(work, t) for t in found),
        traits_missing=missing,
        goals=tuple(_goal(work, g, seen) for g in work.state.goals(work.currency)),
        unknowns=tuple(Unknown(code, _text(work, unknown_line(code))) for code in _unknown(work)),
    )


def _text(work: Work, *lines: Line) -> str:
    return render_all(lines, work.lang, work.desk.names, tz=work.tz).text


def _habits(work: Work) -> tuple[tuple[Trait, ...], str]:
    """Traits, or why there are none."""
    if not work.state.imports:
        return (), _text(work, Line("portrait.no_trades"))
    try:
        return habits(work), ""
    except DataMissing:
        return (), _text(work, Line("trait.no_prices"))


def _outlook(work: Work) -> Outlook | None:
    try:
        return outlook(work)
    except DataMissing:
        return None  # what is held cannot be valued: goals stand without their chance


def _trait(work: Work, trait: Trait) -> TraitSeen:
    return TraitSeen(
        name=trait.name,
        label=_text(work, trait_name(trait)),
        unit=trait_unit(trait),
        estimate=trait.estimate,
        lo90=trait.lo90,
        hi90=trait.hi90,
        neutral=trait.neutral,
        call=trait.call,
        events=trait.n_events,
        required=trait.n_required,
        own=1.0 - min(max(trait.prior_weight, 0.0), 1.0),
        evidence=trait.evidence,
        as_of=trait.as_of,
        assumed=trait.assumed,
        text=_text(work, trait_line(trait)),
    )


def _risk(work: Work, found: tuple[Trait, ...]) -> RiskSeen:
    """Said against shown, and which of the two is used."""
    trait = next((t for t in found if t.name == "risk_aversion"), None)
    shown = trait if trait is not None and trait.call is not None else None
    stated = profile_of(work.state)
    used = profile_of(work.state, revealed=shown.estimate if shown else None)
    said = bool(work.state.wishes(SetRisk))
    binding: Literal["stated", "revealed", "neutral"] = "stated" if said else "neutral"
    if used.risk_aversion != stated.risk_aversion:
        binding = "revealed"
    grade = grade_of(used.risk_aversion, used.max_drawdown)
    return RiskSeen(
        stated=stated.risk_aversion,
        said=said,
        revealed=shown.estimate if shown else None,
        lo90=shown.lo90 if shown else None,
        hi90=shown.hi90 if shown else None,
        used=used.risk_aversion,
        gap=shown.estimate - stated.risk_aversion if shown else None,
        binding=binding,
        grade=grade,
        step=step(grade),
        label=_text(work, Line(f"grade.{grade}")),
        max_drawdown=used.max_drawdown,
        max_vol=used.max_vol,
        basis=used.basis,
        text=_text(work, grade_line(grade, used.risk_aversion, stated.risk_aversion, shown)),
        questions=tuple(_text(work, Line(f"grade.asked_{code}")) for code in asked_about(stated)),
    )


def _goal(work: Work, goal: Goal, seen: Outlook | None) -> GoalSeen:
    label = work.desk.names.label(goal.goal, work.lang)
    place = [g.goal for g in seen.goals].index(goal.goal) if seen and goal in seen.goals else None
    if seen is None or place is None:
        return GoalSeen(
            goal.goal, label, goal.money, goal.monthly, None, None, None, None, None, None, None,
            _text(work, Line("portrait.goal_open")),
        )  # fmt: skip
    chance, target = seen.chances[place], seen.plan.targets[place]
    return GoalSeen(
        goal=goal.goal,
        label=label,
        amount=goal.money,
        monthly=goal.monthly,
        years=target.months / 12,
        needed=target.amount or None,
        chance=chance.chance,
        lo90=chance.lo90,
        hi90=chance.hi90,
        largest_risky=seen.largest_risky(goal),
        fan=_fan(seen, target.months),
        text=_text(work, *chance_lines(seen, goal, work.currency)),
    )


def _fan(seen: Outlook, months: float) -> FanSeen:
    """The pot until a goal's date: one pot serves all goals."""
    whole = seen.fan()
    rows = [n for n, m in enumerate(whole.months.tolist()) if m <= months + 1e-9]
    return FanSeen(
        tuple(float(whole.months[n]) / 12 for n in rows),
        tuple(tuple(float(q) for q in whole.quantiles[n]) for n in rows),
    )


def _unknown(work: Work) -> tuple[str, ...]:
    """Codes of what a mandate would rest on and nobody said, the most important first."""
    stated = profile_of(work.state)
    goals = work.state.goals(work.currency)
    open_goal = any(g.horizon_years is None or (g.money is None and g.monthly is None) for g in goals)
    needs = {
        "risk": not work.state.wishes(SetRisk),
        "loss": stated.max_drawdown is None and stated.max_vol is None,
        "goal": not goals,
        "goal_size": open_goal,
        "cash": not work.state.wishes(CashFlow),
        "trades": not work.state.imports,
    }
    return tuple(code for code, missing in needs.items() if missing)
