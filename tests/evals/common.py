"""What every eval shares: reading labelled files, writing predictions, counting facts of a conversation's state."""

import argparse
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line of an eval says."""

    file: Path
    model: str
    fixture: Path | None
    out: Path | None
    labels: tuple[str, ...]


def options(name: str, argv: Sequence[str] | None = None) -> Options:
    """`python -m tests.evals.NAME FILE [--model SPEC] [--fixture FILE] [--out PREDICTIONS.jsonl] [--labels a,b]`."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.evals.{name}")
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--fixture", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--labels", default="")
    found = parser.parse_args(argv)
    labels = tuple(x for x in found.labels.split(",") if x)
    return Options(found.file, found.model, found.fixture, found.out, labels)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file, plain or gzipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def write(path: Path | None, predictions: Iterable[Row]) -> None:
    """One JSON object a row."""
    if path is not None:
        text = "".join(json.dumps(p, ensure_ascii=False, default=str) + "\n" for p in predictions)
        path.write_text(text, encoding="utf-8")


def facts(state: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """A conversation's state as a set of facts: one per exclusion, limit, goal field, view, alert …"""
    found: set[tuple[str, ...]] = set()
    for key, value in state.items():
        if isinstance(value, list):
            found |= {(key, *_flat(item)) for item in value}
        elif isinstance(value, Mapping):
            for name, inner in value.items():
                if isinstance(inner, Mapping):
                    found |= {(key, name, field, _text(v)) for field, v in inner.items() if v is not None}
                elif inner is not None:
                    found.add((key, name, _text(inner)))
        elif value not in (None, ""):
            found.add((key, _text(value)))
    return found


def _flat(item: Any) -> tuple[str, ...]:
    if isinstance(item, Mapping):
        return tuple(f"{k}={_text(v)}" for k, v in sorted(item.items()) if v is not None)
    return (_text(item),)


def _text(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.3g}"
    return str(value).strip().lower()


def by_group(results: Iterable[tuple[Sequence[str], Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Means of each figure over all rows and over each group a row belongs to, with the count as `n`."""
    sums: dict[str, dict[str, float]] = {}
    for groups, figures in results:
        for group in ("all", *groups):
            total = sums.setdefault(group, {"n": 0.0})
            total["n"] += 1
            for name, value in figures.items():
                total[name] = total.get(name, 0.0) + value
    return {g: {k: v if k == "n" else v / t["n"] for k, v in t.items()} for g, t in sorted(sums.items())}


def show(table: Mapping[str, Mapping[str, float]]) -> None:
    """Print a table of figures, a line per group."""
    for group, figures in table.items():
        cells = (f"{k}={v:.0f}" if k == "n" else f"{k}={v:.3f}" for k, v in figures.items())
        print(f"{group:<16}", "  ".join(cells))
