"""Texts as vectors: by hashing, which needs nothing and works for Hangul, or by an OpenAI-compatible server."""

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from tools.errors import ModelFailed

if TYPE_CHECKING:
    from openai import OpenAI

Vectors = npt.NDArray[np.float32]


class Embedding(Protocol):
    """Turns texts into vectors whose dot product is their nearness."""

    @property
    def name(self) -> str:
        """Which model; vectors of different names are never compared."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, shape (n, d); a text without words gives zeros. Raises ModelFailed."""
        ...


_WORD = re.compile(r"[^\W_]+")
_GRAMS = (2, 3, 4)
# Korean particles, which say what a noun does in its sentence and nothing about what it is.
_PARTICLE = re.compile(
    r"(?<=[가-힣A-Za-z0-9])(?:은|는|이|가|을|를|의|에|도|만|로|으로|과|와|랑|이랑|하고|나|이나|보다|처럼|까지|부터"
    r"|에서|에는|에도|에게|한테|이라는|라는|이란|란|이든|든|마다|대신)$"
)


def features(text: str) -> Iterator[tuple[str, float]]:
    """What a text is made of: its words without particles, and each word's pieces of 2 to 4 characters, with weights.

    NFKC first, so that Hangul typed as separate jamo equals whole syllables and ５ equals 5. Pieces include the word's
    edges ("<금"), and weigh as much together as the word itself, so that long words count no more than short ones.
    """
    for spoken in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        word = _PARTICLE.sub("", spoken)
        yield f"w:{word}", 1.0
        edged = f"<{word}>"
        pieces = [edged[i : i + n] for n in _GRAMS for i in range(len(edged) - n + 1)]
        for piece in pieces:
            yield f"c:{piece}", len(pieces) ** -0.5


class HashedEmbedding:
    """Lexical nearness without a model: hashed words and character pieces, signed, so that collisions cancel out.

    The same text gives the same vector on every machine. Texts with nothing in common are near by chance with a spread
    of dimension^-1/2, which 1,024 keeps below one shared word. Source: Weinberger et al. (2009), feature hashing.
    """

    def __init__(self, dimension: int = 1024) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """`hashed-1`; the number rises when a feature changes, so that old vectors are not compared with new ones."""
        return "hashed-1"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, shape (n, dimension), of length 1 or all zeros."""
        rows = np.zeros((len(texts), self._dimension))
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in features(text):
                code = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "big")
                row[(code >> 1) % self._dimension] += weight if code & 1 else -weight
        return _unit(rows)


class ApiEmbedding:
    """Vectors of an OpenAI-compatible server. The texts leave the machine: chosen by setting, never by default."""

    _BATCH = 256
    _PAUSE = 60.0  # seconds without a new try after a failure: a turn must not wait for a dead server again and again

    def __init__(self, model: str, key: str, base_url: str | None = None, *, timeout: float = 10.0) -> None:
        self._base_url = base_url
        self._key = key
        self._model = model
        self._timeout = timeout
        self._client: OpenAI | None = None
        self._dimension: int | None = None  # as the server's first answer has it
        self._not_before = 0.0

    @property
    def name(self) -> str:
        """`openai:MODEL`."""
        return f"openai:{self._model}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text. Raises ModelFailed("embedding_failed"), at once for a minute after a failure."""
        if time.monotonic() < self._not_before:
            raise ModelFailed("embedding_failed", self._model)
        try:
            parts = [self._ask(texts[i : i + self._BATCH]) for i in range(0, len(texts), self._BATCH)]
            return _unit(np.concatenate(parts))
        except Exception:  # whatever the client raises: its message may quote the key, so nothing of it is kept
            self._not_before = time.monotonic() + self._PAUSE
            raise ModelFailed("embedding_failed", self._model) from None

    def _ask(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        answer = self._connected().embeddings.create(model=self._model, input=list(texts), encoding_format="float")
        rows = np.array([item.embedding for item in sorted(answer.data, key=lambda item: item.index)], dtype=np.float64)
        self._dimension = self._dimension or rows.shape[-1]
        if rows.shape != (len(texts), self._dimension) or not np.isfinite(rows).all():
            raise ValueError("not one vector per text, all of one length")
        return rows

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from openai import DefaultHttpxClient, OpenAI  # takes 1.5 s

            # No redirects: the key must not follow one to another host.
            http = DefaultHttpxClient(follow_redirects=False, timeout=self._timeout)
            self._client = OpenAI(api_key=self._key, base_url=self._base_url, max_retries=0, http_client=http)
        return self._client


def _unit(rows: npt.NDArray[np.float64]) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(length > 0, length, 1.0)).astype(np.float32)
