"""The page where a name and a password are asked for, and its two answers: in, or not yet."""

from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from tools.domain.value import Lang
from ui.labels import label
from ui.printer import escape
from ui.users import IDLE, Users

COOKIE = "hanfolio"

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Hanfolio</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css"></head>
<body class="hf-login"><main><h1>Hanfolio</h1><p>{tagline}</p>{problem}
<form method="post" action="/login" autocomplete="on">
<label>{name}<input name="name" autocomplete="username" autocapitalize="none" maxlength="32" required autofocus></label>
<label>{password}
<input name="password" type="password" autocomplete="current-password" maxlength="1024" required></label>
<button type="submit">{enter}</button></form></main></body></html>"""


def add_login(app: FastAPI, users: Users, *, guess: Callable[[str], Lang], secure: bool) -> None:
    """Give an app /login and /logout.

    Args:
        app: What is served behind the door.
        users: The accounts.
        guess: Language of a browser's Accept-Language.
        secure: The page is reached over https; the cookie then never travels otherwise.
    """

    @app.get("/login")
    def ask(request: Request) -> Response:
        if users.who(request.cookies.get(COOKIE)):
            return RedirectResponse("/", status_code=303)
        return HTMLResponse(_form(guess(request.headers.get("accept-language", ""))), headers=_UNKEPT)

    @app.post("/login")
    async def enter(request: Request) -> Response:
        lang = guess(request.headers.get("accept-language", ""))
        form = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=8)
        name, password = (form.get(key, [""])[0] for key in ("name", "password"))
        token = await run_in_threadpool(users.login, name.strip().lower(), password)
        if token is None:
            wait = users.locked(name.strip().lower())
            problem = label("login_locked", lang, seconds=round(wait)) if wait else label("login_wrong", lang)
            return HTMLResponse(_form(lang, problem), status_code=429 if wait else 401, headers=_UNKEPT)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            COOKIE, token, max_age=int(IDLE), path="/", httponly=True, samesite="strict", secure=secure
        )  # fmt: skip
        return answer

    @app.post("/logout")
    def leave(request: Request) -> Response:
        users.logout(request.cookies.get(COOKIE))
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=secure)
        return answer


_UNKEPT = {"Cache-Control": "no-store"}


def _form(lang: Lang, problem: str = "") -> str:
    texts = {c: escape(label(f"login_{c}", lang)) for c in ("name", "password", "enter")}
    shown = f'<p class="hf-problem" role="alert">{escape(problem)}</p>' if problem else ""
    return _PAGE.format(lang=lang, tagline=escape(label("tagline", lang)), problem=shown, **texts)
