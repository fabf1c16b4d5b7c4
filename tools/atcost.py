"""What nobody here prices counts in the limits of its class, at what it cost, where its class is known.

Weights are fractions of what can be priced and traded, so a limit on a class is restated for that part: of a whole
worth 1 + a, of which f of the class lies at cost, "at most L" leaves L·(1 + a) − f.
"""

from collections.abc import Mapping
from decimal import Decimal

from tools.domain.mandate import Limit, Mandate
from tools.domain.market import AssetClass

TARGETS: Mapping[AssetClass, str] = {
    "equity": "stocks",
    "bond": "bonds",
    "commodity": "commodities",
    "real_estate": "real_estate",
    "crypto": "crypto",
}
"""The target that all of a class carries."""


def counted(
    mandate: Mandate, at_cost: Mapping[str, Decimal], managed: Decimal, classes: Mapping[str, AssetClass]
) -> Mandate:
    """The mandate of the priced part, with holdings at cost counted in the limits of their class.

    Args:
        mandate: What must hold for the whole.
        at_cost: Value of what is not priced, by asset, in the investor's currency.
        managed: Value of what is.
        classes: Class of those of them that is known; without any the mandate stays as it is.
    """
    known = {a: v for a, v in at_cost.items() if a in classes}
    if not known or managed <= 0:
        return mandate
    whole = 1.0 + float(sum(at_cost.values(), Decimal(0)) / managed)
    parts: dict[str, float] = {}
    for asset, value in known.items():
        target = TARGETS.get(classes[asset])
        if target is not None:
            parts[target] = parts.get(target, 0.0) + float(value / managed)
    return mandate.model_copy(update={"limits": tuple(_restated(x, parts, whole) for x in mandate.limits)})


def _restated(limit: Limit, parts: Mapping[str, float], whole: float) -> Limit:
    """A limit on a class, for the priced part."""
    target = limit.target
    if limit.kind not in ("max", "min", "exact") or target is None or target not in parts:
        return limit
    left = limit.weight * whole - parts[target]
    return limit.model_copy(update={"weight": min(max(left, 0.0), 1.0)})
