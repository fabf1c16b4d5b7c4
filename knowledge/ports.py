"""Every door to the outside as a small Protocol; `agent.wiring` decides what stands behind each. Read this second."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from knowledge.learned import Learned
from knowledge.market.live.source import Standing
from tools.domain.events import Body, Event
from tools.domain.investor import Book, Statement
from tools.domain.market import Market, Universe
from tools.domain.news import Health, News
from tools.domain.order import Holdings, Order, Report
from tools.domain.series import Series
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


Progress = Callable[[int, int, str], None]
"""Told before each request of a refresh: how many are done, how many there are, and what is asked for."""


class Feed(Protocol):
    """What fills the store behind a live market, beside the talk."""

    @property
    def doing(self) -> tuple[int, int, str] | None:
        """What is being fetched this moment: done, of how many, what; None when nothing."""
        ...

    def refresh(self, progress: Progress | None = None) -> int:
        """Ask for all that is missing; gives the requests made so far. May take minutes: never in a turn."""
        ...

    def health(self) -> tuple[Standing, ...]:
        """How each source did when last asked, by name."""
        ...


class Signals(Protocol):
    """Macro and on-chain figures as they were known: rates, inflation, spreads, active addresses, MVRV."""

    @property
    def simulated(self) -> bool:
        """True when the figures are made up to fit a simulated market."""
        ...

    def at(self, now: datetime) -> Mapping[str, Series]:
        """Every series by name, with when each value became known; never a later figure, and no waiting."""
        ...


class Calendar(Protocol):
    """Published economic figures as they were first released."""

    def releases(self, now: datetime) -> tuple[Release, ...]:
        """Figures published by `now`, oldest first; empty when no source is connected."""
        ...

    def upcoming(self, now: datetime) -> tuple[Release, ...]:
        """Releases scheduled after `now`, soonest first, without their figures; empty when none is known."""
        ...


class NewsSource(Protocol):
    """Where texts come from. Reading never waits for a network: what is there is there."""

    @property
    def simulated(self) -> bool:
        """True when the headlines are made up to fit a simulated market."""
        ...

    def between(self, since: datetime, now: datetime) -> News:
        """Everything that became known after `since` and not after `now`; a text of tomorrow does not exist today."""
        ...

    def refresh(self, now: datetime) -> int:
        """Ask the sources whose turn it is, and give the number of new texts. May take seconds: never in a turn."""
        ...

    def health(self) -> tuple[Health, ...]:
        """How each source did when last asked; empty before."""
        ...

    def close(self) -> None:
        """Stop asking and release the store."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """Result of verifying a ledger: how many events were read, and what is wrong ("seq:code"), nothing when intact."""

    events: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message that has not been sent. `id` is what the receiver drops repeats by; `payload` is JSON text."""

    id: int
    investor: str
    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class Command:
    """What one investor's record is to grow by; the fields are those of `Ledger.append`."""

    investor: str
    bodies: Sequence[Body]
    at: datetime
    after: int
    idem: str | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)


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

    def append_all(
        self, commands: Sequence[Command], *, shared: Mapping[str, bytes] | None = None
    ) -> tuple[tuple[Event, ...], ...]:
        """Write the commands of many investors, one each, in one transaction: after a crash all are there or none.

        shared: public contents that several of them name, by digest.
        Returns the events written of each, in order; none for one whose record has grown since `after`, or whose
        effect was written before. Raises StoreFailed as `append`.
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

    def hashers(self, investors: Sequence[str]) -> tuple[Callable[[bytes], str], ...]:
        """`digest` of personal contents, one a name, for one command of each: keys are looked up once for all."""
        ...

    def blob(self, investor: str, digest: str) -> bytes:
        """A stored content, checked against its hash. Raises StoreFailed when missing or changed."""
        ...

    def version(self) -> tuple[int, int] | None:
        """Another one after anything was written by anybody; None where that cannot be told."""
        ...

    def investors(self) -> tuple[str, ...]:
        """Everyone with a record here that was not erased."""
        ...

    def heads(self) -> Mapping[str, tuple[str, int]]:
        """Name -> keyed hash of nothing, and newest `seq`, of everyone: who has anything new, asked at once."""
        ...

    def outbox(self) -> tuple[Parcel, ...]:
        """Messages that were not marked as sent, oldest first."""
        ...

    def mark_sent(self, parcel: int, *, at: datetime) -> None:
        """Note that a message was delivered; only the first time counts."""
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


class Notifier(Protocol):
    """Who carries messages out of the house."""

    def send(self, urls: Sequence[str], title: str, text: str) -> str | None:
        """Send one message to every address; the code of what failed (bad_url, not_sent), None when all took it."""
        ...


class Models(Protocol):
    """What was learned and is kept: arrays and facts by name, never anything that executes."""

    def load(self, name: str) -> Learned | None:
        """What is kept under a name; None when nothing is, or it cannot be read."""
        ...

    def save(self, name: str, learned: Learned) -> None:
        """Keep it under a name, instead of what was there, in one step."""
        ...


class Broker(Protocol):
    """Who carries out an approved trade. Only `agent.execution` gives it orders, and only approved ones."""

    @property
    def name(self) -> str:
        """Who it is, and of which account: paper, manual, alpaca:paper, alpaca:live, binance:sandbox …"""
        ...

    @property
    def reach(self) -> Literal["inside", "person", "outside"]:
        """Fills here and at once; is a person with an account of their own; or is asked over the network."""
        ...

    @property
    def live(self) -> bool:
        """Is it about real money?"""
        ...

    @property
    def deduplicates(self) -> bool:
        """Is a key good for one order ever, so that sending it again can never buy twice?"""
        ...

    def place(self, order: Order) -> Report:
        """Carry out one order under its key.

        Raises BrokerFailed: broker_unreached, broker_busy (with seconds, when told), broker_key and broker_clock say
        that the order is certainly not there; broker_silent that nobody knows, so that `find` has to be asked.
        """
        ...

    def find(self, order: Order) -> Report | None:
        """What is known of an order by its key; None when the broker has none of it. Raises BrokerFailed."""
        ...

    def cancel(self, order: Order) -> None:
        """Ask that what is left of an order is not carried out; `find` tells what came of it. Raises BrokerFailed.

        Nothing happens where the order is not there, is over, or ends by itself at once.
        """
        ...

    def holdings(self) -> Holdings | None:
        """What is held there; None where it cannot be asked. Raises BrokerFailed."""
        ...
