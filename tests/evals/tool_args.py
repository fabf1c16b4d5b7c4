"""Malformed and well-formed tool arguments, sent as a model would send them to every tool that has the field."""

import contextlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.toolbox.outcome import Hands, Outcome
from agent.toolbox.registry import TOOLS, call
from agent.work import begin
from tests.evals.common import by_group, options, rows, show, write
from tests.evals.fixture import Stage, load, staged

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(("symbol", "ticker", "asset", "instrument"), "target"),
    **dict.fromkeys(("money", "cash_amount"), "amount"),
    **dict.fromkeys(("pct", "percent", "max_weight", "min_weight"), "weight"),
}

FILLED: Mapping[str, Mapping[str, Any]] = {
    "set_risk": {"direction": "set", "target_vol": 0.1},
    "exclude": {"target": "tobacco"},
    "include": {"target": "gold"},
    "set_limit": {"target": "bitcoin", "kind": "max", "weight": 0.1},
    "set_goal": {"goal": "house", "amount": 1000.0, "currency": "USD"},
    "set_view": {"target": "gold", "direction": "up", "magnitude": 0.05},
    "cash_flow": {"kind": "reserve", "amount": 1000.0, "currency": "USD"},
    "trade": {"side": "buy", "target": "gold", "delta_weight": 0.05},
    "rebalance": {"frequency": "monthly"},
    "decide": {"decision": "reject"},
    "modify_proposal": {"target": "gold", "weight": 0.05},
    "set_alert": {"metric": "weight", "target": "gold", "op": "above", "value": 0.2},
    "profile_trades": {"action": "analyze"},
    "explain": {"about": "change"},
    "what_if": {"scenario": "shock", "target": "stocks", "value": -0.3},
    "show": {"what": "portfolio"},
    "event_study": {"event": "cpi"},
    "compare": {"with": ["60_40"]},
    "backtest": {"strategy": "60_40", "years": 5.0},
    "out_of_scope": {"topic": "tax"},
}
"""One valid call of each tool; the field under test replaces or joins it."""

RIVALS: Mapping[str, tuple[str, ...]] = {
    "fraction": ("amount", "delta_weight", "currency"),
    "amount": ("fraction", "delta_weight"),
    "delta_weight": ("amount", "fraction", "currency"),
    "change": ("weight",),
    "level": ("target_vol",),
    "max_drawdown": ("target_vol",),
    "start_year": ("years",),
}
"""Other ways of saying the same, which leave when the field comes."""


def _value(raw: str, *, text: bool) -> str:
    """The JSON text a model would write for `raw` in a field that takes text, or in one that does not."""
    try:
        parsed = json.loads(raw)
    except ValueError:
        return json.dumps(raw, ensure_ascii=False)
    return raw if not text or not isinstance(parsed, int | float) else json.dumps(raw)


def _takes_text(tool: str, field: str) -> bool:
    shown = json.dumps(TOOLS[tool].schema().get("properties", {}).get(field, {}))
    return '"string"' in shown or '"enum"' in shown


def _fields(tool: str) -> set[str]:
    return set(TOOLS[tool].schema().get("properties", {}))


def attempts(field: str, raw: str) -> list[tuple[str, str]]:
    """(tool, JSON text of its arguments) for every tool this row goes to."""
    if field == "tool_name":
        return [(raw, "{}")]
    if field == "arguments":
        return [(name, raw) for name in TOOLS]
    ours = field if any(field in _fields(t) for t in TOOLS) else SYNONYMS.get(field, field)
    carrying = [t for t in TOOLS if ours in _fields(t)] or list(TOOLS)
    sent = []
    for tool in carrying:
        given = {k: v for k, v in FILLED.get(tool, {}).items() if k != ours and k not in RIVALS.get(ours, ())}
        body = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in given.items())
        value = _value(raw, text=ours in _fields(tool) and _takes_text(tool, ours))
        sent.append((tool, "{" + body + (", " if body else "") + f"{json.dumps(ours)}: {value}" + "}"))
    return sent


def words(raw: str) -> str:
    """Words in which the values of a call stand, so that only the form of the argument decides."""
    said = f"{raw} bitcoin gold tobacco stocks 10% 5% 20% 30% $1,000"
    with contextlib.suppress(ValueError, OverflowError):
        number = float(raw)
        said += f" {number * 100:g}% {number:g}"
    return said


def once(stage: Stage, tool: str, arguments: str, raw: str) -> tuple[Outcome, bool]:
    """One call on a fresh command; did it add anything to the record?"""
    work = begin(stage.desk, stage.investors["A"], "en")
    before = len(work.bodies)
    outcome = call(Hands(stage.desk, work, words(raw)), tool, arguments)
    return outcome, len(work.bodies) > before


def predict(row: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """Send the row everywhere it goes."""
    field = row["field"]
    ours = SYNONYMS.get(field, field)
    changed, taken, reasons = False, None, []
    for tool, arguments in attempts(field, row["raw"]):
        outcome, wrote = once(stage, tool, arguments, row["raw"])
        if outcome.reason is None:
            taken = taken or outcome
        else:
            changed |= wrote
            reasons.append(outcome.reason)
    if taken is None:
        return {"id": row["id"], "outcome": "reject", "state_changed": changed, "reason": reasons[0]}
    value = taken.args.get(ours, dict(taken.args))
    return {"id": row["id"], "outcome": "accept", "value": value, "state_changed": True, "reason": None}


def main() -> None:
    """Run the command line."""
    chosen = options("tool_args")
    fixture = load(chosen.fixture, chosen.file)
    gold = rows(chosen.file)
    with tempfile.TemporaryDirectory() as home, staged(fixture, Path(home), model=chosen.model) as stage:
        found = [predict(row, stage) for row in gold]
    write(chosen.out, found)
    scored = []
    for row, p in zip(gold, found, strict=True):
        expect = row["expect"]
        right = p["outcome"] in expect["outcome"].split("_or_")
        right &= p["state_changed"] == expect.get("state_changed", p["state_changed"])
        scored.append(((row["field"],), {"right": float(right)}))
        if not right:
            print("WRONG", row["id"], row["field"], row["raw"][:80], p)
    show(by_group(scored))


if __name__ == "__main__":
    main()
