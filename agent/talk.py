"""One turn: text in, tools, checked reply out.

The mind only fills typed inputs. What it asked for is carried out here in one order: tools, at most one review, words,
one commit. A turn that fails half-way leaves the record as it was and says so.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from agent.approve import approve
from agent.granting import confirm, said_yes
from agent.heard import heard, language
from agent.llm import (
    BUILTIN,
    PATIENCE,
    as_messages,
    builtin_mind,
    choose_mind,
    earlier,
    prompt_digest,
    shown,
    system_prompt,
    took,
)
from agent.review import review
from agent.toolbox.common import AGAIN
from agent.toolbox.goals import due_lines
from agent.toolbox.outcome import Choice, Hands, Outcome, ReviewWish
from agent.toolbox.pressed import pressed
from agent.toolbox.registry import call
from agent.toolbox.ways import ways_out
from agent.underway import Wanted, told, wanted
from agent.usage import count, spent_up
from agent.wiring import Desk
from agent.words.card import named_limits, proposal_lines
from agent.words.errors import explain_error
from agent.words.grants import given_lines
from agent.words.orders import receipt_lines
from agent.words.render import Rendered, render_all
from agent.words.slots import Line, Shown
from agent.work import Work, begin, current
from tools.domain import events
from tools.domain.decision import Decision
from tools.domain.grant import Offer
from tools.domain.value import Lang
from tools.errors import (
    AdvisorError,
    BrokerFailed,
    DataMissing,
    Infeasible,
    MandateConflict,
    ModelFailed,
    Stale,
    StoreFailed,
)
from tools.names import Names
from tools.state import State

if TYPE_CHECKING:
    from agent.llm.loop import Mind

DEFAULT = ReviewWish()
OnStep = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Offered:
    """The pending decision a turn ends with."""

    id: str
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Button:
    """A suggestion under a reply: what it shows and what pressing it says."""

    label: str
    say: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn came to.

    calls {name, args} took effect; refused {name, args, reason} did not, with the reason's code. figures are those
    printed, in order. mind is what answered: "builtin" or "openai:NAME"; notice is a code when the configured model was
    not used.
    """

    text: str
    calls: tuple[Mapping[str, Any], ...]
    refused: tuple[Mapping[str, Any], ...]
    decision: Offered | None
    figures: tuple[Shown, ...]
    choices: tuple[Button, ...]
    mind: str
    notice: str | None
    lang: Lang


_CODE = re.compile(r"(?=.*[0-9])[0-9a-fA-F]{4}")


@dataclass(slots=True)
class _Draft:
    """A turn before it is words: what tools and review came to, and who answered."""

    hands: Hands
    mind: str
    notice: str | None = None
    prose: str = ""
    lines: list[Line] = field(default_factory=list)  # of the review, after those of the tools
    blocked: bool = False  # a review was called for and nothing could be proposed
    undone: dict[int, str] = field(default_factory=dict)  # outcomes the review refused, by place, with the code
    choices: tuple[Choice, ...] = ()  # ways out of what stands in the way


def say(
    desk: Desk, investor: str, lang: Lang, text: str, *, on_step: OnStep | None = None, patience: float = PATIENCE
) -> Turn:
    """Take one message of an investor and answer it.

    Args:
        desk: The ports.
        investor: Whose turn it is; nothing said can change that.
        lang: The language of the session, used where the message itself shows none.
        text: The message as it came.
        on_step: Told after each tool call, in order.
        patience: Seconds of wall clock for a large model; past them the built-in one answers.
    Returns:
        The turn. Whatever goes wrong is said in it; nothing is raised on purpose.
    """
    until = time.monotonic() + patience
    try:
        said = heard(text)
        state = current(desk, investor)
        pending, offer = state.pending, state.offer
        if pending is not None and said.casefold() == pending.code:
            return _typed_code(desk, investor, _spoken(state, lang), said, pending)
        if offer is not None and said_yes(said, offer):
            return _granted(desk, investor, language(said, lang), said, offer)
        if pending is not None and _CODE.fullmatch(said):
            return _only(desk, _spoken(state, lang), (Line("error.other_code"),))
        lang = language(said, lang)
        orders = wanted(desk, state, said)
        if orders is not None:
            return _of_orders(desk, investor, lang, said, orders)
        return _talked(desk, investor, lang, said, on_step, until)
    except AdvisorError as error:
        return _only(desk, lang, explain_error(error, desk.names))


def _spoken(state: State, lang: Lang) -> Lang:
    """The language the talk was held in last: a code shows none."""
    last = state.turns[-1].body if state.turns else None
    return last.lang if isinstance(last, events.Turn) else lang


def _talked(desk: Desk, investor: str, lang: Lang, said: str, on_step: OnStep | None, until: float) -> Turn:
    """Think, review, record; once more from the start when another command came first."""
    for last_try in (False, True):
        draft = _think(desk, investor, lang, said, on_step, until)
        _review(draft)
        turn = _worded(draft)
        work = draft.hands.work
        work.add(_event(work, said, turn))
        try:
            work.commit()
        except Stale:
            if last_try:
                raise
            continue
        desk.memory.sync(investor, [s.statement for s in work.state.in_force])
        return turn
    raise AssertionError("unreachable")


def act(desk: Desk, investor: str, lang: Lang, name: str, args: Mapping[str, Any]) -> Turn:
    """Use one tool without words, as a button does: the same path, the same review, one command.

    Raises:
        StoreFailed: It could not be written; nothing changed.
        Stale: Another command came first, twice.
    """
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        hands = Hands(desk, work, said="")
        call(hands, name, args)
        draft = _Draft(hands, BUILTIN)
        _review(draft)
        turn = _worded(draft)
        if not turn.calls:
            return turn  # refused: nothing to write
        try:
            work.commit()
        except Stale:
            if last_try:
                raise
            continue
        desk.memory.sync(investor, [s.statement for s in work.state.in_force])
        return turn
    raise AssertionError("unreachable")


# --- think ------------------------------------------------------------------------------------------------------------


def _think(desk: Desk, investor: str, lang: Lang, said: str, on_step: OnStep | None, until: float) -> _Draft:
    """Let the chosen mind call its tools; when it fails, nothing it did stays and the built-in one starts afresh."""
    known = pressed(said, pending=current(desk, investor).pending is not None)
    if known is not None:  # a button of ours was pressed: no mind is needed to know what it says
        hands = _hands(desk, investor, lang, said)
        outcome = call(hands, *known)
        if on_step is not None:
            on_step(outcome)
        return _Draft(hands, BUILTIN)
    notice = None
    mind = choose_mind(desk.settings, desk.names)
    if mind.name != BUILTIN and spent_up(desk):
        notice, mind = "budget", builtin_mind(desk.names)
    if mind.name != BUILTIN:
        try:
            return _run(mind, _hands(desk, investor, lang, said), on_step, until)
        except ModelFailed as failure:
            notice = failure.code
            mind = builtin_mind(desk.names)
    draft = _run(mind, _hands(desk, investor, lang, said), on_step, float("inf"))
    draft.notice = notice
    return draft


def _hands(desk: Desk, investor: str, lang: Lang, said: str) -> Hands:
    work = begin(desk, investor, lang)
    # Another process may have added statements, and after a start the index knows none: what is in force is searched.
    desk.memory.sync(investor, [s.statement for s in work.state.in_force])
    return Hands(desk, work, said, before=earlier(work))


def _run(mind: "Mind", hands: Hands, on_step: OnStep | None, until: float) -> _Draft:
    from agent.llm.loop import Context

    context = Context(hands, system_prompt(hands.work), until, on_step)
    try:
        prose = mind.run(context, as_messages(hands.before, hands.said, took(hands.work)))
    finally:
        count(hands.desk, context.used)
    draft = _Draft(hands, mind.name)
    if not any(o.lines or o.review for o in hands.outcomes):
        own = [text for role, text in hands.before if role == "user"]
        draft.prose = shown(prose, lang=hands.work.lang, said=[*own, hands.said], names=hands.desk.names)
    return draft


# --- review -----------------------------------------------------------------------------------------------------------


def _review(draft: _Draft) -> None:
    """The one review this turn calls for, if any; what stands in its way is said and nothing is proposed."""
    hands, work = draft.hands, draft.hands.work
    wish = _wish(hands.outcomes)
    if wish is None:
        return
    asked = {n: o.review for n, o in enumerate(hands.outcomes) if o.reason is None and o.review not in (None, DEFAULT)}
    draft.undone = {n: "one_at_a_time" for n, w in asked.items() if w is not None and not _alike(w, wish)}
    kept = dict(work.blobs)
    try:
        decision = review(work, wish)
    except (DataMissing, Infeasible, MandateConflict) as error:
        work.blobs = kept  # contents of a decision that was not made
        draft.blocked = True
        if isinstance(error, MandateConflict):
            work.add(events.Refusal(what="order" if wish.order else "review", code=error.code, names=error.names))
        pending = work.state.pending
        if pending is not None and any(hands.outcomes[n].name == "panic" for n in asked):
            work.add(events.Rejected(decision=pending.id))  # who wants out must not be left with an old plan to approve
        draft.undone |= {n: error.code for n, w in asked.items() if w is not None and _alike(w, wish)}
        limits = named_limits(error.names, work.state, hands.desk.rules)
        draft.lines = list(explain_error(error, hands.desk.names, limits))
        draft.choices = ways_out(error.names, work.state)
        return
    draft.lines = [*proposal_lines(decision, hands.desk.names, work.state), *due_lines(work)]


def _wish(outcomes: Sequence[Outcome]) -> ReviewWish | None:
    """One wish out of all: orders of a turn are carried out together, so are changes to a proposal."""
    wishes = [o.review for o in outcomes if o.reason is None and o.review is not None]
    special = [w for w in wishes if w != DEFAULT]
    if not special:
        return wishes[-1] if wishes else None
    alike = [w for w in special if _alike(w, special[-1])]
    return replace(
        special[-1],
        order=tuple(line for w in alike for line in w.order),
        tweaks=tuple(limit for w in alike for limit in w.tweaks),
    )


def _alike(one: ReviewWish, other: ReviewWish) -> bool:
    return (one.kind, one.method) == (other.kind, other.method)


# --- words ------------------------------------------------------------------------------------------------------------


def _worded(draft: _Draft) -> Turn:
    hands, work = draft.hands, draft.hands.work
    lang, names = work.lang, hands.desk.names
    promised = {n for n in draft.undone if (wish := hands.outcomes[n].review) is not None and wish.order}
    said = [line for n, outcome in enumerate(hands.outcomes) if n not in promised for line in outcome.lines]
    failure = explain_error(ModelFailed(draft.notice), names) if draft.notice else ()
    notice = [*failure, Line("notice.builtin")] if draft.notice else []
    parts = [render_all(lines, lang, names, tz=work.tz) for lines in (said, draft.lines, notice)]
    if draft.prose:
        parts.insert(0, Rendered(draft.prose))
    choices = (*draft.choices, *(c for o in hands.outcomes for c in o.choices))
    return Turn(
        text="\n".join(p.text for p in parts if p.text),
        calls=tuple(
            {"name": o.name, "args": dict(o.args)}
            for n, o in enumerate(hands.outcomes)
            if o.reason is None and n not in draft.undone
        ),
        refused=tuple(
            {"name": o.name, "args": dict(o.args), "reason": o.reason or draft.undone[n]}
            for n, o in enumerate(hands.outcomes)
            if o.reason is not None or n in draft.undone
        ),
        decision=None if draft.blocked else _offered(work),
        figures=tuple(f for p in parts for f in p.figures),
        choices=tuple(dict.fromkeys(_button(c, lang, names) for c in choices)),
        mind=draft.mind,
        notice=draft.notice,
        lang=lang,
    )


def _button(choice: Choice, lang: Lang, names: Names) -> Button:
    shown, said = (render_all((line,), lang, names, tz="UTC").text for line in (choice.label, choice.say))
    return Button(shown, said)


def _offered(work: Work) -> Offered | None:
    """The decision that waits for a yes now."""
    pending = work.state.pending
    if pending is None or work.at > pending.expires_at:
        return None
    return Offered(pending.id, pending.fingerprint, pending.expires_at)


def _event(work: Work, said: str, turn: Turn) -> events.Turn:
    """The turn as the ledger keeps it."""
    return events.Turn(
        id=work.turn,
        lang=turn.lang,
        text=said,
        reply=turn.text,
        calls=tuple(events.Call(name=c["name"], args=c["args"]) for c in turn.calls),
        refused=tuple(events.Call(name=c["name"], args=c["args"], reason=c["reason"]) for c in turn.refused),
        decision=turn.decision.id if turn.decision else None,
        mind=turn.mind,
        notice=turn.notice,
        version=version("hanfolio"),
        prompt=None if turn.mind == BUILTIN else prompt_digest(turn.lang, work.desk.names),
    )


# --- without a mind ---------------------------------------------------------------------------------------------------


def _typed_code(desk: Desk, investor: str, lang: Lang, said: str, pending: Decision) -> Turn:
    """The four characters of the card are a person's yes; no model sees them."""
    choices: tuple[Choice, ...] = ()
    try:
        receipt = approve(desk, investor, lang, pending.id, pending.fingerprint, by="code")
    except (Stale, MandateConflict, DataMissing, BrokerFailed) as error:
        lines, choices = explain_error(error, desk.names), (AGAIN,)
    else:
        trouble = AdvisorError(*receipt.trouble) if receipt.trouble else None
        lines = receipt_lines(receipt, simulated=desk.market.simulated)
        lines += explain_error(trouble, desk.names) if trouble else ()
    turn = _only(desk, lang, lines, choices)
    work = begin(desk, investor, lang)
    work.add(_event(work, said, turn))
    with suppress(Stale, StoreFailed):  # the approval itself is recorded; only this line of the talk is not
        work.commit()
    return turn


def _of_orders(desk: Desk, investor: str, lang: Lang, said: str, want: Wanted) -> Turn:
    """Orders on their way are told of and called off by code, so that no mind stands in between."""
    answer = told(desk, investor, lang, want)
    work = begin(desk, investor, lang)
    shown = render_all(answer.lines, lang, desk.names, tz=work.tz, between="\n")
    turn = replace(
        _only(desk, lang, (), answer.choices),
        text=shown.text,
        figures=shown.figures,
        calls=({"name": answer.name, "args": {}},),
        decision=_offered(work),
    )
    work.add(_event(work, said, turn))
    with suppress(Stale):  # what came of the orders is recorded; only this line of the talk is not
        work.commit()
    return turn


def _granted(desk: Desk, investor: str, lang: Lang, said: str, offer: Offer) -> Turn:
    """The yes to a grant, named by its code: a person's own words, and no model sees them."""
    work = begin(desk, investor, lang)
    try:
        confirm(work, offer.fingerprint)
    except Stale as error:
        return _only(desk, lang, explain_error(error, desk.names))
    off = Choice(Line("button.revoke"), Line("say.revoke"))
    told = render_all(given_lines(offer.grant), lang, desk.names, tz=work.tz)
    turn = replace(_only(desk, lang, (), (off,)), text=told.text, figures=told.figures)
    work.add(_event(work, said, turn))
    work.commit(idem=f"grant:{offer.id}")
    return turn


def _only(desk: Desk, lang: Lang, lines: Sequence[Line], choices: Sequence[Choice] = ()) -> Turn:
    """A turn that is nothing but sentences."""
    told = render_all(lines, lang, desk.names, tz="UTC")  # no such sentence holds a date
    buttons = tuple(_button(c, lang, desk.names) for c in choices)
    return Turn(told.text, (), (), None, told.figures, buttons, BUILTIN, None, lang)
