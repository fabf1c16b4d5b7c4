"""Risk, opinions, alerts and how often to look."""

import re

from agent.opinions import record_now
from agent.toolbox.common import UNDO, about, answer, idle, state
from agent.toolbox.grading import grade_said
from agent.toolbox.outcome import Hands, Outcome, ReviewWish
from agent.words.naming import alert_name, bracket, money
from agent.words.slots import Line, Number, Percent, Phrase, Slot, Span, Thing, Word
from tools.domain.investor import Rebalance, SetAlert, SetRisk, SetView
from tools.grades import GRADE_LOSS, asked_about
from tools.mandate import LOSS_Z, profile_of
from tools.views import CONFIDENCE


def set_risk(hands: Hands, args: SetRisk) -> Outcome:
    """Take more or less risk, a named level, a ceiling on volatility, or the largest loss that can be borne.

    Args:
        direction: lower or raise for a step; set together with one of the following.
        level: conservative, balanced or aggressive.
        target_vol: Yearly volatility as a fraction, also a ceiling ("volatility around 10%").
        max_drawdown: The largest bearable loss as a fraction ("I cannot lose more than 20%").
    """
    before = profile_of(hands.work.state)
    grade = grade_said(hands.said, args.level) if args.level is not None else None
    outcome = [state(hands, part) for part in _apart(args.model_copy(update={"grade": grade}))][-1]
    after = profile_of(hands.work.state)
    steps: dict[str, Slot] = {
        "before": Number(before.risk_aversion, digits=1),
        "after": Number(after.risk_aversion, digits=1),
    }
    lines: list[Line] = []
    if args.direction != "set":
        lines.append(Line(f"risk.{args.direction}", steps))
    if grade is not None:
        loss: dict[str, Slot] = {"loss": Percent(GRADE_LOSS[grade], digits=0), "grade": Phrase(Line(f"grade.{grade}"))}
        lines.append(Line("risk.grade", {**loss, **steps}))
    elif args.level is not None:
        lines.append(Line("risk.level", {"level": Word(f"level.{args.level}"), **steps}))
    if args.target_vol is not None:
        lines.append(Line("risk.vol", {"vol": Percent(args.target_vol), "tail": Phrase(Line("tail.none"))}))
    if args.max_drawdown is not None:
        vol = Percent(args.max_drawdown / LOSS_Z)
        lines.append(Line("risk.loss", {"loss": Percent(args.max_drawdown), "vol": vol}))
    lines += outcome.lines
    lines += [Line(f"grade.asked_{code}") for code in asked_about(after) if code not in asked_about(before)]
    return answer(outcome.name, args, *lines, choices=(UNDO,), review=outcome.review)


def _apart(args: SetRisk) -> tuple[SetRisk, ...]:
    """One wish a ceiling, so that a later word on one of them leaves what was said beside it in force."""
    groups = (("level", "grade"), ("loss_aversion",), ("target_vol",), ("max_drawdown",))
    given = [{n: getattr(args, n) for n in names} for names in groups]
    found = tuple(SetRisk(direction="set", **g) for g in given if any(v is not None for v in g.values()))
    return found if len(found) > 1 else (args,)


def set_view(hands: Hands, args: SetView) -> Outcome:
    """Note the investor's opinion about a return; it tilts the portfolio by how sure they are.

    Args:
        target: What the opinion is about.
        versus: What it is compared with, when it is ("healthcare beats tech").
        direction: up or down, of `target`.
        magnitude: Size of the move as a positive fraction, if said.
        confidence: low, medium or high, as said; leave out when nothing was said about it.
        horizon_months: Over how many months, if said.
    """
    args = _as_sized(hands, args)
    past = record_now(hands.work)
    said = CONFIDENCE[args.confidence or "medium"]
    counted = min(said * past.reliability, hands.desk.assumptions.view_cap)
    size: list[Line] = []
    if args.magnitude is not None:
        size.append(Line("view.size", {"magnitude": Percent(args.magnitude, asset=args.target)}))
    if args.horizon_months is not None:
        size.append(Line("view.until", {"time": Span(args.horizon_months)}))
    slots: dict[str, Slot] = {"weight": Percent(counted), "size": bracket(size)}
    if args.versus is None:
        slots["direction"] = Word(f"view.{args.direction}")
        back = about("view.set", args.target, **slots)
    else:
        slots |= {
            "versus": Thing(args.versus),
            "better": Word("view.better" if args.direction == "up" else "view.worse"),
        }
        back = about("view.versus", args.target, **slots)
    old = [
        s
        for s in hands.work.state.wishes(SetView)
        if (s.statement.wish.target, s.statement.wish.versus) == (args.target, args.versus)  # type: ignore[union-attr]
    ]
    lines = [back, *([Line("view.was")] if old else []), *idle(hands, args.target, "idle.kept")]
    if args.versus is not None:
        lines += idle(hands, args.versus, "idle.kept")
    if past.calls:
        outcomes: dict[str, Slot] = {"calls": Number(past.calls, digits=0), "hits": Number(past.hits, digits=0)}
        lines.append(Line("view.record", outcomes))
    return state(hands, args, *lines)


def _as_sized(hands: Hands, args: SetView) -> SetView:
    """A change of how sure one is leaves how much and how long as they were said."""
    if args.confidence is None or args.magnitude is not None or _SURENESS.search(hands.said) is None:
        return args
    for stated in reversed(hands.work.state.wishes(SetView)):
        old = stated.statement.wish
        same = isinstance(old, SetView) and (old.target, old.versus, old.direction) == (
            args.target,
            args.versus,
            args.direction,
        )
        if isinstance(old, SetView) and same:
            kept = {"magnitude": old.magnitude, "horizon_months": args.horizon_months or old.horizon_months}
            return args.model_copy(update=kept)
    return args


_SURENESS = re.compile(r"확신|자신(?:이|감|도)|\b(?:confiden\w+|conviction)\b", re.I)
"""Words that speak of nothing but how sure one is."""


def set_alert(hands: Hands, args: SetAlert) -> Outcome:
    """Tell the investor when something happens.

    Args:
        metric: volatility, loss, gain, price or weight.
        target: Of what; leave out for the whole portfolio.
        op: above or below; not for loss or gain.
        value: Threshold: a positive fraction, or an amount of money for a price.
        currency: Of a price.
    """
    args = _priced(hands, args)
    quote = _quoted(hands, args)
    args = _sided(hands, args, quote)
    same = [
        s
        for s in hands.work.state.wishes(SetAlert)
        if (s.statement.wish.metric, s.statement.wish.target, s.statement.wish.op)  # type: ignore[union-attr]
        == (args.metric, args.target, args.op)
    ]
    what = Phrase(alert_name(args, hands.work.currency))
    back = Line("alert.changed" if same else "alert.set", {"what": what})
    lines = [back]
    if quote is not None:
        lines.append(Line("alert.now", {"price": money(quote, args.currency or hands.work.currency, args.target)}))
        lines += [Line("alert.already")] if (quote > args.value) == (args.op != "below") else []
    lines.append(Line("alert.listens"))
    if args.target is not None:
        lines += idle(hands, args.target)
    return state(hands, args, *lines, review=False)


def _priced(hands: Hands, args: SetAlert) -> SetAlert:
    """A price without a currency is in the one its asset is quoted in."""
    universe = hands.desk.market.universe()
    members = universe.members(args.target) if args.metric == "price" and args.target and args.currency is None else ()
    currencies = {universe[a].currency for a in members}
    return args.model_copy(update={"currency": currencies.pop()}) if len(currencies) == 1 else args


def _quoted(hands: Hands, args: SetAlert) -> float | None:
    """The price of the one asset a price alert is about, in the currency of the alert; None where there is none."""
    market = hands.desk.market.at(hands.work.at)
    members = market.universe.members(args.target) if args.metric == "price" and args.target else ()
    if len(members) != 1 or members[0] not in market.quotes:
        return None
    asset = market.universe[members[0]]
    rate = market.rate(asset.currency, args.currency or hands.work.currency)
    return float(market.quotes[asset.id].price * rate)


def _sided(hands: Hands, args: SetAlert, quote: float | None) -> SetAlert:
    """The alert with the side the price has yet to cross, where the words name none ("8만원 되면")."""
    if quote is None or _SIDED.search(hands.said):
        return args
    return args.model_copy(update={"op": "below" if quote > args.value else "above"})


_SIDED = re.compile(
    r"이상|이하|초과|미만|넘|밑|아래|위로|오르|올라|올르|뛰|돌파|상승|떨어|내리|내려|빠지|하락|깨지|뚫|밑돌|웃돌|[<>≤≥]"
    r"|\b(?:above|below|over|under|beneath|beyond|exceed\w*|ris\w*|rose|up|climb\w*|jump\w*|gain\w*|fall\w*|fell|drop\w*|down|dip\w*"
    r"|sink\w*|slid\w*|crash\w*|break\w*|pass\w*|cross\w*|low\w*|high\w*|more than|less than|at least|at most)\b",
    re.I,
)
"""Words that say from which side a price comes."""


def rebalance(hands: Hands, args: Rebalance) -> Outcome:
    """Bring the portfolio back to its target now, or say how often to look.

    Args:
        frequency: now (no schedule said), weekly, monthly, quarterly, yearly, or event (only when something happens).
    """
    if args.frequency == "now":
        return answer("rebalance", args, Line("rebalance.now"), review=ReviewWish(kind="asked"))
    frequency = Word(f"frequency.{args.frequency}")
    for stated in hands.work.state.wishes(Rebalance):
        old = stated.statement.wish
        if isinstance(old, Rebalance) and old.frequency != args.frequency:
            was = Word(f"frequency.{old.frequency}")
            return state(hands, args, Line("rebalance.was", {"frequency": frequency, "was": was}), review=False)
    return state(hands, args, Line("rebalance.set", {"frequency": frequency}), review=False)
