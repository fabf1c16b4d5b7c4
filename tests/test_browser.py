"""The page in a real Chromium: the first story in both languages, the buttons, a phone, and nothing from outside."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from tools.domain.value import Lang
from ui.labels import label

pytestmark = pytest.mark.browser

NOW = "2026-03-31T09:00:00+00:00"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES: dict[Lang, str] = {"ko": "ko-KR", "en": "en-US"}
WIDE, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}
WAIT = 30_000
"""Milliseconds a step may take on a busy machine."""


def chromium() -> str:
    """The system's Chromium. Skips where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium on this machine")


@contextmanager
def served(desk: Desk, *, lang: Lang | None = None) -> Iterator[str]:
    """The page of a desk on a free port, in a thread of this process."""
    import uvicorn

    from ui.serve import claim, make_app

    with claim(free_port()) as bound:
        port = bound.getsockname()[1]
        config = uvicorn.Config(make_app(desk, port, lang=lang), log_level="critical", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        server.force_exit = True
        thread.join(10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path, now=NOW)) as opened:
        yield opened


class Visit:
    """One tab, with everything it complained about or asked for outside."""

    def __init__(self, browser: Any, url: str, lang: Lang, **options: Any) -> None:
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.context = browser.new_context(locale=LOCALES[lang], **{"viewport": WIDE, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: None if r.url.startswith((url, "data:")) else self.outside.append(r.url))
        self.page.goto(url)
        self.page.wait_for_selector(".hf-talk")
        self.page.wait_for_selector(f'html[lang="{lang}"]')

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def say(self, text: str) -> None:
        """Type, press Enter, wait for the answer."""
        replies = self.page.locator(".hf-reply:not(.hf-thinking)").count()
        self.page.locator("#hf-message textarea").fill(text)
        self.page.keyboard.press("Enter")
        self.answered(replies + 1)

    def answered(self, replies: int) -> None:
        self.page.wait_for_function(
            f"document.querySelectorAll('.hf-reply:not(.hf-thinking)').length >= {replies}"
            " && !document.querySelector('.hf-thinking')"
        )

    def tab(self, name: str, lang: Lang, shows: str = ".hf-page") -> None:
        self.page.get_by_role("tab", name=label(f"tab_{name}", lang), exact=True).click()
        self.page.locator(f"{shows}:visible").first.wait_for()

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).inner_text())

    def close(self) -> None:
        self.context.close()
        assert self.outside == []
        assert self.complaints == []


@contextmanager
def visiting(browser: Any, url: str, lang: Lang, **options: Any) -> Iterator[Visit]:
    """A visit that ends without a complaint and without a request to another host."""
    visit = Visit(browser, url, lang, **options)
    yield visit
    visit.close()


WISH: dict[Lang, str] = {"ko": "비트코인은 최대 1%로 해줘", "en": "keep bitcoin below 1%"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_first_story_from_a_click_to_trades_and_back(browser: Any, desk: Desk, lang: Lang) -> None:
    session = Session(desk, lang=lang)
    with served(desk) as url, visiting(browser, url, lang) as visit:
        page = visit.page
        assert label("simulated", lang) in visit.text(".hf-head") and label("practice", lang) in visit.text(".hf-head")
        assert page.locator(".hf-greeting .hf-chip").count() == 4
        assert page.locator("#hf-yes").is_hidden()

        page.get_by_role("button", name=label("start_1", lang), exact=True).click()
        visit.answered(1)
        page.locator("#hf-yes").wait_for(state="visible")
        first = session.pending()
        assert first is not None and first.code in visit.text("#hf-card")

        visit.say(WISH[lang])
        second = session.pending()
        assert second is not None and second.id != first.id
        page.wait_for_function(f"document.querySelector('#hf-card').innerText.includes('{second.code}')")
        assert label("step_set_limit", lang) in visit.text("#hf-chat")

        page.locator("#hf-yes").click()
        page.locator(".hf-notice.good").wait_for()
        assert label("approved", lang) in visit.text("#hf-note")
        page.locator("#hf-yes").wait_for(state="hidden")
        assert [e.body.kind for e in session.log()].count("execution") == 1

        visit.tab("portfolio", lang)
        assert page.locator(".hf-page:visible .hf-table tbody tr").count() == len(session.portfolio().holdings)
        visit.tab("why", lang, ".hf-fall")
        assert WISH[lang] in page.locator(".hf-page:visible").all_inner_texts()[-1]
        visit.tab("log", lang)
        page.get_by_role("button", name=label("verify", lang), exact=True).click()
        page.locator(".hf-page:visible .hf-notice").wait_for()
        assert label("verify_ok", lang, events=len(session.log()), decisions=2) in visit.text(
            ".hf-page:visible .hf-notice"
        )


def test_reject_forget_undo_and_another_language(browser: Any, desk: Desk) -> None:
    session = Session(desk, lang="ko")
    with served(desk) as url, visiting(browser, url, "ko") as visit:
        page = visit.page
        visit.say("담배 회사는 빼줘")
        visit.say(WISH["ko"])
        page.locator("#hf-no").click()
        page.get_by_text(label("rejected", "ko")).wait_for()
        assert session.pending() is None and len(session.statements()) == 2

        visit.tab("me", "ko")
        page.get_by_role("button", name=label("forget_this", "ko", said=WISH["ko"]), exact=True).click()
        page.wait_for_function("document.querySelectorAll('[data-act=forget]').length === 1")
        assert [s.statement.said for s in session.statements()] == ["담배 회사는 빼줘"]
        page.get_by_role("button", name=label("undo", "ko"), exact=True).click()
        page.wait_for_function("document.querySelectorAll('[data-act=forget]').length === 2")

        page.get_by_text("English", exact=True).click()
        page.get_by_role("tab", name="Portfolio", exact=True).wait_for()
        page.get_by_text(label("me_title", "en")).wait_for()
        page.wait_for_selector('html[lang="en"]')
        korean = re.compile("[가-힣]")
        texts = page.locator("button:visible, h2:visible, h3:visible, dt:visible, [role=tab]:visible").all_inner_texts()
        assert [t for t in texts if korean.search(t) and t != "한국어"] == []


def test_erasing_asks_for_the_word_and_then_forgets_everything(browser: Any, desk: Desk) -> None:
    with served(desk) as url, visiting(browser, url, "en") as visit:
        page = visit.page
        visit.say("Leave out tobacco companies")
        visit.tab("me", "en")
        page.get_by_role("button", name=label("erase", "en"), exact=True).click()
        page.get_by_text(label("erase_wrong", "en")).wait_for()
        assert Session(desk).statements()
        page.locator("#hf-erase textarea, #hf-erase input").first.fill(label("erase_word", "en"))
        page.get_by_role("button", name=label("erase", "en"), exact=True).click()
        page.get_by_text(label("erased", "en")).wait_for()
        assert not Session(desk).statements()


def test_two_tabs_agree_and_a_reload_loses_no_turn(browser: Any, desk: Desk) -> None:
    with served(desk) as url, visiting(browser, url, "en") as one, visiting(browser, url, "en") as two:
        one.say("Propose a portfolio")
        two.page.locator("#hf-yes").wait_for(state="visible")
        pending = Session(desk).pending()
        assert pending is not None and pending.code in two.text("#hf-card")
        two.page.locator("#hf-yes").click()
        one.page.locator("#hf-yes").wait_for(state="hidden")
        one.page.reload()
        one.page.locator(".hf-reply").wait_for()
        assert "Propose a portfolio" in one.text("#hf-chat")


def test_hostile_words_stay_words(browser: Any, desk: Desk) -> None:
    said = (
        '<img src="http://evil.example/x.png" onerror="document.title=1"> ![x](http://evil.example/y.png) '
        "</div><script>alert(1)</script>"
    )
    with served(desk) as url, visiting(browser, url, "en") as visit:
        visit.say(said)
        assert said in visit.text("#hf-chat")
        assert visit.page.locator("#hf-chat img, #hf-chat script").count() == 0
        assert visit.page.title() == "Hanfolio"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_phone_shows_everything_without_sideways_scrolling(browser: Any, desk: Desk, lang: Lang) -> None:
    with served(desk) as url, visiting(browser, url, lang, viewport=PHONE, color_scheme="dark") as visit:
        page = visit.page
        visit.say(WISH[lang])
        page.locator("#hf-yes").wait_for(state="visible")
        assert page.locator(".hf-to-card").is_visible()
        for name in ("talk", "portfolio", "why", "me", "log"):
            if name != "talk":
                visit.tab(name, lang)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_the_page_can_be_used_by_keyboard_alone(browser: Any, desk: Desk) -> None:
    with served(desk) as url, visiting(browser, url, "en") as visit:
        page = visit.page
        page.get_by_role("button", name=label("start_1", "en"), exact=True).focus()
        page.keyboard.press("Enter")
        visit.answered(1)
        page.locator("#hf-yes").wait_for(state="visible")
        page.locator("#hf-message textarea").focus()
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "hf-yes":
                break
        page.keyboard.press("Enter")
        page.locator(".hf-notice.good").wait_for()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_stop_ends_the_wait_and_the_answer_still_comes(browser: Any, desk: Desk, lang: Lang) -> None:
    """A slow model: the send button comes back at once, the turn under way is kept and shown when it is done."""
    from tests.fakes import after, answer, serving

    with serving(after(4.0, answer("..."))) as model:
        settings = replace(desk.settings, model="openai:slow", api_key="sk-none", base_url=model.url)
        with served(replace(desk, settings=settings)) as url, visiting(browser, url, lang) as visit:
            page = visit.page
            page.locator("#hf-message textarea").fill(WISH[lang])
            page.keyboard.press("Enter")
            page.locator(".hf-thinking").wait_for()
            page.get_by_role("button", name=label("stop", lang), exact=True).click()
            page.get_by_role("button", name=label("send", lang), exact=True).wait_for(timeout=3000)
            assert label("stopped", lang) in visit.text("#hf-note")
            visit.answered(1)
            assert WISH[lang] in visit.text("#hf-chat")
