"""Orders on their way, in the talk: how they stand, and taking back what is still open. Heard by rules, before any mind.

Nothing here can move a weight: a status only asks the broker, and calling off only ends what was approved before.
"""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from agent.execution import settle
from agent.ordering import called_off
from agent.receipts import receipt_of
from agent.toolbox.common import SHOW_PROPOSAL
from agent.toolbox.outcome import Choice
from agent.wiring import Desk
from agent.words.errors import explain_error
from agent.words.orders import head_line, move, order_line, receipt_lines
from agent.words.slots import Day, Line, Phrases
from agent.work import current
from tools.domain.decision import Receipt
from tools.domain.events import Executed
from tools.domain.market import Universe
from tools.domain.order import Lapsed, Order
from tools.domain.value import Lang
from tools.errors import AdvisorError
from tools.outstanding import Outstanding
from tools.state import State

LONGEST: Final = 80
"""Characters: whoever writes more has something else to say as well."""

CALL_OFF: Final = Choice(Line("button.call_off"), Line("say.call_off"))
STATUS: Final = Choice(Line("button.orders"), Line("say.orders"))

_ORDER = re.compile(r"주문|미체결|(?<!\bin )\borders?\b", re.I)
_OPEN = re.compile(
    r"미체결|(?:안|못) (?:나간|된|끝난)|남은|남아|대기|걸어|걸린|진행|기다리|체결\s?(?:안|되지)"
    r"|\b(?:open|outstanding|unfilled|unexecuted|working|remaining|resting|live|on (?:their|its|the) way)\b",
    re.I,
)
"""Says outright that orders on their way are meant, and not a proposal or a wish."""
_CALL_OFF = re.compile(
    r"(?:취소|철회)(?:를|을)?\s?(?:좀\s?)?(?:다\s?|모두\s?|전부\s?|바로\s?)?(?:해\s?(?:줘|주|줄|달|라(?!는)|요\s*[.!~]*$|봐|버려|놔|[.!~]*$)|하(?:자|세요|십시오|시죠|고\s?싶|길|기를)|할(?:래|게|께)|시켜|부탁|바라|바랍|[.!~]*$)"
    r"|(?:거둬|물러|빼|없던\s?(?:걸|것)(?:로|으로) (?:해)?)\s?(?:줘|주|줄|달)"
    r"|^\W*(?:(?:please|pls|hey|ok(?:ay)?|now|just|actually|no|wait|can you|could you|would you|will you|i(?:'d| would)? (?:want|need|like) (?:you )?to|i wanna|let'?s|go ahead and)\b[\s,]*)*(?:cancel|call off|pull|withdraw|scrap|kill|revoke|take back)\b",
    re.I,
)
_NOT_NOW = re.compile(
    r"지\s?(?:는\s?|를\s?)?(?:마|말)|(?:하|되|되었|됐으|나가|넣으|내|오르|떨어지|안 되)면|왜|거든|취소\s?해?도"
    r"|\b(?:don'?t|do not|never|not|if|when|unless|once|why|what if|whenever)\b",
    re.I,
)
"""Forbidden, for later, or a reason is asked for: not a wish of this moment."""
_PARTLY = re.compile(r"절반|반만|반은|일부|\b(?:half|part(?:ly|ially)?|some)\b", re.I)
_MORE = re.compile(
    r"\b(?:and|then|instead)\b(?! (?:sell|buy)(?:ing)? orders?)|취소하고(?!\s?싶)|대신|그리고|그\s?다음", re.I
)
_GO_AHEAD = re.compile(r"\bgo ahead and\b", re.I)
_REST = re.compile(r"빼고|말고|제외|외에|놔두고|두고|\b(?:except|but not|other than|apart from|leave|all but)\b", re.I)
_BUYS = re.compile(r"매수|사는|산 |\b(?:buy(?:s|ing)?|purchases?)\b", re.I)
_SELLS = re.compile(r"매도|파는|\b(?:sell(?:s|ing)?|sales?)\b", re.I)
_STATUS = re.compile(
    r"어떻게\s?(?:됐|되었|되고|돼\s?가|되어|된)|어디까지|(?:체결|처리|진행|완료|취소|접수|집행|거래)(?:이|은|는|가)?\s?(?:다\s?|잘\s?|아직\s?)?(?:됐|되었|됬|된|되고|안\s?됐|했|중)|(?:들어|나)(?:갔|간)|(?:끝났|끝난|성공)|상태|현황|확인|남은|남아|있(?:어|나|니|는지|습)|미체결|보여|알려|체결\S{0,3}\s*[?？]"
    r"|\b(?:fill(?:ed)?|status|state|go(?:ne|ing)? through|went through|executed?|placed|sent|happen(?:ed|ing)?|complete[d]?|done|pending|open|outstanding|working|waiting|cancell?ed|stand|doing|where|show|list|progress|any)\b",
    re.I,
)
_ASKS = re.compile(
    r"[?？]\s*$|(?:어|나|까|니|지|죠|요|냐|는지|을까|됨|음|줘|주세요|줘요|상태|현황|확인)\s*[?？.~!ㅋㅎ]*$"
    r"|^\W*(?:(?:so|and|hey|ok(?:ay)?|please)\b[\s,]*)*(?:is|are|was|were|did|do|does|have|has|had|what|how|where|which|can|could|any|show|list|tell|check|status|my)\b",
    re.I,
)
_WISH = re.compile(
    r"(?:매수|매도|주문)\s?(?:좀\s?)?(?:해|넣어|내)\s?(?:줘|주|라)|사\s?줘|팔아|살까|팔까|제안|추천|수수료|비용|내역|방법|하는\s?법"
    r"|\b(?:propose|proposal|recommend|place (?:an?|the|my)|history|fees?|costs?|limit orders?|stop[- ]loss|kinds?|types?|order of|made to order)\b",
    re.I,
)
"""Something to be done, or another question in which orders are mentioned."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of orders on their way.

    call_off: take back what is open; else only tell. assets, side: which; all where nothing is named. rest: all others.
    """

    call_off: bool
    assets: frozenset[str] = frozenset()
    side: Literal["buy", "sell"] | None = None
    rest: bool = False

    def means(self, order: Order) -> bool:
        """Is this order meant?"""
        named = self.assets or self.side
        fits = (not self.assets or order.trade.asset in self.assets) and self.side in (None, order.trade.side)
        return fits != self.rest if named else True


@dataclass(frozen=True, slots=True)
class Told:
    """What is answered: the call it stands for, the lines one below the other, and what may be pressed."""

    name: str
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()


def wanted(desk: Desk, state: State, said: str) -> Wanted | None:
    """What a message wants of orders on their way; None where it is about anything else.

    Args:
        desk: The ports; names of assets come from it.
        state: Of the investor. Without orders on their way only words that say so outright are about them: "cancel it"
            may mean a proposal or a wish, and is for a mind to tell.
        said: The whole message.
    """
    if len(said) > LONGEST or not _ORDER.search(said) or _WISH.search(said):
        return None
    there = state.outstanding is not None
    meant = there or (state.pending is None and _OPEN.search(said) is not None)
    if _CALL_OFF.search(said) and not _NOT_NOW.search(said):
        if not meant or _MORE.search(_GO_AHEAD.sub("", said)):
            return None
        return Wanted(call_off=False) if _PARTLY.search(said) else _which(desk, said)
    if _STATUS.search(said) and _ASKS.search(said) and not _NOT_NOW.search(said):
        return Wanted(call_off=False)
    return None


def _which(desk: Desk, said: str) -> Wanted:
    """Which orders are to be taken back; what is named but not held here means none, never all."""
    universe: Universe = desk.market.universe()
    found = {m.id for m in desk.names.find(said, ("target", "asset"))}
    assets = frozenset(a for t in found for a in (universe.members(t) or (t,)))
    buys, sells = bool(_BUYS.search(said)), bool(_SELLS.search(said))
    side: Literal["buy", "sell"] | None = None if buys == sells else ("buy" if buys else "sell")
    return Wanted(call_off=True, assets=assets, side=side, rest=_REST.search(said) is not None)


def told(desk: Desk, investor: str, lang: Lang, want: Wanted) -> Told:
    """Do what is wanted of the orders and tell what came of it.

    Raises:
        BrokerFailed: The broker could not be asked to take an order back.
        Stale: Another command came first, twice.
        StoreFailed: It could not be written.
    """
    if not want.call_off:
        return _standing(desk, investor, lang)
    out = current(desk, investor).outstanding
    if out is None:
        return Told("call_off", (Line("orders.none"),))
    chosen = [o for o in out.open if want.means(o)]
    if not chosen:
        seen = _standing(desk, investor, lang)
        return Told("orders", (Line("orders.none_such"), *seen.lines), seen.choices)
    receipt = called_off(desk, investor, lang, want.means)
    code = "orders.not_placed" if out.placed.broker == "manual" else "orders.called_off"
    lines = (Line(code, {"what": Phrases(tuple(move(o.trade) for o in chosen))}), *_came(desk, receipt))
    return Told("call_off", lines, (STATUS,) if receipt is not None and receipt.waiting else ())


def _standing(desk: Desk, investor: str, lang: Lang) -> Told:
    """How the orders stand, after asking for them; without any, what came of the last ones."""
    receipt = settle(desk, investor, lang, patience_s=0.0)
    state = current(desk, investor)
    if state.outstanding is not None:
        trouble = _trouble(desk, receipt)
        return Told("orders", (*_list(state, state.outstanding), *trouble), (CALL_OFF,))
    if receipt is not None:
        return Told("orders", _came(desk, receipt))
    lines = (Line("orders.none"), *_last(desk, investor, state))
    if state.pending is None:
        return Told("orders", lines)
    return Told("orders", (*lines, Line("orders.not_yet")), (SHOW_PROPOSAL,))


def _list(state: State, out: Outstanding) -> tuple[Line, ...]:
    assert state.opened is not None
    day = Day(out.at.astimezone(ZoneInfo(state.opened.tz)).date())
    listed = out.placed.broker == "manual"
    lines = (order_line(o, out.reports.get(o.key), listed=listed) for o in out.placed.orders)
    return (head_line(out.placed.broker, day), *lines)


def _last(desk: Desk, investor: str, state: State) -> Sequence[Line]:
    """What came of the orders that were settled last; nothing where there never were any."""
    for event in reversed(desk.ledger.read(investor)):
        if isinstance(event.body, Executed | Lapsed):
            assert state.opened is not None
            day = Day(event.at.astimezone(ZoneInfo(state.opened.tz)).date())
            return (Line("orders.last", {"day": day}), *_came(desk, receipt_of(desk, investor, event.body.decision)))
    return ()


def _came(desk: Desk, receipt: Receipt | None) -> tuple[Line, ...]:
    if receipt is None:
        return (Line("orders.none"),)
    return (*receipt_lines(receipt, simulated=desk.market.simulated), *_trouble(desk, receipt))


def _trouble(desk: Desk, receipt: Receipt | None) -> tuple[Line, ...]:
    if receipt is None or not receipt.trouble:
        return ()
    return tuple(explain_error(AdvisorError(*receipt.trouble), desk.names))
