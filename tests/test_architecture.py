"""The house has one direction of flow: ui → agent → knowledge → tools. These tests are its walls."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("tools", "knowledge", "agent", "ui")
PURE = {"numpy", "scipy", "pydantic"}
"""What tools/ may import besides the standard library and itself."""

IMPURE = {"os", "io", "pathlib", "socket", "time", "random", "subprocess", "logging", "urllib", "http", "tempfile"}
"""Standard modules that reach disk, clock, network or environment."""

UI_MAY = (
    "agent.accounts",
    "agent.headlines",
    "agent.holdings_view",
    "agent.market_view",
    "agent.ordering",
    "agent.portrait",
    "agent.session",
    "agent.watch",
    "agent.upkeep",
    "agent.wiring",
    "agent.words",
    "tools.domain",
    "tools.errors",
    "tools.figures",
    "tools.names",
)
"""The views are nouns too, as are errors and names: the page catches the ones by class and prints the others."""
HEAVY = {"gradio", "openai", "chromadb", "langchain", "langchain_openai", "plotly"}
UNSAFE = {"pickle", "dill", "joblib", "shelve", "marshal", "langchain.load"}


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_flow_one_way(room: str) -> None:
    above = set(ROOMS[ROOMS.index(room) + 1 :])
    wrong = [(str(p), name) for p in files(room) for name, _ in imports(p) if name.split(".")[0] in above]
    assert not wrong


def test_tools_is_pure() -> None:
    allowed = PURE | {"tools"} | (set(sys.stdlib_module_names) - IMPURE)
    wrong = [(str(p), name) for p in files("tools") for name, _ in imports(p) if name.split(".")[0] not in allowed]
    assert not wrong


def test_the_page_knows_only_the_doors_it_may_use() -> None:
    rooms = ("agent", "knowledge", "tools")
    ours = [(str(p), n) for p in files("ui") for n, _ in imports(p) if n.split(".")[0] in rooms]
    wrong = [(p, n) for p, n in ours if not any(n == door or n.startswith(door + ".") for door in UI_MAY)]
    assert not wrong


def test_the_gate_imports_no_model_and_no_memory() -> None:
    names = [n for n, _ in imports(ROOT / "agent" / "approve.py")]
    assert not [n for n in names if n.startswith(("agent.llm", "agent.talk", "agent.builtin", "knowledge.memory"))]


def test_heavy_libraries_are_imported_lazily() -> None:
    wrong = []
    for room in ROOMS:
        for path in files(room):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                found = {a.name for a in node.names} if isinstance(node, ast.Import) else set()
                if isinstance(node, ast.ImportFrom):
                    found = {node.module or ""}
                if {name.split(".")[0] for name in found} & HEAVY and not _is_lazy(path):
                    wrong.append((str(path), found))
    assert not wrong


def _is_lazy(path: Path) -> bool:
    """Files that exist for one heavy library are themselves imported lazily by the rest."""
    return (
        path.parts[-2:] in {("ui", "app.py"), ("ui", "serve.py"), ("ui", "charts.py"), ("llm", "loop.py")}
        or "builtin" in path.parts
    )


def test_data_never_executes() -> None:
    every = [(str(p), n) for room in ROOMS for p in files(room) for n, _ in imports(p)]
    wrong = [(p, n) for p, n in every if n in UNSAFE or n.split(".")[0] in UNSAFE]
    calls = []
    for room in ROOMS:
        for path in files(room):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
                    calls.append((str(path), node.lineno))
    assert not wrong and not calls


def test_no_module_hides_one_of_the_standard_library() -> None:
    names = [p for room in ROOMS for p in files(room) if p.stem in sys.stdlib_module_names and p.stem != "__init__"]
    assert not names
