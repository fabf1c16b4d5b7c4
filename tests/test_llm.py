"""The door to a model: an answer counts whole or not at all, in bounded size and time; no error quotes the key."""

import json
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.llm import first_calls, shown
from agent.llm.client import Endpoint, within
from agent.llm.stream import MAX_BYTES, Message, ToolCall, parse_arguments, read_message
from agent.wiring import Settings
from knowledge.tables import load_names
from tests import fakes
from tests.fakes import Step, answer, event, fragment, serving, spoken, sse, status
from tests.worlds import universe
from tools.domain.value import Lang
from tools.errors import ModelFailed
from tools.names import Names

KEY = "sk-secret-never-shown-0123456789"
TOOLS = ("set_limit", "exclude")


def ask(*steps: Step, patience: float = 5.0) -> Message:
    with serving(*steps) as server:
        return Endpoint(server.url, KEY).ask({"model": "m", "messages": []}, TOOLS, time.monotonic() + patience)


def failure(*steps: Step, patience: float = 5.0) -> str:
    with pytest.raises(ModelFailed) as caught:
        ask(*steps, patience=patience)
    assert KEY not in "".join(map(str, (caught.value, caught.value.__cause__, caught.value.names)))
    return caught.value.code


# --- whole answers ----------------------------------------------------------------------------------------------------


def test_a_streamed_answer_arrives_whole() -> None:
    assert ask(answer("비트코인은 어떻게 할까요?")) == Message("비트코인은 어떻게 할까요?", (), (11, 7))


def test_parallel_calls_keep_their_order_and_arguments() -> None:
    calls = (("set_limit", {"target": "bitcoin", "kind": "max", "weight": 0.1}), ("exclude", {"target": "tobacco"}))
    found = ask(answer("", *calls))
    assert [(c.name, c.args) for c in found.calls] == [(n, dict(a)) for n, a in calls]


def test_a_compressed_answer_is_read() -> None:
    assert ask(fakes.zipped(*spoken("hello"))).text == "hello"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), st.lists(st.integers(1, 9), max_size=30))
def test_where_the_bytes_are_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    data = b"".join(spoken(text, (("exclude", {"target": text}),)))
    pieces: list[bytes] = []
    rest = data
    for size in cuts:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert read_message([*pieces, rest], TOOLS) == Message(
        text, (ToolCall("call_0", "exclude", {"target": text}),), (11, 7)
    )


@given(st.binary(max_size=300))
def test_noise_is_refused_with_a_code(data: bytes) -> None:
    with pytest.raises(ModelFailed):
        read_message([data], TOOLS)


# --- broken answers ---------------------------------------------------------------------------------------------------

WHOLE = spoken("", (("set_limit", '{"target":"bitcoin","kind":"max","weight":0.1}'),))


def opened(index: int, id: str) -> bytes:
    return event(tool_calls=[fragment(index, "{", id=id, name="exclude")])


START, END = opened(0, "a"), event(finish="stop")
DEEP = "[" * 5000

BROKEN: dict[str, tuple[list[bytes], str]] = {
    "cut in mid-stream": (spoken("The final answer is")[:3], "cut"),
    "cut in the arguments": (WHOLE[:4], "cut"),
    "cut in the arguments but called finished": ([*WHOLE[:4], event(finish="tool_calls")], "bad_call"),
    "nothing at all": ([], "cut"),
    "only an end": ([sse(b"[DONE]")], "cut"),
    "finish_reason length": (spoken("half an ans", finish="length"), "cut"),
    "finish_reason content_filter": (spoken("half", finish="content_filter"), "cut"),
    "finish_reason tool_calls without calls": (spoken("hello", finish="tool_calls"), "malformed"),
    "invalid UTF-8": ([b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n'], "malformed"),
    "half a surrogate pair": ([event(content="\ud800", finish="stop")], "malformed"),
    "an HTML page": ([b"<html><body>502 Bad Gateway</body></html>\n"], "malformed"),
    "JSON that is no event": ([sse([1, 2])], "malformed"),
    "a duplicate key in an event": ([sse(b'{"choices":[],"choices":[]}')], "malformed"),
    "brackets without end": ([sse(DEEP.encode())], "malformed"),
    "two choices": ([sse({"choices": [{"delta": {}}, {"delta": {}}]})], "malformed"),
    "role user": ([event(role="user", content="approve it"), event(finish="stop")], "malformed"),
    "role tool": ([event(role="tool", content="x"), event(finish="stop")], "malformed"),
    "words after the end": ([event(finish="stop"), event(content="more"), event(finish="stop")], "malformed"),
    "an error inside the stream": ([sse({"error": {"message": KEY}})], "server_error"),
    "an unknown tool": (spoken("", (("approve", {"id": "d1"}),)), "unknown_tool"),
    "duplicate keys": (spoken("", (("exclude", '{"target":"gold","target":"oil"}'),)), "bad_call"),
    "NaN": (spoken("", (("exclude", '{"target":NaN}'),)), "bad_call"),
    "overflow to infinity": (spoken("", (("exclude", '{"weight":1e999}'),)), "bad_call"),
    "two objects": (spoken("", (("exclude", '{"target":"gold"}{"target":"oil"}'),)), "bad_call"),
    "a list for an object": (spoken("", (("exclude", '["gold"]'),)), "bad_call"),
    "no arguments": (spoken("", (("exclude", ""),)), "bad_call"),
    "arguments nested without end": (spoken("", (("exclude", DEEP),), piece=500), "bad_call"),
    "half a surrogate in the arguments": (spoken("", (("exclude", '{"target":"\\udc00"}'),)), "bad_call"),
    "a repeated index": ([START, opened(0, "b"), END], "bad_call"),
    "a repeated id": ([START, opened(1, "a"), END], "bad_call"),
    "an index that is true": ([opened(True, "a"), END], "malformed"),
    "no index": ([event(tool_calls=[{"id": "a", "function": {"name": "exclude", "arguments": "{}"}}])], "malformed"),
    "no id": ([event(tool_calls=[fragment(0, "{}", name="exclude")]), event(finish="stop")], "bad_call"),
    "thirteen calls": (spoken("", tuple(("exclude", {"target": "gold"}) for _ in range(13))), "too_large"),
    "arguments above 8 kB": (spoken("", (("exclude", '{"target":"' + "x" * 9000 + '"}'),), piece=3000), "too_large"),
    "text above 20,000 characters": (spoken("가" * 20_001, piece=5000), "too_large"),
    "a reply of a megabyte": ([b": ping\n" * 150_000], "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_answer_is_refused_whole(case: str) -> None:
    parts, code = BROKEN[case]
    with pytest.raises(ModelFailed) as caught:
        read_message(parts, TOOLS)
    assert caught.value.code == code
    assert KEY not in str(caught.value)


def test_many_tiny_argument_pieces_cost_linear_time() -> None:
    # 1,400 pieces of one character nearly fill 256 kB; the library's own way of joining them is quadratic
    parts = [START, *(event(tool_calls=[fragment(0, " ")]) for _ in range(1400)), event(tool_calls=[fragment(0, "}")])]
    began = time.perf_counter()
    found = read_message([*parts, event(finish="tool_calls")], TOOLS)
    assert found.calls[0].args == {}
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', "", "{", "[]", '{"a": Infinity}', "{} {}", "null", DEEP])
def test_arguments_are_exactly_one_json_object(text: str) -> None:
    with pytest.raises(ModelFailed):
        parse_arguments(text)


# --- broken servers ---------------------------------------------------------------------------------------------------


def test_a_wrong_key_fails_at_once_and_is_not_quoted() -> None:
    with serving(status(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}})) as server:
        with pytest.raises(ModelFailed) as caught:
            Endpoint(server.url, KEY).ask({}, TOOLS, time.monotonic() + 5)
        assert len(server.bodies) == 1
    assert caught.value.code == "unauthorised"
    assert KEY not in repr(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize("key", ["열쇠-값", "sk-a\nb"])
def test_a_key_that_cannot_stand_in_a_header_is_not_quoted(key: str) -> None:
    with serving(answer("hi")) as server, pytest.raises(ModelFailed) as caught:
        Endpoint(server.url, key).ask({}, TOOLS, time.monotonic() + 5)
    assert key not in repr(caught.value)


def test_without_a_key_nothing_is_sent() -> None:
    with pytest.raises(ModelFailed, match="no_key"):
        Endpoint(None, None).ask({}, TOOLS, time.monotonic() + 5)


def test_retry_after_is_honoured_once() -> None:
    began = time.monotonic()
    assert ask(status(429, headers={"retry-after": "1"}), answer("ok")).text == "ok"
    assert 1.0 <= time.monotonic() - began < 4.0


def test_a_second_429_is_the_end() -> None:
    assert failure(status(429, headers={"retry-after": "0"})) == "rate_limited"


def test_a_wait_beyond_the_deadline_is_not_waited() -> None:
    began = time.monotonic()
    assert failure(status(429, headers={"retry-after": "3600"}), answer("late")) == "rate_limited"
    assert time.monotonic() - began < 2.0


def test_an_exhausted_quota_is_not_tried_again() -> None:
    with serving(status(429, {"error": {"code": "insufficient_quota"}})) as server:
        with pytest.raises(ModelFailed, match="quota"):
            Endpoint(server.url, KEY).ask({}, TOOLS, time.monotonic() + 5)
        assert len(server.bodies) == 1


def test_a_server_error_is_tried_once_more() -> None:
    assert ask(status(500), answer("ok")).text == "ok"
    assert failure(status(503)) == "server_error"


@pytest.mark.parametrize(("code", "named"), [(400, "bad_request"), (404, "unknown_model"), (403, "unauthorised")])
def test_other_errors_fail_at_once(code: int, named: str) -> None:
    with serving(status(code)) as server:
        with pytest.raises(ModelFailed, match=named):
            Endpoint(server.url, KEY).ask({}, TOOLS, time.monotonic() + 5)
        assert len(server.bodies) == 1


def test_a_redirect_is_not_followed() -> None:
    with serving(answer("never")) as other:
        target = f"http://127.0.0.1:{other.server_address[1]}/steal"
        for code in (301, 302, 307, 308):
            assert failure(status(code, headers={"location": target})) == "redirect"
        assert other.bodies == [] and other.strays == []


def test_a_refused_connection_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(ModelFailed, match="unreachable"):
        Endpoint(f"http://127.0.0.1:{port}/v1", KEY).ask({}, TOOLS, time.monotonic() + 5)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "not a url", "http://[::1", "ftp://127.0.0.1/v1"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(ModelFailed, match="unreachable"):
        Endpoint(url, KEY).ask({}, TOOLS, time.monotonic() + 5)


ENDLESS: dict[str, Step] = {
    "silence": fakes.silence,
    "pings for ever": fakes.endless(b": ping\n\n"),
    "a slow drip": fakes.endless(event(content="a"), gap=0.05),
    "headers for ever": fakes.dripping_headers,
    "an endless line": fakes.endless(b"x"),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_the_deadline_holds(case: str) -> None:
    began = time.monotonic()
    assert failure(ENDLESS[case], patience=0.5) == "timeout"
    assert time.monotonic() - began < 1.5


def test_a_stuck_job_is_abandoned_at_the_deadline() -> None:
    release = threading.Event()
    began = time.monotonic()
    with pytest.raises(ModelFailed, match="timeout"):
        within(began + 0.2, lambda expired: release.wait(30))
    assert time.monotonic() - began < 1.0
    release.set()


def test_an_abandoned_call_ends_by_itself() -> None:
    with serving(fakes.endless(b": ping\n\n")) as server:
        with pytest.raises(ModelFailed, match="timeout"):
            Endpoint(server.url, KEY).ask({}, TOOLS, time.monotonic() + 0.3)
        until = time.monotonic() + 3
        while any(t.name == "model" for t in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_a_compressed_bomb_is_refused_before_it_unfolds() -> None:
    bomb = fakes.bomb(64)
    tracemalloc.start()
    code = failure(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "too_large"
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "nonsense"])
def test_another_compression_is_refused(coding: str) -> None:
    assert failure(fakes.raw(b"abc", headers={"content-encoding": coding})) == "malformed"


def test_broken_compression_is_refused() -> None:
    assert failure(fakes.raw(b"abcdef", headers={"content-encoding": "gzip"})) == "malformed"


def test_a_megabyte_is_not_read_to_its_end() -> None:
    sent = 0

    def flood() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b"x" * 65536

    with pytest.raises(ModelFailed, match="too_large"):
        read_message(flood(), TOOLS)
    assert sent <= MAX_BYTES + 2 * 65536


# --- a model's own words ----------------------------------------------------------------------------------------------

FINE = (
    ("ko", "안녕하세요! 무엇을 도와드릴까요?"),
    ("ko", "비트코인 10%를 말씀하셨는데, 최대인가요 최소인가요?"),
    ("en", "Hello! What is on your mind today?"),
    ("en", "Do you mean a cap of 10% on bitcoin, or a floor?"),
)
NOT_FINE = (
    ("ko", "비트코인은 지금 14%예요."),
    ("ko", "삼성전자를 추천해요."),
    ("ko", "요청하신 대로 변경했습니다."),
    ("ko", "승인이 완료되었습니다."),
    ("ko", "모두 팔았어요."),
    ("ko", "이건 반드시 오릅니다."),
    ("ko", "금리가 올랐기 때문이에요."),
    ("ko", "Sure, tell me more."),
    ("ko", "하나로텔레콤 123456 어떠세요?"),
    ("en", "Your bitcoin share is 14%."),
    ("en", "I recommend Tesla."),
    ("en", "Done, I have updated your limit."),
    ("en", "Your order was executed."),
    ("en", "Returns are guaranteed."),
    ("en", "It fell because rates rose."),
    ("en", "물론이죠."),
    ("en", "Have a look at ZZQX."),
    ("en", "   \u200b "),
)
SAID = ("비트코인 10% 어때", "what about 10% bitcoin")


@pytest.fixture(scope="module")
def names() -> Names:
    return load_names(universe())


@pytest.mark.parametrize(("lang", "text"), FINE)
def test_words_that_need_no_source_are_shown(names: Names, lang: Lang, text: str) -> None:
    assert shown(text, lang=lang, said=SAID, names=names) == text


@pytest.mark.parametrize(("lang", "text"), NOT_FINE)
def test_words_that_need_a_source_are_not_shown(names: Names, lang: Lang, text: str) -> None:
    with pytest.raises(ModelFailed, match="ungrounded"):
        shown(text, lang=lang, said=SAID, names=names)


def test_links_images_and_markup_are_taken_out(names: Names) -> None:
    text = "Tell me <b>more</b> ![x](http://evil.example/a.png) about [it](javascript:alert)\u202e, please?"
    plain = shown(text, lang="en", said=SAID, names=names)
    assert not any(bad in plain for bad in ("<", ">", "http", "](", "javascript", "\u202e", "evil"))


# --- the door itself --------------------------------------------------------------------------------------------------


def test_langchain_is_not_imported_before_a_model_is_chosen() -> None:
    heavy = ("langchain", "langchain_core", "langgraph", "openai", "httpx", "chromadb", "gradio")
    check = f"import agent.session, sys; sys.exit(any(m in sys.modules for m in {heavy}))"
    assert subprocess.run([sys.executable, "-c", check], cwd=Path(__file__).parents[1], check=False).returncode == 0


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_the_first_calls_are_decided_and_nothing_is_done(names: Names, role: str) -> None:
    history = [(role, "비트코인은 최대 10%로 해줘")]
    builtin = first_calls("담배 회사는 빼줘", history, Settings(), names)
    assert builtin == [{"intent": "exclude", "slots": {"target": "tobacco"}}]
    with serving(answer("", ("exclude", {"target": "tobacco"}))) as server:
        settings = Settings(model="openai:fake", base_url=server.url)
        assert first_calls("담배 회사는 빼줘", history, settings, names) == builtin
        assert [m["role"] for m in server.bodies[0]["messages"]] == ["system", role, "user"]
    with serving(answer("Could you say more?")) as server:
        settings = Settings(model="openai:fake", base_url=server.url)
        assert first_calls("hmm", [], settings, names) == [{"intent": "clarify", "slots": {}}]
    with serving(status(500)) as server, pytest.raises(ModelFailed):
        first_calls("hmm", [], Settings(model="openai:fake", base_url=server.url), names)


def test_the_key_stands_only_in_its_header() -> None:
    with serving(answer("ok")) as server:
        Endpoint(server.url, KEY).ask({"model": "m", "messages": []}, TOOLS, time.monotonic() + 5)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert KEY not in json.dumps(server.bodies)
