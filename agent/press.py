"""Texts are read here, each once: what is new at the sources outside of any turn, what was read before from the store.

A decision waits for no source and no model: what is there has been read by the built-in scorer, and counts as a model
read it where one did so in time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from agent.reader import BuiltinReader, Reader, choose_reader
from agent.wiring import Desk
from knowledge.news import NewsStore
from tools.domain.market import Universe
from tools.domain.news import Article, Signal
from tools.errors import DataMissing, ModelFailed
from tools.names import Names

WINDOW = timedelta(days=380)
"""How far back texts are looked at: the past that today's tone is compared with, and that the signal is judged on."""

AT_ONCE = 3_000
"""Texts the built-in scorer reads while somebody waits (about two seconds, once). With more unread, news are silent."""

MODEL_AT_ONCE = 40
"""Texts a model is asked about in one go of `read_ahead`, newest first."""

Readings = Mapping[str, tuple[Signal, ...]]
"""Key of a text → what was read in it."""


def readings(desk: Desk, universe: Universe, articles: Sequence[Article]) -> tuple[Readings, int]:
    """What was read in texts, by key, and how many are unread. Of a story told twice one text is read.

    A model's reading counts where there is one; everything else is read by the built-in scorer, at most AT_ONCE now.
    """
    single = _one_of_each(articles)
    builtin, reader = _Builtin.of(desk, universe), choose_reader(desk.settings, desk.names, universe)
    left = builtin.catch_up(single, AT_ONCE)
    better = _stored(desk, reader.name) if reader.name != BuiltinReader.name else {}
    return {a.key: better.get(a.key) or builtin.known.get(a.key, ()) for a in single}, left


def _one_of_each(articles: Iterable[Article]) -> list[Article]:
    """One text for each story that its source marks as one, in the order given."""
    seen: set[str] = set()
    kept = []
    for article in articles:
        if article.story is None or article.story not in seen:
            kept.append(article)
            seen.add(article.story or "")
    return kept


@dataclass(slots=True)
class _Builtin:
    """The built-in scorer with everything it has read: real texts in the store, simulated ones in memory only."""

    reader: BuiltinReader
    known: dict[str, tuple[Signal, ...]]
    store: NewsStore | None

    @classmethod
    def of(cls, desk: Desk, universe: Universe) -> "_Builtin":
        """The one of a desk; simulated headlines are the same everywhere, so all desks share what was read in them."""
        assert desk.news is not None
        if desk.news.simulated:
            return cls(_reader(desk.names, universe), _SIMULATED.setdefault(desk.names, {}), None)
        return cls(_reader(desk.names, universe), _stored(desk, BuiltinReader.name), desk.texts)

    def catch_up(self, articles: Sequence[Article], most: int) -> int:
        """Read what is unread, the newest first and at most so many. Gives how many are left."""
        missing = [a for a in articles if a.key not in self.known]
        fresh = {a.key: self.reader.read(a) for a in missing[::-1][:most]}
        self.known |= fresh
        if fresh and self.store is not None:
            self.store.note(self.reader.name, fresh)
        return len(missing) - len(fresh)


_SIMULATED: WeakKeyDictionary[Names, dict[str, tuple[Signal, ...]]] = WeakKeyDictionary()
_READERS: WeakKeyDictionary[Names, BuiltinReader] = WeakKeyDictionary()


def _reader(names: Names, universe: Universe) -> BuiltinReader:
    if names not in _READERS:
        _READERS[names] = BuiltinReader(names, universe)
    return _READERS[names]


def _stored(desk: Desk, reader: str) -> dict[str, tuple[Signal, ...]]:
    """What a reader has read so far, loaded from the store once."""
    if reader not in desk.digests:
        desk.digests[reader] = {} if desk.texts is None else desk.texts.signals(reader)
    known: dict[str, tuple[Signal, ...]] = desk.digests[reader]
    return known


def read_ahead(desk: Desk, now: datetime) -> int:
    """Ask the sources and read what is new; for the watch and the start, never in a turn. Gives how many were read.

    With a model it reads one text at a time, newest first; where it fails, the built-in scorer has read it already.
    """
    if desk.news is None:
        return 0
    desk.news.refresh(now)
    universe = desk.market.universe()
    articles = _one_of_each(desk.news.between(now - WINDOW, now).articles)
    builtin = _Builtin.of(desk, universe)
    before = len(builtin.known)
    while builtin.catch_up(articles, AT_ONCE):
        continue
    return len(builtin.known) - before + _model_ahead(desk, universe, articles)


def _model_ahead(desk: Desk, universe: Universe, articles: Sequence[Article]) -> int:
    reader: Reader = choose_reader(desk.settings, desk.names, universe)
    if reader.name == BuiltinReader.name or desk.texts is None or (desk.news is not None and desk.news.simulated):
        return 0
    known, read = _stored(desk, reader.name), 0
    for article in [a for a in reversed(articles) if a.key not in known][:MODEL_AT_ONCE]:
        try:
            found = {article.key: reader.read(article)}
        except (ModelFailed, DataMissing):
            break  # the model does not answer, or an extra is not there: the next time is soon enough
        known |= found
        desk.texts.note(reader.name, found)
        read += 1
    return read
