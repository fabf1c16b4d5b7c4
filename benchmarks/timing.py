"""How long calls take on a machine that others use too."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ROUNDS = 7
SHARE = 0.05
"""Seconds of each round a fast call is repeated for."""

MOST = 20.0
"""Seconds of processor time after which a call joins no further round."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What a call gave, and the median milliseconds of processor time and wall clock over `calls` calls."""

    answer: Any
    cpu: float
    wall: float
    calls: int


def side_by_side(calls: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, Timed | Exception]:
    """Time several calls in turns, so that a busy minute of the machine falls on all of them alike.

    Processor time is that of this process, all its threads: what neighbours use does not count. The first call of each
    is a warm-up when it is short. A call that raises is reported with its exception.
    """
    answers: dict[str, Any] = {}
    failed: dict[str, Exception] = {}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for round_ in range(rounds + 1):
        for name, call in calls.items():
            if name in failed or sum(cpu for cpu, _ in spent[name]) > MOST:
                continue
            try:
                answers[name], times = _repeated(call)
            except Exception as error:  # whatever a library raises is its result
                failed[name] = error
                continue
            if round_ or times[0][0] > MOST / 10:
                spent[name] += times
    return {
        name: failed.get(name)
        or Timed(
            answer=answers[name],
            cpu=1e3 * statistics.median(cpu for cpu, _ in spent[name]),
            wall=1e3 * statistics.median(wall for _, wall in spent[name]),
            calls=len(spent[name]),
        )
        for name in calls
    }


def _repeated(call: Callable[[], Any]) -> tuple[Any, list[tuple[float, float]]]:
    """The last answer and (processor, wall) seconds of each call, for SHARE seconds but at least once."""
    times, end = [], time.perf_counter() + SHARE
    while True:
        cpu, wall = time.process_time(), time.perf_counter()
        answer = call()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
        if time.perf_counter() >= end:
            return answer, times


def digits(value: float) -> str:
    """Three significant digits without exponent, more before the point where there are more."""
    return f"{value:.3g}" if value < 999.5 else f"{value:,.0f}"
