"""The page without a browser: charts, cards, what the buttons do, and the door in front of everything."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from agent.session import Session
from agent.wiring import Desk, Settings, open_desk
from tests import worlds
from tools.decide import decide
from tools.domain.decision import Cause, Decision, Explanation, Receipt
from tools.domain.value import Lang, Money
from tools.names import Names
from ui import cards, charts, reasons, speech
from ui.charts import Pair, Part, Step
from ui.door import LARGEST, OPEN, Door, allowed
from ui.everyone import first_language
from ui.handlers import Handlers, View
from ui.labels import LABELS, label
from ui.printer import Printer, nameless
from ui.serve import make_app

NOW = "2026-03-31T09:00:00+00:00"
PORT = 7860
EVIL = '<img src=x onerror="alert(1)">'
LANGS: tuple[Lang, ...] = ("ko", "en")
SLOT = re.compile(r"\{(\w+)\}")


def printer(lang: Lang = "en") -> Printer:
    return Printer(lang, "Asia/Seoul", Names((), worlds.universe()), worlds.universe())


def widths(html: str) -> list[float]:
    return [float(w) for w in re.findall(r"width:(?:max\()?([\d.]+)%?", html)]


class Tags(HTMLParser):
    """Collects what a browser would see as elements and attributes, and whether they are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.crossed = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in ("br", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.crossed = self.crossed or not self.open or self.open.pop() != tag


def balanced(html: str) -> bool:
    tags = Tags(html)
    return not tags.crossed and not tags.open


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LABELS)
def test_a_label_exists_in_both_languages_with_the_same_slots(code: str) -> None:
    korean, english = LABELS[code]
    assert korean.strip() and english.strip()
    assert sorted(SLOT.findall(korean)) == sorted(SLOT.findall(english))


def test_korean_labels_are_korean_and_english_ones_are_not() -> None:
    hangul = re.compile("[가-힣]")
    figures_only = {c for c, (ko, _) in LABELS.items() if not re.sub(r"\{\w+\}|[\W\d]", "", ko)}
    assert not [
        c for c, (ko, en) in LABELS.items() if c not in figures_only and (not hangul.search(ko) or hangul.search(en))
    ]


# --- charts -----------------------------------------------------------------------------------------------------------


def test_bars_start_at_zero_and_are_as_long_as_their_weights() -> None:
    html = charts.paired_bars([Pair("A", 0.4, 0.1, "bond"), Pair("B", 0.0, 0.2, "equity")], printer())
    assert charts.axis(0.4) == 0.4
    assert widths(html) == [100.0, 25.0, 0.0, 50.0]


@given(st.floats(0, 1))
def test_an_axis_reaches_its_largest_bar(largest: float) -> None:
    assert largest <= charts.axis(largest) + 1e-9 <= 1.0 + 1e-9


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=6))
def test_the_parts_of_a_strip_fill_it(weights: list[float]) -> None:
    html = charts.strip([Part(str(n), w, "cash") for n, w in enumerate(weights)], printer(), name="now")
    assert sum(widths(html)) == pytest.approx(100, abs=0.01)


def test_a_waterfall_leads_from_the_first_bar_to_the_last() -> None:
    html = charts.waterfall(
        Step("before", 0.2), [Step("up", 0.3), Step("down", -0.1)], Step("after", 0.4), printer("ko")
    )
    lefts = [float(x) for x in re.findall(r"left:([\d.]+)%", html)]
    assert charts.axis(0.5) == 0.5
    assert lefts == [0.0, 40.0, 80.0, 0.0]
    assert widths(html) == [40.0, 60.0, 20.0, 80.0]
    assert "+30%p" in html and "−10%p" in html and "40%" in html


def test_a_waterfall_below_zero_keeps_its_zero_inside() -> None:
    html = charts.waterfall(Step("a", 0.1), [Step("b", -0.2), Step("c", 0.2)], Step("d", 0.1), printer())
    assert all(0 <= float(x) <= 100 for x in re.findall(r"left:([-\d.]+)%", html))


@pytest.mark.parametrize("lang", LANGS)
def test_a_name_never_becomes_markup(lang: Lang) -> None:
    p = printer(lang)
    html = charts.paired_bars([Pair(EVIL, 0.1, 0.2, EVIL)], p)
    html += charts.strip([Part(EVIL, 1.0, EVIL)], p, name=EVIL)
    html += charts.waterfall(Step(EVIL, 0.1), [Step(EVIL, 0.1, EVIL)], Step(EVIL, 0.2), p)
    html += cards.notice(EVIL) + cards.empty(EVIL, EVIL)
    html += cards.header(lang, simulated=True, practice=True, mind=EVIL, as_of=EVIL)
    html += speech.conversation([speech.Answer(EVIL, EVIL)], lang, waiting=EVIL) + speech.chips([(EVIL, EVIL)], lang)
    assert "img" not in Tags(html).seen
    assert not [name for name, _ in Tags(html).attributes if name.startswith("on")]
    assert balanced(html)


def test_a_change_too_small_to_print_is_a_dash() -> None:
    assert "–" in charts.signed(0.0001, printer())
    assert "+0.1 pp" in charts.signed(0.001, printer())


# --- cards ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decision() -> Decision:
    limits = (worlds.limit("s1", "max", "bitcoin", 0.02),)
    return decide(worlds.facts(worlds.market(), worlds.inputs(*limits)))


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_shows_everything_a_yes_would_do(decision: Decision, lang: Lang) -> None:
    p = printer(lang)
    html = cards.proposal(decision, p)
    assert balanced(html)
    for trade in decision.proposal.trades:
        assert p.name(trade.asset) in html and p.units(trade.units, trade.asset) in html
    assert p.money(decision.proposal.cost) in html and decision.code in html
    assert p.percent(decision.outlook.vol_after) in html and p.percent(decision.proposal.turnover) in html
    assert label("approve_hint", lang) in html and p.time(decision.expires_at) in html
    for binding in decision.proposal.binding:
        assert p.limit(binding.limit) in html


def test_every_weight_of_the_card_is_in_its_bars(decision: Decision) -> None:
    rows = cards.pairs(decision.proposal.current, decision.proposal.target, printer())
    assert sum(r.before for r in rows) == pytest.approx(1)
    assert sum(r.after for r in rows) == pytest.approx(1)
    assert len(rows) == len({r.name for r in rows})


def test_the_card_speaks_the_language_of_the_page(decision: Decision) -> None:
    korean, english = cards.proposal(decision, printer("ko")), cards.proposal(decision, printer("en"))
    assert "제안" in korean and "Proposal" not in korean
    assert "Proposal" in english and "제안" not in english


def test_a_receipt_says_when_it_was_done_before() -> None:
    cost = Money(amount=Decimal(1200), currency="KRW")
    done = Receipt(decision_id="d1", at=worlds.NOW, fills=(), cost=cost)
    assert "1,200원" in cards.receipt(done, printer("ko"))
    assert label("approved_again", "ko") in cards.receipt(done.model_copy(update={"again": True}), printer("ko"))


def explanation() -> Explanation:
    said_at = datetime(2026, 3, 2, 20, tzinfo=UTC)
    shares = {"US": -0.2, "KTB": 0.4, "KRW": -0.2}
    return Explanation(
        decision_id="d1",
        at=worlds.NOW,
        before={"US": 0.5, "KRW": 0.5},
        after={"US": 0.2, "KTB": 0.4, "KRW": 0.4},
        causes=(
            Cause(name="drift", shares={"US": -0.1, "KRW": 0.1}),
            Cause(name="limits/s1", shares=shares, statement="s1", said=EVIL, said_at=said_at),
        ),
        counterfactuals={"limits/s1": {"US": 0.4, "KRW": 0.6}},
        text=EVIL,
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_reasons_name_the_words_their_day_and_what_would_be_without_them(lang: Lang) -> None:
    p = printer(lang)
    html = reasons.page(explanation(), "US", p)
    assert balanced(html) and "img" not in Tags(html).seen
    assert p.day(datetime(2026, 3, 3, tzinfo=UTC)) in html  # eight in the evening UTC is the next day in Seoul
    assert p.cause("drift") in html and label("had_not", lang) in html
    assert p.points(-0.2) in html and p.percent(0.6) in html


def test_the_waterfall_of_a_class_adds_its_assets_up() -> None:
    html = reasons.fall(explanation(), "equity", printer())
    assert [p for p in ("50%", "20%", "−10 pp", "−20 pp") if p not in html] == []


def test_an_unknown_target_falls_back_to_what_moved_most() -> None:
    assert label("why_of", "en", what="KTB") in reasons.page(explanation(), "nonsense", printer())


# --- handlers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Settings(home=tmp_path, now=NOW)) as opened:
        yield opened


def last(views: Iterator[View]) -> View:
    return list(views)[-1]


def pages(view: View) -> str:
    return "".join(x for x in (view.header, view.chat, view.card, view.note, view.chips, *view.pages.values()) if x)


def executions(desk: Desk) -> int:
    return sum(e.body.kind == "execution" for e in desk.ledger.read("me"))


@pytest.mark.parametrize("lang", LANGS)
def test_talk_shows_the_words_first_then_steps_then_the_answer(desk: Desk, lang: Lang) -> None:
    views = list(Handlers(desk).talk(label("start_2", lang), lang, "talk"))
    assert [v.busy for v in views] == [True] * (len(views) - 1) + [False]
    assert label("thinking", lang) in str(views[0].chat) and label("thinking", lang) not in str(views[-1].chat)
    assert label("step_set_limit", lang) in str(views[-1].chat)
    assert views[-1].seen is not None and views[-1].seen[1][:4] in str(views[-1].card)


def test_nothing_said_is_nothing_done(desk: Desk) -> None:
    assert list(Handlers(desk).talk("  \n", "ko", "talk")) == []
    assert desk.ledger.read("me") == ()


def test_every_page_is_whole_before_and_after_a_first_proposal(desk: Desk) -> None:
    hands = Handlers(desk)
    for said in (None, "포트폴리오를 제안해줘"):
        if said:
            last(hands.talk(said, "ko", "talk"))
        for lang in LANGS:
            for tab in ("talk", "portfolio", "why", "me", "log"):
                assert balanced(pages(hands.view(lang, tab)))


def test_a_yes_counts_only_for_the_proposal_the_page_showed(desk: Desk) -> None:
    hands = Handlers(desk)
    first = last(hands.talk("포트폴리오를 제안해줘", "ko", "talk"))
    assert first.seen is not None
    newer = last(Handlers(desk).talk("비트코인은 1% 넘지 않게 해줘", "ko", "talk"))
    assert newer.seen is not None and newer.seen != first.seen
    for wrong in (None, first.seen, (newer.seen[0], first.seen[1]), (first.seen[0], newer.seen[1])):
        view = hands.approve("ko", "talk", wrong)
        assert label("card_moved", "ko") in str(view.note) and view.seen == newer.seen
    assert executions(desk) == 0
    view = hands.approve("ko", "talk", newer.seen)
    assert label("approved", "ko") in str(view.note) and view.seen is None
    assert executions(desk) == 1
    hands.approve("ko", "talk", newer.seen)
    assert executions(desk) == 1


def test_a_rejection_withdraws_the_proposal_and_leaves_the_words(desk: Desk) -> None:
    hands = Handlers(desk)
    view = last(hands.talk("Keep bitcoin below 10%", "en", "talk"))
    assert label("rejected", "en") in str(hands.reject("en", "talk", view.seen).note)
    session = Session(desk)
    assert session.pending() is None and session.state() == {"cap": {"bitcoin": 0.1}}


def test_forget_and_undo_take_back_what_was_said(desk: Desk) -> None:
    hands = Handlers(desk)
    last(hands.talk("담배 회사는 빼줘", "ko", "talk"))
    last(hands.talk("비트코인은 10% 넘지 않게 해줘", "ko", "talk"))
    session = Session(desk, lang="ko")
    gone = session.statements()[0].statement
    assert gone.said in str(hands.view("ko", "me").pages["me"])
    hands.act("forget", "s999", "ko", "me")
    assert len(session.statements()) == 2
    view = hands.act("forget", gone.id, "ko", "me")
    assert [s.statement.said for s in session.statements()] == ["비트코인은 10% 넘지 않게 해줘"]
    assert f'data-value="{gone.id}"' not in view.pages["me"]
    last(hands.talk("되돌려줘", "ko", "talk"))
    assert len(session.statements()) == 2


@pytest.mark.parametrize("act", ["", "approve", "erase", "__class__", "say"])
def test_an_unknown_button_changes_nothing(desk: Desk, act: str) -> None:
    hands = Handlers(desk)
    last(hands.talk("포트폴리오를 제안해줘", "ko", "talk"))
    before = desk.ledger.read("me")
    hands.act(act, "d1", "ko", "me")
    assert desk.ledger.read("me") == before


def test_erasing_needs_the_exact_word(desk: Desk) -> None:
    hands = Handlers(desk)
    last(hands.talk("반도체는 빼줘", "ko", "talk"))
    assert label("erase_wrong", "ko") in hands.erase("모두", "ko", "me").pages["me"]
    assert Session(desk).statements()
    view = hands.erase(label("erase_word", "ko"), "ko", "me")
    assert label("erased", "ko") in view.pages["me"] and "반도체" not in pages(view)
    assert not Session(desk).statements()


def test_another_window_notices_and_an_unchanged_record_costs_nothing(desk: Desk) -> None:
    one, two = Handlers(desk), Handlers(desk)
    mark, seen = two.view("ko", "talk").mark, two.mark()
    assert two.changed("ko", "talk", mark) is None
    view = last(one.talk("포트폴리오를 제안해줘", "ko", "talk"))
    changed = two.changed("ko", "talk", mark)
    assert changed is not None and changed.seen == view.seen and changed.chat == view.chat
    assert two.mark() != seen and f'data-mark="{two.mark()}"' in str(changed.header)


def test_the_record_can_be_checked_from_the_page(desk: Desk) -> None:
    hands = Handlers(desk)
    last(hands.talk("포트폴리오를 제안해줘", "ko", "talk"))
    view = hands.act("verify", "", "en", "log")
    events = len(desk.ledger.read("me"))
    assert label("verify_ok", "en", events=events, decisions=1) in view.pages["log"]


def test_a_message_of_a_hundred_thousand_characters_and_control_characters_are_answered(desk: Desk) -> None:
    hands = Handlers(desk)
    for said in ("가" * 100_000, "\x00\x1b[2J‮비트코인", EVIL):
        view = last(hands.talk(said, "ko", "talk"))
        assert not view.busy and "img" not in Tags(str(view.chat)).seen


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("de, ko;q=0.1", "en"),
        ("", "en"),
        ("ko;q=nonsense", "en"),
        ("en;q=0.2, ko;q=0.7", "ko"),
    ],
)
def test_the_first_language_is_the_browsers(accepted: str, lang: Lang) -> None:
    assert first_language(accepted, None) == lang
    assert first_language(accepted, "ko") == "ko"


def test_what_is_said_before_there_is_a_desk_has_words() -> None:
    from tools.errors import BadInput

    assert "nowhere" in nameless("en").error(BadInput("unknown_market", "nowhere"))
    assert "nowhere" in nameless("ko").error(BadInput("unknown_market", "nowhere"))


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with open_desk(Settings(home=tmp_path_factory.mktemp("home"), now=NOW)) as desk:
        app = make_app(desk, PORT)
        with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as opened:
            yield opened


def test_the_page_is_served_with_headers_that_let_nothing_load_from_outside(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert {s for s in sources if not s.startswith("'")} == {"data:"}
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce[1]}"')
    assert nonce[1] not in client.get("/").headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:7860.evil.example", ""])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:7860"])
def test_another_origin_is_refused_and_gets_no_permission(client: TestClient, origin: str) -> None:
    answer = client.post("/gradio_api/queue/join", headers={"origin": origin}, json={})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_request_from_another_site_is_refused(client: TestClient) -> None:
    assert client.get("/export", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/export", headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_our_own_origin_gets_no_permission_for_others(client: TestClient) -> None:
    answer = client.get("/config", headers={"origin": f"http://localhost:{PORT}", "host": f"localhost:{PORT}"})
    assert answer.status_code == 200 and "access-control-allow-origin" not in answer.headers


def endpoints(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of mounted apps and included routers too."""
    for route in routes:
        router = getattr(route, "original_router", None) or getattr(route, "app", None)
        inner = getattr(router, "routes", None)
        if inner:
            yield from endpoints(inner, prefix + getattr(getattr(route, "include_context", None), "prefix", ""))
        for method in getattr(route, "methods", None) or ():
            yield method, re.sub(r"\{[^}]*\}", "x", prefix + route.path)


def test_only_the_listed_endpoints_answer(client: TestClient) -> None:
    every = set(endpoints(client.app.routes))  # type: ignore[attr-defined]
    assert ("POST", "/gradio_api/upload") in every and ("GET", "/gradio_api/file=x") in every
    listed = {(m, path) for path, methods in OPEN.items() for m in methods}
    folders = {("GET", p) for p in ("/assets/x", "/static/x", "/gradio_api/heartbeat/x")}
    assert {e for e in every if allowed(*e)} == listed | folders


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/file=/etc/passwd"),
        ("GET", "/static/../../etc/passwd"),
        ("GET", "/gradio_api/info"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/monitoring"),
        ("GET", "/gradio_api/mcp/"),
        ("GET", "/gradio_api/proxy=http://evil.example"),
        ("GET", "/gradio_api/runs"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/call/approve"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/login"),
        ("DELETE", "/"),
        ("POST", "/export"),
    ],
)
def test_what_gradio_would_answer_and_we_do_not_use_is_closed(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_a_huge_body_is_refused(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", content=b"x" * (LARGEST + 1)).status_code == 413


def test_no_handler_is_a_named_endpoint(client: TestClient) -> None:
    dependencies = client.get("/config").json()["dependencies"]
    assert dependencies
    assert {d["api_visibility"] for d in dependencies} == {"private"}


def test_the_export_is_the_whole_record_as_a_download(client: TestClient) -> None:
    answer = client.get("/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert set(answer.json()) >= {"schema_v", "investor", "events"}


def test_the_door_lets_no_websocket_in() -> None:
    assert Door(None, ["x"])._refusal({"type": "websocket", "headers": [], "path": "/"}) == 404  # type: ignore[arg-type]
