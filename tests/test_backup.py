"""A record in one file and back: the same events, nothing overwritten, nothing half-done."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from agent.session import Session
from agent.upkeep import backup, restore
from agent.wiring import Settings, open_desk
from tools.errors import BadInput, StoreFailed

NOW = "2026-03-31T09:00:00+00:00"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    with open_desk(Settings(home=path, now=NOW)) as desk:
        Session(desk, investor="me", lang="en").say("keep gold below 7%")
        Session(desk, investor="you", lang="ko").say("담배 회사는 빼줘")
    return path


def test_a_restored_home_holds_the_same_events_and_its_decisions_replay(home: Path, tmp_path: Path) -> None:
    from agent.upkeep import replay

    made = backup(Settings(home=home), tmp_path / "all.hanfolio")
    again = Settings(home=tmp_path / "new", now=NOW)
    assert restore(again, tmp_path / "all.hanfolio") == made and made.events
    with open_desk(Settings(home=home, now=NOW)) as old, open_desk(again) as new:
        for name in ("me", "you"):
            assert new.ledger.read(name) == old.ledger.read(name)
        assert not new.ledger.verify().faults and not replay(new).differences
        assert Session(new, investor="me", lang="en").state() == {"cap": {"gold": 0.07}}


def test_a_backup_is_for_its_owner_alone_and_never_overwrites(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.hanfolio"
    backup(Settings(home=home), file)
    assert file.stat().st_mode & 0o077 == 0
    kept = file.read_bytes()
    with pytest.raises(BadInput) as error:
        backup(Settings(home=home), file)
    assert error.value.code == "backup_exists" and file.read_bytes() == kept
    assert [p.name for p in tmp_path.iterdir()] == ["all.hanfolio"]


def test_a_home_with_anything_in_it_is_never_overwritten(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.hanfolio"
    backup(Settings(home=home), file)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "note").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        restore(Settings(home=taken), file)
    assert error.value.code == "home_taken" and [p.name for p in taken.iterdir()] == ["note"]


def test_a_home_without_a_record_is_not_made_by_backing_it_up(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        backup(Settings(home=tmp_path / "typo"), tmp_path / "all.hanfolio")
    assert error.value.code == "no_record" and not any(tmp_path.iterdir())


def _other(file: Path, change: str) -> None:
    """The backup again with one thing wrong."""
    with zipfile.ZipFile(file) as pack:
        parts = {n: pack.read(n) for n in pack.namelist()}
    if change == "byte":
        body = bytearray(parts["ledger.db"])
        body[len(body) // 2] ^= 1
        parts["ledger.db"] = bytes(body)
    elif change == "missing":
        del parts["head.json"]
    elif change == "path":
        parts["manifest.json"] = parts["manifest.json"].replace(b'"ledger.db"', b'"../ledger.db"')
    elif change == "manifest":
        parts["manifest.json"] = b"[]"
    with zipfile.ZipFile(file, "w") as pack:
        for name, content in parts.items():
            pack.writestr(name, content)


@pytest.mark.parametrize("change", ["byte", "missing", "path", "manifest", "truncated", "text"])
def test_what_is_no_whole_backup_makes_no_home(home: Path, tmp_path: Path, change: str) -> None:
    file = tmp_path / "all.hanfolio"
    backup(Settings(home=home), file)
    if change == "truncated":
        file.write_bytes(file.read_bytes()[:-200])
    elif change == "text":
        file.write_text("hello", encoding="utf-8")
    else:
        _other(file, change)
    with pytest.raises((BadInput, StoreFailed)) as error:
        restore(Settings(home=tmp_path / "new"), file)
    assert error.value.code in ("no_backup", "damaged")
    assert [p.name for p in tmp_path.iterdir()] == ["all.hanfolio"]


def test_a_damaged_record_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    broken = tmp_path / "broken"
    shutil.copytree(home, broken)
    with sqlite3.connect(broken / "ledger.db") as conn:
        for (name,) in conn.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            conn.execute(f'drop trigger "{name}"')  # the table itself refuses changes; a hand on the file need not ask
        conn.execute("update event set body = x'00' where rowid = 1")
    with pytest.raises(StoreFailed):
        backup(Settings(home=broken), tmp_path / "all.hanfolio")
    assert not (tmp_path / "all.hanfolio").exists()


def test_a_kill_while_restoring_leaves_a_whole_home_or_none(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.hanfolio"
    made = backup(Settings(home=home), file)
    code = (
        "import sys; from agent.upkeep import restore; from agent.wiring import Settings; from pathlib import Path\n"
        "print('go', flush=True); restore(Settings(home=sys.argv[1]), Path(sys.argv[2]))"
    )
    for n in range(6):
        new = tmp_path / f"new{n}"
        run = subprocess.Popen([sys.executable, "-c", code, str(new), str(file)], stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(0.01 * n)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()
        if new.exists():
            with open_desk(Settings(home=new, now=NOW)) as desk:
                assert desk.ledger.verify() == made
