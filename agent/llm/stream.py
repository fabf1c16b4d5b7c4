"""A model's raw answer, checked before anything is built from it: it counts whole or not at all.

Pure: bytes of a server-sent event stream in, one checked message out. Reading the stream ourselves keeps the cost
linear in its size; what a library repairs on the way (a cut argument text, a repeated key) is refused here instead.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tools.domain.value import canonical, strict_json
from tools.errors import ModelFailed

MAX_BYTES = 256 * 1024  # of the whole answer, decompressed
MAX_ARGUMENTS = 8 * 1024  # bytes of one call's arguments
MAX_CALLS = 12
MAX_TEXT = 20_000  # characters
_MAX_NAME = 200  # characters of an id or a name

MENDABLE = frozenset({"unknown_tool", "bad_call"})
"""Codes after which the model may try once more: the message arrived whole, only its calls cannot be run."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a message: its id, the name of an offered tool, and its arguments as they were parsed."""

    id: str
    name: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One whole answer. tokens: (read, written) when the server counted them, else None."""

    text: str
    calls: tuple[ToolCall, ...]
    tokens: tuple[int, int] | None = None


@dataclass(slots=True)
class _Fragments:
    id: str
    name: str
    pieces: list[str] = field(default_factory=list)
    size: int = 0


def read_message(chunks: Iterable[bytes], offered: Collection[str]) -> Message:
    """Read one answer to its end.

    Args:
        chunks: The body as it arrives, decompressed.
        offered: Names of the tools that may be called.
    Raises:
        ModelFailed: malformed, cut, too_large, server_error (an error inside the stream), unknown_tool, bad_call.
    """
    gathered = _Gathered()
    for data in _events(chunks):
        if data == "[DONE]":
            break
        gathered.take(_parsed(data, "malformed"))
    return gathered.message(offered)


def parse_arguments(text: str) -> dict[str, Any]:
    """The arguments of one call: exactly one JSON object. Raises ModelFailed: bad_call, too_large."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_ARGUMENTS:
        raise ModelFailed("too_large")
    found = _parsed(text, "bad_call")
    if not isinstance(found, dict):
        raise ModelFailed("bad_call")
    _whole_text(canonical(found), "bad_call")
    return found


def _events(chunks: Iterable[bytes]) -> Iterator[str]:
    """The data of each server-sent event; comments (pings) and other fields count towards the size only."""
    data: list[str] = []
    for line in _lines(chunks):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise ModelFailed("malformed") from None
        if not text:
            if data:
                yield "\n".join(data)
            data = []
        elif text.startswith("data:"):
            data.append(text[5:].removeprefix(" "))
        elif not text.startswith((":", "event:", "id:", "retry:")):
            raise ModelFailed("malformed")
    if data:  # the last event of a stream that ended without its empty line
        yield "\n".join(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their end; the size is counted while reading."""
    size = 0
    open_line: list[bytes] = []
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise ModelFailed("too_large")
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            open_line.append(part)
            yield b"".join(open_line).removesuffix(b"\r")
            open_line = []
        open_line.append(rest)
    if any(open_line):
        yield b"".join(open_line).removesuffix(b"\r")


def _parsed(text: str, code: str) -> Any:
    try:
        return strict_json(text)
    except (ValueError, RecursionError):  # RecursionError: brackets nested thousands deep
        raise ModelFailed(code) from None


def _whole_text(text: str, code: str = "malformed") -> None:
    """Refuse halves of surrogate pairs, which JSON can spell and nothing can store."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ModelFailed(code) from None


def _malformed() -> NoReturn:
    raise ModelFailed("malformed")


class _Gathered:
    """What the events of one stream add up to."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._calls: dict[int, _Fragments] = {}
        self._finish: str | None = None
        self._tokens: tuple[int, int] | None = None

    def take(self, event: Any) -> None:
        """Add one event. Raises ModelFailed when it is none of a chat completion."""
        if not isinstance(event, dict):
            _malformed()
        if event.get("error"):
            raise ModelFailed("server_error")
        self._count(event.get("usage"))
        choices = event.get("choices")
        if not isinstance(choices, list) or len(choices) > 1:
            _malformed()
        for choice in choices:
            self._choice(choice)

    def _choice(self, choice: Any) -> None:
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(delta, dict) or choice.get("index", 0) != 0:
            _malformed()
        if delta.get("role") not in (None, "", "assistant"):
            _malformed()
        content, calls = delta.get("content"), delta.get("tool_calls")
        if self._finish is not None and (content or calls):
            _malformed()  # something after the end
        if content is not None:
            self._say(content)
        if calls is not None:
            for fragment in calls if isinstance(calls, list) else _malformed():
                self._call(fragment)
        reason = choice.get("finish_reason")
        if reason:  # some servers write "" for "not yet"
            self._finish = reason if isinstance(reason, str) else _malformed()

    def _say(self, content: Any) -> None:
        self._text.append(content if isinstance(content, str) else _malformed())
        self._length += len(content)
        if self._length > MAX_TEXT:
            raise ModelFailed("too_large")

    def _call(self, fragment: Any) -> None:
        function = fragment.get("function") if isinstance(fragment, dict) else None
        if not isinstance(function, dict):
            _malformed()
        index, name_id = fragment.get("index"), fragment.get("id")
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            _malformed()
        name, piece = function.get("name"), function.get("arguments")
        call = self._calls.get(index)
        if call is None:
            call = self._open(index, name_id, name)
        elif (name_id and name_id != call.id) or (name and name != call.name):
            raise ModelFailed("bad_call")  # two calls under one index
        if piece is not None:
            call.pieces.append(piece if isinstance(piece, str) else _malformed())
            call.size += len(piece)
            if call.size > MAX_ARGUMENTS:
                raise ModelFailed("too_large")

    def _open(self, index: int, name_id: Any, name: Any) -> _Fragments:
        for text in (name_id, name):
            if not isinstance(text, str) or not 0 < len(text) <= _MAX_NAME:
                raise ModelFailed("bad_call")
            _whole_text(text)
        if any(call.id == name_id for call in self._calls.values()):
            raise ModelFailed("bad_call")
        if len(self._calls) == MAX_CALLS:
            raise ModelFailed("too_large")
        self._calls[index] = _Fragments(name_id, name)
        return self._calls[index]

    def _count(self, usage: Any) -> None:
        if isinstance(usage, dict):
            counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
            if all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 10**9 for n in counts):
                self._tokens = (counts[0], counts[1])  # type: ignore[assignment]

    def message(self, offered: Collection[str]) -> Message:
        """Everything taken, as one checked message."""
        if self._finish not in ("stop", "tool_calls"):
            raise ModelFailed("cut")
        text = "".join(self._text)
        _whole_text(text)
        if self._finish == "tool_calls" and not self._calls:
            _malformed()
        if any(call.name not in offered for call in self._calls.values()):
            raise ModelFailed("unknown_tool")
        calls = tuple(ToolCall(c.id, c.name, parse_arguments("".join(c.pieces))) for c in self._calls.values())
        return Message(text, calls, self._tokens)
