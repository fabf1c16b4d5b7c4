"""The guard before every request: exact hosts and origins, a list of open paths, headers against outside loads.

Gradio by itself answers any origin that names the right host, keeps private handlers callable and serves uploads
back by path (gradio-app/gradio#13051, #13594). So it stands behind this door, which knows only what the page uses.
"""

import secrets
from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN: Mapping[str, frozenset[str]] = {
    "/": frozenset({"GET", "HEAD"}),
    "/config": frozenset({"GET"}),
    "/theme.css": frozenset({"GET"}),
    "/favicon.ico": frozenset({"GET"}),
    "/page.css": frozenset({"GET"}),
    "/healthz": frozenset({"GET"}),
    "/export": frozenset({"GET"}),
    "/gradio_api/startup-events": frozenset({"GET"}),
    "/gradio_api/queue/join": frozenset({"POST"}),
    "/gradio_api/queue/data": frozenset({"GET"}),
    "/gradio_api/cancel": frozenset({"POST"}),
    "/gradio_api/reset": frozenset({"POST"}),
}
"""Everything that answers, with its methods; the inventory test compares."""

OPEN_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/")
"""Folders open for GET: Gradio's own scripts and fonts, and the line that tells it a tab was closed."""

LARGEST = 256 * 1024
"""Bytes of a request body; a message of 100 kB fits."""

_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# 'unsafe-eval': Gradio compiles the template of its HTML component. Templates are constant; values are never code.

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class Door:
    """ASGI middleware. Refuses before anything behind it sees the request."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        """Guard `app`; `hosts` are the exact values of Host that are served, port included."""
        self.app = app
        self.hosts = frozenset(hosts)
        self.origins = frozenset(f"http://{h}" for h in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer with the status that says why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        status = self._refusal(scope)
        nonce = secrets.token_urlsafe(16)
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
        if not allowed(scope["method"], scope["path"]):
            return 404
        length = headers.get("content-length", "0")
        if scope["method"] == "POST" and (
            not length.isdigit() or int(length) > LARGEST or "transfer-encoding" in headers
        ):
            return 413
        return 0


def allowed(method: str, path: str) -> bool:
    """Is this one of the few things the page uses?"""
    if ".." in path or "\\" in path:
        return False
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
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
