"""What the page draws from typed views: lines, who the investor is, the market, holdings, a month, a dropped file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.holdings_view import holdings_view
from agent.session import Session
from agent.wiring import Desk, FixedClock, Settings, open_desk
from tests.test_ui import EVIL, LANGS, Tags, balanced, printer
from tools.domain.value import Lang
from tools.errors import BadInput
from ui import importing, portrait, scene
from ui.handlers import Handlers
from ui.labels import label
from ui.lines import MOST_POINTS, Band, Series, lines, scale
from ui.report import month_of, report

NOW = "2026-03-31T09:00:00+00:00"
TRADES = b"date,symbol,side,quantity,price,currency\n2026-01-05,SPY,buy,3,500,USD\n"
DOUBTFUL = b"date,symbol,side,quantity,price,currency\n03/02/2026,SPY,buy,3,500,USD\n"
REFUSED = TRADES + b"2026-01-06,SPY,buy,three,500,USD\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path / "home", now=NOW)) as opened:
        yield opened


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "market"
    folder.mkdir()
    (folder / "prices.csv").write_text("date,MSFT,SPY\n2026-03-27,400,600\n2026-03-30,401,605\n")
    (folder / "fx.csv").write_text("date,pair,rate\n2026-03-30,USDKRW,1400\n")
    with open_desk(Settings(home=tmp_path / "home", market=f"files:{folder}", now=NOW, tz="UTC")) as opened:
        yield opened


def harmless(html: str) -> bool:
    tags = Tags(html)
    return balanced(html) and "img" not in tags.seen and not [n for n, _ in tags.attributes if n.startswith("on")]


# --- lines ------------------------------------------------------------------------------------------------------------


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_an_axis_holds_both_ends_in_few_even_steps(low: float, span: float) -> None:
    steps = scale(low, low + span)
    assert steps[0] <= low + 1e-6 * span and steps[-1] >= low + span - 1e-6 * span
    assert 2 <= len(steps) <= 8
    assert np.allclose(np.diff(steps), steps[1] - steps[0])


def test_a_line_is_drawn_from_its_first_to_its_last_value_inside_the_box() -> None:
    html = lines(["a", "b"], [Series("mine", np.linspace(0.0, 0.4, 1000), "own")], printer(), name="x", show=str)
    path = re.search(r'class="line own" d="M([^"]+)"', html)
    assert path is not None
    points = [tuple(map(float, p.split())) for p in path[1].replace("L", "").split(" ") if " " in p] or [
        (float(x), float(y)) for x, y in zip(*[iter(path[1].replace("L", "").split())] * 2, strict=True)
    ]
    assert len(points) <= MOST_POINTS
    assert points[0] == (0.0, 100.0) and points[-1][0] == 100.0
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in points)


@pytest.mark.parametrize("lang", LANGS)
def test_names_of_lines_are_escaped_and_said_to_a_screen_reader(lang: Lang) -> None:
    values = np.array([0.0, np.nan, 0.2])
    html = lines(
        [EVIL, EVIL], [Series(EVIL, values, EVIL, area=True)], printer(lang), name=EVIL,
        show=lambda v: f"{v:.1f}{EVIL}", bands=[Band(values - 0.1, values + 0.1)], level=(EVIL, 0.3),
    )  # fmt: skip
    assert harmless(html)
    assert '<table class="sr">' in html and html.count("<td></td>") == 1 and html.count("<td>") == 3


def test_nothing_known_draws_nothing() -> None:
    assert lines(["a"], [Series("x", np.array([np.nan]), "own")], printer(), name="x", show=str) == ""


# --- views ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_who_the_investor_is_is_drawn_with_goals_and_what_is_unknown(desk: Desk, lang: Lang) -> None:
    session = Session(desk, lang=lang)
    session.say("I want to retire in 15 years with $300,000, saving $1,000 a month")
    found = session.portrait()
    html = portrait.sections(found, printer(lang))
    assert harmless(html)
    assert html.count("hf-plot") == 1 and html.count('class="band"') == 2
    assert html.count("aria-current") == 1
    for unknown in found.unknowns:
        assert unknown.text in html


@pytest.mark.parametrize("lang", LANGS)
def test_the_market_is_drawn_with_every_gauge_and_release(desk: Desk, lang: Lang) -> None:
    session = Session(desk, lang=lang)
    first = session.say("포트폴리오를 제안해줘" if lang == "ko" else "Propose a portfolio").decision
    assert first is not None
    session.approve(first.id, first.fingerprint)
    found = session.market_view()
    html = scene.page(found, printer(lang))
    assert harmless(html)
    assert found.gauges and html.count("hf-meter") == len(found.gauges)
    ringing = replace(found, gauges=tuple(replace(g, now=2 * g.edge) for g in found.gauges))
    assert scene.page(ringing, printer(lang)).count("hf-gauge rings") == len(found.gauges)


def test_money_paid_in_is_no_performance_and_costs_are(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_desk(Settings(home=home, now="2026-01-05T09:00:00+00:00")) as desk:
        session = Session(desk, lang="en")
        first = session.say("Propose a portfolio").decision
        assert first is not None
        fees = session.approve(first.id, first.fingerprint).cost
    with open_desk(Settings(home=home, now="2026-02-10T09:00:00+00:00")) as desk:
        assert Session(desk, lang="en").say("I deposit $50,000").calls
    with open_desk(Settings(home=home, now=NOW)) as desk:
        found = holdings_view(desk, "me", "en")
        market = desk.market.at(desk.clock.now())
    assert found.paths is not None and found.paths.kind == "record"
    assert found.paths.fees == fees
    assert set(found.paths.rules) == {"equal_weight", "60_40"}
    growth = 1.0 + found.paths.own
    steps = growth[1:] / growth[:-1] - 1.0
    assert np.abs(steps).max() < 0.05  # a deposit of half the portfolio would be a step of 0.5
    assert growth[0] == pytest.approx(1.0 - float(fees.amount) / 100_000, abs=1e-4)
    assert found.paths.days[-1] == market.days[-1].astype("datetime64[D]").item()


def test_a_short_record_follows_todays_holdings_back_and_says_so(desk: Desk) -> None:
    session = Session(desk, lang="en")
    first = session.say("Propose a portfolio").decision
    assert first is not None
    session.approve(first.id, first.fingerprint)
    found = session.holdings_view()
    assert found.paths is not None and found.paths.kind == "held" and found.paths.fees is None
    assert found.year_ago is None
    assert sum(found.currencies.values()) == pytest.approx(1.0)


def test_a_year_ago_stands_beside_today(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path / "home", now="2025-01-06T09:00:00+00:00")) as desk:
        session = Session(desk, lang="en")
        first = session.say("Propose a portfolio").decision
        assert first is not None
        session.approve(first.id, first.fingerprint)
        then = session.portfolio().weights
    with open_desk(Settings(home=tmp_path / "home", now="2026-01-06T09:00:00+00:00")) as desk:
        found = holdings_view(desk, "me", "en")
    assert found.year_ago is not None
    assert sum(found.year_ago.values()) == pytest.approx(1.0)
    assert max(abs(found.year_ago.get(a, 0.0) - w) for a, w in then.items()) < 0.01


# --- a month ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_month_tells_what_was_said_done_and_paid_and_loads_nothing(desk: Desk, lang: Lang) -> None:
    session = Session(desk, lang=lang)
    first = session.say("비트코인은 1% 넘지 않게 해줘" if lang == "ko" else "keep bitcoin below 1%").decision
    assert first is not None
    session.approve(first.id, first.fingerprint)
    html = report(session, printer(lang), month_of("2026-03", desk.clock.now(), "UTC"), "")
    assert first.id in html and label("report_done", lang) in html
    assert ("비트코인은 1% 넘지 않게 해줘" if lang == "ko" else "keep bitcoin below 1%") in html
    assert "<script" not in html and "http" not in html.replace("http-equiv", "")
    empty = report(session, printer(lang), month_of("2026-02", desk.clock.now(), "UTC"), "")
    assert first.id not in empty and label("report_nothing_done", lang) in empty


def test_a_month_runs_from_its_first_day_to_the_next_ones() -> None:
    now = datetime(2025, 12, 31, 20, tzinfo=UTC)
    assert month_of("2025-12", now, "UTC") == (date(2025, 12, 1), date(2026, 1, 1))
    assert month_of(None, now, "Asia/Seoul") == (date(2026, 1, 1), date(2026, 2, 1))
    for wrong in ("2025-13", "march", "2025-1", ""):
        if wrong:
            with pytest.raises(BadInput):
                month_of(wrong, now, "UTC")


# --- a dropped file ---------------------------------------------------------------------------------------------------


def test_a_dropped_file_is_shown_first_and_taken_in_by_a_button(real: Desk) -> None:
    handlers = Handlers(real)
    handlers.take("mine.csv", TRADES, "en")
    page = handlers.act("file", "", "en", "portfolio").pages["portfolio"]
    assert 'data-act="file_take"' in page
    assert handlers.session("en").log() == ()
    done = handlers.act("file_take", "{}", "en", "portfolio").pages["portfolio"]
    assert [e.body.kind for e in handlers.session("en").log()].count("import") == 1
    assert "file_take" not in done


def test_a_home_without_any_price_still_takes_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "market"
    folder.mkdir()
    with open_desk(Settings(home=tmp_path / "home", market=f"files:{folder}", now=NOW, tz="UTC")) as desk:
        handlers = Handlers(desk)
        view = handlers.view("en", "portfolio")
        assert "hf-drop" in view.pages["portfolio"] and "There are no prices" in view.pages["portfolio"]
        assert view.card is not None and "There are no prices" in view.card


def test_a_question_about_a_file_is_answered_by_a_button(real: Desk) -> None:
    handlers = Handlers(real)
    handlers.take("mine.csv", DOUBTFUL, "en")
    page = handlers.act("file", "", "en", "portfolio").pages["portfolio"]
    keys = re.findall(r'data-act="file_answer" data-value="([^"]*)"', page)
    assert len(keys) == 2
    assert "file_take" in handlers.act("file_answer", keys[0], "en", "portfolio").pages["portfolio"]


def test_rows_that_cannot_be_taken_are_left_out_only_when_said(real: Desk) -> None:
    handlers = Handlers(real)
    handlers.take("mine.csv", REFUSED, "en")
    stays = handlers.act("file_take", "{}", "en", "portfolio")
    assert not [e for e in handlers.session("en").log() if e.body.kind == "import"]
    assert stays.pages
    handlers.act("file_take", '{"drop": "yes"}', "en", "portfolio")
    taken = [e.body for e in handlers.session("en").log() if e.body.kind == "import"]
    assert len(taken) == 1 and sum(t.units for t in taken[0].trades) == Decimal(3)  # type: ignore[union-attr]


def test_a_file_can_be_left_and_a_home_of_simulated_prices_takes_none(desk: Desk) -> None:
    handlers = Handlers(desk)
    handlers.take(EVIL, TRADES, "ko")
    page = handlers.act("file", "", "ko", "portfolio").pages["portfolio"]
    assert label("import_demo", "ko") in page and harmless(page)
    handlers.act("file_take", "{}", "ko", "portfolio")
    assert not [e for e in handlers.session("ko").log() if e.body.kind == "import"]
    left = handlers.act("file_cancel", "", "ko", "portfolio").pages["portfolio"]
    assert "hf-preview" not in left
    assert "hf-drop" in importing.section(None, (), printer("ko"), simulated=False)


def test_the_clock_of_a_month_is_the_desks(desk: Desk) -> None:
    moved = replace(desk, clock=FixedClock(datetime(2026, 3, 2, tzinfo=UTC)))
    assert "2026-3" in Handlers(moved).report("en", None, "")


def test_a_dropped_file_goes_into_the_account_that_is_chosen(real: Desk) -> None:
    handlers = Handlers(real)
    handlers.session("en").open_account("isa", name="My ISA", kind="isa", currency="KRW")
    handlers.take("mine.csv", TRADES, "en")
    page = handlers.act("file", "", "en", "portfolio").pages["portfolio"]
    assert harmless(page) and '<option value="isa">My ISA</option>' in page
    refused = handlers.act("file_take", '{"account": "other"}', "en", "portfolio").pages["portfolio"]
    assert "hf-preview" in refused
    handlers.act("file_take", '{"account": "isa"}', "en", "portfolio")
    held = {s.account.id: s.book.units("SPY") for s in handlers.session("en").accounts() if s.account}
    assert held == {"isa": Decimal(3)}


def test_a_list_of_holdings_is_compared_with_the_book_from_the_page(real: Desk) -> None:
    handlers = Handlers(real)
    handlers.take("mine.csv", TRADES, "en")
    first = handlers.act("file", "", "en", "portfolio").pages["portfolio"]
    assert "$500" in first and "3 shares" in first  # the trades are seen before they are taken in
    handlers.act("file_take", "{}", "en", "portfolio")
    assert "mine.csv" in handlers.view("en", "log").pages["log"]
    handlers.take("list.csv", b"symbol,quantity\nSPY,3\n", "en")
    page = handlers.act("file", "", "en", "portfolio").pages["portfolio"]
    assert 'data-act="file_check"' in page and "file_take" not in page
    handlers.act("file_check", "{}", "en", "portfolio")
    (checked,) = [e.body for e in handlers.session("en").log() if e.body.kind == "checked"]
    assert checked.differences == ()  # type: ignore[union-attr]
    handlers.take("words.csv", b"nothing in here\n", "en")
    assert "words.csv" in handlers.act("file_check", "{}", "en", "portfolio").pages["portfolio"]
    assert [e.body.kind for e in handlers.session("en").log()].count("checked") == 1


def test_practice_money_is_called_so_in_a_home_on_real_prices_until_trades_come(real: Desk) -> None:
    handlers = Handlers(real)
    assert label("practice", "en") in str(handlers.view("en", "talk").header)
    handlers.take("mine.csv", TRADES, "en")
    handlers.act("file_take", "{}", "en", "portfolio")
    assert label("practice", "en") not in str(handlers.view("en", "talk").header)
