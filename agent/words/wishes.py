"""What is said when a wish was understood, or could not be."""
# ruff: noqa: E501 - a sentence is not cut in two

WORDS: dict[str, tuple[str, str]] = {
    # parts
    "tail.none": ("", ""),
    "tail.cash": (" — 지금 현금은 {now:이에요/예요}", " — you hold {now} in cash"),
    "tail.now": (" — 지금 {now:이에요/예요}", " — you hold {now}"),
    "view.up": ("오를 것", "up"),
    "view.down": ("내릴 것", "down"),
    # limits
    "limit.max": ("{target} 최대 {weight:으로/로} 정했어요{tail}.", "{target} is now capped at {weight}{tail}."),
    "limit.min": ("{target} 최소 {weight:으로/로} 정했어요{tail}.", "{target} is now kept at {weight} or more{tail}."),
    "limit.exact": ("{target} 비중을 {weight:으로/로} 정했어요{tail}.", "{target} is now fixed at {weight}{tail}."),
    "limit.max_was": (
        "{target} 최대 {was}에서 {weight:으로/로} 바꿨어요{tail}.",
        "The cap on {target} went from {was} to {weight}{tail}.",
    ),
    "limit.min_was": (
        "{target} 최소 {was}에서 {weight:으로/로} 바꿨어요{tail}.",
        "The floor under {target} went from {was} to {weight}{tail}.",
    ),
    "limit.exact_was": (
        "{target} 비중을 {was}에서 {weight:으로/로} 바꿨어요{tail}.",
        "The weight of {target} is now fixed at {weight}, was {was}{tail}.",
    ),
    "limit.same": ("이미 {limit:으로/로} 정해져 있어요{tail}.", "That is already so: {limit}{tail}."),
    "idle.binds_nothing": (
        "지금은 해당하는 자산이 없어서 당장 바뀌는 건 없어요.",
        "Nothing that can be held here carries it, so it binds nothing today.",
    ),
    "idle.kept": (
        "다만 지금 담을 수 있는 자산 중에 {target:이/가} 없어서, 적어만 두고 계산에는 쓰지 않아요.",
        "Nothing that can be held here is {target}, so it is kept but not used today.",
    ),
    "clash.two": (
        "그런데 {old:과/와} {new:은/는} 함께 지킬 수 없어요. 어느 쪽을 따를까요?",
        "But these two cannot both hold: {old} — and {new}. Which one should I follow?",
    ),
    # exclusions
    "exclude.set": ("{target:은/는} 담지 않을게요{tail}.", "No {target} from now on{tail}."),
    "exclude.same": ("{target:은/는} 이미 제외돼 있어요{tail}.", "{target} is already excluded{tail}."),
    "include.lifted": ("{target} 제외를 풀었어요{tail}.", "{target} may be held again{tail}."),
    "include.set": (
        "{target}도 담을 수 있는 후보로 적어 뒀어요{tail}. 비중은 계산 결과에 따라 정해져요.",
        "Noted: {target} may be held{tail}. How much follows from the calculation.",
    ),
    "include.screen": (
        "{target} 기준을 바라신다고 적어 뒀어요.",
        "Noted that you want {target} only.",
    ),
    # for a time only
    "scope.until": (
        "{day}까지만 그렇게 하고, 그 뒤에는 전에 말씀하신 대로 돌아가요.",
        "This holds until {day}; after that, what you said before holds again.",
    ),
    # risk
    "risk.lower": (
        "위험을 한 단계 낮췄어요 — 위험 회피도 {before} → {after} (클수록 안전).",
        "One step safer — risk aversion {before} → {after} (higher is safer).",
    ),
    "risk.raise": (
        "위험을 한 단계 높였어요 — 위험 회피도 {before} → {after} (작을수록 공격적).",
        "One step bolder — risk aversion {before} → {after} (lower is bolder).",
    ),
    "risk.level": (
        "위험 성향을 {level:으로/로} 정했어요 — 위험 회피도 {before} → {after}.",
        "Risk profile set to {level} — risk aversion {before} → {after}.",
    ),
    "risk.grade": (
        "위험 성향을 {grade:으로/로} 정했어요 — 위험 회피도 {before} → {after}, 한 해 손실 한도 {loss}.",
        "Risk profile set to {grade} — risk aversion {before} → {after}, largest yearly loss {loss}.",
    ),
    "risk.felt": (
        "손실이 이익보다 {times}배쯤 아프다고 보고, 나쁜 해의 손실을 그만큼 더 무겁게 셀게요({low}~{high}, 우리 방식의 환산이에요).",
        "A loss weighs about {times} times an equal gain for you ({low} to {high}), so bad years count that much more; the mapping is our own.",
    ),
    "risk.felt_ordinary": (
        "손실이 이익보다 {times}배쯤 아프다고 볼게요({low}~{high}). 보통 수준이라 계산은 그대로예요.",
        "A loss weighs about {times} times an equal gain for you ({low} to {high}). That is nothing unusual, so nothing changes.",
    ),
    "wish.risk_felt": ("손실 회피 {times}배", "losses weigh {times} times"),
    "wish.risk_grade": ("위험 성향 {grade}", "risk profile {grade}"),
    "risk.vol": ("연 변동성을 {vol} 아래로 지킬게요{tail}.", "Yearly volatility is kept under {vol}{tail}."),
    "risk.loss": (
        "한 해 손실이 {loss:을/를} 넘지 않게 잡을게요 (스무 해 중 열아홉 해 기준, 연 변동성 {vol} 이하). 보장은 아니에요.",
        "Aiming for losses under {loss} a year in nineteen years out of twenty (volatility under {vol}). "
        "That is no guarantee.",
    ),
    # goals
    "goal.set": ("목표를 적어 뒀어요: {goal}{what}.", "Goal noted: {goal}{what}."),
    "goal.changed": ("목표를 고쳤어요: {goal}{what}.", "Goal changed: {goal}{what}."),
    "goal.in": ("{time} 뒤", "in {time}"),
    "goal.amount": ("{amount}", "{amount}"),
    "goal.monthly": ("매달 {monthly}", "{monthly} a month"),
    "part.bracket": (" ({parts})", " ({parts})"),
    "goal.glide": (
        "{goal} 날짜({day})가 가까워서, 포트폴리오의 {share:을/를} {target:으로/로} 남겨요. 직접 정하신 한도가 있으면 그쪽이 먼저예요.",
        "{goal} is near ({day}), so {share} of the portfolio is kept in {target}. Limits you set yourself come first.",
    ),
    "goal.glide_ends": (
        "{goal} 목표에 맞춰 남겨 두던 현금은 더 남기지 않아요.",
        "Cash is no longer kept for {goal}.",
    ),
    # views
    "view.set": (
        "{target:이/가} {direction}으로 보신다고 적었어요{size}. 제가 확인할 수 없는 의견이라 {weight}만큼만 반영해요.",
        "Your view is noted: {target} {direction}{size}. I cannot verify it, so it counts {weight}.",
    ),
    "view.versus": (
        "{target:이/가} {versus}보다 {better}으로 보신다고 적었어요{size}. 제가 확인할 수 없는 의견이라 {weight}만큼만 반영해요.",
        "Your view is noted: {target} {better} {versus}{size}. I cannot verify it, so it counts {weight}.",
    ),
    "view.better": ("나을 것", "will beat"),
    "view.worse": ("못할 것", "will trail"),
    "view.size": ("{magnitude}", "{magnitude}"),
    "view.until": ("{time} 동안", "over {time}"),
    "view.record": (
        "기한이 지난 의견 {calls}개 가운데 {hits}개가 맞았던 것도 셈에 넣었어요.",
        "Earlier opinions whose time is over: {calls}, of which came true: {hits}. That counts too.",
    ),
    "view.was": ("같은 대상에 대한 이전 의견은 바뀌었어요.", "It replaces your earlier view on the same subject."),
    # cash
    "cash.deposit": (
        "{amount} 입금을 반영했어요 — 평가액 {before} → {after}.",
        "Paid in {amount} — worth {before} → {after}.",
    ),
    "cash.deposit_only": ("{amount} 입금을 반영했어요.", "Paid in {amount}."),
    "cash.withdraw": (
        "{amount} 쓰실 돈으로 적어 뒀어요{when}. 일 년 안에 쓸 돈은 현금으로 남겨 둬요.",
        "Noted: {amount} is needed{when}. Money needed within a year is kept in cash.",
    ),
    "cash.withdraw_open": (
        "{amount} 쓰실 돈으로 적어 뒀어요. 언제 필요한지 알려 주시면 그 일 년 전부터 현금으로 남겨 둬요.",
        "Noted: {amount} is needed. Tell me when, and it is kept in cash from a year before.",
    ),
    "cash.together": (
        "비상금과 곧 쓸 돈을 합해 {total:을/를} 현금으로 남겨요.",
        "With everything set aside, {total} is kept in cash.",
    ),
    "cash.exchange": (
        "지금 {needed} 현금은 {held}뿐이고 나머지는 {other:이라/라} 환전이 필요해요.",
        "You hold only {held} in {needed} now, the rest is in {other}, so an exchange is needed.",
    ),
    "cash.withdrawn": (
        "{amount} 출금을 반영했어요 — 평가액 {before} → {after}.",
        "Taken out {amount} — worth {before} → {after}.",
    ),
    "cash.withdrawn_only": ("{amount} 출금을 반영했어요.", "Taken out {amount}."),
    "cash.not_enough": (
        "현금이 {held}뿐이라 그만큼 꺼낼 수 없어요.",
        "There is only {held} in cash, so that much cannot be taken out.",
    ),
    "cash.settled": (
        "꺼내기로 하셨던 돈이라 그 계획은 지웠어요.",
        "That is what you had planned to take out, so the plan is done.",
    ),
    "cash.due": (
        "{day}에 쓰신다던 {amount}, 날짜가 됐어요. 꺼내셨으면 “출금했어”라고 알려 주세요.",
        "The {amount} you needed on {day} is due. Tell me when it has been taken out.",
    ),
    "cash.lapsed": (
        "{day}에 쓰신다던 {amount:은/는} 날짜가 지나 이제 따로 남겨 두지 않아요. 아직 필요하면 다시 말씀해 주세요.",
        "The {amount} you needed on {day} is past its date and no longer set aside. Tell me if it is still needed.",
    ),
    "cash.when": (" ({time} 뒤)", " in {time}"),
    "cash.reserve": ("비상금 {amount:을/를} 현금으로 남겨 둘게요{tail}.", "{amount} is kept in cash{tail}."),
    "cash.reserve_was": (
        "비상금을 {was}에서 {amount:으로/로} 바꿨어요{tail}.",
        "The cash reserve is now {amount}, was {was}{tail}.",
    ),
    "cash.how_much": ("얼마인지 금액으로 말씀해 주세요.", "How much is it?"),
    "cash.no_account": (
        "이 시장에는 {currency} 현금 계좌가 없어서 입금할 수 없어요.",
        "There is no {currency} cash account in this market, so it cannot be paid in.",
    ),
    "currency.KRW": ("원화", "won"),
    "currency.USD": ("달러", "dollar"),
    # alerts and schedule
    "alert.set": ("알림을 걸어 뒀어요: {what}.", "Alert set: {what}."),
    "alert.now": ("지금 가격은 {price:이에요/예요}.", "The price is now {price}."),
    "alert.already": ("지금 이미 그 상태라 바로 울릴 수 있어요.", "That holds already, so it may go off at once."),
    "alert.changed": ("알림을 바꿨어요: {what}.", "Alert changed: {what}."),
    "alert.loss": ("{target} 손실 {value} 이상", "{target} loses {value} or more"),
    "alert.gain": ("{target} 수익 {value} 이상", "{target} gains {value} or more"),
    "alert.above": ("{target} {metric:이/가} {value:을/를} 넘으면", "{target} {metric} above {value}"),
    "alert.below": ("{target} {metric:이/가} {value} 밑으로 가면", "{target} {metric} below {value}"),
    "alert.portfolio": ("포트폴리오", "portfolio"),
    "alert.listens": (
        "알림은 이 페이지나 지켜보기(hanfolio watch)가 켜져 있는 동안 와요.",
        "Alerts arrive while this page or the watch (hanfolio watch) is running.",
    ),
    "rebalance.set": ("리밸런싱 주기를 {frequency:으로/로} 정했어요.", "Rebalancing is set to {frequency}."),
    "rebalance.was": (
        "리밸런싱 주기를 {was}에서 {frequency:으로/로} 바꿨어요.",
        "Rebalancing is now {frequency}, was {was}.",
    ),
    "frequency.weekly": ("매주", "weekly"),
    "frequency.monthly": ("매달", "monthly"),
    "frequency.quarterly": ("분기마다", "quarterly"),
    "frequency.yearly": ("해마다", "yearly"),
    "frequency.event": ("큰 일이 있을 때", "when something big happens"),
    # undo and forget
    "undo.done": ("되돌렸어요: {what}.", "Taken back: {what}."),
    "undo.spent_since": (
        "그때 들어온 돈이나 주식이 이미 쓰여서 되돌릴 수 없어요.",
        "What came in then has been used since, so it cannot be taken back.",
    ),
    "undo.nothing": ("되돌릴 변경이 없어요.", "There is no change to take back."),
    "undo.deposit": ("입금 {amount}", "the deposit of {amount}"),
    "undo.withdraw": ("출금 {amount}", "the withdrawal of {amount}"),
    "undo.dividend": ("배당 {amount}", "the dividend of {amount}"),
    "undo.interest": ("이자 {amount}", "the interest of {amount}"),
    "undo.fee": ("수수료 {amount}", "the fee of {amount}"),
    "undo.units": ("{asset} 수량 변경", "the change in units of {asset}"),
    "undo.account": ("{name} 계좌", "the account {name}"),
    "undo.checked": ("{day} 잔고 확인", "the check of {day}"),
    "undo.forgotten": ("지웠던 것을 다시 살림", "what was forgotten stands again"),
    "forget.done": ("지웠어요: {what}.", "Forgotten: {what}."),
    "forget.all": (
        "말씀하신 것 {count}건을 모두 지웠어요. 결정과 거래 기록은 장부라서 남아요.",
        "Everything you told me is forgotten ({count}). Decisions and trades stay in the record.",
    ),
    "forget.nothing": ("그에 대해 기억하고 있는 게 없어요.", "I remember nothing about that."),
    "forget.which": ("무엇을 지울까요?", "What should I forget?"),
    # trades
    "trade.sell": (
        "{target} 보유분의 {fraction:을/를} 파는 주문을 계산할게요.",
        "Working out an order to sell {fraction} of your {target}.",
    ),
    "trade.points": (
        "{target} 비중을 {points} 조정하는 주문을 계산할게요.",
        "Working out an order that moves {target} by {points}.",
    ),
    "trade.how_much_buy": (
        "{target:을/를} 얼마나 살까요? 지금 비중은 {now:이에요/예요}.",
        "How much {target} should I buy? You hold {now}.",
    ),
    "trade.how_much_sell": (
        "{target:을/를} 얼마나 팔까요? 지금 비중은 {now:이에요/예요}.",
        "How much {target} should I sell? You hold {now}.",
    ),
    "trade.not_held": (
        "{target:은/는} 지금 들고 있지 않아서 팔 게 없어요.",
        "You hold no {target}, so there is nothing to sell.",
    ),
    "trade.nothing_carries": (
        "지금 담을 수 있는 자산 중에 {target:이/가} 없어서 주문할 수 없어요.",
        "Nothing that can be held here is {target}, so there is nothing to order.",
    ),
    "trade.more_than_all": (
        "가진 것을 다 합쳐도 {worth:이라/라}, 그만큼은 살 수 없어요. 얼마나 살까요?",
        "All you have is worth {worth}, so that much cannot be bought. How much should it be?",
    ),
    "trade.more_than_held": (
        "{target:은/는} {held}만 들고 있어서 그만큼만 파는 주문이에요.",
        "You hold {held} of {target}, so the order sells just that.",
    ),
    "trade.own_cash": (
        "{target:은/는} 결제에 쓰는 현금이에요. 사고팔 자산을 말씀해 주세요.",
        "{target} is the cash everything is settled in. Name an asset to trade.",
    ),
    # tweaks of a proposal
    "tweak.more": (
        "제안에서 {target:을/를} {before} → 최소 {after:으로/로} 늘려 다시 계산할게요.",
        "Recalculating with more {target}: {before} → at least {after}.",
    ),
    "tweak.less": (
        "제안에서 {target:을/를} {before} → 최대 {after:으로/로} 줄여 다시 계산할게요.",
        "Recalculating with less {target}: {before} → at most {after}.",
    ),
    "tweak.remove": (
        "제안에서 {target:을/를} 빼고 다시 계산할게요 (지금 제안 {before}).",
        "Recalculating without {target} (proposed now: {before}).",
    ),
    "tweak.exact": (
        "제안에서 {target:을/를} {before} → {after:으로/로} 맞춰 다시 계산할게요.",
        "Recalculating with {target}: {before} → {after}.",
    ),
    "tweak.nothing_pending": (
        "지금 기다리는 제안이 없어요. 새로 제안해 드릴까요?",
        "No proposal is waiting. Shall I make one?",
    ),
    "tweak.own_order": (
        "지금 기다리는 건 직접 내신 주문이에요. 바꾸려면 주문을 다시 말씀해 주세요.",
        "What is waiting is your own order. To change it, tell me the order again.",
    ),
    "tweak.this_only": (
        "이번 제안에만 적용하고, 앞으로의 한도로는 남기지 않아요.",
        "This holds for this proposal only; it is not kept as a limit.",
    ),
    # proposing
    "propose.rl": (
        "강화학습 전략은 아직 학습 밖에서 실력을 보인 적이 없어 쓰지 않아요. 다른 방법으로 제안할까요?",
        "No learned policy has shown skill out of sample yet, so it is not used. Shall I propose another way?",
    ),
    "propose.start": ("{method:으로/로} 계산했어요.", "Calculated with {method}."),
    "rebalance.now": ("지금 목표 비중에 맞춰 볼게요.", "Checking the portfolio against its target now."),
    # deciding
    "decide.press": (
        "승인은 카드의 승인 버튼으로만 돼요 (터미널에서는 {code} 입력). 제가 대신 승인하지 않아요.",
        "Only the approve button on the card approves it (in the terminal, type {code}). I never approve for you.",
    ),
    "decide.expired": (
        "이 제안은 기한이 지났어요. 다시 계산할까요?",
        "This proposal has expired. Shall I work it out again?",
    ),
    "decide.rejected": (
        "제안을 거둬들였어요. 말씀하신 조건은 그대로 남아 있어요.",
        "The proposal is withdrawn. What you told me stays in force.",
    ),
    "decide.nothing": ("지금 승인하거나 거절할 제안이 없어요.", "No proposal is waiting for a yes or a no."),
    "decide.blanket": (
        "미리 한꺼번에 승인받을 수는 없어요. 제안마다 카드에서 직접 승인해 주세요.",
        "I cannot take approval in advance. Each proposal needs your own yes on its card.",
    ),
}
