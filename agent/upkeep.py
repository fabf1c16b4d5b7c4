"""Looking after a home: replay, verify, rebuild, doctor. Nothing here changes what was recorded."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import numpy as np

from agent.review import recalled
from agent.training import Progress, currencies
from agent.training import train as learn
from agent.usage import budget_lines
from agent.wiring import Desk, Settings, open_desk
from agent.words.errors import explain_error
from agent.words.orders import broker_line
from agent.words.slots import Day, Line, Number, Percent, Quoted, Slot, Things
from agent.words.sources import health_lines, market_lines
from agent.work import current
from knowledge.ledger import copies
from knowledge.ports import Check
from knowledge.tables import load_names, load_universe
from tools.decide import ENGINE, decide, fingerprint
from tools.domain.decision import Decision, Fill, Trade
from tools.domain.events import Approved, Executed
from tools.domain.mandate import Mandate
from tools.domain.market import Market
from tools.errors import AdvisorError
from tools.mandate import check

SAME = 1e-12
"""Recomputed weights may differ by this much; lots not at all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that does not replay: whose, which, and what differs."""

    investor: str
    decision: str
    code: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What replaying came to. older: decisions of earlier engines, checked by hash and mandate only."""

    decisions: int
    older: int
    differences: tuple[Difference, ...]


def replay(desk: Desk, investor: str | None = None) -> ReplayReport:
    """Recompute every recorded decision from what was stored with it and compare.

    Decisions of the current engine must give the same weights (1e-12) and lots; for older ones the fingerprint and the
    mandate on the stored weights are checked. Approvals must name the fingerprint of their decision, and executions
    follow an approval.
    """
    chosen = (investor,) if investor else desk.ledger.investors()
    differences: list[Difference] = []
    count = older = 0
    markets: dict[str, Market] = {}
    for name in chosen:
        decisions: dict[str, Decision] = {}
        approved: set[str] = set()
        for event in desk.ledger.read(name):
            body = event.body
            if isinstance(body, Decision):
                count += 1
                older += body.engine != ENGINE
                decisions[body.id] = body
                differences += [Difference(name, body.id, code) for code in _faults(desk, name, body, markets)]
            elif isinstance(body, Approved):
                approved.add(body.decision)
                if decisions[body.decision].fingerprint != body.fingerprint:
                    differences.append(Difference(name, body.decision, "approval"))
            elif isinstance(body, Executed):
                if body.decision not in approved:
                    differences.append(Difference(name, body.decision, "unapproved"))
                if not _fits(body, decisions[body.decision]):
                    differences.append(Difference(name, body.decision, "fills"))
    return ReplayReport(count, older, tuple(differences))


def recomputed(desk: Desk, investor: str, decision: Decision) -> tuple[str, ...]:
    """Recompute one recorded decision; codes of what differs, none where it is the same."""
    return tuple(_faults(desk, investor, decision, {}))


def _fits(done: Executed, decision: Decision) -> bool:
    """Is what was carried out what was decided? Real brokers fill in parts, and persons tell what they really did."""
    trades = decision.proposal.trades
    if done.broker == "paper" and not done.unfilled:
        return _traded(done.fills) == _traded(trades)
    told = [(x.asset, x.side) for x in done.fills] + [(x.asset, x.side) for x in done.unfilled]
    return set(told) <= {(t.asset, t.side) for t in trades}


def _traded(lines: Sequence[Trade | Fill]) -> list[tuple[str, str, Decimal]]:
    """What moved, whatever the price: asset, side, units."""
    return sorted((x.asset, x.side, x.units) for x in lines)


def _faults(desk: Desk, investor: str, stored: Decision, markets: dict[str, Market]) -> list[str]:
    """What is wrong with one stored decision, as codes."""
    if fingerprint(stored) != stored.fingerprint:
        return ["fingerprint"]
    try:
        facts = recalled(desk.ledger, investor, stored, markets)
        if stored.engine != ENGINE:
            return _mandate_faults(stored, facts.market)
        again = decide(facts)
    except (AdvisorError, ValueError) as error:
        return [f"inputs:{getattr(error, 'code', 'unreadable')}"]
    assets = set(again.target) | set(stored.target)
    if any(abs(again.target.get(a, 0.0) - stored.target.get(a, 0.0)) > SAME for a in assets):
        return ["weights"]
    if again.proposal.trades != stored.proposal.trades:
        return ["lots"]
    return []


def _mandate_faults(stored: Decision, market: Market) -> list[str]:
    """Limits that the stored weights break; limits that need an estimate are left to the engine that made them."""
    weights = np.array([stored.proposal.target.get(a, 0.0) for a in market.universe.ids])
    plain = tuple(x for x in stored.limits if x.kind not in ("volatility", "turnover") and x.origin != "rule")
    none = np.zeros((len(weights),) * 2)
    broken = check(weights, Mandate(limits=plain), market.universe, cov=none, held=weights, tol=0.02)
    return [f"mandate:{b.limit.id}" for b in broken]


def verify(desk: Desk) -> Check:
    """Recompute the hash chain of the whole ledger and compare with the newest hash kept apart."""
    return desk.ledger.verify()


def rebuild(desk: Desk) -> int:
    """Throw away every projection and build it again from the ledger. Gives the number of investors."""
    desk.states.clear()
    investors = desk.ledger.investors()
    for name in investors:
        desk.memory.sync(name, [s.statement for s in current(desk, name).in_force])
    return len(investors)


def backup(settings: Settings, file: Path) -> Check:
    """The whole record of this home in one new file; see `knowledge.ledger.copies`."""
    return copies.backup(settings.folder(), file)


def restore(settings: Settings, file: Path) -> Check:
    """Make this home, which must be empty, from a backup."""
    return copies.restore(settings.folder(), file)


def train(desk: Desk, *, progress: Progress) -> Iterator[tuple[Line, ...]]:
    """Learn anew for every currency in use, and say what came of each; stopped, it leaves things as they were."""
    for currency in currencies(desk):
        yield (Line("train.start", {"currency": Quoted(currency)}),)
        found = learn(desk, currency, progress=progress)
        skill, forecast = found.examined.skill, found.foretold.skill
        policy_slots: dict[str, Slot] = {
            "dsr": Percent(skill.deflated, digits=0), "trials": Number(float(skill.trials), digits=0),
            "confidence": Percent(skill.confidence, digits=0),
        }  # fmt: skip
        forecast_slots: dict[str, Slot] = {
            "dsr": Percent(forecast.deflated, digits=0), "confidence": Percent(forecast.confidence, digits=0)
        }  # fmt: skip
        yield (
            Line("train.policy", policy_slots),
            Line("train.replaced" if found.replaced else "train.kept"),
            Line("train.forecast", forecast_slots),
        )


def doctor(settings: Settings) -> tuple[Line, ...]:
    """Looks at versions, home, ledger, market and model, and says what is well and what is not. Changes nothing."""
    lines = [
        Line("doctor.versions", {"hanfolio": Quoted(version("hanfolio")), "python": Quoted(platform.python_version())}),
        Line("doctor.home", {"home": Quoted(str(settings.folder()))}),
    ]
    try:
        with open_desk(settings, alone=True) as desk:
            lines += _look(desk)
    except AdvisorError as error:
        return (*lines, Line("doctor.trouble"), *explain_error(error, load_names(load_universe())))
    return tuple(lines)


def _look(desk: Desk) -> list[Line]:
    """What an open desk shows about itself."""
    kind = desk.ledger.home_kind()
    found = desk.ledger.verify()
    lines = [Line(f"doctor.bound_{kind}" if kind else "doctor.unbound")]
    if found.faults:
        lines.append(Line("doctor.faults", {"faults": Quoted(", ".join(found.faults))}))
    else:
        lines.append(Line("doctor.chain", {"events": Number(float(found.events), digits=0)}))
    try:
        market = desk.market.at(desk.clock.now())
        newest = market.days[-1].astype("datetime64[D]").item()
        lines.append(Line("doctor.market_demo" if market.simulated else "doctor.market", {"day": Day(newest)}))
        if market.stale:
            lines.append(Line("doctor.stale", {"assets": Things(market.stale)}))
        lines += market_lines(market.notes)
    except AdvisorError as error:
        lines += [Line("doctor.trouble"), *explain_error(error, desk.names)]
    if desk.feed:
        lines += health_lines(desk.feed.health(), desk.feed.doing)
    lines.append(broker_line(desk.broker.name, desk.broker.reach, once=desk.broker.deduplicates))
    model = desk.settings.model
    lines.append(Line("doctor.builtin") if model == "builtin" else Line("doctor.model", {"model": Quoted(model)}))
    lines += budget_lines(desk)
    return lines
