"""What a cause rests on, so that a why can name its source: the words said, headlines, readings, limits, prices.

In words for a person (`basis_line`), and as ids and numbers for a machine (`rests_on`). Only what the decision itself
stored is told; a text that its source no longer has is named by the first digits of its id.
"""

from collections.abc import Mapping
from typing import Any, Final

from agent.review import recalled_inputs
from agent.words.card import limit_name
from agent.words.causes import said_on
from agent.words.slots import At, Line, Number, Phrases, Quoted, Slot, Thing
from agent.work import Work
from knowledge.ports import Ledger
from tools.domain.decision import Cause, Decision, HoldingsInput, Input, LimitsInput, NewsInput, RiskInput, ViewsInput
from tools.domain.events import Event, Executed, Imported, Moved
from tools.domain.investor import Statement
from tools.errors import StoreFailed

HEADLINES: Final = 2
"""Titles quoted in a sentence; the page and the export name all."""

_LEARNED: Final = frozenset({"policy", "forecast"})


def basis_line(work: Work, decision: Decision, cause: Cause, inputs: Mapping[str, Input]) -> Line | None:
    """What a cause rests on in words; None where it is a sum of others.

    Args:
        work: The investor's record.
        decision: Whose cause it is.
        cause: One row of its explanation.
        inputs: What the decision was made on, by name.
    """
    said = said_on(cause)
    if said is not None:
        return said
    if cause.name in ("drift", "data"):
        return Line("rests.prices", {"day": At(decision.at)})
    if cause.name in ("lots", "assumptions"):
        return Line(f"rests.{cause.name}")
    own = tuple(limit_name(x, work.state) for x in decision.limits if _origin(x.origin) == cause.name)
    if own:
        return Line("rests.limits", {"limits": Phrases(own)})
    if cause.name == "method":
        return Line("rests.method", {"method": Thing(decision.method)}) if decision.method != "order" else None
    if cause.name in ("holdings", "flows", "start"):
        return _held(work, decision, inputs)
    mine = [v for n, v in sorted(inputs.items()) if n == cause.name or n.partition("/")[0] == cause.name]
    for told in (_news(work, mine), _risk(work, mine), _views(cause.name, mine)):
        if told is not None:
            return told
    return None


def rests_on(ledger: Ledger, investor: str, decision: Decision) -> dict[str, dict[str, Any]]:
    """What every input of a decision rests on, by its name: ids and readings, no words of others.

    texts: id of each headline -> its share. statements: ids. readings: numbers as they went in. An input whose content
    is gone is {"missing": true}.
    """
    try:
        inputs = recalled_inputs(ledger, investor, decision)
    except (StoreFailed, ValueError):
        return {name: {"missing": True} for name in decision.inputs}
    return {name: _ids(name, value) for name, value in sorted(inputs.items())}


def _ids(name: str, value: Input) -> dict[str, Any]:
    group, _, about = name.partition("/")
    own = [about] if about and group not in ("news", *_LEARNED) else []
    match value:
        case NewsInput():
            readings = {k: getattr(value, k) for k in ("shift", "confidence", "score", "z", "ic")}
            return {"texts": dict(value.texts), "readings": {**readings, "asset": value.asset}}
        case RiskInput():
            readings = value.profile.model_dump(mode="json", exclude={"basis"}, exclude_none=True)
            return {"statements": list(value.profile.basis), "readings": readings}
        case ViewsInput():
            views = [v.model_dump(mode="json", exclude_none=True) for v in value.views]
            return {"statements": own, "readings": views}
        case LimitsInput():
            return {"statements": own, "readings": [x.model_dump(mode="json", exclude_none=True) for x in value.limits]}
        case HoldingsInput():
            return {"statements": [], "readings": {a: format(p.units, "f") for a, p in value.book.positions.items()}}
        case _:
            return {"statements": own, "readings": value.model_dump(mode="json", exclude={"kind"})}


def _news(work: Work, inputs: list[Input]) -> Line | None:
    """The weightiest headlines behind it, by title."""
    texts: dict[str, float] = {}
    for value in inputs:
        if isinstance(value, NewsInput):
            for key, share in value.texts.items():
                texts[key] = texts.get(key, 0.0) + share
    if not texts:
        return None
    order = sorted(texts, key=lambda key: (-texts[key], key))
    stored = work.desk.texts.named(tuple(order)) if work.desk.texts is not None else {}
    titles = [(stored[key].title or stored[key].body[:80]) if key in stored else key[:8] for key in order]
    quoted = tuple(
        Line("rests.headline", {"title": Quoted(title)}) for title in list(dict.fromkeys(titles))[:HEADLINES]
    )
    return Line("rests.news", {"count": Number(float(len(texts)), digits=0), "titles": Phrases(quoted)})


def _risk(work: Work, inputs: list[Input]) -> Line | None:
    """The reading of risk aversion, and the words behind it."""
    found = next((v.profile for v in inputs if isinstance(v, RiskInput)), None)
    if found is None:
        return None
    slots: dict[str, Slot] = {"aversion": Number(found.risk_aversion, digits=1)}
    said = [e for e in work.state.changes if isinstance(e.body, Statement) and e.body.id in found.basis]
    if not said:
        return Line("rests.risk_read" if found.basis else "rests.risk_neutral", slots)
    last = said[-1].body
    assert isinstance(last, Statement)
    return Line("rests.risk", {**slots, "day": At(said[-1].at), "said": Quoted(last.said)})


def _views(name: str, inputs: list[Input]) -> Line | None:
    """What was learned and up to when; or how much an opinion counts that is no longer on record as said."""
    views = [view for value in inputs if isinstance(value, ViewsInput) for view in value.views]
    if not views:
        return None
    code = "rests.learned" if name.partition("/")[0] in _LEARNED else "rests.views"
    newest = max(view.said_at for view in views)
    return Line(code, {"day": At(newest), "count": Number(float(len(views)), digits=0)})


def _held(work: Work, decision: Decision, inputs: Mapping[str, Input]) -> Line | None:
    """How much was held, and what last changed it."""
    book = next((v.book for v in inputs.values() if isinstance(v, HoldingsInput)), None)
    if book is None:
        return None
    slots: dict[str, Slot] = {"count": Number(float(sum(p.units != 0 for p in book.positions.values())), digits=0)}
    last = next((e for e in reversed(work.state.journal) if e.at <= decision.at), None)
    if last is None:
        return Line("rests.opening", slots)
    return Line("rests.holdings", {**slots, "day": At(last.at), "what": Phrases((Line(f"rests.{_kind(last)}"),))})


def _kind(event: Event) -> str:
    return {Executed: "executed", Imported: "imported", Moved: "moved"}.get(type(event.body), "moved")


def _origin(origin: str) -> str:
    """The input that limits of an origin come from."""
    return {"rule": "rules", "profile": "ceiling", "proposal": "tweak", "account": "accounts"}.get(origin, "")
