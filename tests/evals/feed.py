"""Faults of a price source: `python -m tests.evals.feed FILE|FOLDER [--out PREDICTIONS.jsonl]`.

A JSONL row is one faulty series and what must come of it. A CSV (date and one column per asset) or a `files:` folder
gives one row per date and asset with the value as used; each is judged on prices up to it and those of five later rows.
"""

import csv
import gzip
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.market.csvs import decimal_of
from knowledge.market.listing import listing
from tests.evals.common import by_group, options, rows, show, write
from tests.evals.feed_rows import CLOCK, below_zero, judged, splits
from tools.domain.market import Array
from tools.ticks import clean

_WANTED: Mapping[str, frozenset[str]] = {
    "impute": frozenset({"imputed"}),
    "impute_flag": frozenset({"imputed", "flagged"}),
    "flag": frozenset({"flagged"}),
    "drop": frozenset({"dropped"}),
    "reject_tick": frozenset({"rejected_tick"}),
    "reject_quote": frozenset({"rejected_quote"}),
    "shock_alert": frozenset({"alert"}),
    "stale": frozenset({"stale"}),
    "block": frozenset({"blocked"}),
    "tell": frozenset({"told"}),
    "exclude": frozenset({"excluded"}),
}
"""One of these flags is what an outcome asks for."""


def met(outcome: str, flags: Sequence[str]) -> bool:
    """Whether the flags are an expected outcome; `_or_` allows either, an outcome not listed above is its own flag."""
    if outcome.startswith("no_shock") or outcome == "no_alert":
        return "alert" not in flags
    return any(bool(_WANTED.get(part, frozenset({part})) & set(flags)) for part in outcome.split("_or_"))


def figures(row: Mapping[str, Any], prediction: Mapping[str, Any]) -> dict[str, float]:
    """How a prediction compares with what was expected, for those keys that are labelled."""
    expect = row.get("expect", {})
    found: dict[str, float] = {}
    if "outcome" in expect:
        found["outcome"] = float(met(str(expect["outcome"]), prediction["flags"]))
    if "non_finite_downstream" in expect:
        found["finite"] = float(prediction["non_finite_downstream"] == expect["non_finite_downstream"])
    return found


def table(path: Path) -> tuple[list[str], list[str], list[list[str]]]:
    """Days, asset names and cells of a price table, plain or gzipped, in the order of the file."""
    with gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as f:
        lines = [line for line in csv.reader(f) if line]
    head = [cell.strip() for cell in lines[0]]
    day = next((i for i, cell in enumerate(head) if cell.lower() in ("date", "day", "time", "날짜")), 0)
    names = [cell for i, cell in enumerate(head) if i != day]
    cells = [[cell for i, cell in enumerate([*line, *[""] * len(head)][: len(head)]) if i != day] for line in lines[1:]]
    return [line[day].strip() if len(line) > day else "" for line in lines[1:]], names, cells


def cleaned(path: Path) -> list[dict[str, Any]]:
    """One prediction per date and asset of a CSV or a `files:` folder, in the order of the file."""
    file = path
    signed, can_split = below_zero, splits
    if path.is_dir():
        file = next(p for p in (path / "prices.csv", path / "prices.csv.gz") if p.is_file())
        classes = {a.id: a.asset_class for a in listing(path, table(file)[1])[0].assets}
        if any(path.glob("assets.csv*")):
            signed = lambda name: classes.get(name) == "commodity"  # noqa: E731
            can_split = lambda name: classes.get(name, "equity") in ("equity", "bond", "real_estate")  # noqa: E731
    days, names, cells = table(file)
    texts, values = _numbers(cells)
    wrong, order = _in_time(days)
    gate = clean(values[order], signed=[signed(n) for n in names], splits=[can_split(n) for n in names])
    place = {row: t for t, row in enumerate(order)}
    return [
        _line(f"{name}/{day}", wrong[r] or texts[r][k], (gate.values, gate.reason, place.get(r)), k, values[r, k])
        for r, day in enumerate(days)
        for k, name in enumerate(names)
    ]


def _line(name: str, wrong: str, gate: tuple[Array, Any, int | None], k: int, given: float) -> dict[str, Any]:
    values, reason, t = gate
    if wrong or t is None:
        return {"id": name, "value": None, "reason": wrong}
    value = float(values[t, k])
    if np.isnan(value):
        return {"id": name, "value": None, "reason": reason(t, k)}
    return {"id": name, "value": value, "reason": None if value == given else "rescaled"}


def _numbers(cells: Sequence[Sequence[str]]) -> tuple[list[list[str]], Array]:
    """What is wrong with each cell as text, and the prices, shape (T, n), NaN where there is none."""
    values = np.full((len(cells), len(cells[0]) if cells else 0), np.nan)
    wrong = [[""] * values.shape[1] for _ in cells]
    for r, line in enumerate(cells):
        for k, raw in enumerate(line):
            cell = raw.strip()
            plain = decimal_of(cell)
            if plain is not None:
                values[r, k] = float(plain)
            elif cell.lower().lstrip("+-") in ("inf", "infinity"):
                values[r, k] = np.inf
            elif cell.lower() not in ("", "-", "nan", "na", "n/a", "#n/a", "null", "none"):
                wrong[r][k] = "text"
    return wrong, values


def _in_time(days: Sequence[str]) -> tuple[list[str], list[int]]:
    """What is wrong with each row's day (time, future, duplicate), and the good rows in time order."""
    wrong, at = [""] * len(days), {}
    for r, day in enumerate(days):
        try:
            found = datetime.fromisoformat(day)
        except ValueError:
            wrong[r] = "time"
            continue
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if found > CLOCK:
            wrong[r] = "future"
        elif found in at:
            wrong[r] = "duplicate"
        else:
            at[found] = r
    return wrong, [at[t] for t in sorted(at)]


def main(argv: Sequence[str] | None = None) -> int:
    """Score a JSONL file, or clean a table of prices."""
    chosen = options("feed", argv)
    if chosen.file.is_dir() or ".csv" in chosen.file.suffixes:
        found = cleaned(chosen.file)
        reasons = [str(p["reason"] or ("removed" if p["value"] is None else "kept")) for p in found]
        show({name: {"n": float(reasons.count(name))} for name in sorted(set(reasons))})
        write(chosen.out, found)
        return 0
    labelled = rows(chosen.file)
    predictions = [judged(row) for row in labelled]
    show(by_group(((str(r.get("kind", "")),), figures(r, p)) for r, p in zip(labelled, predictions, strict=True)))
    write(chosen.out, predictions)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
