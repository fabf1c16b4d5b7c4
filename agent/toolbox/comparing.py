"""Comparisons with the past: indexes and rules beside what is held. Nothing here changes anything."""

from collections.abc import Sequence

from agent import answers
from agent.measures import ESTIMATED, Comparison, Row
from agent.scoreboard import kept
from agent.toolbox.args import Backtest, Compare
from agent.toolbox.common import answer, labelled, no_answer, refuse, span
from agent.toolbox.outcome import Hands, Outcome
from agent.words.learned import board_lines, verdict, voice
from agent.words.slots import Line, Percent, Phrase, Phrases, Slot, Thing, Things, Word
from tools.domain.value import Value
from tools.errors import AdvisorError
from tools.standings import Scoreboard


def compare(hands: Hands, args: Compare) -> Outcome:
    """Compare what is held with indexes or strategies over the past.

    Args:
        with: Index targets or strategy ids; the own portfolio is always part of it.
    """
    if not args.with_:
        return refuse("compare", args, "size_missing", Line("compare.which"))
    board = kept(hands.work) if ESTIMATED & set(args.with_) else None
    if board is not None:
        return _on_the_board("compare", args, args.with_, board, hands)
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
    board = kept(hands.work) if args.strategy in ESTIMATED else None
    if board is not None and args.strategy is not None:
        return _on_the_board("backtest", args, (args.strategy,), board, hands)
    try:
        result = answers.backtest(hands.work, args.strategy, years=args.years, start_year=args.start_year)
    except AdvisorError as error:
        return no_answer(hands, "backtest", args, error)
    return _compared("backtest", args, result, hands)


def _on_the_board(name: str, args: Value, names: Sequence[str], board: Scoreboard, hands: Hands) -> Outcome:
    """Strategies that rest on estimates, answered from the walk-forward test of all of them beside 1/N."""
    asked = [n for n in dict.fromkeys(names) if n in ESTIMATED]
    lines = [*board_lines(board, (*names, "own")), *(line for n in asked for line in verdict(board, n))]
    if "rl" in asked:
        lines.append(voice(board))
    return answer(name, args, *lines, *labelled(hands))


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
