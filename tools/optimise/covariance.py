"""Covariances in two shapes, dense and factored, behind one small set of operations."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas, lapack

from tools.errors import DataMissing
from tools.optimise.limits import Array, Index


@dataclass(frozen=True, slots=True)
class FactorCovariance:
    """Σ = B F Bᵀ + diag(d), never formed: B loadings (n, k), F factor covariance (k, k) or variances (k,), d (n,)."""

    loadings: Array
    factors: Array
    specific: Array


Covariance = Array | FactorCovariance
MANY = 200  # assets from which a full check of definiteness would dominate the fast path
VANISHING = 1e6  # 1 / smallest diagonal, of a covariance whose mean is 1, from which Woodbury needs a second look
Product = Callable[[Array], Array]


class Dense:
    """A positive semi-definite matrix held as such."""

    def __init__(self, matrix: Array) -> None:
        self.matrix = matrix
        self.diagonal: Array = matrix.diagonal().copy()  # read once: its entries lie far apart

    def times(self, x: Array) -> Array:
        """Σ x."""
        return self.matrix @ x

    def block(self, rows: Index) -> Array:
        """The square block on `rows`."""
        block: Array = self.matrix[rows[:, None], rows]
        return block

    def window(self, rows: Index) -> tuple[Array, Product]:
        """The square block on `rows`, and x -> Σ x for an x given on `rows`, zero elsewhere; reads no more."""
        if len(rows) > len(self.matrix) // 4:
            return self.block(rows), lambda x: self.times(spread(len(self.matrix), rows, x))
        part = self.matrix[rows]  # along memory, as the columns they equal are not
        return part[:, rows], lambda x: x @ part

    def take(self, rows: Index) -> "Dense":
        """The same covariance for fewer assets."""
        return Dense(self.block(rows))

    def over(self, size: float) -> "Dense":
        """Σ / size."""
        return Dense(self.matrix / size)

    def solver(self, added: Array) -> Product:
        """A function r -> (Σ + diag(added))⁻¹ r, factorised once."""
        shifted = np.array(self.matrix.T, order="F")  # symmetric: a copy along memory
        shifted.ravel("K")[:: len(added) + 1] += added
        factor, bad = lapack.dpotrf(shifted, lower=1, overwrite_a=1, clean=0)
        if bad:
            raise np.linalg.LinAlgError("not positive definite")

        def solve(r: Array) -> Array:
            x: Array = lapack.dpotrs(factor, r, lower=1)[0]
            return x

        return solve


class Factored:
    """U Uᵀ + diag(d): everything costs O(n k²) through Woodbury's identity."""

    def __init__(self, root: Array, specific: Array) -> None:
        self.root = root
        self.specific = specific
        self.diagonal: Array = np.einsum("ij,ij->i", root, root) + specific

    def times(self, x: Array) -> Array:
        """Σ x."""
        return self.root @ (self.root.T @ x) + self.specific * x

    def block(self, rows: Index) -> Array:
        """The square block on `rows`."""
        part = self.root[rows]
        dense = part @ part.T
        dense.ravel()[:: len(rows) + 1] += self.specific[rows]
        return dense

    def window(self, rows: Index) -> tuple[Array, Product]:
        """The square block on `rows`, and x -> Σ x for an x given on `rows` and zero elsewhere."""
        return self.block(rows), lambda x: self.times(spread(len(self.specific), rows, x))

    def take(self, rows: Index) -> "Factored":
        """The same covariance for fewer assets."""
        return Factored(self.root[rows], self.specific[rows])

    def over(self, size: float) -> "Factored":
        """Σ / size."""
        return Factored(self.root / np.sqrt(size), self.specific / size)

    def solver(self, added: Array) -> Product:
        """A function r -> (Σ + diag(added))⁻¹ r, factorised once."""
        total = self.specific + added
        inverse = 1.0 / total
        scaled = self.root * inverse[:, None]
        inner = self.root.T @ scaled
        inner.ravel()[:: len(inner) + 1] += 1.0
        factor, bad = lapack.dpotrf(inner, lower=1)
        if bad:
            raise np.linalg.LinAlgError("not positive definite")

        def once(r: Array) -> Array:
            plain: Array = inverse * r if r.ndim == 1 else inverse[:, None] * r
            plain -= scaled @ lapack.dpotrs(factor, scaled.T @ r, lower=1)[0]
            return plain

        def twice(r: Array) -> Array:
            x = once(r)
            return x + once(r - self.root @ (self.root.T @ x) - (total * x.T).T)

        # Where the diagonal almost vanishes the identity takes large numbers from large ones: what was lost is added.
        return twice if inverse.max(initial=0.0) > VANISHING else once


Quadratic = Dense | Factored


def spread(n: int, rows: Index, values: Array) -> Array:
    """`values` at `rows` and zero elsewhere, shape (n,)."""
    out = np.zeros(n)
    out[rows] = values
    return out


def prepare(cov: Covariance, n: int, *, quick: bool = False) -> tuple[Quadratic, float, tuple[str, ...]]:
    """Check a covariance, repair it if needed, and bring it to mean diagonal 1.

    Args:
        cov: Shape (n, n) or factored, any scale.
        n: Number of assets expected.
        quick: A large matrix in which a few products find nothing wrong is handed back as it is, with scale 1, instead
            of being factorised. It finds what matters; the caller's certificate is checked in any case.

    Returns:
        The scaled quadratic form, the scale it was divided by (1 if it is all zero), and notes.

    Raises:
        DataMissing: An entry is not finite; `names` are the positions of the assets concerned.
    """
    if isinstance(cov, FactorCovariance):
        return _prepare_factors(cov)
    if cov.shape != (n, n):
        raise ValueError("covariance has the wrong shape")
    if quick and n > MANY and _in_order(form := Dense(cov)):
        return form, 1.0, ()
    finite = np.isfinite(cov)
    if not finite.all():
        raise DataMissing("covariance_not_finite", *map(str, _culprits(~finite)))
    scale = float(np.trace(cov)) / n or 1.0
    symmetric = (cov + cov.T) * (0.5 / scale)
    matrix, size = nearest_psd(symmetric)
    return Dense(matrix), scale, (f"psd_repaired:{size:.1e}",) if size else ()


def _in_order(form: Dense, steps: int = 10) -> bool:
    """Whether a few products show a matrix finite, symmetric and without an isolated negative eigenvalue.

    Large matrices cost by the number of times they are read, so each step of Lanczos reads one triangle only, in turns:
    its recurrence, in which a step finds the length of the one before, breaks where the triangles disagree. Variances
    are made equal on the way, because their spread would hide a small eigenvalue.
    """
    triangle, n = form.matrix.T, len(form.matrix)
    v: Array = np.cos(np.arange(n, dtype=np.float64))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        shrink = 1.0 / np.sqrt(np.maximum(form.diagonal, 1e-12 * form.diagonal.mean()))
        basis, tridiagonal, length = np.empty((steps, n)), np.zeros((steps, steps)), float(v @ v) ** 0.5
        for k in range(steps):
            basis[k] = v / length
            v = shrink * blas.dsymv(1.0, triangle, shrink * basis[k], lower=k % 2)
            along = basis[: k + 1] @ v
            if k and not abs(float(along[k - 1]) - length) <= 1e-13 * n:  # also where something is not a number
                return False
            v -= along @ basis[: k + 1]
            length = float(v @ v) ** 0.5
            tridiagonal[k, k] = along[k]
            if length < 1e-12 or k + 1 == steps:
                break
            tridiagonal[k, k + 1] = tridiagonal[k + 1, k] = length
    both_read = k > 0
    return both_read and float(np.linalg.eigvalsh(tridiagonal[: k + 1, : k + 1])[0]) > -1e-10


def _prepare_factors(cov: FactorCovariance) -> tuple[Quadratic, float, tuple[str, ...]]:
    parts = (cov.loadings, cov.factors, cov.specific)
    if not all(np.isfinite(part).all() for part in parts):
        bad = ~np.isfinite(cov.loadings).all(axis=1) | ~np.isfinite(cov.specific)
        raise DataMissing("covariance_not_finite", *map(str, np.flatnonzero(bad)))
    factors, size = nearest_psd(np.diag(cov.factors) if cov.factors.ndim == 1 else cov.factors)
    values, vectors = np.linalg.eigh(factors)
    specific = np.maximum(cov.specific, 0.0)
    form = Factored(cov.loadings @ (vectors * np.sqrt(np.maximum(values, 0.0))), specific)
    scale = float(form.diagonal.mean()) or 1.0
    repaired = max(size, float((specific - cov.specific).max()) / scale)
    notes = (f"psd_repaired:{repaired:.1e}",) if repaired > 0 else ()
    return Factored(form.root / np.sqrt(scale), specific / scale), scale, notes


def nearest_psd(matrix: Array) -> tuple[Array, float]:
    """The nearest positive semi-definite matrix in the Frobenius norm, and how far away it is (0 if it was one).

    Eigenvalues below zero by less than rounding error are not called a repair. Source: Higham (1988).
    """
    size = float(np.abs(matrix).max(initial=0.0))
    slack = 1e-13 * len(matrix) * size
    shifted = np.array(matrix.T, order="F")
    shifted.ravel("K")[:: len(matrix) + 1] += slack
    if not size or not lapack.dpotrf(shifted, lower=1, overwrite_a=1, clean=0)[1]:
        return matrix, 0.0
    values, vectors = np.linalg.eigh(matrix)
    repaired = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return (repaired + repaired.T) / 2, float(np.linalg.norm(np.minimum(values, 0.0)))


def _culprits(bad: np.ndarray) -> list[int]:
    """Assets to blame for non-finite entries: fewest that cover them all, worst first."""
    left, names = bad | bad.T, []
    while left.any():
        worst = int(left.sum(axis=1).argmax())
        names.append(worst)
        left[worst] = left[:, worst] = False
    return sorted(names)
