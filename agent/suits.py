"""The statement of suitability of a decision, and the consent to it: made, found again, and told. Asks no model."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from agent.because import find_decision
from agent.words.render import render_all
from agent.words.slots import Line
from agent.words.suitability import consent_lines, suitability_lines
from agent.work import Work
from tools.domain.decision import Decision, Input, RiskInput
from tools.domain.record import Consent, Suitability
from tools.errors import DataMissing
from tools.suitability import assess

_INPUT: TypeAdapter[Input] = TypeAdapter(Input)

By = Literal["button", "code", "grant"]


@dataclass(frozen=True, slots=True)
class Suited:
    """A decision with its statement (None where it was recorded without one) and the consent to it, dated."""

    decision: Decision
    statement: Suitability | None
    consent: Consent | None
    agreed_at: datetime | None


def statement_of(work: Work, decision: Decision) -> Suitability:
    """The statement, from the profile the decision used and the goals in force. Raises DataMissing, StoreFailed."""
    digest = decision.inputs.get("risk")
    if digest is None:
        raise DataMissing("input_missing", "risk")
    used = _INPUT.validate_json(work.desk.ledger.blob(work.investor, digest))
    if not isinstance(used, RiskInput):
        raise DataMissing("input_missing", "risk")
    return assess(decision, used.profile, work.state.goals(work.currency))


def agreement(work: Work, decision: Decision, by: By) -> tuple[Suitability, Consent]:
    """What is recorded with a yes: the statement, and the consent to exactly its words in the investor's language."""
    statement = statement_of(work, decision)
    text = render_all(suitability_lines(statement), work.lang, work.desk.names, tz=work.tz).text
    consent = Consent(
        decision=decision.id,
        fingerprint=decision.fingerprint,
        by=by,
        lang=work.lang,
        statement=hashlib.sha256(text.encode()).hexdigest(),
    )
    return statement, consent


def suited(work: Work, decision_id: str | None = None) -> Suited | None:
    """The statement of a decision: as recorded with the yes, else as it would be; None when nothing was decided."""
    decision = find_decision(work, decision_id)
    if decision is None:
        return None
    statement: Suitability | None = None
    consent: Consent | None = None
    at: datetime | None = None
    for event in work.desk.ledger.read(work.investor):
        body = event.body
        if isinstance(body, Suitability) and body.decision == decision.id:
            statement = body
        elif isinstance(body, Consent) and body.decision == decision.id:
            consent, at = body, event.at
    if statement is None and work.state.pending == decision:
        statement = statement_of(work, decision)
    return Suited(decision, statement, consent, at)


def suited_lines(work: Work, decision_id: str | None = None) -> tuple[Line, ...]:
    """The same in words: the statement, then whether it was agreed to."""
    found = suited(work, decision_id)
    if found is None:
        return (Line("why.never" if decision_id is None else "why.no_such"),)
    if found.statement is None:
        return (Line("suit.unrecorded"),)
    return (*suitability_lines(found.statement), *consent_lines(found.consent, found.agreed_at))
