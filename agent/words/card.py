"""A proposal in words, and limits named in words."""

from collections.abc import Sequence
from datetime import timedelta

from agent.words.naming import wish_name
from agent.words.orders import ahead_line
from agent.words.slots import At, Cash, Line, Number, Percent, Phrase, Phrases, Quoted, Slot, Thing, Things, Word
from agent.words.sources import market_lines
from tools.domain.decision import Decision
from tools.domain.investor import CashFlow, SetLimit, SetView
from tools.domain.mandate import Limit
from tools.mandate import profile_limits, profile_of, statement_limits
from tools.names import Names
from tools.setaside import parts
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
    "card.contradict": (
        "말씀하신 의견 가운데 {view:은/는} 다음과 서로 맞지 않아요: {others}. 둘 다 반영했으니, 하나를 거두거나 바꾸면"
        " 더 분명해져요.",
        "Of the opinions you told me, “{view}” does not go together with: {others}. Both are in; take one back or"
        " change it to make this clearer.",
    ),
    "card.bold_view": (
        "{view:은/는} 시장이 내다보는 것과 아주 멀어요. 확신하신 만큼만 반영했어요.",
        "“{view}” is very far from what markets expect. I took it in only as far as you are sure of it.",
    ),
    "card.view": ("{target:이/가} {direction}이라는 의견", "{target} {direction}"),
    "card.view_versus": ("{target:이/가} {versus}보다 {better}이라는 의견", "{target} {better} {versus}"),
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
    "name.keep": ("{target} 최소 {weight}", "{target} at least {weight}"),
    "name.until": ("{limit}, {day}까지", "{limit}, until {day}"),
    "name.goal": (
        "{goal} 날짜가 가까워 {target} 최소 {weight} ({day}까지)",
        "{target} at least {weight} for {goal}, whose date is near ({day})",
    ),
    "name.account": (
        "{account} 계좌에 그대로 두는 {target} {weight}",
        "{weight} {target} that stays in {account}",
    ),
    "name.account_only": ("{account} 계좌에 그대로 두는 것", "what stays in {account}"),
    "name.kept": (
        "떼어 둔 돈을 합해 {target} 최소 {weight}",
        "{target} at least {weight} for all that is set aside",
    ),
    "card.goal_yields": (
        "목표 날짜를 생각하면 현금이 더 필요하지만 말씀하신 한도를 먼저 지켰어요: {goals}.",
        "The date of a goal asks for more cash, but your own limits came first: {goals}.",
    ),
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
        return (Line("card.no_change"), *_notes(decision, state), *_simulated(decision))
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
    if state is not None and state.outstanding is not None:
        lines.append(ahead_line(len(state.outstanding.open)))
    return (*lines, *_notes(decision, state), *_simulated(decision))


def _change(decision: Decision, asset: str) -> float:
    return decision.proposal.target.get(asset, 0.0) - decision.proposal.current.get(asset, 0.0)


def _move(decision: Decision, asset: str) -> Line:
    now, then = decision.proposal.current.get(asset, 0.0), decision.proposal.target.get(asset, 0.0)
    return Line(
        "card.move", {"asset": Thing(asset), "before": Percent(now, asset=asset), "after": Percent(then, asset=asset)}
    )


def _simulated(decision: Decision) -> tuple[Line, ...]:
    return (Line("card.simulated"),) if decision.simulated else ()


def _notes(decision: Decision, state: State | None) -> list[Line]:
    """What the decision notes about itself and a reply should not leave out: rules that gave way, the age of a rate."""
    lines = []
    notes = decision.proposal.notes
    gone = [n.removeprefix("rule_yields:") for n in notes if n.startswith("rule_yields:")]
    if gone:
        lines.append(Line("card.yields", {"limits": Phrases(tuple(Line(_rule(g)) for g in gone))}))
    late = tuple(
        part.removeprefix("goal:")
        for n in notes
        if n.startswith("goal_yields:")
        for part in parts(n.removeprefix("goal_yields:"))
        if part.startswith("goal:")
    )
    if late:
        lines.append(Line("card.goal_yields", {"goals": Things(late)}))
    lines += _contradiction(decision, state)
    if "all_below_risk_free" in notes:
        lines.append(Line("card.below_cash"))
    for note in notes:
        if note.startswith("fx_age:"):
            lines.append(Line("card.fx_age", {"days": Number(float(note.split(":")[1]), digits=0)}))
    return [*lines, *market_lines(notes)]


def _contradiction(decision: Decision, state: State | None) -> list[Line]:
    """Opinions that do not go together, the one to blame first; or one that is far from what markets expect."""
    said = (
        {f"views/{s.statement.id}": w for s in state.in_force if isinstance(w := s.statement.wish, SetView)}
        if state
        else {}
    )
    for note in decision.proposal.notes:
        names = note.removeprefix("views_contradict:").split(",")
        if note.startswith("views_contradict:") and all(n in said for n in names):
            view, *others = (_opinion(said[n]) for n in names)
            if not others:
                return [Line("card.bold_view", {"view": Phrase(view)})]
            return [Line("card.contradict", {"view": Phrase(view), "others": Phrases(tuple(others))})]
    return []


def _opinion(view: SetView) -> Line:
    named = wish_name(view, "KRW")  # only for its slots: in a list of opinions each needs no word that it is one
    return Line("card.view_versus" if view.versus else "card.view", named.slots)


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
    for note in (n.split(":") for n in proposal.notes if n.startswith("counted:")):
        lines.append(Line("card.counted", {"asset": Quoted(note[1]), "kind": Word(f"class.{note[2]}")}))
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
    if len(parts(limit.id)) > 1:
        return Line("name.kept", slots)
    if limit.origin == "account":
        return Line("name.account", {**slots, "account": Quoted(_account(limit.id, state))})
    if limit.origin == "goal" and limit.until is not None:
        return Line("name.goal", {**slots, "goal": Thing(limit.id.removeprefix("goal:")), "day": At(limit.until)})
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
    elif isinstance(stated.statement.wish, SetLimit) and state is not None and state.opened is not None:
        plain = wish_name(stated.statement.wish, state.opened.currency)  # as said, whatever lies at cost
    if stated.statement.until is not None:
        plain = Line("name.until", {"limit": Phrase(plain), "day": At(stated.statement.until - timedelta(seconds=1))})
    return Line("name.said", {"limit": Phrase(plain), "day": At(stated.at)})


def _account(limit_id: str, state: State | None) -> str:
    """The account a limit is about, as the person calls it."""
    account_id = limit_id.removeprefix("account:")
    known = {a.id: a.name for a in state.accounts} if state else {}
    return known.get(account_id, account_id)


def _basis(limit: Limit, state: State | None) -> tuple[str, ...]:
    """Statements behind a ceiling of the profile, newest first."""
    if state is None or limit.origin != "profile":
        return ()
    return tuple(reversed(profile_of(state).basis))


def named_limits(ids: Sequence[str], state: State, rules: Sequence[Limit]) -> tuple[Line, ...]:
    """Limits in words by id (a statement's, a rule's or one of the profile), as errors name them."""
    own = [x for s in state.in_force for x in statement_limits(s.statement, worth={"KRW": 1.0, "USD": 1.0})]
    every = {x.id: x for x in (*rules, *profile_limits(profile_of(state)), *own)}
    single = dict.fromkeys(part for i in ids for part in parts(i))
    return tuple(
        limit_name(every[i], state)
        if i in every
        else Line("name.account_only", {"account": Quoted(_account(i, state))})
        for i in single
        if i in every or i.startswith("account:")
    )
