"""The page beside a bare Gradio app: from process start to the first page, and twenty people at once.

`python -m benchmarks.page [start] [crowd]`, each part by itself; needs playwright and a Chromium for `start`.
Both apps are measured in turns with the same script, so that a busy minute of the machine falls on both alike.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks.timing import digits
from ui.users import put

ROUNDS = 5
PEOPLE = 20
PORT = 18_860
LONGEST = 120.0
"""Seconds after which an app that does not answer is a failure."""

SAID = ("Propose a portfolio", "Keep bitcoin below 10%", "What do you know about me?")

BARE = """
import sys
import gradio as gr

def opened():
    return '<p class="ready">$100,000</p>'

def said(text):
    return text

with gr.Blocks(analytics_enabled=False) as page:
    shown = gr.HTML("")
    box = gr.Textbox()
    box.submit(said, box, shown, concurrency_limit=16)
    page.load(opened, None, shown)
page.launch(server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)
"""


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[float]:
    """A server in a process of its own; gives the moment it was started. Ends it afterwards."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "GRADIO_ANALYTICS_ENABLED": "False"}
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/", timeout=LONGEST).status_code < 500:
                    break
            if process.poll() is not None or time.perf_counter() - begun > LONGEST:
                raise SystemExit(f"{command[0]} does not serve")
            time.sleep(0.02)
        yield begun
    finally:
        process.terminate()
        process.wait(10)


def ours(home: str, port: int, *more: str) -> list[str]:
    """The command that serves our page."""
    return [sys.executable, "-m", "ui.cli", "--home", home, "--port", str(port), *more]


def bare(port: int) -> list[str]:
    """The command that serves an app of one box and one block of markup."""
    return [sys.executable, "-c", BARE, str(port)]


# --- from process start to what can be seen ---


def start(rounds: int = ROUNDS) -> None:
    """Medians of process start → first answer, → first portfolio in the browser, → a click is answered."""
    from playwright.sync_api import sync_playwright

    path = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for n in range(rounds):
            with tempfile.TemporaryDirectory() as home:
                times["ours"].append(_opened(browser, ours(home, PORT + n), PORT + n, ".hf-worth"))
            times["bare"].append(_opened(browser, bare(PORT + 100 + n), PORT + 100 + n, ".ready"))
        browser.close()
    print("\n| from process start, seconds | first answer | first portfolio |\n|---|--:|--:|")
    medians = {name: [statistics.median(x) for x in zip(*found, strict=True)] for name, found in times.items()}
    for name, found in medians.items():
        print(f"| {name} | {digits(found[0])} | {digits(found[1])} |")
    ratio = [a / b for a, b in zip(medians["ours"], medians["bare"], strict=True)]
    print(f"| ratio | {digits(ratio[0])} | {digits(ratio[1])} |")


def _opened(browser: Any, command: Sequence[str], port: int, shows: str) -> tuple[float, float]:
    with running(command, port) as begun:
        answered = time.perf_counter() - begun
        context = browser.new_context(locale="en-US")
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(shows, timeout=1000 * LONGEST)
        seen = time.perf_counter() - begun
        context.close()
    return answered, seen


# --- many people at once ---


def crowd(people: int = PEOPLE) -> None:
    """What a turn of talk and the opening of a room take when everybody asks at the same moment."""
    with tempfile.TemporaryDirectory() as home:
        names, word = [f"p{n}" for n in range(people)], "correct horse battery"
        users = Path(home) / "users"
        for name in names:
            put(users, name, word)
        with running(ours(home, PORT + 200, "--users", str(users), "--lang", "en"), PORT + 200):
            visits = [_Visit(PORT + 200, name, word) for name in names]
            visits[0].say("hello")  # the mind is made ready once, for all
            for said in SAID:
                _told(f"ours, “{said}”", _together([partial(v.say, said) for v in visits]))
            for room in ("Portfolio", "Why", "Market", "Log"):
                _told(f"ours, {room} opened", _together([partial(v.open, room) for v in visits]))
    with running(bare(PORT + 201), PORT + 201):
        plain = [_Visit(PORT + 201) for _ in range(people)]
        _told("bare, an echo", _together([partial(v.say, "hello") for v in plain]))


def _told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"| {name} | {len(ordered)} | {digits(statistics.median(ordered))} | {digits(p95)} |", flush=True)


def _together(calls: Sequence[Any]) -> list[float]:
    """Seconds each call took, all begun at one moment."""
    gate, out = threading.Barrier(len(calls)), []

    def one(call: Any) -> None:
        gate.wait()
        begun = time.perf_counter()
        call()
        out.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=one, args=(c,)) for c in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


class _Visit:
    """One tab, spoken to as the browser does: an event joins the queue, its end comes over a stream."""

    def __init__(self, port: int, name: str = "", word: str = "") -> None:
        origin = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=origin, headers={"Origin": origin}, timeout=LONGEST, follow_redirects=True)
        if name:
            self.client.post("/login", data={"name": name, "password": word}).raise_for_status()
        self.config = self.client.get("/config").json()
        self.session = f"s{id(self):x}"
        self.labels = {c["id"]: c.get("props", {}) for c in self.config["components"]}

    def say(self, text: str) -> None:
        """Send a message and wait for the whole answer."""
        texts = [c["id"] for c in self.config["components"] if c["type"] == "textbox"]
        self._run("submit", next((i for i in texts if self.labels[i].get("elem_id") == "hf-message"), texts[0]), text)

    def open(self, room: str) -> None:
        """Open a room and wait until it is drawn."""
        self._run("select", next(i for i, p in self.labels.items() if p.get("label") == room), None)

    def _run(self, event: str, target: int, typed: str | None) -> None:
        call = next(d for d in self.config["dependencies"] if [target, event] in d["targets"])
        data = [typed if n == 0 and typed is not None else self._input(i) for n, i in enumerate(call["inputs"])]
        joined = {"data": data, "fn_index": call["id"], "session_hash": self.session, "trigger_id": target}
        self.client.post("/gradio_api/queue/join", json=joined).raise_for_status()
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    if message["msg"] == "process_completed":
                        if not message["success"]:
                            raise SystemExit(f"{event} failed: {message}")
                        return

    def _input(self, component: int) -> Any:
        return "en" if self.labels[component].get("elem_id") == "hf-lang" else self.labels[component].get("value")


def main() -> None:
    """Measure what was asked for, or all."""
    asked = sys.argv[1:] or ["start", "crowd"]
    if "start" in asked:
        start()
    if "crowd" in asked:
        print(f"\n| {PEOPLE} at once | calls | median, s | p95, s |\n|---|--:|--:|--:|")
        crowd()


if __name__ == "__main__":
    main()
