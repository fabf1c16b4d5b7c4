"""Labels of the market, the news and the strategies."""
# ruff: noqa: E501 - a sentence is not cut in two

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    # --- market and news ---
    "tab_market": ("시장·뉴스", "Market"),
    "market_now": ("지금 시장", "The market now"),
    "market_short": (
        "가진 것이 현금뿐이거나 가격 기록이 짧아 아직 잴 것이 없어요.",
        "Nothing to measure yet: all is cash, or the price history is short.",
    ),
    "market_wild": (
        "지금이 거친 국면일 확률은 {chance}예요.",
        "The chance that this is a turbulent regime is {chance}.",
    ),
    "market_stale": ("최신 가격이 없는 자산: {assets}", "Without a fresh price: {assets}"),
    "gauge_volatility": ("변동성", "Volatility"),
    "gauge_turbulence": ("이례적인 날", "Unusual days"),
    "gauge_correlation": ("함께 움직임", "Moving together"),
    "gauge_drawdown": ("60일 고점 대비 하락", "Below the 60-day high"),
    "gauge_rings": ("알림 단계", "past the alarm"),
    "gauge_calm": ("평온", "calm"),
    "gauge_ends": ("보통 {calm}, 알림 {edge}", "usually {calm}, rings at {edge}"),
    "times": ("{n}배", "{n}×"),
    "days_of_ten": ("10일 중 {n}일", "{n} of 10 days"),
    "track": ("지난 1년", "The last year"),
    "track_note": (
        "지금 보유한 그대로 1년을 지냈다면의 수익과 고점 대비 하락이에요.",
        "Gain, and distance below the peak, had you held today's portfolio all year.",
    ),
    "mine": ("내 포트폴리오", "mine"),
    "below_peak": ("고점 대비", "below peak"),
    "month_of": ("{year}년 {month}월", "{year}-{month}"),
    "falls": ("이 하락과 지난 하락", "This fall and earlier ones"),
    "falls_past": ("지난 하락", "Earlier falls"),
    "fall_own": ("지금", "now"),
    "fall_day": ("{n}일째", "day {n}"),
    "fall_back": ("{days}거래일 만에 회복", "regained after {days} market days"),
    "fall_open": ("아직 회복 전", "not regained yet"),
    "fall_none": (
        "지금은 고점 근처라 견줄 하락이 없어요.",
        "There is no fall to speak of: the portfolio stands near its peak.",
    ),
    "fall_odds": (
        "고점에서 {depth} 내려온 지 {days}거래일째예요. {horizon}거래일 안에 되찾을 확률은 {chance} ({low}–{high})예요.",
        "Down {depth} from the peak for {days} market days. The chance of regaining it within {horizon} market days is {chance} ({low}–{high}).",
    ),
    "fall_like": (
        "비슷한 하락 {count}번 가운데 {recovered}번 회복했고, 그 전에 가운데 값으로 {deeper} 더 내려갔어요.",
        "Of {count} comparable falls {recovered} were regained, after going a further {deeper} down at the median.",
    ),
    "releases": ("다가오는 발표", "Releases to come"),
    "releases_none": ("연결된 발표 일정이 없어요.", "No calendar of releases is connected."),
    "release_unknown": ("지난 기록이 없어 말씀드릴 게 없어요.", "There is no past to go by."),
    "release_after": (
        "지난 {count}번 뒤 {days}거래일 동안 내 포트폴리오: 평균 {mean}, 다섯에 넷은 {low}~{high}, 오른 때 {up}.",
        "Over {days} market days after the last {count}: mean {mean}, four in five between {low} and {high}, up {up} of the time.",
    ),
    "release_like": ("지금과 비슷했던 때만 보면 {like}예요.", "In the cases most like today: {like}."),
    "alerts": ("알림", "Alerts"),
    "alerts_none": ("아직 울린 알림이 없어요.", "Nothing has rung yet."),
    # --- news and strategies ---
    "news": ("가진 자산의 뉴스", "News of what you hold"),
    "news_note": (
        "뉴스는 다 합쳐도 한 자산의 비중을 {cap}p 넘게 움직이지 못해요.",
        "All news together move no weight by more than {cap} of the portfolio.",
    ),
    "news_simulated": (
        "모의 시장에 맞춰 지어낸 소식이에요.",
        "These stories are made up, to go with the simulated market.",
    ),
    "news_count": ("소식 {count}건", "stories: {count}"),
    "news_none": ("가진 자산에 대한 새 소식은 없어요.", "There is nothing new about what you hold."),
    "news_moved": ("이번 제안에서 {moved}", "{moved} in the last proposal"),
    "news_weight": ("반영 {weight}", "weight {weight}"),
    "tone_positive": ("긍정", "positive"),
    "tone_neutral": ("중립", "neutral"),
    "tone_negative": ("부정", "negative"),
    "hours_ago": ("{n}시간 전", "{n} h ago"),
    "days_ago": ("{n}일 전", "{n} days ago"),
    "news_skill_title": ("뉴스 신호가 얼마나 맞았나", "How good the signal has been"),
    "news_skill": (
        "이후 수익률과의 순위 상관 {ic} (90% 구간 {low}–{high}), 신뢰도 {used} (1이면 전부).",
        "Rank correlation with later returns {ic} (90% interval {low} to {high}); trusted with {used}, where 1 is fully.",
    ),
    "news_skill_good": (
        "지난 {days}일 동안 뉴스의 분위기가 이후 수익률을 어느 정도 맞혔어요. 그만큼만 반영해요.",
        "Over {days} days the tone of the news told something of later returns, and counts for that much.",
    ),
    "news_skill_none": (
        "지난 {days}일 동안 뉴스의 분위기는 이후 수익률과 뚜렷한 관계가 없었어요. 그래서 거의 반영하지 않아요.",
        "Over {days} days the tone of the news told nothing certain of later returns, so it hardly counts.",
    ),
    "news_skill_bad": (
        "지난 {days}일 동안 뉴스의 분위기는 이후 수익률과 반대로 움직였어요. 그래서 반영하지 않아요.",
        "Over {days} days the tone of the news pointed the wrong way, so it does not count.",
    ),
    "news_skill_short": (
        "판단하기엔 기록이 짧아 아주 약하게만 반영해요.",
        "The record is too short to tell, so it counts very little.",
    ),
    "release_still": (
        "지금은 현금뿐이라 이 발표로 달라질 것이 없어요.",
        "All you hold is cash: this release would move nothing.",
    ),
    "sources": ("소식을 가져온 곳", "Where the news come from"),
    "board": ("전략 비교", "Strategies side by side"),
    "board_none": (
        "모든 전략을 같은 과거에서 비용을 빼고 견줘요. 몇 분 걸리고, 언제든 멈출 수 있어요.",
        "Every strategy over the same past, after costs. It takes minutes and can be stopped.",
    ),
    "board_start": ("계산하기", "Work it out"),
    "board_again": ("다시 계산하기", "Work it out again"),
    "board_busy": ("계산하고 있어요: {done}/{total}", "Working it out: {done} of {total}"),
    "board_span": (
        "{first} – {last}, 비용을 뺀 순차 검증 결과예요. ±는 표준오차예요.",
        "{first} to {last}, a walk-forward test after costs; ± is a standard error.",
    ),
    "strategy": ("전략", "Strategy"),
    "growth": ("연 수익", "Growth a year"),
    "sharpe": ("샤프 비율", "Sharpe ratio"),
    "fall": ("최대 하락", "Deepest fall"),
    "dsr": ("운이 아닐 확률", "DSR"),
}
