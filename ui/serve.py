"""Serves the page on this computer only: Gradio behind our own door, in our own FastAPI app."""

import hashlib
import http.client
import json
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from agent.session import warm
from agent.watch import stand_by
from agent.wiring import Desk
from tools.domain.value import Lang, canonical
from tools.errors import AdvisorError
from ui.door import INVESTOR, Door
from ui.everyone import Everyone, first_language
from ui.labels import label
from ui.login import add_login
from ui.users import Users

HOST = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "[::1]")
"""What a browser on this computer may call us; any other Host is a rebinding trick."""

BACKLOG = 64

_HTML = "text/html; charset=utf-8"

AFTER_FIRST_PAGE = 2.0
"""Seconds before the mind is made ready: the first page goes first."""

FIRST_LOOK = 10.0
"""Seconds before the watch first looks; from then on alerts appear in the page by themselves."""


def make_app(
    desk: Desk,
    port: int,
    *,
    investor: str = "me",
    lang: Lang | None = None,
    users: Users | None = None,
    origins: Sequence[str] = (),
) -> FastAPI:
    """The whole server, closed to everything but what `ui.door` lists.

    Args:
        desk: Open ports.
        port: Where it is served; part of the exact hosts allowed.
        investor: Whose page it is, where nobody logs in.
        lang: Fixed language; None = the browser's first guess.
        users: Accounts; each login is an investor then.
        origins: Under which a proxy shows this page, "https://name[:port]".
    """
    import gradio as gr  # heavy: only a process that serves pays for it

    from ui.app import build

    everyone = Everyone(desk, None if users else investor, lang)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def health() -> JSONResponse:
        return JSONResponse({"name": "hanfolio", "home": home_mark(desk.settings.folder())})

    @app.get("/favicon.ico")
    def mark() -> Response:
        return Response(_asset("mark.svg"), media_type="image/svg+xml")

    @app.get("/page.css")
    def sheet() -> Response:
        return Response(_asset("page.css"), media_type="text/css")

    @app.get("/export")
    def export(request: Request) -> Response:
        document = everyone.of(request.scope.get(INVESTOR)).session(lang or "ko").export()
        headers = {"Content-Disposition": 'attachment; filename="hanfolio.json"', "Cache-Control": "no-store"}
        return Response(canonical(document), media_type="application/json", headers=headers)

    @app.get("/mark")
    def mark_of(request: Request) -> JSONResponse:
        # Asked every few seconds by every open page, so not an event of Gradio's queue: there, one that ends just as
        # another begins can take that one's answer along.
        mark = everyone.of(request.scope.get(INVESTOR)).mark()
        return JSONResponse({"mark": mark}, headers={"Cache-Control": "no-store"})

    @app.get("/report")
    def monthly(request: Request, month: str | None = None) -> Response:
        handlers = everyone.of(request.scope.get(INVESTOR))
        chosen = first_language(request.headers.get("accept-language", ""), lang)
        try:
            return Response(handlers.report(chosen, month, style()), media_type=_HTML)
        except AdvisorError as error:
            return Response(handlers.printer(chosen).error(error), status_code=400, media_type="text/plain")

    @app.post("/import")
    async def take(request: Request) -> Response:
        handlers = everyone.of(request.scope.get(INVESTOR))
        name = unquote(request.headers.get("x-file-name", ""))[:200]
        chosen = first_language(request.headers.get("accept-language", ""), lang)
        await run_in_threadpool(handlers.take, name, await request.body(), chosen)
        return Response(status_code=204)

    if users is not None:
        add_login(app, users, guess=lambda accepted: first_language(accepted, lang), secure=_secure(origins))
    gr.mount_gradio_app(
        app,
        build(everyone),
        path="",
        server_name=HOST,
        server_port=port,
        head='<link rel="stylesheet" href="/page.css">',
        footer_links=[],
        ssr_mode=False,
        enable_monitoring=False,
        show_error=False,
        pwa=False,
        max_file_size=1,
        auth_dependency=(lambda request: request.scope.get(INVESTOR)) if users else None,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    app.add_middleware(Door, hosts=[f"{name}:{port}" for name in NAMES], origins=origins, users=users)
    return app


def _secure(origins: Sequence[str]) -> bool:
    """May the cookie insist on https? Only when every way to the page is."""
    return bool(origins) and all(o.startswith("https://") for o in origins)


def style() -> str:
    """The style sheet of the page."""
    return _asset("page.css").decode("utf-8")


def _asset(name: str) -> bytes:
    return resources.files("ui").joinpath("assets", name).read_bytes()


def home_mark(home: Path) -> str:
    """A name for a home that says nothing about where it lies."""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]


def claim(port: int) -> socket.socket:
    """Bind the port before anything slow is loaded. Raises OSError when it is taken."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let a second process share the port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        taken.listen(BACKLOG)
    except OSError:
        taken.close()
        raise
    return taken


def neighbour(port: int, home: Path) -> bool:
    """Is it us, with the same home, who holds this port already?"""
    with closing(http.client.HTTPConnection(HOST, port, timeout=1.0)) as line:
        try:
            line.request("GET", "/healthz")
            found: Any = json.loads(line.getresponse().read(1024))
        except (OSError, http.client.HTTPException, ValueError):
            return False
    return isinstance(found, dict) and found.get("home") == home_mark(home)


def serve(
    desk: Desk,
    bound: socket.socket,
    *,
    investor: str,
    lang: Lang | None,
    say: Callable[[str], None],
    tongue: Lang,
    users: Users | None = None,
    origins: Sequence[str] = (),
) -> None:
    """Serve until interrupted.

    Args:
        desk: Open ports.
        bound: A listening socket from `claim`.
        investor: Whose page it is.
        lang: Fixed language of the page, or None.
        say: Prints one line for the person at the terminal.
        tongue: Language of those lines.
        users, origins: See `make_app`.
    """
    port = int(bound.getsockname()[1])
    app = make_app(desk, port, investor=investor, lang=lang, users=users, origins=origins)
    for line in opening(desk, port, tongue):
        say(line)
    stop = threading.Event()
    for later, job in ((AFTER_FIRST_PAGE, lambda: warm(desk)), (FIRST_LOOK, lambda: stand_by(desk, stop))):
        timer = threading.Timer(later, job)
        timer.daemon = True
        timer.start()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=1
    )
    try:
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        stop.set()


def opening(desk: Desk, port: int, lang: Lang) -> tuple[str, ...]:
    """What the terminal shows: address, what is simulated or practice, who answers, where the record lies."""
    simulated = desk.market.simulated
    prices = label("simulated_long", lang) if simulated else label("real_prices", lang, market=desk.settings.market)
    mind = label("builtin_mind", lang) if desk.settings.model == "builtin" else desk.settings.model
    return (
        label("serving", lang, url=f"http://{HOST}:{port}"),
        label("line_market", lang, market=prices),
        *((label("practice_long", lang),) if simulated else ()),
        label("line_mind", lang, mind=mind),
        label("line_home", lang, home=desk.settings.folder()),
        label("serving_stop", lang),
    )
