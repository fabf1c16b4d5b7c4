"""Each investor's statements by meaning: an index over the ledger, rebuilt from it at will, never the truth.

What is found is always one of the statements `sync` gave for that investor; the index only says in which order. So a
damaged, foreign or outdated index can cost speed, never a wrong or forgotten statement.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.embedding import ApiEmbedding, Embedding, HashedEmbedding, Vectors
from knowledge.ports import Recollection
from knowledge.vectors import IndexBroken, VectorIndex
from tools.domain.investor import Statement
from tools.errors import ModelFailed

__all__ = ["ApiEmbedding", "ChromaMemory", "HashedEmbedding", "document"]

_TRIES = 2  # a damaged index is rebuilt once; what breaks again stays closed until the next start


def document(statement: Statement) -> str:
    """What is embedded for a statement: its typed intent and target first, then the words said."""
    wish = statement.wish
    typed = (getattr(wish, name, None) for name in ("intent", "target", "versus", "goal", "metric", "kind", "level"))
    return " ".join([*(str(word).replace("_", " ") for word in typed if word), statement.said])


@dataclass(slots=True)
class _Kept:
    statement: Statement
    text: str
    digest: str
    place: int = 0  # among the investor's statements, oldest first
    vectors: dict[str, Vectors] = field(default_factory=dict)  # by embedding


@dataclass(slots=True)
class _Shelf:
    kept: Mapping[str, _Kept]
    version: int

    def has(self, name: str, digest: str) -> bool:
        return name in self.kept and self.kept[name].digest == digest


class ChromaMemory:
    """`knowledge.ports.Memory` on Chroma. Safe between threads; works in any number of processes.

    One process owns the index. Others, and this one while the index is being opened or is out of order, compare with
    every statement directly, which gives the same answers.
    """

    def __init__(
        self,
        path: Path,
        embedding: Embedding | None = None,
        describe: Callable[[Statement], str] = document,
    ) -> None:
        """Remember where the index lies; nothing is opened yet.

        Args:
            path: Folder of the index, made when needed.
            embedding: Default: hashed words and pieces.
            describe: The text to embed for a statement.
        """
        self._plain = HashedEmbedding()
        self._embedding: Embedding = embedding or self._plain
        self._describe = describe
        self._index = VectorIndex(path, self._embedding.name)
        self._shelves: dict[str, _Shelf] = {}
        self._held: dict[str, int] = {}  # investor -> version of the shelf that the index holds
        self._failures = 0
        self._embedding_failed = False
        self._turn = threading.Lock()  # shelves; held for moments
        self._index_turn = threading.Lock()  # the index; opening it takes seconds

    @property
    def degraded(self) -> str | None:
        """What is out of order: embedding_failed (answers are lexical), index_failed (answers are slower); or None."""
        if self._embedding_failed:
            return "embedding_failed"
        return "index_failed" if self._failures >= _TRIES else None

    def sync(self, investor: str, statements: Sequence[Statement]) -> None:
        """Make the index hold exactly these statements of this investor, given oldest first.

        New ones enter the index with the next search; what is gone leaves it now.
        """
        with self._turn:
            before = self._shelves.get(investor, _Shelf({}, 0))
            kept = {s.id: self._kept(s, before.kept.get(s.id), place) for place, s in enumerate(statements)}
            gone = any(name not in kept for name in before.kept)
            if gone or any(before.kept.get(name) is not one for name, one in kept.items()):
                self._shelves[investor] = _Shelf(kept, before.version + 1)
        if gone and self._index.exists:
            with self._index_turn, self._mending():
                if self._usable():
                    self._held.pop(investor, None)  # another thread may have put in newer ones, which this takes out
                    self._index.prune(investor, kept.keys())

    def search(self, investor: str, question: str, limit: int = 5) -> tuple[Recollection, ...]:
        """The investor's own statements nearest to the question: nearest first, newest first among equals.

        Those that have nothing in common with it are left out.
        """
        with self._turn:
            shelf = self._shelves.get(investor, _Shelf({}, 0))
        if limit < 1 or not shelf.kept:
            return ()
        near = self._nearness(investor, shelf, question, limit)
        some = [name for name in near if round(near[name], 4) > 0]
        some.sort(key=lambda name: (-round(near[name], 4), -shelf.kept[name].place))
        return tuple(Recollection(shelf.kept[name].statement, near[name]) for name in some[:limit])

    def warm(self) -> None:
        """Open the index now (seconds); meant for a thread of its own at start. Searching works meanwhile."""
        with self._turn:
            investors = tuple(self._shelves)
        with self._index_turn, self._mending():
            try:
                for investor in investors if self._usable() else ():
                    self._hold(investor)
            except ModelFailed:
                self._embedding_failed = True

    def close(self) -> None:
        """Release the index."""
        with self._index_turn:
            self._held.clear()
            self._index.close()

    def _kept(self, statement: Statement, before: _Kept | None, place: int) -> _Kept:
        if before and before.statement == statement and before.place == place:
            return before
        text = self._describe(statement)
        vectors = before.vectors if before and before.text == text else {}
        return _Kept(statement, text, blake2b(text.encode(), digest_size=16).hexdigest(), place, vectors)

    def _nearness(self, investor: str, shelf: _Shelf, question: str, limit: int) -> dict[str, float]:
        """Statement id -> nearness 0..1, at least for the `limit` nearest; by the index where it serves."""
        for embedding in dict.fromkeys((self._embedding, self._plain)):
            try:
                asked = embedding.embed([question])[0]
                if not asked.any():
                    return {}
                near = self._by_index(investor, shelf, asked, limit) if embedding is self._embedding else None
                near = near if near is not None else self._by_scan(shelf, embedding, asked)
            except ModelFailed:
                self._embedding_failed = True
                continue
            self._embedding_failed = embedding is not self._embedding
            return {name: min(1.0, max(0.0, value)) for name, value in near.items()}
        return {}

    def _by_scan(self, shelf: _Shelf, embedding: Embedding, asked: Vectors) -> dict[str, float]:
        names = list(shelf.kept)
        return dict(zip(names, (_vectors(shelf, embedding, names) @ asked).tolist(), strict=True))

    def _by_index(self, investor: str, shelf: _Shelf, asked: Vectors, limit: int) -> dict[str, float] | None:
        """Nearness from the index; None when it is busy, another's, broken, or does not hold what it should."""
        if not self._index_turn.acquire(blocking=False):
            return None
        near: dict[str, float] = {}
        try:
            with self._mending():
                if self._usable():
                    self._hold(investor)
                    found = self._index.nearest(investor, asked, min(len(shelf.kept), 4 * limit))
                    near = {name: value for name, digest, value in found if shelf.has(name, digest)}
            if len(near) < min(limit, len(shelf.kept)):
                self._held.pop(investor, None)
                return None
            return near
        finally:
            self._index_turn.release()

    # The following need the index's turn.

    def _usable(self) -> bool:
        return self._failures < _TRIES and self._index.open()

    def _hold(self, investor: str) -> None:
        with self._turn:
            shelf = self._shelves[investor]
        if self._held.get(investor) != shelf.version and shelf.kept:
            dimension = _vectors(shelf, self._embedding, list(shelf.kept)[:1]).shape[1]
            digests = {name: one.digest for name, one in shelf.kept.items()}
            self._index.hold(investor, digests, lambda names: _vectors(shelf, self._embedding, names), dimension)
            self._held[investor] = shelf.version

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """Throw the index away when it breaks; the next use starts an empty one, the second time nothing does."""
        try:
            yield
        except IndexBroken:
            self._failures += 1
            self._held.clear()
            try:
                self._index.discard()
            except OSError:  # not even a new folder can be made: there is nothing to index into
                self._failures = _TRIES


def _vectors(shelf: _Shelf, embedding: Embedding, names: Sequence[str]) -> Vectors:
    """Vectors of some statements, shape (n, d); each text is embedded once. Raises ModelFailed."""
    missing = [name for name in names if embedding.name not in shelf.kept[name].vectors]
    if missing:
        rows = embedding.embed([shelf.kept[name].text for name in missing])
        for name, row in zip(missing, rows, strict=True):
            shelf.kept[name].vectors[embedding.name] = row
    return np.stack([shelf.kept[name].vectors[embedding.name] for name in names])
