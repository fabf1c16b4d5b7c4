"""Every room of the page in a real Chromium: for a screen reader, at every width, for two people, over a bad line."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from tests.test_browser import LOCALES, NOW, PHONE, WAIT, WIDE, Visit, browser, desk, free_port, visiting
from tools.domain.value import Lang
from ui.labels import label
from ui.rooms import TABS

__all__ = ["browser", "desk"]  # fixtures

pytestmark = pytest.mark.browser

ROOMS = TABS[1:]


def settled(desk: Desk, lang: Lang) -> None:
    """A portfolio at work: one approved proposal, a goal, and a second proposal that waits."""
    session = Session(desk, lang=lang)
    said: dict[Lang, tuple[str, ...]] = {
        "ko": ("포트폴리오를 제안해줘", "15년 뒤 은퇴 자금으로 10억이 필요해", "주식은 30% 넘지 않게 해줘"),
        "en": ("Propose a portfolio", "I want to retire in 15 years with $300,000", "Keep stocks below 30%"),
    }
    first = session.say(said[lang][0]).decision
    assert first is not None
    session.approve(first.id, first.fingerprint)
    for text in said[lang][1:]:
        session.say(text)


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong, by rule and place."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    return [f"{v['id']}: {n['target']} {n['html'][:90]}" for v in found["violations"] for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_room_is_clean_for_a_screen_reader(browser: Any, desk: Desk, lang: Lang, scheme: str) -> None:
    from tests.test_browser import served

    settled(desk, lang)
    with served(desk) as url, visiting(browser, url, lang, color_scheme=scheme) as visit:
        visit.page.locator("#hf-yes").wait_for(state="visible")
        assert faults(visit.page) == []
        for room in ROOMS:
            visit.tab(room, lang)
            visit.page.wait_for_timeout(300)
            assert faults(visit.page) == [], room


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_no_room_scrolls_sideways(browser: Any, desk: Desk, width: int) -> None:
    from tests.test_browser import served

    settled(desk, "ko")
    with (
        served(desk) as url,
        visiting(browser, url, "ko", viewport={"width": width, "height": 900}) as visit,
    ):
        for room in TABS:
            visit.tab(room, "ko", ".hf-talk" if room == "talk" else ".hf-page")
            wide = visit.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (room, wide)


def test_a_file_is_dropped_looked_at_and_left(browser: Any, desk: Desk, tmp_path: Path) -> None:
    from tests.test_browser import served

    file = tmp_path / "mine.csv"
    file.write_text("date,symbol,side,quantity,price,currency\n2026-01-05,SPY,buy,3,500,USD\n", encoding="utf-8")
    with served(desk) as url, visiting(browser, url, "en") as visit:
        visit.tab("portfolio", "en")
        visit.page.locator("[data-file]").set_input_files(str(file))
        visit.page.locator(".hf-preview").wait_for()
        assert "mine.csv" in visit.text(".hf-preview")
        visit.page.get_by_role("button", name=label("import_cancel", "en"), exact=True).click()
        visit.page.locator(".hf-preview").wait_for(state="detached")
    assert not [e for e in Session(desk).log() if e.body.kind == "import"]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[str, Desk]]:
    """A page with two accounts."""
    import uvicorn

    from ui.serve import claim, make_app
    from ui.users import Users, put

    people = tmp_path / "users"
    put(people, "ana", "correct horse battery")
    put(people, "bo", "another long password")
    with open_desk(Settings(home=tmp_path / "shared", now=NOW)) as desk, claim(free_port()) as bound:
        port = bound.getsockname()[1]
        app = make_app(desk, port, users=Users(people))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", desk
        server.should_exit = server.force_exit = True
        thread.join(10)


def entered(browser: Any, url: str, name: str, word: str, lang: Lang) -> Any:
    context = browser.new_context(locale=LOCALES[lang], viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(url)
    assert faults(page) == []
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_selector(".hf-talk")
    return page


def test_two_people_log_in_and_each_sees_only_their_own(browser: Any, shared: tuple[str, Desk]) -> None:
    url, desk = shared
    Session(desk, investor="ana", lang="ko").say("비트코인은 최대 1%로 해줘")
    ana = entered(browser, url, "ana", "correct horse battery", "ko")
    bo = entered(browser, url, "bo", "another long password", "en")
    ana.get_by_text("비트코인은 최대 1%로 해줘").first.wait_for()
    bo.wait_for_selector(".hf-greeting")
    assert "비트코인" not in bo.locator("body").inner_text()
    bo.locator("#hf-message textarea").fill("keep gold below 7%")
    bo.keyboard.press("Enter")
    bo.wait_for_function("document.querySelectorAll('.hf-reply:not(.hf-thinking)').length >= 1")
    assert Session(desk, investor="bo").state() == {"cap": {"gold": 0.07}}
    assert "gold" not in Session(desk, investor="ana").state().get("cap", {})
    bo.get_by_role("button", name=label("logout", "en"), exact=True).click()
    bo.wait_for_selector("input[name=password]")
    for page in (ana, bo):
        page.context.close()


def test_a_lost_line_loses_no_turn(browser: Any, desk: Desk) -> None:
    from tests.test_browser import served

    with served(desk) as url:
        visit = Visit(browser, url, "en")
        visit.say("keep gold below 7%")
        visit.context.set_offline(True)
        Session(desk, lang="en").say("leave out alcohol")  # said from the phone meanwhile
        visit.page.wait_for_timeout(1500)
        visit.context.set_offline(False)
        visit.page.get_by_text("leave out alcohol").first.wait_for()
        visit.say("what do you know about me?")
        visit.context.close()


def test_a_phone_can_be_used_in_the_dark(browser: Any, desk: Desk) -> None:
    from tests.test_browser import served

    settled(desk, "en")
    with served(desk) as url, visiting(browser, url, "en", viewport=PHONE, color_scheme="dark") as visit:
        visit.page.locator("#hf-yes").scroll_into_view_if_needed()
        visit.page.locator("#hf-yes").click()
        visit.page.locator(".hf-notice.good").wait_for()


def test_a_phone_names_lines_beside_them_and_points_to_the_card(browser: Any, desk: Desk) -> None:
    from tests.test_browser import served

    settled(desk, "en")
    with served(desk) as url, visiting(browser, url, "en", viewport=PHONE) as visit:
        visit.tab("portfolio", "en", ".hf-lines")
        for name in visit.page.locator(".hf-ends:visible span").all():
            assert name.bounding_box()["height"] < 40
        bar = visit.page.locator(".hf-bar")
        assert bar.is_visible()
        bar.click()
        bar.wait_for(state="hidden")
        assert visit.page.locator("#hf-yes").is_visible()


def test_help_and_sliders_are_used_from_the_keyboard(browser: Any, desk: Desk) -> None:
    from tests.test_browser import served

    settled(desk, "en")
    with served(desk) as url, visiting(browser, url, "en") as visit:
        page = visit.page
        page.locator("#hf-help summary").press("Enter")
        assert faults(page) == []
        page.keyboard.press("Escape")
        page.locator(".hf-help-panel").wait_for(state="hidden")
        page.locator(".hf-badge.simulated").press("Enter")
        page.locator("[data-draft]").first.press("Enter")
        page.locator(".hf-help-panel").wait_for(state="hidden")
        assert page.locator("#hf-message textarea").input_value() == label("help_limit_like", "en")
        visit.tab("why", "en", "#hf-try")
        slider = page.locator("#hf-try input[type=range]").first
        was = int(slider.input_value())
        slider.press("ArrowRight")
        page.locator(".hf-tried").wait_for()
        assert int(slider.input_value()) == was + 1
        assert page.evaluate("document.activeElement.matches('#hf-try input[type=range]')")
        assert faults(page) == []
