"""Two decisions -> causes whose shares add up exactly.

What is explained is held-before → target-now, before whole lots. First what the market and flows of money did since the
last executed decision (`drift`, `flows`; `start` when there was none), then a cooperative game on targets: its players
are the inputs that changed, a coalition's value is the target solved with exactly those inputs new, and each player's
share is its Shapley value, exact, per asset. A last row, `lots`, leads on to the trades. Source: Shapley (1953); with
more than eight players, Owen (1977): exact between groups of inputs, then exact inside each group.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import numpy as np

from tools.coalitions import targets
from tools.decide import Estimate, estimate, one, solve
from tools.domain.decision import Assumptions, Cause, Decision, Explanation, HoldingsInput, Input
from tools.domain.investor import Book
from tools.domain.market import Array, Market
from tools.domain.value import Currency
from tools.errors import AdvisorError, DataMissing, Infeasible, MandateConflict
from tools.rebalance import standing

MOST_PLAYERS = 8
MOST_SOLVES = 4096
DUST = 1e-10
"""A share smaller than this everywhere is solver noise; it is set to exactly zero."""

Worth = Callable[[frozenset[str]], Array]


@dataclass(frozen=True, slots=True)
class Side:
    """What one decision used: the market and every other input by name, with the content hash of each ("data" too)."""

    market: Market
    inputs: Mapping[str, Input]
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words behind a statement and when they were said."""

    said: str
    at: datetime


def explain(
    decision: Decision, new: Side, old: Side | None, *, neutral: Mapping[str, Input], said: Mapping[str, Words]
) -> Explanation:
    """Why the holdings before this decision became its target.

    Args:
        decision: What is explained.
        new: Its inputs.
        old: Inputs of the last executed decision before it; None for the first.
        neutral: Inputs that stand for "nothing said": the neutral profile and the default method.
        said: Statement id -> words, for rows that are statements.
    """
    names = sorted(set(decision.target) | set(decision.proposal.current) | set(new.market.universe.ids))
    before = _row(decision.proposal.current, names)
    target = _row(decision.target, names)
    rows: list[tuple[str, Array, tuple[Cause, ...]]] = []
    game = _Game(names, decision.currency, new, old, neutral)
    if decision.method == "order":
        rows.append(("order", target - before, ()))
    else:
        rows += _way_to_old_target(game, before)
        rows += _shares(game, names, said)
    rows.append(("lots", _row(decision.proposal.target, names) - target, ()))
    return Explanation(
        decision_id=decision.id,
        at=decision.at,
        before=dict(decision.proposal.current),
        after=dict(decision.target),
        causes=tuple(
            _cause(name, share, names, said, inside) for name, share, inside in _settled(rows, target - before)
        ),
        counterfactuals=_counterfactuals(game, names),
    )


def _row(weights: Mapping[str, float], names: Sequence[str]) -> Array:
    return np.array([weights.get(a, 0.0) for a in names])


class _Game:
    """Targets by coalition, each solved once. Its players are the inputs whose content changed."""

    def __init__(
        self, names: Sequence[str], currency: Currency, new: Side, old: Side | None, neutral: Mapping[str, Input]
    ) -> None:
        self.names, self.currency, self.new = names, currency, new
        self.first = old is None
        # Before the first decision nothing had been said, on today's data, holdings and rules.
        kept = {n: v for n, v in new.inputs.items() if n in ("holdings", "assumptions", "rules")}
        self.old = old or Side(new.market, {**neutral, **kept}, {n: new.digests[n] for n in (*kept, "data")})
        every = {**self.old.digests, **{n: "" for n in self.old.inputs if n not in self.old.digests}}
        self.players = tuple(
            n
            for n in sorted(set(every) | set(new.digests))
            if every.get(n) != new.digests.get(n) and self.old.inputs.get(n, n) != new.inputs.get(n) and n != "order"
        )
        self._known: dict[frozenset[str], Array] = {}
        self._estimates: dict[tuple[int, str], Estimate] = {}

    def __call__(self, coalition: frozenset[str]) -> Array:
        """Target weights with the coalition's inputs new and every other player old, shape (n,)."""
        if coalition not in self._known:
            try:
                self._known[coalition] = self.solved(*self._given(coalition))
            except (DataMissing, MandateConflict):
                # A mixture of two times that never was (an order on other holdings, holdings without a price then) has
                # no answer of its own; it counts as what it was nearer to, so that the ends stay exact.
                nearer = frozenset(self.players) if 2 * len(coalition) > len(self.players) else frozenset()
                if coalition == nearer:
                    raise
                self._known[coalition] = self(nearer)
        return self._known[coalition]

    def prepare(self, coalitions: Sequence[frozenset[str]]) -> None:
        """Solve many coalitions, one batch per market and holdings; what a batch leaves is solved when asked for."""
        batches: dict[int, tuple[Estimate, list[tuple[frozenset[str], Mapping[str, Input]]]]] = {}
        for coalition in dict.fromkeys(coalitions):
            if coalition and len(coalition) < len(self.players) and coalition not in self._known:
                market, inputs = self._given(coalition)
                known = self._estimate(market, inputs)
                batches.setdefault(id(known), (known, []))[1].append((coalition, inputs))
        for known, group in batches.values():
            found = targets(known, [inputs for _, inputs in group], self.currency)
            for (coalition, _), weights in zip(group, found, strict=True):
                if weights is not None:
                    by_name = dict(zip(known.universe.ids, weights.tolist(), strict=True))
                    self._known[coalition] = _row(by_name, self.names)

    def _given(self, coalition: frozenset[str]) -> tuple[Market, dict[str, Input]]:
        """The market and inputs of a coalition."""
        new_market = "data" in coalition or "data" not in self.players
        inputs = {}
        for name in sorted(set(self.old.inputs) | set(self.new.inputs)):
            player = "method" if name == "order" else name  # an order and the method that reads it go together
            side = self.new if player in coalition or player not in self.players else self.old
            if name in side.inputs:
                inputs[name] = side.inputs[name]
        return self.new.market if new_market else self.old.market, inputs

    def solved(self, market: Market, inputs: Mapping[str, Input]) -> Array:
        """Solve; where limits of two times cannot hold together, the older ones of the clash give way."""
        while True:
            try:
                known = self._estimate(market, inputs)
                found = solve(known, inputs, self.currency)
                return _row(dict(zip(known.universe.ids, found.weights.tolist(), strict=True)), self.names)
            except Infeasible as error:
                clash = [n for n in inputs if n.rsplit("/", 1)[-1] in error.names]
                stale = [n for n in clash if n not in self.new.inputs] or clash
                if not stale:
                    raise
                inputs = {n: v for n, v in inputs.items() if n not in stale[:1]}

    def _estimate(self, market: Market, inputs: Mapping[str, Input]) -> Estimate:
        book, assumptions = one(inputs, HoldingsInput).book, one(inputs, Assumptions)
        key = (id(market), book.to_json() + assumptions.to_json())
        if key not in self._estimates:
            self._estimates[key] = estimate(market, self.currency, assumptions, book)
        return self._estimates[key]


def _way_to_old_target(game: _Game, before: Array) -> list[tuple[str, Array, tuple[Cause, ...]]]:
    """What leads from today's holdings back to where the last executed decision wanted to be."""
    base = game(frozenset())
    if game.first:
        return [("start", base - before, ())]
    holdings = one(game.new.inputs, HoldingsInput)
    if not any(holdings.flows.values()):
        return [("drift", base - before, ())]
    units = {a: p.units - holdings.flows.get(a, 0) for a, p in holdings.book.positions.items()}
    units |= {a: -moved for a, moved in holdings.flows.items() if a not in units}
    positions = {
        a: holdings.book.positions[a].model_copy(update={"units": u})
        for a, u in units.items()
        if a in holdings.book.positions and u > 0
    }
    try:
        unmoved = standing(Book(positions=positions), game.new.market, game.currency).weights
    except DataMissing:  # everything held came in since: there is nothing the market could have moved
        return [("flows", base - before, ())]
    still = _row(dict(zip(game.new.market.universe.ids, unmoved.tolist(), strict=True)), game.names)
    return [("drift", base - still, ()), ("flows", still - before, ())]


def _shares(game: _Game, names: Sequence[str], said: Mapping[str, Words]) -> list[tuple[str, Array, tuple[Cause, ...]]]:
    """Shapley values of the changed inputs; of groups of them when there are many. News are always one cause."""
    groups = _grouped(game.players, lambda p: "news" if p.startswith("news/") else p)
    if len(groups) > MOST_PLAYERS:
        groups = _grouped(game.players, lambda p: p.split("/")[0])

    def between(coalition: frozenset[str]) -> Array:
        return game(frozenset(p for g in coalition for p in groups[g]))

    rows = []
    game.prepare([frozenset(p for g in chosen for p in groups[g]) for chosen in _subsets(tuple(groups))])
    for name, share in shapley(tuple(groups), between).items():
        inside: tuple[Cause, ...] = ()
        members = groups[name]
        if 1 < len(members) <= MOST_PLAYERS and 2 ** (len(members) + len(groups) - 1) <= MOST_SOLVES:
            others = [frozenset(p for g in c for p in groups[g]) for c in _subsets([g for g in groups if g != name])]
            game.prepare([base | inner for base in others for inner in _subsets(members)])
            parts = owen(name, groups, game)
            inside = tuple(_cause(p, v, names, said, ()) for p, v in parts.items())
        rows.append((name, share, inside))
    return rows


def _grouped(players: Sequence[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Players by group, in order."""
    groups: dict[str, tuple[str, ...]] = {}
    for player in players:
        groups[key(player)] = (*groups.get(key(player), ()), player)
    return groups


def _subsets(players: Sequence[str]) -> list[frozenset[str]]:
    """All coalitions, from none to everyone."""
    return [frozenset(chosen) for k in range(len(players) + 1) for chosen in combinations(players, k)]


def shapley(players: Sequence[str], worth: Worth) -> dict[str, Array]:
    """Exact Shapley values: the mean marginal contribution over all orders, from 2^k evaluations of `worth`."""
    k = len(players)
    out = {}
    for player in players:
        others = [p for p in players if p != player]
        total = np.zeros(worth(frozenset()).shape)
        for count in range(k):
            weight = math.factorial(count) * math.factorial(k - count - 1) / math.factorial(k)
            for chosen in combinations(others, count):
                without = frozenset(chosen)
                total += weight * (worth(without | {player}) - worth(without))
        out[player] = total
    return out


def owen(group: str, groups: Mapping[str, tuple[str, ...]], worth: Worth) -> dict[str, Array]:
    """Shares inside one group, adding up to the group's Shapley value between groups. Source: Owen (1977)."""
    others = [g for g in groups if g != group]
    k = len(groups)

    def seen_from_outside(inside: frozenset[str]) -> Array:
        total = np.zeros(worth(frozenset()).shape)
        for count in range(k):
            weight = math.factorial(count) * math.factorial(k - count - 1) / math.factorial(k)
            for chosen in combinations(others, count):
                base = frozenset(p for g in chosen for p in groups[g])
                total = total + weight * (worth(base | inside) - worth(base))
        return total

    return shapley(groups[group], seen_from_outside)


def _settled(
    rows: list[tuple[str, Array, tuple[Cause, ...]]], total: Array
) -> list[tuple[str, Array, tuple[Cause, ...]]]:
    """Noise becomes exactly zero; what rounding leaves over goes to the largest row, so that the sum is exact."""
    clean = [(n, np.where(np.abs(v).max(initial=0.0) < DUST, 0.0, v), i) for n, v, i in rows]
    causes = [r for r in clean if r[0] != "lots"]
    if causes:
        largest = max(causes, key=lambda r: float(np.abs(r[1]).sum()))
        largest[1][:] += total - sum((r[1] for r in causes), start=np.zeros_like(total))
    return clean


def _cause(
    name: str, share: Array, names: Sequence[str], said: Mapping[str, Words], inside: tuple[Cause, ...]
) -> Cause:
    statement = name.split("/", 1)[1] if "/" in name else None
    words = said.get(statement or "")
    return Cause(
        name=name,
        shares={a: float(v) for a, v in zip(names, share, strict=True) if v != 0.0},
        statement=statement if words else None,
        said=words.said if words else None,
        said_at=words.at if words else None,
        inside=inside,
    )


def _counterfactuals(game: _Game, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each statement this decision used: the target had it not been said, everything else as it was."""
    out = {}
    for name in game.new.inputs:
        if "/" not in name:
            continue
        rest = {n: v for n, v in game.new.inputs.items() if n != name}
        try:
            weights = game.solved(game.new.market, rest)
        except AdvisorError:  # without it the rest has no answer; then there is no counterfactual to show
            continue
        out[name] = {a: float(w) for a, w in zip(names, weights, strict=True) if w > DUST}
    return out
