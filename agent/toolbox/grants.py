"""Trading without asking each time: what the investor offers is read back, and only their own yes makes it so.

A model may pass on what was said; it can neither add the words that allow anything nor give the yes. Both are looked
for in the investor's own message, the yes by code before any model sees it (`agent.granting`).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent import answers
from agent.toolbox.args import Grant as Args
from agent.toolbox.args import Nothing
from agent.toolbox.common import about, answer, refuse
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.grants import allowed_lines, grant_name, which_band
from agent.words.slots import At, Line, Percent, Phrases, Quoted, Slot, Span, Thing
from agent.work import Work
from tools.domain.decision import Decision, OrderLine
from tools.domain.events import Approved
from tools.domain.grant import Grant, Offer, Revoked
from tools.domain.value import Value
from tools.errors import DataMissing
from tools.figures import find_figures
from tools.grants import seal, usable
from tools.setaside import MONTH_DAYS
from tools.state import State

LONGEST: Final = 12.0
"""Months after which a grant has to be given anew."""

WIDEST: Final = 0.10
"""Points that a grant over everything may let each asset move at most."""

ANSWERED_WITHIN: Final = timedelta(hours=24)

SPANS: Final = (1.0, 3.0, 6.0)
"""Months offered where no end was said."""

_MONTH: Final = re.compile(r"(?:\d{4}년\s?)?\d{1,2}월(?:\s?말)?")

AUTOMATIC: Final = re.compile(
    r"알아서|자동|맡길|맡긴|맡겨|위임|묻지|물어보지|(?:승인|허락|확인)\s?없이"
    r"|\bauto(?:matic|matically|[- ]?trad|[- ]?rebalanc|mate)|\bon your own\b|\bby yourself\b|\bwithout asking\b"
    r"|\byou (?:may|can|are allowed to) (?:trade|rebalance|buy|sell|move|adjust)",
    re.IGNORECASE,
)
"""Words without which nothing is granted, however a model reads them."""


def grant(hands: Hands, args: Args) -> Outcome:
    """Let trades happen without asking each time, inside a band and until a date. It is read back and needs a yes.

    Only for explicit words ("알아서", "자동으로", "automatically", "without asking"). Never for a limit or a question.

    Args:
        target: What may be traded, for example gold; leave out for the whole portfolio.
        low: Smallest fraction of the portfolio it may have, 0.08 is 8 %.
        high: Largest fraction of the portfolio it may have.
        within: For the whole portfolio: how far each asset may move, 0.02 is 2 points.
        months: For how long, in months from today.
    """
    if AUTOMATIC.search(hands.said) is None:
        return refuse("grant", args, "not_said", Line("grant.not_said"))
    until = _end(hands, args)
    missing = _missing(hands, args, until)
    if missing is not None:
        return missing
    assert until is not None
    try:
        meant = _meant(hands, args, until)
    except DataMissing as error:
        return refuse("grant", args, error.code, Line("grant.no_portfolio"))
    offer = _offer(hands, meant)
    hands.work.add(offer)
    return answer("grant", args, *_read_back(offer), choices=_yes_or_no(offer))


def revoke(hands: Hands, args: Nothing) -> Outcome:
    """Turn automatic trading off at once: every grant is taken back."""
    state = hands.work.state
    live = usable(state.grants, hands.work.at)
    if not state.grants and state.offer is None:
        return refuse("revoke", args, "nothing_granted", Line("grant.none"))
    hands.work.add(Revoked(turn=hands.work.turn, grants=tuple(g.id for g in state.grants)))
    if not live:
        return answer("revoke", args, Line("grant.let_go"))
    names = Phrases(tuple(grant_name(g.grant) for g in live))
    return answer("revoke", args, Line("grant.revoked", {"grants": names}))


def automatic(hands: Hands, args: Nothing) -> Outcome:
    """Say whether automatic trading is on, inside which bands and until when."""
    live = usable(hands.work.state.grants, hands.work.at)
    if not live:
        return answer("automatic", args, Line("grant.none"))
    names = Phrases(tuple(grant_name(g.grant) for g in live))
    off = Choice(Line("button.revoke"), Line("say.revoke"))
    return answer("automatic", args, Line("grant.on", {"grants": names}), Line("grant.off"), choices=(off,))


def reverse(hands: Hands, args: Nothing) -> Outcome:
    """Propose the opposite of the last trade that was made automatically; a card that needs a yes like any other."""
    work = hands.work
    done = last_automatic(work)
    if done is None:
        return refuse("reverse", args, "nothing_to_reverse", Line("reverse.none"))
    decision, at = done
    try:
        now = answers.portfolio(work).weights
    except DataMissing as error:
        return refuse("reverse", args, error.code, Line("grant.no_portfolio"))
    before = decision.proposal.current
    changes = {t.asset: before.get(t.asset, 0.0) - now.get(t.asset, 0.0) for t in decision.proposal.trades}
    order = tuple(OrderLine(asset=a, delta=d) for a, d in changes.items() if d)
    line = Line("reverse.start", {"day": At(at)})
    return answer("reverse", args, line, review=ReviewWish(kind="order", method="order", order=order))


def offered_again(hands: Hands, args: Value) -> Outcome:
    """A yes in words to an offer only shows it again: its button, or its code, is the yes."""
    offer = hands.work.state.offer
    assert offer is not None
    if hands.work.at > offer.expires_at:
        return refuse("decide", args, "expired", Line("error.offer_gone"))
    return refuse("decide", args, "needs_button", *_read_back(offer), choices=_yes_or_no(offer))


def just_offered(hands: Hands) -> bool:
    """Was the last turn an offer that still waits, so that a bare yes is about it?"""
    offer, turns = hands.work.state.offer, hands.work.state.turns
    return offer is not None and bool(turns) and getattr(turns[-1].body, "id", None) == offer.turn


def leave(work: Work) -> tuple[Revoked, ...]:
    """What ends every grant, if there is any."""
    ids = tuple(g.id for g in work.state.grants)
    return (Revoked(turn=work.turn, grants=ids),) if ids or work.state.offer else ()


def newer_grant(state: State, turn: str | None) -> bool:
    """Was the newest grant given after the change that undo would take back otherwise?"""
    return bool(state.grants) and (turn is None or _place(state.grants[-1].turn) > _place(turn))


def taken_back(hands: Hands, args: Value) -> Outcome:
    """Undo of the newest grant."""
    last = hands.work.state.grants[-1]
    hands.work.add(Revoked(turn=hands.work.turn, grants=(last.id,)))
    return answer("undo", args, Line("grant.revoked", {"grants": Phrases((grant_name(last.grant),))}))


def last_automatic(work: Work) -> tuple[Decision, datetime] | None:
    """The newest decision that was carried out on a grant, and when."""
    if work.state.auto_at is None:
        return None
    events = work.desk.ledger.read(work.investor)
    done = [(e.body.decision, e.at) for e in events if isinstance(e.body, Approved) and e.body.grant is not None]
    by_id = {e.body.id: e.body for e in events if isinstance(e.body, Decision)}
    return (by_id[done[-1][0]], done[-1][1]) if done else None


def _place(turn: str) -> int:
    return int(turn.removeprefix("t"))


def _read_back(offer: Offer) -> tuple[Line, ...]:
    return (*allowed_lines(offer.grant), Line("grant.press", {"code": Quoted(offer.code)}))


def _yes_or_no(offer: Offer) -> tuple[Choice, ...]:
    yes = Choice(Line("button.grant"), Line("say.grant_yes", {"code": Quoted(offer.code)}))
    return yes, Choice(Line("button.grant_no"), Line("say.grant_no"))


def _end(hands: Hands, args: Args) -> datetime | None:
    """When it is over: after the months named, or at the date in the words ("6월까지" goes to the end of June)."""
    work = hands.work
    if args.months is not None:
        return work.at + timedelta(days=args.months * MONTH_DAYS)
    zone = ZoneInfo(work.tz)
    for figure in find_figures(hands.said, work.lang, today=work.at.astimezone(zone).date()):
        if figure.kind == "date" and figure.on is not None:
            last = _last_of_month(figure.on) if _MONTH.fullmatch(figure.text) else figure.on
            return datetime.combine(last, time(23, 59), tzinfo=zone).astimezone(UTC)
    return None


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _missing(hands: Hands, args: Args, until: datetime | None) -> Outcome | None:
    """What has to be asked first: a band that means something, and an end."""
    if args.target is not None and not hands.desk.market.universe().members(args.target):
        return refuse("grant", args, "nothing_carries", about("grant.nothing_carries", args.target))
    band = args.target is not None and args.low is not None and args.high is not None and args.within is None
    free = args.target is None and args.within is not None and args.low is None and args.high is None
    if not (band or free) or (band and not (args.low or 0.0) < (args.high or 0.0)):
        return refuse("grant", args, "band_missing", which_band())
    if free and (args.within or 0.0) > WIDEST:
        return refuse("grant", args, "band_too_wide", Line("grant.too_wide", {"most": Percent(WIDEST, digits=0)}))
    if until is None or until <= hands.work.at:
        return refuse("grant", args, "end_missing", Line("grant.until_when"), choices=[_for(args, m) for m in SPANS])
    if until > hands.work.at + timedelta(days=(LONGEST + 0.1) * MONTH_DAYS):
        return refuse("grant", args, "too_long", Line("grant.too_long", {"most": Span(LONGEST)}))
    return None


def _for(args: Args, months: float) -> Choice:
    """A button that says the whole grant with an end, so that pressing it is saying it."""
    label = Line("button.span", {"time": Span(months)})
    if args.target is None:
        slots: dict[str, Slot] = {"within": Percent(args.within or 0.0, digits=0), "time": Span(months)}
        return Choice(label, Line("say.grant_all", slots))
    band: dict[str, Slot] = {
        "target": Thing(args.target),
        "low": Percent(args.low or 0.0, asset=args.target),
        "high": Percent(args.high or 0.0, asset=args.target),
        "time": Span(months),
    }
    return Choice(label, Line("say.grant_band", band))


def _meant(hands: Hands, args: Args, until: datetime) -> Grant:
    """The grant as it would hold; a band around everything counts from where things stand now."""
    if args.target is not None:
        return Grant(target=args.target, low=args.low, high=args.high, until=until)
    held = answers.portfolio(hands.work).weights
    return Grant(within=args.within, anchor=dict(held), until=until)


def _offer(hands: Hands, meant: Grant) -> Offer:
    work = hands.work
    offer_id = work.new_id("g")
    return Offer(
        id=offer_id,
        turn=work.turn,
        said=hands.said,
        lang=work.lang,
        grant=meant,
        expires_at=work.at + ANSWERED_WITHIN,
        fingerprint=seal(offer_id, meant),
    )
