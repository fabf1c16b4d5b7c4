"""Days on which releases are due, as their publishers announced them: a small table that needs no key and no network.

Every row names who published it and when. A schedule says when, never what: figures come from the sources. When the
table has run out nothing is due any more, until somebody adds the next year's rows.
"""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from knowledge import tables
from tools.releases import Release


@cache
def scheduled() -> tuple[Release, ...]:
    """All releases of the table, soonest first, without figures."""
    rows = tables.rows("scheduled_releases.csv")
    return tuple(sorted((Release(_at(row), row["event"], None) for row in rows), key=lambda r: r.at))


def _at(row: dict[str, str]) -> datetime:
    """The instant of a row, UTC: a time of day in the zone of its publisher, summer time included."""
    local = datetime.fromisoformat(f"{row['day']}T{row['time']}").replace(tzinfo=ZoneInfo(row["zone"]))
    return local.astimezone(UTC)
