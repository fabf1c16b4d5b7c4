"""What would be if: suppositions and shocks."""
# ruff: noqa: E501 - a sentence is not cut in two

WORDS: dict[str, tuple[str, str]] = {
    "whatif.head": ("가정해 본 계산이에요. 실제로 바뀐 건 없어요.", "Just a calculation: nothing was changed."),
    "whatif.target": (
        "{target:은/는} {before} → {after:이/가} 돼요.",
        "{target} would go from {before} to {after}.",
    ),
    "whatif.moves": ("가장 크게 달라지는 건 {moves:이에요/예요}.", "What would change most: {moves}."),
    "whatif.same": ("그래도 결과는 달라지지 않아요.", "The result would be the same."),
    "whatif.risk": (
        "예상 연 변동성 {vol_before} → {vol_after}, 스무 해에 한 번 나쁜 해의 손실 {loss_before} → {loss_after:이에요/예요}.",
        "Expected yearly volatility {vol_before} → {vol_after}; the loss of a bad year in twenty {loss_before} → {loss_after}.",
    ),
    "whatif.shock": (
        "{target:이/가} {shock} 움직이면 지금 구성에서 바로 {direct}, 함께 움직이는 자산까지 넣으면 {total} 정도예요 (지난 상관관계 기준).",
        "If {target} moved {shock}, your portfolio would change {direct} directly, about {total} with what usually moves along.",
    ),
    "whatif.shock_money": ("금액으로는 {money:이에요/예요}.", "In money: {money}."),
    "whatif.no_carrier": (
        "{target}에 해당하는 자산이 없어 계산할 수 없어요.",
        "Nothing here is {target}, so there is nothing to calculate.",
    ),
    "whatif.rates": (
        "금리가 {shock} 움직이면 채권 때문에 포트폴리오가 {direct}, 함께 움직이는 자산까지 넣으면 {total} 정도 달라져요 (듀레이션과 지난 상관관계 기준).",
        "If interest rates moved {shock}, bonds would change your portfolio {direct}, about {total} with what usually moves along (by duration and past covariance).",
    ),
    "whatif.currency": (
        "{currency:이/가} {shock} 움직이면 환율만으로 포트폴리오가 {direct}, 함께 움직이는 자산까지 넣으면 {total} 정도 달라져요 (지난 상관관계 기준).",
        "If {currency} moved {shock}, the exchange rate alone would change your portfolio {direct}, about {total} with what usually moves along.",
    ),
    "whatif.hedged": (
        "환헤지를 해 두었다면 {hedged} 정도예요.",
        "Had the currency been hedged, it would be about {hedged}.",
    ),
    "whatif.then": ("그 뒤의 비중은 {moves:이에요/예요}.", "Weights would then be: {moves}."),
    "whatif.mean": ("기대 수익률은 연 {before} → {after:이에요/예요}.", "Expected yearly return {before} → {after}."),
    "whatif.goal": (
        "{goal} 목표를 이룰 가능성은 {before} → {after:이에요/예요}.",
        "Chance of reaching {goal}: {before} → {after}.",
    ),
    "whatif.nothing_done": (
        "가정해 본 계산이고, 실제로 바뀐 건 없어요.",
        "This is a calculation; nothing was changed.",
    ),
    "whatif.no_bonds": (
        "금리에 따라 움직이는 채권이 여기에는 없어 계산할 수 없어요.",
        "No bond here moves with interest rates, so there is nothing to calculate.",
    ),
    "money.won": ("원화 값", "the won"),
    "money.dollar": ("달러 값", "the dollar"),
    "say.rates": ("금리가 {points} 오르면 어떻게 돼?", "what if interest rates rose {points}?"),
    "whatif.own_cash": (
        "{target:은/는} 평가의 기준이 되는 돈이라 그 자체로는 움직이지 않아요.",
        "{target} is what everything is measured in, so it does not move by itself.",
    ),
    "whatif.which": ("무엇을 얼마나 바꿔 볼까요?", "What should I change, and by how much?"),
    "whatif.as_then": (
        "{crisis} 때 {index:은/는} {peak} 고점에서 {low} 저점까지 {fall}였어요. 같은 크기로 계산해 볼게요.",
        "In {crisis}, {index} went {fall} from its high on {peak} to its low on {low}. Here is a fall of that size.",
    ),
    "crisis.asia": ("외환위기", "the Asian crisis"),
    "crisis.dotcom": ("닷컴 버블 붕괴", "the dot-com bust"),
    "crisis.banks": ("금융위기", "the financial crisis"),
    "crisis.covid": ("코로나 폭락", "the covid crash"),
    "crisis.tightening": ("이천이십이년 긴축", "the tightening year"),
    "whatif.not_excluded": ("{target:은/는} 제외돼 있지 않아요.", "{target} is not excluded."),
}
