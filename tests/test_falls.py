"""The guard in a conversation: facts first, both for falls that recover and for limits that are breached."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.session import Session
from agent.wiring import Settings, open_desk
from tools.domain.value import Lang

SELL: dict[Lang, str] = {"ko": "다 팔아줘 못 참겠어", "en": "sell everything, I can't take it"}
BEAR: dict[Lang, str] = {"ko": "손실은 최대 10%까지만 견딜 수 있어", "en": "I can bear a loss of 10% at most"}
NEED: dict[Lang, str] = {"ko": "석 달 뒤에 2만 달러가 필요해", "en": "I need 20,000 dollars in three months"}
LANGS: tuple[Lang, ...] = ("ko", "en")


def folder(at: Path) -> Path:
    """Nine years of one fund that fell by about a fifth every year and a half, came back, and is falling now."""
    at.mkdir(parents=True)
    rng = np.random.default_rng(4)
    days = np.arange("2012-01-02", "2021-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    wave = np.interp(np.arange(len(days)) % 390, [0, 230, 290, 389], [0.0, 0.25, 0.02, 0.12])
    logs = wave + 0.12 * (np.arange(len(days)) // 390) + 0.003 * rng.standard_normal(len(days))
    end = int(np.flatnonzero(np.arange(len(days)) % 390 == 285)[-1])
    rows = [f"{day},{100 * np.exp(x):.4f}" for day, x in zip(days[: end + 1], logs, strict=False)]
    (at / "prices.csv").write_text("date,SPY\n" + "\n".join(rows) + "\n", encoding="utf-8")
    header = "id,name_en,name_ko,aliases,class,sector,region,currency,tags,lot,fee_bps,market_weight"
    fund = "SPY,US 500,미국 오백,,equity,,US,USD,sp500,1,5,1"
    (at / "assets.csv").write_text(f"{header}\n{fund}\n", encoding="utf-8")
    (at / "holdings.csv").write_text(
        "investor,asset,units,cost\nkim,SPY,500,40000\nkim,USD,2000,2000\n", encoding="utf-8"
    )
    rates = [f"{day},USDKRW,{1150 * np.exp(0.005 * rng.standard_normal()):.2f}" for day in days[: end + 1 : 5]]
    (at / "fx.csv").write_text("date,pair,rate\n" + "\n".join(rates) + "\n", encoding="utf-8")
    releases = [
        f"{day}T13:30:00Z,cpi,{0.02 + 0.002 * rng.standard_normal():.4f},0.02," for day in days[30 : end - 10 : 21]
    ]
    (at / "releases.csv").write_text(
        "released_at,event,actual,consensus,previous\n" + "\n".join(releases) + "\n", encoding="utf-8"
    )
    return at


@pytest.fixture(params=LANGS)
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    market = folder(tmp_path / "market")
    settings = Settings(home=tmp_path / "home", market=f"files:{market}", now="last", currency="USD", tz="UTC")
    with open_desk(settings) as desk:
        yield Session(desk, investor="kim", lang=request.param)


def test_a_fall_is_shown_among_its_like_with_chance_horizon_and_cost(session: Session) -> None:
    turn = session.say(SELL[session.lang])
    assert [c["name"] for c in turn.calls] == ["panic"]
    assert "250" in turn.text
    for word in {"ko": ("번은", "확률", "비용"), "en": ("regained the peak", "chance", "cost")}[session.lang]:
        assert word in turn.text
    assert "기다" in turn.choices[0].label or turn.choices[0].label == "Wait"
    assert len(turn.choices) == 3
    assert session.pending() is None


def test_where_the_own_limit_is_breached_nothing_speaks_for_waiting(session: Session) -> None:
    session.say(BEAR[session.lang])
    turn = session.say(SELL[session.lang])
    assert {"ko": "한도", "en": "your own limit"}[session.lang] in turn.text
    assert {"ko": "가장 좋았던", "en": "best days"}[session.lang] not in turn.text
    assert turn.choices[0].label not in ("기다릴게", "Wait")
    assert any("%" in c.label for c in turn.choices), "the part to sell is computed"


def test_where_money_is_needed_soon_turning_it_into_cash_is_called_sound(session: Session) -> None:
    session.say(NEED[session.lang])
    turn = session.say(SELL[session.lang])
    assert {"ko": "곧 쓸 돈", "en": "money is needed soon"}[session.lang] in turn.text
    assert turn.choices[0].label not in ("기다릴게", "Wait")


def test_the_confirmed_will_becomes_a_card(session: Session) -> None:
    turn = session.say(SELL[session.lang])
    session.say(turn.choices[-1].say)
    pending = session.pending()
    assert pending is not None
    assert [t.side for t in pending.proposal.trades] == ["sell"]


def test_what_followed_releases_is_counted(session: Session) -> None:
    asked = {"ko": "CPI 발표 뒤에 주식은 어떻게 됐어?", "en": "what happened to stocks after CPI releases?"}
    turn = session.say(asked[session.lang])
    assert [c["name"] for c in turn.calls] == ["event_study"]
    assert {"ko": "번 중", "en": "past cases"}[session.lang] in turn.text
