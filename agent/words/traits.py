"""What the investor's own trades say about them, and the chance of reaching goals: each with how sure that is."""
# ruff: noqa: E501 - a sentence is not cut in two

from collections.abc import Sequence

from agent.words.slots import Line, Number, Percent, Phrase, Phrases, Points, Slot
from tools.behaviour import Trait

LEVEL = 0.9
"""Every interval told holds the truth with this probability."""

WORDS: dict[str, tuple[str, str]] = {
    "trait.head": (
        "거래 {count}건에서 읽은 매매 습관이에요. 괄호 안은 {level} 구간이에요.",
        "This is what {count} trades say about your habits; in brackets stand {level} intervals.",
    ),
    "trait.tells": (
        "{name:은/는} {estimate}({low}~{high})로 {call}.",
        "{name}: {estimate} ({low} to {high}), {call}.",
    ),
    "trait.high": ("보통({neutral})보다 높아요", "higher than usual ({neutral})"),
    "trait.low": ("보통({neutral})보다 낮아요", "lower than usual ({neutral})"),
    "trait.silent": (
        "{names:은/는} 본인 거래만으로는 아직 알 수 없어요.",
        "On {names} your own trades do not yet tell.",
    ),
    "trait.all_silent": (
        "가져오신 거래 {count}건을 읽었지만, 본인 거래만으로는 아직 습관을 말할 수 없어요.",
        "I read your {count} imported trades, but your own trades do not yet tell.",
    ),
    "trait.no_prices": (
        "가져온 거래는 있지만 여기서 가격을 아는 자산이 없어 습관을 읽을 수 없어요.",
        "There are imported trades, but none in an asset priced here, so I cannot read habits from them.",
    ),
    "trait.assumed": (
        "위험 회피도는 위험 자산의 초과수익 연 {premium}, 변동성 {volatility:을/를} 가정한 값이에요.",
        "Risk aversion assumes a premium of {premium} and a volatility of {volatility} a year for risky assets.",
    ),
    "trait.gap": (
        "말씀하신 위험 회피도는 {stated}, 거래에서 드러난 값은 {shown:이에요/예요}. 정해 주실 때까지 더 조심스러운 쪽을 써요.",
        "What you told me amounts to a risk aversion of {stated}, your trades reveal {shown}. Until you decide, the more cautious one counts.",
    ),
    "trait.disposition": (
        "오른 종목부터 파는 경향(이익 실현율과 손실 실현율의 차이)",
        "selling winners sooner than losers (difference of the rates realised)",
    ),
    "trait.turnover": ("한 해 회전율", "yearly turnover"),
    "trait.panic": (
        "급락한 달에 보유의 상당 부분을 파는 비율(우리 기준)",
        "how often you sell a large part in a month of falling prices (our definition)",
    ),
    "trait.panic_published": (
        "한 달에 거의 전부를 파는 비율(학계 기준)",
        "how often you sell nearly everything within a month (published definition)",
    ),
    "trait.trend_chasing": ("많이 오른 것을 사는 경향(표준점수)", "buying what has risen (z-score)"),
    "trait.risk_aversion": ("거래에서 드러난 위험 회피도", "risk aversion your holdings reveal"),
    "trait.concentration": ("몇 종목에 몰린 정도(허핀달 지수)", "concentration in few names (Herfindahl index)"),
    "trait.lottery": (
        "복권 같은 종목에 더 실린 비중",
        "extra weight in lottery-like assets",
    ),
    "nudge.sale": (
        "참고로, 지난 거래를 보면 오른 것부터 파는 편이에요(이익과 손실 실현율의 차이 {estimate}). {asset:을/를} 파시는 동안 손실 중인 {losers:은/는} 그대로 남아요. 결정은 그대로 진행할게요.",
        "Your past trades show that you sell winners sooner than losers ({estimate} in the rates realised): {asset} would go while {losers} at a loss would stay. The order goes on as you said.",
    ),
    "nudge.chase": (
        "참고로, 지난 거래를 보면 많이 오른 뒤에 사는 편이에요. {asset:은/는} 지난 석 달쯤 {run} 움직였어요. 결정은 그대로 진행할게요.",
        "Your past trades show that you tend to buy after a run-up; {asset} has moved {run} in about three months. The order goes on as you said.",
    ),
    "chance.one": (
        "{mix} {goal} 목표를 {time} 안에 이룰 확률은 {chance}쯤이에요({level} 구간 {low}~{high}, 오늘 돈 가치 기준).",
        "{mix}, the chance of reaching {goal} in {time} is about {chance} ({level} interval {low} to {high}, in today's money).",
    ),
    "chance.income": (
        "{mix} {time} 동안 매달 그만큼 꺼내 써도 돈이 남아 있을 확률은 {chance}쯤이에요({level} 구간 {low}~{high}, 오늘 돈 가치 기준).",
        "{mix}, the chance that the money lasts {time} at that rate is about {chance} ({level} interval {low} to {high}, in today's money).",
    ),
    "chance.now": ("지금 구성대로라면", "with what you hold now"),
    "chance.proposed": ("제안드린 구성이라면", "with the proposed mix"),
    "chance.market": ("시장 전체를 닮은 구성이라면", "with a mix like the whole market"),
    "chance.assumed": (
        "기대 수익률 연 {mean}, 변동성 {vol}, 물가 상승 {inflation}, 비용 {fee:을/를} 가정했어요.",
        "It assumes a yearly return of {mean}, volatility of {vol}, inflation of {inflation} and costs of {fee}.",
    ),
    "chance.levers": (
        "{ways} 각각 {wanted:이/가} 돼요.",
        "Either of these alone would make it {wanted}: {ways}.",
    ),
    "chance.lever": ("{way} {wanted:이/가} 돼요.", "It would be {wanted} with {way}."),
    "chance.more": ("매달 {money:을/를} 더 모으면", "{money} more saved each month"),
    "chance.later": ("{time} 늦추면", "a date {time} later"),
    "chance.far": (
        "더 모으거나 날짜를 미루는 것만으로는 {wanted}에 닿기 어려워요.",
        "Saving more or waiting longer alone will hardly bring it to {wanted}.",
    ),
    "chance.risk": ("위험을 지금의 {factor}배로 하면 {chance}쯤이에요.", "At {factor} times today's risk it would be about {chance}."),
    "chance.glide": (
        "날짜가 가까워서 위험 자산은 {share}까지만 두는 편이 좋아요.",
        "With the date this near, risky assets are best kept to {share} at most.",
    ),
}  # fmt: skip


def printed(trait: Trait, value: float) -> Slot:
    """A value of a trait in the unit people know it in."""
    if trait.name in ("disposition", "lottery"):
        return Points(value)
    if trait.name in ("turnover", "panic", "panic_published"):
        return Percent(value, digits=1 if trait.name == "panic_published" else 0)
    return Number(value)


def trait_lines(found: Sequence[Trait], count: int, stated: float, *, decided: bool) -> tuple[Line, ...]:
    """What the trades say: traits that tell, then the names of those that do not.

    Args:
        found: Every trait.
        count: Trades they were read from.
        stated: Risk aversion that was stated, for the gap to the revealed one.
        decided: The investor has chosen between the two.
    """
    telling = [t for t in found if t.call is not None]
    silent = tuple(Line(f"trait.{t.name}") for t in found if t.call is None)
    number = Number(count, digits=0)
    if not telling:
        return (Line("trait.all_silent", {"count": number}),)
    lines = [Line("trait.head", {"count": number, "level": Percent(LEVEL, digits=0)}), *map(_trait, telling)]
    if silent:
        lines.append(Line("trait.silent", {"names": Phrases(silent)}))
    for trait in telling:
        if trait.name == "risk_aversion":
            lines.append(Line("trait.assumed", {n: Percent(v) for n, v in trait.assumed.items()}))
            if trait.estimate > stated and not decided:
                slots = {"stated": Number(stated, digits=1), "shown": Number(trait.estimate, digits=1)}
                lines.append(Line("trait.gap", slots))
    return tuple(lines)


def _trait(trait: Trait) -> Line:
    slots: dict[str, Slot] = {
        "name": Phrase(Line(f"trait.{trait.name}")),
        "estimate": printed(trait, trait.estimate),
        "low": printed(trait, trait.lo90),
        "high": printed(trait, trait.hi90),
        "call": Phrase(Line(f"trait.{trait.call}", {"neutral": printed(trait, trait.neutral)})),
    }
    return Line("trait.tells", slots)
