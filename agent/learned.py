"""What prices taught, and the voice it has in a decision.

Training happens apart (`agent.training`). A decision only applies what is kept, and keeps the view it came to among its
inputs: replaying it trains nothing and reads no weights.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from agent.wiring import Desk
from agent.work import Work
from knowledge.learned import Learned
from tools.decide import Estimate, costs, estimate
from tools.domain.decision import Input, View, ViewsInput
from tools.domain.market import Array, Market
from tools.domain.value import Currency
from tools.errors import AdvisorError, DataMissing
from tools.forecast import Forecaster, forecast_views
from tools.policy.learn import Policy, act
from tools.policy.panel import Panel, decisions, panel
from tools.policy.step import Rules
from tools.track import filled

POLICY, FORECAST = "policy", "forecast/returns"
"""Names under which learned views enter a decision."""

OLDEST: Final = timedelta(days=92)
"""Weights trained on data older than this say nothing any more."""

WORLD: Final = ("VIX", "UST_10Y", "UST_2Y", "BTC.CapMVRVCur", "BTC.AdrActCnt", "KR_BASE")
"""Figures of the economy and the chain that a policy may look at, where a source has them."""


@dataclass(frozen=True, slots=True)
class Past:
    """History to learn from, of the assets the market portfolio holds. ids: of the columns, (n,); rows: decisions."""

    ids: tuple[str, ...]
    closes: Array
    rows: np.ndarray
    panel: Panel
    rules: Rules
    until: datetime
    digest: str


def past(desk: Desk, currency: Currency, market: Market | None = None, *, behind: int = 1) -> Past:
    """History as it is known now, in one currency, with the figures of the world that are known.

    behind: see `panel`; 0 is for acting now.

    Raises:
        DataMissing: Less than two years of prices, or nothing has a market weight.
    """
    market = market or desk.market.at(desk.clock.now())
    weights = np.array([a.market_weight or 0.0 for a in market.universe.assets])
    used = np.flatnonzero(weights > 0)
    if not len(used):
        raise DataMissing("no_market_weights")
    ids = tuple(market.universe.ids[i] for i in used)
    closes = filled(market.closes_in(currency))[:, used]
    more = _world(desk, market)
    given = panel(market.days, closes, weights[used] / weights[used].sum(), more=more, behind=behind)
    fee = costs(market.universe)[used]
    content = b"".join(
        [closes.tobytes(), market.days.tobytes(), repr(ids).encode(), *(v.tobytes() for v in more.values())]
    )
    return Past(
        ids, closes, decisions(len(market.days)), given, Rules(fee, fee, desk.assumptions.market_risk_aversion),
        instant(market.days[-1]), hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def _world(desk: Desk, market: Market) -> dict[str, Array]:
    """The figures of WORLD as known at the end of each market day, (T,); those nobody publishes here are left out."""
    found = desk.signals.at(market.as_of)
    ends = (market.days + np.timedelta64(1, "D")).astype("datetime64[s]")
    series = {name: found[name].at(ends) for name in WORLD if name in found}
    return {name: values for name, values in series.items() if np.isfinite(values).any()}


def instant(day: np.datetime64) -> datetime:
    """The beginning of a market day, UTC."""
    return datetime.fromisoformat(str(day.astype("datetime64[D]"))).replace(tzinfo=UTC)


def comparable(old: Learned | None, history: Past) -> tuple[Policy, frozenset[str]] | None:
    """The policy in use, when it is about the same assets and sees nothing that is no longer known."""
    if old is None or tuple(old.facts["ids"]) != history.ids:
        return None
    features = frozenset(old.facts["features"])
    known = {*history.panel.state.own_names, *history.panel.state.shared_names}
    return (_policy(old), features) if features <= known else None


def _policy(kept: Learned) -> Policy:
    band, reach = kept.arrays["widths"]
    return Policy(kept.arrays["own"], kept.arrays["shared"], float(band), float(reach))


def learned_inputs(work: Work, market: Market) -> dict[str, Input]:
    """Views of what was learned and admitted, by input name; empty without skill, or where they were switched off.

    Args:
        work: The open command. market: the recent one a decision is made on.
    """
    off = work.state.silenced()
    kept = {
        name: admitted(work.desk, name, work.currency, work.at) for name in ("policy", "forecast") if name not in off
    }
    if not any(kept.values()):
        return {}
    try:
        known = estimate(market, work.currency, work.desk.assumptions, work.state.book)
        history = past(work.desk, work.currency, work.desk.market.at(work.at), behind=0)
    except AdvisorError:
        return {}  # the decision itself says what is missing
    views: dict[str, Input] = {}
    policy, forecast = kept.get("policy"), kept.get("forecast")
    if policy is not None:
        views |= _policy_view(policy, history, known, work)
    if forecast is not None and tuple(forecast.facts["ids"]) == history.ids:
        views |= _forecast_view(forecast, history, known, work)
    return views


def admitted(desk: Desk, name: str, currency: Currency, at: datetime) -> Learned | None:
    """What is kept and may speak at an instant: it has skill, was trained before, not too long ago, on such prices."""
    kept = desk.learned.load(f"{name}-{currency}")
    if kept is None or kept.facts["confidence"] <= 0.0 or kept.facts["simulated"] != desk.market.simulated:
        return None
    age = at - datetime.fromisoformat(kept.facts["until"])
    return kept if timedelta(0) <= age <= OLDEST else None


def _policy_view(kept: Learned, history: Past, known: Estimate, work: Work) -> dict[str, Input]:
    """The view under which a decision would hold the base as the policy tilts it: the mix of its changes, and how much
    more they must earn for that to be the best. Source: He & Litterman (1999), returns implied by holdings."""
    usable = comparable(kept, history)
    if usable is None:
        return {}
    policy, features = usable
    now = history.panel.rows(slice(-1, None))
    tilt = dict(zip(history.ids, (act(policy, now.state.only(features), now.base) - now.base)[0], strict=True))
    moved = np.array([tilt.get(a, 0.0) for a in known.universe.ids])
    size = float(np.abs(moved).sum())
    if size < 1e-6:
        return {}
    mix = moved / size
    earns = float(mix @ known.prior + work.desk.assumptions.market_risk_aversion * mix @ known.cov @ moved)
    legs = {a: float(x) for a, x in zip(known.universe.ids, mix, strict=True) if x}
    view = View(
        target=max(legs, key=lambda a: abs(legs[a])), direction="up" if earns >= 0 else "down",
        magnitude=min(max(abs(earns), 1e-12), 10.0), confidence=kept.facts["confidence"], said_at=history.until,
        mix=legs,
    )  # fmt: skip
    return {POLICY: ViewsInput(views=(view,))}


def _forecast_view(kept: Learned, history: Past, known: Estimate, work: Work) -> dict[str, Input]:
    facts: Mapping[str, Any] = kept.facts
    made = Forecaster(kept.arrays["returns"], facts["scale"], facts["ic"], kept.arrays["vol"])
    span = (history.rows[-1] - history.rows[0]) / (len(history.rows) - 1)
    z, vol = made.now(history.closes, days_a_year=float(span) * history.panel.periods)
    prior = {a: float(p) + known.risk_free for a, p in zip(known.universe.ids, known.prior, strict=True)}
    views = forecast_views(z, vol, prior, history.ids, ic=made.ic, confidence=facts["confidence"], at=history.until)
    return {FORECAST: ViewsInput(views=views)} if views else {}
