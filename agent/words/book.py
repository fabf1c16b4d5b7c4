"""The book in words: entries read back, accounts, and what a statement says beside it."""

from decimal import Decimal

from agent.words.slots import Cash, Day, Line, Number, Percent, Phrases, Quoted, Slot, Thing, Units, Word
from tools.domain.entry import Entry
from tools.domain.events import Checked, Difference, Moved
from tools.domain.value import Money

MOST = 12
"""Differences that are listed one by one."""

WORDS: dict[str, tuple[str, str]] = {
    "book.deposit": ("{amount} 입금을 장부에 적었어요.", "Entered: {amount} paid in."),
    "book.withdrawal": ("{amount} 출금을 장부에 적었어요.", "Entered: {amount} taken out."),
    "book.dividend": ("배당 {amount:을/를} 장부에 적었어요.", "Entered: a dividend of {amount}."),
    "book.dividend_of": (
        "{asset} 배당 {amount:을/를} 장부에 적었어요.",
        "Entered: a dividend of {amount} from {asset}.",
    ),
    "book.interest": ("이자 {amount:을/를} 장부에 적었어요.", "Entered: interest of {amount}."),
    "book.fee": ("수수료 {amount:을/를} 장부에 적었어요.", "Entered: a fee of {amount}."),
    "book.split": (
        "{asset} 분할({old}주가 {new}주로)을 장부에 적었어요. 산 값은 그대로예요.",
        "Entered: {asset} split, {old} become {new}. What they cost stays the same.",
    ),
    "book.transfer_in": ("{asset} {units:이/가} 들어온 것으로 적었어요.", "Entered: {units} of {asset} came in."),
    "book.transfer_out": ("{asset} {units:이/가} 나간 것으로 적었어요.", "Entered: {units} of {asset} went out."),
    "book.class": (
        "{asset:은/는} {kind:으로/로} 셀게요. 가격은 몰라서 산 값 그대로예요.",
        "{asset} now counts as {kind}; it has no price here and stays at what it cost.",
    ),
    "class.equity": ("주식", "stocks"),
    "class.bond": ("채권", "bonds"),
    "class.commodity": ("원자재", "commodities"),
    "class.real_estate": ("부동산", "real estate"),
    "class.crypto": ("암호화폐", "crypto"),
    "class.cash": ("현금", "cash"),
    "card.counted": (
        "가격을 모르는 {asset:은/는} 산 값으로 {kind} 한도에 셌어요.",
        "{asset} has no price here; at what it cost it counts in limits on {kind}.",
    ),
    "book.correction": (
        "{asset} 보유를 {units:으로/로} 바로잡았어요.",
        "Corrected: you hold {units} of {asset}.",
    ),
    "account.type_ordinary": ("일반 계좌", "ordinary account"),
    "account.type_isa": ("개인종합자산관리계좌(ISA)", "ISA"),
    "account.type_irp": ("개인형퇴직연금(IRP)", "Korean retirement account (IRP)"),
    "account.type_pension": ("연금저축", "Korean pension savings"),
    "account.type_401k": ("미국 직장 퇴직연금", "US workplace retirement plan"),
    "account.type_ira": ("미국 개인 퇴직연금(IRA)", "IRA"),
    "account.trades": ("{name} 계좌를 적었어요 ({type}).", "Account noted: {name} ({type})."),
    "account.held": (
        "{name} 계좌를 적었어요 ({type}). 여기 든 것은 그대로 두고 거래하지 않아요.",
        "Account noted: {name} ({type}). What it holds stays as it is and is not traded.",
    ),
    "account.rule": (
        "{name:은/는} 위험 자산이 {share:이에요/예요}. {type}에는 {most}까지만 담을 수 있어요 ({source}).",
        "{name} holds {share} in risky assets; the rule for this type ({type}) allows {most} ({source}).",
    ),
    "check.same": (
        "{day} 잔고와 장부가 모두 맞아요 ({count}종목).",
        "The book agrees with the statement of {day} ({count} holdings).",
    ),
    "check.differ": (
        "{day} 잔고와 장부가 {count}종목에서 달라요: {what}. 장부는 아직 바꾸지 않았어요.",
        "The book differs from the statement of {day} in {count} holdings: {what}. Nothing was changed yet.",
    ),
    "check.one": ("{asset} 장부 {ours}, 잔고표 {theirs}", "{asset} {ours} in the book, {theirs} on the statement"),
    "check.last": ("마지막으로 잔고와 맞춰 본 날은 {day:이에요/예요}.", "Last checked against a statement of {day}."),
    "check.never": (
        "아직 잔고와 맞춰 본 적이 없어요. 증권사 잔고 파일로 확인할 수 있어요.",
        "The book has never been checked against a statement. A broker's list of holdings will do.",
    ),
    "check.overdue": (
        "잔고와 맞춰 본 지 오래됐어요. 증권사 잔고 파일로 확인해 주세요.",
        "It is long since the book was checked. Please compare it with a broker's list of holdings.",
    ),
}  # fmt: skip


def entry_line(entry: Entry, body: Moved) -> Line:
    """An entry as it was taken, read back."""
    if (
        entry.amount is not None
        and entry.currency in ("KRW", "USD")
        and not body.ratios
        and body.reason not in ("transfer", "correction")
    ):
        amount = Cash(Money(amount=abs(body.units[entry.currency]), currency=entry.currency), entry.asset)  # type: ignore[arg-type]
        if entry.kind == "dividend" and entry.asset is not None:
            return Line("book.dividend_of", {"asset": Thing(entry.asset), "amount": amount})
        return Line(f"book.{entry.kind}", {"amount": amount})
    if body.classes:
        named, kind = next(iter(body.classes.items()))
        return Line("book.class", {"asset": Thing(named), "kind": Word(f"class.{kind}")})
    if body.ratios:
        asset, (new, old) = next(iter(body.ratios.items()))
        return Line("book.split", {"asset": Thing(asset), "new": _count(new), "old": _count(old)})
    asset = next(iter(body.units))
    return Line(f"book.{entry.kind}", {"asset": Thing(asset), "units": Units(entry.units or Decimal(0), asset)})


def check_lines(body: Checked) -> tuple[Line, ...]:
    """What a comparison with a statement came to."""
    if not body.differences:
        return (Line("check.same", {"day": Day(body.day), "count": _count(body.holdings)}),)
    slots: dict[str, Slot] = {
        "day": Day(body.day),
        "count": _count(len(body.differences)),
        "what": Phrases(tuple(_difference(d) for d in body.differences[:MOST])),
    }
    return (Line("check.differ", slots),)


def _difference(found: Difference) -> Line:
    return Line(
        "check.one",
        {
            "asset": Thing(found.asset),
            "ours": _exact(found.ours, found.asset),
            "theirs": _exact(found.theirs, found.asset),
        },
    )


def rule_line(name: str, kind: str, share: float, most: float, source: str) -> Line:
    """What the law says of so much risk in an account of a type."""
    slots: dict[str, Slot] = {
        "name": Quoted(name),
        "type": Word(f"account.type_{kind}"),
        "share": Percent(share),
        "most": Percent(most, digits=0),
        "source": Quoted(source),
    }
    return Line("account.rule", slots)


def checked_line(last: Checked | None, *, overdue: bool) -> tuple[Line, ...]:
    """When the book was last checked against a statement, and a reminder when that is long ago."""
    if last is None:
        return (Line("check.never"),)
    line = Line("check.last", {"day": Day(last.day)})
    return (line, Line("check.overdue")) if overdue else (line,)


def _exact(units: Decimal, asset: str) -> Units:
    return Units(units, asset)


def _count(value: Decimal | int) -> Number:
    return Number(float(value), digits=0 if value == int(value) else 4)
