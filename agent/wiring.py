"""Settings -> Desk, the frozen bundle of ports: the only place that builds anything."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from knowledge.brokers import open_broker
from knowledge.calendars import EmptyCalendar, FilesCalendar
from knowledge.demo_calendar import DemoCalendar
from knowledge.imports import ImportReport
from knowledge.learned import FilesLearned, NothingLearned
from knowledge.ledger import open_ledger, readable
from knowledge.market.demo import DemoMarket
from knowledge.market.demo_signals import DemoSignals
from knowledge.market.files import FilesMarket
from knowledge.market.signals import FilesSignals, NoSignals
from knowledge.memory import ApiEmbedding, ChromaMemory, HashedEmbedding
from knowledge.news import DemoNews, FileNews, NewsStore
from knowledge.notify import AppriseNotifier
from knowledge.ports import (
    Broker,
    Calendar,
    Clock,
    Feed,
    Ledger,
    MarketSource,
    Memory,
    Models,
    NewsSource,
    Notifier,
    Signals,
)
from knowledge.tables import load_names
from knowledge.usage import UsageFile
from tools.domain.decision import Assumptions
from tools.domain.mandate import Limit
from tools.domain.value import Currency, Lang, strict_json
from tools.errors import BadInput, StoreFailed
from tools.names import Names
from tools.state import State

_MIRROR = "HANFOLIO_SOURCE_"
"""Variables that send a live source elsewhere: HANFOLIO_SOURCE_YAHOO=https://…"""

_KEYS: Mapping[str, str] = {
    "fred": "FRED_API_KEY",
    "ecos": "ECOS_API_KEY",
    "alpaca": "APCA_API_KEY_ID",
    "alpaca_secret": "APCA_API_SECRET_KEY",
    "exchange": "HANFOLIO_EXCHANGE_KEY",
    "exchange_secret": "HANFOLIO_EXCHANGE_SECRET",
    "exchange_password": "HANFOLIO_EXCHANGE_PASSWORD",
}
"""Keys and the variables they come from; those of Alpaca are named as it names them."""


if TYPE_CHECKING:
    from knowledge.market.live.opened import Live


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
    notify: str | None = field(default=None, repr=False)  # addresses of messages; they hold passwords
    quiet: str = "22-7"  # hours of the night, in the investor's zone, in which no message is sent
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)  # of live sources (fred, ecos) and brokers
    mirrors: Mapping[str, str] = field(default_factory=dict)  # other addresses of live sources, by name
    reader: str | None = None  # what reads news: None = the model, else the built-in scorer; or "finbert", an extra
    broker: str = "paper"  # or manual, alpaca, ccxt:EXCHANGE
    broker_live: bool = False  # real money, on top of naming the broker
    daily_tokens: int = 500_000  # of a large model a day, all investors together; 0 = as many as are asked for
    token_prices: tuple[float, float] | None = None  # USD a million tokens read and written, for showing what it cost
    practice: Literal["cash", "mix"] | None = None  # what practice money starts as; None = cash, on the page a mix
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
    shown and has not committed, by investor and import id. `digests` caches what was read in the news.
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
    signals: Signals = field(default_factory=NoSignals)
    feed: Feed | None = None
    learned: Models = field(default_factory=NothingLearned)
    news: NewsSource | None = None
    texts: NewsStore | None = None
    states: dict[str, tuple[str, State]] = field(default_factory=dict)
    previews: dict[tuple[str, str], ImportReport] = field(default_factory=dict)
    digests: dict[str, Any] = field(default_factory=dict)
    notifier: Notifier = field(default_factory=AppriseNotifier)
    usage: UsageFile | None = None


@contextmanager
def open_desk(settings: Settings, *, reading: bool = False, alone: bool = False) -> Iterator[Desk]:
    """Build every port and close what needs closing.

    Args:
        settings: What was chosen.
        reading: Nothing will be written: a home that is not there is refused, and one that is read-only will do.
        alone: No thread fetches live prices beside it.

    Raises:
        BadInput: A setting cannot be read (market, now, zone), named.
        StoreFailed: The ledger cannot be opened.
    """
    home = settings.folder()
    assumptions, rules = house_rules()
    with ExitStack() as stack:
        home = stack.enter_context(readable(home)) if reading else home
        live = _live(settings, home)
        if live:
            stack.callback(live.close)
        market = live.market if live else _market(settings)
        clock = _clock(settings, market)
        broker = open_broker(
            settings.broker,
            live=settings.broker_live,
            simulated=market.simulated,
            keys=settings.keys,
            running=isinstance(clock, SystemClock),
        )
        ledger = open_ledger(home)
        stack.callback(ledger.close)
        kind = ledger.home_kind()
        if kind is not None and (kind == "demo") != market.simulated:
            raise StoreFailed("other_market", kind)
        if live and not (reading or alone) and settings.now is None:
            live.feed.start()
        texts = NewsStore(home / "news.db")
        stack.callback(texts.close)
        news = _news(settings, market, clock, texts)
        stack.callback(news.close)
        memory = ChromaMemory(home / "memory", _embedding(settings))
        stack.callback(memory.close)
        yield Desk(
            settings=settings,
            clock=clock,
            ledger=ledger,
            memory=memory,
            market=market,
            broker=broker,
            names=load_names(market.universe()),
            assumptions=assumptions,
            rules=rules,
            calendar=live.calendar if live else _calendar(settings),
            signals=live.signals if live else _signals(settings, market),
            feed=live.feed if live else None,
            learned=FilesLearned(home / "learned"),
            news=news,
            texts=texts,
            usage=UsageFile(home / "usage.db"),
        )


def _live(settings: Settings, home: Path) -> "Live | None":
    """What stands behind `live` and `live:FILE`, opened; None for every other market."""
    if settings.market != "live" and not settings.market.startswith("live:"):
        return None
    from knowledge.market.live.opened import open_live  # what speaks to the network waits until it is asked for

    return open_live(home, settings.market, SystemClock(), keys=settings.keys, mirrors=settings.mirrors)


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
    if spec.startswith("files:"):
        return FilesCalendar(Path(spec.removeprefix("files:")))
    return DemoCalendar() if spec == "demo" else EmptyCalendar()


def _news(settings: Settings, market: MarketSource, clock: Clock, texts: NewsStore) -> NewsSource:
    """Headlines that belong to the prices: simulated ones to simulated, a folder's to its own, else the web's feeds."""
    if market.simulated:
        return DemoNews(market)
    if settings.market.startswith("files:"):
        return FileNews(Path(settings.market.removeprefix("files:")))
    from knowledge.news.feeds import load_feeds
    from knowledge.news.live import LiveNews

    live = LiveNews(texts, load_feeds(settings.folder() / "feeds.csv"))
    live.start(clock)
    return live


def _signals(settings: Settings, market: MarketSource) -> Signals:
    if isinstance(market, DemoMarket):
        return DemoSignals(market)
    spec = settings.market
    return FilesSignals(Path(spec.removeprefix("files:"))) if spec.startswith("files:") else NoSignals()


def _clock(settings: Settings, market: MarketSource) -> Clock:
    spec = settings.now or ("last" if settings.market.startswith("files:") else "system")
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


def _tokens(given: str | None) -> int:
    """A number of tokens. Raises BadInput on anything else."""
    if given is None:
        return Settings().daily_tokens
    if not given.isdecimal():
        raise BadInput("bad_tokens", given)
    return int(given)


def _prices(given: str | None) -> tuple[float, float] | None:
    """ "0.15,0.60": USD a million tokens read and written. Raises BadInput on anything else."""
    if given is None:
        return None
    try:
        read, written = (float(part) for part in given.split(","))
    except ValueError as error:
        raise BadInput("bad_prices", given) from error
    return read, written


def from_environment(environ: Mapping[str, str], **options: str | None) -> Settings:
    """Options given on the command line first, then HANFOLIO_… variables, then defaults."""

    def chosen(name: str) -> str | None:
        return options.get(name) or environ.get(f"HANFOLIO_{name.upper()}") or None

    currency, jurisdiction = chosen("currency"), chosen("jurisdiction")
    practice = chosen("practice")
    if practice not in (None, "cash", "mix"):
        raise BadInput("unknown_practice", str(practice))
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
        notify=chosen("notify"),
        quiet=chosen("quiet") or "22-7",
        keys={name: key for name, variable in _KEYS.items() if (key := environ.get(variable))},
        mirrors={k.removeprefix(_MIRROR).lower(): v for k, v in environ.items() if k.startswith(_MIRROR) and v},
        broker=chosen("broker") or "paper",
        broker_live=chosen("broker_live") == "yes",
        practice=practice,  # type: ignore[arg-type]
        embedding=chosen("embedding"),
        daily_tokens=_tokens(chosen("daily_tokens")),
        token_prices=_prices(chosen("token_prices")),
        reader=chosen("reader"),
    )
