"""One question to a source of data, with an end: so many seconds, so many bytes, no redirects; or DataMissing."""

import json
import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from tools.errors import DataMissing

DEADLINE_S = 5.0
MOST_BYTES = 4_000_000
LONGEST_PAUSE_S = 86_400


def fetch(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    deadline_s: float = DEADLINE_S,
    most_bytes: int = MOST_BYTES,
) -> bytes:
    """The body of a source's answer. Only https, but for this machine itself.

    Raises:
        DataMissing: `source_slow` past the deadline, `source_busy` for 429 and 503 (the second name is for how many
            seconds it asked to be left alone, when it said so), `source_down` without an answer of status 200,
            `source_too_large`, `source_not_https`. The first name is the host; what a source says in an error, and the
            key in an address, are never passed on.
    """
    target = httpx.URL(url, params=params) if params else httpx.URL(url)
    host = target.host
    if target.scheme != "https" and host not in ("127.0.0.1", "localhost", "::1"):
        raise DataMissing("source_not_https", host)
    end = time.monotonic() + deadline_s
    parts: list[bytes] = []
    size = 0
    try:
        with httpx.Client(timeout=deadline_s, follow_redirects=False) as client, client.stream("GET", target) as answer:
            if answer.status_code in (429, 503):
                raise DataMissing("source_busy", host, *_pause(answer.headers.get("retry-after")))
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


def _pause(header: str | None) -> tuple[str, ...]:
    """Retry-After in seconds, given as a number or as a date; empty when it says nothing."""
    if header is None:
        return ()
    if header.strip().isdigit():
        return (str(min(int(header.strip()), LONGEST_PAUSE_S)),)
    try:
        seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return ()
    return (str(min(max(0, round(seconds)), LONGEST_PAUSE_S)),)


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
