"""Further triggers: drift, releases, surprises, news, goals, a rhythm; each with its rate, once, never early."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from agent.ahead import ahead, cut_before
from agent.headlines import NewsShock
from agent.market_view import market_view
from agent.noticing import goals_off_track, key, noticed, soon
from agent.replay_day import replay_day
from agent.session import Session
from agent.watch import look, tick
from agent.wiring import Desk, Settings, open_desk
from agent.words.guard import alert_lines
from agent.words.render import render_all
from agent.work import begin
from knowledge.calendars import FilesCalendar
from knowledge.demo_calendar import DemoCalendar
from tools.domain.decision import Alert
from tools.errors import BadInput
from tools.releases import Release
from tools.triggers import counted

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Calendar:
    """Releases as a test wants them."""

    past: tuple[Release, ...] = ()
    coming: tuple[Release, ...] = ()

    def releases(self, now: datetime) -> tuple[Release, ...]:
        return tuple(r for r in self.past if r.at <= now)

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        return self.coming


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    with open_desk(Settings(home=home, now=NOW.isoformat(), currency="KRW", tz="Asia/Seoul")) as opened:
        session = Session(opened, investor="kim", lang="ko")
        session.say("포트폴리오 제안해줘")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
        yield opened


def found(desk: Desk, code: str, **ports: object) -> list[Alert]:
    here = replace(desk, **ports)  # type: ignore[arg-type]
    work = begin(here, "kim", "ko")
    return [a for a in noticed(work, here.market.at(work.at), None) if a.code == code]


def cpi(days: int, actual: float | None, *, consensus: float = 0.02) -> Release:
    return Release(NOW + timedelta(days=days), "cpi", actual, consensus)


# --- each trigger -----------------------------------------------------------------------------------------------------


def test_a_limit_that_prices_carried_far_is_told_with_its_rate(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    assert not found(desk, "drift")
    session.say("미국 주식은 최대 8%로 해줘")
    (alert,) = found(desk, "drift")
    assert alert.target == "us_stocks"
    assert alert.value > alert.level > 0.08
    assert alert.rate is not None and alert.low is not None and alert.high is not None
    assert 0.0 <= alert.low <= alert.rate <= alert.high
    session.undo()
    assert not found(desk, "drift")


def test_a_surprise_is_told_for_three_days_and_counts_the_dull_ones(desk: Desk) -> None:
    rng = np.random.default_rng(3)
    past = tuple(cpi(-30 * k, 0.02 + 0.001 * float(rng.standard_normal())) for k in range(40, 0, -1))
    loud = (*past, cpi(-1, 0.03))
    (alert,) = found(desk, "surprise", calendar=Calendar(loud))
    assert alert.event == "cpi"
    assert alert.value > alert.level == 2.0
    assert alert.high is not None and alert.high > 0.0
    assert not found(desk, "surprise", calendar=Calendar((*past, cpi(-1, 0.0201))))
    assert not found(desk, "surprise", calendar=Calendar((*past, cpi(-9, 0.03))))
    assert not found(desk, "surprise", calendar=Calendar((*past, cpi(1, 0.03)))), "tomorrow is not there yet"


def test_bad_news_are_told_once_in_two_weeks(desk: Desk) -> None:
    work = begin(desk, "kim", "ko")
    market = desk.market.at(work.at)
    shock = NewsShock("SPY", date(2026, 1, 9), -3.1, -2.5, 0.4, 0.1, 0.9)
    (alert,) = [a for a in noticed(work, market, lambda *_: (shock,)) if a.code == "news"]
    assert (alert.target, alert.rate) == ("SPY", 0.4)
    work.add(alert)
    assert not [a for a in noticed(work, market, lambda *_: (shock,)) if a.code == "news"]


def test_a_goal_off_track_is_told_a_season_after_it_was_stated(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    session.say("10년 안에 집 사려고 50억 모으고 싶어")
    work = begin(desk, "kim", "ko")
    assert not list(goals_off_track(work, desk.market.at(work.at)))
    work.at = NOW + timedelta(days=120)
    (alert,) = goals_off_track(work, desk.market.at(work.at))
    assert (alert.code, alert.target) == ("goal", "house")
    assert alert.rate is not None and alert.rate <= alert.value
    work.add(alert)
    assert not list(goals_off_track(work, desk.market.at(work.at)))
    session.undo()


def test_the_rhythm_that_was_asked_for_comes_round(desk: Desk) -> None:
    session = Session(desk, investor="kim", lang="ko")
    session.say("한 달에 한 번 리밸런싱해줘")
    assert not found(desk, "schedule")
    work = begin(desk, "kim", "ko")
    work.at = NOW + timedelta(days=40)
    assert [a for a in noticed(work, desk.market.at(work.at), None) if a.code == "schedule"]
    session.undo()


def test_counted_rates_have_the_exact_interval() -> None:
    none, some = counted(0, 10.0), counted(3, 10.0)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.29957, abs=1e-4)
    assert (some.low, some.high) == pytest.approx((0.08177, 0.77537), abs=1e-4)


# --- releases to come -------------------------------------------------------------------------------------------------


def stormy(count: int) -> Calendar:
    """Releases on the wildest days there were, so that the next one looks dangerous."""
    from knowledge.market.demo import DemoMarket

    market = DemoMarket().at(NOW)
    place = market.universe.ids.index("SPY")
    wild = np.argsort(-np.abs(np.diff(np.log(market.closes[:, place]))))[:count] + 1
    days = sorted(market.days[wild])
    at = [datetime.fromisoformat(str(d)).replace(hour=12, tzinfo=UTC) for d in days]
    return Calendar(tuple(Release(a, "cpi", 0.02, 0.02) for a in at), (cpi(1, None),))


def test_before_a_dangerous_release_a_cut_waits_and_says_how_often_it_would_have_helped(tmp_path: Path) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW.isoformat(), currency="USD", tz="UTC")) as own:
        session = Session(own, investor="ann", lang="en")
        session.say("I want an aggressive portfolio")
        session.say("no more than 30% in bonds")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
        dangerous = replace(own, calendar=stormy(40))
        work = begin(dangerous, "ann", "en")
        assert soon(work) == (cpi(1, None),)
        cut = cut_before(work, cpi(1, None))
        assert cut is not None
        (alert,) = [a for a in look(dangerous, "ann", own.market.at(NOW)) if a.code == "release"]
        assert alert.event == "cpi"
        assert alert.value > alert.level
        assert alert.cases == 40
        assert alert.helped is not None
        waiting = session.pending()
        assert waiting is not None
        assert waiting.id == alert.decision
        assert waiting.trigger.kind == "release"
        assert waiting.outlook.vol_after < waiting.outlook.vol_before
        assert not [a for a in look(dangerous, "ann", own.market.at(NOW)) if a.code == "release"], "once"
        few = replace(own, calendar=Calendar(stormy(11).past, (cpi(1, None),)))
        assert cut_before(begin(few, "ann", "en"), cpi(1, None)) is None, "eleven cases say nothing"


def test_a_release_to_come_is_known_by_its_date_and_in_the_last_week_by_its_consensus(tmp_path: Path) -> None:
    rows = ["released_at,event,actual,consensus,previous"]
    for days in (-30, 3, 20, 80):
        rows.append(f"{(NOW + timedelta(days=days)).isoformat()},cpi,0.03,0.02,0.025")
    (tmp_path / "releases.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    calendar = FilesCalendar(tmp_path)
    near, far = calendar.upcoming(NOW)
    assert (near.actual, near.previous, near.consensus) == (None, None, 0.02)
    assert (far.actual, far.previous, far.consensus) == (None, None, None)
    assert len(calendar.releases(NOW)) == 1


def test_the_simulated_calendar_only_appends() -> None:
    calendar = DemoCalendar()
    early, late = calendar.releases(NOW), calendar.releases(NOW + timedelta(days=400))
    assert late[: len(early)] == early
    assert {r.event for r in early} == {"cpi", "jobs_report", "fomc"}
    assert all(r.at.weekday() < 5 for r in late)
    coming = calendar.upcoming(NOW)
    assert coming
    assert all(r.actual is None and r.at > NOW for r in coming)
    assert {(r.at, r.event) for r in coming} <= {(r.at, r.event) for r in late}


# --- words, view, replay ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_kind_of_alert_has_words(desk: Desk, lang: str) -> None:
    for code, extra in {
        "drift": {"target": "gold"}, "release": {"event": "cpi", "helped": 0.6, "cases": 40, "decision": "d1"},
        "surprise": {"event": "cpi"}, "news": {"target": "SPY"}, "goal": {"target": "house"}, "schedule": {},
        "auto": {"decision": "d1", "grant": "g1"},
    }.items():  # fmt: skip
        alert = Alert(id="a", code=code, day=NOW.date(), value=0.12, level=0.1, rate=0.2, low=0.1, high=0.4, **extra)  # type: ignore[arg-type]
        text = render_all(alert_lines(alert), lang, desk.names, tz="UTC").text  # type: ignore[arg-type]
        assert len(text) > 20
        assert "{" not in text
    first = Alert(id="a", code="release", day=NOW.date(), value=3.0, level=2.0, event="cpi")
    assert key(first) != key(first.model_copy(update={"event": "fomc"}))


def test_the_market_view_tells_what_the_watch_sees(desk: Desk) -> None:
    view = market_view(desk, "kim", "en")
    assert view.simulated
    assert {g.name for g in view.gauges} == {"volatility", "drawdown", "correlation", "turbulence"}
    assert all(len(g.curve.days) == len(g.curve.values) == 250 for g in view.gauges)
    assert all(0.0 <= w <= 1.0 for w in view.wild.values)
    assert [r.event for r in view.releases] == [a.release.event for a in ahead(begin(desk, "kim", "en"))]
    assert all(f.path[0] == 0.0 and max(f.path) == pytest.approx(f.deepest, abs=1e-5) for f in view.falls)
    empty = market_view(desk, "nobody", "ko")
    assert empty.gauges == ()
    assert empty.odds is None


def test_a_simulated_day_ends_at_its_close_and_records_nothing(desk: Desk) -> None:
    before = Session(desk, investor="kim").log()
    frames = list(replay_day(desk, "kim", "ko", date(2025, 6, 17), steps=6))
    assert [f.done for f in frames] == pytest.approx([k / 6 for k in range(1, 7)])
    market = desk.market.at(datetime(2025, 6, 18, 1, tzinfo=UTC))
    closes = market.closes_in("KRW")[-2:]
    units = np.array([float(begin(desk, "kim", "ko").state.book.units(a)) for a in market.universe.ids])
    whole = float(np.nansum(closes[1] * units) / np.nansum(closes[0] * units) - 1.0)
    assert frames[-1].change == pytest.approx(whole)
    assert list(replay_day(desk, "kim", "ko", date(2025, 6, 17), steps=6)) == frames
    assert Session(desk, investor="kim").log() == before
    with pytest.raises(BadInput, match="no_such_day"):
        list(replay_day(desk, "kim", "ko", date(2025, 6, 15)))


def test_invented_prices_are_never_shown_on_a_real_book(desk: Desk) -> None:
    class Real(type(desk.market)):  # type: ignore[misc]
        simulated = False

    with pytest.raises(BadInput, match="not_simulated"):
        list(replay_day(replace(desk, market=Real()), "kim", "ko"))


def test_a_second_look_at_an_unchanged_world_is_free(desk: Desk) -> None:
    tick(desk, news=None)

    class Counted(type(desk.market)):  # type: ignore[misc]
        """Nothing may be asked of prices beyond the market of the tick itself."""

        asked = 0

        def at(self, now: datetime) -> object:
            Counted.asked += 1
            return super().at(now)

    assert tick(replace(desk, market=Counted()), news=None) == ()
    assert Counted.asked == 1


def test_an_investor_with_nothing_but_cash_stops_no_watch(desk: Desk) -> None:
    begin(desk, "newcomer", "ko").commit()
    assert not [n for n in tick(desk, news=None) if n.investor == "newcomer"]
