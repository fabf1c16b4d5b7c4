"""The record for other machines: exported, and compared with a broker's statement."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from ui.labels import label

if TYPE_CHECKING:
    from agent.wiring import Desk
    from tools.domain.value import Lang


def export(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Print everything about one investor, or the trail of their decisions."""
    from agent.session import Session

    session = Session(desk, investor=investor, lang=lang)
    if options.trail == "csv":
        sys.stdout.write(session.trail_csv())
        return 0
    document = session.trail() if options.trail else session.export()
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1), flush=True)
    return 0


def reconcile(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Compare the record with a statement; ends with 1 where they differ, 2 where it cannot be read."""
    from agent.session import Session

    try:
        data = options.file.read_bytes()
    except OSError as error:
        print(f"{options.file}: {error.strerror}", file=sys.stderr)
        return 2
    found = Session(desk, investor=investor, lang=lang).reconcile(data)
    for d in found.differences:
        day, ours, theirs = (str(x) if x is not None else "-" for x in (d.day, d.ours, d.theirs))
        what = label(f"differs_{d.what}", lang)
        print(label("reconcile_bad", lang, asset=d.asset, day=day, side=d.side, what=what, ours=ours, theirs=theirs))
    print(label("reconcile_sum", lang, rows=found.rows, differences=len(found.differences)), flush=True)
    return 1 if found.differences else 0
