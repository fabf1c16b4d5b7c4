"""Questions about what was said, over a person's five hundred statements: `python -m tests.evals.recall [FILE]`.

A row is {lang, question, intent, target}: right when the reply names, among the five statements it may name, one of
that intent about that subject. The statements are of every kind about every target, so a topic or a name alone is not
enough.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.session import Session
from agent.wiring import Settings, open_desk
from agent.words.naming import wish_name
from agent.words.render import render_all
from agent.work import begin
from knowledge.tables import rows as table
from tests.evals.common import by_group, rows, show
from tools.domain import investor as w
from tools.domain.investor import Statement, Wish
from tools.domain.value import Lang

QUESTIONS = Path(__file__).parents[1] / "data/recall.jsonl"
MOST = 500
"""Statements in force."""


def wishes() -> Iterator[Wish]:
    """Every kind of wish about every target, then the wishes that have none."""
    targets = list(dict.fromkeys(row["id"] for row in table("targets.csv")))
    yield from (
        w.SetGoal(goal="house", horizon_years=5, amount=300_000_000, currency="KRW"),
        w.SetGoal(goal="education", horizon_years=9, amount=80_000_000, currency="KRW"),
        w.SetGoal(goal="retirement", horizon_years=20, amount=900_000_000, currency="KRW"),
        w.SetGoal(goal="car", horizon_years=2, amount=40_000_000, currency="KRW"),
        w.SetGoal(goal="wedding", horizon_years=1, amount=30_000_000, currency="KRW"),
        w.SetGoal(goal="travel", horizon_years=3, amount=10_000_000, currency="KRW"),
        w.SetRisk(direction="set", target_vol=0.12),
        w.SetRisk(direction="set", max_drawdown=0.2),
        w.CashFlow(kind="reserve", amount=5_000_000, currency="KRW"),
        w.CashFlow(kind="withdraw", amount=7_000_000, currency="KRW", in_months=10),
    )
    for n, target in enumerate(targets):
        yield w.SetView(target=target, direction="up" if n % 2 else "down", magnitude=0.05)
        yield w.SetLimit(target=target, kind="max", weight=0.2)
        yield w.SetAlert(metric="weight", target=target, op="above", value=0.3)
        if n % 7 == 0:
            yield w.Exclude(target=target)
        yield w.SetAlert(metric="gain", target=target, value=0.25)
        yield w.SetAlert(metric="loss", target=target, value=0.15)
        yield w.SetLimit(target=target, kind="min", weight=0.01)


def told(session: Session, lang: Lang) -> None:
    """Put the statements on record, each with plain words of its own."""
    work = begin(session.desk, session.investor, lang)
    for n, wish in zip(range(MOST), wishes(), strict=False):
        said = render_all((wish_name(wish, "KRW"),), lang, session.desk.names, tz="UTC").text
        work.add(Statement(id=f"s{n}", turn=work.turn, said=said, lang=lang, wish=wish))
    work.commit()


def right(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether the reply to a question names a statement of that intent about that subject."""
    reply = session.say(row["question"]).text
    names = [
        render_all((wish_name(s.statement.wish, "KRW"),), row["lang"], session.desk.names, tz="UTC").text
        for s in session.statements()
        if s.statement.wish.intent == row["intent"]
        and row["target"] in (getattr(s.statement.wish, "target", None), getattr(s.statement.wish, "goal", None))
    ]
    return any(name in reply for name in names)


def main() -> None:
    """Run the command line."""
    asked = rows(Path(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)
    scored, missed = [], []
    for lang in ("ko", "en"):
        with tempfile.TemporaryDirectory() as home, open_desk(Settings(home=home, currency="KRW")) as desk:
            told(Session(desk, "eval", lang), lang)
            for row in (r for r in asked if r["lang"] == lang):
                found = right(Session(desk, "eval", lang), row)
                scored.append(((f"lang={lang}",), {"in_the_first_five": float(found)}))
                missed += [] if found else [row]
    show(by_group(scored))
    for row in missed:
        print("missed", json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
