"""Sentences of `hanfolio doctor`."""

WORDS: dict[str, tuple[str, str]] = {
    "usage.today": ("언어 모델은 오늘 {used}토큰을 썼어요.", "The language model has used {used} tokens today."),
    "usage.of": (
        "언어 모델은 오늘 {most}토큰 중 {used}토큰을 썼어요.",
        "The language model has used {used} of {most} tokens today.",
    ),
    "usage.cost": ("지금까지 약 {cost}달러예요.", "That is about {cost} dollars so far."),
    "doctor.versions": ("Hanfolio {hanfolio}, Python {python}", "Hanfolio {hanfolio}, Python {python}"),
    "doctor.home": ("기록이 있는 곳: {home}", "The record lives in {home}"),
    "doctor.unbound": (
        "아직 첫 결정이 없어 모의/실제 어느 쪽으로도 정해지지 않은 홈이에요.",
        "No decision yet: this home may become simulated or real.",
    ),
    "doctor.bound_demo": ("모의 시장으로 정해진 홈이에요.", "This home is bound to the simulated market."),
    "doctor.bound_real": ("실제 가격으로 정해진 홈이에요.", "This home is bound to real prices."),
    "doctor.chain": ("기록 {events}건의 연결이 온전해요.", "The record is intact: {events} events."),
    "doctor.faults": ("기록에 이상이 있어요: {faults}", "The record has faults: {faults}"),
    "doctor.market": ("가격은 {day}까지 있어요.", "Prices reach {day}."),
    "doctor.market_demo": ("모의 시장 가격이 {day}까지 있어요.", "Simulated prices reach {day}."),
    "doctor.stale": ("새 가격이 없는 자산: {assets}", "No fresh price for: {assets}"),
    "doctor.builtin": (
        "내장 모델이 답해요. 키도 네트워크도 필요 없어요.",
        "The built-in model answers; it needs no key and no network.",
    ),
    "doctor.model": (
        "{model} 모델이 답하고, 안 되면 내장 모델이 대신해요.",
        "{model} answers; when it cannot, the built-in model does.",
    ),
    "doctor.trouble": ("살펴봐야 할 것이 있어요.", "Something needs a look."),
}
