"""Why an allocation changed: two stored decisions -> causes that add up -> sentences. Reads only; asks no model."""

from collections.abc import Iterable, Mapping, Sequence

from agent.review import recalled
from agent.words.answers import WORDS
from agent.words.render import render_all
from agent.words.slots import At, Line, Percent, Phrase, Phrases, Points, Quoted, Slot, Thing, Word
from agent.work import Work
from tools.attribution import Side, Words, explain
from tools.domain.decision import Cause, Decision, Explanation, MethodInput, RiskInput
from tools.domain.events import Forgot
from tools.domain.investor import Profile, Statement
from tools.mandate import AVERSION
from tools.rebalance import standing

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
    explanation, lines = why_lines(work, decision_id, target)
    text = render_all(lines, work.lang, work.desk.names, tz=work.tz).text
    return explanation.model_copy(update={"text": text})


def why_lines(
    work: Work, decision_id: str | None = None, target: str | None = None
) -> tuple[Explanation, tuple[Line, ...]]:
    """The same as `why`, with the sentences still typed."""
    decision = find_decision(work, decision_id)
    if decision is None:
        code = "why.never" if decision_id is None else "why.no_such"
        return _nothing(work), (Line(code),)
    new = _side(work, decision)
    members = frozenset(new.market.universe.members(target)) if target else frozenset()
    if target and not members & (decision.proposal.current.keys() | decision.target.keys()):
        return _nothing(work), (Line("why.not_held", {"target": Thing(target)}),)
    before = find_decision(work, decision.previous) if decision.previous else None
    explanation = explain(
        decision,
        new,
        _side(work, before) if before else None,
        neutral={
            "risk": RiskInput(profile=Profile(risk_aversion=AVERSION["balanced"])),
            "method": MethodInput(method="black_litterman"),
        },
        said=_said(work),
    )
    state = Line("why.pending") if work.state.pending == decision else Line("why.decided", {"day": At(decision.at)})
    if target is None:
        return explanation, (*_whole(explanation), state)
    done = work.state.executed is not None and work.state.executed.id == decision.id
    return explanation, (*_about(explanation, target, members, done), *_belief(decision, target, members), state)


def find_decision(work: Work, decision_id: str | None) -> Decision | None:
    """A decision of this investor by id; without one the pending, else the last executed, else the last made."""
    state = work.state
    if decision_id is None:
        return state.pending or state.executed or state.latest
    near = (d for d in (state.pending, state.executed, state.latest) if d and d.id == decision_id)
    stored = (e.body for e in work.desk.ledger.read(work.investor) if isinstance(e.body, Decision))
    return next(near, None) or next((d for d in stored if d.id == decision_id), None)


def _side(work: Work, decision: Decision) -> Side:
    facts = recalled(work.desk.ledger, work.investor, decision)
    return Side(facts.market, facts.inputs, facts.digests)


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


def _about(explanation: Explanation, target: str, members: frozenset[str], done: bool) -> tuple[Line, ...]:
    """One target: before and after, then each cause with its points."""
    before, after = total(explanation.before, members), total(explanation.after, members)
    slots: dict[str, Slot] = {"target": Thing(target), "before": Percent(before, asset=target)}
    if abs(after - before) < SMALL:
        head = Line("why.still", slots)
    else:
        head = Line("why.one_done" if done else "why.one", {**slots, "after": Percent(after, asset=target)})
    shares = [(c, total(c.shares, members)) for c in explanation.causes if c.name != "lots"]
    ranked = sorted((x for x in shares if abs(x[1]) >= SMALL), key=lambda x: -abs(x[1]))[:MOST]
    causes = tuple(
        Line("why.cause_one", {"cause": _label(c), "share": Points(share, asset=target)}) for c, share in ranked
    )
    lines = [head, Line("why.causes", {"causes": Phrases(causes)})] if causes else [head]
    return (*lines, *_without(explanation, [c for c, _ in ranked], target, members))


def _without(
    explanation: Explanation, causes: Sequence[Cause], target: str, members: frozenset[str]
) -> tuple[Line, ...]:
    """What would be held had the weightiest statement not been made; kept apart from the shares."""
    for cause in causes:
        other = explanation.counterfactuals.get(cause.name)
        if other is not None and cause.said is not None and cause.said_at is not None:
            slots: dict[str, Slot] = {
                "day": At(cause.said_at),
                "said": Quoted(cause.said),
                "target": Thing(target),
                "weight": Percent(total(other, members), asset=target),
            }
            return (Line("why.without", slots),)
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


def _whole(explanation: Explanation) -> tuple[Line, ...]:
    """The whole change: what moved most, then each cause with what it moved most."""
    moved = moves(explanation.before, explanation.after)
    if not moved:
        return (Line("why.none"),)
    sized = [(c, sum(abs(v) for v in c.shares.values()) / 2) for c in explanation.causes if c.name != "lots"]
    ranked = sorted((x for x in sized if x[1] >= 2 * SMALL), key=lambda x: -x[1])[:MOST]
    causes = []
    for cause, _ in ranked:
        top = sorted(cause.shares, key=lambda a: (-abs(cause.shares[a]), a))[:2]
        parts = tuple(
            Line("why.move", {"asset": Thing(a), "share": Points(cause.shares[a], asset=a)})
            for a in top
            if abs(cause.shares[a]) >= SMALL
        )
        causes.append(Line("why.cause_all", {"cause": _label(cause), "moves": Phrases(parts)}))
    head = Line("why.change", {"moves": Phrases(moved)})
    return (head, Line("why.causes", {"causes": Phrases(tuple(causes))})) if causes else (head,)


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


def _label(cause: Cause) -> Slot:
    """A cause in words: what was said, or the name of the input."""
    if cause.said is not None and cause.said_at is not None:
        return Phrase(Line("why.said", {"day": At(cause.said_at), "said": Quoted(cause.said)}))
    code = f"cause.{cause.name.split('/')[0]}"
    if "/" in cause.name:
        return Word("cause.statement")
    return Word(code if code in WORDS else "cause.other")
