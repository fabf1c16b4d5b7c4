"""Comparisons with the past: indexes and rules beside what is held. Nothing here changes anything."""

from agent import answers
from agent.measures import Comparison, Row
from agent.toolbox.args import Backtest, Compare
from agent.toolbox.common import answer, labelled, no_answer, refuse, span
from agent.toolbox.outcome import Hands, Outcome
from agent.words.slots import Line, Percent, Phrase, Phrases, Slot, Thing, Things, Word
from tools.domain.value import Value
from tools.errors import AdvisorError


def compare(hands: Hands, args: Compare) -> Outcome:
    """Compare what is held with indexes or strategies over the past.

    Args:
        with: Index targets or strategy ids; the own portfolio is always part of it.
    """
    if not args.with_:
        return refuse("compare", args, "size_missing", Line("compare.which"))
    try:
        return _compared("compare", args, answers.compare(hands.work, args.with_), hands)
    except AdvisorError as error:
        return no_answer(hands, "compare", args, error)


def backtest(hands: Hands, args: Backtest) -> Outcome:
    """Run a strategy, or what is held, through the past.

    Args:
        strategy: Strategy id; leave out for the own portfolio.
        years: How many years back.
        start_year: First year, instead of `years`.
    """
    try:
        result = answers.backtest(hands.work, args.strategy, years=args.years, start_year=args.start_year)
    except AdvisorError as error:
        return no_answer(hands, "backtest", args, error)
    return _compared("backtest", args, result, hands)


def _compared(name: str, args: Value, result: Comparison, hands: Hands) -> Outcome:
    missing = []
    if result.not_tested:
        missing.append(Line("compare.not_here", {"names": Things(result.not_tested)}))
    if result.not_here:
        missing.append(Line("compare.no_member", {"names": Things(result.not_here)}))
    if missing and len(result.rows) == 1:
        return refuse(name, args, "not_tested" if result.not_tested else "nothing_carries", *missing)
    slots: dict[str, Slot] = {
        "period": Phrase(span(result.window)),
        "rows": Phrases(tuple(_row(r) for r in result.rows)),
    }
    lines = [Line("compare.head", slots), *missing, Line("compare.note"), Line("compare.hindsight")]
    return answer(name, args, *lines, *labelled(hands))


def _row(row: Row) -> Line:
    own = row.name == "own"
    asset = None if own else row.name
    return Line(
        "compare.row",
        {
            "name": Word("compare.own") if own else Thing(row.name),
            "gain": Percent(row.gain, asset=asset),
            "vol": Percent(row.vol, asset=asset),
            "fall": Percent(row.fall, asset=asset),
        },
    )
