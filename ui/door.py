"""The guard before every request: exact hosts and origins, a list of open paths, headers against outside loads.

Gradio by itself answers any origin that names the right host, keeps private handlers callable and serves uploads
back by path (gradio-app/gradio#13051, #13594). So it stands behind this door, which knows only what the page uses.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.login import COOKIE
from ui.users import Users

OPEN: Mapping[str, frozenset[str]] = {
    "/": frozenset({"GET", "HEAD"}),
    "/config": frozenset({"GET"}),
    "/theme.css": frozenset({"GET"}),
    "/favicon.ico": frozenset({"GET"}),
    "/page.css": frozenset({"GET"}),
    "/healthz": frozenset({"GET"}),
    "/export": frozenset({"GET"}),
    "/mark": frozenset({"GET"}),
    "/import": frozenset({"POST"}),
    "/report": frozenset({"GET"}),
    "/gradio_api/startup-events": frozenset({"GET"}),
    "/gradio_api/queue/join": frozenset({"POST"}),
    "/gradio_api/queue/data": frozenset({"GET"}),
    "/gradio_api/cancel": frozenset({"POST"}),
    "/gradio_api/reset": frozenset({"POST"}),
}
"""Everything that answers, with its methods; the inventory test compares."""

ACCOUNTS: Mapping[str, frozenset[str]] = {
    "/login": frozenset({"GET", "POST"}),
    "/logout": frozenset({"POST"}),
}
"""What answers besides where people log in."""

BEFORE_LOGIN = frozenset({"/login", "/page.css", "/favicon.ico", "/healthz"})

OPEN_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/")
"""Folders open for GET: Gradio's own scripts and fonts, and the line that tells it a tab was closed."""

LARGEST = 256 * 1024
"""Bytes of a request body; a message of 100 kB fits."""

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a broker's file at /import."""

BURST, PER_SECOND = 80.0, 8.0
"""Requests that change or ask something: so many at once, then so many a second, for each investor."""

_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# 'unsafe-eval': Gradio compiles the template of its HTML component. Templates are constant; values are never code.

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # "no-referrer" would make a browser hide the origin of our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


@dataclass(slots=True)
class Allowance:
    """A bucket of requests for each investor, refilled steadily."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, who: str) -> bool:
        """May this one pass now?"""
        now = self.clock()
        left, since = self._left.get(who, (BURST, now))
        left = min(BURST, left + (now - since) * PER_SECOND)
        self._left[who] = (left - 1.0 if left >= 1.0 else left, now)
        return left >= 1.0


class Door:
    """ASGI middleware. Refuses before anything behind it sees the request, and says to it who is asking."""

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], *, origins: Iterable[str] = (), users: Users | None = None
    ) -> None:
        """Guard `app`.

        Args:
            app: What is behind the door.
            hosts: The exact values of Host that are served, port included.
            origins: Further origins under which a proxy shows this page, "https://name[:port]"; their hosts are served.
            users: Accounts; None = one investor, without login.
        """
        self.app = app
        self.hosts = frozenset(hosts) | {o.partition("://")[2] for o in origins}
        self.origins = frozenset(f"http://{h}" for h in hosts) | frozenset(origins)
        self.users = users
        self.allowance = Allowance()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer with the status that says why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        status = self._refusal(scope) or self._stranger(scope)
        nonce = secrets.token_urlsafe(16)
        if not status and self.users and scope["path"].startswith("/gradio_api/"):
            status, receive = await self._foreign(scope, receive)
        if status:
            await _plain(status, _sealed(send, nonce))
            return
        await self.app(scope, receive, _sealed(_with_nonce(send, nonce), nonce))

    def _refusal(self, scope: Scope) -> int:
        """Status of the refusal; 0 when the request may pass."""
        if scope["type"] != "http":
            return 404
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[h] for h in self.hosts]:
            return 421
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins:
            return 403
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403
        if not allowed(scope["method"], scope["path"], accounts=self.users is not None):
            return 404
        length = headers.get("content-length", "0")
        most = LARGEST_FILE if scope["path"] == "/import" else LARGEST
        if scope["method"] == "POST" and (not length.isdigit() or int(length) > most or "transfer-encoding" in headers):
            return 413
        return 0

    def _stranger(self, scope: Scope) -> int:
        """Write into the scope who is asking. Status for one who is not logged in, or asks too often."""
        name = "me"
        if self.users is not None:
            found = self.users.who(_cookie(Headers(scope=scope).get("cookie", "")))
            if found is None:
                if scope["path"] in BEFORE_LOGIN:
                    return 0
                return 303 if scope["path"] == "/" else 401
            name = scope[INVESTOR] = found
        if scope["method"] == "POST" and not self.allowance.take(name):
            return 429
        return 0

    async def _foreign(self, scope: Scope, receive: Receive) -> tuple[int, Receive]:
        """Refuse a browser session of somebody else: Gradio knows them by a number that the browser made up."""
        sessions = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [])
        if scope["path"].startswith(HEARTBEAT):
            sessions = [*sessions, scope["path"].removeprefix(HEARTBEAT)]
        if scope["method"] == "POST":
            body = await _whole(receive)
            receive = _again(body, receive)
            try:
                sent = json.loads(body or b"{}")
            except ValueError:
                return 400, receive
            inside = sent.get("session_hash") if isinstance(sent, dict) else None
            sessions = [*sessions, *([inside] if isinstance(inside, str) else [])]
        assert self.users is not None
        mine = all(self.users.owns(s, scope[INVESTOR]) for s in sessions)
        return (0 if mine else 403), receive


INVESTOR = "hanfolio.investor"
"""Key of the scope under which the door writes who is asking."""

HEARTBEAT = "/gradio_api/heartbeat/"


def _cookie(header: str) -> str | None:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


async def _whole(receive: Receive) -> bytes:
    """A request's body; its length was checked before, what is longer than it said is cut."""
    parts: list[bytes] = []
    while sum(map(len, parts)) <= LARGEST:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    return b"".join(parts)


def _again(body: bytes, then: Receive) -> Receive:
    """The body once more for what is behind the door, then whatever the line brings."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await then()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def allowed(method: str, path: str, *, accounts: bool = False) -> bool:
    """Is this one of the few things the page uses?"""
    if ".." in path or "\\" in path:
        return False
    if accounts and path in ACCOUNTS:
        return method in ACCOUNTS[path]
    if path in OPEN:
        return method in OPEN[path]
    return method == "GET" and path.startswith(OPEN_FOLDERS)


def _sealed(send: Send, nonce: str) -> Send:
    """Add the security headers to whatever is answered, and drop any permission for other origins."""

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
            for name in ("access-control-allow-origin", "access-control-allow-credentials"):
                if name in headers:
                    del headers[name]
        await send(message)

    return sealed


def _with_nonce(send: Send, nonce: str) -> Send:
    """Mark the page's own inline scripts; only HTML is held back until it is whole."""
    held: Message | None = None
    parts: list[bytes] = []

    async def marked(message: Message) -> None:
        nonlocal held
        if message["type"] == "http.response.start" and _is_page(message):
            held = message
        elif held is None:
            await send(message)
        else:
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = b"".join(parts).replace(b"<script", b'<script nonce="' + nonce.encode() + b'"')
                MutableHeaders(scope=held)["content-length"] = str(len(body))
                await send(held)
                await send({"type": "http.response.body", "body": body, "more_body": False})

    return marked


def _is_page(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")


async def _plain(status: int, send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), *([(b"location", b"/login")] if status == 303 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
