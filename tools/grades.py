"""Five grades of investor, as Korean firms name them and as plain English says: risk aversion and bearable loss.

The order and the names follow the standard investor-advice rules of the Korea Financial Investment Association; the
numbers are our own and shown: grades one, three and five are the named levels, the others lie halfway between.
"""

from collections.abc import Mapping
from typing import Final

from tools.domain.investor import Grade, Profile

GRADES: Final[tuple[Grade, ...]] = ("stable", "careful", "middle", "growth", "bold")
"""안정형, 안정추구형, 위험중립형, 적극투자형, 공격투자형, from the most careful on."""

GRADE_AVERSION: Final[Mapping[Grade, float]] = {
    "stable": 8.0,
    "careful": 32.0**0.5,
    "middle": 4.0,
    "growth": 8.0**0.5,
    "bold": 2.0,
}
"""γ of each grade: twice as bold is half of it, so two neighbours lie a factor of √2 apart."""

GRADE_LOSS: Final[Mapping[Grade, float]] = {
    "stable": 0.1,
    "careful": 0.15,
    "middle": 0.25,
    "growth": 0.35,
    "bold": 0.5,
}
"""Largest bearable loss of each grade; one that was said goes before it."""


def grade_of(aversion: float, max_drawdown: float | None = None) -> Grade:
    """The grade that is nearest in the logarithm of risk aversion, and no bolder than the bearable loss allows.

    Args:
        aversion: γ, positive.
        max_drawdown: Largest bearable loss that was said, a fraction; None when nothing was.
    """
    nearest = min(range(len(GRADES)), key=lambda n: abs(_ratio(aversion / GRADE_AVERSION[GRADES[n]])))
    if max_drawdown is not None:
        allowed = [n for n, g in enumerate(GRADES) if GRADE_LOSS[g] <= max_drawdown + 1e-9]
        nearest = min(nearest, max(allowed, default=0))
    return GRADES[nearest]


def asked_about(profile: Profile) -> tuple[str, ...]:
    """Codes of answers that do not fit together: risk and bearable loss two grades or more apart.

    Args:
        profile: As stated; without a level that was named nothing contradicts the loss.
    """
    if profile.max_drawdown is None or profile.level is None:
        return ()
    by_risk = GRADES.index(grade_of(profile.risk_aversion))
    by_loss = max((n for n, g in enumerate(GRADES) if GRADE_LOSS[g] <= profile.max_drawdown + 1e-9), default=0)
    if by_risk - by_loss >= 2:
        return ("loss",)
    return ("careful",) if by_loss - by_risk >= 2 else ()


def step(grade: Grade) -> int:
    """Place of a grade on the plain scale, 1 the most careful, 5 the boldest."""
    return GRADES.index(grade) + 1


def _ratio(value: float) -> float:
    """How far from one, the same either way."""
    return max(value, 1 / value) - 1
