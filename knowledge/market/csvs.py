"""Reading one CSV of a `files:` folder: plain or .gz, with or without a BOM, every complaint with its file and line."""

import csv
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from tools.errors import BadInput

_NUMBER = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][+-]?\d{1,2})?")
_ABSENT = frozenset({"", "-", "nan", "na", "n/a", "#n/a", "null", "none"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by column name, and where it stands for complaints."""

    cells: Mapping[str, str]
    place: str  # "prices.csv:12"

    def text(self, column: str) -> str:
        """A cell that must not be empty. Raises BadInput("cell_empty")."""
        value = self.cells.get(column, "")
        if not value:
            raise BadInput("cell_empty", self.place, column)
        return value

    def number(self, column: str) -> Decimal:
        """A cell as an exact number. Raises BadInput("number_unreadable")."""
        value = decimal_of(self.text(column))
        if value is None:
            raise BadInput("number_unreadable", self.place, column)
        return value

    def optional(self, column: str) -> Decimal | None:
        """A cell as a number, None when it is empty or says that there is none."""
        return None if absent(self.cells.get(column, "")) else self.number(column)

    def instant(self, column: str) -> datetime:
        """A cell as an ISO instant; one without a zone is UTC. Raises BadInput("time_unreadable")."""
        try:
            found = datetime.fromisoformat(self.text(column))
        except ValueError as error:
            raise BadInput("time_unreadable", self.place, column) from error
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def day(self, column: str) -> date:
        """A cell as an ISO date. Raises BadInput("time_unreadable")."""
        return self.instant(column).date()


def absent(cell: str) -> bool:
    """True for an empty cell and the usual ways of writing that there is no number."""
    return cell.lower() in _ABSENT


def decimal_of(cell: str) -> Decimal | None:
    """A finite number in plain digits, None for anything else."""
    return Decimal(cell) if _NUMBER.fullmatch(cell) else None


def exists(folder: Path, name: str) -> bool:
    """True when the table is there, plain or as .gz."""
    return _path(folder, name) is not None


def table(folder: Path, name: str, needs: Sequence[str]) -> tuple[tuple[str, ...], list[Row]]:
    """Header and rows of one table; both empty when the file is missing.

    Args:
        folder: Where the table lies.
        name: File name without .gz, for example `prices.csv`.
        needs: Columns that must be there.
    Raises:
        BadInput: `csv_unreadable` (not UTF-8, not gzip, a cell too long), `csv_columns` (missing or repeated),
            `csv_row` (more or fewer cells than the header); the name says where.
    """
    path = _path(folder, name)
    if path is None:
        return (), []
    lines = _lines(path, name)
    _, first = next(lines, (0, []))
    header = tuple(cell.strip() for cell in first)
    wrong = [c for c in needs if c not in header] + [c for c in set(header) if header.count(c) > 1]
    if wrong:
        raise BadInput("csv_columns", name, *sorted(wrong))
    rows = []
    for number, cells in lines:
        if len(cells) != len(header):
            raise BadInput("csv_row", f"{name}:{number}")
        rows.append(Row(dict(zip(header, (c.strip() for c in cells), strict=True)), f"{name}:{number}"))
    return header, rows


def _path(folder: Path, name: str) -> Path | None:
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def _lines(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells of every line that is not blank."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as data:
            text = (line.decode("utf-8-sig" if i == 0 else "utf-8") for i, line in enumerate(data))
            reader = csv.reader(text, strict=True)
            for cells in reader:
                number = reader.line_num
                if cells:
                    yield number, cells
    except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        raise BadInput("csv_unreadable", f"{name}:{number + 1}") from error
