"""A broker's file -> trades. Read `parse` first: decode, find the header and the format, read the rows, report.

All or nothing is the caller's part: a report with refused rows is shown and cannot be committed as it stands.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.imports.flex import flex_rows, is_flex
from knowledge.imports.formats import DEGIRO, DEGIRO_COLUMNS, FLEX, FORMATS, Cells, Format, degiro_fees
from knowledge.imports.grid import DELIMITERS, Record, records, sectioned, sections
from knowledge.imports.kinds import kind_of
from knowledge.imports.plain import plain_columns, plain_format
from knowledge.imports.report import UNREADABLE, WHOLE_FILE, Ask, ImportReport, Refused
from knowledge.imports.rows import read_rows
from knowledge.imports.text import MAX_ROWS, decoded
from tools.errors import BadInput
from tools.journal import short_sales

PREAMBLE = 40
"""Records above the header in which account numbers and periods may stand."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the header stands and what its columns mean. `start`: index of the header among the records."""

    format: Format
    columns: Mapping[str, int]
    start: int
    delimiter: str


def parse(
    data: bytes, *, now: datetime, complete: bool = False, answers: Mapping[str, str] | None = None
) -> ImportReport | Ask:
    """Read a file whatever it is called.

    Args:
        data: The file as it came.
        now: No trade can be later.
        complete: The file claims to hold all trades from the first, so a sale beyond the position is refused.
        answers: What the person chose for earlier questions, by their code.
    Returns:
        A report, also for a file that cannot be read at all (one refusal); or a question.
    """
    given = dict(answers or {})
    try:
        found = _read(unicodedata.normalize("NFC", decoded(data)), now, given)
    except BadInput as error:
        line = int(error.names[0]) if error.names else WHOLE_FILE
        return ImportReport(UNREADABLE, refused=(Refused(line, error.code),))
    if isinstance(found, Ask) or not complete:
        return found
    oversold = short_sales(found.rows)
    return replace(
        found,
        rows=tuple(r for r in found.rows if r.line not in oversold),
        refused=tuple(sorted((*found.refused, *(Refused(n, "sold_too_much") for n in oversold)), key=lambda r: r.line)),
        opening=(),
    )


def _read(text: str, now: datetime, answers: Mapping[str, str]) -> ImportReport | Ask:
    if is_flex(text):
        return read_rows(FLEX, flex_rows(text), now, answers, delimiter="")
    shape = _shape(text, answers)
    if isinstance(shape, Ask):
        return shape
    if shape is None:
        raise BadInput("unknown_format")
    found, said = sections(records(text, shape.delimiter))
    header = found[shape.start]
    body = [r for r in found[shape.start + 1 :] if r.cells != header.cells]
    if len(body) > MAX_ROWS:
        raise BadInput("too_many_rows")
    form = replace(shape.format, currency=said.get("currency", shape.format.currency))
    short: list[Refused] = []
    rows: list[tuple[int, Cells]] = []
    for record in body:
        cells = _cells(record, shape, len(header.cells))
        if isinstance(cells, str):
            short.append(Refused(record.line, cells))
        else:
            rows.append((record.line, cells))
    if shape.format is DEGIRO:
        rows = degiro_fees(rows)
    return read_rows(form, rows, now, answers, delimiter=shape.delimiter, refused=short)


def _cells(record: Record, shape: _Shape, width: int) -> Cells | str:
    """Role -> text of one record, or the reason why it is none."""
    cells = record.cells
    if any(cells[width:]):
        return "long_row"
    if len(cells) <= max(shape.columns.values()):
        missing = {role for role, i in shape.columns.items() if i >= len(cells)}
        if missing & {"date", "side", "symbol", "units", "price", "details"} and len([c for c in cells if c]) < 3:
            return "total" if kind_of(cells[0]) == "total" else "short_row"
        cells = (*cells, *("" for _ in range(max(shape.columns.values()) + 1 - len(cells))))
    return {role: cells[i] for role, i in shape.columns.items()} | {"first": cells[0]}


def _shape(text: str, answers: Mapping[str, str]) -> _Shape | Ask | None:
    """The delimiter, header and format that explain the file best."""
    best: tuple[int, _Shape] | None = None
    ask: Ask | None = None
    broken: BadInput | None = None
    for delimiter in DELIMITERS:
        try:
            head, _ = sections(records(text, delimiter, limit=None if sectioned(text) else PREAMBLE))
        except BadInput as error:
            broken = broken or error
            continue
        for start, record in enumerate(head):
            found = _match(record.cells, answers)
            if isinstance(found, Ask):
                ask = ask or found
            elif found is not None:
                shape = _Shape(found[0], found[1], start, delimiter)
                if best is None or len(shape.columns) > best[0]:
                    best = (len(shape.columns), shape)
                break
    if best is None and ask is None and broken is not None:
        raise broken
    return best[1] if best else ask


def _match(header: Sequence[str], answers: Mapping[str, str]) -> tuple[Format, Mapping[str, int]] | Ask | None:
    """The format a header line belongs to, with role -> column."""
    names = [" ".join(h.casefold().split()) for h in header]
    if len(names) < 4:
        return None
    if len(names) == 12 and names[4] == "isin" and names[6] == "fx" and names[8] == names[10] == "":
        return DEGIRO, DEGIRO_COLUMNS
    fits = [(f, columns) for f in FORMATS if (columns := _columns(f, names)) is not None]
    if fits:
        return max(fits, key=lambda fit: len(fit[1]))
    plain = plain_columns(header, answers)
    return plain if plain is None or isinstance(plain, Ask) else (plain_format(header, plain), plain)


def _columns(form: Format, names: Sequence[str]) -> Mapping[str, int] | None:
    """Role -> column, None when a column that the format cannot do without is missing."""
    found: dict[str, int] = {}
    for role, spellings in form.columns.items():
        index = next((names.index(s) for s in spellings if s in names), None)
        if index is not None:
            found[role] = index
        elif role not in form.optional:
            return None
    return found
