"""What the ledger remembers. Every event is one of these bodies; `tools.state` folds them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from tools.domain.decision import Alert, Decision, Fill
from tools.domain.imports import MoneyCode, PastTrade, Presumed
from tools.domain.investor import Book, Forget, Statement
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
    """One turn of the conversation as it was."""

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
    """Money or units entered or left the book without a decision (deposit, withdrawal, import)."""

    kind: Literal["moved"] = "moved"
    turn: str
    units: Mapping[AssetId, Exact]  # signed
    reason: Literal["deposit", "withdraw", "import", "correction"]


class Imported(Value):
    """Trades of a broker's file joined the book. They are holdings; cash stays as it is, whatever they cost.

    A file rarely tells what was paid in or taken out, so buying makes no cash negative and selling makes none. Practice
    money ends where the first real trades begin.

    digest: SHA-256 of the trades without their lines. opening: what was shown as held before. assets: symbol of the
    file -> key in the book. own: currency of those assets that were listed here, whose cost counts in it.
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


class Rejected(Value):
    """The investor does not want this proposal; statements stay."""

    kind: Literal["rejection"] = "rejection"
    decision: str


class Approved(Value):
    """A person said yes to exactly this fingerprint."""

    kind: Literal["approval"] = "approval"
    decision: str
    fingerprint: Digest


class Executed(Value):
    """The approved trades were carried out, once."""

    kind: Literal["execution"] = "execution"
    decision: str
    fills: tuple[Fill, ...]
    simulated: bool


class Refusal(Value):
    """Something was asked and refused by code: an approval of a stale proposal, an order against the mandate …"""

    kind: Literal["refusal"] = "refusal"
    what: str
    code: str
    names: tuple[str, ...] = ()


Body = Annotated[
    Opened
    | Turn
    | Statement
    | Forgot
    | Undid
    | Moved
    | Imported
    | Decision
    | Rejected
    | Approved
    | Executed
    | Refusal
    | Alert,
    Field(discriminator="kind"),
]


class Event(Value):
    """A body with its place in the record. `seq` counts per investor from 1 and orders events; `at` never does."""

    seq: int
    at: Instant
    body: Body
