"""Talking in the terminal: readable for people, one JSON object a line for programs."""

import json
import logging
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TextIO

from agent.session import Session
from agent.words.render import render
from agent.words.slots import Line
from tools.domain.decision import Decision
from tools.domain.events import Opened
from tools.domain.value import Lang, strict_json
from ui.cards import pairs
from ui.charts import axis
from ui.labels import label
from ui.printer import AdvisorError, Printer

BAR = 20
"""Characters of the longest bar."""

NAME = 30
"""Columns kept for names."""

_FIELDS = ("text", "calls", "refused", "decision", "figures", "choices", "mind", "notice")


def printer(session: Session) -> Printer:
    """Prints in the session's language and the investor's zone."""
    desk, lang = session.desk, session.lang
    opened = next((e.body for e in session.log() if isinstance(e.body, Opened)), None)
    tz = opened.tz if opened else desk.settings.zone(lang)
    return Printer(lang, tz, desk.names, desk.market.universe())


def talk(session: Session, lines: Iterable[str], say: Callable[[str], None], *, prompt: TextIO | None) -> None:
    """Answer line by line until the input ends.

    Args:
        session: Whose talk this is.
        lines: What is typed.
        say: Prints one block of text.
        prompt: Where the prompt is written before each line; None when nobody watches.
    """
    shown = ""
    _prompt(prompt, session.lang)
    for line in lines:
        if line.strip():
            turn = session.say(line.strip())
            say(turn.text)
            pending = session.pending() if turn.decision else None
            if pending is not None and pending.id != shown:
                shown = pending.id
                say(card(pending, printer(session)))
            for choice in turn.choices:
                say(f"  · {choice.say}")
        _prompt(prompt, session.lang)


def _prompt(out: TextIO | None, lang: Lang) -> None:
    if out is not None:
        out.write(f"\n{label('you', lang)}> ")
        out.flush()


def talk_json(session: Session, lines: Iterable[str], say: Callable[[str], None]) -> None:
    """Exactly one JSON object for each line that is not empty: a turn, or what an approval came to."""
    for line in lines:
        text = line.strip()
        if not text:
            continue
        wanted = approval(text)
        try:
            answer = approved(session, *wanted) if wanted else turn_fields(session.say(text))
        except Exception:  # whatever broke, each line has its one object; the trace goes to the log on stderr
            logging.getLogger(__name__).exception("a line could not be answered")
            unsaid = {"text": render(Line("error.other"), session.lang, session.desk.names, tz="UTC").text}
            answer = {**dict.fromkeys(_FIELDS), "calls": [], "refused": [], "figures": [], "choices": [], **unsaid}
        say(json.dumps(answer, ensure_ascii=False, allow_nan=False, default=_plain))


def approval(line: str) -> tuple[str, str] | None:
    """Decision id and fingerprint of a line `{"approve": id, "fingerprint": ...}`; None for what is no such line.

    A malformed one is still a yes to something, never a sentence: it comes back as a yes that fits nothing.
    """
    if not line.startswith("{"):
        return None
    try:
        found = strict_json(line)
    except (ValueError, RecursionError):  # looks like JSON and is not: then it is something said
        return ("", "") if '"approve"' in line else None
    if not isinstance(found, dict) or "approve" not in found:
        return None
    wanted, fingerprint = found["approve"], found.get("fingerprint")
    if set(found) == {"approve", "fingerprint"} and isinstance(wanted, str) and isinstance(fingerprint, str):
        return wanted, fingerprint
    return "", ""


def approved(session: Session, decision_id: str, fingerprint: str) -> dict[str, Any]:
    """{"receipt": …}, or {"refusal": {code, names, text}} when it was not carried out."""
    try:
        return {"receipt": session.approve(decision_id, fingerprint).model_dump(mode="json")}
    except AdvisorError as error:
        text = printer(session).error(error)
        return {"refusal": {"code": error.code, "names": list(error.names), "text": text}}


def turn_fields(turn: Any) -> dict[str, Any]:
    """The fields of a turn that the protocol promises."""
    whole = asdict(turn)
    return {name: whole[name] for name in _FIELDS}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def card(decision: Decision, p: Printer) -> str:
    """The pending proposal as text: weights before and after, trades, cost and the code that approves it."""
    offered, outlook = decision.proposal, decision.outlook
    rows = pairs(offered.current, offered.target, p)
    end = axis(max((max(r.before, r.after) for r in rows), default=1.0))
    lines = [f"── {label('card', p.lang)} · {label('expires', p.lang, time=p.time(decision.expires_at))} ──"]
    for row in rows:
        bar = "█" * round(BAR * row.after / end)
        change = f"{p.percent(row.before)} → {p.percent(row.after)}"
        lines.append(f"  {fit(row.name, NAME)} {bar:<{BAR}} {change}")
    lines.append(_trades(decision, p))
    before, after = p.percent(outlook.mean_before), p.percent(outlook.mean_after)
    lines.append(f"  {label('expected', p.lang)} {before} → {after}")
    before, after = p.percent(outlook.vol_before), p.percent(outlook.vol_after)
    lines.append(f"  {label('volatility', p.lang)} {before} → {after}")
    cost, turnover = p.money(offered.cost), p.percent(offered.turnover)
    lines.append(f"  {label('cost', p.lang)} {cost} · {label('turnover', p.lang)} {turnover}")
    lines += [f"  {label('binding', p.lang)}: {p.limit(b.limit)}" for b in offered.binding]
    if decision.simulated:
        lines.append(f"  {label('simulated_long', p.lang)}")
    return "\n".join((*lines, label("chat_approve", p.lang, code=decision.code)))


def _trades(decision: Decision, p: Printer) -> str:
    rows = []
    for trade in decision.proposal.trades:
        side = fit(label(trade.side, p.lang), 5)
        units = fit(p.units(trade.units, trade.asset), 14)
        rows.append(f"  {side}{fit(p.name(trade.asset), NAME)} {units} {p.short(trade.value)}")
    return "\n".join(rows)


def fit(text: str, columns: int) -> str:
    """Text cut or filled to a width in terminal columns; Hangul takes two."""
    out, used = "", 0
    for char in text:
        width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used + width > columns:
            break
        out, used = out + char, used + width
    return out + " " * (columns - used)
