"""What a form of the page says, typed: field by field, with clear words for what cannot be read.

A form arrives as JSON of names and texts, made in the browser, so nothing in it is believed. What a field means is
decided here; whether it can be so is decided by the session.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from pydantic import StringConstraints, ValidationError

from tools import figures
from tools.domain.entry import NEEDS, AccountKind, Entry
from tools.domain.value import Currency, PlainText, Value, strict_json
from tools.errors import BadInput
from ui.labels import label
from ui.printer import Printer

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "deposit": ("amount", "currency"),
    "withdrawal": ("amount", "currency"),
    "dividend": ("asset", "amount", "currency"),
    "interest": ("amount", "currency"),
    "fee": ("amount", "currency"),
    "split": ("asset", "ratio", "per"),
    "transfer_in": ("asset", "unlisted", "units", "amount", "currency"),
    "transfer_out": ("asset", "units"),
    "correction": ("asset", "unlisted", "units", "amount", "currency"),
    "class": ("asset", "asset_class"),
}
"""What is asked for each kind of entry, beside the day and the account; anything else in a form is left alone."""

LONGEST: Final = 4_000
"""Characters of a form."""

_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18})?|\d{1,3}(,\d{3}){1,5}(\.\d{1,18})?")
_CURRENCY = re.compile(r"[$₩원]|달러|불|won|krw|usd|dollar|buck", re.IGNORECASE)
"""A currency named beside the number; 100만 alone is of the currency that was chosen."""

_ID_LENGTH = 24


class AccountForm(Value):
    """An account as its form has it. id: empty for one that is new."""

    id: PlainText = ""
    name: Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    type: AccountKind
    currency: Currency
    trades: bool


def fields(text: str) -> dict[str, str]:
    """Names and texts of a form, normalised and trimmed.

    Raises:
        BadInput: `form_unreadable` for anything but one flat JSON object of texts.
    """
    try:
        found = strict_json(text[: LONGEST + 1]) if len(text) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise BadInput("form_unreadable") from error
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise BadInput("form_unreadable")
    return {name: unicodedata.normalize("NFKC", value).strip() for name, value in found.items()}


def typed(text: str) -> dict[str, str]:
    """The same for showing a refused form again: what cannot be read is empty."""
    try:
        return fields(text)
    except BadInput:
        return {}


def entry(given: Mapping[str, str], held: Collection[str], p: Printer) -> Entry:
    """The entry a form describes.

    Args:
        given: From `fields`.
        held: Keys of what is held, for names that are not listed here.
        p: Knows the names and the language of the words about a field.
    Raises:
        BadInput: `form_unreadable` for a kind, currency or class that is none; `entry_incomplete`, `entry_number`,
            `entry_date` with the field; those of `asset` for a name that is neither listed nor held.
    """
    kind = given.get("kind", "")
    if kind not in FIELDS:
        raise BadInput("form_unreadable")
    asked = {name: given[name] for name in FIELDS[kind] if given.get(name)}
    if kind == "split":
        asked.setdefault("per", "1")
    missing = [name for name in NEEDS[kind] if name not in asked]
    if missing:
        raise BadInput("entry_incomplete", ", ".join(field_name(name, p) for name in missing))
    values: dict[str, object] = {"kind": kind, "account": given.get("account") or None}
    values["day"] = _day(given["day"], p) if given.get("day") else None
    for name in ("units", "ratio", "per"):
        if name in asked:
            values[name] = _number(name, asked[name], p)[0]
    if "amount" in asked:
        values["amount"], named = _number("amount", asked["amount"], p)
        values["currency"] = named or asked.get("currency")
    if "asset" in asked:
        free = "unlisted" in FIELDS[kind]
        values["asset"] = asset(asked["asset"], held, p, free=free, unlisted="unlisted" in asked)
    if "asset_class" in asked:
        values["asset_class"] = asked["asset_class"]
    try:
        return Entry.model_validate(values)
    except ValidationError as error:
        wrong = [str(e["loc"][0]) for e in error.errors() if e["loc"]] or ["units"]
        if not set(wrong) <= {"units", "amount", "ratio", "per"}:
            raise BadInput("form_unreadable") from error
        raise BadInput("entry_number", ", ".join(field_name(n, p) for n in wrong)) from error


def asset(name: str, held: Collection[str], p: Printer, *, free: bool, unlisted: bool) -> str:
    """The asset a name means exactly: held under it, or listed by symbol, name or alias.

    Args:
        name: As typed.
        held: Keys of what is held.
        p: Knows what is listed.
        free: It may be something that is not listed here.
        unlisted: The person says that it is.
    Raises:
        BadInput: `entry_unlisted` where saying so would help, else `entry_unknown`; with the nearest listed name.
    """
    if name in held or name in p.universe:
        return name
    wanted = name.casefold()
    own = [key for key in held if key.casefold() == wanted]
    if len(own) == 1:
        return own[0]
    for found in p.universe.assets:
        if wanted in {n.casefold() for n in (found.id, found.name_en, found.name_ko, *found.aliases)}:
            return found.id
    if unlisted and re.fullmatch(r"[A-Za-z0-9가-힣.^=_\-]{1,32}", name):
        return name
    raise BadInput("entry_unlisted" if free else "entry_unknown", _with_nearest(name, p))


def _with_nearest(name: str, p: Printer) -> str:
    """A name nobody knows beside the listed asset whose name looks most like it, if there is one."""
    shown = p.quote(name)
    for thing in p.names.near(name.casefold()):
        for found in p.universe.assets:
            if thing == found.id or thing in found.tags:
                near = p.name(found.id)
                return label("form_near", p.lang, name=shown, near=near if near == found.id else f"{near}, {found.id}")
    return shown


def account(given: Mapping[str, str], known: Collection[str], p: Printer) -> AccountForm:
    """The account a form describes, with an id: its own, or one made of its name.

    Raises:
        BadInput: `entry_incomplete` without a name; `form_name` for a name that is too long or no text;
            `entry_account` for an id that is not known; `form_unreadable` for a type or currency that is none.
    """
    name = given.get("name", "")
    if not name:
        raise BadInput("entry_incomplete", field_name("name", p))
    own = given.get("id", "")
    if own and own not in known:
        raise BadInput("entry_account", p.quote(own))
    values = {n: given.get(n, "") for n in ("type", "currency")}
    try:
        return AccountForm.model_validate(
            {**values, "id": own or account_id(name, known), "name": name, "trades": given.get("trades") == "yes"}
        )
    except ValidationError as error:
        bad_name = any(e["loc"] == ("name",) for e in error.errors())
        raise BadInput("form_name" if bad_name else "form_unreadable") from error


def account_id(name: str, taken: Collection[str]) -> str:
    """A short name for entries and imports, made of what the person calls the account, and not taken yet."""
    plain = re.sub(r"[^a-z0-9가-힣]+", "-", unicodedata.normalize("NFKC", name).lower()).strip("-")[: _ID_LENGTH - 3]
    base = plain.strip("-") or "account"
    if base not in taken:
        return base
    return next(i for n in range(2, len(taken) + 3) if (i := f"{base}-{n}") not in taken)


def answers(given: Mapping[str, str], count: int) -> list[bool]:
    """Whether each of the bets would be taken.

    Raises:
        BadInput: `bets_open` while one of them has no answer.
    """
    said = [given.get(f"bet{n}") for n in range(count)]
    if not all(s in ("yes", "no") for s in said):
        raise BadInput("bets_open")
    return [s == "yes" for s in said]


def field_name(name: str, p: Printer) -> str:
    """What a field is called."""
    return label(f"form_{name}", p.lang)


def _number(name: str, text: str, p: Printer) -> tuple[Decimal, Currency | None]:
    """The number a field holds, in digits or as people say it (100만, 1억 2천, 20k), and the currency it names itself.

    Raises:
        BadInput: `entry_number` for anything else, and for more than one number.
    """
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "")), None
    found = figures.find_figures(text, p.lang)
    plain = found[0] if len(found) == 1 and found[0].text == text and not found[0].signed else None
    kinds = ("money", "number") if name == "amount" else ("money", "number", "units")
    named = plain.currency if plain and _CURRENCY.search(text) else None
    if plain is None or plain.amount is None or plain.kind not in kinds or (named and name != "amount"):
        raise BadInput("entry_number", label("form_said", p.lang, field=field_name(name, p), said=p.quote(text)))
    return plain.amount, named


def _day(text: str, p: Printer) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("entry_date", p.quote(text)) from error
