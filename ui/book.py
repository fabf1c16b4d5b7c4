"""The book on the page: accounts together and apart, and a form for what happened elsewhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from agent.accounts import AccountSeen
from agent.holdings_view import Portfolio
from tools.domain.events import Account
from tools.domain.value import Currency, Money
from ui.charts import TONES, Part, named, strip, table
from ui.fields import DIGITS, SILENT, Told, amount, choice, notice, submit, text, tick
from ui.forms import FIELDS
from ui.labels import label
from ui.printer import CLASSES, Printer, escape

TYPES: Final = ("ordinary", "isa", "irp", "pension", "401k", "ira")
REAL: Final = frozenset({"split", "transfer_in", "transfer_out", "correction", "class"})
"""Entries about real holdings: a home on simulated prices has none."""

MOST_NAMES = 300
"""Names offered while an asset is typed."""


def page(
    seen: Sequence[AccountSeen],
    whole: Portfolio | None,
    checked: str,
    p: Printer,
    *,
    currency: Currency,
    simulated: bool,
    told: Told = SILENT,
) -> str:
    """Accounts, and the form for what happened elsewhere.

    Args:
        seen: Every account with what it holds.
        whole: All of it at today's prices, None where they are missing.
        checked: When it was last compared with a statement, in words.
        p: Prints.
        currency: The investor's own.
        simulated: Prices are simulated, so that no real holding can be entered.
        told: What the last form came to.
    """
    return f"{_accounts(seen, whole, checked, p, currency, told)}{_entry(seen, p, currency, simulated, told)}"


def held(seen: Iterable[AccountSeen]) -> frozenset[str]:
    """Keys of everything held in any account."""
    return frozenset(a for s in seen for a, position in s.book.positions.items() if position.units > 0)


# --- accounts ---


def _accounts(
    seen: Sequence[AccountSeen],
    whole: Portfolio | None,
    checked: str,
    p: Printer,
    currency: Currency,
    told: Told,
) -> str:
    names = [s for s in seen if s.account]
    body = f'<p class="quiet">{p.t("accounts_none")}</p>'
    if names:
        rows = "".join(_account(s, whole, p, told) for s in seen)
        body = f'{_together(seen, whole, p)}<ul class="hf-list hf-accounts">{rows}</ul>'
    new = told.bad and told.at == "account" and not told.typed.get("id")
    opened = " open" if new else ""
    return (
        f'<section class="hf-page" id="hf-accounts"><h2>{p.t("accounts_title")}</h2>{notice("account", told, p)}{body}'
        f'<p class="quiet">{escape(checked)}</p>'
        f'<details class="hf-more"{opened}><summary>{p.t("account_add")}</summary>'
        f"{_account_form(None, p, currency, told.typed if new else {})}</details></section>"
    )


def _together(seen: Sequence[AccountSeen], whole: Portfolio | None, p: Printer) -> str:
    """What all accounts are worth, and which part of it lies in each."""
    if whole is None or not whole.worth.amount:
        return ""
    parts = [
        Part(_name(s, p), float(s.worth.amount / whole.worth.amount), TONES[n % len(TONES)])
        for n, s in enumerate(seen)
        if s.worth
    ]
    bar = strip(parts, p, name=label("accounts_by", p.lang)) if len(parts) > 1 else ""
    total = f"<span>{p.t('accounts_all')}</span><b class='num'>{escape(p.money(whole.worth))}</b>"
    return f'<p class="hf-row">{total}</p>{bar}'


def _name(seen: AccountSeen, p: Printer) -> str:
    return p.quote(seen.account.name) if seen.account else label("account_unnamed", p.lang)


def _account(seen: AccountSeen, whole: Portfolio | None, p: Printer, told: Told) -> str:
    """One account: what it is, what it is worth, what it holds, what a rule says of it, and the form that edits it."""
    account = seen.account
    facts = [label("account_checked", p.lang, day=p.date(seen.checked))] if seen.checked else []
    edit = ""
    if account:
        trades = label(f"account_trades_{'yes' if account.trades else 'no'}", p.lang)
        facts = [label(f"type_{account.type}", p.lang), trades, *(facts or [label("account_unchecked", p.lang)])]
        again = told.bad and told.at == "account" and told.typed.get("id") == account.id
        title = escape(label("account_edit", p.lang, name=_name(seen, p)))
        edit = (
            f'<details class="hf-more"{" open" if again else ""}><summary>{title}</summary>'
            f"{_account_form(account, p, account.currency, told.typed if again else {})}</details>"
        )
    amounts = {a: position.units for a, position in seen.book.positions.items() if position.units > 0}
    worth = p.money(seen.worth) if seen.worth else label("account_unpriced" if amounts else "account_empty", p.lang)
    warning = f'<p class="hf-notice bad">{escape(seen.warning)}</p>' if seen.warning else ""
    return (
        f'<li><div class="hf-row"><p><b>{escape(_name(seen, p))}</b><br>'
        f'<span class="quiet">{escape(" · ".join(facts))}</span></p><b class="num">{escape(worth)}</b></div>'
        f"{warning}{_holdings(amounts, whole, p)}{edit}</li>"
    )


def _holdings(amounts: Mapping[str, Decimal], whole: Portfolio | None, p: Printer) -> str:
    """What an account holds; each position is worth its share of all that is held of the asset."""
    if not amounts:
        return ""
    values = {h.asset: h for h in whole.holdings if h.units} if whole else {}
    rows = ""
    for asset, units in amounts.items():
        found = values.get(asset)
        value = "–"
        if found:
            share = found.value.amount * units / found.units
            value = p.money(Money(amount=share.quantize(Decimal("0.01")), currency=found.value.currency))
        name = named(p.name(asset), p.asset_class(asset))
        many = p.price(units, asset) if asset in ("KRW", "USD") else p.units(units, asset)
        cells = f'<td class="num">{escape(many)}</td><td class="num">{escape(value)}</td>'
        rows += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    title = escape(label("account_holds", p.lang, count=len(amounts)))
    body = table(("asset", "units", "value"), rows, p)
    return f'<details class="hf-more"><summary>{title}</summary>{body}</details>'


def _account_form(account: Account | None, p: Printer, currency: Currency, typed: Mapping[str, str]) -> str:
    now = {"name": account.name, "type": account.type, "trades": "yes" if account.trades else ""} if account else {}
    now = {"type": "ordinary", "trades": "yes", "currency": currency, **now}
    if typed:
        now = {**now, "trades": "", **typed}
    own = f'<input type="hidden" name="id" value="{escape(account.id)}">' if account else ""
    return (
        f'<form class="hf-form" novalidate>{own}'
        f"{text('name', now, p)}"
        f"{choice('type', [(t, label(f'type_{t}', p.lang)) for t in TYPES], now, p)}"
        f"{choice('currency', [(c, c) for c in ('KRW', 'USD')], now, p)}"
        f"{tick('trades', now, p)}{submit('account', 'account_save', p)}</form>"
    )


# --- the form for what happened elsewhere ---


def _entry(seen: Sequence[AccountSeen], p: Printer, currency: Currency, simulated: bool, told: Told) -> str:
    """One form for every kind of entry; what a kind does not ask for is hidden by the style sheet."""
    now = {"kind": "deposit", "currency": currency, **(told.typed if told.bad and told.at == "enter" else {})}
    kinds = [(k, label(f"kind_{k}", p.lang)) for k in FIELDS]
    money = sorted({"KRW", "USD", *(a.currency for a in p.universe.assets)})
    names = [s.account for s in seen if s.account]
    where = [("", label("account_unnamed", p.lang)), *((a.id, p.quote(a.name)) for a in names)]
    demo = f'<p class="quiet">{p.t("enter_demo")}</p>' if simulated else ""
    return (
        f'<section class="hf-page" id="hf-enter"><h2>{p.t("enter_title")}</h2>{notice("enter", told, p)}'
        f'<p class="quiet">{p.t("enter_note")}</p>{demo}<form class="hf-form" novalidate>'
        f"{choice('kind', kinds, now, p, off=REAL if simulated else ())}"
        f"{text('asset', now, p, more=' list=hf-assets autocomplete=off')}{tick('unlisted', now, p)}"
        f"{text('units', now, p, more=DIGITS)}{amount(now, p)}"
        f"{choice('currency', [(c, c) for c in money], now, p)}"
        f"{text('ratio', now, p, more=DIGITS)}{text('per', {'per': '1', **now}, p, more=DIGITS)}"
        f"{choice('asset_class', [(c, label(c, p.lang)) for c in CLASSES if c != 'cash'], now, p)}"
        f"{text('day', now, p, kind='date')}{choice('account', where, now, p) if names else ''}"
        f"{submit('enter', 'enter_do', p)}</form>{_names(held(seen), p)}</section>"
    )


def _names(own: Collection[str], p: Printer) -> str:
    """What is offered while an asset is typed: what is held, then what is listed."""
    listed = [a.id for a in p.universe.assets if a.id not in own]
    rows = "".join(
        f'<option value="{escape(a)}">{escape(p.name(a))}</option>' for a in (sorted(own) + listed)[:MOST_NAMES]
    )
    return f'<datalist id="hf-assets">{rows}</datalist>'
