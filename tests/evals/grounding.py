"""The checker of figures on labelled replies: what it finds without a source, held against what a person marked."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from agent.words.grounding import known, ungrounded
from knowledge.tables import load_names, load_universe
from tests.evals.common import options, rows, write
from tools.names import Names

Counts = Counter[str]


def predict(row: Mapping[str, Any], names: Names) -> list[str]:
    """The substrings of a reply that do not check, in order."""
    facts = known(row.get("tool_values") or {})
    found = ungrounded(row["reply"], facts, row["lang"], names, said=str(row.get("said") or row.get("user") or ""))
    return [f.text for f in found]


def counts(gold: Iterable[str], predicted: Iterable[str]) -> Counts:
    """Marked figures that were found, that were missed, and figures found that nobody marked; whole replies too."""
    want, got = Counter(gold), Counter(predicted)
    hits = (want & got).total()
    return Counter(hit=hits, missed=want.total() - hits, false=got.total() - hits, right=int(want == got), n=1)


def measures(c: Counts) -> dict[str, float]:
    """Precision and recall over figures, and the share of replies judged exactly as marked."""
    return {
        "precision": c["hit"] / (c["hit"] + c["false"]) if c["hit"] + c["false"] else 1.0,
        "recall": c["hit"] / (c["hit"] + c["missed"]) if c["hit"] + c["missed"] else 1.0,
        "replies": c["right"] / c["n"],
    }


def score(gold: Iterable[Mapping[str, Any]], predictions: Iterable[list[str]]) -> dict[str, Counts]:
    """Counts over all rows, by language and by kind."""
    table: dict[str, Counts] = {}
    for row, predicted in zip(gold, predictions, strict=True):
        found = counts(row["ungrounded"], predicted)
        owned = any("." in k for k in row.get("tool_values") or {})
        for group in ("all", f"lang={row['lang']}", "kind=owned" if owned else "kind=plain"):
            table.setdefault(group, Counter()).update(found)
    return table


def main() -> None:
    """Run the command line."""
    chosen = options("grounding")
    gold = rows(chosen.file)
    names = load_names(load_universe())
    began = time.perf_counter()
    found = [predict(row, names) for row in gold]
    spent = (time.perf_counter() - began) / max(1, len(gold))
    write(chosen.out, ({"id": r["id"], "ungrounded": p} for r, p in zip(gold, found, strict=True)))
    scored = [(r, p) for r, p in zip(gold, found, strict=True) if "ungrounded" in r]
    for row, p in scored:
        if Counter(row["ungrounded"]) != Counter(p):
            print("WRONG", row["id"], repr(row["reply"]), row.get("tool_values"))
            print("      marked", row["ungrounded"], "found", p)
    for group, c in sorted(score((r for r, _ in scored), (p for _, p in scored)).items()):
        print(f"{group:<12} n={c['n']:<4}", "  ".join(f"{k}={v:.3f}" for k, v in measures(c).items()))
    print(f"{spent * 1e3:.2f} ms a reply")


if __name__ == "__main__":
    main()
