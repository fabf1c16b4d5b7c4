"""Falls that people speak of by a year or a name: "2008년처럼", "a covid crash". How deep each was is on public record.

Closing highs and lows of the S&P 500 and the KOSPI as published by S&P Dow Jones Indices and the Korea Exchange.
"""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Crisis:
    """One fall: its name in the words table, the index that is quoted, both days and their closes."""

    name: str
    index: str
    peak: tuple[date, float]
    low: tuple[date, float]
    cue: re.Pattern[str]

    @property
    def fall(self) -> float:
        """From the high to the low, a negative fraction."""
        return self.low[1] / self.peak[1] - 1.0


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


CRISES = (
    Crisis(
        "crisis.asia",
        "kospi",
        (date(1994, 11, 8), 1138.75),
        (date(1998, 6, 16), 280.00),
        _cue(r"imf|외환\s?위기|\b1?9?97년?|\basian (?:financial )?crisis\b|\b1997\b"),
    ),
    Crisis(
        "crisis.dotcom",
        "sp500",
        (date(2000, 3, 24), 1527.46),
        (date(2002, 10, 9), 776.76),
        _cue(r"닷컴|it\s?버블|\bdot[- ]?com\b|\btech bubble\b|\b2000\b|\b2001\b"),
    ),
    Crisis(
        "crisis.banks",
        "sp500",
        (date(2007, 10, 9), 1565.15),
        (date(2009, 3, 9), 676.53),
        _cue(
            r"금융\s?위기|리먼|서브프라임|\b(?:20)?08년?|\bgfc\b|\bfinancial crisis\b|\blehman\b|\bsubprime\b|\b2009\b"
        ),
    ),
    Crisis(
        "crisis.covid",
        "sp500",
        (date(2020, 2, 19), 3386.15),
        (date(2020, 3, 23), 2237.40),
        _cue(r"코로나|팬데믹|\bcovid\b|\bcorona\w*|\bpandemic\b|\b2020\b|2020년"),
    ),
    Crisis(
        "crisis.tightening",
        "sp500",
        (date(2022, 1, 3), 4796.56),
        (date(2022, 10, 12), 3577.03),
        _cue(r"\b2022\b|2022년"),
    ),
)


def named(text: str) -> Crisis | None:
    """The fall these words speak of, if any."""
    return next((c for c in CRISES if c.cue.search(text)), None)
