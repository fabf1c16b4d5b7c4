"""One request to a broker, told apart by what is certain afterwards: it arrived, it did not, or nobody knows."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx

from tools.errors import BrokerFailed

MOST_BYTES = 4_000_000
LONGEST_PAUSE_S = 86_400
FAR = Decimal("0.1")

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")


@dataclass(frozen=True, slots=True)
class Answer:
    """A broker's whole answer. body: JSON with exact decimals; None where it was none. at: its clock, when told."""

    status: int
    body: Any
    at: datetime | None
    pause: str | None


def ask(
    broker: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    content: Mapping[str, str] | None = None,
    deadline_s: float,
) -> Answer:
    """Send one request and read the whole answer. Only https, but for this machine itself; no redirects.

    Raises:
        BrokerFailed: `broker_unreached` when nothing was sent; `broker_silent` when it may have arrived. A broker's own
            words and the keys are never passed on.
    """
    target = httpx.URL(url, params=params) if params else httpx.URL(url)
    if target.scheme != "https" and target.host not in ("127.0.0.1", "localhost", "::1"):
        raise BrokerFailed("broker_unreached", broker)
    end = time.monotonic() + deadline_s
    parts: list[bytes] = []
    size = 0
    try:
        with _client().stream(method, target, headers=dict(headers), json=content, timeout=deadline_s) as answer:
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES or time.monotonic() > end:
                    raise BrokerFailed("broker_silent", broker)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise BrokerFailed("broker_unreached", broker) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BrokerFailed("broker_silent", broker) from error
    at, pause = _instant(answer.headers.get("date")), answer.headers.get("retry-after")
    return Answer(answer.status_code, _document(b"".join(parts)), at, pause)


@cache
def _client() -> httpx.Client:
    """One client for all: reading the certificates takes longer than a request. No connection is kept for later, as
    one that died meanwhile would leave an order unclear.
    """
    return httpx.Client(follow_redirects=False, limits=httpx.Limits(max_keepalive_connections=0))


def seconds_of(pause: str | None, now: datetime) -> tuple[str, ...]:
    """Retry-After in seconds, given as a number or as a date; empty when it says nothing that can be read."""
    if pause is None:
        return ()
    if pause.strip().isdecimal():
        return (str(min(int(pause.strip()), LONGEST_PAUSE_S)),)
    until = _instant(pause)
    return () if until is None else (str(min(max(0, round((until - now).total_seconds())), LONGEST_PAUSE_S)),)


def exact(value: object) -> Decimal | None:
    """A figure of an answer without any float between; None for what is no plain number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal):
        value = format(value, "f") if value.is_finite() else ""
    text = str(value)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def far(price: Decimal, theirs: Decimal | None) -> bool:
    """Is a broker's price so far from ours that its symbol must mean something else, or a split came in between?"""
    return theirs is None or theirs <= 0 or abs(theirs / price - 1) > FAR


def _instant(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError):
        return None
    return None if found is None else found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def _document(body: bytes) -> Any:
    """JSON without NaN or repeated keys; None for anything else."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_once)
    except (ValueError, ArithmeticError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        return None


def _refused(text: str) -> Decimal:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key repeats")
    return found
