"""Limits, exclusions and what may be held again."""

from agent.toolbox.common import UNDO, about, carried, idle, refuse, state, tail
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.toolbox.said import same
from agent.words.naming import wish_name
from agent.words.slots import Line, Percent, Phrase, Thing
from tools.domain.investor import Exclude, Include, SetLimit, Wish
from tools.state import Stated


def set_limit(hands: Hands, args: SetLimit) -> Outcome:
    """Limit how much of the portfolio an asset, class, sector or theme may take; in force until changed.

    Args:
        target: What is limited, for example bitcoin, crypto, tech, us_treasuries.
        kind: max = at most, min = at least, exact = exactly this much ("cut to 5%").
        weight: Fraction of the portfolio, 0.1 is 10 %.
    """
    before = [
        s.statement.wish
        for s in hands.work.state.wishes(SetLimit)
        if isinstance(s.statement.wish, SetLimit) and s.statement.wish.kind == args.kind
    ]
    was = next((w.weight for w in before if w.target == args.target), None)
    weight = Percent(args.weight, asset=args.target)
    if was is not None and was != args.weight:
        back = about(
            f"limit.{args.kind}_was",
            args.target,
            weight=weight,
            was=Percent(was, asset=args.target),
            tail=tail(hands, args.target),
        )
    elif was == args.weight:
        name = wish_name(args, hands.work.currency)
        return refuse(
            "set_limit",
            args,
            "already_so",
            Line("limit.same", {"limit": Phrase(name), "tail": tail(hands, args.target)}),
        )
    else:
        back = about(f"limit.{args.kind}", args.target, weight=weight, tail=tail(hands, args.target))
    code = "idle.binds_nothing" if args.kind == "max" else "idle.kept"
    clash = _clash(hands, args)
    lines = (back, *idle(hands, args.target, code))
    return state(hands, args, *lines, *clash[0], choices=clash[1] or (UNDO,))


def exclude(hands: Hands, args: Exclude) -> Outcome:
    """Never hold an asset, class, sector or theme; one call per target.

    Args:
        target: What to leave out, for example tobacco, china, tesla, crypto.
    """
    if args.target in hands.work.state.excluded():
        return refuse("exclude", args, "already_so", about("exclude.same", args.target, tail=tail(hands, args.target)))
    clash = _clash(hands, args)
    back = about("exclude.set", args.target, tail=tail(hands, args.target))
    return state(hands, args, back, *idle(hands, args.target), *clash[0], choices=clash[1] or (UNDO,))


def include(hands: Hands, args: Include) -> Outcome:
    """Allow something to be held again (lifts an exclusion), add it to what may be held, or ask for a screen.

    Args:
        target: What may be held, for example oil, india; or a screen such as esg.
    """
    if args.target in hands.work.state.excluded():
        back = about("include.lifted", args.target, tail=tail(hands, args.target))
    elif args.target == "esg":
        back = about("include.screen", args.target)
    else:
        back = about("include.set", args.target, tail=tail(hands, args.target))
    return state(hands, args, back, *idle(hands, args.target, "idle.kept"))


def _clash(hands: Hands, new: SetLimit | Exclude) -> tuple[tuple[Line, ...], tuple[Choice, ...]]:
    """Another wish in force on the same assets that cannot hold together with the new one: both named, a choice."""
    universe = hands.desk.market.universe()
    for stated in hands.work.state.in_force:
        old = stated.statement.wish
        if not isinstance(old, SetLimit | Exclude) or _replaces(new, old):
            continue
        if (old.target == new.target or same(old.target, new.target, universe)) and not _compatible(old, new):
            return _asked(hands, stated, new)
    return (), ()


def _replaces(new: SetLimit | Exclude, old: SetLimit | Exclude) -> bool:
    """The newer word on the same subject and kind takes the older one's place, which is no clash."""
    if isinstance(new, SetLimit) and isinstance(old, SetLimit):
        return (new.target, new.kind) == (old.target, old.kind)
    return isinstance(new, Exclude) and isinstance(old, Exclude)


def _range(wish: SetLimit | Exclude) -> tuple[float, float]:
    """The weights a wish allows."""
    if isinstance(wish, Exclude):
        return 0.0, 0.0
    return (0.0 if wish.kind == "max" else wish.weight), (1.0 if wish.kind == "min" else wish.weight)


def _compatible(one: SetLimit | Exclude, other: SetLimit | Exclude) -> bool:
    (low, high), (low_2, high_2) = _range(one), _range(other)
    return max(low, low_2) <= min(high, high_2) + 1e-12


def _asked(hands: Hands, old: Stated, new: SetLimit | Exclude) -> tuple[tuple[Line, ...], tuple[Choice, ...]]:
    """Name both; one button keeps the new one by moving the old out of its way, the other takes the new one back."""
    wish: Wish = old.statement.wish
    assert isinstance(wish, SetLimit | Exclude)
    old_name, new_name = wish_name(wish, hands.work.currency), wish_name(new, hands.work.currency)
    question = Line("clash.two", {"old": Phrase(old_name), "new": Phrase(new_name)})
    # What clashes today is named, with dates, by the review that follows; an idle pair never gets there.
    return () if carried(hands, new.target) else (question,), (
        Choice(Line("button.keep", {"limit": Phrase(new_name)}), _way_for(new, wish)),
        Choice(Line("button.keep", {"limit": Phrase(old_name)}), Line("say.undo")),
    )


def _way_for(new: SetLimit | Exclude, old: SetLimit | Exclude) -> Line:
    """What to say so that the older wish makes room for the newer one."""
    if isinstance(old, Exclude):
        return Line("say.include", {"target": Thing(old.target)})
    weight = 0.0 if isinstance(new, Exclude) else new.weight
    return Line(f"say.{old.kind}", {"target": Thing(old.target), "weight": Percent(weight, asset=old.target)})
