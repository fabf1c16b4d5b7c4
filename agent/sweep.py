"""One shock, many investors: everybody decided anew at once, and only those for whom trading pays are written to.

The same question as in `tools.decide`, posed for each by their own inputs and answered for all by `tools.crowd`. Whose
answer leaves the holdings alone shares one event with all others of that kind; whose does not gets the ordinary review,
alert and proposal. Who does not fit into the batch (a volatility ceiling, news, limits that clash, something held that
cannot be judged) is decided alone, as ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from agent.noticing import LOOK_BACK, QUIET
from agent.own_alerts import day_of
from agent.review import personal_inputs
from agent.wiring import Desk
from agent.work import Work, current
from knowledge.market.snapshot import pack, recent
from tools.crowd import crowd
from tools.decide import Estimate, costs, estimate, one, pose
from tools.domain.decision import Alert, Assumptions, HoldingsInput, LimitsInput, MethodInput, RiskInput, ViewsInput
from tools.domain.events import Swept
from tools.domain.investor import Book
from tools.domain.market import Array, Market
from tools.domain.value import Currency
from tools.errors import AdvisorError, DataMissing, Infeasible, Stale
from tools.gauges import MEMORY
from tools.mandate import compile_limits
from tools.optimise.limits import Limits
from tools.state import State
from tools.triggers import alarms

HOUSE: Final = "~house"
"""Whose record holds what is about nobody in particular."""

MANY: Final = 200
"""Investors from which on a shock is answered for all at once."""

PLAIN: Final = (Assumptions, HoldingsInput, LimitsInput, MethodInput, RiskInput, ViewsInput)
"""Inputs a batch understands."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose holdings are left alone, who needs a proposal, and who could not be asked together with the others."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]
    alone: tuple[str, ...]


@dataclass(slots=True)
class Row:
    """One investor in the batch; arrays of shape (n,)."""

    name: str
    held: Array
    mean: Array
    aversion: float
    limits: Limits


@dataclass(slots=True)
class Batch:
    """Everybody of one currency: one estimate, one row each."""

    known: Estimate
    rows: list[Row] = field(default_factory=list)


def states(desk: Desk) -> dict[str, State]:
    """Everyone's state, read anew only where something was added since."""
    now = desk.clock.now()
    found: dict[str, State] = {}
    for name, (mark, seq) in desk.ledger.heads().items():
        if name == HOUSE:
            continue
        known = desk.states.get(name)
        fresh = known is not None and known[0] == mark and known[1].seq == seq
        found[name] = known[1].as_of(now) if known is not None and fresh else current(desk, name)
    return found


def market_alarms(desk: Desk, market: Market) -> Iterator[Alert]:
    """What rang within the last days on the market as a whole, at its own weights, and was not swept yet."""
    risky = np.array([a.asset_class != "cash" and bool(a.market_weight) for a in market.universe.assets])
    if not risky.any():
        return
    shares = np.array([a.market_weight or 0.0 for a in market.universe.assets])[risky]
    swept = {(e.body.code, e.body.day) for e in desk.ledger.read(HOUSE) if isinstance(e.body, Swept)}
    rows = MEMORY + 500
    closes, days = market.closes_in("KRW")[-rows:, risky], market.days[-rows:]
    try:
        rung = alarms(closes, shares / shares.sum(), since=len(days) - LOOK_BACK)
    except DataMissing:
        return
    for alarm in rung:
        day = day_of(days[alarm.row])
        if not any(code == alarm.trigger and abs(day - known) <= QUIET for code, known in swept):
            yield Alert(
                id="new", code=alarm.trigger, day=day, value=alarm.value, level=alarm.level,
                rate=alarm.rate.value, low=alarm.rate.low, high=alarm.rate.high,
            )  # fmt: skip


def decide_all(desk: Desk, market: Market, everyone: Mapping[str, State]) -> Verdict:
    """Ask for everybody whether trading pays today. Reads and calculates only.

    Args:
        desk: The ports.
        market: Today's market.
        everyone: State by name; who waits for an answer to a proposal already is best left out.
    """
    batches, alone = gathered(desk, market, everyone)
    inside: list[str] = []
    outside: list[str] = []
    for batch in batches:
        for row, weights in _answers(desk, batch.known, batch.rows):
            if weights is None:
                alone.append(row.name)
            else:
                (inside if _left_alone(desk, batch.known, row, weights) else outside).append(row.name)
    return Verdict(tuple(inside), tuple(outside), tuple(alone))


def gathered(desk: Desk, market: Market, everyone: Mapping[str, State]) -> tuple[list[Batch], list[str]]:
    """What is asked for each, one batch a currency, and the names of those who cannot be put together with others."""
    short = recent(market, desk.assumptions.lookback_days + 5)
    batches: dict[Currency, Batch] = {}
    alone: list[str] = []
    for name, state in everyone.items():
        if state.opened is None:
            continue
        code = state.opened.currency
        if code not in batches:
            batches[code] = Batch(estimate(short, code, desk.assumptions, Book(positions={})))
        row = _row(desk, name, state, short, batches[code].known)
        if row is None:
            alone.append(name)
        else:
            batches[code].rows.append(row)
    return list(batches.values()), alone


def record_inside(desk: Desk, market: Market, verdict: Verdict, code: str, day: date) -> bool:
    """One event for all whose holdings are left alone; False when this shock of this day stands there already."""
    idem = f"sweep:{code}:{day.isoformat()}"
    if desk.ledger.find(HOUSE, idem):
        return False
    marks = {name: mark for name, (mark, _) in desk.ledger.heads().items()}
    short = recent(market, desk.assumptions.lookback_days + 5)
    blobs: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        digest = desk.ledger.digest(HOUSE, content, personal=False)
        blobs[digest] = content
        return digest

    body = Swept(
        code=code,
        day=day,
        data=pack(short, keep),
        looked=len(verdict.inside) + len(verdict.outside) + len(verdict.alone),
        inside=tuple(sorted(marks[n] for n in verdict.inside)),
        outside=tuple(sorted(marks[n] for n in verdict.outside)),
    )
    newest = max((e.seq for e in desk.ledger.read(HOUSE)), default=0)
    try:
        desk.ledger.append(HOUSE, [body], at=desk.clock.now(), after=newest, idem=idem, blobs=blobs)
    except Stale:
        return False  # another process wrote of the same shock
    return True


def _row(desk: Desk, name: str, state: State, market: Market, known: Estimate) -> Row | None:
    """One investor's part of the batch; None when it cannot be put together with the others'."""
    assert state.opened is not None
    now = desk.clock.now()
    work = Work(desk, name, state.opened.lang, now, state, state, turn="")
    try:
        inputs = {**personal_inputs(work, market), "method": MethodInput(method="black_litterman")}
        if not all(isinstance(value, PLAIN) for value in inputs.values()):
            return None
        held, mean, mandate = pose(known, inputs, state.opened.currency)
    except AdvisorError:
        return None
    limits = compile_limits(mandate, known.universe).arrays
    if limits.turnover is not None or limits.max_vol is not None or limits.tracking is not None:
        return None
    if any(state.book.units(a) for a in known.left_out):
        return None
    return Row(name, held, mean, one(inputs, RiskInput).profile.risk_aversion, limits)


def _answers(desk: Desk, known: Estimate, rows: Sequence[Row]) -> Iterator[tuple[Row, Array | None]]:
    """Everybody's weights, None for whom no portfolio keeps every limit; found by halving the crowd."""
    if not rows:
        return
    try:
        weights = solved(desk, known, rows)
    except Infeasible:
        if len(rows) == 1:
            yield rows[0], None
            return
        middle = len(rows) // 2
        yield from _answers(desk, known, rows[:middle])
        yield from _answers(desk, known, rows[middle:])
        return
    yield from zip(rows, weights, strict=True)


def solved(desk: Desk, known: Estimate, rows: Sequence[Row]) -> Array:
    """Weights of everybody, shape (N, n). Rows of limits that only some have are open for the others."""
    groups, places = _shared(rows)
    low = np.full((len(rows), len(groups)), -np.inf)
    high = np.full((len(rows), len(groups)), np.inf)
    for i, row in enumerate(rows):
        for j, group in enumerate(row.limits.groups):
            at = places[group.tobytes()]
            low[i, at] = max(low[i, at], row.limits.group_lower[j])
            high[i, at] = min(high[i, at], row.limits.group_upper[j])
    return crowd(
        np.array([r.mean for r in rows]),
        known.cov,
        risk_aversion=np.array([r.aversion for r in rows]),
        held=np.array([r.held for r in rows]),
        cost=costs(known.universe) / desk.assumptions.cost_horizon,
        lower=np.array([r.limits.lower for r in rows]),
        upper=np.array([r.limits.upper for r in rows]),
        groups=groups,
        group_lower=low,
        group_upper=high,
    )


def _shared(rows: Sequence[Row]) -> tuple[Array, dict[bytes, int]]:
    """All different rows of groups, shape (m, n), and where each stands."""
    places: dict[bytes, int] = {}
    found: list[Array] = []
    for row in rows:
        for group in row.limits.groups:
            if group.tobytes() not in places:
                places[group.tobytes()] = len(found)
                found.append(group)
    return np.array(found).reshape(len(found), rows[0].held.shape[0]), places


def _left_alone(desk: Desk, known: Estimate, row: Row, weights: Array) -> bool:
    """Would whole lots leave these holdings alone? They do where every limit is kept and the plan is hardly nearer."""
    away, limits = weights - row.held, row.limits
    near = float(away @ known.cov @ away) ** 0.5 < desk.assumptions.min_trade
    group = limits.groups @ row.held
    kept = (row.held >= limits.lower - 1e-9).all() and (row.held <= limits.upper + 1e-9).all()
    kept = kept and (group >= limits.group_lower - 1e-9).all() and (group <= limits.group_upper + 1e-9).all()
    return bool(near and kept)
