"""Proposals: asking for one, changing it, and a yes or no in words, which never executes anything."""

from agent.learned import admitted
from agent.toolbox.args import METHOD_OF, Decide, ModifyProposal, Nothing, Propose
from agent.toolbox.common import AGAIN, PROPOSE, about, answer, refuse
from agent.toolbox.cues import in_advance
from agent.toolbox.grants import offered_again, revoke
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.words.card import proposal_lines
from agent.words.slots import Line, Percent, Quoted, Thing
from tools.domain.decision import Decision
from tools.domain.events import Rejected
from tools.domain.mandate import Limit, LimitKind

STEP = 0.05
"""What "a bit more" or "less" of something moves in a proposal, a fraction of the portfolio; said in the reply."""


def propose(hands: Hands, args: Propose) -> Outcome:
    """Work out a portfolio and offer it as a card.

    Args:
        method: max_sharpe, min_variance, risk_parity, equal_weight, black_litterman, rl, max_return or 60_40; leave out
            when no method was named.
    """
    if args.method == "rl" and _learned_speaks(hands):
        return answer("propose", args, Line("propose.rl_speaks"), review=ReviewWish(kind="asked"))
    if args.method == "rl":
        other = Choice(Line("button.black_litterman"), Line("say.black_litterman"))
        return refuse("propose", args, "no_skill", Line("propose.rl"), choices=(other,))
    if args.method is None:
        return answer("propose", args, review=ReviewWish(kind="asked"))
    line = Line("propose.start", {"method": Thing(args.method)})
    return answer("propose", args, line, review=ReviewWish(kind="asked", method=METHOD_OF[args.method]))


def _learned_speaks(hands: Hands) -> bool:
    """Has the learned policy a voice in every decision of the default method?"""
    work = hands.work
    off = work.state.silenced()
    return "policy" not in off and admitted(hands.desk, "policy", work.currency, work.at) is not None


def decide(hands: Hands, args: Decide) -> Outcome:
    """Pass on a yes or a no to the pending proposal. A yes only shows its card again: the investor presses the button.

    Args:
        decision: approve or reject.
    """
    work = hands.work
    pending = work.state.pending
    if args.decision == "approve" and in_advance(hands.said):
        return refuse("decide", args, "blanket_consent", Line("decide.blanket"))
    if pending is None and work.state.offer is not None:
        return offered_again(hands, args) if args.decision == "approve" else revoke(hands, Nothing())
    if pending is None:
        return refuse("decide", args, "nothing_pending", Line("decide.nothing"), choices=(PROPOSE,))
    if args.decision == "reject":
        work.add(Rejected(decision=pending.id))
        return answer("decide", args, Line("decide.rejected"))
    if work.at > pending.expires_at:
        return refuse("decide", args, "expired", Line("decide.expired"), choices=(AGAIN,))
    press = Line("decide.press", {"code": Quoted(pending.code)})
    card = proposal_lines(pending, hands.desk.names, work.state)
    return refuse("decide", args, "needs_button", press, *card)  # nothing was approved, so nothing took effect


def modify_proposal(hands: Hands, args: ModifyProposal) -> Outcome:
    """Change something in the pending proposal, for this proposal only.

    Args:
        target: What should be more, less or gone.
        change: more, less or remove; leave out when a number was said.
        weight: The fraction of the portfolio it should have instead.
    """
    pending = hands.work.state.pending
    if pending is None:
        return refuse("modify_proposal", args, "nothing_pending", Line("tweak.nothing_pending"), choices=(PROPOSE,))
    if pending.method == "order":
        return refuse("modify_proposal", args, "own_order", Line("tweak.own_order"))
    members = hands.desk.market.universe().members(args.target)
    if not members:
        return refuse("modify_proposal", args, "nothing_carries", about("trade.nothing_carries", args.target))
    before = sum(pending.proposal.target.get(a, 0.0) for a in members)
    kind, weight, code = _tweak(args, before)
    limit = Limit(id=f"tweak:{args.target}", kind=kind, target=args.target, weight=weight, origin="proposal")
    slots = {"before": Percent(before, asset=args.target)}
    if kind != "exclude":
        slots["after"] = Percent(weight, asset=args.target)
    lines = (about(code, args.target, **slots), Line("tweak.this_only"))
    wish = ReviewWish(kind="asked", method=pending.method, tweaks=(*_earlier(pending, limit), limit))
    return answer("modify_proposal", args, *lines, review=wish)


def _tweak(args: ModifyProposal, before: float) -> tuple[LimitKind, float, str]:
    """Kind and weight of the limit a change stands for, and its sentence."""
    match args.change:
        case "more":
            return "min", min(before + STEP, 1.0), "tweak.more"
        case "less":
            return "max", before - STEP if before > STEP else before / 2, "tweak.less"
        case "remove":
            return "exclude", 0.0, "tweak.remove"
        case None:
            return "exact", args.weight or 0.0, "tweak.exact"


def _earlier(pending: Decision, new: Limit) -> tuple[Limit, ...]:
    """Changes already made to this proposal, but not on the same subject."""
    return tuple(x for x in pending.limits if x.origin == "proposal" and x.id != new.id)
