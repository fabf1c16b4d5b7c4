"""Amounts, percents, durations and dates in Korean and English: found in what people write, and written for them.

The only place of the project that turns text into figures or figures into text:
figure    the noun, and text folded without losing its offsets
words     numerals and their worth       counted  what stands behind them      numerals  both read together
parts     halves and thirds              days     dates and relative times     names     what only looks like a figure
manner    about, at least, at most       parse    the finder                   render, particles  the printers

What a printer writes, `find_figures` reads back.
"""

from tools.figures.figure import Currency, Figure, Kind, Lang
from tools.figures.parse import find_figures
from tools.figures.particles import josa
from tools.figures.render import day, money, money_short, months, number, percent, points, units

__all__ = [
    "Currency",
    "Figure",
    "Kind",
    "Lang",
    "day",
    "find_figures",
    "josa",
    "money",
    "money_short",
    "months",
    "number",
    "percent",
    "points",
    "units",
]
