"""The book on the page: forms read field by field, accounts together and apart, three bets, and the keyboard."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from tests.test_browser import PHONE, browser, served, visiting
from tests.test_page import harmless
from tests.test_rooms import faults
from tests.test_ui import EVIL, LANGS, printer
from tools.domain.entry import Entry
from tools.domain.events import Account, Moved
from tools.domain.investor import SetRisk
from tools.domain.value import Lang
from tools.errors import BadInput
from ui import bets, book, forms
from ui.handlers import Handlers
from ui.labels import label

__all__ = ["browser"]  # a fixture

NOW = "2026-03-31T09:00:00+00:00"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path / "demo", now=NOW)) as opened:
        yield opened


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "market"
    folder.mkdir()
    (folder / "prices.csv").write_text("date,MSFT,SPY\n2026-03-27,400,600\n2026-03-30,401,605\n")
    (folder / "fx.csv").write_text("date,pair,rate\n2026-03-30,USDKRW,1400\n")
    settings_ = Settings(
        home=tmp_path / "home", market=f"files:{folder}", now=NOW, tz="UTC", currency="USD", model="builtin"
    )
    with open_desk(settings_) as opened:
        yield opened


def send(handlers: Handlers, act: str, tab: str = "portfolio", lang: Lang = "en", **given: str) -> str:
    """The page after a form was sent."""
    return sent(handlers, act, given, tab, lang)


def sent(handlers: Handlers, act: str, form: dict[str, str], tab: str = "portfolio", lang: Lang = "en") -> str:
    return handlers.act(act, json.dumps(form), lang, tab).pages[tab]


def units(desk: Desk, asset: str) -> D:
    return sum((s.book.units(asset) for s in Session(desk).accounts()), D(0))


# --- reading a form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (
            {"kind": "deposit", "amount": "1,500,000.50", "currency": "KRW", "asset": "left over", "units": "x"},
            Entry(kind="deposit", amount=D("1500000.50"), currency="KRW"),
        ),
        (
            {"kind": "dividend", "asset": "own", "amount": "12", "currency": "USD", "day": "2026-03-02"},
            Entry(kind="dividend", asset="OWN", amount=D(12), currency="USD", day=date(2026, 3, 2)),
        ),
        ({"kind": "split", "asset": "ktb", "ratio": "50"}, Entry(kind="split", asset="KTB", ratio=D(50), per=D(1))),
        (
            {"kind": "transfer_in", "asset": "PRIV", "unlisted": "yes", "units": "3", "amount": "", "currency": "USD"},
            Entry(kind="transfer_in", asset="PRIV", units=D(3)),
        ),
        (
            {"kind": "correction", "asset": "KTB", "units": "0", "account": "a"},
            Entry(kind="correction", asset="KTB", units=D(0), account="a"),
        ),
        ({"kind": "deposit", "amount": "\uff11\uff12", "currency": "KRW"},
         Entry(kind="deposit", amount=D(12), currency="KRW")),
    ],
)  # fmt: skip
def test_a_form_becomes_the_entry_it_describes(form: dict[str, str], wanted: Entry) -> None:
    assert forms.entry(forms.fields(json.dumps(form)), {"OWN"}, printer()) == wanted


@pytest.mark.parametrize(
    ("said", "chosen", "amount", "currency"),
    [
        ("100만", "KRW", "1000000", "KRW"),
        ("1억 2천", "KRW", "120000000", "KRW"),
        ("1,200만 원", "KRW", "12000000", "KRW"),
        ("20k", "USD", "20000", "USD"),
        ("half a million", "USD", "500000", "USD"),
        ("$1,500", "KRW", "1500", "USD"),
        ("100만원", "USD", "1000000", "KRW"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_an_amount_is_read_as_people_say_it(said: str, chosen: str, amount: str, currency: str, lang: Lang) -> None:
    given = {"kind": "deposit", "amount": said, "currency": chosen}
    entry = forms.entry(given, (), printer(lang))
    assert (entry.amount, entry.currency) == (D(amount), currency)


def test_shares_may_be_counted_but_not_paid_for() -> None:
    given = {"kind": "transfer_out", "asset": "KTB"}
    assert forms.entry({**given, "units": "12주"}, (), printer("ko")).units == 12
    for wrong in ("12만원", "$12", "10%", "3개월", "5 to 6", "about 5"):
        with pytest.raises(BadInput) as caught:
            forms.entry({**given, "units": wrong}, (), printer())
        assert caught.value.code == "entry_number"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"kind": "theft"}, "form_unreadable"),
        ({}, "form_unreadable"),
        ({"kind": "deposit", "currency": "KRW"}, "entry_incomplete"),
        ({"kind": "deposit", "amount": "0", "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "-5", "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "1,5", "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "1e9", "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "NaN", "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "9" * 40, "currency": "KRW"}, "entry_number"),
        ({"kind": "deposit", "amount": "5", "currency": "<b>"}, "form_unreadable"),
        ({"kind": "deposit", "amount": "5", "currency": "KRW", "day": "tomorrow"}, "entry_date"),
        ({"kind": "transfer_in", "asset": "KTB", "units": "0"}, "entry_number"),
        ({"kind": "transfer_in", "asset": "KTBB", "units": "1"}, "entry_unlisted"),
        ({"kind": "transfer_in", "asset": EVIL, "units": "1", "unlisted": "yes"}, "entry_unlisted"),
        ({"kind": "dividend", "asset": "nobody", "amount": "5", "currency": "KRW"}, "entry_unknown"),
        ({"kind": "class", "asset": "KTB", "asset_class": "gems"}, "form_unreadable"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_what_cannot_be_read_is_refused_in_words(form: dict[str, str], code: str, lang: Lang) -> None:
    with pytest.raises(BadInput) as caught:
        forms.entry(form, (), printer(lang))
    words = printer(lang).error(caught.value)
    assert caught.value.code == code and words != printer(lang).error(BadInput("nothing of the kind"))


@pytest.mark.parametrize("text", ["", "[]", "1", '{"kind": 1}', '{"a": "1", "a": "2"}', "{" * 9_000, "x" * 10_000])
def test_what_is_no_form_is_no_form(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        forms.fields(text)
    assert caught.value.code == "form_unreadable" and forms.typed(text) == {}


@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "account", "a-2", "account-2"])))
def test_an_id_made_of_any_name_is_usable_and_new(name: str, taken: set[str]) -> None:
    made = forms.account_id(name, taken)
    assert made not in taken and 1 <= len(made) <= 24
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" or "가" <= c <= "힣" for c in made)


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_an_entry_is_read_back_and_its_button_takes_it_back(demo: Desk, lang: Lang) -> None:
    handlers = Handlers(demo)
    send(handlers, "enter", lang=lang, kind="interest", amount="7", currency="KRW")
    before = units(demo, "KRW")
    page = send(handlers, "enter", lang=lang, kind="deposit", amount="1,000,000", currency="KRW")
    assert harmless(page) and units(demo, "KRW") == before + 1_000_000
    assert 'data-act="undo" data-value="enter"' in page and 'class="hf-notice good' in page
    page = handlers.act("undo", "enter", lang, "portfolio").pages["portfolio"]
    assert units(demo, "KRW") == before and "data-here" in page and 'data-act="undo"' not in page


@pytest.mark.parametrize("lang", LANGS)
def test_a_refused_form_stays_as_it_was_typed_and_changes_nothing(demo: Desk, lang: Lang) -> None:
    handlers = Handlers(demo)
    page = send(handlers, "enter", lang=lang, kind="fee", amount=EVIL, currency="USD", day="2026-01-02")
    assert harmless(page) and 'class="hf-notice bad' in page
    assert 'value="fee" selected' in page and 'value="USD" selected' in page and 'value="2026-01-02"' in page
    assert not [e for e in Session(demo).log() if isinstance(e.body, Moved)]
    assert label("form_amount", lang) in page


def test_real_holdings_have_no_place_on_simulated_prices(demo: Desk) -> None:
    page = send(Handlers(demo), "enter", kind="transfer_in", asset="SPY", units="3")
    assert "home on real data" in page and not [e for e in Session(demo).log() if isinstance(e.body, Moved)]
    assert page.count(" disabled>") == len(book.REAL)


def test_holdings_are_entered_moved_and_corrected_by_name(real: Desk) -> None:
    handlers = Handlers(real)
    send(handlers, "enter", kind="transfer_in", asset="msft", units="10", amount="3,900", currency="USD")
    send(handlers, "enter", kind="transfer_in", asset="PRIV", units="2", unlisted="yes", amount="100", currency="USD")
    send(handlers, "enter", kind="split", asset="MSFT", ratio="2")
    send(handlers, "enter", kind="correction", asset="priv", units="3", amount="50", currency="USD")
    assert units(real, "MSFT") == 20 and units(real, "PRIV") == 3
    log = handlers.view("en", "log").pages["log"]
    assert (
        label("log_split", "en", old=1, new=2) in log and label("log_moved_correction", "en") in log and harmless(log)
    )
    page = send(handlers, "enter", kind="transfer_out", asset="MSF", units="1")
    assert "did you mean" in page and units(real, "MSFT") == 20


@pytest.mark.parametrize("lang", LANGS)
def test_accounts_stand_together_and_apart(real: Desk, lang: Lang) -> None:
    handlers = Handlers(real)
    page = send(handlers, "account", lang=lang, name=EVIL[:40], type="irp", currency="USD")
    assert harmless(page)
    (made,) = [e.body for e in Session(real).log() if isinstance(e.body, Account)]
    assert not made.trades and made.type == "irp"
    send(handlers, "enter", lang=lang, kind="transfer_in", asset="MSFT", units="8", account=made.id)
    page = send(handlers, "enter", lang=lang, kind="deposit", amount="500", currency="USD")
    assert label("account_trades_no", lang) in page and label("account_unchecked", lang) in page
    assert label("account_unnamed", lang) in page and "70%" in page  # the rule of a retirement account
    assert page.count("hf-notice bad") == 1
    Session(real).check_statement("list.csv", b"symbol,quantity\nMSFT,8\n", day=date(2026, 3, 30), account=made.id)
    page = handlers.view(lang, "portfolio").pages["portfolio"]
    day = printer(lang).date(date(2026, 3, 30))
    assert label("account_checked", lang, day=day) in page and label("account_unchecked", lang) not in page


def test_an_account_is_edited_by_its_id_and_no_other(real: Desk) -> None:
    handlers = Handlers(real)
    send(handlers, "account", name="Mine", type="ordinary", currency="USD", trades="yes")
    send(handlers, "account", name="Mine", type="isa", currency="KRW", trades="yes")
    assert [s.account.id for s in Session(real).accounts() if s.account] == ["mine", "mine-2"]
    send(handlers, "account", id="mine", name="Old", type="ordinary", currency="USD")
    assert [(s.account.name, s.account.trades) for s in Session(real).accounts() if s.account] == [
        ("Old", False),
        ("Mine", True),
    ]
    for wrong in (
        {"id": "other", "name": "x", "type": "isa", "currency": "USD"},
        {"id": "", "name": "", "type": "isa", "currency": "USD"},
        {"id": "mine", "name": "x" * 50, "type": "isa", "currency": "USD"},
        {"id": "mine", "name": "x", "type": "castle", "currency": "USD"},
        {"id": "mine", "name": "x", "type": "isa", "currency": "EUR"},
    ):
        assert 'class="hf-notice bad' in sent(handlers, "account", wrong)
    assert len([e for e in Session(real).log() if isinstance(e.body, Account)]) == 3


def test_a_home_without_prices_still_has_its_forms(tmp_path: Path) -> None:
    folder = tmp_path / "market"
    folder.mkdir()
    (folder / "prices.csv").write_text("date,MSFT\n2026-03-30,400\n")
    late = Settings(home=tmp_path / "home", market=f"files:{folder}", now="2020-01-01T00:00:00+00:00", tz="UTC")
    with open_desk(late) as desk:
        page = Handlers(desk).view("en", "portfolio").pages["portfolio"]
    assert 'data-act="enter"' in page and 'data-act="account"' in page and harmless(page)


@pytest.mark.parametrize("lang", LANGS)
def test_three_bets_become_a_statement_that_can_be_taken_back(demo: Desk, lang: Lang) -> None:
    handlers = Handlers(demo)
    page = send(handlers, "bets", "me", lang, bet0="no", bet2="no")
    assert 'class="hf-notice bad' in page and page.count(" checked>") == 2 and not Session(demo).log()
    page = send(handlers, "bets", "me", lang, bet0="no", bet1="no", bet2="no")
    assert harmless(page) and "“”" not in page and label("bets_again", lang) in page
    (said,) = Session(demo).statements()
    wish = said.statement.wish
    assert isinstance(wish, SetRisk) and (wish.loss_aversion or 0) > 2.25
    assert "“”" not in handlers.view(lang, "log").pages["log"]
    assert label("bets_open", lang) in handlers.act("undo", "bets", lang, "me").pages["me"]
    assert not Session(demo).statements()


def test_the_questions_say_what_is_at_stake(demo: Desk) -> None:
    html = bets.section(Session(demo, lang="ko").bets(), None, printer("ko"))
    assert html.count("<fieldset>") == 3 and "200만원" in html and "100만원" in html and harmless(html)


def test_the_style_sheet_knows_every_kind_of_entry() -> None:
    style = (Path(book.__file__).parent / "assets" / "page.css").read_text(encoding="utf-8")
    for kind in forms.FIELDS:
        assert f'[value="{kind}"]:checked) [data-for]:not([data-for~="{kind}"])' in style


@given(st.dictionaries(st.sampled_from(["kind", "asset", "units", "amount", "currency", "day", "account"]), st.text()))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_makes_the_page_fail(demo: Desk, form: dict[str, str]) -> None:
    assert harmless(sent(Handlers(demo), "enter", form))


@pytest.mark.browser
def test_a_half_typed_form_outlives_a_redraw(browser: Any, demo: Desk) -> None:
    with served(demo) as url, visiting(browser, url, "en") as visit:
        visit.tab("portfolio", "en")
        page = visit.page
        page.locator("#hf-enter [name=kind]").select_option("interest")
        page.locator("#hf-accounts summary").last.click()
        page.locator("#hf-accounts [name=name]").fill("ISA")
        page.locator("#hf-enter [name=amount]").fill("20k")
        Session(demo, lang="en").say("Propose a portfolio")  # said from the phone meanwhile
        page.locator("#hf-yes").wait_for(state="visible")
        assert page.locator("#hf-enter [name=kind]").input_value() == "interest"
        assert page.locator("#hf-enter [name=amount]").input_value() == "20k"
        assert page.evaluate("document.activeElement.name") == "amount"
        assert page.locator("#hf-accounts [name=name]").input_value() == "ISA"
        assert page.locator("#hf-accounts [name=name]").is_visible()
        page.locator("#hf-enter [name=amount]").press("Enter")
        page.locator("#hf-enter .hf-notice.good").wait_for()
        assert page.locator("#hf-enter [name=amount]").input_value() == ""
        assert page.locator("#hf-accounts [name=name]").input_value() == "ISA"
    (moved,) = [e.body for e in Session(demo).log() if isinstance(e.body, Moved)]
    assert moved.units == {"USD": D(20_000)}


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGS)
def test_the_book_is_kept_from_the_keyboard_on_a_phone(browser: Any, demo: Desk, lang: Lang) -> None:
    with served(demo) as url, visiting(browser, url, lang, viewport=PHONE) as visit:
        visit.tab("portfolio", lang)
        form = visit.page.locator("#hf-enter")
        assert form.locator("[name=ratio]").is_hidden()
        form.locator("[name=kind]").select_option("interest")
        form.get_by_role("textbox", name=label("form_amount", lang), exact=True).fill("abc")
        visit.page.keyboard.press("Enter")
        form.locator(".hf-notice.bad").wait_for()
        assert form.locator("[name=amount]").input_value() == "abc"
        form.locator("[name=amount]").fill("12,000")
        form.locator("[name=amount]").press("Enter")
        form.locator(".hf-notice.good").wait_for()
        assert visit.page.evaluate("document.activeElement.matches('#hf-enter .hf-notice')")
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")  # undo
        form.locator(".hf-notice.good").wait_for(state="detached")
        visit.page.locator("#hf-accounts summary").last.press("Enter")
        visit.page.locator("#hf-accounts [name=name]").fill("ISA")
        visit.page.keyboard.press("Enter")
        visit.page.locator(".hf-accounts li").last.wait_for()
        for fold in visit.page.locator("#hf-accounts details").all():
            fold.evaluate("e => e.open = true")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert faults(visit.page) == []
        visit.tab("me", lang)
        visit.page.locator("#hf-bets summary").press("Enter")
        visit.page.locator("#hf-bets [name=bet0][value=yes]").press("Space")
        assert faults(visit.page) == []
    assert [s.account.name for s in Session(demo).accounts() if s.account] == ["ISA"]
