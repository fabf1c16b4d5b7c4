"""The investor's own yes to a grant, and everything that is carried out on one. Imports no model.

The yes names the offer by its code, as the button says it and a person may type it; it is looked for before any mind
reads the message. What a grant then lets happen goes the way of every decision: decided, recorded, approved, executed,
only that the approval names the grant instead of a fresh yes.
"""

from contextlib import suppress

from agent.approve import approve
from agent.review import review
from agent.toolbox.outcome import ReviewWish
from agent.wiring import Desk
from agent.words.table import TABLE
from agent.work import Work, begin, current
from tools.domain.decision import Decision, Receipt
from tools.domain.grant import Granted, Offer
from tools.domain.value import Lang
from tools.errors import AdvisorError, BrokerFailed, Stale
from tools.grants import bounds, objection, share, usable
from tools.state import State

WATCHED = frozenset({"tick", "release", "news", "schedule"})
"""Triggers of reviews that nobody asked for: only what they propose may be carried out on a grant."""

_MARK = "grant:"


def said_yes(said: str, offer: Offer | None) -> bool:
    """Is this message the yes to exactly this offer: its code alone, or what its button says?"""
    if offer is None:
        return False
    words = " ".join(said.split()).casefold()
    spoken = {phrase.replace("{code}", offer.code).casefold() for phrase in TABLE["say.grant_yes"]}
    return words == offer.code or words in spoken


def confirm(work: Work, fingerprint: str) -> Offer:
    """Take the yes into an open command.

    Raises:
        Stale: No offer waits, it is another one, or its time is over.
    """
    offer = work.state.offer
    if offer is None or offer.fingerprint != fingerprint or work.at > min(offer.expires_at, offer.grant.until):
        raise Stale("offer_gone")
    work.add(Granted(offer=offer.id, turn=work.turn, fingerprint=offer.fingerprint))
    return offer


def grant(desk: Desk, investor: str, lang: Lang, fingerprint: str) -> Offer:
    """The yes of a button. Raises Stale as `confirm` does, or when another command came first."""
    work = begin(desk, investor, lang)
    offer = confirm(work, fingerprint)
    work.commit(idem=f"grant:{offer.id}")
    return offer


def live(state: State, work: Work) -> tuple[Offer, ...]:
    """Grants that are not over."""
    return usable(state.grants, work.at)


def carry_out(desk: Desk, investor: str) -> Receipt | None:
    """Execute what the watch proposed, as far as a grant covers it; None is the usual answer.

    Nothing is executed twice: the order made of a proposal has a key of its own, and so has its approval.
    """
    opened = current(desk, investor).opened
    if opened is None:
        return None
    work = begin(desk, investor, opened.lang)
    pending = work.state.pending
    if pending is None or pending.trigger.kind not in WATCHED or work.at > pending.expires_at:
        return None
    for offer in reversed(live(work.state, work)):
        chosen = _covered(work, pending, offer)
        if chosen is None:
            continue
        if chosen is not pending:
            try:
                work.commit(idem=f"auto:{pending.id}")
            except Stale:
                return None  # the investor was just heard
        with suppress(Stale, BrokerFailed):  # recorded as a refusal; the proposal waits for a person
            return approve(desk, investor, opened.lang, chosen.id, chosen.fingerprint, grant=offer.id)
        return None
    return None


def _covered(work: Work, pending: Decision, offer: Offer) -> Decision | None:
    """The proposal itself where the grant covers all of it, an order for the covered part, or None."""
    if _fits(work, pending, offer):
        return pending
    if pending.trigger.detail.startswith(_MARK):
        return None  # such a part already, and it no longer fits
    if work.desk.ledger.find(work.investor, f"auto:{pending.id}"):
        return None
    universe = work.desk.market.at(work.at).universe
    order = share(offer.grant, pending, universe)
    if not order or not _in_time(work, offer):
        return None
    traded = {line.asset for line in order} | {work.currency}
    wish = ReviewWish(
        kind=pending.trigger.kind,
        method="order",
        order=order,
        tweaks=bounds(offer.grant, traded),
        detail=f"{_MARK}{offer.id}",
    )
    blobs, bodies, state = dict(work.blobs), list(work.bodies), work.state
    try:
        made = review(work, wish)
    except AdvisorError:
        made = None  # the part would break a limit that the whole keeps
    if made is None or not _fits(work, made, offer):
        work.blobs, work.bodies, work.state = blobs, bodies, state
        return None
    return made


def _in_time(work: Work, offer: Offer) -> bool:
    """May anything be carried out today at all? Asked before an order is made, so that none is made in vain."""
    probe = work.state.pending
    assert probe is not None
    reason = objection(offer, probe, work.desk.market.at(work.at), work.state.book, at=work.at, last=work.state.auto_at)
    return reason not in ("expired", "stale_feed", "too_soon")


def _fits(work: Work, decision: Decision, offer: Offer) -> bool:
    market = work.desk.market.at(work.at)
    return objection(offer, decision, market, work.state.book, at=work.at, last=work.state.auto_at) is None
