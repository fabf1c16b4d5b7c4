"""The talk itself: greetings, help, asking back, what is beyond us, buttons and what they say."""
# ruff: noqa: E501 - a sentence is not cut in two

WORDS: dict[str, tuple[str, str]] = {
    "talk.hello": (
        "안녕하세요. 포트폴리오 이야기를 나눠요. 무엇이 궁금하세요?",
        "Hello. Let us talk about your portfolio. What is on your mind?",
    ),
    "talk.thanks": ("천만에요. 더 필요하신 게 있으면 말씀해 주세요.", "You are welcome. Anything else?"),
    "talk.bye": ("네, 다음에 또 뵐게요.", "Goodbye for now."),
    "talk.ok": ("네. 더 필요하신 게 있으면 말씀해 주세요.", "All right. Tell me when you need anything."),
    "talk.help": (
        "이렇게 말씀하시면 돼요: “비트코인은 십 퍼센트 넘지 않게”, “담배 회사는 빼줘”, “좀 더 안전하게”, “금이 오를 것 같아”, "
        "“오 년 뒤 집 살 돈 일억”, “제안해줘”, “왜 바뀌었어?”, “금이 오분의 일이면?”, “내 포트폴리오 보여줘”, “되돌려줘”, “내가 뭐라고 했지?”",
        "You can say: “keep bitcoin under ten percent”, “no tobacco”, “a bit safer”, “I think gold will rise”, "
        "“I want a house in five years”, “propose something”, “why did it change?”, “what if gold were a fifth?”, "
        "“show my portfolio”, “undo that”, “what did I tell you?”",
    ),
    "talk.who": (
        "저는 한 사람의 포트폴리오를 돌보는 상담 프로그램 한폴리오예요. 사람은 아니고, 말씀하신 것을 조건으로 적어 최적화로 비중을 계산하고, "
        "모든 숫자의 근거를 보여 드려요. 승인하시기 전에는 아무것도 거래하지 않아요.",
        "I am Hanfolio, a program that looks after one person's portfolio. I am not a human: I turn what you say into "
        "conditions, compute the weights from them and show where every figure comes from. Nothing is traded before you approve.",
    ),
    "talk.real": (
        "연결하신 증권사나 거래소가 없으면 연습용 돈이고, 화면과 답에 그렇게 적혀 있어요. 가격이 모의인지 실제인지도 늘 함께 적어요.",
        "Unless you connected a broker or an exchange it is practice money, and page and replies say so. Whether prices are "
        "simulated or real is written beside them.",
    ),
    "talk.private": (
        "말씀과 거래 기록은 이 프로그램을 돌리는 컴퓨터에만 남아요. 외부 언어 모델을 연결했다면 대화 내용이 그 모델로 전달돼요. "
        "‘나’ 화면에서 전부 내려받거나 지우실 수 있어요.",
        "What you say and trade stays on the computer this runs on. If an outside language model is connected, the "
        "conversation goes to it. Under “Me” you can download or erase everything.",
    ),
    "talk.earns": (
        "저는 누구나 쓸 수 있는 공개 소프트웨어예요. 판매 수수료나 광고비를 받지 않아서, 무엇을 사시든 제게 돌아오는 건 없어요.",
        "I am open-source software. I take no commission and no advertising, so nothing you buy pays me.",
    ),
    "talk.secret": (
        "제 내부 지침이나 열쇠는 보여 드리지 않아요. 계산에 쓴 숫자와 근거는 언제든 보여 드릴게요.",
        "My instructions and keys are not for showing. The numbers and reasons behind any advice are; just ask.",
    ),
    "talk.others": (
        "다른 분의 정보는 볼 수 없어요. 지금 이야기하는 분의 기록만 다뤄요.",
        "I cannot see anyone else's data. I only work with your own record.",
    ),
    "talk.guarantee": (
        "확실히 오르는 자산은 없어요. 수익을 약속하지 않고, 위험에 맞는 구성을 계산해 드려요.",
        "No asset is sure to rise. I promise no return; I work out a mix that fits your risk.",
    ),
    # asking back
    "ask.what": ("어떤 뜻인지 조금만 더 말씀해 주세요.", "Could you say a little more about what you mean?"),
    "ask.about": ("{target:을/를} 어떻게 할까요?", "What about {target}?"),
    "ask.pending": ("기다리는 제안에 대한 말씀인가요?", "Is this about the proposal that is waiting?"),
    "ask.for_later": (
        "때가 되면 저절로 사고파는 주문은 두지 않아요. 거래마다 먼저 여쭤보거든요. 대신 그때 알려 드릴 수 있어요.",
        "I keep no orders that go off by themselves; I ask before every trade. I can tell you when it happens instead.",
    ),
    "ask.not_said": (
        "제가 제대로 들었는지 확인할게요. {guess} — 맞나요?",
        "Let me check that I heard you right: {guess}?",
    ),
    "ask.not_said_plain": (
        "말씀하신 내용에서 그 대상이나 숫자를 찾지 못했어요. 한 번 더 말씀해 주세요.",
        "I could not find that subject or number in what you said. Please say it once more.",
    ),
    "ask.unknown_target": (
        "“{word}”, 제가 모르는 이름이에요. 이 중에 있나요?",
        "I do not know “{word}”. Is it one of these?",
    ),
    "ask.unknown_target_none": (
        "“{word}”, 제가 모르는 이름이에요. 다른 이름으로 말씀해 주세요.",
        "I do not know “{word}”. Please give me another name for it.",
    ),
    "tool.unknown": ("그런 기능은 없어요.", "There is no such thing I can do."),
    "tool.bad_args": (
        "그 요청은 제대로 읽을 수 없어요. 다시 말씀해 주세요.",
        "I could not read that request. Please say it again.",
    ),
    "tool.out_of_range": (
        "그 숫자는 쓸 수 없어요. 비중은 {low}에서 {high} 사이여야 해요.",
        "That number cannot be used: a share lies between {low} and {high}.",
    ),
    # beyond us
    "scope.tax": (
        "세금 계산은 아직 하지 못해요. 대신 거래 비용과 위험은 계산해 드릴 수 있어요.",
        "I cannot work out taxes. I can show trading costs and risk instead.",
    ),
    "scope.prediction": (
        "앞으로의 가격은 아무도 몰라서 예측하지 않아요. 생각하시는 방향을 말씀해 주시면 의견으로 반영해 볼게요.",
        "Nobody knows future prices, so I do not predict them. Tell me your own view and I can work with it.",
    ),
    "scope.other_finance": (
        "대출·보험·계좌 같은 일은 다루지 않아요. 포트폴리오 구성과 위험은 도와드릴 수 있어요.",
        "Loans, insurance and accounts are beyond me. I can help with the portfolio and its risk.",
    ),
    "scope.non_finance": (
        "그건 제가 도울 수 있는 일이 아니에요. 포트폴리오 이야기는 언제든 좋아요.",
        "That is not something I can help with. I am here for your portfolio.",
    ),
    "missing.news": (
        "뉴스 소스가 아직 연결돼 있지 않아요. {target} 비중이나 위험, 성과는 보여 드릴 수 있어요.",
        "No news source is connected yet. I can show weight, risk and performance of {target}.",
    ),
    "missing.news_all": (
        "뉴스 소스가 아직 연결돼 있지 않아요. 포트폴리오의 비중이나 위험, 성과는 보여 드릴 수 있어요.",
        "No news source is connected yet. I can show the weights, risk and performance of your portfolio.",
    ),
    "missing.event_study": (
        "{event} 때의 기록이 아직 연결돼 있지 않아 지난 반응을 셀 수 없어요. 하락을 가정한 충격 계산은 할 수 있어요.",
        "Past cases of {event} are not connected yet, so I cannot count what followed. I can compute a shock instead.",
    ),
    "missing.import": (
        "증권사 거래 파일은 터미널에서 hanfolio import 파일이름 으로 가져올 수 있어요. 보여 드린 뒤에 담아요.",
        "Bring a broker's file in from the terminal: hanfolio import FILE. You see what it holds before it counts.",
    ),
    "missing.analyze": (
        "매매 습관 분석은 거래 내역이 있어야 해요. 터미널에서 hanfolio import 파일이름 으로 먼저 가져와 주세요.",
        "Reading trading habits needs your trades. Bring them in first from the terminal: hanfolio import FILE.",
    ),
    # notices of the talk loop
    "notice.builtin": (
        "언어 모델이 답하지 않아 내장 모델이 답했어요.",
        "The language model gave no usable answer, so the built-in one replied.",
    ),
    "talk.approved": (
        "승인하신 거래 {count}건을 실행했어요. 비용은 {cost:이에요/예요}.",
        "Your approval was carried out. Trades: {count}, cost {cost}.",
    ),
    "talk.approved_again": (
        "이미 실행된 승인이에요. 다시 실행하지 않았어요.",
        "That approval had been carried out already; it was not repeated.",
    ),
    # buttons: what they show and what they say
    "button.drop": ("{limit:은/는} 없던 걸로", "Drop: {limit}"),
    "say.forget_limit": ("{target} 한도는 잊어줘", "forget the limit on {target}"),
    "say.forget_exclusion": ("{target} 제외는 잊어줘", "forget that I excluded {target}"),
    "say.forget_cash": ("비상금은 잊어줘", "forget my cash reserve"),
    "button.undo": ("되돌리기", "Undo"),
    "button.propose": ("제안해줘", "Propose"),
    "button.propose_again": ("다시 계산", "Work it out again"),
    "button.help": ("무엇을 말할 수 있어?", "What can I say?"),
    "button.portfolio": ("포트폴리오 보기", "Show my portfolio"),
    "button.why": ("왜?", "Why?"),
    "button.show_proposal": ("제안 다시 보기", "Show the proposal again"),
    "button.wait": ("기다릴게", "Wait"),
    "button.sell_third": ("일부만 팔기", "Sell a third"),
    "button.sell_all": ("전부 팔기", "Sell everything"),
    "button.yes": ("네, 맞아요", "Yes"),
    "button.thing": ("{target}", "{target}"),
    "button.black_litterman": ("블랙-리터만으로", "Use Black–Litterman"),
    "button.keep": ("{limit}", "{limit}"),
    "button.points": ("{points}", "{points}"),
    "button.fraction": ("{fraction}", "{fraction}"),
    "button.exclude": ("{target} 빼기", "Exclude {target}"),
    "button.show": ("{target} 비중 보기", "Show {target}"),
    "button.buy": ("{target} 더 사기", "Buy more {target}"),
    "button.recall": ("기억한 것 보기", "What do you remember?"),
    "button.risk": ("위험 보기", "Show the risk"),
    "button.performance": ("성과 보기", "Show performance"),
    "say.undo": ("되돌려줘", "undo that"),
    "say.propose": ("포트폴리오 제안해줘", "propose a portfolio for me"),
    "say.help": ("무엇을 할 수 있어?", "what can you do?"),
    "say.portfolio": ("내 포트폴리오 보여줘", "show my portfolio"),
    "say.why": ("왜 바뀌었어?", "why did it change?"),
    "say.show_proposal": ("제안 보여줘", "show me the proposal"),
    "say.wait": ("일단 기다릴게", "I will wait for now"),
    "say.sell_third": ("{target} 3분의 1만 팔아줘", "sell a third of my {target}"),
    "say.sell_all": ("그래도 전부 팔아줘", "sell everything anyway"),
    "say.thing": ("{target}", "{target}"),
    "say.black_litterman": ("블랙-리터만으로 제안해줘", "propose with Black-Litterman"),
    "say.max": ("{target} 최대 {weight}로 해줘", "cap {target} at {weight}"),
    "say.min": ("{target} 최소 {weight}로 해줘", "keep at least {weight} in {target}"),
    "say.exact": ("{target} 비중을 정확히 {weight}로 맞춰줘", "set {target} to exactly {weight}"),
    "say.exclude": ("{target} 빼줘", "exclude {target}"),
    "say.include": ("{target} 제외 풀어줘", "allow {target} again"),
    "say.buy_points": ("{target} {points}%p 더 사줘", "buy {points} percentage points more of {target}"),
    "say.sell_fraction": ("{target} {fraction} 팔아줘", "sell {fraction} of my {target}"),
    "say.sell_whole": ("{target} 전부 팔아줘", "sell all of my {target}"),
    "say.show": ("{target} 비중 얼마야?", "how much {target} do I hold?"),
    "say.buy": ("{target} 더 사줘", "buy more {target}"),
    "say.recall": ("내가 뭐라고 했는지 알려줘", "what do you know about me?"),
    "say.risk": ("내 포트폴리오 위험 보여줘", "show me my risk"),
    "say.performance": ("내 수익률 보여줘", "show my performance"),
    "say.shock": ("{target} {value} 떨어지면 어떻게 돼?", "what if {target} fell {value}?"),
    "button.alert": ("그때 알려줘", "Alert me then"),
    "say.alert_rise": ("{target} {value} 오르면 알려줘", "alert me when {target} is up {value}"),
    "say.alert_fall": ("{target} {value} 떨어지면 알려줘", "alert me when {target} is down {value}"),
    "say.alert_price_rise": (
        "{target} 가격이 {value} 넘으면 알려줘",
        "alert me when the price of {target} is above {value}",
    ),
    "say.alert_price_fall": (
        "{target} 가격이 {value} 밑으로 가면 알려줘",
        "alert me when the price of {target} is below {value}",
    ),
    "say.risk_lower": ("좀 더 안전하게 해줘", "make it a bit safer"),
    "say.risk_raise": ("좀 더 공격적으로 해줘", "take a bit more risk"),
}
