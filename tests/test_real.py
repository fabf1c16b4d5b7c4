"""The whole chain on real prices, built into a `files:` folder at run time; skipped where there are none."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.session import Session
from agent.upkeep import replay, verify
from agent.wiring import Settings, open_desk

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="no real prices on this machine")

ASSETS = """id,name_en,name_ko,aliases,class,sector,region,currency,tags,lot,fee_bps,market_weight
SPY,S&P 500 ETF,미국 S&P500 ETF,,equity,,US,USD,sp500,1,5,0.35
TLT,Long Treasury ETF,미국 장기국채 ETF,,bond,,US,USD,us_treasuries;long_bonds,1,5,0.25
GOLD,Gold,금,,commodity,,,USD,gold,0.01,8,0.1
BTC,Bitcoin,비트코인,,crypto,,,USD,bitcoin,0.0001,10,0.02
005930,Samsung Electronics,삼성전자,삼전,equity,tech,KR,KRW,samsung_electronics;semiconductors,1,15,0.08
000660,SK hynix,SK하이닉스,하이닉스,equity,tech,KR,KRW,sk_hynix;semiconductors,1,15,0.05
005380,Hyundai Motor,현대차,,equity,autos,KR,KRW,hyundai_motor,1,15,0.05
KRW,Korean won,원화 현금,,cash,,KR,KRW,,1,0,0.1
"""
NAMES = {"SPY": "SPY", "TLT": "TLT", "GLD": "GOLD", "GC=F": "GOLD", "BTC": "BTC", "BTC-USD": "BTC"}


def build(folder: Path) -> Path:
    """A folder in the documented format out of the raw files."""
    import csv
    import gzip

    folder.mkdir()
    closes: dict[str, dict[str, str]] = {}
    for name in ("multi_asset_ohlcv_to2019.csv.gz", "krx_ohlcv_dev_to2019.csv.gz"):
        with gzip.open(DATA / "prices" / name, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                asset = _asset(row["ticker"])
                if asset and float(row["close"] or 0) > 0:
                    closes.setdefault(row["date"][:10], {})[asset] = row["close"]
    ids = ["SPY", "TLT", "GOLD", "BTC", "005930", "000660", "005380"]
    rows = ["date," + ",".join(ids)]
    rows += [d + "," + ",".join(closes[d].get(i, "") for i in ids) for d in sorted(closes)]
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "assets.csv").write_text(ASSETS, encoding="utf-8")
    with gzip.open(DATA / "macro" / "macro_long.csv.gz", "rt", encoding="utf-8") as lines:
        won = [(r["date"], r["value"]) for r in csv.DictReader(lines) if r["series"] == "USDKRW_D" and r["value"]]
    recent = [f"{d},USDKRW,{v}" for d, v in won if d >= "2014-12-01"]
    (folder / "fx.csv").write_text("date,pair,rate\n" + "\n".join(recent) + "\n", encoding="utf-8")
    macro = "available_at,series,value\n2014-12-01T00:00:00Z,RF_KRW,0.015\n2014-12-01T00:00:00Z,RF_USD,0.01\n"
    (folder / "macro.csv").write_text(macro, encoding="utf-8")
    return folder


def _asset(ticker: str) -> str | None:
    for raw, ours in NAMES.items():
        if ticker.upper() == raw or (ours == "GOLD" and "gold" in ticker.lower()):
            return ours
    return ticker if ticker in ("005930", "000660", "005380") else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("real") / "market")


KOREAN = (
    "비트코인은 5% 넘지 않게 해줘",
    "현대차는 빼줘",
    "금이 채권보다 3% 더 오를 것 같아",
    "위험을 좀 낮춰줘",
    "3년 뒤에 집 계약금 5천만원이 필요해",
    "채권은 최소 20%는 유지해줘",
    "왜 이렇게 바뀌는 거야?",
    "방금 거 취소해줘",
    "현대차 싫다고 한 건 잊어줘",
    "내가 뭐라고 했는지 말해줘",
)
ENGLISH = (
    "no more than 5% in bitcoin",
    "leave out Hyundai Motor",
    "I think gold beats bonds by 3%",
    "lower my risk a bit",
    "I need $40,000 for a car in 2 years",
    "keep at least 20% in bonds",
    "why did my allocation change?",
    "undo that",
    "forget what I said about Hyundai",
    "what do you know about me?",
)


@pytest.mark.parametrize(("lang", "lines"), [("ko", KOREAN), ("en", ENGLISH)])
def test_a_conversation_on_real_prices_ends_approved_and_replays(
    lang: str, lines: tuple[str, ...], folder: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, market=f"files:{folder}", now="2017-12-01", currency="KRW", tz="Asia/Seoul")
    with open_desk(settings) as desk:
        session = Session(desk, investor="kim", lang=lang)  # type: ignore[arg-type]
        for line in lines:
            turn = session.say(line)
            assert turn.text and not turn.refused, (line, turn.refused)
        said = session.state()
        assert said["cap"] == {"bitcoin": 0.05} and "exclude" not in said
        assert said["risk"] == "lower" and said["views"][0]["target"] == "gold"
        assert "floor" not in said and len(said["goals"]) == 1
        pending = session.pending()
        assert pending is not None and not pending.simulated
        assert pending.proposal.target.get("BTC", 0.0) <= 0.05
        receipt = session.approve(pending.id, pending.fingerprint)
        assert receipt.fills
        why = session.why()
        moved: dict[str, float] = {}
        for name, shares in why.rows.items():
            for asset, share in shares.items() if name != "lots" else ():
                moved[asset] = moved.get(asset, 0.0) + share
        for asset in set(why.before) | set(why.after):
            assert moved.get(asset, 0.0) == pytest.approx(why.after.get(asset, 0) - why.before.get(asset, 0), abs=1e-9)
        assert not replay(desk).differences and not verify(desk).faults


def test_a_process_killed_in_the_middle_loses_nothing_it_answered(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "chat", "--json", "--home", str(tmp_path), "--market", f"files:{folder}"]
    command += ["--now", "2017-12-01", "--lang", "ko", "--investor", "kim"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin and process.stdout
        for line in ("비트코인은 5% 넘지 않게 해줘", "금은 최소 10%는 담아줘"):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answered = json.loads(process.stdout.readline())
        process.stdin.write("현대차는 빼줘\n")
        process.stdin.flush()
        time.sleep(0.05)
        process.kill()
    settings = Settings(home=tmp_path, market=f"files:{folder}", now="2017-12-01", currency="KRW", tz="Asia/Seoul")
    with open_desk(settings) as desk:
        session = Session(desk, investor="kim", lang="ko")
        assert session.state()["cap"] == {"bitcoin": 0.05} and session.state()["floor"] == {"gold": 0.1}
        offered = session.pending()
        recorded = [e.body.id for e in session.log() if e.body.kind == "decision"]
        assert offered is not None and answered["decision"]["id"] in recorded
        session.say("위험 낮춰줘")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
        assert session.approve(pending.id, pending.fingerprint).again
        assert not replay(desk).differences and not verify(desk).faults


def test_a_home_on_simulated_prices_refuses_real_ones(folder: Path, tmp_path: Path) -> None:
    from tools.errors import StoreFailed

    with open_desk(Settings(home=tmp_path)) as desk:
        Session(desk, investor="me", lang="ko").say("비트코인은 10% 넘지 않게 해줘")
    with pytest.raises(StoreFailed) as caught, open_desk(Settings(home=tmp_path, market=f"files:{folder}")):
        pass
    assert caught.value.code == "other_market"


def test_nothing_after_the_given_day_is_seen(folder: Path) -> None:
    with_later = Settings(market=f"files:{folder}", now="2017-06-01", home=folder.parent / "home")
    with open_desk(with_later) as desk:
        market = desk.market.at(datetime(2017, 6, 1, tzinfo=UTC))
        assert str(market.days[-1]) <= "2017-06-01"
