"""What is said about news: counts, tones and shares. Never a word of a text: replies are read again by a model."""
# ruff: noqa: E501 - a sentence is not cut in two

from collections.abc import Sequence

from agent.words.slots import Line, Number, Phrase, Phrases, Quoted, Slot, Word
from tools.domain.news import Health

WORDS: dict[str, tuple[str, str]] = {
    "cause.news": ("뉴스", "the news"),
    "cause.news_about": ("{target} 뉴스", "news about {target}"),
    "news.positive": ("긍정적", "positive"),
    "news.neutral": ("중립적", "neutral"),
    "news.negative": ("부정적", "negative"),
    "news.tone": (
        "{target}: 최근 소식 {count}건 (긍정 {up}, 중립 {flat}, 부정 {down}), 어조는 {tone:이에요/예요}. 가장 새로운 것은 {day} 소식이에요.",
        "{target}: recent stories {count} ({up} positive, {flat} neutral, {down} negative), {tone} on the whole; the newest is of {day}.",
    ),
    "news.nothing": ("{target} 관련 새 소식은 없어요.", "There is nothing new about {target}."),
    "news.nothing_held": ("가지고 계신 자산에 대한 새 소식은 없어요.", "There is nothing new about what you hold."),
    "news.weighs": (
        "{target} 기대 수익률에는 연 {shift} 반영하고 있어요.",
        "It counts for {shift} of expected return a year for {target}.",
    ),
    "news.weighs_not": (
        "{target}의 기대 수익률에는 지금 반영된 뉴스가 없어요.",
        "No news count towards the expected return of {target} now.",
    ),
    "news.moved": (
        "이번 제안에서 뉴스가 움직인 비중은 {moves:이에요/예요}. 뉴스는 다 합쳐도 한 자산의 비중을 {cap} 넘게 움직이지 못해요.",
        "In the last proposal news moved {moves}. All news together can move no weight by more than {cap} of the portfolio.",
    ),
    "news.moved_not": ("이번 제안에서 뉴스가 움직인 비중은 없어요.", "News moved no weight in the last proposal."),
    "news.moved_never": (
        "아직 계산한 제안이 없어서 뉴스가 움직인 것도 없어요.",
        "Nothing has been decided yet, so news have moved nothing.",
    ),
    "news.record": (
        "지금까지 {days}일 동안 뉴스 어조와 이후 수익률의 순위 상관은 {ic} (열에 아홉은 {low}부터 {high} 사이)였어요. 그래서 {used}만큼만 믿고 써요.",
        "Over {days} days the tone of news and later returns had a rank correlation of {ic} (nine times in ten between {low} and {high}), so it is trusted with {used}.",
    ),
    "news.record_none": (
        "뉴스가 얼마나 맞았는지 판단하기엔 기록이 짧아요. 그때까지는 아주 약하게만 반영해요.",
        "The record is too short to tell how good the news signal is. Until then it counts very little.",
    ),
    "news.record_zero": (
        "뉴스 신호가 지금까지 도움이 되지 않아서 전혀 반영하지 않아요.",
        "The news signal has not been of use so far, so it counts for nothing.",
    ),
    "news.unread": (
        "아직 다 읽지 못해서, 다 읽을 때까지 뉴스는 반영하지 않아요.",
        "Not everything is read yet; until then news count for nothing.",
    ),
    "news.trouble": (
        "지금 소식을 못 받는 곳이 있어요: {sources}.",
        "Some sources give nothing at the moment: {sources}.",
    ),
    "news.health_well": ("{source}: {kept}건 받음", "{source}: {kept} taken"),
    "news.health_left": ("{source}: {kept}건 받음, 빼놓음 {left}", "{source}: {kept} taken, left out {left}"),
    "news.health_down": ("{source}: {problem}", "{source}: {problem}"),
    "news.left": ("{reason} {count}건", "{reason} {count}"),
    "news.left_broken": ("형식 오류", "unreadable"),
    "news.left_broken_xml": ("깨진 XML", "broken XML"),
    "news.left_undated": ("말이 안 되는 날짜", "an impossible date"),
    "news.left_future": ("미래 날짜", "a date in the future"),
    "news.left_old": ("오래된 소식", "too old"),
    "news.left_empty": ("빈 글", "empty"),
    "news.left_too_long": ("너무 긴 글", "too long"),
    "news.left_too_many": ("한 번에 너무 많음", "too many at once"),
    "news.left_repeated": ("같은 글", "repeated"),
    "error.source_private": (
        "공개된 주소가 아니라 묻지 않았어요: {about}.",
        "Not a public address, so it was not asked: {about}.",
    ),
    "error.source_unknown": ("그런 주소를 찾을 수 없어요: {about}.", "No such address: {about}."),
    "error.source_busy": (
        "자료를 주는 곳이 나중에 오라고 해요: {about}.",
        "The source asks to come back later: {about}.",
    ),
    "error.source_not_a_feed": ("소식 피드가 아니에요: {about}.", "That is no feed: {about}."),
    "error.unknown_reader": ("모르는 뉴스 읽기 방식이에요: {about}.", "Unknown reader of news: {about}."),
    "error.feeds_table": (
        "소식 피드 표에 읽을 수 없는 줄이 있어요: {about}.",
        "The table of feeds has a row that cannot be read: {about}.",
    ),
}


def health_line(health: Health) -> Line:
    """How one source does: what was taken, what was left out and why, or why it gave nothing."""
    source: dict[str, Slot] = {"source": Quoted(health.source)}
    if health.problem is not None:
        problem = Line(f"error.{health.problem}", {"about": Quoted(health.source)})
        return Line("news.health_down", {**source, "problem": Phrase(problem)})
    kept: dict[str, Slot] = {**source, "kept": Number(float(health.kept), digits=0)}
    if not health.refused:
        return Line("news.health_well", kept)
    return Line("news.health_left", {**kept, "left": Phrases(_left(sorted(health.refused.items())))})


def _left(refused: Sequence[tuple[str, int]]) -> tuple[Line, ...]:
    return tuple(
        Line("news.left", {"reason": Word(f"news.left_{reason}"), "count": Number(float(count), digits=0)})
        for reason, count in refused
    )
