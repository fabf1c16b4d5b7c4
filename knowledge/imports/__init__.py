"""Brokers' files -> trades: recognised by content, one table of formats, few readers, nothing guessed."""

from knowledge.imports.parse import parse
from knowledge.imports.positions import positions
from knowledge.imports.report import UNREADABLE, Ask, Choice, ImportReport, Refused, Skipped
from knowledge.imports.safe import csv_safe

__all__ = ["UNREADABLE", "Ask", "Choice", "ImportReport", "Refused", "Skipped", "csv_safe", "parse", "positions"]
