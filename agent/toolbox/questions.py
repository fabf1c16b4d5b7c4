"""Questions: why, what if, what is held, how it went. Nothing here changes anything."""

import re

from agent import answers
from agent.holdings_view import paid, record
from agent.readings import reading_lines
from agent.suits import suited_lines
from agent.taxing import sold, tax_lines
from agent.toolbox.args import Explain, Nothing, Show
from agent.toolbox.common import PERFORMANCE, PROPOSE, SHOW_PROPOSAL, WHY, about, answer, labelled, no_answer, span
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.which import find, meant
from agent.words.card import detail_lines, proposal_lines
from agent.words.shadow import shadow_lines
from agent.words.slots import Cash, Day, Line, Number, Percent, Phrase, Phrases, Quoted, Slot, Thing
from tools.errors import AdvisorError

SUITABILITY = Choice(Line("button.suitability"), Line("say.suitability"))

_MADE = re.compile(
    r"벌었|벌은|번 (?:돈|거)|잃었|까먹었|수익(?:률|금)?\S{0,2}\s?(?:얼마|났|났어|어때)|지금까지"
    r"|\b(?:have i|did i|i'?ve) (?:\w+ )?(?:made?|earned|gained|lost|lose)\b|\bso far\b"
    r"|\bsince (?:i|we) (?:started|began|joined)\b",
    re.I,
)
"""Asks what really came of it, not how today's holdings did."""

MOST = 5
"""Parts named in one reply; the page shows all."""


def explain(hands: Hands, args: Explain) -> Outcome:
    """Say why the allocation changed, why something is held, or why something is proposed, from the stored decisions.

    Args:
        about: change, holding or proposal.
        target: About which asset, class or theme; leave out for the whole portfolio.
    """
    work = hands.work
    which = meant(hands.said, work.at, work.tz, work.lang)
    first: tuple[Line, ...] = ()
    chosen: str | None = None
    if which is not None:
        found = find(work, which)
        if found.decision is None:
            return answer("explain", args, *found.lines)
        chosen, first = found.decision.id, found.lines
    explanation, lines = answers.why_lines(work, chosen, args.target)
    choices = (SUITABILITY,) if explanation.decision_id else (PROPOSE,)
    return answer("explain", args, *first, *lines, choices=choices)


def suitability(hands: Hands, args: Nothing) -> Outcome:
    """Show the statement of suitability of the pending or last decision: objective, risk, capacity for loss, cost."""
    return answer("suitability", args, *suited_lines(hands.work))


def costs(hands: Hands, args: Nothing) -> Outcome:
    """Say what trading has cost so far, and what the pending proposal or order would cost."""
    spent, count = paid(hands.work)
    lines = [Line("costs.none")]
    if count:
        lines = [Line("costs.paid", {"cost": Cash(spent), "count": Number(float(count), digits=0)})]
    pending = hands.work.state.pending
    if pending is not None:
        lines.append(Line("costs.pending", {"cost": Cash(pending.proposal.cost)}))
    lines.append(Line("costs.advice"))
    return answer("costs", args, *lines, *labelled(hands), choices=(SHOW_PROPOSAL,) if pending is not None else ())


def show(hands: Hands, args: Show) -> Outcome:
    """Show the portfolio, its performance, risk or falls, or the pending proposal.

    Args:
        what: portfolio, performance, risk, drawdown or proposal.
        target: Only this asset, class or theme.
        period: 1d, 1w, 1m, 3m, 6m, 1y, ytd or all; leave out when none was named.
    """
    views = {
        "portfolio": _portfolio,
        "performance": _performance,
        "risk": _risk,
        "drawdown": _drawdown,
        "proposal": _proposal,
    }
    try:
        return views[args.what](hands, args)
    except AdvisorError as error:
        return no_answer(hands, "show", args, error)


def _portfolio(hands: Hands, args: Show) -> Outcome:
    held = answers.portfolio(hands.work)
    if args.target is not None:
        members = hands.desk.market.universe().members(args.target)
        inside = [h for h in held.holdings if h.asset in members]
        readings = reading_lines(hands.desk.signals, hands.work.at, args.target)
        if not inside:
            none = () if readings and not members else (about("show.not_held", args.target),)  # rates are not held
            return answer("show", args, *none, *readings)
        value = held.worth.model_copy(update={"amount": sum(h.value.amount for h in inside)})
        slots: dict[str, Slot] = {
            "weight": Percent(sum(h.weight for h in inside), asset=args.target),
            "money": Cash(value, args.target),
        }
        return answer("show", args, about("show.target", args.target, **slots), *readings, *labelled(hands))
    parts = tuple(_part(c, w) for c, w in held.classes.items())
    largest = tuple(_part(h.asset, h.weight) for h in held.holdings[:MOST])
    lines = [Line("show.worth", {"worth": Cash(held.worth)}), Line("show.classes", {"parts": Phrases(parts)})]
    if len(held.holdings) > 1:
        lines.append(Line("show.largest", {"parts": Phrases(largest)}))
    if held.practice:
        lines.append(Line("show.practice"))
    if held.at_cost:
        lines.append(Line("import.at_cost", {"symbols": Quoted(", ".join(held.at_cost))}))
    return answer("show", args, *lines, *labelled(hands))


def _part(name: str, weight: float) -> Line:
    return Line("show.part", {"asset": Thing(name), "weight": Percent(weight, asset=name)})


def _performance(hands: Hands, args: Show) -> Outcome:
    really = args.target is None and (args.period == "all" or _MADE.search(hands.said) is not None)
    own = record(hands.work) if really else None
    if own is not None and own.fees is not None:
        real: dict[str, Slot] = {
            "day": Day(own.days[0]),
            "gain": Percent(float(own.own[-1])),
            "fees": Cash(own.fees),
            "equal": Percent(float(own.rules["equal_weight"][-1])),
        }
        return answer("show", args, Line("show.record", real), *labelled(hands), choices=(PERFORMANCE,))
    result = answers.performance(hands.work, args.period, args.target)
    slots: dict[str, Slot] = {
        "period": Phrase(span(result.window)),
        "gain": Percent(result.gain, asset=args.target),
        "fall": Percent(result.fall, asset=args.target),
    }
    if args.target is not None:
        return answer("show", args, about("show.performance_target", args.target, **slots), *labelled(hands))
    note = Line("show.young") if really else Line("show.held_note")
    return answer("show", args, Line("show.performance", slots), note, *labelled(hands))


def _risk(hands: Hands, args: Show) -> Outcome:
    result = answers.risk(hands.work, args.target)
    if args.target is not None:
        own: dict[str, Slot] = {
            "vol": Percent(result.vol, asset=args.target),
            "share": Percent(sum(s for _, s in result.parts), asset=args.target),
        }
        return answer("show", args, about("show.risk_target", args.target, **own), *labelled(hands))
    lines = [Line("show.risk", {"vol": Percent(result.vol), "loss": Percent(result.loss)})]
    if result.parts:
        lines.append(Line("show.risk_parts", {"parts": Phrases(tuple(_part(a, s) for a, s in result.parts[:3]))}))
    return answer("show", args, *lines, *labelled(hands))


def _drawdown(hands: Hands, args: Show) -> Outcome:
    result = answers.drawdown(hands.work, args.period, args.target)
    slots: dict[str, Slot] = {
        "period": Phrase(span(result.window)),
        "now": Percent(result.now, asset=args.target),
        "worst": Percent(result.worst, asset=args.target),
        "day": Day(result.worst_on),
    }
    if args.target is not None:
        return answer("show", args, about("show.drawdown_target", args.target, **slots), *labelled(hands))
    return answer("show", args, Line("show.drawdown", slots), Line("show.held_note"), *labelled(hands))


def _proposal(hands: Hands, args: Show) -> Outcome:
    pending = hands.work.state.pending
    if pending is None:
        return answer("show", args, Line("show.no_proposal"), choices=(PROPOSE,))
    state = hands.work.state
    lines = (
        *proposal_lines(pending, hands.desk.names, state),
        *detail_lines(pending, hands.desk.names, state),
        *shadow_lines(pending, state, most=4),
        *tax_lines(hands.work, sold(pending.proposal.trades)),
    )
    return answer("show", args, *lines, choices=(WHY,))
