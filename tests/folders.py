"""A small folder of real-looking prices for a `files:` market, made from a seed."""

from pathlib import Path

import numpy as np

DAYS = 900
LAST = "2026-03-06"

_ASSETS = """id,name_en,name_ko,aliases,class,sector,region,currency,tags,lot,fee_bps,market_weight
SPY,S&P 500 ETF,미국 S&P500 ETF,,equity,,US,USD,sp500,1,5,0.5
TLT,Long Treasury ETF,미국 장기국채 ETF,,bond,,US,USD,us_treasuries;long_bonds,1,5,0.3
GLD,Gold ETF,금 ETF,,commodity,,,USD,gold,1,5,0.1
BTC,Bitcoin,비트코인,,crypto,,,USD,bitcoin,0.0001,10,0.05
USD,US dollar,미국 달러,,cash,,US,USD,,0.01,0,0.05
"""


def priced(folder: Path, *, seed: int = 0, count: int = DAYS) -> Path:
    """A folder with daily closes up to Friday, 6 March 2026, ending at round prices."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    days = np.arange("2016-01-01", "2026-03-07", dtype="datetime64[D]")
    days = days[np.is_busday(days)][-count:]
    moves = rng.standard_normal((count, 4)) * np.array([0.01, 0.008, 0.009, 0.03]) + 0.0003
    closes = np.exp(np.cumsum(moves, axis=0))
    closes = closes / closes[-1] * np.array([600.0, 90.0, 250.0, 100_000.0])
    rows = [f"{d},{','.join(f'{x:.2f}' for x in row)}" for d, row in zip(days, closes, strict=True)]
    (folder / "prices.csv").write_text("date,SPY,TLT,GLD,BTC\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "assets.csv").write_text(_ASSETS, encoding="utf-8")
    macro = "available_at,series,value\n2020-01-01T00:00:00Z,RF_USD,0.03\n"
    (folder / "macro.csv").write_text(macro, encoding="utf-8")
    return folder
