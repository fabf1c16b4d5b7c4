"""The console script as a program would use it: one JSON object a line, exit codes, plain words on stderr."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.cli import main
from ui.terminal import approval, fit

ROOT = Path(__file__).parent.parent
NOW = "2026-03-31T09:00:00+00:00"
FIELDS = {"text", "calls", "refused", "decision", "figures", "choices", "mind", "notice"}


def started(*words: str, home: Path, cwd: Path | None = None, **environ: str) -> subprocess.Popen[str]:
    """`hanfolio` in a process of its own, with nothing of this environment that it reads."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HANFOLIO_", "OPENAI_", "LC_", "LANG"))}
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "--home", str(home), "--now", NOW, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=cwd or home.parent,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environ},
    )


def ended(process: subprocess.Popen[str], typed: str = "") -> tuple[int, str, str]:
    out, err = process.communicate(typed, timeout=120)
    return process.returncode, out, err


def ask(process: subprocess.Popen[str], line: str) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    found = json.loads(process.stdout.readline())
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "home"


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Commands run in this process see no settings of the machine."""
    for name in [n for n in os.environ if n.startswith(("HANFOLIO_", "OPENAI_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield


# --- chat --json (the first test fills the home that later ones read) -------------------------------------------------


def test_a_program_talks_approves_and_gets_one_object_for_each_line(home: Path) -> None:
    process = started("chat", "--json", "--lang", "ko", home=home)
    turn = ask(process, "비트코인은 10% 넘지 않게 해줘")
    assert set(turn) == FIELDS
    assert turn["calls"] == [{"name": "set_limit", "args": {"target": "bitcoin", "kind": "max", "weight": 0.1}}]
    assert (turn["mind"], turn["notice"], turn["refused"]) == ("builtin", None, [])
    assert {"text": "10%", "value": 0.1, "unit": "percent", "asset": "bitcoin"} in turn["figures"]
    assert set(turn["decision"]) == {"id", "fingerprint", "expires_at"}

    wanted = {"approve": turn["decision"]["id"], "fingerprint": turn["decision"]["fingerprint"]}
    refused = ask(process, json.dumps({**wanted, "fingerprint": "0" * 64}))
    assert refused["refusal"]["code"] == "other_fingerprint" and refused["refusal"]["text"]
    first, again = ask(process, json.dumps(wanted)), ask(process, json.dumps(wanted))
    assert first["receipt"]["fills"] and first["receipt"]["again"] is False and again["receipt"]["again"] is True

    assert process.stdin is not None
    process.stdin.write("\n   \n")  # lines that are empty have no answer
    assert set(ask(process, '{"approve": "d1"')) == {"refusal"}  # a broken yes is a yes to nothing, never a sentence
    assert set(ask(process, '{"hello": "d1"')) == FIELDS
    code, rest, _ = ended(process)
    assert (code, rest) == (0, "")


def test_the_record_replays_verifies_rebuilds_and_exports(
    home: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--home", str(home), "--now", NOW, "--lang", "en"]
    assert main(["replay", *where]) == 0 and "1 decisions replay exactly" in capsys.readouterr().out
    assert main(["verify", *where]) == 0 and "intact" in capsys.readouterr().out
    assert main(["rebuild", *where]) == 0 and "1 investors" in capsys.readouterr().out
    assert main(["export", *where]) == 0
    document = json.loads(capsys.readouterr().out)
    kinds = [e["kind"] for e in document["events"]]
    assert {"statement", "decision", "approval", "execution", "refusal"} <= set(kinds)
    assert kinds.count("execution") == 1


def test_doctor_finds_nothing_wrong_in_words_of_either_language(
    home: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for lang in ("ko", "en"):
        assert main(["doctor", "--home", str(home), "--lang", lang]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] and said[1] and said[0] != said[1]


# --- chat for people --------------------------------------------------------------------------------------------------


def test_a_person_sees_the_card_and_approves_by_typing_its_code(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = started("chat", "--lang", "en", home=home)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("Propose a portfolio\n")
    process.stdin.flush()
    shown = ""
    while "Type " not in shown:
        shown += process.stdout.readline()
    assert "simulated" in shown and "→" in shown and "█" in shown and "Cost" in shown and "Buy" in shown
    code = shown.rsplit("Type ", 1)[1][:4]
    status, rest, _ = ended(process, f"{code}\n")
    assert status == 0 and rest.strip()
    exported = started("export", home=home)
    _, out, _ = ended(exported)
    assert [e["kind"] for e in json.loads(out)["events"]].count("execution") == 1


# --- what cannot be done ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    ("option", "value"),
    [("--market", "files:/nowhere-at-all"), ("--market", "moon"), ("--now", "yesterday"), ("--tz", "Mars/Base")],
)
def test_a_setting_that_cannot_be_read_is_named_and_ends_with_2(
    tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str], option: str, value: str, lang: str
) -> None:
    words = ["chat", "--json", "--home", str(tmp_path / "home"), "--lang", lang, option, value]
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and value.removeprefix("files:") in shown.err and "Traceback" not in shown.err


def test_an_unknown_model_is_named_and_ends_with_2(
    tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "--json", "--home", str(tmp_path / "home"), "--model", "parrot"]) == 2
    assert capsys.readouterr().err.strip()


def test_a_difference_makes_replay_end_with_1(tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    home = tmp_path / "home"
    code, _, _ = ended(started("chat", "--json", home=home), "Propose a portfolio\n")
    assert code == 0
    with sqlite3.connect(home / "ledger.db") as store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("DELETE FROM blob")
    assert main(["replay", "--home", str(home), "--now", NOW]) == 1
    assert "me" in capsys.readouterr().out


def test_a_taken_port_is_said_plainly_with_the_way_out(
    tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["--home", str(tmp_path), "--port", str(port), "--lang", "en"]) == 2
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_a_second_start_of_the_same_home_says_where_the_first_one_is(
    tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from agent.wiring import Settings, open_desk
    from tests.test_browser import served

    with open_desk(Settings(home=tmp_path / "home", now=NOW)) as desk, served(desk) as url:
        port = url.rsplit(":", 1)[1]
        assert main(["--home", str(tmp_path / "home"), "--port", port, "--lang", "ko"]) == 2
        assert url in capsys.readouterr().err
        assert main(["--home", str(tmp_path / "other"), "--port", port, "--lang", "ko"]) == 2
        assert f"--port {int(port) + 1}" in capsys.readouterr().err


def test_help_loads_nothing_heavy_and_names_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ui.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(name in done.stdout for name in ("chat", "replay", "verify", "rebuild", "export", "doctor"))
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not {"gradio", "chromadb", "pydantic", "numpy", "openai"} & loaded


# --- options ----------------------------------------------------------------------------------------------------------


def test_settings_also_come_from_the_environment_and_from_a_file(
    tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("HANFOLIO_MARKET=moon\nHANFOLIO_LANG=ko\n", encoding="utf-8")
    assert main(["rebuild", "--home", str(tmp_path / "home")]) == 2
    assert "moon" in (said := capsys.readouterr().err) and "시장" in said
    monkeypatch.setenv("HANFOLIO_MARKET", "mars")
    assert main(["rebuild", "--home", str(tmp_path / "home")]) == 2
    assert "mars" in capsys.readouterr().err
    assert main(["rebuild", "--home", str(tmp_path / "home"), "--market", "demo"]) == 0


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"approve": "d1", "fingerprint": "ab"}', ("d1", "ab")),
        ('{"approve": "d1", "fingerprint": "ab", "more": 1}', ("", "")),
        ('{"approve": "d1", "approve": "d2", "fingerprint": "ab"}', ("", "")),
        ('{"approve": 1, "fingerprint": "ab"}', ("", "")),
        ('{"approve": "d1"}', ("", "")),
        ('{"approve": NaN, "fingerprint": "ab"}', ("", "")),
        ("{not json", None),
        ("[1]", None),
        ("{" * 100_000, None),
        ('{"a":' * 100_000, None),
        ("비트코인", None),
    ],
)
def test_only_an_exact_approval_is_one(line: str, found: tuple[str, str] | None) -> None:
    assert approval(line) == found


def test_hangul_takes_two_columns() -> None:
    assert fit("금", 4) == "금  "
    assert fit("비트코인", 5) == "비트 "
    assert fit("gold", 3) == "gol"
