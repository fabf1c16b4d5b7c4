"""The ledger: what is written stays, what is changed is noticed, what is erased is gone, what fails leaves nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.ledger import SqlLedger, open_ledger
from knowledge.ports import Command, Ledger
from tools.domain.decision import Fill
from tools.domain.events import Body, Call, Executed, Forgot, Opened, Refusal, Turn
from tools.domain.investor import Book, Exclude, Forget, Position, SetLimit, Statement
from tools.domain.value import Money
from tools.errors import Stale, StoreFailed

NOW = datetime(2026, 3, 2, 9, 30, 0, 123, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "home"


@pytest.fixture
def ledger(home: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(home)
    yield opened
    opened.close()


def refusal(what: str = "order") -> Refusal:
    return Refusal(what=what, code="stale")


def statement(said: str) -> Statement:
    wish = SetLimit(target="bitcoin", kind="max", weight=0.1)
    return Statement(id="s1", turn="t1", said=said, lang="ko", wish=wish)


def fill(units: str = "3") -> Fill:
    price = Money.model_validate({"amount": "70000.5", "currency": "KRW"})
    return Fill.model_validate(
        {"asset": "005930", "side": "buy", "units": units, "price": "70000.5", "currency": "KRW"}
        | {"value": price.model_dump(), "fee": price.model_dump()}
    )


def run(code: str, *args: str, **kwargs: object) -> subprocess.Popen[str]:
    """Another process, with the repository on its path."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = "from datetime import *; from pathlib import Path; import os, sys\n" + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", script, *args], env=env, text=True, stdout=subprocess.PIPE, **kwargs)  # type: ignore[call-overload,no-any-return]


def tampered(home: Path, *statements: str) -> None:
    """Change the file behind the program's back."""
    with sqlite3.connect(home / "ledger.db") as raw:
        for verb in ("update", "delete"):
            raw.execute(f"DROP TRIGGER IF EXISTS event_refuses_{verb}")
        for line in statements:
            raw.execute(line)
    raw.close()


# --- what is written stays ----------------------------------------------------------------------------------------

texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)
bodies = st.one_of(
    st.builds(Refusal, what=texts, code=texts, names=st.lists(texts, max_size=3).map(tuple)),
    st.builds(statement, texts),
    st.builds(
        Opened,
        currency=st.sampled_from(["KRW", "USD"]),
        tz=st.just("Asia/Seoul"),
        lang=st.sampled_from(["ko", "en"]),
        practice=st.booleans(),
        book=st.decimals(0, 10**12, places=4).map(lambda d: Book(positions={"KRW": Position(units=d)})),
    ),
    st.builds(
        Turn,
        id=texts,
        lang=st.just("ko"),
        text=texts,
        reply=texts,
        calls=st.lists(st.builds(Call, name=texts, args=st.dictionaries(texts, st.floats(-1, 1))), max_size=2).map(
            tuple
        ),
        mind=st.just("builtin"),
    ),
)
batches = st.lists(
    st.tuples(st.sampled_from(["kim", "lee", "김"]), st.lists(bodies, min_size=1, max_size=4)), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches)
def test_everything_appended_is_read_back_in_order_and_by_its_own_investor_only(
    written: list[tuple[str, list[Body]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger, expected = open_ledger(Path(folder)), {}
        for name, new in written:
            known = expected.setdefault(name, [])
            known += ledger.append(name, new, at=NOW, after=len(known))
        ledger.close()
        ledger = open_ledger(Path(folder))
        for name in ("kim", "lee", "김"):
            assert ledger.read(name) == tuple(expected.get(name, []))
            assert [e.seq for e in ledger.read(name)] == list(range(1, len(ledger.read(name)) + 1))
        assert ledger.investors() == tuple(sorted(expected))
        assert ledger.verify().faults == ()
        assert ledger.verify().events == sum(len(e) for e in expected.values())
        ledger.close()


def test_it_is_the_ledger_of_the_contract_and_keeps_instants_exactly(ledger: SqlLedger) -> None:
    port: Ledger = ledger
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    written = port.append("kim", [refusal("a"), refusal("b"), refusal("c")], at=seoul, after=0)
    assert written == port.read("kim")
    assert written[0].at == NOW and written[0].at.tzinfo is UTC
    assert port.read("kim", after=2) == written[2:]
    assert port.read("nobody") == () and port.find("nobody", "x") == ()


def test_a_caller_who_has_not_seen_the_newest_event_is_refused(ledger: SqlLedger) -> None:
    ledger.append("kim", [refusal()], at=NOW, after=0)
    for seen in (0, 2):
        with pytest.raises(Stale) as refused:
            ledger.append("kim", [refusal()], at=NOW, after=seen)
        assert refused.value.code == "moved_on"
    ledger.append("lee", [refusal()], at=NOW, after=0)
    assert len(ledger.read("kim")) == 1


def test_the_same_effect_is_written_once_and_answered_with_its_own_batch(ledger: SqlLedger) -> None:
    ledger.append("kim", [refusal("before")], at=NOW, after=0)
    first = ledger.append("kim", [refusal("a"), refusal("b")], at=NOW, after=1, idem="approve:d1")
    ledger.append("kim", [refusal("after")], at=NOW, after=3)
    again = ledger.append("kim", [refusal("other")], at=NOW, after=1, idem="approve:d1")
    assert again == first == ledger.find("kim", "approve:d1")
    assert ledger.find("lee", "approve:d1") == () == ledger.find("kim", "approve:d2")
    assert len(ledger.read("kim")) == 4


def test_nothing_to_append_and_a_time_without_zone_are_mistakes_of_the_caller(ledger: SqlLedger) -> None:
    with pytest.raises(ValueError):
        ledger.append("kim", [], at=NOW, after=0)
    with pytest.raises(ValueError):
        ledger.append("kim", [refusal()], at=NOW.replace(tzinfo=None), after=0)
    assert ledger.read("kim") == ()


def test_threads_sharing_one_ledger_write_every_event_once(ledger: SqlLedger) -> None:
    def write(name: str) -> None:
        for n in range(20):
            ledger.append(name, [refusal(f"{name}{n}")], at=NOW, after=n)

    threads = [threading.Thread(target=write, args=(f"i{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(ledger.read(f"i{n}")) == 20 for n in range(4))
    assert ledger.verify().faults == ()


# --- blobs, outbox, home, export ----------------------------------------------------------------------------------


def test_public_contents_are_shared_and_personal_ones_belong_to_one_investor(ledger: SqlLedger) -> None:
    prices, words = b"prices", "제 연봉은 5천만원".encode()
    public = ledger.digest("kim", prices, personal=False)
    personal = ledger.digest("kim", words, personal=True)
    assert public == ledger.digest("lee", prices, personal=False)
    assert personal != ledger.digest("lee", words, personal=True)
    ledger.append("kim", [refusal()], at=NOW, after=0, blobs={public: prices, personal: words})
    ledger.append("lee", [refusal()], at=NOW, after=0, blobs={public: prices})
    assert ledger.blob("kim", public) == ledger.blob("lee", public) == prices
    assert ledger.blob("kim", personal) == words
    with pytest.raises(StoreFailed):
        ledger.blob("lee", personal)
    with pytest.raises(StoreFailed):
        ledger.blob("kim", "0" * 64)


def test_a_blob_under_a_digest_that_is_not_its_own_is_refused_with_its_events(ledger: SqlLedger) -> None:
    with pytest.raises(ValueError):
        ledger.append("kim", [refusal()], at=NOW, after=0, blobs={"0" * 64: b"x"})
    assert ledger.read("kim") == () and ledger.investors() == ()


def test_a_changed_or_lost_blob_is_refused_and_found_by_verifying(home: Path) -> None:
    ledger = open_ledger(home)
    contents = {ledger.digest("kim", body, personal=own): body for body, own in ((b"prices", False), (b"words", True))}
    ledger.append("kim", [refusal()], at=NOW, after=0, blobs=contents)
    ledger.close()
    tampered(home, "UPDATE blob SET body = zeroblob(40)")
    ledger = open_ledger(home)
    for digest in contents:
        with pytest.raises(StoreFailed) as refused:
            ledger.blob("kim", digest)
        assert (refused.value.code, refused.value.names) == ("damaged", (digest,))
    assert sorted(ledger.verify().faults) == sorted(f"{digest[:12]}:blob" for digest in contents)
    ledger.close()


def test_an_execution_leaves_a_message_until_it_is_marked_as_sent(ledger: SqlLedger) -> None:
    ledger.append("kim", [refusal(), Executed(decision="d1", fills=(fill(),), simulated=True)], at=NOW, after=0)
    (parcel,) = ledger.outbox()
    assert (parcel.investor, parcel.kind) == ("kim", "execution")
    assert json.loads(parcel.payload)["body"]["fills"][0]["price"] == "70000.5"
    ledger.mark_sent(parcel.id, at=NOW)
    assert ledger.outbox() == ()


def test_a_home_is_bound_to_one_kind_of_market_for_good(home: Path) -> None:
    ledger = open_ledger(home)
    assert ledger.home_kind() is None
    ledger.bind("demo")
    ledger.bind("demo")
    ledger.close()
    ledger = open_ledger(home)
    with pytest.raises(StoreFailed) as refused:
        ledger.bind("real")
    assert (refused.value.code, refused.value.names) == ("other_market", ("demo",))
    assert ledger.home_kind() == "demo"
    ledger.close()


def test_an_export_is_one_json_document_with_every_event(ledger: SqlLedger) -> None:
    forgot = Forgot(turn="t2", wish=Forget(topic="all"), statements=("s1",))
    ledger.append("kim", [statement("비트코인 10% 이하"), forgot], at=NOW, after=0)
    document = json.loads(json.dumps(ledger.export("kim")))
    assert (document["schema_v"], document["investor"]) == (1, "kim")
    first, second = document["events"]
    assert (first["seq"], first["kind"], first["said"]) == (1, "statement", "비트코인 10% 이하")
    assert (second["seq"], second["kind"], second["statements"]) == (2, "forget", ["s1"])
    assert datetime.fromisoformat(first["at"]) == NOW


def test_an_older_body_is_raised_step_by_step_and_new_ones_are_written_in_the_new_version(home: Path) -> None:
    def renamed(fields: dict[str, object]) -> dict[str, object]:
        return {**fields, "code": f"{fields['code']}+"}

    ledger = open_ledger(home)
    ledger.append("kim", [refusal("old")], at=NOW, after=0)
    ledger.close()
    steps = {"refusal": {1: renamed, 2: renamed}}
    ledger = open_ledger(home, upcasters=steps)  # type: ignore[arg-type]
    ledger.append("kim", [refusal("new")], at=NOW, after=1)
    assert [e.body.code for e in ledger.read("kim") if isinstance(e.body, Refusal)] == ["stale++", "stale"]
    ledger.close()
    ledger = open_ledger(home)
    with pytest.raises(StoreFailed) as refused:
        ledger.read("kim")
    assert (refused.value.code, refused.value.names) == ("unreadable", ("refusal",))
    assert ledger.verify().faults == ()
    ledger.close()


# --- what is changed is noticed -----------------------------------------------------------------------------------


def filled(home: Path, events: int = 6) -> None:
    ledger = open_ledger(home)
    for n in range(events):
        name = "kim" if n % 2 else "lee"
        ledger.append(name, [refusal(f"event {n}")], at=NOW, after=n // 2, idem=f"k{n}")
    ledger.close()


def verified(home: Path) -> tuple[str, ...]:
    ledger = open_ledger(home)
    try:
        return ledger.verify().faults
    finally:
        ledger.close()


COLUMNS = ("investor_ref", "tseq", "batch", "kind", "schema_v", "at", "body", "idem", "prev", "hash")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_flipped_bit_in_any_column_is_found_and_named(home: Path, column: str, seq: int) -> None:
    filled(home)
    with sqlite3.connect(home / "ledger.db") as raw:
        (value,) = raw.execute(f"SELECT {column} FROM event WHERE seq = ?", (seq,)).fetchone()
    raw.close()
    for flipped in (_flip(value), b"bytes", "text", None):
        if flipped is None and column not in ("idem",):
            continue
        with sqlite3.connect(home / "ledger.db") as raw:
            raw.execute("DROP TRIGGER IF EXISTS event_refuses_update")
            raw.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (flipped, seq))
        raw.close()
        assert any(fault.startswith(f"{seq}:") for fault in verified(home)), flipped
    with sqlite3.connect(home / "ledger.db") as raw:
        raw.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (value, seq))
    raw.close()
    assert verified(home) == ()


def _flip(value: object) -> object:
    if isinstance(value, int):
        return value ^ 64
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    assert isinstance(value, str)
    return chr(ord(value[0]) ^ 1) + value[1:]


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        ("DELETE FROM event WHERE seq = 3", "4:gap"),
        ("DELETE FROM event WHERE seq = 1", "2:gap"),
        ("DELETE FROM event WHERE seq > 4", "4:tail_cut"),
        ("DELETE FROM event", "0:tail_cut"),
        ("UPDATE event SET seq = 7 WHERE seq = 3", "7:unlinked"),
        ("UPDATE event SET at = CAST(x'ff' AS TEXT) WHERE seq = 2", "0:damaged"),
        ("UPDATE investor_key SET secret = zeroblob(64) WHERE name = 'lee'", "1:key"),
        ("UPDATE investor_key SET name = 'mallory' WHERE name = 'lee'", "1:key"),
    ],
)
def test_missing_moved_and_stolen_records_are_found(home: Path, harm: str, fault: str) -> None:
    filled(home)
    tampered(home, harm)
    assert fault in verified(home)


def test_a_cut_off_tail_or_another_head_stops_every_write_and_keeps_its_evidence(home: Path) -> None:
    filled(home)
    kept = (home / "head.json").read_text()
    tampered(home, "DELETE FROM event WHERE seq > 4")
    ledger = open_ledger(home)
    assert ledger.fault == "tail_cut"
    assert len(ledger.read("kim")) == 2
    for write in (
        lambda: ledger.append("kim", [refusal()], at=NOW, after=2),
        lambda: ledger.erase("kim", at=NOW),
    ):
        with pytest.raises(StoreFailed) as refused:
            write()
        assert refused.value.code == "tail_cut"
    ledger.close()
    assert (home / "head.json").read_text() == kept


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"count": "6", "hash": 1}', '{"count": 6, "hash": "00"}', None])
def test_a_lost_or_forged_head_file_is_a_fault_and_stops_every_write(home: Path, content: str | None) -> None:
    filled(home)
    if content is None:
        (home / "head.json").unlink()
    else:
        (home / "head.json").write_text(content)
    ledger = open_ledger(home)
    assert ledger.fault == "damaged"
    assert any(fault.endswith(":head") for fault in ledger.verify().faults)
    with pytest.raises(StoreFailed):
        ledger.append("kim", [refusal()], at=NOW, after=3)
    ledger.close()


def test_a_head_file_left_behind_by_a_crash_catches_up_only_when_the_chain_proves_it(home: Path) -> None:
    filled(home, 3)
    older = (home / "head.json").read_text()
    ledger = open_ledger(home)
    ledger.append("lee", [refusal()], at=NOW, after=2)
    ledger.append("kim", [refusal()], at=NOW, after=1)
    ledger.close()
    newest = (home / "head.json").read_text()
    (home / "head.json").write_text(older)
    assert verified(home) == ()
    assert (home / "head.json").read_text() == newest
    (home / "head.json").write_text(older)
    tampered(home, "UPDATE event SET prev = hash WHERE seq = 5")
    ledger = open_ledger(home)
    assert ledger.fault == "damaged"
    assert (home / "head.json").read_text() == older
    ledger.close()


def flipped_bytes_never_lie(seed: int) -> None:
    """A flipped byte anywhere in the file is refused, reported, or without consequence."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        filled(home)
        ledger = open_ledger(home)
        truth = ledger.read("kim"), ledger.read("lee")
        ledger.close()
        content = bytearray((home / "ledger.db").read_bytes())
        place = random.randrange(len(content))
        content[place] ^= 1 << random.randrange(8)
        (home / "ledger.db").write_bytes(content)
        try:
            ledger = open_ledger(home, wait=0.2)
        except StoreFailed:
            return
        try:
            if not ledger.verify().faults:
                assert (ledger.read("kim"), ledger.read("lee")) == truth, place
        except StoreFailed:
            return
        finally:
            ledger.close()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_flipped_byte_anywhere_in_the_file_never_changes_what_a_clean_ledger_says(seed: int) -> None:
    flipped_bytes_never_lie(seed)


@pytest.mark.campaign
def test_two_thousand_flipped_bytes_never_change_what_a_clean_ledger_says() -> None:
    for seed in range(2_000):
        flipped_bytes_never_lie(seed)


def test_the_file_itself_refuses_to_change_or_remove_an_event(home: Path) -> None:
    filled(home)
    raw = sqlite3.connect(home / "ledger.db")
    for harm in ("UPDATE event SET kind = 'x'", "DELETE FROM event"):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(harm)
    raw.close()


# --- what is erased is gone ---------------------------------------------------------------------------------------


def test_erasing_leaves_a_valid_chain_and_not_one_readable_byte(home: Path) -> None:
    ledger = open_ledger(home)
    words, note = "아무도모르는비밀", b"own salary note"
    digest = ledger.digest("honggildong", note, personal=True)
    ledger.append("lee", [refusal("stays")], at=NOW, after=0)
    done = Executed(decision="d1", fills=(fill(),), simulated=True)
    ledger.append("honggildong", [statement(words), done], at=NOW, after=0, idem="salary", blobs={digest: note})
    with sqlite3.connect(home / "ledger.db") as raw:
        (secret,) = raw.execute("SELECT secret FROM investor_key WHERE name = 'honggildong'").fetchone()
    raw.close()
    ledger.erase("honggildong", at=NOW)
    ledger.erase("nobody", at=NOW)
    found = b"".join(path.read_bytes() for path in home.iterdir())
    for trace in (words.encode(), b"honggildong", note, b"salary", secret[:16], secret[-16:], digest.encode()):
        assert trace not in found
    assert ledger.read("honggildong") == () == ledger.find("honggildong", "salary") == ledger.outbox()
    assert ledger.investors() == ("lee",)
    assert ledger.verify() == replace(ledger.verify(), events=4, faults=())
    with sqlite3.connect(home / "ledger.db") as raw:
        assert [k for (k,) in raw.execute("SELECT kind FROM event ORDER BY seq")][-1] == "erased"
    raw.close()
    ledger.close()


def test_an_erased_name_begins_anew_and_shares_nothing_with_the_old_record(ledger: SqlLedger) -> None:
    note = b"note"
    before = ledger.digest("kim", note, personal=True)
    ledger.append("kim", [refusal("old")], at=NOW, after=0, idem="k", blobs={before: note})
    ledger.erase("kim", at=NOW)
    assert ledger.digest("kim", note, personal=True) != before
    (event,) = ledger.append("kim", [refusal("new")], at=NOW, after=0, idem="k")
    assert ledger.read("kim") == (event,)
    assert ledger.verify().faults == ()


# --- other processes, crashes, full disks -------------------------------------------------------------------------

APPROVER = """
    from knowledge.ledger import open_ledger
    from tools.domain.events import Executed, Refusal
    from tools.errors import Stale
    ledger = open_ledger(Path(sys.argv[1]), wait=30)
    print("ready", flush=True); sys.stdin.readline()
    for n in range(int(sys.argv[2])):
        done = Executed(decision=f"d{n}", fills=(), simulated=True)
        while True:
            seen = ledger.read("kim")
            try:
                ledger.append("kim", [Refusal(what=sys.argv[3], code="by"), done], at=datetime.now(timezone.utc),
                              after=len(seen), idem=f"approve:d{n}")
                break
            except Stale: pass
"""


def approved_once(home: Path, processes: int, approvals: int) -> None:
    """The same approvals from several processes at once: each is executed exactly once."""
    running = [run(APPROVER, str(home), str(approvals), str(n), stdin=subprocess.PIPE) for n in range(processes)]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:
        process.communicate("go\n", timeout=240)
        assert process.returncode == 0
    ledger = open_ledger(home)
    done = [e.body.decision for e in ledger.read("kim") if isinstance(e.body, Executed)]
    assert sorted(done) == sorted(f"d{n}" for n in range(approvals))
    assert len(ledger.read("kim")) == 2 * approvals
    assert len(ledger.outbox()) == approvals
    assert ledger.verify().faults == ()
    ledger.close()


def test_two_processes_approving_the_same_thing_execute_it_once(home: Path) -> None:
    approved_once(home, 2, 25)


@pytest.mark.campaign
def test_four_processes_approving_three_hundred_things_execute_each_once(home: Path) -> None:
    approved_once(home, 4, 300)


WRITER = """
    from knowledge.ledger import open_ledger
    from tools.domain.events import Refusal
    ledger = open_ledger(Path(sys.argv[1]))
    n = len(ledger.read("kim"))
    while True:
        ledger.append("kim", [Refusal(what=f"{n}", code="a"), Refusal(what=f"{n}", code="b")],
                      at=datetime.now(timezone.utc), after=n)
        n += 2
        print(n, flush=True)
"""


def killed_writer_loses_nothing(home: Path, rounds: int) -> None:
    """kill -9 in the middle of writing: everything acknowledged is there, batches are whole, the chain is valid."""
    random = Random(7)
    for _ in range(rounds):
        writer = run(WRITER, str(home))
        assert writer.stdout
        acknowledged = [writer.stdout.readline() for _ in range(random.randint(3, 60))]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += writer.stdout.read().splitlines()
        writer.wait()
        ledger = open_ledger(home)
        assert ledger.fault is None
        found = ledger.read("kim")
        assert len(found) >= int([line for line in acknowledged if line.strip()][-1])
        assert [e.body.code for e in found if isinstance(e.body, Refusal)] == ["a", "b"] * (len(found) // 2)
        assert ledger.verify().faults == ()
        ledger.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_writer_loses_nothing_it_acknowledged(home: Path) -> None:
    killed_writer_loses_nothing(home, 3)


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_two_hundred_killed_writers_lose_nothing_they_acknowledged(home: Path) -> None:
    killed_writer_loses_nothing(home, 200)


def test_a_locked_database_is_named_and_nothing_is_written(home: Path) -> None:
    ledger = open_ledger(home, wait=0.1)
    ledger.append("kim", [refusal()], at=NOW, after=0)
    other = sqlite3.connect(home / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFailed) as refused:
        ledger.append("kim", [refusal()], at=NOW, after=1)
    assert refused.value.code == "locked"
    assert len(ledger.read("kim")) == 1
    other.execute("ROLLBACK")
    other.close()
    ledger.append("kim", [refusal()], at=NOW, after=1)
    assert ledger.verify().faults == ()
    ledger.close()


FULL_DISK = """
    import resource
    from knowledge.ledger import open_ledger
    from tools.domain.events import Refusal
    from tools.errors import StoreFailed
    ledger = open_ledger(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    n, refused = 0, 0
    while refused < 20:
        try:
            body = Refusal(what="x" * 5000, code="a")
            n = ledger.append("kim", [body], at=datetime.now(timezone.utc), after=n)[-1].seq
        except StoreFailed as error:
            assert error.code in ("full", "unwritable"), error.code
            refused += 1
        assert len(ledger.read("kim")) == n
    print(n)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_is_named_and_leaves_nothing_half_written(home: Path) -> None:
    writer = run(FULL_DISK, str(home))
    written, _ = writer.communicate(timeout=120)
    assert writer.returncode == 0
    ledger = open_ledger(home)
    assert len(ledger.read("kim")) == int(written) > 5
    ledger.append("kim", [refusal()], at=NOW, after=int(written))
    assert ledger.verify().faults == ()
    ledger.close()


READ_ONLY = """
    from knowledge.ledger import open_ledger
    from tools.domain.events import Refusal
    from tools.errors import StoreFailed
    if os.getuid() == 0:
        os.setuid(65534)  # nothing is read-only for root
    try:
        ledger = open_ledger(Path(sys.argv[1]))
        ledger.append("kim", [Refusal(what="x", code="a")], at=datetime.now(timezone.utc), after=3)
        print("written")
    except StoreFailed as error:
        print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o444), (0o555, 0o666), (0o777, 0o444)])
def test_a_read_only_home_is_named_and_stays_as_it_was(home: Path, folder: int, file: int) -> None:
    filled(home)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    home.parent.chmod(0o755)
    for path in home.iterdir():
        path.chmod(file)
    home.chmod(folder)
    answer, _ = run(READ_ONLY, str(home)).communicate(timeout=60)
    home.chmod(0o755)
    assert answer == "read_only\n"
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_what_is_no_database_is_called_damaged(home: Path) -> None:
    home.mkdir()
    (home / "ledger.db").write_bytes(b"not a database" * 400)
    with pytest.raises(StoreFailed) as refused:
        open_ledger(home)
    assert refused.value.code == "damaged"
    (home / "file").write_text("")
    with pytest.raises(StoreFailed):
        open_ledger(home / "file")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_nobody_else_may_look_into_a_home(home: Path) -> None:
    ledger = open_ledger(home)
    ledger.append("kim", [Executed(decision="d", fills=(), simulated=True)], at=NOW, after=0)
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o077 for path in home.iterdir()} == dict.fromkeys(os.listdir(home), 0)
    ledger.close()


def test_no_word_of_an_investor_lies_open_on_the_disk(home: Path) -> None:
    ledger = open_ledger(home)
    wish = Exclude(target="tobacco")
    said = Statement(id="s1", turn="t1", said="담배회사는 빼줘 uniquewords", lang="ko", wish=wish)
    ledger.append("kim", [said, Executed(decision="d1uniquewords", fills=(fill(),), simulated=True)], at=NOW, after=0)
    ledger.close()
    content = (home / "ledger.db").read_bytes()
    assert b"uniquewords" not in content and b"tobacco" not in content and b"70000.5" not in content


# --- many at once -----------------------------------------------------------------------------------------------------


def told(name: str, after: int = 0, idem: str | None = None, **blobs: bytes) -> Command:
    return Command(name, (Refusal(what=name, code="a"),), NOW, after, idem, blobs)


def test_commands_of_many_are_written_together_each_under_its_own_key(home: Path) -> None:
    ledger = open_ledger(home)
    note = ledger.hashers(("kim", "lee"))[0](b"note")
    public = ledger.digest("", b"prices", personal=False)
    kim, lee = told("kim", idem="x", **{note: b"note"}), told("lee", idem="x")
    made = ledger.append_all((kim, lee), shared={public: b"prices"})
    assert [len(events) for events in made] == [1, 1] and ledger.read("kim") == made[0]
    assert ledger.blob("kim", note) == b"note" and ledger.blob("lee", public) == b"prices"
    assert ledger.verify().faults == ()
    ledger.close()


def test_of_many_only_those_are_written_whose_record_and_effect_are_new(home: Path) -> None:
    ledger = open_ledger(home)
    ledger.append_all((told("kim", idem="x"), told("lee")))
    again = (told("kim", 1, idem="x"), told("lee", 0), told("choi"))
    assert [len(events) for events in ledger.append_all(again)] == [0, 0, 1]
    assert [len(ledger.read(n)) for n in ("kim", "lee", "choi")] == [1, 1, 1]
    assert ledger.verify().faults == ()
    ledger.close()


def test_when_one_of_many_cannot_be_written_none_is(home: Path) -> None:
    ledger = open_ledger(home)
    for wrong in (told("lee", **{"0" * 64: b"other"}), told("kim")):
        with pytest.raises(ValueError):
            ledger.append_all((told("kim"), wrong))
    assert ledger.read("kim") == () and ledger.verify().faults == ()
    ledger.close()


def test_the_version_changes_when_this_or_another_process_writes(home: Path) -> None:
    ledger, other = open_ledger(home), open_ledger(home)
    first = ledger.version()
    assert ledger.version() == first
    ledger.append_all((told("kim"),))
    second = ledger.version()
    other.append_all((told("lee"),))
    assert len({first, second, ledger.version()}) == 3
    ledger.close()
    other.close()
