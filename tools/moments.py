"""Prices -> cleaned returns -> covariance.

Returns are weekly: markets on three continents close at different hours, so daily returns of Seoul and New York look
less related than they are. A missing close stays missing: no return is ever forward-filled.
"""

from dataclasses import dataclass

import numpy as np

from tools.domain.decision import RiskModel
from tools.domain.market import Array, Days
from tools.errors import DataMissing
from tools.optimise.covariance import FactorCovariance

WEEKS_A_YEAR = 52.1775
"""365.2425 / 7: turns weekly variances and means into yearly ones."""

VOL_MEMORY, MEMORY = 26.0, 104.0
"""Weeks after which a return counts half in a volatility, and in a correlation, of the exponential average."""


@dataclass(frozen=True, slots=True)
class Covariance:
    """Yearly covariance, shape (n, n), positive semi-definite; zero rows for assets without risk.

    shrinkage: weight of the structured target, 0..1. repaired: relative size of the change made to reach PSD.
    """

    matrix: Array
    shrinkage: float
    repaired: float = 0.0


def weekly_returns(days: Days, closes: Array, *, weeks: int) -> Array:
    """Simple returns between the last closes of consecutive seven-day spans, counted back from the newest day.

    Args:
        days: Ascending dates, shape (T,).
        closes: Prices in one currency, shape (T, n), NaN where there was none.
        weeks: How many returns to give.
    Returns:
        Shape (weeks or fewer, n), oldest first, NaN where either close is missing.
    """
    if len(days) == 0:
        raise DataMissing("no_prices")
    age = ((days[-1] - days).astype("timedelta64[D]").astype(np.int64)) // 7
    count = int(min(weeks + 1, age.max() + 1))
    recent, span = closes[age < count], count - 1 - age[age < count]
    # The newest day of each span on which an asset had a close; a missing day keeps what the span already has.
    newest = np.full((count, closes.shape[1]), -1)
    np.maximum.at(newest, span, np.where(np.isfinite(recent), np.arange(len(recent))[:, None], -1))
    levels = np.where(newest >= 0, np.take_along_axis(recent, np.maximum(newest, 0), axis=0), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = levels[1:] / levels[:-1] - 1.0
    return np.where(np.isfinite(change), change, np.nan)


def covariance(
    returns: Array,
    names: tuple[str, ...],
    *,
    periods: float = WEEKS_A_YEAR,
    how: RiskModel = "constant_correlation",
) -> Covariance:
    """Covariance from returns that may have gaps, made yearly; by default Ledoit–Wolf towards constant correlation.

    Rows with gaps are left out while that costs less than a tenth of them; otherwise each pair uses the rows both have,
    towards constant correlation whatever was asked for, and the result is moved to the nearest positive semi-definite
    matrix (the size of that move is reported). The exponential average takes gaps as they are.

    Args:
        returns: Shape (T, n), NaN for missing.
        names: Asset names for errors, length n.
        periods: Periods in a year.
        how: The estimator.
    Raises:
        DataMissing: An asset with fewer than 26 returns, named.
    Source: Ledoit & Wolf (2004), "Honey, I shrunk the sample covariance matrix", with the authors' ddof = 0.
    """
    seen = np.isfinite(returns)
    short = [name for name, n in zip(names, seen.sum(axis=0), strict=True) if n < 26]
    if short:
        raise DataMissing("short_history", *short)
    risky = np.flatnonzero(np.nanvar(returns, axis=0) > 0.0)
    matrix = np.zeros((returns.shape[1],) * 2)
    if risky.size == 0:
        return Covariance(matrix, 0.0)
    sample = returns[:, risky]
    whole = np.isfinite(sample).all(axis=1)
    repaired = 0.0
    if how == "ewma":
        shrunk, share = ewma_covariance(sample, vol_half_life=VOL_MEMORY, correlation_half_life=MEMORY), 0.0
    elif whole.mean() >= 0.9:
        shrunk, share = _estimated(sample[whole], how)
    else:
        shrunk, share = _with_gaps(sample)
        shrunk, repaired = nearest_psd(shrunk)
    matrix[np.ix_(risky, risky)] = shrunk * periods
    return Covariance(matrix, share, repaired)


def _estimated(returns: Array, how: RiskModel) -> tuple[Array, float]:
    """(covariance, weight of its target) of complete returns; the weight is zero where there is no single one."""
    if how == "identity":
        return ledoit_wolf_identity(returns)
    if how == "nonlinear":
        return ledoit_wolf_nonlinear(returns), 0.0
    if how == "noise":
        found = clip_noise(returns)
        return (found.loadings * found.factors) @ found.loadings.T + np.diag(found.specific), 0.0
    return ledoit_wolf(returns)


def ledoit_wolf(returns: Array) -> tuple[Array, float]:
    """Shrink the sample covariance towards equal correlations. Gives (covariance (n, n), shrinkage in 0..1).

    Args:
        returns: Complete returns, shape (T, n).
    Source: Ledoit & Wolf (2004), constant correlation target, ddof = 0.
    """
    count, n = returns.shape
    x = returns - returns.mean(axis=0)
    sample = x.T @ x / count
    if n == 1:
        return sample, 0.0
    deviation = np.sqrt(np.diag(sample))
    correlation = sample / np.outer(deviation, deviation)
    mean_correlation = (correlation.sum() - n) / (n * (n - 1))
    target = mean_correlation * np.outer(deviation, deviation)
    np.fill_diagonal(target, np.diag(sample))

    # Sums over all pairs of assets of a mean over days are means over days of products of sums: no (n, n) moments.
    length = np.einsum("ij,ij->i", x, x)
    pi = (length**2).mean() - (sample**2).sum()
    own = (x**4).mean(axis=0).sum() - (np.diag(sample) ** 2).sum()
    # ρ: asymptotic covariance between the target and the sample, Σ sqrt(s_jj / s_ii) AsyCov(s_ii, s_ij)
    every = ((x**3 @ (1.0 / deviation)) * (x @ deviation)).mean() - deviation @ sample @ deviation
    rho = own + mean_correlation * (every - own)
    gamma = ((target - sample) ** 2).sum()
    share = 0.0 if gamma <= 0 else float(np.clip((pi - rho) / gamma / count, 0.0, 1.0))
    return share * target + (1.0 - share) * sample, share


def ledoit_wolf_identity(returns: Array) -> tuple[Array, float]:
    """Shrink the sample covariance towards equal variances without correlation. Gives (covariance, shrinkage in 0..1).

    Args:
        returns: Complete returns, shape (T, n).
    Source: Ledoit & Wolf (2004), "A well-conditioned estimator for large-dimensional covariance matrices", ddof = 0.
    """
    count, n = returns.shape
    x = returns - returns.mean(axis=0)
    gram = x.T @ x  # T S: one pass over a large matrix saved
    mean, size = float(np.trace(gram)) / n / count, float(np.vdot(gram, gram)) / count**2
    distance = size - n * mean**2
    # Σₜ ‖xₜxₜᵀ − S‖² = Σₜ |xₜ|⁴ − T‖S‖²: no (T, n, n) array is needed
    noise = (float((np.vecdot(x, x) ** 2).sum()) / count - size) / count
    share = 0.0 if distance <= 0 else min(max(noise / distance, 0.0), 1.0)
    gram *= (1.0 - share) / count
    gram.ravel()[:: n + 1] += share * mean
    return gram, share


def ledoit_wolf_nonlinear(returns: Array) -> Array:
    """Covariance with every sample eigenvalue shrunk by its own amount, shape (n, n). Worthwhile from about 20 assets.

    Args:
        returns: Complete returns, shape (T, n), T ≥ 12; n may exceed T.
    Raises:
        DataMissing: Fewer than 12 returns.
    Source: Ledoit & Wolf (2020), "Analytical nonlinear shrinkage of large-dimensional covariance matrices".
    """
    rows, n = returns.shape
    if rows < 12:
        raise DataMissing("short_history")
    x = returns - returns.mean(axis=0)
    count = rows - 1  # one degree of freedom went into the mean
    values, vectors = np.linalg.eigh(x.T @ x / count)
    known = values[max(0, n - count) :]
    width, ratio = count ** (-1.0 / 3.0), n / count
    spread = width * known
    u = (known[:, None] - known[None, :]) / spread
    density = (0.75 / np.sqrt(5.0) * np.maximum(1.0 - u**2 / 5.0, 0.0) / spread).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bend = (1.0 - u**2 / 5.0) * np.log(np.abs((np.sqrt(5.0) - u) / (np.sqrt(5.0) + u)))
    kernel = -0.3 * u + 0.75 / np.sqrt(5.0) * np.where(np.isfinite(bend), bend, 0.0)
    hilbert = (kernel / np.pi / spread).mean(axis=1)
    if n <= count:
        pull = np.pi * ratio * known
        shrunk = known / ((pull * density) ** 2 + (1.0 - ratio - pull * hilbert) ** 2)
    else:
        edge = np.sqrt(5.0) * width
        tail = 0.3 / width**2 + 0.75 / edge * (1.0 - 0.2 / width**2) * np.log((1.0 + edge) / (1.0 - edge))
        null = 1.0 / (np.pi * (n - count) / count * (tail / np.pi * (1.0 / known).mean()))
        shrunk = np.concatenate([np.full(n - count, null), known / (np.pi**2 * known**2 * (density**2 + hilbert**2))])
    return np.asarray((vectors * shrunk) @ vectors.T)


def noise_edges(count: int, n: int) -> tuple[float, float]:
    """Between these, eigenvalues of a correlation matrix of n unrelated assets over `count` returns are to be expected.

    Source: Marchenko & Pastur (1967).
    """
    root = np.sqrt(n / count)
    return float((1.0 - root) ** 2), float((1.0 + root) ** 2)


def clip_noise(returns: Array) -> FactorCovariance:
    """Covariance whose correlations keep only what noise cannot explain; pointless below ten assets.

    Eigenvalues of the correlation matrix below the Marchenko–Pastur edge are replaced by their mean and the diagonal is
    put back to one. What remains is a few factors and a diagonal, so it is never formed.

    Args:
        returns: Complete returns, shape (T, n), every asset with some variance.
    Source: Laloux, Cizeau, Bouchaud & Potters (1999).
    """
    count, n = returns.shape
    x = returns - returns.mean(axis=0)
    deviation = np.sqrt((x**2).mean(axis=0))
    z = x / deviation / np.sqrt(count)
    if n <= count:
        values, vectors = np.linalg.eigh(z.T @ z)
    else:  # the same eigenvalues from the smaller T × T product; the others are zero, hence noise
        values, small = np.linalg.eigh(z @ z.T)
        vectors = z.T @ small / np.sqrt(np.maximum(values, 1e-300))
    signal = values > noise_edges(count, n)[1]
    strong, loadings = values[signal], vectors[:, signal]
    rest = max(n - float(strong.sum()), 0.0) / max(n - len(strong), 1)
    level = rest + (loadings**2) @ (strong - rest)
    scale = deviation / np.sqrt(level)
    return FactorCovariance(loadings * scale[:, None], strong - rest, rest * scale**2)


def ewma_covariance(returns: Array, *, vol_half_life: float, correlation_half_life: float) -> Array:
    """Covariance whose volatilities and correlations forget at their own pace, shape (n, n), per period.

    Means are taken as zero; the first return starts both averages. A missing return counts for no pair it is in; the
    result is then moved to the nearest positive semi-definite matrix.

    Args:
        returns: Shape (T, n), oldest first, NaN for missing.
        vol_half_life: Periods after which a squared return counts half.
        correlation_half_life: The same for correlations, usually longer.
    Source: RiskMetrics (1996); λ = 0.94 is a half-life of 11.2 periods.
    """
    fast = _averaged(returns, vol_half_life)
    if vol_half_life == correlation_half_life:
        joined = fast
    else:
        slow = _averaged(returns, correlation_half_life)
        joined = slow * np.outer(*(np.sqrt(np.diag(fast) / np.where(np.diag(slow) > 0, np.diag(slow), 1.0)),) * 2)
    return joined if np.isfinite(returns).all() else nearest_psd(joined)[0]


def _averaged(returns: Array, half_life: float) -> Array:
    """Products of returns, exponentially weighted, over the rows that both have."""
    decay = 0.5 ** (1.0 / half_life)
    weight = (1.0 - decay) * decay ** np.arange(len(returns) - 1, -1, -1.0)
    weight[0] /= 1.0 - decay
    seen = np.isfinite(returns).astype(float)
    x = np.where(seen > 0, returns, 0.0)
    both = (seen * weight[:, None]).T @ seen
    return np.asarray((x * weight[:, None]).T @ x / np.where(both > 0, both, 1.0))


def _with_gaps(returns: Array) -> tuple[Array, float]:
    """Pairwise covariance shrunk with the intensity of the complete rows (or one half when there are too few)."""
    seen = np.isfinite(returns)
    x = np.where(seen, returns - np.nanmean(returns, axis=0), 0.0)
    both = seen.T.astype(float) @ seen.astype(float)
    sample = x.T @ x / np.maximum(both, 1.0)
    whole = seen.all(axis=1)
    share = ledoit_wolf(returns[whole])[1] if whole.sum() >= 2 * returns.shape[1] else 0.5
    deviation = np.sqrt(np.diag(sample))
    outer = np.outer(deviation, deviation)
    n = len(deviation)
    mean_correlation = ((sample / outer).sum() - n) / max(n * (n - 1), 1)
    target = mean_correlation * outer
    np.fill_diagonal(target, np.diag(sample))
    return share * target + (1.0 - share) * sample, share


def nearest_psd(matrix: Array, *, floor: float = 1e-8) -> tuple[Array, float]:
    """Lift eigenvalues below `floor` times their mean, keep the diagonal. Gives (matrix, relative change)."""
    symmetric = (matrix + matrix.T) / 2
    values, vectors = np.linalg.eigh(symmetric)
    least = floor * float(values.mean())
    if values[0] >= least or values.mean() <= 0:
        return symmetric, 0.0
    lifted = (vectors * np.maximum(values, least)) @ vectors.T
    scale = np.sqrt(np.diag(symmetric) / np.diag(lifted))
    lifted = lifted * np.outer(scale, scale)
    change = float(np.linalg.norm(lifted - symmetric) / np.linalg.norm(symmetric))
    return lifted, change
