"""Imported trades and goals in the talk: what they say, what they do not yet, and what binds meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from agent import answers
from agent.session import Session
from agent.toolbox.args import ProfileTrades, Recall
from agent.toolbox.goals import set_goal
from agent.toolbox.memory import recall
from agent.toolbox.outcome import Hands, Outcome
from agent.toolbox.talking import profile_trades
from agent.wiring import Desk, Settings, open_desk
from agent.words.render import render_all
from agent.words.traits import trait_lines
from agent.work import Work, begin
from knowledge.imports import ImportReport
from tests.investors import Kind, investor
from tools.behaviour import traits
from tools.domain.events import Event, Imported, Moved
from tools.domain.investor import SetGoal, SetRisk, Statement
from tools.domain.value import Lang
from tools.mandate import profile_of
from tools.state import State, fold

LANGS: tuple[Lang, ...] = ("ko", "en")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A real-data home with five years of prices of four shares."""
    folder = tmp_path_factory.mktemp("market")
    rng = np.random.default_rng(0)
    days = np.arange("2021-04-01", "2026-03-31", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    prices = 100 * np.exp(np.cumsum(0.012 * rng.standard_normal((len(days), 4)), axis=0))
    rows = [f"{d},{','.join(f'{p:.2f}' for p in row)}" for d, row in zip(days, prices, strict=True)]
    (folder / "prices.csv").write_text("\n".join(["date,MSFT,AAPL,NVDA,TSLA", *rows]))
    settings = Settings(home=folder / "home", market=f"files:{folder}", now="last", currency="USD", tz="UTC")
    with open_desk(settings) as opened:
        yield opened


@pytest.fixture
def who(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).replace("[", "-").replace("]", "")


def bring(desk: Desk, who: str, rows: list[str]) -> None:
    session = Session(desk, who)
    head = "date,symbol,side,quantity,price,currency"
    report = session.preview_trades("t.csv", "\n".join([head, *rows, ""]).encode())
    assert isinstance(report, ImportReport)
    session.commit_import(report.import_id)


def hands(desk: Desk, who: str, said: str, lang: Lang = "en") -> Hands:
    return Hands(desk, begin(desk, who, lang), said)


def text(work: Work, outcome: Outcome) -> str:
    return render_all(outcome.lines, work.lang, work.desk.names, tz=work.tz).text


FEW = ["2024-02-05,MSFT,BUY,2,100,USD", "2024-03-05,AAPL,BUY,2,100,USD", "2025-03-05,AAPL,SELL,1,110,USD"]


def test_without_imports_nothing_is_said_of_habits_and_the_profile_is_what_was_stated(desk: Desk, who: str) -> None:
    work = begin(desk, who, "en")
    assert answers.habits(work) == ()
    assert answers.profile(work) == profile_of(work.state)
    found = profile_trades(hands(desk, who, "analyse my trades"), ProfileTrades(action="analyze"))
    assert found.reason == "not_connected"


@pytest.mark.parametrize("lang", LANGS)
def test_three_trades_do_not_yet_tell_of_the_habits_of_selling(desk: Desk, who: str, lang: Lang) -> None:
    bring(desk, who, FEW)
    given = hands(desk, who, "analyse my trades", lang)
    found = profile_trades(given, ProfileTrades(action="analyze"))
    assert found.reason is None
    silent = {"ko": "알 수 없어요", "en": "do not yet tell"}[lang]
    assert silent in text(given.work, found)
    by_name = {t.name: t for t in answers.habits(given.work)}
    assert by_name["disposition"].call is None and by_name["trend_chasing"].call is None
    assert by_name["turnover"].evidence[0].split(":")[0] == given.work.state.imports[0].id


def test_trades_in_what_nobody_prices_are_said_to_be_unreadable(desk: Desk, who: str) -> None:
    bring(desk, who, ["2024-02-05,ZZZZ,BUY,2,100,USD"])
    given = hands(desk, who, "analyse my trades")
    found = profile_trades(given, ProfileTrades(action="analyze"))
    assert found.reason == "no_prices" and "none in an asset priced here" in text(given.work, found)


@pytest.mark.parametrize("lang", LANGS)
def test_what_tells_is_told_with_its_interval_and_the_gap_to_what_was_stated(desk: Desk, who: str, lang: Lang) -> None:
    found = traits(investor(Kind(share=0.2), 1, years=8.0))
    revealed = next(t for t in found if t.name == "risk_aversion")
    assert revealed.call == "high"
    names = desk.names
    lines = trait_lines(found, 90, 4.0, decided=False)
    said = render_all(lines, lang, names, tz="UTC")
    values = {round(f.value, 6) for f in said.figures}
    assert {round(v, 6) for v in (revealed.estimate, revealed.lo90, revealed.hi90, 0.05, 0.16)} <= values
    cautious = {"ko": "더 조심스러운 쪽", "en": "the more cautious one"}[lang]
    assert cautious in said.text
    settled = render_all(trait_lines(found, 90, 4.0, decided=True), lang, names, tz="UTC").text
    assert cautious not in settled


def risk(state: State, level: str, at: datetime) -> State:
    wish = SetRisk(direction="set", level=level)  # type: ignore[arg-type]
    body = Statement(id=f"s{state.seq + 1}", turn=f"t{state.seq + 1}", said=level, lang="en", wish=wish)
    return fold([Event(seq=state.seq + 1, at=at, body=body)], state)


def test_the_more_cautious_binds_until_the_investor_speaks_of_risk_again(desk: Desk, who: str) -> None:
    bring(desk, who, FEW)
    work = begin(desk, who, "en")
    imported = next(e.at for e in work.state.journal if isinstance(e.body, Imported))
    before = profile_of(work.state, revealed=7.0)
    assert (before.risk_aversion, before.level) == (7.0, None)
    assert profile_of(work.state, revealed=3.0).risk_aversion == 4.0
    earlier = risk(work.state, "aggressive", imported)
    assert profile_of(earlier, revealed=7.0).risk_aversion == 7.0
    decided = profile_of(risk(work.state, "aggressive", imported + timedelta(minutes=1)), revealed=7.0)
    assert (decided.risk_aversion, decided.level) == (2.0, "aggressive")


def test_a_revealed_risk_aversion_without_an_import_binds_nothing() -> None:
    assert profile_of(State(), revealed=9.0).risk_aversion == 4.0


def test_cash_paid_in_makes_the_share_of_risk_known(desk: Desk, who: str) -> None:
    bring(desk, who, FEW)
    work = begin(desk, who, "en")
    assert {t.name: t.n_events for t in answers.habits(work)}["risk_aversion"] == 0
    work.add(Moved(turn=work.turn, units={"USD": Decimal(5000)}, reason="deposit"))
    assert {t.name: t.n_events for t in answers.habits(work)}["risk_aversion"] == 1


# --- goals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_goal_is_read_back_with_its_chance_and_interval(desk: Desk, who: str, lang: Lang) -> None:
    given = hands(desk, who, "a house in 7 years for $150,000, saving $500 a month", lang)
    args = SetGoal(goal="house", horizon_years=7.0, amount=150_000.0, currency="USD", monthly=500.0)
    found = set_goal(given, args)
    seen = answers.outlook(given.work)
    assert seen is not None and seen.mix == "market"
    (chance,) = seen.chances
    values = {round(f.value, 9) for f in render_all(found.lines, lang, desk.names, tz="UTC").figures}
    assert {round(v, 9) for v in (chance.chance, chance.lo90, chance.hi90, seen.growth.mean, 0.02)} <= values
    given.work.commit()
    assert Session(desk, who, lang).outlook() == seen
    again = text(given.work, recall(given, Recall(topic="goal")))
    assert {"ko": "확률", "en": "chance"}[lang] in again


def test_a_goal_without_a_date_or_an_amount_has_no_chance(desk: Desk, who: str) -> None:
    given = hands(desk, who, "I want to buy a house")
    assert len(set_goal(given, SetGoal(goal="house")).lines) == 1
    assert answers.outlook(given.work) is None


def test_a_goal_in_another_currency_counts_at_todays_rate_and_its_date_comes_nearer(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, currency="KRW", tz="Asia/Seoul", now="2026-03-02")
    with open_desk(settings) as opened:
        work = begin(opened, "kim", "ko")
        wish = SetGoal(goal="car", horizon_years=2.0, amount=20_000.0, currency="USD")
        work.add(Statement(id="s9", turn=work.turn, said="차 2만 달러", lang="ko", wish=wish))
        seen = answers.outlook(work)
        assert seen is not None
        rate = float(opened.market.at(work.at).rate("USD", "KRW"))
        assert seen.plan.targets[0].amount == pytest.approx(20_000 * rate)
        work.at = datetime(2026, 9, 2, tzinfo=UTC)
        later = answers.outlook(work)
        assert later is not None and later.plan.targets[0].months == pytest.approx(18.0, abs=0.1)
