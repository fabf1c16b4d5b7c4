"""Sentences about live sources: how each does, what is served meanwhile, and what was left out of prices."""

from collections.abc import Sequence

from agent.words.slots import At, Line, Number, Quoted, Slot, Things
from knowledge.market.catalogue import figures
from knowledge.market.live.source import Standing

WORDS: dict[str, tuple[str, str]] = {
    "source.ok": ("{source}: 잘 받고 있어요.", "{source}: answers well."),
    "source.down": ("{source}: {since}부터 응답이 없어요.", "{source}: no answer since {since}."),
    "source.slow": ("{source}: {since}부터 너무 느려요.", "{source}: too slow since {since}."),
    "source.busy": (
        "{source}: 잠시 요청을 쉬어 달라고 해서 {since}부터 기다리고 있어요.",
        "{source}: asked us to wait; waiting since {since}.",
    ),
    "source.unreadable": (
        "{source}: {since}부터 받은 자료를 읽을 수 없어요.",
        "{source}: what it sends cannot be read since {since}.",
    ),
    "source.refused": ("{source}: {since}부터 요청을 거절해요.", "{source}: refuses requests since {since}."),
    "source.no_key": ("{source}: 키가 없어 묻지 않아요.", "{source}: not asked, because there is no key."),
    "source.not_installed": (
        "{source}: 필요한 라이브러리가 없어요. pip install 'hanfolio[live]' 로 설치해 주세요.",
        "{source}: its library is missing; pip install 'hanfolio[live]' adds it.",
    ),
    "source.last_good": ("마지막으로 받은 것은 {at} 자료예요.", "The last good answer is of {at}."),
    "source.never": ("아직 한 번도 받지 못했어요.", "Nothing has come from it yet."),
    "source.none": (
        "아직 아무 곳에도 묻지 않았어요. hanfolio fetch 로 받아 주세요.",
        "No source was asked yet; hanfolio fetch asks them.",
    ),
    "source.fetching": ("지금 받는 중이에요: {total}개 가운데 {done}개.", "Fetching now: {done} of {total}."),
    "source.cache_age": (
        "{hours}시간 전에 받아 둔 자료로 답하고 있어요.",
        "These answers rest on data fetched {hours} hours ago.",
    ),
    "source.fx_gap": (
        "환율이 {days}일까지 비어 있는 때가 있어 그 기간의 환산은 덜 정확해요.",
        "Exchange rates have gaps of up to {days} days; conversions there are less exact.",
    ),
    "source.left_out": (
        "읽을 수 없거나 겹치는 가격 {count}건은 빼고 계산했어요.",
        "{count} unreadable or repeated prices were left out.",
    ),
    "source.reading": ("{name}: {value} ({day} 기준)", "{name}: {value} as of {day}."),
    "source.reading_made_up": ("{name}: {value} (모의, {day} 기준)", "{name}: {value} as of {day} (simulated)."),
    "source.differ": (
        "{assets}의 최신 가격이 자료원마다 달라 확인이 필요해요.",
        "Sources disagree on the newest price of {assets}; it needs a look.",
    ),
}


ABOUT: dict[str, tuple[str, ...]] = {
    "rates": ("KR_BASE", "RF_KRW", "FED_FUNDS", "UST_2Y", "UST_10Y"),
    "bitcoin": ("BTC.CapMVRVCur", "BTC.AdrActCnt"),
    "ethereum": ("ETH.CapMVRVCur", "ETH.AdrActCnt"),
}
"""Figures worth a sentence when somebody looks at a target."""

WORDS |= {f"figure.{n}": (figures()[n].name_ko, figures()[n].name_en) for names in ABOUT.values() for n in names}


def health_lines(standings: Sequence[Standing], doing: tuple[int, int, str] | None = None) -> tuple[Line, ...]:
    """How each source does, one or two lines each, the troubled ones with when they last answered well."""
    lines = []
    if doing:
        lines.append(Line("source.fetching", {"done": _count(doing[0]), "total": _count(doing[1])}))
    for s in standings:
        slots: dict[str, Slot] = {"source": Quoted(s.source)}
        if s.state not in ("ok", "no_key", "not_installed"):
            slots["since"] = At(s.since)
        lines.append(Line(f"source.{s.state}", slots))
        if s.state not in ("ok", "no_key"):
            lines.append(Line("source.last_good", {"at": At(s.last_good)}) if s.last_good else Line("source.never"))
    return tuple(lines) or (Line("source.none"),)


def market_lines(notes: Sequence[str]) -> tuple[Line, ...]:
    """What the notes of a market say about its data: the age of a cache, gaps in rates, prices left out."""
    lines = []
    gaps = [int(n.rsplit(":", 1)[1]) for n in notes if n.startswith("fx_gap:")]
    left_out = sum(int(n.rsplit(":", 1)[1]) for n in notes if n.startswith("prices_refused:"))
    differ = tuple(n.removeprefix("sources_differ:") for n in notes if n.startswith("sources_differ:"))
    age = next((int(n.removeprefix("cache_age:")) for n in notes if n.startswith("cache_age:")), 0)
    if age:
        lines.append(Line("source.cache_age", {"hours": _count(age)}))
    if gaps:
        lines.append(Line("source.fx_gap", {"days": _count(max(gaps))}))
    if left_out:
        lines.append(Line("source.left_out", {"count": _count(left_out)}))
    if differ:
        lines.append(Line("source.differ", {"assets": Things(differ)}))
    return tuple(lines)


def _count(number: int) -> Number:
    return Number(float(number), digits=0)
