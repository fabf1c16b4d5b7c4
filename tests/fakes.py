"""A scripted OpenAI-compatible server on loopback: each request plays the next step, and the last one repeats."""

import gzip
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

os.environ["NO_PROXY"] = "127.0.0.1"  # a proxy of the environment must not stand between a test and loopback

Step = Callable[["Handler"], None]
Call = tuple[str, Mapping[str, Any] | str]
"""Name and arguments of a call; arguments given as text are sent as they are."""


class Handler(BaseHTTPRequestHandler):
    """One request. A step writes whatever it likes, so that broken answers can be told apart from refusals."""

    protocol_version = "HTTP/1.1"
    server: "FakeServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # the client may have had enough
            self.server.next_step(json.loads(body), dict(self.headers))(self)

    def do_GET(self) -> None:
        self.server.strays.append(self.path)
        self.start(200, {})

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def pause(self, seconds: float) -> bool:
        """Wait; False when the server is being closed."""
        return not self.server.closing.wait(seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class FakeServer(ThreadingHTTPServer):
    """bodies, headers: what was asked so far. strays: paths that nobody should have asked for."""

    daemon_threads = True

    def __init__(self, steps: tuple[Step, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps = list(steps)
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.strays: list[str] = []
        self.closing = threading.Event()
        self._turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def next_step(self, body: dict[str, Any], headers: dict[str, str]) -> Step:
        with self._turn:
            self.bodies.append(body)
            self.headers.append(headers)
            return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


@contextmanager
def serving(*steps: Step) -> Iterator[FakeServer]:
    server = FakeServer(steps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- what a server may say --------------------------------------------------------------------------------------------


def event(**delta: Any) -> bytes:
    """One chunk with this delta; `finish` ends it, `role` is sent as given."""
    finish = delta.pop("finish", None)
    return sse({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def sse(data: Any) -> bytes:
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def fragment(index: int, arguments: str, *, id: str | None = None, name: str | None = None) -> dict[str, Any]:
    function: dict[str, Any] = {"arguments": arguments}
    if name is not None:
        function["name"] = name
    return {"index": index, "id": id, "type": "function", "function": function}


def spoken(text: str = "", calls: tuple[Call, ...] = (), *, finish: str | None = None, piece: int = 7) -> list[bytes]:
    """A well-formed answer in small pieces, ending as servers end it."""
    out = [event(role="assistant", content="")]
    out += [event(content=text[i : i + piece]) for i in range(0, len(text), piece)]
    for n, (name, args) in enumerate(calls):
        written = args if isinstance(args, str) else json.dumps(args, ensure_ascii=False)
        out.append(event(tool_calls=[fragment(n, "", id=f"call_{n}", name=name)]))
        out += [event(tool_calls=[fragment(n, written[i : i + piece])]) for i in range(0, len(written), piece)]
    out.append(event(finish=finish or ("tool_calls" if calls else "stop")))
    out.append(sse({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}}))
    return [*out, sse(b"[DONE]")]


def answer(text: str = "", *calls: Call, finish: str | None = None) -> Step:
    """The answer of a model that works."""
    return raw(*spoken(text, calls, finish=finish))


def raw(*parts: bytes, gap: float = 0.0, headers: Mapping[str, str] | None = None) -> Step:
    """Exactly these bytes, with a pause after each part."""

    def step(handler: Handler) -> None:
        handler.start(200, {"content-type": "text/event-stream", **(headers or {})})
        for part in parts:
            handler.write(part)
            if gap and not handler.pause(gap):
                return

    return step


def after(seconds: float, then: Step) -> Step:
    """A slow server that works."""

    def step(handler: Handler) -> None:
        if handler.pause(seconds):
            then(handler)

    return step


def endless(part: bytes, gap: float = 0.02) -> Step:
    """The same bytes for ever."""

    def step(handler: Handler) -> None:
        handler.start(200, {"content-type": "text/event-stream"})
        while handler.pause(gap):
            handler.write(part)

    return step


def silence(handler: Handler) -> None:
    """Headers, then nothing at all."""
    handler.start(200, {"content-type": "text/event-stream"})
    while handler.pause(1.0):
        pass


def dripping_headers(handler: Handler) -> None:
    """Headers one byte at a time, never ending."""
    handler.write(b"HTTP/1.1 200 OK\r\nx-drip: ")
    while handler.pause(0.05):
        handler.write(b"a")


def status(code: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Step:
    """An error with a JSON body."""

    def step(handler: Handler) -> None:
        data = json.dumps(body if body is not None else {"error": {"message": "no"}}).encode()
        handler.start(code, {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})})
        handler.write(data)

    return step


def bomb(megabytes: int = 64) -> Step:
    """A few kilobytes that unpack to many megabytes."""
    data = gzip.compress(b": ping\n" * (megabytes * 1024 * 1024 // 7))
    return raw(data, headers={"content-encoding": "gzip"})


def zipped(*parts: bytes) -> Step:
    """A well-formed answer, compressed."""
    return raw(gzip.compress(b"".join(parts)), headers={"content-encoding": "gzip"})
