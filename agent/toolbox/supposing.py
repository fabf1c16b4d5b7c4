"""What if: one thing changed in thought, or a shock. Nothing here changes anything."""

from collections.abc import Mapping, Sequence

from agent import answers
from agent.because import moves
from agent.stressing import Odds
from agent.toolbox.args import Suppose
from agent.toolbox.common import about, answer, labelled, no_answer, refuse
from agent.toolbox.crises import Crisis, named
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.words.slots import Cash, Day, Line, Percent, Phrases, Points, Slot, Thing, Word
from tools.errors import AdvisorError, BadInput

FALLS = (-0.1, -0.2, -0.3)
"""Sizes offered as buttons for a shock without one."""

RISES = (0.01, 0.02)
"""The same for interest rates."""

_REFUSED: Mapping[str, str] = {
    "whatif_not_excluded": "whatif.not_excluded",
    "whatif_own_cash": "whatif.own_cash",
    "whatif_no_bonds": "whatif.no_bonds",
}


def what_if(hands: Hands, args: Suppose) -> Outcome:
    """Calculate what would be if, without changing anything.

    Args:
        scenario: not_exclude, exclude, set_limit (target at `value`), shock (target moves by `value`), lower_risk or
            raise_risk.
        target: What it is about; "the market" is stocks, interest rates are rates, the won is KRW, the dollar usd.
        value: For set_limit a fraction of the portfolio; for shock a signed move, -0.3 is a fall of 30 %, and of rates
            0.02 is two percentage points.
    """
    past = named(hands.said) if args.scenario == "shock" and args.value is None else None
    if past is not None:
        said = {m.id for m in hands.desk.names.find(hands.said)}
        target = args.target if args.target in said & {"us_stocks", "kr_stocks", past.index} else "stocks"
        args = args.model_copy(update={"target": target, "value": past.fall})
    try:
        lines = _shock(hands, args) if args.scenario == "shock" else _changed(hands, args)
    except BadInput as error:
        code = _REFUSED.get(error.code)
        if code is not None:
            return refuse("what_if", args, error.code, about(code, args.target or ""))
        return refuse("what_if", args, "size_missing", Line("whatif.which"), choices=_sizes(args))
    except AdvisorError as error:
        return no_answer(hands, "what_if", args, error)
    return answer("what_if", args, *_as_then(past), *lines, *labelled(hands))


def _as_then(past: Crisis | None) -> tuple[Line, ...]:
    """How deep the fall that was named had been, where its size is what is calculated with."""
    if past is None:
        return ()
    days: dict[str, Slot] = {"peak": Day(past.peak[0]), "low": Day(past.low[0])}
    size: dict[str, Slot] = {"index": Thing(past.index), "fall": Percent(past.fall, asset=past.index)}
    return (Line("whatif.as_then", {"crisis": Word(past.name), **days, **size}),)


def _changed(hands: Hands, args: Suppose) -> list[Line]:
    """The portfolio with one thing changed beside the portfolio as it would be."""
    result = answers.what_if(hands.work, args.scenario, args.target, args.value)
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
    mean: dict[str, Slot] = {"before": Percent(result.mean_before), "after": Percent(result.mean_after)}
    risk = _risk(result.vol_before, result.vol_after, result.loss_before, result.loss_after)
    return [*lines, risk, Line("whatif.mean", mean), *_goals(result.goals)]


def _shock(hands: Hands, args: Suppose) -> list[Line]:
    """What a shock does to what is held."""
    target = args.target or "stocks"
    if args.value is None:
        raise BadInput("whatif_which")
    result = answers.shock(hands.work, target, args.value)
    slots: dict[str, Slot] = {"direct": Percent(result.direct), "total": Percent(result.whole)}
    if result.kind == "rates":
        head = Line("whatif.rates", {**slots, "shock": Points(args.value, asset=target)})
    elif result.kind == "currency":
        code = "money.won" if target.upper() == "KRW" else "money.dollar"
        size = Percent(args.value, asset=target)
        head = Line("whatif.currency", {**slots, "currency": Word(code), "shock": size})
    else:
        head = about("whatif.shock", target, **slots, shock=Percent(args.value, asset=target))
    lines = [head, Line("whatif.shock_money", {"money": Cash(result.money)})]
    if result.hedged is not None:
        lines.append(Line("whatif.hedged", {"hedged": Percent(result.hedged)}))
    moved = moves(result.before, result.after)
    if moved:
        lines.append(Line("whatif.then", {"moves": Phrases(moved)}))
    lines.append(_risk(result.vol_before, result.vol_after, result.loss_before, result.loss_after))
    return [*lines, *_goals(result.goals), Line("whatif.nothing_done")]


def _risk(vol_before: float, vol_after: float, loss_before: float, loss_after: float) -> Line:
    slots: dict[str, Slot] = {
        "vol_before": Percent(vol_before),
        "vol_after": Percent(vol_after),
        "loss_before": Percent(loss_before),
        "loss_after": Percent(loss_after),
    }
    return Line("whatif.risk", slots)


def _goals(found: Sequence[Odds]) -> list[Line]:
    return [
        Line(
            "whatif.goal",
            {
                "goal": Thing(o.goal),
                "before": Percent(o.before, asset=o.goal, digits=0),
                "after": Percent(o.after, asset=o.goal, digits=0),
            },
        )
        for o in found
    ]


def _sizes(args: Suppose) -> list[Choice]:
    """Sizes to pick from when a shock was named without one."""
    if args.scenario != "shock":
        return []
    target = args.target or "stocks"
    if target == "rates":
        return [
            Choice(
                Line("button.points", {"points": Points(r, digits=0)}),
                Line("say.rates", {"points": Percent(r, digits=0)}),
            )
            for r in RISES
        ]
    return [
        Choice(
            Line("button.fraction", {"fraction": Percent(f, digits=0)}),
            Line("say.shock", {"target": Thing(target), "value": Percent(-f, digits=0)}),
        )
        for f in FALLS
    ]
