"""Messages out of the house: each once, in the investor's language, not at night, to nobody else; failures retried."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from agent.delivery import addresses, deliver, quiet_hours, waiting, waiting_lines
from agent.session import Session
from agent.wiring import Desk, Settings, from_environment, open_desk
from agent.words.render import render_all
from agent.work import begin
from knowledge.notify import AppriseNotifier
from tools.domain.decision import Alert
from tools.errors import BadInput

NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)  # in Seoul


@dataclass
class Box:
    """A receiver that keeps what it takes, or refuses with a code."""

    code: str | None = None
    taken: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def send(self, urls: Sequence[str], title: str, text: str) -> str | None:
        if self.code is None:
            self.taken.append((tuple(urls), text))
        return self.code


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(home=tmp_path, now=NOON.isoformat(), currency="KRW", tz="Asia/Seoul", notify="json://one")
    with open_desk(settings) as opened:
        Session(opened, investor="kim", lang="ko").say("안녕")
        yield replace(opened, notifier=Box())


def told(desk: Desk, investor: str = "kim", *, days: int = 0) -> None:
    work = begin(desk, investor, "ko")
    work.add(Alert(id="a1", code="volatility", day=(NOON + timedelta(days=days)).date(), value=2.0, level=1.5))
    work.commit()


def later(desk: Desk, **span: float) -> Desk:
    @dataclass(frozen=True)
    class Later:
        instant: datetime

        def now(self) -> datetime:
            return self.instant

    return replace(desk, clock=Later(desk.clock.now() + timedelta(**span)))


def box(desk: Desk) -> Box:
    assert isinstance(desk.notifier, Box)
    return desk.notifier


def test_an_alert_is_sent_once_in_the_investors_language(desk: Desk) -> None:
    told(desk)
    assert deliver(desk) == 1
    assert deliver(desk) == 0
    ((urls, text),) = box(desk).taken
    assert urls == ("json://one",)
    assert "변동성" in text
    assert waiting(desk, "kim").count == 0


def test_several_are_told_together(desk: Desk) -> None:
    for days in range(15):
        told(desk, days=days)
    assert deliver(desk) == 15
    ((_, text),) = box(desk).taken
    assert text.count("\n- ") == 12


def test_nothing_is_sent_at_night_and_everything_in_the_morning(desk: Desk) -> None:
    told(desk)
    night = later(desk, hours=12)
    assert deliver(night) == 0
    assert waiting(night, "kim").held
    assert waiting_lines(waiting(night, "kim"))
    assert deliver(later(desk, hours=20)) == 1


@pytest.mark.parametrize(("spec", "hours"), [("22-7", (22, 7)), ("0-0", (0, 0)), ("9-18", (9, 18))])
def test_quiet_hours_are_read(spec: str, hours: tuple[int, int]) -> None:
    assert quiet_hours(spec) == hours
    with pytest.raises(BadInput, match="bad_quiet"):
        quiet_hours(spec + "h")


def test_what_fails_is_tried_again_ever_more_rarely_and_is_shown(desk: Desk) -> None:
    told(desk)
    box(desk).code = "not_sent"
    assert deliver(desk) == 0
    first = waiting(desk, "kim")
    assert (first.count, first.code) == (1, "not_sent")
    assert first.again == NOON + timedelta(minutes=1)
    assert deliver(later(desk, seconds=30)) == 0
    again = later(desk, minutes=2)
    assert deliver(again) == 0
    second = waiting(again, "kim")
    assert second.again == NOON + timedelta(minutes=4)
    for lang in ("ko", "en"):
        assert render_all(waiting_lines(second), lang, desk.names, tz="Asia/Seoul").text
    box(desk).code = None
    assert deliver(later(desk, minutes=5)) == 1
    assert waiting(desk, "kim").code is None


def test_nobody_gets_the_messages_of_another(desk: Desk) -> None:
    Session(desk, investor="lee", lang="ko").say("안녕")
    told(desk)
    assert addresses(desk, "kim") == ()
    assert deliver(desk) == 0
    assert not waiting(desk, "kim").configured
    named = replace(desk, settings=replace(desk.settings, notify="json://one lee=json://lee kim=json://kim"))
    assert addresses(named, "kim") == ("json://kim",)
    assert deliver(named) == 1
    assert box(desk).taken[0][0] == ("json://kim",)


def test_addresses_are_never_shown() -> None:
    settings = from_environment({"HANFOLIO_NOTIFY": "tgram://secret/1", "HANFOLIO_QUIET": "23-6"})
    assert settings.notify == "tgram://secret/1"
    assert settings.quiet == "23-6"
    assert "secret" not in repr(settings)


def test_apprise_carries_a_message_over_the_wire() -> None:
    got: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"json://127.0.0.1:{server.server_port}/"
        assert AppriseNotifier().send([address], "Hanfolio", "변동성이 평소의 두 배예요.") is None
    finally:
        server.shutdown()
        server.server_close()
    assert json.loads(got[0])["message"] == "변동성이 평소의 두 배예요."
    assert AppriseNotifier().send(["nothing at all"], "x", "y") == "bad_url"
    assert AppriseNotifier().send(["json://127.0.0.1:1/"], "x", "y") == "not_sent"
