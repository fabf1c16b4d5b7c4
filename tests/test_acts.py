"""What the rooms of the page can do beside talking: try things, look at what is granted, replay, hear alerts, help."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.session import Session
from agent.toolbox.registry import TOOLS
from agent.wiring import Desk, Settings, open_desk
from agent.work import begin
from tests.test_page import harmless
from tests.test_ui import EVIL, LANGS, printer
from tools.domain.decision import Alert
from tools.domain.value import Lang
from ui import helping, trying
from ui.handlers import Handlers
from ui.labels import LABELS, book, frame, held, label, market, person, terminal

NOW = "2026-03-31T09:00:00+00:00"
FIRST: dict[Lang, str] = {"ko": "포트폴리오를 제안해줘", "en": "Propose a portfolio"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path / "home", now=NOW)) as opened:
        yield opened


def at_work(desk: Desk, lang: Lang = "en") -> Handlers:
    """A portfolio that was approved."""
    session = Session(desk, lang=lang)
    first = session.say(FIRST[lang]).decision
    assert first is not None
    session.approve(first.id, first.fingerprint)
    return Handlers(desk)


def tried(handlers: Handlers, lang: Lang = "en", **given: str) -> str:
    return handlers.act("try", json.dumps(given), lang, "why").pages["why"]


# --- labels and help --------------------------------------------------------------------------------------------------


def test_no_label_is_written_twice() -> None:
    counted = Counter(code for part in (book, frame, held, market, person, terminal) for code in part.LABELS)
    assert [code for code, n in counted.items() if n > 1] == [] and len(counted) == len(LABELS)


def test_every_tool_has_its_quiet_line() -> None:
    assert [name for name in TOOLS if f"step_{name}" not in LABELS] == []


@pytest.mark.parametrize("lang", LANGS)
def test_help_explains_every_figure_and_its_examples_can_be_put_into_the_box(lang: Lang) -> None:
    html = helping.panel(lang, simulated=True)
    assert harmless(html) and html.count("data-draft=") == len(helping.SAYINGS)
    assert html.count("<dd>") == len(helping.WORDS) and label("simulated_long", lang) in html
    assert label("simulated_long", lang) not in helping.panel(lang, simulated=False)


@pytest.mark.parametrize("lang", LANGS)
def test_what_help_suggests_to_say_is_understood(desk: Desk, lang: Lang) -> None:
    at_work(desk, lang)
    for kind in helping.SAYINGS:
        turn = Session(desk, lang=lang).say(label(f"help_{kind}_like", lang))
        assert turn.calls and turn.calls[0]["name"] not in ("clarify", "out_of_scope", "smalltalk"), kind


# --- trying -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "given",
    [
        {"way": "weight", "about": "equity", "percent": "20"},
        {"way": "weight", "about": "SPY", "percent": "7"},
        {"way": "calmer", "about": "equity"},
        {"way": "bolder", "about": "equity"},
        {"way": "shock", "about": "equity", "percent": "-30"},
    ],
)
def test_a_supposition_is_answered_and_recorded_nowhere(desk: Desk, lang: Lang, given: dict[str, str]) -> None:
    handlers = at_work(desk, lang)
    before = desk.ledger.read("me")
    page = tried(handlers, lang, **given)
    assert "hf-tried" in page and harmless(page) and label("bad_year", lang) in page
    assert desk.ledger.read("me") == before


def test_a_tried_weight_is_reached_exactly(desk: Desk) -> None:
    at_work(desk)
    answer = trying.solved(trying.Try("weight", "equity", 20), Session(desk)).found
    assert sum(answer.after.get(a, 0.0) for a in answer.members) == pytest.approx(0.2, abs=1e-9)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"way": "sell", "about": "equity"},
        {"way": "weight", "about": EVIL, "percent": "5"},
        {"way": "weight", "about": "equity", "percent": "101"},
        {"way": "weight", "about": "equity", "percent": "-1"},
        {"way": "shock", "about": "equity", "percent": "-90"},
        {"way": "shock", "about": "equity", "percent": "1e3"},
        {"way": "weight", "about": "equity", "percent": "twenty"},
    ],
)
def test_a_slider_that_says_what_none_can_say_is_refused(desk: Desk, given: dict[str, str]) -> None:
    page = tried(at_work(desk), **given)
    assert "hf-tried" not in page and "hf-notice bad" in page and harmless(page)


def test_what_no_portfolio_can_be_is_said_beside_the_sliders(desk: Desk) -> None:
    handlers = at_work(desk)
    Session(desk, lang="en").say("Keep at least 50% in stocks")
    page = tried(handlers, way="weight", about="bond", percent="80")
    assert "hf-notice bad" in page and "hf-tried" not in page


# --- automatic trading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_automatic_trading_is_seen_granted_by_its_button_and_ended_at_once(desk: Desk, lang: Lang) -> None:
    handlers, session = at_work(desk, lang), Session(desk, lang=lang)
    assert label("grants_none", lang) in handlers.view(lang, "me").pages["me"]
    session.say(label("grant_example", lang))
    offer = session.offer()
    assert offer is not None
    page = handlers.view(lang, "me").pages["me"]
    assert f'data-act="grant" data-value="{offer.fingerprint}"' in page and harmless(page)
    handlers.act("grant", "0" * 64, lang, "me")
    assert session.grants() == ()
    page = handlers.act("grant", offer.fingerprint, lang, "me").pages["me"]
    assert [g.id for g in session.grants()] == [offer.id]
    assert 'data-act="revoke"' in page and label("grants_none", lang) not in page and "12%" in page
    page = handlers.act("revoke", "", lang, "me").pages["me"]
    assert session.grants() == () and label("grants_none", lang) in page


# --- the record -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_one_decision_is_replayed_by_its_button(desk: Desk, lang: Lang) -> None:
    handlers = at_work(desk, lang)
    page = handlers.view(lang, "log").pages["log"]
    (decision,) = set(re.findall(r'data-act="replay" data-value="([^"]*)"', page))
    assert label("log_executed", lang) in page and harmless(page)
    again = handlers.act("replay", decision, lang, "log").pages["log"]
    code = next(e.body.code for e in desk.ledger.read("me") if e.body.kind == "decision")  # type: ignore[union-attr]
    assert label("replayed", lang, code=code, weights="", trades="")[:14] in again
    assert handlers.act("replay", "d0", lang, "log").pages["log"] == page


def test_a_forgotten_sentence_is_not_repeated_by_the_explanation(desk: Desk) -> None:
    handlers = at_work(desk)
    session = Session(desk, lang="en")
    session.say("I think gold will rise")
    assert "I think gold will rise" in handlers.view("en", "why").pages["why"]
    handlers.act("forget", session.statements()[0].statement.id, "en", "me")
    assert "I think gold will rise" not in handlers.view("en", "why").pages["why"]


def test_after_erasing_nothing_worked_out_before_is_left(desk: Desk) -> None:
    handlers = at_work(desk)
    Session(desk, lang="en").say("I think gold will rise")
    for tab in ("why", "market"):
        handlers.view("en", tab)
    handlers.erase(label("erase_word", "en"), "en", "me")
    assert not handlers.bench.kept and not [k for k in desk.digests if k.startswith("why:")]
    assert label("why_empty", "en") in handlers.view("en", "why").pages["why"]


# --- alerts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_an_alert_is_seen_in_every_room_until_the_market_was_looked_at(desk: Desk, lang: Lang) -> None:
    handlers = at_work(desk, lang)
    work = begin(desk, "me", lang)
    day = datetime(2026, 3, 31, tzinfo=UTC).date()
    work.add(Alert(id="a1", code="drawdown", day=day, value=0.08, level=0.05, rate=0.5, low=0.2, high=0.9))
    work.commit()
    for room in ("talk", "portfolio", "log"):
        card = str(handlers.view(lang, room).card)
        assert "hf-alert" in card and "8%" in card and harmless(card)
    handlers.view(lang, "market")
    assert "hf-alert" not in str(handlers.view(lang, "talk").card)


def test_a_proposal_that_waits_is_named_in_the_header_of_every_room(desk: Desk) -> None:
    handlers = at_work(desk)
    assert "hf-bar" not in str(handlers.view("en", "log").header)
    Session(desk, lang="en").say("Keep stocks below 20%")
    assert "hf-bar" in str(handlers.view("en", "log").header)


def test_a_page_that_was_drawn_before_is_drawn_from_what_was_kept(desk: Desk) -> None:
    handlers = at_work(desk)
    first = handlers.view("en", "market").pages["market"]
    kept = dict(handlers.bench.kept)
    assert handlers.view("en", "market").pages["market"] == first and handlers.bench.kept == kept
    Session(desk, lang="en").say("I think gold will rise")
    handlers.view("en", "market")
    assert handlers.bench.kept.keys() > kept.keys()


def test_numbers_of_slots_are_printed_in_both_languages() -> None:
    for lang in LANGS:
        html = trying.section("equity", label("equity", lang), 0.36, None, printer(lang))
        assert html.count("data-live") == 2 and 'value="36"' in html and harmless(html)
