"""Prices -> cleaned returns -> covariance.

Returns are weekly: markets on three continents close at different hours, so daily returns of Seoul and New York look
less related than they are. A missing close stays missing: no return is ever forward-filled.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array, Days
from tools.errors import DataMissing

WEEKS_A_YEAR = 52.1775
"""365.2425 / 7: turns weekly variances and means into yearly ones."""


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
    levels = np.full((count, closes.shape[1]), np.nan)
    for week in range(count):
        span = closes[age == week]
        for row in span:  # later days overwrite earlier ones; a missing day keeps what the week already has
            seen = np.isfinite(row)
            levels[count - 1 - week, seen] = row[seen]
    with np.errstate(invalid="ignore", divide="ignore"):
        change = levels[1:] / levels[:-1] - 1.0
    return np.where(np.isfinite(change), change, np.nan)


def covariance(returns: Array, names: tuple[str, ...], *, periods: float = WEEKS_A_YEAR) -> Covariance:
    """Ledoit–Wolf covariance towards constant correlation, from returns that may have gaps, made yearly.

    Rows with gaps are left out while that costs less than a tenth of them; otherwise each pair uses the rows both have,
    and the result is moved to the nearest positive semi-definite matrix (the size of that move is reported).

    Args:
        returns: Shape (T, n), NaN for missing.
        names: Asset names for errors, length n.
        periods: Periods in a year.
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
    if whole.mean() >= 0.9:
        shrunk, share = ledoit_wolf(sample[whole])
    else:
        shrunk, share = _with_gaps(sample)
        shrunk, repaired = nearest_psd(shrunk)
    matrix[np.ix_(risky, risky)] = shrunk * periods
    return Covariance(matrix, share, repaired)


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

    squares = x**2
    pi_each = squares.T @ squares / count - sample**2
    pi = pi_each.sum()
    # ρ: asymptotic covariance between the target and the sample; theta[i, j] = AsyCov(s_ii, s_ij)
    theta = (x**3).T @ x / count - np.diag(sample)[:, None] * sample
    ratio = np.outer(1.0 / deviation, deviation)  # sqrt(s_jj / s_ii)
    off = ratio * theta
    np.fill_diagonal(off, 0.0)
    rho = np.trace(pi_each) + mean_correlation * off.sum()
    gamma = ((target - sample) ** 2).sum()
    share = 0.0 if gamma <= 0 else float(np.clip((pi - rho) / gamma / count, 0.0, 1.0))
    return share * target + (1.0 - share) * sample, share


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


def mean_return(returns: Array, *, periods: float = WEEKS_A_YEAR) -> npt.NDArray[np.float64]:
    """Yearly sample mean per asset, shape (n,). For showing and scoring; never the expected return of a decision."""
    return np.asarray(np.nanmean(returns, axis=0) * periods)
