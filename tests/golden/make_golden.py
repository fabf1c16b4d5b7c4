"""Record the golden home of the current engine: `python -m tests.golden.make_golden`. Only when `ENGINE` rises.

The market is a small made-up folder, so that the recorded contents stay small.
"""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from agent.session import Session
from agent.wiring import Settings, open_desk
from tools.decide import ENGINE

HERE = Path(__file__).parent
LINES = (
    "비트코인은 10% 넘지 않게 해줘",
    "채권은 최소 30%는 유지해줘",
    "금이 오를 것 같아",
    "위험을 좀 낮춰줘",
    "방금 거 취소해줘",
)


def build_market(folder: Path, days: int = 420) -> Path:
    """A made-up market of six assets in the documented `files:` format."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(7)
    ids = ("US", "KR", "LONG", "KTB", "GOLD", "BTC")
    vol = np.array([0.17, 0.2, 0.13, 0.04, 0.15, 0.6]) / np.sqrt(252)
    start = np.array([500.0, 40_000.0, 90.0, 50_000.0, 200.0, 90_000.0])
    moves = vol * (0.6 * rng.standard_normal((days, 1)) + 0.8 * rng.standard_normal((days, 6)))
    closes = start * np.exp(np.cumsum(moves, axis=0))
    calendar = np.arange("2023-01-01", "2026-01-01", dtype="datetime64[D]")
    calendar = calendar[np.is_busday(calendar)][:days]
    prices = ["date," + ",".join(ids)]
    prices += [f"{d}," + ",".join(f"{c:.2f}" for c in row) for d, row in zip(calendar, closes, strict=True)]
    won = 1300.0 * np.exp(np.cumsum(0.004 * rng.standard_normal(days)))
    fx = ["date,pair,rate", *(f"{d},USDKRW,{r:.2f}" for d, r in zip(calendar, won, strict=True))]
    assets = """id,name_en,name_ko,aliases,class,sector,region,currency,tags,lot,fee_bps,market_weight
US,US stocks,미국 주식,,equity,,US,USD,sp500,1,5,0.4
KR,Korean stocks,한국 주식,,equity,,KR,KRW,kospi,1,10,0.1
LONG,Long Treasuries,미국 장기채,,bond,,US,USD,us_treasuries;long_bonds,1,5,0.2
KTB,Korean bonds,한국 국채,,bond,,KR,KRW,kr_bonds,1,5,0.15
GOLD,Gold,금,,commodity,,,USD,gold,1,8,0.08
BTC,Bitcoin,비트코인,,crypto,,,USD,bitcoin,0.0001,10,0.02
KRW,Korean won,원화 현금,,cash,,KR,KRW,,1,0,0.05
"""
    (folder / "assets.csv").write_text(assets, encoding="utf-8")
    (folder / "prices.csv").write_text("\n".join(prices) + "\n", encoding="utf-8")
    (folder / "fx.csv").write_text("\n".join(fx) + "\n", encoding="utf-8")
    macro = "available_at,series,value\n2023-01-01T00:00:00Z,RF_KRW,0.03\n2023-01-01T00:00:00Z,RF_USD,0.04\n"
    (folder / "macro.csv").write_text(macro, encoding="utf-8")
    return folder


def record(home: Path, market: Path) -> None:
    """A short conversation with an approval in the middle."""
    settings = Settings(home=home, market=f"files:{market}", now="last", currency="KRW", tz="Asia/Seoul")
    with open_desk(settings) as desk:
        session = Session(desk, investor="golden", lang="ko")
        for i, line in enumerate(LINES):
            session.say(line)
            pending = session.pending()
            if i == 2 and pending is not None:
                session.approve(pending.id, pending.fingerprint)


def main() -> None:
    """Write tests/golden/engine-N."""
    goal = HERE / f"engine-{ENGINE}"
    shutil.rmtree(goal, ignore_errors=True)
    goal.mkdir()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        record(home, build_market(Path(place) / "market"))
        for name in ("ledger.db", "head.json"):
            shutil.copy(home / name, goal / name)


if __name__ == "__main__":
    main()
