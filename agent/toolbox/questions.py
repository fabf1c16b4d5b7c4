"""Questions: why, what if, what is held, how it went. Nothing here changes anything."""

from agent import answers
from agent.because import moves
from agent.toolbox.args import Explain, Show, Suppose
from agent.toolbox.common import PROPOSE, WHY, about, answer, labelled, no_answer, refuse, span
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.words.card import detail_lines, proposal_lines
from agent.words.slots import Cash, Day, Line, Percent, Phrase, Phrases, Quoted, Slot, Thing
from tools.errors import AdvisorError, BadInput

MOST = 5
"""Parts named in one reply; the page shows all."""

FALLS = (-0.1, -0.2, -0.3)
"""Sizes offered as buttons for a shock without one."""


def explain(hands: Hands, args: Explain) -> Outcome:
    """Say why the allocation changed, why something is held, or why something is proposed, from the stored decisions.

    Args:
        about: change, holding or proposal.
        target: About which asset, class or theme; leave out for the whole portfolio.
    """
    explanation, lines = answers.why_lines(hands.work, target=args.target)
    choices = () if explanation.decision_id else (PROPOSE,)
    return answer("explain", args, *lines, choices=choices)


def what_if(hands: Hands, args: Suppose) -> Outcome:
    """Calculate what would be if, without changing anything.

    Args:
        scenario: not_exclude, exclude, set_limit (target at `value`), shock (target moves by `value`), lower_risk or
            raise_risk.
        target: What it is about; "the market" is stocks.
        value: For set_limit a fraction of the portfolio; for shock a signed move, -0.3 is a fall of 30 %.
    """
    try:
        if args.scenario == "shock":
            return _shock(hands, args)
        result = answers.what_if(hands.work, args.scenario, args.target, args.value)
    except BadInput as error:
        if error.code == "whatif_not_excluded":
            return refuse("what_if", args, error.code, about("whatif.not_excluded", args.target or ""))
        if error.code == "whatif_own_cash":
            return refuse("what_if", args, error.code, about("whatif.own_cash", args.target or ""))
        return refuse("what_if", args, "size_missing", Line("whatif.which"))
    except AdvisorError as error:
        return no_answer(hands, "what_if", args, error)
    lines = [Line("whatif.head")]
    if args.target is not None:
        before, after = (answers.total(w, result.members) for w in (result.before, result.after))
        slots: dict[str, Slot] = {
            "before": Percent(before, asset=args.target),
            "after": Percent(after, asset=args.target),
        }
        lines.append(about("whatif.target", args.target, **slots))
    moved = moves(result.before, result.after)
    lines.append(Line("whatif.moves", {"moves": Phrases(moved)}) if moved else Line("whatif.same"))
    risk: dict[str, Slot] = {
        "vol_before": Percent(result.vol_before),
        "vol_after": Percent(result.vol_after),
        "loss_before": Percent(result.loss_before),
        "loss_after": Percent(result.loss_after),
    }
    return answer("what_if", args, *lines, Line("whatif.risk", risk), *labelled(hands))


def _shock(hands: Hands, args: Suppose) -> Outcome:
    target = args.target or "stocks"
    if target == "rates":
        return refuse("what_if", args, "not_connected", Line("whatif.rates"))
    if args.value is None:
        choices = [
            Choice(
                Line("button.fraction", {"fraction": Percent(f, digits=0)}),
                Line("say.shock", {"target": Thing(target), "value": Percent(-f, digits=0)}),
            )
            for f in FALLS
        ]
        return refuse("what_if", args, "size_missing", Line("whatif.which"), choices=choices)
    result = answers.shock(hands.work, target, args.value)
    slots: dict[str, Slot] = {
        "shock": Percent(args.value, asset=target),
        "direct": Percent(result.direct),
        "total": Percent(result.whole),
    }
    money = Line("whatif.shock_money", {"money": Cash(result.money)})
    return answer("what_if", args, about("whatif.shock", target, **slots), money, *labelled(hands))


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
        if not inside:
            return answer("show", args, about("show.not_held", args.target))
        value = held.worth.model_copy(update={"amount": sum(h.value.amount for h in inside)})
        slots: dict[str, Slot] = {
            "weight": Percent(sum(h.weight for h in inside), asset=args.target),
            "money": Cash(value, args.target),
        }
        return answer("show", args, about("show.target", args.target, **slots), *labelled(hands))
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
    result = answers.performance(hands.work, args.period, args.target)
    slots: dict[str, Slot] = {
        "period": Phrase(span(result.window)),
        "gain": Percent(result.gain, asset=args.target),
        "fall": Percent(result.fall, asset=args.target),
    }
    if args.target is not None:
        return answer("show", args, about("show.performance_target", args.target, **slots), *labelled(hands))
    return answer("show", args, Line("show.performance", slots), Line("show.held_note"), *labelled(hands))


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
    lines = (*proposal_lines(pending, hands.desk.names, state), *detail_lines(pending, hands.desk.names, state))
    return answer("show", args, *lines, choices=(WHY,))
