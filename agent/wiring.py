"""Settings -> Desk, the frozen bundle of ports: the only place that builds anything."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from knowledge.brokers import PaperBroker
from knowledge.calendars import EmptyCalendar, FilesCalendar
from knowledge.imports import ImportReport
from knowledge.ledger import open_ledger
from knowledge.market.demo import DemoMarket
from knowledge.market.files import FilesMarket
from knowledge.memory import ApiEmbedding, ChromaMemory, HashedEmbedding
from knowledge.ports import Broker, Calendar, Clock, Ledger, MarketSource, Memory
from knowledge.tables import load_names
from tools.domain.decision import Assumptions
from tools.domain.mandate import Limit
from tools.domain.value import Currency, Lang, strict_json
from tools.errors import BadInput, StoreFailed
from tools.names import Names
from tools.state import State


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen from outside; every field is also an option and HANFOLIO_… variable."""

    home: Path | str | None = None
    market: str = "demo"
    model: str = "builtin"
    now: str | None = None
    currency: Currency | None = None
    tz: str | None = None
    jurisdiction: Literal["KR", "US"] | None = None
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    embedding: str | None = None  # name of an OpenAI-compatible embedding model; None = the built-in one

    def folder(self) -> Path:
        """Where the ledger and the index live."""
        return Path(self.home) if self.home else Path(platformdirs.user_data_dir("hanfolio", appauthor=False))

    def zone(self, lang: Lang) -> str:
        """The investor's time zone. Raises BadInput on a name no zone database knows."""
        name = self.tz or os.environ.get("TZ") or ("Asia/Seoul" if lang == "ko" else "UTC")
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            if self.tz:
                raise BadInput("unknown_zone", name) from error
            return "UTC"
        return name


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still at `--now`."""

    instant: datetime

    def now(self) -> datetime:
        """The fixed instant."""
        return self.instant


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a use case may touch.

    `states` caches the fold of each investor's events, never the truth. `previews` holds the files an investor was
    shown and has not committed, by investor and import id.
    """

    settings: Settings
    clock: Clock
    ledger: Ledger
    memory: Memory
    market: MarketSource
    broker: Broker
    names: Names
    assumptions: Assumptions
    rules: tuple[Limit, ...]
    calendar: Calendar = field(default_factory=EmptyCalendar)
    states: dict[str, tuple[str, State]] = field(default_factory=dict)
    previews: dict[tuple[str, str], ImportReport] = field(default_factory=dict)


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Build every port and close what needs closing.

    Raises:
        BadInput: A setting cannot be read (market, now, zone), named.
        StoreFailed: The ledger cannot be opened.
    """
    home = settings.folder()
    market = _market(settings)
    clock = _clock(settings, market)
    assumptions, rules = house_rules()
    with ExitStack() as stack:
        ledger = open_ledger(home)
        stack.callback(ledger.close)
        kind = ledger.home_kind()
        if kind is not None and (kind == "demo") != market.simulated:
            raise StoreFailed("other_market", kind)
        memory = ChromaMemory(home / "memory", _embedding(settings))
        stack.callback(memory.close)
        yield Desk(
            settings=settings,
            clock=clock,
            ledger=ledger,
            memory=memory,
            market=market,
            broker=PaperBroker(),
            names=load_names(market.universe()),
            assumptions=assumptions,
            rules=rules,
            calendar=_calendar(settings),
        )


def _market(settings: Settings) -> MarketSource:
    spec = settings.market
    if spec == "demo":
        return DemoMarket()
    if spec.startswith("files:"):
        folder = Path(spec.removeprefix("files:"))
        if not folder.is_dir():
            raise BadInput("no_folder", str(folder))
        return FilesMarket(folder)
    raise BadInput("unknown_market", spec)


def _calendar(settings: Settings) -> Calendar:
    spec = settings.market
    return FilesCalendar(Path(spec.removeprefix("files:"))) if spec.startswith("files:") else EmptyCalendar()


def _clock(settings: Settings, market: MarketSource) -> Clock:
    spec = settings.now or ("system" if market.simulated else "last")
    if spec == "system":
        return SystemClock()
    if spec == "last":
        return FixedClock(market.last())
    try:
        moment = datetime.fromisoformat(spec)
    except ValueError as error:
        raise BadInput("bad_now", spec) from error
    if len(spec) == 10:  # a bare date means its end: what closed on that day is known
        moment += timedelta(days=1) - timedelta(seconds=1)
    return FixedClock(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC))


def _embedding(settings: Settings) -> HashedEmbedding | ApiEmbedding:
    if settings.embedding and settings.api_key:
        return ApiEmbedding(settings.embedding, settings.api_key, settings.base_url)
    return HashedEmbedding()


def house_rules() -> tuple[Assumptions, tuple[Limit, ...]]:
    """The numbers nobody said but advice rests on: one dated table, shown on request."""
    text = resources.files("knowledge.tables").joinpath("house_rules.json").read_text(encoding="utf-8")
    table = strict_json(text)
    rules = tuple(Limit.model_validate_json(json.dumps({**r, "origin": "rule"})) for r in table["rules"])
    return Assumptions.model_validate_json(json.dumps(table["assumptions"])), rules


def from_environment(environ: Mapping[str, str], **options: str | None) -> Settings:
    """Options given on the command line first, then HANFOLIO_… variables, then defaults."""

    def chosen(name: str) -> str | None:
        return options.get(name) or environ.get(f"HANFOLIO_{name.upper()}") or None

    currency, jurisdiction = chosen("currency"), chosen("jurisdiction")
    if currency not in (None, "KRW", "USD"):
        raise BadInput("unknown_currency", str(currency))
    if jurisdiction not in (None, "KR", "US"):
        raise BadInput("unknown_jurisdiction", str(jurisdiction))
    return Settings(
        home=chosen("home"),
        market=chosen("market") or "demo",
        model=chosen("model") or "builtin",
        now=chosen("now"),
        currency=currency,  # type: ignore[arg-type]
        tz=chosen("tz"),
        jurisdiction=jurisdiction,  # type: ignore[arg-type]
        api_key=environ.get("OPENAI_API_KEY") or None,
        base_url=environ.get("OPENAI_BASE_URL") or None,
        embedding=chosen("embedding"),
    )
