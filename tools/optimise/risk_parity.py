"""Every asset contributes its share of the risk."""

from dataclasses import replace

import numpy as np

from tools.errors import DataMissing
from tools.optimise.covariance import Covariance, Dense, Factored, Quadratic, prepare
from tools.optimise.frontier import Frontier
from tools.optimise.limits import Array, Limits, Solution
from tools.optimise.utility import check_finite, holdings

STEPS = 200
NEAR = 1e-7  # one step of Newton from here reaches rounding
ROUNDING = 1e-14


def risk_parity(
    cov: Covariance, *, limits: Limits, budgets: Array | None = None, held: Array | None = None
) -> Solution:
    """Weights whose shares of the portfolio's variance are `budgets` (equal by default).

    Only assets that may be held (upper bound above zero) and that carry risk take part: cash has no risk to
    contribute, so it gets its lower bound. If the result breaks the limits, the answer is the allowed portfolio with
    the smallest tracking error against it, and `notes` says `moved_by_limits`. `kkt` is the largest relative error of
    a risk share (or of optimality, when moved); `objective` is the volatility; there are no shadow prices.

    Args:
        cov: Yearly covariance, (n, n) or factored.
        limits: The mandate.
        budgets: Positive shares of risk, shape (n,); any sum.
        held: Current weights, shape (n,); needed for a turnover cap.

    Raises:
        Infeasible: No portfolio keeps all limits.
        DataMissing: No asset carries risk, some mix of assets carries none (shares of nothing), or an input is
            not finite.

    Source: Maillard, Roncalli and Teïletche (2010); Newton's method on the convex form of Spinu (2013).
    """
    n = len(limits.lower)
    home, price = holdings(n, limits, held, None)
    shares = np.ones(n) if budgets is None else budgets
    check_finite(budgets=shares, held=home)
    form, scale, notes = prepare(cov, n)
    part = np.flatnonzero((form.diagonal > 1e-14) & (limits.upper > 0.0) & (shares > 0.0))
    if not len(part):
        raise DataMissing("no_risky_asset")
    share = shares[part] / shares[part].sum()
    x, error = _newton(form if len(part) == n else form.take(part), share)
    weights = np.zeros(n)
    weights[part] = x / x.sum()
    none = np.zeros(n)
    answer = Solution(weights, float(np.sqrt(weights @ form.times(weights) * scale)), error, none, none, none[:0])
    answer = replace(answer, duals_group=np.zeros(len(limits.groups)), notes=notes)
    if _keeps(weights, form, limits, home, scale):
        return answer
    # The nearest portfolio minimises ½(w − e)ᵀΣ(w − e): on the frontier that is the reward Σe at s = 1.
    path = Frontier(form, form.times(weights), price, home, limits, scale)
    place = path.leashed(lambda theta: path.capped(1.0 - theta, theta))
    vol = float(np.sqrt(place.variance * scale))
    return path.report(place, objective=vol, unit=0.0, notes=(*notes, "moved_by_limits"))


def _keeps(w: Array, form: Quadratic, limits: Limits, home: Array, scale: float) -> bool:
    value = limits.groups @ w
    gaps = [limits.lower - w, w - limits.upper, limits.group_lower - value, value - limits.group_upper]
    kept = all(gap.max(initial=-np.inf) <= 0.0 for gap in gaps)
    if limits.turnover is not None:
        kept = kept and float(np.abs(w - home).sum()) <= 2.0 * limits.turnover
    for centre, cap in ((np.zeros(len(w)), limits.max_vol), limits.tracking or (w, None)):
        if cap is not None:
            kept = kept and float((w - centre) @ form.times(w - centre)) * scale <= cap**2
    return kept


def _near(scaled: Quadratic, share: Array) -> Array:
    """A start for Newton: every xᵢ most of the way to where its own share is right, then all to xᵀΣx = 1, repeatedly.

    The scaling settles what all assets have in common, so the rest settles fast: the error falls to about a quarter
    per step, which costs a product where Newton's costs a factorisation. Ends where that stops being true.
    """
    x, best, error = np.sqrt(share), np.sqrt(share), np.inf
    while True:
        risk = scaled.times(x)
        size = float(np.sqrt(x @ risk))
        x, risk = x / size, risk / size
        now = float(np.abs(x * risk / share - 1.0).max())
        if now > 0.7 * error or now < NEAR:
            return x if now < error else best
        best, error = x, now
        others = risk - x  # variances are 1 here: the root of xᵢ² + othersᵢ xᵢ = shareᵢ
        x = 0.2 * x + 1.6 * share / (others + np.sqrt(others**2 + 4.0 * share))


def _newton(form: Quadratic, share: Array) -> tuple[Array, float]:
    """Minimise ½ xᵀΣx − Σ shareᵢ log xᵢ in units of volatility; also the largest relative error of a share."""
    vol = np.sqrt(form.diagonal)
    scaled: Quadratic
    if isinstance(form, Dense):
        scaled = Dense(form.matrix / np.outer(vol, vol))
    else:
        scaled = Factored(form.root / vol[:, None], form.specific / vol**2)
    x = _near(scaled, share)
    risk, best, error = scaled.times(x), x, np.inf
    for _ in range(STEPS):
        now = float(np.abs(x * risk / share - 1.0).max())
        if now >= error and error < 1e-9:  # quadratic convergence has reached rounding
            break
        if now < error:
            best, error = x, now
        if error < ROUNDING:
            break
        gradient = risk - share / x
        try:
            step = scaled.solver(share / x**2)(gradient)
        except np.linalg.LinAlgError as flat:  # x ran off along a mix of assets that carries no risk at all
            raise DataMissing("riskless_mix") from flat
        before = 0.5 * float(x @ risk) - float(share @ np.log(x))
        reach = float((step / x).max())
        bold = x - step * (1.0 if reach < 0.95 else 0.95 / reach)
        risk = scaled.times(bold)
        if 0.5 * float(bold @ risk) - float(share @ np.log(bold)) <= before + 1e-12:
            x = bold
            continue
        # Too bold: the step damped by self-concordance always makes progress and keeps x positive.
        x = x - step / (1.0 + np.sqrt(max(float(gradient @ step) / float(share.min()), 0.0)))
        risk = scaled.times(x)
    return best / vol, error
