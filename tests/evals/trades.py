"""Brokers' files through the import door of a fresh real-data home: what was accepted, refused, asked and written."""

import base64
import io
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from agent.work import current
from knowledge.imports import Ask, ImportReport, csv_safe
from knowledge.imports.safe import FORMULA
from tests.evals.common import Row, options, rows, write
from tools.domain.events import Approved, Executed
from tools.domain.investor import Statement
from tools.errors import AdvisorError

NOW = "2026-03-31T00:00:00+00:00"
HEADER = "date,symbol,side,quantity,price,currency"
LINE = "2026-02-03,MSFT,BUY,2,410,USD"


def content(row: Row) -> bytes:
    """The bytes of a row's file; big ones are made here."""
    if "text" in row:
        return str(row["text"]).encode()
    if "b64" in row:
        return base64.b64decode(row["b64"])
    return generated(row["generate"])


def generated(how: Mapping[str, Any]) -> bytes:
    """A file by its recipe: many rows, one long run of bytes, many columns, one long field, a zip of zeros."""
    if "rows" in how:
        return (f"{how.get('header', HEADER)}\n" + f"{how['row']}\n" * int(how["rows"])).encode()
    if "bytes" in how:
        end = b"\n" if how.get("newline") else b""
        return b"a" * (int(how["bytes"]) - len(end)) + end
    if "columns" in how:
        more = int(how["columns"]) - HEADER.count(",") - 1
        head = HEADER + "".join(f",c{i}" for i in range(more))
        return f"{head}\n{LINE}{',' * max(more, 0)}\n".encode()
    if "field_bytes" in how:
        return f"{HEADER},note\n{LINE},{'x' * int(how['field_bytes'])}\n".encode()
    if "zip_of_zeros_mb" in how:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("trades.csv", "w") as inside:
            for _ in range(int(how["zip_of_zeros_mb"])):
                inside.write(bytes(1_000_000))
        return packed.getvalue()
    raise SystemExit(f"cannot generate {sorted(how)}")


@dataclass(frozen=True, slots=True)
class Result:
    """One import: what the person would see, and whether the ledger took it."""

    outcome: str
    report: ImportReport | None
    reason: str = ""


def bring(session: Session, name: str, data: bytes, *, complete: bool) -> Result:
    """Preview and, when nothing is refused, commit."""
    found = session.preview_trades(name, data, complete=complete)
    if isinstance(found, Ask):
        return Result("ask", None, found.code)
    try:
        session.commit_import(found.import_id)
    except AdvisorError as error:
        return Result("reject", found, error.code)
    return Result("accept", found)


def positions(desk: Desk, investor: str) -> dict[str, str]:
    """Symbol as in the file -> units held, in plain digits."""
    state = current(desk, investor)
    keys = {symbol: asset for body in state.imports for symbol, asset in body.assets.items()}
    return {s: f"{u.normalize():f}" for s, a in keys.items() if (u := state.book.units(a)) != Decimal(0)}


def predicted(row: Row, every: Mapping[str, Row]) -> dict[str, Any]:
    """The output row: the file imported as often as it says, after the row it names."""
    expect = row.get("expect", {})
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "market").mkdir()
        settings = Settings(home=root / "home", market=f"files:{root / 'market'}", now=NOW, currency="USD", tz="UTC")
        with open_desk(settings) as desk:
            session = Session(desk, investor="eval", lang="en")
            first = every.get(expect.get("after", ""))
            if first is not None:
                bring(session, str(first.get("id")), content(first), complete=False)
            data = content(row)
            before = _trades(desk)
            begun = time.perf_counter()
            name = str(expect.get("filename") or row.get("filename") or row["id"])
            for _ in range(int(expect.get("times", 1))):
                result = bring(session, name, data, complete=row.get("history") == "complete")
            seconds = time.perf_counter() - begun
            return {"id": row["id"]} | _told(result, data) | _written(desk, root, before, result, seconds)


def _trades(desk: Desk) -> int:
    return sum(len(body.trades) for body in current(desk, "eval").imports)


def _told(result: Result, data: bytes) -> dict[str, Any]:
    report, accepted = result.report, result.outcome == "accept"
    return {
        "outcome": result.outcome,
        "reason": result.reason,
        "format": report.format if report else None,
        "rows": len(report.all_rows) if report and accepted else 0,
        "skipped": len(report.skipped) if report else 0,
        "kinds": dict(Counter(s.kind for s in report.skipped)) if report else {},
        "refused": [{"line": r.line, "reason": r.reason} for r in report.refused] if report else [],
        "first": str(report.first) if report and report.first else None,
        "last": str(report.last) if report and report.last else None,
        "export_escaped": all(not csv_safe(c).startswith(FORMULA) for c in _cells(data)),
    }


def _cells(data: bytes) -> Iterator[str]:
    """Every cell of the file, roughly cut: what an export might have to write."""
    for line in data[:200_000].decode("utf-8", errors="replace").splitlines():
        yield from line.split(",")


def _written(desk: Desk, root: Path, before: int, result: Result, seconds: float) -> dict[str, Any]:
    """What the ledger and the disk hold afterwards."""
    bodies = [e.body for e in desk.ledger.read("eval")]
    new = _trades(desk) - before
    kept = len(result.report.rows) if result.report and result.outcome == "accept" else 0
    outside = [p for p in root.rglob("*") if p.is_file() and root / "home" not in p.parents]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {
        "position": positions(desk, "eval"),
        "partial_commit": 0 < new < kept or (result.outcome != "accept" and new > 0),
        "memory_writes": sum(isinstance(b, Statement) for b in bodies),
        "approvals": sum(isinstance(b, Approved | Executed) for b in bodies),
        "written_outside": bool(outside),
        "seconds": round(seconds, 3),
        "rss_mb": round(peak, 1),
    }


def agrees(expect: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Each gold key against the prediction."""
    marks: dict[str, float] = {}
    for key, gold in expect.items():
        if key == "outcome":
            marks[key] = float(found["outcome"] in str(gold).split("_or_"))
        elif key == "max_seconds":
            marks[key] = float(found["seconds"] <= gold)
        elif key == "max_rss_mb":
            marks[key] = float(found["rss_mb"] <= gold)
        elif key in found:
            marks[key] = float(found[key] == gold)
    return marks


def folder(path: Path) -> Iterator[dict[str, Any]]:
    """A row per broker file, without gold."""
    for file in sorted(p for p in path.iterdir() if p.is_file()):
        yield {"id": file.name, "b64": base64.b64encode(file.read_bytes()).decode()}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the eval and print what agreed, and for a folder what each file came to."""
    chosen = options("trades", argv)
    given = list(folder(chosen.file)) if chosen.file.is_dir() else rows(chosen.file)
    every = {str(r["id"]): r for r in given}
    found = [predicted(row, every) for row in given]
    write(chosen.out, found)
    if chosen.file.is_dir():
        for f in found:
            refused = ", ".join(f"{r['line']}:{r['reason']}" for r in f["refused"])
            counts = f"{f['outcome']:<7} rows={f['rows']} skipped={f['skipped']}"
            print(f"{f['id'][:48]:<48} {f['format']!s:<15} {counts} {refused}")
        return
    tally: dict[str, list[float]] = {}
    for row, f in zip(given, found, strict=True):
        marks = agrees(row.get("expect", {}), f)
        for key, ok in marks.items():
            tally.setdefault(key, []).append(ok)
        if not all(marks.values()):
            print(
                row["id"], row.get("name"), "wrong:", {k: f.get(k) for k, ok in marks.items() if not ok}, f["refused"]
            )
    for key, oks in tally.items():
        print(f"{key:<16} {sum(oks):.0f} of {len(oks)}")


if __name__ == "__main__":
    main()
