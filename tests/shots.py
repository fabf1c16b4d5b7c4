"""Pictures for the README, made by `make shots`: a conversation in both languages, on a phone and in the dark."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from agent.session import Session
from agent.wiring import Settings, open_desk
from tests.test_browser import FLAGS, NOW, PHONE, WIDE, Visit, chromium, served
from tools.domain.value import Lang

FOLDER = Path(__file__).parent.parent / "ui" / "assets"
TALK: dict[Lang, tuple[str, ...]] = {
    "ko": ("포트폴리오를 제안해줘", "비트코인은 1% 넘지 않게 하고 담배 회사는 빼줘", "금이 오를 것 같아"),
    "en": ("Propose a portfolio", "Keep bitcoin below 1% and leave out tobacco companies", "I think gold will rise"),
}
LARGEST = 250_000
"""Bytes a picture may have."""


def talked(browser: Any, lang: Lang, name: str, **options: Any) -> None:
    """One picture: a first portfolio that was approved, then two wishes whose proposal waits."""
    with tempfile.TemporaryDirectory() as home, open_desk(Settings(home=home, now=NOW)) as desk:
        session = Session(desk, lang=lang)
        first = session.say(TALK[lang][0]).decision
        if first:
            session.approve(first.id, first.fingerprint)
        for line in TALK[lang][1:]:
            session.say(line)
        with served(desk) as url:
            visit = Visit(browser, url, lang, **{"viewport": WIDE, **options})
            visit.page.locator("#hf-yes").wait_for(state="visible")
            visit.page.wait_for_timeout(500)
            path = FOLDER / f"{name}.png"
            visit.page.screenshot(path=path)
            visit.close()
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size} bytes, more than {LARGEST}")


def main() -> int:
    """Make all pictures."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        talked(browser, "ko", "page-ko")
        talked(browser, "en", "page-en")
        talked(browser, "en", "dark", color_scheme="dark")
        talked(browser, "ko", "phone", viewport=PHONE)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
