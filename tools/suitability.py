"""Does a decision suit the investor? Objective, risk, capacity for loss, and cost against benefit, as one statement.

Source of what it has to say: MiFID II, Delegated Regulation (EU) 2017/565, article 54(12): how the advice meets the
objectives, the capacity to bear losses, and the benefits of a change against its cost.
"""

from collections.abc import Sequence
from decimal import Decimal

from tools.domain.decision import Decision
from tools.domain.investor import Goal, Profile
from tools.domain.record import Suitability
from tools.domain.value import Money
from tools.mandate import LOSS_Z
from tools.rebalance import round_money

ROOM = 0.002
"""Whole lots may pass a ceiling by this much volatility."""

YEARS = 2
"""A change has to earn its cost back within so many years, unless it lowers risk."""


def assess(decision: Decision, profile: Profile, goals: Sequence[Goal]) -> Suitability:
    """The statement for one decision, from what was known when it was made.

    Args:
        decision: What was offered.
        profile: The profile it used.
        goals: What the money is for, as far as it was said.
    """
    outlook, proposal = decision.outlook, decision.proposal
    loss_before = max(LOSS_Z * outlook.vol_before - outlook.mean_before, 0.0)
    loss_after = max(LOSS_Z * outlook.vol_after - outlook.mean_after, 0.0)
    worth = proposal.worth.amount
    gain = worth * Decimal(repr(outlook.mean_after - outlook.mean_before))
    notes = []
    if decision.method == "order":
        notes.append("own_order")
    if not goals:
        notes.append("no_goal")
    if profile.max_drawdown is None:
        notes.append("no_capacity")
    elif loss_after > profile.max_drawdown + ROOM:
        notes.append("beyond_capacity")
    if profile.max_vol is not None and outlook.vol_after > profile.max_vol + ROOM:
        notes.append("beyond_ceiling")
    if proposal.cost.amount > YEARS * max(gain, Decimal(0)) and outlook.vol_after >= outlook.vol_before:
        notes.append("cost_above_gain")
    return Suitability(
        decision=decision.id,
        fingerprint=decision.fingerprint,
        goals=tuple(g.goal for g in goals),
        aversion=profile.risk_aversion,
        max_vol=profile.max_vol,
        capacity=profile.max_drawdown,
        basis=profile.basis,
        vol_before=outlook.vol_before,
        vol_after=outlook.vol_after,
        loss_before=loss_before,
        loss_after=loss_after,
        loss_money=_money(worth * Decimal(repr(loss_after)), decision),
        mean_before=outlook.mean_before,
        mean_after=outlook.mean_after,
        cost=proposal.cost,
        gain=_money(gain, decision),
        turnover=proposal.turnover,
        notes=tuple(notes),
    )


def _money(amount: Decimal, decision: Decision) -> Money:
    return Money(amount=round_money(amount, decision.currency), currency=decision.currency)
