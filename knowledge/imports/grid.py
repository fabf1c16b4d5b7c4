"""Text -> records with the physical line each one starts on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from knowledge.imports.text import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from tools.errors import BadInput

DELIMITERS = (",", ";", "\t", "|")

_SECTIONED = ("Statement", "Header")
_SECTIONS = ("Transaction History", "Trades")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file, cells stripped of spaces. `line` counts from 1."""

    line: int
    cells: tuple[str, ...]


def records(text: str, delimiter: str, limit: int | None = None) -> list[Record]:
    """Records that hold anything; the first `limit` of them.

    Raises:
        BadInput: `too_many_columns`, `cell_too_long`, `too_many_rows`, `broken_quotes`; the name is the line.
    """
    found: list[Record] = []
    for record in islice(_read(text, delimiter), limit):
        if len(record.cells) > MAX_COLUMNS:
            raise BadInput("too_many_columns", str(record.line))
        if any(len(c) > MAX_CELL for c in record.cells):
            raise BadInput("cell_too_long", str(record.line))
        if len(found) > MAX_ROWS + 200:
            raise BadInput("too_many_rows")
        found.append(record)
    return found


def _read(text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadInput("cell_too_long" if "field larger" in str(error) else "broken_quotes", str(line)) from error
        if cells is None:
            return
        stripped = tuple(c.replace("\u00a0", " ").strip(" ") for c in cells)
        if any(stripped):
            yield Record(line, stripped)
        line = reader.line_num + 1


def sectioned(text: str) -> bool:
    """Is this a statement of many tables?"""
    return text.startswith(",".join(_SECTIONED))


def sections(found: list[Record]) -> tuple[list[Record], dict[str, str]]:
    """Interactive Brokers' statements hold many tables in one file, each line led by its table's name.

    Returns:
        The header and rows of the table of trades, and what the statement says for all rows (`currency`); or the
        records as they are, when this is no such file.
    """
    if not found or found[0].cells[:2] != _SECTIONED:
        return found, {}
    given = {r.cells[2]: r.cells[3] for r in found if r.cells[:2] == ("Summary", "Data") and len(r.cells) > 3}
    said = {"currency": given["Base Currency"]} if "Base Currency" in given else {}
    for name in _SECTIONS:
        rows = [r for r in found if r.cells[0] == name and len(r.cells) > 2]
        if rows:
            return [Record(r.line, tuple(c if c != "-" else "" for c in r.cells[2:])) for r in rows], said
    return found, {}
