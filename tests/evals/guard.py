"""What the guard would say of falls in a folder: `python -m tests.evals.guard FOLDER [--out PREDICTIONS.jsonl]`.

The folder's `points.csv` (asset, date) names the days. Whether the combined chance is shown rests on the record of all
assets of the folder up to that date; where it is not, the investor sees the baseline. With enough prices after a point
its outcome is known, and the Brier skill against the baseline is printed with its interval over falls, and once more
with each fall counting once.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.market.csvs import table
from knowledge.market.files import FilesMarket
from tests.evals.common import options, show, write
from tools.calibration import Brier, Record, brier, may_show, skill
from tools.domain.market import Days
from tools.errors import AdvisorError
from tools.panic import HORIZON, History

Series = dict[str, tuple[Days, History]]


def histories(folder: Path) -> Series:
    """Days and history of every asset with enough closes."""
    source = FilesMarket(folder)
    market = source.at(source.last())
    found: Series = {}
    for k, asset in enumerate(market.universe.assets):
        known = np.isfinite(market.closes[:, k])
        try:
            found[asset.id] = (market.days[known], History(market.closes[known, k], name=asset.id))
        except AdvisorError:
            continue  # too short, or no asset with a price of its own: there is nothing to say about it
    return found


def predictions(folder: Path, series: Series) -> list[dict[str, Any]]:
    """One row per point: {id, p_recover, p_fall, baseline, shown}; nulls where nothing can be said."""
    rows = []
    shown: dict[np.datetime64, bool] = {}
    for number, point in enumerate(table(folder, "points.csv", ("asset", "date"))[1]):
        asset, day = point.text("asset"), np.datetime64(point.day("date"))
        row: dict[str, Any] = {"id": str(number), "asset": asset, "date": str(day)}
        at = int(np.searchsorted(series[asset][0], day, side="right")) - 1 if asset in series else -1
        try:
            if at < 0:
                raise KeyError(asset)
            told = series[asset][1].outlook(at)
        except (AdvisorError, KeyError):
            rows.append(row | {"p_recover": None, "p_fall": None, "baseline": None, "shown": False})
            continue
        if day not in shown:
            shown[day] = may_show(_evidence(series, day))
        figures = {"p_recover": told.recover, "p_fall": told.further, "baseline": told.baseline}
        rows.append(row | {n: round(v, 6) for n, v in figures.items()} | {"shown": shown[day]})
    return rows


def outcomes(rows: Sequence[dict[str, Any]], series: Series) -> list[tuple[Record, bool, dict[str, Any]]]:
    """Points whose end lies in the folder: as a record, whether a further tenth was lost first, and the row."""
    found = []
    for row in rows:
        if row["p_recover"] is None:
            continue
        days, history = series[row["asset"]]
        at = int(np.searchsorted(days, np.datetime64(row["date"]), side="right")) - 1
        fate = history.fate(at)
        if fate is not None:
            recovered, further = fate
            fall = (row["asset"], int(history.peak_row[at]))
            found.append((Record(fall, at, row["p_recover"], row["baseline"], recovered), further, row))
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Score one folder."""
    chosen = options("guard", argv)
    series = histories(chosen.file)
    rows = predictions(chosen.file, series)
    known = outcomes(rows, series)
    write(chosen.out, rows)
    if len({r.fall for r, _, _ in known}) >= 2:
        _report(known)
    else:
        print("too few falls with a known end to score")
    return 0


def _evidence(series: Series, day: np.datetime64) -> list[Record]:
    found: list[Record] = []
    for days, history in series.values():
        until = int(np.searchsorted(days, day, side="right")) - 1
        if until > 0:
            found.extend(history.records(until))
    return found


def _report(known: Sequence[tuple[Record, bool, dict[str, Any]]]) -> None:
    records = [r for r, _, _ in known]
    seen = [
        Record(r.fall, r.known, r.forecast if row["shown"] else r.baseline, r.baseline, r.recovered)
        for r, _, row in known
    ]
    happened = np.array([float(r.recovered) for r in records])
    forecasts = np.array([r.forecast for r in records])
    lost = np.array([float(further) for _, further, _ in known])
    parts = {
        "recover": brier(forecasts, happened, bins=10),
        "baseline": brier(np.array([r.baseline for r in records]), happened, bins=10),
        "further": brier(np.array([row["p_fall"] for _, _, row in known]), lost, bins=10),
    }
    for name, of in (("skill", records), ("skill_as_shown", seen)):
        s = skill(of)
        print(
            f"{name:<16} {s.value:+.3f}  90% over falls [{s.low:+.3f}, {s.high:+.3f}]"
            f"  each fall once {s.each:+.3f}  falls={s.falls}  points={len(of)}"
        )
    print(f"shown={np.mean([row['shown'] for _, _, row in known]):.2f}  horizon={HORIZON}")
    show({name: _cells(part, len(known)) for name, part in parts.items()})
    bins = np.minimum((forecasts * 10).astype(int), 9)
    show(
        {
            f"said {k / 10:.1f}-{(k + 1) / 10:.1f}": {
                "n": float((bins == k).sum()),
                "said": float(forecasts[bins == k].mean()),
                "happened": float(happened[bins == k].mean()),
            }
            for k in np.unique(bins)
        }
    )


def _cells(part: Brier, count: int) -> dict[str, float]:
    return {"n": float(count), "brier": part.score, "rel": part.reliability, "res": part.resolution,
            "unc": part.uncertainty}  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
