"""What the ledger remembers. Every event is one of these bodies; `tools.state` folds them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from tools.domain.decision import Alert, Decision, Fill, Unfilled
from tools.domain.entry import AccountKind
from tools.domain.grant import Granted, Offer, Revoked
from tools.domain.imports import MoneyCode, PastTrade, Presumed
from tools.domain.investor import Book, Forget, Statement
from tools.domain.market import AssetClass
from tools.domain.order import Lapsed, Placed, Reported, Sent
from tools.domain.record import Consent, Suitability
from tools.domain.value import AssetId, Currency, Digest, Exact, Instant, Lang, PlainText, Value


class Call(Value):
    """One tool call: its name, its arguments, and why it was refused (None when it took effect)."""

    name: str
    args: Mapping[str, JsonValue]
    reason: str | None = None


class Opened(Value):
    """An investor's record begins. `practice`: the book is practice money, given by us and labelled so."""

    kind: Literal["opened"] = "opened"
    currency: Currency
    tz: str
    lang: Lang
    practice: bool
    book: Book


class Turn(Value):
    """One turn of the conversation as it was.

    mind: what answered. version: of this program. prompt: SHA-256 of the instructions a large model was given; None
    where the built-in one answered, and in records from before it was kept.
    """

    kind: Literal["turn"] = "turn"
    id: str
    lang: Lang
    text: PlainText
    reply: str
    calls: tuple[Call, ...] = ()
    refused: tuple[Call, ...] = ()
    decision: str | None = None
    mind: str
    notice: str | None = None
    version: str | None = None
    prompt: Digest | None = None


class Forgot(Value):
    """The investor had statements forgotten; `statements` are the ids that went."""

    kind: Literal["forget"] = "forget"
    turn: str
    wish: Forget
    statements: tuple[str, ...]


class Undid(Value):
    """The changes of an earlier turn were taken back."""

    kind: Literal["undo"] = "undo"
    turn: str
    undone: str


class Moved(Value):
    """Money or units entered or left the book without a decision (deposit, dividend, split, transfer …).

    costs: what units that came in cost, in the asset's own currency; paid: the same in other currencies.
    ratios: of a split, as (new, old) units. classes: what kind of asset something without a price is.
    day: when it happened, if not when it was told. account: where, None = the first one. asset: who paid a dividend.
    """

    kind: Literal["moved"] = "moved"
    turn: str
    units: Mapping[AssetId, Exact]  # signed
    reason: Literal[
        "deposit", "withdraw", "import", "correction", "dividend", "interest", "fee", "split", "transfer", "class"
    ]
    costs: Mapping[AssetId, Exact] = {}
    paid: Mapping[AssetId, Mapping[MoneyCode, Exact]] = {}
    ratios: Mapping[AssetId, tuple[Exact, Exact]] = {}
    classes: Mapping[AssetId, AssetClass] = {}
    day: date | None = None
    account: str | None = None
    asset: AssetId | None = None


class Account(Value):
    """An account of the investor, as it is from now on; the newest of an id counts.

    type: what the law makes of it. currency: what it is kept in. trades: may we trade in it? If not, what it holds is
    held as it is. name: as the person calls it.
    """

    kind: Literal["account"] = "account"
    turn: str
    id: str
    name: PlainText
    type: AccountKind
    currency: Currency
    trades: bool = True


class Difference(Value):
    """One holding on which the book and a statement do not agree."""

    asset: AssetId
    ours: Exact
    theirs: Exact


class Checked(Value):
    """The book was compared with a statement of a day, file by its digest; what differed is kept as it was told."""

    kind: Literal["checked"] = "checked"
    turn: str
    day: date
    file: PlainText
    digest: Digest
    holdings: int
    differences: tuple[Difference, ...] = ()
    account: str | None = None


class Imported(Value):
    """Trades of a broker's file joined the book. They are holdings; cash stays as it is, whatever they cost.

    A file rarely tells what was paid in or taken out, so buying makes no cash negative and selling makes none. Practice
    money ends where the first real trades begin.

    digest: SHA-256 of the trades without their lines. opening: what was shown as held before. assets: symbol of the
    file -> key in the book. own: currency of those assets that were listed here, whose cost counts in it.
    account: whose trades they are, None = the first one.
    """

    kind: Literal["import"] = "import"
    id: str
    turn: str
    file: PlainText
    format: str
    digest: Digest
    trades: tuple[PastTrade, ...]
    opening: tuple[Presumed, ...] = ()
    assets: Mapping[str, AssetId]
    own: Mapping[AssetId, MoneyCode] = {}
    account: str | None = None


class Rejected(Value):
    """The investor does not want this proposal; statements stay."""

    kind: Literal["rejection"] = "rejection"
    decision: str


class Approved(Value):
    """A person said yes to exactly this fingerprint. `grant`: they did so in advance, by this grant of theirs."""

    kind: Literal["approval"] = "approval"
    decision: str
    fingerprint: Digest
    grant: str | None = None


class Executed(Value):
    """The approved trades were carried out, once. unfilled: what of them was not; broker: by whom."""

    kind: Literal["execution"] = "execution"
    decision: str
    fills: tuple[Fill, ...]
    simulated: bool
    unfilled: tuple[Unfilled, ...] = ()
    broker: str = "paper"


class Refusal(Value):
    """Something was asked and refused by code: an approval of a stale proposal, an order against the mandate …"""

    kind: Literal["refusal"] = "refusal"
    what: str
    code: str
    names: tuple[str, ...] = ()


class Swept(Value):
    """After one shock everybody was decided anew at once; this stands for all whose holdings were left alone.

    code, day: what rang, and when. data: content hash of the prices. looked: how many were decided. inside: keyed
    hashes of those for whom trading does not pay, in order; outside: of those who got a proposal of their own.
    """

    kind: Literal["sweep"] = "sweep"
    code: str
    day: date
    data: Digest
    looked: int
    inside: tuple[Digest, ...]
    outside: tuple[Digest, ...]


Body = Annotated[
    Opened
    | Turn
    | Statement
    | Forgot
    | Undid
    | Moved
    | Imported
    | Account
    | Checked
    | Decision
    | Rejected
    | Approved
    | Executed
    | Placed
    | Sent
    | Reported
    | Lapsed
    | Refusal
    | Offer
    | Granted
    | Revoked
    | Swept
    | Suitability
    | Consent
    | Alert,
    Field(discriminator="kind"),
]


class Event(Value):
    """A body with its place in the record. `seq` counts per investor from 1 and orders events; `at` never does."""

    seq: int
    at: Instant
    body: Body
