"""Memory: an index over the ledger that may break, never lie, and never show one investor another's words."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from knowledge.embedding import ApiEmbedding, HashedEmbedding
from knowledge.memory import ChromaMemory, document
from knowledge.ports import Memory
from tools.domain.investor import Exclude, SetGoal, SetLimit, SetRisk, SetView, Statement, Wish
from tools.errors import ModelFailed

ROOT = Path(__file__).resolve().parent.parent


def said(name: str, words: str, wish: Wish | None = None) -> Statement:
    return Statement(id=name, turn="t1", said=words, lang="ko", wish=wish or Exclude(target="tobacco"))


KIM = (
    said("s1", "비트코인은 10% 넘지 않게 해줘", SetLimit(target="bitcoin", kind="max", weight=0.1)),
    said("s2", "금 비중을 조금 늘려줘", SetView(target="gold", direction="up")),
    said("s3", "담배 회사는 절대 사지 마", Exclude(target="tobacco")),
    said("s4", "5년 뒤에 집을 사고 싶어", SetGoal(goal="house", horizon_years=5)),
    said("s5", "은도 좀 사볼까", SetView(target="silver", direction="up")),
    said("s6", "I can't stand losing more than 15%", SetRisk(direction="set", max_drawdown=0.15)),
    said("s7", "keep at least 20% in cash", SetLimit(target="cash", kind="min", weight=0.2)),
)
QUESTIONS = {
    "비트코인 얘기 뭐였지?": "s1",
    "금은?": "s2",
    "gold": "s2",
    "담배주": "s3",
    "집은 언제 사기로 했지": "s4",
    "은은 어떻게 하기로 했어": "s5",
    "losing money": "s6",
    "how much cash did I want": "s7",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        yield Path(place) / "memory"


@pytest.fixture
def memory(folder: Path) -> Iterator[ChromaMemory]:
    opened = ChromaMemory(folder)
    yield opened
    opened.close()


def ids(memory: Memory, investor: str, question: str, limit: int = 5) -> list[str]:
    return [found.statement.id for found in memory.search(investor, question, limit)]


def indexed(memory: ChromaMemory, folder: Path) -> dict[str, list[str]]:
    """What lies in the index, read by another process once this one has let go: collection name -> ids."""
    memory.close()
    (newest,) = folder.glob("index-*")
    code = (
        "import sys, json, chromadb\n"
        "client = chromadb.PersistentClient(path=sys.argv[1],"
        " settings=chromadb.config.Settings(anonymized_telemetry=False))\n"
        "found = {c.name: client.get_collection(c.name, embedding_function=None).get()['ids']"
        " for c in client.list_collections()}\n"
        "print(json.dumps(found))"
    )
    return dict(json.loads(subprocess.check_output([sys.executable, "-c", code, str(newest)], text=True)))


# --- the embedding ------------------------------------------------------------------------------------------------

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@settings(max_examples=60, deadline=None)
@given(words)
def test_every_text_gives_one_unit_vector_however_its_hangul_was_typed(text: str) -> None:
    embedding = HashedEmbedding()
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    rows = embedding.embed([composed, decomposed, composed.upper().lower()])
    assert rows.dtype == np.float32 and np.isfinite(rows).all()
    assert np.array_equal(rows[0], rows[1])
    length = float(np.linalg.norm(rows[0]))
    assert length == pytest.approx(1.0, abs=1e-5) or length == 0.0


def test_the_same_text_gives_the_same_vector_in_another_process() -> None:
    code = (
        "from knowledge.embedding import HashedEmbedding; import sys; sys.stdout.buffer.write("
        "HashedEmbedding().embed(['비트코인 10%']).tobytes())"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    there = subprocess.check_output([sys.executable, "-c", code], env=env)
    assert there == HashedEmbedding().embed(["비트코인 10%"]).tobytes()


def test_a_noun_is_near_itself_under_any_particle_and_far_from_other_nouns() -> None:
    embedding = HashedEmbedding()
    asked, *others = embedding.embed(["금", "금은", "금을", "금이", "은", "현금", "비트코인"])
    nearness = [float(asked @ other) for other in others]
    assert nearness[:3] == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)
    assert max(nearness[3:]) < 0.5


def test_what_is_embedded_is_the_typed_wish_and_the_words_said() -> None:
    assert document(KIM[0]) == "set limit bitcoin max 비트코인은 10% 넘지 않게 해줘"


# --- the answers --------------------------------------------------------------------------------------------------


def test_each_question_finds_the_statement_it_is_about(memory: ChromaMemory) -> None:
    port: Memory = memory
    port.sync("kim", KIM)
    assert {question: ids(port, "kim", question)[0] for question in QUESTIONS} == QUESTIONS
    for found in port.search("kim", "비트코인", 7):
        assert 0 < found.nearness <= 1
    assert memory.degraded is None


def test_no_question_no_statements_and_no_room_give_nothing(memory: ChromaMemory) -> None:
    assert memory.search("kim", "금") == ()
    memory.sync("kim", KIM)
    assert memory.search("kim", "") == memory.search("kim", "…?!") == memory.search("kim", "금", 0) == ()
    assert memory.search("lee", "금") == ()


def test_a_forgotten_statement_leaves_the_answers_and_the_index_at_once(memory: ChromaMemory, folder: Path) -> None:
    memory.sync("kim", KIM)
    memory.sync("lee", KIM[:1])
    assert ids(memory, "kim", "비트코인")[0] == "s1" and ids(memory, "lee", "비트코인") == ["s1"]
    memory.sync("kim", KIM[1:3])
    assert "s1" not in ids(memory, "kim", "비트코인", 9)
    assert ids(memory, "lee", "비트코인") == ["s1"]
    (rows,) = indexed(memory, folder).values()
    assert sorted(row.rpartition(":")[2] for row in rows) == ["s1", "s2", "s3"]


def test_a_process_that_never_searched_still_removes_what_was_forgotten(folder: Path) -> None:
    first = ChromaMemory(folder)
    first.sync("kim", KIM[:2])
    first.search("kim", "금")
    first.close()
    second = ChromaMemory(folder)
    second.sync("kim", KIM[:2])
    second.sync("kim", ())
    assert list(indexed(second, folder).values()) == [[]]


def test_a_changed_statement_is_found_by_its_new_words_only(memory: ChromaMemory) -> None:
    memory.sync("kim", [said("s1", "비트코인 조심"), said("s2", "달러 환전")])
    assert ids(memory, "kim", "비트코인", 1) == ["s1"]
    memory.sync("kim", [said("s1", "엔화 예금"), said("s2", "비트코인 좋아")])
    (found, *_) = memory.search("kim", "비트코인")
    assert (found.statement.id, found.statement.said) == ("s2", "비트코인 좋아")


def test_the_index_holds_no_words_and_no_names(memory: ChromaMemory, folder: Path) -> None:
    memory.sync("honggildong", [said("s1", "비밀스러운말 secretword")])
    assert ids(memory, "honggildong", "secretword") == ["s1"]
    memory.close()
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert len(content) > 10_000
    for trace in ("비밀스러운말", "secretword", "honggildong"):
        assert trace.encode() not in content


def test_searching_and_opening_touch_no_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "담배")[0] == "s3"
    assert memory.degraded is None
    memory.close()


# --- isolation ----------------------------------------------------------------------------------------------------

NAMES = ("kim", "lee", "kim:s1", "", "$or", "김")


class Isolation(RuleBasedStateMachine):
    """Whatever is synced and asked in whatever order, nobody is shown what is not theirs and in force."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.memory = ChromaMemory(Path(self.place.name))
        self.truth: dict[str, list[Statement]] = {}

    @rule(who=st.sampled_from(NAMES), which=st.lists(st.sampled_from(["s1", "s2", "x:y", "s3"]), unique=True))
    def sync(self, who: str, which: list[str]) -> None:
        self.truth[who] = [said(name, f"비트코인 {name} canary{NAMES.index(who)}") for name in which]
        self.memory.sync(who, self.truth[who])

    @rule(who=st.sampled_from(NAMES), about=st.sampled_from(NAMES), limit=st.integers(1, 9))
    def ask(self, who: str, about: str, limit: int) -> None:
        found = self.memory.search(who, f"비트코인 canary{NAMES.index(about)}", limit)
        mine = self.truth.get(who, [])
        assert all(one.statement in mine for one in found)
        assert len(found) == min(limit, len(mine))

    @rule()
    def reopen(self) -> None:
        self.memory.close()

    @invariant()
    def healthy(self) -> None:
        assert self.memory.degraded is None

    def teardown(self) -> None:
        self.memory.close()
        self.place.cleanup()


def test_no_answer_ever_belongs_to_another_investor() -> None:
    run_state_machine_as_test(Isolation, settings=settings(max_examples=5, stateful_step_count=12, deadline=None))


@pytest.mark.campaign
def test_no_answer_ever_belongs_to_another_investor_in_long_conversations() -> None:
    run_state_machine_as_test(Isolation, settings=settings(max_examples=100, stateful_step_count=50, deadline=None))


def test_threads_of_many_investors_each_get_their_own(memory: ChromaMemory) -> None:
    wrong: list[str] = []

    def talk(who: str) -> None:
        for n in range(10):
            memory.sync(who, [said(f"s{i}", f"비트코인 {who} {i}") for i in range(n % 4 + 1)])
            found = memory.search(who, f"비트코인 {who}", 9)
            wrong.extend(one.statement.said for one in found if who not in one.statement.said)
            if len(found) != n % 4 + 1:
                wrong.append(f"{who}: {len(found)}")

    threads = [threading.Thread(target=talk, args=(f"investor{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- damage and other processes -----------------------------------------------------------------------------------


def damaged_index_is_rebuilt(folder: Path, seed: int, share: float) -> None:
    """Bytes flipped in every file of the index: the answers are the same as before."""
    random = Random(seed)
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    before = [ids(memory, "kim", question) for question in QUESTIONS]
    memory.close()
    for path in [p for p in folder.glob("index-*/**/*") if p.is_file() and p.stat().st_size]:
        content = bytearray(path.read_bytes())
        for _ in range(max(1, int(len(content) * share))):
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        path.write_bytes(content)
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    assert [ids(memory, "kim", question) for question in QUESTIONS] == before
    assert memory.degraded is None
    memory.close()


def test_an_index_with_flipped_bytes_is_rebuilt_and_answers_as_before(folder: Path) -> None:
    damaged_index_is_rebuilt(folder, 1, 0.01)
    assert [path.name for path in folder.glob("index-*")] == ["index-2"]


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(30))
def test_indexes_with_many_kinds_of_damage_are_rebuilt(folder: Path, seed: int) -> None:
    damaged_index_is_rebuilt(folder, seed, [0.0, 0.001, 0.05][seed % 3])


@pytest.mark.parametrize("harm", ["truncate", "text", "empty"])
def test_an_index_that_is_cut_foreign_or_missing_is_rebuilt(folder: Path, harm: str) -> None:
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    before = ids(memory, "kim", "비트코인")
    memory.close()
    database = folder / "index-1" / "chroma.sqlite3"
    if harm == "truncate":
        os.truncate(database, 5_000)
    elif harm == "text":
        database.write_text("not a database")
    else:
        database.unlink()
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "비트코인") == before
    assert memory.degraded is None
    memory.close()


def test_a_folder_that_cannot_be_used_still_answers_and_says_so(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    assert {question: ids(memory, "kim", question)[0] for question in QUESTIONS} == QUESTIONS
    assert memory.degraded == "index_failed"
    memory.close()


SECOND = """
    import sys
    from pathlib import Path
    from knowledge.memory import ChromaMemory
    from tests.test_memory import KIM, QUESTIONS, ids
    memory = ChromaMemory(Path(sys.argv[1]))
    memory.sync("kim", KIM)
    for question in QUESTIONS:
        print(*ids(memory, "kim", question))
    memory.sync("kim", KIM[1:])
    assert "s1" not in ids(memory, "kim", "비트코인")
    assert "chromadb" not in sys.modules, "only the owner opens the index"
"""


def test_a_second_process_answers_alike_without_touching_the_index(memory: ChromaMemory, folder: Path) -> None:
    memory.sync("kim", KIM)
    mine = [" ".join(ids(memory, "kim", question)) for question in QUESTIONS]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", textwrap.dedent(SECOND), str(folder)]
    theirs = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert theirs.returncode == 0, theirs.stderr
    assert theirs.stdout.splitlines() == mine
    assert [" ".join(ids(memory, "kim", question)) for question in QUESTIONS] == mine


def test_ownership_passes_on_when_the_owner_closes(folder: Path) -> None:
    first, second = ChromaMemory(folder), ChromaMemory(folder)
    for memory in (first, second):
        memory.sync("kim", KIM)
        assert ids(memory, "kim", "담배")[0] == "s3"
    first.close()
    second.sync("kim", KIM[2:3])
    assert ids(second, "kim", "담배") == ["s3"]
    (rows,) = indexed(second, folder).values()
    assert [row.rpartition(":")[2] for row in rows] == ["s3"]


# --- an embedding behind a server ---------------------------------------------------------------------------------


class Server:
    """An OpenAI-compatible embedding server of our own; `mode` says how it behaves."""

    def __init__(self) -> None:
        self.mode = "well"
        self.dimension = 64
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
                outer.asked += texts
                status, answer = outer.answer(texts)
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *args: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def answer(self, texts: Sequence[str]) -> tuple[int, str]:
        rows = (HashedEmbedding(self.dimension).embed(texts) * 3).tolist()
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        if self.mode == "nan":
            data[0]["embedding"] = [float("nan")] * self.dimension
        if self.mode == "short":
            data = data[:-1]
        body = json.dumps({"object": "list", "model": "m", "data": data[::-1], "usage": {}})
        return {
            "401": (401, json.dumps({"error": {"message": "Incorrect API key provided: sk-secret"}})),
            "500": (500, "{}"),
            "redirect": (307, ""),
            "garbage": (200, "<html>"),
        }.get(self.mode, (200, body))

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_an_api_embedding_ranks_and_asks_for_each_text_once(folder: Path, server: Server) -> None:
    memory = ChromaMemory(folder, ApiEmbedding(base_url=server.url, key="sk-secret", model="some/model:1"))
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "비트코인 10%")[0] == "s1"
    assert ids(memory, "kim", "담배 회사")[0] == "s3"
    assert memory.degraded is None
    assert sorted(server.asked) == sorted([*map(document, KIM), "비트코인 10%", "담배 회사"])
    memory.close()


@pytest.mark.parametrize("mode", ["401", "500", "redirect", "garbage", "nan", "short"])
def test_a_failing_api_is_said_and_the_built_in_embedding_answers(folder: Path, server: Server, mode: str) -> None:
    server.mode = mode
    embedding = ApiEmbedding(base_url=server.url, key="sk-secret", model="m")
    memory = ChromaMemory(folder, embedding)
    memory.sync("kim", KIM)
    assert {question: ids(memory, "kim", question)[0] for question in QUESTIONS} == QUESTIONS
    assert memory.degraded == "embedding_failed"
    assert len(server.asked) == 1  # after a failure the server is left alone for a while
    with pytest.raises(ModelFailed) as failed:
        embedding.embed(["x"])
    assert failed.value.__cause__ is None and "secret" not in str(failed.value)
    memory.close()


def test_a_server_that_changes_its_vectors_is_not_compared_with_itself(folder: Path, server: Server) -> None:
    memory = ChromaMemory(folder, ApiEmbedding(base_url=server.url, key="k", model="m"))
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "담배 회사")[0] == "s3"
    server.dimension = 32
    assert ids(memory, "kim", "금은?")[0] == "s2"
    assert memory.degraded == "embedding_failed"
    memory.close()


def test_warming_fills_the_index_or_says_why_not(folder: Path, server: Server) -> None:
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    memory.warm()
    assert len(*indexed(memory, folder).values()) == len(KIM)
    server.mode = "500"
    memory = ChromaMemory(folder, ApiEmbedding(base_url=server.url, key="k", model="m"))
    memory.sync("kim", KIM)
    memory.warm()
    assert memory.degraded == "embedding_failed"
    memory.close()


def test_another_embedding_starts_another_collection_and_drops_the_old_one(folder: Path, server: Server) -> None:
    memory = ChromaMemory(folder)
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "담배")[0] == "s3"
    memory.close()
    memory = ChromaMemory(folder, ApiEmbedding(base_url=server.url, key="k", model="some/model:1"))
    memory.sync("kim", KIM)
    assert ids(memory, "kim", "담배 회사")[0] == "s3"
    (name,) = indexed(memory, folder)
    assert name.startswith("statements-openai-some-model-1-") and name.endswith("-64")
