"""Proposal -> approval -> execution -> position: one investor's decisions as a trail that a machine can compare.

Told from the ledger alone. `compared` holds it against a broker's statement, trades or positions, read as any file of
a broker is; what does not agree is named.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from agent.account import asset_key
from agent.basis import rests_on
from agent.wiring import Desk
from knowledge.imports import Ask, parse, positions
from knowledge.imports.safe import csv_safe
from tools.domain.decision import Decision, Fill
from tools.domain.events import Approved, Event, Executed, Rejected
from tools.domain.record import Consent, Suitability
from tools.errors import BadInput
from tools.state import State, fold

COLUMNS: Final = (
    *("decision", "decided", "method", "engine", "approved", "by", "executed", "simulated"),
    *("trade_date", "symbol", "name", "side", "quantity", "price", "currency", "fee", "fee_currency", "position_after"),
)
"""Of the CSV, one row a fill; decimals are plain digits, times ISO 8601."""

CENT: Final = Decimal("0.01")
"""An average price of several fills may be rounded by the broker to this."""


@dataclass(slots=True)
class Step:
    """One decision and what became of it; `after` are the units held right after its execution."""

    decision: Decision
    statement: Suitability | None = None
    consent: Consent | None = None
    approved: Event | None = None
    rejected: Event | None = None
    executed: Event | None = None
    after: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def fills(self) -> tuple[Fill, ...]:
        """What was carried out."""
        return self.executed.body.fills if self.executed and isinstance(self.executed.body, Executed) else ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where record and statement do not agree. what: missing (here, not there), extra, units, price, fee, position."""

    what: Literal["missing", "extra", "units", "price", "fee", "position"]
    asset: str
    day: date | None
    side: str
    ours: Decimal | None
    theirs: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing came to: rows of the statement that were compared, and differences."""

    rows: int
    differences: tuple[Difference, ...]


def trail(desk: Desk, investor: str) -> tuple[Step, ...]:
    """Every decision with its approval, execution and the position after it, oldest first."""
    steps: dict[str, Step] = {}
    state = State()
    for event in desk.ledger.read(investor):
        state = fold([event], state)
        body = event.body
        if isinstance(body, Decision):
            steps[body.id] = Step(body)
            continue
        step = steps.get(getattr(body, "decision", None) or "")
        if step is None:
            continue
        if isinstance(body, Suitability):
            step.statement = body
        elif isinstance(body, Consent):
            step.consent = body
        elif isinstance(body, Approved):
            step.approved = event
        elif isinstance(body, Rejected):
            step.rejected = event
        elif isinstance(body, Executed):
            step.executed = event
            step.after = {a: p.units for a, p in state.book.positions.items() if p.units}
    return tuple(steps.values())


def as_json(desk: Desk, investor: str) -> dict[str, Any]:
    """{investor, decisions [{decision, proposal, basis, suitability, consent, approval, …, execution, position}]}.

    basis: of every input what it rests on, as `agent.basis.rests_on` tells it.
    """
    told = (_step(s) | {"basis": rests_on(desk.ledger, investor, s.decision)} for s in trail(desk, investor))
    return {"investor": investor, "decisions": list(told)}


def _step(step: Step) -> dict[str, Any]:
    decision = step.decision.model_dump(mode="json", exclude={"proposal", "beliefs", "kind"})
    return {
        "decision": decision,
        "proposal": step.decision.proposal.model_dump(mode="json"),
        "suitability": step.statement.model_dump(mode="json") if step.statement else None,
        "consent": step.consent.model_dump(mode="json") if step.consent else None,
        "approval": _event(step.approved),
        "rejection": _event(step.rejected),
        "execution": _event(step.executed),
        "position": {a: format(u, "f") for a, u in sorted(step.after.items())},
    }


def _event(event: Event | None) -> dict[str, Any] | None:
    return None if event is None else {**event.body.model_dump(mode="json"), "at": event.at.isoformat()}


def as_csv(desk: Desk, investor: str, tz: str) -> str:
    """The fills as CSV with the columns of `COLUMNS`; no cell is a formula, and our own import reads it back.

    Args:
        desk: The ports.
        investor: Whose trail.
        tz: Zone in which `trade_date` is a date.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for step in trail(desk, investor):
        for fill in step.fills:
            assert step.executed is not None
            writer.writerow([csv_safe(cell) for cell in _cells(desk, step, step.executed.at, fill, tz)])
    return out.getvalue()


def _cells(desk: Desk, step: Step, at: datetime, fill: Fill, tz: str) -> tuple[str, ...]:
    universe = desk.market.universe()
    decision, approved, consent = step.decision, step.approved, step.consent
    return (
        decision.id,
        decision.at.isoformat(),
        decision.method,
        str(decision.engine),
        approved.at.isoformat() if approved else "",
        consent.by if consent else "",
        at.isoformat(),
        "yes" if decision.simulated else "no",
        at.astimezone(ZoneInfo(tz)).date().isoformat(),
        fill.asset,
        universe[fill.asset].name_en if fill.asset in universe else fill.asset,
        fill.side,
        format(fill.units, "f"),
        format(fill.price, "f"),
        fill.currency,
        format(fill.fee.amount, "f"),
        fill.fee.currency,
        format(step.after.get(fill.asset, Decimal(0)), "f"),
    )


def compared(desk: Desk, investor: str, data: bytes, tz: str) -> Comparison:
    """The record beside a broker's statement: its trades, or the positions it shows.

    Fills of one asset, day and side are added up on both sides, since a broker may fill in parts.

    Args:
        desk: The ports.
        investor: Whose record.
        data: The statement as it came, in any form that `knowledge.imports` reads.
        tz: Zone in which an execution has its date.
    Raises:
        BadInput: "import_unreadable" with the reason; "import_refused" with the lines that could not be read;
            "statement_asks" when a question about the file has to be answered first.
    """
    held = positions(data)
    if held is not None:
        return _positions(desk, investor, held)
    found = parse(data, now=desk.clock.now())
    if isinstance(found, Ask):
        raise BadInput("statement_asks", found.code)
    if found.format == "unknown":
        raise BadInput("import_unreadable", found.refused[0].reason)
    if found.refused:
        raise BadInput("import_refused", *(str(r.line) for r in found.refused))
    ours: dict[_Key, _Sum] = defaultdict(_Sum)
    for step in trail(desk, investor):
        for fill in step.fills:
            assert step.executed is not None
            day = step.executed.at.astimezone(ZoneInfo(tz)).date()
            ours[fill.asset, day, fill.side].add(fill.units, fill.price, fill.fee.amount, fill.fee.currency)
    theirs: dict[_Key, _Sum] = defaultdict(_Sum)
    for row in found.rows:
        asset = asset_key(desk, row.symbol, {row.currency})
        theirs[asset, row.day, row.side].add(row.units, row.price, row.fee, row.fee_currency)
    return Comparison(len(found.rows), tuple(_differences(ours, theirs)))


_Key = tuple[str, date, str]


@dataclass(slots=True)
class _Sum:
    """Fills of one asset, day and side."""

    units: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    fees: dict[str, Decimal] = field(default_factory=dict)

    def add(self, units: Decimal, price: Decimal, fee: Decimal, currency: str) -> None:
        self.units += units
        self.value += units * price
        self.fees[currency] = self.fees.get(currency, Decimal(0)) + fee


def _differences(ours: Mapping[_Key, _Sum], theirs: Mapping[_Key, _Sum]) -> Iterable[Difference]:
    for key in sorted({*ours, *theirs}, key=lambda k: (k[1], k[0], k[2])):
        asset, day, side = key
        a, b = ours.get(key), theirs.get(key)
        if a is None or b is None:
            yield Difference(
                "extra" if a is None else "missing", asset, day, side, a.units if a else None, b.units if b else None
            )
            continue
        if a.units != b.units:
            yield Difference("units", asset, day, side, a.units, b.units)
        elif abs(a.value - b.value) > CENT * a.units:
            yield Difference("price", asset, day, side, a.value / a.units, b.value / b.units)
        for currency in a.fees.keys() & b.fees.keys():
            if a.fees[currency] != b.fees[currency] and b.fees[currency]:
                yield Difference("fee", asset, day, side, a.fees[currency], b.fees[currency])


def _positions(desk: Desk, investor: str, held: Mapping[str, Decimal]) -> Comparison:
    """What the statement says is held, beside the book."""
    book = fold(desk.ledger.read(investor), State()).book
    universe = desk.market.universe()
    currencies = {a.currency for a in universe.assets}
    theirs: dict[str, Decimal] = defaultdict(Decimal)
    for symbol, units in held.items():
        theirs[symbol if symbol in universe else asset_key(desk, symbol, currencies)] += units
    money = {"KRW", "USD"}
    told = bool(theirs.keys() & money)  # most brokers keep cash on another page
    ours = {a: p.units for a, p in book.positions.items() if p.units and (told or a not in money)}
    wrong = tuple(
        Difference("position", a, None, "", ours.get(a), theirs.get(a))
        for a in sorted({*ours, *theirs})
        if ours.get(a, Decimal(0)) != theirs.get(a, Decimal(0))
    )
    return Comparison(len(held), wrong)
