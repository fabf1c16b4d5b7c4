"""One question to a source of data, with an end: so many seconds, so many bytes, no redirects; or DataMissing."""

import json
import math
import time
from typing import Any

import httpx

from tools.errors import DataMissing

DEADLINE_S = 5.0
MOST_BYTES = 4_000_000


def fetch(url: str, *, deadline_s: float = DEADLINE_S, most_bytes: int = MOST_BYTES) -> bytes:
    """The body of a source's answer.

    Raises:
        DataMissing: `source_slow` past the deadline, `source_down` without an answer of status 200, `source_too_large`.
            The name is the host; what a source says in an error is never passed on.
    """
    host = httpx.URL(url).host
    end = time.monotonic() + deadline_s
    parts: list[bytes] = []
    size = 0
    try:
        with httpx.Client(timeout=deadline_s, follow_redirects=False) as client, client.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise DataMissing("source_down", host)
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > most_bytes:
                    raise DataMissing("source_too_large", host)
                if time.monotonic() > end:
                    raise DataMissing("source_slow", host)
    except httpx.TimeoutException as error:
        raise DataMissing("source_slow", host) from error
    except httpx.HTTPError as error:
        raise DataMissing("source_down", host) from error
    return b"".join(parts)


def document(body: bytes, host: str) -> Any:
    """An answer as JSON without NaN, infinity or repeated keys. Raises DataMissing("source_unreadable")."""
    try:
        return json.loads(body, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise DataMissing("source_unreadable", host) from error


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key repeats")
    return found
