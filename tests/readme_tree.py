"""Print the tree of the house with one caption per file, from the first line of each docstring.

`python -m tests.readme_tree` shows it; `--write` puts it into README.md between the two marks.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("tools", "knowledge", "agent", "ui", "tests", "benchmarks")
START, END = "<!-- tree -->", "<!-- /tree -->"


def caption(path: Path) -> str:
    """The first sentence of a module's docstring."""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return doc.split("\n\n")[0].replace("\n", " ").strip()


def tree() -> str:
    """Every Python file under its room."""
    lines = ["```"]
    for room in ROOMS:
        lines.append(f"{room}/")
        for path in sorted((ROOT / room).rglob("*.py"), key=lambda p: (len(p.parts), p.parts)):
            inside = path.relative_to(ROOT / room).as_posix()
            if path.name == "__init__.py":
                inside = inside.removesuffix("__init__.py") or "__init__.py"
            text = caption(path)
            if text:
                lines.append(f"  {inside:<28} {text}")
    return "\n".join([*lines, "```"])


def main() -> None:
    """Print, or write into the README."""
    if "--write" not in sys.argv:
        print(tree())
        return
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    _, after = rest.split(END, 1)
    readme.write_text(f"{before}{START}\n{tree()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
