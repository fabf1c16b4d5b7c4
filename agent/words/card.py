"""A proposal in words, and limits named in words."""

from collections.abc import Sequence

from agent.words.naming import wish_name
from agent.words.slots import At, Cash, Line, Number, Percent, Phrase, Phrases, Quoted, Slot, Thing, Things
from tools.domain.decision import Decision
from tools.domain.investor import CashFlow
from tools.domain.mandate import Limit
from tools.mandate import profile_limits, profile_of, statement_limits
from tools.names import Names
from tools.state import State

WORDS: dict[str, tuple[str, str]] = {
    "card.headline": ("제안이에요: {moves}.", "My proposal: {moves}."),
    "card.order": ("말씀하신 주문이에요: {moves}.", "Your order: {moves}."),
    "card.move": ("{asset} {before} → {after}", "{asset} {before} → {after}"),
    "card.trades": (
        "거래 {count}건, 비용 {cost}, 예상 연 변동성 {before} → {after}.",
        "Trades: {count}, cost {cost}, expected yearly volatility {before} → {after}.",
    ),
    "card.binding": ("지금 결과를 붙잡는 한도: {limits}.", "Limits that hold it back: {limits}."),
    "card.idle": (
        "{limits:은/는} 해당하는 자산이 없어 지금은 아무것도 막지 않아요.",
        "Nothing carries this today, so it binds nothing: {limits}.",
    ),
    "card.yields": (
        "말씀하신 조건을 지키려고 기본 규칙을 풀었어요: {limits}.",
        "To keep what you asked for, house rules gave way: {limits}.",
    ),
    "card.no_change": (
        "지금은 바꿀 게 없어요. 현재 비중이 말씀하신 조건에 이미 맞아요.",
        "Nothing needs changing: the portfolio already fits what you asked for.",
    ),
    "card.simulated": ("모의 시장 가격이에요.", "These prices are simulated."),
    "card.below_cash": (
        "지금은 어떤 위험자산도 현금보다 나을 것으로 기대되지 않아요.",
        "At the moment no risky asset is expected to beat cash.",
    ),
    "card.left_out": ("가격 기록이 모자라 뺀 자산: {assets}.", "Left out for want of price history: {assets}."),
    "card.fx_age": ("환율이 {days}일 전 것이에요.", "The exchange rate is {days} days old."),
    "card.class_table": (
        "시장 비중 자료가 없어 자산군 기본표로 균형을 잡았어요.",
        "Market weights are missing, so the equilibrium rests on the default table by class.",
    ),
    "card.lots": (
        "정수 단위로만 살 수 있어 {limits:이/가} 조금 어긋나요.",
        "Whole lots miss this by a little: {limits}.",
    ),
    # limits by name
    "name.max": ("{target} 최대 {weight}", "{target} at most {weight}"),
    "name.min": ("{target} 최소 {weight}", "{target} at least {weight}"),
    "name.exact": ("{target} 정확히 {weight}", "{target} exactly {weight}"),
    "name.exclude": ("{target} 제외", "no {target}"),
    "name.max_each": ("한 자산 최대 {weight}", "any one asset at most {weight}"),
    "name.turnover": ("한 번에 최대 {weight} 교체", "at most {weight} turned over at once"),
    "name.volatility": ("연 변동성 최대 {weight}", "yearly volatility at most {weight}"),
    "name.said": ("{limit} ({day}에 말씀하신 것)", "{limit} (you said so on {day})"),
    "name.rule": ("{limit} (기본 규칙)", "{limit} (house rule)"),
    "name.proposal": ("{limit} (이번 제안만)", "{limit} (this proposal only)"),
    "name.unknown": ("알 수 없는 한도", "an unknown limit"),
}

SMALL = 0.0005
"""Changes below this fraction print as no change and are not named."""

MOVES = 3
"""How many changes the headline names; the card on the page shows all."""


def proposal_lines(decision: Decision, names: Names, state: State | None = None) -> tuple[Line, ...]:
    """A proposal in a few sentences: biggest changes, trades and cost, risk, and what held it back.

    Args:
        decision: What is offered; without trades the answer is `card.no_change`.
        names: Tells which assets have a name to say.
        state: Gives limits the dates on which they were said; without it they are named plainly.
    """
    proposal = decision.proposal
    if not proposal.trades:
        return (Line("card.no_change"), *_notes(decision), *_simulated(decision))
    moved = sorted({t.asset for t in proposal.trades}, key=lambda a: (-abs(_change(decision, a)), a))
    named = [a for a in moved if names.known(a)]
    shown = [a for a in named if abs(_change(decision, a)) >= SMALL] or named
    moves = tuple(_move(decision, a) for a in shown[:MOVES])
    head = "card.order" if decision.method == "order" else "card.headline"
    facts: dict[str, Slot] = {
        "count": Number(len(proposal.trades), digits=0),
        "cost": Cash(proposal.cost),
        "before": Percent(decision.outlook.vol_before),
        "after": Percent(decision.outlook.vol_after),
    }
    lines = [Line(head, {"moves": Phrases(moves)}), Line("card.trades", facts)]
    binding = [limit_name(b.limit, state) for b in proposal.binding[:2] if b.limit.origin != "rule"]
    if binding:
        lines.append(Line("card.binding", {"limits": Phrases(tuple(binding))}))
    return (*lines, *_notes(decision), *_simulated(decision))


def _change(decision: Decision, asset: str) -> float:
    return decision.proposal.target.get(asset, 0.0) - decision.proposal.current.get(asset, 0.0)


def _move(decision: Decision, asset: str) -> Line:
    now, then = decision.proposal.current.get(asset, 0.0), decision.proposal.target.get(asset, 0.0)
    return Line(
        "card.move", {"asset": Thing(asset), "before": Percent(now, asset=asset), "after": Percent(then, asset=asset)}
    )


def _simulated(decision: Decision) -> tuple[Line, ...]:
    return (Line("card.simulated"),) if decision.simulated else ()


def _notes(decision: Decision) -> list[Line]:
    """What the decision notes about itself and a reply should not leave out: rules that gave way, the age of a rate."""
    lines = []
    notes = decision.proposal.notes
    gone = [n.removeprefix("rule_yields:") for n in notes if n.startswith("rule_yields:")]
    if gone:
        lines.append(Line("card.yields", {"limits": Phrases(tuple(Line(_rule(g)) for g in gone))}))
    if "all_below_risk_free" in notes:
        lines.append(Line("card.below_cash"))
    for note in notes:
        if note.startswith("fx_age:"):
            lines.append(Line("card.fx_age", {"days": Number(float(note.split(":")[1]), digits=0)}))
    return lines


def detail_lines(decision: Decision, names: Names, state: State | None = None) -> tuple[Line, ...]:
    """What stands behind a proposal beyond its few sentences: idle limits, what was left out, what lots miss."""
    lines = []
    proposal = decision.proposal
    idle = tuple(limit_name(x, state) for x in proposal.idle if x.origin != "rule")
    if idle:
        lines.append(Line("card.idle", {"limits": Phrases(idle)}))
    out = tuple(n.removeprefix("left_out:") for n in proposal.notes if n.startswith("left_out:"))
    known = tuple(a for a in out if names.known(a))
    if known:
        lines.append(Line("card.left_out", {"assets": Things(known)}))
    missed = {n.removeprefix("lots:") for n in proposal.notes if n.startswith("lots:")}
    coarse = tuple(limit_name(x, state) for x in decision.limits if x.id in missed)
    if coarse:
        lines.append(Line("card.lots", {"limits": Phrases(coarse)}))
    if "equilibrium:class_table" in proposal.notes:
        lines.append(Line("card.class_table"))
    unpriced = [n.removeprefix("at_cost:") for n in proposal.notes if n.startswith("at_cost:")]
    if unpriced:
        lines.append(Line("import.at_cost", {"symbols": Quoted(", ".join(unpriced))}))
    return tuple(lines)


def _rule(rule_id: str) -> str:
    code = f"rule.{rule_id.removeprefix('rule:')}"
    return code if code in RULES else "rule.other"


RULES: dict[str, tuple[str, str]] = {
    "rule.one_asset": ("한 자산 한도", "the cap on any one asset"),
    "rule.crypto": ("암호화폐 한도", "the cap on crypto"),
    "rule.most_cash": ("현금 상한", "the cap on cash"),
    "rule.least_cash": ("현금 하한", "the floor under cash"),
    "rule.other": ("기본 규칙 하나", "a house rule"),
}
WORDS |= RULES


def limit_name(limit: Limit, state: State | None = None) -> Line:
    """A limit in words, with the day it was said when a statement stands behind it."""
    slots: dict[str, Percent | Thing] = {"weight": Percent(limit.weight, asset=limit.target)}
    if limit.kind == "exclude":
        slots = {}
    if limit.target is not None:
        slots["target"] = Thing(limit.target)
    plain = Line(f"name.{limit.kind}", slots)
    if limit.origin == "rule":
        return Line("name.rule", {"limit": Phrase(plain)})
    if limit.origin == "proposal":
        return Line("name.proposal", {"limit": Phrase(plain)})
    said = {s.statement.id: s for s in state.in_force} if state else {}
    stated = said.get(limit.id) or next((said[b] for b in _basis(limit, state) if b in said), None)
    if stated is None:
        return plain
    if isinstance(stated.statement.wish, CashFlow) and state is not None and state.opened is not None:
        # Cash named as an amount is a share only at today's worth; its name is what was said.
        plain = wish_name(stated.statement.wish, state.opened.currency)
    return Line("name.said", {"limit": Phrase(plain), "day": At(stated.at)})


def _basis(limit: Limit, state: State | None) -> tuple[str, ...]:
    """Statements behind a ceiling of the profile, newest first."""
    if state is None or limit.origin != "profile":
        return ()
    return tuple(reversed(profile_of(state).basis))


def named_limits(ids: Sequence[str], state: State, rules: Sequence[Limit]) -> tuple[Line, ...]:
    """Limits in words by id (a statement's, a rule's or one of the profile), as errors name them."""
    own = [x for s in state.in_force for x in statement_limits(s.statement, worth={"KRW": 1.0, "USD": 1.0})]
    every = {x.id: x for x in (*rules, *profile_limits(profile_of(state)), *own)}
    return tuple(limit_name(every[i], state) for i in ids if i in every)
