"""kill -9 while a sweep writes many investors at once: after the next run everybody was told exactly once."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from random import Random

import pytest

from agent.noticing import key
from agent.outside import propose_all
from agent.sweep import states
from agent.upkeep import replay
from agent.wiring import Settings, open_desk
from agent.work import begin
from tests.folders import priced
from tests.test_ledger import run
from tests.test_sweep import alert
from tools.domain.decision import Alert, Decision

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

SWEEPER = """
    from dataclasses import replace
    import agent.outside
    from agent.outside import propose_all
    from agent.sweep import states
    from agent.wiring import Settings, open_desk
    from tools.domain.decision import Alert

    class Loud:
        '''The ledger, saying aloud when it begins to write many and when it has.'''
        def __init__(self, ledger): self.ledger = ledger
        def __getattr__(self, name): return getattr(self.ledger, name)
        def append_all(self, commands, *, shared):
            print("writing", flush=True)
            written = self.ledger.append_all(commands, shared=shared)
            print("written", flush=True)
            return written

    agent.outside.PORTION = int(sys.argv[3])
    alert = Alert.from_json(sys.argv[4])
    with open_desk(Settings(home=Path(sys.argv[1]), market=sys.argv[2], currency="USD", tz="UTC")) as desk:
        desk = replace(desk, ledger=Loud(desk.ledger))
        everyone = states(desk)
        for _ in propose_all(desk, desk.market.at(desk.clock.now()), tuple(everyone), everyone, alert):
            pass
"""


def settings(home: Path) -> Settings:
    """A home beside the prices of its market."""
    return Settings(home=home, market=f"files:{home.parent / 'prices'}", currency="USD", tz="UTC")


def peopled(home: Path, count: int) -> Path:
    """A home of so many investors who hold nothing but cash: each is to be offered something."""
    priced(home.parent / "prices")
    with open_desk(settings(home)) as desk:
        opened = [begin(desk, f"p{n:03}", "en").command("opened") for n in range(count)]
        desk.ledger.append_all(opened, shared={})
    return home


def killed(home: Path, portion: int, *, which: int, after: float) -> None:
    """Sweep in another process and kill it `after` seconds into the writing of one of its portions, from 1."""
    child = run(SWEEPER, str(home), settings(home).market, str(portion), alert().to_json())
    assert child.stdout
    for _ in range(2 * which - 1):
        assert child.stdout.readline() in ("writing\n", "written\n"), "it ended before it could be killed"
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()


def told(home: Path) -> dict[str, tuple[int, int]]:
    """How many alerts and proposals each investor has, and that the record is whole and nobody was told by halves."""
    with open_desk(settings(home)) as desk:
        assert desk.ledger.verify().faults == ()
        found = {}
        for name in desk.ledger.investors():
            bodies = [e.body for e in desk.ledger.read(name)]
            rung = [b for b in bodies if isinstance(b, Alert) and key(b) == key(alert())]
            offers = [b for b in bodies if isinstance(b, Decision)]
            assert [b.decision for b in rung] == [b.id for b in offers]
            found[name] = (len(rung), len(offers))
        assert len(desk.ledger.outbox()) == sum(alerts for alerts, _ in found.values())
    return found


def once_each(home: Path, portion: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run it again here, twice: each has one alert and one proposal, one message left, and every proposal replays."""
    monkeypatch.setattr("agent.outside.PORTION", portion)
    with open_desk(settings(home)) as desk:
        for _ in range(2):
            everyone = states(desk)
            list(propose_all(desk, desk.market.at(desk.clock.now()), tuple(everyone), everyone, alert()))
        for name in desk.ledger.investors()[::portion]:
            assert replay(desk, name).differences == ()
    assert set(told(home).values()) == {(1, 1)}


def campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, count: int, portion: int, rounds: int, within: float
) -> set[int]:
    """Kill so many sweeps at random points of the write; how many investors were told by each before it died."""
    random, clean = Random(11), peopled(tmp_path / "clean", count)
    seen = set()
    for n in range(rounds):
        home = tmp_path / f"home{n}"
        shutil.copytree(clean, home)
        killed(home, portion, which=1 + n % -(-count // portion), after=random.random() * within)
        reached = sum(alerts for alerts, _ in told(home).values())
        assert reached % portion == 0 or reached == count, "a portion is written whole or not at all"
        seen.add(reached)
        once_each(home, portion, monkeypatch)
        shutil.rmtree(home)
    return seen


def test_a_sweep_killed_while_it_writes_tells_everyone_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert campaign(tmp_path, monkeypatch, count=9, portion=6, rounds=1, within=0.01)


@pytest.mark.campaign
def test_sweeps_of_three_hundred_killed_at_random_tell_everyone_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = campaign(tmp_path, monkeypatch, count=300, portion=200, rounds=12, within=0.4)
    assert len(seen) > 1, "some died before a portion was written and some after it"
