"""The HTTP call to an OpenAI-compatible model: streamed, bounded in size and time, retried once where that can help.

Spoken with httpx and not with the `openai` package: that one builds objects from every event before anybody can count
or check it, follows redirects, and its timeouts bound the silence between two bytes, never the whole answer.
"""

import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import httpx

from agent.llm.stream import MAX_BYTES, Message, read_message
from tools.domain.value import strict_json
from tools.errors import ModelFailed

T = TypeVar("T")

DEFAULT_URL = "https://api.openai.com/v1"
_ERROR_BYTES = 16 * 1024  # of an error's body, read for its code only
_PAUSE = 0.5  # seconds before the one retry of a server error
_RESERVE = 0.5  # seconds that must be left after a wait for an answer to be worth asking for
_SECONDS = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*")
_CODES: Mapping[int, str] = {401: "unauthorised", 403: "unauthorised", 404: "unknown_model"}


class _Retry(Exception):
    """The server asks for patience. wait: seconds; failure: what it comes to when there is no time left."""

    def __init__(self, wait: float, failure: ModelFailed) -> None:
        super().__init__(failure.code)
        self.wait = wait
        self.failure = failure


class Endpoint:
    """One server and one key. Safe between threads."""

    def __init__(self, base_url: str | None, api_key: str | None) -> None:
        """Remember where and as whom; nothing is sent yet. A server of one's own may need no key."""
        self._url = (base_url or DEFAULT_URL).rstrip("/") + "/chat/completions"
        self._key = api_key
        self._ready = bool(api_key or base_url)
        self._client: httpx.Client | None = None
        self._turn = threading.Lock()

    def ask(self, body: Mapping[str, Any], offered: Collection[str], until: float) -> Message:
        """Send one request and read its answer whole.

        Args:
            body: The request, without `stream`.
            offered: Names of the tools in it.
            until: End of the turn on `time.monotonic`; every wait, retry and parse counts.
        Raises:
            ModelFailed: no_key, unauthorised, unknown_model, rate_limited, quota, server_error, bad_request, redirect,
                unreachable, timeout, and the codes of `agent.llm.stream`. Never with the client's own text, which may
                quote the key.
        """
        if not self._ready:
            raise ModelFailed("no_key")
        sent = {**body, "stream": True, "stream_options": {"include_usage": True}}
        content = json.dumps(sent, ensure_ascii=False, allow_nan=False).encode("utf-8")
        try:
            return self._once(content, offered, until)
        except _Retry as retry:
            if time.monotonic() + retry.wait + _RESERVE > until:
                raise retry.failure from None
            time.sleep(retry.wait)
        try:
            return self._once(content, offered, until)
        except _Retry as retry:
            raise retry.failure from None

    def _once(self, content: bytes, offered: Collection[str], until: float) -> Message:
        return within(until, lambda expired: self._exchange(content, offered, until, expired))

    def _exchange(self, content: bytes, offered: Collection[str], until: float, expired: threading.Event) -> Message:
        headers = {"content-type": "application/json", "accept": "text/event-stream", "accept-encoding": "gzip"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        left = max(until - time.monotonic(), 0.001)
        try:
            with self._opened().stream("POST", self._url, content=content, headers=headers, timeout=left) as answer:
                if answer.status_code != 200:
                    raise _failure(answer, expired)
                return read_message(_body(answer, MAX_BYTES, expired), offered)
        except httpx.TimeoutException:
            raise ModelFailed("timeout") from None
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise ModelFailed("unreachable") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise ModelFailed("cut") from None
        except UnicodeEncodeError:  # a key that cannot stand in a header
            raise ModelFailed("unauthorised") from None

    def _opened(self) -> httpx.Client:
        with self._turn:
            if self._client is None:
                self._client = httpx.Client(follow_redirects=False)
            return self._client


def within(until: float, job: Callable[[threading.Event], T]) -> T:
    """Run `job` in a thread of its own and stop waiting at `until`, whatever it is doing.

    A socket's timeout bounds one silence; name look-up, headers that drip and pings for ever need an end of their own.
    The abandoned thread is told by its event and ends with its next byte or its socket's timeout.

    Raises:
        ModelFailed("timeout"): The time was up. Otherwise whatever `job` raised.
    """
    expired = threading.Event()
    answers: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((job(expired), None))
        except BaseException as error:  # carried over and raised again in the thread that waits
            answers.put((None, error))

    threading.Thread(target=run, name="model", daemon=True).start()
    try:
        result, error = answers.get(timeout=max(until - time.monotonic(), 0.001))
    except Empty:
        expired.set()
        raise ModelFailed("timeout") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


def _body(answer: httpx.Response, most: int, expired: threading.Event) -> Iterator[bytes]:
    """The body, decompressed piece by piece, never more than one byte above `most` at once."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise ModelFailed("malformed")
    unzip = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    size = 0
    for raw in answer.iter_raw():
        if expired.is_set():
            raise ModelFailed("timeout")
        try:
            piece = unzip.decompress(raw, most - size + 1) if unzip else raw
        except zlib.error:
            raise ModelFailed("malformed") from None
        size += len(piece)
        if size > most:
            raise ModelFailed("too_large")
        yield piece
    if unzip is not None and not unzip.eof:
        raise ModelFailed("cut")


def _failure(answer: httpx.Response, expired: threading.Event) -> _Retry | ModelFailed:
    """What a status other than 200 means."""
    status = answer.status_code
    if status == 429:
        if _error_code(answer, expired) == "insufficient_quota":
            return ModelFailed("quota")
        return _Retry(_retry_after(answer.headers.get("retry-after")), ModelFailed("rate_limited"))
    if status >= 500:
        return _Retry(_PAUSE, ModelFailed("server_error"))
    if 300 <= status < 400:
        return ModelFailed("redirect")
    return ModelFailed(_CODES.get(status, "bad_request"))


def _error_code(answer: httpx.Response, expired: threading.Event) -> str | None:
    """The `code` of an error's body, if it has one; nothing else of the body is looked at."""
    with suppress(ModelFailed, httpx.HTTPError, ValueError, RecursionError):  # a body that cannot be read has no code
        found = strict_json(b"".join(_body(answer, _ERROR_BYTES, expired)).decode("utf-8"))
        error = found.get("error") if isinstance(found, dict) else None
        code = error.get("code") or error.get("type") if isinstance(error, dict) else None
        return code if isinstance(code, str) else None
    return None


def _retry_after(header: str | None) -> float:
    """Seconds to wait; a form that is not plain seconds counts as one."""
    match = _SECONDS.fullmatch(header or "")
    return float(match[1]) if match else 1.0
