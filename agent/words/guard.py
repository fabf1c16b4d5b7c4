"""Words for falls: this one among comparable ones, chances with their horizon, costs, and what past releases brought.

Calm and short. None of these sentences argues; the reader decides.
"""

from collections.abc import Mapping

from agent.words.slots import Day, Line, Number, Percent, Phrase, Slot, Thing
from tools.domain.decision import Alert

WORDS: dict[str, tuple[str, str]] = {
    "guard.comparable": (
        "지금 구성은 기록상 고점보다 {depth} 아래예요. 이만큼 깊었던 하락은 {count}번 있었고, 그중"
        " {recovered}번은 거래일 {days}일 안에"
        " 고점을 되찾았어요. 그 전에 {deeper}쯤 더 내려간 것이 보통이었어요.",
        "What you hold is {depth} below its highest point on record. It has been this deep {count} times before;"
        " {recovered} of them regained the peak within {days} trading days, typically after falling another"
        " {deeper}.",
    ),
    "guard.no_comparable": (
        "지금 구성은 기록상 고점보다 {depth} 아래예요. 결과까지 아는 이만큼 깊은 하락은 기록에 없어요.",
        "What you hold is {depth} below its highest point on record; no earlier fall this deep has a known outcome.",
    ),
    "guard.shallow": (
        "지금 구성은 기록상 고점보다 {fall} 아래예요.",
        "What you hold is {fall} below its highest point on record.",
    ),
    "guard.chance": (
        "거래일 {days}일 안에 고점을 되찾을 확률은 {chance} (불확실성을 넣으면 {low}~{high}), 그 전에"
        " {more} 더 떨어질 확률은"
        " {further:이에요/예요}.",
        "The chance of regaining the peak within {days} trading days is {chance} (between {low} and"
        " {high}); of losing"
        " another {more} first, {further}.",
    ),
    "guard.baseline": (
        "거래일 {days}일 안에 고점을 되찾을 확률은 과거 평균 수익과 변동성만으로 {chance}, 그 전에 {more}"
        " 더 떨어질 확률은"
        " {further:이에요/예요}. 더 자세한 예측은 과거 성적이 충분하지 않아 쓰지 않았어요.",
        "From past average return and volatility alone, the chance of regaining the peak within {days}"
        " trading days is"
        " {chance}; of losing another {more} first, {further}. A finer forecast has no record good enough"
        " to be used.",
    ),
    "guard.lasting": (
        "이 숫자는 하락이 오래갈 수 있다는 쪽이에요.",
        "These figures point to a fall that may last.",
    ),
    "guard.best_days": (
        "기록 전체 수익은 {gain}, 가장 좋았던 {count}일을 놓쳤다면 {without_best}, 가장 나빴던 {count}일을 피했다면"
        " {without_worst:이에요/예요}.",
        "Over the whole record it made {gain}; without its {count} best days {without_best}, without its"
        " {count} worst"
        " {without_worst}.",
    ),
    "guard.breached": (
        "지금 하락은 말씀하신 손실 한도 {limit:을/를} 넘었어요. 줄이는 쪽이 직접 정하신 기준과 맞아요.",
        "This fall is past the loss of {limit} you said you could bear. Cutting risk is what your own limit asks for.",
    ),
    "guard.cash": (
        "곧 쓸 돈이 있다고 하셨으니, 그만큼 현금으로 바꿔 두는 것은 자연스러운 선택이에요.",
        "You said money is needed soon; turning that much into cash is a sound choice.",
    ),
    "guard.part": (
        "{part:을/를} 팔면 나쁜 해의 예상 손실이 말씀하신 범위 안으로 들어와요.",
        "Selling {part} brings the expected loss of a bad year back within what you said you could bear.",
    ),
    "button.sell_part": ("{part} 팔기", "Sell {part}"),
    "event.after": (
        "{event} 이후 거래일 {days}일 동안 {target:은/는} 지난 {count}번 중 {up}에서 올랐고, 평균 {mean},"
        " 열 번 중 여덟 번은 {low}에서"
        " {high} 사이였어요.",
        "In the {days} trading days after {event}, {target} rose in {up} of {count} past cases; the mean"
        " was {mean}, and"
        " four in five lay between {low} and {high}.",
    ),
    "event.after_own": (
        "{event} 이후 거래일 {days}일 동안 지금 구성은 지난 {count}번 중 {up}에서 올랐고, 평균 {mean}, 열"
        " 번 중 여덟 번은 {low}에서"
        " {high} 사이였어요.",
        "In the {days} trading days after {event}, what you hold today rose in {up} of {count} past cases;"
        " the mean was"
        " {mean}, and four in five lay between {low} and {high}.",
    ),
    "event.like": (
        "이번과 가장 비슷했던 때만 보면 {value}, 이 예측을 믿을 수 있는 정도는 {fit:이에요/예요}.",
        "Going by the cases most like this one it is {value}; how far to trust that: {fit}.",
    ),
    "event.few": (
        "{event} 기록이 너무 적어 지난 반응을 셀 수 없어요. 하락을 가정한 충격 계산은 할 수 있어요.",
        "There are too few past cases of {event} to count what followed. I can compute a shock instead.",
    ),
    "error.few_falls": ("비교할 하락이 너무 적어요.", "There are too few falls to compare."),
    "error.few_cases": ("비교할 사례가 너무 적어요.", "There are too few cases to compare."),
    "error.not_positive": (
        "가격이 양수가 아니라 계산할 수 없어요.",
        "Prices that are not positive cannot be used here.",
    ),
    "error.no_releases": ("발표 기록이 연결돼 있지 않아요.", "No record of releases is connected."),
    "alert.volatility": (
        "{day}: 변동성이 평소의 {value}배예요.",
        "{day}: volatility is {value} times its usual level.",
    ),
    "alert.turbulence": (
        "{day}: 최근 두 주 사이 이례적인 날이 {value}번 있었어요.",
        "{day}: {value} of the last two weeks' days were out of the ordinary.",
    ),
    "alert.drawdown": (
        "{day}: 지금 구성이 석 달 고점보다 {value} 아래예요.",
        "{day}: what you hold is {value} below its high of three months.",
    ),
    "alert.correlation": (
        "{day}: 자산들이 함께 움직이고 있어요. 평균 상관이 {value:이에요/예요}.",
        "{day}: your assets move together; their mean correlation is {value}.",
    ),
    "alert.drift": (
        "{day}: {target} 비중이 {value}까지 와서, 정해 두신 한도의 여유 구간 {level:을/를} 벗어났어요.",
        "{day}: {target} has drifted to {value}, beyond {level}, the edge of the band around your limit.",
    ),
    "alert.release": (
        "{day}에 {event:이/가} 있어요. 그 전에 위험을 조금 줄이면 비용의 {value}배를 아낄 것으로 계산돼요"
        " (기준 {level}배).",
        "{event} is due on {day}. Less risk before it is worth {value} times its cost (needed: {level} times).",
    ),
    "alert.helped": (
        "같은 방식으로 줄였다면 지난 {cases}번 중 {helped}에서 도움이 됐을 거예요.",
        "Such a cut would have paid in {helped} of {cases} past cases.",
    ),
    "alert.surprise": (
        "{day}: {event:이/가} 예상과 평소 차이의 {value}배만큼 달랐어요.",
        "{day}: {event} came in {value} times the usual surprise away from what was expected.",
    ),
    "alert.news": (
        "{day}: {target} 소식이 평소보다 크게 나빠요 (자기 과거 대비 표준편차 {value}).",
        "{day}: the news on {target} are far worse than usual ({value} standard deviations from their own past).",
    ),
    "alert.goal": (
        "{day}: {target} 목표를 이룰 확률이 {value:이에요/예요}. 무엇을 바꾸면 되는지는 목표를 물어봐 주세요.",
        "{day}: the chance of reaching your goal ({target}) is {value}. Ask about the goal to see what would"
        " change that.",
    ),
    "alert.goal_rate": (
        "이 확률이 맞다면 이런 알림이 헛울리는 횟수는 한 해 {rate}번쯤 ({low}~{high})이에요.",
        "If that chance is right, such an alert is for nothing {rate} times a year ({low} to {high}).",
    ),
    "alert.schedule": (
        "{day}: 정해 두신 주기가 돌아와 다시 계산했어요.",
        "{day}: the time for your regular review has come.",
    ),
    "alert.counted": (
        "지난 기록에서 이런 알림이 헛울린 횟수는 한 해 {rate}번 ({low}~{high})이에요.",
        "On record, an alert like this was for nothing {rate} times a year ({low} to {high}).",
    ),
    "alert.rate": (
        "변동성이 그대로일 때 이런 알림이 잘못 울리는 횟수는 한 해 {rate}번 ({low}~{high})이에요.",
        "While volatility does not change, an alert like this rings {rate} times a year for nothing ({low} to {high}).",
    ),
    "alert.proposal": ("다시 계산한 제안이 기다리고 있어요.", "A fresh proposal waits for you."),
    "alert.own": (
        "{day}: 부탁하신 알림이에요. {target} {metric} {value}.",
        "{day}: the alert you asked for. {target}: {metric} {value}.",
    ),
    "alert.own_portfolio": (
        "{day}: 부탁하신 알림이에요. 포트폴리오 {metric} {value}.",
        "{day}: the alert you asked for. Portfolio: {metric} {value}.",
    ),
    "alert.metric_price": ("가격", "price"),
    "alert.metric_weight": ("비중", "weight"),
    "alert.metric_volatility": ("연 변동성", "yearly volatility"),
    "alert.metric_loss": ("손실", "loss"),
    "alert.metric_gain": ("수익", "gain"),
    "error.watched": ("이미 다른 감시가 돌고 있어요.", "Another watch is already running."),
}


def alert_lines(alert: Alert) -> tuple[Line, ...]:
    """An alert in words: what was measured, how often it rings for nothing, and the proposal it led to."""
    slots: dict[str, Slot] = {"day": Day(alert.day)}
    if alert.statement is not None:
        metric = alert.code.removeprefix("own_")
        price = metric == "price"
        slots["metric"] = Phrase(Line(f"alert.metric_{metric}"))
        slots["value"] = Number(alert.value) if price else Percent(alert.value, asset=alert.target)
        if alert.target is not None:
            return (Line("alert.own", {**slots, "target": Thing(alert.target)}),)
        return (Line("alert.own_portfolio", slots),)
    lines = [Line(f"alert.{alert.code}", {**slots, **_measured(alert)})]
    if alert.helped is not None and alert.cases is not None:
        cases = Number(float(alert.cases), digits=0)
        lines.append(Line("alert.helped", {"helped": Percent(alert.helped, digits=0), "cases": cases}))
    if alert.rate is not None and alert.low is not None and alert.high is not None:
        rates = {"rate": Number(alert.rate), "low": Number(alert.low), "high": Number(alert.high)}
        lines.append(Line(_RATES.get(alert.code, "alert.rate"), rates))
    if alert.code == "auto":
        lines.append(Line("alert.auto_undo"))
    elif alert.decision is not None:
        lines.append(Line("alert.proposal"))
    return tuple(lines)


def _measured(alert: Alert) -> dict[str, Slot]:
    """What was measured, in the unit of each kind of alert, and whose it is."""
    slots: dict[str, Slot] = {}
    if alert.target is not None:
        slots["target"] = Thing(alert.target)
    if alert.event is not None:
        slots["event"] = Thing(alert.event)
    if alert.code in _SHARES:
        own = alert.target if alert.code == "drift" else None
        return slots | {"value": Percent(alert.value, asset=own), "level": Percent(alert.level, asset=own)}
    digits = _DIGITS.get(alert.code, 2)
    own = alert.target if alert.code == "news" else None
    return slots | {"value": Number(alert.value, asset=own, digits=digits), "level": Number(alert.level, digits=digits)}


_SHARES = frozenset({"drawdown", "drift", "goal", "auto"})
_RATES: Mapping[str, str] = {
    "goal": "alert.goal_rate",
    "surprise": "alert.counted",
    "release": "alert.counted",
    "news": "alert.counted",
}
_DIGITS: Mapping[str, int] = {"turbulence": 0, "volatility": 1, "release": 1, "surprise": 1, "news": 1}
