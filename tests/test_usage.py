"""The day's budget of a large model: counted, shown, and never exceeded by another question."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.session import Session
from agent.usage import budget, budget_lines
from agent.wiring import Desk, Settings, from_environment, open_desk
from knowledge.usage import UsageFile, Used
from tests.fakes import FakeServer, Step, answer, serving, status
from tools.errors import BadInput, StoreFailed

KEY = "k" * 20


@contextmanager
def asking(home: Path, *steps: Step, most: int = 500_000) -> Iterator[tuple[Desk, FakeServer]]:
    with serving(*steps) as server:
        settings = Settings(home=home, now="2026-03-02", currency="KRW", tz="Asia/Seoul", daily_tokens=most)
        settings = replace(settings, model="openai:fake", api_key=KEY, base_url=server.url, token_prices=(1.0, 2.0))
        with open_desk(settings) as desk:
            yield desk, server


def test_what_the_server_counted_is_kept_for_the_day(tmp_path: Path) -> None:
    with asking(tmp_path, answer("네, 무엇을 도와드릴까요?")) as (desk, _):
        Session(desk, "kim", "ko").say("음")
        used = budget(desk).used
        assert used.read > 0 and used.written > 0
    with open_desk(replace(desk.settings, model="builtin")) as again:
        assert budget(again).used == used


def test_when_the_day_is_spent_the_built_in_model_answers_and_says_so(tmp_path: Path) -> None:
    with asking(tmp_path, answer("네, 무엇을 도와드릴까요?"), most=5) as (desk, server):
        session = Session(desk, "kim", "ko")
        session.say("음")
        asked = len(server.bodies)
        turn = session.say("비트코인 최대 10%")
        assert (turn.mind, turn.notice, len(server.bodies)) == ("builtin", "budget", asked)
        assert "다 썼어요" in turn.text and session.state() == {"cap": {"bitcoin": 0.1}}


def test_an_answer_that_failed_counts_as_well(tmp_path: Path) -> None:
    with asking(tmp_path, status(500)) as (desk, _):
        Session(desk, "kim", "ko").say("안녕")
        assert budget(desk).used.read > 0


def test_nothing_is_shown_where_no_large_model_is_set(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now="2026-03-02")) as desk:
        Session(desk, "kim", "ko").say("안녕")
        assert budget_lines(desk) == ()
    assert not (tmp_path / "usage.db").exists()


def test_days_are_apart_and_add_up(tmp_path: Path) -> None:
    kept = UsageFile(tmp_path / "usage.db")
    kept.add(date(2026, 3, 2), Used(3, 4))
    kept.add(date(2026, 3, 2), Used(1, 1))
    assert kept.of(date(2026, 3, 2)) == Used(4, 5) and kept.of(date(2026, 3, 3)) == Used()


def test_a_damaged_count_stops_the_large_model_and_not_the_talk(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreFailed):
        UsageFile(tmp_path / "usage.db").of(date(2026, 3, 2))
    with asking(tmp_path, answer("네")) as (desk, server):
        assert Session(desk, "kim", "ko").say("비트코인 최대 10%").mind == "builtin"
        assert server.bodies == []


@pytest.mark.parametrize(
    ("name", "given"),
    [("HANFOLIO_DAILY_TOKENS", "many"), ("HANFOLIO_DAILY_TOKENS", "-1"), ("HANFOLIO_TOKEN_PRICES", "1")],
)
def test_a_budget_that_cannot_be_read_is_refused(name: str, given: str) -> None:
    with pytest.raises(BadInput):
        from_environment({name: given})


def test_budget_and_prices_are_read_from_the_environment() -> None:
    found = from_environment({"HANFOLIO_DAILY_TOKENS": "0", "HANFOLIO_TOKEN_PRICES": "0.15,0.6"})
    assert (found.daily_tokens, found.token_prices) == (0, (0.15, 0.6))
