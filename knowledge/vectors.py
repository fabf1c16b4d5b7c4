"""The vector index on disk: one Chroma collection for all investors, owned by one process, disposable at any time."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from knowledge.embedding import Vectors

_BATCH = 1_000
_PROBE_SECONDS = 60
_PROBE = """
import sys, chromadb
from chromadb.config import Settings
client = chromadb.PersistentClient(path=sys.argv[1], settings=Settings(anonymized_telemetry=False))
for found in client.list_collections():
    collection = client.get_collection(found.name, embedding_function=None)
    count = collection.count()
    for start in range(0, min(count, 20_000), 1_000):
        page = collection.get(limit=1_000, offset=start, include=["embeddings", "metadatas"])
        assert len(page["ids"]) == min(1_000, count - start)
        collection.query(query_embeddings=[page["embeddings"][0]], n_results=1)
"""


class IndexBroken(Exception):
    """Chroma failed; nothing it said can be relied on."""


class VectorIndex:
    """Vectors of statements by investor. Holds no words: only ids, vectors and hashes of what was embedded.

    Every method filters by investor and checks the answer again, so a lost filter gives nothing instead of others'
    statements. Not safe between threads: the memory takes turns.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model
        self._lock = FileLock(folder / "owner.lock", timeout=0, mode=0o600, thread_local=False)
        self._prefix = _collection_prefix(model)
        self._client: Any = None

    @property
    def exists(self) -> bool:
        """Whether there is anything on disk."""
        return any(self._folder.glob("index-*"))

    def open(self) -> bool:
        """Become the owner and open the index, probed and rebuilt empty if damaged; False when another process owns it.

        Raises:
            IndexBroken: The folder cannot be used.
        """
        if self._client is not None:
            return True
        with _unbroken():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout:
                return False
            found = self._generations()
            if found and not _sound(found[-1]):
                self.discard()
                found = self._generations()
            self._client = _chroma(found[-1] if found else self._folder / "index-1")
            for other in self._client.list_collections():
                if not other.name.startswith(self._prefix):
                    self._client.delete_collection(other.name)
        return True

    def prune(self, investor: str, names: Collection[str]) -> None:
        """Remove the investor's rows of all statements but these. Raises IndexBroken."""
        mine = _key(investor)
        with _unbroken():
            for found in self._client.list_collections():
                rows = self._client.get_collection(found.name, embedding_function=None)
                held = rows.get(where={"investor": mine}, include=[])["ids"]
                gone = [row for row in held if row.removeprefix(f"{mine}:") not in names]
                for i in range(0, len(gone), _BATCH):
                    rows.delete(ids=gone[i : i + _BATCH], where={"investor": mine})

    def hold(
        self, investor: str, digests: Mapping[str, str], vectors: Callable[[Sequence[str]], Vectors], dimension: int
    ) -> None:
        """Make the index hold exactly these statements of this investor.

        Args:
            investor: Whose.
            digests: Statement id -> hash of the text that is embedded.
            vectors: Gives the vectors of the ids that are missing or changed, shape (n, dimension).
            dimension: Length of a vector.
        Raises:
            IndexBroken: Chroma failed.
            ModelFailed: Passed on from `vectors`.
        """
        mine = _key(investor)
        self.prune(investor, digests.keys())
        with _unbroken():
            rows = self._collection(dimension).get(where={"investor": mine}, include=["metadatas"])
            held = {row: about.get("digest") for row, about in zip(rows["ids"], rows["metadatas"], strict=True)}
        missing = [name for name, digest in digests.items() if held.get(f"{mine}:{name}") != digest]
        for i in range(0, len(missing), _BATCH):
            part = missing[i : i + _BATCH]
            fresh = vectors(part)
            with _unbroken():
                self._collection(dimension).upsert(
                    ids=[f"{mine}:{name}" for name in part],
                    embeddings=fresh,
                    metadatas=[{"investor": mine, "digest": digests[name]} for name in part],
                )

    def nearest(self, investor: str, vector: Vectors, count: int) -> list[tuple[str, str, float]]:
        """Up to `count` of the investor's own rows, nearest first: (statement id, hash of its text, cosine −1..1)."""
        mine = _key(investor)
        with _unbroken():
            answer = self._collection(vector.shape[0]).query(
                query_embeddings=[vector],
                n_results=count,
                where={"investor": mine},
                include=["metadatas", "distances"],
            )
            rows = zip(answer["ids"][0], answer["metadatas"][0], answer["distances"][0], strict=True)
            return [
                (row.removeprefix(f"{mine}:"), str(about.get("digest")), 1.0 - float(distance))
                for row, about, distance in rows
                if row.startswith(f"{mine}:") and about and about.get("investor") == mine
            ]

    def discard(self) -> None:
        """Throw the contents away; the next `open` starts an empty index in a new folder.

        A new name each time: Chroma keeps opened paths in mind, and some systems do not delete what is open.
        """
        self._let_go()
        if not self._lock.is_locked:
            return  # another process may be using it
        found = self._generations()
        following = int(found[-1].name.removeprefix("index-")) + 1 if found else 1
        for old in found:
            shutil.rmtree(old, ignore_errors=True)
        (self._folder / f"index-{following}").mkdir(mode=0o700, parents=True)

    def close(self) -> None:
        """Let go of the files and of the ownership."""
        self._let_go()
        self._lock.release()

    def _generations(self) -> list[Path]:
        found = [p for p in self._folder.glob("index-*") if re.fullmatch(r"index-\d{1,9}", p.name)]
        return sorted(found, key=lambda p: int(p.name.removeprefix("index-")))

    def _collection(self, dimension: int) -> Any:
        return self._client.get_or_create_collection(
            f"{self._prefix}{dimension}",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"embedding": self._model, "dimension": dimension},
        )

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                with _unbroken():
                    client.close()
            except IndexBroken:
                return  # it is being thrown away because it is broken


def _chroma(place: Path) -> Any:
    import chromadb  # takes 1.5 s
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(place), settings=Settings(anonymized_telemetry=False))


def _sound(place: Path) -> bool:
    """Open, count and query in a child process: a damaged index can take the whole process down."""
    if not any(place.iterdir()):
        return True
    command = [sys.executable, "-P", "-c", _PROBE, str(place)]
    try:
        return subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def _unbroken() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic inside Chroma is no Exception
        raise IndexBroken from error


def _key(investor: str) -> str:
    # Of fixed length, so that no name can run into a statement's id; and no name lies in the index.
    return blake2b(investor.encode(), digest_size=16).hexdigest()


def _collection_prefix(model: str) -> str:
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", model).strip("-")[:40]
    return f"statements-{readable}-{blake2b(model.encode(), digest_size=4).hexdigest()}-"
