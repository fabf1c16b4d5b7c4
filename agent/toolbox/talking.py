"""Greetings, help, asking back, and what is beyond this advisor, said plainly."""

from agent.falls import after_releases
from agent.habits import habits, profile
from agent.toolbox.args import EventStudy, Nothing, OutOfScope, ProfileTrades
from agent.toolbox.common import (
    HELP,
    PERFORMANCE,
    PORTFOLIO,
    PROPOSE,
    RECALL,
    RISK,
    SHOW_PROPOSAL,
    WHY,
    about,
    answer,
    labelled,
    refuse,
)
from agent.toolbox.cues import PLAIN, SECRETS, SMALL, falls, in_advance, ordered_for_later
from agent.toolbox.grants import just_offered, offered_again
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.toolbox.panic import after_panic
from agent.words.naming import money
from agent.words.slots import Line, Number, Percent, Slot, Thing
from agent.words.traits import trait_lines
from tools.domain.value import Value
from tools.errors import DataMissing
from tools.figures import find_figures
from tools.mandate import profile_of

EVENT_DAYS = 5
"""Trading days after a release that are looked at."""

_NOT_CONNECTED = ("missing.event_study", "not_connected")


def truthful(hands: Hands, name: str, args: Value) -> Outcome | None:
    """The plain refusal of what cannot be given: consent in advance, our instructions, others' data, a promise."""
    if in_advance(hands.said):
        return refuse(name, args, "blanket_consent", Line("decide.blanket"))
    for code, cue in SECRETS:
        if cue.search(hands.said):
            return refuse(name, args, code.removeprefix("talk."), Line(code), choices=(PORTFOLIO, HELP))
    return None


def smalltalk(hands: Hands, args: Nothing) -> Outcome:
    """Greetings, thanks, and questions about what can be said here."""
    refused = truthful(hands, "smalltalk", args)
    if refused is not None:
        return refused
    if after_panic(hands):
        return answer("smalltalk", args, Line("panic.waited"), choices=(PORTFOLIO,))
    code = next((code for code, cue in SMALL if cue.search(hands.said)), "talk.ok")
    choices = {
        "talk.hello": (PORTFOLIO, PROPOSE, HELP),
        "talk.help": (PORTFOLIO, PROPOSE, RECALL),
        "talk.who": (PORTFOLIO, PROPOSE, HELP),
    }.get(code, ())
    return answer("smalltalk", args, Line(code), choices=choices)


def clarify(hands: Hands, args: Nothing) -> Outcome:
    """Ask back: the words cannot be resolved, or could mean two things."""
    refused = truthful(hands, "clarify", args)
    if refused is not None:
        return refused
    if after_panic(hands):
        return answer("clarify", args, Line("panic.waited"), choices=(PORTFOLIO,))
    if just_offered(hands):
        return offered_again(hands, args)
    if ordered_for_later(hands.said):
        return answer("clarify", args, Line("ask.for_later"), choices=_alarms(hands))
    found = [m.id for m in hands.desk.names.find(hands.said, ("target", "asset"))]
    if found:
        return answer("clarify", args, about("ask.about", found[0]), choices=_for(found[0]))
    if hands.work.state.pending is not None:
        return answer("clarify", args, Line("ask.pending"), choices=(SHOW_PROPOSAL, WHY, HELP))
    return answer("clarify", args, Line("ask.what"), choices=(PORTFOLIO, PROPOSE, HELP))


def _alarms(hands: Hands) -> tuple[Choice, ...]:
    """The alert that comes closest to an order for later, where one thing and one figure were named."""
    named = {m.id for m in hands.desk.names.find(hands.said, ("target",))}
    figures = find_figures(hands.said, hands.work.lang)
    if len(named) != 1 or len(figures) != 1:
        return ()
    slots: dict[str, Slot] = {"target": Thing(named.pop())}
    figure, way = figures[0], "fall" if falls(hands.said) else "rise"
    if figure.kind == "percent":
        slots["value"] = Percent(abs(figure.value), digits=0)
        return (Choice(Line("button.alert"), Line(f"say.alert_{way}", slots)),)
    if figure.kind == "money" and figure.currency in ("KRW", "USD"):
        slots["value"] = money(figure.value, figure.currency)
        return (Choice(Line("button.alert"), Line(f"say.alert_price_{way}", slots)),)
    return ()


def _for(target: str) -> tuple[Choice, ...]:
    """What one may want of a thing that was only named."""
    slots = {"target": Thing(target)}
    return tuple(Choice(Line(f"button.{n}", slots), Line(f"say.{n}", slots)) for n in ("show", "buy", "exclude"))


def out_of_scope(hands: Hands, args: OutOfScope) -> Outcome:
    """Something this advisor does not do.

    Args:
        topic: tax, prediction (a future price, a sure winner), other_finance (loans, insurance, accounts), non_finance.
    """
    refused = truthful(hands, "out_of_scope", args)
    if refused is not None:
        return refused
    own = next((code for code, cue in PLAIN if cue.search(hands.said)), None)
    if own is not None:
        return answer("smalltalk", Nothing(), Line(own), choices=(HELP,))
    choices = {"tax": (RISK,), "prediction": (PERFORMANCE, RISK), "other_finance": (PORTFOLIO,)}.get(
        args.topic, (HELP,)
    )
    return refuse("out_of_scope", args, args.topic, Line(f"scope.{args.topic}"), choices=choices)


def event_study(hands: Hands, args: EventStudy) -> Outcome:
    """What followed past events of a kind, such as rate hikes, for a target.

    Args:
        event: cpi, rate_hike, rate_cut, fomc, jobs_report, election, war, pandemic, financial_crisis, earnings,
            fx_shock, oil_shock, tariff or halving.
        target: For which target; leave out for the portfolio.
    """
    try:
        found = after_releases(hands.work, args.event, args.target, span=EVENT_DAYS)
    except DataMissing as error:
        code, reason = ("event.few", "few_cases") if error.code == "few_cases" else _NOT_CONNECTED
        return refuse("event_study", args, reason, Line(code, {"event": Thing(args.event)}), choices=(RISK,))
    slots: dict[str, Slot] = {
        "event": Thing(args.event),
        "days": Number(float(found.days), digits=0),
        "count": Number(float(found.count), digits=0),
        "up": Number(float(round(found.up * found.count)), digits=0),
        "mean": Percent(found.mean, asset=args.target),
        "low": Percent(found.low, asset=args.target),
        "high": Percent(found.high, asset=args.target),
    }
    lines = [about("event.after", args.target, **slots) if args.target else Line("event.after_own", slots)]
    if found.like is not None:
        like = {"value": Percent(found.like.value, asset=args.target), "fit": Percent(found.like.fit, digits=0)}
        lines.append(Line("event.like", like))
    return answer("event_study", args, *lines, *labelled(hands), choices=(RISK,))


def profile_trades(hands: Hands, args: ProfileTrades) -> Outcome:
    """Import past trades from a broker's file, or analyse what they say about the investor.

    Args:
        action: import or analyze.
    """
    if args.action == "analyze" and hands.work.state.imports:
        return _read(hands, args)
    return refuse("profile_trades", args, "not_connected", Line(f"missing.{args.action}"), choices=(PORTFOLIO,))


def _read(hands: Hands, args: ProfileTrades) -> Outcome:
    """What the imported trades say, and what they do not yet."""
    state = hands.work.state
    try:
        found = habits(hands.work)
    except DataMissing as error:
        return refuse("profile_trades", args, error.code, Line("trait.no_prices"), choices=(PORTFOLIO,))
    stated, used = profile_of(state).risk_aversion, profile(hands.work).risk_aversion
    count = sum(len(body.trades) for body in state.imports)
    lines = trait_lines(found, count, stated, decided=used == stated)
    return answer("profile_trades", args, *lines, *labelled(hands), choices=(RISK,))
