"""A home recorded by any engine so far opens, verifies and replays with this code."""

import shutil
from pathlib import Path

import pytest

from agent.session import Session
from agent.upkeep import replay, verify
from agent.wiring import Settings, open_desk
from tests.golden.make_golden import build_market
from tools.decide import ENGINE

HOMES = sorted((Path(__file__).parent / "golden").glob("engine-*"))


def test_there_is_a_golden_home_of_the_current_engine() -> None:
    assert f"engine-{ENGINE}" in [h.name for h in HOMES]


@pytest.mark.parametrize("golden", HOMES, ids=lambda h: h.name)
def test_a_recorded_home_replays_to_the_same_weights(golden: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(golden, home)
    market = build_market(tmp_path / "market")
    with open_desk(Settings(home=home, market=f"files:{market}", now="last")) as desk:
        report = replay(desk)
        assert report.decisions >= 4 and not report.differences
        assert not verify(desk).faults
        session = Session(desk, investor="golden", lang="ko")
        assert session.state() == {
            "cap": {"bitcoin": 0.1},
            "floor": {"bonds": 0.3},
            "views": [{"target": "gold", "direction": "up"}],
        }
        assert session.portfolio().worth.amount > 0


@pytest.mark.parametrize("golden", HOMES[-1:], ids=lambda h: h.name)
def test_a_changed_byte_in_a_recorded_home_is_found(golden: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(golden, home)
    data = bytearray((home / "ledger.db").read_bytes())
    place = data.rfind(b"decision")
    data[place] ^= 1
    (home / "ledger.db").write_bytes(bytes(data))
    market = build_market(tmp_path / "market")
    with open_desk(Settings(home=home, market=f"files:{market}", now="last")) as desk:
        assert verify(desk).faults
