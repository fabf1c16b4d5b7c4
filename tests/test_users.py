"""A page that several people share: who is asking comes from the login, and nobody sees or feeds another's record."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from tools.errors import BadInput
from ui.door import ACCOUNTS, BURST, OPEN, allowed
from ui.login import COOKIE
from ui.serve import make_app
from ui.users import IDLE, LOCKED, TRIES, Users, put, read

NOW = "2026-03-31T09:00:00+00:00"
BASE = "http://127.0.0.1:7860"
WORDS = {"ana": "correct horse battery", "bo": "another long password"}
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Hand:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    path.write_text("".join(f"{n}:{QUICK.hash(w)}\n" for n, w in WORDS.items()), encoding="utf-8")
    return path


@pytest.fixture
def users(file: Path) -> Users:
    return Users(file, clock=Hand(), hasher=QUICK)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path / "home", now=NOW)) as opened:
        yield opened


@pytest.fixture
def clients(desk: Desk, users: Users) -> Iterator[tuple[TestClient, TestClient]]:
    """Ana and Bo, both logged in."""
    app = make_app(desk, 7860, users=users)
    with TestClient(app, base_url=BASE) as ana, TestClient(app, base_url=BASE) as bo:
        for client, name in ((ana, "ana"), (bo, "bo")):
            answer = client.post("/login", data={"name": name, "password": WORDS[name]}, follow_redirects=False)
            assert answer.status_code == 303
        yield ana, bo


# --- the accounts -----------------------------------------------------------------------------------------------------


def test_the_right_password_gives_a_login_and_the_wrong_one_none(users: Users) -> None:
    token = users.login("ana", WORDS["ana"])
    assert users.who(token) == "ana"
    assert users.login("ana", WORDS["bo"]) is None
    assert users.login("nobody", WORDS["ana"]) is None
    assert users.who("made-up") is None and users.who(None) is None


def test_a_name_is_locked_after_wrong_tries_even_for_the_right_password_and_opens_again(users: Users) -> None:
    for _ in range(TRIES):
        users.login("ana", "wrong")
    assert users.locked("ana") == pytest.approx(LOCKED)
    assert users.login("ana", WORDS["ana"]) is None
    assert users.login("bo", WORDS["bo"])
    users.clock.now += LOCKED + 1  # type: ignore[attr-defined]
    users.login("ana", "wrong")
    assert users.locked("ana") == pytest.approx(2 * LOCKED)
    users.clock.now += 2 * LOCKED + 1  # type: ignore[attr-defined]
    assert users.login("ana", WORDS["ana"])
    assert users.locked("ana") == 0


def test_a_login_ends_when_unused_when_left_and_when_the_account_is_gone(users: Users, file: Path) -> None:
    unused, left, gone = (users.login("ana", WORDS["ana"]) for _ in range(3))
    users.logout(left)
    assert users.who(left) is None
    put(file, "ana", None)
    assert users.who(gone) is None
    bo = users.login("bo", WORDS["bo"])
    users.clock.now += IDLE + 1  # type: ignore[attr-defined]
    assert users.who(bo) is None and users.who(unused) is None


def test_the_file_is_for_its_owner_alone_and_holds_no_password(tmp_path: Path) -> None:
    path = tmp_path / "new" / "users"
    put(path, "ana", WORDS["ana"])
    put(path, "bo", WORDS["bo"])
    assert path.stat().st_mode & 0o077 == 0
    assert WORDS["ana"] not in path.read_text(encoding="utf-8")
    assert sorted(read(path)) == ["ana", "bo"]
    assert Users(path).login("bo", WORDS["bo"])


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("../x", "long enough word", "user_name"),
        ("Ana", "long enough word", "user_name"),
        ("ana", "short", "password_short"),
    ],
)
def test_a_bad_name_or_password_is_refused_by_name(tmp_path: Path, name: str, word: str, code: str) -> None:
    with pytest.raises(BadInput) as error:
        put(tmp_path / "users", name, word)
    assert error.value.code == code and not (tmp_path / "users").exists()


@pytest.mark.parametrize("line", ["ana", "ana:secret", "An a:$argon2id$x", ":$argon2id$x"])
def test_a_damaged_line_stops_the_start_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "users"
    path.write_text(f"# people\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        Users(path)
    assert error.value.code == "users_line" and error.value.names[0].endswith(":2")


# --- the door ---------------------------------------------------------------------------------------------------------


def test_without_a_login_nothing_answers_but_the_form(desk: Desk, users: Users) -> None:
    with TestClient(make_app(desk, 7860, users=users), base_url=BASE, follow_redirects=False) as client:
        first = client.get("/")
        assert (first.status_code, first.headers["location"]) == (303, "/login")
        for path, methods in OPEN.items():
            if path in ("/", "/page.css", "/favicon.ico", "/healthz"):
                continue
            for method in methods:
                assert client.request(method, path, content=b"{}").status_code == 401, path
        assert client.get("/login", headers={"accept-language": "ko"}).text.count("비밀번호") == 1
        assert client.get("/assets/index.js").status_code == 401


def test_the_cookie_is_strict_and_unreadable_for_scripts(desk: Desk, users: Users) -> None:
    with TestClient(make_app(desk, 7860, users=users), base_url=BASE, follow_redirects=False) as client:
        answer = client.post("/login", data={"name": "ana", "password": WORDS["ana"]})
        cookie = answer.headers["set-cookie"].lower()
        assert "samesite=strict" in cookie and "httponly" in cookie and "path=/" in cookie
        assert client.post("/logout").status_code == 303
        assert client.get("/export").status_code == 401


def test_behind_a_proxy_only_its_exact_origin_is_served_and_the_cookie_needs_https(desk: Desk, users: Users) -> None:
    app = make_app(desk, 7860, users=users, origins=["https://advice.example"])
    with TestClient(app, base_url="https://advice.example", follow_redirects=False) as client:
        sent = {"name": "ana", "password": WORDS["ana"]}
        answer = client.post("/login", data=sent, headers={"origin": "https://advice.example"})
        assert answer.status_code == 303 and "secure" in answer.headers["set-cookie"].lower()
        for wrong in ("http://advice.example", "https://evil.example", "https://advice.example.evil.example"):
            assert client.post("/login", data=sent, headers={"origin": wrong}).status_code == 403


def test_a_wrong_password_is_told_and_a_locked_name_says_when(desk: Desk, users: Users) -> None:
    with TestClient(make_app(desk, 7860, users=users), base_url=BASE) as client:
        bad = {"name": "ana", "password": "wrong"}
        answers = [client.post("/login", data=bad, headers={"accept-language": "en"}) for _ in range(TRIES)]
        assert [a.status_code for a in answers] == [401] * (TRIES - 1) + [429]
        assert "30 seconds" in answers[-1].text and COOKIE not in client.cookies


def test_the_login_decides_whose_record_is_exported(desk: Desk, clients: tuple[TestClient, TestClient]) -> None:
    Session(desk, investor="ana", lang="en").say("keep gold below 7%")
    ana, bo = (client.get("/export") for client in clients)
    assert ana.json()["investor"] == "ana" and "keep gold below 7%" in ana.text
    assert bo.json()["investor"] == "bo" and "gold" not in bo.text


def test_a_session_of_the_page_belongs_to_who_used_it_first(clients: tuple[TestClient, TestClient]) -> None:
    ana, bo = clients
    assert ana.get("/gradio_api/startup-events?session_hash=abc").status_code == 200
    assert bo.get("/gradio_api/startup-events?session_hash=abc").status_code == 403
    assert bo.get("/gradio_api/queue/data?session_hash=abc").status_code == 403
    assert bo.get("/gradio_api/heartbeat/abc").status_code == 403
    join = {"session_hash": "abc", "fn_index": 0, "data": []}
    assert bo.post("/gradio_api/queue/join", json=join).status_code == 403
    assert bo.post("/gradio_api/queue/join", content=b"{nonsense").status_code == 400
    assert ana.post("/gradio_api/queue/join", json=join).status_code not in (401, 403)


def _asked(client: TestClient, target: str, session: str) -> str:
    """Press something on the page as a browser does, and give everything that comes back."""
    config = client.get("/config").json()
    number = next(d["id"] for d in config["dependencies"] if any(t[1] == target for t in d["targets"]))
    sent = {"fn_index": number, "data": [], "session_hash": session, "trigger_id": None}
    assert client.post("/gradio_api/queue/join", json=sent).status_code == 200
    return client.get(f"/gradio_api/queue/data?session_hash={session}").text


def test_each_login_opens_its_own_page(desk: Desk, clients: tuple[TestClient, TestClient]) -> None:
    Session(desk, investor="ana", lang="en").say("keep gold below 7%")
    ana, bo = (_asked(client, "load", name) for client, name in zip(clients, ("sa", "sb"), strict=True))
    assert "keep gold below 7%" in json.dumps(ana) and "gold below" not in json.dumps(bo)


def test_who_asks_too_often_has_to_wait_and_nobody_else(clients: tuple[TestClient, TestClient]) -> None:
    ana, bo = clients
    got = [ana.post("/gradio_api/reset", json={}).status_code for _ in range(int(BURST) + 40)]
    assert got[-1] == 429
    assert bo.post("/gradio_api/reset", json={}).status_code != 429


def test_accounts_add_two_addresses_and_no_more() -> None:
    for path, methods in ACCOUNTS.items():
        for method in methods:
            assert allowed(method, path, accounts=True) and not allowed(method, path)


def test_a_file_dropped_by_one_is_seen_by_nobody_else(desk: Desk, clients: tuple[TestClient, TestClient]) -> None:
    text = "date,symbol,side,quantity,price,currency\n2026-01-05,SPY,buy,3,500,USD\n"
    ana, bo = clients
    assert ana.post("/import", content=text, headers={"x-file-name": "mine.csv"}).status_code == 204
    assert {owner for owner, _ in desk.previews} == {"ana"}
    assert bo.post("/import", content=b"x" * (10 * 1024 * 1024 + 1)).status_code == 413
