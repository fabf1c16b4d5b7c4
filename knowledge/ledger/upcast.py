"""Old bodies in today's shape. Stored bodies are never rewritten; they are raised on the way out.

`UPCASTERS[kind][v]` turns a body of version v into version v + 1. A kind's current version is one above its highest
upcaster, so changing a shape means adding exactly one function here and nothing else.
"""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from tools.errors import StoreFailed

Fields = dict[str, JsonValue]
Upcaster = Callable[[Fields], Fields]
Upcasters = Mapping[str, Mapping[int, Upcaster]]

UPCASTERS: Upcasters = {}


def current(kind: str, upcasters: Upcasters) -> int:
    """The version in which bodies of this kind are written today."""
    return max(upcasters.get(kind, {}), default=0) + 1


def raised(kind: str, version: int, fields: Fields, upcasters: Upcasters) -> Fields:
    """The body in the current version.

    Raises:
        StoreFailed: ("unreadable", kind) when it was written by a newer program, or a step is missing.
    """
    steps = upcasters.get(kind, {})
    newest = current(kind, upcasters)
    if not 1 <= version <= newest or any(v not in steps for v in range(version, newest)):
        raise StoreFailed("unreadable", kind)
    for v in range(version, newest):
        fields = steps[v](fields)
    return fields
