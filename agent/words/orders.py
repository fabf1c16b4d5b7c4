"""Orders on their way, what came of them, and the broker beside the book, in words."""

from collections.abc import Sequence
from decimal import Decimal

from agent.words.slots import Cash, Day, Line, Number, Phrase, Phrases, Quoted, Slot, Thing, Units, Word
from tools.domain.decision import Receipt, Trade, Unfilled
from tools.domain.events import Difference
from tools.domain.market import AssetClass
from tools.domain.order import Order, Report
from tools.domain.value import Money

WORDS: dict[str, tuple[str, str]] = {
    # what an approval came to
    "orders.manual": (
        "승인을 적었어요. 아직 아무것도 사고팔지 않았어요. 쓰시는 증권사에 직접 주문하고 결과를 알려 주세요: {what}.",
        "Your approval is noted; nothing was bought or sold yet. Place these at your own broker, then tell me what came"
        " of them: {what}.",
    ),
    "orders.sent": (
        "승인하신 주문의 결과를 {broker}에서 기다리고 있어요: {what}.",
        "Your approved orders wait for their outcome at {broker}: {what}.",
    ),
    "orders.done": (
        "{broker}에서 거래 {count}건이 체결됐어요. 비용은 {cost:이에요/예요}.",
        "Filled at {broker}. Trades: {count}, cost {cost}.",
    ),
    "orders.told": (
        "직접 하신 거래 {count}건을 장부에 적었어요. 비용은 {cost:이에요/예요}.",
        "The trades you did are in the book: {count}, cost {cost}.",
    ),
    "orders.noted": ("적었어요. 아직 답하지 않은 것: {what}.", "Noted. Still open: {what}."),
    "orders.practice": (
        "연습 체결이에요. 증권사에는 아무것도 보내지 않았어요.",
        "This was practice: nothing was sent to any broker.",
    ),
    "orders.missing": ("체결되지 않은 것: {what}.", "Not filled: {what}."),
    "orders.lapsed": (
        "체결된 것이 없어 장부는 그대로예요: {what}.",
        "Nothing was filled, and the book is as it was: {what}.",
    ),
    "orders.left": ("{asset} {units} ({why})", "{units} of {asset} ({why})"),
    "orders.buy": ("{asset} {units} 매수", "buy {units} of {asset}"),
    "orders.sell": ("{asset} {units} 매도", "sell {units} of {asset}"),
    "orders.none": ("기다리고 있는 주문이 없어요.", "No orders are waiting."),
    "orders.none_such": (
        "말씀하신 것 가운데 아직 열려 있는 주문은 없어서 아무것도 취소하지 않았어요.",
        "No open order is one of those you named, so nothing was called off.",
    ),
    "orders.called_off": ("취소하기로 한 주문: {what}.", "To be called off: {what}."),
    "orders.not_placed": (
        "하지 않은 것으로 적었어요: {what}. 이미 직접 넣으신 주문이 있으면 그 증권사에서도 취소해 주세요.",
        "Noted as not done: {what}. Whatever you have already placed has to be cancelled at your broker as well.",
    ),
    "orders.last": ("마지막 주문은 {day}에 끝났어요.", "The last ones were settled on {day}."),
    "orders.not_yet": (
        "보여 드린 제안은 아직 승인하지 않으셔서 주문으로 나가지 않았어요.",
        "The proposal I showed you is not approved yet, so no order went out for it.",
    ),
    "button.call_off": ("아직 안 된 주문 취소", "Cancel what is open"),
    "say.call_off": ("아직 안 나간 주문 취소해줘", "Cancel my open orders"),
    "button.orders": ("주문 확인", "Check my orders"),
    "say.orders": ("내 주문 어떻게 됐어?", "Are my orders filled?"),
    "orders.ahead": (
        "승인하신 주문 {count}건의 결과를 아직 몰라요. 이 제안은 그 거래가 없었을 때를 기준으로 했고, 결과를 안 다음에 "
        "승인할 수 있어요.",
        "The outcome of {count} approved orders is not known yet. This proposal is worked out as if they had not"
        " happened, and can be approved once it is.",
    ),
    "orders.head_manual": (
        "{day}에 승인하신 주문이에요. 직접 주문하고 결과를 알려 주세요.",
        "Orders you approved on {day}. Place them yourself and tell me what came of them.",
    ),
    "orders.head": ("{day}에 승인하신 주문이에요 ({broker}).", "Orders you approved on {day} ({broker})."),
    "orders.line": ("{move}, 지정가 {limit} {bound}", "{move} at {limit} {bound}"),
    "orders.line_open": ("{move}", "{move}"),
    "orders.state": ("{line}: {state}", "{line}: {state}"),
    "orders.partly": ("{units} 체결됨", "{units} filled"),
    "orders.at_most": ("이하", "or less"),
    "orders.at_least": ("이상", "or more"),
    "orders.is_open": ("아직 모름", "not known yet"),
    "orders.is_working": ("접수됨, 체결 기다림", "taken, not filled yet"),
    "orders.is_filled": ("체결됨", "filled"),
    "orders.is_ended": ("더 체결되지 않고 끝남", "over"),
    "orders.is_refused": ("거절됨", "refused"),
    # why something was not filled
    "reason.ended": ("지정가 안에서 체결되지 않고 끝남", "it ended without a fill inside the limit"),
    "reason.broker_rule": ("증권사 규칙에 맞지 않아 거절됨", "refused by the broker's rules"),
    "reason.broker_funds": ("증권사 계좌에 쓸 수 있는 돈이나 수량이 모자람", "too little to trade with at the broker"),
    "reason.broker_no_such": ("그 증권사에서 거래할 수 없는 자산", "this broker does not trade it"),
    "reason.broker_price": (
        "증권사의 가격이 여기 가격과 너무 달라 보내지 않음",
        "not sent: the broker's price is too far from the one here",
    ),
    "reason.too_late": ("제때 보내지 못해 보내지 않음", "not sent: the approval was over by then"),
    "reason.cancelled": ("체결되기 전에 취소됨", "cancelled before it was filled"),
    "reason.called_off": ("보내기 전에 취소함", "called off before it was sent"),
    "reason.not_done": ("하지 않음", "you did not do it"),
    "reason.other": ("알 수 없는 까닭", "for an unknown reason"),
    # the broker itself
    "broker.once": (
        "주문을 맡은 곳: {broker}. 같은 주문을 두 번 받지 않아요.",
        "Orders go to {broker}, which never takes the same order twice.",
    ),
    "broker.asked": (
        "주문을 맡은 곳: {broker}. 같은 주문을 두 번 받을 수 있어, 불확실하면 다시 보내지 않고 먼저 확인해요.",
        "Orders go to {broker}, which might take the same order twice: when in doubt it is asked, never sent again.",
    ),
    "broker.inside": (
        "거래는 연습으로 체결돼요. 밖으로 나가는 주문은 없어요.",
        "Trades are filled as practice; no order leaves the house.",
    ),
    "broker.person": (
        "주문은 직접 하시고 결과를 알려 주시면 돼요.",
        "You place the orders yourself and tell me what came of them.",
    ),
    "broker.same": ("{broker} 잔고와 장부가 맞아요.", "The book agrees with {broker}."),
    "broker.differs": (
        "{broker} 잔고와 장부가 달라요: {what}.",
        "The book and {broker} do not agree: {what}.",
    ),
    "broker.one": ("{asset} 장부 {ours}, 증권사 {theirs}", "{asset} {ours} in the book, {theirs} at the broker"),
    # errors
    "error.broker_differs": (
        "증권사 잔고와 장부가 달라서 주문하지 않았어요: {what}. 장부를 고치거나(hanfolio book), 다른 곳에 둔 것이면 "
        "계좌를 나누거나(hanfolio account), 증권사 것을 그대로 받아 주세요(hanfolio broker --take).",
        "Nothing was ordered, because the book and the broker do not agree: {what}. Correct the book (hanfolio book), "
        "put what lies elsewhere into an account of its own (hanfolio account), or take over what the broker holds "
        "(hanfolio broker --take).",
    ),
    "error.orders_open": (
        "앞서 승인하신 주문의 결과를 아직 몰라 새로 주문하지 않았어요. hanfolio orders 로 확인해 주세요.",
        "Earlier orders are not settled yet, so nothing new was ordered. See hanfolio orders.",
    ),
    "error.broker_demo": (
        "모의 시장에서는 실제 주문을 할 수 없어요: {about}. 실제 가격을 쓰는 새 폴더에서 해 주세요.",
        "No real order leaves the demo market: {about}. Use a home on real prices.",
    ),
    "error.broker_practice": (
        "장부가 아직 연습용 돈이라 실제 돈으로 주문하지 않았어요. 가진 것을 먼저 적어 주세요 (hanfolio book "
        "correction).",
        "The book is still practice money, so nothing was ordered for real. Enter what you hold first (hanfolio book "
        "correction).",
    ),
    "error.broker_person": (
        "직접 주문하시는 방식이라 자동으로는 거래하지 않았어요.",
        "You place the orders yourself, so nothing was traded on its own.",
    ),
    "error.broker_clock_off": (
        "이 기기의 시계가 증권사 시계와 많이 달라 주문하지 않았어요: {about}. 시계를 맞춰 주세요.",
        "This machine's clock is far from the broker's, so nothing was ordered: {about}. Please set the clock.",
    ),
    "error.broker_clock": (
        "시계가 맞지 않는다며 증권사가 요청을 받지 않았어요: {about}. 시계를 맞춰 주세요.",
        "The broker refused the request because the clocks disagree: {about}. Please set the clock.",
    ),
    "error.broker_unreached": (
        "증권사에 닿지 않아 보내지 않았어요: {about}.",
        "The broker could not be reached, so nothing was sent: {about}.",
    ),
    "error.broker_silent": (
        "증권사가 제대로 답하지 않아 결과를 아직 몰라요: {about}. 다시 보내지 않고 먼저 확인할게요.",
        "The broker gave no usable answer, so the outcome is not known: {about}. It is asked before anything is sent "
        "again.",
    ),
    "error.broker_busy": (
        "증권사가 잠시 쉬어 달라고 해서 보내지 않았어요: {about}. 조금 뒤 다시 해 볼게요.",
        "The broker asked for a pause, so nothing was sent: {about}. I try again shortly.",
    ),
    "error.broker_busy_for": (
        "증권사가 {seconds}초 쉬어 달라고 해서 보내지 않았어요: {about}. 조금 뒤 다시 해 볼게요.",
        "The broker asked for a pause of {seconds} seconds, so nothing was sent: {about}. I try again shortly.",
    ),
    "error.broker_currency": (
        "증권사 계좌의 통화가 장부의 통화와 달라 주문하지 않았어요: {about}.",
        "Nothing was ordered: the account at the broker is kept in another currency than the book: {about}.",
    ),
    "error.broker_key": (
        "증권사가 키를 받아들이지 않았어요: {about}. 모의 계좌와 실계좌의 키는 서로 달라요.",
        "The broker did not accept the keys: {about}. Paper and live accounts have keys of their own.",
    ),
    "error.broker_unreadable": (
        "증권사가 보낸 잔고를 읽을 수 없어 주문하지 않았어요: {about}.",
        "What the broker says is held cannot be read, so nothing was ordered: {about}.",
    ),
    "error.broker_blocked": (
        "증권사가 이 계좌의 거래를 막아 두었어요: {about}.",
        "The broker has blocked trading in this account: {about}.",
    ),
    "error.broker_other": (
        "이 주문은 다른 곳에 맡겨져 있어요: {about}. 그곳으로 다시 열어 주세요.",
        "These orders are with another broker: {about}. Open Hanfolio with that one.",
    ),
    "error.broker_unsure": (
        "{assets} 주문이 들어갔는지 증권사에서 확인되지 않아요. 두 번 사지 않도록 다시 보내지 않았어요. 증권사 화면을 "
        "보고 hanfolio filled 로 알려 주세요.",
        "Whether the order for {assets} was taken cannot be told, and it was not sent again so that nothing is bought "
        "twice. Please look at the broker's own page and tell me with hanfolio filled.",
    ),
    "error.broker_unknown": (
        "모르는 증권사예요: {about}. paper, manual, alpaca, ccxt:binance, ccxt:okx, ccxt:upbit 가운데 써 주세요.",
        "Unknown broker: {about}. Use paper, manual, alpaca, ccxt:binance, ccxt:okx or ccxt:upbit.",
    ),
    "error.broker_not_live": (
        "실제 돈으로 주문을 보내는 곳이 아니에요: {about}.",
        "This sends no orders for real money: {about}.",
    ),
    "error.broker_no_key": (
        "증권사 키가 환경 변수에 없어요: {about}.",
        "The keys for the broker are not in the environment: {about}.",
    ),
    "error.broker_clock_fixed": (
        "멈춘 시각(--now)으로는 실제 주문을 할 수 없어요: {about}. --now system 으로 열어 주세요.",
        "No real order can be placed at a fixed time (--now): {about}. Use --now system.",
    ),
    "error.broker_no_sandbox": (
        "시험 계좌가 없는 거래소예요: {about}. 실제 돈으로 쓰려면 --broker-live 를 함께 주세요.",
        "This exchange has no sandbox: {about}. For real money add --broker-live.",
    ),
    "error.broker_nothing": (
        "잔고를 물어볼 수 있는 증권사가 아니에요: {about}.",
        "This broker cannot be asked what is held: {about}.",
    ),
    "error.broker_same": ("이미 잔고와 장부가 맞아요: {about}.", "The book agrees with it already: {about}."),
    "error.broker_short": (
        "빌려 판 것은 장부에 담을 수 없어요: {about}.",
        "What was sold short cannot be taken into the book: {about}.",
    ),
    "error.orders_none": ("기다리고 있는 주문이 없어요.", "No orders are waiting."),
    "error.fill_unknown": ("그런 주문은 없어요: {about}.", "There is no such order: {about}."),
    "error.fill_unreadable": (
        "읽을 수 없어요: {about}. 종목=수량@가격, 종목=yes, 종목=no 처럼 적어 주세요.",
        "That cannot be read: {about}. Write ASSET=UNITS@PRICE, ASSET=yes or ASSET=no.",
    ),
    "error.fill_too_many": ("{about:은/는} 그만큼 들고 있지 않아요.", "You do not hold that much {about}."),
    "error.fill_far": (
        "{about} 가격이 제안과 너무 달라 적지 않았어요. 단위를 확인해 주세요.",
        "The price of {about} is too far from the proposal and was not noted. Please check its unit.",
    ),
    "error.fill_working": (
        "{about} 주문은 증권사가 알고 있어요. 결과는 그곳에서 받아요.",
        "The broker knows of the order for {about}; its outcome comes from there.",
    ),
}  # fmt: skip

COIN: AssetClass = "crypto"


def receipt_lines(done: Receipt, *, simulated: bool) -> tuple[Line, ...]:
    """What an approval came to, truthfully: done, on its way, in part, or nothing. simulated: prices are made up."""
    lines: list[Line] = []
    if done.waiting:
        what = Phrases(tuple(move(t) for t in done.waiting))
        if done.broker == "manual":
            lines.append(Line("orders.noted" if done.known else "orders.manual", {"what": what}))
        else:
            lines.append(Line("orders.sent", {"broker": Quoted(done.broker), "what": what}))
    elif not done.fills and done.unfilled:
        return (Line("orders.lapsed", {"what": _lefts(done.unfilled)}),)
    elif done.again and done.broker == "paper":
        lines.append(Line("talk.approved_again"))
    else:
        lines += _filled(done, simulated=simulated)
    if done.unfilled and not done.waiting:
        lines.append(Line("orders.missing", {"what": _lefts(done.unfilled)}))
    return tuple(lines)


def _filled(done: Receipt, *, simulated: bool) -> tuple[Line, ...]:
    slots: dict[str, Slot] = {"count": Number(len(done.fills), digits=0), "cost": Cash(done.cost)}
    if done.broker == "manual":
        return (Line("orders.told", slots),)
    if done.broker != "paper":
        return (Line("orders.done", {**slots, "broker": Quoted(done.broker)}),)
    practice = () if simulated else (Line("orders.practice"),)
    return (Line("talk.approved", slots), *practice)


def move(trade: Trade) -> Line:
    """What is to be bought or sold."""
    slots: dict[str, Slot] = {"asset": Thing(trade.asset), "units": _some(trade.units, trade.asset)}
    return Line("orders.buy" if trade.side == "buy" else "orders.sell", slots)


def order_line(order: Order, report: Report | None, *, listed: bool) -> Line:
    """One order as it stands. listed: for a person to place, with its limit; else with what became of it."""
    trade = order.trade
    line = Line("orders.line_open", {"move": Phrase(_of(order))})
    if listed and order.limit is not None:
        bound = Word("orders.at_most" if trade.side == "buy" else "orders.at_least")
        line = Line(
            "orders.line", {"move": Phrase(_of(order)), "limit": _price(order.limit, trade.currency), "bound": bound}
        )
    if listed and report is None:
        return line
    state: Slot = Word(f"orders.is_{report.state}" if report else "orders.is_open")
    if report is not None and report.reason == "not_done":
        state = Word("reason.not_done")
    if report is not None and 0 < report.units < trade.units:
        state = Phrase(Line("orders.partly", {"units": _units(report.units, order)}))
    return Line("orders.state", {"line": Phrase(line), "state": state})


def head_line(broker: str, day: Day) -> Line:
    """What stands above a list of orders."""
    if broker == "manual":
        return Line("orders.head_manual", {"day": day})
    return Line("orders.head", {"day": day, "broker": Quoted(broker)})


def ahead_line(count: int) -> Line:
    """Beside a proposal that is made while orders are on their way."""
    return Line("orders.ahead", {"count": Number(count, digits=0)})


def broker_line(name: str, reach: str, *, once: bool) -> Line:
    """Who carries orders out, and whether it takes a key twice."""
    if reach != "outside":
        return Line("broker.inside" if reach == "inside" else "broker.person")
    return Line("broker.once" if once else "broker.asked", {"broker": Quoted(name)})


def agreement_line(name: str, found: Sequence[Difference]) -> Line:
    """The broker's holdings beside the book."""
    if not found:
        return Line("broker.same", {"broker": Quoted(name)})
    what = Phrases(tuple(_difference(d.asset, d.ours, d.theirs) for d in found))
    return Line("broker.differs", {"broker": Quoted(name), "what": what})


def broker_error(code: str, names: Sequence[str]) -> Line | None:
    """Errors whose names are more than names: a pause in seconds, or asset, ours and theirs of each difference."""
    if code == "broker_busy" and len(names) == 2:
        return Line("error.broker_busy_for", {"about": Quoted(names[0]), "seconds": Number(float(names[1]), digits=0)})
    if code != "broker_differs" or not names:
        return None
    triples = zip(names[::3], names[1::3], names[2::3], strict=True)
    what = tuple(_difference(asset, Decimal(ours), Decimal(theirs)) for asset, ours, theirs in triples)
    return Line("error.broker_differs", {"what": Phrases(what)})


def _difference(asset: str, ours: Decimal, theirs: Decimal) -> Line:
    return Line("broker.one", {"asset": Thing(asset), "ours": _amount(ours, asset), "theirs": _amount(theirs, asset)})


def _amount(amount: Decimal, asset: str) -> Slot:
    if asset in ("KRW", "USD"):
        return Cash(Money(amount=amount, currency=asset))  # type: ignore[arg-type]
    return Units(amount, asset)


def _lefts(found: Sequence[Unfilled]) -> Phrases:
    return Phrases(tuple(_left(u) for u in found))


def _left(found: Unfilled) -> Line:
    code = f"reason.{found.reason}"
    why = Word(code if code in WORDS else "reason.other")
    slots: dict[str, Slot] = {"asset": Thing(found.asset), "units": _some(found.units, found.asset), "why": why}
    return Line("orders.left", slots)


def _of(order: Order) -> Line:
    trade = order.trade
    slots: dict[str, Slot] = {"asset": Thing(trade.asset), "units": _units(trade.units, order)}
    return Line("orders.buy" if trade.side == "buy" else "orders.sell", slots)


def _some(amount: Decimal, asset: str) -> Units:
    """Units of something whose class is not at hand: a broken number of shares is called no shares."""
    return Units(amount, asset, "shares" if amount == int(amount) else "coins")


def _units(amount: Decimal, order: Order) -> Units:
    return Units(amount, order.trade.asset, "coins" if order.asset_class == COIN else "shares")


def _price(amount: Decimal, currency: str) -> Slot:
    if currency in ("KRW", "USD"):
        return Cash(Money(amount=amount, currency=currency))  # type: ignore[arg-type]
    return Quoted(f"{amount.normalize():f} {currency}")
