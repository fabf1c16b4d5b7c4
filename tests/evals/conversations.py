"""Whole conversations through `session.say`, judged by what is in force at the end (`session.state()`)."""

import tempfile
from collections.abc import Mapping
from typing import Any

from agent.session import Session
from agent.wiring import Settings, open_desk
from tests.evals.common import by_group, facts, options, rows, show, write


def state_after(row: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Say every turn to a fresh desk and give the state."""
    with tempfile.TemporaryDirectory() as home, open_desk(Settings(home=home, model=model)) as desk:
        session = Session(desk, investor="eval", lang=row["lang"])
        for text in row["turns"]:
            session.say(text)
        return session.state()


def figures(gold: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Right as a whole, and how far the facts agree."""
    want, have = facts(gold), facts(found)
    both = len(want & have)
    return {
        "final_state_accuracy": float(want == have),
        "fact_f1": 2 * both / (len(want) + len(have)) if want or have else 1.0,
    }


def main() -> None:
    """Run the command line."""
    chosen = options("conversations")
    gold = rows(chosen.file)
    found = [{"id": row["id"], "state": state_after(row, chosen.model)} for row in gold]
    write(chosen.out, found)
    scored = [
        ((f"lang={row['lang']}",), figures(row["expected_state"], p["state"]))
        for row, p in zip(gold, found, strict=True)
        if "expected_state" in row
    ]
    show(by_group(scored))
    for row, p, (_, score) in zip(gold, found, scored, strict=False):
        if score["final_state_accuracy"] < 1:
            print("differs", row["id"], "want", row["expected_state"], "have", p["state"])


if __name__ == "__main__":
    main()
