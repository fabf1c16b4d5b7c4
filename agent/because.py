"""Why an allocation changed: two stored decisions -> causes that add up -> sentences. Reads only; asks no model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from agent.basis import basis_line
from agent.review import recalled, recalled_inputs
from agent.words.causes import cause_slot
from agent.words.render import render_all
from agent.words.shadow import shadow_lines
from agent.words.slots import At, Line, Number, Percent, Phrases, Points, Quoted, Slot, Thing
from agent.words.table import TABLE
from agent.work import Work
from tools.attribution import Side, Words, explain
from tools.decide import ENGINE, Facts, decide
from tools.domain.decision import Cause, Decision, Explanation, Input, MethodInput, RiskInput
from tools.domain.events import Forgot
from tools.domain.investor import Profile, Statement
from tools.errors import AdvisorError, StoreFailed
from tools.mandate import AVERSION
from tools.rebalance import standing

_KNOWN: Final = frozenset(TABLE)

SMALL = 0.0005
"""Moves below this fraction are not worth a word (they print as 0 or 0.1 points)."""

MOST = 4
"""Causes named in a reply; the page shows all."""


def why(work: Work, decision_id: str | None = None, target: str | None = None) -> Explanation:
    """Why the holdings before a decision became its target; `text` in the language of the command.

    Args:
        work: The investor's record as it stands.
        decision_id: Which decision; None = the pending one, else the last executed, else the last made.
        target: An asset, class or theme the text should be about; None = the whole change.
    Returns:
        With `decision_id` empty and no causes when nothing was ever decided, or there is no such decision.
    """
    asked = find_decision(work, decision_id)
    if asked is None or work.state is not work.base:
        return _why(work, decision_id, target)
    # The page asks for the same again whenever it is drawn; the whole explanation rests on the record alone.
    mark = (*_record(work), asked.id, work.state.pending == asked, target, work.lang, work.tz)
    known = work.desk.digests.get(memo(work.investor))
    if known is None or known[0] != mark:
        known = work.desk.digests[memo(work.investor)] = (mark, _why(work, asked.id, target))
    found: Explanation = known[1]
    return found


def memo(investor: str) -> str:
    """Under which name the last explanation of an investor is kept among a desk's digests."""
    return f"why:{investor}"


def _record(work: Work) -> tuple[str, int]:
    """Which record this is, and how long it was."""
    return work.desk.states.get(work.investor, ("", None))[0], work.base.seq


def _why(work: Work, decision_id: str | None, target: str | None) -> Explanation:
    explanation, lines = why_lines(work, decision_id, target)
    text = render_all(lines, work.lang, work.desk.names, tz=work.tz).text
    decision = find_decision(work, explanation.decision_id) if explanation.causes else None
    causes = explanation.causes
    if decision is not None:
        inputs = recalled_inputs(work.desk.ledger, work.investor, decision)
        causes = tuple(_based(work, decision, c, inputs) for c in causes)
    return explanation.model_copy(update={"text": text, "causes": causes})


def _based(work: Work, decision: Decision, cause: Cause, inputs: Mapping[str, Input]) -> Cause:
    """A cause with what it rests on, in words; also those inside it."""
    line = basis_line(work, decision, cause, inputs)
    text = render_all((line,), work.lang, work.desk.names, tz=work.tz).text if line else ""
    inside = tuple(_based(work, decision, c, inputs) for c in cause.inside)
    return cause.model_copy(update={"basis": text, "inside": inside})


def why_lines(
    work: Work, decision_id: str | None = None, target: str | None = None
) -> tuple[Explanation, tuple[Line, ...]]:
    """The same as `why`, with the sentences still typed."""
    decision = find_decision(work, decision_id)
    if decision is None:
        code = "why.never" if decision_id is None else "why.no_such"
        return _nothing(work), (Line(code),)
    return _explained(work, decision, target)


def _explained(work: Work, decision: Decision, target: str | None) -> tuple[Explanation, tuple[Line, ...]]:
    """One decision: its causes where everything it used can be read and gives the same again; else what is recorded."""
    state = Line("why.pending") if work.state.pending == decision else Line("why.decided", {"day": At(decision.at)})
    try:
        new = recalled(work.desk.ledger, work.investor, decision)
        before = find_decision(work, decision.previous) if decision.previous else None
        old = recalled(work.desk.ledger, work.investor, before) if before else None
    except (StoreFailed, KeyError, ValueError):
        return _recorded(work, decision, target, Line("why.source_missing"), state)
    members = frozenset(new.market.universe.members(target)) if target else frozenset()
    if target and not members & (decision.proposal.current.keys() | decision.target.keys()):
        return _nothing(work), (Line("why.not_held", {"target": Thing(target)}),)
    if decision.engine != ENGINE and not _same_again(new, decision):
        older = Line("why.older", {"engine": Number(float(decision.engine), digits=0)})
        return _recorded(work, decision, target, older, state)
    explanation = explain(
        decision,
        Side(new.market, new.inputs, new.digests),
        Side(old.market, old.inputs, old.digests) if old else None,
        neutral={
            "risk": RiskInput(profile=Profile(risk_aversion=AVERSION["balanced"])),
            "method": MethodInput(method="black_litterman"),
        },
        said=_said(work),
    )
    room = shadow_lines(decision, work.state, most=1)
    if target is None:
        return explanation, (*_whole(work, explanation), *room, state)
    done = work.state.executed is not None and work.state.executed.id == decision.id
    about = _about(work, explanation, target, members, done)
    return explanation, (*about, *_belief(decision, target, members), *room, state)


def _same_again(facts: Facts, decision: Decision) -> bool:
    """Whether today's engine gives the weights that an older one recorded."""
    try:
        again = decide(facts).target
    except AdvisorError:
        return False
    assets = again.keys() | decision.target.keys()
    return all(abs(again.get(a, 0.0) - decision.target.get(a, 0.0)) <= 1e-9 for a in assets)


def _recorded(
    work: Work, decision: Decision, target: str | None, reason: Line, state: Line
) -> tuple[Explanation, tuple[Line, ...]]:
    """What the decision itself says, without causes, and why there are none."""
    before, after = dict(decision.proposal.current), dict(decision.target)
    explanation = Explanation(
        decision_id=decision.id, at=decision.at, before=before, after=after, causes=(), counterfactuals={}
    )
    members = work.desk.market.universe().members(target) if target else ()
    if target:
        slots: dict[str, Slot] = {"target": Thing(target), "before": Percent(total(before, members), asset=target)}
        head = Line("why.one", {**slots, "after": Percent(total(after, members), asset=target)})
    else:
        moved = moves(before, after)
        head = Line("why.change", {"moves": Phrases(moved)}) if moved else Line("why.none")
    return explanation, (head, reason, state)


def find_decision(work: Work, decision_id: str | None) -> Decision | None:
    """A decision of this investor by id; without one the pending, else the last executed, else the last made."""
    state = work.state
    if decision_id is None:
        return state.pending or state.executed or state.latest
    near = (d for d in (state.pending, state.executed, state.latest) if d and d.id == decision_id)
    stored = (e.body for e in work.desk.ledger.read(work.investor) if isinstance(e.body, Decision))
    return next(near, None) or next((d for d in stored if d.id == decision_id), None)


def _said(work: Work) -> dict[str, Words]:
    """Words behind every statement that was not undone or forgotten, in force or not."""
    bodies = [(e.body, e.at) for e in work.state.changes]
    gone = {s for body, _ in bodies if isinstance(body, Forgot) for s in body.statements}
    return {b.id: Words(b.said, at) for b, at in bodies if isinstance(b, Statement) and b.id not in gone}


def _nothing(work: Work) -> Explanation:
    market = work.desk.market.at(work.at)
    weights = standing(work.state.book, market, work.currency).weights
    now = {a: float(w) for a, w in zip(market.universe.ids, weights, strict=True) if w > 0}
    return Explanation(decision_id="", at=work.at, before=now, after=now, causes=(), counterfactuals={})


def total(weights: Mapping[str, float], members: Iterable[str]) -> float:
    """Sum of a vector over some assets."""
    return sum(weights.get(a, 0.0) for a in members)


def _about(work: Work, explanation: Explanation, target: str, members: frozenset[str], done: bool) -> tuple[Line, ...]:
    """One target: before and after, then each cause with its points."""
    before, after = total(explanation.before, members), total(explanation.after, members)
    slots: dict[str, Slot] = {"target": Thing(target), "before": Percent(before, asset=target)}
    if abs(after - before) < SMALL:
        head = Line("why.still", slots)
    else:
        head = Line("why.one_done" if done else "why.one", {**slots, "after": Percent(after, asset=target)})
    ranked = _ranked(explanation.causes, lambda c: total(c.shares, members), SMALL)
    causes = tuple(_share(work, c, share, target) for c, share in ranked)
    lines = [head, Line("why.causes", {"causes": Phrases(causes)})] if causes else [head]
    for cause, _ in ranked:
        inner = _ranked(cause.inside, lambda c: total(c.shares, members), SMALL)
        if inner:
            parts = Phrases(tuple(_share(work, c, share, target) for c, share in inner))
            lines.append(Line("why.inside", {"cause": _label(work, cause), "parts": parts}))
    return (*lines, *_without(explanation, [c for c, _ in ranked], target, members))


def _share(work: Work, cause: Cause, share: float, target: str) -> Line:
    return Line("why.cause_one", {"cause": _label(work, cause), "share": Points(share, asset=target)})


def _ranked(causes: Sequence[Cause], size: Callable[[Cause], float], least: float) -> list[tuple[Cause, float]]:
    """The largest causes with their size, whole lots aside."""
    sized = [(c, size(c)) for c in causes if c.name != "lots"]
    return sorted((x for x in sized if abs(x[1]) >= least), key=lambda x: -abs(x[1]))[:MOST]


def _flat(causes: Sequence[Cause]) -> list[Cause]:
    """Causes and those inside them."""
    return [c for cause in causes for c in (cause, *cause.inside)]


def _without(
    explanation: Explanation, causes: Sequence[Cause], target: str, members: frozenset[str]
) -> tuple[Line, ...]:
    """What would be held had the weightiest statement not been made; kept apart from the shares."""
    for cause in _flat(causes):
        other = explanation.counterfactuals.get(cause.name)
        if other is not None and cause.said is not None and cause.said_at is not None:
            slots: dict[str, Slot] = {
                "day": At(cause.said_at),
                "said": Quoted(cause.said),
                "target": Thing(target),
                "weight": Percent(total(other, members), asset=target),
            }
            return (Line("why.had_not"), Line("why.without", slots))
    return ()


def _without_all(explanation: Explanation, causes: Sequence[Cause]) -> tuple[Line, ...]:
    """The same for the whole change."""
    for cause in _flat(causes):
        other = explanation.counterfactuals.get(cause.name)
        if other is not None and cause.said is not None and cause.said_at is not None:
            moved = moves(explanation.after, other, most=2)
            if moved:
                slots: dict[str, Slot] = {
                    "day": At(cause.said_at),
                    "said": Quoted(cause.said),
                    "moves": Phrases(moved),
                }
                return (Line("why.had_not"), Line("why.without_all", slots))
    return ()


def _belief(decision: Decision, target: str, members: frozenset[str]) -> tuple[Line, ...]:
    """What is expected of a single asset that stays in the portfolio."""
    if len(members) != 1:
        return ()
    (asset,) = members
    belief = decision.beliefs.get(asset)
    if belief is None or decision.target.get(asset, 0.0) < SMALL or decision.method == "order":
        return ()
    slots: dict[str, Slot] = {
        "target": Thing(target),
        "mean": Percent(belief.posterior, asset=target),
        "vol": Percent(belief.vol, asset=target),
    }
    return (Line("why.belief", slots),)


def _whole(work: Work, explanation: Explanation) -> tuple[Line, ...]:
    """The whole change: what moved most, then each cause with what it moved most."""
    moved = moves(explanation.before, explanation.after)
    if not moved:
        return (Line("why.none"),)
    ranked = [c for c, _ in _ranked(explanation.causes, _size, 2 * SMALL)]
    lines = [Line("why.change", {"moves": Phrases(moved)})]
    if ranked:
        lines.append(Line("why.causes", {"causes": Phrases(tuple(_moved(work, c) for c in ranked))}))
    for cause in ranked:
        inner = [c for c, _ in _ranked(cause.inside, _size, 2 * SMALL)]
        if inner:
            parts = Phrases(tuple(_moved(work, c) for c in inner))
            lines.append(Line("why.inside", {"cause": _label(work, cause), "parts": parts}))
    return (*lines, *_without_all(explanation, ranked))


def _size(cause: Cause) -> float:
    """How much of the portfolio a cause moved."""
    return sum(abs(v) for v in cause.shares.values()) / 2


def _moved(work: Work, cause: Cause) -> Line:
    """A cause with the two things it moved most."""
    top = sorted(cause.shares, key=lambda a: (-abs(cause.shares[a]), a))[:2]
    parts = tuple(
        Line("why.move", {"asset": Thing(a), "share": Points(cause.shares[a], asset=a)})
        for a in top
        if abs(cause.shares[a]) >= SMALL
    )
    return Line("why.cause_all", {"cause": _label(work, cause), "moves": Phrases(parts)})


def moves(before: Mapping[str, float], after: Mapping[str, float], most: int = 3) -> tuple[Line, ...]:
    """The largest changes of weight as parts of a sentence, "SPY 10% → 25%"."""
    change = {a: after.get(a, 0.0) - before.get(a, 0.0) for a in {*before, *after}}
    ranked = sorted((a for a in change if abs(change[a]) >= SMALL), key=lambda a: (-abs(change[a]), a))
    return tuple(
        Line(
            "card.move",
            {
                "asset": Thing(a),
                "before": Percent(before.get(a, 0.0), asset=a),
                "after": Percent(after.get(a, 0.0), asset=a),
            },
        )
        for a in ranked[:most]
    )


def _label(work: Work, cause: Cause) -> Slot:
    """A cause in words: what was said, or the name of the input."""
    return cause_slot(cause, work.desk.names, _KNOWN)
