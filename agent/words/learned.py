"""Words for what was learned from prices: switching it off and on, training it, and the scoreboard it stands on."""
# ruff: noqa: E501 - a sentence is not cut in two

from collections.abc import Sequence

from agent.words.slots import At, Line, Number, Percent, Quoted, Slot, Thing, Word
from tools.standings import Score, Scoreboard

WORDS: dict[str, tuple[str, str]] = {
    "learned.policy": ("강화학습", "the learned policy"),
    "learned.forecast": ("수익률 예측", "the forecasts of returns"),
    "wish.switch_on": ("{source} 반영", "{source}: may speak"),
    "wish.switch_off": ("{source} 꺼 둠", "{source}: switched off"),
    "switch.off": ("이제 {source:은/는} 계산에 넣지 않을게요.", "From now on {source} will have no say in decisions."),
    "switch.on": ("{source:을/를} 다시 반영할게요.", "Switched back on: {source}."),
    "switch.same_off": ("{source:은/는} 이미 꺼져 있어요.", "Already switched off: {source}."),
    "switch.same_on": ("{source:은/는} 이미 켜져 있어요.", "Already switched on: {source}."),
    "switch.no_voice": (
        "다만 지금은 검증된 실력이 없어서 어차피 비중에 영향을 주지 않아요.",
        "It has shown no skill out of sample so far, so it moves no weight today either way.",
    ),
    "propose.rl_speaks": (
        "강화학습은 시험을 통과해서 기본 방법에 의견 하나로 들어가 있어요. 그 결과로 제안할게요.",
        "The learned policy passed its test and is one view among others in the default method; here is what that gives.",
    ),
    # training
    "train.start": (
        "{currency} 기준으로 학습하고 시험해요. 몇 분 걸려요.",
        "Training and testing in {currency}; this takes minutes.",
    ),
    "train.policy": (
        "강화학습: 우연이 아닐 확률(DSR) {dsr}, {trials}가지를 시도했고, 반영 신뢰도는 {confidence:이에요/예요}.",
        "Learned policy: chance that it is not luck (DSR) {dsr} after {trials} trials; its view counts {confidence}.",
    ),
    "train.forecast": (
        "수익률 예측: 우연이 아닐 확률(DSR) {dsr}, 반영 신뢰도는 {confidence:이에요/예요}.",
        "Forecasts of returns: chance that they are not luck (DSR) {dsr}; their views count {confidence}.",
    ),
    "train.replaced": (
        "가장 최근 구간에서 예전 것과 동일 비중, 기본 구성을 모두 이겨서 새 정책으로 바꿨어요.",
        "On the newest span it beat the old policy, equal weights and the base, so the new policy takes over.",
    ),
    "train.kept": (
        "가장 최근 구간에서 모두를 이기지는 못해서 바꾸지 않았어요.",
        "It did not beat all of them on the newest span, so nothing was replaced.",
    ),
    # scoreboard
    "board.head": (
        "{first}부터 {last}까지, 비용을 빼고 같은 순차 검증으로 견준 결과예요.",
        "From {first} to {last}, after costs, over the same walk-forward test.",
    ),
    "board.row": (
        "{name}: 연 {growth} (±{growth_error}), 샤프 {sharpe} (±{sharpe_error}), 최대 하락 {fall}, 회전율 {turnover}, DSR {dsr}.",
        "{name}: {growth} a year (±{growth_error}), Sharpe {sharpe} (±{sharpe_error}), deepest fall {fall}, turnover {turnover}, DSR {dsr}.",
    ),
    "board.row_base": (
        "{name}: 연 {growth} (±{growth_error}), 샤프 {sharpe} (±{sharpe_error}), 최대 하락 {fall}, 회전율 {turnover} — 견주는 기준.",
        "{name}: {growth} a year (±{growth_error}), Sharpe {sharpe} (±{sharpe_error}), deepest fall {fall}, turnover {turnover} — the yardstick.",
    ),
    "board.own": ("내 설정", "your mandate"),
    "board.forecast": ("수익률 예측", "forecasts of returns"),
    "board.buy_and_hold": ("사서 그대로 두기", "buy and hold"),
    "board.errors": (
        "±는 기간을 다시 뽑아 잰 오차(표준오차)예요. DSR은 동일 비중보다 나은 것이 운이 아닐 확률이에요.",
        "± is the standard error from resampled blocks of time. DSR is the chance that its lead over equal weights is not luck.",
    ),
    "board.better": (
        "{name:이/가} {other}보다 샤프 비율이 {lead} 높았지만 오차가 ±{error:이에요/예요}.",
        "The Sharpe ratio of {name} was {lead} above that of {other}, give or take {error}.",
    ),
    "board.worse": (
        "{name:은/는} {other}보다 샤프 비율이 {lead} 낮았어요(오차 ±{error}).",
        "The Sharpe ratio of {name} was {lead} below that of {other}, give or take {error}.",
    ),
    "board.unclear": ("이 차이는 우연과 구별되지 않아요.", "That difference cannot be told from luck."),
    "board.clear": ("우연이라고 보기 어려운 차이예요.", "That is more than luck would explain."),
    "board.silent": (
        "강화학습은 검증된 실력이 없어서 지금은 결정에 영향을 주지 않아요.",
        "The learned policy has shown no skill out of sample, so it moves no weight now.",
    ),
    "board.speaks": (
        "강화학습은 시험을 통과해서 지금 결정에 {confidence}만큼 반영돼요.",
        "The learned policy passed its test; its view counts {confidence} in decisions now.",
    ),
    "board.skipped": ("{name:은/는} 계산하지 못했어요({code}).", "{name} could not be worked out ({code})."),
}

_NAMED = frozenset({"own", "forecast", "buy_and_hold"})
_SURE = 2.0
"""Standard errors a lead must reach to be more than luck."""


def strategy(name: str) -> Slot:
    """The name of a line of the scoreboard."""
    return Word(f"board.{name}") if name in _NAMED else Thing(name)


def row(score: Score) -> Line:
    """One strategy: what it came to and how sure that is."""
    slots: dict[str, Slot] = {
        "name": strategy(score.name),
        "growth": Percent(score.growth),
        "growth_error": Percent(score.growth_error),
        "sharpe": Number(score.sharpe),
        "sharpe_error": Number(score.sharpe_error),
        "fall": Percent(score.drawdown),
        "turnover": Percent(score.turnover, digits=0),
    }
    if score.dsr is None:
        return Line("board.row_base", slots)
    return Line("board.row", {**slots, "dsr": Percent(score.dsr, digits=0)})


def board_lines(board: Scoreboard, only: Sequence[str] = ()) -> tuple[Line, ...]:
    """The scoreboard in words: every line, best ratio first, or those named and the yardstick."""
    shown = [s for s in board.scores if not only or s.name in only or s.dsr is None]
    head = Line("board.head", {"first": At(board.first), "last": At(board.last)})
    missing = [(n, c) for n, c in board.skipped.items() if not only or n in only]
    return (
        head,
        *(row(s) for s in sorted(shown, key=lambda s: -s.sharpe)),
        *(Line("board.skipped", {"name": strategy(n), "code": Quoted(c)}) for n, c in missing),
        Line("board.errors"),
    )


def verdict(board: Scoreboard, name: str, against: str = "equal_weight") -> tuple[Line, ...]:
    """Was one better than 1/N, and is that more than luck? Nothing when either is not on the board."""
    score = board.score(name)
    if score is None or name == against:
        return ()
    slots: dict[str, Slot] = {
        "name": strategy(name), "other": strategy(against), "lead": Number(abs(score.lead)), "error": Number(score.lead_error),
    }  # fmt: skip
    clear = abs(score.lead) >= _SURE * score.lead_error
    return (
        Line("board.better" if score.lead >= 0 else "board.worse", slots),
        Line("board.clear" if clear else "board.unclear"),
    )


def voice(board: Scoreboard) -> Line:
    """Does the learned policy move any weight now?"""
    if board.voice <= 0.0:
        return Line("board.silent")
    return Line("board.speaks", {"confidence": Percent(board.voice, digits=0)})
