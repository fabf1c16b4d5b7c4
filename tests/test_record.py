"""The record: why a decision suits, that it was agreed to, and a trail that a broker's statement agrees with."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from agent.session import Session
from agent.suits import suited, suited_lines
from agent.trail import COLUMNS, as_csv, as_json, compared
from agent.wiring import Desk, Settings, open_desk
from agent.words.render import render_all
from agent.words.suitability import suitability_lines
from agent.work import begin
from tools.domain.decision import Decision
from tools.domain.events import Approved, Turn
from tools.domain.investor import Goal, Profile
from tools.domain.record import Consent, Suitability
from tools.domain.value import Money
from tools.errors import BadInput
from tools.suitability import assess
from ui.cli import main

NOW = "2026-03-02"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("record")
    with open_desk(Settings(home=home, now=NOW, currency="USD", tz="America/New_York")) as opened:
        yield opened


@pytest.fixture
def who(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


def executed(desk: Desk, who: str, said: str = "propose a portfolio") -> Decision:
    session = Session(desk, who, "en")
    session.say(said)
    pending = session.pending()
    assert pending is not None
    session.approve(pending.id, pending.fingerprint)
    return pending


# --- suitability and consent ------------------------------------------------------------------------------------------


def test_a_yes_is_recorded_with_the_statement_and_the_words_agreed_to(desk: Desk, who: str) -> None:
    decision = executed(desk, who)
    kinds = [e.body.kind for e in desk.ledger.read(who)]
    assert kinds[-4:] == ["suitability", "approval", "consent", "execution"]
    statement = next(e.body for e in desk.ledger.read(who) if isinstance(e.body, Suitability))
    consent = next(e.body for e in desk.ledger.read(who) if isinstance(e.body, Consent))
    assert statement.decision == consent.decision == decision.id and consent.by == "button"
    assert statement.cost == decision.proposal.cost and statement.vol_after == decision.outlook.vol_after
    text = render_all(suitability_lines(statement), consent.lang, desk.names, tz="America/New_York").text
    assert consent.statement == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("lang", "words"), [("ko", ("목적", "손실 감내", "비용과 이익")), ("en", ("Objective", "loss", "Cost"))]
)
def test_it_is_shown_on_request_before_and_after_the_yes(
    desk: Desk, who: str, lang: str, words: tuple[str, ...]
) -> None:
    session = Session(desk, who, lang)  # type: ignore[arg-type]
    ask = "적합성 설명 보여줘" if lang == "ko" else "show the statement of suitability"
    nothing = session.say(ask).text
    assert "아직" in nothing if lang == "ko" else "Nothing has been decided" in nothing
    session.say("제안해줘" if lang == "ko" else "propose a portfolio")
    before = session.say(ask)
    assert all(w in before.text for w in words) and before.calls[0]["name"] == "suitability"
    pending = session.pending()
    assert pending is not None
    session.approve(pending.id, pending.fingerprint)
    after = session.say(ask).text
    assert ("동의하셨어요" in after) if lang == "ko" else ("You agreed on" in after)
    assert pending.fingerprint[:8] in after


def test_a_decision_from_before_statements_were_kept_says_so(desk: Desk, who: str) -> None:
    session = Session(desk, who, "en")
    session.say("propose a portfolio")
    pending = session.pending()
    assert pending is not None
    work = begin(desk, who, "en")
    work.add(Approved(decision=pending.id, fingerprint=pending.fingerprint))
    work.commit()
    session.say("I want at most 5% in gold")  # another proposal: the first one waits no longer
    work = begin(desk, who, "en")
    found = suited(work, pending.id)
    assert found is not None and found.statement is None
    assert "none will be made up" in render_all(suited_lines(work, pending.id), "en", desk.names, tz="UTC").text


def test_what_does_not_speak_for_it_is_noted(desk: Desk, who: str) -> None:
    decision = executed(desk, who)
    outlook = decision.outlook
    careful = Profile(risk_aversion=8.0, max_vol=0.001, max_drawdown=0.001)
    assert {"no_goal", "beyond_capacity", "beyond_ceiling"} <= set(assess(decision, careful, ()).notes)
    easy = Profile(risk_aversion=2.0, max_drawdown=0.9)
    goal = Goal(goal="house", since=datetime(2026, 3, 1, tzinfo=UTC))
    assert assess(decision, easy, (goal,)).notes == ()
    dear = decision.proposal.model_copy(update={"cost": Money(amount=Decimal(10**9), currency="USD")})
    worse = decision.model_copy(update={"proposal": dear, "method": "order"})
    assert {"cost_above_gain", "own_order"} <= set(assess(worse, easy, (goal,)).notes)
    assert assess(decision, easy, (goal,)).loss_after == pytest.approx(
        max(1.645 * outlook.vol_after - outlook.mean_after, 0.0)
    )


def test_a_turn_keeps_the_version_and_the_old_ones_still_open(desk: Desk, who: str) -> None:
    Session(desk, who, "en").say("hello")
    turn = next(e.body for e in desk.ledger.read(who) if isinstance(e.body, Turn))
    assert turn.version and turn.prompt is None and turn.mind == "builtin"
    old = {k: v for k, v in turn.model_dump(mode="json").items() if k not in ("version", "prompt")}
    assert Turn.from_json(json.dumps(old)).version is None


# --- the trail --------------------------------------------------------------------------------------------------------


def test_the_exported_trail_agrees_with_itself_to_the_last_unit(desk: Desk, who: str) -> None:
    decision = executed(desk, who)
    text = as_csv(desk, who, "America/New_York")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS and len(rows) == len(decision.proposal.trades)
    found = compared(desk, who, text.encode(), "America/New_York")
    assert found.rows == len(rows) and found.differences == ()


def test_the_trail_as_json_links_proposal_approval_execution_and_position(desk: Desk, who: str) -> None:
    decision = executed(desk, who)
    (step,) = as_json(desk, who)["decisions"]
    assert step["decision"]["id"] == step["approval"]["decision"] == step["execution"]["decision"] == decision.id
    assert step["suitability"]["cost"] == step["proposal"]["cost"] and step["consent"]["by"] == "button"
    bought = {t.asset: t.units for t in decision.proposal.trades if t.side == "buy"}
    assert {a: Decimal(u) for a, u in step["position"].items() if a in bought} == bought
    assert step["basis"].keys() == decision.inputs.keys() - {"data"}
    assert set(step["basis"]["holdings"]["readings"]) <= {"KRW", "USD"}
    assert json.loads(json.dumps(step)) == step


@pytest.mark.parametrize("what", ["units", "price", "fee", "missing", "extra"])
def test_one_changed_cell_of_a_statement_is_found(desk: Desk, who: str, what: str) -> None:
    executed(desk, who)
    rows = list(csv.DictReader(io.StringIO(as_csv(desk, who, "America/New_York"))))
    if what == "units":
        rows[0]["quantity"] = str(Decimal(rows[0]["quantity"]) + 1)
    elif what == "price":
        rows[0]["price"] = str(Decimal(rows[0]["price"]) + 1)
    elif what == "fee":
        rows[0]["fee"] = str(Decimal(rows[0]["fee"]) + 1)
    elif what == "missing":
        rows.pop(0)
    else:
        rows.append({**rows[0], "symbol": "ZZZ", "name": "Nobody"})
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    (found,) = compared(desk, who, out.getvalue().encode(), "America/New_York").differences
    assert found.what == what


def test_a_broker_may_fill_in_parts(desk: Desk, who: str) -> None:
    executed(desk, who)
    rows = list(csv.DictReader(io.StringIO(as_csv(desk, who, "America/New_York"))))
    row = next(r for r in rows if Decimal(r["quantity"]) > 1 and Decimal(r["quantity"]) % 1 == 0)
    half = [{**row, "quantity": "1", "fee": "0"}, {**row, "quantity": str(Decimal(row["quantity"]) - 1)}]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows([*(r for r in rows if r is not row), *half])
    assert compared(desk, who, out.getvalue().encode(), "America/New_York").differences == ()


def test_positions_are_compared_with_the_book(desk: Desk, who: str) -> None:
    executed(desk, who)
    held = {a: p.units for a, p in begin(desk, who, "en").state.book.positions.items() if p.units and a != "USD"}
    text = "종목코드,보유수량\n" + "".join(f"{a},{u:,}\n" if u < 1000 else f'{a},"{u:,}"\n' for a, u in held.items())
    assert compared(desk, who, text.encode("cp949"), "Asia/Seoul").differences == ()
    first = next(iter(held))
    wrong = "symbol,quantity\n" + "".join(f"{a},{u + (a == first)}\n" for a, u in held.items())
    (found,) = compared(desk, who, wrong.encode(), "Asia/Seoul").differences
    assert (found.what, found.asset, found.ours) == ("position", first, held[first])


def test_a_statement_that_cannot_be_read_is_refused(desk: Desk, who: str) -> None:
    executed(desk, who)
    for data, code in (
        (b"%PDF-1.4", "import_unreadable"),
        (b"symbol,quantity\nSPY,many\n", "bad_units"),
    ):
        with pytest.raises(BadInput) as refused:
            compared(desk, who, data, "UTC")
        assert refused.value.code == code


# --- commands that only read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["verify"], ["replay"], ["export"], ["reconcile", __file__]])
def test_a_mistyped_home_is_named_and_not_made(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, words in (("ko", "기록이 없어요"), ("en", "There is no record")):
        assert main([*command, "--home", str(tmp_path / "typo"), "--lang", lang]) == 2
        assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_commands_export_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(Settings(home=tmp_path, now=NOW, currency="USD", tz="UTC")) as desk:
        executed(desk, "me")
    where = ["--home", str(tmp_path), "--now", NOW, "--lang", "en", "--tz", "UTC"]
    assert main(["export", "--trail", "csv", *where]) == 0
    statement = tmp_path / "statement.csv"
    statement.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["reconcile", str(statement), *where]) == 0 and ", 0 differences" in capsys.readouterr().out
    lines = statement.read_text(encoding="utf-8").splitlines()
    statement.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert main(["reconcile", str(statement), *where]) == 1 and "not in the statement" in capsys.readouterr().out
    assert main(["export", "--trail", "json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["decisions"][0]["execution"]


READ_ONLY = """
import os, sys
os.environ["HANFOLIO_LANG"] = "en"
from ui.cli import main
first = main([sys.argv[3], "--home", sys.argv[2], "--now", "2026-03-02"])  # on a copy: everything is imported now
if os.getuid() == 0:
    os.setuid(65534)  # nothing is read-only for root
sys.exit(first or main([sys.argv[3], "--home", sys.argv[1], "--now", "2026-03-02"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_read_only_home_can_be_verified_replayed_and_exported(tmp_path: Path) -> None:
    home = Path("/tmp") / f"hanfolio-read-{os.getpid()}"  # pytest's own folders are closed to other users
    try:
        with open_desk(Settings(home=home, now=NOW, currency="USD", tz="UTC")) as desk:
            executed(desk, "me")
        shutil.copytree(home, tmp_path / "copy")
        for path in home.iterdir():
            path.chmod(0o444 if path.is_file() else 0o555)
        before = {p.name: p.read_bytes() for p in home.iterdir() if p.is_file()}
        home.chmod(0o555)
        for command in ("verify", "replay", "export"):
            done = subprocess.run(
                [sys.executable, "-c", READ_ONLY, str(home), str(tmp_path / "copy"), command],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                cwd=Path(__file__).parent.parent,
            )
            assert done.returncode == 0, done.stderr
        assert {p.name: p.read_bytes() for p in home.iterdir() if p.is_file()} == before
    finally:
        home.chmod(0o755)
        shutil.rmtree(home)
