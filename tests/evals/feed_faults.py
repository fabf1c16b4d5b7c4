"""How well the gate tells faults from news: `python -m tests.evals.feed_faults TABLE... [--seed N] [--every N]`.

Each table (date and one column per asset) is copied with one kind of fault at known places, and cleaned beside the
original. Per kind: recall (faults that did no harm), precision (changed prices that were faults), and `off`, prices
away from the faults that came out different. Crashes are put in too and must stay; splits are never to be told as one.
"""

import argparse
import csv
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.evals.common import show
from tests.evals.feed import table
from tests.evals.feed_rows import below_zero, splits
from tools.domain.market import Array
from tools.ticks import REASONS, Cleaned, clean

Mask = npt.NDArray[np.bool_]
Place = Callable[[Array, int, np.random.Generator], slice]
SPLITS = (1.5, 2, 3, 4, 5, 7, 10, 20, 25, 50)
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Dirty:
    """A faulty copy: prices, where they are wrong, and what a cleaner should make of them (NaN: removed or right)."""

    prices: Array
    wrong: Mask


def single(change: Callable[[float, np.random.Generator], float]) -> Place:
    """A fault of one price."""

    def put(x: Array, t: int, rng: np.random.Generator) -> slice:
        x[t] = change(float(x[t]), rng)
        return slice(t, t + 1)

    return put


def _stale(x: Array, t: int, rng: np.random.Generator) -> slice:
    end = min(len(x), t + int(rng.integers(8, 20)))
    x[t:end] = x[t - 1]
    return slice(t, end)


def _block(factor: float) -> Place:
    """Another unit for some weeks, and back."""

    def put(x: Array, t: int, rng: np.random.Generator) -> slice:
        end = min(len(x), t + int(rng.integers(10, 40)))
        x[t:end] *= factor
        return slice(t, end)

    return put


def _split(reverse: bool) -> Place:
    def put(x: Array, t: int, rng: np.random.Generator) -> slice:
        ratio = float(rng.choice(SPLITS))
        x[t:] *= ratio if reverse else 1.0 / ratio
        return slice(t, len(x))

    return put


def _dividend(x: Array, t: int, rng: np.random.Generator) -> slice:
    x[t:] *= 1.0 - float(rng.uniform(0.005, 0.05))
    return slice(0, 0)  # a small real change of the series: nothing may be refused


def _crash(low: float, high: float, wild: float) -> Place:
    """A fall that stays, with days after it that are so many times wilder than they were, fading over two weeks."""

    def put(x: Array, t: int, rng: np.random.Generator) -> slice:
        end = min(len(x), t + 10)
        steps = np.diff(np.log(x[t:end]), prepend=np.log(x[t])) * (1.0 + (wild - 1.0) * 0.9 ** np.arange(end - t))
        last = x[end - 1]
        x[t:end] = x[t] * np.exp(np.cumsum(steps))
        x[end:] *= x[end - 1] / last
        x[t:] *= 1.0 - float(rng.uniform(low, high))
        return slice(0, 0)

    return put


FAULTS: Mapping[str, Place] = {
    "nan": single(lambda p, r: float("nan")),
    "inf": single(lambda p, r: float("inf")),
    "zero": single(lambda p, r: 0.0),
    "negative": single(lambda p, r: -p),
    "spike_30": single(lambda p, r: p * float(r.choice([1.3, 0.7]))),
    "spike_double": single(lambda p, r: p * float(r.choice([2.0, 0.5]))),
    "tenfold": single(lambda p, r: p * float(r.choice([10.0, 0.1]))),
    "unit_100": single(lambda p, r: p * float(r.choice([100.0, 0.01]))),
    "unit_1000": single(lambda p, r: p * float(r.choice([1000.0, 0.001]))),
    "unit_block_100": _block(100.0),
    "unit_block_1000": _block(0.001),
    "stale": _stale,
    "split": _split(False),
    "reverse_split": _split(True),
}
REAL: Mapping[str, Place] = {
    "dividend": _dividend,
    "crash_20": _crash(0.15, 0.3, 1.0),
    "crash_50": _crash(0.4, 0.62, 3.0),
    "crash_50_then_calm": _crash(0.4, 0.62, 1.0),
}


def judged(values: Array, names: Sequence[str]) -> Cleaned:
    """The gate as `tests.evals.feed` uses it on a table."""
    return clean(values, signed=[below_zero(n) for n in names], splits=[splits(n) for n in names])


def measured(values: Array, names: Sequence[str], kind: str, seed: int, every: int) -> dict[str, float]:
    """One kind of fault in every asset of a table, about one in `every` prices (one a column for those that last)."""
    rng = np.random.default_rng([seed, sum(map(ord, kind))])
    put, dirty = {**FAULTS, **REAL}[kind], values.copy()
    wrong, moments = np.zeros(values.shape, dtype=np.bool_), []
    lasting = kind in REAL or "split" in kind or "block" in kind or kind == "stale"
    for k in range(values.shape[1]):
        known = np.flatnonzero(values[:, k] > 0)
        if len(known) < 60 or ("split" in kind and not splits(names[k])):
            continue
        line = dirty[known, k]
        count = 1 if lasting else max(1, len(known) // every)
        for t in rng.choice(np.arange(30, len(known) - 8), min(count, len(known) - 38), replace=False).tolist():
            wrong[known[put(line, t, rng)], k] = True
            moments.append((int(known[t]), k))
        dirty[known, k] = line
    plain, ours = judged(values, names), judged(dirty, names)
    return _real(dirty, ours, moments) if kind in REAL else _faults(plain, ours, wrong, moments)


def _real(dirty: Array, ours: Cleaned, moments: Sequence[tuple[int, int]]) -> dict[str, float]:
    kept = [np.isfinite(ours.values[t, k]) and ours.factors[t, k] == ours.factors[t - 1, k] for t, k in moments]
    after = [bool(np.isfinite(ours.values[t : t + 5, k]).any()) for t, k in moments]
    return {"n": float(len(moments)), "kept": float(np.mean(kept)), "missed": float(np.sum(~np.array(kept))),
            "alive": float(np.mean(after))}  # fmt: skip


def _faults(plain: Cleaned, ours: Cleaned, wrong: Mask, moments: Sequence[tuple[int, int]]) -> dict[str, float]:
    def different(cells: Mask) -> Mask:
        return np.asarray(np.abs(ours.values / plain.values - 1.0) > _SAME) & cells

    believed = np.isfinite(plain.values)
    harm = different(wrong & believed)
    lost = ~wrong & believed & ~np.isfinite(ours.values)
    off = different(~wrong & believed) | lost
    alarms = sum(REASONS[int(ours.codes[t, k])] == "shock" for t, k in moments)
    touched = int((wrong & believed).sum() - harm.sum())
    return {
        "n": float(len(moments)),
        "recall": 1.0 - harm[wrong & believed].mean() if (wrong & believed).any() else 1.0,
        "precision": touched / max(1, touched + int(off.sum())),
        "off": float(off.sum()),
        "false_crash": float(alarms),
    }


def read(path: Path) -> tuple[list[str], Array]:
    """Asset names and prices of a table, wide or long (date, ticker, close), shape (T, n)."""
    with gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as f:
        head = [c.strip().lower() for c in next(csv.reader(f))]
        if {"date", "ticker", "close"} <= set(head):
            body = [dict(zip(head, line, strict=True)) for line in csv.reader(f)]
            days, names = sorted({r["date"] for r in body}), sorted({r["ticker"] for r in body})
            at, column = {d: i for i, d in enumerate(days)}, {n: i for i, n in enumerate(names)}
            values = np.full((len(days), len(names)), np.nan)
            for r in body:
                values[at[r["date"]], column[r["ticker"]]] = float(r["close"] or "nan")
            return names, values
    _, names, cells = table(path)
    return names, np.array([[float(c) if c.strip() else np.nan for c in line] for line in cells])


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line per table and kind of fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=250)
    chosen = parser.parse_args(argv)
    found: dict[str, list[dict[str, float]]] = {}
    for path in chosen.tables:
        names, values = read(path)
        values = np.where((values > 0) | np.array([below_zero(n) for n in names]), values, np.nan)
        values = values[np.isfinite(values).any(axis=1)]
        for kind in (*FAULTS, *REAL):
            found.setdefault(kind, []).append(measured(values, names, kind, chosen.seed, chosen.every))
    show({kind: _together(rows) for kind, rows in found.items()})
    return 0


def _together(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total = sum(r["n"] for r in rows)
    sums = ("n", "off", "false_crash", "missed")
    return {
        key: sum(r[key] for r in rows) if key in sums else sum(r[key] * r["n"] for r in rows) / total
        for key in rows[0]
        if total
    }


if __name__ == "__main__":
    raise SystemExit(main())
