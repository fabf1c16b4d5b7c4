"""Answers to questions: why, what if, what is held, how it went, what is remembered."""
# ruff: noqa: E501 - a sentence is not cut in two

WORDS: dict[str, tuple[str, str]] = {
    # why
    "why.change": ("가장 크게 바뀐 건 {moves:이에요/예요}.", "What changed most: {moves}."),
    "why.one": ("{target:은/는} {before}에서 {after:으로/로} 바뀌어요.", "{target} goes from {before} to {after}."),
    "why.one_done": (
        "{target:은/는} {before}에서 {after:으로/로} 바뀌었어요.",
        "{target} went from {before} to {after}.",
    ),
    "why.still": ("{target:은/는} {before} 그대로예요.", "{target} stays at {before}."),
    "why.none": ("이 결정에서는 바뀐 비중이 없어요.", "Nothing changed in that decision."),
    "why.causes": ("이유는 큰 것부터 {causes:이에요/예요}.", "The causes, largest first: {causes}."),
    "why.cause_one": ("{cause} {share}", "{cause} {share}"),
    "why.cause_all": ("{cause} ({moves})", "{cause} ({moves})"),
    "why.move": ("{asset} {share}", "{asset} {share}"),
    "why.said": ("{day}에 “{said}”라고 하신 것", "what you said on {day}, “{said}”"),
    "why.without": (
        "{day}에 “{said}”라고 안 하셨다면 {target:은/는} {weight}였을 거예요.",
        "Had you not said “{said}” on {day}, {target} would be {weight}.",
    ),
    "why.never": (
        "아직 계산한 제안이 없어서 바뀐 것도 없어요. 먼저 제안을 받아 보시겠어요?",
        "Nothing has been decided yet, so nothing has changed. Shall I make a proposal?",
    ),
    "why.no_such": ("그런 결정은 기록에 없어요.", "There is no such decision in your record."),
    "why.not_held": (
        "{target:은/는} 지금 들고 있지 않고 그 결정에도 없어요.",
        "You do not hold {target}, and it is not part of that decision.",
    ),
    "why.not_so_many": (
        "결정이 모두 {count}번뿐이라 {back}번 전의 결정은 없어요.",
        "Decisions so far: {count}; there is none {back} back.",
    ),
    "why.nothing_on": (
        "{day}에는 결정도 체결도 없었어요. 그날 비중이 달라졌다면 시세가 움직인 것이고, 가장 가까운 결정은 {nearest}에 있었어요.",
        "Nothing was decided or carried out on {day}. If weights changed that day, prices moved; the nearest decision was on {nearest}.",
    ),
    "why.nothing_between": (
        "{first}부터 {last}까지는 결정도 체결도 없었어요. 그사이 비중이 달라졌다면 시세가 움직인 것이고, 가장 가까운 결정은 {nearest}에 있었어요.",
        "Nothing was decided or carried out from {first} to {last}. If weights changed, prices moved; the nearest decision was on {nearest}.",
    ),
    "why.only_proposed": (
        "그때는 제안만 있었고 체결은 없었어요.",
        "At that time there was only a proposal; nothing was carried out.",
    ),
    "why.several_then": (
        "그사이 결정이 {count}번 있었고, 마지막 것을 설명할게요.",
        "There were {count} decisions then; this is the last of them.",
    ),
    "why.older": (
        "이전 방식(엔진 {engine})으로 계산한 결정이라 지금 방식으로는 같은 비중이 나오지 않아요. 그래서 원인을 나누지 않고 기록된 비중만 말씀드려요.",
        "This was decided by an older engine ({engine}); today's would not give the same weights, so causes are not split and only what is on record is told.",
    ),
    "why.source_missing": (
        "그 결정이 쓴 자료 일부가 기록에서 빠졌거나 손상돼 원인을 다시 계산할 수 없어요. 지어내지 않고 기록된 비중만 말씀드려요.",
        "Part of what that decision used is missing or damaged in the record, so its causes cannot be computed; only the recorded weights are told.",
    ),
    "why.inside": ("{cause} 안에서는 {parts:이에요/예요}.", "Within {cause}: {parts}."),
    "why.without_all": (
        "{day}에 “{said}”라고 안 하셨다면 목표 비중이 이렇게 달랐을 거예요: {moves}.",
        "Had you not said “{said}” on {day}, the target would have differed: {moves}.",
    ),
    "why.had_not": ("원인의 몫과는 따로 가정해 보면:", "Apart from the shares, supposing otherwise:"),
    "why.decided": ("{day}에 계산한 결정이에요.", "This was decided on {day}."),
    "why.pending": ("아직 승인 전인 제안이에요.", "This is a proposal that waits for your yes."),
    "why.belief": (
        "{target:을/를} 들고 있는 건 기대 수익률 연 {mean}, 변동성 {vol:으로/로} 보기 때문이에요. 예상일 뿐 약속은 아니에요.",
        "{target} is held for an expected {mean} a year at {vol} volatility. That is an estimate, not a promise.",
    ),
    "cause.drift": ("시세가 움직인 것", "market drift"),
    "cause.flows": ("돈이 들고 난 것", "money paid in or out"),
    "cause.start": ("보유 자산을 기본 구성으로 옮긴 것", "moving what you held to the neutral mix"),
    "cause.data": ("새로운 가격 자료", "newer prices"),
    "cause.risk": ("위험 성향", "your risk profile"),
    "cause.ceiling": ("위험 한도", "your risk ceiling"),
    "cause.rules": ("기본 규칙", "the house rules"),
    "cause.method": ("계산 방법", "the method"),
    "cause.assumptions": ("기본 가정", "the assumptions"),
    "cause.holdings": ("보유 자산과 거래 비용", "holdings and trading costs"),
    "cause.goals": ("목표 날짜", "the dates of your goals"),
    "cause.accounts": ("거래하지 않는 계좌에 든 것", "what lies in accounts that are not traded"),
    "cause.order": ("직접 내신 주문", "your own order"),
    "cause.tweak": ("제안에 더하신 조건", "your change to the proposal"),
    "cause.lots": ("정수 단위 거래", "whole lots"),
    "cause.views": ("말씀하신 의견", "your views"),
    "cause.limits": ("말씀하신 한도", "your limits"),
    "cause.exclusions": ("제외하신 것", "your exclusions"),
    "cause.cash": ("현금 계획", "your cash plans"),
    "cause.statement": ("예전에 말씀하신 것", "something you said before"),
    "cause.other": ("그 밖의 입력", "another input"),
    # show
    "show.worth": ("지금 평가액은 {worth:이에요/예요}.", "Your portfolio is worth {worth}."),
    "show.practice": ("연습용 돈이에요.", "This is practice money."),
    "show.classes": ("구성은 {parts:이에요/예요}.", "It is made of {parts}."),
    "show.largest": ("큰 것부터 {parts:이에요/예요}.", "Largest first: {parts}."),
    "show.part": ("{asset} {weight}", "{asset} {weight}"),
    "show.target": (
        "{target} 비중은 {weight}, 금액으로 {money:이에요/예요}.",
        "{target} is {weight} of your portfolio, {money}.",
    ),
    "show.not_held": ("{target:은/는} 지금 들고 있지 않아요.", "You hold no {target}."),
    "show.performance": (
        "지금 구성을 {period} 그대로 들고 있었다면 {gain}, 그사이 가장 깊은 하락은 {fall}였어요.",
        "Holding today's portfolio over {period} would have come to {gain}, with a deepest fall of {fall}.",
    ),
    "show.record": (
        "기록이 시작된 {day} 이후 실제 수익률은 {gain:이에요/예요} (넣고 뺀 돈의 영향은 뺐고, 거래 비용 {fees:은/는} 포함했어요). "
        "같은 날들에 모든 자산을 똑같이 나눠 들었다면 {equal}였어요.",
        "Since the record began on {day} you have really made {gain} (money paid in or out aside, trading costs of {fees} "
        "included). Holding everything equally over the same days came to {equal}.",
    ),
    "show.young": (
        "실제 기록은 아직 수익률을 말하기에 짧아서, 지금 보유량으로 지난 가격을 되짚은 값이에요.",
        "Your own record is still too short to speak of a return, so this follows today's holdings through past prices.",
    ),
    "costs.paid": ("지금까지 거래 {count}건에 비용 {cost:이/가} 들었어요.", "So far {count} trades have cost {cost}."),
    "costs.none": ("아직 거래가 없어 든 비용도 없어요.", "Nothing has been traded yet, so nothing has been paid."),
    "costs.pending": (
        "기다리는 제안을 승인하시면 {cost:이/가} 들어요.",
        "Approving the proposal that waits would cost {cost}.",
    ),
    "costs.advice": (
        "상담에는 따로 받는 돈이 없어요. 펀드 안에서 떼는 보수는 가격에 이미 들어 있어요.",
        "The advice itself is free. What funds charge inside is already in their prices.",
    ),
    "show.performance_target": (
        "{target:은/는} {period} {gain}, 그사이 가장 깊은 하락은 {fall}였어요.",
        "{target} over {period}: {gain}, with a deepest fall of {fall}.",
    ),
    "show.risk": (
        "지금 구성의 예상 연 변동성은 {vol}, 스무 해에 한 번 나쁜 해의 손실은 {loss} 정도예요.",
        "Expected yearly volatility of what you hold is {vol}; a bad year in twenty loses about {loss}.",
    ),
    "show.risk_target": (
        "{target}의 연 변동성은 {vol}, 전체 위험에서 차지하는 몫은 {share:이에요/예요}.",
        "Yearly volatility of {target} is {vol}; its part of your risk is {share}.",
    ),
    "show.risk_parts": ("위험을 많이 차지하는 건 {parts:이에요/예요}.", "Most of the risk comes from {parts}."),
    "show.drawdown": (
        "{period} 기준으로 지금은 고점에서 {now}, 가장 깊었을 때는 {worst}였어요 ({day}).",
        "Over {period} you would now be {now} from the peak; the worst was {worst} on {day}.",
    ),
    "show.drawdown_target": (
        "{target:은/는} {period} 기준으로 고점에서 {now}, 가장 깊었을 때는 {worst}였어요 ({day}).",
        "{target} over {period}: now {now} from the peak; the worst was {worst} on {day}.",
    ),
    "show.held_note": (
        "지금 보유량으로 지난 가격을 되짚은 값이고, 실제 계좌의 거래 기록은 아니에요.",
        "This follows today's holdings through past prices; it is not a record of your account.",
    ),
    "show.simulated": ("모의 시장 가격 기준이에요.", "Prices are simulated."),
    "show.no_proposal": ("기다리는 제안이 없어요.", "No proposal is waiting."),
    "show.too_short": ("그 기간의 가격 기록이 모자라요.", "There is too little price history for that."),
    "period.span": ("지난 {span}", "the last {span}"),
    "period.ytd": ("올해", "this year so far"),
    "period.all": ("{day} 이후", "the time since {day}"),
    # compare and backtest
    "compare.row": (
        "{name} {gain} (변동성 {vol}, 최대 하락 {fall})",
        "{name} {gain} (volatility {vol}, deepest fall {fall})",
    ),
    "compare.own": ("지금 구성", "what you hold"),
    "compare.head": ("{period} 기준, 매달 비중을 맞췄다면: {rows}.", "Over {period}, rebalanced monthly: {rows}."),
    "compare.note": (
        "지난 값일 뿐이고 수수료는 뺐어요. 앞날을 말해 주진 않아요.",
        "Past figures after fees; they say nothing certain about the future.",
    ),
    "compare.hindsight": (
        "지금 구성은 오늘 알고 고른 것이라 과거 비교에서 유리해 보일 수 있어요.",
        "What you hold was chosen knowing the past, which flatters it here.",
    ),
    "compare.not_here": (
        "{names:은/는} 순차 검증을 해야 공정하게 견줄 수 있어요. 터미널에서 hanfolio scoreboard를 한 번 돌려 주시면(몇 분) 그 결과로 답할게요.",
        "A fair comparison with {names} needs a walk-forward test: run “hanfolio scoreboard” once in a terminal (minutes) and I will answer from it.",
    ),
    "compare.no_member": (
        "{names:은/는} 해당하는 자산이 없어 비교하지 못했어요.",
        "Not compared, as nothing here carries it: {names}.",
    ),
    "compare.which": ("무엇과 비교할까요?", "Compare with what?"),
    # memory
    "recall.head": ("기억하고 있는 것이에요: {items}.", "This is what I remember: {items}."),
    "recall.item": ("{what} — {day} “{said}”", "{what} — {day}, “{said}”"),
    "recall.nothing": ("아직 말씀하신 게 없어요.", "You have not told me anything yet."),
    "recall.nothing_about": ("{topic}에 대해서는 말씀하신 게 없어요.", "You have told me nothing about {topic}."),
    "recall.more": ("그 밖에 {count}건이 더 있어요.", "And {count} more."),
    "topic.goal": ("목표", "goals"),
    "topic.exclusions": ("제외", "exclusions"),
    "topic.risk": ("위험 성향", "risk"),
    "topic.views": ("시장 의견", "views"),
    "topic.limits": ("한도", "limits"),
    "topic.alerts": ("알림", "alerts"),
    "topic.cash": ("현금 계획", "cash plans"),
    "topic.all": ("모든 것", "everything"),
    # a statement by name
    "wish.risk_lower": ("더 안전하게", "safer"),
    "wish.risk_raise": ("더 공격적으로", "bolder"),
    "wish.risk_level": ("위험 성향 {level}", "risk profile {level}"),
    "wish.risk_vol": ("연 변동성 최대 {value}", "yearly volatility at most {value}"),
    "wish.risk_loss": ("견딜 수 있는 손실 {value}", "bearable loss {value}"),
    "wish.include": ("{target} 담아도 됨", "{target} may be held"),
    "wish.goal": ("목표 {goal}{what}", "goal: {goal}{what}"),
    "wish.view": ("의견: {target:이/가} {direction}", "view: {target} {direction}"),
    "wish.view_versus": ("의견: {target:이/가} {versus}보다 {better}", "view: {target} {better} {versus}"),
    "wish.withdraw": ("쓸 돈 {amount}", "needed: {amount}"),
    "wish.reserve": ("비상금 {amount}", "reserve: {amount}"),
    "wish.deposit": ("입금 {amount}", "deposit: {amount}"),
    "wish.alert": ("알림: {what}", "alert: {what}"),
    "wish.rebalance": ("리밸런싱 {frequency}", "rebalancing {frequency}"),
    "wish.no_amount": ("금액 미정", "no amount"),
    "level.conservative": ("안정형", "conservative"),
    "level.balanced": ("중립형", "balanced"),
    "level.aggressive": ("공격형", "aggressive"),
    # panic
    "panic.care": (
        "많이 불안하시죠. 결정은 언제든 하실 수 있으니, 사실부터 같이 볼게요.",
        "That is a hard place to be. You can decide at any moment; first, the facts.",
    ),
    "tax.gain": (
        "이렇게 팔면 {amount}의 이익이 확정되고, 세금은 {tax}쯤으로 어림해요 ({day}부터의 규정, 올해의 다른 매도는 빼고)."
        " 실제 세금은 사정에 따라 달라요.",
        "These sales would realise a gain of {amount}; tax on it may come to about {tax} (rules since {day}, other sales"
        " of the year left out). What you owe depends on your circumstances.",
    ),
    "tax.loss": (
        "이렇게 팔면 {amount}의 손실이 확정되고, 세금은 {tax}쯤으로 어림해요 ({day}부터의 규정, 올해의 다른 매도는 빼고).",
        "These sales would realise a loss of {amount}; tax on them may come to about {tax} (rules since {day}, other"
        " sales of the year left out).",
    ),
    "tax.unknown": (
        "세금 규정을 몰라 셈에서 뺀 자산: {assets}.",
        "I know no tax rule for these, so they are left out: {assets}.",
    ),
    "panic.cost": ("지금 전부 팔면 비용이 {cost} 들어요.", "Selling everything now would cost {cost}."),
    "panic.loss_limit": (
        "견딜 수 있다고 하신 손실은 {limit:이에요/예요} ({day}).",
        "The loss you said you could bear is {limit} ({day}).",
    ),
    "panic.choose": (
        "기다릴 수도, 일부만 팔 수도, 전부 팔 수도 있어요. 어떻게 할까요?",
        "You can wait, sell part of it, or sell everything. Which is it?",
    ),
    "panic.order": (
        "알겠어요. 전부 파는 주문을 카드로 보여 드릴게요. 승인하시면 실행돼요.",
        "Understood. The order to sell everything is on the card; your approval carries it out.",
    ),
    "panic.safe": (
        "지금은 전부 현금이라 시장이 내려도 평가액은 그대로예요. 서두르실 일은 없어요.",
        "You hold nothing but cash, so a falling market takes nothing from you. There is no hurry.",
    ),
    "panic.nothing": ("지금은 현금만 들고 있어서 팔 것이 없어요.", "You hold only cash, so there is nothing to sell."),
    "panic.waited": (
        "좋아요, 아무것도 바꾸지 않고 그대로 둘게요. 언제든 다시 말씀해 주세요.",
        "All right, nothing changes. Tell me whenever you want to look again.",
    ),
}
