"""The watch: what rings is told once, with its rate and a proposal that waits; nothing trades by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.session import Session
from agent.watch import lease, tick
from agent.wiring import Desk, Settings, open_desk
from agent.words.guard import alert_lines
from agent.words.render import render_all
from tools.domain.decision import Alert
from tools.errors import StoreFailed
from ui.cli import main

STORM = 700


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """Two funds in calm years, and a storm at the end of which one has lost a third."""
    folder = tmp_path / "market"
    folder.mkdir()
    rng = np.random.default_rng(11)
    days = np.arange("2017-01-02", "2021-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][: STORM + 30]
    moves = 0.006 * rng.standard_normal((len(days), 1)) + 0.006 * rng.standard_normal((len(days), 2))
    moves[STORM:] = 4.0 * moves[STORM:] - 0.02
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    rows = [f"{day},{a:.4f},{b:.4f}" for day, (a, b) in zip(days, closes, strict=True)]
    (folder / "prices.csv").write_text("date,SPY,QQQ\n" + "\n".join(rows) + "\n", encoding="utf-8")
    rates = [f"{day},USDKRW,{1150 * np.exp(0.004 * rng.standard_normal()):.2f}" for day in days]
    (folder / "fx.csv").write_text("date,pair,rate\n" + "\n".join(rates) + "\n", encoding="utf-8")
    held = "investor,asset,units,cost\nkim,SPY,400,40000\nkim,QQQ,300,30000\nkim,USD,5000,5000\n"
    (folder / "holdings.csv").write_text(held, encoding="utf-8")
    return folder


def day(market: Path, row: int) -> datetime:
    line = (market / "prices.csv").read_text(encoding="utf-8").splitlines()[row + 1]
    return datetime.combine(datetime.fromisoformat(line.split(",")[0]).date(), time(23, 0), tzinfo=UTC)


@contextmanager
def desk_at(market: Path, row: int) -> Iterator[Desk]:
    now = day(market, row).isoformat()
    home = market.parent / "home"
    with open_desk(Settings(home=home, market=f"files:{market}", now=now, currency="USD", tz="UTC")) as desk:
        yield desk


def opened(market: Path, *said: str) -> None:
    with desk_at(market, STORM - 20) as desk:
        session = Session(desk, investor="kim", lang="en")
        for text in said or ("hello",):
            session.say(text)


def bodies(desk: Desk) -> list[Any]:
    return [e.body for e in Session(desk, investor="kim", lang="en").alerts()]


def test_calm_days_ring_nothing(market: Path) -> None:
    opened(market)
    with desk_at(market, STORM - 1) as desk:
        assert tick(desk) == ()


def test_a_storm_is_told_once_with_its_rate_and_starts_a_review_that_waits(market: Path) -> None:
    opened(market)
    rung: list[Alert] = []
    for row in range(STORM + 2, STORM + 30, 4):
        with desk_at(market, row) as desk:
            rung += [n.alert for n in tick(desk)]
            assert tick(desk) == (), "a second look on the same day tells nothing new"
    with desk_at(market, STORM + 29) as desk:
        assert tick(desk) == (), "nor does a restart"
        assert bodies(desk) == rung
        kinds = [e.body.kind for e in Session(desk, investor="kim").log()]
        assert "execution" not in kinds
        pending = Session(desk, investor="kim").pending()
        assert pending is not None
        assert pending.id in {a.decision for a in rung}
    assert "volatility" in {a.code for a in rung}
    assert len({(a.code, a.day) for a in rung}) == len(rung)
    for a in rung:
        assert a.rate is not None
        assert a.low is not None
        assert a.high is not None
        assert a.low <= a.rate <= a.high


def test_an_own_alert_rings_on_the_day_it_comes_true(market: Path) -> None:
    opened(market, "tell me if I lose 10%")
    rung: list[Alert] = []
    for row in range(STORM - 5, STORM + 30):
        with desk_at(market, row) as desk:
            rung += [n.alert for n in tick(desk) if n.alert.statement]
            if rung:
                break
    (alert,) = rung
    assert alert.code == "own_loss"
    assert alert.value >= 0.1
    with desk_at(market, row) as desk:
        assert [n for n in tick(desk) if n.alert.statement] == []


def test_every_alert_has_words_in_both_languages(market: Path) -> None:
    noticed = [
        Alert(id="a1", code=code, day=day(market, 1).date(), value=2.0, level=1.5, rate=0.1, low=0.0, high=0.2,
              decision="d1")
        for code in ("volatility", "turbulence", "drawdown", "correlation")
    ]  # fmt: skip
    noticed += [
        Alert(id="a2", code=f"own_{m}", day=day(market, 1).date(), value=0.2, level=0.1, statement="s1", target=t)
        for m in ("price", "weight", "volatility", "loss", "gain")
        for t in ("gold", None)
    ]
    with desk_at(market, STORM - 30) as desk:
        for alert in noticed:
            korean = render_all(alert_lines(alert), "ko", desk.names, tz="UTC").text
            english = render_all(alert_lines(alert), "en", desk.names, tz="UTC").text
            assert korean
            assert english
            assert korean != english


def test_a_home_has_one_watch(market: Path) -> None:
    with desk_at(market, STORM - 30) as desk, lease(desk), pytest.raises(StoreFailed, match="watched"), lease(desk):
        pytest.fail("two watches at once")
    with desk_at(market, STORM - 30) as desk, lease(desk):
        pass


def test_the_command_looks_once_and_stops(market: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(market)
    now = day(market, STORM + 8).isoformat()
    where = ["--home", str(market.parent / "home"), "--market", f"files:{market}", "--now", now, "--currency", "USD"]
    assert main(["watch", "--once", "--lang", "en", *where]) == 0
    assert "kim: " in capsys.readouterr().out
