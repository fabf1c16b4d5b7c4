"""How far news may move a portfolio: nobody's weights leave a fixed distance around the answer without news.

The answer without news keeps every limit, so bounds around it never leave a mandate without a portfolio. What a text
says, how often it is repeated and who repeats it changes nothing about that distance.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tools.domain.decision import Input, NewsInput
from tools.domain.market import Array
from tools.mandate import Compiled
from tools.optimise.limits import Limits


def unheard(inputs: Mapping[str, Input]) -> dict[str, Input]:
    """The inputs without those that come from news."""
    return {name: value for name, value in inputs.items() if not isinstance(value, NewsInput)}


def around(limits: Limits, centre: Array, reach: float) -> Limits:
    """The same limits with every weight held within `reach` of `centre`, shape (n,), a portfolio that keeps them."""
    return replace(
        limits,
        lower=np.minimum(np.maximum(limits.lower, centre - reach), np.maximum(centre, limits.lower)),
        upper=np.maximum(np.minimum(limits.upper, centre + reach), np.minimum(centre, limits.upper)),
    )


def leashed(compiled: Compiled, centre: Array, reach: float) -> Compiled:
    """A compiled mandate held `around` a portfolio. A bound the leash sets has no limit behind it."""
    arrays = around(compiled.arrays, centre, reach)
    return replace(
        compiled,
        arrays=arrays,
        lower_of=tuple(
            x if same else None
            for x, same in zip(compiled.lower_of, arrays.lower == compiled.arrays.lower, strict=True)
        ),
        upper_of=tuple(
            x if same else None
            for x, same in zip(compiled.upper_of, arrays.upper == compiled.arrays.upper, strict=True)
        ),
    )


def strayed(weights: Array, centre: Array, reach: float) -> bool:
    """Whether any weight is farther from `centre` than `reach`, rounding of sums aside."""
    return bool(np.abs(weights - centre).max(initial=0.0) > reach + 1e-12)
