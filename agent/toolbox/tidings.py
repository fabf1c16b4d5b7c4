"""News and the mood around a target, in counts and figures; and what the news did to the portfolio."""

from agent.because import SMALL
from agent.headlines import HoldingNews, holding_news, moved_by_news, scoreboard
from agent.news import Digest, digest
from agent.toolbox.args import News
from agent.toolbox.common import PERFORMANCE, RISK, WHY, about, answer, labelled, no_answer, refuse
from agent.toolbox.outcome import Choice, Hands, Outcome
from agent.words.news import health_line
from agent.words.slots import At, Line, Number, Percent, Phrases, Points, Slot, Thing, Word
from tools.errors import AdvisorError
from tools.rebalance import standing

MOST = 3
"""Holdings, moves and sources named in one reply."""


def news(hands: Hands, args: News) -> Outcome:
    """News and the mood around a target, and what news did to the portfolio.

    Args:
        target: About what; leave out for news in general.
    """
    desk = hands.desk
    if desk.news is None or not desk.news.health():
        if args.target is None:
            return refuse("news", args, "not_connected", Line("missing.news_all"), choices=(RISK, PERFORMANCE))
        slots = {"target": Thing(args.target)}
        show = Choice(Line("button.show", slots), Line("say.show", slots))
        return refuse("news", args, "not_connected", about("missing.news", args.target), choices=(show,))
    try:
        found = digest(desk, desk.market.at(hands.work.at))
        told = _about(hands, found, args.target) if args.target else _held(hands, found)
        lines = [*told, *_moved(hands, args.target), *_record(hands, found), *_trouble(hands)]
    except AdvisorError as error:
        return no_answer(hands, "news", args, error)
    return answer("news", args, *lines, *labelled(hands), choices=(WHY, RISK))


def _about(hands: Hands, found: Digest, target: str) -> list[Line]:
    """The mood around one target: all its members together, and what counts towards the expected return of one."""
    members = hands.desk.market.universe().members(target)
    each = [n for n in (holding_news(found, a, hands.work.lang) for a in members) if n.headlines]
    if not each:
        return [about("news.nothing", target)]
    lines = [_tone(target, each, found)]
    if len(members) == 1:
        shift = each[0].shift
        slots: dict[str, Slot] = {"target": Thing(target), "shift": Points(shift, asset=target, digits=2)}
        lines.append(Line("news.weighs", slots) if abs(shift) >= 5e-5 else about("news.weighs_not", target))
    return lines


def _held(hands: Hands, found: Digest) -> list[Line]:
    """The mood around the largest holdings that anything was told of."""
    market = hands.desk.market.at(hands.work.at)
    weights = standing(hands.work.state.book, market, hands.work.currency).weights
    order = sorted((i for i in range(len(weights)) if weights[i] > 0), key=lambda i: -weights[i])
    each = [holding_news(found, market.universe.ids[i], hands.work.lang) for i in order]
    told = [n for n in each if n.headlines][:MOST]
    return [_tone(n.asset, [n], found) for n in told] or [Line("news.nothing_held")]


def _tone(target: str, each: list[HoldingNews], found: Digest) -> Line:
    counts = {label: sum(n.stories[label] for n in each) for label in ("positive", "neutral", "negative")}
    more = counts["positive"] - counts["negative"]
    mood = "neutral" if 2 * abs(more) < sum(counts.values()) - counts["neutral"] or not more else ""
    mood = mood or ("positive" if more > 0 else "negative")
    newest = found.at - min(h.age for n in each for h in n.headlines)
    return Line(
        "news.tone",
        {
            "target": Thing(target),
            "count": Number(float(sum(counts.values())), digits=0),
            "up": Number(float(counts["positive"]), digits=0),
            "flat": Number(float(counts["neutral"]), digits=0),
            "down": Number(float(counts["negative"]), digits=0),
            "tone": Word(f"news.{mood}"),
            "day": At(newest),
        },
    )


def _moved(hands: Hands, target: str | None) -> list[Line]:
    """What news moved in the pending decision, else the last: its own row of the attribution."""
    state = hands.work.state
    if state.pending is None and state.latest is None:
        return [] if target else [Line("news.moved_never")]
    moved = moved_by_news(hands.work)
    members = hands.desk.market.universe().members(target) if target else tuple(moved)
    named = sorted((a for a in members if abs(moved.get(a, 0.0)) >= SMALL), key=lambda a: (-abs(moved[a]), a))
    if not named:
        return [Line("news.moved_not")]
    parts = tuple(Line("why.move", {"asset": Thing(a), "share": Points(moved[a], asset=a)}) for a in named[:MOST])
    return [Line("news.moved", {"moves": Phrases(parts), "cap": Percent(hands.desk.assumptions.news_cap)})]


def _record(hands: Hands, found: Digest) -> list[Line]:
    """How good the signal was, and what that earns it."""
    if found.unread:
        return [Line("news.unread")]
    board = scoreboard(hands.desk, hands.desk.market.at(hands.work.at))
    if board.record is None:
        return [Line("news.record_none")]
    if board.ic == 0.0:
        return [Line("news.record_zero")]
    slots: dict[str, Slot] = {
        "days": Number(float(board.record.days), digits=0),
        "ic": Number(board.record.ic),
        "low": Number(board.record.low),
        "high": Number(board.record.high),
        "used": Number(board.ic, digits=3),
    }
    return [Line("news.record", slots)]


def _trouble(hands: Hands) -> list[Line]:
    """Sources that gave nothing when last asked, by name."""
    assert hands.desk.news is not None
    down = tuple(health_line(h) for h in hands.desk.news.health() if h.problem is not None)
    return [Line("news.trouble", {"sources": Phrases(down[:MOST])})] if down else []
