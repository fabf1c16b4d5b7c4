"""Words for what is granted in advance: what it allows, what it never allows, what was done on it and how to undo it."""
# ruff: noqa: E501 - a sentence is not cut in two

from agent.words.slots import At, Line, Number, Percent, Phrase, Slot, Span, Thing
from tools.domain.grant import SPACING, Grant

WORDS: dict[str, tuple[str, str]] = {
    "grant.name_band": ("{target} {low}~{high} 안에서 ({day}까지)", "{target} between {low} and {high} (until {day})"),
    "grant.name_all": ("전체를 자산마다 {within} 안에서 ({day}까지)", "everything within {within} per asset (until {day})"),
    "grant.allows_band": (
        "이렇게 이해했어요: {target} 비중이 {low}에서 {high} 사이에 머무는 동안, {target}만 현금과 바꿔 가며 {day}까지 여쭤보지 않고 거래해도 된다.",
        "This is how I understood it: until {day} I may trade {target}, and only {target}, against cash without asking, as long as it stays between {low} and {high}.",
    ),
    "grant.allows_all": (
        "이렇게 이해했어요: 각 자산의 비중이 지금에서 포트폴리오의 {within} 넘게 벗어나지 않는 한, {day}까지 여쭤보지 않고 리밸런싱해도 된다.",
        "This is how I understood it: until {day} I may rebalance without asking, as long as no weight leaves where it stands now by more than {within} of the portfolio.",
    ),
    "grant.never": (
        "그래도 {days}거래일에 한 번, 하루 {most}까지만 하고, 정해 두신 한도는 그대로 지키고, 시세가 늦으면 하지 않아요. 한 일은 바로 알려 드려요.",
        "Even then at most once in {days} trading days and {most} a day, always within your limits, never on late prices, and I tell you right away.",
    ),
    "grant.off": (
        "\"자동매매 꺼줘\"라고 하시면 바로 꺼져요.",
        "Say \"turn off auto trading\" and it is off at once.",
    ),
    "grant.press": (
        "아직 아무것도 허락되지 않았어요. 맞으면 아래 버튼을 누르거나 {code:을/를} 입력해 주세요.",
        "Nothing is granted yet. If this is right, press the button below or type {code}.",
    ),
    "grant.given": ("허락하신 대로 적어 뒀어요: {grant}.", "Granted as you said: {grant}."),
    "grant.let_go": ("그럼 지금처럼 매번 여쭤볼게요.", "Then I keep asking each time."),
    "grant.revoked": (
        "자동매매를 껐어요: {grants}. 이제 거래는 모두 먼저 여쭤볼게요.",
        "Automatic trading is off: {grants}. From now on I ask before every trade.",
    ),
    "grant.on": ("자동매매가 켜져 있어요: {grants}.", "Automatic trading is on: {grants}."),
    "grant.none": ("켜진 자동매매가 없어요. 모든 거래는 먼저 여쭤봐요.", "No automatic trading is on. I ask before every trade."),
    "grant.not_said": (
        "알아서 거래해도 된다는 말씀이 없어서, 지금처럼 먼저 여쭤볼게요.",
        "You did not say that I may trade on my own, so I keep asking first.",
    ),
    "grant.which_band": (
        "어디까지 알아서 해도 될까요? 예: \"{one}\" 또는 \"{all}\".",
        "How far may I go on my own? For example: \"{one}\" or \"{all}\".",
    ),
    "grant.until_when": ("언제까지 그렇게 할까요?", "Until when should I do so?"),
    "grant.too_long": (
        "한 번에 {most}까지만 맡으실 수 있게 해 뒀어요. 그 안에서 다시 말씀해 주세요.",
        "A grant lasts {most} at most. Please say a shorter time.",
    ),
    "grant.too_wide": (
        "전체에 대해서는 자산마다 {most}포인트까지만 허락받을 수 있어요.",
        "Over the whole portfolio each asset may move {most} at most.",
    ),
    "grant.nothing_carries": ("지금 담을 수 있는 자산 중에 {target:이/가} 없어요.", "Nothing that can be held here is {target}."),
    "grant.no_portfolio": (
        "지금 비중을 알 수 없어서 범위를 정할 수 없어요.",
        "I cannot tell where the weights stand now, so there is nothing to count a band from.",
    ),
    "button.grant": ("네, 이대로 맡길게요", "Yes, exactly this"),
    "button.grant_no": ("아니요, 매번 물어봐 주세요", "No, keep asking"),
    "button.revoke": ("자동매매 끄기", "Turn off auto trading"),
    "button.span": ("{time} 동안", "For {time}"),
    "say.grant_yes": ("네, 이대로 맡길게요 {code}", "Yes, exactly this {code}"),
    "say.grant_no": ("아니요, 매번 물어봐 주세요", "No, keep asking me"),
    "say.revoke": ("자동매매 꺼줘", "Turn off auto trading"),
    "say.reverse": ("방금 자동매매 되돌려줘", "Reverse the automatic trade"),
    "button.reverse": ("되돌리는 제안 보기", "Propose the reverse"),
    "say.grant_band": (
        "{target:은/는} {low}에서 {high} 안에서 {time} 동안 알아서 해줘",
        "You may keep {target} between {low} and {high} automatically for {time}",
    ),
    "say.grant_all": (
        "전체를 {within} 안에서 {time} 동안 자동으로 리밸런싱해줘",
        "You may rebalance automatically within {within} for {time}",
    ),
    "error.grant_refused": (
        "허락하신 범위와 맞지 않아 자동으로 거래하지 않았어요.",
        "It does not fit what you granted, so nothing was traded automatically.",
    ),
    "error.not_simulated": (
        "모의 시장의 하루만 다시 볼 수 있어요.",
        "Only a day of the simulated market can be played again.",
    ),
    "error.no_such_day": ("그날은 장이 없었거나 기록이 모자라요: {about}.", "There was no market on that day, or too little before it: {about}."),
    "error.steps": ("하루를 나눌 수 있는 수가 아니에요: {about}.", "A day cannot be cut into so many steps: {about}."),
    "error.offer_gone": (
        "그 허락은 더 이상 기다리고 있지 않아요. 다시 말씀해 주세요.",
        "That grant no longer waits for an answer. Please say it again.",
    ),
    "alert.auto": (
        "{day}: 허락하신 범위 안에서 자동으로 거래했어요 (한쪽 회전율 {value}, 하루 한도 {level}).",
        "{day}: I traded on my own, inside what you granted (one-way turnover {value}, daily cap {level}).",
    ),
    "alert.auto_undo": (
        "되돌리려면 \"방금 자동매매 되돌려줘\"라고 하시면 반대 거래를 제안해 드려요. 비용은 다시 들어요. 끄려면 \"자동매매 꺼줘\".",
        "To go back, say \"reverse the automatic trade\": I propose the opposite trades, at their cost. To stop it, \"turn off auto trading\".",
    ),
    "reverse.none": ("되돌릴 자동매매가 없어요.", "There is no automatic trade to reverse."),
    "reverse.start": (
        "{day}에 자동으로 한 거래를 되돌리는 제안이에요.",
        "This would reverse the automatic trade of {day}.",
    ),
}  # fmt: skip


def grant_name(grant: Grant) -> Line:
    """A grant in a few words."""
    if grant.target is None:
        slots: dict[str, Slot] = {"within": Percent(grant.within or 0.0), "day": At(grant.until)}
        return Line("grant.name_all", slots)
    return Line("grant.name_band", _band(grant))


def allowed_lines(grant: Grant) -> tuple[Line, ...]:
    """What a grant would allow and what not, before it is one."""
    if grant.target is None:
        first = Line("grant.allows_all", {"within": Percent(grant.within or 0.0), "day": At(grant.until)})
    else:
        first = Line("grant.allows_band", _band(grant))
    cap: dict[str, Slot] = {"days": Number(float(SPACING), digits=0), "most": Percent(grant.turnover, digits=0)}
    return (first, Line("grant.never", cap), Line("grant.off"))


def which_band() -> Line:
    """The question how far one may go, with two sentences that would answer it."""
    band: dict[str, Slot] = {
        "target": Thing("gold"),
        "low": Percent(0.08, asset="gold"),
        "high": Percent(0.12, asset="gold"),
        "time": Span(3.0),
    }
    free: dict[str, Slot] = {"within": Percent(0.02, digits=0), "time": Span(3.0)}
    one, every = Phrase(Line("say.grant_band", band)), Phrase(Line("say.grant_all", free))
    return Line("grant.which_band", {"one": one, "all": every})


def given_lines(grant: Grant) -> tuple[Line, ...]:
    """What is said when the yes has come."""
    return (Line("grant.given", {"grant": Phrase(grant_name(grant))}), Line("grant.off"))


def _band(grant: Grant) -> dict[str, Slot]:
    assert grant.target is not None
    return {
        "target": Thing(grant.target),
        "low": Percent(grant.low or 0.0, asset=grant.target),
        "high": Percent(grant.high or 0.0, asset=grant.target),
        "day": At(grant.until),
    }
