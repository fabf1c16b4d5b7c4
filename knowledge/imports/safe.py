"""Cells of an exported CSV that no spreadsheet runs."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), wide forms included."""


def is_formula(text: str) -> bool:
    """Would a spreadsheet run this text? A dash alone stands for nothing in many files and is harmless."""
    return text.startswith(FORMULA) and text.strip() not in ("-", "－")


def csv_safe(text: str) -> str:
    """The text with an apostrophe before a leading formula character; everything else unchanged."""
    return "'" + text if text.startswith(FORMULA) else text
