"""What every live source gives, and how each is asked. A source answers or raises DataMissing; it never guesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Bar:
    """The close of one day, in the currency of the symbol, adjusted for later splits and not for dividends."""

    day: date
    close: Decimal


@dataclass(frozen=True, slots=True)
class Action:
    """A split (new units per old) or a dividend (per unit, on the scale of the closes) that took effect on a day."""

    day: date
    kind: Literal["split", "dividend"]
    value: Decimal


@dataclass(frozen=True, slots=True)
class Tick:
    """A price of this moment: bid and ask, equal where only one price is told."""

    at: datetime
    bid: Decimal
    ask: Decimal


@dataclass(frozen=True, slots=True)
class History:
    """What a source said of one symbol: days in any order, and the price of the moment where it tells one."""

    bars: tuple[Bar, ...]
    actions: tuple[Action, ...] = ()
    tick: Tick | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One print of a figure: the period it describes, and when it was published where the source says so."""

    about: date
    value: Decimal
    known: datetime | None = None


State = Literal["ok", "down", "slow", "busy", "unreadable", "refused", "no_key", "not_installed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one source does: its state and since when, when it last answered well, when it may be asked again."""

    source: str
    state: State
    since: datetime
    last_good: datetime | None = None
    again: datetime | None = None


class PriceSource(Protocol):
    """Closes of a symbol from a day on, in one request."""

    @property
    def name(self) -> str:
        """What it is called in the store, on the health line and in tables."""
        ...

    def history(self, symbol: str, since: date, now: datetime) -> History:
        """Closes from `since` to `now`. Raises DataMissing, `source_empty` when the symbol is not known."""
        ...


class QuoteSource(Protocol):
    """The top of an order book, in one request."""

    @property
    def name(self) -> str:
        """See `PriceSource`."""
        ...

    def quote(self, symbol: str, now: datetime) -> Tick:
        """Best bid and ask of this moment. Raises DataMissing."""
        ...


class PointSource(Protocol):
    """Macro or on-chain series, several in one request where the source can."""

    @property
    def name(self) -> str:
        """See `PriceSource`."""
        ...

    def groups(self, ids: Sequence[str]) -> Sequence[Sequence[str]]:
        """The ids, put together as they are asked for: one request each."""
        ...

    def points(self, ids: Sequence[str], since: date, now: datetime) -> Mapping[str, Sequence[Point]]:
        """Prints about `since` or later, by id; an id the source does not offer is left out. Raises DataMissing."""
        ...
