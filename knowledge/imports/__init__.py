"""Brokers' files -> trades: recognised by content, one table of formats, few readers, nothing guessed."""

from knowledge.imports.parse import parse
from knowledge.imports.report import WHOLE_FILE, Ask, Choice, ImportReport, Refused, Skipped
from knowledge.imports.safe import csv_safe

__all__ = ["WHOLE_FILE", "Ask", "Choice", "ImportReport", "Refused", "Skipped", "csv_safe", "parse"]
