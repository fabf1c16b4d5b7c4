"""What reading a broker's file came to: trades, rows that are none, rows refused with a reason, or a question."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from tools.domain.imports import PastTrade, Presumed
from tools.domain.value import canonical
from tools.journal import presumed

UNREADABLE = "unknown"
"""Format of a file that cannot be read at all; its one refusal is about the file."""

WHOLE_FILE = 0
"""Line of a refusal that belongs to no line."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no trade; `kind` is one of those in `knowledge.imports.kinds`, `summary` or `other`."""

    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken as it stands; `reason` is a code worded in `agent/words/imports.py`."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading: the key to answer with, and how the file would read then (a date, a column's name)."""

    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Two readings are possible and only the person knows. Answer by parsing again with `answers={code: key}`."""

    code: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file holds.

    rows: trades in the order of the file. known: trades that an earlier import brought, which do not count again.
    opening: what must have been held before, per symbol. unsure: symbols whose units other rows changed as well
    (splits, transfers, rewards), so that the person should check the position.
    """

    format: str
    rows: tuple[PastTrade, ...] = ()
    known: tuple[PastTrade, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    refused: tuple[Refused, ...] = ()
    opening: tuple[Presumed, ...] = ()
    unsure: tuple[str, ...] = ()
    name: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the trades in order, without their lines: the same file saved anew has the same."""
        rows = sorted(_normalised(r) for r in self.rows)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    @property
    def import_id(self) -> str:
        """What a commit names: the trades and the refused lines it was shown with."""
        shown = canonical([self.digest, [[r.line, r.reason] for r in self.refused]])
        return "i" + hashlib.sha256(shown.encode()).hexdigest()[:16]

    @property
    def all_rows(self) -> tuple[PastTrade, ...]:
        """New and known trades, as they stand in the file."""
        return tuple(sorted((*self.rows, *self.known), key=lambda r: r.line))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols traded, in order of first appearance."""
        return tuple(dict.fromkeys(r.symbol for r in self.all_rows))

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies of the prices, sorted."""
        return tuple(sorted({r.currency for r in self.all_rows}))

    @property
    def first(self) -> date | None:
        """Date of the earliest trade, as the file writes it."""
        return min((r.day for r in self.all_rows), default=None)

    @property
    def last(self) -> date | None:
        """Date of the latest trade."""
        return max((r.day for r in self.all_rows), default=None)

    def without(self, lines: Collection[int]) -> "ImportReport":
        """The report once the person dropped these lines."""
        rows = tuple(r for r in self.rows if r.line not in lines)
        refused = tuple(r for r in self.refused if r.line not in lines)
        return replace(self, rows=rows, refused=refused, opening=presumed(rows))


def _normalised(row: PastTrade) -> str:
    """One trade in one spelling, whatever the file's: numbers without trailing zeros, instants in UTC."""
    figures = (f"{x:f}" for x in (row.units, row.price, row.fee))
    return "\t".join((row.at.isoformat(), row.symbol, row.side, *figures, row.currency, row.fee_currency))
