"""Accounts of one investor, together and apart, and the book beside a statement.

An account is a dated fact: what the law makes of it, its currency, whether we may trade there. What each holds follows
from the entries and imports that name it. The decision runs on the whole book; what lies where we may not trade is held
as it is, by limits nobody can overrule, and counts in every other limit.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from agent.account import asset_key
from agent.book import Entered, written
from agent.wiring import Desk
from agent.words.book import check_lines, checked_line, rule_line
from agent.words.render import render_all
from agent.words.slots import Line, Quoted, Slot, Word
from agent.work import Work, begin
from knowledge.imports import positions
from knowledge.tables import account_rules
from tools.domain.entry import AccountKind
from tools.domain.events import Account, Checked, Difference, Executed, Imported, Moved
from tools.domain.investor import Book
from tools.domain.mandate import Limit
from tools.domain.market import Array, Market
from tools.domain.value import Currency, Lang, Money
from tools.errors import BadInput, DataMissing
from tools.journal import book_of
from tools.rebalance import round_money, standing
from tools.setaside import months_between

CHECK_MONTHS = 3.0
"""After so long without a look at a statement the person is reminded."""

_ID = re.compile(r"[a-z0-9가-힣_-]{1,24}")


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """One account and what it holds now. account: None for everything that names none.

    worth: at today's prices, None where they are missing. risky: share of it at risk. warning: what a rule of its type
    says about that, in words; empty when it is kept or there is none. checked: day of the newest statement it was
    compared with, None when it never was.
    """

    account: Account | None
    book: Book
    worth: Money | None
    risky: float | None
    warning: str
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The book beside a statement. unknown: symbols of the file that are neither listed here nor held."""

    day: date
    holdings: int
    differences: tuple[Difference, ...]
    text: str


def open_account(
    desk: Desk,
    investor: str,
    lang: Lang,
    account_id: str,
    *,
    name: str,
    kind: AccountKind,
    currency: Currency,
    trades: bool = True,
) -> Entered:
    """Name an account, or change what is known of it.

    Args:
        desk: The ports.
        investor: Whose account.
        lang: Language of the words that come back.
        account_id: Short name used in entries and imports, of small letters, digits, Hangul, - and _.
        name: As the person calls it.
        kind: What the law makes of it.
        currency: What it is kept in.
        trades: May we trade in it? If not, what it holds is held as it is.
    Raises:
        BadInput: `account_id` for an id that is none.
    """
    if not _ID.fullmatch(account_id):
        raise BadInput("account_id", account_id)

    def change(work: Work) -> tuple[Line, ...]:
        work.add(Account(turn=work.turn, id=account_id, name=name, type=kind, currency=currency, trades=trades))
        slots: dict[str, Slot] = {"name": Quoted(name), "type": Word(f"account.type_{kind}")}
        return (Line("account.trades" if trades else "account.held", slots),)

    return written(desk, investor, lang, change)


def accounts(desk: Desk, investor: str, lang: Lang) -> tuple[AccountSeen, ...]:
    """Every account with what it holds, those without a name first; their units add up to the whole book."""
    work = begin(desk, investor, lang)
    known = {a.id: a for a in work.state.accounts}
    found = []
    market: Market | None = None
    with suppress(DataMissing):  # a new home has accounts before it has prices
        market = desk.market.at(work.at)
    for account_id in (None, *known):
        book = holdings_of(work, account_id)
        if account_id is None and not book.positions and known:
            continue
        found.append(_seen(work, market, known.get(account_id or ""), book))
    return tuple(found)


def holdings_of(work: Work, account_id: str | None) -> Book:
    """What one account holds; trades of ours were carried out outside the named ones."""
    if work.state.opened is None:
        return Book(positions={})
    own = tuple(
        e
        for e in work.state.journal
        if (isinstance(e.body, Moved | Imported) and e.body.account == account_id)
        or (account_id is None and isinstance(e.body, Executed))
    )
    opened = work.state.opened
    if account_id is not None or (opened.practice and not work.state.practice):
        opened = opened.model_copy(update={"book": Book(positions={}), "practice": False})
    return book_of(opened, own)


def _seen(work: Work, market: Market | None, account: Account | None, book: Book) -> AccountSeen:
    own = account.id if account else None
    looked = [e.body for e in work.state.checks if isinstance(e.body, Checked)]
    day = max((c.day for c in looked if c.account == own), default=None)
    if market is None:
        return AccountSeen(account, book, None, None, "", day)
    try:
        now = standing(book, market, work.currency)
    except DataMissing:
        return AccountSeen(account, book, None, None, "", day)
    inside = np.array([a.asset_class != "cash" for a in market.universe.assets])
    risky = float(now.weights[inside].sum())
    worth = Money(amount=round_money(now.worth, work.currency), currency=work.currency)
    return AccountSeen(account, book, worth, risky, _warning(work, market, account, now.weights), day)


def _warning(work: Work, market: Market, account: Account | None, weights: Array) -> str:
    """What the law says of so much risk in an account of this type; empty when it is kept."""
    if account is None:
        return ""
    for rule in account_rules():
        if rule.type != account.type or rule.since > work.at.date():
            continue
        counted = np.array([a.asset_class not in rule.safe for a in market.universe.assets])
        share = float(weights[counted].sum())
        if share > rule.most + 1e-9:
            line = rule_line(account.name, account.type, share, rule.most, rule.source.split(":")[0])
            return render_all((line,), work.lang, work.desk.names, tz=work.tz).text
    return ""


def account_limits(work: Work, market: Market) -> tuple[Limit, ...]:
    """What lies in accounts where we may not trade stays there: so much of each asset at least, none of it sold."""
    limits = []
    total = standing(work.state.book, market, work.currency)
    for account in work.state.accounts:
        if account.trades:
            continue
        for asset, position in holdings_of(work, account.id).positions.items():
            if asset not in market.universe or position.units <= 0 or work.state.book.units(asset) <= 0:
                continue
            value = total.values[market.universe.ids.index(asset)] * position.units / work.state.book.units(asset)
            weight = min(float(value / total.managed), 1.0)
            limits.append(Limit(id=f"account:{account.id}", kind="keep", target=asset, weight=weight, origin="account"))
    return tuple(limits)


def check_statement(
    desk: Desk,
    investor: str,
    lang: Lang,
    name: str,
    data: bytes,
    *,
    day: date | None = None,
    account: str | None = None,
) -> Compared:
    """Compare the book with a broker's list of holdings, and remember that it was done; nothing held changes.

    Args:
        desk: The ports.
        investor: Whose book.
        lang: Language of the words.
        name: What the file is called; a label only.
        data: The file: a symbol and a quantity in each row.
        day: The day of the statement; None = today.
        account: The account it is of; None = the whole book.
    Raises:
        BadInput: `no_holdings` for a file that is no list of holdings; `entry_account`, `entry_future`.
    """
    held = positions(data)
    if held is None:
        raise BadInput("no_holdings", name)
    found: list[Checked] = []

    def change(work: Work) -> tuple[Line, ...]:
        body = _checked(work, held, name, hashlib.sha256(data).hexdigest(), day, account)
        work.add(body)
        found.append(body)
        return check_lines(body)

    entered = written(desk, investor, lang, change)
    return Compared(found[-1].day, found[-1].holdings, found[-1].differences, entered.text)


def _checked(
    work: Work, held: Mapping[str, Decimal], name: str, digest: str, day: date | None, account: str | None
) -> Checked:
    if account is not None and account not in {a.id for a in work.state.accounts}:
        raise BadInput("entry_account", account)
    today = work.at.astimezone(ZoneInfo(work.tz)).date()
    if day is not None and day > today:
        raise BadInput("entry_future", day.isoformat())
    book = work.state.book if account is None else holdings_of(work, account)
    theirs: dict[str, Decimal] = {}
    for symbol, units in held.items():
        key = _key(work, symbol, book.positions)
        theirs[key] = theirs.get(key, Decimal(0)) + units
    told = set(theirs)
    ours = {a: p.units for a, p in book.positions.items() if a in told or a not in ("KRW", "USD")}
    differences = tuple(
        Difference(asset=a, ours=ours.get(a, Decimal(0)), theirs=theirs.get(a, Decimal(0)))
        for a in sorted(ours.keys() | told)
        if ours.get(a, Decimal(0)) != theirs.get(a, Decimal(0))
    )
    return Checked(
        turn=work.turn,
        day=day or today,
        file=re.sub(r"[^\w가-힣 .()-]", "_", name)[-80:],
        digest=digest,
        holdings=len(theirs),
        differences=differences,
        account=account,
    )


def _key(work: Work, symbol: str, held: Collection[str]) -> str:
    """The asset a symbol of a statement is: held under that name, imported under it, or listed."""
    for body in work.state.imports:
        if symbol in body.assets:
            return body.assets[symbol]
    if symbol in held or symbol in ("KRW", "USD"):
        return symbol
    return asset_key(work.desk, symbol, {a.currency for a in work.desk.market.universe().assets})


def checked(work: Work) -> str:
    """When the book was last checked against a statement, in words; a reminder when that is long ago."""
    lines = checked_line(last_check(work), overdue=overdue(work))
    return render_all(lines, work.lang, work.desk.names, tz=work.tz).text


def last_check(work: Work) -> Checked | None:
    """The newest comparison with a statement, None when there was none."""
    bodies = [e.body for e in work.state.checks if isinstance(e.body, Checked)]
    return max(bodies, key=lambda b: b.day, default=None)


def overdue(work: Work) -> bool:
    """Is it long since real holdings were compared with a statement?"""
    if work.state.practice or not work.state.journal:
        return False
    newest = last_check(work)
    since = (
        work.state.journal[0].at
        if newest is None
        else datetime.combine(newest.day, datetime.min.time(), work.at.tzinfo)
    )
    return months_between(since, work.at) > CHECK_MONTHS
