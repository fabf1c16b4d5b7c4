"""Every door to the outside as a small Protocol; `agent.wiring` decides what stands behind each. Read this second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from tools.domain.decision import Fill, Trade
from tools.domain.events import Body, Event
from tools.domain.investor import Book, Statement
from tools.domain.market import Market, Universe
from tools.releases import Release


class Clock(Protocol):
    """Where the time comes from; fixed by `--now`."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...


class MarketSource(Protocol):
    """Prices, rates and currencies as they were knowable at an instant."""

    @property
    def simulated(self) -> bool:
        """True when nothing here is real; shown wherever a figure of it is shown."""
        ...

    def universe(self) -> Universe:
        """What may be held."""
        ...

    def last(self) -> datetime:
        """Instant of the newest price (for `--now last`)."""
        ...

    def at(self, now: datetime) -> Market:
        """The market as of `now`; never a later figure. Raises DataMissing when there is nothing to go by."""
        ...

    def opening(self, investor: str, now: datetime | None = None) -> Book | None:
        """Opening balance as of `now` from `holdings.csv` (and trades.csv), or None."""
        ...


class Calendar(Protocol):
    """Published economic figures as they were first released."""

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Figures published by `now`, oldest first; empty when no source is connected."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """Result of verifying a ledger: how many events were read, and what is wrong ("seq:code"), nothing when intact."""

    events: int
    faults: tuple[str, ...]


class Ledger(Protocol):
    """The append-only record. Every method names the investor; there is no unfiltered read for the agent."""

    def append(
        self,
        investor: str,
        bodies: Sequence[Body],
        *,
        at: datetime,
        after: int,
        idem: str | None = None,
        blobs: Mapping[str, bytes] | None = None,
    ) -> tuple[Event, ...]:
        """Write all bodies in one transaction and return them as events; acknowledged after commit.

        after: newest `seq` the caller has seen (0 = none). Raises Stale("moved_on") when the record has grown since.
        idem: key of the effect; when it was written before, nothing is written and the earlier events are returned.
        blobs: contents stored with the events, by digest; one already there is kept.
        Raises StoreFailed (locked, read_only, full, damaged); then nothing was written.
        """
        ...

    def read(self, investor: str, after: int = 0) -> tuple[Event, ...]:
        """Events with `seq` above `after`, in order."""
        ...

    def find(self, investor: str, idem: str) -> tuple[Event, ...]:
        """Events written under an idempotency key, empty when none."""
        ...

    def digest(self, investor: str, content: bytes, *, personal: bool) -> str:
        """Content hash under which a blob is stored; keyed by the investor's own key when personal."""
        ...

    def blob(self, investor: str, digest: str) -> bytes:
        """A stored content, checked against its hash. Raises StoreFailed when missing or changed."""
        ...

    def investors(self) -> tuple[str, ...]:
        """Everyone with a record here that was not erased."""
        ...

    def verify(self) -> Check:
        """Recompute the whole chain and compare with the newest hash kept apart."""
        ...

    def home_kind(self) -> Literal["demo", "real"] | None:
        """Which kind of market this home is bound to; None before its first decision."""
        ...

    def bind(self, kind: Literal["demo", "real"]) -> None:
        """Bind this home to a kind of market, once. Raises StoreFailed("other_market") when bound to the other."""
        ...

    def export(self, investor: str) -> dict[str, Any]:
        """Everything about one investor as one JSON document: {schema_v, investor, events [{seq, kind, at, …}]}."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...

    def erase(self, investor: str, *, at: datetime) -> None:
        """Destroy the investor's key: bodies become unreadable, the chain stays valid."""
        ...


@dataclass(frozen=True, slots=True)
class Recollection:
    """A statement found in memory, with how near it is to the question (0..1)."""

    statement: Statement
    nearness: float


class Memory(Protocol):
    """One investor's statements by meaning: an index over the ledger, never the truth."""

    def sync(self, investor: str, statements: Sequence[Statement]) -> None:
        """Make the index hold exactly these statements of this investor."""
        ...

    def search(self, investor: str, question: str, limit: int = 5) -> tuple[Recollection, ...]:
        """The investor's own statements nearest to the question, nearest first."""
        ...

    def warm(self) -> None:
        """Open the index ahead of the first search (seconds); meant for a thread of its own."""
        ...

    def close(self) -> None:
        """Release the index."""
        ...


class Broker(Protocol):
    """Who carries out an approved trade."""

    def execute(self, key: str, trades: Sequence[Trade], market: Market) -> tuple[Fill, ...]:
        """Carry out all trades once for this key, at `market`'s prices, and return the fills."""
        ...
